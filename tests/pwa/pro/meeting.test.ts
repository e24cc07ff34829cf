import { afterEach, beforeEach, expect, it } from "vitest";
import { judgePair, type PairSeen } from "../../../pwa/pro/visits/pair-quality.ts";
import type { FromServer, ParticipantView } from "../../../pwa/protocol.ts";
import { button, description, hasButton, leave, open, press, settle, text, type } from "./screen.ts";
import {
  INTAKE,
  openConnections,
  PRACTITIONER,
  participant,
  plugIn,
  type Server,
  Socket,
  seatIn,
  visit,
} from "./stand.ts";

const DOCTOR = participant({
  id: "doctor1",
  role: "practitioner",
  name: "Dr Anne Kermadec",
  status: "admitted",
});
const FINISH = "/api/encounters/encounter9/finish";

let server: Server;
let seq = 0;

beforeEach(() => {
  seq = 0;
  server = plugIn()
    .on("GET /api/session", { body: PRACTITIONER })
    .on("GET /api/appointments", { body: { appointments: [], hasMore: false, deskToken: "desk" } })
    .on("GET /api/appointments/visit1", { body: visit() })
    .on("POST /api/appointments/visit1/seat", { body: seatIn(visit()) })
    .on("GET /api/encounters/encounter9/intake", { body: INTAKE })
    .on(`POST ${FINISH}`, {});
});

afterEach(leave);

const seat = () => Socket.of("own-seat");
const heard = (kind: string) => seat().heard.filter(({ t }) => t === kind);

async function hear(message: FromServer): Promise<void> {
  seq += 1;
  seat().say({ ...message, seq });
  await settle();
}

async function roster(others: ParticipantView[], startedAt: number | null = null): Promise<void> {
  await hear({ t: "roster", participants: [DOCTOR, ...others], startedAt });
}

/** In her room; the server has told who she is. */
async function entered(): Promise<void> {
  await open("/teleconsultation/visit1");
  await hear({
    t: "welcome",
    epoch: "1",
    role: "participant",
    resumed: false,
    peerPresent: false,
    iceServers: [],
    version: "1.0.0",
    participantId: "doctor1",
  });
}

async function underWay(...more: ParticipantView[]): Promise<void> {
  await entered();
  await roster([participant({ status: "admitted" }), ...more], Date.now() - 65_000);
}

/** On a wide screen it is open. */
async function openPanel(): Promise<void> {
  if (!document.querySelector("aside.call-panel")) await press("Fiche");
}

it("takes the seat and waits for the patient, saying what became of the link [S32]", async () => {
  await entered();
  await roster([participant({ status: "invited", present: false })]);
  expect(text()).toContain("En attente du patient");
  expect(text()).toContain("SMS parti au 06 12 34 56 78");
  expect(seat().heard[0]).toMatchObject({ t: "hello", token: "own-seat" });
});

it("says why the room does not open, and the way back", async () => {
  server.problem("POST /api/appointments/visit1/seat", { code: "encounter-over", status: 410 });
  await open("/teleconsultation/visit1");
  expect(text()).toContain("Cette téléconsultation est terminée");
  expect(hasButton("Recommencer")).toBe(true);
});

it("lets in who waits, by one press [A66]", async () => {
  await entered();
  await roster([participant()]);
  expect(text()).toContain("En salle d'attente");
  await press("Faire entrer");
  expect(heard("admit")).toEqual([expect.objectContaining({ participantId: "patient1" })]);
  expect(openConnections()).toBe(0);
});

it("lets in at once when « Faire entrer » was pressed in the banner [C11]", async () => {
  server.on("GET /api/appointments", {
    body: { appointments: [visit({ waiting: 1 })], hasMore: false, deskToken: "desk" },
  });
  await open("/");
  await press("Faire entrer");
  expect(location.pathname).toBe("/teleconsultation/visit1");
  seq = 0;
  await roster([participant()]);
  // The seat learns who she is from the welcome of the stand, which names nobody: the roster suffices for the list.
  expect(heard("admit")).toEqual([expect.objectContaining({ participantId: "patient1" })]);
});

