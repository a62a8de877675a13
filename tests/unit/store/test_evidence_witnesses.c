/* SPDX-License-Identifier: Apache-2.0 */
/* Evidence with a directory log: final, as of, not witnessed; and each thing that a verifier has to see in it. */
#include "witness_fixture.h"

#include <stdio.h>
#include <string.h>

#include "base/bytes.h"

enum { CLOSES = 1772323200, BEFORE = CLOSES - 1000, BATCH = 7, LEAVES = 12 };

static const char path[] = "test_evidence_witnesses.sqlite";
#define AT(a, b, c) ((const uint64_t[FX_WITNESSES]){a, b, c})

static const unsigned open_modes = RR_MODE_ANONYMOUS | RR_MODE_NAMED | FX_WITNESSED;

/* The usual log, and a directory with its first three checkpoints, cosigned before it closed. */
static fixture *begin(void) {
    fixture *fx = fx_new(open_modes);
    fx_usual_log(fx);
    fx_line(fx, "page of another kind, which is ignored");
    fx_line_petition(fx);
    fx_line_checkpoint(fx, 0);
    fx_line_checkpoint(fx, 1);
    fx_cosign(fx, AT(BEFORE, BEFORE + 10, BEFORE + 20));
    fx_line_checkpoint(fx, 2);
    return fx;
}

static rr_evidence_report *report(fixture *fx) {
    fx_write(fx, path);
    return fx_verify(fx, path);
}

static void expect(fixture *fx, rr_finality finality, uint64_t leaves, int64_t as_of) {
    rr_evidence_report *r = report(fx);
    if (r->status != RR_OK) fail_msg("%s", r->errors[r->failed].rule);
    assert_int_equal(r->checks[RR_CHECK_WITNESSES], RR_VERIFIED);
    assert_int_equal(r->finality, finality);
    assert_int_equal(r->witnessed_leaves, leaves);
    if (leaves > 0) assert_int_equal(r->as_of, as_of);
    assert_int_equal(r->fault_count, 0);
    rr_evidence_report_free(r);
    fx_free(fx);
}

static void final_result(void **state) {
    (void)state;
    fixture *fx = begin();
    fx_cosign(fx, AT(CLOSES, 0, CLOSES + 1));
    fx_line_checkpoint(fx, 3);
    fx_cosign(fx, AT(CLOSES + 5, CLOSES + 7, 0));
    expect(fx, RR_FINAL, LEAVES, CLOSES + 7);
}

/* A second of two witnesses is what a bound needs. */
static void one_witness(void **state) {
    (void)state;
    fixture *fx = begin();
    fx_cosign(fx, AT(CLOSES, 0, CLOSES + 1));
    fx_line_checkpoint(fx, 3);
    fx_cosign(fx, AT(CLOSES + 5, 0, 0));
    expect(fx, RR_AS_OF, LEAVES - 1, CLOSES + 1);
}

/* Nobody has seen that the log was open at its end: it could have been closed before. */
static void unconfirmed(void **state) {
    (void)state;
    fixture *fx = begin();
    fx_cosign(fx, AT(CLOSES - 1, CLOSES - 1, CLOSES));
    fx_line_checkpoint(fx, 3);
    fx_cosign(fx, AT(CLOSES + 5, CLOSES + 6, CLOSES + 7));
    expect(fx, RR_AS_OF, LEAVES, CLOSES + 6);
}

/* Again by the same witness: the earlier word bounds, the later one confirms. */
static void asked_again(void **state) {
    (void)state;
    fixture *fx = begin();
    char note[FX_NOTE];
    size_t len = fx_cosigned_note(fx, note, AT(BEFORE + 50, BEFORE + 51, 0));
    assert_int_equal(rr_note_add(note, FX_NOTE, &len, &fx->witnesses[0], CLOSES), RR_OK);
    assert_int_equal(rr_note_add(note, FX_NOTE, &len, &fx->witnesses[1], CLOSES + 1), RR_OK);
    fx_add_note(fx, note, len);
    fx_line_checkpoint(fx, 3);
    fx_cosign(fx, AT(0, CLOSES + 9, CLOSES + 7));
    expect(fx, RR_FINAL, LEAVES, CLOSES + 9);
}

static void nobody_yet(void **state) {
    (void)state;
    fixture *fx = begin();
    fx_line_checkpoint(fx, 3);
    fx->cosigned_len = 0;
    fx_cosign(fx, AT(0, 0, 0));
    expect(fx, RR_AS_OF, 0, 0);
    /* Without a directory nothing is known, which is not a failure. */
    fx = begin();
    fx->cosigned_len = 0;
    rr_evidence_report *r = report(fx);
    assert_int_equal(r->status, RR_OK);
    assert_int_equal(r->checks[RR_CHECK_WITNESSES], RR_ABSENT);
    assert_int_equal(r->finality, RR_AS_OF);
    rr_evidence_report_free(r);
    fx_free(fx);
}

