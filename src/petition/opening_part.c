/* SPDX-License-Identifier: Apache-2.0 */
/* A trustee's shares of the sealed set, and the opening that is made of `t` of them; the layouts are in opening.c and opening.h. */
#include <string.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "base/sha2.h"
#include "petition/judge_internal.h"
#include "roundrobin/opening.h"

static const char first[] = "round-robin opening v1\n";

enum { FIRST = sizeof first - 1, PID_AT = FIRST, J_AT = PID_AT + 32, COUNT_AT = J_AT + 4, BLOCK = 512 };

/* ---- the sealed set --------------------------------------------------------------------------------------------------- */

static rr_status read_member(const rr_judge *judge, rr_sealed *member, uint32_t leaf) {
    rr_tree tree = judge->tree;
    rr_nodes nodes = rr_tree_nodes(&tree);
    rr_hash judged;
    const uint8_t *entry;
    size_t len;
    rr_status status = judge->options.entries->read(judge->options.entries->context, &entry, &len, leaf);
    if (status == RR_OK) status = nodes.node(nodes.context, &judged, 0, leaf);
    if (status != RR_OK) return status;
    rr_leaf_hash(&member->hash, entry, len);
    if (len < RR_SEALED_HEAD || memcmp(&member->hash, &judged, sizeof judged) != 0) return RR_ARGUMENT;
    member->leaf = leaf;
    memcpy(member->head, entry, RR_SEALED_HEAD);
    return RR_OK;
}

rr_status rr_judge_sealed_set(const rr_judge *judge, rr_sealed *set) {
    if (!judge->sealed_mode || !judge->options.entries) return RR_ARGUMENT;
    size_t done = 0;
    /* After a notice nothing seals, and what sealed cannot withdraw: so the set is the same. */
    for (uint32_t i = 0; i < judge->table.count; i++) {
        const rr_t_state *state = &judge->table.states[i];
        if (state->kind != RR_SEALED || state->state == RR_T_WITHDRAWN) continue;
        rr_status status = read_member(judge, &set[done++], state->leaf);
        if (status != RR_OK) return status;
    }
    return RR_OK;
}

/* ---- parts ---------------------------------------------------------------------------------------------------------------- */

size_t rr_opening_part_size(size_t count) {
    return RR_OPENING_PART_HEAD + count * RR_OPENING_PART_ITEM;
}

rr_status rr_opening_part_make(uint8_t *out, const rr_case *about, const rr_sealed *set, size_t count, uint32_t j,
                               const rr_trustee_secret *y, const rr_random *random) {
    memcpy(out, first, FIRST);
    memcpy(out + PID_AT, about->petition->pid.bytes, 32);
    rr_store32_le(out + J_AT, j);
    rr_store32_le(out + COUNT_AT, (uint32_t)count);
    for (size_t i = 0; i < count; i++) {
        uint8_t *item = out + RR_OPENING_PART_HEAD + i * RR_OPENING_PART_ITEM;
        rr_fresh fresh;
        if (random->fill(random->context, fresh.bytes, sizeof fresh.bytes) != 0) return RR_RANDOM;
        rr_store64_le(item, set[i].leaf);
        rr_status status =
            rr_share(about->params, item + 8, &about->petition->pid, set[i].head, RR_SEALED_HEAD, &set[i].hash, j, y, &fresh);
        rr_wipe(&fresh, sizeof fresh);
        if (status != RR_OK) return status;
    }
    return RR_OK;
}

rr_status rr_opening_part_read(rr_opening_part *part, const char **rule, const uint8_t *bytes, size_t len) {
    *rule = "this is no trustee's part of an opening, or its end is missing";
    if (len < RR_OPENING_PART_HEAD || memcmp(bytes, first, FIRST) != 0) return RR_MALFORMED;
    memcpy(part->pid.bytes, bytes + PID_AT, 32);
    part->j = rr_load32_le(bytes + J_AT);
    part->count = rr_load32_le(bytes + COUNT_AT);
    part->items = bytes + RR_OPENING_PART_HEAD;
    if ((len - RR_OPENING_PART_HEAD) % RR_OPENING_PART_ITEM != 0 ||
        (len - RR_OPENING_PART_HEAD) / RR_OPENING_PART_ITEM != part->count)
        return RR_MALFORMED;
    *rule = "a trustee's number is 1 to 255";
    if (part->j < 1 || part->j > RR_TRUSTEE_MAX) return RR_MALFORMED;
    *rule = NULL;
    return RR_OK;
}

static size_t block_of(size_t count) {
    return count < BLOCK ? count : BLOCK;
}

size_t rr_opening_check_size(size_t count) {
    size_t n = block_of(count);
    rr_claim claim = {.what = RR_CLAIM_SHARE, .record_len = RR_SHARE_SIZE};
    return rr_arena_piece(n, sizeof(rr_claim)) + rr_arena_piece(n, sizeof(rr_status)) +
           n * (rr_verify_batch_scratch_size(&claim, 1) + 64) + 4096;
}

