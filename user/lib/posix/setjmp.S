# setjmp() and longjmp(): the registers that a function must preserve, in the order of user/include/setjmp.h.
#define FOR_EACH_REGISTER \
    move(sd, ld, ra, 0); move(sd, ld, sp, 1); \
    move(sd, ld, s0, 2); move(sd, ld, s1, 3); move(sd, ld, s2, 4); move(sd, ld, s3, 5); \
    move(sd, ld, s4, 6); move(sd, ld, s5, 7); move(sd, ld, s6, 8); move(sd, ld, s7, 9); \
    move(sd, ld, s8, 10); move(sd, ld, s9, 11); move(sd, ld, s10, 12); move(sd, ld, s11, 13); \
    move(fsd, fld, fs0, 14); move(fsd, fld, fs1, 15); move(fsd, fld, fs2, 16); move(fsd, fld, fs3, 17); \
    move(fsd, fld, fs4, 18); move(fsd, fld, fs5, 19); move(fsd, fld, fs6, 20); move(fsd, fld, fs7, 21); \
    move(fsd, fld, fs8, 22); move(fsd, fld, fs9, 23); move(fsd, fld, fs10, 24); move(fsd, fld, fs11, 25);

    .section .text.setjmp, "ax"
    .globl setjmp, _setjmp, sigsetjmp
setjmp:
_setjmp:
    li a1, 0
sigsetjmp:
    sd a1, 8 * 26(a0)
#define move(save, restore, name, i) save name, 8 * i(a0)
    FOR_EACH_REGISTER
#undef move
    # Returns 0, after it saved the mask if it should.
    bnez a1, 1f
    li a0, 0
    ret
1:  tail __save_signal_mask

    .globl longjmp, _longjmp, siglongjmp
siglongjmp:
    ld t0, 8 * 26(a0)
    beqz t0, longjmp
    addi sp, sp, -16
    sd a0, 0(sp)
    sd a1, 8(sp)
    call __restore_signal_mask
    ld a0, 0(sp)
    ld a1, 8(sp)
longjmp:
_longjmp:
#define move(save, restore, name, i) restore name, 8 * i(a0)
    FOR_EACH_REGISTER
#undef move
    seqz a0, a1
    add a0, a0, a1
    ret

    .section .note.GNU-stack, "", @progbits
