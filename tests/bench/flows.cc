// What it costs to find the owner of a frame among 1, 100 and 10,000 flows, on the host. Prints
// "name value unit" lines, ns a look-up:
//
//   flow_N   the chain of the hash table alone
//   table_N  EndpointTable::find, with its lock and a reference
//
// The fastest of many short rounds counts, so that other load on the host matters little.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <vector>

#include "net/proto/endpoint.h"

using namespace net;

namespace {

struct Owner final : RefCounted {
    void last_ref_gone() override {}
};

struct Flow final : Endpoint {
    Flow(Owner& owner, u16 port) : Endpoint(owner, {IpProtocol::Udp, port, 0, {}, {}}) {}
    bool deliver(MbufPtr, const Ipv4Packet&) override { return false; }
    void report(Errno) override {}
};

struct Entry {
    u16 port;
    Entry* next = nullptr;
};
u64 hash_of(u16 port) { return port * 0x9e37'79b9'7f4a'7c15 >> 40; }

constexpr usize kLookups = 4096;
constexpr int kRounds = 500;

// The ports, in an order that the CPU cannot guess.
std::vector<u16> shuffled(u16 flows) {
    std::vector<u16> ports(kLookups);
    u32 x = 12345;
    for (u16& p : ports) {
        x = x * 1664525 + 1013904223;
        p = static_cast<u16>(1000 + (x >> 8) % flows);
    }
    return ports;
}

template <class F>
double ns_each(u16 flows, F look) {
    const std::vector<u16> ports = shuffled(flows);
    double best = 1e9;
    for (int round = 0; round < kRounds; round++) {
        const auto start = std::chrono::steady_clock::now();
        for (const u16 port : ports) look(port);
        const std::chrono::duration<double, std::nano> spent = std::chrono::steady_clock::now() - start;
        best = std::min(best, spent.count() / kLookups);
    }
    return best;
}

double hash_ns(u16 flows) {
    GrowingHash<Entry, &Entry::next> table;
    std::vector<Entry> entries(flows);
    const auto hash = [](const Entry& e) { return hash_of(e.port); };
    for (u16 i = 0; i < flows; i++) {
        entries[i].port = static_cast<u16>(1000 + i);
        table.link(entries[i], hash_of(entries[i].port));
        if (!table.grow(hash)) (void)table.add_page(platform::page_alloc()), (void)table.grow(hash);
    }
    u64 found = 0;
    return ns_each(flows, [&](u16 port) {
        const Entry* e = table.chain(hash_of(port));
        while (e && e->port != port) e = e->next;
        found += e != nullptr;
        asm volatile("" : : "r"(found));
    });
}

double table_ns(u16 flows) {
    Owner owner;
    owner.add_ref();
    EndpointTable table;
    std::vector<std::unique_ptr<Flow>> all;
    for (u16 i = 0; i < flows; i++) {
        all.push_back(std::make_unique<Flow>(owner, static_cast<u16>(1000 + i)));
        (void)table.rekey(*all.back(), all.back()->key(), {});
    }
    const Ipv4Addr local{10, 0, 2, 15}, remote{10, 0, 2, 2};
    const double ns = ns_each(flows, [&](u16 port) {
        if (!table.find({IpProtocol::Udp, port, 9, local, remote})) std::abort();
    });
    for (auto& f : all) table.remove(*f);
    return ns;
}

}  // namespace

int main() {
    for (const u16 flows : {1, 100, 10'000}) {
        std::printf("flow_%u %.2f ns\n", flows, hash_ns(flows));
        std::printf("table_%u %.2f ns\n", flows, table_ns(flows));
    }
}
