"""Hostile clients of endpoints that do all there is to do: a shape, contracts, rules and an upstream that is hostile too.

As in hostile.py, each function has one go. The bodies are those of a search for what costs most by the byte: a mebibyte of
the dearest thing that each stage may meet, strict and lenient. Nothing interrupts one. On a machine where they take at most
13 ms AddressSanitizer makes 45 of it, and ThreadSanitizer 270, 20 times as much: so there they are a twentieth as long, and
whichever thread is at one of them is at it for as long as in the usual build."""
import multiprocessing
import pathlib
import random
import time

from planish_server import SANITIZED, request
from upstream_peer import OK, Upstream, answer

MIB = 1 << 20
SLOWER = 20 if SANITIZED == "thread" else 1
DEAREST = MIB // SLOWER

CONFIGURATION = """
rule_key_file = "{folder}/rule.key"
[[endpoint]]
path = ["/"]
%s
"""
ENDPOINT = """
[[endpoint]]
shape = "segment"
path = ["%s"]
contracts = "{folder}/contracts"
%s
[[endpoint.rule]]
types = ["Ord*"]
remove = ["/context/ip", "/properties/items/*/serial"]
mask = ["/properties/phone", "/properties/masked/*"]
hash = ["/properties/email", "/properties/hashed/*", "/properties/hashed/*/*"]
truncate_ip = ["/properties/ips/*"]
set = { "/properties/region" = "eu", "/properties/a/b/c" = "x" }
"""
CONTRACT = """
{"type": "object",
 "properties": {"items": {"type": "array", "uniqueItems": true, "items": {"anyOf": [
                    {"type": "string", "format": "email"}, {"type": "number", "multipleOf": 0.01},
                    {"patternProperties": {"^[a-z]+[0-9]*$": {"maxLength": 10, "pattern": "(a|aa)+$"}},
                     "additionalProperties": {"$ref": "#/$defs/deep"}}]}},
                "email": {"format": "email"}, "url": {"format": "uri"}},
 "$defs": {"deep": {"items": {"$ref": "#/$defs/deep"}, "additionalProperties": {"$ref": "#/$defs/deep"}}}}
"""


def event(properties):
    return b'{"type":"track","event":"Order","userId":"u","timestamp":"2023-11-04T18:44:16.789Z","context":{"ip":"1.2.3.4"},"properties":%s}' % properties


def batch(*events):
    return b'{"batch":[' + b",".join(events) + b"]}"


def many(name, part):
    """One event, in which an array is as long as a body may be."""
    return batch(event(b'{"%s":[' % name + b",".join([part] * ((DEAREST - 400) // (len(part) + 1))) + b"]}"))


def letters(count):
    names = random.Random(7).choices("abcdefghijklmnopqrstuvwxyz", k=4 * count)
    return b",".join(b'"%s":0' % "".join(names[i : i + 4]).encode() for i in range(0, len(names), 4))


BODIES = (
    many(b"hashed", b'"a"'), many(b"hashed", b'{"b":1,"a":5e-310}'), many(b"hashed", b'["a","b"]'), many(b"masked", b'"\\u0041"'),
    many(b"ips", b'"1::ffff:1.2.3.4"'), many(b"items", b'{"serial":1}'), many(b"items", b"5e-310"), many(b"items", b"[" * 100 + b"]" * 100),
    batch(event(b'{"items":[' + b",".join(b"%d.01" % i for i in range(90_000 // SLOWER)) + b"]}")),
    batch(event(b'{"items":[' + b",".join(b'{"%s%d":"aaaaaaaaa"}' % (b"a" * 20, i) for i in range(22_000 // SLOWER)) + b"]}")),
    batch(event(b"{" + letters(110_000 // SLOWER) + b"}")), batch(event(b'{"email":"' + b"a." * (500_000 // SLOWER) + b'a@b.c"}')),
    batch(event(b'{"url":"http://a/' + b"%41" * (340_000 // SLOWER) + b'"}')), batch(event(b"{" + b'"hashed":["a"],' * (69_000 // SLOWER) + b'"q":1}')),
    batch(*[event(b'{"x":5e-310,"hashed":["a"]}')] * (6_800 // SLOWER)), batch(*[b'{"type":NaN}'] * (10_000 // SLOWER)), batch(*[b'{"type":"track"}'] * (10_000 // SLOWER)),
    batch(*[event(b'{"email":1,"url":1,"items":[true,true]}')] * (6_300 // SLOWER)),
)  # fmt: skip


def requests(target):
    handling = ("strict", "lenient")
    return [request(body, target=target, fields={"Prefer": f"handling={one}"}) for body in BODIES for one in handling]


HEAVY, RELAYED = requests("/events"), requests("/relayed")


def heavy_events(connect, choice):
    with connect(timeout=20) as client:
        client.ask(choice.choice(HEAVY))


def relayed_events(connect, choice):
    """Half of the clients don't wait for the upstream."""
    with connect() as client:
        client.send(choice.choice(RELAYED))
        if choice.random() < 0.5:
            client.response()
        else:
            time.sleep(choice.random())


KINDS = {heavy_events: 1, relayed_events: 4}


def be_an_upstream(ready):
    """The body of a process: takes some requests and answers some of them."""
    choice = random.Random(1)

    def behave(peer, _):
        what = choice.randrange(8)
        if what == 0:
            time.sleep(1.5)  # for longer than it has
        elif what == 1:
            peer.reset()
        elif what == 2:
            peer.send(b"HTTP/1.1 100 Continue\r\n\r\n" * 200)
        elif what == 3:
            peer.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 1000)
            time.sleep(0.5)
            peer.close()
        elif what == 4:
            peer.send(answer(200, b"x" * (2 * MIB)))
        elif what == 5:
            peer.send(answer(503))
        else:
            time.sleep(choice.random() / 10)
            peer.send(OK)

    upstream = Upstream(behave)
    ready.put(upstream.port)
    while True:
        time.sleep(60)


class Endpoints:
    """The upstream's process, and the flag that makes a server have `/events` and `/relayed` beside `/`."""

    def __init__(self, folder):
        ready = multiprocessing.Queue()
        self.process = multiprocessing.Process(target=be_an_upstream, args=(ready,), daemon=True)
        self.process.start()
        relays = f'upstream = "http://127.0.0.1:{ready.get(timeout=20)}/in"\nupstream_timeout = "1s"\nupstream_connections = 8'
        folder = pathlib.Path(folder)
        (folder / "contracts").mkdir()
        (folder / "contracts" / "Order.json").write_text(CONTRACT, encoding="utf-8")
        (folder / "rule.key").write_text("a key of more than sixteen bytes\n", encoding="utf-8")
        endpoints = ENDPOINT % ("/events", 'answer = "ndjson"') + ENDPOINT % ("/relayed", relays)
        configuration = (CONFIGURATION % endpoints).replace("{folder}", str(folder))
        (folder / "planish.toml").write_text(configuration, encoding="utf-8")
        self.flags = ["--config", str(folder / "planish.toml")]

    def stop(self):
        self.process.kill()
        self.process.join()
