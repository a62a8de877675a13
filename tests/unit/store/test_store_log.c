/* SPDX-License-Identifier: Apache-2.0 */
/* Logs of a store: tiles, entries and checkpoints are those of a tree in memory, at every size; and one state at a time is seen. */
#include "store_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LEN = 12, LEAVES = 65536 + 300 };

/* Leaf 0 and the numbered entries, as a tree. */
static rr_tree tree;
static void *tree_memory;

static void make_tree(store_fixture *sf, size_t entries) {
    uint8_t first[38] = {1, 0}, entry[LEN];
    rr_hash hash;
    size_t size = rr_tree_memory_size(entries + 1);
    tree_memory = malloc(size);
    assert_non_null(tree_memory);
    assert_int_equal(rr_tree_init(&tree, entries + 1, tree_memory, size), RR_OK);
    memcpy(first + 6, sf->pid.bytes, 32);
    rr_leaf_hash(&hash, first, sizeof first);
    assert_int_equal(rr_tree_append(&tree, &hash), RR_OK);
    for (size_t i = 0; i < entries; i++) {
        sf_entry(entry, i, LEN);
        rr_leaf_hash(&hash, entry, LEN);
        assert_int_equal(rr_tree_append(&tree, &hash), RR_OK);
    }
}

static void expect_hash_tile(store_fixture *sf, unsigned level, uint64_t index, unsigned width) {
    uint8_t want[RR_TILE_BYTES];
    rr_nodes nodes = rr_tree_nodes(&tree);
    rr_tile tile = {level, index, width};
    rr_bytes_out have;
    assert_int_equal(rr_tile_make(want, &tile, &nodes), RR_OK);
    SF_OK(rr_store_tile(sf->reader, &sf_error, &have, &sf->pid, &tile));
    assert_int_equal(have.len, 32 * width);
    assert_memory_equal(have.bytes, want, have.len);
    free(have.bytes);
}

static void expect_entry_tile(store_fixture *sf, uint64_t index, unsigned width) {
    rr_tile tile = {RR_TILE_ENTRIES, index, width};
    rr_bytes_out have;
    size_t offset = 0, len, count = 0;
    const uint8_t *entry;
    uint8_t want[LEN];
    SF_OK(rr_store_tile(sf->reader, &sf_error, &have, &sf->pid, &tile));
    while (rr_bundle_next(have.bytes, have.len, &offset, &entry, &len) == RR_OK) {
        uint64_t leaf = index * RR_TILE_WIDTH + count++;
        if (leaf == 0) {
            assert_int_equal(len, 38);
            assert_memory_equal(entry + 6, sf->pid.bytes, 32);
            continue;
        }
        sf_entry(want, (size_t)leaf - 1, LEN);
        assert_int_equal(len, LEN);
        assert_memory_equal(entry, want, LEN);
    }
    assert_int_equal(offset, have.len);
    assert_int_equal(count, width);
    free(have.bytes);
}

static void expect_no_tile(store_fixture *sf, unsigned level, uint64_t index, unsigned width) {
    rr_tile tile = {level, index, width};
    rr_bytes_out have;
    SF_NOT(RR_NOT_FOUND, rr_store_tile(sf->reader, &sf_error, &have, &sf->pid, &tile));
    assert_null(have.bytes);
}

/* The last two tiles of each level, and that there is none beyond. */
static void expect_tiles(store_fixture *sf, uint64_t size) {
    for (unsigned level = 0; level < 4; level++) {
        uint64_t here = size >> (8 * level), last = here >> 8;
        unsigned width = (unsigned)(here & 255);
        if (width > 0) {
            expect_hash_tile(sf, level, last, width);
            expect_hash_tile(sf, level, last, (width + 1) / 2);
        }
        if (last > 0) expect_hash_tile(sf, level, last - 1, RR_TILE_WIDTH);
        expect_no_tile(sf, level, last, width + 1);
        expect_no_tile(sf, level, last + 1, 1);
    }
    if (size & 255) expect_entry_tile(sf, size >> 8, (unsigned)(size & 255));
    if (size >> 8) expect_entry_tile(sf, (size >> 8) - 1, RR_TILE_WIDTH);
    expect_no_tile(sf, RR_TILE_ENTRIES, size >> 8, (unsigned)(size & 255) + 1);
    expect_no_tile(sf, RR_TILE_ENTRIES, 0, 0);
    expect_no_tile(sf, 7, 0, 1);
    expect_no_tile(sf, RR_TILE_ENTRIES - 1, 0, 1);
}

