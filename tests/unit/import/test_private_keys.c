/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "keys.h"
#include "roll/openpgp_key.h"

#define GPG "gpg --batch --quiet --yes --no-tty --no-auto-check-trustdb --pinentry-mode loopback "

/* Given a damaged key, libssh loses the name of its type. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void) {
    return "leak:libssh.so";
}
#endif
#endif

typedef struct reading {
    rr_status status;
    rr_secret secret;
    rr_entry_key entry;
    rr_error error;
} reading;

static bool is_wanted(void *context, const rr_entry_key *entry) {
    return memcmp(context, entry, sizeof *entry) == 0;
}

static reading read_wanted(bytes file, const char *passphrase, const rr_entry_key *wanted) {
    reading r;
    rr_entry_key copy;
    if (wanted) copy = *wanted;
    memset(&r, 0xaa, sizeof r);
    r.status =
        rr_private_key_read(&r.secret, &r.entry, &r.error, file.data, file.len, passphrase, wanted ? is_wanted : NULL, &copy);
    assert_int_equal(r.status, r.error.status);
    assert_int_equal(r.status == RR_OK, r.error.rule == NULL);
    if (r.status) assert_true(sodium_is_zero((uint8_t *)&r.secret, sizeof r.secret));
    return r;
}

static reading read_key(bytes file, const char *passphrase) {
    return read_wanted(file, passphrase, NULL);
}

/* The key on a public key line, as it would stand on a roll. */
static rr_entry_key entry_of(const char *public_file) {
    import_log log = import(slurp(public_file), RR_IMPORT_AUTHORIZED_KEYS);
    assert_int_equal(log.counts.accepted, 1);
    return log.keys[0].entry;
}

/* The secret was read, it opens the entry, and the entry is that of the public key. */
static void assert_opens(const reading *r, const rr_entry_key *entry) {
    rr_entry_key opened;
    if (r->status) fail_msg("%s", r->error.rule);
    assert_int_equal(rr_secret_entry(params(), &opened, &r->secret), RR_OK);
    assert_memory_equal(&opened, &r->entry, sizeof opened);
    assert_memory_equal(&opened, entry, sizeof opened);
    assert_true(sodium_is_zero(r->secret.r, sizeof r->secret.r));
}

static void assert_fails(const reading *r, rr_status status, const char *words) {
    assert_says(r->error.rule, words);
    assert_int_equal(r->status, status);
}

static int make_keys(void **state) {
    if (keys_setup(state) != 0) return -1;
    run("ssh-keygen -q -t ed25519 -N '' -C 'a comment' -f open");
    run("ssh-keygen -q -t ed25519 -N 'geheim wort' -a 4 -f locked");
    run("ssh-keygen -q -t rsa -b 1024 -N '' -f rsa && ssh-keygen -q -t ecdsa -N '' -f ecdsa");
    run(GPG "--passphrase '' --quick-gen-key open ed25519 sign never");
    run(GPG "--passphrase '' --quick-add-key $(gpg --list-keys --with-colons open | awk -F: '/^fpr/{print $10; exit}') ed25519 "
            "sign never");
    run(GPG "--passphrase geheim --quick-gen-key locked ed25519 sign never");
    run(GPG "--passphrase '' --quick-gen-key rsa rsa2048 sign never");
    return 0;
}

static void ssh_keys_open_their_entries(void **state) {
    (void)state;
    for (int i = 0; i < 5; i++) { /* comments of all lengths modulo the padding, and of none */
        run("rm -f k k.pub && ssh-keygen -q -t ed25519 -N '' -C '%.*s' -f k", 3 * i, "abcdefghijklmnopqrst");
        rr_entry_key entry = entry_of("k.pub");
        reading r = read_key(slurp("k"), NULL);
        assert_opens(&r, &entry);
    }
    rr_entry_key entry = entry_of("open.pub");
    run("sed 's/$/\\r/' open > crlf");
    reading r = read_key(slurp("crlf"), NULL);
    assert_opens(&r, &entry);
    r = read_key(slurp("open"), "a passphrase that is not needed");
    assert_opens(&r, &entry);
}

