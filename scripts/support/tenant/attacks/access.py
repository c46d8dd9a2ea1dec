"""Attacks on how people sign in."""
from ..clock import HOUR, MINUTE
from ..people import FIRST, LAST
from ..presence import Presence
from ..products.google import text
from .attack import TOOLS, family


@family("brute_force", "T1110.001", "many failed sign-ins to one account, with or without one that succeeds at the end")
def brute_force(a):
    person = a.victim()
    a.begin(person)
    count = a.chance.randrange(18, 260) if a.pace != "slow" else a.chance.randrange(40, 90)
    places = [a.address() for _ in range(a.chance.choice([1, 1, 3]) if a.pace != "slow" else 6)]
    agent, failed = a.chance.choice(TOOLS), 0
    sessions = [Presence(a.chance, person, place, person.phone, agent) for place in places]
    product = a.chance.choice(["okta", "okta", "entra", "aws"]) if a.number else "okta"
    a.note = f"{count} guesses from {len(places)} addresses at {product}"
    for time in a.spread(count, count * a.chance.uniform(1, 12), 30 * HOUR):
        p = sessions[failed % len(sessions)]
        failed += 1
        if product == "okta":
            a.products.okta.failed(p, time)
        elif product == "entra":
            a.products.entra.sign_in(p, time, error=50126, client="IMAP4")
        else:
            a.products.aws.console(p, time, False, False)
    if a.number % 3 == 0:
        last = time + 20
        if product == "okta":
            a.products.okta.record(sessions[0], last, "user.session.start")
            a.products.okta.sso(sessions[0], last + 30, "Slack")
        elif product == "entra":
            a.products.entra.sign_in(sessions[0], last, client="IMAP4")
        else:
            a.products.aws.console(sessions[0], last, True, False)


