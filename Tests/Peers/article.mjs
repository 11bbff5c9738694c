// The article's design: one server, a Set of open responses for each room, a body that is parsed and sent to all of them.
// Nothing is stored. Paths are Roomcast's, so that one load drives both.
//
//   node article.mjs PORT
import { createServer } from 'node:http';

const HEARTBEAT_MS = 5000;
const rooms = new Map();

const server = createServer((request, response) => {
    const [, , room, what] = request.url.split('?', 1)[0].split('/');
    if (request.method === 'GET' && what === 'events') follow(room, response);
    else if (request.method === 'POST' && what === 'messages') take(room, request, response);
    else response.writeHead(404).end();
});

function follow(room, response) {
    response.writeHead(200, {
        'Content-Type': 'text/event-stream',
        'Cache-Control': 'no-cache',
        'Connection': 'keep-alive',
    });
    response.flushHeaders();
    if (!rooms.has(room)) rooms.set(room, new Set());
    rooms.get(room).add(response);
    response.on('close', () => rooms.get(room).delete(response));
}

function take(room, request, response) {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (part) => { body += part; });
    request.on('end', () => {
        let message;
        try {
            message = JSON.parse(body);
        } catch {
            response.writeHead(400).end();
            return;
        }
        const frame = `event: message\ndata: ${JSON.stringify(message)}\n\n`;
        for (const stream of rooms.get(room) ?? []) stream.write(frame);
        response.writeHead(201, { 'Content-Type': 'application/json' }).end('{}');
    });
}

setInterval(() => {
    for (const streams of rooms.values()) {
        for (const stream of streams) stream.write('event: heartbeat\ndata: {}\n\n');
    }
}, HEARTBEAT_MS);

// A poster's connection must not be closed for its age.
server.keepAliveTimeout = 600_000;
server.headersTimeout = 0;
server.requestTimeout = 0;
server.listen({ host: '127.0.0.1', port: Number(process.argv[2]), backlog: 4096 });
