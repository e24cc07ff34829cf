import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { draftFaults, draftOf, emptyDraft, fieldOf, slotOf } from "../../../pwa/pro/visits/draft.ts";
import type { AppointmentRequest } from "../../../pwa/protocol.ts";
import { button, choose, description, field, leave, open, press, settle, text, type } from "./screen.ts";
import { IDENTITY, PRACTITIONER, plugIn, type Server, visit } from "./stand.ts";

let server: Server;

beforeEach(() => {
  server = plugIn()
    .on("GET /api/session", { body: PRACTITIONER })
    .on("GET /api/appointments", { body: { appointments: [], hasMore: false, deskToken: "desk" } })
    .on("POST /api/appointments", { status: 201, body: visit() })
    .on("GET /api/appointments/visit1", { body: visit() })
    .on("PUT /api/appointments/visit1", { body: visit({ version: 2 }) });
});

afterEach(leave);

async function identify(): Promise<void> {
  await type("Nom de naissance", "Durand");
  await type("Prénoms de naissance", "Jeanne Marie");
  await type("Date de naissance", "12/03/1948");
  await type("Lieu de naissance (code INSEE)", "44109");
  await choose("Féminin");
}

const sent = () => server.bodies("/api/appointments").filter(Boolean) as AppointmentRequest[];

it("makes an appointment from identity, contact, channel and slot [S21 S22 S23 S25 S27 R10]", async () => {
  await open("/teleconsultation/new");
  await identify();
  await type("Téléphone mobile", "06 12 34 56 78");
  await choose("SMS");
  await press("Créer le rendez-vous");
  expect(sent()).toHaveLength(1);
  expect(sent()[0]).toMatchObject({
    patient: {
      birthName: "Durand",
      birthFirstNames: "Jeanne Marie",
      birthDate: "1948-03-12",
      sex: "female",
      birthPlaceCode: "44109",
      identityStatus: "provisional",
    },
    phone: "06 12 34 56 78",
    channel: "sms",
    language: "fr",
    contactRole: "patient",
    acceptsOverlap: false,
  });
  const [request] = sent();
  expect((request?.endAt ?? 0) - (request?.startAt ?? 0)).toBe(20 * 60_000);
  expect(location.pathname).toBe("/teleconsultation");
});

it("sends the messages in the language that was chosen, and keeps it when the appointment is changed", async () => {
  await open("/teleconsultation/new");
  await identify();
  await type("Téléphone mobile", "06 12 34 56 78");
  await choose("SMS");
  await choose("anglais");
  await press("Créer le rendez-vous");
  expect(sent()[0]).toMatchObject({ language: "en" });
  const { draftOf, requestOf } = await import("../../../pwa/pro/visits/draft.ts");
  expect(requestOf(draftOf(visit({ language: "en" })), 1, false).language).toBe("en");
});

it("says that it is made, its link one press away and nothing in the way [S30]", async () => {
  await open("/teleconsultation/new");
  await identify();
  await type("Téléphone mobile", "06 12 34 56 78");
  server.on("GET /api/appointments", {
    body: { appointments: [visit()], hasMore: false, deskToken: "desk" },
  });
  await press("Créer le rendez-vous");
  expect(text()).toContain("Rendez-vous créé");
  expect(document.querySelector("dialog")).toBeNull();
  await press("Voir le lien et le code");
  expect(text()).toContain("K7M4QP");
});

it("gives the leaflet's advice on the channel and says that the patient clicks the link [S11 S12 S28 S29 S30 S44]", async () => {
  await open("/teleconsultation/new");
  expect(text()).toContain("conseillé pour un ordinateur ou une tablette");
  expect(text()).toContain("conseillé pour un smartphone");
  expect(text()).toContain("cliquer sur le lien");
  expect(text()).toContain("câble, Wi-Fi ou 4G");
});

it("says beside each field what is missing, focuses the first, and keeps what was typed [R10]", async () => {
  await open("/teleconsultation/new");
  await type("Nom de naissance", "Durand");
  await press("Créer le rendez-vous");
  await new Promise((resolve) => requestAnimationFrame(resolve));
  expect(description("Prénoms de naissance")).toContain("Saisissez les prénoms");
  expect(description("Date de naissance")).toContain("12/03/1948");
  expect(description("Téléphone mobile")).toContain("mobile ou une adresse");
  expect(document.activeElement).toBe(field("Prénoms de naissance"));
  expect(field("Nom de naissance").value).toBe("Durand");
  expect(sent()).toEqual([]);
});

it("puts the server's refusal beside its field [S23]", async () => {
  server.problem("POST /api/appointments", { code: "phone-landline", status: 400, field: "phone" });
  await open("/teleconsultation/new");
  await identify();
  await type("Téléphone mobile", "02 40 08 33 33");
  await press("Créer le rendez-vous");
  expect(description("Téléphone mobile")).toContain("numéro fixe");
  expect(field("Nom de naissance").value).toBe("Durand");
});

it("warns of two visits at once, and makes the second when told so", async () => {
  server.problem("POST /api/appointments", { code: "appointment-overlap", status: 409 });
  await open("/teleconsultation/new");
  await identify();
  await type("Adresse e-mail", "jeanne@example.fr");
  await press("Créer le rendez-vous");
  expect(text()).toContain("déjà une téléconsultation à cette heure");
  server.on("POST /api/appointments", { status: 201, body: visit() });
  await press("Enregistrer quand même");
  expect(sent().map(({ acceptsOverlap }) => acceptsOverlap)).toEqual([false, true]);
});

