"""`sockets`: every socket, as netstat shows them, and whose it is."""
import gdb

from . import kernel, network, owners
from .command import Command, table
from .values import ipv4

STATES = {  # net::TcpState, as netstat and RFC 9293 write them
    "Closed": "CLOSED", "Listen": "LISTEN", "SynSent": "SYN-SENT", "SynReceived": "SYN-RECEIVED",
    "Established": "ESTABLISHED", "CloseWait": "CLOSE-WAIT", "FinWait1": "FIN-WAIT-1", "FinWait2": "FIN-WAIT-2",
    "Closing": "CLOSING", "LastAck": "LAST-ACK", "TimeWait": "TIME-WAIT"}


def end(address, port):
    return f"{'*' if address == '0.0.0.0' else address}:{int(port) or '*'}"


def ends(key):
    return end(ipv4(key["local"]), key["local_port"]), end(ipv4(key["remote"]), key["remote_port"])


def datagram_row(socket):
    protocol = str(socket["key_"]["protocol"]).rpartition(":")[2].lower()
    return [protocol, int(socket["queue_"]["size_"]), 0, *ends(socket["key_"]), ""]


def listener_row(listener):
    local = end(ipv4(listener["addr"]), listener["port"])
    return ["tcp", int(listener["ready_count_"]), int(listener["backlog_"]), local, "*:*", "LISTEN"]


def connection_row(connection):
    tcb = connection["tcb_"]
    name = str(tcb["state"]).rpartition(":")[2]
    return ["tcp", int(tcb["receive"]["bytes_"]), int(tcb["send"]["bytes_"]), *ends(tcb["key"]), STATES.get(name, name)]


def kind(address):
    """The class of the net::Socket at this address, such as net::TcpSocket."""
    return str(kernel.at(address, "net::Socket").dynamic_type)


UNIX_KINDS = {1: "unix", 2: "udgr", 5: "useq"}


def unix_row(socket):
    """An AF_UNIX socket: its number and its peer's, and how much is unread."""
    inbox, peer = socket["inbox_"]["p_"], socket["peer_"]["p_"]
    state = str(socket["state_"]).rpartition(":")[2].upper()
    unread = int(inbox["queue_"]["readable_"])
    remote = f"[{int(peer['number'])}]" if int(peer) else "*"
    return [UNIX_KINDS.get(int(socket["type_"]), "?"), unread, int(socket["backlog_limit_"]), f"[{int(inbox['number'])}]", remote, state]


DATAGRAM_SOCKETS = "net::UdpSocket", "net::EchoSocket"


class Sockets(Command):
    """List all sockets: protocol, queues, both ends, TCP's state, and who has them open.
Usage: sockets

Recv-Q is what the program has not read: datagrams, or bytes of TCP; of a listener, the connections that wait for accept.
Send-Q is what the peer has not acknowledged, in bytes; of a listener, its backlog."""

    name = "sockets"

    def run(self, argument):
        if argument:
            raise gdb.GdbError("usage: sockets")
        table(self.rows(), right=(1, 2))

    def rows(self):
        yield "proto", "Recv-Q", "Send-Q", "local", "remote", "state", "owner", "address"
        net, self.owners = network.stack(), owners.sockets()
        yield from self.datagrams(net)
        yield from self.streams(net)
        for address in self.owners:
            if kind(address) == "ipc::LocalSocket":
                yield self.row(unix_row(kernel.at(address, "ipc::LocalSocket")), address)

    def row(self, cells, socket, shown=None):
        owner = ", ".join(self.owners.get(socket, []))
        return [*cells, owner or "-", f"{shown or socket:#x}"]

    def datagrams(self, net):
        linked = set()
        for s in network.endpoints(net):
            linked.add(kernel.address_of(s))
            yield self.row(datagram_row(s), kernel.address_of(s))
        for address in self.owners:
            if address not in linked and kind(address) in DATAGRAM_SOCKETS:  # it has no address yet
                yield self.row(datagram_row(kernel.at(address, "net::DatagramSocket")), address)

    def streams(self, net):
        socket_of = {}  # a connection's or listener's address: its socket's
        for address in self.owners:
            if kind(address) != "net::TcpSocket":
                continue
            socket = kernel.at(address, "net::TcpSocket")
            behind = int(kernel.atomic(socket["connection_"])) or int(kernel.atomic(socket["listener_"]))
            socket_of[behind] = address
            if not behind:
                local = end(ipv4(socket["binding_"]["addr"]), socket["binding_"]["port"])
                yield self.row(["tcp", 0, 0, local, "*:*", "CLOSED"], address)
        for listener in network.listeners(net):
            address = kernel.address_of(listener)
            yield self.row(listener_row(listener), socket_of.get(address), address)
        for is_connection, flow in network.flows(net):
            address = kernel.address_of(flow)
            cells = connection_row(flow) if is_connection else ["tcp", 0, 0, *ends(flow["key"]), "TIME-WAIT"]
            yield self.row(cells, socket_of.get(address), address)
