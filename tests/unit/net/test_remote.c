/* SPDX-License-Identifier: Apache-2.0 */
/* A petition on servers that are honest, broken and hostile. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/sha2.h"
#include "mirror.h"

static mirror *server;
static char error[RR_REMOTE_ERROR_SIZE];

static int setup(void **state) {
    (void)state;
    server = mirror_new();
    return 0;
}

static int teardown(void **state) {
    (void)state;
    mirror_free(server);
    return 0;
}

static rr_remote *must_open(const char *url) {
    rr_remote *remote;
    rr_status status = rr_remote_open(&remote, error, &server->transport, url, NULL, true);
    if (status != RR_OK) fail_msg("status %d: %s", (int)status, error);
    return remote;
}

/* It is refused with this status and this in the sentence. */
static void refused(rr_status wanted, const char *text) {
    rr_remote *remote;
    rr_status status = rr_remote_open(&remote, error, &server->transport, server->petition, NULL, true);
    if (status != wanted || !strstr(error, text))
        fail_msg("status %d, wanted %d with '%s': %s", (int)status, (int)wanted, text, error);
    assert_null(remote);
}

static void again(const rr_signer *signer) {
    mirror_directory(server, signer ? signer : &server->fx->directory);
}

/* ---- an honest server ----------------------------------------------------------------------------------------------- */

static void test_good(void **state) {
    (void)state;
    rr_remote *r = must_open(server->petition);
    assert_string_equal(r->server, MIRROR_SERVER);
    assert_string_equal(r->url, server->petition);
    assert_int_equal(r->checkpoint_count, 4);
    assert_int_equal(r->directory.size, server->line_count);
    assert_int_equal(r->roll.len, server->fx->roll_len);
    assert_int_equal(server->pauses, 0);

    rr_evidence_parts parts;
    rr_file_error why;
    rr_remote_parts(&parts, r);
    assert_int_equal(parts.entry_count, 12);
    if (rr_evidence_write(&why, "remote.evidence", &parts) != RR_OK)
        fail_msg("%s: %s, %s", why.where, why.rule, rr_remote_error(r));
    rr_evidence_report *report = fx_verify(server->fx, "remote.evidence");
    assert_int_equal(report->status, RR_OK);
    assert_int_equal(report->total, 3);
    rr_evidence_report_free(report);
    /* From the start again. */
    rr_blob entry;
    for (uint64_t i = 0; i < 12; i++) assert_int_equal(rr_remote_entry(r, &entry, i), RR_OK);
    assert_int_equal(rr_remote_entry(r, &entry, 12), RR_ARGUMENT);
    assert_int_equal(rr_remote_entry(r, &entry, 0), RR_OK);
    assert_int_equal(rr_remote_entry(r, &entry, 5), RR_ARGUMENT);
    rr_remote_close(r);
}

static void test_only_what_is_needed(void **state) {
    (void)state;
    rr_remote *r;
    mirror_remove(server, "names.txt");
    mirror_remove(server, "proofs.bin");
    r = must_open(server->petition);
    assert_null(r->names.bytes);
    assert_null(r->proofs.bytes);
    rr_remote_close(r);
    mirror_remove(server, "roll.txt");
    assert_int_equal(rr_remote_open(&r, error, &server->transport, MIRROR_SERVER, &server->fx->material.petition.pid, false),
                     RR_OK);
    assert_null(r->roll.bytes);
    rr_remote_close(r);
    refused(RR_NOT_FOUND, "roll.txt");
}

static void test_busy(void **state) {
    (void)state;
    mirror_find(server, "roll.txt")->busy = 2;
    rr_remote_close(must_open(server->petition));
    assert_int_equal(server->pauses, 2);
    mirror_find(server, "roll.txt")->busy = 1000;
    refused(RR_IO, "503");
    mirror_find(server, "roll.txt")->busy = 0;
    mirror_find(server, "roll.txt")->status = 500;
    refused(RR_IO, "500");
}

