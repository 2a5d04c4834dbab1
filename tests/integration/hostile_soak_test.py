"""Everything hostile at once, and honest clients between: none of their requests is lost, none waits, memory is flat.

Twenty seconds in the normal run, ten minutes with PLANISH_LONG; PLANISH_SOAK_SECONDS says otherwise, and PLANISH_BIN
which binary. An honest request may wait for PATIENCE seconds beside its own work on the idle server, 250 ms in a plain
build on a machine that does nothing else. Sanitizers, which slow this code down by less, get ten times that, and the
normal run, which shares the machine with other tests, eight times. A canary that sleeps 2 ms at a time tells when the
machine itself stood still; that time is not the server's."""
import bisect
import gzip
import itertools
import multiprocessing
import os
import queue
import random
import statistics
import time
import unittest

import hostile
from planish_server import LONG, Server, benchmark_body, chunked, eventually, request, undated

SANITIZED = os.environ.get("PLANISH_SANITIZED", "")
SECONDS = float(os.environ.get("PLANISH_SOAK_SECONDS", "600" if LONG else "20"))
SLOWER = 10 if SANITIZED else 1
PATIENCE = 0.250 * SLOWER * (1 if LONG else 8)
BODY, LENIENT = benchmark_body(100), {"Prefer": "handling=lenient"}
CHUNKED = request(method="POST", fields={"Transfer-Encoding": "chunked"}) + chunked(BODY, (700, 1, 3000))
FLAGS = ["--max-buffered", "16MiB", "--max-connections", "1000", "--tick", "100ms", "--header-timeout", "2s"]
FLAGS += ["--body-timeout", "4s", "--write-timeout", "5s", "--idle-timeout", "10s"]
# AddressSanitizer keeps 256 MiB of what was freed, which would take longer to fill than a short run has.
LITTLE_QUARANTINE = {"ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=16"}

# An honest request: the pieces that it is sent in, 10 ms from one to the next.
HONEST = {
    "healthz": ("GET", [request(method="GET", target="/healthz")]),
    "whole": ("POST", [request(BODY)]),
    "in two parts": ("POST", [request(BODY)[:5000], request(BODY)[5000:]]),
    "byte by byte": ("POST", [request(BODY)[:40], *(bytes([byte]) for byte in request(BODY)[40:50]), request(BODY)[50:]]),
    "gzip": ("POST", [request(gzip.compress(BODY), fields={"Content-Encoding": "gzip"})]),
    "chunks": ("POST", [CHUNKED]),
    "large": ("POST", [request(benchmark_body(3000))]),
    "lenient": ("POST", [request(BODY.replace(b"1699123456789", b"1.5"), fields=LENIENT)]),
    "not JSON": ("POST", [request(BODY[:-1])]),
}


def ask(client, name):
    """The answer, without what differs each time, and how long it took."""
    method, pieces = HONEST[name]
    began = time.monotonic()
    for number, piece in enumerate(pieces):
        time.sleep(0.01 if number else 0)
        client.send(piece)
    answer = client.response(method)
    body = undated(answer.body).replace((answer.header("X-Request-Id") or "").encode(), b"")
    return (answer.status, body), began, time.monotonic() - began


def be_honest(server, seed, stop, report):
    """The body of a process: one request after the other, on connections that last for some. Reports what each kind took,
    and each one that was lost or answered otherwise than on the idle server."""
    choice, taken, lost = random.Random(seed), [], []
    while not stop.is_set():
        name = "no connection"
        try:
            with server.connect() as client:
                for _ in range(choice.choice((1, 20))):
                    if stop.is_set():
                        break
                    name = choice.choice(list(HONEST))
                    answer, began, seconds = ask(client, name)
                    taken.append((name, began, seconds))
                    if answer != server.expected[name]:
                        lost.append(f"{name}: {answer[0]} {answer[1][:300]}")
                    time.sleep(0.01)
        except (OSError, AssertionError) as error:
            lost.append(f"{name}: {error!r}")
    report.put(("honest", taken, lost))


def be_a_canary(stop, report):
    """The body of a process: when did 2 ms of sleep become 12 and more?"""
    stood_still = []
    while not stop.is_set():
        began = time.monotonic()
        time.sleep(0.002)
        if time.monotonic() - began > 0.012:
            stood_still.append((began, time.monotonic()))
    report.put(("canary", stood_still))


