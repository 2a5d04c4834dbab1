"""Cold starts, from exec, and how long a Wasm instance takes in an engine that is there already."""
import json
import random
import subprocess

from .contenders import Out
from .loads import CORES, TOOLS

SLOW_US, VERY_SLOW_US = 100_000, 1_000_000


class Starts:
    """Rounds that lie apart in the run, since those of one meet the same machine."""

    def __init__(self, measurement, rounds, starts):
        self.m = measurement
        self.count = rounds
        self.starts = starts
        self.how: dict = {}

    def once(self, c):
        how = self.how[c.name]
        command = ["taskset", "-c", CORES.generator, str(TOOLS / "planish_start"), "0" if c.exits else str(c.port),
                   str(c.body(self.m.body).path), CORES.server, *how["argv"]]
        done = subprocess.run(command, cwd=how["cwd"], env=how["env"], capture_output=True, text=True, timeout=60, check=False)
        if done.returncode != 0:
            raise Out("cold start: " + done.stderr.strip()[-200:])
        return json.loads(done.stdout)

    def learn(self, c):
        if c.out or not c.cold:
            return
        try:
            self.how[c.name] = c.argv()
            took = self.once(c)["first_200_us"]
            self.how[c.name]["starts"] = 3 if took > VERY_SLOW_US else 10 if took > SLOW_US else self.starts
        except Exception as why:  # noqa: BLE001
            self.m.fault(c, "cold start", why)
            self.how.pop(c.name, None)

    def add_learning(self):
        for contender in self.m.contenders:
            self.m.progress.add(0.3, f"cold start, how: {contender.name}", lambda c=contender: self.learn(c))

    def add_round(self, number):
        """Of those that are planned. No server of a contender may run: it has the port."""
        if number < self.count:
            # A start takes from 1 ms to some 300 ms, and about 5 ms to see it off.
            self.m.progress.add(0.03 * self.starts * len(self.m.contenders), f"cold starts, round {number + 1} of {self.count}",
                                lambda: self.round(number), series="cold starts")

    def round(self, number):
        results: dict = {name: [] for name in self.how}
        for start in range(self.starts):
            self.m.placement.settle()
            for c in random.Random(start).sample(self.m.contenders, len(self.m.contenders)):  # whoever starts seldom has no fixed place
                if c.name not in self.how:
                    continue
                wanted = self.how[c.name]["starts"]
                if start % max(1, self.starts // wanted) or len(results[c.name]) == wanted:
                    continue
                try:
                    results[c.name].append(self.once(c))
                except Exception as why:  # noqa: BLE001
                    self.m.fault(c, "cold start", why)
                    del self.how[c.name]
        for c in self.m.contenders:
            if results.get(c.name):
                self.m.keep(c, "cold", number, results[c.name])




def plan_instantiation(measurement):
    def once(c):
        lines = c.shell(c.instantiation_command).split()
        if not lines:
            raise Out("its instantiation command says nothing")
        measurement.keep(c, "instantiation_us", "warm", [float(line) for line in lines])

    for contender in measurement.contenders:
        if contender.instantiation_command:
            measurement.progress.add(2, f"instantiation: {contender.name}", lambda c=contender: measurement.attempt(
                c, lambda: measurement.forgiving("instantiation", once)(c)))
