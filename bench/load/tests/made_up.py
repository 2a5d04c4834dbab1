"""Raw results as a run leaves them, made up: what is in them is known."""
import random
from typing import Any


def contender(name: str, family: str = "native", **more: Any) -> dict[str, Any]:
    return {"description": f"what {name} is", "reads": "all of it", "floor": family == "floor", "brief": False, "out": None, "family": family,
            "contest": "article", "versus": "planish", "flags": "-O3", "version": "1.0", "size_bytes": 1_500_000} | more


def pairs(ratio: float, blocks: int = 10, noise: float = 0.02, reference_us: float = 20.0, seed: int = 1) -> dict[str, Any]:
    random_ = random.Random(seed)

    def slice_us(factor: float) -> float:
        return reference_us * factor * random_.lognormvariate(0, noise)

    found = [[slice_us(1), slice_us(ratio), slice_us(ratio), slice_us(1)] for _ in range(blocks)]
    return {"blocks": found, "user_us": [8.0] * 2 * blocks, "system_us": [12.0] * 2 * blocks, "requests_per_second": [1e6 / 20 / ratio] * 2 * blocks,
            "repeats": 3, "left_out": 1, "reasons": {"steal": 3}}


def waits(p99_us: float, rate: float = 5000.0, rounds: int = 6, noise: float = 0.02, seed: int = 1) -> list[dict[str, Any]]:
    random_ = random.Random(seed)
    return [piece(p99_us * random_.lognormvariate(0, noise), number, rate) for number in range(rounds)]


def piece(p99_us: float, number: int = 0, rate: float = 5000.0) -> dict[str, Any]:
    steps = [[50_000, 9000], [90_000, 880], [int(p99_us * 1000), 120]]
    percentiles = {"p50_us": 50.0, "p90_us": 50.0, "p99_us": p99_us}
    return {"round": number, "rate": rate, "due": 10_000, "right": 10_000, "errors": 0, "timeouts": 0, "short": 0, "unsent": 0, "seconds": 2.0, "gap_max_us": 90.0,
            "late_p99_us": 3.0, "late_max_us": 40.0, "cpu_us": 30.0, "max_us": 900.0, "faults": "", "windows": 20, "clean_windows": 18,
            "all": percentiles, "clean": percentiles, "all_ns": steps, "clean_ns": steps}


def measured(name: str, family: str, ratio: float, **more: Any) -> dict[str, Any]:
    size = {"rss_kb": 2048, "pss_kb": 1500, "private_kb": 1400, "peak_kb": 2100}
    return contender(name, family, **more) | {
        "swallows": [], "pairs": {"100": pairs(ratio), "1": pairs(ratio, seed=2)}, "open": {"half": waits(100 * ratio), "1000": waits(90 * ratio)},
        "wrk": {"100": [{"requests_per_second": 40_000.0, "cpu_us": 21.0}]},
        "cold": {"0": [[{"listening_us": 1000.0 * ratio + i, "first_200_us": 1500.0 * ratio + i} for i in range(20)]]},
        "memory": {"figures": [dict.fromkeys(("idle", "loaded", "idle_1000", "idle_10000"), size)]},
        "growth_events": {"1": [{"cpu_us": 5.0 * ratio, "errors": 0}], "100": [{"cpu_us": 20.0 * ratio, "errors": 0}]},
        "instructions": round(30_000 * ratio),
    }


def raw() -> dict[str, Any]:
    floor = measured("epoll-floor", "floor", 0.6)
    floor["minutes"] = {"100": [{"cpu_us": 12.0, "failed": []}, {"cpu_us": 12.5, "failed": ["steal"]}]}
    everyone = {
        "planish": measured("planish", "planish", 1.0), "planish-scalar": measured("planish-scalar", "planish", 2.0, brief=True), "epoll-floor": floor,
        "hyper": measured("hyper", "native", 7.5), "hyper-static": measured("hyper-static", "native", 7.5), "hyper-musl": measured("hyper-musl", "native", 20.0),
        "hyper-sonic": measured("hyper-sonic", "native", 2.9), "uwebsockets": measured("uwebsockets", "native", 2.5),
        "wasm2c-guard": measured("wasm2c-guard", "wasm", 2.3), "wasmtime": measured("wasmtime", "wasm", 21.0),
        "wasmtime-kept": measured("wasmtime-kept", "wasm", 7.0), "wasmtime-rust": measured("wasmtime-rust", "wasm", 28.0),
        "node22": measured("node22", "javascript", 20.0), "planish-plugin": measured("planish-plugin", "planish", 1.03, versus="planish-defaults"),
    }
    facts = {
        "date": "2026-01-01T00:00:00Z", "commit": "0123456789abcdef", "changed_files": 0, "command": "bench/load/run", "kernel": "6.1", "system": "Debian",
        "cpu": "a CPU", "cpus": 2, "cpus_allowed": 2, "memory_mb": 2000, "open_files_max": 1024, "load_average_before": [0, 0, 0], "steal_share": 0.001,
        "load_average_after": [1, 1, 1], "hypervisor": "kvm", "compilers": {"g++": "g++ 12"}, "libraries": {"wrk": "4.1"},
        "cpu_facts": {"family": "AuthenticAMD 25 17 1", "flags": ["avx2"], "simdjson": "haswell", "siblings": ["0", "1"], "share_a_core": False,
                      "clock": "tsc", "softirq": "in the time of whoever runs", "mhz": "2000", "steal_share_since_boot": 0.0},
    }
    settings = {"minutes": 145, "blocks": 10, "seconds": 1, "open_rounds": 10, "open_seconds": 6, "growth_rounds": 2, "growth_seconds": 1,
                "one_blocks": 0, "rates": ["half"]}
    return {"format": 3, "facts": facts, "settings": settings, "body_bytes": 9416, "ended": "whole", "left_out": [], "contenders": everyone}
