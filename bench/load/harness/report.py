"""tables.md, the plots and the README's table, all from raw.json: what is shown is what was measured."""
import json
import os

from . import ROOT, claims, figures, plots

BEGIN, END = "<!-- bench:begin -->", "<!-- bench:end -->"


def number(value):
    if value is None:
        return "–"
    return f"{value:,.0f}".replace(",", " ") if abs(value) >= 100 else f"{value:.3g}"


def shown(spread):
    """median (minimum – maximum)."""
    if spread is None:
        return "–"
    return f"{number(spread.median)} ({number(spread.low)} – {number(spread.high)})"


def _cell(text):
    """A bar or a line's end would end the cell."""
    return " ".join(text.replace("|", "\\|").split())


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


class Report:
    def __init__(self, raw):
        self.raw = raw
        self.all = raw["contenders"]
        self.base = self.all.get("planish", {})

    def rows(self, cells, full_only=False):
        rows = []
        for name, c in self.all.items():
            if full_only and c["brief"]:
                continue
            found = cells(c)
            if any(cell != "–" for cell in found):
                rows.append([name + (" (out, see below)" if c["out"] else ""), *found])
        return rows

    def parts(self):
        return sorted({part for c in self.all.values() for part in c.get("open", {})}, key=float)

    def overview(self):
        parts = self.parts()
        part = "0.5" if "0.5" in parts else (parts[0] if parts else "0.5")

        def cells(c):
            p99, start = figures.latency(c, part, "p99_us"), figures.starts(c, "first_200_us")
            size = c["size_bytes"]
            return [
                shown(figures.of(c, "closed", 100, "cpu_us")),
                shown(figures.ratio(c, self.base, "closed", 100, "cpu_us")),
                number(p99 and p99.median),
                number(start and start.median),
                f"{number(figures.memory(c, 'idle'))} / {number(figures.memory(c, 'loaded'))}",
                number(size and size / 1e6),
            ]

        head = ["server", "CPU per request, µs", "× planish", f"p99 at {100 * float(part):.0f} % load, µs", "cold start, ms",
                "resident idle / loaded, MiB", "size, MB"]
        rows = []
        for c in self.all.values():
            why = c["out"] and (c["out"] if c["out"].startswith("not built") else "out: " + c["out"])
            rows.append([_cell(c["description"]), *(cells(c) if not why else [_cell(why)] + ["–"] * 5)])
        return table(head, rows)

    def closed(self, connections):
        def cells(c):
            fields = ("cpu_us", "requests_per_second", "p50_us", "p99_us", "p999_us", "max_us", "errors", "timeouts")
            found = [figures.of(c, "closed", connections, f) for f in fields]
            return [shown(s) for s in found[:3]] + [number(s and s.median) for s in found[3:6]] + [
                number(sum(s.values) if s else None) for s in found[6:]]

        return table(["", "CPU, µs", "req/s", "p50, µs", "p99", "p99.9", "max", "errors", "timeouts"],
                     self.rows(cells, full_only=connections != 100))

    def open(self, part):
        def cells(c):
            p = [figures.latency(c, part, f"{f}_us") for f in ("p50", "p99", "p999", "max")]
            faults = [figures.of(c, "open", part, f) for f in ("errors", "timeouts", "short", "unsent")]
            rate, cpu = figures.of(c, "open", part, "rate"), figures.of(c, "open", part, "cpu_us")
            return [number(rate and rate.median), *(shown(s) for s in p), number(cpu and cpu.median),
                    *(number(sum(s.values) if s else None) for s in faults)]

        return table(["", "rate", "p50, µs", "p99, µs", "p99.9, µs", "max, µs", "CPU, µs", "errors", "timeouts", "short",
                      "unsent"], self.rows(cells, full_only=True))

    def cold(self):
        def cells(c):
            a, b = figures.starts(c, "listening_us"), figures.starts(c, "first_200_us")
            warm = figures.spread(v for one in c.get("instantiation_us", {}).get("warm", []) for v in one)
            return [number(a and a.median), number(a and a.low), number(b and b.median), number(b and b.low),
                    str(len(b.values)) if b else "–", shown(warm)]

        return table(["", "listening p50, ms", "min", "first 200 p50, ms", "min", "starts", "Wasm instance, µs"],
                     self.rows(cells))

    def memory(self):
        def cells(c):
            sizes = [figures.memory(c, when, field) for when, field in
                     (("idle", "rss_kb"), ("idle", "pss_kb"), ("loaded", "rss_kb"), ("loaded", "pss_kb"),
                      ("loaded", "peak_kb"), ("idle_1000", "rss_kb"), ("idle_10000", "rss_kb"))]
            return [*map(number, sizes), number(figures.bytes_per_idle_connection(c))]

        return table(["", "RSS idle", "PSS idle", "RSS loaded", "PSS loaded", "peak", "RSS, 1 000 idle", "RSS, 10 000 idle",
                      "bytes per idle connection"], self.rows(cells, full_only=True))

    def cost(self):
        inputs = figures.cost_inputs()
        changed = [k for k in inputs if k != "hours"]

        def cells(c):
            base = figures.cost(c, inputs)
            if base is None:
                return ["–"] * (1 + len(changed))
            return [number(base)] + [
                f"{number(figures.cost(c, inputs | {k: inputs[k] / 2}))} … {number(figures.cost(c, inputs | {k: inputs[k] * 2}))}"
                for k in changed]

        listed = ", ".join(f"{k} {v:g}" for k, v in inputs.items())
        return f"Inputs (bench/load/cost.toml, with the formula): {listed}.\n\n" + table(
            ["", "$ a month", *(f"{k} halved … doubled" for k in changed)], self.rows(cells, full_only=True))

    def growth(self, kind, what):
        keys = sorted({int(k) for c in self.all.values() for k in c.get(kind, {})})

        def cells(c):
            found = [figures.of(c, kind, k, "cpu_us") for k in keys]
            errors = [sum(r.get("errors") or 0 for r in figures.rounds(c, kind, k)) for k in keys]
            return [number(s and s.median) + (f" ({e} errors)" if e else "") for s, e in zip(found, errors)]

        return table([what, *map(number, keys)], self.rows(cells)) if keys else ""

    def facts(self):
        f = self.raw["facts"]
        lines = [
            f"- {f['date']}, commit `{(f['commit'] or '?')[:12]}`" + (f" with {f['changed_files']} changed files"
                                                                      if f["changed_files"] else ""),
            f"- `{f['command']}`",
            f"- {f['cpu']}, {f['cpus_allowed']} of {f['cpus']} CPUs, {f['memory_mb']} MB, {f['hypervisor'] or 'no hypervisor seen'}"
            + (f", {f['open_files_max']} open files a process" if "open_files_max" in f else ""),
            f"- {f['system']}, kernel {f['kernel']}; load average {f['load_average_before'][0]:.2f} before, "
            f"{f['load_average_after'][0]:.2f} after",
            "- " + "; ".join(v for v in f["compilers"].values() if v),
            "- " + ", ".join(f"{k} {v}" for k, v in f["libraries"].items()),
        ]
        for name, c in self.all.items():
            version = " ".join((c["version"] or "version not known").split())[:240]
            lines.append(f"- {name}: {c['description']}; {version}" + (f"; {c['flags']}" if c["flags"] else ""))
        return "\n".join(lines) + "\n"

    def faults(self):
        lines = [f"- {name}: {c['out']}" for name, c in self.all.items() if c["out"]]
        lines += [f"- {name}, {text}" for name, c in self.all.items() for text in c.get("faults", [])]
        lines += [f"- {text}" for text in self.raw.get("left_out", [])]
        if self.raw.get("ended") != "whole":
            lines.append("- the run was cut short: what is missing was not measured")
        return "\n".join(lines) + "\n" if lines else "None.\n"

    def reads(self):
        def swallowed(c):
            return "a constant, whatever comes" if c["floor"] else "; ".join(c["swallows"]) or "none of them" if "swallows" in c else "–"

        return table(["", "what it is", "what of a body it validates", "payloads that are not JSON but get a 200"],
                     [[name, _cell(c["description"]), _cell(c.get("reads") or "–"), _cell(swallowed(c))]
                      for name, c in self.all.items()])

    def claims(self):
        return table(["the article", "measured", ""], [list(row) for row in claims.rows(self.raw)])

    def whole(self):
        s = self.raw["settings"]
        sections = [
            ("Side by side", f"One body of {self.raw['body_bytes']} bytes, 100 events. Server on one core, generator on another; "
             f"{s['rounds']} rounds of {s['seconds']} s, interleaved, there and back; median (minimum – maximum). "
             "`× planish` is the median of the ratios of rounds run side by side.\n\n" + self.overview()),
            ("Closed loop, 100 connections", "wrk; the next request follows the answer. CPU is the server's own, user and kernel, "
             "all threads and children, from schedstat. Requests per second are bounded by the generator for the lean ones.\n\n"
             + self.closed(100)),
            ("Closed loop, 1 connection", "The same with one connection: what a request costs with nobody to share a wake-up.\n\n"
             + self.closed(1)),
        ]
        for part in self.parts():
            sections.append((f"Open loop, {100 * float(part):.0f} % of the maximum",
                             "planish_load, 100 connections: requests start by the clock at this part of the contender's own "
                             "req/s above; latency counts from the intended start.\n\n" + self.open(part)))
        sections += [
            ("Cold start", "From exec to an accepted connect(), and to the first byte of a 200; polled, interleaved with the "
             "static floor.\n\n" + self.cold()),
            ("Memory", "MiB, all processes of the server; idle: after start; loaded: after load on 100 connections; then fresh with "
             "idle keep-alive connections that had one answer each. The kernel's own memory is not in it.\n\n" + self.memory()),
            ("A month", self.cost()),
        ]
        for kind, what in (("growth_events", "events"), ("growth_body_bytes", "bytes, 10 events"), ("growth_depth", "pipelined"),
                           ("growth_connections", "connections"), ("growth_threads", "threads")):
            grown = self.growth(kind, what)
            if grown:
                sections.append((f"Growth: {what}", f"Server CPU per request, µs; median of {s['growth_rounds']} rounds of "
                                 f"{s['growth_seconds']} s.\n\n" + grown))
        sections += [("The article's claims", self.claims()), ("Out or left out, and why", self.faults()),
                     ("What each validates", self.reads()), ("Where and with what", self.facts())]
        return "# planish and its peers\n\nMade by bench/load/run from raw.json; not edited by hand.\n\n" + "\n".join(
            f"## {title}\n\n{text}" for title, text in sections)

    def readme(self, folder):
        f = self.raw["facts"]
        where = (f"Measured {f['date'][:10]} at commit `{(f['commit'] or '?')[:12]}` on {f['cpu']} ({f['cpus_allowed']} CPUs, "
                 f"{f['system']}, kernel {f['kernel']}) by `{f['command']}`. ")
        # A plot without a point is not drawn.
        pictures = [f"![{what}]({folder}/{name}.svg)" for what, name in (
            ("CPU per request", "cpu"), ("Latency at half of each one's maximum", "latency-50"), ("Cold start", "cold-start"),
            ("CPU per request by number of events", "growth-events"),
            ("CPU per request by number of connections", "growth-connections")) if (ROOT / folder / f"{name}.svg").exists()]
        return (where + "How each figure was got, the open loop, growth, cost and what each contender validates: "
                f"[tables]({folder}/tables.md), [raw]({folder}/raw.json).\n\n" + self.overview() + "\n" + "\n\n".join(pictures)
                + "\n\n" + self.claims())


def _between_markers(text, inside):
    begin, end = text.find(BEGIN), text.find(END)
    if begin < 0 or end < begin:
        return None
    return text[: begin + len(BEGIN)] + "\n" + inside + text[end:]


def write(folder, readme):
    raw = json.loads((folder / "raw.json").read_text(encoding="utf-8"))
    report = Report(raw)
    (folder / "tables.md").write_text(report.whole(), encoding="utf-8")
    plots.draw(folder, raw)
    print(f"{folder}/tables.md and plots")
    if readme:
        path = ROOT / "README.md"
        renewed = _between_markers(path.read_text(encoding="utf-8"), report.readme(os.path.relpath(folder, ROOT)))
        if renewed is None:
            print(f"README.md has no {BEGIN} … {END}")
        else:
            path.write_text(renewed, encoding="utf-8")
            print("README.md renewed")
