/* SPDX-License-Identifier: Apache-2.0 */
/* The directory log of a fixture, and who has cosigned it when. */
#ifndef RR_TESTS_STORE_WITNESS_FIXTURE_H
#define RR_TESTS_STORE_WITNESS_FIXTURE_H

#include "fixture.h"

/* Any line; and those of this petition: `roll`, `petition`, `assignment`; `checkpoint` for fx->checkpoints[i]. */
void fx_line(fixture *fx, const char *line);
void fx_line_petition(fixture *fx);
void fx_line_checkpoint(fixture *fx, size_t i);
/* The same of any size and root. */
void fx_line_root(fixture *fx, uint64_t size, const rr_hash *root);

/* The directory as it is, signed, and cosigned by witness i at times[i] unless that is 0. */
void fx_cosign(fixture *fx, const uint64_t times[FX_WITNESSES]);
/* Such a note in memory of RR_NOTE_SIZE, and one that is handed in. */
enum { FX_NOTE = 2048 };
size_t fx_cosigned_note(fixture *fx, char note[FX_NOTE], const uint64_t times[FX_WITNESSES]);
void fx_add_note(fixture *fx, const char *note, size_t len);

#endif
