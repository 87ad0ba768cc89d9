export const id = 256;
export const ids = [256];
export const modules = {

/***/ 2441:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   L: () => (/* binding */ azuremlError),
/* harmony export */   s: () => (/* binding */ errors)
/* harmony export */ });
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

/***/ 5256:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  ACCESS: () => (/* reexport */ ACCESS),
  AZURE_PLACE_INPUTS: () => (/* reexport */ place/* AZURE_PLACE_INPUTS */.YJ),
  AZURE_SETTING_INPUTS: () => (/* reexport */ settings/* AZURE_SETTING_INPUTS */.l),
  COMMIT_TAG: () => (/* reexport */ model/* COMMIT_TAG */.z2),
  azuremlError: () => (/* reexport */ errors/* azuremlError */.L),
  chooseModelVersion: () => (/* reexport */ model/* chooseModelVersion */.DW),
  errors: () => (/* reexport */ errors/* errors */.s),
  isEndpointName: () => (/* reexport */ place/* isEndpointName */.dR),
  isSlotName: () => (/* reexport */ place/* isSlotName */.m7),
  newest: () => (/* reexport */ model/* newest */.BP),
  newestFirst: () => (/* reexport */ model/* newestFirst */.ll),
  openAzureMl: () => (/* reexport */ openAzureMl),
  openAzureWorkspace: () => (/* reexport */ openAzureWorkspace),
  parseAssetReference: () => (/* reexport */ model/* parseAssetReference */.bp),
  parseAzurePlace: () => (/* reexport */ place/* parseAzurePlace */.Qk),
  parseAzureSettings: () => (/* reexport */ settings/* parseAzureSettings */.u),
  readAzurePlace: () => (/* reexport */ place/* readAzurePlace */.LU),
  readDeploymentFile: () => (/* reexport */ readDeploymentFile),
  readEndpointFile: () => (/* reexport */ readEndpointFile)
});

// EXTERNAL MODULE: ./packages/azureml/lib/errors.js
var errors = __webpack_require__(2441);
// EXTERNAL MODULE: ./packages/rollout/lib/result.js
var result = __webpack_require__(8970);
// EXTERNAL MODULE: ./packages/documents/lib/nearest.js
var nearest = __webpack_require__(2994);
// EXTERNAL MODULE: ./packages/azureml/lib/json.js
var json = __webpack_require__(1552);
;// CONCATENATED MODULE: ./packages/azureml/lib/fields.js
// Reads one mapping of a YAML file field by field and collects every problem with its line.


