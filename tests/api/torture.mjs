// SPDX-License-Identifier: Apache-2.0
// torture.mjs BASEURL: what no client should send, byte by byte.  Each of it must end in an error or a closed connection
// within a bounded time, never in a success that was not asked for, and the server must answer others meanwhile and after.
// Prints `N passed, N failed`; the exit status is 0 only if none failed.
import { randomBytes } from "node:crypto";
import { pathToFileURL } from "node:url";
import { Report } from "../log/web.mjs";
import { exchange, sleep, Wire } from "./raw.mjs";

const ANSWER = 2048;
const MINUTE = 60000;

const decline = () => {
    const body = randomBytes(ANSWER);
    body.writeUInt16LE(0, 0);
    return body;
};
const bytes = (...parts) => Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part, "latin1") : part)));
const lines = (...all) => all.map((line) => `${line}\r\n`).join("");

// ---- how a story may end ------------------------------------------------------------------------------------------------

const statuses = (wire) => wire.replies().map((reply) => reply.status);

const ENDS = {
    // An error, or closed without a word.
    refused: (wire) => (wire.ended || wire.replies().length > 0) && statuses(wire).every((status) => status >= 400),
    // Any whole reply, or closed.
    any: (wire) => wire.ended || wire.replies().length > 0,
    // Closed after at most one reply: what follows it is not taken for another request.
    once: (wire) => wire.ended && wire.replies().length <= 1,
    // Closed, with or without a reply; errors may follow a success.
    ended: (wire) => wire.ended && statuses(wire).slice(1).every((status) => status >= 400),
    // Closed, and no success.
    closed: (wire) => wire.ended && statuses(wire).every((status) => status >= 400),
};
// Exactly these replies.
const exactly = (...wanted) => (wire) => statuses(wire).join() === wanted.join();
// The first reply, then an error or a closed connection; or the error alone.
const then = (wanted) => (wire) => {
    const all = statuses(wire);
    const rest = all[0] === wanted ? all.slice(1) : all;
    return all.length > 0 && rest.every((status) => status >= 400) && (rest.length > 0 || wire.ended);
};

// ---- stories ------------------------------------------------------------------------------------------------------------

function requestLines(host) {
    const rest = lines(`Host: ${host}`, "");
    const wrong = {
        "no target": `GET\r\n${rest}`, "nothing but spaces": `   \r\n${rest}`, "no method": ` / HTTP/1.1\r\n${rest}`,
        "no such version": `GET / HTTP/9.9\r\n${rest}`, "a version that is no number": `GET / HTTP/x.y\r\n${rest}`,
        "something behind the version": `GET / HTTP/1.1 more\r\n${rest}`, "a target with spaces": `GET /a b c HTTP/1.1\r\n${rest}`,
        "another protocol": `GET / FTP/1.1\r\n${rest}`, "HTTP/2": `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n`,
        "a zero byte in the method": `G\0T / HTTP/1.1\r\n${rest}`, "a zero byte before the target": `GET \0/petitions.json HTTP/1.1\r\n${rest}`,
        "a target without a slash": `GET petitions.json HTTP/1.1\r\n${rest}`, "a star": `GET * HTTP/1.1\r\n${rest}`,
        "CONNECT": `CONNECT other.example:443 HTTP/1.1\r\n${rest}`, "no Host": "GET /petitions.json HTTP/1.1\r\n\r\n",
        "a method of 9,000 letters": `${"A".repeat(9000)} / HTTP/1.1\r\n${rest}`,
        "a URL of 10,000 bytes": `GET /${"a".repeat(10000)} HTTP/1.1\r\n${rest}`,
        "a URL of 300,000 bytes": `GET /${"a".repeat(300000)} HTTP/1.1\r\n${rest}`,
        "a query of 20,000 bytes": `GET /?${"a=1&".repeat(5000)} HTTP/1.1\r\n${rest}`,
        "10,000 slashes": `GET ${"/".repeat(10000)} HTTP/1.1\r\n${rest}`,
        "bytes above 127": bytes("GET /", Buffer.from([0xff, 0xfe, 0xc0, 0x80]), ` HTTP/1.1\r\n${rest}`),
    };
    const stories = Object.entries(wrong).map(([name, sends]) => [name, [sends], ENDS.refused]);
    const hello = Buffer.from("16030100c8010000c40303", "hex");
    stories.push(["a TLS handshake", [bytes(hello, randomBytes(200), "\r\n\r\n")], ENDS.refused]);
    /* libmicrohttpd takes a zero byte for the end of a target: it is as if nothing stood behind it. */
    stories.push(["a zero byte in the target", [`GET /\0petitions.json HTTP/1.1\r\n${rest}`], ENDS.any]);
    stories.push(["a zero byte behind the target", [`GET /petitions.json\0 HTTP/1.1\r\n${rest}`], ENDS.any]);
    stories.push(["random bytes", [bytes(randomBytes(5000), "\r\n\r\n")], ENDS.refused]);
    stories.push(["100,000 empty lines", ["\r\n".repeat(100000)], ENDS.any, { end: true }]);
    stories.push(["a request line that does not end", ["GET /petitions"], ENDS.closed, { limit: MINUTE }]);
    stories.push(["nothing at all", [], ENDS.closed, { limit: MINUTE }]);
    return stories;
}

