"""The machine's own counters, and how fast it is at the moment."""
import json
import pathlib
import subprocess
import time

from . import process
from .gates import TICK_NS, Pace, Reading

CPUACCT = pathlib.Path("/sys/fs/cgroup/cpuacct/cpuacct.usage_percpu")  # version 1's root: each core's time on anything, in ns


def _stat_lines(cores: list[int]) -> list[list[int]]:
    wanted = {f"cpu{core}" for core in cores}
    with open("/proc/stat", encoding="ascii") as file:
        return [[int(n) for n in line.split()[1:]] for line in file if line.split(None, 1)[0] in wanted]


def steal_ns(cores: list[int]) -> int:
    return TICK_NS * sum(fields[7] for fields in _stat_lines(cores))


def busy_ns(cores: list[int]) -> tuple[int, int]:
    """How long these cores have run anything, and the step that this is counted in."""
    try:
        each = [int(n) for n in CPUACCT.read_text(encoding="ascii").split()]
        return sum(each[core] for core in cores), 0
    except (OSError, ValueError, IndexError):
        # user, nice, system, irq, softirq: sampled by the tick, not measured.
        return TICK_NS * sum(sum(fields[i] for i in (0, 1, 2, 5, 6)) for fields in _stat_lines(cores)), TICK_NS


def read(server_pid: int, other_pids: list[int], cores: list[int]) -> Reading:
    busy, step = busy_ns(cores)
    tasks = process.tasks(server_pid)
    user, system = process.user_system_ns(server_pid)
    others = sum(process.cpu_ns(pid) for pid in other_pids) + time.process_time_ns()
    return Reading(time.monotonic_ns(), tasks, user, system, busy, step, others, steal_ns(cores), len(cores))


def pace(tool: pathlib.Path, server_core: str, generator_core: str) -> Pace:
    """By planish_pace, while nothing else runs there."""
    done = subprocess.run([str(tool), server_core, generator_core], capture_output=True, text=True, check=True, timeout=30)
    return Pace(**json.loads(done.stdout))
