"""`make vsock-stress`: more than `make test` has time for."""
from suite import test
from vsock_ends import MIB, echo_connections
from vsock_guest import VsockGuest


@test(deadline=900, group="stress")
def fifty_vsock_connections_carry_twenty_megabytes_each_way_at_once():
    with VsockGuest("vsock-stress") as g:
        for _ in range(3):
            echo_connections(g, 50, MIB)  # caches are full, and the tables have grown
        g.check_nothing_lost()
        echo_connections(g, 50, 20 * MIB)
        before = g.settled_memory()
        echo_connections(g, 50, 20 * MIB)
        g.check_nothing_lost()
        g.check_memory(before)
