/* SPDX-License-Identifier: Apache-2.0 */
/* The control of the constant-time test: it leaks on purpose, through a branch or through an address, and must be caught. */
#include <stdio.h>
#include <string.h>

#include "base/checkmem.h"
#include "group/msm.h"

static const uint8_t table[256] = {1, 2, 3};

int main(int argc, char **argv) {
    rr_scalar secret;
    rr_ge_niels base;
    const rr_ge_niels *point = &base;
    rr_ge product;
    uint8_t bytes[32];
    rr_ge_to_niels_affine(&base, &RR_GE_BASE);
    rr_scalar_set_u32(&secret, 77777);
    rr_classify(&secret, sizeof secret);
    if (argc > 1 && strcmp(argv[1], "address") == 0) {
        volatile uint8_t fetched = table[secret.v[0] & 255];
        uint8_t copy = fetched;
        rr_declassify(&copy, sizeof copy);
        printf("%d\n", copy);
    } else {
        rr_msm_small_var(&product, &secret, &point, 1);
        rr_ge_encode(bytes, &product);
        rr_declassify(bytes, sizeof bytes);
        printf("%d\n", bytes[0]);
    }
    return 0;
}
