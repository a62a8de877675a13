// SPDX-License-Identifier: Apache-2.0
// behind.mjs SOCKET SEEN: a server on a Unix socket that writes to SEEN what a proxy passes on: a line for each request, with method, path,
// headers and length of the body.  It answers `ok`.
import { appendFileSync, chmodSync } from "node:fs";
import { createServer } from "node:http";

const [socket, seen] = process.argv.slice(2);
const server = createServer((request, response) => {
    let length = 0;
    request.on("data", (piece) => (length += piece.length));
    request.on("end", () => {
        appendFileSync(seen, JSON.stringify([request.method, request.url, request.rawHeaders, length]) + "\n");
        response.writeHead(request.method === "POST" ? 202 : 200, { "Content-Type": "text/plain", "Cache-Control": "no-store" });
        response.end("ok\n");
    });
});
server.listen(socket, () => chmodSync(socket, 0o777));
process.on("SIGTERM", () => process.exit(0));
