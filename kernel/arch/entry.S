# Entry into the kernel by a trap, and return.
#
# In user mode sscratch holds the address of the thread's TrapFrame, at the top of its kernel stack; in the kernel
# it holds 0. The kernel's half of the address space is the same in every page table, so satp is not changed here.

#include "mm/layout_asm.h"

.cfi_sections .debug_frame              # for debuggers alone; .cfi_undefined ra: a backtrace ends here

.macro CALLER_SAVED op                  # in a TrapFrame, with gp, without sp and tp
    \op ra, 0*8(sp)
    \op gp, 2*8(sp)
    \op t0, 4*8(sp)
    \op t1, 5*8(sp)
    \op t2, 6*8(sp)
    \op a0, 9*8(sp)
    \op a1, 10*8(sp)
    \op a2, 11*8(sp)
    \op a3, 12*8(sp)
    \op a4, 13*8(sp)
    \op a5, 14*8(sp)
    \op a6, 15*8(sp)
    \op a7, 16*8(sp)
    \op t3, 27*8(sp)
    \op t4, 28*8(sp)
    \op t5, 29*8(sp)
    \op t6, 30*8(sp)
.endm

.macro CALLEE_SAVED op
    \op s0, 7*8(sp)
    \op s1, 8*8(sp)
    \op s2, 17*8(sp)
    \op s3, 18*8(sp)
    \op s4, 19*8(sp)
    \op s5, 20*8(sp)
    \op s6, 21*8(sp)
    \op s7, 22*8(sp)
    \op s8, 23*8(sp)
    \op s9, 24*8(sp)
    \op s10, 25*8(sp)
    \op s11, 26*8(sp)
.endm

.macro KERNEL_REGS op                   # the caller-saved registers, and the frame pointer for backtraces
    \op ra, 0*8(sp)
    \op t0, 1*8(sp)
    \op t1, 2*8(sp)
    \op t2, 3*8(sp)
    \op t3, 4*8(sp)
    \op t4, 5*8(sp)
    \op t5, 6*8(sp)
    \op t6, 7*8(sp)
    \op a0, 8*8(sp)
    \op a1, 9*8(sp)
    \op a2, 10*8(sp)
    \op a3, 11*8(sp)
    \op a4, 12*8(sp)
    \op a5, 13*8(sp)
    \op a6, 14*8(sp)
    \op a7, 15*8(sp)
    \op s0, 16*8(sp)
.endm

.macro KERNEL_REGS_CFI                  # where KERNEL_REGS has put them, and behind them the pc
    .cfi_def_cfa sp, 18*8
    .set    offset, -18*8
    .irp    register, ra, t0, t1, t2, t3, t4, t5, t6, a0, a1, a2, a3, a4, a5, a6, a7, s0
    .cfi_offset \register, offset
    .set    offset, offset + 8
    .endr
    .cfi_offset zero, -8                # "zero" stands for the pc: see .cfi_return_column
.endm

.text
.balign 4
.globl trap_vector
trap_vector:
    .cfi_startproc
    .cfi_undefined ra
    csrrw   sp, sscratch, sp
    beqz    sp, from_kernel

from_user:                              # sp = TrapFrame, sscratch = the user's sp
    CALLER_SAVED sd
    CALLEE_SAVED sd
    sd      tp, 3*8(sp)
    csrrw   t0, sscratch, zero
    sd      t0, 1*8(sp)
    csrr    t0, sepc
    sd      t0, 31*8(sp)
    ld      tp, 32*8(sp)
    csrr    a1, scause
    mv      a0, sp
    call    user_trap                   # (TrapFrame*, scause); returns with interrupts off
                                        # the callee-saved registers are the program's, as before the call
return_to_program:                      # sstatus.SPP is user and SPIE is set, as after every sret
    sd      tp, 32*8(sp)
    ld      t0, 31*8(sp)
    csrw    sepc, t0
    csrw    sscratch, sp
    CALLER_SAVED ld
    ld      tp, 3*8(sp)
    ld      sp, 1*8(sp)
    sret

.globl return_to_user
return_to_user:                         # (TrapFrame*)
    mv      sp, a0
    CALLEE_SAVED ld
    j       return_to_program
    .cfi_endproc

from_kernel:                            # sp = 0, sscratch = the kernel's sp
    .cfi_startproc
    .cfi_signal_frame                   # the pc of the caller is that of an instruction, not behind a call
    .cfi_return_column zero             # the caller's pc is not in ra, which has a value of its own
    .cfi_undefined zero
    # A kernel stack is the upper half of a 16 KiB slot: if bit 13 of sp is clear, it has overflowed.
    csrr    sp, sscratch
    slli    sp, sp, 63 - 13
    bgez    sp, stack_overflow
    csrrw   sp, sscratch, zero
    addi    sp, sp, -18*8
    KERNEL_REGS sd
    csrr    a1, sepc
    sd      a1, 17*8(sp)
    .cfi_remember_state
    KERNEL_REGS_CFI
    csrr    a1, scause
    mv      a0, sp
    call    kernel_trap                 # (KernelTrapFrame*, scause)
    ld      t0, 17*8(sp)
    csrw    sepc, t0
    .cfi_restore_state
    KERNEL_REGS ld
    addi    sp, sp, 18*8
    sret
    .cfi_endproc

stack_overflow:                         # switch to the hart's boot stack, which is no longer used
    .cfi_startproc
    .cfi_undefined ra
    csrrw   a0, sscratch, zero
    la      sp, boot_stacks
    lw      t0, 0(tp)
    addi    t0, t0, 1
    slli    t0, t0, 14
    add     sp, sp, t0
    addi    sp, sp, -16
    call    kernel_stack_overflow       # (the sp that overflowed)
    .cfi_endproc

# What a new thread's context begins with: calls the function in s1, which never returns.
.globl thread_start
thread_start:
    .cfi_startproc
    .cfi_undefined ra
    jalr    s1
    .cfi_endproc

# switch_context(Context* save, const Context* load): switches to another thread. Saves only the callee-saved registers;
# the compiler has saved the others in the caller.
.globl switch_context
switch_context:
    .cfi_startproc
    sd      ra, 0*8(a0)
    sd      sp, 1*8(a0)
    sd      s0, 2*8(a0)
    sd      s1, 3*8(a0)
    sd      s2, 4*8(a0)
    sd      s3, 5*8(a0)
    sd      s4, 6*8(a0)
    sd      s5, 7*8(a0)
    sd      s6, 8*8(a0)
    sd      s7, 9*8(a0)
    sd      s8, 10*8(a0)
    sd      s9, 11*8(a0)
    sd      s10, 12*8(a0)
    sd      s11, 13*8(a0)
    ld      ra, 0*8(a1)
    ld      sp, 1*8(a1)
    ld      s0, 2*8(a1)
    ld      s1, 3*8(a1)
    ld      s2, 4*8(a1)
    ld      s3, 5*8(a1)
    ld      s4, 6*8(a1)
    ld      s5, 7*8(a1)
    ld      s6, 8*8(a1)
    ld      s7, 9*8(a1)
    ld      s8, 10*8(a1)
    ld      s9, 11*8(a1)
    ld      s10, 12*8(a1)
    ld      s11, 13*8(a1)
    ret
    .cfi_endproc
