"""What `planish transform --ndjson` may cost, in instructions for each byte of a real client's body: program_gate.py TRANSFORM_GATE PLANISH

All of the program is counted, reading and writing too, as the difference of two runs. The limits are what was asked for."""
import os
import re
import subprocess
import sys
import tempfile

from gate_of_bodies import over
from transform_gate import TUNABLES

LIMITS = {"compact": 13.0, "spaced": 16.3, "escaped": 18.0, "unicode_escapes": 18.6, "utf8": 14.0, "prices": 18.0, "doubles": 24.0,
          "nested": 22.0, "rfc3339": 15.0, "properties": 23.3, "library_events": 17.0}
LINES = 20
ENVIRONMENT = {k: v for k, v in os.environ.items() if not k.startswith("PLANISH_")}  # it refuses settings that it does not know


def collected(lines, folder):
    out, body = os.path.join(folder, f"{len(lines)}.out"), os.path.join(folder, f"{len(lines)}.ndjson")
    with open(body, "wb") as file:
        file.write(b"".join(lines))
    subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", "--quiet", sys.argv[2], "transform", "--ndjson", body],
                   check=True, stdout=subprocess.DEVNULL, env={**ENVIRONMENT, "GLIBC_TUNABLES": TUNABLES})
    with open(out, encoding="utf-8", errors="replace") as file:
        return int(re.search(r"^(?:summary|totals): (\d+)", file.read(), re.M)[1])


def cost(body):
    line = subprocess.run([sys.argv[1], "text", body], check=True, capture_output=True).stdout.replace(b"\n", b" ") + b"\n"
    with tempfile.TemporaryDirectory() as folder:
        return (collected([line] * 3 * LINES, folder) - collected([line] * LINES, folder)) / (2 * LINES * len(line))


if __name__ == "__main__":
    sys.exit(over(LIMITS, cost))
