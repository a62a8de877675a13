/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "roundrobin/types.h"

void rr_wipe(void *secret, size_t len) {
    if (len == 0) return;
    memset(secret, 0, len);
    /* The compiler must assume that this reads the memory, so the stores above stay. */
    __asm__ volatile("" : : "r"(secret) : "memory");
}
