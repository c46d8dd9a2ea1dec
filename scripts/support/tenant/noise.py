"""What looks like an attack and is none: slips, forgotten passwords, new telephones, bulk work, shares that are meant."""
from .clock import HOUR, MINUTE
from .presence import Presence
from .products.google import SCOPES
from .products.salesforce import REPORTS


class Noise:
    """What goes wrong, and what is unusual, on some days of some people."""

    def __init__(self, company, products):
        self.company, self.products = company, products

    def before_sign_in(self, today, time):
        """Slips before the sign-in that succeeds; gives the time of that."""
        chance, okta, p = today.chance, self.products.okta, today.desk
        roll = chance.random()
        if roll < 0.045:
            for _ in range(chance.choice([1, 1, 1, 2, 2, 3])):
                okta.failed(p, time)
                time += chance.uniform(6, 40)
        elif roll < 0.048:
            # Locked out after a holiday: the help desk unlocks.
            for _ in range(chance.randrange(5, 9)):
                okta.failed(p, time)
                time += chance.uniform(5, 25)
            okta.record(p, time, "user.account.lock", "FAILURE", "LOCKED_OUT")
            time += chance.uniform(5, 40) * MINUTE
            okta.about(self.helper(chance), time, "user.account.unlock_by_admin", p.person)
            time += 2 * MINUTE
        elif roll < 0.075:
            # The push was not seen in time.
            okta.push(p, time)
            okta.unverified(p, time + 60)
            time += 75
        elif roll < 0.077:
            okta.push(p, time)
            okta.denied(p, time + 8)
            time += 30
        elif roll < 0.085:
            okta.push(p, time)
            okta.unverified(p, time + 30, "GOOGLE_AUTHENTICATOR")
            time += 50
        return time

    def before_snowflake(self, today, time):
        if today.chance.random() < 0.03:
            self.products.snowflake.login(today.desk, time - 30, False, "PASSWORD", 3)

    def helper(self, chance):
        """Somebody of the help desk, at the office."""
        helper = chance.choice(self.company.help_desk)
        return Presence(chance, helper, self.company.geography.offices[helper.city][0])

    def daily(self, today):
        """Each of these on some days."""
        chance, person = today.chance, today.person
        for probability, happens in self.RARELY:
            if chance.random() < probability:
                happens(self, today, today.begins + (today.ends - today.begins) * chance.random())
        department = person.department
        if department in ("sales", "marketing", "legal", "finance", "people") and chance.random() < 0.15:
            self.external_share(today, today.begins + chance.uniform(0.5, 7) * HOUR)
        bulk = {"marketing": 0.01, "finance": 0.012, "legal": 0.008, "engineering": 0.004, "sales": 0.006, "data": 0.01}
        if chance.random() < bulk.get(department, 0.002):
            self.bulk(today, today.begins + chance.uniform(0.5, 5) * HOUR)

    def password(self, today, time):
        self.products.okta.about(today.desk, time, "user.account.update_password", today.person)

    def forgotten(self, today, time):
        okta, helper = self.products.okta, self.helper(today.chance)
        okta.about(helper, time, "user.account.reset_password", today.person)
        okta.about(today.desk, time + 6 * MINUTE, "user.account.update_password", today.person)
        okta.sign_in(today.desk, time + 8 * MINUTE)

    def new_phone(self, today, time):
        """The old factor goes, the new one comes; sometimes by the help desk."""
        okta, chance, person = self.products.okta, today.chance, today.person
        if chance.random() < 0.4:
            okta.about(self.helper(chance), time, "user.mfa.factor.reset_all", person)
            time += 10 * MINUTE
        else:
            okta.factor(today.desk, time, "user.mfa.factor.deactivate", person)
        okta.factor(today.desk, time + 3 * MINUTE, "user.mfa.factor.activate", person)
        if "microsoft365" in person.products:
            self.products.entra.about(today.desk, time + HOUR, "User registered security info", person,
                                      service="Authentication Methods")

    def connect(self, today, time):
        """Connects an application, nearly always one that others have, with modest wishes."""
        chance = today.chance
        client, name, scope = chance.ranked(self.company.connected)
        if "google" in today.person.products:
            self.products.google.authorize(today.desk, time, name, client, SCOPES[scope])
        else:
            self.products.entra.audit(today.desk, time, "Consent to application", "ApplicationManagement", "Assign", [
                ("ServicePrincipal", name, today.person.guid, None, [
                    ("ConsentAction.Permissions", '""', '"[] => [[Id: 1, ConsentType: Principal, Scope: User.Read openid profile]]"')])])

    def public_link(self, today, time):
        document = self.company.document(today.chance, today.person)
        if document.confidential:
            return
        if "google" in today.person.products:
            self.products.google.link(today.desk, time, document)
        elif "microsoft365" in today.person.products:
            self.products.microsoft365.link(today.desk, time, document)

    def inbox_rule(self, today, time):
        if "microsoft365" in today.person.products:
            self.products.microsoft365.exchange(today.desk, time, "New-InboxRule", f"EXAMPLE\\{today.person.local}\\Newsletters", [
                ("Name", "Newsletters"), ("From", "news@supplier.example"), ("MoveToFolder", "Newsletters"),
                ("StopProcessingRules", "True")])

    def private_vpn(self, today, time):
        """Forgot to switch off a VPN of their own."""
        other = today.desk.elsewhere(self.company.geography.address("anonymiser", None, today.chance))
        self.products.okta.sign_in(other, time)
        self.products.okta.sso(other, time + 20, "Slack")

    def new_key(self, today, time):
        github = self.products.github
        if "github" in today.person.products:
            github.record(today.desk, time, "public_key.create", title="laptop", fingerprint="SHA256:" + today.chance.hex(32))
            if today.chance.random() < 0.4:
                github.record(today.desk, time + HOUR, "personal_access_token.create", token_id=today.chance.getrandbits(28))

    def external_share(self, today, time):
        chance, company, person = today.chance, self.company, today.person
        partner = chance.ranked(company.partners)
        for number in range(chance.choice([1, 1, 2, 3])):
            document = company.document(chance, person)
            if "microsoft365" in person.products:
                self.products.microsoft365.share(today.desk, time + 70 * number, document, partner)
            else:
                self.products.google.share(today.desk, time + 70 * number, document, partner)

    def bulk(self, today, time):
        """Much of something, and meant: a move of files, the end of a month, a new laptop, tidying up."""
        chance, company, person, products = today.chance, self.company, today.person, self.products
        p, shelf = today.desk, company.shelves[today.person.department]
        start = chance.randrange(len(shelf))
        documents = [shelf[(start + n) % len(shelf)] for n in range(min(len(shelf), chance.randrange(40, 250)))]
        kind = chance.random()
        if person.department in ("engineering", "data") and kind < 0.7:
            first = chance.randrange(len(company.repositories))
            for number in range(chance.randrange(10, 35)):
                time += chance.expovariate(1 / 20)
                products.github.git(p, time, "git.clone", company.repositories[(first + number) % len(company.repositories)])
        elif person.department == "sales":
            for name in chance.sample(REPORTS, chance.randrange(3, 8)):
                time += chance.expovariate(1 / 90)
                products.salesforce.report(p, time, name, int(chance.lognormvariate(7, 1)), True)
        elif kind < 0.75:
            for document in documents:
                time += chance.expovariate(1 / 4)
                if "microsoft365" in person.products:
                    products.microsoft365.file(p, time, "FileDownloaded", document)
                else:
                    products.google.drive(p, time, "download", document)
        else:
            for document in documents[:120]:
                time += chance.expovariate(1 / 6)
                if "microsoft365" in person.products:
                    products.microsoft365.file(p, time, "FileRecycled", document)
                else:
                    products.google.drive(p, time, "trash", document)

    RARELY = [(0.012, password), (0.003, forgotten), (0.0025, new_phone), (0.012, connect), (0.008, public_link), (0.006, inbox_rule),
              (0.0012, private_vpn), (0.004, new_key)]
