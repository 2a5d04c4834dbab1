"""What a tidy test says in the end."""


def report(found, nothing):
    """Prints what was found, or that it was nothing; the exit code."""
    found = list(found)
    print("\n".join(found) or nothing)
    return 1 if found else 0
