// SPDX-License-Identifier: Apache-2.0
// kill_driver.mjs ROBIN LOAD FOLDER KILLS [SEED]: a server under load is killed with SIGKILL, again and again, at random moments; half of them
// lie around a publication, and some before it listens.
import crypto from 'node:crypto';
import { Clients, Server, Watcher, checkKeys, checkLogs, demand, pause, randomFrom, untilPublished } from './served.mjs';

const [robin, load, root, killText, seedText] = process.argv.slice(2);
const kills = Number(killText);
const seed = seedText ? Number(seedText) : crypto.randomInt(2 ** 31);
const random = randomFrom(seed);
console.log(`seed ${seed}`);

const RESERVE = 16; // for the last batch: fewer than 8 would wait
const total = 7 * kills + RESERVE;
const server = new Server({ robin, load, root });
await server.start();
const { pid, answers } = await server.rehearse({ members: total, answers: total });
const watcher = new Watcher(server, [`/p/${pid}/log`, '/directory']);
const clients = new Clients({ server, pid, answers, count: 24, random });
const failed = Promise.all([watcher.running, ...clients.running]);
const orFail = (promise) => Promise.race([promise, failed]);

let next = 0;
let early = 0;
try {
    for (let kill = 0; kill < kills; kill++) {
        for (let i = 0; i < 7; i++) clients.queue.push(next++);
        clients.again = 10;
        const draw = random(10);
        if (draw < 5) {
            // A batch is published at the first tick after a full second.
            await orFail(pause(1000 - (Date.now() % 1000) + random(150)));
        } else {
            await orFail(pause(20 + random(600)));
        }
        await server.kill();
        server.begin();
        if (draw === 9) {
            await orFail(pause(random(60)));
            early++;
            await server.kill();
            server.begin();
        }
        demand(await orFail(server.listening()), `the server did not start again: ${server.said()}`);
    }
    clients.queue.push(...Array.from({ length: total - next }, (_, i) => next + i));
    await clients.until('all answers are acknowledged', 60, () => clients.acknowledged.size === total);
    await orFail(untilPublished({ server, pid, count: total, seconds: 30 }));
} finally {
    await Promise.allSettled([clients.end(), watcher.end()]);
}
await failed;
const { log, directory } = await checkLogs({ server, pid, answers, acknowledged: clients.acknowledged, watcher });
demand(log.entries.length === total + 1, `the log has ${log.entries.length} entries`);
checkKeys(server);
demand(server.starts > kills, 'the server was not killed so often');
const how = await server.stop();
demand(how.code === 0, `the server ended with ${how.code ?? how.signal}: ${server.said()}`);
console.log(`killed ${kills + early} times (${early} before it listened); ${total} answers acknowledged, each once in the log of ` +
    `${log.checkpoints.length} batches; ${[...watcher.seen.values()].map((seen) => seen.size).join(' and ')} different checkpoints seen in ` +
    `${watcher.looks} looks; directory log of ${directory.entries.length} entries; replies ${JSON.stringify(clients.statuses)}, ${clients.broken} broken off`);
