import { afterEach, beforeEach, expect, it } from "vitest";
import { CloseCode, type FromServer, type Step } from "../../../pwa/protocol.ts";
import {
  button,
  description,
  enter,
  field,
  hasButton,
  leave,
  open,
  press,
  settle,
  text,
  type,
} from "./screen.ts";
import { DISPATCHER, INVITATION, openConnections, plugIn, type Server, Socket } from "./stand.ts";

let server: Server;
let seq = 0;

beforeEach(() => {
  seq = 0;
  server = plugIn()
    .on("GET /api/session", { body: DISPATCHER })
    .on("GET /api/invitations/current", { body: { invitation: null } })
    .on("POST /api/invitations", { body: INVITATION })
    .on("POST /api/invitations/invitation1/resend", { body: INVITATION })
    .on("POST /api/invitations/invitation1/cancel", {})
    .on("POST /api/encounters/encounter1/finish", {});
});

afterEach(leave);

async function launched(): Promise<void> {
  await open("/dispatch");
  await type("Téléphone mobile", "06 12 34 56 78");
  await enter("Téléphone mobile");
}

async function live(): Promise<void> {
  await launched();
  await reach("link-opened", "camera-asked", "camera-granted", "connecting", "first-frame");
}

async function hear(message: FromServer): Promise<void> {
  seq += 1;
  Socket.last.say({ ...message, seq });
  await settle();
}

async function reach(...steps: Step[]): Promise<void> {
  for (const step of steps) await hear({ t: "timeline", entry: { step, at: Date.now() + seq } });
}

it("waits for a number with the focus in it [S47]", async () => {
  await open("/dispatch");
  expect(document.activeElement).toBe(field("Téléphone mobile"));
});

it("launches with one press of Enter, and takes the seat [S47 S48]", async () => {
  await launched();
  expect(server.bodies("/api/invitations")).toEqual([{ phone: "06 12 34 56 78", email: null }]);
  expect(Socket.last.url).toMatch(/^ws:\/\/.*\/api\/socket$/);
  expect(Socket.last.heard[0]).toMatchObject({ t: "hello", token: "seat" });
});

it("accepts an e-mail alone, or both [S47]", async () => {
  await open("/dispatch");
  await type("Adresse e-mail", "a@example.fr");
  await press("Lancer l'invitation");
  expect(server.bodies("/api/invitations")).toEqual([{ phone: null, email: "a@example.fr" }]);
});

it("says what is missing when nothing was typed", async () => {
  await open("/dispatch");
  await press("Lancer l'invitation");
  expect(description("Téléphone mobile")).toContain("Saisissez un numéro ou une adresse");
  expect(server.bodies("/api/invitations")).toEqual([]);
});

it("says beside the field why a number is refused", async () => {
  server.problem("POST /api/invitations", { code: "phone-premium", status: 400, field: "phone" });
  await launched();
  expect(description("Téléphone mobile")).toContain("surtaxés");
  expect(field("Téléphone mobile").value).toBe("06 12 34 56 78");
});

it("opens with a QR code alone, sending nothing", async () => {
  server.on("POST /api/invitations", { body: { ...INVITATION, deliveries: [] } });
  await open("/dispatch");
  await press("Afficher un QR code");
  expect(server.bodies("/api/invitations")).toEqual([{ phone: null, email: null }]);
  const drawing = document.querySelector("dialog img");
  expect(drawing?.getAttribute("alt")).toBe("QR code du lien d'invitation");
  expect(drawing?.getAttribute("src")).toContain("data:image/svg+xml");
});

it("shows the code, spelled, and where to type it", async () => {
  await launched();
  expect(text()).toContain("K7M4QP");
  expect(text()).toContain("K comme Kléber, 7, M comme Marcel, 4, Q comme Quintal, P comme Pierre");
  expect(text()).toContain("samu.example.fr/j");
});

it("follows the message to its delivery, and says why it failed [F60]", async () => {
  await launched();
  expect(text()).toContain("SMS en cours d'envoi au 06 12 34 56 78");
  const delivery = { channel: "sms" as const, to: "+33612345678" };
  await hear({ t: "delivery", delivery: { ...delivery, status: "delivered" } });
  expect(text()).toContain("SMS arrivé sur le téléphone");
  await hear({ t: "delivery", delivery: { ...delivery, status: "failed", reason: "number-landline" } });
  expect(text()).toContain("SMS non envoyé. C'est un numéro fixe");
  await hear({ t: "delivery", delivery: { ...delivery, status: "waiting", reason: "gateway-busy" } });
  expect(text()).toContain("SMS pas encore parti, nouvel essai.");
});

it("shows each step with its time, and the sentence to say now [S49 S50 S51 S65]", async () => {
  await launched();
  expect(text()).toContain("haut-parleur");
  await reach("link-opened");
  expect(document.querySelector("[aria-current=step]")?.textContent).toMatch(/Lien ouvert.*\d\d:\d\d:\d\d/);
  expect(text()).toContain("touchez Montrer ma caméra");
  await reach("camera-asked");
  expect(text()).toContain("touchez Autoriser");
});

