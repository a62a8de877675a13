// SPDX-License-Identifier: Apache-2.0
// Key cards (docs/spec/keycard.md) with WebCrypto: what src/roll/keycard_jwe.c does with OpenSSL, byte for byte.
import { Fault, bytesOf } from "./wasm.mjs";

const ITERATIONS = 600000, ITERATIONS_MAX = 10000000;
const ALGORITHM = "PBES2-HS512+A256KW";

function toBase64url(bytes) {
    return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Null for anything but the one spelling of these bytes. */
function fromBase64url(text) {
    if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) return null;
    const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
    return toBase64url(bytes) === text ? bytes : null;
}

function headerOf(salt, iterations) {
    return `{"alg":"${ALGORITHM}","enc":"A256GCM","p2c":${iterations},"p2s":"${toBase64url(salt)}","typ":"round-robin-card"}`;
}

/** The parts of a card's text; null if it is none. */
function readParts(text) {
    const parts = text.replace(/\n$/, "").split(".").map((part) => fromBase64url(part));
    if (parts.length !== 5 || parts.includes(null)) return null;
    const [headerBytes, wrapped, iv, ciphertext, tag] = parts;
    const header = new TextDecoder().decode(headerBytes);
    const fields = /^\{"alg":"[^"]*","enc":"A256GCM","p2c":([1-9][0-9]{5,7}),"p2s":"([A-Za-z0-9_-]{22})",/.exec(header);
    const salt = fields && fromBase64url(fields[2]), iterations = fields && Number(fields[1]);
    if (!salt || header !== headerOf(salt, iterations) || iterations < ITERATIONS || iterations > ITERATIONS_MAX) return null;
    if (wrapped.length !== 40 || iv.length !== 12 || tag.length !== 16) return null;
    return { protectedHeader: text.slice(0, text.indexOf(".")), salt, iterations, wrapped, iv, ciphertext, tag };
}

/** Is this text of a key card, whatever is in it? */
export function isCard(text) {
    return readParts(text) !== null;
}

async function wrappingKey(passphrase, salt, iterations) {
    const secret = await crypto.subtle.importKey("raw", passphrase, "PBKDF2", false, ["deriveKey"]);
    const label = bytesOf(`${ALGORITHM}\0`), full = new Uint8Array(label.length + salt.length);
    full.set(label);
    full.set(salt, label.length);
    return crypto.subtle.deriveKey({ name: "PBKDF2", hash: "SHA-512", salt: full, iterations }, secret, { name: "AES-KW", length: 256 }, false,
        ["wrapKey", "unwrapKey"]);
}

/** The card in the open. `passphrase` as bytes, spelled as it counts. */
export async function openCard(text, passphrase) {
    const card = readParts(text);
    if (!card) throw new Fault({ what: "card-form" });
    if (passphrase.length === 0) throw new Fault({ what: "passphrase-empty" });
    const sealed = new Uint8Array([...card.ciphertext, ...card.tag]);
    try {
        const outer = await wrappingKey(passphrase, card.salt, card.iterations);
        const inner = await crypto.subtle.unwrapKey("raw", card.wrapped, outer, "AES-KW", "AES-GCM", false, ["decrypt"]);
        const about = { name: "AES-GCM", iv: card.iv, additionalData: bytesOf(card.protectedHeader), tagLength: 128 };
        return new Uint8Array(await crypto.subtle.decrypt(about, inner, sealed));
    } catch {
        throw new Fault({ what: "passphrase-wrong" });
    }
}

/** The text of a card, ended by LF. */
export async function sealCard(plain, passphrase) {
    if (passphrase.length === 0) throw new Fault({ what: "passphrase-empty" });
    const salt = crypto.getRandomValues(new Uint8Array(16)), iv = crypto.getRandomValues(new Uint8Array(12));
    const outer = await wrappingKey(passphrase, salt, ITERATIONS);
    const inner = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, true, ["encrypt"]);
    const wrapped = new Uint8Array(await crypto.subtle.wrapKey("raw", inner, outer, "AES-KW"));
    const protectedHeader = toBase64url(bytesOf(headerOf(salt, ITERATIONS)));
    const about = { name: "AES-GCM", iv, additionalData: bytesOf(protectedHeader), tagLength: 128 };
    const sealed = new Uint8Array(await crypto.subtle.encrypt(about, inner, plain));
    const parts = [wrapped, iv, sealed.slice(0, -16), sealed.slice(-16)].map(toBase64url);
    return `${[protectedHeader, ...parts].join(".")}\n`;
}
