/* SPDX-License-Identifier: Apache-2.0 */
/* trace.json, ring.json, plain.json, enrol.json, opening.json */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "proof/claim.h"
#include "roundrobin/proof.h"
#include "vectors.h"

#define EACH(array, i, item) json_array_foreach((json_t *)(uintptr_t)(array), i, item)

static void *allocate(size_t size) {
    void *memory = malloc(size == 0 ? 1 : size);
    if (memory == NULL) abort();
    return memory;
}

static int fill(void *context, uint8_t *out, size_t len) {
    (void)context;
    randombytes_buf(out, len);
    return 0;
}

typedef struct setting {
    rr_params *params;
    rr_subject *subject;
    rr_ring *ring;
    void *params_memory, *subject_memory, *ring_memory;
} setting;

static void set_up(setting *s) {
    memset(s, 0, sizeof *s);
    s->params_memory = allocate(rr_params_size());
    if (rr_params_init(&s->params, s->params_memory, rr_params_size()) != RR_OK) abort();
    s->subject_memory = allocate(rr_subject_size());
}

static void set_subject(setting *s, const json_t *file, const json_t *seal_holder) {
    rr_pid pid;
    rr_seal_key key;
    vectors_bytes(pid.bytes, 32, file, "pid");
    if (seal_holder != NULL) vectors_bytes(key.bytes, 32, seal_holder, "seal_key");
    if (rr_subject_init(&s->subject, s->subject_memory, rr_subject_size(), &pid, seal_holder != NULL ? &key : NULL) != RR_OK)
        abort();
}

static void set_ring(setting *s, const json_t *keys, uint32_t number) {
    uint32_t count = (uint32_t)json_array_size(keys);
    rr_entry_key *entries = allocate(count * sizeof *entries);
    const json_t *item;
    size_t i;
    EACH(keys, i, item) {
        if (!rr_unhex(entries[i].bytes, 32, json_string_value(item), json_string_length(item))) abort();
    }
    free(s->ring_memory);
    s->ring_memory = allocate(rr_ring_size(count));
    if (rr_ring_init(&s->ring, NULL, s->ring_memory, rr_ring_size(count), number, entries, count) != RR_OK) abort();
    free(entries);
}

static void tear_down(setting *s) {
    free(s->params_memory);
    free(s->subject_memory);
    free(s->ring_memory);
}

static void read_secret(rr_secret *secret, rr_fresh *fresh, const json_t *item) {
    vectors_bytes(secret->k, 32, item, "k");
    vectors_bytes(secret->r, 32, item, "r");
    vectors_bytes(fresh->bytes, 32, item, "fresh");
}

/* Single and batch verification, which must agree. */
static rr_status verify(vectors *v, const setting *s, uint32_t *failed, const rr_claim *claim) {
    static const rr_random random = {fill, NULL};
    size_t size = rr_verify_scratch_size(claim), batch_size = rr_verify_batch_scratch_size(claim, 1);
    void *scratch = allocate(size), *batch_scratch = allocate(batch_size);
    rr_status batch, status = rr_verify_var(s->params, s->subject, failed, claim, scratch, size);
    rr_verify_batch_var(s->params, s->subject, &batch, claim, 1, &random, batch_scratch, batch_size);
    vectors_check(v, status == batch, "single and batch verification differ: %d and %d", status, batch);
    free(scratch);
    free(batch_scratch);
    return status;
}

static void check_claim(vectors *v, const setting *s, const rr_claim *claim, bool valid, const char *what, size_t i) {
    rr_status status = verify(v, s, NULL, claim);
    vectors_check(v, (status == RR_OK) == valid, "%s %zu: %s", what, i, rr_status_text(status));
}

static void check_rejected(vectors *v, const setting *s, rr_claim claim, const json_t *holder) {
    const json_t *item;
    size_t i;
    EACH(vectors_array(holder, "rejected"), i, item) {
        uint8_t *bytes = vectors_blob(&claim.record_len, item);
        claim.record = bytes;
        check_claim(v, s, &claim, false, "rejected", i);
        free(bytes);
    }
}

static void sign_and_check(vectors *v, const setting *s, const json_t *item, size_t number) {
    rr_kind kind = strcmp(vectors_string(item, "kind"), "sealed") == 0 ? RR_SEALED : RR_ANONYMOUS;
    size_t len = rr_ring_record_size(kind, rr_ring_count(s->ring)), expected_len;
    size_t scratch_len = rr_sign_ring_scratch_size(rr_ring_count(s->ring));
    uint8_t *record = allocate(len), *expected = vectors_blob(&expected_len, json_object_get(item, "record"));
    void *scratch = allocate(scratch_len);
    rr_secret secret;
    rr_fresh fresh;
    read_secret(&secret, &fresh, item);
    rr_status status = rr_sign_ring(s->params, s->subject, s->ring, record, len, kind, &secret, &fresh, scratch, scratch_len);
    vectors_check(v, status == RR_OK && len == expected_len && memcmp(record, expected, len) == 0, "case %zu: signing: %s",
                  number, rr_status_text(status));
    rr_claim claim = {.what = RR_CLAIM_RECORD, .record = expected, .record_len = expected_len, .ring = s->ring};
    check_claim(v, s, &claim, true, "record", number);
    free(record);
    free(expected);
    free(scratch);
}

