/* SPDX-License-Identifier: Apache-2.0 */
/* robin roll invite: the invitations of a registrar's folder as sheets, pictures, a table for mail merge, or mails. */
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/mail.h"
#include "cli/papers.h"
#include "cli/qr.h"
#include "cli/sheets.h"
#include "cli/smtp.h"

#define MAILED_FILE "mailed.txt"
#define MAILED_FIRST "round-robin mailed v1"

enum { FAILURES_MAX = 5 };

/* A person whose invitation lies in the folder. */
typedef struct guest {
    const rr_person *person;
    const char *path, *address; /* of the invitation; for mail, or NULL */
} guest;

typedef struct inviting {
    const rr_args *args;
    rr_edition edition;
    rr_language language;
    const char *address;
    guest *guests;
    size_t count;
} inviting;

/* The invitation of a guest, with its link.  SECRET; give it back with done_with. */
typedef struct opened {
    rr_invitation invitation;
    const char *link;
} opened;

static opened open_invitation(const inviting *in, const guest *g) {
    opened o;
    const rr_edition *e = &in->edition;
    rr_read_invitation(&o.invitation, g->path);
    if (memcmp(&o.invitation.id, &e->id, sizeof e->id) != 0 || o.invitation.edition != e->edition ||
        !rr_text_equal(o.invitation.member, g->person->member))
        rr_die(RR_EXIT_REFUSED, "%s: is the invitation of another person or edition. Put the right one back.",
               rr_safe_string(g->path));
    o.link = rr_link_of(in->address, &o.invitation);
    return o;
}

static void done_with(opened *o) {
    rr_release_secret(o->invitation.file);
    o->invitation.file = NULL;
}

/* ---- who ---------------------------------------------------------------------------------------------------------------------- */

static bool is_wanted(const inviting *in, rr_text member) {
    size_t n = rr_arg_count(in->args, "member");
    for (size_t i = 0; i < n; i++)
        if (rr_text_is(member, rr_arg_at(in->args, "member", i))) return true;
    return n == 0;
}

static void find_guests(inviting *in) {
    const rr_edition *e = &in->edition;
    for (size_t i = 0; i < rr_arg_count(in->args, "member"); i++)
        if (rr_find_person(e, rr_text_of(rr_arg_at(in->args, "member", i))) == NULL)
            rr_die(RR_EXIT_REFUSED, "--member: nobody on this roll is called %s.",
                   rr_safe_string(rr_arg_at(in->args, "member", i)));
    size_t without = 0;
    in->guests = rr_take_array(e->count, sizeof *in->guests);
    for (size_t i = 0; i < e->count; i++) {
        const rr_person *p = &e->people[i];
        if (!is_wanted(in, p->member) || rr_exists(rr_member_path(e, RR_ENROLMENTS, p->member))) continue;
        guest g = {p, rr_member_path(e, RR_INVITATIONS, p->member), NULL};
        if (rr_exists(g.path))
            in->guests[in->count++] = g;
        else
            without++;
    }
    if (without > 0)
        rr_tell("%s not enrolled and no invitation in %s any more.",
                without == 1 ? "1 person has" : rr_format("%s people have", rr_grouped(without)),
                rr_safe_string(rr_join(e->folder, RR_INVITATIONS)));
    if (in->count == 0)
        rr_die(RR_EXIT_REFUSED, "%s: there is no invitation to hand out. Nothing was written.", rr_safe_string(e->folder));
}

/* ---- paper -------------------------------------------------------------------------------------------------------------------- */

static void write_sheets(const inviting *in, const char *path) {
    rr_output *output = rr_output_open(path, RR_SECRET_FILE, rr_flag(in->args, "force"));
    rr_builder b = {NULL, 0, 0};
    rr_build_page_head(&b, in->language, in->edition.body);
    for (size_t i = 0; i < in->count; i++) {
        opened o = open_invitation(in, &in->guests[i]);
        rr_build_sheet(&b, in->language, &o.invitation, o.link);
        done_with(&o);
        rr_output_write(output, b.text, b.len);
        b.len = 0;
    }
    rr_build_page_foot(&b);
    rr_output_write(output, b.text, b.len);
    rr_output_finish(output);
}

