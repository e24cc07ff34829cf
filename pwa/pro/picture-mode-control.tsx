import type { PictureMode } from "../protocol.ts";
import { pictureMode } from "./picture-mode.ts";
import { setPictureMode } from "./seat.ts";
import { t } from "./words.ts";

const MODES: PictureMode[] = ["motion", "detail"];

/** What the caller's phone should keep when it cannot send all: one of two, each with its word. */
export function PictureModeControl() {
  return (
    <fieldset class="mode">
      <legend>{t("mode.title")}</legend>
      {MODES.map((mode) => (
        <button
          key={mode}
          type="button"
          class="mode-choice"
          aria-pressed={pictureMode.value === mode}
          onClick={() => setPictureMode(mode)}
        >
          {t(`mode.${mode}`)}
        </button>
      ))}
    </fieldset>
  );
}
