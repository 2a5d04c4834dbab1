"""Blocks of slices, [ref X X ref]: what happens to the machine happens to both, and what drifts evenly falls out."""
import collections
from collections.abc import Callable
from typing import Any, NamedTuple

from . import gates

TRIES = 4  # a slice that does not pass the gates is repeated three times
RESTARTS = 2  # of a block in which the placement of the cores changed

Slice = dict[str, Any]
Take = Callable[[Any], tuple[Slice, list[str]]]  # a server -> what was measured, the gates that failed


class Block(NamedTuple):
    slices: list[Slice] | None  # ref, X, X, ref; None if one of them failed each time
    repeats: int
    reasons: collections.Counter[str]


def block(take: Take, reference: Any, contender: Any, alike: Callable[[float, float], bool] = gates.alike) -> Block:
    """All four in one placement of the cores; one that is not of the first's placement begins the block anew."""
    servers = (reference, contender, contender, reference)
    slices: list[Slice] = []
    repeats, restarts = 0, 0
    reasons: collections.Counter[str] = collections.Counter()
    while len(slices) < len(servers):
        for attempt in range(TRIES):
            measured, failed = take(servers[len(slices)])
            if not failed:
                break
            reasons.update(failed)
            repeats += attempt < TRIES - 1
        else:
            return Block(None, repeats, reasons)
        if slices and not alike(measured["crossing_ns"][0], slices[0]["crossing_ns"][0]):
            reasons["placement"] += 1
            if restarts == RESTARTS:
                return Block(None, repeats, reasons)
            restarts += 1
            repeats += len(slices) + 1
            slices = []
            continue
        slices.append(measured)
    return Block(slices, repeats, reasons)


class Series:
    """All blocks of one contender, as they go into raw.json."""

    def __init__(self, raw: dict[str, Any]):
        self.raw = raw
        for name in ("blocks", "user_us", "system_us", "requests_per_second"):
            raw.setdefault(name, [])
        raw.setdefault("repeats", 0)
        raw.setdefault("left_out", 0)
        raw.setdefault("reasons", {})

    def add(self, one: Block) -> None:
        self.raw["repeats"] += one.repeats
        for reason, count in one.reasons.items():
            self.raw["reasons"][reason] = self.raw["reasons"].get(reason, 0) + count
        if one.slices is None:
            self.raw["left_out"] += 1
            return
        self.raw["blocks"].append([s["cpu_us"] for s in one.slices])
        self.raw.setdefault("calibration_us", []).append([s["calibration_us"] for s in one.slices])
        self.raw.setdefault("crossing_ns", []).append([ns for s in one.slices for ns in s["crossing_ns"]])
        for field in ("user_us", "system_us", "requests_per_second"):
            self.raw[field] += [s[field] for s in one.slices[1:3] if s.get(field) is not None]
