// Packet channels in a scenario: what is drawn, and how it is told.
#include "scenario.h"

namespace sim {

void generate_channels(Scenario& s) {
    Dice dice(s.seed, 5000);
    if (!dice.percent(20)) return;
    const auto up_to = [&](Duration most) { return Duration{i64(dice.below(static_cast<u64>(most.ns)))}; };
    for (u32 host = 0; host < kMaxHosts; host++) {
        if (!dice.percent(50)) continue;
        static constexpr u32 kSlots[] = {16, 64, 256, 256};
        static constexpr u64 kPieces[] = {600, 1'514, 2'048, 2'048};
        static constexpr i64 kLate[] = {0, 50, 1'000, 10'000};
        const Duration card_is_late = dice.percent(50) ? Duration{} : up_to(milliseconds(5));
        s.elements.push_back({Kind::OwnStack, 0, host, kSlots[dice.below(4)], card_is_late,
                              microseconds(kLate[dice.below(4)]), kPieces[dice.below(4)]});
        if (!dice.percent(25)) continue;
        const Duration at = up_to(seconds(dice.percent(70) ? 2 : 15));
        s.elements.push_back({Kind::ApplicationCrash, 0, host, 0, at, up_to(seconds(10))});
    }
}

std::string channel_in_words(const Element& e) {
    if (e.kind == Kind::ApplicationCrash)
        return "at " + seconds_of(e.at) + ", for " + seconds_of(e.length) +
               text(": the programs of host %u crash with their stack, and start again", e.a);
    return text(
               "the programs of host %u have a stack of their own, over a channel with %u slots and %u bytes "
               "in a buffer; it looks up to ",
               e.a, e.b, unsigned(e.value)) +
           seconds_of(e.length) + " late, and the card reads frames " + seconds_of(e.at) + " late";
}

}  // namespace sim
