"""The formats of vendors: what siemd sends of the worst texts is taken by receivers that behave as the vendors document, their refusals are
heeded, and incidents follow what people do with findings."""
import pathlib
import tempfile

from alertmanager import Alertmanager, RealAlertmanager
from discord import Discord
from opsgenie import Opsgenie
from pagerduty import PagerDuty
from receiver import Server, expect, wait_until
from siemd import Siemd, sign_in_rule
from slack import Slack
from teams import Teams

LINKS = "https://siem.example.com/findings/"
# As long as a configured link may be, with many of the character that grows most where it is escaped.
LONG_LINKS = "https://siem.example.com/~soc/_x_?" + "a=1&" * 118 + "{}"
PLAYBOOKS = "https://wiki.example.com/playbooks/{}"

HOSTILE = [
    "<!channel> <!here> <!everyone> <@U024BE7LH> <#C024BE7LR> <https://evil.example.com|your bank> <mailto:x@evil.example.com|x>",
    "@everyone @here <@&165511591545143296> <@80351110224678912> <#103735883630395392> <:x:41771983429993937> </nick:1> <t:1618953630>",
    "*bold* _slanted_ ~struck~ `code` ```block``` ||spoiler|| __under__ **strong** ~~gone~~ > quote # heading - list",
    "[your bank](https://evil.example.com) ![x](https://evil.example.com/x.png) <https://evil.example.com> https://evil.example.com www.evil.example",
    "<a href=\"https://evil.example.com\">here</a> <img src=x onerror=alert(1)> <script>alert(1)</script> &lt;b&gt; &amp;amp; <!-- --> ]]>",
    "{{DATE(2026-11-20T08:00:00Z)}} ${$root.x} {{{{{x}}}}} {% if %} $ {x} #{x} %s %n \\u0041 \\x41 \\",
    "nul \u0000 bell \u0007 escape \u001b[31mred\u001b[0m delete \u007f c1 \u0085\u009b31m tab\ttab cr\rcr crlf\r\nlf\n\n\nend",
    "\u202egpj.exe\u202c \u2066x\u2069 \u200bzero\u200bwidth\ufeff \u2028line\u2029paragraph \u00adsoft \U000e0041tag",
    "half \ud83d of a pair \udd8a and noncharacters \ufffe \uffff \U0001fffe",
    "e" + "\u0301" * 3_000,
    "界" * 5_000,
    "🦊👩‍👩‍👧‍👦" * 1_500,
    "<" * 4_000,
    "&" * 4_000,
    "\"\\" * 3_000,
    "*_~`|" * 1_000,
    "a " * 4_000,
    "\u200d\u200d",
]
# More than are told at once.
MANY = 28
ROUTING = {
    "receiver": "none", "group_wait": "0s", "group_interval": "1s", "repeat_interval": "30d", "group_by": ["finding"]}


def rules():
    """One that groups by what a sender writes, and one for each hostile text whose author wrote it himself."""
    files = {
        "plain": sign_in_rule("plain", "A sign-in that failed", "critical", playbook="account-takeover"),
        "values": sign_in_rule(
            "values", "Names of the senders' making", group_by=("actor.displayName", "displayMessage"), event_type="test.values"),
        "many": sign_in_rule(
            "many", "Many at once", "medium", group_by=("actor.alternateId", "actor.displayName"), event_type="test.many",
            description="界" * 1_000, falsepositives=["a & b < c " * 40] * 5),
    }
    levels = ["critical", "high", "medium", "low"]
    for number, text in enumerate(HOSTILE):
        # A file must be UTF-8 without controls; rules come from people whose editors see to that.
        text = "".join(character for character in text if character.isprintable() or character in "\u202e\u200b\u2028")
        files[f"title{number}"] = sign_in_rule(
            f"title-{number}", (text or "x")[:256], levels[number % 4], event_type=f"test.title.{number}", description=(text or "x")[:4_000],
            falsepositives=[text or "x"] * 6, tags=["attack.t1110.003", "attack.credential-access"])
    return files


def routes(webhooks):
    """Many at once are one group; of all others each is told alone."""
    for webhook in webhooks:
        yield {
            "receiver": webhook, "matchers": ["rule=many"], "group_by": ["rule"], "group_wait": "2s", "continue": True}
        yield {"receiver": webhook, "matchers": ["rule!=many"], "continue": True}


def check(programs, alertmanager, **_):
    with tempfile.TemporaryDirectory(prefix="perimeter-alertmanager-") as folder:
        real = RealAlertmanager(f"{alertmanager}/prometheus-alertmanager", pathlib.Path(folder))
        try:
            Formats(programs, real).run()
        finally:
            real.stop()


