// A camera that gives small pictures, few a second, whatever is asked of it: for calls of many pages on one machine.
(() => {
  const devices = navigator.mediaDevices;
  if (!devices) return; // about:blank, before the page
  const open = devices.getUserMedia.bind(devices);
  const small = { width: 160, height: 120, frameRate: 5 };
  devices.getUserMedia = ({ video, audio }) => {
    const side = typeof video === "object" ? { facingMode: video.facingMode, deviceId: video.deviceId } : {};
    const wanted = JSON.parse(JSON.stringify({ ...side, ...small }));
    return open({ audio: audio ?? false, video: video ? wanted : false });
  };
  MediaStreamTrack.prototype.applyConstraints = async () => undefined;
})();
