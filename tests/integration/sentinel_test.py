"""What a rule takes out is in no byte that leaves the process: a secret in every place that a pointer can name, and in every answer, log line,
metric and document afterwards."""
import json
import pathlib
import tempfile
import unittest

from planish_server import Server

SECRET = "s3ntinel-7c1f"
ESCAPED = "\\u0073" + SECRET[1:]  # another spelling of the same text
TRACES = (SECRET, SECRET[1:])  # of either

CONFIG = """
log_level = "debug"
access_log = 1.0
rule_key_file = "{key}"

[shape.own]
base = "segment"
trace = ["/trace", "null"]
id = ["/messageId", "/uuid", "null"]

[shape.flat]
events = ["/list", ""]
type = ["/type"]
user = ["/who/user", "^/everybody", "null"]
time = ["/at", "^/sent", "received"]
payload = ["/data", "null"]

[[rule]]
remove = ["/context/traits", "/properties/a~1b/~0", "/properties/list/*/x", "/properties/*/deep/*", "/gone", "/who", "/trace", "/data/secret"]
mask = ["/properties/m", "/properties/items/*", "/uuid"]
hash = ["/properties/h", "/properties/ho", "/userId"]
truncate_ip = ["/properties/ip"]
set = {{ "/properties/over" = "eu", "/properties/made/of" = 1 }}

[[rule]]
types = ["{secret}*"]
rename = "renamed"
remove = ["/event", "/type"]

[[rule]]
types = ["dropped"]
drop = true

[[endpoint]]
path = ["/lines"]
shape = "own"
answer = "ndjson"
answer_members = ["event_type", "normalized_timestamp", "time", "received_at", "user_id", "id", "hash", "key", "payload", "event", "attributes", "index", "trace_id", "request_id", "path"]

[[endpoint]]
path = ["/events"]
shape = "own"
answer = "events"
canonical = "raw"
answer_members = ["event_type", "user_id", "id", "hash", "key", "payload", "event", "trace_id"]

[[endpoint]]
path = ["/results"]
shape = "own"
answer = "results"
hash = "prefix8"

[[endpoint]]
path = ["/i/v1/events"]
shape = "posthog"

[[endpoint]]
path = ["/flat"]
shape = "flat"
answer = "events"
"""


def events(secret):
    """A secret in each place that a rule names, in the spelling given."""
    full = ('{"event":"a","userId":"%s","messageId":"plain","trace":"%s","uuid":"%s","gone":{"%s":["%s"]},"context":{"traits":{"x":"%s"}},'
            '"who":{"user":"%s"},"properties":{"a\\/b":{"~":"%s","keep":1},"\\u0061/b":{"~":"%s"},"list":[{"x":"%s"},{"x":["%s"],"y":2}],'
            '"l":{"deep":{"%s":"%s"}},"m":"%s","m":["%s"],"items":["%s",{"a":"%s"},5],"h":"%s","h":"%s","ho":{"%s":["%s"]},"ip":"%s","over":"%s","over":{"z":"%s"},'
            '"made":{"of":"%s"}}}').replace("%s", secret)
    yield full
    yield full.replace('"event":"a"', '"event":"%s x"' % secret)
    yield full.replace('"event":"a"', '"event":"dropped"')
    yield '{"event":"a","uuid":"%s","messageId":null,"properties":{"m":"%s","ip":"%s"}}'.replace("%s", secret)
    yield '{"uuid":"%s","event":"%s 1","timestamp":"2023-11-04T18:44:16Z"}'.replace("%s", secret)


def faulty(secret):
    """The same in events that are refused, and in what is no event."""
    for name in ("event", "timestamp", "userId", "messageId"):
        yield '{"event":"a","gone":"%s","properties":{"m":"%s"},"%s":["%s"]}'.replace("%s", secret, 2).replace("%s", name, 1).replace("%s", secret)
    yield '{"event":"a","timestamp":"%s"}'.replace("%s", secret)
    yield '{"event":"a","userId":"%s"}'.replace("%s", secret * 30)
    yield '{"event":"%s"}'.replace("%s", secret * 30)
    yield '{"event":"a","gone":1,"properties":{"m":"%s","n":1e400}}'.replace("%s", secret)
    yield '"%s"' % secret
    yield '{"event":"a","gone":"%s","event":"%s"}'.replace("%s", secret)


class Sentinel(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        folder = pathlib.Path(folder.name)
        (folder / "rule.key").write_text("0123456789abcdef")
        (folder / "planish.toml").write_text(CONFIG.format(key=folder / "rule.key", secret=SECRET))
        self.server = Server("--config", str(folder / "planish.toml"))
        self.addCleanup(self.server.kill)

    def ask(self, path, body, fields=""):
        body = body.encode()
        with self.server.connect() as connection:
            return connection.ask(f"POST {path}?token={SECRET} HTTP/1.1\r\nHost: a\r\nContent-Length: {len(body)}\r\n{fields}\r\n".encode() + body)

    def assert_clean(self, text, why):
        for trace in TRACES:
            self.assertNotIn(trace.encode(), text, why)

    def answer(self, path, body, fields=""):
        answer = self.ask(path, body, fields)
        self.assert_clean(bytes(answer.head) + answer.body, body)
        return answer

    def test_in_no_byte_that_leaves(self):
        count = 0
        for path in ("/lines", "/events", "/i/v1/events"):
            for secret in (SECRET, ESCAPED):
                for event in events(secret):
                    for body in (event, '{"batch":[%s]}' % event, '{"sentAt":"%s","batch":[%s,%s]}' % (secret, event, event)):
                        self.assertEqual(self.answer(path, body).status, 200, body)
                        count += 1
                    spaced = json.dumps(json.loads(event), indent=1)
                    self.assertEqual(self.answer(path, spaced).status, 200)
                for event in faulty(secret):
                    for mode in ("", "Prefer: handling=strict\r\n"):
                        self.answer(path, '{"batch":[%s,%s]}' % (event, next(events(secret))), mode)
                        count += 1
                for body in ('{"batch":[{"event":"%s"' % secret, '%s' % secret, '{"batch":[{"event":"a","gone":"%s"},{"x":%s}]}' % (secret, secret)):
                    self.answer(path, body)
                    self.answer(path, body, "Prefer: handling=strict\r\n")
        self.assertGreater(count, 100)
        for secret in (SECRET, ESCAPED):
            for body in ('{"type":"a","who":{"user":"%s"},"data":{"secret":"%s","b":1}}', '{"sent":"%s","everybody":5,"list":[{"type":"a","who":{"user":"%s"},"data":{"secret":"%s"}}]}',
                         '{"list":[{"type":"a","at":"%s","data":{"secret":"%s"}}],"everybody":["%s"]}'):
                self.answer("/flat", body.replace("%s", secret))
                self.answer("/flat", body.replace("%s", secret), "Prefer: handling=lenient\r\n")
        for target in ("/metrics", "/version", "/openapi.json", "/nothing"):
            self.assert_clean(self.server.get(target).body, target)
        self.server.stop()
        log = json.dumps(self.server.lines)
        self.assertIn("/lines", log)  # there is an access log
        self.assert_clean(log.encode(), "log")

    def test_the_secret_is_there_without_rules(self):
        """So that the test above looks at what it means to look at: what no rule names is told."""
        self.assertIn(SECRET.encode(), self.ask("/lines", '{"event":"a","properties":{"other":"%s"}}' % SECRET).body)


if __name__ == "__main__":
    unittest.main()
