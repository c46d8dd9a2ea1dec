"""What administrators do: people who come and go, groups, roles, policies; nights on call; and the Internet's own noise."""
from .chance import Chance
from .clock import DAY, HOUR, MINUTE
from .presence import Presence
from .products.google import text
from .work import Day

GROUPS = ["Everyone", "VPN users", "Finance systems", "GitHub developers", "Salesforce users", "Contractors", "Data readers"]
GUESSED = ["admin", "info", "test", "support", "sales", "office", "scan", "backup", "hr", "accounts"]


class Administration:
    def __init__(self, company, products):
        self.company, self.products = company, products

    def at_office(self, chance, person):
        return Presence(chance, person, self.company.geography.offices[person.city][0])

    def day(self, number):
        company = self.company
        chance = Chance.named(company.seed, "administration", number)
        midnight = company.start + number * DAY
        self.internet(chance, midnight)
        self.on_call(chance, number)
        if company.weekday(number) >= 5:
            return
        for person in company.joiners:
            if person.joins == number + 1:
                self.joiner(chance, person, midnight + chance.uniform(10, 15) * HOUR)
        for person in company.leavers:
            if person.leaves == number + 1:
                self.leaver(chance, person, midnight + (17 - person.city.offset) * HOUR + chance.uniform(0, 2) * HOUR)
        for _ in range(chance.count(max(3, len(company.people) / 120))):
            self.chore(chance, midnight + chance.uniform(8, 17) * HOUR)

    def joiner(self, chance, person, time):
        p, products = self.at_office(chance, chance.choice(self.company.administrators)), self.products
        products.okta.about(p, time, "user.lifecycle.create", person)
        products.okta.about(p, time + 5, "user.lifecycle.activate", person)
        for group in GROUPS[:2] + [GROUPS[2 + person.number % 5]]:
            time += chance.uniform(5, 30)
            products.okta.group(p, time, person, group)
        products.google.admin(p, time + 60, "USER_SETTINGS", "CREATE_USER", text("USER_EMAIL", person.email))
        products.entra.about(p, time + 90, "Add user", person, "Add", [("AccountEnabled", "[]", "[true]")])
        products.slack.about(p, time + 120, "user_created", person)
        if "github" in person.products:
            products.github.member(p, time + 300, "org.add_member", person, permission="read")

    def leaver(self, chance, person, time):
        """Everything is closed on the last day, but for what was forgotten."""
        forgotten = person.cache.get("forgotten", ())
        p, products = self.at_office(chance, chance.choice(self.company.administrators)), self.products
        person.cache["closed"] = time
        products.okta.about(p, time, "user.lifecycle.deactivate", person)
        if "google" not in forgotten:
            products.google.admin(p, time + 60, "USER_SETTINGS", "SUSPEND_USER", text("USER_EMAIL", person.email))
        products.entra.about(p, time + 90, "Disable account", person, properties=[("AccountEnabled", "[true]", "[false]")])
        if "slack" not in forgotten:
            products.slack.about(p, time + 120, "user_deactivated", person)
        if "github" in person.products and "github" not in forgotten:
            products.github.member(p, time + 180, "org.remove_member", person)

    def chore(self, chance, time):
        company, products = self.company, self.products
        admin, person = chance.choice(company.administrators), chance.choice(company.people)
        p, roll = self.at_office(chance, admin), chance.random()
        okta = products.okta
        if roll < 0.3:
            okta.group(p, time, person, chance.choice(GROUPS), f"group.user_membership.{chance.choice(['add', 'remove'])}")
        elif roll < 0.5:
            okta.assign(p, time, person, chance.choice(company.applications)[1])
        elif roll < 0.58:
            okta.record(p, time, "user.session.access_admin_app")
        elif roll < 0.64:
            okta.thing(p, time, "policy.rule.update", "PolicyRule", chance.choice(["Contractors", "Catch-all", "Mobile"]))
        elif roll < 0.67:
            okta.thing(p, time, "application.lifecycle.update", "AppInstance", chance.choice(company.applications)[1])
        elif roll < 0.69:
            okta.grant(p, time, chance.choice(company.help_desk), "Help Desk administrator")
        elif roll < 0.79:
            # A role for some hours, by Privileged Identity Management.
            products.entra.role(p, time, admin, chance.choice(["User Administrator", "Exchange Administrator", "Groups Administrator"]),
                                "Add member to role completed (PIM activation)")
        elif roll < 0.87:
            products.google.admin(p, time, "GROUP_SETTINGS", "ADD_GROUP_MEMBER", text("GROUP_EMAIL", f"{person.department}@example.com"),
                                  text("USER_EMAIL", person.email))
        elif roll < 0.91:
            products.google.admin(p, time, "USER_SETTINGS", "CHANGE_PASSWORD", text("USER_EMAIL", person.email))
        elif roll < 0.95:
            engineer = chance.choice(company.by_department["engineering"])
            products.github.member(p, time, "team.add_member", engineer, team="example/platform")
        elif roll < 0.98:
            products.salesforce.setup(p, time, "PermSetAssign", f"Assigned permission set Reports to user {person.name}")
        else:
            products.slack.application(p, time, "app_approved", chance.choice(company.connected)[1], ["users:read"])

    def on_call(self, chance, number):
        """Woken at night: a sign-in from home at three, and much looking around."""
        if chance.random() > 0.45:
            return
        person = self.company.on_call[number // 7]
        if not person.here(number) or number in person.absent:
            return
        time = Day(self.company, person, number).midnight + chance.uniform(0.5, 5) * HOUR
        p, aws = Presence(chance, person, person.home), self.products.aws
        self.products.okta.sign_in(p, time)
        self.products.okta.sso(p, time + 40, "AWS IAM Identity Center")
        identity = aws.role(p, time, "OnCall")
        for call in range(chance.randrange(15, 60)):
            time += chance.expovariate(1 / 25)
            aws.call(p, time, *chance.choice([("logs", "GetLogEvents"), ("cloudwatch", "GetMetricData"), ("ecs", "DescribeServices"),
                                              ("rds", "DescribeDBInstances")]), None, identity)
        aws.call(p, time + 60, "ecs", "UpdateService", {"cluster": "main", "desiredCount": 6}, identity)

    def internet(self, chance, midnight):
        """Guessing that goes on all the time, at names that are mostly nobody's, and never succeeds."""
        company, products = self.company, self.products
        for _ in range(chance.count(max(4, len(company.people) / 80))):
            place, time = company.geography.address("hosting", None, chance), midnight + chance.random() * DAY
            for _ in range(chance.choice([1, 1, 1, 2, 2, 3])):
                person = chance.choice(company.people)
                p = Presence(chance, person, place, person.phone, "python-requests/2.32.3")
                if chance.random() < 0.6:
                    products.okta.stranger(p, time, f"{chance.choice(GUESSED)}@example.com")
                else:
                    products.entra.sign_in(p, time, error=50126, client="Authenticated SMTP")
                time += chance.uniform(2, 20 * MINUTE)
