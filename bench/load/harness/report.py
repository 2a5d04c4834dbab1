"""tables.md, the pictures and the README's part, all from raw.json: what is shown is what was measured."""
import json
import os
from typing import Any

from . import ROOT, claims, cost, figures, placement, plots, text, waits
from .claims import show
from .svg import number
from .table import cell
from .table import markdown as table

BEGIN, END = "<!-- bench:begin -->", "<!-- bench:end -->"
README_ROWS = ("planish", "epoll-floor", "hyper-sonic", "hyper-musl", "wasmtime-rust", "node22")
FORMAT = 3
WHOLE: dict[str, Any] = {"blocks": 10, "rates": (1000, 5000, 20000, "half")}  # what run asks of all (FULL there; a test holds both equal)


def plain(value):
    return "–" if value is None else number(value)


def shorter(settings):
    """What a run asks less than the whole one."""
    if settings["blocks"] < WHOLE["blocks"]:
        yield f"{settings['blocks']} blocks of each: the whole measurement has {WHOLE['blocks']}"
    if not settings["one_blocks"]:
        yield "one connection: not asked for in so short a run"
    rates = [rate for rate in WHOLE["rates"] if rate not in settings["rates"]]
    if rates:
        yield f"the open loop at {', '.join(map(str, rates))} requests a second: not asked for in so short a run"
    if settings.get("growing"):
        yield f"growth of others than {', '.join(settings['growing'])}: not asked for in so short a run"


