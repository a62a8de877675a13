/* SPDX-License-Identifier: Apache-2.0 */
/* Pages, pictures and what they need: rendered once after each batch, then shared (cache.c). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "roll/edition_file.h"
#include "server/cache.h"
#include "server/page.h"
#include "server/readers.h"
#include "server/route.h"
#include "store/db.h"

static const char html_type[] = "text/html; charset=utf-8", svg_type[] = "image/svg+xml";

/* What is to be rendered. */
typedef struct job {
    rr_request *request;
    rr_page page;
    uint32_t number; /* of a page of a long list, from 1 */
    const char *name;
    rr_status status;
} job;

/* ---- the list of petitions and editions ------------------------------------------------------------------------------------------ */

typedef struct edition_list {
    rr_page_edition_item *items;
    rr_bytes_out bundle;
    size_t count;
} edition_list;

static rr_status read_editions(rr_server *server, edition_list *list) {
    rr_store_reader *reader;
    size_t offset = 0, len;
    const uint8_t *text;
    rr_status status = rr_readers_take(server->readers, NULL, &reader);
    if (status == RR_OK) status = rr_store_editions(reader, NULL, &list->bundle, true);
    rr_readers_give(server->readers, reader);
    if (status != RR_OK) return status;
    while (rr_bundle_next(list->bundle.bytes, list->bundle.len, &offset, &text, &len) == RR_OK) list->count++;
    list->items = calloc(list->count + 1, sizeof *list->items);
    if (!list->items) return RR_NO_SPACE;
    offset = list->count = 0;
    while (rr_bundle_next(list->bundle.bytes, list->bundle.len, &offset, &text, &len) == RR_OK) {
        rr_edition_file file;
        if (rr_edition_file_parse(&file, NULL, (const char *)text, len) != RR_OK) continue;
        list->items[list->count++] = (rr_page_edition_item){.roll_id = file.roll_id,
                                                            .edition = file.edition,
                                                            .slots = file.slot_count,
                                                            .body = file.body,
                                                            .registrar = file.registrar.name};
    }
    return RR_OK;
}

static rr_status render_list(rr_bytes_out *out, job *j) {
    rr_server *server = j->request->server;
    edition_list editions = {NULL, {NULL, 0}, 0};
    rr_status status = read_editions(server, &editions);
    pthread_rwlock_rdlock(&server->lives_lock);
    size_t count = server->live_count;
    rr_page_petition_item *items = calloc(count + 1, sizeof *items);
    for (size_t i = 0; items && i < count; i++) {
        rr_live *live = server->lives[i];
        const rr_petition *p = &live->material.petition;
        pthread_rwlock_rdlock(&live->lock);
        items[i] = (rr_page_petition_item){live->pid, p->title, p->opens, p->closes, live->closed};
        pthread_rwlock_unlock(&live->lock);
    }
    pthread_rwlock_unlock(&server->lives_lock);
    if (status == RR_OK)
        status = items ? rr_page_list(out, &j->page, items, count, editions.items, editions.count) : RR_NO_SPACE;
    free(items);
    free(editions.items);
    free(editions.bundle.bytes);
    return status;
}

/* ---- a petition -------------------------------------------------------------------------------------------------------------------- */

rr_status rr_live_view(rr_view *view, rr_live *live) {
    rr_view_log log = {.faults = NULL};
    const rr_names *names = live->documents[RR_DOC_NAMES].bytes ? &live->material.names : NULL;
    pthread_rwlock_rdlock(&live->lock);
    log.batches = live->steps;
    log.batch_count = live->step_count;
    log.final = live->final;
    rr_status status = live->unsettled ? RR_IO : rr_view_make(view, &live->about, names, live->judge, &log);
    pthread_rwlock_unlock(&live->lock);
    return status;
}

static rr_status render_petition(rr_bytes_out *out, job *j) {
    rr_view view;
    rr_status status = rr_live_view(&view, j->request->live);
    if (status != RR_OK) return status;
    if (strcmp(j->name, "") == 0)
        status = rr_page_petition(out, &j->page, &view);
    else if (strcmp(j->name, "roll") == 0)
        status = rr_page_roll(out, &j->page, &view, j->number);
    else if (strcmp(j->name, "log") == 0)
        status = rr_page_log(out, &j->page, &view, j->number);
    else if (strcmp(j->name, "sheet") == 0)
        status = rr_page_sheet(out, &j->page, &view);
    else if (strcmp(j->name, "badge.svg") == 0)
        status = rr_page_badge(out, &j->page, &view);
    else
        status = rr_page_round_robin(out, &j->page, &view);
    rr_view_free(&view);
    return status;
}

