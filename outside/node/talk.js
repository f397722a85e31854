// Talks to a node in another language than Java, by the proto files alone:
//   node talk.js HOST:PORT PROTO_DIRECTORY
// Prints "ok: ..." for each thing that works; ends with 1 and the failure otherwise.
'use strict';
const assert = require('node:assert');
const path = require('node:path');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');
const protobuf = require('protobufjs');
const descriptor = require('protobufjs/ext/descriptor');

const [target, protos] = process.argv.slice(2);
const load = (directory, ...files) =>
  grpc.loadPackageDefinition(
    loader.loadSync(files, {keepCase: true, longs: String, enums: String, includeDirs: [directory]}));
const withinPackage = (name, ...parts) =>
  path.join(path.dirname(require.resolve(name + '/package.json')), ...parts);
const credentials = grpc.credentials.createInsecure();
const unary = (client, method, request, options = {}) =>
  new Promise((resolve, reject) =>
    client[method](request, new grpc.Metadata(), {deadline: Date.now() + 10000, ...options}, (error, answer) =>
      error ? reject(error) : resolve(answer)));
const code = promise => promise.then(() => grpc.status.OK, error => error.code);
const ok = what => console.log('ok: ' + what);
const refusal = promise => promise.then(() => assert.fail('it was not refused'), error => error);

// What the trailers of a call that failed say.
function failureOf(error) {
  const root = new protobuf.Root();
  root.resolvePath = (origin, file) => path.join(protos, file);
  const Failure = root.loadSync('quorate/v1/common.proto', {keepCase: true}).lookupType('quorate.v1.Failure');
  return Failure.toObject(
    Failure.decode(error.metadata.get('quorate-failure-bin')[0]), {enums: String, longs: String});
}

async function data() {
  const {KeyValue} = load(protos, 'quorate/v1/key_value.proto').quorate.v1;
  for (const [name, options] of [
    ['plain', {}],
    ['gzip', {'grpc.default_compression_algorithm': grpc.compressionAlgorithms.gzip}],
  ]) {
    const client = new KeyValue(target, credentials, options);
    const key = Buffer.from('node:' + name);
    const value = Buffer.from('grüße '.repeat(1000));
    await unary(client, 'Put', {key, value});
    const got = await unary(client, 'Get', {key});
    assert.deepStrictEqual(Buffer.from(got.value), value);
    const batch = await unary(client, 'BatchGet', {gets: [{key}, {key: Buffer.from('node:absent')}]});
    assert.strictEqual(batch.results.length, 2);
    await unary(client, 'Delete', {key});
    ok('put, get, batch and delete, ' + name);
    assert.strictEqual(await code(unary(client, 'Put', {key: Buffer.alloc(0), value})), grpc.status.INVALID_ARGUMENT);
    assert.strictEqual(
      await code(unary(client, 'Put', {tenant: 'x'.repeat(5000), key, value})), grpc.status.NOT_FOUND);
    // The connection outlives a refusal that quotes what was sent.
    await unary(client, 'Put', {key, value});
    ok('refusals have their status, ' + name);
    client.close();
  }
}

async function malformed() {
  const client = new grpc.Client(target, credentials);
  const raw = bytes => bytes;
  for (const method of [
    '/quorate.v1.KeyValue/Put', '/quorate.v1.Placement/GetPlacement', '/quorate.v1.Admin/GetStatus',
    '/quorate.v1.Admin/CreateTenant', '/quorate.v1.Maintenance/GetHints', '/grpc.health.v1.Health/Check',
  ]) {
    const answer = new Promise((resolve, reject) =>
      client.makeUnaryRequest(method, raw, raw, Buffer.from([0x0a, 0xff, 0xff, 0xff, 0x7f, 1]),
        error => (error ? resolve(error.code) : reject(new Error(method + ' took garbage')))));
    assert.strictEqual(await answer, grpc.status.INVALID_ARGUMENT, method);
  }
  client.close();
  ok('what cannot be read is an invalid argument');
}

async function health() {
  const health = load(withinPackage('grpc-health-check', 'proto'), 'health/v1/health.proto').grpc.health.v1.Health;
  const client = new health(target, credentials);
  for (const service of ['', 'quorate.v1.KeyValue', 'quorate.v1.Placement', 'quorate.v1.Admin', 'quorate.v1.Maintenance']) {
    assert.strictEqual((await unary(client, 'Check', {service})).status, 'SERVING', service);
  }
  assert.strictEqual(await code(unary(client, 'Check', {service: 'no.such.Service'})), grpc.status.NOT_FOUND);
  client.close();
  ok('health by the name of a service');
}

