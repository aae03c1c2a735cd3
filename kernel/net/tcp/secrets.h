// What strangers must not guess: initial sequence numbers (RFC 6528), timestamp offsets, SYN cookies (RFC
// 4987 section 3.6). All are keyed hashes of who talks to whom.
#pragma once

#include "lib/time.h"
#include "net/tcp/tcb.h"

namespace net {

// The hash is one ChaCha20 block, of which the key and the addresses are the input. Any thread.
class TcpSecrets {
  public:
    TcpSecrets();

    // RFC 6528 section 3: F(connection, secret) and a clock of 4 us, so that a connection's next incarnation
    // starts above the last.
    Seq initial_sequence(const TcpKey& key, Instant now) const;
    // The same for the same connection at any time: its timestamps never run backwards, over incarnations.
    u32 timestamp_offset(const TcpKey& key) const;

    // The ISN that says all we would have to remember of a SYN: which slice of time, and about which MSS.
    //   | 5 bits: slice | 3 bits: MSS | 24 bits: hash |
    Seq cookie(const TcpKey& key, Seq peer_isn, u16 peer_mss, Instant now) const;
    // The MSS of the SYN to which `cookie` answered; 0: it never did, or more than two minutes ago.
    u16 check_cookie(const TcpKey& key, Seq peer_isn, Seq cookie, Instant now) const;

  private:
    enum class Purpose : u32 { Sequence, Timestamp, Cookie };
    u32 hash(const TcpKey& key, Purpose purpose, u32 a = 0, u32 b = 0) const;
    u32 secret_[8];
};

}  // namespace net
