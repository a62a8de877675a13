/* SPDX-License-Identifier: Apache-2.0 */
/* A key card for the petition of the session, the crowd that hides its holder, and the answer. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "evidence/verification.h"
#include "roll/keycard_plain.h"
#include "web/module/session.h"

/* ---- the card ------------------------------------------------------------------------------------------------------- */

static bool is_ring(rr_kind kind) {
    return kind == RR_ANONYMOUS || kind == RR_SEALED;
}

static size_t record_size(rr_kind kind) {
    const rr_session *s = &rr_web_session;
    if (kind == RR_WITHDRAW) return RR_WITHDRAW_SIZE;
    return is_ring(kind) ? rr_ring_record_size(kind, rr_rings_ring_size(&s->material->rings, s->ring)) : RR_PLAIN_SIZE;
}

/* What the log that was verified would do with such a record of this key. */
static const char *fault_by_log(rr_kind kind) {
    const rr_session *s = &rr_web_session;
    uint8_t record[RR_RECORD_MAX] = {1, (uint8_t)kind};
    rr_store32_le(record + 2, is_ring(kind) ? s->ring : kind == RR_WITHDRAW ? 0 : s->place);
    memcpy(record + 6, s->nullifier.bytes, sizeof s->nullifier.bytes);
    switch (rr_judge_prospect(rr_evidence_report_judge(s->report), NULL, record, record_size(kind))) {
    case RR_WOULD_COUNT: return NULL;
    case RR_WOULD_CONFLICT: return "answered";
    case RR_WOULD_NOT_TAKE: break;
    }
    return "over";
}

/* Why an answer of this kind cannot be made here, as a word that the page explains; NULL: it can. */
static const char *fault_of(rr_kind kind) {
    const rr_session *s = &rr_web_session;
    const rr_petition *p = &s->material->petition;
    static const unsigned modes[] = {[RR_ANONYMOUS] = RR_MODE_ANONYMOUS,
                                     [RR_SEALED] = RR_MODE_SEALED,
                                     [RR_NAMED] = RR_MODE_NAMED,
                                     [RR_STEP_FORWARD] = RR_MODE_NAMED,
                                     [RR_WITHDRAW] = UINT_MAX};
    if (!(p->modes & modes[kind])) return "mode";
    if (is_ring(kind) && rr_rings_ring_size(&s->material->rings, s->ring) < p->ring_minimum) return "small";
    /* Section 8: a client that seals first checks the certificate of the ceremony and that all trustees have accepted. */
    if (kind == RR_SEALED && s->no_certificate) return s->no_certificate;
    return s->report ? fault_by_log(kind) : NULL;
}

static void show_crowd(rr_json *j) {
    const rr_session *s = &rr_web_session;
    const rr_rings *rings = &s->material->rings;
    rr_json_open(j, "crowd", '{');
    rr_json_number(j, "ring", rr_rings_ring_size(rings, s->ring));
    rr_json_number(j, "ring_minimum", s->material->petition.ring_minimum);
    rr_json_bool(j, "by_class", s->material->petition.by_class);
    rr_json_text(j, "class", rings->classes[rr_rings_class_of_ring(rings, s->ring)].name);
    if (s->report) {
        const rr_ring_tally *tally = &s->report->rings[s->ring];
        rr_json_number(j, "named", tally->named);
        rr_json_number(j, "hidden", tally->hidden);
        rr_json_number(j, "members", tally->entries - tally->named);
        rr_json_number(j, "members_if_opened", tally->entries - tally->named - tally->sealed);
    }
    rr_json_close(j, '}');
}

static rr_status show_card(void) {
    const rr_session *s = &rr_web_session;
    rr_json j = rr_web_begin();
    rr_json_string(&j, "member", s->card.member);
    rr_json_string(&j, "name", s->card.name);
    rr_json_number(&j, "place", s->place);
    rr_text name;
    bool published = rr_names_find(&name, &s->material->names, s->place) == RR_OK;
    rr_json_bool(&j, "name_published", published);
    show_crowd(&j);
    /* A key that was kept: what it did shows in the log. */
    static const char *const states[] = {
        [RR_T_NONE] = "none", [RR_T_HIDDEN] = "hidden", [RR_T_NAMED] = "named", [RR_T_WITHDRAWN] = "withdrawn"};
    const rr_judge *judge = s->report ? rr_evidence_report_judge(s->report) : NULL;
    rr_json_string(&j, "state", states[judge ? rr_judge_nullifier(judge, NULL, &s->nullifier) : RR_T_NONE]);
    rr_json_open(&j, "faults", '{');
    rr_json_string(&j, "named", fault_of(RR_NAMED));
    rr_json_string(&j, "sealed", fault_of(RR_SEALED));
    rr_json_string(&j, "anonymous", fault_of(RR_ANONYMOUS));
    rr_json_string(&j, "step-forward", fault_of(RR_STEP_FORWARD));
    rr_json_string(&j, "withdraw", fault_of(RR_WITHDRAW));
    rr_json_close(&j, '}');
    rr_web_end(&j);
    return RR_OK;
}

