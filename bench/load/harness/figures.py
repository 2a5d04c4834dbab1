"""From raw results to figures: geometric means with intervals for what is paired, medians for the rest."""
import itertools
import math
import statistics

from .intervals import Interval, block_ratios, geometric_mean, interval


class Spread:
    """Median, minimum and maximum of some rounds."""

    def __init__(self, values):
        self.values = list(values)
        self.median = statistics.median(self.values)
        self.low = min(self.values)
        self.high = max(self.values)


def spread(values):
    values = [v for v in values if v is not None]
    return Spread(values) if values else None


def rounds(contender, kind, key):
    return contender.get(kind, {}).get(str(key), [])


def of(contender, kind, key, field):
    return spread(r.get(field) for r in rounds(contender, kind, key))


def series(contender, connections):
    return contender.get("pairs", {}).get(str(connections), {})


def cpu(contender, connections=100) -> Interval | None:
    """Microseconds of CPU time a request, of its own slices. The two of a block met the same machine: they count as one."""
    return interval(geometric_mean(block[1:3]) for block in series(contender, connections).get("blocks", []))


def ratio(contender, connections=100) -> Interval | None:
    """Of its CPU time to that of whom it was paired with."""
    return interval(block_ratios(series(contender, connections).get("blocks", [])))


def parts(contender, field, connections=100) -> Interval | None:
    """user_us, system_us or requests_per_second of its own slices, two a block."""
    values = series(contender, connections).get(field, [])
    return interval(geometric_mean(values[at:at + 2]) for at in range(0, len(values), 2) if min(values[at:at + 2]) > 0)


def quotient(a: Interval | None, b: Interval | None) -> Interval | None:
    """Of two means that were not paired: their intervals add up as independent errors do."""
    if a is None or b is None or min(a.low, b.low) <= 0:
        return None
    middle = math.log(a.mean / b.mean)
    wide = math.hypot(math.log(a.high / a.low) / 2, math.log(b.high / b.low) / 2)
    return Interval(math.exp(middle), math.exp(middle - wide), math.exp(middle + wide), min(a.size, b.size))


def starts(contender, field):
    """All cold starts of all rounds, in ms."""
    return spread(start[field] / 1000 for one in contender.get("cold", {}).values() for start in one[0])


def starts_by_round(contender, field):
    """Round -> its starts, in ms."""
    found = {number: [start[field] / 1000 for start in one[0] if start[field] > 0] for number, one in contender.get("cold", {}).items()}
    return {number: one for number, one in found.items() if one}


def starts_interval(contender, field) -> Interval | None:
    """In ms. The starts of one round met the same machine: where there are more rounds, each counts as one. Of a single one nothing is known but it."""
    found = starts_by_round(contender, field)
    return interval(map(geometric_mean, found.values()) if len(found) > 1 else itertools.chain.from_iterable(found.values()))


def starts_ratio(ours, theirs, field) -> Interval | None:
    """Of the cold starts of one to those of another, round by round."""
    a, b = starts_by_round(ours, field), starts_by_round(theirs, field)
    both = sorted(a.keys() & b.keys())
    if len(both) < 2:
        return quotient(starts_interval(ours, field), starts_interval(theirs, field))
    return interval(geometric_mean(a[one]) / geometric_mean(b[one]) for one in both)


def instantiation(contender):
    return interval(v for one in contender.get("instantiation_us", {}).get("warm", []) for v in one)


def memory(contender, when, field="rss_kb"):
    figures = rounds(contender, "memory", "figures")
    return figures[0][when][field] / 1024 if figures and field in figures[0].get(when, {}) else None


def bytes_per_idle_connection(contender, field="rss_kb", few=1000, many=10000):
    low, high = memory(contender, f"idle_{few}", field), memory(contender, f"idle_{many}", field)
    return None if low is None or high is None else (high - low) * 1024 * 1024 / (many - few)
