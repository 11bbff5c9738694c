// Preloaded into a server, this keeps a journal of everything its data folder would lose if the power went now.
//
//     cc -O2 -Wall -Wextra -Werror -shared -fPIC -o powerloss.so powerloss.c
//     POWERLOSS_DIR=data POWERLOSS_JOURNAL=journal LD_PRELOAD=$PWD/powerloss.so roomcast serve --data data
//
// kill -9 alone proves little about a disk: the page cache survives the process, so a write that was never synced is
// there after the restart. Here each write first puts the bytes it is about to replace into the journal, and a
// successful fsync or fdatasync of the file drops them from it. After kill -9, disk.py applies what is left, backwards:
// the folder then holds what a disk is bound to hold. The journal is plain files that are never synced; they survive
// kill -9 for the same reason that the writes do.
//
// What a disk is bound to hold, where there is a choice the stricter one:
// - A sync of a file covers the writes that had *returned* before it was called. A write holds the lock from its journal
//   record to its return, so "returned" is a record's number.
// - A failed sync covers nothing, and neither do sync_file_range and close.
// - Names (creating, unlinking, renaming, folders) are durable once the folder that holds the name has been synced; a
//   rename between two folders, once both have. On ext4 and XFS a sync of the file itself brings a new file's name
//   along, but POSIX promises it nowhere, and SQLite does not count on it.
// - Files whose names end in -shm are left out: SQLite maps them shared, and rebuilds them after a crash.
// - What is not modelled (shared writable mappings, hard links, O_SYNC, stdio and the like) is written to
//   $POWERLOSS_JOURNAL/alarms and to stderr, and makes the run void. Nobody sees io_uring or bare system calls: the
//   counters tell disk.py whether the writes came by here at all.
//
// POWERLOSS_SYNC_MICROSECONDS=2000 makes each sync take so much longer, as on a slower disk: a server that tells of a write
// before it is synced is caught where a fast disk would hide it.
//
// POWERLOSS_DIE_BEFORE=n kills the process before its n-th write, sync or change of a name; with POWERLOSS_DIE_AT=chat.db
// before the n-th write or sync of files of that name.
//
// POWERLOSS_SABOTAGE=nosync answers every sync with success without doing it: a disk that lies, or synchronous=OFF.

#undef _FORTIFY_SOURCE // its inline open() would clash with ours
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

_Static_assert(sizeof(off_t) == 8, "open and open64 and their like are one function here");

// ---- The real functions

static void *definition_after_ours(const char *name) {
    void *found = dlsym(RTLD_NEXT, name);
    if (!found) {
        fprintf(stderr, "powerloss: libc has no %s\n", name);
        abort();
    }
    return found;
}

#define REAL(name)                                                                     \
    ({                                                                                 \
        static _Atomic(void *) cached;                                                 \
        void *found = atomic_load_explicit(&cached, memory_order_relaxed);             \
        if (!found) atomic_store(&cached, found = definition_after_ours(#name));       \
        (__typeof__(&name))found;                                                      \
    })

// ---- State: one lock for all of it. A server has one writer; nothing is gained by finer ones.

// One inode of the data folder with its journal, <inode>.undo.
struct file {
    ino_t inode;
    int journal;
    off_t journal_size;
    uint64_t records;    // in the journal since it was last emptied, synced ones included
    uint64_t generation; // how often it has been emptied
    bool counts;         // towards the operations to live
    bool gone;           // its last name is durably unlinked: writes to it matter to nobody
    struct file *next;
};

// A name that was made, removed or changed, not yet durable in each folder that is not NULL.
struct name_change {
    uint64_t number;
    char *folder, *other_folder;
    ino_t kept; // the inode whose name vanished; saved-<number> holds it until the change is durable
    struct name_change *next;
};

// Shared with disk.py: that the shim was in place and saw the server at work.
struct counters {
    _Atomic uint64_t writes, bytes, syncs, folder_syncs, swallowed_syncs, names;
};

enum { DESCRIPTORS = 1 << 17 };

static struct file elsewhere; // stands for every descriptor that is no file of the data folder
static _Atomic(struct file *) file_of_descriptor[DESCRIPTORS]; // NULL: not looked at since it was opened

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct file *files;
static struct name_change *name_changes, **last_name_change = &name_changes;
static uint64_t name_changes_made;
static int names_journal, alarms;
static struct counters *counters;
static char root[PATH_MAX], journal_folder[PATH_MAX];
static dev_t device;
static bool nosync;
static useconds_t sync_delay;
static _Atomic long long operations_to_live; // 0: for ever
static const char *deadly_name;              // NULL: every file's operations count, and those on names
static _Atomic bool watching;

__attribute__((format(printf, 1, 2))) static void raise_alarm(const char *format, ...) {
    int saved_errno = errno;
    char line[PATH_MAX + 200] = "powerloss: ALARM: ";
    size_t used = strlen(line);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line + used, sizeof line - used - 1, format, arguments);
    va_end(arguments);
    strcat(line, "\n");
    for (int i = 0; i < 2; i++) {
        // Nothing more can be done about an alarm that cannot be written.
        if (REAL(write)(i ? STDERR_FILENO : alarms, line, strlen(line)) < 0) continue;
    }
    errno = saved_errno;
}

// A journal with a hole would make the verdict worthless, so the server stops instead.
static void fail(const char *what) {
    raise_alarm("%s: %s", what, strerror(errno));
    abort();
}

static void write_whole(int fd, const void *bytes, size_t length, off_t offset) {
    for (size_t done = 0; done < length;) {
        ssize_t n = REAL(pwrite)(fd, (const char *)bytes + done, length - done, offset + (off_t)done);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) fail("writing the journal");
        done += (size_t)n;
    }
}

