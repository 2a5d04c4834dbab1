"""The real planish binary under test: start it, talk to it in raw bytes, read its answers strictly, stop it.

Used by the integration and conformance tests. Nothing but Python's standard library. The binary is $PLANISH_BIN.
Whatever an answer has that RFC 9112 or the contract does not allow raises ProtocolError.
"""
import collections
import fcntl
import json
import os
import pathlib
import random
import re
import select
import signal
import socket
import struct
import subprocess
import termios
import threading
import time
import unittest

TIMEOUT = float(os.environ.get("PLANISH_TEST_TIMEOUT", "20"))
LONG = os.environ.get("PLANISH_LONG", "") not in ("", "0")
SANITIZED = os.environ.get("PLANISH_SANITIZED", "")  # "thread", "address,undefined" or nothing; memory is the sanitizer's then, and no bound of it is held


class ProtocolError(AssertionError):
    """The server said something that HTTP or the contract does not allow."""


class Closed(ConnectionError):
    """The server closed (or reset) the connection where an answer was awaited."""


def binary():
    return os.environ["PLANISH_BIN"]


def benchmark_body(events=100):
    """The benchmark's request; 9 416 bytes with 100 events."""
    return json.dumps(
        {
            "user_id": 12345,
            "events": [
                {
                    "event_type": ("click", "view")[i % 2],
                    "timestamp": 1699123456789 + i,
                    "payload": {"id": i, "data": f"test-payload-{i}"},
                }
                for i in range(events)
            ],
            "metadata": {"source": "benchmark", "trace_id": "bench-1234"},
        },
        separators=(",", ":"),
    ).encode()


def request(body=None, method="POST", target="/", fields=(), host="test", version="HTTP/1.1"):
    """One request as bytes. With a body: Content-Length; application/json unless `fields` says another type."""
    lines = [f"{method} {target} {version}"]
    if host is not None:
        lines.append(f"Host: {host}")
    fields = list(fields.items()) if isinstance(fields, dict) else list(fields)
    if body is not None:
        if not any(name.lower() == "content-type" for name, _ in fields):
            lines.append("Content-Type: application/json")
        lines.append(f"Content-Length: {len(body)}")
    lines += [f"{name}: {value}" for name, value in fields]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + (body or b"")


def chunked(body, sizes=(1000,)):
    """`body` as chunks whose sizes go round in `sizes`, with the last chunk and no trailers."""
    out, at, turn = [], 0, 0
    while at < len(body):
        piece = body[at : at + sizes[turn % len(sizes)]]
        out.append(b"%x\r\n%s\r\n" % (len(piece), piece))
        at, turn = at + len(piece), turn + 1
    return b"".join(out) + b"0\r\n\r\n"


def undated(answer):
    """An answer's content but for `total_duration_ms`: a busy machine makes it 1 and more."""
    return re.sub(rb'("total_duration_ms":)[0-9]+', rb"\g<1>0", answer)


class Response:
    """A parsed answer. `fields` is a list of (name, value) as sent; header() compares names without case."""

    def __init__(self, status, reason, fields, body, head):
        self.status, self.reason, self.fields, self.body, self.head = status, reason, fields, body, head

    def headers(self, name):
        return [value for key, value in self.fields if key.lower() == name.lower()]

    def header(self, name, default=None):
        values = self.headers(name)
        if len(values) > 1:
            raise ProtocolError(f"{name} stands {len(values)} times")
        return values[0] if values else default

    def json(self):
        return json.loads(self.body)

    @property
    def closes(self):
        return "close" in [token.strip().lower() for token in (self.header("Connection") or "").split(",")]

    def __repr__(self):
        return f"<{self.status} {self.reason}, {len(self.body)} bytes>"


_STATUS_LINE = re.compile(rb"HTTP/1\.1 ([1-5][0-9]{2}) ([\t \x21-\x7e]*)")
_FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\x21-\x7e](?:[\t \x21-\x7e]*[\x21-\x7e])?)?[ \t]*")


def parse_head(head):
    """Status, reason and fields of a head without its empty line."""
    lines = head.split(b"\r\n")
    status_line = _STATUS_LINE.fullmatch(lines[0])
    if not status_line:
        raise ProtocolError(f"status line {lines[0]!r}")
    fields = []
    for line in lines[1:]:
        match = _FIELD.fullmatch(line)
        if not match:
            raise ProtocolError(f"field line {line!r}")
        fields.append((match[1].decode(), (match[2] or b"").decode()))
    return int(status_line[1]), status_line[2].decode(), fields