it("refuses with an explanation, or sends a word to who waits", async () => {
  await entered();
  await roster([participant()]);
  await press("Message");
  await press("J'ai du retard, merci de patienter.");
  expect(heard("say")).toEqual([
    expect.objectContaining({ to: "patient1", text: "J'ai du retard, merci de patienter." }),
  ]);
  await press("Refuser");
  await type("Explication (facultative)", "Rappelez le secrétariat");
  await press("Oui, refuser l'entrée");
  expect(heard("decline")).toEqual([
    expect.objectContaining({ participantId: "patient1", reason: "Rappelez le secrétariat" }),
  ]);
});

it("says why the server does not let in: no consent yet [R4]", async () => {
  await entered();
  await roster([participant()]);
  await press("Faire entrer");
  await hear({ t: "refused", id: String(heard("admit")[0]?.id), code: "consent-missing" });
  expect(text()).toContain("n'a pas encore donné son consentement");
});

it("shows everybody who is in, up to three others, with what each one sends", async () => {
  await underWay(
    participant({
      id: "nurse1",
      role: "telepresenter",
      name: "Paul Martin",
      status: "admitted",
      microphone: false,
    }),
    participant({ id: "child1", role: "companion", name: "Luc Durand", status: "admitted", camera: false }),
  );
  expect(document.querySelectorAll(".meeting-tile")).toHaveLength(3);
  expect(document.querySelector(".meeting-grid-3")).toBeTruthy();
  expect(text()).toContain("Paul Martin");
  expect(text()).toContain("micro coupé");
  expect(text()).toContain("En cours, 4 participants");
  expect(text()).toMatch(/depuis 1 min 0\d s/);
  for (const video of document.querySelectorAll<HTMLVideoElement>(".meeting-tile video")) {
    expect(video.muted).toBe(false);
    expect(video.hasAttribute("playsinline")).toBe(true);
  }
});

it("keeps the place of who lost the network, and says so [F35]", async () => {
  await underWay();
  await roster([participant({ status: "admitted", present: false })], Date.now());
  expect(document.querySelectorAll(".meeting-tile")).toHaveLength(1);
  expect(text()).toContain("Sa place est gardée");
});

it("says why there is no microphone, and shows the switches by their words [F25]", async () => {
  await underWay();
  expect(text()).toContain("Ce navigateur ne donne pas accès au micro");
  for (const name of ["Micro", "Caméra", "Raccrocher", "Inviter un participant"])
    expect(hasButton(name)).toBe(true);
  expect(button("Micro").getAttribute("aria-pressed")).toBe("false");
});

it("hangs up: the consultation is over, the agenda says so", async () => {
  await underWay();
  await press("Raccrocher");
  expect(server.bodies(FINISH)).toHaveLength(1);
  expect(location.pathname).toBe("/teleconsultation");
  expect(text()).toContain("La téléconsultation est terminée");
});

it("hangs up by the keyboard too", async () => {
  await underWay();
  dispatchEvent(new KeyboardEvent("keydown", { altKey: true, code: "KeyR" }));
  await settle();
  expect(server.bodies(FINISH)).toHaveLength(1);
});

it("leaves a room in which nobody was without closing it: the link still works", async () => {
  await entered();
  await roster([participant({ status: "invited", present: false })]);
  await press("Raccrocher");
  expect(server.bodies(FINISH)).toEqual([]);
  expect(heard("leave-meeting")).toHaveLength(1);
  expect(text()).toContain("Le rendez-vous reste ouvert");
});

it("does not end by the back button", async () => {
  await underWay();
  const { path } = await import("../../../pwa/pro/route.ts");
  path.value = "/teleconsultation";
  await settle();
  expect(hasButton("Raccrocher")).toBe(true);
  expect(path.value).toBe("/teleconsultation/visit1");
});

it("says what the patient answered before the call, and that a refusal ended it [R4 R6 R7]", async () => {
  await entered();
  await openPanel();
  expect(text()).toContain("Consentement donné à");
  expect(text()).toContain("Chez elle, à Rezé");
  expect(text()).toContain("06 12 34 56 78");
  expect(text()).toContain("Sa fille");
  await hear({ t: "finished", reason: "consent-refused" });
  expect(text()).toContain("n'a pas donné son consentement");
  expect(location.pathname).toBe("/teleconsultation");
});

