// Looks at all TCP segments on the wire, and checks that both ends obey RFC 9293.
#pragma once

#include <map>

#include "network.h"
#include "tcp_side.h"
#include "whole.h"

namespace sim {

class TcpWatch {
  public:
    TcpWatch(Report& report, Agenda& agenda) : report_(report), agenda_(agenda) {}

    // Whose bytes are sent in this direction? May be nobody's, and then they are not checked.
    std::function<std::optional<Source>(const FlowKey&)> source_of;

    void sent(const packets::Packet& frame);
    // `runs`: the receiving host processes it now.
    void arrived(const packets::Packet& frame, bool runs);

    // The host has lost all its connections, of which nothing is checked any more, or has stopped for a
    // while.
    void crashed(net::Ipv4Addr host);
    void paused(net::Ipv4Addr host);

    // The side that sends with this key; null: no connection was seen.
    const Side* side(const FlowKey& key) const;

  private:
    void check_sent(const WireSegment& s);
    void note_syn(Side& me, Side& peer, const WireSegment& s);
    void note_answer(Side& me, Side& peer, const WireSegment& s);
    void check_data(Side& me, const Side& peer, const WireSegment& s, u32 first);
    void check_ack(Side& me, const Side& peer, const WireSegment& s);
    void check_sacks(const Side& me, const Side& peer, const WireSegment& s);
    void check_resending(Side& me, const WireSegment& s, u32 first);
    void note_arrived(const WireSegment& s, bool runs);
    void expect_ack(const FlowKey& key, Side& me);
    void fail(const WireSegment& s, const char* format, ...) __attribute__((format(printf, 3, 4)));

    Report& report_;
    Agenda& agenda_;
    Whole sent_, arrived_;
    std::map<FlowKey, Side> sides_;
};

}  // namespace sim
