/* SPDX-License-Identifier: Apache-2.0 */
/* Marks for the constant-time test (tests/ctime).  A classified value counts as undefined for valgrind or
 * MemorySanitizer, so that a branch or an address that depends on it is reported; declassifying says that a value may be
 * known to everybody.  Each call of rr_declassify has a sentence beside it that says why.  In other builds both do nothing. */
#ifndef RR_BASE_CHECKMEM_H
#define RR_BASE_CHECKMEM_H

#if defined(__has_feature)
#if __has_feature(memory_sanitizer)
#define RR_CHECKMEM_MSAN 1
#endif
#endif

#if defined(RR_CHECKMEM_MSAN)
#include <sanitizer/msan_interface.h>
#define rr_classify(p, len) __msan_allocated_memory((p), (len))
#define rr_declassify(p, len) __msan_unpoison((p), (len))
#elif defined(RR_CHECKMEM_VALGRIND)
#include <valgrind/memcheck.h>
#define rr_classify(p, len) ((void)VALGRIND_MAKE_MEM_UNDEFINED((p), (len)))
#define rr_declassify(p, len) ((void)VALGRIND_MAKE_MEM_DEFINED((p), (len)))
#else
#define rr_classify(p, len) ((void)(p), (void)(len))
#define rr_declassify(p, len) ((void)(p), (void)(len))
#endif

#endif
