"""The real SDKs against the real planish: each event arrives once, as it was meant; the SDK reports success; what a 503 sent back comes again with the same key.

cmake/test --sdk runs this, and nothing else does: it installs the SDKs from npm, as sdk/package-lock.json pins them."""
import collections
import json
import os
import shutil
import subprocess
import unittest

from driving import HERE, NOW, ORDER, THEN, Run, SdkTest, packages

PATIENCE = 120

BURST = [("Burst", THEN, f"user-{i}", {"i": i}) for i in range(40)]
EVENTS = {
    "segment": [("identify", THEN, "user-1", {"name": "Zoë", "plan": None}), ("Order Completed", THEN, "user-1", ORDER), ("No Time", NOW, "anon-1", {}),
                ("With Offset", THEN, "user-2", {}), ("page", THEN, "user-2", {"url": "https://shop.example/ü"}),
                ("screen", THEN, "user-2", {}), ("group", THEN, "user-2", {"employees": 329}), ("alias", THEN, "user-3", None), *BURST],
    "rudder": [("identify", THEN, "user-1", {"name": "Zoë", "plan": None}), ("Order Completed", THEN, "user-1", ORDER), ("No Time", NOW, "anon-1", {}),
               ("page", THEN, "user-2", {"url": "https://shop.example/ü"}), ("screen", THEN, "user-2", None),
               ("group", THEN, "user-2", {"employees": 329}), ("alias", THEN, "user-3", None), *BURST],
    "posthog": [("immediate", THEN, "user-2", {"a": 1}), ("order completed", THEN, "user-1", ORDER), ("no time", NOW, "user-1", {}), ("ünïcode 🎉", THEN, "user-1", {}),
                ("$identify", NOW, "user-1", {}), ("$create_alias", NOW, "user-1", {"alias": "anon-1"}), ("$groupidentify", NOW, "$company_id:5", {"$group_key": "id:5"}),
                *[("burst", time, user, payload) for _, time, user, payload in BURST]],
    "amplitude": [("Order Completed", THEN, "user-1", ORDER), ("No Time", NOW, "device-1", {"a": 1}), ("No User", THEN, None, {}), ("Own Id", THEN, "user-1", {"b": 1}),
                  ("$identify", THEN, "user-1", {"$set": {"name": "Zoë"}}), ("$groupidentify", THEN, "user-1", {"$set": {"n": 329}}), *BURST],
    "mixpanel": [("Order Completed", NOW, "user-1", ORDER), ("Own Id", NOW, "user-2", {"$insert_id": "own-1"}), ("Old", THEN, "user-1", {}),
                 ("In Seconds", 1_699_123_456_000, "user-2", {}), *[("Burst", THEN, f"user-{i}", {"i": i}) for i in range(60)]],
    "jitsu": [("identify", NOW, "user-1", {"name": "Zoë", "plan": None}), ("Order Completed", NOW, "user-1", ORDER), ("page", NOW, "user-1", {"name": "Start", "path": "/ü"}), ("group", NOW, "user-1", {"name": "Initech"})],
    "cloudevents": [("com.example.order", THEN, "user-1", payload) for payload in (ORDER, ORDER, "AQL+", None, 1, {"i": 1}, {"i": 2}, {"i": 3})],
}
WIDER = ("posthog", "mixpanel")  # their payloads have members of the SDK's own


def setUpModule():
    if not shutil.which("node"):
        raise unittest.case.SkipTest("there is no node here: cmake/packages npm installs it")
    packages()


def driver(name, environment):
    """Runs sdk/NAME.mjs; its lines of JSON say what the SDK told its caller."""

    def drive(target):
        done = subprocess.run(["node", str(HERE / f"{name}.mjs")], env={**os.environ, "TARGET": target, **environment}, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=PATIENCE)
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]

    return drive


JAVA = HERE / "java"
MAVEN = ("mvn", "-q", "-B", "compile", "dependency:build-classpath", "-Dmdep.outputFile=target/classpath")


def java_driver(target):
    path = (JAVA / "target/classpath").read_text(encoding="utf-8").strip()
    done = subprocess.run(["java", "-cp", f"{JAVA / 'target/classes'}:{path}", "Send"], env={**os.environ, "TARGET": target, "ORDER": json.dumps(ORDER)}, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


class Sdks(SdkTest):
    def succeeds(self, run, name):
        self.assertTrue(run.outcomes)
        self.assertEqual([outcome for outcome in run.outcomes if outcome["error"]], [], "the SDK reports success")
        self.assertEqual(run.others, [])
        self.check(run, EVENTS[name], name in WIDER)

    def test_each_event_arrives_once_and_the_sdk_reports_success(self):
        for name, environment in (("segment", {}), ("rudder", {}), ("rudder", {"GZIP": "0"}), ("posthog", {}), ("posthog", {"GZIP": "0"}),
                                  ("posthog", {"POSTHOG_CAPTURE_MODE": "v1"}), ("amplitude", {}), ("mixpanel", {}), ("mixpanel", {"VERBOSE": "1"}),
                                  ("jitsu", {}), ("jitsu", {"S2S": "1"}), ("cloudevents", {})):
            with self.subTest(name, **environment):
                run = Run(driver(name, environment))
                self.succeeds(run, name)
                self.assertEqual(run.refused, [])

    def test_an_sdk_takes_lines_for_a_success_too(self):
        """As README begins: what goes back is a line of JSON for each event."""
        run = Run(driver("segment", {}), flags=("--answer", "ndjson", "--answer-members", "event_type,ts=time,user_id,key,payload"))
        self.succeeds(run, "segment")
        lines = b"".join(exchange.answer for exchange in run.taken)
        self.assertEqual([json.loads(line)["key"] for line in lines.split(b"\n")[:-1]], [event["key"] for event in run.events])

    def test_each_event_of_java_arrives_once(self):
        if not shutil.which("mvn") or subprocess.run(MAVEN, cwd=JAVA, stdin=subprocess.DEVNULL, capture_output=True, timeout=300).returncode != 0:
            self.skipTest("CloudEvents' SDK for Java cannot be had: no Maven (cmake/packages sdk installs it), or no registry in reach")
        run = Run(java_driver)
        self.assertEqual([outcome["error"] for outcome in run.outcomes], [None] * 5)
        self.check(run, [("com.example.order", THEN, "user-1", payload) for payload in (ORDER, ORDER, "R3LDvMOfZQ==", None)] + [("com.example.order", NOW, None, ORDER)])

    def test_after_a_503_the_same_events_come_again_with_the_same_keys(self):
        for name, environment in (("segment", {}), ("rudder", {}), ("posthog", {}), ("posthog", {"POSTHOG_CAPTURE_MODE": "v1"}), ("amplitude", {})):
            with self.subTest(name, **environment):
                run = Run(driver(name, environment), failing=2)
                self.succeeds(run, name)
                self.assertEqual(len(run.refused), 2)
                again = collections.Counter(e["key"] for e in run.events)
                for exchange in run.refused:
                    self.assertTrue(exchange.lines)
                    self.assertEqual([line["key"] for line in exchange.lines if not again[line["key"]]], [])


if __name__ == "__main__":
    unittest.main()
