"""planish transform against the oracle: the same answers and the same faults for bodies that use every freedom."""
import json
import os
import re
import subprocess
import unittest

from bodies import Bodies
from oracle import Oracle

PLANISH = os.environ["PLANISH_BIN"]
ENVIRONMENT = {k: v for k, v in os.environ.items() if not k.startswith("PLANISH_")}  # it refuses settings that it does not know
COUNT = 40_000 if os.environ.get("PLANISH_LONG") else 4_000


def run(bodies, *flags):
    result = subprocess.run([PLANISH, "transform", "--ndjson", *flags], input=b"\n".join(bodies) + b"\n", capture_output=True, timeout=600, env=ENVIRONMENT)
    return result.stdout.split(b"\n")[:-1]


class TransformOracle(unittest.TestCase):
    maxDiff = 2000

    def compare(self, bodies, oracle, *flags):
        answers = run(bodies, *flags)
        self.assertEqual(len(answers), len(bodies))
        for body, answer in zip(bodies, answers):
            self.check(body, answer.decode(), oracle)

    def check(self, body, answer, oracle):
        kind, *rest = oracle.transform(body)
        if kind == "ok":
            text, bad = rest
            found = json.loads(answer)
            if oracle.lenient:
                errors = found.get("errors")
                self.assertEqual([(e["pointer"], e["code"]) for e in errors], bad[:100], body)
                self.assertEqual(found.get("errors_total"), len(bad) if len(bad) > 100 else None, body)
                answer = re.sub(r',"errors":\[.*\](,"errors_total":[0-9]+)?\}$', "", answer)
            else:
                answer = answer[:-1]
            self.assertEqual(re.sub(r'"total_duration_ms":[0-9]+', '"total_duration_ms":0', answer), text, body)
            return
        problem = json.loads(answer)
        self.assertEqual(problem["type"], "/problems/" + kind, body)
        if kind == "not-json":
            self.assertEqual((problem["status"], problem["offset"]), (400, rest[0]), body)
        else:
            self.assertEqual(problem["status"], 422, body)
            self.assertEqual([(e["pointer"], e["code"]) for e in problem["errors"]], rest[0][:100], body)

    def test_valid_and_faulty_requests(self):
        made = Bodies(1)
        bodies = [made.body() for _ in range(COUNT)]
        self.compare(bodies, Oracle(), "--hash", "sha256")
        self.compare(bodies, Oracle(lenient=True), "--hash", "sha256", "--invalid-events", "skip")

    def test_mutated_requests(self):
        made = Bodies(2)
        bodies = [made.mutated(made.body()) for _ in range(COUNT)]
        self.compare(bodies, Oracle(), "--hash", "sha256")
        self.compare(bodies, Oracle(canonical="raw", hash="prefix8"), "--hash", "prefix8", "--canonical", "raw")

    def test_prefixes_and_units(self):
        made = Bodies(3)
        bodies = [made.body() for _ in range(COUNT // 4)]
        self.compare(bodies, Oracle(hash="prefix8"), "--hash", "prefix8")
        for unit in ("s", "us", "ns", "auto"):
            self.compare(bodies, Oracle(unit=unit), "--hash", "sha256", "--timestamp-unit", unit)

    def test_event_types_and_event_limit(self):
        made = Bodies(4)
        bodies = [made.body() for _ in range(COUNT // 4)]
        self.compare(bodies, Oracle(types={"click", "é"}), "--hash", "sha256", "--event-types", "click,é")
        self.compare(bodies, Oracle(events_max=2), "--hash", "sha256", "--max-events", "2")

    def test_every_truncation(self):
        made = Bodies(5)
        for _ in range(3):
            body = made.body()
            self.compare([body[:n] for n in range(1, len(body))], Oracle(), "--hash", "sha256")

    def test_depth(self):
        def body(payload):
            return b'{"user_id":1,"events":[{"event_type":"a","timestamp":0,"payload":' + payload + b"}]}"

        def unknown(value):
            return b'{"x":' + value + b',"user_id":1,"events":[]}'

        cases = []
        for levels in (124, 125, 126, 127, 128, 129):
            for deep in (b"[" * levels + b"]" * levels, b'{"a":' * levels + b"1" + b"}" * levels, b"[" * levels + b"}"):
                cases += [body(deep), unknown(deep), deep]
        self.compare(cases, Oracle(), "--hash", "sha256")


if __name__ == "__main__":
    unittest.main()
