/* SPDX-License-Identifier: Apache-2.0 */
/* load prepare FOLDER FILE --answers N [--named N] [--withdraw N] [--decline N] [--conflict N] [--jobs N]
 *
 * Answers of N people who sign anonymously, then of others by name, then withdrawals of the first ones, then declines, then other
 * hidden signatures of the first ones: one behind the other, 2048 bytes each.  The people are in an order drawn from the seed; a hundred of the hidden ones are verified. */
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fast_prove.h"
#include "load.h"
#include "roundrobin/roll.h"

enum { CHECKED = 100, JOBS = 16 };

typedef struct preparing {
    uint64_t seed;
    rr_params *params;
    rr_subject *subject;
    rr_roll roll;
    rr_petition petition;
    rr_rings rings;
    rr_ring **ring;
    rr_fast_ring **fast_ring;
    uint32_t *position; /* of a place in its ring */
    uint32_t *people;   /* places, shuffled */
    rr_fast *fast;
    uint64_t hidden, named, withdrawn, declined, conflicts;
    int out;
} preparing;

static void read_papers(preparing *p, const char *folder) {
    size_t roll_len, petition_len, seed_len, size;
    rr_error error;
    const char *roll = (const char *)load_read(&roll_len, folder, "roll.txt");
    const char *petition = (const char *)load_read(&petition_len, folder, "petition.txt");
    p->seed = strtoull((const char *)load_read(&seed_len, folder, "seed"), NULL, 10);
    if (rr_params_init(&p->params, load_take(rr_params_size()), rr_params_size()) != RR_OK) load_die("no generators");
    size = rr_roll_size(roll, roll_len);
    if (rr_roll_parse(&p->roll, &error, load_take(size), size, roll, roll_len, NULL) != RR_OK)
        load_die("roll.txt, line %zu: %s", (size_t)error.line, error.rule);
    size = rr_petition_size(petition, petition_len);
    if (rr_petition_parse(p->params, &p->petition, &error, load_take(size), size, petition, petition_len) != RR_OK)
        load_die("petition.txt, line %zu: %s", (size_t)error.line, error.rule);
    if (rr_subject_init(&p->subject, load_take(rr_subject_size()), rr_subject_size(), &p->petition.pid, NULL) != RR_OK)
        load_die("no subject");
}

static void make_rings(preparing *p) {
    uint32_t n = p->roll.entry_count;
    void *scratch = load_take(rr_rings_scratch_size(n));
    if (rr_rings_make(&p->rings, load_take(rr_rings_size(n)), rr_rings_size(n), &p->roll, p->petition.ring,
                      p->petition.ring_minimum, p->petition.by_class, scratch, rr_rings_scratch_size(n)) != RR_OK)
        load_die("the rings cannot be made");
    p->ring = load_take(p->rings.ring_count * sizeof *p->ring);
    p->fast_ring = load_take(p->rings.ring_count * sizeof(rr_fast_ring *));
    p->position = load_take(n * sizeof *p->position);
    for (uint32_t r = 0; r < p->rings.ring_count; r++) {
        for (uint32_t i = p->rings.starts[r]; i < p->rings.starts[r + 1]; i++)
            p->position[p->rings.order[i]] = i - p->rings.starts[r];
    }
    p->fast = rr_fast_new(p->params, p->subject, rr_rings_largest(&p->rings));
    if (p->fast == NULL) load_die("no memory");
}

static void open_ring(preparing *p, uint32_t r) {
    uint32_t count = rr_rings_ring_size(&p->rings, r);
    rr_entry_key *keys = load_take(count * sizeof *keys);
    rr_secret *secrets = load_take(count * sizeof *secrets);
    for (uint32_t i = 0; i < count; i++) rr_fast_secret(&secrets[i], p->seed, p->rings.order[p->rings.starts[r] + i]);
    if (rr_rings_keys(keys, &p->rings, &p->roll, r) != RR_OK ||
        rr_ring_init(&p->ring[r], NULL, load_take(rr_ring_size(count)), rr_ring_size(count), r, keys, count) != RR_OK)
        load_die("ring %u cannot be made", r);
    p->fast_ring[r] = rr_fast_ring_new(p->ring[r], secrets);
    if (p->fast_ring[r] == NULL) load_die("no memory for ring %u", r);
}

static void verify(const preparing *p, uint32_t r, const uint8_t *record, size_t len) {
    rr_claim claim = {.what = RR_CLAIM_RECORD, .record = record, .record_len = len, .ring = p->ring[r]};
    size_t size = rr_verify_scratch_size(&claim);
    void *scratch = load_take(size);
    if (rr_verify_var(p->params, p->subject, NULL, &claim, scratch, size) != RR_OK) load_die("a record does not verify");
}

