# SPDX-License-Identifier: Apache-2.0
# A fuzzer has no time to wait for company (pool.h).
target_compile_definitions(rr_server PRIVATE FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION)
rr_fuzz_target(request SOURCES fuzz_request.c LIBS rr_server MAX_LEN 8192)
target_compile_definitions(fuzz_request PRIVATE RR_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
rr_fuzz_target(parcel SOURCES fuzz_parcel.c LIBS rr_net MAX_LEN 4096)
rr_fuzz_target(config SOURCES fuzz_config.c LIBS rr_server MAX_LEN 5000)
