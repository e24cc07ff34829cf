/** Which microphone, camera and loudspeaker. */
import type { Device } from "../../call/devices.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { SelectField } from "../../ui/field.tsx";
import { t } from "../words.ts";
import {
  cameras,
  cameraTrack,
  chooseCamera,
  chooseMicrophone,
  loudspeakerId,
  loudspeakers,
  microphones,
  microphoneTrack,
} from "./equipment.ts";

export function DeviceDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title={t("meeting.devices")} closeWord={t("dialog.close")} onClose={onClose}>
      <div class="stack">
        <Picker
          label={t("devices.microphone")}
          devices={microphones.value}
          chosen={microphoneTrack.value?.getSettings().deviceId ?? ""}
          onChoose={(id) => void chooseMicrophone(id)}
        />
        <Picker
          label={t("devices.camera")}
          devices={cameras.value}
          chosen={cameraTrack.value?.getSettings().deviceId ?? ""}
          onChoose={(id) => void chooseCamera(id)}
        />
        <Picker
          label={t("devices.loudspeaker")}
          devices={loudspeakers.value}
          chosen={loudspeakerId.value}
          own={t("devices.system")}
          onChoose={(id) => (loudspeakerId.value = id)}
        />
        {!microphones.value.length && !cameras.value.length && <p>{t("devices.none")}</p>}
      </div>
    </Dialog>
  );
}

interface PickerProps {
  label: string;
  devices: Device[];
  chosen: string;
  /** The words for the system's own choice, where there is one. */
  own?: string;
  onChoose: (id: string) => void;
}

function Picker({ label, devices, chosen, own, onChoose }: PickerProps) {
  if (!devices.length) return null;
  const named = devices.map(({ id, label: name }, index): [string, string] => [
    id,
    name || t("devices.unnamed", { number: index + 1 }),
  ]);
  const isKnown = devices.some(({ id }) => id === chosen);
  const first: [string, string][] = own ? [["", own]] : isKnown ? [] : [["", t("devices.off")]];
  return (
    <SelectField
      label={label}
      value={isKnown ? chosen : ""}
      options={[...first, ...named]}
      onInput={onChoose}
    />
  );
}
