"""stress runs everything at the same time, on 1 to 8 harts: no worker may fail or hang, nothing may leak."""
from guest import BUILD, Guest, check
from suite import test

SECONDS = 6


def survives_stress(harts, kernel="kernel", nic="e1000"):
    with Guest(f"stress-{kernel}-{nic}-{harts}", CPUS=harts, PCAP="", NIC=nic, KERNEL=BUILD / f"{kernel}.elf") as g:
        check("nothing lost" in g.ok(f"stress {SECONDS} {harts}", 100), "stress found an error")
        g.poweroff()


@test(deadline=120)
def stress_on_one_hart_loses_nothing():
    survives_stress(1)


@test(deadline=120, each_card=True)
def stress_on_two_harts_loses_nothing(nic):
    survives_stress(2, nic=nic)


@test(deadline=120, alone=True)
def stress_on_four_harts_loses_nothing():
    survives_stress(4)


@test(deadline=120, alone=True)
def stress_on_eight_harts_loses_nothing():
    survives_stress(8)


@test(deadline=150, alone=True)
def stress_causes_no_panic_in_a_debug_kernel():
    survives_stress(1, "kernel-debug")
    survives_stress(4, "kernel-debug")
