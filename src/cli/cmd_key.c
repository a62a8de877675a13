/* SPDX-License-Identifier: Apache-2.0 */
/* robin key new, robin key show */
#include <string.h>

#include "cli/commands.h"
#include "cli/papers.h"

static void print_vkey(const rr_signer *signer) {
    rr_text vkey = rr_vkey_of(signer);
    printf("%.*s\n", (int)vkey.len, vkey.start);
}

int rr_run_key_new(const rr_args *args) {
    const char *name = rr_arg(args, "NAME"), *path = rr_arg(args, "out");
    if (strcmp(path, "-") == 0) rr_die(RR_EXIT_USAGE, "a secret key is not printed. Name a file with --out.");
    print_vkey(rr_make_signer(name, RR_VKEY_ED25519, path, rr_flag(args, "force")));
    return RR_EXIT_DONE;
}

int rr_run_key_show(const rr_args *args) {
    print_vkey(rr_open_signer(rr_arg(args, "FILE")));
    return RR_EXIT_DONE;
}
