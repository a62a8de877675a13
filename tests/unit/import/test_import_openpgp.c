/* SPDX-License-Identifier: Apache-2.0 */
/* Keyrings that gpg makes on the spot, and the keyring of Debian's maintainers.  gpg itself says, as an SSH key, which 32 bytes are
 * the right ones. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "keys.h"

#define GPG "gpg --batch --quiet --no-auto-check-trustdb --yes --no-tty --pinentry-mode loopback --passphrase ''"

static const char *fingerprint_of(const char *user) {
    return output("gpg --batch --list-keys --with-colons %s | awk -F: '/^fpr/{print $10; exit}'", user);
}

static const char *subkey_of(const char *user, int number) {
    return output("gpg --batch --list-keys --with-colons %s | awk -F: '/^fpr/{print $10}' | sed -n %dp", user, number + 1);
}

/* The clock of gpg's keys. */
static import_log import_openpgp(bytes file) {
    rr_import_options options = {RR_IMPORT_BY_FINGERPRINT, NULL, (uint64_t)time(NULL), false};
    return import_with(NULL, file, RR_IMPORT_OPENPGP, options);
}

static bytes exported(const char *users) {
    run("gpg --batch --yes --export %s > exported.gpg", users);
    return slurp("exported.gpg");
}

/* Exactly one key was taken: that with this fingerprint, under the name of that certificate. */
static void assert_taken(const import_log *log, const char *certificate, const char *key) {
    assert_int_equal(log->status, RR_OK);
    if (log->counts.refused) fail_msg("refused: %s", log->refusals[0].what.why);
    assert_int_equal(log->counts.accepted, 1);
    assert_string_equal(log->keys[0].member, certificate);
    run("gpg --batch --export-ssh-key %s! > key.pub", key);
    import_log ssh = import(slurp("key.pub"), RR_IMPORT_AUTHORIZED_KEYS);
    assert_int_equal(ssh.counts.accepted, 1);
    assert_memory_equal(ssh.keys[0].ed25519, log->keys[0].ed25519, 32);
    assert_memory_equal(&ssh.keys[0].entry, &log->keys[0].entry, sizeof log->keys[0].entry);
}

static int make_keys(void **state) {
    if (keys_setup(state) != 0) return -1;
    run(GPG " --quick-gen-key plain ed25519 sign never");
    run(GPG " --quick-gen-key certifies ed25519 cert never");
    run(GPG " --quick-gen-key rsa rsa2048 sign never");
    return 0;
}

static void the_primary_key_is_taken_if_it_signs(void **state) {
    (void)state;
    const char *plain = fingerprint_of("plain");
    import_log log = import_openpgp(exported("plain"));
    assert_taken(&log, plain, plain);
    assert_int_equal(log.keys[0].line, 1);
    /* although it has a newer subkey */
    run(GPG " --quick-add-key %s ed25519 sign never", plain);
    log = import_openpgp(exported("plain"));
    assert_taken(&log, plain, plain);
}

static void armour_is_read_in_one_block_or_several(void **state) {
    (void)state;
    run("gpg --batch --yes --armor --export plain rsa > both.asc");
    import_log log = import_openpgp(slurp("both.asc"));
    assert_int_equal(log.counts.accepted, 1);
    assert_int_equal(log.counts.refused, 1);
    run("(echo a mail; gpg --batch --armor --export rsa; echo and; gpg --batch --armor --export plain) > two.asc");
    bytes two = slurp("two.asc");
    log = import_openpgp(two);
    assert_int_equal(log.counts.accepted, 1);
    assert_int_equal(log.keys[0].line, 2);
    assert_int_equal(log.counts.refused, 1);
    bytes part = cut(two, two.len - 40); /* the last END line is not whole */
    log = import_openpgp(part);
    assert_int_equal(log.status, RR_MALFORMED);
    assert_says(log.error.rule, "END line");
    assert_int_equal(log.counts.accepted, 0);
    free(part.data);
    two.data[200] ^= 1; /* in the base64 of the first block */
    log = import_openpgp(two);
    assert_true(log.status == RR_MALFORMED || log.counts.accepted == 1);
}

