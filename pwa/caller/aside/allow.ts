import * as words from "@words";
import { h } from "../dom.ts";
import { type PictureName, step } from "./picture.ts";

type Steps = [PictureName, string][];

/** How to allow the camera again, in the very browser and system at hand. */
export function allowSteps(browser: string, system: string): Node[] {
  return [h("ol", {}, ...drawn(stepsFor(browser, system)))];
}

/** Where the whole telephone or computer keeps the camera from this browser. */
export function systemSteps(browser: string, system: string): Node[] {
  if (system === "iOS" || system === "iPadOS") return [h("ol", {}, ...drawn(iosSettings(browser)))];
  return [h("ol", {}, ...drawn(system === "Android" ? androidSettings(browser) : computerSettings()))];
}

function drawn(steps: Steps): HTMLElement[] {
  return steps.map(([name, text]) => step(name, text));
}

function androidSettings(browser: string): Steps {
  return [
    ["settings", words.allowAndroid1],
    ["app", words.allowAndroid2.replace("{browser}", browser)],
    ["camera-on", words.allowAndroid3],
  ];
}

function computerSettings(): Steps {
  return [
    ["settings", words.allowComputer1],
    ["camera-on", words.allowComputer2],
  ];
}

function stepsFor(browser: string, system: string): Steps {
  if (system === "iOS" || system === "iPadOS") return browser === "Safari" ? safari() : iosSettings(browser);
  if (system !== "Android") return desktop();
  if (browser === "Samsung Internet") return samsung();
  return browser === "Firefox" ? firefox() : chrome();
}

function safari(): Steps {
  return [
    ["safari-menu", words.allowSafari1],
    ["settings", words.allowSafari2],
    ["camera-on", words.allowSafari3],
  ];
}

/** On an iPhone the system, not the page, keeps the camera from other browsers. */
function iosSettings(browser: string): Steps {
  return [
    ["settings", words.allowIos1],
    ["app", words.allowIos2.replace("{browser}", browser)],
    ["camera-on", words.allowIos3],
  ];
}

function chrome(): Steps {
  return [
    ["tune", words.allowChrome1],
    ["settings", words.allowChrome2],
    ["camera-on", words.allowChrome3],
  ];
}

function samsung(): Steps {
  return [
    ["lock", words.allowSamsung1],
    ["settings", words.allowSamsung2],
    ["camera-on", words.allowSamsung3],
  ];
}

function firefox(): Steps {
  return [
    ["lock", words.allowFirefox1],
    ["camera-on", words.allowFirefox2],
  ];
}

function desktop(): Steps {
  return [
    ["tune", words.allowDesktop1],
    ["camera-on", words.allowDesktop2],
  ];
}
