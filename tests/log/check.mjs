// SPDX-License-Identifier: Apache-2.0
// check.mjs BASEURL [PID...]: reads all logs of a server as a stranger would, and looks for anything that is not as
// PROTOCOL.md section 7 and C2SP tlog-tiles want it: all checkpoints, every tile and bundle, proofs, what is not there,
// the directory log.  With PIDs, only the logs of these petitions and the directory's.
// Prints `N passed, N failed`; the exit status is 0 only if none failed.
import { randomInt } from "node:crypto";
import { pathToFileURL } from "node:url";
import { checkDirectory, checkRecords } from "./rules.mjs";
import * as tlog from "./tlog.mjs";
import { disconnect, Report, request } from "./web.mjs";

const BINARY = "application/octet-stream";
const LEAVES_TRIED = 40;
const WIDTHS_TRIED = 5;
const ROUNDS = 6; // a log that grows while it is read is read again

// ---- fetching -----------------------------------------------------------------------------------------------------------

class Log {
    constructor(report, base, path, vkey) {
        Object.assign(this, { report, base, path, vkey });
    }

    async get(name, type) {
        const answer = await request(this.base, this.path + name);
        if (answer.status !== 200) throw new Error(`${this.path}${name}: status ${answer.status}`);
        const { report } = this;
        const seen = answer.headers["content-type"];
        report.check(seen === type, `${this.path}${name}: Content-Type ${seen}, not ${type}`);
        const cache = answer.headers["cache-control"] ?? "";
        report.check(cache.includes("no-store"), `${this.path}${name}: Cache-Control: ${cache}`);
        return answer.body;
    }

    readCheckpoint(bytes) {
        const note = tlog.parseNote(bytes);
        tlog.verifyNote(note, this.vkey);
        const checkpoint = tlog.parseCheckpoint(note.text);
        if (checkpoint.origin !== this.vkey.name) throw new Error(`origin ${checkpoint.origin}, not ${this.vkey.name}`);
        if (checkpoint.extensions.length > 0) throw new Error("a checkpoint with extension lines");
        return checkpoint;
    }

    // The checkpoint, and all checkpoints so far; both of one moment.
    async readCheckpoints() {
        let note;
        let bundle;
        for (let round = 0; round < ROUNDS; round++) {
            note = await this.get("checkpoint", "text/plain; charset=utf-8");
            bundle = tlog.parseBundle(await this.get("checkpoints", BINARY));
            const again = await this.get("checkpoint", "text/plain; charset=utf-8");
            if (note.equals(again)) break;
        }
        this.last = this.readCheckpoint(note);
        this.all = bundle.map((bytes) => this.readCheckpoint(bytes));
        const { report, all, path } = this;
        report.check(bundle.at(-1)?.equals(note), `${path}checkpoints: the last one is not the log's checkpoint`);
        const ascend = all.every((one, i) => i === 0 || one.size > all[i - 1].size);
        report.check(ascend, `${path}checkpoints: sizes do not ascend strictly`);
    }

    async readTiles() {
        const { report, last } = this;
        const hashes = [];
        this.tiles = tlog.tilesOf(last.size);
        for (const { level, index, width } of this.tiles) {
            const name = tlog.tilePath(level, index, width);
            const bytes = await this.get(name, BINARY);
            if (!report.check(bytes.length === 32 * width, `${this.path}${name}: ${bytes.length} bytes, not ${32 * width}`))
                throw new Error(`${this.path}${name}: not a tile`);
            hashes[level] ??= [];
            for (let i = 0; i < width; i++) hashes[level].push(bytes.subarray(32 * i, 32 * i + 32));
        }
        this.hashes = hashes;
        this.tree = new tlog.TileTree(hashes);
    }

