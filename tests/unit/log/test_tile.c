/* SPDX-License-Identifier: Apache-2.0 */
/* Tiles, their paths, bundles, and the order of a batch. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "roundrobin/log.h"

/* The example of the specification: a log of 70,000 entries. */
static void test_widths(void **state) {
    (void)state;
    assert_int_equal(rr_tile_width(0, 272, 70000), 256);
    assert_int_equal(rr_tile_width(0, 273, 70000), 112);
    assert_int_equal(rr_tile_width(0, 274, 70000), 0);
    assert_int_equal(rr_tile_width(1, 0, 70000), 256);
    assert_int_equal(rr_tile_width(1, 1, 70000), 17);
    assert_int_equal(rr_tile_width(2, 0, 70000), 1);
    assert_int_equal(rr_tile_width(3, 0, 70000), 0);
    assert_int_equal(rr_tile_width(RR_TILE_ENTRIES, 273, 70000), 112);
    assert_int_equal(rr_tile_width(0, 0, 256), 256);
    assert_int_equal(rr_tile_width(1, 0, 256), 1);
    assert_int_equal(rr_tile_width(0, 1, 256), 0);
    assert_int_equal(rr_tile_width(8, 0, UINT64_MAX), 0);
    assert_int_equal(rr_tile_width(0, UINT64_MAX, UINT64_MAX), 0);
}

static void test_paths(void **state) {
    (void)state;
    static const struct {
        rr_tile tile;
        const char *path;
    } cases[] = {
        {{0, 0, 256}, "tile/0/000"},
        {{0, 1234067, 256}, "tile/0/x001/x234/067"},
        {{1, 17, 3}, "tile/1/017.p/3"},
        {{63, 1000, 255}, "tile/63/x001/000.p/255"},
        {{RR_TILE_ENTRIES, 273, 112}, "tile/entries/273.p/112"},
        {{0, UINT64_MAX, 256}, "tile/0/x018/x446/x744/x073/x709/x551/615"},
    };
    char path[RR_TILE_PATH_SIZE];
    rr_tile tile;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(rr_tile_path(path, &cases[i].tile), RR_OK);
        assert_string_equal(path, cases[i].path);
        assert_int_equal(rr_tile_path_parse(&tile, path, strlen(path)), RR_OK);
        assert_int_equal(tile.level, cases[i].tile.level);
        assert_true(tile.index == cases[i].tile.index);
        assert_int_equal(tile.width, cases[i].tile.width);
    }
    static const rr_tile wrong[] = {{65, 0, 256}, {0, 0, 0}, {0, 0, 257}};
    for (size_t i = 0; i < 3; i++) assert_int_equal(rr_tile_path(path, &wrong[i]), RR_ARGUMENT);
    static const char *const refused[] = {
        "",
        "tile",
        "tile/",
        "tile/0",
        "tile/0/",
        "tile/0/0",
        "tile/0/00",
        "tile/0/0000",
        "tile/0/1000",
        "tile/0/x000/001",
        "tile/0/x001",
        "tile/0/x001/",
        "tile/0/001/002",
        "tile/0/x01/002",
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/03",
        "tile/0/000.p/",
        "tile/0/000.p/3x",
        "tile/0/000/",
        "tile/0/+01",
        "tile/entry/000",
        "tile/99999999999999999999/000",
        "tile/0/x999/x999/x999/x999/x999/x999/999",
        "tile/4294967296/000",
        "tile/0/000.p/4294967297",
        "tile/0/000.p/3/",
        "/tile/0/000",
        "Tile/0/000",
    };
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        size_t len = strlen(refused[i]);
        char *exact = (char *)malloc(len + 1); /* so that a sanitizer sees a read behind its end */
        memcpy(exact, refused[i], len);
        exact = (char *)realloc(exact, len == 0 ? 1 : len);
        assert_int_equal(rr_tile_path_parse(&tile, exact, len), RR_MALFORMED);
        free(exact);
    }
}

static rr_status any_node(void *context, rr_hash *out, unsigned level, uint64_t index) {
    (void)context, (void)level, (void)index;
    memset(out->bytes, 1, sizeof out->bytes);
    return RR_OK;
}

