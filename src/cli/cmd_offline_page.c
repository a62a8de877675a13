/* SPDX-License-Identifier: Apache-2.0 */
/* robin offline-page */
#include <string.h>

#include "base/sha2.h"
#include "cli/commands.h"
#include "cli/papers.h"
#include "server/browser_page.h"

int rr_run_offline_page(const rr_args *args) {
    const char *out = rr_arg(args, "out");
    rr_blob page = rr_browser_page_offline();
    uint8_t hash[32];
    rr_sha256_of(hash, page.bytes, page.len);
    rr_write_file(out, RR_PUBLIC_FILE, rr_flag(args, "force"), page.bytes, page.len);
    rr_tell("%s: SHA-256 %s", strcmp(out, "-") == 0 ? "standard output" : rr_safe_string(out), rr_hex_text(hash, sizeof hash));
    return RR_EXIT_DONE;
}
