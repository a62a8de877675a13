/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes from a client, through libmicrohttpd, to a whole server with one petition of ten invented people and one edition (fuzz/world).
 *
 * The first byte says how the client behaves, the others are what it sends:
 *     1   it ends its side at once, else when a reply has come or 2 ms have passed
 *     2   it sends in two parts
 *     4   it goes away without reading
 *     8   it waits longer for a reply: an answer needs some ms
 *
 * Whatever comes, the server replies in well-formed HTTP or with nothing, and goes on serving others. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/text.h"
#include "roll/edition_file.h"
#include "server/logkeys.h"
#include "server/serve.h"
#include "store/db.h"
#include "evidence/material.h"
#include "store/store.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
int LLVMFuzzerInitialize(int *argc, char ***argv);

#define MUST(condition)                                                                                                        \
    do {                                                                                                                       \
        if (!(condition)) {                                                                                                    \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                                                    \
            abort();                                                                                                           \
        }                                                                                                                      \
    } while (0)

enum { REPLY_MAX = 1 << 20, WAIT_MS = 45000, END_MS = 4, PAUSE_MS = 2, PATIENCE_MS = 15 };

static char folder[] = "/dev/shm/robin-fuzz.XXXXXX";
static rr_config config;
static rr_serving *serving;
static struct sockaddr_un address = {.sun_family = AF_UNIX};
static char reply[REPLY_MAX + 1];

/* ---- the server -------------------------------------------------------------------------------------------------------- */

static rr_blob world(const char *name) {
    static uint8_t bytes[65536];
    static size_t used;
    char path[512];
    snprintf(path, sizeof path, "%s/fuzz/world/%s", RR_SOURCE_DIR, name);
    FILE *file = fopen(path, "rb");
    MUST(file);
    rr_blob blob = {bytes + used, fread(bytes + used, 1, sizeof bytes - used, file)};
    used += blob.len;
    MUST(blob.len && used < sizeof bytes);
    (void)fclose(file);
    return blob;
}

