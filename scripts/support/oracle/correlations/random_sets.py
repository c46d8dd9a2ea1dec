"""Random sets of rules, correlations and events, for sigma-correlations. Times are microseconds since the set's beginning."""
import ast
import itertools

FIRING_TYPES = ("event_count", "value_count", "temporal", "temporal_ordered")
NUMBER_TYPES = ("value_sum", "value_avg", "value_percentile", "value_median")
# value_tuple: value_count over two fields. *_condition: a boolean condition over rules.
TYPES = (*FIRING_TYPES, *NUMBER_TYPES, "value_tuple", "temporal_condition", "temporal_ordered_condition")

SECOND = 1_000_000
# Values differ in case, and stand as numbers and as text. Only ASCII letters: SQLite folds no others.
ALPHABETS = {
    "k": ["a", "A", "b", "B", "c", "d"],
    "j": ["x", "X", "y", 1, "1"],
    "g": ["red", "Red", "blue", 7, "7", "", None],
    "h": ["u", "U", "w"],
    "v": ["p", "P", "q", "r", 5, "5", "", None],
    "w": ["m", "M", "n", None],
    # Halves add up exactly, in whatever order.
    "n": [1, 2, 2.5, -3, "4", "0.5", 10, "many", None],
}
DETECTIONS = [
    ({"sel": {"k": "a"}}, "sel"),
    ({"sel": {"k": "B"}}, "sel"),
    ({"sel": {"k": ["b", "C"]}}, "sel"),
    ({"sel": {"k": "a", "j": "x"}}, "sel"),
    ({"sel": {"k|contains": "D"}}, "sel"),
    ({"sel": {"j": 1}}, "sel"),
    ({"sel": {"k": ["a", "b"]}, "other": {"j|startswith": "x"}}, "sel and not other"),
    ({"one": {"k": "c"}, "two": {"j": "y"}}, "1 of *"),
    ({"sel": {"k": "*"}}, "sel"),
]
GRIDS = [1, 500_000, SECOND, 10 * SECOND, 60 * SECOND]


def is_number_type(kind):
    return kind in NUMBER_TYPES


def inner_rules(one, correlation):
    """The correlations that a correlation builds on."""
    names = {other["name"] for other in one["correlations"]}
    return [rule for rule in correlation["rules"] if rule in names]


def is_boolean(kind):
    return kind.endswith("_condition")


def random_set(random, types):
    """A set as plain data: bases, correlations, events; and whether equal times count as one."""
    grid = random.choice(GRIDS)
    # The shortest timespan that Sigma can write is a second.
    unit = max(grid, SECOND)
    together = random.random() < 0.2
    result = {"together": together, "bases": [], "correlations": []}
    for number in range(random.randint(1, 4)):
        selections, condition = random.choice(DETECTIONS)
        result["bases"].append({"name": f"r{number}", "selections": selections, "condition": condition})
    for number in range(random.randint(1, 3)):
        correlation = random_correlation(random, types, result, unit, f"c{number}")
        if correlation:
            result["correlations"].append(correlation)
    result["events"] = random_events(random, grid, unit)
    return result


def random_events(random, grid, unit):
    length = random.choice([3, 10, 40]) * unit // grid
    shares = {field: random.choice([0.6, 0.9, 1]) for field in ALPHABETS}
    # Fewer values make more events that belong together.
    narrowed = {field: random.sample(values, random.randint(1, len(values))) for field, values in ALPHABETS.items()}
    events = []
    for _ in range(random.randint(5, 40)):
        event = {"time": random.randint(0, length) * grid}
        if grid == 1:
            # Close to the edges of windows that are whole seconds.
            event["time"] = max(0, random.randint(0, 10) * SECOND + random.choice([-1, 0, 0, 1]))
        for field, values in narrowed.items():
            if random.random() < shares[field]:
                event[field] = random.choice(values)
        events.append(event)
    if random.random() < 0.5:
        events.sort(key=lambda event: event["time"])
    return events


def random_correlation(random, types, so_far, unit, name):
    kind = random.choice(types)
    correlation = {"name": name, "type": kind, "timespan": random.choice([1, 2, 3, 5]) * unit, "group_by": [], "aliases": {}}
    bases = [base["name"] for base in so_far["bases"]]
    inner = {} if so_far["together"] or is_number_type(kind) else chainable(so_far)
    if so_far["together"] and kind not in ("event_count", "value_count", "value_tuple", "temporal"):
        # Order and numbers are judged event by event.
        return None
    count = min(random.choice([1, 2, 2, 3, 3]), len(bases) + len(inner))
    rules = random.sample([*bases, *inner], count)
    random.shuffle(rules)
    correlation["rules"] = rules
    # What an inner correlation is grouped by is all that it hands on.
    carried = [set(inner[rule]) for rule in rules if rule in inner]
    fields = [field for field in ("g", "h") if all(field in group for group in carried)]
    correlation["group_by"] = random.sample(fields, random.randint(0, len(fields)))
    if not carried and random.random() < 0.25:
        # An alias in the place of a field of its own in every rule.
        correlation["aliases"]["who"] = {rule: random.choice(["g", "h", "j"]) for rule in rules}
        correlation["group_by"] = [*correlation["group_by"][:1], "who"]
    if not set_condition(random, correlation, fields if carried else ["v", "h", "j"]):
        return None
    return correlation


