/* Records what a program writes below a folder, in order: to be loaded with LD_PRELOAD.
 *
 * CRASH_ROOT names the folder, CRASH_LOG the file of records. A record is: kind (1 byte), inode (8 bytes), offset
 * (8 bytes), lengths of two byte strings (4 bytes each), the strings; integers in the machine's order. Writes of mapped
 * memory are not seen: SQLite maps only its -shm file, which it makes anew after a crash.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static int log_fd = -1;
static char root[PATH_MAX];
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;

#define REAL(name, ...)                                 \
    static __typeof__(name) *real;                      \
    if (!real)                                          \
        real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

static void raw_write(const void *data, size_t length) {
    static ssize_t (*real)(int, const void *, size_t);
    if (!real)
        real = (ssize_t (*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
    const char *at = data;
    while (length) {
        ssize_t done = real(log_fd, at, length);
        if (done < 0) {
            if (errno == EINTR)
                continue;
            abort();
        }
        at += done;
        length -= done;
    }
}

static void record(char kind, uint64_t inode, int64_t offset, const void *one, uint32_t one_length, const void *two,
                   uint32_t two_length) {
    int kept = errno;
    pthread_mutex_lock(&turn);
    raw_write(&kind, 1);
    raw_write(&inode, 8);
    raw_write(&offset, 8);
    raw_write(&one_length, 4);
    raw_write(&two_length, 4);
    raw_write(one, one_length);
    raw_write(two, two_length);
    pthread_mutex_unlock(&turn);
    errno = kept;
}

__attribute__((constructor)) static void begin(void) {
    const char *log = getenv("CRASH_LOG"), *folder = getenv("CRASH_ROOT");
    if (!log || !folder || !realpath(folder, root))
        return;
    log_fd = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static int below(const char *path) {
    size_t length = strlen(root);
    return log_fd >= 0 && length && !strncmp(path, root, length) && (path[length] == '/' || !path[length]);
}

/* The absolute path of `path` as seen from the folder `at`; 0 when it is not below the root. */
static int absolute(int at, const char *path, char *out) {
    if (log_fd < 0)
        return 0;
    if (path[0] == '/') {
        snprintf(out, PATH_MAX, "%s", path);
    } else {
        char link[64], folder[PATH_MAX];
        if (at == AT_FDCWD)
            snprintf(link, sizeof link, "/proc/self/cwd");
        else
            snprintf(link, sizeof link, "/proc/self/fd/%d", at);
        ssize_t length = readlink(link, folder, sizeof folder - 1);
        if (length < 0)
            return 0;
        folder[length] = 0;
        if (snprintf(out, PATH_MAX, "%s/%s", folder, path) >= PATH_MAX)
            return 0;
    }
    return below(out);
}

/* The inode behind a descriptor, when its file is below the root and is a file or folder; else 0. */
static uint64_t watched(int fd) {
    char link[64], path[PATH_MAX];
    struct stat found;
    if (log_fd < 0 || fd == log_fd)
        return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0)
        return 0;
    path[length] = 0;
    if (!below(path) || fstat(fd, &found))
        return 0;
    return found.st_ino;
}

static void opened(int fd, int at, const char *path, int flags) {
    char full[PATH_MAX];
    struct stat found;
    if (fd < 0 || !absolute(at, path, full) || fstat(fd, &found))
        return;
    if (S_ISREG(found.st_mode))
        record(flags & O_TRUNC ? 'T' : 'O', found.st_ino, 0, full, strlen(full), "", 0);
    else if (S_ISDIR(found.st_mode))
        record('D', found.st_ino, 0, full, strlen(full), "", 0);
}

#define OPEN(name)                                                \
    int name(const char *path, int flags, ...) {                  \
        REAL(name);                                               \
        va_list more;                                             \
        va_start(more, flags);                                    \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0; \
        va_end(more);                                             \
        int fd = real(path, flags, mode);                         \
        opened(fd, AT_FDCWD, path, flags);                        \
        return fd;                                                \
    }
OPEN(open)
OPEN(open64)

#define OPENAT(name)                                              \
    int name(int at, const char *path, int flags, ...) {          \
        REAL(name);                                               \
        va_list more;                                             \
        va_start(more, flags);                                    \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0; \
        va_end(more);                                             \
        int fd = real(at, path, flags, mode);                     \
        opened(fd, at, path, flags);                              \
        return fd;                                                \
    }
OPENAT(openat)
OPENAT(openat64)

