"""Golden events: requests and the answers that clients may count on, to the byte. Changing one is a breaking change.

golden_events.ndjson has one case a line: title, flags, request, exit code, answer, and for some `hashed`: the canonical texts whose hashes
stand in the answer, in their order, so that public tools (xxhsum, sha256sum) can be asked what those are."""
import json
import os
import re
import subprocess
import unittest

from planish_server import undated

HERE = os.path.dirname(os.path.abspath(__file__))
PLANISH = os.environ["PLANISH_BIN"]
ENVIRONMENT = {k: v for k, v in os.environ.items() if not k.startswith("PLANISH_")}
TOOLS = {"xxh3-128": ["xxhsum", "-H2"], "xxh3-64": ["xxhsum", "-H3"], "sha256": ["sha256sum"]}

with open(os.path.join(HERE, "golden_events.ndjson"), encoding="utf-8") as file:
    CASES = [json.loads(line) for line in file]


def hash_of(text, kind):
    """As a public tool says it; prefix8 is no hash, and easily said here."""
    if kind == "prefix8":
        return text[:8]
    out = subprocess.run(TOOLS[kind], input=text.encode(), capture_output=True, check=True).stdout.decode()
    return re.search(r"(?:XXH3_)?([0-9a-f]{16,})", out)[1]


class Golden(unittest.TestCase):
    maxDiff = None

    def test_answers(self):
        for case in CASES:
            with self.subTest(case["title"]):
                done = subprocess.run(
                    [PLANISH, "transform", *case["flags"]], input=case["request"].encode(), capture_output=True, env=ENVIRONMENT
                )
                answer, other = (done.stdout, done.stderr) if case["exit"] == 0 else (done.stderr, done.stdout)
                self.assertEqual((done.returncode, other), (case["exit"], b""))
                text = re.sub('"request_id":"[^"]*"', '"request_id":"*"', undated(answer).decode().rstrip("\n"))
                self.assertEqual(text, case["answer"])

    def test_hashes_are_those_of_public_tools(self):
        compared = 0
        for case in CASES:
            flags = dict(zip(case["flags"][::2], case["flags"][1::2]))
            found = [event["hash"] for event in json.loads(case["answer"]).get("processed_events", [])]
            if "hashed" in case:
                with self.subTest(case["title"]):
                    self.assertEqual(found, [hash_of(text, flags.get("--hash", "xxh3-128")) for text in case["hashed"]])
                    compared += len(found)
        self.assertGreater(compared, 20)


if __name__ == "__main__":
    unittest.main()
