// SPDX-License-Identifier: Apache-2.0
// shots.mjs FOLDER [ROBIN LOAD]: pictures of every page, to be looked at: sizes, light and dark, both directions, both languages.
// By hand, with what `make test-dev` has built.
import fs from 'node:fs';
import path from 'node:path';
import { Browser, SIZES } from './browser.mjs';
import { serverPages } from './server_pages.mjs';
import { Site } from './site.mjs';

const built = new URL('../../build/dev/', import.meta.url).pathname;
const [folder, robin = `${built}src/robin`, load = `${built}bench/load`] = process.argv.slice(2);
if (!folder) {
    console.error('usage: shots.mjs FOLDER [ROBIN LOAD]');
    process.exit(2);
}
fs.mkdirSync(folder, { recursive: true });
const site = await Site.open({ robin, load });
await site.openEdition();
await site.publish();
for (let i = 0; i < 4; i++) await site.publishBatch();
const browser = await Browser.open();
for (const size of Object.keys(SIZES)) {
    for (const scheme of ['light', 'dark']) {
        for (const direction of ['ltr', 'rtl']) {
            for (const language of ['en', 'ru']) {
                const visit = await browser.visit(site.url, { size, scheme, direction, language });
                for (const [name, where, status] of serverPages(site, language)) {
                    await visit.go(where, { status });
                    await visit.page.screenshot({ path: path.join(folder, `${name}-${language}-${size}-${scheme}-${direction}.png`), fullPage: true });
                }
                await visit.close();
            }
        }
    }
}
await browser.close();
await site.end();
