// SPDX-License-Identifier: Apache-2.0
// Files that go in and out, a key card in this browser's storage, a key card as a QR code.
import { element } from "./parts.mjs";
import { say } from "./words.mjs";

const STORED = "round-robin-card";

/** A file input with its label. */
export function fileInput(key, multiple = false) {
    const input = element("input", { type: "file", multiple });
    return { input, node: element("label", { class: "field" }, element("span", {}, say(key)), input) };
}

export async function readFiles(input) {
    return Promise.all([...input.files].map(async (file) => new Uint8Array(await file.arrayBuffer())));
}

// ---- storage ----------------------------------------------------------------------------------------------------------

/** The key card that this browser keeps, or null. */
export function storedCard() {
    try {
        return localStorage.getItem(STORED);
    } catch {
        return null;
    }
}

/** Writes it and reads it back; false where the browser does not keep it. */
export function storeCard(card) {
    try {
        localStorage.setItem(STORED, card);
        return localStorage.getItem(STORED) === card;
    } catch {
        return false;
    }
}

export function forgetCard() {
    try {
        localStorage.removeItem(STORED);
    } catch {
        // There is nothing where there is no storage.
    }
}

// ---- QR codes ---------------------------------------------------------------------------------------------------------

/** A picture of what the module made: the side, then a byte for each module. */
export function qrPicture(code, label) {
    const side = code[0], space = "http://www.w3.org/2000/svg", quiet = 4;
    let path = "";
    for (let y = 0; y < side; y++)
        for (let x = 0; x < side; x++) if (code[1 + y * side + x]) path += `M${x + quiet} ${y + quiet}h1v1h-1z`;
    const svg = document.createElementNS(space, "svg"), dark = document.createElementNS(space, "path");
    svg.setAttribute("viewBox", `0 0 ${side + 2 * quiet} ${side + 2 * quiet}`);
    svg.setAttribute("class", "qr");
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", label);
    dark.setAttribute("d", path);
    svg.append(dark);
    return svg;
}
