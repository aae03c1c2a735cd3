#include "vsockmon.h"

#include <cstring>

#include "net/wire/vsock.h"

using net::VsockHeader;
using net::VsockOp;

namespace sim {
namespace {

struct VsockmonHeader {
    le64 src_cid, dst_cid;
    le32 src_port, dst_port;
    le16 op, transport, header_length;
    le16 reserved;
};
static_assert(sizeof(VsockmonHeader) == 32);

enum class Op : u16 { Connect = 1, Disconnect = 2, Control = 3, Payload = 4 };
constexpr u16 kVirtio = 2;

Op op_of(const VsockHeader& h) {
    switch (static_cast<VsockOp>(static_cast<u16>(h.op))) {
        case VsockOp::Request:
        case VsockOp::Response: return Op::Connect;
        case VsockOp::Reset:
        case VsockOp::Shutdown: return Op::Disconnect;
        case VsockOp::Data: return Op::Payload;
        default: return Op::Control;
    }
}

}  // namespace

packets::Packet for_vsockmon(const packets::Packet& packet) {
    VsockHeader h;
    std::memcpy(&h, packet.data(), sizeof h);
    VsockmonHeader first{};
    first.src_cid = h.src_cid, first.dst_cid = h.dst_cid;
    first.src_port = h.src_port, first.dst_port = h.dst_port;
    first.op = static_cast<u16>(op_of(h));
    first.transport = kVirtio;
    first.header_length = static_cast<u16>(sizeof h);
    packets::Packet all(sizeof first + packet.size());
    std::memcpy(all.data(), &first, sizeof first);
    std::memcpy(all.data() + sizeof first, packet.data(), packet.size());
    return all;
}

}  // namespace sim
