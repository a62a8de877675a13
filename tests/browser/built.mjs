// SPDX-License-Identifier: Apache-2.0
// The page as it was built.
import fs from 'node:fs';
import zlib from 'node:zlib';

/** The module's code, out of a page. */
export function moduleOf(file) {
    return zlib.gunzipSync(Buffer.from(/<script type="text\/plain" id="module">([^<]*)</.exec(fs.readFileSync(file, 'utf8'))[1], 'base64'));
}
