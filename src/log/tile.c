/* SPDX-License-Identifier: Apache-2.0 */
/* C2SP tlog-tiles.  Hash i of tile n at level l is the node (8*l, 256*n + i); with sizes below 2^63 no tile above level 7
 * exists.
 *
 *     path    "tile/" ( level | "entries" ) "/" index [ ".p/" width ]
 *     index   decimal in groups of three digits, all but the last behind an x: 1234067 is x001/x234/067
 */
#include <string.h>

#include "roundrobin/log.h"

enum { LEVEL_END = 8, TILE_HEIGHT = 8 };

unsigned rr_tile_width(unsigned level, uint64_t index, uint64_t size) {
    if (level == RR_TILE_ENTRIES) level = 0;
    if (level >= LEVEL_END || index > UINT64_MAX >> TILE_HEIGHT) return 0;
    uint64_t hashes = size >> (TILE_HEIGHT * level), begin = index << TILE_HEIGHT;
    if (hashes <= begin) return 0;
    return hashes - begin < RR_TILE_WIDTH ? (unsigned)(hashes - begin) : RR_TILE_WIDTH;
}

/* ---- paths ---------------------------------------------------------------------------------------------------------- */

static char *put(char *at, const char *text) {
    size_t len = strlen(text);
    memcpy(at, text, len + 1);
    return at + len;
}

static char *put_number(char *at, unsigned number) {
    char digits[4], *first = digits + 3; /* below 1000 */
    *first = '\0';
    do *--first = (char)('0' + number % 10);
    while ((number /= 10) != 0);
    return put(at, first);
}

rr_status rr_tile_path(char path[RR_TILE_PATH_SIZE], const rr_tile *tile) {
    if (tile->level > RR_TILE_ENTRIES || tile->width == 0 || tile->width > RR_TILE_WIDTH) return RR_ARGUMENT;
    char *at = put(path, "tile/");
    at = tile->level == RR_TILE_ENTRIES ? put(at, "entries") : put_number(at, tile->level);
    uint64_t divisor = 1;
    while (tile->index / divisor >= 1000) divisor *= 1000;
    for (;; divisor /= 1000) {
        unsigned group = (unsigned)(tile->index / divisor % 1000);
        char digits[6] = {'/', 'x', (char)('0' + group / 100), (char)('0' + group / 10 % 10), (char)('0' + group % 10), '\0'};
        if (divisor == 1) {
            memmove(digits + 1, digits + 2, 4);
            at = put(at, digits);
            break;
        }
        at = put(at, digits);
    }
    if (tile->width != RR_TILE_WIDTH) put_number(put(at, ".p/"), tile->width);
    return RR_OK;
}

/* Takes `text` if it comes next. */
static bool take(const char **at, const char *end, const char *text) {
    size_t len = strlen(text);
    if ((size_t)(end - *at) < len || memcmp(*at, text, len) != 0) return false;
    *at += len;
    return true;
}

/* Takes digits behind those that `*value` has already; modulo 2^64. */
static bool take_digits(const char **at, const char *end, uint64_t *value) {
    const char *first = *at;
    for (; *at < end && **at >= '0' && **at <= '9'; (*at)++) *value = 10 * *value + (uint64_t)(**at - '0');
    return *at != first;
}

