/* SPDX-License-Identifier: Apache-2.0 */
/* What a server keeps: one contract, whatever database is behind it (SQLite in src/store/sqlite).
 *
 * The durability promise
 *     A call that changes something is one transaction.  When it answers RR_OK, all of it is on the disk and survives a crash of the
 *     program and of the machine.  When it answers anything else, none of it is there, or (after RR_IO) all of it may be: never a part.
 *     So an answer may be acknowledged when rr_store_hold has said RR_OK, and not before; after an error it is asked for again.
 *     Every call may be repeated: what is there already is no error and changes nothing.
 *
 * The privacy promise (PROTOCOL.md section 10)
 *     No moment, no address, no order of arrival is in any table, index or log file of the database, at any time:
 *     - a record that waits is encrypted to its batch's public key and padded to one length; the secret key is in a file outside the
 *       database (store/held.h), which is overwritten and removed once the batch is published;
 *     - its row key is random, and records are read in its order; repeats are found by a keyed hash, whose key goes with the batch;
 *     - it is written into a place that is drawn at random among places made before, so that the layout of the file says nothing either;
 *     - what is deleted is overwritten, and no write-ahead log outlives a call that changes something: it is cut to nothing before the call
 *       returns.  Where that fails (a reader's call has lasted for two seconds, the disk refuses), what was committed is durable all the
 *       same, the call answers RR_OK, and the next call that changes something, the closing, or the next opening cuts it.
 *     Out of reach: what file systems and disks keep of blocks that they were given back, and the times of files themselves.  Enrolment is
 *     not secret (a registrar knows who has enrolled): the layout of its tables may tell an order, no column does.
 *     Nothing here prints.
 *
 * One process has the store open for writing (the second gets RR_REFUSED, "in use").  Calls on rr_store come from one thread at a time.  A
 * rr_store_reader is for one thread at a time too, and there may be many; it never waits for the writer, and sees committed states
 * only: what one call returns is of one state.
 *
 * Status: RR_OK; RR_NOT_FOUND (there is no such thing); RR_REFUSED (the rule is in *error); RR_IO (disk full and the like: try again
 * later, with the same handle); RR_MALFORMED (the database is damaged or foreign: stop); RR_UNSUPPORTED (a newer version's database);
 * RR_NO_SPACE (memory); RR_ARGUMENT (the caller broke the contract: something needed is absent, or too long).  `error` may be NULL. */
#ifndef RR_STORE_STORE_H
#define RR_STORE_STORE_H

#include "roundrobin/evidence.h"
#include "roundrobin/log.h"
#include "roundrobin/note.h"
#include "store/held.h"

typedef struct rr_store rr_store;
typedef struct rr_store_reader rr_store_reader;

/* Bytes that were allocated for the caller: free(bytes). */
typedef struct rr_bytes_out {
    uint8_t *bytes; /* NULL: absent */
    size_t len;
} rr_bytes_out;

/* Opens (and makes, mode 0600, and migrates) the database named by `where`: a path, beside which a file "-lock" is locked while it is open.
 * `directory` signs the directory log and is copied; its vkey is recorded when the database is made, and another one is RR_REFUSED. */
rr_status rr_store_open(rr_store **store, rr_file_error *error, const char *where, const rr_signer *directory);
void rr_store_close(rr_store *store);
/* `where` as above, of a store that exists. */
rr_status rr_store_reader_open(rr_store_reader **reader, rr_file_error *error, const char *where);
void rr_store_reader_close(rr_store_reader *reader);

/* ---- publishing ----------------------------------------------------------------------------------------------------- */

/* A roll with its companions, checked by the caller.  `names` and `proofs` may be absent. */
typedef struct rr_store_roll {
    rr_roll_digest digest;
    rr_blob roll, note, names, proofs;
} rr_store_roll;

/* Keeps the roll, and appends the leaf `roll DIGEST` to the directory log with a new checkpoint.  Repeated: companions that were absent are
 * added, nothing else changes. */
rr_status rr_store_add_roll(rr_store *store, rr_file_error *error, const rr_store_roll *roll);

typedef struct rr_store_petition {
    rr_pid pid;
    rr_roll_digest roll;
    rr_blob petition, assignment; /* files; checked by the caller, with the roll */
    rr_blob ceremony, trustees;   /* of a sealed one, else absent */
    const rr_hash *acceptances;   /* SHA-256 of the notes with which its trustees accept it, in order */
    uint32_t trustee_count;
} rr_store_petition;

