// `make fuzz-filter`: libFuzzer changes the inputs; they begin with seeds() of filter_fuzz.cc.
#include "tests/fuzz/filter/filter_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const u8* data, usize size) {
    fuzz::run_filter({data, size});
    return 0;
}
