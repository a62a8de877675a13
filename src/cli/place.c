/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/place.h"

#include "cli/online.h"

#include <string.h>

enum { HTTP_OK = 200, HTTP_NOT_FOUND = 404 };

void rr_place_open(rr_place *place, const char *name, const char *proxy) {
    *place = (rr_place){.name = name, .online = rr_is_url(name)};
    if (!place->online) return;
    rr_call_open(&place->call, name, proxy);
    place->name = place->call.url;
}

const char *rr_place_shown(const rr_place *place, const char *name) {
    return rr_safe_string(rr_join(place->name, name));
}

bool rr_place_get(rr_place *place, rr_bytes *file, const char *name, size_t limit) {
    const char *path = rr_join(place->name, name);
    if (!place->online) {
        if (!rr_exists(path)) return false;
        *file = rr_read(path, limit);
        return true;
    }
    long status = rr_call_get(&place->call, file, rr_format("/%s", name), limit);
    if (status == HTTP_OK) return true;
    if (status != HTTP_NOT_FOUND)
        rr_die(RR_EXIT_IO, "%s: the server answers %ld. Try again later.", rr_place_shown(place, name), status);
    return false;
}

/* Not sent again: whoever reads the message could say that there were two. */
static bool is_there(rr_place *place, const char *name, rr_bytes file) {
    rr_bytes there;
    if (!rr_place_get(place, &there, name, RR_LIMIT_SMALL)) return false;
    if (there.len == file.len && memcmp(there.data, file.data, file.len) == 0) return true;
    rr_die(RR_EXIT_REFUSED,
           "%s: is there already, and is not what this command would put there: you have sent another one before, or somebody "
           "else has put it there. Nothing was replaced; speak with the other trustees, and begin a new ceremony if need be.",
           rr_place_shown(place, name));
}

void rr_place_put(rr_place *place, const char *name, rr_bytes file) {
    if (is_there(place, name, file)) return;
    if (!place->online) {
        rr_write_file(rr_join(place->name, name), RR_PUBLIC_FILE, false, file.data, file.len);
        return;
    }
    rr_bytes said;
    long status = rr_call_post(&place->call, &said, rr_format("/%s", name), file.data, file.len, RR_LIMIT_SMALL);
    if (status == HTTP_OK) return;
    rr_die(status >= 500 ? RR_EXIT_IO : RR_EXIT_REFUSED, "%s: the server does not take it: %s (status %ld).",
           rr_place_shown(place, name), rr_call_said(said), status);
}
