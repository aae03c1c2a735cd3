// Where a card reports received frames, for polling.
#pragma once

#include "lib/types.h"

namespace dev {

// The 16-bit word in memory in which a card reports received frames. It is quiet as long as its bits in
// `mask` are equal to `quiet`. Every driver describes its ring in this way, so that an idle hart can poll all
// cards with a few loads and without a virtual call.
//
// A card may also have a word that says whether it interrupts for the next received frame, with one value for
// each answer. While a hart polls, an interrupt would only take time, of the emulator too.
struct RxWatch {
    using Word [[gnu::may_alias]] = u16;
    const volatile Word* word;
    volatile Word* interrupt = nullptr;  // null: the card interrupts anyway
    u16 mask = 0, quiet = 0;
    u16 off = 0, on = 0;

    bool pending() const { return (*word & mask) != quiet; }
};

}  // namespace dev
