/* SPDX-License-Identifier: Apache-2.0 */
/* robin answer: the petition, the crowd, the question, one confirmation, and afterwards the same sentences for every answer. */
#include <string.h>

#include "base/bytes.h"
#include "cli/commands.h"
#include "cli/evidence.h"
#include "cli/member.h"

typedef struct choice {
    const char *word;
    rr_kind kind;      /* 0: decline */
    const char *fault; /* NULL, or why it cannot be chosen */
} choice;

enum { BY_NAME, SEALED, NEVER_NAMED, DECLINE, CHOICES };

typedef struct dialogue {
    const rr_args *args;
    rr_papers papers;
    rr_member member;
    rr_evidence_report *report; /* NULL without --evidence */
    FILE *out;
    unsigned width;
    choice choices[CHOICES];
} dialogue;

static void say(const dialogue *d, const char *indent, const char *text) {
    rr_wrap(d->out, text, indent, d->width);
}

static void heading(const dialogue *d, const char *text) {
    bool styled = rr_styled(d->out);
    fprintf(d->out, "\n%s%s%s\n", styled ? "\x1b[1m" : "", text, styled ? "\x1b[0m" : "");
}

/* What others wrote stands behind this, so that it cannot pass for what the program says. */
#define MARGIN "| "

static const char *directory_words(const dialogue *d) {
    const rr_online *online = d->papers.online;
    if (online == NULL)
        return "No server was asked whether it is in a public log: give its address instead of a folder, and robin looks.";
    const rr_confirmation *c = &online->confirmation;
    const char *meaning =
        c->own > 0 /* enough of them: else this would not be asked */
            ? "most of the witnesses that you trust confirm that everybody is shown the same log."
            : rr_confirmed_by_listed(c)
                  ? "witnesses that the organiser has chosen confirm that everybody is shown the same log. Better "
                    "are some that you trust yourself: --witnesses."
                  : "nobody outside confirms yet that everybody is shown the same log.";
    return rr_format("The directory log of %s %s: %s", rr_safe_string(online->remote->server), rr_online_directory(online),
                     meaning);
}

static void show_petition(const dialogue *d) {
    const rr_petition *p = &d->papers.petition;
    const rr_roll *roll = &d->papers.roll;
    heading(d, "The petition");
    say(d, MARGIN,
        rr_format("%s\n\nTo: %s\nFrom: %s\n\n%s", rr_safe(p->title), rr_safe(p->to), rr_safe(p->from), rr_safe(p->body)));
    fprintf(d->out, "\nIt is open until %s.\n", rr_time_text(p->closes));
    heading(d, "Whose roll it is");
    say(d, MARGIN, rr_format("Roll of %s", rr_safe(roll->body)));
    fprintf(d->out, "edition %u, %s, kept by\n%s\n\n", roll->edition, rr_count_of(roll->entry_count, "entry", "entries"),
            rr_safe(roll->registrar.text));
    if (rr_arg(d->args, "registrar") == NULL && rr_arg(d->args, "receipt") == NULL)
        say(d, "",
            "Compare this key with that of your registrar: anybody can make a roll under the same name. With --receipt FILE, "
            "the "
            "receipt of your enrolment, it is compared for you.");
    if (roll->kind == RR_ROLL_ED25519)
        say(d, "", "The people on this list were not asked; being listed says nothing about their view.");
    fputc('\n', d->out);
    say(d, "",
        rr_format("The number of this petition is %s. Compare it with others: a petition that is shown only to you could find "
                  "out how you "
                  "answer. %s",
                  rr_hex_text(p->pid.bytes, 32), directory_words(d)));
    if (rr_now() < p->opens) say(d, "", "By the clock of this machine, it is not open yet.");
    if (rr_now() >= p->closes) say(d, "", "By the clock of this machine, it is closed: an answer comes too late.");
}

