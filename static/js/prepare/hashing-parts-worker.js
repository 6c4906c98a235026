// Hashes the parts of a file, whose bytes the hashing worker hands over in order. Each message is
// answered when it is done with, the last one with the hashes.

import "../../vendor/hash-wasm/sha256.umd.min.js"; // for its effect: globalThis.hashwasm

const ready = globalThis.hashwasm.createSHA256();
const digests = [];
let partSize;
let room; // bytes that the running part still takes

self.addEventListener("message", async ({ data }) => {
  const hasher = await ready;
  if (data.partSize) partSize = room = data.partSize;
  if (data.buffer) update(hasher, new Uint8Array(data.buffer));
  if (data.isEnd && room < partSize) finish(hasher);
  self.postMessage(data.isEnd ? digests : null);
});

function update(hasher, bytes) {
  for (let at = 0; at < bytes.length; ) {
    const piece = bytes.subarray(at, at + room);
    hasher.update(piece);
    room -= piece.length;
    at += piece.length;
    if (room === 0) finish(hasher);
  }
}

function finish(hasher) {
  digests.push(hasher.digest());
  hasher.init();
  room = partSize;
}
