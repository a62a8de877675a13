/* SPDX-License-Identifier: Apache-2.0 */
/* What a witness is asked and answers, status by status, and time bounds against their definition. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "roundrobin/witness.h"

enum { LEAVES = 20, BODY = 8192 };

/* ---- requests ------------------------------------------------------------------------------------------------------- */

static void test_request(void **state) {
    (void)state;
    static const char hash[] = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
    char body[BODY], again[BODY];
    rr_witness_request request;
    rr_error error;
    size_t len = (size_t)snprintf(body, sizeof body, "old 12\n%s\n%s\n\nnote\n", hash, hash);
    assert_int_equal(rr_witness_request_read(&request, &error, body, len), RR_OK);
    assert_int_equal(request.old_size, 12);
    assert_int_equal(request.proof_len, 2);
    assert_int_equal(request.proof[1].bytes[31], 0x62);
    assert_true(rr_text_equal(request.note, rr_text_of("note\n")));
    assert_int_equal(rr_witness_request_write(again, sizeof again, &request), len);
    assert_memory_equal(again, body, len);
    again[0] = '!';
    assert_int_equal(rr_witness_request_write(again, len - 1, &request), len);
    assert_int_equal(again[0], '!');

    static const struct {
        const char *body;
        uint32_t line;
    } cases[] = {
        {"", 1},
        {"old 0", 1},
        {"old\n\n", 1},
        {"old \n\n", 1},
        {"old 01\n\n", 1},
        {"old -1\n\n", 1},
        {" old 1\n\n", 1},
        {"Old 1\n\n", 1},
        {"old 1 \n\n", 1},
        {"old 9223372036854775808\n\n", 1},
        {"old 1\n", 2},
        {"old 1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I\n\n", 2},
        {"old 1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I= \n\n", 2},
        {"old 1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n\n", 2},
        {"old 1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jx\n\n", 2},
        {"old 1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=", 2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(rr_witness_request_read(&request, &error, cases[i].body, strlen(cases[i].body)), RR_MALFORMED);
        assert_int_equal(error.line, cases[i].line);
        assert_non_null(error.rule);
    }
    for (size_t lines = RR_WITNESS_PROOF_MAX; lines <= RR_WITNESS_PROOF_MAX + 1; lines++) {
        len = (size_t)snprintf(body, sizeof body, "old 1\n");
        for (size_t i = 0; i < lines; i++) len += (size_t)snprintf(body + len, sizeof body - len, "%s\n", hash);
        len += (size_t)snprintf(body + len, sizeof body - len, "\n");
        rr_status expected = lines > RR_WITNESS_PROOF_MAX ? RR_MALFORMED : RR_OK;
        assert_int_equal(rr_witness_request_read(&request, &error, body, len), expected);
    }
}

/* ---- answers -------------------------------------------------------------------------------------------------------- */

typedef struct world {
    rr_signer log, other, twin; /* twin: another key of the same name as log */
    char texts[3][RR_SIGNER_TEXT_SIZE];
    rr_vkey keys[3]; /* of these */
    rr_tree tree;
    void *memory;
    char note[BODY];
} world;

static void make_key(world *w, rr_signer *signer, int i, const char *name, uint8_t seed) {
    uint8_t bytes[32];
    memset(bytes, seed, sizeof bytes);
    assert_int_equal(rr_signer_make(signer, rr_text_of(name), RR_VKEY_ED25519, bytes), RR_OK);
    size_t len = rr_signer_vkey(w->texts[i], sizeof w->texts[i], signer);
    assert_int_equal(rr_vkey_read(&w->keys[i], NULL, (rr_text){w->texts[i], len}, RR_VKEY_ED25519), RR_OK);
}

static int begin(void **state) {
    world *w = calloc(1, sizeof *w);
    assert_true(sodium_init() >= 0);
    make_key(w, &w->log, 0, "log.example", 1);
    make_key(w, &w->other, 1, "other.example", 2);
    make_key(w, &w->twin, 2, "log.example", 3);
    w->memory = malloc(rr_tree_memory_size(LEAVES));
    assert_int_equal(rr_tree_init(&w->tree, LEAVES, w->memory, rr_tree_memory_size(LEAVES)), RR_OK);
    for (uint8_t i = 0; i < LEAVES; i++) {
        rr_hash leaf;
        rr_leaf_hash(&leaf, &i, 1);
        assert_int_equal(rr_tree_append(&w->tree, &leaf), RR_OK);
    }
    *state = w;
    return 0;
}

static int end(void **state) {
    world *w = *state;
    free(w->memory);
    free(w);
    return 0;
}

static void root_of(world *w, rr_hash *root, uint64_t size) {
    rr_nodes nodes = rr_tree_nodes(&w->tree);
    assert_int_equal(rr_nodes_root(root, &nodes, size), RR_OK);
}

/* A request from `old` to `size`, signed by the log. */
static void ask(world *w, rr_witness_request *request, uint64_t old, uint64_t size) {
    rr_nodes nodes = rr_tree_nodes(&w->tree);
    rr_hash root;
    size_t len;
    root_of(w, &root, size);
    assert_int_equal(rr_checkpoint_sign(w->note, sizeof w->note, &len, size, &root, &w->log), RR_OK);
    *request = (rr_witness_request){.old_size = old, .note = {w->note, len}};
    assert_int_equal(rr_consistency_prove(request->proof, &request->proof_len, &nodes, old, size), RR_OK);
}

static void test_opening(void **state) {
    world *w = *state;
    rr_witness_request request;
    rr_checkpoint checkpoint;
    size_t len;
    ask(w, &request, 3, 7);
    assert_int_equal(rr_witness_open_var(&checkpoint, &request, w->keys, 1), RR_WITNESS_COSIGNS);
    assert_int_equal(checkpoint.size, 7);
    assert_int_equal(rr_witness_open_var(&checkpoint, &request, w->keys, 3), RR_WITNESS_COSIGNS);
    assert_int_equal(rr_witness_open_var(&checkpoint, &request, w->keys, 0), RR_WITNESS_UNKNOWN);
    assert_int_equal(rr_witness_open_var(&checkpoint, &request, w->keys + 1, 1), RR_WITNESS_UNKNOWN);
    /* The name is known, the key that signed is not. */
    assert_int_equal(rr_witness_open_var(&checkpoint, &request, w->keys + 2, 1), RR_WITNESS_FORBIDDEN);
    /* A line of a stranger is ignored; a wrong one of a known key is not, even beside a good one. */
    len = request.note.len;
    assert_int_equal(rr_note_add(w->note, sizeof w->note, &len, &w->other, 0), RR_OK);
    request.note.len = len;
    assert_int_equal(rr_witness_open_var(&checkpoint, &request, w->keys, 1), RR_WITNESS_COSIGNS);
    assert_int_equal(rr_note_add(w->note, sizeof w->note, &len, &w->twin, 0), RR_OK);
    request.note.len = len;
    assert_int_equal(rr_witness_open_var(&checkpoint, &request, w->keys, 3), RR_WITNESS_COSIGNS);
    w->note[len - 6] = w->note[len - 6] == 'A' ? 'B' : 'A';
    assert_int_equal(rr_witness_open_var(&checkpoint, &request, w->keys, 3), RR_WITNESS_FORBIDDEN);
    assert_int_equal(rr_witness_open_var(&checkpoint, &request, w->keys, 1), RR_WITNESS_COSIGNS);
    /* The log's signature of another root. */
    ask(w, &request, 3, 7);
    w->note[strlen("log.example\n7\n")] ^= 1;
    assert_int_equal(rr_witness_open_var(&checkpoint, &request, w->keys, 1), RR_WITNESS_FORBIDDEN);
    request.note = rr_text_of("log.example\n7\n\n");
    assert_int_equal(rr_witness_open_var(&checkpoint, &request, w->keys, 1), RR_WITNESS_MALFORMED);
    static char no_checkpoint[BODY];
    assert_int_equal(rr_note_begin(no_checkpoint, sizeof no_checkpoint, &len, rr_text_of("log.example\nseven\n")), RR_OK);
    assert_int_equal(rr_note_add(no_checkpoint, sizeof no_checkpoint, &len, &w->log, 0), RR_OK);
    request.note = (rr_text){no_checkpoint, len};
    assert_int_equal(rr_witness_open_var(&checkpoint, &request, w->keys, 1), RR_WITNESS_MALFORMED);
}

static rr_witness_answer decide(world *w, const rr_witness_request *request, uint64_t last_size, const rr_hash *other_root) {
    rr_checkpoint checkpoint;
    rr_witnessed last = {.size = last_size};
    if (last_size > 0) root_of(w, &last.root, last_size);
    if (other_root) last.root = *other_root;
    assert_int_equal(rr_witness_open_var(&checkpoint, request, w->keys, 1), RR_WITNESS_COSIGNS);
    return rr_witness_decide_var(request, &checkpoint, &last);
}

static void test_deciding(void **state) {
    world *w = *state;
    rr_witness_request request;
    rr_hash wrong = {{1}};
    for (uint64_t old = 0; old <= LEAVES; old++)
        for (uint64_t size = old; size <= LEAVES; size++) {
            ask(w, &request, old, size);
            assert_int_equal(decide(w, &request, old, NULL), RR_WITNESS_COSIGNS);
            if (old > 0) assert_int_equal(decide(w, &request, old, &wrong), RR_WITNESS_INCONSISTENT);
            /* Whoever asks does not know what was cosigned last, or somebody else was quicker. */
            for (uint64_t last = 0; last <= LEAVES; last++)
                if (last != old) assert_int_equal(decide(w, &request, last, NULL), RR_WITNESS_CONFLICT);
            if (request.proof_len > 0) {
                request.proof[request.proof_len - 1].bytes[5] ^= 1;
                assert_int_equal(decide(w, &request, old, NULL), RR_WITNESS_INCONSISTENT);
                request.proof[request.proof_len - 1].bytes[5] ^= 1;
            }
            request.proof_len++;
            assert_int_equal(decide(w, &request, old, NULL), RR_WITNESS_INCONSISTENT);
        }
    /* Smaller than what it says was cosigned, which comes before the conflict. */
    ask(w, &request, 4, 4);
    request.old_size = 5;
    assert_int_equal(decide(w, &request, 5, NULL), RR_WITNESS_MALFORMED);
    assert_int_equal(decide(w, &request, 9, NULL), RR_WITNESS_MALFORMED);
    /* No leaves, and not the root of none. */
    size_t len;
    assert_int_equal(rr_checkpoint_sign(w->note, sizeof w->note, &len, 0, &wrong, &w->log), RR_OK);
    request = (rr_witness_request){.note = {w->note, len}};
    assert_int_equal(decide(w, &request, 0, NULL), RR_WITNESS_INCONSISTENT);
}

/* ---- time bounds ---------------------------------------------------------------------------------------------------- */

enum { WITNESSES = 5, SIGHTINGS = 12, SIZES = 6 };

static int compare(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

/* As section 7 says it. */
static int64_t bound_of(const rr_sighting *s, size_t count, uint32_t needed, uint64_t leaf) {
    int64_t earliest[WITNESSES];
    for (uint32_t w = 0; w < WITNESSES; w++) earliest[w] = RR_NO_TIME;
    for (size_t i = 0; i < count; i++)
        if (s[i].holds > leaf && s[i].time < earliest[s[i].witness]) earliest[s[i].witness] = s[i].time;
    qsort(earliest, WITNESSES, sizeof *earliest, compare);
    return earliest[needed - 1];
}

static void test_bounds(void **state) {
    (void)state;
    for (int round = 0; round < 5000; round++) {
        rr_sighting s[SIGHTINGS];
        int64_t bounds[SIGHTINGS], work[2 * WITNESSES];
        size_t count = randombytes_uniform(SIGHTINGS + 1);
        uint32_t needed = 1 + randombytes_uniform(WITNESSES);
        uint64_t holds = 0;
        for (size_t i = 0; i < count; i++) {
            holds += randombytes_uniform(2);
            s[i] = (rr_sighting){holds, holds, 100 + randombytes_uniform(10), randombytes_uniform(WITNESSES)};
        }
        rr_time_bounds(bounds, s, count, needed, WITNESSES, work);
        for (uint64_t leaf = 0; leaf <= SIGHTINGS; leaf++)
            assert_true(rr_time_bound(bounds, s, count, leaf) == bound_of(s, count, needed, leaf));
    }
}

static void test_confirming(void **state) {
    (void)state;
    bool seen[3];
    const rr_sighting s[] = {
        {5, 5, 999, 0},  /* before */
        {5, 5, 1000, 1}, /* counts */
        {5, 5, 1001, 1}, /* the same witness */
        {5, 9, 1001, 2}, /* a size above is claimed, though with a wrong root */
        {9, 9, 2000, 0}, /* the close is there */
    };
    assert_int_equal(rr_witnesses_confirming(s, 5, 3, 1000, 8, seen), 1);
    assert_int_equal(rr_witnesses_confirming(s, 5, 3, 999, 8, seen), 2);
    assert_int_equal(rr_witnesses_confirming(s, 5, 3, 1000, 9, seen), 3);
    assert_int_equal(rr_witnesses_confirming(s, 0, 3, 0, 9, seen), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_request),
        cmocka_unit_test_setup_teardown(test_opening, begin, end),
        cmocka_unit_test_setup_teardown(test_deciding, begin, end),
        cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_confirming),
    };
    return cmocka_run_group_tests_name("witness", tests, NULL, NULL);
}