/* Keeps the petition with its first batch key, begins its log (leaf 0, checkpoint of size 1), and appends `petition PID`, `assignment
 * DIGEST PID`, `trustee PID J HASH` for each trustee and `checkpoint PID 1 ROOT` to the directory log: one transaction.  RR_REFUSED: the roll is not here, was assigned to
 * another petition, or the log's vkey serves another petition.  Repeated: RR_OK, and `batch` is not used. */
rr_status rr_store_add_petition(rr_store *store, rr_file_error *error, const rr_store_petition *petition, const rr_signer *log,
                                const rr_batch_key *batch);

/* The browser page that the server serves has this SHA-256: appends `page SHA256` to the directory log with a new checkpoint, unless its last `page` leaf
 * is this one already. */
rr_status rr_store_add_page(rr_store *store, rr_file_error *error, const rr_hash *page);

/* ---- holding -------------------------------------------------------------------------------------------------------- */

/* Inserts sealed records of one petition and one batch, in one transaction; known[i] says that a record with this tag waits already (or
 * came earlier in the same call), so nothing was inserted for it.  All that wait in one batch have one length.  Where nothing is new, and where `count`
 * is 0, something is written all the same: the call takes as long, and fails, as one that holds a record.  RR_NOT_FOUND: no such batch,
 * or not any more. */
rr_status rr_store_hold(rr_store *store, rr_file_error *error, const rr_batch_id *batch, bool *known, const rr_held *records,
                        size_t count);

/* Does a record with this tag wait? */
rr_status rr_store_is_held(rr_store *store, rr_file_error *error, bool *held, const rr_batch_id *batch, const rr_tag *tag);
rr_status rr_store_held_count(rr_store *store, rr_file_error *error, uint64_t *count, const rr_batch_id *batch);
/* All that waits, ascending by row key (a random order).  `each` answers RR_OK to go on; its blob is valid during the call, and
 * it calls nothing of this store. */
rr_status rr_store_held_each(rr_store *store, rr_file_error *error, const rr_batch_id *batch,
                             rr_status (*each)(void *context, rr_blob sealed), void *context);

/* ---- the logs ------------------------------------------------------------------------------------------------------- */

/* Appends one batch to the petition's log with a new checkpoint by `log`, and `checkpoint PID SIZE ROOT` to the directory log with a new checkpoint.  Where `next` is
 * not NULL, the petition's batch ends in the same transaction: all that waits in it is deleted, and `next` is the batch from then on.  The caller
 * destroys the old key's file after RR_OK (rr_batch_key_destroy); a start destroys what a crash left (rr_batch_keys_sweep).
 * `entries` are in the order in which they are appended; `closes` says that the last is the close leaf.  With `next`, `count` may be 0: the batch
 * ends, nothing is appended, and there is no checkpoint.
 * What a repeat is: with `next`, that this batch has begun already; without, that the log ends with these entries.  RR_NOT_FOUND: no such
 * petition.  RR_REFUSED: `log` is not its key; a second close. */
rr_status rr_store_append(rr_store *store, rr_file_error *error, const rr_pid *pid, const rr_blob *entries, size_t count,
                          bool closes, const rr_signer *log, const rr_batch_key *next);

/* The same for an opening: its leaf, and the file that it names. */
rr_status rr_store_append_opening(rr_store *store, rr_file_error *error, const rr_pid *pid, rr_blob leaf, rr_blob file,
                                  const rr_signer *log);

/* ---- trustees ------------------------------------------------------------------------------------------------------- */

/* A trustee's part of a notice (RR_NOTICE) or of an opening (RR_OPENING); replaces the one before. */
rr_status rr_store_keep_part(rr_store *store, rr_file_error *error, const rr_pid *pid, rr_kind kind, uint32_t trustee,
                             rr_blob part);
/* All parts of a kind, by trustee; rr_blobs_free. */
rr_status rr_store_parts(rr_store *store, rr_file_error *error, rr_blob **list, size_t *count, const rr_pid *pid, rr_kind kind);
rr_status rr_store_drop_parts(rr_store *store, rr_file_error *error, const rr_pid *pid, rr_kind kind);
/* The files that openings in the petition's log name; rr_blobs_free. */
rr_status rr_store_openings(rr_store_reader *reader, rr_file_error *error, rr_blob **list, size_t *count, const rr_pid *pid);

