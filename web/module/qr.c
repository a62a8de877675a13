/* SPDX-License-Identifier: Apache-2.0 */
/* A symbol of version v has 17 + 4v modules on a side.
 *
 *     data        0100 (bytes), their number (8 bits up to version 9, else 16), the bytes, 0000, zeros up to a whole byte, then EC 11 EC 11 ...
 *     codewords   the data in blocks, each with its Reed-Solomon remainder; first all blocks' data, then all remainders, codeword by codeword in turn
 *     placing     bit by bit in columns two modules wide, from the right edge, upwards and downwards in turn, around what has a place of its own
 *
 * Arithmetic of the remainders is in GF(256) modulo x^8 + x^4 + x^3 + x^2 + 1. */
#include "web/module/qr.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
    VERSIONS = 40,
    CODEWORDS_MAX = 3706,
    EC_MAX = 30,
    FUNCTION = 2 /* a module with a place of its own; the lowest bit is its colour */
};

/* Table 9, level L: codewords of a block's remainder, blocks. */
static const uint8_t ec_length[VERSIONS] = {7,  10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28,
                                            28, 28, 30, 30, 26, 28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30};
static const uint8_t ec_blocks[VERSIONS] = {1, 1, 1, 1,  1,  2,  2,  2,  2,  4,  4,  4,  4,  4,  6,  6,  6,  6,  7,  8,
                                            8, 9, 9, 10, 12, 12, 12, 13, 14, 15, 16, 17, 18, 19, 19, 20, 21, 22, 24, 25};

typedef struct symbol {
    uint8_t *modules;
    unsigned version, side;
} symbol;

/* ---- sizes ---------------------------------------------------------------------------------------------------------- */

/* Alignment patterns on a side of their grid. */
static unsigned alignments(unsigned version) {
    return version == 1 ? 0 : version / 7 + 2;
}

/* All modules, without the three finders with their margins (3 * 64), both timing patterns (2 * (side - 16)), format (31), version, and alignment patterns of 25
 * of which three fall on finders and those on a timing pattern share five modules with it. */
static unsigned codewords(unsigned version) {
    unsigned side = 17 + 4 * version, n = alignments(version), modules = side * side - 192 - 2 * (side - 16) - 31;
    if (n) modules -= 25 * (n * n - 3) - 5 * 2 * (n - 2);
    if (version >= 7) modules -= 36;
    return modules / 8;
}

static unsigned data_codewords(unsigned version) {
    return codewords(version) - (unsigned)ec_length[version - 1] * ec_blocks[version - 1];
}

static unsigned version_for(size_t len) {
    for (unsigned v = 1; v <= VERSIONS; v++) {
        size_t bits = 4 + (v < 10 ? 8 : 16) + 8 * len;
        if (bits <= 8 * (size_t)data_codewords(v)) return v;
    }
    return 0;
}

/* ---- codewords ------------------------------------------------------------------------------------------------------ */

static uint8_t multiply(uint8_t a, uint8_t b) {
    unsigned product = 0;
    for (int bit = 7; bit >= 0; bit--) {
        product = product << 1 ^ (product & 0x80 ? 0x11d : 0);
        if (b >> bit & 1) product ^= a;
    }
    return (uint8_t)product;
}

/* The coefficients of (x - 1)(x - 2)(x - 4)..., highest first, without the leading 1. */
static void make_generator(uint8_t generator[EC_MAX], unsigned degree) {
    uint8_t root = 1;
    memset(generator, 0, degree);
    generator[degree - 1] = 1;
    for (unsigned i = 0; i < degree; i++) {
        for (unsigned k = 0; k < degree; k++) {
            generator[k] = multiply(generator[k], root);
            if (k + 1 < degree) generator[k] ^= generator[k + 1];
        }
        root = multiply(root, 2);
    }
}

static void make_remainder(uint8_t *remainder, unsigned degree, const uint8_t *generator, const uint8_t *data, size_t len) {
    memset(remainder, 0, degree);
    for (size_t i = 0; i < len; i++) {
        uint8_t factor = data[i] ^ remainder[0];
        memmove(remainder, remainder + 1, degree - 1);
        remainder[degree - 1] = 0;
        for (unsigned k = 0; k < degree; k++) remainder[k] ^= multiply(generator[k], factor);
    }
}

static void make_data(uint8_t *out, unsigned version, const uint8_t *data, size_t len) {
    unsigned room = data_codewords(version);
    size_t at = 0;
    memset(out, 0, room);
    /* Mode and number take 12 or 20 bits: from there on everything is half a byte off. */
    if (version < 10) {
        out[at++] = (uint8_t)(0x40 | len >> 4);
    } else {
        out[at++] = (uint8_t)(0x40 | len >> 12);
        out[at++] = (uint8_t)(len >> 4);
    }
    out[at] = (uint8_t)(len << 4);
    for (size_t i = 0; i < len; i++) {
        out[at++] |= data[i] >> 4;
        out[at] = (uint8_t)(data[i] << 4);
    }
    for (uint8_t pad = 0xec; ++at < room; pad ^= 0xec ^ 0x11) out[at] = pad;
}

