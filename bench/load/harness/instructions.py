"""User instructions per request, by callgrind: the one figure that is the same on every machine with the same instruction set."""
import json
import re

from . import ROOT, facts, newer
from .contenders import WORK, Out
from .loads import CORES, planish_load
from .table import cell, markdown

FEW, MANY = 50, 250  # callgrind makes a slow one fifty times as slow
KEPT = ROOT / "bench" / "results" / "instructions.json"
COUNTED = ("src", "include", "cmake/musl", "CMakeLists.txt", "CMakePresets.json", "bench/load/contenders", "bench/load/shared", "bench/load/rust",
           "bench/load/go", "bench/load/wasm", "bench/load/npm", "cmake/options.cmake", "cmake/dependencies.cmake", "cmake/plugins", "cmake/plugins.cmake",
           "cmake/release")
NOT_IN_CALLGRIND = "which knows neither AVX-512 nor SHA instructions: simdjson's AVX2 kernel, and SHA-256 in plain code"
LAUNCH = "valgrind --tool=callgrind --callgrind-out-file=/dev/null"


def counted(measurement, contender, requests):
    """All instructions of a run with so many requests, its start and end too."""
    c = contender
    c.start(CORES.server, LAUNCH=LAUNCH)
    try:
        body = c.body(measurement.body)
        answer = c.check(body)
        planish_load(c, body, answer, connections=10, requests=requests, timeout=60)
    finally:
        c.stop(patience=20)
    log = (WORK / c.name / "server.log").read_text(encoding="utf-8", errors="replace")
    found = re.findall(r"Collected : (\d+)", log)
    if not found:
        raise Out("callgrind has counted nothing")
    return sum(map(int, found))


def known(file=KEPT, compilers=None):
    """The counts that were made of this very code by these compilers: a run need not make them again."""
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    same = kept["code"] is not None and kept["code"] == newer.code(COUNTED) and kept["compilers"] == compilers
    return kept["counts"] if same else {}


def plan(measurement, counts=None):
    """Of all that callgrind can count; but for those whose counts are there."""
    counts = counts or {}

    def once(c):
        few, many = counted(measurement, c, FEW), counted(measurement, c, MANY)
        measurement.raw[c.name]["instructions"] = round((many - few) / (MANY - FEW))

    for contender in measurement.contenders:
        if contender.name in counts:
            measurement.raw[contender.name]["instructions"] = counts[contender.name]
        elif contender.native:
            measurement.progress.add(12, f"instructions: {contender.name}", lambda c=contender: c.out or measurement.forgiving(
                "instructions", once)(c), rank=15, series="instructions")


def table(measurement, chosen, folder):
    """The one figure that a busy machine does not move, as a table of its own, and for runs of the same code."""
    f = facts.gather()
    code = newer.code(COUNTED)
    plan(measurement)
    measurement.progress.run()
    by_name = {c.name: measurement.raw[c.name]["instructions"] for c in chosen if "instructions" in measurement.raw[c.name]}
    rows = []
    for c in sorted((c for c in chosen if c.name in by_name), key=lambda c: by_name[c.name]):
        beside = by_name.get(c.versus)
        rows.append([cell(c.description), f"{by_name[c.name]:,}".replace(",", " "), f"{by_name[c.name] / beside:.2f} × {c.versus}" if beside else "–"])
    missing = [f"{c.name} ({c.out or ', '.join(measurement.raw[c.name].get('faults', []))})" for c in chosen if c.name not in by_name]
    made = f"Made by `bench/load/run --instructions` at commit `{(f['commit'] or '?')[:12]}`, {f['date'][:10]}, {f['compilers']['g++']}."
    how = (f"By callgrind, {NOT_IN_CALLGRIND}; {MANY} requests less {FEW}. The kernel's own work, the same "
           "for all, is not in it, nor what a cache miss costs.")
    rest = f"\nNot counted: {cell('; '.join(missing))}.\n" if missing else ""
    folder.mkdir(parents=True, exist_ok=True)
    text = f"# User instructions a request\n\n{made} {how}\n\n{markdown(['server', 'instructions', 'beside'], rows)}{rest}"
    (folder / "instructions.md").write_text(text, encoding="utf-8")
    kept = {"code": code, "compilers": f["compilers"], "counts": by_name}
    (folder / "instructions.json").write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    return text
