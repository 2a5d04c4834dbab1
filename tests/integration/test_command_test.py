"""planish test: cases that are as expected, differ, are missing and are updated; the clock, the ids, the endpoints; exit codes."""
import json
import os
import pathlib
import pty
import subprocess
import tempfile
import unittest

from planish_server import binary

BODY = '{"user_id":1,"events":[{"event_type":"%s","timestamp":0,"payload":null}]}'


class TestCommand(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "tests").mkdir()
        (self.folder / "planish.toml").write_text('event_types = ["click"]\n')

    def write(self, name, text):
        (self.folder / "tests" / name).write_text(text)

    def read(self, name):
        return (self.folder / "tests" / name).read_text()

    def planish_test(self, *arguments):
        return subprocess.run([binary(), "test", "--config", "planish.toml", *arguments], cwd=self.folder, capture_output=True, text=True, timeout=60)

    def test_a_case_from_its_first_run_to_its_fault(self):
        self.write("b.request", BODY % "click")
        self.write("a.request", BODY % "view")
        done = self.planish_test()
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stdout, "FAILED a: there is no tests/a.expected; --update writes it\nFAILED b: there is no tests/b.expected; --update writes it\n")
        done = self.planish_test("--update")
        self.assertEqual((done.returncode, done.stdout), (0, "update a: tests/a.expected is new\nupdate b: tests/b.expected is new\n"))
        self.assertEqual(self.planish_test().stdout, "ok     a\nok     b\n")
        head, content = self.read("a.expected").split("\n\n")
        self.assertEqual(head.splitlines()[:2], ["HTTP/1.1 422 Unprocessable Content", "Content-Type: application/problem+json"])
        self.assertEqual(json.loads(content)["request_id"], "test-a")
        self.assertIn('"total_duration_ms":0', self.read("b.expected"))
        (self.folder / "planish.toml").write_text('event_types = ["view"]\n')
        done = self.planish_test("tests/")
        self.assertEqual(done.returncode, 1)
        for line in ("FAILED a\n", "--- tests/a.expected\n+++ the answer\n", "-HTTP/1.1 422 Unprocessable Content\n", "+HTTP/1.1 200 OK\n", '+      "event_type":"view",\n'):
            self.assertIn(line, done.stdout)
        self.assertEqual(self.planish_test("--update").stdout, "update a: tests/a.expected is changed\nupdate b: tests/b.expected is changed\n")
        self.assertEqual(self.planish_test().returncode, 0)

    def test_the_clock_stands(self):
        (self.folder / "planish.toml").write_text('shape = "segment"\nanswer = "ndjson"\nanswer_members = ["received_at", "time", "request_id"]\n')
        self.write("a.request", '{"event":"a"}')
        self.planish_test("--update")
        self.assertIn('{"received_at":946684800000,"time":"2000-01-01T00:00:00.000Z","request_id":"test-a"}', self.read("a.expected"))
        self.assertEqual(self.planish_test("--now", "2024-02-29T12:00:00Z").returncode, 1)
        self.planish_test("--now", "2024-02-29T12:00:00Z", "--update")
        self.assertIn('"time":"2024-02-29T12:00:00.000Z"', self.read("a.expected"))
        for wrong in ("2023-02-29T12:00:00Z", "now", "2024-02-29", "2024-02-29T24:00:00Z"):
            self.assertEqual(self.planish_test("--now", wrong).returncode, 64, wrong)

    def test_whole_requests_go_to_their_path(self):
        (self.folder / "planish.toml").write_text('[[endpoint]]\npath = ["/a"]\n[[endpoint]]\npath = ["/b"]\nshape = "segment"\nanswer = "events"\nanswer_members = ["path", "user_id"]\n')
        self.write("a.request", '{"user_id":5,"events":[]}')
        self.write("b.request", 'POST /b HTTP/1.1\n\n{"event":"x","userId":"u"}')
        self.write("c.request", "GET /nothing HTTP/1.1\n\n")
        self.write("d.request", "POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n19\r\n" + '{"user_id":6,"events":[]}' + "\r\n0\r\n\r\n")
        self.planish_test("--update")
        self.assertIn('"user_id":5', self.read("a.expected"))
        self.assertIn('{"path":"/b","user_id":"u"}', self.read("b.expected"))
        self.assertTrue(self.read("c.expected").startswith("HTTP/1.1 404 Not Found\n"))
        self.assertIn('"user_id":6', self.read("d.expected"))

    def test_what_an_upstream_would_be_sent_is_the_answer(self):
        (self.folder / "planish.toml").write_text('upstream = "http://127.0.0.1:9/"\nanswer_members = ["event_type", "user_id"]\n')
        self.write("a.request", BODY % "click")
        self.assertEqual(self.planish_test("--update").returncode, 0)
        self.assertEqual(self.read("a.expected"), "HTTP/1.1 200 OK\nContent-Type: application/x-ndjson\nPlanish-Events: ok=1, invalid=0, dropped=0\n\n"
                                                  '{"event_type":"click","user_id":1}\n')

    def test_a_head_that_is_refused_has_the_id_of_its_case(self):
        for name in ("a", "b"):
            self.write(f"{name}.request", "POST / HTTP/1.1\nHost : x\n\n{}")
        self.planish_test("--update")
        for name in ("a", "b"):
            self.assertEqual(json.loads(self.read(f"{name}.expected").split("\n\n")[1])["request_id"], f"test-{name}")

    def test_a_request_that_is_cut_short_is_said_to_be(self):
        self.write("a.request", "POST / HTTP/1.1\nContent-Length: 99\n\n{}")
        for more in ((), ("--update",)):
            done = self.planish_test(*more)
            self.assertEqual((done.returncode, done.stdout), (1, "FAILED a: tests/a.request is cut short: its head announces more than it has\n"))
        self.assertFalse((self.folder / "tests" / "a.expected").exists())

    def test_what_cannot_be_run(self):
        self.assertEqual(self.planish_test().returncode, 65)
        self.assertEqual(self.planish_test("nowhere").returncode, 65)
        (self.folder / "tests" / "x.request").mkdir()
        self.assertEqual(self.planish_test().returncode, 1)
        (self.folder / "planish.toml").write_text("event_types = []\n")
        self.assertEqual(self.planish_test().returncode, 78)

    def test_colours_are_for_terminals(self):
        self.write("a.request", BODY % "click")
        self.assertNotIn("\033", self.planish_test("--update").stdout)
        ours, theirs = pty.openpty()
        self.addCleanup(os.close, ours)
        subprocess.run([binary(), "test", "--config", "planish.toml"], cwd=self.folder, stdout=theirs, timeout=60)
        os.close(theirs)
        self.assertIn(b"\033[32mok     \033[0ma", os.read(ours, 4096))


