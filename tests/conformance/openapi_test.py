"""The server's own OpenAPI document holds of its answers: statuses, fields, contents, by a JSON Schema validator."""
import json
import re
import unittest

import jsonschema
from planish_server import OfOneServer, Server, request

EVENT = {"event_type": "a", "timestamp": 1, "payload": {}}
BAD = {"event_type": "", "timestamp": "x", "payload": 1}


def body(*events, **members):
    return json.dumps({"user_id": 2**64 - 1, "events": list(events), **members}).encode()


# path of the document, target, method, body, fields, status
CASES = [
    ("/", "/", "POST", body(EVENT), {}, 200),
    ("/", "/", "POST", body(EVENT, metadata={"source": "s", "trace_id": "t"}), {"Prefer": "handling=strict"}, 200),
    ("/", "/", "POST", body(EVENT, BAD), {"Prefer": "handling=lenient"}, 200),
    ("/", "/", "POST", body(), {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}, 200),
    ("/", "/", "POST", b"{", {}, 400),
    ("/", "/", "POST", b"x", {"Content-Encoding": "gzip"}, 400),
    ("/", "/", "POST", None, {}, 411),
    ("/", "/", "POST", None, {"Content-Length": str(2**20 + 1)}, 413),
    ("/", "/?" + "q" * 9000, "POST", body(), {}, 414),
    ("/", "/", "POST", body(), {"Content-Type": "application/x-ndjson"}, 415),
    ("/", "/", "POST", body(), {"Content-Encoding": "br"}, 415),
    ("/", "/", "POST", body(), {"Expect": "a"}, 417),
    ("/", "/", "POST", b"[]", {}, 422),
    ("/", "/", "POST", body(*[BAD] * 150), {"Prefer": "handling=strict"}, 422),
    ("/", "/", "POST", body(), {f"X-{i}": "1" for i in range(101)}, 431),
    ("/", "/", "POST", None, {"Transfer-Encoding": "gzip"}, 501),
    ("/healthz", "/healthz", "GET", None, {}, 200),
    ("/healthz", "/healthz", "PUT", None, {}, 405),
    ("/readyz", "/readyz", "GET", None, {}, 200),
    ("/metrics", "/metrics", "GET", None, {}, 200),
    ("/version", "/version", "GET", None, {}, 200),
    ("/openapi.json", "/openapi.json", "GET", None, {}, 200),
    ("/problems/{slug}", "/problems/not-json", "GET", None, {}, 200),
    ("/problems/{slug}", "/problems/nope", "GET", None, {}, 404),
]
# What any route may answer: the message is refused before it matters which.
ROUTES = ["/healthz", "/readyz", "/metrics", "/version", "/openapi.json", "/problems/{slug}"]
for route in ROUTES:
    plain = route.replace("{slug}", "not-json")
    CASES += [
        (route, plain, "HEAD", None, {}, 200),
        (route, plain, "DELETE", None, {}, 405),
        (route, plain, "GET", None, {"Content-Length": "99999999"}, 413),
        (route, plain + "?" + "q" * 9000, "GET", None, {}, 414),
        (route, plain, "GET", None, {"Expect": "a"}, 417),
        (route, plain, "GET", None, {"X": "x" * 17000}, 431),
    ]


