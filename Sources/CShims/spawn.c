#define _GNU_SOURCE
#include "CShims.h"
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

static void report(int to, int error) {
    while (write(to, &error, sizeof error) < 0 && errno == EINTR) {}
    _exit(127);
}

static void default_signals(void) {
    struct sigaction action = {.sa_handler = SIG_DFL};
    for (int number = 1; number < NSIG; number++) sigaction(number, &action, NULL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static void close_from(int first) {
    if (close_range((unsigned)first, ~0U, 0) == 0) return;
    long limit = sysconf(_SC_OPEN_MAX);
    for (int descriptor = first; descriptor < limit; descriptor++) close(descriptor);
}

/* Runs between fork and exec in a copy of a process with threads, so it calls async-signal-safe functions only. */
static void become_program(const struct itsm_command *c, pid_t parent, int failures) {
    default_signals();
    if (setsid() < 0) report(failures, errno);

    int input = c->input >= 0 ? c->input : open("/dev/null", O_RDONLY);
    int output = c->output ? open(c->output, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW, 0600) : open("/dev/null", O_WRONLY);
    if (input < 0 || output < 0) report(failures, errno);
    if (c->drops_user && c->output && fchown(output, c->user, c->group) < 0) report(failures, errno);
    if (c->drops_user && itsm_become(c->user, c->group, c->groups, c->group_count) < 0) report(failures, errno);

    /* After the change of user, which would clear it. A parent that died before this line is seen by getppid. */
    if (c->death_signal) {
        if (prctl(PR_SET_PDEATHSIG, c->death_signal) < 0) report(failures, errno);
        if (getppid() != parent) _exit(127);
    }
    if (c->directory && chdir(c->directory) < 0) report(failures, errno);

    /* First out of the way of 0 to 3, then into them. */
    int high_input = fcntl(input, F_DUPFD, 10), high_output = fcntl(output, F_DUPFD, 10), high_failures = fcntl(failures, F_DUPFD, 10);
    if (high_input < 0 || high_output < 0 || high_failures < 0) report(failures, errno);
    if (dup2(high_input, 0) < 0 || dup2(high_output, 1) < 0 || dup2(high_output, 2) < 0 || dup2(high_failures, 3) < 0) report(high_failures, errno);
    fcntl(3, F_SETFD, FD_CLOEXEC);
    close_from(4);
    umask(077);
    execve(c->path, c->arguments, c->environment);
    report(3, errno);
}

pid_t itsm_spawn(const struct itsm_command *command) {
    int failures[2];
    if (pipe2(failures, O_CLOEXEC) < 0) return -1;

    /* No handler of ours may run in the child before it has the default ones. */
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t parent = getpid();
    pid_t child = fork();
    int error = errno;
    if (child == 0) {
        close(failures[0]);
        become_program(command, parent, failures[1]);
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    close(failures[1]);

    if (child > 0) {
        int reported = 0;
        ssize_t count;
        while ((count = read(failures[0], &reported, sizeof reported)) < 0 && errno == EINTR) {}
        error = reported;
        if (count == sizeof reported) {
            int signal;
            itsm_await_end(child, 1);
            itsm_reap(child, &signal);
            child = -1;
        }
    }
    close(failures[0]);
    errno = error;
    return child;
}

int itsm_become(uid_t user, gid_t group, const gid_t *groups, size_t group_count) {
    if (setgroups(group_count, groups) < 0 || setgid(group) < 0 || setuid(user) < 0) return -1;
    return 0;
}
