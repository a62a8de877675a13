// SPDX-License-Identifier: Apache-2.0
// The checkers of the HTTP API are checked: a server that is as described, and servers each of which does one thing wrong.
import http from "node:http";
import net from "node:net";
import { gzipSync } from "node:zlib";
import { Report } from "../log/web.mjs";
import { checkApi } from "./check.mjs";
import { Schemas } from "./schema.mjs";
import { DESCRIPTION, PID, Site } from "./site.mjs";
import { torture } from "./torture.mjs";
import { parseYaml } from "./yaml.mjs";

const report = new Report();

// ---- YAML and schemas ---------------------------------------------------------------------------------------------------

function yaml() {
    const text = ["# all forms", "a: one # two", "'b': 'it''s'", 'c: "x\\ny: z"', "d:", "- 1", "- {e: [true, null, 1.5], 'f': \"g,h\"}",
        "- - x", "  - y", "g: |", "  one", "   two", "", "h: >-", "  one", "  two", "/i/{j}:", "  k: plain", "    and more",
        "l: [m,", "  n]"].join("\n");
    const wanted = { a: "one", b: "it's", c: "x\ny: z", d: [1, { e: [true, null, 1.5], f: "g,h" }, ["x", "y"]],
        g: "one\n two\n", h: "one two", "/i/{j}": { k: "plain and more" }, l: ["m", "n"] };
    report.check(JSON.stringify(parseYaml(text)) === JSON.stringify(wanted), `YAML: ${JSON.stringify(parseYaml(text))}`);
    for (const wrong of ["a: &b c", "a: *b", "a: !b c", "a: b: c", "a: 1\na: 2", "a: [b", "a: 'b", "a:\n\tb: c", "a: 1\n  b: 2", "- a\nb: c",
        "a: |x\n  b", "a: {b: 1, b: 2}", "a: 1\n---\nb: 2", "a: 'b' c", "a: [b] c"]) {
        let taken = true;
        try {
            parseYaml(wrong);
        } catch {
            taken = false;
        }
        report.check(!taken, `YAML that is none of ours was taken: ${JSON.stringify(wrong)}`);
    }
}

function schemas() {
    const all = new Schemas({ h: { type: "string", pattern: "^[0-9]+$" } });
    const cases = [
        [{ type: "integer" }, [1, 0], [1.5, "1", null]], [{ type: ["boolean", "null"] }, [true, null], [0, "x"]],
        [{ type: "object", required: ["a"], additionalProperties: false, properties: { a: { $ref: "#/h" } } }, [{ a: "1" }],
            [{}, { a: "x" }, { a: "1", b: 1 }, []]],
        [{ type: "array", items: { enum: [1, "a"] }, maxItems: 2, minItems: 1, uniqueItems: true }, [[1], [1, "a"]], [[], [2], [1, 1], [1, "a", 1]]],
        [{ minimum: 2, maximum: 3 }, [2, 3], [1, 4]], [{ minLength: 2, maxLength: 3 }, ["ab", "abc"], ["a", "abcd"]],
        [{ oneOf: [{ type: "integer" }, { minimum: 3 }] }, [2, 3.5], [4, 1.5]], [{ anyOf: [{ const: 1 }, { const: 2 }] }, [1, 2], [3]],
        [{ allOf: [{ minimum: 1 }, { maximum: 2 }] }, [1], [0, 3]], [{ type: "string", nullable: true }, ["a", null], [1]],
    ];
    for (const [schema, right, wrong] of cases) {
        for (const value of right)
            report.check(all.errors(schema, value).length === 0, `${JSON.stringify(schema)} refuses ${JSON.stringify(value)}`);
        for (const value of wrong)
            report.check(all.errors(schema, value).length > 0, `${JSON.stringify(schema)} takes ${JSON.stringify(value)}`);
    }
    let unknown = false;
    try {
        all.errors({ patternProperties: {} }, {});
    } catch {
        unknown = true;
    }
    report.check(unknown, "an unknown keyword is passed over");
}

// ---- the API ------------------------------------------------------------------------------------------------------------

const at = (end, change, method = "GET") => (question, found) => {
    if (question.url.endsWith(end) && question.method === method) change(found);
    return found;
};
const header = (name, value, end = "/status") => at(end, (found) => {
    if (value === undefined) delete found.headers[name];
    else found.headers[name] = value;
});
const json = (value) => at("/status", (found) => (found.body = Buffer.from(JSON.stringify(value))));

