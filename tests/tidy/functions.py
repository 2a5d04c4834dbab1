#!/usr/bin/env python3
"""No function over 70 lines, between its braces: C++ as clang-format lays it out, and Python."""
import ast
import pathlib
import re
import sys

from report import report
from style import tracked

LINES_MAX = 70
# The file and why one of its functions may be longer, each the only one of its file.
LONGER = {
    "src/core/canonical/form_walk.cpp": "one machine, whose states are its labels",
}
OPENS = re.compile(r"\)[\w\s:<>,*&\[\]-]*\{$")
OTHER = re.compile(r"^\s*(//|#|(if|for|while|switch|catch|} else|namespace)\b)")


def indent_of(line):
    return len(line) - len(line.lstrip())


def cpp_functions(lines):
    """(line, lines of the body), outermost ones: what stands within a function belongs to it."""
    at = 0
    while at < len(lines):
        if OPENS.search(lines[at]) and not OTHER.match(lines[at]):
            begin = at
            inside = next((indent_of(line) for line in lines[at + 1:] if line.strip() and line[0] != "#"), 0)
            while at + 1 < len(lines) and not (lines[at].lstrip().startswith("}") and indent_of(lines[at]) < inside and at > begin):
                at += 1
            yield begin + 1, at - begin - 1
        at += 1


def python_functions(text):
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.lineno, node.end_lineno - node.lineno


def functions(path):
    text = path.read_text(errors="replace")
    return python_functions(text) if path.suffix == ".py" else cpp_functions(text.splitlines())


def faults(root):
    counted, unused = 0, set(LONGER)
    for path in tracked(root):
        if path.suffix not in (".cpp", ".hpp", ".py") or not path.is_file():
            continue
        name = path.relative_to(root).as_posix()
        for line, length in functions(path):
            counted += 1
            if length <= LINES_MAX:
                continue
            if name in unused:
                unused.remove(name)
            else:
                yield f"{name}:{line}: a function of {length} lines; which part of it has a name?"
    for name in sorted(unused):
        yield f"{name}: needs no allowance"
    if counted < 1000:
        yield f"only {counted} functions were found: the search is wrong"


def main():
    return report(faults(pathlib.Path(sys.argv[1])), "functions: none is too long")


if __name__ == "__main__":
    sys.exit(main())
