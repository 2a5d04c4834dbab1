"""An open loop's windows of 100 ms: which were clean, and the percentiles of all and of those."""
import statistics
from typing import Any

GAP_MAX_US = 200.0  # the generator looked at its clock at least so often
IDLE_MIN_US = 1000.0  # a hundredth of a window: with less the generator reads answers late, as fast as it can, and that is not the server's doing
DELAY_SLACK_US = 100.0  # each wake-up costs a server about a microsecond of run delay, however quiet the machine is

Steps = list[tuple[int, int]]  # (upper edge in ns, count), rising


def merge(histograms: list[Steps]) -> Steps:
    sums: dict[int, int] = {}
    for histogram in histograms:
        for upper, count in histogram:
            sums[upper] = sums.get(upper, 0) + count
    return sorted(sums.items())


def percentile_us(steps: Steps, percent: float) -> float | None:
    """The upper edge of the step of this rank: never better than what was measured."""
    count = sum(n for _, n in steps)
    seen = 0
    for upper, n in steps:
        seen += n
        if seen >= percent / 100 * count:
            return upper / 1000
    return None


def clean(windows: list[dict[str, Any]]) -> list[bool]:
    """Whether nothing but the server was at work. It is told by the generator's clock and the kernel's counters, never by a latency.
    A run delay counts as the machine's where it is over twice what this server has in most windows."""
    delays = [window["delay_us"] for window in windows]
    allowed = 2 * statistics.median(delays) + DELAY_SLACK_US if delays else 0.0
    return [window["gap_us"] < GAP_MAX_US and window["idle_us"] >= IDLE_MIN_US and window["steal_ticks"] == 0 and window["delay_us"] <= allowed
            for window in windows]


def summary(windows: list[dict[str, Any]], gated: bool = True) -> dict[str, Any]:
    """What is kept of a run: both histograms, their percentiles, how many windows were clean."""
    windows = [window for window in windows if window["histogram_ns"]]
    is_clean = clean(windows) if gated else [True] * len(windows)
    chosen = {
        "all": merge([window["histogram_ns"] for window in windows]),
        "clean": merge([window["histogram_ns"] for window, fine in zip(windows, is_clean) if fine]),
    }
    result: dict[str, Any] = {"windows": len(windows), "clean_windows": sum(is_clean)}
    for name, steps in chosen.items():
        result[name] = {f"p{p}_us": percentile_us(steps, p) for p in (50, 90, 99)} if steps else None
        result[f"{name}_ns"] = steps
    return result


def curve(steps: Steps) -> list[tuple[float, float]]:
    """A few dozen points (percentile, µs) of a histogram."""
    count = sum(n for _, n in steps)
    wanted = [100 * (1 - 10 ** (-k / 8)) for k in range(1, 41) if 10 ** (k / 8) <= count]
    return [(round(p, 5), value) for p in wanted if (value := percentile_us(steps, p)) is not None]
