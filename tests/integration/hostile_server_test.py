"""healthcheck and smoke against servers that answer without end, or hardly at all: little memory, little time, exit 69."""
import os
import socket
import subprocess
import tempfile
import threading
import time
import unittest

from planish_server import SANITIZED, Server, binary

UNREACHABLE, FAILED = 69, 1
OK = b"HTTP/1.1 200 OK\r\n"
# What is sent first, what is sent without end, the pause between, and the word that names it.
HOSTILE = {
    "an endless head": (OK + b"X: ", b"x" * 65536, 0, b"head is longer than 64 KiB"),
    "endless fields": (OK, b"X: y\r\n" * 8000, 0, b"head is longer than 64 KiB"),
    "nothing of HTTP": (b"", b"\0" * 65536, 0, b"head is longer than 64 KiB"),
    "endless interim answers": (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 2000, 0, b"head is longer than 64 KiB"),
    "an endless body": (OK + b"\r\n", b"x" * 65536, 0, b"longer than 16 MiB"),
    "endless chunks": (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"4\r\nabcd\r\n" * 8000, 0, b"longer than 16 MiB"),
    "a long length": (OK + b"Content-Length: 999999999999\r\n\r\n", b"", 1, b"longer than 16 MiB"),
    "a head that drips": (OK + b"X: ", b"x", 0.2, b"not complete in time"),
    "a body that drips": (OK + b"Content-Length: 1000000\r\n\r\n", b"x", 0.2, b"not complete in time"),
}


class Hostile(threading.Thread):
    """Answers each connection of its own port as told until the peer is gone."""

    def __init__(self, first, then, pause):
        super().__init__(daemon=True)
        self.answer = (first, then, pause)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def run(self):
        while True:
            try:
                peer, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(peer,), daemon=True).start()

    def serve(self, peer):
        first, then, pause = self.answer
        with peer:
            try:
                peer.recv(65536)
                peer.sendall(first)
                while True:
                    peer.sendall(then)
                    time.sleep(pause)
                    if not then and not peer.recv(1):
                        return
            except OSError:
                pass

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


def run(*args):
    """Exit code, both outputs, seconds, and the most memory that the process had."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        began = time.monotonic()
        process = subprocess.Popen([binary(), *args], stdin=subprocess.DEVNULL, stdout=out, stderr=errors)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.monotonic() - began
        out.seek(0), errors.seek(0)
        return process.returncode, out.read(), errors.read(), seconds, usage.ru_maxrss * 1024


class Probes(unittest.TestCase):
    def test_a_hostile_server_costs_little_and_is_named(self):
        for name, (first, then, pause, word) in HOSTILE.items():
            for command, patience in (("healthcheck", 5), ("smoke", 10)):
                with self.subTest(server=name, command=command), Hostile(first, then, pause) as server:
                    code, out, errors, seconds, resident = run(command, "--url", server.url)
                    self.assertEqual((code, out), (UNREACHABLE, b""), errors)
                    self.assertIn(word, errors)
                    self.assertEqual(errors.count(b"\n"), 1, errors)
                    self.assertLess(seconds, patience + (20 if SANITIZED else 5))
                    if not SANITIZED:
                        self.assertLess(resident, 64 << 20)

    def test_who_is_hostile_later_ends_smoke_too(self):
        """The first answers are those of a real server."""
        with Server() as real, Hostile(*HOSTILE["an endless body"][:3]) as server:
            answered = []

            def serve(peer):
                if len(answered) == 3:
                    return Hostile.serve(server, peer)
                answered.append(peer)
                with peer, socket.create_connection(real.address) as upstream:
                    upstream.sendall(peer.recv(65536))
                    while data := upstream.recv(65536):
                        peer.sendall(data)

            server.serve = serve
            code, out, errors, _, _ = run("smoke", "--url", server.url)
            self.assertEqual((code, out.count(b"ok ")), (UNREACHABLE, 2), errors)  # the first one was asked what it is
            self.assertIn(b"longer than 16 MiB", errors)

    def test_a_resolver_that_does_not_answer_has_no_more_time_than_a_server(self):
        """Played by strace, which holds up the thread that looks the name up."""
        strace = ["strace", "-f", "-qq", "-o", "/dev/null", "-P", "/etc/hosts", "-e", "trace=openat,open",
                  "-e", "inject=openat,open:delay_enter=60000000:when=1"]
        began = time.monotonic()
        probe = subprocess.Popen([*strace, binary(), "healthcheck", "--url", "http://planish.invalid:1"], stdin=subprocess.DEVNULL,
                                 stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env={**os.environ, "ASAN_OPTIONS": "detect_leaks=0"})
        self.addCleanup(probe.stderr.close)
        self.addCleanup(probe.wait)
        self.addCleanup(probe.kill)
        self.assertIn(b"planish.invalid: the name is not resolved in time", probe.stderr.readline())
        self.assertLess(time.monotonic() - began, 5 + (20 if SANITIZED else 5))

    def test_nobody_there_and_a_word_that_is_not_http_are_a_failed_check(self):
        with Hostile(b"SSH-2.0-x\r\n\r\n", b"", 0) as server:
            code, _, errors, _, _ = run("healthcheck", "--url", server.url)
            self.assertEqual((code, b"not HTTP" in errors), (FAILED, True), errors)
        self.assertEqual(run("healthcheck", "--url", server.url)[0], FAILED)


if __name__ == "__main__":
    unittest.main()
