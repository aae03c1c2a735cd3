# copy_user(to, from, n) -> 0, or -1 when a page fault stopped it. One side is user memory.
# A fault whose pc lies between copy_user_begin and copy_user_end continues at copy_user_failed (mm/uaccess.cc).
# Unaligned eight-byte accesses are fine on this CPU.

.text
.globl copy_user, copy_user_string, copy_user_begin, copy_user_end, copy_user_failed
copy_user_begin:
copy_user:
    li      t1, 32
    bltu    a2, t1, 2f
1:  ld      t2, 0(a1)
    ld      t3, 8(a1)
    ld      t4, 16(a1)
    ld      t5, 24(a1)
    sd      t2, 0(a0)
    sd      t3, 8(a0)
    sd      t4, 16(a0)
    sd      t5, 24(a0)
    addi    a0, a0, 32
    addi    a1, a1, 32
    addi    a2, a2, -32
    bgeu    a2, t1, 1b
2:  li      t1, 8
    bltu    a2, t1, 4f
3:  ld      t2, 0(a1)
    sd      t2, 0(a0)
    addi    a0, a0, 8
    addi    a1, a1, 8
    addi    a2, a2, -8
    bgeu    a2, t1, 3b
4:  beqz    a2, 6f
5:  lbu     t2, 0(a1)
    sb      t2, 0(a0)
    addi    a0, a0, 1
    addi    a1, a1, 1
    addi    a2, a2, -1
    bnez    a2, 5b
6:  li      a0, 0
    ret

# copy_user_string(to, from, room) -> the length without the zero; room when there was no zero in that many; -1 on a fault.
copy_user_string:
    li      t0, 0
1:  beq     t0, a2, 2f
    add     t1, a1, t0
    lbu     t2, 0(t1)
    add     t1, a0, t0
    sb      t2, 0(t1)
    beqz    t2, 2f
    addi    t0, t0, 1
    j       1b
2:  mv      a0, t0
    ret
copy_user_end:

copy_user_failed:
    li      a0, -1
    ret
