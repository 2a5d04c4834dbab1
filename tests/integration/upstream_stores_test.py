"""What people put behind planish: VictoriaLogs, by the command lines of docker/compose.yaml, and the engine of Redpanda Connect.

Segment's real SDK sends 100 000 events to planish; each must be there once, with the right type, time and key. The key is computed
here again. cmake/test --sdk runs this, and nothing else does: the SDK comes from npm, the stores from Go's modules, all pinned.
"""
import collections
import datetime
import hashlib
import json
import os
import pathlib
import socket
import subprocess
import tempfile
import time
import unittest
import urllib.parse
import urllib.request

import yaml

import go_modules
from driving import HERE, THEN, packages
from planish_server import Server, eventually, free_port, request

ROOT = pathlib.Path(__file__).resolve().parents[2]
PEERS = pathlib.Path(__file__).resolve().parent / "peers"
SERVICES = yaml.safe_load((ROOT / "docker/compose.yaml").read_text(encoding="utf-8"))["services"]
COUNT = int(os.environ.get("STORE_EVENTS", "100000"))
ONE = '{"batch":[{"type":"track","event":"Order Completed","userId":"u1","timestamp":"%s","properties":{"total":12.5}}]}'


def setUpModule():
    packages()


def wanted():
    """(type, time, key) of each event; the key by its own recipe: SHA-256 of the RFC 8785 form of [user, type, ms, payload]."""
    for n in range(COUNT):
        kind, when = f"Event {n % 7}", THEN + n
        canonical = json.dumps([f"user-{n % 1000}", kind, when, {"even": n % 2 == 0, "n": n}], separators=(",", ":"))
        yield kind, when, hashlib.sha256(canonical.encode()).hexdigest()


def milliseconds(text):
    return round(datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() * 1000)


class Stores(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder, self.port = folder.name, free_port()

    def start(self, module, *arguments, **environment):
        program, name = go_modules.built(module), module.name
        if program is None:
            self.skipTest(f"{name} can't be had: no Go of its go.mod's version, or no module proxy in reach")
        process = subprocess.Popen([program, *arguments], env={**os.environ, **environment}, cwd=self.folder, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.assertTrue(eventually(self.listens), f"{name} does not listen")
        return process

    def listens(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
            return True
        except OSError:
            return False

    def send_all(self, server):
        begun = time.monotonic()
        done = subprocess.run(["node", str(HERE / "segment_many.mjs")], env={**os.environ, "TARGET": f"http://127.0.0.1:{server.port}", "COUNT": str(COUNT)},
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=1500, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout.splitlines()[-1]), {"call": f"{COUNT} sent", "error": None})
        metrics = server.metrics()
        self.assertEqual(metrics['planish_events_total{result="ok"}'], COUNT)
        requests = sum(number for name, number in metrics.items() if name.startswith("planish_upstream_requests_total"))
        self.assertEqual(requests, metrics['planish_upstream_requests_total{code="200"}'])
        print(f"{COUNT} events in {requests:.0f} requests, {time.monotonic() - begun:.0f} s", flush=True)

    def assert_all_there(self, events):
        there = collections.Counter(events)
        self.assertEqual(there.total(), COUNT)
        self.assertEqual(there, collections.Counter(wanted()))

    # VictoriaLogs

    def ask(self, query):
        data = urllib.parse.urlencode({"query": query}).encode()
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/select/logsql/query", data, 300) as answer:
            return [json.loads(line) for line in answer]

    def count(self):
        return int(self.ask("* | count() n")[0]["n"])

    def victorialogs(self):
        replaced = {"-storageDataPath=/data": f"-storageDataPath={self.folder}/data", "-httpListenAddr=:9428": f"-httpListenAddr=127.0.0.1:{self.port}"}
        self.start(PEERS / "victorialogs", *[replaced.get(part, part) for part in SERVICES["victorialogs"]["command"]])
        return Server(*[part.replace("http://victorialogs:9428", f"http://127.0.0.1:{self.port}") for part in SERVICES["planish-to-store"]["command"][1:]],
                      "--hash", "sha256")

    def test_victorialogs_has_each_event_once(self):
        with self.victorialogs() as server:
            self.send_all(server)
            self.assertTrue(eventually(lambda: self.count() >= COUNT, 60))
            self.assert_all_there((row["_msg"], milliseconds(row["_time"]), row["key"]) for row in self.ask("* | fields _msg, _time, key"))

    def test_what_compose_yaml_says_one_asks(self):
        """And what README says of events that are older than what VictoriaLogs keeps."""
        with self.victorialogs() as server, server.connect() as client:
            for when in ("2023-11-04T18:44:16.789Z", "2003-11-04T18:44:16.789Z"):
                self.assertEqual(client.ask(request((ONE % when).encode(), target="/v1/batch")).status, 200)
            text = (ROOT / "docker/compose.yaml").read_text(encoding="utf-8")
            query = text.split("-d 'query=")[1].split("'\n")[0]
            self.assertTrue(eventually(lambda: self.ask(query)))
            (row,) = self.ask(query)
            self.assertEqual((row["_time"], row["user_id"], row["payload.total"]), ("2023-11-04T18:44:16.789Z", "u1", "12.5"))
            self.assertEqual(self.count(), 1)

    # The engine of Redpanda Connect (Benthos)

    def test_benthos_has_each_event_once(self):
        into = pathlib.Path(self.folder, "events.ndjson")
        self.start(ROOT / "bench/load/go/benthos", "-c", str(PEERS / "benthos.yaml"), ADDRESS=f"127.0.0.1:{self.port}", INTO=str(into))
        with Server("--shape", "segment", "--hash", "sha256", "--answer-members", "event_type,normalized_timestamp,key",
                    "--upstream", f"http://127.0.0.1:{self.port}/in") as server:
            self.send_all(server)
            rows = [json.loads(line) for line in into.read_text(encoding="utf-8").splitlines() if line]  # it ends a batch with an empty one
            self.assert_all_there((row["event_type"], row["normalized_timestamp"], row["key"]) for row in rows)


if __name__ == "__main__":
    unittest.main()
