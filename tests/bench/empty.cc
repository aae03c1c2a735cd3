// An empty kernel: it writes one byte to the console. It shows how much of a guest's start is QEMU's.
asm(R"(
    .section .text.start
    .globl start
start:
    li t0, 0x10000000  # the UART of QEMU's virt machine
    li t1, '!'
    sb t1, 0(t0)
1:  wfi
    j 1b
)");
