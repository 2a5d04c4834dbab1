"""What a transform of a real client's body may cost, in instructions for each byte of it: body_gate.py PROGRAM

Of transform() and finish() alone; program_gate.py is about the program around them, which has 3.5 more. Stage 1 alone takes 3.3 to 4.2. The limits
lie closely above what was measured with gcc 12 and simdjson 3.0.1."""
import sys

from gate_of_bodies import over
from transform_gate import collected, size_of

LIMITS = {"compact": 9.3, "spaced": 12.1, "escaped": 13.95, "unicode_escapes": 14.1, "utf8": 10.25, "prices": 13.95, "doubles": 20.45,
          "nested": 18.15, "rfc3339": 11.15, "properties": 17.1, "library_events": 12.65}
COUNT = 20


def cost(body):
    program = sys.argv[1]
    return (collected(program, 3 * COUNT, body) - collected(program, COUNT, body)) / (2 * COUNT) / size_of(program, body)


if __name__ == "__main__":
    sys.exit(over(LIMITS, cost))
