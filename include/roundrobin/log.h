/* SPDX-License-Identifier: Apache-2.0 */
/* Append-only logs: RFC 6962 trees over SHA-256, proofs, C2SP tlog-tiles, and the order of entries in a batch
 * (PROTOCOL.md section 7).  Nothing here allocates, reads or writes; everything is public data and variable-time.
 *
 * A tree of n leaves is looked at through its *nodes*: node (level, index) is the hash of the perfect subtree over the leaves
 * [index * 2^level, (index + 1) * 2^level), which never changes once it is there.  Roots and proofs are computed from
 * O(log n) nodes, wherever these are kept: in memory (rr_tree), in tiles (rr_tile_node), or in a database. */
#ifndef ROUNDROBIN_LOG_H
#define ROUNDROBIN_LOG_H

#include <stdbool.h>

#include "roundrobin/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- hashes --------------------------------------------------------------------------------------------------------- */

/* SHA-256 of 00 || entry. */
void rr_leaf_hash(rr_hash *out, const uint8_t *entry, size_t entry_len);
/* SHA-256 of 01 || left || right. */
void rr_node_hash(rr_hash *out, const rr_hash *left, const rr_hash *right);
/* The root of `count` leaf hashes; of none: SHA-256 of the empty string. */
void rr_leaves_root(rr_hash *root, const rr_hash *leaves, size_t count);

/* ---- a growing tree in constant memory: the peaks only -------------------------------------------------------------- */

/* peaks[l] is set where bit l of size is: the last perfect subtree of height l.  Zero bytes are the empty tree, so that a
 * frontier can be stored as size and peaks and taken up again. */
typedef struct rr_frontier {
    uint64_t size;
    rr_hash peaks[64];
} rr_frontier;

void rr_frontier_init(rr_frontier *frontier);
void rr_frontier_append(rr_frontier *frontier, const rr_hash *leaf);
void rr_frontier_root(rr_hash *root, const rr_frontier *frontier);

/* ---- nodes, roots and proofs ---------------------------------------------------------------------------------------- */

/* Fetches one node; it is asked only for nodes that are complete in the tree size of the call.  Anything but RR_OK ends the
 * call that asked and is its answer. */
typedef struct rr_nodes {
    rr_status (*node)(void *context, rr_hash *out, unsigned level, uint64_t index);
    void *context;
} rr_nodes;

/* A whole tree in the caller's memory: rr_tree_memory_size(capacity) bytes, 64 a leaf, aligned as for uint64_t. */
typedef struct rr_tree {
    rr_hash *store;
    uint64_t capacity, size;
} rr_tree;

size_t rr_tree_memory_size(uint64_t capacity);
/* RR_NO_SPACE. */
rr_status rr_tree_init(rr_tree *tree, uint64_t capacity, void *memory, size_t memory_len);
/* RR_NO_SPACE: the tree holds `capacity` leaves. */
rr_status rr_tree_append(rr_tree *tree, const rr_hash *leaf);
/* The nodes of the tree, as long as it lives; it may grow meanwhile. */
rr_nodes rr_tree_nodes(rr_tree *tree);

/* The most hashes a proof can have.  Sizes are below 2^63. */
enum { RR_PROOF_MAX = 64 };

/* The root of the first `size` leaves. */
rr_status rr_nodes_root(rr_hash *root, const rr_nodes *nodes, uint64_t size);

/* RFC 6962 section 2.1.1: the hashes that lead from leaf `index` to the root of `size` leaves.  RR_ARGUMENT: index >= size. */
rr_status rr_inclusion_prove(rr_hash proof[RR_PROOF_MAX], size_t *proof_len, const rr_nodes *nodes, uint64_t index,
                             uint64_t size);
/* RR_OK, RR_INVALID (it does not lead there, or has another length), RR_ARGUMENT: index >= size. */
rr_status rr_inclusion_verify(const rr_hash *root, uint64_t size, const rr_hash *leaf, uint64_t index, const rr_hash *proof,
                              size_t proof_len);

/* RFC 6962 section 2.1.2: that the tree of `new_size` continues the one of `old_size`.  Empty when the sizes are equal or
 * the old one is 0.  RR_ARGUMENT: old_size > new_size. */
rr_status rr_consistency_prove(rr_hash proof[RR_PROOF_MAX], size_t *proof_len, const rr_nodes *nodes, uint64_t old_size,
                               uint64_t new_size);