/* More than one bundle; and one that was not full is gone, because the log has grown. */
static void test_many_lines(void **state) {
    (void)state;
    char url[] = MIRROR_SERVER "/directory/tile/entries/001.p/44", full[] = MIRROR_SERVER "/directory/tile/entries/001";
    while (server->line_count < 300) mirror_line(server, "more that is not known");
    again(NULL);
    rr_remote_close(must_open(server->petition));
    size_t len = 0, one = strlen("later") + 2;
    uint8_t bundle[65536];
    const mirror_file *part = mirror_find(server, url);
    assert_non_null(part);
    memcpy(bundle, part->bytes, part->len);
    len = part->len;
    for (size_t i = 44; i < RR_TILE_WIDTH; i++)
        assert_int_equal(rr_bundle_append(bundle, sizeof bundle, &len, (const uint8_t *)"later", 5), RR_OK);
    mirror_put(server, full, bundle, len);
    mirror_remove(server, url);
    rr_remote_close(must_open(server->petition));
    mirror_put(server, full, bundle, len - one);
    refused(RR_MALFORMED, "256 entries");
}

/* The directory may know of more than was downloaded. */
static void test_newer_checkpoint(void **state) {
    (void)state;
    char pid[65];
    rr_hex(pid, server->fx->material.petition.pid.bytes, 32);
    mirror_line(server, "checkpoint %s 20 %s", pid, pid);
    again(NULL);
    rr_remote_close(must_open(server->petition));
    mirror_line(server, "checkpoint %s 20 %s", pid, pid);
    again(NULL);
    refused(RR_INVALID, "do not ascend");
}

/* ---- addresses ------------------------------------------------------------------------------------------------------ */

static void test_addresses(void **state) {
    (void)state;
    static const char *const tails[] = {"", "roll?page=2", "#top", "?x"};
    char pid[65], url[400];
    rr_hex(pid, server->fx->material.petition.pid.bytes, 32);
    for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
        snprintf(url, sizeof url, "%s%s", server->petition, tails[i]);
        rr_remote_close(must_open(url));
    }
    snprintf(url, sizeof url, MIRROR_SERVER "/ru/p/%s", pid);
    rr_remote_close(must_open(url));

    static const char *const bad[] = {"petition.txt",
                                      "ftp://petitions.example/",
                                      "https:///p/",
                                      "https://petitions.example/p/12/",
                                      "https://petitions.example/x/p/",
                                      "https://petitions.example/petitions"};
    rr_remote *r;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(rr_remote_open(&r, error, &server->transport, bad[i], NULL, true), RR_REFUSED);
    snprintf(url, sizeof url, "%.*s0/", (int)strlen(server->petition) - 1, server->petition);
    assert_int_equal(rr_remote_open(&r, error, &server->transport, url, NULL, true), RR_REFUSED);
    rr_pid other = {{1}};
    assert_int_equal(rr_remote_open(&r, error, &server->transport, server->petition, &other, true), RR_REFUSED);
}

static void put_list(const char *text) {
    mirror_put(server, MIRROR_SERVER "/petitions.json", text, strlen(text));
}

static void test_server_address(void **state) {
    (void)state;
    char pid[65], text[512];
    rr_remote *r;
    rr_hex(pid, server->fx->material.petition.pid.bytes, 32);
    snprintf(text, sizeof text, "{\"petitions\":[{\"pid\":\"%s\",\"title\":\"t\"}]}", pid);
    put_list(text);
    rr_remote_close(must_open(MIRROR_SERVER));
    rr_remote_close(must_open(MIRROR_SERVER "/en/"));
    snprintf(text, sizeof text, "{\"petitions\":[{\"pid\":\"%s\"},{\"pid\":\"%.63sf\"},{\"pid\":7}]}", pid, pid);
    put_list(text);
    assert_int_equal(rr_remote_open(&r, error, &server->transport, MIRROR_SERVER, NULL, true), RR_REFUSED);
    assert_non_null(strstr(error, server->petition));
    put_list("{\"petitions\":[]}");
    assert_int_equal(rr_remote_open(&r, error, &server->transport, MIRROR_SERVER, NULL, true), RR_NOT_FOUND);
    static const char *const bad[] = {"",  "[]", "{\"petitions\":7}", "{\"petitions\":[{\"pid\":\"12\"}]}", "{\"petitions\":[",
                                      "{}"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        put_list(bad[i]);
        assert_int_equal(rr_remote_open(&r, error, &server->transport, MIRROR_SERVER, NULL, true), RR_MALFORMED);
    }
}