/* Ceremonies (trustees.h), checked by the caller.  Repeated: RR_OK.  RR_REFUSED: another one is there already. */
rr_status rr_store_add_ceremony(rr_store *store, rr_file_error *error, const rr_hash *session, rr_blob text);
rr_status rr_store_ceremony(rr_store_reader *reader, rr_file_error *error, rr_bytes_out *text, const rr_hash *session);
rr_status rr_store_add_ceremony_file(rr_store *store, rr_file_error *error, const rr_hash *session, rr_text name,
                                     rr_blob bytes);
rr_status rr_store_ceremony_file(rr_store_reader *reader, rr_file_error *error, rr_bytes_out *bytes, const rr_hash *session,
                                 rr_text name);

/* ---- witnesses ------------------------------------------------------------------------------------------------------ */

/* Adds signature lines to the directory log's checkpoint of this size; the caller has verified them.  A line that is there already is not added.
 * RR_NOT_FOUND: there is no such checkpoint. */
rr_status rr_store_add_cosignatures(rr_store *store, rr_file_error *error, uint64_t size, rr_text lines);
/* All checkpoints of the directory log with such lines, ascending, as a bundle. */
rr_status rr_store_cosigned(rr_store_reader *reader, rr_file_error *error, rr_bytes_out *bundle);
/* A number that grows with each line. */
rr_status rr_store_cosigned_mark(rr_store_reader *reader, rr_file_error *error, uint64_t *mark);

/* What the store knows of a petition. */
typedef struct rr_store_state {
    rr_pid pid;
    rr_roll_digest roll;
    rr_batch_id batch;
    uint64_t size; /* leaves of its log */
    rr_hash root;
    bool closed;
} rr_store_state;
/* All petitions, ascending by pid; free(*states). */
rr_status rr_store_petitions(rr_store *store, rr_file_error *error, rr_store_state **states, size_t *count);
/* One of them.  RR_NOT_FOUND. */
rr_status rr_store_petition_state(rr_store *store, rr_file_error *error, rr_store_state *state, const rr_pid *pid);

/* ---- reading -------------------------------------------------------------------------------------------------------- */

/* Documents of a petition: RR_DOC_... of store/db.h, as in the evidence file. */
rr_status rr_store_document(rr_store_reader *reader, rr_file_error *error, rr_bytes_out *out, const rr_pid *pid, int document);
/* A roll's files before a petition has it: RR_DOC_ROLL, _ROLL_NOTE, _NAMES, _ENROLMENTS. */
rr_status rr_store_roll_document(rr_store_reader *reader, rr_file_error *error, rr_bytes_out *out, const rr_roll_digest *digest,
                                 int document);

/* `pid` NULL: the directory log. */
rr_status rr_store_log_size(rr_store_reader *reader, rr_file_error *error, uint64_t *size, const rr_pid *pid);
/* The signed note of this size; of the last one if `size` is 0; the directory's with what witnesses have signed.  RR_NOT_FOUND: none has this size, or
 * the log is empty. */
rr_status rr_store_checkpoint(rr_store_reader *reader, rr_file_error *error, rr_bytes_out *note, const rr_pid *pid,
                              uint64_t size);
/* All checkpoints of a log, ascending, as a bundle (rr_bundle_next). */
rr_status rr_store_checkpoints(rr_store_reader *reader, rr_file_error *error, rr_bytes_out *bundle, const rr_pid *pid);
/* A hash tile or an entry bundle (level RR_TILE_ENTRIES) of the given width, which is at most what the log has: RR_NOT_FOUND else. */
rr_status rr_store_tile(rr_store_reader *reader, rr_file_error *error, rr_bytes_out *bytes, const rr_pid *pid,
                        const rr_tile *tile);
/* Entries [first, first + count) of a log, one call of `each` for each; fewer where the log ends.
 * `each` is quick and calls nothing of this reader: until it is done, the write-ahead log cannot be cut. */
rr_status rr_store_entries(rr_store_reader *reader, rr_file_error *error, const rr_pid *pid, uint64_t first, uint64_t count,
                           rr_status (*each)(void *context, uint64_t leaf, rr_blob entry), void *context);

