/* SPDX-License-Identifier: Apache-2.0 */
/* One run of `robin collect`: taking answers, and what becomes of them. */
#include <stdlib.h>
#include <string.h>

#include "roundrobin/proof.h"
#include "store/collect_file.h"

static const char no_memory[] = "there is not enough memory";

/* ---- taking --------------------------------------------------------------------------------------------------------- */

typedef struct candidates {
    rr_blob *records;
    size_t *answer; /* of which answer */
    uint8_t *proofs;
    size_t count;
} candidates;

static rr_status read_candidate(void *context, const uint8_t **entry, size_t *entry_len, uint64_t leaf) {
    const rr_blob *record = &((candidates *)context)->records[leaf];
    *entry = record->bytes;
    *entry_len = record->len;
    return RR_OK;
}

static rr_status verify_candidates(rr_collect *collect, rr_file_error *error, candidates *c) {
    rr_log_entries entries = {read_candidate, c};
    size_t size = rr_judge_proofs_size(&collect->about, c->count);
    void *work = malloc(size ? size : 1);
    if (!work) return rr_fail(error, RR_NO_SPACE, "answer", -1, no_memory);
    rr_status status = rr_judge_proofs_var(&collect->about, c->proofs, &entries, c->count, collect->random, NULL, work, size);
    free(work);
    return status == RR_OK ? RR_OK : rr_fail(error, status, "answer", -1, rr_status_text(status));
}

/* Form and rules that need neither proof nor log.  A decline is good at once. */
static void sort_out(rr_collect *collect, candidates *c, rr_collect_result *results, const rr_blob *answers,
                     size_t answer_count, uint64_t *declined) {
    for (size_t i = 0; i < answer_count; i++) {
        const uint8_t *record = NULL;
        size_t len = 0;
        results[i] = (rr_collect_result){RR_OK, NULL};
        if (rr_answer_unpack(&record, &len, answers[i].bytes, answers[i].len) != RR_OK) {
            results[i] =
                (rr_collect_result){RR_MALFORMED, answers[i].len == RR_ANSWER_SIZE ? "the length in an answer is at most 2046"
                                                                                   : "an answer has exactly 2048 bytes"};
            continue;
        }
        if (len == 0) {
            ++*declined;
            continue;
        }
        const char *rule = rr_record_rule(&collect->about, record, len);
        if (rule) {
            results[i] = (rr_collect_result){RR_REFUSED, rule};
            continue;
        }
        c->records[c->count] = (rr_blob){record, len};
        c->answer[c->count++] = i;
    }
}

static rr_status keep(rr_collect *collect, rr_file_error *error, rr_collect_result *results, const candidates *c) {
    size_t before = collect->taken.count;
    for (size_t i = 0; i < c->count; i++) {
        rr_collect_result *result = &results[c->answer[i]];
        const char *rule = NULL;
        result->status = (rr_status)c->proofs[i];
        result->rule = rr_proof_rule(result->status);
        if (result->status != RR_OK) continue;
        /* The nullifier is looked up only now. */
        if (rr_judge_prospect(collect->state.judge, &rule, c->records[i].bytes, c->records[i].len) == RR_WOULD_NOT_TAKE)
            *result = (rr_collect_result){RR_REFUSED, rule};
        else if (rr_records_add(&collect->taken, c->records[i].bytes, c->records[i].len) != RR_OK) {
            while (collect->taken.count > before) free(collect->taken.list[--collect->taken.count].bytes);
            return rr_fail(error, RR_NO_SPACE, "answer", (int64_t)c->answer[i], no_memory);
        }
    }
    return RR_OK;
}

static rr_status take(rr_collect *collect, rr_file_error *error, candidates *c, rr_collect_result *results,
                      const rr_blob *answers, size_t answer_count) {
    uint64_t declined = 0;
    sort_out(collect, c, results, answers, answer_count, &declined);
    if (collect->taken.count + c->count > RR_COLLECT_TAKE_MAX)
        return rr_fail(error, RR_REFUSED, "answer", -1, "one run takes no more records: finish it and begin another");
    rr_status status = c->count ? verify_candidates(collect, error, c) : RR_OK;
    if (status == RR_OK) status = keep(collect, error, results, c);
    if (status != RR_OK) return status;
    collect->declined += declined;
    for (size_t i = 0; i < answer_count; i++) collect->refused += results[i].status != RR_OK;
    return RR_OK;
}

rr_status rr_collect_take(rr_collect *collect, rr_file_error *error, rr_collect_result *results, const rr_blob *answers,
                          size_t answer_count) {
    if (answer_count == 0) return RR_OK;
    rr_status status = rr_collect_load(collect, error);
    if (status != RR_OK) return status;
    candidates c = {calloc(answer_count, sizeof *c.records), calloc(answer_count, sizeof *c.answer), calloc(answer_count, 1),
                    0};
    if (c.records && c.answer && c.proofs)
        status = take(collect, error, &c, results, answers, answer_count);
    else
        status = rr_fail(error, RR_NO_SPACE, "answer", -1, no_memory);
    free(c.records);
    free(c.answer);
    free(c.proofs);
    return status;
}

