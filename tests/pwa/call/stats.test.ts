import { describe, expect, it } from "vitest";
import { type Report, takePulse } from "../../../pwa/call/pulse.ts";
import { figuresOf } from "../../../pwa/call/stats.ts";

const LOCAL: Report = { id: "L", type: "local-candidate", candidateType: "relay", relayProtocol: "tls" };
const REMOTE: Report = { id: "R", type: "remote-candidate", candidateType: "srflx" };
const DEAD: Report = { id: "P0", type: "candidate-pair", bytesReceived: 7, state: "failed" };
const PAIR: Report = {
  id: "P1",
  type: "candidate-pair",
  state: "succeeded",
  nominated: true,
  bytesReceived: 100,
  currentRoundTripTime: 0.2,
  localCandidateId: "L",
  remoteCandidateId: "R",
};
const INBOUND: Report = {
  id: "I",
  type: "inbound-rtp",
  kind: "video",
  bytesReceived: 50,
  framesDecoded: 3,
  frameWidth: 640,
  frameHeight: 480,
};
const TRANSPORT: Report = { id: "T", type: "transport", selectedCandidatePairId: "P1" };

const reports = (...list: Report[]) => new Map(list.map((report) => [report.id, report]));

describe("the pulse", () => {
  it.each([
    ["Chromium names the pair in the transport", [DEAD, PAIR, TRANSPORT]],
    [
      "Firefox marks the pair as selected",
      [
        { ...DEAD, selected: false },
        { ...PAIR, selected: true },
      ],
    ],
    ["others only nominate it", [DEAD, PAIR]],
  ])("%s", (_, pairs) => {
    const seen = reports(INBOUND, LOCAL, REMOTE, ...pairs);
    expect(takePulse(seen)).toMatchObject({ bytesReceived: 150, framesDecoded: 3, isRelayed: true });
  });

  it("knows that our pictures arrive by the receipts for them", () => {
    const sending: Report = { id: "O", type: "outbound-rtp", kind: "video", framesSent: 5 };
    const receipt: Report = { id: "X", type: "remote-inbound-rtp", kind: "video" };
    expect(takePulse(reports(sending))).toMatchObject({ framesSent: 5, isReceiptSeen: false });
    expect(takePulse(reports(sending, receipt)).isReceiptSeen).toBe(true);
  });

  it("is flat before there is anything", () => {
    expect(takePulse(reports())).toMatchObject({ bytesReceived: 0, framesSent: 0, isRelayed: false });
  });
});

it("figures say by what path the picture comes, and how well", () => {
  expect(figuresOf(reports(INBOUND, LOCAL, REMOTE, PAIR, TRANSPORT))).toMatchObject({
    roundTripMs: 200,
    localType: "relay",
    remoteType: "srflx",
    relayProtocol: "tls",
    frameWidth: 640,
    framesPerSecond: null,
  });
});
