"""The process from outside, where its surroundings are hostile: closed descriptors, files that hang, a full disk, nothing left to have."""
import contextlib
import itertools
import json
import os
import pathlib
import resource
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest

import planish_server
from planish_server import SANITIZED, Server, free_port, request

OK, FAILED, USAGE, BAD_INPUT, UNREACHABLE, NO_RESOURCE, CONFIGURATION = 0, 1, 64, 65, 69, 71, 78
GOOD = b'{"user_id":1,"events":[]}'
TRACED = {"ASAN_OPTIONS": "detect_leaks=0"}  # which it can't do under strace
LOADER = (127, -signal.SIGSEGV)  # how the dynamic loader ends without memory, before the program begins


def clean_environment(**more):
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PLANISH_") and k not in ("PORT", "NOTIFY_SOCKET")}
    environment.update(more)
    return environment


def start(*args, more=None, **options):
    return subprocess.Popen([planish_server.binary(), *map(str, args)], env=clean_environment(**(more or {})), **options)


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def without(closed):
    """For preexec_fn: the program begins with these descriptors closed."""
    def close():
        for number in closed:
            os.close(number)
    return close


# Under strace the leak sanitizer cannot look for anything.
os.environ["ASAN_OPTIONS"] = "detect_leaks=0"


class ClosedStreams(unittest.TestCase):
    SUBSETS = [closed for size in (1, 2, 3) for closed in itertools.combinations((0, 1, 2), size)]

    def test_a_server_puts_null_in_their_places(self):
        for closed in self.SUBSETS:
            port = free_port()
            process = start("serve", "--listen", f"127.0.0.1:{port}", "--access-log", "1", stdin=subprocess.DEVNULL,
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=without(closed))
            try:
                self.assertTrue(planish_server.eventually(lambda: listens(port)), closed)
                for number in closed:
                    self.assertEqual(os.readlink(f"/proc/{process.pid}/fd/{number}"), "/dev/null", closed)
                with planish_server.Connection(("127.0.0.1", port)) as client:
                    for _ in range(3):
                        self.assertEqual(client.ask(request(GOOD)).status, 200)
                    self.assertTrue(client.open_and_silent(), "the log has no business here")
                    process.terminate()
                    self.assertTrue(client.at_end())
                self.assertEqual(process.wait(20), 0, closed)
            finally:
                process.kill()
                process.wait()

    def test_every_command_does_what_it_does(self):
        commands = ((["check"], OK), (["check", "--bogus"], USAGE), (["check", "--max-body", "banana"], CONFIGURATION),
                    (["version"], OK), (["licenses"], OK), (["--help"], OK), (["transform"], BAD_INPUT),
                    (["healthcheck", "--listen", "127.0.0.1:1"], FAILED), (["smoke", "--url", "http://127.0.0.1:1"], UNREACHABLE))
        for closed in self.SUBSETS:
            for args, code in commands:
                process = start(*args, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                preexec_fn=without(closed))
                self.assertEqual(process.wait(20), code, (args, closed))