const coded = (question) => "accept-encoding" in question.headers;

// What is wrong, what the checker must say, and how it is made wrong.
const WRONGS = [
    ["caching", "cache-control: max-age=5", header("Cache-Control", "max-age=5")],
    ["no referrer policy", "referrer-policy: undefined", header("Referrer-Policy")],
    ["sniffing", "x-content-type-options", header("X-Content-Type-Options")],
    ["no policy", "lacks default-src 'none'", header("Content-Security-Policy")],
    ["a policy that allows scripts", "allows too much", header("Content-Security-Policy", "default-src 'none'; script-src 'unsafe-inline'")],
    ["a cookie", "sets a cookie", header("Set-Cookie", "a=b")],
    ["a version", "tells a version", header("Server", "thing/1.2")],
    ["a validator", "a validator", header("ETag", '"1"')],
    ["a missing property", "lacks goal", json({ size: 5 })],
    ["a wrong type", "is string, not integer", json({ size: "5", goal: null })],
    ["a value too small", "is below 1", json({ size: 0, goal: null })],
    ["no JSON", "in JSON at", at("/status", (found) => (found.body = Buffer.from("{")))],
    ["an extra property", "which is not described", at("/petitions.json", (found) => {
        found.body = Buffer.from(JSON.stringify({ petitions: [{ pid: PID }], more: 1 }));
    })],
    ["another media type", "has type text/html", header("Content-Type", "text/html")],
    ["an undescribed status", "status 418 is not described", at("/status", (found) => (found.status = 418))],
    ["HEAD of another length", "other headers than GET: content-length", at("/status", (found) => (found.headers["Content-Length"] = 3), "HEAD")],
    ["HEAD of another status", "HEAD .*: status 404, GET 200", at("/status", (found) => (found.status = 404), "HEAD")],
    ["a page without Vary", "Vary lacks", header("Vary", undefined, "/roll")],
    ["a script", "a script", at("/roll", (found) => (found.body = Buffer.from("<!doctype html><html lang=en><script>")))],
    ["a browser page that allows any script", "allows too much: script-src 'unsafe-inline'",
        header("Content-Security-Policy", "default-src 'none'; script-src 'unsafe-inline'", "/verify")],
    ["a browser page with another policy than its own", "is not that of the page", header("Content-Security-Policy",
        "default-src 'none'; base-uri 'none'; form-action 'none'; connect-src 'self'; frame-ancestors 'none'", "/verify")],
    ["another browser page for those who answer", "another page than", at("/answer", (found) => (found.body = Buffer.from(`${found.body} `)))],
    ["a browser page for those who take gzip", "not the same with gzip", (question, found) => (question.url === "/verify" && coded(question)
        ? { ...found, body: gzipSync("<!doctype html>") } : found)],
    ["gzip for those who refuse it", "which was refused", (question, found) => (question.url === "/verify" && question.headers["accept-encoding"] ===
        "gzip;q=0, *" ? { ...found, body: gzipSync(found.body) } : found)],
    ["a browser page without Vary", "Vary: undefined, not Accept-Encoding", header("Vary", undefined, "/verify")],
    ["a page that breaks", "status 500", at("page=x", (found) => (found.status = 500))],
    ["405 without Allow", "Allow: , described", (question, found) => {
        delete found.headers.Allow;
        return found;
    }],
    ["any method", "DELETE .*: status 200, not 405", at("/status", (found) => (found.status = 200), "DELETE")],
    ["too short an answer is taken", "one byte too few.*: status 202", (question, found) => {
        if (question.headers["content-length"] === "2047") Object.assign(found, { status: 202, body: Buffer.from("ok\n") });
        return found;
    }],
    ["any record is taken", "random bytes.*: status 202", at("/answer", (found) => {
        if (found.status === 422) Object.assign(found, { status: 202, body: Buffer.from("ok\n") });
    }, "POST")],
    ["a decline is told apart", 'is not "ok', at("/answer", (found) => {
        if (found.status === 202) found.body = Buffer.from("declined\n");
    }, "POST")],
    ["a reason of two lines", "not one line", at("/answer", (found) => {
        if (found.status === 422) found.body = Buffer.from("one\ntwo\n");
    }, "POST")],
    ["another petition", "status 200, not 404", (question, found) => (question.url.startsWith("/p/0000") && question.url.endsWith("/status")
        ? { ...found, status: 200 } : found)],
    ["a path that nobody described", "GET /metrics: status 200", at("/metrics", (found) => (found.status = 200))],
    ["a list of those who wait", "/held: status 200", at("/held", (found) => (found.status = 200))],
    ["a zero byte in a path", "/status%00: status 200", at("/status%00", (found) => (found.status = 200))],
];

