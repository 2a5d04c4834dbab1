"""Every row of the contract's status table and strict list, seen on the wire: whole, byte by byte, and in random pieces."""
import json
import random
import re
import unittest

from corner_table import LATER
from corner_table import ROWS as CORNERS
from planish_server import Server
from status_table import BODY, KEEP, UNPROCESSABLE, chunked, event, get, post
from status_table import ROWS as TABLE

REQUEST_ID = re.compile(r"[A-Za-z0-9._~+/=:-]{1,128}")

ROWS = TABLE + CORNERS


def ask(data, method="GET"):
    """One request, one answer, on a connection of its own."""
    with server.connect() as client:
        return client.ask(data, method)


def pour(client, pieces):
    """Sends each piece as a segment of its own; a server that has closed its reading side is no error here."""
    for piece in pieces:
        try:
            client.send(piece)
        except (BrokenPipeError, ConnectionResetError):
            return


def setUpModule():
    global server
    server = Server()


def tearDownModule():
    assert server.stop() == 0
    server.kill()


class Http(unittest.TestCase):
    def row(self, data, statuses, after, pieces):
        # A head that arrives before its content may be answered by 100 (RFC 9110 section 10.1.1); one that brings it is not.
        waits = len(pieces) > 1 and b"100-continue" in data.lower()
        with server.connect() as wire:
            pour(wire, pieces)
            for status in statuses:
                answer = wire.response("HEAD" if data.startswith(b"HEAD") else "GET", interim=waits)
                if answer.status == 100:
                    waits = False
                    answer = wire.response()
                self.assertEqual(answer.status, status, answer.body)
                self.check(answer, data.startswith(b"HEAD"))
            if after == KEEP:
                wire.send(get())
                self.assertEqual(wire.response().status, 200)
            else:
                self.assertEqual(answer.header("Connection"), None if after == LATER else "close")
                pour(wire, [get()])
                self.assertTrue(wire.at_end(), "not closed in good order, or taken for a request")

    def check(self, answer, head=False):
        self.assertIsNotNone(answer.header("Date"))
        self.assertIsNone(answer.header("Server"))
        self.assertRegex(answer.header("X-Request-Id"), REQUEST_ID)
        if answer.status >= 400:
            self.assertEqual(answer.header("Content-Type"), "application/problem+json")
        if answer.status >= 400 and not head:
            problem = json.loads(answer.body)
            self.assertEqual(list(problem)[:5], ["type", "title", "status", "detail", "request_id"])
            self.assertLessEqual(set(list(problem)[5:]), {"offset", "errors"})
            self.assertEqual(problem["status"], answer.status)
            self.assertEqual(problem["request_id"], answer.header("X-Request-Id"))
            explained = ask(get(problem["type"].encode()))
            self.assertEqual((explained.status, explained.header("Content-Type").split(";")[0]), (200, "text/plain"))
        if answer.status == 405:
            self.assertTrue(answer.header("Allow"))
        if answer.status == 415 and "cod" in json.loads(answer.body)["detail"]:
            self.assertIn("gzip", answer.header("Accept-Encoding"))

    def test_whole(self):
        for title, data, statuses, after in ROWS:
            with self.subTest(title):
                self.row(data, statuses, after, [data])

    def test_byte_by_byte(self):
        for title, data, statuses, after in ROWS:
            if len(data) <= 600:
                with self.subTest(title):
                    self.row(data, statuses, after, [data[i : i + 1] for i in range(len(data))])

    def test_random_pieces(self):
        chance = random.Random(1)
        for title, data, statuses, after in ROWS:
            for _ in range(3):
                cuts = sorted(chance.sample(range(1, len(data)), min(len(data) - 1, chance.randrange(1, 6))))
                with self.subTest(title, cuts=cuts):
                    self.row(data, statuses, after, [data[a:b] for a, b in zip([0] + cuts, cuts + [len(data)])])

    def test_random_pipelines_cut_at_random(self):
        """Rows that keep the connection in any order, and any row behind them: each answers as it does alone."""
        chance = random.Random(2)
        usable = [row for row in ROWS if len(row[1]) < 3000 and b"HEAD" not in row[1] and b"Expect" not in row[1]]
        keeping = [row for row in usable if row[3] == KEEP]
        for _ in range(300):
            rows = chance.choices(keeping, k=chance.randrange(12)) + [chance.choice(usable)]
            data = b"".join(row[1] for row in rows)
            cuts = sorted(chance.sample(range(1, len(data)), min(len(data) - 1, chance.randrange(6))))
            with self.subTest([row[0] for row in rows], cuts=cuts), server.connect() as wire:
                pour(wire, [data[a:b] for a, b in zip([0] + cuts, cuts + [len(data)])])
                for status in (status for row in rows for status in row[2]):
                    self.assertEqual(wire.response("GET").status, status)
                try:
                    wire.shutdown()
                except OSError:
                    pass  # closed already
                self.assertTrue(wire.at_end())

    def test_unprocessable(self):
        for code, body, pointer in UNPROCESSABLE:
            with self.subTest(code, pointer=pointer):
                answer = ask(post(body))
                self.assertEqual(answer.status, 422)
                self.check(answer)
                problem = json.loads(answer.body)
                self.assertEqual([(e["code"], e["pointer"]) for e in problem["errors"]], [(code, pointer)])
                self.assertEqual(problem["type"], "/problems/invalid-" + ("events" if pointer.startswith("/events/") else "request"))

    def test_faults_are_listed_up_to_100_and_counted_to_the_end(self):
        one = {"event_type": "", "timestamp": 1, "payload": 1}
        body = json.dumps({"user_id": 1, "events": [one] * 150 + [dict(one, event_type="a")]}).encode()
        problem = json.loads(ask(post(body)).body)
        self.assertEqual(problem["detail"], "150 of 151 events are invalid")
        self.assertEqual([e["pointer"] for e in problem["errors"]], [f"/events/{i}/event_type" for i in range(100)])
        answer = ask(post(body, fields=b"Prefer: respond-async, Handling = \"lenient\"\r\n"))
        self.assertEqual(answer.header("Preference-Applied"), "handling=lenient")
        found = json.loads(answer.body)
        self.assertEqual((len(found["errors"]), found["errors_total"], list(found)[-1]), (100, 150, "errors_total"))

    def test_client_that_goes_on_sending_reads_the_refusal(self):
        for head in (b"GET / HTTP/1.1\r\nHost : a\r\n", b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 16777216\r\n\r\n"):
            with self.subTest(head), server.connect() as wire:
                wire.send(head)
                pour(wire, [b"x" * 65536] * 256)
                answer = wire.response()
                self.assertIn(answer.status, (400, 413))

    def test_continue_is_sent_only_where_the_body_is_wanted(self):
        expect = b"Expect: 100-continue\r\n"
        with server.connect() as wire:
            wire.send(post(fields=expect)[: -len(BODY)])
            self.assertEqual(wire.response(interim=True).status, 100)
            wire.send(BODY)
            self.assertEqual(wire.response(interim=True).status, 200)
        for data, status in ((post(b"", fields=expect, length=2**20 + 1), 413), (post(b"", fields=expect, length=9, path=b"/nope"), 404),
                             (post(b"", fields=expect + b"Content-Type: text/xml\r\n", length=9), 415), (post(b"", fields=expect, length=9, path=b"/healthz"), 405)):
            with self.subTest(status), server.connect() as wire:
                wire.send(data)
                self.assertEqual(wire.response(interim=True).status, status)
                self.assertTrue(wire.at_end())

    def test_half_closed_clients_are_answered(self):
        with server.connect() as wire:
            wire.send(post() + get())
            wire.shutdown()
            self.assertEqual([wire.response().status, wire.response().status], [200, 200])
            self.assertTrue(wire.at_end())
        with server.connect() as wire:
            wire.send(get() + post()[:-1])
            wire.shutdown()
            self.assertEqual(wire.response().status, 200)
            self.assertTrue(wire.at_end())

    def test_request_id_is_echoed_if_sane(self):
        for sent, kept in ((b"a-1", True), (b"x" * 128, True), (b"x" * 129, False), (b"a b", False), (b"\"", False), (b"", False)):
            with self.subTest(sent):
                echoed = ask(get(fields=b"X-Request-Id: " + sent + b"\r\n")).header("X-Request-Id")
                self.assertEqual(echoed == sent.decode(), kept)
                self.assertRegex(echoed, REQUEST_ID)

    def test_a_timeout_within_the_content_knows_the_request(self):
        with Server("--body-timeout", "200ms", "--tick", "20ms", "--cors-origin", "https://a.example") as impatient, impatient.connect() as wire:
            wire.send(post(fields=b"X-Request-Id: mine\r\nOrigin: https://a.example\r\n")[:-1])
            answer = wire.response()
            self.assertEqual((answer.status, answer.header("X-Request-Id"), answer.header("Access-Control-Allow-Origin")),
                             (408, "mine", "https://a.example"))
            self.assertTrue(wire.at_end())

    def test_trace_id_comes_from_metadata_then_traceparent(self):
        trace = b"traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n"
        given = b'{"user_id":1,"events":[],"metadata":{"source":"","trace_id":""}}'
        for body, fields, expected in ((given, trace, ""), (BODY, trace, "0af7651916cd43dd8448eb211c80319c"), (BODY, b"", None),
                                       (BODY, trace.replace(b"00-0a", b"ff-0a"), None), (BODY, trace.upper().replace(b"TRACEPARENT", b"traceparent"), None)):
            with self.subTest(fields):
                self.assertEqual(json.loads(ask(post(body, fields=fields)).body)["trace_id"], expected)

    def test_server_timing(self):
        self.assertRegex(ask(post()).header("Server-Timing"), r"^transform;dur=[0-9]+\.[0-9]{3}$")

    def test_head_has_the_length_of_get_and_no_content(self):
        for path in (b"/healthz", b"/readyz", b"/version", b"/openapi.json", b"/problems/not-json"):
            with self.subTest(path), server.connect() as wire:
                wire.send(get(path, method=b"HEAD") + get(path))
                self.assertEqual(wire.response("HEAD").header("Content-Length"), wire.response().header("Content-Length"))

    def test_options(self):
        for path, allow in ((b"*", None), (b"/", {"POST", "OPTIONS"}), (b"/healthz", {"GET", "HEAD", "OPTIONS"})):
            with self.subTest(path):
                answer = ask(get(path, method=b"OPTIONS"))
                self.assertEqual((answer.status, answer.header("Content-Length")), (204, None))
                if allow:
                    self.assertEqual(set(re.split(", ?", answer.header("Allow"))), allow)

    def test_no_answer_names_its_makings(self):
        words = re.compile(rb"boost|beast|asio|simdjson|\.cpp|\.hpp|secret", re.IGNORECASE)
        for data in (post(event(payload={"secret": 1e400})), post(b'{"secret'), get(b"/secret"), b"secret\r\n\r\n",
                     post(event(timestamp="secret")), post(event(event_type="secret" * 50)), chunked(b"secret\r\n")):
            with self.subTest(data):
                self.assertNotRegex(ask(data).body, words)

    def test_metrics_count_exactly(self):
        def value(series):
            text = ask(get(b"/metrics")).body.decode()
            found = re.search("^" + re.escape(series) + " ([0-9.e+]+)$", text, re.MULTILINE)
            return float(found.group(1)) if found else 0.0

        probes = [
            ('http_server_requests_total{code="200",route="/"}', post()),
            ('http_server_requests_total{code="400",route="/"}', post(b"{")),
            ('http_server_requests_total{code="422",route="/"}', post(b"{}")),
            ('http_server_requests_total{code="404",route="other"}', get(b"/nope")),
            ('http_server_requests_total{code="400",route="none"}', get(host=b"")),
            ('planish_event_errors_total{code="bad_timestamp"}', post(event(timestamp="x"))),
            ('planish_events_total{result="ok"}', post()),
        ]
        for series, data in probes:
            with self.subTest(series):
                before = value(series)
                for _ in range(5):
                    ask(data)
                self.assertEqual(value(series) - before, 5)


if __name__ == "__main__":
    unittest.main()
