// SPDX-License-Identifier: Apache-2.0
// inflight.mjs stop URL PID SERVER_PROCESS OUT FILE...   sends all answers at once, ends the server (SIGTERM) while they wait for their tick, and writes
//                                                        into OUT the names of those that were acknowledged
// inflight.mjs there URL PID LIST                        these answers are in the log
// inflight.mjs drip URL PID                              an answer whose bytes come one by one is cut off after a minute
// inflight.mjs nullifier URL PID FILE KIND TIMES         so many entries of this kind have the nullifier of this answer
import { readFileSync, writeFileSync } from "node:fs";
import { sleep, Wire } from "../api/raw.mjs";
import { readLog, recordOf } from "./served.mjs";

const [what, base, pid, ...rest] = process.argv.slice(2);

function demand(holds, text) {
    if (!holds) throw new Error(text);
}

async function send(file, half) {
    const body = readFileSync(file);
    const wire = await Wire.open(base);
    const head = `POST /p/${pid}/answer HTTP/1.1\r\nHost: ${new URL(base).host}\r\nContent-Length: ${body.length}\r\n\r\n`;
    wire.send(Buffer.concat([Buffer.from(head), half ? body.subarray(0, 1000) : body]));
    if (half) {
        await half;
        wire.send(body.subarray(1000));
    }
    demand(await wire.until(() => wire.ended || wire.replies().length > 0, 60000), `${file}: neither a reply nor the end`);
    const reply = wire.replies()[0];
    wire.close();
    return { file, status: reply?.status ?? 0, half: Boolean(half) };
}

async function stop(server, out, files) {
    let go;
    const stopped = new Promise((done) => (go = done));
    // Every fourth has not come whole when the server is asked to end.
    const all = files.map((file, i) => send(file, i % 4 === 3 ? stopped : undefined));
    const idle = await Wire.open(base);
    await sleep(700);
    process.kill(server, "SIGTERM");
    await sleep(100);
    go();
    const ends = await Promise.all(all);
    idle.close();
    const count = (status) => ends.filter((end) => end.status === status).length;
    demand(count(202) + count(503) + count(0) === ends.length, `other replies: ${ends.map(({ status }) => status)}`);
    demand(ends.filter(({ half }) => !half).every(({ status }) => status === 202), "an answer that had come whole was not taken");
    const taken = ends.filter(({ status }) => status === 202).map(({ file }) => file);
    writeFileSync(out, taken.join("\n"));
    console.log(`${taken.length} acknowledged, ${count(503)} sent away, ${count(0)} without a reply`);
}

async function there(list) {
    const files = readFileSync(list, "utf8").split("\n");
    const { entries } = await readLog(`${base}/p/${pid}/log`);
    for (const file of files) {
        const record = recordOf(readFileSync(file));
        const times = entries.filter((entry) => entry.equals(record)).length;
        demand(times === 1, `${file}: ${times} times in the log`);
    }
    console.log(`${files.length} of ${entries.length - 1} records`);
}

async function nullifier(file, kind, times) {
    const wanted = recordOf(readFileSync(file)).subarray(6, 38);
    const { entries } = await readLog(`${base}/p/${pid}/log`);
    const found = entries.filter((entry) => entry[1] === kind && entry.subarray(6, 38).equals(wanted)).length;
    demand(found === times, `${found} entries of kind ${kind} have this nullifier`);
}

async function drip() {
    const line = `POST /p/${pid}/answer HTTP/1.1\r\nHost: ${new URL(base).host}\r\n`;
    await Promise.all([dripInto("a body", `${line}Content-Length: 2048\r\n\r\n`, "\0"), dripInto("headers", `${line}X: `, "x")]);
}

async function dripInto(what, begin, drop) {
    const wire = await Wire.open(base);
    const start = Date.now();
    wire.send(Buffer.from(begin));
    while (!wire.ended && Date.now() - start < 100000) {
        wire.send(Buffer.from(drop));
        await sleep(1000);
    }
    const seconds = (Date.now() - start) / 1000;
    demand(wire.ended && wire.replies().every(({ status }) => status >= 400), `${what}: after ${seconds} seconds it is still open`);
    demand(seconds > 50, `${what} was cut off after ${seconds} seconds`);
    console.log(`${what}: cut off after ${Math.round(seconds)} seconds`);
}

if (what === "stop") await stop(Number(rest[0]), rest[1], rest.slice(2));
else if (what === "there") await there(rest[0]);
else if (what === "drip") await drip();
else if (what === "nullifier") await nullifier(rest[0], Number(rest[1]), Number(rest[2]));
else throw new Error(`no such thing: ${what}`);
