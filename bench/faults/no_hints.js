// The system tells the page nothing about its network (F2): only the silence of the path does.
(() => {
  const listen = window.addEventListener;
  window.addEventListener = function (kind, ...words) {
    if (kind !== "online" && kind !== "offline") listen.call(this, kind, ...words);
  };
  Object.defineProperty(navigator, "connection", { get: () => undefined });
})();
