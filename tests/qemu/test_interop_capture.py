"""What the capture of the guest's card shows: the options of TCP at work, and no fault."""
import collections
import socket
import subprocess

import exchanges
from capture import need_tshark, tshark
from exchanges import ECHO, MEGABYTE
from expert import BAD_WIRE, NORMAL, check_expert
from guest import check, check_equal
from lan import GUEST_IP, PEER_IP, neighbours, same, web_server
from suite import test
from test_tcp_bulk import echoed
from vnet_capture import readable

FIELDS = ["tcp.stream", "ip.src", "tcp.flags.syn", "tcp.flags.reset", "tcp.window_size", "tcp.options.mss_val", "tcp.options.wscale.shift",
          "tcp.options.sack_perm", "tcp.options.timestamp.tsval", "tcp.options.timestamp.tsecr", "tcp.options.sack_le"]


def check_handshakes(segments):
    """Both of the guest's roles: its SYN, and its SYN-ACK."""
    offers = [s for s in segments if s["ip.src"] == GUEST_IP and s["tcp.flags.syn"] == "1"]
    check(len({s["tcp.stream"] for s in offers}) >= 2, f"{len(offers)} SYNs of the guest")
    for s in offers:
        check_equal(s["tcp.options.mss_val"], "1460", "the MSS that the guest offers")
        check(s["tcp.options.sack_perm"] and s["tcp.options.timestamp.tsval"], f"a SYN without SACK or timestamps: {s}")
        check(int(s["tcp.options.wscale.shift"] or 0) > 0, f"a SYN without a window scale: {s}")


def check_timestamps(segments):
    """Each segment has one, none is smaller than the one before, and each echoes one that the peer has sent (RFC 7323)."""
    sent, latest = collections.defaultdict(set), {}
    for s in segments:
        key, value = s["tcp.stream"], s["tcp.options.timestamp.tsval"]
        if s["ip.src"] != GUEST_IP:
            sent[key].add(s["tcp.options.timestamp.tsecr"] and value)
        elif s["tcp.flags.reset"] == "0":
            check(value, f"a segment without a timestamp: {s}")
            check((int(value) - latest.get(key, int(value))) % (1 << 32) < 1 << 31, f"the guest's timestamps go back: {s}")
            latest[key] = int(value)
            echoed_value = s["tcp.options.timestamp.tsecr"]
            check(echoed_value == "0" or echoed_value in sent[key], f"an echo of a timestamp that Linux has not sent: {s}")


@test(deadline=120, each_card=True, group="interop", daily=True)
def the_capture_shows_window_scale_sack_and_timestamps_in_use(nic):
    need_tshark()
    with neighbours(f"interop-options-{nic}", *"--loss 1%".split(), NIC=nic, SERVICES="inetd") as (g, _), web_server(MEGABYTE) as port:
        g.wait_listening(ECHO)
        with socket.create_connection((GUEST_IP, ECHO), 60) as c:
            same(echoed(c, MEGABYTE), MEGABYTE, "echoed")
        g.ok(f"wget -q -O /file http://{PEER_IP}:{port}/file", 60)
    segments = tshark(readable(g.dir / "packets.pcap"), FIELDS, "-Y", "tcp", occurrence="a")
    check_handshakes(segments)
    check_timestamps(segments)
    from_guest = [s for s in segments if s["ip.src"] == GUEST_IP]
    widest = max(int(s["tcp.window_size"]) for s in from_guest)
    check(widest > 65535, f"the guest's widest window is {widest} bytes: it does not use its scale")
    for name, some in (("guest", from_guest), ("Linux", [s for s in segments if s["ip.src"] != GUEST_IP])):
        check(any(s["tcp.options.sack_le"] for s in some), f"no SACK block of {name}, although frames were lost")


def everything(nic, name, longest, *weather):
    need_tshark()
    data = MEGABYTE * 8
    with neighbours(name, *weather, NIC=nic, SERVICES="httpd inetd") as (g, _), web_server(data) as port:
        for service in (80, ECHO):
            g.wait_listening(service)
        for exchange in exchanges.ALL:
            exchange(g, longest)
        g.ok(f"wget -q -O /file http://{PEER_IP}:{port}/file", 60)
        same(subprocess.run(["curl", "-s", f"http://{GUEST_IP}/file"], stdout=subprocess.PIPE).stdout, data, "through wget and httpd")
    return readable(g.dir / "packets.pcap")


@test(deadline=200, each_card=True, group="interop")
def tsharks_expert_analysis_finds_no_fault_of_the_guest(nic):
    check_expert(everything(nic, f"interop-expert-{nic}", exchanges.LONGEST))


@test(deadline=300, each_card=True, group="interop")
def tsharks_expert_analysis_finds_no_fault_of_the_guest_on_a_bad_wire(nic):
    weather = "--loss 1% --hold 2%,5ms --double 1%".split()
    check_expert(everything(nic, f"interop-expert-bad-{nic}", 2960, *weather), NORMAL + BAD_WIRE)