class Connection:
    """A client's connection in raw bytes. `address`: (host, port) or the path of a unix socket."""

    def __init__(self, address, timeout=TIMEOUT, receive_buffer=None):
        if isinstance(address, str):
            family = socket.AF_UNIX
        else:
            family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self.sock = socket.socket(family, socket.SOCK_STREAM)
        if receive_buffer is not None:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.sock.settimeout(timeout)
        if family != socket.AF_UNIX:
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            self.sock.connect(address)
        except BaseException:
            self.sock.close()
            raise
        self.received = bytearray()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.sock.close()

    def __del__(self):
        if hasattr(self, "sock"):
            self.sock.close()

    def reset(self):
        """Closes with RST instead of FIN."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.sock.close()

    def send(self, data):
        self.sock.sendall(data)

    def send_and_be_read(self, data):
        """Returns once the server has read all of it, and so has it in hand."""
        self.sock.sendall(data)
        assert eventually(lambda: unread(self.sock) == 0, pause=0.002), "the server does not read on"

    def send_slowly(self, data, size=1, pause=0.0):
        for at in range(0, len(data), size):
            self.sock.sendall(data[at : at + size])
            if pause:
                time.sleep(pause)

    def shutdown(self):
        """Half-closes: nothing more will be sent."""
        self.sock.shutdown(socket.SHUT_WR)

    def _receive(self):
        try:
            data = self.sock.recv(1 << 16)
        except (ConnectionResetError, BrokenPipeError) as error:
            raise Closed(f"reset after {bytes(self.received[:80])!r}") from error
        except socket.timeout as error:
            raise TimeoutError(f"no answer in time, so far {bytes(self.received[:80])!r}") from error
        if not data:
            raise Closed(f"closed after {bytes(self.received[:80])!r}")
        self.received += data

    def _take(self, size):
        while len(self.received) < size:
            self._receive()
        out = bytes(self.received[:size])
        del self.received[:size]
        return out

    def _take_line(self, end=b"\r\n"):
        while (at := self.received.find(end)) < 0:
            if len(self.received) > 1 << 20:
                raise ProtocolError("endless head")
            self._receive()
        return self._take(at + len(end))[: -len(end)]

    def _chunks(self):
        body = b""
        while True:
            line = self._take_line()
            if not re.fullmatch(rb"[0-9A-Fa-f]+", line):
                raise ProtocolError(f"chunk line {line!r}")
            if not int(line, 16):
                break
            body += self._take(int(line, 16))
            if self._take(2) != b"\r\n":
                raise ProtocolError("chunk without CRLF")
        if self._take_line() != b"":
            raise ProtocolError("trailers")
        return body

    def response(self, method="POST", interim=False):
        """Reads one answer to a request with `method`. With `interim` a 1xx is returned too, else it is an error."""
        head = self._take_line(b"\r\n\r\n")
        status, reason, fields = parse_head(head)
        out = Response(status, reason, fields, b"", head)
        if status < 200:
            if not interim:
                raise ProtocolError(f"unasked {status}")
            return out
        if out.header("Date") is None or out.header("X-Request-Id") is None:
            raise ProtocolError(f"no Date or no X-Request-Id in {head!r}")
        if out.header("Server") is not None:
            raise ProtocolError("a Server field")
        lengths, coding = out.headers("Content-Length"), out.header("Transfer-Encoding")
        if status in (204, 304):
            if lengths or coding:
                raise ProtocolError(f"a length in {head!r}")
            return out
        if coding is not None:
            if lengths or coding.lower() != "chunked":
                raise ProtocolError(f"framing of {head!r}")
            if method != "HEAD":
                out.body = self._chunks()
        elif len(lengths) == 1 and re.fullmatch("0|[1-9][0-9]*", lengths[0]):
            if method != "HEAD":
                out.body = self._take(int(lengths[0]))
        else:
            raise ProtocolError(f"no one length in {head!r}")
        return out

    def ask(self, data, method="POST"):
        """Sends a request and reads its answer."""
        self.send(data)
        return self.response(method)

    def at_end(self, timeout=TIMEOUT):
        """Waits for the server's end of stream; True if it came without a further byte, by FIN and not by RST."""
        self.sock.settimeout(timeout)
        try:
            self._receive()
        except Closed as closed:
            return not self.received and not isinstance(closed.__cause__, ConnectionResetError)
        except TimeoutError:
            return False
        return False

    def open_and_silent(self, seconds=0.1):
        """True if neither a byte nor the end of the stream comes within `seconds`."""
        return not self.received and not select.select([self.sock], [], [], seconds)[0]