/* ---- enrolment (PROTOCOL.md section 6) ------------------------------------------------------------------------------- */

/* One edition that takes books. */
typedef struct rr_store_edition_key {
    rr_roll_id roll_id;
    uint32_t edition;
} rr_store_edition_key;

/* An edition opens, or its list is replaced: `text` is the registrar's edition file (kept, and public), `codes` hashes of the unused codes with their members,
 * `ssh` members with the key that may sign.  Members who have enrolled keep their enrolment and
 * get no new codes.  RR_REFUSED: a member is in `ssh` twice. */
typedef struct rr_store_code {
    rr_text member;
    rr_hash hash;
} rr_store_code;
typedef struct rr_store_ssh {
    rr_text member;
    uint8_t key[32];
} rr_store_ssh;
rr_status rr_store_open_edition(rr_store *store, rr_file_error *error, const rr_store_edition_key *key, rr_blob text,
                                const rr_store_code *codes, size_t code_count, const rr_store_ssh *ssh, size_t ssh_count);
/* Takes no more books.  RR_NOT_FOUND: no such edition. */
rr_status rr_store_close_edition(rr_store *store, rr_file_error *error, const rr_store_edition_key *key);
/* The edition file; *open: whether it takes books. */
rr_status rr_store_edition(rr_store_reader *reader, rr_file_error *error, rr_bytes_out *text, bool *open,
                           const rr_store_edition_key *key);
/* All edition files, as a bundle; those that take books only if `open_only`. */
rr_status rr_store_editions(rr_store_reader *reader, rr_file_error *error, rr_bytes_out *bundle, bool open_only);
/* RR_NOT_FOUND: no unused code of this member has this hash; no such key. */
rr_status rr_store_find_code(rr_store_reader *reader, rr_file_error *error, const rr_store_edition_key *key, rr_text member,
                             const rr_hash *code);
rr_status rr_store_find_ssh(rr_store_reader *reader, rr_file_error *error, const rr_store_edition_key *key, rr_text member,
                            uint8_t ssh_key[32]);

/* An enrolment whose code or signature and proofs were checked.  `sealed` is the request, sealed to the registrar; `points` are its P.  One
 * transaction: the member's codes are used up, the points are taken, the request is kept.  RR_REFUSED with the rule: the member has enrolled
 * with another book, a point is taken, the edition takes none, the code was used meanwhile (`code` NULL: an SSH signature).  The same
 * book again (by `digest`): RR_OK. */
typedef struct rr_store_enrolment {
    rr_text member;
    uint8_t digest[64]; /* SHA-512 of the book */
    const uint8_t (*points)[32];
    size_t point_count;
    rr_blob sealed;
} rr_store_enrolment;
rr_status rr_store_enrol(rr_store *store, rr_file_error *error, const rr_store_edition_key *key,
                         const rr_store_enrolment *enrolment, const rr_hash *code);
/* Has somebody enrolled with the book of this digest?  RR_NOT_FOUND: nobody. */
rr_status rr_store_is_enrolled(rr_store_reader *reader, rr_file_error *error, const rr_store_edition_key *key,
                               const uint8_t digest[64]);
/* All sealed requests of an edition, ascending by member, as a bundle. */
rr_status rr_store_enrolments(rr_store_reader *reader, rr_file_error *error, rr_bytes_out *bundle,
                              const rr_store_edition_key *key);
/* Receipts, by the SHA-512 of their books.  Adding answers RR_NOT_FOUND where nobody enrolled with this book. */
rr_status rr_store_add_receipt(rr_store *store, rr_file_error *error, const rr_store_edition_key *key, const uint8_t digest[64],
                               rr_blob note);
/* The same for many, in one transaction; those of books with which nobody enrolled are passed over. */
typedef struct rr_store_receipt_of {
    uint8_t digest[64];
    rr_blob note;
} rr_store_receipt_of;
rr_status rr_store_add_receipts(rr_store *store, rr_file_error *error, const rr_store_edition_key *key,
                                const rr_store_receipt_of *receipts, size_t count);
rr_status rr_store_receipt(rr_store_reader *reader, rr_file_error *error, rr_bytes_out *note, const rr_store_edition_key *key,
                           const uint8_t digest[64]);

#endif
