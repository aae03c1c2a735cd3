// A scenario is data: a list of elements, each of which is a sentence (in_words). A seed generates it; to
// shrink it means to leave elements out. What is left then behaves as before, because each host, link and
// conversation has random numbers of its own.
#pragma once

#include <random>
#include <string>
#include <vector>

#include "lib/time.h"

namespace sim {

enum class Kind : u8 {
    // The weather on a host's link, until kHeal.
    Loss,      // value: probability in thousandths
    Burst,     // value: probability in thousandths that a burst of `b` losses begins
    Doubling,  // value: probability in thousandths
    Damage,    // value: probability in thousandths
    Hold,      // value: probability in thousandths; a held frame is late by `length`
    // The nature of a host's link and card; it stays.
    Delay,    // length: of each frame; value: microseconds of jitter
    Rate,     // value: bytes a second; b: the queue in bytes
    Offload,  // value: NetDevice's features
    Strip,    // a middlebox replaces options of SYNs by NOPs; value: which (middlebox.h)
    // What happens to a host or its link at a time.
    Cut,     // the link is down for `length`
    Narrow,  // the MTU of the way to the host is `value` for `length`; b: 1 without an ICMP report
    Pause,   // the host takes no frames and runs no programs for `length`, and its timers are late
    Crash,   // the host loses all its state and boots after `length`
    NoMem,   // allocation `value` fails; no seed has it, `sim --fail-allocation` adds it
    // Programs. `id` names the conversation.
    Stream,      // host a connects to host b
    Write,       // side a (0: the client) writes `value` bytes, `length` after its previous write
    SlowReader,  // side a reads at most `value` bytes every `length`
    LateReader,  // side a reads nothing for `length`
    Buffers,     // side a sets both its buffers to `value` bytes, `at` after its start
    NoDelay,     // side a sets TCP_NODELAY
    Cork,        // side a sets TCP_CORK
    Abort,       // side a resets the connection, `at` after its start
    CloseEarly,  // side a closes after its last write, without reading
    Keepalive,   // side a sends `value` probes, one every `length`, when it has heard nothing for `at`
    Timeout,     // side a sets TCP_USER_TIMEOUT to `length`
    Wrap,        // side a's sequence numbers, or with value 1 its timestamps, begin shortly before 2^32
    OldPort,     // the client uses port `value`, which others use too
    Datagrams,   // host a sends `value` UDP datagrams to host b, one every `length`
    Pings,       // host a sends `value` echo requests to host b, one every `length`
    Forgery,     // somebody who knows only the addresses of the conversation forges a segment; value: Forged
    // AF_VSOCK, over a transport of its own (vsock_bus.h).
    VsockDevice,  // host a's device has room for b packets, cuts data into `value` bytes, delays by `length`
    VsockReset,   // host a's transport is reset
    VsockStream,  // as Stream, over vsock
    // Packet channels.
    OwnStack,  // host a's programs have a stack of their own, over a channel with b slots in each ring;
               // value:
    // how many bytes of a buffer are used; it looks late by `length`; the card reads frames late by `at`
    ApplicationCrash,  // host a's programs crash with their stack, and start again after `length`
};
inline bool is_channel(Kind k) { return k == Kind::OwnStack || k == Kind::ApplicationCrash; }
inline bool is_vsock(Kind k) { return k >= Kind::VsockDevice && k <= Kind::VsockStream; }

// The kinds of forged segments. A stack must ignore all of them, or answer with an ACK.
enum class Forged : u8 { FarReset, NearReset, Syn, FarData, FutureAck, FarFin };
inline constexpr u64 kForgedKinds = 6;

struct Element {
    Kind kind;
    u32 id = 0;        // the conversation
    u32 a = 0, b = 0;  // a: the host or the side
    Duration at{}, length{};
    u64 value = 0;
};

// From then on the weather is good, every link up, every MTU as wide as the cards', and every host runs.
inline constexpr Duration kHeal = seconds(30);
// A conversation that makes no progress for so long then is stuck. The RTO is at most a minute, and stays so
// long until a segment was sent only once: if a full queue drops another one, its timeout takes that long
// again.
inline constexpr Duration kPatience = seconds(130);
inline constexpr u32 kMaxHosts = 4;
inline constexpr u16 kStreamPort = 80, kDatagramPort = 7000;
// When a run begins. Its times count from then.
inline constexpr Instant kStart{1'000'000'000};

struct Scenario {
    u64 seed = 0;
    std::vector<Element> elements;
};

Scenario generate(u64 seed);
// Adds the elements of a part of the scenario, with random numbers of its own. generate() calls it.
void generate_vsock(Scenario& s);
void generate_channels(Scenario& s);

// What of s does without vsock and channels.
Scenario on_cards_only(const Scenario& s);

// A sentence without a full stop.
std::string in_words(const Element& e);
std::string vsock_in_words(const Element& e);
std::string channel_in_words(const Element& e);
std::string text(const char* format, ...) __attribute__((format(printf, 1, 2)));
std::string seconds_of(Duration d);

// Does e have an effect only if the conversation e.id exists?
inline bool is_part_of_stream(Kind k) {
    return (k >= Kind::Write && k <= Kind::OldPort) || k == Kind::Forgery;
}

// Random numbers that belong to one thing, whatever else happens.
class Dice {
  public:
    Dice(u64 seed, u64 owner) : random_(seed * 0x9e37'79b9'7f4a'7c15 + owner) {}
    u64 below(u64 n) { return random_() % n; }
    u64 between(u64 least, u64 most) { return least + below(most - least + 1); }
    bool percent(unsigned p) { return below(100) < p; }
    std::mt19937_64& generator() { return random_; }

  private:
    std::mt19937_64 random_;
};

}  // namespace sim
