"""One attack: its time, its people, its addresses, and the record of what it did."""
from dataclasses import dataclass

from ..clock import HOUR, millis
from ..people import Device, SYSTEMS
from ..presence import Presence
from ..work import Day

TOOLS = ["python-requests/2.32.3", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 "
         "Safari/537.36", "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "axios/1.7.9", "curl/8.11.1",
         "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"]
BROWSERS = [TOOLS[1], TOOLS[2], TOOLS[5]]
FAMILIES = {}


@dataclass(frozen=True)
class Family:
    name: str
    technique: str  # ATT&CK's
    finding: str  # what an analyst should be told
    script: object


def family(name, technique, finding):
    """Registers a function as what happens in the attacks of a family."""

    def register(script):
        FAMILIES[name] = Family(name, technique, finding, script)
        return script
    return register


class Attack:
    """`pace` is quick (minutes, at the attacker's hours), office (within the victim's hours) or slow (over a day or two)."""

    def __init__(self, campaign, kind, number, chance, day):
        self.campaign, self.family, self.number, self.chance, self.day = campaign, kind, number, chance, day
        self.uid = f"{kind.name}-{number + 1}"
        self.pace = ("quick", "office", "slow")[number % 3]
        self.company, self.products = campaign.company, campaign.products
        self.start = None
        self.identities, self.addresses, self.entities, self.events, self.times, self.note = {}, {}, {}, [], [], ""

    def run(self):
        self.family.script(self)
        self.times.sort()

    def watch(self, product, uid, time):
        self.events.append((product, uid))
        self.times.append(time)

    # Who

    def victim(self, product=None, departments=None, wanted=lambda person: True):
        """Somebody who works on the day and has not been in an attack yet; somebody who has, when there is nobody else."""
        company = self.company
        possible = [person for person in company.people
                    if person.here(self.day) and person.here(self.day + 2) and self.day not in person.absent
                    and not person.away(self.day) and wanted(person) and (product is None or product in person.products)
                    and (departments is None or person.department in departments)]
        fresh = [person for person in possible if person.spare]
        person = self.chance.choice(fresh or possible or company.people)
        person.spare = False
        return self.name(person)

    def administrator(self):
        return self.name(self.chance.choice(self.company.administrators))

    def name(self, person):
        """Counts somebody among the attack's identities, by all names that products have for them."""
        self.identities[person.email] = True
        if person.service:
            self.identities[person.local] = True
        for text in (person.login, person.okta_id, person.slack_id, person.snowflake_name, person.guid, person.google_id, person.local,
                     person.salesforce_id + "AAA", person.access_key, person.aws_id, person.atlassian_id, str(person.github_id),
                     f"arn:aws:iam::111122223333:user/{person.local}"):
            self.entities[text] = True
        return person

    def also(self, *entities):
        """Other things that a finding may be about: sessions, keys, applications."""
        self.entities.update(dict.fromkeys(entities, True))

    # Where and when

    def address(self, kind="hosting", city=None):
        place = self.company.geography.address(kind, city, self.chance)
        self.addresses[place.ip] = True
        return place

    def intruder(self, person, kind="hosting", city=None, agent=None, session=None):
        """Somebody else in a person's name."""
        device = person.phone if self.chance.happens(0.1) else _unmanaged(self.chance)
        return Presence(self.chance, person, self.address(kind, city), device,
                        agent or self.chance.choice(BROWSERS), session)

    def today(self, person):
        return Day(self.company, person, self.day)

    def insider(self, person):
        """The person at the usual place."""
        desk = self.today(person).desk
        self.addresses[desk.place.ip] = True
        return desk

    def begin(self, person=None):
        """The first moment: by day for the pace `office`, else at the attacker's own hours."""
        if self.pace == "office" and person is not None and not person.service:
            today = self.today(person)
            self.start = today.begins + (today.ends - today.begins) * self.chance.uniform(0.15, 0.7)
        else:
            self.start = self.campaign.midnight(self.day) + self.chance.uniform(0, 22) * HOUR
        return self.start

    def spread(self, count, quick, slow):
        """So many moments from the start: over about `quick` seconds, or `slow` ones for the slow pace."""
        mean = (slow if self.pace == "slow" else quick) / max(1, count)
        time, times = self.start, []
        for _ in range(count):
            times.append(time)
            time += self.chance.expovariate(1 / mean)
        return times

    def signed_in(self, p, time, *applications):
        """In the victim's name, with whatever it took beforehand."""
        self.products.okta.sign_in(p, time)
        for number, application in enumerate(applications):
            self.products.okta.sso(p, time + 15 + 12 * number, application)

    def truth(self):
        return {
            "id": self.uid, "family": self.family.name, "technique": self.family.technique, "pace": self.pace,
            "start": millis(self.times[0]), "end": millis(self.times[-1]), "identities": list(self.identities),
            "addresses": list(self.addresses), "entities": list(self.entities),
            "products": sorted({product for product, _ in self.events}), "finding": self.family.finding, "note": self.note,
            "events": [{"product": product, "id": uid} for product, uid in self.events]}


def _unmanaged(chance):
    return Device(f"DESKTOP-{chance.letters(7)}", "", "Chrome", 139, SYSTEMS[0])
