/* C: jumps out of functions. POSIX: sigsetjmp() and siglongjmp(). */
#pragma once

#include "sys/cdefs.h"

/* ra, sp, s0 to s11, fs0 to fs11; what sigsetjmp() was told, and room for the signal mask. */
typedef struct jmp_buffer {
    unsigned long registers[26];
    unsigned long saves_mask, mask;
} jmp_buf[1];
typedef struct jmp_buffer sigjmp_buf[1];

BEGIN_C
/* Returns 0; again, with the value given to longjmp() (1 for 0), each time longjmp() jumps here. */
int setjmp(jmp_buf env) __attribute__((returns_twice));
int _setjmp(jmp_buf env) __attribute__((returns_twice));
void longjmp(jmp_buf env, int value) __attribute__((noreturn));
void _longjmp(jmp_buf env, int value) __attribute__((noreturn));
/* These save the signal mask if save is not 0, and restore it if it was saved. */
int sigsetjmp(sigjmp_buf env, int save) __attribute__((returns_twice));
void siglongjmp(sigjmp_buf env, int value) __attribute__((noreturn));
END_C
