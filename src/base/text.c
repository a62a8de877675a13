/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"

#include <string.h>

#include "base/bytes.h"

/* ---- pieces of text ------------------------------------------------------------------------------------------------- */

/* RFC 3629, table of section 4: no overlong forms, no surrogates, nothing above U+10FFFF. */
size_t rr_text_character(uint32_t *character, rr_text text) {
    static const uint32_t smallest[5] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *b = (const unsigned char *)text.start;
    uint32_t c = b[0];
    size_t n = c < 0x80 ? 1 : c < 0xc2 ? 0 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : c < 0xf5 ? 4 : 0;
    if (n == 0 || n > text.len) return 0;
    if (n > 1) c &= 0x7fU >> n;
    for (size_t i = 1; i < n; i++) {
        if ((b[i] & 0xc0) != 0x80) return 0;
        c = c << 6 | (b[i] & 0x3f);
    }
    if (c < smallest[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff)) return 0;
    *character = c;
    return n;
}

bool rr_character_is_harmless(uint32_t c) {
    if (c == '\n' || c == '\t') return true;
    return !(c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029 || c == 0xfeff || (c >= 0x202a && c <= 0x202e) ||
             (c >= 0x2066 && c <= 0x2069) || c == 0x200e || c == 0x200f || c == 0x061c);
}

static const char *character_fault(uint32_t c, bool tab_allowed) {
    if (c == '\t') return tab_allowed ? NULL : "there is a TAB, which is not allowed here";
    if (c == '\r') return "there is a CR; lines end in LF alone";
    if (c < 0x20 || (c >= 0x7f && c <= 0x9f)) return "there is a control character";
    if (c == 0xfeff) return "there is a byte order mark (U+FEFF), which is not allowed anywhere";
    if (c == 0x2028 || c == 0x2029) return "there is a line or paragraph separator (U+2028, U+2029), which is not allowed";
    if ((c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069))
        return "there is an invisible character that changes the direction of writing, which is not allowed";
    return NULL;
}

const char *rr_text_fault(size_t *offset, rr_text text, bool tab_allowed) {
    uint32_t c;
    for (size_t i = 0, n; i < text.len; i += n) {
        rr_text rest = {text.start + i, text.len - i};
        const char *rule = "this is not well-formed UTF-8";
        n = rr_text_character(&c, rest);
        if (n != 0) rule = character_fault(c, tab_allowed);
        if (rule != NULL) {
            *offset = i;
            return rule;
        }
    }
    return NULL;
}

rr_text rr_text_of(const char *string) {
    rr_text text = {string, strlen(string)};
    return text;
}

bool rr_text_equal(rr_text a, rr_text b) {
    return a.len == b.len && (a.len == 0 || memcmp(a.start, b.start, a.len) == 0);
}

int rr_text_compare(rr_text a, rr_text b) {
    size_t both = a.len < b.len ? a.len : b.len;
    int order = both == 0 ? 0 : memcmp(a.start, b.start, both);
    if (order != 0) return order;
    return a.len < b.len ? -1 : a.len > b.len;
}

bool rr_text_is(rr_text text, const char *string) {
    return rr_text_equal(text, rr_text_of(string));
}

bool rr_text_begins(rr_text text, const char *prefix) {
    size_t len = strlen(prefix);
    return text.len >= len && memcmp(text.start, prefix, len) == 0;
}

bool rr_text_is_padded(rr_text text) {
    return text.len != 0 && (text.start[0] == ' ' || text.start[text.len - 1] == ' ');
}

bool rr_text_cut(rr_text *field, rr_text *rest, char separator) {
    const char *at = rest->len == 0 ? NULL : memchr(rest->start, separator, rest->len);
    if (at == NULL) return false;
    field->start = rest->start;
    field->len = (size_t)(at - rest->start);
    rest->start = at + 1;
    rest->len -= field->len + 1;
    return true;
}

bool rr_text_long(uint64_t *number, rr_text text) {
    if (text.len == 0 || text.len > 19 || (text.start[0] == '0' && text.len != 1)) return false;
    *number = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.start[i] < '0' || text.start[i] > '9') return false;
        *number = 10 * *number + (uint64_t)(text.start[i] - '0'); /* below 10^19: no overflow */
    }
    return *number <= INT64_MAX;
}

bool rr_text_number(uint32_t *number, rr_text text) {
    uint64_t value;
    if (!rr_text_long(&value, text) || value > UINT32_MAX) return false;
    *number = (uint32_t)value;
    return true;
}

bool rr_text_hex(uint8_t *bytes, size_t len, rr_text text) {
    return rr_unhex(bytes, len, text.start, text.len);
}

bool rr_text_is_member(rr_text text) {
    if (text.len < 1 || text.len > 64) return false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.start[i];
        bool ok =
            (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
        if (!ok) return false;
    }
    return true;
}

const char *rr_class_fault(rr_text text) {
    if (rr_text_is_padded(text)) return "a class has no space at either end";
    if (rr_text_is(text, "other")) return "no class is called `other`: that is the name of the pool";
    if (text.len != 0 && memchr(text.start, '\t', text.len) != NULL) return "a class holds no TAB";
    return NULL;
}

/* ---- reading -------------------------------------------------------------------------------------------------------- */

void rr_reader_init(rr_reader *reader, rr_error *error, const char *text, size_t len) {
    memset(reader, 0, sizeof *reader);
    reader->rest.start = text;
    reader->rest.len = len;
    reader->line.start = text;
    reader->error = error;
    if (error != NULL) memset(error, 0, sizeof *error);
}

static rr_status fail(rr_reader *reader, uint32_t line, size_t column, const char *rule) {
    if (reader->error != NULL) {
        reader->error->status = RR_MALFORMED;
        reader->error->line = line;
        reader->error->column = (uint32_t)column;
        reader->error->rule = rule;
    }
    return RR_MALFORMED;
}

