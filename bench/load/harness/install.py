"""Debian's packages and npm's, where they are missing. What cannot be had is said by those who need it; the others go on."""
import os
import shutil
import subprocess

from . import LOAD, ROOT
from .contenders import NPM
from .progress import Progress


def packages():
    script = ROOT / "cmake" / "packages"
    if not script.exists() or os.environ.get("BENCH_NO_INSTALL"):
        return
    groups = [["build", "bench"]] + ([] if shutil.which("npm") else [["npm"]])  # whoever has a newer Node keeps it
    for wanted in groups:
        if subprocess.run([str(script), *wanted], check=False).returncode != 0:
            Progress.say(f"packages are missing: {' '.join(wanted)} of cmake/packages.txt", end="\n")


def uses_npm(contender):
    return "npm" in contender.needs


# A look at each registry, through its own client.
REACH = {"crates": ["/usr/bin/cargo", "info", "--registry", "crates-io", "hyper"], "npm": ["npm", "ping"], "go": ["go", "list", "-m", "golang.org/x/sys@latest"]}


def is_unreachable(contender):
    """Whether its registry cannot be reached: then it is no fault of the code that it does not build."""
    for registry in contender.needs:
        try:
            failed = subprocess.run(REACH[registry], cwd="/", capture_output=True, check=False, timeout=60).returncode != 0
        except (OSError, subprocess.TimeoutExpired):
            failed = True
        if failed:
            Progress.say(f"{contender.name} is passed over: the registry of {registry} cannot be reached", end="\n")
            return True
    return False


def npm():
    """The pinned packages into a folder under the lock file's hash; once on a machine."""
    lock = LOAD / "npm" / "package-lock.json"
    kept = NPM / "package-lock.json"
    if kept.exists() and kept.read_bytes() == lock.read_bytes() and (NPM / "node_modules" / ".package-lock.json").exists():
        return
    Progress.say("installing npm's peers", end="\n")
    NPM.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", ".npmrc"):
        shutil.copy(LOAD / "npm" / name, NPM)
    shutil.copy(lock, kept)
    try:
        failed = subprocess.run(["npm", "ci", "--silent"], cwd=NPM, check=False).returncode != 0
    except OSError:
        failed = True
    if failed:
        kept.unlink()
        Progress.say("npm's peers are not installed", end="\n")
