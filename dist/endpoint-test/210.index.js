export const id = 210;
export const ids = [210];
export const modules = {

/***/ 6990:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   P: () => (/* binding */ createArm),
/* harmony export */   X: () => (/* binding */ workspacePath)
/* harmony export */ });
/* harmony import */ var _json_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1552);
/* harmony import */ var _refusal_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3276);
/* harmony import */ var _trust_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(2942);



const API_VERSION = '2024-04-01';
/** The workspace's path; with upper case as Azure documents it. */
const workspacePath = (place) => `/subscriptions/${place.subscription}/resourceGroups/${encodeURIComponent(place.resourceGroup)}` +
    `/providers/Microsoft.MachineLearningServices/workspaces/${encodeURIComponent(place.workspace)}`;
function createArm(parts) {
    const { resourceManager, place } = parts;
    const base = `${resourceManager}${workspacePath(place)}`;
    const { sendRaw, client } = createSdk(parts);
    const raw = async (request, signal) => {
        const { method, url, body, retry } = request;
        const call = {
            method,
            url,
            signal,
            ...(body !== undefined && { body: JSON.stringify(body) }),
            ...(retry !== undefined && { retry }),
        };
        return answerOf(await (await sendRaw(signal))(call));
    };
    const send = (request, signal) => raw({ ...request, url: `${base}${request.path}?api-version=${API_VERSION}` }, signal);
    return {
        place,
        client,
        send,
        async list(path, signal) {
            const items = [];
            let answer = await send({ method: 'GET', path }, signal);
            for (;;) {
                if (answer.status !== 200)
                    throw (0,_refusal_js__WEBPACK_IMPORTED_MODULE_0__/* .refusalError */ .z_)(`GET ${path}`, answer);
                items.push(...(0,_json_js__WEBPACK_IMPORTED_MODULE_1__/* .listIn */ .Of)(answer.body, 'value').filter(_json_js__WEBPACK_IMPORTED_MODULE_1__/* .isObject */ .Gv));
                const next = (0,_json_js__WEBPACK_IMPORTED_MODULE_1__/* .textIn */ .r7)(answer.body, 'nextLink');
                if (next === null)
                    return items;
                answer = await raw({ method: 'GET', path, url: next }, signal);
            }
        },
        async follow(url, signal) {
            const token = await parts.credential(scopeOf(parts), signal);
            const answer = await parts.http({
                method: 'GET',
                url: (0,_trust_js__WEBPACK_IMPORTED_MODULE_2__/* .trusted */ .I)(url, resourceManager),
                headers: { accept: 'application/json', authorization: `Bearer ${token}` },
                signal,
            });
            return answerOf(answer);
        },
    };
}
const scopeOf = ({ resourceManager }) => `${resourceManager}/.default`;
/**
 * The two ways into the SDK, each loaded once, when it is first wanted. The sign-in is waited for
 * anyway, so it goes first, and the code is loaded in the meantime.
 */
function createSdk(parts) {
    const { subscription } = parts.place;
    const own = { ...parts, apiVersion: API_VERSION };
    const once = (load) => {
        let loading;
        return async (signal) => {
            const signingIn = parts.credential(scopeOf(parts), signal);
            loading ??= load();
            const [part] = await Promise.all([loading, signingIn]);
            return part;
        };
    };
    return {
        sendRaw: once(async () => (await Promise.all(/* import() */[__webpack_require__.e(349), __webpack_require__.e(96)]).then(__webpack_require__.bind(__webpack_require__, 8096))).createSendRaw(own)),
        client: once(async () => (await Promise.all(/* import() */[__webpack_require__.e(349), __webpack_require__.e(789), __webpack_require__.e(753)]).then(__webpack_require__.bind(__webpack_require__, 4753))).createClient({ ...own, subscription })),
    };
}
function answerOf(answer) {
    const headers = Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name.toLowerCase(), value]));
    return {
        status: answer.status,
        headers,
        body: (0,_json_js__WEBPACK_IMPORTED_MODULE_1__/* .parseJson */ .qF)(answer.text) ?? null,
        requestId: headers['x-ms-request-id'] ?? null,
    };
}


/***/ }),

/***/ 8210:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  connect: () => (/* binding */ connect)
});

// EXTERNAL MODULE: ./packages/azureml/lib/arm.js
var lib_arm = __webpack_require__(6990);
// EXTERNAL MODULE: ./packages/azureml/lib/errors.js
var errors = __webpack_require__(2441);
// EXTERNAL MODULE: ./packages/azureml/lib/json.js
var json = __webpack_require__(1552);
// EXTERNAL MODULE: ./packages/azureml/lib/refusal.js
var refusal = __webpack_require__(3276);
;// CONCATENATED MODULE: ./packages/azureml/lib/credential.js



const RENEW_BEFORE_MS = 5 * 60_000;
const FEDERATION_AUDIENCE = 'api://AzureADTokenExchange';
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
function createCredential(parts) {
    const { settings, ports } = parts;
    const kept = new Map();
    return async (scope, signal) => {
        const have = kept.get(scope);
        if (have !== undefined && have.expires - RENEW_BEFORE_MS > ports.clock.now())
            return have.value;
        const token = settings.identity === null
            ? await askCli(ports, scope, signal)
            : await exchange({ settings, ports }, scope, signal);
        ports.log.mask(token.value);
        kept.set(scope, token);
        return token.value;
    };
}
async function exchange(parts, scope, signal) {
    const { settings, ports } = parts;
    const { clientId, tenantId } = settings.identity ?? { clientId: '', tenantId: '' };
    const assertion = await ports.idToken(FEDERATION_AUDIENCE);
    ports.log.mask(assertion);
    const answer = await ports.http({
        method: 'POST',
        url: `${settings.authority}/${tenantId}/oauth2/v2.0/token`,
        headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
        body: new URLSearchParams({
            grant_type: 'client_credentials',
            client_id: clientId,
            scope,
            client_assertion_type: ASSERTION_TYPE,
            client_assertion: assertion,
        }).toString(),
        // Asking twice gives two tokens and changes nothing.
        retry: 'safe',
        signal,
    });
    const body = (0,json/* parseJson */.qF)(answer.text);
    const value = (0,json/* textIn */.r7)(body, 'access_token');
    if (answer.status !== 200 || value === null) {
        const reason = (0,json/* textIn */.r7)(body, 'error_description') ?? (0,json/* textIn */.r7)(body, 'error') ?? 'no reason given';
        throw (0,errors/* azuremlError */.L)('AZUREML_SIGN_IN_FAILED', `${new URL(settings.authority).host} answered ${answer.status} for client ${clientId} of tenant ${tenantId}: ${(0,refusal/* clean */.uH)(reason.split(/[\r\n]/)[0] ?? '')}`);
    }
    const seconds = (0,json/* isObject */.Gv)(body) ? Number(body['expires_in']) : Number.NaN;
    return { value, expires: ports.clock.now() + (Number.isFinite(seconds) ? seconds : 600) * 1000 };
}
async function askCli(ports, scope, signal) {
    const resource = scope.replace(/\/\.default$/, '');
    const args = ['account', 'get-access-token', '--output', 'json', '--resource', resource];
    const result = await ports.exec('az', args, signal);
    if (result.code === 127) {
        throw (0,errors/* azuremlError */.L)('AZUREML_SIGN_IN_FAILED', 'azure-client-id is empty and the Azure CLI (az) is not installed', {
            hint: 'Give azure-client-id and azure-tenant-id (with `permissions: id-token: write`), or install az and log in.',
        });
    }
    const body = (0,json/* parseJson */.qF)(result.stdout);
    const value = (0,json/* textIn */.r7)(body, 'accessToken');
    if (result.code !== 0 || value === null) {
        // Only the last line of stderr: it holds the message; stdout could hold a token.
        const reason = result.stderr.trim().split('\n').at(-1) ?? '';
        throw (0,errors/* azuremlError */.L)('AZUREML_SIGN_IN_FAILED', `az gave no token for ${resource} (exit ${result.code}): ${(0,refusal/* clean */.uH)(reason)}`);
    }
    const seconds = (0,json/* isObject */.Gv)(body) ? Number(body['expires_on']) : Number.NaN;
    const expires = Number.isFinite(seconds) ? seconds * 1000 : ports.clock.now() + 600_000;
    return { value, expires };
}

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
;// CONCATENATED MODULE: ./packages/azureml/lib/code-asset.js
// The code folder as an asset of the workspace. Its version is its content, so nothing goes up twice.





const CODE_NAME = 'sluice-code';
/** Path of the asset that holds this snapshot: the version is the content. */
const codePath = (snapshot) => `/codes/${CODE_NAME}/versions/${snapshot.sha256.slice(0, 32)}`;
/** Resolves with the asset's id, after an upload when the workspace does not have it yet. */
async function ensureCode(parts, snapshot, signal) {
    const { arm } = parts;
    const path = codePath(snapshot);
    const id = `${(0,lib_arm/* workspacePath */.X)(arm.place)}${path}`;
    const have = await arm.send({ method: 'GET', path }, signal);
    if (have.status === 200)
        return id;
    if (have.status !== 404)
        throw (0,refusal/* refusalError */.z_)(`GET ${path}`, have);
    const codeUri = await upload(parts, { snapshot, path }, signal);
    // Written last: an asset that exists is complete.
    const body = {
        properties: {
            codeUri,
            isAnonymous: false,
            properties: { hash_sha256: snapshot.sha256, hash_version: '202208' },
        },
    };
    const answer = await arm.send({ method: 'PUT', path, body }, signal);
    if (answer.status >= 300)
        throw (0,refusal/* refusalError */.z_)(`PUT ${path}`, answer);
    return id;
}
/** Resolves with the address of the folder that now holds the files. */
async function upload(parts, { snapshot, path }, signal) {
    const { folder, files } = snapshot;
    const request = {
        method: 'POST',
        path: `${path}/startPendingUpload`,
        body: { pendingUploadType: 'TemporaryBlobReference' },
    };
    const answer = await parts.arm.send(request, signal);
    if (answer.status !== 200)
        throw (0,refusal/* refusalError */.z_)(`POST ${request.path}`, answer);
    const reference = (0,json/* objectIn */.D7)(answer.body, 'blobReferenceForConsumption');
    const blobUri = (0,json/* textIn */.r7)(reference, 'blobUri');
    const sasUri = (0,json/* textIn */.r7)((0,json/* objectIn */.D7)(reference, 'credential'), 'sasUri');
    if (blobUri === null || sasUri === null || !isHttps(blobUri) || !isHttps(sasUri)) {
        throw (0,errors/* azuremlError */.L)('AZUREML_ANSWER_STRANGE', `POST ${request.path}: found no https address to upload to`);
    }
    maskSignature(parts, sasUri);
    parts.progress(`uploading ${files.length} files of ${folder}`);
    for (const file of files) {
        const bytes = await parts.files.readBytes(external_node_path_.posix.join(folder, file));
        await putBlob(parts, { url: blobUrl(sasUri, file), file, bytes }, signal);
    }
    return blobUri.replace(/\/+$/, '');
}
async function putBlob({ http }, blob, signal) {
    const answer = await http({
        method: 'PUT',
        url: blob.url,
        headers: {
            'content-type': 'application/octet-stream',
            'x-ms-blob-type': 'BlockBlob',
            'x-ms-version': '2023-11-03',
        },
        body: blob.bytes,
        deadlineSeconds: 300,
        signal,
    });
    if (answer.status === 201)
        return;
    const id = answer.requestId === null ? '' : `, request id ${answer.requestId}`;
    throw (0,errors/* azuremlError */.L)('AZUREML_UNAVAILABLE', `upload of ${blob.file}: the storage answered ${answer.status}${id}`);
}
/** `<address>?<signature>` with a file below the address. */
function blobUrl(sasUri, file) {
    const url = new URL(sasUri);
    const path = file.split('/').map(encodeURIComponent).join('/');
    url.pathname = `${url.pathname.replace(/\/+$/, '')}/${path}`;
    return url.toString();
}
function maskSignature({ mask }, sasUri) {
    const { search, searchParams } = new URL(sasUri);
    const signature = searchParams.get('sig');
    for (const secret of [
        search.slice(1),
        signature,
        signature === null ? null : encodeURIComponent(signature),
    ]) {
        if (secret !== null && secret !== '')
            mask(secret);
    }
}
const isHttps = (url) => URL.canParse(url) && new URL(url).protocol === 'https:';

