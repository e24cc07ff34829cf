// A browser without WebCodecs, as many telephones have.
for (const name of ["VideoEncoder", "VideoDecoder", "VideoFrame", "EncodedVideoChunk", "MediaStreamTrackProcessor"])
  Reflect.deleteProperty(window, name);
