#include "vsock_end.h"

#include "abi/vm_sockets.h"
#include "shortage.h"

using net::Socket;

namespace sim {

static Ref<Socket> open_vsock(net::Stack& stack) {
    return with_patience([&] { return stack.open_socket(AF_VSOCK, SOCK_STREAM, 0); }).value();
}

VsockEnd::VsockEnd(Host& host, Network& network, Report& report, Conversation& c, u32 side,
                   Ref<Socket> accepted)
    : StreamEnd(host, network, report, c, side, true) {
    if (accepted) take(std::move(accepted), net::platform::now());
}

Ref<Socket> VsockEnd::open() { return open_vsock(host_.kernel()); }

net::SocketAddr VsockEnd::server() const {
    return net::VsockAddr{cid_of(conversation_.server_host), kVsockPort};
}

void VsockEnd::set_buffers(int bytes) {
    set_option(AF_VSOCK, SO_VM_SOCKETS_BUFFER_SIZE, static_cast<u64>(bytes));
}

// shutdown() of a connection that the peer has closed: ENOTCONN.
bool VsockEnd::is_reset(Errno error) const { return error == Errno::NotConn || StreamEnd::is_reset(error); }

Ref<Socket> listening_vsock(net::Stack& stack) {
    Ref<Socket> socket = open_vsock(stack);
    const net::VsockAddr any{VMADDR_CID_ANY, kVsockPort};
    const auto bound = with_patience([&] { return socket->bind(any); });
    const auto listens = with_patience([&] { return socket->listen(16); });
    return bound.ok() && listens.ok() ? socket : Ref<Socket>();
}

}  // namespace sim
