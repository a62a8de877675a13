// SPDX-License-Identifier: Apache-2.0
// What the pages are made of: elements, steps, progress, failures, the worker.
import { has, say, showNumber } from "./words.mjs";

/** An element with attributes (functions become listeners, true is an attribute without a value) and children; strings are text, never markup. */
export function element(name, attributes = {}, ...children) {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
        if (typeof value === "function") node.addEventListener(key, value);
        else if (value === true) node.setAttribute(key, "");
        else if (value !== false && value !== undefined) node.setAttribute(key, value);
    }
    node.append(...children.flat(Infinity).filter((child) => child !== null));
    return node;
}

export function paragraph(key, values, count) {
    return element("p", {}, say(key, values, count));
}

/** Text of others: its direction is its own, its language is not ours. */
export function foreign(name, text, attributes = {}) {
    return element(name, { dir: "auto", lang: "und", ...attributes }, text);
}

export function undone(key, values) {
    return element("p", { class: "undone" }, say(key, values));
}

export function section(key, ...children) {
    return element("section", { class: "step" }, element("h2", { tabindex: "-1" }, say(key)), ...children);
}

export function facts(pairs) {
    return element("dl", { class: "facts" }, pairs.map(([key, value]) => [element("dt", {}, say(key)), element("dd", {}, value)]));
}

/** Puts nodes in the place of all that stands there, and reads them out from the first heading. */
export function show(place, ...nodes) {
    place.replaceChildren(...nodes.flat(Infinity).filter((node) => node !== null));
    place.querySelector("h1, h2")?.focus();
}

/** A button that is off while what it does is being done. */
export function button(key, act) {
    const node = element("button", { type: "button" }, say(key));
    node.addEventListener("click", async () => {
        node.disabled = true;
        await act(node);
        node.disabled = false;
    });
    return node;
}

/** From here on the page holds something that is nowhere else: nothing on it may begin it anew. */
export function holdFast() {
    document.getElementById("languages").replaceChildren();
}

// ---- progress and failures --------------------------------------------------------------------------------------------

const STAGES = { 5: "enrolments", 10: "records", 100: "papers", 101: "directory", 102: "log" };

/** A line that says what is being done, and how far it is. */
export function progressLine(key) {
    const bar = element("progress", { "aria-label": say(key) }), words = element("p", { role: "status" }, say(key));
    const node = element("div", { class: "progress" }, words, bar);
    const tell = (what, done, of) => {
        const text = say(`progress.${STAGES[what] ?? "checks"}`);
        if (words.textContent !== text) words.textContent = text;
        if (of > 0) {
            bar.max = of;
            bar.value = done;
        } else {
            bar.removeAttribute("value");
        }
    };
    return { node, tell };
}

/** What went wrong, in words; the program's own sentence stands below it, in English. */
export function failure(fault) {
    const key = has(`fault.${fault.what}`) ? `fault.${fault.what}` : "fault.failed";
    const place = [fault.where, fault.number === undefined ? null : showNumber(fault.number)].filter((part) => part).join(" ");
    const rule = [place, fault.rule].filter((part) => part).join(": ");
    return element("div", { class: "failure", role: "alert" }, element("p", {}, say(key, { status: fault.status ?? "" })),
        rule ? element("p", { class: "small", lang: "en", dir: "ltr" }, rule) : null);
}

// ---- the worker -------------------------------------------------------------------------------------------------------

/** A worker with the module, which begins to load. `ask(verb, ...args)` gives its result or throws its fault; `end()` ends it with all that it held. */
export function startWorker(tell = () => {}) {
    const address = URL.createObjectURL(new Blob([document.getElementById("worker").textContent], { type: "text/javascript" }));
    const worker = new Worker(address), waiting = new Map();
    let next = 0;
    worker.onmessage = ({ data: { id, result, fault, progress } }) => {
        if (progress) return tell(...progress);
        const { resolve, reject } = waiting.get(id);
        waiting.delete(id);
        return fault ? reject(fault) : resolve(result);
    };
    worker.onerror = () => waiting.forEach(({ reject }) => reject({ what: "failed" }));
    const ask = (verb, ...args) => new Promise((resolve, reject) => {
        waiting.set(next, { resolve, reject });
        worker.postMessage({ id: next++, verb, args });
    });
    const loaded = ask("load", Uint8Array.from(atob(document.getElementById("module").textContent), (c) => c.charCodeAt(0)));
    loaded.finally(() => URL.revokeObjectURL(address)).catch(() => {});
    return { ask: async (...question) => loaded.then(() => ask(...question)), end: () => worker.terminate() };
}

export function wait(seconds) {
    return new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
}
