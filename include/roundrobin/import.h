/* SPDX-License-Identifier: Apache-2.0 */
/* Keys that people already have: public ones onto a roll of kind `ed25519`, private ones to sign with (PROTOCOL.md section 2).
 *
 * The callers hand in what files hold; nothing here opens a file.  This part of the library allocates, and stands on librnp, libssh
 * and OpenSSL; the core does not need it.  While librnp reads, the stderr of the process is turned away, since librnp writes to it
 * (not while a sink or `wanted` is called): use it from one thread at a time. */
#ifndef ROUNDROBIN_IMPORT_H
#define ROUNDROBIN_IMPORT_H

#include <stdbool.h>

#include "roundrobin/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- public keys ---------------------------------------------------------------------------------------------------- */

enum {
    RR_IMPORT_MEMBER_MAX = 64, /* section 2: member is [A-Za-z0-9._-]{1,64} */
    RR_IMPORT_WHAT_MAX = 64
};

typedef enum rr_import_format {
    RR_IMPORT_AUTHORIZED_KEYS, /* OpenSSH authorized_keys; a plain public key (`ssh-ed25519 AAAA... comment`) is such a line */
    RR_IMPORT_ALLOWED_SIGNERS, /* OpenSSH allowed_signers: principals, options, key */
    RR_IMPORT_OPENPGP          /* OpenPGP certificates, binary or armoured */
} rr_import_format;

/* How accepted keys are called. */
typedef enum rr_import_names {
    RR_IMPORT_BY_FINGERPRINT, /* SSH: SHA-256 of the key blob in unpadded base64url, 43 characters (`ssh-keygen -l` prints the same
                                 with + and / for - and _); OpenPGP: the certificate's fingerprint, 40 capital hex digits */
    RR_IMPORT_BY_PRINCIPAL /* allowed_signers only: the principal, if it is one and fits the grammar of a member, else refused */
} rr_import_names;

typedef struct rr_import_options {
    rr_import_names names;
    const char *member; /* if not NULL: the whole file is of this one person; the first usable key is taken, the rest refused */
    uint64_t now;       /* seconds since 1970, UTC: what has expired by then, or is not valid yet, is refused */
    bool
        for_signatures; /* the keys are to sign books (section 6), not to stand on a roll: an allowed_signers line with `namespaces`
                            must allow round-robin.  Without this the option is read over: a signature on a petition is no SSH
                            signature. */
} rr_import_options;

/* An accepted key.  Valid during the call of the sink. */
typedef struct rr_imported {
    const char *member; /* [A-Za-z0-9._-]{1,64} */
    rr_entry_key entry; /* what goes onto the roll */
    uint8_t ed25519[32];
    uint32_t file; /* which call of rr_import_file of this rr_import, from 1 */
    uint32_t line; /* SSH: line of the file; OpenPGP: number of the certificate; from 1 */
} rr_imported;

/* A key that was not taken.  Comments and names of people are never in it.  Valid during the call of the sink. */
typedef struct rr_import_refusal {
    rr_status status;    /* RR_MALFORMED, RR_UNSUPPORTED (another kind of key), RR_REFUSED (expired, revoked, repeated, ...) */
    const char *why;     /* a static sentence without a full stop */
    const char *what;    /* what it is, e.g. `ssh-rsa` or a fingerprint; printable ASCII, may be empty */
    uint32_t file, line; /* as above */
    uint32_t repeats_file, repeats_line; /* where the key, the member or the person was first, or 0 */
} rr_import_refusal;

/* Receives what is found, in the order of the file.  A member function may be NULL.  Answer true to go on, false to stop
 * (rr_import_file then answers RR_IO). */
typedef struct rr_import_sink {
    bool (*accepted)(void *context, const rr_imported *key);
    bool (*refused)(void *context, const rr_import_refusal *refusal);
    void *context;
} rr_import_sink;

