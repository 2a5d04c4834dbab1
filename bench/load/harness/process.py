"""What the kernel knows of a process and its children: CPU time, memory, listening."""
import os
import socket
import time


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
    total = 0
    for one in tree(pid):
        try:
            tasks = os.listdir(f"/proc/{one}/task")
        except OSError:
            continue
        for task in tasks:
            try:
                with open(f"/proc/{one}/task/{task}/schedstat", encoding="ascii") as file:
                    total += int(file.read().split()[0])
            except OSError:
                pass
    return total


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
    """Resident and proportional memory of the tree in KiB."""
    return {
        "rss_kb": _sum_kb(pid, "status", "VmRSS:"),
        "pss_kb": _sum_kb(pid, "smaps_rollup", "Pss:"),
        "peak_kb": _sum_kb(pid, "status", "VmHWM:"),
    }


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
