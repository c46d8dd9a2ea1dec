"""Makes a set that differs as small as it can be."""


def shrink(one, differs):
    """The set with as little as possible in it with which it still differs."""
    shrinking = True
    while shrinking:
        shrinking = False
        for smaller in reductions(one):
            if differs(smaller):
                one, shrinking = smaller, True
                break
    return one


def reductions(one):
    """Sets with a little less in them, the ones with least first."""
    used = {rule for correlation in one["correlations"] for rule in correlation["rules"]}
    for place, correlation in enumerate(one["correlations"]):
        if correlation["name"] not in used:
            yield {**one, "correlations": without(one["correlations"], place)}
    for place, base in enumerate(one["bases"]):
        if base["name"] not in used:
            yield {**one, "bases": without(one["bases"], place)}
    size = len(one["events"]) // 2
    while size >= 1:
        for start in range(0, len(one["events"]), size):
            yield {**one, "events": one["events"][:start] + one["events"][start + size:]}
        size //= 2
    for place, event in enumerate(one["events"]):
        for field in event:
            if field != "time":
                lesser = {name: value for name, value in event.items() if name != field}
                yield {**one, "events": [*one["events"][:place], lesser, *one["events"][place + 1:]]}


def without(items, place):
    return items[:place] + items[place + 1:]
