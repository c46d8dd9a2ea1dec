"""Slack's audit logs (https://api.slack.com/admins/audit-logs-call)."""
from .product import Product

WORKSPACE = {"id": "T0EXAMPLE1", "name": "example", "domain": "example"}


def user(person):
    return {"id": person.slack_id, "name": person.name, "email": person.email, "team": "T0EXAMPLE1"}


class Slack(Product):
    name = "slack"

    def record(self, p, time, action, entity, details=None):
        uid = self.chance.uuid()
        record = {
            "id": uid, "date_create": int(time), "action": action, "actor": {"type": "user", "user": user(p.person)}, "entity": entity,
            "context": {"location": {"type": "workspace", **WORKSPACE}, "ua": p.agent, "session_id": p.number,
                        "ip_address": p.place.ip}}
        if details is not None:
            record["details"] = details
        return self.deliver(time, uid, record)

    def about(self, p, time, action, person=None, details=None):
        return self.record(p, time, action, {"type": "user", "user": user(person or p.person)}, details)

    def file(self, p, time, action, document, details=None):
        name = f"{document.title}.{document.extension}"
        return self.record(p, time, action, {"type": "file", "file": {
            "id": "F" + document.uid[:10].upper(), "name": name, "filetype": document.extension, "title": document.title}}, details)

    def channel(self, p, time, action, channel, private=False):
        return self.record(p, time, action, {"type": "channel", "channel": {
            "id": channel[0], "name": channel[1], "privacy": "private" if private else "public", "is_shared": False,
            "is_org_shared": False}})

    def application(self, p, time, action, name, scopes, approved=True, details=None):
        return self.record(p, time, action, {"type": "app", "app": {
            "id": f"A{sum(map(ord, name)):010d}", "name": name, "is_distributed": True, "is_directory_approved": approved,
            "is_workflow_app": False, "scopes": scopes}}, details)

    def workspace(self, p, time, action, details=None):
        return self.record(p, time, action, {"type": "workspace", "workspace": WORKSPACE}, details)
