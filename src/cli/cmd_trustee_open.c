/* SPDX-License-Identifier: Apache-2.0 */
/* robin trustee notice, open, destroy: what trustees do with their shares.
 *
 * A trustee believes nobody: it verifies the whole log, downloaded or from an evidence file, and signs what it found itself. */
#include <string.h>

#include "cli/commands.h"
#include "cli/evidence.h"
#include "cli/online.h"
#include "cli/papers.h"
#include "cli/trustee.h"
#include "evidence/verification.h"

typedef struct opening {
    const rr_args *args;
    const char *name; /* of the evidence, or the petition's address */
    rr_online *online;
    rr_evidence_report *report;
    const rr_petition *petition;
    rr_case about;
    rr_share_file share;
    const rr_signer *signer; /* NULL: nothing is sent */
} opening;

/* ---- what both need -------------------------------------------------------------------------------------------------------- */

static void read_evidence(opening *o) {
    const char *path = o->name;
    if (rr_is_url(o->name)) {
        o->online = rr_online_start_witnessed(o->args);
        rr_online_petition(o->online, o->name, NULL, true);
        path = rr_online_temporary_evidence(o->online);
    }
    o->report = rr_verify_evidence(path, NULL);
    if (o->online != NULL) rr_online_remove_temporary(path);
    if (o->report->status != RR_OK)
        rr_die_of(o->name, &o->report->errors[o->report->failed], "It does not verify: sign nothing, and tell the others.");
    const rr_material *m = rr_evidence_report_material(o->report);
    o->petition = &m->petition;
    o->about = (rr_case){m->params, m->subject, &m->petition, &m->roll, &m->rings};
    if (!(m->petition.modes & RR_MODE_SEALED))
        rr_die(RR_EXIT_REFUSED, "%s: this petition takes no sealed signatures: there is nothing to open.",
               rr_safe_string(o->name));
}

static void open_share(opening *o) {
    rr_share_open(&o->share, rr_arg(o->args, "share"), o->args);
    const rr_share_state *s = o->share.share;
    rr_seal_key mine;
    if (!s->accepted || memcmp(&s->pid, &o->petition->pid, sizeof s->pid) != 0)
        rr_die(RR_EXIT_REFUSED, "%s: is not the share that you accepted this petition with. Name the right file.",
               rr_safe_string(o->share.path));
    if (s->j > o->petition->trustee_count || rr_trustee_key(o->about.params, &mine, &s->y) != RR_OK ||
        memcmp(&mine, &o->petition->trustees[s->j - 1].key, sizeof mine) != 0)
        rr_die(RR_EXIT_REFUSED, "%s: is not the share of a trustee of this petition.", rr_safe_string(o->share.path));
}

static void begin(opening *o, const rr_args *args) {
    *o = (opening){.args = args, .name = rr_arg(args, "EVIDENCE")};
    const char *out = rr_arg(args, "out");
    if (out == NULL && !rr_is_url(o->name))
        rr_die(RR_EXIT_USAGE, "--out FILE is missing: where your part goes. With the petition's address it is sent there.");
    if (out == NULL && rr_arg(args, "key") == NULL)
        rr_die(RR_EXIT_USAGE, "--key FILE is missing: your part is sent signed with your key; or write it with --out FILE.");
    if (out != NULL)
        rr_output_check(out, rr_flag(args, "force"));
    else
        o->signer = rr_open_signer(rr_arg(args, "key"));
    read_evidence(o);
}

/* To --out, or to the server. */
static void give(const opening *o, const char *what, const void *part, size_t len) {
    const char *out = rr_arg(o->args, "out");
    if (out != NULL) {
        rr_write_file(out, RR_PUBLIC_FILE, rr_flag(o->args, "force"), part, len);
        rr_tell("Your part of the %s is in %s. Give it to whoever keeps the log, or to the other trustees.", what,
                rr_safe_string(out));
        return;
    }
    printf("%s\n",
           rr_online_trustee_part(o->online, &o->petition->directory, o->signer, (rr_blob){(const uint8_t *)part, len}));
}

/* ---- notice ---------------------------------------------------------------------------------------------------------------- */

/* The checkpoint that another trustee has signed, or the last one. */
static const rr_checkpoint_tally *choose(const opening *o) {
    const rr_evidence_report *r = o->report;
    const char *like = rr_arg(o->args, "like");
    rr_notice_part other;
    rr_error error;
    const char *rule;
    if (like == NULL) return &r->checkpoints[r->checkpoint_count - 1];
    rr_bytes text = rr_read(like, RR_LIMIT_SMALL);
    if (rr_notice_part_read(&other, &error, (const char *)text.data, text.len) != RR_OK)
        rr_die_at(like, &error, "Name the part that another trustee has made.");
    if (rr_notice_part_check_var(&rule, &o->about, &other) != RR_OK)
        rr_die(RR_EXIT_REFUSED, "%s: trustee %u: %s. Do not sign the same.", rr_safe_string(like), other.j, rule);
    for (size_t i = 0; i < r->checkpoint_count; i++)
        if (r->checkpoints[i].size == other.size && memcmp(&r->checkpoints[i].root, &other.root, sizeof other.root) == 0)
            return &r->checkpoints[i];
    rr_die(
        RR_EXIT_REFUSED,
        "%s: trustee %u has seen a log of %llu entries whose root is not among the checkpoints of %s. If its size is not above "
        "yours, the server shows different logs to different people: sign nothing, and tell the others.",
        rr_safe_string(like), other.j, (unsigned long long)other.size, rr_safe_string(o->name));
}

