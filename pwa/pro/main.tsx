import { render } from "preact";
import "../ui/tokens.css";
import "../ui/base.css";
import { App } from "./app.tsx";
import { followHistory } from "./route.ts";
import { keepSession, learnInstance, refreshSession } from "./session.ts";
import { speakAsBefore } from "./words.ts";

const root = document.getElementById("app");
if (root) {
  followHistory();
  keepSession();
  void speakAsBefore();
  void learnInstance();
  void refreshSession();
  render(<App />, root);
}