static rr_hash root_of(uint64_t size) {
    rr_nodes nodes = rr_tree_nodes(&tree);
    rr_hash root;
    assert_int_equal(rr_nodes_root(&root, &nodes, size), RR_OK);
    return root;
}

static rr_vkey vkey_of(const rr_signer *signer, char text[RR_SIGNER_TEXT_SIZE]) {
    rr_vkey key;
    rr_text all = {text, rr_signer_vkey(text, RR_SIGNER_TEXT_SIZE, signer)};
    assert_int_equal(rr_vkey_read(&key, NULL, all, RR_VKEY_ED25519), RR_OK);
    return key;
}

static void expect_checkpoint(store_fixture *sf, uint64_t ask, uint64_t size) {
    char text[RR_SIGNER_TEXT_SIZE];
    rr_vkey key = vkey_of(&sf->log, text);
    rr_bytes_out note;
    rr_checkpoint checkpoint;
    rr_hash root = root_of(size);
    SF_OK(rr_store_checkpoint(sf->reader, &sf_error, &note, &sf->pid, ask));
    assert_int_equal(rr_checkpoint_check_var(&checkpoint, NULL, (const char *)note.bytes, note.len, &key), RR_OK);
    assert_int_equal(checkpoint.size, size);
    assert_memory_equal(&checkpoint.root, &root, sizeof root);
    free(note.bytes);
}

static const uint64_t sizes[] = {2, 3, 254, 255, 256, 257, 511, 512, 513, 65535, 65536, 65537, LEAVES};
enum { SIZES = sizeof sizes / sizeof *sizes };

static void grows(void **state) {
    (void)state;
    store_fixture *sf = sf_petition();
    make_tree(sf, LEAVES);
    expect_tiles(sf, 1);
    for (size_t i = 0; i < SIZES; i++) {
        uint64_t before = sf_size(sf, &sf->pid);
        SF_OK(sf_append(sf, &sf_error, (size_t)before - 1, (size_t)(sizes[i] - before), LEN, NULL));
        assert_int_equal(sf_file_size(sf, "-wal"), 0);
        assert_int_equal(sf_size(sf, &sf->pid), sizes[i]);
        rr_store_state now = sf_state(sf);
        rr_hash root = root_of(sizes[i]);
        assert_int_equal(now.size, sizes[i]);
        assert_false(now.closed);
        assert_memory_equal(&now.root, &root, sizeof root);
        expect_tiles(sf, sizes[i]);
        expect_checkpoint(sf, 0, sizes[i]);
        if (i % 4 == 0) sf_reopen(sf);
    }
    for (size_t i = 0; i < SIZES; i++) expect_checkpoint(sf, sizes[i], sizes[i]);
    rr_bytes_out note;
    SF_NOT(RR_NOT_FOUND, rr_store_checkpoint(sf->reader, &sf_error, &note, &sf->pid, 4));
    SF_NOT(RR_NOT_FOUND, rr_store_checkpoint(sf->reader, &sf_error, &note, &sf->pid, LEAVES + 1));
    SF_NOT(RR_NOT_FOUND, rr_store_checkpoint(sf->reader, &sf_error, &note, &sf->pid, UINT64_MAX));
    free(tree_memory);
    sf_free(sf);
}

/* ---- all checkpoints, and the directory log ------------------------------------------------------------------------- */

