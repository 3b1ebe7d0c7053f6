// What the page and the audio thread tell each other.

/** To the audio thread, in the words of `/media`; `over`: tell when all that came before has gone out. */
export type Order =
  | { pcm: ArrayBuffer }
  | { mark: string }
  | { percent: number; rampMs: number }
  | { fadeMs: number }
  | { over: true };

/** From it: all sound before the mark, or before the end, has gone out. */
export type Report = { played: string } | { over: true };
