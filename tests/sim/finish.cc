// The end of a run: what must be true when all programs have ended.
#include <algorithm>

#include "simulation.h"
#include "world.h"

using net::Stat;
using net::platform::now;

namespace sim {

static constexpr Duration kDrain = seconds(250);
static constexpr Duration kLastFrames =
    seconds(10);  // what the last timers have sent arrives, or waits no more for ARP

u64 Simulation::count(std::initializer_list<Stat> counters) const {
    u64 sum = 0;
    for (const auto& h : hosts_) {
        if (!h->on()) continue;
        h->each_stack([&](net::Stack& stack) {
            for (Stat s : counters) sum += stack.count(s);
        });
    }
    return sum;
}

// In good weather, every datagram and every echo arrives once, if no queue was full. Reassembly has room for
// eight packets of a host.
void Simulation::check_series() {
    if (!calm_) return;
    usize most = 0;
    for (const auto& s : series_) most += s->sizes.size();
    const u64 dropped = count({Stat::ip_fragments_dropped, Stat::ip_fragments_timeout});
    const bool full =
        count({Stat::arp_queue_full, Stat::udp_queue_full, Stat::icmp_queue_full, Stat::no_mbuf});
    if (dropped && !full && most <= net::Reassembly::kMaxEach)
        report_.fail("%lu fragments were dropped, although nothing was lost", dropped);
    if (full || dropped) return;
    for (const auto& s : series_) {
        for (usize i = 0; i < s->sent && !s->failed; i++) {
            if (s->copies[i] != 1)
                report_.fail("conversation %u: datagram %zu has arrived %u times", s->id, i, s->copies[i]);
        }
    }
}

// Without a crash, an abort or a forgery, no host has a reason to give a connection up.
void Simulation::check_connections() {
    bool orderly = true;
    for (const auto& c : conversations_) {
        orderly &= !c->may_fail();
        if (c->may_fail() || !c->ends[0].started) continue;
        (c->vsock ? report_.totals.vsock_finished : report_.totals.finished)++;
        if (!c->ends[0].at_end || !c->ends[1].at_end)
            report_.fail("conversation %u did not end in order", c->id);
    }
    static constexpr Kind kExcuses[] = {Kind::Crash, Kind::Forgery, Kind::Keepalive, Kind::Timeout};
    for (const Element& e : scenario_.elements)
        orderly &= std::find(std::begin(kExcuses), std::end(kExcuses), e.kind) == std::end(kExcuses);
    if (!orderly) return;
    if (const u64 n = count({Stat::tcp_timed_out})) report_.fail("%lu connections have timed out", n);
}

bool Simulation::is_quiet() const {
    return std::all_of(hosts_.begin(), hosts_.end(), [](auto& h) { return !h->on() || h->is_quiet(); });
}

// The programs have read everything, so nothing is queued for them.
void Simulation::check_queues() {
    for (const auto& h : hosts_) {
        if (!h->on() || !is_quiet()) continue;
        u32 n = 0;
        h->each_stack([&](net::Stack& stack) { n += stack.queue_budget().total(); });
        if (n) report_.fail("host %u: %u mbufs are counted in empty receive queues", h->number(), n);
    }
}

void Simulation::finish() {
    const bool failed = report_.failed();
    const Instant until = now() + kDrain;
    while (!failed && now() < until && !is_quiet()) step(until);
    for (const Instant last = now() + kLastFrames; !failed && now() < last;) step(last);
    check_queues();
    for (const auto& p : programs_) p->end();
    if (!report_.failed()) {
        check_series();
        check_connections();
        check_vsock();
        for (const auto& h : hosts_) {
            h->check_counters();
            h->check_empty();
        }
    }
    for (const auto& h : hosts_) h->off();
    fake::world().advance(milliseconds(300));  // closed channels notice that the card has sent their frames
    for (const auto& h : hosts_) {
        if (h->has_stack()) h->crash();
    }
    programs_.clear();
    network_.agenda().clear();
    if (failed) return;
    if (net::mbuf_usage().in_use() != mbufs_before_)
        report_.fail("%ld mbufs are lost", static_cast<long>(net::mbuf_usage().in_use() - mbufs_before_));
    const usize timers = fake::world().timers.size() + fake::world().late.size();
    if (timers) report_.fail("%zu timers are left", timers);
}

}  // namespace sim
