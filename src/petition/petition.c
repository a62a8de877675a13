/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a petition file, line by line in the order of PROTOCOL.md section 3.  A rule about one line is checked when the line is
 * read, a rule about several when the last of them has been read; its error names the line that is wrong rather than the last.
 *
 * Lists are dealt memory by the lines of the text that are long enough to be one of theirs. */
#include "roundrobin/petition.h"

#include <string.h>

#include "base/arena.h"
#include "base/sha2.h"
#include "base/sort.h"
#include "log/vkey.h"

enum {
    TRUSTEE_LINE_MIN = 9 + 1 + 1 + 64 + 1 + 55, /* without LF; a vkey has at least 55 characters */
    GOAL_CLASS_LINE_MIN = 12 + 1 + 1 + 1,
    WITNESS_LINE_MIN = 9 + 55
};

static const char number_rule[] = "a number is 0 or [1-9][0-9]*, below 2^32";
static const char point_rule[] = "a key is 64 lowercase hex digits: a canonical ristretto255 point and not the identity";

/* How many lines of the header may be of each list. */
typedef struct list_sizes {
    size_t trustees, goal_classes, witnesses;
} list_sizes;

typedef struct parser {
    const rr_params *params;
    rr_petition *petition;
    rr_reader reader;
    rr_trustee *trustees;
    rr_seal_key *trustee_keys;
    rr_goal_class *goal_classes;
    rr_vkey *witnesses;
    uint32_t *order, *scratch;
    uint32_t seal_key_line, expires_line;
} parser;

/* ---- memory --------------------------------------------------------------------------------------------------------- */

static list_sizes count_lists(const char *text, size_t len) {
    list_sizes most = {0, 0, 0};
    const char *end;
    if (len > RR_PETITION_MAX) return most;
    while (len != 0 && (end = memchr(text, '\n', len)) != NULL && end != text) {
        rr_text line = {text, (size_t)(end - text)};
        if (line.len >= TRUSTEE_LINE_MIN && rr_text_begins(line, "Trustee: ")) most.trustees++;
        if (line.len >= GOAL_CLASS_LINE_MIN && rr_text_begins(line, "Goal-Class: ")) most.goal_classes++;
        if (line.len >= WITNESS_LINE_MIN && rr_text_begins(line, "Witness: ")) most.witnesses++;
        len -= line.len + 1;
        text = end + 1;
    }
    if (most.trustees > RR_TRUSTEE_MAX) most.trustees = RR_TRUSTEE_MAX;
    return most;
}

size_t rr_petition_size(const char *text, size_t len) {
    list_sizes most = count_lists(text, len);
    return rr_arena_piece(most.trustees, sizeof(rr_trustee)) + rr_arena_piece(most.trustees, sizeof(rr_seal_key)) +
           rr_arena_piece(most.goal_classes, sizeof(rr_goal_class)) + rr_arena_piece(most.witnesses, sizeof(rr_vkey)) +
           2 * rr_arena_piece(most.witnesses, sizeof(uint32_t));
}

/* ---- values --------------------------------------------------------------------------------------------------------- */

static rr_status read_number(parser *p, uint32_t *number, uint32_t least, uint32_t most, const char *name, const char *missing,
                             const char *rule) {
    rr_text value;
    rr_status status = rr_reader_header(&p->reader, &value, name, missing);
    if (status != RR_OK) return status;
    if (!rr_text_number(number, value)) return rr_reader_fail_at(&p->reader, value, number_rule);
    return *number < least || *number > most ? rr_reader_fail_at(&p->reader, value, rule) : RR_OK;
}

static rr_status read_time(parser *p, int64_t *seconds, const char *name, const char *missing) {
    rr_text value;
    rr_status status = rr_reader_header(&p->reader, &value, name, missing);
    if (status != RR_OK || rr_time_read(seconds, value)) return status;
    return rr_reader_fail_at(&p->reader, value,
                             "a time is YYYY-MM-DDTHH:MM:SSZ: a real date, years from 1970, seconds to 59, in UTC");
}

