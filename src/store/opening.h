/* SPDX-License-Identifier: Apache-2.0 */
/* What trustees hand in to open sealed signatures, put together by whoever keeps the log: a server or robin collect.
 *
 * Parts come in any order, several of one trustee if they say the same.  What is wrong is said with the trustee's number: error->where is "trustee" then. */
#ifndef RR_STORE_OPENING_H
#define RR_STORE_OPENING_H

#include "roundrobin/evidence.h"

typedef enum rr_part_kind { RR_PART_UNKNOWN, RR_PART_NOTICE, RR_PART_OPENING } rr_part_kind;
/* By its first line. */
rr_part_kind rr_part_kind_of(rr_blob part);

/* The leaf of a notice of the first `t` parts, by trustee.  RR_NOT_FOUND: fewer trustees than must open. */
rr_status rr_notice_of_parts(rr_file_error *error, uint8_t leaf[RR_NOTICE_MAX], size_t *len, const rr_case *about,
                             const rr_blob *parts, size_t count);

/* A sealed set, free(set->list). */
typedef struct rr_sealed_set {
    rr_sealed *list;
    size_t count;
} rr_sealed_set;
rr_status rr_sealed_set_of(rr_sealed_set *set, rr_file_error *error, const rr_judge *judge);

/* One part of an opening, as long as its bytes live.  RR_MALFORMED, RR_REFUSED, RR_INVALID, RR_NO_SPACE, RR_RANDOM. */
rr_status rr_opening_part_of(rr_opening_part *part, rr_file_error *error, const rr_case *about, const rr_sealed_set *set,
                             rr_blob bytes, const rr_random *random);
/* The opening's file, free(file->bytes), and its leaf.  As above. */
rr_status rr_opening_of_parts(rr_file_error *error, rr_blob *file, uint8_t leaf[RR_OPENING_LEAF], const rr_case *about,
                              const rr_sealed_set *set, const rr_blob *parts, size_t count, const rr_random *random);

#endif
