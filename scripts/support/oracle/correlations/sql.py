"""The oracle's answers: pySigma compiles each correlation to SQL, and SQLite says at which events it holds."""
import json
import sqlite3

from sigma.backends.sqlite import sqliteBackend
from sigma.backends.sqlite.runtime import execute_plan
from sigma.collection import SigmaCollection

from .perimeter import section
from .random_sets import ALPHABETS, alternatives, has_absence, inner_rules, is_boolean, is_number_type, threshold

COLUMNS = [*ALPHABETS, "v+w"]


class Oracle:
    def __init__(self):
        self.database = sqlite3.connect(":memory:")
        # All as text, so that 7 and "7" are one value (decision 13); but for the numbers that are computed with.
        columns = ", ".join(f"`{name}`" + ("" if name == "n" else " TEXT COLLATE NOCASE") for name in COLUMNS)
        self.database.execute(f"CREATE TABLE logs (id INTEGER PRIMARY KEY, ts INTEGER, {columns})")

    def answers(self, one):
        """As Perimeter.answers, of one set. Firings are those of the correlations that can be asked for them."""
        self.load(one)
        rows = self.execute(one)
        firings, findings = {}, {}
        for correlation in one["correlations"]:
            name = correlation["name"]
            if has_firings(correlation):
                for group, (time, _) in firing_rows(one, correlation, rows):
                    firings[name, group, time] = firings.get((name, group, time), 0) + 1
            findings.update(episodes(correlation, rows[f"{name}_matches"], holding_rows(correlation, rows)))
        return firings, findings

    def load(self, one):
        self.database.execute("DELETE FROM logs")
        clock = Clock(one)
        for place, event in enumerate(one["events"]):
            values = {name: event.get(name) for name in ALPHABETS}
            pair = [values["v"], values["w"]]
            # value_count over two fields, which the oracle has not, is that over one that holds both.
            values["v+w"] = None if None in pair else "\x1f".join(str(value) for value in pair)
            marks = ", ".join("?" * (len(values) + 2))
            self.database.execute(f"INSERT INTO logs VALUES ({marks})", (place + 1, clock.time(place), *values.values()))

    def execute(self, one):
        """For each correlation that `documents` makes its alerts as [(group, moment)]."""
        backend = sqliteBackend(collate_nocase=True, timestamp_field="ts", timestamp_format="unix", event_id_field="id",
                                observation_end=2**52)
        clock = Clock(one)
        collection = SigmaCollection.from_dicts(list(documents(one, clock)))
        result = {}
        for converted in json.loads(backend.convert(collection, output_format="zircolite")):
            if converted["result_type"] != "correlation":
                continue
            alerts, _ = execute_plan(self.database, converted["correlation_plan"], include_events=False)
            result[converted["title"]] = [
                (tuple(sorted((field, str(value).lower()) for field, value in alert["group_keys"].items())), clock.moment(alert))
                for alert in alerts]
        return result


class Clock:
    """The times that the oracle gets.

    At equal times the order of arrival decides (decision 1), while the oracle takes such events together, and as not in order.
    So that it has no equal times to decide on, its time is the event's in units of 2N, plus the event's place among the N; a
    timespan is lengthened by N, which takes in what is exactly so far apart, in either order of places, and nothing else.
    """

    def __init__(self, one):
        self.times = [event["time"] for event in one["events"]]
        # Where equal times are taken together, they stay as they are.
        self.count = 0 if one["together"] else max(1, len(self.times))

    def time(self, place):
        return self.times[place] * 2 * self.count + place if self.count else self.times[place]

    def timespan(self, microseconds):
        return microseconds * 2 * self.count + self.count if self.count else microseconds

    def moment(self, alert):
        """The event that an alert's window ends with, or begins with if it waits for an absence: (time, place)."""
        if not self.count:
            return (int(alert["window_end"]), 0)
        for time in (int(alert["window_end"]), int(alert["window_start"])):
            # The other side of the window is off by the N, and so never an event's.
            if time % (2 * self.count) < self.count:
                return divmod(time, 2 * self.count)
        raise ValueError(f"no event is at either side of the window of {alert}")


def documents(one, clock):
    """The rules for the oracle: of each correlation as many forms as are compared."""
    for base in one["bases"]:
        yield rule(base["name"], base["selections"], base["condition"])
        for field in sorted({counted(correlation, base["name"]) for correlation in one["correlations"]} - {None}):
            # An event without the value that is counted, or computed with, is none of the correlation's events here, and a
            # number that is none is no value. To the oracle its windows end with such an event too, though it adds nothing.
            selections = {**base["selections"], "counted": {f"{field}|exists": True}, "text": {field: "many"}}
            condition = base["condition"].replace("1 of *", "(one or two)")
            without = " and not text" if field == "n" else ""
            yield rule(base["name"] + "_with_" + field, selections, f"({condition}) and counted{without}")
    for correlation in one["correlations"]:
        yield from forms(one, correlation, clock)


def rule(name, selections, condition):
    return {"title": name, "name": name, "logsource": {"product": "oracle"}, "detection": {**selections, "condition": condition}}


def counted(correlation, name):
    """The field of a base rule's events that a correlation counts the values of."""
    field = correlation.get("field") if name in correlation["rules"] else None
    return correlation["aliases"].get(field, {}).get(name, field)