def chainable(so_far):
    """The correlations that others can build on, with what they are grouped by."""
    # temporal_ordered is not among them: see firing_rows() in sql.py. Numbers and absence are judged when nothing can come any
    # more, and nothing can build on them.
    def is_chainable(correlation):
        kind = correlation["type"]
        if kind == "temporal_condition":
            return not has_absence(correlation["expression"], correlation["rules"])
        return kind in ("event_count", "value_count", "temporal")

    return {c["name"]: c["group_by"] for c in so_far["correlations"] if is_chainable(c) and not c["aliases"]}


def set_condition(random, correlation, fields):
    kind = correlation["type"]
    if is_boolean(kind):
        return set_expression(random, correlation)
    highest = len(correlation["rules"])
    if kind.startswith("temporal"):
        if random.random() < 0.4:
            return True
    else:
        highest = random.choice([2, 3, 5])
    relation = random.choice(["gte", "gte", "gt", "eq", "lt", "lte", "neq"])
    if is_number_type(kind):
        bound = random.choice([-3, 0, 1, 2, 2.5, 4, 6])
        correlation["field"] = "n"
        if kind == "value_percentile":
            correlation["percentile"] = random.choice([0, 10, 25, 50, 75, 90, 95, 100])
            # Off the values that interpolation makes, which come out a rounding apart.
            bound += 0.013
        correlation["condition"] = (relation, bound)
        return True
    if kind == "value_count":
        if not fields:
            return False
        correlation["field"] = random.choice(fields)
        if correlation["aliases"] and random.random() < 0.5:
            correlation["aliases"]["what"] = {rule: random.choice(["v", "h"]) for rule in correlation["rules"]}
            correlation["field"] = "what"
    if kind == "value_tuple":
        if "v" not in fields:
            return False
        correlation["field"] = "v+w"
    correlation["condition"] = (relation, random.randint(0, highest))
    least = threshold(*correlation["condition"])
    # What can never hold is refused.
    return least is not None and (not kind.startswith("temporal") or least <= highest)


def threshold(relation, bound):
    """The smallest count of at least 1 that satisfies a condition; None if there is none."""
    return next((count for count in range(1, bound + 3) if holds(relation, count, bound)), None)


def holds(relation, number, bound):
    return {"gt": number > bound, "gte": number >= bound, "lt": number < bound, "lte": number <= bound,
            "eq": number == bound, "neq": number != bound}[relation]


def set_expression(random, correlation):
    """A boolean condition over all of the rules, which does not hold without any event."""
    def expression(rules):
        if len(rules) == 1:
            return f"not {rules[0]}" if random.random() < 0.4 else rules[0]
        cut = random.randint(1, len(rules) - 1)
        inner = f"({expression(rules[:cut])} {random.choice(['and', 'and', 'or'])} {expression(rules[cut:])})"
        return f"not {inner}" if random.random() < 0.1 else inner

    rules = correlation["rules"]
    text = expression(rules)
    if evaluate(text, set(), rules):
        return False
    correlation["expression"] = text
    # Rules without which the condition is no other stand behind a `not`, or might as well; the others begin windows.
    correlation["positive"] = [rule for rule in rules if stands_positive(text, rule)]
    return True


def evaluate(text, present, rules):
    return eval(text, {rule: rule in present for rule in rules})  # noqa: S307: of our own making


def stands_positive(text, rule):
    """Whether a rule stands somewhere without a `not`: then some events that lack it would do with it."""
    rules = sorted(set(text.replace("(", " ").replace(")", " ").split()) - {"and", "or", "not"})
    others = [other for other in rules if other != rule]
    return any(evaluate(text, {*chosen, rule}, rules) and not evaluate(text, set(chosen), rules)
               for size in range(len(others) + 1) for chosen in itertools.combinations(others, size))


def has_absence(text, rules):
    """Whether a condition that held can cease to hold by a further match."""
    return any(evaluate(text, set(chosen), rules) and not evaluate(text, {*chosen, rule}, rules)
               for size in range(len(rules) + 1) for chosen in itertools.combinations(rules, size) for rule in rules)


def alternatives(text):
    """The disjunctive normal form of a condition in which each rule stands once: [(required, forbidden)]."""
    def terms(node, negated):
        if isinstance(node, ast.Name):
            return [(set(), {node.id})] if negated else [({node.id}, set())]
        if isinstance(node, ast.UnaryOp):
            return terms(node.operand, not negated)
        parts = [terms(part, negated) for part in node.values]
        if isinstance(node.op, ast.And) == negated:
            return [term for part in parts for term in part]
        return [(set().union(*(term[0] for term in chosen)), set().union(*(term[1] for term in chosen)))
                for chosen in itertools.product(*parts)]

    return terms(ast.parse(text, mode="eval").body, False)
