"""What real SDKs, browsers and curl sent, request by request, each with its whole answer.

captures/requests.ndjson has the requests as they were recorded in November 2026 (targets, the fields that matter, bodies; a body that came in gzip is
kept decoded). captures/answers.ndjson has for each what planish answers, and the events it reads there as [type, time, user, id]; their lines, with
hashes and keys, are said once more by shape_oracle.py, to the byte. captures_test.py --update writes the answers anew."""
import gzip
import json
import os
import re
import sys
import time
import unittest
import urllib.parse

from planish_server import Server, chunked, request
from shape_oracle import Endpoint, Request, form_content, iso

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "captures")
CONFIG = os.path.join(HERE, "planish.toml")
ANSWERS = os.path.join(HERE, "answers.ndjson")
MEMBERS = "event_type,ts=normalized_timestamp,time,user_id,id,hash,key,payload,event,index,path"
TOLD = ("Content-Type", "Planish-Events", "Allow", "Vary", "Access-Control-Allow-Origin", "Access-Control-Allow-Methods",
        "Access-Control-Allow-Headers", "Access-Control-Allow-Credentials")
LINES = ("application/x-ndjson",)
RECEIVED = 4_102_444_800_000  # what the oracle takes for the time of arrival: 2100

CLOUDEVENTS = {"type": ["/type"], "time": ["/time", "received"], "user": ["/subject", "null"], "id": ["/id"], "payload": ["/data", "/data_base64", "null"]}
SNOWPLOW = {"events": ["/data"], "type": ["/e"], "time": ["/ttm@ms", "/dtm@ms"], "user": ["/uid", "null"], "id": ["/eid"], "payload": ["/ue_pr", "/ue_px", "null"]}
CUSTOMERIO = {"type": ["/name"], "time": ["/timestamp@s", "received"], "user": ["segment:4", "null"], "payload": ["/data", "null"]}
PLAIN = {"type": ["/name", "/event", "=form"], "time": ["/ts@auto", "received"], "payload": ["/props", "/properties", ""]}


