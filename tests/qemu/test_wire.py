"""The test acts as the guest's network: how the guest answers well-formed packets."""
import struct

import packets as p
from guest import Guest, check, check_equal
from specimens import CLOSED_TCP, CLOSED_UDP
from suite import test
from wire import GUEST_IP, GUEST_MAC, PEER_IP, PEER_MAC, Wire


def announces(address):
    return lambda f: f.arp_op and f.arp_sender == (GUEST_MAC, address) and f.arp_target[1] == address


@test()
def the_guest_announces_its_address_at_boot():
    with Wire() as wire, Guest("gratuitous", NET=wire.net):
        frame = wire.expect(announces(GUEST_IP), "a gratuitous ARP")
        check_equal(frame.dst, p.BROADCAST, "destination of the gratuitous ARP")


@test(each_card=True)
def the_guest_answers_arp_ping_and_a_closed_port(nic):
    with Wire() as wire, Guest(f"answers-{nic}", NIC=nic, NET=wire.net):
        check_equal(wire.wait_for_guest().arp_sender, (GUEST_MAC, GUEST_IP), "sender of the ARP reply")
        for size in (0, 1, 56, 1472):
            reply = wire.ping(size)
            check_equal((reply.dst, reply.ip_src, reply.ip_dst), (PEER_MAC, GUEST_IP, PEER_IP), "addresses of the echo reply")
        request = p.udp(PEER_IP, GUEST_IP, 5000, CLOSED_UDP, b"anybody?")
        wire.send_ip(p.UDP, request)
        answer = wire.expect(lambda f: f.icmp_type == 3, "destination unreachable")
        check_equal(answer.icmp_code, 3, "the code for a closed UDP port")
        check_equal(answer.payload[20:28], request[:8], "the quoted UDP header")
        check(not answer.fault, f"the unreachable message is malformed: {answer}")


@test()
def the_guest_answers_segments_of_unknown_connections_with_a_reset():
    with Wire() as wire, Guest("tcp-reset", NET=wire.net):
        wire.wait_for_guest()
        wire.send_ip(p.TCP, p.tcp(PEER_IP, GUEST_IP, 6000, CLOSED_TCP, seq=1000))
        reset = wire.expect(lambda f: f.protocol == p.TCP, "a reset")
        check_equal((reset.tcp_flags, reset.tcp_seq, reset.tcp_ack), (0x14, 0, 1001), "flags, seq, ack of the reset for a SYN")
        check(not reset.fault, f"the reset is malformed: {reset}")
        wire.send_ip(p.TCP, p.tcp(PEER_IP, GUEST_IP, 6000, CLOSED_TCP, seq=5, ack=777, flags=0x10))
        reset = wire.expect(lambda f: f.protocol == p.TCP, "a reset")
        check_equal((reset.tcp_flags, reset.tcp_seq), (0x04, 777), "flags, seq of the reset for an ACK (RFC 9293 3.10.7.1)")
        wire.send_ip(p.TCP, p.tcp(PEER_IP, GUEST_IP, 6000, CLOSED_TCP, seq=5, flags=0x04))
        wire.quiet(lambda f: f.protocol == p.TCP, "an answer to a reset")


@test()
def the_guest_sends_no_answer_where_the_rfcs_forbid_one():
    with Wire() as wire, Guest("silence", NET=wire.net) as g:
        wire.wait_for_guest()
        g.ok("echo settled")
        wire.forget()
        datagram = p.udp(PEER_IP, GUEST_IP, 5000, CLOSED_UDP, b"x")
        wire.send_ip(p.UDP, datagram, to=p.BROADCAST)                      # a link-layer broadcast
        wire.send_ip(p.UDP, p.udp(PEER_IP, "10.0.2.255", 5000, CLOSED_UDP, b"x"), dst="10.0.2.255", to=p.BROADCAST)
        wire.send_ip(p.UDP, datagram, flags=0x2000)                        # a fragment
        wire.send_ip(p.UDP, datagram[:-1] + b"y")                          # a wrong checksum
        wire.send_ip(p.ICMP, p.icmp(3, 3, 0, p.ipv4(GUEST_IP, PEER_IP, 99, b"12345678")))  # quotes an unknown protocol
        wire.send_ip(p.ICMP, p.echo_request(1, 1), dst="10.0.2.99")        # for another host
        wire.quiet(lambda f: True, "something")


@test()
def the_guest_detects_an_arp_conflict_and_defends_its_address():
    with Wire() as wire, Guest("conflict", NET=wire.net) as g:
        wire.wait_for_guest()
        before = g.counters()["arp_conflicts"]
        wire.forget()
        wire.send_arp(1, "02:00:00:00:00:66", GUEST_IP, "00:00:00:00:00:00", GUEST_IP, dst=p.BROADCAST)
        wire.expect(announces(GUEST_IP), "an announcement that defends its address")
        check_equal(g.counters()["arp_conflicts"] - before, 1, "conflicts counted")


