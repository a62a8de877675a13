/* SPDX-License-Identifier: Apache-2.0 */
#include "evidence/tiles.h"

#include <string.h>

void rr_tiles_init(rr_tiles *tiles, rr_status (*emit)(void *context, const rr_tile *tile, const rr_hash *hashes),
                   void *context) {
    memset(tiles, 0, sizeof *tiles);
    rr_frontier_init(&tiles->frontier);
    tiles->emit = emit;
    tiles->context = context;
}

static rr_status emit_level(rr_tiles *tiles, unsigned level) {
    rr_tile tile = {level, tiles->number[level], tiles->width[level]};
    return tiles->emit(tiles->context, &tile, tiles->hashes[level]);
}

rr_status rr_tiles_append(rr_tiles *tiles, const rr_hash *leaf) {
    rr_hash hash = *leaf;
    rr_frontier_append(&tiles->frontier, leaf);
    for (unsigned level = 0; level < RR_TILE_LEVELS; level++) {
        tiles->hashes[level][tiles->width[level]++] = hash;
        if (tiles->width[level] < RR_TILE_WIDTH) break;
        rr_status status = emit_level(tiles, level);
        if (status != RR_OK) return status;
        rr_leaves_root(&hash, tiles->hashes[level], RR_TILE_WIDTH);
        tiles->width[level] = 0;
        tiles->number[level]++;
    }
    return RR_OK;
}

rr_status rr_tiles_finish(rr_tiles *tiles) {
    rr_status status = RR_OK;
    for (unsigned level = 0; level < RR_TILE_LEVELS && status == RR_OK; level++) {
        if (tiles->width[level] > 0) status = emit_level(tiles, level);
    }
    return status;
}
