/* SPDX-License-Identifier: Apache-2.0 */
#include "judge_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/sha2.h"

static int fill(void *context, uint8_t *out, size_t len) {
    (void)context;
    randombytes_buf(out, len);
    return 0;
}

const rr_random world_random = {fill, NULL};

static void *piece(world *w, size_t size) {
    assert_true(w->piece_count < sizeof w->pieces / sizeof w->pieces[0]);
    return w->pieces[w->piece_count++] = malloc(size);
}

static rr_status read_leaf(void *context, const uint8_t **entry, size_t *len, uint64_t leaf) {
    static uint8_t buffer[70000]; /* one for all, as a reader of files has it */
    const world *w = (const world *)context;
    if (w->read_status != RR_OK) return w->read_status;
    assert_true(leaf < w->leaf_count);
    memcpy(buffer, w->leaves[leaf], w->lens[leaf]);
    *entry = buffer;
    *len = w->lens[leaf];
    return RR_OK;
}

/* ---- making --------------------------------------------------------------------------------------------------------- */

static void make_members(world *w) {
    for (uint32_t i = 0; i < WORLD_MEMBERS; i++) {
        snprintf(w->members[i], sizeof w->members[i], "m%02u", (unsigned)i);
        w->entries[i].member = rr_text_of(w->members[i]);
        w->entries[i].class_name = rr_text_of(i < 12 ? "east" : i < 24 ? "west" : i < 27 ? "tiny" : "wee");
        assert_int_equal(rr_secret_new(&w->secrets[i], &world_random), RR_OK);
        assert_int_equal(rr_secret_entry(w->params, &w->entries[i].key, &w->secrets[i]), RR_OK);
    }
    w->roll.entry_count = WORLD_MEMBERS;
    w->roll.entries = w->entries;
    randombytes_buf(w->roll.digest.bytes, 32);
}

/* Shares of a polynomial of degree 1: y_j = a + j*b. */
static void make_trustees(world *w) {
    uint8_t a[32], b[32];
    crypto_core_ristretto255_scalar_random(a);
    crypto_core_ristretto255_scalar_random(b);
    assert_int_equal(crypto_scalarmult_ristretto255_base(w->petition.seal_key.bytes, a), 0);
    for (size_t i = 0; i < WORLD_TRUSTEES; i++) {
        crypto_core_ristretto255_scalar_add(a, a, b);
        memcpy(w->shares[i].y, a, 32);
        assert_int_equal(crypto_scalarmult_ristretto255_base(w->trustees[i].key.bytes, a), 0);
    }
    w->petition.trustees = w->trustees;
    w->petition.trustee_count = WORLD_TRUSTEES;
    w->petition.trustee_threshold = WORLD_T;
    w->petition.seal_threshold = 2;
    w->petition.seal_expires = 2000;
}

world *world_new(void) {
    world *w = (world *)calloc(1, sizeof *w);
    rr_petition *petition = &w->petition;
    size_t size = rr_params_size();
    assert_int_equal(rr_params_init(&w->params, piece(w, size), size), RR_OK);
    make_members(w);
    make_trustees(w);
    randombytes_buf(petition->pid.bytes, 32);
    petition->ring = 128;
    petition->ring_minimum = 8;
    petition->by_class = true;
    petition->modes = RR_MODE_ANONYMOUS | RR_MODE_SEALED | RR_MODE_NAMED;
    petition->closes = 1000;
    size = rr_rings_size(WORLD_MEMBERS);
    size_t scratch = rr_rings_scratch_size(WORLD_MEMBERS);
    assert_int_equal(rr_rings_make(&w->rings, piece(w, size), size, &w->roll, 128, 8, true, piece(w, scratch), scratch), RR_OK);
    assert_int_equal(w->rings.ring_count, 3);
    size = rr_subject_size();
    assert_int_equal(rr_subject_init(&w->subject, piece(w, size), size, &petition->pid, &petition->seal_key), RR_OK);
    for (uint32_t ring = 0; ring < 3; ring++) {
        rr_entry_key keys[WORLD_MEMBERS];
        uint32_t count = rr_rings_ring_size(&w->rings, ring);
        size = rr_ring_size(count);
        assert_int_equal(rr_rings_keys(keys, &w->rings, &w->roll, ring), RR_OK);
        assert_int_equal(rr_ring_init(&w->ring[ring], NULL, piece(w, size), size, ring, keys, count), RR_OK);
    }
    rr_case about = {w->params, w->subject, &w->petition, &w->roll, &w->rings};
    w->about = about;
    w->log.read = read_leaf;
    w->log.context = w;
    return w;
}

static void forget_log(world *w) {
    for (uint32_t i = 0; i < w->leaf_count; i++) free(w->leaves[i]);
    w->leaf_count = 0;
}

static void forget_judge(world *w) {
    free(w->judge_memory);
    free(w->work);
}

