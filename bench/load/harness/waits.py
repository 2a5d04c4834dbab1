"""What a user waits, of all pieces of an open loop. For an interval it is pieces that are drawn anew, not requests: those of one piece met
the same machine, those of another did not. Percentiles are of the drawn pieces' requests taken together, never averaged."""
import bisect
import functools
import itertools
import math
import random
from collections.abc import Sequence
from typing import Any

from . import windows
from .intervals import TAIL, Interval, widening

RESAMPLES = 800
ENOUGH = 6  # pieces: outside of the least and the greatest of so many is the truth in 3 of 100 cases, so an interval need not be wider
Frozen = tuple[tuple[int, int], ...]  # a histogram that can be looked up


class Together:
    """Any choice of some histograms, as one."""

    def __init__(self, histograms: Sequence[Frozen]):
        self.edges = sorted({upper for steps in histograms for upper, _ in steps})
        places = {upper: place for place, upper in enumerate(self.edges)}
        self.sums = []  # of each histogram: how many are at this edge or below
        for steps in histograms:
            counts = [0] * len(self.edges)
            for upper, count in steps:
                counts[places[upper]] += count
            self.sums.append(list(itertools.accumulate(counts)))

    def percentile_us(self, chosen: Sequence[int], percent: float) -> float:
        wanted = percent / 100 * sum(self.sums[one][-1] for one in chosen)
        place = bisect.bisect_left(range(len(self.edges)), wanted, key=lambda at: sum(self.sums[one][at] for one in chosen))
        return self.edges[place] / 1000


@functools.lru_cache(maxsize=10_000)
def _interval(ours: tuple[Frozen, ...], theirs: tuple[Frozen, ...], percent: float) -> Interval | None:
    """Of all pieces, and where 95 % of the draws lie, which spread too little by `widening`. Where there are `theirs`, one for
    each of ours, the figure is a ratio, and both are drawn together."""
    a, b = Together(ours), Together(theirs)

    def figure(chosen: Sequence[int]) -> float:
        return math.log(a.percentile_us(chosen, percent)) - (math.log(b.percentile_us(chosen, percent)) if theirs else 0)

    count = len(ours)
    if count == 0:
        return None
    whole = figure(range(count))
    choose = random.Random(count).choices  # the same raw results give the same tables
    widen = widening(count)
    spread = sorted(widen * (figure(choose(range(count), k=count)) - whole) for _ in range(RESAMPLES if count > 1 else 1))
    cut = int(TAIL * len(spread))
    low, high = min(0.0, spread[cut]), max(0.0, spread[-cut - 1])
    if count >= ENOUGH:
        alone = [figure([one]) - whole for one in range(count)]
        low, high = max(low, min(0.0, *alone)), min(high, max(0.0, *alone))
    return Interval(math.exp(whole), math.exp(whole + low), math.exp(whole + high), count)


def held_still(raw: dict[str, Any]) -> bool:
    """Whether what was waited says something of the servers. Where the two cores move from one look to the next it is the machine's.
    A run that was told its placement, or that never looked, counts as one that held still."""
    return (raw["facts"].get("placement") or {}).get("steady", True)


def _frozen(found: Sequence[windows.Steps]) -> tuple[Frozen, ...]:
    return tuple(tuple((upper, count) for upper, count in one) for one in found)


def pieces(contender: dict[str, Any], rate: Any) -> list[dict[str, Any]]:
    return [piece for piece in contender.get("open", {}).get(str(rate), []) if "beyond" not in piece]


def beyond(contender: dict[str, Any], rate: Any) -> dict[str, Any] | None:
    """A rate that it was not asked for, since it cannot."""
    return next((piece for piece in contender.get("open", {}).get(str(rate), []) if "beyond" in piece), None)


def steps(contender: dict[str, Any], rate: Any, which: str = "clean") -> windows.Steps:
    return windows.merge([piece[f"{which}_ns"] for piece in pieces(contender, rate)])


def wait_us(contender: dict[str, Any], rate: Any, percent: float, which: str = "clean") -> float | None:
    return windows.percentile_us(steps(contender, rate, which), percent)


def interval(contender: dict[str, Any], rate: Any, percent: float) -> Interval | None:
    """Microseconds, of clean windows."""
    return _interval(_frozen([piece["clean_ns"] for piece in pieces(contender, rate) if piece["clean_ns"]]), (), percent)


def by_round(contender: dict[str, Any], rate: Any) -> dict[int, windows.Steps]:
    found: dict[int, windows.Steps] = {}
    for piece in pieces(contender, rate):
        if piece["clean_ns"]:
            found[piece["round"]] = windows.merge([found.get(piece["round"], []), piece["clean_ns"]])
    return found


def ratio(contender: dict[str, Any], reference: dict[str, Any], rate: Any, percent: float) -> Interval | None:
    """Of what is waited for one to what is waited for the other, of the rounds that both were in: what the machine did in one, it did
    to both."""
    ours, theirs = by_round(contender, rate), by_round(reference, rate)
    both = sorted(ours.keys() & theirs.keys())
    return _interval(_frozen([ours[one] for one in both]), _frozen([theirs[one] for one in both]), percent)
