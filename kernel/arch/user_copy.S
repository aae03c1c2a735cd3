# copy_user(to, from, n): memcpy between the kernel's memory and the program's, through the program's own mapping. It uses
# no stack and no register that a caller expects again, so kernel_trap can end it at any instruction (user_copy.h).

.macro COPY bytes                       # of a multiple of 32
    .set    offset, 0
    .rept   \bytes / 32
    ld      t0, offset(a1)
    ld      t1, offset + 8(a1)
    ld      t2, offset + 16(a1)
    ld      t3, offset + 24(a1)
    sd      t0, offset(a0)
    sd      t1, offset + 8(a0)
    sd      t2, offset + 16(a0)
    sd      t3, offset + 24(a0)
    .set    offset, offset + 32
    .endr
    addi    a0, a0, \bytes
    addi    a1, a1, \bytes
.endm

.macro COPY_IF_BIT bytes                # is in the length
    andi    t0, a2, \bytes
    beqz    t0, 1f
    COPY    \bytes
1:
.endm

.cfi_sections .debug_frame

.text
.balign 4
.globl copy_user
copy_user:
    .cfi_startproc
    li      t0, 8
    bltu    a2, t0, 6f
    add     a3, a0, a2                  # the ends: the last word may overlap what is copied before
    add     a4, a1, a2
    li      t0, 512
    bltu    a2, t0, 3f
2:  COPY    512
    addi    a2, a2, -512
    li      t0, 512
    bgeu    a2, t0, 2b
3:  COPY_IF_BIT 256
    COPY_IF_BIT 128
    COPY_IF_BIT 64
    COPY_IF_BIT 32
    andi    t0, a2, 16
    beqz    t0, 4f
    ld      t0, 0(a1)
    ld      t1, 8(a1)
    sd      t0, 0(a0)
    sd      t1, 8(a0)
    addi    a0, a0, 16
    addi    a1, a1, 16
4:  andi    t0, a2, 8
    beqz    t0, 5f
    ld      t0, 0(a1)
    sd      t0, 0(a0)
5:  ld      t0, -8(a4)
    sd      t0, -8(a3)
    li      a0, 0
    ret

6:  beqz    a2, 8f                      # fewer than eight bytes
    add     a2, a0, a2
7:  lb      t0, 0(a1)
    sb      t0, 0(a0)
    addi    a0, a0, 1
    addi    a1, a1, 1
    bltu    a0, a2, 7b
8:  li      a0, 0
    ret
    .cfi_endproc
.globl copy_user_end
copy_user_end:
