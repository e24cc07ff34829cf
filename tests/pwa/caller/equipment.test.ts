import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { EchoView } from "../../../pwa/protocol.ts";
import { settle } from "./page.ts";
import { door, FakeMeeting, START, Visitor } from "./visitor.ts";

const relay = vi.hoisted(() => ({ reached: true as boolean | null }));
const echoes = vi.hoisted(() => [] as { isClosed: boolean }[]);

vi.mock("../../../pwa/call/meeting_seat.ts", () => ({ MeetingSeat: FakeMeeting }));
vi.mock("../../../pwa/call/tone.ts", () => ({ playTone: async () => undefined }));
vi.mock("../../../pwa/call/echo.ts", () => ({
  reachesRelay: async () => relay.reached,
  Echo: class {
    isClosed = false;
    constructor(
      readonly options: { exchange(sdp: string): Promise<string>; onStream(stream: MediaStream): void },
    ) {
      echoes.push(this);
    }
    async open() {
      await this.options.exchange("offer");
      this.options.onStream(new MediaStream([]));
    }
    close() {
      this.isClosed = true;
    }
  },
}));

const ENDED: EchoView = { id: "e", state: "ended", secondsLeft: 0, figures: {}, verdict: "ok", reasons: [] };
const PLACE = {
  id: "e",
  iceServers: [{ urls: ["turn:relay.example:3478"] }],
  useWithinS: 20,
  lastsS: 20,
  width: 480,
  height: 360,
  framesPerS: 20,
};

beforeEach(() => {
  vi.useFakeTimers();
  sessionStorage.clear();
  relay.reached = true;
  echoes.length = 0;
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A patient at the test, with a server that answers like this. */
class Tester extends Visitor {
  place: object = PLACE;
  echo: EchoView = ENDED;
  isServerThere = true;
  readonly echoRequests: string[] = [];

  async begin(): Promise<this> {
    const join = fetch as unknown as (url: string, options?: object) => Promise<unknown>;
    vi.stubGlobal("fetch", (url: string, options: { method?: string } = {}) =>
      /echo|instance/.test(url) ? this.serve(url, options.method ?? "GET") : join(url, options),
    );
    await this.open();
    await this.press("Tester mon matériel");
    await this.press("Commencer le test");
    return this;
  }

  /** Says something, hears the notes, and waits for the end. */
  async finish(hasHeard = true): Promise<this> {
    await settle(14_000);
    await this.press(hasHeard ? "Oui" : "Non");
    await settle(4_000);
    return this;
  }

  row(name: string): string {
    const rows = [...this.root.querySelectorAll("tr")];
    const row = rows.find((one) => one.querySelector("th")?.textContent === name);
    return row?.querySelector("td")?.textContent ?? "";
  }

  private async serve(url: string, method: string): Promise<unknown> {
    if (!this.isServerThere) throw new TypeError("no network");
    this.echoRequests.push(`${method} ${url}`);
    const body = method === "POST" ? this.place : method === "GET" ? this.echo : { sdp: "answer" };
    const status = "status" in body ? Number(body.status) : 200;
    return { ok: status < 300, status, json: async () => body };
  }
}

describe("« Tester mon matériel »", () => {
  it("is there before the slot opens, and shows each step with its state [S31] [F43]", async () => {
    const early = door({}, { state: "early", now: START - 3_600_000 });
    const page = await new Tester(early).begin();
    await page.finish();
    const names = [...page.root.querySelectorAll("th")].map(({ textContent }) => textContent);
    expect(names).toEqual([
      "Navigateur",
      "Réseau",
      "Liaison permanente",
      "Caméra",
      "Micro",
      "Haut-parleur",
      "Relais vidéo",
      "Essai d’appel",
    ]);
    expect(names.map((name) => page.row(name ?? ""))).toEqual([
      "Marche",
      "Marche",
      "Marche",
      "Marche",
      expect.stringContaining("À vérifier"), // The fake microphone says nothing.
      "Marche",
      "Marche",
      "Marche",
    ]);
    await page.press("Revenir");
    expect(page.heading).toMatch(/^Votre rendez-vous avec le Dr Anaïs Morel/);
  });

  it("shows what comes back through the network, and lets it end sooner [F43]", async () => {
    const page = new Tester();
    page.echo = { ...ENDED, state: "flowing", verdict: null };
    await page.begin();
    await page.finish();
    expect(page.text).toContain("Voici ce que le médecin verra et entendra");
    await page.press("J’ai assez vu");
    expect(page.echoRequests.at(-1)).toBe("DELETE /api/join/echo/e");
    page.echo = { ...ENDED, verdict: "weak", reasons: ["loss"] };
    await settle(2_000);
    expect(page.row("Essai d’appel")).toContain("Le réseau perd une partie de l’image et du son.");
    expect(echoes.at(-1)?.isClosed).toBe(true);
  });

  it("says plainly what to do for each thing that fails [F25] [F14]", async () => {
    const page = new Tester();
    page.cameras.faults.push(...Array<string>(20).fill("NotFoundError"));
    page.echo = { ...ENDED, verdict: "failed", reasons: ["no-connection"] };
    relay.reached = false;
    await page.begin();
    await settle(4_000);
    await page.finish(false);
    expect(page.row("Caméra")).toContain("Aucun appareil photo trouvé.");
    expect(page.row("Haut-parleur")).toContain("Montez le son");
    expect(page.row("Relais vidéo")).toContain("À vérifier");
    expect(page.row("Essai d’appel")).toContain("L’appel ne passe pas sur ce réseau.");
    expect(page.text).toContain("Quelque chose ne marche pas.");
  });

  it("politely says that all places are taken, and tests the rest [F43]", async () => {
    const page = new Tester();
    page.place = { code: "echo-busy", status: 503, retryAfterS: 30 };
    await page.begin();
    await page.finish();
    expect(page.row("Essai d’appel")).toBe(
      "Non testéTous les essais sont occupés. Recommencez dans 30\u00a0s.",
    );
    expect(page.row("Réseau")).toBe("Marche");
  });

  it("without a network says so, and does not stop there", async () => {
    const page = new Tester();
    page.isServerThere = false;
    await page.begin();
    await page.finish();
    expect(page.row("Réseau")).toContain("Le serveur ne répond pas.");
    expect(page.row("Caméra")).toBe("Marche");
  });

  it("gives a report for the IT staff that holds no link and no name [A16]", async () => {
    const page = await new Tester().begin();
    await page.finish();
    const report = page.root.querySelector("pre")?.textContent ?? "";
    expect(report).toContain("Relais vidéo: good turn:relay.example:3478");
    expect(report).not.toMatch(/T0KEN|Petit|Morel/);
    const written: string[] = [];
    const clipboard = { writeText: async (text: string) => void written.push(text) };
    Object.defineProperty(navigator, "clipboard", { value: clipboard, configurable: true });
    await page.press("Copier le rapport");
    expect(written).toEqual([report]);
    expect(page.buttons).toContain("Rapport copié");
  });

  it("lets go of camera and microphone when it is left in the middle [C14]", async () => {
    const page = await new Tester().begin();
    await settle(1_000);
    expect(page.cameras.openDevice).toBe("front");
    await page.press("Revenir");
    expect(page.cameras.openDevice).toBe(null);
    expect(page.sound?.readyState).toBe("ended");
    expect(page.heading).toBe("Téléconsultation avec le Dr Anaïs Morel");
  });
});
