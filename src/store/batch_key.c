/* SPDX-License-Identifier: Apache-2.0 */
/* The files of batch keys: a folder outside the database. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/db.h"
#include "store/held.h"
#include "store/leaks.h"

enum { NAME_SIZE = 6 + 32 + 1 };

static const uint8_t magic[16] = "round-robin held";
static const char where[] = "batch key";

static rr_status io_fail(rr_file_error *error, int code, const char *rule) {
    rr_fail(error, RR_IO, where, -1, rule);
    if (error) error->system = code;
    return RR_IO;
}

static void file_name(char name[NAME_SIZE], const rr_batch_id *id) {
    memcpy(name, "batch-", 6);
    sodium_bin2hex(name + 6, NAME_SIZE - 6, id->bytes, sizeof id->bytes);
}

/* The id that a name says; false: it is no name of a batch key's file. */
static bool parse_name(rr_batch_id *id, const char *name) {
    char again[NAME_SIZE];
    if (strlen(name) != NAME_SIZE - 1 || memcmp(name, "batch-", 6) != 0) return false;
    if (sodium_hex2bin(id->bytes, sizeof id->bytes, name + 6, 32, NULL, NULL, NULL) != 0) return false;
    file_name(again, id);
    return strcmp(again, name) == 0;
}

static int open_folder(rr_file_error *error, const char *folder) {
    int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0)
        io_fail(error, errno, "the key folder cannot be opened: check that it exists and may be read and written");
    return descriptor;
}

static bool write_all(int descriptor, const uint8_t *bytes, size_t len) {
    while (len > 0) {
        ssize_t done = write(descriptor, bytes, len);
        if (done < 0 && errno == EINTR) continue;
        if (done <= 0) {
            if (done == 0) errno = EIO;
            return false;
        }
        bytes += done;
        len -= (size_t)done;
    }
    return true;
}

static rr_status create(rr_file_error *error, int folder, const char *name, const uint8_t bytes[RR_BATCH_FILE_SIZE]) {
    int file = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file < 0) return io_fail(error, errno, "no file can be made in the key folder: check its permissions");
    bool good = fchmod(file, 0600) == 0 && write_all(file, bytes, RR_BATCH_FILE_SIZE) && fsync(file) == 0;
    int code = errno;
    if (close(file) != 0 && good) {
        good = false;
        code = errno;
    }
    if (good && fsync(folder) != 0) {
        good = false;
        code = errno;
    }
    if (good) return RR_OK;
    unlinkat(folder, name, 0);
    return io_fail(error, code, "the key could not be written to the disk: make room and try again");
}

rr_status rr_batch_key_new(rr_batch_key *key, rr_file_error *error, const char *folder) {
    uint8_t bytes[RR_BATCH_FILE_SIZE];
    char name[NAME_SIZE];
    if (sodium_init() < 0) return rr_fail(error, RR_IO, where, -1, "the system gives no random numbers");
    int descriptor = open_folder(error, folder);
    if (descriptor < 0) return RR_IO;
    randombytes_buf(key->id.bytes, sizeof key->id.bytes);
    randombytes_buf(key->tag_key, sizeof key->tag_key);
    crypto_box_keypair(key->public_key, key->secret_key);
    memcpy(bytes, magic, 16);
    memcpy(bytes + 16, key->secret_key, 32);
    memcpy(bytes + 48, key->tag_key, 32);
    file_name(name, &key->id);
    rr_status status = create(error, descriptor, name, bytes);
    close(descriptor);
    rr_wipe(bytes, sizeof bytes);
    if (status != RR_OK) rr_wipe(key, sizeof *key);
    return status;
}

/* NULL, or the rule that the open file breaks. */
static const char *check_file(int file) {
    struct stat about;
    if (fstat(file, &about) != 0 || !S_ISREG(about.st_mode)) return "this is not a file";
    if (about.st_uid != geteuid()) return "the file belongs to somebody else: batch keys are the server's own";
    if (about.st_mode & 077) return "others may read the file: its mode must be 0600";
    return about.st_size == RR_BATCH_FILE_SIZE ? NULL : "the file does not have the length of a batch key";
}

static rr_status read_file(uint8_t bytes[RR_BATCH_FILE_SIZE], rr_file_error *error, int file) {
    const char *rule = check_file(file);
    if (rule) return rr_fail(error, RR_MALFORMED, where, -1, rule);
    ssize_t got = pread(file, bytes, RR_BATCH_FILE_SIZE, 0);
    if (got < 0) return io_fail(error, errno, "the file cannot be read");
    if (got != RR_BATCH_FILE_SIZE || memcmp(bytes, magic, 16) != 0)
        return rr_fail(error, RR_MALFORMED, where, -1, "this is not the file of a batch key");
    return RR_OK;
}

