/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of OpenSSH's authorized_keys and allowed_signers (sshd(8), ssh-keygen(1)):
 *
 *     authorized_keys   [options] type base64 [comment]
 *     allowed_signers   principals [options] type base64 [comment]
 *
 * Fields are separated by spaces or tabs; options are separated by commas and their values may be in double quotes, in which a
 * backslash keeps a quote.  Empty lines and lines that begin with # say nothing. */
#include <string.h>
#include <strings.h>

#include "roll/import_base64.h"
#include "roll/import_session.h"
#include "roll/ssh_key.h"

enum { LINE_MAX_LEN = 16384 };

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

static void skip_blanks(rr_text *rest) {
    while (rest->len > 0 && is_blank(rest->start[0])) {
        rest->start++;
        rest->len--;
    }
}

/* Takes a field from the front, blanks inside quotes included; false if a quote is left open. */
static bool take_field(rr_text *field, rr_text *rest) {
    size_t i = 0;
    bool quoted = false;
    for (; i < rest->len && (quoted || !is_blank(rest->start[i])); i++) {
        if (rest->start[i] == '\\' && i + 1 < rest->len && rest->start[i + 1] == '"')
            i++;
        else if (rest->start[i] == '"')
            quoted = !quoted;
    }
    field->start = rest->start;
    field->len = i;
    rest->start += i;
    rest->len -= i;
    skip_blanks(rest);
    return !quoted;
}

/* Takes one option, up to a comma outside quotes: its name, and its value without quotes (start NULL if it has none). */
static void take_option(rr_text *name, rr_text *value, rr_text *options) {
    size_t i = 0;
    bool quoted = false;
    for (; i < options->len && (quoted || options->start[i] != ','); i++) {
        if (options->start[i] == '\\' && i + 1 < options->len && options->start[i + 1] == '"')
            i++;
        else if (options->start[i] == '"')
            quoted = !quoted;
    }
    rr_text option = {options->start, i}, none = {NULL, 0};
    options->start += i;
    options->len -= i;
    *value = none;
    if (!rr_text_cut(name, &option, '='))
        *name = option;
    else
        *value = option;
    if (value->len >= 2 && value->start[0] == '"' && value->start[value->len - 1] == '"') {
        value->start++;
        value->len -= 2;
    }
}

static bool is_option(rr_text name, const char *known) {
    return name.len == strlen(known) && strncasecmp(name.start, known, name.len) == 0;
}

/* YYYYMMDD[HHMM[SS]][Z], in UTC. */
static bool read_time(int64_t *seconds, rr_text text) {
    if (text.len > 0 && text.start[text.len - 1] == 'Z') text.len--;
    if (text.len != 8 && text.len != 12 && text.len != 14) return false;
    char iso[RR_TIME_SIZE] = "0000-00-00T00:00:00Z";
    static const uint8_t where[14] = {0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18};
    for (size_t i = 0; i < text.len; i++) iso[where[i]] = text.start[i];
    rr_text whole = {iso, sizeof iso};
    return rr_time_read(seconds, whole);
}

/* Does a list of patterns (`*` and `?`, `!` excludes) match the name? */
static bool glob(const char *p, size_t p_len, const char *s) {
    if (p_len == 0) return *s == 0;
    if (*p == '*') {
        while (p_len > 0 && *p == '*') p++, p_len--;
        if (p_len == 0) return true;
        for (; *s; s++) {
            if (glob(p, p_len, s)) return true;
        }
        return false;
    }
    return *s && (*p == '?' || *p == *s) && glob(p + 1, p_len - 1, s + 1);
}

static bool allows_namespace(rr_text list, const char *name) {
    bool allowed = false;
    while (list.len > 0) {
        rr_text one;
        if (!rr_text_cut(&one, &list, ',')) {
            one = list;
            list.len = 0;
        }
        bool excludes = one.len > 0 && one.start[0] == '!';
        if (!glob(one.start + excludes, one.len - excludes, name)) continue;
        if (excludes) return false;
        allowed = true;
    }
    return allowed;
}

static const char NOT_A_TIME[] = "the option's time is not YYYYMMDD, YYYYMMDDHHMM or YYYYMMDDHHMMSS, with or without Z";

