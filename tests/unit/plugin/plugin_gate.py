#!/usr/bin/env python3
"""What the no-op plugin may cost a request of the benchmark body: plugin_gate.py PROGRAM NOOP.cwasm

User instructions, counted by callgrind, which runs the plugin's machine code like any other: their share of all that a request costs
in the server, which is the transform and SERVER instructions of HTTP and sockets. No system call, and no memory asked for."""
import os
import re
import subprocess
import sys
import tempfile

SHARE = 0.09  # 8.9 % today: four parts in ten are the records that the walk writes, two the copy into the guest
SERVER = 6_000  # as tests/integration/gates_test.py counts a request, less its transform
COUNT = 100
TUNABLES = "glibc.cpu.x86_rep_movsb_threshold=100000000:glibc.cpu.x86_rep_stosb_threshold=100000000"


def collected(program, count, plugin, *options):
    with tempfile.TemporaryDirectory() as directory:
        out = os.path.join(directory, "callgrind.out")
        subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", "--quiet", *options, program, str(count), plugin],
                       check=True, env={**os.environ, "GLIBC_TUNABLES": TUNABLES})
        with open(out, encoding="utf-8", errors="replace") as file:
            return int(re.search(r"^(?:summary|totals): (\d+)", file.read(), re.M)[1])


def system_calls(program, count, plugin):
    with tempfile.TemporaryDirectory() as directory:
        out = os.path.join(directory, "calls")
        subprocess.run(["strace", "-o", out, program, str(count), plugin], check=True)  # of the thread that transforms alone
        with open(out, encoding="utf-8", errors="replace") as file:
            return sum(1 for _ in file)


def a_request(count):
    """What one more request takes, by two runs of which one has COUNT more."""
    return (count(2 * COUNT) - count(COUNT)) / COUNT


if __name__ == "__main__":
    program, noop = sys.argv[1:]
    without, with_plugin = (round(a_request(lambda n, p=plugin: collected(program, n, p))) for plugin in ("none", noop))
    share = (with_plugin - without) / (without + SERVER)
    calls = a_request(lambda n: system_calls(program, n, noop))
    memory = a_request(lambda n: collected(program, n, noop, "--toggle-collect=malloc", "--toggle-collect=free"))
    print(f"without: {without} instructions, with the no-op plugin: {with_plugin}, {share:.1%} of a request more, at most {SHARE:.0%}; "
          f"{calls} system calls, {memory} instructions of malloc and free")
    sys.exit(share > SHARE or calls > 0.05 or memory > 0)  # now and then the clock of deadlines is woken
