"""The MTU of the path changes under a connection, at a router that is Linux's."""
import random
import socket
import threading

from exchanges import ECHO
from guest import check, check_equal
from lan import GUEST_IP, neighbours, same
from router import Router
from suite import test
from vnet_capture import tcp_packet_lengths

WIDE, TO_FAR, TO_GUEST = 1500, 1000, 1200
FILE = random.Random(1191).randbytes(32 << 20)


def echoed_through(c, change):
    """Sends the file to the echo service. When a quarter of it is back, the path changes, with data in flight both ways."""
    sender = threading.Thread(target=c.sendall, args=(FILE,), daemon=True)
    sender.start()
    back = bytearray()
    while len(back) < len(FILE):
        before = len(back)
        back += c.recv(1 << 20)
        check(len(back) > before, f"the guest has closed the connection after {before} bytes")
        if before < len(FILE) // 4 <= len(back):
            change()
    sender.join(10)
    return bytes(back)


@test(deadline=120, each_card=True, group="interop", daily=True)
def a_stream_goes_on_when_the_path_mtu_shrinks_in_both_directions(nic):
    with neighbours(f"interop-mtu-{nic}", NIC=nic, SERVICES="inetd") as (g, _), Router() as router:
        g.wait_listening(ECHO)
        with router.far(socket.create_connection, (GUEST_IP, ECHO), 60) as c:
            same(echoed_through(c, lambda: router.narrow(TO_FAR, TO_GUEST)), FILE, "echoed while the path's MTU shrank")
        check(g.counters()["icmp_too_big_in"] > 0, "the router has not reported any packet of the guest as too long")
    for who, from_guest, narrow in (("the guest", True, TO_FAR), ("Linux", False, TO_GUEST)):
        lengths = [n for n in tcp_packet_lengths(g.dir / "packets.pcap", from_guest) if n > 100]
        check_equal(max(lengths), WIDE, f"length of the longest packet of {who}, before the path changed")
        check(max(lengths[-100:]) in (narrow - 1, narrow), f"at the end {who} sends packets of {max(lengths[-100:])} bytes, not {narrow}")
