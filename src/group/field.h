/* SPDX-License-Identifier: Apache-2.0 */
/* The field of 2^255 - 19 elements, in one of two backends behind one interface.
 *
 * An element is kept with lazily carried limbs.  Its *magnitude* says how large the limbs may be: a result of rr_fe_mul has
 * magnitude 1, sums add magnitudes, and multiplication takes operands up to RR_FE_MAG_MAX.  Every function below states the
 * magnitudes that it takes and gives; in verification builds (-DRR_VERIFY) each element carries its magnitude and every
 * function checks it.
 *
 *     rr_fe_mul, rr_fe_sqr   in: up to RR_FE_MAG_MAX      out: 1
 *     rr_fe_add              out: sum of both
 *     rr_fe_sub, rr_fe_neg   subtrahend: up to 3          out: RR_FE_MAG_SUB of the two
 *     all else               in: up to RR_FE_MAG_MAX
 *
 * All functions are constant-time unless their names end in _var.  Masks are as in base/ct.h.
 * Backends: radix 2^51 with 128-bit products; radix 2^25.5 where those are slow (WebAssembly, 32-bit machines) or where
 * RR_FIELD_25 asks for it (tests).  __SIZEOF_INT128__ alone is the wrong selector: clang has it on wasm32, by calls. */
#ifndef RR_GROUP_FIELD_H
#define RR_GROUP_FIELD_H

#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/bytes.h"
#include "base/ct.h"

#if !defined(RR_FIELD_25) && (!defined(__SIZEOF_INT128__) || defined(__wasm__) || UINTPTR_MAX < UINT64_MAX)
#define RR_FIELD_25 1
#endif

#ifdef RR_VERIFY
#define RR_FE_MAG_FIELD int mag;
#define RR_FE_MAG_INIT(m) , (m)
#define RR_FE_CHECK(condition) assert(condition)
#define RR_FE_SET_MAG(fe, m) ((fe)->mag = (m))
#define RR_FE_MAG(fe) ((fe)->mag)
#else
#define RR_FE_MAG_FIELD
#define RR_FE_MAG_INIT(m)
#define RR_FE_CHECK(condition) ((void)0)
#define RR_FE_SET_MAG(fe, m) ((void)0)
#define RR_FE_MAG(fe) 0
#endif

#ifdef RR_FIELD_25
#include "group/field_25.h"
#else
#include "group/field_51.h"
#endif
#include "group/field_impl.h"

#endif