@family("password_spraying", "T1110.003", "one or few addresses try few passwords on many accounts")
def password_spraying(a):
    a.begin()
    count = min(len(a.company.people) // 2, a.chance.randrange(18, 110))
    people = [a.name(person) for person in a.chance.sample(a.company.people, count)]
    places = [a.address() for _ in range(1 if a.pace == "quick" else 2 if a.pace == "office" else 9)]
    agent, rounds = a.chance.choice(TOOLS), a.chance.choice([1, 1, 2])
    entra = a.number % 2 == 1
    a.note = f"{len(people)} accounts from {len(places)} addresses at {'entra' if entra else 'okta'}"
    tries = [person for _ in range(rounds) for person in people]
    for number, (person, time) in enumerate(zip(tries, a.spread(len(tries), len(tries) * a.chance.uniform(2, 15), 36 * HOUR))):
        p = Presence(a.chance, person, places[number % len(places)], person.phone, agent)
        if entra:
            a.products.entra.sign_in(p, time, error=50126, client="Exchange ActiveSync" if number % 5 else "Browser")
        else:
            a.products.okta.failed(p, time)
    if a.number % 2 == 0:
        hit = Presence(a.chance, a.chance.choice(people), places[0], None, agent)
        a.products.okta.record(hit, time + 60, "policy.evaluate_sign_on", "CHALLENGE")
        a.products.okta.push(hit, time + 61)
        a.products.okta.unverified(hit, time + 121)


@family("credential_stuffing", "T1110.004", "lists of leaked names and passwords are tried from many addresses, most names are nobody's")
def credential_stuffing(a):
    a.begin()
    chance, okta = a.chance, a.products.okta
    count = chance.randrange(120, 420)
    known = [a.name(person) for person in chance.sample(a.company.people, max(2, min(len(a.company.people) // 4, count // 7)))]
    places = [a.address(chance.choice(["home", "hosting", "mobile"])) for _ in range(chance.randrange(12, 45))]
    agent = chance.choice(TOOLS)
    a.note = f"{count} tries from {len(places)} addresses, {len(known)} names exist"
    for number, time in enumerate(a.spread(count, 40 * MINUTE, 30 * HOUR)):
        person = known[number // 7] if number % 7 == 0 and number // 7 < len(known) else chance.choice(known)
        p = Presence(chance, person, places[number % len(places)], person.phone, agent)
        if number % 7 == 0:
            okta.failed(p, time)
        else:
            okta.stranger(p, time, f"{chance.choice(FIRST)}.{chance.choice(LAST)}{chance.randrange(10, 99)}@example.com")
    p = Presence(chance, known[0], places[0], known[0].phone, agent)
    okta.record(p, time + 30, "user.session.start")


@family("mfa_fatigue", "T1621", "push after push until somebody accepts or gives in to anger")
def mfa_fatigue(a):
    person = a.victim()
    a.begin(person)
    p = a.intruder(person)
    okta, count = a.products.okta, a.chance.randrange(6, 34)
    accepted = a.number % 3 != 1
    a.note = f"{count} pushes, {'accepted' if accepted else 'never accepted'}"
    for time in a.spread(count, count * 55, 9 * HOUR):
        okta.push(p, time)
        if a.chance.happens(0.6):
            okta.denied(p, time + a.chance.uniform(4, 25))
        else:
            okta.unverified(p, time + 58)
    if accepted:
        okta.push(p, time + 70)
        okta.verified(p, time + 80)
        okta.record(p, time + 81, "user.session.start")
        okta.sso(p, time + 120, "Google Workspace")


@family("mfa_disabled", "T1556.006", "a second factor is taken from an account, or from all, and the account is used without")
def mfa_disabled(a):
    admin, person = a.administrator(), a.victim()
    a.begin(person)
    time, products = a.start, a.products
    kind = a.number % 3
    if kind == 0:
        # With the administrator's stolen session, and the account is used at once.
        p = a.intruder(admin)
        a.signed_in(p, time)
        products.okta.record(p, time + 90, "user.session.access_admin_app")
        products.okta.about(p, time + 200, "user.mfa.factor.reset_all", person)
        other = a.intruder(person)
        products.okta.factor(other, time + 500, "user.mfa.factor.activate", person, "TOKEN:SOFTWARE:TOTP")
        products.okta.sso(other, time + 600, "Slack")
    elif kind == 1:
        p = a.insider(admin)
        products.google.admin(p, time, "SECURITY_SETTINGS", "ENFORCE_STRONG_AUTHENTICATION", text("DOMAIN_NAME", "example.com"),
                              text("OLD_VALUE", "true"), text("NEW_VALUE", "false"))
        products.google.account(a.intruder(person), time + 20 * MINUTE, "2sv_disable", "2sv_change")
    else:
        p = a.intruder(admin, "anonymiser")
        products.entra.sign_in(p, time, ("Azure Portal", "Azure Resource Manager"))
        products.entra.about(p, time + 4 * HOUR, "Disable Strong Authentication", person, properties=[
            ("StrongAuthenticationRequirement", '[{"State":1}]', "[]")])
        products.entra.audit(p, time + 5 * HOUR, "Update conditional access policy", "Policy", "Update", [
            ("Policy", "Require MFA", "ae1cd330-15b0-6703-de23-02e02280e510", None, [("state", '"enabled"', '"disabled"')])])
        products.entra.sign_in(a.intruder(person), time + 20 * HOUR, ("One Outlook Web", "Office 365 Exchange Online"))


@family("session_theft", "T1550.004", "a session goes on from another address and device than the one that began it")
def session_theft(a):
    person = a.victim("google" if a.number % 2 == 0 else "microsoft365")
    today = a.today(person)
    a.pace = "office" if a.pace == "quick" else a.pace
    a.begin(person)
    thief = today.desk.elsewhere(a.address("home" if a.number == 2 else "hosting"), None, a.chance.choice(TOOLS[1:3]))
    a.also("idx" + today.desk.session[:22])
    a.note = "the session cookie was stolen; there is no sign-in"
    products, documents = a.products, [a.company.document(a.chance, person) for _ in range(14)]
    products.okta.sso(thief, a.start, "Slack")
    products.okta.sso(thief, a.start + 40, "Google Workspace" if "google" in person.products else "Microsoft Office 365")
    for number, time in enumerate(a.spread(14, 30 * MINUTE, 12 * HOUR)):
        if "google" in person.products:
            products.google.drive(thief, time + 90, "view" if number % 3 else "download", documents[number])
        else:
            products.microsoft365.mail(thief, time + 90, 30)
        if number % 4 == 0:
            products.slack.file(thief, time + 120, "file_downloaded", documents[number])


@family("anonymiser_sign_in", "T1090.003", "a sign-in that succeeds from an exit of Tor or a VPN that hides")
def anonymiser_sign_in(a):
    person = a.victim()
    a.begin(person)
    p = a.intruder(person, "anonymiser")
    if a.number % 2:
        a.products.okta.failed(p, a.start - 30)
    a.signed_in(p, a.start, "Google Workspace", "Salesforce", "GitHub Enterprise")
    if "microsoft365" in person.products:
        a.products.entra.sign_in(p, a.start + 60, ("OfficeHome", "Microsoft Graph"))
        a.products.entra.risk(p, a.start + 12 * MINUTE, "anonymizedIPAddress")
    for time in a.spread(5, 20 * MINUTE, 10 * HOUR):
        a.products.okta.sso(p, time + 100, a.chance.choice(["Workday", "Slack", "Zendesk"]))


@family("impossible_travel", "T1078.004", "two sign-ins further apart than anybody travels in between")
def impossible_travel(a):
    person = a.victim()
    a.pace = "office"
    a.begin(person)
    today = a.today(person)
    far = [city for city in (network.city for network in a.company.geography.by_kind["home"])
           if abs(city.longitude - today.city.longitude) > 50]
    p = a.intruder(person, "home", a.chance.choice(far))
    a.note = f"{today.city.name} and {p.place.city.name}"
    a.products.okta.sso(today.desk, a.start - 25 * MINUTE, "Slack")
    a.signed_in(p, a.start, "Google Workspace", "Workday")
    a.products.entra.sign_in(p, a.start + 300, ("OfficeHome", "Microsoft Graph"))
    a.products.okta.sso(today.desk, a.start + 30 * MINUTE, "Zendesk")
