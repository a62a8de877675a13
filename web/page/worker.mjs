// SPDX-License-Identifier: Apache-2.0
// The worker: all that touches keys happens here, and ends with it. It is told { id, verb, args } and tells { id, result } or { id, fault }, and
// { progress: [what, done, of] } on the way.
import { isCard, openCard, sealCard } from "./card.mjs";
import { Fault, bytesOf, loadModule } from "./wasm.mjs";

// As in an evidence file (docs/spec/evidence.md).
const DOCUMENTS = { petition: 1, roll: 2, rollNote: 3, assignment: 4, names: 5, certificate: 7, trustees: 8 };

let module, passphrase;

/** What a file is by how it begins: a word of DOCUMENTS, "evidence", "card", "enrolments", or null. */
function kindOf(bytes) {
    const text = new TextDecoder().decode(bytes.subarray(0, 200));
    if (text.startsWith("SQLite format 3\0")) return "evidence";
    if (text.startsWith("round-robin petition v1\n")) return "petition";
    if (text.startsWith("round-robin roll v1\nRoll-Id: ")) return "roll";
    if (text.startsWith("round-robin roll v1\n")) return "rollNote";
    if (text.startsWith("round-robin assignment v1\n")) return "assignment";
    if (text.startsWith("round-robin names v1\n")) return "names";
    // Behind a length of 8 bytes, and of 2.
    if (text.startsWith("COCKTAIL(", 8)) return "certificate";
    if (text.startsWith("round-robin trustee key v1\n", 2)) return "trustees";
    return text.startsWith("eyJ") && isCard(new TextDecoder().decode(bytes)) ? "card" : null;
}

async function usePassphrase(typed) {
    passphrase = typed.includes("\0") ? bytesOf("") : module.bytes("spell", `${typed}\0`);
}

/** A text from the server, or a fault that says which and why. */
async function fetchText(url) {
    const reply = await fetch(url, { cache: "no-store", credentials: "omit", redirect: "error" }).catch(() => null);
    if (!reply) throw new Fault({ what: "server" });
    if (!reply.ok) throw new Fault({ what: reply.status === 404 ? "not-there" : "server", status: reply.status });
    return new Uint8Array(await reply.arrayBuffer());
}

const verbs = {
    async load(compressed) {
        const code = await new Response(new Blob([compressed]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
        const progress = (what, done, of) => postMessage({ progress: [what, done, of] });
        module = await loadModule(code, { random: (bytes) => crypto.getRandomValues(bytes), progress });
    },

    // ---- a petition ----
    trust: (witnesses) => module.bytesKept("witnesses", witnesses),
    openUrl: (url) => module.jsonKept("open_url", url),
    openFiles(files) {
        let opened = null;
        for (const bytes of files) {
            const kind = kindOf(bytes);
            if (kind === "evidence") opened = module.jsonKept("open_evidence", bytes);
            else if (kind in DOCUMENTS) module.keep("paper", DOCUMENTS[kind], bytes);
        }
        return opened ?? module.json("open_papers");
    },
    kinds: (files) => files.map(kindOf),
    async card(text, typed) {
        await usePassphrase(typed);
        return module.json("card", await openCard(text, passphrase));
    },
    /** The 2048 bytes, and the card that is left when they have been sent; none if the key is kept. */
    async answer(kind, keep) {
        const answer = module.bytes("answer", kind);
        return { answer, card: keep ? null : await sealCard(module.bytes("burn"), passphrase) };
    },

    // ---- enrolment ----
    async invite(link) {
        const edition = await fetchText(`${link.slice(0, link.indexOf("#"))}edition.txt`);
        return module.json("invitation", link, edition);
    },
    offer: () => new TextDecoder().decode(module.bytes("passphrase")),
    isOffered: (typed, offered) => new TextDecoder().decode(module.bytes("spell", `${typed}\0`)) === offered,
    async enrol(typed) {
        await usePassphrase(typed);
        const card = await sealCard(module.bytes("enrol"), passphrase);
        return { card, request: module.bytes("request"), receipt: new TextDecoder().decode(module.bytes("receipt_name")) };
    },
    async receipt(url) {
        const note = await fetchText(url);
        module.bytes("receipt", note);
        return note;
    },

    // ---- others ----
    qrCode: (text) => module.bytes("qr_code", text),
    verify(bytes) {
        const { output } = module.call("verify", [bytes], false);
        return JSON.parse(new TextDecoder().decode(output));
    },
};

onmessage = async ({ data: { id, verb, args } }) => {
    try {
        postMessage({ id, result: await verbs[verb](...args) });
    } catch (error) {
        postMessage({ id, fault: error instanceof Fault ? error.details : { what: "failed", rule: String(error?.message ?? error) } });
    }
};
