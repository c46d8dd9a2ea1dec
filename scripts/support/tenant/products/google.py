"""Google Workspace's reports (https://developers.google.com/workspace/admin/reports/v1/appendix/activity/drive)."""
from ..clock import millis
from .product import Product

SCOPES = {
    "calendar": ["https://www.googleapis.com/auth/calendar.events", "openid"],
    "profile": ["openid", "https://www.googleapis.com/auth/userinfo.email", "https://www.googleapis.com/auth/userinfo.profile"],
    "drive.file": ["https://www.googleapis.com/auth/drive.file", "openid"],
    "gmail.send": ["https://www.googleapis.com/auth/gmail.send", "https://www.googleapis.com/auth/userinfo.email"],
}


def text(name, value):
    return {"name": name, "value": value}


def truth(name, value):
    return {"name": name, "boolValue": value}


def several(name, values):
    return {"name": name, "multiValue": values}


class Google(Product):
    name = "google_workspace"

    def activity(self, p, time, application, events):
        person, qualifier = p.person, str(self.chance.getrandbits(63) - 2**62)
        self.deliver(time, qualifier, {
            "kind": "admin#reports#activity",
            "id": {"time": millis(time), "uniqueQualifier": qualifier, "applicationName": application, "customerId": "C03exmple"},
            "etag": f'"{self.chance.hex(32)}"',
            "actor": {"callerType": "USER", "email": person.email, "profileId": person.google_id},
            "ipAddress": p.place.ip, "events": events})
        return qualifier

    def login(self, p, time, suspicious=False):
        return self.activity(p, time, "login", [{"type": "login", "name": "login_success", "parameters": [
            text("login_type", "saml"), several("login_challenge_method", ["saml"]), truth("is_suspicious", suspicious)]}])

    def login_failed(self, p, time):
        return self.activity(p, time, "login", [{"type": "login", "name": "login_failure", "parameters": [
            text("login_type", "google_password"), text("login_failure_type", "login_failure_invalid_password"),
            several("login_challenge_method", ["password"])]}])

    def document(self, document, visibility="private"):
        return [truth("primary_event", True), truth("billable", True), text("doc_id", f"1{document.uid}"),
                text("doc_title", document.title), text("doc_type", document.kind), text("owner", document.owner.email),
                text("visibility", visibility), text("originating_app_id", "691301496089"),
                truth("actor_is_collaborator_account", False), truth("owner_is_shared_drive", False), truth("is_encrypted", False)]

    def drive(self, p, time, kind, document, visibility="private", **more):
        """view, edit, download, create, rename, move, copy, trash, delete, print."""
        return self.activity(p, time, "drive", [{"type": "access", "name": kind, "parameters":
                                                 self.document(document, visibility) + [text(*row) for row in more.items()]}])

    def share(self, p, time, document, target, role="can_view"):
        outside = not target.endswith("@example.com")
        visibility = "shared_externally" if outside else "shared_internally"
        return self.activity(p, time, "drive", [{"type": "acl_change", "name": "change_user_access", "parameters":
                                                 self.document(document, visibility) + [
            text("target_user", target), several("old_value", ["none"]), several("new_value", [role]),
            text("visibility_change", "external" if outside else "none"), text("old_visibility", "private")]}])

    def link(self, p, time, document, value="people_with_link"):
        return self.activity(p, time, "drive", [
            {"type": "acl_change", "name": "change_document_visibility", "parameters": self.document(document, value) + [
                text("visibility_change", "external"), text("old_visibility", "private"), text("target_domain", "all"),
                several("old_value", ["private"]), several("new_value", [value])]},
            {"type": "acl_change", "name": "change_document_access_scope", "parameters": self.document(document, value) + [
                text("visibility_change", "external"), several("old_value", ["none"]), several("new_value", ["can_view"])]}])

    def authorize(self, p, time, name, client, scopes):
        return self.activity(p, time, "token", [{"type": "auth", "name": "authorize", "parameters": [
            text("client_id", client), text("app_name", name), text("client_type", "WEB"), several("scope", scopes)]}])

    def api_call(self, p, time, name, client, method):
        """What an application does with a token."""
        return self.activity(p, time, "token", [{"type": "auth", "name": "activity", "parameters": [
            text("client_id", client), text("app_name", name), text("api_name", method.split(".")[0]),
            text("method_name", method),
            {"name": "num_response_bytes", "intValue": str(self.chance.randrange(500, 90_000))}, text("client_type", "WEB")]}])

    def account(self, p, time, name, type_, *parameters):
        """What people do to their own account: 2sv_disable, password_edit, recovery_email_edit."""
        return self.activity(p, time, "user_accounts", [{"type": type_, "name": name, "parameters": list(parameters)}])

    def forwarding(self, p, time, target):
        return self.account(p, time, "email_forwarding_out_of_domain", "email_forwarding_change",
                            text("email_forwarding_destination_address", target))

    def admin(self, p, time, type_, name, *parameters):
        return self.activity(p, time, "admin", [{"type": type_, "name": name, "parameters": list(parameters)}])

    def takeout(self, p, time, products):
        """An export that somebody asks for, waits for, and fetches."""
        job, who = self.chance.uuid(), p.person.email
        about = [text("TAKEOUT_ID", job), text("USER_EMAIL", who), text("PRODUCTS_REQUESTED", ", ".join(products))]
        asked = [text("INITIATED_BY", who), text("TAKEOUT_DESTINATION", "EMAIL")]
        for name, later, more in (("STARTED", 0, asked), ("COMPLETED", 2400, asked + [text("TAKEOUT_STATUS", "COMPLETED")]),
                                  ("DOWNLOADED", 4100, [])):
            self.activity(p, time + later, "takeout", [{
                "type": "USER_TAKEOUT", "name": f"{name}_USER_TAKEOUT", "parameters": about + more}])
