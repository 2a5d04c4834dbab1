"""Upstreams that break at every byte, stall, flood, lie and go away: the client has one right status in time, always.

Resident memory stays flat, no descriptor is left over, nothing is sent twice. The cases are seeded; PLANISH_LONG=1 makes a
thousand of each.
"""
import json
import os
import random
import socket
import tempfile
import threading
import time
import unittest

from planish_server import LONG, SANITIZED, Connection, Server, eventually, free_port, grows, request
from upstream_peer import OK, Upstream, answer

SEED = 18
ROUNDS = 1000 if LONG else 120
TIMEOUT_MS = 400  # for those that are to be too late
HELD_UP_S = 10 * TIMEOUT_MS / 1000  # an upstream that is, whatever holds up who
IN_TIME = 5.0  # generous: the machine may be busy; and no status within it comes from a time that is over


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


def in_threads(do, things):
    """Does it to each in a thread of its own, and raises the first failure."""
    failures = []

    def run(one):
        try:
            do(one)
        except BaseException as failure:  # told by the main thread
            failures.append(failure)

    threads = [threading.Thread(target=run, args=(one,)) for one in things]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


class Hostile(unittest.TestCase):
    """One planish, asked again and again."""

    relays = False

    def run_against(self, behave, check, rounds=ROUNDS, at_accept=None, upstream_args=None, **asking):
        with Upstream(behave, at_accept=at_accept, **(upstream_args or {})) as upstream:
            self.run_at(upstream.url(), check, rounds, **asking)

    def run_at(self, url, check, rounds=ROUNDS, clients=8, make=body, held=0, timeout="20s"):
        """`held`: bytes that a client's request may hold, whose memory is kept for the next."""
        settings = ["--upstream", url, "--upstream-timeout", timeout, "--upstream-connect-timeout", timeout]
        if self.relays:
            settings += ["--upstream-answer", "relay"]
        with Server(*settings) as server:
            self.ask_all(server, check, range(rounds // 10 + clients), clients, make)  # warm
            self.assertTrue(eventually(lambda: server.metrics()["planish_upstream_connections"] <= 64))
            memory, descriptors = server.memory(), self.settled(server)
            self.ask_all(server, check, range(rounds), clients, make)
            self.assertLessEqual(self.settled(server), descriptors + 2)
            if not SANITIZED:  # of each client an answer of 1 MiB may be held, to be relayed
                self.assertLess(server.memory() - memory, (4 << 20) + 8 * max(held, 1 << 20 if self.relays else 0))
            self.assertEqual(server.get("/readyz").status, 200)
            self.assertEqual(server.metrics()["planish_upstream_waiting"], 0)
            self.assertEqual(server.metrics()["http_server_active_requests"], 1)
            print(f"{self.id().split('.')[-1]}: {rounds} times", flush=True)

    @staticmethod
    def settled(server):
        """Descriptors once connections to the upstream are idle for too long, or closed."""
        eventually(lambda: server.metrics()["planish_upstream_connections"] == 0, 8)
        return server.descriptors()

    def ask_all(self, server, check, keys, clients, make):
        """Some clients, each with a connection of its own that no answer may close."""
        keys, lock = iter(keys), threading.Lock()

        def ask(_):
            with server.connect() as client:
                while True:
                    with lock:
                        key = next(keys, None)
                    if key is None:
                        return
                    begun = time.monotonic()
                    got = client.ask(request(make(key)))
                    self.assertLess(time.monotonic() - begun, IN_TIME, key)
                    check(got, key)
                    if got.status >= 400:
                        self.assertEqual(json.loads(got.body)["status"], got.status)

        in_threads(ask, range(clients))

    def key_of(self, taken):
        return json.loads(taken.body.splitlines()[0])["event"]["payload"]

    def test_refuses(self):
        with socket.socket() as nobody:  # the port is taken, and nobody listens there
            nobody.bind(("127.0.0.1", 0))
            url = f"http://127.0.0.1:{nobody.getsockname()[1]}/"
            self.run_at(url, lambda got, key: self.assertEqual(got.status, 502, key))

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
            release.wait(HELD_UP_S)

        # Each takes its whole time.
        self.run_against(behave, lambda got, key: self.assertEqual(got.status, 504, key), clients=32, timeout=f"{TIMEOUT_MS}ms")
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
        """At once, or somewhere in the first bytes of a request."""
        release = threading.Event()

        def at_accept(peer):
            if peer.number % 2:
                peer.sock.recv(peer.number * 37 % 4096 + 1)
            release.wait(HELD_UP_S)

        def make(key):
            return json.dumps(
                {"user_id": key, "events": [{"event_type": "e", "timestamp": 1, "payload": "p" * 900_000}]}
            ).encode()

        self.run_against(None, lambda got, key: self.assertEqual(got.status, 504, key), at_accept=at_accept,
                         upstream_args={"receive_buffer": 4096}, make=make, held=1 << 20, timeout=f"{TIMEOUT_MS}ms")
        release.set()

    def test_answers_before_it_has_read(self):
        large = json.dumps(
            {"user_id": 1, "events": [{"event_type": "e", "timestamp": 1, "payload": "p" * 900_000}]}
        ).encode()
        said, told = {"answer": b""}, threading.Semaphore(0)

        def at_accept(peer):
            peer.sock.recv(100)
            peer.send(said["answer"])
            told.acquire(timeout=20)

        with Upstream(at_accept=at_accept, receive_buffer=4096) as upstream, Server("--upstream", upstream.url()) as server:
            for status, wanted in ((413, 502), (429, 429), (503, 503), (200, 502)):
                said["answer"] = answer(status, b"early")
                got = server.post(large)
                told.release()
                self.assertEqual(got.status, wanted)
                if wanted == 502:
                    self.assertEqual(json.loads(got.body)["upstream_status"], status)


class HostileRelayed(Hostile):
    relays = True

    def test_relays_nothing_of_what_is_no_answer(self):
        def behave(peer, taken):
            peer.send(b"HTTP/1.1 200 OK\r\nX: y\r\nContent-Encoding: gzip\r\nContent-Length: 6\r\n\r\nsecret")

        def check(got, key):
            self.assertEqual(got.status, 502)
            self.assertNotIn(b"secret", got.body)

        self.run_against(behave, check, rounds=20)


class Gone(unittest.TestCase):
    """Upstreams that are gone for a while and come back, many at a time, each an endpoint's of one planish."""

    SECONDS = 10 if LONG else 1
    TIMES = 1000 if LONG else 60
    AT_A_TIME = 50 if LONG else 20

    def test_and_back_again(self):
        with tempfile.TemporaryDirectory() as folder:
            upstreams = [GoneAndBack(folder, number) for number in range(self.AT_A_TIME)]
            path = os.path.join(folder, "planish.toml")
            with open(path, "w", encoding="utf-8") as file:
                for one in upstreams:
                    file.write(f'[[endpoint]]\npath = ["/{one.number}"]\nupstream = "{one.now.url()}"\n')
            with Server("--config", path) as server:
                in_threads(lambda one: one.go_and_come_back(server, 0.2), upstreams)  # warm
                memory, descriptors = server.memory(), Hostile.settled(server)
                for _ in range(self.TIMES // self.AT_A_TIME):
                    in_threads(lambda one: one.go_and_come_back(server, self.SECONDS), upstreams)
                self.assertLessEqual(Hostile.settled(server), descriptors + 2)
                if not SANITIZED:
                    self.assertLess(server.memory() - memory, 4 << 20)
                self.assertEqual(server.metrics()["http_server_active_requests"], 1)
            for one in upstreams:
                one.now.stop()
                self.assertEqual(sorted(one.told), sorted(one.seen))  # nothing is lost, nothing is there twice
            print(f"{self.TIMES} times gone for {self.SECONDS} s, {sum(len(one.told) for one in upstreams)} events told "
                  f"and there, {sum(one.refused for one in upstreams)} requests refused meanwhile", flush=True)


class GoneAndBack:
    """One of them, with the client that asks for it: on a port that no outgoing connection gets, or a unix socket."""

    def __init__(self, folder, number):
        self.number, self.told, self.seen, self.refused = number, [], [], 0
        self.random = random.Random(SEED * 1000 + number)
        self.where = {"path": os.path.join(folder, f"{number}.sock")} if number % 2 else {"port": free_port()}
        self.now = Upstream(self.take, **self.where)

    def take(self, peer, taken):
        self.seen.append(json.loads(taken.body.splitlines()[0])["event"]["payload"])
        peer.send(OK)

    def ask(self, client, wanted):
        key = len(self.told) + self.refused
        begun = time.monotonic()
        got = client.ask(request(body(key), target=f"/{self.number}"))
        assert time.monotonic() - begun < IN_TIME, "too late"
        assert got.status == wanted, (got.status, wanted, got.body)
        if got.status == 204:
            self.told.append(key)
        else:
            self.refused += 1

    def go_and_come_back(self, server, seconds):
        with server.connect() as client:
            time.sleep(self.random.random() * seconds / 5)
            self.ask(client, 204)
            self.now.stop()
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                self.ask(client, 502)
                time.sleep(seconds / 20)
            self.now = Upstream(self.take, **self.where)
            for _ in range(3):
                self.ask(client, 204)


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

        port = free_port()
        upstream = Upstream(behave, port=port)
        url = upstream.url()
        listen = f"127.0.0.1:{free_port()}"
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
                self.assertTrue(grows(told, 100))
                if turn % 2:
                    self.assertEqual(servers["now"].stop(), 0)
                    servers["now"].kill()
                    servers["now"] = Server("--upstream", url, "--listen", listen)
                else:
                    upstream.stop()
                    self.assertTrue(grows(failed, 100))
                    upstream = Upstream(behave, port=port)
            self.assertTrue(grows(told, 100))
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


if __name__ == "__main__":
    unittest.main()
