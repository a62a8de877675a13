/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sha2.h"

#include <string.h>

#include "base/bytes.h"
#include "roundrobin/types.h"

/* The first bits of the fractional parts of the cube roots of the first 80 primes (section 4.2.3). */
static const uint64_t k512[80] = {
    0x428a2f98d728ae22ULL, 0x7137449123ef65cdULL, 0xb5c0fbcfec4d3b2fULL, 0xe9b5dba58189dbbcULL, 0x3956c25bf348b538ULL,
    0x59f111f1b605d019ULL, 0x923f82a4af194f9bULL, 0xab1c5ed5da6d8118ULL, 0xd807aa98a3030242ULL, 0x12835b0145706fbeULL,
    0x243185be4ee4b28cULL, 0x550c7dc3d5ffb4e2ULL, 0x72be5d74f27b896fULL, 0x80deb1fe3b1696b1ULL, 0x9bdc06a725c71235ULL,
    0xc19bf174cf692694ULL, 0xe49b69c19ef14ad2ULL, 0xefbe4786384f25e3ULL, 0x0fc19dc68b8cd5b5ULL, 0x240ca1cc77ac9c65ULL,
    0x2de92c6f592b0275ULL, 0x4a7484aa6ea6e483ULL, 0x5cb0a9dcbd41fbd4ULL, 0x76f988da831153b5ULL, 0x983e5152ee66dfabULL,
    0xa831c66d2db43210ULL, 0xb00327c898fb213fULL, 0xbf597fc7beef0ee4ULL, 0xc6e00bf33da88fc2ULL, 0xd5a79147930aa725ULL,
    0x06ca6351e003826fULL, 0x142929670a0e6e70ULL, 0x27b70a8546d22ffcULL, 0x2e1b21385c26c926ULL, 0x4d2c6dfc5ac42aedULL,
    0x53380d139d95b3dfULL, 0x650a73548baf63deULL, 0x766a0abb3c77b2a8ULL, 0x81c2c92e47edaee6ULL, 0x92722c851482353bULL,
    0xa2bfe8a14cf10364ULL, 0xa81a664bbc423001ULL, 0xc24b8b70d0f89791ULL, 0xc76c51a30654be30ULL, 0xd192e819d6ef5218ULL,
    0xd69906245565a910ULL, 0xf40e35855771202aULL, 0x106aa07032bbd1b8ULL, 0x19a4c116b8d2d0c8ULL, 0x1e376c085141ab53ULL,
    0x2748774cdf8eeb99ULL, 0x34b0bcb5e19b48a8ULL, 0x391c0cb3c5c95a63ULL, 0x4ed8aa4ae3418acbULL, 0x5b9cca4f7763e373ULL,
    0x682e6ff3d6b2b8a3ULL, 0x748f82ee5defb2fcULL, 0x78a5636f43172f60ULL, 0x84c87814a1f0ab72ULL, 0x8cc702081a6439ecULL,
    0x90befffa23631e28ULL, 0xa4506cebde82bde9ULL, 0xbef9a3f7b2c67915ULL, 0xc67178f2e372532bULL, 0xca273eceea26619cULL,
    0xd186b8c721c0c207ULL, 0xeada7dd6cde0eb1eULL, 0xf57d4f7fee6ed178ULL, 0x06f067aa72176fbaULL, 0x0a637dc5a2c898a6ULL,
    0x113f9804bef90daeULL, 0x1b710b35131c471bULL, 0x28db77f523047d84ULL, 0x32caab7b40c72493ULL, 0x3c9ebe0a15c9bebcULL,
    0x431d67c49c100d4cULL, 0x4cc5d4becb3e42b6ULL, 0x597f299cfc657e2aULL, 0x5fcb6fab3ad6faecULL, 0x6c44198c4a475817ULL,
};

/* The same for the square roots of the first eight (section 5.3.5). */
static const uint64_t h512[8] = {
    0x6a09e667f3bcc908ULL, 0xbb67ae8584caa73bULL, 0x3c6ef372fe94f82bULL, 0xa54ff53a5f1d36f1ULL,
    0x510e527fade682d1ULL, 0x9b05688c2b3e6c1fULL, 0x1f83d9abfb41bd6bULL, 0x5be0cd19137e2179ULL,
};

