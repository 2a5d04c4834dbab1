"""What the article said, beside what was measured: one claim, one number, one verdict. The verdict is of the article's own program and its
own host; planish stands beside them."""
from typing import Any, NamedTuple

from . import cost, figures, waits
from .intervals import Interval
from .svg import number

# The article's native is Rust, hyper, tokio and serde_json on musl; its Wasm is Wasmtime with WASI 0.2.
PROGRAMS, HOSTS = ("hyper-musl", "hyper-static", "hyper"), ("wasmtime-rust", "wasmtime")
NEAR = 1.25  # a claim held if the figure is within a quarter of it


class Row(NamedTuple):
    claim: str
    program: str
    host: str
    planish: str
    verdict: str


def show(value, unit="") -> str:
    if value is None:
        return "–"
    if isinstance(value, Interval):
        around = f" ({number(value.low)} – {number(value.high)})" if value.high > value.low else ""
        return f"{number(value.mean)}{around}{unit}"
    return f"{number(value)}{unit}"


def verdict(measured, claimed, better=""):
    """`better`: "low" or "high", where one is."""
    if measured is None:
        return "not decided"
    low, high = (measured.low, measured.high) if isinstance(measured, Interval) else (measured, measured)
    least, most = claimed / NEAR, claimed * NEAR
    if least <= low and high <= most:
        return "held"
    if low <= most and least <= high:
        return "not decided"  # the interval has both
    if not better:
        return "more than said" if low > most else "less than said"
    return "better than said" if (high < least) == (better == "low") else "did not hold"


def at_most(measured, claimed):
    """Of a claim "less than": held if all of the interval is below."""
    if measured is None or measured.low <= claimed < measured.high:
        return "not decided"
    return "held" if measured.high <= claimed else "did not hold"


def _more_percent(ratio: Interval | None) -> Interval | None:
    """A ratio as per cent more; a figure below 0 stays so."""
    return ratio and ratio.of(lambda v: 100 * (v - 1))


