"""What the article said, beside what was measured: each claim with the figures that decide it, and whether it held."""
from . import figures


def _say(value, form="{:.3g}"):
    return "not measured" if value is None else form.format(value)


def _median(spread):
    return spread.median if spread else None


def _wasm_names(contenders):
    return [name for name in contenders if "wasm" in name]


def _verdict(measured, claimed, within=0.25):
    """Held: within a quarter of what was said."""
    if measured is None:
        return "not decided"
    return "held" if abs(measured / claimed - 1) <= within else "did not hold"


def _ratio(a, b):
    return a / b if a and b else None


def rows(raw):
    """(claim, what was measured, verdict)."""
    contenders = {n: c for n, c in raw["contenders"].items() if not c["out"]}
    planish = contenders.get("planish", {})
    part = "0.5"
    p50, p99 = (_median(figures.latency(planish, part, f)) for f in ("p50_us", "p99_us"))
    listening = _median(figures.starts(planish, "listening_us"))
    throughput = _median(figures.of(planish, "closed", 100, "requests_per_second"))
    memory, size = figures.memory(planish, "loaded"), planish.get("size_bytes")
    node_p99 = _median(figures.latency(contenders.get("node", {}), part, "p99_us"))
    hyper, cpu = (_median(figures.of(contenders.get(n, {}), "closed", 100, "cpu_us")) for n in ("hyper", "planish"))
    static, dynamic = (_median(figures.starts(contenders.get(n, {}), "first_200_us")) for n in ("planish", "planish-dynamic"))
    saved = 100 * (1 - static / dynamic) if static and dynamic else None
    out = [
        ("cold start 12 µs native", f"{_say(listening)} ms from exec until it listens",
         "did not hold" if listening and listening > 0.015 else "not decided" if listening is None else "held"),
        ("p50 89 µs, p99 142 µs native, 100 connections",
         f"p50 {_say(p50)} µs, p99 {_say(p99)} µs, open loop at half of the maximum", _verdict(p99, 142)),
        ("14 200 req/s native", f"{_say(throughput, '{:.0f}')} req/s on one core, 100 connections", _verdict(throughput, 14200)),
        ("89 µs at 100 connections *and* 14 200 req/s",
         "100 connections in a closed loop at 89 µs each are 1.1 million req/s: arithmetic", "contradicts itself"),
        ("memory 12 MB native", f"{_say(memory)} MiB resident after load", _verdict(memory, 12)),
        ("size 4.2 MB native", f"{_say(size and size / 1e6)} MB", _verdict(size and size / 1e6, 4.2)),
        ("Node 8x worse in p99", f"{_say(_ratio(node_p99, p99))}x, each at half of its own maximum",
         _verdict(_ratio(node_p99, p99), 8)),
        ("Rust costs < 2 % over C++", f"hyper 0.14 and serde_json: {_say(_ratio(hyper, cpu))}x planish's CPU per request "
         "(the design, not the language)", "did not hold" if hyper and cpu and hyper / cpu > 1.02 else "not decided"),
        ("static linking starts 15 % faster",
         f"first 200 after {_say(static)} ms static, {_say(dynamic)} ms with shared libraries: {_say(saved, '{:.0f}')} % less",
         _verdict(saved, 15)),
        ("$8 200 native, $10 500 Wasm a month for 10 000 functions; 28 % saved, 22 %, $220k a year",
         f"planish ${_say(figures.cost(planish), '{:.0f}')} by cost.toml; 10 500 / 8 200 is 28 % more, 8 200 / 10 500 is 22 % "
         "less, and the difference is $27 600 a year", "contradicts itself"),
    ]
    for name in _wasm_names(contenders):
        wasm = _median(figures.of(contenders[name], "closed", 100, "cpu_us"))
        out.append(("native beats Wasm 3.2x", f"{name}: {_say(_ratio(wasm, cpu))}x planish's CPU per request",
                    _verdict(_ratio(wasm, cpu), 3.2)))
    return out
