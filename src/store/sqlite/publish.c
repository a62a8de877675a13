/* SPDX-License-Identifier: Apache-2.0 */
/* Rolls, petitions, the browser page. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "store/sqlite/internal.h"

/* ---- rolls ---------------------------------------------------------------------------------------------------------- */

static rr_status add_document(rr_store *store, rr_file_error *error, const rr_roll_digest *digest, int document,
                              rr_blob bytes) {
    if (!bytes.bytes) return RR_OK;
    rr_value values[] = {RR_FIXED(digest), RR_INT(document), RR_BLOB(bytes)};
    return RR_RUN(&store->conn, error, "INSERT INTO roll_document VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING", values);
}

static rr_status has_roll(rr_conn *conn, rr_file_error *error, bool *has, const rr_roll_digest *digest) {
    int64_t count = 0;
    rr_value values[] = {RR_FIXED(digest), RR_INT(RR_DOC_ROLL)};
    rr_status status =
        rr_conn_integer(conn, error, &count, "SELECT count(*) FROM roll_document WHERE roll = ?1 AND document = ?2", values, 2);
    *has = count > 0;
    return status;
}

rr_status rr_store_add_roll(rr_store *store, rr_file_error *error, const rr_store_roll *roll) {
    bool known = false;
    char line[RR_LINE_SIZE] = "roll ";
    const char *lines[] = {line};
    if (!roll->roll.bytes || !roll->note.bytes)
        return rr_fail(error, RR_ARGUMENT, "roll", -1, "a roll comes with its registrar's note");
    rr_status status = rr_store_begin(store, error);
    if (status != RR_OK) return status;
    rr_hex(line + strlen(line), roll->digest.bytes, 32);
    status = has_roll(&store->conn, error, &known, &roll->digest);
    if (status == RR_OK && !known) status = rr_directory_append(store, error, lines, 1);
    if (status == RR_OK) status = add_document(store, error, &roll->digest, RR_DOC_ROLL, roll->roll);
    if (status == RR_OK) status = add_document(store, error, &roll->digest, RR_DOC_ROLL_NOTE, roll->note);
    if (status == RR_OK) status = add_document(store, error, &roll->digest, RR_DOC_NAMES, roll->names);
    if (status == RR_OK) status = add_document(store, error, &roll->digest, RR_DOC_ENROLMENTS, roll->proofs);
    return rr_store_end(store, error, status);
}

/* ---- petitions ------------------------------------------------------------------------------------------------------ */

rr_status rr_store_petition_number(rr_conn *conn, rr_file_error *error, int64_t *number, const rr_pid *pid) {
    rr_value value[] = {RR_FIXED(pid)};
    rr_status status = rr_conn_integer(conn, error, number, "SELECT number FROM petition WHERE pid = ?1", value, 1);
    return status == RR_NOT_FOUND ? rr_absent(error, "petition", "there is no such petition here") : status;
}

/* NULL in *rule, or what forbids the petition. */
static rr_status check(rr_store *store, rr_file_error *error, const char **rule, const rr_store_petition *p,
                       const rr_signer *log) {
    char vkey[RR_SIGNER_TEXT_SIZE];
    bool has = false;
    int64_t assigned = 0, served = 0;
    rr_value roll[] = {RR_FIXED(&p->roll)};
    rr_value key[] = {RR_STRING(((rr_text){vkey, rr_signer_vkey(vkey, sizeof vkey, log)}))};
    rr_status status = has_roll(&store->conn, error, &has, &p->roll);
    if (status == RR_OK)
        status = rr_conn_integer(&store->conn, error, &assigned, "SELECT count(*) FROM petition WHERE roll = ?1", roll, 1);
    if (status == RR_OK)
        status = rr_conn_integer(&store->conn, error, &served, "SELECT count(*) FROM log WHERE vkey = ?1", key, 1);
    *rule = NULL;
    if (!has)
        *rule = "its roll is not here: publish the roll first";
    else if (assigned)
        *rule = "its roll was assigned to another petition: each petition needs an edition of its own";
    else if (served)
        *rule = "its Log key serves another log: each log needs a key of its own";
    return status;
}

static rr_status insert(rr_store *store, rr_file_error *error, const rr_store_petition *p, int64_t number,
                        const rr_batch_key *batch) {
    static const char document[] = "INSERT INTO petition_document VALUES (?1, ?2, ?3)";
    rr_value values[] = {RR_FIXED(&p->pid), RR_INT(number), RR_FIXED(&p->roll), RR_FIXED(&batch->id)};
    rr_value petition[] = {RR_FIXED(&p->pid), RR_INT(RR_DOC_PETITION), RR_BLOB(p->petition)};
    rr_value assignment[] = {RR_FIXED(&p->pid), RR_INT(RR_DOC_ASSIGNMENT), RR_BLOB(p->assignment)};
    rr_status status = RR_RUN(&store->conn, error, "INSERT INTO petition VALUES (?1, ?2, ?3, ?4, 0)", values);
    if (status == RR_OK) status = RR_RUN(&store->conn, error, document, petition);
    if (status == RR_OK) status = RR_RUN(&store->conn, error, document, assignment);
    rr_value ceremony[] = {RR_FIXED(&p->pid), RR_INT(RR_DOC_CEREMONY), RR_BLOB(p->ceremony)};
    rr_value trustees[] = {RR_FIXED(&p->pid), RR_INT(RR_DOC_TRUSTEES), RR_BLOB(p->trustees)};
    if (status == RR_OK && p->ceremony.bytes) status = RR_RUN(&store->conn, error, document, ceremony);
    if (status == RR_OK && p->trustees.bytes) status = RR_RUN(&store->conn, error, document, trustees);
    return status;
}

