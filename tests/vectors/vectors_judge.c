/* SPDX-License-Identifier: Apache-2.0 */
/* judge.json: whole logs of petitions on one roll, the verdict of each leaf and what they amount to. */
#include "vectors.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "roundrobin/judge.h"

/* A log of the file with all that is needed to judge it. */
typedef struct world {
    rr_case about;
    rr_roll roll;
    rr_petition petition;
    rr_rings rings;
    rr_subject *subject;
    uint8_t **leaves;
    size_t *lens;
    size_t leaf_count;
    rr_opening_file *files;
    size_t file_count;
    void *memory[8]; /* freed at the end */
    size_t pieces;
} world;

static int fill(void *context, uint8_t *out, size_t len) {
    (void)context;
    randombytes_buf(out, len);
    return 0;
}

static const rr_random source = {fill, NULL};

static void *memory_of(world *w, size_t size) {
    void *piece = malloc(size + 1);
    if (piece == NULL || w->pieces == sizeof w->memory / sizeof w->memory[0]) {
        fprintf(stderr, "vectors: no memory\n");
        exit(2);
    }
    return w->memory[w->pieces++] = piece;
}

static rr_status read_leaf(void *context, const uint8_t **entry, size_t *entry_len, uint64_t leaf) {
    const world *w = (const world *)context;
    if (leaf >= w->leaf_count) return RR_ARGUMENT;
    *entry = w->leaves[leaf];
    *entry_len = w->lens[leaf];
    return RR_OK;
}

static bool open_world(vectors *v, world *w, const rr_params *params, const char *roll_text, const json_t *log) {
    const char *name = vectors_string(log, "name"), *petition_text = vectors_string(log, "petition");
    rr_error error = {RR_OK, 0, 0, NULL};
    size_t roll_size = rr_roll_size(roll_text, strlen(roll_text));
    size_t petition_size = rr_petition_size(petition_text, strlen(petition_text));
    memset(w, 0, sizeof *w);
    rr_status status = rr_roll_parse(&w->roll, &error, memory_of(w, roll_size), roll_size, roll_text, strlen(roll_text), NULL);
    if (!vectors_check(v, status == RR_OK, "the roll: line %u: %s", error.line, error.rule)) return false;
    status = rr_petition_parse(params, &w->petition, &error, memory_of(w, petition_size), petition_size, petition_text,
                               strlen(petition_text));
    if (!vectors_check(v, status == RR_OK, "%s: the petition: line %u: %s", name, error.line, error.rule)) return false;
    if (!vectors_check(v, rr_petition_check_roll(NULL, &w->petition, &w->roll) == RR_OK, "%s: another roll's", name))
        return false;
    size_t rings_size = rr_rings_size(w->roll.entry_count), scratch_size = rr_rings_scratch_size(w->roll.entry_count);
    status = rr_rings_make(&w->rings, memory_of(w, rings_size), rings_size, &w->roll, w->petition.ring,
                           w->petition.ring_minimum, w->petition.by_class, memory_of(w, scratch_size), scratch_size);
    if (!vectors_check(v, status == RR_OK, "%s: rings", name)) return false;
    bool sealed = (w->petition.modes & RR_MODE_SEALED) != 0;
    status = rr_subject_init(&w->subject, memory_of(w, rr_subject_size()), rr_subject_size(), &w->petition.pid,
                             sealed ? &w->petition.seal_key : NULL);
    if (!vectors_check(v, status == RR_OK, "%s: subject", name)) return false;
    rr_case about = {params, w->subject, &w->petition, &w->roll, &w->rings};
    w->about = about;

    const json_t *leaves = vectors_array(log, "leaves"), *files = vectors_array(log, "opening_files");
    w->leaf_count = json_array_size(leaves);
    w->file_count = json_array_size(files);
    w->leaves = (uint8_t **)calloc(w->leaf_count + 1, sizeof *w->leaves);
    w->lens = (size_t *)calloc(w->leaf_count + 1, sizeof *w->lens);
    w->files = (rr_opening_file *)calloc(w->file_count + 1, sizeof *w->files);
    for (size_t i = 0; i < w->leaf_count; i++) w->leaves[i] = vectors_blob(&w->lens[i], json_array_get(leaves, i));
    for (size_t i = 0; i < w->file_count; i++) w->files[i].bytes = vectors_blob(&w->files[i].len, json_array_get(files, i));
    return true;
}

static void close_world(world *w) {
    for (size_t i = 0; i < w->leaf_count; i++) free(w->leaves[i]);
    for (size_t i = 0; i < w->file_count; i++) {
        union {
            const uint8_t *in;
            uint8_t *out;
        } bytes;
        bytes.in = w->files[i].bytes;
        free(bytes.out);
    }
    free(w->leaves);
    free(w->lens);
    free(w->files);
    for (size_t i = 0; i < w->pieces; i++) free(w->memory[i]);
}

/* Records: what the log would have said to one as the next leaf agrees with the verdict. */
static void check_prospect(vectors *v, const rr_judge *judge, const char *name, size_t leaf, const uint8_t *entry, size_t len,
                           bool proof, bool ok) {
    if (!proof) return;
    rr_prospect prospect = rr_judge_prospect(judge, NULL, entry, len);
    vectors_check(v, (prospect == RR_WOULD_COUNT) == ok, "%s: leaf %zu: its prospect was another", name, leaf);
}

