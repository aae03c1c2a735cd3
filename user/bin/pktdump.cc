// pktdump: sets how the kernel prints the packets it receives, and which; or writes packets to a file.
#include "lib/late_init.h"
#include "net/filter/language/compiler.h"
#include "net/filter/numbers.h"
#include "pcap/capture.h"
#include "user.h"

namespace {
const char kUsage[] =
    "pktdump [off | brief | full]            sets how received packets are printed; without a mode, prints "
    "it\n"
    "pktdump brief | full EXPRESSION         prints those that the expression chooses, as tcpdump's do:\n"
    "                                        pktdump full 'tcp port 80 and not host 10.0.2.2'\n"
    "pktdump brief | full -F FILE            the same for a compiled one: the numbers that tcpdump -ddd "
    "prints\n"
    "pktdump -w FILE [-c N] [EXPRESSION]     writes packets to a file for tcpdump and Wireshark, also sent "
    "ones,\n"
    "                                        until it is killed or has N of them\n"
    "  brief  one line per packet      full  every header field by name, and the payload";
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

bpf_program program_of(std::span<const bpf_insn> code) {
    return {static_cast<unsigned>(code.size()), code.data()};
}

// Ends the program if the expression is wrong.
bpf_program compile(char** words) {
    for (; *words; words++) expression.append(*words);
    const TextView text(expression.text, expression.length);
    net::language::Compiler& compiler = storage.emplace();
    if (compiler.compile(text, {.netmask = netmask()})) return program_of(compiler.program());
    const TextSink errors{[](void*, const char* run, usize n) { write(2, run, static_cast<int>(n)); },
                          nullptr};
    net::language::print_fault(errors, text, compiler.fault());
    exit(1);
}

// The contents of a file. Ends the program if it cannot be read.
TextView contents(const char* file) {
    static char text[8192];  // more than a program of BPF_MAXINSNS instructions needs
    usize size = 0;
    const int fd = open(file, O_RDONLY);
    if (fd < 0) die("%s: %s", file, strerror(fd));
    for (int n = 1; n != 0 && size < sizeof text; size += static_cast<usize>(n)) {
        n = read(fd, text + size, static_cast<int>(sizeof text - size));
        if (n < 0) die("%s: %s", file, strerror(n));
    }
    return {text, size};
}

// The kernel would only say that the program is not valid: so it is verified here, too.
bpf_program load(const char* file) {
    static bpf_insn room[BPF_MAXINSNS];
    static constinit LateInit<net::FilterProgram> verified{};
    const auto code = net::parse_numbers(contents(file), room);
    if (!code) die("%s: these are not the numbers of a program, as tcpdump -ddd prints them", file);
    const net::FilterFault fault = verified.emplace().verify(*code);
    if (!fault.ok()) die("%s: instruction %u: %s", file, fault.at, net::describe(fault.error));
    return program_of(*code);
}

// What chooses the packets: nothing, -F FILE, or the words of an expression.
bpf_program filter_of(char** words) {
    if (!*words) return {};
    if (strcmp(*words, "-F") != 0) return compile(words);
    if (!words[1] || words[2]) bad_usage(kUsage);
    return load(words[1]);
}

int print_mode() {
    const int now = pktdump(-1, nullptr), mode = now & 3;
    if (now < 0) die("cannot ask the kernel: %s", strerror(now));
    printf("%s%s\n", kModes[mode], now & PKTDUMP_FILTERED ? ", with a filter" : "");
    return 0;
}

int set_mode(int mode, char** filter) {
    const bpf_program program = filter_of(filter);
    const int old = pktdump(mode, *filter ? &program : nullptr);
    if (old < 0) die("cannot set the mode: %s", strerror(old));
    return 0;
}

// The words behind -w.
int write_file(char** words) {
    pcap::Capture wanted{};
    wanted.file = *words++;
    if (!wanted.file) bad_usage(kUsage);
    if (*words && strcmp(*words, "-c") == 0) {
        if (!words[1] || !parse_number(words[1], 1, 1'000'000'000, &wanted.count))
            die("-c needs the number of packets");
        words += 2;
    }
    const bpf_program program = filter_of(words);
    wanted.program = program.bf_insns;
    wanted.instructions = program.bf_len;
    wanted.words = expression.text;
    return pcap::capture(wanted);
}
}  // namespace

int main(int argc, char** argv) {
    help_if_asked(argc, argv, kUsage);
    if (argc == 1) return print_mode();
    if (strcmp(argv[1], "-w") == 0) return write_file(argv + 2);
    for (int mode = PKTDUMP_OFF; mode <= PKTDUMP_FULL; mode++) {
        if (strcmp(argv[1], kModes[mode]) == 0 && (mode != PKTDUMP_OFF || argc == 2))
            return set_mode(mode, argv + 2);
    }
    bad_usage(kUsage);
}