static void protected_ssh_keys_open_with_their_passphrase(void **state) {
    (void)state;
    rr_entry_key entry = entry_of("locked.pub");
    bytes file = slurp("locked");
    reading r = read_key(file, "geheim wort");
    assert_opens(&r, &entry);
    r = read_key(file, NULL);
    assert_fails(&r, RR_PASSPHRASE, "is needed");
    r = read_key(file, "");
    assert_fails(&r, RR_PASSPHRASE, "is needed");
    r = read_key(file, "geheim Wort");
    assert_fails(&r, RR_PASSPHRASE, "wrong");
}

/* The seed stands before the last of the public key's three places.  Nothing of this may use the heap, which is what is searched. */
static void seed_of(uint8_t seed[32], const char *unprotected_file, const uint8_t public_key[32]) {
    static char armoured[4096];
    static uint8_t binary[4096];
    int fd = open(unprotected_file, O_RDONLY);
    ssize_t n = read(fd, armoured, sizeof armoured - 1);
    assert_true(n > 0 && close(fd) == 0);
    char *start = strchr(armoured, '\n') + 1, *end = strstr(start, "-----END");
    size_t len;
    assert_int_equal(sodium_base642bin(binary, sizeof binary, start, (size_t)(end - start), "\n", &len, NULL,
                                       sodium_base64_VARIANT_ORIGINAL),
                     0);
    for (size_t at = len - 32; at >= 32; at--) {
        if (memcmp(binary + at, public_key, 32) != 0) continue;
        memcpy(seed, binary + at - 32, 32);
        sodium_memzero(binary, sizeof binary);
        return;
    }
    fail_msg("no public key in %s", unprotected_file);
}

static bool heap_holds(const uint8_t secret[32]) {
    FILE *maps = fopen("/proc/self/maps", "r");
    char line[512];
    unsigned long start = 0, end = 0;
    bool found = false;
    assert_non_null(maps);
    while (fgets(line, sizeof line, maps)) {
        if (strstr(line, "[heap]") == NULL || sscanf(line, "%lx-%lx", &start, &end) != 2) continue;
        found = found || memmem((const void *)start, end - start, secret, 32) != NULL;
    }
    (void)fclose(maps);
    return found;
}

static void a_protected_ssh_key_leaves_nothing_in_the_heap(void **state) {
    (void)state;
    uint8_t seed[32], public_key[32];
    run("ssh-keygen -q -t ed25519 -N pass -f stays && cp stays plain && ssh-keygen -q -p -P pass -N '' -f plain >/dev/null");
    import_log log = import(slurp("stays.pub"), RR_IMPORT_AUTHORIZED_KEYS);
    memcpy(public_key, log.keys[0].ed25519, 32);
    seed_of(seed, "plain", public_key);
    reading r = read_key(slurp("stays"), "pass");
    assert_opens(&r, &log.keys[0].entry);
    assert_false(heap_holds(seed));
}

static void ciphers_of_ssh_keys(void **state) {
    (void)state;
    static const char *const read[] = {"aes256-ctr", "aes192-ctr", "aes128-ctr", "aes256-cbc",
                                       "aes192-cbc", "aes128-cbc", "3des-cbc"};
    static const char *const refused[] = {"aes256-gcm@openssh.com", "aes128-gcm@openssh.com", "chacha20-poly1305@openssh.com"};
    for (size_t i = 0; i < sizeof read / sizeof *read; i++) {
        run("rm -f k k.pub && ssh-keygen -q -t ed25519 -N geheim -a 2 -Z %s -f k", read[i]);
        rr_entry_key entry = entry_of("k.pub");
        reading r = read_key(slurp("k"), "geheim");
        assert_opens(&r, &entry);
    }
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        run("rm -f k k.pub && ssh-keygen -q -t ed25519 -N geheim -a 2 -Z %s -f k", refused[i]);
        reading r = read_key(slurp("k"), "geheim");
        assert_fails(&r, RR_UNSUPPORTED, "-Z aes256-ctr");
    }
}