async function reflect(version, request) {
  const root = withinPackage('@grpc/reflection', 'build', 'proto');
  const service = load(root, `grpc/reflection/${version}/reflection.proto`).grpc.reflection[version].ServerReflection;
  const client = new service(target, credentials);
  const answer = await new Promise((resolve, reject) => {
    const call = client.ServerReflectionInfo({deadline: Date.now() + 10000});
    call.on('data', answer => {
      resolve(answer);
      call.end();
    });
    call.on('error', reject);
    call.write(request);
  });
  client.close();
  return answer;
}

async function reflection(version) {
  const listed = await reflect(version, {list_services: ''});
  const services = listed.list_services_response.service.map(each => each.name);
  for (const name of ['quorate.v1.KeyValue', 'quorate.v1.Placement', 'quorate.v1.Admin']) {
    assert.ok(services.includes(name), name);
  }
  ok('reflection ' + version);
}

// The types of what details hold are learned from the node, as grpcurl does.
async function details() {
  const files = new Map();
  for (const symbol of ['google.rpc.Status', 'google.rpc.ErrorInfo', 'quorate.v1.Failure']) {
    const answer = await reflect('v1', {file_containing_symbol: symbol});
    assert.ok(answer.file_descriptor_response, symbol + ': ' + JSON.stringify(answer.error_response));
    for (const bytes of answer.file_descriptor_response.file_descriptor_proto) {
      const file = descriptor.FileDescriptorProto.decode(bytes);
      files.set(file.name, file);
    }
  }
  const types = protobuf.Root.fromDescriptor({file: [...files.values()]});
  const plain = any => {
    const type = types.lookupType(any.type_url.replace('type.googleapis.com/', ''));
    return type.toObject(type.decode(any.value), {enums: String, longs: String});
  };
  const status = types.lookupType('google.rpc.Status');

  const {KeyValue} = load(protos, 'quorate/v1/key_value.proto').quorate.v1;
  const client = new KeyValue(target, credentials);
  const error = await unary(client, 'Get', {tenant: 'absent', key: Buffer.from('k')}).then(
    () => assert.fail('there is no such tenant'), error => error);
  client.close();
  const told = status.toObject(status.decode(error.metadata.get('grpc-status-details-bin')[0]));
  assert.strictEqual(told.code, grpc.status.NOT_FOUND);
  assert.strictEqual(told.message, error.details);
  const [info, failure] = told.details.map(plain);
  assert.strictEqual(info.reason, 'UNKNOWN_TENANT');
  assert.strictEqual(info.domain, 'quorate.io');
  // A map is, to protobufjs, which reads no "map_entry" of a descriptor, a list of its entries.
  assert.deepStrictEqual(info.metadata, [{key: 'may_have_applied', value: 'false'}]);
  assert.strictEqual(failure.reason, 'REASON_UNKNOWN_TENANT');
  ok('details of a failure');
}

// The whole placement first, then only what changes.
async function placement() {
  const {Placement, Admin} = load(protos, 'quorate/v1/placement.proto', 'quorate/v1/admin.proto').quorate.v1;
  const client = new Placement(target, credentials);
  const admin = new Admin(target, credentials);
  const stream = client.WatchPlacement({}, {deadline: Date.now() + 30000});
  const messages = stream[Symbol.asyncIterator]();
  const update = async () => {
    const parts = [];
    do {
      parts.push((await messages.next()).value);
    } while (parts.at(-1).more);
    const all = field => parts.flatMap(part => part[field] || []);
    return {...parts[0], partitions: all('partitions'), nodes: all('nodes'), tenants: all('tenants')};
  };
  const full = await update();
  const whole = await unary(client, 'GetPlacement', {});
  assert.strictEqual(full.base_state_version || '0', '0');
  assert.strictEqual(full.cluster_id, whole.cluster_id);
  assert.strictEqual(full.partitions.length, whole.partitions.length);
  assert.deepStrictEqual(full.nodes, whole.nodes);
  ok('the whole placement by a stream');
  let known = full.state_version;
  let change = {tenants: []};
  const {tenant} = await unary(admin, 'CreateTenant', {tenant: {name: 'node-js'}});
  while (!change.tenants.some(each => each.name === 'node-js')) {
    change = await update();
    assert.strictEqual(change.base_state_version, known);
    assert.ok(change.partitions.length < whole.partitions.length);
    known = change.state_version;
  }
  assert.deepStrictEqual(change.tenants.find(each => each.name === 'node-js'), tenant);
  stream.on('error', () => {}); // it is told that it was cancelled
  stream.cancel();
  client.close();
  admin.close();
  ok('a change of the placement by a stream');
}

