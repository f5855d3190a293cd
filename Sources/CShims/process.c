#define _GNU_SOURCE
#include "CShims.h"
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int itsm_await_end(pid_t pid, int blocks) {
    siginfo_t info = {0};
    int result;
    while ((result = waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT | (blocks ? 0 : WNOHANG))) < 0 && errno == EINTR) {}
    if (result < 0) return -1;
    return info.si_pid == pid;
}

int itsm_reap(pid_t pid, int *signal) {
    int status = 0;
    pid_t result;
    while ((result = waitpid(pid, &status, 0)) < 0 && errno == EINTR) {}
    if (result < 0) return -1;
    *signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    return WIFSIGNALED(status) ? 128 + *signal : WEXITSTATUS(status);
}

int itsm_await_process(pid_t pid, int milliseconds) {
    int descriptor = (int)syscall(SYS_pidfd_open, pid, 0);
    if (descriptor < 0) return errno == ESRCH ? 1 : -1;
    struct pollfd wait = {.fd = descriptor, .events = POLLIN};
    int result;
    while ((result = poll(&wait, 1, milliseconds)) < 0 && errno == EINTR) {}
    close(descriptor);
    return result;
}

int itsm_lock(int descriptor) {
    return flock(descriptor, LOCK_EX | LOCK_NB);
}
