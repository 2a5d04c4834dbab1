"""What can be seen of the server from outside: metrics that count the whole suite exactly, an access log with one line
an answer, request ids and origins in every refusal, the fields and routes of the contract's tables."""
import collections
import json
import re
import unittest

from corner_table import ROWS as CORNERS
from planish_server import Connection, OfOneServer, Server, eventually, request
from status_table import BODY, CLOSE, HALVES, ROWS, chunked, event, fields, get, head_of, line_of, post

SUITE = ROWS + CORNERS
TRACE = "0af7651916cd43dd8448eb211c80319c"
GETS = ("/healthz", "/readyz", "/metrics", "/version", "/openapi.json", "/problems/not-json")
SLUGS = {
    "not-json": 400, "bad-content-coding": 400, "bad-request": 400, "invalid-request": 422, "invalid-events": 422,
    "not-found": 404, "method-not-allowed": 405, "request-timeout": 408, "length-required": 411,
    "content-too-large": 413, "uri-too-long": 414, "unsupported-media-type": 415, "expectation-failed": 417,
    "request-header-fields-too-large": 431, "not-implemented": 501, "service-unavailable": 503,
    "http-version-not-supported": 505,
}
NAMES = {
    "planish_build_info": "gauge", "http_server_requests_total": "counter",
    "http_server_request_duration_seconds": "histogram", "http_server_active_requests": "gauge",
    "http_server_connections": "gauge", "planish_events_total": "counter", "planish_event_errors_total": "counter",
    "planish_transform_duration_seconds": "histogram", "planish_request_bytes_total": "counter",
    "planish_response_bytes_total": "counter", "planish_rejected_total": "counter",
    "planish_log_dropped_total": "counter",
}
BOUNDS = [1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 1e-2, 2.5e-2, 5e-2, 0.1, 0.25, 1, float("inf")]
CODES = {"missing_member", "wrong_type", "out_of_range", "duplicate_member", "too_many_events", "empty_event_type",
         "event_type_too_long", "unknown_event_type", "bad_timestamp", "too_deep", "number_out_of_range", "not_json", "contract", "no_contract",
         "rejected", "plugin_failed"}


def verb(data):
    return "HEAD" if data.startswith(b"HEAD") else "GET"


def pour(client, data):
    try:
        client.send(data)
    except (BrokenPipeError, ConnectionResetError):
        pass  # it has answered and closed


def run_suite(server):
    """Sends every row whole, on a connection of its own; how often each status came."""
    seen = collections.Counter()
    for _, data, statuses, after in SUITE:
        with server.connect() as client:
            pour(client, data)
            for _ in statuses:
                seen[client.response(verb(data)).status] += 1
            if after == CLOSE:
                assert client.at_end()
    return seen


def total(metrics, name, **labels):
    wanted = [f'{key}="{value}"' for key, value in labels.items()]
    return sum(value for series, value in metrics.items()
               if series.split("{")[0] == name and all(label in series for label in wanted))


