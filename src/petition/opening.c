/* SPDX-License-Identifier: Apache-2.0 */
/* Opening notices and openings (PROTOCOL.md section 8).
 *
 *     notice    0   01 06 LE32(0)
 *               6   root                 of the first `size` leaves
 *               38  LE64 size
 *               46  u8 t
 *               47  t times: u8 j, R z   65 bytes each
 *
 *     opening   0   01 07 LE32(count)
 *               6   SHA-256(file)
 *               38  LE64 length          of the file
 *
 *     file      for each member of the sealed set, ascending by leaf:
 *               0   LE64 leaf
 *               8   LE32 place
 *               12  u8 t
 *               13  t times: u8 j, S_j R_1 R_2 z   129 bytes each
 *
 * With count and t known a file has one possible size, so a member's record in it is found by multiplication. */
#include <string.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "base/sha2.h"
#include "petition/judge_internal.h"

enum {
    ROOT_AT = RR_BYTES_AT,
    SIZE_AT = 38,
    NOTICE_T_AT = 46,
    NOTICE_PARTS_AT = 47,
    NOTICE_PART = 65,
    OPENING_SIZE = 46,
    MEMBER_PLACE_AT = 8,
    MEMBER_T_AT = 12,
    MEMBER_SHARES_AT = 13,
    MEMBER_SHARE = 1 + RR_SHARE_SIZE,
    BLOCK_SHARES = 512 /* shares verified at a time; t is at most 255 */
};

uint64_t rr_opening_file_size(uint64_t count, uint32_t t) {
    return count * (MEMBER_SHARES_AT + (uint64_t)t * MEMBER_SHARE);
}

static uint32_t members_in_block(uint32_t t) {
    return BLOCK_SHARES / t;
}

/* ---- work memory ---------------------------------------------------------------------------------------------------- */

/* One block of members. */
typedef struct block {
    uint8_t *records; /* the sealed records, RR_RECORD_MAX apart */
    size_t *lens;
    const uint8_t **members; /* in the file */
    const rr_t_state **states;
    rr_claim *claims; /* t for each member */
    rr_status *results;
    const uint8_t **shares; /* of one member */
    uint8_t *trustees;
    uint32_t count;
    void *scratch;
    size_t scratch_len;
} block;

static bool take_block(block *b, uint32_t t, void *work, size_t work_len) {
    uint32_t members = members_in_block(t);
    rr_arena arena = rr_arena_over(work, work_len);
    b->records = (uint8_t *)rr_arena_take(&arena, members, RR_RECORD_MAX);
    b->lens = (size_t *)rr_arena_take(&arena, members, sizeof *b->lens);
    b->members = (const uint8_t **)rr_arena_take(&arena, members, sizeof *b->members);
    b->states = (const rr_t_state **)rr_arena_take(&arena, members, sizeof *b->states);
    b->claims = (rr_claim *)rr_arena_take(&arena, (size_t)members * t, sizeof *b->claims);
    b->results = (rr_status *)rr_arena_take(&arena, (size_t)members * t, sizeof *b->results);
    b->shares = (const uint8_t **)rr_arena_take(&arena, t, sizeof *b->shares);
    b->trustees = (uint8_t *)rr_arena_take(&arena, t, 1);
    b->count = 0;
    b->scratch = arena.next;
    b->scratch_len = arena.left;
    return !arena.short_of;
}

size_t rr_judge_work_size(const rr_case *about) {
    if (!(about->petition->modes & RR_MODE_SEALED)) return 0;
    uint32_t t = about->petition->trustee_threshold, members = members_in_block(t);
    size_t sum = rr_arena_piece(members, RR_RECORD_MAX);
    sum += rr_arena_piece(members, sizeof(size_t)) + 2 * rr_arena_piece(members, sizeof(void *));
    sum += rr_arena_piece((size_t)members * t, sizeof(rr_claim)) + rr_arena_piece((size_t)members * t, sizeof(rr_status));
    sum += rr_arena_piece(t, sizeof(void *)) + rr_arena_piece(t, 1);
    return sum + (RR_SCRATCH_SIZE >> 2);
}

/* ---- the notice ----------------------------------------------------------------------------------------------------- */

/* Is this `u8 t`, followed by t times `u8 j` and the rest of a part, j strictly ascending in 1 ... n, exactly t? */
static const char *trustees_rule(const rr_petition *petition, const uint8_t *count_at, size_t part) {
    if (count_at[0] != petition->trustee_threshold)
        return "there are not exactly as many trustees in it as the petition's Trustees";
    for (uint32_t i = 0, previous = 0; i < petition->trustee_threshold; i++) {
        uint32_t j = count_at[1 + i * part];
        if (j > petition->trustee_count) return "a trustee in it is not one of the petition's";
        if (j <= previous) return "the trustees in it are not in strictly ascending order from 1";
        previous = j;
    }
    return NULL;
}

