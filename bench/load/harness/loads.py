"""The generators: planish_load for both loops, wrk beside it as a check of what it says."""
import json
import os
import subprocess
import threading

from . import LOAD, ROOT, cache, gates, machine, process
from .contenders import Out

TOOLS = ROOT / "build" / "load" / "bin"


class Cores:
    """The server's core and the generator's; one and the same where there is only one."""

    def __init__(self):
        cores = sorted(os.sched_getaffinity(0))
        self.numbers = cores[:2]
        self.server = str(cores[0])
        self.generator = str(cores[1] if len(cores) > 1 else cores[0])
        self.both = f"{self.server},{self.generator}" if len(cores) > 1 else self.server


CORES = Cores()


def build_tools():
    for command in (
        ["cmake", "-S", str(ROOT), "--preset", "release", "-B", str(ROOT / "build" / "load"), "-DBUILD_TESTING=OFF"],
        ["cmake", "--build", str(ROOT / "build" / "load"), "--target", "planish_load", "planish_start", "planish_pace"],
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT,
                              env=os.environ | cache.compiler_environment())
        if done.returncode != 0:
            raise SystemExit(f"the load generator does not build:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")


def _alive(contender):
    if contender.popen.poll() is not None:
        raise Out("the server died under load" + contender.last_words())


def _converse(command, limit, at_mark):
    """Runs planish_load; calls at_mark(name, pid) while nothing is under way. Its last line and what it complained of."""
    line = ""
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          start_new_session=True) as load:
        assert load.stdin and load.stdout and load.stderr  # as asked for
        alarm = threading.Timer(limit, load.kill)
        alarm.start()
        try:
            for line in load.stdout:
                if line.startswith("{"):
                    break
                at_mark(line.strip(), load.pid)
                load.stdin.write("\n")
                load.stdin.flush()
            else:
                line = ""
            load.stdout.read()
            load.wait(limit)
        except BrokenPipeError:
            line = ""
        finally:
            alarm.cancel()
            load.kill()
        return line if load.returncode in (0, 1) else "", load.stderr.read().strip()[-200:]


def planish_load(contender, body, answer, **options):
    """planish_load with these options; its JSON, and the server's CPU time per answer, opening and closing apart."""
    priority = process.USUAL if "rate" in options else process.LAST  # in an open loop the generator must not come late
    command = process.placed(priority, CORES.generator, str(TOOLS / "planish_load"), "--port", str(contender.port), "--body", str(body.path), "--marks", "1")
    command += ["--expect", str(answer)] if answer else []
    for name, value in options.items():
        command += [f"--{name}", str(value)]
    readings = {}

    def at_mark(name, pid):
        readings[name] = machine.read(contender.popen.pid, [pid], CORES.numbers)

    limit = 45 + 2 * float(options.get("duration", 0)) + float(options.get("timeout", 0))
    line, complaint = _converse(command, limit, at_mark)
    _alive(contender)
    if not line:
        raise Out(f"planish_load: {complaint or 'no answer in time'}")
    result = json.loads(line)
    if not result["right"]:
        raise Out(f"no right answer under load: {faults(result) or 'nothing was answered'}")
    if "begin" in readings and "end" in readings:
        spent = gates.between(readings["begin"], readings["end"])
        result["spent"] = spent
        for name, value in (("cpu_us", spent.server_ns), ("user_us", spent.user_ns), ("system_us", spent.system_ns)):
            result[name] = round(value / 1000 / result["right"], 3)
    return result


def pace():
    return machine.pace(TOOLS / "planish_pace", CORES.server, CORES.generator)


def take_slice(contender, body, answer, connections, seconds, before, usual):
    """A closed loop for so long: what it cost, and which gates it did not pass. `before`: the pace just now; `usual`: what the machine does all the time."""
    result = planish_load(contender, body, answer, connections=connections, duration=seconds)
    after = pace()
    if result["errors"]:
        raise Out("faults under load: " + faults(result))
    result["calibration_us"] = [before.compute_us, after.compute_us]
    result["crossing_ns"] = [before.crossing_ns, after.crossing_ns]
    return result, gates.failed(result.pop("spent"), before, after, usual)


def wrk(contender, body, connections, seconds):
    """The same closed loop by wrk: what it says of requests per second and CPU is kept beside ours."""
    # wrk takes no connection count below its threads' and no fraction of a second.
    command = process.placed(process.LAST, CORES.generator, "wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s",
                             "--timeout", "10s", "-s", str(LOAD / "harness" / "post.lua"), f"http://127.0.0.1:{contender.port}/")
    environment = os.environ | {"BODY": str(body.path)}
    before = process.cpu_ns(contender.popen.pid)
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=seconds + 60, env=environment, start_new_session=True)
    cpu = process.cpu_ns(contender.popen.pid) - before
    _alive(contender)
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if not lines:
        raise Out(f"wrk: {done.stderr.strip()[-200:]}")
    result = json.loads(lines[-1])
    if not result["requests"]:
        raise Out("no request was answered under load")
    result["requests_per_second"] = round(result["requests"] / result["seconds"], 1)
    result["cpu_us"] = round(cpu / 1000 / result["requests"], 3)
    return result


def faults(result):
    kinds = ("wrong_status", "wrong_body", "malformed", "closed", "timeouts", "connect_errors")
    return ", ".join(f"{kind} {result[kind]}" for kind in kinds if result.get(kind))


def warm_up(contender, body, answer, connections=100, requests=1000):
    """So many requests, each answer compared; any fault puts the contender out."""
    result = planish_load(contender, body, answer, connections=connections, requests=requests, timeout=30)
    if result["errors"]:
        raise Out("faults in the warm-up: " + faults(result))
