"""Everything hostile at once, and honest clients between: none of their requests is lost, none waits, memory is flat.

Twenty seconds in the normal run, ten minutes with PLANISH_LONG; PLANISH_SOAK_SECONDS says otherwise, and PLANISH_BIN
which binary. An honest request may wait for PATIENCE seconds beside its own work on the idle server. What no build can
shorten is the one body that a thread is at, so under ThreadSanitizer the dearest ones are as much shorter as they
take longer there (hostile_events.SLOWER); what one takes alone is measured, and printed. All else is done in turns, and
these look at the clock. The short run under a sanitizer meets a machine of any speed, beside other tests, and each step of a
turn is slower by a factor of its own: a request may wait for four times as long there, and for four such bodies.

The time in which client or server were ready to run and the machine ran others is not the server's and is taken off, as
the kernel counts it (run_delay.py), so the bound holds on a busy machine too. So is what a canary that sleeps 2 ms at a
time finds: when the machine itself stood still. A server that sleeps where it should answer, or works for too long, is
slow all the same; what its threads did meanwhile is printed then, and where an answer does not come at all, where they
are."""
import bisect
import gzip
import itertools
import multiprocessing
import os
import queue
import random
import statistics
import tempfile
import time
import unittest

import hostile
import hostile_events
import run_delay
from planish_server import LONG, SANITIZED, Server, benchmark_body, chunked, eventually, request, undated

SECONDS = float(os.environ.get("PLANISH_SOAK_SECONDS", "600" if LONG else "20"))
SLOW = SANITIZED and not LONG
PATIENCE = 0.250 * (4 if SLOW else 1)
DEAREST_BODIES = 4 if SLOW else 0  # that a request may wait for beyond it
BODY, LENIENT = benchmark_body(100), {"Prefer": "handling=lenient"}
CHUNKED = request(method="POST", fields={"Transfer-Encoding": "chunked"}) + chunked(BODY, (700, 1, 3000))
HEADER_TIMEOUT, HONEST_CLIENTS = 2, 2
# Where all that may wait is in use, the unread answer whose client has taken nothing for longest is cut. Who was kept from
# reading for so long, by the machine, may be that one.
UNREAD_FOR_LONG = 0.1
WITHOUT_A_BYTE = ("closed after b''", "reset after b''")
EVENTS = hostile_events.batch(*[hostile_events.event(b'{"id":%d,"email":"a@b.c","items":["c@d.e",1.5]}' % i) for i in range(100)])
# What ThreadSanitizer lets hostile clients ask for in a short run fills less.
FLAGS = ["--max-buffered", "8MiB" if SANITIZED == "thread" else "16MiB", "--max-connections", "1000", "--tick", "100ms"]
FLAGS += ["--header-timeout", f"{HEADER_TIMEOUT}s", "--body-timeout", "4s", "--write-timeout", "5s", "--idle-timeout", "10s"]
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
    "events": ("POST", [request(EVENTS, target="/events")]),
    "not JSON": ("POST", [request(BODY[:-1])]),
}


def ask(client, name, beside):
    """The answer, without what differs each time; when the asking began, how long it took, and how much of that was the
    machine's."""
    method, pieces = HONEST[name]
    began = time.monotonic()
    with beside:
        for number, piece in enumerate(pieces):
            time.sleep(0.01 if number else 0)
            client.send(piece)
        answer = client.response(method)
        seconds = time.monotonic() - began
    body = undated(answer.body).replace((answer.header("X-Request-Id") or "").encode(), b"")
    return (answer.status, body), began, seconds, beside.seconds


