# Load and store all floating-point registers. The rest of the kernel is compiled without floating point, so it cannot
# use them.

.option arch, +f, +d

.macro FLOAT_REGS op
    .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
    \op f\n, \n*8(a0)
    .endr
.endm

.text
.globl float_load_registers
float_load_registers:                   # (const FloatState*)
    FLOAT_REGS fld
    ld      t0, 32*8(a0)
    fscsr   t0
    ret

.globl float_store_registers
float_store_registers:                  # (FloatState*)
    FLOAT_REGS fsd
    frcsr   t0
    sd      t0, 32*8(a0)
    ret
