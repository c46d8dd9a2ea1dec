"""A running siemd with rules and webhooks of our own, and the events that are sent to it."""
import json
import os
import pathlib
import signal
import socket
import subprocess
import tempfile

from receiver import Failed, expect, wait_until

REPOSITORY = pathlib.Path(__file__).resolve().parents[3]
# They are for the packages' registries; siemctl needs none of it.
ENVIRONMENT = {key: value for key, value in os.environ.items() if key not in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Siemd:
    """In a folder of its own. `configuration` is perimeter.yml but for the sources, rules and the like, as a dictionary; `rules` are
    documents of Sigma, by file name; `secrets` are files, by name."""

    def __init__(self, programs, configuration, rules, secrets=None):
        self.programs = pathlib.Path(programs).resolve()
        self.folder = tempfile.TemporaryDirectory(prefix="perimeter-receivers-")
        self.path = pathlib.Path(self.folder.name)
        self.port = free_port()
        self.process = None
        (self.path / "rules").mkdir()
        for name, documents in rules.items():
            # JSON is YAML, but for escapes of half a surrogate pair.
            text = "\n---\n".join(json.dumps(document, ensure_ascii=False) for document in documents)
            (self.path / "rules" / f"{name}.yml").write_text(text + "\n", encoding="utf-8")
        for name, text in (secrets or {}).items():
            (self.path / name).write_text(text + "\n")
        whole = {
            "data": "data", "rules": "rules", "mappings": f"{REPOSITORY}/rules/mappings", "metrics": {"enabled": False},
            # Findings of risk would come on top of those that are counted here.
            "risk": {"enabled": False},
            "sources": [{"name": "tcp", "type": "syslog_tcp", "port": self.port, "product": "okta"}], **configuration,
        }
        self.configuration = self.path / "perimeter.yml"
        self.configuration.write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        self.number = 0

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, kind, error, _):
        if error is not None and not isinstance(error, KeyboardInterrupt):
            print("--- the end of siemd's log:\n" + self.log()[-3_000:] + "\n---")
        self.kill()
        self.folder.cleanup()

    def start(self):
        with open(self.path / "siemd.log", "ab") as log:
            self.process = subprocess.Popen(
                [self.programs / "siemd", "--config", self.configuration], cwd=self.path, env=ENVIRONMENT, stdout=log, stderr=log)

        def listens():
            expect(self.process.poll() is None, "siemd did not start:\n" + self.log()[-3_000:])
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return True
            except OSError:
                return False

        wait_until(listens, "siemd listens")

    def log(self):
        file = self.path / "siemd.log"
        return file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""

    def kill(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    def stop(self):
        self.process.terminate()
        expect(self.process.wait(timeout=60) == 0, "siemd did not stop well:\n" + self.log()[-3_000:])

    def siemctl(self, *arguments):
        result = subprocess.run(
            [self.programs / "siemctl", *arguments, "--config", self.configuration], cwd=self.path, env=ENVIRONMENT,
            capture_output=True, text=True, check=False)
        if result.returncode != 0:
            raise Failed(f"siemctl {' '.join(arguments)}: {result.returncode} {result.stderr}")
        return result.stdout

    def send(self, events):
        """Events of Okta, as dictionaries of what is different about them, in octet-counted frames (RFC 6587)."""
        frames = b""
        for changes in events:
            self.number += 1
            record = {
                "uuid": f"event-{self.number:06}", "published": f"2026-11-20T08:{self.number // 60 % 60:02}:{self.number % 60:02}.000Z",
                "eventType": "user.session.start", "severity": "WARN", "outcome": {"result": "FAILURE"}, "displayMessage": "sign-in",
                "actor": {"id": "00u1", "type": "User", "alternateId": "dana.reyes@example.com"}, "version": "0",
            }
            for name, value in changes.items():
                record[name] = {**record[name], **value} if isinstance(value, dict) and name in record else value
            # Not escaped, as products send it; but half of a surrogate pair can only be written as an escape.
            text = json.dumps(record, ensure_ascii=any("\ud800" <= character < "\ue000" for character in repr_all(record)))
            frame = f"<13>1 2026-11-20T08:00:00Z host okta - - - {text}".encode()
            frames += f"{len(frame)} ".encode() + frame
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as connection:
            connection.sendall(frames)

    def findings(self, *options):
        # Not splitlines: texts have other ends of lines in them.
        return [json.loads(line) for line in self.siemctl("alert", "ls", "-n", "0", "-o", "jsonl", *options).split("\n") if line]

    def deliveries(self, *options):
        """What `webhook log` says, by delivery: a dictionary of its columns."""
        lines = self.siemctl("webhook", "log", "-n", "0", *options).split("\n")
        lines = [line for line in lines if line]
        if not lines:
            return {}
        titles = ["OWED (UTC)", "ENDPOINT", "STATE", "ATTEMPTS", "NEXT OR DONE", "ID", "LAST ERROR"]
        places = [lines[0].index(title) for title in titles]
        rows = {}
        for line in lines[1:]:
            cells = [line[start:end].strip() for start, end in zip(places, places[1:] + [None])]
            row = dict(zip(titles, cells))
            rows[row["ID"]] = row
        return rows


def repr_all(value):
    if isinstance(value, dict):
        return "".join(repr_all(item) for item in value.values())
    return value if isinstance(value, str) else ""


def sign_in_rule(uid, title, level="high", group_by=("actor.alternateId",), event_type="user.session.start", **more):
    """A rule that finds each group of values once, by what was sent."""
    base = {
        "title": f"{uid} base", "id": f"{uid}-base", "name": f"{uid}-base", "status": "test", "logsource": {"product": "okta"},
        "detection": {"s": {"eventType": event_type}, "condition": "s"}, "level": "informational",
    }
    correlation = {
        "title": title, "id": uid, "status": "test", "level": level, **more,
        "correlation": {
            "type": "event_count", "rules": [f"{uid}-base"], "group-by": list(group_by), "timespan": "1h", "condition": {"gte": 1}},
    }
    return [base, correlation]
