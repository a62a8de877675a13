/* SPDX-License-Identifier: Apache-2.0 */
/* The database header, as the writer makes it
 * (https://sqlite.org/fileformat2.html); all other bytes of it are free:
 *
 *      0  16  "SQLite format 3" NUL
 *     16   2  page size, 4096
 *     18   4  01 01 00 40: rollback journal for reading and writing, no reserved space, ...
 *     22   2  20 20: ... and fixed fractions
 *     28   4  pages: page size times this is the length of the file
 *     32   8  no free pages: nothing hides there
 *     44   4  schema format 4
 *     52   4  no auto-vacuum
 *     56   4  1: UTF-8
 *     60   4  version of the evidence file
 *     64   4  no incremental vacuum
 *     68   4  "RRev"
 *     72  20  zero
 *    100   1  0d: the schema fits on the first page ...
 *    103   2  ... and has 6 rows
 *
 * The last two bound what SQLite parses when it opens the file, which takes the square of the number of tables.
 */
#include "evidence/header.h"

#include <string.h>

#include "base/bytes.h"

const char rr_schema_objects[] = "there is a table, index, view or trigger too many or missing";
const char rr_schema_table[] = "a table is not as documented for this version";

rr_status rr_schema_page_check(rr_file_error *error, const uint8_t header[RR_EVIDENCE_HEADER], unsigned rows) {
    bool fits = header[100] == 0x0d && ((unsigned)header[103] << 8 | header[104]) == rows;
    return fits ? RR_OK : rr_fail(error, RR_MALFORMED, "schema", -1, rr_schema_objects);
}

rr_status rr_evidence_header_check(rr_file_error *error, const uint8_t h[RR_EVIDENCE_HEADER], uint64_t length) {
    static const uint8_t zeros[20] = {0};
    static const uint8_t fixed[6] = {1, 1, 0, 64, 32, 32};
    const char *rule = NULL;
    rr_status status = RR_MALFORMED;
    uint32_t page = (uint32_t)h[16] << 8 | h[17];
    uint32_t version = rr_load32_be(h + 60);
    if (memcmp(h, "SQLite format 3", 16) != 0)
        rule = "this is not an SQLite database";
    else if (rr_load32_be(h + 68) != RR_EVIDENCE_APPLICATION)
        rule = "this is a database, but not an evidence file";
    else if (version > RR_EVIDENCE_VERSION) {
        status = RR_UNSUPPORTED;
        rule = "the file is of a newer version: verify it with a newer robin";
    } else if (version != RR_EVIDENCE_VERSION)
        rule = "there is no such version of the evidence file";
    else if (page != RR_EVIDENCE_PAGE || memcmp(h + 18, fixed, sizeof fixed) != 0 || rr_load32_be(h + 44) != 4 ||
             rr_load32_be(h + 52) != 0 || rr_load32_be(h + 56) != 1 || rr_load32_be(h + 64) != 0 ||
             memcmp(h + 72, zeros, sizeof zeros) != 0)
        rule = "the database header is not as an evidence file has it";
    else if ((uint64_t)page * rr_load32_be(h + 28) != length)
        rule = "the file is truncated or has something after its end";
    else if (rr_load64_be(h + 32) != 0)
        rule = "the database has free pages, in which something could hide";
    return rule ? rr_fail(error, status, "file", -1, rule) : rr_schema_page_check(error, h, RR_EVIDENCE_TABLES);
}
