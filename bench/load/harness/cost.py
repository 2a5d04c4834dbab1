"""What a month costs, in the three ways in which functions are run. Prices and rates are inputs (cost.toml); CPU time a request and memory
are measured."""
import itertools
import math
import tomllib
from typing import NamedTuple

from . import LOAD, figures

MODES = {
    "process": "each function a process of its own, always there: paid by vCPU and GiB",
    "shared": "all functions in processes that they share: as many as their CPU time fills",
    "machines": "the same on whole machines, of which one is the least",
}


class Needs(NamedTuple):
    """What a contender takes: CPU time a request, and proportional memory."""

    cpu_us: float
    memory_mib: float


def inputs():
    return tomllib.loads((LOAD / "cost.toml").read_text(encoding="utf-8"))


def vcpus(cpu_us, rate, given):
    return given["functions"] * rate * cpu_us / 1e6 / given["utilisation"]


def dollars(mode: str, needs: Needs, given, rate=None):
    """A month's price; `rate` is requests per second of one function."""
    cpu_us, memory_mib = needs
    cpus = vcpus(cpu_us, given["requests_per_second"] if rate is None else rate, given)
    if mode == "process":
        gib = given["functions"] * given["instances"] * memory_mib / 1024
        return given["hours"] * (cpus * given["vcpu_hour"] + gib * given["gib_hour"])
    processes = math.ceil(max(cpus, 1e-9))
    if mode == "shared":
        return given["hours"] * (cpus * given["vcpu_hour"] + processes * memory_mib / 1024 * given["gib_hour"])
    per_machine = min(given["machine_vcpus"], given["machine_gib"] * 1024 / memory_mib)
    return given["hours"] * given["machine_hour"] * max(1, math.ceil(cpus / per_machine))


def memory_decides_below(needs: Needs, given):
    """The rate of one function at which its CPU time costs as much as its memory, each function a process: below it speed buys nothing."""
    memory = given["instances"] * needs.memory_mib / 1024 * given["gib_hour"]
    cpu_per_request = needs.cpu_us / 1e6 / given["utilisation"] * given["vcpu_hour"]
    return memory / cpu_per_request


def rate_of(needs: Needs, given, month: float):
    """Requests per second of one function, each a process, for which a month costs so much; None where it costs more without any."""
    idle, one = (dollars("process", needs, given, rate) for rate in (0.0, 1.0))
    return None if idle > month else (month - idle) / (one - idle)


def measured(contender) -> Needs | None:
    """Where both are there."""
    cpu, mib = figures.cpu(contender), figures.memory(contender, "loaded", "pss_kb")
    return None if cpu is None or mib is None else Needs(cpu.mean, mib)


def break_even(mode, one, other, given):
    """The rate of one function at which both cost as much: above it the one that takes less CPU time is cheaper, below it the smaller. None where one
    is cheaper at all rates of the curve, or where whole machines make them cross to and fro."""
    a, b = curve(mode, one, given), curve(mode, other, given)
    signs = [(x, y / z) for (x, y), (_, z) in zip(a, b) if y != z]
    crossings = [(x0, r0, x1, r1) for (x0, r0), (x1, r1) in itertools.pairwise(signs) if (r0 < 1) != (r1 < 1)]
    if len(crossings) != 1:
        return None
    x0, r0, x1, r1 = crossings[0]
    return x0 * (x1 / x0) ** (math.log(r0) / math.log(r0 / r1))


def curve(mode, contender, given):
    """[(requests per second of one function, dollars a month)]"""
    found = measured(contender)
    if found is None:
        return []
    return [(rate, dollars(mode, found, given, rate)) for rate in (10 ** (k / 8) for k in range(-16, 17))]
