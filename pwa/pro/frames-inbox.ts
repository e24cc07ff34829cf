/** Where frames from the socket go: to whatever draws them now. */
import { FrameReceiver, type ReceiverOptions } from "../call/frames/receiver.ts";

let receiver: FrameReceiver | null = null;

export function takeFrame(bytes: ArrayBuffer): void {
  receiver?.take(bytes);
}

/** Draw frames from now on. Returns how to stop. */
export function drawFrames(options: ReceiverOptions): () => void {
  const own = new FrameReceiver(options);
  receiver = own;
  return () => {
    own.close();
    if (receiver === own) receiver = null;
  };
}
