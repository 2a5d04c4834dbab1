"""What is bounded: connections, buffered bytes, descriptors, memory."""
import json
import resource
import time
import unittest

from planish_server import LONG, SANITIZED, Closed, Server, benchmark_body, eventually, request
from upstream_peer import Upstream

BODY = benchmark_body(3)


def announce(size, sent=b""):
    return request(method="POST", fields={"Content-Type": "application/json", "Content-Length": str(size)}) + sent


REFUSED = 'http_server_requests_total{code="503",route="none"}'

# A sanitizer's shadow and quarantine are no memory of planish's.


class ConnectionLimit(unittest.TestCase):
    def test_the_longest_idle_connection_makes_room(self):
        with Server("--max-connections", "3") as server:
            clients = [server.connect() for _ in range(3)]
            for client in clients:
                self.assertEqual(client.ask(request(BODY)).status, 200)
            clients[0].ask(request(BODY))  # now the second one is the longest idle
            newcomer = server.connect()
            self.assertEqual(newcomer.ask(request(BODY)).status, 200)
            self.assertTrue(clients[1].at_end())
            self.assertEqual(clients[0].ask(request(BODY)).status, 200)
            self.assertEqual(clients[2].ask(request(BODY)).status, 200)

    def test_the_503_has_what_the_sdks_of_all_endpoints_read(self):
        for shape, code in (("amplitude", 503), ("segment", "service-unavailable"), ("planish", None)):
            with Server("--max-connections", "1", "--shape", shape) as server, server.connect() as busy:
                busy.send_and_be_read(request(BODY)[:60])
                with server.connect() as unread:
                    answer = unread.response()
                    self.assertEqual((answer.status, answer.json().get("code")), (503, code))

    def test_where_none_is_idle_the_new_one_gets_503_unread(self):
        with Server("--max-connections", "2") as server:
            busy = [server.connect() for _ in range(2)]
            for client in busy:
                client.send_and_be_read(request(BODY)[:60])
            with server.connect() as unread:
                answer = unread.response()  # without a word
                self.assertEqual((answer.status, answer.closes), (503, True))
                self.assertTrue(answer.header("Retry-After").isdigit())
                self.assertTrue(unread.at_end())
            with server.connect() as talker:  # who has sent a lot can read it too
                try:
                    talker.send(announce(4 << 20) + b"x" * (4 << 20))
                except ConnectionError:
                    pass
                self.assertEqual(talker.response().status, 503)
            for client in busy:
                client.send(request(BODY)[60:])
                self.assertEqual(client.response().status, 200)
            self.assertEqual(server.post(BODY).status, 200)

    def test_every_one_over_the_limit_gets_its_503(self):
        """Also those beyond the number that may take their time to read it."""
        with Server("--max-connections", "1") as server, server.connect() as busy:
            busy.send_and_be_read(request(BODY)[:60])
            over = [server.connect() for _ in range(200)]
            for client in over:
                answer = client.response()
                self.assertEqual((answer.status, answer.closes), (503, True))
            for client in over:
                client.close()
            busy.send(request(BODY)[60:])
            self.assertEqual(busy.response().status, 200)
            rejected = server.metrics()['planish_rejected_total{reason="connections"}']
            self.assertGreaterEqual(rejected, 200)

    def test_the_limit_is_that_of_the_process(self):
        with Server("--max-connections", "4", "--admin-listen", "127.0.0.1:0", threads=4) as server:
            # The connection that has found it ready is gone once the one that asks is the only one.
            admin = server.admin_addresses[0]
            self.assertTrue(eventually(lambda: server.metrics(admin)["http_server_connections"] == 1))
            clients = []
            refused = 0
            for _ in range(12):
                client = server.connect()
                client.send(request(BODY)[:60])
                clients.append(client)
            self.assertTrue(eventually(lambda: server.metrics(admin).get(REFUSED, 0) == 8))
            for client in clients:
                try:
                    client.send(request(BODY)[60:])
                    refused += client.response().status == 503
                except (Closed, ConnectionError):
                    refused += 1
            self.assertEqual(refused, 8)

    def test_the_admin_address_has_connections_of_its_own(self):
        with Server("--max-connections", "1", "--admin-listen", "127.0.0.1:0") as server:
            with server.connect() as busy:
                busy.send_and_be_read(request(BODY)[:60])
                self.assertEqual(server.get("/readyz", server.admin_addresses[0]).status, 200)
                self.assertEqual(server.get("/metrics", server.admin_addresses[0]).status, 200)


