// SPDX-License-Identifier: Apache-2.0
// A server that shows an older state of itself, but what witnesses have cosigned since:   node liar.mjs OLD NEW PORTFILE
import { writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';

const [old, newer, portFile] = process.argv.slice(2);
const server = createServer((from, to) => {
    const base = from.url === '/directory/cosigned' ? newer : old;
    const asked = request(base + from.url, { method: from.method }, (reply) => {
        to.writeHead(reply.statusCode, reply.headers);
        reply.pipe(to);
    });
    asked.on('error', () => to.destroy());
    from.pipe(asked);
});
server.listen(0, '127.0.0.1', () => writeFileSync(portFile, String(server.address().port)));
