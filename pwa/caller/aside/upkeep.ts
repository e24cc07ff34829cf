import type { Reports } from "../../call/pulse.ts";
import type { PictureMode } from "../../protocol.ts";
import type { Showing } from "../showing.ts";
import { askToPlay } from "./blocked.ts";
import { PictureKeeper } from "./picture_keeper.ts";
import { SourceKeeper } from "./source.ts";

/** Twice a second: an interruption of the camera is told within a few looks. */
const LOOK_EVERY_MS = 500;

/** Looks after a camera that is being shown: its source, how good a picture leaves, and what plays on the page. */
export class Upkeep {
  readonly source: SourceKeeper;
  private readonly picture: PictureKeeper;
  private readonly timer = setInterval(() => void this.look(), LOOK_EVERY_MS);
  private isLooking = false;

  constructor(private readonly showing: Showing) {
    this.source = new SourceKeeper(showing);
    this.picture = new PictureKeeper(showing);
  }

  setMode(mode: PictureMode): void {
    this.picture.mode = mode;
  }

  private async look(): Promise<void> {
    if (this.showing.isOver) return this.end();
    if (this.isLooking) return;
    this.isLooking = true;
    try {
      // A connection closed meanwhile has no figures.
      const reports = (await this.showing.seat.connection?.getStats().catch(() => null)) as Reports | null;
      this.source.look(reports ?? new Map());
      if (reports) this.picture.look(reports);
      askToPlay();
    } finally {
      this.isLooking = false;
    }
  }

  private end(): void {
    clearInterval(this.timer);
    this.source.end();
  }
}

let current: { showing: Showing; upkeep: Upkeep } | undefined;

/** The upkeep of this showing, begun when first asked for. */
export function upkeepOf(showing: Showing): Upkeep {
  if (current?.showing !== showing) current = { showing, upkeep: new Upkeep(showing) };
  return current.upkeep;
}
