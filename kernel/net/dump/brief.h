// The brief dump: one line a packet. Internal to dump/*.cc.
#pragma once

#include "net/dump/writer.h"

namespace net {

void dump_brief(DumpWriter& w, Bytes frame);

}  // namespace net
