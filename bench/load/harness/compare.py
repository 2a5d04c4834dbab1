"""Two runs beside each other: in how many rows do the intervals overlap? What is asked is nine of ten."""
import collections
import json

from . import figures, placement, waits
from .svg import number

WANTED = 0.9


def figures_of(raw):
    """(contender, what) -> Interval, of all that a run decides."""
    found = {}
    for name, c in raw["contenders"].items():
        for connections in c.get("pairs", {}):
            found[name, f"ratio, {connections} connections"] = figures.ratio(c, connections)
            found[name, f"CPU, {connections} connections, µs"] = figures.cpu(c, connections)
        for rate in c.get("open", {}):
            for percent in (50, 99):
                if name != "planish":
                    found[name, f"p{percent} at {rate}, × planish"] = waits.ratio(c, raw["contenders"].get("planish", {}), rate, percent)
                found[name, f"p{percent} at {rate}, µs"] = waits.interval(c, rate, percent)
        found[name, "cold start, ms"] = figures.starts_interval(c, "first_200_us")
    return {key: value for key, value in found.items() if value is not None}


def table(one, other):
    """Lines of the comparison, that of each figure after those of the rows, and the share of rows that agree."""
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
        cells = [f"{number(s.mean)} ({number(s.low)} – {number(s.high)})" for s in (first, second)]
        lines.append(f"| {name} | {what} | {cells[0]} | {cells[1]} | {'yes' if overlaps else 'no'} |")
    missing = sorted({f"{name}, {what}" for name, what in (*a, *b)} - {f"{name}, {what}" for name, what in both})
    lines += [f"| only in one of them: {key} | | | | |" for key in missing]
    lines += [f"| all | {what} | | | {agreed[what]} of {count} |" for what, count in rows.items()]
    return lines, agreed.total() / len(both) if both else 0.0


def compare(first, second):
    """Prints the table; true if the runs agree."""
    raws = [placement.keep(json.loads((folder / "raw.json").read_text(encoding="utf-8"))) for folder in (first, second)]
    lines, share = table(*raws)
    print("\n".join(lines))
    print(f"\n{100 * share:.0f} % of the rows overlap; {100 * WANTED:.0f} % are asked for")
    return share >= WANTED