it("corrects the number and sends again", async () => {
  await launched();
  await type("Téléphone mobile", "06 99 99 99 99");
  await press("Renvoyer");
  expect(server.bodies("/api/invitations/invitation1/resend")).toEqual([
    { phone: "06 99 99 99 99", email: null },
  ]);
});

it("believes the news that overtook the answer to « Renvoyer » [F60]", async () => {
  await launched();
  const delivery = { channel: "sms" as const, to: "+33612345678", status: "sent" as const };
  server.beforeAnswer = (route) => {
    if (route.endsWith("/resend")) Socket.last.say({ t: "delivery", delivery, seq: 1 });
  };
  await press("Renvoyer");
  expect(text()).toContain("SMS parti au 06 12 34 56 78");
});

it("cancels after one question, and is ready for the next caller", async () => {
  await launched();
  await press("Annuler");
  expect(server.bodies("/api/invitations/invitation1/cancel")).toEqual([]);
  await press("Oui, annuler l'invitation");
  expect(server.bodies("/api/invitations/invitation1/cancel")).toHaveLength(1);
  expect(field("Téléphone mobile").value).toBe("");
  expect(document.activeElement).toBe(field("Téléphone mobile"));
  expect(openConnections()).toBe(0);
});

it("shows the call from the first frame on: its element is muted and inline [S45 S55 F30]", async () => {
  await launched();
  await reach("link-opened", "camera-asked", "camera-granted", "connecting");
  expect(hasButton("Raccrocher")).toBe(false);
  const video = document.querySelector("video");
  expect([video?.muted, video?.hasAttribute("playsinline")]).toEqual([true, true]);
  await reach("first-frame");
  expect(hasButton("Raccrocher")).toBe(true);
  expect(document.querySelector("video")).toBe(video);
  expect(document.title).toContain("Image reçue");
});

it("reports the first frame when it is on the screen, not before", async () => {
  await launched();
  const video = document.querySelector("video") as HTMLVideoElement;
  expect(Socket.reported("first-frame")).toBe(false);
  Object.defineProperty(video, "videoWidth", { value: 640 });
  video.dispatchEvent(new Event("playing"));
  await settle();
  expect(hasButton("Raccrocher")).toBe(true);
});

it("hangs up with one press: the page is empty, the focus in the number [S58 S59]", async () => {
  await live();
  await press("Raccrocher");
  expect(server.bodies("/api/encounters/encounter1/finish")).toHaveLength(1);
  expect(field("Téléphone mobile").value).toBe("");
  expect(document.activeElement).toBe(field("Téléphone mobile"));
  expect(openConnections()).toBe(0);
});

it("hangs up from the keyboard", async () => {
  await live();
  dispatchEvent(new KeyboardEvent("keydown", { altKey: true, code: "KeyR" }));
  await settle();
  expect(hasButton("Lancer l'invitation")).toBe(true);
});

it("tells the server that the call is over as soon as it answers again, before the next invitation [F7]", async () => {
  server.on("POST /api/encounters/encounter1/finish", "silence", {});
  await live();
  await press("Raccrocher");
  expect(hasButton("Lancer l'invitation")).toBe(true);
  await type("Téléphone mobile", "06 11 11 11 11");
  await press("Lancer l'invitation");
  const order = server.sent.map(({ path }) => path).filter((path) => /finish|invitations$/.test(path));
  expect(order).toEqual([
    "/api/invitations",
    "/api/encounters/encounter1/finish",
    "/api/encounters/encounter1/finish",
    "/api/invitations",
  ]);
});

it("asks the phone for its other camera and says what came of it [S52]", async () => {
  await live();
  await press("Changer de caméra");
  expect(Socket.last.heard.some(({ t }) => t === "switch-camera")).toBe(true);
  expect(text()).toContain("Demande envoyée au téléphone");
  await hear({ t: "peer-camera", facing: "environment", cameras: 2, failed: false });
  expect(text()).toContain("Caméra arrière du téléphone.");
  await press("Changer de caméra");
  await hear({ t: "peer-camera", facing: "environment", cameras: 2, failed: true });
  expect(text()).toContain("la précédente est remise");
});

it("has its own camera off, and offers it only where there is one [S53 S54]", async () => {
  await live();
  expect(hasButton("Activer ma caméra") || hasButton("Couper ma caméra")).toBe(false);
  expect(document.querySelectorAll("video")).toHaveLength(1);
});

it("says what the caller holds in his hand", async () => {
  await live();
  if (!document.querySelector("aside")) await press("Suivi");
  await hear({ t: "peer-device", browser: "Chrome", system: "Android", network: "4g", batteryPercent: 34 });
  expect(text()).toContain("Android, Chrome");
  expect(text()).toContain("4G");
  expect(text()).toContain("34 %");
});

