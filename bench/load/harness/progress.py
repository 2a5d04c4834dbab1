"""How far we are, how long it will take, and what is left out so that it ends in time."""
import collections
import math
import sys
import time

PRIMARY = 0  # a rank: steps of this one are never left out; of the others the highest goes first


class Progress:
    def __init__(self, budget=None, clock=time.monotonic):
        self.steps = []  # (seconds expected, what, call, rank, series)
        self.budget = budget  # seconds for all of them
        self.clock = clock
        self.started = None
        self.cut: collections.Counter = collections.Counter()  # series: steps left out
        self.after = None  # called after each step

    def add(self, seconds, what, call, rank=PRIMARY, series=""):
        self.steps.append((seconds, what, call, rank, series))

    def expected(self):
        return sum(step[0] for step in self.steps)

    def run(self):
        self.started = self.clock()
        whole, done = self.expected(), 0.0
        self._say_plan(whole)
        waiting = collections.deque(self.steps)
        gone = set()  # ranks of which a step was left out: so are all others
        while waiting:
            elapsed = self.clock() - self.started
            # The plan's own guess, corrected by how it went so far once that says something.
            pace = elapsed / done if done > 0.1 * whole else 1.0
            fitting = self._fitting(waiting, pace, elapsed)
            expected, what, call, rank, series = waiting.popleft()
            if rank > fitting or rank in gone:
                gone.add(rank)
                self.cut[series] += 1
                continue
            whole = done + expected + sum(step[0] for step in waiting if step[3] <= fitting and step[3] not in gone)
            left = (whole - done) * pace
            self.say(f"[{100 * done / (whole or 1):3.0f} %, {left / 60:4.1f} min left] {what}")
            call()
            done += expected
            if self.after:
                self.after()
        self.say(f"[100 %] measured in {(self.clock() - self.started) / 60:.1f} min", end="\n")
        for line in self.cuts():
            self.say(line, end="\n")

    def cuts(self):
        """What was left out, in words."""
        return [f"left out, for time: {count} of the steps of: {series}" for series, count in sorted(self.cut.items())]

    def _say_plan(self, whole):
        limit = f", at most {self.budget / 60:.0f}" if self.budget else ""
        self.say(f"{len(self.steps)} steps, about {whole / 60:.0f} min{limit}", end="\n")

    def _fitting(self, waiting, pace, elapsed):
        """The highest rank whose steps still fit in the budget, with all of lower ones. A rank is left out when it is its turn, not before: the machine
        may have become faster by then."""
        if not self.budget:
            return math.inf
        left, fitting = 0.0, PRIMARY
        by_rank: collections.Counter = collections.Counter()
        for step in waiting:
            by_rank[step[3]] += step[0]
        for rank in sorted(by_rank):
            left += by_rank[rank]
            if rank > PRIMARY and elapsed + left * pace > self.budget:
                break
            fitting = rank
        return fitting

    @staticmethod
    def say(text, end=None):
        if sys.stderr.isatty():
            print(f"\r\033[K{text}", end=end or "", file=sys.stderr, flush=True)
        else:
            print(text, file=sys.stderr, flush=True)
