/*
 * Makes the nth call fail that changes something on disk below a directory. Preloaded (ld.so(8)) into the server; other
 * programs on the way to it pass it on, and what the server starts does not get it. Takes its orders from the environment:
 *   IO_FAULT_BELOW   only paths that begin so count: a directory with a slash at the end, or the start of files' names
 *   IO_FAULT_ERRNO   what the call fails with; 0 kills the process instead, before the call; -1 reports and does it
 *   IO_FAULT_NTH     the first call that fails, from 1
 *   IO_FAULT_TIMES   how many calls fail from there on
 *   IO_FAULT_TORN    1: half of what is to be written is written all the same
 *   IO_FAULT_REPORT  a line is added to this file for each failure: which call, which path
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static int active, failure, torn;
static long nth, times;
static char below[PATH_MAX], report[PATH_MAX];
static atomic_long count;

__attribute__((constructor)) static void begin(void) {
  const char *where = getenv("IO_FAULT_BELOW");
  if (!where || strcmp(program_invocation_short_name, "java") != 0) return;
  snprintf(below, sizeof below, "%s", where);
  snprintf(report, sizeof report, "%s", getenv("IO_FAULT_REPORT"));
  failure = atoi(getenv("IO_FAULT_ERRNO"));
  nth = atol(getenv("IO_FAULT_NTH"));
  times = atol(getenv("IO_FAULT_TIMES"));
  torn = atoi(getenv("IO_FAULT_TORN"));
  char *preload = getenv("LD_PRELOAD");
  if (preload) {
    // under another name, also in /proc/self/environ, from which jobs get their environment
    preload[-(long)sizeof "LD_PRELOAD"] = 'X';
  }
  active = 1;
}

/* The absolute path of a file named from a directory, or of what is open there; false when there is none. */
static int path_of(int fd, const char *name, char *path) {
  if (name && name[0] == '/') {
    snprintf(path, PATH_MAX, "%s", name);
    return 1;
  }
  char link[64];
  if (fd == AT_FDCWD) strcpy(link, "/proc/self/cwd");
  else snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = syscall(SYS_readlink, link, path, PATH_MAX - 1);
  if (length < 0) return 0;
  path[length] = 0;
  if (name) snprintf(path + length, PATH_MAX - (size_t)length, "/%s", name);
  return 1;
}

/* True: this call fails, and errno says with what. */
static int fails(const char *call, int fd, const char *name) {
  if (!active) return 0;
  int before = errno;
  char path[PATH_MAX];
  if (!path_of(fd, name, path) || strncmp(path, below, strlen(below)) != 0) {
    errno = before;
    return 0;
  }
  long now = atomic_fetch_add(&count, 1) + 1;
  if (now < nth || now - nth >= times) {
    errno = before;
    return 0;
  }
  char line[PATH_MAX + 64];
  int length = snprintf(line, sizeof line, "%ld %s %s\n", now, call, path + strlen(below));
  int file = (int)syscall(SYS_openat, AT_FDCWD, report, O_WRONLY | O_CREAT | O_APPEND, 0600);
  if (file >= 0) {
    if (syscall(SYS_write, file, line, (size_t)length) < 0) abort();
    syscall(SYS_close, file);
  }
  if (failure == 0) kill(getpid(), SIGKILL);
  errno = failure < 0 ? before : failure;
  return failure > 0;
}

#define REAL(name) \
  static __typeof__(&name) real; \
  if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

#define HALF(call) \
  if (torn && size > 1) { \
    int error = errno; \
    if ((call) < 0) { /* then nothing of it is written */ } \
    errno = error; \
  }

ssize_t write(int fd, const void *data, size_t size) {
  REAL(write);
  if (!fails("write", fd, NULL)) return real(fd, data, size);
  HALF(real(fd, data, size / 2));
  return -1;
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t at) {
  REAL(pwrite);
  if (!fails("pwrite", fd, NULL)) return real(fd, data, size, at);
  HALF(real(fd, data, size / 2, at));
  return -1;
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) {
  REAL(pwrite64);
  if (!fails("pwrite", fd, NULL)) return real(fd, data, size, at);
  HALF(real(fd, data, size / 2, at));
  return -1;
}

ssize_t writev(int fd, const struct iovec *data, int parts) {
  REAL(writev);
  return fails("writev", fd, NULL) ? -1 : real(fd, data, parts);
}

int fsync(int fd) {
  REAL(fsync);
  return fails("fsync", fd, NULL) ? -1 : real(fd);
}

int fdatasync(int fd) {
  REAL(fdatasync);
  return fails("fdatasync", fd, NULL) ? -1 : real(fd);
}

int ftruncate(int fd, off_t size) {
  REAL(ftruncate);
  return fails("ftruncate", fd, NULL) ? -1 : real(fd, size);
}

int ftruncate64(int fd, off64_t size) {
  REAL(ftruncate64);
  return fails("ftruncate", fd, NULL) ? -1 : real(fd, size);
}

#define MODE \
  mode_t mode = 0; \
  if (flags & O_CREAT) { \
    va_list more; \
    va_start(more, flags); \
    mode = va_arg(more, mode_t); \
    va_end(more); \
  }

int open(const char *name, int flags, ...) {
  REAL(open);
  MODE
  return (flags & O_CREAT) && fails("create", AT_FDCWD, name) ? -1 : real(name, flags, mode);
}

int open64(const char *name, int flags, ...) {
  REAL(open64);
  MODE
  return (flags & O_CREAT) && fails("create", AT_FDCWD, name) ? -1 : real(name, flags, mode);
}

int openat(int fd, const char *name, int flags, ...) {
  REAL(openat);
  MODE
  return (flags & O_CREAT) && fails("create", fd, name) ? -1 : real(fd, name, flags, mode);
}

int openat64(int fd, const char *name, int flags, ...) {
  REAL(openat64);
  MODE
  return (flags & O_CREAT) && fails("create", fd, name) ? -1 : real(fd, name, flags, mode);
}

int mkdir(const char *name, mode_t mode) {
  REAL(mkdir);
  return fails("mkdir", AT_FDCWD, name) ? -1 : real(name, mode);
}

int rename(const char *from, const char *to) {
  REAL(rename);
  return fails("rename", AT_FDCWD, from) ? -1 : real(from, to);
}

int renameat(int from, const char *old, int to, const char *name) {
  REAL(renameat);
  return fails("rename", from, old) ? -1 : real(from, old, to, name);
}

int unlink(const char *name) {
  REAL(unlink);
  return fails("unlink", AT_FDCWD, name) ? -1 : real(name);
}

int unlinkat(int fd, const char *name, int flags) {
  REAL(unlinkat);
  return fails("unlink", fd, name) ? -1 : real(fd, name, flags);
}

int rmdir(const char *name) {
  REAL(rmdir);
  return fails("rmdir", AT_FDCWD, name) ? -1 : real(name);
}
