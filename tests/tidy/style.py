#!/usr/bin/env python3
"""Rules of style that a reader would otherwise have to remember: sizes, first lines, words, forbidden ways out."""
import pathlib
import re
import subprocess
import sys

from report import report

LINES_MAX = 350
TOP = set(".ci .clang-format .clang-tidy .dockerignore .editorconfig .github .gitignore CMakeLists.txt CMakePresets.json LICENSE README.md "
          "bench cmake docker include src tests".split())
LATER = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")
VAGUE = re.compile(r"\b(class|struct) \w*(Manager|Handler|Helper|Processor|Info|Util)\b")
SKIPS = re.compile(r"GTEST_" + r"SKIP|DISABLED" + r"_|unittest\.skip")
MACRO = re.compile(r"^\s*#\s*define\s")
MACROS_ALLOWED = {"XXH_INLINE_ALL"}


def tracked(root):
    listing = subprocess.run(["git", "-C", str(root), "ls-files"], capture_output=True, text=True)
    if listing.returncode == 0 and listing.stdout:
        return [root / name for name in listing.stdout.splitlines()]
    return [p for part in ("src", "include", "tests", "bench", "cmake") for p in (root / part).rglob("*") if p.is_file()]


def faults(root):
    files = tracked(root)
    for top in sorted({path.relative_to(root).parts[0] for path in files} - TOP):
        yield f"{top}: the top level is fixed; what it holds has a room"
    for path in files:
        name = path.relative_to(root).as_posix()
        if not path.is_file() or path.suffix not in (".hpp", ".cpp", ".py", ".cmake", ".sh"):
            continue
        lines = path.read_text(errors="replace").splitlines()
        code = path.suffix in (".hpp", ".cpp")
        if code and len(lines) > LINES_MAX:
            yield f"{name}: {len(lines)} lines; would it read better as two files?"
        if code and not (lines and lines[0].startswith("//")):
            yield f"{name}:1: the first line says what the file is for"
        if path.suffix == ".hpp" and "#pragma once" not in lines:
            yield f"{name}: no #pragma once"
        for number, line in enumerate(lines, 1):
            if LATER.search(line):
                yield f"{name}:{number}: left for later"
            if code and name.startswith(("src/", "include/")):
                if VAGUE.search(line):
                    yield f"{name}:{number}: a name that says nothing"
                if MACRO.match(line) and not any(m in line for m in MACROS_ALLOWED):
                    yield f"{name}:{number}: a macro"
            if name.startswith("tests/") and SKIPS.search(line):
                yield f"{name}:{number}: a test that may not run"
            if code and len(line) > 120 and 'R"' not in line:
                yield f"{name}:{number}: longer than 120 columns"


def main():
    return report(faults(pathlib.Path(sys.argv[1])), "style: nothing found")


if __name__ == "__main__":
    sys.exit(main())
