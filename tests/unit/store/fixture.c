/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

#include <sys/stat.h>

#include "evidence/report_json.h"

#include <sodium.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/sha2.h"

static int fill(void *context, uint8_t *out, size_t len) {
    (void)context;
    randombytes_buf(out, len);
    return 0;
}

static void *must_malloc(size_t size) {
    void *memory = malloc(size ? size : 1);
    assert_non_null(memory);
    return memory;
}

static rr_fresh fresh(void) {
    rr_fresh f;
    randombytes_buf(f.bytes, sizeof f.bytes);
    return f;
}

static rr_signer new_signer_of(uint8_t type, const char *name) {
    rr_signer signer;
    uint8_t seed[32];
    randombytes_buf(seed, sizeof seed);
    assert_int_equal(rr_signer_make(&signer, rr_text_of(name), type, seed), RR_OK);
    return signer;
}

static rr_signer new_signer(const char *name) {
    return new_signer_of(RR_VKEY_ED25519, name);
}

static rr_text vkey_text(const rr_signer *signer, char *out, size_t size) {
    rr_text text = {out, rr_signer_vkey(out, size, signer)};
    assert_true(text.len <= size);
    return text;
}

static char *sign_note(size_t *len, const char *text, size_t text_len, const rr_signer *signer) {
    char *note = must_malloc(2048);
    rr_text t = {text, text_len};
    assert_int_equal(rr_note_begin(note, 2048, len, t), RR_OK);
    assert_int_equal(rr_note_add(note, 2048, len, signer, 0), RR_OK);
    return note;
}

/* ---- the papers ----------------------------------------------------------------------------------------------------- */

static void make_roll(fixture *fx, const rr_params *params) {
    static rr_entry entries[FX_MEMBERS];
    static rr_name names[FX_MEMBERS];
    static char members[FX_MEMBERS][8], people[FX_MEMBERS][16];
    char vkey[RR_SIGNER_TEXT_SIZE];
    rr_roll roll = {.body = rr_text_of("Test body"),
                    .body_size = 60,
                    .source = rr_text_of("https://example.org/members"),
                    .edition = 1,
                    .kind = RR_ROLL_ONE_TIME,
                    .entry_count = FX_MEMBERS,
                    .entries = entries};
    rr_names all = {FX_MEMBERS, names};
    randombytes_buf(roll.id.bytes, 32);
    roll.registrar.text = vkey_text(&fx->registrar, vkey, sizeof vkey);
    for (uint32_t i = 0; i < FX_MEMBERS; i++) {
        snprintf(members[i], sizeof members[i], "m%02u", i);
        snprintf(people[i], sizeof people[i], "Person %02u", i);
        entries[i].member = rr_text_of(members[i]);
        entries[i].class_name = rr_text_of(i % 2 ? "south" : "north");
        entries[i].basis = i % 3 ? RR_BASIS_INVITED : RR_BASIS_SSH;
        names[i].place = i;
        names[i].name = rr_text_of(people[i]);
        randombytes_buf(names[i].salt, sizeof names[i].salt);
        rr_name_hash(&entries[i].name, names[i].salt, names[i].name);
        assert_int_equal(rr_secret_new(&fx->secrets[i], &fx->random), RR_OK);
        assert_int_equal(rr_secret_entry(params, &entries[i].key, &fx->secrets[i]), RR_OK);
    }
    fx->roll_len = rr_roll_write(NULL, 0, &roll);
    fx->roll = must_malloc(fx->roll_len);
    rr_roll_write(fx->roll, fx->roll_len, &roll);
    rr_sha256_of(roll.digest.bytes, fx->roll, fx->roll_len);
    fx->names_len = rr_names_write(NULL, 0, &roll, &all);
    fx->names = must_malloc(fx->names_len);
    rr_names_write(fx->names, fx->names_len, &roll, &all);

    fx->enrolments_len = FX_MEMBERS * (size_t)RR_ENROL_PROOF_SIZE;
    fx->enrolments = must_malloc(fx->enrolments_len);
    for (uint32_t i = 0; i < FX_MEMBERS; i++) {
        rr_enrolment about = {roll.id, roll.edition, entries[i].member, roll.slot};
        uint8_t slot[RR_ENROL_SLOT_SIZE];
        rr_fresh f = fresh();
        assert_int_equal(rr_enrol(params, slot, &about, &fx->secrets[i], &f), RR_OK);
        memcpy(fx->enrolments + i * (size_t)RR_ENROL_PROOF_SIZE, slot + 32, RR_ENROL_PROOF_SIZE);
    }
}

