"""Who works there: names in every product, departments, hours, devices, homes, holidays, journeys."""
from dataclasses import dataclass, field

from .places import ABROAD, OFFICES, Place

FIRST = """ana ben chloe dan eva femi gita hugo ines jun kofi lena mia noor omar priya quinn rosa samuel tara uma viktor wei xenia
yusuf zoe anton bela carla diego elif farid grace hana ivan jonas karin leo maya nils olga pavel rania stefan tomas ursula
vera walt yara zain alma bruno celia derek edith""".split()
LAST = """silva okafor tanaka muller rossi novak haddad singh lopez kim ito costa holm nair reyes park meyer dubois kowalski
andersen ferrari petrov santos yilmaz cohen ali khan patel wong chen garcia moreau schmidt larsen virtanen oneill murphy
evans hughes wright baker cooper fisher hunter mason parker turner walker abbas bose castro duarte eriksen fontaine
""".split()
SYSTEMS = [
    # What the device runs: in user agents, in Okta and Entra, in Salesforce and Snowflake.
    ("Windows NT 10.0; Win64; x64", "Windows 10", "Windows10", "Windows", 55),
    ("Macintosh; Intel Mac OS X 10_15_7", "Mac OS X", "MacOs", "macOS", 38),
    ("X11; Linux x86_64", "Linux", "Linux", "Linux", 7),
]
# Department: share of people, hours a day at work, how many of ten days at the office, and events a day in each product.
DEPARTMENTS = {
    "engineering": (34, 8.5, 3, dict(google=13, slack=7, github=19, atlassian=9, onepassword=2, zoom=3)),
    "data": (4, 8.5, 3, dict(google=10, slack=6, github=8, snowflake=20, atlassian=5, onepassword=2, zoom=3)),
    "support": (13, 8, 6, dict(google=12, slack=8, salesforce=16, atlassian=7, onepassword=1.5, zoom=2)),
    "sales": (18, 9, 3, dict(microsoft365=15, google=3, slack=7, salesforce=17, onepassword=1, zoom=5)),
    "marketing": (8, 8, 4, dict(google=26, slack=8, salesforce=4, atlassian=3, onepassword=1.5, zoom=4)),
    "finance": (6, 8.5, 6, dict(microsoft365=27, slack=4, snowflake=4, salesforce=3, onepassword=1.5, zoom=2)),
    "people": (4, 8, 6, dict(microsoft365=26, google=3, slack=5, onepassword=1, zoom=4)),
    "legal": (3, 9, 6, dict(microsoft365=30, slack=3, onepassword=1, zoom=3)),
    "it": (4, 8.5, 6, dict(google=12, slack=8, github=6, atlassian=12, microsoft365=4, onepassword=4, zoom=2)),
    "security": (2, 9, 4, dict(google=12, slack=8, github=10, atlassian=8, snowflake=3, onepassword=4, zoom=2)),
    "operations": (3, 8, 8, dict(google=14, slack=6, atlassian=4, microsoft365=6, onepassword=1, zoom=2)),
    "executives": (1, 10, 5, dict(microsoft365=24, google=4, slack=5, salesforce=2, onepassword=1, zoom=7)),
}
DOMAIN = "example.com"


@dataclass
class Device:
    name: str
    agent: str  # the browser's User-Agent
    browser: str
    version: int
    system: tuple
    mobile: bool = False


@dataclass(eq=False)
class Person:
    number: int
    first: str
    last: str
    department: str
    city: object
    seed: str  # 32 hexadecimal digits from which every product's ids are made
    local: str  # the address before the @
    home: Place = None
    laptop: Device = None
    phone: Device = None
    starts: float = 9.0  # hours after the local midnight
    hours: float = 8.0
    liveliness: float = 1.0
    office_days: tuple = ()
    joins: int = None  # day of the calendar, from 0; nobody joins on the first
    leaves: int = None
    absent: dict = field(default_factory=dict)  # day: holiday or sick
    journeys: list = field(default_factory=list)  # (first day, last day, city)
    products: dict = field(default_factory=dict)
    admin_of: set = field(default_factory=set)
    spare: bool = True  # not yet anybody's victim
    service: bool = False
    cache: dict = field(default_factory=dict)

    def __post_init__(self):
        self.email = f"{self.local}@{DOMAIN}"
        self.name = f"{self.first} {self.last}".title()
        self.login = self.local.replace(".", "-")
        seed = self.seed
        self.okta_id = "00u" + seed[:17]
        self.guid = f"{seed[:8]}-{seed[8:12]}-4{seed[13:16]}-8{seed[17:20]}-{seed[20:]}"
        self.google_id = str(10**20 + int(seed[:15], 16))
        self.puid = "1003" + seed[:12].upper()
        self.slack_id = "W" + seed[4:14].upper()
        self.github_id = int(seed[:7], 16) % 90_000_000 + 10_000
        self.salesforce_id = "005" + seed[:15].upper()
        self.atlassian_id = f"712020:{self.guid}"
        self.onepassword_id = ("U" + seed[:25]).upper()
        self.zoom_id = "z" + seed[:21]
        self.aws_id = "AIDA" + seed[:16].upper()
        self.access_key = "AKIA" + seed[16:].upper()
        self.snowflake_name = self.email.upper()

    def here(self, day):
        """Whether an account of theirs is in use on a day of the calendar."""
        return (self.joins is None or day >= self.joins) and (self.leaves is None or day < self.leaves)

    def away(self, day):
        """Where a journey has taken them."""
        for first, last, city in self.journeys:
            if first <= day <= last:
                return city
        return None


