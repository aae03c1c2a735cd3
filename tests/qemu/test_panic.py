"""What a debug kernel detects and prints. The boot argument provoke=KIND causes the fault (kernel/sys/provoke.cc)."""
import re

from guest import BUILD, Guest, check
from suite import test


def panic(kind, harts=2, seconds=30):
    """The console output from the panic on."""
    with Guest(f"panic-{kind}", boot=False, CPUS=harts, PCAP="", KERNEL=BUILD / "kernel-debug.elf", APPEND=f"provoke={kind}") as g:
        status = g.exit_status(seconds)
        check(status == 101, f"QEMU's status is {status}, not 101:\n{g.text[-1500:]}")
        check("panic: hart" in g.text, f"no panic:\n{g.text[-1500:]}")
        return g.text[g.text.index("panic: hart"):]


def check_says(kind, *patterns, **knobs):
    text = panic(kind, **knobs)
    for p in patterns:
        check(re.search(p, text, re.M), f"provoke={kind}: the panic does not print {p!r}:\n{text}")


@test()
def a_panic_prints_values_hart_thread_and_functions():
    check_says("assert", r"^panic: hart \d, boot \(pid 1\): the answer is 54, not 42$", r"^  0x[0-9a-f]+  provoke\+0x", r"^hart \d, idle$",
               r"thread_begin\+")
    check_says("null", r"store page fault in the kernel: address 0, pc 0x\w+ \(null_pointer\+0x\w+\), ra 0x\w+ \(provoke\+",
               r"^  0x[0-9a-f]+  kernel_trap\+")


@test()
def a_debug_kernel_detects_a_kernel_stack_overflow():
    check_says("overflow", r"kernel stack overflow: sp 0x", r"use_up_stack\+0x\w+  \(\d+ times\)", r"provoke\+")
    check_says("deep", r"kernel stack nearly full: only \d+ bytes left", r"lock_deeper\+0x\w+  \(\d+ times\)")


@test()
def a_debug_kernel_detects_a_wrong_lock_order_and_sleep_with_a_lock():
    check_says("order", r"lock order: taking 'provoked, lower' \(rank \d+\) while holding ranks 0x", r"lock_order\+")
    check_says("sleep", r"context switch while holding locks of ranks 0x", r"sleep_with_lock\+")


@test()
def a_debug_kernel_detects_a_hart_stuck_with_interrupts_off():
    check_says("stuck", r"hart \d is stuck: no timer interrupt for 1\d s, in boot",
               r"^hart \d, boot \(pid 1\), does not respond: its interrupts are off", harts=3)


@test()
def a_debug_kernel_detects_a_lock_that_is_never_released_and_names_its_holder():
    check_says("held", r"waiter: waited 10 s for the lock 'provoked, lower', held by hart \d",
               r"^hart \d, holder, at pc 0x\w+ \(hold_lock\+")
