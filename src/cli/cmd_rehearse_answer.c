/* SPDX-License-Identifier: Apache-2.0 */
/* robin rehearse answer */
#include <sodium.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/member.h"
#include "cli/rehearsal.h"

typedef struct player {
    rr_secret secret;
    uint32_t place;
} player;

typedef struct cast {
    rr_papers papers;
    const char *to;
    player *players;
    size_t count;
    uint32_t written;
    rr_progress progress;
} cast;

static rr_status parse_keys(cast *c, rr_reader *r, size_t room) {
    rr_text value = {"", 0};
    uint8_t id[32];
    uint32_t edition;
    rr_status s = rr_reader_first(r, RR_REHEARSAL_FIRST, "here comes the line `" RR_REHEARSAL_FIRST "`");
    if (s == RR_OK) s = rr_reader_header(r, &value, RR_HEADER("Roll-Id"));
    if (s == RR_OK && (!rr_text_hex(id, 32, value) || memcmp(id, c->papers.roll.id.bytes, 32) != 0))
        return rr_reader_fail_at(r, value, "these are the keys of another roll");
    if (s == RR_OK) s = rr_reader_header(r, &value, RR_HEADER("Edition"));
    if (s == RR_OK && (!rr_text_number(&edition, value) || edition != c->papers.roll.edition))
        return rr_reader_fail_at(r, value, "these are the keys of another edition");
    if (s == RR_OK) s = rr_reader_empty(r);
    r->tab_allowed = true;
    while (s == RR_OK && (s = rr_reader_next(r)) == RR_OK) {
        rr_text member, number, k, rest = r->line;
        uint32_t slot;
        player p = {.place = 0};
        if (!rr_text_cut(&member, &rest, '\t') || !rr_text_cut(&number, &rest, '\t') || !rr_text_cut(&k, &rest, '\t') ||
            !rr_text_number(&slot, number) || !rr_text_hex(p.secret.k, 32, k) || !rr_text_hex(p.secret.r, 32, rest))
            return rr_reader_fail(r, "a line is member TAB slot TAB k TAB r");
        if (slot != c->papers.roll.slot) continue;
        if (rr_roll_find_member(&p.place, &c->papers.roll, member) != RR_OK)
            return rr_reader_fail_at(r, member, "this member is not on the roll");
        if (c->count < room) c->players[c->count++] = p;
    }
    return s == RR_NOT_FOUND ? RR_OK : s;
}

static void read_keys(cast *c, const char *path) {
    rr_bytes text = rr_read(path, RR_LIMIT_LARGE);
    rr_error error;
    rr_reader reader;
    size_t room = text.len / 130 + 1; /* a line has more bytes */
    c->players = rr_take_array(room, sizeof *c->players);
    rr_reader_init(&reader, &error, (const char *)text.data, text.len);
    if (parse_keys(c, &reader, room) != RR_OK)
        rr_die_at(path, &error, "Name the file that robin rehearse enrol wrote for this roll.");
}

static void shuffle(cast *c) {
    for (size_t i = c->count; i > 1; i--) {
        size_t k = randombytes_uniform((uint32_t)i);
        player held = c->players[i - 1];
        c->players[i - 1] = c->players[k];
        c->players[k] = held;
    }
}

static void answer(cast *c, const player *p, rr_kind kind) {
    uint8_t record[RR_RECORD_MAX], bytes[RR_ANSWER_SIZE];
    size_t size = 0;
    if (kind != RR_FIRST) {
        rr_member member = {.place = p->place, .ring = c->papers.rings.ring_of_place[p->place]};
        const char *fault = rr_mode_fault(&c->papers, &member, kind);
        if (fault != NULL) rr_die(RR_EXIT_REFUSED, "member %s: %s.", rr_safe(c->papers.roll.entries[p->place].member), fault);
        rr_make_record(record, &size, &c->papers, &p->secret, p->place, kind);
    }
    rr_make_answer(bytes, record, size);
    rr_write_one_of_many(rr_join(c->to, rr_format("answer-%05u.bin", ++c->written)), RR_SECRET_FILE, bytes, sizeof bytes);
    rr_progress_to(&c->progress, c->written);
}

int rr_run_rehearse_answer(const rr_args *args) {
    cast c = {.to = rr_arg(args, "to")};
    rr_open_papers(&c.papers, args);
    rr_need_rehearsal(c.papers.roll.body);
    read_keys(&c, rr_arg(args, "keys"));
    shuffle(&c);
    uint64_t hidden = rr_arg_number(args, "anonymous"), named = rr_arg_number(args, "named"),
             decline = rr_arg_number(args, "decline"), withdraw = rr_arg_number(args, "withdraw");
    if (hidden + named + decline > c.count)
        rr_die(RR_EXIT_REFUSED, "%s are to answer, and there are keys of %s. Ask for fewer.",
               rr_grouped(hidden + named + decline), rr_grouped(c.count));
    if (withdraw > hidden + named)
        rr_die(RR_EXIT_REFUSED, "%s are to withdraw, and %s sign. Ask for fewer.", rr_grouped(withdraw),
               rr_grouped(hidden + named));
    if (rr_exists(c.to))
        rr_die(RR_EXIT_REFUSED, "%s: is there already and was left as it is. Name a new folder.", rr_safe_string(c.to));
    rr_make_folder(c.to);
    rr_progress_start(&c.progress, "answering", hidden + named + decline + withdraw);
    size_t next = 0;
    for (uint64_t i = 0; i < hidden; i++) answer(&c, &c.players[next++], RR_ANONYMOUS);
    for (uint64_t i = 0; i < named; i++) answer(&c, &c.players[next++], RR_NAMED);
    for (uint64_t i = 0; i < decline; i++) answer(&c, &c.players[next++], RR_FIRST);
    /* Spread over those who signed hidden and by name. */
    for (uint64_t i = 0; i < withdraw; i++) answer(&c, &c.players[i * (hidden + named) / withdraw], RR_WITHDRAW);
    rr_progress_end(&c.progress);
    rr_sync_folder(c.to);
    printf("%s of invented people in %s.\n", rr_count_of(c.written, "answer", "answers"), rr_safe_string(c.to));
    return RR_EXIT_DONE;
}