rr_status rr_reader_fail(rr_reader *reader, const char *rule) {
    return fail(reader, reader->number, 0, rule);
}

rr_status rr_reader_fail_at(rr_reader *reader, rr_text at, const char *rule) {
    return fail(reader, reader->number, (size_t)(at.start - reader->line.start) + 1, rule);
}

rr_status rr_reader_fail_line(rr_reader *reader, uint32_t line, const char *rule) {
    return fail(reader, line, 0, rule);
}

rr_status rr_reader_next(rr_reader *reader) {
    if (reader->kept) {
        reader->kept = false;
        return RR_OK;
    }
    if (reader->rest.len == 0) return RR_NOT_FOUND;
    reader->number++;
    size_t window = reader->rest.len <= RR_LINE_MAX ? reader->rest.len : RR_LINE_MAX + 1;
    const char *end = memchr(reader->rest.start, '\n', window);
    if (end == NULL) {
        if (window > RR_LINE_MAX) return rr_reader_fail(reader, "the line has more than 4096 bytes");
        return rr_reader_fail(reader, "the last line is not ended by LF");
    }
    reader->line.start = reader->rest.start;
    reader->line.len = (size_t)(end - reader->rest.start);
    reader->rest.start = end + 1;
    reader->rest.len -= reader->line.len + 1;
    size_t offset;
    const char *rule = rr_text_fault(&offset, reader->line, reader->tab_allowed);
    return rule == NULL ? RR_OK : fail(reader, reader->number, offset + 1, rule);
}

rr_status rr_reader_need(rr_reader *reader, const char *rule) {
    rr_status status = rr_reader_next(reader);
    return status == RR_NOT_FOUND ? fail(reader, reader->number + 1, 0, rule) : status;
}

void rr_reader_keep(rr_reader *reader) {
    reader->kept = true;
}

rr_status rr_reader_first(rr_reader *reader, const char *first, const char *rule) {
    rr_status status = rr_reader_need(reader, rule);
    if (status != RR_OK) return status;
    return rr_text_is(reader->line, first) ? RR_OK : rr_reader_fail(reader, rule);
}

rr_status rr_reader_empty(rr_reader *reader) {
    static const char rule[] = "an empty line must stand here, to end the header";
    rr_status status = rr_reader_need(reader, rule);
    if (status != RR_OK) return status;
    return reader->line.len == 0 ? RR_OK : rr_reader_fail(reader, rule);
}

static rr_status header_value(rr_reader *reader, rr_text *value, size_t name_len) {
    value->start = reader->line.start + name_len + 2;
    value->len = reader->line.len - name_len - 2;
    if (value->len == 0) return rr_reader_fail(reader, "the header has no value");
    if (rr_text_is_padded(*value))
        return rr_reader_fail_at(reader, *value, "a value has one space before it and none after it");
    return RR_OK;
}

static bool is_header(rr_text line, const char *name) {
    size_t len = strlen(name);
    return rr_text_begins(line, name) && line.len >= len + 2 && line.start[len] == ':' && line.start[len + 1] == ' ';
}

rr_status rr_reader_header(rr_reader *reader, rr_text *value, const char *name, const char *missing) {
    rr_status status = rr_reader_need(reader, missing);
    if (status != RR_OK) return status;
    if (!is_header(reader->line, name)) return rr_reader_fail(reader, missing);
    return header_value(reader, value, strlen(name));
}

rr_status rr_reader_optional(rr_reader *reader, rr_text *value, const char *name) {
    rr_status status = rr_reader_next(reader);
    if (status != RR_OK) return status;
    if (is_header(reader->line, name)) return header_value(reader, value, strlen(name));
    rr_reader_keep(reader);
    return RR_NOT_FOUND;
}

/* ---- writing -------------------------------------------------------------------------------------------------------- */

void rr_write_text(rr_writer *w, rr_text text) {
    if (text.len != 0 && w->len <= w->size && text.len <= w->size - w->len) memcpy(w->out + w->len, text.start, text.len);
    w->len += text.len;
}

void rr_write(rr_writer *w, const char *string) {
    rr_write_text(w, rr_text_of(string));
}

void rr_write_hex(rr_writer *w, const uint8_t *bytes, size_t len) {
    char digits[2 * 32 + 1];
    for (size_t done = 0; done < len; done += 32) {
        rr_hex(digits, bytes + done, len - done < 32 ? len - done : 32);
        rr_write(w, digits);
    }
}

void rr_write_number(rr_writer *w, uint64_t number) {
    char digits[21], *first = digits + 20;
    *first = '\0';
    do *--first = (char)('0' + number % 10);
    while ((number /= 10) != 0);
    rr_write(w, first);
}

void rr_write_name(rr_writer *w, const char *name) {
    rr_write(w, name);
    rr_write(w, ": ");
}

void rr_write_header(rr_writer *w, const char *name, rr_text value) {
    rr_write_name(w, name);
    rr_write_text(w, value);
    rr_write(w, "\n");
}

void rr_write_header_number(rr_writer *w, const char *name, uint32_t number) {
    rr_write_name(w, name);
    rr_write_number(w, number);
    rr_write(w, "\n");
}

void rr_write_header_hex(rr_writer *w, const char *name, const uint8_t *bytes, size_t len) {
    rr_write_name(w, name);
    rr_write_hex(w, bytes, len);
    rr_write(w, "\n");
}

void rr_write_header_time(rr_writer *w, const char *name, int64_t seconds) {
    char text[RR_TIME_SIZE + 1];
    rr_write_header(w, name, rr_text_of(rr_time_write(text, seconds) == RR_OK ? text : "?"));
}
