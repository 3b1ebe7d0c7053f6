// How loud sound plays, changed evenly so that it never clicks; its clock is the samples it scales.

export class GainRamp {
  private gain = 1;
  private target = 1;
  private left = 0;

  constructor(private readonly rateHz: number) {}

  /** Move to this part of the full amplitude within so many ms. */
  set(percent: number, rampMs: number): void {
    this.target = Math.min(percent, 100) / 100;
    this.left = Math.round((rampMs * this.rateHz) / 1000);
    if (!this.left) this.gain = this.target;
  }

  /** Be at full amplitude from the next sample on. */
  reset(): void {
    this.set(100, 0);
  }

  /** Scale the next samples where they lie. */
  apply(samples: Float32Array): void {
    for (let at = 0; at < samples.length; at++) {
      if (this.left) {
        this.gain += (this.target - this.gain) / this.left;
        this.left--;
      }
      samples[at] = (samples[at] as number) * this.gain;
    }
  }
}
