/* SPDX-License-Identifier: Apache-2.0 */
/* Evidence is judged alike wherever it comes from: a file by SQLite, its bytes in memory (fx_verify compares those two wherever it is called), the parts that it was
 * made of. */
#include "fixture.h"

#include <dirent.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"

enum { MUTATIONS = 400, PAGE = 4096 };

static const char path[] = "test_evidence_sources.sqlite";

static rr_evidence_report *verify_parts(fixture *fx, const rr_evidence_parts *parts, rr_status wanted, rr_check failed) {
    rr_evidence_options options = {.random = &fx->random};
    rr_evidence_report *r = NULL;
    rr_status status = rr_evidence_verify_parts(&r, parts, &options);
    assert_non_null(r);
    assert_int_equal(status, r->status);
    assert_int_equal(status, wanted);
    if (status != RR_OK) assert_int_equal(r->failed, failed);
    return r;
}

static void the_same_of_parts(fixture *fx) {
    fx_write(fx, path);
    rr_evidence_parts parts = fx_parts(fx);
    rr_evidence_report *file = fx_verify(fx, path), *r = verify_parts(fx, &parts, file->status, file->failed);
    assert_int_equal(r->checks[RR_CHECK_FILE], RR_NOT_APPLICABLE);
    assert_int_equal(r->checks[RR_CHECK_COLUMNS], RR_NOT_APPLICABLE);
    r->checks[RR_CHECK_FILE] = file->checks[RR_CHECK_FILE];
    r->checks[RR_CHECK_COLUMNS] = file->checks[RR_CHECK_COLUMNS];
    fx_same_report(file, r);
    assert_int_equal(file->ring_count, r->ring_count);
    for (size_t i = 0; i < r->ring_count; i++) assert_int_equal(file->rings[i].sealed, r->rings[i].sealed);
    rr_evidence_report_free(file);
    rr_evidence_report_free(r);
}

static fixture *sealed_log(bool opened) {
    fixture *fx = fx_new(RR_MODE_ANONYMOUS | RR_MODE_SEALED | RR_MODE_NAMED);
    fx_append(fx, fx_plain_leaf(fx, RR_FIRST));
    fx_checkpoint(fx, &fx->log);
    for (uint32_t i = 8; i < 11; i++) fx_append(fx, fx_record(fx, RR_SEALED, i));
    fx_append(fx, fx_record(fx, RR_ANONYMOUS, 7));
    fx_sort_batch(fx);
    fx_checkpoint(fx, &fx->log);
    if (!opened) return fx;
    uint64_t sealed[3];
    size_t count = 0;
    for (uint64_t i = 1; i < fx->leaf_count; i++)
        if (fx->leaves[i].bytes[1] == RR_SEALED) sealed[count++] = i;
    assert_int_equal(count, 3);
    fx_append(fx, fx_notice(fx));
    fx_checkpoint(fx, &fx->log);
    fx_append(fx, fx_opening(fx, sealed, 3, true));
    fx_checkpoint(fx, &fx->log);
    return fx;
}

static void three_ways(void **state) {
    (void)state;
    fixture *fx = fx_new(RR_MODE_ANONYMOUS | RR_MODE_NAMED);
    fx_usual_log(fx);
    the_same_of_parts(fx);
    fx_free(fx);
    for (int opened = 0; opened < 2; opened++) {
        fx = sealed_log(opened);
        rr_evidence_parts parts = fx_parts(fx);
        rr_evidence_report *r = verify_parts(fx, &parts, RR_OK, RR_CHECK_FILE);
        uint32_t sealed = 0, hidden = 0;
        for (size_t i = 0; i < r->ring_count; i++) sealed += r->rings[i].sealed, hidden += r->rings[i].hidden;
        assert_int_equal(sealed, opened ? 0 : 3);
        assert_int_equal(hidden, opened ? 1 : 4);
        rr_evidence_report_free(r);
        the_same_of_parts(fx);
        if (opened) { /* a file that is given twice is given once */
            fx->openings[fx->opening_count] = fx->openings[fx->opening_count - 1];
            parts = fx_parts(fx);
            parts.opening_count++;
            rr_evidence_report_free(verify_parts(fx, &parts, RR_OK, RR_CHECK_FILE));
        }
        fx_free(fx);
    }
}

static rr_status fail_entry(void *context, rr_blob *entry, uint64_t leaf) {
    static const uint8_t byte = 0;
    (void)context;
    *entry = (rr_blob){&byte, 1};
    return leaf == 2 ? RR_IO : RR_OK;
}

