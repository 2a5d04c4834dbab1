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
            self.assertEqual(server.post(event("click", 1)).status, 422)
            self.write("click.json", {"typ": "number"})
            server.signal(signal.SIGHUP)
            server.wait_for_line("configuration not reloaded")
            self.assertEqual(server.post(event("click", 1)).status, 422)

    def test_transform_judges_by_them_too(self):
        body = event("Order Completed", {})
        done = subprocess.run([binary(), "transform", "--contracts", str(self.folder)], input=body, capture_output=True, timeout=60)
        self.assertIn(b"lacks the member id", done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
