"""The senders of a soak. Each is a thread that keeps to a rate, and goes on when its receiver goes away and comes back."""
import gzip
import http.client
import json
import os
import pathlib
import random
import shutil
import socket
import ssl
import threading
import time

from records import Account

RECONNECT_SECONDS = 20
TIMEOUT_SECONDS = 40


class Sender(threading.Thread):
    """Sends a batch of records each tenth of a second until it is stopped."""
    is_acknowledged = False

    def __init__(self, source, rate):
        super().__init__(daemon=True)
        self.account = Account(source, self.is_acknowledged)
        self.per_tick = max(1, rate // 10)
        self.stopping = threading.Event()
        self.paused = threading.Event()

    def run(self):
        while not self.stopping.is_set():
            began = time.monotonic()
            if not self.paused.is_set():
                self.send([self.account.next() for _ in range(self.per_tick)])
            self.stopping.wait(max(0.0, 0.1 - (time.monotonic() - began)))
        self.close()

    def retry(self, attempt):
        """Repeats an attempt until it says that it succeeded, or the soak ends."""
        while not self.stopping.is_set():
            try:
                if attempt():
                    return True
            except (OSError, http.client.HTTPException, ssl.SSLError):
                self.disconnect()
            self.stopping.wait(0.2)
        return False

    def disconnect(self):
        pass

    def close(self):
        self.disconnect()


def syslog(text):
    return b"<134>1 - soak okta - - - " + text.encode()


class UDP(Sender):
    def __init__(self, source, rate, port):
        super().__init__(source, rate)
        self.port, self.socket = port, socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def send(self, records):
        for uid, text in records:
            try:
                self.socket.sendto(syslog(text), ("127.0.0.1", self.port))
            except OSError:
                pass  # Nobody listens: lost before it was sent, as UDP is.
            self.account.sent([uid])


class TCP(Sender):
    """Newline and octet-counted frames, mixed; a new connection now and then."""

    def __init__(self, source, rate, port, context=None):
        super().__init__(source, rate)
        self.port, self.context, self.socket, self.connected_at = port, context, None, 0

    def connection(self):
        if self.socket and time.monotonic() - self.connected_at > RECONNECT_SECONDS:
            self.disconnect()
        if not self.socket:
            plain = socket.create_connection(("127.0.0.1", self.port), timeout=10)
            self.socket = self.context.wrap_socket(plain, server_hostname="localhost") if self.context else plain
            self.connected_at = time.monotonic()
        return self.socket

    def send(self, records):
        frames = b""
        for number, (_, text) in enumerate(records):
            message = syslog(text)
            frames += message + b"\n" if number % 2 else b"%d " % len(message) + message

        def attempt():
            self.connection().sendall(frames)
            return True

        if self.retry(attempt):
            self.account.sent([uid for uid, _ in records])

    def disconnect(self):
        if self.socket:
            try:
                if self.context:
                    self.socket.unwrap()
                self.socket.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            self.socket.close()
            self.socket = None


class RELP(Sender):
    """A RELP client that repeats what was not answered."""
    is_acknowledged = True

    def __init__(self, source, rate, port):
        super().__init__(source, rate)
        self.port, self.socket, self.number, self.rest = port, None, 0, b""

    def command(self, name, data):
        self.number = self.number % 999_999_999 + 1
        self.socket.sendall(b"%d %s %d" % (self.number, name, len(data)) + (b" " + data if data else b"") + b"\n")
        return self.number

    def answer(self):
        """The number and the text of the next answer."""
        while True:
            parts = self.rest.split(b" ", 2)
            if len(parts) == 3:
                head, line = parts[2].split(b" ", 1) if b" " in parts[2] else (parts[2].split(b"\n")[0], b"")
                if head.isdigit() and len(line) > int(head):
                    text, self.rest = line[:int(head)], line[int(head) + 1:]
                    return int(parts[0]), text
                if head == b"0" and b"\n" in parts[2]:
                    self.rest = parts[2].split(b"\n", 1)[1]
                    return int(parts[0]), b""
            received = self.socket.recv(65_536)
            if not received:
                raise OSError("closed")
            self.rest += received

    def send(self, records):
        def attempt():
            if not self.socket:
                self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=TIMEOUT_SECONDS)
                self.number, self.rest = 0, b""
                self.command(b"open", b"relp_version=0\nrelp_software=soak\ncommands=syslog")
                self.answer()
            waiting = {self.command(b"syslog", syslog(text)): uid for uid, text in records}
            while waiting:
                number, text = self.answer()
                if not text.startswith(b"200"):
                    raise OSError(text)
                self.account.confirmed([waiting.pop(number)])
            return True

        self.account.sent([uid for uid, _ in records])
        self.retry(attempt)

    def disconnect(self):
        if self.socket:
            self.socket.close()
            self.socket = None


