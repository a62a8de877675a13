/* SPDX-License-Identifier: Apache-2.0 */
/* The petition that is to be answered: from the server, from an evidence file, or from its papers alone. */
#include <stdlib.h>
#include <string.h>

#include "evidence/report_json.h"
#include "evidence/verification.h"
#include "web/module/session.h"

rr_session rr_web_session;

rr_evidence_options rr_web_options(void) {
    return (rr_evidence_options){.random = &rr_web_source,
                                 .progress = rr_web_on_check,
                                 .witnesses = rr_web_session.witnesses,
                                 .witness_count = rr_web_session.witness_count};
}

/* The witnesses whom the user trusts, a verifier key a line; the text stays until the end.  Before anything is opened. */
RR_EXPORT(witnesses) rr_status rr_web_witnesses(const char *text, size_t len);
rr_status rr_web_witnesses(const char *text, size_t len) {
    rr_session *s = &rr_web_session;
    rr_error error = {RR_OK, 0, 0, NULL};
    rr_status status =
        rr_vkeys_read(s->witnesses, RR_WEB_WITNESSES_MAX, &s->witness_count, &error, (rr_text){text, len}, RR_VKEY_COSIGNATURE);
    if (status == RR_OK) return RR_OK;
    s->witness_count = 0;
    const rr_file_error at = {.status = status, .where = "witnesses", .number = (int64_t)error.line, .rule = error.rule};
    return rr_web_fail_file("witnesses", &at);
}

bool rr_web_on_check(void *context, rr_check check, uint64_t done, uint64_t of) {
    (void)context;
    rr_web_progress((uint32_t)check, (double)done, (double)of);
    return true;
}

/* ---- what the page shows of it -------------------------------------------------------------------------------------- */

static void show_trustees(rr_json *j, const rr_petition *p) {
    rr_json_number(j, "threshold", p->seal_threshold);
    rr_json_number(j, "trustee_threshold", p->trustee_threshold);
    rr_json_open(j, "trustees", '[');
    for (uint32_t i = 0; i < p->trustee_count; i++) rr_json_text(j, NULL, p->trustees[i].vkey.name);
    rr_json_close(j, ']');
}

static void show_roll(rr_json *j, const rr_roll *roll) {
    rr_json_open(j, "roll", '{');
    rr_json_text(j, "body", roll->body);
    rr_json_text(j, "source", roll->source);
    rr_json_text(j, "registrar", roll->registrar.text);
    rr_json_number(j, "edition", roll->edition);
    rr_json_number(j, "slot", roll->slot);
    rr_json_number(j, "entries", roll->entry_count);
    rr_json_bool(j, "one_time", roll->kind == RR_ROLL_ONE_TIME);
    rr_json_close(j, '}');
}

static rr_status show(void) {
    const rr_session *s = &rr_web_session;
    const rr_petition *p = &s->material->petition;
    rr_json j = rr_web_begin();
    rr_json_hex(&j, "pid", p->pid.bytes, sizeof p->pid.bytes);
    rr_json_text(&j, "title", p->title);
    rr_json_text(&j, "to", p->to);
    rr_json_text(&j, "from", p->from);
    rr_json_text(&j, "body", p->body);
    rr_json_time(&j, "opens", p->opens);
    rr_json_time(&j, "closes", p->closes);
    rr_json_bool(&j, "named", p->modes & RR_MODE_NAMED);
    rr_json_bool(&j, "sealed", p->modes & RR_MODE_SEALED);
    if (p->modes & RR_MODE_SEALED) show_trustees(&j, p);
    show_roll(&j, &s->material->roll);
    rr_json_bool(&j, "directory", s->remote != NULL);
    rr_json_bool(&j, "counted", s->report != NULL);
    if (s->report) {
        rr_json_number(&j, "total", s->report->total);
        rr_json_number(&j, "leaves", s->report->leaves);
        rr_json_bool(&j, "closed", s->report->close_leaf != 0);
        rr_report_json_confirmed(&j, s->report);
    }
    rr_web_end(&j);
    return RR_OK;
}

/* The report belongs to the session, whatever it says. */
static rr_status take_report(rr_status status, rr_evidence_report *report) {
    rr_session *s = &rr_web_session;
    s->report = report;
    if (status == RR_OK) {
        if (report->own_witnesses > 0 && 2 * (uint64_t)report->own_witnessed <= report->own_witnesses)
            return rr_web_fail(RR_REFUSED, "not-confirmed", NULL);
        s->material = rr_evidence_report_material(report);
        s->no_certificate = report->checks[RR_CHECK_CEREMONY] == RR_VERIFIED ? NULL : "certificate";
        return show();
    }
    return report ? rr_web_fail_file("verify", &report->errors[report->failed]) : rr_web_fail(status, "verify", NULL);
}

