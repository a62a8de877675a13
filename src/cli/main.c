/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"
#include "cli/tool.h"

int main(int argc, char **argv) {
    rr_start();
    int status = rr_run(argc, argv);
    rr_finish_stdout();
    return status;
}
