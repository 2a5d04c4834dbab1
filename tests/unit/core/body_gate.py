"""What a transform of a real client's body may cost, in instructions for each byte of it: body_gate.py PROGRAM

Of transform() and finish() alone; program_gate.py is about the program around them, which has 3.5 more. Stage 1 alone takes 3.3 to 4.2. The limits
lie closely above what was measured with gcc 12 and simdjson 3.0.1."""
import sys

from gate_of_bodies import over
from transform_gate import collected, size_of

LIMITS = {"compact": 9.42, "spaced": 12.2, "escaped": 13.95, "unicode_escapes": 14.2, "utf8": 10.35, "prices": 14.05, "doubles": 20.55,
          "nested": 18.25, "rfc3339": 11.3, "properties": 18.15, "library_events": 13.15}
COUNT = 20


def cost(body):
    program = sys.argv[1]
    return (collected(program, 3 * COUNT, body) - collected(program, COUNT, body)) / (2 * COUNT) / size_of(program, body)


if __name__ == "__main__":
    sys.exit(over(LIMITS, cost))
