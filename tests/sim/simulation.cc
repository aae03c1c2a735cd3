#include "simulation.h"

#include <algorithm>

#include "limits.h"
#include "shortage.h"
#include "socket_listing.h"

using net::Stat;
using net::platform::now;

namespace sim {

static constexpr Duration kLongest = seconds(600), kHeartbeat = milliseconds(500);
static constexpr u64 kMostSteps = 2'000'000;

Simulation::Simulation(const Scenario& scenario, Trace* trace)
    : scenario_(scenario),
      report_(trace),
      network_(scenario.seed, report_),
      watch_(report_, network_.agenda()),
      vsock_(network_.agenda(), report_),
      mbufs_before_(net::mbuf_usage().in_use()) {
    fake::world().reset();
    fake::world().now = kStart;
    fake::world().random_state = scenario.seed;
    for (const Element& e : scenario.elements) fake::world().loses |= e.kind == Kind::NoMem;
    calm_ = !memory_may_fail();
    network_.arrived = [this](u32 host, const packets::Packet& frame, bool damaged) {
        Host& h = *hosts_[host];
        if (!h.put_in_ring(frame, damaged)) return;
        if (!h.application() && !damaged) watch_.arrived(frame, h.runs());
        h.serve_ring();
    };
    vsock_.watch().source_of = [this](const VsockWireKey& key) { return vsock_source_of(key); };
    watch_.source_of = [this](const FlowKey& key) -> std::optional<Source> {
        for (auto c = started_.rbegin(); c != started_.rend(); ++c) {
            const FlowKey out{(*c)->client_over_tcp().addr.value(), (*c)->client_over_tcp().port,
                              addr_of((*c)->server_host).value(), kStreamPort};
            if (!(*c)->ends[0].started || (key != out && key != reversed(out))) continue;
            if ((*c)->tangled) break;  // it may be the older one's
            if (key == out) return Source{(*c)->stream(0), &(*c)->ends[0]};
            return Source{(*c)->stream(1), &(*c)->ends[1]};
        }
        return std::nullopt;
    };
}

Simulation::~Simulation() { fake::world().reset(); }

// --- hosts

void Simulation::boot(u32 host) {
    if (hosts_[host]->on()) return;
    const std::optional<u64> random = std::exchange(random_at_boot_[host], std::nullopt);
    if (random) fake::world().random = [random] { return *random; };
    hosts_[host]->boot();
    fake::world().random = nullptr;
    vsock_.boot(host);
    const auto on = hosts_[host]->here();
    programs_.push_back(std::make_unique<StreamServer>(
        *hosts_[host], network_, report_, listening_vsock(hosts_[host]->kernel()),
        [this, host](auto socket) { accepted(host, std::move(socket)); }));
    start_programs(host);
}

// The servers that use the programs' stack.
void Simulation::start_programs(u32 host) {
    const auto on = hosts_[host]->here();
    programs_.push_back(
        std::make_unique<StreamServer>(*hosts_[host], network_, report_, listening_tcp(hosts_[host]->stack()),
                                       [this, host](auto socket) { accepted(host, std::move(socket)); }));
    programs_.push_back(std::make_unique<DatagramSink>(
        *hosts_[host], network_, report_, [this](Bytes b) { take_datagram(series_, b, doubled_, report_); }));
}

// The conversations of this host may end with an error now.
void Simulation::note_failure(u32 host, bool of_vsock) {
    for (const auto& c : conversations_) {
        const bool here = c->client_host == host || c->server_host == host;
        if (here && c->vsock == of_vsock && c->ends[0].started && !c->is_over()) c->crashed = true;
    }
}

void Simulation::crash(u32 host) {
    Host& h = *hosts_[host];
    if (!h.on()) return;
    report_.say("host %u crashes", host);
    report_.totals.crashes++;
    h.off();
    watch_.crashed(addr_of(host));
    vsock_.crash(host);
    for (const bool of_vsock : {false, true}) note_failure(host, of_vsock);
    for (const auto& p : programs_) {
        if (&p->host() == &h) p->end();
    }
    h.crash();
}

void Simulation::heal() {
    report_.say("the weather is good from now on");
    for (u32 host = 0; host < kMaxHosts; host++) {
        for (Line* line : {&network_.link(host).up, &network_.link(host).down}) {
            const Weather& w = line->weather;
            line->weather = {.delay = w.delay,
                             .jitter = w.jitter,
                             .bytes_per_second = w.bytes_per_second,
                             .queue_limit = w.queue_limit};
        }
    }
}

// --- programs

void Simulation::start(Conversation& c) {
    Host& client = *hosts_[c.client_host];
    if (c.vsock ? !client.on() : !client.has_programs()) return;
    c.ends[0].started = true;
    started_.push_back(&c);
    for (const auto& other : conversations_) {
        if (other.get() != &c && other->ends[0].port == c.ends[0].port && c.ends[0].port && other->may_fail())
            c.tangled = true;
    }
    const Host& server = *hosts_[c.server_host];
    if (c.vsock ? !server.on() : server.on() && !server.has_programs()) c.crashed = true;  // nobody answers
    add_end(client, c, 0, {});
}

void Simulation::add_end(Host& host, Conversation& c, u32 side, Ref<net::Socket> socket) {
    if (c.vsock)
        programs_.push_back(std::make_unique<VsockEnd>(host, network_, report_, c, side, std::move(socket)));
    else
        programs_.push_back(
            std::make_unique<TcpEnd>(host, network_, report_, c, side, std::move(socket), calm_));
    host.wake();
}

void Simulation::accepted(u32 host, Ref<net::Socket> socket) {
    Host& h = *hosts_[host];
    const auto remote = socket->remote();
    for (auto c = started_.rbegin(); c != started_.rend() && remote.ok(); ++c) {
        if ((*c)->server_host != host || remote.value() != (*c)->client) continue;
        if ((*c)->ends[1].started) break;
        return add_end(h, **c, 1, std::move(socket));
    }
    const bool known =
        std::any_of(conversations_.begin(), conversations_.end(), [](auto& c) { return c->may_fail(); });
    if (!known) report_.fail("host %u accepts a connection that no program has opened", host);
    socket->close();
}

// A program may start others while it runs.
void Simulation::run_programs() {
    bool news[kMaxHosts];
    for (u32 i = 0; i < kMaxHosts; i++)
        news[i] = (hosts_[i]->take_news() || limited_[i]) && hosts_[i]->runs();
    for (usize i = 0; i < programs_.size(); i++) {
        const Host& host = programs_[i]->host();
        if (!news[host.number()]) continue;
        const auto on = host.here();
        programs_[i]->run(now());
    }
}

// --- the run

bool Simulation::all_over() const {
    return std::all_of(programs_.begin(), programs_.end(), [](auto& p) { return p->is_over(); });
}

// A connection has one timer; the rest of a stack has a few. Only cards set timers that are no host's.
void Simulation::check_timers() {
    const auto& timers = fake::world().timers;
    const auto of_cards =
        std::count_if(timers.begin(), timers.end(), [](auto* t) { return t->machine() == 0; });
    if (of_cards > kMaxHosts) report_.fail("%ld timers belong to no host", of_cards);
    usize most = 0;
    for (const auto& h : hosts_) {
        if (!h->on()) continue;
        h->each_stack([&](net::Stack& stack) {
            most += listed_in(stack.tcp().table()) + listed_in(stack.vsock().table()) + 8;
        });
    }
    if (timers.size() > most) report_.fail("%zu timers are set, more than %zu", timers.size(), most);
}

void Simulation::step(Instant until) {
    network_.agenda().step(until);
    run_programs();
    if (++steps_ % 64 == 0) check_timers();
    if (steps_ > kMostSteps) report_.fail("the network does not come to rest");
}

void Simulation::beat() {
    check_limits();
    for (const auto& h : hosts_) h->wake();
    network_.agenda().at(now() + kHeartbeat, [this] { beat(); });
}

Verdict Simulation::run() {
    read_scenario();
    for (u32 host = 0; host < kMaxHosts; host++) boot(host);
    beat();
    const Instant until = kStart + kLongest;
    while (!report_.failed() && now() < until && (now() < kStart + kHeal || !all_over())) step(until);
    if (!report_.failed() && !all_over()) report_.fail("some programs do not end");
    finish();
    return {report_.why(), report_.totals};
}

}  // namespace sim
