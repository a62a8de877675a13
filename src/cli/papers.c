/* SPDX-License-Identifier: Apache-2.0 */
#include <sodium.h>
#include <string.h>

#include "base/bytes.h"
#include "cli/papers.h"
#include "roundrobin/trustees.h"

#define MAKE_AGAIN "Get it again from where it was published"

const char *rr_hex_text(const uint8_t *bytes, size_t len) {
    char *hex = rr_take(2 * len + 1);
    rr_hex(hex, bytes, len);
    return hex;
}

const rr_params *rr_make_params(void) {
    static rr_params *params;
    if (params == NULL && rr_params_init(&params, rr_take(rr_params_size()), rr_params_size()) != RR_OK)
        rr_die(RR_EXIT_IO, "the generators cannot be made.");
    return params;
}

void rr_load_petition(rr_papers *papers, const char *path) {
    papers->params = rr_make_params();
    papers->petition_file = (rr_paper){path, rr_read(path, RR_PETITION_MAX)};
    const char *text = (const char *)papers->petition_file.bytes.data;
    size_t len = papers->petition_file.bytes.len, size = rr_petition_size(text, len);
    rr_error error;
    rr_status status = rr_petition_parse(papers->params, &papers->petition, &error, rr_take(size), size, text, len);
    if (status == RR_MALFORMED) rr_die_at(path, &error, MAKE_AGAIN ".");
    if (status != RR_OK) rr_die(RR_EXIT_REFUSED, "%s: %s.", rr_safe_string(path), rr_status_text(status));
    if (papers->petition.key_fault.status != RR_OK) rr_die_at(path, &papers->petition.key_fault, MAKE_AGAIN ".");
    void *memory = rr_take(rr_subject_size());
    rr_subject *subject;
    const rr_seal_key *seal_key = papers->petition.modes & RR_MODE_SEALED ? &papers->petition.seal_key : NULL;
    if (rr_subject_init(&subject, memory, rr_subject_size(), &papers->petition.pid, seal_key) != RR_OK)
        rr_die(RR_EXIT_REFUSED, "%s: its seal key is no key. " MAKE_AGAIN ".", rr_safe_string(path));
    papers->subject = subject;
}

static void report_roll(void *context, uint32_t done, uint32_t total) {
    (void)total;
    rr_progress_to(context, done);
}

void rr_load_roll(rr_roll *roll, rr_paper *file, const char *path) {
    *file = (rr_paper){path, rr_read(path, RR_LIMIT_LARGE)};
    const char *text = (const char *)file->bytes.data;
    size_t len = file->bytes.len, size = rr_roll_size(text, len);
    rr_progress progress;
    rr_progress_start(&progress, "reading the roll", size / 110);
    rr_roll_progress report = {report_roll, &progress};
    rr_error error;
    rr_status status = rr_roll_parse(roll, &error, rr_take(size), size, text, len, &report);
    rr_progress_end(&progress);
    if (status == RR_MALFORMED) rr_die_at(path, &error, MAKE_AGAIN ".");
    if (status != RR_OK) rr_die(RR_EXIT_REFUSED, "%s: %s.", rr_safe_string(path), rr_status_text(status));
    if (roll->key_fault.status != RR_OK) rr_die_at(path, &roll->key_fault, MAKE_AGAIN ".");
}

void rr_load_names(rr_names *names, rr_paper *file, const char *path, const rr_roll *roll) {
    *file = (rr_paper){path, rr_read(path, RR_LIMIT_LARGE)};
    const char *text = (const char *)file->bytes.data;
    size_t len = file->bytes.len, size = rr_names_size(text, len);
    rr_error error;
    rr_status status = rr_names_parse(names, &error, rr_take(size), size, text, len, roll);
    if (status == RR_NO_SPACE) rr_die(RR_EXIT_IO, "%s: %s.", rr_safe_string(path), rr_status_text(status));
    if (status != RR_OK) rr_die_at(path, &error, MAKE_AGAIN ", or leave it out.");
}

/* A note by the registrar that must say exactly `text`. */
static void check_note(const rr_roll *roll, rr_paper *file, const char *path, const char *text, size_t len, const char *what) {
    *file = (rr_paper){path, rr_read(path, RR_NOTE_MAX)};
    rr_note note;
    rr_error error = {RR_OK, 0, 0, NULL};
    rr_text wanted = {text, len};
    if (rr_note_check_var(&note, &error, (const char *)file->bytes.data, file->bytes.len, &roll->registrar, &wanted) == RR_OK)
        return;
    rr_die_at(path, &error, rr_format("It must be %s, signed by %s. " MAKE_AGAIN ".", what, rr_safe(roll->registrar.text)));
}

