// Where a card reports received frames, for polling.
#pragma once

#include "lib/types.h"

namespace dev {

// The 16-bit word in memory in which a card reports received frames. It is quiet as long as its bits in
// `mask` are equal to `quiet`. Every driver describes its ring in this way, so that an idle hart can poll all
// cards with a few loads and without a virtual call.
struct RxWatch {
    using Word [[gnu::may_alias]] = u16;
    const volatile Word* word;
    u16 mask, quiet;

    bool pending() const { return (*word & mask) != quiet; }
};

}  // namespace dev