static void check_failing_equations(vectors *v, const setting *s, const json_t *item, size_t number) {
    const json_t *failing;
    size_t i;
    EACH(vectors_array(item, "fails_one_equation"), i, failing) {
        rr_claim claim = {.what = RR_CLAIM_RECORD, .ring = s->ring};
        uint8_t *bytes = vectors_blob(&claim.record_len, json_object_get(failing, "record"));
        uint32_t equation = vectors_number(failing, "equation"), failed = 0;
        claim.record = bytes;
        rr_status status = verify(v, s, &failed, &claim);
        vectors_check(v, status == RR_INVALID && failed == 1u << (equation - 1),
                      "case %zu: equation %u alone fails (mask %#x, %s)", number, equation, failed, rr_status_text(status));
        free(bytes);
    }
}

void vectors_ring(vectors *v, const json_t *file) {
    const json_t *item;
    setting s;
    size_t i;
    set_up(&s);
    EACH(vectors_array(file, "cases"), i, item) {
        uint8_t nullifier[32];
        rr_nullifier got;
        rr_secret secret;
        rr_fresh fresh;
        set_subject(&s, file, item);
        set_ring(&s, vectors_array(item, "ring"), vectors_number(item, "ring_number"));
        vectors_check(v, rr_ring_count(s.ring) == vectors_number(item, "N"), "case %zu: N", i);
        sign_and_check(v, &s, item, i);
        read_secret(&secret, &fresh, item);
        vectors_bytes(nullifier, 32, item, "nullifier");
        vectors_check(v, rr_secret_nullifier(s.subject, &got, &secret) == RR_OK && memcmp(got.bytes, nullifier, 32) == 0,
                      "case %zu: T", i);
        rr_claim claim = {.what = RR_CLAIM_RECORD, .ring = s.ring};
        check_rejected(v, &s, claim, item);
        check_failing_equations(v, &s, item, i);
    }
    tear_down(&s);
}

/* Signing reproduces the record from its nonces; beyond that, every published value of the trace is found in it where it belongs. */
void vectors_trace(vectors *v, const json_t *file) {
    const json_t *item, *value;
    setting s;
    size_t i, n;
    set_up(&s);
    EACH(vectors_array(file, "cases"), i, item) {
        const json_t *values = vectors_object(item, "values");
        set_subject(&s, file, item);
        set_ring(&s, vectors_array(item, "ring"), vectors_number(item, "ring_number"));
        sign_and_check(v, &s, item, i);
        uint8_t digest[64], x[32], got[32], expected[32];
        vectors_bytes(digest, 64, values, "ring_digest");
        vectors_check(v, memcmp(digest, s.ring->digest, 64) == 0, "case %zu: ring digest", i);
        rr_claim claim = {.what = RR_CLAIM_RECORD, .ring = s.ring};
        uint8_t *record = vectors_blob(&claim.record_len, json_object_get(item, "record"));
        rr_ge_niels points[RR_RING_POINTS_MAX];
        rr_opened o;
        claim.record = record;
        if (!vectors_check(v, rr_claim_open(&o, s.subject, &claim, points) == RR_OK, "case %zu: opens", i)) abort();
        vectors_check(v, o.shape.m == vectors_number(values, "m"), "case %zu: m", i);
        vectors_bytes(x, 32, values, "x");
        rr_scalar_encode(got, &o.x);
        vectors_check(v, memcmp(got, x, 32) == 0, "case %zu: x", i);
        const struct {
            const char *name;
            unsigned index;
            bool sealed;
        } parts[] = {{"T", o.shape.T, false},     {"E", o.shape.E, true},     {"Q", o.shape.Q, false},
                     {"A", o.shape.A, false},     {"C", o.shape.C, false},    {"R_E", o.shape.R_E, true},
                     {"R_Q", o.shape.R_Q, false}, {"R_T", o.shape.R_T, false}};
        for (size_t p = 0; p < sizeof parts / sizeof parts[0]; p++) {
            if (parts[p].sealed && !o.shape.sealed) continue;
            vectors_bytes(expected, 32, values, parts[p].name);
            vectors_check(v, memcmp(record + rr_point_at(parts[p].index), expected, 32) == 0, "case %zu: %s", i, parts[p].name);
        }
        EACH(vectors_array(values, "X"), n, value) {
            size_t len;
            uint8_t *want = vectors_blob(&len, value);
            vectors_check(v, memcmp(record + rr_point_at(o.shape.X + (unsigned)n), want, 32) == 0, "case %zu: X_%zu", i, n);
            free(want);
        }
        EACH(vectors_array(values, "responses"), n, value) {
            size_t len;
            uint8_t *want = vectors_blob(&len, value);
            vectors_check(v, n < o.shape.scalars && memcmp(record + rr_scalar_at(&o.shape, (unsigned)n), want, 32) == 0,
                          "case %zu: response %zu", i, n);
            free(want);
        }
        free(record);
    }
    tear_down(&s);
}

