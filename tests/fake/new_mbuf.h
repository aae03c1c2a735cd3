// An mbuf for a test, which needs it.
#pragma once

#include <gtest/gtest.h>

#include "net/core/mbuf.h"

inline net::MbufPtr new_mbuf(usize headroom = net::kDefaultHeadroom) {
    net::MbufPtr m = net::Mbuf::alloc(headroom);
    EXPECT_TRUE(m) << "out of mbufs";
    return m;
}
