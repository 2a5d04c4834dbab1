"""What each keyword of a contract says on the wire, and the bounds of folders and of what is told, at the most and one more."""
import json
import pathlib
import subprocess
import tempfile
import unittest

from planish_server import Server, binary

DRAFT_07 = {"$schema": "http://json-schema.org/draft-07/schema#"}
SECRET = "s3cr3t"
# Keyword: schema, a payload that does not fit, the pointer within it, the rule that it names, what is said.
KEYWORDS = {
    "type": ({"type": "string"}, 1, "", "/type", "is not a string"),
    "types": ({"type": ["string", "null"]}, 1, "", "/type", "is not a string or null"),
    "enum": ({"enum": ["a", 1]}, SECRET, "", "/enum", "is not one of the values that are allowed"),
    "const": ({"const": "a"}, SECRET, "", "/const", "is not the value that is wanted"),
    "multipleOf": ({"multipleOf": 0.01}, 4.355, "", "/multipleOf", "is not a multiple of 0.01"),
    "maximum": ({"maximum": 1}, 2, "", "/maximum", "is greater than 1"),
    "exclusiveMaximum": ({"exclusiveMaximum": 1}, 1, "", "/exclusiveMaximum", "is not less than 1"),
    "minimum": ({"minimum": 1}, 0, "", "/minimum", "is less than 1"),
    "exclusiveMinimum": ({"exclusiveMinimum": 1}, 1, "", "/exclusiveMinimum", "is not greater than 1"),
    "maxLength": ({"maxLength": 2}, SECRET, "", "/maxLength", "is longer than 2 characters"),
    "minLength": ({"minLength": 9}, SECRET, "", "/minLength", "is shorter than 9 characters"),
    "pattern": ({"pattern": "^a"}, SECRET, "", "/pattern", "does not match the pattern"),
    "maxItems": ({"maxItems": 1}, [1, 2], "", "/maxItems", "has more than 1 element"),
    "minItems": ({"minItems": 2}, [1], "", "/minItems", "has fewer than 2 elements"),
    "uniqueItems": ({"uniqueItems": True}, [1, 1.0], "", "/uniqueItems", "has two elements that are equal"),
    "contains": ({"contains": {"const": 1}}, [2], "", "/contains", "has no element that fits"),
    "minContains": ({"contains": {"const": 1}, "minContains": 2}, [1], "", "/minContains", "has fewer than 2 elements that fit"),
    "maxContains": ({"contains": {"const": 1}, "maxContains": 1}, [1, 1], "", "/maxContains", "has more than 1 element that fits"),
    "prefixItems": ({"prefixItems": [True, {"type": "null"}]}, [1, 2], "/1", "/prefixItems/1/type", "is not null"),
    "items": ({"items": {"type": "null"}}, [None, 2], "/1", "/items/type", "is not null"),
    "maxProperties": ({"maxProperties": 0}, {SECRET: 1}, "", "/maxProperties", "has more than 0 members"),
    "minProperties": ({"minProperties": 1}, {}, "", "/minProperties", "has fewer than 1 member"),
    "required": ({"required": ["a"]}, {}, "", "/required", "lacks the member a"),
    "dependentRequired": ({"dependentRequired": {"a": ["b"]}}, {"a": 1}, "", "/dependentRequired/a", "lacks the member b, which a wants beside it"),
    "dependentSchemas": ({"dependentSchemas": {"a": {"required": ["b"]}}}, {"a": 1}, "", "/dependentSchemas/a/required", "lacks the member b"),
    "properties": ({"properties": {"a/b": False}}, {"a/b": SECRET}, "/a~1b", "/properties/a~1b", "is not allowed"),
    "patternProperties": ({"patternProperties": {"^a": {"type": "null"}}}, {"ab": 1}, "/ab", "/patternProperties/%5Ea/type", "is not null"),
    "additionalProperties": ({"properties": {"a": True}, "additionalProperties": False}, {"a": 1, "b": 1}, "/b", "/additionalProperties", "is not allowed"),
    "propertyNames": ({"propertyNames": {"maxLength": 1}}, {"ab": 1}, "/ab", "/propertyNames/maxLength", "is longer than 1 character"),
    "allOf": ({"allOf": [True, {"type": "null"}]}, 1, "", "/allOf/1/type", "is not null"),
    "anyOf": ({"anyOf": [{"type": "null"}, {"minimum": 2}]}, 1, "", "/anyOf", "fits none of the schemas"),
    "oneOf": ({"oneOf": [{"minimum": 0}, {"maximum": 2}]}, 1, "", "/oneOf", "does not fit exactly one of the schemas"),
    "not": ({"not": {"type": "integer"}}, 1, "", "/not", "fits what is not allowed"),
    "then": ({"if": {"type": "integer"}, "then": {"minimum": 2}}, 1, "", "/then/minimum", "is less than 2"),
    "else": ({"if": {"type": "string"}, "else": {"minimum": 2}}, 1, "", "/else/minimum", "is less than 2"),
    "unevaluatedProperties": ({"allOf": [{"properties": {"a": True}}], "unevaluatedProperties": False}, {"a": 1, "b": 1}, "/b", "/unevaluatedProperties", "is not allowed"),
    "unevaluatedItems": ({"prefixItems": [True], "unevaluatedItems": False}, [1, 2], "/1", "/unevaluatedItems", "is not allowed"),
    "$ref": ({"$defs": {"a": {"type": "null"}}, "$ref": "#/$defs/a"}, 1, "", "/$defs/a/type", "is not null"),
    "additionalItems": ({**DRAFT_07, "items": [True], "additionalItems": False}, [1, 2], "/1", "/additionalItems", "is not allowed"),
    "dependencies": ({**DRAFT_07, "dependencies": {"a": ["b"]}}, {"a": 1}, "", "/dependencies/a", "lacks the member b, which a wants beside it"),
    "definitions": ({**DRAFT_07, "definitions": {"a": {"type": "null"}}, "$ref": "#/definitions/a"}, 1, "", "/definitions/a/type", "is not null"),
    **{name: ({"format": name}, SECRET + " (", "", "/format", f"is not {what}") for name, what in {
        "date-time": "a date and time of RFC 3339", "date": "a date", "time": "a time of RFC 3339", "email": "an email address",
        "hostname": "a host name", "ipv4": "an IPv4 address", "ipv6": "an IPv6 address", "uri": "a URI", "uuid": "a UUID",
        "json-pointer": "a JSON pointer", "regex": "a regular expression of ECMA-262"}.items()},
}


