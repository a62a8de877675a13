/* SPDX-License-Identifier: Apache-2.0 */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "keys.h"

/* RFC 8032, 7.1: the public keys of tests 1 and 2. */
#define KEY_1 "AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea"
#define KEY_2 "AAAAC3NzaC1lZDI1NTE5AAAAID1AF8PoQ4lakrcKp00bfrycmCzPLsSWjMDNVfEq9GYM"
#define ONE "ssh-ed25519 " KEY_1
#define TWO "ssh-ed25519 " KEY_2

static import_log authorized(const char *lines) {
    return import(text(lines), RR_IMPORT_AUTHORIZED_KEYS);
}

static import_log signers(const char *lines) {
    return import(text(lines), RR_IMPORT_ALLOWED_SIGNERS);
}

static import_log signers_by_principal(const char *lines) {
    rr_import_options options = {RR_IMPORT_BY_PRINCIPAL, NULL, NOW, false};
    return import_with(NULL, text(lines), RR_IMPORT_ALLOWED_SIGNERS, options);
}

static void keys_of_ssh_keygen(void **state) {
    (void)state;
    run("ssh-keygen -q -t ed25519 -N '' -C 'somebody with a name' -f a && ssh-keygen -q -t ed25519 -N '' -f b");
    run("cat a.pub b.pub > keys");
    import_log log = import(slurp("keys"), RR_IMPORT_AUTHORIZED_KEYS);
    assert_int_equal(log.counts.accepted, 2);
    assert_int_equal(log.counts.refused, 0);
    assert_int_equal(log.keys[1].line, 2);
    /* The member is what ssh-keygen calls the key. */
    char *fingerprint = output("ssh-keygen -l -f b.pub | cut -d' ' -f2 | cut -d: -f2 | tr '+/' '-_'");
    assert_string_equal(log.keys[1].member, fingerprint);
    rr_entry_key entry;
    assert_int_equal(rr_entry_from_ed25519_var(&entry, NULL, log.keys[1].ed25519), RR_OK);
    assert_memory_equal(&entry, &log.keys[1].entry, sizeof entry);
}

static void key_bytes_are_those_of_the_line(void **state) {
    (void)state;
    uint8_t expected[32];
    sodium_hex2bin(expected, 32, "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", 64, NULL, NULL, NULL);
    import_log log = authorized("# a comment\n\n   \t\n  " ONE "   and a comment\n");
    assert_int_equal(log.counts.accepted, 1);
    assert_int_equal(log.keys[0].line, 4);
    assert_int_equal(log.keys[0].file, 1);
    assert_memory_equal(log.keys[0].ed25519, expected, 32);
}

static void crlf_and_a_missing_last_lf_are_read(void **state) {
    (void)state;
    import_log log = authorized(ONE " c\r\n" TWO "\r\n\r\n");
    assert_int_equal(log.counts.accepted, 2);
    assert_int_equal(log.counts.refused, 0);
    log = authorized(ONE);
    assert_int_equal(log.counts.accepted, 1);
    log = authorized("ssh-ed25519\r" KEY_1 "\n");
    assert_refused(&log, RR_MALFORMED, "CR inside");
}

static void options_are_read_over(void **state) {
    (void)state;
    import_log log = authorized("restrict,command=\"echo \\\"a, b\\\" ssh-rsa\",no-pty,from=\"*.example\" " ONE " x\n"
                                "expiry-time=\"20270101Z\" " TWO "\n");
    assert_int_equal(log.counts.accepted, 2);
    assert_int_equal(log.counts.refused, 0);
    log = authorized("no-such-option " ONE "\n");
    assert_refused(&log, RR_MALFORMED, "allowed_signers");
    log = authorized("command=\"echo " ONE "\n");
    assert_refused(&log, RR_MALFORMED, "double quote");
    log = authorized("restrict,cert-authority " ONE "\n");
    assert_refused(&log, RR_REFUSED, "authority");
    log = authorized("restrict\n");
    assert_refused(&log, RR_MALFORMED, "no key type");
}

