/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a file of settings, and its text as the environment.  What is taken is within its bounds. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "server/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void check(const rr_config *c) {
    if (c->listen_count > RR_CONFIG_LISTEN_MAX || c->publisher_count > RR_CONFIG_PUBLISHER_MAX) abort();
    if (c->batch_interval < 1 || c->batch_interval > 604800 || c->batch_minimum < 8 || c->batch_minimum > 100000) abort();
    if (c->tick < 10 || c->tick > 60000 || c->connections < 16 || c->queue < 16 || c->threads > 256) abort();
    for (size_t i = 0; i < c->listen_count; i++)
        if (strlen(c->listen[i]) == 0) abort();
    for (size_t i = 0; i < c->publisher_count; i++)
        if (strlen(c->publisher[i]) == 0) abort();
    (void)rr_config_fault(c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len) {
    static int file = -1;
    static char path[64];
    rr_config config;
    rr_file_error error = {.rule = NULL};
    if (file < 0) {
        file = memfd_create("settings", 0);
        if (file < 0) abort();
        snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    }
    if (ftruncate(file, 0) != 0 || pwrite(file, data, len, 0) != (ssize_t)len) abort();
    if (rr_config_init(&config) != RR_OK) abort();
    if (rr_config_read(&config, &error, path) != RR_OK && (!error.rule || error.status == RR_OK)) abort();
    check(&config);
    /* setenv would keep every value for ever. */
    static char listen[8192], tick[8192];
    int shown = len < 8000 ? (int)len : 8000;
    snprintf(listen, sizeof listen, "ROBIN_LISTEN=%.*s", shown, (const char *)data);
    snprintf(tick, sizeof tick, "ROBIN_TICK=%.*s", shown, (const char *)data);
    if (putenv(listen) != 0 || putenv(tick) != 0) abort();
    if (rr_config_environment(&config, &error) != RR_OK && !error.rule) abort();
    check(&config);
    unsetenv("ROBIN_LISTEN");
    unsetenv("ROBIN_TICK");
    rr_config_free(&config);
    return 0;
}
