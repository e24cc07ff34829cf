// Put into every page that is measured, ours and the floor's, before its own scripts: it only takes times.
// Times are milliseconds since the epoch; both browsers read the same machine's clock.
(() => {
  const options = window.__probeOptions ?? {};
  const marks = (window.__marks = { navigation: performance.timeOrigin });
  const now = () => performance.timeOrigin + performance.now();
  const mark = (name) => { marks[name] ??= now(); };

  const source = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, "srcObject");
  Object.defineProperty(HTMLMediaElement.prototype, "srcObject", {
    ...source,
    set(stream) {
      source.set.call(this, stream);
      if (stream) this.requestVideoFrameCallback?.(() => mark("frame"));
    },
  });

  // A person takes `promptMs` to answer the browser's question: the real request is made only then, because
  // before it the browser shows fewer candidates.
  const devices = navigator.mediaDevices;
  const open = devices?.getUserMedia.bind(devices);
  if (open) {
    devices.getUserMedia = async (constraints) => {
      mark("asked");
      if (options.promptMs) await new Promise((resolve) => setTimeout(resolve, options.promptMs));
      mark("granted");
      const stream = await open(constraints);
      mark("camera");
      return stream;
    };
  }

  const Original = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Original {
    constructor(...settings) {
      super(...settings);
      mark("connection");
      this.addEventListener("iceconnectionstatechange", () => mark(`ice-${this.iceConnectionState}`));
      this.addEventListener("connectionstatechange", () => mark(`pc-${this.connectionState}`));
    }
  };

  // The robot that taps: as soon as the button can be used, without going through the driver.
  const tap = () => {
    const button = [...document.querySelectorAll("button")].find((b) => b.textContent.trim() === options.tap);
    if (!button || button.disabled || button.getAttribute("aria-disabled") === "true" || !button.offsetParent) {
      requestAnimationFrame(tap);
      return;
    }
    mark("usable");
    button.click();
  };
  if (options.tap) document.addEventListener("readystatechange", () => tap(), { once: true });
})();