it("records identity check and fitness, and says what follows a decision to stop [R5 R6]", async () => {
  server.on("PUT /api/encounters/encounter9/intake", {
    body: { ...INTAKE, identityMeans: "document", suitability: "examination-needed" },
  });
  await underWay();
  await openPanel();
  await press("Pièce d'identité vue");
  await press("Non : examen physique nécessaire");
  expect(server.sent.filter(({ method }) => method === "PUT").map(({ body }) => body)).toEqual([
    { identityMeans: "document" },
    { suitability: "examination-needed" },
  ]);
  expect(button("Pièce d'identité vue").getAttribute("aria-pressed")).toBe("true");
  expect(text()).toContain("Décision d'arrêt notée");
  await press("Terminer la téléconsultation");
  expect(server.bodies(FINISH)).toHaveLength(1);
});

it("invites a relative by link, SMS or QR code, in mid-call", async () => {
  server.on("POST /api/encounters/encounter9/participants", {
    status: 201,
    body: { ...visit(), participantId: "child1", deliveries: [] },
  });
  await underWay();
  await press("Inviter un participant");
  await press("Inviter");
  expect(description("Nom")).toContain("Saisissez son nom");
  await type("Nom", "Luc Durand");
  await press("Inviter");
  expect(server.bodies("/api/encounters/encounter9/participants")).toEqual([
    { role: "companion", name: "Luc Durand", phone: null, email: null },
  ]);
  expect(text()).toContain("Invitation prête");
  expect(text()).toContain("K7M4QP");
});

const within = (selector: string) =>
  (document.querySelector(selector)?.textContent ?? "").replace(/\s+/g, " ");

it("says in the call, at once, that a guest's message did not leave, with the reason [F60]", async () => {
  const to = "+33639981234";
  const guest = participant({
    id: "child1",
    role: "companion",
    name: "Luc",
    status: "invited",
    present: false,
  });
  const withMessage = (status: "sent" | "failed" | "waiting", reason: string | null = null) =>
    roster([
      participant({ status: "admitted" }),
      { ...guest, deliveries: [{ channel: "sms", to, status, reason }] },
    ]);
  server.on("POST /api/encounters/encounter9/participants", {
    status: 201,
    body: { ...visit(), participantId: "child1", deliveries: [{ channel: "sms", to, status: "waiting" }] },
  });
  await underWay();
  await press("Inviter un participant");
  await type("Nom", "Luc");
  await press("Inviter");
  expect(text()).toContain("SMS en cours d'envoi au 06 39 98 12 34");
  await withMessage("waiting", "gateway-slow");
  expect(within("dialog")).toContain("SMS pas encore parti");
  document.querySelector<HTMLElement>("dialog .button-quiet")?.click();
  await settle();
  const over = () => within(".call-over");
  await withMessage("failed", "number-landline");
  expect(over()).toContain("Invitation non reçue : Luc");
  expect(over()).toContain("C'est un numéro fixe");
  await withMessage("sent");
  expect(over()).not.toContain("Invitation non reçue");
  await withMessage("failed", "number-landline");
  button("Fermer").click();
  await settle();
  expect(over()).not.toContain("Invitation non reçue");
});

it("asks for detail of one picture, shows that it was asked, and takes it back [S32]", async () => {
  const seen = (pictureMode: "motion" | "detail") => participant({ status: "admitted", pictureMode });
  await entered();
  await roster([seen("motion")], Date.now());
  await settle();
  expect(hasButton("Détail de l'image : Jeanne DURAND")).toBe(false);
  const { links } = await import("../../../pwa/pro/visits/meeting-state.ts");
  links.value = new Map([["patient1", "live"]]);
  await settle();
  const closer = () => button("Détail de l'image : Jeanne DURAND");
  closer().click();
  expect(heard("set-picture-mode")).toEqual([expect.objectContaining({ to: "patient1", mode: "detail" })]);
  expect(closer().getAttribute("aria-pressed")).toBe("false");
  await roster([seen("detail")], Date.now());
  expect(closer().getAttribute("aria-pressed")).toBe("true");
  closer().click();
  expect(heard("set-picture-mode").pop()).toMatchObject({ to: "patient1", mode: "motion" });
});

it("lets in from a dialog who has come since it was opened, and leaves the dialog open [C11]", async () => {
  const nurse = participant({ id: "nurse1", role: "telepresenter", name: "Paul Martin" });
  await underWay(nurse);
  await press("Inviter un participant");
  const dialog = () => within("dialog");
  expect(dialog()).not.toContain("en salle d'attente");
  await roster(
    [
      participant({ status: "admitted" }),
      nurse,
      participant({ id: "child1", role: "companion", name: "Luc" }),
    ],
    Date.now(),
  );
  expect(dialog()).toContain("Luc : en salle d'attente.");
  expect(dialog()).not.toContain("Paul Martin");
  document.querySelector<HTMLElement>("dialog .waiting-banner button")?.click();
  await settle();
  expect(heard("admit")).toEqual([expect.objectContaining({ participantId: "child1" })]);
  expect(dialog()).toContain("Inviter un participant");
});

