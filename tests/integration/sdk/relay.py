"""Between an SDK and planish: passes on every byte as it came, keeps each request, and may answer the first ones itself with 503.

What planish says goes back to the SDK. A second planish, of the same configuration but for `answer = "ndjson"`, gets the same
requests, and its lines are what the test looks at."""
import collections
import json
import socketserver
import threading

from planish_server import Closed, Connection

# What planish says over --max-connections, where it knows no shape yet.
OVERLOADED = {"type": "/problems/service-unavailable", "title": "The service is not available now", "status": 503,
              "detail": "There are as many connections as there may be", "request_id": "relay"}
Exchange = collections.namedtuple("Exchange", "method target fields body status answer lines")


class Relay(socketserver.ThreadingTCPServer):
    """`failing`: how many of the requests with a body are answered with 503."""

    allow_reuse_address, daemon_threads = True, True

    def __init__(self, planish, twin, failing=0):
        super().__init__(("127.0.0.1", 0), Client)
        self.planish, self.twin, self.failing = planish, twin, failing
        self.exchanges, self.lock = [], threading.Lock()
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def target(self):
        return f"http://127.0.0.1:{self.server_address[1]}"

    def posts(self, status=None):
        with self.lock:
            return [e for e in self.exchanges if e.method == "POST" and status in (None, e.status)]

    def fails(self):
        with self.lock:
            self.failing -= 1
            return self.failing >= 0

    def handle_error(self, request, client_address):
        pass  # a client that goes away


class Client(socketserver.BaseRequestHandler):
    def handle(self):
        client = Reader(self.request)
        while True:
            try:
                head, fields, body, framed = client.request()
            except (Closed, OSError):
                return
            method, target, _ = head.split(b"\r\n")[0].decode().split(" ")
            if method == "POST" and self.server.fails():
                status, answer, lines = 503, b"", self.told(self.server.twin, method, head, framed)[2]
                content = json.dumps(OVERLOADED).encode()
                self.request.sendall(b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/problem+json\r\nRetry-After: 1\r\nContent-Length: %d\r\n\r\n%s" % (len(content), content))
            else:
                status, answer, raw = self.told(self.server.planish, method, head, framed)
                lines = self.told(self.server.twin, method, head, framed)[2] if method == "POST" else b""
                self.request.sendall(raw)
            with self.server.lock:
                self.server.exchanges.append(Exchange(method, target, fields, body, status, answer, [json.loads(line) for line in self.ndjson(lines)]))

    @staticmethod
    def ndjson(raw):
        head, _, content = raw.partition(b"\r\n\r\n")
        return [line for line in content.split(b"\n") if line] if b"application/x-ndjson" in head else []

    def told(self, server, method, head, framed):
        """Status, content and all bytes of that server's answer to these bytes."""
        with server.connect() as upstream:
            upstream.send(head + b"\r\n\r\n" + framed)
            answer = upstream.response(method)
            return answer.status, answer.body, answer.head + b"\r\n\r\n" + answer.body


class Reader(Connection):
    """Reads requests from an SDK's connection, and keeps them as they came."""

    def __init__(self, sock):
        self.sock, self.received = sock, bytearray()
        sock.settimeout(60)

    def request(self):
        """Head, its fields by lower case, the body without chunks, and as it came."""
        head = self._take_line(b"\r\n\r\n")
        fields = {name.strip().lower().decode(): value.strip().decode("latin-1") for name, _, value in (line.partition(b":") for line in head.split(b"\r\n")[1:])}
        if fields.get("transfer-encoding", "").lower() != "chunked":
            body = self._take(int(fields.get("content-length", 0)))
            return head, fields, body, body
        body, framed, size = b"", b"", 1
        while size:
            line = self._take_line()
            size = int(line, 16)
            piece = self._take(size + 2)
            body, framed = body + piece[:-2], framed + line + b"\r\n" + piece
        return head, fields, body, framed

    def __del__(self):
        pass  # the socket is the server's
