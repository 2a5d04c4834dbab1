"""Contracts against two independent validators, Python's jsonschema and npm's ajv, on random schemas and documents.

Where they differ on purpose, and what is therefore not drawn, or not asked of one of them:
- Numbers are exact decimals here (JSON Schema Core, 4.2.2: arbitrary precision), doubles in ajv: none is drawn that a double cannot hold,
  and multipleOf has no fraction where ajv is asked.
- A doubled name is checked each time it stands here (Core, 4.2.1 leaves it undefined); both others see the last one only: none is drawn.
- "$ref" beside other keywords counts for nothing in draft-07 (8.3); ajv applies both: it stands alone there.
- Formats are annotations by default (Validation, 7.2.1); here they assert: they have tests of their own.
- The recursion of a schema through itself by two branches has a bound here, and is not drawn.
- contains beside a list of items does not look at an empty array in ajv 8 (Core, 10.3.1.3 says it does not fit): not drawn together.
- Where ajv 8 cannot compile a schema (it fails on some references beside unevaluated*) it is not asked about it.
- unevaluated* is asked of jsonschema alone, from 4.20 on: earlier ones, and ajv 8, lose some of what contains, anyOf and $ref have looked at
  (Core, 11.2 and 11.3); where these three differed, jsonschema 4.26 and the contract said the same.
"""
import importlib.metadata
import json
import os
import pathlib
import random
import subprocess
import unittest

import jsonschema

from npm_packages import installed
from schema_tool import SchemaTool

NPM = pathlib.Path(__file__).parent / "npm"
JSONSCHEMA = tuple(int(part) for part in importlib.metadata.version("jsonschema").split(".")[:2])
TOOL = os.environ["SCHEMA_LINES"]
SCHEMAS = 10_000 if os.environ.get("PLANISH_LONG") else 300
DOCUMENTS = 20

NAMES = ["a", "b", "c", "a/b", "é"]
WORDS = ["", "a", "ab", "abc", "b", "é", "😀", "a b", "1"]
NUMBERS = [0, 1, 2, 3, -1, 0.5, 1.5, 10, 100, -2.25, 1e3]
PATTERNS = ["^a", "b$", "^[a-c]*$", "a|é", "^.$", "\\d", "^$"]


class Draw:
    """Schemas that often fit the documents that it draws."""

    def __init__(self, seed, dialect):
        self.chance = random.Random(seed)
        self.dialect = dialect
        self.unevaluated = False

    def value(self, depth):
        kind = self.chance.randrange(7 if depth else 5)
        if kind == 5:
            return [self.value(depth - 1) for _ in range(self.chance.randrange(4))]
        if kind == 6:
            return {name: self.value(depth - 1) for name in self.chance.sample(NAMES, self.chance.randrange(4))}
        return [None, self.chance.random() < 0.5, self.chance.choice(NUMBERS), self.chance.choice(WORDS), self.chance.choice(WORDS)][kind]

    def schema(self, depth, root=False):
        if not root and self.chance.random() < 0.1:
            return self.chance.random() < 0.7
        if not root and self.chance.random() < 0.08:
            return {"$ref": self.chance.choice(["#/definitions/x", "#/definitions/y"])}
        keywords = self.leaf if depth == 0 else self.leaf + self.inner + (["unevaluated"] if self.dialect == "2020" and root else [])
        schema = {}
        for keyword in self.chance.sample(keywords, self.chance.choice([1, 1, 2, 2, 3])):
            getattr(self, "draw_" + keyword)(schema, depth - 1)
        if "prefixItems" in schema or isinstance(schema.get("items"), list):
            for keyword in ("contains", "minContains", "maxContains"):
                schema.pop(keyword, None)
        return schema

    leaf = ["type", "enum", "const", "bounds", "multiple", "length", "pattern", "required", "sizes", "unique", "dependent"]
    inner = ["properties", "properties", "patterns", "additional", "names", "items", "contains", "all", "any", "one", "no", "condition"]

    def some(self, depth):
        return [self.schema(depth) for _ in range(self.chance.choice([1, 2, 2, 3]))]

    def draw_type(self, schema, _):
        types = ["null", "boolean", "integer", "number", "string", "array", "object"]
        schema["type"] = self.chance.choice(types) if self.chance.random() < 0.5 else self.chance.sample(types, self.chance.randrange(1, 5))

    def draw_enum(self, schema, _):
        schema["enum"] = [self.value(2) for _ in range(self.chance.randrange(1, 5))]

    def draw_const(self, schema, _):
        schema["const"] = self.value(2)

    def draw_bounds(self, schema, _):
        for name in self.chance.sample(["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"], 2):
            schema[name] = self.chance.choice(NUMBERS)

    def draw_multiple(self, schema, _):
        schema["multipleOf"] = self.chance.choice([1, 2, 3, 5, 0.5, 0.25])

    def draw_length(self, schema, _):
        schema[self.chance.choice(["minLength", "maxLength"])] = self.chance.randrange(4)

    def draw_pattern(self, schema, _):
        schema["pattern"] = self.chance.choice(PATTERNS)

    def draw_required(self, schema, _):
        schema["required"] = self.chance.sample(NAMES, self.chance.randrange(3))

    def draw_sizes(self, schema, _):
        schema[self.chance.choice(["minItems", "maxItems", "minProperties", "maxProperties"])] = self.chance.randrange(4)

    def draw_unique(self, schema, _):
        schema["uniqueItems"] = self.chance.random() < 0.9

    def draw_dependent(self, schema, depth):
        names = {name: self.chance.sample(NAMES, self.chance.randrange(3)) for name in self.chance.sample(NAMES, 2)}
        schemas = {name: self.schema(max(depth, 0)) for name in self.chance.sample(NAMES, 1)}
        if self.dialect == "7":
            schema["dependencies"] = {**names, **schemas}
        else:
            schema["dependentRequired"], schema["dependentSchemas"] = names, schemas

    def draw_properties(self, schema, depth):
        schema["properties"] = {name: self.schema(depth) for name in self.chance.sample(NAMES, self.chance.randrange(1, 4))}

    def draw_patterns(self, schema, depth):
        schema["patternProperties"] = {pattern: self.schema(depth) for pattern in self.chance.sample(PATTERNS, 2)}

    def draw_additional(self, schema, depth):
        schema["additionalProperties"] = self.schema(depth)

    def draw_names(self, schema, depth):
        schema["propertyNames"] = self.schema(depth)

    def draw_items(self, schema, depth):
        rest = self.schema(depth)
        if self.chance.random() < 0.5:
            schema["items"] = rest
        elif self.dialect == "7":
            schema["items"], schema["additionalItems"] = self.some(depth), rest
        else:
            schema["prefixItems"], schema["items"] = self.some(depth), rest

    def draw_contains(self, schema, depth):
        schema["contains"] = self.schema(depth)
        if self.dialect == "2020" and self.chance.random() < 0.5:
            schema["minContains"] = self.chance.randrange(3)
        if self.dialect == "2020" and self.chance.random() < 0.5:
            schema["maxContains"] = self.chance.randrange(3)

    def draw_all(self, schema, depth):
        schema["allOf"] = self.some(depth)

    def draw_any(self, schema, depth):
        schema["anyOf"] = self.some(depth)

    def draw_one(self, schema, depth):
        schema["oneOf"] = self.some(depth)

    def draw_no(self, schema, depth):
        schema["not"] = self.schema(depth)

    def draw_condition(self, schema, depth):
        schema["if"] = self.schema(depth)
        for part in self.chance.sample(["then", "else"], self.chance.randrange(3)):
            schema[part] = self.schema(depth)

    def draw_unevaluated(self, schema, depth):
        self.unevaluated = True
        schema[self.chance.choice(["unevaluatedProperties", "unevaluatedItems"])] = self.schema(depth)


