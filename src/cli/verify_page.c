/* SPDX-License-Identifier: Apache-2.0 */
/* Is the browser page that a server gives the one that its directory log has on record? */
#include "cli/verify_page.h"

#include <stdlib.h>
#include <string.h>

#include "base/sha2.h"
#include "cli/online.h"
#include "cli/papers.h"
#include "server/browser_page.h"

static rr_vkey directory_key(const rr_args *args, rr_online *online, const char *server) {
    const char *given = rr_arg(args, "directory");
    rr_vkey key, log;
    rr_error error;
    if (given == NULL) {
        rr_online_keys(online, server, &key, &log);
        return key;
    }
    if (rr_vkey_read(&key, &error, rr_text_of(given), RR_VKEY_ED25519) != RR_OK || !key.usable)
        rr_die(RR_EXIT_USAGE, "--directory: %s. It should be a verifier key such as the server's operator publishes.",
               error.rule != NULL ? error.rule : "this is no usable key");
    return key;
}

static bool is_ours(const rr_hash *served) {
    rr_blob page = rr_browser_page();
    rr_hash ours;
    rr_sha256_of(ours.bytes, page.bytes, page.len);
    return memcmp(&ours, served, sizeof ours) == 0;
}

static void print_origin(const rr_args *args, const rr_remote_page *page) {
    rr_wrap(stdout,
            is_ours(&page->served) ? "It is, byte for byte, the page that this version of robin (" RR_VERSION ") brings."
                                   : "It is not the page that this version of robin (" RR_VERSION
                                     ") brings: the server runs another version, or its page was changed.",
            "", 80);
    if (rr_arg(args, "directory") == NULL)
        rr_wrap(stdout,
                "The key of the directory log is the one that the server itself names. If you know it from elsewhere, give it "
                "with --directory.",
                "", 80);
    rr_wrap(stdout,
            "A server can give different visitors different pages: this is what it gave this time, to this program. Who "
            "has cosigned the directory log is not looked at here.",
            "", 80);
}

int rr_verify_page(const rr_args *args, const char *address) {
    char error[RR_REMOTE_ERROR_SIZE], *server, *url;
    rr_remote_page page;
    if (rr_remote_page_address(&server, &url, error, address) != RR_OK) rr_die(RR_EXIT_USAGE, "%s.", rr_safe_string(error));
    const char *name = rr_safe_string(url);
    rr_online *online = rr_online_start(args);
    rr_vkey key = directory_key(args, online, server);
    rr_status status = rr_remote_read_page(&online->transport, &page, error, server, url, &key);
    free(server);
    free(url);
    if (status != RR_OK) rr_online_die(online, status, error);
    rr_online_end_progress(online);
    bool last = page.recorded && memcmp(&page.last, &page.served, sizeof page.last) == 0;
    printf("%s: %s, SHA-256 %s\n", name, rr_count_of(page.len, "byte", "bytes"), rr_hex_text(page.served.bytes, 32));
    if (last)
        printf("It is the page on record since leaf %s of the directory log %s, which has %s.\n", rr_grouped(page.since),
               rr_safe(key.name), rr_count_of(page.directory.size, "leaf", "leaves"));
    print_origin(args, &page);
    rr_finish_stdout();
    if (last) return RR_EXIT_DONE;
    const char *advice = "Enter no key card and no passphrase there; tell the operator, and others.";
    if (!page.recorded)
        rr_tell("robin: %s: the directory log of this server has no page on record. %s", name, advice);
    else
        rr_tell("robin: %s: is %s. Since leaf %s that is %s. %s", name,
                page.known ? "a page that the directory log had on record before, but not the last one"
                           : "not the page that the directory log has on record",
                rr_grouped(page.since), rr_hex_text(page.last.bytes, 32), advice);
    return RR_EXIT_REFUSED;
}