static void expired_keys_are_refused(void **state) {
    (void)state;
    import_log log = authorized("expiry-time=\"20251231235959Z\" " ONE "\n");
    assert_refused(&log, RR_REFUSED, "has expired");
    log = authorized("expiry-time=\"202601010001\" " ONE "\n");
    assert_int_equal(log.counts.accepted, 1);
    log = authorized("expiry-time=\"20260101\" " ONE "\n"); /* at that moment */
    assert_refused(&log, RR_REFUSED, "has expired");
    static const char *const bad[] = {"2026", "20261301", "20260230", "2026010124", "20260101000000ZZ",
                                      "",     "2026-1-1", "x0260101"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char line[256];
        snprintf(line, sizeof line, "expiry-time=\"%s\" " ONE "\n", bad[i]);
        log = authorized(line);
        assert_refused(&log, RR_MALFORMED, "YYYYMMDD");
    }
}

static void other_kinds_of_key_are_refused(void **state) {
    (void)state;
    static const struct {
        const char *line, *what, *words;
    } kinds[] = {
        {"ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQ== c", "ssh-rsa", "RSA"},
        {"ssh-dss AAAAB3NzaC1kc3M= c", "ssh-dss", "DSA"},
        {"ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTY= c", "ecdsa-sha2-nistp256", "ECDSA"},
        {"sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAIJsK c", "sk-ssh-ed25519@openssh.com",
         "hardware"},
        {"no-touch-required sk-ecdsa-sha2-nistp256@openssh.com AAAA c", "sk-ecdsa-sha2-nistp256@openssh.com", "hardware"},
        {"ssh-ed25519-cert-v01@openssh.com AAAA c", "ssh-ed25519-cert-v01@openssh.com", "certificate"},
        {"ssh-mldsa AAAA c", "ssh-mldsa", "unknown kind"},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        import_log log = authorized(kinds[i].line);
        assert_refused(&log, RR_UNSUPPORTED, kinds[i].words);
        assert_string_equal(log.refusals[0].text, kinds[i].what);
        char line[256];
        snprintf(line, sizeof line, "someone %s\n", kinds[i].line);
        if (i == 4) continue; /* an option that allowed_signers does not have */
        log = signers(line);
        assert_refused(&log, RR_UNSUPPORTED, kinds[i].words);
    }
}

static void damaged_keys_are_refused(void **state) {
    (void)state;
    static const struct {
        const char *line, *words;
    } bad[] = {
        {"ssh-ed25519", "missing behind its type"},
        {"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv*08lkBzoO4XLz2qYjJa8CGmj3B1Ea", "base64"},
        {"ssh-ed25519 \xc1"
         "AAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea",
         "base64"},
        {"ssh-ed25519 " KEY_1 "AAAA", "base64"},
        {"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1E", "base64"},
        {"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3", "breaks off"},
        {"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAH9damAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea", "32 bytes"},
        {"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea", "base64"},
        {"ssh-ed25519 AAAAB3NzaC1yc2EAAAADAQAB", "another type"},
        {"ssh-ed25519 AAAA", "breaks off"},
        /* y = 2^255 - 19 + 1: not canonical; y = 1: the identity; a point of order 8 */
        {"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIO7///////////////////////////////////////9/", ""},
        {"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", ""},
        {"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMcXanA9TdgPuje5DHd2DhBRDKNWqKZN4WnPQbpD2cBa", ""},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        import_log log = authorized(bad[i].line);
        assert_int_equal(log.counts.accepted, 0);
        assert_int_equal(log.counts.refused, 1);
        assert_says(log.refusals[0].what.why, bad[i].words);
        assert_true(log.refusals[0].what.status == RR_MALFORMED || (i >= 10 && log.refusals[0].what.status == RR_REFUSED));
    }
}

static void a_long_line_is_refused(void **state) {
    (void)state;
    char *line = malloc(17000);
    memset(line, 'a', 17000);
    memcpy(line, ONE " ", sizeof ONE);
    line[16385] = 0;
    import_log log = authorized(line);
    assert_refused(&log, RR_MALFORMED, "16384");
    line[16384] = 0;
    log = authorized(line);
    assert_int_equal(log.counts.accepted, 1);
    free(line);
}

