/* SPDX-License-Identifier: Apache-2.0 */
/* The report of robin verify for people: what a journalist can quote, and then what it rests on. */
#include <string.h>

#include "base/text.h"
#include "cli/evidence.h"
#include "cli/papers.h"

static const char *state_words(rr_check_state state) {
    switch (state) {
    case RR_VERIFIED: return "verified";
    case RR_FAILED: return "DOES NOT VERIFY";
    case RR_ABSENT: return "not in this file";
    case RR_NOT_APPLICABLE: return "this petition has none";
    case RR_UNCHECKED: break;
    }
    return "not checked";
}

static const char *when(const rr_evidence_report *r) {
    const char *leaves = rr_count_of(r->leaves, "log entry", "log entries");
    switch (r->finality) {
    case RR_FINAL: return rr_format("final, closed %s", rr_time_text(r->closes));
    case RR_CLOSED_UNWITNESSED: return rr_format("closed, not witnessed (open until %s; %s)", rr_time_text(r->closes), leaves);
    case RR_INCOMPLETE: return rr_format("incomplete: the opened names are not in this file (%s)", leaves);
    case RR_AS_OF: break;
    }
    const char *until =
        r->close_leaf != 0 ? "closed, not yet confirmed by witnesses" : rr_format("open until %s", rr_time_text(r->closes));
    /* With witnesses a result is of the time that they give; what came later nobody outside has seen. */
    if (r->witnessed_leaves == r->leaves) return rr_format("as of %s, %s", rr_time_text(r->as_of), until);
    if (r->witnessed_leaves > 0)
        return rr_format("as of %s (%s of %s witnessed), %s", rr_time_text(r->as_of), rr_grouped(r->witnessed_leaves), leaves,
                         until);
    return rr_format("as of %s, %s%s", leaves, r->witnesses > 0 ? "not witnessed, " : "", until);
}

static const char *class_words(rr_text name) {
    if (name.len == 0) return "(no class)";
    return rr_text_is(name, "other") ? "other (classes too small to be counted alone)" : rr_safe(name);
}

static void print_sealed(FILE *out, const rr_evidence_report *r) {
    if (r->seal_threshold == 0 || r->opening_leaf != 0) return;
    uint32_t sealed = 0;
    for (size_t i = 0; i < r->ring_count; i++) sealed += r->rings[i].sealed;
    if (sealed == 0) return;
    fprintf(out, "  %7s  of these are sealed: %s\n", rr_grouped(sealed),
            r->notice_leaf != 0 ? "their opening is announced"
                                : rr_format("to be opened together from %s on", rr_grouped(r->seal_threshold)));
}

static void print_count(FILE *out, const rr_evidence_report *r) {
    fprintf(out, "\nSignatures\n");
    fprintf(out, "  %7s  in total, each by a different one of the %s on the roll\n", rr_grouped(r->total),
            rr_count_of(r->entries, "entry", "entries"));
    fprintf(out, "  %7s  hidden: whose they are does not show\n", rr_grouped(r->hidden));
    print_sealed(out, r);
    fprintf(out, "  %7s  by name, as stated by the registrar %s\n", rr_grouped(r->named), rr_safe(r->registrar));
    if (r->opened > 0) fprintf(out, "  %7s  of these were sealed, and opened together\n", rr_grouped(r->opened));
    if (r->withdrawn > 0) fprintf(out, "  %7s  withdrawn, not counted above\n", rr_grouped(r->withdrawn));
    if (r->goal == 0) return;
    uint32_t reached = 0, wanted = 0;
    for (size_t i = 0; i < r->class_count; i++) {
        wanted += r->classes[i].goal > 0;
        reached += r->classes[i].goal > 0 && r->classes[i].hidden + r->classes[i].named >= r->classes[i].goal;
    }
    fprintf(out, "\nGoal: %s\n", r->goal_reached ? "reached" : "not reached");
    fprintf(out, "  %s; %s wanted\n", rr_count_of(r->total, "signature", "signatures"),
            r->goal == 1 ? "1 was" : rr_format("%s were", rr_grouped(r->goal)));
    if (r->goal_classes > 0)
        fprintf(out, "  %s, of %u that have one, reached their own goal; %s wanted\n", rr_count_of(reached, "class", "classes"),
                wanted, r->goal_classes == 1 ? "1 was" : rr_format("%u were", r->goal_classes));
}

