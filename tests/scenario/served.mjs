// SPDX-License-Identifier: Apache-2.0
// A real `robin serve` under test: starting and killing it, invented petitions, clients that resend what was not acknowledged, and a reader of its
// logs that shares nothing with the program.
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';

export const ANSWER = 2048;
export const pause = (ms) => new Promise((done) => setTimeout(done, ms));
export const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();

export function demand(condition, what) {
    if (!condition) throw new Error(what);
}

// Numbers that are the same for the same seed (mulberry32).
export function randomFrom(seed) {
    let state = seed >>> 0;
    return (below) => {
        state = (state + 0x6d2b79f5) >>> 0;
        let t = state;
        t = Math.imul(t ^ (t >>> 15), t | 1);
        t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
        return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * below);
    };
}

// ---- asking ---------------------------------------------------------------------------------------------------------------

export function ask(agent, url, { method = 'GET', body = null, headers = {}, timeout = 20000 } = {}) {
    return new Promise((done, failed) => {
        const given = body === null ? headers : { 'Content-Length': body.length, ...headers };
        const request = http.request(url, { agent, method, headers: given, timeout }, (reply) => {
            const parts = [];
            reply.on('data', (part) => parts.push(part));
            reply.on('end', () => done({ status: reply.statusCode, headers: reply.headers, body: Buffer.concat(parts) }));
            reply.on('error', failed);
            reply.on('aborted', () => failed(new Error('the reply was cut off')));
        });
        request.on('timeout', () => request.destroy(new Error('no reply in time')));
        request.on('error', failed);
        request.end(body ?? undefined);
    });
}

export async function get(url) {
    const reply = await ask(undefined, url);
    demand(reply.status === 200, `${url}: status ${reply.status}: ${reply.body}`);
    return reply.body;
}

// Servers do not outlive a test that fails.
const children = new Set();
process.on('exit', () => children.forEach((child) => child.kill('SIGKILL')));

// ---- the server -----------------------------------------------------------------------------------------------------------

export class Server {
    // settings: lines of robin-serve(5) besides those that are set here.
    constructor({ robin, load, root, data = root, settings = {}, env = {} }) {
        Object.assign(this, { robin, load, root, data, env, child: null, url: null, starts: 0 });
        this.name = 'petitions.example';
        this.db = path.join(data, 'server.db');
        this.keys = path.join(data, 'keys');
        this.cache = path.join(data, 'cache');
        this.config = path.join(root, 'serve.conf');
        this.output = path.join(root, 'server-output');
        this.registrar = execFileSync(load, ['registrar']).toString().trim();
        for (const folder of [this.keys, this.cache]) fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
        const all = {
            listen: '127.0.0.1:0', db: this.db, keys: this.keys, cache: this.cache, name: this.name, publisher: this.registrar,
            'batch-interval': 1, 'batch-minimum': 8, tick: 0.05, ...settings,
        };
        fs.writeFileSync(this.config, Object.entries(all).map(([name, value]) => `${name} = ${value}\n`).join(''));
    }

    begin() {
        const out = fs.openSync(this.output, 'a');
        const from = fs.fstatSync(out).size;
        this.url = null;
        this.starts++;
        const child = spawn(this.robin, ['serve', '--config', this.config], { stdio: ['ignore', out, out], env: { ...process.env, ...this.env } });
        fs.closeSync(out);
        this.child = child;
        children.add(child);
        this.from = from;
        this.ended = new Promise((done) => child.on('exit', (code, signal) => {
            if (this.child === child) this.child = null;
            children.delete(child);
            done({ code, signal });
        }));
    }

    said() {
        return fs.readFileSync(this.output).subarray(this.from).toString();
    }

