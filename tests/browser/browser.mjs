// SPDX-License-Identifier: Apache-2.0
// Chromium under test: what a visitor sees, what goes over the wire, what the page complains of, and what it leaves behind.
import { createRequire } from 'node:module';
import fs from 'node:fs';
import { chromium } from 'playwright-core';
import { demand } from '../scenario/served.mjs';
import { collect, needlesOf } from './residue.mjs';
import { Wire } from './wire.mjs';

const AXE = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
// `preload` would fetch style sheets a second time, as no visitor's browser does.
const AXE_OPTIONS = { preload: false, runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] };
// The last such list counts, so that most of these are playwright's own.  With AutofillServerCommunication Chromium describes forms to a stranger.
const FEATURES_OFF = [
    'AutofillServerCommunication', 'AvoidUnnecessaryBeforeUnloadCheckSync', 'DestroyProfileOnBrowserClose', 'DialMediaRouteProvider', 'GlobalMediaControls',
    'HttpsUpgrades', 'LensOverlay', 'MediaRouter', 'OptimizationHints', 'PaintHolding', 'RenderDocument', 'ThirdPartyStoragePartitioning', 'Translate',
];
const ARGUMENTS = [
    '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
    '--disable-sync', `--disable-features=${FEATURES_OFF.join(',')}`,
    '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
];

export const SIZES = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 900 } };

export class Browser {
    static async open() {
        const browser = new Browser();
        browser.visits = new Set();
        browser.chromium = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ARGUMENTS });
        return browser;
    }

    // A visitor with nothing of an earlier one.  `direction` is set on the root element once a page has loaded.
    async visit(base, { size = 'desktop', scheme = 'light', language = 'en', direction = null, scripts = true, reducedMotion = 'reduce' } = {}) {
        const wire = await new Wire(new URL(base).origin).start();
        const context = await this.chromium.newContext({
            viewport: SIZES[size], hasTouch: size === 'phone', colorScheme: scheme, locale: language, reducedMotion, javaScriptEnabled: scripts,
            proxy: { server: wire.address, bypass: '<-loopback>' },
        });
        const visit = new Visit({ base, wire, context, among: this.visits, direction, language, name: `${size} ${scheme} ${language}${direction ? ` ${direction}` : ''}` });
        await visit.begin();
        return visit;
    }

    async close() {
        for (const visit of this.visits) await visit.close();
        await this.chromium.close();
    }
}

export class Visit {
    constructor(all) {
        // problems: what a page complained of, or did and should not have done; each is one sentence.
        Object.assign(this, all, { problems: [], awaited: null });
    }

    async begin() {
        this.among.add(this);
        await this.context.exposeBinding('rrViolation', (_, what) => this.problems.push(`the policy forbids ${what}`));
        await this.context.addInitScript(() => document.addEventListener('securitypolicyviolation', (event) =>
            window.rrViolation(`${event.effectiveDirective}: ${event.blockedURI} at ${event.sourceFile}:${event.lineNumber}`)));
        this.page = await this.context.newPage();
        this.page.on('pageerror', (error) => this.problems.push(`uncaught: ${error.stack ?? error}`));
        this.page.on('console', (message) => {
            const ours = message.location().url === this.awaited && /status of 4/.test(message.text());
            if (['error', 'warning'].includes(message.type()) && !ours) this.problems.push(`console: ${message.text()}`);
        });
        this.devtools = await this.context.newCDPSession(this.page);
    }

    // Opens a path of the server, or any URL.
    async go(where, { status = 200 } = {}) {
        const url = new URL(where, this.base).href;
        this.awaited = status === 200 ? null : url;
        const reply = await this.page.goto(url);
        demand(reply === null || reply.status() === status, `${url}: status ${reply?.status()} instead of ${status}`);
        if (this.direction) await this.page.evaluate((direction) => { document.documentElement.dir = direction; }, this.direction);
    }

    // Nothing went wrong so far; nothing left for another origin.
    check(where = '') {
        const bad = [...this.problems, ...this.wire.strangers().map(({ method, url }) => `asked a stranger: ${method} ${url}`)];
        demand(bad.length === 0, `${this.name} ${where}:\n  ${bad.join('\n  ')}`);
    }

    // What axe finds on the page as it is now: one line for each element.
    async axe() {
        // By the protocol's own evaluation, which no policy of the page forbids.
        await this.evaluate(AXE);
        const found = await this.evaluate(`axe.run(document, ${JSON.stringify(AXE_OPTIONS)}).then((all) => all.violations)`);
        return found.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help}: ${node.html.slice(0, 160)} ${node.failureSummary}`));
    }

    async evaluate(expression) {
        const { result, exceptionDetails } = await this.devtools.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
        demand(!exceptionDetails, `in the page: ${exceptionDetails?.exception?.description}`);
        return result.value;
    }

    // How many pixels the page is wider than its window.
    async overflow() {
        return this.page.evaluate(() => document.scrollingElement.scrollWidth - document.documentElement.clientWidth);
    }

    // Where the page and this browser still hold one of these: { name: bytes or text } → sentences.
    async residue(secrets) {
        const places = await this.page.evaluate(collect);
        for (const cookie of await this.context.cookies()) places.push({ place: 'cookies', text: `${cookie.name}=${cookie.value}` });
        return Object.entries(secrets).flatMap(([name, secret]) => needlesOf(secret).flatMap(({ form, text }) =>
            places.filter((one) => one.text.includes(text)).map(({ place }) => `${name} is in ${place}, as ${form}`)));
    }

    // What it sent holds none of these.
    sent(secrets) {
        return Object.entries(secrets).flatMap(([name, secret]) => needlesOf(secret).flatMap(({ form, text }) =>
            this.wire.requests.filter(({ url, headers, body }) =>
                [url, JSON.stringify(headers), body.toString('latin1'), body.toString('hex')].some((one) => one.includes(text)))
                .map(({ method, url }) => `${name} is in ${method} ${url}, as ${form}`)));
    }

    async close() {
        this.among.delete(this);
        await this.context.close();
        await this.wire.stop();
    }
}
