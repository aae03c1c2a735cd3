// The entry of the dump.
#include "net/dump/dump.h"

#include "net/dump/layers.h"
#include "net/dump/switch.h"

namespace net {
namespace {

void dump_link(DumpWriter& w, DumpLink link, const Piece& packet) {
    // The kernel has no card of another kind than Ethernet's.
    if (!kDumpAll) return dump_ethernet(w, packet);
    switch (link) {
        case DumpLink::Ethernet: return dump_ethernet(w, packet);
        case DumpLink::RawIp: return dump_raw_ip(w, packet);
        case DumpLink::LinuxCooked: return dump_linux_cooked(w, packet);
        case DumpLink::LinuxCooked2: return dump_linux_cooked2(w, packet);
        case DumpLink::Null: return dump_null(w, packet);
        case DumpLink::Loop: return dump_loop(w, packet);
        case DumpLink::Ppp: return dump_ppp(w, packet);
    }
}

}  // namespace

void dump_packet(TextSink out, DumpLink link, Bytes captured, usize length, DumpMode mode) {
    if (mode == DumpMode::Off) return;
    DumpWriter w(out, mode);
    dump_link(w, link, Piece{captured, length});
    w.end_packet();
}

void dump_frame(TextSink out, Bytes frame, DumpMode mode) {
    dump_packet(out, DumpLink::Ethernet, frame, frame.size(), mode);
}

}  // namespace net
