// Drives a running server with the public SDK, and checks every answer.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  ConnectionConfig,
  Sandbox,
  SandboxApiException,
  SandboxManager,
  createDefaultAdapterFactory,
} from '@alibaba-group/opensandbox';

const factory = createDefaultAdapterFactory();
const UNKNOWN = '00000000-0000-4000-8000-000000000000';
const REQUEST_ID = 'javascript-sdk-1';
// Answers the health check of the SDK: GET /ping at the port where it expects a service.
const SERVICE = ['sh', '-c', 'mkdir /srv/www; cd /srv/www; touch ping; exec python -m http.server 44772'];

const config = (options = {}) =>
  new ConnectionConfig({
    domain: process.env.SANDKEEP_TEST_SERVER,
    apiKey: process.env.SANDKEEP_TEST_KEY,
    ...options,
  }).withTransportIfMissing();
const lifecycle = (connectionConfig) =>
  factory.createLifecycleStack({ connectionConfig, lifecycleBaseUrl: connectionConfig.getBaseUrl() }).sandboxes;

const connection = config();
const sandboxes = lifecycle(connection);
const manager = SandboxManager.create({ connectionConfig: connection });
let created;

before(async () => {
  created = await create('javascript');
});

after(async () => {
  await manager.close();
});

/** The first answer that is not that the service does not listen yet: a sandbox that runs may still start it. */
function served(address) {
  return until(async () => {
    const answer = await fetch(address);
    return answer.status === 503 ? null : answer;
  });
}

function create(client, more = {}) {
  return sandboxes.createSandbox({
    image: { uri: 'python:3.11' },
    entrypoint: ['python', '-m', 'http.server', '8000'],
    timeout: 600,
    resourceLimits: { cpu: '500m', memory: '128Mi' },
    env: { GREETING: 'hello' },
    metadata: { client, purpose: 'sdk-test' },
    ...more,
  });
}