/* Leaf 0 and the checkpoint of size 1. */
static rr_status begin_log(rr_store *store, rr_file_error *error, rr_hash *root, int64_t number, const rr_pid *pid,
                           const rr_signer *signer) {
    uint8_t first[38] = {1, RR_FIRST};
    memcpy(first + 6, pid->bytes, 32);
    rr_appending *log = malloc(sizeof *log);
    if (!log) return rr_no_memory(error, "log");
    rr_status status = rr_log_begin(log, &store->conn, error, number, signer);
    if (status == RR_OK) status = rr_log_append(log, first, sizeof first);
    if (status == RR_OK) status = rr_log_finish(log, signer, root);
    free(log);
    return status;
}

static rr_status add_petition(rr_store *store, rr_file_error *error, const rr_store_petition *p, const rr_signer *log,
                              const rr_batch_key *batch) {
    enum { OTHER = 3 };
    char pid[65], digest[65], hash[65], lines[RR_TRUSTEE_MAX + OTHER][RR_LINE_SIZE];
    const char *each[RR_TRUSTEE_MAX + OTHER], *rule;
    size_t count = 0;
    int64_t number = 0;
    rr_hash root;
    rr_status status = check(store, error, &rule, p, log);
    if (status == RR_OK && rule) return rr_fail(error, RR_REFUSED, "petition", -1, rule);
    if (status == RR_OK) status = rr_conn_integer(&store->conn, error, &number, "SELECT max(number) + 1 FROM log", NULL, 0);
    if (status == RR_OK) status = rr_log_make(&store->conn, error, number, log);
    if (status == RR_OK) status = insert(store, error, p, number, batch);
    if (status == RR_OK) status = begin_log(store, error, &root, number, &p->pid, log);
    if (status != RR_OK) return status;
    rr_hex(pid, p->pid.bytes, 32);
    rr_hex(digest, p->roll.bytes, 32);
    snprintf(lines[count++], RR_LINE_SIZE, "petition %s", pid);
    snprintf(lines[count++], RR_LINE_SIZE, "assignment %s %s", digest, pid);
    for (uint32_t j = 1; j <= p->trustee_count; j++) {
        rr_hex(hash, p->acceptances[j - 1].bytes, 32);
        snprintf(lines[count++], RR_LINE_SIZE, "trustee %s %u %s", pid, (unsigned)j, hash);
    }
    rr_line_checkpoint(lines[count++], &p->pid, 1, &root);
    for (size_t i = 0; i < count; i++) each[i] = lines[i];
    return rr_directory_append(store, error, each, count);
}

rr_status rr_store_add_petition(rr_store *store, rr_file_error *error, const rr_store_petition *petition, const rr_signer *log,
                                const rr_batch_key *batch) {
    int64_t number;
    if (!petition->petition.bytes || !petition->assignment.bytes || petition->trustee_count > RR_TRUSTEE_MAX)
        return rr_fail(error, RR_ARGUMENT, "petition", -1, "a petition comes with the assignment of its roll");
    rr_status status = rr_store_begin(store, error);
    if (status != RR_OK) return status;
    status = rr_store_petition_number(&store->conn, error, &number, &petition->pid);
    if (status == RR_NOT_FOUND) status = add_petition(store, error, petition, log, batch);
    return rr_store_end(store, error, status);
}

/* ---- the browser page ----------------------------------------------------------------------------------------------- */

rr_status rr_store_add_page(rr_store *store, rr_file_error *error, const rr_hash *page) {
    /* The directory log is number 0.  `page ` and 64 digits. */
    static const char last_leaf[] =
        "SELECT bytes FROM entry WHERE id >= 0 AND id < 1 << 40 AND length(bytes) = 69 AND substr(bytes, 1, 5) = x'7061676520' "
        "ORDER BY id DESC LIMIT 1";
    char line[RR_LINE_SIZE] = "page ";
    const char *lines[] = {line};
    rr_bytes_out last = {NULL, 0};
    rr_status status = rr_store_begin(store, error);
    if (status != RR_OK) return status;
    rr_hex(line + strlen(line), page->bytes, sizeof page->bytes);
    status = rr_conn_blob(&store->conn, error, &last, last_leaf, NULL, 0);
    bool known = status == RR_OK && last.len == strlen(line) && memcmp(last.bytes, line, last.len) == 0;
    free(last.bytes);
    if (status == RR_NOT_FOUND) status = RR_OK;
    if (status == RR_OK && !known) status = rr_directory_append(store, error, lines, 1);
    return rr_store_end(store, error, status);
}
