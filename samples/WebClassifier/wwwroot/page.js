// What both pages do: take one photograph by drop, choice or paste, and show what was found on it.
// Text only ever enters the page as text, so no label and no message can be markup.

const [drop, file, problem, result] = ['drop', 'file', 'problem', 'result'].map(id => document.getElementById(id));
const percent = new Intl.NumberFormat('en', { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 });
const enumeration = new Intl.ListFormat('en');
let preview;
let latest = 0;

/** An error in words for the person in front of the page. */
export class Refusal extends Error {
  constructor(title, detail) {
    super(detail);
    this.title = title;
  }
}

/** Calls classify(file) for each photograph, and shows its answer or its refusal, unless a later photograph came meanwhile. */
export function takePhotographs(classify) {
  const take = async files => {
    const turn = ++latest;
    try {
      if (files.length !== 1) throw new Refusal('One photograph at a time', 'Several files came at once; drop one.');
      showPhotograph(files[0]);
      const started = performance.now();
      const answer = await classify(files[0]);
      if (turn === latest) showAnswer(answer, performance.now() - started);
    } catch (error) {
      if (turn === latest) showProblem(error);
    }
  };

  file.addEventListener('click', () => { file.value = ''; }); // so that the same file can be chosen again
  file.addEventListener('change', () => { if (file.files.length > 0) take([...file.files]); });
  document.addEventListener('paste', event => { if (event.clipboardData.files.length > 0) take([...event.clipboardData.files]); });
  document.addEventListener('dragover', event => { event.preventDefault(); drop.classList.add('over'); });
  document.addEventListener('dragleave', event => { if (!event.relatedTarget) drop.classList.remove('over'); });
  document.addEventListener('drop', event => {
    event.preventDefault(); // a photograph that misses the field is taken too, rather than opened in place of the page
    drop.classList.remove('over');
    if (event.dataTransfer.files.length > 0) take([...event.dataTransfer.files]);
  });
}

/** Asks the server what its model is and what it takes. */
export async function askForModel() {
  const response = await fetch('/model');
  if (!response.ok) throw new Refusal('The server does not answer as it should', `It says ${response.status} when asked for its model.`);
  return response.json();
}

/** One line about a model. */
export function describe(network, classes, accuracy) {
  const names = enumeration.format(classes.length > 6 ? [...classes.slice(0, 5), `${classes.length - 5} more`] : classes);
  const measured = typeof accuracy === 'number' ? `, and is right on ${percent.format(accuracy)} of its validation images` : '';
  return `${network ?? 'This model'} knows ${names}${measured}.`;
}

/** Shows a text in place of an element's content. */
export function say(id, text) {
  document.getElementById(id).textContent = text;
}

/** Takes no photographs. */
export function close() {
  document.getElementById('form').classList.add('off');
  file.disabled = true;
}

/** Shows how to get what is missing, and takes no photographs. */
export function showSetup() {
  document.getElementById('setup').hidden = false;
  close();
}

/** Shows an error's title and words. */
export function showProblem(error) {
  if (!(error instanceof Refusal)) console.error(error);
  result.hidden = true;
  problem.replaceChildren(element('strong', error.title ?? 'That did not work'), error.message);
  problem.hidden = false;
}

function showPhotograph(photograph) {
  if (preview) URL.revokeObjectURL(preview);
  preview = URL.createObjectURL(photograph);
  const image = element('img');
  image.src = preview;
  image.alt = 'The photograph';
  const words = element('div');
  words.append(element('h2', 'Looking …'));
  result.replaceChildren(image, words);
  [result.hidden, problem.hidden] = [false, true];
  result.setAttribute('aria-busy', 'true');
  result.scrollIntoView({ block: 'nearest' });
}

function showAnswer(answer, milliseconds) {
  const words = element('div');
  const items = answer.values.length > 0 ? answer.values.map(valueItem) : answer.scores.map(score => scoreItem(score, answer.labels));
  words.append(element('h2', heading(answer)), list(items));
  const time = element('p', `${Math.round(milliseconds)} ms`);
  time.className = 'time';
  words.append(time);
  result.lastElementChild.replaceWith(words);
  result.removeAttribute('aria-busy');
  result.scrollIntoView({ block: 'nearest' });
}

function heading(answer) {
  if (answer.values.length > 0) return 'Values';
  return answer.labels.length > 0 ? answer.labels.join(', ') : 'None of these';
}

function list(items) {
  const scores = element('ol');
  scores.className = 'scores';
  scores.append(...items);
  return scores;
}

function scoreItem({ label, probability }, labels) {
  const item = row(label, percent.format(probability));
  if (labels.includes(label)) item.classList.add('named');
  const bar = element('div');
  bar.className = 'bar';
  bar.setAttribute('aria-hidden', 'true');
  const filled = element('span');
  filled.style.width = `${100 * probability}%`;
  bar.append(filled);
  item.append(bar);
  item.dataset.probability = probability;
  return item;
}

function valueItem({ name, value }) {
  return row(name, value.toPrecision(6).replace(/\.?0+$/, ''));
}

function row(name, number) {
  const item = element('li');
  const label = element('span', name);
  label.className = 'name';
  label.dir = 'auto';
  const figure = element('span', number);
  figure.className = 'number';
  item.append(label, figure);
  return item;
}

function element(tag, text) {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  return made;
}