function headerFields(host) {
    const begin = lines("GET /petitions.json HTTP/1.1", `Host: ${host}`);
    const many = (count) => Array.from({ length: count }, (_, i) => `X-${i}: ${i}\r\n`).join("");
    return [
        ["a header of 100,000 bytes", [`${begin}X-Long: ${"x".repeat(100000)}\r\n\r\n`], ENDS.refused],
        ["a header's name of 100,000 bytes", [`${begin}${"X".repeat(100000)}: x\r\n\r\n`], ENDS.refused],
        ["10,000 headers", [`${begin}${many(10000)}\r\n`], ENDS.refused],
        ["1,000 headers", [`${begin}${many(1000)}\r\n`], ENDS.refused],
        ["20,000 bytes of cookies", [`${begin}Cookie: ${"a=b; ".repeat(4000)}\r\n\r\n`], ENDS.refused],
        ["a zero byte in a header", [`${begin}X: a\0b\r\n\r\n`], ENDS.any],
        ["a header without a colon", [`${begin}nonsense\r\n\r\n`], ENDS.any],
        ["a header without a name", [`${begin}: value\r\n\r\n`], ENDS.any],
        ["two Hosts", [`${begin}Host: other.example\r\n\r\n`], ENDS.any],
        ["headers that do not end", [`${begin}X: y\r\n`], ENDS.closed, { limit: MINUTE }],
    ];
}

