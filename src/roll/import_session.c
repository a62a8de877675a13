/* SPDX-License-Identifier: Apache-2.0 */
#include "roll/import_session.h"

#include <stdlib.h>
#include <string.h>

#include "roundrobin/proof.h"

/* Roles in the table. */
enum { ROLE_KEY = 'k', ROLE_MEMBER = 'm', ROLE_PRINCIPAL = 'p' };

struct rr_import {
    rr_import_table seen;
    uint32_t files;
};

rr_import *rr_import_new(void) {
    return calloc(1, sizeof(rr_import));
}

void rr_import_free(rr_import *import) {
    if (!import) return;
    rr_import_table_free(&import->seen);
    free(import);
}

rr_status rr_import_known(rr_import *import, const rr_entry_key *entry, const char *member, uint32_t line) {
    rr_status status = rr_import_table_reserve(&import->seen, 2);
    if (status) return status;
    rr_import_place place = {0, line};
    rr_import_table_add(&import->seen, ROLE_KEY, entry->bytes, sizeof entry->bytes, place);
    rr_import_table_add(&import->seen, ROLE_MEMBER, member, strlen(member), place);
    return RR_OK;
}

bool rr_import_is_openpgp(const uint8_t *file, size_t file_len) {
    static const char armour[] = "-----BEGIN PGP ";
    if (file_len > 0 && (file[0] & 0x80) != 0 && file[0] != 0xef && file[0] < 0xfe) return true; /* no byte order mark */
    return file_len >= sizeof armour - 1 && memcmp(file, armour, sizeof armour - 1) == 0;
}

void rr_import_fail(rr_import_run *run, rr_status status, uint32_t line, const char *rule) {
    run->status = status;
    run->error->status = status;
    run->error->line = line;
    run->error->column = 0;
    run->error->rule = rule;
}

static void stopped(rr_import_run *run) {
    rr_import_fail(run, RR_IO, 0, "the import was stopped");
}

static void refuse(rr_import_run *run, uint32_t line, rr_status status, const char *why, const char *what,
                   const rr_import_place *repeats) {
    rr_import_refusal refusal = {status, why, what, run->file, line, repeats ? repeats->file : 0, repeats ? repeats->line : 0};
    run->counts.refused++;
    if (run->sink->refused && !run->sink->refused(run->sink->context, &refusal)) stopped(run);
}

void rr_import_refuse(rr_import_run *run, uint32_t line, rr_status status, const char *why, const char *what) {
    refuse(run, line, status, why, what, NULL);
}

/* Takes the next of the principals; false if there is none. */
static bool next_principal(rr_text *one, rr_text *principals) {
    if (principals->len == 0) return false;
    if (!rr_text_cut(one, principals, ',')) {
        *one = *principals;
        principals->len = 0;
    }
    return true;
}

/* The first of the principals that has a key already, or NULL. */
static const rr_import_place *principal_seen(const rr_import_table *seen, rr_text principals) {
    const rr_import_place *place = NULL;
    for (rr_text one; !place && next_principal(&one, &principals);) {
        place = rr_import_table_find(seen, ROLE_PRINCIPAL, one.start, one.len);
    }
    return place;
}

/* Who the key belongs to, as the options say; NULL, after a refusal, if the principal cannot be a member. */
static const char *member_of(rr_import_run *run, char buffer[RR_IMPORT_MEMBER_MAX + 1], const rr_import_found *found) {
    if (run->options->member) return run->options->member;
    if (run->options->names == RR_IMPORT_BY_FINGERPRINT) return found->name;
    if (!rr_text_is_member(found->principals)) {
        refuse(run, found->line, RR_REFUSED, "the principal cannot be a member: 1 to 64 of A-Z a-z 0-9 . _ - are allowed",
               found->what, NULL);
        return NULL;
    }
    memcpy(buffer, found->principals.start, found->principals.len);
    buffer[found->principals.len] = 0;
    return buffer;
}

void rr_import_take(rr_import_run *run, const rr_import_found *found) {
    rr_imported key = {NULL, {{0}}, {0}, run->file, found->line};
    const char *why = NULL;
    rr_status status = rr_entry_from_ed25519_var(&key.entry, &why, found->ed25519);
    if (status) {
        refuse(run, found->line, status, why, found->what, NULL);
        return;
    }
    const rr_import_place *before = rr_import_table_find(run->seen, ROLE_KEY, key.entry.bytes, sizeof key.entry.bytes);
    if (before) {
        refuse(run, found->line, RR_REFUSED, "the key repeats an earlier one", found->what, before);
        return;
    }
    char buffer[RR_IMPORT_MEMBER_MAX + 1];
    key.member = member_of(run, buffer, found);
    if (!key.member) return;
    before = rr_import_table_find(run->seen, ROLE_MEMBER, key.member, strlen(key.member));
    if (!before) before = principal_seen(run->seen, found->principals);
    if (before) {
        refuse(run, found->line, RR_REFUSED, "one key a person: this person has an earlier one", found->what, before);
        return;
    }
    /* Each principal has one character at least, and all but the last a comma. */
    if (rr_import_table_reserve(run->seen, 2 + found->principals.len / 2 + 1)) {
        rr_import_fail(run, RR_NO_SPACE, found->line, "there is no memory to remember this key");
        return;
    }
    rr_import_place here = {run->file, found->line};
    rr_import_table_add(run->seen, ROLE_KEY, key.entry.bytes, sizeof key.entry.bytes, here);
    rr_import_table_add(run->seen, ROLE_MEMBER, key.member, strlen(key.member), here);
    rr_text principals = found->principals;
    for (rr_text one; next_principal(&one, &principals);) {
        rr_import_table_add(run->seen, ROLE_PRINCIPAL, one.start, one.len, here);
    }
    memcpy(key.ed25519, found->ed25519, sizeof key.ed25519);
    run->counts.accepted++;
    if (run->sink->accepted && !run->sink->accepted(run->sink->context, &key)) stopped(run);
}

rr_status rr_import_file(rr_import *import, rr_import_counts *counts, rr_error *error, const uint8_t *file, size_t file_len,
                         rr_import_format format, const rr_import_options *options, const rr_import_sink *sink) {
    rr_error ignored;
    rr_import_run run = {&import->seen, options, sink, {0, 0}, error ? error : &ignored, 0, RR_OK};
    memset(run.error, 0, sizeof *run.error);
    if (counts) *counts = run.counts;
    if (options->member) {
        rr_text member = {options->member, strlen(options->member)};
        if (!rr_text_is_member(member)) {
            rr_import_fail(&run, RR_ARGUMENT, 0, "a member is 1 to 64 of A-Z a-z 0-9 . _ -");
            return run.status;
        }
    } else if (options->names == RR_IMPORT_BY_PRINCIPAL && format != RR_IMPORT_ALLOWED_SIGNERS) {
        rr_import_fail(&run, RR_ARGUMENT, 0, "only allowed_signers files have principals");
        return run.status;
    }
    run.file = ++import->files;
    if (format == RR_IMPORT_OPENPGP) {
        rr_import_openpgp(&run, file, file_len);
    } else {
        rr_text text = {(const char *)file, file_len};
        rr_import_ssh(&run, text, format == RR_IMPORT_ALLOWED_SIGNERS);
    }
    if (counts) *counts = run.counts;
    return run.status;
}
