"""Routing: amtool, Alertmanager's own command, names the receivers of random labels in random trees; siemctl must name the same."""
import json
import pathlib
import random
import subprocess
import tempfile

from receiver import expect

SEED, TREES, LABEL_SETS = 20261130, 60, 4
NAMES = ["level", "rule", "team", "region", "a_1"]
VALUES = ["", "a", "b", "ab", "high", "critical", "db", "db.1", "x y", "A", "é", "a\"b", "a\\b", "{a,b}", "=~", "0"]
PATTERNS = [
    "a|b", "high|critical", ".*", ".+", "", "a.*", "db.1", r"db\.1", "(a|b)+", "[a-c]*", "(?i)a", "^a$", "a$|^b", "x y", "[^a]+", r"\w+",
    "é", ".", "a\\\\b", "(?s).*b", "|a", "a{1,2}b?", r"\pL+"]

# The kinds of trees that Alertmanager's documentation shows, with other names: a service's own team, databases, a catch-all that goes on,
# an escalation below a team.
WRITTEN = [
    ({"receiver": "default", "routes": [
        {"receiver": "storage", "matchers": ['team=~"mysql|cassandra"']},
        {"receiver": "web", "matchers": ["region=frontend"]}]},
     [{}, {"team": "mysql"}, {"team": "mysql2"}, {"region": "frontend"}, {"region": "frontend", "team": "cassandra"}]),
    ({"receiver": "team-x", "routes": [
        {"matchers": ['rule=~"^(foo1|foo2|baz)$"'], "receiver": "team-x", "routes": [
            {"matchers": ['level="critical"'], "receiver": "pager-x"}]},
        {"matchers": ['rule="files"'], "receiver": "team-y", "routes": [{"matchers": ['level="critical"'], "receiver": "pager-y"}]},
        {"matchers": ['rule="database"'], "receiver": "team-db", "routes": [
            {"matchers": ['team="x"'], "receiver": "pager-x", "continue": True}, {"matchers": ['team=~"x|y"'], "receiver": "pager-y"}]}]},
     [{"rule": "foo1"}, {"rule": "foo1", "level": "critical"}, {"rule": "foo"}, {"rule": "files", "level": "critical"},
      {"rule": "database"}, {"rule": "database", "team": "x"}, {"rule": "database", "team": "y"}, {"rule": "database", "team": "z"}]),
    ({"receiver": "default", "routes": [
        {"receiver": "all", "continue": True}, {"receiver": "night", "matchers": ['level!="critical"', 'team!~"web|db"'], "continue": True},
        {"receiver": "default", "matchers": ['team=""']}, {}]},
     [{}, {"level": "critical"}, {"team": "web"}, {"team": "webs"}, {"level": "critical", "team": "db"}]),
    ({"receiver": "default", "routes": [
        {"matchers": ['{level="high",team=~"a.*"}', "region!=eu"], "receiver": "one"}, {"matchers": ['team=~".+"'], "receiver": "two"}]},
     [{"level": "high", "team": "ab"}, {"level": "high", "team": "ab", "region": "eu"}, {"level": "high"}, {"team": "b"}]),
]


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def matcher(generator):
    name, sign = generator.choice(NAMES), generator.choice(["=", "!=", "=~", "!~"])
    return name + sign + quoted(generator.choice(PATTERNS if "~" in sign else VALUES))


def node(generator, receivers, depth):
    route = {}
    if generator.random() < 0.8:
        route["receiver"] = generator.choice(receivers)
    matchers = [matcher(generator) for _ in range(generator.choice([0, 1, 1, 1, 2]))]
    if matchers:
        # As a list, or as one text.
        route["matchers"] = matchers if generator.random() < 0.8 else ["{" + ",".join(matchers) + "}"]
    if generator.random() < 0.4:
        route["continue"] = True
    if depth > 0 and generator.random() < 0.6:
        route["routes"] = [node(generator, receivers, depth - 1) for _ in range(generator.randint(1, 4))]
    return route


def random_cases(generator):
    for _ in range(TREES):
        receivers = [f"r{number}" for number in range(generator.randint(2, 6))]
        root = {"receiver": receivers[0], "routes": [node(generator, receivers, 3) for _ in range(generator.randint(1, 5))]}
        labels = [
            {name: value for name in NAMES if generator.random() < 0.6 and (value := generator.choice(VALUES))} for _ in range(LABEL_SETS)]
        yield root, labels


def receivers_of(route):
    return ({route["receiver"]} if "receiver" in route else set()).union(*map(receivers_of, route.get("routes", [])))


def theirs(amtool, file, labels):
    arguments = [f"{name}={quoted(value)}" for name, value in labels.items()]
    result = subprocess.run(
        [amtool, "config", "routes", "test", f"--config.file={file}", *arguments], capture_output=True, text=True, check=False)
    expect(result.returncode == 0, f"amtool refuses {labels}: {result.stderr}{result.stdout}\n{pathlib.Path(file).read_text()}")
    return result.stdout.strip().split(",")


def ours(siemctl, file, labels):
    result = subprocess.run(
        [siemctl, "routing", "test", *[f"{name}={value}" for name, value in labels.items()], "--config", file],
        capture_output=True, text=True, check=False)
    expect(result.returncode == 0, f"siemctl refuses {labels}: {result.stderr}\n{pathlib.Path(file).read_text()}")
    return result.stdout.split()


def check(programs, alertmanager, **_):
    asked, spread = 0, set()
    with tempfile.TemporaryDirectory(prefix="perimeter-routing-") as folder:
        theirs_file, ours_file = f"{folder}/alertmanager.yml", f"{folder}/perimeter.yml"
        for root, label_sets in WRITTEN + list(random_cases(random.Random(SEED))):
            names = sorted(receivers_of(root))
            # JSON is YAML.
            pathlib.Path(theirs_file).write_text(json.dumps({"route": root, "receivers": [{"name": name} for name in names]}))
            webhooks = [
                {"name": name, "format": "slack", "url": "https://hooks.example.com/x", "minimum_level": "informational"} for name in names]
            pathlib.Path(ours_file).write_text(json.dumps({"routing": {"route": root}, "webhooks": webhooks}, indent=1))
            for labels in label_sets:
                wanted = theirs(f"{alertmanager}/amtool", theirs_file, labels)
                found = ours(f"{programs}/siemctl", ours_file, labels)
                expect(found == wanted, f"of {labels} siemctl tells {found}, amtool {wanted}, with\n{json.dumps(root, indent=1)}")
                asked += 1
                spread.add(tuple(found))
    # What cannot fail is no test: the answers must be of many kinds.
    expect(len(spread) > asked // 8, f"only {len(spread)} different answers to {asked} questions")
    print(f"  {asked} label sets in {len(WRITTEN) + TREES} trees: the receivers that amtool names, {len(spread)} different answers")
