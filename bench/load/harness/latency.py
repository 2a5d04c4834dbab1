"""Open loop: what a user waits, at absolute rates and at half of each one's own maximum. A contender's time is in pieces, one a round, and a
round has one of everybody within about a minute, between two of planish."""
import os

from . import intervals, process, windows
from .loads import faults, pace, planish_load
from .progress import PRIMARY

HALF = "half"
REFERENCE = "planish"
TRIES = 3  # of a piece during which the placement of the cores changed; then that round is without it


def maximum(raw):
    """Requests per second in the closed loop with 100 connections, as far as it has been seen."""
    seen = raw.get("pairs", {}).get("100", {}).get("requests_per_second", [])
    seen = seen or [run["requests_per_second"] for run in raw.get("wrk", {}).get("100", [])]  # where no slice passed the gates
    return intervals.geometric_mean(seen) if seen else None


def schedstats(pid):
    files = [f"/proc/{one}/task/{task}/schedstat" for one in process.tree(pid) for task in os.listdir(f"/proc/{one}/task")]
    return ",".join(files[:40])


class Open:
    """The same seed for all in a round: what is due, is due at the same moments."""

    def __init__(self, measurement, wanted, rounds, seconds, contenders, rank=PRIMARY):
        self.m = measurement
        self.wanted = wanted
        self.count = rounds
        self.seconds = seconds
        self.reference = next((c for c in contenders if c.name == REFERENCE), None)
        self.others = [c for c in contenders if c is not self.reference]
        self.rank = rank
        self.what = f"open loop, {wanted} requests a second" if wanted != HALF else "open loop, half of the maximum"

    def add_round(self, number):
        reference = [self.reference] if self.reference else []
        others = self.others if number % 2 == 0 else list(reversed(self.others))
        for contender in (*reference, *others, *reference):
            self.m.progress.add(self.seconds + 0.8, f"{self.what}, round {number + 1} of {self.count}: {contender.name}",
                                lambda c=contender: self.m.attempt(c, lambda: self.once(c, number)),
                                self.rank if self.rank == PRIMARY else self.rank + number / 100, self.what)

    def rate(self, contender, number):
        """What it is asked for in all rounds, and the most that it can; nothing where that is settled."""
        before = self.m.raw[contender.name].get("open", {}).get(str(self.wanted), [])
        if before:
            return None if "beyond" in before[0] else before[0]["rate"]
        most = maximum(self.m.raw[contender.name])
        if most is None:
            if number == self.count - 1:
                self.m.fault(contender, self.what, "its maximum is not known")
            return None
        rate = most / 2 if self.wanted == HALF else float(self.wanted)
        if rate > 0.9 * most:
            self.m.keep(contender, "open", self.wanted, {"rate": rate, "beyond": round(most, 1)})  # its queue would only grow
            return None
        return rate

    def once(self, contender, number):
        m = self.m
        rate = self.rate(contender, number)
        if rate is None:
            return
        m.only(contender)
        m.warm_up(contender)
        for _ in range(TRIES):
            before = m.placement.settle()
            result = planish_load(contender, contender.body(m.body), m.answers[contender.name], connections=100, rate=f"{rate:.1f}", duration=self.seconds,
                                  seed=number + 1, windows=1, watch=schedstats(contender.popen.pid))
            after = pace()
            if m.placement.alike(before.crossing_ns, after.crossing_ns) or not m.settings["gated"]:
                break
        else:
            m.only()
            return
        m.only()
        kept = {name: result[name] for name in ("due", "right", "errors", "timeouts", "short", "unsent", "seconds", "gap_max_us", "late_p99_us",
                                                "late_max_us", "cpu_us")}
        kept |= {"round": number, "rate": rate, "crossing_ns": [before.crossing_ns, after.crossing_ns], "max_us": result["latency"]["max_us"], "faults": faults(result),
                 **windows.summary(result["windows"], m.settings["gated"])}
        m.keep(contender, "open", self.wanted, kept)
