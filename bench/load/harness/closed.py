"""Closed loop: what a request costs. Slices in blocks [ref X X ref], and wrk once beside them."""
import time

from . import pairs
from .contenders import Out
from .loads import take_slice, wrk
from .progress import PRIMARY

FLOOR_EVERY_S = 60


class Closed:
    def __init__(self, measurement, connections, seconds):
        self.m = measurement
        self.connections = connections
        self.seconds = seconds
        self.floor_at = 0.0

    def take(self, contender):
        before = self.m.placement.settle()
        measured, failed = take_slice(contender, contender.body(self.m.body), self.m.answers[contender.name], self.connections, self.seconds, before,
                                      self.m.usual)
        if not self.m.placement.is_steady:
            failed = [reason for reason in failed if reason != "placement"]
        return measured, failed if self.m.settings["gated"] else []

    def block(self, contender):
        m = self.m
        reference = next((c for c in m.contenders if c.name == contender.versus), None)
        if contender is not reference and (reference is None or reference.out):
            raise Out(f"{contender.versus} is not there to compare it with")
        m.only()
        for one in dict.fromkeys((reference, contender)):
            m.renew(one)
        m.only(reference, contender)
        for one in dict.fromkeys((reference, contender)):
            m.warm_up(one, self.connections)
        raw = m.raw[contender.name].setdefault("pairs", {}).setdefault(str(self.connections), {})
        pairs.Series(raw).add(pairs.block(self.take, reference, contender, self.m.placement.alike))
        m.only()

    def floor(self):
        """Once a minute: how the machine itself goes."""
        floor = next((c for c in self.m.contenders if c.name == "epoll-floor" and not c.out), None)
        if floor is None or time.monotonic() < self.floor_at:
            return
        self.floor_at = time.monotonic() + FLOOR_EVERY_S
        self.m.only(floor)
        measured, failed = self.take(floor)
        self.m.keep(floor, "minutes", self.connections, {"cpu_us": measured["cpu_us"], "failed": failed})
        self.m.only()

    def wrk(self, contender):
        self.m.only(contender)
        self.m.keep(contender, "wrk", self.connections, wrk(contender, contender.body(self.m.body), self.connections, self.seconds))
        self.m.only()


class Blocks:
    """A block of each contender a round; two of those whose claim is narrow."""

    def __init__(self, measurement, connections, blocks, seconds, contenders, rank=None, sure=None):
        self.m = measurement
        self.count = blocks
        self.closed = Closed(measurement, connections, seconds)
        self.seconds = seconds
        self.contenders = contenders
        half = (len(contenders) + 1) // 2
        self.turns = [*contenders[:half], *[c for c in contenders if c.narrow], *contenders[half:]]  # the second block apart from the first
        self.rank = rank
        self.sure = sure
        self.what = f"closed loop, {connections} connections"

    def add_round(self, number):
        def once(c):
            self.closed.floor()
            self.closed.block(c)

        # A slice takes 0.2 s more than itself, and one in ten is repeated; both are started anew.
        self.m.add_round(number, self.count, self.turns, 4.4 * (self.seconds + 0.2) + 0.3, self.what, once, self.rank, sure=self.sure)

    def add_crosscheck(self):
        for contender in self.contenders:
            self.m.progress.add(self.seconds + 0.3, f"{self.what} by wrk: {contender.name}",
                                lambda c=contender: self.m.attempt(c, lambda: self.closed.wrk(c)),
                                PRIMARY if self.rank is None else self.rank, f"{self.what} by wrk")
