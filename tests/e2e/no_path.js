// A network on which WebRTC finds no path, until `window.__openPath()`: every candidate is lost on its way, in both
// directions, and so are the candidates in descriptions. The page's own code is untouched.
(() => {
  let isOpen = false;
  const held = [];
  const Original = window.RTCPeerConnection;
  const strip = (sdp) => sdp.replace(/^a=candidate:.*\r\n/gm, "");

  window.RTCPeerConnection = class extends Original {
    addIceCandidate(candidate) {
      if (isOpen) return super.addIceCandidate(candidate);
      held.push(candidate);
      return Promise.resolve();
    }

    setRemoteDescription(description) {
      if (isOpen) return super.setRemoteDescription(description);
      return super.setRemoteDescription({ type: description.type, sdp: strip(description.sdp) });
    }

    get localDescription() {
      const description = super.localDescription;
      return isOpen || !description ? description : { type: description.type, sdp: strip(description.sdp) };
    }

    set onicecandidate(handler) {
      super.onicecandidate = handler && ((event) => isOpen && handler(event));
    }
  };

  window.__openPath = () => {
    isOpen = true;
  };
})();
