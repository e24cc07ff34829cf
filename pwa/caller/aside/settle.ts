import * as words from "@words";
import type { CallerSeat } from "../../call/caller_seat.ts";
import { describeCamera, flip, improve } from "../../call/lenses.ts";
import type { CameraError } from "../../call/media.ts";
import type { Showing } from "../showing.ts";
import { stayAwake } from "./awake.ts";
import { deviceFacts } from "./device.ts";
import { upkeepOf } from "./upkeep.ts";

const NOTICE_MS = 6_000;
let noticeTimer: ReturnType<typeof setTimeout> | undefined;

/** What waited until the picture was seen: a lit screen, the main lens, and what the dispatcher may know. */
export async function settle(showing: Showing): Promise<void> {
  void stayAwake();
  upkeepOf(showing);
  await tellDevice(showing.seat);
  if (await improve(showing.camera)) await showing.use();
  await tellCamera(showing, false);
}

/** The other camera, and word of it on both sides. */
export async function flipOver(showing: Showing): Promise<void> {
  const { camera } = showing;
  try {
    const hasFlipped = await flip(camera);
    await showing.use();
    if (!hasFlipped) notice(showing, words.liveFlipFailed);
    await tellCamera(showing, !hasFlipped);
  } catch (error) {
    if (!camera.track) showing.fail(error as CameraError);
  }
}

export async function flipAsked(showing: Showing): Promise<void> {
  notice(showing, words.liveFlipAsked);
  await flipOver(showing);
}

function notice({ events }: Showing, text: string): void {
  events.update({ notice: text });
  clearTimeout(noticeTimer);
  noticeTimer = setTimeout(() => events.update({ notice: "" }), NOTICE_MS);
}

export async function tellDevice(seat: CallerSeat): Promise<void> {
  seat.describe({ t: "device-facts", ...(await deviceFacts()) });
}

async function tellCamera({ camera: { track }, seat }: Showing, failed: boolean): Promise<void> {
  if (track) seat.describe({ t: "camera-state", ...(await describeCamera(track)), failed });
}
