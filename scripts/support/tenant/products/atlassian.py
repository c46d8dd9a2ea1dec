"""Atlassian's audit log of an organisation (https://developer.atlassian.com/cloud/admin/organization/rest/api-group-events/)."""
from ..clock import millis
from .product import Product

ORGANISATION = "0a1b2c3d-5e6f-4a7b-8c9d-0e1f2a3b4c5d"
CONTAINERS = [
    {"id": "a7c1d9e0-1111-4222-8333-944455556666", "type": "sites", "attributes": {"siteHostName": "example.atlassian.net"}},
    {"id": ORGANISATION, "type": "orgs", "attributes": {"name": "Example"}}]
PROFILE = "https://api.atlassian.com/users/{}/manage/profile"


class Atlassian(Product):
    name = "atlassian"

    def record(self, p, time, action, context=()):
        """`context` are (type, id, attributes)."""
        uid, person, city = self.chance.uuid(), p.person, p.place.city
        return self.deliver(time, uid, {
            "id": uid, "type": "events",
            "attributes": {
                "time": millis(time), "action": action,
                "actor": {"id": person.atlassian_id, "name": person.name, "email": person.email,
                          "links": {"self": PROFILE.format(person.atlassian_id)}},
                "context": [{"id": key, "type": kind, "attributes": attributes} for kind, key, attributes in context],
                "container": CONTAINERS,
                "location": {"ip": p.place.ip, "geo": city.code, "countryName": city.country, "regionName": city.region,
                             "city": city.name}},
            "links": {"self": f"https://api.atlassian.com/admin/v1/orgs/{ORGANISATION}/events/{uid}"}})

    def page(self, p, time, action, document):
        return self.record(p, time, action, [("pages", str(int(document.uid[:8], 16)), {"title": document.title.capitalize()})])

    def issue(self, p, time, action, number):
        return self.record(p, time, action, [("issues", str(number), {"key": f"EX-{number}"})])

    def about(self, p, time, action, person, *more):
        return self.record(p, time, action, [("users", person.atlassian_id, {
            "name": person.name, "email": person.email, "accountType": "atlassian"}), *more])
