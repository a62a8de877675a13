/* SPDX-License-Identifier: Apache-2.0 */
/* Step 3 of judging: what the state amounts to. */
#include <string.h>

#include "petition/judge_internal.h"

void rr_judge_count(const rr_judge *judge, rr_count *count) {
    memset(count, 0, sizeof *count);
    count->leaves = judge->leaves;
    count->faults = judge->faults;
    count->hidden = judge->hidden;
    count->named = judge->named;
    count->total = judge->hidden + judge->named;
    count->withdrawn = judge->withdrawn;
    count->sealed = judge->sealed;
    count->incomplete = judge->file_missing && !judge->has_opening;
    count->has_notice = judge->has_notice;
    count->has_opening = judge->has_opening;
    count->closed = judge->closed;
    count->notice = judge->notice;
    count->opening = judge->opening;
    count->close = judge->close;
}

void rr_judge_root(const rr_judge *judge, rr_hash *root) {
    if (judge->sealed_mode) {
        rr_tree tree = judge->tree;
        rr_nodes nodes = rr_tree_nodes(&tree);
        rr_nodes_root(root, &nodes, tree.size); /* cannot fail: all nodes are there */
    } else {
        rr_frontier_root(root, &judge->frontier);
    }
}

void rr_judge_classes(const rr_judge *judge, rr_tally *tallies) {
    const rr_rings *rings = judge->about.rings;
    memset(tallies, 0, rings->class_count * sizeof *tallies);
    for (uint32_t ring = 0; ring < rings->ring_count; ring++)
        tallies[rr_rings_class_of_ring(rings, ring)].hidden += judge->ring_hidden[ring];
    for (uint32_t place = 0; place < rings->entry_count; place++)
        tallies[rr_rings_class_of_place(rings, place)].named += rr_judge_is_named(judge, place);
}

void rr_judge_rings(const rr_judge *judge, rr_tally *tallies) {
    const rr_rings *rings = judge->about.rings;
    for (uint32_t ring = 0; ring < rings->ring_count; ring++) {
        tallies[ring] = (rr_tally){.hidden = judge->ring_hidden[ring]};
    }
    for (uint32_t i = 0; i < judge->table.count; i++) {
        const rr_t_state *state = &judge->table.states[i];
        tallies[state->ring].sealed += state->state == RR_T_HIDDEN && state->kind == RR_SEALED;
    }
    for (uint32_t place = 0; place < rings->entry_count; place++)
        tallies[rings->ring_of_place[place]].named += rr_judge_is_named(judge, place);
}

bool rr_judge_is_named(const rr_judge *judge, uint32_t place) {
    return place < judge->about.roll->entry_count && (judge->places[place] & RR_PLACE_NAMED) != 0;
}

bool rr_judge_is_opened(const rr_judge *judge, uint32_t place) {
    return rr_judge_is_named(judge, place) && (judge->places[place] & RR_PLACE_OPENED) != 0;
}

rr_nullifier_state rr_judge_nullifier(const rr_judge *judge, uint32_t *number, const rr_nullifier *nullifier) {
    const rr_t_state *state = rr_t_find(&judge->table, nullifier->bytes);
    if (state == NULL) return RR_T_NONE;
    if (number != NULL) *number = state->state == RR_T_NAMED ? state->place : state->ring;
    return (rr_nullifier_state)state->state;
}

static bool class_reached(const rr_case *about, const rr_goal_class *goal, const rr_tally *classes) {
    uint32_t index;
    if (rr_rings_find_class(&index, about->rings, goal->class_name) != RR_OK)
        return false; /* counts 0; the number is 1 or more */
    return (uint64_t)classes[index].hidden + classes[index].named >= goal->number;
}

rr_goal_state rr_goal_reached(const rr_case *about, uint32_t total, const rr_tally *classes) {
    const rr_petition *petition = about->petition;
    if (petition->goal == 0) return RR_GOAL_NONE;
    if (total < petition->goal) return RR_GOAL_NOT_REACHED;
    uint32_t reached = 0;
    for (uint32_t i = 0; i < petition->goal_class_count; i++)
        reached += class_reached(about, &petition->goal_class[i], classes);
    return reached >= petition->goal_classes ? RR_GOAL_REACHED : RR_GOAL_NOT_REACHED;
}

rr_result_state rr_judge_result(const rr_judge *judge, uint32_t confirmed) {
    uint32_t needed = judge->about.petition->witnesses_needed;
    if (!judge->closed) return RR_RESULT_AS_OF;
    if (needed == 0) return RR_RESULT_CLOSED_NOT_WITNESSED;
    return judge->close_has_time && confirmed >= needed ? RR_RESULT_FINAL : RR_RESULT_AS_OF;
}
