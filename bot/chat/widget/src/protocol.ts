// The messages of the `/chat` WebSocket; the other side is bot/chat/protocol.py and session.py.

export interface ProcedureCard {
  kind: "procedure";
  title: string;
  documents: string[];
  price: string;
  delay: string;
  where: string;
  link: string;
}

export interface ReportCard {
  kind: "report";
  reference: string;
  problem: string;
  place: string;
  state: string;
}

export type Card = ProcedureCard | ReportCard;
export type Mode = "bot" | "waiting" | "agent" | "left";

export interface Message {
  event: "message";
  seq: number;
  at: string;
  author: "visitor" | "bot" | "agent";
  id: string;
  text: string;
  tone: "" | "alert" | "notice";
  expect: string;
  buttons: string[];
  images: { url: string; alt: string }[];
  cards: Card[];
  signature: string;
}

export interface Welcome {
  event: "welcome";
  session: string;
  resumed: boolean;
  last_seq: number;
  mode: Mode;
  agent: string;
  title: string;
  privacy_url: string;
  banner: string;
  voice: boolean;
  tiles: { url: string; attribution: string };
}

export interface Places {
  event: "places";
  latitude: number;
  longitude: number;
  in_city: boolean;
  places: { label: string; distance_m: number }[];
}

export type FromServer =
  | Welcome
  | Message
  | Places
  | { event: "typing"; on: boolean }
  | { event: "mode"; mode: Mode; agent: string }
  | { event: "caption"; text: string }
  | { event: "banner"; text: string }
  | { event: "refused"; code: string; id: string }
  | { event: "microphone"; token: string }
  | { event: "erased" };

/** Sent once, and again until the server has it: the server keeps one of each `id`. */
export type Kept =
  | { event: "say"; id: string; text: string }
  | { event: "choose"; id: string; seq: number; button: number }
  | { event: "photo"; id: string; photo: string; text: string }
  | { event: "place"; id: string; latitude: number; longitude: number; label: string }
  | { event: "person"; id: string };

export type Passing =
  | { event: "locate"; latitude: number; longitude: number }
  | { event: "machine" }
  | { event: "microphone" }
  | { event: "erase" };