static void write_pictures(const inviting *in, const char *folder) {
    mode_t before = umask(0077);
    rr_make_folder(folder);
    (void)umask(before);
    bool force = rr_flag(in->args, "force");
    for (size_t i = 0; i < in->count; i++)
        rr_output_check(rr_join(folder, rr_format("%s.svg", rr_copy_text(in->guests[i].person->member))), force);
    for (size_t i = 0; i < in->count; i++) {
        const char *path = rr_join(folder, rr_format("%s.svg", rr_copy_text(in->guests[i].person->member)));
        opened o = open_invitation(in, &in->guests[i]);
        rr_builder b = {NULL, 0, 0};
        rr_build_qr(&b, o.link);
        done_with(&o);
        rr_write_file(path, RR_SECRET_FILE, force, b.text, b.len);
    }
}

static void write_table(const inviting *in, const char *path) {
    rr_output *output = rr_output_open(path, RR_SECRET_FILE, rr_flag(in->args, "force"));
    rr_builder b = {NULL, 0, 0};
    rr_build(&b, "member\tname\tlink\tcode\n");
    for (size_t i = 0; i < in->count; i++) {
        opened o = open_invitation(in, &in->guests[i]);
        const rr_invitation *v = &o.invitation;
        rr_build(&b, "%.*s\t%.*s\t%s\t%.*s\n", (int)v->member.len, v->member.start, (int)v->name.len, v->name.start, o.link,
                 (int)v->code.len, v->code.start);
        done_with(&o);
        rr_output_write(output, b.text, b.len);
        b.len = 0;
    }
    rr_output_finish(output);
}

/* ---- mail --------------------------------------------------------------------------------------------------------------------- */

