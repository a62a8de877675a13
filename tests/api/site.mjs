// SPDX-License-Identifier: Apache-2.0
// A very small server and its description, for trying check.mjs and torture.mjs.  It does what they want unless
// `spoil(question, answer)` changes an answer ({ status, headers, body }) before it is sent.
import http from "node:http";
import { gzipSync } from "node:zlib";

export const PID = "ab".repeat(32);

export const DESCRIPTION = `
openapi: 3.1.0
info: {title: "for a test", version: "1"}
paths:
  /petitions.json:
    get:
      responses:
        '200':
          description: all petitions
          content:
            application/json:
              schema:
                type: object
                required: [petitions]
                additionalProperties: false
                properties:
                  petitions:
                    type: array
                    items:
                      type: object
                      properties:
                        pid: {$ref: '#/components/schemas/Hash'}
                        closed: {type: boolean}
  /p/{pid}/status:
    parameters:
      - $ref: '#/components/parameters/Pid'
    get:
      responses:
        '200':
          description: counts
          content:
            application/json:
              schema:
                type: object
                required: [size, goal]
                properties:
                  size: {type: integer, minimum: 1}
                  goal: {type: [boolean, "null"]}
        '404': {$ref: '#/components/responses/None'}
  /p/{pid}/roll:
    parameters:
      - $ref: '#/components/parameters/Pid'
    get:
      parameters:
        - name: page
          in: query
          schema: {type: integer, minimum: 1}
      responses:
        '200':
          description: a page
          content: {"text/html; charset=utf-8": {}}
        '404': {$ref: '#/components/responses/None'}
  /verify:
    get:
      x-browser-page: true
      responses:
        '200':
          description: the browser page
          content: {"text/html; charset=utf-8": {}}
  /p/{pid}/answer:
    parameters:
      - $ref: '#/components/parameters/Pid'
    get:
      x-browser-page: true
      responses:
        '200':
          description: the browser page
          content: {"text/html; charset=utf-8": {}}
        '404': {$ref: '#/components/responses/None'}
    post:
      responses:
        '202':
          description: taken
          content: {text/plain: {schema: {const: "ok\\n"}}}
        4XX: {$ref: '#/components/responses/None'}
components:
  parameters:
    Pid: {name: pid, in: path, required: true, schema: {$ref: '#/components/schemas/Hash'}}
  schemas:
    Hash:
      type: string
      pattern: '^[0-9a-f]{64}$'
  responses:
    None:
      description: why not
      content:
        text/plain: {}
`;

const HEADERS = {
    "Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
};
const PLAIN = "text/plain; charset=utf-8";
const JSON_TYPE = "application/json";

const reply = (status, body, type = PLAIN, more = {}) =>
    ({ status, body: Buffer.from(body), headers: { ...HEADERS, "Content-Type": type, ...more } });

const HASH = "'sha256-" + "a".repeat(43) + "='";
const POLICY = `default-src 'none'; script-src 'wasm-unsafe-eval' ${HASH}; style-src ${HASH}; base-uri 'none'; form-action 'none'; connect-src 'self'`;
const PAGE = `<!doctype html><html lang=en><meta http-equiv="Content-Security-Policy" content="${POLICY}"><script>1</script></html>`;

function browserPage(accepts = "") {
    const coded = accepts.includes("gzip") && !accepts.includes("gzip;q=0,");
    const more = { Vary: "Accept-Encoding", "Content-Security-Policy": `${POLICY}; frame-ancestors 'none'` };
    if (coded) more["Content-Encoding"] = "gzip";
    return reply(200, coded ? gzipSync(PAGE) : PAGE, "text/html; charset=utf-8", more);
}

function get(path, query, accepts) {
    if (path === "/verify" || path === `/p/${PID}/answer`) return browserPage(accepts);
    if (path === "/petitions.json") return reply(200, JSON.stringify({ petitions: [{ pid: PID, closed: false }] }), JSON_TYPE);
    if (path === `/p/${PID}/status`) return reply(200, JSON.stringify({ size: 5, goal: null }), JSON_TYPE);
    if (path !== `/p/${PID}/roll`) return undefined;
    const page = /^page=(.*)$/.exec(query ?? "page=1")?.[1];
    if (page !== "1") return reply(404, "there is no such page\n");
    return reply(200, "<!doctype html><html lang=en><title>roll</title>", "text/html; charset=utf-8", { Vary: "Accept-Language" });
}

function post(body) {
    if (body.length < 2048) return reply(400, "an answer has 2048 bytes\n");
    if (body.length > 2048) return reply(413, "an answer has 2048 bytes\n");
    return body.readUInt16LE(0) === 0 ? reply(202, "ok\n") : reply(422, "not a record\n");
}

function answer(question, body) {
    const [path, query] = question.url.split("?");
    if (question.rawHeaders.length > 2 * 64) return reply(431, "too many headers\n");
    const found = get(path, query, question.headers["accept-encoding"]);
    if (!found) return reply(404, "there is nothing\n");
    const allowed = path === `/p/${PID}/answer` ? ["GET", "HEAD", "POST"] : ["GET", "HEAD"];
    if (!allowed.includes(question.method)) return reply(405, "not this way\n", PLAIN, { Allow: allowed.join(", ") });
    if (question.method !== "POST") return found;
    if (question.headers["content-length"] === undefined) return reply(411, "how long is it?\n");
    return post(body);
}

export class Site {
    constructor(spoil = (question, found) => found) {
        this.server = http.createServer({ connectionsCheckingInterval: 200 }, (question, response) => {
            const parts = [];
            question.on("error", () => response.destroy());
            question.on("data", (part) => parts.push(part));
            question.on("end", () => this.#reply(question, response, spoil(question, answer(question, Buffer.concat(parts)))));
        });
        Object.assign(this.server, { headersTimeout: 2000, requestTimeout: 2000, timeout: 3000 });
    }

    #reply(question, response, found) {
        if (!found) return; // it never answers
        found.headers["Content-Length"] ??= found.body.length;
        response.writeHead(found.status, found.headers);
        response.end(found.body);
    }

    async start() {
        await new Promise((resolve) => this.server.listen(0, "127.0.0.1", resolve));
        return `http://127.0.0.1:${this.server.address().port}`;
    }

    async stop() {
        this.server.closeAllConnections();
        await new Promise((resolve) => this.server.close(resolve));
    }
}