/* The checkpoints of a log, each one a continuation of the one before, by proofs from the store's own tiles. */
static rr_status node_from_tiles(void *context, rr_hash *out, unsigned level, uint64_t index) {
    store_fixture *sf = context;
    rr_tile tile = rr_tile_of_node(level, index, sf_size(sf, NULL));
    rr_bytes_out bytes;
    rr_status status = rr_store_tile(sf->reader, &sf_error, &bytes, NULL, &tile);
    if (status == RR_OK) status = rr_tile_node(out, bytes.bytes, &tile, level, index);
    free(bytes.bytes);
    return status;
}

static void directory_is_one_history(void **state) {
    (void)state;
    enum { APPENDS = 300 };
    store_fixture *sf = sf_petition();
    char text[RR_SIGNER_TEXT_SIZE];
    rr_vkey key = vkey_of(&sf->directory, text);
    for (size_t i = 0; i < APPENDS; i++) SF_OK(sf_append(sf, &sf_error, i, 1, LEN, NULL));
    rr_bytes_out bundle;
    rr_nodes nodes = {node_from_tiles, sf};
    rr_checkpoint before = {0};
    size_t offset = 0, len, count = 0;
    const uint8_t *note;
    SF_OK(rr_store_checkpoints(sf->reader, &sf_error, &bundle, NULL));
    for (; rr_bundle_next(bundle.bytes, bundle.len, &offset, &note, &len) == RR_OK; count++) {
        rr_checkpoint now;
        rr_hash proof[RR_PROOF_MAX];
        size_t proof_len;
        assert_int_equal(rr_checkpoint_check_var(&now, NULL, (const char *)note, len, &key), RR_OK);
        if (count > 0) {
            assert_true(now.size > before.size);
            assert_int_equal(rr_consistency_prove(proof, &proof_len, &nodes, before.size, now.size), RR_OK);
            assert_int_equal(rr_consistency_verify(&before.root, before.size, &now.root, now.size, proof, proof_len), RR_OK);
        }
        before = now;
    }
    assert_int_equal(offset, bundle.len);
    assert_int_equal(count, 2 + APPENDS);
    assert_int_equal(before.size, 4 + APPENDS);
    free(bundle.bytes);
    /* One line for each append, with the root of the petition log's checkpoint of that size. */
    for (uint64_t i = 0; i < APPENDS; i += 37) {
        char want[256], pid[65], root[65];
        char log_text[RR_SIGNER_TEXT_SIZE];
        rr_vkey log_key = vkey_of(&sf->log, log_text);
        rr_checkpoint of_log;
        rr_bytes_out log_note;
        SF_OK(rr_store_checkpoint(sf->reader, &sf_error, &log_note, &sf->pid, i + 2));
        assert_int_equal(rr_checkpoint_check_var(&of_log, NULL, (const char *)log_note.bytes, log_note.len, &log_key), RR_OK);
        for (int b = 0; b < 32; b++) {
            snprintf(pid + 2 * b, 3, "%02x", sf->pid.bytes[b]);
            snprintf(root + 2 * b, 3, "%02x", of_log.root.bytes[b]);
        }
        snprintf(want, sizeof want, "checkpoint %s %d %s", pid, (int)i + 2, root);
        char *line = sf_line(sf, 4 + i);
        assert_string_equal(line, want);
        free(line);
        free(log_note.bytes);
    }
    sf_free(sf);
}

/* ---- entries -------------------------------------------------------------------------------------------------------- */

typedef struct walk {
    uint64_t next, stop;
    rr_status answer;
} walk;

static rr_status walk_entry(void *context, uint64_t leaf, rr_blob entry) {
    walk *w = context;
    assert_int_equal(leaf, w->next++);
    assert_int_equal(entry.len, leaf == 0 ? 38 : LEN);
    return w->next == w->stop ? w->answer : RR_OK;
}

