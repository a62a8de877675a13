/* SPDX-License-Identifier: Apache-2.0 */
/* load make FOLDER --members N --ring N --log VKEY --directory VKEY [--closes TIME] [--seed N]
 * load registrar [--seed N]                               prints its registrar's verifier key, which is the same for a seed
 * load parcel FOLDER roll|petition FILE --server NAME     what its registrar sends to a server to publish it
 *
 * A roll of invented people and a petition to them.  All keys are drawn from the seed. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "fast_prove.h"
#include "load.h"
#include "net/parcel.h"
#include "roundrobin/note.h"
#include "roundrobin/roll.h"

enum { NAME_SIZE = 20 };

typedef struct making {
    const char *folder;
    uint64_t seed;
    const rr_params *params;
    rr_signer registrar;
    char registrar_vkey[256];
    rr_roll_digest roll_digest;
    uint32_t count;
} making;

static void write_note(const making *m, const char *name, const char *text, size_t len) {
    char note[1024];
    size_t note_len = 0;
    if (rr_note_begin(note, sizeof note, &note_len, (rr_text){text, len}) != RR_OK ||
        rr_note_add(note, sizeof note, &note_len, &m->registrar, 0) != RR_OK)
        load_die("%s cannot be signed", name);
    load_write(m->folder, name, 0644, note, note_len);
}

static void make_registrar(making *m) {
    uint8_t seed[32];
    rr_fast_bytes(seed, sizeof seed, m->seed, "registrar", 0);
    if (rr_signer_make(&m->registrar, rr_text_of("registrar.example/rehearsal"), RR_VKEY_ED25519, seed) != RR_OK)
        load_die("the registrar's key cannot be made");
    m->registrar_vkey[rr_signer_vkey(m->registrar_vkey, sizeof m->registrar_vkey - 1, &m->registrar)] = '\0';
}

static void write_registrar(const making *m) {
    char text[RR_SIGNER_TEXT_SIZE + 1];
    rr_signer_write(text, &m->registrar);
    strcat(text, "\n");
    load_write(m->folder, "registrar.key", 0600, text, strlen(text));
}

static void make_entries(const making *m, rr_roll *roll, rr_entry *entries, uint8_t *proofs) {
    rr_fast *fast = rr_fast_new(m->params, NULL, 0);
    char *names = load_take((size_t)m->count * NAME_SIZE);
    if (fast == NULL) load_die("no memory");
    for (uint32_t i = 0; i < m->count; i++) {
        char *name = names + (size_t)i * NAME_SIZE;
        snprintf(name, NAME_SIZE, "person-%07u", i);
        rr_entry *e = &entries[i];
        *e = (rr_entry){.member = rr_text_of(name), .class_name = rr_text_of(""), .basis = RR_BASIS_INVITED};
        rr_secret secret;
        rr_enrolment about = {roll->id, roll->edition, e->member, roll->slot};
        rr_fast_bytes(e->name.bytes, sizeof e->name.bytes, m->seed, "name", i);
        rr_fast_secret(&secret, m->seed, i);
        rr_fast_entry(&e->key, fast, &secret);
        if (rr_fast_enrol(proofs + (size_t)i * RR_ENROL_PROOF_SIZE, fast, &about, &e->key, &secret, m->seed, i) != RR_OK)
            load_die("an enrolment cannot be proved");
    }
    rr_fast_free(fast);
}

static void make_roll(making *m) {
    rr_entry *entries = load_take((size_t)m->count * sizeof *entries);
    uint8_t *proofs = load_take((size_t)m->count * RR_ENROL_PROOF_SIZE);
    rr_roll roll = {.body = rr_text_of("Rehearsal: invented people"),
                    .body_size = m->count,
                    .source = rr_text_of("nowhere"),
                    .edition = 1,
                    .entry_count = m->count,
                    .entries = entries};
    roll.kind = RR_ROLL_ONE_TIME;
    roll.registrar.text = rr_text_of(m->registrar_vkey);
    rr_fast_bytes(roll.id.bytes, sizeof roll.id.bytes, m->seed, "roll", 0);
    make_entries(m, &roll, entries, proofs);
    size_t len = rr_roll_write(NULL, 0, &roll);
    char *text = load_take(len), note[RR_ROLL_NOTE_SIZE];
    (void)rr_roll_write(text, len, &roll);
    rr_roll again;
    rr_error error;
    size_t size = rr_roll_size(text, len);
    if (rr_roll_parse(&again, &error, load_take(size), size, text, len, NULL) != RR_OK)
        load_die("roll.txt, line %zu: %s", (size_t)error.line, error.rule);
    m->roll_digest = again.digest;
    load_write(m->folder, "roll.txt", 0644, text, len);
    load_write(m->folder, "proofs.bin", 0644, proofs, (size_t)m->count * RR_ENROL_PROOF_SIZE);
    rr_roll_note_text(note, &again.digest);
    write_note(m, "roll.note", note, sizeof note);
}

static void make_petition(const making *m, int argc, char **argv) {
    int64_t now = (int64_t)time(NULL);
    rr_petition p = {.title = rr_text_of("Open the room"),
                     .to = rr_text_of("The board"),
                     .from = rr_text_of("The staff"),
                     .roll = m->roll_digest,
                     .roll_entries = m->count,
                     .ring = (uint32_t)load_number(argc, argv, "--ring", 512, RR_RING_LOW, RR_RING_HIGH),
                     .ring_minimum = 8,
                     .modes = RR_MODE_ANONYMOUS | RR_MODE_NAMED,
                     .opens = now - 60,
                     .closes = now + 30 * 86400,
                     .body = rr_text_of("Please **open** the room at eight.\n")};
    p.log.text = rr_text_of(load_text(argc, argv, "--log", NULL));
    p.directory.text = rr_text_of(load_text(argc, argv, "--directory", NULL));
    const char *closes = load_text(argc, argv, "--closes", "");
    if (*closes != '\0' && !rr_time_read(&p.closes, rr_text_of(closes))) load_die("--closes: '%s' is not a time", closes);
    size_t len = rr_petition_write(NULL, 0, &p);
    char *text = load_take(len), note[RR_ASSIGNMENT_NOTE_SIZE];
    (void)rr_petition_write(text, len, &p);
    rr_petition again;
    rr_error error;
    size_t size = rr_petition_size(text, len);
    if (rr_petition_parse(m->params, &again, &error, load_take(size), size, text, len) != RR_OK)
        load_die("petition.txt, line %zu: %s", (size_t)error.line, error.rule);
    load_write(m->folder, "petition.txt", 0644, text, len);
    rr_assignment_note_text(note, &m->roll_digest, &again.pid);
    write_note(m, "assignment.note", note, sizeof note);
    for (size_t i = 0; i < sizeof again.pid.bytes; i++) printf("%02x", again.pid.bytes[i]);
    putchar('\n');
}

int load_make(int argc, char **argv) {
    if (argc < 1)
        load_die("usage: load make FOLDER --members N --ring N --log VKEY --directory VKEY [--closes TIME] [--seed N]");
    making m = {.folder = argv[0]};
    m.seed = load_number(argc, argv, "--seed", 1, 0, INT64_MAX);
    m.count = (uint32_t)load_number(argc, argv, "--members", 1024, 1, 1000000);
    rr_params *params;
    if (rr_params_init(&params, load_take(rr_params_size()), rr_params_size()) != RR_OK) load_die("no generators");
    m.params = params;
    if (mkdir(m.folder, 0755) != 0) load_die("%s: %s", m.folder, strerror(errno));
    make_registrar(&m);
    write_registrar(&m);
    make_roll(&m);
    make_petition(&m, argc, argv);
    char seed[32];
    int len = snprintf(seed, sizeof seed, "%llu\n", (unsigned long long)m.seed);
    load_write(m.folder, "seed", 0600, seed, (size_t)len);
    return 0;
}

int load_registrar(int argc, char **argv) {
    making m = {.seed = load_number(argc, argv, "--seed", 1, 0, INT64_MAX)};
    make_registrar(&m);
    puts(m.registrar_vkey);
    return 0;
}

static rr_blob part(const char *folder, const char *name) {
    size_t len;
    const uint8_t *bytes = load_read(&len, folder, name);
    return (rr_blob){bytes, len};
}

int load_parcel(int argc, char **argv) {
    making m = {.folder = argc > 0 ? argv[0] : NULL};
    if (argc < 3) load_die("usage: load parcel FOLDER roll|petition FILE --server NAME");
    bool roll = strcmp(argv[1], "roll") == 0;
    if (!roll && strcmp(argv[1], "petition") != 0) load_die("a parcel is a roll or a petition, not '%s'", argv[1]);
    rr_blob seed = part(m.folder, "seed");
    m.seed = strtoull((const char *)seed.bytes, NULL, 10);
    make_registrar(&m);
    rr_blob parts[4] = {part(m.folder, roll ? "roll.txt" : "petition.txt"),
                        part(m.folder, roll ? "roll.note" : "assignment.note")};
    if (roll) parts[3] = part(m.folder, "proofs.bin");
    uint8_t *parcel;
    size_t len;
    if (rr_parcel_make(&parcel, &len, argv[1], rr_text_of(load_text(argc, argv, "--server", NULL)), (int64_t)time(NULL),
                       &m.registrar, parts, roll ? 4 : 2) != RR_OK)
        load_die("the parcel cannot be made");
    load_write("", argv[2], 0600, parcel, len);
    free(parcel);
    return 0;
}
