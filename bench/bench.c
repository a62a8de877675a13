/* SPDX-License-Identifier: Apache-2.0 */
#include "bench.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "group/msm.h"
#include "proof/internal.h"
#include "roundrobin/proof.h"

#define ROUNDS 9
#define BATCH 1000

/* What a measurement works on; made once, when the first one needs it. */
typedef struct bench {
    rr_params *params;
    rr_subject *subject;
    rr_secret secret;
    rr_fresh fresh;
    /* of one ring size */
    uint32_t count;
    rr_ring *ring;
    rr_entry_key *keys;
    uint8_t *record;
    size_t record_len;
    void *scratch;
    size_t scratch_len;
    rr_claim *claims;
    rr_status *results;
    uint8_t *records;
    /* of one multiplication */
    rr_scalar *scalars;
    const rr_ge_niels **points;
} bench;

static void *allocate(size_t size) {
    void *memory = calloc(1, size);
    if (memory == NULL) abort();
    return memory;
}

static void demand(rr_status status) {
    if (status != RR_OK) abort();
}

static int fill(void *context, uint8_t *out, size_t len) {
    (void)context;
    randombytes_buf(out, len);
    return 0;
}

static const rr_random os_random = {fill, NULL};

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The median seconds of one call of `work` that does `times` things. */
static double median(void (*work)(bench *b, int times), bench *b, int times, int rounds) {
    double seconds[ROUNDS];
    work(b, times); /* warms caches and is not counted */
    for (int i = 0; i < rounds; i++) {
        double start = now();
        work(b, times);
        seconds[i] = (now() - start) / times;
    }
    qsort(seconds, (size_t)rounds, sizeof seconds[0], by_size);
    return seconds[rounds / 2];
}

/* ---- rings ---------------------------------------------------------------------------------------------------------- */

static void start(bench *b) {
    static const rr_pid pid = {{0x52}};
    rr_secret seal;
    rr_entry_key Y;
    rr_seal_key seal_key;
    demand(rr_params_init(&b->params, allocate(rr_params_size()), rr_params_size()));
    demand(rr_secret_new(&b->secret, &os_random));
    demand(rr_secret_new(&seal, &os_random));
    demand(rr_secret_entry(b->params, &Y, &seal));
    memcpy(seal_key.bytes, Y.bytes, sizeof seal_key.bytes);
    demand(rr_subject_init(&b->subject, allocate(rr_subject_size()), rr_subject_size(), &pid, &seal_key));
    randombytes_buf(b->fresh.bytes, sizeof b->fresh.bytes);
}

static void free_ring(bench *b) {
    free(b->ring);
    free(b->keys);
    free(b->record);
    free(b->scratch);
    free(b->claims);
    free(b->results);
    free(b->records);
    b->ring = NULL, b->keys = NULL, b->record = NULL, b->scratch = NULL, b->claims = NULL, b->results = NULL, b->records = NULL;
}

/* Members are points of which nobody knows a key, but for one at the place that is asked for. */
static void make_ring(bench *b, uint32_t count) {
    if (b->ring != NULL && b->count == count) return;
    free_ring(b);
    b->count = count;
    b->keys = allocate(count * sizeof *b->keys);
    for (uint32_t i = 0; i < count; i++) crypto_core_ristretto255_random(b->keys[i].bytes);
    demand(rr_secret_entry(b->params, &b->keys[count / 3], &b->secret));
    demand(rr_ring_init(&b->ring, NULL, allocate(rr_ring_size(count)), rr_ring_size(count), 0, b->keys, count));
    b->scratch_len = rr_sign_ring_scratch_size(count);
    b->scratch = allocate(b->scratch_len);
    b->record = allocate(RR_RECORD_MAX);
}

static void sign(bench *b, uint8_t *record, rr_kind kind) {
    randombytes_buf(b->fresh.bytes, sizeof b->fresh.bytes);
    b->record_len = rr_ring_record_size(kind, b->count);
    demand(rr_sign_ring(b->params, b->subject, b->ring, record, b->record_len, kind, &b->secret, &b->fresh, b->scratch,
                        b->scratch_len));
}

static void prove_anonymous(bench *b, int times) {
    for (int i = 0; i < times; i++) sign(b, b->record, RR_ANONYMOUS);
}

static void prove_sealed(bench *b, int times) {
    for (int i = 0; i < times; i++) sign(b, b->record, RR_SEALED);
}

static void verify_single(bench *b, int times) {
    rr_claim claim = {.what = RR_CLAIM_RECORD, .record = b->record, .record_len = b->record_len, .ring = b->ring};
    for (int i = 0; i < times; i++) demand(rr_verify_var(b->params, b->subject, NULL, &claim, b->scratch, b->scratch_len));
}

static void prepare_ring(bench *b, int times) {
    void *memory = allocate(rr_ring_size(b->count));
    rr_ring *ring;
    for (int i = 0; i < times; i++) demand(rr_ring_init(&ring, NULL, memory, rr_ring_size(b->count), 0, b->keys, b->count));
    free(memory);
}

/* A batch of BATCH records.  Proving that many would take a minute, so few different ones come again and again: the verifier does
 * the same work for each, since it gives every record weights of its own and remembers none. */
