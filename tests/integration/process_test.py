"""The process from outside, where its surroundings are hostile: closed descriptors, files that hang, a full disk, nothing left to have."""
import itertools
import os
import socket
import subprocess
import unittest

import planish_server
from planish_server import request

OK, FAILED, USAGE, BAD_INPUT, UNREACHABLE, CONFIGURATION = 0, 1, 64, 65, 69, 78
GOOD = b'{"user_id":1,"events":[]}'


def clean_environment(**more):
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PLANISH_") and k not in ("PORT", "NOTIFY_SOCKET")}
    environment.update(more)
    return environment


def port_of_nobody():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(*args, **options):
    return subprocess.Popen([planish_server.binary(), *map(str, args)], env=clean_environment(), **options)


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def without(closed):
    """For preexec_fn: the program begins with these descriptors closed."""
    def close():
        for number in closed:
            os.close(number)
    return close


class ClosedStreams(unittest.TestCase):
    SUBSETS = [closed for size in (1, 2, 3) for closed in itertools.combinations((0, 1, 2), size)]

    def test_a_server_puts_null_in_their_places(self):
        for closed in self.SUBSETS:
            port = port_of_nobody()
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


if __name__ == "__main__":
    unittest.main()