def drawn(seed):
    dialect = "7" if seed % 3 == 0 else "2020"
    draw = Draw(seed, dialect)
    uri = {"7": "http://json-schema.org/draft-07/schema#", "2020": "https://json-schema.org/draft/2020-12/schema"}[dialect]
    schema = draw.schema(3, root=True)
    schema = {"$schema": uri, **schema, "definitions": {"x": {"type": ["string", "number"]}, "y": {"properties": {"a": {"type": "integer"}}}}}
    return dialect, draw.unevaluated, schema, [draw.value(3) for _ in range(DOCUMENTS)]


def verdicts(tool, schema, documents):
    if problems := tool.compile(schema):
        return " ".join(problems)
    return "".join("1" if fits else "0" for fits in tool.fit(documents))


def said_by(validator, document, otherwise):
    """Debian's jsonschema (4.10) puts the elements that a message names in order, and dies where they are of several types."""
    try:
        return "1" if validator.is_valid(document) else "0"
    except TypeError:
        return otherwise


class SchemaOracle(unittest.TestCase):
    def test_agrees_with_both(self):
        tool = SchemaTool(TOOL)
        self.addCleanup(tool.close)
        classes = {"7": jsonschema.Draft7Validator, "2020": jsonschema.Draft202012Validator}
        has_ajv, asked, fitted = installed(NPM), 0, 0
        for start in range(0, SCHEMAS, 500):
            cases = [drawn(seed) for seed in range(start, min(start + 500, SCHEMAS))]
            wanted = [None] * len(cases)
            if has_ajv:
                lines = "".join(json.dumps({"dialect": dialect, "schema": schema, "documents": documents}) + "\n"
                                for dialect, _, schema, documents in cases)
                done = subprocess.run(["node", NPM / "ajv_lines.cjs"], input=lines, capture_output=True, timeout=600, check=True, encoding="utf-8")
                wanted = done.stdout.split("\n")[:-1]
            for (dialect, unevaluated, schema, documents), by_ajv in zip(cases, wanted):
                found = verdicts(tool, schema, documents)
                if not unevaluated or JSONSCHEMA >= (4, 20):
                    validator = classes[dialect](schema)
                    by_python = "".join(said_by(validator, document, found[i:i + 1]) for i, document in enumerate(documents))
                    self.compare(found, by_python, "jsonschema", schema, documents)
                if by_ajv is not None and not unevaluated and not by_ajv.startswith("refused"):
                    self.compare(found, by_ajv, "ajv", schema, documents)
                asked += len(documents)
                fitted += found.count("1")
        print(f"{asked} pairs, {fitted} of them fit; asked: jsonschema{' and ajv' if has_ajv else ' alone, for npm has no registry'}")
        self.assertGreater(fitted, asked / 10)

    def compare(self, found, wanted, who, schema, documents):
        if found == wanted:
            return
        at = next((i for i, pair in enumerate(zip(found, wanted)) if pair[0] != pair[1]), 0)
        self.fail(f"{who} says {wanted}, the contract {found}\nschema   {json.dumps(schema)}\ndocument {json.dumps(documents[min(at, len(documents) - 1)])}")


if __name__ == "__main__":
    unittest.main()
