import logo from "../../static/icons/chevet.svg?no-inline";
import type { SessionView } from "../protocol.ts";
import { Button } from "../ui/button.tsx";
import { stayInPage } from "./route.ts";
import { signOut } from "./session.ts";
import { t } from "./words.ts";

export function Header({ user }: { user: SessionView }) {
  return (
    <header class="header">
      <a class="header-brand" href="/" onClick={stayInPage} aria-label={t("header.home")}>
        <img src={logo} width="32" height="32" alt="" />
        Chevet
      </a>
      <p class="header-who">
        <strong>{user.displayName}</strong>
        <span>{user.organizationName}</span>
      </p>
      <Button kind="quiet" icon="sign-out" onPress={() => void signOut()}>
        {t("header.sign-out")}
      </Button>
    </header>
  );
}
