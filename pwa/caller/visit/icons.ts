/** Drawings on a 24 by 24 grid that more than one screen needs. */
export const FLIP = "M4 9a8 8 0 0 1 14-3l2 2M20 4v4h-4M20 15a8 8 0 0 1-14 3l-2-2M4 20v-4h4";