    // Waits until it listens; false if it ended before that.
    async listening(seconds = 30) {
        const end = Date.now() + seconds * 1000;
        while (Date.now() < end) {
            const found = /http:\/\/127\.0\.0\.1:([1-9]\d*)/.exec(this.said());
            if (found) {
                this.url = `http://127.0.0.1:${found[1]}`;
                return true;
            }
            if (!this.child) return false;
            await pause(10);
        }
        throw new Error(`the server does not say where it listens:\n${this.said()}`);
    }

    async start() {
        this.begin();
        demand(await this.listening(), `the server ended: ${this.said()}`);
    }

    async kill() {
        if (this.child) this.child.kill('SIGKILL');
        const how = await this.ended;
        this.url = null;
        return how;
    }

    async stop() {
        if (this.child) this.child.kill('SIGTERM');
        let timer;
        const late = new Promise((done) => {
            timer = setTimeout(done, 30000, null);
        });
        const how = await Promise.race([this.ended, late]);
        clearTimeout(timer);
        if (how === null) await this.kill();
        demand(how !== null, 'the server does not end when it is asked to');
        this.url = null;
        return how;
    }

    // Publishes an invented petition; prepares `answers` hidden ones besides what `more` asks for.
    async rehearse({ members, ring = 128, answers, more = [] }) {
        const about = JSON.parse(await get(`${this.url}/server.json`));
        const folder = path.join(this.root, 'rehearsal');
        const load = (...args) => execFileSync(this.load, args).toString().trim();
        const pid = load('make', folder, '--members', `${members}`, '--ring', `${ring}`, '--log', about.log, '--directory', about.directory);
        for (const verb of ['roll', 'petition']) {
            const file = path.join(this.root, `${verb}.parcel`);
            load('parcel', folder, verb, file, '--server', about.directory.split('+')[0]);
            const reply = await ask(undefined, `${this.url}/publish/${verb}`, { method: 'POST', body: fs.readFileSync(file), timeout: 120000 });
            demand(reply.status === 200, `/publish/${verb}: status ${reply.status}: ${reply.body}`);
        }
        const file = path.join(this.root, 'answers');
        load('prepare', folder, file, '--answers', `${answers}`, ...more);
        const bytes = fs.readFileSync(file);
        const list = [];
        for (let at = 0; at < bytes.length; at += ANSWER) list.push(bytes.subarray(at, at + ANSWER));
        return { pid, folder, answers: list };
    }
}

export const recordOf = (answer) => answer.subarray(2, 2 + answer.readUInt16LE(0));

// ---- clients ----------------------------------------------------------------------------------------------------------------

// Posts what is in `queue` (numbers of answers), puts back what was not acknowledged, and keeps what was.
export class Clients {
    constructor({ server, pid, answers, count, random }) {
        Object.assign(this, { server, pid, answers, random, queue: [], acknowledged: new Set(), again: 0, statuses: {}, broken: 0 });
        this.stopping = false;
        this.agent = new http.Agent({ keepAlive: true, maxSockets: count });
        this.running = Array.from({ length: count }, () => this.work());
    }

    async post(number) {
        if (this.server.url === null) return 0;
        try {
            const url = `${this.server.url}/p/${this.pid}/answer`;
            const reply = await ask(this.agent, url, { method: 'POST', body: this.answers[number] });
            this.statuses[reply.status] = (this.statuses[reply.status] ?? 0) + 1;
            if (reply.status === 202) demand(reply.body.equals(Buffer.from('ok\n')), `an acknowledgement is '${reply.body}'`);
            demand([202, 503].includes(reply.status), `an answer got ${reply.status}: ${reply.body}`);
            return reply.status;
        } catch (error) {
            if (error.code === undefined && !/hang up|cut off|in time/.test(error.message)) throw error;
            this.broken++;
            return 0;
        }
    }

