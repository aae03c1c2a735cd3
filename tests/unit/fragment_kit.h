// Fragments of datagrams for a socket, for tests of reassembly.
#pragma once

#include <algorithm>

#include "net_test.h"

namespace fragment_kit {

using namespace net;
using packets::Packet;

inline constexpr u16 kMore = 0x2000;

struct Fragments : NetTest {
    Fragments() { introduce(kPeer, kPeerMac); }

    // The IP payload of a datagram to our socket's port.
    static Packet datagram(const Packet& payload, Ipv4Addr src = kPeer) {
        return packets::udp({.src = src, .dst = kOurs, .src_port = 7, .dst_port = 2000}, payload);
    }
    struct Where {
        usize first, end;
        bool last;
        u16 id = 1;
        Ipv4Addr src = kPeer;
    };
    static void fix_checksum(Packet& p) {
        p[10] = p[11] = 0;
        const u16 sum = packets::internet_checksum(Bytes(p).first(20));
        p[10] = static_cast<u8>(sum >> 8), p[11] = static_cast<u8>(sum);
    }
    static Packet fragment(const Packet& whole, Where w) {
        Packet part(whole.begin() + static_cast<long>(w.first), whole.begin() + static_cast<long>(w.end));
        Packet p = packets::ipv4({.src = w.src,
                                  .dst = kOurs,
                                  .protocol = 17,
                                  .flags_offset = static_cast<u16>(w.first / 8 | (w.last ? 0 : kMore))},
                                 part);
        p[4] = static_cast<u8>(w.id >> 8), p[5] = static_cast<u8>(w.id);
        fix_checksum(p);
        return p;
    }
    void arrive(const Packet& whole, Where w) { receive_ip(fragment(whole, w)); }
    // Splits `length` bytes into fragments of `size` bytes. The test may shuffle them.
    static std::vector<Where> cut(usize length, usize size, u16 id = 1) {
        std::vector<Where> parts;
        for (usize at = 0; at < length; at += size)
            parts.push_back({at, std::min(at + size, length), at + size >= length, id});
        return parts;
    }
    usize held() { return stack->reassembly().fragments(); }
};

}  // namespace fragment_kit
