// Conservation: what came in was delivered, or dropped for a counted reason; and at the end nothing is left.
#include "host.h"
#include "shortage.h"
#include "socket_listing.h"

using net::Stat;

namespace sim {
namespace {

// What passed by a stack, to be compared with its counters.
struct Passed {
    u64 frames_in, frames_out, datagrams_read;
    std::optional<u64> for_channel;  // datagrams in one piece; nothing: not known
};

class Counters {
  public:
    Counters(net::Stack& stack, u32 host, const char* whose, Report& report)
        : stack_(stack), host_(host), whose_(whose), report_(report) {}
    void check(const Passed& p) const;

  private:
    u64 sum(std::initializer_list<Stat> counters) const {
        u64 sum = 0;
        for (Stat s : counters) sum += stack_.count(s);
        return sum;
    }
    // What a stack drops for lack of memory is in none of the sums.
    void equal(u64 a, u64 b, const char* what) const {
        const u64 lost = memory_may_fail() ? sum({Stat::no_mbuf}) : 0;
        if (a < b || a - b > lost)
            report_.fail("host %u, %s stack: %s: %lu and %lu", host_, whose_, what, a, b);
    }

    net::Stack& stack_;
    const u32 host_;
    const char* const whose_;
    Report& report_;
};

void Counters::check(const Passed& p) const {
    equal(p.frames_in, sum({Stat::rx_frames, Stat::tcp_acks_merged}), "frames passed up, and counted");
    equal(sum({Stat::rx_frames}),
          sum({Stat::ether_interface_down, Stat::ether_no_address, Stat::ether_short, Stat::ether_not_for_us,
               Stat::ether_unknown_type, Stat::arp_in, Stat::ip_in}),
          "frames, and what became of them");
    const u64 whole =
        sum({Stat::ip_in, Stat::ip_reassembled}) -
        sum({Stat::ip_bad_header, Stat::ip_bad_checksum, Stat::ip_bad_source, Stat::ip_not_for_us,
             Stat::ip_link_broadcast, Stat::ip_source_routed, Stat::ip_fragments_in});
    if (p.for_channel)
        equal(whole - *p.for_channel,
              sum({Stat::icmp_in, Stat::tcp_in, Stat::ip_unknown_protocol, Stat::udp_in, Stat::udp_bad,
                   Stat::udp_bad_checksum, Stat::udp_no_socket, Stat::udp_queue_full}),
              "IPv4 packets, and what became of them");
    equal(sum({Stat::ip_out, Stat::arp_requests_out, Stat::arp_replies_out}),
          p.frames_out + sum({Stat::arp_queue_full, Stat::arp_unresolved, Stat::arp_flushed, Stat::tx_failed,
                              Stat::tx_ring_full, Stat::tx_interface_down}),
          "packets sent, and frames of the card");
    equal(sum({Stat::udp_in}), p.datagrams_read, "datagrams delivered, and read");
}

}  // namespace

// Of what a channel gets, the kernel counts segments and fragments, and each datagram in one piece only as a
// packet. Not known: the channel has dropped frames, or a crash has.
std::optional<u64> Host::datagrams_for_channel() {
    if (!own_stack_) return 0;
    if (!application_ || seen.application_crashed || application_->state().counters.no_buffer) return {};
    return application_->card().whole_datagrams;
}

void Host::check_counters() {
    const u64 for_channel = application_ ? application_->state().counters.sent : 0;
    Counters(*kernel_, number_, "the kernel's", report_)
        .check({seen.frames_in - ring_.size(), seen.frames_out - seen.sent_for_channels - for_channel,
                seen.datagrams_read, datagrams_for_channel()});
    if (application_) check_application();
}

void Host::check_application() {
    const ChannelCard& card = application_->card();
    const net::Channel::State channel = application_->state();
    net::Stack& stack = application_->stack();
    Counters(stack, number_, "the application's", report_)
        .check({card.frames_in, card.frames_out, application_->datagrams_read, 0});
    if (posted_.size() != card.refused)
        report_.fail(
            "host %u: %zu frames that a program has posted were not sent as they are, and %lu refused",
            number_, posted_.size(), card.refused);
    // The stack has a reason to send what only the kernel may, or a fragment without its first, only if a
    // fragment was lost.
    u64 lost = channel.counters.no_buffer;
    for (const Stat s :
         {Stat::tx_ring_full, Stat::tx_failed, Stat::arp_queue_full, Stat::arp_unresolved, Stat::arp_flushed})
        lost += stack.count(s);
    if (card.refused && !lost)
        report_.fail("host %u: the kernel has refused %lu frames of a channel", number_, card.refused);
}

bool Host::is_quiet() {
    bool quiet = listed_in(kernel_->vsock().table()) == 0;
    each_stack([&](net::Stack& s) {
        quiet = quiet && listed_in(s.tcp().table()) == 0 && s.tcp().table().time_waits() == 0 &&
                s.reassembly().fragments() == 0;
    });
    return quiet;
}

void Host::check_nothing_left(net::Stack& stack) {
    net::Tcp& tcp = stack.tcp();
    const auto none = [this](u64 n, const char* what) {
        if (n) report_.fail("host %u: %lu %s left", number_, n, what);
    };
    none(listed_in(tcp.table()), "connections");
    none(listed_in(stack.vsock().table()), "vsock connections");
    none(tcp.table().time_waits(), "connections in TIME-WAIT");
    none(stack.sockets_in_use(), "sockets");
    none(stack.reassembly().fragments(), "fragments");
    none(stack.queue_budget().total(), "mbufs of the receive queues");
    none(tcp.send_budget().total(), "mbufs of the send buffers");
    none(tcp.pressure().orphans(), "orphans");
    none(listed_in(stack.endpoints()), "endpoints");
    none(stack.channels().count(), "channels");
    none(stack.channels().memories().bytes(), "bytes of channels");
}

void Host::check_empty() {
    if (application_) {
        check_nothing_left(application_->stack());
        application_->off();
        end_application();
    }
    check_nothing_left(*kernel_);
}

}  // namespace sim