class Claims:
    def __init__(self, raw: dict[str, Any]):
        self.all = {n: c for n, c in raw["contenders"].items() if not c["out"]}
        self.program = self.first(PROGRAMS)
        self.host = self.first(HOSTS)
        self.planish = self.get("planish")

    def get(self, name):
        return self.all.get(name, {})

    def first(self, names):
        return next((self.all[n] for n in names if n in self.all), {})

    def each(self, what, claimed, figure, unit, better="low"):
        """A figure that the article gives for native and for Wasm."""
        native, wasm = claimed
        values = [figure(c) for c in (self.program, self.host, self.planish)]
        for side, value, index in (("native", native, 0), ("Wasm", wasm, 1)):
            yield Row(f"{what} {value}{unit} {side}", show(values[0], unit), show(values[1], unit), show(values[2], unit),
                      verdict(values[index], value, better))

    def rows(self):
        yield from self.each("cold start", (12, 38), lambda c: (s := figures.starts_interval(c, "listening_us")) and s.of(lambda ms: 1000 * ms), " µs")
        for name, percent, claimed in (("p50", 50, (89, 217)), ("p99", 99, (142, 462))):
            yield from self.each(f"{name} at 100 connections", claimed, lambda c, p=percent: waits.interval(c, "half", p), " µs")
        yield from self.each("max", (891, 2876), lambda c: max((piece["max_us"] for piece in waits.pieces(c, "half")), default=None), " µs")
        yield from self.each("memory", (12, 21), lambda c: figures.memory(c, "loaded"), " MB")
        yield from self.each("size", (4.2, 1.8), lambda c: c.get("size_bytes") and c["size_bytes"] / 1e6, " MB")
        yield from self.each("requests per second", (14200, 4100), lambda c: figures.parts(c, "requests_per_second"), "", "high")
        yield Row("14 200 req/s, one after the other, with a p50 of 89 µs", "14 200 in a second are 70 µs each, and 70 is below the median: arithmetic", "–", "–",
                  "contradicts itself")
        yield from self.ratios()
        yield from self.money()

    def ratios(self):
        wait = waits.ratio(self.host, self.program, "half", 99)
        yield Row("native beats Wasm 3.2 times in p99", "1", show(wait), "–", verdict(wait, 3.2))
        kept = figures.quotient(figures.cpu(self.get("wasmtime-rust-kept")), figures.cpu(self.program))
        more = _more_percent(kept)
        yield Row("18 % runtime overhead", "0", f"{show(more, ' %')} more CPU time with an instance kept", self.overhead(), verdict(more, 18))
        yield self.wasi()
        node = waits.ratio(self.first(("node22", "node")), self.program, "half", 99)
        yield Row("Node 8 times worse in p99", "1", "–", f"Node: {show(node)} times the article's program", verdict(node, 8))
        yield self.static()
        without, with_lto = self.get("hyper-nolto").get("size_bytes"), self.get("hyper").get("size_bytes")
        yield Row("LTO: 8 to 4.2 MB, 48 % less", f"{show(without and without / 1e6, ' MB')} to {show(with_lto and with_lto / 1e6, ' MB')}", "–", "–",
                  verdict(100 * (1 - with_lto / without), 48, "high") if without and with_lto else "not decided")
        plugin = _more_percent(figures.ratio(self.get("planish-plugin")))
        yield Row("plugins by Wasmtime cost < 5 %", "–", "–", f"{show(plugin, ' %')} more CPU time with one that does nothing", at_most(plugin, 5))
        rust = _more_percent(figures.quotient(figures.cpu(self.get("hyper-sonic")), figures.cpu(self.first(("uwebsockets", "drogon")))))
        yield Row("Rust costs < 2 % over C++", f"{show(rust, ' %')} more: hyper and sonic-rs beside uWebSockets and simdjson", "–", "–", at_most(rust, 2))

    def overhead(self):
        """The sandbox alone: the same core behind wasm2c, against the kernel without SIMD that it has."""
        twin = figures.quotient(figures.cpu(self.get("wasm2c-guard")), figures.cpu(self.get("planish-scalar")))
        return f"its core behind wasm2c: {show(_more_percent(twin), ' %')}"

    def wasi(self):
        """At most the host's and WASI's part: what an instance that is kept costs above the same sandbox without them."""
        host, kept, bare, native = (figures.cpu(self.get(n)) for n in ("wasmtime", "wasmtime-kept", "wasm2c-guard", "planish-scalar"))
        share = None
        if host and kept and bare and native and host.mean > native.mean:
            share = 100 * (kept.mean - bare.mean) / (host.mean - native.mean)
        return Row("40 % of Wasm's overhead are WASI calls", "–", f"{show(share, ' %')} at most, HTTP by the host in it; most is a new instance a request", "–",
                   verdict(share, 40))

    def static(self):
        shared, static = (figures.starts_interval(self.get(n), "first_200_us") for n in ("hyper", "hyper-static"))
        ratio = figures.quotient(static, shared)
        saved = ratio and ratio.of(lambda v: 100 * (1 - v))
        said = f"{show(shared, ' ms')} to {show(static, ' ms')}"
        if saved is None or saved.low <= 0 <= saved.high:
            return Row("static linking: 15 % faster cold start", said, "–", "–", "not decided")
        return Row("static linking: 15 % faster cold start", said, "–", "–", verdict(saved, 15, "high") if saved.low > 0 else "did not hold")

    def money(self):
        given = cost.inputs()

        def month(c):
            found = cost.measured(c)
            return found and cost.dollars("process", found, given)

        for side, claimed, contender in (("native", 8200, self.program), ("Wasm", 10500, self.host)):
            value = month(contender)
            yield Row(f"$ {claimed} a month for 10 000 functions, {side}", show(month(self.program)), show(month(self.host)), show(month(self.planish)),
                      verdict(value, claimed) if value else "not decided")
        yield Row("cuts monthly infrastructure spend by $ 220k", "10 500 - 8 200 are $ 2 300 a month: arithmetic", "–", "–", "contradicts itself")


def rows(raw):
    return list(Claims(raw).rows())