/* ---- finishing ------------------------------------------------------------------------------------------------------ */

typedef struct batch {
    rr_records waiting; /* from the file */
    rr_record *list;    /* what waits and what is new, in order; bytes belong to `waiting` and to collect->taken */
    size_t count;
} batch;

static rr_status load_waiting(void *context, rr_file_error *error, sqlite3_stmt *row) {
    batch *b = context;
    rr_blob record;
    if (!rr_db_blob(&record, row, 0))
        return rr_fail(error, RR_MALFORMED, "waiting", (int64_t)b->waiting.count, "the file is damaged");
    if (rr_records_add(&b->waiting, record.bytes, record.len) != RR_OK)
        return rr_fail(error, RR_NO_SPACE, "waiting", -1, no_memory);
    return RR_OK;
}

static bool same(const rr_record *a, const rr_record *b) {
    return a->len == b->len && memcmp(a->bytes, b->bytes, a->len) == 0;
}

static bool is_leaf(const rr_log_state *state, const rr_record *record) {
    size_t low = 0, high = (size_t)state->leaves;
    rr_hash hash;
    rr_leaf_hash(&hash, record->bytes, record->len);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = memcmp(&hash, &state->leaf_hashes[middle], sizeof hash);
        if (order == 0) return true;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return false;
}

/* Lets the judge see the record as the next leaf, whose proof was verified.  RR_NOT_FOUND: it would not count. */
static rr_status accept(rr_collect *collect, rr_file_error *error, const rr_record *record) {
    static const rr_leaf_facts facts = {.proof = RR_OK, .begins_batch = true};
    rr_verdict verdict;
    rr_status status = rr_judge_leaf(collect->state.judge, &verdict, record->bytes, record->len, &facts);
    if (status != RR_OK) return rr_fail(error, status, "waiting", -1, rr_status_text(status));
    return verdict.verdict == RR_LEAF_COUNTS ? RR_OK : RR_NOT_FOUND;
}

/* What waits was accepted before; then what is new, in the order of a batch, so that the order in which it was read does not matter.  For
 * one nullifier the kinds of what is accepted ascend, which is their order in the batch too. */
static rr_status assemble(rr_collect *collect, rr_file_error *error, batch *b, rr_collect_counts *counts) {
    rr_records *taken = &collect->taken;
    rr_status status = rr_collect_rows(collect, error, "SELECT record FROM waiting ORDER BY id", load_waiting, b);
    if (status != RR_OK) return status;
    b->list = calloc(b->waiting.count + taken->count + 1, sizeof *b->list);
    if (!b->list) return rr_fail(error, RR_NO_SPACE, "waiting", -1, no_memory);
    for (size_t i = 0; i < b->waiting.count; i++) {
        status = accept(collect, error, &b->waiting.list[i]);
        if (status == RR_NOT_FOUND) return rr_fail(error, RR_MALFORMED, "waiting", (int64_t)i, "the file is damaged");
        if (status != RR_OK) return status;
        b->list[b->count++] = b->waiting.list[i];
    }
    rr_records_sort(taken);
    for (size_t i = 0, w = 0; i < taken->count; i++) {
        const rr_record *record = &taken->list[i];
        while (w < b->waiting.count &&
               rr_record_compare(b->waiting.list[w].bytes, b->waiting.list[w].len, record->bytes, record->len) < 0)
            w++;
        if ((i > 0 && same(record, &taken->list[i - 1])) || (w < b->waiting.count && same(record, &b->waiting.list[w])) ||
            is_leaf(&collect->state, record)) {
            counts->repeated++;
            continue;
        }
        status = accept(collect, error, record);
        if (status == RR_NOT_FOUND)
            counts->conflicts++;
        else if (status != RR_OK)
            return status;
        else {
            b->list[b->count++] = *record;
            counts->taken++;
        }
    }
    rr_records all = {b->list, b->count, b->count};
    rr_records_sort(&all);
    return RR_OK;
}

/* The file is not believed what would be signed: what waits is verified once more before it goes into the log. */
static rr_status verify_waiting(rr_collect *collect, rr_file_error *error, const rr_records *waiting) {
    candidates c = {calloc(waiting->count + 1, sizeof *c.records), NULL, calloc(waiting->count + 1, 1), waiting->count};
    rr_status status = RR_OK;
    if (!c.records || !c.proofs) {
        free(c.records);
        free(c.proofs);
        return rr_fail(error, RR_NO_SPACE, "waiting", -1, no_memory);
    }
    for (size_t i = 0; i < c.count; i++) c.records[i] = (rr_blob){waiting->list[i].bytes, waiting->list[i].len};
    if (c.count) status = verify_candidates(collect, error, &c);
    for (size_t i = 0; i < c.count && status == RR_OK; i++) {
        if (c.proofs[i] != RR_OK)
            status = rr_fail(error, RR_MALFORMED, "waiting", (int64_t)i, rr_proof_rule((rr_status)c.proofs[i]));
    }
    free(c.records);
    free(c.proofs);
    return status;
}