/* y_j = y_0 + a*j */
static void make_trustees(fixture *fx, rr_seal_key *seal_key, rr_trustee *trustees,
                          char text[FX_TRUSTEES][RR_SIGNER_TEXT_SIZE]) {
    uint8_t y[32], slope[32];
    crypto_core_ristretto255_scalar_random(y);
    crypto_core_ristretto255_scalar_random(slope);
    assert_int_equal(crypto_scalarmult_ristretto255_base(seal_key->bytes, y), 0);
    for (int j = 0; j < FX_TRUSTEES; j++) {
        char name[32];
        snprintf(name, sizeof name, "trustee%d.example", j + 1);
        rr_signer signer = new_signer(name);
        crypto_core_ristretto255_scalar_add(y, y, slope);
        memcpy(fx->trustees[j].y, y, 32);
        assert_int_equal(crypto_scalarmult_ristretto255_base(trustees[j].key.bytes, y), 0);
        trustees[j].vkey.text = vkey_text(&signer, text[j], RR_SIGNER_TEXT_SIZE);
    }
}

static void make_petition(fixture *fx, unsigned modes) {
    static const rr_goal_class goals[] = {{2, {"north", 5}}, {1, {"south", 5}}, {1, {"west", 4}}};
    char log[RR_SIGNER_TEXT_SIZE], directory[RR_SIGNER_TEXT_SIZE], trustee_text[FX_TRUSTEES][RR_SIGNER_TEXT_SIZE];
    char witness_text[FX_WITNESSES][RR_SIGNER_TEXT_SIZE];
    rr_trustee trustees[FX_TRUSTEES];
    rr_vkey witnesses[FX_WITNESSES];
    bool witnessed = (modes & FX_WITNESSED) != 0;
    modes &= ~(unsigned)FX_WITNESSED;
    rr_petition p = {.title = rr_text_of("A test"),
                     .to = rr_text_of("Addressee"),
                     .from = rr_text_of("Organiser"),
                     .roll_entries = FX_MEMBERS,
                     .ring = 128,
                     .ring_minimum = 8,
                     .by_class = true,
                     .modes = modes,
                     .goal = 3,
                     .goal_classes = 2,
                     .goal_class_count = 3,
                     .goal_class = goals,
                     .opens = 1767225600,
                     .closes = 1772323200,
                     .body = rr_text_of("Text.\n")};
    rr_sha256_of(p.roll.bytes, fx->roll, fx->roll_len);
    p.log.text = vkey_text(&fx->log, log, sizeof log);
    p.directory.text = vkey_text(&fx->directory, directory, sizeof directory);
    if (modes & RR_MODE_SEALED) {
        make_trustees(fx, &p.seal_key, trustees, trustee_text);
        p.seal_threshold = 2;
        p.seal_expires = p.closes + 86400;
        p.trustee_threshold = FX_TRUSTEES;
        p.trustee_count = FX_TRUSTEES;
        p.trustees = trustees;
    }
    for (int i = 0; i < FX_WITNESSES; i++)
        witnesses[i].text = vkey_text(&fx->witnesses[i], witness_text[i], sizeof witness_text[i]);
    if (witnessed) {
        p.witnesses_needed = 2;
        p.witness_count = FX_WITNESSES;
        p.witnesses = witnesses;
    }
    fx->petition_len = rr_petition_write(NULL, 0, &p);
    fx->petition = must_malloc(fx->petition_len);
    rr_petition_write(fx->petition, fx->petition_len, &p);
}

static rr_blob blob(const void *bytes, size_t len) {
    rr_blob b = {bytes, len};
    return b;
}

