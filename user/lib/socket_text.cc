#include "socket_text.h"

#include "abi/socket.h"
#include "abi/vm_sockets.h"
#include "user.h"

const char* tcp_state_name(unsigned state) {
    static const char* const kNames[] = {"",           "ESTABLISHED", "SYN-SENT",  "SYN-RECEIVED",
                                         "FIN-WAIT-1", "FIN-WAIT-2",  "TIME-WAIT", "CLOSED",
                                         "CLOSE-WAIT", "LAST-ACK",    "LISTEN",    "CLOSING"};
    return state < sizeof kNames / sizeof kNames[0] ? kNames[state] : "?";
}

const char* tcp_timer_name(unsigned timer) {
    static const char* const kNames[] = {"",          "retransmit", "persist", "delayed ack",
                                         "keepalive", "final",      "resend"};
    return timer < sizeof kNames / sizeof kNames[0] ? kNames[timer] : "?";
}

static const char* inet_protocol_name(unsigned p) {
    return p == IPPROTO_TCP ? "tcp" : p == IPPROTO_UDP ? "udp" : p == IPPROTO_ICMP ? "icmp" : "?";
}

const char* protocol_name(const struct socket_entry& s) {
    switch (s.family) {
        case AF_INET: return inet_protocol_name(s.protocol);
        case AF_VSOCK: return s.type == SOCK_STREAM ? "vsock" : "vseq";
        case AF_UNIX: return s.type == SOCK_STREAM ? "unix" : s.type == SOCK_DGRAM ? "udgr" : "useq";
        default: return "?";
    }
}

static char* inet_end_text(unsigned ip, unsigned port, char (&text)[24]) {
    char address[16] = "*";
    if (ip) ip_text(ip, address);
    if (port)
        snprintf(text, sizeof text, "%s:%u", address, port);
    else
        snprintf(text, sizeof text, "%s:*", address);
    return text;
}

static char* vsock_number(unsigned n, char (&text)[12]) {
    if (n == VMADDR_PORT_ANY) return strcpy(text, "*");
    snprintf(text, sizeof text, "%u", n);
    return text;
}

static char* vsock_end_text(unsigned cid, unsigned port, char (&text)[24]) {
    char c[12], p[12];
    snprintf(text, sizeof text, "%s:%s", vsock_number(cid, c), vsock_number(port, p));
    return text;
}

// Their numbers show which two are connected.
static char* unix_end_text(unsigned number, char (&text)[24]) {
    if (number == 0) return strcpy(text, "*");
    snprintf(text, sizeof text, "[%u]", number);
    return text;
}

static char* end_text(unsigned family, unsigned address, unsigned port, char (&text)[24]) {
    switch (family) {
        case AF_INET: return inet_end_text(address, port, text);
        case AF_VSOCK: return vsock_end_text(address, port, text);
        case AF_UNIX: return unix_end_text(address, text);
        default: return strcpy(text, "?");
    }
}

char* local_end_text(const struct socket_entry& s, char (&text)[24]) {
    return end_text(s.family, s.local, s.local_port, text);
}

char* remote_end_text(const struct socket_entry& s, char (&text)[24]) {
    return end_text(s.family, s.remote, s.remote_port, text);
}
