// What Swift cannot call in libmicrohttpd: variadic functions, and a logger that is handed a va_list.
#ifndef CMICROHTTPD_SHIM_H
#define CMICROHTTPD_SHIM_H

#include <microhttpd.h>
#include <stdarg.h>
#include <stdio.h>

/// How a daemon is started. It must stay where it is until the daemon has been stopped: libmicrohttpd hands its address
/// to the logger.
typedef struct {
    /// Given to each callback below as its first argument.
    void *cls;
    MHD_AccessHandlerCallback access_handler;
    MHD_RequestCompletedCallback notify_completed;
    MHD_NotifyConnectionCallback notify_connection;
    void *(*uri_log)(void *cls, const char *uri, struct MHD_Connection *connection);
    size_t (*unescape)(void *cls, struct MHD_Connection *connection, char *text);
    void (*log)(void *cls, const char *line);
    /// Bytes of memory for one connection's headers and buffers.
    size_t memory_limit;
    /// Seconds without any byte on an active connection.
    unsigned int timeout;
    unsigned int connection_limit;
    /// PEM, read while the daemon starts; NULL for one without TLS.
    const char *certificate;
    const char *key;
} cmhd_daemon_options;

/// MHD_OPTION_EXTERNAL_LOGGER: Swift cannot take a va_list apart.
static inline void cmhd_log(void *cls, const char *format, va_list arguments) {
    const cmhd_daemon_options *options = (const cmhd_daemon_options *) cls;
    char line[512];
    vsnprintf(line, sizeof line, format, arguments);
    options->log(options->cls, line);
}

/// What GnuTLS 3.7 calls normal still has TLS 1.0 and 1.1, which RFC 8996 withdraws.
#define CMHD_TLS_PRIORITIES "NORMAL:-VERS-TLS1.0:-VERS-TLS1.1"

/// MHD_start_daemon is variadic. An external event loop, no listening socket of its own: sockets come by
/// MHD_add_connection. The logger comes first, so that messages about later options reach it. Not strict: what that refuses,
/// a target with a space and a request without a Host, it closes over or answers twice; the wrapper refuses them itself.
///
/// Without TURBO for TLS: with it, 0.9.75 does not watch a socket before its handshake is through, but tries again in each
/// run, and closes without telling the peer inside TLS that the end is one (`MHD_connection_mark_closed_`).
static inline struct MHD_Daemon *cmhd_start_daemon(const cmhd_daemon_options *options) {
    struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *) options->certificate},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, (void *) options->key},
        {MHD_OPTION_HTTPS_PRIORITIES, 0, (void *) CMHD_TLS_PRIORITIES},
        {MHD_OPTION_END, 0, NULL},
    };
    int is_tls = options->certificate != NULL;
    if (!is_tls) tls[0].option = MHD_OPTION_END;
    return MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | (is_tls ? MHD_USE_TLS : MHD_USE_TURBO) | MHD_USE_ERROR_LOG
            | MHD_USE_NO_LISTEN_SOCKET,
        0, NULL, NULL, options->access_handler, options->cls,
        MHD_OPTION_EXTERNAL_LOGGER, cmhd_log, (void *) options,
        MHD_OPTION_ARRAY, tls,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, options->memory_limit,
        MHD_OPTION_CONNECTION_TIMEOUT, options->timeout,
        MHD_OPTION_CONNECTION_LIMIT, options->connection_limit,
        MHD_OPTION_UNESCAPE_CALLBACK, options->unescape, options->cls,
        MHD_OPTION_URI_LOG_CALLBACK, options->uri_log, options->cls,
        MHD_OPTION_NOTIFY_COMPLETED, options->notify_completed, options->cls,
        MHD_OPTION_NOTIFY_CONNECTION, options->notify_connection, options->cls,
        MHD_OPTION_STRICT_FOR_CLIENT, 0,
        MHD_OPTION_END);
}

/// The first line that a daemon logs.
typedef struct {
    char text[256];
} cmhd_line;

static inline void cmhd_keep_first_line(void *cls, const char *format, va_list arguments) {
    cmhd_line *line = (cmhd_line *) cls;
    if (line->text[0] == 0) vsnprintf(line->text, sizeof line->text, format, arguments);
}

static inline enum MHD_Result cmhd_answer_nothing(
    void *cls, struct MHD_Connection *connection, const char *url, const char *method, const char *version,
    const char *upload, size_t *upload_size, void **request) {
    return MHD_NO;
}

/// Whether a daemon starts with this certificate and key; else the line says why, in GnuTLS's words.
static inline int cmhd_can_use(const char *certificate, const char *key, cmhd_line *line) {
    struct MHD_Daemon *daemon = MHD_start_daemon(
        MHD_USE_EPOLL | MHD_USE_TLS | MHD_USE_ERROR_LOG | MHD_USE_NO_LISTEN_SOCKET, 0, NULL, NULL,
        cmhd_answer_nothing, NULL,
        MHD_OPTION_EXTERNAL_LOGGER, cmhd_keep_first_line, line,
        MHD_OPTION_HTTPS_MEM_CERT, certificate,
        MHD_OPTION_HTTPS_MEM_KEY, key,
        MHD_OPTION_END);
    if (daemon == NULL) return 0;
    MHD_stop_daemon(daemon);
    return 1;
}

/// MHD_get_daemon_info is variadic. The epoll set that becomes readable when the daemon wants MHD_run; -1 if there is none.
static inline int cmhd_daemon_epoll_fd(struct MHD_Daemon *daemon) {
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_EPOLL_FD);
    return info == NULL ? -1 : info->epoll_fd;
}

/// MHD_get_connection_info is variadic. What MHD_NotifyConnectionCallback stored for this socket.
static inline void *cmhd_socket_context(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info == NULL ? NULL : info->socket_context;
}

/// MHD_get_connection_info is variadic. What `MHD_add_connection` was given.
static inline const struct sockaddr *cmhd_client_address(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    return info == NULL ? NULL : info->client_addr;
}

/// MHD_get_connection_info is variadic. Bytes from the method to the empty line after the headers; 0 before they are in.
static inline size_t cmhd_head_size(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    return info == NULL ? 0 : info->header_size;
}

/// MHD_set_connection_option is variadic. A connection with a time limit of its own, in seconds, is looked at in each run.
static inline void cmhd_limit_connection(struct MHD_Connection *connection, unsigned int seconds) {
    MHD_set_connection_option(connection, MHD_CONNECTION_OPTION_TIMEOUT, seconds);
}

#endif
