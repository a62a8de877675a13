// SPDX-License-Identifier: Apache-2.0
// faults_driver.mjs full ROBIN LOAD FOLDER DATA          DATA is on a small file system of its own, which is filled and freed
// faults_driver.mjs full ROBIN LOAD FOLDER DATA FAULTS   without one: the library makes writes fail with ENOSPC
// faults_driver.mjs sync ROBIN LOAD FOLDER DATA FAULTS   the library makes syncs, then writes, fail with EIO
import crypto from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Clients, Server, Watcher, checkKeys, checkLogs, demand, pause, randomFrom, untilPublished } from './served.mjs';

const [mode, robin, load, root, data, library] = process.argv.slice(2);
const seed = Number(process.env.RR_TEST_SEED ?? crypto.randomInt(2 ** 31));
const random = randomFrom(seed);
console.log(`seed ${seed}`);

const control = path.join(root, 'faults');
function fail({ syncs = 0, writes = 0, code = os.constants.errno.EIO }) {
    const words = Buffer.alloc(16);
    [syncs, writes, code, code].forEach((word, i) => words.writeUInt32LE(word, 4 * i));
    const file = fs.openSync(control, 'r+');
    fs.writeSync(file, words, 0, words.length, 0);
    fs.closeSync(file);
}
const failedCalls = () => fs.readFileSync(control).readUInt32LE(16) + fs.readFileSync(control).readUInt32LE(20);

// The disk is full to its last block, however often this is called, or (without a file system of its own) takes no write.
const filler = path.join(data, 'filler');
function fill() {
    if (library) return fail({ writes: 1000, code: os.constants.errno.ENOSPC });
    const file = fs.openSync(filler, 'a');
    try {
        for (let size = 65536; size >= 1;) {
            try {
                if (fs.writeSync(file, Buffer.alloc(size)) < size) size >>= 1;
            } catch (error) {
                demand(error.code === 'ENOSPC', `the disk cannot be filled: ${error.message}`);
                size >>= 1;
            }
        }
    } finally {
        fs.closeSync(file);
    }
    return undefined;
}
const free = () => (library ? fail({}) : fs.rmSync(filler, { force: true }));

const env = {};
if (library) {
    fs.writeFileSync(control, Buffer.alloc(24));
    Object.assign(env, { LD_PRELOAD: library, RR_FAULTS: control, RR_FAULTS_UNDER: data, ASAN_OPTIONS: `${process.env.ASAN_OPTIONS ?? ''}:verify_asan_link_order=0` });
}
const ROUNDS = 6;
const EACH = 40;
const total = (ROUNDS + 2) * EACH;
const server = new Server({ robin, load, root, data, env });
await server.start();
const { pid, answers } = await server.rehearse({ members: total, answers: total });
const watcher = new Watcher(server, [`/p/${pid}/log`, '/directory']);
const clients = new Clients({ server, pid, answers, count: 16, random });
const failed = Promise.all([watcher.running, ...clients.running]);
const orFail = (promise) => Promise.race([promise, failed]);

let next = 0;
const more = () => {
    for (let i = 0; i < EACH; i++) clients.queue.push(next++);
};
const all = (what) => orFail(clients.until(what, 60, () => clients.acknowledged.size === next));
const refused = () => clients.statuses[503] ?? 0;

async function fullDisk() {
    for (let round = 0; round < ROUNDS; round++) {
        await orFail(pause(random(700)));
        const before = refused();
        fill();
        await orFail(pause(150));
        fill();
        more();
        // What the server itself gives back, such as its write-ahead log, is filled again.
        await orFail(clients.until('a full disk is told to clients', 30, () => {
            fill();
            return refused() >= before + 50;
        }));
        demand(server.child, `the server ended: ${server.said()}`);
        await orFail(pause(random(1500)));
        free();
        await all('with room again all is taken');
    }
    demand(server.starts === 1, 'the server was started again');
}

async function failingSyncs() {
    for (let round = 0; round < ROUNDS; round++) {
        const before = failedCalls();
        // None gets through: so nothing new may be acknowledged.  What was on its way is given time to arrive.
        fail(round % 2 === 0 ? { syncs: 1000 } : { syncs: 1000, writes: 300 });
        await orFail(pause(1500));
        more();
        const then = clients.acknowledged.size;
        await orFail(pause(1500));
        demand(failedCalls() > before, 'no call failed: this tests nothing');
        demand(clients.acknowledged.size === then, `${clients.acknowledged.size - then} answers were acknowledged though nothing was synced`);
        if (round % 3 === 2) {
            await server.kill();
            fail({});
            server.begin();
            demand(await orFail(server.listening()), `the server did not start again: ${server.said()}`);
        }
        demand(server.child, `the server ended: ${server.said()}`);
        // Some get through.
        fail({ syncs: 200, writes: round % 2 === 0 ? 0 : 50 });
        await orFail(pause(1000 + random(1000)));
        fail({});
        await all('with a disk that works all is taken');
    }
}

try {
    more();
    await all('at first');
    await (mode === 'full' ? fullDisk() : failingSyncs());
    more();
    await all('at last');
    await orFail(untilPublished({ server, pid, count: total, seconds: 30 }));
    await orFail(checkLogs({ server, pid, answers, acknowledged: clients.acknowledged, watcher }));
    // What is on the disk is what it said.
    await server.kill();
    await server.start();
} finally {
    await Promise.allSettled([clients.end(), watcher.end()]);
}
await failed;
const { log } = await checkLogs({ server, pid, answers, acknowledged: clients.acknowledged, watcher });
demand(log.entries.length === total + 1, `the log has ${log.entries.length} entries`);
checkKeys(server);
demand(refused() > 0, 'no answer was refused');
const how = await server.stop();
demand(how.code === 0, `the server ended with ${how.code ?? how.signal}: ${server.said()}`);
console.log(`${total} answers acknowledged, each once in the log of ${log.checkpoints.length} batches; replies ${JSON.stringify(clients.statuses)}, ` +
    `${clients.broken} broken off${library ? `, ${failedCalls()} calls that failed` : ''}`);
