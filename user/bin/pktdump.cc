// pktdump: sets how the kernel prints the packets it receives, and which.
#include "lib/late_init.h"
#include "net/filter/language/compiler.h"
#include "user.h"

STACK_SIZE(65536);  // the compiler of expressions is recursive

namespace {
const char kUsage[] =
    "pktdump [off | brief | full [EXPRESSION]]    sets how received packets are printed; without a mode, "
    "prints it\n"
    "  brief  one line per packet      full  every header field by name, and the payload\n"
    "  EXPRESSION chooses packets, as tcpdump's does: pktdump full 'tcp port 80 and not host 10.0.2.2'";
const char* const kModes[] = {"off", "brief", "full"};  // in the order of PKTDUMP_*

constinit LateInit<net::language::Compiler> storage{};  // too large for the stack

// The words of an expression, with blanks between them.
struct Expression {
    char text[net::language::kMaxLength + 1];
    unsigned length = 0;

    void append(const char* word) {
        const unsigned n = static_cast<unsigned>(strlen(word));
        if (length + 1 + n >= sizeof text) die("the expression is too long");
        if (length) text[length++] = ' ';
        memcpy(text + length, word, n);
        length += n;
    }
};
Expression expression;

unsigned netmask() {
    struct ifinfo first;
    if (ifinfo(0, &first) != 0 || first.prefix_length == 0) return 0;
    return ~0u << (32 - first.prefix_length);
}

// Ends the program if the expression is wrong.
bpf_program compile(char** words) {
    for (; *words; words++) expression.append(*words);
    const TextView text(expression.text, expression.length);
    net::language::Compiler& compiler = storage.emplace();
    if (!compiler.compile(text, {.netmask = netmask()})) {
        const TextSink errors{[](void*, const char* run, usize n) { write(2, run, n); }, nullptr};
        net::language::print_fault(errors, text, compiler.fault());
        exit(1);
    }
    return {static_cast<unsigned>(compiler.program().size()), compiler.program().data()};
}

int print_mode() {
    const int now = pktdump(-1, nullptr), mode = now & 3;
    if (now < 0) die("cannot ask the kernel: %s", strerror(now));
    printf("%s%s\n", kModes[mode], now & PKTDUMP_FILTERED ? ", with a filter" : "");
    return 0;
}

int set_mode(int mode, char** words) {
    const bpf_program program = *words ? compile(words) : bpf_program{};
    const int old = pktdump(mode, *words ? &program : nullptr);
    if (old < 0) die("cannot set the mode: %s", strerror(old));
    return 0;
}
}  // namespace

int main(int argc, char** argv) {
    help_if_asked(argc, argv, kUsage);
    if (argc == 1) return print_mode();
    for (int mode = PKTDUMP_OFF; mode <= PKTDUMP_FULL; mode++) {
        if (strcmp(argv[1], kModes[mode]) == 0 && (mode != PKTDUMP_OFF || argc == 2))
            return set_mode(mode, argv + 2);
    }
    bad_usage(kUsage);
}
