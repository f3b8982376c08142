// Uses the generated clients: two values of a filter, a box, the pages of a list, and a record of each kind.
import createClient from "openapi-fetch";
import { client as heyClient } from "./hey/client.gen";
import * as hey from "./hey/sdk.gen";
import * as orval from "./orval";
import type { paths } from "./registry";

declare const process: { argv: string[] };
const site = process.argv[2];
const asked: string[] = [];

// What orval generates asks relative addresses, as a page of the same site does.
const fetched = globalThis.fetch;
globalThis.fetch = (address, options) => {
    const url = typeof address === "string" && address.startsWith("/") ? site + address : address;
    asked.push(typeof url === "string" ? url : url instanceof URL ? url.href : url.url);
    return fetched(url, options);
};

const cursorOf = (next: string | null) => (next ? (new URL(next).searchParams.get("cursor") ?? undefined) : undefined);
const values = { country: ["KZ", "KG"], bbox: [60, 35, 90, 55], limit: 5 };

async function pages(page: (cursor?: string) => Promise<{ next: string | null; results: { slug: string }[] }>) {
    const slugs: string[] = [];
    let cursor: string | undefined;
    do {
        const found = await page(cursor);
        slugs.push(...found.results.map((one) => one.slug));
        cursor = cursorOf(found.next);
    } while (cursor);
    return slugs;
}

const types = createClient<paths>({ baseUrl: site });
heyClient.setConfig({ baseUrl: site });
const found = {
    types: await pages(async (cursor) => {
        const { data } = await types.GET("/api/v1/deposits/", { params: { query: { ...values, cursor } } });
        if (!data) throw new Error("no list");
        return data;
    }),
    hey: await pages(async (cursor) => {
        const { data } = await hey.depositsList({ query: { ...values, cursor }, throwOnError: true });
        return data;
    }),
    orval: await pages(async (cursor) => {
        const { status, data } = await orval.depositsList({ ...values, cursor });
        if (status !== 200) throw new Error("no list");
        return data;
    }),
};

type Call = (...given: unknown[]) => Promise<{ data: { slug: string; results: { slug: string }[] } }>;
const kinds: Record<string, string> = {};
for (const name of Object.keys(hey).filter((one) => one.endsWith("Retrieve"))) {
    const [listOf, recordOf] = [hey, orval].map((sdk) => sdk as unknown as Record<string, Call>).map((sdk) => sdk[name]);
    const list = (hey as unknown as Record<string, Call>)[name.replace("Retrieve", "List")];
    if (!list || !listOf || !recordOf) continue;
    const slug = (await list({ query: { limit: 1 } })).data.results[0].slug;
    const [one, other] = [(await listOf({ path: { slug } })).data, (await recordOf(slug)).data];
    if (one.slug !== slug || other.slug !== slug) throw new Error(name);
    kinds[name] = slug;
}
console.log(JSON.stringify({ found, kinds, asked: asked.filter((one) => one.includes("bbox")).slice(0, 3) }));
