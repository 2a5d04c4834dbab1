"""Programs of Go modules that a test compares with: built once, as go.mod and go.sum pin them, where Go and its modules are in reach."""
import fcntl
import hashlib
import os
import pathlib
import re
import shutil
import subprocess


def built(folder, patience=500):
    """The program of `folder`: of its own main.go, or of the `tool` that its go.mod names. None where it can't be had."""
    folder = pathlib.Path(folder)
    sources = sorted(path for path in folder.iterdir() if path.name in ("go.mod", "go.sum", "main.go"))
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:16]
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache", "planish/peers")
    program = cache / f"{folder.name}-{digest}"
    tool = re.search(r"(?m)^tool (\S+)$", (folder / "go.mod").read_text(encoding="utf-8"))
    cache.mkdir(parents=True, exist_ok=True)
    with open(f"{program}.lock", "wb") as lock:  # not go.sum: Go locks that itself
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not program.exists() and shutil.which("go"):
            command = ("go", "build", "-mod=readonly", "-trimpath", "-ldflags=-s -w", "-o", f"{program}.new", tool[1] if tool else ".")
            try:
                done = subprocess.run(command, cwd=folder, env={**os.environ, "CGO_ENABLED": "0", "GOFLAGS": ""}, timeout=patience, check=False,
                                      stdin=subprocess.DEVNULL, capture_output=True)
                if done.returncode == 0:
                    os.replace(f"{program}.new", program)
            except subprocess.TimeoutExpired:
                pass
    return program if program.exists() else None