def overlap(intervals, begin, end):
    """Of intervals in order, of which a machine with much to do has tens of thousands."""
    first = bisect.bisect_right(intervals, begin, key=lambda one: one[1])
    these = itertools.takewhile(lambda one: one[0] < end, itertools.islice(intervals, first, None))
    return sum(min(end, b) - max(begin, a) for a, b in these)


class HostileSoak(unittest.TestCase):
    def start(self, target, *arguments):
        process = multiprocessing.Process(target=target, args=(*arguments, self.stop, self.report), daemon=True)
        process.start()
        self.addCleanup(process.kill)
        self.processes.append(process)

    def reports(self):
        self.stop.set()
        out = []
        end = time.monotonic() + 60
        while len(out) < len(self.processes) and time.monotonic() < end:
            try:
                out.append(self.report.get(timeout=1))
            except queue.Empty:
                continue
        self.assertEqual(len(out), len(self.processes), f"only these came back: {[report[0] for report in out]}")
        return out

    def idle_work(self, server):
        """What each honest request takes where nothing else goes on, and what its answer is."""
        own, server.expected = {}, {}
        with server.connect() as client:
            for name in HONEST:
                tries = [ask(client, name) for _ in range(15)]
                server.expected[name] = tries[0][0]
                self.assertEqual({answer for answer, _, _ in tries}, {server.expected[name]})
                own[name] = statistics.median(seconds for _, _, seconds in tries)
        return own

    def soak(self, server):
        """The least memory of each twentieth of the time; processes look for the rest."""
        for kinds in (list(hostile.KINDS)[i::3] for i in range(3)):
            self.start(hostile.run, kinds, server.address, random.Random(len(kinds)))
        for seed in range(2):
            self.start(be_honest, server, seed)
        self.start(be_a_canary)
        memory, began = [], time.monotonic()
        for part in range(1, 21):
            least = server.memory()
            while time.monotonic() < began + SECONDS * part / 20:
                time.sleep(0.1)
                least = min(least, server.memory())
            memory.append(least)
        return memory

    def test_honest_clients_between_hostile_ones(self):
        self.stop, self.report, self.processes = multiprocessing.Event(), multiprocessing.Queue(), []
        with Server(*FLAGS, threads=2, env=LITTLE_QUARANTINE if SANITIZED else {}) as server:
            own = self.idle_work(server)
            memory = self.soak(server)
            reports = self.reports()
            stood_still = [one for who, *what in reports if who == "canary" for one in what[0]]
            taken = [one for who, *what in reports if who == "honest" for one in what[0]]
            lost = [one for who, *what in reports if who == "honest" for one in what[1]]
            goes = {name: count for who, *what in reports if who == "hostile" for name, count in what[0].items()}
            waited = sorted((seconds - own[name] - overlap(stood_still, began, began + seconds), name, began, seconds)
                            for name, began, seconds in taken)
            metrics = server.metrics()
            print(f"\n{len(taken)} honest requests waited {waited[len(waited) // 2][0] * 1000:.1f} ms by median, "
                  f"{waited[len(waited) * 99 // 100][0] * 1000:.1f} by p99, at most {waited[-1][0] * 1000:.0f} ({waited[-1][1]}); "
                  f"the machine stood still for {sum(b - a for a, b in stood_still):.1f} s\n"
                  f"goes: {goes}\nleast memory, MiB: {[part >> 20 for part in memory]}\n"
                  f"rejected: {({k.split('=')[1]: int(v) for k, v in metrics.items() if 'rejected' in k})}")
            self.assertEqual(lost, [])
            there = SECONDS - sum(b - a for a, b in stood_still)  # so long there was a machine
            self.assertGreater(len(taken), there * (1 if SANITIZED else 5))
            self.assertLess(waited[-1][0], PATIENCE, waited[-5:])
            self.assertEqual([name for name, count in goes.items() if count < 2], [], "who never had a go")
            self.assertGreater(metrics['planish_rejected_total{reason="buffered"}'], 0)
            self.assert_flat(memory, server)
            self.assertTrue(eventually(lambda: server.metrics()["http_server_connections"] == 1), "connections stay")
            self.assertEqual(server.stop(), 0)

    def assert_flat(self, memory, server):
        """From half-way on."""
        half, end = min(memory[8:12]), min(memory[16:])
        self.assertLess(end, half * 1.1 + (8 << 20))
        if not SANITIZED:
            self.assertLess(max(memory), server.wait_for_line("memory_bytes_max")["memory_bytes_max"])


if __name__ == "__main__":
    unittest.main()
