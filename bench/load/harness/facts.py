"""Where and with what it was measured: without this a figure means nothing."""
import datetime
import os
import platform
import re
import resource
import subprocess
import sys

from . import ROOT

LIBRARIES = ("libboost1.81-dev", "libsimdjson-dev", "libfmt-dev", "libspdlog-dev", "libxxhash-dev", "zlib1g-dev",
             "libzstd-dev", "libfast-float-dev", "wrk", "nghttp2-client", "gnuplot-nox")


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


def _memory_mb():
    with open("/proc/meminfo", encoding="ascii") as file:
        return int(re.search(r"MemTotal:\s*(\d+)", file.read()).group(1)) // 1024


def libraries():
    versions = {}
    for name in LIBRARIES:
        version = _output("dpkg-query", "-W", "-f", "${Version}", name)
        if version:
            versions[name] = version
    return versions


def gather():
    system = _first_line("sh", "-c", ". /etc/os-release; echo $PRETTY_NAME")
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "commit": _output("git", "rev-parse", "HEAD"),
        "changed_files": len((_output("git", "status", "--porcelain", "--untracked-files=no", "--", ":!bench/results",
                                      ":!README.md") or "").splitlines()),
        "command": " ".join(["bench/load/run", *sys.argv[1:]]),
        "kernel": platform.release(),
        "system": system,
        "cpu": _cpu(),
        "cpus": os.cpu_count(),
        "cpus_allowed": len(os.sched_getaffinity(0)),
        "memory_mb": _memory_mb(),
        "open_files_max": resource.getrlimit(resource.RLIMIT_NOFILE)[1],
        "load_average_before": os.getloadavg(),
        "hypervisor": _output("systemd-detect-virt"),
        "compilers": {
            "g++": _first_line("g++", "--version"),
            "clang++-19": _first_line("clang++-19", "--version"),
            "rustc": _first_line("/usr/bin/rustc", "--version"),
        },
        "libraries": libraries(),
    }
