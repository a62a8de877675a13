/* SPDX-License-Identifier: Apache-2.0 */
/* robin roll new */
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/commands.h"
#include "cli/edition.h"
#include "cli/invite.h"
#include "cli/papers.h"

static rr_text needed(const rr_args *args, const char *option, rr_text inherited) {
    const char *given = rr_arg(args, option);
    if (given == NULL && inherited.len > 0) return inherited;
    if (given == NULL) rr_die(RR_EXIT_USAGE, "--%s is missing. Say robin roll new --help for what it takes.", option);
    return rr_text_of(given);
}

int rr_run_roll_new(const rr_args *args) {
    const char *folder = rr_arg(args, "FOLDER"), *after = rr_arg(args, "after");
    const rr_signer *signer = rr_open_signer(rr_arg(args, "key"));
    if (rr_exists(folder))
        rr_die(RR_EXIT_REFUSED, "%s: is there already and was left as it is. Name a new folder.", rr_safe_string(folder));
    rr_edition old = {.folder = NULL}, e = {.folder = folder, .edition = 1};
    if (after != NULL) {
        rr_open_edition(&old, after);
        rr_need_registrar(&old, signer, rr_arg(args, "key"));
        e.id = old.id;
        e.edition = old.edition + 1;
    } else {
        randombytes_buf(e.id.bytes, sizeof e.id.bytes);
    }
    e.body = needed(args, "body", old.body);
    e.source = needed(args, "source", old.source);
    e.body_size = rr_arg_number(args, "body-size") == 0 ? old.body_size : rr_arg_number(args, "body-size");
    e.slots = rr_arg_number(args, "slots");
    e.kind = strcmp(rr_arg(args, "kind"), "ed25519") == 0 ? RR_ROLL_ED25519 : RR_ROLL_ONE_TIME;
    if (after != NULL) e.kind = old.kind;
    e.registrar.text = rr_vkey_of(signer);
    rr_make_folder(folder);
    for (size_t i = 0; i < old.count; i++) rr_add_person(&e, &old.people[i]);
    rr_write_conf(&e);
    rr_write_people(&e, true);
    if (e.kind == RR_ROLL_ONE_TIME) {
        /* Who is invited and who has enrolled is not for others on this machine. */
        mode_t before = umask(0077);
        rr_make_folder(rr_join(folder, RR_INVITATIONS));
        rr_make_folder(rr_join(folder, RR_ENROLMENTS));
        rr_make_folder(rr_join(folder, RR_RECEIPTS));
        (void)umask(before);
        rr_invite(&e, e.people, e.count);
    }
    printf("Edition %u of roll %s begins in %s, with %s.\n", e.edition, rr_hex_text(e.id.bytes, 32), rr_safe_string(folder),
           rr_count_of(e.count, "person", "people"));
    return RR_EXIT_DONE;
}
