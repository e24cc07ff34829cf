import { describe, expect, it } from "vitest";
import { advise } from "../../../pwa/pro/advice.ts";
import { t } from "../../../pwa/pro/words.ts";
import type { Channel, DeliveryStatus, DeliveryView, Step, TimelineStep } from "../../../pwa/protocol.ts";
import { STEPS } from "./steps.ts";

const sms = (status: DeliveryStatus = "sent"): DeliveryView[] => [delivery("sms", status)];
const delivery = (channel: Channel, status: DeliveryStatus): DeliveryView => ({
  channel,
  status,
  to: "+33612345678",
});
const at = (step: Step, at = 0, detail: string | null = null): TimelineStep => ({ step, at, detail });

describe("at each step there is a sentence to say to the caller, or the dispatcher sees the picture", () => {
  it.each(STEPS)("%s [S49 S65]", (step) => {
    const { say } = advise([at("camera-granted"), at(step as Step, 1)], sms(), 1);
    expect(t(say)).toMatch(/^«\u00a0.*\u00a0»$/);
  });
});

it("announces the SMS and asks for the loudspeaker [S49 S50]", () => {
  const said = t(advise([at("invitation-created")], sms("waiting"), 0).say);
  expect(said).toContain("SMS");
  expect(said).toContain("haut-parleur");
});

it("speaks of an e-mail when only an e-mail was sent [S49]", () => {
  expect(t(advise([at("invitation-sent")], [delivery("email", "sent")], 0).say)).toContain("e-mail");
  expect(t(advise([at("invitation-sent")], [...sms(), delivery("email", "sent")], 0).say)).toContain("SMS");
});

it("dictates the code when nothing was sent", () => {
  expect(advise([at("invitation-created")], [], 0).say).toBe("say.invitation-created.unsent");
});

it("asks to allow the camera when the phone asks for it [S51]", () => {
  expect(t(advise([at("camera-asked")], sms(), 0).say)).toContain("Autoriser");
});

it("still asks to allow the camera when the path was made before the answer [S51]", () => {
  const timeline = [at("camera-asked"), at("caller-entered", 1), at("connecting", 2)];
  expect(t(advise(timeline, sms(), 3).say)).toContain("Autoriser");
  expect(advise([...timeline, at("camera-granted", 3)], sms(), 4).say).toBe("say.camera-granted");
});

it("changes the sentence when a step lasts, and says so", () => {
  const timeline = [at("camera-asked")];
  expect(advise(timeline, sms(), 14_000)).toMatchObject({ say: "say.camera-asked", stuck: false });
  expect(advise(timeline, sms(), 16_000)).toMatchObject({ say: "say.camera-asked.long", stuck: true });
});

it("knows why a camera did not open, whatever its browser calls it [C13]", () => {
  const why = (detail: string) => advise([at("camera-failed", 0, detail)], sms(), 0).say;
  expect(why("NotReadableError")).toBe("say.camera-failed.busy");
  expect(why("NotFoundError")).toBe("say.camera-failed.missing");
  expect(why("NoMediaDevices")).toBe("say.camera-failed.in-app");
  expect(why("SomethingNew")).toBe("say.camera-failed");
});

it("offers another way when the message failed, unless another one is on its way [F60]", () => {
  const timeline = [at("invitation-created"), at("invitation-failed", 1)];
  expect(advise(timeline, sms("failed"), 2)).toMatchObject({ say: "say.invitation-failed", stuck: true });
  const both = [delivery("sms", "failed"), delivery("email", "waiting")];
  expect(advise(timeline, both, 2).say).toBe("say.invitation-created");
});

it("forgets the message once the link is open: a late receipt changes nothing", () => {
  const timeline = [at("link-opened"), at("invitation-delivered", 1)];
  expect(advise(timeline, sms("delivered"), 2).say).toBe("say.link-opened");
});

it("goes back to the picture when the caller or the network is back", () => {
  expect(advise([at("first-frame"), at("caller-paused", 1)], sms(), 2).say).toBe("say.caller-paused");
  expect(advise([at("caller-paused"), at("caller-resumed", 1)], sms(), 2).say).toBe("say.first-frame");
  expect(advise([at("connection-lost"), at("connection-back", 1)], sms(), 2).say).toBe("say.first-frame");
});

it("says how to allow a refused camera, although a photo is offered beside it [F25]", () => {
  const timeline = [at("camera-asked"), at("camera-refused", 1), at("photo-offered", 2)];
  expect(advise(timeline, sms(), 2).say).toBe("say.camera-refused");
});