/* What is inside the armour of a file, with room behind it. */
static size_t unarmoured(uint8_t raw[1024], const char *path) {
    size_t len;
    const char *begin = strchr((char *)slurp(path).data, '\n') + 1;
    assert_int_equal(sodium_base642bin(raw, 1024, begin, strlen(begin), "\n", &len, &(const char *){NULL}, 1), 0);
    return len;
}

static bytes armoured(const uint8_t *raw, size_t len) {
    char base64[2048], file[3000];
    sodium_bin2base64(base64, sizeof base64, raw, len, sodium_base64_VARIANT_ORIGINAL);
    snprintf(file, sizeof file, "-----BEGIN OPENSSH PRIVATE KEY-----\n%s\n-----END OPENSSH PRIVATE KEY-----\n", base64);
    return text(file);
}

/* All that libssh is not to see. */
static void protection_is_checked_before_libssh_sees_it(void **state) {
    (void)state;
    uint8_t raw[1024];
    size_t len = unarmoured(raw, "locked");
    /* magic, "aes256-ctr", "bcrypt", length of the options, string of 16 bytes of salt, the rounds, number of keys, public key */
    uint8_t *kdf = raw + 15 + 4 + 10 + 4, *salt = kdf + 6 + 4, *rounds = salt + 4 + 16, *private_part = rounds + 4 + 4 + 4 + 51;
    assert_memory_equal(kdf, "bcrypt", 6);
    assert_memory_equal(rounds, "\0\0\0\4\0\0\0\1", 8);
    assert_int_equal(private_part + 4 + private_part[3] - raw, len);
    static const struct {
        const char *rounds, *words;
        rr_status status;
    } cases[] = {{"\0\0\x13\x89", "5000 rounds", RR_UNSUPPORTED},
                 {"\xff\xff\xff\xff", "5000 rounds", RR_UNSUPPORTED},
                 {"\0\0\0\0", "damaged", RR_MALFORMED}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        memcpy(rounds, cases[i].rounds, 4);
        reading r = read_key(armoured(raw, len), "geheim wort");
        assert_fails(&r, cases[i].status, cases[i].words);
    }
    memcpy(rounds, "\0\0\0\4", 4);
    raw[len] = 0; /* as the tag of an AEAD cipher would be */
    reading r = read_key(armoured(raw, len + 1), "geheim wort");
    assert_fails(&r, RR_MALFORMED, "something follows");
    private_part[3]--;
    r = read_key(armoured(raw, len - 1), "geheim wort");
    assert_fails(&r, RR_MALFORMED, "blocks");
    private_part[3] = 0;
    r = read_key(armoured(raw, (size_t)(private_part - raw) + 4), "geheim wort");
    assert_fails(&r, RR_MALFORMED, "blocks");
    len = unarmoured(raw, "locked");
    memcpy(kdf, "scrypt", 6);
    r = read_key(armoured(raw, len), "geheim wort");
    assert_fails(&r, RR_UNSUPPORTED, "bcrypt");
    len = unarmoured(raw, "locked");
    salt[3] = 0; /* an empty salt: the options are too long then */
    r = read_key(armoured(raw, len), "geheim wort");
    assert_fails(&r, RR_MALFORMED, "damaged");
    len = unarmoured(raw, "open");
    raw[len] = 0;
    r = read_key(armoured(raw, len + 1), NULL);
    assert_fails(&r, RR_MALFORMED, "something follows");
}