function bodies(host, pid) {
    const head = (...fields) => lines(`POST /p/${pid}/answer HTTP/1.1`, `Host: ${host}`, ...fields, "");
    const sized = (length, body = decline()) => bytes(head(`Content-Length: ${length}`), body);
    const chunk = (body) => bytes(`${body.length.toString(16)}\r\n`, body, "\r\n");
    const refused = { limit: MINUTE };
    const chunked = (...parts) => bytes(head("Transfer-Encoding: chunked"), ...parts);
    const stories = [
        ["2,047 bytes", [sized(2047, decline().subarray(1))], ENDS.refused],
        ["2,049 bytes", [sized(2049, bytes(decline(), "x"))], ENDS.refused],
        ["1 GiB announced", [sized(1073741824)], ENDS.refused],
        ["2^64 + 2048 announced", [sized("18446744073709553664")], ENDS.refused],
        ["2^63 announced", [sized("9223372036854775808")], ENDS.refused],
        ["a length of -1", [sized(-1)], ENDS.refused], ["a length of +2048", [sized("+2048")], ENDS.refused],
        ["a length of 0x800", [sized("0x800")], ENDS.refused], ["a length of 2048.0", [sized("2048.0")], ENDS.refused],
        ["a length of 2048x", [sized("2048x")], ENDS.refused], ["an empty length", [sized("")], ENDS.refused],
        ["a length of 20 48", [sized("20 48")], ENDS.refused],
        ["two lengths", [bytes(head("Content-Length: 2048", "Content-Length: 5"), decline())], ENDS.once, { end: true }],
        ["no length", [bytes(head(), decline())], ENDS.refused],
        ["chunks", [chunked(chunk(decline()), "0\r\n\r\n")], ENDS.refused],
        ["chunks of a byte", [chunked(...Array.from(decline(), (b) => chunk(Buffer.of(b))), "0\r\n\r\n")], ENDS.refused],
        ["a chunk of -1 bytes", [chunked("-1\r\n\r\n")], ENDS.refused],
        ["a chunk of 2^64 bytes", [chunked("10000000000000000\r\n")], ENDS.refused],
        ["a chunk's size that does not end", [chunked("0".repeat(100000))], ENDS.refused],
        ["chunks and a length", [bytes(head("Transfer-Encoding: chunked", "Content-Length: 2048"), chunk(decline()), "0\r\n\r\n")],
            ENDS.once, { end: true }],
        ["a length and a smuggled request", [bytes(head("Content-Length: 2048", "Transfer-Encoding: chunked"), "0\r\n\r\n",
            lines("GET /petitions.json HTTP/1.1", `Host: ${host}`, ""))], ENDS.once, { end: true }],
        ["an unknown transfer coding", [bytes(head("Transfer-Encoding: gzip"), decline())], ENDS.refused],
        ["less than announced, then the end", [sized(2048, decline().subarray(1))], ENDS.closed, { end: true }],
        ["less than announced, then nothing", [sized(2048, decline().subarray(1))], ENDS.closed, refused],
        // libmicrohttpd closes a connection as soon as it sees that the client has closed its half, a reply under way or not.
        ["more than announced", [sized(2048, bytes(decline(), "more than that\r\n\r\n"))], ENDS.ended, { end: true }],
        ["a length with GET", [bytes(lines("GET /petitions.json HTTP/1.1", `Host: ${host}`, "Content-Length: 5", ""), "abcde")],
            ENDS.any],
        ["a body with GET that does not come", [lines("GET /petitions.json HTTP/1.1", `Host: ${host}`, "Content-Length: 500", "")],
            ENDS.any, refused],
        ["an unknown expectation", [head("Expect: 200-maybe", "Content-Length: 2048"), 300, decline()], ENDS.any],
        ["100-continue and too much", [head("Expect: 100-continue", "Content-Length: 1000000")], ENDS.refused],
        ["100-continue", [head("Expect: 100-continue", "Content-Length: 2048"), 1500, decline()], exactly(202)],
        ["an answer in three parts", [...thirds(sized(2048))], exactly(202)],
    ];
    return stories;
}

const thirds = (all) => [all.subarray(0, 30), 200, all.subarray(30, 900), 200, all.subarray(900)];

function pipelines(host, pid) {
    const get = (path) => lines(`GET ${path} HTTP/1.1`, `Host: ${host}`, "");
    const post = () => bytes(lines(`POST /p/${pid}/answer HTTP/1.1`, `Host: ${host}`, `Content-Length: ${ANSWER}`, ""), decline());
    const page = "/petitions.json";
    return [
        ["two answers in one packet", [bytes(post(), post())], exactly(202, 202)],
        ["answers and pages in one packet", [bytes(post(), get(page), post(), get("/nothing"))], exactly(202, 200, 202, 404)],
        ["100 pages in one packet", [get(page).repeat(100)], exactly(...Array.from({ length: 100 }, () => 200))],
        ["a page, then nonsense", [bytes(get(page), randomBytes(300), "\r\n\r\n")], then(200), { end: true }],
        ["a page, then the end", [get(page)], exactly(200), { end: true }],
        ["an answer, then the end", [post()], ENDS.ended, { end: true }],
        ["HTTP/1.0", [lines("GET /petitions.json HTTP/1.0", "")], then(200)],
    ];
}

// ---- telling them -------------------------------------------------------------------------------------------------------

// Parts are bytes, text, or a pause in milliseconds.
async function tell(report, base, [name, parts, ends, { end = false, limit = 20000 } = {}]) {
    const wire = await Wire.open(base);
    try {
        for (const part of parts) {
            if (typeof part === "number") await sleep(part);
            else wire.send(typeof part === "string" ? Buffer.from(part, "latin1") : part);
        }
        if (end) wire.finish();
        await wire.until(() => ends(wire), Math.min(limit, report.limit));
        const seen = `${statuses(wire).slice(0, 5)}${wire.ended ? ", closed" : ", open"}`;
        report.check(ends(wire), `${name}: ended in [${seen}]`);
        report.check(!/HTTP\/1\.[01] 5/.test(wire.received.toString("latin1")) || !statuses(wire).includes(500), `${name}: 500`);
    } catch (error) {
        report.check(false, `${name}: ${error.message}`);
    } finally {
        wire.close();
    }
}

