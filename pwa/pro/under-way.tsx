/** An invitation goes on behind another page: the way back to it. */
import { Notice } from "../ui/notice.tsx";
import { stayInPage } from "./route.ts";
import { t } from "./words.ts";

export function UnderWay() {
  return (
    <Notice kind="info" banner>
      {t("under-way.text")}{" "}
      <a href="/dispatch" onClick={stayInPage}>
        {t("under-way.back")}
      </a>
    </Notice>
  );
}