static void fault(fixture *fx, uint64_t leaf, const char *part, rr_finality finality) {
    rr_evidence_report *r = report(fx);
    if (r->status != RR_OK) fail_msg("%s", r->errors[r->failed].rule);
    assert_int_equal(r->fault_count, 1);
    assert_int_equal(r->faults[0].leaf, leaf);
    assert_non_null(strstr(r->faults[0].rule, part));
    assert_int_equal(r->finality, finality);
    rr_evidence_report_free(r);
    fx_free(fx);
}

/* The close is seen before `Closes`: somebody closed it early, to leave answers out. */
static void closed_early(void **state) {
    (void)state;
    fixture *fx = begin();
    fx_line_checkpoint(fx, 3);
    fx_cosign(fx, AT(BEFORE + 5, BEFORE + 6, 0));
    fault(fx, LEAVES - 1, "clos", RR_AS_OF);
}

/* The directory says another root than the log has: no time is known by it. */
static void another_root(void **state) {
    (void)state;
    fixture *fx = begin();
    const rr_hash wrong = {{9}};
    fx_cosign(fx, AT(CLOSES, CLOSES, CLOSES));
    fx_line_root(fx, LEAVES, &wrong);
    fx_cosign(fx, AT(CLOSES + 5, CLOSES + 6, CLOSES + 7));
    rr_evidence_report *r = report(fx);
    assert_int_equal(r->status, RR_OK);
    assert_int_equal(r->witnessed_leaves, LEAVES - 1);
    rr_evidence_report_free(r);
    fault(fx, LEAVES - 1, "another root", RR_AS_OF);
}

/* A size that was there before, or a smaller one; the first must be 1. */
static void disorder(void **state) {
    (void)state;
    fixture *fx = begin();
    fx_line_checkpoint(fx, 1);
    fx_cosign(fx, AT(CLOSES, CLOSES, CLOSES));
    fx_line_checkpoint(fx, 3);
    fx_cosign(fx, AT(CLOSES + 5, CLOSES + 6, CLOSES + 7));
    fault(fx, BATCH - 1, "ascend", RR_FINAL);

    fx = fx_new(open_modes);
    fx_usual_log(fx);
    fx_line_petition(fx);
    fx_line_checkpoint(fx, 1);
    fx_cosign(fx, AT(CLOSES, CLOSES, CLOSES));
    fault(fx, BATCH - 1, "ascend", RR_AS_OF);
}

/* A size above the close is claimed when the log is said to be open: who knows whether it was closed already? */
static void claims_more(void **state) {
    (void)state;
    fixture *fx = begin();
    const rr_hash unknown = {{9}};
    fx_line_root(fx, LEAVES + 5, &unknown);
    fx_cosign(fx, AT(CLOSES, CLOSES, CLOSES));
    expect(fx, RR_AS_OF, LEAVES - 1, CLOSES);
}

/* ---- what does not verify ------------------------------------------------------------------------------------------- */

static void refused(fixture *fx, const char *part) {
    rr_evidence_report *r = report(fx);
    assert_int_not_equal(r->status, RR_OK);
    assert_int_equal(r->failed, RR_CHECK_WITNESSES);
    if (!strstr(r->errors[RR_CHECK_WITNESSES].rule, part)) fail_msg("%s", r->errors[RR_CHECK_WITNESSES].rule);
    rr_evidence_report_free(r);
    fx_free(fx);
}

static fixture *bare(void) {
    fixture *fx = fx_new(open_modes);
    fx_usual_log(fx);
    return fx;
}

