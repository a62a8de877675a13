/* SPDX-License-Identifier: Apache-2.0 */
/* What a registrar does with books. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "roll/import_table.h"
#include "roundrobin/enrol.h"

enum { ROLE_POINT = 'P', POINT_SIZE = 32 };

struct rr_book_set {
    rr_import_table points;
};

rr_book_set *rr_book_set_new(void) {
    return calloc(1, sizeof(rr_book_set));
}

void rr_book_set_free(rr_book_set *set) {
    if (!set) return;
    rr_import_table_free(&set->points);
    free(set);
}

/* The first slot whose P is in the set or in an earlier slot; slot_count if there is none. */
static uint32_t first_taken(const rr_book_set *set, const uint8_t *book, uint32_t slot_count) {
    for (uint32_t i = 0; i < slot_count; i++) {
        const uint8_t *p = book + (size_t)RR_ENROL_SLOT_SIZE * i;
        if (rr_import_table_find(&set->points, ROLE_POINT, p, POINT_SIZE)) return i;
        for (uint32_t j = 0; j < i; j++) {
            if (memcmp(book + (size_t)RR_ENROL_SLOT_SIZE * j, p, POINT_SIZE) == 0) return i;
        }
    }
    return slot_count;
}

static rr_status add(rr_book_set *set, uint32_t *taken, const uint8_t *book, uint32_t slot_count) {
    *taken = first_taken(set, book, slot_count);
    if (*taken < slot_count) return RR_REFUSED;
    if (rr_import_table_reserve(&set->points, slot_count)) return RR_NO_SPACE;
    for (uint32_t i = 0; i < slot_count; i++) {
        rr_import_place place = {0, i};
        rr_import_table_add(&set->points, ROLE_POINT, book + (size_t)RR_ENROL_SLOT_SIZE * i, POINT_SIZE, place);
    }
    return RR_OK;
}

rr_status rr_book_set_add(rr_book_set *set, const uint8_t *book, size_t book_len) {
    uint32_t taken;
    if (book_len % RR_ENROL_SLOT_SIZE != 0 || book_len > RR_BOOK_MAX) return RR_ARGUMENT;
    return add(set, &taken, book, (uint32_t)(book_len / RR_ENROL_SLOT_SIZE));
}

static void refuse(rr_book_result *result, rr_status status, uint32_t slot, const char *why) {
    result->status = status;
    result->slot = slot;
    result->why = why;
}

/* What can be said without proofs. */
static void check_about(rr_book_result *result, const rr_enrolment_file *e, const rr_roll_id *roll_id, uint32_t edition,
                        uint32_t slot_count) {
    refuse(result, RR_OK, 0, NULL);
    if (memcmp(e->roll_id.bytes, roll_id->bytes, sizeof roll_id->bytes) != 0)
        refuse(result, RR_REFUSED, 0, "the book is for another roll");
    else if (e->edition != edition)
        refuse(result, RR_REFUSED, 0, "the book is for another edition");
    else if (e->slot_count != slot_count || e->book_len != (size_t)slot_count * RR_ENROL_SLOT_SIZE)
        refuse(result, RR_REFUSED, 0, "the book has not the announced number of slots");
}

/* All slots of all books that may yet be taken, as claims of one batch; what they point to lives as long. */
typedef struct batch {
    rr_claim *claims;
    rr_enrolment *abouts;
    rr_status *verdicts;
    void *scratch;
    size_t count;
} batch;

static void batch_free(batch *b) {
    free(b->claims);
    free(b->abouts);
    free(b->verdicts);
    free(b->scratch);
}

static bool batch_alloc(batch *b, size_t most) {
    b->claims = calloc(most, sizeof *b->claims);
    b->abouts = calloc(most, sizeof *b->abouts);
    b->verdicts = calloc(most, sizeof *b->verdicts);
    return b->claims && b->abouts && b->verdicts;
}

static void batch_add(batch *b, const rr_enrolment_file *e) {
    for (uint32_t slot = 0; slot < e->slot_count; slot++) {
        rr_enrolment about = {e->roll_id, e->edition, e->member, slot};
        b->abouts[b->count] = about;
        rr_claim *claim = &b->claims[b->count];
        claim->what = RR_CLAIM_ENROL;
        claim->record = e->book + (size_t)RR_ENROL_SLOT_SIZE * slot;
        claim->record_len = RR_ENROL_SLOT_SIZE;
        claim->enrolment = &b->abouts[b->count];
        b->count++;
    }
}

/* RR_OK when there is a verdict on each claim. */
static rr_status batch_verify(batch *b, const rr_params *params, const rr_random *random) {
    if (b->count == 0) return RR_OK;
    size_t size = rr_verify_batch_scratch_size(b->claims, b->count);
    b->scratch = malloc(size);
    if (!b->scratch) return RR_NO_SPACE;
    rr_status status = rr_verify_batch_var(params, NULL, b->verdicts, b->claims, b->count, random, b->scratch, size);
    return status == RR_INVALID ? RR_OK : status;
}

static rr_status take_verdicts(rr_book_set *set, rr_book_result *result, const rr_enrolment_file *e,
                               const rr_status *verdicts) {
    for (uint32_t slot = 0; slot < e->slot_count; slot++) {
        if (verdicts[slot] == RR_OK) continue;
        const char *why = verdicts[slot] == RR_MALFORMED
                              ? "a point or scalar of the slot is not canonical"
                              : "the proof of the slot does not hold for this member, roll and edition";
        refuse(result, verdicts[slot], slot, why);
        return RR_OK;
    }
    uint32_t taken;
    rr_status status = add(set, &taken, e->book, e->slot_count);
    if (status == RR_REFUSED) refuse(result, RR_REFUSED, taken, "the point of the slot is in an earlier book or slot");
    return status == RR_NO_SPACE ? status : RR_OK;
}

rr_status rr_books_check_var(const rr_params *params, rr_book_set *set, rr_book_result *results,
                             const rr_enrolment_file *const *enrolments, size_t count, const rr_roll_id *roll_id,
                             uint32_t edition, uint32_t slot_count, const rr_random *random) {
    if (slot_count == 0 || slot_count > RR_KEYCARD_SLOTS_MAX) return RR_ARGUMENT;
    if (count == 0) return RR_OK;
    if (count > SIZE_MAX / sizeof(rr_claim) / slot_count) return RR_NO_SPACE;
    batch b = {NULL, NULL, NULL, NULL, 0};
    rr_status status = batch_alloc(&b, count * slot_count) ? RR_OK : RR_NO_SPACE;
    for (size_t i = 0; !status && i < count; i++) {
        check_about(&results[i], enrolments[i], roll_id, edition, slot_count);
        if (!results[i].status) batch_add(&b, enrolments[i]);
    }
    if (!status) status = batch_verify(&b, params, random);
    bool all = true;
    for (size_t i = 0, at = 0; !status && i < count; i++) {
        if (!results[i].status) {
            status = take_verdicts(set, &results[i], enrolments[i], b.verdicts + at);
            at += slot_count;
        }
        all = all && !results[i].status;
    }
    batch_free(&b);
    if (status) return status;
    return all ? RR_OK : RR_REFUSED;
}
