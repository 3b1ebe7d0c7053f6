// The photo page: take or choose, look at it, say what it shows, send.

import { h, icon } from "./dom";
import { Sheet } from "./sheet";
import { strings } from "./strings";

const LONGEST_SIDE_PX = 1600;
const QUALITY = 0.85;

export interface PhotoLine {
  server: string;
  session: () => string;
  sent: (photo: string, text: string) => void;
}

export function openPhotoSheet(panel: HTMLElement, opener: HTMLElement, line: PhotoLine): void {
  const sheet = new Sheet(panel, "photo", strings.photoTitle);
  const status = h("p", { class: "status", role: "status" });
  const preview = h("img", { class: "preview", alt: strings.photoPreview, hidden: true });
  const words = h("input", { type: "text", id: "photo-words", maxlength: "300", autocomplete: "off" });
  const send = h("button", { type: "submit", class: "primary" }, strings.photoSend);
  const form = h(
    "form",
    { hidden: true },
    h("label", { for: "photo-words" }, strings.photoLabel),
    words,
    h("p", { class: "hint" }, strings.photoExample),
    send,
  );
  let photo: Blob | null = null;

  const take = async (file: File): Promise<void> => {
    status.textContent = "";
    try {
      photo = await shrink(file);
    } catch {
      // A kind of picture that this browser cannot read: the server may.
      photo = file;
    }
    if (preview.src) URL.revokeObjectURL(preview.src);
    preview.src = URL.createObjectURL(photo);
    preview.hidden = form.hidden = false;
    words.focus();
  };
  const picker = (label: string, isCamera: boolean): HTMLElement => {
    const input = h("input", { type: "file", accept: "image/*", capture: isCamera ? "environment" : false, tabindex: "-1", class: "spoken", "aria-label": label });
    input.onchange = () => {
      const file = input.files?.[0];
      if (file) void take(file);
      input.value = "";
    };
    const button = h("button", { type: "button", class: isCamera ? "primary" : "secondary", onclick: () => input.click() }, icon("photo"), label);
    return h("div", { class: "picker" }, button, input);
  };
  form.onsubmit = async (event) => {
    event.preventDefault();
    if (!photo || send.disabled) return;
    send.disabled = true;
    status.textContent = strings.photoSending;
    const answer = await upload(photo, line);
    send.disabled = false;
    if ("photo" in answer) {
      sheet.close();
      line.sent(answer.photo, words.value.trim());
    } else {
      status.textContent = strings.photoErrors[answer.code] ?? strings.photoErrors["other"] ?? "";
    }
  };
  const hasCamera = matchMedia("(pointer: coarse)").matches;
  sheet.body.append(
    h("p", {}, strings.photoAdvice),
    h("div", { class: "pickers" }, hasCamera ? picker(strings.photoTake, true) : null, picker(strings.photoChoose, false)),
    preview,
    form,
    status,
  );
  sheet.onclosed = () => URL.revokeObjectURL(preview.src);
  sheet.open(opener);
}

/** The picture upright, small enough for a slow line, without what the camera wrote beside it. */
async function shrink(file: File): Promise<Blob> {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONGEST_SIDE_PX / Math.max(picture.width, picture.height));
  const canvas = h("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("not drawn"))), "image/jpeg", QUALITY),
  );
}

async function upload(photo: Blob, line: PhotoLine): Promise<{ photo: string } | { code: string }> {
  try {
    const answer = await fetch(`${line.server}/chat/photos`, {
      method: "POST",
      body: photo,
      headers: { Authorization: `Bearer ${line.session()}`, "Content-Type": photo.type || "application/octet-stream" },
      credentials: "omit",
      referrerPolicy: "no-referrer",
    });
    return (await answer.json()) as { photo: string } | { code: string };
  } catch {
    return { code: "other" };
  }
}
