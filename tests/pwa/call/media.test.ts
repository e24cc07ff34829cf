import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { describeCamera, flip, improve } from "../../../pwa/call/lenses.ts";
import { Camera } from "../../../pwa/call/media.ts";
import { FakeCameras, type Lens, PHONE } from "./fakes/cameras.ts";

let cameras: FakeCameras;
const camera = new Camera();

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  camera.stop();
  vi.useRealTimers();
});

describe("opening", () => {
  it("asks for the rear camera, wishes only, and never for sound [F27] [F30]", async () => {
    phone();
    await camera.open();
    expect(cameras.asked).toEqual([
      {
        video: {
          facingMode: { ideal: "environment" },
          width: { ideal: 640 },
          height: { ideal: 480 },
        },
        audio: false,
      },
    ]);
  });

  it("lowers its wishes until a picture comes, in three tries at most [F27]", async () => {
    phone();
    cameras.faults.push("OverconstrainedError", "OverconstrainedError");
    await camera.open();
    expect(cameras.asked.at(-1)).toEqual({ video: {}, audio: false });
    expect(cameras.asked).toHaveLength(3);
  });

  it("waits for a camera that has only just been let go of [F26]", async () => {
    phone();
    cameras.faults.push("NotReadableError", "NotReadableError");
    const opening = camera.open();
    await vi.advanceTimersByTimeAsync(700);
    expect((await opening).readyState).toBe("live");
  });

  it.each([
    ["NotAllowedError", "refused", 1],
    ["SecurityError", "refused", 1],
    ["NotReadableError", "busy", 5],
    ["AbortError", "busy", 5],
    ["NotFoundError", "missing", 3],
    ["SomethingNew", "unknown", 3],
  ])("tells %s as %s [F25] [C12] [C13]", async (name, problem, tries) => {
    phone();
    cameras.faults.push(...Array<string>(9).fill(name));
    const opening = camera.open().catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await opening).toMatchObject({ problem, detail: name });
    expect(cameras.asked).toHaveLength(tries);
  });

  it("says when the browser shows no camera to pages at all [F36]", async () => {
    vi.stubGlobal("navigator", {});
    await expect(camera.open()).rejects.toMatchObject({ problem: "unsupported" });
    vi.unstubAllGlobals();
  });
});

describe("changing camera", () => {
  it("lets go of the one before opening the other, back and forth [C18] [F26]", async () => {
    phone();
    await camera.open();
    expect(await flip(camera)).toBe(true);
    expect(cameras.openDevice).toBe("front");
    expect(await flip(camera)).toBe(true);
    expect(cameras.openDevice).toBe("main");
  });

  it("never shows the lesser lenses of the rear [C19]", async () => {
    phone();
    await camera.open();
    expect(cameras.openDevice).toBe("wide");
    expect(await improve(camera)).toBe(true);
    expect(cameras.openDevice).toBe("main");
    expect(await improve(camera)).toBe(false);
  });

  it("brings the camera from before back when the other does not open [C18] [F26]", async () => {
    phone();
    cameras.broken.add("front");
    await camera.open();
    const flipping = flip(camera);
    await vi.advanceTimersByTimeAsync(2_500);
    expect(await flipping).toBe(false);
    expect(cameras.openDevice).toBe("wide");
  });

  it("goes round the cameras of a computer, which have no side", async () => {
    phone([
      { deviceId: "one", label: "HD Webcam" },
      { deviceId: "two", label: "USB microscope" },
    ]);
    await camera.open();
    expect(await flip(camera)).toBe(true);
    expect(cameras.openDevice).toBe("two");
    expect(await flip(camera)).toBe(true);
    expect(cameras.openDevice).toBe("one");
  });

  it("says when there is no other", async () => {
    phone([{ deviceId: "only", label: "HD Webcam" }]);
    await camera.open();
    expect(await flip(camera)).toBe(false);
    expect(cameras.openDevice).toBe("only");
  });
});

describe("telling cameras apart", () => {
  it("counts front and back as two, however many lenses there are [C19]", async () => {
    phone();
    expect(await describeCamera(await camera.open())).toEqual({ facing: "environment", cameras: 2 });
  });

  it.each([
    ["Caméra arrière", "environment"],
    ["Back Dual Wide Camera", "environment"],
    ["Caméra avant", "user"],
    ["FaceTime HD Camera", "user"],
    ["USB microscope", null],
  ])("reads « %s » as %s [C19]", async (label, facing) => {
    phone([{ deviceId: "only", label }]);
    expect((await describeCamera(await camera.open())).facing).toBe(facing);
  });
});

it("nothing stays open after stop [C14]", async () => {
  phone();
  const track = await camera.open();
  camera.stop();
  expect(track.readyState).toBe("ended");
  expect(cameras.openDevice).toBe(null);
});

it("a camera that comes after stop is closed again [C14]", async () => {
  phone();
  const opening = camera.open();
  camera.stop();
  await expect(opening).rejects.toMatchObject({ detail: "Abandoned" });
  expect(cameras.openDevice).toBe(null);
});

function phone(lenses: Lens[] = PHONE): void {
  camera.stop();
  cameras = new FakeCameras(lenses);
  Object.defineProperty(navigator, "mediaDevices", { value: cameras, configurable: true });
}
