/** Builds the pages with a framework, then the caller's page, which is one response (pwa/caller/build). */
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";
import { buildCallerPages } from "./pwa/caller/build/one_response.ts";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const output = path("./static/build");

const callerPages: Plugin = {
  name: "caller-pages",
  apply: "build",
  closeBundle: {
    sequential: true,
    handler: () =>
      buildCallerPages({ source: path("./pwa/caller"), locales: path("./static/locales"), output }),
  },
};

export default defineConfig({
  root: path("./pwa"),
  base: "/",
  publicDir: false,
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  plugins: [callerPages],
  build: {
    outDir: output,
    emptyOutDir: true,
    assetsDir: "assets",
    target: ["chrome80", "safari14", "firefox78"],
    modulePreload: { polyfill: false },
    manifest: true,
    rolldownOptions: { input: { pro: path("./pwa/pro/index.html") } },
  },
});
