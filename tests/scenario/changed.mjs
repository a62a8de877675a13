// SPDX-License-Identifier: Apache-2.0
// Stands before a server and hands on all that is read there, but changes one byte of /verify.
//
//     node changed.mjs URL        prints its own address, on loopback
import { createServer, request } from 'node:http';

const upstream = process.argv[2];

const server = createServer((asked, response) => {
    const { host, ...headers } = asked.headers;
    const call = request(`${upstream}${asked.url}`, { method: asked.method, headers }, (answer) => {
        const parts = [];
        answer.on('data', (part) => parts.push(part));
        answer.on('end', () => {
            const body = Buffer.concat(parts);
            if (asked.url === '/verify') body[body.length - 10] ^= 1;
            response.writeHead(answer.statusCode, answer.headers).end(body);
        });
    });
    call.on('error', () => response.destroy());
    call.end();
});
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
