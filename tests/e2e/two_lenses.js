// A phone with a back and a front camera, which cannot have both open (as many Androids). The pictures are those of
// the browser's own fake camera; only the names of the lenses are ours.
(() => {
  const devices = navigator.mediaDevices;
  if (!devices) return; // about:blank, before the page
  const open = devices.getUserMedia.bind(devices);
  const lenses = {
    environment: { deviceId: "back", groupId: "phone", kind: "videoinput", label: "Back Camera" },
    user: { deviceId: "front", groupId: "phone", kind: "videoinput", label: "Front Camera" },
  };
  let live = null;

  const wanted = ({ video }) => {
    const text = JSON.stringify(video ?? {});
    return /front|"user"/.test(text) ? "user" : "environment";
  };
  devices.enumerateDevices = async () => Object.values(lenses).map((lens) => ({ ...lens, toJSON: () => lens }));
  devices.getUserMedia = async (constraints) => {
    if (live?.readyState === "live") throw new DOMException("one camera at a time", "NotReadableError");
    const side = wanted(constraints);
    if (window.__brokenLens === side) throw new DOMException("lens is broken", "NotReadableError");
    const stream = await open({ video: true });
    [live] = stream.getVideoTracks();
    const settings = live.getSettings();
    live.getSettings = () => ({ ...settings, deviceId: lenses[side].deviceId, facingMode: side });
    Object.defineProperty(live, "label", { value: lenses[side].label });
    window.__lens = side;
    return stream;
  };
})();
