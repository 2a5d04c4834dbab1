"""SIGHUP under load swaps contracts and rules: no request is lost, and none is judged by half of two configurations; a broken one changes
nothing. PLANISH_LONG=1: a thousand reloads instead of a hundred."""
import hashlib
import hmac
import json
import os
import pathlib
import signal
import tempfile
import threading
import unittest

from planish_server import SANITIZED, Server, eventually, request

RELOADS = 1000 if os.environ.get("PLANISH_LONG") else 100
CLIENTS = 4
GROWTH_MAX = 8 << 20  # bytes: what allocators keep of sets that are gone
TYPES = [f"type {i}" for i in range(20)]
USER = "ada@example.com"


class UnderLoad(unittest.TestCase):
    """Two configurations, by turns; every tenth reload finds a broken one. What is answered is what one of the two says."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.over, self.asked, self.wrong, self.seen = threading.Event(), [0] * CLIENTS, [], set()

    def schemas(self, value):
        folder = self.folder / "contracts"
        folder.mkdir(exist_ok=True)
        for kind in TYPES:
            schema = {"properties": {"v": {"$ref": "common.json#/$defs/v"}, "w": {"pattern": "^[a-z]+$"}}, "required": ["v"]}
            (folder / f"{kind.replace(' ', '%20')}.json").write_text(json.dumps(schema))
        (folder / "common.json").write_text(json.dumps({"$defs": {"v": {"const": value}}}))

    def break_schemas(self):
        (self.folder / "contracts" / "common.json").write_text('{"$defs": {"v": {"const": 2, "typ": 1}}}')

    def ask(self, server, number):
        try:
            with server.connect() as client:
                while not self.over.is_set():
                    answer = client.ask(self.requests[self.asked[number] % len(self.requests)])
                    self.asked[number] += 1
                    said = self.said(answer)
                    self.seen.add(said)
                    if said is None:
                        self.wrong.append((answer.status, answer.body))
        except Exception as error:  # whatever it is, a request is lost by it
            self.wrong.append(repr(error))

    @staticmethod
    def told(server, words):
        return sum(line.get("message", line.get("msg", "")) == words for line in list(server.lines) if isinstance(line, dict))

    def reload(self, server, words):
        before = self.told(server, words)
        server.signal(signal.SIGHUP)
        self.assertTrue(eventually(lambda: self.told(server, words) > before, timeout=60, pause=0.002), words)

    def run_under_load(self, *arguments):
        with Server(*arguments, threads=2) as server:
            clients = [threading.Thread(target=self.ask, args=(server, i)) for i in range(CLIENTS)]
            for client in clients:
                client.start()
            memory = None
            for i in range(1, RELOADS + 1):
                if i % 10 == 0:
                    self.spoil(i // 10)
                    self.reload(server, "configuration not reloaded")
                else:
                    self.write(i % 2)
                    self.reload(server, "configuration reloaded")
                if i == RELOADS // 4:
                    memory = server.memory()
            growth = server.memory() - memory
            self.over.set()
            for client in clients:
                client.join(timeout=60)
            self.assertEqual(self.wrong, [])
            self.assertEqual(self.seen, {0, 1})
            self.assertTrue(all(self.asked), self.asked)
            counted = server.get("/metrics").body.decode()
            self.assertIn("planish_events_total", counted)
            server.stop()
            print(f"{RELOADS} reloads, {sum(self.asked)} requests, resident memory grew by {growth} bytes")
            if not SANITIZED:
                self.assertLess(growth, GROWTH_MAX)


class Contracts(UnderLoad):
    requests = [request(json.dumps({"user_id": 1, "events": [{"event_type": kind, "timestamp": 0, "payload": {"v": 0}} for kind in TYPES]}).encode())]

    def write(self, which):
        self.schemas(which)

    def spoil(self, _):
        self.break_schemas()

    def said(self, answer):
        errors = len(answer.json()["errors"]) if answer.status == 422 else 0
        return {(200, 0): 0, (422, len(TYPES)): 1}.get((answer.status, errors))

    def test_none_is_lost_or_judged_by_two(self):
        self.write(0)
        self.run_under_load("--contracts", str(self.folder / "contracts"))


class RulesAndContracts(UnderLoad):
    """Contract, key of the hashes, rules of all endpoints and rules of one change together: any mix of them would show."""
    KEYS = ["0123456789abcdef" * 2, "fedcba9876543210" * 2]
    BODY = json.dumps({"user_id": 1, "events": [{"event_type": kind, "timestamp": 0, "payload": {"v": value, "u": USER, "x": 5}}
                                                for kind in TYPES for value in (0, 1)]}).encode()
    requests = [request(BODY, target="/one"), request(BODY, target="/two")]

    def write(self, which):
        self.schemas(which)
        (self.folder / "rule.key").write_text(self.KEYS[which] + "\n")
        rules = f'[[rule]]\nhash = ["/payload/u"]\nset = {{ "/payload/all" = {which} }}\n'
        text = f'rule_key_file = "{self.folder}/rule.key"\ncontracts = "{self.folder}/contracts"\nanswer = "ndjson"\n'
        text += f'answer_members = ["event_type", "payload"]\ninvalid_events = "skip"\n{rules}'
        for path in ("/one", "/two"):
            text += f'[[endpoint]]\npath = ["{path}"]\n[[endpoint.rule]]\nremove = ["/payload/x"]\nset = {{ "/payload/own" = "{path}{which}" }}\n'
        (self.folder / "planish.toml").write_text(text)

    def spoil(self, turn):
        if turn % 3 == 0:
            return self.break_schemas()
        if turn % 3 == 1:
            return (self.folder / "rule.key").write_text("short\n")
        path = self.folder / "planish.toml"
        path.write_text(path.read_text().replace('"/payload/own"', '"payload/own"'))

    def left(self, path, which):
        hashed = hmac.new(self.KEYS[which].encode(), USER.encode(), hashlib.sha256).hexdigest()[:32]
        return "".join(f'{{"event_type":"{kind}","payload":{{"v": {which}, "u": "{hashed}","all":{which},"own":"{path}{which}"}}}}\n'
                       for kind in TYPES)

    def said(self, answer):
        return self.expected.get((answer.status, answer.body.decode()))

    def test_none_is_lost_or_judged_by_two(self):
        self.expected = {(200, self.left(path, which)): which for path in ("/one", "/two") for which in (0, 1)}
        self.write(0)
        self.run_under_load("--config", str(self.folder / "planish.toml"))


class Memory(unittest.TestCase):
    def test_of_a_reload_is_within_what_the_start_tells(self):
        """A contract of 4 MiB: its set and the one in its place, the text, and the tree of it."""
        with tempfile.TemporaryDirectory() as folder:
            properties = {f"property {n}": {"type": "string", "maxLength": n} for n in range(80_000)}
            pathlib.Path(folder, "a.json").write_text(json.dumps({"properties": properties}))
            with Server("--contracts", folder, "--max-buffered", "4MiB") as server:
                told = server.wait_for_line("memory_bytes_max")["memory_bytes_max"]
                for times in (1, 2, 3):
                    server.signal(signal.SIGHUP)
                    self.assertTrue(eventually(lambda: UnderLoad.told(server, "configuration reloaded") == times, timeout=60))
                if not SANITIZED:
                    self.assertLess(server.memory("VmHWM"), told)


if __name__ == "__main__":
    unittest.main()
