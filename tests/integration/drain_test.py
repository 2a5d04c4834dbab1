"""Stopping: what was begun is answered, what is idle closes, what is stuck is cut off, and nothing accepted is lost."""
import signal
import threading
import time
import unittest

from planish_server import LONG, Closed, Connection, Server, at_rest, benchmark_body, eventually, request, unread

BODY = benchmark_body(3)
PATIENT = ("--shutdown-timeout", "60s")


def closed_to_others(server):
    """Waits until no listener is open; then its connections know that the server stops."""

    def is_closed():
        try:
            Connection(server.address).close()
        except (ConnectionRefusedError, ConnectionResetError):
            return True
        return False

    assert eventually(is_closed)


class Drain(unittest.TestCase):
    def stops(self, server):
        """With 0, and long before --shutdown-timeout, which the servers here have set to more than wait() waits."""
        self.assertEqual(server.wait(), 0)

    def test_without_connections_it_is_over_at_once(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with Server(*PATIENT, threads=2) as server:
                server.signal(number)
                self.stops(server)

    def test_an_idle_connection_closes(self):
        with Server(*PATIENT) as server, server.connect() as client:
            client.ask(request(BODY))
            server.signal()
            self.assertTrue(client.at_end())
            self.stops(server)

    def test_a_connection_that_has_sent_nothing_has_a_second(self):
        for _ in range(10):
            with Server(*PATIENT) as server, server.connect() as early, server.connect() as silent:
                if not eventually(lambda: server.metrics()["http_server_connections"] == 3):  # with the one that asks
                    continue
                began = time.monotonic()
                server.signal()
                time.sleep(0.5)
                early.send(request(BODY))
                if time.monotonic() - began > 0.9:
                    continue  # a busy machine has kept us waiting for longer than the server has to
                answer = early.response()
                self.assertEqual((answer.status, answer.closes), (200, True))
                self.assertTrue(silent.at_end())
                return self.stops(server)
        self.fail("never fast enough for the second that the server gives")

    def test_half_a_request_is_awaited_and_answered(self):
        for cut in (1, 30, len(request(BODY)) - 1):
            with self.subTest(cut=cut), Server(*PATIENT) as server, server.connect() as client:
                client.send_and_be_read(request(BODY)[:cut])
                server.signal()
                closed_to_others(server)
                client.send(request(BODY)[cut:])
                answer = client.response()
                self.assertEqual((answer.status, answer.closes), (200, True))
                self.assertTrue(client.at_end())
                self.stops(server)

    def test_a_pipeline_is_answered_and_the_last_answer_says_close(self):
        with Server(*PATIENT) as server, server.connect() as client:
            client.send_and_be_read(request(BODY)[:10])
            server.signal()
            closed_to_others(server)
            client.send(request(BODY)[10:] + request(BODY) * 4)
            answers = [client.response() for _ in range(5)]
            self.assertEqual([answer.closes for answer in answers], [False] * 4 + [True])
            self.assertTrue(client.at_end())
            self.stops(server)

    def test_an_unread_pipeline_is_written_to_the_end(self):
        count = 300
        with Server(*PATIENT) as server, server.connect(receive_buffer=4096) as client:
            sender = threading.Thread(target=client.send, args=(request(benchmark_body(100)) * count,))
            sender.start()
            self.assertTrue(at_rest(lambda: unread(client.sock)), "it goes on reading")
            server.signal()
            closed_to_others(server)
            for _ in range(count):
                self.assertEqual(client.response().status, 200)
            sender.join()
            self.assertTrue(client.at_end())
            self.stops(server)

    def test_a_stuck_client_is_cut_off_and_the_exit_code_is_0(self):
        with Server("--shutdown-timeout", "1s") as server, server.connect() as client:
            client.send_and_be_read(request(BODY)[:30])
            server.signal()
            self.stops(server)

    def test_ready_turns_503_at_once_and_the_rest_goes_on_for_the_delay(self):
        with Server("--drain-delay", "6s", *PATIENT) as server, server.connect() as client:
            client.ask(request(BODY))
            server.signal()
            self.assertTrue(eventually(lambda: server.get("/readyz").status == 503))
            ready = server.get("/readyz")
            self.assertEqual((ready.status, ready.header("Retry-After").isdigit()), (503, True))
            answer = client.ask(request(BODY))
            self.assertEqual((answer.status, answer.closes), (200, False))
            self.assertEqual(server.post(BODY).status, 200)
            self.stops(server)

    def test_no_listener_is_open_once_a_connection_is_told_to_close(self):
        with Server(*PATIENT, threads=4) as server:
            clients = [server.connect() for _ in range(16)]
            for client in clients:
                client.send_and_be_read(request(BODY)[:30])
            server.signal()
            closed_to_others(server)
            for client in clients:
                client.send(request(BODY)[30:])
                self.assertTrue(client.response().closes)
                with self.assertRaises(ConnectionRefusedError):
                    Connection(server.address)
            self.stops(server)

    def test_a_second_signal_stops_at_once_with_1(self):
        with Server("--drain-delay", "60s") as server, server.connect() as client:
            client.send_and_be_read(request(BODY)[:30])
            server.signal()
            server.wait_for_line("stopping")
            server.signal()
            self.assertEqual(server.wait(), 1)


class Load:
    """Clients that go on asking until they are told that the server closes. Lost is a request without an answer on a
    connection that the server had accepted: reset, or closed without a word, before it said `Connection: close`.

    Not lost is what comes late: a connection without a request for half a second is idle to a server that stops, and on
    a busy machine a client may need longer than that."""

    PATIENCE = 0.4  # from the request before, or the connect; a bit less than the server's

    def __init__(self, server, clients, reconnect):
        self.server, self.reconnect = server, reconnect
        self.answered, self.late, self.lost = 0, 0, []
        self.lock = threading.Lock()
        self.threads = [threading.Thread(target=self.run, args=(i,)) for i in range(clients)]

    def run(self, number):
        while True:
            began = time.monotonic()
            try:
                client = self.server.connect()
            except (ConnectionRefusedError, TimeoutError):
                return
            except ConnectionResetError:
                return  # in the handshake: never accepted
            with client:
                if not self.converse(client, number, began):
                    return

    def converse(self, client, number, began):
        """False if the connection ended before its time."""
        asked, data = 0, request(BODY)
        while True:
            asking, sent = time.monotonic(), None
            try:
                client.send(data)
                sent = time.monotonic()
                closes = client.response().closes
            except (Closed, ConnectionError, TimeoutError) as error:
                with self.lock:
                    if (sent or time.monotonic()) - began > self.PATIENCE:
                        self.late += 1
                    else:
                        self.lost.append(f"client {number}, request {asked}: {error!r}")
                return False
            began = asking
            asked += 1
            with self.lock:
                self.answered += 1
            if closes or (self.reconnect and asked == 2):
                return True

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        for thread in self.threads:
            thread.join()


class DrainUnderLoad(unittest.TestCase):
    def test_no_accepted_request_is_lost(self):
        for round_number in range(100 if LONG else 6):
            for reconnect in (False, True):
                with self.subTest(round=round_number, reconnect=reconnect), Server(threads=2) as server:
                    with Load(server, 12, reconnect) as load:
                        wanted = 12 * (1 + round_number % 10)
                        self.assertTrue(eventually(lambda: load.answered >= wanted, pause=0.002))
                        server.signal()
                        self.assertEqual(server.wait(), 0)
                    self.assertGreater(load.answered, 0)
                    self.assertEqual(load.lost, [])


if __name__ == "__main__":
    unittest.main()
