"""The server's own OpenAPI document holds of its answers: statuses, fields and contents, checked with a JSON Schema validator."""
import json
import re
import unittest

import jsonschema
from planish_server import Server, request

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


class Openapi(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.document = cls.server.get("/openapi.json").json()

    @classmethod
    def tearDownClass(cls):
        cls.server.kill()

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
        self.check(schema, answer.json() if media_type.endswith("json") else answer.body.decode())

    def test_every_answer_is_as_described(self):
        for path, target, method, content, fields, status in CASES:
            with self.subTest(f"{method} {target[:40]} {status}"), self.server.connect() as client:
                answer = client.ask(request(content, method, target, fields), method)
                self.assertEqual(answer.status, status, answer.body)
                self.hold(answer, self.response_of(path, method, status))

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
