/** The round buttons of the call, each with its word. */
import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { RoundButton } from "../ui/button.tsx";
import { ticking } from "../ui/clock.ts";
import { hangUp } from "./dispatch-actions.ts";
import { callerCamera, cameraSwitch, timeline } from "./dispatch-state.ts";
import {
  followCameras,
  hasCamera,
  ownFailure,
  ownTrack,
  startOwnCamera,
  stopOwnCamera,
} from "./own-camera.ts";
import { PhotoButton, PhotoNews } from "./photo-controls.tsx";
import { freeze, frozenAt } from "./picture.tsx";
import { PictureModeControl } from "./picture-mode-control.tsx";
import { showOwnCamera, switchCamera } from "./seat.ts";
import { t } from "./words.ts";

interface ControlsProps {
  isPanelOpen: boolean;
  onPanel: () => void;
}

export function Controls({ isPanelOpen, onPanel }: ControlsProps) {
  const isFrozen = frozenAt.value !== null;
  return (
    <section class="call-controls" aria-label={t("call.controls")}>
      <p class="call-notice" role="status">
        {notice()}
      </p>
      <PhotoNews />
      <PictureModeControl />
      <div class="call-buttons">
        <RoundButton icon="hang-up" danger keyShortcut="Alt+R" describedBy="hang-up-key" onPress={hangUp}>
          {t("call.hang-up")}
        </RoundButton>
        <OwnCamera />
        <RoundButton icon="switch-camera" busy={cameraSwitch.value === "asked"} onPress={switchCamera}>
          {t("call.switch-camera")}
        </RoundButton>
        <RoundButton icon={isFrozen ? "play" : "freeze"} onPress={freeze}>
          {t(isFrozen ? "call.unfreeze" : "call.freeze")}
        </RoundButton>
        <PhotoButton />
        <FullScreen />
        <RoundButton icon="list" expanded={isPanelOpen} onPress={onPanel}>
          {t("call.panel")}
        </RoundButton>
      </div>
      <p class="call-key" id="hang-up-key">
        {t("call.hang-up-key")}
      </p>
    </section>
  );
}

/** A device that took over is news for this long. */
const REPLACED_MS = 15_000;

function wasJustReplaced(): boolean {
  return timeline.value.some(
    ({ step, at }) => step === "caller-replaced" && ticking.value - at < REPLACED_MS,
  );
}

/** What came of the last press, or what else is new. */
function notice(): string | null {
  if (wasJustReplaced()) return t("step.caller-replaced");
  if (ownFailure.value) return t(`own-camera.${ownFailure.value}`);
  const outcome = cameraSwitch.value;
  if (outcome === "done") return t(`camera.now-${callerCamera.value?.facing ?? "unknown"}`);
  if (outcome) return t(`camera.${outcome}`);
  return callerCamera.value?.cameras === 1 ? t("camera.only-one") : null;
}

function OwnCamera() {
  useEffect(followCameras, []);
  useSignalEffect(() => {
    void showOwnCamera(ownTrack.value);
  });
  const isOpening = useSignal(false);
  const isOn = ownTrack.value !== null;
  if (!hasCamera.value) return null;
  const toggle = async () => {
    isOpening.value = !isOn;
    if (isOn) stopOwnCamera();
    else await startOwnCamera();
    isOpening.value = false;
  };
  return (
    <RoundButton icon={isOn ? "camera-off" : "camera"} busy={isOpening.value} onPress={() => void toggle()}>
      {t(isOn ? "call.own-camera-off" : "call.own-camera-on")}
    </RoundButton>
  );
}

export function FullScreen() {
  const isFull = useSignal(document.fullscreenElement !== null);
  useEffect(() => {
    const changed = () => {
      isFull.value = document.fullscreenElement !== null;
    };
    document.addEventListener("fullscreenchange", changed);
    return () => document.removeEventListener("fullscreenchange", changed);
  }, []);
  if (!document.fullscreenEnabled) return null;
  const toggle = () =>
    isFull.value ? document.exitFullscreen() : document.documentElement.requestFullscreen();
  return (
    <RoundButton
      icon={isFull.value ? "fullscreen-leave" : "fullscreen"}
      onPress={() => void toggle().catch(() => undefined)}
    >
      {t(isFull.value ? "call.fullscreen-leave" : "call.fullscreen")}
    </RoundButton>
  );
}
