/** A photo over the page: larger, whole again, the others of the call, and a copy on this computer. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { PhotoView } from "../protocol.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { timeOfDay } from "../ui/format.ts";
import { Icon } from "../ui/icon.tsx";
import { fetchImage, images, openPhoto, openPhotoId, photos } from "./photo.ts";
import "./photo.css";
import { language, t } from "./words.ts";

/** Of the whole image. */
const ZOOMS = [1, 1.5, 2, 3, 4, 6];

/** Nothing until a photo is opened: by its arrival, or by the dispatcher. */
export function PhotoViewer() {
  const photo = openPhoto.value;
  if (!photo) return null;
  const title = t("photo.title", { time: timeOfDay(photo.at, language.value) });
  return (
    <Dialog title={title} closeWord={t("dialog.close")} large onClose={() => (openPhotoId.value = null)}>
      <div class={photos.value.length > 1 ? "photo-among" : undefined}>
        <Viewed key={photo.photoId} photo={photo} />
        {photos.value.length > 1 && <Strip chosen={photo.photoId} />}
      </div>
    </Dialog>
  );
}

function Viewed({ photo }: { photo: PhotoView }) {
  const { photoId, width, height } = photo;
  useEffect(() => void fetchImage(photoId), [photoId]);
  const image = images.value.get(photoId);
  const zoom = useSignal(0);
  if (image === "failed") return <NotLoaded photoId={photoId} />;
  return (
    <div class="photo">
      {image ? <Zoomed photo={photo} image={image} zoom={zoom} /> : <p role="status">{t("photo.loading")}</p>}
      <div class="row photo-bar">
        <Button disabled={zoom.value === ZOOMS.length - 1} onPress={() => (zoom.value += 1)}>
          {t("photo.zoom-in")}
        </Button>
        <Button disabled={zoom.value === 0} onPress={() => (zoom.value -= 1)}>
          {t("photo.zoom-out")}
        </Button>
        <Button disabled={zoom.value === 0} onPress={() => (zoom.value = 0)}>
          {t("photo.fit")}
        </Button>
        {image && <Save photo={photo} image={image} />}
        <span class="soft">{t("photo.size", { width, height })}</span>
      </div>
    </div>
  );
}

interface ZoomedProps {
  photo: PhotoView;
  image: string;
  zoom: { value: number };
}

/** A press on the image itself makes it larger, or whole again; what does not fit is scrolled. */
function Zoomed({ photo, image, zoom }: ZoomedProps) {
  const frame = useRef<HTMLDivElement>(null);
  const factor = ZOOMS[zoom.value] ?? 1;
  useEffect(() => {
    const { current } = frame;
    current?.scrollTo?.(
      (current.scrollWidth - current.clientWidth) / 2,
      (current.scrollHeight - current.clientHeight) / 2,
    );
  }, [factor]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <div class="photo-frame" ref={frame} tabIndex={0}>
      <img
        src={image}
        alt={t("photo.alt", { time: timeOfDay(photo.at, language.value) })}
        style={{ width: `${factor * 100}%`, height: `${factor * 100}%` }}
        onDblClick={() => (zoom.value = zoom.value ? 0 : 2)}
      />
    </div>
  );
}

function NotLoaded({ photoId }: { photoId: string }) {
  return (
    <div class="stack">
      <p role="alert">{t("photo.not-loaded")}</p>
      <div class="row">
        <Button icon="refresh" onPress={() => void fetchImage(photoId)}>
          {t("photo.again")}
        </Button>
      </div>
    </div>
  );
}

/** A neutral name: the time, nothing of the person. */
function Save({ photo, image }: { photo: PhotoView; image: string }) {
  const time = timeOfDay(photo.at, "fr").replace(/\D/g, "-");
  return (
    <a class="button button-secondary" href={image} download={`photo-${time}.jpg`}>
      <Icon name="save" size={20} />
      <span>{t("photo.save")}</span>
    </a>
  );
}

function Strip({ chosen }: { chosen: string }) {
  return (
    <ul class="photo-strip" aria-label={t("photo.strip")}>
      {photos.value.map((photo) => (
        <li key={photo.photoId}>
          <Small photo={photo} isChosen={photo.photoId === chosen} />
        </li>
      ))}
    </ul>
  );
}

function Small({ photo, isChosen }: { photo: PhotoView; isChosen: boolean }) {
  useEffect(() => void fetchImage(photo.photoId), [photo.photoId]);
  const image = images.value.get(photo.photoId);
  const time = timeOfDay(photo.at, language.value);
  return (
    <button
      type="button"
      class="photo-small"
      aria-current={isChosen || undefined}
      onClick={() => (openPhotoId.value = photo.photoId)}
    >
      {image && image !== "failed" ? <img src={image} alt="" /> : <Icon name="photo" size={28} />}
      <span>{time}</span>
    </button>
  );
}