typedef struct rr_import_counts {
    uint32_t accepted;
    uint32_t refused;
} rr_import_counts;

/* One import: any number of files for one roll.  It remembers keys, members and people, so that each is taken once. */
typedef struct rr_import rr_import;
/* NULL if there is no memory. */
rr_import *rr_import_new(void);
void rr_import_free(rr_import *import);
/* Keys that are on the roll already can be made known, so that they are refused when they come again (as file 0, `line`). */
rr_status rr_import_known(rr_import *import, const rr_entry_key *entry, const char *member, uint32_t line);

/* OpenPGP, else SSH: does the file look like OpenPGP (an armour header, or a first byte with the high bit set)? */
bool rr_import_is_openpgp(const uint8_t *file, size_t file_len);

/* Reads one file.  A line or a certificate that cannot be taken goes to the sink and the rest is read.  The answer is RR_OK if
 * the file was read to its end, even if no key was taken: look at *counts (which may be NULL; it is of this file).  RR_MALFORMED or
 * RR_UNSUPPORTED, with *error (whose line is the number of the certificate in OpenPGP), if the file as a whole is of another kind
 * (private keys, binary data) or not whole; RR_NO_SPACE; RR_IO (the sink stopped); RR_ARGUMENT (options->member breaks the grammar,
 * names by principal in another format).
 *
 * Lines may end in LF or CR LF: such files come from many machines and no byte of them is copied but the key.  Options and
 * comments are read over and not copied.  Refused are: kinds of key other than ssh-ed25519 (RSA, ECDSA, DSA, hardware-held sk-*),
 * certificates and cert-authority lines, keys that have expired or are not valid yet (a time without Z is read as UTC), keys that
 * section 2 refuses, keys and people that repeat.
 *
 * OpenPGP: of each certificate the primary key is taken if it is an Ed25519 key and may sign, else the newest subkey that is and
 * does.  What is valid, expired and revoked is what librnp says. */
rr_status rr_import_file(rr_import *import, rr_import_counts *counts, rr_error *error, const uint8_t *file, size_t file_len,
                         rr_import_format format, const rr_import_options *options, const rr_import_sink *sink);

/* ---- private keys --------------------------------------------------------------------------------------------------- */

typedef enum rr_private_kind {
    RR_PRIVATE_UNKNOWN,
    RR_PRIVATE_SSH,     /* -----BEGIN OPENSSH PRIVATE KEY----- */
    RR_PRIVATE_OPENPGP, /* a transferable secret key, binary or armoured */
    RR_PRIVATE_KEYCARD  /* see keycard.h */
} rr_private_kind;
/* Looks at the first bytes only. */
rr_private_kind rr_private_guess(const uint8_t *file, size_t file_len);

/* Is this the entry that is wanted, for example one that stands on the roll? */
typedef bool (*rr_private_wanted)(void *context, const rr_entry_key *entry);

/* Reads an OpenSSH or OpenPGP private key: the first Ed25519 key of the file whose public part is wanted (`wanted` may be NULL: any).
 * *entry is its public key.  `passphrase` is terminated and may be NULL.
 *
 * RR_PASSPHRASE: with passphrase NULL, one is needed; else it is wrong, or the file was altered.  RR_UNSUPPORTED: another kind of
 * key, or hardware-held, or protected in a way that is not read (error->rule says which).  RR_NOT_FOUND: no key in it is wanted.
 * RR_MALFORMED: truncated, altered, or the private part does not belong to the public one.  RR_REFUSED: section 2 refuses the
 * public key.  RR_NO_SPACE.  *error has a rule for each of these.  On anything but RR_OK *secret is wiped. */
rr_status rr_private_key_read(rr_secret *secret, rr_entry_key *entry, rr_error *error, const uint8_t *file, size_t file_len,
                              const char *passphrase, rr_private_wanted wanted, void *context);

#ifdef __cplusplus
}
#endif
#endif