@test()
def boot_arguments_change_address_and_gateway():
    with Wire(answer_arp=False) as wire, Guest("bootargs", NET=wire.net, APPEND="ip=192.168.7.9/16 gw=192.168.99.1") as g:
        wire.expect(announces("192.168.7.9"), "a gratuitous ARP for the address of the boot argument")
        out = g.ok("ifconfig")
        check("192.168.7.9/16  netmask 255.255.0.0  gateway 192.168.99.1" in out, f"ifconfig says\n{out}")
        g.begin("ping -c 1 -W 500 8.8.8.8")
        wire.expect(lambda f: f.arp_op == 1 and f.arp_target[1] == "192.168.99.1", "an ARP request for its gateway")
        g.finish()
        g.begin("ping -c 1 -W 500 192.168.200.1")
        wire.expect(lambda f: f.arp_op == 1 and f.arp_target[1] == "192.168.200.1", "an ARP request for an on-link neighbour")
        g.finish()


@test(waits=True)
def arp_retries_for_a_silent_neighbour_and_then_gives_up():
    with Wire(answer_arp=False) as wire, Guest("unresolved", NET=wire.net) as g:
        wire.wait_for_guest()
        before = g.mbufs_in_use()
        wire.forget()
        out, status = g.run("ping -c 1 -W 8000 10.0.2.77", 20)
        check(status != 0, f"ping succeeded:\n{out}")
        questions = [f for f in wire.frames if f.arp_op == 1 and f.arp_target[1] == "10.0.2.77"]
        check(3 <= len(questions) <= 60, f"{len(questions)} ARP requests for a neighbour that never answers")
        g.wait_mbufs(before)


@test()
def packets_wait_for_a_neighbour_that_answers_late():
    with Wire(answer_arp=False) as wire, Guest("late-arp", NET=wire.net) as g:
        wire.wait_for_guest()
        g.begin("ping -c 1 -W 5000 10.0.2.88")
        for _ in range(2):
            wire.expect(lambda f: f.arp_op == 1 and f.arp_target[1] == "10.0.2.88", "an ARP request")
        wire.send_arp(2, "02:00:00:00:00:88", "10.0.2.88", GUEST_MAC, GUEST_IP)
        request = wire.expect(lambda f: f.icmp_type == 8, "the echo request that waited")
        check_equal(request.dst, "02:00:00:00:00:88", "its destination MAC address")
        reply = p.icmp(0, 0, int.from_bytes(request.raw[38:42], "big"), request.payload)
        wire.send_ip(p.ICMP, reply, src="10.0.2.88")
        out, status = g.finish()
        check_equal(status, 0, f"status of ping, which printed\n{out}\n")


@test()
def a_blocked_reader_gets_the_error_of_an_icmp_port_unreachable():
    with Wire() as wire, Guest("unreachable", NET=wire.net) as g:
        wire.wait_for_guest()
        g.begin("nettests ping")
        sent = wire.expect(lambda f: f.protocol == p.UDP, "a datagram", 10)
        wire.send_ip(p.ICMP, p.icmp(3, 3, 0, sent.raw[14:42]))
        out, status = g.finish(30)
        check(status != 0 and "nobody listens" in out, f"nettests printed\n{out}")


def fragments_of(packet, room=1480):
    """An ICMP message to the guest, fragmented as by a sender on this link."""
    for at in range(0, len(packet), room):
        more = 0x2000 if at + room < len(packet) else 0
        yield p.ether(GUEST_MAC, PEER_MAC, p.ETH_IP,
                      p.ipv4(PEER_IP, GUEST_IP, p.ICMP, packet[at:at + room], ident=len(packet), flags=more | at // 8))


def echoed(wire, size):
    """Sends an echo request of `size` bytes. Returns the request and the guest's reassembled answer."""
    request = p.echo_request(9, size & 0xffff, bytes(i * 7 & 0xff for i in range(size)))
    wire.forget()
    for frame in fragments_of(request):
        wire.send(frame)
    answer, more = b"", True
    while more:
        raw = wire.expect(lambda f: f.kind == p.ETH_IP and f.protocol == p.ICMP, f"an answer to {size} bytes").raw
        check(len(raw) <= 1514, f"a frame of {len(raw)} bytes")
        length, _, place = struct.unpack("!HHH", raw[16:22])
        check_equal((place & 0x1fff) * 8, len(answer), "the next fragment's offset")
        answer += raw[34:14 + length]
        more = bool(place & 0x2000)
    return request, answer


@test(each_card=True)
def the_guest_answers_a_ping_of_any_length(nic):
    with Wire() as wire, Guest(f"long-ping-{nic}", NIC=nic, NET=wire.net) as g:
        wire.wait_for_guest()
        for size in [*range(1472, 1482), *range(1483, 1840, 17), *range(1840, 1850), 2952, 2953, 8000, 65507]:
            request, answer = echoed(wire, size)
            check_equal(answer[:2], b"\0\0", "type and code of an echo reply")
            check_equal(answer[4:], request[4:], f"the data of an echo of {size} bytes")
        check_equal(g.counters()["tx_oversize"], 0, "frames that were too long")
