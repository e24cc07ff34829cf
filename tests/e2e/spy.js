// Put into every page of the stories before its own scripts: it watches what the page asks the browser for, what it
// says on the wire, and when pictures move. It changes nothing.
(() => {
  const seen = (window.__seen = { sdp: [], frames: [], asked: [] });
  window.__connections = [];
  window.__sockets = [];

  const Original = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Original {
    constructor(...settings) {
      super(...settings);
      window.__connections.push(this);
    }

    async setLocalDescription(...description) {
      await super.setLocalDescription(...description);
      if (this.localDescription) seen.sdp.push(this.localDescription.sdp);
    }

    setRemoteDescription(description) {
      if (description.sdp) seen.sdp.push(description.sdp);
      return super.setRemoteDescription(description);
    }
  };

  const devices = navigator.mediaDevices;
  if (devices?.getUserMedia) {
    const open = devices.getUserMedia.bind(devices);
    devices.getUserMedia = (constraints) => {
      seen.asked.push(JSON.parse(JSON.stringify(constraints)));
      return open(constraints);
    };
  }

  const Socket = window.WebSocket;
  window.WebSocket = class extends Socket {
    constructor(...words) {
      super(...words);
      window.__sockets.push(this);
      this.addEventListener("message", ({ data }) => seen.frames.push(String(data)));
    }

    send(data) {
      seen.frames.push(String(data));
      super.send(data);
    }
  };

  const post = window.fetch;
  window.fetch = (address, options) => {
    if (options?.body) seen.frames.push(String(options.body));
    return post(address, options);
  };

  // How long the picture stood still at most since `restart()`, in milliseconds, until now.
  let last = performance.now();
  let longest = 0;
  let frames = 0;
  const followed = new WeakSet();
  const follow = (video) => {
    if (followed.has(video) || !video.requestVideoFrameCallback) return;
    followed.add(video);
    const shown = () => {
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
      frames += 1;
      video.requestVideoFrameCallback(shown);
    };
    video.requestVideoFrameCallback(shown);
  };
  window.__picture = {
    restart() {
      last = performance.now();
      longest = 0;
      frames = 0;
    },
    longest: () => Math.max(longest, performance.now() - last),
    frames: () => frames,
  };
  const source = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, "srcObject");
  Object.defineProperty(HTMLMediaElement.prototype, "srcObject", {
    ...source,
    set(stream) {
      source.set.call(this, stream);
      if (stream) follow(this);
    },
  });
})();
