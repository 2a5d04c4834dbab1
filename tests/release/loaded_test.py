"""A binary under load from its first moment on, and stopped: a hundred connections, every answer looked at, exit code 0.

What a start leaves behind once it is quiet, a tenth of a second later, falls into it; so does all that waits in memory:
bodies that come in pieces, coded ones, answers that are read late. cmake/release runs it over the static binary, and over one
whose segments lie apart. PLANISH_EMULATOR: what runs a binary of another machine.
"""
import asyncio
import gzip
import json
import os
import pathlib
import shlex
import subprocess
import tempfile
import time
import unittest

import planish_server
from planish_server import Server, benchmark_body, chunked, parse_head, request, undated

SHOP = pathlib.Path(__file__).resolve().parents[1] / "examples/shop"
EMULATOR = tuple(shlex.split(os.environ.get("PLANISH_EMULATOR", "")))
CONNECTIONS = 20 if EMULATOR else 100
SECONDS = 2
LATE = 20  # requests whose answers are read when all have been sent: more than a socket takes
PIECES = 3

PLAIN = benchmark_body()
LARGE = benchmark_body(1000)
ORDER = (SHOP / "tests/order.request").read_bytes()


def configuration():
    """Two endpoints: section 1's, and one with contracts, rules and a key, all of them in memory since the start."""
    shop = (SHOP / "planish.toml").read_text(encoding="utf-8")
    for name in ("contracts", "rule.key"):
        shop = shop.replace(f'"{name}"', json.dumps(str(SHOP / name)))
    return '[[endpoint]]\npath = ["/"]\n\n[[endpoint]]\npath = ["/shop"]\n' + shop.replace("[[rule]]", "[[endpoint.rule]]")


class Client:
    """One connection after the other; what it found wrong is in `faults`."""

    def __init__(self, server, expected):
        self.server, self.expected = server, expected
        self.answers, self.faults = 0, []

    async def run(self, number, until):
        talks = (self.plain, self.order, self.in_pieces, self.in_chunks, self.coded, self.read_late, self.broken, self.page)
        turn = number
        while time.monotonic() < until:
            reader, writer = await asyncio.open_connection(*self.server.address)
            try:
                for _ in range(len(talks)):
                    await talks[turn % len(talks)](reader, writer)
                    turn += 1
            except (OSError, EOFError, AssertionError) as error:
                self.faults.append(f"{talks[turn % len(talks)].__name__}: {error!r}")
                return
            finally:
                writer.close()

    async def hear(self, reader, status, body=None):
        head = await reader.readuntil(b"\r\n\r\n")
        said, _, fields = parse_head(head[:-4])
        content = await reader.readexactly(int(dict(fields)["Content-Length"]))
        if said != status or (body is not None and undated(content).removesuffix(b"\n") != body):
            raise AssertionError(f"{head!r} {content[:300]!r}")
        self.answers += 1
        return content

    async def ask(self, reader, writer, data, status, body=None):
        writer.write(data)
        return await self.hear(reader, status, body)

    async def plain(self, reader, writer):
        await self.ask(reader, writer, request(PLAIN), 200, self.expected[PLAIN])

    async def order(self, reader, writer):
        await self.ask(reader, writer, request(ORDER, target="/shop"), 200, self.expected[ORDER])

    async def in_pieces(self, reader, writer):
        data = request(LARGE)
        for piece in range(PIECES):
            writer.write(data[piece * len(data) // PIECES : (piece + 1) * len(data) // PIECES])
            await writer.drain()
            await asyncio.sleep(0.01)
        await self.hear(reader, 200, self.expected[LARGE])

    async def in_chunks(self, reader, writer):
        fields = (("Content-Type", "application/json"), ("Transfer-Encoding", "chunked"))
        await self.ask(reader, writer, request(fields=fields) + chunked(PLAIN, (1000, 7)), 200, self.expected[PLAIN])

    async def coded(self, reader, writer):
        await self.ask(reader, writer, request(gzip.compress(LARGE, 1), fields=(("Content-Encoding", "gzip"),)), 200, self.expected[LARGE])

    async def read_late(self, reader, writer):
        writer.write(request(PLAIN) * LATE)
        await asyncio.sleep(0.02)
        for _ in range(LATE):
            await self.hear(reader, 200, self.expected[PLAIN])

    async def broken(self, reader, writer):
        problem = json.loads(await self.ask(reader, writer, request(PLAIN[:-1]), 400))
        if problem.get("type") != "/problems/not-json":
            raise AssertionError(problem)

    async def page(self, reader, writer):
        content = await self.ask(reader, writer, request(method="GET", target="/metrics"), 200)
        if b"# TYPE " not in content or b"\0" in content:
            raise AssertionError(content[:300])


class Loaded(unittest.TestCase):
    def test_every_answer_is_right_and_it_ends_with_0(self):
        with tempfile.TemporaryDirectory() as folder:
            settings = pathlib.Path(folder, "planish.toml")
            settings.write_text(configuration(), encoding="utf-8")
            expected = {body: self.transformed(settings, path, body) for path, body in (("/", PLAIN), ("/", LARGE), ("/shop", ORDER))}
            with Server("--config", settings, threads=4, prefix=EMULATOR) as server:
                clients = asyncio.run(self.load(server, expected))
                self.assertEqual([fault for client in clients for fault in client.faults][:3], [], server.lines[-3:])
                self.assertEqual(sum(client.answers == 0 for client in clients), 0, "some had no answer at all")
                self.assertEqual(server.stop(), 0, server.lines[-3:])
                self.assertTrue(any(line.get("complete") == "yes" for line in server.lines), server.lines[-3:])

    @staticmethod
    async def load(server, expected):
        clients = [Client(server, expected) for _ in range(CONNECTIONS)]
        until = time.monotonic() + SECONDS
        running = asyncio.gather(*(client.run(number, until) for number, client in enumerate(clients)))
        await asyncio.wait_for(running, SECONDS + planish_server.TIMEOUT)
        return clients

    @staticmethod
    def transformed(settings, path, body):
        """What another process of the same binary, which has nobody beside it, makes of it."""
        command = [*EMULATOR, planish_server.binary(), "transform", "--config", settings, "--endpoint", path]
        own = {key: value for key, value in os.environ.items() if not key.startswith("PLANISH_")}
        made = subprocess.run(command, input=body, stdout=subprocess.PIPE, env=own, check=True, timeout=planish_server.TIMEOUT)
        return undated(made.stdout).removesuffix(b"\n")


if __name__ == "__main__":
    unittest.main()
