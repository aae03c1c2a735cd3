// How large segments are: the peer's MSS, the path's MTU and the options in the header decide.
#include "net/tcp/engine.h"

namespace net {

u32 tcp_segment_limit(const Tcb& t) { return t.mss - static_cast<u32>(tcp_options_length(t)); }

}  // namespace net
