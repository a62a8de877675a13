# SPDX-License-Identifier: Apache-2.0
rr_fuzz_target(note SOURCES fuzz_note.c LIBS PkgConfig::sodium)
rr_fuzz_target(checkpoint SOURCES fuzz_checkpoint.c)
rr_fuzz_target(opening SOURCES fuzz_opening.c)
rr_fuzz_target(directory SOURCES fuzz_directory.c MAX_LEN 256)
rr_fuzz_target(witness SOURCES fuzz_witness.c)
rr_fuzz_target(sightings SOURCES fuzz_sightings.c LIBS rr_evidence)