    async work() {
        while (!this.stopping) {
            let number = this.queue.shift();
            // Nothing new: one that was acknowledged before, as a client does that did not see its acknowledgement.
            const repeat = number === undefined;
            if (repeat && this.acknowledged.size > 0 && this.again > 0) {
                this.again--;
                number = this.random(this.answers.length);
                if (!this.acknowledged.has(number)) number = undefined;
            }
            if (number === undefined) {
                await pause(10);
                continue;
            }
            if (await this.post(number) === 202) {
                this.acknowledged.add(number);
            } else {
                if (!repeat) this.queue.push(number);
                await pause(20);
            }
        }
    }

    async until(what, seconds, condition) {
        const end = Date.now() + seconds * 1000;
        while (!condition()) {
            demand(Date.now() < end, `${what}: not within ${seconds} seconds: ${JSON.stringify(this.statuses)}, ${this.acknowledged.size} acknowledged`);
            await Promise.race([pause(10), Promise.all(this.running)]);
        }
    }

    async end() {
        this.stopping = true;
        await Promise.all(this.running);
        this.agent.destroy();
    }
}

// ---- logs -------------------------------------------------------------------------------------------------------------------

export function readCheckpoint(note) {
    const lines = note.toString().split('\n');
    demand(lines.length >= 5 && /^\d+$/.test(lines[1]) && lines[3] === '', `not a checkpoint: ${note}`);
    return { size: Number(lines[1]), root: Buffer.from(lines[2], 'base64') };
}

function tileNumber(n) {
    let text = `${n % 1000}`.padStart(3, '0');
    for (n = Math.floor(n / 1000); n > 0; n = Math.floor(n / 1000)) text = `x${`${n % 1000}`.padStart(3, '0')}/${text}`;
    return text;
}

export function unbundle(bytes) {
    const parts = [];
    for (let at = 0; at < bytes.length;) {
        const len = bytes.readUInt16BE(at);
        demand(at + 2 + len <= bytes.length, 'a bundle ends too early');
        parts.push(bytes.subarray(at + 2, at + 2 + len));
        at += 2 + len;
    }
    return parts;
}

// All entries, checkpoints and roots of a log (`base` is the URL above "checkpoint").
export async function readLog(base) {
    const last = readCheckpoint(await get(`${base}/checkpoint`));
    const entries = [];
    for (let first = 0; first < last.size; first += 256) {
        const width = Math.min(256, last.size - first);
        const partial = width < 256 ? `.p/${width}` : '';
        const part = unbundle(await get(`${base}/tile/entries/${tileNumber(first / 256)}${partial}`));
        demand(part.length === width, `an entry bundle has ${part.length} entries instead of ${width}`);
        entries.push(...part);
    }
    const checkpoints = unbundle(await get(`${base}/checkpoints`)).map(readCheckpoint);
    return { last, entries, checkpoints, roots: rootsOf(entries) };
}

// roots[n]: RFC 6962 tree hash of the first n entries.
export function rootsOf(entries) {
    const peaks = [];
    const roots = [sha256(Buffer.alloc(0))];
    entries.forEach((entry, index) => {
        let hash = sha256(Buffer.from([0]), entry);
        for (let n = index; n & 1; n >>= 1) hash = sha256(Buffer.from([1]), peaks.pop(), hash);
        peaks.push(hash);
        roots.push(peaks.reduceRight((right, left) => sha256(Buffer.from([1]), left, right)));
    });
    return roots;
}

// Keeps every checkpoint that it gets to see of the logs, until stopped.
export class Watcher {
    constructor(server, bases) {
        Object.assign(this, { server, bases, seen: new Map(bases.map((base) => [base, new Map()])), looks: 0, stopping: false });
        this.agent = new http.Agent({ keepAlive: true, maxSockets: 2 });
        this.running = this.work();
    }

    async work() {
        while (!this.stopping) {
            for (const base of this.bases) {
                if (this.server.url === null) continue;
                const reply = await ask(this.agent, `${this.server.url}${base}/checkpoint`, { timeout: 5000 }).catch(() => null);
                if (reply === null || reply.status !== 200) continue;
                const { size, root } = readCheckpoint(reply.body);
                const known = this.seen.get(base).get(size);
                demand(known === undefined || known.equals(root), `${base}: two checkpoints of size ${size}`);
                this.seen.get(base).set(size, root);
                this.looks++;
            }
            await pause(15);
        }
    }