static void a_key_that_only_certifies_leaves_it_to_the_newest_subkey(void **state) {
    (void)state;
    const char *certificate = fingerprint_of("certifies");
    import_log log = import_openpgp(exported("certifies"));
    assert_refused(&log, RR_REFUSED, "may not sign");
    assert_string_equal(log.refusals[0].text, certificate);
    run(GPG " --quick-add-key %s cv25519 encr never", certificate);
    log = import_openpgp(exported("certifies"));
    assert_refused(&log, RR_REFUSED, "may not sign");
    run(GPG " --quick-add-key %s ed25519 sign never", certificate);
    log = import_openpgp(exported("certifies"));
    assert_taken(&log, certificate, subkey_of("certifies", 2));
    time_t made = time(NULL);
    while (time(NULL) < made + 1) {
    } /* the next one is newer by its creation time */
    run(GPG " --quick-add-key %s ed25519 sign never", certificate);
    log = import_openpgp(exported("certifies"));
    assert_taken(&log, certificate, subkey_of("certifies", 3));
    /* revoking the newer one brings the older one back */
    run("printf 'key 3\\nrevkey\\ny\\n0\\n\\ny\\nsave\\n' | gpg --quiet --no-tty --pinentry-mode loopback --passphrase '' "
        "--command-fd 0 "
        "--edit-key %s >/dev/null 2>&1",
        certificate);
    log = import_openpgp(exported("certifies"));
    assert_taken(&log, certificate, subkey_of("certifies", 2));
}

static void the_newest_subkey_need_not_be_the_last(void **state) {
    (void)state;
    run(GPG " --faked-system-time 20200101T000000! --quick-gen-key order ed25519 cert never");
    const char *certificate = fingerprint_of("order");
    static const int years[] = {2021, 2023, 2022};
    for (int i = 0; i < 3; i++)
        run(GPG " --faked-system-time %d0101T000000! --quick-add-key %s ed25519 sign never", years[i], certificate);
    import_log log = import_openpgp(exported("order"));
    assert_taken(&log, certificate, subkey_of("order", 2));
}

static void an_rsa_certificate_may_have_an_ed25519_subkey(void **state) {
    (void)state;
    const char *certificate = fingerprint_of("rsa");
    import_log log = import_openpgp(exported("rsa"));
    assert_refused(&log, RR_UNSUPPORTED, "no Ed25519 key");
    assert_string_equal(log.refusals[0].text, certificate);
    run(GPG " --quick-gen-key rsa2 rsa2048 sign never");
    run(GPG " --quick-add-key %s ed25519 sign never", fingerprint_of("rsa2"));
    log = import_openpgp(exported("rsa2"));
    assert_taken(&log, fingerprint_of("rsa2"), subkey_of("rsa2", 1));
}

static void expired_keys_are_refused(void **state) {
    (void)state;
    run(GPG " --faked-system-time 20200101T000000! --quick-gen-key old ed25519 sign 1y");
    import_log log = import_openpgp(exported("old"));
    assert_refused(&log, RR_REFUSED, "expired");
    /* at an earlier time it was good */
    rr_import_options options = {RR_IMPORT_BY_FINGERPRINT, NULL, 1590000000, false};
    log = import_with(NULL, exported("old"), RR_IMPORT_OPENPGP, options);
    assert_int_equal(log.counts.accepted, 1);
    /* an expired subkey under a good primary */
    run(GPG " --faked-system-time 20200101T000000! --quick-gen-key oldsub ed25519 cert never");
    run(GPG " --faked-system-time 20200101T000000! --quick-add-key %s ed25519 sign 1y", fingerprint_of("oldsub"));
    log = import_openpgp(exported("oldsub"));
    assert_refused(&log, RR_REFUSED, "expired");
    /* a good subkey under an expired primary */
    run(GPG " --faked-system-time 20200101T000000! --quick-gen-key oldprimary ed25519 cert 1y");
    run(GPG " --faked-system-time 20200101T000000! --quick-add-key %s ed25519 sign never", fingerprint_of("oldprimary"));
    log = import_openpgp(exported("oldprimary"));
    assert_refused(&log, RR_REFUSED, "expired");
}

