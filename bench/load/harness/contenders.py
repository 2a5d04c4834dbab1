"""The contenders: one folder each with `contender.toml`, `start`, and `build` where there is something to build."""
import contextlib
import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import tomllib

from . import LOAD, ROOT, bodies, cache, process

WORK = LOAD / "work"
NPM = cache.FOLDER / f"npm-{cache.key([LOAD / 'npm' / 'package-lock.json'])}"
SHARED = LOAD / "shared"
FIRST_PORT = 18100


# Payloads that are not JSON: whoever answers 200 has not validated them.
MALFORMED_PAYLOADS = {
    "the number 01": b"01",
    "the escape \\q": b'"\\q"',
    "a line's end in a string": b'"\n"',
    "bad UTF-8": b'"\xff"',
    "[1}": b"[1}",
    "[1 2]": b"[1 2]",
}


OF_LIBC = r"(libc|libm|libdl|libpthread|librt|libresolv|ld-linux-x86-64)\.so"


class Out(Exception):
    """A contender cannot be measured: not built, wrong answers, closed connections."""


class Contender:
    def __init__(self, folder, index):
        self.folder = folder
        self.name = folder.name
        self.port = FIRST_PORT + index
        about = tomllib.loads((folder / "contender.toml").read_text(encoding="utf-8"))
        self.description = about["description"]
        self.reads = about.get("reads", "")  # what of a body it validates, and what it does not
        self.not_built = about.get("not_built")  # why there is nothing to measure
        self.in_path = about.get("in_path")  # a program that no registry has: whoever has it has a row
        if self.in_path and not shutil.which(self.in_path):
            self.not_built = f"there is no {self.in_path} in PATH"
        self.brief = about.get("brief", False)  # 100 connections, CPU and cold start only
        self.quick = about.get("quick", False)  # has part in --quick
        self.judged = about.get("judged", False)  # a claim or the bridge wants it: has part in each --minutes
        self.floor = about.get("floor", False)  # answers a constant
        self.narrow = about.get("narrow", False)  # its claim is decided by a few per cent: twice the blocks
        self.compiles = about.get("compiles", False)  # while it runs: it keeps its process
        self.growth = about.get("growth", False)
        self.threads = about.get("threads", False)  # heeds THREADS
        self.hash = about.get("hash", "prefix8")
        self.family = about["family"]  # floor, planish, native, wasm, javascript or go
        self.versus = about.get("versus", "planish")  # whom its slices are paired with
        self.contest = about.get("contest", "article")  # whose body it is sent
        self.compares = about.get("compares", "bytes")  # "value": it sorts members, and is right as JSON
        self.native = about.get("native", False)  # callgrind can count its instructions
        self.latency = about.get("latency", False)  # of the named dozen that have long open loops
        self.needs = about.get("needs", [])  # registries: crates, npm, go
        self.accepts = about.get("accepts", [])  # what its contract allows, and the benchmark's does not
        self.exits = about.get("exits", False)  # no server: a process that only starts and ends
        self.cold = about.get("cold", True)  # false: its first 200 needs another server beside it
        self.flags = about.get("flags", "")
        self.sizes = about.get("size", [])
        self.packages = about.get("packages", [])
        self.version_command = about.get("version")
        self.instantiation_command = about.get("instantiation")
        self.out = f"not built: {self.not_built}" if self.not_built else None  # why it is not measured (further)
        self.popen = None
        self.work = WORK / self.name
        self.is_kept = "inputs" in about  # all that its build is made of, from the root: kept for the next clone
        if self.is_kept:
            inputs = cache.key([ROOT / path for path in about["inputs"]], self.packages)
            self.work = cache.FOLDER / inputs / f"{self.name}-{cache.key([folder])}"

    def environment(self, **more):
        # planish refuses names PLANISH_* that it does not know, and ours are for scripts.
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PLANISH_")}
        return kept | {
            "PORT": str(self.port),
            "THREADS": "1",
            "WORK": str(self.work),
            "ROOT": str(ROOT),
            "NPM": str(NPM),
            "LAUNCH": "",
            "ANSWER": str(WORK / "bodies" / "constant.json"),
        } | more

    def shell(self, command):
        """What a command of contender.toml prints; nothing if it fails or takes too long."""
        done = subprocess.run(["timeout", "60", "bash", "-c", command], cwd=self.folder, env=self.environment(),
                              capture_output=True, text=True, check=False)
        return done.stdout.strip()

    def build(self):
        (WORK / self.name).mkdir(parents=True, exist_ok=True)
        self.work.mkdir(parents=True, exist_ok=True)
        stamp = self.work / "built"
        if not (self.folder / "build").exists() or (self.is_kept and stamp.exists()):
            return
        environment = os.environ | self.environment() | cache.compiler_environment()
        done = subprocess.run(["nice", "./build"], cwd=self.folder, env=environment,
                              capture_output=True, text=True, errors="replace", timeout=3600, check=False)
        if done.returncode != 0:
            raise Out("not built: " + (done.stderr.strip().splitlines() or ["?"])[-1][:200])
        stamp.touch()

    def start(self, cpus="0", **environment):
        self.stop()
        log = open(WORK / self.name / "server.log", "wb")  # noqa: SIM115, closed when the process has it
        with log:
            self.popen = subprocess.Popen(process.placed(process.FIRST, cpus, "./start"), cwd=self.folder, stdout=log, stderr=log,
                                          stdin=subprocess.DEVNULL, env=self.environment(**environment),
                                          start_new_session=True)
        if not process.wait_listening(self.port, self.popen, 60 if environment.get("LAUNCH") else 20):
            self.stop()
            raise Out("did not start" + self.last_words())

    def last_words(self):
        """The end of its log, for whoever reads why it is out."""
        try:
            lines = (WORK / self.name / "server.log").read_text(encoding="utf-8", errors="replace").split("\n")
        except OSError:
            return ""
        lines = [line.strip() for line in lines if line.strip()]
        return f": {lines[-1][:160]}" if lines else ""

    def body(self, benchmark):
        """What it is sent, where others are sent the benchmark's body."""
        if self.contest == "article":
            return benchmark
        return bodies.Body(benchmark.folder, self.contest, bodies.CONTESTS[self.contest]())

    def pause(self):
        """It stands still until resume(): what it does by itself must not be in another's slice."""
        self._signal(signal.SIGSTOP)

    def resume(self):
        self._signal(signal.SIGCONT)

    def _signal(self, what):
        if self.popen is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.popen.pid, what)

    def stop(self, patience=3):
        if self.popen is None:
            return
        self.resume()
        for what, seconds in ((signal.SIGTERM, patience), (signal.SIGKILL, 10)):
            try:
                os.killpg(self.popen.pid, what)
                self.popen.wait(seconds)
                break
            except ProcessLookupError:
                break
            except subprocess.TimeoutExpired:
                continue
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.popen.pid, signal.SIGKILL)  # children that outlived it
        self.popen = None

    def argv(self):
        """How the server is started once its `start` script has done what it does."""
        file = WORK / self.name / "argv.json"
        file.unlink(missing_ok=True)
        environment = self.environment(LAUNCH=str(LOAD / "harness" / "argv"), ARGV_FILE=str(file))
        subprocess.run(["./start"], cwd=self.folder, env=environment, timeout=60, check=False,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if not file.exists():
            raise Out("its start script does not end with: exec $LAUNCH server…")
        how = json.loads(file.read_text(encoding="utf-8"))
        how["argv"][0] = shutil.which(how["argv"][0], path=how["env"].get("PATH")) or how["argv"][0]
        return how

    def post(self, body):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("POST", "/", body if isinstance(body, bytes) else body.encode(), {"Content-Type": "application/json"})
            answer = connection.getresponse()
            return answer.status, answer.read().decode("utf-8", "replace")
        except (OSError, http.client.HTTPException) as problem:
            raise Out(f"no answer: {problem!r}") from problem
        finally:
            connection.close()

    def check(self, body):
        """The file with the answer that it gives to this body, after seeing that it is a right one."""
        status, text = self.post(body.text)
        text = bodies.without_duration(text)
        if status != 200:
            raise Out(f"{body.name}: status {status}")
        if not self.is_right(text, body.answers(self.hash)):
            raise Out(f"{body.name}: a wrong answer, {text[:80]}…")
        return body.answer_file(text)

    def is_right(self, text, answers):
        if self.compares == "bytes":
            return text in answers
        try:
            return json.loads(text) in [json.loads(answer) for answer in answers]
        except ValueError:
            return False

    def check_refusals(self):
        """A floor answers all alike; the others must have read what they were sent."""
        if self.floor:
            return
        for what, text in (("half a body", '{"user_id":1,"events":['), ("a missing member", '{"user_id":1}'),
                           ("a wrong type", '{"user_id":"1","events":[],"metadata":null}')):
            if what in self.accepts:
                continue
            status, _ = self.post(text)
            if not 400 <= status < 500:
                raise Out(f"answers {what} with {status}")

    def swallows(self):
        """Which malformed payloads it answers with a 200."""
        if self.floor:
            return []
        event = b'{"user_id":1,"events":[{"event_type":"a","timestamp":1,"payload":{"id":%s}}],"metadata":null}'
        return [what for what, payload in MALFORMED_PAYLOADS.items() if self.post(event % payload)[0] == 200]

    def shipped(self):
        """File -> bytes of all that has to be, with the libraries that it is linked with but for the C library's own; nothing if one is not there."""
        files = set()
        for path in self.sizes:
            expanded = self.shell(f'printf %s "{path}"') if "$" in path else path
            if not os.path.exists(expanded):
                return {}
            files.add(os.path.realpath(expanded))
            linked = subprocess.run(["ldd", expanded], capture_output=True, text=True, check=False).stdout
            files |= {os.path.realpath(found) for found in re.findall(r"=> (/\S+)", linked) if not re.match(OF_LIBC, os.path.basename(found))}
        return {os.path.basename(file): os.path.getsize(file) for file in sorted(files)}


def shorter(everyone):
    """What --minutes measures where there is no time for everybody: the quick ones, those that users wait for, this project's own questions, what a claim wants."""
    return [c for c in everyone if c.quick or c.latency or c.judged or c.family == "planish" or c.contest != "article"]


def discover(only=None):
    folders = sorted(p.parent for p in (LOAD / "contenders").glob("*/contender.toml"))
    everyone = [Contender(folder, i) for i, folder in enumerate(folders)]
    everyone.sort(key=lambda c: (c.name != "planish", c.family != "planish", c.family != "floor", c.family, c.name))
    if not only:
        return everyone
    unknown = set(only) - {c.name for c in everyone}
    if unknown:
        raise SystemExit(f"no such contender: {', '.join(sorted(unknown))}")
    return [c for c in everyone if c.name in only]


def with_references(names):
    """These, and whom their slices are paired with."""
    known = {c.name: c for c in discover()}
    return sorted({"planish", *names, *(known[name].versus for name in names if name in known)})