static void test_server_keys(void **state) {
    (void)state;
    char directory[RR_SIGNER_TEXT_SIZE], text[1024];
    rr_server_keys keys;
    size_t len = rr_signer_vkey(directory, sizeof directory, &server->fx->directory);
    directory[len] = '\0';
    snprintf(text, sizeof text, "{\"directory\":\"%s\",\"log\":\"%s\",\"tick\":5}", directory, directory);
    mirror_put(server, MIRROR_SERVER "/server.json", text, strlen(text));
    assert_int_equal(rr_remote_keys(&server->transport, &keys, error, MIRROR_SERVER), RR_OK);
    assert_string_equal(keys.directory, directory);
    rr_server_keys_free(&keys);
    snprintf(text, sizeof text, "{\"directory\":\"%s\",\"log\":\"x\"}", directory);
    mirror_put(server, MIRROR_SERVER "/server.json", text, strlen(text));
    assert_int_equal(rr_remote_keys(&server->transport, &keys, error, MIRROR_SERVER), RR_MALFORMED);
    assert_null(keys.directory);
}

/* ---- papers --------------------------------------------------------------------------------------------------------- */

static void test_papers(void **state) {
    (void)state;
    mirror_find(server, "roll.txt")->bytes[server->fx->roll_len - 2] ^= 1;
    refused(RR_INVALID, "not the roll");
    mirror_find(server, "petition.txt")->bytes[30] ^= 1;
    refused(RR_INVALID, "SHA-256");
    mirror_remove(server, "petition.txt");
    refused(RR_NOT_FOUND, "petition.txt");
}

static void test_too_large(void **state) {
    (void)state;
    size_t most = 65536 + FX_MEMBERS * (size_t)4097;
    uint8_t *bytes = calloc(1, 2 * 1024 * 1024);
    mirror_put(server, "names.txt", bytes, most);
    rr_remote_close(must_open(server->petition));
    mirror_put(server, "names.txt", bytes, most + 1);
    refused(RR_NO_SPACE, "large");
    mirror_put(server, "names.txt", bytes, 1);
    mirror_put(server, "proofs.bin", bytes, server->fx->enrolments_len + 1);
    refused(RR_NO_SPACE, "large");
    mirror_put(server, "petition.txt", bytes, RR_PETITION_MAX + 1);
    refused(RR_NO_SPACE, "large");
    free(bytes);
}

/* ---- the petition log ----------------------------------------------------------------------------------------------- */

static void test_foreign_checkpoint(void **state) {
    (void)state;
    fixture *fx = server->fx;
    fx->checkpoint_count = 0;
    for (size_t size = 1; size <= 2; size++) {
        rr_hash root = {{0}};
        char note[1024];
        size_t len = 0;
        assert_int_equal(rr_checkpoint_sign(note, sizeof note, &len, size, &root, &fx->stranger), RR_OK);
        mirror_put(server, "log/checkpoint", note, len);
        uint8_t bundle[2048];
        size_t bundle_len = 0;
        assert_int_equal(rr_bundle_append(bundle, sizeof bundle, &bundle_len, (const uint8_t *)note, len), RR_OK);
        mirror_put(server, "log/checkpoints", bundle, bundle_len);
        refused(RR_INVALID, "must be signed by example.org/log");
    }
    fx->checkpoint_count = 4;
}

static void test_checkpoint_list(void **state) {
    (void)state;
    const mirror_file *list = mirror_find(server, "log/checkpoints");
    uint8_t bytes[65536];
    size_t len = list->len, first = 2 + ((size_t)list->bytes[0] << 8 | list->bytes[1]);
    memcpy(bytes, list->bytes, len);
    mirror_put(server, "log/checkpoints", bytes, len - 1);
    refused(RR_MALFORMED, "cut off");
    mirror_put(server, "log/checkpoints", bytes, 0);
    refused(RR_MALFORMED, "empty");
    mirror_put(server, "log/checkpoints", bytes + first, len - first);
    refused(RR_INVALID, "ascend, from 1");
    mirror_put(server, "log/checkpoints", bytes, first);
    refused(RR_INVALID, "forked"); /* the checkpoint by itself is of another size */
    /* Twice the same. */
    uint8_t twice[8192];
    memcpy(twice, bytes, first);
    memcpy(twice + first, bytes, first);
    mirror_put(server, "log/checkpoints", twice, 2 * first);
    refused(RR_INVALID, "ascend, from 1");
}

