"""Two planish behind HAProxy with one upstream behind them, all replaced under load, one after the other and at the same time.

What a client was told of is upstream, counted by `key`; each request was sent there once at most, counted by its X-Request-Id; and a
client that sends again what it was not told of has all its events there in the end.
"""
import collections
import http.client
import json
import threading
import time
import unittest

from planish_server import TIMEOUT, Server, eventually, free_port
from rolling_restart_test import SETTINGS, start_haproxy
from upstream_peer import OK, Upstream

ROUNDS = 4
EVENTS = 5  # a request


class Collector:
    """The upstream, on one port whoever it is just now; what it has taken stays when it is replaced."""

    def __init__(self, port):
        self.port, self.lock = port, threading.Lock()
        self.events, self.requests, self.stored = collections.Counter(), collections.Counter(), {}
        self.now = Upstream(self.take, port=port)

    def take(self, peer, taken):
        lines = [json.loads(line) for line in taken.body.splitlines()]
        with self.lock:
            self.requests[taken.header("X-Request-Id")] += 1
            for line in lines:
                self.events[line["key"]] += 1
                self.stored[line["payload"]["n"]] = line["key"]
        time.sleep(0.002)
        peer.send(OK)

    def replace(self, pause):
        self.now.stop()
        time.sleep(pause)
        self.now = Upstream(self.take, port=self.port)


class Client(threading.Thread):
    """Sends five events a request, and again what it was not told of, as an SDK does; each time by an id of its own."""

    def __init__(self, port, number, keep):
        super().__init__(daemon=True)
        self.port, self.number, self.keep = port, number, keep
        self.told, self.refused, self.cut, self.over = [], 0, 0, threading.Event()

    def run(self):
        first, attempt, connection = 0, 0, None
        while not self.over.is_set() or attempt:  # until what it has in hand is told, too
            numbers = [self.number << 32 | first + i for i in range(EVENTS)]
            body = json.dumps({"user_id": self.number, "events": [{"event_type": "e", "timestamp": n, "payload": {"n": n}} for n in numbers]})
            fields = {"Content-Type": "application/json", "X-Request-Id": f"{self.number}-{first}-{attempt}"}
            try:
                connection = connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)
                connection.request("POST", "/", body, fields)
                answer = connection.getresponse()
                answer.read()
                closes = answer.will_close or not self.keep
                taken = answer.status == 204
                self.refused += not taken
            except (OSError, http.client.HTTPException):
                closes, taken = True, False
                self.cut += 1
            if closes and connection:
                connection.close()
                connection = None
            if taken:
                self.told += numbers
                first, attempt = first + EVENTS, 0
            else:
                attempt += 1
                time.sleep(0.01)
        if connection:
            connection.close()


class RollingRestart(unittest.TestCase):
    def test_what_was_told_is_upstream_and_nothing_is_sent_twice(self):
        front, behind, *ports = (free_port() for _ in range(4))
        collector = Collector(behind)
        self.addCleanup(lambda: collector.now.stop())  # whoever it is then
        settings = (*SETTINGS, "--upstream", f"http://127.0.0.1:{behind}/in", "--answer-members", "key,payload")
        servers = [Server("--listen", f"127.0.0.1:{port}", *settings) for port in ports]
        self.addCleanup(lambda: [server.kill() for server in servers])
        start_haproxy(self, front, ports)
        clients = [Client(front, number, number % 3 != 0) for number in range(6)]
        for client in clients:
            client.start()

        def replace(index):
            self.assertEqual(servers[index].stop(), 0)
            servers[index].kill()  # its log is done with
            servers[index] = Server("--listen", f"127.0.0.1:{ports[index]}", *settings)
            self.assertTrue(eventually(lambda: servers[index].metrics().get('http_server_requests_total{code="204",route="/"}', 0) > 0),
                            "HAProxy does not use the new process")

        for _ in range(ROUNDS):
            replace(0)
            collector.replace(0.2)
            replace(1)
            both = threading.Thread(target=collector.replace, args=(0.5,))  # while one planish drains
            both.start()
            replace(0)
            both.join()
        for client in clients:
            client.over.set()
        for client in clients:
            client.join(TIMEOUT)

        told = [n for client in clients for n in client.told]
        self.assertGreater(len(told), 500)
        with collector.lock:
            self.assertEqual([n for n in told if n not in collector.stored], [], "told, and not upstream")
            self.assertEqual({collector.events[collector.stored[n]] > 0 for n in told}, {True})
            self.assertEqual([name for name, times in collector.requests.items() if times != 1], [], "sent twice")
            again = sum(times - 1 for times in collector.events.values())
            self.assertEqual(len(collector.events), len(told), "each event has one key, and each was told of in the end")
        # Only a client that was told of a failure sends again.
        self.assertLessEqual(again, EVENTS * sum(client.refused for client in clients))
        self.assertEqual([client.cut for client in clients], [0] * len(clients))
        print(f"\n{3 * ROUNDS} planish and {2 * ROUNDS} upstreams replaced, {len(told)} events told of and there, "
              f"{sum(client.refused for client in clients)} requests refused, {again} events there again by their client")


if __name__ == "__main__":
    unittest.main()
