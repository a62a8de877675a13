// SPDX-License-Identifier: Apache-2.0
// What watches pages is watched: pages that do one thing wrong each, and one that does nothing wrong.
import { randomBytes } from 'node:crypto';
import { demand, pause } from '../scenario/served.mjs';
import { Browser } from './browser.mjs';
import { tell } from './stories.mjs';

const BASE = 'http://127.0.0.1:20009'; // nobody is there: the wire answers
const STRANGER = 'http://127.0.0.1:20010/';
const browser = await Browser.open();

// Shows a page with this body and script.
async function show(body, script, { connect = "'self'", style = "'none'", size = 'desktop' } = {}) {
    const visit = await browser.visit(BASE, { size });
    const page = `<!doctype html><html lang=en><meta name=viewport content="width=device-width"><title>a page</title><link rel=icon href="data:,">
        <main><h1>A page</h1>${body}</main><script src=/script.js></script></html>`;
    const policy = `default-src 'none'; script-src 'self' blob:; img-src data:; connect-src ${connect}; style-src ${style}`;
    visit.wire.instead = ({ url }) => {
        if (!url.startsWith(BASE)) return undefined;
        const isScript = url.endsWith('/script.js');
        const headers = { 'Content-Security-Policy': policy, 'Content-Type': isScript ? 'text/javascript' : 'text/html; charset=utf-8' };
        return { status: 200, headers, body: isScript ? script : page };
    };
    await visit.go('/');
    return visit;
}

async function noticed(visit, what, problem) {
    for (let i = 0; i < 100; i++) {
        try {
            visit.check();
        } catch (error) {
            demand(problem.test(error.message), `${what}: it says something else: ${error.message}`);
            await visit.close();
            return;
        }
        await pause(50);
    }
    throw new Error(`${what}: not noticed`);
}

const inWorker = (script) => `new Worker(URL.createObjectURL(new Blob([${JSON.stringify(script)}])))`;

async function problems() {
    const cases = {
        'a script that the policy forbids': ['<p onclick="1">text</p>', '', /the policy forbids script-src-attr/],
        'a style that the policy forbids': ['<p style="color: red">text</p>', '', /the policy forbids style-src-attr/],
        'an error in the console': ['', 'console.error("oh")', /console: oh/],
        'an error that nobody catches': ['', 'setTimeout(() => { throw new Error("oh"); })', /uncaught: Error: oh/],
        'an error in a worker': ['', inWorker('console.error("oh")'), /console: oh/],
        'a stranger': ['', `fetch('${STRANGER}', { mode: 'no-cors' }).catch(() => 0)`, /asked a stranger: GET/, STRANGER],
        'a stranger whom a worker asks': ['', inWorker(`fetch('${STRANGER}', { mode: 'no-cors' }).catch(() => 0)`), /asked a stranger: GET/, STRANGER],
        'a stranger over TLS': ['', 'fetch("https://127.0.0.1:20011/").catch(() => 0)', /asked a stranger: CONNECT/, 'https:'],
        'a stranger who has a name': ['', 'fetch("http://elsewhere.example/").catch(() => 0)', /asked a stranger: GET/, 'http:'],
    };
    for (const [what, [body, script, problem, connect]] of Object.entries(cases)) await noticed(await show(body, script, { connect }), what, problem);
}

async function posts() {
    const visit = await show('', inWorker(`fetch('${BASE}/answer', { method: 'POST', body: new Uint8Array(2048) })`));
    for (let i = 0; i < 100 && visit.wire.posts().length === 0; i++) await pause(50);
    const [one, ...others] = visit.wire.posts();
    demand(others.length === 0 && one.method === 'POST' && one.url === `${BASE}/answer` && one.body.length === 2048, `seen: ${JSON.stringify(one)}`);
    demand(visit.sent({ zeros: Buffer.alloc(16) }).length > 0, 'what was sent is not searched');
    visit.check();
    await visit.close();
}

async function accessibility() {
    const visit = await show('<img src="data:,"><div style="width: 2000px; height: 1px"></div>', '', { style: "'unsafe-inline'", size: 'phone' });
    const found = await visit.axe();
    demand(found.some((one) => one.startsWith('image-alt')), `axe says: ${found.join('\n')}`);
    demand(await visit.overflow() > 1000, 'a page that is too wide');
    await visit.close();
    const good = await show('<p>Text</p>', '');
    const nothing = await good.axe();
    demand(nothing.length === 0, `axe says: ${nothing.join('\n')}`);
    good.check();
    await good.close();
}

async function residue() {
    const secret = randomBytes(32);
    const ways = {
        'the document': 'document.body.dataset.x = hex',
        'a form field': 'document.querySelector("input").value = hex.toUpperCase()',
        'the title': 'document.title = `x${btoa(`x${latin}`)}`',
        'the address': 'history.pushState(null, "", `#${btoa(`xy${latin}`).replaceAll("+", "-").replaceAll("/", "_")}`)',
        'the history': 'history.replaceState({ deep: [new Uint8Array(bytes)] }, "")',
        'the window\'s name': 'window.name = bytes.join(",")',
        localStorage: 'localStorage.setItem(btoa(latin), "")',
        sessionStorage: 'sessionStorage.setItem("x", btoa(latin))',
        'IndexedDB x/y': `await new Promise((done) => {
            const request = indexedDB.open('x');
            request.onupgradeneeded = () => request.result.createObjectStore('y').put({ a: new Map([[1, new Blob([new Uint8Array(bytes)])]]) }, 1);
            request.onsuccess = () => { request.result.close(); done(); };
        })`,
        'cache x': 'await (await caches.open("x")).put("/z", new Response(hex))',
        cookies: 'document.cookie = `x=${hex}`',
    };
    for (const [place, script] of Object.entries({ nowhere: '', ...ways })) {
        const visit = await show('<label>x <input></label>', `(async () => {
            const bytes = Array.from([${secret.join(',')}]), latin = String.fromCharCode(...bytes);
            const hex = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
            ${script};
            document.querySelector('h1').textContent = 'Done';
        })()`);
        await visit.page.getByText('Done').waitFor();
        const found = await visit.residue({ secret });
        const good = script ? found.some((one) => one.includes(`is in ${place}, as`)) : found.length === 0;
        demand(good, `a secret that is in ${place}: found: ${found.join(' ')}`);
        visit.check(place);
        await visit.close();
    }
}

await tell([['Problems are noticed', problems], ['What is sent is counted', posts], ['axe finds what is wrong', accessibility],
    ['What is left is found', residue]], () => browser.close());
