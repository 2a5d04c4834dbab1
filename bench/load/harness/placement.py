"""Where a hypervisor has put the two cores: two threads of one, or apart. It may change its mind within minutes, tells nobody, and what one
core hands to the other costs half as much or twice. So one run is of one placement: that which it meets at its beginning, or is told
to keep to. It waits for it, within bounds; what was measured in another is left out where enough is there without. Where it changes from one
look to the next there is none to keep to, and that may show later than at the beginning: then each slice has all of them, and what that costs is in
the intervals."""
import itertools
import statistics
import time
from collections.abc import Callable
from typing import Any

from . import gates

LOOKS = 60  # at the beginning
EVERY_S = 0.5
CHANGES_MAX = 3  # between the looks at the beginning, within six seconds; with more, no block of as many would see but one placement
CHANGES_LATER = 9  # between as many looks later, of which a slice has one, so within a minute or more: a placement that lasts for minutes changes twice
WAIT_SHARE = 0.25  # of the run's time at most, for the placement to come back
BLOCKS_MIN = 3  # of one contender: with fewer than that in the run's placement all of them count


class Placement:
    def __init__(self, look: Callable[[], gates.Pace], wanted_ns: float | None = None, budget_s: float = 0,
                 sleep: Callable[[float], None] = time.sleep):
        self.wanted_ns = wanted_ns
        self.is_told = wanted_ns is not None
        self.left_s = budget_s
        self.look = look
        self.sleep = sleep
        self.waited_s = 0.0
        self.seen: list[float] = []
        self.is_steady = True

    def begin(self) -> None:
        while len(self.seen) < LOOKS:
            self.seen.append(self.look().crossing_ns)
            self.sleep(EVERY_S / 5)
        if not self.is_told:
            self.is_steady = self._changes() <= CHANGES_MAX
            self.wanted_ns = statistics.median(self.seen) if self.is_steady else None

    def _changes(self) -> int:
        """Between the last looks, as many as there are at the beginning."""
        return sum(not gates.alike(a, b) for a, b in itertools.pairwise(self.seen[-LOOKS:]))

    def alike(self, one_ns: float, other_ns: float) -> bool:
        """Whether what was measured so may stand together."""
        return not self.is_steady or gates.alike(one_ns, other_ns)

    def fits(self, crossing_ns: float) -> bool:
        return self.wanted_ns is None or gates.alike(crossing_ns, self.wanted_ns)

    def settle(self) -> gates.Pace:
        """As the machine is now, or once it is as wanted, where that comes while there is time to wait."""
        while True:
            pace = self.look()
            self.seen.append(pace.crossing_ns)
            if self.is_steady and not self.is_told and self._changes() > CHANGES_LATER:
                self.is_steady, self.wanted_ns = False, None
            if self.fits(pace.crossing_ns) or self.left_s <= 0:
                return pace
            self.sleep(EVERY_S)
            self.left_s -= EVERY_S
            self.waited_s += EVERY_S

    def facts(self) -> dict[str, Any]:
        return {"crossing_ns": self.wanted_ns, "steady": self.is_steady, "least_ns": min(self.seen, default=None), "most_ns": max(self.seen, default=None),
                "looks": len(self.seen), "elsewhere": sum(not self.fits(ns) for ns in self.seen), "waited_s": round(self.waited_s, 1)}


def _chosen(crossings: list[list[float]], wanted_ns: float, least: int) -> list[int]:
    fitting = [at for at, of in enumerate(crossings) if all(gates.alike(ns, wanted_ns) for ns in of)]
    return fitting if len(fitting) >= least else list(range(len(crossings)))


def keep(raw: dict[str, Any]) -> dict[str, Any]:
    """Of raw results what is of the run's placement. How much of each contender is not is left beside it."""
    wanted = (raw["facts"].get("placement") or {}).get("crossing_ns")
    if not wanted:
        return raw
    for c in raw["contenders"].values():
        for series in c.get("pairs", {}).values():
            crossings = series.get("crossing_ns", [])
            chosen = _chosen(crossings, wanted, BLOCKS_MIN)
            series["elsewhere"] = len(crossings) - len(chosen)
            for name in ("blocks", "crossing_ns"):
                series[name] = [series[name][at] for at in chosen] if crossings else series.get(name, [])
            for name in ("user_us", "system_us", "requests_per_second"):  # of two slices a block
                if crossings and len(series[name]) == 2 * len(crossings):
                    series[name] = [series[name][2 * at + half] for at in chosen for half in (0, 1)]
        for rate, pieces in c.get("open", {}).items():
            crossings = [piece["crossing_ns"] for piece in pieces if "crossing_ns" in piece]
            if len(crossings) == len(pieces):
                c["open"][rate] = [pieces[at] for at in _chosen(crossings, wanted, BLOCKS_MIN)]
    return raw