static int open_in_journal(const char *name, int flags) {
    char path[PATH_MAX + 64];
    snprintf(path, sizeof path, "%s/%s", journal_folder, name);
    int fd = REAL(open)(path, flags | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) fail(path);
    return fd;
}

__attribute__((constructor)) static void begin_watching(void) {
    const char *folder = getenv("POWERLOSS_DIR"), *journal = getenv("POWERLOSS_JOURNAL");
    if (!folder || !journal) return;
    const char *sabotage = getenv("POWERLOSS_SABOTAGE");
    nosync = sabotage && !strcmp(sabotage, "nosync");
    const char *delay = getenv("POWERLOSS_SYNC_MICROSECONDS");
    sync_delay = delay ? (useconds_t)atoi(delay) : 0;
    const char *death = getenv("POWERLOSS_DIE_BEFORE");
    operations_to_live = death ? atoll(death) : 0;
    deadly_name = getenv("POWERLOSS_DIE_AT");
    if (deadly_name && !*deadly_name) deadly_name = NULL;
    struct stat status;
    if (!realpath(folder, root) || !realpath(journal, journal_folder) || stat(root, &status)) {
        fprintf(stderr, "powerloss: %s and %s must both be folders: %s\n", folder, journal, strerror(errno));
        abort();
    }
    device = status.st_dev;
    alarms = open_in_journal("alarms", O_WRONLY | O_APPEND);
    // Two processes that write the same files would need one journal; a child that inherits the preload is not modelled.
    if (flock(open_in_journal("owner", O_RDWR), LOCK_EX | LOCK_NB)) {
        raise_alarm("process %d runs while another one keeps this journal", (int)getpid());
        return;
    }
    names_journal = open_in_journal("names.undo", O_RDWR | O_APPEND);
    int fd = open_in_journal("counters", O_RDWR);
    if (REAL(ftruncate)(fd, sizeof *counters)) fail("making the counters");
    counters = REAL(mmap)(NULL, sizeof *counters, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (counters == MAP_FAILED) fail("mapping the counters");
    atomic_store(&watching, true);
}

// NULL for an operation on a name.
static void begin_operation(const struct file *file) {
    if (file ? !file->counts : deadly_name != NULL) return;
    if (atomic_load(&operations_to_live) && atomic_fetch_sub(&operations_to_live, 1) == 1) kill(getpid(), SIGKILL);
}

// ---- Which files are ours

static bool under_root(const char *path) {
    size_t n = strlen(root);
    return !strncmp(path, root, n) && path[n] == '/';
}

static bool left_out(const char *path) {
    size_t n = strlen(path);
    return n >= 4 && !strcmp(path + n - 4, "-shm");
}

// The absolute path, links in its folder resolved (the last part need not exist); false if it is no path we watch.
static bool watched_path(int dirfd, const char *path, char absolute[PATH_MAX]) {
    if (!atomic_load_explicit(&watching, memory_order_relaxed) || !path) return false;
    int saved_errno = errno;
    char given[2 * PATH_MAX];
    int n = path[0] == '/' || dirfd == AT_FDCWD ? snprintf(given, sizeof given, "%s", path)
                                                : snprintf(given, sizeof given, "/proc/self/fd/%d/%s", dirfd, path);
    while (n > 1 && given[n - 1] == '/') given[--n] = 0;
    char *slash = strrchr(given, '/');
    const char *name = slash ? slash + 1 : given;
    const char *folder = !slash ? "." : slash == given ? "/" : given;
    if (slash) *slash = 0;
    bool ours = false;
    if (realpath(folder, absolute)) {
        size_t used = strlen(absolute);
        if (used > 1) absolute[used++] = '/';
        if (used + strlen(name) < PATH_MAX) {
            strcpy(absolute + used, name);
            ours = under_root(absolute) && !left_out(absolute);
        }
    }
    errno = saved_errno;
    return ours;
}

static bool path_of(int fd, char path[PATH_MAX]) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, PATH_MAX - 1);
    path[n < 0 ? 0 : n] = 0;
    return n > 0;
}