void rr_check_roll_note(const rr_roll *roll, rr_paper *file, const char *path) {
    char text[RR_ROLL_NOTE_SIZE];
    rr_roll_note_text(text, &roll->digest);
    check_note(roll, file, path, text, sizeof text, "the note over this roll");
}

void rr_check_assignment(rr_papers *papers) {
    char text[RR_ASSIGNMENT_NOTE_SIZE];
    rr_assignment_note_text(text, &papers->petition.roll, &papers->petition.pid);
    check_note(&papers->roll, &papers->assignment_note, papers->assignment_note.path, text, sizeof text,
               "the note that assigns this roll to this petition");
}

void rr_check_proofs(const rr_params *params, const rr_roll *roll, rr_paper *file, const char *path) {
    *file = (rr_paper){path, rr_read(path, RR_LIMIT_LARGE)};
    const char *why;
    if (rr_roll_proofs_check(&why, roll, file->bytes.len) != RR_OK)
        rr_die(RR_EXIT_REFUSED, "%s: %s. " MAKE_AGAIN ".", rr_safe_string(path), why);
    enum { CHUNK = 4096 };
    rr_claim *claims = rr_take_array(CHUNK, sizeof *claims);
    rr_enrolment *about = rr_take_array(CHUNK, sizeof *about);
    uint8_t(*slots)[RR_ENROL_SLOT_SIZE] = rr_take_array(CHUNK, sizeof *slots);
    rr_status *results = rr_take_array(CHUNK, sizeof *results);
    void *scratch = NULL;
    size_t scratch_len = 0;
    rr_progress progress;
    rr_progress_start(&progress, "checking enrolment proofs", roll->entry_count);
    for (uint32_t first = 0; first < roll->entry_count; first += CHUNK) {
        uint32_t n = roll->entry_count - first < CHUNK ? roll->entry_count - first : CHUNK;
        for (uint32_t i = 0; i < n; i++)
            if (rr_roll_proof_claim(&claims[i], slots[i], &about[i], roll, file->bytes.data, first + i) != RR_OK)
                rr_die(RR_EXIT_REFUSED, "%s: has no proof for entry %u. " MAKE_AGAIN ".", rr_safe_string(path), first + i + 1);
        size_t need = rr_verify_batch_scratch_size(claims, n);
        if (need > scratch_len) scratch = rr_take(need), scratch_len = need;
        rr_status status = rr_verify_batch_var(params, NULL, results, claims, n, &rr_system_random, scratch, scratch_len);
        for (uint32_t i = 0; i < n && status == RR_INVALID; i++)
            if (results[i] != RR_OK)
                rr_die(RR_EXIT_REFUSED, "%s: record %u, of member %s: %s. Do not use this roll; ask the registrar.",
                       rr_safe_string(path), first + i + 1, rr_safe(roll->entries[first + i].member),
                       rr_status_text(results[i]));
        if (status != RR_OK) rr_die(RR_EXIT_REFUSED, "%s: %s.", rr_safe_string(path), rr_status_text(status));
        rr_progress_to(&progress, first + n);
    }
    rr_progress_end(&progress);
}

/* ---- all of them -------------------------------------------------------------------------------------------------------- */

static const char *beside(const char *petition, const char *name) {
    const char *slash = strrchr(petition, '/');
    return slash == NULL ? name : rr_format("%.*s%s", (int)(slash - petition + 1), petition, name);
}

void rr_find_papers(rr_papers *papers, const rr_args *args) {
    memset(papers, 0, sizeof *papers);
    const char *petition = rr_arg(args, "PETITION");
    if (rr_is_folder(petition)) petition = rr_join(petition, RR_PETITION_FILE);
    papers->petition_file.path = petition;
    const char *roll = rr_arg(args, "roll"), *note = rr_arg(args, "roll-note"), *assignment = rr_arg(args, "assignment");
    papers->roll_file.path = roll != NULL ? roll : beside(petition, RR_ROLL_FILE);
    /* The companions of a roll lie beside it. */
    papers->roll_note.path = note != NULL ? note : beside(papers->roll_file.path, RR_ROLL_NOTE_FILE);
    papers->names_file.path = beside(papers->roll_file.path, RR_NAMES_FILE);
    papers->proofs_file.path = beside(papers->roll_file.path, RR_PROOFS_FILE);
    papers->certificate_file.path = beside(petition, RR_CERTIFICATE_FILE);
    papers->trustees_file.path = beside(petition, RR_TRUSTEES_FILE);
    papers->assignment_note.path = assignment != NULL ? assignment : beside(petition, RR_ASSIGNMENT_FILE);
}

