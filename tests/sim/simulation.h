// One run of a scenario.
#pragma once

#include "conversation.h"
#include "datagrams.h"
#include "stream_server.h"
#include "tcp_end.h"
#include "tcp_watch.h"
#include "vsock_end.h"

namespace sim {

struct Verdict {
    std::string why;  // the first check that failed; empty: none
    Totals totals;
    bool ok() const { return why.empty(); }
};

class Simulation {
  public:
    Simulation(const Scenario& scenario, Trace* trace);
    ~Simulation();
    Verdict run();

  private:
    void make_hosts();
    void make_conversations();
    void read_scenario();
    void read_link(const Element& e);
    void read_part(const Element& e);
    void read_vsock(const Element& e);
    void read_channel(const Element& e);
    bool crashes_soon(u32 host) const;
    void crash_application(u32 host);
    void start_application(u32 host);
    void start_programs(u32 host);
    void announce(const Element& e);
    void plan(const Element& e);
    void plan_series(const Element& e);
    void plan_wrap(Conversation& c, const Element& e);
    void begin_narrow(u32 host, usize mtu, bool silent);
    void crash(u32 host);
    void boot(u32 host);
    void heal();
    void start(Conversation& c);
    void accepted(u32 host, Ref<net::Socket> socket);
    void add_end(Host& host, Conversation& c, u32 side, Ref<net::Socket> socket);
    void note_failure(u32 host, bool of_vsock);
    std::optional<Source> vsock_source_of(const VsockWireKey& key) const;
    void forge(const Element& e);
    void forge_for(const Conversation& c, const Element& e);
    void at(Duration when, std::function<void()> what) {
        network_.agenda().at(kStart + when, std::move(what));
    }

    void beat();
    void step(Instant until);
    void run_programs();
    bool all_over() const;
    void check_timers();
    void check_limits();
    void check_limits_of(Conversation& c, u32 side);
    u64 count(std::initializer_list<net::Stat> counters) const;
    bool is_quiet() const;
    void check_queues();
    void check_series();
    void check_connections();
    void check_vsock();
    void finish();

    const Scenario& scenario_;
    Report report_;
    Network network_;
    TcpWatch watch_;
    VsockBus vsock_;
    std::vector<std::unique_ptr<Host>> hosts_;
    std::vector<std::unique_ptr<Conversation>> conversations_;
    std::vector<Conversation*> started_;  // of conversations_, the last one at the end
    std::vector<std::unique_ptr<Series>> series_;
    std::vector<std::unique_ptr<Program>> programs_;
    std::optional<u64> random_at_boot_[kMaxHosts];  // all that is random when a host first boots
    bool limited_[kMaxHosts] = {};  // has programs that must see at once that their connection was given up
    bool calm_ = true;              // nothing may be lost, doubled or damaged
    bool doubled_ = false;
    u64 mbufs_before_, steps_ = 0;
};

inline Verdict run(const Scenario& scenario, Trace* trace = nullptr) {
    return Simulation(scenario, trace).run();
}

}  // namespace sim
