#include "httpd/page.h"

#include <stdarg.h>
#include <stdio.h>

#include "httpd/request.h"
#include "nx6.h"

namespace httpd {
namespace {

class Page {
  public:
    explicit Page(char* text) : text_(text) {}
    void add(const char* format, ...) POSIX_PRINTF(2, 3) {
        va_list args;
        va_start(args, format);
        const int n = vsnprintf(text_ + size_, kPageRoom - size_, format, args);
        va_end(args);
        size_ += static_cast<size_t>(n);
        if (size_ >= kPageRoom) size_ = kPageRoom - 1;  // the end is cut off
    }
    size_t size() const { return size_; }

  private:
    char* text_;
    size_t size_ = 0;
};

const char kStyle[] =
    "<style>body{font-family:sans-serif;margin:2em auto;max-width:60em;padding:0 1em;color:#223}"
    "table{border-collapse:collapse;margin:1em 0}td,th{padding:.15em .8em;text-align:left;border-bottom:1px solid "
    "#dde}td.n{text-align:right;font-variant-numeric:tabular-nums}h1{font-size:1.6em}h2{font-size:1.2em}"
    "code{color:#667}</style>";

void add_head(Page& p, const char* title, bool live) {
    p.add("<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>%s</title>%s%s</head><body><h1>%s</h1>\n",
          title, live ? "<meta http-equiv=refresh content=2>" : "", kStyle, title);
}

void add_row(Page& p, const char* name, unsigned long value, const char* meaning) {
    p.add("<tr><td class=n>%lu<td>%s<td><code>%s</code>\n", value, meaning, name);
}

void add_machine(Page& p, const Served& served) {
    struct meminfo m;
    const unsigned long seconds = nanouptime() / 1'000'000'000;
    p.add("<p>Up for %lu h %02lu min %02lu s. ", seconds / 3600, seconds / 60 % 60, seconds % 60);
    if (meminfo(&m) >= 0) {
        p.add("Memory: %lu of %lu KiB free. Mbufs: %lu of %lu free. %lu processes, %lu open files, %lu sockets.",
              m.free_bytes / 1024, m.total_bytes / 1024, m.mbufs_free, m.mbufs_total, m.processes, m.open_files,
              m.sockets);
    }
    p.add("<p>This server: %lu requests answered, %lu with an error, %lu bytes, %d connections open.\n",
          served.requests, served.errors, served.bytes, served.connections);
}

void add_interfaces(Page& p) {
    struct ifinfo i;
    p.add("<h2>Interfaces</h2><table><tr><th>Name<th>Address<th>Received<th>Bytes<th>Sent<th>Bytes\n");
    for (int n = 0; ifinfo(n, &i) >= 0; n++) {
        p.add("<tr><td>%s<td>%u.%u.%u.%u/%u<td class=n>%lu<td class=n>%lu<td class=n>%lu<td class=n>%lu\n", i.name,
              i.addr >> 24, i.addr >> 16 & 255, i.addr >> 8 & 255, i.addr & 255, i.prefix_length, i.rx_packets,
              i.rx_bytes, i.tx_packets, i.tx_bytes);
    }
    p.add("</table>\n");
}

void add_counters(Page& p) {
    struct net_stats s;
    if (netstats(&s) < 0) return;
    p.add("<h2>What the network stack has counted</h2><table>\n");
#define COUNTER(name, meaning) \
    if (s.name) add_row(p, #name, s.name, meaning);
#include "abi/net_stats.def"
#undef COUNTER
    p.add("</table>\n");
}

}  // namespace

size_t make_error_page(char* text, int status) {
    Page p(text);
    char title[64];
    snprintf(title, sizeof title, "%d %s", status, reason_of(status));
    add_head(p, title, false);
    p.add("</body></html>\n");
    return p.size();
}

size_t make_status_page(char* text, const Served& served) {
    Page p(text);
    add_head(p, "nx6: live", true);
    add_machine(p, served);
    add_interfaces(p);
    add_counters(p);
    p.add("</body></html>\n");
    return p.size();
}

}  // namespace httpd