class Report:
    def __init__(self, raw):
        self.raw = raw
        self.all = raw["contenders"]

    def rows(self, cells, chosen=lambda c: True):
        rows = []
        for name, c in self.all.items():
            found = cells(c) if chosen(c) else []
            if any(one != "–" for one in found):
                rows.append([name + (" (out, see below)" if c["out"] else ""), *found])
        return rows

    def wait_ratio(self, c, rate, percent):
        return waits.ratio(c, self.all.get("planish", {}), rate, percent)

    def rates(self):
        return sorted({rate for c in self.all.values() for rate in c.get("open", {})}, key=lambda r: (r == "half", r.zfill(8)))

    def overview(self, names=None):
        def cells(c):
            size = c["size_bytes"]
            versus = c.get("versus", "planish")
            beside = f" × {versus}" if versus != "planish" and figures.ratio(c) else ""
            waited = [show(self.wait_ratio(c, "half", 99)), show(waits.interval(c, "half", 99))] if with_waits else []
            return [show(figures.ratio(c)) + beside, show(figures.cpu(c)), plain(c.get("instructions")), *waited, show(figures.starts_interval(c, "first_200_us")),
                    f"{plain(figures.memory(c, 'idle'))} / {plain(figures.memory(c, 'loaded'))}", plain(size and size / 1e6)]

        with_waits = waits.held_still(self.raw)
        header = ["server", "× planish", "server's CPU a request, µs", "instructions",
                  *(["p99 at half its maximum, × planish", "p99, µs"] if with_waits else []), "cold start, ms", "resident idle / loaded, MiB", "size, MB"]
        rows = []
        for name, c in self.all.items():
            if c["contest"] != "article" or (names and name not in names):
                continue
            why = c["out"] and (c["out"] if c["out"].startswith("not built") else "out: " + c["out"])
            rows.append([cell(c["description"]), *(cells(c) if not why else [cell(why)] + ["–"] * (len(header) - 2))])
        return table(header, rows)

    def beside(self, chosen):
        """Ratios to whom each is paired with, of those that are chosen."""
        def cells(c):
            other = self.all.get(c.get("versus", "planish"), c)
            return [cell(c["description"]), "–" if other is c else cell(other["description"]), show(figures.ratio(c)), show(figures.cpu(c)),
                    plain(c.get("instructions"))]

        rows = [cells(c) for c in self.all.values() if chosen(c) and figures.ratio(c)]
        return table(["", "beside", "ratio of CPU time", "CPU a request, µs", "instructions"], rows) if rows else ""

    def questions(self):
        return self.beside(lambda c: c["family"] == "planish" and c["contest"] == "article" and c.get("versus", "planish") != "planish")

    def second(self):
        return self.beside(lambda c: c["contest"] != "article")

    def steps(self):
        """From one program to another that differs by one thing."""
        def step(what, one, other):
            a, b = (self.all.get(name, {}) for name in (one, other))
            paired_alike = a.get("versus", "planish") == b.get("versus", "planish")
            found = figures.quotient(figures.ratio(b), figures.ratio(a)) if paired_alike else None
            return found and [what, cell(a["description"]), cell(b["description"]), show(found)]

        rows = [row for row in (step(*names) for names in plots.STEPS) if row]
        return table(["what changes", "from", "to", "CPU time of a request, times"], rows) if rows else ""

    def closed(self, connections):
        def cells(c):
            s = figures.series(c, connections)
            if not s:
                return ["–"]
            wrk = figures.rounds(c, "wrk", connections)
            reasons = ", ".join(f"{k} {v}" for k, v in sorted(s["reasons"].items()))
            return [c.get("versus", "planish"), show(figures.ratio(c, connections)), show(figures.cpu(c, connections)),
                    show(figures.parts(c, "user_us", connections)), show(figures.parts(c, "system_us", connections)),
                    show(figures.parts(c, "requests_per_second", connections)), plain(wrk[0]["requests_per_second"] if wrk else None),
                    plain(wrk[0]["cpu_us"] if wrk else None), str(len(s["blocks"])), str(s["left_out"] + s.get("elsewhere", 0)),
                    f"{s['repeats']}" + (f" ({reasons})" if reasons else "")]

        return table(["", "beside", "ratio", "CPU, µs", "user", "system", "req/s", "req/s by wrk", "CPU by wrk", "blocks", "left out", "repeated"], self.rows(cells))

    def open(self, rate):
        def cells(c):
            beyond, pieces = waits.beyond(c, rate), waits.pieces(c, rate)
            if beyond:
                return [plain(beyond["rate"]), f"beyond what it can ({plain(beyond['beyond'])})"] + ["–"] * 11
            if not pieces:
                return ["–"]
            beside = [show(self.wait_ratio(c, rate, p)) for p in (50, 99)]
            clean = [show(waits.interval(c, rate, p)) for p in (50, 90, 99)]
            every = [plain(waits.wait_us(c, rate, p, "all")) for p in (50, 90, 99)]
            windows, fine, right, due = (sum(piece[name] for piece in pieces) for name in ("windows", "clean_windows", "right", "due"))
            said = ", ".join(sorted({piece["faults"] for piece in pieces} - {""}))
            return [plain(pieces[0]["rate"]), *beside, *clean, f"{fine} of {windows}", *every, plain(max(piece["max_us"] for piece in pieces)),
                    plain(max(piece["late_p99_us"] for piece in pieces)), f"{right} of {due}" + (f": {said}" if said else "")]

        return table(["", "rate", "p50, × planish", "p99, × planish", "p50, µs", "p90", "p99", "clean windows", "p50 of all", "p90", "p99", "max",
                      "generator late, p99", "answered"], self.rows(cells))

    def cold(self):
        def cells(c):
            a, b = figures.starts(c, "listening_us"), figures.starts(c, "first_200_us")
            return [plain(a and a.median), plain(a and a.low), plain(b and b.median), plain(b and b.low), show(figures.starts_interval(c, "first_200_us")),
                    str(len(b.values)) if b else "–", show(figures.instantiation(c))]

        return table(["", "listening p50, ms", "min", "first 200 p50, ms", "min", "mean", "starts", "Wasm instance, µs"], self.rows(cells))

    def memory(self):
        def cells(c):
            sizes = [figures.memory(c, when, field) for when, field in
                     (("idle", "rss_kb"), ("idle", "pss_kb"), ("loaded", "rss_kb"), ("loaded", "pss_kb"), ("loaded", "private_kb"),
                      ("loaded", "peak_kb"), ("idle_1000", "rss_kb"), ("idle_10000", "rss_kb"))]
            return [*map(plain, sizes), plain(figures.bytes_per_idle_connection(c)), plain(figures.bytes_per_idle_connection(c, "kernel_kb"))]

        return table(["", "RSS idle", "PSS idle", "RSS loaded", "PSS loaded", "private loaded", "peak", "RSS, 1 000 idle", "RSS, 10 000 idle",
                      "bytes per idle connection", "the kernel's for both its ends"], self.rows(cells))

    def cost(self):
        given = cost.inputs()

        def cells(c):
            found = cost.measured(c)
            if found is None:
                return ["–"]
            return [*(plain(cost.dollars(mode, found, given)) for mode in cost.MODES), plain(cost.memory_decides_below(found, given))]

        listed = ", ".join(f"{k} {v:g}" for k, v in given.items())
        modes = "; ".join(f"{name}: {what}" for name, what in cost.MODES.items())
        return (f"Dollars a month at {given['requests_per_second']:g} requests a second of each function; over all rates in cost.svg. {modes}. "
                f"Inputs (cost.toml): {listed}.\n\n"
                + table(["", *cost.MODES, "memory decides below, requests a second"], self.rows(cells)))

    def growth(self, kind, what):
        keys = sorted({int(k) for c in self.all.values() for k in c.get(kind, {})})

        def cells(c):
            found = []
            for k in keys:
                s = figures.of(c, kind, k, "cpu_us")
                errors = sum(r.get("errors") or 0 for r in figures.rounds(c, kind, k))
                shown = "–" if s is None else f"{number(s.median)} ({number(s.low)} – {number(s.high)})"
                found.append(shown + (f", {errors} errors" if errors else ""))
            return found

        return table([what, *map(str, keys)], self.rows(cells)) if keys else ""

    def reads(self):
        def swallowed(c):
            return "a constant, whatever comes" if c["floor"] else "; ".join(c["swallows"]) or "none of them" if "swallows" in c else "–"

        return table(["", "what it is", "what of a body it validates", "payloads that are not JSON but get a 200"],
                     [[name, cell(c["description"]), cell(c.get("reads") or "–"), cell(swallowed(c))] for name, c in self.all.items()])

    def claims(self):
        return table(["the article", "its own program here", "its own host here", "planish", ""], [list(map(cell, row)) for row in claims.rows(self.raw)])

    def faults(self):
        lines = [f"- {name}: {c['out']}" for name, c in self.all.items() if c["out"]]
        lines += [f"- {name}, {why}" for name, c in self.all.items() for why in c.get("faults", [])]
        lines += [f"- {why}" for why in self.raw.get("left_out", [])]
        lines += [f"- {why}" for why in shorter(self.raw["settings"])]
        if self.raw.get("ended") != "whole":
            lines.append("- the run was cut short: what is missing was not measured")
        return "\n".join(lines) + "\n" if lines else "None.\n"


def write(folder, readme):
    raw = json.loads((folder / "raw.json").read_text(encoding="utf-8"))
    if raw.get("format") != FORMAT:
        raise SystemExit(f"{folder}/raw.json is of an older harness: its tables are as that made them; what it measured is in them")
    report = Report(placement.keep(raw))
    plots.draw(folder, raw)
    (folder / "tables.md").write_text(text.whole(report, {picture.stem for picture in folder.glob("*.svg")}), encoding="utf-8")
    print(f"{folder}/tables.md and pictures")
    if readme and not raw["settings"].get("gated", True):
        raise SystemExit(f"{folder}: its slices counted whatever else the machine did; no figures for the README")
    if readme:
        path = ROOT / "README.md"
        renewed = between_markers(path.read_text(encoding="utf-8"), text.readme(report, os.path.relpath(folder, ROOT), README_ROWS))
        if renewed is None:
            print(f"README.md has no {BEGIN} … {END}")
        else:
            path.write_text(renewed, encoding="utf-8")
            print("README.md renewed")


def between_markers(content, inside):
    begin, end = content.find(BEGIN), content.find(END)
    if begin < 0 or end < begin:
        return None
    return content[: begin + len(BEGIN)] + "\n" + inside + content[end:]
