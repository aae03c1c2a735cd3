// `make fuzz-vsockd`: libFuzzer changes the inputs; seeds.cc's are its beginning.
#include "tests/fuzz/vsockd/guest_fuzz.h"

#include <gtest/gtest.h>

// What the test's own side finds wrong, such as a vsockd that is never idle, is a finding too.
extern "C" int LLVMFuzzerInitialize(int*, char***) {
    testing::GTEST_FLAG(throw_on_failure) = true;
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const u8* data, usize size) {
    fuzz::run_guest({data, size});
    return 0;
}