def be_honest(server, seed, stop, report):
    """The body of a process: one request after the other, on connections that last for some. Reports what each kind took,
    each one that was lost or answered otherwise than on the idle server, how long the machine held it up in all, and how
    often a connection was closed for being idle just when the next request went out on it: every client takes another."""
    choice, taken, lost, crossed = random.Random(seed), [], [], 0
    beside = run_delay.Beside(server.pid)
    with run_delay.Beside(server.pid) as in_all:
        while not stop.is_set():
            name, began = "no connection", time.monotonic()
            try:
                with server.connect() as client:
                    for reused in range(choice.choice((1, 20))):
                        if stop.is_set():
                            break
                        name, began = choice.choice(list(HONEST)), time.monotonic()
                        try:
                            answer, began, seconds, starved = ask(client, name, beside)
                        except ConnectionError as error:
                            if not reused or str(error) not in WITHOUT_A_BYTE:
                                raise
                            crossed += 1
                            break
                        taken.append((name, began, seconds, starved))
                        if answer != server.expected[name]:
                            lost.append((f"{name}: {answer[0]} {answer[1][:300]}", began, began + seconds, starved))
                        time.sleep(0.01)
            except TimeoutError as error:
                ended = time.monotonic()
                lost.append((f"{name}: {error!r}\n{run_delay.stacks(server.pid)}", began, ended, beside.seconds))
            except (OSError, AssertionError) as error:
                lost.append((f"{name}: {error!r}", began, time.monotonic(), beside.seconds))
    report.put(("honest", taken, lost, crossed, in_all.seconds))


