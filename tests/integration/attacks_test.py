"""slowhttptest against a server with short timeouts: slow heads, slow bodies, slow reads.

What it says of its own probe goes by the clock and is not looked at: a client of ours is served all the time, the
server's counters tell how the slow ones ended, and its memory is bounded."""
import shutil
import subprocess
import threading
import unittest

from planish_server import SANITIZED, Server, benchmark_body, eventually, request

BODY = benchmark_body(3)
CONNECTIONS = 100
REJECTED = 'planish_rejected_total{reason="%s"}'


class Good(threading.Thread):
    """A client that asks one request after the other until told to stop, now and then on a new connection. One that is
    kept waiting by a busy machine may find its idle connection closed; any answer but 200 is a fault."""

    def __init__(self, server):
        super().__init__(daemon=True)
        self.server, self.over, self.answered, self.failed = server, threading.Event(), 0, []

    def run(self):
        while not self.over.is_set():
            try:
                with self.server.connect() as client:
                    for _ in range(20):
                        answer = client.ask(request(BODY))
                        self.failed += [] if answer.status == 200 else [answer]
                        self.answered += 1
                        self.over.wait(0.005)
            except OSError:
                continue
            except AssertionError as error:
                self.failed.append(error)
                return

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.join()


class Attacks(unittest.TestCase):
    def attack(self, reason, *mode, target="/"):
        """Runs the tool; returns the server's metrics at the end."""
        flags = ["--tick", "100ms"]
        for timeout in ("header", "body", "write", "idle"):
            flags += [f"--{timeout}-timeout", "1s"]
        tool = shutil.which("slowhttptest") or self.fail("slowhttptest is missing: apt-get install slowhttptest")
        with Server(*flags, threads=2) as server:
            before = server.memory()
            with Good(server) as good:
                done = subprocess.run(
                    [tool, *mode, "-c", str(CONNECTIONS), "-r", "50", "-i", "5", "-l", "6", "-p", "3", "-v", "0"]
                    + ["-u", f"http://127.0.0.1:{server.port}{target}"],
                    capture_output=True, timeout=300)
                self.assertNotIn(b"Error:", done.stdout)
                served = good.answered
                self.assertTrue(eventually(lambda: good.answered > served + 20), "nobody is served any more")
            self.assertEqual(good.failed, [])
            self.assertTrue(eventually(lambda: server.metrics()["http_server_connections"] == 1), "connections stay")
            self.assertEqual(server.post(BODY).status, 200)
            metrics, grown = server.metrics(), server.memory() - before
            cut = metrics[REJECTED % reason]
            print(f"{reason}: {cut:.0f} cut off, {good.answered} answers, {grown >> 10} KiB more")
            if not SANITIZED:
                self.assertLess(grown, 16 << 20)
            self.assertEqual(server.stop(), 0)
            return metrics

    def test_slow_heads_get_408(self):
        metrics = self.attack("header_timeout", "-H")
        cut = metrics[REJECTED % "header_timeout"]
        self.assertGreaterEqual(cut, CONNECTIONS / 2)
        self.assertEqual(metrics['http_server_requests_total{code="408",route="none"}'], cut)

    def test_slow_bodies_get_408(self):
        metrics = self.attack("body_timeout", "-B", "-s", "8192")
        cut = metrics[REJECTED % "body_timeout"]
        self.assertGreaterEqual(cut, CONNECTIONS / 2)
        self.assertEqual(metrics['http_server_requests_total{code="408",route="/"}'], cut)

    def test_slow_reads_hold_nothing_of_the_servers(self):
        """A pipeline of documents, read five bytes every five seconds: what the kernel does not take is cut off."""
        metrics = self.attack("write_timeout", "-X", "-k", "10", "-w", "512", "-y", "1024", "-n", "5", "-z", "5",
                              target="/openapi.json")
        documents = metrics['http_server_requests_total{code="200",route="/openapi.json"}']
        self.assertGreaterEqual(documents, CONNECTIONS / 2)


if __name__ == "__main__":
    unittest.main()
