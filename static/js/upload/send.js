// The bytes of one file or one part, to the bucket.

import { temporary, UploadProblem } from "./problem.js";

const SILENCE = 60_000; // milliseconds without a byte, after which a connection is taken for dead

/**
 * @param {{method: string, url: string, fields?: object, headers?: object}} upload  as signed
 * @param {(bytes: number) => void} onSent  how many are on their way; none is acknowledged before
 *   the promise resolves
 * @throws {UploadProblem | DOMException}
 */
export function send(upload, blob, { signal, onSent }) {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const request = new XMLHttpRequest();
    request.open(upload.method, upload.url);
    for (const [name, value] of Object.entries(upload.headers ?? {})) {
      request.setRequestHeader(name, value);
    }
    let silence = 0;
    const listen = () => {
      clearTimeout(silence);
      silence = setTimeout(() => request.abort(), SILENCE);
    };
    const cancel = () => request.abort();
    const settle = (finish, result) => {
      clearTimeout(silence);
      signal.removeEventListener("abort", cancel);
      finish(result);
    };
    request.upload.addEventListener("progress", ({ loaded }) => {
      listen();
      onSent(Math.min(loaded, blob.size)); // a form has a little around the file
    });
    request.addEventListener("load", () => {
      if (isAccepted(request.status)) settle(resolve);
      else settle(reject, refusal(request));
    });
    // A bucket that is down and one that does not allow our origin look the same to a page.
    request.addEventListener("error", async () => settle(reject, await whyNot(blob)));
    request.addEventListener("abort", () => {
      settle(reject, signal.aborted ? signal.reason : temporary("bucket"));
    });
    signal.addEventListener("abort", cancel, { once: true });
    listen();
    request.send(upload.fields ? form(upload.fields, blob) : blob);
  });
}

function form(fields, blob) {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  body.append("file", blob); // the last one: S3 ignores what comes after it
  return body;
}

// 412: a PUT that says "only if nothing is there" and whose first attempt did arrive after all.
const isAccepted = (status) => (status >= 200 && status < 300) || status === 412;

// Neither is told apart, unless the file on the disk is not what it was any more.
function whyNot(blob) {
  return blob.slice(0, 1).arrayBuffer().then(
    () => temporary("bucket"),
    () => new UploadProblem("changed"),
  );
}

const TEMPORARY = [403, 408, 409, 429]; // 409: another tab sends the same at this moment
const OTHER_BYTES = ["BadDigest", "XAmzContentChecksumMismatch", "XAmzContentSHA256Mismatch"];

// 403 is mostly an expired signature (a laptop that slept), 5xx and 429 a busy bucket.
function refusal(request) {
  const code = /<Code>([^<]*)<\/Code>/.exec(request.responseText)?.[1] ?? String(request.status);
  if (OTHER_BYTES.includes(code)) return new UploadProblem("changed");
  const problem = new UploadProblem("refused", { code });
  problem.isTemporary = request.status >= 500 || TEMPORARY.includes(request.status)
    || code === "RequestTimeout";
  return problem;
}
