"""One SDK's run against a fresh planish: what it was told, what arrived, and whether that is what it was given."""
import json
import os
import pathlib
import tempfile
import time
import unittest

import npm_packages
from planish_server import Server
from relay import Relay

HERE = pathlib.Path(__file__).resolve().parent
ORDER = json.loads((HERE / "order.json").read_text(encoding="utf-8"))
THEN = 1_699_123_456_789
NOW = "now"
SHAPES = ("segment", "posthog", "mixpanel", "amplitude", "cloudevents")
CONFIG = "".join(f'[[endpoint]]\nshape = "{shape}"\n' for shape in SHAPES)
MEMBERS = "event_type,normalized_timestamp,user_id,id,key,payload,index"


def packages():
    """Installs the SDKs; where they cannot be had, says so and passes over."""
    if not npm_packages.installed(HERE, 300):
        raise unittest.case.SkipTest("the SDKs cannot be had: no npm, or no registry in reach")


class Run:
    """`drive(target)` makes an SDK send, and returns what it was told. `failing`: how many requests get a 503 first."""

    def __init__(self, drive, failing=0, flags=()):
        with tempfile.TemporaryDirectory() as folder:
            config = os.path.join(folder, "planish.toml")
            with open(config, "w", encoding="utf-8") as out:
                out.write(CONFIG)
            with Server("--config", config, *flags) as planish, Server("--config", config, "--answer", "ndjson", "--answer-members", MEMBERS) as twin:
                with Relay(planish, twin, failing) as relay:
                    self.began = time.time_ns() // 1_000_000
                    self.outcomes = drive(relay.target)
                    time.sleep(0.3)  # for what is on its way
                    self.ended = time.time_ns() // 1_000_000
                    self.counted = planish.metrics()['planish_events_total{result="ok"}']
                    self.refused, self.taken = relay.posts(503), relay.posts(200) + relay.posts(204)
                    self.others = [e for e in relay.posts() if e.status not in (200, 204, 503)]
                    relay.shutdown()
        self.events = [line for exchange in self.taken for line in exchange.lines]


class SdkTest(unittest.TestCase):
    maxDiff = None

    def check(self, run, wanted, wider=False):
        """Each event that the SDK was given, as (type, time, user, payload), is there once; `wider`: its payload may have members of the SDK's own."""
        left = list(run.events)
        for kind, when, user, payload in wanted:
            fits = [e for e in left if e["event_type"] == kind and user in (e["user_id"], ANY) and same(e["payload"], payload, wider)
                    and (run.began - 5 <= e["normalized_timestamp"] <= run.ended if when == NOW else e["normalized_timestamp"] == when)]
            self.assertTrue(fits, f"{kind} of {user} at {when} is not among {[e for e in left if e['event_type'] == kind][:5]}")
            left.remove(fits[0])
        self.assertEqual(left, [], "more than the SDK was given")
        self.assertEqual(run.counted, len(wanted))
        said = {json.dumps([e["event_type"], e["normalized_timestamp"], e["user_id"], e["payload"]], sort_keys=True) for e in run.events}
        self.assertEqual(len({e["key"] for e in run.events}), len(said), "events that differ have other keys")


ANY = object()  # a user whose name the SDK makes up


def same(found, wanted, wider):
    if not wider or not isinstance(wanted, dict):
        return found == wanted
    return isinstance(found, dict) and all(name in found and found[name] == value for name, value in wanted.items())
