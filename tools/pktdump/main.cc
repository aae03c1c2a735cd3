// pktdump: every packet of a capture in words, with the code and in the text of the kernel's own dump.
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "capture/link_type.h"
#include "capture/reader.h"
#include "capture/writer.h"
#include "pktdump/filter.h"
#include "pktdump/link.h"
#include "pktdump/output.h"

namespace {

using capture::Packet;
using pktdump::Options;

int complain(const std::string& what, const std::string& why) {
    std::fflush(stdout);
    std::fprintf(stderr, "pktdump: %s: %s\n", what.c_str(), why.c_str());
    return 1;
}

// A reader that has seen enough, such as head, closes the pipe: that is no error.
[[noreturn]] void exit_after_output_error(const std::string& file) {
    if (errno == EPIPE) std::_Exit(0);
    complain(file, std::strerror(errno));
    std::_Exit(1);
}

// Somebody may be waiting for the output, unless it goes into a file.
bool goes_to_a_file(std::FILE* out) {
    struct stat s {};
    return fstat(fileno(out), &s) == 0 && S_ISREG(s.st_mode);
}

// Calls `each` with the packets that the options choose. The exit status.
template <class Each>
int for_each_packet(const Options& o, capture::Reader& reader, Each each) {
    const auto filter = std::make_unique<pktdump::Filter>(o.expression);
    // Of pcapng, a capture has no link type before its first packet.
    if (!filter->prepare(reader.link_type().value_or(static_cast<u16>(capture::LinkType::Ethernet)))) {
        std::fputs(filter->error().c_str(), stderr);
        return 2;
    }
    u64 left = o.count;
    while (const auto packet = reader.next()) {
        if (packet->number < o.first) continue;
        if (packet->number > o.last) return 0;
        if (!filter->matches(*packet)) continue;
        if (!each(*packet)) return 1;
        if (--left == 0 || packet->number == o.last) return 0;
    }
    return reader.error().empty() ? 0 : complain(*o.file, reader.error());
}

void write_stdout(void*, const char* text, usize length) { std::fwrite(text, 1, length, stdout); }

int print_packets(const Options& o, capture::Reader& reader) {
    const auto type = reader.link_type();
    if (type && !pktdump::link_of(*type)) {
        return complain(*o.file, capture::describe_link_type(*type) +
                                     " is not supported; `pktdump --help` lists those that are");
    }
    const bool at_once = o.at_once || !goes_to_a_file(stdout);
    pktdump::Printer printer(o, {write_stdout, nullptr});
    u64 unsupported = 0;
    const int status = for_each_packet(o, reader, [&](const Packet& p) {
        printer.print(p);
        if (!pktdump::link_of(p.link_type())) unsupported++;
        if (at_once) std::fflush(stdout);
        if (std::ferror(stdout)) exit_after_output_error("standard output");
        return true;
    });
    if (std::fflush(stdout) != 0) exit_after_output_error("standard output");
    if (status != 0 || unsupported == 0) return status;
    return complain(
        *o.file,
        std::to_string(unsupported) +
            " packets have a link type that is not supported; `pktdump --help` lists those that are");
}

int write_packets(const Options& o, capture::Reader& reader, std::FILE* out) {
    const bool at_once = o.at_once || !goes_to_a_file(out);
    capture::Writer writer(out, reader.nanoseconds());
    const auto type = reader.link_type();
    // Of pcapng, a capture without packets has no link type: any will do.
    const int status = for_each_packet(o, reader, [&](const Packet& p) {
        if (!writer.write(p)) return std::ferror(out) ? false : (complain(*o.file, writer.error()), false);
        return !at_once || std::fflush(out) == 0;
    });
    writer.begin(type.value_or(static_cast<u16>(capture::LinkType::Ethernet)));
    if (std::ferror(out) || std::fflush(out) != 0) exit_after_output_error(*o.write_to);
    return status;
}

bool same_file(std::FILE* in, const std::string& name) {
    struct stat a {
    }, b{};
    if (fstat(fileno(in), &a) != 0 || stat(name.c_str(), &b) != 0) return false;
    return S_ISREG(a.st_mode) && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

int write_file(const Options& o, capture::Reader& reader, std::FILE* in) {
    if (*o.write_to == "-") {
        if (isatty(STDOUT_FILENO))
            return complain("-w -", "a terminal cannot show a pcap file; send it into a file or a pipe");
        return write_packets(o, reader, stdout);
    }
    if (same_file(in, *o.write_to))
        return complain(*o.write_to, "is the file to read; give another name to -w");
    std::FILE* out = std::fopen(o.write_to->c_str(), "wb");
    if (!out) return complain(*o.write_to, std::strerror(errno));
    const int status = write_packets(o, reader, out);
    if (std::fclose(out) != 0) return complain(*o.write_to, std::strerror(errno));
    return status;
}

int run(const Options& o, std::FILE* in) {
    capture::Reader reader(in);
    if (!reader.open()) return complain(*o.file, reader.error());
    return o.write_to ? write_file(o, reader, in) : print_packets(o, reader);
}

}  // namespace

int main(int argc, char** argv) {
    std::string error;
    const auto options = pktdump::parse_options({argv + 1, argv + argc}, error);
    if (!options) {
        std::fprintf(stderr, "pktdump: %s\nTry: pktdump --help\n", error.c_str());
        return 2;
    }
    if (options->help) {
        std::fputs(pktdump::kHelp, stdout);
        return 0;
    }
    if (options->program != pktdump::ProgramStyle::None)
        return pktdump::print_program(options->expression, options->program);
    if (*options->file == "-") return run(*options, stdin);
    std::FILE* in = std::fopen(options->file->c_str(), "rb");
    if (!in) return complain(*options->file, std::strerror(errno));
    const int status = run(*options, in);
    std::fclose(in);
    return status;
}