/* "142 people of District 7" and what is known of them. */
static void show_crowd(const dialogue *d) {
    const rr_rings *rings = &d->papers.rings;
    uint32_t size = rr_rings_ring_size(rings, d->member.ring);
    const char *of = rr_class_words(&d->papers, rr_rings_class_of_ring(rings, d->member.ring));
    heading(d, "Among whom a hidden signature of yours hides");
    say(d, "  ",
        rr_format("%s%s, you among them, could have made it. They are your ring, fixed by the petition.",
                  rr_count_of(size, "person", "people"), of));
    if (d->report == NULL) {
        say(d, "  ", "How many of them have signed is not known here. With --evidence FILE it is counted.");
    } else {
        const rr_ring_tally *ring = &d->report->rings[d->member.ring];
        uint32_t hidden_members = ring->entries - ring->named;
        say(d, "  ",
            rr_format("Until the last published batch, %s of them signed by name, and %s hidden. So a hidden signature is by "
                      "one of %s.",
                      rr_grouped(ring->named), rr_grouped(ring->hidden), rr_count_of(hidden_members, "person", "people")));
        if (ring->sealed > 0)
            say(d, "  ",
                rr_format("%s of the hidden ones are sealed. If all of these are opened, a hidden signature is by one of %s.",
                          rr_grouped(ring->sealed), rr_count_of(hidden_members - ring->sealed, "person", "people")));
        if (hidden_members > 0 && (uint64_t)ring->hidden * 10 >= (uint64_t)hidden_members * 8)
            say(d, "  ", "Almost all of them have signed. When all have, everybody knows that each of them did.");
    }
    if (size < 100) say(d, "  ", "This is a small crowd. Whoever knows these people may guess.");
    if (d->papers.roll.kind == RR_ROLL_ED25519)
        say(d, "  ",
            "You have an SSH or OpenPGP key. You are hidden until your key is ever seen by someone else: whoever gets it later "
            "can find your "
            "signature. So can whoever makes a program of yours, such as age, decrypt something with it.");
    else if (rr_flag(d->args, "keep-key"))
        say(d, "  ",
            "Your one-time key stays on your key card. Whoever opens the card can find your signature with it, now or later.");
    else
        say(d, "  ",
            "Your one-time key is destroyed with the answer. Then nobody can find your signature with it, now or later.");
    say(d, "  ",
        d->member.sends ? "This is true of what gets published. The server also sees from which network address and when the "
                          "answer comes, and so does "
                          "whoever watches it. With Tor it does not: --proxy socks5h://127.0.0.1:9050"
                        : "This is true of what gets published. Whoever sees you hand in the answer file knows that it is "
                          "yours, and can find it "
                          "there.");
}

static void show_choice(const dialogue *d, const choice *c, const char *meaning) {
    heading(d, c->word);
    say(d, "  ", c->fault == NULL ? meaning : rr_format("Not possible: %s.", c->fault));
}

static const char *trustee_names(const rr_petition *p) {
    const char *names = "";
    for (uint32_t j = 0; j < p->trustee_count; j++)
        names = rr_format("%s%s%s", names, j == 0 ? "" : ", ", rr_safe(p->trustees[j].vkey.name));
    return names;
}

static void show_choices(const dialogue *d) {
    const rr_petition *p = &d->papers.petition;
    const char *of = rr_class_words(&d->papers, rr_rings_class_of_ring(&d->papers.rings, d->member.ring));
    show_choice(d, &d->choices[BY_NAME],
                rr_format("Everybody reads for good that you signed, as %s.", rr_name_at(&d->papers, d->member.place)));
    if (p->modes & RR_MODE_SEALED)
        show_choice(d, &d->choices[SEALED],
                    rr_format("Your signature counts at once, like one that is never named. Any %u of these %u named people "
                              "together can read your name; they promise to do so only when %u sealed signatures are there: "
                              "%s. Then everybody reads all of these names together. What is opened after %s is void; then you "
                              "stay hidden.",
                              p->trustee_threshold, p->trustee_count, p->seal_threshold, trustee_names(p),
                              rr_time_text(p->seal_expires)));
    show_choice(d, &d->choices[NEVER_NAMED],
                rr_format("Everybody sees one signature more%s. It does not say which of these people made it: not to the "
                          "organiser, not to the "
                          "registrar, not to whoever counts.",
                          of));
    show_choice(d, &d->choices[DECLINE], "You do not sign. Nothing is published.");
}

/* The line without spaces at its ends, in small letters. */
static const char *tidy(const char *line) {
    while (*line == ' ') line++;
    char *out = rr_format("%s", line);
    size_t len = strlen(out);
    while (len > 0 && out[len - 1] == ' ') out[--len] = 0;
    for (size_t i = 0; i < len; i++)
        if (out[i] >= 'A' && out[i] <= 'Z') out[i] = (char)(out[i] - 'A' + 'a');
    return out;
}

static RR_NORETURN void stop(void) {
    rr_die(RR_EXIT_REFUSED, "stopped. You have not answered, and nothing was changed.");
}