/* ---- from where ----------------------------------------------------------------------------------------------------- */

/* The petition's page, or any address below it: downloads papers, log and directory, and verifies all of it. */
RR_EXPORT(open_url) rr_status rr_web_open_url(const char *url, size_t url_len);
rr_status rr_web_open_url(const char *url, size_t url_len) {
    rr_session *s = &rr_web_session;
    char error[RR_REMOTE_ERROR_SIZE] = "", address[1024];
    rr_evidence_parts parts;
    rr_evidence_report *report = NULL;
    if (url_len >= sizeof address) return rr_web_fail(RR_ARGUMENT, "address", NULL);
    memcpy(address, url, url_len);
    address[url_len] = 0;
    rr_status status = rr_remote_open(&s->remote, error, &rr_web_transport, address, NULL, true);
    if (status != RR_OK) return rr_web_fail(status, status == RR_IO ? "server" : "fetch", error);
    rr_remote_parts(&parts, s->remote);
    const rr_evidence_options options = rr_web_options();
    status = rr_evidence_verify_parts(&report, &parts, &options);
    const char *why = rr_remote_error(s->remote);
    if (status != RR_OK && why[0]) {
        s->report = report;
        return rr_web_fail(status, status == RR_IO ? "server" : "fetch", why);
    }
    return take_report(status, report);
}

/* An evidence file, whose bytes stay until the end. */
RR_EXPORT(open_evidence) rr_status rr_web_open_evidence(const uint8_t *file, size_t len);
rr_status rr_web_open_evidence(const uint8_t *file, size_t len) {
    rr_evidence_report *report = NULL;
    const rr_evidence_options options = rr_web_options();
    rr_status status = rr_evidence_verify_memory(&report, file, len, &options);
    return take_report(status, report);
}

/* One of the papers, whose bytes stay until the end; `id` as in an evidence file.  open_papers() takes what was given. */
RR_EXPORT(paper) void rr_web_paper(uint32_t id, const uint8_t *bytes, size_t len);
void rr_web_paper(uint32_t id, const uint8_t *bytes, size_t len) {
    if (id < RR_DOC_END) rr_web_session.papers[id] = (rr_blob){bytes, len};
}

/* Petition, roll, the registrar's notes over both; names, and the trustees' certificate and notes, if they are there.  Without a log nothing is known of
 * the signatures, nor of what witnesses say. */
RR_EXPORT(open_papers) rr_status rr_web_open_papers(void);
rr_status rr_web_open_papers(void) {
    rr_session *s = &rr_web_session;
    rr_material *m = &s->own;
    rr_file_error error = {.status = RR_OK, .number = -1};
    static const rr_document needed[] = {RR_DOC_PETITION, RR_DOC_ROLL, RR_DOC_ROLL_NOTE, RR_DOC_ASSIGNMENT};
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        if (!s->papers[needed[i]].bytes) return rr_web_fail(RR_NOT_FOUND, "missing", rr_document_name(needed[i]));
    rr_material_free(m);
    *m = (rr_material){.params = NULL};
    rr_status status = rr_material_petition(m, &error, s->papers[RR_DOC_PETITION]);
    if (status == RR_OK) status = rr_material_roll(m, &error, s->papers[RR_DOC_ROLL]);
    if (status == RR_OK) status = rr_material_roll_note(m, &error, s->papers[RR_DOC_ROLL_NOTE]);
    if (status == RR_OK) status = rr_material_assignment(m, &error, s->papers[RR_DOC_ASSIGNMENT]);
    if (status == RR_OK && s->papers[RR_DOC_NAMES].bytes) status = rr_material_names(m, &error, s->papers[RR_DOC_NAMES]);
    rr_blob certificate = s->papers[RR_DOC_CEREMONY], trustees = s->papers[RR_DOC_TRUSTEES];
    s->no_certificate = certificate.bytes && trustees.bytes ? NULL : "certificate";
    if (status == RR_OK && !s->no_certificate) status = rr_material_ceremony(m, &error, certificate, trustees);
    if (status == RR_OK && s->witness_count > 0) return rr_web_fail(RR_REFUSED, "not-confirmed", NULL);
    if (status != RR_OK) return rr_web_fail_file("verify", &error);
    s->material = m;
    return show();
}
