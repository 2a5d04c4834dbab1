"""What the kernel knows of a process and its children: CPU time, memory, listening."""
import os
import socket
import time

from . import LOAD

FIRST, USUAL, LAST = "-20", "0", "19"


def placed(priority, cpus, *command):
    """The command, to be started in a session of its own, with that priority on these CPUs."""
    return [str(LOAD / "harness" / "place"), priority, cpus, *command]


def tree(pid):
    """The process and all that descend from it."""
    pids, found = [pid], []
    while pids:
        one = pids.pop()
        found.append(one)
        try:
            for task in os.listdir(f"/proc/{one}/task"):
                with open(f"/proc/{one}/task/{task}/children", encoding="ascii") as file:
                    pids += map(int, file.read().split())
        except OSError:
            pass
    return found


def cpu_ns(pid):
    """Time on a CPU of all threads of the tree, user and kernel, in ns (the first field of schedstat)."""
    return sum(cpu for cpu, *_ in tasks(pid).values())


def tasks(pid):
    """Of each thread of the tree: ns on a CPU, ns for which it was ready and not running, and how often it was put on a CPU."""
    found = {}
    for one in tree(pid):
        try:
            names = os.listdir(f"/proc/{one}/task")
        except OSError:
            continue
        for task in names:
            try:
                with open(f"/proc/{one}/task/{task}/schedstat", encoding="ascii") as file:
                    cpu, delay, turns = map(int, file.read().split())
            except (OSError, ValueError):
                continue
            found[int(task)] = (cpu, delay, turns)
    return found


def user_system_ns(pid):
    """User and system time of the tree and of its children that have ended, in ns; the kernel splits it by ticks."""
    tick = 1_000_000_000 // os.sysconf("SC_CLK_TCK")
    user = system = 0
    for one in tree(pid):
        try:
            with open(f"/proc/{one}/stat", encoding="ascii", errors="replace") as file:
                fields = file.read().rpartition(")")[2].split()
        except OSError:
            continue
        user += int(fields[11]) + int(fields[13])
        system += int(fields[12]) + int(fields[14])
    return user * tick, system * tick


def _sum_kb(pid, file_name, field):
    total = 0
    for one in tree(pid):
        try:
            with open(f"/proc/{one}/{file_name}", encoding="ascii") as file:
                total += sum(int(line.split()[1]) for line in file if line.startswith(field))
        except OSError:
            pass
    return total


def memory(pid):
    """Resident, proportional and private memory of the tree in KiB; the kernel's own for it, such as socket buffers, is in none of them.
    kernel_kb is of the whole machine: only how it grows says something."""
    return {
        "rss_kb": _sum_kb(pid, "status", "VmRSS:"),
        "pss_kb": _sum_kb(pid, "smaps_rollup", "Pss:"),
        "private_kb": _sum_kb(pid, "smaps_rollup", "Private_"),
        "peak_kb": _sum_kb(pid, "status", "VmHWM:"),
        "kernel_kb": _kernel_kb(),
    }


def _kernel_kb():
    with open("/proc/meminfo", encoding="ascii") as file:
        own = sum(int(line.split()[1]) for line in file if line.startswith(("Slab:", "KernelStack:", "PageTables:")))
    with open("/proc/net/sockstat", encoding="ascii") as file:
        pages = sum(int(line.split()[-1]) for line in file if line.startswith(("TCP:", "UDP:")))
    return own + pages * os.sysconf("SC_PAGE_SIZE") // 1024


def wait_listening(port, popen, seconds=20):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if popen.poll() is not None:
            return False
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return True
        except OSError:
            time.sleep(0.005)
    return False
