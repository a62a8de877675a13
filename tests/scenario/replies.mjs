// SPDX-License-Identifier: Apache-2.0
// replies.mjs alike URL PID TICK_MS FILE...       all these answers get the same reply, byte for byte, on connections of their own and on one that is
//                                                kept, and at a tick
// replies.mjs refused URL PID FILE RULE           the answer gets 422 with this rule and nothing else
// replies.mjs taken URL PID FILE                  it gets 202
// replies.mjs broken URL PID ANONYMOUS NAMED WITHDRAWAL    answers with one thing wrong in each, made of good ones
// replies.mjs sizes URL PID FILE                  bodies of other sizes
import { readFileSync } from "node:fs";
import { sleep, Wire } from "../api/raw.mjs";

const [what, base, pid, ...rest] = process.argv.slice(2);
const path = `/p/${pid}/answer`;
const host = new URL(base).host;
const LIMIT = 60000;

function demand(holds, text) {
    if (!holds) throw new Error(text);
}

const requestOf = (body, more = `Content-Length: ${body.length}\r\n`) =>
    Buffer.concat([Buffer.from(`POST ${path} HTTP/1.1\r\nHost: ${host}\r\n${more}\r\n`), body]);

// Sends on this connection and waits for one whole reply: its bytes, and when they were there.
async function post(wire, bytes) {
    const from = wire.received.length;
    wire.send(bytes);
    const whole = () => {
        const reply = wire.received.subarray(from);
        const end = reply.indexOf("\r\n\r\n");
        const length = /\r\ncontent-length: *([0-9]+)\r\n/i.exec(reply.toString("latin1", 0, end + 2));
        return end >= 0 && length && reply.length >= end + 4 + Number(length[1]);
    };
    demand(await wire.until(() => whole() || wire.ended, LIMIT), "no reply");
    const reply = Buffer.from(wire.received.subarray(from));
    return { reply: reply.toString("latin1"), at: Date.now(), status: Number(reply.toString("latin1", 9, 12)) };
}

async function once(bytes) {
    const wire = await Wire.open(base);
    const answer = await post(wire, bytes);
    wire.close();
    return answer;
}

async function alike(tick, files) {
    const bodies = files.map((file) => readFileSync(file));
    const decline = Buffer.alloc(2048, 0x5a);
    decline.writeUInt16LE(0, 0);
    bodies.push(decline);
    // A reply comes with a tick: from there on, answers spread over most of the next one.
    await once(requestOf(decline));
    const start = Date.now();
    const fresh = bodies.map(async (body, i) => {
        await sleep((tick * 0.6 * i) / bodies.length);
        return once(requestOf(body));
    });
    const kept = await Wire.open(base);
    const all = await Promise.all(fresh);
    const times = all.map(({ at }) => at);
    demand(Math.min(...times) - start > tick * 0.8, `a reply came after ${Math.min(...times) - start} ms, before the tick`);
    demand(Math.max(...times) - Math.min(...times) < tick * 0.4, `the replies came within ${Math.max(...times) - Math.min(...times)} ms`);
    for (const body of bodies) all.push(await post(kept, requestOf(body)));
    // Several at once on one connection.
    const piped = await Wire.open(base);
    piped.send(Buffer.concat(bodies.slice(0, 3).map((body) => requestOf(body))));
    demand(await piped.until(() => piped.replies().length === 3, LIMIT), "three requests on one connection got other replies");
    demand(piped.received.toString("latin1") === all[0].reply.repeat(3), "replies to three requests on one connection are others");
    piped.close();
    kept.close();
    for (const { reply } of all) demand(reply === all[0].reply, `replies differ:\n${all[0].reply}\n${reply}`);
    demand(all[0].status === 202 && all[0].reply.endsWith("\r\n\r\nok\n"), `not the reply that is described: ${all[0].reply}`);
    demand(!/\r\n(date|server|etag|last-modified|set-cookie):/i.test(all[0].reply), `a header that can tell: ${all[0].reply}`);
    console.log(`${all.length} replies of ${all[0].reply.length} bytes, all the same`);
}

async function refused(name, body, rule) {
    const { reply, status } = await once(requestOf(body));
    demand(status === 422, `${name}: status ${status}: ${reply}`);
    demand(reply.slice(reply.indexOf("\r\n\r\n") + 4) === `${rule}\n`, `${name}: another rule: ${reply}`);
    demand(/\r\ncontent-type: text\/plain/i.test(reply), `${name}: not plain text`);
}

// A copy with other bytes of the record.
function changed(answer, at, bytes) {
    const copy = Buffer.from(answer);
    Buffer.from(bytes).copy(copy, 2 + at);
    return copy;
}
function resized(answer, length) {
    const copy = Buffer.from(answer);
    copy.writeUInt16LE(length, 0);
    return copy;
}

