'use strict';
// Keeps what it needs under names of its own: the code may change every global.
const fs = require('fs');
const vm = require('vm');
const util = require('util');
const MARK = '\x1e@TOKEN@';
const PIECE = 3000;
// Where requests come from, and where both outputs went at the start.
const REQUESTS = 3;
const TOLD = 4;
const TOLD_ERRORS = 5;
// Where the last expression may begin.
const MOST_TRIES = 100;
const MOST_TEXT = 256 * 1024;
const MOST_RESULT = 2 * 1024 * 1024;
const inspect = util.inspect;
const encode = (text) => Buffer.from(String(text), 'utf8').toString('base64') || '=';
const { writeSync } = fs;

/** Waits where the pipe is full, which node tells as an error. */
const pause = new Int32Array(new SharedArrayBuffer(4));
function write(fd, text) {
  let data = Buffer.from(text, 'utf8');
  while (data.length > 0) {
    try {
      data = data.subarray(writeSync(fd, data));
    } catch (full) {
      if (full.code !== 'EAGAIN') throw full;
      Atomics.wait(pause, 0, 0, 1);
    }
  }
}

function tell(kind, ...words) {
  let text = [kind, ...words.map(encode)].join(' ');
  while (text.length > PIECE) {
    write(TOLD, MARK + '+' + text.slice(0, PIECE) + '\n');
    text = text.slice(PIECE);
  }
  write(TOLD, MARK + '.' + text + '\n');
}

/** Requests come by the loop of events, so that what the code left waiting goes on between them. */
let arrived = Buffer.alloc(0);
let busy = false;
let number = 0;

const context = vm.createContext(globalThisOfCode());

function globalThisOfCode() {
  const { createRequire } = require('module');
  const names = {
    console, process, Buffer, URL, URLSearchParams, TextEncoder, TextDecoder, AbortController, AbortSignal, Event,
    EventTarget, setTimeout, setInterval, setImmediate, clearTimeout, clearInterval, clearImmediate, queueMicrotask,
    structuredClone: globalThis.structuredClone, fetch: globalThis.fetch, performance: globalThis.performance,
    require: createRequire(process.cwd() + '/'),
    display: (...values) => values.forEach((value) => show('shown', 0, value)),
  };
  names.global = names;
  names.globalThis = names;
  return names;
}

function representations(value) {
  const made = { 'text/plain': inspect(value) };
  const more = value !== null && typeof value === 'object' && value[Symbol.for('Jupyter.display')];
  if (typeof more === 'function') Object.assign(made, more.call(value));
  return made;
}

function show(kind, count, value) {
  const words = [];
  let room = MOST_RESULT;
  for (const [mime, other] of Object.entries(representations(value))) {
    let text = typeof other === 'string' ? other : JSON.stringify(other);
    if (text.length > room) {
      if (mime !== 'text/plain') continue;
      text = text.slice(0, room) + '...';
    }
    room -= text.length;
    words.push(mime, text);
  }
  tell(kind, String(count), ...words);
}

function describe(error) {
  const isError = error !== null && typeof error === 'object' && typeof error.message === 'string';
  const name = isError ? String(error.name || 'Error') : 'Error';
  const value = isError ? error.message : inspect(error);
  const own = (line) => line.includes('sandkeep-driver') || line.includes('node:');
  const lines = String((isError && error.stack) || name + ': ' + value).split('\n').filter((line) => !own(line));
  tell('error', name.slice(0, MOST_TEXT), value.slice(0, MOST_TEXT), ...lines.join('\n').slice(0, MOST_TEXT).split('\n'));
}

/** Code that awaits is no script; what it declares at its top is kept all the same, and so is its last expression. */
function compile(code, place) {
  try {
    return { script: new vm.Script(code, { filename: place }), waits: false };
  } catch (error) {
    if (!/\bawait\b/.test(code)) throw error;
  }
  const body = code.replace(/^(const|let|var)\s+([A-Za-z_$][\w$]*)\s*=/gm, 'globalThis.$2 =');
  const script = (text) => ({ script: new vm.Script('(async () => {' + text + '\n})()', { filename: place }), waits: true });
  const trimmed = body.replace(/[\s;]+$/, '');
  const ends = [...trimmed.matchAll(/[;\n]/g)].map((match) => match.index + 1).slice(-MOST_TRIES).reverse();
  for (const at of [...ends, 0]) {
    try {
      return script(trimmed.slice(0, at) + ' return (' + trimmed.slice(at) + '\n)');
    } catch (noExpression) {
      continue;
    }
  }
  return script(body);
}

let interrupted = null;
process.on('SIGINT', () => interrupted && interrupted());

async function run(code) {
  number += 1;
  const place = '<cell ' + number + '>';
  try {
    const { script, waits } = compile(code, place);
    let value = script.runInContext(context, { breakOnSigint: true });
    if (waits || (value !== null && typeof value === 'object' && typeof value.then === 'function')) {
      const stop = new Promise((_, reject) => {
        interrupted = () => reject(Object.assign(new Error('interrupted'), { name: 'KeyboardInterrupt' }));
      });
      value = await Promise.race([value, stop]);
    }
    if (value !== undefined) show('result', number, value);
  } catch (error) {
    if (error && error.code === 'ERR_SCRIPT_EXECUTION_INTERRUPTED') error.name = 'KeyboardInterrupt';
    describe(error);
  } finally {
    interrupted = null;
  }
  write(TOLD_ERRORS, MARK + '.end\n');
  tell('end');
}

process.on('uncaughtException', (error) => write(2, inspect(error) + '\n'));

// Output is written at once, and in the order in which it was made.
for (const [fd, name] of [[1, 'stdout'], [2, 'stderr']]) {
  process[name].write = (chunk, encoding, done) => {
    write(fd, Buffer.isBuffer(chunk) || chunk instanceof Uint8Array ? Buffer.from(chunk) : String(chunk));
    const callback = typeof encoding === 'function' ? encoding : done;
    if (callback) setImmediate(callback);
    return true;
  };
}

const HEADER = 16;
async function serve() {
  if (busy) return;
  busy = true;
  while (arrived.length >= HEADER) {
    const length = parseInt(arrived.toString('latin1', 0, HEADER), 10);
    if (arrived.length < HEADER + length) break;
    const code = arrived.toString('utf8', HEADER, HEADER + length);
    arrived = arrived.subarray(HEADER + length);
    await run(code);
  }
  busy = false;
}
const requests = fs.createReadStream(null, { fd: REQUESTS });
requests.on('data', (more) => {
  arrived = Buffer.concat([arrived, more]);
  serve();
});
requests.on('end', () => process.exit(0));
write(TOLD_ERRORS, MARK + '.ready\n');
tell('ready');