void world_free(world *w) {
    forget_log(w);
    forget_judge(w);
    for (size_t i = 0; i < w->file_count; i++) {
        union {
            const uint8_t *in;
            uint8_t *out;
        } bytes;
        bytes.in = w->files[i].bytes;
        free(bytes.out);
    }
    for (size_t i = 0; i < w->piece_count; i++) free(w->pieces[i]);
    free(w);
}

static void make_judge(world *w) {
    size_t size = rr_judge_size(&w->about, WORLD_LEAVES), work_len = rr_judge_work_size(&w->about);
    forget_judge(w);
    w->judge_memory = malloc(size);
    w->work = malloc(work_len + 1);
    memset(w->judge_memory, 0xff, size);
    rr_judge_options options = {&world_random, WORLD_LEAVES, &w->log, w->files, w->file_count, w->work, work_len};
    w->options = options;
    w->facts.proof = RR_OK;
    w->facts.begins_batch = true;
    w->facts.has_time_bound = false;
    assert_int_equal(rr_judge_init(&w->judge, w->judge_memory, size - 1, &w->about, &options), RR_NO_SPACE);
    assert_int_equal(rr_judge_init(&w->judge, w->judge_memory, size, &w->about, &options), RR_OK);
}

void world_judge(world *w) {
    forget_log(w);
    make_judge(w);
}

void world_replay(world *w) {
    make_judge(w);
    for (uint32_t i = 0; i < w->leaf_count; i++)
        assert_int_equal(rr_judge_leaf(w->judge, &w->verdict, w->leaves[i], w->lens[i], &w->facts), RR_OK);
}

void world_begin(world *w) {
    uint8_t entry[38];
    world_judge(w);
    world_mark(w, entry, RR_FIRST);
    world_counts(w, entry, sizeof entry);
}

/* ---- leaves --------------------------------------------------------------------------------------------------------- */

void world_leaf(world *w, const uint8_t *entry, size_t len, rr_leaf_verdict verdict, const char *rule) {
    const uint8_t *read;
    assert_true(w->leaf_count < WORLD_LEAVES);
    w->leaves[w->leaf_count] = (uint8_t *)malloc(len + 1);
    if (len != 0) memcpy(w->leaves[w->leaf_count], entry, len);
    w->lens[w->leaf_count++] = len;
    assert_int_equal(w->log.read(w->log.context, &read, &len, w->leaf_count - 1),
                     RR_OK); /* memory that the judge's reads use too */
    rr_status status = rr_judge_leaf(w->judge, &w->verdict, read, len, &w->facts);
    assert_int_equal(status, RR_OK);
    assert_int_equal(w->verdict.leaf, w->leaf_count - 1);
    if (w->verdict.verdict != verdict || (w->verdict.rule == NULL) != (rule == NULL))
        fail_msg("leaf %u: %s", (unsigned)w->leaf_count - 1, w->verdict.rule == NULL ? "it counts" : w->verdict.rule);
    if (rule != NULL && strstr(w->verdict.rule, rule) == NULL) assert_string_equal(w->verdict.rule, rule);

    rr_hash want, have; /* whatever a leaf is worth, it is in the tree */
    world_root(w, &want, w->leaf_count);
    rr_judge_root(w->judge, &have);
    assert_memory_equal(have.bytes, want.bytes, 32);
}

void world_counts(world *w, const uint8_t *entry, size_t len) {
    world_leaf(w, entry, len, RR_LEAF_COUNTS, NULL);
}

void world_fault(world *w, const uint8_t *entry, size_t len, const char *rule) {
    rr_count before = world_count(w), after;
    world_leaf(w, entry, len, RR_LEAF_FAULT, rule);
    after = world_count(w); /* nothing has changed but these */
    before.leaves++;
    before.faults++;
    assert_memory_equal(&after, &before, sizeof after);
}

size_t world_record(const world *w, uint8_t record[RR_RECORD_MAX], rr_kind kind, uint32_t number, uint8_t t) {
    size_t len = kind == RR_WITHDRAW ? RR_WITHDRAW_SIZE : RR_PLAIN_SIZE;
    if (kind == RR_ANONYMOUS || kind == RR_SEALED) len = rr_ring_record_size(kind, rr_rings_ring_size(&w->rings, number));
    memset(record, 0, RR_RECORD_MAX);
    record[0] = 1;
    record[1] = (uint8_t)kind;
    rr_store32_le(record + 2, number);
    memset(record + 6, t, 32);
    return len;
}

void world_record_counts(world *w, rr_kind kind, uint32_t number, uint8_t t) {
    uint8_t record[RR_RECORD_MAX];
    size_t len = world_record(w, record, kind, number, t);
    assert_int_equal(rr_judge_prospect(w->judge, NULL, record, len), RR_WOULD_COUNT);
    world_counts(w, record, len);
}