// EXTERNAL MODULE: ./packages/rollout/lib/marks.js
var marks = __webpack_require__(7545);
// EXTERNAL MODULE: ./packages/rollout/lib/revision.js
var revision = __webpack_require__(3054);
;// CONCATENATED MODULE: ./packages/azureml/lib/observe.js
// Raw endpoint and deployments -> Observation. Pure.



/** Tags of ours begin with this; the rest of the key is the mark's. */
const TAG_PREFIX = 'sluice-';
const REVISION_TAG = `${TAG_PREFIX}revision`;
const SLOT_TAG = `${TAG_PREFIX}slot`;
const CHANGING = ['creating', 'updating', 'scaling', 'deleting', 'accepted', 'running'];
/** Azure is at work on this endpoint or deployment. */
const isChanging = (resource) => CHANGING.includes(stateOf(resource).toLowerCase());
/** `properties.provisioningState`, as Azure writes it. */
const stateOf = (resource) => (0,json/* textIn */.r7)((0,json/* objectIn */.D7)(resource, 'properties'), 'provisioningState') ?? 'Unknown';
/** ARM id in lower case: the same for every observer, whether the endpoint exists or not. */
const endpointId = (place, endpoint) => `${(0,lib_arm/* workspacePath */.X)(place)}/onlineEndpoints/${endpoint}`.toLowerCase();
const trafficOf = (endpoint) => (0,json/* numbersIn */.MC)((0,json/* objectIn */.D7)(endpoint, 'properties'), 'traffic');
const mirrorOf = (endpoint) => (0,json/* numbersIn */.MC)((0,json/* objectIn */.D7)(endpoint, 'properties'), 'mirrorTraffic');
/** Our marks among the tags. Azure compares tag names without case. */
function marksOf(endpoint) {
    const marks = {};
    for (const [name, value] of Object.entries((0,json/* textsIn */.Ej)(endpoint, 'tags'))) {
        const key = markKeyOf(name);
        if (key !== null)
            marks[key] = value;
    }
    return marks;
}
/** The mark that a tag name holds; null for tags that are not ours. */
function markKeyOf(tag) {
    const name = tag.toLowerCase();
    return marks/* MARK_KEYS */.zz.find((key) => `${TAG_PREFIX}${key}` === name) ?? null;
}
/** What the slot says it holds; null without a readable mark of ours. */
function revisionMarkOf(deployment) {
    const tags = Object.entries((0,json/* textsIn */.Ej)(deployment, 'tags'));
    const mark = tags.find(([name]) => name.toLowerCase() === REVISION_TAG)?.[1];
    return mark !== undefined && revision/* MARK_PATTERN */.T5.test(mark) ? mark : null;
}
function observationOf({ place, endpoint, raw, deployments }) {
    return {
        endpoint: endpointId(place, endpoint),
        exists: raw !== null,
        changing: raw !== null && isChanging(raw),
        slots: raw === null ? [] : deployments.map(slotOf).toSorted((a, b) => (a.slot < b.slot ? -1 : 1)),
        traffic: raw === null ? {} : trafficOf(raw),
        mirror: raw === null ? {} : mirrorOf(raw),
        marks: raw === null ? {} : marksOf(raw),
        version: null,
    };
}
function slotOf(deployment) {
    const state = stateOf(deployment);
    const health = healthOf(deployment);
    const capacity = (0,json/* objectIn */.D7)(deployment, 'sku')['capacity'];
    return {
        slot: (0,json/* textIn */.r7)(deployment, 'name') ?? '',
        health,
        detail: health === 'healthy' ? '' : `provisioning state ${state}`,
        revision: revisionMarkOf(deployment),
        replicas: typeof capacity === 'number' ? capacity : 0,
    };
}
function healthOf(deployment) {
    if (stateOf(deployment).toLowerCase() === 'succeeded')
        return 'healthy';
    return isChanging(deployment) ? 'changing' : 'unhealthy';
}

;// CONCATENATED MODULE: ./packages/azureml/lib/deployment-write.js


/**
 * The whole deployment as the files describe it. What earlier revisions set does not linger, but tags
 * of other people stay, and so do `properties.properties`, which Azure lets nobody remove.
 */
function deploymentBody(write) {
    const { workload, before } = write;
    const { deployment, model } = workload;
    const extra = {
        ...(0,json/* textsIn */.Ej)((0,json/* objectIn */.D7)(before, 'properties'), 'properties'),
        ...(0,json/* textsIn */.Ej)(deployment.settings, 'properties'),
    };
    return {
        location: write.location,
        tags: {
            ...(0,json/* textsIn */.Ej)(before, 'tags'),
            ...deployment.tags,
            ...workload.provenance,
            [SLOT_TAG]: write.slot,
            [REVISION_TAG]: write.mark,
        },
        sku: { name: 'Default', capacity: deployment.capacity },
        properties: {
            endpointComputeType: 'Managed',
            ...deployment.settings,
            ...(model !== null && { model: model.id }),
            ...(deployment.code !== null && {
                codeConfiguration: { codeId: write.codeId, scoringScript: deployment.code.scoringScript },
            }),
            ...(write.environmentId !== null && { environmentId: write.environmentId }),
            ...(Object.keys(extra).length > 0 && { properties: extra }),
        },
    };
}
/** Fields that Azure takes at creation only: a slot that differs in one is deleted and created. */
function mustRecreate(before, workload) {
    const had = (0,json/* textIn */.r7)((0,json/* objectIn */.D7)(before, 'properties'), 'instanceType');
    const wants = (0,json/* textIn */.r7)(workload.deployment.settings, 'instanceType');
    return had !== null && had.toLowerCase() !== (wants ?? '').toLowerCase();
}

// EXTERNAL MODULE: ./packages/documents/lib/canonical.js + 1 modules
var canonical = __webpack_require__(1638);
;// CONCATENATED MODULE: ./packages/azureml/lib/environment-asset.js
// An environment described in place, as an asset of the workspace whose version is its content.



const ENVIRONMENT_NAME = 'sluice-environment';
/** Path of the asset that holds this description: the version is the content. */
function environmentPath(environment, sha256) {
    const { image, condaSha256, inferenceConfig } = environment;
    const version = sha256((0,canonical/* canonicalJson */.d)([image, condaSha256, inferenceConfig])).slice(0, 32);
    return `/environments/${ENVIRONMENT_NAME}/versions/${version}`;
}
/** Resolves with the id for `environmentId`, after a registration when it is a new one. */
async function ensureEnvironment(parts, environment, signal) {
    if (environment.kind === 'asset')
        return environment.id;
    const { arm, sha256 } = parts;
    const path = environmentPath(environment, sha256);
    const id = `${(0,lib_arm/* workspacePath */.X)(arm.place)}${path}`;
    const have = await arm.send({ method: 'GET', path }, signal);
    if (have.status === 200)
        return id;
    if (have.status !== 404)
        throw (0,refusal/* refusalError */.z_)(`GET ${path}`, have);
    const { image, conda, inferenceConfig } = environment;
    const body = {
        properties: {
            image,
            osType: 'Linux',
            isAnonymous: false,
            ...(conda !== null && { condaFile: conda }),
            ...(inferenceConfig !== null && { inferenceConfig }),
        },
    };
    const answer = await arm.send({ method: 'PUT', path, body }, signal);
    if (answer.status >= 300)
        throw (0,refusal/* refusalError */.z_)(`PUT ${path}`, answer);
    return id;
}

;// CONCATENATED MODULE: ./packages/azureml/lib/patience.js

const LONGEST_SILENCE_SECONDS = 30;
const LONGEST_PAUSE_SECONDS = 120;
function createPatience(parts) {
    const { clock, progress, what } = parts;
    const start = clock.now();
    let told = start;
    const passed = () => Math.round((clock.now() - start) / 1000);
    const tell = (state) => {
        if (clock.now() - told < LONGEST_SILENCE_SECONDS * 1000)
            return;
        told = clock.now();
        progress(`${what}: ${state}, ${passed()} s of ${parts.seconds} s`);
    };
    return async (seconds, state, signal) => {
        let left = Math.min(seconds, LONGEST_PAUSE_SECONDS);
        while (left > 0) {
            if (passed() >= parts.seconds) {
                throw (0,errors/* azuremlError */.L)('AZUREML_STILL_RUNNING', `${what} is still ${state} after ${passed()} s; Azure goes on with it`);
            }
            const piece = Math.min(left, LONGEST_SILENCE_SECONDS - (clock.now() - told) / 1000);
            await clock.sleep(Math.max(piece, 0.1), signal);
            left -= Math.max(piece, 0.1);
            tell(state);
        }
    };
}

;// CONCATENATED MODULE: ./packages/azureml/lib/site.js





const POLL_SECONDS = 5;
const endpointPath = (site) => `/onlineEndpoints/${encodeURIComponent(site.endpoint)}`;
const slotPath = (site, slot) => `${endpointPath(site)}/deployments/${encodeURIComponent(slot)}`;
const patienceFor = (site, what) => createPatience({ clock: site.clock, progress: site.progress, what, seconds: site.waitSeconds });
/** The raw endpoint; null: it does not exist. */
const readEndpoint = (site, signal) => read(site, endpointPath(site), signal);
/** The raw deployment; null: the slot is not deployed. */
const readSlot = (site, slot, signal) => read(site, slotPath(site, slot), signal);
/** The endpoint once Azure is no longer at work on it; null: it does not exist. */
async function readIdleEndpoint(site, patience, signal) {
    for (;;) {
        const raw = await readEndpoint(site, signal);
        if (raw === null || !isChanging(raw))
            return raw;
        await patience(POLL_SECONDS, `endpoint ${stateOf(raw)}`, signal);
    }
}
/** The deployment once Azure is no longer at work on it; null: it is not (or no longer) deployed. */
async function readIdleSlot(site, { slot, patience }, signal) {
    for (;;) {
        const raw = await readSlot(site, slot, signal);
        if (raw === null || !isChanging(raw))
            return raw;
        await patience(POLL_SECONDS, stateOf(raw), signal);
    }
}
async function read(site, path, signal) {
    const answer = await site.arm.send({ method: 'GET', path }, signal);
    if (answer.status === 404) {
        refuseMissingPlace(site, path, answer);
        return null;
    }
    if (answer.status !== 200)
        throw (0,refusal/* refusalError */.z_)(`GET ${path}`, answer);
    if (!(0,json/* isObject */.Gv)(answer.body)) {
        throw (0,errors/* azuremlError */.L)('AZUREML_ANSWER_STRANGE', `GET ${path}: found no JSON object in the answer`);
    }
    return answer.body;
}
/** A wrong workspace must not look like an endpoint that is not there yet. */
function refuseMissingPlace(site, path, answer) {
    const { workspace, resourceGroup, subscription } = site.arm.place;
    if (!(0,refusal/* isPlaceMissing */.A$)(answer, workspace))
        return;
    const what = `GET ${path} in workspace ${workspace}, resource group ${resourceGroup}, subscription ${subscription}`;
    throw (0,errors/* azuremlError */.L)('AZUREML_PLACE_NOT_FOUND', (0,refusal/* refusalError */.z_)(what, answer).message);
}

