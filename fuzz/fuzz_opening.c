/* SPDX-License-Identifier: Apache-2.0 */
/* A log with three sealed signatures and a notice is judged; the input says what comes then.
 *
 *     0     flags: 1: the file is the good one with changes, else any bytes; 2: all proofs of later records hold;
 *           4: the petition has witnesses; 8: leaves have a time bound; 16: all leaves are one batch;
 *           32: nothing but changes to the first trustee's part of the opening
 *     1, 2  big-endian length of the next part: the opening's file, or changes to the good one, 3 bytes each: offset, value
 *     ...   that part
 *     rest  further entries of the log as in a bundle
 *
 * Whatever comes, the counts must agree with each other, nothing but an opening may name sealed signatures together, and of a trustee's part none but the
 * good one is taken. */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/sha2.h"
#include "roundrobin/judge.h"
#include "roundrobin/opening.h"
#include "require.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

enum { MEMBERS = 16, T = 2, TRUSTEES = 3, SEALED = 3, LEAVES = 256, MEMBER = 13 + T * 129 };

typedef struct world {
    rr_params *params;
    rr_subject *subject;
    rr_petition petition;
    rr_roll roll;
    rr_rings rings;
    rr_case about;
    rr_entry entries[MEMBERS];
    rr_trustee trustees[TRUSTEES];
    uint8_t prefix[SEALED + 2][RR_RECORD_MAX];
    size_t prefix_lens[SEALED + 2];
    uint8_t good[SEALED * MEMBER];
    rr_sealed set[SEALED];
    uint8_t part[RR_OPENING_PART_HEAD + SEALED * RR_OPENING_PART_ITEM];
    void *check;
    rr_opening_file file;
    uint8_t *judge_memory, *snapshot, *work; /* snapshot: the judge after the notice */
    size_t judge_size, work_size;
    rr_judge *judge;
    rr_random random;
    uint64_t counter;
} world;

static world w;

/* Lives as long as the program; the table keeps it reachable for the leak checker. */
static void *memory(size_t size) {
    static void *pieces[32];
    static size_t count;
    void *piece = malloc(size);
    require(piece != NULL && count < sizeof pieces / sizeof pieces[0]);
    return pieces[count++] = piece;
}

/* The same bytes each time: a finding must come back. */
static int fill(void *context, uint8_t *out, size_t len) {
    uint64_t *counter = (uint64_t *)context;
    for (size_t i = 0; i < len; i++) {
        uint8_t digest[32];
        ++*counter;
        rr_sha256_of(digest, (const uint8_t *)counter, sizeof *counter);
        out[i] = digest[0];
    }
    return 0;
}

static rr_status read_entry(void *context, const uint8_t **entry, size_t *len, uint64_t leaf) {
    (void)context;
    if (leaf >= SEALED + 2) return RR_ARGUMENT; /* an opening opens none but the first ones: kind 2 ends with the notice */
    *entry = w.prefix[leaf];
    *len = w.prefix_lens[leaf];
    return RR_OK;
}

static const rr_log_entries log_entries = {read_entry, NULL};

/* A constant secret of few bits: k = 1 + 8*index, r = 3 + index. */
static rr_secret secret_of(unsigned index) {
    rr_secret secret;
    memset(&secret, 0, sizeof secret);
    secret.k[0] = (uint8_t)(1 + 8 * index);
    secret.r[0] = (uint8_t)(3 + index);
    return secret;
}

/* y_j = 5 + 7*j; a trustee's point is y_j*B + 0*H. */
static void make_trustees(rr_trustee_secret shares[TRUSTEES]) {
    for (unsigned j = 0; j <= TRUSTEES; j++) {
        rr_secret secret;
        rr_entry_key point;
        memset(&secret, 0, sizeof secret);
        secret.k[0] = (uint8_t)(5 + 7 * j);
        require(rr_secret_entry(w.params, &point, &secret) == RR_OK);
        memcpy(j == 0 ? w.petition.seal_key.bytes : w.trustees[j - 1].key.bytes, point.bytes, 32);
        if (j == 0) continue;
        memset(&shares[j - 1], 0, sizeof shares[j - 1]);
        shares[j - 1].y[0] = secret.k[0];
    }
    w.petition.trustees = w.trustees;
    w.petition.trustee_count = TRUSTEES;
    w.petition.trustee_threshold = T;
    w.petition.seal_threshold = 2;
    w.petition.seal_expires = 2000;
}

static void make_roll(void) {
    for (unsigned i = 0; i < MEMBERS; i++) {
        static char names[MEMBERS];
        rr_secret secret = secret_of(i);
        names[i] = (char)('a' + i);
        w.entries[i].member.start = &names[i];
        w.entries[i].member.len = 1;
        require(rr_secret_entry(w.params, &w.entries[i].key, &secret) == RR_OK);
    }
    w.roll.entry_count = MEMBERS;
    w.roll.entries = w.entries;
    size_t size = rr_rings_size(MEMBERS), scratch = rr_rings_scratch_size(MEMBERS);
    require(rr_rings_make(&w.rings, memory(size), size, &w.roll, 128, 8, false, memory(scratch), scratch) == RR_OK);
}

