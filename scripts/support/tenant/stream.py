"""One stream of five products' records for benches: no day, no people's habits, no attack, but sizes and skew as in real feeds.

Sizes (0.6 to 2.5 KB) and skew are as in a company's real feeds: few users make most events, few operations make up most of
each product's records, user agents repeat, ids never do.
"""
import bisect
import datetime
import itertools
import json
import random

AGENTS = [
    f"Mozilla/5.0 ({system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{version}.0.0.0 Safari/537.36"
    for system in ("Windows NT 10.0; Win64; x64", "Macintosh; Intel Mac OS X 10_15_7", "X11; Linux x86_64")
    for version in range(118, 131)
] + ["okta-sdk-python/2.9.8", "git/2.43.0", "python-requests/2.31.0", "Slack_SSB/4.41.105", "Microsoft Office/16.0"]
CITIES = [("Lisbon", "Portugal", 38.72, -9.14), ("Austin", "United States", 30.27, -97.74), ("Pune", "India", 18.52, 73.86),
          ("Leeds", "United Kingdom", 53.8, -1.55), ("Osaka", "Japan", 34.69, 135.5)]


class Company:
    """Who there is: people with a Zipf share of the activity, their addresses, and what they work on."""

    def __init__(self, chance, people=800):
        self.chance = chance
        first = ["ana", "ben", "chloe", "dan", "eva", "femi", "gita", "hugo", "ines", "jun", "kofi", "lena", "mia", "noor", "omar"]
        last = ["silva", "okafor", "tanaka", "muller", "rossi", "novak", "haddad", "singh", "lopez", "kim", "ito", "costa"]
        self.people = []
        for number in range(people):
            name = f"{first[number % len(first)]}.{last[number // len(first) % len(last)]}{number // 180 or ''}"
            self.people.append({
                "email": f"{name}@example.com", "login": name.replace(".", "-"), "name": name.replace(".", " ").title(),
                "id": f"{chance.getrandbits(60):015x}", "ip": f"203.0.{chance.randrange(113, 117)}.{chance.randrange(1, 255)}",
                "agent": chance.choice(AGENTS[:39]), "city": chance.choice(CITIES)})
        weights = [1 / (rank + 1) ** 0.9 for rank in range(people)]
        self.cumulative = list(itertools.accumulate(weights))
        self.files = [f"{chance.choice(['plan', 'budget', 'roadmap', 'notes', 'contract'])} {number}.docx" for number in range(4000)]
        self.repos = [f"example/{chance.choice(['api', 'web', 'infra', 'data'])}-{number}" for number in range(120)]

    def person(self):
        return self.people[bisect.bisect(self.cumulative, self.chance.random() * self.cumulative[-1])]


def weighted(chance, table):
    return chance.choices([row[0] for row in table], [row[1] for row in table])[0]


def okta(company, chance, when):
    who = company.person()
    kind = weighted(chance, [("user.authentication.sso", 46), ("user.session.start", 22), ("policy.evaluate_sign_on", 18),
                             ("user.authentication.verify", 8), ("user.account.update_password", 2),
                             ("application.user_membership.add", 2), ("user.mfa.factor.activate", 2)])
    failed = kind in ("user.session.start", "user.authentication.verify") and chance.random() < 0.04
    city, country, lat, lon = who["city"]
    place = {"city": city, "state": None, "country": country, "postalCode": None, "geolocation": {"lat": lat, "lon": lon}}
    session = f"trs{chance.getrandbits(100):025x}"
    return {
        "actor": {"id": "00u" + who["id"], "type": "User", "alternateId": who["email"], "displayName": who["name"],
                  "detailEntry": None},
        "client": {"userAgent": {"rawUserAgent": who["agent"], "os": "Windows 10", "browser": "CHROME"}, "zone": "null",
                   "device": "Computer", "id": None, "ipAddress": who["ip"], "geographicalContext": place},
        "device": None,
        "authenticationContext": {"authenticationProvider": None, "credentialProvider": None, "credentialType": None,
                                  "issuer": None, "interface": None, "authenticationStep": 0, "externalSessionId": session},
        "displayMessage": kind.replace(".", " "), "eventType": kind,
        "outcome": {"result": "FAILURE" if failed else "SUCCESS", "reason": "INVALID_CREDENTIALS" if failed else None},
        "published": when.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "securityContext": {"asNumber": 64500, "asOrg": "example transit", "isp": "example transit", "domain": ".",
                            "isProxy": False},
        "severity": "WARN" if failed else "INFO",
        "debugContext": {"debugData": {"requestId": f"{chance.getrandbits(128):032x}", "dtHash": f"{chance.getrandbits(256):064x}",
                                       "requestUri": "/api/v1/authn", "url": "/api/v1/authn?", "threatSuspected": "false"}},
        "legacyEventType": "core." + kind.replace(".", "_"),
        "transaction": {"type": "WEB", "id": f"{chance.getrandbits(128):032x}", "detail": {}},
        "uuid": f"{chance.getrandbits(32):08x}-0000-11ef-8000-{chance.getrandbits(48):012x}", "version": "0",
        "request": {"ipChain": [{"ip": who["ip"], "geographicalContext": place, "version": "V4", "source": None}]},
        "target": [{"id": f"0oa{chance.randrange(60):017d}", "type": "AppInstance", "alternateId": "Google Workspace",
                    "displayName": "Google Workspace", "detailEntry": None}],
    }