def events(*payloads):
    return json.dumps({"user_id": 1, "events": [{"event_type": kind, "timestamp": 0, "payload": payload} for kind, payload in payloads]}).encode()


class Wire(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def write(self, kind, schema):
        (self.folder / f"{kind}.json").write_text(json.dumps(schema))

    def check(self):
        return subprocess.run([binary(), "check", "--contracts", str(self.folder)], capture_output=True, text=True, timeout=300)

    def test_every_keyword_names_its_place_and_its_rule(self):
        for kind, (schema, *_) in KEYWORDS.items():
            self.write(kind.replace("$", "_"), schema)
        with Server("--contracts", str(self.folder), "--unknown-contract", "refuse") as server:
            for kind, (_, payload, pointer, rule, detail) in KEYWORDS.items():
                kind = kind.replace("$", "_")
                answer = server.post(events((kind, payload)))
                self.assertEqual(answer.status, 422, kind)
                problem = answer.json()
                self.assertEqual((problem["type"], len(problem["errors"])), ("/problems/invalid-events", 1), problem)
                error = problem["errors"][0]
                self.assertEqual((error["pointer"], error["code"], error["schema"]), ("/events/0/payload" + pointer, "contract", f"{kind}.json#{rule}"))
                self.assertEqual(error["detail"], detail, kind)
                self.assertNotIn(SECRET, answer.body.decode())

    def test_tells_16_faults_of_an_event_and_100_entries(self):
        self.write("many", {"items": {"type": "null"}})
        with Server("--contracts", str(self.folder)) as server:
            for faults, told in ((15, 15), (16, 16), (17, 16), (1000, 16)):
                answer = server.post(events(("many", [1] * faults), ("many", [None])))
                self.assertEqual((answer.status, answer.json()["detail"]), (422, "1 of 2 events are invalid"))
                self.assertEqual([error["pointer"] for error in answer.json()["errors"]], [f"/events/0/payload/{i}" for i in range(told)])
            for single in (99, 100, 101):
                strict = server.post(events(*[("many", [1])] * single))
                self.assertEqual((strict.status, len(strict.json()["errors"])), (422, min(single, 100)))
                lenient = server.post(events(*[("many", [1])] * single, ("many", [])), fields=[("Prefer", "handling=lenient")])
                self.assertEqual((lenient.status, len(lenient.json()["processed_events"]), len(lenient.json()["errors"])), (200, 1, min(single, 100)))
                self.assertEqual(lenient.json().get("errors_total"), single if single > 100 else None)
            self.assertIn('planish_event_errors_total{code="contract"}', server.get("/metrics").body.decode())

    def test_takes_10000_files(self):
        for i in range(10_000):
            (self.folder / f"{i}.json").write_text("true")
        self.assertEqual(self.check().returncode, 0)
        (self.folder / "one more.json").write_text("true")
        done = self.check()
        self.assertEqual(done.returncode, 78)
        self.assertIn("has more than 10000 files", done.stderr)

    def test_takes_64_mib(self):
        (self.folder / "a.json").write_text("true")
        with open(self.folder / "b.json", "w", encoding="ascii") as file:
            file.write("true" + " " * ((64 << 20) - 8))
        self.assertEqual(self.check().returncode, 0)
        with open(self.folder / "b.json", "a", encoding="ascii") as file:
            file.write(" ")
        done = self.check()
        self.assertEqual(done.returncode, 78)
        self.assertRegex(done.stderr, r"b\.json .*larger")

    def test_takes_64_levels_and_1000_patterns(self):
        self.write("deep", json.loads('{"items":' * 64 + "true" + "}" * 64))
        self.write("patterns", {"properties": {str(i): {"pattern": f"^{i}$"} for i in range(1000)}})
        self.assertEqual(self.check().returncode, 0)
        self.write("deep", json.loads('{"items":' * 65 + "true" + "}" * 65))
        self.write("patterns", {"properties": {str(i): {"pattern": f"^{i}$"} for i in range(1001)}})
        done = self.check()
        self.assertEqual(done.returncode, 78)
        self.assertIn("64 levels", done.stderr)
        self.assertIn("patterns.json#/properties/1000/pattern is one pattern too many", done.stderr)


if __name__ == "__main__":
    unittest.main()