class FilesThatHang(unittest.TestCase):
    """In the place of the configuration file stands what its reader might wait for, or read without an end."""

    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = pathlib.Path(holder.name)
        self.path = self.folder / "p.toml"

    def put(self, kind):
        self.path.unlink(missing_ok=True)
        if kind == "a FIFO":
            os.mkfifo(self.path)
        elif kind == "a socket":
            with socket.socket(socket.AF_UNIX) as bound:
                bound.bind(str(self.path))
        elif kind == "larger than 4MiB":
            with open(self.path, "wb") as file:
                file.truncate(1 << 40)
        else:
            self.path.symlink_to({"a device": "/dev/zero", "a directory": self.folder}[kind])

    KINDS = ("a FIFO", "a socket", "a device", "a directory", "larger than 4MiB")

    def test_at_start_they_are_an_error(self):
        for kind in self.KINDS:
            self.put(kind)
            for command in ("serve", "check", "transform", "healthcheck"):
                result = subprocess.run([planish_server.binary(), command, "--config", self.path], stdin=subprocess.DEVNULL,
                                        capture_output=True, env=clean_environment(), timeout=20)
                self.assertEqual(result.returncode, CONFIGURATION, (kind, command))
                self.assertIn(kind.encode(), result.stderr)

    def test_sighup_refuses_them_and_sigterm_is_heard(self):
        for kind in self.KINDS:
            self.path.unlink(missing_ok=True)
            self.path.write_text("")
            with Server("--config", self.path) as server:
                self.put(kind)
                server.signal(signal.SIGHUP)
                self.assertIn(kind, server.wait_for_line("not reloaded")["fault"])
                self.assertEqual(server.post(GOOD).status, 200)
                self.assertEqual(server.stop(), 0)

    def test_a_mount_that_does_not_answer_keeps_no_signal_from_being_heard(self):
        """Played by strace, which holds up every thread that opens the file for eight seconds, and that thread alone."""
        self.path.write_text("")
        strace = ["strace", "-f", "-qq", "-o", "/dev/null", "-P", self.path, "-e", "trace=openat,open",
                  "-e", "inject=openat,open:delay_enter=8000000:when=1"]
        with Server("--config", self.path, "--drain-delay", "1s", prefix=strace, env=TRACED) as server:
            with open(f"/proc/{server.pid}/task/{server.pid}/children", encoding="ascii") as children:
                pid = int(children.read().split()[0])
            for _ in range(3):
                os.kill(pid, signal.SIGHUP)
                self.assertTrue(planish_server.heard(pid, signal.SIGHUP))
            self.assertEqual(server.post(GOOD).status, 200)
            begin = time.monotonic()
            os.kill(pid, signal.SIGTERM)
            server.wait_for_line("stopped")
            self.assertLess(time.monotonic() - begin, 6)
            self.assertEqual(server.wait(), 0)  # of strace, which waits for longer
            self.assertNotIn("reloaded", json.dumps(server.lines))


class LostLog(unittest.TestCase):
    """Each request is a line of the log here, and each line that nobody will ever read is counted."""

    def serve(self, stderr, **options):
        self.port = free_port()
        process = start("serve", "--listen", f"127.0.0.1:{self.port}", "--access-log", "1", "--threads", "1", stderr=stderr, **options)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.assertTrue(planish_server.eventually(lambda: listens(self.port)))
        return process

    def ask(self, count):
        with planish_server.Connection(("127.0.0.1", self.port)) as client:
            for _ in range(count):
                self.assertEqual(client.ask(request(GOOD)).status, 200)

    def dropped(self):
        with planish_server.Connection(("127.0.0.1", self.port)) as client:
            scrape = client.ask(request(method="GET", target="/metrics"), "GET").body.decode()
        return next(int(line.split()[1]) for line in scrape.splitlines() if line.startswith("planish_log_dropped_total "))

    def test_a_full_disk(self):
        """Played by a limit on the file's size, which cuts a line in two as a full disk does."""
        unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        with tempfile.NamedTemporaryFile() as log:
            process = self.serve(log)
            self.assertTrue(planish_server.eventually(lambda: b'"ready"' in pathlib.Path(log.name).read_bytes()))
            self.ask(1)
            self.assertTrue(planish_server.eventually(lambda: b'"answered"' in pathlib.Path(log.name).read_bytes()))
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (os.path.getsize(log.name) + 1000, resource.RLIM_INFINITY))
            self.ask(50)
            self.assertTrue(planish_server.eventually(lambda: self.dropped() > 40))
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, unlimited)
            dropped = self.dropped()
            self.assertTrue(planish_server.eventually(lambda: self.dropped() == dropped))
            self.ask(3)
            process.terminate()
            self.assertEqual(process.wait(20), 0)
            whole, torn = [], []
            for line in pathlib.Path(log.name).read_text().splitlines():
                try:
                    whole.append(json.loads(line))
                except ValueError:
                    torn.append(line)
            self.assertEqual(len(torn), 1, torn)
            self.assertEqual(whole[-1]["message"], "stopped")
            posts = [line for line in whole if line.get("method") == "POST"]
            self.assertGreaterEqual(len(posts), 4)
            self.assertLess(len(posts), 12)
            self.assertGreaterEqual(dropped, 54 - len(posts))  # and some scrapes

    def test_a_pipe_that_nobody_reads_any_more(self):
        reader, writer = os.pipe()
        process = self.serve(writer)
        os.close(writer)
        said = b""
        while b'"ready"' not in said:
            said += os.read(reader, 65536)
        before = self.dropped()
        self.assertEqual(before, 0)
        os.close(reader)
        self.ask(20)
        self.assertTrue(planish_server.eventually(lambda: self.dropped() >= 20))
        process.terminate()
        self.assertEqual(process.wait(20), 0)


