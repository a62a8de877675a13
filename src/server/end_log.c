/* SPDX-License-Identifier: Apache-2.0 */
/* Both kinds of log as C2SP tlog-tiles, and all checkpoints of each. */
#include <stdlib.h>
#include <string.h>

#include "server/readers.h"
#include "server/route.h"

static rr_status read_part(rr_store_reader *reader, rr_file_error *error, rr_bytes_out *out, const char **type,
                           const rr_pid *pid, const char *path) {
    rr_tile tile;
    *type = "application/octet-stream";
    if (strcmp(path, "checkpoint") == 0) {
        *type = "text/plain; charset=utf-8";
        return rr_store_checkpoint(reader, error, out, pid, 0);
    }
    if (!pid && strcmp(path, "cosigned") == 0) return rr_store_cosigned(reader, error, out);
    if (strcmp(path, "checkpoints") == 0) return rr_store_checkpoints(reader, error, out, pid);
    if (rr_tile_path_parse(&tile, path, strlen(path)) != RR_OK) return RR_NOT_FOUND;
    return rr_store_tile(reader, error, out, pid, &tile);
}

static rr_result serve(rr_request *request, const rr_pid *pid) {
    rr_store_reader *reader = NULL;
    rr_bytes_out out = {NULL, 0};
    rr_file_error error = {.status = RR_OK, .rule = NULL};
    const char *type = NULL;
    rr_status status = rr_readers_take(request->server->readers, &error, &reader);
    if (status == RR_OK) status = read_part(reader, &error, &out, &type, pid, request->rest);
    rr_readers_give(request->server->readers, reader);
    rr_result result;
    if (status == RR_OK)
        result = rr_reply_bytes(request, 200, out.bytes, out.len, type);
    else if (status == RR_NOT_FOUND)
        result = rr_reply_text(request, 404, NULL);
    else {
        rr_server_say_error("a log could not be read", &error);
        result = rr_reply_busy(request, NULL, 1);
    }
    free(out.bytes);
    return result;
}

rr_result rr_end_log(rr_request *request) {
    return serve(request, &request->live->pid);
}

rr_result rr_end_directory(rr_request *request) {
    return serve(request, NULL);
}
