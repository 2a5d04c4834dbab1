"""CORS, the admin address, and what each route says when it is not the public default."""
import json
import unittest

from planish_server import Connection, OfOneServer, Server, request

ORIGIN = "https://shop.example"
EVENTS = b'{"user_id":7,"events":[{"event_type":"a","timestamp":1,"payload":{}}]}'


class Cors(OfOneServer):
    FLAGS = ("--cors-origin", ORIGIN, "--cors-origin", "http://localhost:3000", "--cors-headers", "baggage,sentry-trace")

    def ask(self, body=None, method="POST", target="/", **fields):
        with self.server.connect() as client:
            return client.ask(request(body, method, target, {k.replace("_", "-"): v for k, v in fields.items()}), method)

    def test_preflight(self):
        answer = self.ask(method="OPTIONS", Origin=ORIGIN, Access_Control_Request_Method="POST", Access_Control_Request_Headers="content-type")
        self.assertEqual(answer.status, 204)
        self.assertEqual(answer.header("Access-Control-Allow-Origin"), ORIGIN)
        self.assertIn("POST", answer.header("Access-Control-Allow-Methods"))
        self.assertEqual(answer.header("Access-Control-Allow-Credentials"), "true")
        allowed = answer.header("Access-Control-Allow-Headers").lower().split(", ")
        self.assertLessEqual({"content-type", "content-encoding", "prefer", "traceparent", "tracestate", "x-request-id",
                              "baggage", "sentry-trace"}, set(allowed))
        self.assertGreater(int(answer.header("Access-Control-Max-Age")), 0)
        self.assertIn("Origin", answer.header("Vary"))

    def test_answers_and_errors_name_the_origin(self):
        for body, status in ((EVENTS, 200), (b"{}", 422), (b"{", 400)):
            for origin in (ORIGIN, "http://localhost:3000"):
                with self.subTest(status, origin=origin):
                    answer = self.ask(body, Origin=origin, Content_Type="text/plain;charset=UTF-8")
                    self.assertEqual((answer.status, answer.header("Access-Control-Allow-Origin")), (status, origin))
                    exposed = answer.header("Access-Control-Expose-Headers").lower()
                    self.assertEqual(exposed.split(", "), ["x-request-id", "server-timing", "planish-events"])
                    self.assertEqual(answer.header("Access-Control-Allow-Credentials"), "true")
                    self.assertIn("Origin", answer.header("Vary"))

    def test_other_origins_are_not_named(self):
        for origin in ("https://evil.example", "null", ORIGIN.upper(), ORIGIN + ".evil.example"):
            with self.subTest(origin):
                answer = self.ask(EVENTS, Origin=origin)
                self.assertEqual((answer.status, answer.header("Access-Control-Allow-Origin")), (200, None))
                self.assertIsNone(answer.header("Access-Control-Allow-Credentials"))
                self.assertIn("Origin", answer.header("Vary"))

    def test_refusals_before_routing_name_the_origin_too(self):
        answer = self.ask(EVENTS, Origin=ORIGIN, Expect="200-ok")
        self.assertEqual((answer.status, answer.header("Access-Control-Allow-Origin")), (417, ORIGIN))

    def test_without_the_setting_there_is_no_cors(self):
        with Server() as server:
            answer = server.post(EVENTS, {"Origin": ORIGIN})
            self.assertEqual((answer.header("Access-Control-Allow-Origin"), answer.header("Vary")), (None, None))

    def test_any_origin(self):
        with Server("--cors-origin", "*") as server:
            answer = server.post(EVENTS, {"Origin": ORIGIN})
            self.assertEqual((answer.header("Access-Control-Allow-Origin"), answer.header("Access-Control-Allow-Credentials")), ("*", None))
        with Server("--cors-origin", "*", "--cors-origin", ORIGIN) as server:
            for origin, named, credentials in ((ORIGIN, ORIGIN, "true"), ("https://other.example", "*", None)):
                answer = server.post(EVENTS, {"Origin": origin})
                self.assertEqual((answer.header("Access-Control-Allow-Origin"), answer.header("Access-Control-Allow-Credentials")),
                                 (named, credentials))


class Admin(unittest.TestCase):
    def test_moves_the_routes_that_are_nobody_elses_business(self):
        with Server("--admin-listen", "127.0.0.1:0") as server:
            self.assertTrue(server.admin_addresses, server.lines)
            admin = server.admin_addresses[0]
            for path in ("/metrics", "/version", "/readyz"):
                self.assertEqual(server.get(path).status, 404, path)
                self.assertEqual(server.get(path, admin).status, 200, path)
            for address in (None, admin):
                self.assertEqual(server.get("/healthz", address).status, 200)
            self.assertEqual(server.post(EVENTS).status, 200)
            with Connection(admin) as client:
                self.assertEqual(client.ask(request(EVENTS)).status, 404)

    def test_has_64_connections_of_its_own(self):
        with Server("--admin-listen", "127.0.0.1:0", "--max-connections", "2") as server:
            admin = server.admin_addresses[0]
            held = [Connection(admin) for _ in range(64)]
            for client in held:
                self.assertEqual(client.ask(request(method="GET", target="/healthz"), "GET").status, 200)
            self.assertEqual(server.get("/healthz").status, 200)
            for client in held:
                client.close()


class Path(unittest.TestCase):
    def test_the_transform_moves(self):
        with Server("--path", "/v1/events") as server:
            with server.connect() as client:
                self.assertEqual(client.ask(request(EVENTS, target="/v1/events?x")).status, 200)
                self.assertEqual(client.ask(request(EVENTS, target="/v1/events/")).status, 404)
                self.assertEqual(client.ask(request(EVENTS)).status, 404)


class Documents(OfOneServer):
    FLAGS = ("--hash", "sha256")

    def test_version(self):
        version = self.server.get("/version").json()
        for key in ("version", "commit", "compiler", "libraries", "simdjson_kernel", "hash"):
            self.assertIn(key, version)

    def test_every_problem_type_that_openapi_names_is_explained(self):
        document = self.server.get("/openapi.json").json()
        self.assertTrue(document["openapi"].startswith("3.1"))
        for route in ("/", "/healthz", "/readyz", "/metrics", "/version", "/openapi.json", "/problems/{slug}"):
            self.assertIn(route, document["paths"])
        for slug in ("not-json", "invalid-request", "invalid-events", "bad-content-coding", "not-found", "method-not-allowed", "content-too-large"):
            self.assertEqual(self.server.get("/problems/" + slug).status, 200, slug)

    def test_openapi_is_plain_json(self):
        json.dumps(self.server.get("/openapi.json").json())


if __name__ == "__main__":
    unittest.main()
