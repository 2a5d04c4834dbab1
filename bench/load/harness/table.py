"""A table in Markdown."""


def markdown(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


def cell(words):
    """A bar or a line's end would end the cell."""
    return " ".join(words.replace("|", "\\|").split())
