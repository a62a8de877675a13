/* SPDX-License-Identifier: Apache-2.0 */
#include "store_fixture.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/bytes.h"
#include "roundrobin/text.h"

rr_file_error sf_error;

void sf_must(const char *call, const rr_file_error *error, rr_status status) {
    if (status == RR_OK) return;
    fail_msg("%s: %d, %s: %s (%s)", call, (int)status, error->where ? error->where : "?", error->rule ? error->rule : "?",
             strerror(error->system));
}

void sf_must_not(const char *call, const rr_file_error *error, rr_status expected, rr_status status) {
    if (status != expected) fail_msg("%s: %d and not %d", call, (int)status, (int)expected);
    if (error->status != expected || !error->where || !error->rule) fail_msg("%s: an error without a rule", call);
}

rr_signer sf_signer(const char *name) {
    rr_signer signer;
    uint8_t seed[32];
    randombytes_buf(seed, sizeof seed);
    assert_int_equal(rr_signer_make(&signer, (rr_text){name, strlen(name)}, 1, seed), RR_OK);
    return signer;
}

static rr_blob blob(const char *text) {
    return (rr_blob){(const uint8_t *)text, strlen(text)};
}

void sf_make_roll(rr_store_roll *roll, uint8_t seed) {
    *roll = (rr_store_roll){.roll = blob("the roll"), .note = blob("its note")};
    memset(roll->digest.bytes, seed, 32);
}

void sf_make_petition(rr_store_petition *petition, const rr_store_roll *roll, uint8_t seed) {
    *petition =
        (rr_store_petition){.roll = roll->digest, .petition = blob("the petition"), .assignment = blob("its assignment")};
    memset(petition->pid.bytes, seed, 32);
}

store_fixture *sf_new(void) {
    store_fixture *sf = calloc(1, sizeof *sf);
    assert_non_null(sf);
    assert_true(sodium_init() >= 0);
    snprintf(sf->folder, sizeof sf->folder, "store-XXXXXX");
    assert_non_null(mkdtemp(sf->folder));
    snprintf(sf->where, sizeof sf->where, "%s/db", sf->folder);
    snprintf(sf->keys, sizeof sf->keys, "%s/keys", sf->folder);
    assert_int_equal(mkdir(sf->keys, 0700), 0);
    sf->directory = sf_signer("example.org/directory");
    sf->log = sf_signer("example.org/log");
    SF_OK(rr_store_open(&sf->store, &sf_error, sf->where, &sf->directory));
    SF_OK(rr_store_reader_open(&sf->reader, &sf_error, sf->where));
    return sf;
}

store_fixture *sf_petition(void) {
    store_fixture *sf = sf_new();
    sf_make_roll(&sf->roll, 1);
    sf_make_petition(&sf->petition, &sf->roll, 2);
    sf->pid = sf->petition.pid;
    SF_OK(rr_batch_key_new(&sf->batch, &sf_error, sf->keys));
    SF_OK(rr_store_add_roll(sf->store, &sf_error, &sf->roll));
    SF_OK(rr_store_add_petition(sf->store, &sf_error, &sf->petition, &sf->log, &sf->batch));
    return sf;
}

void sf_free(store_fixture *sf) {
    char command[128];
    rr_store_reader_close(sf->reader);
    rr_store_close(sf->store);
    snprintf(command, sizeof command, "rm -rf %s", sf->folder);
    assert_int_equal(system(command), 0);
    free(sf);
}

void sf_reopen(store_fixture *sf) {
    rr_store_reader_close(sf->reader);
    rr_store_close(sf->store);
    SF_OK(rr_store_open(&sf->store, &sf_error, sf->where, &sf->directory));
    SF_OK(rr_store_reader_open(&sf->reader, &sf_error, sf->where));
}

/* ---- records -------------------------------------------------------------------------------------------------------- */