static void print_classes(FILE *out, const rr_evidence_report *r) {
    if (r->class_count == 0 || (r->class_count == 1 && r->classes[0].class_name.len == 0)) return;
    fprintf(out, "\nBy class\n  signed   hidden  by name      of%s\n", r->goal > 0 ? "    goal" : "");
    for (size_t i = 0; i < r->class_count; i++) {
        const rr_class_tally *c = &r->classes[i];
        fprintf(out, "  %6s  %7s  %7s  %6s  ", rr_grouped(c->hidden + c->named), rr_grouped(c->hidden), rr_grouped(c->named),
                rr_grouped(c->entries));
        if (r->goal > 0) fprintf(out, "%6s  ", c->goal > 0 ? rr_grouped(c->goal) : "-");
        fprintf(out, "%s\n", class_words(c->class_name));
    }
}

/* Of the rings that hold a hidden signature: among how many its signer is, at least and at most. */
static void print_crowd(FILE *out, const rr_evidence_report *r, unsigned width) {
    uint32_t least = UINT32_MAX, most = 0, exhausted = 0;
    for (size_t i = 0; i < r->ring_count; i++) {
        if (r->rings[i].hidden == 0) continue;
        uint32_t crowd = r->rings[i].entries - r->rings[i].named;
        if (crowd < least) least = crowd;
        if (crowd > most) most = crowd;
        exhausted += r->rings[i].hidden >= crowd;
    }
    if (most == 0) return;
    fputc('\n', out);
    rr_wrap(out,
            least == most ? rr_format("Each hidden signature is by one of %s who have not signed by name.",
                                      rr_count_of(most, "person", "people"))
                          : rr_format("Each hidden signature is by one of %s to %s who have not signed by name.",
                                      rr_grouped(least), rr_count_of(most, "person", "people")),
            "", width);
    if (exhausted > 0)
        rr_wrap(out,
                rr_format("In %s everybody has signed, so these people are known to have.",
                          rr_count_of(exhausted, "ring", "rings")),
                "", width);
}

static void print_roll(FILE *out, const rr_evidence_report *r, unsigned width) {
    fputs("\nThe roll\n", out);
    rr_wrap(out, rr_format("%s; edition %u, slot %u", rr_safe(r->body), r->edition, r->slot), "  ", width);
    if (r->body_size > 0)
        rr_wrap(out,
                rr_format("%s of a body of %s", rr_count_of(r->entries, "entry", "entries"),
                          rr_count_of(r->body_size, "person", "people")),
                "  ", width);
    rr_wrap(out, rr_format("source: %s", rr_safe(r->source)), "  ", width);
    fprintf(out, "  kept by: %s\n  admitted:", rr_safe(r->registrar));
    const char *comma = "";
    if (r->invited > 0) fprintf(out, " %s invited", rr_grouped(r->invited)), comma = ",";
    if (r->ssh > 0) fprintf(out, "%s %s by SSH key", comma, rr_grouped(r->ssh)), comma = ",";
    if (r->imported_entries > 0) fprintf(out, "%s %s imported", comma, rr_grouped(r->imported_entries));
    fprintf(out, "\n  names published: %s of %s, as stated by the registrar\n", rr_grouped(r->names_published),
            rr_grouped(r->entries));
    if (r->imported) {
        rr_wrap(out, "The people on this list were not asked; being listed says nothing about their view.", "  ", width);
        rr_wrap(out,
                "They sign with SSH or OpenPGP keys: a hidden signer is hidden until that key is ever seen by someone else.",
                "  ", width);
    }
    rr_wrap(out, "That each entry is one real person is the registrar's word.", "  ", width);
}

