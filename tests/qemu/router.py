"""A router between the guest and another host: Linux's namespace forwards, and the host is in a namespace behind it.

    guest 10.0.2.15 --- 10.0.2.2 router 192.0.2.1 --- 192.0.2.2 far host

    with neighbours(...) as (g, _), Router() as router:
        listener = router.far(socket.create_server, ("192.0.2.2", 5001))
"""
import concurrent.futures
import pathlib
import threading

from guest import Skip
from lan import CLONE_NEWNET, TAP, ip, unshare

FAR_IP = "192.0.2.2"
FORWARDING = pathlib.Path("/proc/sys/net/ipv4/ip_forward")


class Router:
    def __enter__(self):
        try:
            FORWARDING.write_text("1")
        except OSError as e:
            raise Skip(f"{FORWARDING} cannot be written ({e.strerror}), so Linux cannot be a router here") from None
        # A thread may have a network namespace of its own. It exists as long as the thread or its sockets do.
        self._thread = concurrent.futures.ThreadPoolExecutor(1)
        self.far(unshare, CLONE_NEWNET)
        ip("link add near type veth peer name far")
        ip(f"link set far netns {self.far(threading.get_native_id)}")
        for command in ("link set lo up", f"addr add {FAR_IP}/24 dev far", "link set far up", "route add default via 192.0.2.1"):
            self.far(ip, command)
        ip("addr add 192.0.2.1/24 dev near")
        ip("link set near up")
        return self

    def __exit__(self, *unused):
        self._thread.shutdown()

    def far(self, function, *arguments):
        """Calls the function on the far host: a socket that it opens is there for ever."""
        return self._thread.submit(function, *arguments).result(60)

    def narrow(self, to_far, to_guest):
        """The router drops what is longer, and reports it to the sender. The links keep their MTU: a veth drops long frames
        without a report."""
        ip(f"route replace 192.0.2.0/24 dev near mtu lock {to_far}")
        ip(f"route replace 10.0.2.0/24 dev {TAP} mtu lock {to_guest}")
