/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "cli/tool.h"
#include "roll/keycard_plain.h"

rr_text rr_choose_passphrase(const rr_args *args, const char *what) {
    if (rr_arg(args, "passphrase-file") != NULL) return rr_passphrase(args, "", false);
    char *offered = rr_take_secret(RR_KEYCARD_PASSPHRASE_SIZE);
    if (rr_keycard_passphrase(offered, &rr_system_random) != RR_OK)
        rr_die(RR_EXIT_IO, "the operating system gives no random bytes.");
    FILE *terminal = rr_terminal();
    fprintf(terminal, "A passphrase for your %s:\n\n    %s\n\n", what, offered);
    rr_wrap(terminal,
            rr_format("Write it down on paper. Without it nobody can open the %s. Then type it to show that you have it, or "
                      "type a passphrase of your own.",
                      what),
            "", rr_terminal_width(terminal));
    rr_text typed = rr_ask_passphrase("Passphrase: ", false);
    if (typed.len == 0) rr_die(RR_EXIT_REFUSED, "the passphrase is empty. Nothing was written; run the command again.");
    /* On paper it may have capitals and spaces (docs/spec/keycard.md). */
    char *read = rr_take_secret(RR_KEYCARD_PASSPHRASE_SIZE);
    if (rr_groups_read(read, 6, typed.start) && strcmp(read, offered) == 0) return typed;
    rr_text second = rr_ask_passphrase("It is not the one above. The same again: ", false);
    if (second.len != typed.len || memcmp(second.start, typed.start, typed.len) != 0)
        rr_die(RR_EXIT_REFUSED, "the two passphrases differ. Nothing was written; run the command again.");
    return typed;
}
