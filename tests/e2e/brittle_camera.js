// A camera in which everything can fail that fails on telephones: taken by a call, muted, unplugged, in use elsewhere.
// Its pictures are drawn by the page; its failures are those that browsers report.
(() => {
  const devices = navigator.mediaDevices;
  if (!devices) return; // about:blank, before the page
  const camera = {
    /** Why it does not open, a name of the W3C; or nothing. */
    trouble: "",
    message: "Permission denied",
    /** Every camera gives nothing, also one that is opened anew. */
    isTaken: false,
    asked: [],
    opened: 0,
    freeze: () => undefined,
    mute: () => undefined,
    unmute: () => undefined,
    unplug: () => undefined,
  };
  window.__camera = camera;

  const draw = (canvas, isStopped) => {
    const context = canvas.getContext("2d");
    let turn = 0;
    return setInterval(() => {
      if (camera.isTaken || isStopped()) return;
      turn += 7;
      context.fillStyle = `hsl(${turn % 360} 60% 50%)`;
      context.fillRect(0, 0, canvas.width, canvas.height);
    }, 60);
  };

  devices.getUserMedia = async (constraints) => {
    camera.asked.push(JSON.parse(JSON.stringify(constraints)));
    const trouble = Array.isArray(camera.trouble) ? camera.trouble.shift() : camera.trouble;
    if (trouble) throw new DOMException(camera.message, trouble);
    camera.opened += 1;
    const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 480 });
    const state = { isStill: false, isMuted: false };
    const timer = draw(canvas, () => state.isStill || state.isMuted);
    const stream = canvas.captureStream(15);
    const [track] = stream.getVideoTracks();
    const settings = track.getSettings.bind(track);
    const stop = track.stop.bind(track);
    track.getSettings = () => ({ ...settings(), width: 640, height: 480, deviceId: "brittle" });
    track.stop = () => {
      clearInterval(timer);
      stop();
    };
    Object.defineProperty(track, "label", { value: "Back Camera" });
    Object.defineProperty(track, "muted", { get: () => state.isMuted });
    const say = (name) => track.dispatchEvent(new Event(name));
    camera.freeze = () => Object.assign(state, { isStill: true });
    camera.mute = () => say("mute", Object.assign(state, { isMuted: true }));
    camera.unmute = () => say("unmute", Object.assign(state, { isMuted: false }));
    camera.unplug = () => {
      track.stop();
      say("ended");
    };
    return stream;
  };
  devices.enumerateDevices = async () =>
    camera.trouble ? [] : [{ kind: "videoinput", deviceId: "brittle", groupId: "", label: "Back Camera" }];

  // The page seems hidden, or comes back to the front.
  let isHidden = false;
  Object.defineProperty(document, "hidden", { get: () => isHidden });
  Object.defineProperty(document, "visibilityState", { get: () => (isHidden ? "hidden" : "visible") });
  window.__hide = (isNow) => {
    isHidden = isNow;
    document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
  };
})();
