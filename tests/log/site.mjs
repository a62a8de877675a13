// SPDX-License-Identifier: Apache-2.0
// A small server of logs for trying the checker: what it serves is right unless `spoil` says otherwise.
//   spoil.records(batches, pid)   may change a petition's batches before they are logged
//   spoil.directory(lines)        may change the directory's lines; they are logged one a checkpoint
//   spoil.sign(text, name)        may change the text of a checkpoint before it is signed
//   spoil.answer(path, answer)    may change { status, type, body, headers } just before it is sent
import { createPrivateKey, randomBytes, sign } from "node:crypto";
import http from "node:http";
import * as tlog from "./tlog.mjs";

export class Signer {
    constructor(name, type = 1, seed = randomBytes(32)) {
        const pkcs8 = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed]);
        this.key = createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" });
        const raw = Buffer.from(this.key.export({ format: "jwk" }).x, "base64url");
        const typed = Buffer.concat([Buffer.of(type), raw]);
        this.id = tlog.sha256(`${name}\n`, typed).subarray(0, 4);
        this.name = name;
        this.vkey = `${name}+${this.id.toString("hex")}+${typed.toString("base64")}`;
    }

    note(text) {
        const signature = Buffer.concat([this.id, sign(null, Buffer.from(text), this.key)]);
        return Buffer.from(`${text}\n\u2014 ${this.name} ${signature.toString("base64")}\n`);
    }
}

export const framed = (parts) =>
    Buffer.concat(parts.flatMap((part) => [Buffer.of(part.length >> 8, part.length & 255), part]));

// A record as a log sees it: version, kind, number, 32 bytes, and something behind them.
export function record(kind, bytes = randomBytes(32), rest = randomBytes(8)) {
    return Buffer.concat([Buffer.of(1, kind, 0, 0, 0, 0), bytes, rest]);
}

export function batch(count, kinds = [1, 2, 3]) {
    const records = Array.from({ length: count }, (_, i) => record(kinds[i % kinds.length]));
    return records.sort((a, b) => a.subarray(6, 38).compare(b.subarray(6, 38)));
}

class ServedLog {
    constructor(batches, signer, spoil) {
        this.entries = batches.flat();
        this.hashes = [this.entries.map(tlog.leafHash)];
        while (this.hashes.at(-1).length >= tlog.WIDTH) {
            const below = this.hashes.at(-1);
            const above = [];
            for (let at = 0; at + tlog.WIDTH <= below.length; at += tlog.WIDTH)
                above.push(tlog.treeHash(below.slice(at, at + tlog.WIDTH)));
            this.hashes.push(above);
        }
        const tree = new tlog.TileTree(this.hashes);
        let size = 0;
        this.checkpoints = batches.map((entries) => {
            size += entries.length;
            const text = `${signer.name}\n${size}\n${tree.root(size).toString("base64")}\n`;
            return { size, root: tree.root(size), note: signer.note(spoil.sign?.(text, signer.name, size) ?? text) };
        });
    }

    // The answer to a path below the log's, or undefined.
    answer(name) {
        if (name === "checkpoint") return { type: "text/plain; charset=utf-8", body: this.checkpoints.at(-1).note };
        if (name === "checkpoints") return { body: framed(this.checkpoints.map((one) => one.note)) };
        const match = /^tile\/(entries|0|[1-9][0-9]?)\/((?:x[0-9]{3}\/)*)([0-9]{3})(?:\.p\/([1-9][0-9]{0,2}))?$/.exec(name);
        if (!match || match[2].startsWith("x000")) return undefined;
        const width = Number(match[4] ?? tlog.WIDTH);
        const index = Number(match[2].replace(/[x/]/g, "") + match[3]);
        const have = match[1] === "entries" ? this.entries : this.hashes[Number(match[1])];
        const part = have?.slice(index * tlog.WIDTH, index * tlog.WIDTH + width);
        if (match[4] === "256" || width > tlog.WIDTH || part?.length !== width) return undefined;
        return { body: match[1] === "entries" ? framed(part) : Buffer.concat(part) };
    }
}

export class Site {
    // `sizes`: for each petition the sizes of its batches behind leaf 0.
    constructor(sizes, spoil = {}) {
        this.spoil = spoil;
        this.files = new Map();
        this.logs = new Map();
        this.directory = new Signer("directory.example");
        this.pids = [];
        const lines = [];
        for (const [i, batches] of sizes.entries()) lines.push(...this.#petition(i, batches));
        const spoilt = spoil.directory?.(lines, this.pids) ?? lines;
        const entries = spoilt.map((line) => [Buffer.from(line, "latin1")]);
        this.logs.set("/directory/", new ServedLog(entries, this.directory, spoil));
        const petitions = this.pids.map((pid) => ({ pid }));
        this.#file("/petitions.json", JSON.stringify({ petitions }));
        this.#file("/server.json", JSON.stringify({ directory: this.directory.vkey }));
    }

    #file(path, text) {
        this.files.set(path, { type: "application/json", body: Buffer.from(text) });
    }

    #petition(i, sizes) {
        const signer = new Signer(`log${i}.example`);
        const roll = randomBytes(32).toString("hex");
        const head = ["round-robin petition v1", `Title: number ${i}`, `Roll: ${roll} 10`, `Log: ${signer.vkey}`];
        const text = [...head, `Directory: ${this.directory.vkey}`, "", "The text.", ""].join("\n");
        const pid = tlog.sha256(text).toString("hex");
        const whole = Buffer.from(pid, "hex");
        const batches = [[record(0, whole, Buffer.alloc(0))]];
        for (const size of sizes) {
            if (size === "close") batches.push([record(8, whole, Buffer.alloc(0))]);
            else batches.push(size < 0 ? batch(-size, [4]) : batch(size));
        }
        const log = new ServedLog(this.spoil.records?.(batches, pid) ?? batches, signer, this.spoil);
        this.pids.push(pid);
        this.#file(`/p/${pid}/petition.txt`, text);
        this.logs.set(`/p/${pid}/log/`, log);
        const roots = log.checkpoints.map(({ size, root }) => `checkpoint ${pid} ${size} ${root.toString("hex")}`);
        return [`roll ${roll}`, `petition ${pid}`, `assignment ${roll} ${pid}`, ...roots];
    }

    #answer(path) {
        const file = this.files.get(path);
        if (file) return { ...file };
        for (const [prefix, log] of this.logs)
            if (path.startsWith(prefix)) return log.answer(path.slice(prefix.length));
        return undefined;
    }

    async start() {
        this.server = http.createServer((question, reply) => {
            const path = question.url;
            const found = this.#answer(path);
            const right = { status: found ? 200 : 404, type: "application/octet-stream", body: Buffer.from("none\n"), ...found };
            right.headers = { "Cache-Control": "no-store" };
            const answer = this.spoil.answer?.(path, right) ?? right;
            reply.writeHead(answer.status, { ...answer.headers, "Content-Type": answer.type });
            reply.end(answer.body);
        });
        await new Promise((resolve) => this.server.listen(0, "127.0.0.1", resolve));
        return `http://127.0.0.1:${this.server.address().port}`;
    }

    async stop() {
        this.server.closeAllConnections();
        await new Promise((resolve) => this.server.close(resolve));
    }
}