/* Finds the key for this petition on a card in the open (docs/spec/keycard.md). */
RR_EXPORT(card) rr_status rr_web_card(const uint8_t *plain, size_t len);
rr_status rr_web_card(const uint8_t *plain, size_t len) {
    rr_session *s = &rr_web_session;
    const char *why = NULL;
    rr_entry_key entry;
    if (!s->material) return rr_web_fail(RR_ARGUMENT, "order", NULL);
    const rr_roll *roll = &s->material->roll;
    s->secret = NULL;
    rr_status status = rr_keycard_decode(&s->card, &why, plain, len);
    if (status != RR_OK) return rr_web_fail(status, "card-form", why);
    if (roll->kind != RR_ROLL_ONE_TIME) return rr_web_fail(RR_REFUSED, "card-kind", NULL);
    if (memcmp(s->card.roll_id.bytes, roll->id.bytes, sizeof roll->id.bytes) != 0)
        return rr_web_fail(RR_REFUSED, "card-roll", NULL);
    if (s->card.edition != roll->edition) return rr_web_fail(RR_REFUSED, "card-edition", NULL);
    if (roll->slot >= s->card.slot_count) return rr_web_fail(RR_REFUSED, "card-slots", NULL);
    const rr_secret *secret = rr_keycard_slot(&s->card, roll->slot);
    if (!secret) return rr_web_fail(RR_REFUSED, "card-used", NULL);
    if (rr_secret_entry(s->material->params, &entry, secret) != RR_OK || rr_roll_find_key(&s->place, roll, &entry) != RR_OK)
        return rr_web_fail(RR_REFUSED, "card-entry", NULL);
    if (rr_secret_nullifier(s->material->subject, &s->nullifier, secret) != RR_OK)
        return rr_web_fail(RR_ARGUMENT, "card-entry", NULL);
    s->ring = s->material->rings.ring_of_place[s->place];
    s->secret = secret;
    return show_card();
}

/* ---- the answer ----------------------------------------------------------------------------------------------------- */

static rr_status sign_in_ring(uint8_t record[RR_RECORD_MAX], size_t size, rr_kind kind, const rr_fresh *fresh) {
    const rr_session *s = &rr_web_session;
    const rr_material *m = s->material;
    uint32_t count = rr_rings_ring_size(&m->rings, s->ring);
    size_t ring_size = rr_ring_size(count), scratch_size = rr_sign_ring_scratch_size(count);
    rr_entry_key *keys = malloc(count * sizeof *keys);
    void *memory = malloc(ring_size), *scratch = malloc(scratch_size);
    rr_ring *ring = NULL;
    rr_status status = keys && memory && scratch ? RR_OK : RR_NO_SPACE;
    if (status == RR_OK) status = rr_rings_keys(keys, &m->rings, &m->roll, s->ring);
    if (status == RR_OK) status = rr_ring_init(&ring, NULL, memory, ring_size, s->ring, keys, count);
    if (status == RR_OK)
        status = rr_sign_ring(m->params, m->subject, ring, record, size, kind, s->secret, fresh, scratch, scratch_size);
    if (scratch) rr_wipe(scratch, scratch_size);
    free(scratch);
    free(memory);
    free(keys);
    return status;
}

/* The 2048 bytes of an answer: `kind` 1 to 5, or 0 to decline.  The record was verified. */
RR_EXPORT(answer) rr_status rr_web_answer(uint32_t kind);
rr_status rr_web_answer(uint32_t kind) {
    static uint8_t answer[RR_ANSWER_SIZE];
    uint8_t record[RR_RECORD_MAX];
    const rr_session *s = &rr_web_session;
    rr_fresh fresh;
    rr_status status = RR_OK;
    if (!s->secret || kind > RR_WITHDRAW) return rr_web_fail(RR_ARGUMENT, "order", NULL);
    if (kind != RR_FIRST && fault_of((rr_kind)kind)) return rr_web_fail(RR_REFUSED, "order", NULL);
    size_t size = kind == RR_FIRST ? 0 : record_size((rr_kind)kind);
    rr_web_random(fresh.bytes, sizeof fresh.bytes);
    rr_web_random(answer, sizeof answer);
    if (kind == RR_NAMED || kind == RR_STEP_FORWARD)
        status = rr_sign_plain(s->material->params, s->material->subject, record, (rr_kind)kind, s->place,
                               &s->material->roll.entries[s->place].key, s->secret, &fresh);
    else if (kind == RR_WITHDRAW)
        status = rr_withdraw(s->material->params, s->material->subject, record, s->secret, &fresh);
    else if (kind != RR_FIRST)
        status = sign_in_ring(record, size, (rr_kind)kind, &fresh);
    if (status == RR_OK) status = rr_answer_pack(answer, record, size);
    rr_wipe(record, sizeof record);
    rr_wipe(&fresh, sizeof fresh);
    if (status != RR_OK) return rr_web_fail(status, "sign", NULL);
    rr_web_output(answer, sizeof answer);
    return RR_OK;
}

/* SECRET.  The card in the open without the key of this petition, which is gone from the session too. */
RR_EXPORT(burn) rr_status rr_web_burn(void);
rr_status rr_web_burn(void) {
    static uint8_t plain[RR_KEYCARD_PLAIN_MAX];
    rr_session *s = &rr_web_session;
    size_t len;
    if (!s->secret || rr_keycard_burn(&s->card, s->material->roll.slot) != RR_OK)
        return rr_web_fail(RR_ARGUMENT, "order", NULL);
    s->secret = NULL;
    rr_status status = rr_keycard_encode(plain, &len, &s->card);
    if (status != RR_OK) return rr_web_fail(status, "card-form", NULL);
    rr_web_output(plain, len);
    return RR_OK;
}
