#pragma once
#include <stdint.h>
#include <sys/types.h>

/* What Swift cannot do itself: fork, and calls that Glibc's module leaves out. Every function returns -1 and sets errno on failure. */

/* A program to start. Everything in it is read before the fork returns. */
struct itsm_command {
    const char *path;
    char *const *arguments;   /* NULL-terminated, the program's name first */
    char *const *environment; /* NULL-terminated */
    const char *directory;    /* working folder, or NULL to stay */
    const char *output;       /* file that stdout and stderr are appended to, or NULL for /dev/null */
    int input;                /* descriptor that becomes stdin, or -1 for /dev/null */
    int drops_user;           /* non-zero: become `user` and `group` before the program starts; needs root */
    uid_t user;
    gid_t group;
    const gid_t *groups;
    size_t group_count;
    int death_signal;         /* sent to the child when the calling THREAD ends, however it ends; 0 for none */
};

/* Starts `command` in a session of its own with nothing open but stdin, stdout and stderr. Returns its process id once the program runs;
   a failure on the way to it, in the child too, is this call's failure. */
pid_t itsm_spawn(const struct itsm_command *command);

/* Waits until the child `pid` has ended, but leaves it as a zombie, so that its number is not given away before `itsm_reap`.
   Returns 1 when it has ended, 0 when `blocks` is zero and it has not. */
int itsm_await_end(pid_t pid, int blocks);

/* Takes away an ended child. `signal` receives the signal that ended it, or 0; returns the exit code, or 128 + signal. */
int itsm_reap(pid_t pid, int *signal);

/* Waits until any process, child or not, has ended. Returns 1 when it has, 0 after `milliseconds`. */
int itsm_await_process(pid_t pid, int milliseconds);

/* Takes the exclusive lock on an open file. Returns 0, or -1 with EWOULDBLOCK when another holds it. */
int itsm_lock(int descriptor);

/* Becomes another user for good: groups, group, user, in all threads. */
int itsm_become(uid_t user, gid_t group, const gid_t *groups, size_t group_count);

/* The columns that one Unicode scalar takes on a terminal: 0, 1 or 2; -1 for control characters. */
int itsm_display_width(uint32_t scalar);