static void wrong_files_are_refused_whole(void **state) {
    (void)state;
    static const struct {
        const char *content, *words;
        rr_status status;
        uint32_t line;
    } wrong[] = {
        {"-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaA==\n", "private key", RR_MALFORMED, 1},
        {ONE "\n-----BEGIN RSA PRIVATE KEY-----\n", "private key", RR_MALFORMED, 2},
        {"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n", "OpenPGP", RR_MALFORMED, 1},
        {"---- BEGIN SSH2 PUBLIC KEY ----\n", "RFC 4716", RR_UNSUPPORTED, 1},
        {"\xef\xbb\xbf" ONE "\n", "byte order mark", RR_MALFORMED, 1},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        import_log log = authorized(wrong[i].content);
        assert_int_equal(log.status, wrong[i].status);
        assert_says(log.error.rule, wrong[i].words);
        assert_int_equal(log.error.line, wrong[i].line);
    }
    bytes binary = {(uint8_t[]){'a', 0, 'b'}, 3};
    import_log log = import(binary, RR_IMPORT_AUTHORIZED_KEYS);
    assert_int_equal(log.status, RR_MALFORMED);
    assert_says(log.error.rule, "not a text file");
    bytes nothing = {NULL, 0};
    log = import(nothing, RR_IMPORT_AUTHORIZED_KEYS);
    assert_int_equal(log.status, RR_OK);
    assert_int_equal(log.counts.accepted + log.counts.refused, 0);
}

static void what_repeats_is_refused_with_its_place(void **state) {
    (void)state;
    import_log log = authorized("\n" ONE " a\n" TWO "\n" ONE " b\n");
    assert_int_equal(log.counts.accepted, 2);
    assert_refused(&log, RR_REFUSED, "repeats");
    assert_int_equal(log.refusals[0].what.line, 4);
    assert_int_equal(log.refusals[0].what.repeats_line, 2);
    assert_int_equal(log.refusals[0].what.repeats_file, 1);
    assert_string_equal(log.refusals[0].text, log.keys[0].member);
}

static void a_session_remembers_earlier_files(void **state) {
    (void)state;
    rr_import_options options = {RR_IMPORT_BY_FINGERPRINT, NULL, NOW, false};
    rr_import *session = rr_import_new();
    import_log log = import_with(session, text(ONE "\n"), RR_IMPORT_AUTHORIZED_KEYS, options);
    assert_int_equal(log.counts.accepted, 1);
    rr_entry_key known = log.keys[0].entry;
    log = import_with(session, text("someone " TWO "\nelse " ONE "\n"), RR_IMPORT_ALLOWED_SIGNERS, options);
    assert_int_equal(log.counts.accepted, 1);
    assert_int_equal(log.keys[0].file, 2);
    assert_refused(&log, RR_REFUSED, "repeats");
    assert_int_equal(log.refusals[0].what.repeats_file, 1);
    rr_import_free(session);

    session = rr_import_new();
    assert_int_equal(rr_import_known(session, &known, "alice", 17), RR_OK);
    log = import_with(session, text(ONE "\n"), RR_IMPORT_AUTHORIZED_KEYS, options);
    assert_refused(&log, RR_REFUSED, "repeats");
    assert_int_equal(log.refusals[0].what.repeats_file, 0);
    assert_int_equal(log.refusals[0].what.repeats_line, 17);
    options.member = "alice";
    log = import_with(session, text(TWO "\n"), RR_IMPORT_AUTHORIZED_KEYS, options);
    assert_refused(&log, RR_REFUSED, "one key a person");
    assert_int_equal(log.refusals[0].what.repeats_line, 17);
    rr_import_free(session);
}

static void one_key_a_person(void **state) {
    (void)state;
    rr_import_options options = {RR_IMPORT_BY_FINGERPRINT, "alice", NOW, false};
    import_log log = import_with(NULL, text("ssh-rsa AAAA\n" TWO "\n" ONE "\n"), RR_IMPORT_AUTHORIZED_KEYS, options);
    assert_int_equal(log.counts.accepted, 1);
    assert_string_equal(log.keys[0].member, "alice");
    assert_int_equal(log.keys[0].line, 2);
    assert_int_equal(log.counts.refused, 2);
    assert_says(log.refusals[1].what.why, "one key a person");
    options.member = "al ice";
    log = import_with(NULL, text(ONE "\n"), RR_IMPORT_AUTHORIZED_KEYS, options);
    assert_int_equal(log.status, RR_ARGUMENT);
    /* allowed_signers says who is one person, whatever members are called */
    log = signers("a@example,b@example " ONE "\nc@example,b@example " TWO "\n");
    assert_int_equal(log.counts.accepted, 1);
    assert_refused(&log, RR_REFUSED, "one key a person");
    assert_int_equal(log.refusals[0].what.repeats_line, 1);
}

