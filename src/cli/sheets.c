/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/sheets.h"

#include <sodium.h>
#include <string.h>

#include "base/sha2.h"
#include "cli/qr.h"
#include "sheet_care_en_html.h"
#include "sheet_care_en_txt.h"
#include "sheet_care_ru_html.h"
#include "sheet_care_ru_txt.h"
#include "sheet_code_en_html.h"
#include "sheet_code_en_txt.h"
#include "sheet_code_ru_html.h"
#include "sheet_code_ru_txt.h"
#include "sheet_mail_en_txt.h"
#include "sheet_mail_ru_txt.h"
#include "sheet_page_html.h"
#include "sheet_sheet_en_html.h"
#include "sheet_sheet_ru_html.h"
#include "sheet_ssh_en_html.h"
#include "sheet_ssh_en_txt.h"
#include "sheet_ssh_ru_html.h"
#include "sheet_ssh_ru_txt.h"
#include "sheet_style_css.h"

/* The texts of one language. */
typedef struct catalogue {
    const char *lang, *title, *sheet, *mail;
    const char *code[2], *ssh[2], *care[2]; /* HTML, plain */
} catalogue;

static const catalogue catalogues[] = {
    [RR_ENGLISH] = {"en",
                    "Invitations to enrol",
                    rr_sheet_sheet_en_html,
                    rr_sheet_mail_en_txt,
                    {rr_sheet_code_en_html, rr_sheet_code_en_txt},
                    {rr_sheet_ssh_en_html, rr_sheet_ssh_en_txt},
                    {rr_sheet_care_en_html, rr_sheet_care_en_txt}},
    [RR_RUSSIAN] = {"ru",
                    "Приглашения записаться",
                    rr_sheet_sheet_ru_html,
                    rr_sheet_mail_ru_txt,
                    {rr_sheet_code_ru_html, rr_sheet_code_ru_txt},
                    {rr_sheet_ssh_ru_html, rr_sheet_ssh_ru_txt},
                    {rr_sheet_care_ru_html, rr_sheet_care_ru_txt}},
};

/* ---- templates -------------------------------------------------------------------------------------------------------------- */

static void build_escaped(rr_builder *b, rr_text text) {
    for (size_t i = 0; i < text.len; i++) {
        switch (text.start[i]) {
        case '&': rr_build(b, "&amp;"); break;
        case '<': rr_build(b, "&lt;"); break;
        case '>': rr_build(b, "&gt;"); break;
        case '"': rr_build(b, "&quot;"); break;
        case '\'': rr_build(b, "&#39;"); break;
        default: rr_build(b, "%c", text.start[i]);
        }
    }
}

static const rr_field *find_field(const rr_field *fields, size_t count, rr_text name) {
    for (size_t i = 0; i < count; i++)
        if (rr_text_is(name, fields[i].name)) return &fields[i];
    rr_die(RR_EXIT_IO, "a template has a place that nothing fills: %s. This is a mistake in robin.", rr_safe(name));
}

void rr_fill(rr_builder *b, const char *template, const rr_field *fields, size_t count, bool html) {
    for (const char *at = template;;) {
        const char *open = strstr(at, "{{"), *close = open == NULL ? NULL : strstr(open, "}}");
        if (close == NULL) {
            rr_build(b, "%s", at);
            return;
        }
        rr_build(b, "%.*s", (int)(open - at), at);
        const rr_field *field = find_field(fields, count, (rr_text){open + 2, (size_t)(close - open - 2)});
        if (html && !field->markup)
            build_escaped(b, field->value);
        else
            rr_build(b, "%.*s", (int)field->value.len, field->value.start);
        at = close + 2;
    }
}

/* ---- sheets ----------------------------------------------------------------------------------------------------------------- */

