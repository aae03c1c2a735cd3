"""Floating point in user programs."""
from guest import Guest, check_equal
from suite import test

SAYS = "float: registers are kept, arithmetic is right\n"


def float_holds(harts):
    with Guest(f"float-{harts}", CPUS=harts) as g:
        check_equal(g.ok("float", 60), SAYS, "float")
        out = g.ok("(float & float & float) > log; float", 60)
        check_equal(out, SAYS, "float after three more ran at the same time")


@test()
def each_program_keeps_its_floating_point_registers_on_one_hart():
    float_holds(1)


@test()
def each_program_keeps_its_floating_point_registers_on_two_harts():
    float_holds(2)


@test(alone=True)
def each_program_keeps_its_floating_point_registers_on_four_harts():
    float_holds(4)
