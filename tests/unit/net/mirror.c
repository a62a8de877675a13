/* SPDX-License-Identifier: Apache-2.0 */
#include "mirror.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "roundrobin/log.h"

static const char *whole(const mirror *m, const char *url, char out[512]) {
    if (strncmp(url, "https://", 8) == 0) return url;
    snprintf(out, 512, "%s%s", m->petition, url);
    return out;
}

mirror_file *mirror_find(mirror *m, const char *url) {
    char buffer[512];
    const char *full = whole(m, url, buffer);
    for (size_t i = 0; i < m->file_count; i++)
        if (strcmp(m->files[i].url, full) == 0) return &m->files[i];
    return NULL;
}

mirror_file *mirror_put(mirror *m, const char *url, const void *bytes, size_t len) {
    char buffer[512];
    mirror_file *file = mirror_find(m, url);
    if (!file) {
        assert_true(m->file_count < MIRROR_FILES);
        file = &m->files[m->file_count++];
        file->url = strdup(whole(m, url, buffer));
    }
    free(file->bytes);
    file->bytes = malloc(len ? len : 1);
    assert_non_null(file->bytes);
    if (len) memcpy(file->bytes, bytes, len);
    file->len = len;
    file->status = 200;
    file->busy = 0;
    return file;
}

void mirror_remove(mirror *m, const char *url) {
    mirror_file *file = mirror_find(m, url);
    assert_non_null(file);
    file->status = 404;
}

static rr_status get(void *context, rr_http_reply *reply, char error[RR_HTTP_ERROR_SIZE], const char *url, size_t limit) {
    mirror *m = context;
    mirror_file *file = mirror_find(m, url);
    *reply = (rr_http_reply){.status = file ? file->status : 404};
    if (file && file->busy > 0) {
        file->busy--;
        reply->status = 503;
        reply->retry_after = 3;
        return RR_OK;
    }
    if (reply->status != 200) return RR_OK;
    if (file->len > limit) {
        snprintf(error, RR_HTTP_ERROR_SIZE, "too large");
        return RR_NO_SPACE;
    }
    reply->body = malloc(file->len ? file->len : 1);
    assert_non_null(reply->body);
    memcpy(reply->body, file->bytes, file->len);
    reply->len = file->len;
    return RR_OK;
}

static void pause_counted(void *context, unsigned seconds) {
    assert_true(seconds > 0);
    ((mirror *)context)->pauses++;
}

/* ---- logs ----------------------------------------------------------------------------------------------------------- */

typedef rr_blob (*entry_at)(const mirror *m, size_t i);

static rr_blob leaf_at(const mirror *m, size_t i) {
    return (rr_blob){m->fx->leaves[i].bytes, m->fx->leaves[i].len};
}

static rr_blob line_at(const mirror *m, size_t i) {
    return (rr_blob){(const uint8_t *)m->lines[i], strlen(m->lines[i])};
}

static void put_bundles(mirror *m, const char *base, size_t count, entry_at at) {
    size_t capacity = 4 * 1024 * 1024;
    uint8_t *bundle = malloc(capacity);
    assert_non_null(bundle);
    for (size_t first = 0; first < count; first += RR_TILE_WIDTH) {
        rr_tile tile = {RR_TILE_ENTRIES, first / RR_TILE_WIDTH, 0};
        char path[RR_TILE_PATH_SIZE], url[512];
        size_t len = 0;
        tile.width = rr_tile_width(tile.level, tile.index, count);
        for (size_t i = 0; i < tile.width; i++) {
            rr_blob entry = at(m, first + i);
            assert_int_equal(rr_bundle_append(bundle, capacity, &len, entry.bytes, entry.len), RR_OK);
        }
        assert_int_equal(rr_tile_path(path, &tile), RR_OK);
        snprintf(url, sizeof url, "%s%s", base, path);
        mirror_put(m, url, bundle, len);
    }
    free(bundle);
}

void mirror_log(mirror *m) {
    uint8_t bundle[65536];
    size_t len = 0;
    const fixture *fx = m->fx;
    for (size_t i = 0; i < fx->checkpoint_count; i++) {
        rr_blob note = fx->checkpoints[i].note;
        assert_int_equal(rr_bundle_append(bundle, sizeof bundle, &len, note.bytes, note.len), RR_OK);
        mirror_put(m, "log/checkpoint", note.bytes, note.len);
    }
    mirror_put(m, "log/checkpoints", bundle, len);
    put_bundles(m, "log/", fx->leaf_count, leaf_at);
}