fixture *fx_new(unsigned modes) {
    fixture *fx = calloc(1, sizeof *fx);
    rr_file_error error;
    char text[RR_ASSIGNMENT_NOTE_SIZE];
    assert_non_null(fx);
    assert_true(sodium_init() >= 0);
    fx->random.fill = fill;
    fx->registrar = new_signer("example.org/registrar");
    fx->log = new_signer("example.org/log");
    fx->directory = new_signer("example.org/directory");
    fx->stranger = new_signer("example.org/log");
    for (int i = 0; i < FX_WITNESSES; i++) {
        char name[32];
        snprintf(name, sizeof name, "witness%d.example", i);
        fx->witnesses[i] = new_signer_of(RR_VKEY_COSIGNATURE, name);
    }
    void *memory = must_malloc(rr_params_size());
    rr_params *params;
    assert_int_equal(rr_params_init(&params, memory, rr_params_size()), RR_OK);
    make_roll(fx, params);
    free(memory);
    make_petition(fx, modes);
    rr_material *m = &fx->material;
    rr_status status = rr_material_petition(m, &error, blob(fx->petition, fx->petition_len));
    if (status == RR_OK) status = rr_material_roll(m, &error, blob(fx->roll, fx->roll_len));
    if (status != RR_OK) fail_msg("%s %d: %s", error.where, (int)error.number, error.rule);
    rr_roll_note_text(text, &m->roll.digest);
    fx->roll_note = sign_note(&fx->roll_note_len, text, RR_ROLL_NOTE_SIZE, &fx->registrar);
    rr_assignment_note_text(text, &m->roll.digest, &m->petition.pid);
    fx->assignment = sign_note(&fx->assignment_len, text, RR_ASSIGNMENT_NOTE_SIZE, &fx->registrar);
    rr_frontier_init(&fx->frontier);
    return fx;
}

static void free_bytes(const uint8_t *bytes) {
    union {
        const uint8_t *given;
        uint8_t *own;
    } u = {bytes};
    free(u.own);
}

void fx_free(fixture *fx) {
    for (size_t i = 0; i < fx->leaf_count; i++) free(fx->leaves[i].bytes);
    for (size_t i = 0; i < fx->checkpoint_count; i++) free_bytes(fx->checkpoints[i].note.bytes);
    for (size_t i = 0; i < fx->opening_count; i++) free_bytes(fx->openings[i].bytes);
    rr_material_free(&fx->material);
    free(fx->petition);
    free(fx->roll);
    free(fx->roll_note);
    free(fx->assignment);
    free(fx->names);
    free(fx->enrolments);
    free(fx);
}

/* ---- the log -------------------------------------------------------------------------------------------------------- */

fx_entry fx_record(fixture *fx, rr_kind kind, uint32_t member) {
    rr_material *m = &fx->material;
    uint32_t number = m->rings.ring_of_place[member], count = rr_rings_ring_size(&m->rings, number);
    fx_entry e = {NULL, kind == RR_WITHDRAW ? RR_WITHDRAW_SIZE : RR_PLAIN_SIZE};
    rr_fresh f = fresh();
    if (kind == RR_ANONYMOUS || kind == RR_SEALED) e.len = rr_ring_record_size(kind, count);
    e.bytes = must_malloc(e.len);
    if (kind == RR_ANONYMOUS || kind == RR_SEALED) {
        rr_ring *ring;
        rr_entry_key keys[FX_MEMBERS];
        void *memory = must_malloc(rr_ring_size(count)), *scratch = must_malloc(rr_sign_ring_scratch_size(count));
        assert_int_equal(rr_rings_keys(keys, &m->rings, &m->roll, number), RR_OK);
        assert_int_equal(rr_ring_init(&ring, NULL, memory, rr_ring_size(count), number, keys, count), RR_OK);
        assert_int_equal(rr_sign_ring(m->params, m->subject, ring, e.bytes, e.len, kind, &fx->secrets[member], &f, scratch,
                                      rr_sign_ring_scratch_size(count)),
                         RR_OK);
        free(memory);
        free(scratch);
    } else if (kind == RR_WITHDRAW) {
        assert_int_equal(rr_withdraw(m->params, m->subject, e.bytes, &fx->secrets[member], &f), RR_OK);
    } else {
        assert_int_equal(
            rr_sign_plain(m->params, m->subject, e.bytes, kind, member, &m->roll.entries[member].key, &fx->secrets[member], &f),
            RR_OK);
    }
    return e;
}

fx_entry fx_plain_leaf(const fixture *fx, rr_kind kind) {
    fx_entry e = {must_malloc(38), 38};
    memset(e.bytes, 0, 38);
    e.bytes[0] = 1;
    e.bytes[1] = (uint8_t)kind;
    memcpy(e.bytes + 6, fx->material.petition.pid.bytes, 32);
    return e;
}

void fx_append(fixture *fx, fx_entry entry) {
    assert_true(fx->leaf_count < FX_LEAVES);
    fx->leaves[fx->leaf_count++] = entry;
}

static void grow_tree(fixture *fx) {
    while (fx->frontier.size < fx->leaf_count) {
        rr_hash hash;
        const fx_entry *e = &fx->leaves[fx->frontier.size];
        rr_leaf_hash(&hash, e->bytes, e->len);
        rr_frontier_append(&fx->frontier, &hash);
    }
}

