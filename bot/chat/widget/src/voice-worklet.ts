// On the browser's audio thread: the microphone to 20 ms frames of 16 kHz samples, and back to the speaker.

import { GainRamp } from "./gain-ramp";
import { Resampler } from "./resample";
import type { Order, Report } from "./voice-orders";

declare const sampleRate: number;
declare function registerProcessor(name: string, processor: unknown): void;
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}

const WIRE_HZ = 16_000;
const FRAME_SAMPLES = 320;
const MAX_FADE_MS = 200;

class Voice extends AudioWorkletProcessor {
  private readonly toWire = new Resampler(sampleRate, WIRE_HZ);
  private fromWire = new Resampler(WIRE_HZ, sampleRate);
  private frame = new Int16Array(FRAME_SAMPLES);
  private filled = 0;
  // What is to be played, in order: sound, and what is reported when the sound before it has gone out.
  private queue: (Float32Array | Report)[] = [];
  private played = 0;
  private readonly gain = new GainRamp(sampleRate);

  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<Order>) => {
      if ("pcm" in data) this.queue.push(this.fromWire.push(toFloat(new Int16Array(data.pcm))));
      else if ("mark" in data) this.queue.push({ played: data.mark });
      else if ("percent" in data) this.gain.set(data.percent, data.rampMs);
      else if ("fadeMs" in data) this.clear(data.fadeMs);
      else this.queue.push(data);
    };
  }

  process([input]: Float32Array[][], [output]: Float32Array[][]): boolean {
    if (input?.[0]) this.hear(input[0]);
    if (output?.[0]) {
      if (this.queue.length) {
        this.play(output[0]);
        this.gain.apply(output[0]);
      }
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
      const next = this.queue[0] as Float32Array | Report;
      if (!(next instanceof Float32Array)) {
        this.port.postMessage(next);
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

  /** Forget sound and marks but for a moment of sound, which fades out; the end of the call stays. */
  private clear(fadeMs: number): void {
    const faded = this.head(Math.round((Math.min(fadeMs, MAX_FADE_MS) * sampleRate) / 1000));
    this.gain.apply(faded);
    this.gain.reset();
    faded.forEach((sample, at) => (faded[at] = (sample * (faded.length - at)) / faded.length));
    this.queue = [faded, ...this.queue.filter((item) => "over" in item)];
    this.played = 0;
    this.fromWire = new Resampler(WIRE_HZ, sampleRate);
  }

  /** A copy of the next samples to be played, at most so many. */
  private head(count: number): Float32Array {
    const taken: number[] = [];
    let from = this.played;
    for (const item of this.queue) {
      if (!(item instanceof Float32Array)) continue;
      taken.push(...item.subarray(from, from + count - taken.length));
      from = 0;
    }
    return Float32Array.from(taken);
  }
}

function toFloat(pcm: Int16Array): Float32Array {
  return Float32Array.from(pcm, (sample) => sample / 32768);
}

registerProcessor("callbot-voice", Voice);
