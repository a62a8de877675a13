/* SPDX-License-Identifier: Apache-2.0 */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "keys.h"
#include "roll/keycard_jwe.h"
#include "roundrobin/keycard.h"

static int fill(void *context, uint8_t *out, size_t len) {
    (void)context;
    randombytes_buf(out, len);
    return 0;
}

static int fill_fails(void *context, uint8_t *out, size_t len) {
    (void)out, (void)len;
    int *left = context;
    return --*left < 0 ? -1 : (memset(out, 7, len), 0);
}

static const rr_random good_random = {fill, NULL};
static const rr_roll_id roll_id = {{9, 8, 7}};

static rr_keycard new_card(uint32_t slots) {
    rr_keycard card;
    assert_int_equal(rr_keycard_new(&card, &roll_id, 3, "alice", "Alice Ångström", slots, &good_random), RR_OK);
    return card;
}

/* One card for all tests that only look: sealed once, with what its passphrase gives, so that opening it again costs nothing. */
static const char PASSPHRASE[] = "correct horse";
static struct {
    rr_keycard card;
    char text[RR_KEYCARD_TEXT_MAX + 1];
    size_t len;
    uint8_t kek[32];
} sealed;

static int seal_one(void **state) {
    rr_keycard_jwe jwe;
    const char *why;
    if (keys_setup(state) != 0) return -1;
    sealed.card = new_card(4);
    assert_int_equal(rr_keycard_burn(&sealed.card, 1), RR_OK);
    assert_int_equal(rr_keycard_seal(sealed.text, sizeof sealed.text, &sealed.len, &sealed.card, PASSPHRASE,
                                     RR_KEYCARD_ITERATIONS, &good_random),
                     RR_OK);
    assert_int_equal(rr_keycard_jwe_read(&jwe, &why, sealed.text, sealed.len), RR_OK);
    return rr_keycard_derive(sealed.kek, PASSPHRASE, jwe.salt, jwe.iterations);
}

static void a_new_card_has_fresh_keys(void **state) {
    (void)state;
    rr_keycard card = new_card(RR_KEYCARD_SLOTS_MAX), other = new_card(RR_KEYCARD_SLOTS_MAX);
    assert_int_equal(rr_keycard_unused(&card), RR_KEYCARD_SLOTS_MAX);
    assert_int_equal(card.edition, 3);
    assert_string_equal(card.member, "alice");
    assert_string_equal(card.name, "Alice Ångström");
    assert_memory_not_equal(card.salt, other.salt, 32);
    for (uint32_t i = 0; i < card.slot_count; i++) {
        rr_entry_key entry;
        assert_int_equal(rr_secret_entry(params(), &entry, rr_keycard_slot(&card, i)), RR_OK);
        for (uint32_t j = 0; j < i; j++) assert_memory_not_equal(&card.slots[i], &card.slots[j], sizeof card.slots[i]);
        assert_memory_not_equal(&card.slots[i], &other.slots[i], sizeof card.slots[i]);
    }
    assert_null(rr_keycard_slot(&card, RR_KEYCARD_SLOTS_MAX));
}

