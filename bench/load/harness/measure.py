"""What all measurements share: the contenders, their servers, the raw results, and how a failure is kept. Each measurement adds steps to
the plan; a step measures one contender once."""
import resource

from . import gates
from .bodies import Body, batch
from .contenders import WORK, Out
from .loads import CORES, pace, warm_up
from .placement import WAIT_SHARE, Placement
from .progress import PRIMARY


class Measurement:
    def __init__(self, contenders, settings, progress):
        self.contenders = contenders
        self.settings = settings
        self.progress = progress
        self.raw: dict = {c.name: {} for c in contenders}
        self.warm: set = set()  # (contender, connections)
        waits = 60 * WAIT_SHARE * settings["minutes"] if settings.get("gated") and settings["minutes"] else 0
        self.placement = Placement(pace, settings.get("crossing_ns"), waits)
        self.usual = gates.Usual()
        self.body = Body(WORK / "bodies", "benchmark", batch(100))
        self.answers: dict = {}
        (WORK / "bodies" / "constant.json").write_text(self.body.answers("prefix8")[0], encoding="utf-8")
        self.files_max = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        try:  # some servers need several files a connection; root may ask for more
            resource.setrlimit(resource.RLIMIT_NOFILE, (max(65536, self.files_max),) * 2)
        except (ValueError, PermissionError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (self.files_max,) * 2)

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
        for number in range(count):
            self.add_round(number, count, contenders, seconds, what, call, rank, series)

    def add_round(self, number, count, contenders, seconds, what, call, rank=None, series="", sure=None):
        """A B C … C B A …: whoever profits from a quiet moment does so in both directions. With a rank, rounds may be
        left out: the later of one rank, the sooner. Without one those may be that are behind the `sure` first, after all else that may."""
        for contender in contenders if number % 2 == 0 else reversed(contenders):
            self.progress.add(seconds, f"{what}, round {number + 1} of {count}: {contender.name}",
                              lambda c=contender: self.attempt(c, lambda: call(c)),
                              (PRIMARY if sure is None or number < sure else number) if rank is None else rank + number / 100, series or what)

    def full(self):
        return [c for c in self.contenders if not c.brief and not c.exits]

    def warm_up(self, contender, connections=100):
        """1 000 requests of a process before the first time, 5 000 where it compiles meanwhile, then 200; each answer is compared."""
        requests = 200 if (contender.name, connections) in self.warm else 5000 if contender.compiles else 1000
        self.warm.add((contender.name, connections))
        warm_up(contender, contender.body(self.body), self.answers[contender.name], connections=connections, requests=requests)

    # -- the running servers, for the loops

    def start_all(self, contenders):
        def start(c):
            self._start(c)
            self.answers[c.name] = c.check(c.body(self.body))
            c.check_refusals()
            if "swallows" not in self.raw[c.name]:
                self.raw[c.name]["swallows"] = c.swallows()
            c.pause()

        for contender in contenders:
            self.progress.add(0.7, f"start and check: {contender.name}",
                              lambda c=contender: self.attempt(c, lambda: start(c)))

    def stop_all(self, contenders):
        def check(c):
            c.resume()
            c.check(c.body(self.body))

        for contender in contenders:
            self.progress.add(0.1, f"check and stop: {contender.name}",
                              lambda c=contender: (self.attempt(c, lambda: check(c)), c.stop()))

    def renew(self, contender):
        """Another process: where its memory lies differs from one to the next, and with it what the same work costs. Who compiles while it
        runs keeps the one that it has warmed up."""
        if contender.compiles:
            return
        self._start(contender)

    def _start(self, contender):
        contender.start(CORES.server)
        self.warm = {(name, connections) for name, connections in self.warm if name != contender.name}

    def only(self, *running):
        """These run, all others stand still; a pause of those that were asked for is over."""
        for contender in self.contenders:
            if contender in running:
                contender.resume()
            else:
                contender.pause()

    def forgiving(self, what, call):
        """At the far end of a series a server may give up; that is a gap in its line, not the end of its race."""

        def attempt(c):
            if any(text.startswith(f"{what}:") for text in self.raw[c.name].get("faults", [])):
                return  # once is enough
            try:
                call(c)
                if c.popen is not None:
                    c.check(c.body(self.body))
            except Exception as why:  # noqa: BLE001
                running = c.popen is not None
                c.stop()
                self.fault(c, what, why)
                if running:
                    c.start(CORES.server)

        return attempt
