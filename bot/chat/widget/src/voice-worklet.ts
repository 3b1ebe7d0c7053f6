// On the browser's audio thread: the microphone to 20 ms frames of 16 kHz samples, and back to the speaker.

import { Resampler } from "./resample";

declare const sampleRate: number;
declare function registerProcessor(name: string, processor: unknown): void;
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}

const WIRE_HZ = 16_000;
const FRAME_SAMPLES = 320;

type Order = { pcm: ArrayBuffer } | { mark: string } | { clear: true };

class Voice extends AudioWorkletProcessor {
  private readonly toWire = new Resampler(sampleRate, WIRE_HZ);
  private fromWire = new Resampler(WIRE_HZ, sampleRate);
  private frame = new Int16Array(FRAME_SAMPLES);
  private filled = 0;
  // What is to be played, in order: sound, and marks that are reported when the sound before them has gone out.
  private queue: (Float32Array | string)[] = [];
  private played = 0;

  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<Order>) => {
      if ("pcm" in data) this.queue.push(this.fromWire.push(toFloat(new Int16Array(data.pcm))));
      else if ("mark" in data) this.queue.push(data.mark);
      else this.clear();
    };
  }

  process([input]: Float32Array[][], [output]: Float32Array[][]): boolean {
    if (input?.[0]) this.hear(input[0]);
    if (output?.[0]) {
      this.play(output[0]);
      for (const channel of output.slice(1)) channel.set(output[0]);
    }
    return true;
  }

  private hear(samples: Float32Array): void {
    for (const sample of this.toWire.push(samples)) {
      this.frame[this.filled++] = Math.max(-32768, Math.min(32767, Math.round(sample * 32767)));
      if (this.filled === FRAME_SAMPLES) {
        this.port.postMessage(this.frame.buffer, [this.frame.buffer]);
        this.frame = new Int16Array(FRAME_SAMPLES);
        this.filled = 0;
      }
    }
  }

  private play(output: Float32Array): void {
    let written = 0;
    while (this.queue.length) {
      const next = this.queue[0] as Float32Array | string;
      if (typeof next === "string") {
        this.port.postMessage({ played: next });
      } else {
        const count = Math.min(next.length - this.played, output.length - written);
        output.set(next.subarray(this.played, this.played + count), written);
        written += count;
        this.played += count;
        if (this.played < next.length) return;
        this.played = 0;
      }
      this.queue.shift();
    }
  }

  private clear(): void {
    this.queue = [];
    this.played = 0;
    this.fromWire = new Resampler(WIRE_HZ, sampleRate);
  }
}

function toFloat(pcm: Int16Array): Float32Array {
  return Float32Array.from(pcm, (sample) => sample / 32768);
}

registerProcessor("callbot-voice", Voice);