/* RR_OK, RR_INVALID, RR_ARGUMENT: old_size > new_size. */
rr_status rr_consistency_verify(const rr_hash *old_root, uint64_t old_size, const rr_hash *new_root, uint64_t new_size,
                                const rr_hash *proof, size_t proof_len);

/* ---- tiles (C2SP tlog-tiles) ---------------------------------------------------------------------------------------- */

enum {
    RR_TILE_WIDTH = 256, /* hashes in a full tile, entries in a full bundle */
    RR_TILE_BYTES = 8192,
    RR_TILE_ENTRIES = 64,   /* the `level` that stands for entry bundles; hash tiles have levels 0 to 63 */
    RR_TILE_PATH_SIZE = 64, /* the longest path with its terminator */
    RR_ENTRY_MAX = 65535    /* bytes of an entry; a bundle's length field allows no more */
};

/* Tile `index` of its level; a width below RR_TILE_WIDTH makes it partial. */
typedef struct rr_tile {
    unsigned level;
    uint64_t index;
    unsigned width;
} rr_tile;

/* How many hashes (or entries) the tile has in a log of `size` entries: 0 (there is none) to RR_TILE_WIDTH. */
unsigned rr_tile_width(unsigned level, uint64_t index, uint64_t size);
/* "tile/0/x001/234", "tile/1/000.p/17", "tile/entries/000.p/5"; terminated.  RR_ARGUMENT: a level above RR_TILE_ENTRIES, a
 * width of 0 or above RR_TILE_WIDTH. */
rr_status rr_tile_path(char path[RR_TILE_PATH_SIZE], const rr_tile *tile);
/* The reverse, refusing every spelling that rr_tile_path would not write.  RR_MALFORMED. */
rr_status rr_tile_path_parse(rr_tile *tile, const char *path, size_t path_len);
/* The bytes of a hash tile: 32 * width.  RR_ARGUMENT: an entries tile, a level that no log reaches, or a width as above. */
rr_status rr_tile_make(uint8_t bytes[RR_TILE_BYTES], const rr_tile *tile, const rr_nodes *nodes);
/* Which tile of a log of `size` entries holds (below its hashes) node (level, index). */
rr_tile rr_tile_of_node(unsigned level, uint64_t index, uint64_t size);
/* The node (level, index) out of the bytes of that tile.  RR_NOT_FOUND: the tile does not hold it. */
rr_status rr_tile_node(rr_hash *out, const uint8_t *bytes, const rr_tile *tile, unsigned level, uint64_t index);

/* ---- entry bundles: each entry behind its length, a big-endian uint16 ----------------------------------------------- */

/* Appends an entry at bundle[*len].  RR_NO_SPACE; RR_ARGUMENT: longer than RR_ENTRY_MAX. */
rr_status rr_bundle_append(uint8_t *bundle, size_t capacity, size_t *len, const uint8_t *entry, size_t entry_len);
/* The entry at *offset, which moves behind it; `*entry` points into the bundle.  RR_NOT_FOUND at the end, RR_MALFORMED where
 * the bundle ends within an entry. */
rr_status rr_bundle_next(const uint8_t *bundle, size_t bundle_len, size_t *offset, const uint8_t **entry, size_t *entry_len);

/* ---- batches -------------------------------------------------------------------------------------------------------- */

/* The order in which a batch is appended: by (the 32 bytes, kind, whole record), bytewise; below 0, 0, above 0 as memcmp.
 * Defined for entries of any length: what is missing comes first. */
int rr_record_compare(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len);

/* Checks the batches of a log as its entries go by.  About 64 KiB; start with rr_batch_init. */
typedef struct rr_batch {
    uint64_t entries; /* of the batch so far */
    bool alone;       /* it holds an entry that must be alone */
    bool faulty;      /* a rule was named already */
    size_t previous_len;
    uint8_t previous[RR_ENTRY_MAX];
} rr_batch;

void rr_batch_init(rr_batch *batch);
/* The next entry; `begins`: it is the first of its batch.  NULL, or a static string: the rule that the batch breaks here
 * (out of order, or a kind 0, 6, 7 or 8 and anything else in one batch), which is a fault of the log and not of the entry. 
 * One rule for each batch, where it first breaks. */
const char *rr_batch_next(rr_batch *batch, bool begins, const uint8_t *entry, size_t entry_len);

#ifdef __cplusplus
}
#endif
#endif
