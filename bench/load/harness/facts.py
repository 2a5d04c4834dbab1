"""Where and with what it was measured: without this a figure means nothing."""
import datetime
import os
import platform
import re
import resource
import subprocess
import sys

from . import ROOT, machine

ALLOWED = len(os.sched_getaffinity(0))  # before the harness keeps itself to one core
LIBRARIES = ("libboost1.81-dev", "libsimdjson-dev", "libfmt-dev", "libspdlog-dev", "libxxhash-dev", "zlib1g-dev",
             "libzstd-dev", "libfast-float-dev", "wrk", "nghttp2-client")


def _output(*command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, timeout=30)
    except OSError:
        return None
    return done.stdout.strip() or None


def _first_line(*command):
    text = _output(*command)
    return text.splitlines()[0] if text else None


def _cpu():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        found = re.search(r"model name\s*:\s*(.*)", file.read())
    return found.group(1) if found else platform.machine()


def _cpu_facts():
    """Family, model and stepping, the flags that decide how fast JSON is read, and whether the two cores are one."""
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        text = file.read().partition("\n\n")[0]
    fields = {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in text.splitlines())}
    flags = set(fields.get("flags", "").split())
    cores = sorted(os.sched_getaffinity(0))[:2]
    siblings = [_read(f"/sys/devices/system/cpu/cpu{core}/topology/thread_siblings_list") for core in cores]
    return {
        "family": " ".join(fields.get(name, "?") for name in ("vendor_id", "cpu family", "model", "stepping")),
        "mhz": fields.get("cpu MHz"),
        "flags": sorted(flags & FLAGS),
        "simdjson": simdjson_kernel(flags),
        "siblings": siblings,
        "share_a_core": len(cores) > 1 and siblings[0] is not None and siblings[0] == siblings[1],
        "clock": _read("/sys/devices/system/clocksource/clocksource0/current_clocksource"),
        "steal_share_since_boot": steal_share(),
        "softirq": "in the time of whoever runs" if not _irq_accounting() else "apart (IRQ time accounting)",
    }


# What simdjson asks for, of its kernels the best first (its detection reads the same bits).
KERNELS = {"icelake": {"avx2", "bmi1", "bmi2", "pclmulqdq", "avx512f", "avx512dq", "avx512cd", "avx512bw", "avx512vl", "avx512_vbmi2"},
           "haswell": {"avx2", "bmi1", "bmi2", "pclmulqdq"}, "westmere": {"sse4_2", "pclmulqdq"}}
FLAGS = set().union(*KERNELS.values()) | {"avx512_vnni", "sha_ni", "vaes", "hypervisor"}


def simdjson_kernel(flags):
    return next((name for name, wanted in KERNELS.items() if wanted <= flags), "fallback")


def _read(path):
    try:
        with open(path, encoding="ascii") as file:
            return file.read().strip()
    except OSError:
        return None


def steal_share():
    """Of all time since the machine started, how much the hypervisor took."""
    fields = [int(n) for n in (_read("/proc/stat") or "cpu 0 0 0 0 0 0 0 0").splitlines()[0].split()[1:9]]
    return round(fields[7] / max(1, sum(fields)), 5)


def _irq_accounting():
    config = _output("zgrep", "CONFIG_IRQ_TIME_ACCOUNTING", "/proc/config.gz") or ""
    return config.startswith("CONFIG_IRQ_TIME_ACCOUNTING=y")


def _memory_mb():
    with open("/proc/meminfo", encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("MemTotal:")) // 1024


def libraries():
    versions = {}
    for name in LIBRARIES:
        version = _output("dpkg-query", "-W", "-f", "${Version}", name)
        if version:
            versions[name] = version
    return versions


def compilers():
    return {
        "g++": _first_line("g++", "--version"),
        "clang++-19": _first_line("clang++-19", "--version"),
        "rustc": _first_line("/usr/bin/rustc", "--version"),
        "go": _first_line("go", "version"),
        "node": _first_line("node", "--version"),
    }


def gather():
    system = _first_line("sh", "-c", ". /etc/os-release; echo $PRETTY_NAME")
    return {
        "date": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "commit": _output("git", "rev-parse", "HEAD"),
        "changed_files": len((_output("git", "status", "--porcelain", "--untracked-files=no", "--", ":!bench/results",
                                      ":!README.md") or "").splitlines()),
        "command": " ".join(["bench/load/run", *sys.argv[1:]]),
        "kernel": platform.release(),
        "system": system,
        "cpu": _cpu(),
        "cpu_facts": _cpu_facts(),
        "cpus": os.cpu_count(),
        "cpus_allowed": ALLOWED,
        "memory_mb": _memory_mb(),
        "open_files_max": resource.getrlimit(resource.RLIMIT_NOFILE)[1],
        "load_average_before": os.getloadavg(),
        "hypervisor": _output("systemd-detect-virt", "--vm"),
        "foreign_cpu_counted_in": "ns, by cpuacct" if machine.CPUACCT.exists() else "ticks, by /proc/stat",
        "compilers": compilers(),
        "libraries": libraries(),
    }
