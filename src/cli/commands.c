/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/commands.h"

#include <string.h>

const rr_command *const rr_commands[] = {
    &rr_command_key_new,
    &rr_command_key_show,
    &rr_command_roll_new,
    &rr_command_roll_import,
    &rr_command_roll_invite,
    &rr_command_roll_open,
    &rr_command_roll_enrolments,
    &rr_command_roll_close,
    &rr_command_roll_publish,
    &rr_command_roll_show,
    &rr_command_petition_new,
    &rr_command_petition_check,
    &rr_command_petition_assign,
    &rr_command_petition_publish,
    &rr_command_enrol,
    &rr_command_answer,
    &rr_command_sign,
    &rr_command_decline,
    &rr_command_withdraw,
    &rr_command_step_forward,
    &rr_command_send,
    &rr_command_trustee_new,
    &rr_command_trustee_join,
    &rr_command_trustee_round1,
    &rr_command_trustee_round2,
    &rr_command_trustee_certify,
    &rr_command_trustee_accept,
    &rr_command_trustee_status,
    &rr_command_trustee_notice,
    &rr_command_trustee_open,
    &rr_command_trustee_destroy,
    &rr_command_witness_new,
    &rr_command_witness_serve,
    &rr_command_monitor,
    &rr_command_collect,
    &rr_command_evidence,
    &rr_command_verify,
    &rr_command_offline_page,
    &rr_command_serve,
    &rr_command_demo,
    &rr_command_rehearse_people,
    &rr_command_rehearse_enrol,
    &rr_command_rehearse_answer,
    &rr_command_bench,
    &rr_command_internal_man,
    &rr_command_internal_completions,
    NULL,
};

const rr_option rr_common_options[] = {
    {"help", NULL, RR_TAKES_NOTHING, 0, NULL, NULL, "Say what the command does and which options it has"},
    RR_OPTION_END,
};

static const struct {
    const char *word, *summary;
} groups[] = {
    {"key", "make the keys that sign rolls and logs"},
    {"roll", "keep the roll of a body: its people, its editions"},
    {"petition", "write a petition, check it, assign a roll to it"},
    {"trustee", "keep one part of the key that opens sealed signatures"},
    {"witness", "confirm that a server shows everybody the same logs"},
    {"rehearse", "try a petition out with invented people"},
    {"internal", "for the build of robin itself"},
};

const char *rr_group_summary(const char *word, size_t len) {
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++)
        if (strlen(groups[i].word) == len && memcmp(groups[i].word, word, len) == 0) return groups[i].summary;
    return NULL;
}

const rr_command *rr_command_find(const char *name, size_t len) {
    for (const rr_command *const *c = rr_commands; *c != NULL; c++)
        if (strlen((*c)->name) == len && memcmp((*c)->name, name, len) == 0) return *c;
    return NULL;
}
