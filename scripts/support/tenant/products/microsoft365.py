"""Microsoft 365's unified audit log (https://learn.microsoft.com/office/office-365-management-api/)."""
from ..clock import seconds
from .product import Product

TENANT = "8d1c0000-0000-4000-8000-00000000aa01"
TEAM_SITE, OWN_SITE = "https://example.sharepoint.com/sites/", "https://example-my.sharepoint.com/personal/"


class Microsoft365(Product):
    name = "microsoft365"

    def record(self, p, time, operation, workload, record_type, more):
        uid, person = self.chance.uuid(), p.person
        session = p.session
        return self.deliver(time, uid, {
            "AppAccessContext": {"AADSessionId": f"{session[:8]}-{session[8:12]}-4{session[13:16]}-8{session[17:20]}-{session[20:]}",
                                 "CorrelationId": self.chance.uuid(), "UniqueTokenId": self.chance.hex(22)},
            "CreationTime": seconds(time), "Id": uid, "Operation": operation, "OrganizationId": TENANT, "RecordType": record_type,
            "UserKey": person.puid, "UserType": 0, "Version": 1, "Workload": workload, "ClientIP": p.place.ip,
            "UserId": person.email, **more})

    def file(self, p, time, operation, document, record_type=6, **more):
        """FileAccessed, FileModified, FileDownloaded, FileUploaded, FileDeleted and their like."""
        device, own = p.device, document.owner is p.person
        department = document.owner.department
        site = f"{OWN_SITE}{p.person.local.replace('.', '_')}_example_com/" if own else f"{TEAM_SITE}{department}/"
        folder = "Documents" if own else f"Shared Documents/{department}"
        name = f"{document.title}.{document.extension}"
        uid = document.uid
        return self.record(p, time, operation, "OneDrive" if own else "SharePoint", record_type, {
            "AuthenticationType": "OAuth", "BrowserName": device.browser, "BrowserVersion": f"{device.version}.0",
            "DeviceDisplayName": device.name, "EventSource": "SharePoint", "IsManagedDevice": p.place.network.kind != "hosting",
            "ItemType": "File", "Platform": {"Windows": "WinDesktop", "macOS": "Mac"}.get(device.system[3], "Unknown"),
            "ListItemUniqueId": f"{uid[:8]}-{uid[8:12]}-4{uid[13:16]}-8{uid[17:20]}-{uid[20:]}", "SiteUrl": site,
            "SourceFileExtension": document.extension, "SourceFileName": name, "SourceRelativeUrl": folder,
            "ObjectId": f"{site}{folder}/{name}", "UserAgent": p.agent, "FileSizeBytes": document.size, **more})

    def share(self, p, time, document, target):
        self.file(p, time - 1, "SharingInvitationCreated", document, 14,
                  TargetUserOrGroupType="Guest", TargetUserOrGroupName=target)
        return self.file(p, time, "SharingSet", document, 14, TargetUserOrGroupType="Guest", TargetUserOrGroupName=target,
                         EventData="<Permissions granted>Contribute</Permissions granted>")

    def link(self, p, time, document):
        return self.file(p, time, "AnonymousLinkCreated", document, 14, UniqueSharingId=self.chance.uuid(),
                         EventData="<Type>View</Type>")

    def mail(self, p, time, count=1, client="Client=OWA;Action=ViaProxy", access="Bind"):
        chance = self.chance
        return self.record(p, time, "MailItemsAccessed", "Exchange", 50, {
            "ResultStatus": "Succeeded", "ClientIPAddress": p.place.ip, "ClientInfoString": client,
            "MailboxGuid": p.person.guid, "MailboxOwnerUPN": p.person.email,
            "OperationProperties": [{"Name": "MailAccessType", "Value": access}, {"Name": "IsThrottled", "Value": "False"}],
            "Folders": [{"Path": "\\Inbox", "FolderItems": [{"InternetMessageId": f"<{chance.hex(24)}@example.com>"}
                                                            for _ in range(min(count, 8))]}],
            "OperationCount": count})

    def send(self, p, time, subject):
        return self.record(p, time, "Send", "Exchange", 2, {
            "ResultStatus": "Succeeded", "ClientIPAddress": p.place.ip, "ClientInfoString": "Client=OWA;Action=ViaProxy",
            "MailboxGuid": p.person.guid, "MailboxOwnerUPN": p.person.email,
            "Item": {"Id": self.chance.hex(40), "InternetMessageId": f"<{self.chance.hex(24)}@example.com>", "Subject": subject,
                     "ParentFolder": {"Id": "LgAAAA", "Path": "\\Drafts"}}})

    def directory(self, p, time, operation, object_id, properties=(), targets=(), extended=(), result="Success", **more):
        """Azure Active Directory's part of it: sign-ins (record type 15) and changes (8)."""
        sign_in = operation.startswith("UserLog")
        return self.record(p, time, operation, "AzureActiveDirectory", 15 if sign_in else 8, {
            "AzureActiveDirectoryEventType": 1, "Actor": [{"ID": p.person.email, "Type": 5}, {"ID": p.person.puid, "Type": 3}],
            "ActorContextId": TENANT, "ActorIpAddress": p.place.ip, "SupportTicketId": "", "ResultStatus": result,
            "ObjectId": object_id, "ExtendedProperties": [{"Name": name, "Value": value} for name, value in extended],
            "ModifiedProperties": [{"Name": name, "OldValue": old, "NewValue": new} for name, old, new in properties],
            "Target": [{"ID": target, "Type": 5} for target in targets], **more})

    def login(self, p, time):
        return self.directory(p, time, "UserLoggedIn", "00000003-0000-0000-c000-000000000000", extended=[
            ("ResultStatusDetail", "Success"), ("UserAgent", p.agent), ("RequestType", "OAuth2:Authorize")],
            ApplicationId="4765445b-32c6-49b0-83e6-1d93765276ca", ErrorNumber="0")

    def login_failed(self, p, time):
        return self.directory(p, time, "UserLoginFailed", "Unknown", extended=[("UserAgent", p.agent)], result="Failed",
                              LogonError="InvalidUserNameOrPassword", ErrorNumber="50126")

    def exchange(self, p, time, operation, object_id, parameters):
        """A cmdlet of Exchange: New-InboxRule, Set-Mailbox, Set-AdminAuditLogConfig."""
        return self.record(p, time, operation, "Exchange", 1, {
            "ResultStatus": "True", "ObjectId": object_id, "OriginatingServer": "AM0PR01 (15.20.9200.000)\r\n",
            "ClientIP": f"{p.place.ip}:{self.chance.randrange(20000, 60000)}",
            "Parameters": [{"Name": name, "Value": value} for name, value in parameters]})

    def team(self, p, time, operation, **more):
        return self.record(p, time, operation, "MicrosoftTeams", 25, more)
