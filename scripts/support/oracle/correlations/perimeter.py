"""Perimeter's answers: many sets in one run of `siemctl rule run`, each under a marker of its own."""
import datetime
import json
import pathlib
import subprocess
import tempfile

from .random_sets import is_boolean

BEGINNING = datetime.datetime(2026, 1, 5, 9, tzinfo=datetime.timezone.utc)
EPOCH = int(BEGINNING.timestamp()) * 1_000_000

# A product of the test's own, so that it does not change with those that are shipped.
MAPPING = """\
product: {name: oracle, vendor: Oracle, title: Random events}
ocsf: "1.8.0"
log_sources: [{product: oracle}]
detect: [[set, published, uuid]]
time: published
id: uuid
event_type: set
status: {from: set, values: {success: never}, default: unknown}
severity: {from: set, values: {high: never}, default: informational}
fields: {message: uuid}
events: []
default: api_activity/other
"""


class Perimeter:
    def __init__(self, siemctl, mappings=None):
        self.siemctl = str(pathlib.Path(siemctl).resolve())
        self.mappings = mappings and str(pathlib.Path(mappings).resolve())

    def answers(self, sets):
        """For each set its firings as {(rule, group, time): count} and its findings as {(rule, group, first, last): count}."""
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            (folder / "mappings").mkdir()
            (folder / "mappings/oracle.yml").write_text(MAPPING)
            (folder / "perimeter.yml").write_text(f"mappings: {self.mappings or 'mappings'}\n")
            (folder / "rules").mkdir()
            places = {}
            with open(folder / "events.jsonl", "w") as events:
                for number, one in enumerate(sets):
                    text = "\n---\n".join(json.dumps(document) for document in documents(one, number, places))
                    (folder / f"rules/{number}.yml").write_text(text + "\n")
                    for place, event in enumerate(one["events"]):
                        events.write(json.dumps(record(event, number, place)) + "\n")
            firings = self.run(folder, places, "--every-match")
            findings = self.run(folder, places)
        results = [({}, {}) for _ in sets]
        for number, rule, finding in firings:
            key = (rule, group(finding), finding["firstSeen"] - EPOCH)
            results[number][0][key] = results[number][0].get(key, 0) + finding["count"]
        for number, rule, finding in findings:
            key = (rule, group(finding), finding["firstSeen"] - EPOCH, finding["lastSeen"] - EPOCH)
            results[number][1][key] = results[number][1].get(key, 0) + finding["count"]
        return results

    def run(self, folder, places, *options):
        command = [self.siemctl, "rule", "run", "--rules", "rules", "--events", "events.jsonl", "--config", "perimeter.yml",
                   "--ignore-logsource", "--lateness", "1d", "--json", *options]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"{' '.join(command)}: exit {done.returncode}\n{done.stderr}")
        # What is refused fires nothing, which would look like a difference. What fires is asked of all types, told of some.
        if not options and ": error:" in done.stderr:
            raise SystemExit(f"{' '.join(command)}: rules are refused\n{done.stderr[:2_000]}")
        findings = [json.loads(line) for line in done.stdout.splitlines()]
        return [(*places[f["rule"]["id"]], f) for f in findings if f["rule"]["id"] in places]


def documents(one, number, places):
    """A set's rules as Sigma documents. `places` takes what the ids of its correlations stand for."""
    def called(rule):
        return f"s{number}_{rule}"

    for index, base in enumerate(one["bases"]):
        # In every selection, so that no event of another set is any rule's, and `1 of *` means what it did.
        selections = {name: {**fields, "set": f"s{number}"} for name, fields in base["selections"].items()}
        yield {"title": called(base["name"]), "id": f"00000000-0000-4000-8000-{number:08d}{index:04d}",
               "name": called(base["name"]), "logsource": {"product": "oracle"},
               "detection": {**selections, "condition": base["condition"]}}
    for index, correlation in enumerate(one["correlations"]):
        identifier = f"00000000-0000-4000-9000-{number:08d}{index:04d}"
        places[identifier] = (number, correlation["name"])
        yield {"title": called(correlation["name"]), "id": identifier, "name": called(correlation["name"]),
               "correlation": section(correlation, called, correlation["timespan"] // 1_000_000)}


def section(correlation, called, seconds, condition=None):
    """The part `correlation` of a document, for both sides."""
    kind = {"value_tuple": "value_count"}.get(correlation["type"], correlation["type"].removesuffix("_condition"))
    result = {"type": kind, "rules": [called(rule) for rule in correlation["rules"]], "timespan": f"{seconds}s", "generate": True}
    if correlation["group_by"]:
        result["group-by"] = correlation["group_by"]
    if correlation["aliases"]:
        result["aliases"] = {alias: {called(rule): field for rule, field in fields.items()}
                             for alias, fields in correlation["aliases"].items()}
    condition = condition or correlation.get("condition")
    if is_boolean(correlation["type"]):
        words = correlation["expression"].replace("(", "( ").replace(")", " )").split()
        result["condition"] = " ".join(called(word) if word in correlation["rules"] else word for word in words)
    elif condition:
        result["condition"] = {condition[0]: condition[1]}
        if "field" in correlation:
            field = correlation["field"]
            result["condition"]["field"] = field.split("+") if "+" in field else field
        if "percentile" in correlation:
            result["condition"]["percentile"] = correlation["percentile"]
    return result


def record(event, number, place):
    time = BEGINNING + datetime.timedelta(microseconds=event["time"])
    fields = {name: value for name, value in event.items() if name != "time"}
    return {"uuid": f"s{number}-{place}", "published": time.strftime("%Y-%m-%dT%H:%M:%S.%fZ"), "set": f"s{number}", **fields}


def group(finding):
    # Groups compare without case (decision 4); which spelling is shown is not compared.
    return tuple(sorted((part["field"], part["value"].lower()) for part in finding["group"]))
