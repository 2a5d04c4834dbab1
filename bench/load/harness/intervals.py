"""Geometric means with their 95 % interval, and when two of them may be ranked."""
import functools
import math
import random
from collections.abc import Callable, Iterable
from typing import NamedTuple

RESAMPLES = 2000


class Interval(NamedTuple):
    mean: float
    low: float
    high: float
    size: int  # how many values it is of

    def of(self, how: Callable[[float], float]) -> "Interval":
        """The same in another measure, which may turn it round."""
        low, high = sorted((how(self.low), how(self.high)))
        return Interval(how(self.mean), low, high, self.size)

    def overlaps(self, other: "Interval") -> bool:
        return self.low <= other.high and other.low <= self.high


def geometric_mean(values: Iterable[float]) -> float:
    logs = [math.log(value) for value in values]
    return math.exp(math.fsum(logs) / len(logs))


def interval(values: Iterable[float], seed: int = 1) -> Interval | None:
    """Of positive values; by bootstrap, of the logarithms. One value has no interval but itself, none has nothing."""
    return _bootstrap(tuple(math.log(value) for value in values if value > 0), seed)


@functools.lru_cache(maxsize=10_000)
def _bootstrap(logs: tuple[float, ...], seed: int) -> Interval | None:
    count = len(logs)
    if count == 0:
        return None
    mean = math.fsum(logs) / count
    if count == 1:
        return Interval(math.exp(mean), math.exp(mean), math.exp(mean), 1)
    choose = random.Random(seed).choices  # the same raw results give the same tables
    # A resample's mean spreads by sqrt((n - 1) / n) too little: of ten values that is 5 %.
    widen = math.sqrt(count / (count - 1))
    means = sorted(mean + widen * (sum(choose(logs, k=count)) / count - mean) for _ in range(RESAMPLES))
    cut = RESAMPLES // 40
    return Interval(math.exp(mean), math.exp(means[cut]), math.exp(means[-cut - 1]), count)


def block_ratios(blocks: Iterable[tuple[float, float, float, float]]) -> list[float]:
    """Of blocks [ref X X ref]: the geometric mean of a block's two pairs, so that a drift that is even within it falls out."""
    return [math.sqrt((x1 * x2) / (ref1 * ref2)) for ref1, x1, x2, ref2 in blocks if min(ref1, x1, x2, ref2) > 0]
