"""planish against shape_oracle.py: bodies of every shape and framing, in any order, with faults and poison among the events, through the real server.

PLANISH_LONG: over a million of them. PLANISH_COUNT and PLANISH_SEED: so many for each endpoint and test, and others."""
import json
import os
import re
import tempfile
import time
import unittest

from bodies import Bodies
from oracle import Oracle, canonical, quoted
from planish_server import Server, request
from shape_bodies import ShapeBodies
from shape_oracle import Endpoint, Request, SHAPES, iso

COUNT = int(os.environ.get("PLANISH_COUNT") or (8_500 if os.environ.get("PLANISH_LONG") else 100))
SEED = int(os.environ.get("PLANISH_SEED") or 0)  # another hundred each time
BYTES_AT_ONCE, REQUESTS_AT_ONCE = 32 << 10, 40  # fewer than a connection holds on its way, so that neither side waits for the other
MEMBERS = "event_type,ts=normalized_timestamp,time,user_id,id,hash,key,payload,event,index,trace_id,path"
RECEIVED = -12_345_678_901_234  # what the oracle takes for the time of arrival

OWN = {
    "orders": {"events": ["/batch", ""], "type": ["/event", "/type"], "time": ["/timestamp", "^/sent_at_us@us", "received"],
               "user": ["/userId", "/anonymousId", "^/user_id", "null"], "id": ["/messageId", "null"], "payload": ["/properties", "null"],
               "trace": ["^/trace_id", "traceparent", "null"]},
    "bare": {"type": ["/kind", "=thing"]},
    "deep": {"events": ["/a/b"], "type": ["/x/y/z", "/x/y", "/x"], "time": ["/t/u@ns", "/t"], "user": ["^/a/who", "^/who", "null"], "id": ["/x~1y", "/x~0"], "payload": ["/p/q", "/p", ""]},
    "fields": {"type": ["header:x-type", "query:type", "segment:1"], "time": ["header:x-time@s", "received"], "user": ["query:user", "segment:-1"], "payload": ["/p", "null"]},
}


def endpoints():
    """(path, its TOML, its oracle's arguments)."""
    for name in [*SHAPES, *OWN]:
        table = {"shape": name}
        shape = OWN.get(name, name)
        for kind, extra in {
            "strict": {"answer": "events", "invalid_events": "refuse", "timestamps": "strict"},
            "lenient": {"answer": "events", "invalid_events": "skip", "timestamps": "lax"},
            "lines": {"answer": "ndjson", "invalid_events": "skip", "timestamps": "lax", "canonical": "raw"},
            "auto": {"answer": "ndjson", "invalid_events": "skip", "timestamps": "lax", "timestamp_unit": "auto"},
        }.items():
            yield f"/{name}/{kind}", table | extra, shape


PLANISH = {kind: {"shape": "planish", "answer": "events", "invalid_events": lenient} for kind, lenient in (("strict", "refuse"), ("lenient", "skip"))}


def configuration(points):
    out = []
    for path, table, _ in points:
        out += ["[[endpoint]]", f'path = ["{path}"]', 'hash = "sha256"', "answer_members = [" + ", ".join(f'"{m}"' for m in MEMBERS.split(",")) + "]"]
        out += [f"{key} = {json.dumps(value)}" for key, value in table.items()]
    for name, shape in OWN.items():
        out += [f"[shape.{name}]"] + [f"{key} = {json.dumps(sources)}" for key, sources in shape.items()]
    return "\n".join(out) + "\n"


