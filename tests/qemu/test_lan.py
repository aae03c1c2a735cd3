"""The guest and this machine's Linux, connected in a network namespace: programs on both communicate."""
import concurrent.futures
import math
import random
import re
import socket
import subprocess

from guest import check, check_equal
from lan import GUEST_IP, PEER_IP, TAP, echo_request, ip, neighbours, same, web_server
from suite import test
from test_sockets import wait_until
from test_tcp_bulk import count_all, echoed

FILE = random.Random(1).randbytes(1_000_000)


@test(deadline=90)
def linux_and_the_guest_ping_each_other():
    with neighbours("lan-ping") as (g, _):
        for size in (0, 1, 56, 1000, 1471, 1472, 1473, 1844, 8000):
            check(echo_request(size), f"no answer to an echo request of {size} bytes")
            if size >= 8:
                g.ok(f"ping -c 1 -s {size} {PEER_IP}")


@test(deadline=90, each_card=True)
def a_file_passes_from_linux_through_wget_and_httpd_back_unchanged(nic):
    with neighbours(f"lan-file-{nic}", NIC=nic, SERVICES="httpd") as (g, _), web_server(FILE) as port:
        g.wait_listening(80)
        g.ok(f"wget -q -O /file http://{PEER_IP}:{port}/file", 40)
        back = subprocess.run(["curl", "-s", "-m", "30", f"http://{GUEST_IP}/file"], stdout=subprocess.PIPE).stdout
        same(back, FILE, "through wget and httpd")


@test(deadline=90)
def nc_exchanges_data_with_linux_as_client_and_as_server():
    with neighbours("lan-nc") as (g, _):
        with socket.create_server((PEER_IP, 5000)) as listener:
            listener.settimeout(20)
            g.begin(f"echo hello linux | nc {PEER_IP} 5000")
            with listener.accept()[0] as c:
                c.settimeout(20)
                check_equal(c.makefile().readline(), "hello linux\n", "what the guest's nc sent")
                c.sendall(b"hello guest\n")
                c.shutdown(socket.SHUT_WR)
                check(g.finish()[0] == "hello guest\n", "nc did not print Linux's answer")
        g.background("echo and back | nc -l 5001")
        g.wait_listening(5001)
        with socket.create_connection((GUEST_IP, 5001), 20) as c:
            c.shutdown(socket.SHUT_WR)
            check_equal(c.makefile().readline(), "and back\n", "what the listening nc sent")


@test(deadline=90)
def the_guest_echoes_datagrams_that_arrive_in_fragments():
    with neighbours("lan-udp") as (g, _):
        g.background("inetd echo")
        g.wait_listening(7)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.settimeout(5)
            s.connect((GUEST_IP, 7))
            for size in (1, 1472, 1473, 4000, 8000):
                data = random.Random(size).randbytes(size)
                s.send(data)
                check_equal(s.recv(65536), data, f"a datagram of {size} bytes, echoed")


@test(deadline=60)
def a_guest_with_two_cards_is_on_linuxs_network_and_on_qemus_own():
    with neighbours("lan-two-cards", NIC="e1000+virtio", SERVICES="inetd") as (g, _):  # a network that NET does not name is user
        g.wait_listening(7)
        for address in (GUEST_IP, 7), ("127.0.0.1", g.ports["tcp7"]):
            with socket.create_connection(address, 20) as c:
                same(echoed(c, FILE), FILE, f"echoed by {address}")
        found = dict(re.findall(r"^(eth\d): .*\n    rx: (\d+) packets", g.ok("ifstat"), re.M))
        check(all(int(found[card]) > 20 for card in ("eth0", "eth1")), f"packets received: {found}")


@test(deadline=90)
def the_default_gateway_changes_while_a_connection_sends():
    with neighbours("lan-gateway") as (g, _), concurrent.futures.ThreadPoolExecutor(1) as pool:
        ip(f"addr add 10.0.2.3/24 dev {TAP}")
        ip("addr add 192.0.2.1/32 dev lo")
        with socket.create_server(("192.0.2.1", 5001)) as listener:
            listener.settimeout(30)
            g.background("ttcp -t -n 4096 192.0.2.1")
            with listener.accept()[0] as c:
                received = pool.submit(count_all, c)
                for _ in range(5):
                    for gateway in ("10.0.2.3", "10.0.2.2"):
                        g.ok(f"route add default {gateway}")
                check_equal(received.result(60), 4096 * 16384, "bytes that arrived")
        check(all(gateway in g.ok("arp") for gateway in ("10.0.2.2", "10.0.2.3")), "one of the gateways was never used")


