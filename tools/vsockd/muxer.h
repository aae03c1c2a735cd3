// Between the guest's two queues and all connections: finds the connection of each packet, and lets the
// connections that have something to send take turns.
#pragma once

#include <deque>
#include <memory>
#include <set>
#include <unordered_map>

#include "tools/vsockd/connection.h"
#include "tools/vsockd/vhost_device.h"

namespace vsockd {

struct MuxerConfig {
    u64 guest_cid = net::kVsockFirstGuestCid;
    std::string path;  // a REQUEST to port P is a connection to the UNIX socket `path`_P
    usize most_connections = 1023;
    bool verbose = false;
};

class Muxer final : public ConnectionOwner, public QueueUser {
  public:
    Muxer(Loop& loop, const MuxerConfig& config, Counters& counters);

    // Connects a program to this port of the guest.
    void open(Fd client, u32 guest_port, Instant now);
    // `more`: programs that want to be connections soon.
    bool is_full(usize more = 0) const {
        return flows_.size() + draining_.size() + more >= config_.most_connections;
    }

    // Moves packets both ways until nothing moves or a turn is over. True: there is more to do at once.
    bool work(VhostDevice& device, Instant now);
    // When work() must be called at the latest.
    Instant next_deadline() const { return timers_.empty() ? Instant::never() : timers_.begin()->first; }

    // Nothing that the guest sent is left to be written.
    bool is_idle() const { return flows_.empty() && draining_.empty(); }

    void changed(Connection& c, Instant now) override;
    void queues_started(bool continued) override;
    void guest_gone(VhostDevice& device, Instant now) override;

  private:
    struct KeyHash {
        usize operator()(const net::VsockKey& k) const {
            return (u64{k.local_port} << 32 | k.remote_port) * 0x9e37'79b9'7f4a'7c15ull >> 16;
        }
    };
    using Owned = std::unique_ptr<Connection>;

    void run_timers(Instant now);
    bool take_packets(Virtqueue& queue, Instant now);
    bool send_packets(Virtqueue& queue, Instant now);
    u32 fill(Chain& buffer, Instant now);
    void take(Chain& chain, Virtqueue& queue, Instant now);
    void dispatch(const net::VsockHeader& h, std::span<const iovec> payload, Instant now);
    void request(const net::VsockPacket& packet, Instant now);
    void refuse(const net::VsockHeader& h, u64& reason);
    Connection& add(Fd client, bool by_guest, const net::VsockKey& key);
    net::VsockKey key_of(u32 host_port, u32 guest_port) const;
    void arm(Connection& c, Instant when);
    void finish(Connection& c);
    void drop_all();
    u32 next_host_port(u32 guest_port);
    void log(Connection& c, const char* what);

    Loop& loop_;
    const MuxerConfig config_;
    Counters& counters_;
    std::unordered_map<net::VsockKey, Owned, KeyHash> flows_;
    std::unordered_map<Connection*, Owned>
        draining_;                         // the guest has finished; their programs have not read all
    std::vector<Owned> graveyard_;         // may still be in a call; emptied by work()
    List<Connection> due_;                 // may have packets to send
    std::deque<net::VsockHeader> resets_;  // of no connection; few, see take_packets()
    std::set<std::pair<Instant, Connection*>> timers_;
    u32 host_port_;
};

}  // namespace vsockd