;// CONCATENATED MODULE: ./packages/azureml/lib/pending-writes.js




/** One line per write, in order: method, path below the workspace, and what for. */
async function listPendingWrites({ site, sha256 }, { slot, workload }, signal) {
    const has = async (path) => (await site.arm.send({ method: 'GET', path }, signal)).status === 200;
    const writes = [];
    const endpoint = await readEndpoint(site, signal);
    if (endpoint === null)
        writes.push(`PUT ${endpointPath(site)} (create the endpoint)`);
    const { environment, code } = workload;
    if (environment?.kind === 'inline') {
        const path = environmentPath(environment, sha256);
        if (!(await has(path)))
            writes.push(`PUT ${path} (register the environment)`);
    }
    if (code !== null && !(await has(codePath(code)))) {
        writes.push(`upload of ${code.files.length} files of ${code.folder}`, `PUT ${codePath(code)} (register the code)`);
    }
    const before = endpoint === null ? null : await readSlot(site, slot, signal);
    const path = slotPath(site, slot);
    if (before !== null && mustRecreate(before, workload)) {
        writes.push(`DELETE ${path} (its instance type cannot change)`);
    }
    return [...writes, `PUT ${path} (${before === null ? 'create' : 'overwrite'} the slot)`];
}

// EXTERNAL MODULE: ./packages/azureml/lib/place.js
var lib_place = __webpack_require__(387);
// EXTERNAL MODULE: ./packages/rollout/lib/sluice-error.js
var sluice_error = __webpack_require__(3521);
;// CONCATENATED MODULE: ./packages/azureml/lib/operation.js
// Long-running operations of Resource Manager, followed to their end by the address the server gave.



const operation_POLL_SECONDS = 5;
const DONE = ['succeeded'];
const LOST = ['failed', 'canceled', 'cancelled'];
/** A poll that fails says nothing about the operation; this many in a row are forgiven. */
const FORGIVEN_POLLS = 5;
/**
 * Resolves when the operation that `started` began has succeeded, or when nobody knows it any more
 * (then the resource itself must be read). Throws with Azure's code and details when it failed.
 */
async function finishOperation(parts, started, signal) {
    const operation = started.headers['azure-asyncoperation'];
    const url = operation ?? started.headers['location'];
    if (url === undefined)
        return;
    let last = started;
    let state = 'in progress';
    let bad = 0;
    for (;;) {
        await parts.patience(retryAfter(last), state, signal);
        const answer = await poll(parts.arm, url, signal);
        if (answer === null || answer.status >= 500) {
            bad += 1;
            if (bad > FORGIVEN_POLLS)
                throw lost(parts.what, answer);
            continue;
        }
        bad = 0;
        last = answer;
        if (answer.status === 404 || answer.status === 204)
            return;
        if (answer.status !== 200 && answer.status !== 202)
            throw (0,refusal/* refusalError */.z_)(parts.what, answer);
        const status = (0,json/* textIn */.r7)(answer.body, 'status');
        if (status !== null && LOST.includes(status.toLowerCase())) {
            throw (0,refusal/* operationError */.mE)(parts.what, status, (0,json/* isObject */.Gv)(answer.body) ? answer.body['error'] : null);
        }
        if (status === null ? answer.status === 200 : DONE.includes(status.toLowerCase()))
            return;
        state = status ?? state;
    }
}
/** null: no answer came. A cancel is passed on. */
async function poll(arm, url, signal) {
    try {
        return await arm.follow(url, signal);
    }
    catch (error) {
        if (isNoAnswer(error, signal))
            return null;
        throw error;
    }
}
/** The door gave up on an answer: what the server did is unknown. */
const isNoAnswer = (error, signal) => !signal.aborted &&
    error instanceof sluice_error/* SluiceError */.a &&
    (error.code === 'HTTP_NO_ANSWER' || error.code === 'HTTP_DEADLINE');
const lost = (what, answer) => (0,refusal/* refusalError */.z_)(what, answer ?? { status: 0, headers: {}, body: null, requestId: null });
/** Seconds until the next poll: what the server asks for, else 5. */
function retryAfter(answer) {
    const seconds = Number(answer.headers['retry-after'] ?? '');
    return Number.isFinite(seconds) && seconds > 0 ? seconds : operation_POLL_SECONDS;
}

// EXTERNAL MODULE: ./packages/azureml/lib/typed.js
var typed = __webpack_require__(1448);
;// CONCATENATED MODULE: ./packages/azureml/lib/endpoint-create.js






const LAG_READS = 20;
const LAG_SECONDS = 3;
/** Resolves with the endpoint as read, Succeeded. */
async function createEndpoint(site, { description, patience, }, signal) {
    const path = endpointPath(site);
    const location = description.location ?? (await workspaceLocation(site, signal));
    const body = endpointCreation(description, location);
    const answer = await site.arm
        .send({ method: 'PUT', path, body }, signal)
        .catch((error) => {
        // Whether it took effect is unknown: the reads below tell.
        if (isNoAnswer(error, signal))
            return null;
        throw error;
    });
    if (answer !== null && answer.status >= 300)
        throw (0,refusal/* refusalError */.z_)(`PUT ${path}`, answer);
    if (answer !== null) {
        const what = `creation of endpoint ${site.endpoint}`;
        await finishOperation({ arm: site.arm, what, patience }, answer, signal);
    }
    for (let read = 1;; read++) {
        const raw = await readIdleEndpoint(site, patience, signal);
        if (raw !== null && stateOf(raw).toLowerCase() === 'succeeded')
            return raw;
        if (raw !== null || read >= LAG_READS) {
            throw (0,errors/* azuremlError */.L)('AZUREML_OPERATION_FAILED', `creation of endpoint ${site.endpoint}: found ${raw === null ? 'nothing' : stateOf(raw)}; wanted Succeeded`);
        }
        await patience(LAG_SECONDS, 'not visible yet', signal);
    }
}
const endpointCreation = (description, location) => ({
    location,
    tags: description.tags,
    identity: description.identity,
    properties: description.properties,
});
async function workspaceLocation(site, signal) {
    const { place } = site.arm;
    const client = await site.arm.client(signal);
    const workspace = await (0,typed/* typed */.n)(`GET workspace ${place.workspace}`, () => client.workspaces.get(place.resourceGroup, place.workspace, { abortSignal: signal }));
    if (workspace.location !== undefined && workspace.location !== '')
        return workspace.location;
    throw (0,errors/* azuremlError */.L)('AZUREML_ANSWER_STRANGE', `workspace ${place.workspace}: found no location in it`);
}

// EXTERNAL MODULE: ./packages/http/lib/retries.js
var retries = __webpack_require__(8608);
;// CONCATENATED MODULE: ./packages/azureml/lib/slot-guard.js
// A slot is written or deleted only while it serves nobody. That can change between two tries, and a
// refusal can mean just this, so it is looked at right before every one of them (design S2, S4, S6).



const slot_guard_POLL_SECONDS = 5;
/** Right after a change of traffic, reads show an older moment: so many must agree, this far apart. */
const AGREEING_READS = 3;
const slot_guard_LAG_SECONDS = 3;
/**
 * The endpoint when Azure is not at work on it and no request goes to the slot; null: it does not
 * exist. Throws AZUREML_SLOT_HAS_TRAFFIC when the slot gets live or mirrored requests.
 */
async function guardSlot(site, { slot, patience, ...guarded }, signal) {
    let { wary } = guarded;
    let last = '';
    let agreeing = 0;
    for (;;) {
        const raw = await readEndpoint(site, signal);
        if (raw === null)
            return null;
        if (isChanging(raw)) {
            wary = true;
            agreeing = 0;
            await patience(slot_guard_POLL_SECONDS, `endpoint ${stateOf(raw)}`, signal);
            continue;
        }
        const serves = renderServing(slot, raw);
        agreeing = serves === last ? agreeing + 1 : 1;
        last = serves;
        if (!wary || agreeing >= AGREEING_READS) {
            if (serves === '')
                return raw;
            throw (0,errors/* azuremlError */.L)('AZUREML_SLOT_HAS_TRAFFIC', `slot ${slot} of ${site.endpoint} has ${serves}; it was not touched`);
        }
        await patience(slot_guard_LAG_SECONDS, 'was at work a moment ago', signal);
    }
}
/** Empty: nobody's requests go there. */
function renderServing(slot, endpoint) {
    const live = trafficOf(endpoint)[slot] ?? 0;
    const mirrored = mirrorOf(endpoint)[slot] ?? 0;
    return live === 0 && mirrored === 0 ? '' : `${live} % of live traffic and ${mirrored} % mirrored`;
}

;// CONCATENATED MODULE: ./packages/azureml/lib/slot-write.js
// One write or deletion of a slot, sent until Azure takes it. The door would send it again by itself
// without a look at the traffic, so here every try is the only one of its request.






const BUSY_SECONDS = 10;
/**
 * The answer with which Azure took it; null: it was taken without one, and reads show how it goes on.
 * Throws AZUREML_SLOT_HAS_TRAFFIC when the slot serves anybody before a try.
 */
async function sendSlotWrite(site, { slot, patience, request, isUnderWay }, signal) {
    const path = slotPath(site, slot);
    let passing = 0;
    for (let wary = false;; wary = true) {
        await guardSlot(site, { slot, patience, wary }, signal);
        const tried = await site.arm
            .send({ ...request, path, retry: 'never' }, signal)
            .catch((error) => {
            if (isNoAnswer(error, signal))
                return error;
            throw error;
        });
        const answer = tried instanceof sluice_error/* SluiceError */.a ? null : tried;
        if (answer !== null && isTaken(answer, request.method))
            return answer;
        const failure = tried instanceof sluice_error/* SluiceError */.a ? tried : (0,refusal/* refusalError */.z_)(`${request.method} ${path}`, tried);
        const busy = answer !== null && (0,refusal/* isBusy */.A5)(answer);
        if (answer !== null && !busy && !isPassing(answer))
            throw failure;
        if (await isUnderWay())
            return null;
        if (!busy && ++passing >= retries/* RETRY_LIMITS */.sO.tries)
            throw failure;
        const seconds = busy || answer === null ? BUSY_SECONDS : retryAfter(answer);
        await patience(seconds, busy ? 'at work, and refused the write' : 'not answering', signal);
    }
}
const isTaken = ({ status }, method) => status < 300 || (method === 'DELETE' && status === 404);
/** Says nothing about the write itself, and may be over at the next try. */
const isPassing = ({ status }) => status === 408 || status === 429 || status >= 500;

;// CONCATENATED MODULE: ./packages/azureml/lib/retire.js