async function alive(report, base, when) {
    const before = Date.now();
    await report.attempt(`a page ${when}`, async () => {
        const { status } = await exchange(base, "GET", "/petitions.json", { ms: 5000 });
        if (status !== 200) throw new Error(`status ${status}`);
        if (Date.now() - before > 5000) throw new Error("took more than 5 s");
    });
}

// One byte a second: others must not wait for it, and it must not be taken for a whole request.
async function slowly(report, base, name, fast, slow, seconds) {
    const wire = await Wire.open(base);
    wire.send(fast);
    for (let i = 0; i < seconds && !wire.ended; i++) {
        wire.send(slow.subarray(i, i + 1));
        await sleep(1000);
        if (i % 5 === 0) await alive(report, base, `while ${name} is sent`);
    }
    wire.finish();
    await wire.until(() => wire.ended, 10000);
    report.check(statuses(wire).every((status) => status >= 400), `${name}: ended in [${statuses(wire)}]`);
    report.check(wire.ended, `${name}: still open 10 s after its end`);
    wire.close();
}

async function resets(report, base, host, pid) {
    const whole = bytes(lines(`POST /p/${pid}/answer HTTP/1.1`, `Host: ${host}`, `Content-Length: ${ANSWER}`, ""), decline());
    const pages = lines(`GET /p/${pid}/roll.txt HTTP/1.1`, `Host: ${host}`, "").repeat(20);
    for (let i = 0; i < 60; i++) {
        const wire = await Wire.open(base);
        const sends = [Buffer.alloc(0), whole.subarray(0, 50), whole.subarray(0, 500), whole, Buffer.from(pages)][i % 5];
        if (sends.length > 0) wire.send(sends);
        await sleep(i % 3);
        wire.reset();
    }
    await alive(report, base, "after 60 resets");
    const idle = [];
    for (let i = 0; i < 60; i++) idle.push(await Wire.open(base));
    await alive(report, base, "beside 60 silent connections");
    for (const wire of idle) wire.close();
    await alive(report, base, "after 60 silent connections");
}

export async function torture(base, report, { limit = MINUTE, seconds = 20 } = {}) {
    report.limit = limit;
    const { host } = new URL(base);
    const { body } = await exchange(base, "GET", "/petitions.json", { ms: 5000 });
    const pid = JSON.parse(body.toString("utf8")).petitions[0]?.pid;
    if (!report.check(pid, "/petitions.json lists no petition to try with")) return;
    const stories = [...requestLines(host), ...headerFields(host), ...bodies(host, pid), ...pipelines(host, pid)];
    // Those that end by a timeout are told at the same time, the others one after another.
    const post = lines(`POST /p/${pid}/answer HTTP/1.1`, `Host: ${host}`, `Content-Length: ${ANSWER}`, "");
    const long = [
        ...stories.filter((story) => story[3]?.limit).map((story) => tell(report, base, story)),
        slowly(report, base, "a slow answer", post, decline(), seconds),
        slowly(report, base, "a slow head", "GET /petitions.json HTTP/1.1\r\nX: ", Buffer.alloc(100, "x"), seconds),
        slowly(report, base, "a slow request line", "G", Buffer.from("ET /petitions.json HTTP/1.1"), seconds),
    ];
    for (const story of stories.filter((one) => !one[3]?.limit)) {
        await tell(report, base, story);
        await alive(report, base, `after ${story[0]}`);
    }
    await resets(report, base, host, pid);
    await Promise.all(long);
    await alive(report, base, "after everything");
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
    if (!process.argv[2]) {
        console.error("usage: torture.mjs BASEURL");
        process.exit(2);
    }
    const report = new Report();
    await report.attempt("the server", () => torture(process.argv[2], report));
    report.finish();
}
