/** Another tab or workstation took the seat, or it was refused. */
import { Button } from "../ui/button.tsx";
import { Notice } from "../ui/notice.tsx";
import { socket } from "./dispatch-state.ts";
import { resume } from "./seat.ts";
import { t } from "./words.ts";

export function SeatNotice() {
  if (socket.value !== "replaced" && socket.value !== "refused") return null;
  const action = (
    <Button kind="primary" onPress={() => void resume().catch(() => undefined)}>
      {t("seat.take-back")}
    </Button>
  );
  return (
    <Notice kind="warning" title={t("seat.lost-title")} actions={action} urgent>
      {t(socket.value === "replaced" ? "seat.replaced" : "seat.refused")}
    </Notice>
  );
}
