"""What the machine adds to what a process takes: how long its threads were ready to run while others ran.

The kernel counts it for each thread (/proc/PID/task/TID/schedstat, the second number, nanoseconds), so it can be taken off
a measured time exactly, on a machine as busy as it likes. A thread that sleeps where it should work, or works for too
long, is not ready to run: what is slow by itself stays slow. Where the kernel doesn't count, nothing is taken off."""
import os
import pathlib
import shutil
import subprocess


class RunDelay:
    """Of the threads that a process has now; by default of the one that asks."""

    def __init__(self, pid=None):
        threads = [f"/proc/{pid}/task/{thread}" for thread in os.listdir(f"/proc/{pid}/task")] if pid else ["/proc/thread-self"]
        self.files = []
        for thread in threads:
            try:
                self.files.append(os.open(f"{thread}/schedstat", os.O_RDONLY | os.O_CLOEXEC))
            except OSError:
                pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for file in self.files:
            os.close(file)

    def seconds(self):
        """Of each thread, since it began."""
        out = []
        for file in self.files:
            try:
                out.append(int(os.pread(file, 100, 0).split()[1]) / 1e9)
            except (OSError, IndexError):  # the thread is gone, or the kernel doesn't count
                out.append(0.0)
        return out

    def since(self, before):
        """What was added to seconds(): that of the thread which has waited for longest, for a request is one thread's."""
        return max((now - then for now, then in zip(self.seconds(), before)), default=0.0)


class Beside:
    """What a client measures of a server, without what the machine kept either of them from running."""

    def __init__(self, pid):
        self.server, self.client, self.seconds = RunDelay(pid), RunDelay(), 0.0

    def __enter__(self):
        self.before = self.server.seconds(), self.client.seconds()
        return self

    def __exit__(self, *_):
        self.seconds = self.server.since(self.before[0]) + self.client.since(self.before[1])


def look_at_threads(pid):
    """One line: what each thread of a process does now. Its state, where in the kernel it waits, and its milliseconds on
    a processor and ready to be on one. A hang has all of them asleep (S), and nothing that grows."""
    out = []
    for task in sorted(pathlib.Path(f"/proc/{pid}/task").iterdir()):
        try:
            state = (task / "stat").read_text(encoding="ascii").rpartition(") ")[2][0]
            where = (task / "wchan").read_text(encoding="ascii") or "0"
            ran, waited = [int(number) // 10**6 for number in (task / "schedstat").read_text(encoding="ascii").split()[:2]]
            out.append(f"{task.name}:{state}:{where}:{ran}+{waited}")
        except (OSError, ValueError):
            continue
    return " ".join(out)


def stacks(pid):
    """Where the threads of a process are, as far as this machine can tell."""
    out = [look_at_threads(pid)]
    for task in sorted(pathlib.Path(f"/proc/{pid}/task").iterdir()):
        for name in ("syscall", "stack"):
            try:
                out.append(f"{task.name} {name}: {(task / name).read_text(encoding='ascii').strip()}")
            except OSError:
                continue
    if shutil.which("gdb"):
        command = ["gdb", "-p", str(pid), "-batch", "-nx", "-ex", "thread apply all bt 12"]
        try:
            done = subprocess.run(command, capture_output=True, timeout=30, check=False)
            out.append(done.stdout.decode("utf-8", "replace")[-6000:])
        except subprocess.TimeoutExpired:
            out.append("gdb had not told after 30 s")
    return "\n".join(out)