static void parts_that_are_wrong(void **state) {
    (void)state;
    fixture *fx = fx_new(RR_MODE_ANONYMOUS | RR_MODE_NAMED);
    fx_usual_log(fx);
    const rr_evidence_parts good = fx_parts(fx);
    rr_evidence_parts bad = good;
    bad.petition = (rr_blob){NULL, 0};
    rr_evidence_report_free(verify_parts(fx, &bad, RR_MALFORMED, RR_CHECK_FILE));
    bad = good, bad.roll = (rr_blob){NULL, 0};
    rr_evidence_report_free(verify_parts(fx, &bad, RR_MALFORMED, RR_CHECK_FILE));
    bad = good, bad.roll_note = (rr_blob){NULL, 0};
    rr_evidence_report_free(verify_parts(fx, &bad, RR_NOT_FOUND, RR_CHECK_ROLL_NOTE));
    bad = good, bad.checkpoint_count = 0;
    rr_evidence_report_free(verify_parts(fx, &bad, RR_MALFORMED, RR_CHECK_FILE));
    bad = good, bad.entry_count--;
    rr_evidence_report_free(verify_parts(fx, &bad, RR_INVALID, RR_CHECK_LOG));
    bad = good, bad.checkpoint_count--;
    rr_evidence_report_free(verify_parts(fx, &bad, RR_INVALID, RR_CHECK_LOG));
    bad = good, bad.entry = fail_entry;
    rr_evidence_report_free(verify_parts(fx, &bad, RR_IO, RR_CHECK_FILE));
    bad = good, bad.entry_count = UINT64_MAX;
    rr_evidence_report_free(verify_parts(fx, &bad, RR_MALFORMED, RR_CHECK_FILE));
    /* Checkpoints out of order, twice, or without a note: then a root could go without being compared. */
    rr_evidence_checkpoint checkpoints[3] = {good.checkpoints[1], good.checkpoints[0], good.checkpoints[2]};
    bad = good, bad.checkpoints = checkpoints, bad.checkpoint_count = 3;
    rr_evidence_report_free(verify_parts(fx, &bad, RR_MALFORMED, RR_CHECK_FILE));
    checkpoints[1] = checkpoints[0];
    rr_evidence_report_free(verify_parts(fx, &bad, RR_MALFORMED, RR_CHECK_FILE));
    checkpoints[0] = good.checkpoints[0];
    checkpoints[1].note.len = 0;
    rr_evidence_report_free(verify_parts(fx, &bad, RR_MALFORMED, RR_CHECK_FILE));
    fx_free(fx);
}

/* ---- pages ---------------------------------------------------------------------------------------------------------- */

static uint32_t below(size_t most) {
    return randombytes_uniform((uint32_t)most);
}

/* One change of the structure: pages exchanged, copied or emptied, pointers turned elsewhere, headers written over. */
static void mutate(uint8_t *bytes, size_t len) {
    uint32_t pages = (uint32_t)(len / PAGE), at = below(pages);
    uint8_t *page = bytes + (size_t)at * PAGE, *other = bytes + (size_t)below(pages) * PAGE,
            *header = page + (at == 0 ? 100 : 0), kept[PAGE];
    switch (below(9)) {
    case 0: memcpy(page, other, PAGE); break;
    case 1:
        memcpy(kept, page, PAGE);
        memcpy(page, other, PAGE);
        memcpy(other, kept, PAGE);
        break;
    case 2: memset(page + below(PAGE), 0, 1); break;
    case 3: header[below(12)] = (uint8_t)below(256); break;
    case 4: rr_store32_be(page, below(pages + 2)); break;
    case 5: rr_store32_be(header + 8, below(pages + 2)); break;
    case 6: header[12 + below(64)] ^= (uint8_t)(1 << below(8)); break;
    case 7: /* no cells, and all of the page free */
        memset(header + 1, 0, 4);
        header[5] = PAGE >> 8;
        header[6] = header[7] = 0;
        break;
    default: page[below(PAGE)] = (uint8_t)below(256); break;
    }
}

/* fx_verify demands that SQLite and the own reader are of one mind. */
static void structures(void **state) {
    (void)state;
    fixture *fx = fx_new(RR_MODE_ANONYMOUS | RR_MODE_NAMED);
    size_t len, verified = 0;
    fx_append(fx, fx_plain_leaf(fx, RR_FIRST));
    fx_checkpoint(fx, &fx->log);
    for (int i = 0; i < 60; i++) { /* faults: no such kind; of all lengths around those that go on in another page */
        size_t entry_len = 40 + (size_t)i * 150;
        fx_entry e = {malloc(entry_len), entry_len};
        assert_non_null(e.bytes);
        memset(e.bytes, i + 2, entry_len);
        fx_append(fx, e);
    }
    fx_sort_batch(fx);
    fx_checkpoint(fx, &fx->log);
    fx_write(fx, path);
    uint8_t *bytes = fx_read(path, &len), *altered = malloc(len);
    assert_non_null(altered);
    for (int i = 0; i < MUTATIONS; i++) {
        memcpy(altered, bytes, len);
        for (uint32_t k = below(3) + 1; k > 0; k--) mutate(altered, len);
        fx_save(path, altered, len);
        rr_evidence_report *r = fx_verify(fx, path);
        verified += r->status == RR_OK;
        rr_evidence_report_free(r);
    }
    assert_true(verified < MUTATIONS / 2);
    free(altered);
    free(bytes);
    fx_free(fx);
}

/* A seed of another version would keep the fuzzer at the header. */
static void seeds_of_the_fuzzer_verify(void **state) {
    (void)state;
    static const char folder[] = RR_SOURCE_DIR "/fuzz/corpus/evidence";
    fixture *fx = fx_new(RR_MODE_ANONYMOUS);
    rr_evidence_options options = {.random = &fx->random};
    DIR *seeds = opendir(folder);
    int count = 0;
    assert_non_null(seeds);
    for (struct dirent *one; (one = readdir(seeds)) != NULL;) {
        char seed[PATH_MAX];
        rr_evidence_report *r = NULL;
        if (one->d_name[0] == '.') continue;
        snprintf(seed, sizeof seed, "%s/%s", folder, one->d_name);
        assert_int_equal(rr_evidence_verify(&r, seed, &options), RR_OK);
        rr_evidence_report_free(r);
        count++;
    }
    closedir(seeds);
    assert_true(count > 2);
    fx_free(fx);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(three_ways), cmocka_unit_test(parts_that_are_wrong),
                                       cmocka_unit_test(structures), cmocka_unit_test(seeds_of_the_fuzzer_verify)};
    if (sodium_init() < 0) return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