int rr_run_trustee_notice(const rr_args *args) {
    opening o;
    begin(&o, args);
    const rr_evidence_report *r = o.report;
    const rr_checkpoint_tally *at = choose(&o);
    if (r->notice_leaf != 0)
        rr_die(RR_EXIT_REFUSED,
               "%s: the opening is announced already, by entry %llu of the log. Go on with robin trustee open.",
               rr_safe_string(o.name), (unsigned long long)r->notice_leaf);
    if (at->sealed < o.petition->seal_threshold || r->sealed < o.petition->seal_threshold)
        rr_die(RR_EXIT_REFUSED,
               "%s: %s are there, and the petition promises to open no fewer than %u. Nothing was signed: opening fewer would "
               "break "
               "your promise.",
               rr_safe_string(o.name),
               rr_count_of(at->sealed < r->sealed ? at->sealed : r->sealed, "sealed signature", "sealed signatures"),
               o.petition->seal_threshold);
    open_share(&o);
    rr_notice_part part = {.pid = o.petition->pid, .size = at->size, .root = at->root, .j = o.share.share->j};
    rr_fresh fresh = rr_fresh_now();
    if (rr_notice_sign(o.about.params, part.proof, &part.pid, part.size, &part.root, part.j, &o.share.share->y, &fresh) !=
        RR_OK)
        rr_die(RR_EXIT_IO, "the notice cannot be signed.");
    char text[RR_NOTICE_PART_MAX];
    size_t len = rr_notice_part_write(text, &part);
    give(&o, "notice", text, len);
    rr_evidence_report_free(o.report);
    return RR_EXIT_DONE;
}

/* ---- open ------------------------------------------------------------------------------------------------------------------ */

int rr_run_trustee_open(const rr_args *args) {
    opening o;
    begin(&o, args);
    const rr_evidence_report *r = o.report;
    if (r->notice_leaf == 0)
        rr_die(RR_EXIT_REFUSED, "%s: no opening is announced. First %u trustees sign the notice: robin trustee notice.",
               rr_safe_string(o.name), o.petition->trustee_threshold);
    if (r->opening_leaf != 0)
        rr_die(RR_EXIT_REFUSED, "%s: the sealed signatures are opened already, by entry %llu of the log.",
               rr_safe_string(o.name), (unsigned long long)r->opening_leaf);
    if (rr_now() > o.petition->seal_expires)
        rr_die(RR_EXIT_REFUSED,
               "%s: an opening after %s is void, and that time has come. Destroy your share: robin trustee destroy.",
               rr_safe_string(o.name), rr_time_text(o.petition->seal_expires));
    open_share(&o);
    size_t len = rr_opening_part_size(r->sealed);
    uint8_t *part = rr_take(len);
    if (rr_opening_part_make(part, &o.about, r->sealed_set, r->sealed, o.share.share->j, &o.share.share->y,
                             &rr_system_random) != RR_OK)
        rr_die(RR_EXIT_IO, "the shares cannot be made.");
    give(&o, "opening", part, len);
    rr_evidence_report_free(o.report);
    return RR_EXIT_DONE;
}

/* ---- destroy --------------------------------------------------------------------------------------------------------------- */

int rr_run_trustee_destroy(const rr_args *args) {
    rr_share_file file;
    rr_share_open(&file, rr_arg(args, "share"), args);
    const rr_signer *signer = rr_open_signer(rr_arg(args, "key"));
    const rr_share_state *s = file.share;
    rr_seal_key key;
    const char *yes = rr_flag(args, "yes") ? "yes" : NULL;
    if (!s->has_share || rr_trustee_key(rr_make_params(), &key, &s->y) != RR_OK)
        rr_die(RR_EXIT_REFUSED, "%s: has no share yet. Remove the file yourself if you do not go on with the ceremony.",
               rr_safe_string(file.path));
    const char *text = rr_format(
        "round-robin trustee destroyed v1\n%s\n%s\n%u %s\n", rr_hex_text(s->session, sizeof s->session),
        s->accepted ? rr_hex_text(s->pid.bytes, sizeof s->pid.bytes) : "-", s->j, rr_hex_text(key.bytes, sizeof key.bytes));
    rr_output_check(rr_arg(args, "out"), false);
    if (yes == NULL) {
        rr_wrap(rr_terminal(),
                rr_format("This destroys the share of trustee %u. With fewer than %u other shares nobody can open the sealed "
                          "signatures then. Copies of the file are not destroyed by this: backups, synced folders and flash "
                          "storage may keep some.",
                          s->j, s->t),
                "", rr_terminal_width(rr_terminal()));
        yes = rr_ask_line("Type yes to destroy it: ");
    }
    if (yes == NULL || strcmp(yes, "yes") != 0) rr_die(RR_EXIT_REFUSED, "stopped. Nothing was changed.");
    rr_bytes note = rr_sign_note(signer, text, strlen(text));
    rr_output *out = rr_output_open(rr_arg(args, "out"), RR_PUBLIC_FILE, false);
    rr_output_write(out, note.data, note.len);
    rr_output_prepare(out);
    rr_share_destroy(&file);
    rr_output_on_failure(out, "The share is destroyed all the same.");
    rr_output_finish(out);
    rr_tell("The share is destroyed. Publish %s: it is your word for it.", rr_safe_string(rr_arg(args, "out")));
    return RR_EXIT_DONE;
}
