"""An Okta System Log API, as its documentation has it: polling by a next link that is always there, pages with repeats of the end of
the one before, and now and then a 429 or a 500."""
import http.server
import json
import random
import threading
import urllib.parse

from records import Account

PAGE = 200


class OktaAPI(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, source, rate):
        super().__init__(("127.0.0.1", 0), Handler)
        self.account, self.rate = Account(source, True), rate
        self.events, self.lock, self.stopping = [], threading.Lock(), threading.Event()
        self.port = self.server_address[1]

    def start(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        threading.Thread(target=self.fill, daemon=True).start()

    def fill(self):
        while not self.stopping.wait(0.1):
            new = [self.account.next() for _ in range(max(1, self.rate // 10))]
            self.account.sent([uid for uid, _ in new])
            self.account.confirmed([uid for uid, _ in new])
            with self.lock:
                self.events += [text for _, text in new]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def do_GET(self):
        if self.headers.get("Authorization") != "SSWS soak":
            return self.answer(401, b'{"errorCode":"E0000011"}')
        chance = random.random()
        if chance < 0.01:
            return self.answer(429, b'{"errorCode":"E0000047"}', {"Retry-After": "1"})
        if chance < 0.02:
            return self.answer(500, b"{}")
        query = urllib.parse.parse_qs(urllib.parse.urlparse(self.path).query)
        after = int(query.get("after", ["0"])[0])
        with self.server.lock:
            page = self.server.events[after:after + PAGE]
            # At least once: the last events of the page before come again sometimes.
            again = self.server.events[max(0, after - 5):after] if random.random() < 0.2 else []
        link = f"<http://127.0.0.1:{self.server.port}/api/v1/logs?after={after + len(page)}&limit={PAGE}>; rel=\"next\""
        self.answer(200, ("[" + ",".join(again + page) + "]").encode(), {"Link": link})

    def answer(self, status, body, headers={}):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
