/* SPDX-License-Identifier: Apache-2.0 */
/* What one worker works on: one petition, one key card. */
#ifndef RR_WEB_SESSION_H
#define RR_WEB_SESSION_H

#include "evidence/document.h"
#include "evidence/material.h"
#include "roundrobin/judge.h"
#include "roundrobin/keycard.h"
#include "web/module/module.h"

enum { RR_WEB_WITNESSES_MAX = 64 };

typedef struct rr_session {
    rr_vkey witnesses[RR_WEB_WITNESSES_MAX]; /* whom the user trusts */
    uint32_t witness_count;
    rr_remote *remote;           /* NULL: no server was asked */
    rr_evidence_report *report;  /* NULL: there is no log */
    const rr_material *material; /* NULL: no petition was opened, or it does not verify */
    rr_material own;             /* of papers without a log */
    const char
        *no_certificate; /* why nobody can seal here, as a word; NULL: the trustees' certificate and acceptances verify */
    rr_blob papers[RR_DOC_END];
    rr_keycard card;         /* SECRET */
    const rr_secret *secret; /* SECRET; into the card; NULL: no card that can answer */
    uint32_t place, ring;
    rr_nullifier nullifier; /* SECRET, of the card's key */
} rr_session;
extern rr_session rr_web_session;

/* An rr_evidence_progress that tells the page. */
bool rr_web_on_check(void *context, rr_check check, uint64_t done, uint64_t of);
/* How evidence is verified here. */
rr_evidence_options rr_web_options(void);

#endif
