"""`key` and `hash` against tools of others: npm's canonicalize (or Node alone) for RFC 8785's form, xxhsum and sha256sum for the hash."""
import json
import os
import pathlib
import random
import subprocess
import unittest

from npm_packages import installed

PLANISH = os.environ["PLANISH_BIN"]
ENVIRONMENT = {k: v for k, v in os.environ.items() if not k.startswith("PLANISH_")}  # it refuses settings that it does not know
NPM = pathlib.Path(__file__).parent / "npm"
SUMS = {"xxh3-128": ["xxhsum", "-H2", "-"], "xxh3-64": ["xxhsum", "-H3", "-"], "sha256": ["sha256sum"]}
TEXTS = ["", "plain", "é\u20ac\U0001f600", 'q"\\/\b\f\n\r\t\u0001\u007f', "\u2028", "x" * 300]
NUMBERS = [0, -1, 12.5, 1e21, 1e-7, -0.0, 9007199254740991, 0.1 + 0.2, 5e-324, 1.7976931348623157e308]
NAMES = ["b", "a", "", "é", "\ue000", "\U0001f600", "abcdefgh", "abcdefga", "a\nb"]


def value(made, depth=0):
    kind = made.randrange(7 if depth < 3 else 5)
    if kind < 2:
        return made.choice(TEXTS)
    if kind < 4:
        return made.choice(NUMBERS)
    if kind == 4:
        return made.choice([None, True, False])
    if kind == 5:
        return [value(made, depth + 1) for _ in range(made.randrange(4))]
    return {name: value(made, depth + 1) for name in made.sample(NAMES, made.randrange(6))}


def batch(made, count):
    events = []
    for _ in range(count):
        event = {"type": made.choice(["track", "é\n", 'a"b']), "timestamp": made.randrange(2**41), "properties": {"p": value(made), "a": value(made)}}
        user = made.choice(["u-1", "ü\\", 7, None])
        if user is not None:
            event["userId"] = user
        events.append(event)
    return events


def digest(algorithm, text):
    done = subprocess.run(SUMS[algorithm], input=text.encode(), capture_output=True, check=True).stdout.decode()
    return done.split()[-1 if algorithm == "xxh3-64" else 0]  # "XXH3 (stdin) = …", or "…  stdin"


def canonical(values):
    lines = "".join(json.dumps(v) + "\n" for v in values)
    done = subprocess.run(["node", NPM / "canonical_lines.cjs"], input=lines.encode(), capture_output=True, check=True).stdout
    return done.decode().split("\n")[:-1]


class Key(unittest.TestCase):
    def test_is_the_hash_of_user_type_time_and_payload(self):
        installed(NPM)
        for seed, algorithm in enumerate(SUMS):
            made = random.Random(seed)
            events = batch(made, 150)
            text = json.dumps({"batch": events}, ensure_ascii=bool(seed % 2))
            flags = ["--shape", "segment", "--answer", "ndjson", "--hash", algorithm, "--answer-members", "hash,key"]
            said = subprocess.run([PLANISH, "transform", *flags], input=text.encode(), capture_output=True, check=True, env=ENVIRONMENT).stdout
            told = [json.loads(line) for line in said.splitlines()]
            self.assertEqual(len(told), len(events))
            payloads = canonical(e["properties"] for e in events)
            keys = canonical([e.get("userId"), e["type"], e["timestamp"], e["properties"]] for e in events)
            for event, payload, key, answer in zip(events, payloads, keys, told):
                self.assertEqual(answer["hash"], digest(algorithm, payload), (algorithm, event))
                self.assertEqual(answer["key"], digest(algorithm, key), (algorithm, event))


if __name__ == "__main__":
    unittest.main()
