"""What a request may cost: user instructions, heap allocations, system calls. Counts, never times.

Only meaningful for an optimised build; CMake runs it in Release alone. Needs valgrind and strace. The limits lie closely
above what was measured with gcc 12 and simdjson 3.0.1, whose first stage alone takes 33 800 instructions."""
import gzip
import os
import re
import shutil
import subprocess
import tempfile
import threading
import time
import unittest

from planish_server import Server, benchmark_body, request
from upstream_peer import Upstream

DATA = request(benchmark_body())
PACKED = request(gzip.compress(benchmark_body()), fields={"Content-Encoding": "gzip"})
WARM, COUNT = 100, 500

# callgrind counts `rep movsb` by the byte; glibc is told to copy in registers, as it does for sizes like these anyway.
TUNABLES = "glibc.cpu.x86_rep_movsb_threshold=100000000:glibc.cpu.x86_rep_stosb_threshold=100000000"


def ask(client, count, data=DATA, status=200):
    for _ in range(count):
        answer = client.ask(data)
        assert answer.status == status, answer


class Instructions(unittest.TestCase):
    def collected(self, count, *args, data=DATA, status=200):
        """All instructions of a process that answered `count` requests, and how often it called malloc and friends."""
        with tempfile.TemporaryDirectory() as directory:
            out = os.path.join(directory, "callgrind.out")
            prefix = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", "--quiet"]
            with Server(*args, "--tick", "1s", prefix=prefix, env={"GLIBC_TUNABLES": TUNABLES}) as server:
                with server.connect(timeout=120) as client:
                    ask(client, count, data, status)
                self.assertEqual(server.stop(timeout=120), 0)
            with open(out, encoding="utf-8", errors="replace") as file:
                text = file.read()
        return int(re.search(r"^(?:summary|totals): (\d+)", text, re.M)[1]), allocations(text)

    def per_request(self, *args, **data):
        once, twice = (self.collected(WARM + count, *args, **data) for count in (COUNT, 2 * COUNT))
        instructions = (twice[0] - once[0]) / COUNT
        print(f"{' '.join(args) or 'defaults'}: {instructions:.0f} instructions, {twice[1] - once[1]} allocations more")
        return instructions, twice[1] - once[1]

    def test_raw_and_xxh3_64(self):
        instructions, allocations = self.per_request("--canonical", "raw", "--hash", "xxh3-64")
        self.assertLessEqual(instructions, 78_800)
        # Some a second, by the tick's timer; none by a request.
        self.assertLess(allocations, COUNT / 10)

    def test_defaults(self):
        instructions, allocations = self.per_request()
        self.assertLessEqual(instructions, 94_600)
        self.assertLess(allocations, COUNT / 10)

    def test_an_upstream_costs_at_most_as_much_again_and_a_fifth(self):
        """The events go to it as they would have gone to the client: 2.2 times the instructions, and no allocation."""
        with Upstream() as constant:
            alone, _ = self.per_request("--answer", "ndjson")
            forwarded, allocations = self.per_request("--upstream", constant.url(), status=204)
        print(f"with an upstream: {forwarded / alone:.2f} times the instructions")
        self.assertLessEqual(forwarded, 2.2 * alone)
        self.assertLess(allocations, COUNT / 10)

    def test_gzip(self):
        """Of it, 84 000 are zlib's, and 4 000 for the CRC."""
        instructions, allocations = self.per_request(data=PACKED)
        self.assertLessEqual(instructions, 193_000)
        self.assertLess(allocations, COUNT / 10)


def allocations(callgrind):
    """Calls of the allocator in a callgrind file: the counts of the `calls=` lines behind `cfn=` of an allocator."""
    names, count, callee = {}, 0, ""
    for line in callgrind.splitlines():
        if line.startswith(("fn=", "cfn=")):
            number, _, name = line.split("=", 1)[1].partition(" ")
            name = names.setdefault(number, name)
            if line.startswith("cfn="):
                callee = name
        elif line.startswith("calls="):
            if re.fullmatch(r"(malloc|calloc|realloc|aligned_alloc|posix_memalign|mi_\w*alloc\w*)(@.*|'2)?", callee):
                count += int(line[len("calls=") :].split()[0])
    return count


