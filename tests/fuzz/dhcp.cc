// netd's DHCP client: frames from a hostile link while time passes. Whatever arrives, the client has a
// deadline while it works, and only uses an address that a host may have.
//
//   acts: 0: a raw frame; 1: a server's message of any type with any options; 2: time passes; 3: ARP; 4:
//   stop, start
#include "dhcp/client.h"

#include <cstring>

#include "dhcp_server.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/target.h"

namespace fuzz {
namespace {

using dhcp::DhcpClient;
using net::Ipv4Addr;
using net::MacAddr;
using packets::Packet;

constexpr MacAddr kClient{{0x52, 0x54, 0, 0x12, 0x34, 0x56}}, kServer{{0x52, 0x55, 10, 0, 2, 2}};

class Link final : public dhcp::DhcpHost {
  public:
    explicit Link(Bytes input) : in_(input) { client_.start(now_); }

    void run() {
        for (int acts = 0; !in_.ends() && acts < 300; acts++) {
            act();
            const bool idle = client_.state() == DhcpClient::State::Idle;
            must(idle || client_.next_deadline() != Instant::never() || client_.lease(), "a search goes on");
            if (client_.lease()) must(client_.lease()->address.is_host(), "a lease is a host's address");
        }
        client_.stop(now_);
    }

  private:
    void send(Bytes frame) override {
        const auto ether = net::EtherFrame::parse(frame);
        must(ether.has_value() && frame.size() >= net::kEtherMinFrame, "sent frames are whole");
        // A BOOTP message has its transaction number at byte 4.
        if (ether->type() == net::EtherType::Ipv4) std::memcpy(&xid_, frame.data() + 14 + 20 + 8 + 4, 4);
    }
    void configure(const dhcp::DhcpLease&) override {}
    void deconfigure() override {}

    void act() {
        switch (in_.below(5)) {
            case 0: return client_.frame_in(in_.packet(), now_);
            case 1: return message();
            case 2: return pass(milliseconds(in_.half()));
            case 3: return arp();
            default:
                client_.stop(now_);
                if (in_.flag()) return client_.start(now_);
                return client_.resume(Ipv4Addr{10, 0, 2, in_.byte()}, now_);
        }
    }

    void message() {
        dhcp::Header h{};
        h.operation = dhcp::Header::kFromServer, h.hardware_type = 1, h.hardware_length = 6;
        std::memcpy(&h.xid, &xid_, sizeof xid_);
        h.yours = Ipv4Addr{10, 0, 2, in_.byte()};
        std::memcpy(h.hardware, kClient.bytes, sizeof kClient.bytes);
        h.cookie = dhcp::Header::kCookie;
        Packet options{53, 1, in_.byte(), 54, 4, 10, 0, 2, 2, 51, 4, 0, 0, in_.byte(), in_.byte()};
        const Packet more = in_.packet();
        options.insert(options.end(), more.begin(), more.end());
        options.push_back(255);
        Packet all(reinterpret_cast<const u8*>(&h), reinterpret_cast<const u8*>(&h + 1));
        all = packets::join(all, options);
        all.resize(std::max<usize>(all.size(), 300));
        const Packet ip = packets::udp_packet({{10, 0, 2, 2}, {255, 255, 255, 255}, 67, 68}, all);
        client_.frame_in(packets::ether(kClient, kServer, net::EtherType::Ipv4, ip), now_);
    }

    void arp() {
        const Ipv4Addr who{10, 0, 2, in_.byte()};
        const auto op = in_.flag() ? net::ArpOperation::Reply : net::ArpOperation::Request;
        const Packet p = packets::arp(op, kServer, in_.flag() ? Ipv4Addr{} : who, kClient, who);
        client_.frame_in(packets::ether(MacAddr::broadcast(), kServer, net::EtherType::Arp, p), now_);
    }

    void pass(Duration d) {
        now_ = now_ + d * 16;
        for (int due = 0; client_.next_deadline() <= now_; due++) {
            must(due < 10'000, "the client rests");
            client_.on_time(now_);
        }
    }

    Input in_;
    Instant now_{1'000'000'000};
    u32 xid_ = 0;
    DhcpClient client_{*this, kClient, "fuzz", 1};
};

void run(Bytes input) { Link(input).run(); }

std::vector<std::string> seeds() {
    const auto answer = [](char type, const std::string& options) {
        return std::string{1, 15, type, 1, 0, static_cast<char>(options.size())} + options;
    };
    const std::string wait{2, 0, '\x20'};
    const std::string mask{1, 4, '\xff', '\xff', '\xff', 0}, router{3, 4, 10, 0, 2, 2};
    const std::string names{6, 4, 10, 0, 2, 3, 26, 2, 5, 100, 58, 4, 0, 0, 0, 9, 59, 4, 0, 0, 0, 20};
    const std::string offer = answer(2, mask + router), ack = answer(5, mask + router + names);
    const std::string bound = wait + offer + ack + wait + wait + wait;
    return {bound,
            bound + wait + ack,                                    // renewed
            bound + answer(6, "") + wait,                          // refused
            wait + offer + ack + std::string{3, 15, 1, 0} + wait,  // somebody has the address
            wait + offer + answer(5, std::string{52, 1, 3}),
            bound + std::string{4, 0, 15} + wait + ack};
}

}  // namespace

constinit const Target dhcp_client = {"dhcp", 2048, run, seeds};

}  // namespace fuzz
