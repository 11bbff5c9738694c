// The floor that a server on sockets stands on: one thread, epoll, one send() for each subscriber and message. No parsing
// of what is posted, no history, nothing stored. A subscriber that reads slowly holds up all others: this has no queues.
//
//   cc -O2 -o floor floor.c && ./floor PORT
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MAX_REQUEST = 64 << 10, BUCKETS = 1 << 14, BATCH = 64, BACKLOG = 4096 };

struct room {
    char *name;
    int *subscribers;
    int count, capacity;
    struct room *next;
};

// A connection that has not become a stream, by its descriptor.
struct client {
    char *bytes;
    size_t count;
    struct room *room; // Of a stream.
};

static struct room *buckets[BUCKETS];
static struct client *clients;
static int epoll;

static struct room *find_room(const char *name, size_t length) {
    unsigned hash = 5381;
    for (size_t i = 0; i < length; i++) hash = hash * 33 ^ (unsigned char) name[i];
    struct room **bucket = &buckets[hash % BUCKETS];
    for (struct room *room = *bucket; room; room = room->next)
        if (strlen(room->name) == length && memcmp(room->name, name, length) == 0) return room;
    struct room *room = calloc(1, sizeof *room);
    room->name = strndup(name, length);
    room->next = *bucket;
    return *bucket = room;
}

static void disconnect(int socket) {
    struct client *client = &clients[socket];
    struct room *room = client->room;
    for (int i = 0; room && i < room->count; i++)
        if (room->subscribers[i] == socket) {
            room->subscribers[i] = room->subscribers[--room->count];
            break;
        }
    free(client->bytes);
    *client = (struct client) {0};
    close(socket);
}

static int send_all(int socket, const char *bytes, size_t count) {
    while (count > 0) {
        ssize_t sent = send(socket, bytes, count, MSG_NOSIGNAL);
        if (sent < 0 && errno == EAGAIN) {
            poll(&(struct pollfd) {.fd = socket, .events = POLLOUT}, 1, 1000);
        } else if (sent < 0) {
            return -1;
        } else {
            bytes += sent;
            count -= sent;
        }
    }
    return 0;
}

static void publish(struct room *room, const char *body, size_t length) {
    static char frame[MAX_REQUEST + 64];
    int size = snprintf(frame, sizeof frame, "event: message\ndata: %.*s\n\n", (int) length, body);
    for (int i = 0; i < room->count; i++) send_all(room->subscribers[i], frame, size);
}

static void subscribe(int socket, struct room *room) {
    static const char head[] = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n\r\n";
    if (room->count == room->capacity) {
        room->capacity = room->capacity ? room->capacity * 2 : 4;
        room->subscribers = realloc(room->subscribers, room->capacity * sizeof *room->subscribers);
    }
    room->subscribers[room->count++] = socket;
    clients[socket].room = room;
    free(clients[socket].bytes);
    clients[socket].bytes = NULL;
    send_all(socket, head, sizeof head - 1);
}

// Returns how many bytes the first request takes up, 0 if it is incomplete, -1 if the connection is to be closed.
static ssize_t answer(int socket, char *request, size_t count) {
    char *end = memmem(request, count, "\r\n\r\n", 4);
    if (!end) return 0;
    size_t head = end + 4 - request;
    char *name = memmem(request, head, "/rooms/", 7);
    if (!name) return -1;
    name += 7;
    struct room *room = find_room(name, strcspn(name, "/ "));
    if (request[0] == 'G') {
        subscribe(socket, room);
        return head;
    }
    char *length = memmem(request, head, "Content-Length: ", 16);
    size_t body = length ? strtoul(length + 16, NULL, 10) : 0;
    if (count < head + body) return 0;
    publish(room, request + head, body);
    static const char done[] = "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n";
    return send_all(socket, done, sizeof done - 1) < 0 ? -1 : (ssize_t) (head + body);
}

static void take(int socket) {
    struct client *client = &clients[socket];
    char ignored[512];
    if (client->room) {
        ssize_t count = recv(socket, ignored, sizeof ignored, 0);
        if (count == 0 || (count < 0 && errno != EAGAIN)) disconnect(socket);
        return;
    }
    if (!client->bytes) client->bytes = malloc(MAX_REQUEST + 1);
    ssize_t count = recv(socket, client->bytes + client->count, MAX_REQUEST - client->count, 0);
    if (count < 0 && errno == EAGAIN) return;
    if (count <= 0) return disconnect(socket);
    client->count += count;
    client->bytes[client->count] = 0;
    while (client->bytes && client->count > 0) {
        ssize_t used = answer(socket, client->bytes, client->count);
        if (used == 0) return;
        if (used < 0) return disconnect(socket);
        if (!client->bytes) return;
        client->count -= used;
        memmove(client->bytes, client->bytes + used, client->count + 1);
    }
}

int main(int argc, char **argv) {
    if (argc != 2) return fprintf(stderr, "floor PORT\n"), 64;
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max < 1 << 20 ? limit.rlim_max : 1 << 20;
    setrlimit(RLIMIT_NOFILE, &limit);
    clients = calloc(limit.rlim_cur, sizeof *clients);

    int one = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1]))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listener, (void *) &address, sizeof address) < 0 || listen(listener, BACKLOG) < 0) return perror("floor"), 69;

    epoll = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = listener}, events[BATCH];
    epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
    for (;;) {
        int ready = epoll_wait(epoll, events, BATCH, -1);
        for (int i = 0; i < ready; i++) {
            if (events[i].data.fd != listener) {
                take(events[i].data.fd);
                continue;
            }
            int client;
            while ((client = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
                setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
                event = (struct epoll_event) {.events = EPOLLIN, .data.fd = client};
                epoll_ctl(epoll, EPOLL_CTL_ADD, client, &event);
            }
        }
    }
}