static const char *notice_rule(const rr_judge *judge, const uint8_t *entry, size_t entry_len) {
    const rr_petition *petition = judge->about.petition;
    if (judge->has_notice) return "an opening notice is in effect already";
    if (rr_load32_le(entry + RR_NUMBER_AT) != 0) return "the number in an opening notice is 0";
    if (entry_len != NOTICE_PARTS_AT + (size_t)petition->trustee_threshold * NOTICE_PART)
        return "the opening notice has not the size of one with the petition's number of trustees";
    const char *rule = trustees_rule(petition, entry + NOTICE_T_AT, NOTICE_PART);
    if (rule != NULL) return rule;
    uint64_t size = rr_load64_le(entry + SIZE_AT);
    if (size > judge->leaves) return "the size in the opening notice is above the notice's own index";
    if (judge->sealed_after[size] < petition->seal_threshold)
        return "fewer sealed signatures than Seal-Threshold stood at the opening notice's size";
    if (judge->sealed < petition->seal_threshold)
        return "fewer sealed signatures than Seal-Threshold stand at the opening notice";
    rr_hash root;
    rr_tree tree = judge->tree;
    rr_nodes nodes = rr_tree_nodes(&tree);
    if (rr_nodes_root(&root, &nodes, size) != RR_OK || memcmp(root.bytes, entry + ROOT_AT, 32) != 0)
        return "the root in the opening notice is not the log's at its size";
    return NULL;
}

rr_status rr_notice_decide(const rr_judge *judge, rr_decision *decision, const uint8_t *entry, size_t entry_len) {
    const rr_case *about = &judge->about;
    const char *rule = notice_rule(judge, entry, entry_len);
    for (uint32_t i = 0; rule == NULL && i < about->petition->trustee_threshold; i++) {
        const uint8_t *part = entry + NOTICE_PARTS_AT + (size_t)i * NOTICE_PART;
        rr_claim claim;
        memset(&claim, 0, sizeof claim);
        claim.what = RR_CLAIM_NOTICE;
        claim.record = part + 1;
        claim.record_len = NOTICE_PART - 1;
        claim.size = rr_load64_le(entry + SIZE_AT);
        memcpy(claim.leaf.bytes, entry + ROOT_AT, 32);
        claim.trustee = part[0];
        claim.trustee_key = &about->petition->trustees[part[0] - 1].key;
        rr_status status =
            rr_verify_var(about->params, about->subject, NULL, &claim, judge->options.work, judge->options.work_len);
        if (status == RR_NO_SPACE || status == RR_ARGUMENT) return status;
        if (status != RR_OK) rule = "a trustee's proof in the opening notice does not verify";
    }
    rr_decide(decision, rule == NULL ? RR_LEAF_COUNTS : RR_LEAF_FAULT, rule);
    return RR_OK;
}

void rr_notice_apply(rr_judge *judge) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < judge->table.count; i++) { /* states are in the order of their leaves */
        const rr_t_state *state = &judge->table.states[i];
        if (state->kind == RR_SEALED && state->state != RR_T_WITHDRAWN) judge->members[count++] = i;
    }
}

/* ---- files ---------------------------------------------------------------------------------------------------------- */

static int compare_files(const rr_opening_file *a, const rr_opening_file *b) {
    return memcmp(a->hash.bytes, b->hash.bytes, 32);
}

/* Shell's sort: in place, and well below n^1.5 comparisons for hashes, which nobody can order as they like. */
void rr_opening_files_sort(rr_opening_file *files, size_t count) {
    for (size_t i = 0; i < count; i++) {
        rr_sha256_of(files[i].hash.bytes, files[i].bytes, files[i].len);
        files[i].judged = false;
        files[i].rule = NULL;
    }
    for (size_t gap = count / 2; gap > 0; gap /= 2) {
        for (size_t i = gap; i < count; i++) {
            rr_opening_file file = files[i];
            size_t at = i;
            for (; at >= gap && compare_files(&files[at - gap], &file) > 0; at -= gap) files[at] = files[at - gap];
            files[at] = file;
        }
    }
}