/* Every node of a tree of 1,000 and of 70,000 leaves can be had from its tile. */
static void check_tiles(uint64_t size) {
    rr_tree tree;
    size_t memory_len = rr_tree_memory_size(size);
    void *memory = malloc(memory_len);
    uint8_t *bytes = (uint8_t *)malloc(RR_TILE_BYTES);
    assert_int_equal(rr_tree_init(&tree, size, memory, memory_len), RR_OK);
    for (uint64_t i = 0; i < size; i++) {
        rr_hash leaf;
        rr_leaf_hash(&leaf, (const uint8_t *)&i, sizeof i);
        assert_int_equal(rr_tree_append(&tree, &leaf), RR_OK);
    }
    rr_nodes nodes = rr_tree_nodes(&tree);
    for (unsigned level = 0; size >> level != 0; level++) {
        uint64_t count = size >> level;
        for (uint64_t index = 0; index < count; index += 1 + (count > 100 ? count / 37 : 0)) {
            rr_tile tile = rr_tile_of_node(level, index, size);
            rr_hash want, have;
            assert_int_equal(rr_tile_make(bytes, &tile, &nodes), RR_OK);
            assert_int_equal(nodes.node(nodes.context, &want, level, index), RR_OK);
            assert_int_equal(rr_tile_node(&have, bytes, &tile, level, index), RR_OK);
            assert_memory_equal(have.bytes, want.bytes, 32);
            tile.index++;
            assert_int_equal(rr_tile_node(&have, bytes, &tile, level, index), RR_NOT_FOUND);
            tile.index--;
            tile.level++;
            assert_int_equal(rr_tile_node(&have, bytes, &tile, level, index), RR_NOT_FOUND);
            tile.level--;
            tile.width = 0;
            assert_int_equal(rr_tile_node(&have, bytes, &tile, level, index), RR_NOT_FOUND);
        }
    }
    free(bytes);
    free(memory);
}

static void test_nodes_from_tiles(void **state) {
    (void)state;
    check_tiles(1000);
    check_tiles(70000);
    static const rr_tile wrong[] = {{RR_TILE_ENTRIES, 0, 1}, {8, 0, 1}, {0, 0, 0}, {0, 0, 257}, {0, UINT64_MAX, 1}};
    uint8_t bytes[RR_TILE_BYTES];
    rr_nodes nodes = {any_node, NULL};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_int_equal(rr_tile_make(bytes, &wrong[i], &nodes), RR_ARGUMENT);
}

static void test_bundles(void **state) {
    (void)state;
    uint8_t *bundle = (uint8_t *)malloc(70000), *entry = (uint8_t *)malloc(65536);
    const uint8_t *read;
    size_t len = 0, read_len, offset = 0;
    memset(entry, 'x', 65536);
    assert_int_equal(rr_bundle_append(bundle, 70000, &len, entry, 65536), RR_ARGUMENT);
    assert_int_equal(rr_bundle_append(bundle, 70000, &len, entry, 258), RR_OK);
    assert_int_equal(bundle[0], 1);
    assert_int_equal(bundle[1], 2);
    assert_int_equal(rr_bundle_append(bundle, 70000, &len, NULL, 0), RR_OK);
    assert_int_equal(rr_bundle_append(bundle, 70000, &len, entry, 65535), RR_OK);
    assert_int_equal(len, 260 + 2 + 65537);
    assert_int_equal(rr_bundle_append(bundle, len + 2, &len, entry, 1), RR_NO_SPACE);
    assert_int_equal(rr_bundle_append(bundle, len - 1, &len, entry, 0), RR_NO_SPACE);
    size_t exact = 0;
    assert_int_equal(rr_bundle_append(bundle + len, 3, &exact, entry, 1), RR_OK);
    assert_int_equal(exact, 3);
    static const size_t sizes[] = {258, 0, 65535};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(rr_bundle_next(bundle, len, &offset, &read, &read_len), RR_OK);
        assert_int_equal(read_len, sizes[i]);
        assert_memory_equal(read, entry, read_len);
    }
    assert_int_equal(rr_bundle_next(bundle, len, &offset, &read, &read_len), RR_NOT_FOUND);
    offset = 260; /* an empty entry at the end */
    assert_int_equal(rr_bundle_next(bundle, 262, &offset, &read, &read_len), RR_OK);
    assert_int_equal(read_len, 0);
    offset = 0;
    assert_int_equal(rr_bundle_next(bundle, 259, &offset, &read, &read_len), RR_MALFORMED);
    assert_int_equal(rr_bundle_next(bundle, 1, &offset, &read, &read_len), RR_MALFORMED);
    offset = 3;
    assert_int_equal(rr_bundle_next(bundle, 2, &offset, &read, &read_len), RR_MALFORMED);
    free(entry);
    free(bundle);
}

/* ---- batches -------------------------------------------------------------------------------------------------------- */

static void make_record(uint8_t record[40], uint8_t kind, uint32_t number, uint8_t t, uint8_t last) {
    memset(record, 0, 40);
    record[0] = 1;
    record[1] = kind;
    record[2] = (uint8_t)number;
    record[6] = t;
    record[37] = 9;
    record[39] = last;
}

