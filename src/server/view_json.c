/* SPDX-License-Identifier: Apache-2.0 */
/* The view as the JSON of `status` (docs/api/openapi.yaml). */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "server/view.h"

static json_t *hex(const uint8_t bytes[32]) {
    char text[65];
    rr_hex(text, bytes, 32);
    return json_string(text);
}

static json_t *moment(int64_t seconds) {
    char text[RR_TIME_SIZE + 1];
    return rr_time_write(text, seconds) == RR_OK ? json_string(text) : NULL;
}

static json_t *text(rr_text value) {
    return json_stringn(value.start, value.len);
}

static json_t *goal_reached(const rr_view *view) {
    return view->goal == RR_GOAL_NONE ? json_null() : json_boolean(view->goal == RR_GOAL_REACHED);
}

/* json_array_append_new and json_object_set_new take NULL, free what they were given, and say so. */
static json_t *classes(const rr_view *view) {
    json_t *all = json_array();
    for (uint32_t i = 0; i < view->class_count; i++) {
        const rr_view_class *c = &view->classes[i];
        json_t *one = json_object();
        if (json_object_set_new(one, "class", text(c->name)) != 0 ||
            json_object_set_new(one, "entries", json_integer(c->entries)) != 0 ||
            json_object_set_new(one, "hidden", json_integer(c->hidden)) != 0 ||
            json_object_set_new(one, "named", json_integer(c->named)) != 0 ||
            json_object_set_new(one, "goal", json_integer(c->goal)) != 0 || json_array_append(all, one) != 0) {
            json_decref(one);
            json_decref(all);
            return NULL;
        }
        json_decref(one);
    }
    return all;
}

static json_t *rings(const rr_view *view) {
    json_t *all = json_array();
    for (uint32_t i = 0; i < view->ring_count; i++) {
        const rr_view_ring *r = &view->rings[i];
        if (json_array_append_new(all, json_pack("{s:I,s:I,s:I,s:I}", "ring", (json_int_t)i, "entries", (json_int_t)r->entries,
                                                 "hidden", (json_int_t)r->hidden, "named", (json_int_t)r->named)) != 0) {
            json_decref(all);
            return NULL;
        }
    }
    return all;
}

static json_t *batches(const rr_view *view) {
    json_t *all = json_array();
    for (size_t i = 0; i < view->batch_count; i++)
        if (json_array_append_new(all, json_pack("{s:I,s:I}", "size", (json_int_t)view->batches[i].size, "total",
                                                 (json_int_t)view->batches[i].total)) != 0) {
            json_decref(all);
            return NULL;
        }
    return all;
}

rr_status rr_view_status_json(char **json, size_t *len, const rr_view *view) {
    const struct {
        const char *name;
        json_t *value;
    } members[] = {
        {"pid", hex(view->petition->pid.bytes)},
        {"title", text(view->petition->title)},
        {"opens", moment(view->petition->opens)},
        {"closes", moment(view->petition->closes)},
        {"size", json_integer((json_int_t)view->size)},
        {"root", hex(view->root.bytes)},
        {"total", json_integer(view->total)},
        {"hidden", json_integer(view->hidden)},
        {"named", json_integer(view->named)},
        {"withdrawn", json_integer(view->withdrawn)},
        {"sealed", json_integer(view->sealed)},
        {"opened", json_integer(view->opened)},
        {"goal", json_integer(view->petition->goal)},
        {"goal_reached", goal_reached(view)},
        {"closed", json_boolean(view->closed)},
        {"final", json_boolean(view->final)},
        {"body_size", json_integer(view->roll->body_size)},
        {"entries", json_integer(view->roll->entry_count)},
        {"classes", classes(view)},
        {"rings", rings(view)},
        {"batches", batches(view)},
        {"faults", json_integer((json_int_t)view->faults_total)},
    };
    json_t *all = json_object();
    bool complete = all != NULL;
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        if (json_object_set_new(all, members[i].name, members[i].value) != 0) complete = false;
    char *dump = complete ? json_dumps(all, JSON_COMPACT | JSON_PRESERVE_ORDER) : NULL;
    json_decref(all);
    *json = NULL;
    if (dump == NULL) return RR_NO_SPACE;
    *len = strlen(dump) + 1;
    *json = malloc(*len + 1);
    if (*json != NULL) {
        memcpy(*json, dump, *len - 1);
        memcpy(*json + *len - 1, "\n", 2);
    }
    free(dump);
    return *json == NULL ? RR_NO_SPACE : RR_OK;
}