void world_record_fault(world *w, rr_kind kind, uint32_t number, uint8_t t, const char *rule) {
    uint8_t record[RR_RECORD_MAX];
    const char *said;
    size_t len = world_record(w, record, kind, number, t);
    assert_int_not_equal(rr_judge_prospect(w->judge, &said, record, len), RR_WOULD_COUNT);
    assert_non_null(strstr(said, rule));
    world_fault(w, record, len, rule);
}

size_t world_sign(world *w, uint8_t record[RR_RECORD_MAX], rr_kind kind, uint32_t place) {
    const rr_secret *secret = &w->secrets[place];
    rr_fresh fresh;
    randombytes_buf(fresh.bytes, sizeof fresh.bytes);
    if (kind == RR_WITHDRAW) {
        assert_int_equal(rr_withdraw(w->params, w->subject, record, secret, &fresh), RR_OK);
        return RR_WITHDRAW_SIZE;
    }
    if (kind == RR_NAMED || kind == RR_STEP_FORWARD) {
        assert_int_equal(rr_sign_plain(w->params, w->subject, record, kind, place, &w->entries[place].key, secret, &fresh),
                         RR_OK);
        return RR_PLAIN_SIZE;
    }
    uint32_t ring = w->rings.ring_of_place[place], count = rr_rings_ring_size(&w->rings, ring);
    size_t len = rr_ring_record_size(kind, count), scratch_len = rr_sign_ring_scratch_size(count);
    void *scratch = malloc(scratch_len);
    assert_int_equal(
        rr_sign_ring(w->params, w->subject, w->ring[ring], record, len, kind, secret, &fresh, scratch, scratch_len), RR_OK);
    free(scratch);
    return len;
}

void world_mark(const world *w, uint8_t entry[38], rr_kind kind) {
    memset(entry, 0, 38);
    entry[0] = 1;
    entry[1] = (uint8_t)kind;
    memcpy(entry + 6, w->petition.pid.bytes, 32);
}

/* ---- sealing -------------------------------------------------------------------------------------------------------- */

void world_root(const world *w, rr_hash *root, uint64_t size) {
    rr_hash hashes[WORLD_LEAVES];
    for (uint64_t i = 0; i < size; i++) rr_leaf_hash(&hashes[i], w->leaves[i], w->lens[i]);
    rr_leaves_root(root, hashes, (size_t)size);
}

size_t world_notice(world *w, uint8_t entry[512], uint64_t size) {
    rr_hash root;
    size_t len = 47;
    world_root(w, &root, size);
    memset(entry, 0, 512);
    entry[0] = 1;
    entry[1] = RR_NOTICE;
    memcpy(entry + 6, root.bytes, 32);
    rr_store64_le(entry + 38, size);
    entry[46] = WORLD_T;
    for (uint8_t j = 1; j <= WORLD_T; j++, len += 65) {
        rr_fresh fresh;
        randombytes_buf(fresh.bytes, sizeof fresh.bytes);
        entry[len] = j;
        assert_int_equal(
            rr_notice_sign(w->params, entry + len + 1, &w->petition.pid, size, &root, j, &w->shares[j - 1], &fresh), RR_OK);
    }
    return len;
}

void world_open(world *w, uint8_t *file, size_t *len, uint32_t leaf, uint32_t place) {
    rr_hash hash;
    rr_leaf_hash(&hash, w->leaves[leaf], w->lens[leaf]);
    rr_store64_le(file + *len, leaf);
    rr_store32_le(file + *len + 8, place);
    file[*len + 12] = WORLD_T;
    *len += 13;
    for (uint8_t j = 1; j <= WORLD_T; j++, *len += 129) {
        rr_fresh fresh;
        randombytes_buf(fresh.bytes, sizeof fresh.bytes);
        file[*len] = j;
        assert_int_equal(rr_share(w->params, file + *len + 1, &w->petition.pid, w->leaves[leaf], w->lens[leaf], &hash, j,
                                  &w->shares[j - 1], &fresh),
                         RR_OK);
    }
}

void world_opening(world *w, uint8_t entry[46], const uint8_t *file, size_t len, uint32_t count) {
    assert_true(w->file_count < WORLD_FILES);
    uint8_t *copy = (uint8_t *)malloc(len + 1);
    memcpy(copy, file, len);
    w->files[w->file_count].bytes = copy;
    w->files[w->file_count++].len = len;
    memset(entry, 0, 46);
    entry[0] = 1;
    entry[1] = RR_OPENING;
    rr_store32_le(entry + 2, count);
    rr_sha256_of(entry + 6, file, len);
    rr_store64_le(entry + 38, len);
}

rr_count world_count(const world *w) {
    rr_count count;
    memset(&count, 0, sizeof count);
    rr_judge_count(w->judge, &count);
    return count;
}
