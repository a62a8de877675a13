// SPDX-License-Identifier: Apache-2.0
// All pages that the server writes: [name, path, status].
export function serverPages(site, language) {
    const petition = `/${language}/p/${site.petition.pid}/`;
    return [
        ['list', `/${language}/`, 200],
        ['check', `/${language}/check`, 200],
        ['server', `/${language}/server`, 200],
        ['petition', petition, 200],
        ['roll', `${petition}roll`, 200],
        ['log', `${petition}log`, 200],
        ['sheet', `${petition}sheet`, 200],
        ['larger', `/${language}/p/${site.larger.pid}/`, 200],
        ['larger-roll', `/${language}/p/${site.larger.pid}/roll`, 200],
        ['edition', `/${language}/e/${site.edition.rollId}/${site.edition.edition}/`, 200],
        ['error', `/${language}/p/${'0'.repeat(64)}/`, 404],
    ];
}