static int compare_signs(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len) {
    int forth = rr_record_compare(a, a_len, b, b_len), back = rr_record_compare(b, b_len, a, a_len);
    assert_true((forth < 0) == (back > 0) && (forth == 0) == (back == 0));
    return forth < 0 ? -1 : forth > 0;
}

static void test_order(void **state) {
    (void)state;
    uint8_t a[40], b[40];
    make_record(a, 1, 200, 5, 0);
    make_record(b, 1, 200, 5, 0);
    assert_int_equal(compare_signs(a, 40, b, 40), 0);
    make_record(b, 1, 1, 6, 0); /* the 32 bytes come before kind and number */
    assert_int_equal(compare_signs(a, 40, b, 40), -1);
    make_record(b, 1, 1, 5, 0);
    b[37] = 10; /* all 32 */
    assert_int_equal(compare_signs(a, 40, b, 40), -1);
    make_record(b, 2, 1, 5, 0); /* then the kind */
    assert_int_equal(compare_signs(a, 40, b, 40), -1);
    make_record(b, 1, 201, 5, 0); /* then all of it, the number first */
    assert_int_equal(compare_signs(a, 40, b, 40), -1);
    make_record(b, 1, 200, 5, 1);
    assert_int_equal(compare_signs(a, 40, b, 40), -1);
    assert_int_equal(compare_signs(a, 39, a, 40), -1);
    assert_int_equal(compare_signs(a, 38, a, 39), -1);
    assert_int_equal(compare_signs(a, 0, a, 40), -1);
    assert_int_equal(compare_signs(a, 1, a, 2), -1);
    assert_int_equal(compare_signs(NULL, 0, NULL, 0), 0);
    assert_int_equal(compare_signs(a, 6, b, 40), -1);
    make_record(b, 1, 200, 6, 0);
    a[0] = 3; /* the version counts as part of the whole only */
    assert_int_equal(compare_signs(a, 40, b, 40), -1);
    make_record(b, 1, 200, 5, 1);
    assert_int_equal(compare_signs(a, 40, b, 40), 1);
    make_record(b, 2, 200, 5, 0);
    assert_int_equal(compare_signs(a, 40, b, 40), -1); /* after the kind */
}

static void test_batches(void **state) {
    (void)state;
    rr_batch *batch = (rr_batch *)malloc(sizeof *batch);
    uint8_t low[40], high[40], single[40];
    make_record(low, 1, 0, 5, 0);
    make_record(high, 1, 0, 6, 0);
    rr_batch_init(batch);
    assert_null(rr_batch_next(batch, true, low, 40));
    assert_null(rr_batch_next(batch, false, low, 40)); /* an equal one is in order */
    assert_null(rr_batch_next(batch, false, high, 40));
    assert_null(rr_batch_next(batch, true, low, 40)); /* a new batch begins anywhere */
    assert_null(rr_batch_next(batch, false, high, 40));
    assert_non_null(rr_batch_next(batch, false, low, 40));
    assert_null(rr_batch_next(batch, false, high, 40));
    assert_null(rr_batch_next(batch, false, low, 40)); /* one fault a batch */
    static const uint8_t kinds[] = {0, 6, 7, 8};
    for (size_t i = 0; i < 4; i++) {
        make_record(single, kinds[i], 0, 7, 0);
        assert_null(rr_batch_next(batch, true, single, 40));
        high[6] = 8;
        assert_non_null(rr_batch_next(batch, false, high, 40)); /* begins with it */
        high[6] = 6;
        assert_null(rr_batch_next(batch, true, low, 40));
        assert_non_null(rr_batch_next(batch, false, single, 38)); /* ends with it */
        assert_null(rr_batch_next(batch, true, single, 40));
        assert_non_null(rr_batch_next(batch, false, single, 40));
        assert_null(rr_batch_next(batch, true, low, 40));
        assert_null(rr_batch_next(batch, false, single, 37)); /* no whole head: garbage has no kind */
        single[0] = 2;
        assert_null(rr_batch_next(batch, true, low, 40));
        assert_null(rr_batch_next(batch, false, single, 40));
    }
    assert_null(rr_batch_next(batch, true, NULL, 0));
    assert_null(rr_batch_next(batch, false, low, 40));
    free(batch);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_widths),  cmocka_unit_test(test_paths), cmocka_unit_test(test_nodes_from_tiles),
        cmocka_unit_test(test_bundles), cmocka_unit_test(test_order), cmocka_unit_test(test_batches),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
