"""Programs and a host that take as much as vsock gives. The network card still works, and everything comes back."""
import re
import threading
import time

from guest import AT_REST, Guest, check, check_equal
from suite import test
from test_sockets import TEST_DISK, wait_until
from test_vsock_device import check_network
from vsock_device import REQUEST, RESPONSE, RW, Packet, VsockDeviceGuest


def start_hog(g, cid, port, sockets, writers):
    """Returns how many connections the program has, and how many bytes they hold, when it has filled them."""
    g.ok(f"echo > /hog{port}")
    g.background(f"vsockhog {cid} {port} {sockets} {writers} /stop > /hog{port}")
    wait_until(g, f"cat /hog{port}", r"hog: \d+ connections", tries=400)
    found = re.search(r"hog: (\d+) connections \((.*)\), (\d+) bytes", text := g.ok(f"cat /hog{port}"))
    check(found, f"vsockhog prints:\n{text}")
    return int(found[1]), int(found[3])


def stop_hogs(g, *ports):
    g.ok("echo > /stop")
    for port in ports:
        wait_until(g, f"cat /hog{port}", "hog: the end")


def wait_no_connections(g, seconds=20):
    """Until the connections that close have ended."""
    deadline = time.monotonic() + seconds
    while (left := len(re.findall(r"^vsock .*:[56]00.", g.ok("netstat"), re.M))) and time.monotonic() < deadline:
        time.sleep(1)
    check_equal(left, 0, f"vsock connections that are left after {seconds} s")


@test(deadline=120)
def a_thousand_full_vsock_sockets_leave_tcp_and_udp_working():
    with Guest("vsock-hog", PCAP="", **TEST_DISK) as g:
        mbufs = g.mbufs_in_use()
        hogs = start_hog(g, 1, 6000, 1100, 50), start_hog(g, 1, 6001, 1100, 50)
        connections, held = (sum(n) for n in zip(*hogs))
        check(connections > 400 and held > 500_000, f"only {connections} connections with {held} bytes: this shows nothing")
        check_network(g)
        stop_hogs(g, 6000, 6001)
        g.wait_mbufs(mbufs)
        wait_no_connections(g)
        g.poweroff()


@test(deadline=60)
def vsock_without_memory_fails_with_an_error_and_works_again():
    with Guest("vsock-memory", PCAP="", **TEST_DISK) as g:
        mbufs = g.mbufs_in_use()
        out, status = g.run("vsockhog memory", 40)
        refused, opened = (int(n) for n in re.search(r"hog: (\d+) refused, then (\d+) opened", out).groups())
        check(status == 0 and refused > 0 and opened > 50, out)
        g.wait_mbufs(mbufs)
        check(AT_REST in (after := g.ok("free")), f"sockets are still in use:\n{after}")


@test(deadline=120)
def a_vsock_host_that_takes_no_packets_holds_up_its_own_connections_only():
    """It accepts a thousand connections, gives much credit, and never takes the data from the transmit queue."""
    with VsockDeviceGuest("vsock-taker", **TEST_DISK) as g:
        device, mbufs = g.device, g.mbufs_in_use()
        accepted = 0

        def accept_all():
            nonlocal accepted
            while (packet := device.receive(20)) and packet.op != RW:
                if packet.op == REQUEST:
                    device.send(Packet(src_port=packet.dst_port, dst_port=packet.src_port, op=RESPONSE))
                    accepted += 1
        host = threading.Thread(target=accept_all)
        host.start()
        start_hog(g, 2, 5000, 1000, 100)
        host.join(30)
        check(accepted >= 900, f"the guest has opened only {accepted} connections")
        check(g.mbufs_in_use() - mbufs < 600, f"senders that wait hold {g.mbufs_in_use() - mbufs} mbufs")
        check_network(g)
        check_equal(g.ok("echo alive | nc -w 2 vsock:1:7"), "alive\n", "the echo over CID 1")
        stop_hogs(g, 5000)
        wait_no_connections(g, 30)  # the host still takes nothing
        while device.receive(0.5):
            pass
        g.wait_mbufs(mbufs)
        device.check_echo(70)
