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


def datagram_row(socket, protocol):
    return [protocol, int(socket["queue_"]["size_"]), 0, *ends(socket["key_"]), ""]


def listener_row(listener):
    local = end(ipv4(listener["addr"]), listener["port"])
    return ["tcp", int(listener["ready_count_"]), int(listener["backlog_"]), local, "*:*", "LISTEN"]


def connection_row(connection):
    tcb = connection["tcb_"]
    name = str(tcb["state"]).rpartition(":")[2]
    return ["tcp", int(tcb["receive"]["bytes_"]), int(tcb["send"]["bytes_"]), *ends(tcb["key"]), STATES.get(name, name)]


def is_tcp(socket):
    return "Tcp" in str(socket["key_"]["protocol"])


class Sockets(Command):
    """List all sockets: protocol, queues, both ends, TCP's state, and who has them open.
Usage: sockets

Recv-Q is what the program has not read: datagrams, or bytes of TCP; of a listener, the connections that wait for accept.
Send-Q is what the peer has not acknowledged, in bytes; of a listener, its backlog."""

    name = "sockets"

    def run(self, argument):
        if argument:
            raise gdb.GdbError("usage: sockets")
        net, self.owners = network.stack(), owners.sockets()
        rows = self.datagrams(net) + self.streams(net)
        table([["proto", "Recv-Q", "Send-Q", "local", "remote", "state", "owner", "address"]] + rows, right=(1, 2))

    def row(self, cells, socket, shown=None):
        owner = ", ".join(self.owners.get(socket, []))
        return cells + [owner or "-", f"{shown or socket:#x}"]

    def datagrams(self, net):
        rows = []
        for s in network.endpoints(net):
            protocol = str(s["key_"]["protocol"]).rpartition(":")[2].lower()
            rows.append(self.row(datagram_row(s, protocol), kernel.address_of(s)))
        linked = {row[-1] for row in rows}
        for address in self.owners:
            s = kernel.at(address, "net::DatagramSocket")
            if not is_tcp(s) and f"{address:#x}" not in linked:  # no address yet
                protocol = str(s["key_"]["protocol"]).rpartition(":")[2].lower()
                rows.append(self.row(datagram_row(s, protocol), address))
        return rows

    def streams(self, net):
        socket_of, rows = {}, []
        for address in self.owners:
            socket = kernel.at(address, "net::TcpSocket")
            if is_tcp(socket):
                behind = int(kernel.atomic(socket["connection_"])) or int(kernel.atomic(socket["listener_"]))
                socket_of[behind or address] = address
                if not behind:
                    local = end(ipv4(socket["binding_"]["addr"]), socket["binding_"]["port"])
                    rows.append(self.row(["tcp", 0, 0, local, "*:*", "CLOSED"], address))
        listed = set()
        for listener in network.listeners(net):
            address = kernel.address_of(listener)
            rows.append(self.row(listener_row(listener), socket_of.get(address), address))
        for is_connection, flow in network.flows(net):
            address = kernel.address_of(flow)
            listed.add(address)
            cells = connection_row(flow) if is_connection else ["tcp", 0, 0, *ends(flow["key"]), "TIME-WAIT"]
            rows.append(self.row(cells, socket_of.get(address), address))
        return rows
