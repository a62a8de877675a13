/* SPDX-License-Identifier: Apache-2.0 */
#include "server/publishing.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "roundrobin/trustees.h"
#include "server/cosigner.h"
#include "store/db.h"

void rr_publishing_free(rr_publishing *p) {
    /* The parameters are the server's. */
    if (p->material.memory[0] == NULL) p->material.params = NULL;
    rr_material_free(&p->material);
    sodium_free(p->log); /* wipes */
    free(p->roll_file.bytes);
    p->log = NULL;
    p->roll_file.bytes = NULL;
}

static rr_status need_parts(rr_file_error *error, const rr_parcel *parcel, size_t count) {
    if (parcel->count == count) return RR_OK;
    return rr_fail(error, RR_MALFORMED, "parcel", -1, "it has another number of parts");
}

/* An absent part has length 0. */
static rr_blob part(const rr_parcel *parcel, size_t i) {
    rr_blob blob = parcel->parts[i];
    return blob.len ? blob : (rr_blob){NULL, 0};
}

/* ---- rolls ------------------------------------------------------------------------------------------------------------------------- */

rr_status rr_publishing_check_roll(rr_publishing *p, rr_file_error *error, rr_server *server, const rr_parcel *parcel) {
    rr_material *m = &p->material;
    rr_status status = need_parts(error, parcel, 4);
    if (status != RR_OK) return status;
    p->roll =
        (rr_store_roll){.roll = part(parcel, 0), .note = part(parcel, 1), .names = part(parcel, 2), .proofs = part(parcel, 3)};
    m->params = server->params;
    status = rr_material_roll_alone(m, error, p->roll.roll);
    if (status != RR_OK) return status;
    if (!rr_text_equal(parcel->signer->text, m->roll.registrar.text))
        return rr_fail(error, RR_REFUSED, "roll", -1, "it is not its Registrar who publishes it");
    status = rr_material_roll_note(m, error, p->roll.note);
    if (status == RR_OK && p->roll.names.bytes) status = rr_material_names(m, error, p->roll.names);
    if (status == RR_OK && m->roll.kind == RR_ROLL_ONE_TIME && !p->roll.proofs.bytes)
        status = rr_fail(error, RR_REFUSED, "enrolments", -1, "a one-time roll is published with its enrolment proofs");
    if (status == RR_OK && p->roll.proofs.bytes)
        status = rr_material_enrolments(m, error, p->roll.proofs, &server->random, NULL);
    p->roll.digest = m->roll.digest;
    return status;
}

rr_status rr_publishing_store_roll(rr_publishing *p, rr_file_error *error, rr_server *server) {
    return rr_store_add_roll(server->store, error, &p->roll);
}

/* ---- petitions ------------------------------------------------------------------------------------------------------------------------ */

static rr_status check_keys(rr_publishing *p, rr_file_error *error, const rr_server *server) {
    const rr_petition *petition = &p->material.petition;
    if (!rr_text_equal(petition->directory.text, rr_text_of(server->directory_vkey)))
        return rr_fail(error, RR_REFUSED, "petition", -1,
                       "its Directory is not this server's directory log: write it with robin petition new --server");
    p->log = sodium_malloc(sizeof *p->log);
    if (!p->log) return rr_fail(error, RR_NO_SPACE, "petition", -1, "there is not enough memory");
    if (rr_log_key_find(p->log, server->log_keys, &petition->log) != RR_OK)
        return rr_fail(error, RR_REFUSED, "petition", -1,
                       "its Log is not a key of this server: write it with robin petition new --server");
    return RR_OK;
}

static rr_status check_rules(const rr_petition *petition, rr_file_error *error, const rr_server *server) {
    if (rr_cosigner_knows(server->cosigner, petition->witnesses, petition->witness_count) < petition->witnesses_needed)
        return rr_fail(
            error, RR_REFUSED, "petition", -1,
            "this server asks fewer of its witnesses than it needs, so it could never be final: name witnesses of this "
            "server (its page /server lists them), or write it with `Witnesses: 0`");
    if (petition->closes <= (int64_t)time(NULL)) return rr_fail(error, RR_REFUSED, "petition", -1, "its time to close is past");
    return RR_OK;
}