sf_records sf_make_records(const rr_batch_key *batch, size_t first, size_t count) {
    sf_records r = {count, calloc(count, SF_ROOM), calloc(count, SF_SEALED), calloc(count, sizeof(rr_held))};
    assert_true(r.bytes && r.sealed && r.held);
    for (size_t i = 0; i < count; i++) {
        uint8_t *record = r.bytes + i * SF_ROOM, *sealed = r.sealed + i * SF_SEALED;
        memset(record, 'r', SF_ROOM);
        record[0] = 1;
        record[1] = RR_ANONYMOUS;
        rr_store64_le(record + 6, first + i);
        assert_int_equal(rr_held_seal(sealed, SF_ROOM, batch, record, SF_ROOM), RR_OK);
        rr_held_tag(&r.held[i].tag, batch, record, SF_ROOM);
        randombytes_buf(r.held[i].key.bytes, sizeof r.held[i].key.bytes);
        r.held[i].sealed = (rr_blob){sealed, SF_SEALED};
    }
    return r;
}

void sf_records_free(sf_records *r) {
    free(r->bytes);
    free(r->sealed);
    free(r->held);
    *r = (sf_records){0};
}

void sf_hold(store_fixture *sf, const sf_records *records) {
    bool *known = calloc(records->count, sizeof *known);
    assert_non_null(known);
    SF_OK(rr_store_hold(sf->store, &sf_error, &sf->batch.id, known, records->held, records->count));
    for (size_t i = 0; i < records->count; i++) assert_false(known[i]);
    free(known);
}

/* ---- logs ----------------------------------------------------------------------------------------------------------- */

void sf_entry(uint8_t *out, size_t number, size_t len) {
    memset(out, 'e', len);
    rr_store64_be(out, number);
}

rr_status sf_append(store_fixture *sf, rr_file_error *error, size_t first, size_t count, size_t len, const rr_batch_key *next) {
    uint8_t *bytes = calloc(count ? count : 1, len);
    rr_blob *entries = calloc(count ? count : 1, sizeof *entries);
    assert_true(bytes && entries);
    for (size_t i = 0; i < count; i++) {
        sf_entry(bytes + i * len, first + i, len);
        entries[i] = (rr_blob){bytes + i * len, len};
    }
    rr_status status = rr_store_append(sf->store, error, &sf->pid, entries, count, false, &sf->log, next);
    free(bytes);
    free(entries);
    return status;
}

rr_store_state sf_state(store_fixture *sf) {
    rr_store_state state;
    SF_OK(rr_store_petition_state(sf->store, &sf_error, &state, &sf->pid));
    return state;
}

uint64_t sf_size(store_fixture *sf, const rr_pid *pid) {
    uint64_t size = 0;
    SF_OK(rr_store_log_size(sf->reader, &sf_error, &size, pid));
    return size;
}

static rr_status copy_line(void *context, uint64_t leaf, rr_blob entry) {
    (void)leaf;
    char *line = malloc(entry.len + 1);
    assert_non_null(line);
    memcpy(line, entry.bytes, entry.len);
    line[entry.len] = 0;
    *(char **)context = line;
    return RR_OK;
}

char *sf_line(store_fixture *sf, uint64_t leaf) {
    char *line = NULL;
    SF_OK(rr_store_entries(sf->reader, &sf_error, NULL, leaf, 1, copy_line, &line));
    assert_non_null(line);
    return line;
}

/* ---- the disk ------------------------------------------------------------------------------------------------------- */

long sf_file_size(const store_fixture *sf, const char *ending) {
    char name[128];
    struct stat about;
    snprintf(name, sizeof name, "%s%s", sf->where, ending);
    return stat(name, &about) == 0 ? (long)about.st_size : -1;
}

bool sf_on_disk(const store_fixture *sf, const uint8_t *bytes, size_t len) {
    static const char *const endings[] = {"", "-wal", "-shm", "-journal"};
    bool found = false;
    for (size_t i = 0; i < sizeof endings / sizeof *endings && !found; i++) {
        char name[128];
        long size = sf_file_size(sf, endings[i]);
        if (size <= 0) continue;
        snprintf(name, sizeof name, "%s%s", sf->where, endings[i]);
        FILE *file = fopen(name, "rb");
        uint8_t *all = malloc((size_t)size);
        assert_true(file && all);
        assert_int_equal(fread(all, 1, (size_t)size, file), (size_t)size);
        found = memmem(all, (size_t)size, bytes, len) != NULL;
        free(all);
        assert_int_equal(fclose(file), 0);
    }
    return found;
}
