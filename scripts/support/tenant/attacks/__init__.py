"""Attacks that are planted, and what is true of them.

They are written after what attackers are known to do, without a look at any rule: what finds them is not their concern.
"""
from ..chance import Chance
from ..clock import DAY
from . import access, chains, data, keys, privilege
from .attack import FAMILIES, Attack

__all__ = ["Campaign", "FAMILIES", "access", "chains", "data", "keys", "privilege"]


class Campaign:
    """All attacks of the weeks."""

    def __init__(self, company, products, delivery, machines):
        self.company, self.products, self.delivery, self.machines = company, products, delivery, machines
        self.attacks = []

    def plan(self, count, families=None):
        """So many attacks of each family, over the last three weeks (of fewer: after the first third), by other people each."""
        days = self.company.days
        first = max(days - 21, days // 3)
        for name, family in FAMILIES.items():
            if families is not None and name not in families:
                continue
            for number in range(count):
                chance = Chance.named(self.company.seed, "attack", name, number)
                # Two days are left for those that take their time.
                possible = [day for day in range(first, max(first + 1, days - 2))
                            if self.company.weekday(day) < 5 or number % 3 != 1]
                attack = Attack(self, family, number, chance, chance.choice(possible or [first]))
                self.delivery.watcher = attack.watch
                try:
                    attack.run()
                finally:
                    self.delivery.watcher = None
                self.attacks.append(attack)

    def truth(self):
        """A row for each attack, in order of time."""
        return [attack.truth() for attack in sorted(self.attacks, key=lambda attack: (attack.times[0], attack.uid))]

    def midnight(self, day):
        return self.company.start + day * DAY
