// The status page: the state of the machine and of its network.
#include <netinet/in.h>
#include <string.h>

#include "abi/param.h"
#include "netlist_entries.h"
#include "page.h"
#include "page_text.h"
#include "socket_text.h"

namespace httpd {
namespace {

void add_card(Page& p, const char* text, unsigned long value) {
    p.add("<div class=card><b>%lu</b><span>%s</span></div>\n", value, text);
}

void add_cards(Page& p, const Served& served) {
    struct meminfo m = {};
    meminfo(&m);
    p.add("<div class=row>");
    add_card(p, "requests answered", served.requests);
    add_card(p, "of these, errors", served.errors);
    add_card(p, "bytes served", served.bytes);
    add_card(p, "clients connected", static_cast<unsigned long>(served.connections));
    p.add("</div><div class=row>");
    add_card(p, "KiB of memory free", m.free_bytes / 1024);
    add_card(p, "mbufs in use", m.mbufs_total - m.mbufs_free - m.mbufs_ring);
    add_card(p, "processes", m.processes);
    add_card(p, "open files", m.open_files);
    add_card(p, "sockets", m.sockets);
    p.add("</div>");
}

void add_interfaces(Page& p) {
    struct ifinfo i;
    char address[16];
    p.add(
        "<h2>Interfaces</h2><table><tr><th>Name<th>Address<th class=n>Packets received<th class=n>Bytes"
        "<th class=n>Packets sent<th class=n>Bytes<th class=n>Interrupts\n");
    for (int n = 0; ifinfo(n, &i) >= 0; n++) {
        p.add(
            "<tr><td>%s<td>%s/%u<td class=n>%lu<td class=n>%lu<td class=n>%lu<td class=n>%lu<td "
            "class=n>%lu\n",
            i.name, ip_text(i.addr, address), i.prefix_length, i.rx_packets, i.rx_bytes, i.tx_packets,
            i.tx_bytes, i.interrupts);
    }
    p.add("</table>\n");
}

void add_socket(Page& p, const struct socket_entry& s) {
    char local[24], remote[24];
    p.add("<tr><td>%s<td class=n>%u<td class=n>%u<td>%s<td>%s<td>%s<td class=n>", protocol_name(s),
          s.receive_queue, s.send_queue, local_end_text(s, local), remote_end_text(s, remote),
          tcp_state_name(s.state));
    p.add(s.pid ? "%d\n" : "-\n", s.pid);
}

void add_sockets(Page& p) {
    p.add(
        "<h2>Sockets</h2><table><tr><th>Proto<th class=n>Recv-Q<th class=n>Send-Q<th>Local<th>Remote<th>State"
        "<th class=n>PID\n");
    int shown = 0, all = 0;
    each_entry<socket_entry>(NETLIST_SOCKET, [&](const socket_entry& entry) {
        all++;
        // A busy server has hundreds in TIME-WAIT, which nobody wants to see.
        if (entry.state == TCP_TIME_WAIT || shown >= 30) return;
        shown++;
        add_socket(p, entry);
    });
    if (all > shown)
        p.add("<tr><td colspan=7><code>and %d more, most of them in TIME-WAIT</code>\n", all - shown);
    p.add("</table>\n");
}

void add_processes(Page& p) {
    static struct procinfo processes[NPROC];
    const int n = procinfo(processes, NPROC);
    p.add(
        "<h2>Processes</h2><table><tr><th class=n>PID<th>Name<th>Waits for<th class=n>KiB<th class=n>CPU "
        "ms\n");
    for (int i = 0; i < n && i < 20; i++) {
        const struct procinfo& o = processes[i];
        char name[sizeof o.name + 1] = {};  // a file name: it may contain any characters
        memcpy(name, o.name, sizeof o.name);
        p.add("<tr><td class=n>%d<td>", o.pid);
        p.add_text(name);
        p.add("<td>%.16s<td class=n>%lu<td class=n>%lu\n", o.state == PROC_SLEEPING ? o.waiting_for : "",
              o.bytes / 1024, o.cpu_us / 1000);
    }
    p.add("</table>\n");
}

void add_counter(Page& p, const char* name, unsigned long value, const char* meaning) {
    if (!value || !p.has_room(256)) return;
    p.add("<tr%s><td class=n>%lu<td>%s<td><code>%s</code>\n",
          strncmp(meaning, "dropped", 7) == 0 ? " class=drop" : "", value, meaning, name);
}

void add_counters(Page& p) {
    struct net_stats s;
    if (netstats(&s) < 0) return;
    p.add("<h2>Counters of the network stack</h2><table>\n");
#define COUNTER(name, meaning) add_counter(p, #name, s.name, meaning);
#include "abi/net_stats.def"
#undef COUNTER
    p.add("</table>\n");
}

// The graph is drawn from the attributes of <main>.
void add_body(Page& p, const Served& served) {
    unsigned long in = 0, out = 0;
    struct ifinfo i;
    for (int n = 0; ifinfo(n, &i) >= 0; n++) in += i.rx_packets, out += i.tx_packets;
    const unsigned long ms = nanouptime() / 1'000'000, seconds = ms / 1000;
    p.add("<main data-ms=%lu data-in=%lu data-out=%lu>\n<p>Up for %lu h %02lu min %02lu s.\n", ms, in, out,
          seconds / 3600, seconds / 60 % 60, seconds % 60);
    add_cards(p, served);
    add_interfaces(p);
    add_sockets(p);
    add_processes(p);
    add_counters(p);
    p.add("</main>\n");
}

}  // namespace

size_t make_status_page(char* text, const Served& served) {
    Page p(text);
    p.add_head("nx6: status");
    p.add(
        "<noscript><meta http-equiv=refresh content=2></noscript></head><body>\n<header><div><h1>nx6</h1>"
        "<p>A teaching kernel for networking: its current state</div></header>\n"
        "<div id=graph><svg viewBox=\"0 0 595 100\" preserveAspectRatio=none><polyline id=in /><polyline "
        "id=out />"
        "</svg><div id=said></div></div>\n");
    add_body(p, served);
    p.add("%s</body></html>\n", kScript);
    return p.size();
}

}  // namespace httpd