static guest *find_guest(const inviting *in, rr_text member) {
    for (size_t low = 0, high = in->count; low < high;) {
        size_t middle = low + (high - low) / 2;
        int order = rr_text_compare(member, in->guests[middle].person->member);
        if (order == 0) return &in->guests[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

/* Lines "member TAB address". */
static void read_addresses(inviting *in, const char *path) {
    rr_bytes text = rr_read(path, RR_LIMIT_LARGE);
    rr_error error;
    rr_reader r;
    rr_status status;
    rr_reader_init(&r, &error, (const char *)text.data, text.len);
    r.tab_allowed = true;
    while ((status = rr_reader_next(&r)) == RR_OK) {
        rr_text member, address = r.line;
        if (!rr_text_cut(&member, &address, '\t'))
            status = rr_reader_fail(&r, "a line is member TAB address");
        else if (rr_find_person(&in->edition, member) == NULL)
            status = rr_reader_fail(&r, "nobody on this roll is called so");
        else if (!rr_mail_address_is(address))
            status = rr_reader_fail_at(&r, address, "this is no mail address like name@example.org, in ASCII");
        if (status != RR_OK) break;
        guest *g = find_guest(in, member);
        if (g != NULL && g->address != NULL) {
            status = rr_reader_fail(&r, "this member has an address already");
            break;
        }
        if (g != NULL) g->address = rr_copy_text(address);
    }
    if (status != RR_NOT_FOUND) rr_die_at(path, &error, "Nothing was sent; correct the file.");
}

/* Who was sent a mail; a line that broke off in a crash counts, since the mail was sent before it was begun. */
static void leave_out_mailed(inviting *in, const char *path) {
    if (!rr_exists(path)) return;
    rr_bytes text = rr_read(path, RR_LIMIT_LARGE);
    rr_text rest = {(const char *)text.data, text.len}, line;
    if (rest.len > 0 && (!rr_text_cut(&line, &rest, '\n') || !rr_text_is(line, MAILED_FIRST)))
        rr_die(RR_EXIT_REFUSED,
               "%s: does not begin with the line `" MAILED_FIRST "`. Nothing was sent; restore it from a copy.",
               rr_safe_string(path));
    while (rest.len > 0) {
        if (!rr_text_cut(&line, &rest, '\n')) line = rest, rest.len = 0;
        guest *g = find_guest(in, line);
        if (g != NULL) g->address = NULL;
    }
}

static RR_NORETURN void fail_remembering(const char *path, int error) {
    rr_die(RR_EXIT_IO,
           "%s: %s. The last mail was sent, but this file does not say so. Make room before the command is run again.",
           rr_safe_string(path), strerror(error));
}

/* Opens the list for appending, ended by a whole line. */
static int open_mailed(const char *path) {
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_APPEND, 0600);
    struct stat about;
    char last = '\n';
    if (fd < 0 || fstat(fd, &about) != 0)
        rr_die(RR_EXIT_IO, "%s: %s. Nothing was sent.", rr_safe_string(path), strerror(errno));
    const char *begin = about.st_size == 0 ? MAILED_FIRST "\n" : "\n";
    if (about.st_size > 0 && pread(fd, &last, 1, about.st_size - 1) != 1)
        rr_die(RR_EXIT_IO, "%s: %s. Nothing was sent.", rr_safe_string(path), strerror(errno));
    if ((about.st_size == 0 || last != '\n') && (write(fd, begin, strlen(begin)) != (ssize_t)strlen(begin) || fsync(fd) != 0))
        rr_die(RR_EXIT_IO, "%s: %s. Nothing was sent.", rr_safe_string(path), strerror(errno));
    return fd;
}

static void remember_mailed(int fd, const char *path, rr_text member) {
    const char *line = rr_format("%.*s\n", (int)member.len, member.start);
    if (write(fd, line, strlen(line)) != (ssize_t)strlen(line) || fsync(fd) != 0) fail_remembering(path, errno);
}

static rr_smtp_answer send_one(const inviting *in, rr_smtp *smtp, const guest *g, const char **why) {
    opened o = open_invitation(in, g);
    rr_builder text = {NULL, 0, 0}, mail = {NULL, 0, 0};
    uint8_t id[16];
    randombytes_buf(id, sizeof id);
    rr_build_mail_text(&text, in->language, &o.invitation, o.link);
    rr_mail m = {.from = rr_text_of(rr_arg(in->args, "from")), .to = rr_text_of(g->address), .to_name = o.invitation.name};
    m.subject = rr_text_of(rr_mail_subject(in->language, in->edition.body));
    m.time = rr_now();
    m.message_id = rr_hex_text(id, sizeof id);
    m.text = (rr_text){text.text, text.len};
    rr_build_mail(&mail, &m);
    done_with(&o);
    return rr_smtp_send(smtp, why, rr_arg(in->args, "from"), g->address, (rr_text){mail.text, mail.len});
}

static rr_smtp *open_server(const inviting *in) {
    const char *url = rr_arg(in->args, "smtp"), *user = rr_arg(in->args, "smtp-user");
    const char *file = rr_arg(in->args, "smtp-password-file");
    if ((user == NULL) != (file == NULL))
        rr_die(RR_EXIT_USAGE, "--smtp-user and --smtp-password-file belong together. Name both or neither.");
    if (file == NULL) return rr_smtp_open(url, NULL, NULL);
    rr_bytes read = rr_read_secret(file, 4096);
    char *password = (char *)read.data;
    password[strcspn(password, "\r\n")] = 0;
    if (password[0] == 0) rr_die(RR_EXIT_REFUSED, "%s: its first line is empty. Nothing was sent.", rr_safe_string(file));
    return rr_smtp_open(url, user, password);
}

static void wait_for_rate(uint32_t per_minute) {
    uint64_t ns = UINT64_C(60000000000) / per_minute;
    struct timespec pause = {(time_t)(ns / 1000000000), (long)(ns % 1000000000)};
    (void)nanosleep(&pause, NULL);
}

static int send_mails(inviting *in) {
    const char *from = rr_arg(in->args, "from"), *file = rr_arg(in->args, "mail-file");
    uint32_t rate = rr_arg_number(in->args, "mails-per-minute");
    if (from == NULL || file == NULL) rr_die(RR_EXIT_USAGE, "--smtp needs --from and --mail-file.");
    if (!rr_mail_address_is(rr_text_of(from)))
        rr_die(RR_EXIT_USAGE, "--from: %s is no mail address like name@example.org.", rr_safe_string(from));
    if (rate == 0 || rate > 6000) rr_die(RR_EXIT_USAGE, "--mails-per-minute: choose 1 to 6000.");
    const char *mailed = rr_join(in->edition.folder, MAILED_FILE), *why = "";
    read_addresses(in, file);
    leave_out_mailed(in, mailed);
    rr_smtp *smtp = open_server(in);
    int fd = open_mailed(mailed);
    size_t sent = 0, refused = 0, in_a_row = 0;
    rr_smtp_answer answer = RR_SMTP_SENT;
    for (size_t i = 0; i < in->count && answer != RR_SMTP_FAILED && in_a_row < FAILURES_MAX; i++) {
        const guest *g = &in->guests[i];
        if (g->address == NULL) continue;
        if (sent + refused > 0) wait_for_rate(rate);
        answer = send_one(in, smtp, g, &why);
        if (answer == RR_SMTP_SENT) {
            remember_mailed(fd, mailed, g->person->member);
            sent++, in_a_row = 0;
        } else if (answer == RR_SMTP_REFUSED) {
            rr_tell("%s: was not sent: %s.", rr_safe(g->person->member), why);
            refused++, in_a_row++;
        }
    }
    (void)close(fd);
    rr_smtp_close(smtp);
    printf("%s sent, %s refused.\n", rr_count_of(sent, "mail", "mails"), rr_grouped(refused));
    if (answer == RR_SMTP_FAILED || in_a_row == FAILURES_MAX)
        rr_die(RR_EXIT_IO, "%s. The rest was not sent. Run the command again: nobody is sent a second mail.", why);
    return refused > 0 ? RR_EXIT_REFUSED : RR_EXIT_DONE;
}

int rr_run_roll_invite(const rr_args *args) {
    inviting in = {.args = args};
    const char *sheets = rr_arg(args, "sheets"), *svg = rr_arg(args, "svg"), *table = rr_arg(args, "tsv");
    const char *smtp = rr_arg(args, "smtp");
    if (sheets == NULL && svg == NULL && table == NULL && smtp == NULL)
        rr_die(RR_EXIT_USAGE, "say what to make of the invitations: --sheets, --svg, --tsv or --smtp.");
    if (sheets != NULL && table != NULL && rr_same_file(sheets, table))
        rr_die(RR_EXIT_USAGE, "--sheets and --tsv name the same file.");
    rr_lock_edition(rr_arg(args, "FOLDER"));
    rr_open_edition(&in.edition, rr_arg(args, "FOLDER"));
    rr_need_unpublished(&in.edition);
    if (in.edition.kind == RR_ROLL_ED25519)
        rr_die(RR_EXIT_REFUSED, "%s: nobody is invited to an ed25519 roll.", rr_safe_string(in.edition.folder));
    in.language = strcmp(rr_arg(args, "language"), "ru") == 0 ? RR_RUSSIAN : RR_ENGLISH;
    in.address = rr_edition_address(rr_arg(args, "to"), &in.edition.id, in.edition.edition);
    find_guests(&in);
    if (sheets != NULL) rr_output_check(sheets, rr_flag(args, "force"));
    if (table != NULL) rr_output_check(table, rr_flag(args, "force"));
    if (sheets != NULL) write_sheets(&in, sheets);
    if (svg != NULL) write_pictures(&in, svg);
    if (table != NULL) write_table(&in, table);
    if (sheets != NULL || svg != NULL || table != NULL)
        rr_tell("%s written. Whoever has one of these files can enrol in place of the people in it: remove them when they are "
                "handed out.",
                rr_count_of(in.count, "invitation", "invitations"));
    return smtp == NULL ? RR_EXIT_DONE : send_mails(&in);
}
