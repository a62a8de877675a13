/* SPDX-License-Identifier: Apache-2.0 */
#include "log/directory.h"

#include <string.h>

#include "base/bytes.h"
#include "base/text.h"

/* `r`oll digest, `p`id, `s`ize, `j` trustee, `h`ash: the fields of each kind in order. */
static const struct {
    const char *word, *fields;
    rr_directory_kind kind;
} forms[] = {{"roll", "r", RR_DIRECTORY_ROLL},
             {"petition", "p", RR_DIRECTORY_PETITION},
             {"assignment", "rp", RR_DIRECTORY_ASSIGNMENT},
             {"trustee", "pjh", RR_DIRECTORY_TRUSTEE},
             {"checkpoint", "psh", RR_DIRECTORY_CHECKPOINT},
             {"page", "h", RR_DIRECTORY_PAGE}};

enum { FORMS = sizeof forms / sizeof *forms, TRUSTEES = 255 };

static bool read_field(rr_directory_line *line, char field, rr_text text) {
    switch (field) {
    case 'r': return rr_text_hex(line->roll.bytes, 32, text);
    case 'p': return rr_text_hex(line->pid.bytes, 32, text);
    case 'h': return rr_text_hex(line->hash.bytes, 32, text);
    case 's': return rr_text_long(&line->size, text);
    default: return rr_text_number(&line->trustee, text) && line->trustee >= 1 && line->trustee <= TRUSTEES;
    }
}

static bool read_form(rr_directory_line *line, const char *fields, rr_text rest) {
    rr_text field;
    for (; fields[1] != '\0'; fields++)
        if (!rr_text_cut(&field, &rest, ' ') || !read_field(line, *fields, field)) return false;
    return read_field(line, *fields, rest);
}

void rr_directory_read(rr_directory_line *line, const uint8_t *bytes, size_t len) {
    rr_text word, rest = {(const char *)bytes, len};
    memset(line, 0, sizeof *line);
    if (len == 0 || !rr_text_cut(&word, &rest, ' ')) return;
    for (size_t i = 0; i < FORMS; i++) {
        if (!rr_text_is(word, forms[i].word)) continue;
        rr_directory_line found = {.kind = forms[i].kind};
        if (read_form(&found, forms[i].fields, rest)) *line = found;
    }
}

static void write_field(rr_writer *w, const rr_directory_line *line, char field) {
    switch (field) {
    case 'r': rr_write_hex(w, line->roll.bytes, 32); break;
    case 'p': rr_write_hex(w, line->pid.bytes, 32); break;
    case 'h': rr_write_hex(w, line->hash.bytes, 32); break;
    case 's': rr_write_number(w, line->size); break;
    default: rr_write_number(w, line->trustee);
    }
}

size_t rr_directory_write(char out[RR_DIRECTORY_LINE_MAX], const rr_directory_line *line) {
    rr_writer w = {out, RR_DIRECTORY_LINE_MAX - 1, 0};
    for (size_t i = 0; i < FORMS; i++) {
        if (forms[i].kind != line->kind) continue;
        rr_write(&w, forms[i].word);
        for (const char *field = forms[i].fields; *field != '\0'; field++) {
            rr_write(&w, " ");
            write_field(&w, line, *field);
        }
    }
    out[w.len] = '\0';
    return w.len;
}

/* ---- one petition ----------------------------------------------------------------------------------------------------- */

static const char *see_assignment(rr_directory_search *s, const rr_directory_line *line) {
    if (s->assigned) return NULL; /* only the first one counts */
    if (memcmp(&line->pid, &s->pid, sizeof s->pid) != 0)
        return "the directory log assigns the roll of this petition to another one first: its members' keys are for that one. "
               "Do not answer";
    if (!s->has_roll || !s->has_petition) return "the directory log holds the assignment before roll and petition";
    s->assigned = true;
    return NULL;
}

/* Between assignment and the first checkpoint: whoever signs relies on it from the first leaf on. */
static const char *see_trustee(rr_directory_search *s, const rr_directory_line *line) {
    if (line->trustee > s->acceptance_count) return NULL;
    if (!s->assigned || s->size != 0)
        return "the directory log does not hold the trustees' acceptances between assignment and first checkpoint";
    if (memcmp(&line->hash, &s->acceptances[line->trustee - 1], sizeof line->hash) != 0)
        return "the directory log holds another acceptance of a trustee than is shown";
    s->accepted[line->trustee - 1] = true;
    return NULL;
}

static const char *see_checkpoint(rr_directory_search *s, rr_directory_seen *seen, const rr_directory_line *line) {
    if (!s->assigned) return "the directory log holds a checkpoint of this petition before its assignment";
    bool ascends = s->size == 0 ? line->size == 1 : line->size > s->size;
    *seen = ascends ? RR_SEEN_CHECKPOINT : RR_SEEN_DISORDER;
    if (ascends) s->size = line->size;
    return NULL;
}

const char *rr_directory_see(rr_directory_search *s, rr_directory_seen *seen, const rr_directory_line *line) {
    bool ours = memcmp(&line->pid, &s->pid, sizeof s->pid) == 0, our_roll = memcmp(&line->roll, &s->roll, sizeof s->roll) == 0;
    *seen = RR_SEEN_NOTHING;
    if (line->kind == RR_DIRECTORY_ROLL && our_roll) s->has_roll = true;
    if (line->kind == RR_DIRECTORY_PETITION && ours) {
        if (!s->has_roll) return "the directory log holds the petition before its roll";
        s->has_petition = true;
    }
    if (line->kind == RR_DIRECTORY_ASSIGNMENT && our_roll) return see_assignment(s, line);
    if (line->kind == RR_DIRECTORY_TRUSTEE && ours) return see_trustee(s, line);
    if (line->kind == RR_DIRECTORY_CHECKPOINT && ours) return see_checkpoint(s, seen, line);
    return NULL;
}

const char *rr_directory_lacks(const rr_directory_search *s) {
    if (!s->has_roll) return "the roll of this petition";
    if (!s->has_petition) return "this petition";
    if (!s->assigned) return "the assignment of its roll";
    for (uint32_t j = 0; j < s->acceptance_count; j++)
        if (!s->accepted[j]) return "the acceptance of each trustee";
    return NULL;
}
