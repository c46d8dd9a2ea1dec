"""The company as a whole: people, accounts of machines, what they work on, who comes and who goes, and the calendar."""
from dataclasses import dataclass

from . import clock
from .chance import Chance
from .people import DEPARTMENTS, Device, Person, hired
from .places import Geography, OFFICES

WORDS = """plan budget roadmap notes contract forecast review proposal brief agenda report pricing invoice onboarding policy
architecture incident retrospective interview survey launch campaign pipeline renewal migration audit inventory""".split()
KINDS = [("docx", "document", 40), ("xlsx", "spreadsheet", 25), ("pptx", "presentation", 14), ("pdf", "pdf", 15), ("zip", "unknown", 2),
         ("png", "png", 4)]
CONFIDENTIAL = {"finance": ["payroll", "board pack", "bank details"], "people": ["salaries", "performance reviews", "medical"],
                "legal": ["acquisition", "litigation", "term sheet"], "sales": ["customer list", "price floor", "pipeline"],
                "engineering": ["architecture keys", "pen test", "source drop"], "executives": ["strategy", "board minutes"]}
APPLICATIONS = ["Google Workspace", "Microsoft Office 365", "Slack", "GitHub Enterprise", "Salesforce", "Snowflake", "Atlassian Cloud",
                "Zoom", "1Password", "AWS IAM Identity Center", "Workday", "Zendesk", "Expensify", "Figma", "Miro", "DocuSign"]
# Applications that people connect by themselves, with what they ask for; known from the first day.
CONNECTED = [("Calendly", "calendar"), ("Zoom for Google Workspace", "calendar"), ("Grammarly", "profile"), ("Notion", "drive.file"),
             ("Loom", "profile"), ("Miro", "drive.file"), ("Lucidchart", "drive.file"), ("DocuSign", "drive.file"),
             ("Asana", "profile"), ("HubSpot Sales", "gmail.send")]


@dataclass(eq=False)
class Document:
    uid: str
    title: str
    extension: str
    kind: str
    owner: Person
    confidential: bool
    size: int


