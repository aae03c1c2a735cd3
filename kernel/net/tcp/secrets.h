// Values that an attacker must not guess: initial sequence numbers (RFC 6528), timestamp offsets, SYN cookies
// (RFC 4987 section 3.6). All are keyed hashes of the addresses and ports.
#pragma once

#include "lib/time.h"
#include "net/tcp/tcb.h"

namespace net {

// What a connection starts with.
struct TcpStart {
    Seq isn;
    u32 timestamp_offset;
};

// The hash is SipHash-2-4, as in Linux. Any thread.
class TcpSecrets {
  public:
    TcpSecrets();

    // The two halves of one hash. RFC 6528 section 3: the ISN is F(connection, secret) plus a clock of 4 us,
    // so the next incarnation of a connection starts at a greater sequence number. The timestamp offset is
    // constant for a connection, so its timestamps never decrease from one incarnation to the next.
    TcpStart start(const TcpKey& key, Instant now) const;

    // An ISN that encodes the state of a SYN: the time slice and the approximate MSS.
    //   | 5 bits: slice | 3 bits: MSS | 24 bits: hash |
    Seq cookie(const TcpKey& key, Seq peer_isn, u16 peer_mss, Instant now) const;
    // The MSS encoded in `cookie`; 0: the cookie is invalid, or older than about two minutes.
    u16 check_cookie(const TcpKey& key, Seq peer_isn, Seq cookie, Instant now) const;

  private:
    enum class Purpose : u8 { Start, Cookie };
    u64 hash(const TcpKey& key, Purpose purpose, u64 more = 0) const;
    u64 secret_[2];
};

}  // namespace net
