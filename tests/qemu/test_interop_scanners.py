"""What a port scanner learns of the guest."""
import subprocess
import xml.etree.ElementTree

from exchanges import need
from guest import check, check_equal
from lan import GUEST_IP, neighbours
from suite import test


def scan(*options):
    need("nmap")
    done = subprocess.run(["nmap", "-n", "-Pn", "-oX", "-", *options, GUEST_IP], text=True, capture_output=True)
    check_equal(done.returncode, 0, f"status of nmap, which printed\n{done.stderr}\n")
    return xml.etree.ElementTree.fromstring(done.stdout).find("host")


def ports(host, protocol, state):
    return {int(port.get("portid")) for port in host.iter("port")
            if port.get("protocol") == protocol and port.find("state").get("state") == state}


@test(deadline=120, each_card=True, group="interop")
def nmap_finds_the_open_ports_and_cannot_predict_sequence_numbers(nic):
    with neighbours(f"interop-nmap-{nic}", NIC=nic, SERVICES="httpd inetd") as (g, _):
        g.wait_listening(80)
        g.wait_listening(19)
        host = scan("-sS", "-sU", "-O", "-p", "T:1-200,U:5-19,4000")
        check_equal(ports(host, "tcp", "open"), {7, 9, 13, 19, 80}, "open TCP ports")
        check_equal(ports(host, "tcp", "filtered"), set(), "TCP ports that did not answer")
        # A discarding service looks like a filtered one.
        check(ports(host, "udp", "open") | {9} >= {7, 9, 13, 19}, f"open UDP ports: {ports(host, 'udp', 'open')}")
        check(9 in ports(host, "udp", "open|filtered"), "port 9 of UDP is neither open nor filtered")
        numbers = host.find("tcpsequence")
        check_equal(numbers.get("difficulty"), "Good luck!", "nmap's highest class of TCP sequence numbers")
        # That class begins at 16; a clock, read with the jitter of the wire, reaches it. Random numbers of 32 bits have about 260.
        check(int(numbers.get("index")) > 200, f"nmap's index of the sequence numbers is only {numbers.get('index')}")
        check_equal(host.find("ipidsequence").get("class"), "All zeros", "nmap's class of IP identifications")
        check("unknown" not in host.find("tcptssequence").get("class"), "nmap found no timestamps")
