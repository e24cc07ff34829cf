import type { CallerSeat } from "../../call/caller_seat.ts";
import { describeCamera, flip, improve } from "../../call/lenses.ts";
import type { Camera } from "../../call/media.ts";
import { stayAwake } from "./awake.ts";
import { deviceFacts } from "./device.ts";

/** Sends the picture of the camera that is open now. */
type Use = () => Promise<void>;

/** What waited until the picture was seen: a lit screen, the main lens, and what the dispatcher may know. */
export async function settle(camera: Camera, seat: CallerSeat, use: Use): Promise<void> {
  void stayAwake();
  await tellDevice(seat);
  if (await improve(camera)) await use();
  await tellCamera(camera, seat, false);
}

/** True when the other camera is the one that shows now. */
export async function flipOver(camera: Camera, seat: CallerSeat, use: Use): Promise<boolean> {
  const hasFlipped = await flip(camera);
  await use();
  await tellCamera(camera, seat, !hasFlipped);
  return hasFlipped;
}

export async function tellDevice(seat: CallerSeat): Promise<void> {
  seat.describe({ t: "device-facts", ...(await deviceFacts()) });
}

async function tellCamera({ track }: Camera, seat: CallerSeat, failed: boolean): Promise<void> {
  if (track) seat.describe({ t: "camera-state", ...(await describeCamera(track)), failed });
}