function createFields({ doc, path, value, problems }) {
    const keys = createKeys();
    const object = (0,json/* isObject */.Gv)(value) ? value : {};
    const where = (key) => `${doc.file}:${doc.lineOf(key === null ? path : [...path, key])}`;
    const label = (key) => [...path, key].join('.');
    const problem = (key, message) => {
        problems.push({
            where: where(key),
            message: `${key === null ? path.join('.') || 'the file' : label(key)}: ${message}`,
        });
    };
    if (value !== null && value !== undefined && !(0,json/* isObject */.Gv)(value)) {
        problem(null, 'wanted a mapping of names to values');
    }
    const take = (key) => {
        keys.known.add(key);
        return object[key] ?? null;
    };
    const typed = (key, read, wanted) => {
        const raw = take(key);
        if (raw === null)
            return null;
        const result = read(raw);
        if (result === null)
            problem(key, `found ${show(raw)}; wanted ${wanted}`);
        return result;
    };
    return {
        present: (0,json/* isObject */.Gv)(value),
        has: (key) => (object[key] ?? null) !== null,
        raw: take,
        where,
        problem,
        text: (key) => typed(key, readText, 'a text'),
        count: (key, least) => typed(key, (raw) => readCount(raw, least), `a whole number, ${least} or more`),
        flag: (key) => typed(key, (raw) => (typeof raw === 'boolean' ? raw : null), 'true or false'),
        choice: (key, choices) => typed(key, (raw) => typeof raw === 'string' && Object.hasOwn(choices, raw) ? (choices[raw] ?? null) : null, Object.keys(choices).join(' or ')),
        texts: (key) => typed(key, readTexts, 'a mapping of names to texts') ?? {},
        nested: (key) => createFields({ doc, path: [...path, key], value: take(key), problems }),
        refuse(key, why) {
            keys.unlisted.add(key);
            if (take(key) !== null)
                problem(key, why);
        },
        drop: (...names) => names.forEach((name) => keys.unlisted.add(name)),
        missing: (key, wanted) => void keys.absent.set(key, wanted),
        end: () => reportKeys(keys, Object.keys(object), problem),
    };
}
const createKeys = () => ({ known: new Set(), unlisted: new Set(), absent: new Map() });
function reportKeys({ known, unlisted, absent }, given, problem) {
    const listed = [...known].filter((name) => !unlisted.has(name));
    const unknown = given.filter((key) => !known.has(key) && !unlisted.has(key));
    for (const key of unknown)
        problem(key, `unknown key; ${(0,nearest/* didYouMean */.a)(key, listed)}`);
    const misspelt = new Set(unknown.map((key) => (0,nearest/* nearest */.p)(key, listed)));
    for (const [key, wanted] of absent) {
        if (!misspelt.has(key))
            problem(key, `is missing; wanted ${wanted}`);
    }
}
const readText = (raw) => typeof raw === 'string' && raw.trim() !== '' ? raw : typeof raw === 'number' ? String(raw) : null;
const readCount = (raw, least) => typeof raw === 'number' && Number.isInteger(raw) && raw >= least ? raw : null;
function readTexts(raw) {
    if (!(0,json/* isObject */.Gv)(raw))
        return null;
    const entries = Object.entries(raw);
    const plain = entries.every(([, value]) => ['string', 'number', 'boolean'].includes(typeof value));
    return plain ? Object.fromEntries(entries.map(([key, value]) => [key, String(value)])) : null;
}
function show(raw) {
    const text = JSON.stringify(raw);
    return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

// EXTERNAL MODULE: ./packages/azureml/lib/place.js
var place = __webpack_require__(387);
;// CONCATENATED MODULE: ./packages/azureml/lib/endpoint-file.js




const AUTH = { key: 'Key', aml_token: 'AMLToken', aad_token: 'AADToken' };
const ACCESS = { enabled: 'Enabled', disabled: 'Disabled' };
const IDENTITY = { system_assigned: 'SystemAssigned', user_assigned: 'UserAssigned' };
function readEndpointFile(doc) {
    const problems = [];
    const fields = createFields({ doc, path: [], value: doc.value, problems });
    if (!fields.present)
        fields.problem(null, 'is empty; wanted name and auth_mode');
    const name = fields.text('name') ?? '';
    if (fields.present && !fields.has('name')) {
        fields.missing('name', '3 to 32 letters, digits and -, a letter first, no - at the end');
    }
    else if (fields.present && !(0,place/* isEndpointName */.dR)(name)) {
        fields.problem('name', `found "${name}"; wanted 3 to 32 letters, digits and -, a letter first, no - at the end`);
    }
    const description = fields.text('description');
    const access = fields.choice('public_network_access', ACCESS);
    const extra = fields.texts('properties');
    const endpoint = {
        name,
        location: fields.text('location'),
        tags: fields.texts('tags'),
        identity: readIdentity(fields.nested('identity')),
        properties: {
            authMode: fields.choice('auth_mode', AUTH) ?? AUTH.key,
            ...(description !== null && { description }),
            ...(access !== null && { publicNetworkAccess: access }),
            ...(Object.keys(extra).length > 0 && { properties: extra }),
        },
        ignored: ['traffic', 'mirror_traffic'].filter((key) => fields.has(key)),
    };
    fields.drop('$schema', 'traffic', 'mirror_traffic', 'provisioning_state', 'scoring_uri', 'openapi_uri', 'id');
    fields.refuse('compute', 'names a Kubernetes compute; this action deploys managed endpoints only');
    fields.end();
    return problems.length > 0 ? (0,result/* bad */.M)(...problems) : (0,result/* good */.u)(endpoint);
}
/** The CLI gives an endpoint its own identity when the file names none, and so do we. */
function readIdentity(fields) {
    const type = fields.choice('type', IDENTITY) ?? IDENTITY.system_assigned;
    const listed = fields.raw('user_assigned_identities');
    fields.drop('principal_id', 'tenant_id');
    fields.end();
    const ids = (Array.isArray(listed) ? listed : []).map((item) => (0,json/* isObject */.Gv)(item) ? item['resource_id'] : item);
    const texts = ids.filter((id) => typeof id === 'string');
    if (listed !== null && (texts.length === 0 || texts.length !== ids.length)) {
        fields.problem('user_assigned_identities', 'wanted a list of `resource_id: /subscriptions/...`');
    }
    if (type === IDENTITY.user_assigned && texts.length === 0 && listed === null) {
        fields.problem('type', 'user_assigned wants user_assigned_identities');
    }
    if (type === IDENTITY.system_assigned)
        return { type };
    return { type, userAssignedIdentities: Object.fromEntries(texts.map((id) => [id, {}])) };
}

// EXTERNAL MODULE: ./packages/azureml/lib/model.js
var model = __webpack_require__(3205);
;// CONCATENATED MODULE: ./packages/azureml/lib/environment-field.js
// `environment` of deployment.yml: a registered one by name, or one described in place.



function readEnvironment(fields) {
    const raw = fields.raw('environment');
    if (raw === null)
        return null;
    if (typeof raw === 'string') {
        const reference = readAsset(raw, fields.where('environment'));
        if (reference.ok)
            return { kind: 'asset', reference: reference.value };
        for (const { message } of reference.problems)
            fields.problem('environment', message);
        return null;
    }
    return readInline(fields.nested('environment'));
}
/** Curated environments of Azure live in no workspace: their text passes through. */
function readAsset(text, where) {
    const reference = (0,model/* parseAssetReference */.bp)(text, where);
    if (!reference.ok || reference.value.kind === 'id' || !/^AzureML-/i.test(reference.value.name))
        return reference;
    const { name, version } = reference.value;
    if (version === null)
        return (0,result/* bad */.M)({
            where,
            message: `found "${text}", which names no version; curated environments want one`,
        });
    return (0,result/* good */.u)({ kind: 'id', id: `azureml:${name}:${version}`, label: `${name}:${version}` });
}
function readInline(fields) {
    const image = fields.text('image');
    if (!fields.has('image')) {
        fields.missing('image', 'a container image (or `environment: azureml:NAME:VERSION`)');
    }
    const conda = fields.raw('conda_file');
    const inferenceConfig = readInferenceConfig(fields.nested('inference_config'));
    // They name a registration that does not happen: what counts is the content.
    fields.drop('name', 'version', 'description', 'tags', 'properties', '$schema');
    fields.choice('os_type', { linux: 'Linux', Linux: 'Linux' });
    fields.refuse('build', 'a build context is not supported yet; build the image first and name it in `image`');
    fields.end();
    const usable = conda === null || typeof conda === 'string' || typeof conda === 'object';
    if (!usable)
        fields.problem('conda_file', 'wanted a path, or the conda file itself as a mapping');
    if (image === null || !usable)
        return null;
    return { kind: 'inline', image, conda: conda, inferenceConfig };
}
function readInferenceConfig(fields) {
    if (!fields.present)
        return null;
    const routes = ['liveness_route', 'readiness_route', 'scoring_route'];
    const config = routes.map((key) => {
        const route = fields.nested(key);
        const value = { path: route.text('path'), port: route.count('port', 1) };
        route.end();
        if (route.present && (value.path === null || value.port === null)) {
            route.problem(null, 'wanted path and port');
        }
        return [key.replace(/_r/, 'R'), value];
    });
    fields.end();
    return Object.fromEntries(config.filter(([, value]) => value.path !== null));
}

;// CONCATENATED MODULE: ./packages/azureml/lib/deployment-file.js






function readDeploymentFile(doc) {
    const problems = [];
    const fields = createFields({ doc, path: [], value: doc.value, problems });
    if (!fields.present)
        fields.problem(null, 'is empty; wanted model, environment, instance_type and more');
    fields.drop('$schema', 'name', 'id', 'provisioning_state', 'private_network_connection');
    fields.choice('type', { managed: 'Managed' });
    const deployment = {
        endpointName: readEndpointName(fields),
        model: readModel(fields),
        code: readCode(fields.nested('code_configuration')),
        environment: readEnvironment(fields),
        settings: readSettings(fields),
        capacity: fields.count('instance_count', 1) ?? 1,
        tags: fields.texts('tags'),
    };
    for (const key of ['resources', 'data_collector'])
        fields.refuse(key, 'is not supported yet; take it out');
    fields.end();
    return problems.length > 0 ? (0,result/* bad */.M)(...problems) : (0,result/* good */.u)(deployment);
}
function readEndpointName(fields) {
    const name = fields.text('endpoint_name');
    if (name !== null && !(0,place/* isEndpointName */.dR)(name)) {
        fields.problem('endpoint_name', `found "${name}"; wanted 3 to 32 letters, digits and -, a letter first`);
    }
    return name;
}
function readModel(fields) {
    const raw = fields.raw('model');
    if (raw === null)
        return null;
    if (typeof raw !== 'string') {
        fields.problem('model', 'found a model described in place; register it and name it as azureml:NAME:VERSION');
        return null;
    }
    const reference = (0,model/* parseAssetReference */.bp)(raw, fields.where('model'));
    if (reference.ok)
        return reference.value;
    for (const { message } of reference.problems)
        fields.problem('model', message);
    return null;
}
function readCode(fields) {
    if (!fields.present)
        return null;
    const folder = fields.text('code');
    const scoringScript = fields.text('scoring_script');
    if (!fields.has('code'))
        fields.missing('code', 'the folder of the scoring script');
    if (!fields.has('scoring_script'))
        fields.missing('scoring_script', 'a file in the code folder');
    fields.end();
    if (folder !== null && folder.startsWith('azureml:')) {
        fields.problem('code', 'found a registered code asset; wanted a folder');
    }
    return folder === null || scoringScript === null ? null : { folder, scoringScript };
}
function readSettings(fields) {
    const instanceType = fields.text('instance_type');
    if (fields.present && !fields.has('instance_type')) {
        fields.missing('instance_type', 'a size such as Standard_DS3_v2');
    }
    const variables = fields.texts('environment_variables');
    const extra = fields.texts('properties');
    return compact({
        instanceType,
        description: fields.text('description'),
        modelMountPath: fields.text('model_mount_path'),
        appInsightsEnabled: fields.flag('app_insights_enabled'),
        egressPublicNetworkAccess: fields.choice('egress_public_network_access', ACCESS),
        environmentVariables: Object.keys(variables).length === 0 ? null : variables,
        properties: Object.keys(extra).length === 0 ? null : extra,
        requestSettings: readRequestSettings(fields.nested('request_settings')),
        livenessProbe: readProbe(fields.nested('liveness_probe')),
        readinessProbe: readProbe(fields.nested('readiness_probe')),
        scaleSettings: readScale(fields.nested('scale_settings')),
    });
}
const LONGEST_REQUEST_MS = 180_000;
function readRequestSettings(fields) {
    if (!fields.present)
        return null;
    const timeout = fields.count('request_timeout_ms', 1);
    if (timeout !== null && timeout > LONGEST_REQUEST_MS) {
        fields.problem('request_timeout_ms', `found ${timeout}; managed endpoints allow ${LONGEST_REQUEST_MS} at most`);
    }
    const settings = compact({
        requestTimeout: milliseconds(timeout),
        maxConcurrentRequestsPerInstance: fields.count('max_concurrent_requests_per_instance', 1),
        maxQueueWait: milliseconds(fields.count('max_queue_wait_ms', 0)),
    });
    fields.end();
    return settings;
}
function readProbe(fields) {
    if (!fields.present)
        return null;
    const probe = compact({
        initialDelay: seconds(fields.count('initial_delay', 0)),
        period: seconds(fields.count('period', 1)),
        timeout: seconds(fields.count('timeout', 1)),
        successThreshold: fields.count('success_threshold', 1),
        failureThreshold: fields.count('failure_threshold', 1),
    });
    fields.end();
    return probe;
}
/** Managed slots scale through Azure Monitor, so the file can only say `default`. */
function readScale(fields) {
    if (!fields.present)
        return null;
    const type = fields.choice('type', { default: 'Default', manual: 'Default' }) ?? 'Default';
    fields.end();
    return { scaleType: type };
}
/** Azure wants durations as ISO 8601. */
const seconds = (count) => (count === null ? null : `PT${count}S`);
const milliseconds = (count) => seconds(count === null ? null : count / 1000);
const compact = (object) => Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null));