static void other_ssh_keys_are_refused(void **state) {
    (void)state;
    reading r = read_key(slurp("rsa"), NULL);
    assert_fails(&r, RR_UNSUPPORTED, "RSA");
    r = read_key(slurp("ecdsa"), NULL);
    assert_fails(&r, RR_UNSUPPORTED, "ECDSA");
    /* an sk key's file, as far as it is looked at: one key of type sk-ssh-ed25519@openssh.com */
    uint8_t raw[128] =
        "openssh-key-v1\0\0\0\0\4none\0\0\0\4none\0\0\0\0\0\0\0\1\0\0\0\036\0\0\0\032sk-ssh-ed25519@openssh.com\0\0\0\0";
    r = read_key(armoured(raw, 15 + 8 + 8 + 4 + 4 + 4 + 30 + 4), NULL);
    assert_fails(&r, RR_UNSUPPORTED, "hardware");
    run("cp rsa rsa.pem && ssh-keygen -q -p -N '' -m PEM -f rsa.pem >/dev/null");
    r = read_key(slurp("rsa.pem"), NULL);
    assert_fails(&r, RR_UNSUPPORTED, "RSA");
}

static void other_files_are_refused(void **state) {
    (void)state;
    static const struct {
        const char *content, *words;
        rr_status status;
    } files[] = {
        {"-----BEGIN PRIVATE KEY-----\n", "PKCS#8", RR_UNSUPPORTED},
        {"-----BEGIN ENCRYPTED PRIVATE KEY-----\n", "PKCS#8", RR_UNSUPPORTED},
        {"PuTTY-User-Key-File-3: ssh-ed25519\n", "PuTTY", RR_UNSUPPORTED},
        {"ssh-ed25519 AAAA\n", "public key", RR_UNSUPPORTED},
        {"-----BEGIN PGP PUBLIC KEY BLOCK-----\n", "public key", RR_UNSUPPORTED},
        {"eyJhbGciOiJQQkVTMi1IUzUxMitBMjU2S1ciLCJlbmMiOiJBMjU2R0NNIi", "key card", RR_UNSUPPORTED},
        {"round-robin roll v1\n", "neither", RR_MALFORMED},
        {"", "neither", RR_MALFORMED},
        {"-----BEGIN OPENSSH PRIVATE KEY-----\n-----END OPENSSH PRIVATE KEY-----\n", "inside", RR_MALFORMED},
        {"-----BEGIN PGP PRIVATE KEY BLOCK-----\n", "END line", RR_MALFORMED},
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        reading r = read_key(text(files[i].content), NULL);
        assert_fails(&r, files[i].status, files[i].words);
    }
}

static void another_key_than_the_wanted_is_not_read(void **state) {
    (void)state;
    rr_entry_key open = entry_of("open.pub"), locked = entry_of("locked.pub");
    reading r = read_wanted(slurp("open"), NULL, &locked);
    assert_fails(&r, RR_NOT_FOUND, "is it on this roll");
    r = read_wanted(slurp("open"), NULL, &open);
    assert_opens(&r, &open);
    r = read_wanted(slurp("locked"), NULL, &open); /* said before a passphrase is asked for */
    assert_fails(&r, RR_NOT_FOUND, "is it on this roll");
}

/* At each length and with each byte changed, a key is either refused or read as what it is. */
static void assert_robust(bytes whole, const char *passphrase, bool armoured, size_t step) {
    reading right = read_key(whole, passphrase);
    assert_int_equal(right.status, RR_OK);
    for (size_t len = 0; len + (armoured ? 1 : 0) < whole.len; len++) {
        bytes part = cut(whole, len);
        reading r = read_wanted(part, passphrase, &right.entry);
        if (r.status == RR_OK) assert_memory_equal(&r.secret, &right.secret, sizeof r.secret);
        if (armoured) assert_int_equal(r.status, RR_MALFORMED);
        free(part.data);
    }
    for (size_t i = 0; i < whole.len; i += step) {
        uint8_t before = whole.data[i];
        whole.data[i] ^= (uint8_t)(1 << i % 8);
        reading r = read_wanted(whole, passphrase, &right.entry);
        if (r.status == RR_OK) assert_memory_equal(&r.secret, &right.secret, sizeof r.secret);
        whole.data[i] = before;
    }
}

