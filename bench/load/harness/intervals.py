"""Geometric means with their 95 % interval, and when two of them may be ranked."""
import functools
import math
import random
import statistics
from collections.abc import Callable, Iterable
from typing import NamedTuple

RESAMPLES = 2000
TAIL = 0.025  # on each side: the interval holds 95 %
EXACT = {1: 12.706, 2: 4.303}  # Student's t for it, of so many degrees of freedom, where the series below is too far off


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


def student(freedom: int) -> float:
    """Student's t that TAIL lies beyond, by the expansion of Abramowitz and Stegun, 26.7.5: right to four thousandths of three degrees."""
    if freedom in EXACT:
        return EXACT[freedom]
    z = statistics.NormalDist().inv_cdf(1 - TAIL)
    terms = ((z**3 + z) / 4, (5 * z**5 + 16 * z**3 + 3 * z) / 96, (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
             (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160)
    return z + math.fsum(term / freedom**power for power, term in enumerate(terms, 1))


def widening(count: int) -> float:
    """What the spread of a bootstrap of `count` values is short of. A resample's mean spreads by sqrt((n - 1) / n) too little, and that the
    spread itself is guessed from as few values is what Student's t has over the normal curve. Without it the interval of
    five values has the truth in 88 of 100 cases, that of three in 82."""
    return math.sqrt(count / (count - 1)) * student(count - 1) / statistics.NormalDist().inv_cdf(1 - TAIL) if count > 1 else 0.0


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
    widen = widening(count)
    means = sorted(mean + widen * (sum(choose(logs, k=count)) / count - mean) for _ in range(RESAMPLES))
    cut = round(TAIL * RESAMPLES)
    return Interval(math.exp(mean), math.exp(means[cut]), math.exp(means[-cut - 1]), count)


def block_ratios(blocks: Iterable[tuple[float, float, float, float]]) -> list[float]:
    """Of blocks [ref X X ref]: the geometric mean of a block's two pairs, so that a drift that is even within it falls out."""
    return [math.sqrt((x1 * x2) / (ref1 * ref2)) for ref1, x1, x2, ref2 in blocks if min(ref1, x1, x2, ref2) > 0]