    async readEntries() {
        const { report, last } = this;
        this.entries = [];
        for (const { index, width } of this.tiles.filter((tile) => tile.level === 0)) {
            const name = tlog.tilePath("entries", index, width);
            const entries = tlog.parseBundle(await this.get(name, BINARY));
            report.check(entries.length === width, `${this.path}${name}: ${entries.length} entries, not ${width}`);
            this.entries.push(...entries);
        }
        report.check(this.entries.length === last.size, `${this.path}: entries are not as many as the checkpoint says`);
    }
}

// ---- what must hold -----------------------------------------------------------------------------------------------------

function checkHashes(log) {
    const { report, entries, hashes, last, path } = log;
    const leaves = entries.map(tlog.leafHash);
    const wrong = leaves.findIndex((leaf, i) => !hashes[0]?.[i]?.equals(leaf));
    report.check(wrong < 0, `${path}: entry ${wrong} does not hash to what its level 0 tile holds`);
    // Each level from the entries alone, not from the tile below.
    let level = leaves;
    for (let i = 1; i < hashes.length; i++) {
        const above = [];
        for (let at = 0; at + tlog.WIDTH <= level.length; at += tlog.WIDTH)
            above.push(tlog.treeHash(level.slice(at, at + tlog.WIDTH)));
        for (const [index, hash] of above.entries())
            report.check(hashes[i][index]?.equals(hash), `${path}: hash ${index} of level ${i} is not its full tile's root`);
        level = above;
    }
    report.check(tlog.treeHash(leaves).equals(last.root), `${path}: the entries' root is not the checkpoint's`);
    report.check(log.tree.root(last.size).equals(last.root), `${path}: the tiles' root is not the checkpoint's`);
    for (const { size, root } of log.all) {
        const there = size <= last.size && log.tree.root(size).equals(root);
        report.check(there, `${path}checkpoints: the root at size ${size} is not that of the tiles`);
    }
    return leaves;
}

function checkProofs(log, leaves) {
    const { report, tree, path, all } = log;
    for (let i = 0; i < LEAVES_TRIED && leaves.length > 0; i++) {
        const fitting = all.filter((one) => one.size <= leaves.length && one.size > 0);
        if (fitting.length === 0) break;
        const { size, root } = i % 2 === 0 ? fitting.at(-1) : fitting[randomInt(fitting.length)];
        const index = i === 0 ? 0 : i === 2 ? size - 1 : randomInt(size);
        const proof = tree.inclusion(index, size);
        const holds = tlog.inclusionHolds(root, size, leaves[index], index, proof);
        report.check(holds, `${path}: no inclusion proof of leaf ${index} in size ${size}`);
        if (size > 1) {
            const other = tlog.leafHash("another entry");
            report.check(!tlog.inclusionHolds(root, size, other, index, proof), "an inclusion proof holds for anything");
        }
    }
    let previous = { size: 0, root: tlog.emptyRoot() };
    for (const { size, root } of all.filter((one) => one.size <= leaves.length)) {
        const proof = size < previous.size ? [] : tree.consistency(previous.size, size);
        const holds = tlog.consistencyHolds(previous.root, previous.size, root, size, proof);
        report.check(holds, `${path}: no consistency proof from size ${previous.size} to ${size}`);
        previous = { size, root };
    }
}