void mirror_line(mirror *m, const char *format, ...) {
    va_list list;
    assert_true(m->line_count < MIRROR_LINES);
    va_start(list, format);
    vsnprintf(m->lines[m->line_count++], MIRROR_LINE, format, list);
    va_end(list);
}

void mirror_checkpoint_lines(mirror *m) {
    char pid[65], root[65];
    const fixture *fx = m->fx;
    rr_hex(pid, fx->material.petition.pid.bytes, 32);
    for (size_t i = 0; i < fx->checkpoint_count; i++) {
        rr_checkpoint c;
        rr_note note;
        assert_int_equal(rr_note_parse(&note, NULL, (const char *)fx->checkpoints[i].note.bytes, fx->checkpoints[i].note.len),
                         RR_OK);
        assert_int_equal(rr_checkpoint_parse(&c, NULL, note.text), RR_OK);
        rr_hex(root, c.root.bytes, 32);
        mirror_line(m, "checkpoint %s %" PRIu64 " %s", pid, c.size, root);
    }
}

void mirror_usual_lines(mirror *m) {
    char pid[65], digest[65];
    rr_hex(pid, m->fx->material.petition.pid.bytes, 32);
    rr_hex(digest, m->fx->material.roll.digest.bytes, 32);
    mirror_line(m, "something that this version does not know");
    mirror_line(m, "roll %s", digest);
    mirror_line(m, "petition %s", pid);
    mirror_line(m, "assignment %s %s", digest, pid);
    mirror_checkpoint_lines(m);
}

char *mirror_find_line(mirror *m, const char *beginning) {
    for (size_t i = 0; i < m->line_count; i++)
        if (strncmp(m->lines[i], beginning, strlen(beginning)) == 0) return m->lines[i];
    fail_msg("no line begins with %s", beginning);
    return NULL;
}

void mirror_drop_line(mirror *m, const char *beginning) {
    char *line = mirror_find_line(m, beginning);
    snprintf(line, MIRROR_LINE, "nothing");
}

void mirror_directory(mirror *m, const rr_signer *signer) {
    rr_frontier frontier;
    rr_hash hash;
    char note[2048];
    size_t len = 0;
    rr_frontier_init(&frontier);
    for (size_t i = 0; i < m->line_count; i++) {
        rr_leaf_hash(&hash, (const uint8_t *)m->lines[i], strlen(m->lines[i]));
        rr_frontier_append(&frontier, &hash);
    }
    rr_frontier_root(&hash, &frontier);
    assert_int_equal(rr_checkpoint_sign(note, sizeof note, &len, m->line_count, &hash, signer), RR_OK);
    mirror_put(m, MIRROR_SERVER "/directory/checkpoint", note, len);
    put_bundles(m, MIRROR_SERVER "/directory/", m->line_count, line_at);
}

/* ---- all of it ------------------------------------------------------------------------------------------------------ */

mirror *mirror_new(void) {
    mirror *m = calloc(1, sizeof *m);
    char pid[65];
    assert_non_null(m);
    fixture *fx = m->fx = fx_new(RR_MODE_ANONYMOUS | RR_MODE_NAMED);
    fx_usual_log(fx);
    m->transport = (rr_transport){get, pause_counted, NULL, m};
    rr_hex(pid, fx->material.petition.pid.bytes, 32);
    snprintf(m->petition, sizeof m->petition, MIRROR_SERVER "/p/%s/", pid);
    mirror_put(m, "petition.txt", fx->petition, fx->petition_len);
    mirror_put(m, "roll.txt", fx->roll, fx->roll_len);
    mirror_put(m, "roll.note", fx->roll_note, fx->roll_note_len);
    mirror_put(m, "assignment.note", fx->assignment, fx->assignment_len);
    mirror_put(m, "names.txt", fx->names, fx->names_len);
    mirror_put(m, "proofs.bin", fx->enrolments, fx->enrolments_len);
    mirror_log(m);
    mirror_usual_lines(m);
    mirror_directory(m, &fx->directory);
    return m;
}

void mirror_free(mirror *m) {
    for (size_t i = 0; i < m->file_count; i++) {
        free(m->files[i].url);
        free(m->files[i].bytes);
    }
    fx_free(m->fx);
    free(m);
}