/** Waits for a condition that only time brings. */
async function until(condition) {
  for (let attempt = 0; attempt < 600; attempt++) {
    const found = await condition();
    if (found) {
      return found;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('waited in vain');
}

const reaching = (id, state) =>
  until(async () => {
    const sandbox = await manager.getSandboxInfo(id);
    return sandbox.status.state === state && sandbox;
  });

const refusedWith = (status, code) => (error) => {
  assert.ok(error instanceof SandboxApiException, String(error));
  assert.equal(error.statusCode, status);
  assert.equal(error.error.code, code);
  assert.notEqual(error.error.message, '');
  return true;
};

test('create answers what was asked for', () => {
  assert.match(created.id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(created.status.state, 'Pending');
  assert.deepEqual(created.entrypoint, ['python', '-m', 'http.server', '8000']);
  assert.deepEqual(created.metadata, { client: 'javascript', purpose: 'sdk-test' });
  assert.equal(created.expiresAt.getTime() - created.createdAt.getTime(), 600_000);
});

test('get tells the whole sandbox', async () => {
  const sandbox = await reaching(created.id, 'Running');

  assert.equal(sandbox.id, created.id);
  assert.equal(sandbox.image.uri, 'python:3.11');
  assert.deepEqual(sandbox.metadata, created.metadata);
  assert.equal(sandbox.createdAt.getTime(), created.createdAt.getTime());
});

test('list filters by state and metadata, in pages', async () => {
  await reaching(created.id, 'Running');

  const found = await manager.listSandboxInfos({
    states: ['Running', 'Paused'],
    metadata: { client: 'javascript', purpose: 'sdk-test' },
    page: 1,
    pageSize: 1,
  });
  const none = await manager.listSandboxInfos({ metadata: { client: 'nobody' } });
  const ended = await manager.listSandboxInfos({ states: ['Failed'], metadata: { client: 'javascript' } });

  assert.deepEqual(found.items.map((sandbox) => sandbox.id), [created.id]);
  assert.deepEqual(found.pagination, { page: 1, pageSize: 1, totalItems: 1, totalPages: 1, hasNextPage: false });
  assert.deepEqual(none.items, []);
  assert.deepEqual(ended.items, []);
});

// This SDK leaves the timeout out for "no end", and the server wants that said with null.
test('a timeout that is left out is asked for', async () => {
  await assert.rejects(create('javascript-manual', { timeout: undefined }), (error) => {
    assert.match(error.error.message, /timeout: is required.*null/);
    return refusedWith(400, 'INVALID_REQUEST')(error);
  });
});

test('the network policy is read and changed along the endpoint that the server tells', async () => {
  const guarded = await create('javascript-guarded', {
    networkPolicy: { defaultAction: 'deny', egress: [{ action: 'allow', target: 'pypi.org' }] },
  });
  await reaching(guarded.id, 'Running');
  const endpoint = await sandboxes.getSandboxEndpoint(guarded.id, 18080);
  const { egress } = factory.createEgressStack({
    connectionConfig: config({ apiKey: '' }),
    egressBaseUrl: `http://${endpoint.endpoint}`,
    endpointHeaders: endpoint.headers,
  });

  assert.deepEqual(await egress.getPolicy(), {
    defaultAction: 'deny',
    egress: [{ action: 'allow', target: 'pypi.org' }],
  });
  await egress.patchRules([{ action: 'allow', target: 'www.example.com' }]);
  assert.deepEqual(
    (await egress.getPolicy()).egress.map((rule) => rule.target).sort(),
    ['pypi.org', 'www.example.com'],
  );
  await egress.deleteRules(['pypi.org']);
  assert.deepEqual((await egress.getPolicy()).egress, [{ action: 'allow', target: 'www.example.com' }]);

  const stranger = factory.createEgressStack({
    connectionConfig: config({ apiKey: '' }),
    egressBaseUrl: `http://${endpoint.endpoint}`,
    endpointHeaders: {},
  });
  await assert.rejects(stranger.egress.getPolicy(), (error) => error.statusCode === 401);
  await manager.killSandbox(guarded.id);
});

test('an unknown sandbox is not found, and the answer carries the id of the request', async () => {
  const named = lifecycle(config({ headers: { 'X-Request-ID': REQUEST_ID } }));

  await assert.rejects(named.getSandbox(UNKNOWN), (error) => {
    assert.equal(error.requestId, REQUEST_ID);
    return refusedWith(404, 'SANDBOX_NOT_FOUND')(error);
  });
});

test('what is not valid is refused with the name of the field', async () => {
  await assert.rejects(create('javascript', { resourceLimits: { memory: 'much' } }), (error) => {
    assert.match(error.error.message, /resourceLimits\.memory/);
    return refusedWith(400, 'INVALID_REQUEST')(error);
  });
});

test('a wrong key is not let in', async () => {
  await assert.rejects(lifecycle(config({ apiKey: 'wrong' })).listSandboxes(), refusedWith(401, 'UNAUTHENTICATED'));
});

test('create with the health check waits for the service inside, along a route with a token', async () => {
  const sandbox = await Sandbox.create({
    connectionConfig: config(),
    image: 'python:3.11',
    entrypoint: SERVICE,
    resource: { cpu: '500m', memory: '128Mi' },
    metadata: { client: 'javascript-service' },
    // The port of the execution API is to be that of the service.
    extensions: { 'exec.enabled': 'false' },
  });
  const endpoint = await sandbox.getEndpoint(44772);
  const answer = await fetch(`http://${endpoint.endpoint}/`, { headers: endpoint.headers });
  const stranger = await fetch(`http://${endpoint.endpoint}/`);

  assert.equal(await sandbox.isHealthy(), true);
  assert.match(endpoint.endpoint, new RegExp(`^${process.env.SANDKEEP_TEST_SERVER}/sandboxes/${sandbox.id}/proxy/44772`));
  assert.match(await answer.text(), /<a href="ping">/);
  assert.equal(stranger.status, 401);
  await sandbox.kill();
});

test('a sandbox without a service is created without the health check', async () => {
  const sandbox = await Sandbox.create({
    connectionConfig: config(),
    image: 'python:3.11',
    skipHealthCheck: true,
    resource: { memory: '128Mi' },
    networkPolicy: { egress: [{ action: 'allow', target: 'pypi.org' }] },
  });
  await reaching(sandbox.id, 'Running');

  assert.deepEqual((await sandbox.getEgressPolicy()).egress, [{ action: 'allow', target: 'pypi.org' }]);
  await sandbox.kill();
});

test('a signed endpoint needs no header, and is the one that was asked for', async () => {
  const endpoint = await sandboxes.getSignedEndpoint(created.id, 8000, Math.floor(Date.now() / 1000) + 600);

  const answer = await served(`http://${endpoint.endpoint}`);

  assert.equal(answer.status, 200);
  assert.match(await answer.text(), /Directory listing/);
});

test('pause and resume are seen, and refused where the state does not allow them', async () => {
  await reaching(created.id, 'Running');
  await manager.pauseSandbox(created.id);
  await reaching(created.id, 'Paused');
  await manager.resumeSandbox(created.id);
  await reaching(created.id, 'Running');

  const failed = await create('javascript-failed', { entrypoint: ['false'] });
  await reaching(failed.id, 'Failed');
  await assert.rejects(manager.pauseSandbox(failed.id), refusedWith(409, 'ILLEGAL_STATE'));
});

test('renew puts the deadline off', async () => {
  const before = Date.now();

  await manager.renewSandbox(created.id, 1800);

  const expiresAt = (await manager.getSandboxInfo(created.id)).expiresAt.getTime();
  assert.ok(expiresAt >= before + 1_800_000 && expiresAt <= Date.now() + 1_800_000);
  await assert.rejects(
    sandboxes.renewSandboxExpiration(created.id, { expiresAt: new Date(before - 1000).toISOString() }),
    refusedWith(400, 'INVALID_REQUEST'),
  );
});

test('metadata is patched', async () => {
  const patched = await manager.patchSandboxMetadata(created.id, { purpose: 'patched', extra: 'x' });
  const restored = await manager.patchSandboxMetadata(created.id, { purpose: 'sdk-test', extra: null });

  assert.deepEqual(patched.metadata, { client: 'javascript', purpose: 'patched', extra: 'x' });
  assert.deepEqual(restored.metadata, { client: 'javascript', purpose: 'sdk-test' });
});

test('a snapshot is taken, listed, started from and deleted', async () => {
  await reaching(created.id, 'Running');
  const snapshot = await manager.createSnapshot(created.id, { name: 'javascript-snapshot' });
  const ready = await until(async () => {
    const found = await manager.getSnapshot(snapshot.id);
    return found.status.state !== 'Creating' && found;
  });
  const listed = await manager.listSnapshots({ sandboxId: created.id, states: ['Ready'], page: 1, pageSize: 10 });
  const restored = await sandboxes.createSandbox({
    snapshotId: snapshot.id,
    entrypoint: ['sleep', '1000'],
    timeout: 600,
    resourceLimits: { memory: '64Mi' },
  });
  const running = await reaching(restored.id, 'Running');

  assert.equal(ready.status.state, 'Ready');
  assert.equal(ready.sandboxId, created.id);
  assert.equal(ready.name, 'javascript-snapshot');
  assert.deepEqual(listed.items.map((item) => item.id), [snapshot.id]);
  assert.equal(running.snapshotId, snapshot.id);
  await manager.killSandbox(restored.id);
  await manager.deleteSnapshot(snapshot.id);
  await assert.rejects(manager.getSnapshot(snapshot.id), refusedWith(404, 'SNAPSHOT_NOT_FOUND'));
});

test('kill ends it, once', async () => {
  const victim = await create('javascript-victim');

  await manager.killSandbox(victim.id);

  await assert.rejects(manager.getSandboxInfo(victim.id), refusedWith(404, 'SANDBOX_NOT_FOUND'));
  await assert.rejects(manager.killSandbox(victim.id), refusedWith(404, 'SANDBOX_NOT_FOUND'));
});
