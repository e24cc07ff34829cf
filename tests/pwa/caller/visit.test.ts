import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { DOOR, Page, settle } from "./page.ts";

beforeEach(() => {
  vi.useFakeTimers();
  sessionStorage.clear();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("the link", () => {
  it("says who is calling, has one button, and asks for nothing yet [A15]", async () => {
    const page = await new Page().open();
    expect(page.heading).toBe("Le SAMU 44 vous demande de montrer ce que vous voyez");
    expect(page.buttons).toEqual(["Montrer ma caméra"]);
    expect(page.text).toContain("Votre voix reste sur l’appel téléphonique. Rien n’est enregistré.");
    expect(page.requests.map(([action]) => action)).toEqual(["peek"]);
    expect(page.cameras.asked).toEqual([]);
    expect(page.server.sockets).toEqual([]);
  });

  it("takes its token out of the address bar [A16]", async () => {
    const page = await new Page().open();
    expect(location.hash).toBe("");
    expect(page.requests[0]).toEqual(["peek", { token: "T0KEN" }]);
  });

  it("keeps the token in the address where nothing can be remembered [A16]", async () => {
    const refuse = () => {
      throw new DOMException("refused", "SecurityError");
    };
    vi.stubGlobal("sessionStorage", { getItem: refuse, setItem: refuse, removeItem: refuse });
    await new Page().open();
    expect(location.hash).toBe("#T0KEN");
  });

  it.each([
    ["link-unknown", 404, "Ce lien n’est pas reconnu"],
    ["link-expired", 410, "Ce lien n’est plus valable"],
    ["link-cancelled", 410, "Ce lien a été annulé"],
    ["link-finished", 410, "Cet appel est terminé"],
  ])("that is %s says so, and what to ask for [A17]", async (code, status, heading) => {
    const page = new Page();
    page.answers.peek = { code, status };
    await page.open();
    expect(page.heading).toBe(heading);
    expect(page.text).toContain("Restez au téléphone et demandez un nouveau lien.");
  });

  it("tries again by itself while the network or the server is away", async () => {
    const page = new Page();
    page.answers.peek = null;
    await page.open();
    expect(page.heading).toBe("Pas de connexion");
    expect(page.buttons).toEqual(["Réessayer"]);
    page.answers.peek = 502;
    await settle(3_000);
    expect(page.heading).toBe("Pas de connexion");
    page.answers.peek = DOOR;
    await settle(9_000);
    expect(page.buttons).toEqual(["Montrer ma caméra"]);
  });
});

describe("a typed code", () => {
  it("opens the same door, however it is written", async () => {
    const page = await new Page("/j").open();
    expect(page.heading).toBe("J’ai un code");
    await type(page, "ab2 c-d3");
    expect(page.requests).toEqual([["peek", { code: "ab2cd3" }]]);
    expect(page.buttons).toEqual(["Montrer ma caméra"]);
  });

  it("that is wrong is said beside the field, which keeps what was typed", async () => {
    const page = await new Page("/j").open();
    await type(page, "ab2");
    expect(page.text).toContain("Le code a six caractères.");
    page.answers.peek = { code: "link-unknown", status: 404 };
    await type(page, "zzzzzz");
    expect(page.text).toContain("Ce code n’est pas reconnu.");
    expect(page.root.querySelector("input")?.value).toBe("zzzzzz");
  });
});

describe("« Montrer ma caméra »", () => {
  it("asks for the camera, answers the waiting offer and takes the seat in one request", async () => {
    const page = await new Page().show();
    const enter = page.requests.filter(([action]) => action === "enter");
    expect(enter).toMatchObject([["enter", { token: "T0KEN", offerId: "offer-1" }]]);
    expect(enter[0]?.[1].answerSdp).toContain("a=ice-ufrag:");
    expect(page.cameras.asked).toMatchObject([{ audio: false }]);
    expect(page.steps).toEqual(expect.arrayContaining(["camera-asked", "camera-granted"]));
    expect(page.connection?.getTransceivers()[0]?.sender.track?.kind).toBe("video");
  });

  it("explains the browser's question while it is on the screen, and helps when nothing comes [C1] [C12]", async () => {
    const page = new Page();
    Object.assign(page.cameras, { getUserMedia: () => new Promise(() => undefined) });
    await page.show();
    expect(page.heading).toMatch(/^Touchez «\s?Autoriser\s?»$/);
    expect(page.text).not.toContain("Copier le lien");
    await settle(8_000);
    expect(page.buttons).toContain("Copier le lien");
  });

  it("asks once, however often it is tapped, and explains only a question that takes its time", async () => {
    const page = await new Page().open();
    const asked = vi.fn(() => new Promise(() => undefined));
    Object.assign(page.cameras, { getUserMedia: asked });
    const button = page.root.querySelector("button");
    button?.click();
    button?.click();
    await settle(120);
    expect(page.buttons).toEqual(["Montrer ma caméra"]);
    await settle(120);
    expect(page.heading).toMatch(/^Touchez «\s?Autoriser\s?»$/);
    expect(asked).toHaveBeenCalledTimes(1);
    expect(page.requests.filter(([action]) => action === "enter")).toHaveLength(1);
  });

  it("shows the picture with the two gestures, and only says « vous voit » once it is so", async () => {
    const page = await new Page().show();
    expect(page.buttons).toEqual(["Changer de caméra", "Arrêter"]);
    expect(page.text).toContain("Connexion…");
    const receipts = [
      { id: "O", type: "outbound-rtp", kind: "video", framesSent: 9 },
      { id: "X", type: "remote-inbound-rtp", kind: "video" },
    ];
    if (page.connection) page.connection.getStats = async () => new Map(receipts.map((one) => [one.id, one]));
    await settle(2_000);
    expect(page.text).toContain("Le SAMU 44 vous voit");
  });

  it("plays every picture muted and inline [F30]", async () => {
    const page = await new Page().show();
    const videos = [...page.root.querySelectorAll("video")];
    expect(videos.map(({ muted, playsInline }) => [muted, playsInline])).toEqual([
      [true, true],
      [true, true],
    ]);
  });

  it("makes its own offer over the socket when the waiting one was used", async () => {
    const page = new Page();
    page.answers.enter = { seatToken: "seat", answered: false };
    await page.show();
    const offers = [
      ...page.server.handled,
      ...page.requests.flatMap(([, { messages }]) => (messages as []) ?? []),
    ];
    expect(offers.filter((message) => "type" in message && message.type === "offer")).toHaveLength(1);
  });

  it("takes the seat as soon as the network lets it", async () => {
    const page = new Page();
    page.answers.enter = null;
    await page.show();
    expect(page.buttons).toEqual(["Changer de caméra", "Arrêter"]);
    page.answers.enter = { seatToken: "seat", answered: true };
    await settle(2_000);
    expect(page.server.hellos).toHaveLength(1);
  });
});

describe("without a camera", () => {
  it.each([
    ["NotAllowedError", "L’appareil photo est bloqué", "camera-refused"],
    ["NotReadableError", "L’appareil photo est déjà pris", "camera-failed"],
    ["NotFoundError", "Aucun appareil photo trouvé", "camera-failed"],
  ])(
    "%s has its own guidance, and a way on without a reload [F25] [C12] [C13]",
    async (name, heading, step) => {
      const page = new Page();
      page.cameras.faults.push(...Array<string>(9).fill(name));
      await page.show();
      await settle(4_000);
      expect(page.heading).toBe(heading);
      expect(page.steps).toContain(step);
      page.cameras.faults.length = 0;
      await page.press("Réessayer");
      expect(page.buttons).toEqual(["Changer de caméra", "Arrêter"]);
      expect(page.requests.filter(([action]) => action === "enter")).toHaveLength(1);
    },
  );

  it.each([
    ["iPhone; CPU iPhone OS 18_5) Version/18.5 Mobile Safari/604.1", "Réglages du site web"],
    ["Linux; Android 10; K) Chrome/140.0.0.0 Mobile Safari/537.36", "les deux curseurs"],
    ["Linux; Android 14) SamsungBrowser/27.0 Chrome/125.0 Mobile", "touchez le cadenas."],
    ["Android 14; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0", "le cadenas (ou le bouclier)"],
  ])("a refusal is mended as %s shows it, with pictures [F25]", async (agent, words) => {
    vi.spyOn(navigator, "userAgent", "get").mockReturnValue(`Mozilla/5.0 (${agent}`);
    const page = new Page();
    page.cameras.faults.push("NotAllowedError");
    await page.show();
    expect(page.text).toContain(words);
    expect(page.root.querySelectorAll("li svg").length).toBeGreaterThan(1);
  });

  it("an in-app browser is left for a real one, with the same link [C1] [F36]", async () => {
    vi.spyOn(navigator, "userAgent", "get").mockReturnValue(
      "Mozilla/5.0 (Linux; Android 14; wv) Chrome/125.0 [FBAN/EMA]",
    );
    const page = new Page();
    page.cameras.faults.push("NotAllowedError");
    await page.show();
    expect(page.heading).toBe("Ouvrez le lien dans votre navigateur");
    expect(page.buttons).toContain("Copier le lien");
    const intent = page.root.querySelector("a")?.getAttribute("href");
    expect(intent).toMatch(/^intent:\/\/.*\/j#T0KEN#Intent;scheme=https?;end$/);
  });
});

describe("leaving", () => {
  it("« Arrêter » stops the camera, says so, and can be taken back [C14] [C10]", async () => {
    const page = await new Page().show();
    await page.press("Arrêter");
    await settle(2_000);
    expect(page.cameras.openDevice).toBe(null);
    expect(page.heading).toBe("Votre caméra est éteinte");
    expect(page.steps).toContain("caller-left");
    await page.press("Montrer ma caméra");
    expect(page.buttons).toEqual(["Changer de caméra", "Arrêter"]);
  });

  it("closing the page stops the camera and tells the dispatcher [C14]", async () => {
    const beacon = vi.fn();
    Object.defineProperty(navigator, "sendBeacon", { value: beacon, configurable: true });
    const page = await new Page().show();
    page.visit.leave();
    expect(page.cameras.openDevice).toBe(null);
    const [, blob] = beacon.mock.calls[0] as [string, Blob];
    expect(JSON.parse(await blob.text())).toMatchObject({
      seatToken: "seat",
      messages: [{ t: "report-step", step: "caller-left" }],
    });
  });

  it("the dispatcher's hanging up stops the camera [C14]", async () => {
    const page = await new Page().show();
    await page.receive({ t: "finished", reason: "hung-up" });
    expect(page.cameras.openDevice).toBe(null);
    expect(page.heading).toBe("C’est terminé");
  });

  it("a second device takes over: the camera of this one stops, and it may take the seat back [C6] [C14] [A18]", async () => {
    const page = await new Page().show();
    page.server.cut(4001);
    await settle();
    expect(page.cameras.openDevice).toBe(null);
    expect(page.heading).toBe("L’image passe par un autre appareil");
    await page.press("Continuer sur cet appareil");
    expect(page.requests.filter(([action]) => action === "enter")).toHaveLength(2);
  });

  it("a reload goes on without another tap [F35]", async () => {
    await new Page().show();
    const page = await new Page("/j").open();
    expect(page.requests.map(([action]) => action)).toEqual(expect.arrayContaining(["peek", "enter"]));
    expect(page.buttons).toEqual(["Changer de caméra", "Arrêter"]);
  });
});

describe("while showing", () => {
  it("a page that nobody sees shows nothing, and goes on when it is seen again [F32]", async () => {
    const page = await new Page().show();
    page.visit.hide(true);
    await settle();
    expect(page.connection?.getTransceivers()[0]?.sender.track).toBe(null);
    expect(page.steps).toContain("caller-paused");
    page.visit.hide(false);
    await settle();
    expect(page.connection?.getTransceivers()[0]?.sender.track?.readyState).toBe("live");
    expect(page.steps).toContain("caller-resumed");
  });

  it("a camera that the system took is opened again on return [F32] [C25]", async () => {
    const page = await new Page().show();
    page.visit.hide(true);
    await settle();
    const before = page.cameras.asked.length;
    page.connection?.getTransceivers();
    page.cameras.lastTrack?.stop();
    page.visit.hide(false);
    await settle();
    expect(page.cameras.asked).toHaveLength(before + 1);
    expect(page.steps).toContain("caller-resumed");
  });

  it("says when the dispatcher asks for the other camera, and shows it [S56] [C18]", async () => {
    const page = await new Page().show();
    await page.receive({ t: "camera-switch-asked" });
    expect(page.text).toContain("Le SAMU 44 a demandé l’autre caméra");
    expect(page.cameras.openDevice).toBe("front");
    expect(page.server.handled.at(-1)).toMatchObject({
      t: "camera-state",
      facing: "user",
      cameras: 2,
      failed: false,
    });
  });

  it("says when the other camera does not open, and keeps the first [F26]", async () => {
    const page = await new Page().show();
    page.cameras.broken.add("front");
    await page.press("Changer de caméra");
    await settle(3_000);
    expect(page.text).toContain("L’autre caméra ne s’ouvre pas");
    expect(page.cameras.openDevice).toBe("wide");
  });
});

async function type(page: Page, code: string): Promise<void> {
  const input = page.root.querySelector("input");
  if (input) input.value = code;
  await page.press("Continuer");
}