class Server:
    """A planish process. Listens on 127.0.0.1 and a port of the kernel's choice unless `args` has a --listen, or
    where the settings say with listen=None.

    with Server("--max-connections", "4") as server:
        answer = server.connect().ask(request(b"..."))
    """

    def __init__(self, *args, env=None, prefix=(), threads=1, wait=True, listen="127.0.0.1:0"):
        args = [str(arg) for arg in args]
        if threads is not None and "--threads" not in args:
            args += ["--threads", str(threads)]
        if "--listen" not in args and listen is not None:
            args += ["--listen", listen]
        environment = {key: value for key, value in os.environ.items() if not key.startswith("PLANISH_") and key != "PORT"}
        environment.update(env or {})
        self.command = [*prefix, binary(), "serve", *args]
        self.process = subprocess.Popen(
            self.command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment
        )
        self.lines = []  # of the log, parsed; a line that is not JSON stands as {"text": …}
        self.addresses = []  # (host, port) or path, in the order of the log
        self.admin_addresses = []
        self._news = threading.Condition()
        self._reader = threading.Thread(target=self._read_log, daemon=True)
        self._reader.start()
        if wait:
            self.wait_until_ready()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()

    def _read_log(self):
        for raw in self.process.stderr:
            try:
                line = json.loads(raw)
            except ValueError:
                line = {"text": raw.decode("utf-8", "replace").rstrip("\n")}
            with self._news:
                if isinstance(line, dict):
                    self._note_addresses(line)
                self.lines.append(line)
                self._news.notify_all()
        with self._news:
            self.lines.append({"text": "end of the log"})
            self._news.notify_all()

    def _note_addresses(self, line):
        for key, into in (("address", self.addresses), ("admin_address", self.admin_addresses)):
            value = line.get(key, [])
            for text in [value] if isinstance(value, str) else value:
                into += [parse_address(part) for part in text.replace(",", " ").split()]

    def wait_for_line(self, wanted, timeout=TIMEOUT):
        """Waits for a line of the log for which `wanted(line)` holds, or in whose text the string `wanted` stands."""
        holds = wanted if callable(wanted) else lambda line: wanted in json.dumps(line, ensure_ascii=False)
        end = time.monotonic() + timeout
        with self._news:
            while True:
                for line in self.lines:
                    if holds(line):
                        return line
                over = self.lines and self.lines[-1] == {"text": "end of the log"}
                if over or not self._news.wait(max(0, end - time.monotonic())) and time.monotonic() >= end:
                    raise AssertionError(f"no such line in the log: {self.lines}")

    def wait_until_ready(self, timeout=TIMEOUT):
        """Waits for the addresses in the log, then for the first /healthz."""
        self.wait_for_line(lambda _: bool(self.addresses), timeout)
        end = time.monotonic() + timeout
        while True:
            try:
                with self.connect() as client:
                    if client.ask(request(method="GET", target="/healthz"), "GET").status == 200:
                        return
            except (ConnectionError, TimeoutError):
                pass
            if time.monotonic() > end or self.process.poll() is not None:
                raise AssertionError(f"{self.command} did not come up: {self.lines}")
            time.sleep(0.02)

    @property
    def address(self):
        return self.addresses[0]

    @property
    def port(self):
        return self.address[1]

    @property
    def pid(self):
        return self.process.pid

    def connect(self, index=0, **options):
        return Connection(self.addresses[index], **options)

    def get(self, target, address=None, fields=()):
        with Connection(address or self.address) as client:
            return client.ask(request(method="GET", target=target, fields=fields), "GET")

    def post(self, body, fields=()):
        with self.connect() as client:
            return client.ask(request(body, fields=fields))

    def metrics(self, address=None):
        """The samples of /metrics: {'name{label="value"}': number}."""
        text = self.get("/metrics", address).body.decode()
        pairs = (line.rsplit(" ", 1) for line in text.splitlines() if line and not line.startswith("#"))
        return collections.OrderedDict((name, float(value)) for name, value in pairs)

    def signal(self, number=signal.SIGTERM):
        self.process.send_signal(number)

    def wait(self, timeout=TIMEOUT):
        """The exit code."""
        code = self.process.wait(timeout)
        self._reader.join(timeout)
        return code

    def stop(self, timeout=TIMEOUT):
        """SIGTERM, then the exit code."""
        self.signal(signal.SIGTERM)
        return self.wait(timeout)

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self._reader.join(TIMEOUT)
        self.process.stderr.close()

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def memory(self, key="VmRSS"):
        """Bytes, from /proc/PID/status; or from smaps_rollup for keys such as "Private_Dirty"."""
        for name in ("status", "smaps_rollup"):
            with open(f"/proc/{self.pid}/{name}", encoding="ascii") as file:
                for line in file:
                    if line.startswith(key + ":"):
                        return int(line.split()[1]) * 1024
        raise KeyError(key)

    def cpu_seconds(self):
        """User and system time that the process has used."""
        with open(f"/proc/{self.pid}/stat", encoding="ascii") as file:
            parts = file.read().rsplit(")", 1)[1].split()
        return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")