static void test_enormous_log(void **state) {
    (void)state;
    rr_hash root = {{0}};
    char note[1024];
    size_t len = 0;
    assert_int_equal(
        rr_checkpoint_sign(note, sizeof note, &len, (uint64_t)RR_REMOTE_LEAVES_MAX + 1, &root, &server->fx->directory), RR_OK);
    mirror_put(server, MIRROR_SERVER "/directory/checkpoint", note, len);
    refused(RR_NO_SPACE, "more entries");
}

static rr_status read_entries(rr_remote *r) {
    rr_status status = RR_OK;
    rr_blob entry;
    for (uint64_t i = 0; i < 12 && status == RR_OK; i++) status = rr_remote_entry(r, &entry, i);
    return status;
}

static void test_entries(void **state) {
    (void)state;
    rr_remote *r = must_open(server->petition);
    mirror_file *bundle = mirror_find(server, "log/tile/entries/000.p/12");
    assert_non_null(bundle);
    uint8_t bytes[65536];
    size_t len = bundle->len;
    memcpy(bytes, bundle->bytes, len);
    assert_int_equal(read_entries(r), RR_OK);

    bundle->bytes[len - 1] ^= 1; /* only the last checkpoint covers it */
    assert_int_equal(read_entries(r), RR_INVALID);
    assert_non_null(strstr(rr_remote_error(r), "size 12"));
    mirror_put(server, "log/tile/entries/000.p/12", bytes, len - 1);
    assert_int_equal(read_entries(r), RR_MALFORMED);
    mirror_put(server, "log/tile/entries/000.p/12", bytes, len - 40); /* the close leaf is missing: 11 entries */
    assert_int_equal(read_entries(r), RR_MALFORMED);
    size_t more = len;
    assert_int_equal(rr_bundle_append(bytes, sizeof bytes, &more, (const uint8_t *)"more", 4), RR_OK);
    mirror_put(server, "log/tile/entries/000.p/12", bytes, more);
    assert_int_equal(read_entries(r), RR_MALFORMED);
    mirror_remove(server, "log/tile/entries/000.p/12");
    assert_int_equal(read_entries(r), RR_NOT_FOUND);
    mirror_put(server, "log/tile/entries/000.p/12", bytes, len);
    assert_int_equal(read_entries(r), RR_OK);
    rr_remote_close(r);
}

/* ---- the directory -------------------------------------------------------------------------------------------------- */

static void test_missing_leaves(void **state) {
    (void)state;
    static const char *const lines[] = {"roll ", "petition ", "assignment ", "checkpoint "};
    static const char *const said[] = {"before its roll", "before roll and petition", "before its assignment",
                                       "sizes do not ascend from 1"};
    for (size_t i = 0; i < 4; i++) {
        char *line = mirror_find_line(server, lines[i]), kept[MIRROR_LINE];
        memcpy(kept, line, sizeof kept);
        mirror_drop_line(server, lines[i]);
        again(NULL);
        refused(RR_INVALID, said[i]);
        memcpy(line, kept, sizeof kept);
    }
    /* Cut off at the end: it may still come. */
    static const char *const lacks[] = {"the roll of this petition", "this petition", "the assignment of its roll", "size 1"};
    for (size_t i = 0; i < 4; i++) {
        server->line_count = 1 + i;
        server->pauses = 0;
        again(NULL);
        refused(RR_NOT_FOUND, lacks[i]);
        assert_int_equal(server->pauses, 3);
    }
    server->line_count = 7; /* the last checkpoint is not there yet */
    again(NULL);
    refused(RR_NOT_FOUND, "size 12");
    server->line_count = 8;
    again(NULL);
    rr_remote_close(must_open(server->petition));
}

static void test_missing_between(void **state) {
    (void)state;
    char *second = server->lines[5];
    assert_int_equal(strncmp(second, "checkpoint ", 11), 0);
    snprintf(second, MIRROR_LINE, "nothing");
    again(NULL);
    refused(RR_INVALID, "has a checkpoint of size 11 where the petition log has one of size 7");
}

static void test_assigned_before(void **state) {
    (void)state;
    char digest[65], other[65], before[MIRROR_LINE];
    rr_hex(digest, server->fx->material.roll.digest.bytes, 32);
    memset(other, 'a', 64);
    other[64] = '\0';
    /* Afterwards it does not count. */
    mirror_line(server, "assignment %s %s", digest, other);
    again(NULL);
    rr_remote_close(must_open(server->petition));
    memcpy(before, server->lines[0], sizeof before);
    snprintf(server->lines[0], MIRROR_LINE, "assignment %s %s", digest, other);
    again(NULL);
    refused(RR_INVALID, "assigns the roll of this petition to another one first");
    /* Of another roll it is nothing to us. */
    snprintf(server->lines[0], MIRROR_LINE, "assignment %s %s", other, other);
    again(NULL);
    rr_remote_close(must_open(server->petition));
}

