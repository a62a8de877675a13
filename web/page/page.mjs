// SPDX-License-Identifier: Apache-2.0
// Which page this is, and in which language: the same document stands at several addresses, and on disk.
import { answerPage, offlinePage } from "./answer.mjs";
import { enrolPage, takeFragment } from "./enrol.mjs";
import { element } from "./parts.mjs";
import { verifyPage } from "./verify.mjs";
import { addLanguage, chooseLanguage, languageNow, languages, say, useLanguage } from "./words.mjs";

const main = document.getElementById("main"), root = document.documentElement;
const [, prefix, path] = /^(?:\/(en|ru)(?=\/))?(.*)$/.exec(location.pathname);

/** Before anything else: what stands behind the # of an invitation leaves the address. */
const fragment = takeFragment();

/** In a place of its own, so that what began before in another language draws on nothing any more. */
function start() {
    const place = element("div"), petition = /^\/p\/[0-9a-f]{64}\//.exec(path);
    main.replaceChildren(place);
    if (root.dataset.kind === "offline") return offlinePage(place);
    if (petition && path.endsWith("/answer")) return answerPage(place, location.origin + petition[0]);
    if (path.startsWith("/e/")) return enrolPage(place, fragment);
    return verifyPage(place);
}

function drawTop() {
    const choices = languages().map(({ code, name }) => element("button", {
        type: "button", lang: code, "aria-pressed": String(code === languageNow()),
        click: () => speak(code),
    }, name));
    document.getElementById("languages").replaceChildren(...choices);
    document.getElementById("languages").setAttribute("aria-label", say("nav.languages"));
    document.getElementById("skip").textContent = say("skip");
}

/** A page begins anew in another language. */
function speak(code) {
    useLanguage(code);
    root.lang = code;
    root.dir = say("language.direction");
    drawTop();
    return start();
}

for (const node of document.querySelectorAll("script[data-language]")) addLanguage(node.dataset.language, node.textContent);
main.replaceChildren();
if (typeof WebAssembly !== "object" || typeof DecompressionStream !== "function" || !globalThis.crypto?.subtle) {
    useLanguage(chooseLanguage(navigator.languages));
    main.append(element("h1", {}, "Round Robin"), element("p", { role: "alert" }, say("no-webassembly")));
} else {
    speak(chooseLanguage(prefix ? [prefix] : navigator.languages));
}
