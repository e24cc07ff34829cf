import { preferOpus, preferVp8 } from "./codecs.ts";
import { limitSender } from "./limits.ts";
import { Peer, type PeerOptions } from "./peer.ts";

type Kind = "audio" | "video";

/**
 * A connection that carries sound and picture both ways, from its first offer to its end.
 *
 * Both lines are made at once and stay `sendrecv`: what is sent or not is a matter of tracks, never of negotiation.
 */
export class CallPeer extends Peer {
  private voice: MediaStreamTrack | null = null;

  constructor(options: Omit<PeerOptions, "direction" | "prefer" | "onTrack">) {
    super({
      ...options,
      direction: "sendrecv",
      prefer: (picture) => this.open(picture),
      onTrack: () => undefined, // Both tracks are there from the first description on: see `received`.
    });
  }

  /** Make both lines, and so the first offer. The sound comes first: where bits are few they are its own. */
  offerCall(): void {
    this.connection.addTransceiver("audio", { direction: "sendrecv" });
    this.offerVideo();
  }

  /** Send this microphone, or nothing. */
  sendVoice(track: MediaStreamTrack | null): void {
    this.voice = track;
    const line = this.line("audio");
    if (line) void this.give(line.sender, track).catch(() => undefined);
  }

  /** What the other side sends: its sound, then its picture. */
  get received(): MediaStreamTrack[] {
    return this.connection.getTransceivers().map(({ receiver }) => receiver.track);
  }

  /** Bits that are too few are taken from the picture. */
  async protectVoice(): Promise<void> {
    const sender = this.line("audio")?.sender;
    if (sender && sender.getParameters().encodings?.[0]?.priority !== "high")
      await limitSender(sender, { priority: "high" });
  }

  line(kind: Kind): RTCRtpTransceiver | undefined {
    return this.connection.getTransceivers().find(({ receiver }) => receiver.track.kind === kind);
  }

  /** Before each first offer and each answer: the line of the sound goes as that of the picture does. */
  private open(picture: RTCRtpTransceiver): void {
    preferVp8(picture);
    const sound = this.line("audio");
    if (!sound) return;
    preferOpus(sound);
    if (sound.direction !== "sendrecv") sound.direction = "sendrecv";
    this.sendVoice(this.voice);
  }
}
