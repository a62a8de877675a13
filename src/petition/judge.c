/* SPDX-License-Identifier: Apache-2.0 */
/* Step 2 of judging: the state machine of PROTOCOL.md section 7.
 *
 *     kind   from              to            and only if
 *     1, 2   none              hidden(ring)  the log is open; kind 2: before the notice
 *     3      none              named(place)  the log is open; no other T was named there
 *     4      hidden(ring)      named(place)  the place is in that ring; no other T was named there
 *     5      hidden, named     withdrawn     the log is open; a T that signed by kind 2: before the notice
 *     6      the notice takes effect         see opening.c
 *     7      sealed set: hidden -> named     see opening.c
 *     8      the log is closed               not closed yet; no time bound before Closes
 *
 * Each leaf is first decided about, which changes nothing, and then applied. */
#include <string.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "petition/judge_internal.h"

/* ---- memory --------------------------------------------------------------------------------------------------------- */

static bool has_sealed(const rr_case *about) {
    return (about->petition->modes & RR_MODE_SEALED) != 0;
}

enum { LEAVES_MAX = 1 << 30 };

size_t rr_judge_size(const rr_case *about, uint64_t leaves) {
    if (leaves > LEAVES_MAX) return SIZE_MAX;
    size_t sum = rr_arena_piece(1, sizeof(rr_judge));
    sum = rr_arena_sum(sum, rr_arena_piece((size_t)leaves, sizeof(rr_t_state)));
    sum = rr_arena_sum(sum, rr_arena_piece(rr_t_table_slots(leaves), sizeof(uint32_t)));
    sum = rr_arena_sum(sum, rr_arena_piece(about->roll->entry_count, 1));
    sum = rr_arena_sum(sum, rr_arena_piece(about->rings->ring_count, sizeof(uint32_t)));
    if (!has_sealed(about)) return sum;
    sum = rr_arena_sum(sum, rr_arena_piece(rr_tree_memory_size(leaves), 1));
    sum = rr_arena_sum(sum, rr_arena_piece((size_t)leaves, sizeof(uint32_t)));
    return rr_arena_sum(sum, rr_arena_piece((size_t)leaves + 1, sizeof(uint32_t)));
}

/* A zeroed piece. */
static void *take(rr_arena *arena, size_t count, size_t each) {
    void *piece = rr_arena_take(arena, count, each);
    if (piece != NULL) memset(piece, 0, count * each);
    return piece;
}

rr_status rr_judge_init(rr_judge **judge, void *memory, size_t memory_len, const rr_case *about,
                        const rr_judge_options *options) {
    if (options->random == NULL || options->leaves > LEAVES_MAX) return RR_ARGUMENT;
    rr_arena arena = rr_arena_over(memory, memory_len);
    rr_judge *j = (rr_judge *)rr_arena_take(&arena, 1, sizeof *j);
    if (j == NULL) return RR_NO_SPACE;
    size_t leaves = (size_t)options->leaves;
    uint32_t slots = rr_t_table_slots(leaves);
    memset(j, 0, sizeof *j);
    rr_batch_init(&j->batch);
    j->about = *about;
    j->options = *options;
    j->sealed_mode = has_sealed(about);
    j->table.capacity = (uint32_t)leaves;
    j->table.mask = slots - 1;
    j->table.states = (rr_t_state *)rr_arena_take(&arena, leaves, sizeof *j->table.states);
    j->table.slots = (uint32_t *)take(&arena, slots, sizeof *j->table.slots);
    j->places = (uint8_t *)take(&arena, about->roll->entry_count, 1);
    j->ring_hidden = (uint32_t *)take(&arena, about->rings->ring_count, sizeof *j->ring_hidden);
    rr_frontier_init(&j->frontier);
    if (j->sealed_mode) {
        size_t tree = rr_tree_memory_size(leaves);
        void *tree_memory = rr_arena_take(&arena, tree, 1);
        j->sealed_after = (uint32_t *)take(&arena, leaves + 1, sizeof *j->sealed_after);
        j->members = (uint32_t *)rr_arena_take(&arena, leaves, sizeof *j->members);
        if (!arena.short_of) rr_tree_init(&j->tree, leaves, tree_memory, tree);
        rr_opening_files_sort(j->options.files, j->options.file_count);
    }
    if (arena.short_of) return RR_NO_SPACE;
    if (options->random->fill(options->random->context, j->table.key, sizeof j->table.key) != 0) return RR_RANDOM;
    *judge = j;
    return RR_OK;
}

