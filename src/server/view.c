/* SPDX-License-Identifier: Apache-2.0 */
#include "server/view.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* An array of at least one element, so that NULL always means short of memory. */
static void *array(size_t count, size_t size) {
    return calloc(count == 0 ? 1 : count, size);
}

static uint32_t class_goal(const rr_petition *petition, rr_text name) {
    for (uint32_t i = 0; i < petition->goal_class_count; i++)
        if (rr_text_equal(petition->goal_class[i].class_name, name)) return petition->goal_class[i].number;
    return 0;
}

static bool fill_classes(rr_view *view, const rr_case *about, const rr_judge *judge) {
    const rr_rings *rings = about->rings;
    rr_tally *tallies = array(rings->class_count, sizeof *tallies);
    if (tallies == NULL) return false;
    rr_judge_classes(judge, tallies);
    for (uint32_t i = 0; i < rings->class_count; i++)
        view->classes[i] = (rr_view_class){.name = rings->classes[i].name,
                                           .entries = rings->classes[i].size,
                                           .hidden = tallies[i].hidden,
                                           .named = tallies[i].named,
                                           .goal = class_goal(about->petition, rings->classes[i].name)};
    view->goal = rr_goal_reached(about, view->total, tallies);
    free(tallies);
    return true;
}

static bool fill_rings(rr_view *view, const rr_case *about, const rr_judge *judge) {
    const rr_rings *rings = about->rings;
    rr_tally *tallies = array(rings->ring_count, sizeof *tallies);
    if (tallies == NULL) return false;
    rr_judge_rings(judge, tallies);
    for (uint32_t i = 0; i < rings->ring_count; i++) {
        view->rings[i] = (rr_view_ring){rr_rings_ring_size(rings, i), tallies[i].hidden, tallies[i].named};
        view->sealed += tallies[i].sealed;
    }
    free(tallies);
    return true;
}

rr_status rr_view_make(rr_view *view, const rr_case *about, const rr_names *names, const rr_judge *judge,
                       const rr_view_log *log) {
    rr_count count;
    rr_judge_count(judge, &count);
    memset(view, 0, sizeof *view);
    view->petition = about->petition;
    view->roll = about->roll;
    view->names = names;
    view->size = count.leaves;
    rr_judge_root(judge, &view->root);
    view->total = count.total;
    view->hidden = count.hidden;
    view->named = count.named;
    view->withdrawn = count.withdrawn;
    view->closed = count.closed;
    view->announced = count.has_notice && !count.has_opening;
    view->incomplete = count.incomplete;
    view->final = log->final;
    view->faults_total = count.faults > log->fault_count ? count.faults : log->fault_count;
    view->class_count = about->rings->class_count;
    view->ring_count = about->rings->ring_count;
    view->batch_count = log->batch_count;
    view->fault_count = log->fault_count;
    view->classes = array(view->class_count, sizeof *view->classes);
    view->rings = array(view->ring_count, sizeof *view->rings);
    view->named_places = array(view->named, sizeof *view->named_places);
    view->batches = array(view->batch_count, sizeof *view->batches);
    view->faults = array(view->fault_count, sizeof *view->faults);
    if (!view->classes || !view->rings || !view->named_places || !view->batches || !view->faults ||
        !fill_classes(view, about, judge) || !fill_rings(view, about, judge)) {
        rr_view_free(view);
        return RR_NO_SPACE;
    }
    if (log->batch_count > 0) memcpy(view->batches, log->batches, log->batch_count * sizeof *view->batches);
    if (log->fault_count > 0) memcpy(view->faults, log->faults, log->fault_count * sizeof *view->faults);
    uint32_t found = 0;
    for (uint32_t place = 0; place < about->roll->entry_count && found < view->named; place++)
        if (rr_judge_is_named(judge, place)) {
            view->named_places[found++] = place;
            view->opened += rr_judge_is_opened(judge, place);
        }
    view->named = found;
    return RR_OK;
}

void rr_view_free(rr_view *view) {
    free(view->classes);
    free(view->rings);
    free(view->named_places);
    free(view->batches);
    free(view->faults);
    memset(view, 0, sizeof *view);
}

bool rr_view_is_named(const rr_view *view, uint32_t place) {
    uint32_t low = 0, high = view->named;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (view->named_places[middle] < place)
            low = middle + 1;
        else
            high = middle;
    }
    return low < view->named && view->named_places[low] == place;
}

rr_text rr_view_name(const rr_view *view, uint32_t place) {
    rr_text name;
    if (view->names != NULL && rr_names_find(&name, view->names, place) == RR_OK) return name;
    return view->roll->entries[place].member;
}
