// Datagram sockets: their local and remote addresses, and their options.
#include "abi/socket.h"
#include "net/proto/inet.h"
#include "net/socket/datagram_socket.h"

namespace net {

// --- addresses ---

// Changes the key in the table first, because that may fail. Only one thread at a time, so that name_ and the
// table agree afterwards.
Result<> DatagramSocket::move_to(const EndpointKey& key) {
    {
        platform::Guard guard(lock_);
        if (closed_) return Errno::BadF;
        if (moving_) return Errno::Already;
        moving_ = true;
    }
    const Result<> moved = inet_.endpoints().rekey(*this, key, ports_);
    bool closed = false;
    {
        platform::Guard guard(lock_);
        moving_ = false;
        if (moved.ok()) name_ = Endpoint::key();
        closed = closed_;
    }
    if (closed) inet_.endpoints().remove(*this);  // close() ran before rekey() inserted it
    return moved;
}

Result<> DatagramSocket::bind(const SocketAddr& local) {
    const InetAddr* to = local.inet();
    if (!to) return Errno::AfNoSupport;
    EndpointKey key;
    {
        platform::Guard guard(lock_);
        if (name_.local_port != 0) return Errno::Inval;
        key = name_;
    }
    if (!to->addr.is_any() && !inet_.is_own(to->addr) && !inet_.is_broadcast(to->addr))
        return Errno::AddrNotAvail;
    key.local = to->addr;
    key.local_port = to->port;
    TRY(move_to(key));
    platform::Guard guard(lock_);
    bound_ = to->addr;
    return {};
}

Result<> DatagramSocket::connect(const SocketAddr& remote, bool) {
    const InetAddr* to = remote.inet();
    if (!to && !remote.is_none()) return Errno::AfNoSupport;
    EndpointKey key;
    Ipv4Addr bound;
    {
        platform::Guard guard(lock_);
        key = name_;
        bound = bound_;
    }
    if (!to) {
        if (key.local_port == 0) return {};
        return move_to({key.protocol, key.local_port, 0, bound, {}});
    }
    if (has_ports() && to->port == 0) return Errno::Inval;
    const Ipv4Addr local = TRY(source_for(bound, to->addr));
    const u16 remote_port = has_ports() ? to->port : u16{0};
    return move_to({key.protocol, key.local_port, remote_port, local, to->addr});
}

SocketAddr DatagramSocket::local() {
    platform::Guard guard(lock_);
    return InetAddr{name_.local, name_.local_port};
}

Result<SocketAddr> DatagramSocket::remote() {
    platform::Guard guard(lock_);
    if (name_.remote.is_any()) return Errno::NotConn;
    return SocketAddr(InetAddr{name_.remote, name_.remote_port});
}

// --- options ---

void DatagramSocket::set_receive_timeout(Duration timeout) {
    platform::Guard guard(lock_);
    options_.receive_timeout = timeout;
    options_.timeout_error = Errno::TimedOut;
}

Result<> DatagramSocket::set_option(int level, int name, Bytes value) {
    if (level == IPPROTO_IP) return set_ip_option(name, value);
    if (level != SOL_SOCKET) return Errno::NoProtoOpt;
    platform::Guard guard(lock_);
    TRY(options_.set(name, value));
    const usize limit = static_cast<usize>(options_.receive_buffer) / kMbufSize;
    limit_ = limit < kQueueLimit ? limit : kQueueLimit;
    return {};
}

Result<usize> DatagramSocket::get_option(int level, int name, MutBytes room) {
    if (level == IPPROTO_IP) return get_ip_option(name, room);
    if (level != SOL_SOCKET) return Errno::NoProtoOpt;
    platform::Guard guard(lock_);
    switch (name) {
        case SO_ERROR: return give_option<int>(static_cast<int>(take_error_locked()), room);
        case SO_TYPE: return give_option<int>(SOCK_DGRAM, room);
        case SO_PROTOCOL: return give_option<int>(static_cast<int>(name_.protocol), room);
        case SO_ACCEPTCONN: return give_option<int>(0, room);
        default: return options_.get(name, room);
    }
}

Result<> DatagramSocket::set_ip_option(int name, Bytes value) {
    const int v = TRY(option_value<int>(value));
    platform::Guard guard(lock_);
    switch (name) {
        case IP_TTL:
            if (v < -1 || v == 0 || v > 255) return Errno::Inval;
            controls_.ttl = v == -1 ? kDefaultTtl : static_cast<u8>(v);
            return {};
        case IP_TOS:
            if (v < 0 || v > 255) return Errno::Inval;
            controls_.tos = static_cast<u8>(v);
            return {};
        case IP_MTU_DISCOVER:
            if (v < IP_PMTUDISC_DONT || v > IP_PMTUDISC_DO) return Errno::Inval;
            controls_.flags = v == IP_PMTUDISC_DONT ? u16{0} : Ipv4Header::kDontFragment;
            controls_.never_fragment = v == IP_PMTUDISC_DO;
            return {};
        case IP_RECVERR:
            if (has_ports()) return Errno::NoProtoOpt;
            wants_icmp_errors_.store(v != 0, std::memory_order_relaxed);
            return {};
        default: return Errno::NoProtoOpt;
    }
}

Result<usize> DatagramSocket::get_ip_option(int name, MutBytes room) {
    platform::Guard guard(lock_);
    switch (name) {
        case IP_TTL: return give_option<int>(controls_.ttl, room);
        case IP_TOS: return give_option<int>(controls_.tos, room);
        case IP_RECVERR: return give_option<int>(wants_icmp_errors(), room);
        case IP_MTU_DISCOVER: {
            const int may = controls_.flags ? IP_PMTUDISC_WANT : IP_PMTUDISC_DONT;
            return give_option<int>(controls_.never_fragment ? IP_PMTUDISC_DO : may, room);
        }
        case IP_MTU: {
            if (name_.remote.is_any()) return Errno::NotConn;
            const auto path = inet_.path_to(name_.remote);
            if (!path) return Errno::NotConn;
            return give_option<int>(path->mtu, room);
        }
        default: return Errno::NoProtoOpt;
    }
}

}  // namespace net