    async end() {
        this.stopping = true;
        await this.running;
        this.agent.destroy();
    }
}

// The whole judgement of a run: everything acknowledged is in the log exactly once, in sorted batches, and every checkpoint that was seen is
// of the log that is there now.
export async function checkLogs({ server, pid, answers, acknowledged, watcher }) {
    const base = `/p/${pid}/log`;
    const log = await readLog(server.url + base);
    const directory = await readLog(`${server.url}/directory`);
    for (const [where, one] of [[base, log], ['/directory', directory]]) {
        for (const { size, root } of one.checkpoints) demand(one.roots[size]?.equals(root), `${where}: the checkpoint of size ${size} has another root`);
        for (const [size, root] of watcher.seen.get(where)) {
            demand(size <= one.last.size, `${where}: a checkpoint of size ${size} was served, and the log has ${one.last.size} entries`);
            demand(one.roots[size].equals(root), `${where}: the checkpoint of size ${size} that was served is of another log`);
            demand(one.checkpoints.some((c) => c.size === size), `${where}: the checkpoint of size ${size} that was served is not kept`);
        }
    }
    const times = new Map();
    for (const entry of log.entries.slice(1)) times.set(entry.toString('latin1'), (times.get(entry.toString('latin1')) ?? 0) + 1);
    for (const [, count] of times) demand(count === 1, `an entry is in the log ${count} times`);
    const sent = new Set(answers.map((answer) => recordOf(answer).toString('latin1')));
    for (const entry of times.keys()) demand(sent.has(entry), 'an entry of the log was never sent');
    for (const number of acknowledged) demand(times.has(recordOf(answers[number]).toString('latin1')), `answer ${number} was acknowledged and is not in the log`);
    demand(log.entries[0].equals(Buffer.concat([Buffer.from([1, 0, 0, 0, 0, 0]), Buffer.from(pid, 'hex')])), 'the first entry is another one');
    checkOrder(log);
    const lines = directory.entries.map((entry) => entry.toString()).filter((line) => line.startsWith(`checkpoint ${pid} `));
    demand(lines.length === log.checkpoints.length, `the directory log has ${lines.length} checkpoints of ${log.checkpoints.length}`);
    log.checkpoints.forEach(({ size, root }, i) => demand(lines[i] === `checkpoint ${pid} ${size} ${root.toString('hex')}`, `the directory log says: ${lines[i]}`));
    return { log, directory };
}

// Within a batch, sorted by T, kind and the whole record.
export function checkOrder(log) {
    const key = (entry) => Buffer.concat([entry.subarray(6, 38), entry.subarray(1, 2), entry]);
    let first = 0;
    for (const { size } of log.checkpoints) {
        for (let i = first + 1; i < size; i++) demand(Buffer.compare(key(log.entries[i - 1]), key(log.entries[i])) < 0, `entry ${i} is out of order`);
        first = size;
    }
}

// Published batches' keys are gone: one batch waits, and so there is one key.
export function checkKeys(server) {
    const keys = fs.readdirSync(server.keys).filter((name) => name.startsWith('batch-'));
    demand(keys.length === 1, `the key folder has ${keys.length} batch keys: ${keys.join(' ')}`);
}

export async function untilPublished({ server, pid, count, seconds }) {
    const end = Date.now() + seconds * 1000;
    for (;;) {
        const { size } = readCheckpoint(await get(`${server.url}/p/${pid}/log/checkpoint`));
        if (size >= count + 1) return;
        demand(Date.now() < end, `${size - 1} records of ${count} are published after ${seconds} seconds`);
        await pause(200);
    }
}