def read(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def content(case):
    """The body, decoded; None where the request had none."""
    if "json" in case:
        return json.dumps(case["json"], ensure_ascii=False, separators=(",", ":")).encode()
    return case["body"].encode() if "body" in case else None


def wire(case):
    """The request's head and its body, as they go over the wire."""
    fields = [(name, value.encode().decode("latin-1")) for name, value in case["fields"]]
    names = [name.lower() for name, _ in fields]
    body = content(case)
    if case.get("packed") == "gzip":
        body = gzip.compress(body)
    head = [f"{case['method']} {case['target']} HTTP/1.1", "Host: test", "X-Request-Id: " + case["name"].replace("/", "-")]
    head += [f"{name}: {value}" for name, value in fields]
    if "transfer-encoding" in names:
        body = chunked(body, (100, 7))
    elif "fill" in case:
        head.append(f"Content-Length: {len(body) + case['fill']}")
    elif body or case["method"] != "POST" and body is not None:
        head.append(f"Content-Length: {len(body)}")
    return "\r\n".join(head).encode("latin-1") + b"\r\n\r\n", body or b""


def ask(server, case):
    head, body = wire(case)
    with server.connect() as client:
        client.send(head)
        if any(name.lower() == "expect" for name, _ in case["fields"]):
            interim = client.response(interim=True)
            if interim.status != 100:
                return interim
        client.send(body)
        return client.response(case["method"])


def undated(text, window):
    """The content but for its duration, and with 0 for a time of arrival."""
    text = re.sub(r'("total_duration_ms":)[0-9]+', r"\g<1>0", text)
    of_arrival = lambda ms: window[0] - 5 <= int(ms) <= window[1] + 5
    return re.sub(r'("normalized_timestamp":)([0-9]+)', lambda m: m[1] + "0" if of_arrival(m[2]) else m[0], text)


def answer_of(server, case):
    before = time.time_ns() // 1_000_000
    answer = ask(server, case)
    told = {"name": case["name"], "status": answer.status}
    told |= {name: answer.header(name) for name in TOLD if answer.header(name) is not None}
    if answer.body:
        text = undated(answer.body.decode(), (before, time.time_ns() // 1_000_000))
        problem = answer.header("Content-Type") == "application/problem+json"
        told["body"] = json.loads(text) if problem else text
    return told


def oracle_of(case):
    """The oracle of the endpoint that the request's path belongs to, with the SDKs' defaults."""
    path = case["target"].split("?")[0]
    options = {"answer": "ndjson", "answer_members": MEMBERS, "timestamps": "lax", "invalid_events": "skip"}
    for pattern, shape in ((r"/v1/[^/]+|/api/s/(s2s/)?[^/]+|/beacon/v1/batch", "segment"), (r"/(batch|e|i/v0/e)/?|/i/v1/analytics/events", "posthog"),
                           (r"/(track|import)/?", "mixpanel"), (r"/2/httpapi", "amplitude"), (r"/", CLOUDEVENTS), (r"/com\.snowplow.*", SNOWPLOW)):
        if re.fullmatch(pattern, path):
            return Endpoint(shape, **options)
    if path.startswith("/api/v1/"):
        return Endpoint(CUSTOMERIO, **options | {"timestamps": "strict", "invalid_events": "refuse"})
    return Endpoint(PLAIN, **options | {"invalid_events": "refuse"})


def structured(case):
    """The structured form of a CloudEvents request in binary mode."""
    members = []
    for name, value in case["fields"]:
        if name.lower().startswith("ce-"):
            members.append((name.lower()[3:], json.dumps(urllib.parse.unquote(value.strip('"')), ensure_ascii=False)))
        elif name.lower() == "content-type":
            members.append(("datacontenttype", json.dumps(value)))
    body = content(case)
    members += [("data", body.decode())] if body else []
    return ("{" + ",".join(f'"{name}":{value}' for name, value in members) + "}").encode()


def asked_of(case):
    body = content(case)
    kind = next((value for name, value in case["fields"] if name.lower() == "content-type"), "")
    if any(name.lower() == "ce-id" for name, _ in case["fields"]):
        body = structured(case)
    elif body.startswith(b"data="):
        body = form_content(body)
    return Request(body, "ndjson" if kind in LINES else "json", path=case["target"].split("?")[0], received=RECEIVED)


def arrived(line, window):
    """The line with RECEIVED where the time is that of arrival."""
    found = re.search(r'"ts":(-?[0-9]+),"time":"([^"]*)"', line)
    if not window[0] - 5 <= int(found[1]) <= window[1] + 5:
        return line
    return line[: found.start()] + f'"ts":{RECEIVED},"time":"{iso(RECEIVED)}"' + line[found.end() :]


def facts(line):
    event = json.loads(line)
    return [event["event_type"], "received" if event["ts"] == RECEIVED else event["time"], event["user_id"], event["id"]]


class Captures(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.cases = read(os.path.join(HERE, "requests.ndjson"))
        cls.answers = {told["name"]: told for told in read(ANSWERS)}
        cls.server = Server("--config", CONFIG)
        cls.lines = Server("--config", CONFIG, "--answer", "ndjson", "--answer-members", MEMBERS, "--hash", "sha256")

    @classmethod
    def tearDownClass(cls):
        cls.server.kill()
        cls.lines.kill()

    def read_lines(self, case):
        """The lines of its events; none where the request is refused."""
        before = time.time_ns() // 1_000_000
        answer = ask(self.lines, case)
        if answer.status != 200 or case["method"] != "POST":
            return None
        self.assertEqual(answer.header("Content-Type"), "application/x-ndjson")
        *lines, rest = answer.body.decode().split("\n")  # no splitlines(): U+2028 ends no line of NDJSON
        self.assertEqual(rest, "")
        return [arrived(line, (before, time.time_ns() // 1_000_000)) for line in lines]

    def test_each_request_has_its_answer(self):
        self.assertEqual([case["name"] for case in self.cases], list(self.answers))
        for case in self.cases:
            with self.subTest(case["name"]):
                wanted = {name: value for name, value in self.answers[case["name"]].items() if name != "events"}
                self.assertEqual(answer_of(self.server, case), wanted)

    def test_each_event_is_read_as_the_sdk_meant_it(self):
        for case in self.cases:
            with self.subTest(case["name"]):
                lines = self.read_lines(case)
                self.assertEqual(None if lines is None else [facts(line) for line in lines], self.answers[case["name"]].get("events"))

    def test_each_line_is_what_the_oracle_says(self):
        seen = 0
        for case in self.cases:
            with self.subTest(case["name"]):
                lines = self.read_lines(case)
                if lines is None:
                    continue
                kind, good, bad, _ = oracle_of(case).transform(asked_of(case))
                self.assertEqual((kind, lines), ("ok", [line.replace("\n", " ").replace("\r", " ") for line in good]))
                self.assertRegex(self.answers[case["name"]].get("Planish-Events", ""), f"ok={len(good)}, invalid={len(bad)}, dropped=0|")
                seen += len(lines)
        self.assertGreater(seen, 300)

    def test_a_batch_that_comes_again_has_the_same_keys(self):
        keys = {}
        for case in self.cases:
            if case["name"].startswith("segment-node-retry/"):
                keys[case["name"][-3:]] = [json.loads(line)["key"] for line in self.read_lines(case)]
        self.assertEqual((keys["001"], keys["002"]), (keys["004"], keys["003"]))
        self.assertEqual(len(set(keys["001"])), len(keys["001"]))


def update():
    """What both servers say today, into captures/answers.ndjson."""
    open(ANSWERS, "a", encoding="utf-8").close()
    Captures.setUpClass()
    try:
        with open(ANSWERS, "w", encoding="utf-8") as out:
            for case in Captures.cases:
                told = answer_of(Captures.server, case)
                lines = Captures().read_lines(case)
                told |= {} if lines is None else {"events": [facts(line) for line in lines]}
                out.write(json.dumps(told, ensure_ascii=False, separators=(",", ":")) + "\n")
    finally:
        Captures.tearDownClass()


if __name__ == "__main__":
    update() if sys.argv[1:] == ["--update"] else unittest.main()
