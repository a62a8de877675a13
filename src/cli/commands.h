/* SPDX-License-Identifier: Apache-2.0 */
/* The lines of the table and the functions behind them; one file for each command (cmd_*.c). */
#ifndef RR_CLI_COMMANDS_H
#define RR_CLI_COMMANDS_H

#include "cli/command.h"

/* table_registrar.c */
extern const rr_command rr_command_key_new, rr_command_key_show, rr_command_roll_new, rr_command_roll_import,
    rr_command_roll_enrolments, rr_command_roll_publish, rr_command_roll_invite, rr_command_roll_open, rr_command_roll_close,
    rr_command_roll_show;
/* table_petition.c */
extern const rr_command rr_command_petition_new, rr_command_petition_check, rr_command_petition_assign,
    rr_command_petition_publish, rr_command_collect, rr_command_evidence, rr_command_verify, rr_command_offline_page;
/* table_member.c */
extern const rr_command rr_command_enrol, rr_command_answer, rr_command_sign, rr_command_decline, rr_command_withdraw,
    rr_command_step_forward, rr_command_send;
/* table_other.c */
extern const rr_command rr_command_rehearse_people, rr_command_rehearse_enrol, rr_command_rehearse_answer, rr_command_bench,
    rr_command_internal_man, rr_command_internal_completions;
/* table_trustee.c */
extern const rr_command rr_command_trustee_new, rr_command_trustee_join, rr_command_trustee_round1, rr_command_trustee_round2,
    rr_command_trustee_certify, rr_command_trustee_accept, rr_command_trustee_status, rr_command_trustee_notice,
    rr_command_trustee_open, rr_command_trustee_destroy;
/* table_witness.c */
extern const rr_command rr_command_witness_new, rr_command_witness_serve, rr_command_monitor;
/* table_server.c */
extern const rr_command rr_command_serve, rr_command_demo;

int rr_run_key_new(const rr_args *args);
int rr_run_key_show(const rr_args *args);
int rr_run_roll_new(const rr_args *args);
int rr_run_roll_import(const rr_args *args);
int rr_run_roll_enrolments(const rr_args *args);
int rr_run_roll_invite(const rr_args *args);
int rr_run_roll_open(const rr_args *args);
int rr_run_roll_close(const rr_args *args);
int rr_run_roll_publish(const rr_args *args);
int rr_run_roll_show(const rr_args *args);
int rr_run_petition_new(const rr_args *args);
int rr_run_petition_check(const rr_args *args);
int rr_run_petition_assign(const rr_args *args);
int rr_run_petition_publish(const rr_args *args);
int rr_run_enrol(const rr_args *args);
int rr_run_answer(const rr_args *args);
int rr_run_sign(const rr_args *args);
int rr_run_decline(const rr_args *args);
int rr_run_withdraw(const rr_args *args);
int rr_run_step_forward(const rr_args *args);
int rr_run_send(const rr_args *args);
int rr_run_collect(const rr_args *args);
int rr_run_evidence(const rr_args *args);
int rr_run_verify(const rr_args *args);
int rr_run_offline_page(const rr_args *args);
int rr_run_demo(const rr_args *args);
int rr_run_serve(const rr_args *args);
int rr_run_trustee_new(const rr_args *args);
int rr_run_trustee_join(const rr_args *args);
int rr_run_trustee_round1(const rr_args *args);
int rr_run_trustee_round2(const rr_args *args);
int rr_run_trustee_certify(const rr_args *args);
int rr_run_trustee_accept(const rr_args *args);
int rr_run_trustee_status(const rr_args *args);
int rr_run_trustee_notice(const rr_args *args);
int rr_run_trustee_open(const rr_args *args);
int rr_run_trustee_destroy(const rr_args *args);
int rr_run_witness_new(const rr_args *args);
int rr_run_witness_serve(const rr_args *args);
int rr_run_monitor(const rr_args *args);
int rr_run_bench(const rr_args *args);
int rr_run_rehearse_people(const rr_args *args);
int rr_run_rehearse_enrol(const rr_args *args);
int rr_run_rehearse_answer(const rr_args *args);
int rr_run_internal_man(const rr_args *args);
int rr_run_internal_completions(const rr_args *args);

