"""Blocks of slices, [ref X X ref]: what happens to the machine happens to both, and what drifts evenly falls out."""
import collections
from collections.abc import Callable
from typing import Any, NamedTuple

TRIES = 4  # a slice that does not pass the gates is repeated three times

Slice = dict[str, Any]
Take = Callable[[Any], tuple[Slice, list[str]]]  # a server -> what was measured, the gates that failed


class Block(NamedTuple):
    slices: list[Slice] | None  # ref, X, X, ref; None if one of them failed each time
    repeats: int
    reasons: collections.Counter[str]


def block(take: Take, reference: Any, contender: Any) -> Block:
    slices: list[Slice] = []
    repeats = 0
    reasons: collections.Counter[str] = collections.Counter()
    for server in (reference, contender, contender, reference):
        for attempt in range(TRIES):
            measured, failed = take(server)
            if not failed:
                slices.append(measured)
                break
            reasons.update(failed)
            repeats += attempt < TRIES - 1
        else:
            return Block(None, repeats, reasons)
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
        self.raw.setdefault("calibration_us", []).append([s.get("calibration_us") for s in one.slices])
        for field in ("user_us", "system_us", "requests_per_second"):
            self.raw[field] += [s[field] for s in one.slices[1:3] if s.get(field) is not None]
