"""PagerDuty's Events API v2, as developer.pagerduty.com describes it, with the incidents that it makes of events."""
from receiver import Answer, Failed, Vendor, check_length, expect

KEY = "0123456789abcdef0123456789abcdef"
LINK = {
    "type": "object", "required": ["href"], "additionalProperties": False,
    "properties": {"href": {"type": "string", "pattern": "^https?://"}, "text": {"type": "string"}},
}
PAYLOAD = {
    "type": "object", "required": ["summary", "source", "severity"], "additionalProperties": False,
    "properties": {
        "summary": {"type": "string", "minLength": 1}, "source": {"type": "string", "minLength": 1},
        "severity": {"enum": ["critical", "error", "warning", "info"]},
        "timestamp": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)$"},
        "component": {"type": "string"}, "group": {"type": "string"}, "class": {"type": "string"},
        "custom_details": {"type": "object"},
    },
}


class PagerDuty(Vendor):
    format = "pagerduty"
    maximum_bytes = 512 * 1024
    schema = {
        "type": "object", "required": ["routing_key", "event_action"], "additionalProperties": False,
        "properties": {
            "routing_key": {"type": "string", "minLength": 32, "maxLength": 32},
            "event_action": {"enum": ["trigger", "acknowledge", "resolve"]}, "dedup_key": {"type": "string", "minLength": 1},
            "payload": PAYLOAD, "client": {"type": "string"}, "client_url": {"type": "string", "pattern": "^https?://"},
            "links": {"type": "array", "items": LINK},
            "images": {"type": "array", "items": {"type": "object", "required": ["src"]}},
        },
        "if": {"properties": {"event_action": {"const": "trigger"}}},
        "then": {"required": ["payload"]}, "else": {"required": ["dedup_key"]},
    }
    refusals = {
        "rate_limited": Answer(429, {"status": "throttled", "message": "Requests for this service are arriving too quickly."},
                               {"retry-after": "2"}),
        "internal": Answer(500, {"status": "error", "message": "Internal Server Error"}),
        "no_key": Answer(400, {"status": "invalid event", "message": "Event object is invalid", "errors": ["Invalid routing key"]}),
    }

    mutations = [
        lambda it: it.update(routing_key="0" * 31),
        lambda it: it.update(routing_key="0" * 32),
        lambda it: it.update(event_action="close"),
        lambda it: it.update(dedup_key="x" * 256),
        lambda it: it.pop("payload"),
        lambda it: it["payload"].pop("source"),
        lambda it: it["payload"].update(severity="high"),
        lambda it: it["payload"].update(summary="x" * 1_025),
        lambda it: it["payload"].update(timestamp="yesterday"),
        lambda it: it["payload"]["custom_details"].update(x="x" * 525_000),
        lambda it: it.update(links=[{"href": "javascript:alert(1)"}]),
        lambda it: it.update(event_action="resolve", dedup_key="never triggered"),
    ]

    def __init__(self, name, link_prefix=""):
        super().__init__(name, link_prefix)
        # The status of each incident, and how it came to it, by dedup_key.
        self.incidents, self.actions = {}, {}

    def configuration(self, url):
        return {"key": "file:pagerduty.key"}

    secrets = {"pagerduty.key": KEY}

    def refusal(self, error):
        return Answer(400, {"status": "invalid event", "message": "Event object is invalid", "errors": [error]})

    def judge(self, request, document):
        expect(document["routing_key"] == KEY, "another routing key")
        if "dedup_key" in document:
            check_length(document["dedup_key"], 1, 255, "dedup_key")
        if document["event_action"] == "trigger":
            check_length(document["payload"]["summary"], 1, 1_024, "summary")
            for link in document.get("links", []):
                expect(self.link_prefix and link["href"].startswith(self.link_prefix), f"a link to {link['href']!r}")
        elif self.incidents.get(document["dedup_key"]) is None:
            raise Failed(f"{document['event_action']} of an incident that was never triggered")

    def accept(self, request, document):
        super().accept(request, document)
        key, action = document["dedup_key"], document["event_action"]
        self.actions.setdefault(key, []).append(action)
        # A trigger of an open incident, acknowledged or not, is added to it; one after its end opens another.
        now = self.incidents.get(key)
        after = {"trigger": "triggered" if now in (None, "resolved") else now, "acknowledge": "acknowledged", "resolve": "resolved"}
        if not (action == "acknowledge" and now == "resolved"):
            self.incidents[key] = after[action]
        return Answer(202, {"status": "success", "message": "Event processed", "dedup_key": key})
