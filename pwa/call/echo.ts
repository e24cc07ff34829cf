/** The echo test before a call: what this device sends comes back through the network; and whether the relay answers. */
import type { IceServer } from "../protocol.ts";
import { START } from "./limits.ts";

/** The echo does not trickle: candidates travel in the offer. A relay that does not answer costs no more than this. */
const GATHER_MS = 3_000;

export interface EchoOptions {
  iceServers: IceServer[];
  camera: MediaStreamTrack | null;
  microphone: MediaStreamTrack | null;
  /** Carries our offer; the answer comes back. Rejects when the echo cannot be had. */
  exchange(sdp: string): Promise<string>;
  /** What comes back: our own picture and sound. */
  onStream(stream: MediaStream): void;
}

/** One connection to the echo. The tracks are left as they are. */
export class Echo {
  readonly connection: RTCPeerConnection;

  constructor(private readonly options: EchoOptions) {
    const { camera, iceServers, microphone, onStream } = options;
    this.connection = new RTCPeerConnection({ iceServers: iceServers as RTCIceServer[] });
    const returned = new MediaStream();
    this.connection.ontrack = ({ track }) => {
      returned.addTrack(track);
      onStream(returned);
    };
    const sendEncodings = [START];
    if (camera) this.connection.addTransceiver(camera, { direction: "sendrecv", sendEncodings });
    if (microphone) this.connection.addTransceiver(microphone, { direction: "sendrecv" });
  }

  /** Rejects as `exchange` does. */
  async open(): Promise<void> {
    const { connection, options } = this;
    await connection.setLocalDescription();
    await gathered(connection, GATHER_MS);
    const sdp = await options.exchange(connection.localDescription?.sdp ?? "");
    await connection.setRemoteDescription({ type: "answer", sdp });
  }

  close(): void {
    this.connection.ontrack = null;
    this.connection.close();
  }
}

/** Whether this network lets us reach a relay, by any of its ways. Null: no relay is offered. */
export async function reachesRelay(iceServers: IceServer[], withinMs: number): Promise<boolean | null> {
  if (!iceServers.some(({ urls }) => urls.some((url) => /^turns?:/.test(url)))) return null;
  const connection = new RTCPeerConnection({
    iceServers: iceServers as RTCIceServer[],
    iceTransportPolicy: "relay",
  });
  connection.createDataChannel("");
  const found = new Promise<boolean>((resolve) => {
    connection.onicecandidate = ({ candidate }) => candidate?.candidate && resolve(true);
    setTimeout(() => resolve(false), withinMs);
  });
  await connection.setLocalDescription();
  return found.finally(() => connection.close());
}

/** All candidates are known, or the time is up. */
function gathered(connection: RTCPeerConnection, withinMs: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, withinMs);
    connection.onicegatheringstatechange = () => connection.iceGatheringState === "complete" && resolve();
    if (connection.iceGatheringState === "complete") resolve();
  });
}
