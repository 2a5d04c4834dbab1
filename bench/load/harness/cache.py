"""Where the peers' builds and downloads are kept, so that the next clone on this machine finds them: beside the musl sysroot
of cmake/release, each under a key made of all that goes into it. planish itself is built anew from each clone (by ccache)."""
import hashlib
import os
import pathlib
import shutil
import subprocess

from . import ROOT

FOLDER = pathlib.Path(os.environ.get("PLANISH_CACHE") or pathlib.Path(
    os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache", "planish")) / "bench"


def _files(folder):
    return sorted(p for p in folder.rglob("*") if p.is_file() and "__pycache__" not in p.parts)


def _output(*command):
    try:
        return subprocess.run(command, capture_output=True, check=False, timeout=30).stdout
    except (OSError, subprocess.TimeoutExpired):
        return b""


def key(paths, packages=()):
    """A few hexadecimal digits of these files and folders, of the compilers and of the packages' versions."""
    digest = hashlib.sha256()
    for path in paths:
        for file in _files(path) if path.is_dir() else [path]:
            digest.update(f"{file.name}\n".encode())
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    digest.update(_output("g++", "-dumpfullversion"))
    if packages:
        digest.update(_output("dpkg-query", "-W", "-f", "${Package} ${Version}\n", *packages))
    return digest.hexdigest()[:16]


def compiler_environment():
    """What cmake/ccache.sh sets."""
    if not shutil.which("ccache"):
        return {}
    return {
        "CCACHE_BASEDIR": str(ROOT),
        "CCACHE_NOHASHDIR": "1",
        "CMAKE_C_COMPILER_LAUNCHER": "ccache",
        "CMAKE_CXX_COMPILER_LAUNCHER": "ccache",
    }
