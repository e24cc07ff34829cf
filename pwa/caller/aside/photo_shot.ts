import { h } from "../dom.ts";

/** In the DOM's types only since lately, and in no Safari. */
interface Capture {
  takePhoto(settings: { imageWidth: number; imageHeight: number }): Promise<Blob>;
  getPhotoCapabilities(): Promise<{ imageWidth?: { max: number }; imageHeight?: { max: number } }>;
}
declare const ImageCapture: (new (track: MediaStreamTrack) => Capture) | undefined;

/** Pixels. An iPhone's canvas holds no more; what is kept has no more either. */
const LONGEST_SIDE = 4_096;
const LARGEST_AREA = 16_000_000;
const QUALITY = 0.85;
/** Below what the server takes. */
const LARGEST_BYTES = 11_000_000;
/** Some cameras never answer. */
const PATIENCE_MS = 6_000;
const RESIZED_MS = 1_500;
const LOOK_EVERY_MS = 50;
/** When the camera does not say what it can: it gives what it has. */
const LARGE = 4_096;

/** The sharpest image that this camera gives, as a JPEG without metadata. Rejects when it gives none. */
export async function shoot(track: MediaStreamTrack): Promise<Blob> {
  try {
    return await fromSensor(track);
  } catch {
    return await fromFilm(track);
  }
}

/** A photo of the sensor's own size, while the film goes on; unless the film can be larger. */
async function fromSensor(track: MediaStreamTrack): Promise<Blob> {
  if (typeof ImageCapture === "undefined") throw new Error();
  const capture = new ImageCapture(track);
  const most = await inTime(capture.getPhotoCapabilities());
  const [imageWidth, imageHeight] = [most.imageWidth?.max ?? 0, most.imageHeight?.max ?? 0];
  const film = track.getCapabilities();
  if (imageWidth * imageHeight < (film.width?.max ?? 0) * (film.height?.max ?? 0)) throw new Error();
  return await cleaned(await inTime(capture.takePhoto({ imageWidth, imageHeight })), LONGEST_SIDE);
}

/** One image of the film, at the largest size that the camera has, then the size of before. */
async function fromFilm(track: MediaStreamTrack): Promise<Blob> {
  const before = track.getConstraints();
  const most = track.getCapabilities?.();
  const size = { width: { ideal: most?.width?.max ?? LARGE }, height: { ideal: most?.height?.max ?? LARGE } };
  const film = h("video", { muted: true, playsInline: true, srcObject: new MediaStream([track]) });
  try {
    await inTime(film.play());
    const { videoWidth } = film;
    await inTime(track.applyConstraints({ ...before, ...size })).catch(() => undefined);
    await resized(film, videoWidth, track);
    return await draw(film, film.videoWidth, film.videoHeight, LONGEST_SIDE);
  } finally {
    film.srcObject = null;
    await track.applyConstraints(before).catch(() => undefined);
  }
}

/** The larger image is there, or there is none. */
async function resized(film: HTMLVideoElement, before: number, track: MediaStreamTrack): Promise<void> {
  const until = performance.now() + RESIZED_MS;
  const isDue = () => (track.getSettings().width ?? before) !== before;
  while (isDue() && film.videoWidth === before && performance.now() < until)
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
}

/** Decoded and encoded again: upright, and nothing but pixels (A41). Rejects for what this browser cannot read. */
export async function cleaned(photo: Blob, longestSide: number): Promise<Blob> {
  const image = h("img", { src: URL.createObjectURL(photo) });
  try {
    await image.decode();
    return await draw(image, image.naturalWidth, image.naturalHeight, longestSide);
  } finally {
    URL.revokeObjectURL(image.src);
  }
}

async function draw(from: CanvasImageSource, width: number, height: number, side: number): Promise<Blob> {
  if (!width || !height) throw new Error();
  const scale = Math.min(1, side / Math.max(width, height), Math.sqrt(LARGEST_AREA / (width * height)));
  const canvas = h("canvas", { width: Math.round(width * scale), height: Math.round(height * scale) });
  canvas.getContext("2d")?.drawImage(from, 0, 0, canvas.width, canvas.height);
  const blob = await encode(canvas, QUALITY);
  return blob.size > LARGEST_BYTES ? encode(canvas, QUALITY / 2) : blob;
}

function encode(canvas: HTMLCanvasElement, quality: number): Promise<Blob> {
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error())), "image/jpeg", quality),
  );
}

function inTime<T>(promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error()), PATIENCE_MS);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