/* Reads loosely, writes what was read, and compares: so there is one spelling only, and no number is too large. */
rr_status rr_tile_path_parse(rr_tile *tile, const char *path, size_t path_len) {
    const char *at = path, *end = path + path_len;
    uint64_t level = 0, index = 0, width = 0;
    char spelling[RR_TILE_PATH_SIZE];
    if (!take(&at, end, "tile/")) return RR_MALFORMED;
    if (take(&at, end, "entries"))
        level = RR_TILE_ENTRIES;
    else if (!take_digits(&at, end, &level))
        return RR_MALFORMED;
    while (take(&at, end, "/x")) {
        if (!take_digits(&at, end, &index)) return RR_MALFORMED;
    }
    if (!take(&at, end, "/") || !take_digits(&at, end, &index)) return RR_MALFORMED;
    if (!take(&at, end, ".p/"))
        width = RR_TILE_WIDTH;
    else if (!take_digits(&at, end, &width))
        return RR_MALFORMED;
    tile->level = (unsigned)level;
    tile->index = index;
    tile->width = (unsigned)width;
    if (rr_tile_path(spelling, tile) != RR_OK) return RR_MALFORMED;
    return strlen(spelling) == path_len && memcmp(spelling, path, path_len) == 0 ? RR_OK : RR_MALFORMED;
}

/* ---- hash tiles ----------------------------------------------------------------------------------------------------- */

rr_status rr_tile_make(uint8_t bytes[RR_TILE_BYTES], const rr_tile *tile, const rr_nodes *nodes) {
    if (tile->level >= LEVEL_END || tile->width == 0 || tile->width > RR_TILE_WIDTH || tile->index > UINT64_MAX >> TILE_HEIGHT)
        return RR_ARGUMENT;
    for (unsigned i = 0; i < tile->width; i++) {
        rr_hash hash;
        rr_status status = nodes->node(nodes->context, &hash, TILE_HEIGHT * tile->level, (tile->index << TILE_HEIGHT) + i);
        if (status != RR_OK) return status;
        memcpy(bytes + 32 * (size_t)i, hash.bytes, 32);
    }
    return RR_OK;
}

rr_tile rr_tile_of_node(unsigned level, uint64_t index, uint64_t size) {
    rr_tile tile;
    tile.level = level / TILE_HEIGHT;
    tile.index = index >> (TILE_HEIGHT - level % TILE_HEIGHT);
    tile.width = rr_tile_width(tile.level, tile.index, size);
    return tile;
}

rr_status rr_tile_node(rr_hash *out, const uint8_t *bytes, const rr_tile *tile, unsigned level, uint64_t index) {
    unsigned height = level % TILE_HEIGHT;
    if (level / TILE_HEIGHT != tile->level || index >> (TILE_HEIGHT - height) != tile->index) return RR_NOT_FOUND;
    size_t count = (size_t)1 << height;
    size_t begin = (size_t)(index & ((RR_TILE_WIDTH >> height) - 1)) << height;
    if (begin + count > tile->width) return RR_NOT_FOUND;
    rr_hash hashes[RR_TILE_WIDTH / 2];
    memcpy(hashes, bytes + 32 * begin, 32 * count);
    rr_leaves_root(out, hashes, count);
    return RR_OK;
}

/* ---- entry bundles -------------------------------------------------------------------------------------------------- */

rr_status rr_bundle_append(uint8_t *bundle, size_t capacity, size_t *len, const uint8_t *entry, size_t entry_len) {
    if (entry_len > RR_ENTRY_MAX) return RR_ARGUMENT;
    if (*len > capacity || capacity - *len < entry_len + 2) return RR_NO_SPACE;
    bundle[*len] = (uint8_t)(entry_len >> 8);
    bundle[*len + 1] = (uint8_t)entry_len;
    if (entry_len != 0) memcpy(bundle + *len + 2, entry, entry_len);
    *len += entry_len + 2;
    return RR_OK;
}

rr_status rr_bundle_next(const uint8_t *bundle, size_t bundle_len, size_t *offset, const uint8_t **entry, size_t *entry_len) {
    if (*offset == bundle_len) return RR_NOT_FOUND;
    if (*offset > bundle_len || bundle_len - *offset < 2) return RR_MALFORMED;
    size_t len = (size_t)bundle[*offset] << 8 | bundle[*offset + 1];
    if (bundle_len - *offset - 2 < len) return RR_MALFORMED;
    *entry = bundle + *offset + 2;
    *entry_len = len;
    *offset += len + 2;
    return RR_OK;
}
