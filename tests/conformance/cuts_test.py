"""Every request of the suite, cut: how its bytes come in segments changes no byte of the answer, wherever they end.

A segment is sent when the server has read the one before: over a unix socket the kernel tells. PLANISH_LONG=1 cuts at
every byte of every row that is not huge, the normal run at some bytes of each."""
import os
import re
import socket
import tempfile
import unittest

from corner_table import ROWS as CORNERS
from planish_server import LONG, TIMEOUT, Server, eventually, request, unread
from status_table import ROWS, UNPROCESSABLE, post

SUITE = [(title, data) for title, data, _, _ in ROWS + CORNERS]
SUITE += [(f"{code} at {where}", post(body)) for code, body, where in UNPROCESSABLE]
BATCH = 64
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
VARIES = (
    (re.compile(rb"\r\nDate: [^\r]+"), b"\r\nDate: -"),
    (re.compile(rb"\r\nX-Request-Id: [^\r]+"), b"\r\nX-Request-Id: -"),
    (re.compile(rb'"request_id":"[^"]+"'), b'"request_id":"-"'),
    (re.compile(rb"transform;dur=[0-9.]+"), b"transform;dur=-"),
    (re.compile(rb'"total_duration_ms":[0-9]+'), b'"total_duration_ms":-'),
    (re.compile(rb"\r\nContent-Length: [0-9]+"), b"\r\nContent-Length: -"),  # it has the digits of the duration
)


def stable(answers):
    """What does not change from one answer to the next; without the 100 that a head gets whose content is awaited."""
    for pattern, instead in VARIES:
        answers = pattern.sub(instead, answers)
    return answers.replace(CONTINUE, b"")


def spread(positions, most):
    """At most so many of the positions, the first and the last among them."""
    positions = sorted(positions)
    if len(positions) <= most or most < 2:
        return positions[-most:]
    return sorted({positions[i * (len(positions) - 1) // (most - 1)] for i in range(most)})


def cuts(data):
    """Where to cut: 0 < cut < len(data). All of them if that can be, else at lines, at limits, and a stride."""
    size = len(data)
    kind = 0 if size < 6000 else 1 if size < 100_000 else 2
    most = (6000, 300, 24)[kind] if LONG else (16, 8, 4)[kind]
    everywhere = range(1, size)
    if size - 1 <= most:
        return list(everywhere)
    ends = [match.start() for match in re.finditer(rb"\r\n", data[:300] if kind == 2 else data)]
    edges = [4096, 8192, 16384, 65536, size - 4, size - 2]
    near = {at + step for at in ends + edges for step in (-1, 0, 1, 2)} & set(everywhere)
    return sorted({*spread(near, most // 2), *spread(everywhere, most - most // 2)})


def pour(wire, data):
    try:
        wire.sendall(data)
    except (BrokenPipeError, ConnectionResetError):
        pass  # it has answered and closed; what it said is read behind


def read_all(wire):
    out = b""
    while piece := wire.recv(1 << 16):
        out += piece
    return out


class Cuts(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, "planish.sock")
        patience = [word for name in ("header", "body", "idle", "write") for word in (f"--{name}-timeout", "10m")]
        self.server = Server("--listen", f"unix:{self.path}", *patience, threads=2)
        self.addCleanup(self.server.kill)

    def tearDown(self):
        with self.server.connect() as client:
            self.assertEqual(client.ask(request(method="GET", target="/healthz"), "GET").status, 200)
        self.assertEqual(self.server.stop(TIMEOUT * 3), 0)

    def connect(self):
        wire = socket.socket(socket.AF_UNIX)
        wire.settimeout(TIMEOUT * 3)
        wire.connect(self.path)
        return wire

    def sent(self, heads):
        """A connection for each of `heads`, which the server has read to its end."""
        wires = [self.connect() for _ in heads]
        for wire, head in zip(wires, heads):
            pour(wire, head)
        for wire in wires:
            self.assertTrue(eventually(lambda: unread(wire) == 0, TIMEOUT * 3, pause=0), "the server does not read on")
        return wires

    def answers(self, pieces):
        """All bytes that come for each pair (first, second), sent as two segments, then half-closed."""
        wires = self.sent([first for first, _ in pieces])
        for wire, (_, second) in zip(wires, pieces):
            pour(wire, second)
            try:
                wire.shutdown(socket.SHUT_WR)
            except OSError:
                pass  # closed by the server
        out = []
        for wire in wires:
            with wire:
                out.append(stable(read_all(wire)))
        return out

    def batches(self, data):
        positions = cuts(data)
        for at in range(0, len(positions), BATCH):
            yield positions[at : at + BATCH]

    def test_every_request_cut_in_two(self):
        exchanges = 0
        for title, data in SUITE:
            whole = self.answers([(data, b"")])[0]
            self.assertTrue(whole.startswith(b"HTTP/1.1 "), title)
            self.assertFalse(whole.startswith(b"HTTP/1.1 503 "), title)  # else its cuts were compared with nothing
            for positions in self.batches(data):
                got = self.answers([(data[:cut], data[cut:]) for cut in positions])
                exchanges += len(positions)
                for cut, answer in zip(positions, got):
                    with self.subTest(title, cut=cut):
                        self.assertEqual(answer, whole)
        print(f"{len(SUITE)} requests, {exchanges} cuts")

    def test_every_request_cut_short_and_half_closed(self):
        """What comes is the front of the whole answer, up to the end of a message: the more bytes, the more of it."""
        for title, data in SUITE:
            whole = self.answers([(data, b"")])[0]
            longest = 0
            for positions in self.batches(data):
                got = self.answers([(data[:cut], b"") for cut in positions])
                for cut, answer in zip(positions, got):
                    with self.subTest(title, cut=cut):
                        self.assertTrue(whole.startswith(answer), answer)
                        self.assertGreaterEqual(len(answer), longest)
                        self.assertTrue(answer == whole or whole[len(answer) :].startswith(b"HTTP/1.1 "), answer)
                        longest = len(answer)

    def test_every_request_cut_short_and_left(self):
        for title, data in SUITE:
            with self.subTest(title):
                for positions in self.batches(data):
                    for wire in self.sent([data[:cut] for cut in positions]):
                        wire.close()
        self.assertTrue(eventually(lambda: self.server.metrics()["http_server_connections"] == 1))
        self.assertTrue(eventually(lambda: self.server.metrics()["http_server_active_requests"] <= 1))


if __name__ == "__main__":
    unittest.main()
