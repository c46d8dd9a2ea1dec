"""Attacks that go through several products: each step alone is nothing much."""
from ..clock import DAY, HOUR, MINUTE
from ..presence import Presence
from ..products.salesforce import REPORTS
from .attack import family
from .data import own_address, shelf


@family("cross_app_chain", "T1078.004", "an account that was taken over gets more rights, fetches files and shares them outside")
def cross_app_chain(a):
    admin, person = a.administrator(), a.victim("google" if a.number % 3 != 1 else "microsoft365")
    a.begin(person)
    products, time = a.products, a.start
    p = a.intruder(person)
    wait = {"quick": 4 * MINUTE, "office": 12 * MINUTE, "slow": 5 * HOUR}[a.pace]
    for _ in range(a.chance.randrange(2, 9)):
        products.okta.failed(p, time)
        time += a.chance.uniform(5, 40)
    a.signed_in(p, time)
    # With the administrator's session, stolen on the same evening.
    root = Presence(a.chance, admin, p.place, p.device, p.agent)
    time += wait
    products.okta.grant(root, time, person, "Report administrator, Application administrator")
    products.okta.group(root, time + 60, person, "Finance systems")
    time += wait
    google = "google" in person.products
    products.okta.sso(p, time - 20, "Google Workspace" if google else "Microsoft Office 365")
    documents = [document for document in a.company.documents if document.confidential][:a.chance.randrange(45, 160)]
    for document in documents:
        time += a.chance.expovariate(1 / (3 if a.pace != "slow" else 90))
        if google:
            products.google.drive(p, time, "download", document)
        else:
            products.microsoft365.file(p, time, "FileDownloaded", document)
    time, target = time + wait, own_address(a, person)
    a.also(target)
    for document in documents[:a.chance.randrange(3, 9)]:
        time += a.chance.uniform(10, 60)
        if google:
            products.google.share(p, time, document, target)
        else:
            products.microsoft365.share(p, time, document, target)
    a.note = f"grant, {len(documents)} downloads, shares with {target}"


@family("help_desk_reset", "T1656", "the help desk is talked into a reset; a new factor follows, and then the export")
def help_desk_reset(a):
    person = a.victim(("salesforce", "microsoft365", "google")[a.number % 3])
    helper = a.name(a.chance.choice(a.company.help_desk))
    a.begin(person)
    products, time = a.products, a.start
    desk = Presence(a.chance, helper, a.company.geography.offices[helper.city][0])
    wait = {"quick": 3 * MINUTE, "office": 15 * MINUTE, "slow": 6 * HOUR}[a.pace]
    p = a.intruder(person, "home" if a.number % 2 else "hosting")
    products.okta.about(desk, time, "user.account.reset_password", person)
    products.okta.about(desk, time + 100, "user.mfa.factor.reset_all", person)
    products.okta.about(p, time + 100 + wait, "user.account.update_password", person)
    products.okta.factor(p, time + 160 + wait, "user.mfa.factor.activate", person)
    time += 200 + 2 * wait
    a.signed_in(p, time, "Salesforce" if a.number % 3 == 0 else "Workday")
    if a.number % 3 == 0:
        products.salesforce.login(p, time + 60)
        for name in REPORTS[:6]:
            time += a.chance.uniform(40, 200)
            products.salesforce.report(p, time + 60, name, a.chance.randrange(9_000, 90_000), True)
    elif a.number % 3 == 1:
        products.entra.sign_in(p, time + 50, ("One Outlook Web", "Office 365 Exchange Online"))
        for document in shelf(a, person, 60):
            time += a.chance.expovariate(1 / 4)
            products.microsoft365.file(p, time + 60, "FileDownloaded", document)
    else:
        products.google.takeout(p, time + 10 * MINUTE, ["drive", "mail"])
    a.note = f"by {helper.email} for {person.email}"


@family("offboarded_active", "T1078.004", "an account that was closed at the identity provider goes on in a product that was forgotten")
def offboarded_active(a):
    company, product = a.company, ("github", "slack", "snowflake")[a.number % 3]
    person = a.victim(product)
    day = min(a.day, company.days - 4)
    while company.weekday(day) > 4:
        day -= 1
    # The last day is set for the attack's sake: the account is closed in its evening, but for what is forgotten.
    person.leaves = day + 1
    person.cache["forgotten"] = {product}
    company.leavers.append(person)
    wait = {"quick": 5 * HOUR, "office": 16 * HOUR, "slow": 2 * DAY}[a.pace]
    a.start = company.start + day * DAY + (19 - person.city.offset) * HOUR + wait
    p = Presence(a.chance, person, person.home)
    a.addresses[person.home.ip] = True
    a.note = f"{product}, from home"
    for number, time in enumerate(a.spread(12, 50 * MINUTE, 20 * HOUR)):
        if product == "github":
            a.products.github.git(p, time, "git.clone", company.repositories[number * 2])
        elif product == "slack":
            a.products.slack.file(p, time, "file_downloaded", company.document(a.chance, person))
        elif number == 0:
            a.products.snowflake.login(p, time, factor="PASSWORD", client=1)
        else:
            database, table = company.tables[number]
            a.products.snowflake.query(p, time, f"SELECT * FROM {database}.PUBLIC.{table}", "SELECT", database, rows=9_000)
