// The three requests of an upload: reserve at the blog, send to the bucket, confirm at the blog.
// What fails on the way is tried again with a fresh signature; what is refused is not.

import { UploadProblem } from "./problem.js";
import { freshToken, token } from "./token.js";

const PAUSES = [500, 2000, 5000]; // milliseconds before the second, third and fourth attempt

/**
 * Brings one file into the library.
 * @param {{reserveUrl: string, completeUrl: string, announcement: object, blob: Blob,
 *   signal: AbortSignal, onState: (state: string) => void, onProgress: (share: number) => void}} job
 * @returns {Promise<{id: number, url: string, reference: string}>}
 * @throws {UploadProblem | DOMException} the latter, AbortError, when it was cancelled
 */
export async function transfer(job) {
  for (let attempt = 0; ; attempt += 1) {
    try {
      job.onState("uploading");
      return await attemptOnce(job);
    } catch (error) {
      if (!error.isTemporary || attempt >= PAUSES.length) throw error;
      job.onProgress(0);
      await untilOnline(job);
      await pause(PAUSES[attempt], job.signal);
    }
  }
}

async function attemptOnce({ reserveUrl, completeUrl, announcement, blob, signal, onState, onProgress }) {
  const reserved = await ask(reserveUrl, announcement, signal);
  for (const upload of reserved.uploads) {
    if (upload.method !== null) await send(upload, blob, signal, onProgress);
  }
  onState("checking");
  return ask(completeUrl.replace("/0/", `/${reserved.id}/`), {}, signal);
}

async function ask(url, body, signal, { isSecondTime = false } = {}) {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
    body: JSON.stringify(body),
    signal,
  }).catch((error) => {
    throw error.name === "AbortError" ? error : temporary("server");
  });
  const said = await answer.json().catch(() => ({}));
  if (answer.ok) return said;
  if (answer.status === 400 || answer.status === 401) {
    // Signed in anew in another tab: the session is another one, and so is its token.
    if (!isSecondTime && (await freshToken())) return ask(url, body, signal, { isSecondTime: true });
    throw new UploadProblem(answer.status === 401 ? "signed-out" : "server");
  }
  if (answer.status === 503 && said.error) throw temporary("said", { words: said.error });
  if (answer.status >= 500) throw temporary("server");
  throw new UploadProblem("said", { words: said.error ?? Object.values(said.errors ?? {}).join(" ") });
}

function send(upload, blob, signal, onProgress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(upload.method, upload.url);
    for (const [name, value] of Object.entries(upload.headers ?? {})) {
      request.setRequestHeader(name, value);
    }
    request.upload.addEventListener("progress", ({ loaded, total }) => onProgress(loaded / total));
    request.addEventListener("load", () => {
      if (request.status >= 200 && request.status < 300) resolve();
      else reject(refusal(request));
    });
    // A bucket that is down and one that does not allow our origin look the same to a page.
    request.addEventListener("error", () => reject(temporary("bucket")));
    const cancel = () => request.abort();
    signal.addEventListener("abort", cancel, { once: true });
    request.addEventListener("abort", () => reject(new DOMException("Cancelled", "AbortError")));
    request.send(upload.fields ? form(upload.fields, blob) : blob);
  });
}

function form(fields, blob) {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  body.append("file", blob); // the last one: S3 ignores what comes after it
  return body;
}

// 403 is mostly an expired signature (a laptop that slept), 5xx and 429 a busy bucket.
function refusal(request) {
  const code = /<Code>([^<]*)<\/Code>/.exec(request.responseText)?.[1] ?? String(request.status);
  const problem = new UploadProblem("refused", { code });
  problem.isTemporary = request.status >= 500 || [400, 403, 408, 429].includes(request.status);
  return problem;
}

function temporary(name, details) {
  return Object.assign(new UploadProblem(name, details), { isTemporary: true });
}

async function untilOnline({ onState, signal }) {
  if (navigator.onLine) return;
  onState("offline");
  await new Promise((resolve, reject) => {
    window.addEventListener("online", resolve, { once: true });
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    }, { once: true });
  });
}
