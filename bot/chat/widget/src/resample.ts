// Changes the sample rate of mono sound, streaming: windowed sinc, its taps computed beforehand.

const PHASES = 64;
const ZERO_CROSSINGS = 12;

export class Resampler {
  private readonly step: number;
  private readonly half: number;
  private readonly taps: Float32Array[];
  private buffer: Float32Array;
  private position: number;

  constructor(fromHz: number, toHz: number) {
    this.step = fromHz / toHz;
    // Cut off below half of the lower rate, or what lies above would be heard as something else.
    const cutoff = Math.min(1, toHz / fromHz) * 0.92;
    this.half = Math.ceil(ZERO_CROSSINGS / cutoff);
    this.taps = Array.from({ length: PHASES }, (_, phase) => this.kernel(phase / PHASES, cutoff));
    this.buffer = new Float32Array(this.half);
    this.position = this.half;
  }

  /** Take samples and return those that can be computed now. */
  push(samples: Float32Array): Float32Array {
    const joined = new Float32Array(this.buffer.length + samples.length);
    joined.set(this.buffer);
    joined.set(samples, this.buffer.length);
    const made: number[] = [];
    while (this.position + this.half < joined.length) {
      const first = Math.floor(this.position);
      const phase = Math.floor((this.position - first) * PHASES);
      const taps = this.taps[phase] as Float32Array;
      const from = first - this.half + 1;
      let sum = 0;
      for (let tap = 0; tap < taps.length; tap++) sum += (taps[tap] as number) * (joined[from + tap] as number);
      made.push(sum);
      this.position += this.step;
    }
    const spent = Math.max(0, Math.floor(this.position) - this.half);
    this.buffer = joined.slice(spent);
    this.position -= spent;
    return Float32Array.from(made);
  }

  private kernel(offset: number, cutoff: number): Float32Array {
    const taps = new Float32Array(2 * this.half);
    let sum = 0;
    for (let tap = 0; tap < taps.length; tap++) {
      const x = tap - this.half + 1 - offset;
      const window = 0.5 + 0.5 * Math.cos((Math.PI * x) / this.half);
      const value = (x === 0 ? 1 : Math.sin(Math.PI * cutoff * x) / (Math.PI * cutoff * x)) * window;
      taps[tap] = value;
      sum += value;
    }
    return taps.map((value) => value / sum);
  }
}