def github(company, chance, when):
    who = company.person()
    kind = weighted(chance, [("git.clone", 30), ("git.fetch", 28), ("git.push", 16), ("pull_request.merge", 10),
                             ("repo.access", 4), ("workflows.completed_workflow_run", 8), ("org.add_member", 1),
                             ("personal_access_token.access_granted", 3)])
    stamp = int(when.timestamp() * 1000)
    return {
        "@timestamp": stamp, "_document_id": f"{chance.getrandbits(120):030x}", "action": kind, "actor": who["login"],
        "actor_id": int(who["id"], 16) % 90_000_000, "actor_ip": who["ip"], "actor_is_bot": False,
        "actor_location": {"country_code": "US"}, "business": "example", "business_id": 4711, "created_at": stamp,
        "external_identity_nameid": who["email"], "external_identity_username": who["email"], "operation_type": "access",
        "org": "example", "org_id": 815, "repo": chance.choice(company.repos), "repo_id": chance.randrange(10**8),
        "repository_public": False, "transport_protocol_name": "ssh", "transport_protocol": 2,
        "hashed_token": f"{chance.getrandbits(250):043x}=", "programmatic_access_type": "Fine-grained personal access token",
        "token_id": chance.randrange(10**9), "token_scopes": "repo,read:org", "user_agent": "git/2.43.0",
        "request_id": f"{chance.getrandbits(128):032x}",
    }


def google(company, chance, when):
    who = company.person()
    kind = weighted(chance, [("view", 44), ("edit", 26), ("download", 12), ("create", 8), ("rename", 4),
                             ("change_user_access", 4), ("delete", 2)])
    document = chance.randrange(len(company.files))
    return {
        "kind": "admin#reports#activity",
        "id": {"time": when.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
               "uniqueQualifier": str(-chance.getrandbits(62)), "applicationName": "drive", "customerId": "C03exmple"},
        "etag": f"\"{chance.getrandbits(250):063x}\"",
        "actor": {"callerType": "USER", "email": who["email"], "profileId": str(int(who["id"], 16))},
        "ipAddress": who["ip"],
        "events": [{"type": "access", "name": kind, "parameters": [
            {"name": "primary_event", "boolValue": True}, {"name": "billable", "boolValue": True},
            {"name": "doc_id", "value": f"1x{document:040d}"}, {"name": "doc_title", "value": company.files[document]},
            {"name": "doc_type", "value": "document"}, {"name": "owner", "value": company.people[document % 800]["email"]},
            {"name": "visibility", "value": chance.choice(["private", "private", "shared_internally"])},
            {"name": "originating_app_id", "value": "691301496089"}, {"name": "actor_is_collaborator_account", "boolValue": False},
            {"name": "owner_is_shared_drive", "boolValue": False}, {"name": "owner_is_team_drive", "boolValue": False}]}],
    }


