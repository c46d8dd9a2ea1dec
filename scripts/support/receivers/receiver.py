"""A receiver of webhooks on loopback, and what all vendors' receivers have in common: strict reading of bodies, rules of text,
refusals that are prepared."""
import collections
import http.server
import json
import threading
import time
import unicodedata
import urllib.parse

import jsonschema

DEADLINE_SECONDS = 60

Request = collections.namedtuple("Request", "path query headers body time")
Answer = collections.namedtuple("Answer", "status body headers", defaults=("", {}))
# One that was understood, and not refused on purpose.
Accepted = collections.namedtuple("Accepted", "id document request")


class Failed(Exception):
    """A check that did not hold."""


def expect(holds, what):
    if not holds:
        raise Failed(what)


def wait_until(condition, what, seconds=DEADLINE_SECONDS, detail=lambda: ""):
    """The first true value of the condition."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise Failed(f"{what}: not after {seconds} s; {detail()}")
        time.sleep(0.05)


class Server:
    """Hands each POST to whoever its path's first segment names."""

    def __init__(self):
        self.handlers = {}
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # The answer's head and body are two writes, which would wait for each other.
            disable_nagle_algorithm = True

            def do_POST(self):
                outer.answer(self)

            def log_message(self, *_):
                pass

        class Listener(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

        self.listener = Listener(("127.0.0.1", 0), Handler)
        self.port = self.listener.server_address[1]
        threading.Thread(target=self.listener.serve_forever, daemon=True).start()

    def url(self, name):
        return f"http://127.0.0.1:{self.port}/{name}"

    def answer(self, connection):
        body = connection.rfile.read(int(connection.headers.get("content-length", 0)))
        parts = urllib.parse.urlsplit(connection.path)
        _, name, *rest = parts.path.split("/")
        handler = self.handlers.get(name)
        request = Request(
            "/".join([""] + rest) if rest else "", dict(urllib.parse.parse_qsl(parts.query)),
            {key.lower(): value for key, value in connection.headers.items()}, body, time.time())
        result = handler.receive(request) if handler else Answer(404, "no such receiver")
        text = result.body if isinstance(result.body, str) else json.dumps(result.body)
        data = text.encode()
        connection.send_response(result.status)
        for key, value in result.headers.items():
            connection.send_header(key, value)
        connection.send_header("content-length", str(len(data)))
        connection.end_headers()
        connection.wfile.write(data)

    def close(self):
        self.listener.shutdown()
        self.listener.server_close()


class Vendor:
    """A receiver that behaves as a vendor documents. Subclasses say what they take (`judge`) and how they answer."""

    # How siemd calls it.
    format = ""
    # The bytes of a body that are taken.
    maximum_bytes = 1 << 20
    # What prepared refusals answer, by what is wrong: Answer.
    refusals = {}
    accepted_answer = Answer(200, "ok")
    schema = None
    # What has to be refused: changes to a document that was taken. They show that the judge can say no.
    mutations = []

    def __init__(self, name, link_prefix=""):
        self.name = name
        # What links of ours begin with.
        self.link_prefix = link_prefix
        self.lock = threading.Lock()
        self.accepted, self.complaints, self.refused, self.prepared = [], [], [], []

    def configuration(self, url):
        """Keys of the webhook beside name, format and url."""
        return {}

    def refuse(self, reason, times=1):
        with self.lock:
            self.prepared += [reason] * times

    def receive(self, request):
        with self.lock:
            try:
                document = self.read(request)
                if self.prepared:
                    reason = self.prepared.pop(0)
                    self.refused.append((reason, request))
                    return self.refusals[reason]
                return self.accept(request, document)
            except Failed as error:
                self.complaints.append(f"{self.name}: {error}; {request.path} {request.body[:600]!r}")
                return self.refusal(str(error))

    def accept(self, request, document):
        self.accepted.append(Accepted(request.headers.get("webhook-id"), document, request))
        return self.accepted_answer

    def refusal(self, error):
        return Answer(400, error)

    def read(self, request):
        """The body's document, if everything about the request is as the vendor wants it."""
        expect(len(request.body) <= self.maximum_bytes, f"{len(request.body)} bytes, {self.maximum_bytes} are taken")
        kind = request.headers.get("content-type", "")
        expect(kind.split(";")[0] == "application/json", f"content type {kind!r}")
        document = strict_json(request.body)
        if self.schema is not None:
            check_schema(document, self.schema)
        check_texts(document)
        self.judge(request, document)
        return document

    def judge(self, request, document):
        """Raises Failed for what a schema cannot say."""

    def check_refusals(self, containing):
        """Every mutation of a document that was taken is refused."""
        taken = self.documents(containing)[0]
        for number, mutate in enumerate(self.mutations):
            document = json.loads(taken.request.body)
            mutate(document)
            try:
                self.read(taken.request._replace(body=json.dumps(document).encode()))
            except Failed:
                continue
            raise Failed(f"{self.name}: the judge takes what it must refuse, mutation {number}")

    def documents(self, containing=""):
        with self.lock:
            return [item for item in self.accepted if containing in json.dumps(item.document, ensure_ascii=False)]


def strict_json(body):
    """As RFC 8259 and I-JSON have it: UTF-8, no name twice, no number that is none, no half of a surrogate pair."""

    def unique(pairs):
        expect(len(dict(pairs)) == len(pairs), f"a name twice in {[name for name, _ in pairs]}")
        return dict(pairs)

    def constant(name):
        raise Failed(f"{name} is no JSON")

    try:
        document = json.loads(body.decode("utf-8"), object_pairs_hook=unique, parse_constant=constant)
    except ValueError as error:
        raise Failed(f"no JSON: {error}") from None
    for text in texts(document):
        expect(not any(0xd800 <= ord(character) < 0xe000 for character in text), f"half of a surrogate pair in {text[:80]!r}")
    return document


def check_schema(document, schema):
    errors = sorted(jsonschema.Draft202012Validator(schema).iter_errors(document), key=lambda error: list(error.absolute_path))
    if errors:
        worst = jsonschema.exceptions.best_match(errors)
        place = "/".join(str(part) for part in worst.absolute_path)
        raise Failed(f"{place}: {worst.message[:300]}")


def texts(document):
    """Every text in a document, names included."""
    if isinstance(document, str):
        yield document
    elif isinstance(document, list):
        for item in document:
            yield from texts(item)
    elif isinstance(document, dict):
        for name, value in document.items():
            yield name
            yield from texts(value)


# Marks that turn the direction of writing or show nothing: with them a text reads as what it is not.
DECEIVING = {*range(0x202a, 0x202f), *range(0x2066, 0x206a), 0x200b, 0x200e, 0x200f, 0xfeff}


def check_texts(document):
    for text in texts(document):
        for character in text:
            bad = character != "\n" and unicodedata.category(character) in ("Cc", "Zl", "Zp") or ord(character) in DECEIVING
            expect(not bad, f"U+{ord(character):04X} in {text[:120]!r}")


def units(text):
    """The length of a text as the strictest vendor counts it: in UTF-16."""
    return len(text.encode("utf-16-le")) // 2


def check_length(text, least, most, what):
    expect(least <= units(text) <= most, f"{what} has {units(text)} characters, {least} to {most} are taken: {text[:80]!r}")