static struct file *file_with(ino_t inode, const char *path) {
    for (struct file *file = files; file; file = file->next)
        if (file->inode == inode) return file;
    char name[64];
    snprintf(name, sizeof name, "%ju.undo", (uintmax_t)inode);
    struct file *file = calloc(1, sizeof *file);
    if (!file) fail("remembering a file");
    file->inode = inode;
    file->counts = !deadly_name || !strcmp(strrchr(path, '/') + 1, deadly_name);
    file->journal = open_in_journal(name, O_RDWR | O_TRUNC);
    file->next = files;
    return files = file;
}

// No longer ours: its number may now come back as another file's.
static void forget_file(ino_t inode) {
    for (struct file **at = &files; *at; at = &(*at)->next) {
        struct file *file = *at;
        if (file->inode != inode) continue;
        *at = file->next;
        file->gone = true; // descriptors may still point to it, so it is never freed
        REAL(close)(file->journal);
        char path[PATH_MAX + 64];
        snprintf(path, sizeof path, "%s/%ju.undo", journal_folder, (uintmax_t)inode);
        REAL(unlink)(path);
        return;
    }
}

// NULL for a descriptor that is no file of the data folder. Called with the lock held.
//
// A descriptor is looked at when it is first written to, so it does not matter who opened it, how, and what it was
// duplicated from. Nor is a number trusted that may have been closed behind our back: the inode must be the same.
static struct file *file_of(int fd, struct stat *status) {
    int saved_errno = errno;
    struct file *file = &elsewhere;
    char path[PATH_MAX];
    if (!fstat(fd, status) && S_ISREG(status->st_mode) && status->st_dev == device) {
        file = atomic_load(&file_of_descriptor[fd]);
        if (!file || file == &elsewhere || file->inode != status->st_ino) {
            bool ours = path_of(fd, path) && under_root(path) && !left_out(path);
            file = ours && status->st_nlink > 0 ? file_with(status->st_ino, path) : &elsewhere;
        }
    }
    atomic_store(&file_of_descriptor[fd], file);
    errno = saved_errno;
    return file == &elsewhere || file->gone ? NULL : file;
}

// Without the lock, so that writes to sockets never wait for it.
static bool may_be_ours(int fd) {
    if (fd < 0 || !atomic_load_explicit(&watching, memory_order_relaxed)) return false;
    if (fd >= DESCRIPTORS) {
        raise_alarm("descriptor %d is beyond the %d that are watched", fd, DESCRIPTORS);
        return false;
    }
    return atomic_load(&file_of_descriptor[fd]) != &elsewhere;
}

static void look_again(int fd) {
    if (fd >= 0 && fd < DESCRIPTORS) atomic_store(&file_of_descriptor[fd], NULL);
}

static struct file *lock_file_of(int fd, struct stat *status) {
    if (!may_be_ours(fd)) return NULL;
    pthread_mutex_lock(&lock);
    struct file *file = file_of(fd, status);
    if (!file) pthread_mutex_unlock(&lock);
    return file;
}

