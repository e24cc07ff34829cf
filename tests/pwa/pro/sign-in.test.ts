import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { button, description, field, hasButton, hasLink, leave, open, press, text, type } from "./screen.ts";
import { DISPATCHER, plugIn, type Server } from "./stand.ts";

const CHALLENGE = { challengeId: "c1", channel: "sms", sentTo: "06 •• •• •• 12", expiresInS: 600 };

let server: Server;

beforeEach(() => {
  server = plugIn()
    .problem("GET /api/session", { code: "not-signed-in", status: 401 })
    .on("GET /api/instance", { body: { demo: true, version: "1.0.0", languages: ["fr"], contact: "" } });
});

afterEach(leave);

async function askForCode(): Promise<void> {
  await type("Identifiant", " regulateur ");
  await type("Mot de passe", "secret");
  await press("Recevoir mon code");
}

it("asks for name and password, then for the code received, then opens the kiosk [S5 S6 S10]", async () => {
  server.on("POST /api/sign-in", { body: CHALLENGE }).on("POST /api/sign-in/code", { body: DISPATCHER });
  await open("/");
  await askForCode();
  expect(server.bodies("/api/sign-in")).toEqual([{ username: "regulateur", password: "secret" }]);
  expect(text()).toContain("06 •• •• •• 12");
  await type("Code reçu", " 123 456 ");
  await press("Se connecter");
  expect(server.bodies("/api/sign-in/code")).toEqual([{ challengeId: "c1", code: "123456" }]);
  expect(hasLink("Visiorégulation")).toBe(true);
});

it("lets phones fill in the code by themselves", async () => {
  server.on("POST /api/sign-in", { body: CHALLENGE });
  await open("/");
  await askForCode();
  expect(field("Code reçu").autocomplete).toBe("one-time-code");
  expect(field("Code reçu").inputMode).toBe("numeric");
  expect(document.activeElement).toBe(field("Code reçu"));
});

it("says the same of a wrong name and of a wrong password [A4]", async () => {
  server.problem("POST /api/sign-in", { code: "sign-in-wrong", status: 401 });
  await open("/");
  await askForCode();
  expect(document.querySelector("[role=alert]")?.textContent).toContain(
    "Identifiant ou mot de passe incorrect.",
  );
  expect(text()).not.toContain("expiré");
});

it("names the field that is empty and goes to it", async () => {
  await open("/");
  await type("Identifiant", "regulateur");
  await press("Recevoir mon code");
  expect(description("Mot de passe")).toContain("Saisissez votre mot de passe");
  expect(document.activeElement).toBe(field("Mot de passe"));
  expect(server.bodies("/api/sign-in")).toEqual([]);
});

it("counts down when there were too many tries", async () => {
  server.problem("POST /api/sign-in", { code: "too-many-sign-ins", status: 429, retryAfterS: 30 });
  await open("/");
  await askForCode();
  expect(text()).toContain("Nouvel essai possible dans 30 secondes");
});

it("keeps the name when the code is given up, and asks for another code only after a while", async () => {
  server.on("POST /api/sign-in", { body: CHALLENGE });
  await open("/");
  await askForCode();
  expect(button("Autre code dans 30 s").getAttribute("aria-disabled")).toBe("true");
  await press("Modifier l'identifiant");
  expect(field("Identifiant").value).toBe(" regulateur ");
});

it("says which browsers to use and to keep the page in the bookmarks [S8 S9]", async () => {
  await open("/");
  expect(text()).toContain("favoris");
  expect(text()).toContain("Google Chrome, Mozilla Firefox ou Safari");
});

it("shows no door that does not exist yet", async () => {
  await open("/");
  expect(text()).not.toMatch(/CPS|Pro Santé Connect|clé d'accès/);
});

it("shows the demonstration banner before anybody signs in", async () => {
  await open("/");
  expect(text()).toContain("Démonstration");
});

it("shows tiles of the account's modules only, and says so when there is none [S10]", async () => {
  server.on("GET /api/session", { body: { ...DISPATCHER, role: "practitioner", modules: [] } });
  await open("/");
  expect(hasLink("Visiorégulation")).toBe(false);
  expect(text()).toContain("Aucun module n'est ouvert pour votre compte");
});

it("does not open a module by its address when the account does not have it", async () => {
  server.on("GET /api/session", { body: { ...DISPATCHER, modules: [] } });
  await open("/dispatch");
  expect(text()).toContain("Cette page n'existe pas");
});

it("has on every page: report, ask, accessibility, version [S43 S60]", async () => {
  for (const path of ["/", "/accessibility", "/nowhere"]) {
    await open(path);
    expect(hasButton("Signaler un incident") && hasButton("Une question ?")).toBe(true);
    expect(hasLink("Accessibilité")).toBe(true);
    expect(text()).toContain("Version 1.0.0");
  }
});

it("tells the state of conformity as it is [R30]", async () => {
  await open("/accessibility");
  expect(text()).toContain("Non encore audité.");
});

it("speaks English on demand, and remembers it", async () => {
  await open("/");
  await press("English");
  await vi.waitFor(() => expect(hasButton("Receive my code")).toBe(true), 5_000);
  expect(document.documentElement.lang).toBe("en");
  expect(localStorage.getItem("chevet-language")).toBe("en");
  await press("Français");
});
