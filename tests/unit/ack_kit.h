// ACKs in Ethernet frames, for tests of runs of them.
#pragma once

#include "net_test.h"
#include "new_mbuf.h"

namespace ack_kit {

using namespace net;
using packets::Packet;

struct Ack {
    u32 seq = 1000, ack = 2000;
    u16 flags = TcpFlags::Ack, window = 5000;
    u16 src_port = 80, dst_port = 4000;
    Packet options = {}, data = {};
    u16 flags_offset = Ipv4Header::kDontFragment;
    u8 identification = 1;
};

inline Packet stamps(u32 value) {
    return {1, 1, 8, 10, u8(value >> 24), u8(value >> 16), u8(value >> 8), u8(value), 0, 0, 0, 2};
}
inline const Packet kStamps = stamps(1);
inline const Packet kSacks{1, 1, 5, 10, 0, 0, 0, 1, 0, 0, 0, 2};

inline Packet frame_of(const Ack& a) {
    TcpFields f{.src_port = a.src_port,
                .dst_port = a.dst_port,
                .seq = a.seq,
                .ack = a.ack,
                .flags = a.flags,
                .window = a.window,
                .options_length = a.options.size()};
    Packet ip = packets::tcp_packet({kPeer, kOurs, f, 0}, packets::join(a.options, a.data));
    ip[5] = a.identification;
    ip[6] = static_cast<u8>(a.flags_offset >> 8), ip[7] = static_cast<u8>(a.flags_offset);
    ip[10] = ip[11] = 0;
    const u16 sum = packets::internet_checksum(Bytes(ip).first(20));
    ip[10] = static_cast<u8>(sum >> 8), ip[11] = static_cast<u8>(sum);
    Packet frame = packets::ether(kOurMac, kPeerMac, EtherType::Ipv4, ip);
    if (frame.size() < 60) frame.resize(60);
    return frame;
}

inline MbufPtr mbuf_of(const Packet& p) {
    MbufPtr m = new_mbuf();
    std::copy(p.begin(), p.end(), m->put(p.size()));
    return m;
}

}  // namespace ack_kit
