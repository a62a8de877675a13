/* SPDX-License-Identifier: Apache-2.0 */
/* The papers of a petition: the petition file and what lies beside it in its folder.
 *
 *     petition.txt     the petition
 *     roll.txt         the roll file that it uses
 *     roll.note        the registrar's signed note over the roll
 *     assignment.note  the registrar's signed note that assigns the roll to the petition
 *     names.txt        the names, if they are public
 *     proofs.bin       the enrolment proofs of a one-time roll
 *     certificate.bin  the certificate of the trustees' ceremony, of a sealed petition
 *     trustees.bin     the notes of its trustees */
#ifndef RR_CLI_PAPERS_H
#define RR_CLI_PAPERS_H

#include "cli/online.h"
#include "cli/tool.h"
#include "roundrobin/note.h"
#include "roundrobin/petition.h"

#define RR_PETITION_FILE "petition.txt"
#define RR_ROLL_FILE "roll.txt"
#define RR_ROLL_NOTE_FILE "roll.note"
#define RR_ASSIGNMENT_FILE "assignment.note"
#define RR_NAMES_FILE "names.txt"
#define RR_PROOFS_FILE "proofs.bin"
#define RR_CERTIFICATE_FILE "certificate.bin"
#define RR_TRUSTEES_FILE "trustees.bin"

/* One file of it: where it should be, and its bytes if it was read. */
typedef struct rr_paper {
    const char *path;
    rr_bytes bytes; /* data NULL: not read */
} rr_paper;

typedef struct rr_papers {
    rr_paper petition_file, roll_file, roll_note, assignment_note, names_file, proofs_file, certificate_file, trustees_file;
    const rr_params *params;
    rr_petition petition;
    rr_roll roll;
    rr_rings rings;
    const rr_subject *subject;
    const rr_ring **prepared; /* by ring number; NULL until rr_prepare_ring */
    rr_names names;           /* count 0 where there is no names file */
    const char
        *seal_fault;   /* why no name may be sealed; NULL: the trustees' ceremony was checked, or the petition seals none */
    rr_online *online; /* NULL: no server was asked */
} rr_papers;

const rr_params *rr_make_params(void);

/* Parse, or fail with the place and the rule. */
void rr_load_petition(rr_papers *papers, const char *path);
void rr_load_roll(rr_roll *roll, rr_paper *file, const char *path);
void rr_load_names(rr_names *names, rr_paper *file, const char *path, const rr_roll *roll);
/* The registrar's note over a roll. */
void rr_check_roll_note(const rr_roll *roll, rr_paper *file, const char *path);
/* Every enrolment proof of a one-time roll, as one batch. */
void rr_check_proofs(const rr_params *params, const rr_roll *roll, rr_paper *file, const char *path);

/* How the papers of PETITION are named, by its folder and the options --roll, --roll-note and --assignment. */
void rr_find_papers(rr_papers *papers, const rr_args *args);
/* Everything that a client needs before it uses a key (PROTOCOL.md section 3): petition, roll, the registrar's notes over the roll and
 * the assignment; checked, with rings, and the names if they are there. */
void rr_open_papers(rr_papers *papers, const rr_args *args);
/* The same for members: PETITION may also be an address, whose papers are downloaded.  Then, and with --submit, the server's log and directory
 * are checked too (net/remote.h): before any key is touched. */
void rr_open_papers_online(rr_papers *papers, const rr_args *args);
void rr_make_rings(rr_papers *papers);
void rr_check_assignment(rr_papers *papers);
/* Of a sealed petition: certificate and trustees' notes; sets seal_fault. */
void rr_check_ceremony(rr_papers *papers);

/* The keys of a ring, prepared. */
const rr_ring *rr_prepare_ring(const rr_papers *papers, uint32_t number);
/* The name of the entry at this place, else its member; for a terminal. */
const char *rr_name_at(const rr_papers *papers, uint32_t place);
/* "of District 7", "of all classes that are too small to be counted alone", "" */
const char *rr_class_words(const rr_papers *papers, uint32_t class_index);

/* SECRET.  A signing key of robin key new; one of robin witness new. */
const rr_signer *rr_open_signer(const char *path);
const rr_signer *rr_open_witness(const char *path);
/* SECRET.  A new key of this type in a file of its own. */
const rr_signer *rr_make_signer(const char *name, uint8_t type, const char *path, bool force);
/* Its verifier key. */
rr_text rr_vkey_of(const rr_signer *signer);
/* A signed note over a text that ends in LF. */
rr_bytes rr_sign_note(const rr_signer *signer, const char *text, size_t len);

const char *rr_hex_text(const uint8_t *bytes, size_t len);

#endif