/* Nothing but this style is allowed, not even by somebody who could add a line to the file's text. */
void rr_build_page_head(rr_builder *b, rr_language language, rr_text body) {
    const catalogue *c = &catalogues[language];
    uint8_t hash[32];
    char base64[sodium_base64_ENCODED_LEN(32, sodium_base64_VARIANT_ORIGINAL)];
    rr_sha256_of(hash, rr_sheet_style_css, strlen(rr_sheet_style_css));
    sodium_bin2base64(base64, sizeof base64, hash, sizeof hash, sodium_base64_VARIANT_ORIGINAL);
    const char *title = rr_format("%s: %.*s", c->title, (int)body.len, body.start);
    const rr_field fields[] = {{"lang", rr_text_of(c->lang), false},
                               {"hash", rr_text_of(base64), true},
                               {"title", rr_text_of(title), false},
                               {"style", rr_text_of(rr_sheet_style_css), true}};
    rr_fill(b, rr_sheet_page_html, fields, sizeof fields / sizeof *fields, true);
}

void rr_build_page_foot(rr_builder *b) {
    rr_build(b, "</body>\n</html>\n");
}

/* The code, its groups parted so that a line ends between two of them; in a mail as it is. */
static void build_code(rr_builder *b, rr_text code, bool html) {
    rr_text group, rest = code;
    while (html && rr_text_cut(&group, &rest, '-')) rr_build(b, "<span>%.*s-</span><wbr>", (int)group.len, group.start);
    rr_build(b, html ? "<span>%.*s</span>" : "%.*s", (int)rest.len, rest.start);
}

static rr_text without_last_line_end(const rr_builder *b) {
    size_t len = b->len > 0 && b->text[b->len - 1] == '\n' ? b->len - 1 : b->len;
    return (rr_text){len > 0 ? b->text : "", len};
}

static rr_text name_of_vkey(rr_text vkey) {
    rr_text name = {"", 0}, rest = vkey;
    return rr_text_cut(&name, &rest, '+') ? name : vkey;
}

static const char *words_for_slots(rr_language language, uint32_t slots) {
    return language == RR_ENGLISH ? rr_count_of(slots, "petition", "petitions") : rr_grouped(slots);
}

/* A sheet, or the text of a mail. */
static void build_invitation(rr_builder *b, rr_language language, const rr_invitation *i, const char *link, bool html) {
    const catalogue *c = &catalogues[language];
    rr_builder qr = {NULL, 0, 0}, code = {NULL, 0, 0}, by = {NULL, 0, 0}, care = {NULL, 0, 0};
    bool has_code = i->code.len > 0;
    if (html) rr_build_qr(&qr, link);
    build_code(&code, i->code, html);
    const rr_field code_field = {"code", without_last_line_end(&code), true}; /* letters, digits, hyphens, and the tags above */
    rr_fill(&by, (has_code ? c->code : c->ssh)[!html], &code_field, 1, html);
    if (has_code) rr_fill(&care, c->care[!html], NULL, 0, html);
    const rr_field fields[] = {{"name", i->name, false},
                               {"body", i->body, false},
                               {"slots", rr_text_of(words_for_slots(language, i->slots)), false},
                               {"qr", without_last_line_end(&qr), true},
                               {"by", without_last_line_end(&by), true},
                               {"link", rr_text_of(link), false},
                               {"care", without_last_line_end(&care), true},
                               {"registrar-name", name_of_vkey(i->registrar), false},
                               {"registrar", i->registrar, false}};
    rr_fill(b, html ? c->sheet : c->mail, fields, sizeof fields / sizeof *fields, html);
}

void rr_build_sheet(rr_builder *b, rr_language language, const rr_invitation *invitation, const char *link) {
    build_invitation(b, language, invitation, link, true);
}

void rr_build_mail_text(rr_builder *b, rr_language language, const rr_invitation *invitation, const char *link) {
    build_invitation(b, language, invitation, link, false);
}

const char *rr_mail_subject(rr_language language, rr_text body) {
    return rr_format(language == RR_ENGLISH ? "Invitation to enrol: %.*s" : "Приглашение записаться: %.*s", (int)body.len,
                     body.start);
}
