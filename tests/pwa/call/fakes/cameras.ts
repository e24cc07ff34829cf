/** A phone with cameras, of which one at a time may be open. */
import { FakeTrack } from "./peer_connection.ts";

export interface Lens {
  deviceId: string;
  label: string;
  facingMode?: "user" | "environment";
}

export const PHONE: Lens[] = [
  { deviceId: "front", label: "camera2 1, facing front", facingMode: "user" },
  { deviceId: "wide", label: "camera2 2, facing back", facingMode: "environment" },
  { deviceId: "main", label: "camera2 0, facing back", facingMode: "environment" },
];

type Wish = { ideal?: string; exact?: string };

export class FakeCameras extends EventTarget {
  /** What getUserMedia was asked, word for word. */
  readonly asked: MediaStreamConstraints[] = [];
  /** Errors to throw at the next openings, one each; undefined lets one pass. */
  readonly faults: (string | undefined)[] = [];
  /** Devices that never open. */
  readonly broken = new Set<string>();
  lastTrack: FakeTrack | null = null;
  private open: FakeTrack | null = null;

  constructor(readonly lenses: Lens[]) {
    super();
  }

  readonly getUserMedia = async (constraints: MediaStreamConstraints) => {
    this.asked.push(constraints);
    const fault = this.faults.shift();
    if (fault) throw new DOMException(fault, fault);
    if (this.open) throw new DOMException("already open", "NotReadableError");
    const lens = this.choose(constraints.video as { deviceId?: Wish; facingMode?: Wish });
    if (!lens) throw new DOMException("none", "NotFoundError");
    if (this.broken.has(lens.deviceId)) throw new DOMException("broken", "NotReadableError");
    const { deviceId, facingMode } = lens;
    this.open = new FakeTrack("video", lens.label, { deviceId, facingMode }, () => {
      this.open = null;
    });
    this.lastTrack = this.open;
    const tracks = [this.open];
    return { getVideoTracks: () => tracks };
  };

  readonly enumerateDevices = async () =>
    this.lenses.map(({ deviceId, label }) => ({ kind: "videoinput", deviceId, label }));

  get openDevice(): unknown {
    return this.open?.getSettings().deviceId ?? null;
  }

  private choose({ deviceId, facingMode }: { deviceId?: Wish; facingMode?: Wish }): Lens | undefined {
    if (deviceId?.exact) return this.lenses.find((lens) => lens.deviceId === deviceId.exact);
    return (
      this.lenses.find((lens) => lens.facingMode && lens.facingMode === facingMode?.ideal) ?? this.lenses[0]
    );
  }
}
