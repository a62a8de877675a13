// SPDX-License-Identifier: Apache-2.0
// A server of one petition that is made of an evidence file, and can be told to misbehave.
//
//     node mirror.mjs FOLDER EVIDENCE DIRECTORY.KEY STATE
//
// FOLDER holds the petition's papers.  STATE/port gets the port (on loopback), STATE/answers/N the answers that were taken, STATE/asked the
// paths that were asked.  STATE/mood says how it behaves: what it says is looked up at each request.
import { execFileSync } from 'node:child_process';
import { createHash, createPrivateKey, sign } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

const [folder, evidence, keyFile, state] = process.argv.slice(2);
const sha256 = (...parts) => parts.reduce((h, p) => h.update(p), createHash('sha256')).digest();
const paper = (name) => readFileSync(join(folder, name));
const pid = sha256(paper('petition.txt')).toString('hex');
const digest = sha256(paper('roll.txt')).toString('hex');
mkdirSync(join(state, 'answers'), { recursive: true });

// ---- the directory's key: PRIVATE+KEY+name+id+base64(type, seed)
const [, , name, id, secret] = readFileSync(keyFile, 'utf8').trim().split('+').slice(0, 4).concat(
    readFileSync(keyFile, 'utf8').trim().split('+').slice(4).join('+'));
const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.from(secret, 'base64').subarray(1)]);
const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });

const root = (leaves) => {
    if (leaves.length === 0) return sha256();
    if (leaves.length === 1) return leaves[0];
    let half = 1;
    while (half * 2 < leaves.length) half *= 2;
    return sha256(Buffer.from([1]), root(leaves.slice(0, half)), root(leaves.slice(half)));
};
const checkpoint = (entries) => {
    const leaves = entries.map((e) => sha256(Buffer.from([0]), e));
    const text = `${name}\n${entries.length}\n${root(leaves).toString('base64')}\n`;
    const line = Buffer.concat([Buffer.from(id, 'hex'), sign(null, Buffer.from(text), key)]).toString('base64');
    return Buffer.from(`${text}\n\u2014 ${name} ${line}\n`);
};
const bundle = (entries) => Buffer.concat(entries.flatMap((e) => [Buffer.from([e.length >> 8, e.length & 255]), e]));

// ---- what the evidence says
const rows = (sql) => execFileSync('sqlite3', ['-readonly', evidence, sql], { encoding: 'utf8', maxBuffer: 1 << 28 })
    .split('\n').filter((line) => line !== '').map((line) => Buffer.from(line, 'hex'));
const entries = () => rows('SELECT hex(bytes) FROM leaf ORDER BY leaf');
const checkpoints = () => rows('SELECT hex(note) FROM checkpoint ORDER BY size');

const directory = (mood) => {
    const lines = [`roll ${digest}`, `petition ${pid}`, `assignment ${digest} ${pid}`];
    if (mood === 'stolen') lines.splice(1, 0, `assignment ${digest} ${'a'.repeat(64)}`);
    if (mood === 'hidden') lines.splice(1, 2);
    for (const note of checkpoints()) {
        const [, size, hash] = note.toString().split('\n');
        let hex = Buffer.from(hash, 'base64').toString('hex');
        if (mood === 'fork') hex = sha256(Buffer.from(hex)).toString('hex');
        if (mood !== 'hidden') lines.push(`checkpoint ${pid} ${size} ${hex}`);
    }
    return lines.map((line) => Buffer.from(line));
};

// ---- answers to requests
const file = (path, mood) => {
    const own = path.startsWith(`/p/${pid}/`) ? path.slice(pid.length + 4) : null;
    const tile = (list, at) => {
        const [, number, width] = /^tile\/entries\/(\d{3})(?:\.p\/(\d+))?$/.exec(at) ?? [];
        const part = number === undefined ? [] : list.slice(number * 256, number * 256 + Number(width ?? 256));
        return part.length === Number(width ?? 256) ? bundle(part) : null;
    };
    if (path === '/petitions.json') return Buffer.from(JSON.stringify({ petitions: [{ pid, title: 'x' }] }));
    if (path === '/directory/checkpoint') return checkpoint(directory(mood));
    if (path.startsWith('/directory/')) return tile(directory(mood), path.slice(11));
    if (own === 'log/checkpoint') return checkpoints().at(-1);
    if (own === 'log/checkpoints') return bundle(checkpoints());
    if (own?.startsWith('log/')) return tile(entries(), own.slice(4));
    if (own && /^(petition\.txt|roll\.txt|roll\.note|assignment\.note|names\.txt|proofs\.bin)$/.test(own))
        return existsSync(join(folder, own)) ? paper(own) : null;
    return null;
};

const taken = (body) => {
    const n = readdirSync(join(state, 'answers')).length;
    writeFileSync(join(state, 'answers', String(n)), body);
};
const post = (request, response, mood, body) => {
    const reply = (status, text, headers = {}) => response.writeHead(status, { Connection: 'close', ...headers }).end(text);
    if (mood === 'refuse') return reply(422, 'the petition does not take this\nand more\n');
    if (mood === 'cut') return request.socket.destroy();
    if (mood === 'busy' || mood === 'busy once') {
        if (mood === 'busy once') writeFileSync(join(state, 'mood'), 'good');
        return reply(503, 'busy\n', { 'Retry-After': '1' });
    }
    if (body.length !== 2048) return reply(400, 'an answer has 2048 bytes\n');
    taken(body);
    if (mood === 'taken and cut') return request.socket.destroy();
    return reply(202, 'ok\n');
};

const server = createServer((request, response) => {
    const mood = existsSync(join(state, 'mood')) ? readFileSync(join(state, 'mood'), 'utf8').trim() : 'good';
    appendFileSync(join(state, 'asked'), `${request.method} ${request.url}\n`);
    const parts = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', () => {
        if (request.method === 'POST' && request.url === `/p/${pid}/answer`)
            return post(request, response, mood, Buffer.concat(parts));
        const bytes = file(request.url, mood);
        return bytes ? response.end(bytes) : response.writeHead(404).end();
    });
});
server.listen(0, '127.0.0.1', () => {
    writeFileSync(join(state, 'port.new'), String(server.address().port));
    renameSync(join(state, 'port.new'), join(state, 'port'));
});
