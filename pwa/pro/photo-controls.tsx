/** « Photo nette » among the buttons of the call, and what has become of it. */
import { useId } from "preact/hooks";
import { Button, RoundButton } from "../ui/button.tsx";
import { duration } from "../ui/format.ts";
import { isCallerOnline } from "./dispatch-state.ts";
import { openPhotoId, type PhotoUnderWay, photoFailure, photos, photoUnderWay, timeLeft } from "./photo.ts";
import "./photo.css";
import { askPhoto } from "./seat.ts";
import { isKey, t } from "./words.ts";

export function PhotoButton() {
  const why = useId();
  const isAlone = !isCallerOnline.value;
  return (
    <>
      <RoundButton
        icon="photo"
        busy={photoUnderWay.value !== null}
        disabled={isAlone}
        describedBy={isAlone ? why : undefined}
        onPress={askPhoto}
      >
        {t("photo.ask")}
      </RoundButton>
      <span class="said-only" id={why}>
        {isAlone && t("photo.nobody")}
      </span>
    </>
  );
}

/** How far the photo is, or why it does not come, and the way to those that are here. */
export function PhotoNews() {
  const underWay = photoUnderWay.value;
  const failure = photoFailure.value;
  const last = photos.value[photos.value.length - 1];
  if (!underWay && !failure && !last) return null;
  return (
    <div class="photo-news">
      {underWay && <Progress photo={underWay} />}
      <span role="status">{failure !== null && !underWay && failureText(failure)}</span>
      {last && !underWay && (
        <Button icon="photo" onPress={() => (openPhotoId.value = last.photoId)}>
          {t("photo.open", { count: photos.value.length })}
        </Button>
      )}
    </div>
  );
}

function Progress({ photo }: { photo: PhotoUnderWay }) {
  const { received, total } = photo;
  return (
    <p class="photo-progress">
      <span>{progressText(photo)}</span>
      {total > 0 && <progress aria-label={t("photo.progress")} max={total} value={received} />}
    </p>
  );
}

function progressText(photo: PhotoUnderWay): string {
  const { received, total } = photo;
  if (total === 0) return t("photo.asked");
  const percent = Math.floor((100 * received) / total);
  const left = timeLeft(photo);
  if (left === null || left < 500) return t("photo.receiving", { percent });
  return t("photo.receiving-left", { percent, duration: duration(Math.max(left, 1000)) });
}

function failureText(reason: string): string {
  const key = `photo-failed.${reason}`;
  return t(isKey(key) ? key : "photo-failed.other");
}