/* ---- decisions ------------------------------------------------------------------------------------------------------ */

void rr_decide(rr_decision *decision, rr_leaf_verdict verdict, const char *rule) {
    decision->verdict = verdict;
    decision->rule = rule;
    decision->file = NULL;
}

/* Kinds 0 and 8 are 38 bytes: version, kind, number 0, pid. */
static bool is_mark(const rr_judge *judge, rr_kind kind, const uint8_t *entry, size_t entry_len) {
    const uint8_t head[RR_BYTES_AT] = {1, (uint8_t)kind, 0, 0, 0, 0};
    return entry_len == RR_HEAD_SIZE && memcmp(entry, head, sizeof head) == 0 &&
           memcmp(entry + RR_BYTES_AT, judge->about.petition->pid.bytes, 32) == 0;
}

/* What the log takes no more, whatever the state of this T: section 5's 422. */
static const char *time_rule(const rr_judge *judge, uint8_t kind, const rr_t_state *state) {
    if (judge->closed && kind != RR_STEP_FORWARD) return "the log is closed";
    if (judge->has_notice && kind == RR_SEALED) return "the opening notice ended sealed signatures";
    if (judge->has_notice && kind == RR_WITHDRAW && state != NULL && state->kind == RR_SEALED)
        return "the opening notice ended withdrawals of sealed signatures";
    return NULL;
}

static const char *place_rule(const rr_judge *judge, uint32_t place) {
    return judge->places[place] & RR_PLACE_TAKEN ? "another nullifier was named at this place" : NULL;
}

static const char *state_rule(const rr_judge *judge, uint8_t kind, uint32_t number, const rr_t_state *state) {
    unsigned now = state == NULL ? RR_T_NONE : state->state;
    switch (kind) {
    case RR_STEP_FORWARD:
        if (now == RR_T_NONE) return "this nullifier steps forward but has not signed";
        if (now == RR_T_NAMED) return "this nullifier is named already";
        if (now == RR_T_WITHDRAWN) return "this nullifier has withdrawn";
        if (judge->about.rings->ring_of_place[number] != state->ring) return "the place is not in the ring that it signed in";
        return place_rule(judge, number);
    case RR_WITHDRAW:
        if (now == RR_T_NONE) return "this nullifier withdraws but has not signed";
        return now == RR_T_WITHDRAWN ? "this nullifier has withdrawn already" : NULL;
    default:
        if (now == RR_T_WITHDRAWN) return "this nullifier has signed and withdrawn";
        if (now != RR_T_NONE) return "this nullifier has signed already";
        return kind == RR_NAMED ? place_rule(judge, number) : NULL;
    }
}

static void decide_record(const rr_judge *judge, rr_decision *decision, const uint8_t *entry, size_t entry_len,
                          rr_status proof) {
    const char *rule = rr_record_rule(&judge->about, entry, entry_len);
    if (rule == NULL) rule = rr_proof_rule(proof);
    if (rule == NULL) {
        const rr_t_state *state = rr_t_find(&judge->table, entry + RR_BYTES_AT);
        rule = time_rule(judge, entry[1], state);
        if (rule == NULL) rule = state_rule(judge, entry[1], rr_load32_le(entry + RR_NUMBER_AT), state);
    }
    rr_decide(decision, rule == NULL ? RR_LEAF_COUNTS : RR_LEAF_FAULT, rule);
}