class Explain(unittest.TestCase):
    def explain(self, body, *arguments, config=""):
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "planish.toml").write_text(config)
            return subprocess.run([binary(), "explain", "--config", "planish.toml", *arguments], cwd=folder, input=body, capture_output=True, text=True, timeout=60)

    def test_finds_an_endpoint_as_a_request_would(self):
        config = ('[shape.hook]\ntype = ["segment:2"]\n[[endpoint]]\npath = ["/hooks/*"]\nshape = "hook"\n'
                  '[[endpoint]]\npath = ["/hooks/x"]\nshape = "segment"\n')
        self.assertRegex(self.explain('{"a":1}', "--endpoint", "/hooks/push", config=config).stdout, '(?m)^  type +segment:2 +"push"$')
        self.assertRegex(self.explain('{"event":"b"}', "--endpoint", "/hooks/x", config=config).stdout, '(?m)^  type +/event +"b"$')
        self.assertEqual(self.explain("{}", "--endpoint", "/hoks/push", config=config).returncode, 64)

    def test_says_what_a_body_is_that_is_no_json(self):
        for body, words in (("", "The body is empty.\n"), ('{"a"', "The body stops being JSON at byte 4.\n"),
                            ("data=x", "The body is a form (name=value), not JSON; send the JSON alone.\n")):
            self.assertEqual(self.explain(body).stdout, words)


if __name__ == "__main__":
    unittest.main()