static void principals_name_members(void **state) {
    (void)state;
    import_log log = signers_by_principal("alice.b-c_1 " ONE " comment\n\"bob\" " TWO "\n");
    assert_int_equal(log.counts.accepted, 2);
    assert_string_equal(log.keys[0].member, "alice.b-c_1");
    assert_string_equal(log.keys[1].member, "bob");
    log = signers_by_principal("alice@example " ONE "\n");
    assert_refused(&log, RR_REFUSED, "cannot be a member");
    log = signers_by_principal("alice,bob " ONE "\n");
    assert_refused(&log, RR_REFUSED, "cannot be a member");
    log = signers("alice@example " ONE "\n");
    assert_int_equal(log.counts.accepted, 1);
    assert_int_equal(strlen(log.keys[0].member), 43);
    rr_import_options options = {RR_IMPORT_BY_PRINCIPAL, NULL, NOW, false};
    log = import_with(NULL, text(ONE "\n"), RR_IMPORT_AUTHORIZED_KEYS, options);
    assert_int_equal(log.status, RR_ARGUMENT);
}

static void principals_that_are_nobody_are_refused(void **state) {
    (void)state;
    static const char *const patterns[] = {"*", "*@example", "a?c", "!bob,alice"};
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        char line[256];
        snprintf(line, sizeof line, "%s " ONE "\n", patterns[i]);
        import_log log = signers(line);
        assert_refused(&log, RR_MALFORMED, "pattern");
    }
    import_log log = signers("\"\" " ONE "\n");
    assert_refused(&log, RR_MALFORMED, "empty");
    log = signers("a,,b " ONE "\n");
    assert_refused(&log, RR_MALFORMED, "empty");
    log = signers(",b " ONE "\n");
    assert_refused(&log, RR_MALFORMED, "empty");
    log = signers(ONE "\n"); /* the key type stands where the principals belong */
    assert_int_equal(log.counts.accepted, 0);
    assert_int_equal(log.counts.refused, 1);
}

static void options_of_signers(void **state) {
    (void)state;
    import_log log = signers("a valid-after=\"20250101\",valid-before=\"20270101Z\" " ONE "\nb namespaces=\"git\" " TWO "\n");
    assert_int_equal(log.counts.accepted, 2);
    log = signers("a valid-before=\"20251231\" " ONE "\n");
    assert_refused(&log, RR_REFUSED, "has expired");
    log = signers("a valid-after=\"20260102\" " ONE "\n");
    assert_refused(&log, RR_REFUSED, "not valid yet");
    log = signers("a valid-after=\"soon\" " ONE "\n");
    assert_refused(&log, RR_MALFORMED, "YYYYMMDD");
    log = signers("a cert-authority,namespaces=\"git\" " ONE "\n");
    assert_refused(&log, RR_REFUSED, "authority");
    log = signers("a restrict " ONE "\n");
    assert_refused(&log, RR_MALFORMED, "do not have");
}

static void namespaces_bind_keys_that_sign_books(void **state) {
    (void)state;
    static const struct {
        const char *list;
        bool allowed;
    } lists[] = {{"round-robin", true},
                 {"git,round-robin", true},
                 {"round-*", true},
                 {"*", true},
                 {"round?robin", true},
                 {"git", false},
                 {"round-robin-2", false},
                 {"", false},
                 {"round-", false},
                 {"*,!round-robin", false},
                 {"!git,round-robin", true},
                 {"*robin*", true},
                 {"*x*", false}};
    rr_import_options options = {RR_IMPORT_BY_PRINCIPAL, NULL, NOW, true};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        char line[256];
        snprintf(line, sizeof line, "a namespaces=\"%s\" " ONE "\n", lists[i].list);
        import_log log = import_with(NULL, text(line), RR_IMPORT_ALLOWED_SIGNERS, options);
        if (lists[i].allowed)
            assert_int_equal(log.counts.accepted, 1);
        else
            assert_refused(&log, RR_REFUSED, "namespaces");
    }
}