class NothingLeft(unittest.TestCase):
    """The system gives no descriptor, memory or thread: at every step that may be, it is a line of the log and exit 71."""

    def outcome(self, *args, prefix=(), limit=None):
        """True where it came up all the same (and was stopped), after the check that otherwise it said why it didn't."""
        command = [*prefix, planish_server.binary(), "serve", "--listen", "127.0.0.1:0", "--log-format", "json", *args]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                   env=clean_environment(), preexec_fn=limit)
        timer = threading.Timer(20, process.kill)
        timer.start()
        text, up = b"", False
        for line in process.stderr:
            text += line
            if b'"message":"ready"' in line:
                up = True
                self.stop(process, prefix)
        code = process.wait()
        timer.cancel()
        process.stderr.close()
        if code == 127 and b"error while loading shared libraries" in text:
            return False  # by the loader, before the program begins
        self.assertIn(code, (OK, NO_RESOURCE), text)
        for line in text.splitlines():
            self.assertIn(json.loads(line)["level"], ("info", "warn", "error"))
        if code == NO_RESOURCE:
            self.assertIn(b'"level":"error"', text)  # threads that go on for a moment may say more
        if b"cannot start a thread" in text:
            self.assertFalse(up, "who says that it is ready has what it needs")
        self.assertNotRegex(text, rb"bad_alloc|terminate|epoll|eventfd|/include/")
        return up and code == OK

    @staticmethod
    def stop(process, prefix):
        pids = [process.pid]
        if prefix:
            with open(f"/proc/{process.pid}/task/{process.pid}/children", encoding="ascii") as children:
                pids = map(int, children.read().split())  # none where it has gone already
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)

    @staticmethod
    def limited(what, value):
        return lambda: resource.setrlimit(what, (value, value))

    def test_descriptors(self):
        if SANITIZED:
            return  # it needs some of its own
        came_up = [self.outcome("--threads", "2", limit=self.limited(resource.RLIMIT_NOFILE, count)) for count in range(3, 24)]
        self.assertEqual(came_up, sorted(came_up), "what is enough is enough")
        self.assertFalse(came_up[1])
        self.assertTrue(came_up[-1])

    def test_memory(self):
        """Of the address space: in steps of 3 MB and a bit, and far more than it needs."""
        if SANITIZED:
            return  # its shadow alone is larger
        came_up = [self.outcome("--threads", "3", limit=self.limited(resource.RLIMIT_AS, size)) for size in (*range(6 << 20, 240 << 20, 3_333_333), 1 << 30)]
        self.assertFalse(came_up[1])
        self.assertTrue(came_up[-1])

    def test_threads_and_what_a_loop_is_made_of(self):
        if SANITIZED:
            return  # it has threads of its own
        calls = {"clone,clone3": "EAGAIN", "epoll_create1": "EMFILE", "eventfd2,pipe,pipe2": "EMFILE", "timerfd_create": "EMFILE", "socket": "EMFILE"}
        for call, error in calls.items():
            if SANITIZED and call.startswith("clone"):
                continue  # the first threads are the sanitizer's own
            came_up = []
            for when in range(1, 8):
                strace = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e", f"inject={call}:error={error}:when={when}"]
                came_up.append(self.outcome("--threads", "3", prefix=strace))
            self.assertEqual(came_up[0], call == "timerfd_create", call)
            self.assertTrue(came_up[-1], call)

    def test_every_command_says_so(self):
        """With so little that the program begins, and little more."""
        if SANITIZED:
            return
        for args in (["check"], ["transform"], ["version"], ["smoke", "--url", "http://127.0.0.1:1"], ["healthcheck", "--listen", "127.0.0.1:1"]):
            begun = False
            for size in range(6 << 20, 60 << 20, 1_111_111):
                result = subprocess.run([planish_server.binary(), *args], input=GOOD, capture_output=True, env=clean_environment(),
                                        preexec_fn=self.limited(resource.RLIMIT_AS, size), timeout=20)
                if result.returncode in LOADER and not begun:
                    continue
                begun = True
                self.assertIn(result.returncode, (OK, FAILED, UNREACHABLE, NO_RESOURCE), (args, size, result.stderr))
                self.assertEqual(result.returncode == NO_RESOURCE, result.stderr == b"planish: out of memory\n", (args, size, result.stderr))

    def test_before_main_too(self):
        """In small steps, where the loader has had its memory and the initialisers of libraries find none."""
        if SANITIZED:
            return
        codes = set()
        for size in range(6 << 20, 16 << 20, 40_000):
            result = subprocess.run([planish_server.binary(), "version"], capture_output=True, env=clean_environment(),
                                    preexec_fn=self.limited(resource.RLIMIT_AS, size), timeout=20)
            if result.returncode not in LOADER:
                self.assertIn(result.returncode, (OK, NO_RESOURCE), (size, result.stderr))
                self.assertEqual(result.returncode == NO_RESOURCE, result.stderr == b"planish: out of memory\n", (size, result.stderr))
            codes.add(result.returncode)
        self.assertIn(OK, codes)

    def test_a_start_that_cannot_read_its_file_for_want_of_a_descriptor_is_no_fault_of_the_file(self):
        with tempfile.NamedTemporaryFile(suffix=".toml") as file:
            for command in ("serve", "check"):
                strace = ["strace", "-qq", "-o", "/dev/null", "-P", file.name, "-e", "trace=open,openat", "-e", "inject=open,openat:error=EMFILE"]
                result = subprocess.run([*strace, planish_server.binary(), command, "--config", file.name], capture_output=True,
                                        env=clean_environment(**TRACED), timeout=20)
                self.assertEqual(result.returncode, NO_RESOURCE, result.stderr)
                # glibc's words for it, and musl's
                self.assertRegex(result.stderr, b"Too many open files|No file descriptors available")


