// The usual order: socket, camera, offer.
const room = new URLSearchParams(location.search).get("room");
const socket = new WebSocket(`wss://${location.host}/ws?room=${room}&side=guest`);
const say = (message) => socket.send(JSON.stringify(message));
let pc;

socket.onopen = async () => {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { width: 640, height: 480 } });
  pc = new RTCPeerConnection({ iceServers: window.ICE });
  pc.onicecandidate = ({ candidate }) => say({ candidate });
  for (const track of stream.getTracks()) pc.addTrack(track, stream);
  await pc.setLocalDescription();
  say({ description: pc.localDescription });
};
socket.onmessage = async ({ data }) => {
  const message = JSON.parse(data);
  if (message.description) await pc.setRemoteDescription(message.description);
  else if (message.candidate) await pc.addIceCandidate(message.candidate);
};
