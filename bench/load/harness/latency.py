"""Open loop: what a user waits, at absolute rates and at half of each one's own maximum."""
import os

from . import intervals, process, windows
from .loads import faults, planish_load
from .progress import PRIMARY

HALF = "half"


def maximum(raw):
    """Requests per second in the closed loop with 100 connections."""
    seen = raw.get("pairs", {}).get("100", {}).get("requests_per_second", [])
    seen = seen or [run["requests_per_second"] for run in raw.get("wrk", {}).get("100", [])]  # where no slice passed the gates
    return intervals.geometric_mean(seen) if seen else None


def schedstats(pid):
    files = [f"/proc/{one}/task/{task}/schedstat" for one in process.tree(pid) for task in os.listdir(f"/proc/{one}/task")]
    return ",".join(files[:40])


def once(m, contender, wanted, seconds, seed):
    most = maximum(m.raw[contender.name])
    if most is None:
        m.fault(contender, f"open loop, {wanted}", "its maximum is not known")
        return
    rate = most / 2 if wanted == HALF else float(wanted)
    if rate > 0.9 * most:
        m.keep(contender, "open", wanted, {"rate": rate, "beyond": round(most, 1)})  # its queue would only grow
        return
    m.only(contender)
    m.warm_up(contender)
    result = planish_load(contender, contender.body(m.body), m.answers[contender.name], connections=100, rate=f"{rate:.1f}", duration=seconds,
                          seed=seed, windows=1, watch=schedstats(contender.popen.pid))
    m.only()
    kept = {name: result[name] for name in ("rate", "due", "right", "errors", "timeouts", "short", "unsent", "seconds", "gap_max_us", "late_p99_us",
                                            "late_max_us", "cpu_us")}
    kept |= {"max_us": result["latency"]["max_us"], "faults": faults(result), **windows.summary(result["windows"], m.settings["gated"])}
    m.keep(contender, "open", wanted, kept)


def plan(measurement, rates, seconds, contenders, rank=None):
    """The same seed for all: what is due, is due at the same moments."""
    for number, wanted in enumerate(rates):
        what = f"open loop, {wanted} requests a second" if wanted != HALF else "open loop, half of the maximum"
        for contender in contenders:
            measurement.progress.add(
                seconds + 0.8, f"{what}: {contender.name}",
                lambda c=contender, w=wanted, n=number: measurement.attempt(c, lambda: once(measurement, c, w, seconds, n + 1)),
                PRIMARY if rank is None else rank + 100 * number, what)