static void damaged_ssh_keys_are_refused(void **state) {
    (void)state;
    assert_robust(slurp("open"), NULL, true, 1);
    run("cp locked quick && ssh-keygen -q -p -P 'geheim wort' -N geheim -a 1 -f quick >/dev/null");
    assert_robust(slurp("quick"), "geheim", true, 7); /* each decryption takes a while */
}

/* One byte of an unprotected key's binary at a time: what is checked is each field of it. */
static void every_field_of_an_ssh_key_is_checked(void **state) {
    (void)state;
    uint8_t raw[1024];
    size_t len = unarmoured(raw, "open"), comment = len - 9, unread = 0;
    while (memcmp(raw + comment, "a comment", 9) != 0) comment--;
    for (size_t i = 0; i < len; i++) {
        raw[i] ^= 0x41;
        reading r = read_key(armoured(raw, len), NULL);
        raw[i] ^= 0x41;
        if (i >= comment && i < comment + 9)
            unread += r.status == RR_OK; /* nobody looks at the comment */
        else
            assert_true(r.status == RR_MALFORMED || r.status == RR_UNSUPPORTED || r.status == RR_PASSPHRASE ||
                        r.status == RR_REFUSED);
    }
    assert_int_equal(unread, 9);
}

static rr_entry_key gpg_entry(const char *user, int number) {
    run("gpg --batch --export-ssh-key $(gpg --list-keys --with-colons %s | awk -F: '/^fpr/{print $10}' | sed -n %dp)! > "
        "gpg.pub",
        user, number + 1);
    return entry_of("gpg.pub");
}

static bytes gpg_secret(const char *user, const char *passphrase, const char *armour) {
    run(GPG "--passphrase '%s' %s --export-secret-keys %s > exported", passphrase, armour, user);
    return slurp("exported");
}

static void openpgp_keys_open_their_entries(void **state) {
    (void)state;
    rr_entry_key primary = gpg_entry("open", 0), subkey = gpg_entry("open", 1);
    for (int armoured = 0; armoured < 2; armoured++) {
        bytes file = gpg_secret("open", "", armoured ? "--armor" : "");
        reading r = read_key(file, NULL);
        assert_opens(&r, &primary);
        r = read_wanted(file, NULL, &subkey);
        assert_opens(&r, &subkey);
        rr_entry_key other = entry_of("open.pub");
        r = read_wanted(file, NULL, &other);
        assert_fails(&r, RR_NOT_FOUND, "is it on this roll");
    }
}

static void protected_openpgp_keys_open_with_their_passphrase(void **state) {
    (void)state;
    rr_entry_key entry = gpg_entry("locked", 0);
    bytes file = gpg_secret("locked", "geheim", "--armor");
    reading r = read_key(file, "geheim");
    assert_opens(&r, &entry);
    r = read_key(file, NULL);
    assert_fails(&r, RR_PASSPHRASE, "is needed");
    r = read_key(file, "Geheim");
    assert_fails(&r, RR_PASSPHRASE, "wrong");
}

static void other_openpgp_keys_are_refused(void **state) {
    (void)state;
    reading r = read_key(gpg_secret("rsa", "", ""), NULL);
    assert_fails(&r, RR_UNSUPPORTED, "no Ed25519 key");
    /* a primary key that is kept offline: only its subkeys are exported */
    rr_entry_key primary = gpg_entry("open", 0), subkey = gpg_entry("open", 1);
    run(GPG "--passphrase '' --export-secret-subkeys open > exported");
    r = read_wanted(slurp("exported"), NULL, &primary);
    assert_fails(&r, RR_UNSUPPORTED, "kept elsewhere");
    r = read_wanted(slurp("exported"), NULL, &subkey);
    assert_opens(&r, &subkey);
    run("gpg --batch --yes --export open > exported");
    r = read_key(slurp("exported"), NULL);
    assert_int_not_equal(r.status, RR_OK);
}

