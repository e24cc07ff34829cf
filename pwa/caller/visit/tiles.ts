import * as words from "@words";
import { h } from "../dom.ts";
import { tell } from "./face.ts";
import type { Partner } from "./gathering.ts";

export interface Tiles {
  node: HTMLElement;
  update(partners: Partner[]): void;
  /** Some picture or voice waits for a tap. */
  isBlocked(): boolean;
  /** By a tap: browsers that save power or silence play nothing without (F38). */
  playAll(): void;
}

interface Tile {
  node: HTMLElement;
  video: HTMLVideoElement;
  update(partner: Partner): void;
}

/** The others, one to three of them: each keeps its element for as long as its person is there. */
export function makeTiles(changed: () => void): Tiles {
  const node = h("div", { className: "tiles" });
  const tiles = new Map<string, Tile>();
  const blocked = new Set<HTMLVideoElement>();
  const play = (video: HTMLVideoElement) => {
    video.play().then(
      () => blocked.delete(video) && changed(),
      (error: Error) => {
        if (error.name !== "NotAllowedError") return;
        blocked.add(video);
        changed();
      },
    );
  };
  const drop = (id: string) => {
    const gone = tiles.get(id);
    if (gone) {
      gone.node.remove();
      gone.video.srcObject = null;
      blocked.delete(gone.video);
    }
    tiles.delete(id);
  };
  return {
    node,
    update: (partners) => {
      const here = partners.map(({ view }) => view.id);
      for (const id of [...tiles.keys()]) if (!here.includes(id)) drop(id);
      for (const partner of partners) {
        const tile = tiles.get(partner.view.id) ?? makeTile(play);
        tiles.set(partner.view.id, tile);
        if (!tile.node.isConnected) node.append(tile.node);
        tile.update(partner);
      }
      node.dataset.count = String(partners.length);
    },
    isBlocked: () => blocked.size > 0,
    playAll: () => blocked.forEach(play),
  };
}

/** Picture, name, and a word instead of the picture where there is none. Never muted: this is the voice too. */
function makeTile(play: (video: HTMLVideoElement) => void): Tile {
  const video = h("video", { playsInline: true });
  const name = h("figcaption");
  const placard = h("p", { className: "placard" });
  return {
    node: h("figure", { className: "tile" }, video, placard, name),
    video,
    update: ({ view, stream, link }) => {
      const called = nameOf(view);
      video.setAttribute("aria-label", called);
      tell(name, view.microphone || view.role === "camera" ? called : `${called} (${words.visitMuted})`);
      tell(placard, placardOf(link === "joining" && isMoving(video) ? "live" : link, view.camera));
      placard.classList.toggle("over", link === "lost");
      if (video.srcObject === stream) return;
      video.srcObject = stream;
      if (stream) play(video);
    },
  };
}

/** A second camera is in the hands of somebody who has a tile of his own. */
function nameOf({ name, role }: Partner["view"]): string {
  return role === "camera" ? words.visitSecondCamera : name || words.liveTheirs;
}

/** A picture that is there already needs no word in its place: figures come a moment later. */
function isMoving({ currentTime, paused, videoWidth }: HTMLVideoElement): boolean {
  return videoWidth > 0 && !paused && currentTime > 0;
}

function placardOf(link: Partner["link"], hasCamera: boolean): string {
  if (link === "joining") return words.liveConnecting;
  if (link === "lost") return words.visitReconnecting;
  return hasCamera ? "" : words.visitCameraOff;
}
