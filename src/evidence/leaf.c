/* SPDX-License-Identifier: Apache-2.0 */
#include "evidence/leaf.h"

#include "evidence/document.h"

void rr_member_row_make(rr_member_row *row, const rr_material *material, uint32_t place) {
    const rr_entry *entry = &material->roll.entries[place];
    const rr_rings *rings = &material->rings;
    row->member = entry->member;
    row->class_name = entry->class_name;
    row->counted_as = rings->classes[rr_rings_class_of_place(rings, place)].name;
    row->basis = rr_text_of(rr_basis_text(entry->basis));
    row->ring = rings->ring_of_place[place];
    if (rr_names_find(&row->name, &material->names, place) != RR_OK) row->name = (rr_text){NULL, 0};
}

void rr_leaf_row_make(rr_leaf_row *row, rr_blob entry) {
    rr_record_head head;
    *row = (rr_leaf_row){.has_kind = false};
    if (rr_record_head_read(&head, entry.bytes, entry.len) != RR_OK) return;
    row->has_kind = true;
    row->kind = (uint32_t)head.kind;
    row->has_number = head.kind >= RR_ANONYMOUS && head.kind <= RR_STEP_FORWARD;
    if (row->has_number) row->number = head.number;
    if (head.kind >= RR_ANONYMOUS && head.kind <= RR_WITHDRAW) row->nullifier = entry.bytes + 6;
}

rr_status rr_checkpoint_read(rr_checkpoint *checkpoint, rr_file_error *error, rr_blob note, uint64_t size, const rr_vkey *log) {
    rr_error why = {RR_OK, 0, 0, NULL};
    rr_status status = rr_checkpoint_check_var(checkpoint, &why, (const char *)note.bytes, note.len, log);
    if (status == RR_NOT_FOUND) status = RR_INVALID;
    if (status != RR_OK)
        return rr_fail(error, status, "checkpoint", (int64_t)size, why.rule ? why.rule : rr_status_text(status));
    if (checkpoint->size != size)
        return rr_fail(error, RR_INVALID, "checkpoint", (int64_t)size, "it is of another size than its row says");
    return RR_OK;
}
