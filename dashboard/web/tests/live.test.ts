import { describe, expect, it } from "vitest";
import { isHard } from "../src/lib/aftercare";
import { Api } from "../src/lib/api";
import { banners } from "../src/lib/banners";
import { HIDE_WITHIN_MS, doublePress } from "../src/lib/keys";
import { EMPTY, reduce } from "../src/lib/state";
import { isEyesOpen } from "../src/lib/fits";
import { FALLBACK, orienting } from "../src/lib/orienting";
import { nearness, stateWords, strapFacts, strapHints, strapWords, whyWords } from "../src/lib/seen";
import type { NowSlice, Slices } from "../src/lib/wire";
import { live, locked, snapshot } from "./wire";

function slices(change: (s: Slices) => void = () => undefined): Slices {
  const made = reduce(EMPTY, live()).slices;
  if (made === null) throw new Error("no slices");
  change(made);
  return made;
}

const now = (change: Partial<NowSlice>): NowSlice => ({ ...(slices().now as NowSlice), ...change });
const ids = (s: Slices | null, connection: "open" | "lost" = "open") => banners(s, connection).map((b) => b.id);

describe("what was seen", () => {
  it("says what was measured and whether movement was checked", () => {
    expect(stateWords(now({ state: "activated", movement: "still" }))).toBe("Heart rate rose while you were still");
    expect(stateWords(now({ state: "activated", movement: "unverified" }))).toContain("not checked");
  });

  it("missing data is unknown, with its reason", () => {
    expect(stateWords(null)).toBe("Unknown for now");
    expect(whyWords(null)).not.toBe("");
    expect(stateWords(now({ state: "unknown", why: "gap" }))).toBe("Unknown for now");
    expect(whyWords(now({ state: "unknown", why: "gap" }))).toBe("Some heartbeats are missing.");
    expect(whyWords(now({ why: "ok" }))).toBe("");
  });

  it("the strap's own reason wins, and an unknown one is shown as it is", () => {
    const strap = slices().strap;
    if (strap === null) throw new Error("no strap");
    expect(strapWords({ ...strap, link: "down", reason: "out_of_range" })).toBe("The strap is out of reach.");
    expect(strapWords({ ...strap, link: "down", reason: "gatt 133" })).toBe("gatt 133");
    expect(strapWords({ ...strap, link: "none", adapter: "off" })).toContain("switched off");
  });

  it("a connected strap that has said nothing of itself is connected all the same", () => {
    const strap = slices().strap;
    if (strap === null) throw new Error("no strap");
    const bare = { ...strap, link: "up" as const, name: "", sends: [], lacks: [], battery_pct: null };
    expect(strapWords(bare)).toBe("A strap is connected.");
    expect(strapFacts(bare)).toContain("Battery unknown.");
    expect(strapFacts(bare)).toContain("not known yet");
    expect(strapFacts({ ...bare, lacks: ["acc"] })).toContain("can’t feel movement");
    expect(strapFacts({ ...bare, lacks: ["rr"] })).toContain("heart-rate variability can’t");
    expect(strapFacts({ ...bare, sends: ["rr", "acc"] })).toContain("It sends every heartbeat. It can feel movement.");
    expect(strapFacts({ ...bare, trouble: "needs_pairing" })).toContain("paired with this computer");
    expect(strapFacts({ ...bare, trouble: "needs_pairing" }, "win32")).toContain("Add device");
    expect(strapFacts({ ...bare, trouble: "needs_pairing" }, "darwin")).toContain("when macOS asks");
    expect(strapFacts({ ...bare, trouble: "needs_pairing" }, "plan9")).toContain("Bluetooth settings of this computer");
    expect(strapFacts({ ...bare, trouble: "small_mtu" }, "win32")).not.toContain("pair");
    expect(strapFacts({ ...bare, trouble: "something new" })).toContain("does not give movement");
  });

  it("says what to know of a kind of strap when it matters", () => {
    const strap = { ...slices().strap!, hints: ["one_link", "hrv_at_rest", "silent_firmware"] };
    expect(strapHints({ ...strap, link: "up" })).toContain("only at rest");
    expect(strapHints({ ...strap, link: "down", reason: "not_found" })).toContain("one program at a time");
    expect(strapHints({ ...strap, link: "down", reason: "silent" })).toContain("maker’s app");
    expect(strapHints({ ...strap, hints: [] })).toBe("");
  });

  it("says how near a strap is in words", () => {
    expect([null, -50, -70, -90].map(nearness)).toEqual([
      "connected to this computer already", "very near", "near", "far",
    ]);
  });

  it("a connected strap that falls silent in a session is said, softly", () => {
    const all = slices();
    const heard = { ...all, strap: { ...all.strap!, link: "up" as const, quiet: true, contact: "unknown" as const } };
    expect(banners(heard, "open").find((b) => b.id === "quiet")).toMatchObject({ loud: false });
    const lost = { ...heard, strap: { ...heard.strap, link: "down" as const, reason: "silent" } };
    expect(banners(lost, "open").map((b) => b.id)).not.toContain("quiet");
  });

  it("without the server nothing is told as now", () => {
    expect(strapWords(slices().strap, true)).toContain("Not known");
    expect(whyWords(null, true)).toContain("not known");
  });
});