static rr_opening_file *find_file(const rr_judge *judge, const uint8_t hash[32]) {
    size_t low = 0, high = judge->options.file_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = memcmp(judge->options.files[middle].hash.bytes, hash, 32);
        if (order == 0) return &judge->options.files[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* ---- what is in a file ---------------------------------------------------------------------------------------------- */

/* Member i of the sealed set, and what a file of the right size says of it.  None can withdraw any more. */
static rr_t_state *state_of(const rr_judge *judge, uint32_t i) {
    return &judge->table.states[judge->members[i]];
}

static const uint8_t *member_of(const rr_judge *judge, const rr_opening_file *file, uint32_t i) {
    return file->bytes + (size_t)rr_opening_file_size(i, judge->about.petition->trustee_threshold);
}

static const char *member_rule(const rr_judge *judge, const uint8_t *member, const rr_t_state *state) {
    uint32_t place = rr_load32_le(member + MEMBER_PLACE_AT);
    if (rr_load64_le(member) != state->leaf) return "the opening's file does not list the sealed set by leaf";
    if (place >= judge->about.roll->entry_count) return "a place in the opening's file is not on the roll";
    if (judge->about.rings->ring_of_place[place] != state->ring)
        return "a place in the opening's file is not in the ring of its record";
    return trustees_rule(judge->about.petition, member + MEMBER_T_AT, MEMBER_SHARE);
}

/* Fetches the member's record, which must be the one that was judged, and makes the claims of its shares. */
static rr_status add_member(const rr_judge *judge, block *b, const uint8_t *member, const rr_t_state *state) {
    const rr_petition *petition = judge->about.petition;
    uint32_t t = petition->trustee_threshold, at = b->count;
    uint8_t *record = b->records + (size_t)at * RR_RECORD_MAX;
    rr_tree tree = judge->tree;
    rr_nodes nodes = rr_tree_nodes(&tree);
    rr_hash leaf, judged;
    const uint8_t *entry;
    size_t len;
    rr_status status = judge->options.entries->read(judge->options.entries->context, &entry, &len, state->leaf);
    if (status == RR_OK) status = nodes.node(nodes.context, &judged, 0, state->leaf);
    if (status != RR_OK) return status;
    rr_leaf_hash(&leaf, entry, len);
    if (len > RR_RECORD_MAX || memcmp(leaf.bytes, judged.bytes, 32) != 0) return RR_ARGUMENT;
    memcpy(record, entry, len);
    b->lens[at] = len;
    b->members[at] = member;
    b->states[at] = state;
    b->count++;
    for (uint32_t i = 0; i < t; i++) {
        const uint8_t *share = member + MEMBER_SHARES_AT + (size_t)i * MEMBER_SHARE;
        rr_claim *claim = &b->claims[(size_t)at * t + i];
        memset(claim, 0, sizeof *claim);
        claim->what = RR_CLAIM_SHARE;
        claim->record = share + 1;
        claim->record_len = RR_SHARE_SIZE;
        claim->leaf = leaf;
        claim->sealed = record + RR_SEALED_E_AT;
        claim->trustee = share[0];
        claim->trustee_key = &petition->trustees[share[0] - 1].key;
    }
    return RR_OK;
}

/* Do the verified shares open the record to the key at the place? */
static rr_status opens(const rr_judge *judge, const block *b, uint32_t at, bool *does) {
    const rr_case *about = &judge->about;
    uint32_t t = about->petition->trustee_threshold;
    uint32_t place = rr_load32_le(b->members[at] + MEMBER_PLACE_AT);
    rr_entry_key key;
    for (uint32_t i = 0; i < t; i++) {
        const uint8_t *share = b->members[at] + MEMBER_SHARES_AT + (size_t)i * MEMBER_SHARE;
        b->trustees[i] = share[0];
        b->shares[i] = share + 1;
    }
    rr_status status =
        rr_open_var(about->params, &key, b->records + (size_t)at * RR_RECORD_MAX, b->lens[at], b->trustees, b->shares, t);
    *does = status == RR_OK && memcmp(key.bytes, about->roll->entries[place].key.bytes, 32) == 0;
    return status == RR_ARGUMENT || status == RR_NO_SPACE ? status : RR_OK; /* malformed: what it opens to is no entry */
}

/* Verifies the shares of a block and empties it. */
static rr_status finish_block(const rr_judge *judge, const char **rule, block *b) {
    size_t count = (size_t)b->count * judge->about.petition->trustee_threshold;
    rr_status status =
        rr_claims_verify(&judge->about, b->results, b->claims, count, judge->options.random, b->scratch, b->scratch_len);
    if (status != RR_OK) return status;
    for (size_t i = 0; i < count; i++) {
        if (b->results[i] != RR_OK) *rule = "a trustee's share in the opening's file does not verify";
    }
    for (uint32_t at = 0; *rule == NULL && at < b->count; at++) {
        bool does;
        status = opens(judge, b, at, &does);
        if (status != RR_OK) return status;
        if (!does) *rule = "a record does not open to the place that the opening's file gives";
    }
    b->count = 0;
    return RR_OK;
}

/* All that does not depend on later leaves, so that it is done once for a file however often it is logged: the members in
 * form first, which costs little, then the shares. */
static rr_status judge_file(const rr_judge *judge, rr_opening_file *file) {
    uint32_t t = judge->about.petition->trustee_threshold;
    const char *rule = NULL;
    block b;
    for (uint32_t i = 0; rule == NULL && i < judge->sealed; i++)
        rule = member_rule(judge, member_of(judge, file, i), state_of(judge, i));
    if (rule == NULL && !take_block(&b, t, judge->options.work, judge->options.work_len)) return RR_NO_SPACE;
    for (uint32_t i = 0; rule == NULL && i < judge->sealed; i++) {
        rr_status status = add_member(judge, &b, member_of(judge, file, i), state_of(judge, i));
        if (status == RR_OK && (b.count == members_in_block(t) || i + 1 == judge->sealed))
            status = finish_block(judge, &rule, &b);
        if (status != RR_OK) return status;
    }
    file->judged = true;
    file->rule = rule;
    return RR_OK;
}

static uint32_t place_of(const rr_judge *judge, const rr_opening_file *file, uint32_t i) {
    return rr_load32_le(member_of(judge, file, i) + MEMBER_PLACE_AT);
}

/* Would a hidden member be named where another T was, or two at one place? */
static const char *conflict_rule(rr_judge *judge, const rr_opening_file *file) {
    const char *rule = NULL;
    for (uint32_t i = 0; i < judge->sealed; i++) {
        uint8_t *place = &judge->places[place_of(judge, file, i)];
        if (state_of(judge, i)->state != RR_T_HIDDEN) continue;
        if (*place & (RR_PLACE_TAKEN | RR_PLACE_MARK)) rule = "the opening names a place where another nullifier was named";
        *place |= RR_PLACE_MARK;
    }
    for (uint32_t i = 0; i < judge->sealed; i++) judge->places[place_of(judge, file, i)] &= (uint8_t)~RR_PLACE_MARK;
    return rule;
}

/* ---- the opening ---------------------------------------------------------------------------------------------------- */

static const char *opening_rule(const rr_judge *judge, const uint8_t *entry, size_t entry_len, const rr_leaf_facts *facts) {
    const rr_petition *petition = judge->about.petition;
    if (entry_len != OPENING_SIZE) return "the opening leaf has not the size of one";
    if (!judge->has_notice) return "no opening notice is in effect";
    if (judge->has_opening) return "an opening is in effect already";
    if (rr_load32_le(entry + RR_NUMBER_AT) != judge->sealed)
        return "the opening has not the number of members of the sealed set";
    if (rr_load64_le(entry + SIZE_AT) != rr_opening_file_size(judge->sealed, petition->trustee_threshold))
        return "the opening's file has not the length for the whole sealed set";
    if (petition->witnesses_needed != 0 && facts->has_time_bound && facts->time_bound > petition->seal_expires)
        return "the opening has a time bound after the petition's Seal-Expires";
    return NULL;
}

/* A file that is here is looked at even while the leaf has no time bound: what is void will not be less so later.  Each step
 * costs in proportion to bytes that were handed in, however often they are logged: a conflict takes a broken discrete
 * logarithm. */
rr_status rr_opening_decide(rr_judge *judge, rr_decision *decision, const uint8_t *entry, size_t entry_len,
                            const rr_leaf_facts *facts) {
    const char *rule = opening_rule(judge, entry, entry_len, facts);
    rr_opening_file *file = NULL;
    if (rule == NULL) {
        file = find_file(judge, entry + RR_BYTES_AT);
        if (file == NULL) {
            rr_decide(decision, RR_LEAF_NO_FILE, "the opening's file is not here");
            return RR_OK;
        }
        if (file->len != rr_load64_le(entry + SIZE_AT)) rule = "the opening's file has not the length that the leaf gives";
    }
    if (rule == NULL) {
        rr_status status = RR_OK;
        if (judge->options.entries == NULL) return RR_ARGUMENT;
        if (!file->judged) status = judge_file(judge, file);
        if (status != RR_OK) return status;
        rule = file->rule;
    }
    if (rule == NULL && judge->about.petition->witnesses_needed != 0 && !facts->has_time_bound) {
        rr_decide(decision, RR_LEAF_NO_TIME, "the opening has no time bound yet");
        return RR_OK;
    }
    if (rule == NULL) rule = conflict_rule(judge, file);
    rr_decide(decision, rule == NULL ? RR_LEAF_COUNTS : RR_LEAF_FAULT, rule);
    decision->file = file;
    return RR_OK;
}

void rr_opening_apply(rr_judge *judge, const rr_opening_file *file) {
    for (uint32_t i = 0; i < judge->sealed; i++) {
        rr_t_state *state = state_of(judge, i);
        uint32_t place = place_of(judge, file, i);
        if (state->state != RR_T_HIDDEN) continue;
        rr_judge_name(judge, state, place);
        judge->places[place] |= RR_PLACE_OPENED;
    }
}