fx_entry fx_notice(fixture *fx) {
    fx_entry e = {must_malloc(47 + FX_TRUSTEES * 65), 47 + FX_TRUSTEES * 65};
    rr_hash root;
    grow_tree(fx);
    rr_frontier_root(&root, &fx->frontier);
    memset(e.bytes, 0, 47);
    e.bytes[0] = 1;
    e.bytes[1] = RR_NOTICE;
    memcpy(e.bytes + 6, root.bytes, 32);
    rr_store64_le(e.bytes + 38, fx->leaf_count);
    e.bytes[46] = FX_TRUSTEES;
    for (uint32_t j = 1; j <= FX_TRUSTEES; j++) {
        rr_fresh f = fresh();
        uint8_t *part = e.bytes + 47 + (j - 1) * 65;
        part[0] = (uint8_t)j;
        assert_int_equal(rr_notice_sign(fx->material.params, part + 1, &fx->material.petition.pid, fx->leaf_count, &root, j,
                                        &fx->trustees[j - 1], &f),
                         RR_OK);
    }
    return e;
}

static uint32_t sealed_place(fixture *fx, const fx_entry *record, uint8_t shares[FX_TRUSTEES][RR_SHARE_SIZE]) {
    static const uint8_t trustees[FX_TRUSTEES] = {1, 2};
    const uint8_t *list[FX_TRUSTEES] = {shares[0], shares[1]};
    rr_entry_key key;
    uint32_t place = 0;
    assert_int_equal(rr_open_var(fx->material.params, &key, record->bytes, record->len, trustees, list, FX_TRUSTEES), RR_OK);
    assert_int_equal(rr_roll_find_key(&place, &fx->material.roll, &key), RR_OK);
    return place;
}

fx_entry fx_opening(fixture *fx, const uint64_t *sealed, size_t count, bool with_file) {
    const size_t each = 13 + FX_TRUSTEES * (1 + RR_SHARE_SIZE);
    uint8_t *file = must_malloc(count * each);
    for (size_t i = 0; i < count; i++) {
        const fx_entry *record = &fx->leaves[sealed[i]];
        uint8_t *to = file + i * each, shares[FX_TRUSTEES][RR_SHARE_SIZE];
        rr_hash hash;
        rr_leaf_hash(&hash, record->bytes, record->len);
        for (uint32_t j = 1; j <= FX_TRUSTEES; j++) {
            rr_fresh f = fresh();
            assert_int_equal(rr_share(fx->material.params, shares[j - 1], &fx->material.petition.pid, record->bytes,
                                      record->len, &hash, j, &fx->trustees[j - 1], &f),
                             RR_OK);
            to[13 + (j - 1) * (1 + RR_SHARE_SIZE)] = (uint8_t)j;
            memcpy(to + 14 + (j - 1) * (1 + RR_SHARE_SIZE), shares[j - 1], RR_SHARE_SIZE);
        }
        rr_store64_le(to, sealed[i]);
        rr_store32_le(to + 8, sealed_place(fx, record, shares));
        to[12] = FX_TRUSTEES;
    }
    fx_entry e = {must_malloc(46), 46};
    memset(e.bytes, 0, 46);
    e.bytes[0] = 1;
    e.bytes[1] = RR_OPENING;
    rr_store32_le(e.bytes + 2, (uint32_t)count);
    rr_sha256_of(e.bytes + 6, file, count * each);
    rr_store64_le(e.bytes + 38, count * each);
    if (with_file)
        fx->openings[fx->opening_count++] = blob(file, count * each);
    else
        free(file);
    return e;
}

static int by_batch(const void *a, const void *b) {
    const fx_entry *x = a, *y = b;
    return rr_record_compare(x->bytes, x->len, y->bytes, y->len);
}

void fx_sort_batch(fixture *fx) {
    size_t first = fx->checkpoint_count ? (size_t)fx->checkpoints[fx->checkpoint_count - 1].size : 0;
    qsort(fx->leaves + first, fx->leaf_count - first, sizeof fx->leaves[0], by_batch);
}

void fx_checkpoint(fixture *fx, const rr_signer *signer) {
    char *note = must_malloc(1024);
    size_t len = 0;
    rr_hash root;
    grow_tree(fx);
    rr_frontier_root(&root, &fx->frontier);
    assert_int_equal(rr_checkpoint_sign(note, 1024, &len, fx->leaf_count, &root, signer), RR_OK);
    fx->checkpoints[fx->checkpoint_count++] = (rr_evidence_checkpoint){fx->leaf_count, {(const uint8_t *)note, len}};
}

