"""The main job: nettests in the guest against the host's server, and what the wire saw of it."""
import re
import socket
import subprocess

from capture import check_capture, need_tshark, read_pcap
from guest import Guest, Server, check, check_equal
from suite import test


def nettests_passes_on(harts):
    name = f"nettests-{harts}"
    with Guest(name, CPUS=harts) as g, Server(name) as server:
        out, status = g.run("nettests", 120)
        check_equal(status, 0, f"status of nettests, which printed\n{out}\n")
        check(re.search(r"nettests: [1-9]\d* passed, 0 failed", out), f"nettests' last line:\n{out[-400:]}")
        check("bytes" in server.printed(), "the server printed nothing of what it received")
        g.poweroff()
    return g


@test(deadline=180)
def nettests_passes_on_one_hart():
    nettests_passes_on(1)


@test(deadline=180)
def nettests_passes_on_two_harts_and_tshark_finds_nothing_wrong_on_the_wire():
    need_tshark()
    g = nettests_passes_on(2)
    check_capture(g.dir / "packets.pcap", 300, g.ports["dns"])


@test(deadline=120)
def nettests_without_a_server_fails_with_the_reason_and_does_not_hang():
    with Guest("no-server") as g:
        out, status = g.run("nettests ping", 60)
        check(status != 0 and "make server" in out, f"status {status}:\n{out}")


@test()
def curl_on_the_host_shows_its_syn_in_the_guests_dump():
    with Guest("curl", DUMP="full") as g:
        # The card receives nothing in its first second; slirp sends the SYN again if the guest is not there yet.
        got = subprocess.run(["curl", "-s", "-m", "10", f"http://127.0.0.1:{g.ports['tcp7']}/"], stdout=subprocess.DEVNULL)
        check(got.returncode != 0, "curl got an answer, though nothing listens on the guest's port 7")
        g.wait(r"----- TCP HEADER -----\nTCP src port:\s+\d+\nTCP dest port:\s+7\n(?:.+\n)*TCP flags:\s+0x002 \(SYN\)", 10)


@test()
def datagrams_from_the_host_reach_the_guest_and_a_closed_port_answers():
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
def the_capture_holds_every_frame_of_a_ping():
    with Guest("capture") as g:
        g.ok("ping -c 3 -i 100 -W 3000 10.0.2.2", 10)
        g.poweroff()
    echoes = [f for f in read_pcap(g.dir / "packets.pcap") if f[12:14] == b"\x08\x00" and f[23] == 1]
    check(len(echoes) >= 6, f"three pings left {len(echoes)} ICMP messages in the capture")