const retire_POLL_SECONDS = 5;
async function retireSlot(site, slot, signal) {
    const patience = patienceFor(site, `slot ${slot} of ${site.endpoint}`);
    if ((await readSlot(site, slot, signal)) === null)
        return { changed: false };
    await deleteSlot(site, { slot, patience }, signal);
    return { changed: true };
}
/** Resolves when a read no longer finds the slot. Throws AZUREML_SLOT_HAS_TRAFFIC when it serves anybody. */
async function deleteSlot(site, { slot, patience }, signal) {
    const isUnderWay = async () => {
        const raw = await readSlot(site, slot, signal);
        return raw === null || stateOf(raw).toLowerCase() === 'deleting';
    };
    const request = { method: 'DELETE' };
    const answer = await sendSlotWrite(site, { slot, patience, request, isUnderWay }, signal);
    const what = `deletion of slot ${slot} of ${site.endpoint}`;
    if (answer !== null)
        await finishOperation({ arm: site.arm, what, patience }, answer, signal);
    for (;;) {
        const raw = await readSlot(site, slot, signal);
        if (raw === null)
            return;
        await patience(retire_POLL_SECONDS, stateOf(raw), signal);
    }
}

;// CONCATENATED MODULE: ./packages/azureml/lib/deploy.js












/** Reads can lag behind: this often we look again for a slot that must be there. */
const deploy_LAG_READS = 20;
const deploy_LAG_SECONDS = 3;
const FAILED_READS = 3;
async function deploySlot(parts, order, signal) {
    const { site } = parts;
    const { slot, mark } = order;
    const patience = patienceFor(site, `slot ${slot} of ${site.endpoint}`);
    const deploying = { parts, order, patience };
    const endpoint = await idleEndpoint(deploying, signal);
    // An earlier run may have begun this very deployment and not waited for its end.
    const before = await readIdleSlot(site, { slot, patience }, signal);
    if (before !== null && isOurs(before, mark))
        return { changed: false };
    const body = await prepare(deploying, { endpoint, before }, signal);
    const replaced = before !== null && mustRecreate(before, order.workload);
    if (replaced)
        await deleteSlot(site, { slot, patience }, signal);
    await write(deploying, body, signal);
    await proveSlot(deploying, signal);
    return { changed: true };
}
async function idleEndpoint({ parts, order, patience }, signal) {
    const { site } = parts;
    const found = await guardSlot(site, { slot: order.slot, patience, wary: false }, signal);
    if (found !== null)
        return found;
    if (!order.workload.createEndpoint) {
        throw (0,errors/* azuremlError */.L)('AZUREML_ENDPOINT_ABSENT', `endpoint ${site.endpoint} does not exist in workspace ${site.arm.place.workspace}`);
    }
    return createEndpoint(site, { description: order.workload.endpoint, patience }, signal);
}
async function prepare({ parts, order }, found, signal) {
    const { site } = parts;
    const { arm, progress } = site;
    const { workload, slot, mark } = order;
    const location = (0,json/* textIn */.r7)(found.endpoint, 'location');
    if (location === null) {
        throw (0,errors/* azuremlError */.L)('AZUREML_ANSWER_STRANGE', `endpoint ${site.endpoint}: found no location in it`);
    }
    const environmentId = workload.environment === null
        ? null
        : await ensureEnvironment({ arm, sha256: parts.sha256 }, workload.environment, signal);
    const codeId = workload.code === null
        ? null
        : await ensureCode({ ...parts, arm, progress }, workload.code, signal);
    return deploymentBody({
        slot,
        mark,
        workload,
        location,
        codeId,
        environmentId,
        before: found.before,
    });
}
/** Without an answer, the reads that follow decide. */
async function write({ parts, order, patience }, body, signal) {
    const { site } = parts;
    const { slot } = order;
    const request = { method: 'PUT', body };
    const isUnderWay = () => isWriteUnderWay(site, order, signal);
    const answer = await sendSlotWrite(site, { slot, patience, request, isUnderWay }, signal);
    if (answer === null)
        return;
    const what = `slot ${slot} of ${site.endpoint}`;
    await finishOperation({ arm: site.arm, what, patience }, answer, signal);
}
/** Our own write took effect although the answer did not say so. */
async function isWriteUnderWay(site, order, signal) {
    const answer = await site.arm.send({ method: 'GET', path: slotPath(site, order.slot) }, signal);
    const raw = answer.status === 200 ? answer.body : null;
    return (raw !== null && revisionMarkOf(raw) === order.mark && stateOf(raw).toLowerCase() !== 'failed');
}
async function proveSlot({ parts, order, patience }, signal) {
    const { site } = parts;
    const { slot, mark } = order;
    for (let read = 1;; read++) {
        const raw = await readIdleSlot(site, { slot, patience }, signal);
        if (raw !== null && isOurs(raw, mark))
            return;
        // Right after a write a read can still show how an earlier try ended.
        if (raw !== null && revisionMarkOf(raw) === mark && read > FAILED_READS) {
            throw (0,errors/* azuremlError */.L)('AZUREML_OPERATION_FAILED', `slot ${slot} of ${site.endpoint} ended ${stateOf(raw)}`);
        }
        if (read >= deploy_LAG_READS) {
            const found = raw === null ? 'no slot' : `revision ${revisionMarkOf(raw) ?? 'without a mark'}`;
            throw (0,errors/* azuremlError */.L)('AZUREML_NOT_VISIBLE', `slot ${slot} of ${site.endpoint}: found ${found}; wanted revision ${mark}`);
        }
        await patience(deploy_LAG_SECONDS, 'not visible yet', signal);
    }
}
const isOurs = (raw, mark) => revisionMarkOf(raw) === mark && !isChanging(raw) && stateOf(raw).toLowerCase() === 'succeeded';

;// CONCATENATED MODULE: ./packages/azureml/lib/scoring.js





/** Names the slot in a request; in an answer it names the one that gave it. */
const SLOT_HEADER = 'azureml-model-deployment';
const REASON_HEADER = 'ms-azureml-model-error-reason';
const SCORING_SCOPE = 'https://ml.azure.com/.default';
/** A new slot can be deployed and not ready yet; waited for until its first answer, no longer than this. */
const WARM_UP_SECONDS = 120;
const WARM_UP_PAUSE_SECONDS = 5;
/** The service ends a request after 180 s at most. */
const DEADLINE_SECONDS = 185;
function createScoring(parts) {
    const { clock } = parts.site;
    let access = null;
    const warm = new Set();
    const ask = async (slot, request, signal) => {
        access ??= findAccess(parts, signal);
        const ready = await access.catch((error) => {
            access = null;
            throw error;
        });
        return post(parts, { slot, request, access: ready }, signal);
    };
    return async (slot, request, signal) => {
        const end = clock.now() + WARM_UP_SECONDS * 1000;
        let renewed = false;
        for (;;) {
            const answer = await ask(slot, request, signal);
            if (isForbidden(answer) && !renewed) {
                // Keys are regenerated and tokens end: once is fair, twice is a wrong right.
                renewed = true;
                access = null;
                continue;
            }
            const cold = answer.reason === 'model_not_ready' && !warm.has(slot) && clock.now() < end;
            if (!cold) {
                if (answer.answer.status === 200)
                    warm.add(slot);
                return answer.answer;
            }
            await clock.sleep(WARM_UP_PAUSE_SECONDS, signal);
        }
    };
}
const isForbidden = ({ answer }) => answer.status === 401 || answer.status === 403;
async function post({ site, http }, { slot, request, access, }, signal) {
    const begin = site.clock.monotonic();
    const latency = () => site.clock.monotonic() - begin;
    try {
        const answer = await http({
            method: 'POST',
            url: access.url,
            headers: {
                authorization: `Bearer ${access.token}`,
                'content-type': request.contentType,
                accept: 'application/json',
                [SLOT_HEADER]: slot,
            },
            body: request.body,
            deadlineSeconds: DEADLINE_SECONDS,
            // Every try is a sample: tries and waits inside the door would be missing from the evidence.
            retry: 'never',
            signal,
        });
        return { answer: probeAnswer(answer, latency()), reason: reasonOf(answer) };
    }
    catch (error) {
        if (signal.aborted || !(error instanceof sluice_error/* SluiceError */.a))
            throw error;
        const detail = error.message;
        return {
            answer: { status: null, body: '', answeredBy: null, latencyMs: latency(), detail },
            reason: '',
        };
    }
}
const reasonOf = (answer) => (answer.headers[REASON_HEADER] ?? '').toLowerCase();
function probeAnswer(answer, latencyMs) {
    const inner = answer.headers['ms-azureml-model-error-statuscode'];
    const detail = [reasonOf(answer), inner === undefined ? '' : `container answered ${inner}`];
    return {
        status: answer.status,
        body: answer.text,
        answeredBy: answer.headers[SLOT_HEADER] ?? null,
        latencyMs,
        detail: (0,refusal/* clean */.uH)(detail.filter((part) => part !== '').join(', ')),
    };
}
async function findAccess(parts, signal) {
    const raw = await readEndpoint(parts.site, signal);
    if (raw === null) {
        throw (0,errors/* azuremlError */.L)('AZUREML_ENDPOINT_ABSENT', `endpoint ${parts.site.endpoint} does not exist; it cannot be asked`);
    }
    const properties = (0,json/* objectIn */.D7)(raw, 'properties');
    const url = (0,json/* textIn */.r7)(properties, 'scoringUri');
    if (url === null || !URL.canParse(url) || new URL(url).protocol !== 'https:') {
        throw (0,errors/* azuremlError */.L)('AZUREML_ANSWER_STRANGE', `endpoint ${parts.site.endpoint}: found scoring address "${(0,refusal/* clean */.uH)(url ?? '')}"; wanted an https one`);
    }
    const token = await findToken(parts, properties, signal);
    parts.mask(token);
    return { url, token };
}
async function findToken(parts, properties, signal) {
    const mode = ((0,json/* textIn */.r7)(properties, 'authMode') ?? '').toLowerCase();
    if (mode === 'aadtoken')
        return parts.credential(SCORING_SCOPE, signal);
    const [verb, field] = mode === 'amltoken' ? ['token', 'accessToken'] : ['listKeys', 'primaryKey'];
    const path = `${endpointPath(parts.site)}/${verb}`;
    const answer = await parts.site.arm.send({ method: 'POST', path }, signal);
    const token = (0,json/* textIn */.r7)(answer.body, field);
    if (answer.status === 200 && token !== null)
        return token;
    throw (0,refusal/* refusalError */.z_)(`POST ${path}`, {
        ...answer,
        body: answer.status === 200 ? null : answer.body,
    });
}

// EXTERNAL MODULE: ./packages/rollout/lib/errors.js
var lib_errors = __webpack_require__(836);
;// CONCATENATED MODULE: ./packages/azureml/lib/endpoint-write.js