ssize_t write(int fd, const void *data, size_t length) {
    REAL(write);
    uint64_t inode = watched(fd);
    ssize_t done = real(fd, data, length);
    if (inode && done > 0)
        record('W', inode, lseek(fd, 0, SEEK_CUR) - done, data, done, "", 0);
    return done;
}

#define PWRITE(name, offset_type)                                                       \
    ssize_t name(int fd, const void *data, size_t length, offset_type offset) {         \
        REAL(name);                                                                     \
        uint64_t inode = watched(fd);                                                   \
        ssize_t done = real(fd, data, length, offset);                                  \
        if (inode && done > 0)                                                          \
            record('W', inode, offset, data, done, "", 0);                              \
        return done;                                                                    \
    }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

ssize_t writev(int fd, const struct iovec *parts, int count) {
    REAL(writev);
    uint64_t inode = watched(fd);
    ssize_t done = real(fd, parts, count);
    if (inode && done > 0) {
        int64_t offset = lseek(fd, 0, SEEK_CUR) - done;
        ssize_t left = done;
        for (int at = 0; at < count && left > 0; at++) {
            ssize_t part = (ssize_t)parts[at].iov_len < left ? (ssize_t)parts[at].iov_len : left;
            record('W', inode, offset, parts[at].iov_base, part, "", 0);
            offset += part;
            left -= part;
        }
    }
    return done;
}

#define TRUNCATE(name, offset_type)                              \
    int name(int fd, offset_type length) {                       \
        REAL(name);                                              \
        uint64_t inode = watched(fd);                            \
        int result = real(fd, length);                           \
        if (inode && !result)                                    \
            record('L', inode, length, "", 0, "", 0);            \
        return result;                                           \
    }
TRUNCATE(ftruncate, off_t)
TRUNCATE(ftruncate64, off64_t)

#define FALLOCATE(name, offset_type)                             \
    int name(int fd, offset_type offset, offset_type length) {   \
        REAL(name);                                              \
        uint64_t inode = watched(fd);                            \
        int result = real(fd, offset, length);                   \
        if (inode && !result)                                    \
            record('L', inode, offset + length, "", 0, "", 0);   \
        return result;                                           \
    }
FALLOCATE(posix_fallocate, off_t)
FALLOCATE(posix_fallocate64, off64_t)

#define SYNC(name)                                               \
    int name(int fd) {                                           \
        REAL(name);                                              \
        uint64_t inode = watched(fd);                            \
        int result = real(fd);                                   \
        if (inode && !result)                                    \
            record('S', inode, 0, "", 0, "", 0);                 \
        return result;                                           \
    }
SYNC(fsync)
SYNC(fdatasync)

static void renamed(int result, int from_at, const char *from, int to_at, const char *to) {
    char one[PATH_MAX], two[PATH_MAX];
    if (!result && absolute(from_at, from, one) && absolute(to_at, to, two))
        record('R', 0, 0, one, strlen(one), two, strlen(two));
}

int rename(const char *from, const char *to) {
    REAL(rename);
    int result = real(from, to);
    renamed(result, AT_FDCWD, from, AT_FDCWD, to);
    return result;
}

int renameat(int from_at, const char *from, int to_at, const char *to) {
    REAL(renameat);
    int result = real(from_at, from, to_at, to);
    renamed(result, from_at, from, to_at, to);
    return result;
}

static void removed(int result, int at, const char *path) {
    char full[PATH_MAX];
    if (!result && absolute(at, path, full))
        record('U', 0, 0, full, strlen(full), "", 0);
}

int unlink(const char *path) {
    REAL(unlink);
    int result = real(path);
    removed(result, AT_FDCWD, path);
    return result;
}

int unlinkat(int at, const char *path, int flags) {
    REAL(unlinkat);
    int result = real(at, path, flags);
    removed(result, at, path);
    return result;
}

int rmdir(const char *path) {
    REAL(rmdir);
    int result = real(path);
    removed(result, AT_FDCWD, path);
    return result;
}

static void made(int result, int at, const char *path) {
    char full[PATH_MAX];
    struct stat found;
    if (!result && absolute(at, path, full) && !stat(full, &found))
        record('M', found.st_ino, 0, full, strlen(full), "", 0);
}

int mkdir(const char *path, mode_t mode) {
    REAL(mkdir);
    int result = real(path, mode);
    made(result, AT_FDCWD, path);
    return result;
}

int mkdirat(int at, const char *path, mode_t mode) {
    REAL(mkdirat);
    int result = real(at, path, mode);
    made(result, at, path);
    return result;
}

/* For the program itself: says in the log what has been acknowledged to its user. */
void crash_mark(const char *text) { record('A', 0, 0, text, strlen(text), "", 0); }