static void test_fork(void **state) {
    (void)state;
    for (size_t i = 4; i < 8; i++) {
        char *line = server->lines[i], *last = line + strlen(line) - 1, kept = *last;
        *last = kept == 'a' ? 'b' : 'a';
        again(NULL);
        refused(RR_INVALID, "forked");
        *last = kept;
    }
    again(NULL);
    rr_remote_close(must_open(server->petition));
}

static void test_directory_root(void **state) {
    (void)state;
    mirror_file *bundle = mirror_find(server, MIRROR_SERVER "/directory/tile/entries/000.p/8");
    assert_non_null(bundle);
    bundle->bytes[2] ^= 1; /* in the line that is not known */
    refused(RR_INVALID, "do not have the root");
    bundle->bytes[2] ^= 1;
    rr_remote_close(must_open(server->petition));
    again(&server->fx->log);
    refused(RR_INVALID, "must be signed by example.org/directory");
    again(&server->fx->stranger);
    refused(RR_INVALID, "must be signed by example.org/directory");
    again(NULL);
    mirror_put(server, MIRROR_SERVER "/directory/tile/entries/000.p/8", "\0\1", 2);
    refused(RR_MALFORMED, "cut off");
}

/* ---- lines ---------------------------------------------------------------------------------------------------------- */

#define A16 "aaaaaaaaaaaaaaaa"
#define HEX A16 A16 A16 A16

static rr_directory_line line_of(const char *text) {
    rr_directory_line line;
    rr_directory_read(&line, (const uint8_t *)text, strlen(text));
    return line;
}

static void test_lines(void **state) {
    (void)state;
    static const char *const good[] = {"roll " HEX,
                                       "petition " HEX,
                                       "assignment " HEX " " HEX,
                                       "trustee " HEX " 255 " HEX,
                                       "checkpoint " HEX " 9223372036854775807 " HEX,
                                       "checkpoint " HEX " 0 " HEX,
                                       "page " HEX};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        char out[RR_DIRECTORY_LINE_MAX];
        rr_directory_line line = line_of(good[i]);
        assert_int_not_equal(line.kind, RR_DIRECTORY_UNKNOWN);
        assert_int_equal(rr_directory_write(out, &line), strlen(good[i]));
        assert_string_equal(out, good[i]);
    }
    static const char *const bad[] = {"",
                                      "roll",
                                      "roll ",
                                      " roll " HEX,
                                      "roll  " HEX,
                                      "roll " HEX " ",
                                      "roll " HEX "\n",
                                      "roll A" A16 A16 A16 "aaaaaaaaaaaaaaa",
                                      "Roll " HEX,
                                      "roll " HEX " " HEX,
                                      "assignment " HEX,
                                      "trustee " HEX " 0 " HEX,
                                      "trustee " HEX " 256 " HEX,
                                      "checkpoint " HEX " 01 " HEX,
                                      "checkpoint " HEX " -1 " HEX,
                                      "checkpoint " HEX "  " HEX,
                                      "checkpoint " HEX " 9223372036854775808 " HEX,
                                      "checkpoint " HEX " 99999999999999999999 " HEX,
                                      "checkpoint " HEX " 1",
                                      "unknown " HEX};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) assert_int_equal(line_of(bad[i]).kind, RR_DIRECTORY_UNKNOWN);
}

/* ---- the browser page ----------------------------------------------------------------------------------------------- */

