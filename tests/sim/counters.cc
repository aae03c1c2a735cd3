// Conservation: what came in was delivered, or dropped for a counted reason; and at the end nothing is left.
#include "host.h"

using net::Stat;

namespace sim {
namespace {

// A sum of counters, in words.
struct Sum {
    net::Stack& stack;
    u64 of(std::initializer_list<Stat> counters) const {
        u64 sum = 0;
        for (Stat s : counters) sum += stack.count(s);
        return sum;
    }
};

}  // namespace

void Host::check_counters() {
    const Sum sum{*stack_};
    const auto equal = [this](u64 a, u64 b, const char* what) {
        if (a != b) report_.fail("host %u: %s: %lu and %lu", number_, what, a, b);
    };
    equal(seen.frames_in - ring_.size(), sum.of({Stat::rx_frames, Stat::tcp_acks_merged}),
          "frames passed up, and counted");
    equal(sum.of({Stat::rx_frames}),
          sum.of({Stat::ether_interface_down, Stat::ether_no_address, Stat::ether_short,
                  Stat::ether_not_for_us, Stat::ether_unknown_type, Stat::arp_in, Stat::ip_in}),
          "frames, and what became of them");
    const u64 whole =
        sum.of({Stat::ip_in, Stat::ip_reassembled}) -
        sum.of({Stat::ip_bad_header, Stat::ip_bad_checksum, Stat::ip_bad_source, Stat::ip_not_for_us,
                Stat::ip_link_broadcast, Stat::ip_source_routed, Stat::ip_fragments_in});
    equal(whole,
          sum.of({Stat::icmp_in, Stat::tcp_in, Stat::ip_unknown_protocol, Stat::udp_in, Stat::udp_bad,
                  Stat::udp_bad_checksum, Stat::udp_no_socket, Stat::udp_queue_full}),
          "IPv4 packets, and what became of them");
    equal(sum.of({Stat::ip_out, Stat::arp_requests_out, Stat::arp_replies_out}),
          seen.frames_out + sum.of({Stat::arp_queue_full, Stat::arp_unresolved, Stat::arp_flushed,
                                    Stat::tx_failed, Stat::tx_ring_full, Stat::tx_interface_down}),
          "packets sent, and frames of the card");
    equal(sum.of({Stat::udp_in}), seen.datagrams_read, "datagrams delivered, and read");
}

static usize connections_of(net::Stack& stack) {
    usize n = 0;
    (void)stack.tcp().table().at(~usize{0}, &n);
    return n;
}

usize vsock_connections_of(net::Stack& stack) {
    usize n = 0;
    while (stack.vsock().table().at(n)) n++;
    return n;
}

bool Host::is_quiet() {
    return vsock_connections_of(*stack_) == 0 && connections_of(*stack_) == 0 &&
           stack_->tcp().table().time_waits() == 0 && stack_->reassembly().fragments() == 0;
}

void Host::check_empty() {
    net::Tcp& tcp = stack_->tcp();
    const auto none = [this](u64 n, const char* what) {
        if (n) report_.fail("host %u: %lu %s left", number_, n, what);
    };
    none(connections_of(*stack_), "connections");
    none(vsock_connections_of(*stack_), "vsock connections");
    none(tcp.table().time_waits(), "connections in TIME-WAIT");
    none(stack_->sockets_in_use(), "sockets");
    none(stack_->reassembly().fragments(), "fragments");
    none(stack_->queue_budget().total(), "mbufs of the receive queues");
    none(tcp.send_budget().total(), "mbufs of the send buffers");
    none(tcp.pressure().orphans(), "orphans");
    usize endpoints = 0;
    (void)stack_->endpoints().at(~usize{0}, &endpoints);
    none(endpoints, "endpoints");
}

}  // namespace sim