/* Members 0 to 3 sign anonymously, 4 and 5 by name; then 0, 2 and 4 withdraw, 1 steps forward. */
void fx_usual_log(fixture *fx) {
    fx_append(fx, fx_plain_leaf(fx, RR_FIRST));
    fx_checkpoint(fx, &fx->log);
    for (uint32_t i = 0; i < 6; i++) fx_append(fx, fx_record(fx, i < 4 ? RR_ANONYMOUS : RR_NAMED, i));
    fx_sort_batch(fx);
    fx_checkpoint(fx, &fx->log);
    fx_append(fx, fx_record(fx, RR_WITHDRAW, 0));
    fx_append(fx, fx_record(fx, RR_STEP_FORWARD, 1));
    fx_append(fx, fx_record(fx, RR_WITHDRAW, 2));
    fx_append(fx, fx_record(fx, RR_WITHDRAW, 4));
    fx_sort_batch(fx);
    fx_checkpoint(fx, &fx->log);
    fx_append(fx, fx_plain_leaf(fx, RR_CLOSE));
    fx_checkpoint(fx, &fx->log);
}

/* ---- files ---------------------------------------------------------------------------------------------------------- */

static rr_status give_entry(void *context, rr_blob *entry, uint64_t leaf) {
    const fixture *fx = context;
    *entry = blob(fx->leaves[leaf].bytes, fx->leaves[leaf].len);
    return RR_OK;
}

rr_evidence_parts fx_parts(fixture *fx) {
    rr_evidence_parts p = {.petition = blob(fx->petition, fx->petition_len),
                           .roll = blob(fx->roll, fx->roll_len),
                           .roll_note = blob(fx->roll_note, fx->roll_note_len),
                           .assignment = blob(fx->assignment, fx->assignment_len),
                           .names = blob(fx->names, fx->names_len),
                           .enrolments = blob(fx->enrolments, fx->enrolments_len),
                           .checkpoints = fx->checkpoints,
                           .checkpoint_count = fx->checkpoint_count,
                           .directory = fx->cosigned_len ? blob(fx->directory_leaves, fx->directory_len) : blob(NULL, 0),
                           .cosigned = fx->cosigned_len ? blob(fx->cosigned, fx->cosigned_len) : blob(NULL, 0),
                           .openings = fx->openings,
                           .opening_count = fx->opening_count,
                           .entry_count = fx->leaf_count,
                           .entry = give_entry,
                           .context = fx};
    return p;
}

rr_collect_parts fx_collect_parts(const fixture *fx) {
    rr_collect_parts p = {blob(fx->petition, fx->petition_len),
                          blob(fx->roll, fx->roll_len),
                          blob(fx->roll_note, fx->roll_note_len),
                          blob(fx->assignment, fx->assignment_len),
                          blob(fx->names, fx->names_len),
                          blob(fx->enrolments, fx->enrolments_len),
                          {NULL, 0},
                          {NULL, 0}};
    return p;
}

void fx_write(fixture *fx, const char *path) {
    rr_evidence_parts parts = fx_parts(fx);
    rr_file_error error;
    if (rr_evidence_write(&error, path, &parts) != RR_OK) fail_msg("%s %d: %s", error.where, (int)error.number, error.rule);
}

typedef struct written {
    char text[1 << 20];
    size_t len;
} written;

static void put(void *context, const char *bytes, size_t len) {
    written *w = context;
    assert_true(len < sizeof w->text - w->len);
    memcpy(w->text + w->len, bytes, len);
    w->len += len;
}

void fx_same_report(const rr_evidence_report *a, const rr_evidence_report *b) {
    const rr_evidence_report *reports[] = {a, b};
    written *both = calloc(2, sizeof *both);
    assert_non_null(both);
    for (int i = 0; i < 2; i++) {
        rr_json j;
        rr_json_begin(&j, put, &both[i]);
        rr_json_open(&j, NULL, '{');
        rr_report_json(&j, reports[i]);
        rr_json_close(&j, '}');
    }
    if (strcmp(both[0].text, both[1].text) != 0) fail_msg("%s\n%s", both[0].text, both[1].text);
    assert_int_equal(a->status, b->status);
    free(both);
}

