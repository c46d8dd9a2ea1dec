"""Entra ID's sign-ins and audit events as Event Hubs give them (https://learn.microsoft.com/entra/identity/monitoring-health/)."""
from ..clock import millis, ticks
from .product import Product

TENANT = "7b1d3f52-0000-4000-8000-0000000000e7"
RESOURCE = f"/tenants/{TENANT}/providers/Microsoft.aadiam"
FAILURES = {
    50126: "Error validating credentials due to invalid username or password.",
    50074: "Strong Authentication is required.",
    50053: "The account is locked, you've tried to sign in too many times with an incorrect user ID or password.",
    50057: "The user account is disabled.",
    50034: "The user account does not exist in the directory.",
    53003: "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.",
    500121: "Authentication failed during strong authentication request.",
}
APPLICATIONS = [("Office 365 SharePoint Online", "Office 365 SharePoint Online"), ("One Outlook Web", "Office 365 Exchange Online"),
                ("Microsoft Teams", "Microsoft Graph"), ("OfficeHome", "Microsoft Graph"), ("Azure Portal", "Azure Resource Manager")]


class Entra(Product):
    name = "entra"

    def envelope(self, p, time, operation, category, properties, **more):
        self.deliver(time, properties["id"], {
            "time": ticks(time + 20) + "Z", "resourceId": RESOURCE, "operationName": operation, "operationVersion": "1.0",
            "category": category, "tenantId": TENANT, "resultSignature": "None", "durationMs": 0, "callerIpAddress": p.place.ip,
            "correlationId": self.chance.uuid(), "Level": 4, **more, "properties": properties})
        return properties["id"]

    def sign_in(self, p, time, application=None, error=0, interactive=True, client="Browser", address=None):
        """One sign-in; `error` is AADSTS's number, 0 for success. `address` is a name that nobody has."""
        chance, person, city, device = self.chance, p.person, p.place.city, p.device
        name, resource = application or APPLICATIONS[int(chance.random() ** 1.5 * 4)]
        reason = FAILURES.get(error)
        status = {"errorCode": error, **({"failureReason": reason} if reason else {})}
        applied = "success" if not error else "failure" if error in (53003, 50074, 500121) else "notApplied"
        managed = device.name == person.laptop.name
        category = "SignInLogs" if interactive else "NonInteractiveUserSignInLogs"
        properties = {
            "id": chance.uuid(), "createdDateTime": ticks(time) + "+00:00", "userDisplayName": person.name if not address else address,
            "userPrincipalName": address or person.email, "userId": person.guid if not address else "00000000-0000-0000-0000-000000000000",
            "appId": f"{sum(map(ord, name)):08d}-0000-4000-8000-00000000a99d", "appDisplayName": name, "ipAddress": p.place.ip,
            "status": status, "clientAppUsed": client, "userAgent": p.agent,
            "deviceDetail": {"deviceId": person.guid if managed else "", "displayName": device.name if managed else "",
                             "operatingSystem": device.system[2], "browser": f"{device.browser} {device.version}.0.0",
                             "isCompliant": managed, "isManaged": managed, "trustType": "Azure AD joined" if managed else ""},
            "location": {"city": city.name, "state": city.region, "countryOrRegion": city.code,
                         "geoCoordinates": {"latitude": city.latitude, "longitude": city.longitude}},
            "correlationId": chance.uuid(), "conditionalAccessStatus": applied,
            "appliedConditionalAccessPolicies": [{
                "id": "ae1cd330-15b0-6703-de23-02e02280e510", "displayName": "Require MFA", "enforcedGrantControls": ["Mfa"],
                "enforcedSessionControls": [], "result": applied}],
            "isInteractive": interactive, "tokenIssuerType": "AzureAD", "riskDetail": "none", "riskLevelAggregated": "none",
            "riskLevelDuringSignIn": "none", "riskState": "none", "riskEventTypes": [], "riskEventTypes_v2": [],
            "resourceDisplayName": resource, "resourceId": f"{sum(map(ord, resource)):08d}-0000-4000-8000-00000000a99e",
            "resourceTenantId": TENANT, "homeTenantId": TENANT,
            "authenticationDetails": [{"authenticationMethod": "Federated" if interactive else "Previously satisfied",
                                       "succeeded": not error, "authenticationStepRequirement": "Primary authentication"}],
            "networkLocationDetails": [], "userType": "Member", "autonomousSystemNumber": p.place.network.number,
            "authenticationRequirement": "multiFactorAuthentication" if interactive and applied != "notApplied"
                                         else "singleFactorAuthentication",
            "crossTenantAccessType": "none", "uniqueTokenIdentifier": chance.hex(22), "sessionId": p.session,
            "authenticationProtocol": "none" if client == "Browser" else "ropc"}
        more = {"identity": properties["userDisplayName"], "resultType": str(error), "location": city.code}
        if reason:
            more["resultDescription"] = reason
        return self.envelope(p, time, "Sign-in activity", category, properties, **more)

    def audit(self, p, time, activity, category, operation, targets, service="Core Directory", details=()):
        """One change of the directory. `targets` are (type, display name, id, user principal name or None, modified properties)."""
        chance, person = self.chance, p.person
        if person.service:
            initiated = {"app": {"appId": None, "displayName": person.name, "servicePrincipalId": person.guid,
                                 "servicePrincipalName": None}}
        else:
            initiated = {"user": {"id": person.guid, "displayName": None, "userPrincipalName": person.email,
                                  "ipAddress": p.place.ip, "roles": []}}
        properties = {
            "id": f"Directory_{chance.uuid()}_{chance.hex(5).upper()}_{chance.getrandbits(24)}", "category": category,
            "correlationId": chance.uuid(), "result": "success", "resultReason": "", "activityDisplayName": activity,
            "activityDateTime": ticks(time) + "+00:00", "loggedByService": service, "operationType": operation, "userAgent": None,
            "initiatedBy": initiated,
            "targetResources": [{
                "id": uid, "displayName": name, "type": type_, **({"userPrincipalName": principal} if principal else {}),
                "modifiedProperties": [{"displayName": key, "oldValue": old, "newValue": new} for key, old, new in properties_],
                "administrativeUnits": []} for type_, name, uid, principal, properties_ in targets],
            "additionalDetails": [{"key": "User-Agent", "value": p.agent}] + [{"key": key, "value": value} for key, value in details]}
        return self.envelope(p, time, activity, "AuditLogs", properties, identity="" if not person.service else person.name)

    def about(self, p, time, activity, person, operation="Update", properties=(), category="UserManagement", **more):
        return self.audit(p, time, activity, category, operation,
                          [("User", person.name, person.guid, person.email, properties)], **more)

    def role(self, p, time, person, role, activity="Add member to role"):
        return self.about(p, time, activity, person, "Assign", [
            ("Role.ObjectID", None, f'"{sum(map(ord, role)):08d}-1eb0-4aaa-8689-ec9147e4b131"'), ("Role.DisplayName", None, f'"{role}"')],
            "RoleManagement")

    def risk(self, p, time, kind, level="medium"):
        """Microsoft's own opinion of a sign-in."""
        city, person = p.place.city, p.person
        return self.envelope(p, time, "User Risk Detection", "UserRiskEvents", {
            "id": self.chance.hex(64), "requestId": self.chance.uuid(), "correlationId": self.chance.uuid(), "riskType": kind,
            "riskEventType": kind, "riskState": "atRisk", "riskLevel": level, "riskDetail": "none", "source": "IdentityProtection",
            "detectionTimingType": "offline", "activity": "signin", "tokenIssuerType": "AzureAD", "ipAddress": p.place.ip,
            "location": {"city": city.name, "state": city.region, "countryOrRegion": city.code,
                         "geoCoordinates": {"altitude": None, "latitude": city.latitude, "longitude": city.longitude}},
            "activityDateTime": millis(time - 300), "detectedDateTime": millis(time), "lastUpdatedDateTime": millis(time),
            "userId": person.guid, "userDisplayName": person.name, "userPrincipalName": person.email,
            "additionalInfo": "[]"}, resultType="", identity=person.name)
