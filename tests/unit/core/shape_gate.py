"""What shapes and answers may cost, in instructions: shape_gate.py PROGRAM

The benchmark's body told as lines with event and key, two hashes an event and the event itself, against its own answer; and a Segment
batch, for each byte of it, as one JSON text and as lines, which are to cost no more. The other limits lie closely above what was measured
with gcc 12 and simdjson 3.0.1; where nothing is brought into canonical form, the benchmark's body costs 7.6 a byte."""
import sys

from transform_gate import collected, size_of

COUNT = 50
TOLD = 131_500
TOLD_TIMES = 1.6  # the same body's own answer
PER_BYTE = 9.75
ESCAPE_TIMES = 1.1  # one escape is not to slow down the strings that have none
AROUND = 50  # were they read for each event, it would be tens of thousands
# What rules add to the same batch without them. valgrind knows no SHA instructions: of the two blocks that a hash takes, those of the function
# that has them are counted in the place of the portable one's. On a machine without them the whole is in PORTABLE.
RULES, PORTABLE = 238_000, 1_003_000
SHA256_BLOCKS = 2 * 100
PORTABLE_SHA256, SHA256_BY_INSTRUCTIONS = 4003, 186


def cost(kind):
    return (collected(sys.argv[1], 2 * COUNT, kind) - collected(sys.argv[1], COUNT, kind)) / COUNT


if __name__ == "__main__":
    told, own = cost("told"), cost("own")
    segment, lines, escape = (cost(kind) / size_of(sys.argv[1], kind) for kind in ("segment", "lines", "escape"))
    print(f"told: {told:.0f} instructions, at most {TOLD}; {told / own:.3f} times its own answer, at most {TOLD_TIMES}")
    print(f"segment: {segment:.2f} instructions a byte, at most {PER_BYTE}; as lines {lines:.2f}, at most as many; "
          f"with an escape {escape:.2f}, at most {ESCAPE_TIMES} times as many")
    around = (collected(sys.argv[1], 10, "around") - collected(sys.argv[1], 5, "around")) / 5 / size_of(sys.argv[1], "around")
    print(f"around: {around:.2f} instructions a byte, at most {AROUND}")
    before, portable = cost("before"), cost("rules")
    rules = portable - SHA256_BLOCKS * (PORTABLE_SHA256 - SHA256_BY_INSTRUCTIONS)
    print(f"rules: {rules - before:.0f} instructions more than {before:.0f} without, at most {RULES}; with portable SHA-256 {portable - before:.0f}, "
          f"at most {PORTABLE}")
    sys.exit(rules - before > RULES or portable - before > PORTABLE or around > AROUND or told > TOLD or
             told > own * TOLD_TIMES or segment > PER_BYTE or lines > segment or escape > segment * ESCAPE_TIMES)