class HTTP(Sender):
    """Posts batches, and repeats those that were not answered with 200."""
    is_acknowledged = True

    def __init__(self, source, rate, port, path, headers, body, context=None):
        super().__init__(source, rate)
        self.port, self.path, self.headers, self.body = port, path, headers, body
        self.context, self.client = context, None

    def send(self, records):
        ids = [uid for uid, _ in records]
        body = self.body([text for _, text in records])
        headers = dict(self.headers)
        if random.random() < 0.5:
            body, headers["Content-Encoding"] = gzip.compress(body, 1), "gzip"

        def attempt():
            if not self.client:
                self.client = (http.client.HTTPSConnection("localhost", self.port, timeout=TIMEOUT_SECONDS, context=self.context)
                               if self.context else http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT_SECONDS))
            self.client.request("POST", self.path, body, headers)
            answer = self.client.getresponse()
            text = answer.read()
            if answer.status in (429, 503):
                return False
            if answer.status != 200:
                raise SystemExit(f"{self.account.source}: {answer.status} {text[:300]}")
            self.account.confirmed(ids)
            return True

        self.account.sent(ids)
        self.retry(attempt)

    def disconnect(self):
        if self.client:
            self.client.close()
            self.client = None


def lines(texts):
    return "\n".join(texts).encode()


def hec(texts):
    return "".join(json.dumps({"time": time.time(), "sourcetype": "okta", "event": json.loads(text)}) for text in texts).encode()


class File(Sender):
    """Appends lines to a file, and rotates it: by rename and compression of the one before, or by copytruncate."""
    is_acknowledged = True

    def __init__(self, source, rate, path, rotate_seconds, by_copy):
        super().__init__(source, rate)
        self.path, self.rotate_seconds, self.by_copy = pathlib.Path(path), rotate_seconds, by_copy
        self.file, self.rotated_at, self.written_at = open(path, "ab", buffering=0), time.monotonic(), 0

    def send(self, records):
        self.file.write(b"".join(text.encode() + b"\n" for _, text in records))
        ids = [uid for uid, _ in records]
        self.account.sent(ids)
        self.account.confirmed(ids)
        if time.monotonic() - self.rotated_at > self.rotate_seconds:
            self.rotate()
            self.rotated_at = time.monotonic()

    def rotate(self):
        before, first = self.path.with_name(self.path.name + ".1"), self.path.with_name(self.path.name + ".2.gz")
        if self.by_copy:
            # A writer that truncates what nobody has read yet loses it, whoever reads: leave the reader a moment.
            self.stopping.wait(3)
            shutil.copy2(self.path, before)
            os.truncate(self.path, 0)
            self.file.close()
            self.file = open(self.path, "ab", buffering=0)
            return
        if before.exists():
            with open(before, "rb") as plain, gzip.open(first, "wb", 1) as packed:
                shutil.copyfileobj(plain, packed)
            before.unlink()
        self.path.rename(before)
        self.file.close()
        self.file = open(self.path, "ab", buffering=0)

    def close(self):
        self.file.close()
