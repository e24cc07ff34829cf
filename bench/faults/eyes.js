// Put into the dispatcher's page before its own scripts: when was there a new image to look at, and by which way.
// It changes nothing. Times are milliseconds of the machine's clock, which the bench shares.
(() => {
  const images = [];
  const note = (way) => {
    images.push([Date.now(), way]);
    if (images.length > 20_000) images.splice(0, 10_000);
  };

  const followed = new WeakSet();
  const follow = (video) => {
    if (followed.has(video)) return;
    followed.add(video);
    const shown = () => {
      note("video");
      video.requestVideoFrameCallback(shown);
    };
    video.requestVideoFrameCallback(shown);
  };
  const met = ({ target }) => target instanceof HTMLVideoElement && follow(target);
  document.addEventListener("loadedmetadata", met, true);
  document.addEventListener("playing", met, true);

  // Frames that came over the socket end on a canvas; « Figer » draws one element into another.
  for (const [kind, method] of [
    [CanvasRenderingContext2D, "drawImage"],
    [ImageBitmapRenderingContext, "transferFromImageBitmap"],
  ]) {
    const original = kind.prototype[method];
    kind.prototype[method] = function (source, ...words) {
      if (this.canvas.isConnected && !(source instanceof HTMLElement)) note("socket");
      return original.call(this, source, ...words);
    };
  }

  const since = (at, way) => images.filter(([when, by]) => when >= at && (!way || by === way));
  window.__eyes = {
    // When the n-th image since `at` was seen; null when there were fewer.
    nth: (at, n, way) => since(at, way)[n - 1]?.[0] ?? null,
    count: (at, way) => since(at, way).length,
    // The longest time without a new image between two moments, in milliseconds.
    longest(from, to) {
      let last = from;
      let longest = 0;
      for (const [when] of since(from)) {
        if (when > to) break;
        longest = Math.max(longest, when - last);
        last = when;
      }
      return Math.max(longest, to - last);
    },
  };
})();