/* Leaf 0, SEALED signatures by the first members, the notice. */
static void make_log(const rr_trustee_secret shares[TRUSTEES]) {
    rr_fresh fresh;
    rr_ring *ring;
    rr_entry_key keys[MEMBERS];
    rr_hash hashes[SEALED + 1], root;
    size_t size = rr_ring_size(MEMBERS), record_len = rr_ring_record_size(RR_SEALED, MEMBERS);
    size_t scratch_len = rr_sign_ring_scratch_size(MEMBERS);
    void *scratch = memory(scratch_len);
    memset(&fresh, 9, sizeof fresh);
    require(rr_rings_keys(keys, &w.rings, &w.roll, 0) == RR_OK);
    require(rr_ring_init(&ring, NULL, memory(size), size, 0, keys, MEMBERS) == RR_OK);
    w.prefix[0][0] = 1;
    memcpy(w.prefix[0] + 6, w.petition.pid.bytes, 32);
    w.prefix_lens[0] = 38;
    for (unsigned i = 1; i <= SEALED; i++) {
        rr_secret secret = secret_of(i - 1);
        require(rr_sign_ring(w.params, w.subject, ring, w.prefix[i], record_len, RR_SEALED, &secret, &fresh, scratch,
                             scratch_len) == RR_OK);
        w.prefix_lens[i] = record_len;
    }
    for (unsigned i = 0; i <= SEALED; i++) rr_leaf_hash(&hashes[i], w.prefix[i], w.prefix_lens[i]);
    rr_leaves_root(&root, hashes, SEALED + 1);
    uint8_t *notice = w.prefix[SEALED + 1], *member = w.good;
    notice[0] = 1;
    notice[1] = RR_NOTICE;
    memcpy(notice + 6, root.bytes, 32);
    rr_store64_le(notice + 38, SEALED + 1);
    notice[46] = T;
    w.prefix_lens[SEALED + 1] = 47 + T * 65;
    for (uint8_t j = 1; j <= T; j++) {
        uint8_t *part = notice + 47 + (j - 1) * 65;
        part[0] = j;
        require(rr_notice_sign(w.params, part + 1, &w.petition.pid, SEALED + 1, &root, j, &shares[j - 1], &fresh) == RR_OK);
    }
    for (unsigned i = 1; i <= SEALED; i++, member += MEMBER) {
        rr_store64_le(member, i);
        rr_store32_le(member + 8, i - 1);
        member[12] = T;
        for (uint8_t j = 1; j <= T; j++) {
            uint8_t *share = member + 13 + (j - 1) * 129;
            share[0] = j;
            require(rr_share(w.params, share + 1, &w.petition.pid, w.prefix[i], record_len, &hashes[i], j, &shares[j - 1],
                             &fresh) == RR_OK);
        }
    }
}

static void make_world(void) {
    rr_trustee_secret shares[TRUSTEES];
    require(rr_params_init(&w.params, memory(rr_params_size()), rr_params_size()) == RR_OK);
    memset(w.petition.pid.bytes, 0x77, 32);
    w.petition.ring = 128;
    w.petition.ring_minimum = 8;
    w.petition.modes = RR_MODE_ANONYMOUS | RR_MODE_SEALED | RR_MODE_NAMED;
    w.petition.closes = 1000;
    make_trustees(shares);
    make_roll();
    require(rr_subject_init(&w.subject, memory(rr_subject_size()), rr_subject_size(), &w.petition.pid, &w.petition.seal_key) ==
            RR_OK);
    rr_case about = {w.params, w.subject, &w.petition, &w.roll, &w.rings};
    w.about = about;
    make_log(shares);
    w.judge_size = rr_judge_size(&w.about, LEAVES);
    w.judge_memory = (uint8_t *)memory(w.judge_size);
    w.work_size = rr_judge_work_size(&w.about);
    w.work = (uint8_t *)memory(w.work_size);
    w.snapshot = (uint8_t *)memory(w.judge_size);
    memset(w.judge_memory, 0, w.judge_size);
    w.random.fill = fill;
    w.random.context = &w.counter;
    rr_judge_options options = {&w.random, LEAVES, &log_entries, &w.file, 1, w.work, w.work_size};
    rr_verdict verdict;
    rr_leaf_facts facts = {RR_OK, true, false, 0};
    require(rr_judge_init(&w.judge, w.judge_memory, w.judge_size, &w.about, &options) == RR_OK);
    for (size_t i = 0; i < SEALED + 2; i++) {
        require(rr_judge_leaf(w.judge, &verdict, w.prefix[i], w.prefix_lens[i], &facts) == RR_OK);
        require(verdict.verdict == RR_LEAF_COUNTS);
    }
    memcpy(w.snapshot, w.judge_memory, w.judge_size);
    require(rr_judge_sealed_set(w.judge, w.set) == RR_OK && rr_opening_part_size(SEALED) == sizeof w.part);
    require(rr_opening_part_make(w.part, &w.about, w.set, SEALED, 1, &shares[0], &w.random) == RR_OK);
    w.check = memory(rr_opening_check_size(SEALED));
}

