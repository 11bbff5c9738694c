// What Swift's Glibc module leaves out of Linux: whole headers, variadic functions, and what only _GNU_SOURCE declares.
#ifndef CLINUX_SHIM_H
#define CLINUX_SHIM_H

#include <linux/magic.h>
#include <malloc.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/vfs.h>

/// The next connection, non-blocking and closed on exec, and its other end: accept4 is declared only under _GNU_SOURCE.
static inline int clinux_accept(int listener, struct sockaddr_storage *peer) {
    extern int accept4(int, struct sockaddr *, socklen_t *, int);
    socklen_t length = sizeof *peer;
    return accept4(listener, (struct sockaddr *) peer, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

/// prctl is variadic. Names the calling thread, in 15 characters, for debuggers and `top -H`.
static inline void clinux_name_thread(const char *name) {
    prctl(PR_SET_NAME, name, 0, 0, 0);
}

/// Packets that a socket's peer has not acknowledged, and milliseconds since it acknowledged any: struct tcp_info is in a
/// header that Glibc leaves out. -1 for what is no TCP socket.
static inline int clinux_unacknowledged(int socket, unsigned int *milliseconds) {
    struct tcp_info info;
    socklen_t length = sizeof info;
    if (getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &length) != 0) return -1;
    *milliseconds = info.tcpi_last_ack_recv;
    return (int) info.tcpi_unacked;
}

/// The lower half of how many bytes a socket's peer has acknowledged; 0 for what is no TCP socket. Glibc's struct tcp_info
/// ends before tcpi_bytes_acked, which the kernel's has at byte 120 since Linux 4.1.
static inline unsigned int clinux_acknowledged(int socket) {
    union {
        struct tcp_info info;
        unsigned char bytes[128];
    } all = {0};
    socklen_t length = sizeof all;
    unsigned int acknowledged;
    _Static_assert(offsetof(struct tcp_info, tcpi_total_retrans) == 100, "not the kernel's struct tcp_info");
    getsockopt(socket, IPPROTO_TCP, TCP_INFO, &all, &length);
    memcpy(&acknowledged, all.bytes + 120, sizeof acknowledged);
    return acknowledged;
}

/// Has the kernel ask a silent peer whether it is there: after `idle` seconds, then `count` times every `interval`.
static inline void clinux_keep_alive(int socket, int idle, int interval, int count) {
    int on = 1;
    setsockopt(socket, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    setsockopt(socket, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
    setsockopt(socket, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof interval);
    setsockopt(socket, IPPROTO_TCP, TCP_KEEPCNT, &count, sizeof count);
}

/// Has the kernel send at once what is written, however little, instead of waiting for the acknowledgement of what went before.
static inline void clinux_no_delay(int socket) {
    int on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

/// Has the kernel take no more to be sent to a peer once so many bytes wait for it, besides those on their way
/// (TCP_NOTSENT_LOWAT): without, it lets the buffer of a peer that reads nothing grow to megabytes.
static inline void clinux_limit_unsent(int socket, int bytes) {
    setsockopt(socket, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &bytes, sizeof bytes);
}

// Several modules' headers bring recv(2)'s flags along, and which of them Swift then finds depends on the order in which they were
// built; so the flags stay in here.

/// Takes what a peer has sent, without waiting for it; the result and errno are recv(2)'s.
static inline ssize_t clinux_receive_now(int socket, void *buffer, size_t size) {
    return recv(socket, buffer, size, MSG_DONTWAIT);
}

/// The same, and leaves it to be read.
static inline ssize_t clinux_peek(int socket, void *buffer, size_t size) {
    return recv(socket, buffer, size, MSG_PEEK | MSG_DONTWAIT);
}

/// Sends what the kernel takes at once. No SIGPIPE.
static inline ssize_t clinux_send_now(int socket, const void *buffer, size_t size) {
    return send(socket, buffer, size, MSG_DONTWAIT | MSG_NOSIGNAL);
}

#endif