static rr_status read_vkey(parser *p, rr_vkey *vkey, const char *name, const char *missing) {
    rr_text value;
    rr_status status = rr_reader_header(&p->reader, &value, name, missing);
    return status == RR_OK ? rr_reader_vkey(&p->reader, vkey, &p->petition->key_fault, value, RR_VKEY_ED25519) : status;
}

static rr_status read_point(parser *p, rr_seal_key *key, rr_text value) {
    bool ok = rr_text_hex(key->bytes, sizeof key->bytes, value) && rr_point_check_var(key->bytes) == RR_OK;
    return ok ? RR_OK : rr_reader_fail_at(&p->reader, value, point_rule);
}

/* ---- what it is about ----------------------------------------------------------------------------------------------- */

static rr_status read_roll(parser *p) {
    rr_text value, digest;
    rr_status status = rr_reader_header(&p->reader, &value, RR_HEADER("Roll"));
    if (status != RR_OK) return status;
    if (!rr_text_cut(&digest, &value, ' '))
        return rr_reader_fail_at(&p->reader, value, "Roll is the roll's digest and its number of entries, one space between");
    if (!rr_text_hex(p->petition->roll.bytes, sizeof p->petition->roll.bytes, digest))
        return rr_reader_fail_at(&p->reader, digest, "a digest is 64 lowercase hex digits");
    if (!rr_text_number(&p->petition->roll_entries, value)) return rr_reader_fail_at(&p->reader, value, number_rule);
    if (p->petition->roll_entries == 0) return rr_reader_fail_at(&p->reader, value, "a roll has at least one entry");
    return RR_OK;
}

static rr_status read_count_by(parser *p) {
    rr_text value;
    rr_status status = rr_reader_header(&p->reader, &value, RR_HEADER("Count-By"));
    if (status != RR_OK) return status;
    p->petition->by_class = rr_text_is(value, "class");
    if (p->petition->by_class || rr_text_is(value, "none")) return RR_OK;
    return rr_reader_fail_at(&p->reader, value, "Count-By is none or class");
}

static rr_status read_modes(parser *p) {
    static const char *const names[] = {"anonymous", "sealed", "named"};
    static const unsigned bits[] = {RR_MODE_ANONYMOUS, RR_MODE_SEALED, RR_MODE_NAMED};
    rr_text value, word;
    rr_status status = rr_reader_header(&p->reader, &value, RR_HEADER("Modes"));
    if (status != RR_OK) return status;
    size_t next = 0;
    bool more;
    do {
        more = rr_text_cut(&word, &value, ' ');
        if (!more) word = value;
        while (next < 3 && !rr_text_is(word, names[next])) next++;
        if (next == 3)
            return rr_reader_fail_at(&p->reader, word,
                                     "Modes are of `anonymous sealed named`, in this order, one space between");
        p->petition->modes |= bits[next++];
    } while (more);
    return RR_OK;
}

static rr_status read_subject(parser *p) {
    rr_petition *q = p->petition;
    rr_status status;
    if ((status = rr_reader_first(&p->reader, "round-robin petition v1",
                                  "a petition begins with the line `round-robin petition v1`")) != RR_OK ||
        (status = rr_reader_header(&p->reader, &q->title, RR_HEADER("Title"))) != RR_OK ||
        (status = rr_reader_header(&p->reader, &q->to, RR_HEADER("To"))) != RR_OK ||
        (status = rr_reader_header(&p->reader, &q->from, RR_HEADER("From"))) != RR_OK || (status = read_roll(p)) != RR_OK ||
        (status = read_number(p, &q->ring, RR_RING_LOW, RR_RING_HIGH, RR_HEADER("Ring"), "Ring is 128 to 32768")) != RR_OK ||
        (status = read_number(p, &q->ring_minimum, RR_RING_MINIMUM_LOW, q->ring, RR_HEADER("Ring-Minimum"),
                              "Ring-Minimum is 8 or more and at most Ring")) != RR_OK ||
        (status = read_count_by(p)) != RR_OK)
        return status;
    return read_modes(p);
}

/* ---- sealing -------------------------------------------------------------------------------------------------------- */

