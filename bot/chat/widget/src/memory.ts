// What this tab remembers over a page change: the chat's secret, whether it is open, what is not sent yet.

import type { Kept } from "./protocol";

interface Remembered {
  session: string;
  isOpen: boolean;
  outbox: Kept[];
}

const NOTHING: Remembered = { session: "", isOpen: false, outbox: [] };

/** Kept in the tab's session storage only; in the page's memory where a browser forbids that. */
export class Memory {
  private remembered: Remembered = { ...NOTHING };
  private readonly key: string;

  constructor(server: string) {
    this.key = `callbot ${server}`;
    try {
      const saved = sessionStorage.getItem(this.key);
      if (saved) this.remembered = { ...NOTHING, ...(JSON.parse(saved) as Partial<Remembered>) };
    } catch {
      // Forbidden storage, or somebody else's value: begin with nothing.
    }
  }

  get session(): string {
    return this.remembered.session;
  }

  get isOpen(): boolean {
    return this.remembered.isOpen;
  }

  get outbox(): readonly Kept[] {
    return this.remembered.outbox;
  }

  set session(session: string) {
    this.save({ session });
  }

  set isOpen(isOpen: boolean) {
    this.save({ isOpen });
  }

  set outbox(outbox: readonly Kept[]) {
    this.save({ outbox: [...outbox] });
  }

  forget(): void {
    this.remembered = { ...NOTHING, isOpen: this.remembered.isOpen };
    this.save({});
  }

  private save(changed: Partial<Remembered>): void {
    this.remembered = { ...this.remembered, ...changed };
    try {
      sessionStorage.setItem(this.key, JSON.stringify(this.remembered));
    } catch {
      // Forbidden or full: this page still remembers.
    }
  }
}
