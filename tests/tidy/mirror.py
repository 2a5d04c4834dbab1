#!/usr/bin/env python3
"""Unit tests mirror src: a stem has a test of its name, or stands in mirror.txt, with those that look at it."""
import fnmatch
import pathlib
import sys

from report import report


def stems(root):
    folder = root / "src"
    return {p.relative_to(folder).with_suffix("").as_posix() for p in folder.rglob("*") if p.suffix in (".cpp", ".hpp")}


def tests(root):
    folder = root / "tests/unit"
    return {p.relative_to(folder).as_posix().removesuffix("_test.cpp") for p in folder.rglob("*_test.cpp")}


def rows(root):
    for line in (root / "tests/tidy/mirror.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            stem, _, looked_at_by = line.partition(" ")
            yield stem, looked_at_by.split()


def faults(root):
    without = stems(root) - tests(root)
    apart = tests(root) - stems(root)
    for pattern, looked_at_by in rows(root):
        meant = set(fnmatch.filter(without, pattern))
        if not meant:
            yield f"mirror.txt: {pattern} has a test of its name, stands twice, or is gone"
        without -= meant
        if not looked_at_by:
            yield f"mirror.txt: who looks at {pattern}?"
        for test in looked_at_by:
            apart.discard(test.removeprefix("unit/").removesuffix("_test"))
            if not any((root / "tests" / (test + end)).is_file() for end in (".cpp", ".py", "/CMakeLists.txt")):
                yield f"mirror.txt: {pattern}: there is no tests/{test}"
    yield from (f"src/{stem}: neither a test of its name nor a line in mirror.txt" for stem in sorted(without))
    yield from (f"tests/unit/{test}_test.cpp: nothing in src has its name, and no line in mirror.txt names it" for test in sorted(apart))


def main():
    return report(faults(pathlib.Path(sys.argv[1])), "mirror: each part has its test")


if __name__ == "__main__":
    sys.exit(main())
