// The worker's side of line.js: one request, one answer; codecs are loaded when they are needed.

import { UploadProblem } from "../upload/problem.js";

const TASKS = {
  picture: async (request) => (await import("./picture.js")).preparePicture(request),
  avif: async (request) => (await import("./avif.js")).makeAvif(request),
};

addEventListener("message", async ({ data: { task, request } }) => {
  try {
    postMessage({ result: await TASKS[task](request) });
  } catch (error) {
    postMessage({ problem: asProblem(error) });
  }
});

postMessage({ isReady: true });

function asProblem(error) {
  if (error instanceof UploadProblem) return { name: error.name, details: error.details };
  console.error(error);
  // A module that could not be fetched is a TypeError; the rest of them come of memory that is
  // not there: arrays and canvases that cannot be made, canvases that cannot be encoded.
  const isFetching = error instanceof TypeError && /import|fetch|load/i.test(error.message);
  return { name: isFetching ? "server" : "memory", details: {} };
}
