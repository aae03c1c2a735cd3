"""DHCP: with ip=dhcp the guest gets its address from QEMU's user network, and gives it back at poweroff."""
import subprocess

from guest import Guest, check, check_equal
from suite import test
from test_programs import pid_of


def dhcp_messages(guest):
    done = subprocess.run(["tshark", "-r", guest.dir / "packets.pcap", "-Y", "dhcp", "-T", "fields", "-e", "dhcp.option.dhcp"],
                          text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
    names = {"1": "discover", "2": "offer", "3": "request", "5": "ack", "7": "release"}
    return [names.get(n, n) for n in done.stdout.split()]


@test(deadline=90, each_card=True)
def the_guest_gets_an_address_by_dhcp_and_gives_it_back_at_poweroff(nic):
    with Guest(f"dhcp-{nic}", NIC=nic, APPEND="ip=dhcp") as g:
        check("no address" in g.ok("ifconfig eth0"), "eth0 has an address before DHCP")
        g.wait("netd: eth0 has 10.0.2.15/24 via 10.0.2.2, by DHCP", 30)
        check("inet 10.0.2.15/24" in (out := g.ok("ifconfig eth0")) and "gateway 10.0.2.2" in out, out)
        check_equal(g.ok("cat /etc/resolv.conf"), "nameserver 10.0.2.3\n", "/etc/resolv.conf")
        g.ok("ping -c 1 10.0.2.2")
        g.poweroff()
        check_equal(dhcp_messages(g), ["discover", "offer", "request", "ack", "release"], "DHCP messages")


@test(deadline=90)
def a_netd_that_is_started_again_gets_the_lease_again():
    with Guest("dhcp-again", APPEND="ip=dhcp") as g:
        g.wait("by DHCP", 30)
        start = len(g.text)
        g.ok(f"kill {pid_of(g, 'netd')}")
        g.ok("ping -c 1 10.0.2.2")  # the address stays meanwhile
        g.wait("netd: eth0 has 10.0.2.15/24", 30, start)
        g.ok("ping -c 1 10.0.2.2")
        g.poweroff()
        check_equal(dhcp_messages(g), ["discover", "offer", "request", "ack", "request", "ack", "release"], "DHCP messages")
