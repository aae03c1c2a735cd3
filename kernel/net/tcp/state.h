// The states of a connection (RFC 9293 section 3.3.2).
#pragma once

#include "lib/types.h"

namespace net {

// In the order in which a connection passes through them; comparisons rely on it.
enum class TcpState : u8 {
    Closed,
    Listen,
    SynSent,
    SynReceived,
    Established,
    CloseWait,  // the peer has closed, we have not
    FinWait1,   // in this and all later states, we have closed
    FinWait2,
    Closing,
    LastAck,
    TimeWait,
};

const char* name_of(TcpState s);

// "Synchronized": each side knows the other's sequence numbers.
constexpr bool is_synchronized(TcpState s) { return s >= TcpState::Established; }
// May the program still send?
constexpr bool may_send(TcpState s) { return s == TcpState::Established || s == TcpState::CloseWait; }
// May the peer still send?
constexpr bool may_receive(TcpState s) {
    return s == TcpState::Established || s == TcpState::FinWait1 || s == TcpState::FinWait2;
}

}  // namespace net