/* NULL if the time is as it must be: `from`: not after now, else after now. */
static const char *judge_time(rr_status *status, rr_text value, uint64_t now, bool from) {
    int64_t seconds;
    *status = RR_MALFORMED;
    if (!read_time(&seconds, value)) return NOT_A_TIME;
    *status = RR_REFUSED;
    if (from) return (uint64_t)seconds > now ? "the key is not valid yet" : NULL;
    return (uint64_t)seconds <= now ? "the key has expired" : NULL;
}

/* sshd(8), AUTHORIZED_KEYS FILE FORMAT: those that say nothing about whether the key may be taken. */
static const char *const authorized_options[] = {
    "agent-forwarding",
    "command",
    "environment",
    "from",
    "no-agent-forwarding",
    "no-port-forwarding",
    "no-pty",
    "no-user-rc",
    "no-x11-forwarding",
    "permitlisten",
    "permitopen",
    "port-forwarding",
    "principals",
    "pty",
    "no-touch-required",
    "verify-required",
    "restrict",
    "tunnel",
    "user-rc",
    "x11-forwarding",
};

static const char *judge_authorized_option(rr_status *status, rr_text name, rr_text value, const rr_import_options *options) {
    if (is_option(name, "expiry-time")) return judge_time(status, value, options->now, false);
    for (size_t i = 0; i < sizeof authorized_options / sizeof *authorized_options; i++) {
        if (is_option(name, authorized_options[i])) return NULL;
    }
    *status = RR_MALFORMED;
    return "the line begins neither with a key type nor with an option of authorized_keys (if names stand there, the file is "
           "of "
           "the format allowed_signers)";
}

static const char *judge_signer_option(rr_status *status, rr_text name, rr_text value, const rr_import_options *options) {
    if (is_option(name, "valid-after")) return judge_time(status, value, options->now, true);
    if (is_option(name, "valid-before")) return judge_time(status, value, options->now, false);
    if (is_option(name, "namespaces")) {
        *status = RR_REFUSED;
        bool allowed = !options->for_signatures || allows_namespace(value, "round-robin");
        return allowed ? NULL : "the option `namespaces` does not allow round-robin";
    }
    *status = RR_MALFORMED;
    return "an option that allowed_signers files do not have";
}

/* NULL if no option speaks against the key, else why and with which status. */
static const char *judge_options(rr_status *status, rr_text list, const rr_import_options *options, bool allowed_signers) {
    for (bool more = true; more;) {
        rr_text name, value;
        take_option(&name, &value, &list);
        more = list.len > 0;
        if (more) {
            list.start++; /* the comma */
            list.len--;
        }
        const char *why;
        *status = RR_REFUSED;
        if (is_option(name, "cert-authority"))
            why = "an authority for certificates is nobody's key";
        else if (allowed_signers)
            why = judge_signer_option(status, name, value, options);
        else
            why = judge_authorized_option(status, name, value, options);
        if (why) return why;
    }
    return NULL;
}

/* NULL if the principals are names; a pattern is nobody. */
static const char *judge_principals(rr_text *principals) {
    if (principals->len >= 2 && principals->start[0] == '"' && principals->start[principals->len - 1] == '"') {
        principals->start++;
        principals->len -= 2;
    }
    if (principals->len == 0) return "the principals are empty";
    for (size_t i = 0; i < principals->len; i++) {
        char c = principals->start[i];
        if (c == '*' || c == '?' || c == '!') return "the principals hold a pattern: write whose key it is";
        if (c == ',' && (i == 0 || i + 1 == principals->len || principals->start[i - 1] == ',')) return "a principal is empty";
    }
    return NULL;
}

/* What a line is, for the report: its key type, if it is printable. */
static void describe(char what[RR_IMPORT_WHAT_MAX + 1], rr_text type) {
    size_t len = type.len < RR_IMPORT_WHAT_MAX ? type.len : RR_IMPORT_WHAT_MAX;
    for (size_t i = 0; i < len; i++) {
        if (type.start[i] <= ' ' || type.start[i] > '~') len = 0;
    }
    if (len > 0) memcpy(what, type.start, len);
    what[len] = 0;
}

