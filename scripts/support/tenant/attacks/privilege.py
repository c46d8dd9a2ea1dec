"""Attacks that take more rights, connect applications, or blind the watch."""
from ..clock import HOUR, MINUTE
from ..products.google import several, text
from .attack import family

BROAD = ["https://www.googleapis.com/auth/drive", "https://mail.google.com/", "https://www.googleapis.com/auth/contacts.readonly"]
NEW = ["Mail Merge Helper Pro", "PDF Toolbox", "Meeting Notes AI", "CRM Enrich", "Signature Sync", "Calendar Booster", "Doc Translator",
       "Quick Backup", "Invoice Scanner", "Prompt Assistant", "Team Mood", "Data Clean Up"]


@family("admin_self_grant", "T1098.003", "an account gives itself rights that it did not have")
def admin_self_grant(a):
    desk = a.chance.choice(a.company.help_desk)
    person = a.name(desk) if a.number % 3 == 0 else a.victim("aws_cloudtrail" if a.number % 3 == 1 else "snowflake")
    a.begin(person)
    time, products = a.start, a.products
    if a.number % 3 == 0:
        p = a.insider(person) if a.chance.happens(0.5) else a.intruder(person)
        products.okta.record(p, time, "user.session.access_admin_app")
        products.okta.grant(p, time + 200, person, "Super administrator")
        products.okta.record(p, time + 500, "user.session.access_admin_app")
    elif a.number % 3 == 1:
        p = a.insider(person)
        identity = products.aws.user(person)
        for name in ("ListAttachedUserPolicies", "ListPolicies", "GetAccountAuthorizationDetails"):
            time += 25
            products.aws.call(p, time, "iam", name, {"userName": person.local}, identity, region="us-east-1")
        products.aws.call(p, time + 60, "iam", "AttachUserPolicy", {
            "userName": person.local, "policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}, identity, region="us-east-1", read=False)
        products.aws.call(p, time + 400, "iam", "CreateAccessKey", {"userName": person.local}, identity, region="us-east-1", read=False,
                          response={"accessKey": {
                              "userName": person.local, "accessKeyId": "AKIA" + a.chance.letters(16), "status": "Active"}})
    else:
        p = a.insider(person)
        products.snowflake.login(p, time)
        products.snowflake.query(p, time + 60, "SHOW GRANTS TO ROLE SECURITYADMIN", "SHOW", None, "SECURITYADMIN")
        products.snowflake.query(
            p, time + 7 * HOUR, f'GRANT ROLE ACCOUNTADMIN TO USER "{person.snowflake_name}"', "GRANT", None, "SECURITYADMIN")
        products.snowflake.grant(p, time + 7 * HOUR, "ACCOUNTADMIN", person.snowflake_name)
        products.snowflake.query(p, time + 8 * HOUR, "SELECT * FROM FINANCE.PUBLIC.PAYROLL",
                                 "SELECT", "FINANCE", "ACCOUNTADMIN", rows=4100)


@family("role_escalation", "T1098.003", "a powerful role is given to an account that has no business with it")
def role_escalation(a):
    admin, person = a.administrator(), a.victim()
    a.begin(person)
    p, time, products = a.intruder(admin), a.start, a.products
    if a.number % 3 == 0:
        a.note = "Entra: Global Administrator"
        products.entra.sign_in(p, time, ("Azure Portal", "Azure Resource Manager"))
        products.entra.role(p, time + 5 * MINUTE, person, "Global Administrator")
        products.microsoft365.directory(p, time + 5 * MINUTE, "Add member to role.", person.email, [
            ("Role.DisplayName", "", "Global Administrator")], [person.email])
    elif a.number % 3 == 1:
        a.note = "Google: super administrator"
        p = a.insider(admin)
        products.google.admin(p, time, "DELEGATED_ADMIN_SETTINGS", "ASSIGN_ROLE", text("USER_EMAIL", person.email),
                              text("ROLE_NAME", "_SEED_ADMIN_ROLE"), text("ORG_UNIT_NAME", "/"))
        products.google.admin(p, time + 40, "USER_SETTINGS", "GRANT_ADMIN_PRIVILEGE", text("USER_EMAIL", person.email))
    else:
        a.note = "GitHub: owner of the organisation; Slack: owner"
        products.github.member(p, time, "org.update_member", person, permission="admin", old_permission="read")
        products.slack.about(p, time + 9 * HOUR, "role_change_to_owner", person)
    products.okta.sso(a.intruder(person), a.times[-1] + 20 * MINUTE, "Workday")


@family("oauth_consent", "T1528", "an application that nobody knows is given wide access to mail or files")
def oauth_consent(a):
    person = a.victim(("google", "microsoft365", "slack")[a.number % 3])
    a.begin(person)
    name = NEW[(a.number * 3 + a.chance.randrange(3)) % len(NEW)]
    a.also(name)
    p, client, products = a.insider(person), f"{a.chance.getrandbits(38)}.apps.googleusercontent.example", a.products
    a.note = f"{name}: the person clicked on it, the application reads from elsewhere"
    if a.number % 3 == 0:
        products.google.authorize(p, a.start, name, client, BROAD)
        robot = a.intruder(person, agent="okhttp/4.12.0")
        for time in a.spread(40, 30 * MINUTE, 20 * HOUR):
            products.google.api_call(robot, time + 60, name, client,
                                     a.chance.choice(["drive.files.list", "drive.files.get", "gmail.users.messages.get"]))
    elif a.number % 3 == 1:
        scope = "Mail.ReadWrite Files.ReadWrite.All offline_access"
        products.entra.audit(p, a.start, "Consent to application", "ApplicationManagement", "Assign", [
            ("ServicePrincipal", name, a.chance.uuid(), None, [
                ("ConsentContext.IsAdminConsent", None, '"False"'),
                ("ConsentAction.Permissions", '""', f'"[] => [[Id: 1, ConsentType: Principal, Scope: {scope}]]"')])])
        products.microsoft365.directory(p, a.start + 1, "Consent to application.", a.chance.uuid(), [
            ("ConsentAction.Permissions", "", f"[] => [[Id: 1, ConsentType: Principal, Scope: {scope}]]")], [name])
        robot = a.intruder(person, agent="python-requests/2.32.3")
        for time in a.spread(12, 30 * MINUTE, 20 * HOUR):
            products.microsoft365.mail(robot, time + 120, 60, "Client=REST;Client=RESTSystem;;", "Sync")
    else:
        products.slack.application(p, a.start, "app_installed", name, ["channels:history", "groups:history", "im:history", "files:read",
                                                                      "users:read.email", "admin"], False)
        robot = a.intruder(person, agent="python-requests/2.32.3")
        for time in a.spread(30, 30 * MINUTE, 20 * HOUR):
            products.slack.file(robot, time + 90, "file_downloaded", a.company.document(a.chance, person))


@family("shadow_it", "T1567", "an application that nobody in the company has used before is connected, by some people in a row")
def shadow_it(a):
    name = NEW[(a.number * 3 + 9 + a.chance.randrange(3)) % len(NEW)] + " Free"
    client = f"{a.chance.getrandbits(38)}.apps.googleusercontent.example"
    a.also(name, client)
    first = a.victim("google")
    a.begin(first)
    people = [first] + [a.victim("google", [first.department]) for _ in range(a.chance.randrange(0, 4))]
    a.note = f"{name}, by {len(people)} people"
    for person, time in zip(people, a.spread(len(people), 3 * HOUR, 30 * HOUR)):
        p = a.insider(person)
        a.products.google.authorize(p, time, name, client, ["openid", "https://www.googleapis.com/auth/drive.readonly"])
        a.products.google.api_call(p, time + 200, name, client, "drive.files.list")


@family("audit_log_disabled", "T1562.008", "a log, an alert or a stream of one is switched off, and what follows is not seen")
def audit_log_disabled(a):
    admin = a.administrator()
    a.begin(admin)
    p, time, products = a.intruder(admin), a.start, a.products
    if a.number % 3 == 0:
        a.note = "AWS: StopLogging, and a detector deleted"
        identity = products.aws.user(admin)
        products.aws.call(p, time, "cloudtrail", "DescribeTrails", None, identity)
        products.aws.call(p, time + 50, "cloudtrail", "StopLogging", {"name": "arn:aws:cloudtrail:eu-central-1:111122223333:trail/main"},
                          identity)
        products.aws.call(p, time + 400, "guardduty", "DeleteDetector", {"detectorId": a.chance.hex(32)}, identity)
    elif a.number % 3 == 1:
        a.note = "Exchange: unified audit log and a mailbox's own"
        p = a.insider(admin)
        products.microsoft365.exchange(p, time, "Set-AdminAuditLogConfig", "Admin Audit Log Settings", [
            ("UnifiedAuditLogIngestionEnabled", "False")])
        products.microsoft365.exchange(p, time + 600, "Set-MailboxAuditBypassAssociation", f"EXAMPLE\\{admin.local}", [
            ("Identity", admin.email), ("AuditBypassEnabled", "True")])
    else:
        a.note = "Okta: the stream of its log; GitHub: that of its audit log"
        products.okta.record(p, time, "user.session.access_admin_app")
        products.okta.thing(p, time + 300, "system.log_stream.lifecycle.deactivate", "LogStream", "SIEM")
        products.github.record(p, time + 6 * HOUR, "audit_log_streaming.destroy", audit_log_stream_sink="Amazon S3")
