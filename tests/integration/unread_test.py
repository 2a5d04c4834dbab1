"""Who does not read the answers: what it may hold, whom it harms, and who is cut off when there is no more room."""
import gzip
import socket
import time
import unittest

from planish_server import Closed, Server, benchmark_body, eventually, queues, request

EVENT = b'{"event_type":"a","timestamp":1,"payload":1}'
BODY = benchmark_body(3)
BUFFERED = 'planish_rejected_total{reason="buffered"}'
ANSWERED = 'http_server_requests_total{code="200",route="/"}'
WRITE_TIMEOUT = 'planish_rejected_total{reason="write_timeout"}'
UNREAD = {"--write-timeout": "5m", "--body-timeout": "5m"}


def large(events):
    """A request of at most 1.5 KB whose answer has 90 bytes for each event."""
    body = b'{"user_id":1,"events":[' + b",".join([EVENT] * events) + b"]}"
    return request(gzip.compress(body), fields={"Content-Encoding": "gzip"})


def flags(**more):
    named = {f"--{name.replace('_', '-')}": value for name, value in more.items()}
    return [word for pair in {**UNREAD, **named}.items() for word in pair]


class Unread(unittest.TestCase):
    def hold(self, server, events=10_000):
        """A client whose answer is more than the 420 KB that two kernels take; the rest waits in the server."""
        client = server.connect(receive_buffer=1 << 16)
        answered = server.metrics().get(ANSWERED, 0)
        client.send(large(events))
        self.assertTrue(eventually(lambda: server.metrics().get(ANSWERED, 0) > answered))
        time.sleep(0.02)
        return client

    def honest(self, server):
        """A request of 200 KB in two parts, so that the first must be kept until it is whole."""
        data = request(b" " * 200_000 + BODY)
        with server.connect() as client:
            client.send_and_be_read(data[:-10])
            client.send(data[-10:])
            return client.response().status

    def assert_reset(self, client):
        with self.assertRaises(Closed) as end:
            client.response()
        self.assertIsInstance(end.exception.__cause__, ConnectionResetError)

    def test_those_who_read_are_served_whatever_the_others_leave_unread(self):
        for threads in (1, 2):
            with self.subTest(threads=threads), Server(*flags(max_buffered="3MiB"), threads=threads) as server:
                greedy = []
                while server.metrics().get(BUFFERED, 0) < 3:
                    greedy.append(self.hold(server, events=6_000))  # small ones, so that no gap is left
                    self.assertEqual(self.honest(server), 200)
                    self.assertLess(len(greedy), 100)
                self.assertEqual([self.honest(server) for _ in range(40)], [200] * 40)
                self.assertEqual([name for name in server.metrics() if 'code="503"' in name], [])

    def test_who_has_taken_nothing_for_longest_is_cut_by_a_reset(self):
        """There is room for two such answers of 3.4 MB."""
        with Server(*flags(max_buffered="8MiB", max_body="4MiB", max_events="40000")) as server:

            def next_one(cut):
                client = self.hold(server, events=40_000)
                time.sleep(0.5)  # the kernel of the client before takes a little more once its acknowledgement is due
                self.assertTrue(eventually(lambda: server.metrics().get(BUFFERED, 0) == cut), server.metrics())
                return client

            first, second, third = next_one(0), next_one(0), next_one(1)
            while len(second.received) < 300_000:
                second._receive()
            fourth = next_one(2)
            self.assert_reset(first)
            self.assert_reset(third)
            for client in (second, fourth):
                answer = client.response()
                self.assertEqual((answer.status, len(answer.json()["processed_events"])), (200, 40_000))

    def test_it_is_the_longest_of_all_threads(self):
        """Whichever thread they fell to: each newcomer beyond the second costs the one that was first of those left."""
        with Server(*flags(max_buffered="8MiB", max_body="4MiB", max_events="40000"), threads=2) as server:
            clients = []
            for number in range(12):
                clients.append(self.hold(server, events=40_000))
                time.sleep(0.2)
                cut = max(0, number - 1)
                self.assertTrue(eventually(lambda: server.metrics().get(BUFFERED, 0) == cut), server.metrics())
                for client in clients[:cut]:
                    if client is not None:
                        self.assert_reset(client)
                clients[:cut] = [None] * cut
                self.assertTrue(all(client.open_and_silent(0) or client.received == b"" for client in clients[cut:]))
            for client in clients[-2:]:
                self.assertEqual(len(client.response().json()["processed_events"]), 40_000)
            self.assertEqual([name for name in server.metrics() if 'code="503"' in name], [])

    def test_another_thread_makes_room(self):
        """Half-sent bodies of both threads and one unread answer, which is cut also where none of its thread's asks."""
        # A block that is kept from a whole body, 250 KB, is more than twice what a part takes, so no part is given one.
        part, whole = b" " * 80_000, 200_000
        with Server(*flags(max_buffered="2560KiB", max_events="20000"), threads=2) as server:
            for round_number in range(1, 9):
                unread, slow = self.hold(server, events=20_000), [server.connect() for _ in range(16)]
                for client in slow:
                    client.send(request(method="POST", fields={"Content-Length": str(whole)}) + part)
                self.assertTrue(eventually(lambda: server.metrics().get(BUFFERED, 0) == round_number))
                self.assert_reset(unread)
                for client in slow:
                    client.send(b" " * (whole - len(part) - len(BODY)) + BODY)
                    self.assertEqual(client.response().status, 200)
                    client.close()
                self.assertEqual(self.honest(server), 200)

    def test_an_answer_that_is_half_out_is_not_the_newest(self):
        """Half-sent bodies have all there is and nobody can be cut, so the next body is refused; whoever reads is answered."""
        with Server(*flags(max_buffered="8MiB")) as server:
            half_sent = []
            while server.metrics().get(BUFFERED, 0) < 1:
                half_sent.append(server.connect())
                half_sent[-1].send_and_be_read(request(method="POST", fields={"Content-Length": "400000"}) + b" " * 300_000)
                self.assertLess(len(half_sent), 50)
            for _ in range(20):
                with server.connect(receive_buffer=1 << 16) as client:
                    client.send(large(10_000))
                    time.sleep(0.02)  # for so long the rest of the answer waits
                    self.assertEqual(len(client.response().json()["processed_events"]), 10_000)
            self.assertEqual(half_sent[-1].response().status, 503)
            self.assertTrue(all(client.open_and_silent(0) for client in half_sent[:-1]))
            self.assertEqual(server.metrics()[BUFFERED], 1)

    def test_who_leaves_with_its_answer_unread_is_not_waited_for(self):
        """There is nobody to make room any more, so nothing is held beyond the limit, and the newest gets its 503."""
        with Server(*flags(max_buffered="1MiB")) as server:
            for _ in range(3):
                self.hold(server, events=6_000).reset()
            self.assertTrue(eventually(lambda: server.metrics()["http_server_connections"] == 1))
            half_sent, answers = [server.connect() for _ in range(6)], 0
            for client in half_sent:
                client.send_and_be_read(request(method="POST", fields={"Content-Length": "400000"}) + b" " * 300_000)
            self.assertTrue(eventually(lambda: server.metrics().get(BUFFERED, 0) >= 3))
            for client in half_sent:
                if not client.open_and_silent(0.2):
                    self.assertEqual(client.response().status, 503)
                    answers += 1
            self.assertGreaterEqual(answers, 3)

    def test_one_connection_holds_a_sixteenth_at_most_and_loses_nothing(self):
        """Fifteen that send as much as they can before they read leave room for the others; then they read it all."""
        data = request(benchmark_body(10))
        flag = flags(max_buffered="4MiB", max_body="4KiB", max_events="10")
        with Server(*flag) as server:
            greedy = [server.connect(timeout=0.2, receive_buffer=1 << 16) for _ in range(15)]
            sent = [0] * len(greedy)
            for i, client in enumerate(greedy):
                try:
                    while True:
                        sent[i] += client.sock.send((data * 100)[sent[i] % len(data) :])
                except socket.timeout:
                    pass
            self.assertEqual([server.post(b" " * 3000 + BODY).status for _ in range(20)], [200] * 20)
            self.assertEqual(server.metrics().get(BUFFERED, 0), 0)
            for i, client in enumerate(greedy):
                client.sock.settimeout(20)
                whole = sent[i] // len(data)
                self.assertGreater(whole, 200)
                self.assertEqual({client.response().status for _ in range(whole)}, {200})


