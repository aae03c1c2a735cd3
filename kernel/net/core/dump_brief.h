// The brief dump: one line a packet. Internal to core/dump*.cc.
#pragma once

#include "net/core/dump_writer.h"

namespace net {

void dump_brief(DumpWriter& w, Bytes frame);

}  // namespace net