static void revoked_keys_are_refused(void **state) {
    (void)state;
    run(GPG " --quick-gen-key gone ed25519 sign never 2>/dev/null");
    const char *gone = fingerprint_of("gone");
    bytes before = exported("gone");
    import_log log = import_openpgp(before);
    assert_int_equal(log.counts.accepted, 1);
    run("sed 's/^:---/---/' gpg/openpgp-revocs.d/%s.rev | gpg --batch --quiet --import", gone);
    log = import_openpgp(exported("gone"));
    assert_refused(&log, RR_REFUSED, "revoked");
}

static void broken_self_signatures_are_refused(void **state) {
    (void)state;
    run(GPG " --quick-gen-key broken ed25519 sign never");
    bytes file = exported("broken");
    file.data[file.len - 3] ^= 1; /* in the signature over the only user ID */
    import_log log = import_openpgp(file);
    assert_refused(&log, RR_REFUSED, "do not hold");
}

static void what_repeats_is_refused(void **state) {
    (void)state;
    bytes one = exported("plain");
    bytes twice = {malloc(2 * one.len), 2 * one.len};
    memcpy(twice.data, one.data, one.len);
    memcpy(twice.data + one.len, one.data, one.len);
    import_log log = import_openpgp(twice);
    assert_int_equal(log.counts.accepted, 1);
    assert_refused(&log, RR_REFUSED, "repeats");
    assert_int_equal(log.refusals[0].what.line, 2);
    assert_int_equal(log.refusals[0].what.repeats_line, 1);
    free(twice.data);
}

static void wrong_files_are_refused_whole(void **state) {
    (void)state;
    run("gpg --batch --yes --pinentry-mode loopback --passphrase '' --export-secret-keys plain > secret.gpg");
    import_log log = import_openpgp(slurp("secret.gpg"));
    assert_int_equal(log.status, RR_MALFORMED);
    assert_says(log.error.rule, "private keys");
    log = import_openpgp(text("ssh-ed25519 AAAA\n"));
    assert_int_equal(log.status, RR_MALFORMED);
    assert_says(log.error.rule, "neither");
    bytes nothing = {NULL, 0};
    log = import_openpgp(nothing);
    assert_int_equal(log.status, RR_MALFORMED);
    bytes uid = {(uint8_t[]){0xcd, 1, 'a'}, 3};
    log = import_openpgp(uid);
    assert_int_equal(log.status, RR_MALFORMED);
    assert_says(log.error.rule, "something other than a public key");
    bytes endless = {(uint8_t[]){0x9b, 4}, 2};
    log = import_openpgp(endless);
    assert_int_equal(log.status, RR_MALFORMED);
    assert_says(log.error.rule, "breaks off");
    assert_true(rr_import_is_openpgp(uid.data, uid.len));
    assert_true(rr_import_is_openpgp((const uint8_t *)"-----BEGIN PGP PUBLIC", 21));
    assert_false(rr_import_is_openpgp((const uint8_t *)"ssh-ed25519", 11));
    assert_false(rr_import_is_openpgp((const uint8_t *)"\xef\xbb\xbfssh-ed25519", 14));
    assert_false(rr_import_is_openpgp(NULL, 0));
}

static void every_length_of_a_keyring_is_read_safely(void **state) {
    (void)state;
    bytes whole = exported("broken certifies");
    const char *certificates[] = {fingerprint_of("broken"), fingerprint_of("certifies")};
    for (size_t len = 0; len < whole.len; len++) {
        bytes part = cut(whole, len);
        import_log log = import_openpgp(part);
        if (log.status) {
            assert_int_equal(log.status, RR_MALFORMED);
            assert_int_equal(log.counts.accepted + log.counts.refused, 0);
            free(part.data);
            continue;
        }
        /* it ends between two packets; librnp then judges what is there */
        assert_in_range(log.counts.accepted + log.counts.refused, 1, 2);
        for (int i = 0; i < log.accepted; i++)
            assert_true(!strcmp(log.keys[i].member, certificates[0]) || !strcmp(log.keys[i].member, certificates[1]));
        free(part.data);
    }
}

