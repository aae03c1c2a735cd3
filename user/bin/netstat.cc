// netstat: the sockets of all programs, and everything the network stack has counted.
#include "abi/socket.h"
#include "user.h"

namespace {

const char kUsage[] =
    "netstat [-l] [-s [-a]]      lists the sockets; -l: listening ones alone\n"
    "  -s  prints what the stack counted instead; with -a also what is 0";

const char* state_name(unsigned state) {
    static const char* const kNames[] = {"",           "ESTABLISHED", "SYN_SENT",   "SYN_RECEIVED",
                                         "FIN_WAIT_1", "FIN_WAIT_2",  "TIME_WAIT",  "CLOSED",
                                         "CLOSE_WAIT", "LAST_ACK",    "LISTEN",     "CLOSING"};
    return state < sizeof kNames / sizeof kNames[0] ? kNames[state] : "?";
}

const char* protocol_name(unsigned p) {
    return p == IPPROTO_TCP ? "tcp" : p == IPPROTO_UDP ? "udp" : p == IPPROTO_ICMP ? "icmp" : "?";
}

// "10.0.2.15:80", with * for what is open.
void put_end(char (&text)[24], unsigned ip, unsigned port) {
    char address[16] = "*";
    if (ip) ip_text(ip, address);
    if (port)
        snprintf(text, sizeof text, "%s:%u", address, port);
    else
        snprintf(text, sizeof text, "%s:*", address);
}

void print_sockets(bool listening) {
    struct socket_entry s;
    printf("%-5s %7s %7s  %-21s  %-21s  %-12s %s\n", "PROTO", "RECV-Q", "SEND-Q", "LOCAL", "REMOTE", "STATE",
           "TIMER");
    for (int i = 0; netlist(NETLIST_SOCKET, i, &s) >= 0; i++) {
        if (listening && s.state != TCP_LISTEN) continue;
        char local[24], remote[24], timer[40] = "";
        put_end(local, s.local, s.local_port);
        put_end(remote, s.remote, s.remote_port);
        if (s.send_queue && s.state != TCP_LISTEN)
            snprintf(timer, sizeof timer, "%u ms, sent again %u times", s.rto_us / 1000, s.timer);
        printf("%-5s %7u %7u  %-21s  %-21s  %-12s %s\n", protocol_name(s.protocol), s.receive_queue,
               s.send_queue, local, remote, state_name(s.state), timer);
    }
}

void print_counter(unsigned long value, const char* name, const char* text, bool all) {
    if (value || all) printf("%12lu  %-24s  %s\n", value, name, text);
}

void print_counters(bool all) {
    struct net_stats s;
    const int result = netstats(&s);
    if (result < 0) die("cannot ask the kernel: %s", strerror(result));
#define COUNTER(name, text) print_counter(s.name, #name, text, all);
#include "abi/net_stats.def"
#undef COUNTER
}

}  // namespace

int main(int argc, char** argv) {
    help_if_asked(argc, argv, kUsage);
    bool counters = false, all = false, listening = false;
    for (int letter; (letter = getopt(argc, argv, "sal")) != -1;) {
        if (letter == 's') counters = true;
        else if (letter == 'a') all = true;
        else if (letter == 'l') listening = true;
        else bad_usage(kUsage);
    }
    if (optind != argc) bad_usage(kUsage);
    if (counters)
        print_counters(all);
    else
        print_sockets(listening);
    return 0;
}