class BothFamilies(unittest.TestCase):
    def test_the_default_address_serves_both_and_healthcheck_finds_it(self):
        """The default is :8080, which may be taken here: PORT makes the same of another port."""
        port = str(free_port())
        with Server(env={"PORT": port}, listen=None, threads=2) as server:
            self.assertEqual(server.wait_for_line("listening")["address"], f":{port}")
            for host in ("127.0.0.1", "::1"):
                for _ in range(8):
                    self.assertEqual(server.get("/healthz", (host, int(port))).status, 200)
            for args in ([], ["--listen", f":{port}"], ["--url", f"http://[::1]:{port}"], ["--url", f"http://127.0.0.1:{port}"]):
                asked = start("healthcheck", *args, stdout=subprocess.DEVNULL, more={"PORT": port})
                self.assertEqual(asked.wait(20), OK, args)
            self.assertEqual(server.stop(), 0)

    def test_no_request_of_either_family_is_lost_in_a_stop(self):
        with Server("--listen", ":0", threads=2) as server:
            clients = [planish_server.Connection((host, server.port)) for host in ("127.0.0.1", "::1") for _ in range(4)]
            for client in clients:
                client.send(request(GOOD)[:-1])
                self.assertTrue(client.open_and_silent(0.02))
            server.signal()
            server.wait_for_line("stopping")
            for client in clients:
                client.send(GOOD[-1:])
                self.assertEqual(client.response().status, 200)
            self.assertEqual(server.wait(), 0)

    def test_an_explicit_family_stays_alone(self):
        for address, other in (("[::]", "127.0.0.1"), ("0.0.0.0", "::1")):
            with Server("--listen", f"{address}:0") as server:
                self.assertEqual(server.wait_for_line("listening")["address"], f"{address}:{server.port}")
                with self.assertRaises(ConnectionRefusedError):
                    server.get("/healthz", (other, server.port))
                self.assertEqual(server.stop(), 0)


if __name__ == "__main__":
    unittest.main()
