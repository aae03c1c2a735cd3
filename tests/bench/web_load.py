"""Clients of a web server: kept-alive connections, each with one request outstanding."""
import re
import selectors
import socket

from guest import Failure

SILENCE = 30  # seconds, after which the server is taken for dead


class Client:
    """One connection."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=SILENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.header = b""
        self.length = self.left = None  # bytes of the answer; None: its header is not complete

    def ask(self, name):
        self.header, self.left = b"", None
        self.socket.sendall(f"GET {name} HTTP/1.1\r\nHost: nx6\r\n\r\n".encode())

    def receive(self):
        """Receives a part of the answer. Returns whether that was the end of it."""
        data = self.socket.recv(1 << 18)
        if not data:
            raise Failure("the web server has closed a connection")
        if self.left is None:
            self.header += data
            head, end, data = self.header.partition(b"\r\n\r\n")
            if not end:
                return False
            length = re.search(rb"\r\nContent-Length: (\d+)", head)
            if not head.startswith(b"HTTP/1.1 200 ") or not length:
                raise Failure(f"the web server answered\n{head.decode()}")
            self.length = self.left = int(length[1])
        self.left -= len(data)
        return self.left == 0


class Clients:
    """`count` clients that ask the server at `port` of the host."""

    def __init__(self, port, count):
        self.all = [Client(port) for _ in range(count)]

    def close(self):
        for client in self.all:
            client.socket.close()

    def fetch(self, name, count):
        """Fetches the file `count` times in all. Returns how many bytes that were."""
        asked = answered = received = 0
        with selectors.DefaultSelector() as selector:
            for client in self.all[:count]:
                selector.register(client.socket, selectors.EVENT_READ, client)
                client.ask(name)
                asked += 1
            while answered < count:
                ready = selector.select(SILENCE)
                if not ready:
                    raise Failure(f"the web server did not answer within {SILENCE} s")
                for key, _ in ready:
                    if not key.data.receive():
                        continue
                    answered += 1
                    received += key.data.length
                    if asked < count:
                        key.data.ask(name)
                        asked += 1
        return received