/** Reads give these, and a PUT must not have them. */
const READ_ONLY = ['id', 'name', 'type', 'systemData'];
const READ_ONLY_PROPERTIES = ['provisioningState', 'scoringUri', 'swaggerUri', 'keys'];
/** The whole endpoint with new traffic and our marks; all else stays, known to us or not. */
function endpointBody(raw, { weights, marks }) {
    const properties = (0,json/* without */.FF)((0,json/* objectIn */.D7)(raw, 'properties'), ...READ_ONLY_PROPERTIES);
    // A slot must not have live and mirrored traffic, so raising one ends its mirroring.
    const mirror = Object.entries(mirrorOf(raw)).filter(([slot]) => (weights[slot] ?? 0) === 0);
    return {
        ...(0,json/* without */.FF)(raw, ...READ_ONLY),
        ...identityPart(raw),
        tags: { ...foreignTags(raw), ...marksAsTags(marks) },
        properties: {
            ...properties,
            traffic: { ...weights },
            ...('mirrorTraffic' in properties && { mirrorTraffic: Object.fromEntries(mirror) }),
        },
    };
}
/** Does the endpoint show these weights and marks, and no other mark of ours? */
const shows = (raw, wanted) => sameNumbers(trafficOf(raw), wanted.weights) && sameTexts(marksOf(raw), wanted.marks);
/** Is the endpoint as it was when the change was decided? */
const unchangedSince = (raw, seen) => sameNumbers(trafficOf(raw), seen.traffic) && sameTexts(marksOf(raw), seen.marks);
/** One line on what is there, for messages: `traffic blue=100, rollout 0123456789abcdef`. */
function renderShown(raw) {
    const traffic = entriesOf(trafficOf(raw)).map(([slot, weight]) => `${slot}=${weight}`);
    const { rollout, owner } = marksOf(raw);
    return [
        `traffic ${traffic.join(',') || 'none'}`,
        ...(rollout === undefined ? [] : [`rollout ${rollout}`]),
        ...(owner === undefined ? [] : [`owner ${owner}`]),
    ].join(', ');
}
const foreignTags = (raw) => Object.fromEntries(Object.entries((0,json/* textsIn */.Ej)(raw, 'tags')).filter(([name]) => markKeyOf(name) === null));
const marksAsTags = (marks) => Object.fromEntries(Object.entries(marks).map(([key, value]) => [`${TAG_PREFIX}${key}`, value]));
/** Azure fills in ids of the identity on read and refuses them on write. */
function identityPart(raw) {
    if (!(0,json/* isObject */.Gv)(raw['identity']))
        return {};
    const identity = (0,json/* without */.FF)(raw['identity'], 'principalId', 'tenantId');
    const assigned = Object.keys((0,json/* objectIn */.D7)(identity, 'userAssignedIdentities'));
    if (assigned.length === 0)
        return { identity };
    return {
        identity: {
            ...identity,
            userAssignedIdentities: Object.fromEntries(assigned.map((id) => [id, {}])),
        },
    };
}
/** Slots at 0 are the same as slots left out. */
const entriesOf = (numbers) => Object.entries(numbers)
    .filter(([, number]) => number !== 0)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
const sameNumbers = (a, b) => JSON.stringify(entriesOf(a)) === JSON.stringify(entriesOf(b));
const sameTexts = (a, b) => sortedText(a) === sortedText(b);
const sortedText = (marks) => JSON.stringify(Object.entries(marks).toSorted(([x], [y]) => (x < y ? -1 : 1)));

;// CONCATENATED MODULE: ./packages/azureml/lib/traffic.js
// One write of weights and marks, and the proof that it is there. Without compare-and-swap on this
// platform, a second owner shows up at the read after the write (design S3).







/** Reads can lag behind a write for seconds; this is how long we look, and how often. */
const VISIBLE_WITHIN_SECONDS = 90;
const READ_AGAIN_SECONDS = 3;
const traffic_POLL_SECONDS = 5;
const traffic_BUSY_SECONDS = 10;
const GIVEN_UP = ['failed', 'canceled'];
/** Resolves with the endpoint as it was read last, showing the change. */
async function applyWeights({ site, change, known }, signal) {
    const patience = patienceFor(site, `endpoint ${site.endpoint}`);
    const writing = { site, change, patience };
    let raw = known !== null && !isChanging(known) ? known : await currentEndpoint(writing, signal);
    let sent = false;
    for (;;) {
        if (shows(raw, change))
            return { changed: sent, raw };
        refuseChanged(raw, writing);
        const answer = await put(site, endpointBody(raw, change), signal);
        if (answer === null || answer.status >= 500) {
            // Whether it took effect is unknown: only a read can tell.
            return { changed: true, raw: await readBack(writing, answer, signal) };
        }
        if (answer.status < 300) {
            await finishOperation({ arm: site.arm, what: `traffic of ${site.endpoint}`, patience }, answer, signal);
            return { changed: true, raw: await readBack(writing, null, signal) };
        }
        if (!(0,refusal/* isBusy */.A5)(answer))
            throw (0,refusal/* refusalError */.z_)(`PUT ${endpointPath(site)}`, answer);
        // The door may have sent it twice after a lost answer: then the first one is what is running.
        sent = true;
        await patience(traffic_BUSY_SECONDS, 'at work, and refused the write', signal);
        raw = await currentEndpoint(writing, signal);
    }
}
async function currentEndpoint({ site, patience }, signal) {
    const raw = await readIdleEndpoint(site, patience, signal);
    if (raw !== null)
        return raw;
    throw (0,errors/* azuremlError */.L)('AZUREML_ENDPOINT_ABSENT', `endpoint ${site.endpoint} does not exist; no traffic can be set`);
}
function refuseChanged(raw, { site, change }) {
    if (unchangedSince(raw, change.seen))
        return;
    throw (0,lib_errors/* rolloutError */.I)('ROLLOUT_CHANGED_MEANWHILE', `endpoint ${site.endpoint} changed before our write: found ${renderShown(raw)}; nothing was written`);
}
/** null: no answer came. */
async function put(site, body, signal) {
    try {
        return await site.arm.send({ method: 'PUT', path: endpointPath(site), body }, signal);
    }
    catch (error) {
        if (isNoAnswer(error, signal))
            return null;
        throw error;
    }
}
/**
 * Reads until Azure has ended its work and our weights and marks show. What we saw before is a stale
 * read; anything else is somebody else's write, believed when it shows twice in a row.
 */
async function readBack({ site, change, patience }, answer, signal) {
    const lagEnd = () => site.clock.now() + VISIBLE_WITHIN_SECONDS * 1000;
    let end = lagEnd();
    let foreign = 0;
    for (;;) {
        const raw = await readEndpoint(site, signal);
        if (raw !== null && isChanging(raw)) {
            await patience(traffic_POLL_SECONDS, `endpoint ${stateOf(raw)}`, signal);
            end = lagEnd();
            continue;
        }
        if (raw !== null && shows(raw, change))
            return succeeded(site, raw);
        foreign = raw !== null && unchangedSince(raw, change.seen) ? 0 : foreign + 1;
        if (foreign >= 2)
            throw overwritten(site, raw);
        if (site.clock.now() >= end)
            throw invisible(site, raw, answer);
        await site.clock.sleep(READ_AGAIN_SECONDS, signal);
    }
}
/** What shows and was given up by Azure may be in force or not. */
function succeeded(site, raw) {
    if (!GIVEN_UP.includes(stateOf(raw).toLowerCase()))
        return raw;
    throw (0,errors/* azuremlError */.L)('AZUREML_OPERATION_FAILED', `endpoint ${site.endpoint} shows our write (${renderShown(raw)}), which ended ${stateOf(raw)}`);
}
const overwritten = (site, raw) => (0,errors/* azuremlError */.L)('AZUREML_CHANGED_MEANWHILE', `endpoint ${site.endpoint}: after our write it shows ${raw === null ? 'nothing' : renderShown(raw)}, which is not what we wrote`);
const invisible = (site, raw, answer) => (0,errors/* azuremlError */.L)('AZUREML_NOT_VISIBLE', `endpoint ${site.endpoint}: ${VISIBLE_WITHIN_SECONDS} s after our write it still shows ${raw === null ? 'nothing' : renderShown(raw)}` +
    (answer === null ? '' : `; ${(0,refusal/* refusalError */.z_)('the write', answer).message}`));

;// CONCATENATED MODULE: ./packages/azureml/lib/platform.js






/** A read this old is read again before a write is made from it. */
const KNOWN_FOR_SECONDS = 60;
function createAzureMlPlatform(parts) {
    const { site } = parts;
    let known = null;
    const scoring = createScoring(parts);
    const rawBehind = (seen) => known !== null && known.seen === seen && site.clock.now() - known.at <= KNOWN_FOR_SECONDS * 1000
        ? known.raw
        : null;
    return {
        capabilities: {
            weights: 'any',
            // Azure ML can mirror (50 % at most), but setWeights only keeps the mirroring that others set up.
            mirrorMaxPercent: 0,
            probesSlot: true,
            provesSlot: true,
            compareAndSwap: false,
        },
        async observe(signal) {
            const raw = await readEndpoint(site, signal);
            const deployments = raw === null ? [] : await site.arm.list(`${endpointPath(site)}/deployments`, signal);
            const seen = observationOf({
                place: site.arm.place,
                endpoint: site.endpoint,
                raw,
                deployments,
            });
            known = raw === null ? null : { seen, raw, at: site.clock.now() };
            return seen;
        },
        deploy: (order, signal) => deploySlot(parts, order, signal),
        async setWeights(change, signal) {
            const behind = rawBehind(change.seen);
            // A write makes what we know old, however it ends.
            known = null;
            const { changed } = await applyWeights({ site, change, known: behind }, signal);
            return { changed };
        },
        probe: scoring,
        retire: (slot, signal) => retireSlot(site, slot, signal),
    };
}

;// CONCATENATED MODULE: ./packages/azureml/lib/connect.js
// From a target and settings to what works. A chunk of its own; what it does not need at once is others.






/** Throws AZUREML_TARGET_INVALID for a place or name that Azure would not take; makes no call. */
function connect(parts) {
    const { target, settings, ports } = parts;
    const place = checkTarget(target);
    const { http, clock, files, sha256, sha256Bytes, log } = ports;
    const credential = createCredential({ settings, ports });
    const arm = (0,lib_arm/* createArm */.P)({ resourceManager: settings.resourceManager, place, http, credential });
    const progress = (line) => log.info(line);
    const site = {
        arm,
        endpoint: target.endpoint.toLowerCase(),
        clock,
        progress,
        waitSeconds: parts.waitSeconds ?? 3600,
    };
    const mask = (secret) => log.mask(secret);
    return {
        platform: createAzureMlPlatform({ site, http, credential, files, sha256, mask }),
        pendingWrites: (order, signal) => listPendingWrites({ site, sha256 }, order, signal),
        // Brings the readers of YAML and of ignore files, which only a deployment needs.
        pin: async (order, signal) => {
            const { pinWorkload } = await Promise.all(/* import() */[__webpack_require__.e(298), __webpack_require__.e(373)]).then(__webpack_require__.bind(__webpack_require__, 6373));
            return pinWorkload(order, { arm, files, sha256, sha256Bytes }, signal);
        },
    };
}
function checkTarget(target) {
    const place = (0,lib_place/* parseAzurePlace */.Qk)(target.place);
    const named = (0,lib_place/* isEndpointName */.dR)(target.endpoint);
    if (place.ok && named)
        return place.value;
    const problems = place.ok ? [] : place.problems.map(({ where, message }) => `${where} ${message}`);
    const name = named
        ? []
        : [`endpoint: found "${target.endpoint}"; wanted 3 to 32 letters, digits and -`];
    throw (0,errors/* azuremlError */.L)('AZUREML_TARGET_INVALID', [...problems, ...name].join('; '));
}


/***/ }),

/***/ 2441:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   L: () => (/* binding */ azuremlError)
/* harmony export */ });
/* unused harmony export errors */
/* harmony import */ var _sluice_rollout__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3521);
// The closed table of this package's codes; `docs/errors.md` is generated from it.

