"""Memory: after start, after load, and with idle connections; the slope between two numbers of them is what one costs."""
import socket
import time

from . import process
from .bodies import batch, compact
from .contenders import Out
from .loads import CORES, planish_load


def plan(measurement, idle_connections):
    def once(c):
        sockets: list = []
        seen: dict = {}
        try:
            c.start(CORES.server)
            time.sleep(0.3)
            seen["idle"] = process.memory(c.popen.pid)
            measurement.keep(c, "memory", "figures", seen)
            answer = c.check(c.body(measurement.body))
            planish_load(c, c.body(measurement.body), answer, connections=100, duration=2)
            seen["loaded"] = process.memory(c.popen.pid)
            c.stop()
            c.start(CORES.server)
            for count in idle_connections:
                if count + 200 > measurement.files_max:
                    continue
                hold(c, sockets, count)
                seen[f"idle_{count}"] = process.memory(c.popen.pid)
        finally:
            for one in sockets:
                one.close()
            c.stop()

    for contender in measurement.full():
        measurement.progress.add(4 + max(idle_connections) / 2000, f"memory: {contender.name}", lambda c=contender: measurement.attempt(
            c, lambda: measurement.forgiving("memory", once)(c)))


def hold(contender, sockets, count):
    """Keep-alive connections that have each had one answer."""
    text = compact(batch(1)).encode()
    request = (b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
               % len(text)) + text
    while len(sockets) < count:
        try:
            one = socket.create_connection(("127.0.0.1", contender.port), 10)
            sockets.append(one)
            one.sendall(request)
            if not one.recv(65536).startswith(b"HTTP/1.1 200"):
                raise Out(f"no 200 on connection {len(sockets)}")
        except OSError as problem:
            raise Out(f"idle connection {len(sockets) + 1}: {problem}") from problem
