"""Contracts of a real process: what they refuse, what `check` says of a folder, and SIGHUP."""
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import unittest

from planish_server import Server, binary


def event(kind, payload):
    return json.dumps({"user_id": 1, "events": [{"event_type": kind, "timestamp": 0, "payload": payload}]}).encode()


class Contracts(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.write("Order%20Completed.json", {"required": ["id"], "properties": {"email": {"format": "email"}, "id": {"$ref": "common.json#/$defs/id"}}})
        self.write("common.json", {"$defs": {"id": {"type": "integer", "minimum": 1}}})

    def write(self, name, schema):
        (self.folder / name).write_text(schema if isinstance(schema, str) else json.dumps(schema))

    def run_planish(self, *arguments):
        return subprocess.run([binary(), *arguments], capture_output=True, text=True, timeout=60)

    def test_refuses_with_every_reason(self):
        with Server("--contracts", str(self.folder)) as server:
            self.assertEqual(server.post(event("Order Completed", {"id": 1})).status, 200)
            self.assertEqual(server.post(event("other", {"email": 1})).status, 200)
            answer = server.post(event("Order Completed", {"email": "a", "id": 0}))
            self.assertEqual(answer.status, 422)
            self.assertEqual(answer.json()["errors"], [
                {"pointer": "/events/0/payload/email", "code": "contract", "detail": "is not an email address",
                 "schema": "Order%20Completed.json#/properties/email/format"},
                {"pointer": "/events/0/payload/id", "code": "contract", "detail": "is less than 1", "schema": "common.json#/$defs/id/minimum"}])
            self.assertIn('code="contract"', server.get("/metrics").body.decode())
            settings = server.get("/version").json()["settings"]
            self.assertEqual((settings["contracts"], settings["unknown_contract"]), ("listed", "accept"))

    def test_refuses_types_without_one_where_told(self):
        with Server("--contracts", str(self.folder), "--unknown-contract", "refuse") as server:
            errors = server.post(event("other", {})).json()["errors"]
            self.assertEqual([(e["pointer"], e["code"]) for e in errors], [("/events/0/event_type", "no_contract")])

    def test_check_names_everything_that_is_wrong(self):
        self.assertEqual(self.run_planish("check", "--contracts", str(self.folder)).returncode, 0)
        self.write("a.json", {"type": "strin", "properties": {"x/y": {"pattern": "(?=a)"}}})
        self.write("b.json", "{")
        done = self.run_planish("check", "--contracts", str(self.folder))
        self.assertEqual(done.returncode, 78)
        for line in ("a.json#/type is not a type of JSON Schema", "a.json#/properties/x~1y/pattern cannot be matched", "b.json is not JSON, at byte 1"):
            self.assertIn(line, done.stderr)
        self.assertEqual(self.run_planish("serve", "--listen", "127.0.0.1:0", "--contracts", str(self.folder)).returncode, 78)
        self.assertEqual(self.run_planish("check", "--contracts", str(self.folder / "none")).returncode, 78)

    def test_check_warns_of_a_schema_that_costs_too_much(self):
        self.write("deep.json", {"anyOf": [{"properties": {"c": {"$ref": "#"}}}, {"properties": {"c": {"$ref": "#"}}}]})
        done = self.run_planish("check", "--contracts", str(self.folder))
        self.assertEqual(done.returncode, 0)
        self.assertIn("deep.json# may take more than 64 walks", done.stderr)

    def test_leaves_other_files_alone(self):
        self.write(".hidden.json", "{")
        self.write("README.md", "no schema")
        self.assertEqual(self.run_planish("check", "--contracts", str(self.folder)).returncode, 0)
        os.mkfifo(self.folder / "fifo.json")
        done = self.run_planish("check", "--contracts", str(self.folder))
        self.assertEqual(done.returncode, 78)
        self.assertIn("fifo.json", done.stderr)

    def test_sighup_reads_the_folder_again(self):
        with Server("--contracts", str(self.folder)) as server:
            self.assertEqual(server.post(event("click", 1)).status, 200)
            self.write("click.json", {"type": "string"})
            server.signal(signal.SIGHUP)
            server.wait_for_line("configuration reloaded")
            self.assertEqual(server.wait_for_line("contracts changed")["path"], "/")
            self.assertEqual(server.post(event("click", 1)).status, 422)
            self.write("click.json", {"typ": "number"})
            server.signal(signal.SIGHUP)
            server.wait_for_line("configuration not reloaded")
            self.assertEqual(server.post(event("click", 1)).status, 422)

    def test_transform_judges_by_them_too(self):
        body = event("Order Completed", {})
        done = subprocess.run([binary(), "transform", "--contracts", str(self.folder)], input=body, capture_output=True, timeout=60)
        self.assertIn(b"lacks the member id", done.stdout + done.stderr)

    def test_a_draft_accepts_what_it_was_made_of(self):
        drafts = self.folder / "deep" / "drafts"
        events = self.folder / "events.ndjson"
        bodies = [event(f"kind {i % 3}/x", {"n": i, "state": ["new", "paid"][i % 2], "at": f"2024-01-0{i}T00:00:00Z"}) for i in range(1, 10)]
        events.write_bytes(b"\n".join(bodies))
        done = self.run_planish("contracts", "draft", str(events), "--contracts", str(drafts))
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(done.stdout, "".join(f"{drafts}/kind%20{i}%2Fx.json: made of 3 events\n" for i in range(3)))
        done = subprocess.run([binary(), "transform", "--ndjson", "--contracts", str(drafts), "--unknown-contract", "refuse"],
                              input=events.read_bytes(), capture_output=True, timeout=60)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        done = subprocess.run([binary(), "transform", "--contracts", str(drafts)], input=event("kind 1/x", {"n": 1.5, "state": "new"}), capture_output=True, timeout=60)
        self.assertEqual(done.returncode, 65)
        self.assertIn(b"lacks the member at", done.stderr)

    def test_a_draft_leaves_what_is_there(self):
        own = self.folder / "click.json"
        own.write_text("true")
        done = subprocess.run([binary(), "contracts", "draft", "-", "--contracts", str(self.folder)], input=event("click", 1) + b"\nx\n", capture_output=True, text=False, timeout=60)
        self.assertEqual(done.returncode, 65)
        self.assertEqual(done.stdout.decode(), f"{own}: is there already, and left as it is\n")
        self.assertEqual(done.stderr, b"planish: standard input: line 2: is not JSON\n")
        self.assertEqual(own.read_text(), "true")

    def test_a_draft_says_why_it_cannot_be_made(self):
        self.write("events", "{}")
        self.write("empty", "")
        for arguments, code, words in (([str(self.folder / "none")], 65, "No such file"), ([str(self.folder)], 65, "Is a directory"),
                                       (["--endpoint", "/other", str(self.folder / "events")], 64, "no endpoint has the path"),
                                       ([str(self.folder / "empty"), "--contracts", str(self.folder / "events")], 1, "cannot be made")):
            done = self.run_planish("contracts", "draft", *arguments)
            self.assertEqual(done.returncode, code, arguments)
            self.assertIn(words, done.stderr)


if __name__ == "__main__":
    unittest.main()
