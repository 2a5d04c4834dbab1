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
    files = [contender.folder / name for name in ("start", "build")]
    return any("NPM" in file.read_text(encoding="utf-8") for file in files if file.exists())


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
