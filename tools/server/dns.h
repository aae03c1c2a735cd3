// A DNS responder so small that nettests needs no internet: it knows nx6.test and one name of MIT's.
#pragma once

#include "lib/types.h"

namespace dns {

inline constexpr usize kMaxMessage = 512;  // RFC 1035 2.3.4: the most that UDP carries

// Answers one query: writes the reply to `reply` (of at least kMaxMessage bytes) and returns its length.
// 0: say nothing, for what is no query at all (shorter than a header, or itself a response: two responders
// must not talk to each other for ever). Never reads or writes outside the spans, whatever the bytes are.
//
//   *.nx6.test, nx6.test     A 10.0.2.2 (the host, as QEMU's user network numbers it)
//   pdos.csail.mit.edu       A 128.52.129.126 (what MIT's lab asks for)
//   any other name           NXDOMAIN; malformed questions FORMERR; other opcodes NOTIMP
usize answer(Bytes query, MutBytes reply);

}  // namespace dns
