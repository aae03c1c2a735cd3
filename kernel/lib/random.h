// Unpredictable numbers: ChaCha20 (RFC 8439). Its output replaces its key, so earlier output cannot be
// computed from the current state.
#pragma once

#include "lib/types.h"

// One ChaCha20 block: 16 words in, 16 words out.
void chacha20_block(const u32 in[16], u32 out[16]);

// The generator itself. Not synchronised.
class Random {
  public:
    // Mixes bytes into the key. Known bytes do not reduce its entropy.
    void seed(Bytes bytes);
    u64 next();

  private:
    void refill();
    u32 key_[8] = {};
    u64 pool_[4] = {};
    unsigned left_ = 0;
    u64 blocks_ = 0;
};

// The kernel's generator (proc/random.cc). Thread context.
void random_seed(Bytes bytes);
u64 random_u64();