/* Options that several commands share. */
#define RR_OPTION_FORCE                                                                                                        \
    { "force", NULL, RR_TAKES_NOTHING, 0, NULL, NULL, "Replace a file that is there already" }
#define RR_OPTION_JSON                                                                                                         \
    { "json", NULL, RR_TAKES_NOTHING, 0, NULL, NULL, "Print JSON, for programs" }
#define RR_OPTION_PASSPHRASE_FILE                                                                                              \
    {                                                                                                                          \
        "passphrase-file", "FILE", RR_TAKES_FILE, 0, NULL, NULL,                                                               \
            "Read the passphrase from the first line of FILE instead of asking on the terminal; /dev/fd/N reads an open "      \
            "descriptor"                                                                                                       \
    }
#define RR_OPTION_ROLL                                                                                                         \
    { "roll", "FILE", RR_TAKES_FILE, 0, NULL, NULL, "The roll file [default: roll.txt beside the petition]" }
#define RR_OPTION_ROLL_NOTE                                                                                                    \
    {                                                                                                                          \
        "roll-note", "FILE", RR_TAKES_FILE, 0, NULL, NULL,                                                                     \
            "The registrar's signed note over the roll [default: roll.note beside the roll]"                                   \
    }
#define RR_OPTION_ASSIGNMENT                                                                                                   \
    {                                                                                                                          \
        "assignment", "FILE", RR_TAKES_FILE, 0, NULL, NULL,                                                                    \
            "The registrar's note that assigns the roll to this petition [default: assignment.note beside the petition]"       \
    }
#define RR_OPTION_EVIDENCE                                                                                                     \
    {                                                                                                                          \
        "evidence", "FILE", RR_TAKES_FILE, 0, NULL, NULL,                                                                      \
            "An evidence file of this petition: then the crowd that hides you is counted as of its last checkpoint"            \
    }
#define RR_OPTION_RECEIPT                                                                                                      \
    {                                                                                                                          \
        "receipt", "FILE", RR_TAKES_FILE, 0, NULL, NULL,                                                                       \
            "The receipt of your enrolment: refuse a roll that is not kept by the registrar who signed it"                     \
    }
#define RR_OPTION_REGISTRAR                                                                                                    \
    { "registrar", "VKEY", RR_TAKES_TEXT, 0, NULL, NULL, "Your registrar's verifier key: refuse a roll that another one keeps" }
#define RR_OPTION_PROXY                                                                                                        \
    {                                                                                                                          \
        "proxy", "URL", RR_TAKES_TEXT, 0, NULL, NULL,                                                                          \
            "Ask servers through this proxy: socks5h://127.0.0.1:9050 is Tor. The environment's proxy is never used"           \
    }
#define RR_OPTION_WITNESSES                                                                                                    \
    {                                                                                                                          \
        "witnesses", "FILE", RR_TAKES_FILE, 0, NULL, NULL,                                                                     \
            "The witnesses that you trust, a verifier key a line [default: robin/witnesses in your folder for settings, if "   \
            "it is there]"                                                                                                     \
    }
#define RR_OPTION_END                                                                                                          \
    { NULL, NULL, RR_TAKES_NOTHING, 0, NULL, NULL, NULL }
#define RR_POSITIONAL_END                                                                                                      \
    { NULL, RR_TAKES_NOTHING, 0, NULL, NULL }
#define RR_POSITIONAL_PETITION                                                                                                 \
    {                                                                                                                          \
        "PETITION", RR_TAKES_FOLDER, RR_MUST, NULL,                                                                            \
            "The petition's folder (petition.txt with its companions), or the petition file"                                   \
    }
#define RR_POSITIONAL_PETITION_ONLINE                                                                                          \
    {                                                                                                                          \
        "PETITION", RR_TAKES_FOLDER, RR_MUST, NULL,                                                                            \
            "The address of the petition's page (https://SERVER/p/PID/) or of a server that has one petition; or the "         \
            "petition's folder, or the petition file"                                                                          \
    }

#endif
