// TCP sockets: setsockopt() and getsockopt().
#include "abi/socket.h"
#include "lib/string.h"
#include "net/proto/inet.h"
#include "net/socket/tcp_socket.h"

namespace net {
namespace {

constexpr int kMaxSeconds = 32767;

Result<int> number_in(Bytes value, int min, int max) {
    const int n = TRY(option_value<int>(value));
    if (n < min || n > max) return Errno::Inval;
    return n;
}

}  // namespace

// The configuration of a new connection.
TcpConfig TcpSocket::config() {
    platform::Guard guard(lock_);
    TcpConfig c = config_;
    c.keepalive = options_.keepalive;
    c.send_limit = static_cast<u32>(options_.send_buffer);
    c.receive_limit = static_cast<u32>(options_.receive_buffer);
    return c;
}

// Applies changed options to the connection, or to the listener for its future connections. This also changes
// the congestion control of an open connection.
void TcpSocket::apply() {
    if (TcpListener* l = listener()) return l->set_config(config());
    TcpConnection* c = connection();
    if (!c) return;
    const TcpConfig wanted = config();
    c->configure([&wanted](TcpConfig& has) { has = wanted; }, platform::now());
}

Result<> TcpSocket::set_congestion(Bytes value) {
    char name[16];
    if (value.empty()) return Errno::NoEnt;
    const usize n = strnlen(reinterpret_cast<const char*>(value.data()), value.size());
    if (n >= sizeof name) return Errno::NoEnt;
    memcpy(name, value.data(), n);
    name[n] = 0;
    const CongestionControl* found = find_congestion_control(name);
    if (!found) return Errno::NoEnt;
    platform::Guard guard(lock_);
    config_.congestion = found;
    return {};
}

Result<> TcpSocket::set_tcp_option(int name, Bytes value) {
    if (name == TCP_CONGESTION) return set_congestion(value);
    const int n = TRY(number_in(value, 0, 1 << 30));
    platform::Guard guard(lock_);
    switch (name) {
        case TCP_NODELAY: config_.no_delay = n != 0; return {};
        case TCP_CORK: config_.cork = n != 0; return {};
        case TCP_MAXSEG:
            if (n < 88 || n > 32767) return Errno::Inval;
            config_.max_segment = static_cast<u16>(n);
            return {};
        case TCP_KEEPIDLE:
        case TCP_KEEPINTVL:
            if (n < 1 || n > kMaxSeconds) return Errno::Inval;
            (name == TCP_KEEPIDLE ? config_.keepalive_idle : config_.keepalive_interval) = seconds(n);
            return {};
        case TCP_KEEPCNT:
            if (n < 1 || n > 127) return Errno::Inval;
            config_.keepalive_probes = static_cast<u8>(n);
            return {};
        case TCP_USER_TIMEOUT: config_.user_timeout = milliseconds(n); return {};
        default: return Errno::NoProtoOpt;
    }
}

Result<> TcpSocket::set_option(int level, int name, Bytes value) {
    if (level == IPPROTO_TCP) {
        TRY(set_tcp_option(name, value));
    } else if (level == SOL_SOCKET) {
        platform::Guard guard(lock_);
        TRY(options_.set(name, value));
        if (name == SO_RCVTIMEO) options_.timeout_error = Errno::Again;
    } else {
        return Errno::NoProtoOpt;
    }
    apply();
    return {};
}

void TcpSocket::set_receive_timeout(Duration timeout) {
    platform::Guard guard(lock_);
    options_.receive_timeout = timeout;
    options_.timeout_error = Errno::TimedOut;
}

Errno TcpSocket::take_error() {
    TcpConnection* c = connection();
    return c ? c->take_error() : Errno::None;
}

Result<usize> TcpSocket::get_tcp_option(int name, MutBytes room) {
    TcpConnection* c = connection();
    if (name == TCP_INFO) {
        tcp_info info{};
        info.tcpi_state = listener() ? TCP_LISTEN : TCP_CLOSE;
        if (c) info = c->info();
        return give_option(info, room);
    }
    const TcpConfig now = config();
    if (name == TCP_CONGESTION) {
        const char* text = (now.congestion ? *now.congestion : default_congestion_control()).name();
        const usize n = strlen(text) + 1 < room.size() ? strlen(text) + 1 : room.size();
        memcpy(room.data(), text, n);
        return n;
    }
    switch (name) {
        case TCP_NODELAY: return give_option<int>(now.no_delay, room);
        case TCP_CORK: return give_option<int>(now.cork, room);
        case TCP_MAXSEG: return give_option<int>(c ? static_cast<int>(c->info().tcpi_snd_mss) : 536, room);
        case TCP_KEEPIDLE: return give_option<int>(static_cast<int>(now.keepalive_idle.ms() / 1000), room);
        case TCP_KEEPINTVL:
            return give_option<int>(static_cast<int>(now.keepalive_interval.ms() / 1000), room);
        case TCP_KEEPCNT: return give_option<int>(now.keepalive_probes, room);
        case TCP_USER_TIMEOUT: return give_option<int>(static_cast<int>(now.user_timeout.ms()), room);
        default: return Errno::NoProtoOpt;
    }
}

Result<usize> TcpSocket::get_common_option(int name, MutBytes room) {
    switch (name) {
        case SO_ERROR: return give_option<int>(static_cast<int>(take_error()), room);
        case SO_TYPE: return give_option<int>(SOCK_STREAM, room);
        case SO_PROTOCOL: return give_option<int>(IPPROTO_TCP, room);
        case SO_ACCEPTCONN: return give_option<int>(listener() != nullptr, room);
        default: break;
    }
    platform::Guard guard(lock_);
    return options_.get(name, room);
}

Result<usize> TcpSocket::get_option(int level, int name, MutBytes room) {
    if (level == SOL_SOCKET) return get_common_option(name, room);
    if (level == IPPROTO_IP && name == IP_MTU) {
        (void)TRY(remote());
        return give_option<int>(static_cast<int>(connection()->info().tcpi_pmtu), room);
    }
    return level == IPPROTO_TCP ? get_tcp_option(name, room) : Errno::NoProtoOpt;
}

}  // namespace net
