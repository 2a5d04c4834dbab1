"""The side-by-side measurement; `run` is its command line."""
