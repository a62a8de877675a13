/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/witnesses.h"

#include "evidence/sightings.h"

#include <stdlib.h>
#include <string.h>

rr_vkey_list rr_read_vkeys(const char *path, uint8_t type) {
    rr_bytes bytes = rr_read(path, RR_LIMIT_SMALL);
    rr_text text = {(const char *)bytes.data, bytes.len};
    uint32_t room = 1;
    for (size_t i = 0; i < bytes.len; i++) room += text.start[i] == '\n';
    rr_vkey *keys = rr_grow(NULL, 0, room * sizeof *keys);
    rr_vkey_list list = {keys, 0};
    rr_error error;
    if (rr_vkeys_read(keys, room, &list.count, &error, text, type) != RR_OK)
        rr_die_at(path, &error, "A line is a verifier key, empty, or begins with #.");
    return list;
}

static const char *preset_path(void) {
    const char *folder = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
    if (folder != NULL && folder[0] == '/') return rr_join(folder, "robin/witnesses");
    return home != NULL && home[0] == '/' ? rr_join(home, ".config/robin/witnesses") : NULL;
}

rr_vkey_list rr_own_witnesses(const rr_args *args) {
    const char *path = rr_arg(args, "witnesses"), *preset = preset_path();
    if (path == NULL && preset != NULL && rr_exists(preset)) path = preset;
    return path == NULL ? (rr_vkey_list){NULL, 0} : rr_read_vkeys(path, RR_VKEY_COSIGNATURE);
}

/* ---- who confirms ----------------------------------------------------------------------------------------------------------- */

/* Sizes of the log and their roots were compared with the directory when it was downloaded. */
static rr_status downloaded_root(void *context, uint64_t size, const rr_hash *root) {
    const rr_remote *r = context;
    for (size_t i = r->checkpoint_count; i > 0; i--)
        if (r->checkpoints[i - 1].size == size) return memcmp(&r->roots[i - 1], root, sizeof *root) == 0 ? RR_OK : RR_INVALID;
    return RR_NOT_FOUND;
}

rr_confirmation rr_confirmation_of(const rr_remote *remote, const rr_vkey_list *own) {
    const rr_petition *p = rr_remote_petition(remote);
    rr_confirmation c = {.own = own->count, .listed = p->witness_count, .needed = p->witnesses_needed};
    rr_sightings sightings = {.list = NULL};
    rr_file_error error;
    union { /* it is only read */
        const rr_remote *given;
        void *context;
    } u = {remote};
    const rr_directory_about about = {
        .petition = p, .root = downloaded_root, .context = u.context, .own = own->keys, .own_count = own->count};
    if (remote->cosigned.bytes == NULL) return c;
    rr_status status = rr_sightings_read(&sightings, &error, &about, remote->directory_leaves, remote->cosigned);
    if (status != RR_OK)
        rr_die(RR_EXIT_REFUSED, "%s/directory/cosigned: %s. Do not rely on this server, and tell others.",
               rr_safe_string(remote->server), error.rule != NULL ? error.rule : rr_status_text(status));
    c.witnessed = sightings.witnessed;
    c.own_witnessed = sightings.own_witnessed;
    rr_sightings_free(&sightings);
    return c;
}

bool rr_confirmed_by_own(const rr_confirmation *c) {
    return 2 * (uint64_t)c->own_witnessed > c->own;
}

bool rr_confirmed_by_listed(const rr_confirmation *c) {
    return c->needed > 0 && c->witnessed >= c->needed;
}

const char *rr_confirmation_words(const rr_confirmation *c) {
    const char *own = rr_format("%u of your %s", c->own_witnessed, rr_count_of(c->own, "witness", "witnesses"));
    const char *listed = rr_format("%u of the %u that the petition names", c->witnessed, c->listed);
    if (c->own > 0 && c->needed > 0) return rr_format("confirmed by %s and %s", own, listed);
    if (c->own > 0) return rr_format("confirmed by %s", own);
    if (c->needed > 0 && c->witnessed > 0) return rr_format("confirmed by %s", listed);
    return "not witnessed";
}