const errors = {
    AZUREML_TARGET_INVALID: {
        fault: 'user',
        meaning: 'A target does not say where the Azure ML endpoint is, or names it badly.',
        hint: 'Use the output `target` of endpoint-deploy, or give subscription, resource group and workspace.',
    },
    AZUREML_FILE_INVALID: {
        fault: 'user',
        meaning: 'endpoint.yml, deployment.yml or a file that they name cannot be used as it is.',
        hint: 'Mend the lines that are named, then run again; nothing was written.',
    },
    AZUREML_SIGN_IN_FAILED: {
        fault: 'user',
        meaning: 'Microsoft Entra or the Azure CLI gave no token.',
        hint: 'Check the client and tenant ids and the federated credential of this environment, or run azure/login first.',
    },
    AZUREML_FORBIDDEN: {
        fault: 'user',
        meaning: 'Azure knows who asks and does not allow it.',
        hint: 'Give this identity the actions listed for its environment in the README, Connect Azure; new roles can take minutes to work.',
    },
    AZUREML_PLACE_NOT_FOUND: {
        fault: 'user',
        meaning: 'The subscription, resource group or workspace is not there, or this identity cannot see it.',
        hint: 'Check `azure-subscription-id`, `resource-group` and `workspace`.',
    },
    AZUREML_NOT_FOUND: {
        fault: 'user',
        meaning: 'Something that a request needs is not there.',
        hint: 'Check the name and the version, and that it is in this workspace.',
    },
    AZUREML_ENDPOINT_ABSENT: {
        fault: 'user',
        meaning: 'The endpoint does not exist, and nothing allows to create it.',
        hint: 'Create the endpoint first, or set `create-endpoint: true`.',
    },
    AZUREML_MODEL_NOT_FOUND: {
        fault: 'user',
        meaning: 'The model has no version, or not the one that was named.',
        hint: 'Name an existing version in `model-version`, or register the model in this workspace.',
    },
    AZUREML_LOCK_DIFFERS: {
        fault: 'user',
        meaning: 'What the files describe is not what the revision lock says; nothing was written.',
        hint: 'Deploy the commit that was tested, or promote again so that the lock names this revision.',
    },
    AZUREML_LOCK_ENTRY_MISSING: {
        fault: 'user',
        meaning: 'The revision lock has no entry for this endpoint, or one that names no model or no place that can be read.',
        hint: 'Promote this endpoint with open-promotion-pr: it writes the entry.',
    },
    AZUREML_MODEL_ELSEWHERE: {
        fault: 'user',
        meaning: 'The lock names a model version that was tested in another workspace, where the same name can mean another model; nothing was written.',
        hint: 'Share the tested version to a registry, name that id as `model`, and let staging test and promote it.',
    },
    AZUREML_SLOT_HAS_TRAFFIC: {
        fault: 'user',
        meaning: 'The slot serves live or mirrored requests, so it is not written or deleted.',
        hint: 'Move its traffic away first, or name the idle slot.',
    },
    AZUREML_CHANGED_MEANWHILE: {
        fault: 'user',
        meaning: 'After our write somebody else changed traffic or marks.',
        hint: 'Look at the traffic. Run again to go on from what is there now.',
    },
    AZUREML_NOT_VISIBLE: {
        fault: 'platform',
        meaning: 'A write was accepted, but reads did not show it in time.',
        hint: 'Run again: it looks first, and goes on from what it finds.',
    },
    AZUREML_BUSY: {
        fault: 'platform',
        meaning: 'Azure kept refusing a write because the endpoint was at work.',
        hint: 'Wait until the endpoint is Succeeded in the portal, then run again.',
    },
    AZUREML_CONFLICT: {
        fault: 'user',
        meaning: 'What is there already stands against the request (for an endpoint: its name is taken in this region).',
        hint: 'Read the message of Azure. Endpoint names are taken once per region: choose another one.',
    },
    AZUREML_STILL_RUNNING: {
        fault: 'platform',
        meaning: 'Azure has not finished in the time allowed; it goes on without us.',
        hint: 'Run the step again: it finds the slot and waits on. Raise `wait-timeout-seconds` if this is usual.',
    },
    AZUREML_OUT_OF_QUOTA: {
        fault: 'user',
        meaning: 'The subscription or the region has too little of what the slot needs.',
        hint: 'Ask for quota of this instance type (Azure keeps 20 % in reserve for upgrades; two slots need twice the cores), or take a smaller type.',
    },
    AZUREML_IMAGE_BUILD_FAILURE: {
        fault: 'user',
        meaning: 'Azure could not build the container image of the environment.',
        hint: 'Read the build log of this environment in the workspace; mend conda file or base image.',
    },
    AZUREML_BAD_ARGUMENT: {
        fault: 'user',
        meaning: 'Azure read the request and refused a value in it, or its start-up container could not fetch model or code.',
        hint: 'Check model, environment, scoring script and the rights of the endpoint identity (AcrPull, Storage Blob Data Reader).',
    },
    AZUREML_RESOURCE_NOT_READY: {
        fault: 'user',
        meaning: 'The container started and never became ready: init() of the scoring script failed, or a probe did.',
        hint: 'Read the container logs of the slot; try the scoring script with the same environment on your machine.',
    },
    AZUREML_RESOURCE_NOT_FOUND: {
        fault: 'user',
        meaning: 'Azure missed something that the slot needs: model, environment, registry, storage.',
        hint: 'Check that model and environment versions exist and that the endpoint identity may read them.',
    },
    AZUREML_NETWORK_NOT_READY: {
        fault: 'user',
        meaning: 'The managed network of the workspace is not provisioned yet.',
        hint: 'Provision the managed network of the workspace once, then run again.',
    },
    AZUREML_SECRETS_INJECTION: {
        fault: 'user',
        meaning: 'A secret reference in an environment variable could not be resolved.',
        hint: 'Check the reference and the rights of the endpoint identity on the vault or connection.',
    },
    AZUREML_OPERATION_CANCELED: {
        fault: 'platform',
        meaning: 'Azure cancelled the operation: another one took its place or held the lock too long.',
        hint: 'Run again in a minute.',
    },
    AZUREML_OPERATION_FAILED: {
        fault: 'platform',
        meaning: 'Azure accepted a write and could not finish it.',
        hint: 'Run again once; if it stays, open a support request with the ids in the message.',
    },
    AZUREML_REFUSED: {
        fault: 'user',
        meaning: 'Azure refused a request.',
        hint: 'Read the message of Azure; it names the field.',
    },
    AZUREML_UNAVAILABLE: {
        fault: 'platform',
        meaning: 'Azure answered with an error of its own, and kept doing so.',
        hint: 'Run again later; the request id helps Azure support.',
    },
    AZUREML_ANSWER_STRANGE: {
        fault: 'platform',
        meaning: 'An answer of Azure has not the shape that the API description gives it.',
        hint: 'Check `azure-resource-manager`; behind a proxy, check what it answers.',
    },
    AZUREML_URL_NOT_TRUSTED: {
        fault: 'platform',
        meaning: 'Azure named an address on another host, and our token does not go there.',
        hint: 'Check `azure-resource-manager`: it must be the base address of this cloud.',
    },
};
const azuremlError = (0,_sluice_rollout__WEBPACK_IMPORTED_MODULE_0__/* .errorsOf */ .B)(errors);


/***/ }),

/***/ 1552:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   D7: () => (/* binding */ objectIn),
/* harmony export */   Ej: () => (/* binding */ textsIn),
/* harmony export */   FF: () => (/* binding */ without),
/* harmony export */   Gv: () => (/* binding */ isObject),
/* harmony export */   MC: () => (/* binding */ numbersIn),
/* harmony export */   Of: () => (/* binding */ listIn),
/* harmony export */   qF: () => (/* binding */ parseJson),
/* harmony export */   r7: () => (/* binding */ textIn)
/* harmony export */ });
// Raw JSON as Azure sends it: read with care, written back whole.
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
/** The object at `key`; an empty one when there is none. */
function objectIn(value, key) {
    const inner = isObject(value) ? value[key] : undefined;
    return isObject(inner) ? inner : {};
}
/** The text at `key`; null when there is none, or an empty one. */
function textIn(value, key) {
    const inner = isObject(value) ? value[key] : undefined;
    return typeof inner === 'string' && inner !== '' ? inner : null;
}
function listIn(value, key) {
    const inner = isObject(value) ? value[key] : undefined;
    return Array.isArray(inner) ? inner : [];
}
/** Only the members whose values are texts. */
const textsIn = (value, key) => Object.fromEntries(Object.entries(objectIn(value, key)).filter((entry) => typeof entry[1] === 'string'));
/** Members as numbers; what is no number becomes NaN, so that no rule takes it for one. */
const numbersIn = (value, key) => Object.fromEntries(Object.entries(objectIn(value, key)).map(([name, number]) => [
    name,
    typeof number === 'number' ? number : Number.NaN,
]));
const without = (value, ...keys) => Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)));
/** The value of a JSON text; undefined when it is none. */
function parseJson(text) {
    try {
        return JSON.parse(text);
    }
    catch {
        return undefined;
    }
}


/***/ }),

/***/ 387:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Qk: () => (/* binding */ parseAzurePlace),
/* harmony export */   dR: () => (/* binding */ isEndpointName)
/* harmony export */ });
/* unused harmony exports AZURE_PLACE_INPUTS, readAzurePlace, isSlotName */
/* harmony import */ var _sluice_rollout__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8970);
// Where an endpoint lives: subscription, resource group, workspace. The `place` of an Azure target.

/** The inputs that `readAzurePlace` reads. */
const AZURE_PLACE_INPUTS = (/* unused pure expression or super */ null && (['azure-subscription-id', 'resource-group', 'workspace']));
/** Names as Azure allows them; they become segments of a URL. */
const PATTERNS = {
    subscription: /^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/,
    resourceGroup: /^[-\w.()]{0,89}[-\w()]$/,
    workspace: /^[a-zA-Z0-9][a-zA-Z0-9_-]{2,32}$/,
};
const ENDPOINT = /^[a-zA-Z]([-a-zA-Z0-9]{0,30}[a-zA-Z0-9])$/;
/** Input, else the keys `group` and `workspace` of the env-file; the subscription is an input only. */
function readAzurePlace(inputs, envFile) {
    const value = (input, key) => (inputs[input] ?? '').trim() || (key === undefined ? '' : (envFile[key] ?? '').trim());
    return checkPlace({
        subscription: value('azure-subscription-id'),
        resourceGroup: value('resource-group', 'group'),
        workspace: value('workspace', 'workspace'),
    }, {
        subscription: 'azure-subscription-id',
        resourceGroup: 'resource-group (or `group` in the env-file)',
        workspace: 'workspace (or `workspace` in the env-file)',
    });
}
/** The place of a target document, checked again: it came from outside. */
const parseAzurePlace = (place) => checkPlace({
    subscription: place['subscription'] ?? '',
    resourceGroup: place['resourceGroup'] ?? '',
    workspace: place['workspace'] ?? '',
}, {
    subscription: 'target.place.subscription',
    resourceGroup: 'target.place.resourceGroup',
    workspace: 'target.place.workspace',
});
/** An endpoint name is one URL segment: 3 to 32 letters, digits and -, a letter first. */
const isEndpointName = (name) => name.length >= 3 && ENDPOINT.test(name);
/** A slot is a deployment name, with the same rule. */
const isSlotName = (/* unused pure expression or super */ null && (isEndpointName));
function checkPlace(place, names) {
    const keys = Object.keys(PATTERNS);
    const problems = keys
        .filter((key) => !PATTERNS[key].test(place[key]))
        .map((key) => ({
        where: names[key],
        message: place[key] === ''
            ? 'is empty; wanted a value'
            : `found "${place[key]}"; wanted ${WANTED[key]}`,
    }));
    return problems.length > 0 ? (0,_sluice_rollout__WEBPACK_IMPORTED_MODULE_0__/* .bad */ .M)(...problems) : (0,_sluice_rollout__WEBPACK_IMPORTED_MODULE_0__/* .good */ .u)(place);
}
const WANTED = {
    subscription: 'an id such as 00000000-0000-0000-0000-000000000000',
    resourceGroup: 'letters, digits, - _ . ( ), no dot at the end, at most 90',
    workspace: '3 to 33 letters, digits, _ and -',
};