@test(deadline=90)
def linux_reaches_the_guest_at_the_address_that_it_gets_at_run_time():
    with neighbours("lan-address", SERVICES="inetd") as (g, _):
        g.wait_listening(7)
        with socket.create_connection((GUEST_IP, 7), 20) as old:
            same(echoed(old, FILE[:10_000]), FILE[:10_000], "echoed at the old address")
            g.ok("ifconfig eth0 10.0.2.77/24")
            with socket.create_connection(("10.0.2.77", 7), 20) as new:
                same(echoed(new, FILE), FILE, "echoed at the new address")
            # Its end must not be on its way when the address changes again.
            wait_until(g, "netstat", r"\A(?![\s\S]*10\.0\.2\.77:7 +\S+ +(?!TIME_WAIT))")
            g.ok(f"ifconfig eth0 {GUEST_IP}/24")
        with socket.create_connection((GUEST_IP, 7), 20) as c:
            same(echoed(c, FILE), FILE, "echoed at the old address, which is back")


@test(deadline=90)
def virtio_exchanges_segments_of_64_kilobytes_with_linux():
    with neighbours("lan-virtio", NIC="virtio") as (g, _):
        g.background("inetd echo")
        g.wait_listening(7)
        data = FILE * 8
        with socket.create_connection((GUEST_IP, 7), 60) as c:
            same(echoed(c, data), data, "echoed with offload")
        before = g.counters()
        check_equal(before["tcp_bad_checksum"], 0, "wrong checksums")
        # Each way, 8 MB are 5,525 segments of 1448 bytes, and there are ACKs.
        check(before["tcp_in"] < 5500, f"{before['tcp_in']} segments received for 8 MB: the device merges none")
        with socket.create_server((PEER_IP, 5001)) as listener:
            listener.settimeout(30)
            g.begin(f"ttcp -t -n 512 -p 5001 {PEER_IP}")
            with listener.accept()[0] as c:
                check_equal(count_all(c), 512 * 16384, "bytes that reached Linux")
            g.finish()
        sent = g.counters()["tcp_out"] - before["tcp_out"]
        check(sent < 3000, f"{sent} segments sent for 8 MiB: the device splits none")
        check(echo_request(8000), "no answer to an echo request in fragments")


# Many short pauses: when the device or the guest goes to sleep, it must not miss what the other does just then.
@test(deadline=90)
def one_hart_and_a_virtio_card_exchange_a_gigabyte_with_linux():
    with neighbours("lan-one-hart", NIC="virtio", CPUS=1) as (g, _), socket.create_server((PEER_IP, 5001)) as listener:
        g.background("inetd echo discard")
        g.wait_listening(9)
        listener.settimeout(30)
        for _ in range(2):
            g.begin(f"ttcp -t -n 16384 -p 5001 {PEER_IP}")
            with listener.accept()[0] as c:
                check_equal(count_all(c), 16384 * 16384, "bytes that reached Linux")
            g.finish()
            with socket.create_connection((GUEST_IP, 9), 30) as c:
                for _ in range(256):
                    c.sendall(FILE)
                c.shutdown(socket.SHUT_WR)
                check_equal(c.recv(1), b"", "the end that the guest sends when it has read all")


# --- through the lossy box

def sane(counts, run=1, **shares):
    """Each frame that entered came out, or the box counted the reason; and each fault hit its share of the frames, within
    five standard deviations. Faults come in runs of `run` frames on average (lossybox_test.cc checks the shares closely)."""
    for name in ("a-to-b", "b-to-a"):
        c = counts[name]
        # Copies may still be queued when the box ends.
        gone = c["entered"] + c["doubled"] - c["lost"] - c["queue_full"] - c["delivered"]
        check(0 <= gone <= counts["box"]["under_way"] + counts["box"]["nobody_there"], f"{name} does not add up: {counts}")
        for harm, share in shares.items():
            expected = share * c["entered"]
            within = 5 * math.sqrt(expected * (2 * run - 1))
            least, most = max(0, expected - within), expected + within
            check(least < c[harm] < most, f"{name}: {c[harm]} of {c['entered']} frames {harm}, not {share:.1%}")


