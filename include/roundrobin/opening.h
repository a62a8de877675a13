/* SPDX-License-Identifier: Apache-2.0 */
/* Opening sealed signatures (PROTOCOL.md section 8): what each trustee makes, and what is put together from it.
 *
 *     a notice part    "we open as of this size and root", by one trustee; `t` of them make the leaf of kind 6
 *     an opening part  one trustee's shares of the whole sealed set; `t` of them make the opening's file and the leaf of kind 7
 *
 * Their proofs say who made them, so whoever carries them need not be trusted (docs/spec/trustees.md).  What the log makes of a notice and of an
 * opening is for the judge to say (judge.h).  Nothing here allocates. */
#ifndef ROUNDROBIN_OPENING_H
#define ROUNDROBIN_OPENING_H

#include "roundrobin/judge.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- the sealed set --------------------------------------------------------------------------------------------------- */

enum { RR_SEALED_HEAD = 102 }; /* version, kind, ring, T, E, Q */

/* A member of it: what opening its record needs. */
typedef struct rr_sealed {
    uint64_t leaf;
    rr_hash hash; /* of the leaf */
    uint8_t head[RR_SEALED_HEAD];
} rr_sealed;

/* The sealed set in the order of its leaves: from the notice on as it was then, before it as it would be.  `set` has rr_count.sealed elements.
 * RR_ARGUMENT (options->entries is absent or gives other entries than were judged), what it answers. */
rr_status rr_judge_sealed_set(const rr_judge *judge, rr_sealed *set);

/* ---- notices ------------------------------------------------------------------------------------------------------------ */

/*     round-robin notice v1
 *     Petition: pid
 *     Checkpoint: size root
 *     Trustee: j
 *     Proof: 128 hex, R z */
typedef struct rr_notice_part {
    rr_pid pid;
    uint64_t size;
    rr_hash root;
    uint32_t j;
    uint8_t proof[64];
} rr_notice_part;

enum { RR_NOTICE_PART_MAX = 512, RR_NOTICE_MAX = 47 + 65 * RR_TRUSTEE_MAX };

/* Without a terminator; answers the length. */
size_t rr_notice_part_write(char out[RR_NOTICE_PART_MAX], const rr_notice_part *part);
/* RR_MALFORMED with line and rule. */
rr_status rr_notice_part_read(rr_notice_part *part, rr_error *error, const char *text, size_t len);
/* Is it of this petition and by this trustee?  RR_REFUSED (another petition, no such trustee) or RR_INVALID, with *rule. */
rr_status rr_notice_part_check_var(const char **rule, const rr_case *about, const rr_notice_part *part);
/* The leaf of `t` parts that agree, in ascending order of j: answers its length, and 0 if they do not. */
size_t rr_notice_make(uint8_t leaf[RR_NOTICE_MAX], const rr_petition *petition, const rr_notice_part *parts, size_t count);

/* ---- openings ------------------------------------------------------------------------------------------------------------ */

/*      0  "round-robin opening v1" LF
 *     23  pid
 *     55  LE32 j, LE32 count
 *     63  for each member of the sealed set, ascending by leaf: LE64 leaf, S_j R_1 R_2 z   136 bytes each */
enum { RR_OPENING_PART_HEAD = 63, RR_OPENING_PART_ITEM = 8 + RR_SHARE_SIZE, RR_OPENING_LEAF = 46 };

/* A view of its bytes. */
typedef struct rr_opening_part {
    rr_pid pid;
    uint32_t j, count;
    const uint8_t *items;
} rr_opening_part;

size_t rr_opening_part_size(size_t count);
/* SECRET in `y`.  Into rr_opening_part_size(count) bytes; `fresh` is asked once for each member.  RR_ARGUMENT, RR_MALFORMED, RR_RANDOM. */
rr_status rr_opening_part_make(uint8_t *out, const rr_case *about, const rr_sealed *set, size_t count, uint32_t j,
                               const rr_trustee_secret *y, const rr_random *random);
/* RR_MALFORMED with *rule. */
rr_status rr_opening_part_read(rr_opening_part *part, const char **rule, const uint8_t *bytes, size_t len);
/* Memory for checking a part. */
size_t rr_opening_check_size(size_t count);
/* Does every share open its member of the set, and is the whole set there?  RR_REFUSED (another petition, no such trustee, not the sealed set) or
 * RR_INVALID with *rule, and the leaf in *leaf (may be NULL) where one share is wrong; RR_NO_SPACE, RR_RANDOM. */
rr_status rr_opening_part_check_var(const char **rule, uint64_t *leaf, const rr_case *about, const rr_sealed *set, size_t count,
                                    const rr_opening_part *part, const rr_random *random, void *work, size_t work_len);
/* The opening's file, rr_opening_file_size() bytes, and its leaf, of exactly `t` parts that were checked, in ascending order of j.  RR_ARGUMENT
 * (they are not), RR_INVALID: a record opens to no entry of the roll. */
uint64_t rr_opening_file_size(uint64_t count, uint32_t t);
rr_status rr_opening_make(uint8_t *file, uint8_t leaf[RR_OPENING_LEAF], const rr_case *about, const rr_sealed *set,
                          size_t count, const rr_opening_part *parts, size_t part_count);

#ifdef __cplusplus
}
#endif
#endif
