/* SPDX-License-Identifier: Apache-2.0 */
/* POST /p/PID/answer: 2048 bytes (PROTOCOL.md section 5).  What needs neither proof nor log is checked here; then pool and writer have it. */
#include <string.h>
#include <time.h>

#include "server/route.h"

static rr_result refuse(rr_request *request, const char *rule) {
    return rr_reply_text(request, 422, rule);
}

/* What the clock says: a petition that is not open yet, or is to be closed now. */
static const char *time_rule(const rr_request *request) {
    const rr_petition *petition = &request->live->material.petition;
    int64_t now = (int64_t)time(NULL);
    if (now < petition->opens) return "the petition is not open yet";
    bool step_forward = request->record && request->record[1] == RR_STEP_FORWARD;
    if (now >= petition->closes && request->record && !step_forward) return "the petition is closed";
    return NULL;
}

rr_result rr_end_answer(rr_request *request) {
    const uint8_t *record;
    const char *rule;
    if (request->body_len != RR_ANSWER_SIZE) return rr_reply_text(request, 400, "an answer has exactly 2048 bytes");
    if (rr_answer_unpack(&record, &request->record_len, request->body, request->body_len) != RR_OK)
        return refuse(request, "the length in an answer is at most 2046");
    request->record = request->record_len ? record : NULL;
    if (request->record && (rule = rr_record_rule(&request->live->about, record, request->record_len)) != NULL)
        return refuse(request, rule);
    if ((rule = time_rule(request)) != NULL) return refuse(request, rule);
    return rr_request_queue_answer(request) ? MHD_YES : rr_reply_busy(request, NULL, request->server->config.tick / 1000 + 1);
}