it("says that the caller's page is paused, and what to say [F32]", async () => {
  await live();
  await reach("caller-paused");
  expect(text()).toContain("Caméra en pause");
  expect(text()).toContain("revenez sur la page du lien");
});

it("says that another device took over [C6]", async () => {
  await live();
  await reach("caller-replaced", "first-frame");
  expect(document.querySelector(".call-notice")?.textContent).toContain("Un autre appareil a pris la suite");
});

it("freezes the picture and says so", async () => {
  await live();
  await press("Figer");
  expect(text()).toContain("Image figée à");
  expect(document.querySelector<HTMLCanvasElement>('canvas[aria-label^="Image figée"]')?.hidden).toBe(false);
  await press("Reprendre");
  expect(text()).not.toContain("Image figée à");
});

it("resumes the invitation after a reload, number included", async () => {
  server.on("GET /api/invitations/current", { body: { invitation: INVITATION } });
  await open("/dispatch");
  expect(field("Téléphone mobile").value).toBe("06 12 34 56 78");
  expect(Socket.last.heard[0]).toMatchObject({ t: "hello", token: "seat" });
});

it("says when another tab took the seat, and takes it back on demand [F35]", async () => {
  await launched();
  Socket.last.end(CloseCode.REPLACED);
  await settle();
  expect(text()).toContain("reprise dans un autre onglet");
  server.on("GET /api/invitations/current", { body: { invitation: { ...INVITATION, seatToken: "again" } } });
  await press("Reprendre ici");
  expect(Socket.last.heard[0]).toMatchObject({ t: "hello", token: "again" });
  expect(text()).not.toContain("autre onglet");
});

it("offers to take over an invitation that is open elsewhere", async () => {
  server.problem("POST /api/invitations", { code: "invitation-open", status: 409 });
  await launched();
  server.on("GET /api/invitations/current", { body: { invitation: INVITATION } });
  await press("Reprendre ici");
  expect(hasButton("Renvoyer")).toBe(true);
});

it("keeps what was typed and says so when the server does not answer [F7]", async () => {
  server.on("POST /api/invitations", "silence");
  await launched();
  expect(text()).toContain("Serveur injoignable, nouvel essai…");
  expect(field("Téléphone mobile").value).toBe("06 12 34 56 78");
});

it("asks to sign in again when the session expired, keeps what was typed, and comes back to the page [S46]", async () => {
  await open("/dispatch");
  await type("Téléphone mobile", "06 12 34 56 78");
  server.problem("POST /api/invitations", { code: "session-over", status: 401 });
  await press("Lancer l'invitation");
  expect(text()).toContain("Votre session a expiré");
  server.on("POST /api/sign-in", {
    body: { challengeId: "c1", channel: "sms", sentTo: "06", expiresInS: 600 },
  });
  server.on("POST /api/sign-in/code", { body: DISPATCHER });
  await type("Identifiant", "regulateur");
  await type("Mot de passe", "secret");
  await press("Recevoir mon code");
  await type("Code reçu", "123456");
  await press("Se connecter");
  expect(field("Téléphone mobile").value).toBe("06 12 34 56 78");
});

it("leaves the picture when the session expires in a call, and says so", async () => {
  await live();
  server.problem("GET /api/session", { code: "session-over", status: 401 });
  document.dispatchEvent(new Event("visibilitychange"));
  const { refreshSession } = await import("../../../pwa/pro/session.ts");
  await refreshSession();
  await settle();
  expect(hasButton("Raccrocher")).toBe(true);
  expect(text()).toContain("Votre session a expiré. L'image continue");
});

it("says why the invitation is over when the server ended it", async () => {
  await launched();
  await hear({ t: "finished", reason: "expired" });
  expect(text()).toContain("L'invitation a expiré");
  expect(hasButton("Lancer l'invitation")).toBe(true);
  expect(openConnections()).toBe(0);
});

it("learns what it missed when the server has forgotten the stream [F7]", async () => {
  await launched();
  const timeline = [...INVITATION.timeline, { step: "link-opened" as const, at: Date.now() + 10 }];
  server.on("GET /api/invitations/current", { body: { invitation: { ...INVITATION, timeline } } });
  await hear({
    t: "welcome",
    epoch: "2",
    role: "dispatcher",
    resumed: false,
    peerPresent: true,
    iceServers: [],
    version: "1.0.0",
  });
  expect(document.querySelector("[aria-current=step]")?.textContent).toContain("Lien ouvert");
});

it("leaves no connection open after ten callers [S46]", async () => {
  await open("/dispatch");
  for (let caller = 0; caller < 10; caller += 1) {
    seq = 0;
    await type("Téléphone mobile", "06 12 34 56 78");
    await enter("Téléphone mobile");
    await reach("link-opened", "first-frame");
    await press("Raccrocher");
  }
  expect(openConnections()).toBe(0);
  expect(button("Lancer l'invitation").getAttribute("aria-disabled")).toBeNull();
});
