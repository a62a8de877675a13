/* SPDX-License-Identifier: Apache-2.0 */
/* robin send: an answer file that was not sent, or perhaps not. */
#include <stdlib.h>

#include "cli/commands.h"
#include "cli/online.h"
#include "cli/papers.h"

int rr_run_send(const rr_args *args) {
    const char *path = rr_arg(args, "ANSWER"), *to = rr_arg(args, "to"), *why = NULL;
    const char *server = rr_online_server(to);
    rr_bytes answer = rr_read_secret(path, RR_ANSWER_SIZE);
    if (answer.len != RR_ANSWER_SIZE)
        rr_die(RR_EXIT_REFUSED, "%s: is no answer, which has exactly 2048 bytes. Nothing was sent.", rr_safe_string(path));
    rr_online *online = rr_online_start(args);
    const char *url = rr_online_petition_url(online, server, to);
    rr_sending sent = rr_online_send(online, &why, url, answer.data);
    if (sent == RR_SEND_BROKEN) rr_die(RR_EXIT_REFUSED, "the server does not take the answer: %s.", why);
    if (sent == RR_SEND_FAILED)
        rr_die(RR_EXIT_IO, "%s. It is not known whether the answer has arrived; it may be sent again.", why);
    rr_tell(
        "The server has the answer, and says the same whatever it was. Remove %s now: it holds your answer. If it was kept "
        "because it could not be sent, your key for this petition is still on the card, and shows how you answered to whoever "
        "opens it: destroy it with robin decline, with --out, and throw that file away.",
        rr_safe_string(path));
    return RR_EXIT_DONE;
}
