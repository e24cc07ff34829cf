import { afterEach, beforeEach, expect, it } from "vitest";
import { leave, open, press, text } from "./screen.ts";
import { INTAKE, PRACTITIONER, plugIn, type Server, seatIn, visit } from "./stand.ts";

const TRAINING = visit({ isTraining: true, isImmediate: true, hasRecord: false, patient: null });
const START = "S'entraîner avec un patient fictif";
let server: Server;

beforeEach(() => {
  server = plugIn()
    .on("GET /api/session", { body: PRACTITIONER })
    .on("GET /api/encounters/encounter9/intake", { body: INTAKE })
    .on("GET /api/appointments", { body: { appointments: [TRAINING], hasMore: false, deskToken: "desk" } })
    .on(`GET /api/appointments/${TRAINING.id}`, { body: TRAINING })
    .on(`POST /api/appointments/${TRAINING.id}/seat`, { body: seatIn(TRAINING) });
});

afterEach(leave);

it("opens the call screen of a visit with the virtual patient", async () => {
  server.on("POST /api/training", { body: { appointmentId: TRAINING.id, encounterId: "encounter9" } });
  await open("/teleconsultation");
  await press(START);
  expect(location.pathname).toBe(`/teleconsultation/${TRAINING.id}`);
});

it("says when all virtual patients are busy", async () => {
  server.on("POST /api/training", { status: 503, body: { code: "training-busy", status: 503, detail: "" } });
  await open("/teleconsultation");
  await press(START);
  expect(text()).toContain("Tous les patients fictifs sont occupés");
});

it("never looks like a patient in the agenda", async () => {
  await open("/teleconsultation");
  expect(document.querySelector("article")?.textContent).toContain("Patient fictif");
  expect(document.querySelector("article")?.textContent).toContain("ce n'est pas un vrai patient");
});