static uint64_t walked(store_fixture *sf, uint64_t first, uint64_t count) {
    walk w = {.next = first};
    SF_OK(rr_store_entries(sf->reader, &sf_error, &sf->pid, first, count, walk_entry, &w));
    return w.next - first;
}

static void entries(void **state) {
    (void)state;
    store_fixture *sf = sf_petition();
    const rr_pid other = {{9}};
    uint64_t size;
    rr_bytes_out out;
    rr_tile tile = {0, 0, 1};
    walk w = {.stop = 5, .answer = RR_INVALID};
    SF_OK(sf_append(sf, &sf_error, 0, 299, LEN, NULL));
    assert_int_equal(walked(sf, 0, 300), 300);
    assert_int_equal(walked(sf, 0, UINT64_MAX), 300);
    assert_int_equal(walked(sf, 299, 1), 1);
    assert_int_equal(walked(sf, 299, UINT64_MAX), 1);
    assert_int_equal(walked(sf, 300, 1), 0);
    assert_int_equal(walked(sf, UINT64_MAX, UINT64_MAX), 0);
    assert_int_equal(walked(sf, 10, 0), 0);
    assert_int_equal(rr_store_entries(sf->reader, NULL, &sf->pid, 0, 300, walk_entry, &w), RR_INVALID);
    assert_int_equal(w.next, 5);
    SF_NOT(RR_NOT_FOUND, rr_store_entries(sf->reader, &sf_error, &other, 0, 1, walk_entry, &w));
    SF_NOT(RR_NOT_FOUND, rr_store_log_size(sf->reader, &sf_error, &size, &other));
    SF_NOT(RR_NOT_FOUND, rr_store_checkpoint(sf->reader, &sf_error, &out, &other, 0));
    SF_NOT(RR_NOT_FOUND, rr_store_checkpoints(sf->reader, &sf_error, &out, &other));
    SF_NOT(RR_NOT_FOUND, rr_store_tile(sf->reader, &sf_error, &out, &other, &tile));
    sf_free(sf);
}

/* ---- refusals and repeats ------------------------------------------------------------------------------------------- */

static void appends(void **state) {
    (void)state;
    store_fixture *sf = sf_petition();
    const rr_pid other = {{9}};
    uint8_t bytes[LEN], close[38] = {1, RR_CLOSE};
    static const uint8_t longest[RR_ENTRY_MAX + 1];
    rr_blob entry = {bytes, LEN}, last = {close, sizeof close}, huge = {longest, sizeof longest}, absent = {NULL, 0};
    rr_signer stranger = sf_signer("example.org/log");
    sf_entry(bytes, 0, LEN);
    SF_NOT(RR_NOT_FOUND, rr_store_append(sf->store, &sf_error, &other, &entry, 1, false, &sf->log, NULL));
    SF_NOT(RR_REFUSED, rr_store_append(sf->store, &sf_error, &sf->pid, &entry, 1, false, &stranger, NULL));
    SF_NOT(RR_REFUSED, rr_store_append(sf->store, &sf_error, &sf->pid, &entry, 1, false, &sf->directory, NULL));
    SF_NOT(RR_ARGUMENT, rr_store_append(sf->store, &sf_error, &sf->pid, &huge, 1, false, &sf->log, NULL));
    SF_NOT(RR_ARGUMENT, rr_store_append(sf->store, &sf_error, &sf->pid, &absent, 1, false, &sf->log, NULL));
    SF_NOT(RR_ARGUMENT, rr_store_append(sf->store, &sf_error, &sf->pid, &entry, 0, false, &sf->log, NULL));
    SF_NOT(RR_ARGUMENT, rr_store_append(sf->store, &sf_error, &sf->pid, &entry, 0, true, &sf->log, &sf->batch));
    assert_int_equal(sf_size(sf, &sf->pid), 1);
    assert_int_equal(sf_size(sf, NULL), 4);
    huge.len = RR_ENTRY_MAX;
    for (int i = 0; i < 2; i++) { /* the second time it is there */
        SF_OK(rr_store_append(sf->store, &sf_error, &sf->pid, &huge, 1, false, &sf->log, NULL));
        assert_int_equal(sf_size(sf, &sf->pid), 2);
        assert_int_equal(sf_size(sf, NULL), 5);
    }
    for (int i = 0; i < 2; i++) {
        SF_OK(rr_store_append(sf->store, &sf_error, &sf->pid, &last, 1, true, &sf->log, NULL));
        assert_true(sf_state(sf).closed);
        assert_int_equal(sf_size(sf, &sf->pid), 3);
    }
    /* After the close leaf, notices and openings go on; no second close. */
    SF_NOT(RR_REFUSED, rr_store_append(sf->store, &sf_error, &sf->pid, &entry, 1, true, &sf->log, NULL));
    SF_OK(rr_store_append(sf->store, &sf_error, &sf->pid, &entry, 1, false, &sf->log, NULL));
    sf_reopen(sf);
    assert_true(sf_state(sf).closed);
    assert_int_equal(sf_size(sf, &sf->pid), 4);
    sf_free(sf);
}

