#include "tests/wire/options.h"

#include <charconv>
#include <cstring>
#include <string_view>

#include "tests/wire/end.h"

namespace wire {

const char kUsage[] =
    R"(usage: lossybox A B [option...]

Connects two ends by a bad wire. An end is one of
  dgram:LOCALPORT:REMOTEPORT   one side of QEMU's dgram netdev on 127.0.0.1: LOCALPORT is the box's, REMOTEPORT QEMU's
                               (the guest has `make qemu NET=dgram:REMOTEPORT:LOCALPORT`)
  tap:IFNAME                   a TAP interface of the host; if missing, it exists while the box runs

Effects on IPv4 frames. Other frames, such as ARP, have only the rate and the delay.
  --loss SHARE                 loses them
  --burst SHARE,LENGTH[,LOSS]  begins a burst at this share of frames; a burst lasts LENGTH frames on average and
                               loses the share LOSS of them (100%): the Gilbert-Elliott model
  --hold SHARE,TIME            delays them by TIME, so that later frames overtake them
  --double SHARE               delivers them twice
  --damage SHARE               flips one bit
  --spare N                    exempts the first N frames from all of the above
  --delay TIME                 delays every frame
  --jitter TIME                adds a random delay of 0 to TIME, which also reorders
  --rate BYTES                 limits the link to this many bytes per second
  --queue BYTES                limits the queue before the link; drops frames above it (unlimited)
  --mtu BYTES                  fragments longer packets; those with DF are answered by ICMP "fragmentation needed"
  --black-hole                 drops those with DF silently
  --a-to-b, --b-to-a, --both   the options that follow apply to this direction (both)

  --seed N                     selects the random numbers (1). Runs with the same seed treat the n-th frame the same.

SHARE is 2% or 0.02, TIME 20ms, 50us or 1s, BYTES 1500, 256K or 50M. Defaults are in parentheses. The box prints "ready"
when the ends are open. At SIGTERM or SIGINT it prints frame counts for each direction and exits.
nx6 is free software under the MIT license: see the file LICENSE.
)";

namespace {

using Text = std::string_view;

[[noreturn]] void refuse(Text text, const char* wanted) {
    throw Problem("\"" + std::string(text) + "\" is not " + wanted + " (see --help)");
}

// A number; sets `unit` to the text after it.
double number(Text text, Text& unit, const char* wanted) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || !(value >= 0) || value > 1e12) refuse(text, wanted);
    unit = text.substr(static_cast<usize>(end - text.data()));
    return value;
}

double share(Text text) {
    constexpr const char* kWanted = "a share, such as 2% or 0.02";
    Text unit;
    const double value = number(text, unit, kWanted) / (unit == "%" ? 100 : 1);
    if ((unit != "%" && !unit.empty()) || value > 1) refuse(text, kWanted);
    return value;
}

Duration time(Text text) {
    constexpr const char* kWanted = "a time of at most 60 s, such as 20ms, 50us or 1s";
    Text unit;
    const double value = number(text, unit, kWanted);
    const double ns = unit == "us" ? 1e3 : unit == "ms" ? 1e6 : unit == "s" ? 1e9 : 0;
    if (ns == 0 || value * ns > 60e9) refuse(text, kWanted);
    return {static_cast<i64>(value * ns)};
}

i64 bytes(Text text) {
    constexpr const char* kWanted = "a number of bytes up to 9G, such as 1500, 256K or 50M";
    Text unit;
    const double value = number(text, unit, kWanted);
    const double factor = unit.empty() ? 1 : unit == "K" ? 1e3 : unit == "M" ? 1e6 : unit == "G" ? 1e9 : 0;
    if (factor == 0 || value * factor < 1 || value * factor > 9e9) refuse(text, kWanted);
    return static_cast<i64>(value * factor);
}

