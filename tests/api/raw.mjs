// SPDX-License-Identifier: Apache-2.0
// Bytes to a server and back, with no client between that would tidy them.  Every wait is bounded.
import net from "node:net";

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// A connection: `received` grows until the other side ends (`ended`), resets or fails (`error`).
export class Wire {
    received = Buffer.alloc(0);
    ended = false;
    error = undefined;

    static async open(base, { allowHalfOpen = true } = {}) {
        const url = new URL(base);
        const wire = new Wire();
        wire.host = url.host;
        const host = url.hostname.replace(/^\[|\]$/g, "");
        wire.socket = net.connect({ host, port: Number(url.port || 80), allowHalfOpen });
        wire.socket.on("data", (part) => (wire.received = Buffer.concat([wire.received, part])));
        wire.socket.on("end", () => (wire.ended = true));
        wire.socket.on("close", () => (wire.ended = true));
        await new Promise((resolve, reject) => {
            wire.socket.once("connect", resolve);
            wire.socket.once("error", reject);
        });
        wire.socket.on("error", (error) => {
            wire.error = error;
            wire.ended = true;
        });
        return wire;
    }

    // What cannot be sent because the other side has gone is not sent.
    send(bytes) {
        if (!this.ended && this.socket.writable) this.socket.write(bytes);
    }

    finish() {
        if (this.socket.writable) this.socket.end();
    }

    // True once `holds()`; false where it does not within `ms`.
    async until(holds, ms) {
        const limit = Date.now() + ms;
        for (let pause = 1; Date.now() < limit; pause = Math.min(pause + 1, 20)) {
            if (holds()) return true;
            await sleep(pause);
        }
        return holds();
    }

    // The replies so far, the incomplete ones left out.
    replies(methods = []) {
        const list = [];
        let rest = this.received;
        for (let i = 0; rest.length > 0 && i < 1000; i++) {
            const reply = readReply(rest, methods[i] ?? "GET", this.ended);
            if (!reply) break;
            rest = rest.subarray(reply.total);
            if (reply.status >= 200) list.push(reply);
        }
        this.rest = rest;
        return list;
    }

    close() {
        this.socket.destroy();
    }

    // Ends with RST instead of FIN.
    reset() {
        if (!this.socket.destroyed) this.socket.resetAndDestroy();
    }
}

function readReply(bytes, method, ended) {
    const end = bytes.indexOf("\r\n\r\n");
    if (end < 0) return undefined;
    const [line, ...fields] = bytes.toString("latin1", 0, end).split("\r\n");
    const match = /^HTTP\/1\.[01] ([1-5][0-9]{2})(?: .*)?$/.exec(line);
    if (!match) throw new Error(`not a status line: ${JSON.stringify(line.slice(0, 80))}`);
    const headers = {};
    for (const field of fields) {
        const colon = field.indexOf(":");
        const name = field.slice(0, colon).toLowerCase();
        if (colon <= 0) throw new Error(`not a header: ${JSON.stringify(field.slice(0, 80))}`);
        headers[name] = name in headers ? `${headers[name]}, ${field.slice(colon + 1).trim()}` : field.slice(colon + 1).trim();
    }
    const status = Number(match[1]);
    const start = end + 4;
    const reply = { status, headers, line };
    const none = status < 200 || status === 204 || status === 304 || method === "HEAD";
    if (none) return { ...reply, body: Buffer.alloc(0), total: start };
    if (headers["transfer-encoding"] === "chunked") return readChunks(reply, bytes, start);
    const length = headers["content-length"];
    if (length === undefined) {
        if (!ended) return undefined;
        return { ...reply, body: bytes.subarray(start), total: bytes.length };
    }
    const total = start + Number(length);
    if (bytes.length < total) return undefined;
    return { ...reply, body: bytes.subarray(start, total), total };
}

function readChunks(reply, bytes, start) {
    const parts = [];
    let at = start;
    for (;;) {
        const end = bytes.indexOf("\r\n", at);
        if (end < 0) return undefined;
        const size = parseInt(bytes.toString("latin1", at, end), 16);
        if (!(size >= 0)) throw new Error("not a chunk");
        if (bytes.length < end + 2 + size + 2) return undefined;
        parts.push(bytes.subarray(end + 2, end + 2 + size));
        at = end + 2 + size + 2;
        if (size === 0) return { ...reply, body: Buffer.concat(parts), total: at };
    }
}

// One request, its connection closed after it: { status, headers, body, rest }; `rest` is what came behind the reply.
export async function exchange(base, method, path, { headers = {}, body = Buffer.alloc(0), ms = 30000 } = {}) {
    const wire = await Wire.open(base);
    const prefix = new URL(base).pathname.replace(/\/$/, "");
    const sends = { Host: wire.host, Connection: "close", ...headers };
    if (body.length > 0 || method === "POST") sends["Content-Length"] ??= body.length;
    const head = Object.entries(sends).map(([name, value]) => `${name}: ${value}\r\n`);
    wire.send(Buffer.concat([Buffer.from(`${method} ${prefix}${path} HTTP/1.1\r\n${head.join("")}\r\n`, "latin1"), body]));
    await wire.until(() => wire.ended, ms);
    const [reply] = wire.replies([method]);
    wire.close();
    if (!reply) throw new Error(`${method} ${path}: no whole reply within ${ms} ms`);
    return { ...reply, rest: wire.rest };
}
