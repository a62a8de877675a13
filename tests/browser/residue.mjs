// SPDX-License-Identifier: Apache-2.0
// What a page leaves in a browser, as text that can be searched; and the forms in which a value may hide in it.

// Runs in the page: [{ place, text }] of everything that it can leave.  Bytes are written in hex.
export async function collect() {
    const places = [];
    const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
    const seen = new Set();
    async function write(value) {
        if (value instanceof Blob) return hex(new Uint8Array(await value.arrayBuffer()));
        if (value instanceof ArrayBuffer) return hex(new Uint8Array(value));
        if (ArrayBuffer.isView(value)) return hex(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
        if (typeof value !== 'object' || value === null) return String(value);
        if (seen.has(value)) return '';
        seen.add(value);
        const entries = value instanceof Map || value instanceof Set ? [...value.entries()] : Object.entries(value);
        const words = [];
        for (const [key, item] of entries) words.push(await write(key), await write(item));
        return words.join('\n');
    }
    const put = async (place, value) => places.push({ place, text: await write(value) });

    const roots = [document];
    for (const root of roots) {
        await put('the document', root.documentElement?.outerHTML ?? root.innerHTML);
        for (const element of root.querySelectorAll('*')) {
            if (element.shadowRoot) roots.push(element.shadowRoot);
            if ('value' in element) await put('a form field', element.value);
            if (element.contentDocument) roots.push(element.contentDocument);
        }
    }
    await put('the title', document.title);
    await put('the address', location.href);
    await put('the window\'s name', window.name);
    await put('the history', history.state);
    for (const [place, storage] of [['localStorage', localStorage], ['sessionStorage', sessionStorage]])
        for (let i = 0; i < storage.length; i++) await put(place, [storage.key(i), storage.getItem(storage.key(i))]);
    const asked = (request) => new Promise((done, failed) => {
        request.onsuccess = () => done(request.result);
        request.onerror = () => failed(request.error);
    });
    for (const { name } of await indexedDB.databases()) {
        const database = await asked(indexedDB.open(name));
        for (const store of database.objectStoreNames) {
            const objects = database.transaction(store).objectStore(store);
            const [keys, values] = await Promise.all([asked(objects.getAllKeys()), asked(objects.getAll())]);
            await put(`IndexedDB ${name}/${store}`, [name, store, keys, values]);
        }
        database.close();
    }
    for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        for (const request of await cache.keys())
            await put(`cache ${name}`, [request.url, await (await cache.match(request)).text()]);
    }
    return places;
}

// bytes: as hex, as decimal numbers, and as base64 wherever it begins in a longer one; text: as it is, and so encoded.
export function needlesOf(secret) {
    const bytes = Buffer.from(secret);
    const hex = bytes.toString('hex');
    const needles = [{ form: 'hex', text: hex }, { form: 'HEX', text: hex.toUpperCase() }, { form: 'numbers', text: bytes.join(',') }];
    if (typeof secret === 'string') needles.push({ form: 'text', text: secret }, { form: 'part of an address', text: encodeURIComponent(secret) });
    for (const shift of [0, 1, 2]) {
        // Only the digits that these bytes alone decide.
        const digits = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64').replace(/=+$/, '');
        const whole = digits.slice(Math.ceil(shift * 8 / 6), Math.floor((shift + bytes.length) * 8 / 6));
        needles.push({ form: 'base64', text: whole });
        needles.push({ form: 'base64url', text: whole.replaceAll('+', '-').replaceAll('/', '_') });
    }
    return needles;
}