/* All codewords in the order in which they are placed.  The last blocks have one codeword of data more, if they do not share alike. */
static void make_codewords(uint8_t *out, unsigned version, const uint8_t *data) {
    unsigned blocks = ec_blocks[version - 1], degree = ec_length[version - 1], room = data_codewords(version);
    unsigned size = room / blocks, small = blocks - room % blocks;
    uint8_t generator[EC_MAX], remainder[EC_MAX];
    make_generator(generator, degree);
    for (unsigned b = 0, from = 0; b < blocks; b++) {
        unsigned len = size + (b >= small);
        make_remainder(remainder, degree, generator, data + from, len);
        for (unsigned i = 0; i < len; i++) out[i < size ? i * blocks + b : size * blocks + b - small] = data[from + i];
        for (unsigned i = 0; i < degree; i++) out[room + i * blocks + b] = remainder[i];
        from += len;
    }
}

/* ---- modules with a place of their own ------------------------------------------------------------------------------ */

static void set(const symbol *q, unsigned x, unsigned y, bool dark) {
    q->modules[y * q->side + x] = (uint8_t)(FUNCTION | dark);
}

/* Rings around a middle, as far as they are within the symbol: a finder's are dark but for the second and fourth one, an alignment pattern's but for the first. */
static void draw_rings(const symbol *q, int x, int y, int radius, unsigned light) {
    for (int dy = -radius; dy <= radius; dy++) {
        for (int dx = -radius; dx <= radius; dx++) {
            int ring = abs(dx) > abs(dy) ? abs(dx) : abs(dy), to_x = x + dx, to_y = y + dy;
            if (to_x >= 0 && to_y >= 0 && to_x < (int)q->side && to_y < (int)q->side)
                set(q, (unsigned)to_x, (unsigned)to_y, !(light >> ring & 1));
        }
    }
}

/* The middle of the i-th of n alignment patterns: from 6 on, and then evenly spaced up to side - 7 (Annex E; version 32 alone departs from that). */
static unsigned alignment_at(const symbol *q, unsigned n, unsigned i) {
    unsigned step = q->version == 32 ? 26 : (4 * q->version + 2 * n + 1) / (2 * n - 2) * 2;
    return i == 0 ? 6 : q->side - 7 - (n - 1 - i) * step;
}

static void draw_alignments(const symbol *q) {
    unsigned n = alignments(q->version);
    for (unsigned i = 0; i < n; i++) {
        for (unsigned k = 0; k < n; k++) {
            bool finder = (i == 0 && k == 0) || (i == 0 && k == n - 1) || (i == n - 1 && k == 0);
            if (!finder) draw_rings(q, (int)alignment_at(q, n, i), (int)alignment_at(q, n, k), 2, 1 << 1);
        }
    }
}

/* Bits behind which the remainder modulo a polynomial stands (BCH codes of Annexes C and D). */
static unsigned with_remainder(unsigned bits, unsigned polynomial, int degree) {
    unsigned all = bits << degree, rest = all;
    for (int i = 17; i >= degree; i--)
        if (rest >> i & 1) rest ^= polynomial << (i - degree);
    return all | rest;
}

static void draw_format(const symbol *q, unsigned mask) {
    enum { LEVEL_L = 1 };
    unsigned bits = with_remainder(LEVEL_L << 3 | mask, 0x537, 10) ^ 0x5412, last = q->side - 1;
    for (unsigned i = 0; i < 15; i++) {
        bool dark = bits >> i & 1;
        /* Once around the upper left finder, past the timing patterns; once along the other two. */
        if (i < 8)
            set(q, 8, i < 6 ? i : i + 1, dark);
        else
            set(q, i == 8 ? 7 : 14 - i, 8, dark);
        if (i < 8)
            set(q, last - i, 8, dark);
        else
            set(q, 8, last - 14 + i, dark);
    }
    set(q, 8, last - 7, true);
}

static void draw_version(const symbol *q) {
    if (q->version < 7) return;
    unsigned bits = with_remainder(q->version, 0x1f25, 12);
    for (unsigned i = 0; i < 18; i++) {
        unsigned a = q->side - 11 + i % 3, b = i / 3;
        set(q, a, b, bits >> i & 1);
        set(q, b, a, bits >> i & 1);
    }
}

static void draw_patterns(const symbol *q) {
    int far = (int)q->side - 4;
    for (unsigned i = 0; i < q->side; i++) {
        set(q, 6, i, i % 2 == 0);
        set(q, i, 6, i % 2 == 0);
    }
    draw_rings(q, 3, 3, 4, 1 << 2 | 1 << 4);
    draw_rings(q, far, 3, 4, 1 << 2 | 1 << 4);
    draw_rings(q, 3, far, 4, 1 << 2 | 1 << 4);
    draw_alignments(q);
    draw_format(q, 0);
    draw_version(q);
}

