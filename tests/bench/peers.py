"""The host's TCP servers for tcpbench and ttcp, on 127.0.0.1 or another address. They run in a separate process, so that
they do not share the Python interpreter lock with the benchmark.

    with Peers() as peers:
        peers.source, peers.sink, peers.echo  # their ports
"""
import multiprocessing
import socket
import threading

ZEROS = bytes(1 << 20)


def source(connection):
    while True:
        connection.sendall(ZEROS)


def sink(connection):
    while connection.recv(1 << 20):
        pass


def echo(connection):
    while data := connection.recv(65536):
        connection.sendall(data)


def serve(listener, work):
    while True:
        connection = listener.accept()[0]
        if connection.family == socket.AF_INET:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=live, args=(connection, work), daemon=True).start()


def live(connection, work):
    with connection:
        try:
            work(connection)
        except ConnectionError:
            pass  # the guest has closed the connection


def serve_all(listeners):
    for listener, work in listeners:
        threading.Thread(target=serve, args=(listener, work), daemon=True).start()
    threading.Event().wait()


class Peers:
    def __init__(self, address="127.0.0.1"):
        self._address = address

    def listen(self):
        """A new listening socket, and its port."""
        listener = socket.create_server((self._address, 0), backlog=128)
        return listener, listener.getsockname()[1]

    def __enter__(self):
        opened = [self.listen() for _ in range(3)]
        self.source, self.sink, self.echo = (port for _, port in opened)
        listeners = list(zip((listener for listener, _ in opened), (source, sink, echo)))
        self._process = multiprocessing.get_context("fork").Process(target=serve_all, args=(listeners,), daemon=True)
        self._process.start()
        for listener, _ in listeners:
            listener.close()
        return self

    def __exit__(self, *unused):
        self._process.kill()
        self._process.join(5)