rr_status rr_batch_key_load(rr_batch_key *key, rr_file_error *error, const char *folder, const rr_batch_id *id) {
    uint8_t bytes[RR_BATCH_FILE_SIZE] = {0};
    char name[NAME_SIZE];
    if (sodium_init() < 0) return rr_fail(error, RR_IO, where, -1, "the system gives no random numbers");
    int descriptor = open_folder(error, folder);
    if (descriptor < 0) return RR_IO;
    file_name(name, id);
    int file = openat(descriptor, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC), code = errno;
    close(descriptor);
    if (file < 0 && code == ENOENT) return rr_fail(error, RR_NOT_FOUND, where, -1, "the key folder has no key of this batch");
    if (file < 0 && code == ELOOP) return rr_fail(error, RR_MALFORMED, where, -1, "this is not a file");
    if (file < 0) return io_fail(error, code, "the file cannot be opened: check its permissions");
    rr_status status = read_file(bytes, error, file);
    close(file);
    if (status == RR_OK) {
        key->id = *id;
        memcpy(key->secret_key, bytes + 16, 32);
        memcpy(key->tag_key, bytes + 48, 32);
        crypto_scalarmult_base(key->public_key, key->secret_key);
    }
    rr_wipe(bytes, sizeof bytes);
    return status;
}

/* Zeros over all that the file has; what file systems and disks keep besides is out of reach here. */
static bool overwrite(int folder, const char *name, const struct stat *about) {
    static const uint8_t zeros[RR_BATCH_FILE_SIZE];
    if (rr_leaks("overwritten keys")) return true;
    int file = openat(folder, name, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (file < 0) return false;
    bool good = true;
    for (off_t left = about->st_size; left > 0 && good; left -= RR_BATCH_FILE_SIZE)
        good = write_all(file, zeros, left < RR_BATCH_FILE_SIZE ? (size_t)left : sizeof zeros);
    good = good && fsync(file) == 0;
    int code = errno;
    if (close(file) != 0 && good) return false;
    errno = code;
    return good;
}

/* The longest file that is overwritten: ours have 80 bytes, and a strange one shall not keep a start busy. */
enum { OVERWRITE_MAX = 65536 };

static rr_status destroy(rr_file_error *error, int folder, const char *name) {
    struct stat about;
    if (rr_leaks("destroyed keys")) return RR_OK;
    if (fstatat(folder, name, &about, AT_SYMLINK_NOFOLLOW) != 0) {
        if (errno != ENOENT) return io_fail(error, errno, "an old key cannot be looked at");
    } else {
        if (!S_ISREG(about.st_mode) || about.st_size > OVERWRITE_MAX)
            return rr_fail(error, RR_MALFORMED, where, -1,
                           "something in the key folder has the name of a key and is none: remove it");
        if (!overwrite(folder, name, &about)) return io_fail(error, errno, "an old key could not be overwritten");
        if (unlinkat(folder, name, 0) != 0) return io_fail(error, errno, "an old key could not be removed");
    }
    /* Also where there was none: a crash may have come between unlink and sync. */
    if (fsync(folder) != 0) return io_fail(error, errno, "the key folder could not be written to the disk");
    return RR_OK;
}

rr_status rr_batch_key_destroy(rr_file_error *error, const char *folder, const rr_batch_id *id) {
    char name[NAME_SIZE];
    int descriptor = open_folder(error, folder);
    if (descriptor < 0) return RR_IO;
    file_name(name, id);
    rr_status status = destroy(error, descriptor, name);
    close(descriptor);
    return status;
}

static bool is_kept(const rr_batch_id *id, const rr_batch_id *keep, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (memcmp(id, &keep[i], sizeof *id) == 0) return true;
    }
    return false;
}

/* Calls `each` for each key in the folder, until it does not answer RR_OK. */
static rr_status each_key(rr_file_error *error, const char *folder,
                          rr_status (*each)(void *context, rr_file_error *error, int folder, const char *name,
                                            const rr_batch_id *id),
                          void *context) {
    int descriptor = open_folder(error, folder);
    if (descriptor < 0) return RR_IO;
    DIR *names = fdopendir(descriptor);
    if (!names) {
        int code = errno;
        close(descriptor);
        return io_fail(error, code, "the key folder cannot be listed");
    }
    rr_status status = RR_OK;
    while (status == RR_OK) {
        rr_batch_id id;
        errno = 0;
        const struct dirent *entry = readdir(names);
        if (!entry && errno != 0) status = io_fail(error, errno, "the key folder cannot be listed");
        if (!entry) break;
        if (parse_name(&id, entry->d_name)) status = each(context, error, descriptor, entry->d_name, &id);
    }
    closedir(names);
    return status;
}

typedef struct kept {
    const rr_batch_id *list;
    size_t count;
} kept;

static rr_status sweep(void *context, rr_file_error *error, int folder, const char *name, const rr_batch_id *id) {
    const kept *k = context;
    return is_kept(id, k->list, k->count) ? RR_OK : destroy(error, folder, name);
}

rr_status rr_batch_keys_sweep(rr_file_error *error, const char *folder, const rr_batch_id *keep, size_t count) {
    kept k = {keep, count};
    return each_key(error, folder, sweep, &k);
}

static rr_status see(void *context, rr_file_error *error, int folder, const char *name, const rr_batch_id *id) {
    (void)error;
    (void)folder;
    (void)name;
    (void)id;
    *(bool *)context = true;
    return RR_OK;
}

rr_status rr_batch_keys_any(bool *any, rr_file_error *error, const char *folder) {
    *any = false;
    return each_key(error, folder, see, any);
}
