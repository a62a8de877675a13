/* SPDX-License-Identifier: Apache-2.0 */
/* The module's memory, as JavaScript uses it. */
#include <stdlib.h>

__attribute__((export_name("take"))) void *rr_web_take(size_t len);
void *rr_web_take(size_t len) {
    return malloc(len);
}
