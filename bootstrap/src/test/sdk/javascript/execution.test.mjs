// Works in a sandbox of a running server with the public SDK, and checks every answer.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ConnectionConfig, Sandbox, SandboxApiException } from '@alibaba-group/opensandbox';

let sandbox;
let commands;
let files;

before(async () => {
  sandbox = await Sandbox.create({
    connectionConfig: new ConnectionConfig({
      domain: process.env.SANDKEEP_TEST_SERVER,
      apiKey: process.env.SANDKEEP_TEST_KEY,
    }),
    image: 'python:3.11',
    entrypoint: ['sleep', '1000'],
    resource: { cpu: '500m', memory: '128Mi' },
    metadata: { client: 'javascript-exec' },
  });
  ({ commands, files } = sandbox);
});

after(async () => {
  await sandbox?.kill();
  await sandbox?.close();
});

const texts = (messages) => messages.map((message) => message.text);

/** Waits for a condition that only time brings. */
async function until(condition) {
  for (let attempt = 0; attempt < 300; attempt++) {
    const found = await condition();
    if (found) {
      return found;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('waited in vain');
}

const ended = (id) =>
  until(async () => {
    const status = await commands.getCommandStatus(id);
    return !status.running && status;
  });

test('a command is told with its output and its exit code', async () => {
  const execution = await commands.run('echo one; echo two >&2; printf three');

  assert.equal(execution.exitCode, 0);
  assert.deepEqual(texts(execution.logs.stdout), ['one', 'three']);
  assert.deepEqual(texts(execution.logs.stderr), ['two']);
  assert.ok(execution.complete);
});

test('a command that fails tells its exit code as an error', async () => {
  const execution = await commands.run('exit 7');

  assert.equal(execution.exitCode, 7);
  assert.equal(execution.error.name, 'CommandExecError');
  assert.equal(execution.complete, undefined);
});

test('events are told as they come, the first with the id', async () => {
  const types = [];
  for await (const event of commands.runStream('pwd', { workingDirectory: '/tmp' })) {
    types.push(event.type);
    assert.ok(event.type !== 'stdout' || event.text === '/tmp');
  }

  assert.deepEqual(types, ['init', 'ping', 'stdout', 'execution_complete']);
});

test('a background command has a status and a log that is read on, and is interrupted', async () => {
  const { id } = await commands.run('echo one; sleep 1; echo two; sleep 1000', { background: true });
  const first = await until(async () => {
    const logs = await commands.getBackgroundCommandLogs(id);
    return logs.content && logs;
  });
  const rest = await until(async () => {
    const logs = await commands.getBackgroundCommandLogs(id, first.cursor);
    return logs.content && logs;
  });
  assert.equal((await commands.getCommandStatus(id)).running, true);

  await commands.interrupt(id);

  assert.equal((await ended(id)).exitCode, 143);
  assert.equal(first.content + rest.content, 'one\ntwo\n');
});

test('an unknown command is not there', async () => {
  await assert.rejects(commands.getCommandStatus('0'.repeat(32)), (error) => {
    assert.ok(error instanceof SandboxApiException, String(error));
    assert.equal(error.statusCode, 404);
    assert.equal(error.error.code, 'CONTEXT_NOT_FOUND');
    return true;
  });
});

test('a session keeps the directory and the variables', async () => {
  const session = await commands.createSession({ workingDirectory: '/tmp/js session' });

  const made = await commands.runInSession(session, 'pwd; export GREETING=hello; cd /');
  const kept = await commands.runInSession(session, 'pwd; echo $GREETING; echo err >&2; exit 7');
  const elsewhere = await commands.runInSession(session, 'pwd', { workingDirectory: '/var' });
  const late = await commands.runInSession(session, 'sleep 1000', { timeoutSeconds: 1 });
  const after = await commands.runInSession(session, 'echo $GREETING; pwd');

  assert.deepEqual([made.id, texts(made.logs.stdout), made.exitCode], [session, ['/tmp/js session'], 0]);
  assert.deepEqual([texts(kept.logs.stdout), texts(kept.logs.stderr)], [['/', 'hello'], ['err']]);
  assert.equal(kept.exitCode, 7);
  assert.deepEqual(texts(elsewhere.logs.stdout), ['/var']);
  assert.equal(late.exitCode, 137);
  assert.deepEqual(texts(after.logs.stdout), ['hello', '/var']);
  await commands.deleteSession(session);
  await assert.rejects(commands.deleteSession(session), (error) => {
    assert.equal(error.statusCode, 404);
    assert.equal(error.error.code, 'CONTEXT_NOT_FOUND');
    return true;
  });
});

test('files are written, read, found, changed and removed', async () => {
  const root = '/tmp/js_test';
  await files.createDirectories([{ path: root, mode: 755 }]);
  await files.writeFiles([
    { path: `${root}/a.txt`, data: 'one two', mode: 644 },
    { path: `${root}/b.txt`, data: 'b' },
  ]);
  await files.replaceContents([{ path: `${root}/a.txt`, oldContent: 'one', newContent: '1' }]);
  await files.moveFiles([{ src: `${root}/b.txt`, dest: `${root}/c/b.txt` }]);
  await files.setPermissions([{ path: `${root}/c/b.txt`, mode: 600 }]);

  assert.equal(await files.readFile(`${root}/a.txt`), '1 two');
  const found = await files.search({ path: root, pattern: '*.txt' });
  assert.deepEqual(found.map((file) => file.path).sort(), [`${root}/a.txt`, `${root}/c/b.txt`]);
  assert.equal((await files.getFileInfo([`${root}/c/b.txt`]))[`${root}/c/b.txt`].mode, 600);
  await files.deleteFiles([`${root}/a.txt`]);
  await assert.rejects(files.readFile(`${root}/a.txt`));
  await files.deleteDirectories([root]);
  assert.equal((await commands.run(`ls ${root}`)).exitCode, 2);
});