class Kernel(unittest.TestCase):
    def test_what_the_kernel_may_hold_is_bounded_and_said_at_start(self):
        data = request(benchmark_body(100))
        with Server(*flags(max_connections="100"), threads=2) as server:
            said = server.wait_for_line("kernel_bytes_max")["kernel_bytes_max"]
            each = said // (100 + 2 * 64)
            self.assertLess(each, 1 << 20)
            clients = [server.connect(timeout=0.5, receive_buffer=4096) for _ in range(8)]
            for client in clients:  # they read nothing
                with self.assertRaises(socket.timeout):
                    while True:
                        client.send(data * 50)
            # The kernel may still be closing the one that asked last whether the server is ready.
            # And it may be late with the first answers.
            self.assertTrue(eventually(lambda: [min(held) > 64 << 10 for _, *held in queues(server.port)] == [True] * 8))
            for _, not_taken, not_read in queues(server.port):
                self.assertLess(not_taken + not_read, each)

    def test_an_answer_that_closes_is_held_for_who_reads_it_and_no_longer(self):
        """It is all in the kernel, where a close would leave it beside the connections that are counted."""
        closing = request(b" " * 100 + benchmark_body(1800), fields={"Connection": "close"})
        half_closed = request(benchmark_body(1800))
        with Server("--write-timeout", "4s", "--tick", "100ms", "--max-connections", "100") as server:
            for data in (closing, half_closed):
                with server.connect(receive_buffer=4096) as silent, server.connect(receive_buffer=4096) as slow:
                    before = server.metrics().get(WRITE_TIMEOUT, 0)
                    for client in (silent, slow):
                        client.send(data)
                        if data is half_closed:
                            client.shutdown()
                    end = time.monotonic() + 20  # linger and write timeout together are 5 s
                    while server.metrics().get(WRITE_TIMEOUT, 0) == before and time.monotonic() < end:
                        slow.received += slow.sock.recv(3500)
                        time.sleep(0.1)
                    self.assertEqual(server.metrics()[WRITE_TIMEOUT], before + 1)
                    self.assertEqual([not_taken for _, not_taken, _ in queues(server.port, "04") if not_taken > 100_000], [])
                    self.assertEqual(len(slow.response().json()["processed_events"]), 1800)
                    self.assertTrue(slow.at_end())
            self.assertTrue(eventually(lambda: server.metrics()["http_server_connections"] == 1))

    def test_who_has_gone_is_not_waited_for(self):
        """Closed behind its request, its answer unread: the kernel resets the connection, and has all of it."""
        with Server("--max-connections", "400") as server:
            for data in (request(BODY), request(BODY, fields={"Connection": "close"}), request(b"") * 2 + b"x"):
                for _ in range(200):
                    with server.connect() as client:
                        client.send(data)
                self.assertTrue(eventually(lambda: server.metrics()["http_server_connections"] == 1, 5), data)
            self.assertEqual(server.metrics().get(WRITE_TIMEOUT, 0), 0)

    def test_who_takes_nothing_of_a_last_answer_is_not_read_either(self):
        """Its bytes are read and dropped for as long as lingering takes, so that no reset takes the answer with it."""
        closing = request(b" " * 100 + benchmark_body(1800), fields={"Connection": "close"})
        with Server("--tick", "100ms") as server, server.connect(receive_buffer=4096) as silent:
            silent.send(closing)
            time.sleep(3)
            silent.sock.settimeout(1)
            with self.assertRaises(socket.timeout):
                while True:
                    silent.send(b"x" * 65536)
            silent.sock.settimeout(20)
            self.assertEqual(len(silent.response().json()["processed_events"]), 1800)


if __name__ == "__main__":
    unittest.main()
