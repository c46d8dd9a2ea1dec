"""AWS CloudTrail (https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html)."""
from ..clock import seconds
from .product import Product

ACCOUNT = "111122223333"
CLI = "aws-cli/2.31.11 md/awscrt#0.27.6 os/linux#6.8 md/arch#x86_64 lang/python#3.13.7 cfg/retry-mode#standard"
CONSOLE = "AWS Internal"


class CloudTrail(Product):
    name = "aws_cloudtrail"

    def user(self, person, key=None):
        return {"type": "IAMUser", "principalId": person.aws_id, "arn": f"arn:aws:iam::{ACCOUNT}:user/{person.local}",
                "accountId": ACCOUNT, "accessKeyId": key or person.access_key, "userName": person.local}

    def role(self, p, time, role):
        """A role in which somebody acts, by single sign-on or a machine; one temporary key a session."""
        person = p.person
        principal = f"AROA{sum(map(ord, role)):016d}"
        name = person.local if person.service else person.email
        return {"type": "AssumedRole", "principalId": f"{principal}:{name}",
                "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/{role}/{name}", "accountId": ACCOUNT,
                "accessKeyId": "ASIA" + p.session[:16].upper(),
                "sessionContext": {
                    "sessionIssuer": {"type": "Role", "principalId": principal, "arn": f"arn:aws:iam::{ACCOUNT}:role/{role}",
                                      "accountId": ACCOUNT, "userName": role},
                    "attributes": {"creationDate": seconds(time - time % 3600) + "Z", "mfaAuthenticated": "false"}}}

    def call(self, p, time, source, name, parameters=None, identity=None, response=None, region="eu-central-1", read=None, agent=None,
             error=None, **more):
        """One call of an API. `error` is a code and a message."""
        chance, uid = self.chance, self.chance.uuid()
        host = f"{source}.amazonaws.com"
        read = name.startswith(("Get", "List", "Describe", "Lookup", "Head")) if read is None else read
        data = source == "s3" and name in ("GetObject", "PutObject", "DeleteObject", "HeadObject")
        record = {
            "eventVersion": "1.11", "userIdentity": identity or self.role(p, time, "Developer"), "eventTime": seconds(time) + "Z",
            "eventSource": host, "eventName": name, "awsRegion": region, "sourceIPAddress": p.place.ip, "userAgent": agent or CLI,
            "requestParameters": parameters, "responseElements": response, "requestID": chance.uuid(), "eventID": uid,
            "readOnly": read, "eventType": "AwsApiCall", "managementEvent": not data, "recipientAccountId": ACCOUNT,
            "eventCategory": "Data" if data else "Management",
            "tlsDetails": {"tlsVersion": "TLSv1.3", "cipherSuite": "TLS_AES_128_GCM_SHA256",
                           "clientProvidedHostHeader": f"{source}.{region}.amazonaws.com"}}
        if error:
            record["errorCode"], record["errorMessage"] = error
        return self.deliver(time, uid, record | more)

    def object(self, p, time, name, bucket, key, identity=None, **more):
        return self.call(p, time, "s3", name, {"bucketName": bucket, "Host": f"{bucket}.s3.eu-central-1.amazonaws.com", "key": key},
                         identity, resources=[{"type": "AWS::S3::Object", "ARN": f"arn:aws:s3:::{bucket}/{key}"},
                                              {"accountId": ACCOUNT, "type": "AWS::S3::Bucket", "ARN": f"arn:aws:s3:::{bucket}"}],
                         additionalEventData={"SignatureVersion": "SigV4",
                                              "bytesTransferredOut": self.chance.randrange(2000, 9_000_000)},
                         **more)

    def console(self, p, time, success=True, mfa=True):
        more = {} if success else {"errorMessage": "Failed authentication"}
        return self.call(p, time, "signin", "ConsoleLogin", identity=self.user(p.person), region="us-east-1", read=False, agent=p.agent,
                         response={"ConsoleLogin": "Success" if success else "Failure"}, eventType="AwsConsoleSignIn",
                         additionalEventData={"LoginTo": "https://console.aws.amazon.com/console/home", "MobileVersion": "No",
                                              "MFAUsed": "Yes" if mfa else "No"}, **more)

    def denied(self, p, time, source, name, parameters=None, identity=None, **more):
        identity = identity or self.role(p, time, "Developer")
        return self.call(p, time, source, name, parameters, identity, error=(
            "AccessDenied", f"User: {identity['arn']} is not authorized to perform: {source}:{name}"), **more)
