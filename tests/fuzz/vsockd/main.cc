// `make fuzz-vsockd`: libFuzzer changes the inputs; seeds.cc's are its beginning.
#include "tests/fuzz/vsockd/guest_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const u8* data, usize size) {
    fuzz::run_guest({data, size});
    return 0;
}
