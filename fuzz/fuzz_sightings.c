/* SPDX-License-Identifier: Apache-2.0 */
/* A directory log with cosignatures, read for one petition.
 *
 *     0        0: the rest is the bundle of checkpoints, of a log of three entries; else: how many checkpoints follow, 10 bytes each:
 *              0 how many of the next entries they are after; 1 bit i: witness i has cosigned; 2 ... 9 its time, little-endian
 *     ...      the log's entries, a bundle
 *
 * No leaf has a time that fewer than the needed witnesses gave, and none that the log of the petition does not hold. */
#include <string.h>

#include "base/bytes.h"
#include "evidence/sightings.h"
#include "require.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

enum { WITNESSES = 3, NEEDED = 2, LEAVES = 8, CHECKPOINT = 10, ROOM = 1 << 16 };

static struct {
    bool made;
    rr_signer directory, signers[WITNESSES];
    char texts[WITNESSES + 1][RR_SIGNER_TEXT_SIZE];
    rr_vkey witnesses[WITNESSES];
    rr_petition petition;
    rr_hash roots[LEAVES + 1];
    uint8_t notes[ROOM];
} w;

static void make_signer(rr_signer *signer, rr_vkey *vkey, char text[RR_SIGNER_TEXT_SIZE], const char *name, uint8_t type) {
    const uint8_t seed[32] = {(uint8_t)name[0]};
    require(rr_signer_make(signer, rr_text_of(name), type, seed) == RR_OK);
    size_t len = rr_signer_vkey(text, RR_SIGNER_TEXT_SIZE, signer);
    require(rr_vkey_read(vkey, NULL, (rr_text){text, len}, type) == RR_OK);
}

static void make(void) {
    static const char *const names[] = {"a", "b", "c"};
    rr_hash hashes[LEAVES];
    make_signer(&w.directory, &w.petition.directory, w.texts[WITNESSES], "directory", RR_VKEY_ED25519);
    for (int i = 0; i < WITNESSES; i++) make_signer(&w.signers[i], &w.witnesses[i], w.texts[i], names[i], RR_VKEY_COSIGNATURE);
    w.petition.witnesses = w.witnesses;
    w.petition.witness_count = WITNESSES;
    w.petition.witnesses_needed = NEEDED;
    memset(w.petition.pid.bytes, 0x77, sizeof w.petition.pid.bytes);
    memset(w.petition.roll.bytes, 0x55, sizeof w.petition.roll.bytes);
    for (uint8_t i = 0; i < LEAVES; i++) memset(&hashes[i], i, sizeof hashes[i]);
    for (size_t i = 0; i <= LEAVES; i++) rr_leaves_root(&w.roots[i], hashes, i);
    w.made = true;
}

static rr_status root(void *context, uint64_t size, const rr_hash *is) {
    uint64_t *asked = context;
    require(size >= *asked);
    *asked = size;
    if (size > LEAVES) return RR_NOT_FOUND;
    return memcmp(&w.roots[size], is, sizeof *is) == 0 ? RR_OK : RR_INVALID;
}

/* The checkpoints that the input describes, of its entries; false: it describes none. */
static bool make_notes(size_t *notes_len, const uint8_t *said, size_t count, rr_blob entries) {
    rr_frontier frontier;
    size_t offset = 0, len;
    const uint8_t *entry;
    rr_frontier_init(&frontier);
    *notes_len = 0;
    for (size_t i = 0; i < count; i++, said += CHECKPOINT) {
        char note[4096];
        size_t note_len = 0;
        rr_hash hash, log_root;
        /* The last one is of all entries. */
        for (unsigned n = i + 1 == count ? UINT16_MAX : said[0]; n > 0; n--) {
            if (offset == entries.len) break;
            if (rr_bundle_next(entries.bytes, entries.len, &offset, &entry, &len) != RR_OK) return false;
            rr_leaf_hash(&hash, entry, len);
            rr_frontier_append(&frontier, &hash);
        }
        if (frontier.size == 0) continue;
        rr_frontier_root(&log_root, &frontier);
        require(rr_checkpoint_sign(note, sizeof note, &note_len, frontier.size, &log_root, &w.directory) == RR_OK);
        for (int j = 0; j < WITNESSES; j++)
            if (said[1] >> j & 1)
                require(rr_note_add(note, sizeof note, &note_len, &w.signers[j], rr_load64_le(said + 2) >> 1) == RR_OK);
        if (rr_bundle_append(w.notes, ROOM, notes_len, (const uint8_t *)note, note_len) != RR_OK) return false;
    }
    return *notes_len > 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len) {
    static const uint8_t three[] = {0, 1, 'a', 0, 1, 'b', 0, 1, 'c'};
    rr_sightings sightings = {.list = NULL};
    rr_file_error error = {.rule = NULL};
    uint64_t asked = 0;
    if (!w.made) make();
    if (len == 0) return 0;
    size_t count = data[0] % 8, notes_len = len - 1;
    rr_blob entries = {three, sizeof three};
    if (count == 0) {
        if (notes_len > ROOM) return 0;
        memcpy(w.notes, data + 1, notes_len);
    } else {
        if (len < 1 + count * CHECKPOINT) return 0;
        entries = (rr_blob){data + 1 + count * CHECKPOINT, len - 1 - count * CHECKPOINT};
        if (!make_notes(&notes_len, data + 1, count, entries)) return 0;
    }
    const rr_directory_about about = {
        .petition = &w.petition, .root = root, .context = &asked, .own = w.witnesses, .own_count = 1};
    if (rr_sightings_read(&sightings, &error, &about, entries, (rr_blob){w.notes, notes_len}) == RR_OK) {
        int64_t last;
        uint64_t bounded = rr_sightings_bounded(&sightings, &last);
        require(bounded <= LEAVES && sightings.witnessed <= WITNESSES && sightings.own_witnessed <= 1);
        for (uint64_t leaf = 0; leaf <= LEAVES; leaf++) {
            int64_t time = rr_sightings_bound(&sightings, leaf);
            unsigned gave = 0;
            require((time != RR_NO_TIME) == (leaf < bounded));
            for (uint32_t j = 0; time != RR_NO_TIME && j < WITNESSES; j++)
                for (size_t i = 0; i < sightings.count; i++)
                    if (sightings.list[i].witness == j && sightings.list[i].holds > leaf && sightings.list[i].time <= time) {
                        gave++;
                        break;
                    }
            require(time == RR_NO_TIME || gave >= NEEDED);
        }
    } else {
        require(error.rule != NULL);
    }
    rr_sightings_free(&sightings);
    return 0;
}