static void decide_close(const rr_judge *judge, rr_decision *decision, const uint8_t *entry, size_t entry_len,
                         const rr_leaf_facts *facts) {
    const rr_petition *petition = judge->about.petition;
    const char *rule = NULL;
    if (!is_mark(judge, RR_CLOSE, entry, entry_len))
        rule = "a close leaf is version, kind, number 0 and this petition's pid";
    else if (judge->closed)
        rule = "the log is closed already";
    else if (petition->witnesses_needed != 0 && facts->has_time_bound && facts->time_bound < petition->closes)
        rule = "the close leaf has a time bound before the petition's Closes";
    rr_decide(decision, rule == NULL ? RR_LEAF_COUNTS : RR_LEAF_FAULT, rule);
}

/* The kind of an entry with a whole head of this version; else one that rr_record_rule refuses. */
static uint8_t kind_of(const uint8_t *entry, size_t entry_len) {
    return entry_len < RR_HEAD_SIZE || entry[0] != 1 ? UINT8_MAX : entry[1];
}

static rr_status decide(rr_judge *judge, rr_decision *decision, const uint8_t *entry, size_t entry_len,
                        const rr_leaf_facts *facts) {
    uint8_t kind = kind_of(entry, entry_len);
    switch (kind) {
    case RR_FIRST: rr_decide(decision, RR_LEAF_FAULT, "only leaf 0 begins a log"); return RR_OK;
    case RR_CLOSE: decide_close(judge, decision, entry, entry_len, facts); return RR_OK;
    case RR_NOTICE:
    case RR_OPENING:
        if (!judge->sealed_mode) {
            rr_decide(decision, RR_LEAF_FAULT, "the petition has no mode `sealed`");
            return RR_OK;
        }
        if (kind == RR_NOTICE) return rr_notice_decide(judge, decision, entry, entry_len);
        return rr_opening_decide(judge, decision, entry, entry_len, facts);
    default: decide_record(judge, decision, entry, entry_len, facts->proof); return RR_OK;
    }
}

rr_prospect rr_judge_prospect(const rr_judge *judge, const char **rule, const uint8_t *record, size_t record_len) {
    rr_prospect prospect = RR_WOULD_NOT_TAKE;
    const char *broken = rr_record_rule(&judge->about, record, record_len);
    if (broken == NULL) {
        const rr_t_state *state = rr_t_find(&judge->table, record + RR_BYTES_AT);
        broken = time_rule(judge, record[1], state);
        if (broken == NULL) {
            broken = state_rule(judge, record[1], rr_load32_le(record + RR_NUMBER_AT), state);
            prospect = broken == NULL ? RR_WOULD_COUNT : RR_WOULD_CONFLICT;
        }
    }
    if (rule != NULL) *rule = broken;
    return prospect;
}

/* ---- effects -------------------------------------------------------------------------------------------------------- */

void rr_judge_name(rr_judge *judge, rr_t_state *state, uint32_t place) {
    if (state->state == RR_T_HIDDEN) {
        judge->hidden--;
        judge->ring_hidden[state->ring]--;
    }
    state->state = RR_T_NAMED;
    state->place = place;
    judge->places[place] |= RR_PLACE_TAKEN | RR_PLACE_NAMED;
    judge->named++;
}

static void sign(rr_judge *judge, uint8_t kind, uint32_t number, const uint8_t t[32]) {
    rr_t_state *state = rr_t_add(&judge->table, t);
    state->leaf = (uint32_t)judge->leaves;
    state->kind = kind;
    if (kind == RR_NAMED) {
        rr_judge_name(judge, state, number);
        return;
    }
    state->state = RR_T_HIDDEN;
    state->ring = number;
    judge->hidden++;
    judge->ring_hidden[number]++;
    judge->sealed += kind == RR_SEALED;
}