async function broken(anonymous, named, withdrawal) {
    const length = anonymous.readUInt16LE(0);
    const last = (answer) => answer.readUInt16LE(0) - 1;
    const flipped = (answer, at) => changed(answer, at, [answer[2 + at] ^ 1]);
    const ones = Buffer.alloc(32, 0xff);
    const canonical = "the record holds a point or a scalar that is not canonical, or the identity";
    const cases = [
        ["a length above 2046", resized(anonymous, 2047), "the length in an answer is at most 2046"],
        ["the longest length", resized(anonymous, 65535), "the length in an answer is at most 2046"],
        ["one byte", resized(anonymous, 1), "the entry is too short to be one"],
        ["37 bytes", resized(anonymous, 37), "the entry is too short to be one"],
        ["a byte less", resized(anonymous, length - 1), "the record has not the size of its kind in this ring"],
        ["a byte more", resized(anonymous, length + 1), "the record has not the size of its kind in this ring"],
        ["another version", changed(anonymous, 0, [2]), "the entry's version is not 1"],
        ["a first leaf", changed(anonymous, 1, [0]), "an entry of this kind is no record of a member"],
        ["a notice", changed(anonymous, 1, [6]), "an entry of this kind is no record of a member"],
        ["an opening", changed(anonymous, 1, [7]), "an entry of this kind is no record of a member"],
        ["a close leaf", changed(anonymous, 1, [8]), "an entry of this kind is no record of a member"],
        ["no such kind", changed(anonymous, 1, [9]), "the entry is of no known kind"],
        ["sealed", changed(anonymous, 1, [2]), "the petition has no mode `sealed`"],
        ["no such ring", changed(anonymous, 2, [7, 0, 0, 0]), "the ring does not exist"],
        ["the last ring number", changed(anonymous, 2, [255, 255, 255, 255]), "the ring does not exist"],
        ["no such place", changed(named, 2, [0, 1, 0, 0]), "the place is not on the roll"],
        ["by name, a byte more", resized(named, named.readUInt16LE(0) + 1), "the record has not the size of its kind"],
        ["a withdrawal with a number", changed(withdrawal, 2, [1, 0, 0, 0]), "the number in a withdrawal is 0"],
        ["a withdrawal, a byte less", resized(withdrawal, withdrawal.readUInt16LE(0) - 1), "the record has not the size of its kind"],
        ["a point that is none", changed(anonymous, 6, ones), canonical],
        ["the identity", changed(anonymous, 6, Buffer.alloc(32)), canonical],
        ["a negative point", changed(named, 6, Buffer.from("01".padEnd(64, "0"), "hex")), canonical],
        ["a scalar above q", changed(anonymous, length - 32, ones), canonical],
        ["a scalar above q, by name", changed(named, last(named) - 31, ones), canonical],
        ["another scalar", flipped(anonymous, length - 32), "the proof does not verify"],
        ["another scalar, by name", flipped(named, last(named) - 31), "the proof does not verify"],
        ["another scalar, of a withdrawal", flipped(withdrawal, last(withdrawal) - 31), "the proof does not verify"],
        ["another place", flipped(named, 2), "the proof does not verify"],
        ["by name turned into a step forward", changed(named, 1, [4]), "the proof does not verify"],
    ];
    for (const [name, body, rule] of cases) await refused(name, body, rule);
    // Many at once, good and bad together: one that is bad does not become the others' ruin, nor the other way round.
    const mixed = cases.slice(-5).flatMap(([, body]) => [body, named]);
    const statuses = await Promise.all(mixed.map((body) => once(requestOf(body)).then(({ status }) => status)));
    demand(statuses.join() === "422,202".concat(",422,202".repeat(4)), `good and bad together: ${statuses}`);
    console.log(`${cases.length} rules`);
}

async function sizes(body) {
    const cases = [
        ["2047 bytes", requestOf(body.subarray(0, 2047)), 400],
        ["one byte", requestOf(body.subarray(0, 1)), 400],
        ["no byte", requestOf(Buffer.alloc(0)), 400],
        ["2049 bytes", requestOf(Buffer.concat([body, Buffer.of(0)])), 413],
        ["as many as there may be", requestOf(Buffer.alloc(0), "Content-Length: 999999999999\r\n"), 413],
        ["more than a number holds", requestOf(Buffer.alloc(0), "Content-Length: 99999999999999999999999\r\n"), undefined],
        ["no length", requestOf(Buffer.alloc(0), ""), 411],
        ["in chunks", requestOf(Buffer.from("5\r\nhello\r\n0\r\n\r\n"), "Transfer-Encoding: chunked\r\n"), 411],
        ["a length below 0", requestOf(Buffer.alloc(0), "Content-Length: -1\r\n"), undefined],
    ];
    for (const [name, bytes, wanted] of cases) {
        const wire = await Wire.open(base);
        wire.send(bytes);
        demand(await wire.until(() => wire.ended || wire.replies().length > 0, LIMIT), `${name}: no reply`);
        const status = wire.replies()[0]?.status;
        demand(wanted ? status === wanted : status === undefined || (status >= 400 && status < 500), `${name}: status ${status}`);
        wire.close();
    }
    console.log(`${cases.length} sizes`);
}

switch (what) {
case "alike": await alike(Number(rest[0]), rest.slice(1)); break;
case "refused": await refused(rest[0], readFileSync(rest[0]), rest[1]); break;
case "taken": demand((await once(requestOf(readFileSync(rest[0])))).status === 202, `${rest[0]}: not taken`); break;
case "broken": await broken(...rest.map((file) => readFileSync(file))); break;
case "sizes": await sizes(readFileSync(rest[0])); break;
default: throw new Error(`no such thing: ${what}`);
}
