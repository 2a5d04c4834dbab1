"""The harness of bench/load: standard library only."""
import pathlib

LOAD = pathlib.Path(__file__).resolve().parent.parent
ROOT = LOAD.parent.parent
