#include "sha256.h"

#include <string.h>

/* FIPS 180-4 section 4.2.2: the first 32 bits of the fractional parts of the cube roots of the first 64
 * primes. */
static const uint32_t k[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

/* Section 5.3.3. */
static const uint32_t first[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                  0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

/* Sections 3.2 and 4.1.2. */
static uint32_t rotr(uint32_t x, int n) { return x >> n | x << (32 - n); }
static uint32_t ch(uint32_t x, uint32_t y, uint32_t z) { return (x & y) ^ (~x & z); }
static uint32_t maj(uint32_t x, uint32_t y, uint32_t z) { return (x & y) ^ (x & z) ^ (y & z); }
static uint32_t sum0(uint32_t x) { return rotr(x, 2) ^ rotr(x, 13) ^ rotr(x, 22); }
static uint32_t sum1(uint32_t x) { return rotr(x, 6) ^ rotr(x, 11) ^ rotr(x, 25); }
static uint32_t sigma0(uint32_t x) { return rotr(x, 7) ^ rotr(x, 18) ^ x >> 3; }
static uint32_t sigma1(uint32_t x) { return rotr(x, 17) ^ rotr(x, 19) ^ x >> 10; }

static uint32_t big_endian(const uint8_t* p) {
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* Section 6.2.2, step 1: the message schedule. */
static void schedule(uint32_t w[64], const uint8_t* block) {
    for (int t = 0; t < 16; t++) w[t] = big_endian(block + 4 * t);
    for (int t = 16; t < 64; t++) w[t] = sigma1(w[t - 2]) + w[t - 7] + sigma0(w[t - 15]) + w[t - 16];
}

/* Steps 2 to 4. The working variables a to h are v[(8 - t) % 8] and the seven that follow it in a circle: so
 * none is moved after a round. */
static void compress(uint32_t state[8], const uint8_t* block) {
    uint32_t w[64], v[8];
    schedule(w, block);
    memcpy(v, state, sizeof v);
    for (int t = 0; t < 64; t++) {
        const uint32_t a = v[(64 - t) % 8], b = v[(65 - t) % 8], c = v[(66 - t) % 8];
        const uint32_t e = v[(68 - t) % 8], f = v[(69 - t) % 8], g = v[(70 - t) % 8];
        uint32_t *const d = &v[(67 - t) % 8], *const h = &v[(71 - t) % 8];
        const uint32_t t1 = *h + sum1(e) + ch(e, f, g) + k[t] + w[t];
        *d += t1;
        *h = t1 + sum0(a) + maj(a, b, c);
    }
    for (int i = 0; i < 8; i++) state[i] += v[i];
}

void sha256_begin(struct sha256* s) {
    memcpy(s->h, first, sizeof s->h);
    s->bytes = 0;
}

void sha256_add(struct sha256* s, const void* data, size_t n) {
    const uint8_t* p = data;
    while (n > 0) {
        const size_t held = s->bytes % SHA256_BLOCK, room = SHA256_BLOCK - held, some = n < room ? n : room;
        if (some == SHA256_BLOCK) {
            compress(s->h, p); /* without a copy */
        } else {
            memcpy(s->block + held, p, some);
            if (some == room) compress(s->h, s->block);
        }
        s->bytes += some;
        p += some;
        n -= some;
    }
}

/* Section 5.1.1: a one bit, zeros, and the length in bits. */
void sha256_end(struct sha256* s, uint8_t hash[SHA256_BYTES]) {
    static const uint8_t padding[SHA256_BLOCK] = {0x80};
    const uint64_t bits = s->bytes * 8;
    const size_t held = s->bytes % SHA256_BLOCK, end = SHA256_BLOCK - 8;
    uint8_t length[8];
    for (int i = 0; i < 8; i++) length[i] = (uint8_t)(bits >> (56 - 8 * i));
    sha256_add(s, padding, held < end ? end - held : SHA256_BLOCK + end - held);
    sha256_add(s, length, sizeof length);
    for (int i = 0; i < SHA256_BYTES; i++) hash[i] = (uint8_t)(s->h[i / 4] >> (24 - i % 4 * 8));
}