static void unlock(void) { pthread_mutex_unlock(&lock); }

// ---- The journal of a file's bytes

enum kind { WRITE = 'W', TRUNCATE = 'T', SYNCED = 'S' };

// disk.py reads the same. Little-endian, as the machine is; followed by `saved` bytes.
struct record {
    uint64_t kind;
    uint64_t offset;   // WRITE: where; TRUNCATE: the new size
    uint64_t length;   // WRITE: how many bytes; TRUNCATE: how many go; SYNCED: how many records, from the first, are durable
    uint64_t old_size; // of the file
    uint64_t saved;    // bytes of the range that were there before
};

// Called with the lock held, which the caller keeps until what it is about to do has been done.
static void journal(struct file *file, int fd, enum kind kind, off_t offset, size_t length, off_t old_size) {
    static char *buffer;
    static size_t capacity;
    int saved_errno = errno;
    size_t saved = 0;
    if (kind != SYNCED && offset < old_size)
        saved = (size_t)(old_size - offset) < length ? (size_t)(old_size - offset) : length;
    struct record record = {kind, (uint64_t)offset, length, (uint64_t)old_size, saved};
    if (capacity < sizeof record + saved) {
        buffer = realloc(buffer, capacity = sizeof record + saved);
        if (!buffer) fail("saving what a write replaces");
    }
    memcpy(buffer, &record, sizeof record);
    for (size_t done = 0; done < saved;) {
        ssize_t n = REAL(pread)(fd, buffer + sizeof record + done, saved - done, offset + (off_t)done);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) fail("reading what a write replaces");
        done += (size_t)n;
    }
    write_whole(file->journal, buffer, sizeof record + saved, file->journal_size);
    file->journal_size += (off_t)(sizeof record + saved);
    if (kind != SYNCED) {
        begin_operation(file);
        file->records++;
        atomic_fetch_add(&counters->writes, 1);
        atomic_fetch_add(&counters->bytes, length);
    }
    errno = saved_errno;
}

// `offset` is -1 for the descriptor's own position.
static void journal_write(struct file *file, int fd, off_t offset, size_t length, const struct stat *status) {
    int flags = fcntl(fd, F_GETFL);
    if (flags & O_APPEND) offset = status->st_size; // Linux appends pwrite too
    else if (offset < 0) offset = lseek(fd, 0, SEEK_CUR);
    if (offset >= 0 && length) journal(file, fd, WRITE, offset, length, status->st_size);
}

static void journal_size(struct file *file, int fd, off_t size, const struct stat *status) {
    size_t cut = size < status->st_size ? (size_t)(status->st_size - size) : 0;
    journal(file, fd, TRUNCATE, size, cut, status->st_size);
}

// The first `covered` records of that generation need not be undone any more.
static void drop_records(struct file *file, uint64_t generation, uint64_t covered) {
    if (file->gone || generation != file->generation || covered == 0) return; // another sync was faster
    if (covered < file->records) {
        journal(file, -1, SYNCED, 0, covered, 0);
        return;
    }
    if (REAL(ftruncate)(file->journal, 0)) fail("emptying a journal");
    file->journal_size = 0;
    file->records = 0;
    file->generation++;
}

// ---- The journal of names, a line for each change

static bool exists(const char *path) {
    struct stat status;
    return !fstatat(AT_FDCWD, path, &status, AT_SYMLINK_NOFOLLOW);
}

static void append_names(const char *line) {
    if (REAL(write)(names_journal, line, strlen(line)) != (ssize_t)strlen(line)) fail("writing the names' journal");
}

static char *folder_of(const char *path) { return strndup(path, (size_t)(strrchr(path, '/') - path)); }

