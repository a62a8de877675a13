// SPDX-License-Identifier: Apache-2.0
// module.mjs ROBIN LOAD BUILT: what the page is made of, as Chromium runs it: the module's imports; records from fixed randomness against the vectors;
// the words.  BUILT is the folder with online.html and offline.html.
import fs from 'node:fs';
import path from 'node:path';
import { demand } from '../scenario/served.mjs';
import { Browser } from './browser.mjs';
import { moduleOf } from './built.mjs';
import { tell } from './stories.mjs';
import { catalogue } from './words.mjs';
import { missingIn } from '../../web/page/words.mjs';

const [, , built] = process.argv.slice(2);
const offline = path.join(built, 'offline.html');
const vectors = (name) => JSON.parse(fs.readFileSync(new URL(`../vectors/data/${name}.json`, import.meta.url)));
const browser = await Browser.open();

// Runs in the page: each case's record, made by the page's own module from the case's own randomness.
async function signAll({ pid, cases }) {
    const fromHex = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (byte) => parseInt(byte, 16));
    const compressed = Uint8Array.from(atob(document.getElementById('module').textContent), (c) => c.charCodeAt(0));
    const code = await new Response(new Blob([compressed]).stream().pipeThrough(new DecompressionStream('gzip'))).arrayBuffer();
    let exports, fresh;
    const memory = (at, length) => new Uint8Array(exports.memory.buffer, at, length);
    const random = (at, length) => memory(at, length).set(fresh.subarray(0, length));
    ({ exports } = (await WebAssembly.instantiate(code, { robin: { random, get() {}, progress() {} } })).instance);
    const put = (bytes) => {
        const at = exports.take(bytes.length);
        memory(at, bytes.length).set(bytes);
        return at;
    };
    return cases.map((one) => {
        fresh = fromHex(one.fresh);
        const kind = one.kind === 'sealed' ? 2 : 1, keys = fromHex(one.ring.join(''));
        const status = exports.probe(kind, put(fromHex(pid)), kind === 2 ? put(fromHex(one.seal_key)) : 0, one.ring_number, put(keys), one.ring.length, put(fromHex(one.k + one.r)));
        return status === 0 ? Array.from(memory(exports.output_bytes(), exports.output_length()), (byte) => byte.toString(16).padStart(2, '0')).join('') : `status ${status}`;
    });
}

await tell([
    ['The module imports what it is handed, and nothing else', async () => {
        const imports = WebAssembly.Module.imports(new WebAssembly.Module(moduleOf(path.join(built, 'online.html')))).map(({ module, name, kind }) => `${module}.${name} ${kind}`).sort();
        demand(imports.join() === 'robin.get function,robin.progress function,robin.random function', `it imports ${imports}`);
    }],
    ['Records of the page are those of the vectors', async () => {
        const visit = await browser.visit('http://127.0.0.1:1/');
        await visit.go(`file://${offline}`);
        let count = 0;
        for (const name of ['ring', 'trace']) {
            const all = vectors(name), made = await visit.page.evaluate(signAll, all);
            all.cases.forEach(({ record }, i) => demand(made[i] === record, `${name}.json, case ${i}: the record is ${made[i].slice(0, 80)}...`));
            count += all.cases.length;
        }
        demand(count >= 18, `only ${count} cases`);
        visit.check('vectors');
        await visit.close();
    }],
    ['Each language has each text', async () => {
        const [en, ru] = [catalogue('en'), catalogue('ru')];
        demand(missingIn(ru, 'ru', en).length === 0 && missingIn(en, 'en', ru).length === 0, `missing: ${missingIn(ru, 'ru', en)} ${missingIn(en, 'en', ru)}`);
        const values = (text) => [...new Set(text.match(/\{[a-z_]+\}/g) ?? [])].sort().join();
        for (const [key, text] of ru) {
            const same = en.get(key) ?? en.get(key.replace(/\[.*/, '[other]'));
            demand(values(text) === values(same), `${key}: ${values(text)} and ${values(same)}`);
        }
    }],
    ['A language without a warning refuses to sign', async () => {
        const visit = await browser.visit('http://127.0.0.1:1/'), maimed = path.join(path.dirname(offline), 'maimed.html');
        fs.writeFileSync(maimed, fs.readFileSync(offline, 'utf8').replace(/(data-language="ru">[^]*?)^confirm\.anonymous = .*\n/m, '$1'));
        await visit.go(`file://${maimed}`);
        await visit.page.locator('input[type=file]').waitFor();
        await visit.page.getByRole('button', { name: 'Русский' }).click();
        await visit.page.getByRole('alert').waitFor();
        demand((await visit.page.locator('main').innerText()).includes('confirm.anonymous'), 'it does not say which text is missing');
        demand(await visit.page.locator('input').count() === 0, 'it goes on all the same');
        fs.rmSync(maimed);
        await visit.close();
    }],
], () => browser.close());
