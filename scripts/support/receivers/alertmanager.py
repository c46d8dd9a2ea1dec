"""Prometheus Alertmanager: what its API v2 takes (api/v2/openapi.yaml), and the real one behind it, which has the last word."""
import json
import subprocess
import urllib.error
import urllib.request

from receiver import Answer, Failed, Vendor, expect, wait_until
from siemd import free_port

TIME = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$"}
# Names that every version takes: later ones take any text, if they are so configured.
LABELS = {
    "type": "object", "propertyNames": {"pattern": "^[a-zA-Z_][a-zA-Z0-9_]*$"},
    "additionalProperties": {"type": "string", "minLength": 1}}
ANNOTATIONS = {**LABELS, "additionalProperties": {"type": "string"}}
ALERT = {
    "type": "object", "required": ["labels"], "additionalProperties": False,
    "properties": {
        "labels": {**LABELS, "required": ["alertname"]}, "annotations": ANNOTATIONS, "startsAt": TIME, "endsAt": TIME,
        "generatorURL": {"type": "string", "pattern": "^https?://"},
    },
}


class RealAlertmanager:
    """The program, on loopback, on its own. An alert without an end of its own ends after a second."""

    def __init__(self, program, folder):
        self.port = free_port()
        (folder / "alertmanager.yml").write_text(
            "global: {resolve_timeout: 1s}\nroute: {receiver: none}\nreceivers: [{name: none}]\n")
        self.log = folder / "alertmanager.log"
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [program, "--config.file=alertmanager.yml", "--storage.path=data", "--cluster.listen-address=",
                 f"--web.listen-address=127.0.0.1:{self.port}"], cwd=folder, stdout=log, stderr=log)
        wait_until(self.is_ready, "Alertmanager is ready", detail=lambda: self.log.read_text()[-2_000:])

    def is_ready(self):
        expect(self.process.poll() is None, "Alertmanager did not start:\n" + self.log.read_text()[-2_000:])
        try:
            return self.call("/-/ready")[0] == 200
        except OSError:
            return False

    def call(self, path, body=None):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", data=body, headers={"content-type": "application/json"} if body else {})
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def alerts(self):
        """Those that fire, by the label `finding`."""
        return {alert["labels"]["finding"]: alert for alert in json.loads(self.call("/api/v2/alerts")[1])}

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=30)


class Alertmanager(Vendor):
    format = "alertmanager"
    accepted_answer = Answer(200)
    schema = {"type": "array", "minItems": 1, "items": ALERT}
    refusals = {
        "too_many": Answer(429, "too many requests", {"retry-after": "2"}),
        "starting": Answer(503, "Service Unavailable"),
        "bad_request": Answer(400, json.dumps("start time must be before end time")),
    }

    mutations = [
        lambda it: it.clear(),
        lambda it: it[0].pop("labels"),
        lambda it: it[0]["labels"].pop("alertname"),
        lambda it: it[0]["labels"].update({"src_endpoint.ip": "192.0.2.1"}),
        lambda it: it[0]["labels"].update({"1st": "x"}),
        lambda it: it[0]["labels"].update({"empty": ""}),
        lambda it: it[0]["labels"].update({"number": 1}),
        lambda it: it[0].update(startsAt="yesterday"),
        lambda it: it[0].update(generatorURL="https://evil.example.com"),
        lambda it: it.append(it[0]),
    ]

    def __init__(self, name, link_prefix, real):
        super().__init__(name, link_prefix)
        self.real = real

    def configuration(self, url):
        return {"url": url + "/api/v2/alerts"}

    def judge(self, request, document):
        expect(request.path == "/api/v2/alerts" and not request.query, f"the path {request.path!r}")
        seen = [json.dumps(alert["labels"], sort_keys=True) for alert in document]
        expect(len(set(seen)) == len(seen), "two alerts with the same labels are one")
        for alert in document:
            url = alert.get("generatorURL")
            expect(url is None or self.link_prefix and url.startswith(self.link_prefix), f"a link to {url!r}")

    def accept(self, request, document):
        try:
            status, answer = self.real.call("/api/v2/alerts", request.body)
        except OSError as error:
            raise Failed(f"Alertmanager itself does not answer: {error}") from None
        expect(status == 200, f"Alertmanager itself answers {status} {answer[:300]}")
        return super().accept(request, document)