def forms(one, correlation, clock):
    inner = {other["name"] for other in one["correlations"]}

    def called(name):
        field = None if name in inner else counted(correlation, name)
        return name if field is None else f"{name}_with_{field}"

    def document(suffix, form, condition=None):
        part = section(form, called, clock.timespan(correlation["timespan"]), condition)
        if isinstance(part.get("condition"), dict) and "field" in part["condition"]:
            part["condition"]["field"] = form["field"]
        name = correlation["name"] + suffix
        return {"title": name, "name": name, "correlation": part}

    def matching(rules):
        """What fires at every match of these rules."""
        aliases = {alias: {name: fields[name] for name in rules} for alias, fields in correlation["aliases"].items()}
        return {"type": "event_count", "rules": rules, "aliases": aliases, "condition": ("gte", 1),
                "group_by": correlation["group_by"]}

    # A count that satisfies the condition has it satisfied for the window's further events too: nothing that fired is taken
    # back. To the oracle `lt: 3` ceases to hold at the third event. It is given the count from which on the condition holds.
    monotone = None
    if "condition" in correlation and not is_number_type(correlation["type"]):
        monotone = ("gte", threshold(*correlation["condition"]))
    yield document("", correlation, monotone)
    # Whether there is a finding is compared by the condition as it is written; by the other where the count can pass a number
    # over, which is taken as reached: several events at one time, and one event that is a match of several rules, or that has
    # several values by an alias.
    can_skip = (one["together"] or correlation["type"].startswith("temporal") or inner_rules(one, correlation)
                or correlation.get("field") in correlation["aliases"])
    yield document("_written", correlation, monotone if can_skip else None)
    if correlation["type"] == "temporal_ordered_condition":
        for place, (required, forbidden) in enumerate(alternatives(correlation["expression"])):
            names = [name for name in correlation["rules"] if name in required | forbidden]
            alternative = " and ".join(name if name in required else f"not {name}" for name in names)
            aliases = {alias: {name: fields[name] for name in names} for alias, fields in correlation["aliases"].items()}
            yield document(f"_term{place}", {**correlation, "rules": names, "aliases": aliases, "expression": alternative})
    yield document("_matches", matching(correlation.get("positive", correlation["rules"])))
    if "ordered" in correlation["type"]:
        for place, name in enumerate(correlation["rules"]):
            yield document(f"_step{place}", matching([name]))


def has_firings(correlation):
    """Whether each firing can be told: numbers and absence are judged later, and told as findings alone."""
    kind = correlation["type"]
    if is_boolean(kind):
        return kind == "temporal_condition" and not has_absence(correlation["expression"], correlation["rules"])
    return not is_number_type(kind)


def holding_rows(correlation, rows):
    """The alerts that make findings.

    With an order and an absence, the window is the one that begins with the first of the rules in order (decision 6: forward
    from `a`). To the oracle it begins with any of them, and so may end before what is forbidden comes.
    """
    if correlation["type"] != "temporal_ordered_condition":
        return rows[correlation["name"] + "_written"]
    result = []
    for place, (required, forbidden) in enumerate(alternatives(correlation["expression"])):
        alerts = rows[f"{correlation['name']}_term{place}"]
        first = min(correlation["rules"].index(name) for name in required)
        beginnings = set(rows[f"{correlation['name']}_step{first}"])
        result += [alert for alert in alerts if not forbidden or alert in beginnings]
    return result


def firing_rows(one, correlation, rows):
    """The alerts at events with which the condition comes true.

    To the oracle a window in which an order was complete goes on firing with each further event of any of the rules. Here
    an ordered run fires with the event that completes it.
    """
    firings = rows[correlation["name"]]
    if correlation["type"] != "temporal_ordered":
        return firings
    steps = {}
    for place in range(len(correlation["rules"])):
        for group, moment in rows[f"{correlation['name']}_step{place}"]:
            steps.setdefault(group, {}).setdefault(moment, []).append(place)
    condition = correlation.get("condition")
    least = threshold(*condition) if condition else len(correlation["rules"])
    return [(group, moment) for group, moment in firings
            if longest_run(steps[group], moment, correlation["timespan"]) >= least]


def longest_run(steps, end, timespan):
    """How many rules match one after the other in the window that ends with an event, the last of them that event."""
    longest = {}
    for moment in sorted(moment for moment in steps if end[0] - timespan <= moment[0] and moment <= end):
        for step in steps[moment]:
            longest[moment, step] = 1 + max(
                (length for (before, other), length in longest.items() if before < moment and other < step), default=0)
    return max((length for (moment, _), length in longest.items() if moment == end), default=0)


def episodes(correlation, matches, alerts):
    """The findings: runs of matches, no two neighbours further apart than the timespan, in which the condition holds."""
    groups = {}
    for group, moment in matches:
        groups.setdefault(group, []).append(moment)
    result = {}
    for group, moments in groups.items():
        moments.sort()
        fired = {moment for other, moment in alerts if other == group}
        episode = []
        for moment, following in zip(moments, [*moments[1:], None]):
            episode.append(moment)
            if following is None or following[0] - moment[0] > correlation["timespan"]:
                if fired & set(episode):
                    result[correlation["name"], group, episode[0][0], episode[-1][0]] = len(episode)
                episode = []
    return result
