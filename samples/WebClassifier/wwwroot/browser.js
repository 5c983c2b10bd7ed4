import { Refusal, askForModel, close, describe, say, showProblem, showSetup, takePhotographs } from './page.js';

const runtime = '/lib/ort.wasm.bundle.min.mjs';
let mostPixels = Infinity;
let worker;
let metadata;
const waiting = new Map();
let asked = 0;

try {
  const model = await askForModel();
  mostPixels = model.maximumPixels;
  if (!(await fetch(runtime, { method: 'HEAD' })).ok) {
    say('model', 'The model would run in this browser.');
    showSetup();
  } else if (!model.isReady || !model.isShared) {
    throw model.isReady
      ? new Refusal('The model is not for downloading', 'The server keeps it to itself.')
      : new Refusal('There is no model yet', 'The page on the server says how to make one.');
  } else {
    await start();
    say('model', `${describe(metadata.network, metadata.labels, metadata.metrics?.accuracy)} The photograph does not leave this computer.`);
    takePhotographs(classify);
  }
} catch (error) {
  say('model', 'The model does not run here.');
  close();
  showProblem(error);
}
document.documentElement.dataset.ready = '';

async function start() {
  worker = new Worker('/browser.worker.js', { type: 'module' });
  worker.addEventListener('message', ({ data }) => {
    const { resolve, reject } = waiting.get(data.id);
    waiting.delete(data.id);
    if (data.error) reject(new Refusal('The model cannot be run here', data.error));
    else resolve(data.result);
  });
  const failed = new Promise((_, reject) => worker.addEventListener('error', event =>
    reject(new Refusal('The model cannot be run here', event.message ?? 'Its program could not be loaded.'))));
  metadata = await Promise.race([ask({ model: '/model.onnx' }), failed]);
}

async function classify(photograph) {
  // As the decoder of the library does: upright, without color management.
  const image = await createImageBitmap(photograph, { imageOrientation: 'from-image', colorSpaceConversion: 'none', premultiplyAlpha: 'none' })
    .catch(() => { throw new Refusal('This is no image', 'The browser cannot read the file as an image.'); });
  const { width, height } = image;
  if (width * height > mostPixels) {
    image.close();
    throw new Refusal('The image has too many pixels', `It has ${width} x ${height} pixels; ${mostPixels / 1e6} million are taken at most.`);
  }
  return ask({ image }, [image]);
}

function ask(message, transferred = []) {
  const id = ++asked;
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    worker.postMessage({ id, ...message }, transferred);
  });
}
