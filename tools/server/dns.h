// A small DNS responder, so that nettests needs no internet: it knows nx6.test and one of MIT's names.
#pragma once

#include "lib/types.h"

namespace dns {

inline constexpr usize kMaxMessage = 512;  // RFC 1035 2.3.4: the maximum size over UDP

// Answers one query: writes the reply to `reply` (of at least kMaxMessage bytes) and returns its length.
// 0: no answer, because this is no query: it is shorter than a header, or it is a response (two responders
// must not answer each other forever). Never reads or writes outside the spans, whatever the bytes are.
//
//   *.nx6.test, nx6.test     A 10.0.2.2 (the host, as QEMU's user network numbers it)
//   pdos.csail.mit.edu       A 128.52.129.126 (the name that MIT's lab asks for)
//   any other name           NXDOMAIN; malformed questions FORMERR; other opcodes NOTIMP
usize answer(Bytes query, MutBytes reply);

}  // namespace dns
