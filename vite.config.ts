/** Builds the pages with a framework (the professional app). The caller's page has its own build: vite.caller.config.ts. */
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

export default defineConfig({
  root: path("./pwa"),
  base: "/",
  publicDir: false,
  resolve: { alias: { "@locales": path("./static/locales") } },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: path("./static/build"),
    emptyOutDir: true,
    assetsDir: "assets",
    target: ["chrome80", "safari14", "firefox78"],
    modulePreload: { polyfill: false },
    manifest: true,
    rolldownOptions: { input: { pro: path("./pwa/pro/index.html") } },
  },
});
