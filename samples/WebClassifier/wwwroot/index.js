import { Refusal, askForModel, describe, say, showProblem, showSetup, takePhotographs } from './page.js';

let mostBytes = Infinity;
let sending;

takePhotographs(async photograph => {
  if (photograph.size > mostBytes) {
    throw new Refusal('The file is too large', `It has ${megabytes(photograph.size)}; an image may have ${megabytes(mostBytes)} at most.`);
  }
  sending?.abort(); // the server stops working on what nobody waits for
  sending = new AbortController();
  const form = new FormData();
  form.append('image', photograph, 'photograph');
  let response;
  try {
    response = await fetch('/classify', { method: 'POST', body: form, signal: sending.signal });
  } catch {
    throw new Refusal('The server cannot be reached', 'Nothing came back. Is it running, and is there a connection?');
  }
  if (response.ok) return response.json();
  const problem = await response.json().catch(() => ({}));
  throw new Refusal(problem.title ?? `The server says ${response.status}`, problem.detail ?? 'It gives no reason.');
});

try {
  const model = await askForModel();
  mostBytes = model.maximumUploadBytes;
  if (model.isReady) say('model', `${describe(model.network, model.classes, model.accuracy)} The server classifies the photograph and keeps no copy of it.`);
  else showSetup();
  say('limits', `JPEG, PNG, WebP, GIF or BMP, up to ${megabytes(mostBytes)} and ${Math.round(model.maximumPixels / 1e6)} million pixels`);
} catch (error) {
  showProblem(error);
}
document.documentElement.dataset.ready = '';

function megabytes(bytes) {
  return `${(bytes / 1048576).toFixed(bytes < 10485760 && bytes % 1048576 ? 1 : 0)} MB`;
}
