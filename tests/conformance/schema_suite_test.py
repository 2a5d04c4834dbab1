"""The public JSON-Schema-Test-Suite against contracts, both dialects. Where it cannot be had, the test says so and passes over.

What is not asked, and why (contract section 10):
- refRemote, vocabulary, and groups that refer to a metaschema by its URL: nothing is ever fetched.
- dynamicRef, and groups that use $dynamicRef: `planish check` names it as an error.
- content, format: annotations there. Here the listed formats assert, and their optional tests are asked instead.
- unknownKeyword, refOfUnknownKeyword, dependencies of 2020-12: a keyword that the dialect does not have is an error of `check`.
- formats that are not listed: the same. format-assertion: metaschemas of one's own, which are no dialect here."""
import json
import os
import pathlib
import unittest

from json_schema_suite import suite
from schema_tool import SchemaTool

DIALECTS = {"draft2020-12": "https://json-schema.org/draft/2020-12/schema", "draft7": "http://json-schema.org/draft-07/schema#"}
NOT_ASKED = {"refRemote", "vocabulary", "dynamicRef", "content", "format", "unknownKeyword", "refOfUnknownKeyword", "dependencies-compatibility",
             "cross-draft", "format-assertion"}
FORMATS = {"date-time", "date", "time", "email", "hostname", "ipv4", "ipv6", "uri", "uuid", "json-pointer", "regex", "ecmascript-regex"}
# What a refused group says, and no other.
REFUSALS = ("refers to http", "is a keyword that is not supported")
LEAST = {"draft2020-12": 1400, "draft7": 1100}  # more in newer ones


def files(root):
    for path in sorted([*root.glob("*.json"), *root.glob("optional/*.json")]):
        if path.stem not in NOT_ASKED:
            yield path
    for path in sorted(root.glob("optional/format/*.json")):
        if path.stem in FORMATS:
            yield path


class SchemaSuite(unittest.TestCase):
    def test_holds_what_the_suite_says(self):
        folder = suite(pathlib.Path(os.environ["SCHEMA_SUITE_CACHE"]))
        if folder is None:
            self.skipTest("the JSON-Schema-Test-Suite is not to be had: no package index in reach, and JSON_SCHEMA_TEST_SUITE names no checkout")
        tool = SchemaTool(os.environ["SCHEMA_LINES"])
        self.addCleanup(tool.close)
        for dialect, uri in DIALECTS.items():
            asked, refused, wrong = 0, [], []
            for path in files(folder / dialect):
                for group in json.loads(path.read_text(encoding="utf-8")):
                    schema = {"$schema": uri, **group["schema"]} if isinstance(group["schema"], dict) else group["schema"]
                    where = f"{path.relative_to(folder)}: {group['description']}"
                    if problems := tool.compile(schema):
                        refused.append(where)
                        wrong += [f"{where}: {problem}" for problem in problems if not any(refusal in problem for refusal in REFUSALS)]
                        continue
                    tests = group["tests"]
                    asked += len(tests)
                    fits = tool.fit([test["data"] for test in tests])
                    wrong += [f"{where}: {test['description']}" for test, fit in zip(tests, fits) if fit != test["valid"]]
            print(f"{dialect}: {asked} tests hold, {len(refused)} groups are not for contracts: {'; '.join(refused)}")
            self.assertEqual(wrong, [])
            self.assertGreater(asked, LEAST[dialect])
            self.assertLessEqual(len(refused), 4, refused)


if __name__ == "__main__":
    unittest.main()