static const uint32_t k256[64] = {
    0x428a2f98U, 0x71374491U, 0xb5c0fbcfU, 0xe9b5dba5U, 0x3956c25bU, 0x59f111f1U, 0x923f82a4U, 0xab1c5ed5U,
    0xd807aa98U, 0x12835b01U, 0x243185beU, 0x550c7dc3U, 0x72be5d74U, 0x80deb1feU, 0x9bdc06a7U, 0xc19bf174U,
    0xe49b69c1U, 0xefbe4786U, 0x0fc19dc6U, 0x240ca1ccU, 0x2de92c6fU, 0x4a7484aaU, 0x5cb0a9dcU, 0x76f988daU,
    0x983e5152U, 0xa831c66dU, 0xb00327c8U, 0xbf597fc7U, 0xc6e00bf3U, 0xd5a79147U, 0x06ca6351U, 0x14292967U,
    0x27b70a85U, 0x2e1b2138U, 0x4d2c6dfcU, 0x53380d13U, 0x650a7354U, 0x766a0abbU, 0x81c2c92eU, 0x92722c85U,
    0xa2bfe8a1U, 0xa81a664bU, 0xc24b8b70U, 0xc76c51a3U, 0xd192e819U, 0xd6990624U, 0xf40e3585U, 0x106aa070U,
    0x19a4c116U, 0x1e376c08U, 0x2748774cU, 0x34b0bcb5U, 0x391c0cb3U, 0x4ed8aa4aU, 0x5b9cca4fU, 0x682e6ff3U,
    0x748f82eeU, 0x78a5636fU, 0x84c87814U, 0x8cc70208U, 0x90befffaU, 0xa4506cebU, 0xbef9a3f7U, 0xc67178f2U,
};

static const uint32_t h256[8] = {
    0x6a09e667U, 0xbb67ae85U, 0x3c6ef372U, 0xa54ff53aU, 0x510e527fU, 0x9b05688cU, 0x1f83d9abU, 0x5be0cd19U,
};

static uint32_t ror256(uint32_t v, int n) {
    return v >> n | v << (32 - n);
}

/* FIPS 180-4, section 6.2.2; the message schedule is kept as a ring of sixteen words. */
static void compress256(uint32_t state[8], const uint8_t *block) {
    uint32_t w[16], s[8];
    for (int i = 0; i < 8; i++) s[i] = state[i];
    for (int t = 0; t < 64; t++) {
        uint32_t *slot = &w[t & 15];
        if (t < 16) {
            *slot = rr_load32_be(block + 4 * t);
        } else {
            uint32_t a = w[(t + 1) & 15], b = w[(t + 14) & 15];
            *slot += w[(t + 9) & 15] + (ror256(a, 7) ^ ror256(a, 18) ^ a >> 3) + (ror256(b, 17) ^ ror256(b, 19) ^ b >> 10);
        }
        uint32_t e = s[4], a = s[0];
        uint32_t t1 = s[7] + (ror256(e, 6) ^ ror256(e, 11) ^ ror256(e, 25)) + ((e & s[5]) ^ (~e & s[6])) + k256[t] + *slot;
        uint32_t t2 = (ror256(a, 2) ^ ror256(a, 13) ^ ror256(a, 22)) + ((a & s[1]) ^ (a & s[2]) ^ (s[1] & s[2]));
        for (int i = 7; i > 0; i--) s[i] = s[i - 1];
        s[4] += t1;
        s[0] = t1 + t2;
    }
    for (int i = 0; i < 8; i++) state[i] += s[i];
    rr_wipe(w, sizeof w);
    rr_wipe(s, sizeof s);
}

void rr_sha256_init(rr_sha256 *h) {
    memcpy(h->state, h256, sizeof h->state);
    h->length = 0;
}

void rr_sha256_update(rr_sha256 *h, const void *data, size_t len) {
    const uint8_t *bytes = data;
    size_t used = (size_t)(h->length % 64);
    h->length += len;
    if (used + len < 64) {
        if (len != 0) memcpy(h->block + used, bytes, len);
        return;
    }
    if (used != 0) {
        memcpy(h->block + used, bytes, 64 - used);
        compress256(h->state, h->block);
        bytes += 64 - used;
        len -= 64 - used;
    }
    for (; len >= 64; bytes += 64, len -= 64) compress256(h->state, bytes);
    if (len != 0) memcpy(h->block, bytes, len);
}