static rr_status read_trustee(parser *p, rr_text value) {
    rr_text number, key;
    uint32_t j, count = p->petition->trustee_count;
    if (!rr_text_cut(&number, &value, ' ') || !rr_text_cut(&key, &value, ' '))
        return rr_reader_fail(&p->reader, "a trustee is a number, a key and a verifier key, one space between");
    if (!rr_text_number(&j, number) || j != count + 1)
        return rr_reader_fail_at(&p->reader, number, "trustees are numbered from 1, in order");
    if (count == RR_TRUSTEE_MAX) return rr_reader_fail(&p->reader, "there are at most 255 trustees");
    rr_trustee trustee;
    rr_status status = read_point(p, &trustee.key, key);
    if (status == RR_OK) status = rr_reader_vkey(&p->reader, &trustee.vkey, &p->petition->key_fault, value, RR_VKEY_ED25519);
    if (status != RR_OK) return status;
    for (uint32_t i = 0; i < count; i++) {
        if (rr_text_equal(p->trustees[i].vkey.name, trustee.vkey.name))
            return rr_reader_fail_at(&p->reader, value, "two trustees' verifier keys have the same name");
        if (memcmp(p->trustees[i].vkey.key, trustee.vkey.key, sizeof trustee.vkey.key) == 0)
            return rr_reader_fail_at(&p->reader, value, "two trustees have the same verifier key");
    }
    p->trustees[count] = trustee;
    p->trustee_keys[count] = trustee.key;
    p->petition->trustee_count++;
    return RR_OK;
}

static rr_status read_trustees(parser *p) {
    rr_petition *q = p->petition;
    rr_text value;
    rr_status status = read_number(p, &q->trustee_threshold, 2, RR_TRUSTEE_MAX, RR_HEADER("Trustees"),
                                   "Trustees, who are needed to open, are 2 to 255");
    uint32_t threshold_line = p->reader.number;
    while (status == RR_OK && (status = rr_reader_optional(&p->reader, &value, "Trustee")) == RR_OK)
        status = read_trustee(p, value);
    if (status != RR_NOT_FOUND) return status;
    q->trustees = p->trustees;
    if (q->trustee_threshold > q->trustee_count)
        return rr_reader_fail_line(&p->reader, threshold_line, "more trustees are needed than are listed");
    return RR_OK;
}

static rr_status read_sealing(parser *p) {
    static const char missing[] = "with the mode sealed the header `Seal-Key: ...` must stand here";
    rr_petition *q = p->petition;
    rr_text value;
    if ((q->modes & RR_MODE_SEALED) == 0) {
        rr_status status = rr_reader_optional(&p->reader, &value, "Seal-Key");
        if (status == RR_OK) return rr_reader_fail(&p->reader, "Seal-Key stands here only with the mode sealed");
        return status == RR_NOT_FOUND ? RR_OK : status;
    }
    rr_status status = rr_reader_header(&p->reader, &value, "Seal-Key", missing);
    p->seal_key_line = p->reader.number;
    if (status != RR_OK || (status = read_point(p, &q->seal_key, value)) != RR_OK ||
        (status = read_number(p, &q->seal_threshold, 2, UINT32_MAX, RR_HEADER("Seal-Threshold"),
                              "Seal-Threshold is 2 or more")) != RR_OK ||
        (status = read_time(p, &q->seal_expires, RR_HEADER("Seal-Expires"))) != RR_OK)
        return status;
    p->expires_line = p->reader.number;
    return read_trustees(p);
}

/* ---- the goal ------------------------------------------------------------------------------------------------------- */

static rr_status read_goal_class(parser *p, rr_text value) {
    rr_petition *q = p->petition;
    rr_text number, name;
    rr_goal_class goal;
    if (!rr_text_cut(&number, &value, ' '))
        return rr_reader_fail(&p->reader, "Goal-Class is a number and a class, one space between");
    goal.class_name = name = value;
    if (!rr_text_number(&goal.number, number)) return rr_reader_fail_at(&p->reader, number, number_rule);
    if (goal.number == 0) return rr_reader_fail_at(&p->reader, number, "the number of a Goal-Class is 1 or more");
    const char *fault = rr_class_fault(name);
    if (fault != NULL) return rr_reader_fail_at(&p->reader, name, fault);
    if (q->goal_class_count != 0) {
        int order = rr_text_compare(p->goal_classes[q->goal_class_count - 1].class_name, name);
        if (order == 0) return rr_reader_fail_at(&p->reader, name, "this class has a Goal-Class already");
        if (order > 0) return rr_reader_fail_at(&p->reader, name, "Goal-Class lines ascend bytewise by class");
    }
    p->goal_classes[q->goal_class_count++] = goal;
    return RR_OK;
}

