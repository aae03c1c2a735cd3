"""64 MiB in both roles and both directions. Each end hashes what it has received."""
import hashlib
import random
import socket
import subprocess

from guest import check_equal
from lan import GUEST_IP, PEER_IP, neighbours, same, web_server
from test_sockets import wait_until
from weather import check_harm, in_each_weather

FILE = random.Random(6).randbytes(64 << 20)
HASH = hashlib.sha256(FILE).hexdigest()
LONG = 150  # seconds; the slowest, which the guest sends through 5 percent loss, take a quarter of that


def hash_from(read):
    h = hashlib.sha256()
    while chunk := read(1 << 20):
        h.update(chunk)
    return h.hexdigest()


def guest_is_the_client(g, port):
    g.ok(f"wget -q -O /file http://{PEER_IP}:{port}/file", LONG)
    check_equal(g.ok("sha256sum /file", LONG).split()[0], HASH, "hash in the guest of what wget has received")
    with socket.create_server((PEER_IP, 5001)) as listener:
        listener.settimeout(30)
        g.begin(f"nc {PEER_IP} 5001 < /file")
        with listener.accept()[0] as c:
            c.settimeout(LONG)
            check_equal(hash_from(c.recv), HASH, "hash of what nc has sent")
        check_equal(g.finish(LONG)[1], 0, "status of nc")


def guest_is_the_server(g):
    g.background("true | nc -l 5002 | sha256sum > /hash")
    g.wait_listening(5002)
    with socket.create_connection((GUEST_IP, 5002), LONG) as c:
        c.sendall(FILE)
        c.shutdown(socket.SHUT_WR)
    wait_until(g, "cat /hash", f"^{HASH} ", 10 * LONG)
    got = subprocess.run(["curl", "-s", "-m", str(LONG), f"http://{GUEST_IP}/file"], stdout=subprocess.PIPE).stdout
    same(got, FILE, "from httpd")


@in_each_weather(deadline=400)
def sixty_four_mebibytes_each_way_as_client_and_as_server_are_unchanged(name, nic, weather, _):
    with neighbours(f"interop-bulk-{name}", *weather, NIC=nic, SERVICES="httpd", PCAP="") as (g, lan), web_server(FILE) as port:
        g.wait_listening(80)
        guest_is_the_client(g, port)
        guest_is_the_server(g)
    check_harm(lan)
