/** The round buttons of a visit, each with its word. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { RoundButton } from "../../ui/button.tsx";
import { FullScreen } from "../call-controls.tsx";
import { t } from "../words.ts";
import { DeviceDialog } from "./device-dialog.tsx";
import {
  cameraProblem,
  cameraTrack,
  followDevices,
  hearing,
  isMuted,
  isOpening,
  microphoneProblem,
  microphoneTrack,
  switchCamera,
  switchMicrophone,
} from "./equipment.ts";
import { GuestDialog } from "./guest-dialog.tsx";
import { LevelBar } from "./level-bar.tsx";
import type { PanelName } from "./meeting-panel.tsx";
import { hangUp } from "./meeting-seat.ts";
import { unread } from "./meeting-state.ts";

interface MeetingControlsProps {
  panel: PanelName | null;
  onPanel: (name: PanelName) => void;
}

export function MeetingControls({ panel, onPanel }: MeetingControlsProps) {
  const open = useSignal<"guest" | "devices" | null>(null);
  useEffect(followDevices, []);
  const hasMicrophone = microphoneTrack.value !== null && !isMuted.value;
  const hasCamera = cameraTrack.value !== null;
  const close = () => {
    open.value = null;
  };
  return (
    <section class="call-controls" aria-label={t("call.controls")}>
      <p class="call-notice" role="status">
        {notice()}
      </p>
      <div class="call-buttons">
        <RoundButton icon="hang-up" danger keyShortcut="Alt+R" describedBy="hang-up-key" onPress={hangUp}>
          {t("call.hang-up")}
        </RoundButton>
        <RoundButton
          icon={hasMicrophone ? "microphone" : "microphone-off"}
          pressed={hasMicrophone}
          busy={isOpening.value}
          onPress={() => void switchMicrophone()}
        >
          {t("meeting.microphone")}
        </RoundButton>
        <RoundButton
          icon={hasCamera ? "camera" : "camera-off"}
          pressed={hasCamera}
          busy={isOpening.value}
          onPress={() => void switchCamera()}
        >
          {t("meeting.camera")}
        </RoundButton>
        <RoundButton icon="person-add" onPress={() => (open.value = "guest")}>
          {t("meeting.invite")}
        </RoundButton>
        <RoundButton icon="list" expanded={panel === "visit"} onPress={() => onPanel("visit")}>
          {t("meeting.panel-visit")}
        </RoundButton>
        <RoundButton icon="speak" expanded={panel === "chat"} onPress={() => onPanel("chat")}>
          {t("meeting.panel-chat")}
          {unread.value > 0 && (
            <span class="meeting-unread">{t("chat.unread", { count: unread.value })}</span>
          )}
        </RoundButton>
        <RoundButton icon="settings" onPress={() => (open.value = "devices")}>
          {t("meeting.devices")}
        </RoundButton>
        <FullScreen />
      </div>
      <LevelBar />
      <p class="call-key" id="hang-up-key">
        {t("call.hang-up-key")}
      </p>
      {open.value === "guest" && <GuestDialog onClose={close} />}
      {open.value === "devices" && <DeviceDialog onClose={close} />}
    </section>
  );
}

/** What keeps the others from hearing or seeing, the gravest first. */
function notice(): string | null {
  if (microphoneProblem.value) return t(`microphone-problem.${microphoneProblem.value}`);
  if (microphoneTrack.value && isMuted.value) return t("meeting.you-muted");
  if (microphoneTrack.value && hearing.value === "dead") return t("meeting.you-dead");
  return cameraProblem.value ? t(`camera-problem.${cameraProblem.value}`) : null;
}
