/* SPDX-License-Identifier: Apache-2.0 */
/* What a directory log and its cosigned checkpoints say of one petition (PROTOCOL.md section 7): read by whoever verifies evidence, and by
 * the server itself, which needs the time bounds of its own logs. */
#ifndef RR_EVIDENCE_SIGHTINGS_H
#define RR_EVIDENCE_SIGHTINGS_H

#include "evidence/document.h"
#include "roundrobin/petition.h"
#include "roundrobin/witness.h"

/* A `checkpoint` leaf that breaks a rule; it says nothing of times. */
typedef struct rr_directory_fault {
    uint64_t size;
    const char *rule; /* static */
} rr_directory_fault;

typedef struct rr_directory_about {
    const rr_petition *petition;
    rr_blob trustees; /* their notes, or absent */
    /* Is this the root of the petition log's first `size` leaves?  RR_OK, RR_INVALID; RR_NOT_FOUND: so many are not known.  Asked with ascending
     * sizes. */
    rr_status (*root)(void *context, uint64_t size, const rr_hash *root);
    void *context;
    const rr_vkey *own; /* witnesses of whoever asks, type 4, names and keys distinct */
    uint32_t own_count;
} rr_directory_about;

typedef struct rr_sightings {
    rr_sighting *list; /* by the petition's witnesses, ascending by `holds` */
    int64_t *bounds;   /* of the same length; NULL where the petition needs none */
    size_t count, room;
    rr_directory_fault *faults; /* ascending by size */
    size_t fault_count, fault_room;
    uint64_t size; /* of the last checkpoint of the directory */
    rr_hash root;
    /* How many of the petition's and of the own witnesses have cosigned that roll, petition, assignment and acceptances are there. */
    uint32_t witnessed, own_witnessed;
} rr_sightings;

/* `leaves`: the directory's entries from 0 on, `notes`: checkpoints of it, sizes ascending, the last of all entries; both as bundles.  RR_INVALID: a
 * signature, root or leaf is not as it must be; RR_MALFORMED; RR_NO_SPACE; what `root` answered else.  Free it in any case, begun with zero bytes. */
rr_status rr_sightings_read(rr_sightings *sightings, rr_file_error *error, const rr_directory_about *about, rr_blob leaves,
                            rr_blob notes);
void rr_sightings_free(rr_sightings *sightings);

/* The time bound of a leaf, or RR_NO_TIME. */
int64_t rr_sightings_bound(const rr_sightings *sightings, uint64_t leaf);
/* How many leaves have one; and the last one's, if any has. */
uint64_t rr_sightings_bounded(const rr_sightings *sightings, int64_t *last);

#endif
