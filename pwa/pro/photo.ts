/** « Photo nette »: what was asked for, how far it is, and the photos of the encounter. They outlive the screens. */
import { batch, computed, signal } from "@preact/signals";
import { newId } from "../call/ids.ts";
import type { FromServer, PhotoView } from "../protocol.ts";
import { getPhotoImage, getPhotos } from "../ui/api.ts";
import { asked } from "./session.ts";

/** A photo that is not here yet. `receivedAt` is when its first byte was (performance.now), null before. */
export interface PhotoUnderWay {
  photoId: string;
  received: number;
  total: number;
  firstReceived: number;
  receivedAt: number | null;
  toldAt: number;
}

export const photos = signal<PhotoView[]>([]);
export const photoUnderWay = signal<PhotoUnderWay | null>(null);
/** Why the last one did not arrive: a code. */
export const photoFailure = signal<string | null>(null);
/** The photo in the viewer. */
export const openPhotoId = signal<string | null>(null);
export const openPhoto = computed(
  () => photos.value.find(({ photoId }) => photoId === openPhotoId.value) ?? null,
);
/** Images by photo, as addresses within this page: each is fetched once, and kept in its memory alone. */
export const images = signal<ReadonlyMap<string, string | "failed">>(new Map());

let encounterId = "";
let told = 0;

/** The photos of this encounter: after a launch, a reload, or a restart of the server. */
export async function findPhotos(id: string): Promise<void> {
  if (id !== encounterId) forgetPhotos();
  encounterId = id;
  const before = ++told;
  const view = await asked(getPhotos(id)).catch(() => null);
  if (view && id === encounterId && before === told) photos.value = view.photos;
}

export function forgetPhotos(): void {
  for (const url of images.value.values()) if (url !== "failed") URL.revokeObjectURL(url);
  encounterId = "";
  batch(() => {
    photos.value = [];
    images.value = new Map();
    photoUnderWay.value = photoFailure.value = openPhotoId.value = null;
  });
}

/** `ask` sends the request. Nothing happens while one is under way. */
export function askPhoto(ask: (photoId: string) => void): void {
  if (photoUnderWay.value) return;
  const photoId = newId();
  photoFailure.value = null;
  photoUnderWay.value = beginning(photoId);
  ask(photoId);
}

export function hearPhoto(message: FromServer): void {
  if (message.t !== "photo") return;
  if (message.status === "ready") void arrived(message.photoId);
  else if (message.status === "failed") failed(message.photoId, message.reason ?? "");
  else photoUnderWay.value = followed(message.photoId, message.received ?? 0, message.total ?? 0);
}

/** The stream began anew: what is under way will be said again; what arrived meanwhile is in the list. */
export async function beginAnew(id: string): Promise<void> {
  const awaited = photoUnderWay.value?.photoId;
  photoUnderWay.value = null;
  await findPhotos(id);
  if (photos.value.some(({ photoId }) => photoId === awaited)) openPhotoId.value = awaited ?? null;
}

function beginning(photoId: string): PhotoUnderWay {
  const now = performance.now();
  return { photoId, received: 0, total: 0, firstReceived: 0, receivedAt: null, toldAt: now };
}

function followed(photoId: string, received: number, total: number): PhotoUnderWay {
  const known = photoUnderWay.value;
  const before = known?.photoId === photoId && received >= known.received ? known : beginning(photoId);
  const toldAt = performance.now();
  if (before.receivedAt !== null || received === 0) return { ...before, received, total, toldAt };
  return { ...before, received, total, firstReceived: received, receivedAt: toldAt, toldAt };
}

/** Milliseconds until it is here, at the pace of what came since the first bytes; null while nothing tells. */
export function timeLeft({
  received,
  total,
  firstReceived,
  receivedAt,
  toldAt,
}: PhotoUnderWay): number | null {
  if (receivedAt === null || received <= firstReceived) return null;
  return ((total - received) * (toldAt - receivedAt)) / (received - firstReceived);
}

async function arrived(photoId: string): Promise<void> {
  await findPhotos(encounterId);
  batch(() => {
    end(photoId);
    photoFailure.value = null;
    openPhotoId.value = photoId;
  });
}

function failed(photoId: string, reason: string): void {
  if (photoUnderWay.value && photoUnderWay.value.photoId !== photoId) return;
  batch(() => {
    end(photoId);
    photoFailure.value = reason;
  });
}

function end(photoId: string): void {
  if (photoUnderWay.value?.photoId === photoId) photoUnderWay.value = null;
}

/** Fetch an image unless it is here; a failed one is tried again. */
export async function fetchImage(photoId: string): Promise<void> {
  const known = images.value.get(photoId);
  if (known !== undefined && known !== "failed") return;
  const id = encounterId;
  const image = await asked(getPhotoImage(id, photoId)).catch(() => null);
  if (id !== encounterId) return;
  images.value = new Map(images.value).set(photoId, image ? URL.createObjectURL(image) : "failed");
}