// Called with the lock held, before the change. `vanishing`: whose content would go with its name, or NULL.
static void journal_name(const char *kind, const char *from, const char *to, const char *vanishing) {
    int saved_errno = errno;
    struct name_change *change = calloc(1, sizeof *change);
    if (!change) fail("remembering a name");
    change->number = ++name_changes_made;
    change->folder = folder_of(from);
    if (*to) {
        change->other_folder = folder_of(to);
        if (!strcmp(change->folder, change->other_folder)) {
            free(change->other_folder);
            change->other_folder = NULL;
        }
    }
    struct stat status;
    if (vanishing && !fstatat(AT_FDCWD, vanishing, &status, AT_SYMLINK_NOFOLLOW) && S_ISREG(status.st_mode)) {
        char saved[PATH_MAX + 64];
        snprintf(saved, sizeof saved, "%s/saved-%ju", journal_folder, (uintmax_t)change->number);
        if (REAL(link)(vanishing, saved)) fail("keeping a file whose name goes");
        change->kept = status.st_ino;
    }
    char line[2 * PATH_MAX + 64];
    snprintf(line, sizeof line, "%ju\t%s\t%s\t%s\n", (uintmax_t)change->number, kind, from, to);
    append_names(line);
    begin_operation(NULL);
    *last_name_change = change;
    last_name_change = &change->next;
    atomic_fetch_add(&counters->names, 1);
    errno = saved_errno;
}

static void settle(struct name_change *change) {
    char text[PATH_MAX + 64];
    snprintf(text, sizeof text, "%ju\tsettled\t\t\n", (uintmax_t)change->number);
    append_names(text);
    if (change->kept) {
        snprintf(text, sizeof text, "%s/saved-%ju", journal_folder, (uintmax_t)change->number);
        REAL(unlink)(text);
        forget_file(change->kept);
    }
    free(change);
}

static void drop_names(const char *folder, uint64_t through) {
    last_name_change = &name_changes;
    while (*last_name_change) {
        struct name_change *change = *last_name_change;
        if (change->number <= through) {
            char **folders[] = {&change->folder, &change->other_folder};
            for (int i = 0; i < 2; i++) {
                if (!*folders[i] || strcmp(*folders[i], folder)) continue;
                free(*folders[i]);
                *folders[i] = NULL;
            }
        }
        if (change->folder || change->other_folder) {
            last_name_change = &change->next;
        } else {
            *last_name_change = change->next;
            settle(change);
        }
    }
    if (!name_changes && REAL(ftruncate)(names_journal, 0)) fail("emptying the names' journal");
}

// ---- Syncs

static bool is_watched_folder(int fd, char path[PATH_MAX]) {
    struct stat status;
    if (!atomic_load(&watching) || fstat(fd, &status) || !S_ISDIR(status.st_mode) || !path_of(fd, path)) return false;
    return !strcmp(path, root) || under_root(path);
}

static int sync_descriptor(int fd, int (*sync)(int)) {
    int saved_errno = errno;
    struct stat status;
    char path[PATH_MAX];
    struct file *file = lock_file_of(fd, &status);
    uint64_t generation = 0, covered = 0, names = 0;
    if (file) {
        generation = file->generation;
        covered = file->records;
        unlock();
    } else if (is_watched_folder(fd, path)) {
        pthread_mutex_lock(&lock);
        names = name_changes_made;
        unlock();
    } else {
        errno = saved_errno;
        return sync(fd);
    }
    begin_operation(file);
    if (nosync) {
        atomic_fetch_add(&counters->swallowed_syncs, 1);
        errno = saved_errno;
        return 0;
    }
    if (sync_delay) usleep(sync_delay);
    errno = saved_errno;
    if (sync(fd)) return -1;
    pthread_mutex_lock(&lock);
    if (file) drop_records(file, generation, covered);
    else drop_names(path, names);
    unlock();
    atomic_fetch_add(file ? &counters->syncs : &counters->folder_syncs, 1);
    errno = saved_errno;
    return 0;
}

int fsync(int fd) { return sync_descriptor(fd, REAL(fsync)); }
int fdatasync(int fd) { return sync_descriptor(fd, REAL(fdatasync)); }

int syncfs(int fd) {
    if (atomic_load(&watching)) raise_alarm("syncfs is not modelled");
    return REAL(syncfs)(fd);
}

// ---- Opening