class Formats:
    def __init__(self, programs, real):
        self.programs, self.real = programs, real
        self.server = Server()
        self.vendors = {}
        for name, links in (("", LINKS), ("-links", LONG_LINKS.partition("{}")[0])):
            for kind in (Slack, Discord, Teams, PagerDuty, Opsgenie):
                self.vendors[kind.format + name] = kind(kind.format + name, links)
            self.vendors["alertmanager" + name] = Alertmanager("alertmanager" + name, links, real)
        self.server.handlers = self.vendors
        secrets, webhooks = {}, []
        for name, vendor in self.vendors.items():
            url = self.server.url(name)
            webhooks.append({
                "name": name, "format": vendor.format, "url": url, "allow_private_addresses": True, "minimum_level": "informational",
                "external_url": LONG_LINKS if name.endswith("-links") else LINKS, "playbook_url": PLAYBOOKS, **vendor.configuration(url)})
            secrets.update(getattr(vendor, "secrets", {}))
        configuration = {
            "webhooks": webhooks, "routing": {"route": {**ROUTING, "routes": list(routes(self.vendors))}},
            "retry_schedule": ["0s"] + ["1s"] * 20}
        self.siemd = Siemd(programs, configuration, rules(), secrets)

    def run(self):
        with self.siemd:
            self.worst_inputs()
            self.refusals()
            self.life()
            self.life_of_many()
            self.siemd.stop()
        self.server.close()

    def settle(self, what):
        """Waits until nothing is owed, and looks whether a receiver complained."""
        self.no_complaints()
        wait_until(
            lambda: not self.siemd.deliveries("--state", "pending"), f"{what}: everything is delivered",
            detail=lambda: f"{list(self.siemd.deliveries('--state', 'pending').values())[:3]}")
        self.no_complaints()

    def no_complaints(self):
        complaints = [text for vendor in self.vendors.values() for text in vendor.complaints]
        expect(not complaints, f"{len(complaints)} complaints:\n" + "\n".join(complaints[:12]))

    def told(self, vendor, uid):
        """The documents that a receiver took of a finding."""
        return self.vendors[vendor].documents(uid)

    def worst_inputs(self):
        self.siemd.send({"eventType": "test.values", "displayMessage": text, "actor": {"displayName": text}} for text in HOSTILE)
        self.siemd.send({"eventType": f"test.title.{number}"} for number in range(len(HOSTILE)))
        self.siemd.send(
            {"eventType": "test.many", "actor": {"alternateId": f"user{number}@example.com", "displayName": "<&*" * 200}}
            for number in range(MANY))
        # A value of nothing visible is none, and its event counts in no group.
        wanted = 2 * len(HOSTILE) + MANY
        found = wait_until(
            lambda: (lambda all: all if len(all) >= wanted else None)(self.siemd.findings()), f"{wanted} findings",
            detail=lambda: f"{len(self.siemd.findings())} findings")
        expect(len(found) == wanted, f"{len(found)} findings, not {wanted}")
        alone = [finding["uid"] for finding in found if finding["rule"]["id"] != "many"]
        for name, vendor in self.vendors.items():
            for uid in alone:
                wait_until(lambda: vendor.complaints or self.told(name, uid), f"{name} is told of {uid}", detail=self.siemd.log)
            wait_until(lambda: vendor.complaints or vendor.documents("Many at once"), f"{name} is told of many", detail=self.siemd.log)
        self.settle("worst inputs")
        dead = self.siemd.deliveries("--state", "dead")
        expect(not dead, f"dead letters: {list(dead.values())[:3]}")
        for vendor in self.vendors.values():
            vendor.check_refusals(alone[0])
        sizes = {name: max(len(item.request.body) for item in vendor.accepted) for name, vendor in self.vendors.items()}
        print(f"  {wanted} findings of the worst texts, taken by {len(self.vendors)} receivers; the largest body: {max(sizes.values())} bytes")

    def refusals(self):
        """Each vendor's refusals in turn, at all vendors at a time."""
        kinds = {name: list(vendor.refusals) for name, vendor in self.vendors.items() if not name.endswith("-links")}
        for turn in range(max(map(len, kinds.values()))):
            refusing = {name: reasons[turn] for name, reasons in kinds.items() if turn < len(reasons)}
            for name, reason in refusing.items():
                self.vendors[name].refuse(reason)
            uid = self.raise_one(f"refused{turn}@example.com")
            for name, reason in refusing.items():
                self.refusal(name, reason, uid)
            self.settle("refusals")
        print(f"  {sum(map(len, kinds.values()))} refusals of {len(kinds)} vendors: tried again no sooner than asked, dead letters, switched off")

    def raise_one(self, user):
        before = {finding["uid"] for finding in self.siemd.findings()}
        self.siemd.send([{"actor": {"alternateId": user}}])
        new = wait_until(lambda: {finding["uid"] for finding in self.siemd.findings()} - before, f"a finding for {user}")
        return new.pop()

    def refusal(self, name, reason, uid):
        vendor = self.vendors[name]
        answer = vendor.refusals[reason]
        if answer.status == 429 or answer.status >= 500:
            accepted = wait_until(lambda: self.told(name, uid), f"{name} is told again after {reason}", detail=self.siemd.log)
        else:
            row = wait_until(
                lambda: [row for row in self.siemd.deliveries("--endpoint", name, "--state", "dead").values()],
                f"{answer.status} {reason} of {name} makes a dead letter", detail=self.siemd.log)[0]
            expect(str(answer.status) in row["LAST ERROR"], f"{name}: {row}")
            words = answer.body if isinstance(answer.body, str) else answer.body["message"] if "message" in answer.body else "error"
            expect(words.strip('"')[:20] in row["LAST ERROR"], f"{name}: not the receiver's own words in {row['LAST ERROR']!r}")
            if answer.status == 410:
                self.siemd.siemctl("webhook", "enable", name)
            self.siemd.siemctl("webhook", "retry", row["ID"])
            accepted = wait_until(lambda: self.told(name, uid), f"{name} is told by retry after {reason}", detail=self.siemd.log)
        expect(len(accepted) == 1, f"{name} was told {len(accepted)} times after {reason}")
        refused = vendor.refused[-1][1]
        expect(accepted[0].id == refused.headers["webhook-id"], f"{name}: another id after {reason}")
        waited, asked = accepted[0].request.time - refused.time, int(answer.headers.get("retry-after", 0))
        expect(waited >= asked - 0.05, f"{name}: told after {waited:.2f} s, {asked} s were asked for")

    def triage(self, command, uid, *options):
        self.siemd.siemctl("alert", command, uid, "--by", "dana", *options)

    def close(self, uid):
        self.triage("close", uid, "--verdict", "true-positive", "--reason", "sessions <revoked> *all*")

    def incidents(self):
        return self.vendors["pagerduty"].incidents, self.vendors["opsgenie"].alerts

    def key_of(self, vendor, uid):
        documents = [item.document for item in self.told(vendor, uid)]
        keys = {document["dedup_key" if vendor == "pagerduty" else "alias"] for document in documents}
        expect(len(keys) == 1, f"{vendor}: of one finding are {keys}")
        return keys.pop()

    def life(self):
        uid = self.raise_one("life@example.com")
        wait_until(lambda: self.told("pagerduty", uid) and self.told("opsgenie", uid) and uid in self.real.alerts(), "everybody is told")
        key = self.key_of("pagerduty", uid)
        alias = self.key_of("opsgenie", uid)
        pagerduty, opsgenie = self.incidents()
        fired = self.real.alerts()[uid]
        for command, wanted in [
            ("ack", ("acknowledged", "acked")), ("close", ("resolved", "closed")), ("reopen", ("triggered", "open")),
            ("close", ("resolved", "closed")),
        ]:
            if command == "close":
                self.close(uid)
            else:
                self.triage(command, uid)
            wait_until(
                lambda: (pagerduty.get(key), opsgenie.get(alias)) == wanted, f"after {command} PagerDuty and Opsgenie have {wanted}",
                detail=lambda: f"{pagerduty.get(key)}, {opsgenie.get(alias)}; {self.siemd.log()[-1_000:]}")
            fires = command != "close"
            wait_until(
                lambda: (uid in self.real.alerts()) == fires, f"after {command} Alertmanager has it {'firing' if fires else 'resolved'}",
                detail=self.siemd.log)
            if fires:
                again = self.real.alerts()[uid]
                expect(again["labels"] == fired["labels"], f"labels changed, so it is another alert: {again['labels']}, {fired['labels']}")
        self.settle("life")
        for name in ("pagerduty", "opsgenie"):
            actions = self.vendors[name].actions[key if name == "pagerduty" else alias]
            first, end = ("trigger", "resolve") if name == "pagerduty" else ("create", "close")
            expect(actions == [first, "acknowledge", end, first, end], f"{name} was told {actions}")
        print("  acknowledged, closed, opened again, closed: PagerDuty, Opsgenie and Alertmanager in step, under one key")

    def life_of_many(self):
        many = [finding["uid"] for finding in self.siemd.findings("--rule", "many")]
        told = set(self.real.alerts()) & set(many)
        expect(told, "Alertmanager has none of the many firing")
        pagerduty, opsgenie = self.incidents()
        key = {item.document["dedup_key"] for item in self.vendors["pagerduty"].documents("Many at once")}
        alias = {item.document["alias"] for item in self.vendors["opsgenie"].documents("Many at once")}
        expect(len(key) == len(alias) == 1, f"the group has several keys: {key}, {alias}")
        key, alias = key.pop(), alias.pop()
        for uid in many[1:]:
            self.close(uid)
        self.settle("all but one closed")
        expect((pagerduty[key], opsgenie[alias]) == ("triggered", "open"), "an incident ended while one of its findings is open")
        self.close(many[0])
        wait_until(
            lambda: (pagerduty[key], opsgenie[alias]) == ("resolved", "closed"), "the group's incidents end with its last finding",
            detail=lambda: f"{pagerduty[key]}, {opsgenie[alias]}; {self.siemd.log()[-1_000:]}")
        wait_until(
            lambda: not set(self.real.alerts()) & set(many), "Alertmanager has all of the group resolved", 20,
            lambda: f"of {len(told)} that fired {len(set(self.real.alerts()) & set(many))} still do")
        self.settle("all closed")
        print(f"  a group of {len(many)}: one incident, which ends with its last finding")
