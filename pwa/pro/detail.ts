/** The details of a step come in the words of browsers; texts know them by their cause. */
const CAUSES: Record<string, string> = {
  NotReadableError: "busy",
  TrackStartError: "busy",
  AbortError: "busy",
  NotFoundError: "missing",
  DevicesNotFoundError: "missing",
  NoTrack: "missing",
  NoMediaDevices: "in-app",
};

/** The last part of a key: « say.camera-failed.busy », « step.camera-switched.user ». */
export function cause(detail: string | null | undefined): string {
  return CAUSES[detail ?? ""] ?? detail ?? "";
}
