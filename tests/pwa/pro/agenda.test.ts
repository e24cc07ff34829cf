import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { AgendaChanged, AppointmentView } from "../../../pwa/protocol.ts";
import { button, description, hasButton, hasLink, leave, open, press, settle, text, type } from "./screen.ts";
import { INTAKE, PRACTITIONER, plugIn, type Server, Socket, seatIn, visit } from "./stand.ts";

let server: Server;

beforeEach(() => {
  server = plugIn()
    .on("GET /api/session", { body: PRACTITIONER })
    .on("GET /api/encounters/encounter9/intake", { body: INTAKE });
});

afterEach(leave);

function agenda(...appointments: AppointmentView[]): void {
  server.on("GET /api/appointments", { body: { appointments, hasMore: false, deskToken: "desk" } });
  for (const each of appointments) server.on(`GET /api/appointments/${each.id}`, { body: each });
}

let seq = 0;

async function hearAtDesk(message: Omit<AgendaChanged, "t">): Promise<void> {
  seq += 1;
  Socket.of("desk").say({ t: "agenda-changed", ...message, seq });
  await settle();
}

const asked = () =>
  server.sent.map(({ path }) => path).filter((path) => path.startsWith("/api/appointments"));
const line = () => document.querySelector("article")?.textContent ?? "";

beforeEach(() => {
  seq = 0;
});

it("has a tile for whom the module is open [S10]", async () => {
  agenda();
  await open("/");
  expect(hasLink("Téléconsultation")).toBe(true);
  expect(hasLink("Visiorégulation")).toBe(false);
});

it("shows time, patient, reason and state of each visit, and one click to enter [S32]", async () => {
  agenda(visit());
  await open("/teleconsultation");
  expect(text()).toContain("Mes téléconsultations");
  expect(text()).toContain("Aujourd'hui");
  expect(line()).toMatch(/\d\d:\d\d/);
  expect(line()).toContain("Jeanne DURAND");
  expect(line()).toContain("Suivi de plaie");
  expect(line()).toContain("Invitation envoyée");
  server.on("POST /api/appointments/visit1/seat", { body: seatIn(visit()) });
  await press("Rejoindre");
  expect(location.pathname).toBe("/teleconsultation/visit1");
});

it("does not let in before the link works, and says when it will [S31]", async () => {
  const startAt = Date.now() + 45 * 60_000;
  agenda(visit({ startAt, opensAt: startAt - 900_000 }));
  await open("/teleconsultation");
  expect(hasButton("Rejoindre")).toBe(false);
  expect(line()).toContain("Ouvre dans 30 min");
});

it("teaches when there is nothing yet [S44]", async () => {
  agenda();
  await open("/teleconsultation");
  expect(text()).toContain("Votre agenda est vide");
  expect(text()).toContain("Ce lien ne fonctionne que pendant le créneau");
  expect(hasLink("Créer un premier rendez-vous")).toBe(true);
});

it("says that the agenda could not be loaded, and loads it again on demand [F7]", async () => {
  server.problem("GET /api/appointments", { code: "store-unavailable", status: 503 });
  await open("/teleconsultation");
  expect(text()).toContain("L'agenda n'a pas pu être chargé");
  agenda(visit());
  await press("Recommencer");
  expect(line()).toContain("Jeanne DURAND");
});

it("filters: to come from this morning on, past until now, all [S32]", async () => {
  agenda();
  await open("/teleconsultation");
  await press("Passées");
  expect(asked().pop()).toMatch(/^\/api\/appointments\?to=\d+&order=newest$/);
  await press("Toutes");
  const [coming, was] = asked().slice(-2);
  const today = /\?from=(\d+)$/.exec(coming ?? "")?.[1];
  expect(was).toBe(`/api/appointments?to=${today}&order=newest`);
  await press("À venir");
  const from = Number(/\?from=(\d+)$/.exec(asked().pop() ?? "")?.[1]);
  expect(Date.now() - from).toBeLessThan(25 * 3_600_000);
  expect(from).toBeLessThan(Date.now());
});

it("says that there are more appointments than it shows, and shows them on demand, also when news come [S32]", async () => {
  const day = 24 * 3_600_000;
  const past = ["a", "b", "c"].map((id, index) =>
    visit({
      id,
      patientName: `Patiente ${id}`,
      status: "fulfilled",
      startAt: Date.now() - (index + 2) * day,
    }),
  );
  agenda();
  await open("/teleconsultation");
  expect(hasButton("Voir la suite")).toBe(false);
  server.beforeAnswer = (route) => {
    const isLast = route.endsWith("&after=b");
    const body = {
      appointments: isLast ? past.slice(2) : past.slice(0, 2),
      hasMore: !isLast,
      deskToken: "desk",
    };
    server.on("GET /api/appointments", { body });
  };
  await press("Passées");
  const lines = () => [...document.querySelectorAll("article")].map((each) => each.textContent ?? "");
  expect(lines()).toHaveLength(2);
  expect(lines()[0]).toContain("Patiente a");
  expect(text()).toContain("D'autres rendez-vous ne sont pas affichés");
  await press("Voir la suite");
  expect(lines()).toHaveLength(3);
  expect(lines()[2]).toContain("Patiente c");
  expect(hasButton("Voir la suite")).toBe(false);
  server.on("GET /api/appointments/other", { body: visit({ id: "other" }) });
  await hearAtDesk({ appointmentId: "other" });
  expect(lines()).toHaveLength(3);
  await press("À venir");
  expect(asked().filter((path) => path.includes("after="))).toHaveLength(2);
});