class Company:
    """Everything that stays the same, whatever happens: made from the seed alone."""

    def __init__(self, seed, people, start, days):
        chance = Chance.named(seed, "company")
        self.seed, self.start, self.days = seed, start, days
        self.geography = Geography(chance)
        self.people = self._people(chance, people)
        self.by_department = {}
        for person in self.people:
            self.by_department.setdefault(person.department, []).append(person)
        self._administrators(chance)
        self._movers(chance)
        self._work(chance)
        self.machines = {}
        self.public_holidays = {city: {day for day in range(days) if self.weekday(day) < 5 and chance.happens(0.012)}
                                for city in OFFICES}
        self.on_call = [chance.choice(self.by_department["engineering"]) for _ in range(days // 7 + 2)]

    def weekday(self, day):
        return clock.weekday(self.start + day * clock.DAY)

    def _people(self, chance, count):
        departments = []
        for department, (share, *_) in DEPARTMENTS.items():
            departments += [department] * max(1 if department != "engineering" else 2, round(count * share / 100))
        del departments[count:]
        departments += ["engineering"] * (count - len(departments))
        people, taken = [], set()
        for number, department in enumerate(departments):
            person = hired(chance, self.geography, number, department, self.days)
            serial = 1
            while person.local in taken:
                serial += 1
                person.local = f"{person.first}.{person.last}{serial}"
            taken.add(person.local)
            person.__post_init__()
            people.append(person)
        return people

    def _administrators(self, chance):
        """A few people of IT and security hold what is worth having."""
        self.administrators = self.by_department["it"][:max(2, len(self.people) // 120)]
        for number, person in enumerate(self.administrators):
            person.admin_of = {"okta", "google_workspace", "entra", "slack"} | ({"github", "salesforce"} if number % 2 else set())
            person.spare = False
            person.products["aws_cloudtrail"] = 6
        for person in self.by_department.get("security", [])[:3]:
            person.admin_of = {"okta", "aws_cloudtrail", "snowflake"}
        # Who may do a part of it: a help desk, and owners of a product.
        others = self.by_department["it"][len(self.administrators):]
        self.help_desk = others[:max(2, len(self.people) // 150)] or self.administrators
        for person in self.help_desk:
            person.admin_of = person.admin_of | {"help_desk"}

    def _movers(self, chance):
        """Joiners and leavers: about one in seventy each month, on workdays."""
        workdays = [day for day in range(3, self.days) if self.weekday(day) < 5]
        common = [person for person in self.people if not person.admin_of]
        moving = chance.sample(common, min(len(common), max(2, len(self.people) * self.days // (70 * 28)) * 2))
        self.joiners, self.leavers = moving[::2], moving[1::2]
        for person in self.joiners:
            person.joins = chance.choice([day for day in workdays if self.weekday(day) < 2] or workdays)
        for person in self.leavers:
            person.leaves = chance.choice(workdays)
            person.spare = False

    def _work(self, chance):
        self.documents, self.shelves = [], {}
        for department, members in self.by_department.items():
            shelf = self.shelves[department] = []
            for number in range(60 + 9 * len(members)):
                extension, kind, _ = chance.choices(KINDS, [row[2] for row in KINDS])[0]
                secret = department in CONFIDENTIAL and chance.happens(0.08)
                words = chance.choice(CONFIDENTIAL[department] if secret else WORDS)
                title = f"{words} {chance.choice(['2026', '2027', 'Q3', 'Q4', 'draft', 'final', 'v2'])} {number}"
                shelf.append(Document(chance.hex(32), title, extension, kind, chance.choice(members), secret,
                                      int(chance.lognormvariate(12, 1.5))))
            self.documents += shelf
        services = ["api", "web", "infra", "data", "mobile", "billing", "search", "auth", "docs", "ml"]
        count = max(24, len(self.people) // 8)
        self.repositories = [(f"example/{services[n % 10]}-{chance.choice(WORDS)}-{n}",
                              10**6 + chance.getrandbits(24)) for n in range(count)]
        self.teams = {person: [chance.randrange(count) for _ in range(6)]
                      for person in self.people if "github" in person.products}
        self.channels = [(f"C{chance.letters(10)}", f"{chance.choice(WORDS)}-{chance.choice(WORDS)}")
                         for _ in range(max(30, len(self.people) // 5))]
        self.tables = [(database, f"{chance.choice(WORDS)}_{n}".upper()) for n in range(40)
                       for database in ("SALES", "FINANCE", "PRODUCT", "CUSTOMERS")]
        self.buckets = [f"example-{chance.choice(WORDS)}-{n}" for n in range(24)]
        self.partners = [f"{chance.choice(['kim', 'lee', 'pat', 'sam', 'alex'])}.{chance.choice(['vale', 'stone', 'brook'])}@{domain}"
                         for domain in ("partner.example", "agency.example", "auditor.example", "supplier.example", "customer.example")
                         for _ in range(8)]
        self.applications = [("0oa" + chance.hex(17), name) for name in APPLICATIONS]
        self.connected = [(f"{chance.getrandbits(38)}.apps.googleusercontent.example", name, scope)
                          for name, scope in CONNECTED]

    def document(self, chance, person):
        """What somebody opens: mostly of their own department, and of that mostly the same few."""
        shelf = self.shelves[person.department] if chance.random() < 0.9 else self.shelves["operations"]
        # Everybody has a place of their own on the shelf, so that colleagues' favourites overlap without being the same.
        return shelf[(person.number * 37 + int(len(shelf) * chance.random() ** 3)) % len(shelf)]

    def machine(self, name, address=None, agent="python-requests/2.32.3", **more):
        """The account of a program: the same one at every call."""
        if name not in self.machines:
            chance = Chance.named(self.seed, "machine", name)
            account = Person(-1, name, "", "machines", OFFICES[3], chance.hex(32), name, service=True)
            account.name, account.login = name, name
            account.snowflake_name = name.upper().replace("-", "_")
            account.home = address or self.geography.server()
            account.laptop = account.phone = Device(name, agent, "", 0, ("", "Linux", "Linux", "Linux", 0))
            self.machines[name] = account
        return self.machines[name]
