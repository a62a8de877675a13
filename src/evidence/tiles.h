/* SPDX-License-Identifier: Apache-2.0 */
/* The hash tiles of a log (C2SP tlog-tiles) as its leaves go by, in constant memory: a full one as soon as it is complete, those that are
 * not full at the end, by level.  Writer and verifier of the evidence file make them in the same way. */
#ifndef RR_EVIDENCE_TILES_H
#define RR_EVIDENCE_TILES_H

#include "roundrobin/log.h"

enum { RR_TILE_LEVELS = 5 /* 256^4 leaves are more than any file has */ };

typedef struct rr_tiles {
    rr_frontier frontier;
    /* Anything but RR_OK ends the call that emitted, and is its answer. */
    rr_status (*emit)(void *context, const rr_tile *tile, const rr_hash *hashes);
    void *context;
    uint64_t number[RR_TILE_LEVELS];
    unsigned width[RR_TILE_LEVELS];
    rr_hash hashes[RR_TILE_LEVELS][RR_TILE_WIDTH];
} rr_tiles;

void rr_tiles_init(rr_tiles *tiles, rr_status (*emit)(void *context, const rr_tile *tile, const rr_hash *hashes),
                   void *context);
rr_status rr_tiles_append(rr_tiles *tiles, const rr_hash *leaf);
rr_status rr_tiles_finish(rr_tiles *tiles);

#endif