static rr_status check_ceremony(rr_publishing *p, rr_file_error *error, const rr_parcel *parcel) {
    const rr_petition *petition = &p->material.petition;
    rr_blob certificate = part(parcel, 2), notes = part(parcel, 3);
    if (!certificate.bytes || !notes.bytes)
        return rr_fail(
            error, RR_REFUSED, "ceremony", -1,
            "a sealed petition is published with the trustees' certificate and notes: robin trustee certify --petition");
    rr_status status = rr_material_ceremony(&p->material, error, certificate, notes);
    if (status != RR_OK) return status;
    if (rr_trustees_acceptances(p->acceptances, petition, notes.bytes, notes.len) != RR_OK)
        return rr_fail(error, RR_MALFORMED, "ceremony", -1, "the trustees' notes are cut off");
    p->petition.ceremony = certificate;
    p->petition.trustees = notes;
    p->petition.acceptances = p->acceptances;
    p->petition.trustee_count = petition->trustee_count;
    return RR_OK;
}

rr_status rr_publishing_check_petition(rr_publishing *p, rr_file_error *error, rr_server *server, rr_store_reader *reader,
                                       const rr_parcel *parcel) {
    rr_material *m = &p->material;
    rr_status status = rr_material_petition(m, error, part(parcel, 0));
    if (status == RR_OK) status = need_parts(error, parcel, m->petition.modes & RR_MODE_SEALED ? 4 : 2);
    if (status != RR_OK) return status;
    p->petition = (rr_store_petition){
        .pid = m->petition.pid, .roll = m->petition.roll, .petition = part(parcel, 0), .assignment = part(parcel, 1)};
    /* What is here already is here, whatever the clock says now. */
    if (rr_server_find(server, &m->petition.pid)) return RR_OK;
    status = check_keys(p, error, server);
    if (status == RR_OK) status = check_rules(&m->petition, error, server);
    if (status == RR_OK) status = rr_store_roll_document(reader, error, &p->roll_file, &m->petition.roll, RR_DOC_ROLL);
    if (status == RR_NOT_FOUND)
        return rr_fail(error, RR_REFUSED, "roll", -1, "the petition's roll is not here: let its registrar publish it first");
    if (status == RR_OK) status = rr_material_roll(m, error, (rr_blob){p->roll_file.bytes, p->roll_file.len});
    if (status == RR_OK) status = rr_material_assignment(m, error, p->petition.assignment);
    if (status == RR_OK && m->petition.modes & RR_MODE_SEALED) status = check_ceremony(p, error, parcel);
    return status;
}

rr_status rr_publishing_store_petition(rr_publishing *p, rr_file_error *error, rr_server *server, rr_store_reader *reader) {
    rr_batch_key *batch;
    rr_store_state state;
    rr_live *live = NULL;
    if (rr_server_find(server, &p->petition.pid)) return RR_OK;
    batch = sodium_malloc(sizeof *batch);
    if (!batch) return rr_fail(error, RR_NO_SPACE, "petition", -1, "there is not enough memory");
    rr_status status = rr_batch_key_new(batch, error, server->config.keys);
    if (status == RR_OK) {
        status = rr_store_add_petition(server->store, error, &p->petition, p->log, batch);
        /* A key that is not in use now goes; where nobody knows (the disk failed), the next start sweeps. */
        rr_status known = rr_store_petition_state(server->store, status == RR_OK ? error : NULL, &state, &p->petition.pid);
        if (known == RR_NOT_FOUND || (known == RR_OK && memcmp(&state.batch, &batch->id, sizeof state.batch) != 0))
            (void)rr_batch_key_destroy(NULL, server->config.keys, &batch->id);
        if (status == RR_OK) status = known;
    }
    sodium_free(batch);
    if (status == RR_OK)
        status = rr_live_open(&live, error, reader, &state, server->log_keys, server->config.keys, &server->random);
    if (status == RR_OK) status = rr_server_add(server, live);
    if (status != RR_OK) rr_live_close(live);
    return status;
}
