/* SPDX-License-Identifier: Apache-2.0 */
/* robin rehearse people, robin rehearse enrol */
#include <string.h>

#include "cli/commands.h"
#include "cli/edition.h"
#include "cli/papers.h"
#include "cli/rehearsal.h"

int rr_run_rehearse_people(const rr_args *args) {
    uint32_t members = rr_arg_number(args, "members"), classes = rr_arg_number(args, "classes");
    int digits = snprintf(NULL, 0, "%u", members), class_digits = snprintf(NULL, 0, "%u", classes);
    for (uint32_t i = 1; i <= members; i++) {
        printf("person-%0*u\t", digits, i);
        if (classes > 0) printf("District %0*u", class_digits, (i - 1) % classes + 1);
        printf("\tInvented Person %0*u\n", digits, i);
    }
    return RR_EXIT_DONE;
}

void rr_need_rehearsal(rr_text body) {
    if (!rr_text_begins(body, RR_REHEARSAL_BODY))
        rr_die(RR_EXIT_REFUSED,
               "the body of this roll is '%s' and does not begin with \"" RR_REHEARSAL_BODY
               "\". Real people make their own keys, with "
               "robin enrol.",
               rr_safe(body));
}

typedef struct rehearsal {
    rr_edition edition;
    const char *to;
    rr_keycard *card; /* SECRET: of one person at a time */
    rr_output *keys;
    uint8_t *book;
    rr_enrolment_file *enrolment;
    char *text;
} rehearsal;

static void enrol_one(rehearsal *r, const rr_person *person) {
    const rr_edition *e = &r->edition;
    rr_invitation invitation;
    rr_read_invitation(&invitation, rr_member_path(e, RR_INVITATIONS, person->member));
    if (rr_keycard_new(r->card, &e->id, e->edition, rr_copy_text(person->member), rr_copy_text(person->name), e->slots,
                       &rr_system_random) != RR_OK)
        rr_die(RR_EXIT_REFUSED, "member %s: member or name cannot go on a key card.", rr_safe(person->member));
    size_t book_len, len;
    if (rr_book_make(rr_make_params(), r->book, RR_BOOK_MAX, &book_len, r->card, &rr_system_random) != RR_OK)
        rr_die(RR_EXIT_IO, "the keys could not be made.");
    rr_enrolment_of_card(r->enrolment, r->card, r->book, book_len);
    r->enrolment->code = invitation.code;
    if (rr_enrolment_write(r->text, RR_ENROLMENT_TEXT_MAX, &len, r->enrolment) != RR_OK)
        rr_die(RR_EXIT_REFUSED, "member %s: the enrolment cannot be written.", rr_safe(person->member));
    rr_write_one_of_many(rr_join(r->to, rr_copy_text(person->member)), RR_SECRET_FILE, r->text, len);
    for (uint32_t slot = 0; slot < e->slots; slot++)
        fprintf(rr_output_stream(r->keys), "%.*s\t%u\t%s\t%s\n", (int)person->member.len, person->member.start, slot,
                rr_hex_text(r->card->slots[slot].k, 32), rr_hex_text(r->card->slots[slot].r, 32));
}

int rr_run_rehearse_enrol(const rr_args *args) {
    rehearsal r = {.to = rr_arg(args, "to")};
    rr_edition *e = &r.edition;
    rr_open_edition(e, rr_arg(args, "FOLDER"));
    rr_need_rehearsal(e->body);
    rr_need_unpublished(e);
    if (e->kind != RR_ROLL_ONE_TIME)
        rr_die(RR_EXIT_REFUSED, "%s: nobody enrols on an ed25519 roll.", rr_safe_string(e->folder));
    r.keys = rr_output_open(rr_arg(args, "keys"), RR_SECRET_FILE, false);
    r.card = rr_take_secret(sizeof *r.card);
    r.book = rr_take(RR_BOOK_MAX);
    r.enrolment = rr_take(sizeof *r.enrolment);
    r.text = rr_take(RR_ENROLMENT_TEXT_MAX);
    rr_make_folder(r.to);
    fprintf(rr_output_stream(r.keys), RR_REHEARSAL_FIRST "\nRoll-Id: %s\nEdition: %u\n\n", rr_hex_text(e->id.bytes, 32),
            e->edition);
    rr_progress progress;
    rr_progress_start(&progress, "enrolling invented people", e->count);
    size_t enrolled = 0;
    for (size_t i = 0; i < e->count; i++) {
        const rr_person *person = &e->people[i];
        if (person->has_key || rr_exists(rr_member_path(e, RR_ENROLMENTS, person->member))) continue;
        enrol_one(&r, person);
        enrolled++;
        rr_progress_to(&progress, i + 1);
    }
    rr_progress_end(&progress);
    rr_sync_folder(r.to);
    rr_output_finish(r.keys);
    printf("%s of invented people in %s.\n", rr_count_of(enrolled, "enrolment", "enrolments"), rr_safe_string(r.to));
    return RR_EXIT_DONE;
}
