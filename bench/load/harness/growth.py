"""How the cost of a request grows: with events, bytes, pipelining, connections and threads. Rounds, not pairs: a series is read by its
shape, and has error bars."""
from .bodies import Body, of_bytes, of_events
from .contenders import WORK
from .loads import CORES, planish_load


def plan(m, growing, rounds, seconds):
    series = {
        "events": [(n, Body(WORK / "bodies", f"events-{n}", of_events(n)), 10, 1) for n in (1, 10, 100, 1000, 10000)],
        "body_bytes": [(n, Body(WORK / "bodies", f"bytes-{n}", of_bytes(n)), 10, 1) for n in (1_000, 10_000, 100_000, 1_000_000)],
        "depth": [(n, m.body, 10, n) for n in (1, 2, 4, 8, 16)],
    }
    ranks = {"events": 30, "body_bytes": 31, "depth": 32}
    for name, points in series.items():
        for value, body, connections, depth in points:
            def once(c, body=body, connections=connections, depth=depth, name=name, value=value):
                m.only(c)
                m.placement.settle()
                answer = c.check(body)
                planish_load(c, body, answer, connections=connections, depth=depth, duration=seconds / 4)
                _keep(m, c, f"growth_{name}", value, planish_load(c, body, answer, connections=connections, depth=depth, duration=seconds))

            m.rounds(rounds, growing, 1.3 * seconds + 0.2, f"growth, {name} {value}", m.forgiving(f"{name} {value}", once), ranks[name],
                     f"growth, {name}")

    for connections in (1, 10, 100, 1000, 10000):
        if connections + 200 > m.files_max:
            continue

        def crowd(c, connections=connections):
            m.only(c)
            m.placement.settle()
            _keep(m, c, "growth_connections", connections, planish_load(c, m.body, m.answers[c.name], connections=connections,
                                                                        duration=seconds, timeout=30))

        m.rounds(rounds, growing, 1.2 * seconds + 0.2 + connections / 2500, f"growth, {connections} connections",
                 m.forgiving(f"{connections} connections", crowd), 33, "growth, connections")


def plan_threads(m, growing, rounds, seconds):
    """1 and 2 event loops on two cores, the generator sharing the second: CPU per request is what can be compared."""
    for threads in (1, 2):
        def once(c, threads=threads):
            c.start(CORES.both, THREADS=str(threads))
            try:
                m.warm_up(c)
                _keep(m, c, "growth_threads", threads, planish_load(c, m.body, m.answers[c.name], connections=100, duration=seconds))
            finally:
                c.stop()

        m.rounds(rounds, [c for c in growing if c.threads], seconds + 0.8, f"growth, {threads} threads",
                 m.forgiving(f"{threads} threads", once), 20, "growth, threads")


def _keep(m, contender, kind, value, result):
    m.keep(contender, kind, value, {"cpu_us": result["cpu_us"], "errors": result["errors"]})
