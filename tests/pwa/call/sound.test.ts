import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { devicesOf, playBy } from "../../../pwa/call/devices.ts";
import { Camera } from "../../../pwa/call/media.ts";
import { Microphone, openEquipment, SoundError } from "../../../pwa/call/sound.ts";
import { FakeTrack } from "./fakes/peer_connection.ts";

type Asked = MediaStreamConstraints & { audio?: MediaTrackConstraints };

/** What getUserMedia was asked, and the errors that it throws: for anything, or for what has sound or picture in it. */
let asked: Asked[];
let faults: { audio?: string; video?: string };
let opened: FakeTrack[];
/** How long somebody takes to answer, in milliseconds. */
let thinks: number;

beforeEach(() => {
  asked = [];
  faults = {};
  opened = [];
  thinks = 0;
  vi.stubGlobal("navigator", { mediaDevices: { getUserMedia, enumerateDevices: async () => LISTED } });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe("the microphone", () => {
  it("is opened for a voice: no echo, no noise, as loud as others", async () => {
    const track = await new Microphone().open();
    expect(track.kind).toBe("audio");
    expect(asked).toEqual([
      {
        audio: {
          echoCancellation: true,
          noiseSuppression: true,
          autoGainControl: true,
          channelCount: { ideal: 1 },
        },
        video: false,
      },
    ]);
  });

  it.each([
    ["NotAllowedError", "refused"],
    ["NotReadableError", "busy"],
    ["NotFoundError", "missing"],
    ["TypeError", "unknown"],
  ])("says why there is none: %s is « %s »", async (name, problem) => {
    faults.audio = name;
    await expect(new Microphone().open()).rejects.toMatchObject({ problem, detail: name });
  });

  it("of a page without https, or of a browser that shows none, is « unsupported »", async () => {
    vi.stubGlobal("navigator", {});
    await expect(new Microphone().open()).rejects.toMatchObject({ problem: "unsupported" });
  });

  it("that was chosen another day and is gone is replaced by the system's own", async () => {
    faults.audio = "OverconstrainedError";
    const opening = new Microphone().open("headset");
    await Promise.resolve();
    faults = {};
    expect((await opening).kind).toBe("audio");
    expect(asked.map(({ audio }) => audio?.deviceId)).toEqual([{ exact: "headset" }, undefined]);
  });

  it("is one: the next stops the one before, and one that comes too late is stopped", async () => {
    const microphone = new Microphone();
    const first = await microphone.open();
    const second = await microphone.open();
    expect([first.readyState, second.readyState]).toEqual(["ended", "live"]);
    const late = microphone.open();
    microphone.stop();
    await expect(late).rejects.toBeInstanceOf(SoundError);
    expect(opened.map(({ readyState }) => readyState)).toEqual(["ended", "ended", "ended"]);
  });
});

describe("camera and microphone", () => {
  it("are asked for by one question", async () => {
    const [camera, microphone] = [new Camera(), new Microphone()];
    const equipment = await openEquipment(camera, microphone);
    expect(asked).toHaveLength(1);
    expect(equipment).toMatchObject({ cameraProblem: null, soundProblem: null });
    expect([equipment.camera, equipment.microphone]).toEqual([camera.track, microphone.track]);
  });

  it.each([
    ["no camera", { video: "NotFoundError" }, [false, true, "missing", undefined]],
    ["no microphone", { audio: "NotFoundError" }, [true, false, undefined, "missing"]],
    [
      "both refused",
      { audio: "NotAllowedError", video: "NotAllowedError" },
      [false, false, "refused", "refused"],
    ],
  ])("with %s: what there is opens, the rest says why", async (_, given, expected) => {
    faults = given;
    const { camera, microphone, cameraProblem, soundProblem } = await openEquipment(
      new Camera(),
      new Microphone(),
    );
    expect([!!camera, !!microphone, cameraProblem?.problem, soundProblem?.problem]).toEqual(expected);
  });
});

it("who has just refused both is not asked twice", async () => {
  faults = { audio: "NotAllowedError" };
  thinks = 900;
  const equipment = await openEquipment(new Camera(), new Microphone());
  expect(asked).toHaveLength(1);
  expect(equipment).toMatchObject({ camera: null, microphone: null });
  expect(equipment.cameraProblem?.problem).toBe("refused");
});

it("what opens after everybody has gone is stopped", async () => {
  const microphone = new Microphone();
  const opening = openEquipment(new Camera(), microphone);
  microphone.stop();
  expect(await opening).toMatchObject({ camera: null, microphone: null });
  expect(opened.map(({ readyState }) => readyState)).toEqual(["ended", "ended"]);
  expect(asked).toHaveLength(1);
});

describe("devices", () => {
  it("are listed by kind, without the names that the system gives twice", async () => {
    expect(await devicesOf("microphone")).toEqual([{ id: "m1", label: "Casque" }]);
    expect(await devicesOf("loudspeaker")).toEqual([{ id: "s1", label: "Enceinte" }]);
    expect(await devicesOf("camera")).toEqual([]);
  });

  it("a loudspeaker is chosen where the browser can, and only there", async () => {
    const setSinkId = vi.fn(async (id: string) => {
      if (id === "gone") throw new DOMException("", "NotFoundError");
    });
    const element = { setSinkId } as unknown as HTMLAudioElement;
    expect(await playBy(element, "s1")).toBe(true);
    expect(await playBy(element, "gone")).toBe(false);
    expect(await playBy({} as HTMLAudioElement, "s1")).toBe(false);
  });
});

const LISTED = [
  { kind: "audioinput", deviceId: "default", label: "Par défaut" },
  { kind: "audioinput", deviceId: "m1", label: "Casque" },
  { kind: "audiooutput", deviceId: "communications", label: "Communications" },
  { kind: "audiooutput", deviceId: "s1", label: "Enceinte" },
  { kind: "videoinput", deviceId: "", label: "" },
];

async function getUserMedia(wanted: Asked) {
  asked.push(wanted);
  const now = performance.now();
  vi.spyOn(performance, "now").mockImplementation(() => now + thinks);
  const fault = (wanted.audio && faults.audio) || (wanted.video && faults.video);
  if (fault) throw new DOMException(fault, fault);
  const [sound, picture] = [new FakeTrack("audio"), new FakeTrack("video")];
  const tracks = [...(wanted.audio ? [sound] : []), ...(wanted.video ? [picture] : [])];
  opened.push(...tracks);
  const ofKind = (kind: string) => tracks.filter((track) => track.kind === kind);
  return { getAudioTracks: () => ofKind("audio"), getVideoTracks: () => ofKind("video") };
}
