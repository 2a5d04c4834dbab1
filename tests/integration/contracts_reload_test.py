"""SIGHUP under load swaps contracts: no request is lost, and none is judged by half of two configurations; a broken folder changes
nothing. PLANISH_LONG=1: a thousand reloads instead of a hundred."""
import json
import os
import pathlib
import signal
import tempfile
import threading
import unittest

from planish_server import Server, eventually, request

RELOADS = 1000 if os.environ.get("PLANISH_LONG") else 100
CLIENTS = 4
GROWTH_MAX = 8 << 20  # bytes: what allocators keep of sets that are gone
TYPES = [f"type {i}" for i in range(20)]
BODY = json.dumps({"user_id": 1, "events": [{"event_type": kind, "timestamp": 0, "payload": {"v": 0}} for kind in TYPES]}).encode()


class ReloadUnderLoad(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.over, self.asked, self.wrong, self.seen = threading.Event(), [0] * CLIENTS, [], set()

    def write(self, accepts):
        for kind in TYPES:
            schema = {"properties": {"v": {"$ref": "common.json#/$defs/v"}, "w": {"pattern": "^[a-z]+$"}}, "required": ["v"]}
            (self.folder / f"{kind.replace(' ', '%20')}.json").write_text(json.dumps(schema))
        (self.folder / "common.json").write_text(json.dumps({"$defs": {"v": {"const": 0 if accepts else 1}}}))

    def ask(self, server, number):
        try:
            with server.connect() as client:
                while not self.over.is_set():
                    answer = client.ask(request(BODY))
                    self.asked[number] += 1
                    errors = len(answer.json()["errors"]) if answer.status == 422 else 0
                    self.seen.add(answer.status)
                    if (answer.status, errors) not in ((200, 0), (422, len(TYPES))):
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

    def test_none_is_lost_or_judged_by_two(self):
        self.write(True)
        with Server("--contracts", str(self.folder), threads=2) as server:
            clients = [threading.Thread(target=self.ask, args=(server, i)) for i in range(CLIENTS)]
            for client in clients:
                client.start()
            memory = None
            for i in range(1, RELOADS + 1):
                if i % 10 == 0:
                    (self.folder / "common.json").write_text('{"$defs": {"v": {"const": 2, "typ": 1}}}')
                    self.reload(server, "configuration not reloaded")
                else:
                    self.write(i % 2 == 0)
                    self.reload(server, "configuration reloaded")
                if i == RELOADS // 4:
                    memory = server.memory()
            growth = server.memory() - memory
            self.over.set()
            for client in clients:
                client.join(timeout=60)
            self.assertEqual(self.wrong, [])
            self.assertEqual(self.seen, {200, 422})
            self.assertTrue(all(self.asked), self.asked)
            counted = server.get("/metrics").body.decode()
            self.assertIn("planish_events_total", counted)
            server.stop()
            print(f"{RELOADS} reloads, {sum(self.asked)} requests, resident memory grew by {growth} bytes")
            if not os.environ.get("PLANISH_SANITIZED"):
                self.assertLess(growth, GROWTH_MAX)


if __name__ == "__main__":
    unittest.main()