def parse_address(text):
    """":8080", "127.0.0.1:8080", "[::1]:8080", "http://…", "unix:/run/x.sock" as connect() wants it."""
    if text.startswith("unix:"):
        return text[len("unix:") :]
    host, _, port = text.removeprefix("http://").rstrip("/").rpartition(":")
    return (host.strip("[]") or "127.0.0.1", int(port))


_ports_given = set()
_PORTS_OF_A_PROCESS = 500


def free_port():
    """A TCP port of loopback where nobody listens, never the same twice, and below those that outgoing connections are given.

    So it is still free when its listener starts, or comes back: a test beside this one, a process of another number, most
    likely draws from other ports.
    """
    first = 20_000 + os.getpid() % 20 * _PORTS_OF_A_PROCESS
    while True:
        few = len(_ports_given) < _PORTS_OF_A_PROCESS // 2
        port = random.SystemRandom().randrange(first, first + _PORTS_OF_A_PROCESS) if few else random.SystemRandom().randrange(20_000, 30_000)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        if port not in _ports_given:
            _ports_given.add(port)
            return port


def queues(port, state="01"):
    """What the kernel holds for each open connection from this port: the port it goes to, bytes not taken, bytes not read."""
    for name in ("tcp", "tcp6"):
        for line in pathlib.Path("/proc/net", name).read_text(encoding="ascii").splitlines()[1:]:
            fields = line.split()
            if int(fields[1].rsplit(":", 1)[1], 16) == port and fields[3] == state:
                yield int(fields[2].rsplit(":", 1)[1], 16), *(int(part, 16) for part in fields[4].split(":"))


def unread(sock):
    """Bytes on their way that the other side has not read, as far as it still wants them."""
    if sock.family == socket.AF_UNIX:
        return struct.unpack("i", fcntl.ioctl(sock.fileno(), termios.TIOCOUTQ, bytes(4)))[0]
    here, there = sock.getsockname()[1], sock.getpeername()[1]
    sent = sum(not_taken for port, not_taken, _ in queues(here) if port == there)
    return sent + sum(not_read for port, _, not_read in queues(there) if port == here)


def eventually(holds, timeout=TIMEOUT, pause=0.02):
    """Polls until `holds()` is true; False if it never is."""
    end = time.monotonic() + timeout
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(pause)
    return True


def at_rest(look, timeout=TIMEOUT):
    """Polls what `look()` sees until it has been the same, and not nothing, for a dozen looks in a row; False if it never is."""
    seen, times = None, 0

    def holds():
        nonlocal seen, times
        before, seen = seen, look()
        times = times + 1 if seen and seen == before else 0
        return times == 12

    return eventually(holds, timeout)


def grows(things, by=1):
    """Polls until there are so many more of them."""
    wanted = len(things) + by
    return eventually(lambda: len(things) >= wanted)


def heard(pid, number):
    """Polls until the process has taken the signal that it was sent, or has ended."""

    def holds():
        try:
            status = pathlib.Path(f"/proc/{pid}/status").read_text(encoding="ascii")
        except FileNotFoundError:
            return True
        waiting = int(re.search(r"(?m)^ShdPnd:\s*([0-9a-f]+)", status)[1], 16)
        return not waiting >> (number - 1) & 1

    return eventually(holds, pause=0.002)


class OfOneServer(unittest.TestCase):
    """Tests that share a server, `self.server`, with these flags."""

    FLAGS = ()

    @classmethod
    def setUpClass(cls):
        cls.server = Server(*cls.FLAGS)
        cls.addClassCleanup(cls.server.kill)
