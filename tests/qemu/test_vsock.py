"""AF_VSOCK inside the guest: sockets over CID 1. No device is needed."""
from guest import Guest, check
from suite import test
from test_sockets import TEST_DISK


@test(deadline=120)
def programs_talk_over_cid_1_on_four_harts():
    with Guest("vsock", CPUS=4, **TEST_DISK) as g:
        out, status = g.run("vsock", 60)
        check(status == 0, f"status {status}:\n{out}")
        for line in ("stream: 1048576 bytes there and back", "messages: bounds kept", "errors: as in Linux"):
            check(line in out, f"no '{line}' in:\n{out}")
        check(" 0 sockets" in (after := g.ok("free")), f"sockets are still in use:\n{after}")
        g.poweroff()
