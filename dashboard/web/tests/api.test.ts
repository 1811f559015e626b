import { describe, expect, it } from "vitest";
import { Api } from "../src/lib/api";

const by = (response: Response) => new Api(() => Promise.resolve(response));

describe("an answer", () => {
  it("is what it says", async () => {
    expect(await by(Response.json({ helpers: [] })).crisis()).toEqual({ ok: true, data: { helpers: [] } });
    expect(await by(new Response(null, { status: 204 })).crisis()).toEqual({ ok: true, data: null });
  });

  it("that was cut off is none", async () => {
    const cut = await by(new Response('{"forms": [', { status: 200 })).worksheets();
    expect(cut).toEqual({ ok: false, status: 0, why: "offline", detail: "" });
  });

  it("that refuses says why, also without words", async () => {
    expect(await by(new Response("", { status: 502 })).crisis()).toMatchObject({ ok: false, status: 502, why: "http_502" });
    expect(await by(Response.json({ why: "full" }, { status: 507 })).crisis()).toMatchObject({ why: "full" });
  });
});
