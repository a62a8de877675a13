/* SPDX-License-Identifier: Apache-2.0 */
/* Trees against RFC 6962's recursive definitions, for every size and index up to a few dozen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/sha2.h"
#include "roundrobin/log.h"

enum { SIZES = 70 };

static rr_hash leaves[SIZES];

static int make_leaves(void **state) {
    (void)state;
    for (unsigned i = 0; i < SIZES; i++) {
        uint8_t entry[2] = {(uint8_t)i, 7};
        rr_leaf_hash(&leaves[i], entry, i % 3);
        leaves[i].bytes[0] = (uint8_t)i;
    }
    return 0;
}

/* ---- the definitions ------------------------------------------------------------------------------------------------ */

static size_t half(size_t n) {
    size_t k = 1;
    while (2 * k < n) k *= 2;
    return k;
}

static void mth(rr_hash *out, const rr_hash *d, size_t n) {
    rr_hash left, right;
    uint8_t message[65] = {1};
    if (n == 0) {
        rr_sha256_of(out->bytes, "", 0);
        return;
    }
    if (n == 1) {
        *out = d[0];
        return;
    }
    mth(&left, d, half(n));
    mth(&right, d + half(n), n - half(n));
    memcpy(message + 1, left.bytes, 32);
    memcpy(message + 33, right.bytes, 32);
    rr_sha256_of(out->bytes, message, 65);
}

static size_t path(rr_hash *proof, size_t m, const rr_hash *d, size_t n) {
    if (n == 1) return 0;
    size_t k = half(n), len;
    if (m < k) {
        len = path(proof, m, d, k);
        mth(&proof[len], d + k, n - k);
    } else {
        len = path(proof, m - k, d + k, n - k);
        mth(&proof[len], d, k);
    }
    return len + 1;
}

static size_t subproof(rr_hash *proof, size_t m, const rr_hash *d, size_t n, bool whole) {
    size_t k = half(n), len;
    if (m == n) {
        if (!whole) mth(proof, d, n);
        return whole ? 0 : 1;
    }
    if (m <= k) {
        len = subproof(proof, m, d, k, whole);
        mth(&proof[len], d + k, n - k);
    } else {
        len = subproof(proof, m - k, d + k, n - k, false);
        mth(&proof[len], d, k);
    }
    return len + 1;
}

static void assert_hash(const rr_hash *a, const rr_hash *b) {
    assert_memory_equal(a->bytes, b->bytes, 32);
}

/* ---- tests ---------------------------------------------------------------------------------------------------------- */

