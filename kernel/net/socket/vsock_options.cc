// The options of vsock sockets.
#include "abi/ioctl.h"
#include "abi/socket.h"
#include "abi/vm_sockets.h"
#include "net/socket/vsock_socket.h"

namespace net {

// The size is kept between the minimum and the maximum, as in Linux.
void VsockSocket::limit_buffer_locked() {
    if (config_.buffer < buffer_min_) config_.buffer = static_cast<u32>(buffer_min_);
    if (config_.buffer > buffer_max_) config_.buffer = static_cast<u32>(buffer_max_);
}

Result<> VsockSocket::set_vsock_option(int name, Bytes value) {
    platform::Guard guard(lock_);
    if (name == SO_VM_SOCKETS_CONNECT_TIMEOUT_OLD || name == SO_VM_SOCKETS_CONNECT_TIMEOUT_NEW) {
        Duration timeout{};
        TRY(set_timeout(timeout, value));
        config_.connect_timeout = timeout.ns ? timeout : VsockConfig().connect_timeout;
        return {};
    }
    const u64 size = TRY(option_value<u64>(value));
    const u64 bytes = size < SocketOptions::kMaxBuffer ? size : u64{SocketOptions::kMaxBuffer};
    switch (name) {
        case SO_VM_SOCKETS_BUFFER_SIZE: config_.buffer = static_cast<u32>(bytes); break;
        case SO_VM_SOCKETS_BUFFER_MIN_SIZE: buffer_min_ = bytes; break;
        case SO_VM_SOCKETS_BUFFER_MAX_SIZE: buffer_max_ = bytes; break;
        default: return Errno::NoProtoOpt;
    }
    limit_buffer_locked();
    if (connection_) connection_->set_buffer(config_.buffer);
    if (listener_) listener_->set_config(config_);
    return {};
}

Result<usize> VsockSocket::get_vsock_option(int name, MutBytes room) {
    platform::Guard guard(lock_);
    switch (name) {
        case SO_VM_SOCKETS_BUFFER_SIZE: return give_option<u64>(config_.buffer, room);
        case SO_VM_SOCKETS_BUFFER_MIN_SIZE: return give_option<u64>(buffer_min_, room);
        case SO_VM_SOCKETS_BUFFER_MAX_SIZE: return give_option<u64>(buffer_max_, room);
        case SO_VM_SOCKETS_CONNECT_TIMEOUT_OLD:
        case SO_VM_SOCKETS_CONNECT_TIMEOUT_NEW: return give_timeout(config_.connect_timeout, room);
        default: return Errno::NoProtoOpt;
    }
}

Result<> VsockSocket::set_option(int level, int name, Bytes value) {
    if (level == AF_VSOCK) return set_vsock_option(name, value);
    if (level != SOL_SOCKET) return Errno::NoProtoOpt;
    platform::Guard guard(lock_);
    return options_.set(name, value);
}

Result<usize> VsockSocket::get_option(int level, int name, MutBytes room) {
    if (level == AF_VSOCK) return get_vsock_option(name, room);
    if (level != SOL_SOCKET) return Errno::NoProtoOpt;
    const Ref<VsockConnection> c = connection();
    switch (name) {
        case SO_ERROR: return give_option<int>(static_cast<int>(c ? c->take_error() : Errno::None), room);
        case SO_TYPE:
            return give_option<int>(type_ == VsockType::Stream ? SOCK_STREAM : SOCK_SEQPACKET, room);
        case SO_PROTOCOL: return give_option<int>(0, room);
        case SO_ACCEPTCONN: return give_option<int>(static_cast<bool>(listener()), room);
        default: break;
    }
    platform::Guard guard(lock_);
    return options_.get(name, room);
}

// Linux has the CID only at /dev/vsock, but vsock(7) asks a socket for it.
Result<u32> VsockSocket::ioctl(u32 request) {
    if (request == IOCTL_VM_SOCKETS_GET_LOCAL_CID) return vsock_.cid();
    if (request != FIONREAD) return Errno::NotTty;
    if (listener()) return Errno::Inval;
    return static_cast<u32>(queued());
}

void VsockSocket::set_receive_timeout(Duration timeout) {
    platform::Guard guard(lock_);
    options_.receive_timeout = timeout;
    options_.timeout_error = Errno::TimedOut;
}

}  // namespace net
