/* SPDX-License-Identifier: Apache-2.0 */
#include "net/parcel.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/sha2.h"

enum { NOTE_MAX = 2048 };

#define FIRST_LINE "round-robin request v1"

static void hash_hex(char hex[65], const uint8_t *bytes, size_t len) {
    uint8_t hash[32];
    rr_sha256_of(hash, bytes, len);
    rr_hex(hex, hash, sizeof hash);
}

static size_t put_part(uint8_t *out, rr_blob part) {
    rr_store32_le(out, (uint32_t)part.len);
    if (part.len) memcpy(out + 4, part.bytes, part.len);
    return 4 + part.len;
}

rr_status rr_parcel_make(uint8_t **out, size_t *out_len, const char *verb, rr_text server, int64_t now, const rr_signer *signer,
                         const rr_blob *parts, size_t count) {
    char text[NOTE_MAX / 2], note[NOTE_MAX], time[RR_TIME_SIZE + 1], digest[65];
    size_t rest_len = 0, note_len = 0, len = 4 + NOTE_MAX;
    if (count > RR_PARCEL_PARTS_MAX || server.len > RR_SIGNER_NAME_MAX || rr_time_write(time, now) != RR_OK) return RR_ARGUMENT;
    for (size_t i = 0; i < count; i++) {
        if (parts[i].len > UINT32_MAX) return RR_ARGUMENT;
        len += 4 + parts[i].len;
    }
    uint8_t *bytes = malloc(len);
    if (!bytes) return RR_NO_SPACE;
    /* The parts first, in the place behind the longest note: their digest goes into it. */
    uint8_t *rest = bytes + 4 + NOTE_MAX;
    for (size_t i = 0; i < count; i++) rest_len += put_part(rest + rest_len, parts[i]);
    hash_hex(digest, rest, rest_len);
    int text_len =
        snprintf(text, sizeof text, FIRST_LINE "\n%s\n%.*s\n%s\n%s\n", verb, (int)server.len, server.start, time, digest);
    rr_status status = rr_note_begin(note, sizeof note, &note_len, (rr_text){text, (size_t)text_len});
    if (status == RR_OK) status = rr_note_add(note, sizeof note, &note_len, signer, 0);
    if (status != RR_OK) {
        free(bytes);
        return status;
    }
    put_part(bytes, (rr_blob){(const uint8_t *)note, note_len});
    memmove(bytes + 4 + note_len, rest, rest_len);
    *out = bytes;
    *out_len = 4 + note_len + rest_len;
    return RR_OK;
}

/* The part at *offset, which moves behind it. */
static bool next_part(rr_blob *part, const uint8_t *bytes, size_t len, size_t *offset) {
    if (len - *offset < 4) return false;
    size_t part_len = rr_load32_le(bytes + *offset);
    if (len - *offset - 4 < part_len) return false;
    *part = (rr_blob){bytes + *offset + 4, part_len};
    *offset += 4 + part_len;
    return true;
}

static rr_status fail(const char **rule, rr_status status, const char *sentence) {
    *rule = sentence;
    return status;
}

/* The note's text line by line. */
static bool next_line(rr_text *line, rr_text *rest) {
    const char *end = memchr(rest->start, '\n', rest->len);
    if (!end) return false;
    *line = (rr_text){rest->start, (size_t)(end - rest->start)};
    rest->len -= line->len + 1;
    rest->start = end + 1;
    return true;
}

/* `digest`, `signed_at`: what the text says of the rest, and when. */
static rr_status check_text(const char **rule, rr_text *digest, int64_t *signed_at, rr_text text, const char *verb,
                            rr_text server, int64_t now) {
    rr_text first, said_verb, said_server, said_time;
    int64_t time;
    if (!next_line(&first, &text) || !next_line(&said_verb, &text) || !next_line(&said_server, &text) ||
        !next_line(&said_time, &text) || !next_line(digest, &text) || text.len != 0 ||
        !rr_text_equal(first, rr_text_of(FIRST_LINE)) || !rr_time_read(&time, said_time))
        return fail(rule, RR_MALFORMED, "the signed note is not that of a request");
    if (!rr_text_equal(said_verb, rr_text_of(verb))) return fail(rule, RR_REFUSED, "another thing is asked in the signed note");
    if (!rr_text_equal(said_server, server)) return fail(rule, RR_REFUSED, "the request is for another server");
    if (time > now + 60 * RR_PARCEL_MINUTES || time < now - 60 * RR_PARCEL_MINUTES)
        return fail(rule, RR_REFUSED, "the request was signed more than ten minutes ago or ahead: check both clocks");
    *signed_at = time;
    return RR_OK;
}

/* The first part, at the start of the bytes: signed by one of the keys, for this. */
static rr_status check_note(const rr_vkey **signer, rr_text *digest, int64_t *time, const char **rule, rr_blob first,
                            const char *verb, rr_text server, int64_t now, const rr_vkey *keys, size_t key_count) {
    rr_note note;
    *signer = NULL;
    if (first.len > NOTE_MAX || rr_note_parse(&note, NULL, (const char *)first.bytes, first.len) != RR_OK)
        return fail(rule, RR_MALFORMED, "the first part is not a signed note");
    for (size_t i = 0; i < key_count && !*signer; i++) {
        rr_status status = rr_note_verify_var(NULL, NULL, &note, &keys[i], 1);
        if (status == RR_INVALID) return fail(rule, RR_INVALID, "the signature of the request does not verify");
        if (status == RR_OK) *signer = &keys[i];
    }
    if (!*signer) return fail(rule, RR_REFUSED, "the request is not signed by a key that may ask this");
    return check_text(rule, digest, time, note.text, verb, server, now);
}

rr_status rr_parcel_admit_var(const char **rule, const uint8_t *bytes, size_t len, const char *verb, rr_text server,
                              int64_t now, const rr_vkey *keys, size_t key_count) {
    const rr_vkey *signer;
    rr_blob first;
    rr_text digest;
    int64_t time;
    size_t offset = 0;
    if (len >= 4 && rr_load32_le(bytes) > NOTE_MAX) return fail(rule, RR_MALFORMED, "the first part is not a signed note");
    if (!next_part(&first, bytes, len, &offset)) return RR_NOT_FOUND;
    return check_note(&signer, &digest, &time, rule, first, verb, server, now, keys, key_count);
}

rr_status rr_parcel_open_var(rr_parcel *parcel, const char **rule, const uint8_t *bytes, size_t len, const char *verb,
                             rr_text server, int64_t now, const rr_vkey *keys, size_t key_count) {
    rr_blob first;
    rr_text said;
    size_t offset = 0;
    char digest[65];
    *parcel = (rr_parcel){.signer = NULL};
    if (!next_part(&first, bytes, len, &offset)) return fail(rule, RR_MALFORMED, "this is no parcel: a part is cut off");
    rr_status status = check_note(&parcel->signer, &said, &parcel->time, rule, first, verb, server, now, keys, key_count);
    if (status != RR_OK) return status;
    hash_hex(digest, bytes + offset, len - offset);
    if (!rr_text_equal(said, (rr_text){digest, 64})) return fail(rule, RR_INVALID, "the parts are not those that were signed");
    while (offset < len) {
        if (parcel->count == RR_PARCEL_PARTS_MAX || !next_part(&parcel->parts[parcel->count], bytes, len, &offset))
            return fail(rule, RR_MALFORMED, "this is no parcel: a part is cut off, or there are too many");
        parcel->count++;
    }
    return RR_OK;
}