class Metrics(unittest.TestCase):
    def test_the_whole_suite_is_counted_exactly(self):
        with Server(threads=2) as server:
            before = server.metrics()
            seen = run_suite(server)
            self.assertTrue(eventually(lambda: server.metrics()["http_server_connections"] == 1))
            scrapes = total(server.metrics(), "http_server_requests_total", route="/metrics")
            after = server.metrics()
            for status, times in seen.items():
                counted = (total(after, "http_server_requests_total", code=status)
                           - total(before, "http_server_requests_total", code=status))
                if status == 200:
                    counted -= scrapes + 1 - total(before, "http_server_requests_total", route="/metrics")
                self.assertEqual(counted, times, status)
            answers = total(after, "http_server_requests_total")
            self.assertEqual(after["http_server_request_duration_seconds_count"], answers)
            self.assertEqual(after['http_server_request_duration_seconds_bucket{le="+Inf"}'], answers)
            refused = total(after, "http_server_requests_total", route="none")
            rejected = total(after, "planish_rejected_total")
            self.assertGreater(refused, 100)
            self.assertGreaterEqual(rejected, refused)
            self.assertEqual(total(after, "http_server_requests_total", code=505, route="none"), seen[505])
            self.assertEqual(total(after, "http_server_requests_total", code=404, route="other"), seen[404])

    def test_names_types_and_labels_are_those_of_the_contract(self):
        with Server("--path", "/v1") as server:
            with server.connect() as client:
                client.send(post(path=b"/v1") + get(b"/x") + get(b"/problems/not-json") + get(host=b""))
                self.assertEqual([client.response().status for _ in range(4)], [200, 404, 200, 400])
            answer = server.get("/metrics")
            self.assertEqual(answer.header("Content-Type"), "text/plain; version=0.0.4; charset=utf-8")
            text, metrics = answer.body.decode(), server.metrics()
        types = dict(re.findall(r"(?m)^# TYPE (\S+) (\S+)$", text))
        self.assertEqual({name: kind for name, kind in types.items() if not name.startswith("process_")}, NAMES)
        self.assertIn("process_resident_memory_bytes", types)
        self.assertEqual(set(re.findall(r"(?m)^# HELP (\S+) \S", text)), set(types))
        labels = {name: set(re.findall(r'(\w+)="', "".join(s for s in metrics if re.match(name + r"(_bucket)?\{", s))))
                  for name in types}
        self.assertEqual({name: found for name, found in labels.items() if found}, {
            "planish_build_info": {"version", "commit", "compiler", "kernel"},
            "http_server_requests_total": {"code", "route"}, "http_server_request_duration_seconds": {"le"},
            "planish_events_total": {"result"}, "planish_event_errors_total": {"code"},
            "planish_transform_duration_seconds": {"le"}, "planish_rejected_total": {"reason"}})
        for name in ("http_server_request_duration_seconds", "planish_transform_duration_seconds"):
            found = re.findall(name + r'_bucket\{le="([^"]+)"\}', text)
            self.assertEqual([float(bound) for bound in found], BOUNDS)
        self.assertEqual(set(re.findall(r'planish_event_errors_total\{code="(\w+)"\}', text)), CODES)
        routes = set(re.findall(r'requests_total\{code="\d+",route="([^"]+)"\}', text))
        self.assertEqual(routes, {"/v1", "/healthz", "/problems/{slug}", "other", "none"})

    def test_events_and_bytes_are_counted(self):
        bad = event(event_type="").replace(b'"events": [', b'"events": [{"event_type":"a","timestamp":1,"payload":1},')
        with Server() as server:
            before = server.metrics()
            sent = 0
            for body, extra in ((BODY, b""), (bad, b""), (bad, b"Prefer: handling=lenient\r\n"), (b"{}", b"")):
                with server.connect() as client:
                    sent += len(body)
                    client.ask(post(body, fields=extra))
            after = server.metrics()

        def rise(series):
            return after[series] - before.get(series, 0)

        self.assertEqual(rise('planish_events_total{result="ok"}'), 2)
        self.assertEqual(rise('planish_events_total{result="invalid"}'), 2)
        self.assertEqual(rise('planish_event_errors_total{code="empty_event_type"}'), 2)
        self.assertEqual(rise('planish_event_errors_total{code="missing_member"}'), 2)
        self.assertEqual(rise("planish_request_bytes_total"), sent)
        self.assertEqual(rise("planish_transform_duration_seconds_count"), 4)