static int open_watched(int dirfd, const char *path, int flags, mode_t mode) {
    char absolute[PATH_MAX];
    bool changes = (flags & O_ACCMODE) != O_RDONLY || flags & (O_CREAT | O_TRUNC);
    if (!changes || !watched_path(dirfd, path, absolute)) {
        int fd = REAL(openat)(dirfd, path, flags, mode);
        look_again(fd);
        return fd;
    }
    if ((flags & O_TMPFILE) == O_TMPFILE || flags & O_DSYNC)
        raise_alarm("O_TMPFILE, O_SYNC and O_DSYNC are not modelled: %s", path);
    // What a write replaces must be read first.
    if ((flags & O_ACCMODE) == O_WRONLY) flags = (flags & ~O_ACCMODE) | O_RDWR;
    pthread_mutex_lock(&lock);
    bool made = flags & O_CREAT && !exists(absolute);
    if (made) journal_name("create", absolute, "", NULL);
    int fd = REAL(openat)(dirfd, path, flags & ~O_TRUNC, mode);
    look_again(fd);
    struct stat status;
    if (fd >= 0 && made && !fstat(fd, &status)) forget_file(status.st_ino);
    if (fd >= 0 && flags & O_TRUNC) {
        struct file *file = file_of(fd, &status);
        if (file && status.st_size > 0) journal_size(file, fd, 0, &status);
        if (REAL(ftruncate)(fd, 0)) fail("truncating on open");
    }
    unlock();
    return fd;
}

static mode_t mode_of(int flags, va_list arguments) {
    return flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE ? va_arg(arguments, mode_t) : 0;
}

int open(const char *path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = mode_of(flags, arguments);
    va_end(arguments);
    return open_watched(AT_FDCWD, path, flags, mode);
}

int openat(int dirfd, const char *path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = mode_of(flags, arguments);
    va_end(arguments);
    return open_watched(dirfd, path, flags, mode);
}

int creat(const char *path, mode_t mode) { return open_watched(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, mode); }

// What a fortified caller's open() without a mode becomes.
int __open_2(const char *path, int flags) { return open_watched(AT_FDCWD, path, flags, 0); }
int __openat_2(int dirfd, const char *path, int flags) { return open_watched(dirfd, path, flags, 0); }

// Cleared before, since another thread may be given the number at once.
int close(int fd) {
    look_again(fd);
    return REAL(close)(fd);
}

int dup2(int from, int to) {
    look_again(to);
    return REAL(dup2)(from, to);
}

int dup3(int from, int to, int flags) {
    look_again(to);
    return REAL(dup3)(from, to, flags);
}

// ---- Writing

ssize_t write(int fd, const void *bytes, size_t length) {
    struct stat status;
    struct file *file = lock_file_of(fd, &status);
    if (!file) return REAL(write)(fd, bytes, length);
    journal_write(file, fd, -1, length, &status);
    ssize_t written = REAL(write)(fd, bytes, length);
    unlock();
    return written;
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset) {
    struct stat status;
    struct file *file = lock_file_of(fd, &status);
    if (!file) return REAL(pwrite)(fd, bytes, length, offset);
    journal_write(file, fd, offset, length, &status);
    ssize_t written = REAL(pwrite)(fd, bytes, length, offset);
    unlock();
    return written;
}

static size_t length_of(const struct iovec *parts, int count) {
    size_t length = 0;
    for (int i = 0; i < count; i++) length += parts[i].iov_len;
    return length;
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
    struct stat status;
    struct file *file = lock_file_of(fd, &status);
    if (!file) return REAL(writev)(fd, parts, count);
    journal_write(file, fd, -1, length_of(parts, count), &status);
    ssize_t written = REAL(writev)(fd, parts, count);
    unlock();
    return written;
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset) {
    struct stat status;
    struct file *file = lock_file_of(fd, &status);
    if (!file) return REAL(pwritev)(fd, parts, count, offset);
    journal_write(file, fd, offset, length_of(parts, count), &status);
    ssize_t written = REAL(pwritev)(fd, parts, count, offset);
    unlock();
    return written;
}

ssize_t pwritev2(int fd, const struct iovec *parts, int count, off_t offset, int flags) {
    struct stat status;
    struct file *file = lock_file_of(fd, &status);
    if (!file) return REAL(pwritev2)(fd, parts, count, offset, flags);
    if (flags & ~(RWF_HIPRI | RWF_NOWAIT)) raise_alarm("pwritev2 with flags %#x is not modelled", (unsigned)flags);
    journal_write(file, fd, offset, length_of(parts, count), &status);
    ssize_t written = REAL(pwritev2)(fd, parts, count, offset, flags);
    unlock();
    return written;
}

