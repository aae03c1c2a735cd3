// The network: a switch, and a link from it to each host. Frames take virtual time.
#pragma once

#include <functional>
#include <memory>
#include <set>

#include "agenda.h"
#include "fragment.h"
#include "line.h"
#include "report.h"
#include "scenario.h"

namespace sim {

inline net::MacAddr mac_of(u32 host) { return {{2, 0, 0, 0, 0, static_cast<u8>(host + 1)}}; }
inline net::Ipv4Addr addr_of(u32 host) { return {10, 1, 0, static_cast<u8>(host + 1)}; }

class Network {
  public:
    struct Link {
        Link(u64 seed, u32 host) : dice(seed, host + 1), up(dice.generator()), down(dice.generator()) {}
        Dice dice;
        Line up, down;  // towards the switch and from it
        int cuts = 0;   // the link is up if there are none
        usize mtu = net::kEtherMtu;
        bool silent = false;  // no router reports the MTU
        u64 strips = 0;       // which options of SYNs a middlebox removes
    };

    // Source, destination, protocol, identification.
    using PacketKey = std::tuple<u32, u32, u8, u16>;

    Network(u64 seed, Report& report);

    // Sends a frame from a host's card.
    void send(u32 host, packets::Packet frame);
    // Puts a frame on a host's link, as the last router or switch does.
    void forward(u32 host, const packets::Packet& frame, bool damaged);

    Link& link(u32 host) { return *links_[host]; }
    Agenda& agenda() { return agenda_; }

    // Called with each frame that arrives at a host.
    std::function<void(u32 host, const packets::Packet&, bool damaged)> arrived;

  private:
    Line::Spared spared(const packets::Packet& frame, bool damaged) const;
    void carry(u32 host, Line& line, packets::Packet frame, bool damaged,
               const std::function<void(const Line::Copy&)>& then);
    void route(u32 from, const packets::Packet& frame, bool damaged);
    void deliver(u32 from, u32 host, const packets::Packet& frame, bool damaged);

    Report& report_;
    Agenda agenda_;
    Renumbering renumbering_;
    std::set<PacketKey> damaged_;  // packets of which a fragment is damaged
    std::vector<std::unique_ptr<Link>> links_;
};

}  // namespace sim