def microsoft365(company, chance, when):
    who = company.person()
    kind = weighted(chance, [("FileAccessed", 40), ("MailItemsAccessed", 20), ("FileModified", 16), ("FileDownloaded", 12),
                             ("UserLoggedIn", 8), ("SharingSet", 2), ("FileDeleted", 2)])
    workload = {"MailItemsAccessed": "Exchange", "UserLoggedIn": "AzureActiveDirectory"}.get(kind, "SharePoint")
    title = chance.choice(company.files)
    record = {
        "AppAccessContext": {"AADSessionId": f"{chance.getrandbits(128):032x}", "CorrelationId": f"{chance.getrandbits(128):032x}",
                             "UniqueTokenId": f"{chance.getrandbits(120):030x}"},
        "CreationTime": when.strftime("%Y-%m-%dT%H:%M:%S"),
        "Id": f"{chance.getrandbits(32):08x}-0000-4000-8000-{chance.getrandbits(48):012x}", "Operation": kind,
        "OrganizationId": "8d1c0000-0000-4000-8000-00000000aa01", "RecordType": 6, "UserKey": f"i:0h.f|membership|{who['id']}",
        "UserType": 0, "Version": 1, "Workload": workload, "ClientIP": who["ip"], "UserId": who["email"],
        "AuthenticationType": "OAuth", "BrowserName": "Chrome", "BrowserVersion": "126.0", "DeviceDisplayName": who["ip"],
        "EventSource": "SharePoint", "IsManagedDevice": True, "ItemType": "File", "Platform": "WinDesktop", "ResultStatus": "Success",
        "UserAgent": who["agent"],
    }
    if workload == "SharePoint":
        record |= {"ListId": f"{chance.randrange(40):08d}-0000-4000-8000-000000000000", "SiteUrl": "https://example.sharepoint.com/sites/team/",
                   "ListItemUniqueId": f"{chance.getrandbits(128):032x}", "WebId": f"{chance.randrange(40):08d}-aaaa-4000-8000-000000000000",
                   "SourceFileExtension": "docx", "SourceFileName": title, "SourceRelativeUrl": "Shared Documents/team",
                   "ObjectId": f"https://example.sharepoint.com/sites/team/Shared Documents/team/{title}",
                   "HighPriorityMediaProcessing": False, "CorrelationId": f"{chance.getrandbits(128):032x}"}
    return record


def slack(company, chance, when):
    who = company.person()
    kind = weighted(chance, [("file_downloaded", 40), ("user_channel_join", 20), ("user_login", 22), ("file_uploaded", 12),
                             ("app_installed", 2), ("file_public_link_created", 2), ("pref.sso_setting_changed", 2)])
    return {
        "id": f"{chance.getrandbits(32):08x}-0000-4000-9000-{chance.getrandbits(48):012x}", "date_create": int(when.timestamp()),
        "action": kind,
        "actor": {"type": "user", "user": {"id": "W" + who["id"][:10].upper(), "name": who["name"], "email": who["email"],
                                           "team": "T0EXAMPLE1"}},
        "entity": {"type": "file", "file": {"id": f"F{chance.getrandbits(40):010X}", "name": chance.choice(company.files),
                                            "filetype": "docx", "title": "document"}},
        "context": {"location": {"type": "workspace", "id": "T0EXAMPLE1", "name": "example", "domain": "example"},
                    "ua": who["agent"], "session_id": chance.getrandbits(44), "ip_address": who["ip"]},
        "details": {"type": "file"},
    }


PRODUCTS = [(okta, 40), (github, 12), (google, 20), (microsoft365, 22), (slack, 6)]


def write(file, events, seed, start, per_second):
    """Writes so many records, a JSON line each."""
    chance = random.Random(seed)
    company = Company(chance)
    start = datetime.datetime.fromisoformat(start.replace("Z", "+00:00"))
    makers, weights = zip(*PRODUCTS)
    for number in range(events):
        when = start + datetime.timedelta(seconds=number / per_second)
        record = chance.choices(makers, weights)[0](company, chance, when)
        file.write(json.dumps(record, separators=(",", ":")) + "\n")
