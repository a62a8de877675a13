/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as the text of a checkpoint, and as a tile's path.  What is taken is written back byte for byte. */
#include <stdlib.h>
#include <string.h>

#include "roundrobin/log.h"
#include "roundrobin/note.h"
#include "require.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len) {
    rr_text text = {(const char *)data, len};
    rr_checkpoint checkpoint;
    rr_error error;
    rr_tile tile;
    rr_status status = rr_checkpoint_parse(&checkpoint, &error, text);
    if (status == RR_OK) {
        char *out = (char *)malloc(len);
        require(out != NULL && rr_checkpoint_write(out, len, &checkpoint) == len && memcmp(out, data, len) == 0);
        free(out);
    } else {
        require(status == RR_MALFORMED && error.status == status && error.rule != NULL);
    }
    if (rr_tile_path_parse(&tile, text.start, len) == RR_OK) {
        char path[RR_TILE_PATH_SIZE];
        require(rr_tile_path(path, &tile) == RR_OK && strlen(path) == len && memcmp(path, data, len) == 0);
    }
    return 0;
}
