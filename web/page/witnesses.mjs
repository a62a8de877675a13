// SPDX-License-Identifier: Apache-2.0
// Witnesses: whom the user of this page trusts, and what they and the petition's own say.
import { element, paragraph, undone } from "./parts.mjs";
import { say } from "./words.mjs";

const STORED_WITNESSES = "round-robin-witnesses";

/** The user's list, a verifier key a line; it is public, and so are its keys. */
export function ownWitnesses() {
    try {
        return localStorage.getItem(STORED_WITNESSES) ?? "";
    } catch {
        return "";
    }
}

function storeWitnesses(text) {
    try {
        if (text.trim()) localStorage.setItem(STORED_WITNESSES, text);
        else localStorage.removeItem(STORED_WITNESSES);
        return ownWitnesses() === (text.trim() ? text : "");
    } catch {
        return false;
    }
}

/** Who confirms that others are shown the same: of the user's list, of the petition's, or nobody. */
export function confirmation(confirmed) {
    if (!confirmed) return undone("confirmed.none");
    const said = [confirmed.own_of > 0 && paragraph("confirmed.own", confirmed, confirmed.own),
        confirmed.listed > 0 && paragraph("confirmed.listed", confirmed, confirmed.listed)].filter((node) => node);
    return said.length > 0 ? said : undone("confirmed.none");
}

/** The list, to be changed; `then` goes on with the new one. */
export function witnessesNode(then) {
    const text = element("textarea", { rows: "3", spellcheck: "false", autocomplete: "off" }), kept = element("p", { role: "status" });
    text.value = ownWitnesses();
    const go = element("button", { type: "button" }, say("witnesses.use"));
    go.addEventListener("click", () => {
        kept.textContent = storeWitnesses(text.value) ? say("witnesses.kept") : say("fault.storage");
        then();
    });
    return element("details", {}, element("summary", {}, say("witnesses.title")), paragraph("witnesses.text"),
        element("label", { class: "field" }, element("span", {}, say("witnesses.label")), text), element("p", {}, go), kept);
}