/***/ }),

/***/ 3276:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   A$: () => (/* binding */ isPlaceMissing),
/* harmony export */   A5: () => (/* binding */ isBusy),
/* harmony export */   mE: () => (/* binding */ operationError),
/* harmony export */   uH: () => (/* binding */ clean),
/* harmony export */   z_: () => (/* binding */ refusalError)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2441);
/* harmony import */ var _json_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1552);


/** Azure's deployment error codes, in lower case; the first that occurs in code or details decides. */
const BY_CODE = [
    ['outofquota', 'AZUREML_OUT_OF_QUOTA'],
    ['quotaexceeded', 'AZUREML_OUT_OF_QUOTA'],
    ['outofcapacity', 'AZUREML_OUT_OF_QUOTA'],
    ['imagebuildfailure', 'AZUREML_IMAGE_BUILD_FAILURE'],
    ['workspacemanagednetworknotready', 'AZUREML_NETWORK_NOT_READY'],
    ['secretsinjectionerror', 'AZUREML_SECRETS_INJECTION'],
    ['resourcenotready', 'AZUREML_RESOURCE_NOT_READY'],
    ['operationcanceled', 'AZUREML_OPERATION_CANCELED'],
    ['badargument', 'AZUREML_BAD_ARGUMENT'],
    ['resourcenotfound', 'AZUREML_RESOURCE_NOT_FOUND'],
];
const PLACE_CODES = ['resourcegroupnotfound', 'subscriptionnotfound', 'invalidsubscriptionid'];
const MAX_TEXT = 600;
/** Server text for our messages: one line, no control characters, cut. */
function clean(text) {
    // \p{C} covers control and format characters, overrides of the reading direction too.
    const line = text.replace(/[\p{C}\s]+/gu, ' ').trim();
    return line.length > MAX_TEXT ? `${line.slice(0, MAX_TEXT)}…` : line;
}
/** An answer that is no success, as an error. `what` says what we tried, and on what. */
function refusalError(what, answer) {
    const error = (0,_json_js__WEBPACK_IMPORTED_MODULE_0__/* .isObject */ .Gv)(answer.body) ? (0,_json_js__WEBPACK_IMPORTED_MODULE_0__/* .objectIn */ .D7)(answer.body, 'error') : {};
    const message = `${what}: Azure answered ${answer.status}${told(error)}${idOf(answer)}`;
    return (0,_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .azuremlError */ .L)(codeOfStatus(answer, error), message);
}
/** The `error` of an operation that ended Failed or Canceled. */
function operationError(what, status, error) {
    const code = codeIn(error) ??
        (status.toLowerCase() === 'canceled'
            ? 'AZUREML_OPERATION_CANCELED'
            : 'AZUREML_OPERATION_FAILED');
    return (0,_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .azuremlError */ .L)(code, `${what}: the operation ended ${clean(status)}${told(error)}`);
}
/** 404 can mean the thing or the place it is in; only the first is an observation. */
function isPlaceMissing(answer, workspace) {
    const error = (0,_json_js__WEBPACK_IMPORTED_MODULE_0__/* .objectIn */ .D7)(answer.body, 'error');
    const code = ((0,_json_js__WEBPACK_IMPORTED_MODULE_0__/* .textIn */ .r7)(error, 'code') ?? '').toLowerCase();
    const message = ((0,_json_js__WEBPACK_IMPORTED_MODULE_0__/* .textIn */ .r7)(error, 'message') ?? '').toLowerCase();
    return (answer.status === 404 &&
        (PLACE_CODES.includes(code) ||
            message.includes(`/workspaces/${workspace.toLowerCase()}' under`)));
}
/** The endpoint is at work: nothing happened, and the same write can be sent again later. */
function isBusy(answer) {
    if (answer.status !== 409 && answer.status !== 400)
        return false;
    const error = (0,_json_js__WEBPACK_IMPORTED_MODULE_0__/* .objectIn */ .D7)(answer.body, 'error');
    // Status and code of this refusal are not documented, so its words decide.
    const words = `${(0,_json_js__WEBPACK_IMPORTED_MODULE_0__/* .textIn */ .r7)(error, 'code') ?? ''} ${(0,_json_js__WEBPACK_IMPORTED_MODULE_0__/* .textIn */ .r7)(error, 'message') ?? ''}`;
    return /(creating|updating|deleting|scaling) provisioning state|in progress|inprogress|another operation/i.test(words);
}
function codeOfStatus(answer, error) {
    if (answer.status === 401 || answer.status === 403)
        return 'AZUREML_FORBIDDEN';
    const code = ((0,_json_js__WEBPACK_IMPORTED_MODULE_0__/* .textIn */ .r7)(error, 'code') ?? '').toLowerCase();
    if (PLACE_CODES.includes(code))
        return 'AZUREML_PLACE_NOT_FOUND';
    if (answer.status === 404)
        return 'AZUREML_NOT_FOUND';
    const known = codeIn(error);
    if (known !== null)
        return known;
    if (answer.status === 409)
        return isBusy(answer) ? 'AZUREML_BUSY' : 'AZUREML_CONFLICT';
    return answer.status >= 500 ? 'AZUREML_UNAVAILABLE' : 'AZUREML_REFUSED';
}
function codeIn(error) {
    const codes = allCodes(error, 0);
    for (const [azure, ours] of BY_CODE)
        if (codes.some((code) => code.includes(azure)))
            return ours;
    return null;
}
function allCodes(error, depth) {
    if (depth > 4)
        return [];
    const own = (0,_json_js__WEBPACK_IMPORTED_MODULE_0__/* .textIn */ .r7)(error, 'code');
    const inner = (0,_json_js__WEBPACK_IMPORTED_MODULE_0__/* .listIn */ .Of)(error, 'details').flatMap((detail) => allCodes(detail, depth + 1));
    return own === null ? inner : [own.toLowerCase(), ...inner];
}
/** ` (Code: message; detail; detail)`, or nothing. */
function told(error) {
    const parts = [error, ...(0,_json_js__WEBPACK_IMPORTED_MODULE_0__/* .listIn */ .Of)(error, 'details')]
        .map((part) => [(0,_json_js__WEBPACK_IMPORTED_MODULE_0__/* .textIn */ .r7)(part, 'code'), (0,_json_js__WEBPACK_IMPORTED_MODULE_0__/* .textIn */ .r7)(part, 'message')].filter((text) => text !== null).join(': '))
        .filter((text) => text !== '');
    return parts.length === 0 ? '' : ` (${clean([...new Set(parts)].join('; '))})`;
}
const idOf = (answer) => answer.requestId === null ? '' : `, request id ${clean(answer.requestId)}`;


/***/ }),

/***/ 2942:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   I: () => (/* binding */ trusted)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2441);
// Where our token may go.

/** The address, when it is Resource Manager's or one of its regional hosts'; throws for any other. */
function trusted(url, resourceManager) {
    const base = new URL(resourceManager);
    const there = URL.canParse(url) ? new URL(url) : null;
    const same = there !== null && there.protocol === base.protocol;
    if (same && (there.host === base.host || there.host.endsWith(`.${base.host}`)))
        return url;
    throw (0,_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .azuremlError */ .L)('AZUREML_URL_NOT_TRUSTED', `found an address on ${there === null ? 'no host' : there.host}; wanted one on ${base.host}`);
}


/***/ }),

/***/ 1448:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   b: () => (/* binding */ isMissing),
/* harmony export */   n: () => (/* binding */ typed)
/* harmony export */ });
/* harmony import */ var _json_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1552);
/* harmony import */ var _refusal_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3276);


const typed = async (what, call) => {
    try {
        return await call();
    }
    catch (error) {
        throw typedError(what, error) ?? error;
    }
};
/** null: the error is not an answer of Azure. */
function typedError(what, error) {
    if (!isRestError(error) || error.response === undefined)
        return null;
    const { status, headers, bodyAsText } = error.response;
    return (0,_refusal_js__WEBPACK_IMPORTED_MODULE_0__/* .refusalError */ .z_)(what, {
        status,
        headers: headers.toJSON(),
        body: (0,_json_js__WEBPACK_IMPORTED_MODULE_1__/* .parseJson */ .qF)(bodyAsText ?? '') ?? null,
        requestId: headers.get('x-ms-request-id') ?? null,
    });
}
/** By name, as the SDK's own guard does: to import that one is to load the SDK with it. */
const isRestError = (error) => error instanceof Error && error.name === 'RestError';
/** Did Azure answer 404? */
const isMissing = (error) => isRestError(error) && error.statusCode === 404;


/***/ }),

/***/ 836:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   I: () => (/* binding */ rolloutError),
/* harmony export */   s: () => (/* binding */ errors)
/* harmony export */ });
/* harmony import */ var _sluice_error_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3521);
// The closed table of this package's codes; `docs/errors.md` is generated from it.

