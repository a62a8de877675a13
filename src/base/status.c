/* SPDX-License-Identifier: Apache-2.0 */
#include "roundrobin/status.h"

const char *rr_status_text(rr_status status) {
    switch (status) {
    case RR_OK: return "done";
    case RR_MALFORMED: return "the format is broken";
    case RR_INVALID: return "it does not verify";
    case RR_REFUSED: return "the petition or the roll does not allow this";
    case RR_NOT_FOUND: return "it is not there";
    case RR_ARGUMENT: return "the call was used wrongly";
    case RR_NO_SPACE: return "the memory handed in is too small";
    case RR_RANDOM: return "no random bytes could be had";
    case RR_IO: return "reading or writing failed";
    case RR_PASSPHRASE: return "the passphrase is wrong, or the file was altered";
    case RR_UNSUPPORTED: return "this kind is not supported";
    }
    return "an unknown status";
}
