// SPDX-License-Identifier: Apache-2.0
// The module as the worker uses it (web/module/module.h): it is handed random bytes, a way to ask the server, and an ear for progress.

/** What went wrong, for the page to say: `what` is a word of its catalogues, the rest are details. */
export class Fault extends Error {
    constructor(details) {
        super(details.what);
        this.details = details;
    }
}

const encoder = new TextEncoder(), decoder = new TextDecoder();

export function bytesOf(value) {
    return typeof value === "string" ? encoder.encode(value) : value;
}

/** Asks at once and waits: the module's code reads one thing after another, and this is a worker. */
function ask(url, limit) {
    const request = new XMLHttpRequest();
    request.open("GET", url, false);
    request.responseType = "arraybuffer";
    try {
        request.send();
    } catch {
        return { status: 0, retryAfter: 0, body: new Uint8Array() };
    }
    const body = new Uint8Array(request.response ?? 0);
    const retryAfter = Number(request.getResponseHeader("Retry-After")) || 0;
    return body.length > limit ? { status: 413, retryAfter, body: new Uint8Array() } : { status: request.status, retryAfter, body };
}

/** Compiles the module. `random` fills a Uint8Array; `progress` is told a number of web/module/module.h, done, of. */
export async function loadModule(code, { random, progress, get = ask }) {
    let exports;
    const view = (at, length) => new Uint8Array(exports.memory.buffer, at, length);
    const put = (value) => {
        const bytes = bytesOf(value), at = exports.take(bytes.length);
        if (at === 0) throw new Fault({ what: "memory" });
        view(at, bytes.length).set(bytes);
        return at;
    };
    const robin = {
        // What is filled lies in the module's memory, at most 65536 bytes at a time.
        random(at, length) {
            for (let done = 0; done < length; done += 65536) random(view(at + done, Math.min(65536, length - done)));
        },
        get(reply, url, urlLength, limit) {
            const { status, retryAfter, body } = get(decoder.decode(view(url, urlLength)), limit >>> 0);
            const at = body.length > 0 ? put(body) : 0;
            new Uint32Array(exports.memory.buffer, reply, 4).set([status, retryAfter, at, body.length]);
        },
        progress,
    };
    ({ exports } = (await WebAssembly.instantiate(code, { robin })).instance);

    /** Calls with strings and bytes, each of which becomes address and length; numbers stay what they are. Answers status and a copy of the output. */
    const call = (name, args, keep) => {
        const taken = [];
        const flat = args.flatMap((value) => {
            if (typeof value === "number") return [value];
            const bytes = bytesOf(value), at = put(bytes);
            taken.push(at);
            return [at, bytes.length];
        });
        try {
            const status = exports[name](...flat);
            return { status, output: view(exports.output_bytes(), exports.output_length()).slice() };
        } finally {
            if (!keep) taken.forEach(exports.give);
        }
    };
    const good = ({ status, output }) => {
        if (status !== 0) throw new Fault(JSON.parse(decoder.decode(output)));
        return output;
    };
    return {
        exports,
        call,
        bytes: (name, ...args) => good(call(name, args, false)),
        json: (name, ...args) => JSON.parse(decoder.decode(good(call(name, args, false)))),
        /** The same where the module goes on reading what was handed in. */
        bytesKept: (name, ...args) => good(call(name, args, true)),
        jsonKept: (name, ...args) => JSON.parse(decoder.decode(good(call(name, args, true)))),
        keep: (name, ...args) => void call(name, args, true),
    };
}
