"""Slack's incoming webhooks: what docs.slack.dev says of Block Kit, of mrkdwn, and of the errors of incoming webhooks."""
import html
import re

from receiver import Answer, Vendor, check_length, expect, units

PLAIN = {
    "type": "object", "required": ["type", "text"], "additionalProperties": False,
    "properties": {"type": {"const": "plain_text"}, "text": {"type": "string", "minLength": 1}, "emoji": {"type": "boolean"}},
}
MRKDWN = {
    "type": "object", "required": ["type", "text"], "additionalProperties": False,
    "properties": {"type": {"const": "mrkdwn"}, "text": {"type": "string", "minLength": 1}, "verbatim": {"type": "boolean"}},
}
HEADER = {
    "type": "object", "required": ["type", "text"], "additionalProperties": False,
    "properties": {"type": {"const": "header"}, "text": PLAIN, "block_id": {"type": "string", "maxLength": 255}},
}
SECTION = {
    "type": "object", "required": ["type"], "anyOf": [{"required": ["text"]}, {"required": ["fields"]}], "additionalProperties": False,
    "properties": {
        "type": {"const": "section"}, "text": {"oneOf": [PLAIN, MRKDWN]}, "expand": {"type": "boolean"},
        "fields": {"type": "array", "minItems": 1, "maxItems": 10, "items": {"oneOf": [PLAIN, MRKDWN]}},
        "block_id": {"type": "string", "maxLength": 255},
    },
}
CONTROL = re.compile(r"<([^<>]*)>")
# A pair of marks around something, the opening one after no letter and the closing one before none.
EMPHASIS = re.compile(r"(?<![\w*_~`])([*_~`])(?=\S)([^\n]*?\S)\1(?![\w*_~`])")
OUR_LABELS = {
    "Who or where", "Why", "What it means", "When", "Events", "Status", "What to do", "Known false positives", "Look further"}


class Slack(Vendor):
    format = "slack"
    schema = {
        "type": "object", "required": ["text"], "additionalProperties": False,
        "properties": {
            "text": {"type": "string", "minLength": 1},
            "blocks": {"type": "array", "minItems": 1, "maxItems": 50, "items": {"oneOf": [HEADER, SECTION]}},
        },
    }
    refusals = {
        "rate_limited": Answer(429, "rate_limited", {"retry-after": "2"}),
        "rollup_error": Answer(500, "rollup_error"),
        "no_service": Answer(404, "no_service"),
        "invalid_blocks": Answer(400, "invalid_blocks"),
        "channel_is_archived": Answer(410, "channel_is_archived"),
    }

    mutations = [
        lambda it: it.pop("text"),
        lambda it: it["blocks"][0]["text"].update(text="x" * 151),
        lambda it: it["blocks"][0]["text"].update(text="<!channel> wake up"),
        lambda it: it.update(blocks=it["blocks"][:1] * 51),
        lambda it: it["blocks"][-1]["text"].update(text="x" * 3_001),
        lambda it: it["blocks"][-1]["text"].pop("verbatim"),
        lambda it: it["blocks"][-1]["text"].update(text="all <!here>"),
        lambda it: it["blocks"][-1]["text"].update(text="<https://evil.example.com|Open>"),
        lambda it: it["blocks"][-1]["text"].update(text="fish & chips"),
        lambda it: it["blocks"][-1]["text"].update(text="it is *urgent*"),
        lambda it: it["blocks"][-1]["text"].update(text="a user called _root_"),
        lambda it: it["blocks"][-1]["fields"][0].update(text="x" * 2_001),
        lambda it: it["blocks"][-1].update(fields=it["blocks"][-1]["fields"][:1] * 11),
        lambda it: it["blocks"][-1].update(color="red"),
    ]

    def refusal(self, error):
        return Answer(400, "invalid_blocks")

    def judge(self, request, document):
        # Of `text` Slack cuts what is beyond 40,000 characters, and advises 4,000.
        check_length(document["text"], 1, 4_000, "text")
        self.check_mrkdwn(document["text"], verbatim=False)
        for number, block in enumerate(document["blocks"]):
            place = f"block {number}"
            if block["type"] == "header":
                check_length(block["text"]["text"], 1, 150, place)
                # Whether plain text is parsed for mentions, the documentation does not say.
                expect(not re.search(r"<[!@#]", block["text"]["text"]), f"{place} is a mention")
                continue
            if "text" in block:
                check_length(block["text"]["text"], 1, 3_000, place)
                self.check_text(block["text"], place)
            for field in block.get("fields", []):
                check_length(field["text"], 1, 2_000, f"a field of {place}")
                self.check_text(field, f"a field of {place}")

    def check_text(self, text, place):
        if text["type"] == "mrkdwn":
            expect(text.get("verbatim") is True, f"{place}: names and addresses would become mentions and links")
            self.check_mrkdwn(text["text"], verbatim=True)

    def check_mrkdwn(self, text, verbatim):
        for match in CONTROL.finditer(text):
            target, _, label = match.group(1).partition("|")
            target = html.unescape(target)
            own = self.link_prefix and target.startswith(self.link_prefix) and label == "Open" and verbatim
            expect(own, f"{match.group(0)!r} is a link or a mention")
        rest = CONTROL.sub("", text)
        expect("<" not in rest and ">" not in rest, f"a bracket that is no link's: {rest[:200]!r}")
        expect(not re.search(r"&(?!amp;|lt;|gt;)", rest), f"an ampersand that is no entity's: {rest[:200]!r}")
        for match in EMPHASIS.finditer(rest):
            mark, inner = match.groups()
            heading = match.start() == 0 and re.match(r"(CRITICAL|HIGH|MEDIUM|LOW|INFORMATIONAL): ", inner)
            expect(mark == "*" and (inner in OUR_LABELS or heading), f"emphasis that is not ours: {match.group(0)[:200]!r}")
        expect(units(rest) > 0, "a text without anything in it")
