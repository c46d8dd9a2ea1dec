"""Salesforce's real-time events and setup audit trail (https://developer.salesforce.com/docs/platform/platform-events)."""
from ..clock import millis
from .product import Product

OBJECTS = ["Account", "Contact", "Opportunity", "Lead", "Case", "Quote", "Task"]
REPORTS = ["All opportunities", "My open cases", "Pipeline by region", "Renewals this quarter", "Leads by source", "Case backlog",
           "Customer contacts", "Won last month", "Activities of the week", "Contract values"]


class Salesforce(Product):
    name = "salesforce"

    def event(self, p, time, kind, more):
        uid, person = self.chance.uuid(), p.person
        return self.deliver(time, uid, {
            "attributes": {"type": kind, "url": f"/services/data/v64.0/sobjects/{kind}/{uid[24:].upper()}AAA"},
            "EventDate": millis(time), "EventIdentifier": uid, "CreatedDate": millis(time + 4), "CreatedById": "005EX0000000999AAA",
            "RelatedEventIdentifier": None, "UserId": f"{person.salesforce_id}AAA", "Username": person.email,
            "SourceIp": p.place.ip, "LoginKey": p.session[:16], "SessionKey": p.session[16:], "SessionLevel": "STANDARD",
            "PolicyId": None, "PolicyOutcome": None, "EvaluationTime": 0, **more})

    def login(self, p, time, status="Success", kind="SAML Sfdc Initiated SSO", application="Browser"):
        city, device = p.place.city, p.device
        browser = f"{device.browser} {device.version}" if device.browser else "Unknown"
        return self.event(p, time, "LoginEvent", {
            "LoginHistoryId": f"0Ya{self.chance.hex(12).upper()}AAA", "LoginGeoId": f"04F{self.chance.hex(12).upper()}",
            "LoginType": kind, "Status": status, "Application": application, "Browser": browser,
            "Platform": device.system[3], "LoginUrl": "example.my.salesforce.com", "CountryIso": city.code, "City": city.name,
            "Subdivision": city.region, "LoginLatitude": city.latitude, "LoginLongitude": city.longitude, "UserType": "Standard"})

    def list_view(self, p, time, entity, rows=50):
        return self.event(p, time, "ListViewEvent", {
            "ListViewId": f"00B{sum(map(ord, entity)):012d}AAA", "Name": f"My {entity}s", "QueriedEntities": entity,
            "RowsProcessed": float(rows), "NumberOfColumns": 6, "FilterCriteria": None, "OrderBy": "[Name]",
            "EventSource": "Lightning"})

    def page(self, p, time, entity):
        record = f"{sum(map(ord, entity)):03d}{self.chance.hex(12).upper()}AAA"
        return self.event(p, time, "LightningUriEvent", {
            "QueriedEntities": entity, "RecordId": record, "Operation": "Read", "OsName": p.device.system[3], "OsVersion": None,
            "UserType": "Standard", "PageUrl": f"/lightning/r/{entity}/{record}/view", "UserAgent": p.agent,
            "EffectivePageTime": self.chance.randrange(300, 4000)})

    def report(self, p, time, name, rows, export=False):
        return self.event(p, time, "ReportEvent", {
            "ReportId": f"00O{sum(map(ord, name)):012d}AAA", "Name": name,
            "Operation": "ReportExportedAsCsv" if export else "ReportRunFromLightning", "QueriedEntities": "Opportunity",
            "RowsProcessed": float(rows), "ColumnHeaders": "[Name, Amount, Owner]", "ExportFileFormat": "csv" if export else None,
            "NumberOfColumns": 3})

    def api(self, p, time, entity, rows, application, kind="REST", query=None):
        return self.event(p, time, "ApiEvent", {
            "Operation": "Query", "QueriedEntities": entity, "Query": query or f"SELECT Id, Name FROM {entity} WHERE LastModifiedDate > X",
            "RowsReturned": float(rows), "RowsProcessed": float(rows), "Application": application, "ConnectedAppId": None,
            "UserAgent": p.agent, "ApiType": kind, "ApiVersion": 64.0})

    def bulk(self, p, time, application):
        return self.event(p, time, "BulkApiResultEventStore", {"Query": "SELECT FIELDS(ALL) FROM Contact", "QueriedEntities": "Contact",
                                                          "Application": application, "ConnectedAppId": None, "UserAgent": p.agent})

    def file(self, p, time, document, action="UI_DOWNLOAD"):
        return self.event(p, time, "FileEventStore", {
            "FileName": f"{document.title}.{document.extension}", "FileAction": action, "FileType": document.extension.upper(),
            "ContentDocumentId": f"069{document.uid[:12].upper()}AAA", "ContentSize": document.size, "VersionNumber": 1})

    def permission(self, p, time, name, permission, users="1"):
        return self.event(p, time, "PermissionSetEventStore", {
            "Operation": "AssignedToUsers", "PermissionType": permission, "ParentIdList": f"0PS{sum(map(ord, name)):012d}",
            "ParentNameList": name, "UserCount": users, "EventSource": "Classic", "ImpactedUserIds": p.person.salesforce_id})

    def setup(self, p, time, action, display, section="Manage Users"):
        """The setup audit trail: what administrators change, without an address."""
        uid, person = f"0Ym{self.chance.hex(12).upper()}CAA", p.person
        return self.deliver(time, uid, {
            "attributes": {"type": "SetupAuditTrail", "url": f"/services/data/v64.0/sobjects/SetupAuditTrail/{uid}"}, "Id": uid,
            "Action": action, "Section": section, "Display": display, "CreatedById": f"{person.salesforce_id}AAA",
            "CreatedBy": {"attributes": {"type": "User"}, "Username": person.email, "Email": person.email, "Name": person.name},
            "CreatedDate": millis(time)[:-1] + "+0000", "DelegateUser": None})