;// CONCATENATED MODULE: ./packages/azureml/lib/open.js
/** The platform of one endpoint. Throws AZUREML_TARGET_INVALID for a target that cannot be one. */
const openAzureMl = async (parts) => (await openAzureWorkspace(parts)).platform;
/** The same, with what endpoint-deploy needs besides. */
async function openAzureWorkspace(parts) {
    const { connect } = await __webpack_require__.e(/* import() */ 210).then(__webpack_require__.bind(__webpack_require__, 8210));
    return connect(parts);
}

// EXTERNAL MODULE: ./packages/azureml/lib/settings.js
var settings = __webpack_require__(327);
;// CONCATENATED MODULE: ./packages/azureml/lib/index.js
// Light on purpose: the Azure SDK is behind `openAzureMl`, in a chunk of its own.










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

/***/ 3205:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   BP: () => (/* binding */ newest),
/* harmony export */   DW: () => (/* binding */ chooseModelVersion),
/* harmony export */   bp: () => (/* binding */ parseAssetReference),
/* harmony export */   ll: () => (/* binding */ newestFirst),
/* harmony export */   z2: () => (/* binding */ COMMIT_TAG)
/* harmony export */ });
/* harmony import */ var _sluice_rollout__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8970);
// Which model, and which version of it. `latest` is resolved once, here, and never travels on.