static rr_status read_goal(parser *p) {
    rr_petition *q = p->petition;
    rr_text value;
    rr_status status = read_number(p, &q->goal, 0, UINT32_MAX, RR_HEADER("Goal"), NULL);
    if (status != RR_OK) return status;
    status = rr_reader_optional(&p->reader, &value, "Goal-Classes");
    if (status == RR_NOT_FOUND) {
        status = rr_reader_optional(&p->reader, &value, "Goal-Class");
        if (status == RR_OK) return rr_reader_fail(&p->reader, "Goal-Class stands here only after Goal-Classes");
        return status == RR_NOT_FOUND ? RR_OK : status;
    }
    if (status != RR_OK) return status;
    if (!q->by_class) return rr_reader_fail(&p->reader, "Goal-Classes stands here only with `Count-By: class`");
    if (!rr_text_number(&q->goal_classes, value)) return rr_reader_fail_at(&p->reader, value, number_rule);
    if (q->goal_classes == 0) return rr_reader_fail_at(&p->reader, value, "Goal-Classes is 1 or more");
    uint32_t line = p->reader.number;
    while ((status = rr_reader_optional(&p->reader, &value, "Goal-Class")) == RR_OK &&
           (status = read_goal_class(p, value)) == RR_OK)
        continue;
    if (status != RR_NOT_FOUND) return status;
    q->goal_class = p->goal_classes;
    if (q->goal_classes > q->goal_class_count)
        return rr_reader_fail_line(&p->reader, line, "Goal-Classes is more than there are Goal-Class lines");
    return RR_OK;
}

/* ---- times, logs, witnesses ----------------------------------------------------------------------------------------- */

static rr_status read_times_and_logs(parser *p) {
    rr_petition *q = p->petition;
    rr_status status;
    if ((status = read_time(p, &q->opens, RR_HEADER("Opens"))) != RR_OK ||
        (status = read_time(p, &q->closes, RR_HEADER("Closes"))) != RR_OK)
        return status;
    if (q->closes <= q->opens) return rr_reader_fail(&p->reader, "Closes is after Opens");
    if ((q->modes & RR_MODE_SEALED) != 0 && q->seal_expires <= q->closes)
        return rr_reader_fail_line(&p->reader, p->expires_line, "Seal-Expires is after Closes");
    if ((status = read_vkey(p, &q->log, RR_HEADER("Log"))) != RR_OK) return status;
    return read_vkey(p, &q->directory, RR_HEADER("Directory"));
}

static int compare_names(const void *witnesses, uint32_t a, uint32_t b) {
    const rr_vkey *w = witnesses;
    return rr_text_compare(w[a].name, w[b].name);
}

static int compare_keys(const void *witnesses, uint32_t a, uint32_t b) {
    const rr_vkey *w = witnesses;
    return memcmp(w[a].key, w[b].key, sizeof w[a].key);
}

/* The first witness that is like an earlier one; the number of witnesses if there is none. */
static uint32_t repeated_witness(const parser *p, rr_index_compare *compare) {
    uint32_t count = p->petition->witness_count, found = count;
    for (uint32_t i = 0; i < count; i++) p->order[i] = i;
    rr_sort_indices(p->order, p->scratch, count, compare, p->witnesses);
    for (uint32_t i = 1; i < count; i++) {
        if (compare(p->witnesses, p->order[i - 1], p->order[i]) == 0 && p->order[i] < found) found = p->order[i];
    }
    return found;
}

