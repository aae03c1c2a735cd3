"""netd: who gets a port, what a client that is killed leaves, and what happens when netd itself is."""
import re
import socket
import subprocess
import urllib.request

from guest import Guest, check, check_equal
from suite import test
from test_programs import pid_of
from test_sockets import TEST_DISK, wait_until


def kill_netd(g):
    """Kills netd when it runs, and waits until this process is gone: init starts another one."""
    wait_until(g, "ps", r"\d+[^\n]* netd\b")
    pid = pid_of(g, "netd")
    g.ok(f"kill {pid}")
    wait_until(g, "ps", rf"\A(?!.*\n *{pid} )")
    return pid


def usage(g):
    """What is in use: memory; mbufs; processes, files and sockets."""
    return g.kib_in_use(), g.mbufs_in_use(), re.search(r"^.*sockets$", g.ok("free"), re.M)[0]


@test(deadline=90)
def netd_answers_each_request_and_each_mistake():
    with Guest("netd", CPUS=2, **TEST_DISK) as g:
        out, status = g.run("netdtest", 60)
        check(status == 0 and out.endswith("all checks passed\n"), f"status {status}:\n{out}")
        g.poweroff()


@test(deadline=60)
def only_netd_has_the_network_control_descriptor():
    with Guest("netd-control", **TEST_DISK) as g:
        out, status = g.run("netd")
        check(status != 0 and "only init can start it" in out, out)
        check_equal(len(re.findall(r" netd ", g.ok("ps"))), 1, "processes called netd")
        g.poweroff()


@test(deadline=60)
def clients_keep_their_channels_when_netd_is_killed():
    with Guest("netd-killed", **TEST_DISK) as g:
        g.background("netdtest hold 7400")
        g.wait(r"hold: port 7400, channel \d+", 10)
        first = kill_netd(g)
        wait_until(g, "ps", r"\d+[^\n]* netd\b")
        check(pid_of(g, "netd") != first, "netd was not killed")
        # The new netd knows from the kernel that the port is in use.
        out, status = g.run("netdtest try udp 7400")
        check(status != 0 and "another program has this port" in out, out)
        g.ok(f"kill {pid_of(g, 'netdtest')}")
        g.ok("netdtest try udp 7400")
        g.poweroff()


@test(deadline=60)
def netd_that_fails_at_once_is_given_up():
    with Guest("netd-gone", **TEST_DISK) as g:
        for _ in range(3):
            kill_netd(g)
        g.wait("it is not started again", 10)
        out, status = g.run("netdtest try udp 7400")
        check(status != 0 and "netd does not run" in out, out)
        g.poweroff()


def kill_clients(name, rounds, each):
    """Clients killed at random moments leave nothing: neither ports nor memory, and netd still serves."""
    with Guest(name, CPUS=2, PCAP="", **TEST_DISK) as g:
        g.ok("netdtest kill 200 1", 60)
        g.run("sleep 1")
        before = usage(g)
        for seed in range(rounds):
            g.ok(f"netdtest kill {each} {seed}", 120)
        g.run("sleep 1")
        check_equal(usage(g), before, "memory in KiB, mbufs in use, the rest")
        g.ok("netdtest try udp 7400")
        g.poweroff()


@test(deadline=120)
def clients_killed_at_random_moments_leave_nothing():
    kill_clients("netd-kill", 1, 1000)


@test(deadline=400, group="stress")
def ten_thousand_clients_of_netd_killed_at_random_moments_leave_nothing():
    kill_clients("netd-kill-all", 4, 2500)


@test(deadline=60)
def a_mistake_in_the_policy_is_named_and_the_standard_holds():
    with Guest("netd-policy", **TEST_DISK) as g:
        g.ok("echo permit everything > /etc/netd.conf")
        start = len(g.text)
        g.ok(f"kill {pid_of(g, 'netd')}")
        g.wait("netd: /etc/netd.conf, line 1: a line begins with allow or refuse", 10, start)
        g.ok("netdtest try udp 7400")
        out, status = g.run("netdtest try tcp 80")
        check(status != 0 and "refused by /etc/netd.conf" in out, out)
        g.poweroff()


def echo(port, n=20, size=64):
    """Sends n datagrams one at a time; returns how many came back unchanged."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(2)
        good = 0
        for i in range(n):
            data = bytes([i]) * size
            s.sendto(data, ("127.0.0.1", port))
            try:
                good += s.recv(2000) == data
            except socket.timeout:
                pass
        return good


@test(deadline=60, each_card=True)
def a_program_without_a_stack_echoes_datagrams_over_a_channel(nic):
    with Guest(f"chanecho-{nic}", NIC=nic, **TEST_DISK) as g:
        g.background("chanecho 2000")
        g.wait("chanecho: ready", 10)
        check_equal(echo(g.ports["udp2000"]), 20, "datagrams echoed")
        check_equal(echo(g.ports["udp2000"], size=1472), 20, "long datagrams echoed")
        out = g.ok("netstat -c")
        check(re.search(r"udp.*2000", out), f"netstat does not list the channel:\n{out}")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.sendto(b"end", ("127.0.0.1", g.ports["udp2000"]))
        g.wait(r"chanecho: \d+ frames", 10)
        g.poweroff()


@test(deadline=60, each_card=True)
def pktdump_writes_the_packets_that_an_expression_chooses_to_a_file(nic):
    with Guest(f"pktdump-w-{nic}", NIC=nic, **TEST_DISK) as g:
        g.background("pktdump -w /ping.pcap -c 4 icmp and host 10.0.2.2 > /said")
        wait_until(g, "netstat -c", "icmp and host 10.0.2.2")
        g.ok("ping -c 1 127.0.0.1")
        g.ok("ping -c 2 10.0.2.2")
        wait_until(g, "cat /said", "4 packets in /ping.pcap")
        g.background("httpd")
        g.wait_listening(80)
        file = g.dir / "ping.pcap"
        file.write_bytes(urllib.request.urlopen(f"http://127.0.0.1:{g.ports['tcp80']}/ping.pcap", timeout=20).read())
        done = subprocess.run(["tshark", "-r", file, "-T", "fields", "-e", "icmp.type", "-e", "frame.len", "-e", "data.len"],
                              text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
        # A request and a reply, twice, whole.
        check_equal(done.stdout.split(), ["8", "98", "56", "0", "98", "56"] * 2, "type, length and data of each packet")
        check_equal(g.ok("netstat -c").count("icmp"), 0, "filters left")
        g.poweroff()
