"""nettests in the guest with `make server` on the host, and the capture of its packets."""
import re
import socket
import subprocess

from capture import check_capture, need_tshark, read_pcap
from guest import Guest, Server, check, check_equal
from suite import test
from wire import Wire


def nettests_passes_on(harts, nic):
    name = f"nettests-{nic}-{harts}"
    with Guest(name, CPUS=harts, NIC=nic) as g, Server(name) as server:
        out, status = g.run("nettests", 120)
        check_equal(status, 0, f"status of nettests, which printed\n{out}\n")
        check(re.search(r"nettests: [1-9]\d* passed, 0 failed", out), f"the last line of nettests:\n{out[-400:]}")
        check("bytes" in server.printed(), "the server did not print what it received")
        g.poweroff()
    return g


@test(deadline=180)
def nettests_passes_on_one_hart():
    nettests_passes_on(1, "e1000")


@test(deadline=180, each_card=True)
def nettests_passes_on_two_harts_and_tshark_finds_no_error_in_the_capture(nic):
    need_tshark()
    g = nettests_passes_on(2, nic)
    check_capture(g.dir / "packets.pcap", 300, g.ports["dns"])


def remarks(out):
    """The result of each test of nettests: (passed, remark) by name."""
    return {name: (verdict == "ok", remark.strip())
            for name, verdict, remark in re.findall(r"^\[[ \d]+/\d+\] ([\w-]+): .* \.\.\. (ok|FAILED) \(\d+ ms\)(.*(?:\n {8}.*)*)", out, re.M)}


def nettests_fails(g, remark, passing, names=""):
    """Runs all tests, or those in `names`. Those in `passing` pass; the others fail with a remark that matches the pattern."""
    out, status = g.run(f"nettests -q {names}", 100)
    check_equal(status, 1, f"status of nettests, which printed\n{out}\n")
    said = remarks(out)
    check_equal(len(said), len(names.split()) or 19, f"tests in\n{out}\n")
    check_equal({name for name, (passed, _) in said.items() if passed}, passing, f"tests that pass in\n{out}\n")
    for name, (passed, text) in said.items():
        check(passed or re.search(remark, text), f"{name} says {text!r}, not {remark!r}")


# These two need no answer: they expect none.
SILENT = {"timeout", "kill"}
SOME = "ping dns readers gateway unreachable timeout"


@test(deadline=120, waits=True)
def nettests_on_a_dead_wire_reports_that_nothing_was_received():
    with Wire(answer_arp=False) as wire, Guest("nettests-dead-wire", NET=wire.net) as g:
        nettests_fails(g, r"eth0 has received nothing at all \(ifstat: rx 0 packets\)", SILENT)


@test(deadline=120, waits=True)
def nettests_reports_received_frames_when_only_arp_is_answered():
    with Wire() as wire, Guest("nettests-arp-only", NET=wire.net) as g:
        wire.wait_for_guest()
        nettests_fails(g, r"(no answer from 10\.0\.2\.2:\d+|no ICMP echo from the gateway 10\.0\.2\.2|no ICMP error came): timed out, "
                       r"though eth0 has received \d+ frames", {"timeout"}, SOME)


@test(deadline=120, waits=True)
def nettests_without_a_server_says_to_start_it():
    with Guest("no-server") as g:
        nettests_fails(g, rf"nobody listens at 10\.0\.2\.2:({g.ports['server']}|{g.ports['dns']}): start `make server`",
                       {"timeout", "gateway", "unreachable"}, SOME)


@test()
def nettests_does_not_report_a_silent_server_as_stopped():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s, Guest("silent-server") as g:
        s.bind(("127.0.0.1", g.ports["server"]))
        out, status = g.run("nettests ping", 10)
        check(status == 1 and re.search(r"no answer from 10\.0\.2\.2:\d+: timed out, though eth0 has received \d+ frames", out),
              f"status {status}:\n{out}")
        check("make server" not in out, f"nettests asks to start the server, although its port is open:\n{out}")


@test()
def the_guests_dump_shows_the_syn_of_curl_on_the_host():
    with Guest("curl", DUMP="full") as g:
        # The card receives nothing in its first second; slirp retransmits the SYN.
        got = subprocess.run(["curl", "-s", "-m", "10", f"http://127.0.0.1:{g.ports['tcp7']}/"], stdout=subprocess.DEVNULL)
        check(got.returncode != 0, "curl got an answer, although no program listens on the guest's port 7")
        g.wait(r"----- TCP HEADER -----\nTCP src port:\s+\d+\nTCP dest port:\s+7\n(?:[^\n]+\n)*TCP flags:\s+0x002 \(SYN\)", 10)


@test()
def a_datagram_from_the_host_to_a_closed_port_causes_an_icmp_error():
    with Guest("forward-udp") as g:
        g.ok("ping -c 1 -W 3000 10.0.2.2", 10)
        before = g.counters()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.sendto(b"hello guest", ("127.0.0.1", g.ports["udp2000"]))
            g.ok("ping -c 2 -i 200 10.0.2.2", 10)
        after = g.counters()
        check_equal(after["udp_no_socket"] - before["udp_no_socket"], 1, "datagrams for a port without a socket")
        check_equal(after["icmp_unreachable_out"] - before["icmp_unreachable_out"], 1, "port unreachable messages sent")


@test()
def the_capture_contains_every_frame_of_a_ping():
    with Guest("capture") as g:
        g.ok("ping -c 3 -i 100 -W 3000 10.0.2.2", 10)
        g.poweroff()
    echoes = [f for f in read_pcap(g.dir / "packets.pcap") if f[12:14] == b"\x08\x00" and f[23] == 1]
    check(len(echoes) >= 6, f"three pings left {len(echoes)} ICMP messages in the capture")