static void withdraw(rr_judge *judge, rr_t_state *state) {
    if (state->state == RR_T_HIDDEN) {
        judge->hidden--;
        judge->ring_hidden[state->ring]--;
    } else {
        judge->named--;
        judge->places[state->place] &= (uint8_t)~RR_PLACE_NAMED;
    }
    judge->sealed -= state->kind == RR_SEALED;
    judge->withdrawn++;
    state->state = RR_T_WITHDRAWN;
}

static void apply(rr_judge *judge, const rr_decision *decision, const uint8_t *entry, const rr_leaf_facts *facts) {
    uint32_t number = rr_load32_le(entry + RR_NUMBER_AT);
    const uint8_t *t = entry + RR_BYTES_AT;
    switch (entry[1]) {
    case RR_ANONYMOUS:
    case RR_SEALED:
    case RR_NAMED: sign(judge, entry[1], number, t); break;
    case RR_STEP_FORWARD: rr_judge_name(judge, rr_t_find(&judge->table, t), number); break;
    case RR_WITHDRAW: withdraw(judge, rr_t_find(&judge->table, t)); break;
    case RR_NOTICE:
        rr_notice_apply(judge);
        judge->has_notice = true;
        judge->notice = judge->leaves;
        break;
    case RR_OPENING:
        rr_opening_apply(judge, decision->file);
        judge->has_opening = true;
        judge->opening = judge->leaves;
        break;
    case RR_CLOSE:
        judge->closed = true;
        judge->close = judge->leaves;
        judge->close_has_time = facts->has_time_bound;
        break;
    default: break; /* leaf 0 */
    }
}

/* The leaf, whatever it is worth, stands in the log. */
static void append(rr_judge *judge, const uint8_t *entry, size_t entry_len) {
    rr_hash leaf;
    rr_leaf_hash(&leaf, entry, entry_len);
    judge->leaves++;
    if (judge->sealed_mode) {
        rr_tree_append(&judge->tree, &leaf); /* there is room: options->leaves was compared */
        judge->sealed_after[judge->leaves] = judge->sealed;
    } else {
        rr_frontier_append(&judge->frontier, &leaf);
    }
}

rr_status rr_judge_leaf(rr_judge *judge, rr_verdict *verdict, const uint8_t *entry, size_t entry_len,
                        const rr_leaf_facts *facts) {
    static const char foreign[] = "leaf 0 is not the one that begins this petition's log";
    rr_decision decision;
    uint8_t copy[64]; /* options->entries may use the caller's memory for what an opening reads */
    if (entry_len <= sizeof copy) {
        if (entry_len != 0) memcpy(copy, entry, entry_len);
        entry = copy;
    }
    memset(verdict, 0, sizeof *verdict);
    verdict->leaf = judge->leaves;
    if (judge->leaves == judge->options.leaves) return RR_NO_SPACE;
    if (judge->leaves == 0) {
        judge->foreign = judge->foreign || !is_mark(judge, RR_FIRST, entry, entry_len);
        rr_decide(&decision, judge->foreign ? RR_LEAF_FAULT : RR_LEAF_COUNTS, judge->foreign ? foreign : NULL);
    } else {
        rr_status status = decide(judge, &decision, entry, entry_len, facts);
        if (status != RR_OK) return status;
    }
    verdict->verdict = decision.verdict;
    verdict->rule = decision.rule;
    if (judge->foreign) return RR_REFUSED;
    verdict->batch_rule = rr_batch_next(&judge->batch, facts->begins_batch, entry, entry_len);
    if (decision.verdict == RR_LEAF_COUNTS) apply(judge, &decision, entry, facts);
    judge->file_missing = judge->file_missing || decision.verdict == RR_LEAF_NO_FILE;
    judge->faults += (decision.verdict == RR_LEAF_FAULT) + (verdict->batch_rule != NULL);
    append(judge, entry, entry_len);
    return RR_OK;
}