int ftruncate(int fd, off_t size) {
    struct stat status;
    struct file *file = lock_file_of(fd, &status);
    if (!file) return REAL(ftruncate)(fd, size);
    journal_size(file, fd, size, &status);
    int result = REAL(ftruncate)(fd, size);
    unlock();
    return result;
}

int fallocate(int fd, int mode, off_t offset, off_t length) {
    struct stat status;
    struct file *file = lock_file_of(fd, &status);
    if (!file) return REAL(fallocate)(fd, mode, offset, length);
    if (mode & ~(FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE | FALLOC_FL_ZERO_RANGE))
        raise_alarm("fallocate of mode %d is not modelled", mode);
    journal_write(file, fd, offset, (size_t)length, &status);
    int result = REAL(fallocate)(fd, mode, offset, length);
    unlock();
    return result;
}

int posix_fallocate(int fd, off_t offset, off_t length) {
    struct stat status;
    struct file *file = lock_file_of(fd, &status);
    if (!file) return REAL(posix_fallocate)(fd, offset, length);
    journal_write(file, fd, offset, (size_t)length, &status);
    int result = REAL(posix_fallocate)(fd, offset, length);
    unlock();
    return result;
}

// ---- Names

static int unlink_watched(int dirfd, const char *path, int flags, const char *kind) {
    char absolute[PATH_MAX];
    if (!watched_path(dirfd, path, absolute)) return REAL(unlinkat)(dirfd, path, flags);
    pthread_mutex_lock(&lock);
    struct stat status;
    bool ours = !fstatat(AT_FDCWD, absolute, &status, AT_SYMLINK_NOFOLLOW)
        && (S_ISREG(status.st_mode) || S_ISDIR(status.st_mode));
    if (ours) journal_name(kind, absolute, "", flags & AT_REMOVEDIR ? NULL : absolute);
    int result = REAL(unlinkat)(dirfd, path, flags);
    unlock();
    return result;
}

static bool is_folder(int dirfd, const char *path) {
    struct stat status;
    return !fstatat(dirfd, path, &status, AT_SYMLINK_NOFOLLOW) && S_ISDIR(status.st_mode);
}

int unlink(const char *path) { return unlink_watched(AT_FDCWD, path, 0, "unlink"); }
int rmdir(const char *path) { return unlink_watched(AT_FDCWD, path, AT_REMOVEDIR, "rmdir"); }
int remove(const char *path) { return is_folder(AT_FDCWD, path) ? rmdir(path) : unlink(path); }

int unlinkat(int dirfd, const char *path, int flags) {
    return unlink_watched(dirfd, path, flags, flags & AT_REMOVEDIR ? "rmdir" : "unlink");
}

int mkdirat(int dirfd, const char *path, mode_t mode) {
    char absolute[PATH_MAX];
    if (!watched_path(dirfd, path, absolute)) return REAL(mkdirat)(dirfd, path, mode);
    pthread_mutex_lock(&lock);
    if (!exists(absolute)) journal_name("mkdir", absolute, "", NULL);
    int result = REAL(mkdirat)(dirfd, path, mode);
    unlock();
    return result;
}

int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }

int renameat2(int from_fd, const char *from, int to_fd, const char *to, unsigned flags) {
    char old_path[PATH_MAX], new_path[PATH_MAX];
    bool leaves = watched_path(from_fd, from, old_path), enters = watched_path(to_fd, to, new_path);
    if (!leaves && !enters) return REAL(renameat2)(from_fd, from, to_fd, to, flags);
    if (leaves != enters || flags & ~RENAME_NOREPLACE) raise_alarm("this rename is not modelled: %s to %s", from, to);
    pthread_mutex_lock(&lock);
    bool refused = flags & RENAME_NOREPLACE && exists(new_path);
    if (leaves && enters && exists(old_path) && !refused) journal_name("rename", old_path, new_path, new_path);
    int result = REAL(renameat2)(from_fd, from, to_fd, to, flags);
    unlock();
    return result;
}

int renameat(int from_fd, const char *from, int to_fd, const char *to) { return renameat2(from_fd, from, to_fd, to, 0); }
int rename(const char *from, const char *to) { return renameat2(AT_FDCWD, from, AT_FDCWD, to, 0); }

