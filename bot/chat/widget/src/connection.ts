// The line to the bot: comes back by itself, shows each message once, loses none.

import type { Memory } from "./memory";
import type { FromServer, Kept, Passing } from "./protocol";

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;
const TOO_FAST_WAIT_MS = 3_000;

export type State = "closed" | "connecting" | "open" | "lost";

export interface Listener {
  received(event: FromServer): void;
  changed(state: State): void;
}

export class Connection {
  private socket: WebSocket | null = null;
  private lastSeq = 0;
  private isWelcome = false;
  private waitMs = FIRST_WAIT_MS;
  private timer = 0;
  /** Whether the last welcome was to a chat that this tab knew already. */
  isReturn = false;

  constructor(
    private readonly server: string,
    private readonly memory: Memory,
    private readonly listener: Listener,
  ) {
    addEventListener("online", () => this.retryNow());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.retryNow();
    });
  }

  open(): void {
    if (this.socket) return;
    this.listener.changed(this.waitMs === FIRST_WAIT_MS ? "connecting" : "lost");
    const socket = new WebSocket(`${this.server.replace(/^http/, "ws")}/chat`);
    this.socket = socket;
    socket.onopen = () =>
      this.write({ event: "hello", version: 1, session: this.memory.session, last_seq: this.lastSeq });
    socket.onmessage = (message) => this.take(JSON.parse(String(message.data)) as FromServer);
    socket.onclose = () => this.ended(socket);
  }

  /** End the connection and what this page knows of the chat. */
  close(): void {
    clearTimeout(this.timer);
    const socket = this.socket;
    this.socket = null;
    this.isWelcome = false;
    this.lastSeq = 0;
    this.waitMs = FIRST_WAIT_MS;
    socket?.close();
    this.listener.changed("closed");
  }

  /** Send something that must arrive, once. */
  keep(message: Kept): void {
    this.memory.outbox = [...this.memory.outbox, message];
    if (this.isWelcome) this.write(message);
  }

  /** Send something that means nothing later. False: not connected. */
  pass(message: Passing): boolean {
    if (this.isWelcome) this.write(message);
    return this.isWelcome;
  }

  private take(event: FromServer): void {
    if (event.event === "welcome") {
      this.isReturn = this.memory.session === event.session;
      if (!this.isReturn) this.lastSeq = 0;
      this.memory.session = event.session;
      this.isWelcome = true;
      this.waitMs = FIRST_WAIT_MS;
      this.listener.received(event);
      this.listener.changed("open");
      for (const message of this.memory.outbox) this.write(message);
      return;
    }
    if (event.event === "message") {
      if (event.seq <= this.lastSeq) return;
      this.lastSeq = event.seq;
      if (event.id) this.arrived(event.id);
    }
    if (event.event === "refused" && event.id) {
      if (event.code === "too_fast") setTimeout(() => this.resend(event.id), TOO_FAST_WAIT_MS);
      else this.arrived(event.id);
    }
    this.listener.received(event);
  }

  private arrived(id: string): void {
    this.memory.outbox = this.memory.outbox.filter((message) => message.id !== id);
  }

  private resend(id: string): void {
    const message = this.memory.outbox.find((each) => each.id === id);
    if (message && this.isWelcome) this.write(message);
  }

  private write(message: object): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  private ended(socket: WebSocket): void {
    if (this.socket !== socket) return;
    this.socket = null;
    this.isWelcome = false;
    this.listener.changed("lost");
    // Spread out: after a restart all browsers of the city come back.
    this.timer = window.setTimeout(() => this.open(), this.waitMs * (0.7 + 0.6 * Math.random()));
    this.waitMs = Math.min(LONGEST_WAIT_MS, this.waitMs * 2);
  }

  private retryNow(): void {
    if (this.socket || this.waitMs === FIRST_WAIT_MS) return;
    clearTimeout(this.timer);
    this.open();
  }
}

/** A name for a message that nobody else chooses. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
