/* SPDX-License-Identifier: Apache-2.0 */
/* Notices and openings in the file of robin collect. */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "store/collect_file.h"
#include "store/opening.h"

/* Would the log take it as its next leaf?  The judge has seen it then. */
static rr_status judge(rr_collect *collect, rr_file_error *error, rr_blob leaf) {
    static const rr_leaf_facts facts = {.proof = RR_OK, .begins_batch = true};
    rr_verdict verdict;
    rr_status status = rr_collect_load(collect, error);
    if (status != RR_OK) return status;
    status = rr_judge_leaf(collect->state.judge, &verdict, leaf.bytes, leaf.len, &facts);
    if (status != RR_OK) return rr_fail(error, status, "log", -1, rr_status_text(status));
    if (verdict.verdict == RR_LEAF_COUNTS || verdict.verdict == RR_LEAF_NO_TIME) return RR_OK;
    return rr_fail(error, RR_REFUSED, "log", -1, verdict.rule);
}

/* The leaf, with its checkpoint and the file that it names, in one transaction. */
static rr_status append(rr_collect *collect, rr_file_error *error, rr_blob leaf, rr_blob file, const rr_signer *log) {
    rr_frontier frontier = collect->state.frontier;
    rr_hash hash;
    rr_status status = rr_collect_exec(collect, error, "BEGIN IMMEDIATE");
    if (status != RR_OK) return status;
    rr_leaf_hash(&hash, leaf.bytes, leaf.len);
    status =
        rr_collect_insert(collect->db, error, "INSERT INTO leaf VALUES (?1, ?2)", (int64_t)frontier.size, leaf.bytes, leaf.len);
    if (status == RR_OK && file.bytes)
        status = rr_collect_insert(collect->db, error, "INSERT INTO opening VALUES (?1, ?2)", (int64_t)frontier.size,
                                   file.bytes, file.len);
    rr_frontier_append(&frontier, &hash);
    if (status == RR_OK) status = rr_collect_checkpoint(collect->db, error, &frontier, log);
    if (status == RR_OK) status = rr_collect_exec(collect, error, "COMMIT");
    if (!sqlite3_get_autocommit(collect->db)) sqlite3_exec(collect->db, "ROLLBACK", NULL, NULL, NULL);
    return status;
}

/* Section 8: all that waits goes before the notice, which is then looked at again. */
static rr_status notice(rr_collect *collect, rr_file_error *error, rr_collect_counts *counts, const rr_blob *parts,
                        size_t count, const rr_signer *log) {
    uint8_t bytes[RR_NOTICE_MAX];
    rr_blob leaf = {bytes, 0};
    rr_status status = rr_notice_of_parts(error, bytes, &leaf.len, &collect->about, parts, count);
    if (status == RR_OK) status = judge(collect, error, leaf);
    rr_collect_unload(collect); /* as if nothing had been seen */
    if (status == RR_OK) status = rr_collect_finish(collect, error, counts, RR_COLLECT_FLUSH, 0, log);
    if (status == RR_OK) status = judge(collect, error, leaf);
    if (status == RR_OK) status = append(collect, error, leaf, (rr_blob){NULL, 0}, log);
    counts->appended += status == RR_OK;
    rr_collect_unload(collect);
    return status;
}

static rr_status opening(rr_collect *collect, rr_file_error *error, rr_collect_counts *counts, const rr_blob *parts,
                         size_t count, const rr_signer *log) {
    uint8_t leaf[RR_OPENING_LEAF];
    rr_sealed_set set = {NULL, 0};
    rr_blob file = {NULL, 0};
    rr_count now;
    rr_judge_count(collect->state.judge, &now);
    if (!now.has_notice)
        return rr_fail(error, RR_REFUSED, "log", -1, "no opening notice is in effect: the trustees announce the opening first");
    rr_status status = rr_sealed_set_of(&set, error, collect->state.judge);
    if (status == RR_OK) status = rr_opening_of_parts(error, &file, leaf, &collect->about, &set, parts, count, collect->random);
    free(set.list);
    if (status == RR_OK) {
        collect->new_opening = file;
        rr_collect_unload(collect); /* the judge learns of files when it begins */
        status = judge(collect, error, (rr_blob){leaf, sizeof leaf});
        if (status == RR_OK) status = append(collect, error, (rr_blob){leaf, sizeof leaf}, file, log);
        counts->appended += status == RR_OK;
        collect->new_opening = (rr_blob){NULL, 0};
        rr_collect_unload(collect);
    }
    rr_blob_free(&file);
    return status;
}

rr_status rr_collect_trustees(rr_collect *collect, rr_file_error *error, rr_collect_counts *counts, const rr_blob *parts,
                              size_t count, const rr_signer *log) {
    rr_part_kind kind = count ? rr_part_kind_of(parts[0]) : RR_PART_UNKNOWN;
    *counts = (rr_collect_counts){0};
    for (size_t i = 0; i < count; i++) {
        rr_part_kind other = rr_part_kind_of(parts[i]);
        if (other == RR_PART_UNKNOWN)
            return rr_fail(error, RR_MALFORMED, "part", (int64_t)i + 1, "this is no trustee's part of a notice or opening");
        if (other != kind)
            return rr_fail(error, RR_REFUSED, "part", (int64_t)i + 1, "notices and openings come one after the other");
    }
    rr_status status = rr_collect_signer_check(error, &collect->material.petition, log);
    if (status == RR_OK && !(collect->material.petition.modes & RR_MODE_SEALED))
        status = rr_fail(error, RR_REFUSED, "petition", -1, "it takes no sealed signatures");
    if (status == RR_OK) status = rr_collect_load(collect, error);
    if (status != RR_OK) return status;
    return kind == RR_PART_NOTICE ? notice(collect, error, counts, parts, count, log)
                                  : opening(collect, error, counts, parts, count, log);
}
