// SPDX-License-Identifier: Apache-2.0
// web.mjs FOLDER: measures the page of build folder FOLDER (its web/) in Chromium. Prints name TAB figure TAB unit.
//
//     wasm_prove_1024     a hidden signature in a ring of 1,024, by the page's module in a worker: the median of 15
//     wasm_prove_4096     in a ring of 4,096: the median of 7
//     web_bytes_gz        the whole page as it is served: words, styles, scripts and module, compressed
import fs from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';
import zlib from 'node:zlib';

const { chromium } = createRequire(new URL('../tests/browser/package.json', import.meta.url))('playwright-core');
const folder = path.join(process.argv[2], 'web');
const page = fs.readFileSync(path.join(folder, 'online.html'), 'utf8');
const code = zlib.gunzipSync(Buffer.from(/<script type="text\/plain" id="module">([^<]*)</.exec(page)[1], 'base64')).toString('base64');

// Runs in the browser: a worker like that of the page, without its keys.
async function measure({ module, rings }) {
    const source = `onmessage = async ({ data: { module, rings } }) => {
        const code = Uint8Array.from(atob(module), (c) => c.charCodeAt(0));
        let exports;
        const random = (at, length) => {
            for (let done = 0; done < length; done += 65536) crypto.getRandomValues(new Uint8Array(exports.memory.buffer, at + done, Math.min(65536, length - done)));
        };
        ({ exports } = (await WebAssembly.instantiate(code, { robin: { random, get() {}, progress() {} } })).instance);
        const all = Math.max(...rings.map(([count]) => count)), secrets = exports.take(64 * all), keys = exports.take(32 * all), pid = exports.take(32);
        if (exports.probe_keys(secrets, keys, all) !== 0) throw new Error('no keys');
        const medians = rings.map(([count, runs]) => {
            const times = Array.from({ length: runs }, () => {
                const begin = performance.now();
                if (exports.probe(1, pid, 0, 0, keys, count, secrets + 64 * 5) !== 0) throw new Error('no signature');
                return performance.now() - begin;
            });
            return times.sort((a, b) => a - b)[runs >> 1];
        });
        postMessage(medians);
    }`;
    const worker = new Worker(URL.createObjectURL(new Blob([source])));
    return new Promise((resolve, reject) => {
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = ({ message }) => reject(new Error(message));
        worker.postMessage({ module, rings });
    });
}

const server = http.createServer((_, reply) => reply.end('<!doctype html>')).listen(0, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));
const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
const tab = await browser.newPage();
await tab.goto(`http://127.0.0.1:${server.address().port}/`);
const [small, large] = await tab.evaluate(measure, { module: code, rings: [[1024, 15], [4096, 7]] });
await browser.close();
server.close();
console.log(`wasm_prove_1024\t${small.toFixed(0)}\tms`);
console.log(`wasm_prove_4096\t${large.toFixed(0)}\tms`);
console.log(`web_bytes_gz\t${(fs.statSync(path.join(folder, 'online.html.gz')).size / 1000).toFixed(1)}\tkB`);