def echo_through(name, weather, run=1, **shares):
    with neighbours(name, *weather.split()) as (g, lan):
        g.background("inetd echo")
        g.wait_listening(7)
        with socket.create_connection((GUEST_IP, 7), 60) as c:
            same(echoed(c, FILE), FILE, f"echoed through {weather}")
    sane(lan.box.counts, run, **shares)


@test(deadline=120)
def a_megabyte_each_way_survives_5_percent_loss():
    echo_through("lan-loss", "--loss 5%", lost=0.05)


@test(deadline=120)
def a_megabyte_each_way_survives_bursts_of_loss():
    echo_through("lan-burst", "--burst 1%,5", run=5, lost=0.048)


@test(deadline=120)
def a_megabyte_each_way_survives_reordering():
    echo_through("lan-hold", "--hold 20%,20ms", held=0.2)


@test(deadline=120)
def a_megabyte_each_way_survives_jitter():
    echo_through("lan-jitter", "--delay 1ms --jitter 3ms")


@test(deadline=120)
def a_megabyte_each_way_survives_damaged_frames():
    echo_through("lan-damage", "--damage 2%", damaged=0.02)


@test(deadline=120)
def a_megabyte_each_way_survives_loss_reordering_duplication_and_damage():
    echo_through("lan-mix", "--loss 1% --hold 5%,20ms --double 1% --damage 1%", lost=0.01, held=0.05, doubled=0.01, damaged=0.01)


@test(deadline=120)
def a_megabyte_each_way_survives_a_narrow_link_with_a_short_queue():
    echo_through("lan-queue", "--rate 5M --queue 30K --delay 5ms")


def echo_past_a_router(mtu, data):
    with neighbours(f"lan-mtu-{mtu}", "--mtu", mtu) as (g, lan):
        g.background("inetd echo")
        g.wait_listening(7)
        with socket.create_connection((GUEST_IP, 7), 60) as c:
            same(echoed(c, data), data, f"echoed past an MTU of {mtu}")
    for name in ("a-to-b", "b-to-a"):
        check(lan.box.counts[name]["too_long"] > 0, f"{name}: no packet was too long")


@test(deadline=60)
def an_echo_request_of_any_size_is_answered():
    with neighbours("lan-ping-long") as (g, _):
        unanswered = [size for size in (1473, 1480, 1500, 1600, 1843, 1844, 1845, 2000, 2960, 2961, 8000) if not echo_request(size, 1)]
        check(not unanswered, f"no answer to echo requests of {unanswered} bytes")


@test(deadline=120)
def tcp_gets_through_a_path_mtu_black_hole():
    """The router drops packets that are too long, without an ICMP error. Only the guest's segments are too long."""
    with neighbours("lan-black-hole", *"--a-to-b --mtu 1000 --black-hole".split()) as (g, lan), \
            socket.create_server((PEER_IP, 5001)) as listener:
        listener.settimeout(30)
        g.begin(f"ttcp -t -n 8 -p 5001 {PEER_IP}")
        with listener.accept()[0] as c:
            c.settimeout(60)
            check_equal(count_all(c), 8 * 16384, "bytes that came through the black hole")
        check_equal(g.finish()[1], 0, "ttcp's status")
    check(lan.box.counts["a-to-b"]["too_long"] > 0, "no packet was too long")


@test(deadline=120)
def a_megabyte_each_way_passes_a_router_with_a_smaller_mtu():
    echo_past_a_router(1000, FILE)


@test(deadline=120)
def a_megabyte_each_way_passes_a_router_whose_mtu_is_below_552():
    echo_past_a_router(400, FILE)


@test(deadline=120)
def a_stream_passes_a_link_with_the_smallest_mtu_of_68():
    echo_past_a_router(68, FILE[:100_000])