class AccessLog(unittest.TestCase):
    SECRET = b"s3cr3t"

    def test_one_line_an_answer_whatever_was_sent(self):
        line = re.compile(r"^20\S+Z info  answered method=(GET|HEAD|POST|OPTIONS|CONNECT|other) route=\S+ "
                          r"status=[1-5]\d\d request_id=[A-Za-z0-9._~+/=:-]{1,128} request_bytes=\d+ "
                          r"response_bytes=\d+ duration_ms=[\d.]+$")
        for kind in ("json", "text"):
            with self.subTest(kind), Server("--access-log", "1", "--log-format", kind, wait=False) as server:
                if kind == "text":  # the address stands in the text
                    said = server.wait_for_line("listening address=")["text"]
                    server.addresses.append(("127.0.0.1", int(said.rsplit(":", 1)[1])))
                server.wait_until_ready()
                seen = run_suite(server)
                self.assertEqual(server.stop(), 0)
                if kind == "text":
                    lines = [entry["text"] for entry in server.lines if " answered " in entry["text"]]
                    for text in lines:
                        self.assertRegex(text, line)
                else:
                    lines = [entry for entry in server.lines if entry.get("message") == "answered"]
                    self.assertEqual([entry for entry in server.lines if "text" in entry], [{"text": "end of the log"}])
                    statuses = collections.Counter(entry["status"] for entry in lines)
                    statuses[200] -= 1  # the one that saw it ready
                    self.assertEqual(statuses, seen)
                self.assertEqual(len(lines), sum(seen.values()) + 1)

    def test_nothing_of_a_request_is_in_it_but_a_sane_id(self):
        forged = b'X-Request-Id: a"} {"level":"error"\r\n'
        with Server("--access-log", "1", "--path", "/in") as server:
            for data in (get(b"/" + self.SECRET, fields=forged), post(event(payload=self.SECRET.decode()), path=b"/in"),
                         get(fields=b"X: " + self.SECRET + b"\x1b[31m\r\n"), self.SECRET + b"\r\n\r\n",
                         post(b'{"' + self.SECRET, path=b"/in", fields=b"X-Request-Id: sane-1\r\n")):
                with server.connect() as client:
                    client.ask(data)
            server.wait_for_line("sane-1")
            self.assertEqual(server.stop(), 0)
            log = json.dumps(server.lines)
            self.assertNotIn(self.SECRET.decode(), log)
            self.assertNotIn("a\\\"}", log)
            self.assertIn('"route": "/in"', log)


class Refusals(OfOneServer):
    """The request id and the origin are the client's in every answer, also to heads that are refused half-way."""

    FLAGS = ("--cors-origin", "https://a.example", "--header-timeout", "1s", "--body-timeout", "1s", "--tick", "100ms")

    MINE = b"X-Request-Id: mine.1\r\nOrigin: https://a.example\r\n"

    def mine(self, data):
        with self.server.connect() as client:
            pour(client, data)
            answer = client.response(verb(data))
            self.assertEqual(answer.header("X-Request-Id"), "mine.1")
            self.assertEqual(answer.header("Access-Control-Allow-Origin"), "https://a.example")
            self.assertEqual(answer.header("Vary"), "Origin")
            self.assertIn("X-Request-Id", answer.header("Access-Control-Expose-Headers"))
            if answer.status >= 400 and answer.body:
                self.assertEqual(answer.json()["request_id"], "mine.1")
            return answer.status

    def test_every_status(self):
        first = self.MINE
        cases = {
            200: get(fields=first), 400: get(fields=first + b"X : 1\r\n"), 404: get(b"/nope", fields=first),
            405: get(b"/", fields=first), 411: get(b"/", method=b"POST", fields=first),
            413: post(b"", fields=first, length=2**30), 415: post(fields=first + b"Content-Type: a/b\r\n"),
            417: post(fields=first + b"Expect: a\r\n"), 422: post(b"{}", fields=first),
            431: get(fields=first + b"X: " + b"y" * 17000), 501: chunked(coding=b"gzip", fields=first),
            505: get(version=b"HTTP/2.0", fields=first), 408: get(fields=first)[:-2],
        }
        for status, data in cases.items():
            with self.subTest(status):
                self.assertEqual(self.mine(data), status)
        for data in (get(fields=first + b" fold\r\n"), get(host=b"", fields=first), chunked(b"g\r\n", fields=first),
                     get(fields=first + b"Connection: a b\r\n"), get(fields=first + b"Y: \0\r\n"),
                     post(b"x", fields=first + b"Content-Encoding: gzip\r\n"), post(b"{", fields=first)):
            with self.subTest(data):
                self.assertEqual(self.mine(data), 400)
        self.assertEqual(self.mine(post(fields=first)[:-1]), 408)
        self.assertEqual(self.mine(chunked(*HALVES, fields=first)[:-1]), 408)

    def test_what_stands_behind_the_fault_is_not_looked_at(self):
        with self.server.connect() as client:
            self.assertNotEqual(client.ask(get(fields=b"X : 1\r\n" + self.MINE)).header("X-Request-Id"), "mine.1")

    def test_doubled_and_insane_ids_are_not_taken(self):
        for sent in (b"X-Request-Id: a\r\nX-Request-Id: a\r\n", b"X-Request-Id: a,b\r\n", b"X-Request-Id: \xe4\r\n",
                     b"X-Request-Id: a\tb\r\n", b"X-Request-Id: <a>\r\n"):
            ids = set()
            for _ in range(2):
                with self.subTest(sent), self.server.connect() as client:
                    ids.add(client.ask(get(fields=sent)).header("X-Request-Id"))
            self.assertEqual(len(ids), 2, "made ones differ")
            self.assertNotIn("a", ids)


