/** How good a picture is, never by its colour alone: filled bars against hollow ones, crossed out when there is none. */
import type { Level } from "./quality.ts";

const LIT: Record<Level, number> = { good: 3, weak: 2, lost: 0 };

export function Bars({ level }: { level: Level }) {
  return (
    <svg class="quality-bars" viewBox="0 0 18 14" aria-hidden="true">
      {[5, 9, 13].map((height, index) => (
        <rect
          key={height}
          x={1 + index * 6}
          y={13.5 - height}
          width="4"
          height={height}
          rx="1"
          stroke="currentColor"
          fill={index < LIT[level] ? "currentColor" : "none"}
        />
      ))}
      {LIT[level] === 0 && <path d="M1 1l16 12" stroke="currentColor" stroke-width="2" />}
    </svg>
  );
}
