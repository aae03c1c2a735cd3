// From a seed to a scenario.
#include <algorithm>

#include "scenario.h"

namespace sim {
namespace {

class Generator {
  public:
    explicit Generator(u64 seed) : dice_(seed, 0), hosts_(static_cast<u32>(dice_.between(2, kMaxHosts))) {
        scenario_.seed = seed;
    }

    Scenario make() {
        for (u32 host = 0; host < hosts_; host++) card(host);
        // A fifth of all scenarios has good weather and no events: then nothing may be lost at all.
        const bool calm = dice_.percent(20);
        for (u32 host = 0; host < hosts_ && !calm; host++) weather(host);
        for (u64 i = calm ? 0 : dice_.below(4); i > 0; i--) event();
        for (u64 i = dice_.between(1, 6); i > 0; i--) stream();
        if (calm && percent(60)) {
            chorus();
            return scenario_;
        }
        for (u64 i = dice_.below(3); i > 0; i--) datagrams(Kind::Datagrams, 12);
        for (u64 i = dice_.below(3); i > 0; i--) datagrams(Kind::Pings, 6);
        return scenario_;
    }

  private:
    void add(const Element& e) { scenario_.elements.push_back(e); }
    bool percent(unsigned p) { return dice_.percent(p); }
    u32 host() { return static_cast<u32>(dice_.below(hosts_)); }
    u32 another(u32 than) { return static_cast<u32>((than + 1 + dice_.below(hosts_ - 1)) % hosts_); }
    Duration up_to(Duration most) { return {static_cast<i64>(dice_.below(static_cast<u64>(most.ns)))}; }

