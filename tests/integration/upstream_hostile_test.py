"""Upstreams that break at every byte, stall, flood, lie and go away: the client has one right status in time, always.

Resident memory stays flat, no descriptor is left over, nothing is sent twice. The cases are seeded; PLANISH_LONG=1 makes a
thousand of each.
"""
import json
import random
import threading
import time
import unittest

from planish_server import LONG, Connection, Server, eventually, request
from upstream_peer import OK, Upstream, answer

SEED = 18
ROUNDS = 1000 if LONG else 120
TIMEOUT_MS = 400
IN_TIME = 5.0  # generous: the machine may be busy


def body(key=0):
    return json.dumps({"user_id": key, "events": [{"event_type": "e", "timestamp": 1, "payload": key}]}).encode()


WHOLE = answer(200, b"0123456789", [("Content-Type", "text/plain"), ("X-Field", "value")])
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n3\r\nyou\r\n0\r\nT: x\r\n\r\n"
INTERIM = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + WHOLE

# What is no answer, or not one alone.
GARBAGE = {
    "nothing of HTTP": b"SSH-2.0-OpenSSH_9.2\r\n",
    "bare LF": WHOLE.replace(b"\r\n", b"\n"),
    "no version": b"200 OK\r\nContent-Length: 0\r\n\r\n",
    "HTTP/2": b"HTTP/2 200 OK\r\nContent-Length: 0\r\n\r\n",
    "a folded field": b"HTTP/1.1 200 OK\r\nA: b\r\n c\r\nContent-Length: 0\r\n\r\n",
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok",
    "a list of lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nok",
    "length and chunks": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a coding": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "a bad chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
    "a control character": b"HTTP/1.1 200 OK\r\nA: \x01\r\nContent-Length: 0\r\n\r\n",
    "a split head": b"HTTP/1.1 200 OK\r\nA: b\rSet-Cookie: x\r\nContent-Length: 0\r\n\r\n",
    "an upgrade": b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
    "a huge head": b"HTTP/1.1 200 OK\r\n" + b"A: " + b"a" * 20_000 + b"\r\n\r\n",
    "many fields": b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200 + b"\r\n",
    "interim answers without end": b"HTTP/1.1 100 Continue\r\n\r\n" * 100,
}