// Partial tiles must be there for each size that was signed, unless the full one has come; what is there must be right
// at any width.
async function checkPartials(log) {
    const { report, path, hashes, entries } = log;
    const seen = new Set();
    const probe = async (level, index, width) => {
        const name = tlog.tilePath(level, index, width);
        if (seen.has(name)) return;
        seen.add(name);
        const have = level === "entries" ? entries : hashes[level];
        const answer = await request(log.base, path + name);
        const whole = have.length >= (index + 1) * tlog.WIDTH;
        if (answer.status === 404 && whole) return;
        if (!report.check(answer.status === 200, `${path}${name}: status ${answer.status}`)) return;
        const part = have.slice(index * tlog.WIDTH, index * tlog.WIDTH + width);
        const bytes = level === "entries" ? Buffer.concat(part.flatMap(withLength)) : Buffer.concat(part);
        report.check(part.length === width && answer.body.equals(bytes), `${path}${name}: not the tile's first ${width}`);
        report.check(answer.headers["content-type"] === BINARY, `${path}${name}: Content-Type`);
    };
    for (const { size } of log.all) {
        const partial = tlog.tilesOf(size).filter((tile) => tile.width < tlog.WIDTH);
        for (const { level, index, width } of partial) {
            await probe(level, index, width);
            if (level === 0) await probe("entries", index, width);
        }
    }
    for (const { level, index, width } of log.tiles) {
        if (index !== 0 && index !== Math.floor(hashes[level].length / tlog.WIDTH)) continue;
        for (let i = 0; i < WIDTHS_TRIED; i++) {
            const some = 1 + randomInt(Math.min(width, 255));
            // A width that was never signed may be absent; if it is there, it is right.
            const name = tlog.tilePath(level, index, some);
            const answer = await request(log.base, path + name);
            const part = Buffer.concat(hashes[level].slice(index * tlog.WIDTH, index * tlog.WIDTH + some));
            const fine = answer.status === 404 || (answer.status === 200 && answer.body.equals(part));
            report.check(fine, `${path}${name}: not the tile's first ${some}`);
        }
    }
}

const withLength = (entry) => [Buffer.of(entry.length >> 8, entry.length & 255), entry];

// Tiles that no log of this size has.
function beyond(size) {
    const paths = [];
    for (const level of [0, 1, 2, 7, 63]) {
        const count = level > 6 ? 0 : tlog.levelCount(level, size);
        const index = Math.floor(count / tlog.WIDTH);
        const width = count % tlog.WIDTH;
        const names = level === 0 ? [0, "entries"] : [level];
        for (const name of names) {
            paths.push(tlog.tilePath(name, index), tlog.tilePath(name, index + 1), tlog.tilePath(name, index + 1, 1));
            paths.push(tlog.tilePath(name, 1234067), tlog.tilePath(name, index, width + 1));
        }
    }
    paths.push("tile/0/x018/x446/x744/x073/x709/x551/615", "tile/0/x018/x446/x744/x073/x709/x551/616");
    return paths;
}

// Spellings of tiles that are there, which none of the specification's rules would write.
const MISSPELT = `tile tile/ tile/0 tile/0/ tile/00/000.p/1 tile/+0/000.p/1 tile/0x0/000.p/1 tile/-0/000.p/1 tile/0/0.p/1
    tile/0/00.p/1 tile/0/0000.p/1 tile/0/x000/000.p/1 tile/0/x0/000.p/1 tile/0/000/000.p/1 tile/x0/000.p/1
    x1/000.p/1 tile/x1/000.p/1 tile/0/x000 tile/0/000.p tile/0/000.p/ tile/0/000.p/0 tile/0/000.p/01 tile/0/000.p/001
    tile/0/000.p/256 tile/0/000.p/257 tile/0/000.p/4294967297 tile/0/000.p/18446744073709551617 tile/0/000.p/+1
    tile/0/000.p/-1 tile/0/000.p/1/ tile/0/000.p/1x tile/0/000.P/1 tile/0/000.q/1 tile/0/000p/1 tile/0/000/p/1
    tile//0/000.p/1 tile/0//000.p/1 tile/0/000.p//1 tile/4294967296/000.p/1 tile/64/000.p/1 tile/256/000.p/1 tile/0/+00.p/1
    tile/0/-00.p/1 Tile/0/000.p/1 TILE/0/000.p/1 tile/Entries/000.p/1 tile/entry/000.p/1 tile/entries tile/entries/
    tile/entries/0.p/1 tile/entries/x000/000.p/1 tile/entries/000.p/01 tile/data/000.p/1 tile/0/000.p/1.5 checkpoint/
    checkpoints/ Checkpoint tile/0/000.p/1%00 tile/0/000.p/1%00x tile/0/000%00.p/1`.split(/\s+/);