int truncate(const char *path, off_t size) {
    int fd = open_watched(AT_FDCWD, path, O_RDWR | O_CLOEXEC, 0);
    if (fd < 0) return -1;
    int result = ftruncate(fd, size);
    close(fd);
    return result;
}

// ---- Other ways to change a file, which nobody here should take

static void alarm_if_ours(int fd, const char *what) {
    struct stat status;
    if (!lock_file_of(fd, &status)) return;
    unlock();
    char path[PATH_MAX];
    raise_alarm("%s is not modelled: %s", what, path_of(fd, path) ? path : "?");
}

static void alarm_if_watched(int dirfd, const char *path, const char *what) {
    char absolute[PATH_MAX];
    if (watched_path(dirfd, path, absolute)) raise_alarm("%s is not modelled: %s", what, absolute);
}

void *mmap(void *address, size_t length, int protection, int flags, int fd, off_t offset) {
    int type = flags & MAP_TYPE;
    if (!(flags & MAP_ANONYMOUS) && protection & PROT_WRITE && (type == MAP_SHARED || type == MAP_SHARED_VALIDATE))
        alarm_if_ours(fd, "a shared writable mapping");
    return REAL(mmap)(address, length, protection, flags, fd, offset);
}

ssize_t copy_file_range(int in, off_t *in_offset, int out, off_t *out_offset, size_t length, unsigned flags) {
    alarm_if_ours(out, "copy_file_range");
    return REAL(copy_file_range)(in, in_offset, out, out_offset, length, flags);
}

ssize_t sendfile(int out, int in, off_t *offset, size_t length) {
    alarm_if_ours(out, "sendfile into a file");
    return REAL(sendfile)(out, in, offset, length);
}

ssize_t splice(int in, off_t *in_offset, int out, off_t *out_offset, size_t length, unsigned flags) {
    alarm_if_ours(out, "splice into a file");
    return REAL(splice)(in, in_offset, out, out_offset, length, flags);
}

FILE *fopen(const char *path, const char *mode) {
    if (strpbrk(mode, "wa+")) alarm_if_watched(AT_FDCWD, path, "writing by stdio");
    return REAL(fopen)(path, mode);
}

int linkat(int from_fd, const char *from, int to_fd, const char *to, int flags) {
    alarm_if_watched(from_fd, from, "a hard link");
    alarm_if_watched(to_fd, to, "a hard link");
    return REAL(linkat)(from_fd, from, to_fd, to, flags);
}

int link(const char *from, const char *to) { return linkat(AT_FDCWD, from, AT_FDCWD, to, 0); }

int symlinkat(const char *target, int dirfd, const char *path) {
    alarm_if_watched(dirfd, path, "a symbolic link");
    return REAL(symlinkat)(target, dirfd, path);
}

int symlink(const char *target, const char *path) { return symlinkat(target, AT_FDCWD, path); }

int mkostemps(char *pattern, int suffix, int flags) {
    alarm_if_watched(AT_FDCWD, pattern, "mkstemp");
    return REAL(mkostemps)(pattern, suffix, flags);
}

int mkostemp(char *pattern, int flags) { return mkostemps(pattern, 0, flags); }
int mkstemps(char *pattern, int suffix) { return mkostemps(pattern, suffix, 0); }
int mkstemp(char *pattern) { return mkostemps(pattern, 0, 0); }

// ---- The same under their 64-bit names

#define ALSO(name, other) extern __typeof__(name) other __attribute__((alias(#name)))
ALSO(open, open64);
ALSO(openat, openat64);
ALSO(creat, creat64);
ALSO(__open_2, __open64_2);
ALSO(__openat_2, __openat64_2);
ALSO(pwrite, pwrite64);
ALSO(pwritev, pwritev64);
ALSO(pwritev2, pwritev64v2);
ALSO(ftruncate, ftruncate64);
ALSO(truncate, truncate64);
ALSO(fallocate, fallocate64);
ALSO(posix_fallocate, posix_fallocate64);
ALSO(mmap, mmap64);
ALSO(sendfile, sendfile64);
ALSO(fopen, fopen64);
ALSO(mkstemp, mkstemp64);
ALSO(mkstemps, mkstemps64);
ALSO(mkostemp, mkostemp64);
ALSO(mkostemps, mkostemps64);
