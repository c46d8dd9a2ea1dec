"""Microsoft Teams' workflows ("When a Teams webhook request is received"): the envelope and the limit that learn.microsoft.com
describes, Adaptive Cards 1.4 as adaptivecards.io has them."""
import re

from receiver import Answer, Vendor, expect, texts

URL = {"type": "string", "pattern": "^https?://"}
SPACING = {"enum": ["Default", "None", "Small", "Medium", "Large", "ExtraLarge", "Padding"]}
TEXT_RUN = {
    "type": "object", "required": ["type", "text"], "additionalProperties": False,
    "properties": {
        "type": {"const": "TextRun"}, "text": {"type": "string", "minLength": 1},
        "size": {"enum": ["Default", "Small", "Medium", "Large", "ExtraLarge"]}, "weight": {"enum": ["Default", "Lighter", "Bolder"]},
        "color": {"enum": ["Default", "Dark", "Light", "Accent", "Good", "Warning", "Attention"]},
        "fontType": {"enum": ["Default", "Monospace"]}, "isSubtle": {"type": "boolean"}, "italic": {"type": "boolean"},
        "strikethrough": {"type": "boolean"}, "underline": {"type": "boolean"}, "highlight": {"type": "boolean"},
    },
}
RICH_TEXT = {
    "type": "object", "required": ["type", "inlines"], "additionalProperties": False,
    "properties": {
        "type": {"const": "RichTextBlock"}, "inlines": {"type": "array", "minItems": 1, "items": TEXT_RUN},
        "separator": {"type": "boolean"}, "spacing": SPACING, "id": {"type": "string"}, "isVisible": {"type": "boolean"},
        "horizontalAlignment": {"enum": ["Left", "Center", "Right"]},
    },
}
OPEN_URL = {
    "type": "object", "required": ["type", "url"], "additionalProperties": False,
    "properties": {"type": {"const": "Action.OpenUrl"}, "title": {"type": "string", "minLength": 1}, "url": URL},
}
CARD = {
    "type": "object", "required": ["type", "version", "body"], "additionalProperties": False,
    "properties": {
        "$schema": {"const": "http://adaptivecards.io/schemas/adaptive-card.json"}, "type": {"const": "AdaptiveCard"},
        # What Teams shows: 1.5 is the newest.
        "version": {"enum": ["1.2", "1.3", "1.4", "1.5"]}, "fallbackText": {"type": "string", "minLength": 1},
        "msteams": {"type": "object", "additionalProperties": False, "properties": {"width": {"const": "Full"}}},
        "body": {"type": "array", "minItems": 1, "items": RICH_TEXT},
        "actions": {"type": "array", "minItems": 1, "maxItems": 6, "items": OPEN_URL},
    },
}


class Teams(Vendor):
    format = "teams"
    maximum_bytes = 28 * 1024
    accepted_answer = Answer(202)
    schema = {
        "type": "object", "required": ["type", "attachments"], "additionalProperties": False,
        "properties": {
            "type": {"const": "message"},
            "attachments": {
                "type": "array", "minItems": 1, "maxItems": 1,
                "items": {
                    "type": "object", "required": ["contentType", "contentUrl", "content"], "additionalProperties": False,
                    "properties": {
                        "contentType": {"const": "application/vnd.microsoft.card.adaptive"}, "contentUrl": {"type": "null"},
                        "content": CARD},
                },
            },
        },
    }
    refusals = {
        "throttled": Answer(429, {"error": {"code": "TooManyRequests", "message": "Rate limit is exceeded."}}, {"retry-after": "2"}),
        "bad_gateway": Answer(502, {"error": {"code": "BadGateway", "message": "The server did not receive a response."}}),
        "deleted": Answer(404, {"error": {"code": "WorkflowNotFound", "message": "The workflow could not be found."}}),
        "mismatch": Answer(400, {"error": {"code": "TriggerInputSchemaMismatch", "message": "The input body does not match."}}),
    }

    mutations = [
        lambda it: it.update(attachments=[]),
        lambda it: it["attachments"][0].update(contentType="application/json"),
        lambda it: it["attachments"][0].pop("contentUrl"),
        lambda it: it["attachments"][0]["content"].update(version="2.0"),
        lambda it: it["attachments"][0]["content"].update(fallbackText="x" * 30_000),
        lambda it: it["attachments"][0]["content"].update(fallbackText="[a](https://evil.example.com)"),
        lambda it: it["attachments"][0]["content"]["body"].append({"type": "TextBlock", "text": "[a](https://evil.example.com)"}),
        lambda it: it["attachments"][0]["content"]["body"][0]["inlines"][0].update(text="{{DATE(x)}}"),
        lambda it: it["attachments"][0]["content"]["body"][0]["inlines"][0].update(color="Red"),
        lambda it: it["attachments"][0]["content"].update(actions=[{"type": "Action.OpenUrl", "title": "x", "url": "https://evil.example.com"}]),
    ]

    def refusal(self, error):
        return self.refusals["mismatch"]

    def judge(self, request, document):
        card = document["attachments"][0]["content"]
        for text in texts(card):
            expect("{{" not in text and "${" not in text, f"a call of a card's function or template: {text[:200]!r}")
        for action in card.get("actions", []):
            expect(self.link_prefix and action["url"].startswith(self.link_prefix), f"a link to {action['url']!r}")
        # Teams reads fallbackText as Markdown where it cannot show the card.
        link = re.search(r"\]\s*\(", card.get("fallbackText", ""))
        expect(link is None, f"fallbackText has a link: {card.get('fallbackText', '')[:200]!r}")
