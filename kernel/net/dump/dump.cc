// The entry of the dump.
#include "net/dump/dump.h"

#include "net/dump/layers.h"

namespace net {

void dump_packet(TextSink out, DumpLink link, Bytes captured, usize length, DumpMode mode) {
    if (mode == DumpMode::Off) return;
    DumpWriter w(out, mode);
    const Piece packet{captured, length};
    switch (link) {
        case DumpLink::Ethernet: dump_ethernet(w, packet); break;
        case DumpLink::RawIp: dump_raw_ip(w, packet); break;
        case DumpLink::LinuxCooked: dump_linux_cooked(w, packet); break;
        case DumpLink::LinuxCooked2: dump_linux_cooked2(w, packet); break;
        case DumpLink::Null: dump_null(w, packet); break;
        case DumpLink::Loop: dump_loop(w, packet); break;
        case DumpLink::Ppp: dump_ppp(w, packet); break;
    }
    w.end_packet();
}

void dump_frame(TextSink out, Bytes frame, DumpMode mode) {
    dump_packet(out, DumpLink::Ethernet, frame, frame.size(), mode);
}

}  // namespace net
