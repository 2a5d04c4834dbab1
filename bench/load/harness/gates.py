"""Which slices count: those in which the machine was the server's. What is looked at lies outside the server; never its figures."""
import collections
import statistics
from typing import Any, NamedTuple

STEAL_MAX = 0.01  # of the time of both cores
FOREIGN_MAX = 0.01  # of the time of both cores: who else ran there
DELAY_MAX = 0.005  # of the slice: how long the server was ready and others ran
CALIBRATION_MAX = 0.10  # how far the same loop may be apart before and after
ALIKE = 1.5  # ways from core to core differ by less in one placement, and by more between two
WAKE_NS = 10_000  # what an idle core may take to wake up, in a virtual machine too
TICK_NS = 10_000_000  # what /proc/stat counts in


class Reading(NamedTuple):
    """What the kernel has counted until now."""

    wall_ns: int
    tasks: dict[int, tuple[int, int, int]]  # of the server: thread -> ns on a CPU, ns ready and not running, how often it was put on one
    user_ns: int  # of the server
    system_ns: int
    busy_ns: int  # of both cores, whoever it was
    busy_step_ns: int  # what busy_ns is counted in
    others_ns: int  # of the generator and the harness
    steal_ns: int  # of both cores
    cores: int


class Pace(NamedTuple):
    """How fast the machine is, by planish_pace."""

    compute_us: float  # a fixed piece of work on the server's core
    crossing_ns: float  # for it to read a line that the generator's core has written; 0: they are one


class Usual:
    """What the machine does all the time, whoever is asked: no repeat gets rid of that, and each slice of a pair has it. Where it is more than half of a
    bound, twice as much is the bound, and at most five times the bound: what is beyond is not measured."""

    KINDS = {"steal": STEAL_MAX, "foreign CPU": FOREIGN_MAX, "run delay": DELAY_MAX}
    LAST, LEAST, TIMES, MOST = 200, 20, 2, 5  # slices that are remembered, and that tell it; times the usual; times the bound

    def __init__(self) -> None:
        self.seen: dict[str, collections.deque[float]] = {kind: collections.deque(maxlen=self.LAST) for kind in self.KINDS}

    def see(self, kind: str, share: float) -> None:
        self.seen[kind].append(share)

    def limit(self, kind: str) -> float:
        fixed, seen = self.KINDS[kind], self.seen[kind]
        usual = statistics.median(seen) if len(seen) >= self.LEAST else 0.0
        return max(fixed, min(self.TIMES * usual, self.MOST * fixed))

    def facts(self) -> dict[str, Any]:
        return {kind: {"usual": round(statistics.median(seen), 5) if seen else None, "limit": round(self.limit(kind), 5)} for kind, seen in self.seen.items()}


class Spent(NamedTuple):
    """What passed between two readings."""

    wall_ns: int
    server_ns: int
    user_ns: int
    system_ns: int
    delay_ns: int
    foreign_ns: int
    foreign_slack_ns: int
    steal_ns: int
    cores: int


def between(before: Reading, after: Reading) -> Spent:
    ran: list[tuple[int, int]] = []
    for task, now in after.tasks.items():
        cpu, delay, turns = (a - b for a, b in zip(now, before.tasks.get(task, (0, 0, 0))))
        ran.append((cpu, max(0, delay - WAKE_NS * turns)))
    server = sum(cpu for cpu, _ in ran)
    busiest, waited = max(ran, default=(0, 0))
    steal = after.steal_ns - before.steal_ns
    foreign = after.busy_ns - before.busy_ns - server - (after.others_ns - before.others_ns)
    return Spent(
        wall_ns=after.wall_ns - before.wall_ns,
        server_ns=server,
        user_ns=after.user_ns - before.user_ns,
        system_ns=after.system_ns - before.system_ns,
        # The busiest thread may wait for its siblings: that is the server's own doing. And it waits for strangers no longer than they ran.
        delay_ns=max(0, min(waited - (server - busiest), foreign + steal)),
        foreign_ns=max(0, foreign),
        foreign_slack_ns=2 * after.busy_step_ns * after.cores,
        steal_ns=steal,
        cores=after.cores,
    )


def alike(one_ns: float, other_ns: float) -> bool:
    """Whether these are of one placement of the two cores."""
    return max(one_ns, other_ns) <= ALIKE * min(one_ns, other_ns)


def failed(spent: Spent, before: Pace, after: Pace, usual: Usual) -> list[str]:
    """The gates that a slice did not pass. Whether that of the placement counts, a Placement knows."""
    reasons = []
    both = spent.wall_ns * spent.cores
    for kind, share in (("steal", spent.steal_ns / both), ("foreign CPU", max(0, spent.foreign_ns - spent.foreign_slack_ns) / both),
                        ("run delay", spent.delay_ns / spent.wall_ns)):
        if share > usual.limit(kind):
            reasons.append(kind)
        usual.see(kind, share)
    if max(before.compute_us, after.compute_us) > (1 + CALIBRATION_MAX) * min(before.compute_us, after.compute_us):
        reasons.append("calibration")
    if not alike(before.crossing_ns, after.crossing_ns):
        reasons.append("placement")
    return reasons