    void card(u32 host) {
        static constexpr u64 kFeatures[] = {1, 3, 7};
        if (percent(40)) add({Kind::Offload, 0, host, 0, {}, {}, kFeatures[dice_.below(3)]});
        static constexpr i64 kDelays[] = {50, 1'000, 10'000, 100'000};
        if (percent(60)) {
            const Duration delay = microseconds(kDelays[dice_.below(4)]);
            const u64 jitter = percent(30) ? dice_.between(1, 20'000) : 0;
            add({Kind::Delay, 0, host, 0, {}, delay, jitter});
        }
        if (percent(10)) add({Kind::Strip, 0, host, 0, {}, {}, dice_.between(1, 7)});
        static constexpr u64 kRates[] = {20'000, 200'000, 2'000'000, 20'000'000};
        if (percent(40)) {
            const u32 queue = static_cast<u32>(dice_.between(5'000, 60'000));
            add({Kind::Rate, 0, host, queue, {}, {}, kRates[dice_.below(4)]});
        }
    }

    void weather(u32 host) {
        if (percent(30)) add({Kind::Loss, 0, host, 0, {}, {}, dice_.between(1, 100)});
        if (percent(15)) {
            const u32 length = static_cast<u32>(dice_.between(2, 20));
            add({Kind::Burst, 0, host, length, {}, {}, dice_.between(1, 10)});
        }
        if (percent(20)) add({Kind::Doubling, 0, host, 0, {}, {}, dice_.between(1, 200)});
        if (percent(20)) add({Kind::Damage, 0, host, 0, {}, {}, dice_.between(1, 50)});
        if (percent(20)) {
            const Duration late = percent(30) ? up_to(seconds(10)) : up_to(milliseconds(300));
            add({Kind::Hold, 0, host, 0, {}, late, dice_.between(1, 100)});
        }
    }

    void event() {
        static constexpr Kind kKinds[] = {Kind::Cut,    Kind::Cut,   Kind::Narrow,
                                          Kind::Narrow, Kind::Pause, Kind::Crash};
        Element e{kKinds[dice_.below(6)], 0, host(), 0, up_to(percent(70) ? seconds(2) : seconds(15))};
        const bool brief = e.kind == Kind::Pause || percent(50);
        e.length = up_to(brief ? milliseconds(500) : seconds(14));
        if (e.kind == Kind::Narrow) {
            e.value = percent(80) ? dice_.between(576, 1499) : dice_.between(200, 575);
            e.b = percent(30);
            e.at = up_to(seconds(1));
            e.length = up_to(seconds(29));
        }
        add(e);
    }

    u64 size() {
        switch (dice_.below(6)) {
            case 0: return 1;
            case 1: return dice_.between(2, 100);
            case 2: return 1448 * dice_.between(1, 4);
            case 3: return dice_.between(30'000, 70'000);
            default: return dice_.between(100, 8'000);
        }
    }

    void stream() {
        const u32 id = ++conversations_, from = host();
        const Duration begins = start();
        add({Kind::Stream, id, from, another(from), begins});
        for (u32 side = 0; side < 2; side++) {
            for (u64 i = dice_.below(side ? 4 : 5); i > 0; i--) {
                const Duration pause =
                    percent(70) ? Duration{} : up_to(percent(80) ? milliseconds(300) : seconds(4));
                add({Kind::Write, id, side, 0, {}, pause, size()});
            }
            traits(id, side);
        }
        if (percent(3))
            add({Kind::Wrap, id, static_cast<u32>(dice_.below(2)), 0, {}, {}, percent(20)});
        else if (percent(25))
            add({Kind::OldPort, id, 0, 0, {}, {}, dice_.between(5000, 5001)});
        if (!percent(25)) return;
        for (u64 i = dice_.between(1, 4); i > 0; i--) {
            const Duration at = begins + up_to(percent(50) ? milliseconds(50) : seconds(4));
            add({Kind::Forgery, id, 0, 0, at, {}, dice_.below(kForgedKinds)});
        }
    }

    void traits(u32 id, u32 side) {
        if (percent(15)) {
            const Duration pause = up_to(milliseconds(200));
            add({Kind::SlowReader, id, side, 0, {}, pause, dice_.between(500, 9'000)});
        }
        if (percent(15)) add({Kind::LateReader, id, side, 0, {}, up_to(seconds(12)), 0});
        if (percent(30)) {
            const Duration at = percent(70) ? Duration{} : up_to(seconds(1));
            add({Kind::Buffers, id, side, 0, at, {}, dice_.between(2'048, 40'000)});
        }
        if (percent(20)) add({percent(50) ? Kind::NoDelay : Kind::Cork, id, side});
        if (percent(6)) add({Kind::Abort, id, side, 0, up_to(seconds(3))});
        if (percent(6)) add({Kind::CloseEarly, id, side});
        if (percent(8)) {
            const auto whole = [this](u64 most) { return seconds(static_cast<i64>(dice_.between(1, most))); };
            const Duration idle = whole(5), interval = whole(3);
            add({Kind::Keepalive, id, side, 0, idle, interval, dice_.between(1, 5)});
        }
        if (percent(8)) add({Kind::Timeout, id, side, 0, {}, milliseconds(500) + up_to(seconds(15))});
    }

    void datagrams(Kind kind, u64 most) {
        const u32 id = ++conversations_, from = host();
        const Duration every = up_to(milliseconds(percent(50) ? 2 : 400));
        add({kind, id, from, another(from), start(), every, dice_.between(1, most)});
    }

    // Two series at the same time to the same host, whose link mixes their fragments. So few that reassembly
    // has room for all of them.
    void chorus() {
        const u32 to = host(), first = another(to), second = another(to);
        const Duration at = seconds(25) + up_to(seconds(3));
        add({Kind::Delay, 0, to, 0, {}, milliseconds(1), dice_.between(2'000, 20'000)});
        const bool alike = first != second && percent(70);
        const Duration every = milliseconds(300);  // longer than ARP takes
        const auto series = [&](Kind kind, u32 from) {
            add({kind, ++conversations_, from, to, at, every, 4});
        };
        series(Kind::Datagrams, first);
        series(alike ? Kind::Datagrams : Kind::Pings, second);
    }

    Duration start() { return up_to(percent(70) ? seconds(1) : seconds(20)); }

    Dice dice_;
    const u32 hosts_;
    u32 conversations_ = 0;
    Scenario scenario_;
};

bool has_good_weather(const Scenario& s) {
    return std::none_of(s.elements.begin(), s.elements.end(), [](const Element& e) {
        return e.kind < Kind::Delay || (e.kind >= Kind::Cut && e.kind <= Kind::Crash);
    });
}

// Many links are cut for so long that ARP finds nobody, and that TCP's timeouts reach their limits.
void add_outages(Scenario& s) {
    Dice dice(s.seed, 7000);
    if (has_good_weather(s) || !dice.percent(25)) return;
    const auto up_to = [&](i64 most) {
        return milliseconds(static_cast<i64>(dice.below(static_cast<u64>(most))));
    };
    for (u32 host = 0; host < kMaxHosts; host++) {
        if (dice.percent(60))
            s.elements.push_back({Kind::Cut, 0, host, 0, up_to(2'000), seconds(5) + up_to(12'000)});
    }
}

}  // namespace

Scenario generate(u64 seed) {
    Scenario s = Generator(seed).make();
    add_outages(s);
    generate_vsock(s);
    generate_channels(s);
    return s;
}

}  // namespace sim
