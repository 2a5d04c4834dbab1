"""An upstream for tests: takes requests strictly, answers what it is told to, byte by byte if need be.

Nothing but Python's standard library. Each connection has a thread; `behave(peer)` is called for each request on it.
"""
import os
import re
import socket
import struct
import threading
import time

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


def answer(status=200, body=b"", fields=()):
    """A whole answer with a length."""
    lines = [f"HTTP/1.1 {status} Words"] + [f"{name}: {value}" for name, value in fields]
    return "\r\n".join(lines + [f"Content-Length: {len(body)}"]).encode() + b"\r\n\r\n" + body


def after(seconds, said=OK):
    """Behaves so: lets its time pass, then answers; b"" is no answer."""

    def behave(peer, _):
        time.sleep(seconds)
        if said:
            peer.send(said)

    return behave


class Taken:
    """A request that has arrived, whole."""

    def __init__(self, head, body):
        self.line, _, rest = head.partition(b"\r\n")
        self.body = body
        self.fields = [tuple(part.strip() for part in line.split(b":", 1)) for line in rest.split(b"\r\n") if line]

    def header(self, name):
        values = [value.decode("latin-1") for key, value in self.fields if key.decode().lower() == name.lower()]
        assert len(values) <= 1, values
        return values[0] if values else None


class Peer:
    """One connection of planish's, on the upstream's side."""

    def __init__(self, sock, number):
        self.sock, self.number, self.requests = sock, number, 0
        self.buffer = b""

    def send(self, data):
        self.sock.sendall(data)

    def close(self):
        self.sock.close()

    def reset(self):
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()

    def take(self):
        """The next request; None at the end of the stream."""
        while b"\r\n\r\n" not in self.buffer:
            data = self.sock.recv(1 << 16)
            if not data:
                return None
            self.buffer += data
        head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
        length = int(re.search(rb"(?i)\r\ncontent-length: (\d+)", head).group(1))
        while len(self.buffer) < length:
            data = self.sock.recv(1 << 16)
            if not data:
                return None
            self.buffer += data
        body, self.buffer = self.buffer[:length], self.buffer[length:]
        self.requests += 1
        return Taken(head, body)


class Upstream:
    """Listens on 127.0.0.1 and a port of the kernel's choice, or on a unix socket.

    with Upstream(lambda peer, request: peer.send(OK)) as upstream:
    """

    def __init__(self, behave=lambda peer, request: peer.send(OK), path=None, port=0, backlog=128, at_accept=None, receive_buffer=None):
        self.behave, self.path, self.at_accept = behave, path, at_accept
        self.requests, self.connections = [], 0
        self.peers = []
        self.lock = threading.Lock()
        self.listener = socket.socket(socket.AF_UNIX if path else socket.AF_INET, socket.SOCK_STREAM)
        if receive_buffer is not None:
            self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        if path:
            if os.path.exists(path):
                os.unlink(path)
            self.listener.bind(path)
        else:
            self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self.listener.bind(("127.0.0.1", port))
        self.listener.listen(backlog)
        self.thread = threading.Thread(target=self._accept, daemon=True)
        self.thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    @property
    def port(self):
        return self.listener.getsockname()[1]

    def url(self, target="/in"):
        return f"unix:{self.path}:{target}" if self.path else f"http://127.0.0.1:{self.port}{target}"

    def _accept(self):
        while True:
            try:
                sock, _ = self.listener.accept()
            except OSError:
                return
            if not self.path:
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self.lock:
                self.connections += 1
                peer = Peer(sock, self.connections)
                self.peers.append(peer)
            threading.Thread(target=self._serve, args=(peer,), daemon=True).start()

    def _serve(self, peer):
        try:
            if self.at_accept is not None:
                self.at_accept(peer)
                return
            while (request := peer.take()) is not None:
                with self.lock:
                    self.requests.append(request)
                self.behave(peer, request)
        except OSError:
            pass
        finally:
            peer.sock.close()
            with self.lock:
                self.peers.remove(peer)

    def bodies(self):
        with self.lock:
            return [request.body for request in self.requests]

    def stop(self):
        """No new connection is accepted, and those that there are break."""
        try:
            self.listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.listener.close()
        self.close_all()
        self.thread.join()

    def close_all(self):
        """Closes every connection that there is."""
        with self.lock:
            peers = list(self.peers)
        for peer in peers:
            try:
                peer.sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