static void flipped_bytes_never_bring_another_key(void **state) {
    (void)state;
    bytes whole = exported("plain");
    import_log right = import_openpgp(whole);
    for (size_t i = 0; i < whole.len; i++) {
        whole.data[i] ^= 1;
        import_log log = import_openpgp(whole);
        if (log.counts.accepted) assert_memory_equal(&log.keys[0].entry, &right.keys[0].entry, sizeof right.keys[0].entry);
        whole.data[i] ^= 1;
    }
}

/* What gpg makes of the keyring on the day of the package's release (later, many of its keys have expired): the certificates that are
 * good and hold a good Ed25519 key that may sign, sorted. */
#define DEBIAN "/usr/share/keyrings/debian-keyring.gpg"
#define RELEASED UINT64_C(1671840000)
static const char gpg_opinion[] =
    "gpg --batch --no-tty --faked-system-time 20221224T000000! --no-default-keyring --keyring " DEBIAN
    " --trust-model always --with-colons --list-keys 2>/dev/null | awk -F: '"
    "$1 == \"pub\" { good = $2 !~ /[eridn]/; name = \"\"; said = 0 } "
    "$1 == \"fpr\" && name == \"\" { name = $10 } "
    "$1 ~ /^(pub|sub)$/ { wanted = good && $2 !~ /[eridn]/ && $4 == 22 && $12 ~ /s/ } "
    "$1 == \"fpr\" && wanted && !said { print name; said = 1 }' | sort";

static int compare_members(const void *a, const void *b) {
    return strcmp(a, b);
}

static void the_keyring_of_debian(void **state) {
    (void)state;
    rr_import_options options = {RR_IMPORT_BY_FINGERPRINT, NULL, RELEASED, false};
    rr_import *session = rr_import_new();
    bytes keyring = slurp(DEBIAN);
    import_log log = import_with(session, keyring, RR_IMPORT_OPENPGP, options);
    assert_int_equal(log.status, RR_OK);
    assert_int_equal(log.counts.accepted + log.counts.refused, atoi(output("gpg --batch --no-default-keyring --keyring " DEBIAN
                                                                           " --with-colons --list-keys | grep -c ^pub")));
    assert_int_equal(log.counts.accepted, log.accepted);
    qsort(log.keys, (size_t)log.accepted, sizeof *log.keys, compare_members); /* the member is what stands first */
    char ours[LOG_MAX * 41 + 1] = "";
    for (int i = 0; i < log.accepted; i++) strcat(strcat(ours, i ? "\n" : ""), log.keys[i].member);
    assert_string_equal(ours, output("%s", gpg_opinion));
    assert_true(log.counts.accepted >= 30);
    log = import_with(session, keyring, RR_IMPORT_OPENPGP, options); /* once more */
    assert_int_equal(log.counts.accepted, 0);
    rr_import_free(session);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_primary_key_is_taken_if_it_signs),
        cmocka_unit_test(armour_is_read_in_one_block_or_several),
        cmocka_unit_test(a_key_that_only_certifies_leaves_it_to_the_newest_subkey),
        cmocka_unit_test(the_newest_subkey_need_not_be_the_last),
        cmocka_unit_test(an_rsa_certificate_may_have_an_ed25519_subkey),
        cmocka_unit_test(expired_keys_are_refused),
        cmocka_unit_test(revoked_keys_are_refused),
        cmocka_unit_test(broken_self_signatures_are_refused),
        cmocka_unit_test(what_repeats_is_refused),
        cmocka_unit_test(wrong_files_are_refused_whole),
        cmocka_unit_test(every_length_of_a_keyring_is_read_safely),
        cmocka_unit_test(flipped_bytes_never_bring_another_key),
        cmocka_unit_test(the_keyring_of_debian),
    };
    return cmocka_run_group_tests(tests, make_keys, keys_teardown);
}
