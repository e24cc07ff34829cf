/** The pictures of everybody who is in: one fills the stage, two to four share it. */
import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { playBy } from "../../call/devices.ts";
import type { ParticipantView } from "../../protocol.ts";
import { Button } from "../../ui/button.tsx";
import { ticking } from "../../ui/clock.ts";
import { Icon } from "../../ui/icon.tsx";
import { Bars } from "../quality-bars.tsx";
import { t } from "../words.ts";
import { Alone } from "./alone.tsx";
import { loudspeakerId } from "./equipment.ts";
import { lookCloser } from "./meeting-seat.ts";
import { admitted, figures, links, losses, streams } from "./meeting-state.ts";
import { judgePair, type PairQuality } from "./pair-quality.ts";
import { roleBeside } from "./role-beside.ts";

/** The browser lets no page make sound before it was pressed, as after a reload. */
const isSoundHeld = signal(false);

export function Grid() {
  const people = admitted.value;
  if (!people.length) return <Alone />;
  return (
    <div class={`meeting-grid meeting-grid-${people.length}`}>
      {people.map((person) => (
        <Tile key={person.id} person={person} />
      ))}
      {isSoundHeld.value && (
        <div class="meeting-sound">
          <Button kind="primary" large icon="play" onPress={() => (isSoundHeld.value = false)}>
            {t("meeting.sound-on")}
          </Button>
        </div>
      )}
    </div>
  );
}

function Tile({ person }: { person: ParticipantView }) {
  const quality = qualityOf(person);
  const isSeen = person.present && person.camera && quality.level !== "lost";
  const role = t(`participant-role.${person.role}`);
  return (
    <figure class={`meeting-tile${isSeen ? "" : " meeting-tile-unseen"}`}>
      <Picture person={person} />
      {!isSeen && <Unseen person={person} quality={quality} />}
      <figcaption class="meeting-caption">
        <span class="meeting-name">{person.name || role}</span>
        {person.name && <span class="soft">{roleBeside(person)}</span>}
        {!person.microphone && person.present && person.role !== "camera" && (
          <span class="meeting-muted">
            <Icon name="microphone-off" size={18} />
            {t("meeting.muted")}
          </span>
        )}
        <Quality quality={quality} />
        {isSeen && <Closer person={person} />}
      </figcaption>
    </figure>
  );
}

/** « Détail »: a wound or a throat wants sharpness more than movement. */
function Closer({ person }: { person: ParticipantView }) {
  const isCloser = person.pictureMode === "detail";
  return (
    <button
      type="button"
      class="meeting-closer"
      aria-pressed={isCloser}
      onClick={() => lookCloser(person.id, !isCloser)}
    >
      <Icon name="search" size={18} />
      {t("mode.detail")}
      <span class="said-only">{t("meeting.closer-of", { name: person.name })}</span>
    </button>
  );
}

function qualityOf(person: ParticipantView): PairQuality {
  void ticking.value;
  return judgePair({
    isPresent: person.present,
    link: links.value.get(person.id) ?? "joining",
    figures: figures.value.get(person.id) ?? null,
    loss: losses.value.get(person.id) ?? 0,
    hasCamera: person.camera,
    mode: person.pictureMode ?? "motion",
  });
}

/** Sound and picture of one; not muted. */
function Picture({ person }: { person: ParticipantView }) {
  const video = useRef<HTMLVideoElement>(null);
  const stream = streams.value.get(person.id) ?? null;
  const mayPlay = !isSoundHeld.value;
  useEffect(() => {
    const element = video.current;
    if (!element) return;
    element.srcObject = stream;
    if (stream && mayPlay) void play(element);
  }, [stream, mayPlay]);
  useEffect(() => {
    if (video.current && loudspeakerId.value) void playBy(video.current, loudspeakerId.value);
  }, [loudspeakerId.value]);
  return (
    // biome-ignore lint/a11y/useMediaCaption: a conversation in progress has no captions; the chat is beside it
    <video
      ref={video}
      autoplay
      playsInline
      aria-label={t("meeting.picture-of", { name: person.name || t(`participant-role.${person.role}`) })}
    />
  );
}

async function play(element: HTMLVideoElement): Promise<void> {
  await element.play().catch((error: unknown) => {
    if (error instanceof DOMException && error.name === "NotAllowedError") isSoundHeld.value = true;
  });
}

/** Why there is no picture. */
function Unseen({ person, quality }: { person: ParticipantView; quality: PairQuality }) {
  const why = !person.present ? "away" : quality.level === "lost" ? quality.state : ("camera-off" as const);
  return (
    <div class="meeting-unseen" role="status">
      <span class="meeting-initial" aria-hidden="true">
        {(person.name || "?").slice(0, 1).toUpperCase()}
      </span>
      <p>{t(`meeting.${why}`)}</p>
    </div>
  );
}

function Quality({ quality }: { quality: PairQuality }) {
  if (quality.level === "lost") return null;
  return (
    <span class={`quality quality-${quality.level}`}>
      <Bars level={quality.level} />
      <span class="quality-word">
        {t(`pair-level.${quality.level}`)}
        {quality.level === "weak" && (
          <span class="quality-reason">{` : ${t(`pair-reason.${quality.reason}`)}`}</span>
        )}
      </span>
    </span>
  );
}
