"""User instructions per request, by callgrind: the one figure that is the same on every machine with the same instruction set. Valgrind
knows no AVX-512, so simdjson takes its AVX2 kernel in it."""
import re

from .contenders import WORK, Out
from .loads import CORES, planish_load

FEW, MANY = 50, 250  # callgrind makes a slow one fifty times as slow
LAUNCH = "valgrind --tool=callgrind --callgrind-out-file=/dev/null"


def counted(measurement, contender, requests):
    """All instructions of a run with so many requests, its start and end too."""
    c = contender
    c.start(CORES.server, LAUNCH=LAUNCH)
    try:
        body = c.body(measurement.body)
        answer = c.check(body)
        planish_load(c, body, answer, connections=10, requests=requests, timeout=60)
    finally:
        c.stop(patience=20)
    log = (WORK / c.name / "server.log").read_text(encoding="utf-8", errors="replace")
    found = re.findall(r"Collected : (\d+)", log)
    if not found:
        raise Out("callgrind has counted nothing")
    return sum(map(int, found))


def plan(measurement):
    def once(c):
        few, many = counted(measurement, c, FEW), counted(measurement, c, MANY)
        measurement.raw[c.name]["instructions"] = round((many - few) / (MANY - FEW))

    for contender in measurement.contenders:
        if contender.native:
            measurement.progress.add(12, f"instructions: {contender.name}", lambda c=contender: c.out or measurement.forgiving(
                "instructions", once)(c), rank=15, series="instructions")
