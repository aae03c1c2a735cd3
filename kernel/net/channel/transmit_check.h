// TransmitCheck: may the owner of a channel send this frame? It looks at a private copy of the frame's first
// bytes, and this copy is what is sent. The rules come from the channel's claims, never from the program:
//
//   Ethernet  the source is the card's address
//   ARP       requests and replies; the sender is the card's address and our IPv4 address
//   IPv4      TCP or UDP; source address and port are claimed, and so is the remote end if the claim names
//             one; no source route. The first fragment is checked like a whole packet. It allows the later
//             ones of the same packet, in ascending order, which cannot overlap the headers
//
// Nothing else. What is malformed is refused with Inval, what pretends to be another sender with Perm.
#pragma once

#include "net/channel/flow.h"
#include "net/proto/interface.h"

namespace net {

// - Not synchronised: the channel's lock is held.
class TransmitCheck {
  public:
    // No header that is looked at ends behind so many bytes: Ethernet, IPv4 and TCP with all options.
    static constexpr usize kReach = 14 + 60 + 60;

    TransmitCheck(const Interface& out, const ChannelFlows& claims) : out_(out), claims_(claims) {}

    // head: the first bytes of the frame, at least kReach or all. length: of the whole frame. Errors: Inval,
    // Perm.
    Result<> check(Bytes head, usize length);

  private:
    Result<> check_arp(Bytes packet) const;
    [[gnu::always_inline]] inline Result<> check_ipv4(Bytes packet, usize length);
    [[gnu::always_inline]] inline Result<> check_transport(const Ipv4Header& h, Bytes transport,
                                                           usize length);
    Result<> check_later_fragment(const Ipv4Header& h, usize payload);
    void allow_fragments_after(const Ipv4Header& h, usize payload);

    // The packet whose first fragment has been sent.
    struct Started {
        Ipv4Addr src, dst;
        u8 protocol = 0;
        u16 identification = 0;
        usize end = 0;  // of what has been sent; 0: no packet
    };

    const Interface& out_;
    const ChannelFlows& claims_;
    Started started_;
};

// The length of the headers of a TCP segment that the card completes (Offload): Ethernet, IPv4 without
// options and TCP, in `head`, and not in a fragment. 0: it is no such frame. length: of the whole frame.
usize tcp_headers_for_offload(Bytes head, usize length);

}  // namespace net
