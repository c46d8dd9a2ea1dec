"""Opsgenie's Alert API (docs.opsgenie.com/docs/alert-api), with the alerts that it makes of requests."""
import re
import urllib.parse

from receiver import Answer, Failed, Vendor, check_length, check_schema, expect, units

KEY = "01234567-89ab-cdef-0123-456789abcdef"
CREATE = {
    "type": "object", "required": ["message"], "additionalProperties": False,
    "properties": {
        "message": {"type": "string", "minLength": 1}, "alias": {"type": "string", "minLength": 1},
        "description": {"type": "string"}, "entity": {"type": "string"}, "source": {"type": "string"}, "user": {"type": "string"},
        "note": {"type": "string"}, "priority": {"enum": ["P1", "P2", "P3", "P4", "P5"]},
        "tags": {"type": "array", "maxItems": 20, "items": {"type": "string", "minLength": 1}},
        "actions": {"type": "array", "maxItems": 10, "items": {"type": "string"}},
        "details": {"type": "object", "additionalProperties": {"type": "string"}},
    },
}
FOLLOW = {
    "type": "object", "additionalProperties": False,
    "properties": {"user": {"type": "string"}, "source": {"type": "string"}, "note": {"type": "string"}},
}
LIMITS = {"message": 130, "alias": 512, "description": 15_000, "entity": 512, "source": 100, "user": 100, "note": 25_000}
ACTION = re.compile(r"/v2/alerts/([^/]+)/(acknowledge|close)")
PROCESSED = Answer(202, {"result": "Request will be processed", "took": 0.107, "requestId": "43a29c5c-3dbf-4fa4-9c26-f4f71023e120"})


class Opsgenie(Vendor):
    format = "opsgenie"
    refusals = {
        "throttled": Answer(429, {"message": "You are making too many requests!", "took": 0.001, "requestId": "1"},
                            {"retry-after": "2", "x-ratelimit-state": "THROTTLED"}),
        "unavailable": Answer(503, {"message": "Service Unavailable", "took": 0.0, "requestId": "2"}),
        "bad_key": Answer(401, {"message": "Could not authenticate", "took": 0.0, "requestId": "3"}),
        "unprocessable": Answer(
            422, {"message": "Request body is not processable. Please check the errors.", "errors": {"message": "Message can not be empty."},
                  "took": 0.0, "requestId": "4"}),
    }
    mutations = [
        lambda it: it.pop("message"),
        lambda it: it.update(message="x" * 131),
        lambda it: it.update(message="<b>bold</b>"),
        lambda it: it.update(alias="x" * 513),
        lambda it: it.update(description="x" * 15_001),
        lambda it: it.update(description="<a href=https://evil.example.com>"),
        lambda it: it.update(tags=["x"] * 21),
        lambda it: it.update(tags=["x" * 51]),
        lambda it: it.update(priority="P0"),
        lambda it: it.update(details={"x": "x" * 8_000}),
        lambda it: it.update(details={"x": 1}),
        lambda it: it.update(entity="x" * 513),
    ]
    secrets = {"opsgenie.key": KEY}

    def __init__(self, name, link_prefix=""):
        super().__init__(name, link_prefix)
        # By alias: the status of each alert, and how it came to it.
        self.alerts, self.actions = {}, {}

    def configuration(self, url):
        return {"key": "file:opsgenie.key", "url": url + "/v2/alerts"}

    def refusal(self, error):
        return Answer(422, {"message": "Request body is not processable. Please check the errors.", "errors": {"body": error}, "took": 0.0,
                            "requestId": "5"})

    def judge(self, request, document):
        expect(request.headers.get("authorization") == f"GenieKey {KEY}", "no GenieKey")
        if request.path == "/v2/alerts":
            expect(not request.query, f"a query {request.query}")
            check_schema(document, CREATE)
            for tag in document.get("tags", []):
                check_length(tag, 1, 50, "a tag")
            details = sum(units(name) + units(value) for name, value in document.get("details", {}).items())
            expect(details <= 8_000, f"details have {details} characters, 8,000 are taken")
            link = document.get("details", {}).get("link")
            expect(link is None or self.link_prefix and link.startswith(self.link_prefix), f"a link to {link!r}")
        else:
            match = ACTION.fullmatch(request.path)
            expect(match, f"no path of the API: {request.path!r}")
            expect(request.query == {"identifierType": "alias"}, f"a query {request.query}")
            check_schema(document, FOLLOW)
            if urllib.parse.unquote(match.group(1)) not in self.alerts:
                raise Failed(f"{match.group(2)} of an alert that was never created")
        for name, most in LIMITS.items():
            if name in document:
                check_length(document[name], 0, most, name)
        # The web page shows messages and descriptions as HTML.
        for name in ("message", "description", "note"):
            tag = re.search(r"<[a-zA-Z/!?]", document.get(name, ""))
            expect(tag is None, f"{name} has a tag of HTML: {document.get(name, '')[tag.start() if tag else 0:][:80]!r}")

    def accept(self, request, document):
        super().accept(request, document)
        match = ACTION.fullmatch(request.path)
        alias, action = (urllib.parse.unquote(match.group(1)), match.group(2)) if match else (document["alias"], "create")
        self.actions.setdefault(alias, []).append(action)
        # A creation under the alias of an open alert counts it up; after its closing it makes another.
        now = self.alerts.get(alias)
        if action == "create":
            self.alerts[alias] = now if now in ("open", "acked") else "open"
        elif now != "closed":
            self.alerts[alias] = {"acknowledge": "acked", "close": "closed"}[action]
        return PROCESSED
