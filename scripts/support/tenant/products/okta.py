"""Okta's System Log (https://developer.okta.com/docs/reference/api/system-log/)."""
from ..clock import millis
from .product import Product

MESSAGES = {
    "user.session.start": "User login to Okta",
    "user.session.end": "User logout from Okta",
    "user.session.access_admin_app": "User accessing Okta admin app",
    "user.authentication.sso": "User single sign on to app",
    "user.authentication.auth_via_mfa": "Authentication of user via MFA",
    "user.authentication.verify": "Verify user identity",
    "policy.evaluate_sign_on": "Evaluation of sign-on policy",
    "system.push.send_factor_verify_push": "Send push verification",
    "user.mfa.okta_verify.deny_push": "User rejected Okta push verify",
    "user.mfa.factor.activate": "Activate factor for user",
    "user.mfa.factor.deactivate": "Reset factor for user",
    "user.mfa.factor.reset_all": "Reset all factors for user",
    "user.account.lock": "Max sign in attempts exceeded",
    "user.account.unlock_by_admin": "Unlock user account by admin",
    "user.account.update_password": "User update password for Okta",
    "user.account.reset_password": "Fired when the user's Okta password is reset",
    "user.account.update_profile": "Update user profile for Okta",
    "user.account.privilege.grant": "Grant user privilege",
    "user.account.privilege.revoke": "Revoke user privilege",
    "user.lifecycle.create": "Create okta user",
    "user.lifecycle.activate": "Activate Okta user",
    "user.lifecycle.deactivate": "Deactivate Okta user",
    "group.user_membership.add": "Add user to group membership",
    "group.user_membership.remove": "Remove user from group membership",
    "application.user_membership.add": "Add user to application membership",
    "application.user_membership.remove": "Remove user's application membership",
    "application.lifecycle.create": "Create application",
    "application.lifecycle.update": "Update application",
    "system.api_token.create": "Create API token",
    "policy.rule.update": "Update policy rule",
    "policy.lifecycle.deactivate": "Deactivate policy",
    "zone.update": "Update network zone",
    "system.log_stream.lifecycle.deactivate": "Deactivate log stream",
    "app.oauth2.as.consent.grant": "User granted consent to app",
    "system.org.rate_limit.violation": "Rate limit violation",
}


def user(person):
    return {"id": person.okta_id, "type": "User", "alternateId": person.email, "displayName": person.name, "detailEntry": None}