/* ---- readers -------------------------------------------------------------------------------------------------------- */

typedef struct busy {
    store_fixture *sf;
    size_t calls;
} busy;

/* The writer writes in the middle of a reader's call, which goes on in its own state. */
static rr_status write_meanwhile(void *context, uint64_t leaf, rr_blob entry) {
    busy *b = context;
    (void)entry;
    assert_int_equal(leaf, b->calls++);
    if (leaf == 1) SF_OK(sf_append(b->sf, &sf_error, 50, 1, LEN, NULL));
    return RR_OK;
}

static void reader_in_the_way(void **state) {
    (void)state;
    store_fixture *sf = sf_petition();
    busy b = {sf, 0};
    SF_OK(sf_append(sf, &sf_error, 0, 50, LEN, NULL));
    SF_OK(rr_store_entries(sf->reader, &sf_error, &sf->pid, 0, UINT64_MAX, write_meanwhile, &b));
    assert_int_equal(b.calls, 51);
    assert_int_equal(sf_size(sf, &sf->pid), 52);
    /* The log beside the database could not be emptied then; the next call does it. */
    SF_OK(sf_append(sf, &sf_error, 51, 1, LEN, NULL));
    assert_int_equal(sf_file_size(sf, "-wal"), 0);
    sf_free(sf);
}

static void many_leaves(void **state) {
    (void)state;
    enum { MANY = 100000, WIDE = 1000 };
    store_fixture *sf = sf_petition();
    struct timespec a, b;
    clock_gettime(CLOCK_MONOTONIC, &a);
    SF_OK(sf_append(sf, &sf_error, 0, MANY, WIDE, NULL));
    clock_gettime(CLOCK_MONOTONIC, &b);
    print_message("100,000 leaves of 1,000 bytes: %.1f s\n",
                  (double)(b.tv_sec - a.tv_sec) + (double)(b.tv_nsec - a.tv_nsec) / 1e9);
    clock_gettime(CLOCK_MONOTONIC, &a);
    for (uint64_t i = 0; i < MANY / 256; i++) {
        rr_tile tile = {0, i, 256};
        rr_bytes_out out;
        SF_OK(rr_store_tile(sf->reader, &sf_error, &out, &sf->pid, &tile));
        free(out.bytes);
    }
    clock_gettime(CLOCK_MONOTONIC, &b);
    print_message("a tile: %.0f us\n",
                  ((double)(b.tv_sec - a.tv_sec) * 1e6 + (double)(b.tv_nsec - a.tv_nsec) / 1e3) / (MANY / 256));
    assert_int_equal(sf_size(sf, &sf->pid), MANY + 1);
    sf_free(sf);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grows),   cmocka_unit_test(directory_is_one_history), cmocka_unit_test(entries),
        cmocka_unit_test(appends), cmocka_unit_test(reader_in_the_way),        cmocka_unit_test(many_leaves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