static rr_status render(rr_bytes_out *out, job *j) {
    if (j->request->live) return render_petition(out, j);
    if (strcmp(j->name, "check") == 0) return rr_page_check(out, &j->page);
    if (strcmp(j->name, "server") == 0) {
        const rr_config *config = &j->request->server->config;
        return rr_page_server(out, &j->page, config->witness, config->witness_count);
    }
    return render_list(out, j);
}

/* ---- serving ------------------------------------------------------------------------------------------------------------------------- */

static struct MHD_Response *make(void *context) {
    job *j = context;
    rr_bytes_out out = {NULL, 0};
    j->status = render(&out, j);
    struct MHD_Response *response = NULL;
    if (j->status == RR_OK)
        response = rr_response_make(out.bytes, out.len, strstr(j->name, ".svg") ? svg_type : html_type, false);
    free(out.bytes);
    if (response && !j->request->language && MHD_add_response_header(response, "Vary", "Accept-Language") != MHD_YES) {
        MHD_destroy_response(response);
        return NULL;
    }
    return response;
}

rr_page rr_request_page(const rr_request *request) {
    const char *accepts = MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, "Accept-Language");
    const rr_server *server = request->server;
    rr_page page = {.language =
                        request->language ? rr_language_find(rr_text_of(request->language)) : rr_language_choose(accepts),
                    .prefix = "",
                    .base = rr_text_of(server->address),
                    .batch_interval = server->config.batch_interval,
                    .batch_minimum = server->config.batch_minimum};
    if (request->language) page.prefix = strcmp(request->language, "ru") == 0 ? "/ru" : "/en";
    return page;
}

rr_result rr_end_page(rr_request *request) {
    job j = {.request = request, .page = rr_request_page(request), .number = 1};
    char key[160];
    const char *number = MHD_lookup_connection_value(request->connection, MHD_GET_ARGUMENT_KIND, "page");
    j.name = strrchr(request->route->pattern, '/') + 1;
    /* Where there are no more pages than one, numbers would only fill the cache with copies of it. */
    bool counted = strcmp(j.name, "roll") == 0 || strcmp(j.name, "log") == 0;
    if (number && (!rr_text_number(&j.number, rr_text_of(number)) || j.number == 0 || (j.number > 1 && !counted)))
        return rr_reply_error(request, 404);
    snprintf(key, sizeof key, "%s%s:%s/%s?%u", j.page.prefix, rr_language_code(j.page.language),
             request->live ? request->live->pid_hex : "", j.name, j.number);
    rr_result result = rr_cache_serve(request->server->cache, request->connection, key, make, &j);
    if (result == MHD_YES) return result;
    return j.status == RR_NOT_FOUND ? rr_reply_error(request, 404) : rr_reply_error(request, 503);
}

rr_result rr_end_picture(rr_request *request) {
    return rr_end_page(request);
}

rr_result rr_end_static(rr_request *request) {
    const char *name = request->route->pattern + 1;
    rr_blob file = rr_page_file(name);
    if (!file.bytes) return rr_reply_error(request, 404);
    return rr_reply_with(
        request, 200,
        rr_response_make(file.bytes, file.len, strstr(name, ".svg") ? svg_type : "text/css; charset=utf-8", true));
}

/* A page that says so, to a browser; one line of text to a program. */
rr_result rr_reply_error(rr_request *request, unsigned status) {
    const char *accepts = MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, "Accept");
    rr_page page = rr_request_page(request);
    rr_bytes_out out = {NULL, 0};
    if (!accepts || !strstr(accepts, "text/html") || rr_page_error(&out, &page, status) != RR_OK)
        return status == 503 ? rr_reply_busy(request, NULL, 1) : rr_reply_text(request, status, NULL);
    struct MHD_Response *response = rr_response_make(out.bytes, out.len, html_type, false);
    free(out.bytes);
    if (response && status == 503) (void)MHD_add_response_header(response, "Retry-After", "1");
    return rr_reply_with(request, status, response);
}