describe("banners", () => {
  it("a simulated heart is always named", () => {
    expect(ids(reduce(EMPTY, snapshot("simulated")).slices)).toEqual(["simulated"]);
  });

  it("a record that is not encrypted is always named", () => {
    expect(ids(slices((s) => (s.app = { ...s.app, plain: true, simulated: false })))).toContain("plain");
  });

  it("a computer that may fall asleep is named while it matters, and what helps", () => {
    const refused = slices((s) => (s.app = { ...s.app, awake: "refused" }));
    expect(banners(refused, "open").find((b) => b.id === "sleep")).toMatchObject({ loud: false });
    expect(banners(refused, "open", true).find((b) => b.id === "sleep")?.text).toContain("in front");
    expect(banners(refused, "lost").map((b) => b.id)).not.toContain("sleep");
    for (const awake of ["", "held"] as const) {
      expect(ids(slices((s) => (s.app = { ...s.app, awake })))).not.toContain("sleep");
    }
  });

  it("not recording, a lost strap and a lost server are loud", () => {
    const hurt = slices((s) => {
      s.app = { ...s.app, recording: false, recording_why: "disk_full" };
      if (s.strap) s.strap = { ...s.strap, link: "down", reason: "out_of_range" };
    });
    expect(banners(hurt, "lost").filter((b) => b.loud).map((b) => b.id)).toEqual(["lost", "not_recording", "strap"]);
    const away = { ...hurt, errand: { stage: "away" } as Slices["errand"] };
    expect(banners(away, "open").find((b) => b.id === "strap")?.text).toContain("on an errand");
    expect(banners(hurt, "lost").find((b) => b.id === "not_recording")?.text).toContain("The disk is full.");
  });

  it("a strap that lost the skin is named", () => {
    expect(ids(slices((s) => s.strap && (s.strap = { ...s.strap, contact: "lost" })))).toContain("contact");
  });

  it("a locked store says nothing about recording", () => {
    expect(ids(reduce(EMPTY, locked()).slices)).toEqual([]);
    expect(ids(null, "lost")).toEqual(["lost"]);
  });
});

describe("care", () => {
  const none = { suds: null, presence: null };
  const events = () => slices().events;

  it("a hard ending asks for nothing more", () => {
    expect(isHard({ suds: 70, presence: null }, events())).toBe(true);
    expect(isHard({ suds: 10, presence: "numb" }, events())).toBe(true);
    expect(isHard(none, { ...events(), marks: [{ number: 1, at_s: 1, kind: "too_much", text: "" }] })).toBe(true);
    expect(isHard({ suds: 69, presence: "here" }, events())).toBe(false);
    const away = { ...events(), ratings: [{ at_s: 1, suds: null, presence: "far_away" as const }] };
    expect(isHard(none, away)).toBe(true);
    expect(isHard({ suds: null, presence: "here" }, away)).toBe(false);
    const high = { ...events(), ratings: [{ at_s: 1, suds: 95, presence: null }, { at_s: 2, suds: null, presence: "here" as const }] };
    expect(isHard(none, high)).toBe(true);
    expect(isHard({ suds: 20, presence: null }, high)).toBe(false);
  });

  it("orienting is there before any practice has come, with open eyes", () => {
    expect(orienting([])).toBe(FALLBACK);
    expect(FALLBACK.eyes).toBe("open");
    expect(isEyesOpen(FALLBACK)).toBe(true);
  });

  it("two quick presses hide, two slow ones don't", () => {
    const press = doublePress();
    expect([press(0), press(HIDE_WITHIN_MS), press(HIDE_WITHIN_MS + 1), press(5000)]).toEqual([false, true, false, false]);
  });
});

describe("requests", () => {
  const answering = (status: number, body: string) =>
    new Api(() => Promise.resolve(new Response(body, { status })));

  it("a refusal is a value with its code", async () => {
    expect(await answering(409, '{"ok":false,"why":"enough_today"}').sessions()).toEqual({ ok: false, status: 409, why: "enough_today", detail: "" });
    expect(await answering(500, "boom").sessions()).toMatchObject({ ok: false, why: "http_500" });
    expect(await answering(404, '{"detail":"no such session"}').review("x")).toMatchObject({ detail: "no such session" });
  });

  it("a server that is gone is a value, too", async () => {
    const gone = new Api(() => Promise.reject(new TypeError("failed")));
    expect(await gone.crisis()).toMatchObject({ ok: false, status: 0, why: "offline" });
  });

  it("sends JSON to the right place", async () => {
    const calls: [string, RequestInit][] = [];
    const api = new Api((path, init) => {
      calls.push([path, init]);
      return Promise.resolve(new Response('{"ok":true,"number":3}'));
    });
    await api.input({ kind: "urge", urge: "text", acted: false });
    expect(calls[0]?.[0]).toBe("api/sessions/current/inputs");
    expect(JSON.parse(String(calls[0]?.[1].body))).toEqual({ kind: "urge", urge: "text", acted: false });
  });
});
