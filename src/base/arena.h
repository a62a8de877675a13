/* SPDX-License-Identifier: Apache-2.0 */
/* Memory that a caller handed in, dealt out in pieces. */
#ifndef RR_BASE_ARENA_H
#define RR_BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RR_ARENA_ALIGN = 16 };

typedef struct rr_arena {
    unsigned char *next;
    size_t left;
    bool short_of; /* a piece did not fit */
} rr_arena;

/* What a piece takes of an arena.  Saturates, so that a size nobody can have is never taken for a small one. */
static inline size_t rr_arena_piece(size_t count, size_t each) {
    if (each != 0 && count > (SIZE_MAX - (RR_ARENA_ALIGN - 1)) / each) return SIZE_MAX;
    return (count * each + (RR_ARENA_ALIGN - 1)) & ~(size_t)(RR_ARENA_ALIGN - 1);
}

static inline size_t rr_arena_sum(size_t a, size_t b) {
    return a > SIZE_MAX - b ? SIZE_MAX : a + b;
}

static inline rr_arena rr_arena_over(void *memory, size_t len) {
    rr_arena arena = {(unsigned char *)memory, len, false};
    return arena;
}

/* A piece of `count` elements, uninitialised; NULL if it does not fit. */
static inline void *rr_arena_take(rr_arena *arena, size_t count, size_t each) {
    size_t size = rr_arena_piece(count, each);
    if (size == SIZE_MAX || size > arena->left) {
        arena->short_of = true;
        return NULL;
    }
    void *piece = arena->next;
    if (size != 0) arena->next += size; /* no memory at all is NULL, which even 0 may not be added to */
    arena->left -= size;
    return piece;
}

#endif
