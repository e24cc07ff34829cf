import { afterEach, beforeEach, expect, it, vi } from "vitest";
import * as photo from "../../../pwa/pro/photo.ts";
import type { PhotoChanged, PhotoView } from "../../../pwa/protocol.ts";
import { plugIn, type Server } from "./stand.ts";

const VIEW: PhotoView = { photoId: "p1", at: 1000, width: 4032, height: 3024, size: 2_000_000 };
const LIST = "GET /api/encounters/e1/photos";

let server: Server;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] });
  server = plugIn().on(LIST, { body: { photos: [] } });
});

afterEach(() => {
  photo.forgetPhotos();
  vi.useRealTimers();
});

function say(changes: Partial<PhotoChanged>): void {
  photo.hearPhoto({
    t: "photo",
    seq: 1,
    photoId: "p1",
    status: "receiving",
    received: 0,
    total: 0,
    ...changes,
  });
}

const soon = () => new Promise((resolve) => setTimeout(resolve, 20));

it("asks for one photo at a time", () => {
  const ask = vi.fn();
  photo.askPhoto(ask);
  photo.askPhoto(ask);
  expect(ask).toHaveBeenCalledTimes(1);
  expect(photo.photoUnderWay.value?.photoId).toBe(ask.mock.calls[0]?.[0]);
});

it("tells how long it will last, from the pace of what came", () => {
  say({ received: 100_000, total: 1_000_000 });
  expect(photo.timeLeft(photo.photoUnderWay.value as photo.PhotoUnderWay)).toBeNull();
  vi.advanceTimersByTime(2_000);
  say({ received: 300_000, total: 1_000_000 });
  expect(photo.timeLeft(photo.photoUnderWay.value as photo.PhotoUnderWay)).toBeCloseTo(7_000);
});

it("opens the photo that arrived", async () => {
  await photo.findPhotos("e1");
  server.on(LIST, { body: { photos: [VIEW] } });
  say({ status: "ready", received: 10, total: 10 });
  await soon();
  expect(photo.photoUnderWay.value).toBeNull();
  expect(photo.openPhoto.value).toEqual(VIEW);
});

it("says why it did not arrive, and lets it be asked for again", () => {
  say({ received: 100, total: 1000 });
  say({ status: "failed", reason: "photo-heic" });
  expect(photo.photoFailure.value).toBe("photo-heic");
  const ask = vi.fn();
  photo.askPhoto(ask);
  expect(ask).toHaveBeenCalled();
  expect(photo.photoFailure.value).toBeNull();
});

it("does not take the end of another photo for that of this one", () => {
  say({ photoId: "p2", received: 100, total: 1000 });
  say({ photoId: "p1", status: "failed", reason: "photo-replaced" });
  expect(photo.photoUnderWay.value?.photoId).toBe("p2");
  expect(photo.photoFailure.value).toBeNull();
});

it("finds the photo that arrived while nothing could be heard [F7]", async () => {
  await photo.findPhotos("e1");
  say({ received: 100, total: 1000 });
  server.on(LIST, { body: { photos: [VIEW] } });
  await photo.beginAnew("e1");
  expect(photo.openPhoto.value).toEqual(VIEW);
  expect(photo.photoUnderWay.value).toBeNull();
});

it("keeps nothing of one encounter for the next [A51]", async () => {
  server.on(LIST, { body: { photos: [VIEW] } }).on("GET /api/encounters/e2/photos", { body: { photos: [] } });
  await photo.findPhotos("e1");
  expect(photo.photos.value).toHaveLength(1);
  const revoked = vi.spyOn(URL, "revokeObjectURL");
  photo.images.value = new Map([["p1", "blob:x"]]);
  await photo.findPhotos("e2");
  expect(photo.photos.value).toEqual([]);
  expect(photo.images.value.size).toBe(0);
  expect(revoked).toHaveBeenCalledWith("blob:x");
});
