/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RR_FUZZ_REQUIRE_H
#define RR_FUZZ_REQUIRE_H

#include <stdbool.h>
#include <stdlib.h>

/* What must hold whatever the input is. */
static inline void require(bool ok) {
    if (!ok) abort();
}

#endif