/** Which commit a model was trained from: CI sets this tag when it registers the model. */
const COMMIT_TAG = 'git_commit';
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,254}$/;
const REGISTRY_ID = /^azureml:\/\/registries\/[^/]+\/(models|environments)\/[^/]+\/versions\/[^/]+$/;
const RESOURCE_ID = /^azureml:(\/subscriptions\/.+\/workspaces\/[^/]+\/(models|environments)\/([^/]+)\/versions\/([^/]+))$/i;
const FORMS = 'azureml:NAME:VERSION, azureml:NAME@latest, azureml://registries/... or azureml:/subscriptions/...';
/**
 * Reads `azureml:NAME:VERSION`, `NAME:VERSION`, `azureml:NAME@latest`, a bare `NAME` (version null: to
 * be chosen), registry ids and resource ids. Environments have the same forms.
 */
function parseAssetReference(text, where) {
    if (REGISTRY_ID.test(text))
        return (0,_sluice_rollout__WEBPACK_IMPORTED_MODULE_0__/* .good */ .u)({ kind: 'id', id: text, label: text });
    const [, id, , idName, idVersion] = RESOURCE_ID.exec(text) ?? [];
    if (id !== undefined)
        return (0,_sluice_rollout__WEBPACK_IMPORTED_MODULE_0__/* .good */ .u)({ kind: 'id', id, label: `${idName}:${idVersion}` });
    const short = text.replace(/^azureml:/, '');
    const [, name, version] = /^([^:@/]+)(?::([^:@/]+)|@latest)?$/.exec(short) ?? [];
    if (name === undefined || !NAME.test(name) || (version !== undefined && !NAME.test(version))) {
        return (0,_sluice_rollout__WEBPACK_IMPORTED_MODULE_0__/* .bad */ .M)({ where, message: `found "${text}"; wanted ${FORMS}` });
    }
    return (0,_sluice_rollout__WEBPACK_IMPORTED_MODULE_0__/* .good */ .u)({
        kind: 'name',
        name,
        version: version === undefined || version === 'latest' ? null : version,
    });
}
/**
 * The version that belongs to a CI run: the newest tagged with the commit, else the newest of all,
 * with a notice. null: the model has no version. Newest is by creation time, ties by number.
 */
function chooseModelVersion(name, versions, commit) {
    const tagged = commit === '' ? [] : versions.filter((version) => version.tags[COMMIT_TAG] === commit);
    const own = newest(tagged);
    if (own !== null)
        return { version: own.version, notice: null };
    const last = newest(versions);
    if (last === null)
        return null;
    const reason = commit === '' ? 'no commit is known' : `no version has the tag ${COMMIT_TAG}=${commit}`;
    return {
        version: last.version,
        notice: `Model ${name}: took version ${last.version}, the latest of ${versions.length}, because ${reason}. Name one in \`model-version\` to be exact.`,
    };
}
/** Last created; equal or unknown times are decided by the version, numbers as numbers. */
const newest = (versions) => newestFirst(versions)[0] ?? null;
const newestFirst = (versions) => versions.toSorted((a, b) => (b.createdAt ?? 0) - (a.createdAt ?? 0) || compareVersions(b.version, a.version));
function compareVersions(a, b) {
    const [x, y] = [Number(a), Number(b)];
    if (Number.isFinite(x) && Number.isFinite(y) && x !== y)
        return x - y;
    return a < b ? -1 : a > b ? 1 : 0;
}


/***/ })

};
