import { afterEach, beforeEach, expect, it } from "vitest";
import type { IncidentReport } from "../../../pwa/protocol.ts";
import { enter, leave, open, press, text, type } from "./screen.ts";
import { DISPATCHER, INVITATION, plugIn, type Server } from "./stand.ts";

let server: Server;

beforeEach(async () => {
  server = plugIn()
    .on("GET /api/session", { body: DISPATCHER })
    .on("GET /api/invitations/current", { body: { invitation: null } })
    .on("POST /api/invitations", { body: INVITATION })
    .on("POST /api/incidents", {});
  await open("/dispatch");
  await type("Téléphone mobile", "06 12 34 56 78");
  await enter("Téléphone mobile");
  await press("Signaler un incident");
});

afterEach(leave);

it("sends the remark with the technical capsule, exactly as shown [S60 S61]", async () => {
  const shown = JSON.parse(document.querySelector("pre")?.textContent ?? "{}") as IncidentReport;
  await type("Que s'est-il passé ?", "Image trop sombre");
  await press("Envoyer le signalement");
  expect(server.bodies("/api/incidents")).toEqual([{ ...shown, remark: "Image trop sombre" }]);
  expect(text()).toContain("Signalement envoyé");
});

it("holds the steps of the call, and no name, number, link, code or token [S60]", async () => {
  await press("Envoyer le signalement");
  const capsule = JSON.stringify(server.bodies("/api/incidents")[0]);
  expect(capsule).toContain("step invitation-created");
  const secrets = [
    "612345678",
    "06 12",
    "token23456",
    "K7M4QP",
    'seat"',
    "Camille",
    "regulateur",
    "samu.example",
  ];
  expect(secrets.filter((secret) => capsule.includes(secret))).toEqual([]);
});

it("says that it could not be sent, and keeps the remark", async () => {
  server.problem("POST /api/incidents", { code: "incident-no-referent", status: 503 });
  await type("Que s'est-il passé ?", "Image trop sombre");
  await press("Envoyer le signalement");
  expect(text()).toContain("pas encore de référent");
  expect(document.querySelector("textarea")?.value).toBe("Image trop sombre");
});
