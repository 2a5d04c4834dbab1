#!/usr/bin/env python3
"""What a plugin may cost a request of the benchmark body that does nothing, and one that reads of each event and keeps it:
plugin_gate.py PROGRAM NOOP.cwasm LOOKS.cwasm

User instructions, counted by callgrind, which runs the plugin's machine code like any other: their share of all that a request costs
in the server, which is the transform and SERVER instructions of HTTP and sockets. No system call, and no memory asked for."""
import os
import re
import subprocess
import sys
import tempfile

# The second has the records of the events as well, which the walk writes, has them and the text copied into its memory, and reads.
SHARES = {"nothing": 0.024, "looks": 0.113}
SERVER = 6_000  # as tests/integration/gates_test.py counts a request, less its transform
COUNT = 100
# A plugin goes on where its page was opened, with all its registers.
PRECISE = ("--px-default=allregs-at-mem-access", "--px-file-backed=allregs-at-mem-access")
TUNABLES = "glibc.cpu.x86_rep_movsb_threshold=100000000:glibc.cpu.x86_rep_stosb_threshold=100000000"


def collected(program, count, plugin, *options):
    with tempfile.TemporaryDirectory() as directory:
        out = os.path.join(directory, "callgrind.out")
        subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", "--quiet", *PRECISE, *options, program, str(count), plugin],
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


def exceeds(program, what, plugin, without):
    with_plugin = round(a_request(lambda n: collected(program, n, plugin)))
    share = (with_plugin - without) / (without + SERVER)
    calls = a_request(lambda n: system_calls(program, n, plugin))
    memory = a_request(lambda n: collected(program, n, plugin, "--toggle-collect=malloc", "--toggle-collect=free"))
    print(f"{what}: {with_plugin} instructions, {share:.2%} of a request more, at most {SHARES[what]:.1%}; {calls} system calls, "
          f"{memory} instructions of malloc and free")
    return share > SHARES[what] or calls > 0.05 or memory > 0  # now and then the clock of deadlines is woken


if __name__ == "__main__":
    program, *plugins = sys.argv[1:]
    without = round(a_request(lambda n: collected(program, n, "none")))
    print(f"without: {without} instructions")
    sys.exit(any([exceeds(program, what, plugin, without) for what, plugin in zip(SHARES, plugins)]))
