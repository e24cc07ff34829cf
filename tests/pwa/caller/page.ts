/** The caller's page in a DOM, with a phone, a network and a server that a test can break. */
import { vi } from "vitest";
import "../../../pwa/caller/early.ts";
import { drawInto } from "../../../pwa/caller/draw.ts";
import { Visit } from "../../../pwa/caller/visit.ts";
import type { FromServer, PeekView } from "../../../pwa/protocol.ts";
import { FakeCameras, PHONE } from "../call/fakes/cameras.ts";
import { connections, FakePeerConnection, resetConnections } from "../call/fakes/peer_connection.ts";
import { seeded } from "../call/fakes/random.ts";
import { FakeSocket, SeatServer, useServer } from "../call/fakes/seat_server.ts";

export const DOOR: PeekView = {
  token: "T0KEN",
  callerName: "Le SAMU 44",
  organizationName: "SAMU 44",
  mode: "dispatch",
  expiresAt: 0,
  iceServers: [],
  offer: { id: "offer-1", sdp: "v=0\r\no=- 1 1\r\na=ice-ufrag:them\r\nm=video\r\n" },
};

export class Page {
  readonly server = new SeatServer();
  readonly cameras = new FakeCameras(PHONE);
  /** Requests as they were made: action and body. */
  readonly requests: [action: string, body: Record<string, unknown>][] = [];
  readonly root = document.createElement("main");
  /** What each action answers: a body, a status, or nothing at all (no network). */
  answers: Record<string, object | number | null> = {
    peek: DOOR,
    enter: { seatToken: "seat", answered: true },
    messages: 204,
  };
  visit = new Visit(drawInto(this.root));

  constructor(readonly address = "/j#T0KEN") {
    useServer(this.server);
    resetConnections(seeded(1));
    vi.stubGlobal("WebSocket", FakeSocket);
    vi.stubGlobal("RTCPeerConnection", FakePeerConnection);
    vi.stubGlobal("MediaStream", FakeStream);
    vi.stubGlobal("fetch", (url: string, { body }: { body: string }) => this.answer(url, JSON.parse(body)));
    Object.defineProperty(navigator, "mediaDevices", { value: this.cameras, configurable: true });
    Object.defineProperty(HTMLMediaElement.prototype, "srcObject", { value: null, writable: true });
    document.body.replaceChildren(this.root);
    history.replaceState(null, "", address);
  }

  async open(): Promise<this> {
    this.visit.open();
    await settle();
    return this;
  }

  async press(name: string): Promise<void> {
    const button = [...this.root.querySelectorAll<HTMLElement>("button, a")].find(
      (one) => one.textContent === name,
    );
    if (!button) throw new Error(`no « ${name} » among: ${this.text}`);
    button.click();
    await settle();
  }

  /** Shows the camera, up to the picture. */
  async show(): Promise<this> {
    await this.open();
    await this.press("Montrer ma caméra");
    return this;
  }

  get heading(): string {
    return this.root.querySelector("h1")?.textContent ?? "";
  }

  get text(): string {
    return this.root.textContent ?? "";
  }

  get buttons(): (string | null)[] {
    return [...this.root.querySelectorAll("button")].map(({ textContent }) => textContent);
  }

  /** The steps that the server has, by whichever way they came. */
  get steps(): unknown[] {
    const carried = this.requests.flatMap(([, body]) => (body.messages as Record<string, unknown>[]) ?? []);
    return [...carried, ...this.server.handled].flatMap((message) =>
      "step" in message ? [message.step] : [],
    );
  }

  async receive(message: FromServer): Promise<void> {
    this.server.push(message);
    await settle();
  }

  get connection(): FakePeerConnection | undefined {
    return connections.at(-1);
  }

  private async answer(url: string, body: Record<string, unknown>): Promise<unknown> {
    const action = url.split("/").at(-1) ?? "";
    this.requests.push([action, body]);
    const answer = this.answers[action];
    if (answer === null || answer === undefined) throw new TypeError("no network");
    const status = typeof answer === "number" ? answer : "status" in answer ? Number(answer.status) : 200;
    return { ok: status < 300, status, json: async () => answer };
  }
}

class FakeStream {
  constructor(private readonly tracks: unknown[]) {}
  getTracks() {
    return this.tracks;
  }
}

/** Lets everything happen that is about to. */
export async function settle(ms = 400): Promise<void> {
  for (let step = 0; step < 4; step++) {
    await vi.advanceTimersByTimeAsync(ms / 4);
    await vi.dynamicImportSettled();
  }
}