def laptop(chance, person):
    system = chance.choices(SYSTEMS, [55, 38, 7] if person.department not in ("engineering", "data") else [10, 62, 28])[0]
    browser, version = chance.choices(["Chrome", "Edge", "Firefox", "Safari"], [70, 14, 9, 7])[0], chance.randrange(138, 143)
    if browser == "Safari" and system[3] != "macOS":
        browser = "Chrome"
    tail = {
        "Chrome": f"AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{version}.0.0.0 Safari/537.36",
        "Edge": f"AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{version}.0.0.0 Safari/537.36 Edg/{version}.0.0.0",
        "Firefox": f"Gecko/20100101 Firefox/{version}.0",
        "Safari": "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
    }[browser]
    return Device(f"{person.first[:1]}{person.last}-{chance.randrange(10, 99)}".upper(), f"Mozilla/5.0 ({system[0]}) {tail}",
                  browser, version, system)


def phone(chance, person):
    apple = chance.happens(0.6)
    system = ("", "iOS", "Ios", "iOS", 0) if apple else ("", "Android", "Android", "Android", 0)
    agent = ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 "
             "Mobile/15E148 Safari/604.1" if apple else
             "Mozilla/5.0 (Linux; Android 15; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36")
    return Device(f"{person.first}s phone", agent, "Mobile Safari" if apple else "Chrome Mobile", 18 if apple else 141, system, True)


def scheduled(chance, person, days):
    """Fills in holidays, sick days and journeys."""
    if chance.happens(0.18 * days / 28):  # about five weeks a year
        first = chance.randrange(days)
        for day in range(first, min(days, first + chance.choice([3, 7, 7, 14]))):
            person.absent[day] = "holiday"
    day = 0
    while day < days:
        if chance.happens(0.009):
            length = chance.choice([1, 1, 2, 3])
            for sick in range(day, min(days, day + length)):
                person.absent.setdefault(sick, "sick")
            day += length
        day += 1
    travels = {"sales": 0.5, "executives": 0.8, "marketing": 0.2, "engineering": 0.1}.get(person.department, 0.07)
    if chance.happens(travels * days / 28):
        first = chance.randrange(days)
        city = chance.choice([city for city in OFFICES + ABROAD if city is not person.city])
        person.journeys.append((first, first + chance.randrange(2, 6), city))


def hired(chance, geography, number, department, days):
    """One more person, with everything that is theirs."""
    first = FIRST[chance.randrange(len(FIRST))]
    last = LAST[chance.randrange(len(LAST))]
    city = chance.choices(OFFICES, [22, 18, 14, 18, 10, 14, 4])[0]
    person = Person(number, first, last, department, city, chance.hex(32), f"{first}.{last}")
    share, hours, office, products = DEPARTMENTS[department]
    person.home = geography.address("home", city, chance)
    person.laptop, person.phone = laptop(chance, person), phone(chance, person)
    person.starts = min(11, max(6.5, chance.gauss(8.8, 0.7)))
    person.hours = min(12, max(5, chance.gauss(hours, 0.8)))
    person.liveliness = min(3.0, chance.lognormvariate(-0.06, 0.35))
    person.office_days = tuple(sorted(chance.sample(range(5), office // 2 + (chance.random() < office % 2 / 2))))
    person.products = dict(products)
    if department in ("engineering", "data") and chance.happens(0.3):
        person.products["aws_cloudtrail"] = 10
    scheduled(chance, person, days)
    return person