it("begins now on demand [S26]", async () => {
  await open("/teleconsultation/new");
  await identify();
  await type("Téléphone mobile", "0612345678");
  await press("Maintenant");
  await press("Créer le rendez-vous");
  const age = Date.now() - (sent()[0]?.startAt ?? 0);
  expect(age).toBeGreaterThanOrEqual(0);
  expect(age).toBeLessThan(60_000);
});

it("asks for the professional's name, and advises against a smartphone [S24 R33]", async () => {
  await open("/teleconsultation/new");
  await identify();
  await choose("Un professionnel de la structure");
  await choose("SMS");
  await type("Téléphone mobile", "0612345678");
  expect(text()).toContain("pas un smartphone");
  await press("Créer le rendez-vous");
  expect(description("Nom du professionnel")).toContain("Saisissez le nom");
  await type("Nom du professionnel", "Paul Martin");
  await press("Créer le rendez-vous");
  expect(sent()[0]).toMatchObject({ contactRole: "professional", contactName: "Paul Martin" });
});

it("keeps what was typed when the server does not answer, and through another page [F7]", async () => {
  server.on("POST /api/appointments", "silence");
  await open("/teleconsultation/new");
  await identify();
  await type("Téléphone mobile", "0612345678");
  await press("Créer le rendez-vous");
  expect(text()).toContain("Le serveur ne répond pas");
  const { navigate } = await import("../../../pwa/pro/route.ts");
  navigate("/");
  await settle();
  navigate("/teleconsultation/new");
  await settle();
  expect(field("Nom de naissance").value).toBe("Durand");
});

it("finds who was seen before, by birth date, and takes the identity over [R13]", async () => {
  await open("/teleconsultation/new");
  server.on("GET /api/appointments?search=1948-03-12", {
    body: { appointments: [visit()], hasMore: false, deskToken: "desk" },
  });
  await type("Nom de naissance", "dur");
  await type("Date de naissance", "12031948");
  expect(text()).toContain("Déjà reçu avec cette date de naissance");
  await press("Reprendre cette identité");
  expect(field("Prénoms de naissance").value).toBe("JEANNE MARIE");
  expect(field("Lieu de naissance (code INSEE)").value).toBe("44109");
});

it("moves an appointment with its version, its identity untouched [S25]", async () => {
  const qualified = { ...IDENTITY, identityStatus: "qualified" as const, insNumber: "248034410900155" };
  server.on("GET /api/appointments/visit1", { body: visit({ patient: qualified }) });
  await open("/teleconsultation/visit1/change");
  expect(field("Nom de naissance").value).toBe("DURAND");
  await type("Date", "15/01/2027");
  await type("Début", "9h30");
  expect(text().toLowerCase()).toContain("vendredi 15 janvier 2027, de 09:30 à 09:50");
  await press("Enregistrer et prévenir");
  expect(server.bodies("/api/appointments/visit1").filter(Boolean)).toEqual([
    expect.objectContaining({
      version: 1,
      startAt: Date.parse("2027-01-15T08:30:00Z"),
      patient: expect.objectContaining({ identityStatus: "qualified", insNumber: "248034410900155" }),
    }),
  ]);
});

it("offers by hand no status that only the INSi service gives [R11]", async () => {
  await open("/teleconsultation/new");
  const options = [...(field("Statut de l'identité") as unknown as HTMLSelectElement).options];
  expect(options.map(({ textContent }) => textContent)).toEqual(["Identité provisoire", "Identité validée"]);
  expect(button("Créer le rendez-vous")).toBeTruthy();
});

describe("the slot", () => {
  const now = Date.parse("2026-11-23T10:07:00Z");
  const draft = { ...emptyDraft(now), birthName: "x" };

  it("is proposed on the next quarter of an hour", () => {
    expect(slotOf(draft)?.startAt).toBe(Date.parse("2026-11-23T10:15:00Z"));
  });

  it("is meant by the clock of people in France, in summer and in winter, whatever the workstation's [S25]", () => {
    expect(slotOf({ ...draft, day: "01/07/2026", time: "14:00" })?.startAt).toBe(
      Date.parse("2026-07-01T12:00:00Z"),
    );
    expect(slotOf({ ...draft, day: "01/12/2026", time: "14:00" })?.startAt).toBe(
      Date.parse("2026-12-01T13:00:00Z"),
    );
  });

  it("has no hour that the night in March skips, and the first of the two in October", () => {
    const march = { ...draft, day: "28/03/2027", time: "02:30" };
    expect(slotOf(march)).toBeNull();
    expect(draftFaults(march, now).time).toBe("time-unknown");
    expect(slotOf({ ...draft, day: "25/10/2026", time: "02:30" })?.startAt).toBe(
      Date.parse("2026-10-25T00:30:00Z"),
    );
  });

  it("may not be over already", () => {
    expect(draftFaults({ ...draft, time: "09:00" }, now).time).toBe("slot-past");
  });

  it("comes back to the form as it was", () => {
    const { startAt, endAt } = visit({ startAt: now, endAt: now + 45 * 60_000 });
    expect(slotOf(draftOf(visit({ startAt, endAt })))).toEqual({ startAt, endAt });
  });
});

it.each([
  ["patient.birthDate", "birthDate"],
  ["birth_place_code", "birthPlaceCode"],
  ["startAt", "time"],
  ["endAt", "minutes"],
  ["something", null],
  [null, null],
])("the server's field %s is the form's %s", (name, expected) => {
  expect(fieldOf(name)).toBe(expected);
});
