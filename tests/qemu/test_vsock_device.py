"""A vsock device that lies, and a host behind it that breaks the rules. The guest says what was wrong, stops the device or
resets that connection, and everything else works."""
import socket
import threading
import time

from guest import check, check_equal
from suite import test
from vsock_device import CREDIT_UPDATE, REQUEST, RESPONSE, RST, RW, RX, SHUTDOWN, TX, Packet, VsockDeviceGuest


def check_network(g):
    """TCP and UDP on the card still carry data."""
    g.ok("ping -c 1 10.0.2.2")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        def echo():
            with listener.accept()[0] as c:
                c.sendall(c.makefile("rb").read())
        server = threading.Thread(target=echo, daemon=True)
        server.start()
        g.ok("cat README README README README > /in")
        g.ok(f"nc 10.0.2.2 {listener.getsockname()[1]} < /in > /out")
        server.join(5)
    check_equal(g.ok("wc /out").split()[2], g.ok("wc /in").split()[2], "bytes that came back over TCP")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind(("127.0.0.1", 0))
        s.settimeout(10)
        g.ok(f"echo a datagram | nc -u -w 1 10.0.2.2 {s.getsockname()[1]}")
        check_equal(s.recv(100), b"a datagram\n", "what arrived over UDP")


def wrong_id(device):
    device.send(Packet(op=RST), head=9999)


def packet_of_the_guest(device):
    """The head of the guest's next packet, which it believes to be with the device."""
    device.say(REQUEST, 2)
    while (head := device.rings[TX].take()) is None:
        time.sleep(0.01)
    return head


def id_of_a_free_buffer(device):
    device.rings[TX].use((packet_of_the_guest(device) + 1) % device.rings[TX].size, 0)


def too_long(device):
    device.send(Packet(op=RST), length=1 << 20)


def written_to_a_packet_of_the_guest(device):
    device.rings[TX].use(packet_of_the_guest(device), 44)


def index_runs_away(device):
    device.rings[RX].set_index(device.rings[RX].returned + 1000)


LIES = {
    wrong_id: "returned a buffer that it does not have",
    id_of_a_free_buffer: "returned a buffer that it does not have",
    too_long: "claims to have written more than the buffer holds",
    written_to_a_packet_of_the_guest: "claims to have written more than the buffer holds",
    index_runs_away: "claims to have used more buffers than it has",
}


@test(deadline=120)
def a_vsock_device_that_lies_in_the_used_ring_is_stopped_and_all_else_works():
    for lie, complaint in LIES.items():
        name = "vsock-" + lie.__name__.replace("_", "-")
        with VsockDeviceGuest(name) as g:
            mbufs = g.mbufs_in_use()
            g.device.connect(1)
            g.device.say(RW, 1, b"x" * 1000)
            g.device.expect(RW, 1)
            start = len(g.text)
            lie(g.device)
            # The guest looks at its transmit queue when it has something to send.
            g.begin("nc vsock:2:99")
            g.wait(rf"vsock0: stopped: the device {complaint}", 10, start)
            g.wait(r"\[1?\d:\d+\]\n", 10, start)
            g.wait(r"\$ $", 10, g.type("\n"))  # the message may have been printed after the prompt
            check("ESTABLISHED" not in g.ok("netstat"), "a connection has survived its device")
            check_equal(g.ok("echo alive | nc -w 2 vsock:1:7"), "alive\n", "the echo over CID 1")
            check_network(g)
            g.wait_mbufs(mbufs)


@test(deadline=120)
def a_vsock_host_that_lies_in_headers_loses_that_connection_only():
    with VsockDeviceGuest("vsock-lies") as g:
        device, mbufs, before = g.device, g.mbufs_in_use(), g.counters()

        def costs_its_connection(port, **lies):
            device.connect(port)
            device.say(**{"port": port, **lies})
            device.expect(RST, port)
            device.check_echo(port + 1)

        costs_its_connection(100, op=0)
        costs_its_connection(110, op=8)
        costs_its_connection(120, op=0xffff)
        costs_its_connection(130, op=RESPONSE)
        costs_its_connection(140, op=REQUEST)
        costs_its_connection(150, op=RW, data=b"x", type=2)
        costs_its_connection(160, op=RW, data=b"x", type=99)
        costs_its_connection(170, op=CREDIT_UPDATE, fwd_cnt=1)
        costs_its_connection(180, op=CREDIT_UPDATE, fwd_cnt=0x7fff_ffff)
        # Data after the end of the data.
        device.connect(190)
        device.say(SHUTDOWN, 190, flags=2)
        device.say(RW, 190, b"x")
        device.expect(RST, 190)
        # More than credit: the echo does not read while we give it no credit to send.
        device.connect(200)
        device.say(CREDIT_UPDATE, 200, buf_alloc=0)
        for _ in range(300):
            device.say(RW, 200, b"x" * 1900, buf_alloc=0)
        device.expect(RST, 200)
        # What is dropped.
        device.connect(210)
        device.say(RW, 210, b"four", length=3)
        device.say(RW, 210, b"four", length=5)
        device.say(RW, 210, b"four", length=0xffff_ffff)
        device.say(RW, 210, b"x", src_cid=3)
        device.say(RW, 210, b"x", src_cid=1)
        device.say(RW, 210, b"x", src_cid=1 << 32 | 2)
        device.say(RW, 210, b"x", dst_cid=4)
        device.say(RW, 210, b"x", dst_cid=1)
        device.say(RW, 210)
        for length in (0, 1, 43):
            device.send(Packet(), length=length)
        device.say(RW, 210, b"alive")
        check_equal(device.expect(RW, 210).data, b"alive", "the echo after all that")
        device.say(RST, 210)
        now = g.counters()
        for name, least in (("vsock_wrong_op", 6), ("vsock_wrong_type", 2), ("vsock_false_credit", 2), ("vsock_overrun", 1),
                            ("vsock_bad", 4), ("vsock_not_for_us", 4), ("vsock_empty", 1)):
            check(now[name] - before[name] >= least, f"{name}: {before[name]} before, {now[name]} now, at least {least} more expected")
        check_network(g)
        g.wait_mbufs(mbufs)
        check("ESTABLISHED" not in (text := g.ok("netstat")), f"a connection is left:\n{text}")


@test(deadline=120)
def floods_of_a_vsock_host_leave_nothing():
    with VsockDeviceGuest("vsock-flood") as g:
        device, mbufs = g.device, g.mbufs_in_use()
        stop = threading.Event()

        def take_all():
            while not stop.is_set():
                device.receive(0.1)
        taker = threading.Thread(target=take_all)
        taker.start()
        try:
            for i in range(3000):
                device.say(REQUEST, i, dst_port=9)  # nobody listens
                device.say(RST, i, dst_port=9)
            for i in range(3000):
                device.say(REQUEST, i)
            check_network(g)
            for i in range(3000):
                device.say(RW, i, b"x" * 100)
                device.say(RST, i)
        finally:
            stop.set()
            taker.join()
        g.wait_mbufs(mbufs, 30)
        device.check_echo(5000)
        check("ESTABLISHED" not in (text := g.ok("netstat")), f"a connection is left:\n{text}")
