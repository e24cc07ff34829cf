import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeTrack } from "../call/fakes/peer_connection.ts";
import { settle } from "./page.ts";
import { DOCTOR, door, FakeMeeting, ME, START, Visitor } from "./visitor.ts";

vi.mock("../../../pwa/call/meeting_seat.ts", () => ({ MeetingSeat: FakeMeeting }));

const HOUR = 3_600_000;

beforeEach(() => {
  vi.stubEnv("TZ", "Europe/Paris");
  vi.useFakeTimers();
  sessionStorage.clear();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("the door", () => {
  it("before the slot says when it opens, counts by the server's clock, and opens by itself [S31] [F24]", async () => {
    const now = START - 17 * 60_000;
    const page = await new Visitor(door({}, { state: "early", now })).open();
    expect(page.heading).toBe("Votre rendez-vous avec le Dr Anaïs Morel est aujourd’hui à 14\u00a0h\u00a000");
    expect(page.text).toContain("Le lien s’ouvrira à 13\u00a0h\u00a045.");
    expect(page.text).toContain("Encore 2 min");
    expect(page.buttons).toEqual(["Tester mon matériel"]);
    page.answers.peek = door({}, { now: now + 120_000 });
    await settle(119_000);
    expect(page.text).toContain("Encore 1 s");
    await settle(3_000);
    expect(page.heading).toBe("Téléconsultation avec le Dr Anaïs Morel");
    expect(page.buttons).toEqual(["Entrer en salle d'attente", "Tester mon matériel"]);
  });

  it("names the day of another day, and the hour of the hospital for who is elsewhere [S31] [F58]", async () => {
    const page = await new Visitor(
      door({ timeZone: "Indian/Reunion" }, { state: "early", now: START - 50 * HOUR }),
    ).open();
    expect(page.heading).toMatch(/est le lundi 23 novembre à 17\u00a0h\u00a000/);
    expect(page.text).toContain("Encore 2 jours");
  });

  it("follows an appointment that was moved while its link was open [S31]", async () => {
    const now = START - 3 * HOUR;
    const page = await new Visitor(door({}, { state: "early", now })).open();
    const later = { startAt: START + HOUR, opensAt: START + HOUR - 900_000, now: now + 300_000 };
    page.answers.peek = door({}, { state: "early", ...later });
    await settle(301_000);
    expect(page.text).toContain("Le lien s’ouvrira à 14\u00a0h\u00a045.");
  });

  it("after the slot says so, and whom to call [S31]", async () => {
    const page = await new Visitor(door({}, { state: "over", now: START + 2 * HOUR })).open();
    expect(page.heading).toBe("Ce rendez-vous est passé");
    expect(page.text).toContain("le secrétariat, 02 40 00 00 00");
    expect(page.root.querySelector("a")?.getAttribute("href")).toBe("tel:0240000000");
    expect(page.buttons).toEqual([]);
  });

  it.each([
    ["cancelled", "Ce rendez-vous a été annulé", "Il était prévu aujourd’hui à 14\u00a0h\u00a000"],
    ["finished", "La consultation est terminée", "Elle a eu lieu aujourd’hui avec le Dr Anaïs Morel."],
  ] as const)(
    "of a visit that is %s says so and whom to call, without a word of a telephone call [S31]",
    async (ended, heading, text) => {
      const page = await new Visitor(door({ ended }, { state: "over" })).open();
      expect(page.heading).toBe(heading);
      expect(page.text).toContain(text);
      expect(page.text).toContain("le secrétariat, 02 40 00 00 00");
      expect(page.text).not.toContain("Restez au téléphone");
      expect(page.buttons).toEqual([]);
      await settle(600_000);
      expect(page.asked).toEqual(["peek"]);
    },
  );

  it("of a visit that ended while the page was in it says so after a reload, and enters no more [F35]", async () => {
    const before = await new Visitor().sitDown();
    before.meeting.options.onEnd({ how: "finished", reason: "hung-up" });
    const page = await new Visitor(door({ ended: "finished" }, { state: "over" }), "/j").open();
    expect(page.heading).toBe("La consultation est terminée");
    const lost = await new Visitor(door(), "/j").open();
    lost.answers.enter = { code: "link-expired", status: 410 };
    lost.answers.peek = door({}, { state: "over", now: START + 2 * HOUR });
    await lost.press("Entrer en salle d'attente");
    expect(lost.heading).toBe("Ce rendez-vous est passé");
  });

  it("consumes nothing and asks for no device [A15] [R4]", async () => {
    const page = await new Visitor().open();
    expect(page.asked).toEqual(["peek"]);
    expect(page.cameras.asked).toEqual([]);
    expect(page.server.sockets).toEqual([]);
  });

  it("that the server closed meanwhile says the time instead [S31]", async () => {
    const page = await new Visitor().open();
    page.answers.enter = { code: "slot-over", status: 410 };
    page.answers.peek = door({}, { state: "over", now: START + 2 * HOUR });
    await page.press("Entrer en salle d'attente");
    expect(page.heading).toBe("Ce rendez-vous est passé");
  });

  it("tries again by itself while the network is away [F35]", async () => {
    const page = await new Visitor().open();
    page.answers.enter = null;
    await page.press("Entrer en salle d'attente");
    expect(page.heading).toBe("Pas de connexion");
    page.answers.enter = { seatToken: "seat", answered: false };
    await settle(3_000);
    expect(page.heading).toBe("Avant la consultation");
  });
});

describe("the questions", () => {
  it("come before camera, microphone and socket: consent first, then place, number, company [R4] [R6] [R7]", async () => {
    const page = await new Visitor().open();
    await page.press("Entrer en salle d'attente");
    expect(page.heading).toBe("Avant la consultation");
    expect(page.buttons).toEqual(["J’accepte", "Je refuse"]);
    expect(page.cameras.asked).toEqual([]);
    await page.press("J’accepte");
    await page.write("12 rue des Lilas, Nantes");
    await page.write("06 39 98 00 01");
    await page.press("Oui, quelqu’un");
    await page.write("Anne, ma fille");
    const [, answer] = page.requests.find(([action]) => action === "intake") ?? [];
    expect(answer).toEqual({
      seatToken: "seat",
      consent: true,
      consentBy: "patient",
      place: "12 rue des Lilas, Nantes",
      callbackPhone: "06 39 98 00 01",
      present: "Anne, ma fille",
    });
    expect(page.cameras.asked.length).toBeGreaterThan(0);
  });

  it("say beside the field what is missing, and keep what was written [R6]", async () => {
    const page = await new Visitor().open();
    await page.press("Entrer en salle d'attente");
    await page.press("J’accepte");
    await page.write(" ");
    expect(page.text).toContain("Écrivez une adresse, même approximative.");
    await page.write("Nantes");
    await page.write("06 39");
    expect(page.text).toContain("Écrivez le numéro de téléphone en entier.");
    await page.press("Revenir");
    expect(page.root.querySelector("input")?.value).toBe("Nantes");
  });

  it("come back to a number that the server cannot call [R6]", async () => {
    const page = new Visitor();
    page.answers.intake = { code: "phone-premium", status: 400 };
    await page.open();
    await page.press("Entrer en salle d'attente");
    await page.press("J’accepte");
    await page.write("Nantes");
    await page.write("0899 00 00 00");
    await page.press("Non, personne");
    expect(page.heading).toBe("À quel numéro vous rappeler\u00a0?");
    expect(page.text).toContain("Ce numéro ne peut pas être rappelé.");
  });

  it("refused: what follows is said, asked for again, and the visit ends there with the reason [R4]", async () => {
    const page = await new Visitor().open();
    await page.press("Entrer en salle d'attente");
    await page.press("Je refuse");
    expect(page.text).toContain("La consultation par vidéo n’aura pas lieu, et le Dr Anaïs Morel le saura.");
    expect(page.asked).not.toContain("intake");
    const reason = page.root.querySelector("textarea");
    if (reason) reason.value = "Je préfère venir";
    await page.press("Confirmer le refus");
    const [, answer] = page.requests.find(([action]) => action === "intake") ?? [];
    expect(answer).toMatchObject({ consent: false, refusalReason: "Je préfère venir" });
    expect(page.heading).toBe("La téléconsultation est refusée");
    expect(page.text).toContain("le secrétariat");
    expect(page.cameras.asked).toEqual([]);
  });

  it("asked of staff are about the patient, and say who answered [R4] [R7]", async () => {
    const page = await new Visitor(door({ role: "telepresenter", participantName: "Yann Kerbrat" })).open();
    await page.press("Entrer en salle d'attente");
    await page.press("Le patient accepte");
    expect(page.heading).toBe("Où est le patient en ce moment\u00a0?");
    await page.write("Résidence des Chênes, chambre 12");
    await page.write("02 40 11 11 11");
    expect(page.root.querySelector("input")?.value).toBe("Yann Kerbrat");
    await page.press("Continuer");
    const [, answer] = page.requests.find(([action]) => action === "intake") ?? [];
    expect(answer).toMatchObject({ consentBy: "Yann Kerbrat", present: "Yann Kerbrat" });
  });

  it("are not asked again once they are answered [R4]", async () => {
    const page = await new Visitor(door({ needsIntake: false })).open();
    await page.press("Entrer en salle d'attente");
    expect(page.asked).toEqual(["peek", "enter"]);
    expect(page.meeting.deeds).toEqual(["start"]);
  });
});

describe("camera and microphone", () => {
  it("are asked for by one question [C12]", async () => {
    const page = await new Visitor().sitDown();
    expect(page.cameras.asked).toHaveLength(1);
    expect(page.cameras.asked[0]).toMatchObject({ video: { facingMode: { ideal: "user" } } });
    expect(page.meeting.camera?.readyState).toBe("live");
    expect(page.meeting.microphone?.readyState).toBe("live");
  });

  it("without a camera say what is missing and go on with the voice [F25] [C13]", async () => {
    const page = new Visitor(door({ needsIntake: false }));
    page.cameras.faults.push(...Array<string>(20).fill("NotFoundError"));
    await page.open();
    await page.press("Entrer en salle d'attente");
    await settle(4_000);
    expect(page.heading).toBe("Il manque l’image");
    expect(page.text).toContain("Aucun appareil photo trouvé.");
    expect(page.meeting.deeds.filter((deed) => deed.startsWith("report"))).toEqual([
      "report camera-failed missing",
    ]);
    await page.press("Continuer sans image");
    await page.roster(ME, DOCTOR);
    expect(page.heading).toBe("Vous êtes en salle d’attente");
    expect(page.text).toContain("Aucun appareil photo trouvé.");
    expect(page.meeting.microphone?.readyState).toBe("live");
    expect(page.meeting.camera).toBe(null);
  });

  it("without a microphone show how to allow it, and come back without a reload [F25]", async () => {
    const page = new Visitor(door({ needsIntake: false }));
    page.soundFault = "NotAllowedError";
    await page.open();
    await page.press("Entrer en salle d'attente");
    expect(page.heading).toBe("Il manque le son");
    expect(page.text).toContain("Le micro est bloqué.");
    expect(page.meeting.deeds).toContain("report microphone-failed refused");
    expect(page.root.querySelectorAll("li svg").length).toBeGreaterThan(1);
    page.soundFault = undefined;
    await page.press("Réessayer");
    expect(page.heading).toBe("Vous êtes en salle d’attente");
  });

  it("that are allowed only after one has left stay off [C14]", async () => {
    const page = new Visitor(door({ needsIntake: false }));
    let allow: (stream: unknown) => void = () => undefined;
    const asking = () => new Promise((resolve) => (allow = resolve));
    Object.assign(page.cameras, { getUserMedia: asking });
    await page.open();
    await page.press("Entrer en salle d'attente");
    page.meeting.options.onEnd({ how: "finished", reason: "hung-up" });
    const [picture, sound] = [new FakeTrack("video"), new FakeTrack("audio")];
    allow({ getVideoTracks: () => [picture], getAudioTracks: () => [sound] });
    await settle();
    expect([picture.readyState, sound.readyState]).toEqual(["ended", "ended"]);
  });

  it("are switched off for good at the end [C14]", async () => {
    const page = await new Visitor().sitDown();
    await page.press("Quitter");
    expect(page.cameras.openDevice).toBe(null);
    expect(page.sound?.readyState).toBe("ended");
    expect(page.meeting.deeds).toContain("leave");
  });
});

describe("the waiting room", () => {
  it("names the doctor, tells one's place in time, and shows the doctor's words", async () => {
    const page = await new Visitor().sitDown();
    expect(page.text).toContain("Le Dr Anaïs Morel est là et va vous faire entrer.");
    expect(page.text).toContain("Rendez-vous de 14\u00a0h\u00a000. Vous attendez depuis moins d’une minute.");
    await settle(130_000);
    expect(page.text).toContain("Vous attendez depuis 2 min.");
    const said = {
      t: "said",
      id: "1",
      sender: "doctor",
      name: "Dr Morel",
      text: "J’arrive",
      at: START,
    } as const;
    page.meeting.options.onSaid(said);
    page.meeting.options.onSaid(said);
    expect(page.root.querySelector("[role=log]")?.textContent).toBe("Dr Morel J’arrive");
    await page.roster(ME, { ...DOCTOR, present: false });
    expect(page.text).toContain("Le Dr Anaïs Morel saura que vous attendez dès son arrivée.");
  });

  it("a drop of the network loses no place, and says so [F6]", async () => {
    const page = await new Visitor().sitDown();
    page.meeting.options.onSocket("down");
    expect(page.text).toContain("Votre place est gardée");
    page.meeting.options.onSocket("open");
    expect(page.text).not.toContain("Votre place est gardée");
  });

  it("a reload goes back to it by itself [F35]", async () => {
    await new Visitor().sitDown();
    const page = new Visitor(door({ needsIntake: false }), "/j");
    await page.open();
    await page.roster(ME, DOCTOR);
    expect(page.heading).toBe("Vous êtes en salle d’attente");
  });

  it("who is not let in reads why, shows nothing any more, and is let in all the same if the doctor wishes [C14]", async () => {
    const page = await new Visitor().sitDown();
    await page.roster({ ...ME, status: "declined", reason: "Urgence, rappelez demain" }, DOCTOR);
    expect(page.heading).toBe("Le Dr Anaïs Morel ne peut pas vous faire entrer");
    expect(page.root.querySelector("blockquote")?.textContent).toBe("Urgence, rappelez demain");
    expect(page.cameras.openDevice).toBe(null);
    await page.roster({ ...ME, status: "admitted" }, DOCTOR);
    expect(page.buttons).toContain("Raccrocher");
    expect(page.meeting.camera?.readyState).toBe("live");
  });
});

describe("the call", () => {
  async function call(change = {}): Promise<Visitor> {
    const page = new Visitor(door(change));
    await page.sitDown();
    await page.roster({ ...ME, status: "admitted" }, DOCTOR);
    return page;
  }

  it("has the words of the screens, and plays the others with their sound [F30]", async () => {
    const page = await call();
    expect(page.buttons).toEqual(
      expect.arrayContaining(["Micro", "Caméra", "Changer de caméra", "Raccrocher", "Messages"]),
    );
    page.meeting.options.onStream("doctor", new MediaStream([]));
    page.meeting.options.onLink("doctor", "live");
    const theirs = page.root.querySelector<HTMLVideoElement>(".tile video");
    const own = page.root.querySelector<HTMLVideoElement>(".own video");
    expect([theirs?.muted, own?.muted]).toEqual([false, true]);
    expect(theirs?.srcObject).toBeTruthy();
    expect(page.text).toContain("Bonne connexion");
  });

  it("« Micro » sends silence at once, « Caméra » puts its light out [C14]", async () => {
    const page = await call();
    const pressed = (name: string) =>
      [...page.root.querySelectorAll("button")]
        .find(({ textContent }) => textContent === name)
        ?.getAttribute("aria-pressed");
    expect([pressed("Micro"), pressed("Caméra")]).toEqual(["true", "true"]);
    await page.press("Micro");
    await page.press("Caméra");
    expect([page.meeting.microphone, page.meeting.camera]).toEqual([null, null]);
    expect(page.cameras.openDevice).toBe(null);
    expect([pressed("Micro"), pressed("Caméra")]).toEqual(["false", "false"]);
    await page.press("Micro");
    await page.press("Caméra");
    expect(page.meeting.microphone?.readyState).toBe("live");
    expect(page.meeting.camera?.readyState).toBe("live");
  });

  it("« Changer de caméra » shows the other side [C18]", async () => {
    const page = await call();
    expect(page.cameras.openDevice).toBe("front");
    await page.press("Changer de caméra");
    expect(page.cameras.openDevice).toBe("main");
  });

  it("lays out two to four, and each keeps its picture when somebody comes or goes", async () => {
    const page = await call();
    const anne = { ...DOCTOR, id: "anne", role: "companion", name: "Anne" } as const;
    const video = page.root.querySelector(".tile video");
    await page.roster({ ...ME, status: "admitted" }, anne, DOCTOR);
    expect(page.root.querySelector<HTMLElement>(".tiles")?.dataset.count).toBe("2");
    expect(page.root.querySelector(".tile video")).toBe(video);
    await page.roster({ ...ME, status: "admitted" }, { ...anne, present: false }, DOCTOR);
    expect(page.root.querySelectorAll(".tile")).toHaveLength(1);
  });

  it("says that the practitioner looks closer, as long as the picture is shown", async () => {
    const page = await call();
    const sentence = "Le Dr Anaïs Morel regarde votre image de plus près";
    expect(page.text).not.toContain(sentence);
    await page.roster({ ...ME, status: "admitted", pictureMode: "detail" }, DOCTOR);
    expect(page.text).toContain(sentence);
    await page.press("Caméra");
    expect(page.text).not.toContain(sentence);
    await page.press("Caméra");
    await page.roster({ ...ME, status: "admitted", pictureMode: "motion" }, DOCTOR);
    expect(page.text).not.toContain(sentence);
  });

  it("offers one big button when the browser plays nothing without a tap [F38]", async () => {
    const refused = () => Promise.reject(new DOMException("", "NotAllowedError"));
    const play = vi.spyOn(HTMLMediaElement.prototype, "play").mockImplementation(refused);
    const page = await call();
    page.meeting.options.onStream("doctor", new MediaStream([]));
    await settle();
    const big = page.root.querySelector<HTMLElement>(".play");
    expect(big?.hidden).toBe(false);
    play.mockImplementation(async () => undefined);
    await page.press("Toucher pour voir et entendre");
    expect(big?.hidden).toBe(true);
  });

  it("counts messages that have not been read, and sends one's own", async () => {
    const page = await call();
    page.meeting.options.onSaid({
      t: "said",
      id: "1",
      sender: "doctor",
      name: "Dr",
      text: "Bonjour",
      at: START,
    });
    expect(page.root.querySelector(".unread")?.textContent).toBe("1");
    await page.press("Messages1");
    expect(page.root.querySelector(".unread")?.textContent).toBe("");
    const input = page.root.querySelector("input");
    if (input) input.value = "Bonjour docteur";
    await page.press("Envoyer");
    expect(page.meeting.deeds).toContain("say Bonjour docteur");
  });

  it("tells a lost path plainly, and keeps the picture [F6]", async () => {
    const page = await call();
    page.meeting.options.onStream("doctor", new MediaStream([]));
    page.meeting.options.onLink("doctor", "lost");
    expect(page.text).toContain("Connexion perdue, elle revient…");
    expect(page.text).toContain("Reconnexion…");
    expect(page.root.querySelector<HTMLVideoElement>(".tile video")?.srcObject).toBeTruthy();
  });

  it.each([
    [{ how: "finished", reason: "hung-up" }, "La consultation est terminée"],
    [{ how: "finished", reason: "cancelled" }, "Ce rendez-vous a été annulé"],
    [{ how: "replaced", reason: "" }, "La consultation continue sur un autre appareil"],
  ] as const)("%o ends with the camera off and says what happened [C14] [A18]", async (end, heading) => {
    const page = await call();
    page.meeting.options.onEnd({ ...end });
    await settle();
    expect(page.heading).toBe(heading);
    expect(page.cameras.openDevice).toBe(null);
    expect(page.sound?.readyState).toBe("ended");
  });

  it("« Raccrocher » leaves, and leads back while the door is open [C10]", async () => {
    const page = await call({ needsIntake: true });
    await page.press("Raccrocher");
    expect(page.heading).toBe("Vous avez quitté la consultation");
    await page.press("Revenir en salle d’attente");
    await page.roster(ME, DOCTOR);
    expect(page.heading).toBe("Vous êtes en salle d’attente");
    expect(page.asked.filter((action) => action === "intake")).toHaveLength(1);
  });

  it("keeps the picture of who dropped from the server only [F3]", async () => {
    const page = await call();
    page.meeting.options.onStream("doctor", new MediaStream([]));
    await page.roster({ ...ME, status: "admitted" }, { ...DOCTOR, present: false });
    expect(page.root.querySelectorAll(".tile")).toHaveLength(1);
    page.meeting.options.onStream("doctor", null);
    await settle();
    expect(page.root.querySelectorAll(".tile")).toHaveLength(0);
  });

  it("goes on when the camera is unplugged, says so, and « Caméra » tries again [F28]", async () => {
    const page = await call();
    page.cameras.faults.push(...Array<string>(20).fill("NotFoundError"));
    page.cameras.lastTrack?.stop();
    page.cameras.lastTrack?.onended?.();
    await settle(4_000);
    expect(page.buttons).toContain("Raccrocher");
    expect(page.text).toContain("Aucun appareil photo trouvé.");
    expect(page.meeting.camera).toBe(null);
    page.cameras.faults.length = 0;
    await page.press("Caméra");
    expect(page.meeting.camera?.readyState).toBe("live");
    expect(page.text).not.toContain("Aucun appareil photo trouvé.");
  });

  it("opens again what the system stopped while the page was away [F32]", async () => {
    const page = await call();
    page.cameras.lastTrack?.stop();
    document.dispatchEvent(new Event("visibilitychange"));
    await settle();
    expect(page.meeting.camera?.readyState).toBe("live");
  });
});

describe("a second camera", () => {
  const DOORS = {
    participantId: "c",
    link: "https://visio.example/j#T",
    code: "ABC234",
    qrSvg: "<svg/>",
    deliveries: [],
  };

  async function inCall(change = {}): Promise<Visitor> {
    const page = await new Visitor(door(change)).sitDown();
    await page.roster({ ...ME, status: "admitted" }, DOCTOR);
    return page;
  }

  it("is offered in the call by a code to scan, asked for once", async () => {
    const page = await inCall();
    page.answers.camera = DOORS;
    await page.press("Ajouter une caméra");
    expect(page.root.querySelector<HTMLImageElement>("img.qr")?.src).toContain("data:image/svg+xml");
    expect(page.text).toContain("ouvrez visio.example/j et tapez ABC234");
    await page.press("Ajouter une caméra"); // puts it away
    await page.press("Ajouter une caméra");
    expect(page.asked.filter((action) => action === "camera")).toHaveLength(1);
  });

  it("that cannot be had is said, and may be asked for again", async () => {
    const page = await inCall();
    page.answers.camera = { code: "too-many-guests", status: 409 };
    await page.press("Ajouter une caméra");
    expect(page.text).toContain("Le code n’a pas pu être préparé.");
    await page.press("Ajouter une caméra"); // puts it away
    page.answers.camera = DOORS;
    await page.press("Ajouter une caméra");
    expect(page.text).not.toContain("Le code n’a pas pu être préparé.");
    expect(page.text).toContain("ABC234");
  });

  it("is not offered to an interpreter, who is somewhere else", async () => {
    const page = new Visitor(door({ role: "interpreter", needsIntake: false }));
    await page.open();
    await page.press("Entrer en salle d'attente");
    await page.roster({ ...ME, role: "interpreter", status: "admitted" }, DOCTOR);
    expect(page.buttons).toContain("Raccrocher");
    expect(page.buttons).not.toContain("Ajouter une caméra");
  });

  it("of ours has a tile that says what it is", async () => {
    const page = await inCall();
    const phone = {
      ...DOCTOR,
      id: "phone",
      role: "camera",
      name: "Jeanne Petit",
      microphone: false,
    } as const;
    await page.roster({ ...ME, status: "admitted" }, DOCTOR, phone);
    const names = [...page.root.querySelectorAll(".tile figcaption")].map(({ textContent }) => textContent);
    expect(names).toEqual(["Dr Anaïs Morel", "Deuxième caméra"]);
  });

  it("never asks for a microphone, and shows its own picture only [A66]", async () => {
    const page = await new Visitor(door({ role: "camera", needsIntake: false })).open();
    await page.press("Montrer ma caméra");
    const camera = { ...ME, role: "camera", status: "admitted" } as const;
    await page.roster(camera, DOCTOR);
    page.meeting.options.onStream("doctor", new MediaStream([]));
    page.meeting.options.onLink("doctor", "live");
    await settle();
    expect(page.cameras.asked.every(({ audio }) => audio === false)).toBe(true);
    expect(page.cameras.openDevice).toBe("wide");
    expect(page.meeting.microphone).toBe(null);
    expect(page.root.querySelectorAll("video")).toHaveLength(1);
    expect(page.text).toContain("Le Dr Anaïs Morel voit cette image. Le son reste coupé.");
    expect(page.buttons).toEqual(["Changer de caméra", "Arrêter"]);
    await page.roster({ ...camera, pictureMode: "detail" }, DOCTOR);
    expect(page.text).toContain("Le Dr Anaïs Morel regarde votre image de plus près");
  });
});
