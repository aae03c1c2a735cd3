// The packet dump: any bytes are a packet. The text must be printable, and must not depend on how it is cut
// into runs; a change of any bit must change the full text, so that no byte is left out.
//
//   the link type, how many bytes of the packet are missing, which bit to change (2 bytes), the packet
#include "net/dump/dump.h"

#include "tests/fuzz/input.h"
#include "tests/fuzz/target.h"
#include "unit/dump_frames.h"

namespace fuzz {
namespace {

using namespace net;

struct Text {
    std::string all;
    static void append(void* to, const char* run, usize n) {
        must(n <= 256, "a run has at most 256 characters");
        static_cast<Text*>(to)->all.append(run, n);
    }
};

std::string dumped(DumpLink link, Bytes packet, usize missing, DumpMode mode) {
    Text text;
    dump_packet({Text::append, &text}, link, packet, packet.size() + missing, mode);
    for (const char c : text.all) must(c == '\n' || (c >= ' ' && c <= '~'), "the text is printable");
    return text.all;
}

void run(Bytes input) {
    Input in(input);
    const auto link = static_cast<DumpLink>(in.below(7));
    const usize missing = in.byte() % 8 == 0 ? in.byte() : 0;
    const u16 bit = in.half();
    packets::Packet packet = packets::join({}, {});
    const Bytes rest = in.rest();
    packet.assign(rest.begin(), rest.end());
    must(dumped(link, packet, missing, DumpMode::Off).empty(), "no dump has no text");
    const std::string brief = dumped(link, packet, missing, DumpMode::Brief);
    must(brief.find('\n') == brief.size() - 1, "the brief text is one line");
    const std::string full = dumped(link, packet, missing, DumpMode::Full);
    if (packet.empty()) return;
    packet[bit / 8 % packet.size()] ^= static_cast<u8>(1 << bit % 8);
    must(dumped(link, packet, missing, DumpMode::Full) != full, "the full text shows every bit");
}

std::vector<std::string> seeds() {
    std::vector<std::string> all;
    for (const auto& [name, frame] : dump_frames()) {
        if (frame.size() < 600) all.push_back(std::string("\0\1\0\0", 4) + text_of(frame));
    }
    for (char link = 1; link < 7; link++)
        all.push_back(std::string{link, 1, 0, 0} + text_of(Bytes(udp_frame()).subspan(link == 1 ? 14 : 0)));
    return all;
}

}  // namespace

constinit const Target dump = {"dump", 1024, run, seeds};

}  // namespace fuzz
