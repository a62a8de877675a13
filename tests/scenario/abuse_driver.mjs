// SPDX-License-Identifier: Apache-2.0
// abuse_driver.mjs ROBIN LOAD FOLDER FAULTS: what a watcher of the network, a greedy client, a full disk and a mistyped path try to get out of a server.
import crypto from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { ANSWER, Server, ask, demand, get, pause } from './served.mjs';

const [robin, load, root, library] = process.argv.slice(2);
const control = path.join(root, 'faults');
fs.writeFileSync(control, Buffer.alloc(24));
function fail({ syncs = 0, writes = 0, code = os.constants.errno.EIO }) {
    const words = Buffer.alloc(16);
    [syncs, writes, code, code].forEach((word, i) => words.writeUInt32LE(word, 4 * i));
    const file = fs.openSync(control, 'r+');
    fs.writeSync(file, words, 0, words.length, 0);
    fs.closeSync(file);
}
const data = path.join(root, 'data');
fs.mkdirSync(data);
const env = { LD_PRELOAD: library, RR_FAULTS: control, RR_FAULTS_UNDER: data, ASAN_OPTIONS: `${process.env.ASAN_OPTIONS ?? ''}:verify_asan_link_order=0` };
const decline = () => Buffer.concat([Buffer.alloc(2), crypto.randomBytes(ANSWER - 2)]);
const agent = new http.Agent({ keepAlive: true });

const TICK = 2000;
const PAIRS = 110;
const server = new Server({ robin, load, root, data, env, settings: { tick: TICK / 1000, 'batch-interval': 604800 } });
await server.start();
const { pid, answers } = await server.rehearse({ members: PAIRS + 40, answers: PAIRS + 40 });
const page = `${server.url}/p/${pid}`;
const post = (body) => ask(agent, `${server.url}/p/${pid}/answer`, { method: 'POST', body });

// ---- a client that sends a byte now and then --------------------------------------------------------------------------------

function trickle() {
    const begun = Date.now();
    return new Promise((done, failed) => {
        const socket = net.connect(Number(new URL(server.url).port), '127.0.0.1');
        socket.write(`POST /p/${pid}/answer HTTP/1.1\r\nHost: x\r\nContent-Length: ${ANSWER}\r\n\r\n`);
        const timer = setInterval(() => socket.write('x'), 3000);
        const end = () => {
            clearInterval(timer);
            clearTimeout(late);
            done(Date.now() - begun);
        };
        const late = setTimeout(() => {
            clearInterval(timer);
            socket.destroy();
            failed(new Error('a body that never ends is waited for longer than 90 seconds'));
        }, 90000);
        socket.on('close', end);
        socket.on('error', () => {});
    });
}
const trickled = trickle();

// ---- the moment of a reply --------------------------------------------------------------------------------------------------

// A signature and a decline that come together are answered together, whenever in a tick that is.  A tick may end between the two: then the later one
// is answered a whole tick later.  That can happen to one pair or so at each end of a tick, of which two fall into the time of all pairs.
async function pair(number) {
    const moment = async (body) => {
        const reply = await post(body);
        demand(reply.status === 202, `status ${reply.status}: ${reply.body}`);
        return Date.now();
    };
    const [signature, declined] = await Promise.all([moment(answers[number]), moment(decline())]);
    return Math.abs(signature - declined);
}
const pairs = [];
for (let i = 0; i < PAIRS; i++) {
    pairs.push(pair(i));
    await pause(20);
}
const split = (await Promise.all(pairs)).filter((ms) => ms > TICK / 10);
demand(split.length <= PAIRS / 20 && split.every((ms) => ms > TICK / 2), `${split.length} of ${PAIRS} declines were answered by another tick than the signature that came with them`);
console.log(`${PAIRS} signatures, each with a decline: no reply tells one from the other`);

// ---- copies of pages --------------------------------------------------------------------------------------------------------

for (const name of ['', 'sheet', 'round-robin.svg', 'badge.svg', 'roll', 'log']) {
    const first = await ask(agent, `${page}/${name}?page=1`);
    const second = await ask(agent, `${page}/${name}?page=2`);
    demand(first.status === 200 && second.status === 404, `/${name}?page=2: status ${second.status} (page 1: ${first.status})`);
}
for (const url of ['/?page=2', '/check?page=7', '/ru/server?page=3']) demand((await ask(agent, server.url + url)).status === 404, url);
console.log('pages that have no second page have none');