static void test_page_addresses(void **state) {
    (void)state;
    static const char *const cases[][3] = {
        {"https://a.example", "https://a.example", "https://a.example/verify"},
        {"https://a.example/", "https://a.example", "https://a.example/verify"},
        {"https://a.example?x=/", "https://a.example", "https://a.example/verify"},
        {"https://a.example/en", "https://a.example", "https://a.example/en/verify"},
        {"http://127.0.0.1:8080/ru/#y", "http://127.0.0.1:8080", "http://127.0.0.1:8080/ru/verify"},
        {"https://a.example/verify", "https://a.example", "https://a.example/verify"},
        {"https://a.example/p/" HEX, "https://a.example", "https://a.example/p/" HEX "/answer"},
        {"https://a.example/ru/p/" HEX "/?a", "https://a.example", "https://a.example/ru/p/" HEX "/answer"},
        {"https://a.example/p/" HEX "/answer", "https://a.example", "https://a.example/p/" HEX "/answer"},
        {"https://a.example/p/" HEX "0", "https://a.example", "https://a.example/p/" HEX "0"},
        {"https://a.example/e/" HEX "/1/#member=anna&code=secret", "https://a.example", "https://a.example/e/" HEX "/1/"},
        {"https://a.example/x", "https://a.example", "https://a.example/x"},
    };
    char *host, *page;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        /* On the heap, so that a byte too many that is read is found. */
        char *url = strdup(cases[i][0]);
        assert_int_equal(rr_remote_page_address(&host, &page, error, url), RR_OK);
        assert_string_equal(host, cases[i][1]);
        assert_string_equal(page, cases[i][2]);
        free(url);
        free(host);
        free(page);
    }
    static const char *const bad[] = {"", "a.example", "ftp://a.example/", "https://", "https:///verify", "/verify"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(rr_remote_page_address(&host, &page, error, bad[i]), RR_REFUSED);
        assert_null(host);
        assert_null(page);
    }
}

static rr_remote_page read_page(void) {
    rr_remote_page page;
    rr_vkey key = server->fx->material.petition.directory;
    rr_status status = rr_remote_read_page(&server->transport, &page, error, MIRROR_SERVER, MIRROR_SERVER "/verify", &key);
    if (status != RR_OK) fail_msg("status %d: %s", (int)status, error);
    return page;
}

static void page_line(const char *content) {
    char hex[65];
    uint8_t hash[32];
    rr_sha256_of(hash, content, strlen(content));
    rr_hex(hex, hash, sizeof hash);
    mirror_line(server, "page %s", hex);
    again(NULL);
}

static void test_page(void **state) {
    (void)state;
    mirror_put(server, MIRROR_SERVER "/verify", "one", 3);
    rr_remote_page page = read_page();
    assert_false(page.recorded);
    uint64_t first = server->line_count;
    page_line("one");
    mirror_line(server, "something between");
    page_line("one"); /* once more: on record since the first */
    page = read_page();
    assert_int_equal(page.len, 3);
    assert_true(page.recorded && page.known);
    assert_memory_equal(&page.last, &page.served, sizeof page.last);
    assert_int_equal(page.since, first);
    assert_int_equal(page.directory.size, server->line_count);
    page_line("two");
    page = read_page();
    assert_true(page.recorded && page.known);
    assert_memory_not_equal(&page.last, &page.served, sizeof page.last);
    assert_int_equal(page.since, first + 3);
    mirror_put(server, MIRROR_SERVER "/verify", "One", 3);
    page = read_page();
    assert_true(page.recorded && !page.known);
    assert_memory_not_equal(&page.last, &page.served, sizeof page.last);
}

static void test_page_refused(void **state) {
    (void)state;
    rr_remote_page page;
    rr_vkey key = server->fx->material.petition.directory, other = server->fx->material.petition.log;
    const char *url = MIRROR_SERVER "/verify";
    assert_int_equal(rr_remote_read_page(&server->transport, &page, error, MIRROR_SERVER, url, &key), RR_NOT_FOUND);
    mirror_put(server, url, "one", 3);
    page_line("one");
    assert_int_equal(rr_remote_read_page(&server->transport, &page, error, MIRROR_SERVER, url, &other), RR_INVALID);
    assert_non_null(strstr(error, "It must be signed by"));
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_good),
        TEST(test_only_what_is_needed),
        TEST(test_busy),
        TEST(test_many_lines),
        TEST(test_newer_checkpoint),
        TEST(test_addresses),
        TEST(test_server_address),
        TEST(test_server_keys),
        TEST(test_papers),
        TEST(test_too_large),
        TEST(test_foreign_checkpoint),
        TEST(test_checkpoint_list),
        TEST(test_enormous_log),
        TEST(test_entries),
        TEST(test_missing_leaves),
        TEST(test_missing_between),
        TEST(test_assigned_before),
        TEST(test_fork),
        TEST(test_directory_root),
        TEST(test_lines),
        TEST(test_page_addresses),
        TEST(test_page),
        TEST(test_page_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
