import { describe, expect, it } from "vitest";
import en from "../../../static/locales/pro.en.json";
import fr from "../../../static/locales/pro.fr.json";
import { STEPS } from "./steps.ts";

const french: Record<string, string> = fr;
const english: Record<string, string> = en;

/** The names between braces, each once. */
function places(text: string): string {
  const names = [...text.matchAll(/\{(\w+)[,}]/g)].map(([, name]) => name);
  return [...new Set(names)].sort().join(" ");
}

it("French and English hold the same keys", () => {
  expect(Object.keys(english).sort()).toEqual(Object.keys(french).sort());
});

it("texts of both languages have the same places for values, and none is empty", () => {
  const uneven = Object.keys(french).filter((key) => {
    const [here = "", there = ""] = [french[key], english[key]];
    return !here || !there || places(here) !== places(there);
  });
  expect(uneven).toEqual([]);
});

describe("every step of the join timeline", () => {
  it.each(STEPS)("%s has a label [S65]", (step) => {
    expect(french[`step.${step}`]).toBeTruthy();
  });
});

it("a mark never hangs alone on the next line: no-break spaces before it, except in exact names", () => {
  const names = ["footer.help", "help.title"];
  const loose = Object.entries(french).filter(
    ([key, text]) => / [?!:;»%]|« /.test(text) && !names.includes(key),
  );
  expect(loose).toEqual([]);
});

it("the words that people and tests look for are those of the leaflets", () => {
  const exact: Record<string, string> = {
    "sign-in.username": "Identifiant",
    "sign-in.password": "Mot de passe",
    "sign-in.ask-code": "Recevoir mon code",
    "sign-in.code": "Code reçu",
    "sign-in.submit": "Se connecter",
    "kiosk.dispatch": "Visiorégulation",
    "kiosk.teleconsultation": "Téléconsultation",
    "agenda.title": "Mes téléconsultations",
    "agenda.new": "Nouveau rendez-vous",
    "agenda.immediate": "Téléconsultation immédiate",
    "immediate.call": "Appeler",
    "meeting.microphone": "Micro",
    "meeting.camera": "Caméra",
    "meeting.invite": "Inviter un participant",
    "invite.phone": "Téléphone mobile",
    "invite.email": "Adresse e-mail",
    "invite.launch": "Lancer l'invitation",
    "invite.qr": "Afficher un QR code",
    "invite.resend": "Renvoyer",
    "invite.cancel": "Annuler",
    "call.hang-up": "Raccrocher",
    "call.own-camera-on": "Activer ma caméra",
    "call.switch-camera": "Changer de caméra",
    "call.freeze": "Figer",
    "footer.incident": "Signaler un incident",
    "footer.help": "Une question ?",
    "footer.accessibility": "Accessibilité",
  };
  for (const [key, words] of Object.entries(exact)) expect(french[key]).toBe(words);
});
