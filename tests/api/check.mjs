// SPDX-License-Identifier: Apache-2.0
// check.mjs BASEURL OPENAPI.yaml: compares a running server with its description: each path with real parameters, status,
// media type, headers, JSON; HEAD; what is refused and how; and that nothing answers that is not described.
// Prints `N passed, N failed`; the exit status is 0 only if none failed.
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { gunzipSync } from "node:zlib";
import { Report } from "../log/web.mjs";
import { exchange, sleep } from "./raw.mjs";
import { Schemas } from "./schema.mjs";
import { parseYaml } from "./yaml.mjs";

const ANSWER = 2048;
const METHODS = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
const NOBODY = "0".repeat(64);

// ---- headers that every reply has ---------------------------------------------------------------------------------------

const EXACT = { "cache-control": "no-store", "referrer-policy": "no-referrer", "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "same-origin" };
const POLICY = ["default-src 'none'", "form-action 'none'", "base-uri 'none'", "frame-ancestors 'none'"];

// What the policy of the browser page allows beyond the others': its own script and styles by their hashes, its module, its worker, its server.
const BROWSER = [/^script-src 'wasm-unsafe-eval' 'sha256-[A-Za-z0-9+/]{43}='$/, /^style-src 'sha256-[A-Za-z0-9+/]{43}='$/, /^worker-src blob:$/,
    /^img-src data:$/, /^connect-src 'self'$/];

function checkBrowserPolicy(report, what, policy) {
    for (const one of policy)
        report.check(POLICY.includes(one) || BROWSER.some((allowed) => allowed.test(one)), `${what}: Content-Security-Policy allows too much: ${one}`);
}

function checkHeaders(report, what, reply, browser = false) {
    const { headers } = reply;
    for (const [name, wanted] of Object.entries(EXACT))
        report.check(headers[name] === wanted, `${what}: ${name}: ${headers[name]}, not ${wanted}`);
    const policy = (headers["content-security-policy"] ?? "").split(";").map((one) => one.trim());
    for (const wanted of POLICY)
        report.check(policy.includes(wanted), `${what}: Content-Security-Policy lacks ${wanted}`);
    if (browser) checkBrowserPolicy(report, what, policy);
    else report.check(!/unsafe|\*|https?:/.test(policy.join()), `${what}: Content-Security-Policy allows too much: ${policy}`);
    report.check(!("set-cookie" in headers), `${what}: sets a cookie`);
    report.check(!/[0-9]/.test(headers.server ?? ""), `${what}: tells a version: Server: ${headers.server}`);
    report.check(!("x-powered-by" in headers), `${what}: X-Powered-By`);
    report.check(!("etag" in headers) && !("last-modified" in headers), `${what}: a validator, which can mark a reader`);
}

// ---- the description ----------------------------------------------------------------------------------------------------

class Api {
    constructor(document) {
        this.schemas = new Schemas(document);
        this.operations = [];
        if (!/^3\./.test(String(document.openapi))) throw new Error("not an OpenAPI 3 file");
        for (const [path, given] of Object.entries(document.paths)) {
            const item = this.schemas.resolve(given);
            for (const method of METHODS) {
                if (!item[method]) continue;
                const operation = item[method];
                const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])];
                this.operations.push({ path, method, operation, parameters: parameters.map((one) => this.schemas.resolve(one)) });
            }
        }
    }

    methods(path) {
        return this.operations.filter((one) => one.path === path).map((one) => one.method.toUpperCase());
    }

    response(operation, status) {
        const all = operation.responses ?? {};
        return this.schemas.resolve(all[status] ?? all[`${String(status)[0]}XX`] ?? all.default);
    }

    // Does the description have exactly this path of this petition?
    describes(path, pid) {
        return this.operations.some((one) => one.path.replace("{pid}", pid) === path);
    }

    // Everything in which a reply is not as described.
    judge(report, what, operation, reply) {
        const browser = operation["x-browser-page"] === true && reply.status === 200;
        checkHeaders(report, what, reply, browser);
        const described = this.response(operation, reply.status);
        if (!report.check(described, `${what}: status ${reply.status} is not described`)) return;
        for (const [name, header] of Object.entries(described.headers ?? {})) {
            const { required } = this.schemas.resolve(header);
            if (required) report.check(name.toLowerCase() in reply.headers, `${what}: ${reply.status} lacks ${name}`);
        }
        this.judgeBody(report, what, described, reply, browser);
    }

    judgeBody(report, what, described, reply, browser) {
        const content = described.content ?? {};
        if (Object.keys(content).length === 0) return;
        const type = reply.headers["content-type"] ?? "";
        const bare = (text) => text.split(";")[0].trim().toLowerCase();
        const found = Object.entries(content).find(([name]) =>
            name.includes(";") ? name.replace(/\s/g, "") === type.replace(/\s/g, "") : bare(name) === bare(type));
        const wanted = Object.keys(content).join(" or ");
        if (!report.check(found, `${what}: ${reply.status} has type ${type}, described is ${wanted}`)) return;
        const [, { schema }] = found;
        const text = reply.body.toString("utf8");
        if (/json$/.test(bare(type))) this.judgeJson(report, what, schema, text);
        else if (schema && bare(type).startsWith("text/"))
            for (const wrong of this.schemas.errors(schema, text)) report.check(false, `${what}: ${wrong.slice(0, 200)}`);
        if (bare(type) === "text/html") {
            const file = browser || "content-disposition" in reply.headers;
            report.check(file || !/<script|javascript:|\son[a-z]+\s*=\s*["']/i.test(text), `${what}: a script`);
            report.check(/^<!doctype html>/i.test(text) && /<html[^>]* lang=/i.test(text), `${what}: no doctype or no lang`);
        }
    }

    judgeJson(report, what, schema, text) {
        let value;
        try {
            value = JSON.parse(text);
        } catch (error) {
            report.check(false, `${what}: not JSON: ${error.message}`);
            return;
        }
        const wrong = schema ? this.schemas.errors(schema, value) : ["the description has no schema"];
        report.check(wrong.length === 0, `${what}: ${wrong.slice(0, 5).join("; ")}`);
    }
}

// ---- what is there ------------------------------------------------------------------------------------------------------

async function discover(base) {
    const read = async (path) => {
        const { status, body } = await exchange(base, "GET", path);
        return status === 200 ? JSON.parse(body.toString("utf8")) : undefined;
    };
    const listed = await read("/petitions.json");
    if (!listed?.petitions?.length) throw new Error("/petitions.json lists no petition to try with");
    const editions = (await read("/editions.json")) ?? (await read("/editions")) ?? { editions: [] };
    const petitions = [];
    for (const { pid, closed } of listed.petitions) petitions.push({ pid, closed, ...(await read(`/p/${pid}/status`)) });
    const directory = await exchange(base, "GET", "/directory/checkpoint");
    return { petitions, edition: editions.editions?.[0], directory: Number(directory.body.toString().split("\n")[1]) };
}

// The values of a path's parameters, and whether such a thing must be there; undefined for a name that is not known.
function values(name, path, found, petition) {
    const simple = name.toLowerCase().replace(/[^a-z0-9]/g, "");
    const size = path.startsWith("/directory/") ? found.directory : petition.size;
    const width = Math.min(size, 255);
    switch (simple) {
        case "pid":
        case "petition":
            return [petition.pid];
        case "lang":
        case "language":
            return ["en", "ru"];
        case "ring":
            return ["0"];
        case "l":
        case "level":
            return ["0"];
        case "w":
        case "width":
            return [String(width)];
        case "n":
        case "index":
        case "tile":
        case "number":
            if (path.includes("/rings/")) return ["0"];
            return path.includes("width") || path.includes("{w}") ? ["000"] : [`000.p/${width}`];
        case "rollid":
        case "roll":
            return [found.edition?.roll_id ?? NOBODY];
        case "edition":
            return [String(found.edition?.edition ?? 1)];
        case "hash":
        case "session":
            return [NOBODY];
        case "name":
            return ["ceremony.txt", "key-1.note", "certificate.bin"];
        case "hex128":
        case "digest":
        case "book":
        case "sha512":
            return [NOBODY + NOBODY];
        default:
            return undefined;
    }
}

// Paths that a right server may lack.
function mayLack(path, found, petition) {
    if (/names\.txt$|proofs\.bin$|certificate\.bin$|trustees\.bin$|\/receipts\/|\/openings\/|^\/ceremony\//.test(path)) return true;
    if (/^\/((en|ru)\/)?e\//.test(path)) return !found.edition;
    return path.includes("/rings/") && !petition.rings?.length;
}

// A path of the description with its parameters filled in, all combinations.
function fill(report, api, path, found, petition) {
    let filled = [path];
    for (const [whole, name] of path.matchAll(/\{([^}]*)\}/g)) {
        const all = values(name, path, found, petition);
        if (!report.check(all, `${path}: no value is known for {${name}}`)) return [];
        filled = filled.flatMap((one) => all.map((value) => one.replace(whole, () => value)));
    }
    return filled;
}

// ---- GET and HEAD -------------------------------------------------------------------------------------------------------

// Something that is being made is asked for again.
async function patient(base, path, headers) {
    let reply;
    for (let i = 0; i < 60; i++) {
        reply = await exchange(base, "GET", path, { headers });
        if (reply.status !== 503 || !reply.headers["retry-after"]) break;
        await sleep(1000);
    }
    return reply;
}

const CHANGING = new Set(["date", "connection", "keep-alive"]);

async function checkHead(report, base, path, reply) {
    const head = await exchange(base, "HEAD", path);
    report.check(head.status === reply.status, `HEAD ${path}: status ${head.status}, GET ${reply.status}`);
    report.check(head.rest.length === 0, `HEAD ${path}: a body of ${head.rest.length} bytes`);
    const names = (headers) => Object.keys(headers).filter((name) => !CHANGING.has(name)).sort();
    const differ = [...new Set([...names(head.headers), ...names(reply.headers)])].filter(
        (name) => head.headers[name] !== reply.headers[name]);
    report.check(differ.length === 0, `HEAD ${path}: other headers than GET: ${differ}`);
}

async function checkGet(report, base, api, one, found) {
    for (const petition of one.path.includes("{pid}") ? found.petitions : found.petitions.slice(0, 1)) {
        for (const path of fill(report, api, one.path, found, petition)) {
            const reply = await patient(base, path);
            const what = `GET ${path}`;
            api.judge(report, what, one.operation, reply);
            const absent = reply.status === 404 && mayLack(one.path, found, petition);
            report.check(reply.status === 200 || absent, `${what}: status ${reply.status}`);
            await checkHead(report, base, path, reply);
            const html = /^text\/html/.test(reply.headers["content-type"] ?? "") && !("content-disposition" in reply.headers);
            if (one.operation["x-browser-page"]) await checkBrowserPage(report, base, path, reply, found);
            else if (html && !/^\/(en|ru)\//.test(path))
                report.check(/accept-language/i.test(reply.headers.vary ?? ""), `${what}: Vary lacks Accept-Language`);
            await checkQueries(report, base, api, one, path);
        }
    }
    if (!one.path.includes("{pid}")) return;
    const [missing] = fill(report, api, one.path, found, { ...found.petitions[0], pid: NOBODY });
    if (!missing) return;
    const reply = await exchange(base, "GET", missing);
    report.check(reply.status === 404, `GET ${missing}: status ${reply.status}, not 404`);
    api.judge(report, `GET ${missing}`, one.operation, reply);
}

// The same bytes everywhere, coded or not, with the policy that they carry themselves.
async function checkBrowserPage(report, base, path, reply, found) {
    if (reply.status !== 200) return;
    const what = `GET ${path}`;
    found.page ??= reply.body;
    report.check(reply.body.equals(found.page), `${what}: another page than at the other addresses`);
    report.check(!("content-encoding" in reply.headers), `${what}: coded without being asked to`);
    const inside = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(reply.body.toString("utf8"))?.[1];
    report.check(`${inside}; frame-ancestors 'none'` === reply.headers["content-security-policy"],
        `${what}: Content-Security-Policy is not that of the page`);
    const coded = await exchange(base, "GET", path, { headers: { "Accept-Encoding": "br, gzip;q=0.5" } });
    report.check(coded.headers["content-encoding"] === "gzip" && gunzipSync(coded.body).equals(reply.body), `${what}: not the same with gzip`);
    const refused = await exchange(base, "GET", path, { headers: { "Accept-Encoding": "gzip;q=0, *" } });
    report.check(refused.body.equals(reply.body), `${what}: coded with gzip, which was refused`);
    for (const one of [reply, coded])
        report.check(one.headers.vary === "Accept-Encoding", `${what}: Vary: ${one.headers.vary}, not Accept-Encoding`);
}

async function checkQueries(report, base, api, one, path) {
    for (const parameter of one.parameters.filter((p) => p.in === "query")) {
        for (const value of ["1", "0", "-1", "00", "x", "", "2147483648", "99999999999999999999", "%00", "1%0d%0aX:%20y"]) {
            const asked = `${path}?${parameter.name}=${value}`;
            const reply = await exchange(base, "GET", asked);
            api.judge(report, `GET ${asked}`, one.operation, reply);
            report.check(reply.status < 500, `GET ${asked}: status ${reply.status}`);
            if (value === "1") report.check(reply.status === 200, `GET ${asked}: status ${reply.status}`);
        }
    }
}

// ---- other methods ------------------------------------------------------------------------------------------------------

async function checkMethods(report, base, api, found) {
    for (const path of new Set(api.operations.map((one) => one.path))) {
        const [filled] = fill(report, api, path, found, found.petitions[0]);
        if (!filled) continue;
        const allowed = api.methods(path);
        if (allowed.includes("GET") && !allowed.includes("HEAD")) allowed.push("HEAD");
        for (const method of ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"]) {
            if (allowed.includes(method)) continue;
            const what = `${method} ${filled}`;
            const reply = await exchange(base, method, filled);
            const gone = reply.status === 404 && mayLack(path, found, found.petitions[0]);
            report.check(reply.status === 405 || gone, `${what}: status ${reply.status}, not 405`);
            checkHeaders(report, what, reply);
            if (reply.status !== 405) continue;
            const named = (reply.headers.allow ?? "").split(",").map((one) => one.trim()).filter(Boolean);
            report.check(named.sort().join() === allowed.sort().join(), `${what}: Allow: ${named}, described ${allowed}`);
        }
    }
}

// ---- POST ---------------------------------------------------------------------------------------------------------------

function padded(length) {
    const body = randomBytes(ANSWER);
    body.writeUInt16LE(length, 0);
    return body;
}

async function post(report, base, api, one, path, body, wanted, why) {
    const reply = await exchange(base, "POST", path, { body });
    const what = `POST ${path} (${why})`;
    api.judge(report, what, one.operation, reply);
    report.check(wanted.includes(reply.status), `${what}: status ${reply.status}, not ${wanted.join(" or ")}`);
    if (reply.status >= 400) {
        const text = reply.body.toString("utf8");
        report.check(/^[^\n]+\n$/.test(text), `${what}: not one line that says why: ${JSON.stringify(text.slice(0, 120))}`);
    }
    return reply;
}

async function checkAnswer(report, base, api, one, found) {
    for (const petition of found.petitions) {
        const path = `/p/${petition.pid}/answer`;
        const go = (body, wanted, why) => post(report, base, api, one, path, body, wanted, why);
        await go(Buffer.alloc(0), [400, 411], "nothing");
        await go(randomBytes(1), [400], "1 byte");
        await go(randomBytes(ANSWER - 1), [400], "one byte too few");
        await go(randomBytes(ANSWER + 1), [413], "one byte too many");
        await go(randomBytes(100000), [413], "100,000 bytes");
        await go(padded(ANSWER - 1), [422], "a length of 2047");
        await go(padded(65535), [422], "a length of 65535");
        await go(padded(5), [422], "a record of 5 bytes");
        await go(padded(500), [422], "a record of random bytes");
        const wrong = Buffer.concat([Buffer.of(38, 0, 1, 0, 0, 0, 0, 0), Buffer.from(petition.pid, "hex"), randomBytes(2008)]);
        await go(wrong, [422], "a record that only the server may write");
        const declined = await go(padded(0), [202], "a decline");
        const again = await go(padded(0), [202], "another decline");
        report.check(declined.body.toString() === "ok\n" && again.body.equals(declined.body), `POST ${path}: 202 without ok`);
        const same = (a, b) => JSON.stringify({ ...a, date: 0 }) === JSON.stringify({ ...b, date: 0 });
        report.check(same(declined.headers, again.headers), `POST ${path}: two declines, other headers`);
        const unsized = await exchange(base, "POST", path, { body: padded(0), headers: { "Content-Type": "text/html" } });
        report.check(unsized.status === 202, `POST ${path}: Content-Type is not ignored`);
    }
    const missing = await exchange(base, "POST", `/p/${NOBODY}/answer`, { body: padded(0) });
    report.check(missing.status === 404, `POST /p/${NOBODY}/answer: status ${missing.status}, not 404`);
}

async function checkPost(report, base, api, one, found) {
    if (one.path === "/p/{pid}/answer") {
        await checkAnswer(report, base, api, one, found);
        return;
    }
    for (const path of fill(report, api, one.path, found, found.petitions[0])) {
        const refused = [400, 403, 404, 411, 413, 422];
        await post(report, base, api, one, path, Buffer.alloc(0), refused, "nothing");
        await post(report, base, api, one, path, randomBytes(1), refused, "1 byte");
        await post(report, base, api, one, path, randomBytes(5000), refused, "random bytes");
        await post(report, base, api, one, path, Buffer.from("round-robin parcel v1\nverb roll\n"), refused, "a beginning");
        if (/enrolment$/.test(one.path)) await post(report, base, api, one, path, randomBytes(32769), [413, 404], "32,769 bytes");
    }
}

// ---- what is not described ----------------------------------------------------------------------------------------------

function probes(pid, size) {
    const p = `/p/${pid}`;
    return [...`/admin /metrics /debug /debug/pprof/ /status /health /healthz /ready /api /api/v1 /robots.txt /favicon.ico
        /index.html /index /.git/HEAD /.env /.well-known/security.txt /server-status /openapi.yaml /swagger.json /p /p/
        /e /e/ /publish /publish/ /publish/nothing /directory /directory/ /directory/entries /petitions /petitions.json/
        /server.json/ /style.css/ /script.js /main.js /sw.js /manifest.json /login /../etc/passwd
        /..%2f..%2fetc/passwd /%2e%2e/%2e%2e/etc/passwd //etc/passwd /%00 /style.css%00 /style.css.bak /STYLE.CSS
        /Petitions.json /de/ /en /en/petitions.json /en/en/ /held /keys /roll /receipts`.split(/\s+/),
    ...["", "/held", "/waiting", "/batch", "/keys", "/records", "/answers", "/nullifiers", "/members", "/names", "/members.txt",
        "/petition", "/petition.txt/", "/petition.txt~", "/PETITION.TXT", "/roll.txt.gz", "/proofs", "/rings", "/rings/", "/rings/-1",
        "/rings/00", "/rings/0/", "/rings/x", "/rings/4294967296", "/rings/99999999", "/answer/", "/answers", "/status/", "/status.json",
        "/evidence/", "/evidence.sqlite", "/log/", "/log/nothing", "/log/entries", "/log/tile", "/log/checkpoint.sig", "/log/../status",
        "/./status", "//status", "/x/../status", "/%73tatus", "/status%00", "/status;x"].map((end) => p + end),
    `/p/${pid.toUpperCase().replace(/^[0-9]+$/, "A")}/status`, `/p/${pid.slice(1)}/status`, `/p/${pid}0/status`, `/p/${NOBODY}/`,
    `/p/${pid}${"/x".repeat(200)}`, `/e/${NOBODY}/1/`, `/e/${NOBODY}/x/`, `/e/${NOBODY}/1/nothing`, `/${"a".repeat(1000)}`,
    `${p}/log/tile/0/000.p/${size + 300}`];
}

async function checkProbes(report, base, api, found) {
    const { pid, size } = found.petitions[0];
    for (const path of probes(pid, size)) {
        if (api.describes(path, pid)) continue;
        const reply = await exchange(base, "GET", path);
        const slash = [301, 308].includes(reply.status) && reply.headers.location === `${path}/`;
        const refused = reply.status === 404 || (reply.status === 400 && path.includes("%00")) || slash;
        report.check(refused || (reply.status === 405 && path.startsWith("/publish/")), `GET ${path}: status ${reply.status}, not 404`);
        checkHeaders(report, `GET ${path}`, reply);
    }
    for (const path of [`/p/${pid}`, `/p/${pid}/answers`, "/publish/nothing", "/publish", "/directory", "/nothing"]) {
        const reply = await exchange(base, "POST", path, { body: randomBytes(10) });
        const refused = [403, 404, 405].includes(reply.status) && (reply.status === 404 || path.startsWith("/publish/"));
        report.check(refused, `POST ${path}: status ${reply.status}, not 404`);
    }
}

export async function checkApi(base, document, report) {
    const api = new Api(document);
    const found = await report.attempt("what is there", () => discover(base));
    if (!found) return;
    const each = (what, work) => report.attempt(what, work);
    for (const one of api.operations) {
        const what = `${one.method.toUpperCase()} ${one.path}`;
        if (one.method === "get") await each(what, () => checkGet(report, base, api, one, found));
        if (one.method === "post") await each(what, () => checkPost(report, base, api, one, found));
    }
    await each("methods", () => checkMethods(report, base, api, found));
    await each("paths that are not described", () => checkProbes(report, base, api, found));
    const { status } = await exchange(base, "GET", "/petitions.json");
    report.check(status === 200, `/petitions.json afterwards: status ${status}`);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
    const [base, file] = process.argv.slice(2);
    if (!base || !file) {
        console.error("usage: check.mjs BASEURL OPENAPI.yaml");
        process.exit(2);
    }
    const report = new Report();
    await checkApi(base, parseYaml(await readFile(file, "utf8")), report);
    report.finish();
}
