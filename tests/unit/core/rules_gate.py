"""What rules may cost for each byte that a client sends, whatever it sends, in instructions: rules_gate.py PROGRAM

Rules of every verb, with pointers through arrays and names that are escaped, against bodies that are made for them. What the same body
costs without rules is taken off. Hashes are counted with the portable SHA-256, as on a machine without its instructions: valgrind
has none; they are bounded by what an event may become, 34 bytes a hash. Of the bodies met_* the reader meets the places of
all rules itself, or a name twice, so that they are looked for after all."""
import sys

from gate_of_bodies import over
from transform_gate import collected, size_of

LIMITS = {"doubled": 30, "others": 20, "escaped": 30, "events": 85, "wild": 50, "gone": 10, "masks": 100, "hashes": 650, "long_hashes": 240, "forms": 80,
          "form": 380, "addresses": 85, "no_addresses": 2, "made": 110, "deep": 55,
          "met_events": 55, "met_hashes": 380, "met_masks": 45, "met_doubled": 30, "met_others": 5, "met_escaped": 30, "met_within": 30}


def cost(kind):
    program = sys.argv[1]

    def once(*arguments):
        return collected(program, 2, *arguments) - collected(program, 1, *arguments)

    return (once(kind) - once(kind, "plain")) / size_of(program, kind)


if __name__ == "__main__":
    sys.exit(over(LIMITS, cost))