// The parts of "1%,20ms".
std::array<Text, 3> parts(Text text) {
    std::array<Text, 3> found;
    for (Text& part : found) {
        const usize comma = text.find(',');
        part = text.substr(0, comma);
        text = comma == text.npos ? Text{} : text.substr(comma + 1);
    }
    if (!text.empty()) refuse(text, "expected after the third value");
    return found;
}

void set_burst(Weather& w, Text text) {
    const auto [begins, length, loss] = parts(text);
    Text unit;
    w.burst = share(begins);
    w.burst_length = number(length, unit, "the mean length of a burst in frames, 1 or more");
    if (!unit.empty() || w.burst_length < 1)
        refuse(length, "the mean length of a burst in frames, 1 or more");
    w.burst_loss = loss.empty() ? 1 : share(loss);
}

void set_held(Weather& w, Text text) {
    const auto [which, by, none] = parts(text);
    if (!none.empty()) refuse(none, "expected after the time");
    w.held = share(which);
    w.held_by = time(by);
}

void set_mtu(Weather& w, Text text) {
    const i64 mtu = bytes(text);
    if (mtu < 68 || mtu > 65535) refuse(text, "an MTU from 68 (RFC 791) to 65535");
    w.mtu = static_cast<usize>(mtu);
}

u64 whole_number(Text text) {
    u64 n = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
    if (error != std::errc{} || end != text.data() + text.size()) refuse(text, "a whole number");
    return n;
}

struct Option {
    const char* name;
    void (*set)(Weather&, Text value);
};
constexpr Option kOptions[] = {
    {"--loss", [](Weather& w, Text v) { w.loss = share(v); }},
    {"--burst", set_burst},
    {"--hold", set_held},
    {"--double", [](Weather& w, Text v) { w.doubling = share(v); }},
    {"--damage", [](Weather& w, Text v) { w.damage = share(v); }},
    {"--spare", [](Weather& w, Text v) { w.spared = whole_number(v); }},
    {"--delay", [](Weather& w, Text v) { w.delay = time(v); }},
    {"--jitter", [](Weather& w, Text v) { w.jitter = time(v); }},
    {"--rate", [](Weather& w, Text v) { w.bytes_per_second = bytes(v); }},
    {"--queue", [](Weather& w, Text v) { w.queue_bytes = static_cast<usize>(bytes(v)); }},
    {"--mtu", set_mtu},
};

class Parser {
  public:
    explicit Parser(char** arguments) : next_(arguments) {}

    Options parse() {
        while (*next_ && !options_.help) take(*next_++);
        if (ends_ != 2 && !options_.help) throw Problem("expected two ends (see --help)");
        return options_;
    }

  private:
    void take(Text a) {
        if (a == "--help" || a == "-h")
            options_.help = true;
        else if (a == "--both" || a == "--a-to-b" || a == "--b-to-a")
            first_ = a == "--b-to-a", last_ = a != "--a-to-b";
        else if (a == "--seed")
            options_.seed = whole_number(value_of(a));
        else if (a == "--black-hole")
            set([](Weather& w, Text) { w.black_hole = true; }, {});
        else if (a.starts_with("-") || ends_ == 2)
            take_known(a);
        else
            options_.ends[ends_++] = a;
    }

    void take_known(Text a) {
        for (const Option& option : kOptions) {
            if (a == option.name) return set(option.set, value_of(a));
        }
        throw Problem("unknown option " + std::string(a) + " (see --help)");
    }

    void set(void (*setter)(Weather&, Text), Text value) {
        for (usize i = first_; i <= last_; i++) setter(options_.weather[i], value);
    }

    Text value_of(Text option) {
        if (!*next_) throw Problem(std::string(option) + " needs a value (see --help)");
        return *next_++;
    }

    char** next_;
    Options options_;
    usize ends_ = 0;
    usize first_ = 0, last_ = 1;  // the directions to which options apply
};

}  // namespace

Options parse_options(char** arguments) { return Parser(arguments).parse(); }

}  // namespace wire
