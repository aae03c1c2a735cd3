/* A plugin of QEMU that counts the guest's instructions exactly, each address for itself:
 *   qemu-system-riscv64 -plugin instructions.so,out=FILE ...
 *
 * The guest marks what is counted with instructions that have no effect, "slti zero, zero, N"
 * (tests/programs/guestbench/): 0 prepares, 1 begins, 2 ends. At each end FILE is written anew: lines
 * "address count", in hexadecimal and decimal. Time in which the guest waits for an interrupt counts nothing.
 * One hart only.
 *
 * QEMU translates code in blocks. Before the first mark the plugin looks only for marks, and the guest runs
 * at nearly full speed. Then QEMU is told to translate everything again, now with a call for each
 * instruction.
 *
 * Debian 12 installs no qemu-plugin.h with its QEMU 7.2. What is used of it is declared here; `min` and `cur`
 * tell the version of the interface that QEMU has. VERSION is what the plugin asks for: 1, or 2 from QEMU 9.0
 * on. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPORTED __attribute__((visibility("default")))

typedef uint64_t Id;
typedef struct Block Block;
typedef struct Instruction Instruction;
typedef struct {
    const char* target;
    struct {
        int min, cur;
    } version;
} Info;
typedef void Execute(unsigned hart, void* data);
typedef void Translate(Id, Block*);

extern void qemu_plugin_reset(Id, void (*done)(Id));
extern void qemu_plugin_register_vcpu_tb_trans_cb(Id, Translate*);
extern void qemu_plugin_register_vcpu_insn_exec_cb(Instruction*, Execute*, int no_registers, void* data);
extern size_t qemu_plugin_tb_n_insns(const Block*);
extern Instruction* qemu_plugin_tb_get_insn(const Block*, size_t);
extern uint64_t qemu_plugin_insn_vaddr(const Instruction*);
extern size_t qemu_plugin_insn_size(const Instruction*);
extern void qemu_plugin_insn_data(void);

EXPORTED int qemu_plugin_version = VERSION;

enum { PREPARE, BEGIN, END, MARKS };
enum { MOST = 1 << 20 }; /* addresses; a power of two */

static struct Count { uint64_t address, times; } counts[MOST];
static Id id;
static int version;
static bool prepared, counting;
static char out[4096], draft[4100];

/* The place of an address in the hash table. */
static struct Count* count_of(uint64_t address) {
    size_t at = (address * 0x9e3779b97f4a7c15) >> 44;
    for (size_t tries = 0; tries < MOST; tries++, at = (at + 1) % MOST) {
        if (counts[at].address == address || counts[at].address == 0) {
            counts[at].address = address;
            return &counts[at];
        }
    }
    fprintf(stderr, "instructions.c: the guest has more instructions than MOST\n");
    exit(1);
}

static void write_counts(void) {
    FILE* f = fopen(draft, "w");
    if (!f) {
        perror(draft);
        exit(1);
    }
    for (size_t i = 0; i < MOST; i++)
        if (counts[i].times)
            fprintf(f, "%llx %llu\n", (unsigned long long)counts[i].address,
                    (unsigned long long)counts[i].times);
    fclose(f);
    rename(draft, out);
}

static void execute(unsigned hart, void* count) {
    (void)hart;
    ((struct Count*)count)->times += counting;
}

static void watch(Id);

static void mark(unsigned hart, void* which) {
    (void)hart;
    switch ((uintptr_t)which) {
        case PREPARE:
            if (!prepared) qemu_plugin_reset(id, watch);
            prepared = true;
            break;
        case BEGIN:
            for (size_t i = 0; i < MOST; i++) counts[i].times = 0;
            counting = true;
            break;
        case END:
            counting = false;
            write_counts();
            break;
    }
}

/* The type of this function depends on the version. */
static union {
    void (*any)(void);
    const void* (*bytes)(const Instruction*);
    size_t (*copy)(const Instruction*, void* to, size_t most);
} insn_data = {qemu_plugin_insn_data};

/* The number of a mark; MARKS for every other instruction. */
static uint32_t mark_of(const Instruction* i) {
    uint32_t word = 0;
    if (qemu_plugin_insn_size(i) != sizeof word) return MARKS;
    if (version >= 3)
        insn_data.copy(i, &word, sizeof word);
    else
        memcpy(&word, insn_data.bytes(i), sizeof word);
    return (word & 0xfffff) == 0x2013 && word >> 20 < MARKS ? word >> 20 : MARKS;
}

static void translate(Id unused, Block* block) {
    (void)unused;
    const size_t n = qemu_plugin_tb_n_insns(block);
    for (size_t k = 0; k < n; k++) {
        Instruction* i = qemu_plugin_tb_get_insn(block, k);
        const uintptr_t which = mark_of(i);
        if (which != MARKS)
            qemu_plugin_register_vcpu_insn_exec_cb(i, mark, 0, (void*)which);
        else if (prepared)
            qemu_plugin_register_vcpu_insn_exec_cb(i, execute, 0, count_of(qemu_plugin_insn_vaddr(i)));
    }
}

static void watch(Id self) { qemu_plugin_register_vcpu_tb_trans_cb(self, translate); }

EXPORTED int qemu_plugin_install(Id self, const Info* info, int argc, char** argv) {
    if (argc != 1 || strncmp(argv[0], "out=", 4) != 0) {
        fprintf(stderr, "usage: -plugin instructions.so,out=FILE\n");
        return 1;
    }
    id = self;
    version = info->version.cur;
    snprintf(out, sizeof out, "%s", argv[0] + 4);
    snprintf(draft, sizeof draft, "%s.new", out);
    watch(self);
    return 0;
}
