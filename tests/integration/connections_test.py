"""How connections are read and closed: cuts, half-close, resets, back-pressure, lingering."""
import os
import socket
import tempfile
import threading
import unittest

from planish_server import Connection, Server, at_rest, benchmark_body, chunked, eventually, request, undated, unread

BODY = benchmark_body(3)


class Connections(unittest.TestCase):
    def test_bytes_one_by_one_are_a_request_like_any_other(self):
        with Server() as server, server.connect() as client:
            client.send_slowly(request(BODY))
            whole = client.response()
            head = request(method="POST", fields={"Content-Type": "application/json", "Transfer-Encoding": "chunked"})
            client.send_slowly(head + chunked(BODY, (1, 2, 30)))
            self.assertEqual((whole.status, undated(whole.body)), (200, undated(client.response().body)))

    def test_a_pipeline_is_answered_in_order(self):
        with Server() as server, server.connect() as client:
            ids = [f"id-{i}" for i in range(300)]
            client.send(b"".join(request(BODY, fields={"X-Request-Id": one}) for one in ids))
            self.assertEqual([client.response().header("X-Request-Id") for _ in ids], ids)

    def test_a_pipeline_larger_than_any_buffer_is_answered_whole(self):
        data, count = request(benchmark_body(100)), 400  # 4 MB in, 4 MB out, nobody reads until all is sent
        with Server() as server, server.connect() as client:
            sender = threading.Thread(target=client.send, args=(data * count,))
            sender.start()
            self.assertTrue(at_rest(lambda: unread(client.sock)), "it goes on reading")
            for _ in range(count):
                self.assertEqual(client.response().status, 200)
            sender.join()

    def test_a_body_of_the_largest_size_arrives_whole(self):
        filler = b" " * ((1 << 20) - len(BODY))
        with Server() as server, server.connect() as client:
            self.assertEqual(client.ask(request(BODY + filler)).status, 200)
            self.assertEqual(client.ask(request(BODY + filler + b" ")).status, 413)
            self.assertTrue(client.at_end())

    def test_half_closed_clients_get_all_answers_then_the_end(self):
        with Server() as server, server.connect() as client:
            client.send(request(BODY) * 3)
            client.shutdown()
            self.assertEqual([client.response().status for _ in range(3)], [200] * 3)
            self.assertTrue(client.at_end())

    def test_half_closed_clients_with_half_a_request_get_the_end(self):
        for cut in (1, 10, 40, len(request(BODY)) - 1):
            with self.subTest(cut=cut), Server() as server, server.connect() as client:
                client.send(request(BODY)[:cut])
                client.shutdown()
                self.assertTrue(client.at_end())

    def test_a_reset_harms_nobody_else(self):
        with Server() as server, server.connect() as other:
            for part in (b"", request(BODY)[:30], request(BODY), request(BODY) * 50):
                client = server.connect()
                client.send(part)
                client.reset()
            self.assertEqual(other.ask(request(BODY)).status, 200)
            self.assertTrue(eventually(lambda: server.metrics()["http_server_connections"] == 2))

    def test_a_refusal_is_readable_while_the_client_goes_on_sending(self):
        """The client sends 16 MiB without reading, and only then looks at the answer."""
        with Server() as server, server.connect() as client:
            size = 16 << 20
            client.send(request(method="POST", fields={"Content-Type": "application/json", "Content-Length": str(size)}))
            for _ in range(size >> 16):
                client.send(b"x" * (1 << 16))
            self.assertEqual(client.response().status, 413)
            self.assertTrue(client.at_end())

    def test_connection_close_is_answered_and_closed(self):
        with Server() as server, server.connect() as client:
            answer = client.ask(request(BODY, fields={"Connection": "close"}))
            self.assertTrue(answer.closes)
            self.assertTrue(client.at_end())

    def test_an_unread_answer_stops_the_reading_and_nobody_else(self):
        """Back-pressure: what one client may have the server hold for it is bounded by what it sent before."""
        with Server("--write-timeout", "60s") as server:
            with server.connect(receive_buffer=4096) as greedy, server.connect() as other:
                greedy.sock.settimeout(1)
                sent, data = 0, request(benchmark_body(100))
                try:
                    while sent < 200 << 20:
                        sent += greedy.sock.send(data * 20)
                except socket.timeout:
                    pass
                self.assertLess(sent, 100 << 20, "the server reads on without end")
                self.assertLess(server.memory("VmRSS"), 64 << 20)
                self.assertEqual(other.ask(request(BODY)).status, 200)
                greedy.sock.settimeout(20)
                for _ in range(sent // len(data) - 20):
                    self.assertEqual(greedy.response().status, 200)

    def test_a_unix_socket_serves_like_any_other(self):
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "planish.sock")
            with Server("--listen", f"unix:{path}", threads=2) as server:
                self.assertEqual(server.address, path)
                with server.connect() as client:
                    self.assertEqual([client.ask(request(BODY)).status for _ in range(3)], [200] * 3)
                self.assertEqual(server.stop(), 0)
                self.assertFalse(os.path.exists(path))

    def test_ipv6_is_an_address_of_its_own(self):
        with Server("--listen", "[::1]:0") as server:
            self.assertEqual(server.post(BODY).status, 200)
            with self.assertRaises(ConnectionRefusedError):
                Connection(("127.0.0.1", server.port))

    def test_an_address_in_use_is_an_error_though_threads_share_it(self):
        with Server(threads=2) as server:
            second = Server("--listen", f"127.0.0.1:{server.port}", threads=2, wait=False)
            with second:
                self.assertEqual(second.wait(), 71)
            self.assertEqual(server.post(BODY).status, 200)


if __name__ == "__main__":
    unittest.main()
