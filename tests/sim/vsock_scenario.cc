// AF_VSOCK in a scenario: what is drawn, and how it is told.
#include "scenario.h"

#include <algorithm>

namespace sim {
namespace {

class Generator {
  public:
    explicit Generator(Scenario& s) : dice_(s.seed, 3000), scenario_(s) {
        for (const Element& e : s.elements) last_id_ = std::max(last_id_, e.id);
    }

    void make() {
        if (!percent(20)) return;
        for (u32 host = 0; host < kMaxHosts; host++) device(host);
        for (u64 i = dice_.between(1, 4); i > 0; i--) stream();
        if (percent(20)) add({Kind::VsockReset, 0, host(), 0, up_to(seconds(5))});
    }

  private:
    void add(const Element& e) { scenario_.elements.push_back(e); }
    bool percent(unsigned p) { return dice_.percent(p); }
    u32 host() { return static_cast<u32>(dice_.below(kMaxHosts)); }
    Duration up_to(Duration most) { return {static_cast<i64>(dice_.below(static_cast<u64>(most.ns)))}; }

    void device(u32 host) {
        if (percent(30)) return;
        static constexpr u64 kPieces[] = {1, 100, 1'500, 4'096, 65'536};
        const u32 room = static_cast<u32>(dice_.between(1, percent(50) ? 4 : 64));
        const Duration delay = up_to(percent(50) ? microseconds(100) : milliseconds(20));
        add({Kind::VsockDevice, 0, host, room, {}, delay, kPieces[percent(10) ? 0 : dice_.between(1, 4)]});
    }

    void stream() {
        const u32 id = ++last_id_, from = host();
        const u32 to = static_cast<u32>((from + 1 + dice_.below(kMaxHosts - 1)) % kMaxHosts);
        add({Kind::VsockStream, id, from, to, up_to(percent(70) ? seconds(1) : seconds(20))});
        for (u32 side = 0; side < 2; side++) {
            for (u64 i = dice_.below(5); i > 0; i--) {
                const Duration pause = percent(70) ? Duration{} : up_to(milliseconds(300));
                add({Kind::Write, id, side, 0, {}, pause, size()});
            }
            traits(id, side);
        }
    }

    u64 size() {
        switch (dice_.below(5)) {
            case 0: return 1;
            case 1: return dice_.between(2, 600);
            case 2: return dice_.between(60'000, 200'000);
            default: return dice_.between(500, 20'000);
        }
    }

    void traits(u32 id, u32 side) {
        if (percent(25)) {
            const Duration pause = up_to(milliseconds(100));
            add({Kind::SlowReader, id, side, 0, {}, pause, dice_.between(1'000, 9'000)});
        }
        if (percent(15)) add({Kind::LateReader, id, side, 0, {}, up_to(seconds(12))});
        if (percent(40)) {
            const Duration at = percent(70) ? Duration{} : up_to(seconds(1));
            add({Kind::Buffers, id, side, 0, at, {}, dice_.between(128, percent(50) ? 2'000 : 262'144)});
        }
        if (percent(8)) add({Kind::Abort, id, side, 0, up_to(seconds(2))});
        if (percent(8)) add({Kind::CloseEarly, id, side});
    }

    Dice dice_;
    u32 last_id_ = 0;
    Scenario& scenario_;
};

}  // namespace

void generate_vsock(Scenario& s) { Generator(s).make(); }

std::string vsock_in_words(const Element& e) {
    switch (e.kind) {
        case Kind::VsockDevice:
            return text(
                       "the vsock device of host %u has room for %u packets, cuts data into %u bytes, and "
                       "delays packets by ",
                       e.a, e.b, unsigned(e.value)) +
                   seconds_of(e.length);
        case Kind::VsockReset:
            return "at " + seconds_of(e.at) + text(": the vsock transport of host %u is reset", e.a);
        default:
            return "at " + seconds_of(e.at) +
                   text(": conversation %u: host %u connects to host %u over vsock", e.id, e.a, e.b);
    }
}

}  // namespace sim
