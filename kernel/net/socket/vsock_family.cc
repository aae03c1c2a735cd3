// AF_VSOCK: opens sockets, and lists listeners and connections.
#include "abi/netlist.h"
#include "abi/socket.h"
#include "abi/tcp_info.h"
#include "net/socket/vsock_socket.h"

namespace net {

Result<Ref<Socket>> VsockFamily::open(int type, int protocol) {
    if (protocol != 0 && protocol != AF_VSOCK) return Errno::ProtoNoSupport;
    if (type != SOCK_STREAM && type != SOCK_SEQPACKET) return Errno::SockTNoSupport;
    const VsockType kind = type == SOCK_STREAM ? VsockType::Stream : VsockType::SeqPacket;
    return Ref<Socket>(TRY(sockets_.create(vsock_, kind)).get());
}

static socket_entry entry_for(VsockType type, u8 state) {
    socket_entry e{};
    e.family = AF_VSOCK;
    e.type = type == VsockType::Stream ? SOCK_STREAM : SOCK_SEQPACKET;
    e.state = state;
    return e;
}

// TCP's names, because programs know them.
static u8 state_of(const VsockInfo& i) {
    switch (i.state) {
        case VsockState::Connecting: return TCP_SYN_SENT;
        case VsockState::Accepting: return TCP_SYN_RECV;
        case VsockState::Closing: return TCP_CLOSING;
        case VsockState::Closed: return TCP_CLOSE;
        case VsockState::Established: break;
    }
    if (i.peer_shut & VsockHeader::kNoSend) return TCP_CLOSE_WAIT;
    return i.shut & VsockHeader::kNoSend ? TCP_FIN_WAIT2 : TCP_ESTABLISHED;
}

static socket_entry describe_listener(const Ref<VsockListener>& l) {
    socket_entry e = entry_for(l->type, TCP_LISTEN);
    e.local = l->cid, e.local_port = l->port;
    e.remote = e.remote_port = kVsockAnyPort;
    e.receive_queue = l->waiting();
    e.send_queue = l->backlog();
    return e;
}

static socket_entry describe_connection(const Ref<VsockConnection>& c) {
    const VsockInfo i = c->info();
    socket_entry e = entry_for(i.type, state_of(i));
    e.local = i.key.local_cid, e.local_port = i.key.local_port;
    e.remote = i.key.remote_cid, e.remote_port = i.key.remote_port;
    e.receive_queue = i.unread;
    e.send_queue = i.in_flight;
    e.vsock.credit = i.credit;
    e.vsock.window = i.window;
    return e;
}

bool VsockFamily::list(SocketVisitor& to) {
    return visit_all(vsock_.ports(), to, describe_listener) &&
           visit_all(vsock_.table(), to, describe_connection);
}

}  // namespace net