/* ---- data and masks ------------------------------------------------------------------------------------------------- */

static void place(const symbol *q, const uint8_t *words, unsigned count) {
    unsigned bit = 0;
    bool up = true;
    for (unsigned right = q->side - 1;; right -= 2, up = !up) {
        if (right == 6) right = 5; /* the timing pattern is no column */
        for (unsigned i = 0; i < q->side; i++) {
            for (unsigned k = 0; k < 2; k++) {
                uint8_t *module = &q->modules[(up ? q->side - 1 - i : i) * q->side + right - k];
                if (*module & FUNCTION) continue;
                *module = bit < 8 * count && (words[bit / 8] >> (7 - bit % 8) & 1);
                bit++;
            }
        }
        if (right == 1) return;
    }
}

static bool is_masked(unsigned mask, unsigned x, unsigned y) {
    switch (mask) {
    case 0: return (x + y) % 2 == 0;
    case 1: return y % 2 == 0;
    case 2: return x % 3 == 0;
    case 3: return (x + y) % 3 == 0;
    case 4: return (x / 3 + y / 2) % 2 == 0;
    case 5: return x * y % 2 + x * y % 3 == 0;
    case 6: return (x * y % 2 + x * y % 3) % 2 == 0;
    default: return ((x + y) % 2 + x * y % 3) % 2 == 0;
    }
}

/* Twice is never. */
static void apply_mask(const symbol *q, unsigned mask) {
    for (unsigned y = 0; y < q->side; y++) {
        for (unsigned x = 0; x < q->side; x++) {
            uint8_t *module = &q->modules[y * q->side + x];
            if (!(*module & FUNCTION)) *module ^= is_masked(mask, x, y);
        }
    }
}

/* ---- which mask reads best (7.8.3) ---------------------------------------------------------------------------------- */

/* Runs of five and more, and what looks like a finder: 1011101 with four light modules on a side. */
static unsigned line_penalty(const uint8_t *first, unsigned side, unsigned step) {
    unsigned penalty = 0, run = 0, window = 0;
    for (unsigned i = 0; i < side; i++) {
        unsigned dark = first[i * step] & 1;
        run = i > 0 && dark == (first[(i - 1) * step] & 1U) ? run + 1 : 1;
        if (run >= 5) penalty += run == 5 ? 3 : 1;
        window = (window << 1 | dark) & 0x7ff;
        if (i >= 10 && (window == 0x05d || window == 0x5d0)) penalty += 40;
    }
    return penalty;
}

static unsigned penalty_of(const symbol *q) {
    unsigned penalty = 0, dark = 0, all = q->side * q->side;
    for (unsigned i = 0; i < q->side; i++)
        penalty += line_penalty(q->modules + i * q->side, q->side, 1) + line_penalty(q->modules + i, q->side, q->side);
    for (unsigned i = 0; i < all; i++) dark += q->modules[i] & 1;
    for (unsigned y = 0; y + 1 < q->side; y++) {
        for (unsigned x = 0; x + 1 < q->side; x++) {
            const uint8_t *at = &q->modules[y * q->side + x];
            unsigned sum = (at[0] & 1U) + (at[1] & 1U) + (at[q->side] & 1U) + (at[q->side + 1] & 1U);
            if (sum == 0 || sum == 4) penalty += 3;
        }
    }
    /* Ten for each five in a hundred by which the dark ones are not half of them. */
    unsigned off = 20 * dark > 10 * all ? 20 * dark - 10 * all : 10 * all - 20 * dark;
    return penalty + off / all * 10;
}

static unsigned best_mask(const symbol *q) {
    unsigned best = 0, least = ~0U;
    for (unsigned mask = 0; mask < 8; mask++) {
        apply_mask(q, mask);
        draw_format(q, mask);
        unsigned penalty = penalty_of(q);
        if (penalty < least) {
            least = penalty;
            best = mask;
        }
        apply_mask(q, mask);
    }
    return best;
}

rr_status rr_qr_encode(uint8_t modules[RR_QR_SIDE_MAX * RR_QR_SIDE_MAX], unsigned *side, const uint8_t *data, size_t len,
                       int mask) {
    uint8_t bytes[CODEWORDS_MAX], words[CODEWORDS_MAX];
    unsigned version = version_for(len);
    if (version == 0) return RR_NO_SPACE;
    symbol q = {modules, version, 17 + 4 * version};
    memset(modules, 0, (size_t)q.side * q.side);
    make_data(bytes, version, data, len);
    make_codewords(words, version, bytes);
    draw_patterns(&q);
    place(&q, words, codewords(version));
    unsigned chosen = mask == RR_QR_ANY_MASK ? best_mask(&q) : (unsigned)mask & 7;
    apply_mask(&q, chosen);
    draw_format(&q, chosen);
    for (unsigned i = 0; i < q.side * q.side; i++) modules[i] &= 1;
    *side = q.side;
    return RR_OK;
}
