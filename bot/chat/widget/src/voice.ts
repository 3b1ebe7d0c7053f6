// A call from the browser: the microphone on the `/media` WebSocket, as telephony uses it (wire/media.py).

import type { Order, Report } from "./voice-orders";

const SUBPROTOCOL = "callbot.media.v1";

/** What the bot says on `/media` that concerns a browser; it cannot press keys or put callers through. */
type FromBot =
  | { event: "mark"; name: string }
  | { event: "gain"; percent: number; ramp_ms: number }
  | { event: "clear"; fade_ms: number }
  | { event: "hangup" };

export type VoiceEnd = "stopped" | "refused" | "missing" | "lost";

export interface VoiceListener {
  started(): void;
  ended(how: VoiceEnd): void;
}

export class VoiceCall {
  private stream: MediaStream | null = null;
  private context: AudioContext | null = null;
  private node: AudioWorkletNode | null = null;
  private socket: WebSocket | null = null;
  private isOver = false;

  constructor(
    private readonly server: string,
    private readonly listener: VoiceListener,
  ) {}

  /** Ask for the microphone; false: there is none for us, and the listener knows why. */
  async prepare(): Promise<boolean> {
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({
        audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true },
      });
      this.context = new AudioContext({ latencyHint: "interactive" });
      await this.context.audioWorklet.addModule(`${this.server}/chat/voice-worklet.js`);
      await this.context.resume();
    } catch (error) {
      const isMissing = !(error instanceof DOMException) || error.name === "NotFoundError";
      this.finish(isMissing ? "missing" : "refused");
      return false;
    }
    return !this.isOver;
  }

  /** Call, with a token that opens the door once. */
  start(token: string): void {
    const { context, stream } = this;
    if (this.isOver || !context || !stream) return;
    const node = new AudioWorkletNode(context, "callbot-voice", { numberOfInputs: 1, numberOfOutputs: 1 });
    this.node = node;
    const socket = new WebSocket(`${this.server.replace(/^http/, "ws")}/media`, [SUBPROTOCOL, `token.${token}`]);
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    socket.onopen = () => {
      this.tell({ event: "start", call_id: "browser", from: "", to: "", channel: "browser", sample_rate_hz: 16000, version: 1 });
      context.createMediaStreamSource(stream).connect(node);
      node.connect(context.destination);
      this.listener.started();
    };
    socket.onmessage = ({ data }: MessageEvent<ArrayBuffer | string>) => this.take(data);
    socket.onclose = () => this.finish("lost");
    node.port.onmessage = ({ data }: MessageEvent<ArrayBuffer | Report>) => {
      if (data instanceof ArrayBuffer) {
        if (socket.readyState === WebSocket.OPEN) socket.send(data);
      } else if ("over" in data) this.stop();
      else this.tell({ event: "played", mark: data.played });
    };
  }

  stop(): void {
    this.tell({ event: "hangup", reason: "visitor" });
    this.finish("stopped");
  }

  private take(data: ArrayBuffer | string): void {
    if (data instanceof ArrayBuffer) {
      this.order({ pcm: data }, [data]);
      return;
    }
    const message = JSON.parse(data) as FromBot;
    if (message.event === "mark") this.order({ mark: message.name });
    else if (message.event === "gain") this.order({ percent: message.percent, rampMs: message.ramp_ms });
    else if (message.event === "clear") this.order({ fadeMs: message.fade_ms });
    else if (message.event === "hangup") this.order({ over: true });
  }

  private order(order: Order, given: Transferable[] = []): void {
    this.node?.port.postMessage(order, given);
  }

  private tell(message: object): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  private finish(how: VoiceEnd): void {
    if (this.isOver) return;
    this.isOver = true;
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    void this.context?.close();
    this.socket?.close();
    this.listener.ended(how);
  }
}