static void a_new_card_keeps_to_the_grammar(void **state) {
    (void)state;
    rr_keycard card;
    char long_text[300];
    memset(long_text, 'a', sizeof long_text);
    long_text[256] = 0;
    static const char *const members[] = {"", "al ice", "al/ice", "ålice",
                                          "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};
    const char *const names[] = {"", " Alice", "Alice ", "A\tB", "A\nB", "\xff", "\xe2\x80\xae", long_text};
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        assert_int_equal(rr_keycard_new(&card, &roll_id, 3, members[i], "n", 4, &good_random), RR_ARGUMENT);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_int_equal(rr_keycard_new(&card, &roll_id, 3, "m", names[i], 4, &good_random), RR_ARGUMENT);
    assert_int_equal(rr_keycard_new(&card, &roll_id, 0, "m", "n", 4, &good_random), RR_ARGUMENT);
    assert_int_equal(rr_keycard_new(&card, &roll_id, 1, "m", "n", 0, &good_random), RR_ARGUMENT);
    assert_int_equal(rr_keycard_new(&card, &roll_id, 1, "m", "n", RR_KEYCARD_SLOTS_MAX + 1, &good_random), RR_ARGUMENT);
    long_text[255] = 0;
    assert_int_equal(rr_keycard_new(&card, &roll_id, 1, "m", long_text, 4, &good_random), RR_OK);
    for (int calls = 0; calls < 3; calls++) {
        int left = calls;
        rr_random bad = {fill_fails, &left};
        assert_int_equal(rr_keycard_new(&card, &roll_id, 1, "m", "n", 4, &bad), RR_RANDOM);
        assert_true(sodium_is_zero((uint8_t *)&card, sizeof card));
    }
}

static void what_is_sealed_opens(void **state) {
    (void)state;
    rr_keycard card;
    rr_error error;
    assert_int_equal(rr_keycard_open(&card, &error, sealed.text, sealed.len, PASSPHRASE), RR_OK);
    assert_null(error.rule);
    assert_memory_equal(&card, &sealed.card, sizeof card);
    assert_int_equal(rr_keycard_open(&card, &error, sealed.text, sealed.len - 1, PASSPHRASE), RR_OK); /* without its LF */
    assert_int_equal(rr_keycard_open(&card, &error, sealed.text, sealed.len, "correct Horse"), RR_PASSPHRASE);
    assert_says(error.rule, "passphrase is wrong");
    assert_true(sodium_is_zero((uint8_t *)&card, sizeof card));
    assert_int_equal(rr_keycard_open(&card, NULL, sealed.text, sealed.len, ""), RR_PASSPHRASE);
}

static void the_length_says_nothing_of_use_or_names(void **state) {
    (void)state;
    char out[RR_KEYCARD_TEXT_MAX];
    size_t len;
    rr_keycard card;
    assert_int_equal(rr_keycard_new(&card, &roll_id, 4000000000U, "a-member-with-a-longer.name", "x", 4, &good_random), RR_OK);
    for (uint32_t i = 0; i < 4; i++) assert_int_equal(rr_keycard_burn(&card, i), RR_OK);
    assert_int_equal(rr_keycard_seal(out, sizeof out, &len, &card, "x", RR_KEYCARD_ITERATIONS, &good_random), RR_OK);
    assert_int_equal(len, sealed.len);
    assert_int_equal(out[len - 1], '\n');
    assert_non_null(memchr(out, '\n', len));
    card = new_card(RR_KEYCARD_SLOTS_MAX);
    assert_int_equal(rr_keycard_seal(out, sizeof out, &len, &card, "x", RR_KEYCARD_ITERATIONS, &good_random), RR_OK); /* fits */
    assert_int_equal(rr_keycard_seal(out, len - 1, &len, &card, "x", RR_KEYCARD_ITERATIONS, &good_random), RR_NO_SPACE);
}

static void nothing_repeats_between_two_sealings(void **state) {
    (void)state;
    rr_keycard_jwe a, b;
    const char *why;
    char out[RR_KEYCARD_TEXT_MAX];
    size_t len;
    assert_int_equal(rr_keycard_seal(out, sizeof out, &len, &sealed.card, PASSPHRASE, RR_KEYCARD_ITERATIONS, &good_random),
                     RR_OK);
    assert_int_equal(rr_keycard_jwe_read(&a, &why, sealed.text, sealed.len), RR_OK);
    assert_int_equal(rr_keycard_jwe_read(&b, &why, out, len), RR_OK);
    assert_memory_not_equal(a.salt, b.salt, 16);
    assert_memory_not_equal(a.iv, b.iv, 12);
    assert_memory_not_equal(a.wrapped_key, b.wrapped_key, 40);
    assert_memory_not_equal(a.ciphertext, b.ciphertext, 64);
}

static void a_burnt_slot_is_gone(void **state) {
    (void)state;
    rr_keycard card = new_card(3);
    rr_secret before[3];
    memcpy(before, card.slots, sizeof before);
    assert_int_equal(rr_keycard_burn(&card, 1), RR_OK);
    assert_null(rr_keycard_slot(&card, 1));
    assert_int_equal(rr_keycard_unused(&card), 2);
    assert_memory_equal(rr_keycard_slot(&card, 0), &before[0], sizeof before[0]);
    assert_memory_equal(rr_keycard_slot(&card, 2), &before[2], sizeof before[2]);
    assert_null(memmem(&card, sizeof card, before[1].k, 32));
    assert_null(memmem(&card, sizeof card, before[1].r, 32));
    assert_int_equal(rr_keycard_burn(&card, 1), RR_NOT_FOUND);
    assert_int_equal(rr_keycard_burn(&card, 3), RR_NOT_FOUND);
}

/* What comes of a text, with the right key at hand: its header is authenticated even if the key does not depend on it. */
static rr_status open_quickly(const char *text_, size_t len) {
    rr_keycard_jwe jwe;
    rr_keycard card;
    const char *why = NULL;
    rr_status status = rr_keycard_jwe_read(&jwe, &why, text_, len);
    if (!status) status = rr_keycard_unwrap(&card, &why, &jwe, sealed.kek);
    assert_int_equal(status == RR_OK, why == NULL);
    return status;
}

static void every_flipped_bit_is_seen(void **state) {
    (void)state;
    char copy[RR_KEYCARD_TEXT_MAX];
    int malformed = 0, altered = 0;
    memcpy(copy, sealed.text, sealed.len);
    assert_int_equal(open_quickly(copy, sealed.len), RR_OK);
    for (size_t i = 0; i < sealed.len; i++) {
        for (int bit = 0; bit < 8; bit++) {
            copy[i] = (char)(sealed.text[i] ^ 1 << bit);
            rr_status status = open_quickly(copy, sealed.len);
            malformed += status == RR_MALFORMED;
            altered += status == RR_PASSPHRASE;
            if (status != RR_MALFORMED && status != RR_PASSPHRASE) fail_msg("byte %zu, bit %d: %d", i, bit, (int)status);
        }
        copy[i] = sealed.text[i];
    }
    assert_true(malformed > 1000 && altered > 1000);
    /* and through the front door, in each part of the text */
    for (size_t i = 60; i < sealed.len; i += sealed.len / 3) {
        rr_keycard card;
        rr_error error;
        copy[i] = copy[i] == 'A' ? 'B' : 'A';
        rr_status status = rr_keycard_open(&card, &error, copy, sealed.len, PASSPHRASE);
        assert_true(status == RR_MALFORMED || status == RR_PASSPHRASE);
        assert_non_null(error.rule);
        copy[i] = sealed.text[i];
    }
}

static void every_shorter_text_is_malformed(void **state) {
    (void)state;
    for (size_t len = 0; len + 1 < sealed.len; len++) {
        bytes whole = {(uint8_t *)sealed.text, sealed.len}, part = cut(whole, len);
        assert_int_equal(open_quickly((char *)part.data, part.len), RR_MALFORMED);
        free(part.data);
    }
}

/* The sealed card with another header. */
static const char *rule_for(const char *json, const char *end) {
    static char changed[2 * RR_KEYCARD_TEXT_MAX];
    rr_keycard_jwe jwe;
    const char *why = NULL;
    sodium_bin2base64(changed, sizeof changed, (const uint8_t *)json, strlen(json), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    size_t n = strlen(changed), rest = sealed.len - 1 - (size_t)(strchr(sealed.text, '.') - sealed.text);
    memcpy(changed + n, strchr(sealed.text, '.'), rest);
    strcpy(changed + n + rest, end);
    rr_status status = rr_keycard_jwe_read(&jwe, &why, changed, strlen(changed));
    assert_int_equal(status, why ? RR_MALFORMED : RR_OK);
    return why;
}

#define BEGIN "{\"alg\":\"PBES2-HS512+A256KW\",\"enc\":\"A256GCM\",\"p2c\":"
#define END ",\"p2s\":\"AAAAAAAAAAAAAAAAAAAAAA\",\"typ\":\"round-robin-card\"}"

static void headers_are_exactly_these(void **state) {
    (void)state;
    assert_null(rule_for(BEGIN "600000" END, "\n"));
    assert_null(rule_for(BEGIN "10000000" END, ""));
    assert_says(rule_for(BEGIN "599999" END, "\n"), "below 600000");
    assert_says(rule_for(BEGIN "1" END, "\n"), "below 600000");
    assert_says(rule_for(BEGIN "10000001" END, "\n"), "above 10000000");
    assert_says(rule_for(BEGIN "4294967295" END, "\n"), "above 10000000");
    assert_says(rule_for(BEGIN "4294967296" END, "\n"), "not a number");
    assert_says(rule_for(BEGIN "0600000" END, "\n"), "not a number");
    assert_says(rule_for(BEGIN "6e5" END, "\n"), "not a number");
    assert_says(rule_for(BEGIN " 600000" END, "\n"), "not a number");
    assert_says(rule_for(BEGIN "600000,\"p2s\":\"AAAAAAAAAAAAAAAAAAAAAB\",\"typ\":\"round-robin-card\"}", "\n"), "p2s");
    static const char *const others[] = {
        "{\"alg\":\"PBES2-HS256+A128KW\",\"enc\":\"A256GCM\",\"p2c\":600000" END,
        "{\"enc\":\"A256GCM\",\"alg\":\"PBES2-HS512+A256KW\",\"p2c\":600000" END,
        BEGIN "600000, \"p2s\":\"AAAAAAAAAAAAAAAAAAAAAA\",\"typ\":\"round-robin-card\"}",
        BEGIN "600000,\"p2s\":\"AAAAAAAAAAAAAAAAAAAAAA\"}",
        BEGIN "600000" END " ",
        BEGIN "600000,\"p2s\":\"AAAAAAAAAAAAAAAAAAAAAA\",\"typ\":\"round-robin-card\",\"x\":1}",
        BEGIN "600000,",
        BEGIN,
        "{}",
        "",
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_says(rule_for(others[i], "\n"), "not the header of a key card");
    assert_says(rule_for(BEGIN "600000" END, "\r\n"), "CR");
    assert_says(rule_for(BEGIN "600000" END, "\n\n"), "tag");
    assert_says(rule_for(BEGIN "600000" END, ".AA\n"), "tag");
    assert_int_equal(rr_private_guess((const uint8_t *)sealed.text, sealed.len), RR_PRIVATE_KEYCARD);
}

static void other_files_are_malformed(void **state) {
    (void)state;
    rr_keycard card;
    rr_error error;
    assert_int_equal(rr_keycard_open(&card, &error, "round-robin roll v1\n", 20, "x"), RR_MALFORMED);
    assert_says(error.rule, "five parts");
    char *large = calloc(1, RR_KEYCARD_TEXT_MAX + 1);
    assert_int_equal(rr_keycard_open(&card, &error, large, RR_KEYCARD_TEXT_MAX + 1, "x"), RR_MALFORMED);
    assert_says(error.rule, "longer");
    free(large);
}

static void what_is_encrypted_keeps_to_its_layout(void **state) {
    (void)state;
    uint8_t plain[RR_KEYCARD_PLAIN_MAX], bad[RR_KEYCARD_PLAIN_MAX];
    size_t len;
    const char *why;
    rr_keycard card;
    assert_int_equal(rr_keycard_encode(plain, &len, &sealed.card), RR_OK);
    assert_int_equal(len, 408 + 4 * 64);
    assert_int_equal(rr_keycard_decode(&card, &why, plain, len), RR_OK);
    assert_memory_equal(&card, &sealed.card, sizeof card);
    static const struct {
        size_t at, count;
        uint8_t value;
        const char *words;
    } faults[] = {
        {0, 1, 'R', "not a key card"}, {16, 1, 2, "version"},   {17, 1, 0, "1 to 64"},
        {17, 1, 65, "1 to 64"},        {17, 1, 3, "size"},      {18, 1, 0, "member"},
        {18, 1, 65, "member"},         {18, 1, 4, "member"},    {18, 1, 6, "member"},
        {88, 1, '/', "member"},        {151, 1, 'a', "member"}, {19, 1, 0, "name"},
        {19, 1, 17, "name"},           {19, 1, 3, "name"},      {152, 1, ' ', "space"},
        {152, 1, '\n', "control"},     {152, 1, 0xff, "UTF-8"}, {407, 1, 1, "name"},
        {20, 4, 0, "edition"},         {408, 32, 0xff, "slot"}, {440, 32, 0xff, "slot"},
        {408, 32, 0, "slot"},          {472, 1, 1, NULL},       {504, 1, 1, "slot"},
    };
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        memcpy(bad, plain, sizeof bad);
        memset(bad + faults[i].at, faults[i].value, faults[i].count);
        rr_status status = rr_keycard_decode(&card, &why, bad, len);
        if (!faults[i].words) {
            assert_int_equal(status, RR_OK);
            continue;
        }
        if (status != RR_MALFORMED) fail_msg("fault %zu is not seen", i);
        assert_says(why, faults[i].words);
        assert_true(sodium_is_zero((uint8_t *)&card, sizeof card));
    }
    for (size_t shorter = 0; shorter < len; shorter++)
        assert_int_equal(rr_keycard_decode(&card, &why, plain, shorter), RR_MALFORMED);
    assert_int_equal(rr_keycard_decode(&card, &why, plain, len + 1), RR_MALFORMED);
}

static void sealing_refuses_what_it_must(void **state) {
    (void)state;
    char out[RR_KEYCARD_TEXT_MAX];
    size_t len;
    rr_keycard card = new_card(1);
    assert_int_equal(rr_keycard_seal(out, sizeof out, &len, &card, "x", RR_KEYCARD_ITERATIONS - 1, &good_random), RR_ARGUMENT);
    assert_int_equal(rr_keycard_seal(out, sizeof out, &len, &card, "x", RR_KEYCARD_ITERATIONS_MAX + 1, &good_random),
                     RR_ARGUMENT);
    assert_int_equal(rr_keycard_seal(out, sizeof out, &len, &card, "", RR_KEYCARD_ITERATIONS, &good_random), RR_ARGUMENT);
    int left = 0;
    rr_random bad = {fill_fails, &left};
    assert_int_equal(rr_keycard_seal(out, sizeof out, &len, &card, "x", RR_KEYCARD_ITERATIONS, &bad), RR_RANDOM);
    card.member[0] = 0;
    assert_int_equal(rr_keycard_seal(out, sizeof out, &len, &card, "x", RR_KEYCARD_ITERATIONS, &good_random), RR_ARGUMENT);
    memset(card.member, 'a', sizeof card.member);
    assert_int_equal(rr_keycard_seal(out, sizeof out, &len, &card, "x", RR_KEYCARD_ITERATIONS, &good_random), RR_ARGUMENT);
}

static void generated_passphrases_are_read_in_any_spelling(void **state) {
    (void)state;
    char passphrase[RR_KEYCARD_PASSPHRASE_SIZE], other[RR_KEYCARD_PASSPHRASE_SIZE], read[RR_KEYCARD_PASSPHRASE_SIZE];
    assert_int_equal(rr_keycard_passphrase(passphrase, &good_random), RR_OK);
    assert_int_equal(rr_keycard_passphrase(other, &good_random), RR_OK);
    assert_string_not_equal(passphrase, other);
    assert_int_equal(strlen(passphrase), 29);
    for (int i = 0; i < 29; i++) {
        if (i % 5 == 4)
            assert_int_equal(passphrase[i], '-');
        else
            assert_non_null(strchr("0123456789abcdefghjkmnpqrstvwxyz", passphrase[i]));
    }
    static const struct {
        const char *typed, *read;
    } spellings[] = {
        {"7k2m-x0vd-93hs-qr5t-c8ae-n4wj", "7k2m-x0vd-93hs-qr5t-c8ae-n4wj"},
        {"7K2M XOVD 93HS QR5T C8AE N4WJ", "7k2m-x0vd-93hs-qr5t-c8ae-n4wj"},
        {" 7k2mx0vd93hsqr5tc8aen4wj ", "7k2m-x0vd-93hs-qr5t-c8ae-n4wj"},
        {"iLlI-1111-oO00-0000-0000-0000", "1111-1111-0000-0000-0000-0000"},
        {"7k2m-x0vd-93hs-qr5t-c8ae-n4w", NULL},
        {"7k2m-x0vd-93hs-qr5t-c8ae-n4wjj", NULL},
        {"7k2m-x0vd-93hs-qr5t-c8ae-n4wj-7k2m", NULL},
        {"7k2m-x0vd-93hs-qr5t-c8ae-n4wu", NULL},
        {"", NULL},
        {"correct horse", NULL},
    };
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++) {
        assert_int_equal(rr_groups_read(read, 6, spellings[i].typed), spellings[i].read != NULL);
        if (spellings[i].read)
            assert_string_equal(read, spellings[i].read);
        else
            assert_true(sodium_is_zero((uint8_t *)read, sizeof read));
    }
    rr_keycard card = new_card(1), opened;
    char out[RR_KEYCARD_TEXT_MAX];
    size_t len;
    assert_int_equal(
        rr_keycard_seal(out, sizeof out, &len, &card, "7K2MXOVD93HSQR5TC8AEN4WJ", RR_KEYCARD_ITERATIONS, &good_random), RR_OK);
    assert_int_equal(rr_keycard_open(&opened, NULL, out, len, "7k2m-x0vd-93hs-qr5t-c8ae-n4wj"), RR_OK);
    int left = 0;
    rr_random bad = {fill_fails, &left};
    assert_int_equal(rr_keycard_passphrase(passphrase, &bad), RR_RANDOM);
}

/* Made by another implementation: WebCrypto, from nothing but docs/spec/keycard.md. */
static void a_card_of_webcrypto_opens(void **state) {
    (void)state;
    bytes file = slurp(RR_SOURCE_DIR "/tests/unit/import/data/webcrypto.card");
    rr_keycard card;
    rr_error error;
    uint8_t id[32], salt[32];
    memset(id, 0x11, 32), memset(salt, 0x22, 32);
    assert_int_equal(rr_keycard_open(&card, &error, (char *)file.data, file.len, "пароль €"), RR_OK);
    assert_string_equal(card.member, "deputy-17");
    assert_string_equal(card.name, "Ольга Ґудзь");
    assert_int_equal(card.edition, 7);
    assert_memory_equal(card.roll_id.bytes, id, 32);
    assert_memory_equal(card.salt, salt, 32);
    assert_int_equal(card.slot_count, 3);
    assert_null(rr_keycard_slot(&card, 1));
    assert_int_equal(rr_keycard_slot(&card, 0)->k[0], 0x30);
    assert_int_equal(rr_keycard_slot(&card, 2)->r[30], 0x42);
    assert_int_equal(rr_keycard_slot(&card, 2)->r[31], 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_card_has_fresh_keys),
        cmocka_unit_test(a_new_card_keeps_to_the_grammar),
        cmocka_unit_test(what_is_sealed_opens),
        cmocka_unit_test(the_length_says_nothing_of_use_or_names),
        cmocka_unit_test(nothing_repeats_between_two_sealings),
        cmocka_unit_test(a_burnt_slot_is_gone),
        cmocka_unit_test(every_flipped_bit_is_seen),
        cmocka_unit_test(every_shorter_text_is_malformed),
        cmocka_unit_test(headers_are_exactly_these),
        cmocka_unit_test(other_files_are_malformed),
        cmocka_unit_test(what_is_encrypted_keeps_to_its_layout),
        cmocka_unit_test(sealing_refuses_what_it_must),
        cmocka_unit_test(generated_passphrases_are_read_in_any_spelling),
        cmocka_unit_test(a_card_of_webcrypto_opens),
    };
    return cmocka_run_group_tests(tests, seal_one, keys_teardown);
}
