// pktdump: every packet of a capture in words, with the code and in the text of the kernel's own dump.
#include <cerrno>
#include <cstdlib>

#include "net/dump/dump.h"
#include "pcap.h"

namespace {

constexpr const char* kHelp =
    "usage: pktdump [--full | --brief] FILE\n"
    "\n"
    "Prints the packets of a capture (classic pcap, Ethernet) in words; FILE - is the standard input.\n"
    "\n"
    "  --full   every header field, checksums judged, payload as hex and characters (the default)\n"
    "  --brief  one line a packet\n"
    "  --help   this text\n"
    "\n"
    "Exit status: 0 all was read, 1 the file cannot be read, is cut short or damaged, 2 wrong usage.\n";

struct Options {
    net::DumpMode mode = net::DumpMode::Full;
    const char* file = nullptr;
};

[[noreturn]] void usage_error(const char* what, const char* which) {
    std::fprintf(stderr, "pktdump: %s%s\nTry: pktdump --help\n", what, which);
    std::exit(2);
}

Options parse_options(int argc, char** argv) {
    Options o;
    for (int i = 1; i < argc; i++) {
        const std::string arg = argv[i];
        if (arg == "--help" || arg == "-h") {
            std::fputs(kHelp, stdout);
            std::exit(0);
        }
        if (arg == "--full")
            o.mode = net::DumpMode::Full;
        else if (arg == "--brief")
            o.mode = net::DumpMode::Brief;
        else if (arg.size() > 1 && arg[0] == '-')
            usage_error("unknown option ", argv[i]);
        else if (o.file)
            usage_error("one file only, not also ", argv[i]);
        else
            o.file = argv[i];
    }
    if (!o.file) usage_error("which file?", "");
    return o;
}

void write_stdout(void*, const char* text, usize length) { std::fwrite(text, 1, length, stdout); }

void print_packet(const pcap::Packet& p, unsigned digits, net::DumpMode mode) {
    const bool brief = mode == net::DumpMode::Brief;
    const u32 fraction = digits == 9 ? p.nanoseconds : p.nanoseconds / 1000;
    std::printf(brief ? "%llu  %u.%0*u  " : "Packet %llu, time %u.%0*u",
                static_cast<unsigned long long>(p.number), p.seconds, static_cast<int>(digits), fraction);
    const bool cut = p.bytes.size() < p.original_length;
    if (cut) {
        std::printf(brief ? "[captured %zu of %u bytes] " : ", captured %zu of %u bytes", p.bytes.size(),
                    p.original_length);
    }
    if (!brief) std::printf("\n");
    net::dump_frame({write_stdout, nullptr}, p.bytes, mode);
}

int complain(const char* file, const std::string& why) {
    std::fflush(stdout);
    std::fprintf(stderr, "pktdump: %s: %s\n", file, why.c_str());
    return 1;
}

int dump_file(const Options& o, std::FILE* in) {
    pcap::Reader reader(in);
    if (!reader.open()) return complain(o.file, std::ferror(in) ? std::strerror(errno) : reader.error());
    while (const auto packet = reader.next()) print_packet(*packet, reader.digits(), o.mode);
    if (!reader.error().empty()) return complain(o.file, reader.error());
    if (std::fflush(stdout) != 0 || std::ferror(stdout))
        return complain("standard output", std::strerror(errno));
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    const Options options = parse_options(argc, argv);
    if (std::strcmp(options.file, "-") == 0) return dump_file(options, stdin);
    std::FILE* in = std::fopen(options.file, "rb");
    if (!in) return complain(options.file, std::strerror(errno));
    const int status = dump_file(options, in);
    std::fclose(in);
    return status;
}
