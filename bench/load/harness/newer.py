"""Are results older than the code that they measure?"""
import hashlib
import json
import subprocess

from . import ROOT

# What only tells of raw results does not make them older: they are told anew.
TELLING = ("claims", "compare", "cost", "figures", "flame", "intervals", "newer", "plots", "report", "svg", "table", "text", "waits")
MEASURED = ("src", "include", "bench/load/contenders", "bench/load/shared", "bench/load/rust", "bench/load/go", "bench/load/wasm", "bench/load/generator",
            "bench/load/npm", "bench/load/harness", "bench/load/run", "cmake/musl", "cmake/options.cmake", "cmake/dependencies.cmake", "cmake/plugins",
            "cmake/plugins.cmake", "cmake/release", "tests/unit/plugin/guests/parses.c", "CMakeLists.txt", "CMakePresets.json",
            *(f":(exclude)bench/load/harness/{name}.py" for name in TELLING))


def commits_since(commit, paths=MEASURED, root=ROOT):
    """How many commits have changed what was measured since that one; None where that cannot be told."""
    done = subprocess.run(["git", "rev-list", "--count", f"{commit}..HEAD", "--", *paths], cwd=root, capture_output=True, text=True, check=False)
    return int(done.stdout) if done.returncode == 0 else None


def code(paths, root=ROOT):
    """One name for what these paths are in this commit, the same in any other that has them so; None where they are changed, or git is not there."""
    same = subprocess.run(["git", "diff", "--quiet", "HEAD", "--", *paths], cwd=root, capture_output=True, check=False)
    trees = subprocess.run(["git", "rev-parse", *(f"HEAD:{path}" for path in paths)], cwd=root, capture_output=True, text=True, check=False)
    if same.returncode != 0 or trees.returncode != 0:
        return None
    return hashlib.sha256(trees.stdout.encode()).hexdigest()[:16]


def warning(folder, root=ROOT):
    """A line for whoever is about to read these results; nothing where they are of this code."""
    try:
        facts = json.loads((folder / "raw.json").read_text(encoding="utf-8"))["facts"]
    except (OSError, ValueError, KeyError):
        return f"{folder.name} has no results"
    commit = facts.get("commit") or "?"
    since = commits_since(commit, root=root)
    if since == 0:
        return ""
    how = "a commit that this clone does not have" if since is None else f"{since} commits to what it measures before this one"
    return f"the results in {folder.name} are older than the code: of {commit[:12]}, {how}"
