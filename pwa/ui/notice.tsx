/** Something to know. `urgent` is read out at once; otherwise when the reader pauses. */
import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./icon.tsx";
import "./notice.css";

export type NoticeKind = "info" | "success" | "warning" | "danger";

const ICONS: Record<NoticeKind, IconName> = {
  info: "info",
  success: "check",
  warning: "alert",
  danger: "alert",
};

interface NoticeProps {
  kind: NoticeKind;
  title?: string;
  children?: ComponentChildren;
  actions?: ComponentChildren;
  urgent?: boolean;
  banner?: boolean;
}

export function Notice({ kind, title, children, actions, urgent, banner }: NoticeProps) {
  return (
    <div class={`notice notice-${kind}${banner ? " notice-banner" : ""}`} role={urgent ? "alert" : "status"}>
      <Icon name={ICONS[kind]} size={22} />
      <div class="notice-body">
        {title && <p class="notice-title">{title}</p>}
        {children && <div>{children}</div>}
        {actions && <div class="notice-actions">{actions}</div>}
      </div>
    </div>
  );
}
