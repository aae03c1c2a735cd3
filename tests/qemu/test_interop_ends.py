"""What the guest and Linux do with each other, one thing at a time, over a good wire."""
import exchanges
from lan import neighbours
from suite import test


def exchanged(name, nic, exchange):
    with neighbours(f"interop-{name}-{nic}", NIC=nic, SERVICES="httpd inetd") as (g, _):
        for port in (80, exchanges.ECHO):
            g.wait_listening(port)
        exchange(g)


@test(deadline=120, each_card=True, group="interop", daily=True)
def linux_and_the_guest_answer_pings_of_0_to_65507_bytes(nic):
    exchanged("pings", nic, exchanges.pings)


@test(deadline=120, each_card=True, group="interop", daily=True)
def datagrams_of_0_to_65507_bytes_are_echoed(nic):
    exchanged("datagrams", nic, exchanges.datagrams)


@test(deadline=120, each_card=True, group="interop")
def curl_and_wrk_find_no_fault_with_httpd(nic):
    exchanged("web", nic, exchanges.web_clients)


@test(deadline=120, each_card=True, group="interop", daily=True)
def linux_has_200_connections_to_the_guest_at_once(nic):
    exchanged("many", nic, exchanges.many_connections)


@test(deadline=120, each_card=True, group="interop", daily=True)
def either_end_sends_on_after_the_other_has_half_closed(nic):
    exchanged("half-close", nic, exchanges.half_closes)


@test(deadline=120, each_card=True, group="interop", daily=True)
def a_reset_of_either_end_reaches_the_other(nic):
    exchanged("reset", nic, exchanges.resets)


@test(deadline=120, each_card=True, group="interop")
def keepalive_probes_are_answered_and_a_vanished_peer_is_given_up(nic):
    exchanged("keepalive", nic, exchanges.keepalives)
