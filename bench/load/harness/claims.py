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
    if measured is None or (isinstance(measured, Interval) and measured.size < 2):
        return "not decided"
    low, high = (measured.low, measured.high) if isinstance(measured, Interval) else (measured, measured)
    least, most = claimed / NEAR, claimed * NEAR
    if least <= low and high <= most:
        return "held"
    if (better == "high" and low >= least) or (better == "low" and high <= most):
        return "better than said" if low > most or high < least else "held, or better"
    if low <= most and least <= high:
        return "not decided"  # the interval has both
    if not better:
        return "more than said" if low > most else "less than said"
    return "did not hold"


def undecided(*_):
    return "not decided"


def at_most(measured, claimed):
    """Of a claim "less than": held if all of the interval is below."""
    if measured is None or measured.size < 2 or measured.low <= claimed < measured.high:
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
        self.of_waits = verdict if waits.held_still(raw) else undecided
        self.glibc = self.get("hyper")  # the same program with another allocator: beside the verdict, not in it

    def get(self, name):
        return self.all.get(name, {})

    def first(self, names):
        return next((self.all[n] for n in names if n in self.all), {})

    def each(self, what, claimed, figure, unit, better="low", decides=verdict):
        """A figure that the article gives for native and for Wasm."""
        native, wasm = claimed
        values = [figure(c) for c in (self.program, self.host, self.planish)]
        for side, value, index in (("native", native, 0), ("Wasm", wasm, 1)):
            yield Row(f"{what} {value}{unit} {side}", show(values[0], unit), show(values[1], unit), show(values[2], unit),
                      decides(values[index], value, better))

    def rows(self):
        yield from self.each("cold start", (12, 38), lambda c: (s := figures.starts_interval(c, "listening_us")) and s.of(lambda ms: 1000 * ms), " µs")
        for name, percent, claimed in (("p50", 50, (89, 217)), ("p99", 99, (142, 462))):
            yield from self.each(f"{name} at 100 connections", claimed, lambda c, p=percent: waits.interval(c, "half", p), " µs",
                                 decides=self.of_waits)
        yield from self.each("max", (891, 2876), lambda c: max((piece["max_us"] for piece in waits.pieces(c, "half")), default=None), " µs",
                             decides=undecided)  # the machine's own hiccups are the largest
        yield from self.each("memory", (12, 21), lambda c: (mib := figures.memory(c, "loaded")) and mib * 2**20 / 1e6, " MB")
        yield from self.each("size", (4.2, 1.8), lambda c: self.size_mb(c), " MB")
        yield from self.each("requests per second", (14200, 4100), lambda c: figures.parts(c, "requests_per_second"), "", "high")
        yield Row("14 200 req/s, one after the other, with a p50 of 89 µs", "14 200 in a second are 70 µs each, and 70 is below the median: arithmetic", "–", "–",
                  "contradicts itself")
        yield from self.ratios()
        yield from self.money()

    def ratios(self):
        wait, by_glibc = (waits.ratio(self.host, c, "half", 99) for c in (self.program, self.glibc))
        yield Row("native beats Wasm 3.2 times in p99", "1", f"{show(wait)} times musl's, {show(by_glibc)} times glibc's", "–", self.of_waits(wait, 3.2))
        kept = figures.ratio(self.get("wasmtime-rust-kept"))
        more, by_glibc = (_more_percent(figures.quotient(kept, figures.ratio(c))) for c in (self.program, self.glibc))
        yield Row("18 % runtime overhead", "0", f"with an instance kept {show(more, ' %')} more CPU time than musl's, {show(by_glibc, ' %')} more than glibc's",
                  self.overhead(), verdict(more, 18))
        yield self.wasi()
        node, by_glibc = (waits.ratio(self.first(("node22", "node")), c, "half", 99) for c in (self.program, self.glibc))
        yield Row("Node 8 times worse in p99", f"Node: {show(node)} times musl's, {show(by_glibc)} times glibc's", "–", "–", self.of_waits(node, 8))
        yield self.static()
        without, with_lto = self.get("hyper-nolto").get("size_bytes"), self.get("hyper").get("size_bytes")
        less = f", {show(100 * (1 - with_lto / without), ' %')} less (the article's are 48 %)" if without and with_lto else ""
        yield Row("LTO: 8 to 4.2 MB", f"{show(without and without / 1e6, ' MB')} to {show(with_lto and with_lto / 1e6, ' MB')}{less}", "–", "–",
                  verdict(100 * (1 - with_lto / without), 48, "high") if without and with_lto else "not decided")
        plugin = _more_percent(figures.ratio(self.get("planish-plugin")))
        yield Row("plugins by Wasmtime cost < 5 %", "–", "–", f"{show(plugin, ' %')} more CPU time with one that does nothing", at_most(plugin, 5))
        rust = _more_percent(figures.quotient(figures.ratio(self.get("hyper-sonic")), figures.ratio(self.first(("uwebsockets", "drogon")))))
        yield Row("Rust costs < 2 % over C++", f"{show(rust, ' %')} more: hyper and sonic-rs beside uWebSockets and simdjson", "–", "–", at_most(rust, 2))

    def overhead(self):
        """The sandbox alone: the same core behind wasm2c, against the kernel without SIMD that it has, by the same compiler."""
        twin = figures.quotient(figures.ratio(self.get("wasm2c-guard")), figures.ratio(self.first(("planish-dynamic-scalar", "planish-scalar"))))
        return f"its core behind wasm2c: {show(_more_percent(twin), ' %')}"

    def wasi(self):
        """At most the host's and WASI's part: what an instance that is kept costs above the same sandbox without them."""
        found = [figures.ratio(self.first(n)) for n in (("wasmtime",), ("wasmtime-kept",), ("wasm2c-guard",), ("planish-dynamic-scalar", "planish-scalar"))]
        host, kept, bare, native = found
        if host is None or kept is None or bare is None or native is None or host.low <= native.high:
            return Row("40 % of Wasm's overhead are WASI calls", "–", "–", "–", "not decided")

        def share(a, b, whole, base):
            return max(0.0, 100 * (a - b) / (whole - base))

        most = Interval(share(kept.mean, bare.mean, host.mean, native.mean), share(kept.low, bare.high, host.high, native.low),
                        share(kept.high, bare.low, host.low, native.high), min(host.size, kept.size, bare.size, native.size))
        return Row("40 % of Wasm's overhead are WASI calls", "–", "–", f"its core in wasmtime serve: {show(most, ' %')} at most, HTTP by the host in it; "
                   "most is a new instance a request", "less than said" if most.size > 1 and most.high < 40 / NEAR else "not decided")  # what is at most so cannot hold

    def static(self):
        shared, static = (figures.starts_interval(self.get(n), "first_200_us") for n in ("hyper", "hyper-static"))
        ratio = figures.starts_ratio(self.get("hyper-static"), self.get("hyper"), "first_200_us")
        saved = ratio and ratio.of(lambda v: 100 * (1 - v))
        said = f"{show(shared, ' ms')} to {show(static, ' ms')}"
        if saved is None or saved.low <= 0 <= saved.high:
            return Row("static linking: 15 % faster cold start", said, "–", "–", "not decided")
        return Row("static linking: 15 % faster cold start", said, "–", "–", verdict(saved, 15, "high") if saved.low > 0 else "did not hold")

    def size_mb(self, contender):
        """What is shipped of a program; of what runs in a host its module, which is what the article weighs."""
        shipped = contender.get("shipped") or {"all": contender.get("size_bytes") or 0}
        modules = [size for name, size in shipped.items() if name.endswith("wasm")]
        return (sum(modules) or sum(shipped.values())) / 1e6 or None

    def money(self):
        given = cost.inputs()

        def month(c, claimed):
            found = cost.measured(c)
            return "–" if found is None else f"at {show(cost.rate_of(found, given, claimed))} requests a second of each function"

        for side, claimed in (("native", 8200), ("Wasm", 10500)):
            yield Row(f"$ {claimed} a month for 10 000 functions, {side}", month(self.program, claimed), month(self.host, claimed), month(self.planish, claimed),
                      "depends on the rate")
        yield Row("cuts monthly infrastructure spend by $ 220k", "10 500 - 8 200 are $ 2 300 a month: arithmetic", "–", "–", "contradicts itself")


def rows(raw):
    return list(Claims(raw).rows())
