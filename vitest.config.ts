import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

export default defineConfig({
  resolve: { alias: { "@words": path("./static/locales/caller.fr.json") } },
  define: {
    __ASIDE__: JSON.stringify(path("./pwa/caller/aside/aside.ts")),
    __CARE__: JSON.stringify(path("./pwa/caller/care/care.ts")),
    __VISIT__: JSON.stringify(path("./pwa/caller/visit/visit.ts")),
    __SCANNER__: JSON.stringify(path("./pwa/caller/scanner/scanner.ts")),
  },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  test: {
    environment: "happy-dom",
    include: ["tests/pwa/**/*.test.ts", "tests/pwa/**/*.test.tsx"],
    restoreMocks: true,
  },
});
