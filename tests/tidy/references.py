#!/usr/bin/env python3
"""What refers to the contract names a section that the README has, under its number; and the documents' links lead somewhere."""
import pathlib
import re
import sys

from report import report
from style import tracked

HEADING = re.compile(r"^#{2,4} (?:(\d+)\. )?(.+)$", re.MULTILINE)
# "contract section 8", "contract sections 1 to 4, and 8 and 9", also over the end of a comment's line.
REFERENCE = re.compile(r"\bcontract,?\s+(?:(?://|#)\s*)?sections?\s+(?:(?://|#)\s*)?(\d+(?:(?:,| to| and|, and)\s\d+)*)", re.IGNORECASE)
LINK = re.compile(r"\]\(#([^)]+)\)")
FILE_LINK = re.compile(r"\]\(([^)#:]+)\)")


def anchor_of(heading):
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def faults(root):
    readme = (root / "README.md").read_text()
    numbered = {}
    anchors = set()
    for number, title in HEADING.findall(readme):
        anchors.add(anchor_of(f"{number}. {title}" if number else title))
        if number in numbered:
            yield f"README.md: two sections {number}"
        if number:
            numbered[number] = title
    if list(numbered) != [str(n + 1) for n in range(len(numbered))] or len(numbered) < 7:
        yield f"README.md: the contract's sections are {', '.join(numbered)}"
    for target in LINK.findall(readme):
        if target not in anchors:
            yield f"README.md: no heading is #{target}"
    for page in ("README.md", ".github/CONTRIBUTING.md", ".github/SECURITY.md", "bench/load/README.md"):
        for target in FILE_LINK.findall((root / page).read_text()):
            if not ((root / page).parent / target).exists():
                yield f"{page}: there is no {target}"
    references = 0
    for path in tracked(root):
        if path.suffix not in (".cpp", ".hpp", ".h", ".py", ".md", ".txt", ".cmake") or not path.is_file():
            continue
        name = path.relative_to(root).as_posix()
        text = path.read_text(errors="replace")
        if name.startswith(("src/", "include/", "tests/", "bench/")) and re.search(r"contract-events|contract\.md", text) and name != "tests/tidy/references.py":
            yield f"{name}: the contract is the README's, which has sections"
        for match in REFERENCE.finditer(text):
            references += 1
            for number in re.findall(r"\d+", match[1]):
                if number not in numbered:
                    line = text.count("\n", 0, match.start()) + 1
                    yield f"{name}:{line}: the README has no section {number}"
    if references < 20:
        yield f"only {references} references were found: the search is wrong"


def main():
    return report(faults(pathlib.Path(sys.argv[1])), "references: each leads to a section")


if __name__ == "__main__":
    sys.exit(main())
