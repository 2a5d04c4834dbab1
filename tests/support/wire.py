"""A client that hides nothing: raw bytes out, answers read strictly by RFC 9112, the end of the stream told from a reset."""
import socket


class Answer:
    def __init__(self, status, fields, body):
        self.status, self.fields, self.body = status, fields, body

    def field(self, name):
        """The value of a field that stands at most once, or None."""
        values = [v for n, v in self.fields if n.lower() == name.lower()]
        assert len(values) <= 1, f"{name} stands {len(values)} times"
        return values[0] if values else None


class Wire:
    """One connection. Closed by `with`. `timeout` is in seconds and bounds every wait."""

    def __init__(self, address, timeout=20):
        family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self.socket = socket.socket(family, socket.SOCK_STREAM)
        self.socket.settimeout(timeout)
        self.socket.connect(address)
        if family != socket.AF_UNIX:
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.held = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, *pieces):
        """Each piece is a segment of its own. A peer that has closed its reading side is no error here."""
        for piece in pieces:
            try:
                self.socket.sendall(piece)
            except (BrokenPipeError, ConnectionResetError):
                return False
        return True

    def half_close(self):
        self.socket.shutdown(socket.SHUT_WR)

    def more(self):
        data = self.socket.recv(65536)
        self.held += data
        return bool(data)

    def take(self, size):
        while len(self.held) < size:
            if not self.more():
                raise EOFError(f"the stream ended within an answer: {self.held[:200]!r}")
        data, self.held = self.held[:size], self.held[size:]
        return data

    def answer(self, method="GET", interim=False):
        """The next answer; None at the end of the stream. 1xx answers are passed over unless `interim`."""
        while b"\r\n\r\n" not in self.held:
            if not self.more():
                if self.held:
                    raise EOFError(f"the stream ended within a head: {self.held[:200]!r}")
                return None
        head, self.held = self.held.split(b"\r\n\r\n", 1)
        line, *lines = head.decode("ascii").split("\r\n")
        version, status, _ = line.split(" ", 2)
        assert version == "HTTP/1.1", line
        fields = [tuple(part.strip() for part in text.split(":", 1)) for text in lines]
        answer = Answer(int(status), fields, b"")
        if answer.status < 200:
            return answer if interim else self.answer(method)
        length = answer.field("Content-Length")
        if method != "HEAD" and answer.status not in (204, 304):
            assert length is not None, f"no Content-Length: {head!r}"
            answer.body = self.take(int(length))
        return answer

    def ended(self):
        """True if the peer has closed its side in good order: nothing more, and no reset."""
        try:
            return self.held == b"" and self.socket.recv(1) == b""
        except ConnectionResetError:
            return False


def ask(address, data, method="GET"):
    """One request, one answer, on a connection of its own."""
    with Wire(address) as wire:
        wire.send(data)
        return wire.answer(method)
