"""Everything that the guest and Linux do with each other, over a wire that loses, reorders or duplicates frames."""
import exchanges
from lan import neighbours
from weather import check_harm, in_each_weather


@in_each_weather(deadline=400, good=False)
def the_guest_and_linux_understand_each_other(name, nic, weather, longest):
    with neighbours(f"interop-{name}", *weather, NIC=nic, SERVICES="httpd inetd") as (g, lan):
        for port in (80, exchanges.ECHO):
            g.wait_listening(port)
        for exchange in exchanges.ALL:
            exchange(g, longest)
    check_harm(lan)