static const choice *ask(const dialogue *d) {
    const char *words = "";
    for (int i = 0; i < CHOICES; i++)
        if (d->choices[i].fault == NULL) words = rr_format("%s%s%s", words, words[0] != 0 ? ", " : "", d->choices[i].word);
    heading(d, "Your answer");
    say(d, "", rr_format("Type one of: %s. Type stop to leave without answering.", words));
    for (;;) {
        const char *line = rr_ask_line("> ");
        if (line == NULL) stop();
        line = tidy(line);
        if (strcmp(line, "stop") == 0) stop();
        for (int i = 0; i < CHOICES; i++) {
            if (strcmp(line, d->choices[i].word) != 0) continue;
            if (d->choices[i].fault == NULL) return &d->choices[i];
            say(d, "", rr_format("Not possible: %s.", d->choices[i].fault));
        }
        say(d, "", rr_format("Please type one of: %s; or stop.", words));
    }
}

static void confirm(const dialogue *d, const choice *c) {
    bool kept = rr_flag(d->args, "keep-key") || d->member.card == NULL;
    const char *text;
    if (c->kind == RR_NAMED)
        text = kept ? "Your name stays in the public log for good, also if you withdraw."
                    : "Your name stays in the public log for good. You cannot withdraw.";
    else if (c->kind == RR_FIRST)
        text = kept ? "Nothing is published, and you keep your key: you can still sign."
                    : "You cannot sign this petition afterwards: its key is destroyed.";
    else if (c->kind == RR_SEALED)
        text = kept ? "When the names are opened, everybody reads yours for good. You can withdraw only until the opening is "
                      "announced."
                    : "When the names are opened, everybody reads yours for good. You cannot withdraw: its key is destroyed.";
    else
        text = kept ? "The signature stays in the public log for good."
                    : "You cannot withdraw or put your name to it afterwards: its key is destroyed.";
    heading(d, rr_format("You answer: %s", c->word));
    say(d, "", c->kind == RR_FIRST && kept ? text : rr_format("This cannot be undone. %s", text));
    const char *line = rr_ask_line("Type yes to answer: ");
    if (line == NULL || strcmp(tidy(line), "yes") != 0) stop();
}

/* From --evidence, or from the log of the server that the papers came from. */
static void read_counts(dialogue *d) {
    const char *path = rr_arg(d->args, "evidence");
    bool download = path == NULL && rr_is_url(rr_arg(d->args, "PETITION"));
    if (path == NULL && !download) return;
    if (download) path = rr_online_temporary_evidence(d->papers.online);
    d->report = rr_read_evidence(path, &d->papers.petition.pid);
    if (download) rr_online_remove_temporary(path);
}

int rr_run_answer(const rr_args *args) {
    dialogue d = {.args = args};
    rr_need_delivery(args);
    rr_open_papers_online(&d.papers, args);
    d.out = rr_terminal();
    d.width = rr_terminal_width(d.out);
    read_counts(&d);
    show_petition(&d);
    fputc('\n', d.out);
    rr_open_member(&d.member, &d.papers, args);
    d.choices[BY_NAME] = (choice){"by name", RR_NAMED, rr_mode_fault(&d.papers, &d.member, RR_NAMED)};
    d.choices[SEALED] = (choice){"sealed", RR_SEALED, rr_mode_fault(&d.papers, &d.member, RR_SEALED)};
    d.choices[NEVER_NAMED] = (choice){"never named", RR_ANONYMOUS, rr_mode_fault(&d.papers, &d.member, RR_ANONYMOUS)};
    d.choices[DECLINE] = (choice){"decline", RR_FIRST, NULL};
    show_crowd(&d);
    show_choices(&d);
    const choice *c = ask(&d);
    confirm(&d, c);
    uint8_t record[RR_RECORD_MAX], answer[RR_ANSWER_SIZE];
    size_t size = 0;
    if (c->kind != RR_FIRST) rr_make_record(record, &size, &d.papers, d.member.secret, d.member.place, c->kind);
    rr_make_answer(answer, record, size);
    rr_wipe(record, sizeof record);
    rr_give_answer(args, &d.member, &d.papers, answer);
    rr_wipe(answer, sizeof answer);
    fputc('\n', d.out);
    rr_say_answered(d.out, args, &d.member);
    rr_evidence_report_free(d.report);
    return RR_EXIT_DONE;
}