static void refused_leaves(void **state) {
    (void)state;
    char line[256], roll[65], pid[65];
    fixture *fx = bare();
    rr_hex(roll, fx->material.petition.roll.bytes, 32);
    rr_hex(pid, fx->material.petition.pid.bytes, 32);
    snprintf(line, sizeof line, "assignment %s %s", roll, roll); /* to another petition */
    fx_line(fx, line);
    fx_line_petition(fx);
    fx_cosign(fx, AT(BEFORE, BEFORE, BEFORE));
    refused(fx, "to another one first");

    fx = bare();
    rr_hex(roll, fx->material.petition.roll.bytes, 32);
    snprintf(line, sizeof line, "roll %s", roll);
    fx_line(fx, line);
    fx_cosign(fx, AT(BEFORE, BEFORE, BEFORE));
    refused(fx, "does not hold");

    fx = bare();
    rr_hex(pid, fx->material.petition.pid.bytes, 32);
    snprintf(line, sizeof line, "petition %s", pid);
    fx_line(fx, line);
    fx_cosign(fx, AT(BEFORE, BEFORE, BEFORE));
    refused(fx, "before its roll");

    fx = bare();
    rr_hex(roll, fx->material.petition.roll.bytes, 32);
    rr_hex(pid, fx->material.petition.pid.bytes, 32);
    snprintf(line, sizeof line, "assignment %s %s", roll, pid);
    fx_line(fx, line);
    fx_line_petition(fx);
    fx_cosign(fx, AT(BEFORE, BEFORE, BEFORE));
    refused(fx, "before roll and petition");

    fx = bare();
    fx_line_checkpoint(fx, 0);
    fx_line_petition(fx);
    fx_cosign(fx, AT(BEFORE, BEFORE, BEFORE));
    refused(fx, "before its assignment");
}

static void refused_notes(void **state) {
    (void)state;
    char note[FX_NOTE];
    /* A cosignature by a witness of the petition that is wrong: of a stranger with its name it is only ignored. */
    fixture *fx = begin();
    size_t len = fx_cosigned_note(fx, note, AT(0, 0, CLOSES));
    note[len - 10] = note[len - 10] == 'A' ? 'B' : 'A';
    fx_add_note(fx, note, len);
    refused(fx, "does not verify");

    fx = begin();
    rr_signer stranger;
    uint8_t seed[32] = {1};
    assert_int_equal(rr_signer_make(&stranger, rr_text_of("witness0.example"), RR_VKEY_COSIGNATURE, seed), RR_OK);
    len = fx_cosigned_note(fx, note, AT(0, 0, CLOSES));
    assert_int_equal(rr_note_add(note, FX_NOTE, &len, &stranger, CLOSES), RR_OK);
    fx_add_note(fx, note, len);
    expect(fx, RR_AS_OF, BATCH, BEFORE + 10);

    /* Not by the directory's key. */
    fx = begin();
    rr_hash root;
    rr_frontier_root(&root, &fx->directory_frontier);
    assert_int_equal(rr_checkpoint_sign(note, FX_NOTE, &len, fx->directory_frontier.size, &root, &fx->log), RR_OK);
    fx_add_note(fx, note, len);
    refused(fx, "not signed by");

    /* Of another root, too many leaves, leaves that nothing covers, sizes that do not ascend. */
    fx = begin();
    root.bytes[0] ^= 1;
    assert_int_equal(rr_checkpoint_sign(note, FX_NOTE, &len, fx->directory_frontier.size, &root, &fx->directory), RR_OK);
    fx_add_note(fx, note, len);
    refused(fx, "not that of the directory's entries");

    fx = begin();
    assert_int_equal(rr_checkpoint_sign(note, FX_NOTE, &len, 1000, &root, &fx->directory), RR_OK);
    fx_add_note(fx, note, len);
    refused(fx, "fewer entries");

    refused(begin(), "none of its checkpoints covers");

    fx = begin();
    fx_cosign(fx, AT(CLOSES, CLOSES, CLOSES));
    fx_cosign(fx, AT(CLOSES, CLOSES, CLOSES));
    refused(fx, "must ascend");

    fx = begin();
    fx_cosign(fx, AT(CLOSES, CLOSES, CLOSES));
    fx->cosigned_len--;
    refused(fx, "cut off");

    fx = begin();
    fx_cosign(fx, AT(CLOSES, CLOSES, CLOSES));
    fx->directory_len--;
    refused(fx, "cut off");
}

static void one_without_the_other(void **state) {
    (void)state;
    for (int i = 0; i < 2; i++) {
        fixture *fx = begin();
        fx_cosign(fx, AT(CLOSES, CLOSES, CLOSES));
        rr_evidence_parts parts = fx_parts(fx);
        *(i == 0 ? &parts.directory : &parts.cosigned) = (rr_blob){NULL, 0};
        assert_int_equal(rr_evidence_write(NULL, path, &parts), RR_OK);
        fx_expect(fx, path, RR_MALFORMED, RR_CHECK_WITNESSES);
        fx_free(fx);
    }
}

/* ---- whoever verifies has witnesses ---------------------------------------------------------------------------------- */

