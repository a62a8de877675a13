/* SPDX-License-Identifier: Apache-2.0 */
/* Signed notes, cosignatures and checkpoints: C2SP signed-note, tlog-cosignature (v1, Ed25519) and tlog-checkpoint, with what
 * PROTOCOL.md sections 1 and 7 add.  Nothing here allocates.  Results are views of the text that was parsed.
 * Verifying is variable-time (public data only); signing is constant-time in the key.
 *
 *     note := text LF signature-line+      text ends in LF; the last empty line of the note parts it from the signatures
 *     signature-line := U+2014 " " name " " base64(4 bytes of key ID, signature) LF
 *     signature := type 1: Ed25519 over text
 *                  type 4: BE64(time) Ed25519 over "cosignature/v1" LF "time " time LF text; text must be a checkpoint
 */
#ifndef ROUNDROBIN_NOTE_H
#define ROUNDROBIN_NOTE_H

#include <stdbool.h>

#include "roundrobin/text.h"
#include "roundrobin/types.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    RR_NOTE_MAX = 1048576,        /* bytes of a whole note */
    RR_NOTE_SIGNATURES_MAX = 512, /* lines; more are refused */
    RR_NOTE_SIGNATURE_MAX = 72    /* bytes of a signature of type 1 (64) or 4 (72), without key ID */
};

/* ---- reading -------------------------------------------------------------------------------------------------------- */

typedef struct rr_note {
    rr_text text;       /* with its last LF, without the empty line */
    rr_text signatures; /* all signature lines */
    uint32_t signature_count;
} rr_note;

/* Splits and checks a whole note: size, UTF-8, no control characters but LF, each signature line's form (name not empty,
 * without + and Unicode white space; canonical base64 of at least 5 bytes), at least one signature line and no more than the
 * limit. RR_MALFORMED with line and rule.  `error` may be NULL. */
rr_status rr_note_parse(rr_note *note, rr_error *error, const char *bytes, size_t len);

typedef struct rr_note_signature {
    rr_text name;
    uint8_t id[4];
    size_t len; /* of the signature without the ID; bytes[] holds only its first RR_NOTE_SIGNATURE_MAX */
    uint8_t bytes[RR_NOTE_SIGNATURE_MAX];
} rr_note_signature;

/* The next signature line: start with *offset 0.  False at the end. */
bool rr_note_next(rr_note_signature *signature, size_t *offset, const rr_note *note);

/* What the note says for one key. */
typedef struct rr_note_signer {
    uint32_t signatures; /* that verify */
    uint64_t earliest;   /* type 4: times (Unix) of these signatures; type 1: 0 */
    uint64_t latest;
} rr_note_signer;

/* Verifies the signatures of known keys: those whose name and ID are a key's.  Others are ignored.  RR_OK: each one by a
 * known key verifies, and there is at least one; signers[i] is of keys[i] (`signers` may be NULL).  RR_INVALID: one does not
 * verify, or its length or time (above 2^63 - 1) is not possible, or it is a cosignature of a text that is no checkpoint;
 * RR_NOT_FOUND: there is none by a known key.  Both with line and rule; `error` may be NULL.  Keys must be distinct. */
rr_status rr_note_verify_var(rr_note_signer *signers, rr_error *error, const rr_note *note, const rr_vkey *keys,
                             size_t key_count);

/* The usual case: parses the note, verifies it with one key, and compares the text if `text` is not NULL (RR_INVALID if it is
 * another one). */
rr_status rr_note_check_var(rr_note *note, rr_error *error, const char *bytes, size_t len, const rr_vkey *key,
                            const rr_text *text);

/* ---- signing -------------------------------------------------------------------------------------------------------- */

enum {
    RR_SIGNER_NAME_MAX = 255,
    RR_SIGNER_TEXT_SIZE = 12 + RR_SIGNER_NAME_MAX + 54 + 1 /* the longest key as text, with its terminator */
};

/* SECRET.  A signing key.  Wipe it with rr_wipe after use. */
typedef struct rr_signer {
    uint8_t secret[64]; /* as libsodium has it: seed, public key */
    uint8_t id[4];
    uint8_t type;
    size_t name_len;
    char name[RR_SIGNER_NAME_MAX + 1]; /* terminated */
} rr_signer;

/* From a seed of 32 bytes.  RR_ARGUMENT: a type that is not 1 or 4, a name that rr_vkey_read refuses or that is too long. */
rr_status rr_signer_make(rr_signer *signer, rr_text name, uint8_t type, const uint8_t seed[32]);
/* Reads "PRIVATE+KEY+name+id+base64(type, seed)", one LF after it allowed.  RR_MALFORMED with column and rule. */
rr_status rr_signer_read(rr_signer *signer, rr_error *error, const char *text, size_t len);
/* Writes that, terminated, without LF.  SECRET: wipe it. */
void rr_signer_write(char text[RR_SIGNER_TEXT_SIZE], const rr_signer *signer);
/* The verifier key as text: rr_vkey_write.  Answers its length. */
size_t rr_signer_vkey(char *out, size_t size, const rr_signer *signer);

/* Makes a note of a text and no signature: text and the empty line.  RR_NO_SPACE; RR_ARGUMENT: the text does not end in LF,
 * is not UTF-8, or holds control characters. */
rr_status rr_note_begin(char *note, size_t capacity, size_t *len, rr_text text);
/* Appends a signature line of the signer to a note (from rr_note_begin, or a whole one); not terminated.  A signer of type 4
 * cosigns at `time` (Unix), which type 1 does not read.  RR_NO_SPACE, RR_MALFORMED (not a note), RR_ARGUMENT (type 4 and no
 * checkpoint, or time above 2^63 - 1).  On anything but RR_OK the note is as it was. */
rr_status rr_note_add(char *note, size_t capacity, size_t *len, const rr_signer *signer, uint64_t time);

/* ---- checkpoints ---------------------------------------------------------------------------------------------------- */

typedef struct rr_checkpoint {
    rr_text origin;
    uint64_t size; /* below 2^63 */
    rr_hash root;
    rr_text extensions; /* further lines with their LF; usually empty */
} rr_checkpoint;

/* Reads the text of a checkpoint's note.  RR_MALFORMED with line and rule. */
rr_status rr_checkpoint_parse(rr_checkpoint *checkpoint, rr_error *error, rr_text text);
/* Writes it, without a terminator; answers its length and writes only if `size` is at least that. */
size_t rr_checkpoint_write(char *out, size_t size, const rr_checkpoint *checkpoint);

/* A log's own checkpoint as a whole note, signed by `log` (type 1), whose name is the origin; no extension lines.  RR_NO_SPACE,
 * RR_ARGUMENT. */
rr_status rr_checkpoint_sign(char *note, size_t capacity, size_t *len, uint64_t tree_size, const rr_hash *root,
                             const rr_signer *log);
/* Verifies such a note: form, signature, origin, no extension lines.  RR_MALFORMED, RR_INVALID, RR_NOT_FOUND with line and
 * rule. */
rr_status rr_checkpoint_check_var(rr_checkpoint *checkpoint, rr_error *error, const char *note, size_t len, const rr_vkey *log);

#ifdef __cplusplus
}
#endif
#endif