class Pipeline:
    """Requests on one connection, many at a time. What is to be done with an answer is done when it is there, with the window of time in which it was asked for."""

    asked = 0  # by all of them

    def __init__(self, client):
        self.client, self.waiting, self.data = client, [], []

    def ask(self, data, then):
        self.data.append(data)
        self.waiting.append(then)
        Pipeline.asked += 1
        if len(self.waiting) >= REQUESTS_AT_ONCE or sum(map(len, self.data)) >= BYTES_AT_ONCE:
            self.flush()

    def flush(self):
        waiting, data, before = self.waiting, self.data, time.time_ns() // 1_000_000
        self.waiting, self.data = [], []
        if data:
            self.client.send(b"".join(data))
        for then in waiting:
            answer = self.client.response()
            then(answer, (before, time.time_ns() // 1_000_000))


class ShapeOracle(unittest.TestCase):
    maxDiff = 4000
    events = 0

    @classmethod
    def setUpClass(cls):
        cls.points = list(endpoints())
        cls.directory = tempfile.TemporaryDirectory()
        file = os.path.join(cls.directory.name, "planish.toml")
        with open(file, "w", encoding="utf-8") as out:
            out.write(configuration([*cls.points, *((f"/planish/{kind}", table, "planish") for kind, table in PLANISH.items())]))
        cls.server = Server("--config", file)

    @classmethod
    def tearDownClass(cls):
        print(f"{Pipeline.asked} documents, of whose events {cls.events} were told or listed", flush=True)
        cls.server.kill()
        cls.directory.cleanup()

    def setUp(self):
        self.client = self.server.connect()
        self.addCleanup(self.client.close)
        self.pipeline = Pipeline(self.client)

    def oracle(self, table, shape):
        return Endpoint(shape, timestamps=table["timestamps"], unit=table.get("timestamp_unit", "ms"), canonical=table.get("canonical", "jcs"),
                        invalid_events=table["invalid_events"], answer=table["answer"], answer_members=MEMBERS)

    def ask(self, path, body, framing, fields=(), query=""):
        kind = {"json": "application/json", "ndjson": "application/x-ndjson"}.get(framing)
        if path.startswith("/cloudevents/") and framing == "json":
            kind = "application/cloudevents-batch+json" if body.lstrip()[:1] == b"[" else "application/cloudevents+json"
        return request(body, target=path + query, fields=[*([("Content-Type", kind)] if kind else []), *fields])

    def texts(self, answer, table):
        if table["answer"] == "ndjson":
            return answer.body.decode().splitlines(), None
        text = answer.body.decode()
        found = json.loads(text)
        array = text[text.index('"processed_events":[') + len('"processed_events":[') : text.rindex('],"total_duration_ms"')]
        return array, found.get("errors")

    def check(self, path, table, oracle, asked, framing, fields=(), query=""):
        data = self.ask(path, asked.body, framing, fields, query)
        self.pipeline.ask(data, lambda answer, window: self.judge(path, table, oracle, asked, framing, answer, window))

    def judge(self, path, table, oracle, asked, framing, answer, window):
        kind, *rest = oracle.transform(asked)
        what = (path, asked.body, answer.body[:1000])
        if framing == "ndjson" and kind != "ok" and b"[" * 129 in asked.body:
            self.assertIn(answer.status, (400, 422), what)  # the contract leaves open which
            return
        if kind == "not-json":
            self.assertEqual((answer.status, answer.json()["type"], answer.json()["offset"]), (400, "/problems/not-json", rest[0]), what)
            return
        if kind != "ok":
            self.assertEqual((answer.status, answer.json()["type"]), (422, "/problems/" + kind), what)
            errors = [(e["pointer"], e["code"]) for e in answer.json()["errors"]]
            self.assertEqual(errors[: len(rest[0])] if kind == "invalid-request" else errors, rest[0][:100], what)
            return
        self.assertEqual(answer.status, 200, what)
        good, bad, _ = rest
        ShapeOracle.events += len(good) + len(bad)
        self.assertEqual(answer.header("Planish-Events"), f"ok={len(good)}, invalid={len(bad)}, dropped=0", what)
        array, errors = self.texts(answer, table)
        if errors is not None:
            self.assertEqual([(e["pointer"], e["code"], e.get("offset")) for e in errors], [(f.pointer, f.code, f.more.get("offset")) for f in bad][:100], what)
        wanted = [g.replace("\n", " ").replace("\r", " ") for g in good] if isinstance(array, list) else ",".join(good)
        self.assertEqual(self.arrived(array, window), wanted, what)

    def arrived(self, array, window):
        """With what lies within the window in place of RECEIVED."""

        def swap(match):
            ms = int(match[1])
            if not window[0] - 5 <= ms <= window[1] + 5:
                return match[0]
            self.assertEqual(match[2], iso(ms))
            return f'"ts":{RECEIVED},"time":"{iso(RECEIVED)}"'

        pattern = r'"ts":(-?[0-9]+),"time":"([^"]*)"'
        return [re.sub(pattern, swap, line) for line in array] if isinstance(array, list) else re.sub(pattern, swap, array)

    def run_all(self, seed, framing, poison):
        for path, table, shape in self.points:
            oracle = self.oracle(table, shape)
            made = ShapeBodies(seed, oracle.table)
            for i in range(COUNT):
                body = made.request(framing, poison if i % 2 else 0)
                asked = Request(body, framing, path=path, received=RECEIVED)
                fields, query = [], ""
                if "/fields/" in path:
                    if made.chance(0.5):
                        asked.headers["x-type"] = "h"
                        fields.append(("X-Type", "h"))
                    if made.chance(0.5):
                        asked.query = {"type": "q t", "user": "ü"}
                        query = "?type=q%20t&user=%C3%BC"
                if "/cloudevents/" in path and made.chance(0.1):
                    asked.headers["ce-type"] = "h"
                    fields.append(("ce-type", "h"))
                self.check(path, table, oracle, asked, framing, fields, query)
        self.pipeline.flush()

    def test_one_text(self):
        self.run_all(SEED + 1, "json", 0)

    def test_poison(self):
        self.run_all(SEED + 2, "json", 0.3)

    def test_binary(self):
        """CloudEvents whose attributes are in the fields."""
        for path, table, shape in self.points:
            if shape != "cloudevents":
                continue
            oracle = self.oracle(table, shape)
            made = ShapeBodies(SEED + 6, oracle.table)
            for _ in range(COUNT):
                body, fields, attributes = made.binary()
                asked = Request(body, "binary", path=path, received=RECEIVED, attributes=attributes)
                self.check(path, table, oracle, asked, "binary", fields)
        self.pipeline.flush()

    def test_lines(self):
        self.run_all(SEED + 3, "ndjson", 0.3)

    def test_planish(self):
        """Section 1's shape, whose events are told in full; its own answer is compared elsewhere."""
        for kind, table in PLANISH.items():
            made = Bodies(f"{SEED} {kind}")
            for _ in range(5 * COUNT):
                body = made.body()
                self.pipeline.ask(self.ask(f"/planish/{kind}", body, "json"), lambda answer, _, body=body, kind=kind, table=table: self.judge_planish(kind, table, body, answer))
        self.pipeline.flush()

    def judge_planish(self, kind, table, body, answer):
        oracle = Oracle(lenient=kind == "lenient")
        verdict, *rest = oracle.transform(body)
        if verdict != "ok":
            self.assertEqual((answer.status, answer.json()["type"]), (400 if verdict == "not-json" else 422, "/problems/" + verdict), body)
            if verdict != "not-json":
                self.assertEqual([(e["pointer"], e["code"]) for e in answer.json()["errors"]], rest[0][:100], body)
            return
        ShapeOracle.events += len(oracle.kept) + len(rest[1])
        wanted, trace = [], "null"
        if oracle.trace and len(oracle.trace.value.encode()) <= 256:  # each event tells it anew
            trace = oracle.trace.raw.decode()
        for index, event, seen, payload in oracle.kept:
            user, ms = oracle.user_id, seen["timestamp"]
            key = oracle.digest_of(f"[{user},{seen['event_type']},{ms},{canonical(payload)}]")
            time = "null" if iso(int(ms)) is None else f'"{iso(int(ms))}"'
            wanted.append(f'{{"event_type":{seen["event_type"]},"ts":{ms},"time":{time},"user_id":{user},"id":null,"hash":{seen["payload"]},"key":{key},'
                          f'"payload":{payload.raw.decode()},"event":{event.raw.decode()},"index":{index},"trace_id":{trace},"path":{quoted("/planish/" + kind)}}}')
        array, errors = self.texts(answer, table)
        self.assertEqual(array, ",".join(wanted), body)
        self.assertEqual([(e["pointer"], e["code"]) for e in errors or []], rest[1][:100], body)

    def test_every_truncation(self):
        for path, table, shape in self.points[::3]:
            oracle = self.oracle(table, shape)
            made = ShapeBodies(SEED + 4, oracle.table)
            for _ in range(2):
                body = made.request("json", 0.2)
                for n in range(1, len(body), 1 if len(body) < 400 else 7):
                    self.check(path, table, oracle, Request(body[:n], "json", path=path, received=RECEIVED), "json")
        self.pipeline.flush()

    def test_what_poison_leaves(self):
        """The answer for the others is the same as if the poison had not been sent, but for their index."""
        made, self.answers = ShapeBodies(SEED + 5, Endpoint("segment").table), []

        def cut(body):
            return re.sub(rb'"index":[0-9]+|"ts":[0-9]+,"time":"[^"]*"', b"", body)

        for _ in range(COUNT):
            with_poison = made.request("ndjson", 0.4)
            self.pipeline.ask(self.ask("/segment/lines", with_poison, "ndjson"), lambda answer, _, sent=with_poison: self.answers.append((sent, answer.body)))
        self.pipeline.flush()
        for sent, told in self.answers:
            lines = [line for line in sent.split(b"\n") if line.strip()]
            kept = b"\n".join(line for i, line in enumerate(lines) if f'"index":{i},'.encode() in told)
            self.pipeline.ask(self.ask("/segment/lines", kept, "ndjson"), lambda again, _, sent=sent, told=told: self.assertEqual(cut(told), cut(again.body), sent))
        self.pipeline.flush()


if __name__ == "__main__":
    unittest.main()
