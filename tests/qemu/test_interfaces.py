"""Addresses, state and routes of network interfaces change at run time."""
from guest import Guest, check, check_equal
from suite import test
from test_sockets import TEST_DISK

UNREACHABLE = "network is unreachable"


def answers(g, host):
    g.ok(f"ping -c 1 -W 3000 {host}")


def refused(g, command, reason):
    out, status = g.run(command)
    check(status == 1 and reason in out, f"{command}: status {status}, {out!r}, and not {reason!r}")


@test(deadline=60, each_card=True)
def an_interface_gets_another_address_goes_down_and_comes_up_again(nic):
    with Guest(f"ifconfig-{nic}", NIC=nic) as g:
        answers(g, "10.0.2.2")
        g.ok("ifconfig eth0 10.0.2.77/24")
        check("inet 10.0.2.77/24  netmask 255.255.255.0  gateway 10.0.2.2" in g.ok("ifconfig eth0"), "the new address")
        answers(g, "10.0.2.2")
        answers(g, "10.0.2.77")
        g.ok("ifconfig eth0 down")
        check("eth0: DOWN" in g.ok("ifconfig eth0"), "the state")
        refused(g, "ping -c 1 10.0.2.2", UNREACHABLE)
        refused(g, "ping -c 1 10.0.2.77", UNREACHABLE)
        g.ok("ifconfig eth0 up")
        answers(g, "10.0.2.2")


@test(deadline=60)
def without_an_address_nothing_is_reachable_and_a_new_one_needs_its_gateway():
    with Guest("ifconfig-none") as g:
        g.ok("ifconfig eth0 0.0.0.0/0")
        check("no address" in g.ok("ifconfig eth0"), "ifconfig does not say that there is no address")
        check_equal(g.ok("route").count("\n"), 2, "lines of `route`: the head and the route to 127.0.0.0/8")
        refused(g, "ping -c 1 10.0.2.2", UNREACHABLE)
        refused(g, "route add default 10.0.2.2", "no interface has 10.0.2.2 on its link")
        g.ok("ifconfig eth0 10.0.2.15/24")
        answers(g, "10.0.2.2")
        refused(g, "ping -c 1 192.0.2.1", UNREACHABLE)
        g.ok("route add default 10.0.2.3")
        g.ok("route add default 10.0.2.2")
        check_equal(g.ok("route").count("default"), 1, "default routes: the second replaces the first")


@test(deadline=60)
def a_card_without_an_address_at_boot_gets_one_at_run_time():
    with Guest("ifconfig-second", NIC="e1000+virtio", APPEND="ip1=") as g:
        check("eth1: no address" in g.text, "the boot message")
        g.ok("ifconfig eth1 10.0.3.15/24")
        answers(g, "10.0.3.2")
        answers(g, "10.0.2.2")
        refused(g, "ifconfig eth1 10.0.2.15/24", "another interface has it")


@test(deadline=60)
def ip_dhcp_boots_without_an_address():
    with Guest("ifconfig-dhcp", APPEND="ip=dhcp") as g:
        check("no address" in g.ok("ifconfig eth0"), "eth0 has an address")


@test(deadline=60)
def linuxs_requests_for_interfaces_work_in_a_c_program():
    with Guest("ifreq", **TEST_DISK) as g:
        out, status = g.run("interfaces")
        check(status == 0 and out.endswith("all checks passed\n"), f"interfaces, status {status}:\n{out}")
