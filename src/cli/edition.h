/* SPDX-License-Identifier: Apache-2.0 */
/* The registrar's folder: one edition of a roll until it is published (docs/guides/registrar.md).
 *
 *     roll.conf            what the roll's header will say
 *     people.tsv           who is in the body: for one-time rolls who may enrol, for ed25519 rolls the entries
 *     codes.txt            hashes of the invitation codes that are not used up (one-time)
 *     invitations/MEMBER   an invitation for each person, to be handed out (one-time)
 *     enrolments/MEMBER    enrolment files that were taken, byte for byte (one-time)
 *     receipts/MEMBER      the registrar's signed notes for them
 *     mailed.txt           members who were sent a mail by robin roll invite
 *     published/slot-N/    the roll files with their companions; from then on the folder takes nobody in
 *     assignments.tsv      which roll digest was assigned to which pid */
#ifndef RR_CLI_EDITION_H
#define RR_CLI_EDITION_H

#include "cli/tool.h"
#include "roundrobin/enrol.h"
#include "roundrobin/note.h"
#include "roundrobin/roll.h"

#define RR_CONF_FILE "roll.conf"
#define RR_PEOPLE_FILE "people.tsv"
#define RR_CODES_FILE "codes.txt"
#define RR_INVITATIONS "invitations"
#define RR_ENROLMENTS "enrolments"
#define RR_RECEIPTS "receipts"
#define RR_PUBLISHED "published"
#define RR_ASSIGNMENTS_FILE "assignments.tsv"

/* A line of people.tsv: member TAB class TAB name TAB salt TAB key.  An ed25519 roll has salt and entry key; a one-time roll has `-`
 * for the salt (it comes with the enrolment) and `-` or the Ed25519 key of an SSH key that may sign the enrolment. */
typedef struct rr_person {
    rr_text member, class_name, name;
    bool has_salt, has_key;
    uint8_t salt[32], key[32];
} rr_person;

typedef struct rr_edition {
    const char *folder;
    rr_roll_id id;
    rr_text body, source;
    uint32_t body_size, edition, slots;
    rr_roll_kind kind;
    rr_vkey registrar;
    rr_person *people; /* ascending by member */
    size_t count, room;
} rr_edition;

/* Reads roll.conf and people.tsv, or fails. */
void rr_open_edition(rr_edition *edition, const char *folder);
/* Before a command writes there: no other one does, until this one ends; fails if one does. */
void rr_lock_edition(const char *folder);
/* Fails if it is published. */
void rr_need_unpublished(const rr_edition *edition);
/* Fails if the key is not that of the roll's registrar. */
void rr_need_registrar(const rr_edition *edition, const rr_signer *signer, const char *path);
void rr_write_conf(const rr_edition *edition);
void rr_sort_people(rr_edition *edition);
/* Sorts and writes. */
void rr_write_people(rr_edition *edition, bool first);
rr_person *rr_find_person(const rr_edition *edition, rr_text member);
/* Adds one at the end, unsorted. */
void rr_add_person(rr_edition *edition, const rr_person *person);

/* The path of a member's file in one of the subfolders. */
char *rr_member_path(const rr_edition *edition, const char *subfolder, rr_text member);
/* Parses an enrolment file; NULL, with *error, if it breaks the format. */
rr_enrolment_file *rr_parse_enrolment(rr_error *error, rr_bytes bytes);

/* An invitation (docs/guides/registrar.md). */
typedef struct rr_invitation {
    rr_roll_id id;
    rr_text body;
    uint32_t edition, slots;
    rr_text registrar; /* vkey */
    rr_text member, name;
    rr_text code; /* SECRET; empty: an SSH signature is wanted */
    void *file;   /* SECRET; what was read, and the texts point into: for rr_release_secret */
} rr_invitation;
/* The text holds the code.  It lies in ordinary memory: it goes to a file in the open anyway. */
rr_bytes rr_write_invitation(const rr_invitation *invitation);
void rr_read_invitation(rr_invitation *invitation, const char *path);
/* The same of bytes in SECRET memory. */
void rr_parse_invitation(rr_invitation *invitation, rr_bytes text, const char *path);

/* Text that is being put together; fails when memory ends. */
typedef struct rr_builder {
    char *text;
    size_t len, room;
} rr_builder;
void rr_build(rr_builder *b, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
