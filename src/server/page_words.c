/* SPDX-License-Identifier: Apache-2.0 */
/* The values that the pages of a petition share, and the sentences that are made of several. */
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "server/page_parts.h"
#include "server/proquint.h"

/* Of the rings that take hidden signatures: among how many people who are not named one would hide, at least and at most. */
typedef struct crowd {
    uint32_t least, most; /* most 0: there is no such ring */
    uint32_t exhausted;   /* rings where everybody has signed */
} crowd;

static crowd crowd_of(const rr_view *view) {
    crowd c = {UINT32_MAX, 0, 0};
    for (uint32_t i = 0; i < view->ring_count; i++) {
        const rr_view_ring *ring = &view->rings[i];
        if (ring->entries < view->petition->ring_minimum) continue;
        uint32_t unnamed = ring->entries - ring->named;
        if (unnamed < c.least) c.least = unnamed;
        if (unnamed > c.most) c.most = unnamed;
        c.exhausted += ring->hidden > 0 && ring->hidden >= unnamed;
    }
    return c;
}

static void sentence(rr_html *html, const rr_values *values, const char *key, uint64_t number) {
    RR_MARKUP(html, "<p>");
    rr_html_say_plural(html, values, key, number);
    RR_MARKUP(html, "</p>\n");
}

static void put_figures(rr_html *html, const rr_values *values, const rr_view *view) {
    crowd c = crowd_of(view);
    rr_values own = *values;
    rr_value_number(&own, "least", c.most == 0 ? 0 : c.least);
    rr_value_number(&own, "most", c.most);
    rr_value_number(&own, "rings", c.exhausted);
    RR_MARKUP(html, "<p>");
    if (view->roll->body_size > 0)
        rr_html_say_plural(html, values, "figures.enrolled", view->roll->body_size);
    else
        rr_html_say_plural(html, values, "figures.entries", view->roll->entry_count);
    RR_MARKUP(html, " ");
    rr_html_say_plural(html, values, "figures.signed", view->roll->entry_count);
    RR_MARKUP(html, "</p>\n");
    if (view->goal != RR_GOAL_NONE) {
        RR_MARKUP(html, "<p>");
        rr_html_say_plural(html, values, view->goal == RR_GOAL_REACHED ? "goal.reached" : "goal.not_reached",
                           view->petition->goal);
        if (view->petition->goal_classes > 0) {
            RR_MARKUP(html, " ");
            rr_html_say_plural(html, values, "goal.classes", view->petition->goal_classes);
        }
        RR_MARKUP(html, "</p>\n");
    }
    if (view->withdrawn > 0) sentence(html, values, "figures.withdrawn", view->withdrawn);
    if (view->announced) sentence(html, values, "figures.announced", view->sealed);
    if (view->opened > 0) sentence(html, values, "figures.opened", view->opened);
    if (c.most > 0 && c.least == c.most) sentence(html, &own, "crowd.one", c.most);
    if (c.most > 0 && c.least != c.most) sentence(html, &own, "crowd.range", c.most);
    if (c.exhausted > 0) {
        RR_MARKUP(html, "<p class=\"warning\">");
        rr_html_say_plural(html, &own, "crowd.exhausted", c.exhausted);
        RR_MARKUP(html, "</p>\n");
    }
    if (view->incomplete) {
        RR_MARKUP(html, "<p class=\"warning\">");
        rr_html_say(html, values, "state.incomplete");
        RR_MARKUP(html, "</p>\n");
    }
}

static void put_state(rr_html *html, const rr_values *values, const rr_view *view) {
    rr_html_say(html, values, view->closed ? "state.closed" : "state.open");
    RR_MARKUP(html, " ");
    rr_html_say_plural(html, values, view->closed ? "state.final_entries" : "state.as_of", view->size);
    RR_MARKUP(html, " ");
    rr_html_say(html, values,
                view->final                             ? "state.final"
                : view->petition->witnesses_needed == 0 ? "state.no_witnesses"
                                                        : "state.unconfirmed");
}

static void put_address(char out[RR_ADDRESS_SIZE], const rr_page *page, const char *pid) {
    int len =
        snprintf(out, RR_ADDRESS_SIZE, "%.*s/p/%s/", (int)(page->base.len < 1024 ? page->base.len : 0), page->base.start, pid);
    if (page->base.len == 0 || len < 0) out[0] = 0;
}

void rr_petition_values(rr_values *values, rr_petition_words *words, const rr_page *page, const rr_view *view) {
    const rr_petition *petition = view->petition;
    memset(words, 0, sizeof *words);
    rr_hex(words->pid, petition->pid.bytes, 32);
    rr_hex(words->root, view->root.bytes, 32);
    rr_hex(words->roll_digest, petition->roll.bytes, 32);
    rr_proquint(words->words, petition->pid.bytes, 32, ' ');
    rr_language_moment(words->opens, page->language, petition->opens);
    rr_language_moment(words->closes, page->language, petition->closes);
    rr_language_moment(words->seal_expires, page->language, petition->seal_expires);
    put_address(words->address, page, words->pid);

    rr_page_values(values, page);
    rr_value_text(values, "title", petition->title);
    rr_value_text(values, "to", petition->to);
    rr_value_text(values, "from", petition->from);
    rr_value_string(values, "pid", words->pid);
    rr_value_string(values, "words", words->words);
    rr_value_string(values, "root", words->root);
    rr_value_string(values, "roll_digest", words->roll_digest);
    rr_value_string(values, "opens", words->opens);
    rr_value_string(values, "closes", words->closes);
    rr_value_string(values, "address", words->address);
    rr_value_text(values, "body_name", view->roll->body);
    rr_value_text(values, "source", view->roll->source);
    rr_value_text(values, "registrar", view->roll->registrar.name);
    rr_value_number(values, "edition", view->roll->edition);
    rr_value_number(values, "slot", view->roll->slot);
    rr_value_number(values, "entries", view->roll->entry_count);
    rr_value_number(values, "body_size", view->roll->body_size);
    rr_value_number(values, "total", view->total);
    rr_value_number(values, "named", view->named);
    rr_value_number(values, "hidden", view->hidden);
    rr_value_number(values, "withdrawn", view->withdrawn);
    rr_value_number(values, "sealed", view->sealed);
    rr_value_number(values, "opened", view->opened);
    rr_value_number(values, "size", view->size);
    rr_value_number(values, "faults", view->faults_total);
    rr_value_number(values, "goal", petition->goal);
    rr_value_number(values, "goal_classes", petition->goal_classes);
    rr_value_number(values, "closed", view->closed);
    rr_value_number(values, "imported", view->roll->kind == RR_ROLL_ED25519);
    rr_value_number(values, "one_time", view->roll->kind == RR_ROLL_ONE_TIME);
    rr_value_number(values, "names_public", view->names != NULL);
    put_state(&words->state, values, view);
    put_figures(&words->figures, values, view);
    rr_value_html(values, "state", &words->state);
    rr_value_html(values, "figures", &words->figures);
}

void rr_petition_words_free(rr_petition_words *words) {
    rr_html_free(&words->state);
    rr_html_free(&words->figures);
}