const errors = {
    ROLLOUT_BAD_STRATEGY: {
        fault: 'user',
        meaning: 'The steps or the bake time cannot be followed on this platform.',
        hint: 'Give rising whole percents that end at 100, such as 10,50,100.',
    },
    ROLLOUT_BAD_SLOTS: {
        fault: 'user',
        meaning: 'The input `slots` does not name two different slots, or the slot is not one of them.',
        hint: 'Name two slots, such as blue,green, and one of them as the slot.',
    },
    ROLLOUT_TRAFFIC_INVALID: {
        fault: 'user',
        meaning: 'The endpoint shows weights that no valid state has (they do not sum to 100 or 0).',
        hint: 'Set the traffic by hand to 100 for the slot that should serve, then run again.',
    },
    ROLLOUT_MARKS_INVALID: {
        fault: 'user',
        meaning: 'A mark of ours on the endpoint cannot be read; somebody edited it.',
        hint: 'Remove the sluice marks from the endpoint, check the traffic, then run again.',
    },
    ROLLOUT_FOREIGN_SLOT: {
        fault: 'user',
        meaning: 'A slot that is not in the input `slots` has traffic.',
        hint: 'Name that slot in the input `slots`, or move its traffic to one of ours.',
    },
    ROLLOUT_SLOT_MISSING: {
        fault: 'user',
        meaning: 'The traffic names a slot that is not deployed, or the wanted slot is not deployed.',
        hint: 'Deploy the slot with endpoint-deploy, or take it out of the traffic.',
    },
    ROLLOUT_SLOT_UNCLEAR: {
        fault: 'user',
        meaning: 'Nothing says which slot is active, so none can be called idle.',
        hint: 'Name the slot in the input `slot`, or give one slot 100 first.',
    },
    ROLLOUT_SPLIT_UNKNOWN: {
        fault: 'user',
        meaning: 'Both slots have traffic, and no mark of ours says which one is new.',
        hint: 'Set the traffic to 100 for the slot that should serve, then run again.',
    },
    ROLLOUT_IN_FLIGHT: {
        fault: 'user',
        meaning: 'Another rollout is under way on this endpoint, or its bake has not ended.',
        hint: 'Let it finish, or take it back with traffic-swap `mode: abort`.',
    },
    ROLLOUT_OWNED: {
        fault: 'user',
        meaning: 'Another run drives a rollout on this endpoint, and its claim has not expired.',
        hint: 'Wait for that run, or for the time named, then run again.',
    },
    ROLLOUT_OWNERSHIP_LOST: {
        fault: 'user',
        meaning: 'Between two of our reads another run or a person changed the endpoint.',
        hint: 'Look at the traffic. Run again to go on from what is there now.',
    },
    ROLLOUT_SLOT_UNHEALTHY: {
        fault: 'platform',
        meaning: 'A slot that the change needs is not healthy.',
        hint: 'Look at the logs of that slot, deploy it again, then run again.',
    },
    ROLLOUT_SLOT_CHANGED: {
        fault: 'user',
        meaning: 'The slot holds another revision than the one that was named.',
        hint: 'Run endpoint-deploy and endpoint-test again and use their outputs.',
    },
    ROLLOUT_REJECTED: {
        fault: 'user',
        meaning: 'This revision was taken back before, by a verdict or by a rollback.',
        hint: 'Deploy a new revision, or give a reason in the input `allow-rejected`.',
    },
    ROLLOUT_UNTESTED: {
        fault: 'user',
        meaning: 'No passing verdict for this very revision allows more traffic.',
        hint: 'Give `evidence-file` from endpoint-test, or a reason in `allow-untested`.',
    },
    ROLLOUT_PLAN_STALE: {
        fault: 'user',
        meaning: 'The endpoint is neither where the plan begins nor at one of its steps.',
        hint: 'Run the plan again (re-run all jobs), or `mode: abort` to go back first.',
    },
    ROLLOUT_NO_WAY_BACK: {
        fault: 'user',
        meaning: 'Nothing on the endpoint says that the named slot was the last good one.',
        hint: 'Name the slot that served before, or deploy and test the revision again.',
    },
    ROLLOUT_CHANGED_MEANWHILE: {
        fault: 'user',
        meaning: 'Traffic or marks changed between our look and our write, so nothing was written.',
        hint: 'Look at the traffic. Run again to go on from what is there now.',
    },
    ROLLOUT_ABORTED: {
        fault: 'platform',
        meaning: 'The rollout was taken back before its end.',
        hint: 'See the reason, mend the revision, deploy it again.',
    },
    ROLLOUT_CHECK_FAILED: {
        fault: 'platform',
        meaning: 'The check of the endpoint did not pass, long after the rollout had ended; nothing was written.',
        hint: 'Run traffic-swap `mode: rollback` with the slot that served before, or mend it and run again.',
    },
    ROLLOUT_CHECK_BROKEN: {
        fault: 'platform',
        meaning: 'The check of the endpoint broke off, so nothing says whether the step is well.',
        hint: 'Look at the cause. Run again: the step is checked before anything moves.',
    },
    ROLLOUT_PLAN_INVALID: {
        fault: 'user',
        meaning: 'The plan document is not what planning gives for its own endpoint, slot and strategy.',
        hint: 'Somebody edited it. Run traffic-swap `mode: plan` again and use its output.',
    },
    ROLLOUT_CANCELLED: {
        fault: 'user',
        meaning: 'The run was cancelled while a rollout was under way.',
        hint: 'Re-run the job to go on, or run `mode: abort` to go back.',
    },
};
const rolloutError = (0,_sluice_error_js__WEBPACK_IMPORTED_MODULE_0__/* .errorsOf */ .B)(errors);


/***/ }),

/***/ 7545:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   _t: () => (/* binding */ parseMarks),
/* harmony export */   zz: () => (/* binding */ MARK_KEYS)
/* harmony export */ });
/* unused harmony exports renderMarks, renderLastGood */
/* harmony import */ var _result_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8970);
/* harmony import */ var _revision_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3054);
/* harmony import */ var _weights_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(9554);



/** Keys as the design has them; the adapter adds its prefix (`sluice-` or `sluice.dev/`). */
const MARK_KEYS = [
    'rollout',
    'plan',
    'step',
    'previous',
    'owner',
    'expires',
    'rejected',
];
/** As many as fit in an Azure tag value of 256 characters; a sixteenth drops the oldest. */
const MAX_REJECTED = 15;
function parseMarks(raw) {
    const step = raw.step === undefined ? null : /^(\d+)\/(\d+)@(\d+)$/.exec(raw.step);
    if (raw.step !== undefined && step === null) {
        return (0,_result_js__WEBPACK_IMPORTED_MODULE_0__/* .bad */ .M)({ where: 'mark step', message: `found "${raw.step}"; wanted number/of@seconds` });
    }
    const previous = raw.previous === undefined ? null : parseLastGood(raw.previous);
    if (previous !== null && !previous.ok)
        return previous;
    if (raw.expires !== undefined && !/^\d+$/.test(raw.expires)) {
        return (0,_result_js__WEBPACK_IMPORTED_MODULE_0__/* .bad */ .M)({ where: 'mark expires', message: `found "${raw.expires}"; wanted seconds` });
    }
    return (0,_result_js__WEBPACK_IMPORTED_MODULE_0__/* .good */ .u)({
        rollout: raw.rollout ?? null,
        plan: raw.plan ?? null,
        step: step === null
            ? null
            : { number: Number(step[1]), of: Number(step[2]), since: Number(step[3]) },
        previous: previous === null ? null : previous.value,
        owner: raw.owner ?? null,
        expires: raw.expires === undefined ? null : Number(raw.expires),
        rejected: raw.rejected === undefined || raw.rejected === '' ? [] : raw.rejected.split(' '),
    });
}
/** The complete set of marks to write; a key that is absent here is removed from the target. */
function renderMarks(marks) {
    return {
        ...(marks.rollout !== null && { rollout: marks.rollout }),
        ...(marks.plan !== null && { plan: marks.plan }),
        ...(marks.step !== null && {
            step: `${marks.step.number}/${marks.step.of}@${marks.step.since}`,
        }),
        ...(marks.previous !== null && { previous: renderLastGood(marks.previous) }),
        ...(marks.owner !== null && { owner: marks.owner }),
        ...(marks.expires !== null && { expires: String(marks.expires) }),
        ...(marks.rejected.length > 0 && { rejected: marks.rejected.slice(-MAX_REJECTED).join(' ') }),
    };
}
/**
 * `blue=100@<mark>`, `blue=100` where the slot bore no mark, or `none`; with `*3` at its end where
 * the platform counts ready replicas.
 */
const renderLastGood = ({ weights, revision, replicas }) => `${renderWeights(weights)}${revision === null ? '' : `@${revision}`}${replicas === undefined ? '' : `*${replicas}`}`;
function parseLastGood(text) {
    const star = /\*(\d{1,6})$/.exec(text);
    const replicas = star === null ? {} : { replicas: Number(star[1]) };
    const plain = star === null ? text : text.slice(0, star.index);
    const at = plain.indexOf('@');
    const revision = at < 0 ? null : plain.slice(at + 1);
    if (revision !== null && !_revision_js__WEBPACK_IMPORTED_MODULE_1__/* .MARK_PATTERN */ .T5.test(revision)) {
        return (0,_result_js__WEBPACK_IMPORTED_MODULE_0__/* .bad */ .M)({ where: 'mark previous', message: `found "${text}"; wanted weights@revision` });
    }
    const weights = (0,_weights_js__WEBPACK_IMPORTED_MODULE_2__/* .parseWeightsText */ .mX)(at < 0 ? plain : plain.slice(0, at));
    return weights.ok ? (0,_result_js__WEBPACK_IMPORTED_MODULE_0__/* .good */ .u)({ weights: weights.value, revision, ...replicas }) : weights;
}


/***/ }),

/***/ 3054:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Jj: () => (/* binding */ cut),
/* harmony export */   T5: () => (/* binding */ MARK_PATTERN)
/* harmony export */ });
/* unused harmony exports renderRevisionMark, revisionOf */
// A revision: what runs, pinned. Digests are sha256 in lower-case hex; targets hold the 16 hex cut.
const MARK_PATTERN = /^[0-9a-f]{16}\.[0-9a-f]{16}$/;
const cut = (digest) => digest.slice(0, 16);
const renderRevisionMark = (revision) => `${cut(revision.revisionDigest)}.${cut(revision.configDigest)}`;
/** The half that a verdict and a rejection are about: the revision, not its configuration. */
const revisionOf = (mark) => mark.slice(0, 16);


/***/ }),

/***/ 9554:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   CX: () => (/* binding */ renderWeights),
/* harmony export */   jT: () => (/* binding */ allTo),
/* harmony export */   lD: () => (/* binding */ split),
/* harmony export */   mX: () => (/* binding */ parseWeightsText),
/* harmony export */   mm: () => (/* binding */ weightOf),
/* harmony export */   vt: () => (/* binding */ parseWeights)
/* harmony export */ });
/* unused harmony exports noTraffic, sameWeights, renderPlanWeights */
/* harmony import */ var _result_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8970);
// Weights: the share of requests that each slot gets. They can only be built valid (S1).

/** The only way to get `Weights`. */
function parseWeights(raw) {
    const problems = Object.entries(raw)
        .filter(([, weight]) => !Number.isInteger(weight) || weight < 0 || weight > 100)
        .map(([slot, weight]) => ({
        where: `weight of slot ${slot}`,
        message: `found ${weight}; wanted a whole number from 0 to 100`,
    }));
    const sum = Object.values(raw).reduce((total, weight) => total + weight, 0);
    if (problems.length === 0 && sum !== 100 && sum !== 0) {
        problems.push({
            where: 'weights',
            message: `${renderRaw(raw)} sum to ${sum}; wanted 100, or 0 while no slot is active`,
        });
    }
    return problems.length > 0 ? (0,_result_js__WEBPACK_IMPORTED_MODULE_0__/* .bad */ .M)(...problems) : (0,_result_js__WEBPACK_IMPORTED_MODULE_0__/* .good */ .u)(tidy(raw));
}
/** All requests to one slot. */
const allTo = (slot) => tidy({ [slot]: 100 });
/** No slot is active. */
const noTraffic = tidy({});
/** `percent` to the candidate, the rest to `active`; with no active slot the candidate gets all or nothing. */
function split(candidate, percent, active) {
    if (active === null)
        return parseWeights({ [candidate]: percent === 0 ? 0 : 100 });
    return parseWeights({ [candidate]: percent, [active]: 100 - percent });
}
const weightOf = (weights, slot) => Object.hasOwn(weights, slot) ? (weights[slot] ?? 0) : 0;
const sameWeights = (a, b) => renderWeights(a) === renderWeights(b);
/** `blue=90,green=10`; `none` while no slot is active. The form that marks hold. */
const renderWeights = (weights) => Object.keys(weights).length === 0 ? 'none' : renderRaw(weights);
/** The same for weights that a document or a target holds, valid or not. */
const renderPlanWeights = (raw) => {
    const parsed = parseWeights(raw);
    return parsed.ok ? renderWeights(parsed.value) : renderRaw(raw);
};
/** Reads what `renderWeights` wrote. */
function parseWeightsText(text) {
    if (text === 'none')
        return (0,_result_js__WEBPACK_IMPORTED_MODULE_0__/* .good */ .u)(noTraffic);
    const raw = new Map();
    for (const part of text.split(',')) {
        const match = /^([^=,\s]+)=(\d{1,3})$/.exec(part);
        if (match === null || match[1] === undefined || raw.has(match[1])) {
            return (0,_result_js__WEBPACK_IMPORTED_MODULE_0__/* .bad */ .M)({ where: 'weights', message: `found "${text}"; wanted slot=weight,... or none` });
        }
        raw.set(match[1], Number(match[2]));
    }
    return parseWeights(Object.fromEntries(raw));
}
const renderRaw = (raw) => Object.keys(raw)
    .sort()
    .map((slot) => `${slot}=${raw[slot]}`)
    .join(',');
function tidy(raw) {
    const slots = Object.keys(raw)
        .filter((slot) => raw[slot] !== 0)
        .sort();
    return Object.freeze(Object.fromEntries(slots.map((slot) => [slot, raw[slot]])));
}


/***/ })

};
