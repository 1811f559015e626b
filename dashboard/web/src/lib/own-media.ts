/** Pictures drawn anew, and the microphone: the browser’s parts, each with its refusals as values. */

import { drawnSize, recordedAs, whyNoVoice } from "./own";

const QUALITY = 0.85;
const VOICE_BITS_PER_S = 48_000;
const KINDS = ["image/webp", "image/jpeg"];

/** The picture, drawn anew at a size for the screen: what its file says of place and camera stays behind. */
export async function drawn(file: Blob): Promise<Blob | null> {
  let picture: ImageBitmap;
  try {
    picture = await createImageBitmap(file);
  } catch {
    return null; // not a picture, or of a kind that this browser can’t open
  }
  const { width, height } = drawnSize(picture.width, picture.height);
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const pen = canvas.getContext("2d");
  if (!pen) return null;
  pen.fillStyle = "white"; // JPEG knows no transparency
  pen.fillRect(0, 0, width, height);
  pen.imageSmoothingQuality = "high";
  pen.drawImage(picture, 0, 0, width, height);
  picture.close();
  for (const type of KINDS) {
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, type, QUALITY));
    if (blob?.type === type) return blob; // a browser that can’t make it makes a PNG instead
  }
  return null;
}

export interface Recording {
  /** All of it; the microphone is off again. */
  stop(): Promise<Blob>;
}

/** Begins at once, after the browser’s own question; or why not. */
export async function recordVoice(): Promise<Recording | ReturnType<typeof whyNoVoice>> {
  const type = typeof MediaRecorder === "undefined" ? null : recordedAs((kind) => MediaRecorder.isTypeSupported(kind));
  if (type === null || !navigator.mediaDevices) return "other";
  let stream: MediaStream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  } catch (error) {
    return whyNoVoice(error instanceof DOMException ? error.name : "");
  }
  const recorder = new MediaRecorder(stream, { mimeType: type, audioBitsPerSecond: VOICE_BITS_PER_S });
  const pieces: Blob[] = [];
  recorder.addEventListener("dataavailable", (event) => pieces.push(event.data));
  const ended = new Promise<void>((done) => recorder.addEventListener("stop", () => done()));
  recorder.start();
  return {
    async stop() {
      if (recorder.state !== "inactive") recorder.stop();
      for (const track of stream.getTracks()) track.stop();
      await ended;
      return new Blob(pieces, { type });
    },
  };
}
