"""A receiver that refuses connections, then answers 500, then 429 with Retry-After, then works: everything arrives once, in order for each
finding, under the first id. 410 switches an endpoint off, 400 makes dead letters, and both come back by siemctl."""
import base64
import socket
import threading

from receiver import Answer, Server, Vendor, expect, wait_until
from siemd import Siemd, sign_in_rule

SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef01234567").decode()
RETRY_AFTER_SECONDS = 3
USERS = [f"user{number}@example.com" for number in range(12)]
RULES = {"sign_in": sign_in_rule("sign-in", "A sign-in that failed")}
ROUTING = {"route": {
    "receiver": "soc", "group_by": ["finding"], "group_wait": "0s", "group_interval": "1s", "repeat_interval": "1d"}}


class Soc(Vendor):
    format = "ocsf"
    accepted_answer = Answer(204)
    refusals = {
        "down": Answer(500, "down"), "busy": Answer(429, "busy", {"retry-after": str(RETRY_AFTER_SECONDS)}),
        "gone": Answer(410, "gone"), "wrong": Answer(400, "wrong")}

    def user(self, item):
        return next(user for user in USERS if user in item.request.body.decode())


def webhook(url):
    return {
        "name": "soc", "format": "ocsf", "url": url, "secret": "file:soc.secret", "allow_private_addresses": True,
        "minimum_level": "informational"}


