/* SPDX-License-Identifier: Apache-2.0 */
/* robin sign, decline, withdraw, step-forward: what robin answer does, without asking. */
#include <string.h>

#include "base/bytes.h"

#include "cli/commands.h"
#include "cli/member.h"

static int answer_with(const rr_args *args, rr_kind kind) {
    rr_papers papers;
    rr_member member;
    rr_need_delivery(args);
    rr_open_papers_online(&papers, args);
    rr_open_member(&member, &papers, args);
    const char *fault = rr_mode_fault(&papers, &member, kind);
    if (fault != NULL)
        rr_die(RR_EXIT_REFUSED, "%s: %s. Nothing was changed.", rr_safe_string(papers.petition_file.path), fault);
    rr_say_what_is_answered(&papers, &member);
    uint8_t record[RR_RECORD_MAX], answer[RR_ANSWER_SIZE];
    size_t size;
    rr_make_record(record, &size, &papers, member.secret, member.place, kind);
    rr_make_answer(answer, record, size);
    rr_wipe(record, sizeof record);
    rr_give_answer(args, &member, &papers, answer);
    rr_wipe(answer, sizeof answer);
    rr_say_answered(stderr, args, &member);
    return RR_EXIT_DONE;
}

int rr_run_sign(const rr_args *args) {
    const char *mode = rr_arg(args, "mode");
    return answer_with(args, strcmp(mode, "named") == 0 ? RR_NAMED : strcmp(mode, "sealed") == 0 ? RR_SEALED : RR_ANONYMOUS);
}

int rr_run_withdraw(const rr_args *args) {
    return answer_with(args, RR_WITHDRAW);
}

int rr_run_step_forward(const rr_args *args) {
    return answer_with(args, RR_STEP_FORWARD);
}

int rr_run_decline(const rr_args *args) {
    rr_papers papers;
    rr_member member;
    uint8_t answer[RR_ANSWER_SIZE];
    rr_need_delivery(args);
    rr_open_papers_online(&papers, args);
    rr_open_member(&member, &papers, args);
    rr_say_what_is_answered(&papers, &member);
    rr_make_answer(answer, NULL, 0);
    rr_give_answer(args, &member, &papers, answer);
    rr_wipe(answer, sizeof answer);
    rr_say_answered(stderr, args, &member);
    return RR_EXIT_DONE;
}
