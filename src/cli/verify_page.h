/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RR_CLI_VERIFY_PAGE_H
#define RR_CLI_VERIFY_PAGE_H

#include "cli/command.h"

/* robin verify --page URL: the exit status. */
int rr_verify_page(const rr_args *args, const char *url);

#endif