static void own_list(void **state) {
    (void)state;
    char texts[FX_WITNESSES][RR_SIGNER_TEXT_SIZE];
    rr_vkey own[FX_WITNESSES];
    fixture *fx = fx_new(RR_MODE_ANONYMOUS | RR_MODE_NAMED); /* whose petition asks for none */
    fx_usual_log(fx);
    fx_line(fx, "nothing");
    fx_cosign(fx, AT(0, 0, BEFORE)); /* not of the petition */
    fx_line_petition(fx);
    fx_cosign(fx, AT(BEFORE, BEFORE, 0));
    fx_write(fx, path);
    for (int i = 0; i < FX_WITNESSES; i++) {
        size_t len = rr_signer_vkey(texts[i], sizeof texts[i], &fx->witnesses[i]);
        assert_int_equal(rr_vkey_read(&own[i], NULL, (rr_text){texts[i], len}, RR_VKEY_COSIGNATURE), RR_OK);
    }
    for (uint32_t count = 0; count <= FX_WITNESSES; count++) {
        rr_evidence_options options = {.random = &fx->random, .witnesses = own, .witness_count = count};
        rr_evidence_report *r = NULL;
        assert_int_equal(rr_evidence_verify(&r, path, &options), RR_OK);
        assert_int_equal(r->own_witnesses, count);
        assert_int_equal(r->own_witnessed, count < 2 ? count : 2);
        assert_int_equal(r->finality, RR_CLOSED_UNWITNESSED);
        rr_evidence_report_free(r);
    }
    /* What an own witness says wrongly. */
    fx_line(fx, "more");
    char note[FX_NOTE];
    size_t len = fx_cosigned_note(fx, note, AT(0, 0, CLOSES));
    note[len - 10] = note[len - 10] == 'A' ? 'B' : 'A';
    fx_add_note(fx, note, len);
    fx_write(fx, path);
    for (uint32_t count = 2; count <= FX_WITNESSES; count++) {
        rr_evidence_options options = {.random = &fx->random, .witnesses = own, .witness_count = count};
        rr_evidence_report *r = NULL;
        assert_int_equal(rr_evidence_verify(&r, path, &options), count == 2 ? RR_OK : RR_INVALID);
        rr_evidence_report_free(r);
    }
    fx_free(fx);
}

/* ---- openings --------------------------------------------------------------------------------------------------------- */

static void opening_at(int64_t seen, uint32_t opened, const char *rule) {
    fixture *fx = fx_new(RR_MODE_SEALED | RR_MODE_NAMED | FX_WITNESSED);
    const uint64_t sealed[] = {1, 2};
    fx_append(fx, fx_plain_leaf(fx, RR_FIRST));
    fx_checkpoint(fx, &fx->log);
    fx_append(fx, fx_record(fx, RR_SEALED, 0));
    fx_append(fx, fx_record(fx, RR_SEALED, 1));
    fx_sort_batch(fx);
    fx_checkpoint(fx, &fx->log);
    fx_append(fx, fx_notice(fx));
    fx_checkpoint(fx, &fx->log);
    fx_append(fx, fx_opening(fx, sealed, 2, true));
    fx_checkpoint(fx, &fx->log);
    fx_line_petition(fx);
    for (size_t i = 0; i < 4; i++) fx_line_checkpoint(fx, i);
    uint64_t at = seen > 0 ? (uint64_t)seen : 0;
    fx_cosign(fx, AT(at, 0, at));
    rr_evidence_report *r = report(fx);
    if (r->status != RR_OK) fail_msg("%s", r->errors[r->failed].rule);
    assert_int_equal(r->opened, opened);
    assert_int_equal(r->fault_count, rule ? 1 : 0);
    if (rule) assert_non_null(strstr(r->faults[0].rule, rule));
    rr_evidence_report_free(r);
    fx_free(fx);
}

static void openings(void **state) {
    (void)state;
    const int64_t expires = CLOSES + 86400;
    opening_at(0, 0, NULL); /* not seen: no effect yet, and no fault */
    opening_at(expires, 2, NULL);
    opening_at(expires + 1, 0, "after the petition");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(final_result),   cmocka_unit_test(one_witness),   cmocka_unit_test(unconfirmed),
        cmocka_unit_test(asked_again),    cmocka_unit_test(nobody_yet),    cmocka_unit_test(closed_early),
        cmocka_unit_test(another_root),   cmocka_unit_test(disorder),      cmocka_unit_test(claims_more),
        cmocka_unit_test(refused_leaves), cmocka_unit_test(refused_notes), cmocka_unit_test(one_without_the_other),
        cmocka_unit_test(own_list),       cmocka_unit_test(openings),
    };
    return cmocka_run_group_tests_name("evidence with witnesses", tests, NULL, NULL);
}