void rr_make_rings(rr_papers *papers) {
    const char *why;
    if (rr_petition_check_roll(&why, &papers->petition, &papers->roll) != RR_OK)
        rr_die(RR_EXIT_REFUSED, "%s: %s. Use the roll file that the petition names by its digest %s.",
               rr_safe_string(papers->roll_file.path), why, rr_hex_text(papers->petition.roll.bytes, 32));
    uint32_t n = papers->roll.entry_count;
    if (rr_rings_make(&papers->rings, rr_take(rr_rings_size(n)), rr_rings_size(n), &papers->roll, papers->petition.ring,
                      papers->petition.ring_minimum, papers->petition.by_class, rr_take(rr_rings_scratch_size(n)),
                      rr_rings_scratch_size(n)) != RR_OK)
        rr_die(RR_EXIT_REFUSED, "%s: no rings can be made of it.", rr_safe_string(papers->roll_file.path));
    papers->prepared = rr_take_array(papers->rings.ring_count, sizeof(void *));
}

/* Section 8: what a client checks before it seals.  A petition whose ceremony is in disorder can still be answered in other ways. */
void rr_check_ceremony(rr_papers *papers) {
    rr_paper *certificate = &papers->certificate_file, *trustees = &papers->trustees_file;
    rr_ceremony_fault fault;
    if (!(papers->petition.modes & RR_MODE_SEALED)) return;
    if (!rr_exists(certificate->path) || !rr_exists(trustees->path)) {
        papers->seal_fault =
            "the trustees' certificate or notes are missing, without which nobody knows who could read your name";
        return;
    }
    certificate->bytes = rr_read(certificate->path, 4 * RR_LIMIT_SMALL);
    trustees->bytes = rr_read(trustees->path, 64 * RR_LIMIT_SMALL);
    if (rr_trustees_check_var(&fault, &papers->petition, certificate->bytes.data, certificate->bytes.len, trustees->bytes.data,
                              trustees->bytes.len) == RR_OK)
        return;
    papers->seal_fault = fault.trustee == 0
                             ? rr_format("the trustees' certificate does not hold: %s", fault.rule)
                             : rr_format("the trustees' certificate does not hold: trustee %u (%s): %s", fault.trustee,
                                         rr_safe(papers->petition.trustees[fault.trustee - 1].vkey.name), fault.rule);
}

static void load_papers(rr_papers *papers) {
    rr_load_petition(papers, papers->petition_file.path);
    rr_load_roll(&papers->roll, &papers->roll_file, papers->roll_file.path);
    rr_make_rings(papers);
    rr_check_roll_note(&papers->roll, &papers->roll_note, papers->roll_note.path);
    rr_check_assignment(papers);
    if (rr_exists(papers->names_file.path))
        rr_load_names(&papers->names, &papers->names_file, papers->names_file.path, &papers->roll);
    rr_check_ceremony(papers);
}

void rr_open_papers(rr_papers *papers, const rr_args *args) {
    rr_find_papers(papers, args);
    load_papers(papers);
}

static const char *keep_download(const rr_remote *remote, const char *name, rr_blob blob) {
    const char *path = rr_format("%s%s", remote->url, name);
    if (blob.bytes == NULL) return path;
    rr_bytes bytes = {rr_take(blob.len + 1), blob.len};
    memcpy(bytes.data, blob.bytes, blob.len);
    rr_keep_in_memory(path, bytes);
    return path;
}

static void download_papers(rr_papers *papers, const rr_args *args) {
    static const char *const options[] = {"roll", "roll-note", "assignment", "submit"};
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        if (rr_arg(args, options[i]) != NULL)
            rr_die(RR_EXIT_USAGE, "--%s is for a petition in a folder; this one is on a server.", options[i]);
    memset(papers, 0, sizeof *papers);
    papers->online = rr_online_start_witnessed(args);
    rr_online_petition(papers->online, rr_arg(args, "PETITION"), NULL, true);
    const rr_remote *r = papers->online->remote;
    papers->petition_file.path = keep_download(r, RR_PETITION_FILE, r->petition);
    papers->roll_file.path = keep_download(r, RR_ROLL_FILE, r->roll);
    papers->roll_note.path = keep_download(r, RR_ROLL_NOTE_FILE, r->roll_note);
    papers->assignment_note.path = keep_download(r, RR_ASSIGNMENT_FILE, r->assignment);
    papers->names_file.path = keep_download(r, RR_NAMES_FILE, r->names);
    papers->proofs_file.path = keep_download(r, RR_PROOFS_FILE, r->proofs);
    papers->certificate_file.path = keep_download(r, RR_CERTIFICATE_FILE, r->certificate);
    papers->trustees_file.path = keep_download(r, RR_TRUSTEES_FILE, r->trustees);
    load_papers(papers);
}

