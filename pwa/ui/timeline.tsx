/** Steps in their order, each with its state, its time and what there is to add. */
import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./icon.tsx";
import "./timeline.css";

export type TimelineState = "done" | "current" | "todo" | "failed" | "skipped";

export interface TimelineItem {
  id: string;
  label: string;
  state: TimelineState;
  /** The state in words, for who does not see the mark. */
  stateWord: string;
  time?: string | undefined;
  /** Machine-readable, for the `time` element. */
  dateTime?: string | undefined;
  detail?: ComponentChildren;
}

const MARKS: Record<TimelineState, IconName | null> = {
  done: "check",
  current: "arrow",
  todo: null,
  failed: "close",
  skipped: null,
};

export function Timeline({ items, label }: { items: TimelineItem[]; label: string }) {
  return (
    <ol class="timeline" aria-label={label}>
      {items.map((item) => (
        <Row key={item.id} item={item} />
      ))}
    </ol>
  );
}

function Row({ item }: { item: TimelineItem }) {
  const mark = MARKS[item.state];
  return (
    <li
      class={`timeline-item timeline-item-${item.state}`}
      aria-current={item.state === "current" ? "step" : undefined}
    >
      <span class="timeline-mark">{mark && <Icon name={mark} size={16} />}</span>
      <span class="timeline-label">
        {item.label}
        <span class="said-only"> ({item.stateWord})</span>
      </span>
      {item.time && (
        <time class="timeline-time" dateTime={item.dateTime}>
          {item.time}
        </time>
      )}
      {item.detail && <div class="timeline-detail">{item.detail}</div>}
    </li>
  );
}