it("searches by three letters at most, or by birth date [R13]", async () => {
  agenda();
  await open("/teleconsultation");
  await type("Rechercher un patient", "Durand");
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(asked().pop()).toMatch(/search=Dur$/);
  expect(description("Rechercher un patient")).toContain("Trois lettres suffisent");
  await type("Rechercher un patient", "12/03/1948");
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(asked().pop()).toMatch(/search=1948-03-12$/);
  expect(text()).toContain("Aucun rendez-vous pour cette recherche");
});

it("asks nothing for half a date [R13]", async () => {
  agenda();
  await open("/teleconsultation");
  const before = asked().length;
  await type("Rechercher un patient", "12/03");
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(asked()).toHaveLength(before);
});

it("renews a line when the server tells that its state changed [F60]", async () => {
  agenda(visit());
  await open("/teleconsultation");
  server.on("GET /api/appointments/visit1", { body: visit({ precall: "ok" }) });
  await hearAtDesk({ appointmentId: "visit1" });
  expect(line()).toContain("Matériel testé");
});

it("tells on every screen, and in the title, that somebody waits [C11]", async () => {
  agenda(visit());
  await open("/");
  expect(document.title).not.toMatch(/^\(/);
  server.on("GET /api/appointments/visit1", { body: visit({ waiting: 1 }) });
  await hearAtDesk({ appointmentId: "visit1", waiting: true, patientName: "Jeanne DURAND" });
  expect(text()).toContain("Jeanne DURAND : en salle d'attente");
  expect(document.title).toMatch(/^\(1\) /);
  expect(hasButton("Voir")).toBe(true);
  server.on("GET /api/appointments/visit1", { body: visit() });
  await hearAtDesk({ appointmentId: "visit1" });
  expect(text()).not.toContain("en salle d'attente");
  expect(document.title).not.toMatch(/^\(/);
});

it("rings with two tones unless muted, and remembers that on this workstation [C11]", async () => {
  const tones: number[] = [];
  const gain = { setValueAtTime: () => undefined, linearRampToValueAtTime: () => undefined };
  const node = { connect: (next: unknown) => next, gain, start: () => undefined, stop: () => undefined };
  vi.stubGlobal(
    "AudioContext",
    class {
      currentTime = 0;
      resume = async () => undefined;
    },
  );
  vi.stubGlobal("GainNode", function Gain() {
    return node;
  });
  vi.stubGlobal("OscillatorNode", function Oscillator(_: unknown, { frequency }: OscillatorOptions) {
    tones.push(frequency ?? 0);
    return node;
  });
  agenda(visit());
  await open("/teleconsultation");
  await hearAtDesk({ appointmentId: "visit1", waiting: true });
  expect(tones).toEqual([660, 880]);
  await press("Couper la sonnerie");
  await hearAtDesk({ appointmentId: "visit1", waiting: true });
  expect(tones).toHaveLength(2);
  expect(localStorage.getItem("chevet-ring-muted")).toBe("yes");
  expect(hasButton("Activer la sonnerie")).toBe(true);
});

it("tells in an open dialog too that somebody has come, and goes there from it [C11]", async () => {
  agenda(visit());
  server.on("POST /api/appointments/visit1/seat", { body: seatIn(visit()) });
  await open("/teleconsultation");
  await press("Téléconsultation immédiate");
  const dialog = () => document.querySelector("dialog");
  const said = () => dialog()?.textContent?.replace(/\s+/g, " ");
  expect(said()).not.toContain("en salle d'attente");
  server.on("GET /api/appointments/visit1", { body: visit({ waiting: 1 }) });
  await hearAtDesk({ appointmentId: "visit1", waiting: true, patientName: "Jeanne DURAND" });
  expect(said()).toContain("Jeanne DURAND : en salle d'attente");
  const letIn = [...(dialog()?.querySelectorAll("button") ?? [])].find(
    (each) => each.textContent === "Faire entrer",
  );
  letIn?.click();
  await settle();
  expect(location.pathname).toBe("/teleconsultation/visit1");
  expect(dialog()).toBe(null);
});

it("knows after a reload who waits already [C11]", async () => {
  agenda(visit({ waiting: 1 }));
  await open("/");
  expect(text()).toContain("Jeanne DURAND : en salle d'attente");
});

it("says that another tab follows the agenda, and takes it back [F35]", async () => {
  agenda(visit());
  await open("/teleconsultation");
  Socket.of("desk").end(4001);
  await settle();
  expect(text()).toContain("suivi dans un autre onglet");
  await press("Reprendre ici");
  expect(text()).not.toContain("suivi dans un autre onglet");
});

it("says before an immediate visit what it does without, and asks for a number alone [S18 S19 S20]", async () => {
  agenda();
  server
    .on("POST /api/appointments/immediate", { status: 201, body: visit({ isImmediate: true }) })
    .on("POST /api/appointments/visit1/seat", { body: seatIn(visit({ isImmediate: true })) });
  await open("/teleconsultation");
  await press("Téléconsultation immédiate");
  expect(text()).toContain("l'envoi d'ordonnance et le paiement ne sont pas disponibles");
  expect(document.querySelectorAll("dialog input")).toHaveLength(1);
  await press("Appeler");
  expect(description("Téléphone mobile")).toContain("Saisissez le numéro");
  await type("Téléphone mobile", "06 12 34 56 78");
  await press("Appeler");
  expect(server.bodies("/api/appointments/immediate")).toEqual([{ phone: "06 12 34 56 78" }]);
  expect(location.pathname).toBe("/teleconsultation/visit1");
});

it("shows link, QR code, code and messages of a visit, and sends again [S30 F60]", async () => {
  agenda(visit());
  server
    .on("GET /api/appointments", {
      body: { appointments: [visit({ qrSvg: "" })], hasMore: false, deskToken: "desk" },
    })
    .on("POST /api/appointments/visit1/resend", { body: visit() });
  await open("/teleconsultation");
  await press("Jeanne DURAND");
  expect(text()).toContain("K7M4QP");
  expect(text()).toContain("SMS parti au 06 12 34 56 78");
  expect(text()).toContain("DURAND JEANNE MARIE");
  expect(document.querySelector("dialog img")?.getAttribute("alt")).toContain("QR code");
  await press("Renvoyer");
  expect(server.bodies("/api/appointments/visit1/resend")).toHaveLength(1);
  expect(text()).toContain("Le lien repart");
});

it("cancels after one question, with a reason for the people concerned", async () => {
  agenda(visit());
  server.on("POST /api/appointments/visit1/cancel", {
    body: visit({ status: "cancelled", cancelledBecause: "Congé" }),
  });
  await open("/teleconsultation");
  await press("Jeanne DURAND");
  await press("Annuler le rendez-vous");
  await type("Motif de l'annulation (facultatif)", "Congé");
  await press("Oui, annuler le rendez-vous");
  expect(server.bodies("/api/appointments/visit1/cancel")).toEqual([{ reason: "Congé" }]);
  expect(line()).toContain("Annulée");
});

it("notes an absence once the time has come, and says what follows", async () => {
  const late = visit({ startAt: Date.now() - 600_000, opensAt: Date.now() - 1_500_000 });
  agenda(late);
  server.on("POST /api/appointments/visit1/noshow", { body: { ...late, status: "noshow" } });
  await open("/teleconsultation");
  await press("Jeanne DURAND");
  await press("Noter une absence");
  expect(text()).toContain("appelez le patient");
  await press("Oui, noter l'absence");
  expect(line()).toContain("Patient absent");
});

it("gives an immediate visit its record afterwards [S16 S17]", async () => {
  const immediate = visit({ isImmediate: true, hasRecord: false, patient: null, patientName: "" });
  agenda(immediate);
  server.on("POST /api/appointments/visit1/record", { body: visit({ isImmediate: true }) });
  await open("/teleconsultation");
  await press("06 12 34 56 78");
  await press("Créer le dossier");
  await press("Enregistrer le dossier");
  expect(description("Nom de naissance")).toContain("Saisissez le nom");
  await type("Nom de naissance", "Durand");
  await type("Prénoms de naissance", "Jeanne");
  await type("Date de naissance", "12/03/1948");
  await type("Lieu de naissance (code INSEE)", "44109");
  const { choose } = await import("./screen.ts");
  await choose("Féminin");
  await press("Enregistrer le dossier");
  expect(server.bodies("/api/appointments/visit1/record")).toEqual([
    { patient: expect.objectContaining({ birthName: "Durand", sex: "female" }), reason: "Suivi de plaie" },
  ]);
  expect(button("Déplacer ou modifier")).toBeTruthy();
});

it("keeps nothing of one practitioner for the next [A51]", async () => {
  agenda(visit({ waiting: 1 }));
  server.on("POST /api/sign-out", {});
  await open("/teleconsultation");
  await press("Se déconnecter");
  expect(text()).not.toContain("DURAND");
});
