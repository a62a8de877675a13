// SPDX-License-Identifier: Apache-2.0
// GET as it is written: the path goes out byte for byte (fetch() would tidy it), and every wait is bounded.
import http from "node:http";

const agent = new http.Agent({ keepAlive: true, maxSockets: 4 });
const LIMIT = 256 * 1024 * 1024;

// { status, headers, body } of one request.  `path` starts with a slash; the path of `base` goes before it.
export function request(base, path, { method = "GET", headers = {}, body, timeout = 30000 } = {}) {
    const url = new URL(base);
    const prefix = url.pathname.replace(/\/$/, "");
    return new Promise((resolve, reject) => {
        const host = url.hostname.replace(/^\[|\]$/g, "");
        const options = { agent, host, port: url.port || 80, method, path: prefix + path, timeout };
        options.headers = { "Accept-Encoding": "identity", ...headers };
        const call = http.request(options, (answer) => {
            const parts = [];
            let total = 0;
            answer.on("data", (part) => {
                total += part.length;
                if (total > LIMIT) call.destroy(new Error(`${path}: more than ${LIMIT} bytes`));
                parts.push(part);
            });
            answer.on("error", reject);
            answer.on("end", () =>
                resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(parts) }));
        });
        call.on("timeout", () => call.destroy(new Error(`${path}: no answer within ${timeout} ms`)));
        call.on("error", reject);
        call.end(body);
    });
}

export const disconnect = () => agent.destroy();

// Counts what was checked.  A failure is printed at once when `loud`.
export class Report {
    passed = 0;
    failures = [];

    constructor(loud = true) {
        this.loud = loud;
    }

    check(holds, what) {
        if (holds) {
            this.passed++;
            return true;
        }
        this.failures.push(what);
        if (this.loud) console.error(`not ok: ${what}`);
        return false;
    }

    // The result of `work`, or undefined where it throws, which is a failure.
    async attempt(what, work) {
        try {
            const result = await work();
            this.passed++;
            return result;
        } catch (error) {
            this.check(false, `${what}: ${error.message}`);
            return undefined;
        }
    }

    // Ends a program: the line that it prints, and its exit status.
    finish() {
        console.log(`${this.passed} passed, ${this.failures.length} failed`);
        process.exitCode = this.failures.length === 0 && this.passed > 0 ? 0 : 1;
    }
}
