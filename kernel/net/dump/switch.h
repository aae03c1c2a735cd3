// What the dump leaves out of the kernel, where text costs memory: formats that the kernel's receive path
// does not meet. The host's tools have all of them; `make DUMP_ALL=1` puts them into the kernel too. Internal
// to net/dump.
#pragma once

namespace net {

#ifdef NX6_DUMP_ALL
inline constexpr bool kDumpAll = true;
#else
inline constexpr bool kDumpAll = false;
#endif

}  // namespace net