class Hostile(unittest.TestCase):
    """One planish, asked again and again."""

    relays = False

    def run_against(self, behave, check, rounds=ROUNDS, at_accept=None, args=(), upstream_args=None):
        with Upstream(behave, at_accept=at_accept, **(upstream_args or {})) as upstream:
            settings = ["--upstream", upstream.url(), "--upstream-timeout", f"{TIMEOUT_MS}ms"]
            settings += ["--upstream-connect-timeout", "300ms"]
            if self.relays:
                settings += ["--upstream-answer", "relay"]
            with Server(*settings, *args) as server:
                self.ask_all(server, check, range(rounds // 10 + 1))  # warm
                self.assertTrue(eventually(lambda: server.metrics()["planish_upstream_connections"] <= 64))
                memory, descriptors = server.memory(), self.settled(server)
                self.ask_all(server, check, range(rounds))
                self.assertLessEqual(self.settled(server), descriptors + 2)
                # Of each of the eight clients an answer of 1 MiB may be held, to be relayed.
                self.assertLess(server.memory() - memory, (12 if self.relays else 4) << 20)
                self.assertEqual(server.get("/readyz").status, 200)
                self.assertEqual(server.metrics()["planish_upstream_waiting"], 0)
                self.assertEqual(server.metrics()["http_server_active_requests"], 1)

    @staticmethod
    def settled(server):
        """Descriptors once connections to the upstream are idle for too long, or closed."""
        eventually(lambda: server.metrics()["planish_upstream_connections"] == 0, 8)
        return server.descriptors()

    def ask_all(self, server, check, keys):
        """Eight clients, each with a connection of its own that no answer may close."""
        keys, lock, failures = iter(keys), threading.Lock(), []

        def ask():
            try:
                with server.connect() as client:
                    while True:
                        with lock:
                            key = next(keys, None)
                        if key is None:
                            return
                        begun = time.monotonic()
                        got = client.ask(request(body(key)))
                        self.assertLess(time.monotonic() - begun, IN_TIME, key)
                        check(got, key)
                        if got.status >= 400:
                            self.assertEqual(json.loads(got.body)["status"], got.status)
            except BaseException as failure:  # told by the main thread
                failures.append(failure)

        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if failures:
            raise failures[0]

    def key_of(self, taken):
        return json.loads(taken.body.splitlines()[0])["event"]["payload"]

    def test_resets_at_every_byte(self):
        def behave(peer, taken):
            key = self.key_of(taken)
            said = (WHOLE, CHUNKED, INTERIM)[key % 3]
            peer.send(said[: key // 3 % len(said)])
            peer.reset()

        self.run_against(behave, lambda got, key: self.assertEqual(got.status, 502, key))

    def test_closes_at_every_byte(self):
        def behave(peer, taken):
            key = self.key_of(taken)
            said = (WHOLE, CHUNKED, INTERIM)[key % 3]
            peer.send(said[: key // 3 % (len(said) + 1)])
            peer.close()

        def check(got, key):
            said = (WHOLE, CHUNKED, INTERIM)[key % 3]
            whole = key // 3 % (len(said) + 1) == len(said)
            self.assertEqual(got.status // 100 == 2, whole, key)
            self.assertIn(got.status, (200, 204, 502))

        self.run_against(behave, check)

    def test_cuts_its_answers_anywhere(self):
        random_cut = random.Random(SEED)

        def behave(peer, taken):
            key = self.key_of(taken)
            said = (WHOLE, CHUNKED, INTERIM)[key % 3]
            at = random_cut.randrange(len(said))
            peer.send(said[:at])
            time.sleep(0.002)
            peer.send(said[at:])

        self.run_against(behave, lambda got, key: self.assertEqual(got.status // 100, 2, key))

    def test_is_too_late_at_every_byte(self):
        release = threading.Event()

        def behave(peer, taken):
            key = self.key_of(taken)
            said = WHOLE[: key * 7 % len(WHOLE)]
            peer.send(said)
            release.wait(TIMEOUT_MS / 1000 * 3)

        # Each takes its whole time: fewer of them.
        self.run_against(behave, lambda got, key: self.assertEqual(got.status, 504, key), rounds=ROUNDS // 5)
        release.set()

    def test_says_what_is_no_answer(self):
        kinds = list(GARBAGE.values())

        def behave(peer, taken):
            peer.send(kinds[self.key_of(taken) % len(kinds)])
            time.sleep(0.01)

        def check(got, key):
            self.assertEqual(got.status, 502, list(GARBAGE)[key % len(kinds)])
            self.assertIsNone(got.header("Set-Cookie"))

        self.run_against(behave, check)

    def test_answers_twice(self):
        def behave(peer, taken):
            peer.send(answer(200, b"first") + answer(500, b"second"))

        self.run_against(behave, lambda got, key: self.assertEqual(got.status // 100, 2, key))

    def test_answers_before_it_is_asked(self):
        def at_accept(peer):
            peer.send(answer(200, b"unasked"))
            peer.take()
            peer.send(answer(200, b"asked"))
            time.sleep(0.05)

        # Whichever comes first is its answer to the only request; there is never a second one on that connection.
        self.run_against(None, lambda got, key: self.assertIn(got.status, (200, 204, 502), key), at_accept=at_accept)

    def test_floods(self):
        def behave(peer, taken):
            key = self.key_of(taken)
            if key % 2:
                peer.send(b"HTTP/1.1 200 OK\r\n\r\n")
            else:
                peer.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            piece = b"f" * 65536 if key % 2 else b"10000\r\n" + b"f" * 65536 + b"\r\n"
            for _ in range(2_000):
                peer.send(piece)

        wanted = 502 if self.relays else 204
        self.run_against(behave, lambda got, key: self.assertEqual(got.status, wanted, key), rounds=ROUNDS // 2)

    def test_stops_reading(self):
        large = json.dumps(
            {"user_id": 1, "events": [{"event_type": "e", "timestamp": 1, "payload": "p" * 900_000}]}
        ).encode()
        with Upstream(at_accept=lambda peer: time.sleep(2), receive_buffer=4096) as upstream:
            with Server("--upstream", upstream.url(), "--upstream-timeout", f"{TIMEOUT_MS}ms") as server:
                before = self.settled(server)
                for _ in range(8):
                    self.assertEqual(server.post(large).status, 504)
                self.assertLessEqual(self.settled(server), before + 2)

    def test_answers_before_it_has_read(self):
        large = json.dumps(
            {"user_id": 1, "events": [{"event_type": "e", "timestamp": 1, "payload": "p" * 900_000}]}
        ).encode()
        said = {"answer": b""}

        def at_accept(peer):
            peer.sock.recv(100)
            peer.send(said["answer"])
            time.sleep(0.3)

        with Upstream(at_accept=at_accept, receive_buffer=4096) as upstream, Server("--upstream", upstream.url()) as server:
            for status, wanted in ((413, 502), (429, 429), (503, 503), (200, 502)):
                said["answer"] = answer(status, b"early")
                got = server.post(large)
                self.assertEqual(got.status, wanted)
                if wanted == 502:
                    self.assertEqual(json.loads(got.body)["upstream_status"], status)

    def test_is_gone_for_a_while_and_comes_back(self):
        seconds = 10 if LONG else 2
        with Upstream() as first:
            port = first.port
            with Server("--upstream", first.url()) as server, server.connect() as client:
                self.assertEqual(client.ask(request(body(1))).status, 204)
                first.stop()
                end = time.monotonic() + seconds
                while time.monotonic() < end:
                    begun = time.monotonic()
                    self.assertEqual(client.ask(request(body(2))).status, 502)
                    self.assertLess(time.monotonic() - begun, IN_TIME)
                with Upstream(port=port) as second:
                    self.assertEqual(client.ask(request(body(3))).status, 204)
                    self.assertEqual(len(second.requests), 1)


class HostileRelayed(Hostile):
    relays = True

    def test_relays_nothing_of_what_is_no_answer(self):
        def behave(peer, taken):
            peer.send(b"HTTP/1.1 200 OK\r\nX: y\r\nContent-Encoding: gzip\r\nContent-Length: 6\r\n\r\nsecret")

        def check(got, key):
            self.assertEqual(got.status, 502)
            self.assertNotIn(b"secret", got.body)

        self.run_against(behave, check, rounds=20)


class Counted(unittest.TestCase):
    """What a client was told of is there; nothing is there twice that was sent once."""

    def test_rolling_restarts_of_both_lose_nothing(self):
        told, failed, lock = [], [], threading.Lock()
        seen = []
        stop = threading.Event()
        servers = {}

        def behave(peer, taken):
            keys = [json.loads(line)["event"]["payload"] for line in taken.body.splitlines()]
            with lock:
                seen.extend(keys)
            peer.send(OK)

        upstream = Upstream(behave)
        port = upstream.port
        url = upstream.url()
        listen = f"127.0.0.1:{_free_port()}"
        servers["now"] = Server("--upstream", url, "--listen", listen)
        address = servers["now"].address

        def ask(number):
            n = 0
            client = None
            while not stop.is_set():
                key = number * 1_000_000 + n
                n += 1
                try:
                    client = client or Connection(address)
                    got = client.ask(request(body(key)))
                    with lock:
                        (told if got.status == 204 else failed).append(key)
                    if got.header("Connection") == "close":
                        client = None
                except (ConnectionError, TimeoutError):
                    client = None
                    with lock:
                        failed.append(key)

        threads = [threading.Thread(target=ask, args=(number,)) for number in range(6)]
        for thread in threads:
            thread.start()
        try:
            for turn in range(12 if LONG else 3):
                time.sleep(0.5)
                if turn % 2:
                    self.assertEqual(servers["now"].stop(), 0)
                    servers["now"].kill()
                    servers["now"] = Server("--upstream", url, "--listen", listen)
                else:
                    upstream.stop()
                    time.sleep(0.2)
                    upstream = Upstream(behave, port=port)
            time.sleep(0.5)
        finally:
            stop.set()
            for thread in threads:
                thread.join()
            servers["now"].stop()
            servers["now"].kill()
            upstream.stop()
        self.assertGreater(len(told), 100)
        with lock:
            self.assertEqual(set(told) - set(seen), set())
            self.assertEqual(len(seen), len(set(seen)))


def _free_port():
    import socket

    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


if __name__ == "__main__":
    unittest.main()
