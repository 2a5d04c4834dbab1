"""Two runs beside each other: in how many rows do the intervals overlap? What is asked is nine of ten."""
import collections
import json
import math

from . import figures, placement, waits
from .svg import number

WANTED = 0.9
ENDED = {"whole": "not interrupted"}


def shown(interval):
    """With as many digits as tell its ends apart."""
    digits = [number(v) for v in (interval.mean, interval.low, interval.high)]
    if len(set(digits)) < 3 and interval.high > interval.low:
        places = max(0, 1 - math.floor(math.log10(interval.high - interval.low)))
        digits = [f"{v:,.{places}f}".replace(",", " ") for v in (interval.mean, interval.low, interval.high)]
    return f"{digits[0]} ({digits[1]} – {digits[2]})"


def figures_of(raw):
    """(contender, what) -> Interval, of all that a run decides: a single value has none."""
    found = {}
    for name, c in raw["contenders"].items():
        for connections in c.get("pairs", {}):
            if c.get("versus", "planish") != name:  # beside itself it is 1 whatever the machine does
                found[name, f"ratio, {connections} connections"] = figures.ratio(c, connections)
            found[name, f"CPU, {connections} connections, µs"] = figures.cpu(c, connections)
        for rate in c.get("open", {}):
            for percent in (50, 99):
                if name != "planish":
                    found[name, f"p{percent} at {rate}, × planish"] = waits.ratio(c, raw["contenders"].get("planish", {}), rate, percent)
                found[name, f"p{percent} at {rate}, µs"] = waits.interval(c, rate, percent)
        found[name, "cold start, ms"] = figures.starts_interval(c, "first_200_us")
    return {key: value for key, value in found.items() if value is not None and value.size > 1}


def table(one, other):
    """Lines of the comparison, that of each figure after those of the rows, the share of rows that agree, and how many only one run has."""
    a, b = figures_of(one), figures_of(other)
    both = [key for key in a if key in b]
    lines = ["| contender | figure | first run | second run | overlap |", "|---|---|---|---|---|"]
    agreed: collections.Counter[str] = collections.Counter()
    rows: collections.Counter[str] = collections.Counter()
    for name, what in both:
        first, second = a[name, what], b[name, what]
        overlaps = first.overlaps(second)
        agreed[what] += overlaps
        rows[what] += 1
        lines.append(f"| {name} | {what} | {shown(first)} | {shown(second)} | {'yes' if overlaps else 'no'} |")
    missing = sorted({f"{name}, {what}" for name, what in (*a, *b)} - {f"{name}, {what}" for name, what in both})
    lines += [f"| an interval in one of them only: {key} | | | | |" for key in missing]
    lines += [f"| all | {what} | | | {agreed[what]} of {count} |" for what, count in rows.items()]
    return lines, agreed.total() / len(both) if both else 0.0, len(missing)


def described(raw):
    """When and where a run was, in a line."""
    f = raw["facts"]
    place = f.get("placement") or {}
    met = ""
    if not place.get("steady", True):
        met = f"; a line from core to core in {place['least_ns']:.1f} to {place['most_ns']:.1f} ns, from one look to the next"
    if place.get("crossing_ns"):
        met = (f"; a line from core to core in {place['crossing_ns']:.2f} ns in {place['looks'] - place['elsewhere']} of {place['looks']} looks, "
               f"{place['waited_s']:.0f} s waited")
    return (f"{f['date']}, commit {(f['commit'] or '?')[:12]}, `{f['command']}`, {ENDED.get(raw['ended'], raw['ended'])}; "
            f"{f['cpu']} ({f['cpu_facts']['family']}), kernel {f['kernel']}; "
            f"steal {100 * f.get('steal_share', 0):.2f} %{met}")


def compare(first, second):
    """Prints the table; true if the runs agree."""
    raws = [placement.keep(json.loads((folder / "raw.json").read_text(encoding="utf-8"))) for folder in (first, second)]
    lines, share, alone = table(*raws)
    print("# Two runs beside each other\n")
    for name, raw in zip(("First", "Second"), raws):
        print(f"- {name}: {described(raw)}")
    kinds = {(raw["facts"]["cpu"], raw["facts"]["cpu_facts"]["family"]) for raw in raws}
    if len(kinds) > 1:
        print("- **They are of two kinds of machine: that they differ says nothing.**")
    print(f"\n{100 * share:.0f} % of the rows overlap; {100 * WANTED:.0f} % are asked for. {alone} rows have an interval in one of them only, and are not counted. "
          "An interval is of 95 %, by bootstrap and Student's t, of the blocks or "
          "rounds of one run.\n")
    print("\n".join(lines))
    return share >= WANTED