static const char *set_rule(rr_status *status, const rr_case *about, const rr_sealed *set, size_t count,
                            const rr_opening_part *part) {
    *status = RR_REFUSED;
    if (memcmp(&part->pid, &about->petition->pid, sizeof part->pid) != 0) return "it is of another petition";
    if (part->j < 1 || part->j > about->petition->trustee_count) return "it is of a trustee whom the petition does not have";
    if (part->count != count) return "it has not the number of members of the sealed set";
    for (size_t i = 0; i < count; i++)
        if (rr_load64_le(part->items + i * RR_OPENING_PART_ITEM) != set[i].leaf)
            return "it does not list the sealed set by leaf";
    *status = RR_OK;
    return NULL;
}

rr_status rr_opening_part_check_var(const char **rule, uint64_t *leaf, const rr_case *about, const rr_sealed *set, size_t count,
                                    const rr_opening_part *part, const rr_random *random, void *work, size_t work_len) {
    rr_status status;
    rr_arena arena = rr_arena_over(work, work_len);
    size_t most = block_of(count);
    *rule = set_rule(&status, about, set, count, part);
    if (status != RR_OK) return status;
    rr_claim *claims = (rr_claim *)rr_arena_take(&arena, most, sizeof *claims);
    rr_status *results = (rr_status *)rr_arena_take(&arena, most, sizeof *results);
    if (arena.short_of) return RR_NO_SPACE;
    for (size_t done = 0; done < count; done += most) {
        size_t n = count - done < most ? count - done : most;
        for (size_t i = 0; i < n; i++) {
            const rr_sealed *member = &set[done + i];
            claims[i] = (rr_claim){.what = RR_CLAIM_SHARE,
                                   .record = part->items + (done + i) * RR_OPENING_PART_ITEM + 8,
                                   .record_len = RR_SHARE_SIZE,
                                   .leaf = member->hash,
                                   .sealed = member->head + RR_SEALED_E_AT,
                                   .trustee = part->j,
                                   .trustee_key = &about->petition->trustees[part->j - 1].key};
        }
        status = rr_claims_verify(about, results, claims, n, random, arena.next, arena.left);
        if (status != RR_OK) return status;
        for (size_t i = 0; i < n; i++) {
            if (results[i] == RR_OK) continue;
            if (leaf) *leaf = set[done + i].leaf;
            *rule = "the trustee's share does not verify";
            return RR_INVALID;
        }
    }
    return RR_OK;
}

/* ---- the opening ------------------------------------------------------------------------------------------------------- */

static bool are_usable(const rr_case *about, size_t count, const rr_opening_part *parts, size_t part_count) {
    if (part_count != about->petition->trustee_threshold) return false;
    for (size_t i = 0; i < part_count; i++)
        if (parts[i].count != count || (i > 0 && parts[i].j <= parts[i - 1].j)) return false;
    return true;
}

rr_status rr_opening_make(uint8_t *file, uint8_t leaf[RR_OPENING_LEAF], const rr_case *about, const rr_sealed *set,
                          size_t count, const rr_opening_part *parts, size_t part_count) {
    uint8_t trustees[RR_TRUSTEE_MAX], *at = file;
    const uint8_t *shares[RR_TRUSTEE_MAX];
    if (!are_usable(about, count, parts, part_count)) return RR_ARGUMENT;
    for (size_t i = 0; i < count; i++) {
        rr_entry_key key;
        uint32_t place;
        for (size_t k = 0; k < part_count; k++) {
            trustees[k] = (uint8_t)parts[k].j;
            shares[k] = parts[k].items + i * RR_OPENING_PART_ITEM + 8;
        }
        if (rr_open_var(about->params, &key, set[i].head, RR_SEALED_HEAD, trustees, shares, part_count) != RR_OK ||
            rr_roll_find_key(&place, about->roll, &key) != RR_OK)
            return RR_INVALID;
        rr_store64_le(at, set[i].leaf);
        rr_store32_le(at + 8, place);
        at[12] = (uint8_t)part_count;
        at += 13;
        for (size_t k = 0; k < part_count; k++, at += 1 + RR_SHARE_SIZE) {
            at[0] = trustees[k];
            memcpy(at + 1, shares[k], RR_SHARE_SIZE);
        }
    }
    size_t len = (size_t)(at - file);
    memset(leaf, 0, RR_OPENING_LEAF);
    leaf[0] = 1;
    leaf[1] = RR_OPENING;
    rr_store32_le(leaf + RR_NUMBER_AT, (uint32_t)count);
    rr_sha256_of(leaf + RR_BYTES_AT, file, len);
    rr_store64_le(leaf + RR_HEAD_SIZE, len);
    return RR_OK;
}
