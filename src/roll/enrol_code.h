/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RR_ROLL_ENROL_CODE_H
#define RR_ROLL_ENROL_CODE_H

#include <stdbool.h>

#include "roundrobin/types.h"

/* Has the text exactly the form of an invitation code? */
bool rr_code_is(rr_text text);

#endif