static void put(const char *name, rr_blob bytes) {
    char path[512];
    snprintf(path, sizeof path, "%s/keys/%s", folder, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
    MUST(fd >= 0 && write(fd, bytes.bytes, bytes.len) == (ssize_t)bytes.len && close(fd) == 0);
}

static void set(const char *name, const char *format, const char *value) {
    char text[512];
    const char *rule;
    snprintf(text, sizeof text, format, folder, value);
    MUST(rr_config_set(&config, &rule, name, text) == RR_OK);
}

static void open_edition(rr_store *store) {
    rr_file_error error;
    rr_edition_file file;
    rr_blob text = world("edition.txt");
    rr_store_code code = {rr_text_of("anna"), {{0}}};
    MUST(rr_edition_file_parse(&file, NULL, (const char *)text.bytes, text.len) == RR_OK);
    MUST(rr_text_hex(code.hash.bytes, 32, rr_text_of("3c3072cfb2af55532690805071cd7806a6b4b06501b9092fd017193a0157ae5f")));
    rr_store_edition_key key = {file.roll_id, file.edition};
    MUST(rr_store_open_edition(store, &error, &key, text, &code, 1, NULL, 0) == RR_OK);
}

/* What came by parcels once. */
static void fill_store(void) {
    rr_file_error error;
    rr_error why;
    rr_store *store;
    rr_signer directory, log;
    rr_log_keys keys;
    rr_batch_key batch;
    rr_material material = {.params = NULL};
    rr_blob text = world("directory.key"), petition = world("petition.txt");
    MUST(rr_signer_read(&directory, &why, (const char *)text.bytes, text.len) == RR_OK);
    MUST(rr_material_petition(&material, &error, petition) == RR_OK);
    MUST(rr_log_keys_open(&keys, &error, config.keys) == RR_OK);
    MUST(rr_log_key_find(&log, &keys, &material.petition.log) == RR_OK);
    MUST(rr_store_open(&store, &error, config.db, &directory) == RR_OK);
    rr_store_roll roll = {material.petition.roll, world("roll.txt"), world("roll.note"), world("names.txt"),
                          world("proofs.bin")};
    MUST(rr_store_add_roll(store, &error, &roll) == RR_OK);
    rr_store_petition p = {.pid = material.petition.pid,
                           .roll = material.petition.roll,
                           .petition = petition,
                           .assignment = world("assignment.note")};
    MUST(rr_batch_key_new(&batch, &error, config.keys) == RR_OK);
    MUST(rr_store_add_petition(store, &error, &p, &log, &batch) == RR_OK);
    open_edition(store);
    rr_store_close(store);
    rr_material_free(&material);
}

static void end(void) {
    char command[128];
    rr_serve_stop(serving);
    snprintf(command, sizeof command, "rm -r %s", folder);
    if (system(command) != 0) fprintf(stderr, "%s is left\n", folder);
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    rr_file_error error = {.rule = NULL};
    char path[128];
    (void)argc;
    (void)argv;
    MUST(sodium_init() >= 0 && mkdtemp(folder));
    snprintf(path, sizeof path, "%s/keys", folder);
    MUST(mkdir(path, 0700) == 0);
    MUST(rr_config_init(&config) == RR_OK);
    set("db", "%s/db%s", "");
    set("keys", "%s/keys%s", "");
    set("cache", "%s/cache%s", "");
    set("listen", "unix:%s/s%s", "");
    const char *rule;
    MUST(rr_config_set(&config, &rule, "name", "fuzz.example") == RR_OK);
    const char *registrar = "registrar.example/test+995a4760+AaUBEQ39UhyCBBpRM+HL7s6ehSp4BqDjLwv3JjbnvnoQ";
    MUST(rr_config_set(&config, &rule, "publisher", registrar) == RR_OK);
    config.tick = 1;
    config.threads = 1;
    put("directory.key", world("directory.key"));
    put("logs.key", world("logs.key"));
    fill_store();
    if (rr_serve_start(&serving, &error, &config) != RR_OK) {
        fprintf(stderr, "the server does not start: %s: %s\n", error.where, error.rule);
        abort();
    }
    snprintf(address.sun_path, sizeof address.sun_path, "%s/s", folder);
    atexit(end);
    return 0;
}

/* ---- a client ---------------------------------------------------------------------------------------------------------- */

static bool comes(int fd, int ms) {
    struct pollfd wanted = {fd, POLLIN, 0};
    int ready;
    do ready = poll(&wanted, 1, ms);
    while (ready < 0 && errno == EINTR); /* libFuzzer's alarm */
    return ready == 1;
}

/* What the server closed already is not sent. */
static void send_bytes(int fd, const uint8_t *bytes, size_t len) {
    while (len) {
        ssize_t n = send(fd, bytes, len, MSG_NOSIGNAL);
        if (n <= 0) return;
        bytes += n;
        len -= (size_t)n;
    }
}

/* Until the end, or until nothing comes any more. */
static size_t read_reply(int fd, bool *ended) {
    size_t len = 0;
    *ended = true;
    for (;;) {
        if (!comes(fd, END_MS)) {
            *ended = false;
            break;
        }
        ssize_t n = recv(fd, reply + len, REPLY_MAX - len, 0);
        if (n <= 0) break;
        len += (size_t)n;
        MUST(len < REPLY_MAX);
    }
    reply[len] = 0;
    return len;
}

/* The first reply; whoever asked for a head only gets no body. */
static void check_reply(size_t len, bool whole) {
    static const char *const codes[] = {"100", "200", "202", "400", "403", "404", "405", "411",
                                        "413", "414", "417", "422", "431", "501", "503", "505"};
    bool known = false;
    if (len == 0) return;
    MUST(len > 13 && (memcmp(reply, "HTTP/1.1 ", 9) == 0 || memcmp(reply, "HTTP/1.0 ", 9) == 0));
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) known = known || memcmp(reply + 9, codes[i], 3) == 0;
    MUST(known);
    char *body = strstr(reply, "\r\n\r\n");
    MUST(body);
    if (memcmp(reply + 9, "100", 3) == 0) return;
    char *length = strstr(reply, "\r\nContent-Length: ");
    MUST(length && length < body);
    if (whole) MUST((size_t)(reply + len - (body + 4)) >= strtoul(length + 18, NULL, 10));
}

static int open_connection(void) {
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    MUST(fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0);
    return fd;
}

static void others_are_served(void) {
    static const char request[] = "GET /favicon.svg HTTP/1.1\r\nHost: x\r\n\r\n";
    char start[16];
    int fd = open_connection();
    send_bytes(fd, (const uint8_t *)request, sizeof request - 1);
    MUST(comes(fd, WAIT_MS) && recv(fd, start, 12, MSG_WAITALL) == 12 && memcmp(start, "HTTP/1.1 200", 12) == 0);
    (void)close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len) {
    if (len == 0) return 0;
    unsigned how = *data++;
    len--;
    int fd = open_connection();
    size_t first = how & 2 ? len / 2 : len;
    send_bytes(fd, data, first);
    if (first < len) {
        (void)sched_yield();
        send_bytes(fd, data + first, len - first);
    }
    if (!(how & 4)) {
        bool ended;
        if (how & 1) (void)shutdown(fd, SHUT_WR);
        (void)comes(fd, how & 8 ? PATIENCE_MS : PAUSE_MS);
        if (!(how & 1)) (void)shutdown(fd, SHUT_WR);
        size_t got = read_reply(fd, &ended);
        check_reply(got, ended && memmem(data, len, "HEAD", 4) == NULL);
        /* libmicrohttpd sees an end that comes with the last bytes only when its patience ends; others are served meanwhile. */
        if (!ended) others_are_served();
    }
    (void)close(fd);
    return 0;
}
