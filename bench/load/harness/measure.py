"""The measurements. Each adds steps to the plan; a step measures one contender once and keeps what it got in `raw`."""
import json
import resource
import socket
import subprocess
import time

from . import figures, process
from .bodies import Body, batch, compact, of_bytes, of_events
from .contenders import WORK, Out
from .loads import CORES, TOOLS, planish_load, warm_up, wrk
from .progress import PRIMARY

SLOW_START_US, VERY_SLOW_START_US = 100_000, 1_000_000


class Measurement:
    def __init__(self, contenders, settings, progress):
        self.contenders = contenders
        self.settings = settings
        self.progress = progress
        self.raw = {c.name: {} for c in contenders}
        self.histograms = {}  # (contender, part): those of all rounds, added up
        self.warm = set()  # (contender, connections)
        self.body = Body(WORK / "bodies", "benchmark", batch(100))
        self.answers = {}
        (WORK / "bodies" / "constant.json").write_text(self.body.answers("prefix8")[0], encoding="utf-8")
        self.files_max = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        try:  # some servers need several files a connection; root may ask for more
            resource.setrlimit(resource.RLIMIT_NOFILE, (max(65536, self.files_max),) * 2)
        except (ValueError, PermissionError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (self.files_max,) * 2)

    # -- what steps have in common

    def attempt(self, contender, call):
        """A contender that fails once is out, with the reason; the others go on."""
        if contender.out:
            return
        try:
            call()
        except Exception as why:  # noqa: BLE001, whatever it is, it is about this one
            contender.out = str(why) if isinstance(why, Out) else repr(why)[:200]
            self.progress.say(f"{contender.name} is out: {why}", end="\n")
            contender.stop()

    def fault(self, contender, what, why):
        """A gap in its figures, and the reason."""
        text = str(why) if isinstance(why, Out) else repr(why)[:200]
        self.raw[contender.name].setdefault("faults", []).append(f"{what}: {text}")
        self.progress.say(f"{contender.name}, {what}: {text}", end="\n")

    def keep(self, contender, kind, key, result):
        self.raw[contender.name].setdefault(kind, {}).setdefault(str(key), []).append(result)

    def rounds(self, count, contenders, seconds, what, call, rank=None, series=""):
        """A B C … C B A …: whoever profits from a quiet moment does so in both directions. With a rank, rounds may be
        left out: the later, the sooner."""
        for number in range(count):
            for contender in contenders if number % 2 == 0 else reversed(contenders):
                self.progress.add(seconds, f"{what}, round {number + 1} of {count}: {contender.name}",
                                  lambda c=contender: self.attempt(c, lambda: call(c)),
                                  PRIMARY if rank is None else rank + 100 * number, series or what)

    def warm_up(self, contender, connections=100):
        """1 000 requests before the first round, then 200; each answer is compared."""
        requests = 200 if (contender.name, connections) in self.warm else 1000
        self.warm.add((contender.name, connections))
        warm_up(contender, self.body, self.answers[contender.name], connections=connections, requests=requests)

    def full(self):
        return [c for c in self.contenders if not c.brief]

    # -- the running servers, for the loops

    def start_all(self, contenders):
        def start(c):
            c.start(CORES.server)
            self.answers[c.name] = c.check(self.body)
            c.check_refusals()
            if "swallows" not in self.raw[c.name]:
                self.raw[c.name]["swallows"] = c.swallows()

        for contender in contenders:
            self.progress.add(0.7, f"start and check: {contender.name}",
                              lambda c=contender: self.attempt(c, lambda: start(c)))

    def stop_all(self, contenders):
        for contender in contenders:
            self.progress.add(0.1, f"check and stop: {contender.name}",
                              lambda c=contender: (self.attempt(c, lambda: c.check(self.body)), c.stop()))

    def closed(self, connections, rounds, seconds, contenders):
        def once(c):
            self.warm_up(c, connections)
            self.keep(c, "closed", connections, wrk(c, self.body, connections, seconds))

        self.rounds(rounds, contenders, seconds + 0.5, f"closed loop, {connections} connections", once)

    def open(self, part, rounds, seconds, rank=None):
        def once(c):
            best = sorted(r["requests_per_second"] for r in self.raw[c.name]["closed"]["100"])
            rate = part * best[len(best) // 2]
            self.warm_up(c)
            result = planish_load(c, self.body, self.answers[c.name], connections=100, rate=f"{rate:.1f}", duration=seconds,
                                  histogram=1)
            steps = result["latency"].pop("histogram_ns", [])
            merged = figures.merge([self.histograms.get((c.name, part), []), steps])
            self.histograms[c.name, part] = merged  # a curve is kept of it: a raw result is to be small enough to keep
            self.raw[c.name].setdefault("open_curve", {})[str(part)] = figures.curve(merged)
            self.keep(c, "open", part, result)

        self.rounds(rounds, self.full(), seconds + 0.6, f"open loop, {100 * part:.0f} % of the maximum", once, rank)

    # -- cold start

    def cold(self, rounds, starts):
        how = {}

        def once(c):
            command = ["taskset", "-c", CORES.generator, str(TOOLS / "planish_start"), str(c.port), str(self.body.path),
                       CORES.server, *how[c.name]["argv"]]
            done = subprocess.run(command, cwd=how[c.name]["cwd"], env=how[c.name]["env"], capture_output=True, text=True,
                                  timeout=60, check=False)
            if done.returncode != 0:
                raise Out("cold start: " + done.stderr.strip()[-200:])
            return json.loads(done.stdout)

        def learn(c):
            if c.out:
                return
            try:
                how[c.name] = c.argv()
                took = once(c)["first_200_us"]
                how[c.name]["starts"] = 3 if took > VERY_SLOW_START_US else 10 if took > SLOW_START_US else starts
            except Exception as why:  # noqa: BLE001
                self.fault(c, "cold start", why)
                how.pop(c.name, None)

        def one_round(number):
            results = {name: [] for name in how}
            for start in range(starts):
                for c in self.contenders if start % 2 == 0 else reversed(self.contenders):
                    if c.name not in how or start % max(1, starts // how[c.name]["starts"]) or \
                            len(results[c.name]) == how[c.name]["starts"]:
                        continue
                    try:
                        results[c.name].append(once(c))
                    except Exception as why:  # noqa: BLE001
                        self.fault(c, "cold start", why)
                        del how[c.name]
            for c in self.contenders:
                if results.get(c.name):
                    self.keep(c, "cold", number, results[c.name])

        for contender in self.contenders:
            self.progress.add(0.3, f"cold start, how: {contender.name}",
                              lambda c=contender: learn(c))
        for number in range(rounds):
            # A start takes from 1 ms to some 300 ms, and about 5 ms to see it off.
            self.progress.add(0.03 * starts * len(self.contenders), f"cold starts, round {number + 1} of {rounds}",
                              lambda n=number: one_round(n), rank=20 + number if number >= 2 else PRIMARY,
                              series="cold starts")

    def instantiation(self):
        def once(c):
            lines = c.shell(c.instantiation_command).split()
            if not lines:
                raise Out("its instantiation command says nothing")
            self.keep(c, "instantiation_us", "warm", [float(line) for line in lines])

        for contender in self.contenders:
            if contender.instantiation_command:
                self.progress.add(2, f"instantiation: {contender.name}",
                                  lambda c=contender: self.attempt(c, lambda: self.forgiving("instantiation", once)(c)))

    # -- memory

    def memory(self, idle_connections):
        def once(c):
            sockets = []
            seen = {}
            try:
                c.start(CORES.server)
                time.sleep(0.3)
                seen["idle"] = process.memory(c.popen.pid)
                self.keep(c, "memory", "figures", seen)
                self.warm_up(c)
                wrk(c, self.body, 100, 2)
                seen["loaded"] = process.memory(c.popen.pid)
                c.stop()
                c.start(CORES.server)
                for count in idle_connections:
                    if count + 200 > self.files_max:
                        continue
                    self.hold(c, sockets, count)
                    seen[f"idle_{count}"] = process.memory(c.popen.pid)
            finally:
                for one in sockets:
                    one.close()
                c.stop()

        for contender in self.full():
            self.progress.add(4 + max(idle_connections) / 2000, f"memory: {contender.name}",
                              lambda c=contender: self.attempt(c, lambda: self.forgiving("memory", once)(c)))

    def hold(self, contender, sockets, count):
        """Keep-alive connections that have each had one answer."""
        text = compact(batch(1)).encode()
        request = (b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
                   % len(text)) + text
        while len(sockets) < count:
            try:
                one = socket.create_connection(("127.0.0.1", contender.port), 10)
                sockets.append(one)
                one.sendall(request)
                if not one.recv(65536).startswith(b"HTTP/1.1 200"):
                    raise Out(f"no 200 on connection {len(sockets)}")
            except OSError as problem:
                raise Out(f"idle connection {len(sockets) + 1}: {problem}") from problem

    # -- growth

    def growth(self, rounds, seconds):
        growing = [c for c in self.contenders if c.growth]
        series = {
            "events": [(n, Body(WORK / "bodies", f"events-{n}", of_events(n)), 10, 1) for n in (1, 10, 100, 1000, 10000)],
            "body_bytes": [(n, Body(WORK / "bodies", f"bytes-{n}", of_bytes(n)), 10, 1)
                           for n in (1_000, 10_000, 100_000, 1_000_000)],
            "depth": [(n, self.body, 10, n) for n in (1, 2, 4, 8, 16)],
        }
        for name, points in series.items():
            for value, body, connections, depth in points:
                def once(c, body=body, connections=connections, depth=depth, name=name, value=value):
                    answer = c.check(body)
                    planish_load(c, body, answer, connections=connections, depth=depth, duration=seconds / 4)
                    result = planish_load(c, body, answer, connections=connections, depth=depth, duration=seconds)
                    self.keep(c, f"growth_{name}", value, result)

                self.rounds(rounds, growing, 1.3 * seconds + 0.2, f"growth, {name} {value}",
                            self.forgiving(f"{name} {value}", once), {"events": 30, "body_bytes": 31, "depth": 32}[name],
                            f"growth, {name}")

        for connections in (1, 10, 100, 1000, 10000):
            if connections + 200 > self.files_max:
                continue

            # wrk opens within its time, and of 10 000 connections some are asked again only after seconds.
            def crowd(c, connections=connections):
                self.keep(c, "growth_connections", connections,
                          planish_load(c, self.body, self.answers[c.name], connections=connections, duration=seconds,
                                       timeout=30))

            self.rounds(rounds, growing, 1.2 * seconds + 0.2 + connections / 2500, f"growth, {connections} connections",
                        self.forgiving(f"{connections} connections", crowd), 33, "growth, connections")

    def threads(self, rounds, seconds):
        """1 and 2 event loops on two cores, the generator sharing the second: CPU per request is what can be compared."""
        for threads in (1, 2):
            def once(c, threads=threads):
                c.start(CORES.both, THREADS=str(threads))
                try:
                    self.warm_up(c)
                    self.keep(c, "growth_threads", threads, wrk(c, self.body, 100, seconds))
                finally:
                    c.stop()

            self.rounds(rounds, [c for c in self.contenders if c.threads], seconds + 0.8, f"growth, {threads} threads",
                        self.forgiving(f"{threads} threads", once), 20, "growth, threads")

    def forgiving(self, what, call):
        """At the far end of a series a server may give up; that is a gap in its line, not the end of its race."""

        def attempt(c):
            if any(text.startswith(f"{what}:") for text in self.raw[c.name].get("faults", [])):
                return  # once is enough
            try:
                call(c)
                if c.popen is not None:
                    c.check(self.body)
            except Exception as why:  # noqa: BLE001
                running = c.popen is not None
                c.stop()
                self.fault(c, what, why)
                if running:
                    c.start(CORES.server)

        return attempt
