/* SPDX-License-Identifier: Apache-2.0 */
/* Checkpoints: the text of a log's signed note.
 *
 *     origin LF
 *     size in decimal LF
 *     root in base64 LF
 *     ( extension LF )*
 */
#include <string.h>

#include "base/text.h"
#include "log/base64.h"
#include "log/note_parts.h"

rr_status rr_checkpoint_parse(rr_checkpoint *checkpoint, rr_error *error, rr_text text) {
    rr_text rest = text, line;
    size_t len, offset;
    if (text.len > RR_CHECKPOINT_MAX) return rr_note_fail(error, RR_MALFORMED, 0, 0, "a checkpoint has at most 8 KiB");
    const char *rule = rr_note_text_fault(&offset, text.start, text.len);
    if (rule != NULL) return rr_note_fail(error, RR_MALFORMED, 0, offset + 1, rule);
    if (!rr_text_cut(&checkpoint->origin, &rest, '\n') || checkpoint->origin.len == 0)
        return rr_note_fail(error, RR_MALFORMED, 1, 0, "the first line of a checkpoint is its log's origin");
    if (!rr_text_cut(&line, &rest, '\n') || !rr_text_long(&checkpoint->size, line))
        return rr_note_fail(error, RR_MALFORMED, 2, 0,
                            "the second line of a checkpoint is the log's size, a number below 2^63");
    if (!rr_text_cut(&line, &rest, '\n') || !rr_base64_read(checkpoint->root.bytes, 32, &len, line) || len != 32)
        return rr_note_fail(error, RR_MALFORMED, 3, 0, "the third line of a checkpoint is the root hash, 32 bytes in base64");
    checkpoint->extensions = rest;
    for (size_t number = 4; rest.len != 0; number++) {
        if (!rr_text_cut(&line, &rest, '\n') || line.len == 0)
            return rr_note_fail(error, RR_MALFORMED, number, 0, "an extension line is not empty and ended by LF");
    }
    return RR_OK;
}

static void write_checkpoint(rr_writer *w, const rr_checkpoint *checkpoint) {
    char root[44];
    rr_base64_write(root, checkpoint->root.bytes, 32);
    rr_write_text(w, checkpoint->origin);
    rr_write(w, "\n");
    rr_write_number(w, checkpoint->size);
    rr_write(w, "\n");
    rr_write_text(w, (rr_text){root, sizeof root});
    rr_write(w, "\n");
    rr_write_text(w, checkpoint->extensions);
}

size_t rr_checkpoint_write(char *out, size_t size, const rr_checkpoint *checkpoint) {
    rr_writer counted = {NULL, 0, 0}, w = {out, size, 0};
    write_checkpoint(&counted, checkpoint);
    if (counted.len <= size) write_checkpoint(&w, checkpoint);
    return counted.len;
}

size_t rr_cosigned_message(char message[RR_COSIGNED_MAX], rr_text text, uint64_t time) {
    rr_checkpoint checkpoint;
    if (rr_checkpoint_parse(&checkpoint, NULL, text) != RR_OK) return 0;
    rr_writer w = {message, RR_COSIGNED_MAX, 0};
    rr_write(&w, "cosignature/v1\ntime ");
    rr_write_number(&w, time);
    rr_write(&w, "\n");
    rr_write_text(&w, text);
    return w.len;
}

rr_status rr_checkpoint_check_var(rr_checkpoint *checkpoint, rr_error *error, const char *note, size_t len,
                                  const rr_vkey *log) {
    rr_note parsed;
    rr_status status = rr_note_check_var(&parsed, error, note, len, log, NULL);
    if (status == RR_OK) status = rr_checkpoint_parse(checkpoint, error, parsed.text);
    if (status != RR_OK) return status;
    if (!rr_text_equal(checkpoint->origin, log->name))
        return rr_note_fail(error, RR_INVALID, 1, 0,
                            "the checkpoint is another log's: its origin is not the name of the log's key");
    if (checkpoint->extensions.len != 0)
        return rr_note_fail(error, RR_INVALID, 4, 0, "a checkpoint of this log has no extension lines");
    return RR_OK;
}