void vectors_plain(vectors *v, const json_t *file) {
    const json_t *item, *roll = vectors_array(file, "roll");
    setting s;
    size_t i;
    set_up(&s);
    set_subject(&s, file, NULL);
    EACH(vectors_array(file, "cases"), i, item) {
        const char *kind_name = vectors_string(item, "kind");
        rr_kind kind = strcmp(kind_name, "named") == 0      ? RR_NAMED
                       : strcmp(kind_name, "withdraw") == 0 ? RR_WITHDRAW
                                                            : RR_STEP_FORWARD;
        uint32_t place = vectors_number(item, "place");
        const json_t *key = json_array_get(roll, place);
        uint8_t record[RR_PLAIN_SIZE];
        rr_entry_key entry;
        rr_secret secret;
        rr_fresh fresh;
        rr_claim claim = {.what = RR_CLAIM_RECORD, .entry = &entry};
        uint8_t *expected = vectors_blob(&claim.record_len, json_object_get(item, "record"));
        claim.record = expected;
        if (!rr_unhex(entry.bytes, 32, json_string_value(key), json_string_length(key))) abort();
        read_secret(&secret, &fresh, item);
        rr_status status = kind == RR_WITHDRAW
                               ? rr_withdraw(s.params, s.subject, record, &secret, &fresh)
                               : rr_sign_plain(s.params, s.subject, record, kind, place, &entry, &secret, &fresh);
        vectors_check(v, status == RR_OK && memcmp(record, expected, claim.record_len) == 0, "case %zu: %s: %s", i, kind_name,
                      rr_status_text(status));
        check_claim(v, &s, &claim, true, kind_name, i);
        check_rejected(v, &s, claim, item);
        free(expected);
    }
    tear_down(&s);
}

void vectors_enrol(vectors *v, const json_t *file) {
    const json_t *item;
    setting s;
    size_t i;
    set_up(&s);
    EACH(vectors_array(file, "cases"), i, item) {
        const char *member = vectors_string(item, "member");
        rr_enrolment about = {.edition = vectors_number(item, "edition"), .slot = vectors_number(item, "slot")};
        rr_claim claim = {.what = RR_CLAIM_ENROL, .enrolment = &about};
        uint8_t slot[RR_ENROL_SLOT_SIZE], *expected = vectors_blob(&claim.record_len, json_object_get(item, "proof"));
        rr_secret secret;
        rr_fresh fresh;
        claim.record = expected;
        vectors_bytes(about.roll_id.bytes, 32, item, "roll_id");
        about.member.start = member;
        about.member.len = strlen(member);
        read_secret(&secret, &fresh, item);
        rr_status status = rr_enrol(s.params, slot, &about, &secret, &fresh);
        vectors_check(v, status == RR_OK && claim.record_len == sizeof slot && memcmp(slot, expected, sizeof slot) == 0,
                      "case %zu: %s", i, rr_status_text(status));
        check_claim(v, &s, &claim, true, "proof", i);
        check_rejected(v, &s, claim, item);
        free(expected);
    }
    tear_down(&s);
}

static void check_openings(vectors *v, const setting *s, const json_t *file, const uint8_t *record, size_t record_len,
                           uint8_t *const *shares) {
    const json_t *ring = vectors_array(file, "ring");
    const char *expected = json_string_value(json_array_get(ring, vectors_number(file, "index")));
    for (uint8_t a = 1; a <= 5; a++) {
        for (uint8_t b = 1; b <= 5; b++) {
            for (uint8_t c = 1; c <= 5; c++) {
                uint8_t trustees[3] = {a, b, c};
                const uint8_t *parts[3] = {shares[a - 1], shares[b - 1], shares[c - 1]};
                rr_entry_key entry;
                char hex[65] = "";
                bool distinct = a != b && b != c && a != c;
                rr_status status = rr_open_var(s->params, &entry, record, record_len, trustees, parts, 3);
                if (status == RR_OK) rr_hex(hex, entry.bytes, 32);
                vectors_check(v, distinct ? strcmp(hex, expected) == 0 : status == RR_ARGUMENT, "opened by %d, %d, %d: %s", a,
                              b, c, rr_status_text(status));
            }
        }
    }
}

