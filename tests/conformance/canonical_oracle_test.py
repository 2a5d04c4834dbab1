"""The canonical form against npm's canonicalize and Node: numbers bit by bit, names in UTF-16, escapes, nesting. With
PLANISH_LONG a million random documents instead of one chunk of them; no integer is beyond 2^53, where Node rounds."""
import json
import os
import pathlib
import random
import struct
import subprocess
import unittest

from npm_packages import installed

NPM = pathlib.Path(__file__).parent / "npm"
TOOL = os.environ["CANONICAL_LINES"]
CHUNK = 10_000
CHUNKS = 100 if "PLANISH_LONG" in os.environ else 1


def setUpModule():
    installed(NPM)  # without a registry in reach, Node does by itself


def lines_of(command, lines):
    done = subprocess.run(command, input="".join(f"{line}\n" for line in lines), capture_output=True, timeout=120, check=True, encoding="utf-8")
    return done.stdout.split("\n")[:-1]


class Canonical(unittest.TestCase):
    def compare(self, lines):
        wanted = lines_of(["node", NPM / "canonical_lines.cjs"], lines)
        found = lines_of([TOOL], lines)
        self.assertEqual(len(found), len(lines))
        for line, a, b in zip(lines, found, wanted):
            self.assertEqual(a, b, line)

    def test_doubles_of_any_bits(self):
        chance = random.Random(1)
        values = [struct.unpack("<d", struct.pack("<Q", chance.getrandbits(64)))[0] for _ in range(100_000)]
        self.compare([f"{value:.17e}" for value in values if abs(value) < float("inf")])

    def test_decimals_of_few_digits(self):
        chance = random.Random(2)
        self.compare([f"{chance.choice(['', '-'])}{chance.randrange(10 ** chance.randrange(1, 9))}.{chance.randrange(10 ** chance.randrange(1, 9))}"
                      f"{chance.choice('eE')}{chance.choice(['', '+', '-'])}{chance.randrange(30)}" for _ in range(50_000)])

    def test_every_power_of_ten_and_of_two(self):
        self.compare([f"1e{n}" for n in range(-330, 309)] + [f"{2.0 ** n!r}e0".replace("e-", "E-").replace("e+", "E+")[:-2]
                                                             if "e" in repr(2.0 ** n) else f"{2.0 ** n!r}e0" for n in range(-1074, 1024)])

    def test_integers_that_a_double_holds(self):
        chance = random.Random(3)
        self.compare([str(chance.randrange(-2 ** 53, 2 ** 53) >> chance.randrange(53)) for _ in range(20_000)])

    def test_random_values(self):
        for chunk in range(CHUNKS):
            with self.subTest(chunk=chunk):
                chance = random.Random(f"values {chunk}")
                self.compare([self.text(chance, 5) for _ in range(CHUNK)])

    LETTERS = ["a", "b", "aa", "\"", "\\", "/", "\n", "\0", "\x1f", "\x7f", "\x80", "é", "€", "\ud7ff", "\ue000", "\ufb33", "\uffff", "😀", "\U00010000", "\U0010ffff"]

    # Names that differ from the eighth byte on, and late, are as likely as short ones.
    BEGINNINGS = ["", "", "", "", "aaaaaaa", "aaaaaaaa", "key_of_16_bytes_", "éééé", "\n\n\n\n\n\n\n"]

    def string(self, chance):
        text = chance.choice(self.BEGINNINGS) + "".join(chance.choice(self.LETTERS) for _ in range(chance.randrange(6)))
        if chance.random() < 0.5:
            return json.dumps(text)  # \\uxxxx for all that is not ASCII
        spelled = json.dumps(text, ensure_ascii=False)
        return spelled.replace("a", "\\u0061") if chance.random() < 0.5 else spelled

    def number(self, chance):
        kind = chance.randrange(5)
        if kind == 0:
            return chance.choice(["0", "-0", "-0.0", "1.0", "1e20", "1e21", "1e-6", "1e-7", "0.10", "9e20", "100e-2"])
        if kind == 1:
            return str(chance.randrange(-2 ** 53, 2 ** 53) >> chance.randrange(53))
        if kind == 2:  # as a price
            return f"{chance.randrange(10 ** chance.randrange(1, 12))}.{chance.randrange(1000):03}"
        if kind == 3:
            return repr(chance.uniform(-1, 1) * 10.0 ** chance.randrange(-30, 30))
        return f"{chance.randrange(1, 10 ** 19)}{chance.choice(['e', 'E', 'e+', 'E-', 'e-'])}{chance.randrange(280)}"

    def text(self, chance, depth):
        space = chance.choice(["", "", "", " ", "\t ", "\r"])
        kind = chance.randrange(7 if depth else 4)
        if kind == 0:
            return space + chance.choice(["true", "false", "null"])
        if kind == 1:
            return space + self.string(chance) + space
        if kind < 4:
            return space + self.number(chance)
        members = chance.randrange(5) if depth < 5 or chance.random() < 0.9 else chance.randrange(80)
        inner = [self.text(chance, depth - 1 if members < 5 else 0) for _ in range(members)]
        if kind == 4:
            return space + "[" + ",".join(inner) + "]" + space
        return space + "{" + ",".join(f"{self.string(chance)}{space}:{value}" for value in inner) + space + "}"


if __name__ == "__main__":
    unittest.main()
