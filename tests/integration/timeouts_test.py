"""Each timeout does what it says, to the one who is late. When it begins and what it is not stretched by is held by
the transcripts of unit/net/waiting_test, which take no time."""
import socket
import time
import unittest

from planish_server import Server, benchmark_body, eventually, request

BODY = benchmark_body(3)


class Timeouts(unittest.TestCase):
    def late(self, began, least):
        """Timeouts never come early. How late they may come is bounded by the client's patience alone: machines are
        busy."""
        self.assertGreaterEqual(time.monotonic() - began, least * 0.98)

    def test_a_head_that_is_not_complete_in_time_is_408(self):
        with Server("--header-timeout", "500ms") as server, server.connect() as client:
            began = time.monotonic()
            client.send(b"P")
            self.assertEqual(client.response().status, 408)
            self.late(began, 0.5)
            self.assertTrue(client.at_end())

    def test_a_head_that_drips_is_408_all_the_same(self):
        with Server("--header-timeout", "500ms") as server, server.connect() as client:
            began = time.monotonic()
            client.sock.settimeout(0.05)
            data = request(BODY)
            for byte in data[:60]:
                client.send(bytes([byte]))
                try:
                    client._receive()
                    break
                except TimeoutError:
                    pass
            client.sock.settimeout(10)
            self.assertEqual(client.response().status, 408)
            self.late(began, 0.5)

    def test_a_body_that_is_not_complete_in_time_is_408(self):
        with Server("--body-timeout", "500ms", "--header-timeout", "60s") as server, server.connect() as client:
            began = time.monotonic()
            client.send(request(BODY)[:-1])
            self.assertEqual(client.response().status, 408)
            self.late(began, 0.5)
            self.assertTrue(client.at_end())

    def test_a_body_that_is_dropped_has_no_more_time_than_others(self):
        with Server("--body-timeout", "500ms") as server, server.connect() as client:
            began = time.monotonic()
            client.send(request(BODY, target="/nowhere")[:-1])
            self.assertEqual(client.response().status, 404)
            self.assertTrue(client.at_end())
            self.late(began, 0.5)

    def test_an_idle_connection_closes_silently(self):
        with Server("--idle-timeout", "500ms") as server:
            with server.connect() as never, server.connect() as used:
                began = time.monotonic()
                used.ask(request(BODY))
                self.assertTrue(used.at_end())
                self.late(began, 0.5)
                self.assertTrue(never.at_end())

    def test_an_answer_that_nobody_takes_is_cut_off(self):
        with Server("--write-timeout", "500ms", "--max-body", "4MiB") as server:
            with server.connect(receive_buffer=4096) as client:
                client.sock.settimeout(0.3)
                try:
                    while True:
                        client.send(request(benchmark_body(100)) * 10)
                except (socket.timeout, ConnectionError):
                    pass
                cut_off = 'planish_rejected_total{reason="write_timeout"}'
                self.assertTrue(eventually(lambda: server.metrics()[cut_off] == 1))


if __name__ == "__main__":
    unittest.main()
