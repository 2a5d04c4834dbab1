"""From raw rounds to figures: medians with minimum and maximum, ratios round by round, the cost of a month."""
import statistics
import tomllib

from . import LOAD


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


def latency(contender, part, field):
    return spread(r["latency"][field] for r in rounds(contender, "open", part))


def ratio(contender, base, kind, key, field):
    """The median of the ratios of rounds that were run side by side, never the ratio of the best ones."""
    pairs = zip(rounds(contender, kind, key), rounds(base, kind, key))
    return spread(a[field] / b[field] for a, b in pairs if b[field])


def starts(contender, field):
    """All cold starts of all rounds, in ms."""
    return spread(start[field] / 1000 for one in contender.get("cold", {}).values() for start in one[0])


def memory(contender, when, field="rss_kb"):
    figures = rounds(contender, "memory", "figures")
    return figures[0][when][field] / 1024 if figures and when in figures[0] else None


def bytes_per_idle_connection(contender, few=1000, many=10000):
    low, high = memory(contender, f"idle_{few}", "rss_kb"), memory(contender, f"idle_{many}", "rss_kb")
    return None if low is None or high is None else (high - low) * 1024 * 1024 / (many - few)


def curve(histogram):
    """A few dozen points (percentile, µs) of a histogram [[upper ns, count], …]."""
    count = sum(n for _, n in histogram)
    wanted = [100 * (1 - 10 ** (-k / 8)) for k in range(1, 41) if 10 ** (k / 8) <= count]
    points, seen, i = [], 0, 0
    for upper, n in histogram:
        seen += n
        while i < len(wanted) and seen >= wanted[i] / 100 * count:
            points.append([round(wanted[i], 5), upper / 1000])
            i += 1
    return points


def merge(histograms):
    sums = {}
    for histogram in histograms:
        for upper, count in histogram:
            sums[upper] = sums.get(upper, 0) + count
    return sorted(sums.items())


def cost_inputs():
    return tomllib.loads((LOAD / "cost.toml").read_text(encoding="utf-8"))


def month_dollars(cpu_us, memory_mib, inputs):
    vcpus = inputs["functions"] * inputs["requests_per_second"] * cpu_us / 1e6 / inputs["utilisation"]
    gib = inputs["functions"] * inputs["instances"] * memory_mib / 1024
    return inputs["hours"] * (vcpus * inputs["vcpu_hour"] + gib * inputs["gib_hour"])


def cost(contender, inputs=None):
    cpu, mib = of(contender, "closed", 100, "cpu_us"), memory(contender, "loaded", "pss_kb")
    return None if cpu is None or mib is None else month_dollars(cpu.median, mib, inputs or cost_inputs())