/* The same bytes in memory are judged alike, without SQLite: to the last letter if they verify. */
static void verify_in_memory(const char *path, const rr_evidence_report *report, const rr_evidence_options *options) {
    rr_evidence_report *r = NULL;
    size_t len;
    struct stat about;
    if (stat(path, &about) != 0 || !S_ISREG(about.st_mode) || about.st_size > 1 << 24 || report->status == RR_IO) return;
    uint8_t *bytes = fx_read(path, &len);
    rr_status status = rr_evidence_verify_memory(&r, bytes, len, options);
    assert_non_null(r);
    assert_int_equal(status, r->status);
    const rr_file_error *a = &report->errors[report->failed], *b = &r->errors[r->failed];
    if (status != report->status)
        fail_msg("SQLite: %s %d: %s; in memory: %s %d: %s", a->where ? a->where : "-", (int)a->number,
                 a->rule ? a->rule : "verifies", b->where ? b->where : "-", (int)b->number, b->rule ? b->rule : "verifies");
    if (status == RR_OK || status == RR_NOT_FOUND) fx_same_report(report, r);
    rr_evidence_report_free(r);
    free(bytes);
}

rr_evidence_report *fx_verify(fixture *fx, const char *path) {
    rr_evidence_options options = {.random = &fx->random};
    rr_evidence_report *report = NULL;
    rr_status status = rr_evidence_verify(&report, path, &options);
    assert_non_null(report);
    assert_int_equal(status, report->status);
    verify_in_memory(path, report, &options);
    return report;
}

void fx_expect(fixture *fx, const char *path, rr_status status, rr_check check) {
    rr_evidence_report *report = fx_verify(fx, path);
    const rr_file_error *error = &report->errors[report->failed];
    if (report->status != status || (status != RR_OK && report->failed != check))
        fail_msg("%s: status %d in %s (%s %d: %s)", path, (int)report->status, rr_check_text(report->failed),
                 error->where ? error->where : "", (int)error->number, error->rule ? error->rule : "");
    if (status != RR_OK) {
        assert_non_null(error->where);
        assert_non_null(error->rule);
        assert_int_equal(error->status, status);
        if (status != RR_NOT_FOUND) {
            assert_int_equal(report->total, 0);
            assert_int_equal(report->class_count, 0);
            assert_int_not_equal(report->checks[RR_CHECK_RECORDS], RR_VERIFIED);
        }
    }
    rr_evidence_report_free(report);
}

static void run_sql(const char *path, const char *sql, bool pack) {
    sqlite3 *db = NULL;
    char *message = NULL;
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK) fail_msg("%s: %s", sql, message);
    if (pack && sqlite3_exec(db, "VACUUM", NULL, NULL, &message) != SQLITE_OK) fail_msg("%s: %s", sql, message);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

void fx_sql(const char *path, const char *sql) {
    run_sql(path, sql, true);
}

void fx_sql_raw(const char *path, const char *sql) {
    run_sql(path, sql, false);
}

void fx_answer(uint8_t answer[RR_ANSWER_SIZE], const fx_entry *record) {
    randombytes_buf(answer, RR_ANSWER_SIZE);
    assert_int_equal(rr_answer_pack(answer, record ? record->bytes : NULL, record ? record->len : 0), RR_OK);
}

uint8_t *fx_read(const char *path, size_t *len) {
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    *len = (size_t)ftell(file);
    rewind(file);
    uint8_t *bytes = must_malloc(*len);
    assert_int_equal(fread(bytes, 1, *len, file), *len);
    fclose(file);
    return bytes;
}

void fx_save(const char *path, const uint8_t *bytes, size_t len) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

char *fx_keyless(size_t *len, const char *file, size_t file_len, const char *header) {
    static const char vkey[] = "trustee1.example+6632935e+ATfVDMMDhnb+w5X0ntF9uuvhcoYjiXWps9Xqo2QX6dLP";
    char line[64];
    snprintf(line, sizeof line, "\n%s: ", header);
    const char *at = memmem(file, file_len, line, strlen(line));
    assert_non_null(at);
    size_t before = (size_t)(at - file) + strlen(line);
    const char *end = memchr(file + before, '\n', file_len - before);
    assert_non_null(end);
    size_t after = file_len - (size_t)(end - file);
    *len = before + strlen(vkey) + after;
    char *out = must_malloc(*len);
    memcpy(out, file, before);
    memcpy(out + before, vkey, strlen(vkey));
    memcpy(out + before + strlen(vkey), end, after);
    return out;
}
