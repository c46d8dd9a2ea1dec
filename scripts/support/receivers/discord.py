"""Discord's webhooks: what discord.com/developers/docs says of messages, embeds, their limits and the errors."""
import re

from receiver import Answer, Vendor, check_length, expect, units

HTTP_URL = {"type": "string", "pattern": "^https?://", "maxLength": 2048}
EMBED = {
    "type": "object", "additionalProperties": False,
    "properties": {
        "title": {"type": "string", "minLength": 1}, "type": {"const": "rich"}, "description": {"type": "string", "minLength": 1},
        "url": HTTP_URL, "color": {"type": "integer", "minimum": 0, "maximum": 0xffffff},
        "timestamp": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$"},
        "footer": {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "maxLength": 2048}}},
        "author": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string", "maxLength": 256}}},
        "fields": {
            "type": "array", "maxItems": 25,
            "items": {
                "type": "object", "required": ["name", "value"], "additionalProperties": False,
                "properties": {
                    "name": {"type": "string", "minLength": 1}, "value": {"type": "string", "minLength": 1},
                    "inline": {"type": "boolean"}},
            },
        },
    },
}
# What Markdown, mentions, emoji and bare addresses begin with, unless a backslash stands before it.
LIVE_MARK = re.compile(r"(?<!\\)(?:\\\\)*([*_~`|>#\[<@]|https?:)")


class Discord(Vendor):
    format = "discord"
    accepted_answer = Answer(204)
    schema = {
        "type": "object", "anyOf": [{"required": ["content"]}, {"required": ["embeds"]}], "additionalProperties": False,
        "properties": {
            "content": {"type": "string", "minLength": 1}, "username": {"type": "string", "maxLength": 80},
            "allowed_mentions": {
                "type": "object", "required": ["parse"], "additionalProperties": False,
                "properties": {"parse": {"type": "array", "items": {"enum": ["roles", "users", "everyone"]}}},
            },
            "embeds": {"type": "array", "minItems": 1, "maxItems": 10, "items": EMBED},
        },
    }
    refusals = {
        "rate_limited": Answer(
            429, {"message": "You are being rate limited.", "retry_after": 1.63, "global": False},
            {"retry-after": "2", "x-ratelimit-scope": "user", "content-type": "application/json"}),
        "unavailable": Answer(502, "<html>502</html>"),
        "unknown": Answer(404, {"message": "Unknown Webhook", "code": 10015}),
        "invalid": Answer(400, {"code": 50035, "message": "Invalid Form Body", "errors": {"embeds": {"0": {}}}}),
    }

    mutations = [
        lambda it: it.pop("allowed_mentions"),
        lambda it: it["allowed_mentions"].update(parse=["everyone"]),
        lambda it: it.update(content="x" * 2_001),
        lambda it: it.update(content=" "),
        lambda it: it.update(content="a [link](https://evil.example.com)"),
        lambda it: it.update(content="two backslashes \\\\*live*"),
        lambda it: it.update(embeds=it["embeds"][:1] * 11),
        lambda it: it["embeds"][0].update(title="x" * 257),
        lambda it: it["embeds"][0].update(description="x" * 4_097),
        lambda it: it["embeds"][0]["fields"][0].update(value="x" * 1_025),
        lambda it: it["embeds"][0]["fields"][0].update(value=""),
        lambda it: it["embeds"][0].update(fields=it["embeds"][0]["fields"][:1] * 26),
        lambda it: it["embeds"][0].update(fields=[{"name": "n", "value": "x" * 1_000}] * 6),
        lambda it: it["embeds"][0].update(url="https://evil.example.com"),
        lambda it: it["embeds"][0].update(color="red"),
    ]

    def refusal(self, error):
        return self.refusals["invalid"]

    def judge(self, request, document):
        expect(document.get("allowed_mentions") == {"parse": []}, "mentions would be heeded")
        check_length(document.get("content", " ").strip(), 1, 2_000, "content")
        self.check_markdown(document.get("content", ""), "content")
        counted = 0
        for number, embed in enumerate(document.get("embeds", [])):
            place = f"embed {number}"
            parts = [(embed.get("title"), 256, "title"), (embed.get("description"), 4_096, "description")]
            for field in embed.get("fields", []):
                parts += [(field["name"], 256, "a field's name"), (field["value"], 1_024, "a field's value")]
            for text, most, what in parts:
                if text is not None:
                    # Blanks around a text are taken away before it is counted.
                    check_length(text.strip(), 1, most, f"{what} of {place}")
                    self.check_markdown(text, f"{what} of {place}")
                    counted += units(text)
            url = embed.get("url")
            expect(url is None or self.link_prefix and url.startswith(self.link_prefix), f"{place} links to {url!r}")
        expect(counted <= 6_000, f"the embeds have {counted} characters, 6,000 are taken")

    def check_markdown(self, text, place):
        match = LIVE_MARK.search(text)
        expect(match is None, f"{place} has a live {match and match.group(1)!r}: {text[max(0, match.start() - 40) if match else 0:][:120]!r}")
