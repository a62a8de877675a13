/* SPDX-License-Identifier: Apache-2.0 */
#include "witness_fixture.h"

#include <stdio.h>
#include <string.h>

#include "log/directory.h"

void fx_line(fixture *fx, const char *line) {
    rr_hash hash;
    size_t len = strlen(line);
    assert_int_equal(rr_bundle_append(fx->directory_leaves, FX_BUNDLE, &fx->directory_len, (const uint8_t *)line, len), RR_OK);
    rr_leaf_hash(&hash, (const uint8_t *)line, len);
    rr_frontier_append(&fx->directory_frontier, &hash);
}

static void write_line(fixture *fx, const rr_directory_line *line) {
    char text[RR_DIRECTORY_LINE_MAX];
    assert_true(rr_directory_write(text, line) > 0);
    fx_line(fx, text);
}

void fx_line_petition(fixture *fx) {
    const rr_petition *p = &fx->material.petition;
    write_line(fx, &(rr_directory_line){.kind = RR_DIRECTORY_ROLL, .roll = p->roll});
    write_line(fx, &(rr_directory_line){.kind = RR_DIRECTORY_PETITION, .pid = p->pid});
    write_line(fx, &(rr_directory_line){.kind = RR_DIRECTORY_ASSIGNMENT, .roll = p->roll, .pid = p->pid});
}

void fx_line_root(fixture *fx, uint64_t size, const rr_hash *root) {
    const rr_pid *pid = &fx->material.petition.pid;
    write_line(fx, &(rr_directory_line){.kind = RR_DIRECTORY_CHECKPOINT, .pid = *pid, .size = size, .hash = *root});
}

void fx_line_checkpoint(fixture *fx, size_t i) {
    rr_checkpoint checkpoint;
    const rr_blob *note = &fx->checkpoints[i].note;
    assert_int_equal(
        rr_checkpoint_check_var(&checkpoint, NULL, (const char *)note->bytes, note->len, &fx->material.petition.log), RR_OK);
    fx_line_root(fx, checkpoint.size, &checkpoint.root);
}

size_t fx_cosigned_note(fixture *fx, char note[FX_NOTE], const uint64_t times[FX_WITNESSES]) {
    rr_hash root;
    size_t len = 0;
    rr_frontier_root(&root, &fx->directory_frontier);
    assert_int_equal(rr_checkpoint_sign(note, FX_NOTE, &len, fx->directory_frontier.size, &root, &fx->directory), RR_OK);
    for (int i = 0; i < FX_WITNESSES; i++)
        if (times[i] != 0) assert_int_equal(rr_note_add(note, FX_NOTE, &len, &fx->witnesses[i], times[i]), RR_OK);
    return len;
}

void fx_add_note(fixture *fx, const char *note, size_t len) {
    assert_int_equal(rr_bundle_append(fx->cosigned, FX_BUNDLE, &fx->cosigned_len, (const uint8_t *)note, len), RR_OK);
}

void fx_cosign(fixture *fx, const uint64_t times[FX_WITNESSES]) {
    char note[FX_NOTE];
    fx_add_note(fx, note, fx_cosigned_note(fx, note, times));
}