def be_a_canary(stop, report):
    """The body of a process: when did 2 ms of sleep become 12 and more, though nobody else ran?"""
    stood_still, own = [], run_delay.RunDelay()
    while not stop.is_set():
        began, delay = time.monotonic(), own.seconds()
        time.sleep(0.002)
        if time.monotonic() - began - own.since(delay) > 0.012:
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
        end = time.monotonic() + 150  # two may wait 20 s for an answer each, and as long for a debugger
        while len(out) < len(self.processes) and time.monotonic() < end:
            try:
                out.append(self.report.get(timeout=1))
            except queue.Empty:
                continue
        self.assertEqual(len(out), len(self.processes), f"only these came back: {[report[0] for report in out]}")
        return out

    def idle_work(self, server):
        """What each honest request takes where nothing else goes on, and what its answer is."""
        own, server.expected, beside = {}, {}, run_delay.Beside(server.pid)
        with server.connect() as client:
            for name in HONEST:
                tries = [ask(client, name, beside) for _ in range(15)]
                server.expected[name] = tries[0][0]
                self.assertEqual({answer for answer, *_ in tries}, {server.expected[name]})
                own[name] = statistics.median(seconds - starved for *_, seconds, starved in tries)
        return own

    def dearest_body(self, server):
        """Of those that hold a thread until they are through: what the longest takes alone, and which one it is."""
        bodies = {"numbers": hostile.NUMBERS, "names": hostile.NAMES}
        bodies |= {f"events {number}": body for number, body in enumerate(hostile_events.HEAVY)}
        taken, beside = [], run_delay.Beside(server.pid)
        with server.connect() as client:
            for name, body in bodies.items():
                began = time.monotonic()
                with beside:
                    status = client.ask(body).status
                self.assertNotEqual(status, 413, name)
                taken.append((time.monotonic() - began - beside.seconds, name))
        return max(taken)

    def soak(self, server):
        """The least memory of each twentieth of the time, and what the server's threads did; processes look for the rest."""
        for kinds in (list(hostile.KINDS)[i::3] for i in range(3)):
            self.start(hostile.run, kinds, server.address, random.Random(len(kinds)))
        for seed in range(HONEST_CLIENTS):
            self.start(be_honest, server, seed)
        self.start(be_a_canary)
        memory, threads, began = [], [], time.monotonic()
        for part in range(1, 21):
            least = server.memory()
            while time.monotonic() < began + SECONDS * part / 20:
                time.sleep(0.1)
                least = min(least, server.memory())
                threads.append((time.monotonic(), run_delay.look_at_threads(server.pid)))
            memory.append(least)
        return memory, threads

    def test_honest_clients_between_hostile_ones(self):
        self.stop, self.report, self.processes = multiprocessing.Event(), multiprocessing.Queue(), []
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        endpoints = hostile_events.Endpoints(folder.name)
        self.addCleanup(endpoints.stop)
        with Server(*FLAGS, *endpoints.flags, threads=2, env=LITTLE_QUARANTINE if SANITIZED else {}) as server:
            own, dearest = self.idle_work(server), self.dearest_body(server)
            memory, threads = self.soak(server)
            reports = self.reports()
            stood_still = [one for who, *what in reports if who == "canary" for one in what[0]]
            honest = [what for who, *what in reports if who == "honest"]
            taken = [one for what in honest for one in what[0]]
            starved = sum(in_all for *_, in_all in honest) / len(honest) + sum(b - a for a, b in stood_still)
            # Whoever was kept from sending the rest of a request for that long is told so by a 408.
            lost = []
            for what, began, ended, starved_then in (one for report in honest for one in report[1]):
                held_up = starved_then + overlap(stood_still, began, ended)
                if held_up < (UNREAD_FOR_LONG if "reset after" in what else HEADER_TIMEOUT / 2):
                    lost.append(f"{what}, held up for {held_up:.3f} of {ended - began:.3f} s")
            crossed = sum(one[2] for one in honest)
            goes = {name: count for who, *what in reports if who == "hostile" for name, count in what[0].items()}
            waited = sorted((seconds - own[name] - machine - overlap(stood_still, began, began + seconds), name, began, seconds)
                            for name, began, seconds, machine in taken)
            slowest = {name: max(one[0] for one in waited if one[1] == name) for name in own if any(one[1] == name for one in waited)}
            metrics = server.metrics()
            print(f"\n{len(taken)} honest requests waited {waited[len(waited) // 2][0] * 1000:.1f} ms by median, "
                  f"{waited[len(waited) * 99 // 100][0] * 1000:.1f} by p99, at most {waited[-1][0] * 1000:.0f} ({waited[-1][1]}); "
                  f"by the clock at most {max(seconds for *_, seconds in waited) * 1000:.0f}; "
                  f"the machine held up a client for {starved:.1f} s of {SECONDS:.0f}; idle connections closed as they were "
                  f"used: {crossed}\n"
                  f"slowest and own work, ms: {({name: (round(most * 1000), round(own[name] * 1000, 1)) for name, most in slowest.items()})}\n"
                  f"the dearest body alone: {dearest[0] * 1000:.0f} ms ({dearest[1]}); "
                  f"goes: {goes}\nleast memory, MiB: {[part >> 20 for part in memory]}\n"
                  f"rejected: {({k.split('=')[1]: int(v) for k, v in metrics.items() if 'rejected' in k})}")
            self.assertEqual(lost, [])
            self.assertLessEqual(crossed, max(1, len(taken) / 500))
            self.assertGreater(len(taken), max(0, SECONDS - starved) * (1 if SANITIZED else 5))
            self.assertLess(waited[-1][0], PATIENCE + DEAREST_BODIES * dearest[0], f"{waited[-5:]}\n{self.meanwhile(threads, *waited[-1][2:])}")
            self.assertEqual([name for name, count in goes.items() if count < 1], [], "who never had a go")
            if server.cpu_seconds() > SECONDS / 4:  # else the machine was too busy for anybody to fill it
                self.assertGreater(metrics['planish_rejected_total{reason="buffered"}'], 0)
            self.assert_flat(memory, server)
            self.assertTrue(eventually(lambda: server.metrics()["http_server_connections"] == 1), "connections stay")
            self.assertEqual(server.stop(), 0)

    def meanwhile(self, threads, began, seconds):
        return "\n".join(f"{at - began:+.2f} s: {what}" for at, what in threads if began - 0.2 < at < began + seconds + 0.2)

    def assert_flat(self, memory, server):
        """From half-way on."""
        half, end = min(memory[8:12]), min(memory[16:])
        self.assertLess(end, half * 1.1 + (8 << 20))
        if not SANITIZED:
            self.assertLess(max(memory), server.wait_for_line("memory_bytes_max")["memory_bytes_max"])


if __name__ == "__main__":
    unittest.main()