/* The eight leaves that Certificate Transparency's reference code is tested with. */
static void test_known_answers(void **state) {
    (void)state;
    static const char *const entries[8] = {
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"};
    static const struct {
        size_t size;
        const char *root;
    } roots[] = {{0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
                 {1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"},
                 {2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"},
                 {8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"}};
    rr_hash hashes[8], root, want;
    for (size_t i = 0; i < 8; i++) {
        uint8_t bytes[16];
        size_t len = strlen(entries[i]) / 2;
        assert_true(rr_unhex(bytes, len, entries[i], 2 * len));
        rr_leaf_hash(&hashes[i], bytes, len);
    }
    for (size_t i = 0; i < sizeof roots / sizeof roots[0]; i++) {
        assert_true(rr_unhex(want.bytes, 32, roots[i].root, 64));
        rr_leaves_root(&root, hashes, roots[i].size);
        assert_hash(&root, &want);
    }
}

static void test_roots_agree(void **state) {
    (void)state;
    rr_frontier frontier;
    rr_tree tree;
    size_t size = rr_tree_memory_size(SIZES);
    void *memory = malloc(size);
    rr_hash want, root;
    rr_frontier_init(&frontier);
    assert_int_equal(rr_tree_init(&tree, SIZES, memory, size - 1), RR_NO_SPACE);
    assert_int_equal(rr_tree_init(&tree, SIZES, memory, size), RR_OK);
    rr_nodes nodes = rr_tree_nodes(&tree);
    for (size_t n = 0; n <= SIZES; n++) {
        mth(&want, leaves, n);
        rr_leaves_root(&root, leaves, n);
        assert_hash(&root, &want);
        rr_frontier_root(&root, &frontier);
        assert_hash(&root, &want);
        assert_int_equal(rr_nodes_root(&root, &nodes, n), RR_OK);
        assert_hash(&root, &want);
        for (size_t older = 0; older < n; older++) { /* every earlier root is still there */
            mth(&want, leaves, older);
            assert_int_equal(rr_nodes_root(&root, &nodes, older), RR_OK);
            assert_hash(&root, &want);
        }
        assert_int_equal(rr_nodes_root(&root, &nodes, n + 1), RR_ARGUMENT);
        if (n == SIZES) break;
        rr_frontier_append(&frontier, &leaves[n]);
        assert_int_equal(frontier.size, n + 1);
        assert_int_equal(rr_tree_append(&tree, &leaves[n]), RR_OK);
    }
    assert_int_equal(rr_tree_append(&tree, &leaves[0]), RR_NO_SPACE);
    assert_int_equal(rr_nodes_root(&root, &nodes, (uint64_t)1 << 63), RR_ARGUMENT);
    assert_int_equal(rr_tree_memory_size(UINT64_MAX / 2), SIZE_MAX);
    assert_int_equal(rr_tree_init(&tree, UINT64_MAX / 2, memory, size), RR_NO_SPACE);
    free(memory);
}

static rr_tree full_tree(void **memory) {
    rr_tree tree;
    size_t size = rr_tree_memory_size(SIZES);
    *memory = malloc(size);
    assert_int_equal(rr_tree_init(&tree, SIZES, *memory, size), RR_OK);
    for (size_t i = 0; i < SIZES; i++) assert_int_equal(rr_tree_append(&tree, &leaves[i]), RR_OK);
    return tree;
}

static void test_inclusion(void **state) {
    (void)state;
    void *memory;
    rr_tree tree = full_tree(&memory);
    rr_nodes nodes = rr_tree_nodes(&tree);
    rr_hash want[RR_PROOF_MAX], proof[RR_PROOF_MAX + 1], root;
    for (size_t n = 1; n <= SIZES; n++) {
        mth(&root, leaves, n);
        for (size_t m = 0; m < n; m++) {
            size_t want_len = path(want, m, leaves, n), len = 99;
            assert_int_equal(rr_inclusion_prove(proof, &len, &nodes, m, n), RR_OK);
            assert_int_equal(len, want_len);
            assert_memory_equal(proof, want, 32 * len);
            assert_int_equal(rr_inclusion_verify(&root, n, &leaves[m], m, proof, len), RR_OK);
            /* Another leaf, another index, one hash more or less, a changed one. */
            assert_int_equal(rr_inclusion_verify(&root, n, &root, m, proof, len), n == 1 ? RR_OK : RR_INVALID);
            if (n > 1) assert_int_equal(rr_inclusion_verify(&root, n, &leaves[m], (m + 1) % n, proof, len), RR_INVALID);
            if (len > 0) assert_int_equal(rr_inclusion_verify(&root, n, &leaves[m], m, proof, len - 1), RR_INVALID);
            proof[len] = leaves[0];
            assert_int_equal(rr_inclusion_verify(&root, n, &leaves[m], m, proof, len + 1), RR_INVALID);
            for (size_t i = 0; i < len; i++) {
                proof[i].bytes[31] ^= 1;
                assert_int_equal(rr_inclusion_verify(&root, n, &leaves[m], m, proof, len), RR_INVALID);
                proof[i].bytes[31] ^= 1;
            }
        }
        size_t len;
        assert_int_equal(rr_inclusion_prove(proof, &len, &nodes, n, n), RR_ARGUMENT);
        assert_int_equal(rr_inclusion_verify(&root, n, &leaves[0], n, proof, 0), RR_ARGUMENT);
    }
    size_t len;
    assert_int_equal(rr_inclusion_prove(proof, &len, &nodes, 0, SIZES + 1), RR_ARGUMENT); /* a node that is not there */
    assert_int_equal(rr_inclusion_prove(proof, &len, &nodes, 0, (uint64_t)1 << 63), RR_ARGUMENT);
    assert_int_equal(rr_inclusion_verify(&root, (uint64_t)1 << 63, &leaves[0], 0, proof, 0), RR_ARGUMENT);
    free(memory);
}

static void test_consistency(void **state) {
    (void)state;
    void *memory;
    rr_tree tree = full_tree(&memory);
    rr_nodes nodes = rr_tree_nodes(&tree);
    rr_hash want[RR_PROOF_MAX], proof[RR_PROOF_MAX + 1], old_root, new_root, other = leaves[3];
    size_t len;
    for (size_t n = 0; n <= SIZES; n++) {
        mth(&new_root, leaves, n);
        for (size_t m = 0; m <= n; m++) {
            size_t want_len = m == 0 || m == n ? 0 : subproof(want, m, leaves, n, true);
            mth(&old_root, leaves, m);
            assert_int_equal(rr_consistency_prove(proof, &len, &nodes, m, n), RR_OK);
            assert_int_equal(len, want_len);
            assert_memory_equal(proof, want, 32 * len);
            assert_int_equal(rr_consistency_verify(&old_root, m, &new_root, n, proof, len), RR_OK);
            assert_int_equal(rr_consistency_verify(&other, m, &new_root, n, proof, len), RR_INVALID);
            if (m != 0 || n == 0) assert_int_equal(rr_consistency_verify(&old_root, m, &other, n, proof, len), RR_INVALID);
            if (len > 0) assert_int_equal(rr_consistency_verify(&old_root, m, &new_root, n, proof, len - 1), RR_INVALID);
            if (len > 0) assert_int_equal(rr_consistency_verify(&old_root, m, &new_root, n, proof, 0), RR_INVALID);
            proof[len] = leaves[0];
            assert_int_equal(rr_consistency_verify(&old_root, m, &new_root, n, proof, len + 1), RR_INVALID);
            for (size_t i = 0; i < len; i++) {
                proof[i].bytes[0] ^= 128;
                assert_int_equal(rr_consistency_verify(&old_root, m, &new_root, n, proof, len), RR_INVALID);
                proof[i].bytes[0] ^= 128;
            }
        }
        assert_int_equal(rr_consistency_prove(proof, &len, &nodes, n + 1, n), RR_ARGUMENT);
        assert_int_equal(rr_consistency_verify(&new_root, n + 1, &new_root, n, proof, 0), RR_ARGUMENT);
    }
    assert_int_equal(rr_consistency_prove(proof, &len, &nodes, 1, (uint64_t)1 << 63), RR_ARGUMENT);
    assert_int_equal(rr_consistency_verify(&old_root, 1, &new_root, (uint64_t)1 << 63, proof, 0), RR_ARGUMENT);
    free(memory);
}

/* Proofs for other sizes, which their hashes alone do not betray. */
static void test_lies_about_sizes(void **state) {
    (void)state;
    void *memory;
    rr_tree tree = full_tree(&memory);
    rr_nodes nodes = rr_tree_nodes(&tree);
    rr_hash proof[RR_PROOF_MAX], roots[9];
    size_t len;
    for (size_t n = 0; n <= 8; n++) mth(&roots[n], leaves, n);
    assert_int_equal(rr_inclusion_prove(proof, &len, &nodes, 0, 2), RR_OK);
    assert_int_equal(rr_inclusion_verify(&roots[2], 4, &leaves[0], 0, proof, len), RR_INVALID); /* too short for 4 */
    assert_int_equal(rr_inclusion_prove(proof, &len, &nodes, 3, 4), RR_OK);
    assert_int_equal(rr_inclusion_verify(&roots[4], 2, &leaves[3], 1, proof, len), RR_INVALID); /* too long for 2 */
    assert_int_equal(rr_consistency_prove(proof, &len, &nodes, 1, 2), RR_OK);
    assert_int_equal(rr_consistency_verify(&roots[1], 1, &roots[2], 4, proof, len), RR_INVALID);
    assert_int_equal(rr_consistency_prove(proof, &len, &nodes, 7, 8), RR_OK);
    assert_int_equal(rr_consistency_verify(&roots[7], 3, &roots[8], 4, proof, len), RR_INVALID);
    assert_int_equal(rr_consistency_verify(&roots[3], 3, &roots[8], 8, NULL, 0), RR_INVALID);
    assert_int_equal(nodes.node(nodes.context, proof, 63, 0), RR_ARGUMENT);
    assert_int_equal(nodes.node(nodes.context, proof, 64, 0), RR_ARGUMENT);
    free(memory);
}

/* Whatever the source of nodes answers is the answer.  It fails in the call whose number the context holds. */
static rr_status broken_node(void *context, rr_hash *out, unsigned level, uint64_t index) {
    unsigned *calls = (unsigned *)context;
    (void)level, (void)index;
    memset(out->bytes, 0, sizeof out->bytes);
    return (*calls)-- == 0 ? RR_IO : RR_OK;
}

static void test_a_source_that_fails(void **state) {
    (void)state;
    unsigned calls = 0;
    rr_nodes nodes = {broken_node, &calls};
    rr_hash proof[RR_PROOF_MAX];
    uint8_t bytes[RR_TILE_BYTES];
    rr_tile tile = {0, 0, 3};
    size_t len;
    for (unsigned fail_at = 0; fail_at < 2; fail_at++) {
        calls = fail_at;
        assert_int_equal(rr_nodes_root(proof, &nodes, 5), RR_IO);
        calls = fail_at;
        assert_int_equal(rr_inclusion_prove(proof, &len, &nodes, 1, 5), RR_IO);
        calls = fail_at;
        assert_int_equal(rr_tile_make(bytes, &tile, &nodes), RR_IO);
    }
    for (unsigned fail_at = 0; fail_at < 4; fail_at++) { /* 3 of 5: leaf 4, leaf 3, leaf 2, leaves 0 and 1 */
        calls = fail_at;
        assert_int_equal(rr_consistency_prove(proof, &len, &nodes, 3, 5), RR_IO);
    }
    calls = 1000; /* sizes that no log has, to a source that has everything */
    assert_int_equal(rr_nodes_root(proof, &nodes, (uint64_t)1 << 63), RR_ARGUMENT);
    assert_int_equal(rr_inclusion_prove(proof, &len, &nodes, 0, (uint64_t)1 << 63), RR_ARGUMENT);
    assert_int_equal(rr_inclusion_prove(proof, &len, &nodes, 5, 5), RR_ARGUMENT);
    assert_int_equal(rr_consistency_prove(proof, &len, &nodes, 1, (uint64_t)1 << 63), RR_ARGUMENT);
    assert_int_equal(rr_consistency_prove(proof, &len, &nodes, 6, 5), RR_ARGUMENT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_answers),    cmocka_unit_test(test_roots_agree),
        cmocka_unit_test(test_inclusion),        cmocka_unit_test(test_consistency),
        cmocka_unit_test(test_lies_about_sizes), cmocka_unit_test(test_a_source_that_fails),
    };
    return cmocka_run_group_tests(tests, make_leaves, NULL);
}