static rr_status read_witnesses(parser *p) {
    rr_petition *q = p->petition;
    rr_text value;
    rr_status status = read_number(p, &q->witnesses_needed, 0, UINT32_MAX, RR_HEADER("Witnesses"), NULL);
    uint32_t line = p->reader.number, same;
    while (status == RR_OK && (status = rr_reader_optional(&p->reader, &value, "Witness")) == RR_OK) {
        rr_vkey vkey;
        status = rr_reader_vkey(&p->reader, &vkey, &q->key_fault, value, RR_VKEY_COSIGNATURE);
        if (status == RR_OK) p->witnesses[q->witness_count++] = vkey;
    }
    if (status != RR_NOT_FOUND) return status;
    q->witnesses = p->witnesses;
    uint64_t needed = q->witnesses_needed;
    if (needed > q->witness_count) return rr_reader_fail_line(&p->reader, line, "more witnesses are needed than are listed");
    if (needed != 0 && 2 * needed <= q->witness_count)
        return rr_reader_fail_line(&p->reader, line, "Witnesses is 0, or more than half of those listed");
    if ((same = repeated_witness(p, compare_names)) != q->witness_count)
        return rr_reader_fail_line(&p->reader, line + 1 + same, "two witnesses have the same name");
    if ((same = repeated_witness(p, compare_keys)) != q->witness_count)
        return rr_reader_fail_line(&p->reader, line + 1 + same, "two witnesses have the same key");
    return RR_OK;
}

/* ---- the body and the whole ----------------------------------------------------------------------------------------- */

static rr_status read_body(parser *p) {
    rr_status status = rr_reader_empty(&p->reader);
    if (status != RR_OK) return status;
    uint32_t first = p->reader.number + 1;
    bool blank = true;
    p->petition->body = p->reader.rest;
    p->reader.tab_allowed = true;
    while ((status = rr_reader_next(&p->reader)) == RR_OK) {
        for (size_t i = 0; blank && i < p->reader.line.len; i++)
            blank = p->reader.line.start[i] == ' ' || p->reader.line.start[i] == '\t';
    }
    if (status != RR_NOT_FOUND) return status;
    return blank ? rr_reader_fail_line(&p->reader, first, "after the empty line comes the text of the petition") : RR_OK;
}

static rr_status check_seal_keys(parser *p) {
    rr_petition *q = p->petition;
    if ((q->modes & RR_MODE_SEALED) == 0) return RR_OK;
    rr_status status = rr_seal_keys_check_var(p->params, &q->seal_key, p->trustee_keys, q->trustee_count, q->trustee_threshold);
    if (status == RR_OK) return RR_OK;
    return rr_reader_fail_line(&p->reader, p->seal_key_line,
                               "Seal-Key and the trustees' keys lie on no polynomial of degree below Trustees");
}

rr_status rr_petition_parse(const rr_params *params, rr_petition *petition, rr_error *error, void *memory, size_t memory_len,
                            const char *text, size_t len) {
    parser p;
    memset(&p, 0, sizeof p);
    memset(petition, 0, sizeof *petition);
    p.params = params;
    p.petition = petition;
    list_sizes most = count_lists(text, len);
    rr_arena arena = rr_arena_over(memory, memory_len);
    p.trustees = rr_arena_take(&arena, most.trustees, sizeof *p.trustees);
    p.trustee_keys = rr_arena_take(&arena, most.trustees, sizeof *p.trustee_keys);
    p.goal_classes = rr_arena_take(&arena, most.goal_classes, sizeof *p.goal_classes);
    p.witnesses = rr_arena_take(&arena, most.witnesses, sizeof *p.witnesses);
    p.order = rr_arena_take(&arena, most.witnesses, sizeof *p.order);
    p.scratch = rr_arena_take(&arena, most.witnesses, sizeof *p.scratch);
    rr_reader_init(&p.reader, error, text, len);
    if (arena.short_of) return RR_NO_SPACE;
    if (len > RR_PETITION_MAX) return rr_reader_fail_line(&p.reader, 0, "a petition has at most 1 MiB");

    rr_status status;
    if ((status = read_subject(&p)) != RR_OK || (status = read_sealing(&p)) != RR_OK || (status = read_goal(&p)) != RR_OK ||
        (status = read_times_and_logs(&p)) != RR_OK || (status = read_witnesses(&p)) != RR_OK ||
        (status = read_body(&p)) != RR_OK || (status = check_seal_keys(&p)) != RR_OK)
        return status;
    rr_sha256_of(petition->pid.bytes, text, len);
    return RR_OK;
}
