/* SPDX-License-Identifier: Apache-2.0 */
/* A pid as words that can be read aloud and compared by ear: proquints (Daniel S. Wilkerson, "A Proposal for Proquints: Identifiers that are
 * Readable, Spellable, and Pronounceable", arXiv:0901.4016).  Each 16 bits, high bits first, are a word of five letters: consonant (4 bits), vowel
 * (2), consonant (4), vowel (2), consonant (4).
 *
 *     consonants   0 b  1 d  2 f  3 g  4 h  5 j  6 k  7 l  8 m  9 n  10 p  11 r  12 s  13 t  14 v  15 z
 *     vowels       0 a  1 i  2 o  3 u
 *
 * So 127.0.0.1 is lusab-babad, and a pid is 16 words. */
#ifndef RR_SERVER_PROQUINT_H
#define RR_SERVER_PROQUINT_H

#include <stddef.h>
#include <stdint.h>

enum { RR_PROQUINT_PID_SIZE = 16 * 6 }; /* with the terminator */

/* Writes the words of `len` bytes (an even number) with `separator` between them, and a terminator: 6 characters for every 2 bytes. */
void rr_proquint(char *out, const uint8_t *bytes, size_t len, char separator);

#endif