static void check_notice(vectors *v, const setting *s, const json_t *file, const rr_trustee_secret *y, const rr_seal_key *Y) {
    const json_t *notice = vectors_object(file, "notice"), *trustee, *fresh_of = vectors_object(notice, "fresh");
    size_t i, leaf_len, at = 6 + 32 + 8 + 1;
    rr_hash root;
    rr_pid pid;
    uint8_t *leaf = vectors_blob(&leaf_len, json_object_get(notice, "leaf"));
    uint32_t size = vectors_number(notice, "size");
    vectors_bytes(root.bytes, 32, notice, "root");
    vectors_bytes(pid.bytes, 32, file, "pid");
    vectors_check(
        v, leaf[0] == 1 && leaf[1] == RR_NOTICE && memcmp(leaf + 6, root.bytes, 32) == 0 && rr_load64_le(leaf + 38) == size,
        "notice: head");
    EACH(vectors_array(notice, "trustees"), i, trustee) {
        uint32_t j = (uint32_t)json_integer_value(trustee);
        char name[8];
        uint8_t part[64];
        rr_fresh fresh;
        snprintf(name, sizeof name, "%u", j);
        vectors_bytes(fresh.bytes, 32, fresh_of, name);
        rr_status status = rr_notice_sign(s->params, part, &pid, size, &root, j, &y[j - 1], &fresh);
        vectors_check(v, status == RR_OK && at + 65 <= leaf_len && leaf[at] == j && memcmp(leaf + at + 1, part, 64) == 0,
                      "notice: trustee %u: %s", j, rr_status_text(status));
        rr_claim claim = {.what = RR_CLAIM_NOTICE,
                          .record = leaf + at + 1,
                          .record_len = 64,
                          .size = size,
                          .leaf = root,
                          .trustee = j,
                          .trustee_key = &Y[j - 1]};
        check_claim(v, s, &claim, true, "notice", i);
        claim.size++;
        check_claim(v, s, &claim, false, "notice of another size", i);
        at += 65;
    }
    vectors_check(v, at == leaf_len, "notice: length");
    free(leaf);
}

void vectors_opening(vectors *v, const json_t *file) {
    const json_t *item;
    setting s;
    size_t i, record_len;
    rr_trustee_secret y[5];
    rr_seal_key Y[5], seal_key;
    uint8_t *shares[5];
    rr_hash leaf;
    rr_pid pid;
    set_up(&s);
    set_subject(&s, file, file);
    uint8_t *record = vectors_blob(&record_len, json_object_get(file, "record"));
    vectors_bytes(leaf.bytes, 32, file, "leaf_hash");
    vectors_bytes(pid.bytes, 32, file, "pid");
    vectors_bytes(seal_key.bytes, 32, file, "seal_key");
    const json_t *share_items = vectors_array(file, "shares");
    if (json_array_size(share_items) != 5) abort();
    EACH(share_items, i, item) {
        uint8_t got[RR_SHARE_SIZE];
        uint32_t j = vectors_number(item, "trustee");
        rr_fresh fresh;
        rr_claim claim = {.what = RR_CLAIM_SHARE, .leaf = leaf, .sealed = record + 38, .trustee = j, .trustee_key = &Y[i]};
        shares[i] = vectors_blob(&claim.record_len, json_object_get(item, "share"));
        claim.record = shares[i];
        vectors_bytes(y[i].y, 32, item, "y");
        vectors_bytes(Y[i].bytes, 32, item, "Y");
        vectors_bytes(fresh.bytes, 32, item, "fresh");
        rr_status status = rr_share(s.params, got, &pid, record, record_len, &leaf, j, &y[i], &fresh);
        vectors_check(v, status == RR_OK && memcmp(got, shares[i], sizeof got) == 0, "share %u: %s", j, rr_status_text(status));
        check_claim(v, &s, &claim, true, "share", i);
        check_rejected(v, &s, claim, item);
    }
    uint32_t threshold = vectors_number(file, "threshold");
    vectors_check(v, rr_seal_keys_check_var(s.params, &seal_key, Y, 5, threshold) == RR_OK, "keys on a polynomial");
    vectors_check(v, rr_seal_keys_check_var(s.params, &seal_key, Y, 5, threshold - 1) == RR_INVALID, "of no lower degree");
    check_openings(v, &s, file, record, record_len, shares);
    check_notice(v, &s, file, y, Y);
    for (i = 0; i < 5; i++) free(shares[i]);
    free(record);
    tear_down(&s);
}
