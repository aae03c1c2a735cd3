// The program's side of netd's service.
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "netd/message.h"
#include "netd/protocol.h"

namespace netd {
namespace {

int connection = -1;
pid_t
    connected;  // the process that has connected: netd judges by it, so a child needs a connection of its own

// At boot and after a restart it takes a moment until netd listens.
constexpr int kAttempts = 20;
constexpr unsigned kPauseMicroseconds = 50'000;

bool is_starting(int error) { return error == ENOENT || error == ECONNREFUSED; }

// A connected socket, or -1: netd does not run.
int open_connection() {
    sockaddr_un there{};
    there.sun_family = AF_UNIX;
    memcpy(there.sun_path, kPath, sizeof kPath);
    for (int attempt = 0; attempt < kAttempts; attempt++) {
        const int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
        if (fd < 0) return -1;
        if (connect(fd, reinterpret_cast<sockaddr*>(&there), sizeof there) == 0) return fd;
        const int error = errno;
        close(fd);
        if (!is_starting(error)) return -1;
        usleep(kPauseMicroseconds);
    }
    return -1;
}

void disconnect() {
    if (connection >= 0) close(connection);
    connection = -1;
}

// Connects, if this process has no connection. False: netd does not run.
bool connect_to_netd() {
    if (connected != getpid()) disconnect();
    if (connection < 0) connection = open_connection();
    connected = getpid();
    return connection >= 0;
}

// Sends the request and receives the answer, and before it a new channel, if there is one. False: the
// connection is lost. If netd has closed it, it may have said why (NETD_BUSY).
bool exchange(const void* request, size_t n, int channel, Answer& answer, int& received) {
    if (!send_message(connection, request, n, channel) && errno != EPIPE) return false;
    long length = receive_message(connection, &answer, sizeof answer, received);
    int none = -1;
    if (length == sizeof(NewChannel)) length = receive_message(connection, &answer, sizeof answer, none);
    discard(none);
    return length == sizeof answer;
}

// One call. netd may have been restarted since the last one, so a lost connection is tried once more; no
// request does harm if it is executed twice, because its first channel is closed with the answer that got
// lost.
int call(const void* request, size_t n, int channel, Answer& answer, int& received) {
    for (int attempt = 0; attempt < 2; attempt++) {
        received = -1;
        if (!connect_to_netd()) return NETD_DOWN;
        if (exchange(request, n, channel, answer, received)) return answer.error;
        discard(received);
        disconnect();
    }
    return NETD_DOWN;
}

// A call that may make a channel.
int call_for_channel(const void* request, size_t n, Answer& answer, int* channel) {
    int received;
    const int error = call(request, n, *channel, answer, received);
    if (error == NETD_OK && *channel < 0) {
        if (received < 0) return NETD_NO_MEMORY;  // no descriptor was free for it
        *channel = received;
    } else if (received >= 0) {
        close(received);
    }
    return error;
}

Request request_for(Op op, const netd_size* size) {
    Request r;
    r.op = op;
    if (size) r.interface = size->interface, r.slots = size->slots, r.buffers = size->buffers;
    return r;
}

int open_port(Op op, int type, u16* port, int* channel, const netd_size* size) {
    Request r = request_for(op, size);
    r.type = static_cast<u16>(type);
    r.port = op == Op::BindPort ? *port : u16{0};
    Answer answer;
    const int error = call_for_channel(&r, sizeof r, answer, channel);
    if (error == NETD_OK) *port = answer.port;
    return error;
}

}  // namespace
}  // namespace netd

using namespace netd;

int netd_get_ip_info(int interface, netd_ip_info* info) {
    Request r;
    r.op = Op::IpInfo;
    r.interface = interface;
    Answer answer;
    int none;
    const int error = call(&r, sizeof r, -1, answer, none);
    if (error == NETD_OK) *info = answer.info;
    return error;
}

int netd_get_mac_address(int interface, unsigned char mac[6]) {
    netd_ip_info info;
    const int error = netd_get_ip_info(interface, &info);
    if (error == NETD_OK) memcpy(mac, info.mac, sizeof info.mac);
    return error;
}

int netd_open_channel(int* channel, const netd_size* size) {
    const Request r = request_for(Op::OpenChannel, size);
    Answer answer;
    *channel = -1;
    return call_for_channel(&r, sizeof r, answer, channel);
}

int netd_get_port(int type, unsigned short* port, int* channel, const netd_size* size) {
    return open_port(Op::GetPort, type, port, channel, size);
}

int netd_bind_port(int type, unsigned short port, int* channel, const netd_size* size) {
    return open_port(Op::BindPort, type, &port, channel, size);
}

int netd_close_port(int type, unsigned short port, int channel) {
    Request r;
    r.op = Op::ClosePort;
    r.type = static_cast<u16>(type);
    r.port = port;
    Answer answer;
    int none;
    return call(&r, sizeof r, channel, answer, none);
}

int netd_arp_filter(int* channel, const netd_size* size) {
    const Request r = request_for(Op::ArpFilter, size);
    Answer answer;
    return call_for_channel(&r, sizeof r, answer, channel);
}

int netd_tap(const bpf_insn* program, unsigned int count, unsigned int what, const char* words, int* channel,
             const netd_size* size) {
    if (count > kMostInstructions) return NETD_INVALID;
    LongRequest r{request_for(Op::Tap, size), {}};
    r.head.what = what;
    r.head.count = count;
    strncpy(r.head.words, words, sizeof r.head.words - 1);
    memcpy(r.program, program, count * sizeof *program);
    Answer answer;
    return call_for_channel(&r, sizeof r.head + count * sizeof *program, answer, channel);
}

int netd_release_lease() {
    Request r;
    r.op = Op::ReleaseLease;
    Answer answer;
    int none;
    return call(&r, sizeof r, -1, answer, none);
}

const char* netd_error(int error) {
    switch (error) {
        case NETD_OK: return "no error";
        case NETD_NO_PORTS: return "no free port is left";
        case NETD_IN_USE: return "another program has this port";
        case NETD_NOT_YOURS: return "the port belongs to another channel";
        case NETD_NOT_FOUND: return "nobody has this port";
        case NETD_BUSY: return "this process has too many connections to netd";
        case NETD_NO_MEMORY: return "no memory or descriptor left for a channel";
        case NETD_NO_INTERFACE: return "no such interface, or it has no address";
        case NETD_REFUSED: return "refused by /etc/netd.conf";
        case NETD_INVALID: return "invalid argument";
        case NETD_DOWN: return "netd does not run";
        default: return "unknown error";
    }
}