static void print_names(FILE *out, const rr_evidence_report *r) {
    fprintf(out, "\nBy name, as stated by the registrar %s\n", rr_safe(r->registrar));
    for (size_t i = 0; i < r->named_count; i++) {
        const rr_named *n = &r->named_list[i];
        if (n->name.start != NULL)
            fprintf(out, "  %s", rr_safe(n->name));
        else
            fprintf(out, "  member %s", rr_safe(n->member));
        if (n->opened) fputs(", sealed and opened", out);
        fprintf(out, n->class_name.len > 0 ? " (%s)\n" : "\n", rr_safe(n->class_name));
    }
}

static void print_checks(FILE *out, const rr_evidence_report *r, const rr_directory_words *directory) {
    fputs("\nChecked\n", out);
    for (int c = 0; c < RR_CHECK_COUNT; c++) {
        const rr_file_error *e = &r->errors[c];
        bool why = r->checks[c] == RR_FAILED || (r->checks[c] == RR_ABSENT && e->status != RR_OK);
        fprintf(out, "  %s: %s\n", rr_check_text((rr_check)c), state_words(r->checks[c]));
        if (why) fprintf(out, "    %s\n", rr_file_error_text(e));
        if (c == RR_CHECK_WITNESSES && r->checks[c] == RR_VERIFIED) {
            rr_confirmation confirmation = rr_confirmation_in(r);
            fprintf(out, "    %s\n", rr_confirmation_words(&confirmation));
        }
    }
    if (directory != NULL)
        fprintf(out, "  directory log: %s (%s)\n", directory->text, rr_count_of(directory->size, "entry", "entries"));
}

static void print_faults(FILE *out, const rr_evidence_report *r) {
    if (r->checks[RR_CHECK_RECORDS] != RR_VERIFIED) return;
    if (r->fault_count == 0) {
        fputs("\nFaults of the log: none\n", out);
        return;
    }
    fprintf(out, "\nFaults of the log: %s; they change no count\n", rr_grouped(r->fault_count));
    for (size_t i = 0; i < r->fault_count; i++)
        fprintf(out, "  entry %llu: %s%s\n", (unsigned long long)r->faults[i].leaf, r->faults[i].rule,
                r->faults[i].by_checkpoints ? ", by the checkpoints in this file" : "");
}

/* A title must not end its own quotation and go on in our words. */
static const char *unquoted(rr_text title) {
    static const char mark[] = "\u201d";
    const char *safe = rr_safe(title);
    char *out = rr_grow(NULL, 0, strlen(safe) * (sizeof mark - 1) + 1), *to = out;
    for (; *safe != 0; safe++) {
        if (*safe == '"')
            to = stpcpy(to, mark);
        else
            *to++ = *safe;
    }
    *to = 0;
    return out;
}

void rr_print_report(FILE *out, const rr_evidence_report *r, bool names, const rr_directory_words *directory) {
    unsigned width = rr_terminal_width(out);
    bool ok = r->status == RR_OK, read = r->checks[RR_CHECK_PETITION] == RR_VERIFIED;
    const char *title = read ? rr_format("\"%s\"", unquoted(r->title)) : "a petition that cannot be read";
    /* One line, however long: it is there to be quoted.  What is ours comes first: no title can stand before it. */
    if (ok)
        fprintf(out, "%s, %s: %s\n", rr_count_of(r->total, "signature", "signatures"), when(r), title);
    else
        fprintf(out, "This %s does not verify, and no count can be taken from it: %s\n",
                directory != NULL ? "petition" : "file", title);
    if (read) {
        fputc('\n', out);
        rr_wrap(out, rr_format("To: %s\nFrom: %s", rr_safe(r->to), rr_safe(r->from)), "", width);
        fprintf(out, "Number (pid): %s\n", rr_hex_text(r->pid.bytes, 32));
        if (r->witnesses == 0) fputs("Witnesses: none, so nobody outside confirms when the log closed\n", out);
    }
    if (ok) {
        print_count(out, r);
        print_classes(out, r);
        print_crowd(out, r, width);
        print_roll(out, r, width);
        if (names && r->named_count > 0) print_names(out, r);
    }
    print_checks(out, r, directory);
    print_faults(out, r);
    if (ok) {
        fputc('\n', out);
        rr_wrap(out, "Counts of different petitions may be the same people: do not add them.", "", width);
    }
}
