/* SPDX-License-Identifier: Apache-2.0 */
/* What reading, signing and checkpoints share. */
#ifndef RR_LOG_NOTE_PARTS_H
#define RR_LOG_NOTE_PARTS_H

#include "roundrobin/note.h"

enum {
    RR_CHECKPOINT_MAX = 8192, /* bytes of a checkpoint's text */
    RR_COSIGNED_MAX = 40 + RR_CHECKPOINT_MAX
};

/* Sets *error if there is one; answers `status`. */
rr_status rr_note_fail(rr_error *error, rr_status status, size_t line, size_t column, const char *rule);

/* NULL, or the rule on characters that the text of a note breaks, with the offset of the bad ones. */
const char *rr_note_text_fault(size_t *offset, const char *text, size_t len);

/* What a cosignature of `text` at `time` signs, into `message`; answers its length, 0 if the text is no checkpoint or too
 * long. */
size_t rr_cosigned_message(char message[RR_COSIGNED_MAX], rr_text text, uint64_t time);

#endif