class Okta(Product):
    name = "okta"

    def record(self, p, time, kind, result="SUCCESS", reason=None, targets=None, debug=None, actor=None, severity=None):
        """One event. `targets` are Okta's objects, `debug` what stands in debugData beside the usual."""
        chance, place = self.chance, p.place
        geography = place.cache.get("okta")
        if geography is None:
            city = place.city
            geography = place.cache["okta"] = {
                "city": city.name, "state": city.region, "country": city.country, "postalCode": None,
                "geolocation": {"lat": city.latitude, "lon": city.longitude}}
        client = p.cache.get("okta")
        if client is None:
            client = p.cache["okta"] = {
                "userAgent": {"rawUserAgent": p.agent, "os": p.device.system[1], "browser": (p.device.browser or "UNKNOWN").upper()},
                "zone": "OfficeZone" if place.network.kind in ("office", "vpn") else "null",
                "device": "Mobile" if p.device.mobile else "Computer", "id": None, "ipAddress": place.ip,
                "geographicalContext": geography}
        person, uid = p.person, f"{chance.hex(8)}-{chance.hex(4)}-11f0-{chance.hex(4)}-{chance.hex(12)}"
        if person.service and actor is None:
            actor = {"id": person.okta_id, "type": "SystemPrincipal", "alternateId": person.local, "displayName": person.name,
                     "detailEntry": None}
        network = place.network
        return self.deliver(time, uid, {
            "actor": actor or user(person), "client": client, "device": None,
            "authenticationContext": {
                "authenticationProvider": None, "credentialProvider": None, "credentialType": None, "issuer": None,
                "interface": None, "authenticationStep": 0, "rootSessionId": "idx" + p.session[:22],
                "externalSessionId": "idx" + p.session[:22]},
            "displayMessage": MESSAGES[kind], "eventType": kind, "outcome": {"result": result, "reason": reason},
            "published": millis(time),
            "securityContext": {"asNumber": network.number, "asOrg": network.owner.lower(), "isp": network.owner.lower(),
                                "domain": ".", "isProxy": place.hidden},
            "severity": severity or ("INFO" if result in ("SUCCESS", "ALLOW", "CHALLENGE") else "WARN"),
            "debugContext": {"debugData": {
                "requestId": chance.hex(32), "dtHash": p.session * 2, "requestUri": "/api/v1/authn", "url": "/api/v1/authn?",
                "threatSuspected": "false", **(debug or {})}},
            "legacyEventType": None, "transaction": {"type": "WEB", "id": chance.hex(32), "detail": {}}, "uuid": uid, "version": "0",
            "request": {"ipChain": [{"ip": place.ip, "geographicalContext": geography, "version": "V4", "source": None}]},
            "target": targets})

    def app(self, name):
        for uid, known in self.company.applications:
            if known == name:
                return {"id": uid, "type": "AppInstance", "alternateId": name, "displayName": name, "detailEntry": None}
        raise KeyError(name)

    def sign_in(self, p, time):
        """A sign-in that succeeds: the policy, the push, the session."""
        self.record(p, time, "policy.evaluate_sign_on", "CHALLENGE", "Sign-on policy evaluation resulted in CHALLENGE")
        self.push(p, time + 1)
        self.verified(p, time + 6)
        return self.record(p, time + 7, "user.session.start")

    def failed(self, p, time, reason="INVALID_CREDENTIALS"):
        return self.record(p, time, "user.session.start", "FAILURE", reason)

    def stranger(self, p, time, address):
        """A sign-in with a name that nobody has."""
        actor = {"id": "unknown", "type": "User", "alternateId": address, "displayName": "unknown", "detailEntry": None}
        return self.record(p, time, "user.session.start", "FAILURE", "VERIFICATION_ERROR", actor=actor)

    def push(self, p, time):
        return self.record(p, time, "system.push.send_factor_verify_push", targets=[user(p.person)], debug={"factor": "OKTA_VERIFY_PUSH"})

    def verified(self, p, time, factor="OKTA_VERIFY_PUSH"):
        return self.record(p, time, "user.authentication.auth_via_mfa", targets=[user(p.person)], debug={"factor": factor})

    def unverified(self, p, time, factor="OKTA_VERIFY_PUSH"):
        """A push that nobody answered, or a code that was mistyped."""
        return self.record(p, time, "user.authentication.auth_via_mfa", "FAILURE",
                           "INVALID_CREDENTIALS" if factor != "OKTA_VERIFY_PUSH" else "FACTOR_TIMEOUT", debug={"factor": factor})

    def denied(self, p, time):
        return self.record(p, time, "user.mfa.okta_verify.deny_push", "FAILURE", "INVALID_CREDENTIALS", targets=[user(p.person)])

    def sso(self, p, time, application):
        if self.chance.random() < 0.4:
            self.record(p, time - 0.4, "policy.evaluate_sign_on", "ALLOW", "Sign-on policy evaluation resulted in ALLOW",
                        targets=[self.app(application)])
        return self.record(p, time, "user.authentication.sso", targets=[self.app(application), user(p.person)],
                           debug={"requestUri": "/app/sso/saml", "signOnMode": "SAML 2.0"})

    def about(self, p, time, kind, person, **debug):
        """What an administrator (or the person) did to somebody's account."""
        return self.record(p, time, kind, targets=[user(person)], debug={"requestUri": f"/api/v1/users/{person.okta_id}", **debug})

    def factor(self, p, time, kind, person, factor="SIGNED_NONCE"):
        reason = f"User {'set up' if kind == 'user.mfa.factor.activate' else 'reset'} {factor} factor"
        return self.record(p, time, kind, reason=reason, targets=[user(person)], debug={"factor": factor})

    def grant(self, p, time, person, role, kind="user.account.privilege.grant"):
        key = "privilegeGranted" if kind.endswith("grant") else "privilegeRevoked"
        return self.record(p, time, kind, targets=[user(person)], debug={key: role})

    def group(self, p, time, person, group, kind="group.user_membership.add"):
        target = {"id": f"00g{sum(map(ord, group)):017d}", "type": "UserGroup", "alternateId": "unknown", "displayName": group,
                  "detailEntry": None}
        return self.record(p, time, kind, targets=[user(person), target])

    def assign(self, p, time, person, application, kind="application.user_membership.add"):
        return self.record(p, time, kind, targets=[user(person), self.app(application)])

    def thing(self, p, time, kind, type_, name, **more):
        """What happens to an object of the organisation: a token, a policy, a zone, an application."""
        target = {"id": f"00t{sum(map(ord, name)):017d}", "type": type_, "alternateId": "unknown",
                  "displayName": name, "detailEntry": None}
        return self.record(p, time, kind, targets=[target], **more)
