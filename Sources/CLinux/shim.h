// What Swift's Glibc module leaves out of Linux: whole headers, variadic functions, and what only _GNU_SOURCE declares.
#ifndef CLINUX_SHIM_H
#define CLINUX_SHIM_H

#include <malloc.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>

/// The next connection, non-blocking and closed on exec: accept4 is declared only under _GNU_SOURCE.
static inline int clinux_accept(int listener) {
    extern int accept4(int, struct sockaddr *, socklen_t *, int);
    return accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

/// prctl is variadic. Names the calling thread, in 15 characters, for debuggers and `top -H`.
static inline void clinux_name_thread(const char *name) {
    prctl(PR_SET_NAME, name, 0, 0, 0);
}

#endif
