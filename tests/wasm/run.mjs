// SPDX-License-Identifier: Apache-2.0
import { readFile } from "node:fs/promises";

const module = await WebAssembly.compile(await readFile(process.argv[2]));
const imports = WebAssembly.Module.imports(module);
if (imports.length !== 0) {
    console.error("the module needs", imports);
    process.exit(1);
}
const { exports } = await WebAssembly.instantiate(module, {});
const failed = exports.selftest();
const digest = new Uint8Array(exports.memory.buffer, exports.selftest_digest.value, 64);
if (failed !== 0) {
    console.error(`selftest.c:${failed}: failed; digest ${Buffer.from(digest).toString("hex")}`);
    process.exit(1);
}
console.log("selftest: the same signatures as natively, no imports");
