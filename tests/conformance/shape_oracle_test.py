"""planish against shape_oracle.py: bodies of every shape and framing, in any order, with faults and poison among the events, through the real server."""
import json
import os
import re
import tempfile
import time
import unittest

from planish_server import Server, request
from shape_bodies import ShapeBodies
from shape_oracle import Endpoint, Request, SHAPES, iso

COUNT = int(os.environ.get("PLANISH_COUNT") or (20_000 if os.environ.get("PLANISH_LONG") else 100))  # requests for each endpoint and test
SEED = int(os.environ.get("PLANISH_SEED") or 0)  # another hundred each time
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


def configuration(points):
    out = []
    for path, table, _ in points:
        out += ["[[endpoint]]", f'path = ["{path}"]', 'hash = "sha256"', "answer_members = [" + ", ".join(f'"{m}"' for m in MEMBERS.split(",")) + "]"]
        out += [f"{key} = {json.dumps(value)}" for key, value in table.items()]
    for name, shape in OWN.items():
        out += [f"[shape.{name}]"] + [f"{key} = {json.dumps(sources)}" for key, sources in shape.items()]
    return "\n".join(out) + "\n"


class ShapeOracle(unittest.TestCase):
    maxDiff = 4000

    @classmethod
    def setUpClass(cls):
        cls.points = list(endpoints())
        cls.directory = tempfile.TemporaryDirectory()
        file = os.path.join(cls.directory.name, "planish.toml")
        with open(file, "w", encoding="utf-8") as out:
            out.write(configuration(cls.points))
        cls.server = Server("--config", file)
        cls.client = cls.server.connect()

    @classmethod
    def tearDownClass(cls):
        cls.client.close()
        cls.server.kill()
        cls.directory.cleanup()

    def oracle(self, table, shape):
        return Endpoint(shape, timestamps=table["timestamps"], unit=table.get("timestamp_unit", "ms"), canonical=table.get("canonical", "jcs"),
                        invalid_events=table["invalid_events"], answer=table["answer"], answer_members=MEMBERS)

    def ask(self, path, body, framing, fields=(), query=""):
        kind = {"json": "application/json", "ndjson": "application/x-ndjson"}.get(framing)
        if path.startswith("/cloudevents/") and framing == "json":
            kind = "application/cloudevents-batch+json" if body.lstrip()[:1] == b"[" else "application/cloudevents+json"
        before = time.time_ns() // 1_000_000
        answer = self.client.ask(request(body, target=path + query, fields=[*([("Content-Type", kind)] if kind else []), *fields]))
        return answer, (before, time.time_ns() // 1_000_000)

    def texts(self, answer, table):
        if table["answer"] == "ndjson":
            return answer.body.decode().splitlines(), None
        text = answer.body.decode()
        found = json.loads(text)
        array = text[text.index('"processed_events":[') + len('"processed_events":[') : text.rindex('],"total_duration_ms"')]
        return array, found.get("errors")

    def check(self, path, table, oracle, asked, framing, fields=(), query=""):
        answer, window = self.ask(path, asked.body, framing, fields, query)
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

    def test_lines(self):
        self.run_all(SEED + 3, "ndjson", 0.3)

    def test_every_truncation(self):
        for path, table, shape in self.points[::3]:
            oracle = self.oracle(table, shape)
            made = ShapeBodies(SEED + 4, oracle.table)
            for _ in range(2):
                body = made.request("json", 0.2)
                for n in range(1, len(body), 1 if len(body) < 400 else 7):
                    self.check(path, table, oracle, Request(body[:n], "json", path=path, received=RECEIVED), "json")

    def test_what_poison_leaves(self):
        """The answer for the others is the same as if the poison had not been sent, but for their index."""
        made = ShapeBodies(SEED + 5, Endpoint("segment").table)
        for _ in range(COUNT):
            with_poison = made.request("ndjson", 0.4)
            answer, _ = self.ask("/segment/lines", with_poison, "ndjson")
            lines = [line for line in with_poison.split(b"\n") if line.strip()]
            kept = b"\n".join(line for i, line in enumerate(lines) if f'"index":{i},'.encode() in answer.body)
            again, _ = self.ask("/segment/lines", kept, "ndjson")
            cut = lambda body: re.sub(rb'"index":[0-9]+|"ts":[0-9]+,"time":"[^"]*"', b"", body)
            self.assertEqual(cut(answer.body), cut(again.body), with_poison)


if __name__ == "__main__":
    unittest.main()
