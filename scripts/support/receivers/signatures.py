"""Standard Webhooks: what siemd signs, judged by the verifier of the package `standardwebhooks`."""
import base64
import datetime
import hashlib
import json

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from receiver import Answer, Server, Vendor, expect, wait_until
from siemd import Siemd, sign_in_rule


def secret(name, size):
    return "whsec_" + base64.b64encode(hashlib.sha512(name.encode()).digest()[:size]).decode()


# The shortest and the longest key that the specification allows.
NEW, OLD, OTHER = secret("new", 64), secret("old", 24), secret("other", 32)
USERS = ["dana@example.com", "größe 界 🦊 \" \\ </script>@example.com", "x" * 3_000 + "@example.com"]


class Signed(Vendor):
    format = "ocsf"
    accepted_answer = Answer(204)

    def configuration(self, url):
        return {"secret": ["file:new.secret", "file:old.secret"]}


def refuses(verifier, body, headers):
    try:
        verifier.verify(body, headers)
    except WebhookVerificationError:
        return True
    return False


def check(programs, **_):
    server, receiver = Server(), Signed("signed")
    server.handlers["signed"] = receiver
    webhook = {
        "name": "signed", "format": "ocsf", "url": server.url("signed"), "allow_private_addresses": True, **receiver.configuration("")}
    rules = {"sign_in": sign_in_rule("sign-in", "A sign-in that failed")}
    with Siemd(programs, {"webhooks": [webhook]}, rules, {"new.secret": NEW, "old.secret": OLD}) as siemd:
        siemd.send({"actor": {"alternateId": user}} for user in USERS)
        wait_until(lambda: len(receiver.accepted) == len(USERS), "a delivery for each user", detail=siemd.log)
    expect(not receiver.complaints, "\n".join(receiver.complaints))
    for item in receiver.accepted:
        check_delivery(item.request.body.decode(), {name: item.request.headers[name] for name in (
            "webhook-id", "webhook-timestamp", "webhook-signature")})
    server.close()
    print(f"  {len(USERS)} deliveries verify under either secret; changed bodies, ids, times and old times do not")


def check_delivery(body, headers):
    for name, text in (("the new", NEW), ("the old", OLD)):
        expect(Webhook(text).verify(body, headers) == json.loads(body), f"{name} secret alone does not verify {headers}")
    expect(len(headers["webhook-signature"].split()) == 2, f"not one signature a secret: {headers}")
    expect(refuses(Webhook(OTHER), body, headers), "a secret that is none of ours verifies")
    verifier = Webhook(NEW)
    for what, changed_body, changed in [
        ("a body with another character", body.replace("{", "{ ", 1), {}),
        ("a body that is cut", body[:-1], {}),
        ("another id", body, {"webhook-id": headers["webhook-id"] + "0"}),
        ("another time", body, {"webhook-timestamp": str(int(headers["webhook-timestamp"]) + 1)}),
        ("no signature of the known version", body, {"webhook-signature": headers["webhook-signature"].replace("v1,", "v2,")}),
    ]:
        expect(refuses(verifier, changed_body, {**headers, **changed}), f"{what} verifies")
    # Rightly signed, and too old or from the future: five minutes are allowed either way.
    sent = datetime.datetime.fromtimestamp(int(headers["webhook-timestamp"]), datetime.timezone.utc)
    for minutes, is_refused in [(-6, True), (6, True), (-4, False), (4, False)]:
        time = sent + datetime.timedelta(minutes=minutes)
        changed = {
            **headers, "webhook-timestamp": str(int(time.timestamp())),
            "webhook-signature": verifier.sign(headers["webhook-id"], time, body)}
        expect(refuses(verifier, body, changed) == is_refused, f"a time {minutes} minutes away: refused is not {is_refused}")
    again = verifier.sign(headers["webhook-id"], sent, body)
    expect(again in headers["webhook-signature"].split(), "the package signs otherwise")
