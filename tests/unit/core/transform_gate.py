"""What a transform of the benchmark body may cost, in instructions: transform_gate.py PROGRAM

The limits lie closely above what was measured with gcc 12 and simdjson 3.0.1, whose stage 1 alone takes 33 800."""
import os
import re
import subprocess
import sys
import tempfile

LIMITS = {"raw": 70_300, "prefix8": 77_600, "defaults": 86_950}
COUNT = 100

# callgrind counts `rep movsb` by the byte; glibc is told to copy in registers, as it does for sizes like these anyway.
TUNABLES = "glibc.cpu.x86_rep_movsb_threshold=100000000:glibc.cpu.x86_rep_stosb_threshold=100000000"


def size_of(program, kind):
    return int(subprocess.run([program, "0", kind], check=True, capture_output=True, text=True).stdout)


def collected(program, count, *kind):
    with tempfile.TemporaryDirectory() as directory:
        out = os.path.join(directory, "callgrind.out")
        subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", "--quiet", program, str(count), *kind],
                       check=True, env={**os.environ, "GLIBC_TUNABLES": TUNABLES})
        with open(out, encoding="utf-8", errors="replace") as file:
            return int(re.search(r"^(?:summary|totals): (\d+)", file.read(), re.M)[1])


if __name__ == "__main__":
    failed = False
    for kind, limit in LIMITS.items():
        cost = (collected(sys.argv[1], 2 * COUNT, kind) - collected(sys.argv[1], COUNT, kind)) // COUNT
        print(f"{kind}: {cost} instructions, at most {limit}")
        failed |= cost > limit
    sys.exit(failed)