// A tenant whose writes take effect once: its client gives each write its version.
async function once() {
  const {KeyValue, Placement, Admin} = load(
    protos, 'quorate/v1/key_value.proto', 'quorate/v1/placement.proto', 'quorate/v1/admin.proto').quorate.v1;
  const [store, placements, admin] = [KeyValue, Placement, Admin].map(each => new each(target, credentials));

  const tenant = 'node-js-once';
  const created = await unary(admin, 'CreateTenant', {tenant: {name: tenant, retries: 'RETRIES_ONCE'}});
  assert.strictEqual(created.tenant.retries, 'RETRIES_ONCE');
  const clock = BigInt((await unary(placements, 'GetPlacement', {})).hlc);
  assert.ok(clock > 0n);
  const key = Buffer.from('node:once');
  let requests = 0;
  const write = (value, ahead) => ({
    tenant,
    key,
    value: Buffer.from(value),
    request_id: {hlc: String(clock), session: '7700770077', number: String(++requests)},
    stamp: {hlc: String(clock + ahead), first_attempt: true},
  });
  const again = put => ({...put, stamp: {...put.stamp, first_attempt: false}});
  const value = async () => (await unary(store, 'Get', {tenant, key})).value.toString();

  const first = write('first', 1n);
  const stored = await unary(store, 'Put', first);
  assert.strictEqual(stored.version.hlc, first.stamp.hlc);
  assert.deepStrictEqual((await unary(store, 'Put', again(first))).version, stored.version);
  ok('a write that is repeated has one version');

  await unary(store, 'Put', write('second', 10n));
  assert.deepStrictEqual((await unary(store, 'Put', again(first))).version, stored.version);
  assert.strictEqual(await value(), 'second');
  ok('a write that is repeated late does not come back');

  const low = write('third', 5n);
  const tooLow = await refusal(unary(store, 'Put', low));
  assert.strictEqual(tooLow.code, grpc.status.ABORTED);
  const failure = failureOf(tooLow);
  assert.strictEqual(failure.reason, 'REASON_STAMP_TOO_LOW');
  assert.ok(!failure.may_have_applied);
  assert.ok(BigInt(failure.above_hlc) >= clock + 10n, failure.above_hlc);
  assert.strictEqual(await value(), 'second');
  const higher = {...low, stamp: {hlc: String(BigInt(failure.above_hlc) + 1n), first_attempt: true}};
  await unary(store, 'Put', higher);
  assert.strictEqual(await value(), 'third');
  ok('a stamp that is too low is refused with the time above which one succeeds');

  const without = failureOf(await refusal(unary(store, 'Delete', {tenant, key, request_id: write('', 0n).request_id})));
  assert.strictEqual(without.reason, 'REASON_STAMP_TOO_LOW');
  assert.ok(BigInt(without.above_hlc) >= clock, without.above_hlc);
  const deletion = {
    tenant, key, request_id: write('', 0n).request_id,
    stamp: {hlc: String(BigInt(higher.stamp.hlc) + 1n), first_attempt: true},
  };
  await unary(store, 'Delete', deletion);
  assert.ok(!(await unary(store, 'Get', {tenant, key})).found);
  assert.strictEqual(
    await code(unary(store, 'Put', {...write('one', 900n), level: {named: 'NAMED_ONE'}})), grpc.status.INVALID_ARGUMENT);
  assert.strictEqual(await code(unary(store, 'Put', {...write('plain', 900n), tenant: ''})), grpc.status.INVALID_ARGUMENT);
  [store, placements, admin].forEach(each => each.close());
  ok('a deletion with a stamp, and writes that must have one or none');
}

