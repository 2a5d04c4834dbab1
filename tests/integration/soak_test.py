"""Load and hostile clients together: served connections go on, memory stays flat, the stop is clean.

Ten seconds in the normal run, half an hour with PLANISH_LONG."""
import pathlib
import random
import subprocess
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "conformance"))
from bodies import Bodies  # noqa: E402
from planish_server import LONG, SANITIZED, Connection, Server, benchmark_body, eventually, request  # noqa: E402
from status_table import ROWS  # noqa: E402

SECONDS = 1800 if LONG else 10
BODY = benchmark_body()


class Hostile(threading.Thread):
    """Goes through the status table and random bytes, cut, slowed, reset and half-closed, until told to stop."""

    def __init__(self, address, seed, stop):
        super().__init__(daemon=True)
        self.address, self.random, self.stop, self.connections = address, random.Random(seed), stop, 0
        self.bodies = Bodies(seed)

    def run(self):
        while not self.stop.is_set():
            try:
                with Connection(self.address, timeout=5) as client:
                    self.connections += 1
                    self.abuse(client)
            except (OSError, AssertionError):
                pass  # refused, reset or timed out: its own fault

    def abuse(self, client):
        what = self.random.randrange(7)
        data = self.random.choice(ROWS)[1]
        if what == 0:
            data = request(self.bodies.mutated(self.bodies.body()))
        elif what == 1:
            data = self.random.randbytes(self.random.randrange(1, 4000))
        cut = self.random.randrange(len(data)) + 1
        client.send(data[:cut])
        if what == 2:
            client.reset()
            return
        if what == 3:
            client.shutdown()
        elif what == 4:
            time.sleep(self.random.random() * 0.3)
            client.send(data[cut:])
        elif what == 5:
            client.send(request(BODY) * 50)  # and reads nothing
            time.sleep(0.2)
            return
        client.sock.settimeout(0.2)
        client.sock.recv(65536)


def resident(server):
    """The least of a second's samples: what slow clients have in hand at a moment, a MiB each, comes and goes."""
    samples = []
    for _ in range(20):
        samples.append(server.memory())
        time.sleep(0.05)
    return min(samples)


class Soak(unittest.TestCase):
    def test_load_and_hostile_clients(self):
        flags = ["--tick", "100ms", "--idle-timeout", "30s"]
        for timeout in ("header", "body", "write"):
            flags += [f"--{timeout}-timeout", "1s"]
        with Server(*flags, threads=2) as server, tempfile.TemporaryDirectory() as folder:
            script = pathlib.Path(folder, "post.lua")
            pathlib.Path(folder, "body").write_bytes(BODY)
            script.write_text(f'wrk.method="POST"\nlocal f=io.open("{folder}/body","rb")\nwrk.body=f:read("*a")\n')
            stop = threading.Event()
            hostile = [Hostile(server.address, seed, stop) for seed in range(6)]
            for thread in hostile:
                thread.start()
            command = ["wrk", "-t1", "-c32", f"-d{SECONDS}s", "--timeout", "60s", "-s", str(script)]
            wrk = subprocess.Popen([*command, f"http://127.0.0.1:{server.port}/"], stdout=subprocess.PIPE, text=True)
            time.sleep(SECONDS / 2)
            half_way = resident(server)
            out, _ = wrk.communicate(timeout=SECONDS + 60)
            stop.set()
            for thread in hostile:
                thread.join(30)
            # What the unfinished ones held is given back within two timeouts and some ticks.
            eventually(lambda: resident(server) < half_way * 1.1 + (8 << 20), 3)
            at_end = resident(server)
            connections = sum(thread.connections for thread in hostile)
            print(out, f"hostile connections: {connections}, resident: {half_way} then {at_end} bytes")
            self.assertGreater(connections, 20)
            self.assertNotIn("Non-2xx", out)
            self.assertNotIn("Socket errors", out)
            # Sanitisers keep freed memory in quarantine, so only a plain build says something about flatness.
            if not SANITIZED:
                self.assertLess(at_end, half_way * 1.1 + (8 << 20))
            self.assertEqual(server.stop(), 0)


if __name__ == "__main__":
    unittest.main()