static void check_leaves(vectors *v, world *w, rr_judge *judge, const uint8_t *proofs, const json_t *log) {
    const char *name = vectors_string(log, "name");
    const json_t *verdicts = vectors_array(vectors_object(log, "expected"), "verdicts");
    vectors_check(v, json_array_size(verdicts) == w->leaf_count, "%s: one verdict for each leaf", name);
    for (size_t i = 0; i < w->leaf_count; i++) {
        rr_leaf_facts facts = {(rr_status)proofs[i], true, false, 0};
        rr_verdict verdict;
        const char *wanted = json_string_value(json_array_get(verdicts, i));
        bool ok = wanted != NULL && strcmp(wanted, "ok") == 0;
        if (!ok && (wanted == NULL || strcmp(wanted, "fault") != 0))
            vectors_check(v, false, "%s: leaf %zu: no verdict", name, i);
        check_prospect(v, judge, name, i, w->leaves[i], w->lens[i], proofs[i] == RR_OK, ok);
        rr_status status = rr_judge_leaf(judge, &verdict, w->leaves[i], w->lens[i], &facts);
        if (!vectors_check(v, status == RR_OK, "%s: leaf %zu: %s", name, i, rr_status_text(status))) return;
        vectors_check(v, verdict.verdict == (ok ? RR_LEAF_COUNTS : RR_LEAF_FAULT) && verdict.leaf == i,
                      "%s: leaf %zu should be %s: %s", name, i, wanted, verdict.rule == NULL ? "it counts" : verdict.rule);
        vectors_check(v, (verdict.rule == NULL) == (verdict.verdict == RR_LEAF_COUNTS), "%s: leaf %zu: a rule", name, i);
    }
}

static void check_counts(vectors *v, const world *w, const rr_judge *judge, const json_t *log) {
    const char *name = vectors_string(log, "name");
    const json_t *expected = vectors_object(log, "expected"), *named = vectors_array(expected, "named");
    const json_t *classes = vectors_object(expected, "classes"), *goal = json_object_get(expected, "goal_reached");
    rr_hash root, wanted;
    rr_count count;
    rr_tally *tallies = (rr_tally *)calloc(w->rings.class_count, sizeof *tallies);
    rr_judge_root(judge, &root);
    vectors_bytes(wanted.bytes, 32, log, "root");
    vectors_check(v, memcmp(root.bytes, wanted.bytes, 32) == 0, "%s: the root", name);
    rr_judge_count(judge, &count);
    vectors_check(v, count.total == vectors_number(expected, "total"), "%s: the total is %u", name, count.total);

    rr_judge_classes(judge, tallies);
    size_t present = 0;
    for (uint32_t i = 0; i < w->rings.class_count; i++) {
        char key[4100];
        uint32_t here = tallies[i].hidden + tallies[i].named;
        snprintf(key, sizeof key, "%.*s", (int)w->rings.classes[i].name.len, w->rings.classes[i].name.start);
        const json_t *value = json_object_get(classes, key);
        present += value != NULL;
        vectors_check(v, here == (uint32_t)json_integer_value(value), "%s: class `%s` counts %u", name, key, here);
    }
    vectors_check(v, present == json_object_size(classes), "%s: the classes", name);

    size_t next = 0;
    for (uint32_t place = 0; place < w->roll.entry_count; place++) {
        bool is = json_integer_value(json_array_get(named, next)) == place && next < json_array_size(named);
        vectors_check(v, rr_judge_is_named(judge, place) == is, "%s: place %u", name, place);
        next += is;
    }
    vectors_check(v, next == json_array_size(named) && count.named == next, "%s: the number of names", name);

    rr_goal_state wanted_goal = json_is_null(goal) ? RR_GOAL_NONE : json_is_true(goal) ? RR_GOAL_REACHED : RR_GOAL_NOT_REACHED;
    vectors_check(v, goal != NULL && rr_goal_reached(&w->about, count.total, tallies) == wanted_goal, "%s: the goal", name);
    free(tallies);
}

static void check_log(vectors *v, const rr_params *params, const char *roll_text, const json_t *log) {
    world w;
    const char *name = vectors_string(log, "name");
    if (!open_world(v, &w, params, roll_text, log)) return;
    rr_log_entries entries = {read_leaf, &w};
    size_t work_len = rr_judge_proofs_size(&w.about, w.leaf_count), judge_len = rr_judge_size(&w.about, w.leaf_count);
    if (work_len < rr_judge_work_size(&w.about)) work_len = rr_judge_work_size(&w.about);
    void *work = malloc(work_len), *judge_memory = malloc(judge_len);
    uint8_t *proofs = (uint8_t *)malloc(w.leaf_count + 1);
    rr_status status = rr_judge_proofs_var(&w.about, proofs, &entries, w.leaf_count, &source, NULL, work, work_len);
    vectors_check(v, status == RR_OK, "%s: proofs: %s", name, rr_status_text(status));
    rr_judge_options options = {&source, w.leaf_count, &entries, w.files, w.file_count, work, work_len};
    rr_judge *judge;
    status = rr_judge_init(&judge, judge_memory, judge_len, &w.about, &options);
    if (vectors_check(v, status == RR_OK, "%s: %s", name, rr_status_text(status))) {
        check_leaves(v, &w, judge, proofs, log);
        check_counts(v, &w, judge, log);
    }
    free(proofs);
    free(judge_memory);
    free(work);
    close_world(&w);
}

void vectors_judge(vectors *v, const json_t *file) {
    const char *roll_text = vectors_string(file, "roll");
    const json_t *logs = vectors_array(file, "logs");
    void *memory = malloc(rr_params_size());
    rr_params *params;
    if (vectors_check(v, rr_params_init(&params, memory, rr_params_size()) == RR_OK, "parameters")) {
        for (size_t i = 0; i < json_array_size(logs); i++) check_log(v, params, roll_text, json_array_get(logs, i));
    }
    free(memory);
}
