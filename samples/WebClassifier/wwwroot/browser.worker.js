// Runs the model beside the page, so that the page answers meanwhile. What the file says of itself is read from the file.
import * as ort from './lib/ort.wasm.bundle.min.mjs';

ort.env.wasm.numThreads = 1; // more need shared memory, which a page gets only with headers that isolate it
let session;
let metadata;

self.addEventListener('message', async ({ data: { id, model, image } }) => {
  try {
    self.postMessage({ id, result: model ? await open(model) : await classify(image) });
  } catch (error) {
    self.postMessage({ id, error: error.message ?? String(error) });
  }
});

async function open(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`The server says ${response.status} when asked for the model.`);
  const file = new Uint8Array(await response.arrayBuffer());
  metadata = readMetadata(file);
  session = await ort.InferenceSession.create(file);
  if (!session.inputNames.includes('images') || !session.outputNames.some(name => name === 'probabilities' || name === 'values')) {
    throw new Error('The file does not take pixels and give probabilities or values; export it with the default options.');
  }
  return metadata;
}

async function classify(image) {
  const { width, height } = image;
  const canvas = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  canvas.drawImage(image, 0, 0);
  image.close();
  const { data: rgba } = canvas.getImageData(0, 0, width, height);
  const rgb = new Uint8Array(width * height * 3);
  for (let from = 0, to = 0; to < rgb.length; from += 4) {
    rgb[to++] = rgba[from];
    rgb[to++] = rgba[from + 1];
    rgb[to++] = rgba[from + 2];
  }

  const outputs = await session.run({ images: new ort.Tensor('uint8', rgb, [1, height, width, 3]) });
  if (outputs.values) return { labels: [], scores: [], values: metadata.labels.map((name, index) => ({ name, value: outputs.values.data[index] })) };
  const scores = metadata.labels.map((label, index) => ({ label, probability: outputs.probabilities.data[index] }));
  scores.sort((one, other) => other.probability - one.probability);
  return { labels: named(scores), scores: scores.slice(0, 10), values: [] };
}

// Without thresholds, the most probable class; with them, what reaches its own: several labels, or a class that may be missing.
function named(scores) {
  const reaches = ({ label, probability }) => {
    const thresholds = metadata.thresholds;
    return !thresholds?.length || probability >= (thresholds.length === 1 ? thresholds[0] : thresholds[metadata.labels.indexOf(label)]);
  };
  const candidates = metadata.reading === 'sigmoid' ? scores : scores.slice(0, 1);
  return candidates.filter(reaches).map(score => score.label);
}

// The entries of metadata_props (field 14 of ModelProto; each has a key, 1, and a value, 2), found by skipping over everything else.
function readMetadata(file) {
  const entries = {};
  for (const [field, entry] of fields(file)) {
    if (field !== 14) continue;
    const [key, value] = [1, 2].map(wanted => text([...fields(entry)].find(([number]) => number === wanted)?.[1]));
    entries[key] = value;
  }
  const details = JSON.parse(entries['transferlearning.model'] || '{}');
  return {
    labels: JSON.parse(entries.labels || '[]'),
    thresholds: JSON.parse(entries.thresholds || '[]'),
    reading: entries.reading,
    network: details.network,
    metrics: details.metrics,
  };
}

function* fields(bytes) {
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let scale = 1; at < bytes.length; scale *= 128) {
      const byte = bytes[at++];
      value += (byte & 127) * scale;
      if (byte < 128) break;
    }
    return value;
  };
  while (at < bytes.length) {
    const tag = varint();
    const kind = tag % 8;
    const length = kind === 2 ? varint() : kind === 1 ? 8 : kind === 5 ? 4 : 0;
    if (kind === 0) varint();
    yield [Math.floor(tag / 8), bytes.subarray(at, at + length)];
    at += length;
  }
}

function text(bytes) {
  return new TextDecoder().decode(bytes ?? new Uint8Array());
}
