/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ROUNDROBIN_STATUS_H
#define ROUNDROBIN_STATUS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a call of this library answers.  RR_OK is 0; everything else says that nothing of the output may be used. */
typedef enum rr_status {
    RR_OK = 0,
    RR_MALFORMED,  /* bytes or text that break the format: rule and place are in rr_error where the call has one */
    RR_INVALID,    /* well-formed, but a proof, a signature or a digest does not verify */
    RR_REFUSED,    /* well-formed and genuine, but the petition or the roll does not allow it */
    RR_NOT_FOUND,  /* what was asked for is not there, for example a key that is on no ring */
    RR_ARGUMENT,   /* the caller broke the contract of the call, for example an index out of range */
    RR_NO_SPACE,   /* the memory handed in is too small */
    RR_RANDOM,     /* the source of randomness handed in failed */
    RR_IO,         /* reading or writing failed (only in layers that read or write) */
    RR_PASSPHRASE, /* the passphrase is wrong, or the protected file was altered: these cannot be told apart */
    RR_UNSUPPORTED /* a well-known thing that this version does not take, for example an RSA key */
} rr_status;

/* One short English sentence without a full stop; never NULL. */
const char *rr_status_text(rr_status status);

/* Where and why a parse failed.  `rule` is a static string that completes the sentence "line 3: ...";
 * `line` and `column` count from 1 (column in bytes), and are 0 where the input has no lines. */
typedef struct rr_error {
    rr_status status;
    uint32_t line;
    uint32_t column;
    const char *rule;
} rr_error;

#ifdef __cplusplus
}
#endif
#endif