class BufferLimit(unittest.TestCase):
    def test_over_it_the_one_that_asks_gets_503(self):
        with Server("--max-buffered", "256KiB") as server:
            patient = [server.connect() for _ in range(4)]
            for client in patient:
                client.send_and_be_read(announce(len(BODY) + 40_000, b" " * 40_000))
            self.assertEqual(server.metrics()["http_server_active_requests"], 5)
            with server.connect() as greedy:
                greedy.send(announce(1 << 20, b" " * (1 << 19)))
                answer = greedy.response()
                self.assertEqual((answer.status, answer.closes), (503, True))
                self.assertTrue(answer.header("Retry-After").isdigit())
            for client in patient:
                client.send(BODY)
                self.assertEqual(client.response().status, 200)
            self.assertEqual(server.metrics()['planish_rejected_total{reason="buffered"}'], 1)

    def test_slow_bodies_cost_what_was_sent_not_what_was_announced(self):
        count = 1000
        with Server("--body-timeout", "10m") as server:
            before = server.memory("VmRSS")
            slow = [server.connect() for _ in range(count)]
            for client in slow:
                client.send(announce(1 << 20, b" " * 3000))
            self.assertTrue(eventually(lambda: server.metrics()["http_server_connections"] > count))
            self.assertEqual(server.post(BODY).status, 200)
            grown = server.memory("VmRSS") - before
            if not SANITIZED:
                self.assertLess(grown, count * 8192, "bytes for what was only announced")
            for client in slow[:20]:
                client.send(b" " * ((1 << 20) - 3000 - len(BODY)) + BODY)
                self.assertEqual(client.response().status, 200)
            for client in slow:
                client.close()
            self.assertTrue(eventually(lambda: server.metrics()["http_server_connections"] == 1))


class Memory(unittest.TestCase):
    def test_an_idle_connection_holds_no_buffer(self):
        self.assert_idle_ones_cost_little(200)

    def test_an_idle_connection_costs_no_more_where_its_answers_depended_on_an_upstream(self):
        with Upstream() as upstream:
            self.assert_idle_ones_cost_little(204, "--upstream", upstream.url())

    def assert_idle_ones_cost_little(self, status, *args):
        """The slope between two numbers of idle connections that have each had an answer: user space only."""
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        many = min(4_000 if SANITIZED and not LONG else 10_000, hard - 500)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        few = many // 4
        with Server("--max-connections", str(many + 10), "--idle-timeout", "30m", *args) as server:
            clients = []

            def fill(number):
                while len(clients) < number:
                    client = server.connect()
                    clients.append(client)
                    self.assertEqual(client.ask(request(BODY)).status, status)
                return server.memory("Private_Dirty")  # of the process: what the kernel holds for sockets is not in it

            low = fill(few)
            high = fill(many)
            slope = (high - low) / (many - few)
            print(f"{slope:.0f} bytes of user space per idle connection, {many} of them")
            for client in clients:
                client.close()
            if not SANITIZED:
                self.assertLessEqual(slope, 600)

    def test_the_bound_that_is_said_at_start_holds_the_buffers(self):
        with Server("--max-buffered", "1MiB", "--max-connections", "10") as small, Server() as large:
            bound = [
                next(line["memory_bytes_max"] for line in server.lines if "memory_bytes_max" in line)
                for server in (small, large)
            ]
            self.assertGreater(bound[1] - bound[0], 254 << 20)
            if not SANITIZED:
                self.assertLess(small.memory("VmRSS"), bound[0])


class Descriptors(unittest.TestCase):
    def test_without_descriptors_it_waits_and_recovers(self):
        """The limit is lowered under the running server; the connections wait in the kernel's queue."""
        with Server() as server:
            self.assertEqual(server.post(BODY).status, 200)
            held = [server.connect() for _ in range(20)]
            for client in held:
                client.ask(request(BODY))
            limit = server.descriptors() + 2
            resource.prlimit(server.pid, resource.RLIMIT_NOFILE, (limit, limit))
            waiting = [server.connect() for _ in range(10)]
            for client in waiting:
                client.send(request(BODY))
            server.wait_for_line("connections wait")
            used = server.cpu_seconds()
            time.sleep(2)
            self.assertLessEqual(server.cpu_seconds() - used, 0.1, "more than 5 % of a core while waiting")
            self.assertEqual(held[0].ask(request(BODY)).status, 200)
            for client in held[5:]:
                client.close()
            for client in waiting:  # the server looks every 100 ms
                self.assertEqual(client.response().status, 200)
            said = [line for line in server.lines if "descriptor" in json.dumps(line) or "open files" in json.dumps(line)]
            self.assertLess(len(said), 6, "the log is flooded")


if __name__ == "__main__":
    unittest.main()