// Counters and maps: their client keeps what it has counted, and sends all of it each time.
async function counters() {
  const {KeyValue, Placement, Admin} = load(
    protos, 'quorate/v1/key_value.proto', 'quorate/v1/placement.proto', 'quorate/v1/admin.proto').quorate.v1;
  const [store, placements, admin] = [KeyValue, Placement, Admin].map(each => new each(target, credentials));
  for (const [tenant, model] of [['node-js-counters', 'MODEL_COUNTERS'], ['node-js-maps', 'MODEL_MAPS']]) {
    await unary(admin, 'CreateTenant', {tenant: {name: tenant, model}});
  }
  const opened_hlc = (await unary(placements, 'GetPlacement', {})).hlc;
  const writer = {opened_hlc, id: '7'};
  const key = Buffer.from('node:counter');
  let requests = 0;
  const update = (tenant, fields, first_attempt = true) => unary(store, 'Update', {
    tenant, key, writer, first_attempt, fields, request_id: {hlc: opened_hlc, session: '7', number: ++requests}});
  const get = async tenant => (await unary(store, 'Get', {tenant, key})).fields || [];

  const tenant = 'node-js-counters';
  const counter = totals => [{kind: 'FIELD_KIND_COUNTER', totals}];
  await update(tenant, counter({number: '1', up: '5'}));
  await update(tenant, counter({number: '1', up: '5'}), false);
  await update(tenant, counter({number: '2', up: '5', down: '8'}));
  assert.deepStrictEqual((await get(tenant)).map(each => Number(each.count)), [-3]);
  ok('an increment that is repeated counts once');

  const tags = changes => [{field: 'tags', kind: 'FIELD_KIND_SET', changes}];
  await update('node-js-maps', tags([{number: '1', add: Buffer.from('a')}, {number: '2', add: Buffer.from('b')}]));
  const [read] = await get('node-js-maps');
  assert.deepStrictEqual(read.elements.map(each => each.value.toString()), ['a', 'b']);
  await update('node-js-maps', tags([
    {number: '3', remove: Buffer.from('a'), seen: read.elements[0].dots}, {number: '4', remove: Buffer.from('b')}]));
  const after = (await get('node-js-maps')).flatMap(each => each.elements || []);
  assert.deepStrictEqual(after, []);
  [store, placements, admin].forEach(each => each.close());
  ok('what was read, and what was not, is removed from a set');
}

// Fields of a linearizable key: its client names each update, and reads the map by its layout.
async function fields() {
  const {KeyValue, Placement, Admin} = load(
    protos, 'quorate/v1/key_value.proto', 'quorate/v1/placement.proto', 'quorate/v1/admin.proto').quorate.v1;
  const [store, placements, admin] = [KeyValue, Placement, Admin].map(each => new each(target, credentials));
  const tenant = 'node-js-fields';
  await unary(admin, 'CreateTenant', {tenant: {name: tenant, model: 'MODEL_LINEARIZABLE'}});
  const clock = (await unary(placements, 'GetPlacement', {})).hlc;
  const key = Buffer.from('node:fields');
  const update = (number, conditions, edits, first_attempt = true) => unary(store, 'UpdateFields', {
    tenant, key, conditions, edits, request_id: {hlc: clock, session: '9', number},
    stamp: {hlc: String(BigInt(clock) + BigInt(number)), first_attempt}});

  const free = [{field: 'owner', absent: true}];
  const taken = [{field: 'owner', set: Buffer.from('a')}, {field: 'no', set: Buffer.alloc(0)}];
  const first = await update(1, free, taken);
  const again = await update(1, free, taken, false);
  assert.deepStrictEqual(again.version, first.version);
  const failure = failureOf(await refusal(update(2, free, taken)));
  assert.strictEqual(failure.reason, 'REASON_CONDITION_FAILED');
  assert.strictEqual(failure.field, 'owner');
  ok('an update of fields that is repeated is made once, and another one is told which field is taken');

  const read = (await unary(store, 'Get', {tenant, key})).value;
  assert.strictEqual(read.toString('hex'), '005146010002' + '00026e6f00000000' + '00056f776e65720000000161');
  const value = Buffer.from('a');
  await update(3, [{field: 'owner', value}], [{field: 'owner', remove: true}]);
  assert.strictEqual((await unary(store, 'Get', {tenant, key})).value.toString('hex'), '00514601000100026e6f00000000');
  [store, placements, admin].forEach(each => each.close());
  ok('a map of fields is read by its layout');
}

(async () => {
  await data();
  await placement();
  await once();
  await counters();
  await fields();
  await details();
  await malformed();
  await health();
  await reflection('v1');
  await reflection('v1alpha');
})().catch(error => {
  console.error(error);
  process.exit(1);
});