static void make_batch(bench *b, int different) {
    b->record_len = rr_ring_record_size(RR_ANONYMOUS, b->count);
    b->records = allocate((size_t)BATCH * b->record_len);
    b->claims = allocate(BATCH * sizeof *b->claims);
    b->results = allocate(BATCH * sizeof *b->results);
    for (int i = 0; i < BATCH; i++) {
        uint8_t *record = b->records + (size_t)i * b->record_len;
        if (i < different)
            sign(b, record, RR_ANONYMOUS);
        else
            memcpy(record, record - (size_t)different * b->record_len, b->record_len);
        b->claims[i].record = record;
        b->claims[i].record_len = b->record_len;
        b->claims[i].ring = b->ring;
    }
    free(b->scratch);
    b->scratch_len = rr_verify_batch_scratch_size(b->claims, BATCH);
    b->scratch = allocate(b->scratch_len);
}

static void verify_batch(bench *b, int times) {
    (void)times;
    demand(rr_verify_batch_var(b->params, b->subject, b->results, b->claims, BATCH, &os_random, b->scratch, b->scratch_len));
}

/* ---- the group ------------------------------------------------------------------------------------------------------ */

static void make_points(bench *b, uint32_t count) {
    make_ring(b, count);
    free(b->scalars);
    free(b->points);
    b->scalars = allocate(count * sizeof *b->scalars);
    b->points = allocate(count * sizeof *b->points);
    for (uint32_t i = 0; i < count; i++) {
        uint8_t bytes[64];
        randombytes_buf(bytes, sizeof bytes);
        rr_scalar_reduce(&b->scalars[i], bytes);
        b->points[i] = &b->ring->points[i];
    }
    free(b->scratch);
    b->scratch_len = rr_msm_scratch_size(count);
    b->scratch = allocate(b->scratch_len);
}

static void multiply(bench *b, int times) {
    rr_ge out;
    for (int i = 0; i < times; i++) rr_msm_var(&out, b->scalars, b->points, b->count, b->scratch);
}

static void decode(bench *b, int times) {
    rr_ge p;
    for (int i = 0; i < times; i++) {
        if (!rr_ge_decode_var(&p, b->keys[(uint32_t)i % b->count].bytes)) abort();
    }
}

static void encode(bench *b, int times) {
    rr_ge p = RR_GE_BASE;
    uint8_t bytes[32];
    rr_ge_add_niels(&p, &p, &b->ring->points[0]);
    for (int i = 0; i < times; i++) rr_ge_encode(bytes, &p);
}

static void add(bench *b, int times) {
    rr_ge p = RR_GE_BASE;
    rr_ge_cached cached;
    rr_ge_double(&p, &p);
    rr_ge_to_cached(&cached, &p);
    rr_ge_add_niels(&p, &p, &b->ring->points[0]);
    for (int i = 0; i < times; i++) rr_ge_add(&p, &p, &cached);
    uint8_t bytes[32];
    rr_ge_encode(bytes, &p); /* the sum is used */
}

/* ---- the list ------------------------------------------------------------------------------------------------------- */

static const struct figure {
    const char *name;
    uint32_t count;
    int different; /* records of a batch that are really different; 0: no batch */
    bool points;   /* wants scalars and points */
    void (*work)(bench *b, int times);
    int times, rounds;
    double scale;
    const char *unit;
} figures[] = {
    {"point_add", 16, 0, false, add, 1000000, ROUNDS, 1e6, "us"},
    {"decode", 1024, 0, false, decode, 20000, ROUNDS, 1e6, "us"},
    {"encode", 1024, 0, false, encode, 20000, ROUNDS, 1e6, "us"},
    {"msm_1024", 1024, 0, true, multiply, 20, ROUNDS, 1e3, "ms"},
    {"msm_16384", 16384, 0, true, multiply, 2, ROUNDS, 1e3, "ms"},
    {"ring_prepare_1024", 1024, 0, false, prepare_ring, 20, ROUNDS, 1e3, "ms"},
    {"prove_64", 64, 0, false, prove_anonymous, 20, ROUNDS, 1e3, "ms"},
    {"prove_1024", 1024, 0, false, prove_anonymous, 3, ROUNDS, 1e3, "ms"},
    {"prove_sealed_1024", 1024, 0, false, prove_sealed, 3, ROUNDS, 1e3, "ms"},
    {"verify_single_1024", 1024, 0, false, verify_single, 20, ROUNDS, 1e3, "ms"},
    {"verify_batch_64", 64, 50, false, verify_batch, BATCH, ROUNDS, 1e6, "us"},
    {"verify_batch_1024", 1024, 50, false, verify_batch, BATCH, ROUNDS, 1e6, "us"},
    {"verify_batch_16384", 16384, 4, false, verify_batch, BATCH, 3, 1e6, "us"},
};

bool rr_bench_run(rr_bench_report *report, void *context, const char *prefix) {
    bench b = {0};
    bool any = false;
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++) {
        const struct figure *f = &figures[i];
        if (strncmp(f->name, prefix, strlen(prefix)) != 0) continue;
        if (!any) start(&b);
        any = true;
        free_ring(&b);
        make_ring(&b, f->count);
        if (f->points) make_points(&b, f->count);
        if (f->different > 0) make_batch(&b, f->different);
        if (f->work == verify_single) sign(&b, b.record, RR_ANONYMOUS);
        report(context, f->name, f->scale * median(f->work, &b, f->times, f->rounds), f->unit);
        if (strcmp(f->name, "verify_batch_1024") == 0) {
            double bytes = (double)(b.scratch_len + rr_ring_size(f->count) +
                                    (size_t)BATCH * (b.record_len + sizeof(rr_claim) + sizeof(rr_status)));
            report(context, "verify_batch_1024_memory", bytes / (1 << 20), "MiB");
        }
    }
    free_ring(&b);
    free(b.scalars);
    free(b.points);
    free(b.params);
    free(b.subject);
    rr_wipe(&b.secret, sizeof b.secret);
    return any;
}
