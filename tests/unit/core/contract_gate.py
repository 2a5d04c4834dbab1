"""What a usual contract of 8 properties may cost on a Segment batch, in percent of the instructions of the batch without one:
contract_gate.py PROGRAM

Of transform() alone; of all that the program does for the same batch it is less (program_gate.py). With gcc 12 it takes 25.7 where the SDK gets
its short answer, and 20.6 where events are told with their keys."""
import sys

from transform_gate import collected

COUNT = 20
PERCENT = 26


def cost(kind):
    return (collected(sys.argv[1], 2 * COUNT, kind) - collected(sys.argv[1], COUNT, kind)) / COUNT


if __name__ == "__main__":
    failed = False
    for without, beside in (("plain", "contract"), ("told", "told_contract")):
        plain, contract = cost(without), cost(beside)
        percent = (contract - plain) * 100 / plain
        print(f"{beside}: {contract:.0f} instructions, {plain:.0f} without: {percent:.1f} % more, at most {PERCENT} %")
        failed |= percent > PERCENT
    sys.exit(failed)