async function api() {
    const run = async (spoil, description = DESCRIPTION) => {
        const site = new Site(spoil);
        const found = new Report(false);
        await checkApi(await site.start(), parseYaml(description), found);
        await site.stop();
        return found;
    };
    const right = await run();
    report.check(right.failures.length === 0, `the API as described: ${right.failures.slice(0, 5).join("\n")}`);
    report.check(right.passed > 500, `only ${right.passed} checks of the API`);
    for (const [what, says, spoil] of WRONGS) {
        const text = (await run(spoil)).failures.join("\n");
        report.check(new RegExp(says).test(text), `${what}: the checker does not say "${says}", but: ${text.slice(0, 400)}`);
    }
    const more = await run(undefined, DESCRIPTION.replace("paths:\n", "paths:\n  /gone:\n    get: {responses: {'200': {description: x}}}\n"));
    report.check(/GET \/gone: status 404 is not described/.test(more.failures.join("\n")), "a described path that is not there");
    const unknown = await run(undefined, DESCRIPTION.replaceAll("{pid}/roll", "{whose}/roll"));
    report.check(/no value is known for \{whose\}/.test(unknown.failures.join("\n")), "a parameter that nobody knows");
}

// ---- torture ------------------------------------------------------------------------------------------------------------

const QUICK = { limit: 4000, seconds: 2 };

async function tortured(base) {
    const found = new Report(false);
    await found.attempt("the server", () => torture(base, found, QUICK));
    return found;
}

async function hardships() {
    const site = new Site();
    const right = await tortured(await site.start());
    await site.stop();
    report.check(right.failures.length === 0, `a server that stands it: ${right.failures.slice(0, 5).join("\n")}`);
    report.check(right.passed > 150, `only ${right.passed} checks of a server that stands it`);

    // It takes whatever comes for an answer.
    const gullible = new Site((question, found) => (question.method === "POST" ? { ...found, status: 202 } : found));
    const taken = (await tortured(await gullible.start())).failures.join("\n");
    await gullible.stop();
    for (const says of ["2,047 bytes: ended in \\[202", "2,049 bytes: ended", "chunks: ended"])
        report.check(new RegExp(says).test(taken), `a server that takes anything: not said: ${says}`);

    // It closes nothing, ever.
    const patient = new Site();
    Object.assign(patient.server, { headersTimeout: 0, requestTimeout: 0, timeout: 0 });
    const open = (await tortured(await patient.start())).failures.join("\n");
    await patient.stop();
    for (const says of ["nothing at all: ended in \\[, open", "headers that do not end: ended", "then nothing: ended"])
        report.check(new RegExp(says).test(open), `a server that waits for ever: not said: ${says}`);

    // It serves one connection after another: a slow one stops it for all.
    const single = net.createServer({ allowHalfOpen: true });
    const inner = http.createServer((question, response) => response.end(JSON.stringify({ petitions: [{ pid: PID }] })));
    const waiting = [];
    let busy = false;
    const next = () => {
        const socket = busy ? undefined : waiting.shift();
        if (!socket) return;
        busy = true;
        socket.on("close", () => {
            busy = false;
            next();
        });
        inner.emit("connection", socket);
    };
    single.on("connection", (socket) => {
        socket.on("error", () => socket.destroy());
        waiting.push(socket);
        next();
    });
    await new Promise((resolve) => single.listen(0, "127.0.0.1", resolve));
    const found = new Report(false);
    const limit = new Promise((resolve) => setTimeout(resolve, 15000).unref());
    await Promise.race([limit, found.attempt("the server", () => torture(`http://127.0.0.1:${single.address().port}`, found, QUICK))]);
    report.check(/a page (while|after)/.test(found.failures.join("\n")), "a server that one slow client stops: not said");
    single.close();
}

yaml();
schemas();
await api();
await hardships();
report.finish();
process.exit(); // what was left open to the last server ends here