/* `draw`: which nonces. */
static size_t sign_hidden(preparing *p, uint8_t *record, uint64_t i, uint64_t draw) {
    uint32_t place = p->people[i], r = p->rings.ring_of_place[place];
    if (p->ring[r] == NULL) open_ring(p, r);
    size_t len = rr_ring_record_size(RR_ANONYMOUS, rr_ring_count(p->ring[r]));
    if (rr_fast_sign(record, p->fast, p->fast_ring[r], p->position[place], p->seed, draw) != RR_OK) load_die("cannot sign");
    if (i % ((p->hidden + CHECKED - 1) / CHECKED) == 0) verify(p, r, record, len);
    return len;
}

static size_t make_record(preparing *p, uint8_t *record, uint64_t i) {
    rr_secret secret;
    rr_fresh fresh;
    rr_fast_bytes(fresh.bytes, sizeof fresh.bytes, p->seed, "fresh", i);
    if (i < p->hidden) return sign_hidden(p, record, i, i);
    if (i < p->hidden + p->named) {
        uint32_t place = p->people[i];
        rr_fast_secret(&secret, p->seed, place);
        if (rr_sign_plain(p->params, p->subject, record, RR_NAMED, place, &p->roll.entries[place].key, &secret, &fresh) !=
            RR_OK)
            load_die("cannot sign by name");
        return RR_PLAIN_SIZE;
    }
    if (i < p->hidden + p->named + p->withdrawn) {
        rr_fast_secret(&secret, p->seed, p->people[i - p->hidden - p->named]);
        if (rr_withdraw(p->params, p->subject, record, &secret, &fresh) != RR_OK) load_die("cannot withdraw");
        return RR_WITHDRAW_SIZE;
    }
    i -= p->hidden + p->named + p->withdrawn;
    return i < p->declined ? 0 : sign_hidden(p, record, i - p->declined, UINT64_MAX - i);
}

static void prepare_one(preparing *p, uint64_t i) {
    uint8_t record[RR_RECORD_MAX], answer[RR_ANSWER_SIZE];
    size_t len = make_record(p, record, i);
    rr_fast_bytes(answer, sizeof answer, p->seed, "filler", i);
    if (rr_answer_pack(answer, record, len) != RR_OK) load_die("cannot pack an answer");
    if (pwrite(p->out, answer, sizeof answer, (off_t)(i * sizeof answer)) != sizeof answer)
        load_die("the answers cannot be written: %s", strerror(errno));
}

static void shuffle(preparing *p) {
    uint32_t n = p->roll.entry_count;
    uint32_t *draws = load_take(n * sizeof *draws);
    p->people = load_take(n * sizeof *p->people);
    rr_fast_bytes((uint8_t *)draws, n * sizeof *draws, p->seed, "order", 0);
    for (uint32_t i = 0; i < n; i++) p->people[i] = i;
    for (uint32_t i = n; i > 1; i--) {
        uint32_t k = draws[i - 1] % i, held = p->people[i - 1];
        p->people[i - 1] = p->people[k];
        p->people[k] = held;
    }
}

int load_prepare(int argc, char **argv) {
    preparing p = {.out = -1};
    if (argc < 2)
        load_die("usage: load prepare FOLDER FILE --answers N [--named N] [--withdraw N] [--decline N] "
                 "[--conflict N] [--jobs N]");
    read_papers(&p, argv[0]);
    uint64_t most = p.roll.entry_count;
    p.hidden = load_number(argc, argv, "--answers", most, 0, most);
    p.named = load_number(argc, argv, "--named", 0, 0, most - p.hidden);
    p.withdrawn = load_number(argc, argv, "--withdraw", 0, 0, p.hidden);
    p.declined = load_number(argc, argv, "--decline", 0, 0, 1000000);
    p.conflicts = load_number(argc, argv, "--conflict", 0, 0, p.hidden);
    make_rings(&p);
    shuffle(&p);
    p.out = open(argv[1], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (p.out < 0) load_die("%s: %s", argv[1], strerror(errno));
    uint64_t total = p.hidden + p.named + p.withdrawn + p.declined + p.conflicts,
             jobs = load_number(argc, argv, "--jobs", 2, 1, JOBS);
    pid_t children[JOBS];
    for (uint64_t j = 0; j < jobs; j++) {
        children[j] = fork();
        if (children[j] < 0) load_die("no second process: %s", strerror(errno));
        if (children[j] > 0) continue;
        for (uint64_t i = j; i < total; i += jobs) prepare_one(&p, i);
        _exit(0);
    }
    int bad = 0, status;
    for (uint64_t j = 0; j < jobs; j++) bad |= waitpid(children[j], &status, 0) != children[j] || status != 0;
    rr_fast_free(p.fast);
    if (bad || close(p.out) != 0) load_die("%s: is not complete", argv[1]);
    printf("%llu\n", (unsigned long long)total);
    return 0;
}