// ---- old evidence files -----------------------------------------------------------------------------------------------------

const stale = ['3.evidence', '99-4.evidence', '1-7.evidence', '1-0.evidence.Ab12Cd'].map((end) => path.join(server.cache, `${pid}-${end}`));
const foreign = path.join(server.cache, `${'0'.repeat(64)}-3.evidence`);
for (const name of [...stale, foreign]) fs.writeFileSync(name, 'x');
await get(`${page}/evidence`);
const left = fs.readdirSync(server.cache).sort();
demand(left.join() === [path.basename(foreign), `${pid}-1-0.evidence`].sort().join(), `in the cache: ${left}`);
console.log('of each petition one evidence file is kept');

// ---- a disk that refuses ----------------------------------------------------------------------------------------------------

fail({ writes: 1000000, code: os.constants.errno.ENOSPC });
const refused = [decline(), decline(), answers[0], answers[PAIRS], decline()]; /* new, repeated and declined */
for (const body of refused) {
    const reply = await post(body);
    demand(reply.status === 503 && reply.headers['retry-after'], `on a full disk: status ${reply.status}`);
}
const lines = server.said().split('\n').filter((line) => line.includes('answers could not be kept'));
demand(lines.length === 1, `it was said ${lines.length} times that answers could not be kept`);
fail({});
for (const body of refused) demand((await post(body)).status === 202, 'with room again');
console.log('on a full disk all answers are refused alike, and nobody is told when they came');

const waited = await trickled;
demand(waited > 50000, `the connection was closed after ${waited} ms`);
console.log(`a body that trickles ends after ${Math.round(waited / 1000)} seconds`);

// ---- another database, the same keys ----------------------------------------------------------------------------------------

await server.stop();
const keys = fs.readdirSync(server.keys).sort();
demand(keys.some((name) => name.startsWith('batch-')), 'a batch has a key');
const config = fs.readFileSync(server.config, 'utf8');
fs.writeFileSync(server.config, config.replace(/^db = .*$/m, `db = ${server.db}.mistyped`));
server.begin();
demand(!(await server.listening()), 'it started with a new database and the keys of another one');
demand((await server.ended).code !== 0 && server.said().includes('key folder holds keys'), `it said: ${server.said()}`);
demand(fs.readdirSync(server.keys).sort().join() === keys.join(), 'keys are gone');
demand(!fs.existsSync(`${server.db}.mistyped`), 'a database was made');
console.log('a mistyped path costs no keys');

// ---- a batch on a failing disk ----------------------------------------------------------------------------------------------

// All that waits is published two seconds after this start; from before until long after, no sync gets through.
const interval = 4;
fs.writeFileSync(server.config, config.replace(/^batch-interval = .*$/m, `batch-interval = ${interval}`).replace(/^tick = .*$/m, 'tick = 0.1'));
while (Math.floor(Date.now() / 1000) % interval !== 1) await pause(20);
await server.start();
demand(Math.floor(Date.now() / 1000) % interval !== 0, 'the machine is too slow for this');
fail({ syncs: 1000000 });
const status = async () => {
    const reply = await ask(agent, `${server.url}/p/${pid}/status`);
    return reply.status === 200 ? JSON.parse(reply.body) : null;
};
for (const end = Date.now() + 2000 * interval; Date.now() < end; await pause(30)) {
    const now = await status();
    demand(now === null || (now.size === 1 && now.total === 0), `status tells of ${now?.total} answers that are not published`);
}
demand(server.said().includes('a batch could not be published'), 'the batch did not fail');
fail({});
let after = null;
for (const end = Date.now() + 60000; Date.now() < end && !(after?.total > 0); await pause(50)) after = await status();
const size = Number((await get(`${server.url}/p/${pid}/log/checkpoint`)).toString().split('\n')[1]);
demand(after?.total === PAIRS + 1 && after.size === size, `after the failure: ${after?.total} in a log of ${size}`);
await server.stop();
console.log('what is not published is not told, and nothing that was acknowledged is lost');
