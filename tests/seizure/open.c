/* SPDX-License-Identifier: Apache-2.0 */
/* seizure_open FOLDER: what somebody reads who has seized database and keys while records wait.  Lines "place hex" of the table `waiting` come on standard input;
 * for each record that one of the folder's batch keys opens it prints: place, row key, T, kind. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "store/held.h"

enum { KEYS_MAX = 16, HEAD = 1 + 16 + 32, LINE = 16384 };

static size_t load_keys(rr_batch_key *keys, const char *folder) {
    size_t count = 0;
    DIR *names = opendir(folder);
    if (names == NULL) return 0;
    for (const struct dirent *entry; count < KEYS_MAX && (entry = readdir(names)) != NULL;) {
        rr_batch_id id;
        const char *name = entry->d_name;
        if (strlen(name) != 38 || strncmp(name, "batch-", 6) != 0 || !rr_unhex(id.bytes, sizeof id.bytes, name + 6, 32))
            continue;
        count += rr_batch_key_load(&keys[count], NULL, folder, &id) == RR_OK;
    }
    closedir(names);
    return count;
}

static void open_row(const rr_batch_key *keys, size_t count, long long place, const uint8_t *row, size_t len) {
    uint8_t record[RR_HELD_OVERHEAD + RR_RECORD_MAX];
    char key_hex[33], T_hex[65];
    for (size_t i = 0; i < count; i++) {
        size_t record_len;
        rr_blob sealed = {row + HEAD, len - HEAD};
        if (rr_held_open(record, &record_len, &keys[i], sealed) != RR_OK || record_len < 38) continue;
        rr_hex(key_hex, row + 1, 16);
        rr_hex(T_hex, record + 6, 32);
        printf("%lld %s %s %d\n", place, key_hex, T_hex, record[1]);
    }
}

int main(int argc, char **argv) {
    static rr_batch_key keys[KEYS_MAX];
    static char line[LINE];
    static uint8_t row[LINE / 2];
    size_t count = argc == 2 ? load_keys(keys, argv[1]) : 0;
    if (argc != 2) return 2;
    while (fgets(line, sizeof line, stdin) != NULL) {
        char *hex;
        long long place = strtoll(line, &hex, 10);
        if (*hex++ != ' ') return 2;
        size_t digits = strcspn(hex, "\n"), len = digits / 2;
        if (digits % 2 != 0 || !rr_unhex(row, len, hex, digits)) return 2;
        if (len > HEAD + RR_HELD_OVERHEAD && len <= HEAD + RR_HELD_OVERHEAD + RR_RECORD_MAX && row[0] == 1)
            open_row(keys, count, place, row, len);
    }
    return 0;
}
