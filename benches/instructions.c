// Goes before libc in what benches/instructions.mjs counts (LD_PRELOAD), so that each process of segfn tells what it
// counted, and all that it counts is its own work.
#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <valgrind/callgrind.h>

// A worker process that isn't needed any more is killed, and then Valgrind couldn't write its count.
static int softer(int sig) {
    return sig == SIGKILL ? SIGTERM : sig;
}

int kill(pid_t process, int sig) {
    return syscall(SYS_kill, process, softer(sig));
}

int prctl(int option, ...) {
    va_list rest;
    va_start(rest, option);
    unsigned long given[4];
    for (int i = 0; i < 4; i++) given[i] = va_arg(rest, unsigned long);
    va_end(rest);
    if (option == PR_SET_PDEATHSIG) given[0] = softer(given[0]);
    return syscall(SYS_prctl, option, given[0], given[1], given[2], given[3]);
}

// How often the supervisor looks at its workers' memory depends on how long they take, and what it would see is mostly
// Valgrind's.
int open64(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = va_arg(rest, mode_t);
    va_end(rest);
    if (strncmp(path, "/proc/", 6) == 0 && isdigit(path[6]) && strstr(path, "/status")) {
        errno = ENOENT;
        return -1;
    }
    return syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

// Valgrind needs memory, too.
int setrlimit(__rlimit_resource_t resource, const struct rlimit *limit) {
    (void)resource;
    (void)limit;
    return 0;
}

// The count of a process that is forked begins with its parent's.
static void begin_at_zero(void) {
    CALLGRIND_ZERO_STATS;
}

__attribute__((constructor)) static void prepare(void) {
    pthread_atfork(NULL, NULL, begin_at_zero);
}
