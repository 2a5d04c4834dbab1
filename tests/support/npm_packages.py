"""Packages of npm that a test compares with: installed once, as the lock file pins them, where a registry is in reach."""
import fcntl
import pathlib
import shutil
import subprocess

FETCH = ("npm", "ci", "--omit=optional", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline",
         "--fetch-retries=1")


def installed(folder, patience=240):
    """True if what the lock file of `folder` names is there. Tests that want the same folder wait for each other."""
    folder = pathlib.Path(folder)
    complete = folder / "node_modules/.package-lock.json"  # npm writes it last
    with open(folder / "package-lock.json", "rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not complete.exists() and shutil.which("npm"):
            try:
                subprocess.run(FETCH, cwd=folder, timeout=patience, check=False, stdin=subprocess.DEVNULL,
                               capture_output=True)
            except subprocess.TimeoutExpired:
                pass
        return complete.exists()
