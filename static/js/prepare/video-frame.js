// What the browser makes of a video: its size as displayed, and a picture of it for the poster.

import { UploadProblem } from "../upload/problem.js";
import { readBytes } from "./video-bytes.js";

const PATIENCE = 20_000; // milliseconds until the browser knows the size, or shows another place
const FRAME_PATIENCE = 500; // milliseconds until it is drawn what it has sought
const SAME_FRAME = 0.25; // seconds
const POSTER_WIDTH = 1600;
const THUMBNAIL_SIDE = 128;

/**
 * @param {Blob} blob
 * @param {{codec: string, signal?: AbortSignal}} context  codec: named where it cannot be played
 * @returns {Promise<{width: number, height: number,
 *   poster: {blob: Blob, width: number, height: number} | null, thumbnail: Blob | null}>} the
 *   pictures in WebP, or JPEG where the browser cannot write it; null where it showed none
 * @throws {UploadProblem | DOMException} unplayable, broken, changed; AbortError where it was cancelled
 */
export async function watch(blob, { codec, signal }) {
  const video = document.createElement("video");
  Object.assign(video, { muted: true, playsInline: true, preload: "metadata" });
  const url = URL.createObjectURL(blob);
  try {
    video.src = url;
    await happens(video, "loadedmetadata", signal).catch(async (error) => {
      if (signal?.aborted) throw error;
      await readBytes(blob, 0, 1); // it may be the file that is gone
      throw new UploadProblem("unplayable", { codec });
    });
    const { videoWidth: width, videoHeight: height } = video;
    // A browser that knows the sound only plays that.
    if (!width || !height) throw new UploadProblem("unplayable", { codec });
    const pictures = await takePictures(video, signal).catch((error) => {
      if (signal?.aborted) throw error;
      if (video.error?.code === MediaError.MEDIA_ERR_DECODE) throw new UploadProblem("broken");
      return { poster: null, thumbnail: null }; // the video is worth more than its poster
    });
    return { width, height, ...pictures };
  } finally {
    URL.revokeObjectURL(url);
    video.removeAttribute("src");
    video.load(); // lets go of the decoder
  }
}

async function takePictures(video, signal) {
  const { duration } = video;
  const isKnown = Number.isFinite(duration) && duration > 0;
  await seek(video, isKnown ? Math.min(1, duration / 10) : 0, signal);
  let frame = draw(video, video.videoWidth, video.videoHeight, POSTER_WIDTH);
  if (isKnown && isBlack(frame)) {
    await seek(video, duration / 2, signal);
    frame = draw(video, video.videoWidth, video.videoHeight, POSTER_WIDTH);
  }
  const { width, height } = frame;
  const side = Math.round(THUMBNAIL_SIDE * Math.min(1, width / height));
  const thumbnail = await encode(draw(frame, width, height, side));
  return { poster: { blob: await encode(frame), width, height }, thumbnail };
}

async function seek(video, seconds, signal) {
  const seeked = happens(video, "seeked", signal);
  const shown = shows(video, seconds);
  video.currentTime = seconds;
  await seeked;
  if (video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) await happens(video, "loadeddata", signal);
  await Promise.race([shown, new Promise((resolve) => setTimeout(resolve, FRAME_PATIENCE))]);
}

// A busy browser tells that it has sought while a canvas still gets the frame of before. Where it
// does not tell of frames, or shows none in a hidden tab, patience has to do.
function shows(video, seconds) {
  return new Promise((resolve) => {
    const look = (_, { mediaTime }) => {
      if (Math.abs(mediaTime - seconds) < SAME_FRAME) resolve();
      else video.requestVideoFrameCallback(look);
    };
    video.requestVideoFrameCallback?.(look);
  });
}

function draw(source, width, height, widest) {
  const scale = Math.min(1, widest / width);
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  return canvas;
}

// Films often begin in the dark.
function isBlack(frame) {
  const small = draw(frame, frame.width, frame.height, 32);
  const { data } = small.getContext("2d").getImageData(0, 0, small.width, small.height);
  return data.every((value, at) => at % 4 === 3 || value < 32);
}

async function encode(canvas) {
  const webp = await toBlob(canvas, "image/webp", 0.8);
  // Where it cannot write WebP a browser writes PNG without a word.
  return webp?.type === "image/webp" ? webp : toBlob(canvas, "image/jpeg", 0.85);
}

function toBlob(canvas, type, quality) {
  return new Promise((resolve) => canvas.toBlob(resolve, type, quality));
}

function happens(video, name, signal) {
  const ended = new AbortController();
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const until = { signal: ended.signal };
    video.addEventListener(name, resolve, until);
    video.addEventListener("error", () => reject(video.error), until);
    signal?.addEventListener("abort", () => reject(signal.reason), until);
    const timer = setTimeout(() => reject(new DOMException(name, "TimeoutError")), PATIENCE);
    ended.signal.addEventListener("abort", () => clearTimeout(timer));
  }).finally(() => ended.abort());
}