async function checkAbsent(log) {
    const { report, path, base } = log;
    for (const name of [...beyond(log.last.size), ...MISSPELT]) {
        const { status } = await request(base, path + name);
        const fine = status === 404 || (status === 400 && name.includes("%00"));
        report.check(fine, `${path}${name}: status ${status}, not 404`);
    }
}

// Everything of one log; undefined where it cannot be read at all.
async function checkLog(report, base, path, vkey) {
    const log = new Log(report, base, path, vkey);
    const read = await report.attempt(path, async () => {
        await log.readCheckpoints();
        await log.readTiles();
        await log.readEntries();
        return true;
    });
    if (!read) return undefined;
    const proven = await report.attempt(`${path} (hashes)`, async () => {
        checkProofs(log, checkHashes(log));
        await checkPartials(log);
        return true;
    });
    if (proven) await checkAbsent(log);
    return log;
}

// ---- the server ---------------------------------------------------------------------------------------------------------

function header(text, name) {
    const head = text.slice(0, text.indexOf("\n\n"));
    const line = head.split("\n").find((one) => one.startsWith(`${name}: `));
    if (!line) throw new Error(`petition.txt: no ${name}`);
    return line.slice(name.length + 2);
}

async function checkPetition(report, base, pid, directory) {
    const { status, body } = await request(base, `/p/${pid}/petition.txt`);
    if (!report.check(status === 200, `/p/${pid}/petition.txt: status ${status}`)) return undefined;
    const digest = tlog.sha256(body).toString("hex");
    report.check(digest === pid, `/p/${pid}/petition.txt: is petition ${digest}`);
    const text = body.toString("utf8");
    report.check(header(text, "Directory") === directory, `/p/${pid}/petition.txt: another directory than the server's`);
    const log = await checkLog(report, base, `/p/${pid}/log/`, tlog.parseVkey(header(text, "Log")));
    if (!log) return undefined;
    checkRecords(report, pid, log);
    return { pid, log, roll: header(text, "Roll").split(" ")[0] };
}

async function json(base, path) {
    const { status, body } = await request(base, path);
    if (status !== 200) throw new Error(`${path}: status ${status}`);
    return JSON.parse(body.toString("utf8"));
}

async function checkOnce(report, base, pids) {
    const { directory } = await json(base, "/server.json");
    const listed = (await json(base, "/petitions.json")).petitions.map((petition) => petition.pid);
    for (const pid of pids) report.check(listed.includes(pid), `/petitions.json does not list ${pid}`);
    const petitions = [];
    for (const pid of pids.length > 0 ? pids : listed) {
        const found = await report.attempt(`petition ${pid}`, () => checkPetition(report, base, pid, directory));
        if (found) petitions.push(found);
    }
    const log = await checkLog(report, base, "/directory/", tlog.parseVkey(directory));
    if (log) checkDirectory(report, log, petitions, listed);
}

// The directory log has a leaf for each change of any log: where it stayed, everything stayed.
async function moment(base) {
    const { body } = await request(base, "/directory/checkpoint");
    return body;
}

export async function check(base, pids = [], loud = true) {
    let report;
    for (let round = 0; round < ROUNDS; round++) {
        report = new Report(false);
        await report.attempt("the server", async () => {
            const before = await moment(base);
            await checkOnce(report, base, pids);
            if (!before.equals(await moment(base)) && round + 1 < ROUNDS) report.stale = true;
        });
        if (!report.stale) break;
    }
    if (loud) for (const failure of report.failures) console.error(`not ok: ${failure}`);
    return report;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
    const [base, ...pids] = process.argv.slice(2);
    if (!base || pids.some((pid) => !/^[0-9a-f]{64}$/.test(pid))) {
        console.error("usage: check.mjs BASEURL [PID...]");
        process.exit(2);
    }
    (await check(base, pids)).finish();
    disconnect();
}
