// netstat: the sockets of all processes, or the counters of the network stack.
#include "abi/netctl.h"
#include "abi/socket.h"
#include "netlist_entries.h"
#include "socket_text.h"
#include "user.h"

namespace {

const char kUsage[] =
    "netstat [-l | -s | -c]   lists all sockets; -l: only those in LISTEN; -s: prints the counters instead;\n"
    "                         -c: lists the packet channels and what each of them gets\n"
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

template <class Entry, class Print>
void print_all(int what, Print print) {
    const int result = each_entry<Entry>(what, print);
    if (result < 0) die("cannot ask the kernel: %s", strerror(result));
}

void print_socket(const struct socket_entry& s) {
    char local[24], remote[24], timer[UNIX_PATH_MAX + 1], pid[12] = "-";
    put_timer(timer, s);
    if (s.pid) snprintf(pid, sizeof pid, "%d", s.pid);
    printf("%-5s %7u %7u  %-21s  %-21s  %-12s %5s  %s\n", protocol_name(s), s.receive_queue, s.send_queue,
           local_end_text(s, local), remote_end_text(s, remote), tcp_state_name(s.state), pid, timer);
}

void print_sockets(bool listening) {
    printf("%-5s %7s %7s  %-21s  %-21s  %-12s %5s  %s\n", "Proto", "Recv-Q", "Send-Q", "Local", "Remote",
           "State", "PID", "Timer");
    print_all<socket_entry>(NETLIST_SOCKET, [listening](const socket_entry& s) {
        if (!listening || s.state == TCP_LISTEN) print_socket(s);
    });
}

void print_claim(const struct claim_entry& c) {
    char local[24], remote[24];
    if (c.protocol) {
        snprintf(local, sizeof local, "%s", c.local ? "" : "*");
        if (c.local) ip_text(c.local, local);
        snprintf(remote, sizeof remote, "*");
        if (c.remote) ip_text(c.remote, remote);
        printf("      %s %s:%u from %s:%u\n", c.protocol == IPPROTO_TCP ? "tcp" : "udp", local, c.local_port,
               remote, c.remote_port);
        return;
    }
    printf("      copies of frames%s%s%s: %s\n", c.what & NETCTL_RECEIVED ? " received" : "",
           c.what & NETCTL_SENT ? " sent" : "", c.what & NETCTL_UNCLAIMED ? " that nobody wanted" : "",
           c.words[0] ? c.words : "all");
}

void print_claims(unsigned long channel) {
    print_all<claim_entry>(NETLIST_CLAIM, [channel](const claim_entry& c) {
        if (c.channel == channel) print_claim(c);
    });
}

void print_channels() {
    printf("%-7s %5s %-5s %6s %8s %8s %8s %9s %8s %8s %5s  %s\n", "Channel", "PID", "If", "KiB", "Lent",
           "Posted", "Received", "No buffer", "Sent", "Refused", "Bad", "State");
    print_all<channel_entry>(NETLIST_CHANNEL, [](const channel_entry& c) {
        printf("%-7lu %5d %-5s %6u %8u %8u %8lu %9lu %8lu %8lu %5lu  %s\n", c.id, c.pid, c.interface,
               c.bytes / 1024, c.receive_posted, c.transmit_posted, c.counters.received, c.counters.no_buffer,
               c.counters.sent, c.counters.refused, c.counters.bad, c.shut ? "shut" : "open");
        print_claims(c.id);
    });
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
    bool counters = false, listening = false, channels = false;
    for (int letter; (letter = getopt(argc, argv, "slc")) != -1;) {
        if (letter == 's')
            counters = true;
        else if (letter == 'l')
            listening = true;
        else if (letter == 'c')
            channels = true;
        else
            bad_usage(kUsage);
    }
    if (optind != argc) bad_usage(kUsage);
    if (counters)
        print_counters();
    else if (channels)
        print_channels();
    else
        print_sockets(listening);
    return 0;
}
