/* SPDX-License-Identifier: Apache-2.0 */
/* What commands of trustees share with those of petitions. */
#ifndef RR_CLI_TRUSTEE_H
#define RR_CLI_TRUSTEE_H

#include "cli/ceremony.h"

/* The certificate of a ceremony whose keys were gathered; checked. */
void rr_read_certificate(rr_gathering *g, rr_seal_key *seal_key, rr_seal_key keys[RR_TRUSTEE_MAX], rr_bytes *certificate);

#endif
