/* SPDX-License-Identifier: Apache-2.0 */
#include "store/opening.h"

#include <stdlib.h>
#include <string.h>

#include "evidence/document.h"

static const char no_memory[] = "there is not enough memory";
static const char too_few[] = "fewer trustees have given their part than must open together";

static bool begins(rr_blob part, const char *line) {
    return part.len >= strlen(line) && memcmp(part.bytes, line, strlen(line)) == 0;
}

rr_part_kind rr_part_kind_of(rr_blob part) {
    if (begins(part, "round-robin notice v1\n")) return RR_PART_NOTICE;
    return begins(part, "round-robin opening v1\n") ? RR_PART_OPENING : RR_PART_UNKNOWN;
}

/* ---- notices ---------------------------------------------------------------------------------------------------------- */

static rr_status read_notice(rr_notice_part *part, rr_file_error *error, const rr_case *about, rr_blob bytes) {
    rr_error why = {RR_OK, 0, 0, NULL};
    const char *rule = NULL;
    rr_status status = rr_notice_part_read(part, &why, (const char *)bytes.bytes, bytes.len);
    if (status != RR_OK) return rr_fail(error, status, "notice", why.line, why.rule);
    status = rr_notice_part_check_var(&rule, about, part);
    return status == RR_OK ? RR_OK : rr_fail(error, status, "trustee", part->j, rule);
}

rr_status rr_notice_of_parts(rr_file_error *error, uint8_t leaf[RR_NOTICE_MAX], size_t *len, const rr_case *about,
                             const rr_blob *parts, size_t count) {
    rr_notice_part by_trustee[RR_TRUSTEE_MAX + 1], chosen[RR_TRUSTEE_MAX], first = {.j = 0};
    size_t found = 0;
    memset(by_trustee, 0, sizeof by_trustee);
    for (size_t i = 0; i < count; i++) {
        rr_notice_part part;
        rr_status status = read_notice(&part, error, about, parts[i]);
        if (status != RR_OK) return status;
        if (first.j == 0) first = part;
        if (part.size != first.size || memcmp(&part.root, &first.root, sizeof part.root) != 0)
            return rr_fail(error, RR_REFUSED, "trustee", part.j, "its notice is as of another checkpoint than the first one");
        by_trustee[part.j] = part;
    }
    for (uint32_t j = 1; j <= about->petition->trustee_count && found < about->petition->trustee_threshold; j++)
        if (by_trustee[j].j == j) chosen[found++] = by_trustee[j];
    *len = rr_notice_make(leaf, about->petition, chosen, found);
    return *len ? RR_OK : rr_fail(error, RR_NOT_FOUND, "notice", -1, too_few);
}

/* ---- openings --------------------------------------------------------------------------------------------------------- */

rr_status rr_sealed_set_of(rr_sealed_set *set, rr_file_error *error, const rr_judge *judge) {
    rr_count count;
    rr_judge_count(judge, &count);
    *set = (rr_sealed_set){calloc((size_t)count.sealed + 1, sizeof *set->list), count.sealed};
    if (!set->list) return rr_fail(error, RR_NO_SPACE, "opening", -1, no_memory);
    rr_status status = rr_judge_sealed_set(judge, set->list);
    return status == RR_OK ? RR_OK : rr_fail(error, status, "opening", -1, rr_status_text(status));
}

rr_status rr_opening_part_of(rr_opening_part *part, rr_file_error *error, const rr_case *about, const rr_sealed_set *set,
                             rr_blob bytes, const rr_random *random) {
    const char *rule = NULL;
    rr_status status = rr_opening_part_read(part, &rule, bytes.bytes, bytes.len);
    if (status != RR_OK) return rr_fail(error, status, "opening", -1, rule);
    size_t size = rr_opening_check_size(set->count);
    void *work = malloc(size);
    if (!work) return rr_fail(error, RR_NO_SPACE, "opening", -1, no_memory);
    status = rr_opening_part_check_var(&rule, NULL, about, set->list, set->count, part, random, work, size);
    free(work);
    if (status == RR_OK) return RR_OK;
    return rr_fail(error, status, "trustee", part->j, rule ? rule : rr_status_text(status));
}

rr_status rr_opening_of_parts(rr_file_error *error, rr_blob *file, uint8_t leaf[RR_OPENING_LEAF], const rr_case *about,
                              const rr_sealed_set *set, const rr_blob *parts, size_t count, const rr_random *random) {
    rr_opening_part by_trustee[RR_TRUSTEE_MAX + 1], chosen[RR_TRUSTEE_MAX];
    size_t found = 0, threshold = about->petition->trustee_threshold;
    memset(by_trustee, 0, sizeof by_trustee);
    *file = (rr_blob){NULL, 0};
    for (size_t i = 0; i < count; i++) {
        rr_opening_part part;
        rr_status status = rr_opening_part_of(&part, error, about, set, parts[i], random);
        if (status != RR_OK) return status;
        by_trustee[part.j] = part;
    }
    for (uint32_t j = 1; j <= about->petition->trustee_count && found < threshold; j++)
        if (by_trustee[j].j == j) chosen[found++] = by_trustee[j];
    if (found < threshold) return rr_fail(error, RR_NOT_FOUND, "opening", -1, too_few);
    size_t len = (size_t)rr_opening_file_size(set->count, (uint32_t)threshold);
    uint8_t *bytes = malloc(len ? len : 1);
    if (!bytes) return rr_fail(error, RR_NO_SPACE, "opening", -1, no_memory);
    rr_status status = rr_opening_make(bytes, leaf, about, set->list, set->count, chosen, found);
    if (status != RR_OK) {
        free(bytes);
        return rr_fail(error, status, "opening", -1, "a sealed record opens to no entry of the roll");
    }
    *file = (rr_blob){bytes, len};
    return RR_OK;
}
