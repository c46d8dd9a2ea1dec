"""The records of a soak: Okta's shape, each with an id of its own, and the account of what was sent."""
import json
import threading
import time


class Account:
    """What one sender has sent: ids, when, and whether the receiver has said that it has them."""

    def __init__(self, source, is_acknowledged):
        self.source, self.is_acknowledged = source, is_acknowledged
        self.lock = threading.Lock()
        self.number = 0
        self.sent_at = {}
        self.acknowledged = set()

    def next(self):
        """The next record and its id."""
        with self.lock:
            self.number += 1
            number = self.number
        return record(self.source, number)

    def sent(self, ids):
        now = time.time()
        with self.lock:
            for one in ids:
                self.sent_at.setdefault(one, now)

    def confirmed(self, ids):
        with self.lock:
            self.acknowledged.update(ids)


def record(source, number):
    uid = f"{source}-{number:09d}"
    now = time.time()
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now)) + f".{int(now * 1000) % 1000:03d}Z"
    text = json.dumps({
        "uuid": uid, "published": stamp, "eventType": "user.session.start", "version": "0", "severity": "INFO",
        "displayMessage": "User login to Okta", "legacyEventType": "core.user_auth.login_success",
        "actor": {"id": f"00u{number % 500}", "type": "User", "alternateId": f"person{number % 500}@example.com",
                  "displayName": f"Person {number % 500}"},
        "client": {"ipAddress": f"198.51.{number % 100}.{number % 250}", "userAgent": {"rawUserAgent": "Mozilla/5.0"}},
        "outcome": {"result": "SUCCESS"}, "debugContext": {"debugData": {"requestId": f"r{number}", "requestUri": "/login"}},
    }, separators=(",", ":"))
    return uid, text
