/** Drawn signs, 24 × 24, stroked in the colour of the text. Always beside a word, hence hidden from readers. */

const DRAWINGS = {
  accessibility: [
    "M12 5.2a1.4 1.4 0 1 0 0-2.8 1.4 1.4 0 0 0 0 2.8Z",
    "M4.5 8.2 12 9.8l7.5-1.6",
    "M12 9.8v5",
    "m8.5 21 3.5-6.2 3.5 6.2",
  ],
  alert: ["M12 3.5 2.5 20h19L12 3.5Z", "M12 10v4.5", "M12 17.4v.1"],
  arrow: ["M5 12h14", "m13 6 6 6-6 6"],
  back: ["M19 12H5", "m11 6-6 6 6 6"],
  camera: ["M3 7.5h12v9H3z", "m15 11 6-3.5v9L15 13"],
  "camera-off": ["M8 7.5h7v7", "m15 11 6-3.5v9l-2-1.2", "M13.5 16.5H3v-9h1.5", "m3 3 18 18"],
  check: ["m4.5 12.5 5 5 10-11"],
  close: ["m6 6 12 12", "M18 6 6 18"],
  copy: ["M8.5 8.5h11v11h-11z", "M15.5 8.5v-4h-11v11h4"],
  eye: [
    "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12Z",
    "M12 14.8a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6Z",
  ],
  freeze: ["M8 5.5v13", "M16 5.5v13"],
  fullscreen: ["M4 9V4h5", "M15 4h5v5", "M20 15v5h-5", "M9 20H4v-5"],
  "fullscreen-leave": ["M9 4v5H4", "M20 9h-5V4", "M15 20v-5h5", "M4 15h5v5"],
  "hang-up": [
    "M3.2 13.8c-.9-.9-.9-2.6 0-3.5 4.7-4.4 12.9-4.4 17.6 0 .9.9.9 2.6 0 3.5l-1.1 1.1a1.2 1.2 0 0 1-1.5.2l-2.5-1.5a1.2 1.2 0 0 1-.6-1.1v-1.8a10.6 10.6 0 0 0-6.2 0v1.8c0 .4-.2.8-.6 1.1l-2.5 1.5a1.2 1.2 0 0 1-1.5-.2l-1.1-1.1Z",
  ],
  info: ["M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z", "M12 11v5.5", "M12 7.6v.1"],
  list: ["M9 6h11", "M9 12h11", "M9 18h11", "M4.5 6v.1", "M4.5 12v.1", "M4.5 18v.1"],
  photo: ["M3 7.5h4l2-3h6l2 3h4v12H3z", "M12 16.800a3.8 3.8 0 1 0 0-7.600 3.8 3.8 0 0 0 0 7.600Z"],
  play: ["M7.5 4.500v15l12-7.5-12-7.500Z"],
  qr: [
    "M4 4h6v6H4z",
    "M14 4h6v6h-6z",
    "M4 14h6v6H4z",
    "M14 14h2.500v2.500H14z",
    "M20 14v.1",
    "M20 20v-3",
    "M14 20h3",
  ],
  question: [
    "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z",
    "M9.5 9.500a2.5 2.5 0 1 1 3.6 2.300c-.8.4-1.1.9-1.1 1.7",
    "M12 16.800v.1",
  ],
  refresh: ["M19.5 9A8 8 0 0 0 5 7.500L4 9", "M4 4v5h5", "M4.5 15A8 8 0 0 0 19 16.500l1-1.5", "M20 20v-5h-5"],
  report: ["M5 21V4", "M5 4.500h13l-2.5 4.200L18 13H5"],
  save: ["M12 4v11", "m7.500 10.500 4.500 4.500 4.500-4.500", "M4.500 20h15"],
  send: ["M21 3 10.5 13.5", "M21 3l-6.5 18-4-7.500L3 9.5 21 3Z"],
  "sign-out": ["M10 4H4.500v16H10", "M14 8l4.5 4-4.5 4", "M18 12H9"],
  speak: ["M4 4.500h16v11.500h-9L6 20v-4H4z", "M8.5 10.200h.1", "M12 10.200h.1", "M15.5 10.200h.1"],
  "switch-camera": [
    "M4 8h3.500l1.5-2.500h6L16.5 8H20v11H4z",
    "M9 13.200a3.1 3.1 0 0 1 5.6-1.4",
    "M15 10.200v1.800h-1.8",
    "M15 13.800a3.1 3.1 0 0 1-5.6 1.4",
    "M9 16.800V15h1.8",
  ],
} as const;

export type IconName = keyof typeof DRAWINGS;

export function Icon({ name, size = 24 }: { name: IconName; size?: number }) {
  return (
    <svg
      class="icon"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="2"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {DRAWINGS[name].map((path) => (
        <path key={path} d={path} />
      ))}
    </svg>
  );
}