class ClosedDoor:
    """A port that refuses connections, and is nobody else's."""

    def __init__(self):
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # Bound and not listening: the kernel answers with a reset.
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]

    def open(self, backend):
        """Listens from now on, and passes everything on to the port of a server."""
        self.socket.listen(64)
        threading.Thread(target=self.serve, args=(backend,), daemon=True).start()

    def serve(self, backend):
        while True:
            try:
                client, _ = self.socket.accept()
            except OSError:
                return
            other = socket.create_connection(("127.0.0.1", backend))
            for source, target in ((client, other), (other, client)):
                threading.Thread(target=self.pump, args=(source, target), daemon=True).start()

    @staticmethod
    def pump(source, target):
        try:
            while data := source.recv(65_536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass


def check(programs, **_):
    outage(programs)
    switched_off_and_dead(programs)


def outage(programs):
    door, server, soc = ClosedDoor(), Server(), Soc("soc")
    server.handlers["soc"] = soc
    # Fewer attempts in a row than would have the daemon spare the receiver for ten seconds, but for the first: that is tried, too.
    configuration = {
        "webhooks": [webhook(f"http://127.0.0.1:{door.port}/soc")], "routing": ROUTING, "retry_schedule": ["0s"] + ["1s"] * 40}
    with Siemd(programs, configuration, RULES, {"soc.secret": SECRET}) as siemd:
        siemd.send({"actor": {"alternateId": user}} for user in USERS)
        wait_until(lambda: len(siemd.findings()) == len(USERS), "a finding for each user")
        failed = wait_until(lambda: [
            row for row in siemd.deliveries().values() if row["STATE"] == "pending" and int(row["ATTEMPTS"]) > 0], "a failed attempt")
        expect("refused" in failed[0]["LAST ERROR"].lower(), f"the error does not tell that it was refused: {failed[0]}")
        first_ids = set(siemd.deliveries())
        expect(len(first_ids) == len(USERS), f"{len(first_ids)} deliveries are owed for {len(USERS)} findings")
        # Two are worked on meanwhile: what is owed of them waits its turn.
        worked = {finding["uid"]: finding for finding in siemd.findings()[:2]}
        for uid in worked:
            siemd.siemctl("alert", "ack", uid)
        wait_until(lambda: len(siemd.deliveries()) == len(USERS) + 2, "the acknowledgements are owed")
        for uid in worked:
            siemd.siemctl("alert", "close", uid, "--verdict", "benign", "--reason", "a test")
        wait_until(lambda: len(siemd.deliveries()) == len(USERS) + 4, "the closings are owed")
        siemd.kill()
        siemd.start()
        soc.refuse("down", 2)
        soc.refuse("busy", 1)
        door.open(server.port)
        # On a slow machine the receiver is spared all the same: for 10, 20, 40 and 80 seconds, if each of the refusals prolongs it.
        wait_until(lambda: len(soc.accepted) == len(USERS) + 4, "everything arrives", 240, siemd.log)
        wait_until(lambda: all(row["STATE"] == "delivered" for row in siemd.deliveries().values()), "the outbox is empty")
        siemd.stop()
        check_order(soc, first_ids)
    door.socket.close()
    server.close()
    print(f"  refused connections, kill -9, 500, 429: {len(soc.accepted)} deliveries arrived once, in order, under their first ids")


def check_order(soc, first_ids):
    expect(not soc.complaints, "\n".join(soc.complaints))
    ids = [item.id for item in soc.accepted]
    expect(len(set(ids)) == len(ids), f"an id was accepted twice: {sorted(ids)}")
    expect(first_ids <= set(ids), f"some first ids never came: {sorted(first_ids - set(ids))}")
    refused = {request.headers["webhook-id"] for _, request in soc.refused}
    expect(refused <= set(ids), f"what was refused came under another id: {refused - set(ids)}")
    states = {}
    for item in soc.accepted:
        statuses = sorted({finding["status"] for finding in findings_of(item.document)})
        states.setdefault(soc.user(item), []).append(statuses)
    for user, told in states.items():
        wanted = [["New"]] if len(told) == 1 else [["New"], ["In Progress"], ["Resolved"]]
        expect(told == wanted, f"{user} was told as {told}")
    expect(sorted(map(len, states.values())) == [1] * (len(USERS) - 2) + [3] * 2, f"{states}")
    busy_id, busy_time = next((request.headers["webhook-id"], request.time) for reason, request in soc.refused if reason == "busy")
    waited = next(item.request.time for item in soc.accepted if item.id == busy_id) - busy_time
    expect(waited >= RETRY_AFTER_SECONDS - 0.05, f"Retry-After of {RETRY_AFTER_SECONDS} s was asked for, {waited:.2f} s passed")


def findings_of(document):
    return document if isinstance(document, list) else document.get("findings", [document])


def switched_off_and_dead(programs):
    server, soc = Server(), Soc("soc")
    server.handlers["soc"] = soc
    configuration = {"webhooks": [webhook(server.url("soc"))], "routing": ROUTING, "retry_schedule": ["0s", "1s", "1s"]}
    with Siemd(programs, configuration, RULES, {"soc.secret": SECRET}) as siemd:
        def send(user):
            siemd.send([{"actor": {"alternateId": user}}])

        def states():
            return sorted(row["STATE"] for row in siemd.deliveries().values())

        soc.refuse("wrong")
        send(USERS[0])
        wait_until(lambda: states() == ["dead"], "400 makes a dead letter", detail=siemd.log)
        dead = next(iter(siemd.deliveries("--state", "dead").values()))
        expect(dead["ATTEMPTS"] == "1" and "400" in dead["LAST ERROR"] and "wrong" in dead["LAST ERROR"], f"{dead}")
        siemd.siemctl("webhook", "retry", dead["ID"])
        wait_until(lambda: states() == ["delivered"], "retry brings a dead letter back", detail=siemd.log)
        expect([item.id for item in soc.accepted] == [dead["ID"]], "it came under another id")

        soc.refuse("gone")
        send(USERS[1])
        wait_until(lambda: "dead" in states(), "410 makes a dead letter", detail=siemd.log)
        gone = next(iter(siemd.deliveries("--state", "dead").values()))
        before = len(soc.accepted) + len(soc.refused)
        send(USERS[2])
        # Owed, and not sent. Its finding is stored as ever.
        wait_until(lambda: len(siemd.findings()) == 3 and len(siemd.deliveries()) == 3, "what comes is owed", detail=siemd.log)
        siemd.kill()
        siemd.start()
        send(USERS[3])
        wait_until(lambda: len(siemd.deliveries()) == 4, "what comes is owed after a restart, too", detail=siemd.log)
        expect(len(soc.accepted) + len(soc.refused) == before, "an endpoint that was switched off was sent to")
        siemd.siemctl("webhook", "enable", "soc")
        siemd.siemctl("webhook", "retry", gone["ID"])
        wait_until(lambda: states() == ["delivered"] * 4, "enabled again it is sent everything", detail=siemd.log)
        expect(len({item.id for item in soc.accepted}) == len(soc.accepted) == 4, "something came twice")
        expect(not soc.complaints, "\n".join(soc.complaints))
    server.close()
    print("  400: a dead letter, back by retry under its id; 410: switched off, over a restart, until enabled")