static rr_status append(rr_collect *collect, rr_file_error *error, rr_frontier *frontier, const rr_record *records,
                        size_t count, const rr_signer *log) {
    rr_status status = RR_OK;
    for (size_t i = 0; i < count && status == RR_OK; i++) {
        rr_hash hash;
        rr_leaf_hash(&hash, records[i].bytes, records[i].len);
        status = rr_collect_insert(collect->db, error, "INSERT INTO leaf VALUES (?1, ?2)", (int64_t)frontier->size,
                                   records[i].bytes, records[i].len);
        rr_frontier_append(frontier, &hash);
    }
    return status == RR_OK ? rr_collect_checkpoint(collect->db, error, frontier, log) : status;
}

static rr_status write_run(rr_collect *collect, rr_file_error *error, const batch *b, rr_collect_counts *counts, bool publish,
                           bool close, const rr_signer *log) {
    rr_frontier frontier = collect->state.frontier;
    rr_status status = rr_collect_exec(collect, error, "DELETE FROM waiting");
    if (publish && b->count) {
        if (status == RR_OK) status = append(collect, error, &frontier, b->list, b->count, log);
        counts->appended += b->count;
    } else if (!publish) {
        for (size_t i = 0; i < b->count && status == RR_OK; i++)
            status = rr_collect_insert(collect->db, error, "INSERT INTO waiting VALUES (?1, ?2)", (int64_t)i, b->list[i].bytes,
                                       b->list[i].len);
        counts->waiting = b->count;
    }
    if (close && status == RR_OK) {
        uint8_t leaf[38] = {1, RR_CLOSE};
        rr_record record = {leaf, sizeof leaf};
        memcpy(leaf + 6, collect->material.petition.pid.bytes, 32);
        status = append(collect, error, &frontier, &record, 1, log);
        counts->appended++;
    }
    return status;
}

static rr_status may_finish(rr_collect *collect, rr_file_error *error, rr_collect_mode mode, int64_t now,
                            const rr_signer *log) {
    if (mode == RR_COLLECT_HOLD) return RR_OK;
    if (mode == RR_COLLECT_CLOSE && collect->state.closed) return rr_fail(error, RR_REFUSED, "log", -1, "it is closed already");
    if (mode == RR_COLLECT_CLOSE && now < collect->material.petition.closes)
        return rr_fail(error, RR_REFUSED, "log", -1, "it may be closed only from the petition's Closes on");
    return rr_collect_signer_check(error, &collect->material.petition, log);
}

rr_status rr_collect_finish(rr_collect *collect, rr_file_error *error, rr_collect_counts *counts, rr_collect_mode mode,
                            int64_t now, const rr_signer *log) {
    batch b = {{NULL, 0, 0}, NULL, 0};
    *counts = (rr_collect_counts){.declined = collect->declined, .refused = collect->refused};
    rr_status status = rr_collect_load(collect, error);
    if (status == RR_OK) status = may_finish(collect, error, mode, now, log);
    if (status != RR_OK) return status;
    status = assemble(collect, error, &b, counts);
    /* After the close only names come, which hide nothing: they need no crowd. */
    size_t least = collect->state.closed ? 1 : RR_COLLECT_BATCH_MIN;
    bool publish = mode == RR_COLLECT_CLOSE || mode == RR_COLLECT_FLUSH || (mode == RR_COLLECT_APPEND && b.count >= least);
    if (status == RR_OK && publish) status = verify_waiting(collect, error, &b.waiting);
    if (status == RR_OK && !publish && counts->taken == 0) {
        /* Not even the time of the file tells that somebody declined or came again. */
        counts->waiting = b.waiting.count;
    } else if (status == RR_OK && (status = rr_collect_exec(collect, error, "BEGIN IMMEDIATE")) == RR_OK) {
        status = write_run(collect, error, &b, counts, publish, mode == RR_COLLECT_CLOSE, log);
        if (status == RR_OK) status = rr_collect_exec(collect, error, "COMMIT");
        if (!sqlite3_get_autocommit(collect->db)) sqlite3_exec(collect->db, "ROLLBACK", NULL, NULL, NULL);
    }
    rr_collect_unload(collect);
    if (status == RR_OK) {
        rr_records_free(&collect->taken);
        collect->declined = collect->refused = 0;
    }
    rr_records_free(&b.waiting);
    free(b.list);
    return status;
}
