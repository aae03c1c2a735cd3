/* Packet filters: programs for the classic BPF machine, with the numbers of Linux's linux/filter.h. Plain C.
 *
 * A program has a 32-bit accumulator A, an index register X and 16 words of scratch memory. It loads parts of
 * a packet, in network byte order, and ends with the verdict: 0 is "no match", anything else is a match.
 * Jumps go forward only. docs/filter.md describes the instructions; `tcpdump -ddd` prints such programs.
 */
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

struct bpf_insn {
    unsigned short code; /* BPF_LD | BPF_H | BPF_ABS, ... */
    unsigned char jt;    /* conditional jumps: how many instructions to skip if true, */
    unsigned char jf;    /* and if false */
    unsigned int k;      /* a constant, an offset or an index */
};

/* What a system call takes. */
struct bpf_program {
    unsigned int bf_len; /* instructions, at most BPF_MAXINSNS */
    const struct bpf_insn* bf_insns;
};

/* Linux allows 4096. Here a program, with what the verifier knows about it, takes one page. */
enum { BPF_MAXINSNS = 340, BPF_MEMWORDS = 16 };

/* The class of an instruction */
#define BPF_LD   0x00 /* A = ... */
#define BPF_LDX  0x01 /* X = ... */
#define BPF_ST   0x02 /* M[k] = A */
#define BPF_STX  0x03 /* M[k] = X */
#define BPF_ALU  0x04 /* A = A op source */
#define BPF_JMP  0x05
#define BPF_RET  0x06 /* the end, with the verdict */
#define BPF_MISC 0x07

/* Loads: the size, */
#define BPF_W 0x00 /* 4 bytes */
#define BPF_H 0x08 /* 2 bytes */
#define BPF_B 0x10 /* 1 byte */
/* and the mode */
#define BPF_IMM 0x00 /* k */
#define BPF_ABS 0x20 /* the packet at k */
#define BPF_IND 0x40 /* the packet at X + k */
#define BPF_MEM 0x60 /* M[k] */
#define BPF_LEN 0x80 /* the length of the packet on the wire */
#define BPF_MSH 0xa0 /* LDX only: the length of an IPv4 header at k, that is 4 * (packet[k] & 0xf) */

/* Arithmetic, without signs */
#define BPF_ADD 0x00
#define BPF_SUB 0x10
#define BPF_MUL 0x20
#define BPF_DIV 0x30
#define BPF_OR  0x40
#define BPF_AND 0x50
#define BPF_LSH 0x60
#define BPF_RSH 0x70
#define BPF_NEG 0x80 /* A = -A */
#define BPF_MOD 0x90
#define BPF_XOR 0xa0

/* Jumps */
#define BPF_JA   0x00 /* skip k instructions */
#define BPF_JEQ  0x10 /* A == source */
#define BPF_JGT  0x20 /* A > source */
#define BPF_JGE  0x30 /* A >= source */
#define BPF_JSET 0x40 /* A & source is not 0 */

/* The source of arithmetic and jumps; BPF_RET takes BPF_K or BPF_A */
#define BPF_K 0x00
#define BPF_X 0x08
#define BPF_A 0x10

#define BPF_TAX 0x00 /* X = A */
#define BPF_TXA 0x80 /* A = X */

#ifdef __cplusplus
}
#endif