class Strace:
    """Counts the system calls of a server's threads, as long as the `with` lasts: {name: how often}."""

    def __init__(self, server):
        self.pid, self.calls = server.pid, {}

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.out = os.path.join(self.folder.name, "strace")
        command = ["strace", "-c", "-f", "-p", str(self.pid), "-o", self.out]
        self.tracer = subprocess.Popen(command, stderr=subprocess.PIPE)
        self.tracer.stderr.readline()
        return self

    def __exit__(self, *_):
        self.tracer.send_signal(2)
        self.tracer.wait()
        self.tracer.stderr.close()
        with open(self.out, encoding="utf-8") as file:
            lines = file.read().splitlines()[2:-2]
        self.calls = {line.split()[-1]: int(line.split()[3]) for line in lines}
        self.folder.cleanup()


def converse(client, depth, rounds):
    """Eight requests a round, `depth` of them in one segment."""
    for _ in range(rounds * 8 // depth):
        client.send(DATA * depth)
        for _ in range(depth):
            assert client.response().status == 200


class SystemCalls(unittest.TestCase):
    def test_at_most_one_wait_one_receive_and_one_send(self):
        """A hundred connections that are always busy, as under load: what waiting costs is shared by those ready."""
        with Server() as server:
            clients = [server.connect() for _ in range(100)]
            for client in clients:
                ask(client, 1)
            rounds = 60

            def run(some):
                for _ in range(rounds):
                    for client in some:
                        client.send(DATA)
                    for client in some:
                        assert client.response().status == 200

            with Strace(server) as strace:
                threads = [threading.Thread(target=run, args=(clients[i::2],)) for i in range(2)]
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join()
            per_request = sum(strace.calls.values()) / (rounds * len(clients))
            print(f"{per_request:.2f} system calls per request: {strace.calls}")
            self.assertLessEqual(per_request, 3.1)

    def test_at_most_eight_with_an_upstream(self):
        """The same hundred connections, and what the events go to."""
        with Upstream() as constant, Server("--upstream", constant.url()) as server:
            clients = [server.connect() for _ in range(100)]
            for client in clients:
                ask(client, 1, status=204)
            rounds = 20
            with Strace(server) as strace:
                for _ in range(rounds):
                    for client in clients:
                        client.send(DATA)
                    for client in clients:
                        assert client.response().status == 204
            per_request = sum(strace.calls.values()) / (rounds * len(clients))
            print(f"{per_request:.2f} system calls per request with an upstream: {strace.calls}")
            self.assertLessEqual(per_request, 8)

    def test_pipelining_makes_requests_cheaper(self):
        """Eight requests in one segment share their wait, receive and send: at most 0.85 of the system calls, counted.
        What that is in time of the processor is printed, since a clock is no gate."""
        calls, seconds = [], []
        for depth in (1, 8):
            with Server() as server, server.connect() as client:
                ask(client, WARM)
                with Strace(server) as strace:
                    converse(client, depth, 100)
                calls.append(sum(strace.calls.values()) / 800)
            with Server() as server, server.connect() as client:
                ask(client, WARM)
                before = server.cpu_seconds()
                converse(client, depth, 1000)
                seconds.append(server.cpu_seconds() - before)
        print(f"system calls per request: {calls[0]:.2f}, {calls[1]:.2f} pipelined by 8; "
              f"processor time per request pipelined by 8: {seconds[1] / seconds[0]:.2f} of unpipelined")
        self.assertLessEqual(calls[1], 0.85 * calls[0])


if __name__ == "__main__":
    for tool in ("valgrind", "strace"):
        if not shutil.which(tool):
            raise SystemExit(f"{tool} is missing: apt-get install {tool}")
    unittest.main()
