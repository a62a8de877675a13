/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/invite.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/papers.h"

#define CODES_FIRST "round-robin codes v1"

/* A line of codes.txt: member TAB hash. */
typedef struct code_line {
    rr_text member, hash;
} code_line;

typedef struct code_list {
    code_line *lines;
    size_t count;
} code_list;

static int by_member_and_hash(const void *a, const void *b) {
    const code_line *x = a, *y = b;
    int order = rr_text_compare(x->member, y->member);
    return order != 0 ? order : rr_text_compare(x->hash, y->hash);
}

static const char *codes_path(const rr_edition *e) {
    return rr_join(e->folder, RR_CODES_FILE);
}

/* Room for `more` lines is left. */
static code_list read_codes(const rr_edition *e, rr_bytes text, size_t more) {
    rr_error error;
    rr_reader reader;
    rr_text value;
    code_list list = {NULL, 0};
    rr_reader_init(&reader, &error, (const char *)text.data, text.len);
    rr_status status = rr_reader_first(&reader, CODES_FIRST, "here comes the line `" CODES_FIRST "`");
    if (status == RR_OK) status = rr_reader_header(&reader, &value, RR_HEADER("Roll-Id"));
    if (status == RR_OK) status = rr_reader_header(&reader, &value, RR_HEADER("Edition"));
    if (status == RR_OK) status = rr_reader_empty(&reader);
    reader.tab_allowed = true;
    list.lines = rr_take_array(more + text.len / 66 + 1, sizeof *list.lines); /* a line has 67 bytes or more */
    while (status == RR_OK && (status = rr_reader_next(&reader)) == RR_OK) {
        code_line line = {.hash = reader.line};
        uint8_t hash[32];
        if (!rr_text_cut(&line.member, &line.hash, '\t') || !rr_text_hex(hash, 32, line.hash))
            status = rr_reader_fail(&reader, "a line is member TAB hash");
        else
            list.lines[list.count++] = line;
    }
    if (status != RR_NOT_FOUND) rr_die_at(codes_path(e), &error, "Restore it from a copy.");
    return list;
}

static void write_codes(const rr_edition *e, const code_list *list, const uint8_t *used) {
    rr_builder b = {NULL, 0, 0};
    rr_build(&b, CODES_FIRST "\nRoll-Id: %s\nEdition: %u\n\n", rr_hex_text(e->id.bytes, 32), e->edition);
    for (size_t i = 0; i < list->count; i++) {
        const code_line *line = &list->lines[i];
        const rr_person *person = used == NULL ? NULL : rr_find_person(e, line->member);
        if (person != NULL && used[person - e->people]) continue;
        rr_build(&b, "%.*s\t%.*s\n", (int)line->member.len, line->member.start, (int)line->hash.len, line->hash.start);
    }
    rr_write_file(codes_path(e), RR_SECRET_FILE, true, b.text, b.len);
}

void rr_invite(const rr_edition *e, const rr_person *people, size_t count) {
    rr_bytes old = {NULL, 0};
    code_list list = {rr_take_array(count + 1, sizeof *list.lines), 0};
    if (rr_exists(codes_path(e))) {
        old = rr_read(codes_path(e), RR_LIMIT_LARGE);
        list = read_codes(e, old, count);
    }
    char *code = rr_take_secret(RR_CODE_SIZE);
    rr_bytes *invitations = rr_take_array(count, sizeof *invitations);
    for (size_t i = 0; i < count; i++) {
        rr_invitation invitation = {.id = e->id, .body = e->body, .edition = e->edition, .slots = e->slots};
        invitation.registrar = e->registrar.text;
        invitation.member = people[i].member;
        invitation.name = people[i].name;
        rr_hash hash;
        if (!people[i].has_key) {
            if (rr_code_new(code, &rr_system_random) != RR_OK || rr_code_hash(&hash, code, RR_CODE_SIZE - 1) != RR_OK)
                rr_die(RR_EXIT_IO, "the operating system gives no random bytes.");
            invitation.code = (rr_text){code, RR_CODE_SIZE - 1};
            list.lines[list.count++] = (code_line){people[i].member, rr_text_of(rr_hex_text(hash.bytes, 32))};
        }
        invitations[i] = rr_write_invitation(&invitation);
    }
    if (list.count > 1) qsort(list.lines, list.count, sizeof *list.lines, by_member_and_hash);
    /* Codes first: a code without an invitation takes nobody in, an invitation without a code would be a promise that is not kept. */
    write_codes(e, &list, NULL);
    for (size_t i = 0; i < count; i++) {
        const char *path = rr_member_path(e, RR_INVITATIONS, people[i].member);
        (void)unlink(path); /* these people are new: what is there comes from a run that did not end */
        rr_write_one_of_many(path, RR_SECRET_FILE, invitations[i].data, invitations[i].len);
    }
    rr_sync_folder(rr_join(e->folder, RR_INVITATIONS));
}

void rr_use_codes(const rr_edition *e, rr_bytes codes, const uint8_t *used) {
    code_list list = read_codes(e, codes, 0);
    write_codes(e, &list, used);
}
