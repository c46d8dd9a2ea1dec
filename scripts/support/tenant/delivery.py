"""How records arrive: later than they happened, out of order, some twice; one file of JSON lines for each product, or for all."""
import json
import pathlib

from .chance import Chance
from .clock import DAY, HOUR, MINUTE

# Of each product: the middle and the spread of its delay (log-normal, seconds), the share of records that are much later, and
# the share that comes twice, since spans are polled again and senders repeat. Twice comes only what has an id of its own.
DELAYS = {
    "okta": (8, 0.8, 0.001, 0.002),
    "google_workspace": (9 * MINUTE, 0.9, 0.004, 0.02),
    "microsoft365": (25 * MINUTE, 0.7, 0.006, 0.01),
    "entra": (4 * MINUTE, 0.6, 0.002, 0.01),
    "slack": (40, 0.7, 0.001, 0.01),
    "github": (25, 0.9, 0.001, 0.005),
    "aws_cloudtrail": (5 * MINUTE, 0.5, 0.002, 0.002),
    "salesforce": (30, 0.8, 0.001, 0),
    "snowflake": (40 * MINUTE, 0.3, 0.001, 0),
    "atlassian": (2 * MINUTE, 0.7, 0.001, 0.01),
    "onepassword": (60, 0.6, 0.001, 0.005),
    "zoom": (3, 0.6, 0.0005, 0),
}
LATEST = 6 * HOUR
ENCODE = json.JSONEncoder(separators=(",", ":"), ensure_ascii=True, check_circular=False).encode


class Delivery:
    """Takes records in any order of time, and writes each product's by their arrival. Holds what has not arrived yet."""

    def __init__(self, folder, seed, merged=False):
        self.folder, self.merged = pathlib.Path(folder), merged
        self.folder.mkdir(parents=True, exist_ok=True)
        self.chance = Chance.named(seed, "delivery")
        names = ["all"] if merged else list(DELAYS)
        self.files = {name: open(self.folder / f"{name}.jsonl", "w", encoding="ascii", newline="\n") for name in names}
        self.waiting = {name: {} for name in names}
        self.counts = dict.fromkeys(DELAYS, 0)  # records
        self.written = dict.fromkeys(names, 0)  # lines
        self.watcher = None  # told of every record while an attack makes its own: product, id, time
        self.serial = 0

    def __call__(self, product, time, uid, record):
        """Takes one record, and gives its id back."""
        chance = self.chance
        middle, spread, late, twice = DELAYS[product]
        arrival = time + middle * chance.lognormvariate(0, spread)
        roll = chance.random()
        if roll < late:
            arrival += chance.uniform(HOUR, LATEST)
        line = ENCODE(record)
        self._hold(product, arrival, line)
        if late <= roll < late + twice:
            self._hold(product, arrival + chance.uniform(1, 20 * MINUTE), line)
        self.counts[product] += 1
        if self.watcher:
            self.watcher(product, uid, time)
        return uid

    def _hold(self, product, arrival, line):
        self.serial += 1
        self.waiting["all" if self.merged else product].setdefault(int(arrival // DAY), []).append((arrival, self.serial, line))

    def write(self, until):
        """Writes what has arrived before a time. Nothing that happens from now on may be earlier."""
        for name, days in self.waiting.items():
            arrived = []
            for day in [day for day in days if day * DAY < until]:
                rows = days[day]
                if (day + 1) * DAY > until:
                    days[day] = [row for row in rows if row[0] >= until]
                    rows = [row for row in rows if row[0] < until]
                else:
                    del days[day]
                arrived += rows
            arrived.sort()
            self.files[name].writelines(f"{line}\n" for _, _, line in arrived)
            self.written[name] += len(arrived)

    def close(self):
        self.write(float("inf"))
        for file in self.files.values():
            file.close()
