// netstat: the sockets of all processes, or the counters of the network stack.
#include "abi/socket.h"
#include "socket_text.h"
#include "user.h"

namespace {

const char kUsage[] =
    "netstat [-l | -s]      lists all sockets; -l: only those in LISTEN; -s: prints the counters instead\n"
    "  Recv-Q  bytes not yet read by the program; in LISTEN: connections that wait for accept()\n"
    "  Send-Q  bytes not yet acknowledged by the peer; in LISTEN: the backlog\n"
    "  Timer   of vsock, the credit: how much may be sent and received now; of unix sockets, the path";

// "retransmit in 180 ms, 2 retransmits so far"
void put_timer(char (&text)[UNIX_PATH_MAX + 1], const struct socket_entry& s) {
    int n = 0;
    text[0] = '\0';
    if (s.family == AF_UNIX) snprintf(text, sizeof text, "%.*s", UNIX_PATH_MAX, s.path);
    if (s.family == AF_VSOCK && s.state != TCP_LISTEN)
        snprintf(text, sizeof text, "credit %u, gives %u", s.vsock.credit, s.vsock.window);
    if (s.tcp.timer)
        n = snprintf(text, sizeof text, "%s in %u ms", tcp_timer_name(s.tcp.timer),
                     (s.tcp.timer_us + 999) / 1000);
    if (s.tcp.retransmits)
        snprintf(text + n, sizeof text - static_cast<unsigned>(n), "%s%u retransmits so far", n ? ", " : "",
                 s.tcp.retransmits);
}

void print_sockets(bool listening) {
    struct socket_entry s;
    printf("%-5s %7s %7s  %-21s  %-21s  %-12s %5s  %s\n", "Proto", "Recv-Q", "Send-Q", "Local", "Remote",
           "State", "PID", "Timer");
    for (int i = 0; netlist(NETLIST_SOCKET, i, &s) >= 0; i++) {
        if (listening && s.state != TCP_LISTEN) continue;
        char local[24], remote[24], timer[UNIX_PATH_MAX + 1], pid[12] = "-";
        put_timer(timer, s);
        if (s.pid) snprintf(pid, sizeof pid, "%d", s.pid);
        printf("%-5s %7u %7u  %-21s  %-21s  %-12s %5s  %s\n", protocol_name(s), s.receive_queue, s.send_queue,
               local_end_text(s, local), remote_end_text(s, remote), tcp_state_name(s.state), pid, timer);
    }
}

void print_counters() {
    struct net_stats s;
    const int result = netstats(&s);
    if (result < 0) die("cannot ask the kernel: %s", strerror(result));
#define COUNTER(name, text) printf("%12lu  %-24s  %s\n", s.name, #name, text);
#include "abi/net_stats.def"
#undef COUNTER
}

}  // namespace

int main(int argc, char** argv) {
    help_if_asked(argc, argv, kUsage);
    bool counters = false, listening = false;
    for (int letter; (letter = getopt(argc, argv, "sl")) != -1;) {
        if (letter == 's')
            counters = true;
        else if (letter == 'l')
            listening = true;
        else
            bad_usage(kUsage);
    }
    if (optind != argc) bad_usage(kUsage);
    if (counters)
        print_counters();
    else
        print_sockets(listening);
    return 0;
}
