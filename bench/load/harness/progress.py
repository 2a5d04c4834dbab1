"""How far we are, and how long it will take."""
import sys
import time


class Progress:
    def __init__(self):
        self.steps = []  # (seconds expected, what, call)
        self.started = None

    def add(self, seconds, what, call):
        self.steps.append((seconds, what, call))

    def run(self):
        self.started = time.monotonic()
        whole = sum(step[0] for step in self.steps) or 1
        done = 0.0
        for expected, what, call in self.steps:
            elapsed = time.monotonic() - self.started
            # The plan's own guess, corrected by how it went so far once that says something.
            pace = elapsed / done if done > 0.05 * whole else 1.0
            left = (whole - done) * pace
            self.say(f"[{100 * done / whole:3.0f} %, {left / 60:4.1f} min left] {what}")
            call()
            done += expected
        self.say(f"[100 %] measured in {(time.monotonic() - self.started) / 60:.1f} min", end="\n")

    @staticmethod
    def say(text, end=None):
        if sys.stderr.isatty():
            print(f"\r\033[K{text}", end=end or "", file=sys.stderr, flush=True)
        else:
            print(text, file=sys.stderr, flush=True)
