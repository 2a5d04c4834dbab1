"""The SDKs for Python, which are the strictest about an answer, against the real planish. cmake/test --sdk runs this, beside sdk_test.py."""
import json
import os
import subprocess
import sys
import tempfile
import unittest

from driving import HERE, NOW, ORDER, THEN, Run, SdkTest

FOLDER = HERE / "python"
PYTHON = FOLDER / "venv/bin/python"
PATIENCE = 120

BURST = [("Burst", THEN, f"user-{i}", {"i": i}) for i in range(40)]
SECOND = THEN // 1000 * 1000
PLAIN = {name: value for name, value in ORDER.items() if name not in ("list", "nested")}
SEGMENT = [("identify", THEN, "user-1", {"name": "Zoë", "plan": None}), ("Order Completed", THEN, "user-1", ORDER), ("No Time", NOW, "anon-1", {}),
           ("No Fraction", SECOND, "user-1", {"a": 1}), ("group", THEN, "user-2", {"employees": 329}), *BURST]
EVENTS = {
    "segment": SEGMENT,
    "rudder": SEGMENT,
    "posthog": [("order completed", THEN, "user-1", ORDER), ("no time", NOW, "user-1", {}), ("no fraction", SECOND, "user-1", {"a": 1}), ("$set", NOW, "user-1", {}),
                *[("burst", *rest) for _, *rest in BURST]],
    "mixpanel": [("Order Completed", THEN, "user-1", ORDER), ("No Time", NOW, "user-1", {"a": 1}), ("Old", SECOND, "user-1", {"a": 1}),
                 *[("Burst", SECOND, f"user-{i}", {"i": i}) for i in range(60)]],
    "amplitude": [("Order Completed", THEN, "user-1", PLAIN), ("No Time", NOW, "device-1", {"a": 1}), ("$identify", THEN, "user-1", {"$set": {"name": "Zoë"}}), *BURST],
    "cloudevents": [("com.example.order", THEN, "user-1", ORDER)] * 4,
}


def setUpModule():
    if PYTHON.exists() and (FOLDER / "venv/complete").exists():
        return
    make = [sys.executable, "-m", "venv", str(FOLDER / "venv")]
    fill = [str(PYTHON), "-m", "pip", "install", "-q", "--no-deps", "-r", str(FOLDER / "requirements.txt")]
    if any(subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=300).returncode for command in (make, fill)):
        raise unittest.case.SkipTest("the SDKs for Python cannot be had: no python3-venv, or no registry in reach")
    (FOLDER / "venv/complete").touch()


def driver(name, environment):
    def drive(target):
        done = subprocess.run([str(PYTHON), str(FOLDER / "send.py"), name], env={**os.environ, "TARGET": target, "ORDER": json.dumps(ORDER), **environment}, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=PATIENCE)
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    return drive


class Python(SdkTest):
    def succeeds(self, run, name):
        self.assertTrue(run.outcomes)
        self.assertEqual([outcome for outcome in run.outcomes if outcome["error"]], [], "the SDK reports success")
        self.assertEqual(run.others, [])
        self.check(run, EVENTS[name], wider=name in ("posthog", "mixpanel"))

    def test_each_event_arrives_once_and_the_sdk_reports_success(self):
        for name, environment in (("segment", {}), ("segment", {"GZIP": "1"}), ("rudder", {}), ("rudder", {"GZIP": "1"}), ("posthog", {}), ("posthog", {"GZIP": "1"}),
                                  ("posthog", {"POSTHOG_CAPTURE_MODE": "v1"}), ("mixpanel", {}), ("amplitude", {}), ("cloudevents", {})):
            with self.subTest(name, **environment):
                run = Run(driver(name, environment))
                self.succeeds(run, name)
                self.assertEqual(run.refused, [])

    def test_a_columnar_store_reads_the_lines(self):
        """DuckDB, whose read_ndjson takes what ClickHouse calls JSONEachRow: columns by name, times as times, and the key drops what came twice."""
        run = Run(driver("segment", {}), flags=("--answer", "ndjson", "--answer-members", "event_type,ts=time,user_id,key,payload"))
        self.succeeds(run, "segment")
        with tempfile.NamedTemporaryFile(suffix=".ndjson") as file:
            file.write(2 * b"".join(exchange.answer for exchange in run.taken))
            file.flush()
            query = f"SELECT count(*), count(DISTINCT key), max(typeof(ts)) FROM read_ndjson('{file.name}')"
            done = subprocess.run([str(PYTHON), "-c", f"import duckdb; print(duckdb.sql({query!r}).fetchall()[0])"], stdout=subprocess.PIPE, text=True, check=True, timeout=60)
        self.assertEqual(done.stdout.strip(), str((2 * len(SEGMENT), len(SEGMENT), "TIMESTAMP WITH TIME ZONE")))

    def test_after_a_503_the_same_events_come_again_with_the_same_keys(self):
        for name, environment in (("segment", {}), ("rudder", {"GZIP": "1"}), ("posthog", {}), ("posthog", {"POSTHOG_CAPTURE_MODE": "v1"}), ("amplitude", {})):
            with self.subTest(name, **environment):
                run = Run(driver(name, environment), failing=2)
                self.succeeds(run, name)
                self.assertEqual(len(run.refused), 2)
                keys = {e["key"] for e in run.events}
                self.assertEqual([line for exchange in run.refused for line in exchange.lines if line["key"] not in keys], [])


if __name__ == "__main__":
    unittest.main()
