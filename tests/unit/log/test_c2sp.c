/* SPDX-License-Identifier: Apache-2.0 */
/* Examples that the C2SP specifications give (github.com/C2SP/C2SP: signed-note, tlog-checkpoint, tlog-cosignature,
 * tlog-tiles), where test_note.c, test_checkpoint.c and test_tile.c do not have them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sodium.h>
#include <string.h>

#include "roundrobin/log.h"
#include "roundrobin/note.h"

#define SOFA "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
static const char foo_key[] = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
static const char cosigned[] =
    SOFA "\n"
         "— example.com/behind-the-sofa "
         "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
         "— witness.example.com/w1 "
         "jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n";

/* The whole note of tlog-cosignature: the log's line and a witness's, with its time. */
static void test_cosigned_checkpoint(void **state) {
    (void)state;
    rr_note note;
    rr_note_signature line;
    rr_checkpoint checkpoint;
    size_t offset = 0;
    assert_int_equal(rr_note_parse(&note, NULL, cosigned, strlen(cosigned)), RR_OK);
    assert_true(rr_text_equal(note.text, rr_text_of(SOFA)));
    assert_int_equal(note.signature_count, 2);
    assert_int_equal(rr_checkpoint_parse(&checkpoint, NULL, note.text), RR_OK);
    assert_int_equal(checkpoint.size, 20852163);

    assert_true(rr_note_next(&line, &offset, &note));
    assert_true(rr_text_equal(line.name, checkpoint.origin));
    assert_memory_equal(line.id, "\x03\x3d\xe0\xae", 4);
    assert_int_equal(line.len, 64);
    assert_true(rr_note_next(&line, &offset, &note));
    assert_true(rr_text_equal(line.name, rr_text_of("witness.example.com/w1")));
    assert_memory_equal(line.id, "\x8d\x66\xcf\x3f", 4);
    assert_int_equal(line.len, 72);
    uint64_t time = 0;
    for (size_t i = 0; i < 8; i++) time = time << 8 | line.bytes[i];
    assert_true(time == 1679315147);
    assert_false(rr_note_next(&line, &offset, &note));

    /* Both are keys that this reader does not know: no reason to trust the note, and none to call it broken. */
    rr_vkey key;
    rr_error error;
    assert_int_equal(rr_vkey_read(&key, NULL, rr_text_of(foo_key), RR_VKEY_ED25519), RR_OK);
    assert_int_equal(rr_note_verify_var(NULL, &error, &note, &key, 1), RR_NOT_FOUND);
}

/* key ID = SHA-256(name LF type key)[:4], computed here without the library: the example's, and one that a signer of
 * each type makes. */
static void expect_id(const uint8_t id[4], const char *name, uint8_t type, const uint8_t key[32]) {
    uint8_t text[300], digest[32];
    size_t len = strlen(name);
    memcpy(text, name, len);
    text[len++] = '\n';
    text[len++] = type;
    memcpy(text + len, key, 32);
    crypto_hash_sha256(digest, text, len + 32);
    assert_memory_equal(id, digest, 4);
}

static void test_key_ids(void **state) {
    (void)state;
    uint8_t typed[33];
    size_t len;
    const char *encoded = strrchr(foo_key, '+') + 1;
    assert_int_equal(
        sodium_base642bin(typed, sizeof typed, encoded, strlen(encoded), NULL, &len, NULL, sodium_base64_VARIANT_ORIGINAL), 0);
    assert_int_equal(len, 33);
    expect_id((const uint8_t *)"\x53\x0d\x90\x3a", "example.com/foo", typed[0], typed + 1);
    static const uint8_t types[] = {1, 4}, seed[32] = {3};
    for (size_t i = 0; i < 2; i++) {
        rr_signer signer;
        assert_int_equal(rr_signer_make(&signer, rr_text_of("witness.example.com/w1"), types[i], seed), RR_OK);
        expect_id(signer.id, signer.name, types[i], signer.secret + 32);
    }
}