void rr_open_papers_online(rr_papers *papers, const rr_args *args) {
    const char *submit = rr_arg(args, "submit");
    if (rr_is_url(rr_arg(args, "PETITION"))) {
        download_papers(papers, args);
        return;
    }
    if (submit == NULL && rr_arg(args, "proxy") != NULL)
        rr_die(RR_EXIT_USAGE, "--proxy is for a petition on a server, or for --submit.");
    if (submit != NULL) (void)rr_online_server(submit);
    rr_open_papers(papers, args);
    if (submit == NULL) return;
    papers->online = rr_online_start_witnessed(args);
    rr_online_petition(papers->online, submit, &papers->petition.pid, false);
}

const rr_ring *rr_prepare_ring(const rr_papers *papers, uint32_t number) {
    if (papers->prepared[number] != NULL) return papers->prepared[number];
    uint32_t count = rr_rings_ring_size(&papers->rings, number), bad;
    rr_entry_key *keys = rr_take_array(count, sizeof *keys);
    rr_ring *ring;
    size_t size = rr_ring_size(count);
    if (rr_rings_keys(keys, &papers->rings, &papers->roll, number) != RR_OK ||
        rr_ring_init(&ring, &bad, rr_take(size), size, number, keys, count) != RR_OK)
        rr_die(RR_EXIT_REFUSED, "%s: ring %u cannot be made.", rr_safe_string(papers->roll_file.path), number);
    papers->prepared[number] = ring;
    return ring;
}

const char *rr_name_at(const rr_papers *papers, uint32_t place) {
    rr_text name;
    if (rr_names_find(&name, &papers->names, place) == RR_OK) return rr_safe(name);
    return rr_format("member %s", rr_safe(papers->roll.entries[place].member));
}

const char *rr_class_words(const rr_papers *papers, uint32_t class_index) {
    if (!papers->petition.by_class) return "";
    rr_text name = papers->rings.classes[class_index].name;
    if (rr_text_is(name, "other")) return " of the classes that are too small to be counted alone";
    if (name.len == 0) return " without a class";
    return rr_format(" of %s", rr_safe(name));
}

/* ---- signing keys of notes --------------------------------------------------------------------------------------------------- */

static const rr_signer *open_signer(const char *path, uint8_t type, const char *other) {
    rr_bytes text = rr_read_secret(path, 4096);
    rr_signer *signer = rr_take_secret(sizeof *signer);
    rr_error error;
    if (rr_signer_read(signer, &error, (const char *)text.data, text.len) != RR_OK)
        rr_die_at(path, &error, "It should be a key that robin key new or robin witness new made.");
    if (signer->type != type) rr_die(RR_EXIT_REFUSED, "%s: %s.", rr_safe_string(path), other);
    return signer;
}

const rr_signer *rr_open_signer(const char *path) {
    return open_signer(path, RR_VKEY_ED25519, "is a witness's key. Use one that robin key new made");
}

const rr_signer *rr_open_witness(const char *path) {
    return open_signer(path, RR_VKEY_COSIGNATURE, "is no witness's key. Use one that robin witness new made");
}

const rr_signer *rr_make_signer(const char *name, uint8_t type, const char *path, bool force) {
    uint8_t *seed = rr_take_secret(32);
    rr_signer *signer = rr_take_secret(sizeof *signer);
    char *text = rr_take_secret(RR_SIGNER_TEXT_SIZE + 1);
    randombytes_buf(seed, 32);
    if (rr_signer_make(signer, rr_text_of(name), type, seed) != RR_OK)
        rr_die(RR_EXIT_USAGE,
               "'%s' is no name for a key: it is 1 to %d bytes without spaces, + or control characters. Choose another.",
               rr_safe_string(name), RR_SIGNER_NAME_MAX);
    rr_signer_write(text, signer);
    size_t len = strlen(text);
    text[len++] = '\n';
    rr_write_file(path, RR_SECRET_FILE, force, text, len);
    return signer;
}

rr_text rr_vkey_of(const rr_signer *signer) {
    size_t len = rr_signer_vkey(NULL, 0, signer);
    char *text = rr_take(len + 1);
    (void)rr_signer_vkey(text, len, signer);
    return (rr_text){text, len};
}

rr_bytes rr_sign_note(const rr_signer *signer, const char *text, size_t len) {
    size_t capacity = len + 1024;
    char *note = rr_take(capacity);
    size_t note_len;
    rr_text body = {text, len};
    if (rr_note_begin(note, capacity, &note_len, body) != RR_OK || rr_note_add(note, capacity, &note_len, signer, 0) != RR_OK)
        rr_die(RR_EXIT_REFUSED, "the note cannot be signed.");
    return (rr_bytes){(uint8_t *)note, note_len};
}
