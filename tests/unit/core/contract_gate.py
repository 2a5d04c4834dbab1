"""What a check of a usual payload (200 bytes, 8 properties) against its contract may cost, in instructions: contract_gate.py PROGRAM

The limit lies closely above what was measured with gcc 12."""
import os
import re
import subprocess
import sys
import tempfile

LIMIT = 4_300
COUNT = 1000


def collected(program, count):
    with tempfile.TemporaryDirectory() as directory:
        out = os.path.join(directory, "callgrind.out")
        subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", "--quiet", program, str(count)], check=True)
        with open(out, encoding="utf-8", errors="replace") as file:
            return int(re.search(r"^(?:summary|totals): (\d+)", file.read(), re.M)[1])


cost = (collected(sys.argv[1], 2 * COUNT) - collected(sys.argv[1], COUNT)) // COUNT
print(f"contract: {cost} instructions, at most {LIMIT}")
sys.exit(cost > LIMIT)