/* How many tiles a log has, full and partial. */
static void count_tiles(unsigned level, uint64_t size, unsigned full, unsigned partial_width) {
    unsigned counted = 0, width = 0;
    uint64_t index = 0;
    for (; index < 1000; index++) {
        width = rr_tile_width(level, index, size);
        if (width != RR_TILE_WIDTH) break;
        counted++;
    }
    assert_int_equal(counted, full);
    assert_int_equal(width, partial_width);
    assert_int_equal(rr_tile_width(level, index + 1, size), 0);
}

static void test_tile_counts(void **state) {
    (void)state;
    count_tiles(0, 70000, 273, 112);
    count_tiles(RR_TILE_ENTRIES, 70000, 273, 112);
    count_tiles(1, 70000, 1, 17);
    count_tiles(2, 70000, 0, 1);
    count_tiles(3, 70000, 0, 0);
    count_tiles(0, 256, 1, 0);
    count_tiles(1, 256, 0, 1);
    count_tiles(2, 256, 0, 0);
    count_tiles(0, 0, 0, 0);
    char path[RR_TILE_PATH_SIZE];
    rr_tile entries = {RR_TILE_ENTRIES, 1234067, RR_TILE_WIDTH}, last = {RR_TILE_ENTRIES, 1234067, 255};
    assert_int_equal(rr_tile_path(path, &entries), RR_OK);
    assert_string_equal(path, "tile/entries/x001/x234/067");
    assert_int_equal(rr_tile_path(path, &last), RR_OK);
    assert_string_equal(path, "tile/entries/x001/x234/067.p/255");
}

/* Hashes behind the example's numbers: a tile of level 1 holds the root of a full tile below it, and each entry of a
 * bundle hashes to its place in the tile of level 0. */
static void test_bundle_hashes_to_tile(void **state) {
    (void)state;
    enum { SIZE = 256 + 112 };
    static uint64_t memory[SIZE * 64 / sizeof(uint64_t)];
    static uint8_t tile[RR_TILE_BYTES], bundle[RR_TILE_WIDTH * 4];
    rr_tree tree;
    rr_hash leaves[SIZE], root;
    size_t len = 0, offset = 0, entry_len;
    assert_true(rr_tree_memory_size(SIZE) <= sizeof memory);
    assert_int_equal(rr_tree_init(&tree, SIZE, memory, sizeof memory), RR_OK);
    for (unsigned i = 0; i < SIZE; i++) {
        uint8_t entry[2] = {(uint8_t)(i >> 8), (uint8_t)i};
        if (i >= 256) assert_int_equal(rr_bundle_append(bundle, sizeof bundle, &len, entry, 2), RR_OK);
        rr_leaf_hash(&leaves[i], entry, 2);
        assert_int_equal(rr_tree_append(&tree, &leaves[i]), RR_OK);
    }
    rr_nodes nodes = rr_tree_nodes(&tree);
    rr_tile partial = {0, 1, 112}, above = {1, 0, 1};
    assert_int_equal(rr_tile_make(tile, &partial, &nodes), RR_OK);
    assert_memory_equal(bundle, "\x00\x02\x01\x00\x00\x02\x01\x01", 8);
    for (size_t i = 0; i < 112; i++) {
        const uint8_t *entry;
        uint8_t prefixed[3] = {0}, digest[32];
        assert_int_equal(rr_bundle_next(bundle, len, &offset, &entry, &entry_len), RR_OK);
        assert_int_equal(entry_len, 2);
        memcpy(prefixed + 1, entry, 2);
        crypto_hash_sha256(digest, prefixed, 3);
        assert_memory_equal(tile + 32 * i, digest, 32);
    }
    assert_int_equal(offset, len);
    assert_int_equal(rr_tile_make(tile, &above, &nodes), RR_OK);
    rr_leaves_root(&root, leaves, 256);
    assert_memory_equal(tile, root.bytes, 32);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_cosigned_checkpoint), cmocka_unit_test(test_key_ids),
                                       cmocka_unit_test(test_tile_counts), cmocka_unit_test(test_bundle_hashes_to_tile)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