it("has a chat: lines are sent to everybody, and those that come are counted until read", async () => {
  await underWay();
  const said = { sender: "patient1", name: "Jeanne DURAND", at: Date.now(), to: null };
  await hear({ t: "said", id: "s1", text: "Je n'entends pas", ...said });
  await hear({ t: "said", id: "s1", text: "Je n'entends pas", ...said });
  expect(text()).toContain("1 nouveau");
  button("Discussion1 nouveau").click();
  await settle();
  expect(text()).toContain("Je n'entends pas");
  expect(text()).not.toContain("1 nouveau");
  await type("Écrire à tous", "Montez le son");
  await press("Envoyer");
  expect(heard("say")).toEqual([expect.objectContaining({ text: "Montez le son", to: null })]);
});

it("says when another tab took the seat, and takes it back on demand [F35]", async () => {
  await underWay();
  seat().end(4001);
  await settle();
  expect(text()).toContain("reprise dans un autre onglet");
  server.on("POST /api/appointments/visit1/seat", { body: { ...seatIn(visit()), seatToken: "again" } });
  await press("Reprendre ici");
  expect(Socket.of("again")).toBeTruthy();
  expect(text()).not.toContain("autre onglet");
});

it("goes on when the session expires in a call, and says so", async () => {
  await underWay();
  server.problem("GET /api/session", { code: "session-over", status: 401 });
  const { refreshSession } = await import("../../../pwa/pro/session.ts");
  await refreshSession();
  await settle();
  expect(hasButton("Raccrocher")).toBe(true);
});

it("offers neither prescription nor payment without a record, and the record itself [S19 S20]", async () => {
  const immediate = visit({ isImmediate: true, hasRecord: false, patient: null });
  server.on("POST /api/appointments/visit1/seat", { body: seatIn(immediate) });
  await entered();
  expect(text()).toContain("l'envoi d'ordonnance et le paiement ne sont pas disponibles");
  expect(hasButton("Envoyer une ordonnance") || hasButton("Demander le paiement")).toBe(false);
  await openPanel();
  expect(hasButton("Créer le dossier")).toBe(true);
});

it("closes every connection with the call [S46]", async () => {
  await underWay();
  await press("Raccrocher");
  expect(openConnections()).toBe(0);
});

const GOOD: PairSeen = {
  isPresent: true,
  link: "live",
  figures: null,
  loss: 0,
  hasCamera: true,
  mode: "motion",
};

it("tells how good each connection is, and why it is not", () => {
  const sound = { level: null, packetsReceived: 9, packetsLost: 0, concealed: 0, jitterMs: 1, sentLoss: 0 };
  const figures = { roundTripMs: 40, framesPerSecond: 25, sound } as unknown as NonNullable<
    PairSeen["figures"]
  >;
  const judge = (changes: Partial<PairSeen>) => judgePair({ ...GOOD, figures, ...changes });
  expect(judge({})).toEqual({ level: "good" });
  expect(judge({ link: "lost" })).toEqual({ level: "lost", state: "reconnecting" });
  expect(judge({ link: "joining" })).toEqual({ level: "lost", state: "connecting" });
  expect(judge({ isPresent: false }).level).toBe("lost");
  const weak = (reason: string) => ({ level: "weak", reason });
  expect(judge({ figures: { ...figures, sound: { ...sound, concealed: 0.1 } } })).toEqual(weak("sound"));
  expect(judge({ figures: { ...figures, sound: { ...sound, sentLoss: 0.1 } } })).toEqual(weak("upstream"));
  expect(judge({ figures: { ...figures, framesPerSecond: 3 } })).toEqual(weak("picture"));
  expect(judge({ figures: { ...figures, framesPerSecond: 3 }, mode: "detail" })).toEqual({ level: "good" });
  expect(judge({ figures: { ...figures, roundTripMs: 700 } })).toEqual(weak("delay"));
  expect(judge({ loss: 0.2 })).toEqual(weak("picture"));
  expect(judge({ loss: 0.2, hasCamera: false })).toEqual({ level: "good" });
});
