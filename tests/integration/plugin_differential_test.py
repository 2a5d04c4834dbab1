"""The example plugin in three machines: planish's engine, Node's V8, and Python's own json. On the same batches they do the same.

plugin_differential_test.py [--long | COUNT [SEED]]: 2 000 batches, a million, or so many."""
import json
import os
import random
import subprocess
import sys
import tempfile
import unittest

from planish_server import binary

GUESTS = os.environ["PLANISH_GUESTS"]
HOST = os.path.join(os.path.dirname(os.path.abspath(__file__)), "plugin_host.mjs")
ENVIRONMENT = {key: value for key, value in os.environ.items() if not key.startswith("PLANISH_")}
NUMBERS = [argument for argument in sys.argv if argument.isdigit()]
BATCHES = 1_000_000 if "--long" in sys.argv else int(NUMBERS[0]) if NUMBERS else 2_000
SEED = int(NUMBERS[1]) if len(NUMBERS) > 1 else 0
sys.argv = [argument for argument in sys.argv if argument != "--long" and argument not in NUMBERS]
AT_ONCE = 10_000

TEXTS = ['"a"', '"a@b.example"', '"\\u00e9\\n\\""', '"é\\\\"', '"email"', "1", "-0.5e3", "null", "true", "[]", "{}", '[1,{"email":2}]',
         '{"email":"deep"}', '[ "x" , [ ] ]']
NAMES = ['"email"', '"Email"', '"e-mail"', '"a"', '"b\\""', '"c\\\\"', '"é"', '"em\\u0061il"', '"xemail"']


class Generator:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def space(self):
        return self.random.choice(["", "", "", " ", "\t", "  "])

    def payload(self):
        if self.random.random() < 0.1:
            return self.random.choice(TEXTS)
        members = []
        names = self.random.sample(NAMES, self.random.randrange(5))
        if '"email"' in names and '"em\\u0061il"' in names:  # the same name twice is something else
            names.remove('"email"')
        for name in names:
            members.append(f"{self.space()}{name}{self.space()}:{self.space()}{self.random.choice(TEXTS)}{self.space()}")
        return "{" + (",".join(members) or self.space()) + "}"

    def batch(self):
        events = []
        for _ in range(1 + self.random.randrange(4)):
            kind = self.random.choice(["click", "debug", "view"])
            payload = self.payload()
            event = f'{{"event_type":"{kind}",{self.space()}"timestamp":{self.random.randrange(1, 10**13)},"payload":{self.space()}{payload}}}'
            events.append((kind, payload, event))
        return events


def email_of(payload):
    """Where the member is, [offset, bytes], found by a decoder that keeps places."""
    value = json.loads(payload)
    if not isinstance(value, dict) or "email" not in value:
        return None
    at, decoder = payload.index("{") + 1, json.JSONDecoder()
    while True:
        while payload[at] in " \t,":
            at += 1
        name, at = decoder.raw_decode(payload, at)
        while payload[at] in " \t:":
            at += 1
        _, end = decoder.raw_decode(payload, at)
        if name == "email":
            return [len(payload[:at].encode()), len(payload[at:end].encode())]
        at = end


def lines_of(command, lines):
    done = subprocess.run(command, input="\n".join(lines) + "\n", capture_output=True, text=True, env=ENVIRONMENT, timeout=600)
    if done.returncode != 0:
        raise AssertionError(done.stderr[-2000:])
    return [json.loads(line) for line in done.stdout.splitlines()]


class Redactor(unittest.TestCase):
    def test_does_the_same_in_every_machine(self):
        for seed in range(0, BATCHES, AT_ONCE):
            generator = Generator(SEED + seed)
            batches = [generator.batch() for _ in range(min(AT_ONCE, BATCHES - seed))]
            bodies = ['{"user_id":7,"events":[' + ",".join(event for _, _, event in batch) + "]}" for batch in batches]
            told = [json.dumps([{"type": kind, "time": 1, "payload": payload, "event": event, "fields": [email_of(payload)]}
                                for kind, payload, event in batch]) for batch in batches]
            with tempfile.TemporaryDirectory() as folder:
                path = os.path.join(folder, "bodies")
                with open(path, "w", encoding="utf-8") as file:
                    file.write("\n".join(bodies) + "\n")
                done = subprocess.run([binary(), "transform", "--ndjson", "--plugin", os.path.join(GUESTS, "plugin.cwasm"), "--plugin-deadline", "1s",
                                       "--answer", "events", "--answer-members", "index,payload,attributes", path],
                                      capture_output=True, text=True, env=ENVIRONMENT, timeout=600)
            self.assertEqual(done.returncode, 0, done.stderr[-2000:])
            engine = done.stdout.splitlines()
            other = lines_of(["node", HOST, os.path.join(GUESTS, "plugin.wasm")], told)
            self.assertEqual((len(engine), len(other)), (len(batches), len(batches)))
            for batch, said, verdicts in zip(batches, engine, other):
                wanted = []
                for index, ((kind, payload, _), verdict) in enumerate(zip(batch, verdicts)):
                    value = json.loads(payload)
                    has_email = isinstance(value, dict) and "email" in value
                    self.assertEqual(verdict["action"], 1 if kind == "debug" else 0)
                    if kind == "debug":
                        continue
                    if has_email:
                        del value["email"]
                    text = verdict["payload"] or payload
                    self.assertEqual(json.loads(text), value, payload)
                    self.assertEqual(json.loads(verdict["attributes"] or "{}"), {"had_email": True} if has_email else {}, payload)
                    wanted.append(f'{{"index":{index},"payload":{text},"attributes":{verdict["attributes"] or "{}"}}}')
                self.assertIn('"processed_events":[' + ",".join(wanted) + "]", said)


if __name__ == "__main__":
    unittest.main()