static void every_length_of_a_file_is_read_safely(void **state) {
    (void)state;
    bytes whole = text("restrict,command=\"a \\\" b\",expiry-time=\"20270101\" " ONE " c\n");
    for (size_t len = 0; len <= whole.len; len++) {
        bytes part = cut(whole, len);
        import_log log = import(part, RR_IMPORT_AUTHORIZED_KEYS);
        assert_int_equal(log.counts.accepted, len >= whole.len - 3);
        log = import(part, RR_IMPORT_ALLOWED_SIGNERS); /* the options are read as principals */
        assert_int_equal(log.counts.accepted, len >= whole.len - 3);
        free(part.data);
    }
}

static bool stop(void *context, const rr_imported *key) {
    (void)key;
    ++*(int *)context;
    return false;
}

static void a_sink_can_stop(void **state) {
    (void)state;
    int calls = 0;
    rr_import_sink sink = {stop, NULL, &calls};
    rr_import_options options = {RR_IMPORT_BY_FINGERPRINT, NULL, NOW, false};
    rr_import *session = rr_import_new();
    bytes file = text("ssh-rsa AAAA\n" ONE "\n" TWO "\n");
    assert_int_equal(rr_import_file(session, NULL, NULL, file.data, file.len, RR_IMPORT_AUTHORIZED_KEYS, &options, &sink),
                     RR_IO);
    assert_int_equal(calls, 1);
    rr_import_free(session);
}

static void thousands_of_keys_are_remembered(void **state) {
    (void)state;
    enum { COUNT = 3000 };
    static char file[COUNT * 100 + 100];
    size_t len = 0;
    for (int i = 0; i < COUNT; i++) {
        uint8_t blob[51] = "\0\0\0\013ssh-ed25519\0\0\0\040", seed[32] = {0}, sk[64];
        seed[0] = (uint8_t)i, seed[1] = (uint8_t)(i >> 8);
        crypto_sign_seed_keypair(blob + 19, sk, seed);
        char base64[80];
        sodium_bin2base64(base64, sizeof base64, blob, sizeof blob, sodium_base64_VARIANT_ORIGINAL);
        len += (size_t)snprintf(file + len, sizeof file - len, "ssh-ed25519 %s\n", base64);
    }
    memcpy(file + len, file, 81); /* the first again */
    bytes all = {(uint8_t *)file, len + 81};
    import_log log = import(all, RR_IMPORT_AUTHORIZED_KEYS);
    assert_int_equal(log.counts.accepted, COUNT);
    assert_refused(&log, RR_REFUSED, "repeats");
    assert_int_equal(log.refusals[0].what.repeats_line, 1);
    assert_int_equal(log.refusals[0].what.line, COUNT + 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_of_ssh_keygen),
        cmocka_unit_test(key_bytes_are_those_of_the_line),
        cmocka_unit_test(crlf_and_a_missing_last_lf_are_read),
        cmocka_unit_test(options_are_read_over),
        cmocka_unit_test(expired_keys_are_refused),
        cmocka_unit_test(other_kinds_of_key_are_refused),
        cmocka_unit_test(damaged_keys_are_refused),
        cmocka_unit_test(a_long_line_is_refused),
        cmocka_unit_test(wrong_files_are_refused_whole),
        cmocka_unit_test(what_repeats_is_refused_with_its_place),
        cmocka_unit_test(a_session_remembers_earlier_files),
        cmocka_unit_test(one_key_a_person),
        cmocka_unit_test(principals_name_members),
        cmocka_unit_test(principals_that_are_nobody_are_refused),
        cmocka_unit_test(options_of_signers),
        cmocka_unit_test(namespaces_bind_keys_that_sign_books),
        cmocka_unit_test(every_length_of_a_file_is_read_safely),
        cmocka_unit_test(a_sink_can_stop),
        cmocka_unit_test(thousands_of_keys_are_remembered),
    };
    return cmocka_run_group_tests(tests, keys_setup, keys_teardown);
}
