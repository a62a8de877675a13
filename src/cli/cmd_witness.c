/* SPDX-License-Identifier: Apache-2.0 */
/* robin witness new, robin witness serve */
#include <string.h>

#include "cli/commands.h"
#include "cli/evidence.h"
#include "cli/papers.h"
#include "cli/serving.h"
#include "cli/witnesses.h"
#include "server/witness.h"

#define KEY_FILE "witness.key"
#define LOGS_FILE "logs"
#define STATE_FILE "witness.db"

static const char logs_text[] =
    "# The logs whose checkpoints this witness cosigns: a verifier key a line, as a server of petitions\n"
    "# prints it when it starts (Directory ...), and as its page /server shows it.\n";

int rr_run_witness_new(const rr_args *args) {
    const char *folder = rr_arg(args, "FOLDER"), *name = rr_arg(args, "name");
    if (rr_exists(rr_join(folder, KEY_FILE)))
        rr_die(RR_EXIT_REFUSED, "%s: is a witness already. Name another folder.", rr_safe_string(folder));
    if (!rr_is_folder(folder)) rr_make_folder(folder);
    if (!rr_exists(rr_join(folder, LOGS_FILE)))
        rr_write_file(rr_join(folder, LOGS_FILE), RR_PUBLIC_FILE, false, logs_text, sizeof logs_text - 1);
    rr_text vkey = rr_vkey_of(rr_make_signer(name, RR_VKEY_COSIGNATURE, rr_join(folder, KEY_FILE), false));
    printf("%.*s\n", (int)vkey.len, vkey.start);
    return RR_EXIT_DONE;
}

int rr_run_witness_serve(const rr_args *args) {
    const char *folder = rr_arg(args, "FOLDER");
    const rr_signer *signer = rr_open_witness(rr_join(folder, KEY_FILE));
    rr_vkey_list logs = rr_read_vkeys(rr_join(folder, LOGS_FILE), RR_VKEY_ED25519);
    rr_file_error error = {.number = -1};
    size_t count = rr_arg_count(args, "listen");
    const char **listen = rr_take_array(count, sizeof *listen);
    rr_witness_state *state;
    rr_witness *witness;
    if (logs.count == 0)
        rr_die(RR_EXIT_REFUSED, "%s: names no log. Write the verifier key of a server's directory log into it.",
               rr_safe_string(rr_join(folder, LOGS_FILE)));
    for (size_t i = 0; i < count; i++) listen[i] = rr_arg_at(args, "listen", i);
    rr_hold_signals();
    const char *path = rr_join(folder, STATE_FILE);
    if (rr_witness_state_open(&state, &error, path) != RR_OK) rr_die_of(path, &error, "The witness did not start.");
    const rr_witness_options options = {
        .signer = signer, .logs = logs.keys, .log_count = logs.count, .state = state, .listen = listen, .listen_count = count};
    if (rr_witness_start(&witness, &error, &options) != RR_OK) {
        rr_witness_state_close(state);
        rr_die_of("listen", &error, "The witness did not start.");
    }
    rr_text vkey = rr_vkey_of(signer);
    printf("Witness %.*s\n", (int)vkey.len, vkey.start);
    for (size_t i = 0; i < rr_witness_address_count(witness); i++) printf("Serving %s\n", rr_witness_address(witness, i));
    rr_finish_stdout();
    (void)rr_wait_for_end(0);
    rr_witness_stop(witness);
    rr_witness_state_close(state);
    return RR_EXIT_DONE;
}
