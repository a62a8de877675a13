// SPDX-License-Identifier: Apache-2.0
// Stories, one after the other; the first thing that is wrong ends it, and says where.
export async function tell(stories, clean) {
    try {
        for (const [name, story] of stories) {
            const begun = Date.now();
            await story();
            console.log(`ok ${((Date.now() - begun) / 1000).toFixed(1).padStart(6)} s  ${name}`);
        }
    } catch (error) {
        console.error(`FAILED: ${error.stack}`);
        process.exitCode = 1;
    } finally {
        await clean();
    }
}
