// Looks at all vsock packets on the way, and checks that both ends obey virtio 1.2, section 5.10.6.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <tuple>

#include "net/vsock/engine.h"
#include "report.h"
#include "source.h"

namespace sim {

struct VsockWirePacket {
    net::VsockHeader header{};
    packets::Packet payload;
};

// The CIDs and ports of a packet, the sender's first.
using VsockWireKey = std::tuple<u32, u32, u32, u32>;
inline VsockWireKey reversed(const VsockWireKey& k) {
    const auto& [a, b, c, d] = k;
    return {c, d, a, b};
}

// What one end has sent, and what has arrived at it.
struct VsockSide {
    bool open = false;         // its REQUEST or RESPONSE was seen, and the checks apply
    bool asked = false;        // a REQUEST has arrived, and is not answered yet
    bool established = false;  // it has sent its RESPONSE, or got one
    bool ended = false;        // a RST was sent or has arrived
    u64 sent = 0, arrived = 0;
    u32 told_read = 0, told_shut = 0;
    std::optional<Source> source;

    // What its peer has told it.
    u64 peer_buffer = 0, peer_read = 0;
    u32 peer_shut = 0;
};

class VsockWatch {
  public:
    explicit VsockWatch(Report& report) : report_(report) {}

    // Whose bytes are sent in this direction? May be nobody's, and then they are not checked.
    std::function<std::optional<Source>(const VsockWireKey&)> source_of;

    void sent(const VsockWirePacket& p);
    void arrived(const VsockWirePacket& p);
    // The host has lost all its connections, of which nothing is checked any more.
    void forget(u32 cid);

  private:
    void note_opening(net::VsockOp op, VsockSide& me, VsockSide& peer, const VsockWirePacket& p);
    void check_credit(VsockSide& me, const VsockWirePacket& p);
    void check_data(VsockSide& me, const VsockWirePacket& p);
    void check_shutdown(VsockSide& me, const VsockWirePacket& p);
    void show(const char* what, u64 cid, const VsockWirePacket& p);
    void fail(const VsockWirePacket& p, const char* format, ...) __attribute__((format(printf, 3, 4)));

    Report& report_;
    std::map<VsockWireKey, VsockSide> sides_;
};

}  // namespace sim