static void read_line(rr_import_run *run, rr_text rest, uint32_t number, bool allowed_signers) {
    char what[RR_IMPORT_WHAT_MAX + 1] = "";
    const char *why = NULL;
    rr_status status = RR_MALFORMED;
    rr_text principals = {NULL, 0}, options = {NULL, 0}, type, base64;
    bool closed = true;
    if (allowed_signers) {
        closed = take_field(&principals, &rest);
        why = judge_principals(&principals);
    }
    if (closed) closed = take_field(&type, &rest);
    if (closed && !rr_ssh_is_key_type(type)) {
        options = type;
        closed = take_field(&type, &rest);
    }
    if (!closed) {
        rr_import_refuse(run, number, RR_MALFORMED, "a double quote is not closed", what);
        return;
    }
    if (!why && options.len > 0) why = judge_options(&status, options, run->options, allowed_signers);
    if (!why && !rr_ssh_is_key_type(type)) {
        status = RR_MALFORMED;
        why = "no key type is where it must be (for example ssh-ed25519)";
    }
    if (rr_ssh_is_key_type(type)) describe(what, type);
    if (!why) status = rr_ssh_key_type(&why, type);
    if (why) {
        rr_import_refuse(run, number, status, why, what);
        return;
    }
    take_field(&base64, &rest);
    uint8_t blob[RR_SSH_PUBLIC_SIZE + 1], key[32]; /* one more, so that a blob that is too long by one is seen as such */
    size_t blob_len;
    if (base64.len == 0)
        why = "the key is missing behind its type";
    else if (!rr_decode_base64(blob, sizeof blob, &blob_len, NULL, base64, NULL, sodium_base64_VARIANT_ORIGINAL))
        why = "the key is not the base64 of an Ed25519 key, or it is damaged";
    if (why) {
        rr_import_refuse(run, number, RR_MALFORMED, why, what);
        return;
    }
    status = rr_ssh_public_read(key, &why, blob, blob_len);
    if (status == RR_UNSUPPORTED) { /* ssh-ed25519 stands before it */
        status = RR_MALFORMED;
        why = "the key is of another type than the line says";
    }
    if (status) {
        rr_import_refuse(run, number, status, why, what);
        return;
    }
    char name[RR_SSH_FINGERPRINT_SIZE];
    rr_ssh_fingerprint(name, key);
    rr_import_found found = {number, key, name, name, principals};
    rr_import_take(run, &found);
}

/* NULL if the file can be a list of keys. */
static const char *wrong_file(rr_status *status, rr_text file) {
    *status = RR_MALFORMED;
    if (rr_text_begins(file, "\xef\xbb\xbf")) return "the file begins with a byte order mark: save it without";
    if (file.len > 0 && memchr(file.start, 0, file.len)) return "not a text file";
    if (rr_text_begins(file, "-----BEGIN PGP ")) return "an OpenPGP file: import it as such";
    *status = RR_UNSUPPORTED;
    if (rr_text_begins(file, "---- BEGIN SSH2 PUBLIC KEY")) return "an RFC 4716 key: convert it with ssh-keygen -i";
    return NULL;
}

void rr_import_ssh(rr_import_run *run, rr_text file, bool allowed_signers) {
    rr_status status;
    const char *why = wrong_file(&status, file);
    if (why) {
        rr_import_fail(run, status, 1, why);
        return;
    }
    for (uint32_t number = 1; file.len > 0 && !run->status; number++) {
        rr_text line;
        if (!rr_text_cut(&line, &file, '\n')) {
            line = file;
            file.len = 0;
        }
        if (line.len > 0 && line.start[line.len - 1] == '\r') line.len--;
        if (rr_text_begins(line, "-----BEGIN ")) {
            rr_import_fail(run, RR_MALFORMED, number,
                           "here begins a private key or something else that is no list of public keys; "
                           "nobody should hand out a private key");
            return;
        }
        skip_blanks(&line);
        if (line.len == 0 || line.start[0] == '#') continue;
        if (line.len > LINE_MAX_LEN)
            rr_import_refuse(run, number, RR_MALFORMED, "the line is longer than 16384 bytes", "");
        else if (memchr(line.start, '\r', line.len))
            rr_import_refuse(run, number, RR_MALFORMED, "a CR inside the line", "");
        else
            read_line(run, line, number, allowed_signers);
    }
}
