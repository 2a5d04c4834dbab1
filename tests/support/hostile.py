"""Hostile clients by kind. Each function has one go at the server over `connect()`; run() lets them have many.

What they may get for it (an answer, a refusal, a reset, silence) is their own business: an OSError or a ProtocolError
ends the go. They run in processes of their own, of a lower priority, since what they cost the server is to be seen and
not the CPU that Python takes to be hostile."""
import gzip
import os
import threading
import time
from random import Random

import hostile_events
from packing import gzip_of_tables, zstd_of_tables
from planish_server import Connection, benchmark_body, request

MIB, DEAREST = 1 << 20, hostile_events.DEAREST
EVENT = b'{"event_type":"a","timestamp":1,"payload":%s}'
LARGE = gzip.compress(b'{"user_id":1,"events":[' + b",".join([EVENT % b"1"] * 10_000) + b"]}")  # its answer has 900 KB


def one_event(payload):
    return b'{"user_id":1,"events":[' + EVENT % payload + b"]}"


def coded(body, *codings, fields=()):
    return request(body, fields=[("Content-Encoding", ", ".join(codings)), *fields])


def post(length, content=b"", *lines):
    return request(content, fields=lines).replace(b"Content-Length: %d\r\n" % len(content), length + b"\r\n")


def random_names(random, size):
    """An object whose names are four random letters each."""
    letters = random.choices("abcdefghijklmnopqrstuvwxyz", k=4 * (size // 9))
    return b"{" + b",".join(b'"%s":0' % "".join(letters[i : i + 4]).encode() for i in range(0, len(letters), 4)) + b"}"


def answers(client, count, method="POST"):
    for _ in range(count):
        client.response(method)


TABLES, ZSTD_TABLES, FRAME = gzip_of_tables(90_000), zstd_of_tables(50_000), b"\x28\xb5\x2f\xfd\0\x58"
# Bodies that cost the most work for each byte.
OF_TABLES = (
    coded(TABLES, "gzip"),
    coded(gzip.compress(TABLES), "gzip", "gzip"),
    coded(gzip.compress(gzip.compress(TABLES)), "gzip", "gzip", "gzip"),
    coded(ZSTD_TABLES, "zstd"),
    coded(gzip.compress(ZSTD_TABLES), "zstd", "gzip"),
)
# Bodies that grow beyond every limit, or by nothing at all.
OF_BYTES = (
    coded(gzip.compress(b" " * (64 * MIB)), "gzip"),
    coded(FRAME + b"\x02\0\x10x" * 2000, "zstd"),  # 128 KiB from 4 bytes
    coded(FRAME + b"\0\0\0" * 200_000, "zstd"),  # empty blocks
    coded((FRAME + b"\1\0\0") * 100_000, "zstd"),  # empty frames
    coded(gzip.compress(b"") * 40_000, "x-gzip"),  # empty members
    coded(gzip.compress(LARGE)[:-4], "gzip", "gzip"),
)


def bombs_of_tables(connect, random):
    with connect() as client:
        client.send(random.choice(OF_TABLES) * 20)
        answers(client, 20)


def bombs_of_bytes(connect, random):
    with connect() as client:
        client.send(random.choice(OF_BYTES) * 5)
        answers(client, 5)


def scrapes(connect, random):
    method = random.choice(("GET", "HEAD"))
    with connect() as client:
        for _ in range(5):
            client.send(request(method=method, target="/metrics") * 200)
            answers(client, 200, method)


def unread_answers(connect, random):
    with connect(receive_buffer=4096) as client:
        client.send(coded(LARGE, "gzip") * random.choice((1, 8, 50)))
        time.sleep(random.random() * 8)


def unread_but_for_a_byte(connect, random):
    """For some seconds: what had come before a reset is there to be read for long after it."""
    with connect(receive_buffer=4096) as client:
        client.send(coded(LARGE, "gzip") * 8)
        for _ in range(random.randrange(4, 20)):
            time.sleep(0.5)
            client.sock.recv(1)


NUMBERS = request(one_event(b"[" + b"9e20," * (DEAREST // 5 - 20) + b"0]"))
NAMES = request(one_event(random_names(Random(7), DEAREST - 200)))


def heavy_numbers(connect, _):
    with connect() as client:
        client.ask(NUMBERS)


def heavy_names(connect, _):
    with connect() as client:
        client.ask(NAMES)


def slow_bodies(connect, random):
    size = random.randrange(1000, MIB)
    with connect() as client:
        client.send(request(b"x" * size)[:-size])
        while size > 0:
            client.send(b"x" * min(size, 2000))
            size -= 2000
            time.sleep(0.2)
        client.response()


def heads(connect, random):
    """Half of one, a drip, an endless one, empty lines, nothing."""
    data = request(benchmark_body(3))
    with connect() as client:
        what = random.randrange(5)
        if what == 0:
            client.send(data[: random.randrange(1, 100)])
            time.sleep(random.random() * 4)
        elif what == 1:
            client.send_slowly(data[:100], 1, 0.1)
        elif what == 2:
            client.send(b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: y\r\n" * 20_000)
        elif what == 3:
            client.send(b"\r\n" * 50_000)
        client.sock.recv(1)


def chunks(connect, random):
    """Sizes with zeros without end, of one byte, extensions, trailers, a wrong size."""
    tail = random.choice((b"0" * 200_000, b"1\r\n \r\n" * 50_000, b"1;" + b"a" * 200_000, b"0\r\n" + b"A: b\r\n" * 9_000, b"fffffffff\r\n"))
    with connect() as client:
        client.send(post(b"Transfer-Encoding: chunked") + tail)
        client.sock.recv(1)


def lengths(connect, random):
    """Announced and not sent, too long, with an Expect that nobody answers to."""
    length = random.choice((b"Content-Length: 1000000", b"Content-Length: 99999999999999999999", b"Content-Length: 1048577"))
    lines = [("Expect", "100-continue")] if random.random() < 0.5 else []
    with connect() as client:
        client.send(post(length, b"", *lines))
        client.sock.recv(1)
        time.sleep(random.random() * 2)


FAULTS = gzip.compress(b'{"user_id":1,"events":[' + b",".join([b"0"] * 10_000) + b"]}")  # in 200 bytes


def errors(connect, random):
    with connect() as client:
        client.send(coded(FAULTS, "gzip", fields=[("Prefer", "handling=lenient")]) * 50)
        answers(client, random.choice((0, 50)))


def noise(connect, random):
    with connect() as client:
        client.send(random.choice((random.randbytes(3000), b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"\x16\x03\x01" + random.randbytes(500))))
        client.reset()
    time.sleep(0.02)


def crowds(connect, random):
    clients = [connect() for _ in range(100)]
    for client in random.sample(clients, 50):
        client.send(b"G")
    time.sleep(random.random() * 2)
    for client in clients:
        client.close()


# How many clients of each kind there are at any time. Of the heavy ones few: each costs its loop one body a turn.
KINDS = {bombs_of_tables: 3, bombs_of_bytes: 2, scrapes: 2, unread_answers: 12, unread_but_for_a_byte: 4, heavy_numbers: 1,
         heavy_names: 1, slow_bodies: 20, heads: 6, chunks: 4, lengths: 4, errors: 2, noise: 2, crowds: 1, **hostile_events.KINDS}


def repeat(kind, address, random, over, goes):
    while not over.is_set():
        goes[kind.__name__] += 1
        try:
            kind(lambda **options: Connection(address, **{"timeout": 5, **options}), random)
        except (OSError, AssertionError):
            time.sleep(0.01)


def run(kinds, address, random, stop, report):
    """The body of a process: all clients of these kinds until told to stop; then how often each had a go.

    The threads don't ask `stop` themselves: it has a lock that all processes share, and a process that ends while one of its
    threads has it takes it along. Whoever asks afterwards would wait for ever."""
    os.nice(5)
    goes, over = {kind.__name__: 0 for kind in kinds}, threading.Event()
    for kind in kinds:
        for _ in range(KINDS[kind]):
            arguments = (kind, address, Random(random.random()), over, goes)
            threading.Thread(target=repeat, args=arguments, daemon=True).start()
    stop.wait()
    over.set()
    report.put(("hostile", goes))
