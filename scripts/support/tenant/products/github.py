"""GitHub's audit log (https://docs.github.com/enterprise-cloud@latest/admin/monitoring-activity-in-your-enterprise)."""
from .product import Product


class GitHub(Product):
    name = "github"

    def record(self, p, time, action, agent=None, **more):
        stamp, uid, person = int(time * 1000), self.chance.hex(22), p.person
        identity = {} if person.service else {
            "external_identity_nameid": person.email, "external_identity_username": person.email}
        return self.deliver(time, uid, {
            "@timestamp": stamp, "_document_id": uid, "action": action, "actor": person.login, "actor_id": person.github_id,
            "actor_ip": p.place.ip, "actor_is_bot": person.service, "actor_location": {"country_code": p.place.city.code},
            "business": "example", "business_id": 4711, "created_at": stamp, **identity,
            "operation_type": "modify" if action[:3] != "git" else "access", "org": "example", "org_id": 815,
            "request_id": self.chance.hex(32), "user_agent": agent or p.agent, **more})

    @staticmethod
    def of(repository, public=False):
        return {"repo": repository[0], "repo_id": repository[1], "repository_public": public}

    def git(self, p, time, action, repository, token=None):
        """git.clone, git.fetch, git.push; with a token over HTTPS, else over SSH."""
        access = {"transport_protocol": 2, "transport_protocol_name": "ssh"}
        if token:
            access = {"transport_protocol": 1, "transport_protocol_name": "http", "hashed_token": token["hash"],
                      "programmatic_access_type": token["type"], "token_id": token["id"], "token_scopes": token["scopes"]}
        return self.record(p, time, action, "git/2.47.1", **self.of(repository), **access)

    def token(self, owner, kind="Personal access token (classic)", scopes="repo,read:org"):
        """A token that is the owner's: the same at each call."""
        number = int(owner.seed[8:16], 16)
        return {"hash": f"{owner.seed}{owner.seed[:11]}=", "type": kind, "id": number, "scopes": scopes}

    def member(self, p, time, action, person, **more):
        return self.record(p, time, action, user=person.login, user_id=person.github_id, **more)