static void try_part(const uint8_t *changes, size_t len) {
    uint8_t bytes[sizeof w.part];
    rr_opening_part part;
    const char *rule = NULL;
    memcpy(bytes, w.part, sizeof bytes);
    for (; len >= 3; changes += 3, len -= 3) bytes[((size_t)changes[0] << 8 | changes[1]) % sizeof bytes] ^= changes[2];
    rr_status status = rr_opening_part_read(&part, &rule, bytes, sizeof bytes);
    if (status == RR_OK)
        status = rr_opening_part_check_var(&rule, NULL, &w.about, w.set, SEALED, &part, &w.random, w.check,
                                           rr_opening_check_size(SEALED));
    require((status == RR_OK) == (memcmp(bytes, w.part, sizeof bytes) == 0) && (status == RR_OK || rule != NULL));
}

static void check_counts(const rr_judge *judge) {
    rr_count count;
    rr_tally class_tally, ring_tally;
    uint32_t named = 0;
    rr_judge_count(judge, &count);
    rr_judge_classes(judge, &class_tally); /* one class, one ring */
    rr_judge_rings(judge, &ring_tally);
    for (uint32_t place = 0; place < MEMBERS; place++) named += rr_judge_is_named(judge, place);
    require(named == count.named && class_tally.named == named && ring_tally.named == named);
    require(class_tally.hidden == count.hidden && ring_tally.hidden == count.hidden);
    require(count.total == count.hidden + count.named && count.total + count.withdrawn + count.faults <= 2 * count.leaves);
    require(count.sealed == SEALED && count.has_notice && count.notice == SEALED + 1);
    require(!(count.has_opening && count.incomplete));
}

static void judge_leaf(rr_judge *judge, const uint8_t *entry, size_t len, const rr_leaf_facts *facts) {
    rr_count before, after;
    rr_verdict verdict;
    rr_judge_count(judge, &before);
    require(rr_judge_leaf(judge, &verdict, entry, len, facts) == RR_OK);
    rr_judge_count(judge, &after);
    require((verdict.rule == NULL) == (verdict.verdict == RR_LEAF_COUNTS));
    if (verdict.verdict != RR_LEAF_COUNTS) require(after.hidden == before.hidden && after.named == before.named);
    if (entry != NULL && len > 1 && entry[1] == RR_OPENING && verdict.verdict == RR_LEAF_COUNTS)
        require(after.total == before.total && after.has_opening && after.opening == before.leaves);
    check_counts(judge);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len) {
    if (w.params == NULL) make_world();
    if (len < 3) return 0;
    uint8_t flags = data[0], leaf[46] = {1, RR_OPENING, SEALED}, changed[sizeof w.good];
    size_t part = (size_t)data[1] << 8 | data[2], offset = 0, entry_len;
    const uint8_t *entry;
    if (part > len - 3) part = len - 3;
    if (flags & 32) {
        try_part(data + 3, len - 3);
        return 0;
    }
    rr_opening_file file = {data + 3, part, {{0}}, false, NULL};
    if (flags & 1) {
        memcpy(changed, w.good, sizeof changed);
        for (size_t i = 0; i + 3 <= part; i += 3)
            changed[((size_t)data[3 + i] << 8 | data[4 + i]) % sizeof changed] = data[5 + i];
        file.bytes = changed;
        file.len = sizeof changed;
    }
    rr_sha256_of(file.hash.bytes, file.bytes, file.len);
    memcpy(leaf + 6, file.hash.bytes, 32);
    rr_store64_le(leaf + 38, file.len);
    w.file = file;
    w.counter = 0;
    w.petition.witnesses_needed = flags & 4 ? 1 : 0;
    memcpy(w.judge_memory, w.snapshot, w.judge_size);
    rr_leaf_facts facts = {RR_OK, true, (flags & 8) != 0, 1500};
    facts.proof = flags & 2 ? RR_OK : RR_INVALID;
    facts.begins_batch = !(flags & 16);
    judge_leaf(w.judge, leaf, sizeof leaf, &facts);
    for (int n = 0; n < LEAVES / 2 && rr_bundle_next(data + 3 + part, len - 3 - part, &offset, &entry, &entry_len) == RR_OK;
         n++)
        judge_leaf(w.judge, entry, entry_len, &facts);
    judge_leaf(w.judge, leaf, sizeof leaf, &facts);
    return 0;
}