class Openapi(OfOneServer):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.document = cls.server.get("/openapi.json").json()

    def resolve(self, node):
        while "$ref" in node:
            found = self.document
            for key in node["$ref"].removeprefix("#/").split("/"):
                found = found[key]
            node = found
        return node

    def check(self, schema, value):
        jsonschema.Draft202012Validator({**schema, "components": self.document["components"]}).validate(value)

    def response_of(self, path, method, status):
        operation = self.document["paths"][path].get(method.lower()) or self.document["paths"][path]["get"]
        responses = operation["responses"]
        return self.resolve(responses.get(str(status)) or responses[f"{status // 100}XX"])

    def hold(self, answer, described):
        for name, field in described.get("headers", {}).items():
            field, value = self.resolve(field), answer.header(name)
            self.assertTrue(value is not None or not field.get("required"), name)
            if value is not None:
                self.check(field["schema"], value)
        media_type = answer.header("Content-Type").split(";")[0]
        schema = described["content"][media_type]["schema"]
        if answer.body or answer.header("Content-Length") == "0":  # HEAD tells the length of what it does not send
            self.check(schema, answer.json() if media_type.endswith("json") else answer.body.decode())

    def told(self, answer, status, path="/", method="POST"):
        self.assertEqual(answer.status, status, answer.body)
        self.hold(answer, self.response_of(path, method, status))

    def test_every_answer_is_as_described(self):
        for path, target, method, content, fields, status in CASES:
            with self.subTest(f"{method} {target[:40]} {status}"), self.server.connect() as client:
                self.told(client.ask(request(content, method, target, fields), method), status, path, method)

    def test_another_version_of_http(self):
        for path, method in [("/", "POST"), *((route, "GET") for route in ROUTES)]:
            with self.subTest(path), self.server.connect() as client:
                target = path.replace("{slug}", "not-json")
                self.told(client.ask(request(None, method, target, version="HTTP/2.0"), method), 505, path, method)

    def test_what_comes_too_late(self):
        with Server("--header-timeout", "300ms", "--body-timeout", "300ms") as server:
            for cut in (20, -1):  # in the head, in the body
                with server.connect() as client:
                    client.send(request(body(EVENT))[:cut])
                    self.told(client.response(), 408)

    def test_a_server_that_is_full(self):
        with Server("--max-connections", "1") as server, server.connect() as busy:
            # Not idle any more once the server has read the head and says that it waits.
            busy.send(request(body(EVENT), fields={"Expect": "100-continue"})[: -len(body(EVENT))])
            self.assertEqual(busy.response(interim=True).status, 100)
            with server.connect() as client:
                self.told(client.response(), 503)
            busy.send(body(EVENT))
            self.told(busy.response(), 200)

    def test_a_server_whose_memory_is_taken(self):
        with Server("--max-buffered", "128KiB") as server, server.connect() as client:
            large = body(EVENT).ljust(1 << 19)
            client.send(request(large)[: 1 << 18])
            self.told(client.response(), 503)

    def test_a_server_that_drains(self):
        with Server("--drain-delay", "60s") as server:
            server.signal()
            server.wait_for_line("stopping")
            self.told(server.get("/readyz"), 503, "/readyz", "GET")
            self.told(server.get("/healthz"), 200, "/healthz", "GET")
            self.told(server.post(body(EVENT)), 200)

    def test_what_may_be_asked_of_a_route(self):
        with Server("--cors-origin", "https://a.example") as server:
            for route in ["/", *ROUTES]:
                known = {"OPTIONS", *(method.upper() for method in self.document["paths"][route])}
                known |= {"HEAD"} if "GET" in known else set()
                with server.connect() as client:
                    answer = client.ask(request(None, "OPTIONS", route.replace("{slug}", "not-json")), "OPTIONS")
                self.assertEqual(answer.status, 204)
                self.assertEqual(set(answer.header("Allow").split(", ")), known, route)

    def test_every_status_that_is_described_is_answered_here(self):
        """Of the transform; 500 alone cannot be provoked from outside."""
        tested = {status for path, *_, status in CASES if path == "/"} | {408, 503, 505}
        described = {int(status) for status in self.document["paths"]["/"]["post"]["responses"]}
        self.assertEqual(described - tested, {500})
        self.assertEqual(set(self.document["paths"]), {"/", *ROUTES})

    def test_every_schema_is_one(self):
        for name, schema in self.document["components"]["schemas"].items():
            with self.subTest(name):
                jsonschema.Draft202012Validator.check_schema(schema)

    def test_every_reference_leads_somewhere(self):
        references = set(re.findall(r'"\$ref": *"([^"]+)"', json.dumps(self.document)))
        self.assertGreater(len(references), 15)
        for reference in references:
            self.assertIsInstance(self.resolve({"$ref": reference}), dict, reference)

    def test_the_document_says_the_path_that_is_set(self):
        with Server("--path", "/v1/events") as server:
            paths = server.get("/openapi.json").json()["paths"]
        self.assertIn("/v1/events", paths)
        self.assertNotIn("/", paths)

    def test_requests_that_are_answered_are_as_described(self):
        operation = self.document["paths"]["/"]["post"]
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        for path, _, _, content, _, status in CASES:
            if path == "/" and status == 200:
                self.check(schema, json.loads(content.replace(b'"event_type": ""', b'"event_type": "b"').replace(b'"x"', b"1")))
        with self.assertRaises(jsonschema.ValidationError):
            self.check(schema, json.loads(body({"event_type": "a"})))


if __name__ == "__main__":
    unittest.main()
