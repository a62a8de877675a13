/* SPDX-License-Identifier: Apache-2.0 */
/* robin key new, robin key show */
#include <sodium.h>
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
    uint8_t *seed = rr_take_secret(32);
    rr_signer *signer = rr_take_secret(sizeof *signer);
    char *text = rr_take_secret(RR_SIGNER_TEXT_SIZE + 1);
    randombytes_buf(seed, 32);
    if (rr_signer_make(signer, rr_text_of(name), RR_VKEY_ED25519, seed) != RR_OK)
        rr_die(RR_EXIT_USAGE,
               "'%s' is no name for a key: it is 1 to %d bytes without spaces, + or control characters. Choose another.",
               rr_safe_string(name), RR_SIGNER_NAME_MAX);
    rr_signer_write(text, signer);
    size_t len = strlen(text);
    text[len++] = '\n';
    rr_write_file(path, RR_SECRET_FILE, rr_flag(args, "force"), text, len);
    print_vkey(signer);
    return RR_EXIT_DONE;
}

int rr_run_key_show(const rr_args *args) {
    print_vkey(rr_open_signer(rr_arg(args, "FILE")));
    return RR_EXIT_DONE;
}