class Tables(OfOneServer):
    def ask(self, data):
        with self.server.connect() as client:
            return client.ask(data, verb(data))

    def test_head_is_get_without_its_content(self):
        for path in GETS:
            with self.subTest(path):
                whole, head = (self.ask(get(path.encode(), method=method)) for method in (b"GET", b"HEAD"))
                self.assertEqual((whole.status, head.status), (200, 200))
                self.assertEqual([name for name, _ in head.fields], [name for name, _ in whole.fields])
                self.assertEqual(head.header("Content-Type"), whole.header("Content-Type"))
                self.assertEqual(head.body, b"")

    def test_allow_is_what_the_route_takes(self):
        allowed = {path: "GET, HEAD, OPTIONS" for path in GETS}
        allowed["/"] = "POST, OPTIONS"
        for path, allow in allowed.items():
            with self.subTest(path):
                for method, status in ((b"OPTIONS", 204), (b"BREW", 405), (b"get", 405), (b"TRACE", 405)):
                    answer = self.ask(get(path.encode(), method=method))
                    self.assertEqual((answer.status, answer.header("Allow")), (status, allow))
                    self.assertEqual(answer.header("Content-Length") is None, status == 204)

    def test_every_problem_has_its_page_and_no_other_has(self):
        for slug in SLUGS:
            answer = self.ask(get(f"/problems/{slug}".encode()))
            self.assertEqual((answer.status, answer.header("Content-Type")), (200, "text/plain; charset=utf-8"))
            self.assertLess(len(answer.body.splitlines()), 8)
        for slug in ("", "nope", "not-json/", "NOT-JSON", "not-jso"):
            self.assertEqual(self.ask(get(f"/problems/{slug}".encode())).status, 404)

    def test_every_error_has_the_type_of_its_status(self):
        types = set()
        for title, data, statuses, _ in SUITE:
            if len(statuses) == 1 and statuses[0] >= 400 and verb(data) == "GET":
                with self.subTest(title), self.server.connect() as client:
                    pour(client, data)
                    problem = client.response().json()
                    slug = problem["type"].removeprefix("/problems/")
                    self.assertEqual(SLUGS[slug], statuses[0])
                    types.add(slug)
        self.assertEqual(types, set(SLUGS) - {"request-timeout", "service-unavailable", "invalid-events"})

    def test_a_syntax_error_says_where(self):
        for body, offset in ((b"", 0), (b"x", 0), (b" {", 2), (b'{"a":tru}', 8), (b"[1,]", 3), (b"[] []", 3),
                             (b"\xef\xbb\xbf{}", 0)):
            with self.subTest(body):
                problem = self.ask(post(body)).json()
                self.assertEqual((problem["type"], problem["offset"]), ("/problems/not-json", offset))

    def test_415_says_what_is_taken(self):
        self.assertIn("application/json", self.ask(post(fields=b"Content-Type: a/b\r\n")).header("Accept"))
        self.assertEqual(self.ask(post(fields=b"Content-Encoding: br\r\n")).header("Accept-Encoding"), "gzip, zstd, deflate")

    def test_traceparent(self):
        good = f"00-{TRACE}-b7ad6b7169203331-01"
        for value, taken in ((good, True), ("01" + good[2:] + "-more", True), (good + "-x", False),
                             (good.upper(), False), (good[:-1], False), (good.replace(TRACE, "0" * 32), False),
                             (good.replace("-b7", "_b7"), False), (good[:36] + "0" * 16 + "-01", False), (good.replace("-01", "-zz"), False)):
            with self.subTest(value):
                answer = self.ask(post(fields=f"TraceParent: {value}\r\n".encode()))
                self.assertEqual(answer.json()["trace_id"], TRACE if taken else None)
        doubled = f"traceparent: {good}\r\n".encode() * 2
        self.assertIsNone(self.ask(post(fields=doubled)).json()["trace_id"])

    def test_prefer(self):
        bad = event(event_type="")
        for sent, status, applied in (
                (b"Prefer: handling=lenient\r\n", 200, "handling=lenient"),
                (b'Prefer: HANDLING = "Lenient"\r\n', 200, "handling=lenient"),
                (b"Prefer: a;b=c, handling=lenient;x\r\n", 200, "handling=lenient"),
                (b"Prefer: x\r\nPrefer: handling=lenient\r\n", 200, "handling=lenient"),
                (b"Prefer: handling=strict, handling=lenient\r\n", 422, "handling=strict"),
                (b"Prefer: handling=other\r\n", 422, None),
                (b'Prefer: x="handling=lenient"\r\n', 422, None),
                (b"Prefer: handling\r\n", 422, None),
                (b"", 422, None)):
            with self.subTest(sent):
                answer = self.ask(post(bad, fields=sent))
                self.assertEqual((answer.status, answer.header("Preference-Applied")), (status, applied))
                if status == 200:
                    self.assertEqual((answer.json()["processed_events"], list(answer.json())[-1]), ([], "errors"))
        with Server("--invalid-events", "skip") as lenient:
            self.assertEqual(lenient.post(BODY).json()["errors"], [])
            self.assertIsNone(lenient.post(bad).header("Preference-Applied"))
            strict = lenient.post(bad, {"Prefer": "handling=strict"})
            self.assertEqual((strict.status, strict.header("Preference-Applied")), (422, "handling=strict"))

    def test_limits_are_settings(self):
        with Server("--max-header", "2000", "--max-body", "100", "--max-events", "1", "--event-types", "a") as server:
            one = {"event_type": "a", "timestamp": 1, "payload": 1}
            two = json.dumps({"user_id": 1, "events": [one, one]}, separators=(",", ":")).encode()
            other = b'{"user_id":1,"events":[{"event_type":"b","timestamp":1,"payload":1}]}'
            for data, status in ((head_of(2000), 200), (head_of(2001), 431), (line_of(2001), 414),
                                 (fields(100, 0), 200), (post(BODY.ljust(100)), 200), (post(BODY.ljust(101)), 413), (post(other), 422)):
                with self.subTest(data[:40], size=len(data)), server.connect() as client:
                    pour(client, data)
                    self.assertEqual(client.response().status, status)
        with Server("--max-events", "1") as server:
            self.assertEqual([error["code"] for error in server.post(two).json()["errors"]], ["too_many_events"])

    def test_the_admin_address_has_its_routes_alone(self):
        with Server("--admin-listen", "127.0.0.1:0") as server:
            public = {"/healthz": 200, "/openapi.json": 200, "/problems/not-json": 200,
                      "/readyz": 404, "/metrics": 404, "/version": 404}
            for path, status in public.items():
                self.assertEqual(server.get(path).status, status, path)
            with Connection(server.admin_addresses[0]) as client:
                self.assertEqual(client.ask(request(method="OPTIONS", target="*"), "OPTIONS").status, 204)


if __name__ == "__main__":
    unittest.main()
