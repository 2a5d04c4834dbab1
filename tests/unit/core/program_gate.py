"""What `planish transform --ndjson` may cost, in instructions for each byte of a real client's body:
program_gate.py TRANSFORM_GATE SHAPE_GATE PLANISH CONTRACT_GATE

All of the program is counted, reading and writing too, as the difference of two runs. The limits are what was asked for. Of a Segment batch
of 100 events, nothing of it brought into canonical form, that is so many times the same of the benchmark's body; transform() alone
takes 1.28 times as many (shape_gate.py and transform_gate.py count those). Of the benchmark's body told as lines with event and key,
against its own answer. And of a Segment batch under a usual contract, and of one under three removals, a hash and a coarse
address, against the batch without. A hash is counted with SHA instructions, as shape_gate.py does."""
import os
import re
import subprocess
import sys
import tempfile

from gate_of_bodies import over
from shape_gate import PORTABLE_SHA256, SHA256_BLOCKS, SHA256_BY_INSTRUCTIONS
from transform_gate import TUNABLES

LIMITS = {"compact": 13.0, "spaced": 16.3, "escaped": 18.0, "unicode_escapes": 18.6, "utf8": 14.0, "prices": 18.0, "doubles": 24.0,
          "nested": 22.0, "rfc3339": 15.0, "properties": 23.3, "library_events": 17.0}
SEGMENT_TIMES, TOLD_TIMES, CONTRACT_TIMES, RULES_TIMES = 1.35, 1.6, 1.25, 1.3
RAW = ["--canonical", "raw", "--hash", "xxh3-64"]
LINES = 20
RULES = """rule_key_file = "{key}"
[[rule]]
remove = ["/context/userAgent", "/properties/coupon", "/_metadata"]
hash = ["/userId"]
truncate_ip = ["/context/ip"]
"""
ENVIRONMENT = {k: v for k, v in os.environ.items() if not k.startswith("PLANISH_")}  # it refuses settings that it does not know


def collected(lines, folder, settings):
    out, body = os.path.join(folder, f"{len(lines)}.out"), os.path.join(folder, f"{len(lines)}.ndjson")
    with open(body, "wb") as file:
        file.write(b"".join(lines))
    subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", "--quiet", sys.argv[3], "transform", "--ndjson", *settings, body],
                   check=True, stdout=subprocess.DEVNULL, env={**ENVIRONMENT, "GLIBC_TUNABLES": TUNABLES})
    with open(out, encoding="utf-8", errors="replace") as file:
        return int(re.search(r"^(?:summary|totals): (\d+)", file.read(), re.M)[1])


def cost(body, program=sys.argv[1], settings=()):
    line = subprocess.run([program, "text", body], check=True, capture_output=True).stdout.replace(b"\n", b" ") + b"\n"
    with tempfile.TemporaryDirectory() as folder:
        return (collected([line] * 3 * LINES, folder, settings) - collected([line] * LINES, folder, settings)) / (2 * LINES * len(line))


def cost_of_a_contract():
    """Of the batch without one, and under it."""
    program, settings = sys.argv[4], ["--shape", "segment"]
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "Order%20Completed.json"), "wb") as file:
            file.write(subprocess.run([program, "text", "schema"], check=True, capture_output=True).stdout)
        return cost("batch", program, settings), cost("batch", program, [*settings, "--contracts", folder, "--unknown-contract", "refuse"])


def cost_of_rules():
    """Of a batch without them, and under them."""
    program, settings = sys.argv[2], ["--shape", "segment", "--answer", "ndjson"]
    size = len(subprocess.run([program, "text", "rules"], check=True, capture_output=True).stdout) + 1
    with tempfile.TemporaryDirectory() as folder:
        for name, text in (("rule.key", "0123456789abcdef"), ("rules.toml", RULES)):
            with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                file.write(text.replace("{key}", os.path.join(folder, "rule.key")))
        plain, rules = (cost("rules", program, more + settings) for more in ([], ["--config", os.path.join(folder, "rules.toml")]))
    return plain, rules - SHA256_BLOCKS * (PORTABLE_SHA256 - SHA256_BY_INSTRUCTIONS) / size


if __name__ == "__main__":
    failed = over(LIMITS, cost)
    segment, compact = cost("segment", sys.argv[2], [*RAW, "--shape", "segment"]), cost("compact", sys.argv[1], RAW)
    print(f"a Segment batch: {segment:.2f}, {segment / compact:.3f} times the benchmark's body ({compact:.2f}), at most {SEGMENT_TIMES}")
    told, own = cost("compact", sys.argv[1], ["--answer", "ndjson"]), cost("compact")
    print(f"the benchmark's body as lines: {told:.2f}, {told / own:.3f} times its own answer ({own:.2f}), at most {TOLD_TIMES}")
    plain, contract = cost_of_a_contract()
    print(f"a Segment batch under a contract: {contract:.2f}, {contract / plain:.3f} times the batch without ({plain:.2f}), at most {CONTRACT_TIMES}")
    failed |= contract > plain * CONTRACT_TIMES
    plain, rules = cost_of_rules()
    print(f"a Segment batch under rules: {rules:.2f}, {rules / plain:.3f} times the batch without ({plain:.2f}), at most {RULES_TIMES}")
    failed |= rules > plain * RULES_TIMES
    sys.exit(failed or segment > compact * SEGMENT_TIMES or told > own * TOLD_TIMES)
