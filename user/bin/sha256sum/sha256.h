/* SHA-256 (FIPS 180-4). sha256_begin(), then sha256_add() any number of times, then sha256_end(). */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum { SHA256_BYTES = 32, SHA256_BLOCK = 64 };

struct sha256 {
    uint32_t h[8];
    uint64_t bytes;              /* added so far */
    uint8_t block[SHA256_BLOCK]; /* its first bytes % SHA256_BLOCK bytes are waiting for the rest */
};

void sha256_begin(struct sha256* s);
void sha256_add(struct sha256* s, const void* data, size_t n);
void sha256_end(struct sha256* s, uint8_t hash[SHA256_BYTES]);
