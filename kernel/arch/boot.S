# QEMU (-bios none) starts every hart here: machine mode, no paging, a0 = hart id, a1 = device tree.
# Machine mode delegates all traps to supervisor mode and is never entered again.

#include "mm/layout_asm.h"

.cfi_sections .debug_frame

.section .text.boot, "ax"
.globl _start
_start:
    li      t0, NCPU
    bgeu    a0, t0, park

    # Hart 0 boots; the others wait until it has set up the kernel and writes their CLINT msip register.
    beqz    a0, machine_mode
    li      t0, 1 << 3                  # machine software interrupt
    csrw    mie, t0
1:  wfi
    csrr    t1, mip
    and     t1, t1, t0
    beqz    t1, 1b
    li      t0, CLINT_BASE
    sh2add  t0, a0, t0
    sw      zero, 0(t0)

machine_mode:
    csrw    mie, zero                   # a reset of the machine may leave interrupts enabled

    # The machine timer fires at reset. We do not use it, but as long as any interrupt is pending, also a disabled one,
    # QEMU looks for interrupts, with a lock, after every access to a CSR.
    li      t0, CLINT_BASE + 0x4000     # mtimecmp
    sh3add  t0, a0, t0
    li      t1, -1
    sd      t1, 0(t0)

    li      t0, -1                      # delegate every exception and every supervisor interrupt
    csrw    medeleg, t0
    csrw    mideleg, t0
    csrw    pmpaddr0, t0                # physical memory protection: supervisor mode may access all memory
    li      t0, 0x0f
    csrw    pmpcfg0, t0
    li      t0, 7                       # cycle, time and instret are readable in supervisor mode
    csrw    mcounteren, t0
    csrw    scounteren, t0              # and in user mode
    li      t0, 1 << 63                 # menvcfg.STCE: enable stimecmp (Sstc)
    csrw    0x30a, t0

    li      t0, 3 << 11 | 1 << 1        # mret enters supervisor mode (mstatus.MPP = 1) with interrupts off (SIE = 0)
    csrc    mstatus, t0
    li      t0, 1 << 11
    csrs    mstatus, t0

    # Paging takes effect with mret, which jumps to the upper half, so no identity mapping is needed.
    la      t0, boot_page_table
    srli    t0, t0, 12
    li      t1, SATP_SV39
    or      t0, t0, t1
    csrw    satp, t0
    sfence.vma

    li      t2, KERNEL_OFFSET
    la      t0, supervisor_mode
    add     t0, t0, t2
    csrw    mepc, t0
    la      sp, boot_stacks             # boot_stacks + (hart + 1) * 16 KiB, in the upper half
    addi    t0, a0, 1
    slli    t0, t0, 14
    add     sp, sp, t0
    add     sp, sp, t2
    mret

supervisor_mode:
    .cfi_startproc
    .cfi_undefined ra                   # a debugger's backtrace ends here
    la      tp, harts                   # tp = &harts[a0]
    li      t0, HART_SIZE
    mul     t0, t0, a0
    add     tp, tp, t0
    sw      a0, 0(tp)
    addi    sp, sp, -16
    bnez    a0, 1f
    mv      a0, a1
    call    kernel_main                 # (physical address of the device tree)
1:  call    secondary_main
    .cfi_endproc

park:
    wfi
    j       park

# The boot page table maps the lowest three GiB of physical memory (devices, then RAM), read-write-execute, at the start
# of the upper half. mm/vm.cc replaces it with a page table in which no page is both writable and executable.
.section .data.boot, "aw"
.balign 4096
boot_page_table:
    .fill   256, 8, 0
    .quad   0x0000000000 >> 2 | 0xcf    # D A - - X W R V, gigapage
    .quad   0x0040000000 >> 2 | 0xcf
    .quad   0x0080000000 >> 2 | 0xcf
    .fill   253, 8, 0

# One boot stack per hart. Only the upper half of each 16 KiB is used, as in every kernel stack (mm/kstack.h).
.section .bss.stacks, "aw", @nobits
.balign 16384
.globl boot_stacks
boot_stacks:
    .space  16384 * NCPU
