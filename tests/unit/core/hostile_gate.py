"""What the worst plain JSON may cost, in instructions for each byte of it: hostile_gate.py PROGRAM

BEFORE is what the same body took, counted in the same way, when the canonical form was made in a pass of its own behind the walk (the
commit before b5cff0a). No line may be dearer than that by more than a tenth; names to be sorted and numbers that grow, which were the
worst, may take half of it."""
import sys

from gate_of_bodies import over
from transform_gate import collected, size_of

BEFORE = {
    "random_names": 224.32, "random_names_alike": 135.80, "random_names_of_escapes": 337.10, "equal_names": 184.60, "two_names": 108.77,
    "two_names_events": 15.86, "three_names": 17.92, "five_names": 19.40, "five_names_reversed": 19.55, "five_names_inside": 124.20,
    "five_names_of_eight": 25.97, "five_names_of_eight_shuffled": 38.54, "five_names_of_seventeen": 17.50, "thirty_two_names": 142.62,
    "thirty_three_names": 144.21, "thirty_two_names_alike": 118.13, "escaped_names": 53.52, "deep_out_of_order": 109.56,
    "long_text_deep_out_of_order": 39.09, "empty_strings": 16.18, "arrays_of_an_empty_string": 23.51, "events_of_an_empty_string": 14.66,
    "empty_arrays": 28.84, "empty_objects": 30.84, "events_of_nothing": 15.54, "zeros": 38.00, "literals": 12.91, "deep_arrays": 34.44,
    "spaces": 46.49, "newlines": 13.84, "control_characters": 11.60, "letters_in_escapes": 30.44, "surrogate_pairs": 23.00,
    "growing_numbers": 297.55, "minus_zeros": 72.93, "ones_with_point": 165.38, "halfway_doubles": 88.35, "subnormal_doubles": 170.47,
    "out_of_64_bits": 101.45, "many_digits": 35.01, "far_exponents": 49.11}
HALF = {"random_names", "growing_numbers"}


def limit(body):
    return BEFORE[body] * (0.5 if body in HALF else 1.1)


def cost(body):
    program = sys.argv[1]
    return (collected(program, 2, body) - collected(program, 1, body)) / size_of(program, body)


if __name__ == "__main__":
    sys.exit(over({body: round(limit(body), 2) for body in BEFORE}, cost))
