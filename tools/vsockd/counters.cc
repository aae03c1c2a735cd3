#include "tools/vsockd/counters.h"

#include "tools/vsockd/report.h"

namespace vsockd {

void Counters::print() const {
#define COUNTER(name, meaning) \
    if (name) say(text("%12llu %s", static_cast<unsigned long long>(name), meaning));
#include "tools/vsockd/counters.def"
#undef COUNTER
}

}  // namespace vsockd