static void damaged_openpgp_keys_are_refused(void **state) {
    (void)state;
    assert_robust(gpg_secret("open", "", ""), NULL, false, 1);
    assert_robust(gpg_secret("open", "", "--armor"), NULL, false, 1);
}

static void seeds_with_zeros_in_front_are_read(void **state) {
    (void)state;
    /* Keys with such seeds are one in 256: one is made by hand, an MPI of 248 bits. */
    uint8_t seed[32] = {0}, both[64], packet[2 + 5 + 14 + 32 + 1 + 2 + 31 + 2] = {0xc5, sizeof packet - 2, 4, 0x60};
    for (int i = 1; i < 32; i++) seed[i] = (uint8_t)(200 + i);
    uint8_t *at = packet + 2 + 5;
    memcpy(at, "\x16\x09\x2b\x06\x01\x04\x01\xda\x47\x0f\x01\x01\x07\x40", 14);
    crypto_sign_seed_keypair(at + 14, both, seed);
    at += 14 + 32;
    at[0] = 0;
    at[1] = 0;
    at[2] = 248;
    memcpy(at + 3, seed + 1, 31);
    unsigned sum = 248;
    for (int i = 1; i < 32; i++) sum += seed[i];
    at[34] = (uint8_t)(sum >> 8);
    at[35] = (uint8_t)sum;
    bytes file = {packet, sizeof packet};
    reading r = read_key(file, NULL);
    assert_int_equal(r.status, RR_OK);
    rr_entry_key entry;
    assert_int_equal(rr_entry_from_ed25519_var(&entry, NULL, both + 32), RR_OK);
    assert_opens(&r, &entry);
    at[35] ^= 1;
    r = read_key(file, NULL);
    assert_int_equal(r.status, RR_MALFORMED); /* librnp says so */
    const char *why;
    uint8_t read[32];
    assert_int_equal(rr_pgp_seed(read, &why, at, 36), RR_MALFORMED);
    assert_says(why, "sum is wrong");
    at[35] ^= 1;
    assert_int_equal(rr_pgp_seed(read, &why, at, 36), RR_OK);
    assert_memory_equal(read, seed, 32);
    for (size_t len = 0; len < 36; len++) assert_int_equal(rr_pgp_seed(read, &why, at, len), RR_MALFORMED);
    at[0] = 255;
    assert_int_equal(rr_pgp_seed(read, &why, at, 36), RR_MALFORMED);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ssh_keys_open_their_entries),
        cmocka_unit_test(protected_ssh_keys_open_with_their_passphrase),
        cmocka_unit_test(a_protected_ssh_key_leaves_nothing_in_the_heap),
        cmocka_unit_test(ciphers_of_ssh_keys),
        cmocka_unit_test(protection_is_checked_before_libssh_sees_it),
        cmocka_unit_test(other_ssh_keys_are_refused),
        cmocka_unit_test(other_files_are_refused),
        cmocka_unit_test(another_key_than_the_wanted_is_not_read),
        cmocka_unit_test(damaged_ssh_keys_are_refused),
        cmocka_unit_test(every_field_of_an_ssh_key_is_checked),
        cmocka_unit_test(openpgp_keys_open_their_entries),
        cmocka_unit_test(protected_openpgp_keys_open_with_their_passphrase),
        cmocka_unit_test(other_openpgp_keys_are_refused),
        cmocka_unit_test(damaged_openpgp_keys_are_refused),
        cmocka_unit_test(seeds_with_zeros_in_front_are_read),
    };
    return cmocka_run_group_tests(tests, make_keys, keys_teardown);
}