void rr_sha256_final(rr_sha256 *h, uint8_t out[32]) {
    size_t used = (size_t)(h->length % 64);
    h->block[used++] = 0x80;
    if (used > 56) {
        memset(h->block + used, 0, 64 - used);
        compress256(h->state, h->block);
        used = 0;
    }
    memset(h->block + used, 0, 64 - used);
    rr_store64_be(h->block + 56, 8 * h->length);
    compress256(h->state, h->block);
    for (int i = 0; i < 8; i++) rr_store32_be(out + 4 * i, h->state[i]);
    rr_wipe(h, sizeof *h);
}

void rr_sha256_of(uint8_t out[32], const void *data, size_t len) {
    rr_sha256 h;
    rr_sha256_init(&h);
    rr_sha256_update(&h, data, len);
    rr_sha256_final(&h, out);
}

static uint64_t ror512(uint64_t v, int n) {
    return v >> n | v << (64 - n);
}

/* FIPS 180-4, section 6.4.2; the message schedule is kept as a ring of sixteen words. */
static void compress512(uint64_t state[8], const uint8_t *block) {
    uint64_t w[16], s[8];
    for (int i = 0; i < 8; i++) s[i] = state[i];
    for (int t = 0; t < 80; t++) {
        uint64_t *slot = &w[t & 15];
        if (t < 16) {
            *slot = rr_load64_be(block + 8 * t);
        } else {
            uint64_t a = w[(t + 1) & 15], b = w[(t + 14) & 15];
            *slot += w[(t + 9) & 15] + (ror512(a, 1) ^ ror512(a, 8) ^ a >> 7) + (ror512(b, 19) ^ ror512(b, 61) ^ b >> 6);
        }
        uint64_t e = s[4], a = s[0];
        uint64_t t1 = s[7] + (ror512(e, 14) ^ ror512(e, 18) ^ ror512(e, 41)) + ((e & s[5]) ^ (~e & s[6])) + k512[t] + *slot;
        uint64_t t2 = (ror512(a, 28) ^ ror512(a, 34) ^ ror512(a, 39)) + ((a & s[1]) ^ (a & s[2]) ^ (s[1] & s[2]));
        for (int i = 7; i > 0; i--) s[i] = s[i - 1];
        s[4] += t1;
        s[0] = t1 + t2;
    }
    for (int i = 0; i < 8; i++) state[i] += s[i];
    rr_wipe(w, sizeof w);
    rr_wipe(s, sizeof s);
}

void rr_sha512_init(rr_sha512 *h) {
    memcpy(h->state, h512, sizeof h->state);
    h->length = 0;
}

void rr_sha512_update(rr_sha512 *h, const void *data, size_t len) {
    const uint8_t *bytes = data;
    size_t used = (size_t)(h->length % 128);
    h->length += len;
    if (used + len < 128) {
        if (len != 0) memcpy(h->block + used, bytes, len);
        return;
    }
    if (used != 0) {
        memcpy(h->block + used, bytes, 128 - used);
        compress512(h->state, h->block);
        bytes += 128 - used;
        len -= 128 - used;
    }
    for (; len >= 128; bytes += 128, len -= 128) compress512(h->state, bytes);
    if (len != 0) memcpy(h->block, bytes, len);
}

void rr_sha512_final(rr_sha512 *h, uint8_t out[64]) {
    size_t used = (size_t)(h->length % 128);
    h->block[used++] = 0x80;
    if (used > 112) {
        memset(h->block + used, 0, 128 - used);
        compress512(h->state, h->block);
        used = 0;
    }
    memset(h->block + used, 0, 128 - used);
    rr_store64_be(h->block + 120, 8 * h->length);
    compress512(h->state, h->block);
    for (int i = 0; i < 8; i++) rr_store64_be(out + 8 * i, h->state[i]);
    rr_wipe(h, sizeof *h);
}

void rr_sha512_of(uint8_t out[64], const void *data, size_t len) {
    rr_sha512 h;
    rr_sha512_init(&h);
    rr_sha512_update(&h, data, len);
    rr_sha512_final(&h, out);
}
