/** The tiles of what this account may open (S10). */
import type { Module } from "../protocol.ts";
import { Icon, type IconName } from "../ui/icon.tsx";
import "./kiosk.css";
import { stayInPage } from "./route.ts";
import { session } from "./session.ts";
import { type Key, t } from "./words.ts";

const TILES: Record<Module, { href: string; icon: IconName }> = {
  dispatch: { href: "/dispatch", icon: "camera" },
  teleconsultation: { href: "/teleconsultation", icon: "people" },
};

export function Kiosk() {
  const user = session.value;
  if (!user) return null;
  return (
    <main class="page" id="main">
      <h1 tabIndex={-1}>{t("kiosk.title", { name: user.displayName })}</h1>
      {user.modules.length ? <Tiles modules={user.modules} /> : <NoModule />}
    </main>
  );
}

function Tiles({ modules }: { modules: Module[] }) {
  return (
    <ul class="tiles">
      {modules.map((module) => (
        <li key={module}>
          <Tile module={module} />
        </li>
      ))}
    </ul>
  );
}

function Tile({ module }: { module: Module }) {
  const { href, icon } = TILES[module];
  const about = `tile-${module}`;
  return (
    <div class="tile">
      <span class="tile-sign">
        <Icon name={icon} size={32} />
      </span>
      <a class="tile-name" href={href} onClick={stayInPage} aria-describedby={about}>
        {t(`kiosk.${module}` as Key)}
      </a>
      <span class="tile-about" id={about}>
        {t(`kiosk.${module}-about` as Key)}
      </span>
    </div>
  );
}

function NoModule() {
  return (
    <div class="card kiosk-empty">
      <h2>{t("kiosk.empty-title")}</h2>
      <p class="soft">{t("kiosk.empty")}</p>
    </div>
  );
}
