export const id = 461;
export const ids = [461];
export const modules = {

/***/ 9280:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   GG: () => (/* binding */ childOf),
/* harmony export */   JX: () => (/* binding */ ownedBelow),
/* harmony export */   Ms: () => (/* binding */ entryOf),
/* harmony export */   OX: () => (/* binding */ parseItemKey),
/* harmony export */   Pf: () => (/* binding */ fieldsOf),
/* harmony export */   Rs: () => (/* binding */ parseSetValue),
/* harmony export */   U3: () => (/* binding */ CLIENT_SIDE),
/* harmony export */   Z6: () => (/* binding */ unionOf),
/* harmony export */   bu: () => (/* binding */ othersOf),
/* harmony export */   bx: () => (/* binding */ ownersPatch),
/* harmony export */   kT: () => (/* binding */ APPLIER),
/* harmony export */   xe: () => (/* binding */ isLeaf)
/* harmony export */ });
/* harmony import */ var _record_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2229);

/** Who we are on the server, unless a suite says otherwise. */
const APPLIER = 'sluice';
/** Who `kubectl apply` is there when it runs without `--server-side`. */
const CLIENT_SIDE = 'kubectl-client-side-apply';
const isLeaf = (node) => {
    for (const key in node)
        if (key !== '.')
            return false;
    return true;
};
const childOf = (node, key) => {
    const child = node[key];
    return (0,_record_js__WEBPACK_IMPORTED_MODULE_0__/* .isRecord */ .u4)(child) ? child : undefined;
};
/** A JSON patch that sets who owns what. Refused with 409 when the object is no longer the one that was read. */
const ownersPatch = (live, entries) => [
    { op: 'replace', path: '/metadata/resourceVersion', value: live.metadata.resourceVersion },
    { op: 'replace', path: '/metadata/managedFields', value: entries },
];
/** The entry by which `manager` applies the object itself, not its status. */
const entryOf = (object, manager) => object.metadata.managedFields?.find((entry) => entry.manager === manager && entry.operation === 'Apply' && entry.subresource === undefined);
/** What all other managers own, one tree each. */
const othersOf = (object, manager) => (object.metadata.managedFields ?? [])
    .filter((entry) => entry.manager !== manager || entry.operation !== 'Apply')
    .flatMap(({ fieldsV1 }) => (fieldsV1 === undefined ? [] : [fieldsV1]));
/** True when a manager owns something below this path: then the value there is not one whole. */
const ownedBelow = (sets, path) => sets.some((set) => {
    let node = set;
    for (const step of path) {
        node = childOf(node, step);
        if (node === undefined)
            return false;
    }
    return !isLeaf(node);
});
/** Every field of both. Undefined: owns nothing, which `{}` inside a set does not mean. */
function unionOf(a, b) {
    if (a === undefined || b === undefined)
        return a ?? b;
    const sum = { ...a };
    for (const [key, node] of Object.entries(b)) {
        sum[key] = (0,_record_js__WEBPACK_IMPORTED_MODULE_0__/* .isRecord */ .u4)(node) ? (unionOf(childOf(a, key), node) ?? {}) : node;
    }
    // A leaf that meets a subtree is the thing itself beside what is below it.
    if (isLeaf(a) !== isLeaf(b))
        sum['.'] = {};
    return sum;
}
/** Of an entry; undefined when it owns nothing. */
const fieldsOf = (entry) => entry?.fieldsV1 === undefined || Object.keys(entry.fieldsV1).length === 0
    ? undefined
    : entry.fieldsV1;
/** `k:{"name":"web"}` -> name=web; null for anything else. */
function parseItemKey(node) {
    if (!node.startsWith('k:'))
        return null;
    const keys = parsed(node.slice(2));
    return (0,_record_js__WEBPACK_IMPORTED_MODULE_0__/* .isRecord */ .u4)(keys) ? { node, keys } : null;
}
/** `v:"a"` -> a; undefined for anything else. */
const parseSetValue = (node) => node.startsWith('v:') ? parsed(node.slice(2)) : undefined;
function parsed(text) {
    try {
        return JSON.parse(text);
    }
    catch {
        return undefined;
    }
}


/***/ }),

/***/ 8576:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   q: () => (/* binding */ createGate)
/* harmony export */ });
// Lets a bounded number of pieces of work run at once, in the order they came.
/** Waiting here and not inside the pool: a deadline starts when a request can really be sent. */
function createGate(width) {
    let running = 0;
    const waiting = [];
    return async (work) => {
        if (running >= width)
            await new Promise((resolve) => waiting.push(resolve));
        else
            running++;
        try {
            return await work();
        }
        finally {
            const next = waiting.shift();
            if (next === undefined)
                running--;
            else
                next();
        }
    };
}


/***/ }),

/***/ 3410:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   N: () => (/* binding */ mergePatchBetween),
/* harmony export */   V: () => (/* binding */ sameJson)
/* harmony export */ });
/* harmony import */ var _record_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2229);
// The JSON merge patch (RFC 7386) between two states of one object: objects by field, lists whole.

/** Turns `before` into `after`; empty when they say the same. */
function mergePatchBetween(before, after) {
    const patch = {};
    for (const key of Object.keys(before))
        if (!Object.hasOwn(after, key))
            patch[key] = null;
    for (const [key, value] of Object.entries(after)) {
        const old = Object.hasOwn(before, key) ? before[key] : undefined;
        if (sameJson(old, value))
            continue;
        patch[key] = (0,_record_js__WEBPACK_IMPORTED_MODULE_0__/* .isRecord */ .u4)(value) ? mergePatchBetween((0,_record_js__WEBPACK_IMPORTED_MODULE_0__/* .isRecord */ .u4)(old) ? old : {}, value) : value;
    }
    return patch;
}
/** Equal values; the order of fields does not count. */
function sameJson(one, other) {
    if (Array.isArray(one) && Array.isArray(other)) {
        return one.length === other.length && one.every((item, index) => sameJson(item, other[index]));
    }
    if (!(0,_record_js__WEBPACK_IMPORTED_MODULE_0__/* .isRecord */ .u4)(one) || !(0,_record_js__WEBPACK_IMPORTED_MODULE_0__/* .isRecord */ .u4)(other))
        return one === other;
    const keys = Object.keys(one);
    return (keys.length === Object.keys(other).length &&
        keys.every((key) => Object.hasOwn(other, key) && sameJson(one[key], other[key])));
}


/***/ }),

/***/ 4218:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   hQ: () => (/* binding */ serviceOfSlot),
/* harmony export */   hv: () => (/* binding */ slotOfService),
/* harmony export */   pi: () => (/* binding */ defaultService)
/* harmony export */ });
/** The slot's own Service: the one that was found, else the one that a deployment makes. */
const serviceOfSlot = ({ endpoint, found }, slot) => found.find((one) => one.slot === slot)?.service?.metadata.name ?? defaultService(endpoint, slot);
/** `mon-app-blue`: the Service that a slot gets when it has none. */
const defaultService = (endpoint, slot) => `${endpoint}-${slot}`;
/** The slot whose own Service has this name; null: it belongs to no slot. */
const slotOfService = (scene, service) => scene.slots.find((slot) => serviceOfSlot(scene, slot) === service) ?? null;


/***/ }),

/***/ 6737:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $t: () => (/* binding */ ENDPOINT_SLICE),
/* harmony export */   E8: () => (/* binding */ AUTOSCALER),
/* harmony export */   Sm: () => (/* binding */ POD),
/* harmony export */   T8: () => (/* binding */ knownKinds),
/* harmony export */   YV: () => (/* binding */ SERVICE),
/* harmony export */   kd: () => (/* binding */ isService),
/* harmony export */   uH: () => (/* binding */ DEPLOYMENT)
/* harmony export */ });
const READ = ['get', 'list', 'patch', 'watch'];
const kind = (apiVersion, name, plural) => ({
    group: apiVersion[0],
    version: apiVersion[1],
    kind: name,
    plural,
    namespaced: true,
    verbs: READ,
    subresources: [],
});
const SERVICE = kind(['', 'v1'], 'Service', 'services');
const POD = kind(['', 'v1'], 'Pod', 'pods');
const DEPLOYMENT = {
    ...kind(['apps', 'v1'], 'Deployment', 'deployments'),
    subresources: ['scale'],
};
const ENDPOINT_SLICE = kind(['discovery.k8s.io', 'v1'], 'EndpointSlice', 'endpointslices');
const AUTOSCALER = kind(['autoscaling', 'v2'], 'HorizontalPodAutoscaler', 'horizontalpodautoscalers');
/** All that the platform of this back end asks for. */
const knownKinds = ({ resource }) => [
    SERVICE,
    DEPLOYMENT,
    ENDPOINT_SLICE,
    POD,
    AUTOSCALER,
    resource,
];
/** The traffic object is the Service that users know. */
const isService = ({ resource }) => resource.group === SERVICE.group && resource.kind === SERVICE.kind;


/***/ }),

/***/ 6799:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   S3: () => (/* binding */ renderLabels),
/* harmony export */   oJ: () => (/* binding */ bears),
/* harmony export */   xS: () => (/* binding */ labelsIn)
/* harmony export */ });
/* harmony import */ var _record_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2229);
// Labels of Kubernetes: reading them, comparing them, showing them. Pure.

/** The texts of an object; nothing else of it. */
const labelsIn = (value) => Object.fromEntries(Object.entries((0,_record_js__WEBPACK_IMPORTED_MODULE_0__/* .isRecord */ .u4)(value) ? value : {}).filter((pair) => typeof pair[1] === 'string'));
const bears = (labels, wanted) => Object.entries(wanted).every(([key, value]) => labels[key] === value);
/** As a label selector: `app=mon-app,version=blue`. */
const renderLabels = (labels) => Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');


/***/ }),

/***/ 3564:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   IR: () => (/* binding */ revisionMarkOf),
/* harmony export */   Ly: () => (/* binding */ sameMarks),
/* harmony export */   Ok: () => (/* binding */ marksOf),
/* harmony export */   gX: () => (/* binding */ annotationsFor),
/* harmony export */   t0: () => (/* binding */ TEMPLATE_ANNOTATION),
/* harmony export */   wB: () => (/* binding */ REVISION_ANNOTATION)
/* harmony export */ });
/* harmony import */ var _sluice_rollout__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7545);
/* harmony import */ var _sluice_rollout__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3054);
/* harmony import */ var _revision_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(3794);
// Our marks as annotations: of the traffic object, and of a slot's Deployment.


const PREFIX = 'sluice.dev/';
/** On a slot's Deployment: what it holds. */
const REVISION_ANNOTATION = `${PREFIX}revision`;
/** On a slot's Deployment: digest of the template that the mark is about. */
const TEMPLATE_ANNOTATION = `${PREFIX}template`;
const annotationsOf = ({ metadata }) => metadata.annotations ?? {};
function marksOf(object) {
    const annotations = annotationsOf(object);
    return Object.fromEntries(_sluice_rollout__WEBPACK_IMPORTED_MODULE_0__/* .MARK_KEYS */ .zz.flatMap((key) => {
        const value = annotations[`${PREFIX}${key}`];
        return typeof value === 'string' ? [[key, value]] : [];
    }));
}
/** The complete set as annotations of a merge patch: what is left out is removed. */
const annotationsFor = (marks) => Object.fromEntries(_sluice_rollout__WEBPACK_IMPORTED_MODULE_0__/* .MARK_KEYS */ .zz.map((key) => [`${PREFIX}${key}`, marks[key] ?? null]));
const sameMarks = (one, other) => _sluice_rollout__WEBPACK_IMPORTED_MODULE_0__/* .MARK_KEYS */ .zz.every((key) => one[key] === other[key]);
/** What the slot says it holds; null where its template was changed since, or there is no mark. */
function revisionMarkOf(deployment, sha256) {
    const annotations = annotationsOf(deployment);
    const mark = annotations[REVISION_ANNOTATION];
    if (typeof mark !== 'string' || !_sluice_rollout__WEBPACK_IMPORTED_MODULE_1__/* .MARK_PATTERN */ .T5.test(mark))
        return null;
    return annotations[TEMPLATE_ANNOTATION] === (0,_revision_js__WEBPACK_IMPORTED_MODULE_2__/* .templateDigest */ .pd)(deployment, sha256) ? mark : null;
}


/***/ }),

/***/ 2894:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Ge: () => (/* binding */ absent),
/* harmony export */   KY: () => (/* binding */ observationOf),
/* harmony export */   bN: () => (/* binding */ readRouting)
/* harmony export */ });
/* unused harmony export identityOf */
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8743);
/* harmony import */ var _object_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1287);
/* harmony import */ var _marks_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3564);
/* harmony import */ var _slot_health_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(3179);




/** `https://host:6443/shop/HTTPRoute/mon-app`: the same for every observer, there or not. */
const identityOf = ({ place, backEnd }) => [place.server, place.namespace, backEnd.resource.kind, place.trafficObject].join('/');
const absent = (site) => ({
    endpoint: identityOf(site),
    exists: false,
    changing: false,
    slots: [],
    traffic: {},
    mirror: {},
    match: null,
    marks: {},
    version: null,
});
/** Throws KUBERNETES_TRAFFIC_OBJECT_INVALID with all problems of the object. */
function observationOf(site, scene, seen = readRouting(site, scene)) {
    const { object, found } = scene;
    return {
        endpoint: identityOf(site),
        exists: true,
        // An API server takes writes at any time.
        changing: false,
        slots: found
            .filter(({ deployment }) => deployment !== null)
            .map((slot) => slotObservation(site, slot, seen)),
        traffic: seen.traffic,
        mirror: seen.mirror,
        match: seen.match,
        ...(seen.unfinished === undefined ? {} : { unfinished: seen.unfinished }),
        marks: (0,_marks_js__WEBPACK_IMPORTED_MODULE_0__/* .marksOf */ .Ok)(object),
        version: object.metadata.resourceVersion ?? null,
    };
}
function readRouting({ backEnd, place }, scene) {
    const read = backEnd.read(scene);
    if (read.ok)
        return read.value;
    const what = (0,_object_js__WEBPACK_IMPORTED_MODULE_1__/* .renderId */ .oF)((0,_object_js__WEBPACK_IMPORTED_MODULE_1__/* .idOf */ .TH)(scene.object, place.namespace));
    const told = read.problems.map(({ where, message }) => `${where}: ${message}`);
    throw (0,_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .kubernetesError */ .j)('KUBERNETES_TRAFFIC_OBJECT_INVALID', `${what}: ${told.join('; ')}`);
}
function slotObservation(site, slot, seen) {
    const { deployment } = slot;
    const share = seen.shares?.[slot.slot];
    return {
        slot: slot.slot,
        ...(0,_slot_health_js__WEBPACK_IMPORTED_MODULE_3__/* .slotHealth */ .tX)(slot, site.clock.now()),
        revision: deployment === null ? null : (0,_marks_js__WEBPACK_IMPORTED_MODULE_0__/* .revisionMarkOf */ .IR)(deployment, site.sha256),
        ...(share === undefined ? {} : { share }),
    };
}


/***/ }),

/***/ 9461:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  openEndpoint: () => (/* binding */ openEndpoint)
});

// EXTERNAL MODULE: ./packages/rollout/lib/result.js
var result = __webpack_require__(8970);
// EXTERNAL MODULE: ./packages/kubernetes/lib/errors.js + 7 modules
var errors = __webpack_require__(8743);
// EXTERNAL MODULE: ./packages/kubernetes/lib/record.js
var record = __webpack_require__(2229);
;// CONCATENATED MODULE: ./packages/kubernetes/lib/connection/paths.js
const groupVersionPath = (group, version) => group === '' ? `/api/${encode(version)}` : `/apis/${encode(group)}/${encode(version)}`;
function collectionPath(resource, namespace) {
    const inside = resource.namespaced && namespace !== null ? ['namespaces', namespace] : [];
    const below = [...inside, resource.plural].map(encode);
    return [groupVersionPath(resource.group, resource.version), ...below].join('/');
}
function objectPath(resource, { namespace, name }, subresource) {
    const below = [name, ...(subresource === undefined ? [] : [subresource])].map(encode);
    return [collectionPath(resource, namespace), ...below].join('/');
}
/**
 * Null, or why a text cannot be one segment of an address. An empty one would name the whole
 * collection, `..` its parent: no encoding makes those harmless.
 */
function segmentFault(segment) {
    if (segment === '')
        return 'is empty';
    if (segment === '.' || segment === '..')
        return 'is a step to another folder';
    return segment.includes('/') ? 'holds a slash' : null;
}
/**
 * Whether a path could lead elsewhere than below where it is put: through a proxy of the server, a
 * path that climbs would be one of the server itself. With its query; begins with a slash.
 */
function leadsOutside(path) {
    const [way = ''] = path.split('?', 1);
    const parts = way.split('/').map((part) => part.replace(/%2e/gi, '.'));
    if (!way.startsWith('/') || way.startsWith('//'))
        return true;
    // Parsers of addresses take a backslash for a slash, and leave out line ends and tabs.
    if (/[\s\\\p{Cc}]|%2f|%5c/iu.test(way) || /[\s\p{Cc}#]/u.test(path))
        return true;
    return parts.some((part) => /^\.\.?$/.test(part));
}
function withQuery(path, query) {
    const pairs = Object.entries(query).flatMap(([name, value]) => value === undefined ? [] : [`${encode(name)}=${encode(String(value))}`]);
    return pairs.length === 0 ? path : `${path}?${pairs.join('&')}`;
}
/** Lone halves of a surrogate pair would make the platform throw; they can be no name either. */
const encode = (text) => encodeURIComponent(text.toWellFormed());

;// CONCATENATED MODULE: ./packages/kubernetes/lib/connection/refusal.js
// What the server answered instead, as a Refusal that may be shown: no value of a Secret in it.

const LONGEST_MESSAGE = 2000;
const LONGEST_FOREIGN = 200;
function parseRefusal(answer, { request, secret }) {
    const status = parseStatus(answer.text);
    if (status === null) {
        const message = secret ? withheld(answer.status) : foreignMessage(answer);
        return { status: answer.status, reason: reasonOf(answer.status), message, causes: [], request };
    }
    return refusalOf(status, { request, secret, code: answer.status });
}
/** From a Status object, as bodies and watch events carry it. */
function refusalOf(status, { request, secret, code }) {
    const told = status['code'];
    const number = typeof told === 'number' && told > 0 ? told : code;
    const said = (0,record/* textOf */.b6)(status['message']);
    const plain = {
        status: number,
        reason: (0,record/* textOf */.b6)(status['reason']) || reasonOf(number),
        message: cut(said || `the server answered ${number} without a message`, LONGEST_MESSAGE),
        causes: causesOf(status['details']),
        request,
    };
    // What was "got" may be a text of several lines that look like fields.
    const [shown = ''] = secret ? said.split(', got ') : [said];
    const refusal = isObjectFault(number, said)
        ? { ...plain, status: 422, reason: 'Invalid', causes: schemaCauses(shown) }
        : plain;
    return secret ? withoutValues(refusal) : refusal;
}
/**
 * Server-side apply answers 500 without a reason for an object that does not fit its schema. That
 * is no fault of the server: sending it again brings the same answer, and it is told as 422.
 */
const isObjectFault = (status, message) => status === 500 && /^failed to (create typed patch object|convert new object) \(/.test(message);
/** Whether the next try would bring the same answer, whatever its status says. */
const isFinalAnswer = ({ status, text }) => status === 500 && isObjectFault(status, (0,record/* textOf */.b6)(parseStatus(text)?.['message']));
/** `  .spec.replicas: expected numeric (int or float), got string`, one in a line or one alone. */
const SCHEMA_FAULT = /(?:^|\): |\n\s*)(\.[^\s:]{1,300}): ([^\n]*)/g;
const schemaCauses = (message) => [...message.matchAll(SCHEMA_FAULT)].map(([, field = '', fault = '']) => ({
    reason: fault.startsWith('field not declared') ? 'FieldNotDeclared' : 'FieldValueInvalid',
    field,
    message: cut(fault, LONGEST_MESSAGE),
}));
const WITHHELD = '(the rest is not shown: it could hold a value of the Secret)';
const withheld = (status) => `${reasonOf(status)} ${WITHHELD}`;
/** Servers echo what they refuse; of a Secret only reason and names of fields are kept. */
function withoutValues({ status, reason, message, causes, request }) {
    const named = causes.map(({ field }) => field).filter((field) => field !== '');
    const fields = [...new Set(named.length > 0 ? named : fieldsIn(message))];
    return {
        status,
        reason,
        message: `${[reason, ...fields].join(' ')} ${WITHHELD}`,
        causes: causes.map((cause) => ({ ...cause, message: WITHHELD })),
        request,
    };
}
/** Names of fields in the server's sentence about unknown ones; nothing else of it is taken over. */
const fieldsIn = (message) => [...message.matchAll(/\b(?:unknown|duplicate) field "([\w.[\]-]{1,200})"/g)].map(([, field = '']) => field);
/**
 * Null: the answer is of who is behind the server's proxy. Somebody there can write the same body;
 * it then counts as an answer that did not come, never as a good one.
 */
function parseServerStatus({ status, text }) {
    if (status < 400)
        return null;
    const found = parseStatus(text);
    if (found?.['apiVersion'] !== 'v1' || found['status'] !== 'Failure')
        return null;
    if (found['code'] !== status)
        return null;
    const reason = (0,record/* textOf */.b6)(found['reason']) || reasonOf(status);
    return { code: status, reason, message: (0,record/* textOf */.b6)(found['message']) || reason };
}
function parseStatus(text) {
    const value = (0,record/* parseJson */.qF)(text);
    return (0,record/* isRecord */.u4)(value) && value['kind'] === 'Status' ? value : null;
}
function causesOf(details) {
    return (0,record/* recordsIn */.Q0)((0,record/* isRecord */.u4)(details) ? details['causes'] : null).map((cause) => ({
        reason: (0,record/* textOf */.b6)(cause['reason']),
        field: (0,record/* textOf */.b6)(cause['field']),
        message: cut((0,record/* textOf */.b6)(cause['message']), LONGEST_MESSAGE),
    }));
}
/** A proxy's page, or a plain text of the server itself: its first line that says something. */
function foreignMessage({ status, text }) {
    const plain = text
        .slice(0, 20_000)
        .replace(/<(script|style)\b[^]*?<\/\1\s*>/gi, ' ')
        .replace(/<[^>]*>/g, '\n');
    const line = plain.split(/[\r\n]+/).find((line) => line.trim() !== '');
    const said = line === undefined ? 'no message' : cut(line.trim(), LONGEST_FOREIGN);
    return `the answer ${status} is not of a Kubernetes API server: ${said}`;
}
const REASONS = {
    400: 'BadRequest',
    401: 'Unauthorized',
    403: 'Forbidden',
    404: 'NotFound',
    405: 'MethodNotAllowed',
    409: 'Conflict',
    410: 'Gone',
    413: 'RequestEntityTooLarge',
    415: 'UnsupportedMediaType',
    422: 'Invalid',
    429: 'TooManyRequests',
    500: 'InternalError',
    502: 'BadGateway',
    503: 'ServiceUnavailable',
    504: 'Timeout',
};
const reasonOf = (status) => REASONS[status] ?? `Status${status}`;
const cut = (text, longest) => text.length <= longest ? text : `${text.slice(0, longest).toWellFormed()}...`;

;// CONCATENATED MODULE: ./packages/kubernetes/lib/connection/discovery.js
// What kinds the server knows: its aggregated answer, or the lists group by group of older servers.




const AGGREGATED = ['v2', 'v2beta1']
    .map((version) => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`)
    .concat('application/json')
    .join(',');
const DEADLINE_SECONDS = 30;
/** Reads once; calls that come meanwhile share the answer. A failure is not kept. */
function createDiscovery(session, log) {
    let known = null;
    const noticed = new Set();
    const notice = (message) => {
        if (noticed.has(message))
            return;
        noticed.add(message);
        log.notice(message);
    };
    const read = () => {
        const reading = readResources(session, notice);
        known = reading;
        reading.catch(() => {
            if (known === reading)
                known = null;
        });
        return reading;
    };
    return { resources: () => known ?? read(), rediscover: read };
}
async function readResources(session, notice) {
    const found = await Promise.all(['/api', '/apis'].map((path) => readRoot(session, path, notice)));
    const asked = await Promise.all(found.map(async ({ ask, resources }) => {
        const lists = await Promise.all(ask.map((one) => readGroupVersion(session, one, notice)));
        return [...resources, ...lists.flat()];
    }));
    return indexResources(asked.flat());
}
async function readRoot(session, path, notice) {
    const answer = await session.send({
        method: 'GET',
        path,
        headers: { accept: AGGREGATED },
        deadlineSeconds: DEADLINE_SECONDS,
    });
    const body = bodyOf(answer);
    const found = body === null ? null : parseRoot(body, notice);
    if (found !== null)
        return found;
    const refusal = parseRefusal(answer, { request: `GET ${path}`, secret: false });
    throw (0,errors/* kubernetesError */.j)('KUBERNETES_NO_DISCOVERY', `GET ${path}: found ${answer.status} ${answer.status === 200 ? 'without a list of kinds' : refusal.message}; wanted the kinds of this server`);
}
/** Both forms: `APIGroupDiscoveryList`, and `APIVersions` or `APIGroupList`. Null: neither. */
function parseRoot(body, notice) {
    switch (body['kind']) {
        case 'APIGroupDiscoveryList': {
            const groups = (0,record/* recordsIn */.Q0)(body['items']);
            return { resources: groups.flatMap((group) => parseGroup(group, notice)), ask: [] };
        }
        case 'APIVersions':
            return {
                resources: [],
                ask: (0,record/* textsIn */.Ej)(body['versions']).map((version) => ({ group: '', version })),
            };
        case 'APIGroupList':
            return { resources: [], ask: (0,record/* recordsIn */.Q0)(body['groups']).flatMap(parseGroupVersions) };
        default:
            return null;
    }
}
function parseGroup(group, notice) {
    const metadata = (0,record/* isRecord */.u4)(group['metadata']) ? group['metadata'] : {};
    const name = (0,record/* textOf */.b6)(metadata['name']);
    return (0,record/* recordsIn */.Q0)(group['versions']).flatMap((entry) => {
        const version = (0,record/* textOf */.b6)(entry['version']);
        if (entry['freshness'] === 'Stale') {
            notice(unavailable({ group: name, version }, 'the server behind it does not answer'));
            return [];
        }
        return (0,record/* recordsIn */.Q0)(entry['resources']).flatMap((resource) => parseAggregated(resource, { group: name, version }));
    });
}
function parseAggregated(entry, { group, version }) {
    const shown = (0,record/* isRecord */.u4)(entry['responseKind']) ? entry['responseKind'] : {};
    const kind = (0,record/* textOf */.b6)(shown['kind']);
    // A parent that exists only for its subresources has no kind of its own.
    if (kind === '')
        return [];
    return [
        {
            group,
            version,
            kind,
            plural: (0,record/* textOf */.b6)(entry['resource']),
            namespaced: entry['scope'] === 'Namespaced',
            verbs: (0,record/* textsIn */.Ej)(entry['verbs']),
            subresources: (0,record/* recordsIn */.Q0)(entry['subresources']).map((sub) => (0,record/* textOf */.b6)(sub['subresource'])),
            aliases: aliasesOf(entry['singularResource'], entry['shortNames']),
        },
    ];
}
const aliasesOf = (singular, short) => [(0,record/* textOf */.b6)(singular), ...(0,record/* textsIn */.Ej)(short)].filter((name) => name !== '');
/** The preferred version first, as the aggregated form has it. */
function parseGroupVersions(group) {
    const name = (0,record/* textOf */.b6)(group['name']);
    const preferred = (0,record/* isRecord */.u4)(group['preferredVersion']) ? group['preferredVersion'] : {};
    const versions = (0,record/* recordsIn */.Q0)(group['versions']).map((entry) => (0,record/* textOf */.b6)(entry['version']));
    const first = (0,record/* textOf */.b6)(preferred['version']);
    return [...versions.filter((one) => one === first), ...versions.filter((one) => one !== first)]
        .filter((version) => version !== '')
        .map((version) => ({ group: name, version }));
}
async function readGroupVersion(session, asked, notice) {
    const path = groupVersionPath(asked.group, asked.version);
    const answer = await session.send({ method: 'GET', path, deadlineSeconds: DEADLINE_SECONDS });
    const body = bodyOf(answer);
    if (body?.['kind'] === 'APIResourceList')
        return parseResourceList(body, asked);
    notice(unavailable(asked, `GET ${path} was answered ${answer.status}`));
    return [];
}
/** The older form: subresources stand beside their parents as `deployments/status`. */
function parseResourceList(body, { group, version }) {
    const entries = (0,record/* recordsIn */.Q0)(body['resources']);
    return entries
        .filter((entry) => !(0,record/* textOf */.b6)(entry['name']).includes('/'))
        .map((entry) => ({
        group,
        version,
        kind: (0,record/* textOf */.b6)(entry['kind']),
        plural: (0,record/* textOf */.b6)(entry['name']),
        namespaced: entry['namespaced'] === true,
        verbs: (0,record/* textsIn */.Ej)(entry['verbs']),
        subresources: entries
            .map((other) => (0,record/* textOf */.b6)(other['name']))
            .filter((name) => name.startsWith(`${(0,record/* textOf */.b6)(entry['name'])}/`))
            .map((name) => name.slice(name.indexOf('/') + 1)),
        aliases: aliasesOf(entry['singularName'], entry['shortNames']),
    }));
}
function indexResources(all) {
    const exact = new Map();
    const preferred = new Map();
    for (const resource of all) {
        const { group, version, kind } = resource;
        const [one, any] = [`${group}/${version}/${kind}`, `${group}/${kind}`];
        if (!exact.has(one))
            exact.set(one, resource);
        if (!preferred.has(any))
            preferred.set(any, resource);
    }
    return {
        find: (group, version, kind) => exact.get(`${group}/${version}/${kind}`) ?? null,
        preferred: (group, kind) => preferred.get(`${group}/${kind}`) ?? null,
        all,
    };
}
const unavailable = ({ group, version }, why) => `the API ${group === '' ? version : `${group}/${version}`} is left out: ${why}`;
function bodyOf({ status, text }) {
    const value = status === 200 ? (0,record/* parseJson */.qF)(text) : null;
    return (0,record/* isRecord */.u4)(value) ? value : null;
}

// EXTERNAL MODULE: ./packages/kubernetes/lib/object.js
var lib_object = __webpack_require__(1287);
;// CONCATENATED MODULE: ./packages/kubernetes/lib/connection/answers.js
// From an HTTP answer to the seam's Answer.




const given = (value) => ({ ok: true, value });
const refused = (refusal) => ({ ok: false, refusal });
/** A 2xx whose body is a JSON object; anything else is a refusal. */
function readAnswer(answer, request) {
    if (answer.status >= 200 && answer.status < 300) {
        const value = (0,record/* parseJson */.qF)(answer.text);
        if ((0,record/* isRecord */.u4)(value))
            return given(value);
    }
    return refused(parseRefusal(answer, request));
}
const readObject = (answer, request) => readAnswer(answer, request);
const isSecret = ({ group, kind }) => group === '' && kind === 'Secret';
/** `PATCH Deployment shop/web` */
const describe = (verb, id) => ({
    request: `${verb} ${(0,lib_object/* renderId */.oF)(id)}`,
    secret: isSecret(id),
});
/** `LIST pods in shop` */
const describeMany = (verb, resource, namespace) => ({
    request: `${verb} ${resource.plural}${resource.group === '' ? '' : `.${resource.group}`}${namespace === null ? '' : ` in ${namespace}`}`,
    secret: isSecret(resource),
});
/** Told before anything is sent: no server knows a kind that its discovery does not show. */
const unknownKind = (id, { request }) => ({
    status: 404,
    reason: 'NotFound',
    message: `the server knows no kind ${id.kind} in ${id.group === '' ? id.version : `${id.group}/${id.version}`}`,
    causes: [],
    request,
});
/** Null, or the refusal of a name that can stand in no address. */
function refuseName(id, { request }) {
    const faults = [
        ['metadata.namespace', id.namespace === null ? null : segmentFault(id.namespace)],
        ['metadata.name', segmentFault(id.name)],
    ].flatMap(([field, fault]) => (field && fault ? [{ field, fault }] : []));
    if (faults.length === 0)
        return null;
    return {
        status: 400,
        reason: 'BadRequest',
        message: faults.map(({ field, fault }) => `${field} ${fault}`).join('; '),
        causes: faults.map(({ field, fault }) => ({ reason: 'BadName', field, message: fault })),
        request,
    };
}

;// CONCATENATED MODULE: ./packages/kubernetes/lib/connection/listing.js
// All pages of a list.




const PAGE = 500;
/** One page after the other; when the server forgot where a list was, all of it at once. */
async function listObjects(session, resource, selection) {
    const items = [];
    let resourceVersion = null;
    let next;
    let limit = PAGE;
    for (;;) {
        const read = await readPage(session, { resource, selection, limit, next });
        if (!read.ok) {
            if (read.refusal.status !== 410 || next === undefined)
                return read;
            items.length = 0;
            resourceVersion = null;
            next = undefined;
            limit = undefined;
            continue;
        }
        items.push(...read.value.items);
        resourceVersion ??= read.value.resourceVersion;
        next = read.value.next;
        if (next === undefined)
            return given({ items, resourceVersion });
    }
}
async function readPage(session, { resource, selection, limit, next }) {
    const { namespace, labelSelector, fieldSelector } = selection;
    const request = describeMany('LIST', resource, namespace);
    const path = withQuery(collectionPath(resource, namespace), {
        limit,
        continue: next,
        labelSelector,
        fieldSelector,
    });
    const read = readAnswer(await session.send({ method: 'GET', path }), request);
    if (!read.ok)
        return read;
    const { metadata, items } = read.value;
    const facts = (0,record/* isRecord */.u4)(metadata) ? metadata : {};
    if (!Array.isArray(items) && items !== null && items !== undefined) {
        return refused({
            status: 200,
            reason: 'NoList',
            message: 'the answer is no list of objects',
            causes: [],
            request: request.request,
        });
    }
    return given({
        items: (items ?? []).filter(record/* isRecord */.u4).map((item) => completed(item, resource)),
        resourceVersion: (0,record/* textOf */.b6)(facts['resourceVersion']),
        next: (0,record/* textOf */.b6)(facts['continue']) || undefined,
    });
}
/** Items of built-in kinds come without their apiVersion and kind. */
const completed = (item, resource) => ({
    apiVersion: (0,lib_object/* renderApiVersion */.Xd)(resource.group, resource.version),
    kind: resource.kind,
    ...item,
});

;// CONCATENATED MODULE: ./packages/kubernetes/lib/connection/objects.js
// Verbs on one object: get, apply, create, patch, delete. Bodies are sent as they were given.





function createObjectVerbs(parts) {
    return {
        get: (id) => getObject(parts, id),
        apply: (object, options) => applyObject(parts, object, options),
        create: (object, options) => createObject(parts, object, options),
        patch: (id, patch, options) => patchObject(parts, { id, patch, options }),
        delete: (id, options) => deleteObject(parts, id, options),
    };
}
/** Where an object is on this server; without a namespace of its own it is in the connection's. */
async function place(parts, id, verb) {
    const resource = await findResource(parts, id);
    if (resource === null)
        return { placed: null, refusal: unknownKind(id, describe(verb, id)) };
    const namespace = resource.namespaced ? (id.namespace ?? parts.namespace) : null;
    const settled = { ...id, namespace };
    const refusal = refuseName(settled, describe(verb, settled));
    return refusal === null ? { placed: { id: settled, resource } } : { placed: null, refusal };
}
async function findResource({ known = [], resources }, { group, version, kind }) {
    const found = known.find((one) => one.group === group && one.version === version && one.kind === kind);
    return found ?? (await resources()).find(group, version, kind);
}
async function getObject(parts, id) {
    const { placed, refusal } = await place(parts, id, 'GET');
    if (placed === null)
        return refusal.status === 404 ? given(null) : refused(refusal);
    const request = describe('GET', placed.id);
    const path = objectPath(placed.resource, placed.id);
    const answer = await parts.session.send({ method: 'GET', path });
    return answer.status === 404 ? given(null) : readObject(answer, request);
}
async function applyObject(parts, object, { fieldManager, force, dryRun }) {
    const id = (0,lib_object/* idOf */.TH)(object, object.metadata.namespace ?? null);
    const { placed, refusal } = await place(parts, id, 'APPLY');
    if (placed === null)
        return refused(refusal);
    const request = describe('APPLY', placed.id);
    const answer = await parts.session.send({
        method: 'PATCH',
        path: withQuery(objectPath(placed.resource, placed.id), {
            fieldManager,
            force,
            fieldValidation: parts.fieldValidation,
            dryRun: dryRun === true ? 'All' : undefined,
        }),
        headers: { 'content-type': 'application/apply-patch+yaml' },
        body: JSON.stringify(object),
        // Applying twice is applying once.
        retry: 'safe',
        isFinal: isFinalAnswer,
    });
    const read = readObject(answer, request);
    return read.ok ? given({ object: read.value, created: answer.status === 201 }) : read;
}
async function createObject(parts, object, { fieldManager, dryRun }) {
    const prefix = object.metadata.generateName;
    // The name is not in the address here; a made-up one passes the check.
    const name = object.metadata.name ?? `${prefix ?? ''}*`;
    const id = { ...(0,lib_object/* idOf */.TH)(object, object.metadata.namespace ?? null), name };
    const { placed, refusal } = await place(parts, id, 'CREATE');
    if (placed === null)
        return refused(refusal);
    const request = describe('CREATE', placed.id);
    const answer = await parts.session.send({
        method: 'POST',
        path: withQuery(collectionPath(placed.resource, placed.id.namespace), {
            fieldManager,
            fieldValidation: parts.fieldValidation,
            dryRun: dryRun === true ? 'All' : undefined,
        }),
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(object),
        // Of one name there is one object: the second answer is 409. A generated one would be there twice.
        retry: dryRun === true || object.metadata.name !== undefined ? 'safe' : 'once',
    });
    return readObject(answer, request);
}
const PATCH_TYPES = {
    merge: 'application/merge-patch+json',
    json: 'application/json-patch+json',
    strategic: 'application/strategic-merge-patch+json',
};
async function patchObject(parts, { id, patch, options }) {
    const { placed, refusal } = await place(parts, id, 'PATCH');
    if (placed === null)
        return refused(refusal);
    const request = describe('PATCH', placed.id);
    const answer = await parts.session.send({
        method: 'PATCH',
        path: withQuery(objectPath(placed.resource, placed.id, options.subresource), {
            fieldManager: options.fieldManager,
            dryRun: options.dryRun === true ? 'All' : undefined,
        }),
        headers: { 'content-type': PATCH_TYPES[options.kind] },
        body: JSON.stringify(patch),
        // A list of operations can append; the other two say how it shall be.
        retry: options.kind !== 'json' || options.dryRun === true || isBound(patch) ? 'safe' : 'once',
    });
    return readObject(answer, request);
}
/** To the version that was read: once it is done, the second answer is 409. */
const isBound = (patch) => (0,record/* recordsIn */.Q0)(patch).some(({ path }) => path === '/metadata/resourceVersion');
async function deleteObject(parts, id, { propagation, uid, dryRun }) {
    const { placed, refusal } = await place(parts, id, 'DELETE');
    if (placed === null)
        return refusal.status === 404 ? given(false) : refused(refusal);
    const request = describe('DELETE', placed.id);
    const body = JSON.stringify({
        kind: 'DeleteOptions',
        apiVersion: 'v1',
        propagationPolicy: propagation,
        preconditions: { uid },
        ...(dryRun === true && { dryRun: ['All'] }),
    });
    const answer = await parts.session.send({
        method: 'DELETE',
        path: objectPath(placed.resource, placed.id),
        headers: { 'content-type': 'application/json' },
        body,
        // The uid makes a second one harmless.
        retry: 'safe',
    });
    if (answer.status === 404)
        return given(false);
    return answer.status >= 200 && answer.status < 300
        ? given(true)
        : refused(parseRefusal(answer, request));
}

;// CONCATENATED MODULE: ./packages/kubernetes/lib/connection/pod-log.js
// The end of a container's log.



const MOST_BYTES = 16 * 1024;
/** The server cuts at the end, where the news is: ask for more, and cut at the front here. */
const ASKED_BYTES = 16 * MOST_BYTES;
const pod_log_DEADLINE_SECONDS = 10;
const PODS = {
    group: '',
    version: 'v1',
    kind: 'Pod',
    plural: 'pods',
    namespaced: true,
    verbs: ['get'],
    subresources: ['log'],
};
async function readPodLog(session, query) {
    const { namespace, pod, container, previous, lines } = query;
    const request = { request: `GET log of Pod ${namespace}/${pod}`, secret: false };
    const fault = segmentFault(namespace) ?? segmentFault(pod);
    if (fault !== null) {
        const message = `the name ${fault}`;
        return refused({ status: 400, reason: 'BadRequest', message, causes: [], ...request });
    }
    const path = withQuery(objectPath(PODS, { namespace, name: pod }, 'log'), {
        container,
        previous: previous ? true : undefined,
        tailLines: lines,
        limitBytes: ASKED_BYTES,
    });
    // A log is plain text, but an error is a Status. A node that does not answer is not asked again:
    // a verdict waits for this.
    const answer = await session.send({
        method: 'GET',
        path,
        headers: { accept: '*/*' },
        retry: 'never',
        deadlineSeconds: pod_log_DEADLINE_SECONDS,
    });
    return answer.status === 200 ? given(endOf(answer.text)) : refused(parseRefusal(answer, request));
}
/** At most 16 KiB of UTF-8, whole lines where the cut allows it. */
function endOf(text) {
    const bytes = new TextEncoder().encode(text);
    if (bytes.length <= MOST_BYTES)
        return text;
    const end = new TextDecoder().decode(bytes.subarray(bytes.length - MOST_BYTES));
    const line = end.indexOf('\n');
    return line === -1 || line === end.length - 1 ? end.replace(/^\uFFFD+/, '') : end.slice(line + 1);
}

;// CONCATENATED MODULE: ./packages/kubernetes/lib/connection/rights.js
// Which rights are missing, asked before anything is changed.


const REVIEW = '/apis/authorization.k8s.io/v1';
/**
 * One request per namespace tells most of it; what that leaves open (rights in the whole cluster,
 * authorizers that cannot list their rules) is asked right by right. No answer counts as given.
 */
async function findMissingRights(session, rights) {
    const namespaces = [...new Set(rights.flatMap(({ namespace }) => namespace ?? []))];
    const told = new Map(await Promise.all(namespaces.map(async (namespace) => [namespace, await readRules(session, namespace)])));
    const ask = askOnce(session);
    const verdicts = await Promise.all(rights.map(async (right) => {
        const rules = right.namespace === null ? undefined : told.get(right.namespace);
        const verdict = decideRight(right, rules ?? null);
        return verdict === 'open' ? ask(right) : verdict;
    }));
    return rights.filter((_, at) => verdicts[at] === 'missing');
}
function decideRight(right, known) {
    if (known === null)
        return 'open';
    const granting = known.rules.filter((rule) => grants(rule, right));
    if (granting.some(({ resourceNames }) => resourceNames.length === 0))
        return 'given';
    // A rule for named objects alone does not give the right to all of them.
    const named = new Set(granting.flatMap(({ resourceNames }) => resourceNames));
    if (right.names?.every((name) => named.has(name)) === true)
        return 'given';
    return known.incomplete ? 'open' : 'missing';
}
/** To all objects, or to some by name. */
function grants(rule, { verb, group, resource }) {
    const sub = resource.includes('/') ? `*/${resource.slice(resource.indexOf('/') + 1)}` : resource;
    return ([verb, '*'].some((one) => rule.verbs.includes(one)) &&
        [group, '*'].some((one) => rule.apiGroups.includes(one)) &&
        [resource, sub, '*'].some((one) => rule.resources.includes(one)));
}
async function readRules(session, namespace) {
    const status = await review(session, 'SelfSubjectRulesReview', { namespace });
    const rules = status?.['resourceRules'];
    if (status === null || !Array.isArray(rules))
        return null;
    return {
        incomplete: status['incomplete'] !== false,
        rules: (0,record/* recordsIn */.Q0)(rules).map((rule) => ({
            verbs: (0,record/* textsIn */.Ej)(rule['verbs']),
            apiGroups: (0,record/* textsIn */.Ej)(rule['apiGroups']),
            resources: (0,record/* textsIn */.Ej)(rule['resources']),
            resourceNames: (0,record/* textsIn */.Ej)(rule['resourceNames']),
        })),
    };
}
/** Several parts of a run need the same right. */
function askOnce(session) {
    const asked = new Map();
    return (right) => {
        const { verb, group, resource, namespace } = right;
        const key = JSON.stringify([verb, group, resource, namespace]);
        const known = asked.get(key) ?? askRight(session, right);
        asked.set(key, known);
        return known;
    };
}
async function askRight(session, right) {
    const [resource = '', subresource] = right.resource.split('/');
    const status = await review(session, 'SelfSubjectAccessReview', {
        resourceAttributes: {
            verb: right.verb,
            group: right.group,
            resource,
            ...(subresource !== undefined && { subresource }),
            ...(right.namespace !== null && { namespace: right.namespace }),
        },
    });
    return status?.['allowed'] === false ? 'missing' : 'given';
}
/** The `status` of a review; null when the server does not answer with one. */
async function review(session, kind, spec) {
    const answer = await session.send({
        method: 'POST',
        path: `${REVIEW}/${kind.toLowerCase()}s`,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ apiVersion: 'authorization.k8s.io/v1', kind, spec }),
        // A question: nothing is kept.
        retry: 'safe',
    });
    const read = readAnswer(answer, { request: kind, secret: false });
    const status = read.ok ? read.value['status'] : null;
    return (0,record/* isRecord */.u4)(status) ? status : null;
}

// EXTERNAL MODULE: ./packages/documents/lib/markdown.js
var markdown = __webpack_require__(195);
// EXTERNAL MODULE: ./packages/rollout/lib/sluice-error.js
var sluice_error = __webpack_require__(3521);
;// CONCATENATED MODULE: ./packages/kubernetes/lib/connection/send-once.js
// One request to what is behind the server, with all that came of it. Never sent twice by us: what
// answers may be a model, and whoever samples it counts every call.





const send_once_MOST_BYTES = 1024 * 1024;
async function sendOnce({ session, clock }, path, order) {
    if (leadsOutside(path)) {
        const found = (0,markdown/* oneLine */.TN)(path.split('?', 1)[0] ?? '').slice(0, 200);
        throw (0,errors/* kubernetesError */.j)('KUBERNETES_BAD_PATH', `${order.method} ${found}: leads out of the service; wanted a path without .., // and blanks`);
    }
    let begin = clock.monotonic();
    const latency = () => clock.monotonic() - begin;
    try {
        const { status, headers, text } = await session.send({
            method: order.method,
            path,
            headers: headersOf(order),
            ...(order.body !== undefined && { body: order.body }),
            deadlineSeconds: order.deadlineSeconds,
            retry: 'never',
            // An answer could lead the credentials to another path of the server.
            redirects: 'never',
            mostBytes: send_once_MOST_BYTES,
            signal: order.signal,
            // Behind a proxy a 401 may be the pod's own, which no other credentials of ours would change.
            isUnauthorized: (answer) => parseServerStatus(answer)?.code === 401,
            onSend: () => {
                begin = clock.monotonic();
            },
        });
        return { status, headers, text, latencyMs: latency() };
    }
    catch (error) {
        if (order.signal.aborted || !isSilence(error))
            throw error;
        return { status: null, detail: (0,markdown/* oneLine */.TN)(error.message), latencyMs: latency() };
    }
}
const headersOf = ({ contentType, headers }) => ({
    accept: '*/*',
    ...headers,
    ...(contentType !== undefined && { 'content-type': contentType }),
});
const isSilence = (error) => error instanceof sluice_error/* SluiceError */.a && ['HTTP_NO_ANSWER', 'HTTP_DEADLINE'].includes(error.code);

// EXTERNAL MODULE: ./packages/http/lib/create.js + 1 modules
var create = __webpack_require__(4883);
// EXTERNAL MODULE: ./packages/http/lib/try.js + 1 modules
var lib_try = __webpack_require__(9355);
;// CONCATENATED MODULE: ./packages/http/lib/stream.js
// The door for answers that are read as they come: the same table, deadlines and cancellation.


function createStreamDoor(parts) {
    return (request) => (0,create/* askUntilSettled */.NB)(request, { parts, attempt: tryOpen, isFinal: () => false });
}
async function tryOpen(fetch, request) {
    request.signal.throwIfAborted();
    const deadline = (0,lib_try/* deadlineOf */.G0)(request);
    const late = new AbortController();
    const giveUp = () => late.abort(deadline.reason);
    deadline.addEventListener('abort', giveUp, { once: true });
    const signal = AbortSignal.any([request.signal, late.signal]);
    try {
        return { kind: 'answer', response: await stream_open(fetch, { ...request, signal }) };
    }
    catch (cause) {
        request.signal.throwIfAborted();
        return (0,lib_try/* nothingOf */.pt)(cause, deadline);
    }
    finally {
        deadline.removeEventListener('abort', giveUp);
    }
}
async function stream_open(fetch, request) {
    const answer = await fetch(request.url, {
        method: request.method,
        headers: { ...request.headers },
        ...(request.body !== undefined && { body: request.body }),
        redirect: 'manual',
        signal: request.signal,
    });
    const head = { status: answer.status, headers: Object.fromEntries(answer.headers) };
    return answer.status >= 200 && answer.status < 300 && answer.body !== null
        ? { ...head, kind: 'open', body: answer.body }
        : { ...head, kind: 'closed', text: await answer.text() };
}

// EXTERNAL MODULE: ./packages/kubernetes/lib/connection/gate.js
var connection_gate = __webpack_require__(8576);
;// CONCATENATED MODULE: ./packages/kubernetes/lib/connection/unreachable.js
// A failure of the door, told in the words of a kubeconfig.


/** The same error, or one that names the cluster's address and the field to mend. */
function explainFailure(error, access) {
    if (!(error instanceof sluice_error/* SluiceError */.a))
        return error;
    if (error.code === 'HTTP_NOT_TRUSTED') {
        return (0,errors/* kubernetesError */.j)('KUBERNETES_NOT_TRUSTED', `${error.message}; the server is from ${access.source}, trust comes from ${access.trust.field}`, { cause: error.cause });
    }
    return error;
}

;// CONCATENATED MODULE: ./packages/kubernetes/lib/connection/warnings.js
const MOST = 20;
const LONGEST = 500;
/**
 * The texts of a `Warning` header. Several headers of one answer arrive joined by commas:
 * `299 - "first", 299 - "second \"quoted\""`.
 */
function parseWarnings(header) {
    return [...header.matchAll(/\b\d{3} \S+ "((?:[^"\\]|\\.)*)"/gs)].map(([, text = '']) => text.replace(/\\(.)/gs, '$1'));
}
function createWarnings(log) {
    const told = new Set();
    return {
        tell: (header) => {
            if (header === undefined)
                return;
            for (const text of parseWarnings(header)) {
                if (told.has(text))
                    continue;
                told.add(text);
                if (told.size <= MOST)
                    log.warning(`the API server warns: ${warnings_cut(text)}`);
            }
        },
        close: () => {
            const more = told.size - MOST;
            if (more > 0)
                log.warning(`the API server gave ${more} more warnings, not shown`);
            told.clear();
        },
    };
}
const warnings_cut = (text) => text.length <= LONGEST ? text : `${text.slice(0, LONGEST).toWellFormed()}...`;

;// CONCATENATED MODULE: ./packages/kubernetes/lib/connection/session.js
// One cluster's requests: kept connections, credentials and their renewal, warnings.





/** On a server with two cores 16 are a tenth faster than 8, and 24 no faster than 16. */
const CONNECTIONS = 16;
const WATCH_CONNECTIONS = 100;
function createSession(access, given) {
    const closing = new AbortController();
    // A request that is still under way when all is closed must not be tried again.
    const ports = { ...given, signal: AbortSignal.any([given.signal, closing.signal]) };
    const gate = (0,connection_gate/* createGate */.q)(CONNECTIONS);
    const warnings = createWarnings(ports.log);
    const lines = createLines(access, ports);
    const keeper = createKeeper(access, ports.signal);
    const ask = async (request, send, isRefused = ({ status }) => status === 401) => {
        const once = (credentials) => {
            request.onSend?.();
            const full = requestOf(request, { access, credentials, ports });
            return send(lines.lineFor(credentials), full).catch((error) => {
                throw explainFailure(error, access);
            });
        };
        const credentials = await keeper.current();
        const answer = await once(credentials);
        if (!isRefused(answer))
            return answer;
        const renewed = await keeper.renewAfter(credentials);
        const second = renewed === null ? answer : await once(renewed);
        if (!isRefused(second) || request.isUnauthorized !== undefined)
            return second;
        throw unauthorized(access, renewed !== null);
    };
    return {
        send: (request) => gate(async () => {
            const send = (line, full) => line.door(full);
            const answer = await ask(request, send, request.isUnauthorized);
            warnings.tell(answer.headers['warning']);
            return answer;
        }),
        follow: async (request, signal) => {
            const answer = await ask(request, (line, full) => line.stream({ ...full, signal }));
            warnings.tell(answer.headers['warning']);
            return answer;
        },
        close: async () => {
            warnings.close();
            closing.abort(new Error('the connection to the API server was closed'));
            await lines.close();
        },
    };
}
function requestOf({ path, headers, signal, ...rest }, { access, credentials, ports }) {
    const common = { accept: 'application/json', 'user-agent': 'sluice' };
    return {
        ...rest,
        url: `${access.server}${path}`,
        headers: { ...common, ...headers, ...credentials.headers },
        signal: signal === undefined ? ports.signal : AbortSignal.any([ports.signal, signal]),
    };
}
function unauthorized(access, renewed) {
    const found = renewed
        ? 'refused the credentials, and new ones as well'
        : 'refused the credentials, and nothing renews them';
    return (0,errors/* kubernetesError */.j)('KUBERNETES_UNAUTHORIZED', `${access.server} ${found} (401); they come from ${access.source}`);
}
/** Pools by client certificate: a plugin may hand out another one when it renews. */
function createLines(access, ports) {
    const lines = new Map();
    const open = ({ certificate }) => {
        const pool = (connections) => ports.openPool({
            ca: access.trust.ca,
            cert: certificate?.cert ?? null,
            key: certificate?.key ?? null,
            serverName: access.trust.serverName,
            skipVerification: access.trust.skipVerification,
            proxy: access.proxy,
            connections,
        });
        const [requests, watches] = [pool(CONNECTIONS), pool(WATCH_CONNECTIONS)];
        const onRetry = (note) => ports.log.info(note);
        const parts = { clock: ports.clock, random: ports.random, onRetry };
        return {
            door: (0,create/* createDoor */.bt)({ ...parts, fetch: requests.fetch }),
            stream: createStreamDoor({ ...parts, fetch: watches.fetch }),
            pools: [requests, watches],
        };
    };
    return {
        lineFor: (credentials) => {
            const key = credentials.certificate?.cert ?? '';
            const line = lines.get(key) ?? open(credentials);
            lines.set(key, line);
            return line;
        },
        close: async () => {
            const pools = [...lines.values()].flatMap((line) => line.pools);
            await Promise.all(pools.map((pool) => pool.close()));
        },
    };
}
/** Requests run side by side: those that meet a 401 with the same credentials renew them once. */
function createKeeper(access, signal) {
    let asking = null;
    let renewing = null;
    let latest = null;
    const keep = (credentials) => (latest = credentials);
    return {
        current: () => {
            asking ??= access
                .credentials(signal)
                .then(keep)
                .finally(() => {
                asking = null;
            });
            return asking;
        },
        renewAfter: async (refused) => {
            if (latest !== null && latest !== refused)
                return latest;
            renewing ??= access.renew(signal).finally(() => {
                renewing = null;
            });
            const renewed = await renewing;
            return renewed === null ? null : keep(renewed);
        },
    };
}

;// CONCATENATED MODULE: ./packages/kubernetes/lib/connection/lines.js
/**
 * The lines of a stream of bytes, without their ends; the last one also when nothing ends it.
 * Bytes may be split anywhere, inside a letter too.
 */
async function* splitLines(chunks) {
    const decoder = new TextDecoder();
    // Parts of one long line are joined once, not at every chunk.
    let parts = [];
    for await (const chunk of chunks) {
        const pieces = decoder.decode(chunk, { stream: true }).split('\n');
        const last = pieces.pop() ?? '';
        for (const piece of pieces) {
            const line = [...parts, piece].join('');
            parts = [];
            if (line !== '')
                yield line;
        }
        if (last !== '')
            parts.push(last);
    }
    const rest = [...parts, decoder.decode()].join('');
    if (rest !== '')
        yield rest;
}

;// CONCATENATED MODULE: ./packages/kubernetes/lib/connection/watching.js





const WATCH_TIMES = { seconds: 60, graceSeconds: 10 };
/** See `ApiServer.watch`. */
async function* watchObjects(parts, resource, from) {
    const leave = new AbortController();
    const { seconds, graceSeconds } = parts.times;
    const dead = AbortSignal.timeout(Math.ceil((seconds + graceSeconds) * 1000));
    const signal = AbortSignal.any([parts.signal, from.signal, leave.signal, dead]);
    try {
        return yield* follow({ ...parts, signal }, resource, from);
    }
    catch (error) {
        parts.signal.throwIfAborted();
        if (from.signal.aborted || dead.aborted)
            return given(null);
        throw error;
    }
    finally {
        leave.abort();
    }
}
async function* follow({ session, times, signal }, resource, from) {
    const request = describeMany('WATCH', resource, from.namespace);
    const path = withQuery(collectionPath(resource, from.namespace), {
        watch: 1,
        allowWatchBookmarks: true,
        timeoutSeconds: times.seconds,
        resourceVersion: from.resourceVersion,
        labelSelector: from.labelSelector,
        fieldSelector: from.fieldSelector,
    });
    const answer = await session.follow({ method: 'GET', path }, signal);
    if (answer.kind === 'closed')
        return refused(parseRefusal(answer, request));
    for await (const line of untilBroken(splitLines(answer.body), signal)) {
        const event = parseEvent(line, request);
        if (event === null)
            continue;
        if ('refusal' in event)
            return refused(event.refusal);
        yield event;
    }
    return given(null);
}
/** A line that breaks off ends the watch as its timeout does: what is missing comes with the next. */
async function* untilBroken(lines, signal) {
    try {
        yield* lines;
    }
    catch (error) {
        if (signal.aborted)
            throw error;
    }
}
const CHANGES = ['ADDED', 'MODIFIED', 'DELETED'];
function parseEvent(line, request) {
    // Half a line at the end of a broken answer is no event.
    const event = (0,record/* parseJson */.qF)(line);
    if (!(0,record/* isRecord */.u4)(event) || !(0,record/* isRecord */.u4)(event['object']))
        return null;
    const { type, object } = event;
    if (type === 'ERROR')
        return { refusal: refusalOf(object, { ...request, code: 500 }) };
    if (type === 'BOOKMARK') {
        const metadata = (0,record/* isRecord */.u4)(object['metadata']) ? object['metadata'] : {};
        return { type, resourceVersion: (0,record/* textOf */.b6)(metadata['resourceVersion']) };
    }
    const change = CHANGES.find((one) => one === type);
    return change === undefined ? null : { type: change, object: object };
}

;// CONCATENATED MODULE: ./packages/kubernetes/lib/connection/create-api-server.js








/** No request is made before the first verb is used. */
function createApiServer(parts) {
    const { access, ports, fieldValidation = 'Strict', watchTimes = WATCH_TIMES, known = [] } = parts;
    const session = createSession(access, ports);
    const { resources, rediscover } = createDiscovery(session, ports.log);
    const { namespace } = access;
    return {
        address: new URL(access.server).origin,
        namespace,
        resources,
        rediscover,
        ...createObjectVerbs({ session, resources, known, namespace, fieldValidation }),
        list: (resource, selection) => listObjects(session, resource, selection),
        watch: (resource, from) => watchObjects({ session, times: watchTimes, signal: ports.signal }, resource, from),
        log: (query) => readPodLog(session, query),
        missingRights: (rights) => findMissingRights(session, rights),
        read: async (path, options = {}) => {
            const { status, text } = await session.send({
                method: 'GET',
                path,
                headers: { accept: '*/*' },
                // What is behind a service proxy could lead our credentials to another path of the server.
                redirects: 'never',
                ...options,
            });
            return { status, text };
        },
        request: (path, order) => sendOnce({ session, clock: ports.clock }, path, order),
        close: session.close,
    };
}

;// CONCATENATED MODULE: ./packages/kubernetes/lib/connection/authorizer.js
const bearer = (token) => ({
    authorization: `Bearer ${token}`,
});

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
;// CONCATENATED MODULE: ./packages/kubernetes/lib/connection/trust.js
// Address, trust and proxy of a cluster entry; every fault names its field.

async function readCluster({ source, cluster, clusterName }, ports) {
    const place = { source, owner: `cluster "${clusterName}"` };
    const server = parseServer(textIn(cluster, 'server') ?? '', place);
    return {
        server,
        trust: await readTrust(cluster, place, ports),
        proxy: parseProxy(cluster, place),
    };
}
const badField = (place, field, message) => (0,errors/* kubernetesError */.j)('KUBERNETES_BAD_CONFIG', `${place.source}: ${place.owner}, ${field}: ${message}`);
const textIn = (entry, field) => {
    const value = entry[field];
    return typeof value === 'string' && value !== '' ? value : null;
};
/** PEM of `<field>-data` or of the file that `<field>` names; null without either. */
async function readPem({ entry, field, place }, { files }) {
    const data = textIn(entry, `${field}-data`);
    if (data !== null) {
        const pem = decodeBase64(data);
        if (pem?.includes('-----BEGIN ') === true)
            return { pem, field: `${field}-data` };
        throw badField(place, `${field}-data`, 'found no base64 of a PEM text; wanted one');
    }
    const path = textIn(entry, field);
    if (path === null)
        return null;
    if ((await files.kind(path)) !== 'file') {
        throw badField(place, field, `found no file ${path}; wanted a PEM file`);
    }
    const pem = await files.readText(path);
    if (pem.includes('-----BEGIN '))
        return { pem, field: `${field} (${path})` };
    throw badField(place, field, `found no PEM text in ${path}`);
}
function decodeBase64(text) {
    const bare = text.replace(/\s+/g, '');
    if (!/^[A-Za-z0-9+/]+={0,2}$/.test(bare))
        return null;
    return Buffer.from(bare, 'base64').toString('utf8');
}
function parseServer(text, place) {
    const bad = (message) => badField(place, 'server', message);
    if (!URL.canParse(text))
        throw bad(`found "${text}"; wanted https://host:port`);
    const url = new URL(text);
    if (url.protocol !== 'https:' && url.protocol !== 'http:') {
        throw bad(`found ${url.protocol}//...; wanted https://host:port`);
    }
    // They would be sent in clear to whoever reads the address in a log.
    if (url.username !== '' || url.password !== '') {
        throw bad(`found credentials in the address of ${url.host}; wanted them in the user's entry`);
    }
    return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}
async function readTrust(cluster, place, ports) {
    const field = 'certificate-authority';
    const skipVerification = cluster['insecure-skip-tls-verify'] === true;
    const ca = await readPem({ entry: cluster, field, place }, ports);
    return {
        ca: skipVerification ? null : (ca?.pem ?? null),
        field: ca === null ? `the runner, as ${place.owner} has no ${field}-data` : `its ${ca.field}`,
        serverName: textIn(cluster, 'tls-server-name'),
        skipVerification,
    };
}
function parseProxy(cluster, place) {
    const proxy = textIn(cluster, 'proxy-url');
    if (proxy === null)
        return null;
    const protocol = URL.canParse(proxy) ? new URL(proxy).protocol : 'no address';
    if (protocol === 'http:' || protocol === 'https:')
        return proxy;
    // The address itself may hold a password.
    const found = protocol === 'no address' ? protocol : `${protocol}//...`;
    throw badField(place, 'proxy-url', `found ${found}; wanted http://host:port (SOCKS is not supported)`);
}

;// CONCATENATED MODULE: ./packages/kubernetes/lib/connection/exec-plugin.js
// Credentials from a program that the kubeconfig names (kubelogin, gke-gcloud-auth-plugin, aws), by the
// public ExecCredential form.





const VERSIONS = ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1'];
/** A token is renewed before its end, so that a request in flight does not meet it. */
const SKEW_MILLISECONDS = 60_000;
/** A plugin whose tokens never last that long is not run for every request all the same. */
const SHORTEST_USE_MILLISECONDS = 10_000;
function createPlugin(parts) {
    const spec = parsePlugin(parts);
    const { clock } = parts.ports;
    let held = null;
    const run = async (signal) => {
        const end = await parts.runPlugin(spec.run, signal);
        held = readCredential(end, { parts, spec });
        return held.credentials;
    };
    return {
        credentials: (signal) => held !== null && (held.until === null || clock.now() < held.until)
            ? Promise.resolve(held.credentials)
            : run(signal),
        renew: run,
    };
}
function parsePlugin({ exec, place, chosen, cluster, ports }) {
    const command = textIn(exec, 'command');
    if (command === null)
        throw badField(place, 'exec.command', 'found none; wanted a program');
    const apiVersion = textIn(exec, 'apiVersion') ?? '';
    if (!VERSIONS.includes(apiVersion)) {
        throw badField(place, 'exec.apiVersion', `found "${apiVersion}"; wanted ${VERSIONS.join(' or ')}: write the kubeconfig again with a newer ${command}`);
    }
    if (exec['interactiveMode'] === 'Always') {
        const message = `${command} wants a person at a terminal (Always); a job has none`;
        throw badField(place, 'exec.interactiveMode', message);
    }
    const added = (0,record/* recordsIn */.Q0)(exec['env']).map((one) => [(0,record/* textOf */.b6)(one['name']), (0,record/* textOf */.b6)(one['value'])]);
    const info = { interactive: false, ...clusterInfo(exec, { chosen, cluster }) };
    return {
        apiVersion,
        what: `${place.source}: ${place.owner}, exec plugin ${command}`,
        installHint: textIn(exec, 'installHint'),
        run: {
            file: locate(command, chosen.folder),
            args: Array.isArray(exec['args']) ? exec['args'].map(String) : [],
            env: {
                ...withoutInputs(ports.env),
                ...Object.fromEntries(added),
                KUBERNETES_EXEC_INFO: JSON.stringify({ kind: 'ExecCredential', apiVersion, spec: info }),
            },
        },
    };
}
/** A path starts at the kubeconfig's folder; a bare name is looked up in PATH. */
const locate = (command, folder) => (0,external_node_path_.dirname)(command) === '.' && !command.startsWith('.')
    ? command
    : (0,external_node_path_.isAbsolute)(command)
        ? command
        : (0,external_node_path_.join)(folder, command);
/** The inputs of the step may hold secrets that are none of the plugin's business. */
const withoutInputs = (env) => Object.fromEntries(Object.entries(env).flatMap(([name, value]) => value === undefined || /^(INPUT|STATE)_/i.test(name) ? [] : [[name, value]]));
const EXTENSION = 'client.authentication.k8s.io/exec';
function clusterInfo(exec, { chosen, cluster }) {
    if (exec['provideClusterInfo'] !== true)
        return {};
    const { server, trust, proxy } = cluster;
    const config = (0,record/* recordsIn */.Q0)(chosen.cluster['extensions']).find((one) => one['name'] === EXTENSION)?.['extension'];
    return {
        cluster: {
            server,
            ...(trust.serverName !== null && { 'tls-server-name': trust.serverName }),
            ...(trust.skipVerification && { 'insecure-skip-tls-verify': true }),
            ...(trust.ca !== null && {
                'certificate-authority-data': Buffer.from(trust.ca).toString('base64'),
            }),
            ...(proxy !== null && { 'proxy-url': proxy }),
            ...(config !== undefined && { config }),
        },
    };
}
function readCredential(end, { parts, spec }) {
    const bad = (message, hint) => (0,errors/* kubernetesError */.j)('KUBERNETES_CREDENTIALS', `${spec.what}: ${message}`, hint === undefined ? {} : { hint });
    if (end.kind === 'missing') {
        const more = spec.installHint === null ? undefined : exec_plugin_short(spec.installHint, 600);
        throw bad(`found no program ${spec.run.file}; wanted it on this runner`, more);
    }
    const said = saidBy(end.stderr, spec.run);
    if (end.kind === 'late') {
        throw bad(`gave no credentials in time and was ended${said}; a job cannot log in by hand`);
    }
    if (end.code !== 0)
        throw bad(`ended with ${end.code}${said}`);
    const value = (0,record/* parseJson */.qF)(end.stdout);
    const status = (0,record/* isRecord */.u4)(value) ? value['status'] : undefined;
    if (!(0,record/* isRecord */.u4)(value) || value['kind'] !== 'ExecCredential' || !(0,record/* isRecord */.u4)(status)) {
        throw bad('printed no ExecCredential with a status');
    }
    if (value['apiVersion'] !== spec.apiVersion) {
        throw bad(`printed another apiVersion than ${spec.apiVersion}, which the kubeconfig asks for`);
    }
    return heldOf(status, { parts, bad });
}
function heldOf(status, { parts, bad }) {
    const { clock, log } = parts.ports;
    const token = textIn(status, 'token');
    const [cert, key] = [textIn(status, 'clientCertificateData'), textIn(status, 'clientKeyData')];
    if ((cert === null) !== (key === null)) {
        throw bad('printed a client certificate without its key, or a key alone');
    }
    if (token === null && cert === null)
        throw bad('printed neither a token nor a certificate');
    if (token !== null)
        log.mask(token);
    const expires = Date.parse(textIn(status, 'expirationTimestamp') ?? '');
    const until = Number.isNaN(expires)
        ? null
        : Math.max(expires - SKEW_MILLISECONDS, clock.now() + SHORTEST_USE_MILLISECONDS);
    const certificate = cert === null || key === null ? null : { cert, key };
    return { credentials: { headers: token === null ? {} : bearer(token), certificate }, until };
}
/** The end of what a plugin complained, without anything that looks like a token or is a secret. */
function saidBy(stderr, { env }) {
    const secrets = Object.entries(env)
        .filter(([name, value]) => /SECRET|PASSWORD|TOKEN|KEY/i.test(name) && value.length >= 4)
        .map(([, value]) => value);
    const plain = secrets
        .reduce((text, secret) => text.replaceAll(secret, '***'), stderr)
        .replace(/[\w.~+/=-]{40,}/g, '***')
        .replace(/\s+/g, ' ')
        .trim();
    return plain === '' ? '' : ` (it said: ${plain.slice(-400).toWellFormed()})`;
}
const exec_plugin_short = (text, longest) => text.replace(/\s+/g, ' ').trim().slice(0, longest).toWellFormed();

;// CONCATENATED MODULE: ./packages/kubernetes/lib/connection/user-credentials.js
// What a kubeconfig's user is let in with: token, token file, password, certificate or plugin.





/** Faults of the entry are told now, those of a plugin or a file when it is asked. */
async function createAuthorizer(parts) {
    const { chosen, ports } = parts;
    const { user } = chosen;
    const place = { source: chosen.source, owner: `user "${chosen.userName}"` };
    const certificate = await readCertificate(user, place, ports);
    const impersonation = impersonationOf(user, place);
    const complete = (credentials) => ({
        headers: { ...credentials.headers, ...impersonation },
        certificate: credentials.certificate ?? certificate,
    });
    const provider = user['auth-provider'];
    if ((0,record/* isRecord */.u4)(user['exec'])) {
        return mapAuthorizer(createPlugin({ ...parts, exec: user['exec'], place }), complete);
    }
    const tokenFile = textIn(user, 'tokenFile');
    if (tokenFile !== null)
        return mapAuthorizer(fromTokenFile({ tokenFile, place, ports }), complete);
    if ((0,record/* isRecord */.u4)(provider)) {
        return mapAuthorizer(fromProvider(provider, { chosen, place, log: ports.log }), complete);
    }
    const fixed = complete({ headers: fixedHeaders(user, ports.log), certificate: null });
    return { credentials: () => Promise.resolve(fixed), renew: () => Promise.resolve(null) };
}
/** The same credentials in give the same ones out: whoever renews compares them. */
function mapAuthorizer({ credentials, renew }, complete) {
    const known = new WeakMap();
    const once = (one) => {
        const done = known.get(one) ?? complete(one);
        known.set(one, done);
        return done;
    };
    return {
        credentials: async (signal) => once(await credentials(signal)),
        renew: async (signal) => {
            const renewed = await renew(signal);
            return renewed === null ? null : once(renewed);
        },
    };
}
function fixedHeaders(user, log) {
    const token = textIn(user, 'token')?.trim();
    if (token) {
        log.mask(token);
        return bearer(token);
    }
    const [name, password] = [textIn(user, 'username'), textIn(user, 'password')];
    if (name === null || password === null)
        return {};
    const basic = Buffer.from(`${name}:${password}`).toString('base64');
    for (const secret of [password, basic])
        log.mask(secret);
    return { authorization: `Basic ${basic}` };
}
async function readCertificate(user, place, ports) {
    const [cert, key] = [
        await readPem({ entry: user, field: 'client-certificate', place }, ports),
        await readPem({ entry: user, field: 'client-key', place }, ports),
    ];
    if (cert === null && key === null)
        return null;
    if (cert === null)
        throw badField(place, 'client-key', 'found no client-certificate beside it');
    if (key === null)
        throw badField(place, 'client-certificate', 'found no client-key beside it');
    return { cert: cert.pem, key: key.pem };
}
function impersonationOf(user, place) {
    const groups = Array.isArray(user['as-groups']) ? user['as-groups'].map(String) : [];
    // Each group is a header of its own; joined, they would name one group that does not exist.
    if (groups.length > 1) {
        throw badField(place, 'as-groups', `found ${groups.length} groups; wanted one at most`);
    }
    if ((0,record/* isRecord */.u4)(user['as-user-extra'])) {
        throw badField(place, 'as-user-extra', 'found extra facts; they are not supported');
    }
    const name = textIn(user, 'as');
    const uid = textIn(user, 'as-uid');
    const [group] = groups;
    return {
        ...(name !== null && { 'impersonate-user': name }),
        ...(uid !== null && { 'impersonate-uid': uid }),
        ...(group !== undefined && { 'impersonate-group': group }),
    };
}
const REREAD_MILLISECONDS = 60_000;
/** Such a file is replaced before its token expires, as in a pod. */
function fromTokenFile({ tokenFile, place, ports }) {
    let held = null;
    let readAt = 0;
    const read = async () => {
        const token = (await readToken(tokenFile, place, ports)).trim();
        readAt = ports.clock.now();
        if (held?.token !== token) {
            ports.log.mask(token);
            held = { token, credentials: { headers: bearer(token), certificate: null } };
        }
        return held.credentials;
    };
    return {
        credentials: () => held !== null && ports.clock.now() - readAt < REREAD_MILLISECONDS
            ? Promise.resolve(held.credentials)
            : read(),
        renew: async () => {
            const before = held?.credentials;
            const now = await read();
            return now === before ? null : now;
        },
    };
}
async function readToken(tokenFile, place, { files }) {
    if ((await files.kind(tokenFile)) !== 'file') {
        throw badField(place, 'tokenFile', `found no file ${tokenFile}; wanted one with a token`);
    }
    const token = await files.readText(tokenFile);
    if (token.trim() === '')
        throw badField(place, 'tokenFile', `${tokenFile} is empty`);
    return token;
}
/** Of the old providers only OIDC is left in kubectl, too. */
function fromProvider(provider, { chosen, place, log }) {
    const name = textIn(provider, 'name') ?? '';
    if (name !== 'oidc') {
        const instead = name === 'azure' ? '`kubelogin convert-kubeconfig`' : 'an exec plugin';
        throw badField(place, 'auth-provider', `found "${name}", which is gone; use ${instead}`);
    }
    let held = null;
    return {
        credentials: async () => {
            const headers = await chosen.authProviderHeaders().catch((cause) => {
                throw (0,errors/* kubernetesError */.j)('KUBERNETES_CREDENTIALS', `${place.source}: ${place.owner}, auth-provider oidc: no new token came from the issuer`, { cause });
            });
            const authorization = headers['Authorization'];
            if (authorization === undefined) {
                throw badField(place, 'auth-provider', 'found no id-token that is valid or can be renewed');
            }
            if (held?.headers['authorization'] !== authorization) {
                log.mask(authorization.replace(/^Bearer /, ''));
                held = { headers: { authorization }, certificate: null };
            }
            return held;
        },
        renew: () => Promise.resolve(null),
    };
}

;// CONCATENATED MODULE: ./packages/kubernetes/lib/connection/in-cluster.js

const FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount';
/** Null: this runner is no pod with a service account. */
async function readInCluster(ports) {
    const { env, files } = ports;
    const [host, port] = [env['KUBERNETES_SERVICE_HOST'], env['KUBERNETES_SERVICE_PORT']];
    const tokenFile = `${FOLDER}/token`;
    if (!host || !port || (await files.kind(tokenFile)) !== 'file')
        return null;
    const read = async (name) => (await files.kind(`${FOLDER}/${name}`)) === 'file' ? files.readText(`${FOLDER}/${name}`) : null;
    const ca = await read('ca.crt');
    const source = 'the service account of this pod';
    return {
        server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
        namespace: (await read('namespace'))?.trim() || 'default',
        source,
        trust: {
            ca,
            field: ca === null ? `the runner, as ${FOLDER}/ca.crt is not there` : `${FOLDER}/ca.crt`,
            serverName: null,
            skipVerification: false,
        },
        proxy: null,
        ...fromTokenFile({ tokenFile, place: { source, owner: 'its folder' }, ports }),
    };
}

// EXTERNAL MODULE: external "node:child_process"
var external_node_child_process_ = __webpack_require__(1421);
;// CONCATENATED MODULE: ./packages/kubernetes/lib/connection/plugin-process.js
// Starts a credential plugin: the one program that this package runs by itself, because it needs an
// environment of its own, an empty standard input and an end that is certain.

const plugin_process_DEADLINE_SECONDS = 60;
const MOST_OUTPUT = 1_000_000;
/** See `RunPlugin`. The deadline is real time. */
async function runPluginProcess({ file, args, env }, signal, seconds = plugin_process_DEADLINE_SECONDS) {
    signal.throwIfAborted();
    const deadline = AbortSignal.timeout(seconds * 1000);
    const child = (0,external_node_child_process_.spawn)(file, [...args], {
        env,
        // A login by hand would wait for an answer that nobody gives.
        stdio: ['ignore', 'pipe', 'pipe'],
        shell: false,
        windowsHide: true,
        // A plugin may start others: all of them are ended together.
        detached: true,
    });
    const stdout = collect(child.stdout);
    const stderr = collect(child.stderr);
    const end = (kind, code) => ({
        kind,
        code,
        stdout: stdout(),
        stderr: stderr(),
    });
    return new Promise((resolve, reject) => {
        const stop = () => {
            endGroup(child.pid);
            child.stdout.destroy();
            child.stderr.destroy();
            if (signal.aborted)
                reject(signal.reason);
            else
                resolve(end('late', 1));
        };
        const stopping = AbortSignal.any([signal, deadline]);
        stopping.addEventListener('abort', stop, { once: true });
        child.on('error', (error) => {
            stopping.removeEventListener('abort', stop);
            const missing = error.code === 'ENOENT' || error.code === 'EACCES';
            resolve({ ...end(missing ? 'missing' : 'ended', 127), stderr: error.message });
        });
        child.on('close', (code) => {
            stopping.removeEventListener('abort', stop);
            resolve(end('ended', code ?? 1));
        });
    });
}
function collect(stream) {
    const chunks = [];
    let size = 0;
    stream.on('data', (chunk) => {
        size += chunk.length;
        if (size <= MOST_OUTPUT)
            chunks.push(chunk);
    });
    return () => Buffer.concat(chunks).toString('utf8');
}
function endGroup(pid) {
    if (pid === undefined)
        return;
    try {
        process.kill(-pid, 'SIGKILL');
    }
    catch {
        // It ended by itself meanwhile.
    }
}

;// CONCATENATED MODULE: ./packages/kubernetes/lib/connection/connect.js
// From what the runner has (kubeconfig, service account) to an API server that can be asked.






/**
 * Nothing is sent yet. Throws KUBERNETES_NO_CONFIG or KUBERNETES_BAD_CONFIG, which name file and field;
 * a plugin is run at the first request.
 */
async function connect({ context, fieldValidation = 'Strict', known = [] }, ports) {
    const access = await findCluster(context, ports);
    if (access.trust.skipVerification) {
        ports.log.warning(`insecure-skip-tls-verify of ${access.source}: the certificate of ${access.server} is not checked, so anybody in between can read the credentials`);
    }
    return createApiServer({ access, ports, fieldValidation, known });
}
/** KUBECONFIG, then ~/.kube/config, then the pod's service account. */
async function findCluster(context, ports) {
    // The library is loaded only where it is needed: it is the larger half of the start-up time.
    const { readKubeConfig } = await __webpack_require__.e(/* import() */ 275).then(__webpack_require__.bind(__webpack_require__, 6275));
    const chosen = await readKubeConfig(context, ports);
    if (chosen !== null) {
        const cluster = await readCluster(chosen, ports);
        const authorizer = await createAuthorizer({
            chosen,
            cluster,
            ports,
            runPlugin: runPluginProcess,
        });
        const { source, namespace } = chosen;
        return { source, namespace: namespace ?? 'default', ...cluster, ...authorizer };
    }
    const pod = context === null ? await readInCluster(ports) : null;
    if (pod !== null)
        return pod;
    const asked = context === null ? '' : ` with the context "${context}"`;
    throw (0,errors/* kubernetesError */.j)('KUBERNETES_NO_CONFIG', `found neither KUBECONFIG nor ~/.kube/config, and this runner is no pod; wanted a kubeconfig${asked}`);
}

// EXTERNAL MODULE: ./packages/rollout/lib/weights.js
var lib_weights = __webpack_require__(9554);
// EXTERNAL MODULE: ./packages/kubernetes/lib/health/fields.js
var fields = __webpack_require__(3728);
;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/back-ends/annotations.js
/** The object with an annotation; null: without it. Others stay. */
function withAnnotation(object, key, value) {
    const old = object.metadata.annotations ?? {};
    if (value === null && !Object.hasOwn(old, key))
        return object;
    const others = Object.entries(old).filter(([name]) => name !== key);
    const annotations = Object.fromEntries(value === null ? others : [...others, [key, value]]);
    return { ...object, metadata: { ...object.metadata, annotations } };
}

;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/back-ends/match-mark.js
// The annotation beside a rule of ours: it says that the rule is ours, and what was asked for.

const MATCH_ANNOTATION = 'sluice.dev/match';
const renderMatchMark = ({ kind, name, value, slot }) => JSON.stringify({ kind, name, value, slot });
/** null: the object has none that we wrote. */
function readMatchMark(object) {
    const mark = (0,record/* parseJson */.qF)(String((0,record/* fieldAt */.UK)(object, ['metadata', 'annotations', MATCH_ANNOTATION])));
    if (!(0,record/* isRecord */.u4)(mark))
        return null;
    const { kind, name, value, slot } = mark;
    if (kind !== 'header' && kind !== 'cookie')
        return null;
    if (typeof name !== 'string' || typeof value !== 'string' || typeof slot !== 'string')
        return null;
    return { kind, name, value, slot };
}

// EXTERNAL MODULE: ./packages/kubernetes/lib/endpoint/back-ends/merge-patch.js
var merge_patch = __webpack_require__(3410);
// EXTERNAL MODULE: ./packages/kubernetes/lib/endpoint/slots.js
var slots = __webpack_require__(1531);
;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/back-ends/slot-label.js
// The one label that tells the pods of the two slots apart: `version`, `track`, `sluice.dev/slot`.



/** Value of the slot label in the selector of a Service that gives no slot requests. */
const NO_SLOT = 'none';
function slotLabelOf(scene, selector) {
    const labelled = scene.found.filter(({ labels }) => Object.keys(labels).length > 0);
    const keys = labelled.length === 0 ? keysOfSelector(selector) : tellingKeys(labelled);
    const [key, ...more] = mostFitting(keys, { selector, labelled });
    const where = `Service ${scene.object.metadata.name ?? ''}`;
    if (key === undefined) {
        const message = `no label tells the pods of ${scene.slots.join(' and ')} apart; give each Deployment's pods one, such as ${slots/* SLOT_LABEL */._s}: <slot>`;
        return (0,result/* bad */.M)({ where, message });
    }
    if (more.length > 0) {
        const message = `the labels ${[key, ...more].join(', ')} all tell the slots apart; put the one that decides into spec.selector`;
        return (0,result/* bad */.M)({ where, message });
    }
    const values = new Map(labelled.flatMap(({ slot, labels }) => {
        const value = labels[key];
        return value === undefined ? [] : [[slot, value]];
    }));
    const nobody = [...values].find(([, value]) => value === NO_SLOT);
    if (nobody !== undefined) {
        const message = `the pods of slot ${nobody[0]} bear ${key}: ${NO_SLOT}, which stands for no slot; give them another value`;
        return (0,result/* bad */.M)({ where, message });
    }
    return (0,result/* good */.u)({ key, values });
}
/** Labels that a new pod of the slot bears, as far as they are known; null: the slot has no pods. */
function podLabels({ deployment, labels }) {
    if (deployment === null)
        return null;
    return { ...(0,slots/* templateLabels */.MN)(deployment), ...labels };
}
/** Nothing is deployed: only the selector itself can tell. */
const keysOfSelector = (selector) => Object.keys(selector).filter((key) => key === slots/* SLOT_LABEL */._s || selector[key] === NO_SLOT);
function tellingKeys(labelled) {
    const [first, ...others] = labelled;
    return Object.keys(first?.labels ?? {}).filter((key) => others.every(({ labels }) => labels[key] !== undefined && labels[key] !== first?.labels[key]));
}
/** One sign after the other, the strongest first: what the selector does already, then names. */
function mostFitting(keys, { selector, labelled }) {
    const signs = [
        (key) => selector[key] === NO_SLOT ||
            labelled.some(({ labels }) => labels[key] !== undefined && labels[key] === selector[key]),
        (key) => Object.hasOwn(selector, key),
        (key) => key === slots/* SLOT_LABEL */._s,
        (key) => labelled.every(({ slot, labels }) => labels[key] === slot),
        (key) => labelled.every(({ deployment }) => Object.hasOwn(ownSelector(deployment), key)),
    ];
    return signs.reduce((left, sign) => {
        const fitting = left.filter(sign);
        return fitting.length > 0 ? fitting : left;
    }, keys);
}
const ownSelector = (deployment) => (0,fields/* fieldsOf */.Pf)((0,fields/* valueAt */.fK)(deployment, 'spec.selector.matchLabels'));

;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/back-ends/selector.js
// Which slots the selector of the endpoint's Service selects, and the same Service pinned elsewhere.




/** A selector that selects no pod of what it names is a problem: its Service answers nobody. */
function readSelector(scene) {
    const { object } = scene;
    const selector = (0,slots/* selectorOf */.Bk)(object);
    if (Object.keys(selector).length === 0 || isExternal(object)) {
        const message = 'has no pods: it lacks a selector, or is of type ExternalName; give it a selector for the pods of one slot';
        return (0,result/* bad */.M)({ where: nameOf(object), message });
    }
    const label = slotLabelOf(scene, selector);
    if (!label.ok)
        return label;
    const { key, values } = label.value;
    const pinned = selector[key];
    if (pinned === undefined)
        return whole(scene, label.value);
    const slot = [...values].find(([, value]) => value === pinned)?.[0];
    if (slot !== undefined) {
        const problems = missedBy(scene, { slot, label: label.value });
        return problems.length > 0
            ? (0,result/* bad */.M)(...problems)
            : (0,result/* good */.u)({ label: label.value, selected: { kind: 'slot', slot } });
    }
    if (pinned === NO_SLOT)
        return (0,result/* good */.u)({ label: label.value, selected: { kind: 'none' } });
    const known = [...values].map(([name, value]) => `${value} (slot ${name})`);
    const message = `found "${pinned}": a selector that matches no pod; wanted ${[...known, NO_SLOT].join(' or ')}`;
    return (0,result/* bad */.M)({ where: `${nameOf(object)} spec.selector["${key}"]`, message });
}
/**
 * Why the Service, pinned to the slot, would select none of its pods. A stale key that they do not
 * bear is refused and not taken away: it is not ours, and going back would have to bring it back.
 */
function missedBy(scene, { slot, label }) {
    const found = scene.found.find((one) => one.slot === slot);
    const labels = found === undefined ? null : podLabels(found);
    const where = nameOf(scene.object);
    if (labels === null) {
        const message = `slot ${slot} has no Deployment: a selector with ${label.key}: ${label.values.get(slot) ?? slot} would match no pod; deploy the slot first`;
        return [{ where, message }];
    }
    if (!label.values.has(slot)) {
        const message = `the pods of slot ${slot} bear no label ${label.key}: a selector can not pin them; deploy the slot again`;
        return [{ where, message }];
    }
    return Object.entries((0,slots/* selectorOf */.Bk)(scene.object))
        .filter(([key, value]) => key !== label.key && labels[key] !== value)
        .map(([key, value]) => ({
        where: `${where} spec.selector["${key}"]`,
        message: `found "${value}", but the pods of slot ${slot} bear ${labels[key] === undefined ? 'no such label' : `"${labels[key]}"`}: a selector that matches no pod; take ${key} out of the selector, ${label.key} decides`,
    }));
}
/** The Service with its slot label set; null: without it. Other keys stay. */
function withSlotValue(object, key, value) {
    const spec = (0,record/* isRecord */.u4)(object['spec']) ? object['spec'] : {};
    const others = Object.entries((0,slots/* selectorOf */.Bk)(object)).filter(([name]) => name !== key);
    const selector = Object.fromEntries(value === null ? others : [...others, [key, value]]);
    return { ...object, spec: { ...spec, selector } };
}
/** The Service of the manifests, pinned to no slot. */
function createPinned(order) {
    const { name, namespace, slotLabel } = order;
    const given = order.given ?? order.service;
    if (Object.keys((0,slots/* selectorOf */.Bk)(given)).length === 0 || isExternal(given)) {
        const message = 'has no pods in the manifests; write a selector for the pods of the Deployment, and no type ExternalName';
        return (0,result/* bad */.M)({ where: `Service ${name}`, message });
    }
    return (0,result/* good */.u)({
        ...withSlotValue(given, slotLabel, NO_SLOT),
        metadata: { ...given.metadata, name, namespace },
    });
}
const nameOf = ({ kind, metadata }) => `${kind} ${metadata.name ?? ''}`;
/** Then its selector counts for nothing. */
const isExternal = (object) => (0,record/* fieldAt */.UK)(object, ['spec', 'type']) === 'ExternalName';
/** Without the slot label every slot that is there must be selected, or the selector is stale. */
function whole(scene, label) {
    const problems = scene.found
        .filter(({ deployment }) => deployment !== null)
        .flatMap(({ slot }) => missedBy(scene, { slot, label }));
    return problems.length > 0 ? (0,result/* bad */.M)(...problems) : (0,result/* good */.u)({ label, selected: { kind: 'both' } });
}

// EXTERNAL MODULE: ./packages/kubernetes/lib/endpoint/back-ends/slot-services.js
var slot_services = __webpack_require__(4218);
;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/back-ends/whole-percents.js
// Relative weights as whole percents, for objects whose weights need not sum to 100.
/**
 * Whole percents that sum to 100, the nearest where the true ones are not whole (1 to 2 gives 33 and
 * 67). A slot with any weight has at least 1, so that one with requests never looks idle. At most two
 * slots; those without weight are left out. Empty: nothing has weight.
 */
function wholePercents(weighted) {
    const [first, second] = weighted.filter(({ weight }) => weight > 0);
    if (first === undefined)
        return {};
    if (second === undefined)
        return { [first.slot]: 100 };
    const nearest = Math.round((100 * first.weight) / (first.weight + second.weight));
    const percent = Math.min(99, Math.max(1, nearest));
    return { [first.slot]: percent, [second.slot]: 100 - percent };
}

;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/back-ends/http-route-rules.js
// The rules of an HTTPRoute as an endpoint sees them: which give slots weights, which one is ours.







/** Weights of the Gateway API. */
const DEFAULT_WEIGHT = 1;
const MAX_WEIGHT = 1_000_000;
/** All problems at once, with what to write instead. */
function http_route_rules_readRules(scene) {
    const mark = readMatchMark(scene.object);
    const listed = (0,record/* fieldAt */.UK)(scene.object, ['spec', 'rules']);
    const all = Array.isArray(listed) ? listed : [];
    const problems = [];
    const rules = all.map((rule, index) => {
        const where = `${nameOf(scene.object)} spec.rules[${index}]`;
        if ((0,record/* isRecord */.u4)(rule) && mark !== null && isOurs(scene, rule, mark)) {
            return { kind: 'match', rule };
        }
        if (!(0,record/* isRecord */.u4)(rule) || !refsOf(rule).some((ref) => slotOfRef(scene, ref) !== null)) {
            return { kind: 'foreign', rule, where };
        }
        problems.push(...refProblems(scene, rule, where));
        return { kind: 'weighted', rule, where, traffic: trafficOf(scene, rule) };
    });
    const weighted = rules.filter((rule) => rule.kind === 'weighted');
    problems.push(...disagreements(weighted));
    if (weighted.length === 0)
        problems.push(noSlotNamed(scene, rules));
    if (problems.length > 0)
        return (0,result/* bad */.M)(...problems);
    const match = rules.some(({ kind }) => kind === 'match') ? mark : null;
    return (0,result/* good */.u)({ rules, weighted, traffic: weighted[0]?.traffic ?? {}, match });
}
const refsOf = (rule) => (0,record/* recordsIn */.Q0)(rule['backendRefs']);
/** The slot whose own Service this refers to; null: something else. */
function slotOfRef(scene, ref) {
    const own = scene.object.metadata.namespace;
    const isService = (ref['group'] ?? '') === '' && (ref['kind'] ?? 'Service') === 'Service';
    const isNear = ref['namespace'] === undefined || ref['namespace'] === own;
    return isService && isNear ? (0,slot_services/* slotOfService */.hv)(scene, (0,record/* textOf */.b6)(ref['name'])) : null;
}
/** Fits the header that the annotation names, and leads to its slot alone. */
function isOurs(scene, rule, mark) {
    const refs = refsOf(rule);
    const [ref] = refs;
    const matches = (0,record/* recordsIn */.Q0)(rule['matches']);
    return (mark.kind === 'header' &&
        refs.length === 1 &&
        ref !== undefined &&
        slotOfRef(scene, ref) === mark.slot &&
        matches.length > 0 &&
        matches.every((match) => (0,record/* recordsIn */.Q0)(match['headers']).some((header) => (header['type'] ?? 'Exact') === 'Exact' &&
            header['name'] === mark.name &&
            header['value'] === mark.value)));
}
const weightOfRef = (ref) => ref['weight'] ?? DEFAULT_WEIGHT;
const isWeight = (weight) => typeof weight === 'number' && Number.isInteger(weight) && weight >= 0 && weight <= MAX_WEIGHT;
function trafficOf(scene, rule) {
    return wholePercents(refsOf(rule).flatMap((ref) => {
        const slot = slotOfRef(scene, ref);
        const weight = weightOfRef(ref);
        return slot === null || !isWeight(weight) ? [] : [{ slot, weight }];
    }));
}
function refProblems(scene, rule, where) {
    const problems = [];
    const seen = new Set();
    refsOf(rule).forEach((ref, index) => {
        const at = `${where}.backendRefs[${index}]`;
        const slot = slotOfRef(scene, ref);
        const weight = weightOfRef(ref);
        const name = (0,record/* textOf */.b6)(ref['name']);
        if (!isWeight(weight)) {
            const message = `found weight ${JSON.stringify(weight)}; wanted a whole number from 0 to ${MAX_WEIGHT}`;
            problems.push({ where: at, message });
        }
        else if (slot === null && weight > 0) {
            const message = `${name} has weight ${weight} and is the Service of no slot; wanted ${ownServices(scene)} alone in this rule, or ${name} with weight 0 or in a rule of its own`;
            problems.push({ where: at, message });
        }
        if (slot !== null && seen.has(slot)) {
            problems.push({
                where: at,
                message: `names ${name} again; wanted each Service once in a rule`,
            });
        }
        if (slot !== null)
            seen.add(slot);
    });
    return problems;
}
function disagreements(weighted) {
    const [first, ...others] = weighted;
    if (first === undefined)
        return [];
    return others
        .filter(({ traffic }) => !(0,merge_patch/* sameJson */.V)(traffic, first.traffic))
        .map(({ where, traffic }) => ({
        where,
        message: `gives ${renderTraffic(traffic)}, but ${first.where} gives ${renderTraffic(first.traffic)}; wanted the same weights in every rule that names a slot's Service`,
    }));
}
const renderTraffic = (traffic) => {
    const parts = Object.entries(traffic).map(([slot, percent]) => `${slot}=${percent}`);
    return parts.length === 0 ? 'no slot any weight' : parts.toSorted().join(',');
};
function noSlotNamed(scene, rules) {
    const named = rules.flatMap(({ rule }) => (0,record/* isRecord */.u4)(rule) ? refsOf(rule).map((ref) => (0,record/* textOf */.b6)(ref['name'])) : []);
    const found = named.length === 0 ? 'no Service' : [...new Set(named)].join(', ');
    const message = `leads to ${found}; wanted backendRefs to ${ownServices(scene)}, with the present slot at weight 100 and the other one at 0`;
    return { where: `${nameOf(scene.object)} spec.rules`, message };
}
const ownServices = (scene) => scene.slots.map((slot) => (0,slot_services/* serviceOfSlot */.hQ)(scene, slot)).join(' and ');

;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/back-ends/slot-ports.js


/** Why requests to that port of the slot's Service would find nobody; null: it is offered. */
function portProblem(scene, { slot, port, where }) {
    const name = (0,slot_services/* serviceOfSlot */.hQ)(scene, slot);
    const service = scene.services.get(name) ?? scene.found.find((one) => one.slot === slot)?.service ?? null;
    if (service === null) {
        return { where, message: `there is no Service ${name} for slot ${slot}; deploy the slot first` };
    }
    if (typeof port !== 'number' && typeof port !== 'string') {
        return { where, message: `names no port of Service ${name}; wanted ${portsText(service)}` };
    }
    if (offersPort(service, port))
        return null;
    const message = `names port ${port}, which Service ${name} does not offer; wanted ${portsText(service)}, or a Service with that port`;
    return { where, message };
}
const offersPort = (service, port) => portsOf(service).some((one) => one['port'] === port || one['name'] === port);
/** `80 or 9090 (metrics)` */
function portsText(service) {
    const texts = portsOf(service).map(({ name, port }) => typeof name === 'string' && name !== '' ? `${String(port)} (${name})` : String(port));
    return texts.length === 0 ? 'a port that it offers' : texts.join(' or ');
}
const portsOf = (service) => (0,record/* recordsIn */.Q0)((0,record/* fieldAt */.UK)(service, ['spec', 'ports']));

;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/back-ends/http-route-create.js
// The HTTPRoute of an endpoint that has none yet, from the one in the manifests.





/** References to the endpoint's Service become two to the slots' Services, both at weight 0. */
function createHttpRoute(order) {
    const { given, name, namespace } = order;
    const where = `HTTPRoute ${name}`;
    if (given === null) {
        const message = `there is no HTTPRoute ${name}, and the manifests hold none; write one with its parentRefs and a backendRef to ${serviceName(order)}`;
        return (0,result/* bad */.M)({ where, message });
    }
    const spec = (0,record/* isRecord */.u4)(given['spec']) ? given['spec'] : {};
    const rules = Array.isArray(spec['rules']) ? spec['rules'] : [];
    const problems = rules.flatMap((rule, index) => ruleProblems(order, rule, `${where} spec.rules[${index}]`));
    if (!rules.some((rule) => leadsHere(order, rule))) {
        const message = `leads nowhere near this endpoint; wanted a backendRef to ${serviceName(order)}`;
        problems.push({ where: `${where} spec.rules`, message });
    }
    if (problems.length > 0)
        return (0,result/* bad */.M)(...problems);
    return (0,result/* good */.u)({
        ...given,
        metadata: { ...given.metadata, name, namespace },
        spec: { ...spec, rules: rules.map((rule) => withSlots(order, rule)) },
    });
}
const serviceName = ({ service, endpoint }) => service.metadata.name ?? endpoint;
/** Of the endpoint itself, or of one of its slots. */
const isHere = (order, ref) => (ref['group'] ?? '') === '' &&
    (ref['kind'] ?? 'Service') === 'Service' &&
    (ref['namespace'] === undefined || ref['namespace'] === order.namespace) &&
    [
        order.endpoint,
        serviceName(order),
        ...order.slots.map((slot) => (0,slot_services/* defaultService */.pi)(order.endpoint, slot)),
    ].includes((0,record/* textOf */.b6)(ref['name']));
const leadsHere = (order, rule) => (0,record/* isRecord */.u4)(rule) && refsOf(rule).some((ref) => isHere(order, ref));
function withSlots(order, rule) {
    if (!(0,record/* isRecord */.u4)(rule))
        return rule;
    const model = refsOf(rule).find((ref) => isHere(order, ref));
    if (model === undefined)
        return rule;
    const refs = order.slots.map((slot) => ({
        ...model,
        name: (0,slot_services/* defaultService */.pi)(order.endpoint, slot),
        weight: 0,
    }));
    return { ...rule, backendRefs: [...refs, ...refsOf(rule).filter((ref) => !isHere(order, ref))] };
}
function ruleProblems(order, rule, where) {
    if (!(0,record/* isRecord */.u4)(rule) || !leadsHere(order, rule))
        return [];
    return refsOf(rule).flatMap((ref, index) => {
        const at = `${where}.backendRefs[${index}]`;
        const name = (0,record/* textOf */.b6)(ref['name']);
        if (!isHere(order, ref)) {
            if (ref['weight'] === 0)
                return [];
            const message = `${name} gets requests beside this endpoint; wanted it in a rule of its own`;
            return [{ where: at, message }];
        }
        const { port } = ref;
        const offered = (typeof port === 'number' || typeof port === 'string') && offersPort(order.service, port);
        if (offered)
            return [];
        const message = `found port ${JSON.stringify(port ?? null)}; Service ${serviceName(order)} offers ${portsText(order.service)}`;
        return [{ where: at, message }];
    });
}

;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/back-ends/mirror-mark.js

/** JSON, slot to percent: which copies of requests are ours. */
const MIRROR_ANNOTATION = 'sluice.dev/mirror';
/** Slots at 0 are left out, keys in order; null: nothing is mirrored. */
function renderMirrorMark(mirror) {
    const slots = Object.keys(mirror).filter((slot) => (mirror[slot] ?? 0) > 0);
    if (slots.length === 0)
        return null;
    return JSON.stringify(Object.fromEntries(slots.toSorted().map((slot) => [slot, mirror[slot]])));
}
/** Did we begin the copies to this slot? */
function isMirrorMarked(object, slot) {
    const mark = (0,record/* parseJson */.qF)(object.metadata.annotations?.[MIRROR_ANNOTATION] ?? '');
    return (0,record/* isRecord */.u4)(mark) && Object.hasOwn(mark, slot);
}

;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/back-ends/http-route-mirror.js





/** What our filters copy, as they say it themselves. */
function readMirror(scene, weighted) {
    return Object.assign({}, ...weighted.map(({ rule }) => mirrorOf(scene, rule)));
}
/** What our filters in one rule copy. */
const mirrorOf = (scene, rule) => Object.fromEntries((0,record/* recordsIn */.Q0)(rule['filters'])
    .map((filter) => ownMirror(scene, filter))
    .filter((own) => own !== null));
/** The rule's filters without those of ours. */
const foreignFilters = (scene, rule) => (0,record/* recordsIn */.Q0)(rule['filters']).filter((filter) => ownMirror(scene, filter) === null);
/** The rule with exactly these mirrors of ours; as it is where it has them already. */
function withMirror(scene, rule, order) {
    const wanted = Object.fromEntries(Object.entries(order.mirror).filter(([, percent]) => percent > 0));
    if ((0,merge_patch/* sameJson */.V)(mirrorOf(scene, rule), wanted))
        return rule;
    const filters = [
        ...foreignFilters(scene, rule),
        ...Object.entries(wanted).map(([slot, percent]) => ({
            type: 'RequestMirror',
            requestMirror: {
                backendRef: {
                    group: '',
                    kind: 'Service',
                    name: (0,slot_services/* serviceOfSlot */.hQ)(scene, slot),
                    port: order.port,
                },
                percent,
            },
        })),
    ];
    return withFilters(rule, filters);
}
/** A rule without filters has no such field. */
function withFilters(rule, filters) {
    if (filters.length > 0)
        return { ...rule, filters };
    return Object.fromEntries(Object.entries(rule).filter(([key]) => key !== 'filters'));
}
/** Why these copies would go nowhere, or twice. */
function mirrorProblems(scene, mirror, weighted) {
    const present = readMirror(scene, weighted);
    return Object.entries(mirror).flatMap(([slot, percent]) => {
        const problems = [];
        const name = (0,slot_services/* serviceOfSlot */.hQ)(scene, slot);
        if (!Number.isInteger(percent) || percent < 0) {
            const message = `found ${percent} for slot ${slot}; wanted a whole percent from 1 to 100`;
            problems.push({ where: 'mirror', message });
        }
        const ready = scene.found.find((one) => one.slot === slot)?.endpoints?.ready ?? 0;
        if (percent > 0 && ready === 0 && present[slot] !== percent) {
            const message = `Service ${name} of slot ${slot} has no ready endpoint: a mirror to an empty subset; deploy the slot and wait until it is ready`;
            problems.push({ where: 'mirror', message });
        }
        for (const { rule, where } of weighted) {
            const doubled = foreignFilters(scene, rule).some((one) => mirroredSlot(scene, one) === slot);
            if (percent === 0 || !doubled)
                continue;
            const message = `has a RequestMirror to ${name} that is not ours: slot ${slot} would get two copies; take it out`;
            problems.push({ where: `${where}.filters`, message });
        }
        return problems;
    });
}
/** Slot of a filter that the annotation names, and the percent that the filter says; null: not ours. */
function ownMirror(scene, filter) {
    const slot = mirroredSlot(scene, filter);
    if (slot === null || !isMirrorMarked(scene.object, slot))
        return null;
    return [slot, percentOf(filter['requestMirror'])];
}
/** Without percent and fraction everything is copied. */
function percentOf(requestMirror) {
    const percent = (0,record/* fieldAt */.UK)(requestMirror, ['percent']);
    if (typeof percent === 'number')
        return percent;
    const numerator = (0,record/* fieldAt */.UK)(requestMirror, ['fraction', 'numerator']);
    const denominator = (0,record/* fieldAt */.UK)(requestMirror, ['fraction', 'denominator']) ?? 100;
    if (typeof numerator !== 'number' || typeof denominator !== 'number')
        return 100;
    return (100 * numerator) / denominator;
}
function mirroredSlot(scene, filter) {
    const { type, requestMirror } = filter;
    if (type !== 'RequestMirror' || !(0,record/* isRecord */.u4)(requestMirror))
        return null;
    const { backendRef } = requestMirror;
    return (0,record/* isRecord */.u4)(backendRef) ? slotOfRef(scene, backendRef) : null;
}

;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/back-ends/http-route-match.js


/** What a rule without matches matches, as the API server fills it in. */
const EVERY_PATH = { path: { type: 'PathPrefix', value: '/' } };
/**
 * A copy of the rule for requests with the header, all to the slot. Filters of others, timeouts and
 * unknown fields go along; copies to a candidate that is asked anyway do not, nor does the name,
 * which has to be unique.
 */
function matchRule(scene, rule, order) {
    const header = { type: 'Exact', name: order.match.name, value: order.match.value };
    const matches = matchesOf(rule).map((match) => ({
        ...EVERY_PATH,
        ...match,
        headers: [...(0,record/* recordsIn */.Q0)(match['headers']), header],
    }));
    const { name: _name, ...others } = withFilters(rule, foreignFilters(scene, rule));
    return { ...others, matches, backendRefs: [{ ...order.ref, weight: 1 }] };
}
/** Of two entries for one header only the first counts, so a rule that has one can not have ours. */
function matchProblems({ name }, weighted) {
    const taken = (match) => (0,record/* recordsIn */.Q0)(match['headers']).some((header) => (0,record/* textOf */.b6)(header['name']).toLowerCase() === name.toLowerCase());
    return weighted
        .filter(({ rule }) => matchesOf(rule).some(taken))
        .map(({ where }) => ({
        where: `${where}.matches`,
        message: `already wants something of the header ${name}; match by another header`,
    }));
}
function matchesOf(rule) {
    const matches = (0,record/* recordsIn */.Q0)(rule['matches']);
    return matches.length === 0 ? [EVERY_PATH] : matches;
}

;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/back-ends/http-route-status.js
// What the Gateways of an HTTPRoute say of it: `status.parents`, one entry for each.



const WANTED = ['Accepted', 'ResolvedRefs'];
/** null: every Gateway has taken the present generation. */
function awaitedParents({ object }) {
    const parents = (0,fields/* listAt */.gT)(object, 'status.parents');
    if (parents.length === 0) {
        return `${nameOf(object)}: no Gateway has taken it up; its spec.parentRefs name ${parentRefs(object)}`;
    }
    const generation = object.metadata.generation ?? 0;
    const awaited = parents.flatMap((parent) => WANTED.flatMap((type) => {
        const condition = conditionOf(parent, type);
        const where = `${gatewayOf(parent)}: ${type}`;
        if (condition === null || isOld(condition, generation)) {
            return [`${where} is not told yet for generation ${generation}`];
        }
        return condition.status === 'True' ? [] : [`${where} is ${condition.status}${why(condition)}`];
    }));
    return awaited.length === 0 ? null : `${nameOf(object)}: ${awaited.join('; ')}`;
}
/** What a Gateway says no to for good; null: nothing. */
function refusedByParents(scene) {
    const { object } = scene;
    const generation = object.metadata.generation ?? 0;
    const refusals = (0,fields/* listAt */.gT)(object, 'status.parents').flatMap((parent) => WANTED.flatMap((type) => {
        const condition = conditionOf(parent, type);
        if (condition?.status !== 'False' || isOld(condition, generation))
            return [];
        if (passes(scene, condition))
            return [];
        return [`${gatewayOf(parent)}: ${type} is False${why(condition)}`];
    }));
    return refusals.length === 0 ? null : `${nameOf(object)}: ${refusals.join('; ')}`;
}
/**
 * Ends by itself: endpoints that come, a Gateway that is being set up, a Service that is there and
 * that the Gateway has not seen yet.
 */
function passes(scene, { reason }) {
    if (/endpoint/i.test(reason) || reason === 'Pending')
        return true;
    return reason === 'BackendNotFound' && allServicesThere(scene);
}
/** Services of other namespaces are not known here. */
function allServicesThere({ object, services }) {
    const own = object.metadata.namespace;
    return (0,fields/* listAt */.gT)(object, 'spec.rules')
        .flatMap(refsOf)
        .filter((ref) => (ref['kind'] ?? 'Service') === 'Service')
        .filter((ref) => (ref['namespace'] ?? own) === own)
        .every((ref) => services.has((0,fields/* textAt */.$6)(ref, 'name')));
}
const conditionOf = (parent, type) => (0,fields/* conditionsAt */.eB)(parent, 'conditions').find((condition) => condition.type === type) ?? null;
const isOld = ({ observedGeneration }, generation) => (observedGeneration ?? 0) < generation;
const why = ({ reason, message }) => [reason, message]
    .filter((text) => text !== '')
    .map((text) => `: ${text}`)
    .join('');
/** `Gateway infra/web` */
function gatewayOf(parent) {
    const { kind, name, namespace } = partsOf(parent['parentRef']);
    return `${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`;
}
const partsOf = (ref) => ({
    kind: (0,fields/* textAt */.$6)(ref, 'kind') || 'Gateway',
    name: (0,fields/* textAt */.$6)(ref, 'name'),
    namespace: (0,fields/* textAt */.$6)(ref, 'namespace'),
});
function parentRefs(object) {
    const refs = (0,fields/* listAt */.gT)(object, 'spec.parentRefs');
    if (refs.length === 0)
        return 'none: write the Gateway there';
    return refs.map((parentRef) => gatewayOf({ parentRef })).join(', ');
}

;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/back-ends/limits.js
/** All that is beyond the capabilities, with what the back end can. */
function beyondLimits({ kind, capabilities }, { match, mirror }) {
    const problems = [];
    const { matches, mirrorMaxPercent } = capabilities;
    if (match !== null && !matches.includes(match.kind)) {
        const can = matches.length === 0 ? 'it can match nothing' : `it can match a ${matches.join(' or a ')}`;
        problems.push({
            where: 'match',
            message: `back end ${kind} cannot match a ${match.kind}; ${can}`,
        });
    }
    for (const [slot, percent] of Object.entries(mirror)) {
        if (percent <= mirrorMaxPercent)
            continue;
        const can = mirrorMaxPercent === 0 ? 'it cannot mirror' : `at most ${mirrorMaxPercent} %`;
        const message = `found ${percent} % for slot ${slot}; back end ${kind}: ${can}`;
        problems.push({ where: 'mirror', message });
    }
    return problems;
}

;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/back-ends/wanted-slots.js
// What a wanted routing asks of the slots, before any object is looked at.

/** Slots that the routing names and the endpoint does not have. */
function unknownSlots({ slots }, { weights, match, mirror }) {
    const named = [
        ...Object.keys(weights).map((slot) => ['weights', slot]),
        ...(match === null ? [] : [['match', match.slot]]),
        ...Object.keys(mirror).map((slot) => ['mirror', slot]),
    ];
    return named
        .filter(([, slot]) => !slots.includes(slot))
        .map(([where, slot]) => ({
        where,
        message: `found slot ${slot}; the endpoint's slots are ${slots.join(' and ')}`,
    }));
}
/** The slot that gets everything; null: none does. A problem where both get a share. */
function onlySlot({ kind }, { weights }) {
    const [slot, ...more] = Object.keys(weights).filter((one) => (0,lib_weights/* weightOf */.mm)(weights, one) > 0);
    if (more.length === 0)
        return (0,result/* good */.u)(slot ?? null);
    return (0,result/* bad */.M)({
        where: 'weights',
        message: `found ${(0,lib_weights/* renderWeights */.CX)(weights)}; back end ${kind} gives one slot everything: 0 and 100 only. Use steps: 100, or a back end with weights`,
    });
}

;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/back-ends/http-route.js
// Gateway API HTTPRoute: weights of the slots' Services, a header to one slot, copies of requests.















/**
 * Weights of an HTTPRoute are relative; they are read as whole percents, the nearest where they are
 * not whole, and written as percents. Rules that lead to no slot are not touched.
 */
const httpRouteBackEnd = {
    kind: 'http-route',
    resource: {
        group: 'gateway.networking.k8s.io',
        version: 'v1',
        kind: 'HTTPRoute',
        plural: 'httproutes',
        namespaced: true,
        verbs: ['create', 'get', 'list', 'patch', 'watch'],
        subresources: ['status'],
    },
    // A cookie would need a regular expression, whose dialect differs between Gateways.
    capabilities: { weights: 'any', mirrorMaxPercent: 100, matches: ['header'] },
    reads: 'object',
    acknowledgedBy: 'status',
    notice: null,
    read(scene) {
        const rules = http_route_rules_readRules(scene);
        if (!rules.ok)
            return rules;
        const { traffic, match, weighted } = rules.value;
        return (0,result/* good */.u)({ traffic, match, mirror: readMirror(scene, weighted) });
    },
    write,
    awaiting: awaitedParents,
    refused: refusedByParents,
    create: createHttpRoute,
};
function write(scene, wanted) {
    const rules = http_route_rules_readRules(scene);
    const problems = [...beyondLimits(httpRouteBackEnd, wanted), ...unknownSlots(scene, wanted)];
    if (!rules.ok || problems.length > 0) {
        return (0,result/* bad */.M)(...problems, ...(rules.ok ? [] : rules.problems));
    }
    const unfit = misfits(scene, rules.value, wanted);
    if (unfit.length > 0)
        return (0,result/* bad */.M)(...unfit);
    const marked = withAnnotation(withAnnotation(scene.object, MATCH_ANNOTATION, wanted.match === null ? null : renderMatchMark(wanted.match)), MIRROR_ANNOTATION, renderMirrorMark(wanted.mirror));
    const spec = { ...(0,fields/* fieldsOf */.Pf)(scene.object['spec']), rules: newRules(scene, rules.value, wanted) };
    return (0,result/* good */.u)({ patch: (0,merge_patch/* mergePatchBetween */.N)(scene.object, { ...marked, spec }), scalings: [] });
}
/** Rules of ours first; the others in their order. */
function newRules(scene, { rules, weighted }, wanted) {
    const { match } = wanted;
    const ours = match === null
        ? []
        : weighted.map(({ rule }) => matchRule(scene, rule, { match, ref: refTo(scene, rule, match.slot) }));
    const others = rules
        .filter(({ kind }) => kind !== 'match')
        .map((one) => (one.kind === 'weighted' ? newRule(scene, one, wanted) : one.rule));
    return [...ours, ...others];
}
function newRule(scene, one, wanted) {
    const order = { mirror: wanted.mirror, port: portOf(scene, one.rule) };
    return withMirror(scene, withWeights(scene, one, wanted.weights), order);
}
/**
 * References stay, at weight 0 too; one that is missing comes with its first weight. A rule that
 * gives these percents already keeps its own numbers.
 */
function withWeights(scene, one, weights) {
    const { rule, traffic } = one;
    if (scene.slots.every((slot) => (traffic[slot] ?? 0) === (0,lib_weights/* weightOf */.mm)(weights, slot)))
        return rule;
    const refs = refsOf(rule).map((ref) => {
        const slot = slotOfRef(scene, ref);
        return slot === null ? ref : { ...ref, weight: (0,lib_weights/* weightOf */.mm)(weights, slot) };
    });
    const there = new Set(refs.map((ref) => slotOfRef(scene, ref)));
    const missing = scene.slots
        .filter((slot) => !there.has(slot) && (0,lib_weights/* weightOf */.mm)(weights, slot) > 0)
        .map((slot) => ({ ...refTo(scene, rule, slot), weight: (0,lib_weights/* weightOf */.mm)(weights, slot) }));
    return { ...rule, backendRefs: [...refs, ...missing] };
}
/** The rule's reference to the slot; where it has none, the other slot's with this one's Service. */
function refTo(scene, rule, slot) {
    const refs = refsOf(rule);
    const own = refs.find((ref) => slotOfRef(scene, ref) === slot);
    const other = refs.find((ref) => slotOfRef(scene, ref) !== null);
    return own ?? { ...other, name: (0,slot_services/* serviceOfSlot */.hQ)(scene, slot) };
}
const portOf = (scene, rule) => refsOf(rule).find((ref) => slotOfRef(scene, ref) !== null)?.['port'];
/** What this object can not have, whatever the back end can. */
function misfits(scene, { weighted }, wanted) {
    const asked = scene.slots.filter((slot) => isAsked(wanted, slot));
    const ports = weighted.flatMap(({ rule, where }) => asked.map((slot) => {
        const { port } = refTo(scene, rule, slot);
        return portProblem(scene, { slot, port, where: `${where}.backendRefs` });
    }));
    return [
        ...ports.filter((problem) => problem !== null),
        ...(wanted.match === null ? [] : matchProblems(wanted.match, weighted)),
        ...mirrorProblems(scene, wanted.mirror, weighted),
    ];
}
const isAsked = ({ weights, match, mirror }, slot) => (0,lib_weights/* weightOf */.mm)(weights, slot) > 0 || match?.slot === slot || (mirror[slot] ?? 0) > 0;

;// CONCATENATED MODULE: ./packages/rollout/lib/routing.js
// What beside weights decides which slot a request gets: a match (A/B) and a mirror (shadow).
/** Two matches, or none, that say the same. */
const sameMatch = (a, b) => a === null || b === null
    ? a === b
    : a.slot === b.slot && a.kind === b.kind && a.name === b.name && a.value === b.value;

;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/back-ends/canary-pair.js
// ingress-nginx: the canary Ingress with its main one, found by what both have in common. Pure.



const PREFIX = 'nginx.ingress.kubernetes.io/';
/** An annotation of ingress-nginx by its short name; null: not there. */
function nginxAnnotation(object, name) {
    const value = (0,record/* fieldAt */.UK)(object, ['metadata', 'annotations', `${PREFIX}${name}`]);
    return typeof value === 'string' && value !== '' ? value : null;
}
const nginxAnnotationName = (name) => `${PREFIX}${name}`;
/** The spellings of true that the controller knows. */
const isCanary = (object) => /^(?:1|t|T|true|True|TRUE)$/.test(nginxAnnotation(object, 'canary') ?? '');
const ingressClassOf = (object) => (0,record/* textOf */.b6)((0,record/* fieldAt */.UK)(object, ['spec', 'ingressClassName'])) ||
    (0,record/* textOf */.b6)((0,record/* fieldAt */.UK)(object, ['metadata', 'annotations', 'kubernetes.io/ingress.class']));
const ingressPaths = (object) => (0,record/* recordsIn */.Q0)((0,record/* fieldAt */.UK)(object, ['spec', 'rules'])).flatMap((rule) => (0,record/* recordsIn */.Q0)((0,record/* fieldAt */.UK)(rule, ['http', 'paths'])).map((path) => ({
    host: (0,record/* textOf */.b6)(rule['host']),
    path: (0,record/* textOf */.b6)(path['path']) || '/',
    service: (0,record/* textOf */.b6)((0,record/* fieldAt */.UK)(path, ['backend', 'service', 'name'])),
})));
const samePlace = (one, other) => one.host === other.host && one.path === other.path;
const renderPlace = ({ host, path }) => `${host === '' ? '*' : host}${path}`;
const ingressName = ({ metadata }) => `Ingress ${metadata.name ?? ''}`;
/** Which slot is behind which of the two; all that keeps ingress-nginx from doing what they say. */
function readCanaryPair(scene) {
    const { object } = scene;
    const where = ingressName(object);
    if (!isCanary(object)) {
        const message = `has no annotation ${nginxAnnotationName('canary')}: "true"; wanted the canary Ingress here, its main one stays plain`;
        return (0,result/* bad */.M)({ where, message });
    }
    const places = ingressPaths(object);
    if (places.length === 0) {
        return (0,result/* bad */.M)({ where, message: 'has no path; wanted those of the main Ingress' });
    }
    const problems = places.flatMap((place) => problemsAt(scene, place));
    const slots = new Set(places.map(({ service }) => (0,slot_services/* slotOfService */.hv)(scene, service)));
    const [canary] = slots;
    if (slots.size > 1) {
        problems.push({ where, message: 'leads to several Services; wanted the one of one slot' });
    }
    const main = scene.slots.find((slot) => slot !== canary);
    if (problems.length > 0 || canary === undefined || canary === null || main === undefined) {
        return (0,result/* bad */.M)(...problems);
    }
    return (0,result/* good */.u)({ main, canary });
}
function problemsAt(scene, place) {
    const where = ingressName(scene.object);
    const problems = [];
    const complain = (message) => void problems.push({ where, message });
    const own = scene.slots.map((slot) => (0,slot_services/* serviceOfSlot */.hQ)(scene, slot));
    const canary = (0,slot_services/* slotOfService */.hv)(scene, place.service);
    if (canary === null) {
        complain(`${renderPlace(place)} leads to ${place.service || 'no Service'}; wanted the Service of a slot: ${own.join(' or ')}`);
    }
    const peers = peersAt(scene, place);
    const mains = peers.filter(({ object }) => !isCanary(object));
    const canaries = peers.filter(({ object }) => isCanary(object));
    if (mains.length === 0)
        complain(noMain(place, canaries));
    if (mains.length > 1) {
        complain(`${renderPlace(place)} is also in ${namesOf(mains)}; wanted one main Ingress, ingress-nginx takes the oldest`);
    }
    if (mains.length > 0 && canaries.length > 0) {
        complain(`${renderPlace(place)} is also in ${namesOf(canaries)}, marked canary too; ingress-nginx follows one canary for a host and path and ignores the others`);
    }
    for (const { path } of mains) {
        const slot = (0,slot_services/* slotOfService */.hv)(scene, path.service);
        if (slot !== null && slot !== canary)
            continue;
        complain(slot === null
            ? `the main Ingress leads ${renderPlace(place)} to ${path.service || 'no Service'}; wanted the Service of a slot: ${own.join(' or ')}`
            : `main and canary Ingress both lead ${renderPlace(place)} to ${path.service}; wanted the Services of two slots`);
    }
    return problems;
}
const noMain = (place, canaries) => canaries.length === 0
    ? `${renderPlace(place)} has no main Ingress: none of the same class without the annotation ${nginxAnnotationName('canary')} has this host and path, so ingress-nginx ignores the canary`
    : `${renderPlace(place)} is in ${namesOf(canaries)} too, and all are marked canary: there is no main Ingress, so ingress-nginx ignores them; take ${nginxAnnotationName('canary')} off the one that serves now`;
const namesOf = (peers) => peers.map(({ object }) => ingressName(object)).join(', ');
function peersAt({ object, siblings }, place) {
    return siblings
        .filter((other) => other.metadata.name !== object.metadata.name &&
        ingressClassOf(other) === ingressClassOf(object))
        .flatMap((other) => {
        const path = ingressPaths(other).find((one) => samePlace(one, place));
        return path === undefined ? [] : [{ object: other, path }];
    });
}

;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/back-ends/ingress-nginx.js
// ingress-nginx: weight, header and cookie as annotations of the canary Ingress. The main Ingress
// stays as it is, so every step and every way back is one write of one object.







/** Cookies have no value of ours: the controller knows `always` and `never` alone. */
const COOKIE_VALUE = 'always';
const DEFAULT_TOTAL = 100;
const HEADER_NAMES = ['canary-by-header', 'canary-by-header-value', 'canary-by-header-pattern'];
/** What the controller lets through in these annotations; it drops the others without a word. */
const ALLOWED = /^[-._~a-zA-Z0-9/:]+$/;
const ingressNginxBackEnd = {
    kind: 'ingress-nginx',
    resource: {
        group: 'networking.k8s.io',
        version: 'v1',
        kind: 'Ingress',
        plural: 'ingresses',
        namespaced: true,
        verbs: ['create', 'get', 'list', 'patch', 'watch'],
        subresources: ['status'],
    },
    capabilities: { weights: 'any', mirrorMaxPercent: 0, matches: ['header', 'cookie'] },
    reads: 'siblings',
    // The controller writes no status about a reload.
    acknowledgedBy: 'time',
    notice: 'ingress-nginx is retired since March 2026: its last release gets no security fixes. Move the endpoint to a gateway of the Gateway API with `back-end: http-route`, which has the same weights and header matches.',
    read(scene) {
        const canary = readCanary(scene);
        if (!canary.ok)
            return canary;
        return (0,result/* good */.u)(seenOf(canary.value));
    },
    write: ingress_nginx_write,
    awaiting(scene, { weights, match }) {
        const canary = readCanary(scene);
        const seen = canary.ok ? seenOf(canary.value) : null;
        const shown = seen !== null &&
            sameMatch(seen.match, match) &&
            scene.slots.every((slot) => (seen.traffic[slot] ?? 0) === (0,lib_weights/* weightOf */.mm)(weights, slot));
        return shown ? null : `${ingressName(scene.object)} does not show the weights yet`;
    },
    refused: () => null,
    create: ingress_nginx_create,
};
function readCanary(scene) {
    const { object } = scene;
    const pair = readCanaryPair(scene);
    const total = wholeNumber(object, 'canary-weight-total', DEFAULT_TOTAL);
    const weight = wholeNumber(object, 'canary-weight', 0);
    const problems = [pair, total, weight].flatMap((one) => (one.ok ? [] : one.problems));
    if (total.ok && weight.ok && (weight.value > total.value || total.value === 0)) {
        const message = `has weight ${weight.value} of a total of ${total.value}; wanted at most the total, and a total above 0`;
        problems.push({ where: ingressName(object), message });
    }
    if (!pair.ok || !total.ok || !weight.ok || problems.length > 0)
        return (0,result/* bad */.M)(...problems);
    const match = ownMatch(object, pair.value.canary);
    return (0,result/* good */.u)({ ...pair.value, object, weight: weight.value, total: total.value, match });
}
function wholeNumber(object, name, without) {
    const text = nginxAnnotation(object, name);
    if (text === null)
        return (0,result/* good */.u)(without);
    if (/^\d{1,9}$/.test(text))
        return (0,result/* good */.u)(Number(text));
    const message = `${nginxAnnotationName(name)} is ${JSON.stringify(text)}; wanted a whole number`;
    return (0,result/* bad */.M)({ where: ingressName(object), message });
}
/** Our mark counts only while the annotations still say what it says. */
function ownMatch(object, slot) {
    const mark = readMatchMark(object);
    if (mark === null || mark.slot !== slot)
        return null;
    const wanted = matchAnnotations(mark);
    const same = keysOf(mark.kind).every((name) => (nginxAnnotation(object, name) ?? null) === (wanted[name] ?? null));
    return same ? mark : null;
}
const keysOf = (kind) => kind === 'header' ? HEADER_NAMES : ['canary-by-cookie'];
const matchAnnotations = ({ kind, name, value }) => kind === 'header'
    ? { 'canary-by-header': name, 'canary-by-header-value': value }
    : { 'canary-by-cookie': name };
function seenOf(canary) {
    const { object, match, main, weight, total } = canary;
    const traffic = wholePercents([
        { slot: main, weight: total - weight },
        { slot: canary.canary, weight },
    ]);
    const notices = ['header', 'cookie']
        .filter((kind) => match?.kind !== kind && hasRule(object, kind))
        .map((kind) => `${ingressName(object)} sends requests to slot ${canary.canary} by ${nginxAnnotationName(`canary-by-${kind}`)}, which is not ours: it stays, whatever the weights say`);
    return {
        traffic,
        match,
        mirror: {},
        ...(notices.length > 0 && { notices, ledByOthers: [canary.canary] }),
    };
}
const hasRule = (object, kind) => nginxAnnotation(object, `canary-by-${kind}`) !== null;
function ingress_nginx_write(scene, wanted) {
    const canary = readCanary(scene);
    const limits = [...unknownSlots(scene, wanted), ...beyondLimits(ingressNginxBackEnd, wanted)];
    if (!canary.ok)
        return (0,result/* bad */.M)(...limits, ...canary.problems);
    const problems = [...limits, ...refuse(canary.value, wanted)];
    if (problems.length > 0)
        return (0,result/* bad */.M)(...problems);
    const annotations = {
        ...weightAnnotations(canary.value, (0,lib_weights/* weightOf */.mm)(wanted.weights, canary.value.canary)),
        ...matchChange(canary.value, wanted.match),
    };
    const patch = Object.keys(annotations).length === 0 ? {} : { metadata: { annotations } };
    return (0,result/* good */.u)({ patch, scalings: [] });
}
function refuse({ object, main, canary, match }, wanted) {
    const problems = [];
    const complain = (where, message) => void problems.push({ where, message });
    if (Object.keys(wanted.weights).length === 0) {
        complain('weights', `are all 0; the main Ingress always leads to slot ${main}, so that one slot has all or part of the requests`);
    }
    const rule = wanted.match;
    if (rule === null || !ingressNginxBackEnd.capabilities.matches.includes(rule.kind))
        return problems;
    if (rule.slot !== canary) {
        complain('match', `wants slot ${rule.slot}; annotations can only lead to slot ${canary}, the one behind ${ingressName(object)}`);
    }
    if (rule.kind === 'cookie' && rule.value !== COOKIE_VALUE) {
        complain('match', `wants cookie ${rule.name} of value ${JSON.stringify(rule.value)}; ingress-nginx follows a cookie only when its value is ${COOKIE_VALUE}`);
    }
    const texts = rule.kind === 'header' ? [rule.name, rule.value] : [rule.name];
    for (const text of texts.filter((one) => !ALLOWED.test(one))) {
        complain('match', `${JSON.stringify(text)} has characters that ingress-nginx drops an annotation for; wanted letters, digits and - . _ ~ / :`);
    }
    if (match?.kind !== rule.kind && hasRule(object, rule.kind)) {
        complain('match', `${ingressName(object)} has ${nginxAnnotationName(`canary-by-${rule.kind}`)} already, which is not ours; take it off first`);
    }
    return problems;
}
function weightAnnotations({ weight, total }, percent) {
    const scaled = (percent * total) / 100;
    if (scaled === weight)
        return {};
    const whole = Number.isInteger(scaled);
    return named({
        'canary-weight': String(whole ? scaled : percent),
        // Such as 25 % of a total of 10.
        ...(!whole && { 'canary-weight-total': String(DEFAULT_TOTAL) }),
    });
}
function matchChange({ match }, wanted) {
    if (sameMatch(match, wanted))
        return {};
    const gone = match === null ? {} : matchAnnotations(match);
    return {
        ...named({
            ...Object.fromEntries(Object.keys(gone).map((key) => [key, null])),
            ...(wanted !== null && matchAnnotations(wanted)),
        }),
        [MATCH_ANNOTATION]: wanted === null ? null : renderMatchMark(wanted),
    };
}
const named = (annotations) => Object.fromEntries(Object.entries(annotations).map(([name, value]) => [nginxAnnotationName(name), value]));
function ingress_nginx_create({ given, name, namespace }) {
    const where = `Ingress ${name}`;
    if (given === null || !isCanary(given)) {
        const message = `is not there, and the manifests hold no Ingress with ${nginxAnnotationName('canary')}: "true"; write the canary Ingress, beside a plain main one that leads to the slot that serves`;
        return (0,result/* bad */.M)({ where, message });
    }
    const routed = ['header', 'cookie'].filter((kind) => hasRule(given, kind));
    if (routed.length > 0) {
        const message = `is not there, and the one in the manifests has ${routed.map((kind) => nginxAnnotationName(`canary-by-${kind}`)).join(' and ')}: requests would reach a slot before any test; take it out and use the input \`match\``;
        return (0,result/* bad */.M)({ where, message });
    }
    const annotations = (0,record/* isRecord */.u4)(given.metadata.annotations) ? given.metadata.annotations : {};
    return (0,result/* good */.u)({
        ...given,
        metadata: {
            ...given.metadata,
            name,
            namespace,
            annotations: { ...annotations, [nginxAnnotationName('canary-weight')]: '0' },
        },
    });
}

;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/back-ends/ingress-backends.js
// The Services that an Ingress names, and the same Ingress with other ones.


/** `spec.defaultBackend` first. */
function backendsOf(object) {
    const seen = [];
    mapBackends(object, (backend) => {
        seen.push(backend);
        return null;
    });
    return seen;
}
/** The Ingress with other Services where `change` says one; null: it stays. All other fields stay. */
function mapBackends(object, change) {
    const { spec } = object;
    if (!(0,record/* isRecord */.u4)(spec))
        return object;
    const { defaultBackend, rules } = spec;
    const changed = {
        ...((0,record/* isRecord */.u4)(defaultBackend) && {
            defaultBackend: withService(defaultBackend, 'spec.defaultBackend', change),
        }),
        ...(Array.isArray(rules) && {
            rules: rules.map((rule, at) => mapRule(rule, `spec.rules[${at}]`, change)),
        }),
    };
    return { ...object, spec: { ...spec, ...changed } };
}
function mapRule(rule, path, change) {
    const paths = (0,record/* fieldAt */.UK)(rule, ['http', 'paths']);
    if (!(0,record/* isRecord */.u4)(rule) || !Array.isArray(paths))
        return rule;
    const mapped = paths.map((one, at) => (0,record/* isRecord */.u4)(one) && (0,record/* isRecord */.u4)(one['backend'])
        ? {
            ...one,
            backend: withService(one['backend'], `${path}.http.paths[${at}].backend`, change),
        }
        : one);
    return { ...rule, http: { ...(0,fields/* fieldsOf */.Pf)(rule['http']), paths: mapped } };
}
function withService(backend, path, change) {
    const { service } = backend;
    if (!(0,record/* isRecord */.u4)(service))
        return backend;
    const port = (0,record/* fieldAt */.UK)(service, ['port', 'number']) ?? (0,record/* fieldAt */.UK)(service, ['port', 'name']);
    const name = change({ path, service: (0,record/* textOf */.b6)(service['name']), port });
    return name === null ? backend : { ...backend, service: { ...service, name } };
}

;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/back-ends/ingress.js
// A plain Ingress whose backends name the Service of one slot: all of them change together.









/** 0 or 100. No slot: the backends name a Service that nobody makes, which controllers answer with an error. */
const ingressBackEnd = {
    kind: 'ingress',
    resource: {
        group: 'networking.k8s.io',
        version: 'v1',
        kind: 'Ingress',
        plural: 'ingresses',
        namespaced: true,
        verbs: ['create', 'get', 'list', 'patch', 'watch'],
        subresources: ['status'],
    },
    capabilities: { weights: 'all-or-nothing', mirrorMaxPercent: 0, matches: [] },
    // A canary Ingress beside this one takes requests from it.
    reads: 'siblings',
    // Controllers say nothing about a reload.
    acknowledgedBy: 'time',
    notice: null,
    read,
    write: ingress_write,
    awaiting(scene, { weights }) {
        const present = read(scene);
        const traffic = present.ok ? present.value.traffic : {};
        const shown = scene.slots.every((slot) => (traffic[slot] ?? 0) === (0,lib_weights/* weightOf */.mm)(weights, slot));
        return shown ? null : `${nameOf(scene.object)} does not name the slot's Service yet`;
    },
    refused: () => null,
    create: ingress_create,
};
/** Name of the Service that stands for no slot. */
const nobody = ({ endpoint }) => `${endpoint}-none`;
function slotBackends(scene) {
    return backendsOf(scene.object).flatMap((backend) => {
        const slot = (0,slot_services/* slotOfService */.hv)(scene, backend.service);
        return slot !== null || backend.service === nobody(scene) ? [{ ...backend, slot }] : [];
    });
}
function read(scene) {
    const { object } = scene;
    const where = nameOf(object);
    const own = slotBackends(scene);
    const slots = [...new Set(own.map(({ slot }) => slot))];
    const problems = [...canaryProblems(scene), ...nobodyProblems(scene)];
    if (own.length === 0) {
        const named = backendsOf(object).map(({ service }) => service);
        const message = `leads to ${named.length === 0 ? 'no Service' : [...new Set(named)].join(', ')}; wanted its backends to name ${services(scene)}`;
        problems.push({ where, message });
    }
    if (slots.length > 1) {
        const found = own.map(({ path, service }) => `${path} names ${service}`).join(', ');
        const message = `${found}; wanted one slot's Service in all of them, for they change together`;
        problems.push({ where, message });
    }
    if (problems.length > 0)
        return (0,result/* bad */.M)(...problems);
    const [slot = null] = slots;
    return (0,result/* good */.u)({ traffic: slot === null ? {} : { [slot]: 100 }, match: null, mirror: {} });
}
const services = (scene) => scene.slots.map((slot) => (0,slot_services/* serviceOfSlot */.hQ)(scene, slot)).join(' or ');
/** Both marked canary: then there is no main Ingress, and the controller serves neither. */
function canaryProblems(scene) {
    const { object, siblings } = scene;
    if (isCanary(object)) {
        const message = 'is marked as a canary, so it works only beside a main Ingress; take the annotation off, or use back-end: ingress-nginx';
        return [{ where: nameOf(object), message }];
    }
    const places = ingressPaths(object);
    return siblings
        .filter((other) => other.metadata.name !== object.metadata.name &&
        isCanary(other) &&
        ingressClassOf(other) === ingressClassOf(object))
        .flatMap((other) => {
        const shared = places.find((place) => ingressPaths(other).some((one) => samePlace(one, place)));
        if (shared === undefined)
            return [];
        const message = `is a canary of ${nameOf(object)} at ${renderPlace(shared)} and takes requests from it; delete it, or use back-end: ingress-nginx`;
        return [{ where: nameOf(other), message }];
    });
}
/** The name that stands for no slot has to stay free. */
function nobodyProblems(scene) {
    const name = nobody(scene);
    if (!scene.services.has(name) || (0,slot_services/* slotOfService */.hv)(scene, name) !== null)
        return [];
    if (!backendsOf(scene.object).some(({ service }) => service === name))
        return [];
    const message = `names Service ${name}, which stands for no slot and is there; wanted ${services(scene)}, or that Service under another name`;
    return [{ where: nameOf(scene.object), message }];
}
function ingress_write(scene, wanted) {
    const only = onlySlot(ingressBackEnd, wanted);
    const present = read(scene);
    const problems = [
        ...beyondLimits(ingressBackEnd, wanted),
        ...unknownSlots(scene, wanted),
        ...(only.ok ? [] : only.problems),
        ...(present.ok ? [] : present.problems),
    ];
    if (!only.ok || problems.length > 0)
        return (0,result/* bad */.M)(...problems);
    const slot = only.value;
    const unfit = slot === null ? takenNobody(scene) : portProblems(scene, slot);
    if (unfit.length > 0)
        return (0,result/* bad */.M)(...unfit);
    const service = slot === null ? nobody(scene) : (0,slot_services/* serviceOfSlot */.hQ)(scene, slot);
    const own = new Set(slotBackends(scene).map(({ path }) => path));
    const target = mapBackends(scene.object, ({ path }) => (own.has(path) ? service : null));
    return (0,result/* good */.u)({ patch: (0,merge_patch/* mergePatchBetween */.N)(scene.object, target), scalings: [] });
}
function portProblems(scene, slot) {
    return slotBackends(scene)
        .map(({ path, port }) => portProblem(scene, { slot, port, where: `${nameOf(scene.object)} ${path}` }))
        .filter((problem) => problem !== null);
}
function takenNobody(scene) {
    const name = nobody(scene);
    if (!scene.services.has(name))
        return [];
    const message = `wanted no slot, which the name ${name} stands for, but there is a Service of that name; rename it`;
    return [{ where: nameOf(scene.object), message }];
}
/** Backends that name the endpoint's Service, or a slot's, name no slot's until the first weights. */
function ingress_create(order) {
    const { given, name, namespace, endpoint, service, slots } = order;
    const where = `Ingress ${name}`;
    const users = service.metadata.name ?? endpoint;
    if (given === null) {
        const message = `there is no Ingress ${name}, and the manifests hold none; write one with its host and a backend ${users}`;
        return (0,result/* bad */.M)({ where, message });
    }
    const here = [endpoint, users, ...slots.map((slot) => (0,slot_services/* defaultService */.pi)(endpoint, slot))];
    const own = backendsOf(given).filter((backend) => here.includes(backend.service));
    const problems = own
        .filter(({ port }) => !isPort(port) || !offersPort(service, port))
        .map(({ path, port }) => ({
        where: `${where} ${path}`,
        message: `found port ${JSON.stringify(port ?? null)}; Service ${users} offers ${portsText(service)}`,
    }));
    if (own.length === 0) {
        problems.push({ where, message: `leads nowhere near this endpoint; wanted a backend ${users}` });
    }
    if (isCanary(given)) {
        const message = 'is marked as a canary; take the annotation off, or use back-end: ingress-nginx';
        problems.push({ where, message });
    }
    if (problems.length > 0)
        return (0,result/* bad */.M)(...problems);
    const placed = { ...given, metadata: { ...given.metadata, name, namespace } };
    return (0,result/* good */.u)(mapBackends(placed, (backend) => here.includes(backend.service) ? nobody({ endpoint }) : null));
}
const isPort = (port) => typeof port === 'number' || typeof port === 'string';

;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/back-ends/openshift-route.js
// OpenShift Route: weights of `to` and `alternateBackends`, each the name of a slot's Service.






const openshift_route_DEFAULT_WEIGHT = 100;
const openshift_route_MAX_WEIGHT = 256;
const MAX_ALTERNATES = 3;
const openshiftRouteBackEnd = {
    kind: 'openshift-route',
    resource: {
        group: 'route.openshift.io',
        version: 'v1',
        kind: 'Route',
        plural: 'routes',
        namespaced: true,
        verbs: ['create', 'get', 'list', 'patch', 'watch'],
        subresources: ['status'],
    },
    capabilities: { weights: 'any', mirrorMaxPercent: 0, matches: [] },
    reads: 'object',
    // Routers say whether they admitted a Route, not which version of it.
    acknowledgedBy: 'time',
    notice: null,
    read(scene) {
        const backends = readBackends(scene);
        if (!backends.ok)
            return backends;
        return (0,result/* good */.u)({ traffic: openshift_route_trafficOf(backends.value), match: null, mirror: {} });
    },
    write: openshift_route_write,
    awaiting(scene, { weights }) {
        const backends = readBackends(scene);
        const traffic = backends.ok ? openshift_route_trafficOf(backends.value) : {};
        const shown = scene.slots.every((slot) => (traffic[slot] ?? 0) === (0,lib_weights/* weightOf */.mm)(weights, slot));
        return shown ? null : `${openshift_route_nameOf(scene.object)} does not show the weights yet`;
    },
    refused: ({ object }) => {
        const refusals = (0,record/* recordsIn */.Q0)((0,record/* fieldAt */.UK)(object, ['status', 'ingress'])).flatMap(refusalsOf);
        return refusals.length === 0 ? null : refusals.join('; ');
    },
    create: openshift_route_create,
};
const openshift_route_nameOf = ({ metadata }) => `Route ${metadata.name ?? ''}`;
function readBackends(scene) {
    const { object, slots } = scene;
    const where = openshift_route_nameOf(object);
    const targets = [(0,record/* fieldAt */.UK)(object, ['spec', 'to']), ...alternatesOf(object)].filter(record/* isRecord */.u4);
    const backends = targets.map((target) => backendOf(scene, target));
    const problems = [];
    const complain = (message) => void problems.push({ where, message });
    for (const { name, slot, weight } of backends) {
        if (!Number.isInteger(weight) || weight < 0 || weight > openshift_route_MAX_WEIGHT) {
            complain(`${name} has weight ${weight}; wanted a whole number from 0 to ${openshift_route_MAX_WEIGHT}`);
        }
        if (slot === null && weight > 0) {
            complain(`${name} has weight ${weight} and is the Service of no slot (${ownOf(scene)}); wanted weight 0, or its name out of the Route`);
        }
    }
    for (const slot of slots) {
        if (backends.filter((one) => one.slot === slot).length < 2)
            continue;
        complain(`names ${(0,slot_services/* serviceOfSlot */.hQ)(scene, slot)} more than once; wanted each Service once`);
    }
    if (!backends.some(({ slot }) => slot !== null)) {
        complain(`leads to no slot; wanted \`to\` or an alternate backend among ${ownOf(scene)}`);
    }
    return problems.length > 0 ? (0,result/* bad */.M)(...problems) : (0,result/* good */.u)(backends);
}
const ownOf = (scene) => scene.slots.map((slot) => (0,slot_services/* serviceOfSlot */.hQ)(scene, slot)).join(', ');
const alternatesOf = (object) => (0,record/* recordsIn */.Q0)((0,record/* fieldAt */.UK)(object, ['spec', 'alternateBackends']));
function backendOf(scene, target) {
    const name = (0,record/* textOf */.b6)(target['name']);
    // The only kind there is; nothing means the same.
    const isService = ['', 'Service'].includes((0,record/* textOf */.b6)(target['kind']));
    const weight = target['weight'] ?? openshift_route_DEFAULT_WEIGHT;
    return {
        target,
        name,
        slot: isService ? (0,slot_services/* slotOfService */.hv)(scene, name) : null,
        weight: typeof weight === 'number' ? weight : NaN,
    };
}
const openshift_route_trafficOf = (backends) => wholePercents(backends.flatMap(({ slot, weight }) => (slot === null ? [] : [{ slot, weight }])));
function openshift_route_write(scene, wanted) {
    const backends = readBackends(scene);
    const problems = [
        ...unknownSlots(scene, wanted),
        ...beyondLimits(openshiftRouteBackEnd, wanted),
        ...(backends.ok ? [] : backends.problems),
    ];
    const { weights } = wanted;
    const traffic = backends.ok ? openshift_route_trafficOf(backends.value) : {};
    const gaining = scene.slots.filter((slot) => (0,lib_weights/* weightOf */.mm)(weights, slot) > 0 && (traffic[slot] ?? 0) === 0);
    problems.push(...gaining.flatMap((slot) => unreachable(scene, slot)));
    if (!backends.ok || problems.length > 0)
        return (0,result/* bad */.M)(...problems);
    if (scene.slots.every((slot) => (traffic[slot] ?? 0) === (0,lib_weights/* weightOf */.mm)(weights, slot))) {
        return (0,result/* good */.u)({ patch: {}, scalings: [] });
    }
    const missing = scene.slots.filter((slot) => !backends.value.some((one) => one.slot === slot));
    const alternates = [
        ...backends.value.slice(1).map(({ target, slot }) => weighted(target, slot, weights)),
        ...missing
            .filter((slot) => (0,lib_weights/* weightOf */.mm)(weights, slot) > 0)
            .map((slot) => ({
            kind: 'Service',
            name: (0,slot_services/* serviceOfSlot */.hQ)(scene, slot),
            weight: (0,lib_weights/* weightOf */.mm)(weights, slot),
        })),
    ];
    if (alternates.length > MAX_ALTERNATES) {
        const message = `has ${MAX_ALTERNATES} alternate backends, which is the most, and none is ${missing.map((slot) => (0,slot_services/* serviceOfSlot */.hQ)(scene, slot)).join(', ')}; take one out`;
        return (0,result/* bad */.M)({ where: openshift_route_nameOf(scene.object), message });
    }
    const spec = {
        ...toPatch(backends.value, weights),
        ...(alternates.length > 0 && { alternateBackends: alternates }),
    };
    return (0,result/* good */.u)({ patch: { spec }, scalings: [] });
}
/** By name or number of the pods' port, as routers look it up. Without endpoints there is nothing to tell. */
function unreachable({ object, found }, slot) {
    const wanted = (0,record/* fieldAt */.UK)(object, ['spec', 'port', 'targetPort']);
    const ports = found.find((one) => one.slot === slot)?.endpoints?.ports ?? [];
    const names = ports.map(({ name, port }) => (name === '' ? String(port) : `${name} (${port})`));
    const offered = ports.some(({ name, port }) => name === wanted || port === wanted);
    if (wanted === undefined || ports.length === 0 || offered)
        return [];
    const message = `names target port ${JSON.stringify(wanted)}, which slot ${slot} does not offer; wanted ${names.join(' or ')}`;
    return [{ where: openshift_route_nameOf(object), message }];
}
const weighted = (target, slot, weights) => slot === null ? target : { ...target, weight: (0,lib_weights/* weightOf */.mm)(weights, slot) };
function toPatch([to], weights) {
    return to === undefined || to.slot === null ? {} : { to: { weight: (0,lib_weights/* weightOf */.mm)(weights, to.slot) } };
}
/** What one router said no to. */
function refusalsOf(router) {
    return (0,record/* recordsIn */.Q0)(router['conditions'])
        .filter(({ type, status }) => type === 'Admitted' && status === 'False')
        .map(({ reason, message }) => [
        `router ${(0,record/* textOf */.b6)(router['routerName'])} did not admit the Route: ${(0,record/* textOf */.b6)(reason)}`,
        (0,record/* textOf */.b6)(message),
    ]
        .filter((text) => text !== '')
        .join(': '));
}
function openshift_route_create({ given, endpoint, name, namespace, slots }) {
    if (given === null) {
        const message = `there is no Route ${name}, and the manifests hold none; write one: its host and TLS are no guess of ours`;
        return (0,result/* bad */.M)({ where: `Route ${name}`, message });
    }
    const own = slots.map((slot) => (0,slot_services/* defaultService */.pi)(endpoint, slot));
    const foreign = alternatesOf(given)
        .map((target) => (0,record/* textOf */.b6)(target['name']))
        .filter((service) => !own.includes(service));
    if (foreign.length > 0) {
        const message = `has alternate backends that are no slots: ${foreign.join(', ')}; wanted none, or ${own.join(', ')}`;
        return (0,result/* bad */.M)({ where: `Route ${name}`, message });
    }
    const backend = (service) => ({ kind: 'Service', name: service, weight: 0 });
    const spec = (0,record/* isRecord */.u4)(given['spec']) ? given['spec'] : {};
    return (0,result/* good */.u)({
        ...given,
        metadata: { ...given.metadata, name, namespace },
        spec: {
            ...spec,
            to: backend((0,slot_services/* defaultService */.pi)(endpoint, slots[0])),
            alternateBackends: [backend((0,slot_services/* defaultService */.pi)(endpoint, slots[1]))],
        },
    });
}

// EXTERNAL MODULE: ./packages/rollout/lib/errors.js
var lib_errors = __webpack_require__(836);
;// CONCATENATED MODULE: ./packages/rollout/lib/refusal.js
// A refusal: a decision not to act, as a value. Nothing was written when one comes back.

const refusal_refuse = (code, message, hint) => ({
    kind: 'refused',
    code,
    message,
    hint: hint ?? lib_errors/* errors */.s[code].hint,
});
const isRefusal = (value) => 'kind' in value && value.kind === 'refused';
/** For the edge, where a refusal ends the step. */
const errorOfRefusal = (refusal) => rolloutError(refusal.code, refusal.message, { hint: refusal.hint });

;// CONCATENATED MODULE: ./packages/rollout/lib/replica-share.js
// Shares that whole replicas give: the active slot keeps its size, a step scales the candidate alone.

/** Replicas of the candidate that come nearest to `percent` (1 to 99) beside `active` replicas; at least 1. */
const replicasFor = (percent, active) => Math.max(1, Math.round((active * percent) / (100 - percent)));
/** Percent of requests that `candidate` replicas get beside `active` ones, one decimal; 0 when there are none. */
const shareOf = (candidate, active) => candidate + active === 0 ? 0 : Math.round((1000 * candidate) / (candidate + active)) / 10;
/** More than this above what was asked for is another step than the one that was wanted. */
const MAX_EXCESS_POINTS = 5;
const MOST_FITTING_TOLD = 12;
/** null: whole replicas give every step. 0 and 100 need no shares, so they always fit. */
function checkReplicaSteps(steps, scene) {
    const { active, replicas, candidate } = scene;
    const shared = steps.filter((step) => step > 0 && step < 100);
    if (shared.length === 0)
        return null;
    if (replicas < 1) {
        return refusal_refuse('ROLLOUT_BAD_STRATEGY', `steps: found "${steps.join(',')}"; slot ${active} has no ready replica beside which ${candidate} could have a share; steps that fit: 100`, 'Scale the active slot up, or use steps: 100.');
    }
    const given = shared.map((step) => {
        const count = replicasFor(step, replicas);
        return { step, count, share: shareOf(count, replicas) };
    });
    const fit = given.every(({ step, count, share }, i) => share - step <= MAX_EXCESS_POINTS && count !== given[i - 1]?.count);
    if (fit)
        return null;
    const told = given.map(({ step, count, share }) => `${step} would really be ${share}: ${counted(replicas)} of ${active} and ${count} of ${candidate}`);
    const fitting = fittingSteps(replicas);
    return refusal_refuse('ROLLOUT_BAD_STRATEGY', `steps: found "${steps.join(',')}"; ${told.join('; ')}; steps that fit: ${fitting.join(',')}`, `Use steps from ${fitting.join(',')}, or give ${active} more replicas.`);
}
const counted = (replicas) => `${replicas} ${replicas === 1 ? 'replica' : 'replicas'}`;
/** Up to as many replicas as the active slot has, and 100; each is its own step again. */
function fittingSteps(replicas) {
    const every = Math.ceil(replicas / MOST_FITTING_TOLD);
    const fitting = [];
    for (let count = every; count <= replicas; count += every) {
        const percent = Math.round(shareOf(count, replicas));
        const excess = shareOf(replicasFor(percent, replicas), replicas) - percent;
        if (percent > (fitting.at(-1) ?? 0) && excess <= MAX_EXCESS_POINTS)
            fitting.push(percent);
    }
    return [...fitting, 100];
}

// EXTERNAL MODULE: ./packages/rollout/lib/marks.js
var lib_marks = __webpack_require__(7545);
// EXTERNAL MODULE: ./packages/kubernetes/lib/endpoint/marks.js
var endpoint_marks = __webpack_require__(3564);
;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/back-ends/last-good.js
// Which slot was the last good one, as our marks on the traffic object say.


/**
 * The slot that served alone before the rollout, while it still holds what it held then; else null.
 * A slot that was deployed anew since is a candidate, not a way back.
 */
function lastGoodSlot({ object, slots, found }) {
    const marks = (0,lib_marks/* parseMarks */._t)((0,endpoint_marks/* marksOf */.Ok)(object));
    const previous = marks.ok ? marks.value.previous : null;
    const slot = slots.find((one) => previous?.weights[one] === 100);
    if (previous === null || slot === undefined)
        return null;
    const deployment = found.find((one) => one.slot === slot)?.deployment ?? null;
    if (deployment === null)
        return null;
    const held = deployment.metadata.annotations?.[endpoint_marks/* REVISION_ANNOTATION */.wB] ?? null;
    return held === previous.revision ? slot : null;
}

// EXTERNAL MODULE: ./packages/kubernetes/lib/endpoint/slot-health.js
var slot_health = __webpack_require__(3179);
;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/back-ends/selected-pods.js
// Do the EndpointSlices of the endpoint's Service list the pods that they should?


/** null: exactly the ready pods of these slots, at least one of each; else what is still awaited. */
function awaitedPods(scene, slots) {
    const listed = scene.endpoints?.pods ?? [];
    const where = `EndpointSlices of ${nameOf(scene.object)}`;
    if (slots.length === 0) {
        return listed.length === 0 ? null : `${where}: ${listed.length} pods listed, wanted none`;
    }
    const strange = strangers(scene, slots);
    if (strange.length > 0) {
        return `${where}: still list ${strange.length} of ${listed.length} pods that are not of slot ${slots.join(' or ')}`;
    }
    const missing = slots.flatMap((slot) => missingOf(scene, slot));
    if (missing.length > 0)
        return `${where}: ${missing.join(', ')}`;
    return countOf(scene, slots) ?? null;
}
const foundOf = ({ found }, slot) => found.find((one) => one.slot === slot) ?? null;
/** Pods known by name: of the slot's own Service. null: it has none, as in forms that others made. */
const podsOf = (scene, slot) => foundOf(scene, slot)?.endpoints?.pods ?? null;
function strangers(scene, slots) {
    const listed = scene.endpoints?.pods ?? [];
    const own = slots.map((slot) => podsOf(scene, slot));
    if (own.every((pods) => pods !== null)) {
        const known = new Set(own.flat());
        return listed.filter((pod) => !known.has(pod));
    }
    const others = new Set(scene.slots
        .filter((slot) => !slots.includes(slot))
        .flatMap((slot) => podsOf(scene, slot) ?? []));
    return listed.filter((pod) => others.has(pod));
}
function missingOf(scene, slot) {
    const pods = podsOf(scene, slot);
    if (pods === null)
        return [];
    const listed = new Set(scene.endpoints?.pods);
    const there = pods.filter((pod) => listed.has(pod)).length;
    if (pods.length > 0 && there === pods.length)
        return [];
    return [`${there} of ${pods.length} ready pods of slot ${slot}`];
}
/** Where a slot has no Service of its own, the number of its ready pods has to do. */
function countOf(scene, slots) {
    if (slots.every((slot) => podsOf(scene, slot) !== null))
        return null;
    const listed = scene.endpoints?.pods.length ?? 0;
    const ready = slots.reduce((sum, slot) => sum + readyPods(scene, slot), 0);
    if (ready > 0 && listed === ready)
        return null;
    return `EndpointSlices of ${nameOf(scene.object)}: ${listed} pods listed, ${ready} ready of slot ${slots.join(' and ')}`;
}
/** Ready pods as the slot's Deployment counts them; 0 where it is not deployed. */
function readyPods(scene, slot) {
    const deployment = foundOf(scene, slot)?.deployment ?? null;
    return deployment === null ? 0 : (0,slot_health/* readyReplicas */.f9)(deployment);
}
/** Pods that the slot's Deployment wants; 0 where it is not deployed. */
function wantedPods(scene, slot) {
    const deployment = foundOf(scene, slot)?.deployment ?? null;
    return deployment === null ? 0 : (0,slot_health/* wantedReplicas */.hb)(deployment);
}

;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/back-ends/replica-shares.js
// What whole replicas of both slots give, beside what was asked for.



/**
 * The weights that an unpinned Service is at, as they were asked for: `blue=80,green=20`. Replicas
 * can only come near to them, so they can not be read off again.
 */
const WEIGHTS_ANNOTATION = 'sluice.dev/weights';
/** null: there is none; undefined: it says something else than shares of these two slots. */
function weightsAskedFor({ object, slots }) {
    const text = object.metadata.annotations?.[WEIGHTS_ANNOTATION];
    if (text === undefined)
        return null;
    const parsed = (0,lib_weights/* parseWeightsText */.mX)(text);
    if (!parsed.ok)
        return undefined;
    return slots.every((slot) => (0,lib_weights/* weightOf */.mm)(parsed.value, slot) > 0) ? parsed.value : undefined;
}
/** Percent with one decimal that each slot gets from its ready pods; each rounded by itself. */
function realShares(scene) {
    const [first, second] = scene.slots;
    const ready = (slot) => readyPods(scene, slot);
    return {
        [first]: shareOf(ready(first), ready(second)),
        [second]: shareOf(ready(second), ready(first)),
    };
}
/** Replicas of the candidate beside the active slot as it is now. */
const candidateReplicas = (scene, { active, candidate, weights }) => replicasFor((0,lib_weights/* weightOf */.mm)(weights, candidate), wantedPods(scene, active));
/** The candidate has them. */
const fitsShare = (scene, shared) => wantedPods(scene, shared.active) > 0 &&
    wantedPods(scene, shared.candidate) === candidateReplicas(scene, shared);
/** The Deployments have as many replicas as these weights want of them. */
function fitsReplicas(scene, weights) {
    const known = lastGoodSlot(scene);
    // Without marks either can be the one that keeps its size; rounding rarely tells them apart.
    const actives = known === null ? scene.slots : [known];
    return actives.some((active) => fitsShare(scene, { active, candidate: otherSlot(scene, active), weights }));
}
const otherSlot = ({ slots }, slot) => slots[0] === slot ? slots[1] : slots[0];

;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/back-ends/service-resource.js
const serviceResource = {
    group: '',
    version: 'v1',
    kind: 'Service',
    plural: 'services',
    namespaced: true,
    verbs: ['create', 'get', 'list', 'patch', 'watch'],
    subresources: ['status', 'proxy'],
};

;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/back-ends/replicas.js
// Shares by the number of pods: one Service over both slots, or pinned to one of them.












/**
 * 0 and 100 pin the selector to one slot. Between them the selector has no slot label, and the
 * candidate alone is scaled: its share is c / (s + c).
 */
const replicasBackEnd = {
    kind: 'replicas',
    resource: serviceResource,
    capabilities: { weights: 'replicas', mirrorMaxPercent: 0, matches: [] },
    reads: 'object',
    acknowledgedBy: 'endpoint-slices',
    notice: null,
    read: replicas_read,
    write: replicas_write,
    // The number of pods is not looked at: scalings are waited for by who does them.
    awaiting(scene, { weights }) {
        return awaitedPods(scene, scene.slots.filter((slot) => (0,lib_weights/* weightOf */.mm)(weights, slot) > 0));
    },
    refused: () => null,
    create: createPinned,
};
function replicas_read(scene) {
    const seen = readSelector(scene);
    if (!seen.ok)
        return seen;
    const none = { match: null, mirror: {} };
    const { selected } = seen.value;
    switch (selected.kind) {
        case 'none':
            return (0,result/* good */.u)({ ...none, traffic: {} });
        case 'slot': {
            const { slot } = selected;
            const shares = { [slot]: 100, [otherSlot(scene, slot)]: 0 };
            return (0,result/* good */.u)({ ...none, traffic: { [slot]: 100 }, shares });
        }
        case 'both':
            return readShares(scene);
        default:
            return selected;
    }
}
function readShares(scene) {
    const asked = weightsAskedFor(scene);
    if (asked === undefined) {
        const { metadata } = scene.object;
        const message = `found "${metadata.annotations?.[WEIGHTS_ANNOTATION]}"; wanted a share of each slot, such as ${scene.slots[0]}=80,${scene.slots[1]}=20, or no such annotation`;
        return (0,result/* bad */.M)({
            where: `${nameOf(scene.object)} metadata.annotations["${WEIGHTS_ANNOTATION}"]`,
            message,
        });
    }
    const seen = { match: null, mirror: {}, shares: realShares(scene) };
    if (asked !== null && fitsReplicas(scene, asked))
        return (0,result/* good */.u)({ ...seen, traffic: asked });
    const ready = scene.slots.map((slot) => ({ slot, weight: readyPods(scene, slot) }));
    // None is ready at the moment: the next one that is gets the requests, so its slot is not idle.
    const weighted = ready.some(({ weight }) => weight > 0)
        ? ready
        : scene.slots.map((slot) => ({ slot, weight: wantedPods(scene, slot) }));
    return (0,result/* good */.u)({
        ...seen,
        traffic: wholePercents(weighted),
        ...(asked !== null && { unfinished: true }),
    });
}
function replicas_write(scene, wanted) {
    const unfit = [...beyondLimits(replicasBackEnd, wanted), ...unknownSlots(scene, wanted)];
    const seen = readSelector(scene);
    if (!seen.ok || unfit.length > 0)
        return (0,result/* bad */.M)(...unfit, ...(seen.ok ? [] : seen.problems));
    const gaining = scene.slots.filter((slot) => (0,lib_weights/* weightOf */.mm)(wanted.weights, slot) > 0);
    const missed = gaining.flatMap((slot) => missedBy(scene, { slot, label: seen.value.label }));
    if (missed.length > 0)
        return (0,result/* bad */.M)(...missed);
    return gaining.length === 2
        ? share(scene, seen.value, wanted.weights)
        : (0,result/* good */.u)(pin(scene, seen.value, gaining[0] ?? null));
}
/** One slot, or none, gets everything. Going back to the last good slot is this one write alone. */
function pin(scene, seen, slot) {
    const { key, values } = seen.label;
    const value = slot === null ? NO_SLOT : (values.get(slot) ?? NO_SLOT);
    const patch = patchTo(scene, { key, value, weights: null });
    const before = seen.selected;
    const stays = slot === null || (before.kind === 'slot' && before.slot === slot);
    if (stays || (lastGoodSlot(scene) === slot && wantedPods(scene, slot) > 0)) {
        return { patch, scalings: [] };
    }
    const served = before.kind === 'none' ? 0 : wantedPods(scene, otherSlot(scene, slot));
    return {
        patch,
        scalings: wantedPods(scene, slot) < served ? [{ slot, replicas: served, when: 'before' }] : [],
    };
}
/** Both slots get a share. */
function share(scene, { label, selected }, weights) {
    if (selected.kind === 'none')
        return (0,result/* bad */.M)(nobodyServes(scene, weights));
    const active = selected.kind === 'slot' ? selected.slot : activeOf(scene, weights);
    const shared = { active, candidate: otherSlot(scene, active), weights };
    const patch = patchTo(scene, { key: label.key, value: null, weights });
    // Without requests its size can change at once; with them the claim is written first.
    const when = selected.kind === 'slot' ? 'before' : 'after';
    const replicas = candidateReplicas(scene, shared);
    const scalings = fitsShare(scene, shared) ? [] : [{ slot: shared.candidate, replicas, when }];
    const isSo = scalings.length === 0 && Object.keys(patch).length === 0;
    const problem = isSo ? null : tooMuch(scene, shared);
    return problem === null ? (0,result/* good */.u)({ patch, scalings }) : (0,result/* bad */.M)(problem);
}
/**
 * The slot that keeps its size while both get requests: the one that was good before the rollout.
 * Without marks the one whose weight falls; where none falls one whose other slot has the right
 * size already, and else the one with the greater weight.
 */
function activeOf(scene, weights) {
    const known = lastGoodSlot(scene);
    if (known !== null)
        return known;
    const [first, second] = scene.slots;
    const present = replicas_read(scene);
    const traffic = present.ok ? present.value.traffic : {};
    const falls = scene.slots.find((slot) => (0,lib_weights/* weightOf */.mm)(weights, slot) < (traffic[slot] ?? 0));
    const fits = scene.slots.find((active) => fitsShare(scene, { active, candidate: otherSlot(scene, active), weights }));
    return falls ?? fits ?? ((0,lib_weights/* weightOf */.mm)(weights, second) > (0,lib_weights/* weightOf */.mm)(weights, first) ? second : first);
}
const nobodyServes = (scene, weights) => ({
    where: 'weights',
    message: `found ${(0,lib_weights/* renderWeights */.CX)(weights)}, but ${nameOf(scene.object)} gives no slot requests: there is no size for a share to go by; give one slot 100 first`,
});
/** Whole replicas would give the candidate far more than it was to get. */
function tooMuch(scene, { active, candidate, weights }) {
    const replicas = wantedPods(scene, active);
    const refusal = checkReplicaSteps([(0,lib_weights/* weightOf */.mm)(weights, candidate)], { active, replicas, candidate });
    return refusal === null ? null : { where: 'weights', message: refusal.message };
}
function patchTo(scene, { key, value, weights }) {
    const target = withAnnotation(withSlotValue(scene.object, key, value), WEIGHTS_ANNOTATION, weights === null ? null : (0,lib_weights/* renderWeights */.CX)(weights));
    return (0,merge_patch/* mergePatchBetween */.N)(scene.object, target);
}

;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/back-ends/service.js
// The selector of the endpoint's Service: one label moves all requests from one slot to the other.








/** 0 or 100; going to another slot is a patch of one key of the selector. */
const serviceBackEnd = {
    kind: 'service',
    resource: serviceResource,
    capabilities: { weights: 'all-or-nothing', mirrorMaxPercent: 0, matches: [] },
    reads: 'object',
    acknowledgedBy: 'endpoint-slices',
    notice: null,
    read: service_read,
    write: service_write,
    awaiting(scene, { weights }) {
        return awaitedPods(scene, scene.slots.filter((slot) => (weights[slot] ?? 0) > 0));
    },
    refused: () => null,
    create: createPinned,
};
function service_read(scene) {
    const seen = readSelector(scene);
    if (!seen.ok)
        return seen;
    const { label, selected } = seen.value;
    if (selected.kind === 'both') {
        const values = [...label.values.values()].map((value) => `${label.key}: ${value}`);
        const message = `the selector lacks ${label.key}, so it selects the pods of both slots; use back-end: replicas, which works by their number, or pin it with ${values.join(' or ')}`;
        return (0,result/* bad */.M)({ where: `${nameOf(scene.object)} spec.selector`, message });
    }
    const traffic = selected.kind === 'slot' ? { [selected.slot]: 100 } : {};
    return (0,result/* good */.u)({ traffic, match: null, mirror: {} });
}
function service_write(scene, wanted) {
    const unfit = [...beyondLimits(serviceBackEnd, wanted), ...unknownSlots(scene, wanted)];
    const only = onlySlot(serviceBackEnd, wanted);
    const present = service_read(scene);
    const seen = readSelector(scene);
    const problems = [...unfit, ...problemsOf(only), ...problemsOf(present)];
    if (!only.ok || !seen.ok || problems.length > 0)
        return (0,result/* bad */.M)(...problems);
    const { label } = seen.value;
    const slot = only.value;
    const missed = slot === null ? [] : missedBy(scene, { slot, label });
    if (missed.length > 0)
        return (0,result/* bad */.M)(...missed);
    const value = slot === null ? NO_SLOT : (label.values.get(slot) ?? NO_SLOT);
    const patch = (0,merge_patch/* mergePatchBetween */.N)(scene.object, withSlotValue(scene.object, label.key, value));
    return (0,result/* good */.u)({ patch, scalings: [] });
}
const problemsOf = (result) => (result.ok ? [] : result.problems);

;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/back-ends/virtual-service-rules.js
// Istio VirtualService: its HTTP rules, and which slot each destination stands for. Pure.





const MATCH_RULE = 'sluice-match';
const PARKED_RULE = 'sluice-parked';
const virtualServiceName = ({ metadata }) => `VirtualService ${metadata.name ?? ''}`;
/** All rules in order; what keeps them from being followed. */
function virtual_service_rules_readRules(scene) {
    const { object } = scene;
    const where = virtualServiceName(object);
    const problems = [];
    const rules = (0,record/* recordsIn */.Q0)((0,record/* fieldAt */.UK)(object, ['spec', 'http'])).map((rule, index) => {
        const read = readRule(scene, rule, `http[${index}]`);
        if (read.ok)
            return read.value;
        problems.push(...read.problems.map(({ message }) => ({ where, message })));
        return { kind: 'other', rule };
    });
    for (const protocol of ['tcp', 'tls']) {
        const routes = (0,record/* recordsIn */.Q0)((0,record/* fieldAt */.UK)(object, ['spec', protocol]));
        const leads = routes.some((route) => destinationsOf(route).some((one) => slotOf(scene, one)));
        if (!leads)
            continue;
        const message = `spec.${protocol} leads to a slot; only the weights of spec.http are moved, wanted the slots there alone`;
        problems.push({ where, message });
    }
    if (problems.length === 0 && !rules.some(({ kind }) => kind === 'slots')) {
        const own = scene.slots.map((slot) => (0,slot_services/* serviceOfSlot */.hQ)(scene, slot)).join(', ');
        const message = `leads to no slot; wanted a rule of spec.http whose destinations are ${own}, or one host with the subsets ${scene.slots.join(', ')}`;
        problems.push({ where, message });
    }
    return problems.length > 0 ? (0,result/* bad */.M)(...problems) : (0,result/* good */.u)(rules);
}
const destinationsOf = (rule) => (0,record/* recordsIn */.Q0)(rule['route']).map(({ destination }) => ((0,record/* isRecord */.u4)(destination) ? destination : {}));
function readRule(scene, rule, where) {
    const name = (0,record/* textOf */.b6)(rule['name']);
    if (isOwn(name, MATCH_RULE))
        return (0,result/* good */.u)({ kind: 'match', rule });
    if (isOwn(name, PARKED_RULE))
        return (0,result/* good */.u)({ kind: 'parked', rule });
    const slots = destinationsOf(rule).map((one) => slotOf(scene, one));
    if (slots.every((slot) => slot === null))
        return (0,result/* good */.u)({ kind: 'other', rule });
    if (byHeaderAlone(rule)) {
        const led = slots.filter((slot) => slot !== null);
        return (0,result/* good */.u)({ kind: 'foreign-match', rule, where, slots: led });
    }
    const problems = [...routeProblems(scene, rule), ...virtual_service_rules_mirrorProblems(scene, rule)];
    if (problems.length > 0) {
        return (0,result/* bad */.M)(...problems.map((message) => ({ where, message: `${where} ${message}` })));
    }
    return (0,result/* good */.u)({
        kind: 'slots',
        slots: { rule, where, traffic: virtual_service_rules_trafficOf(scene, rule), mirror: virtual_service_rules_ownMirror(scene, rule) },
    });
}
/** There is one for each rule that leads to slots; further ones are numbered. */
const isOwn = (name, own) => name === own || (name.startsWith(`${own}-`) && /^\d+$/.test(name.slice(own.length + 1)));
/** Every way into the rule wants a header, and there is one way out: an A/B rule. */
function byHeaderAlone(rule) {
    const ways = (0,record/* recordsIn */.Q0)(rule['match']);
    const single = (0,record/* recordsIn */.Q0)(rule['route']).length === 1;
    return single && ways.length > 0 && ways.every(({ headers }) => (0,record/* isRecord */.u4)(headers));
}
function routeProblems(scene, rule) {
    const destinations = destinationsOf(rule);
    const routes = (0,record/* recordsIn */.Q0)(rule['route']);
    const own = scene.slots.map((slot) => (0,slot_services/* serviceOfSlot */.hQ)(scene, slot)).join(', ');
    const problems = destinations.flatMap((destination, index) => {
        const weight = routes[index]?.['weight'] ?? 0;
        if (typeof weight !== 'number' || !Number.isInteger(weight) || weight < 0) {
            return [
                `gives ${renderDestination(destination)} weight ${JSON.stringify(weight)}; wanted a whole number`,
            ];
        }
        const alone = routes.length === 1;
        if (slotOf(scene, destination) !== null || (weight === 0 && !alone))
            return [];
        return [
            `gives ${renderDestination(destination)} weight ${weight}, which is no slot (${own}); wanted weight 0, or a rule of its own`,
        ];
    });
    for (const slot of scene.slots) {
        if (destinations.filter((one) => slotOf(scene, one) === slot).length < 2)
            continue;
        problems.push(`names slot ${slot} more than once; wanted one destination for each slot`);
    }
    return problems;
}
function virtual_service_rules_mirrorProblems(scene, rule) {
    const several = (0,record/* recordsIn */.Q0)(rule['mirrors']).some(({ destination }) => (0,record/* isRecord */.u4)(destination) ? slotOf(scene, destination) !== null : false);
    return several
        ? ['copies requests to a slot by `mirrors`; wanted `mirror` with `mirrorPercentage`']
        : [];
}
const ALL = 100;
function virtual_service_rules_trafficOf(scene, rule) {
    const routes = (0,record/* recordsIn */.Q0)(rule['route']);
    return wholePercents(destinationsOf(rule).flatMap((destination, index) => {
        const slot = slotOf(scene, destination);
        const weight = routes[index]?.['weight'];
        // A single destination gets everything, whatever its weight says.
        const counted = routes.length === 1 ? ALL : typeof weight === 'number' ? weight : 0;
        return slot === null ? [] : [{ slot, weight: counted }];
    }));
}
/** Copies to a slot that we began; null: none, or somebody else's. */
function virtual_service_rules_ownMirror(scene, rule) {
    const slot = virtual_service_rules_mirroredSlot(scene, rule);
    if (slot === null || !isMirrorMarked(scene.object, slot))
        return null;
    const percent = (0,record/* fieldAt */.UK)(rule, ['mirrorPercentage', 'value']) ?? rule['mirrorPercent'] ?? ALL;
    return { slot, percent: typeof percent === 'number' ? percent : ALL };
}
/** The slot that gets copies, whoever wants it. */
const virtual_service_rules_mirroredSlot = (scene, { mirror }) => (0,record/* isRecord */.u4)(mirror) ? slotOf(scene, mirror) : null;
const renderDestination = (destination) => {
    const subset = (0,record/* textOf */.b6)(destination['subset']);
    return `${(0,record/* textOf */.b6)(destination['host'])}${subset === '' ? '' : ` subset ${subset}`}`;
};
/**
 * By the slot's own Service, else by a subset of the slot's name, or of the value of the one label
 * that tells its pods apart (`version: v2`). null: no slot.
 */
function slotOf(scene, destination) {
    const host = (0,record/* textOf */.b6)(destination['host']);
    const byService = scene.slots.find((slot) => isHost(scene, host, (0,slot_services/* serviceOfSlot */.hQ)(scene, slot)));
    if (byService !== undefined)
        return byService;
    const subset = (0,record/* textOf */.b6)(destination['subset']);
    if (subset === '' || !isHost(scene, host, null))
        return null;
    if (scene.slots.includes(subset))
        return subset;
    const labelled = scene.found.find(({ labels }) => {
        const values = Object.values(labels);
        return values.length === 1 && values[0] === subset;
    });
    return labelled?.slot ?? null;
}
/** `web`, `web.shop`, `web.shop.svc`, `web.shop.svc.cluster.local`; null: any Service of the namespace. */
function isHost({ object }, host, service) {
    const [name, namespace, svc] = host.split('.');
    const here = namespace === undefined || namespace === object.metadata.namespace;
    return here && (svc === undefined || svc === 'svc') && (service === null || name === service);
}

;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/back-ends/virtual-service-own.js
// Rules of ours in a VirtualService, each right before a rule that leads to slots: the same way in,
// and a header beside it (match), or no slot at all (parked). Pure.




/** The match that our rules make; null: there is none. A problem where somebody changed them. */
function readOwnMatch(scene, rules) {
    const own = rules.flatMap((one) => (one.kind === 'match' ? [one.rule] : []));
    if (own.length === 0)
        return (0,result/* good */.u)(null);
    const mark = readMatchMark(scene.object);
    if (mark !== null && own.every((rule) => says(scene, rule, mark)))
        return (0,result/* good */.u)(mark);
    const message = `the rule ${MATCH_RULE} does not say what the annotation beside it says; somebody changed it, take it out`;
    return (0,result/* bad */.M)({ where: virtualServiceName(scene.object), message });
}
function says(scene, rule, { name, value, slot }) {
    const ways = (0,record/* recordsIn */.Q0)(rule['match']);
    const [only, ...more] = (0,record/* recordsIn */.Q0)(rule['route']);
    const destination = only?.['destination'];
    return (ways.length > 0 &&
        ways.every((way) => (0,record/* fieldAt */.UK)(way, ['headers', name.toLowerCase(), 'exact']) === value) &&
        more.length === 0 &&
        (0,record/* isRecord */.u4)(destination) &&
        slotOf(scene, destination) === slot);
}
/** Istio says of these keys of `headers` that it ignores them: the rule would fit every request. */
const IGNORED = new Set(['uri', 'scheme', 'method', 'authority']);
/** The whole list, with what the match and weights of nothing need in front. */
function withOwnRules(scene, kept, { weights, match }) {
    const parked = Object.keys(weights).length === 0;
    const where = virtualServiceName(scene.object);
    if (match !== null && kept.some(({ rule, isSlots }) => isSlots && hasHeader(rule, match))) {
        const message = `a rule that leads to slots wants a value of the header ${match.name} itself; wanted another header`;
        return (0,result/* bad */.M)({ where, message });
    }
    const name = match?.name.toLowerCase() ?? '';
    if (match !== null && IGNORED.has(name)) {
        const message = `Istio ignores a match by the header ${name}, so every request would get slot ${match.slot}; wanted another header`;
        return (0,result/* bad */.M)({ where, message });
    }
    let count = 0;
    const numbered = (own) => (count === 1 ? own : `${own}-${count}`);
    return (0,result/* good */.u)(kept.flatMap(({ rule, isSlots }) => {
        if (!isSlots)
            return [rule];
        count += 1;
        return [
            ...(parked ? [parkedRule(rule, numbered(PARKED_RULE))] : []),
            ...(match === null ? [] : [virtual_service_own_matchRule(scene, rule, { match, name: numbered(MATCH_RULE) })]),
            rule,
        ];
    }));
}
/** Weights cannot all be 0 in Istio, so requests are answered with 503 before the slots. */
const parkedRule = ({ match }, name) => ({
    name,
    ...(match !== undefined && { match }),
    directResponse: { status: 503 },
});
const waysInto = (rule) => {
    const ways = (0,record/* recordsIn */.Q0)(rule['match']);
    return ways.length === 0 ? [{}] : ways;
};
const virtual_service_own_headersOf = ({ headers }) => ((0,record/* isRecord */.u4)(headers) ? headers : {});
const hasHeader = (rule, { name }) => waysInto(rule).some((way) => Object.hasOwn(virtual_service_own_headersOf(way), name.toLowerCase()));
function virtual_service_own_matchRule(scene, rule, { match, name }) {
    const route = (0,record/* recordsIn */.Q0)(rule['route'])
        .filter(({ destination }) => (0,record/* isRecord */.u4)(destination) && slotOf(scene, destination) === match.slot)
        .map((entry) => ({ ...entry, weight: 100 }));
    const { mirror, mirrorPercentage, mirrorPercent, ...rest } = rule;
    return {
        ...rest,
        // Copies for somebody else go on.
        ...(mirror !== undefined &&
            virtual_service_rules_ownMirror(scene, rule) === null && {
            mirror,
            ...(mirrorPercentage !== undefined && { mirrorPercentage }),
            ...(mirrorPercent !== undefined && { mirrorPercent }),
        }),
        name,
        match: waysInto(rule).map((way) => ({
            ...way,
            // Istio wants names of headers in lower case.
            headers: { ...virtual_service_own_headersOf(way), [match.name.toLowerCase()]: { exact: match.value } },
        })),
        route,
    };
}

;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/back-ends/virtual-service-create.js
// The VirtualService of an endpoint that has none yet: both slots in it, and no request for either.





/** Without one in the manifests: a rule of the mesh for the endpoint's own host. */
function createVirtualService(order) {
    const { given, name, namespace, endpoint } = order;
    if (given === null) {
        return (0,result/* good */.u)({
            apiVersion: 'networking.istio.io/v1',
            kind: 'VirtualService',
            metadata: { name, namespace },
            spec: { hosts: [endpoint], http: withParked([{ route: routeOf(order, {}) }]) },
        });
    }
    const http = (0,record/* recordsIn */.Q0)((0,record/* fieldAt */.UK)(given, ['spec', 'http']));
    const led = http.filter((rule) => virtual_service_create_leadsHere(order, rule));
    if (led.length === 0) {
        const message = `no rule of spec.http leads to the Service ${endpoint}, its slots' Services or its subsets ${order.slots.join(', ')}; wanted one`;
        return (0,result/* bad */.M)({ where: `VirtualService ${name}`, message });
    }
    const rules = http.flatMap((rule) => led.includes(rule) ? withParked([virtual_service_create_withSlots(order, rule)], led.indexOf(rule)) : [rule]);
    const spec = (0,record/* isRecord */.u4)(given['spec']) ? given['spec'] : {};
    return (0,result/* good */.u)({
        ...given,
        metadata: { ...given.metadata, name, namespace },
        spec: { ...spec, http: rules },
    });
}
const withParked = (rules, before = 0) => rules.flatMap((rule) => [
    parkedRule(rule, before === 0 ? PARKED_RULE : `${PARKED_RULE}-${before + 1}`),
    rule,
]);
const virtual_service_create_destinationsOf = (rule) => (0,record/* recordsIn */.Q0)(rule['route'])
    .map(({ destination }) => destination)
    .filter(record/* isRecord */.u4);
function virtual_service_create_leadsHere({ endpoint, slots }, rule) {
    const own = [endpoint, ...slots.map((slot) => (0,slot_services/* defaultService */.pi)(endpoint, slot))];
    return virtual_service_create_destinationsOf(rule).some(({ host }) => own.includes((0,record/* textOf */.b6)(host).split('.')[0] ?? ''));
}
/** Subsets are the writer's own slots; a Service makes room for those of the slots. */
function virtual_service_create_withSlots(order, rule) {
    const [first] = virtual_service_create_destinationsOf(rule);
    const hasSubsets = virtual_service_create_destinationsOf(rule).every(({ subset }) => (0,record/* textOf */.b6)(subset) !== '');
    return hasSubsets || first === undefined ? rule : { ...rule, route: routeOf(order, first) };
}
const routeOf = ({ endpoint, slots }, like) => slots.map((slot, index) => {
    const [, ...suffix] = (0,record/* textOf */.b6)(like['host']).split('.');
    const host = [(0,slot_services/* defaultService */.pi)(endpoint, slot), ...suffix].join('.');
    return { destination: { ...like, host }, weight: index === 0 ? 100 : 0 };
});

;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/back-ends/virtual-service-reach.js
// Destinations that Istio would answer 503 for: a port that the Service does not offer, or a subset
// whose pods its Service does not select (the Service of blue/green in front of both). Pure.




/** For slots that get requests or copies which they did not have: going back is never in the way. */
function virtual_service_reach_unreachable(scene, http, change) {
    const gaining = scene.slots.filter((slot) => isGaining(slot, change));
    const destinations = new Map(http.flatMap(virtual_service_reach_destinationsOf).map((one) => [JSON.stringify(one), one]));
    return [...destinations.values()].flatMap((destination) => {
        const slot = slotOf(scene, destination);
        if (slot === null || !gaining.includes(slot))
            return [];
        return (0,record/* textOf */.b6)(destination['subset']) === ''
            ? virtual_service_reach_portProblems(scene, slot, destination)
            : clashOf(scene, slot, destination);
    });
}
/** Without a port the Service has only one. */
function virtual_service_reach_portProblems(scene, slot, destination) {
    const port = (0,record/* fieldAt */.UK)(destination, ['port', 'number']);
    if (port === undefined)
        return [];
    const where = `${virtualServiceName(scene.object)} destination ${renderDestination(destination)}`;
    const problem = portProblem(scene, { slot, port, where });
    return problem === null ? [] : [problem];
}
const isGaining = (slot, { wanted, seen }) => ((0,lib_weights/* weightOf */.mm)(wanted.weights, slot) > 0 && (seen.traffic[slot] ?? 0) === 0) ||
    (wanted.match?.slot === slot && seen.match?.slot !== slot) ||
    ((wanted.mirror[slot] ?? 0) > 0 && (seen.mirror[slot] ?? 0) === 0);
const virtual_service_reach_destinationsOf = (rule) => [...(0,record/* recordsIn */.Q0)(rule['route']).map(({ destination }) => destination), rule['mirror']].filter(record/* isRecord */.u4);
function clashOf(scene, slot, destination) {
    const [service = ''] = (0,record/* textOf */.b6)(destination['host']).split('.');
    const selector = (0,record/* fieldAt */.UK)(scene.services.get(service), ['spec', 'selector']);
    const labels = scene.found.find((one) => one.slot === slot)?.labels ?? {};
    const clash = Object.entries(labels).find(([key, value]) => {
        const selected = (0,record/* isRecord */.u4)(selector) ? selector[key] : undefined;
        return selected !== undefined && selected !== value;
    });
    if (clash === undefined)
        return [];
    const [key, value] = clash;
    const message = `subset ${(0,record/* textOf */.b6)(destination['subset'])} is empty: Service ${service} selects ${key}=${(0,record/* textOf */.b6)((0,record/* fieldAt */.UK)(selector, [key]))}, the pods of slot ${slot} have ${key}=${value}; take ${key} out of the selector of the Service`;
    return [{ where: virtualServiceName(scene.object), message }];
}

;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/back-ends/virtual-service-write.js
// One rule of a VirtualService with other weights and another mirror; what we do not know stays. Pure.




/** Without any weight the route stays: a rule of ours in front of it parks the slots. */
function writeSlotRule(change, { rule, where }) {
    const route = writeRoute(change, rule);
    const mirrored = writeMirror(change, rule);
    const problems = [route, mirrored].flatMap((one) => (one.ok ? [] : one.problems));
    if (!route.ok || !mirrored.ok) {
        const named = problems.map(({ message }) => `${where} ${message}`);
        return (0,result/* bad */.M)(...named.map((message) => ({ where: virtualServiceName(change.scene.object), message })));
    }
    return (0,result/* good */.u)({ ...mirrored.value, route: route.value });
}
function writeRoute(change, rule) {
    const { scene, wanted } = change;
    const old = (0,record/* recordsIn */.Q0)(rule['route']);
    const present = new Set(old.map((entry) => slotOfEntry(scene, entry)));
    const problems = [];
    const added = scene.slots.flatMap((slot) => {
        if (present.has(slot) || !needsDestination(change, rule, slot))
            return [];
        const destination = findDestination(change, rule, slot);
        if (destination.ok)
            return [{ destination: destination.value }];
        problems.push(...destination.problems);
        return [];
    });
    if (problems.length > 0)
        return (0,result/* bad */.M)(...problems);
    const route = [...old, ...added];
    // One destination has everything without saying so.
    if (route.length === 1)
        return (0,result/* good */.u)(route);
    const parked = Object.keys(wanted.weights).length === 0;
    if (parked)
        return (0,result/* good */.u)(added.length === 0 ? old : [...alone(old), ...added.map(idle)]);
    return (0,result/* good */.u)(route.map((entry) => {
        const slot = slotOfEntry(scene, entry);
        return slot === null ? entry : { ...entry, weight: (0,lib_weights/* weightOf */.mm)(wanted.weights, slot) };
    }));
}
const idle = (entry) => ({ ...entry, weight: 0 });
/** The only destination so far, which now needs its weight in writing. */
const alone = (route) => route.length === 1 ? route.map((entry) => ({ ...entry, weight: 100 })) : route;
const slotOfEntry = (scene, { destination }) => (0,record/* isRecord */.u4)(destination) ? slotOf(scene, destination) : null;
/** Also when only a mirror knew its subset, which is about to go. */
const needsDestination = ({ scene, wanted }, rule, slot) => (0,lib_weights/* weightOf */.mm)(wanted.weights, slot) > 0 ||
    wanted.match?.slot === slot ||
    virtual_service_rules_ownMirror(scene, rule)?.slot === slot;
/** Where the slot is in this rule or another one, else beside the other slot's Service. */
function findDestination({ scene, http }, rule, slot) {
    const all = [rule, ...http].flatMap((one) => [
        ...(0,record/* recordsIn */.Q0)(one['route']).map(({ destination }) => destination),
        one['mirror'],
    ]);
    const known = all.filter(record/* isRecord */.u4);
    const own = known.find((one) => slotOf(scene, one) === slot);
    if (own !== undefined)
        return (0,result/* good */.u)(own);
    const service = (0,slot_services/* serviceOfSlot */.hQ)(scene, slot);
    const beside = known.find((one) => {
        const other = slotOf(scene, one);
        return other !== null && isHost(scene, (0,record/* textOf */.b6)(one['host']), (0,slot_services/* serviceOfSlot */.hQ)(scene, other));
    });
    if (beside === undefined) {
        const message = `has no destination for slot ${slot}, and the other one is a subset; add the subset of slot ${slot} with weight 0, once its DestinationRule has it: without that Istio answers 503`;
        return (0,result/* bad */.M)({ where: '', message });
    }
    if (!scene.services.has(service)) {
        return (0,result/* bad */.M)({
            where: '',
            message: `needs the Service ${service} of slot ${slot}, which is not there`,
        });
    }
    const { subset: _, ...rest } = beside;
    const [, ...suffix] = (0,record/* textOf */.b6)(beside['host']).split('.');
    return (0,result/* good */.u)({ ...rest, host: [service, ...suffix].join('.') });
}
function writeMirror(change, rule) {
    const { mirror } = rule;
    const seen = virtual_service_rules_ownMirror(change.scene, rule);
    const [entry] = Object.entries(change.wanted.mirror).filter(([, percent]) => percent > 0);
    if (entry === undefined)
        return (0,result/* good */.u)(seen === null ? rule : withoutMirror(rule));
    if ((0,record/* isRecord */.u4)(mirror) && seen === null) {
        const message = `copies requests to ${renderDestination(mirror)} already, which is not ours; take that out first`;
        return (0,result/* bad */.M)({ where: '', message });
    }
    const [slot, percent] = entry;
    const destination = findDestination(change, rule, slot);
    if (!destination.ok)
        return destination;
    return (0,result/* good */.u)({
        ...withoutMirror(rule),
        mirror: destination.value,
        mirrorPercentage: { value: percent },
    });
}
/** `mirrorPercent` is the older way to say it. */
const withoutMirror = (rule) => {
    const { mirror: _, mirrorPercentage: _p, mirrorPercent: _old, ...rest } = rule;
    return rest;
};

;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/back-ends/virtual-service.js
// Istio VirtualService: weights of the destinations that are slots, one rule of ours for a match,
// and the mirror. Weights of Istio are relative; ours always total 100, which old releases demand.











const virtualServiceBackEnd = {
    kind: 'virtual-service',
    resource: {
        group: 'networking.istio.io',
        // Objects of v1beta1 and v1alpha3 are the same ones: the API server converts.
        version: 'v1',
        kind: 'VirtualService',
        plural: 'virtualservices',
        namespaced: true,
        verbs: ['create', 'get', 'list', 'patch', 'watch'],
        subresources: ['status'],
    },
    capabilities: { weights: 'any', mirrorMaxPercent: 100, matches: ['header'] },
    reads: 'object',
    // Istio writes a status only where it is turned on.
    acknowledgedBy: 'time',
    notice: null,
    read(scene) {
        const view = readView(scene);
        return view.ok ? (0,result/* good */.u)(view.value.seen) : view;
    },
    write: virtual_service_write,
    awaiting(scene, wanted) {
        const view = readView(scene);
        return view.ok && shows(scene, view.value.seen, wanted)
            ? null
            : `${virtualServiceName(scene.object)} does not show the weights yet`;
    },
    refused: () => null,
    create: createVirtualService,
};
const slotRulesIn = (rules) => rules.flatMap((rule) => (rule.kind === 'slots' ? [rule.slots] : []));
function readView(scene) {
    const rules = virtual_service_rules_readRules(scene);
    if (!rules.ok)
        return rules;
    const where = virtualServiceName(scene.object);
    const [first, ...others] = slotRulesIn(rules.value);
    const problems = others
        .filter((other) => !sameTraffic(scene, first?.traffic ?? {}, other.traffic))
        .map((other) => ({
        where,
        message: `${first?.where} gives ${JSON.stringify(first?.traffic)} and ${other.where} gives ${JSON.stringify(other.traffic)}; wanted the same weights in every rule that names a slot`,
    }));
    if (others.some((other) => renderMirror(other) !== renderMirror(first))) {
        const message = 'the rules that name a slot copy requests differently; wanted the same mirror';
        problems.push({ where, message });
    }
    const match = readOwnMatch(scene, rules.value);
    if (!match.ok)
        problems.push(...match.problems);
    if (!match.ok || problems.length > 0)
        return (0,result/* bad */.M)(...problems);
    const parked = rules.value.some(({ kind }) => kind === 'parked');
    const notices = noticesOf(scene, rules.value);
    const led = rules.value.flatMap((one) => (one.kind === 'foreign-match' ? one.slots : []));
    const seen = {
        traffic: parked ? {} : (first?.traffic ?? {}),
        match: match.value,
        mirror: virtual_service_mirrorOf(first),
        ...(notices.length > 0 && { notices }),
        ...(led.length > 0 && { ledByOthers: led }),
    };
    return (0,result/* good */.u)({ rules: rules.value, seen });
}
const renderMirror = (rule) => JSON.stringify(rule?.mirror ?? null);
const virtual_service_mirrorOf = (rule) => rule === undefined || rule.mirror === null ? {} : { [rule.mirror.slot]: rule.mirror.percent };
const sameTraffic = ({ slots }, one, other) => slots.every((slot) => (one[slot] ?? 0) === (other[slot] ?? 0));
const shows = (scene, seen, { weights, match, mirror }) => sameTraffic(scene, seen.traffic, weights) &&
    sameTraffic(scene, seen.mirror, mirror) &&
    sameMatch(seen.match, match);
/** What others wrote that leads requests or copies to a slot. */
function noticesOf(scene, rules) {
    const name = virtualServiceName(scene.object);
    return rules.flatMap((one) => {
        if (one.kind === 'foreign-match') {
            return [
                `${name} sends requests to a slot by headers in ${one.where}, which is not ours: it stays, whatever the weights say`,
            ];
        }
        if (one.kind !== 'slots' || one.slots.mirror !== null)
            return [];
        const slot = virtual_service_rules_mirroredSlot(scene, one.slots.rule);
        if (slot === null)
            return [];
        return [
            `${name} copies requests to slot ${slot} in ${one.slots.where}, which is not ours: it stays`,
        ];
    });
}
function virtual_service_write(scene, wanted) {
    const view = readView(scene);
    const limits = [
        ...unknownSlots(scene, wanted),
        ...beyondLimits(virtualServiceBackEnd, wanted),
        ...refuseMirror(scene, wanted, view.ok ? view.value.seen.mirror : {}),
        ...refuseParked(wanted),
    ];
    if (!view.ok)
        return (0,result/* bad */.M)(...limits, ...view.problems);
    const { seen } = view.value;
    if (limits.length === 0 && shows(scene, seen, wanted))
        return (0,result/* good */.u)({ patch: {}, scalings: [] });
    const written = writeRules(scene, view.value, wanted);
    if (!written.ok)
        return (0,result/* bad */.M)(...limits, ...written.problems);
    if (limits.length > 0)
        return (0,result/* bad */.M)(...limits);
    const { match, mirror } = wanted;
    const mark = match === null ? null : renderMatchMark(match);
    const annotations = {
        ...(!sameMatch(seen.match, match) && { [MATCH_ANNOTATION]: mark }),
        ...(!sameTraffic(scene, seen.mirror, mirror) && {
            [MIRROR_ANNOTATION]: renderMirrorMark(mirror),
        }),
    };
    return (0,result/* good */.u)({
        patch: {
            ...(Object.keys(annotations).length > 0 && { metadata: { annotations } }),
            spec: { http: written.value },
        },
        scalings: [],
    });
}
/** The whole list: rules of ours are made anew, those of others stay as they are. */
function writeRules(scene, { rules, seen }, wanted) {
    const http = rules.map((one) => (one.kind === 'slots' ? one.slots.rule : one.rule));
    const problems = [];
    const change = { scene, http, wanted };
    const kept = rules.flatMap((rule) => {
        if (rule.kind === 'match' || rule.kind === 'parked')
            return [];
        if (rule.kind !== 'slots')
            return [{ rule: rule.rule, isSlots: false }];
        const written = writeSlotRule(change, rule.slots);
        if (written.ok)
            return [{ rule: written.value, isSlots: true }];
        problems.push(...written.problems);
        return [];
    });
    const slots = kept.flatMap(({ rule, isSlots }) => (isSlots ? [rule] : []));
    problems.push(...virtual_service_reach_unreachable(scene, slots, { wanted, seen }));
    const owned = withOwnRules(scene, kept, wanted);
    if (!owned.ok)
        problems.push(...owned.problems);
    return owned.ok && problems.length === 0 ? (0,result/* good */.u)(owned.value) : (0,result/* bad */.M)(...problems);
}
function refuseMirror({ found, slots }, { mirror }, present) {
    const entries = Object.entries(mirror).filter(([, percent]) => percent > 0);
    const problems = entries
        .filter(([slot, percent]) => present[slot] !== percent)
        .filter(([slot]) => !hasReadyPods(found.find((one) => one.slot === slot)))
        .map(([slot]) => ({
        where: 'mirror',
        message: `slot ${slot} has no ready pod, so copies would go nowhere; deploy it first`,
    }));
    if (entries.length > 1) {
        problems.push({ where: 'mirror', message: `names ${slots.join(' and ')}; wanted one slot` });
    }
    return problems;
}
/** By its Service, else (subsets need none) by its Deployment. */
function hasReadyPods(slot) {
    if (slot === undefined)
        return false;
    if (slot.endpoints !== null)
        return slot.endpoints.ready > 0;
    const ready = (0,record/* fieldAt */.UK)(slot.deployment, ['status', 'readyReplicas']);
    return typeof ready === 'number' && ready > 0;
}
function refuseParked({ weights, match, mirror }) {
    if (Object.keys(weights).length > 0)
        return [];
    const rules = [...(match === null ? [] : ['match']), ...Object.keys(mirror).map(() => 'mirror')];
    return rules.map((where) => ({
        where,
        message: 'is wanted while no slot has a weight, so nothing is routed; give a slot weight 100',
    }));
}

;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/back-ends/index.js







const backEnds = {
    service: serviceBackEnd,
    replicas: replicasBackEnd,
    'http-route': httpRouteBackEnd,
    ingress: ingressBackEnd,
    'ingress-nginx': ingressNginxBackEnd,
    'virtual-service': virtualServiceBackEnd,
    'openshift-route': openshiftRouteBackEnd,
};
const backEndOf = (kind) => backEnds[kind];

// EXTERNAL MODULE: ./packages/kubernetes/lib/endpoint/kinds.js
var kinds = __webpack_require__(6737);
;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/place.js
// Where an endpoint is on Kubernetes, and what moves its traffic. The `place` of a Kubernetes target.

/** Closed set of the input `back-end`. */
const BACK_ENDS = [
    'service',
    'replicas',
    'http-route',
    'ingress',
    'ingress-nginx',
    'virtual-service',
    'openshift-route',
];
/** The inputs that `readKubernetesPlace` reads. */
const KUBERNETES_PLACE_INPUTS = (/* unused pure expression or super */ null && (['namespace', 'back-end', 'traffic-object']));
const LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const LABEL_WANTED = 'a DNS label: at most 63 lower-case letters, digits and -';
const NAME_WANTED = 'a name: at most 253 lower-case letters, digits, - and .';
/** Names of namespaces and Services, and slots: they become parts of names. */
const isDnsLabel = (text) => LABEL.test(text);
/** Names of most other objects. */
const isDnsName = (text) => text.length <= 253 && text.split('.').every((part) => LABEL.test(part));
/** Inputs `namespace`, `back-end` (`service` unless told) and `traffic-object`; all problems at once. */
function readKubernetesPlace(inputs) {
    const value = (name) => (inputs[name] ?? '').trim() || null;
    const wanted = {
        namespace: value('namespace'),
        backEnd: value('back-end') ?? 'service',
        trafficObject: value('traffic-object'),
    };
    const problems = place_problemsOf([
        ['namespace', wanted.namespace ?? 'default', isDnsLabel, LABEL_WANTED],
        ['back-end', wanted.backEnd, isBackEnd, BACK_ENDS_WANTED],
        ['traffic-object', wanted.trafficObject ?? 'unnamed', isDnsName, NAME_WANTED],
    ]);
    const { backEnd } = wanted;
    return isBackEnd(backEnd) ? settled({ ...wanted, backEnd }, problems) : bad(...problems);
}
/** The place of a target document, checked again: it came from outside. */
function parsePlace(place) {
    const text = (key) => place[key] ?? '';
    const backEnd = text('backEnd');
    const problems = place_problemsOf([
        ['target.place.server', text('server'), isServer, 'the https address of an API server'],
        ['target.place.namespace', text('namespace'), isDnsLabel, LABEL_WANTED],
        ['target.place.backEnd', backEnd, isBackEnd, BACK_ENDS_WANTED],
        ['target.place.trafficObject', text('trafficObject'), isDnsName, NAME_WANTED],
        ['target.place.slots', text('slots'), isPair, 'two different slots, such as blue,green'],
    ]);
    if (!isBackEnd(backEnd))
        return (0,result/* bad */.M)(...problems);
    const { server, namespace, trafficObject, slots } = {
        server: text('server'),
        namespace: text('namespace'),
        trafficObject: text('trafficObject'),
        slots: text('slots'),
    };
    return settled({ server, namespace, backEnd, trafficObject, slots }, problems);
}
/** The pair that `place.slots` holds. */
function slotsOf({ slots }) {
    const [first = '', second = ''] = slots.split(',');
    return [first, second];
}
const place_problemsOf = (checks) => checks
    .filter(([, found, fits]) => !fits(found))
    .map(([where, found, , wanted]) => ({
    where,
    message: found === '' ? `is empty; wanted ${wanted}` : `found ${quoted(found)}; wanted ${wanted}`,
}));
/** Texts of others, on one line and short. */
const quoted = (text) => JSON.stringify(text.length <= 100 ? text : `${text.slice(0, 100).toWellFormed()}...`);
const settled = (value, problems) => problems.length > 0 ? (0,result/* bad */.M)(...problems) : (0,result/* good */.u)(value);
const BACK_ENDS_WANTED = `one of ${BACK_ENDS.join(', ')}`;
const isBackEnd = (text) => BACK_ENDS.includes(text);
const isServer = (text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && new URL(text).origin === text;
function isPair(text) {
    const names = text.split(',');
    return names.length === 2 && names[0] !== names[1] && names.every(isDnsLabel);
}

// EXTERNAL MODULE: ./packages/kubernetes/lib/endpoint/observe.js
var observe = __webpack_require__(2894);
// EXTERNAL MODULE: ./packages/kubernetes/lib/health/inert-text.js
var inert_text = __webpack_require__(6369);
;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/probe.js




const probe_DEADLINE_SECONDS = 60;
const probe_MOST_BYTES = 1024 * 1024;
const LONGEST_DETAIL = 300;
const LONGEST_NAME = 100;
/** What gateways and load balancers answer by themselves, for a slot that they cannot reach. */
const OF_A_DOOR = new Set([408, 429, 502, 503, 504]);
/**
 * Every request is sent once. Without an answer of the slot `status` is null and `detail` says why,
 * which is told once; an answer of the slot's pods is `from: 'slot'`, also when it is a failure.
 */
function createSlotProbe(parts) {
    const known = new Map();
    const told = new Set();
    const find = async (slot, signal) => {
        const service = known.get(slot) ?? (await parts.findSlotService(slot, signal));
        if (service !== null)
            known.set(slot, service);
        return service;
    };
    return async (slot, request, signal) => {
        signal.throwIfAborted();
        const heard = await ask({ slot, request, find }, parts, signal);
        const answer = readHeard(heard, slot, parts);
        if (answer.status === null) {
            // The Service may be another one by now.
            known.delete(slot);
            tell(`slot ${slot}: no answer: ${answer.detail}`, heard, { told, log: parts.log });
        }
        return answer;
    };
}
async function ask({ slot, request, find }, parts, signal) {
    const { slotAddress, requestPath } = parts.settings;
    if (slotAddress.kind === 'url') {
        const base = slotAddress.template.replaceAll('{slot}', encodeURIComponent(slot));
        // Without a path of its own to ask, an address that has one is asked as it is written.
        const url = requestPath === '/' ? base : `${base}${requestPath}`;
        return heard(await send(parts, { url, request }, signal), false);
    }
    const service = await find(slot, signal);
    if (service === null) {
        return heard({ status: null, detail: 'the slot has no Service', latencyMs: 0 }, true);
    }
    const { name, namespace, port } = service;
    if (slotAddress.kind === 'service') {
        const url = `http://${name}.${namespace}.svc:${port}${requestPath}`;
        return heard(await send(parts, { url, request }, signal), true);
    }
    const proxy = `/api/v1/namespaces/${namespace}/services/http:${name}:${port}/proxy`;
    const answer = await parts.api.request(`${proxy}${requestPath}`, {
        ...contentOf(request),
        deadlineSeconds: probe_DEADLINE_SECONDS,
        signal,
    });
    return withoutServerStatus(answer);
}
const heard = (answer, isDirect) => ({
    answer,
    isDirect,
    isForbidden: false,
});
/** An answer that the API server made itself says nothing of the slot. */
function withoutServerStatus(answer) {
    const own = answer.status === null ? null : parseServerStatus(answer);
    if (own === null)
        return heard(answer, true);
    const { latencyMs } = answer;
    return {
        answer: { status: null, detail: own.message, latencyMs },
        isDirect: true,
        isForbidden: own.code === 401 || own.code === 403,
    };
}
/** A body makes it a POST; without one it is a GET. */
const contentOf = ({ body, contentType }) => body.trim() === '' ? { method: 'GET' } : { method: 'POST', body, contentType };
async function send({ http, clock }, { url, request }, signal) {
    const { contentType, ...content } = { contentType: null, ...contentOf(request) };
    const begin = clock.monotonic();
    const latency = () => clock.monotonic() - begin;
    try {
        const { status, headers, text } = await http({
            ...content,
            url,
            headers: { accept: '*/*', ...(contentType !== null && { 'content-type': contentType }) },
            deadlineSeconds: probe_DEADLINE_SECONDS,
            // Every try is a sample: tries and hops inside the door would be missing from the evidence.
            retry: 'never',
            redirects: 'never',
            mostBytes: probe_MOST_BYTES,
            signal,
        });
        return { status, headers, text, latencyMs: latency() };
    }
    catch (error) {
        if (signal.aborted || !(error instanceof sluice_error/* SluiceError */.a))
            throw error;
        return { status: null, detail: error.message, latencyMs: latency() };
    }
}
function readHeard({ answer, isDirect }, slot, { settings, ...parts }) {
    const { status, latencyMs } = answer;
    if (status === null) {
        const detail = (0,inert_text/* inertLine */.Fq)(answer.detail, LONGEST_DETAIL);
        return { status, body: '', answeredBy: null, latencyMs, detail };
    }
    const { slotProof } = settings;
    const answeredBy = slotProof.kind === 'address' ? slot : nameSlot(shownBy(slotProof, answer), parts);
    const isOwn = isDirect || (answeredBy === slot && (slotProof.kind !== 'address' || !OF_A_DOOR.has(status)));
    return {
        status,
        body: answer.text,
        answeredBy,
        latencyMs,
        detail: '',
        ...(isOwn && { from: 'slot' }),
    };
}
/** What the answer says of who gave it; '' when it does not say. */
function shownBy(proof, answer) {
    if (proof.kind === 'header')
        return (answer.headers[proof.name.toLowerCase()] ?? '').trim();
    let value = (0,record/* parseJson */.qF)(answer.text);
    for (const key of proof.path.split('.')) {
        const inside = (0,record/* isRecord */.u4)(value) || Array.isArray(value);
        // Own members alone: every object and list inherits some.
        value = inside && Object.hasOwn(value, key) ? value[key] : null;
    }
    return typeof value === 'string' ? value.trim() : '';
}
/** Pods know themselves by their slot or by the name of their Deployment. */
function nameSlot(shown, { endpoint, slots }) {
    if (shown === '')
        return null;
    const meant = slots.find((slot) => shown === slot || shown === `${endpoint}-${slot}`);
    return meant ?? (0,inert_text/* inertLine */.Fq)(shown, LONGEST_NAME);
}
/** Counts alone would hide why a slot is silent. */
function tell(line, { isForbidden }, { told, log }) {
    if (told.has(line))
        return;
    told.add(line);
    if (isForbidden)
        log.warning(line);
    else
        log.info(line);
}

// EXTERNAL MODULE: ./packages/kubernetes/lib/endpoint/snapshot.js
var endpoint_snapshot = __webpack_require__(8160);
;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/slot-service.js
// The Service by which one slot is asked, and the port of it.




/** null: the slot has none. Throws KUBERNETES_ENDPOINT_INVALID where it has no such port. Pure. */
function slotServiceIn(site, snapshot, slot) {
    const { found } = (0,endpoint_snapshot/* slotsIn */.ps)(site, snapshot);
    const service = found.find((one) => one.slot === slot)?.service ?? null;
    if (service === null)
        return null;
    const name = service.metadata.name ?? '';
    return { name, namespace: site.place.namespace, port: slot_service_portOf(service, site.settings.port) };
}
/** By number or name; null: the first one. */
function slot_service_portOf(service, wanted) {
    const ports = (0,fields/* listAt */.gT)(service, 'spec.ports').map((port) => ({
        name: (0,record/* textOf */.b6)(port['name']),
        number: (0,fields/* numberAt */.tk)(port, 'port', 0),
    }));
    const port = ports.find(({ name, number }) => wanted === null || name === wanted || String(number) === wanted);
    if (port !== undefined)
        return port.number;
    const has = ports.map(({ name, number }) => (name === '' ? `${number}` : `${name} (${number})`));
    throw (0,errors/* kubernetesError */.j)('KUBERNETES_ENDPOINT_INVALID', `port: found "${wanted ?? ''}"; Service ${service.metadata.name ?? ''} has ${has.length === 0 ? 'no ports' : has.join(', ')}`);
}

;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/mirror-support.js
// Does the gateway behind a route copy requests? One that does not may answer every request of a route
// with a mirror by an error, and report the route as accepted all the same.




const GROUP = 'gateway.networking.k8s.io';
const WHOLE = 'HTTPRouteRequestMirror';
const PERCENT = 'HTTPRouteRequestPercentageMirror';
/** Throws KUBERNETES_TRAFFIC_NOT_POSSIBLE when a gateway says that it cannot; a notice when none tells. */
async function refuseUnsupportedMirror(site, route, { mirror }) {
    const percents = Object.values(mirror).filter((percent) => percent > 0);
    if (site.backEnd.kind !== 'http-route' || percents.length === 0)
        return;
    const wanted = percents.every((percent) => percent === 100) ? [WHOLE] : [WHOLE, PERCENT];
    for (const name of await classesOf(site, route)) {
        const features = await featuresOf(site, name);
        if (features === null) {
            site.log.notice(`GatewayClass ${name} does not say whether it can mirror (status.supportedFeatures); watch the endpoint`);
            continue;
        }
        const missing = wanted.filter((feature) => !features.includes(feature));
        if (missing.length > 0) {
            throw (0,errors/* kubernetesError */.j)('KUBERNETES_TRAFFIC_NOT_POSSIBLE', `${(0,lib_object/* renderId */.oF)((0,endpoint_snapshot/* trafficObjectId */.Ud)(site))}: a mirror needs ${missing.join(' and ')}, which GatewayClass ${name} does not list among its supportedFeatures; no request was moved`);
        }
    }
}
/** Names of the classes of the route's gateways; those that cannot be read are left out. */
async function classesOf({ api, place }, route) {
    const parents = (0,fields/* listAt */.gT)(route, 'spec.parentRefs').filter((parent) => ((0,fields/* textAt */.$6)(parent, 'kind') || 'Gateway') === 'Gateway');
    const names = await Promise.all(parents.map(async (parent) => {
        const namespace = (0,fields/* textAt */.$6)(parent, 'namespace') || place.namespace;
        const name = (0,fields/* textAt */.$6)(parent, 'name');
        const answer = await api.get({
            group: GROUP,
            version: 'v1',
            kind: 'Gateway',
            namespace,
            name,
        });
        return answer.ok && answer.value !== null ? (0,fields/* textAt */.$6)(answer.value, 'spec.gatewayClassName') : '';
    }));
    return [...new Set(names)].filter((name) => name !== '');
}
/** null: it cannot be read, or it lists nothing. Older gateways list plain names. */
async function featuresOf({ api }, name) {
    const id = { group: GROUP, version: 'v1', kind: 'GatewayClass', namespace: null, name };
    const answer = await api.get(id);
    const status = answer.ok ? answer.value?.['status'] : undefined;
    const list = status?.supportedFeatures;
    if (!Array.isArray(list))
        return null;
    return list.flatMap((entry) => {
        if (typeof entry === 'string')
            return [entry];
        const named = entry?.name;
        return typeof named === 'string' ? [named] : [];
    });
}

// EXTERNAL MODULE: ./packages/kubernetes/lib/endpoint/labels.js
var endpoint_labels = __webpack_require__(6799);
// EXTERNAL MODULE: ./packages/kubernetes/lib/endpoint/refused.js
var endpoint_refused = __webpack_require__(9122);
// EXTERNAL MODULE: ./packages/kubernetes/lib/endpoint/service-endpoints.js
var service_endpoints = __webpack_require__(3714);
;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/proof.js












/** Slots that get requests which they did not get before. */
function gaining(seen, wanted) {
    const more = (now, then) => Object.keys(then).filter((slot) => (then[slot] ?? 0) > (now[slot] ?? 0));
    const matched = wanted.match === null || wanted.match.slot === seen.match?.slot ? [] : [wanted.match.slot];
    return [
        ...new Set([
            ...more(seen.traffic, wanted.weights),
            ...more(seen.mirror, wanted.mirror),
            ...matched,
        ]),
    ];
}
/** Throws KUBERNETES_SLOT_NOT_READY with all that is missing, of all these slots. */
async function proveSlots(site, scene, slots) {
    const { traffic } = (0,observe/* readRouting */.bN)(site, scene);
    const problems = await Promise.all(scene.found
        .filter(({ slot }) => slots.includes(slot))
        .map(async (found) => {
        const fault = slotFault(site, scene, found);
        // What has requests already is selected by its labels, or it would have none.
        const unproven = found.service === null && (traffic[found.slot] ?? 0) === 0;
        const told = fault ?? (unproven ? await podFault(site, found) : null);
        return told === null ? [] : [`slot ${found.slot}: ${told}`];
    }));
    if (problems.flat().length === 0)
        return;
    throw (0,errors/* kubernetesError */.j)('KUBERNETES_SLOT_NOT_READY', `${problems.flat().join('; ')}; no request was moved`);
}
function slotFault(site, scene, slot) {
    const { deployment, service, endpoints, labels } = slot;
    if (deployment === null)
        return 'it is not deployed';
    const { health, detail } = (0,slot_health/* slotHealth */.tX)(slot, site.clock.now());
    if (health !== 'healthy')
        return `Deployment ${deployment.metadata.name ?? ''}: ${detail}`;
    return (serviceFault({ service, endpoints, labels }) ??
        absenceFault(site, scene, slot) ??
        portFault(site, scene, deployment));
}
/** An object that names Services sends to the slot's own one: its pods alone would get nothing. */
function absenceFault({ backEnd }, scene, { slot, service }) {
    if (service !== null || (0,kinds/* isService */.kd)(backEnd) || backEnd.kind === 'virtual-service')
        return null;
    const name = (0,slot_services/* serviceOfSlot */.hQ)(scene, slot);
    return scene.services.has(name)
        ? `Service ${name}, which ${backEnd.resource.kind} sends to, does not select its pods alone`
        : `Service ${name}, which ${backEnd.resource.kind} sends to, is not there`;
}
/** The endpoints of the slot's Service are proof only when it selects by the slot's own label. */
function serviceFault({ service, endpoints, labels, }) {
    if (service === null)
        return null;
    const name = service.metadata.name ?? '';
    const selector = (0,slots/* selectorOf */.Bk)(service);
    const tells = Object.entries(labels).some(([key, value]) => selector[key] === value);
    if (!tells)
        return `Service ${name} does not select by ${(0,endpoint_labels/* renderLabels */.S3)(labels)}`;
    if (endpoints === null || endpoints.ready === 0)
        return `Service ${name} has no ready endpoint`;
    const ports = (0,service_endpoints/* missingPorts */.Z8)(service, endpoints);
    return ports.length === 0 ? null : `Service ${name} has no endpoint for port ${ports.join(', ')}`;
}
/** Named ports of the Service that users know must be ports of the slot's containers. */
function portFault(site, { services }, deployment) {
    const own = services.get((0,endpoint_snapshot/* ownServiceOf */.L2)(site));
    if (own === undefined)
        return null;
    const containers = [
        ...(0,fields/* listAt */.gT)(deployment, 'spec.template.spec.containers'),
        ...(0,fields/* listAt */.gT)(deployment, 'spec.template.spec.initContainers'),
    ];
    const named = new Set(containers.flatMap((one) => (0,record/* recordsIn */.Q0)(one['ports']).map((port) => (0,record/* textOf */.b6)(port['name']))));
    const missing = (0,fields/* listAt */.gT)(own, 'spec.ports')
        .map((port) => port['targetPort'])
        .filter((target) => typeof target === 'string' && !named.has(target));
    return missing.length === 0
        ? null
        : `no container of it has the port ${missing.join(', ')}, which Service ${(0,endpoint_snapshot/* ownServiceOf */.L2)(site)} sends to`;
}
/** Forms of others have no Service per slot: then the pods themselves are asked for. */
async function podFault(site, { deployment, labels }) {
    if (deployment === null)
        return null;
    const wanted = { ...selectorLabels(deployment), ...labels };
    const labelSelector = (0,endpoint_labels/* renderLabels */.S3)(wanted);
    const { namespace } = site.place;
    const answer = await site.api.list(kinds/* POD */.Sm, { namespace, labelSelector });
    if (!answer.ok) {
        const { refusal } = answer;
        throw (0,endpoint_refused/* refusedRead */.DC)([{ verb: 'list', resource: kinds/* POD */.Sm, namespace, refusal }]);
    }
    const ready = answer.value.items.filter(isReadyPod);
    return ready.length > 0 && (0,slots/* isSelected */.sp)(wanted, (0,slots/* templateLabels */.MN)(deployment))
        ? null
        : `none of ${answer.value.items.length} pods with ${labelSelector} is ready`;
}
function selectorLabels(deployment) {
    const own = (0,fields/* valueAt */.fK)(deployment, 'spec.selector.matchLabels');
    return (0,slots/* selectorOf */.Bk)({ ...deployment, spec: { selector: own } });
}
const isReadyPod = (pod) => pod.metadata.deletionTimestamp === undefined &&
    (0,fields/* listAt */.gT)(pod, 'status.conditions').some((condition) => (0,fields/* textAt */.$6)(condition, 'type') === 'Ready' && condition['status'] === 'True');

;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/rollback.js
// How a person takes a write back without us: a patch, and the command that sends it. Pure.




/**
 * The merge patch that gives every field which `patch` names the value that it had in `before`.
 * Annotations go one by one: others may have come to stand beside ours.
 */
function inversePatch(patch, before) {
    return Object.fromEntries(Object.entries(patch).map(([key, value]) => {
        const had = Object.hasOwn(before, key) ? before[key] : undefined;
        if ((0,record/* isRecord */.u4)(value) && ((0,record/* isRecord */.u4)(had) || key === 'annotations')) {
            return [key, inversePatch(value, (0,record/* isRecord */.u4)(had) ? had : {})];
        }
        return [key, had ?? null];
    }));
}
/**
 * The patch with every field that a later step of the same rollout can set, so that the way back of
 * the first step is one from every later step, too. Values beside those of `patch` mean nothing.
 */
function reachOf(backEnd, scene, patch) {
    // A revision that is taken back meanwhile stays so.
    const { rejected: _, ...marks } = (0,endpoint_marks/* marksOf */.Ok)(scene.object);
    const has = Object.entries((0,endpoint_marks/* annotationsFor */.gX)(marks)).filter(([, value]) => value !== null);
    const own = has.length === 0 ? {} : { metadata: { annotations: Object.fromEntries(has) } };
    const [first, second] = scene.slots;
    const later = [
        (0,lib_weights/* allTo */.jT)(first),
        (0,lib_weights/* allTo */.jT)(second),
        // Small shares can need other units than all and nothing.
        ...[(0,lib_weights/* split */.lD)(first, 1, second), (0,lib_weights/* split */.lD)(second, 1, first)].flatMap((one) => one.ok ? [one.value] : []),
    ].map((weights) => backEnd.write(scene, { weights, match: null, mirror: {} }));
    const patches = later.flatMap((one) => (one.ok ? [one.value.patch] : []));
    return [own, ...patches, patch].reduce(union, {});
}
const union = (one, other) => ({
    ...one,
    ...Object.fromEntries(Object.entries(other).map(([key, value]) => {
        const has = one[key];
        return [key, (0,record/* isRecord */.u4)(has) && (0,record/* isRecord */.u4)(value) ? union(has, value) : value];
    })),
});
/**
 * Marks are taken back with the weights: what is left is the state before, which the next run
 * understands. Pods that the weights of before need come first, those too many go last.
 */
function rollbackOf({ place, settings, backEnd }, written) {
    const patch = inversePatch(written.patch, written.before);
    const { group, plural } = backEnd.resource;
    const common = [
        'kubectl',
        ...(settings.context === null ? [] : ['--context', settings.context]),
        '--namespace',
        place.namespace,
    ];
    const send = [
        'patch',
        group === '' ? plural : `${plural}.${group}`,
        place.trafficObject,
        '--type',
        'merge',
        '--patch',
        JSON.stringify(patch),
    ];
    const scales = written.scalings.flatMap(({ slot, replicas }) => {
        const deployment = written.found.find((one) => one.slot === slot)?.deployment ?? null;
        if (deployment === null)
            return [];
        const had = (0,slot_health/* wantedReplicas */.hb)(deployment);
        const words = ['scale', `deployment/${deployment.metadata.name ?? ''}`, `--replicas=${had}`];
        return [{ grows: had > replicas, words }];
    });
    const commands = [
        ...scales.filter(({ grows }) => grows).map(({ words }) => words),
        send,
        ...scales.filter(({ grows }) => !grows).map(({ words }) => words),
    ];
    const command = commands.map((words) => [...common, ...words].map(quote).join(' ')).join(' && ');
    return { patch, command };
}
/** For a POSIX shell; nothing in single quotes is special to it. JSON has no line breaks. */
const quote = (word) => /^[A-Za-z0-9_./:=@,-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw `'\''`)}'`;

// EXTERNAL MODULE: ./packages/kubernetes/lib/health/status/health-status.js
var health_status = __webpack_require__(2055);
// EXTERNAL MODULE: ./packages/kubernetes/lib/health/status/status.js + 3 modules
var status_status = __webpack_require__(2217);
// EXTERNAL MODULE: ./packages/kubernetes/lib/endpoint/writing.js
var writing = __webpack_require__(7026);
;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/scaling.js
// Another number of pods for a slot, where replicas give the weights.








/** Controllers write the status all the time, and each write makes a new version. */
const TRIES = 6;
const PAUSE_SECONDS = 1;
/** Throws KUBERNETES_AUTOSCALED where somebody else would set the number again. */
async function refuseAutoscaled(site, scene, scalings) {
    const names = scalings.map(({ slot }) => nameIn(scene, slot));
    if (names.length === 0)
        return;
    const answer = await site.api.list(kinds/* AUTOSCALER */.E8, { namespace: site.place.namespace });
    if (!answer.ok) {
        site.log.notice(`autoscalers in ${site.place.namespace} cannot be listed (${answer.refusal.reason}), so nobody looks whether one sets the replicas of ${names.join(', ')}`);
        return;
    }
    const driving = answer.value.items.filter((one) => (0,fields/* textAt */.$6)(one, 'spec.scaleTargetRef.kind') === kinds/* DEPLOYMENT */.uH.kind &&
        names.includes((0,fields/* textAt */.$6)(one, 'spec.scaleTargetRef.name')));
    if (driving.length === 0)
        return;
    const told = driving.map(({ metadata, ...one }) => `${metadata.name ?? ''} sets the replicas of Deployment ${(0,fields/* textAt */.$6)(one, 'spec.scaleTargetRef.name')}`);
    throw (0,errors/* kubernetesError */.j)('KUBERNETES_AUTOSCALED', `HorizontalPodAutoscaler ${told.join('; ')}`);
}
/** Writes the number, then waits until so many pods are ready and the others have ended. */
async function scaleSlot(view, { slot, replicas }, { deadline, signal }) {
    const { site } = view;
    const name = nameIn(view.scene(), slot);
    site.log.info(`Deployment ${name} gets ${replicas} replicas`);
    const deployment = deploymentIn(view.scene(), slot);
    if (deployment !== null)
        await writeReplicas(site, { deployment, replicas }, signal);
    await view.until({
        sources: ['deployments', 'slices'],
        check: (scene) => missingPods(site, scene, { slot, replicas }),
        deadline,
        late: (awaited) => (0,errors/* kubernetesError */.j)('KUBERNETES_NOT_SCALED', `${awaited}; gave up waiting`),
    });
}
async function writeReplicas(site, { deployment, replicas }, signal) {
    const { namespace } = site.place;
    const id = { ...kinds/* DEPLOYMENT */.uH, namespace, name: deployment.metadata.name ?? '' };
    const had = (0,slot_health/* wantedReplicas */.hb)(deployment);
    let seen = deployment;
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
        signal.throwIfAborted();
        const patch = {
            metadata: { resourceVersion: seen.metadata.resourceVersion },
            spec: { replicas },
        };
        const options = { kind: 'merge', fieldManager: writing/* TRAFFIC_MANAGER */.Kh, subresource: 'scale' };
        const answer = await site.api.patch(id, patch, options).catch((error) => {
            if ((0,writing/* isNoAnswer */.Uz)(error, signal))
                return null;
            throw error;
        });
        if (answer?.ok === true)
            return;
        if (answer !== null && answer.refusal.status !== 409 && !(0,writing/* isUnsettled */.P4)(answer.refusal)) {
            const { refusal } = answer;
            const request = { verb: 'patch', resource: kinds/* DEPLOYMENT */.uH, namespace, refusal };
            throw (0,endpoint_refused/* refusedWrite */.yN)({ ...request, subresource: 'scale' });
        }
        if (attempt > 0)
            await site.clock.sleep(PAUSE_SECONDS, signal);
        seen = await readDeployment(site, id);
        if ((0,slot_health/* wantedReplicas */.hb)(seen) === replicas)
            return;
        if ((0,slot_health/* wantedReplicas */.hb)(seen) !== had) {
            throw (0,errors/* kubernetesError */.j)('KUBERNETES_NOT_SCALED', `Deployment ${id.name} had ${had} replicas, we wrote ${replicas}, and somebody else set ${(0,slot_health/* wantedReplicas */.hb)(seen)}`);
        }
    }
    throw (0,errors/* kubernetesError */.j)('KUBERNETES_NOT_SCALED', `Deployment ${id.name} still has ${had} replicas after ${TRIES} tries to set ${replicas}`);
}
async function readDeployment(site, id) {
    const answer = await site.api.get(id);
    if (answer.ok && answer.value !== null)
        return answer.value;
    const { namespace } = site.place;
    if (answer.ok)
        throw (0,errors/* kubernetesError */.j)('KUBERNETES_NOT_SCALED', `Deployment ${id.name} is gone`);
    const { refusal } = answer;
    throw (0,endpoint_refused/* refusedRead */.DC)([{ verb: 'get', resource: kinds/* DEPLOYMENT */.uH, namespace, refusal }]);
}
/** null: as many as wanted are ready, and the slot's Service shows them. */
function missingPods(site, scene, { slot, replicas }) {
    const name = nameIn(scene, slot);
    const deployment = deploymentIn(scene, slot);
    if (deployment === null)
        throw (0,errors/* kubernetesError */.j)('KUBERNETES_NOT_SCALED', `${name} is gone`);
    const awaited = `Deployment ${name}: ${(0,slot_health/* readyReplicas */.f9)(deployment)} of ${replicas} pods ready`;
    const now = site.clock.now();
    const context = { now, since: now, written: null, lateClasses: new Set() };
    const { state, message } = (0,status_status/* statusOf */.c)(deployment, { ...context, options: health_status/* defaultStatusOptions */.c8 });
    if (state === 'failed')
        throw (0,errors/* kubernetesError */.j)('KUBERNETES_NOT_SCALED', `${awaited}: ${message}`);
    const isThere = (0,slot_health/* wantedReplicas */.hb)(deployment) === replicas &&
        (0,fields/* numberAt */.tk)(deployment, 'status.observedGeneration', -1) === deployment.metadata.generation &&
        (0,fields/* numberAt */.tk)(deployment, 'status.replicas', 0) === replicas &&
        (0,slot_health/* readyReplicas */.f9)(deployment) === replicas;
    if (!isThere)
        return awaited;
    const endpoints = scene.found.find((one) => one.slot === slot)?.endpoints ?? null;
    return endpoints === null || endpoints.ready === replicas
        ? null
        : `the Service of slot ${slot} shows ${endpoints.ready} of ${replicas} ready pods`;
}
const deploymentIn = (scene, slot) => scene.found.find((one) => one.slot === slot)?.deployment ?? null;
const nameIn = (scene, slot) => deploymentIn(scene, slot)?.metadata.name ?? `of slot ${slot}`;

// EXTERNAL MODULE: ./packages/kubernetes/lib/endpoint/view.js
var endpoint_view = __webpack_require__(1353);
;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/traffic.js
// One change of weights, match and mirror, from the proof of the slot to what shows that it is in force.













/** Where nothing shows that a write is in force, this is how long one is given to be. */
const SETTLE_SECONDS = 2;
/**
 * Resolves when the change is in force as far as the cluster shows. Fault `user`: nothing was written.
 * Throws ROLLOUT_CHANGED_MEANWHILE when the endpoint is no longer as `change.seen`.
 */
async function applyWeights({ site, change, known }, signal) {
    const deadline = site.clock.now() + site.waitSeconds * 1000;
    const view = new endpoint_view/* View */.S(site, known ?? (await (0,endpoint_snapshot/* readSnapshot */.RA)(site, signal)), signal);
    const scene = view.scene();
    const wanted = {
        weights: change.weights,
        match: change.match ?? null,
        mirror: change.mirror ?? {},
    };
    const isSo = isAlready(site, scene, { change, wanted });
    if (!isSo)
        refuseChanged(site, scene, change);
    const write = isSo ? null : writeFor(site, scene, wanted);
    const run = { view, change, wanted, deadline, signal };
    if (write === null) {
        await acknowledged(run);
        return { changed: false };
    }
    await refuseUnsupportedMirror(site, scene.object, wanted);
    await beforeWrite(run, write);
    const { object, patch, before } = await (0,writing/* writeObject */.p7)({ site, scene: view.scene(), change, wanted, signal }, write);
    view.show(object);
    await scaleAll(run, scalingsOf(write, 'after'));
    if (before !== null)
        await acknowledged(run);
    const { found } = scene;
    const { scalings } = write;
    const changed = before !== null || scalings.length > 0;
    const was = before ?? object;
    const reach = reachOf(site.backEnd, { ...scene, object: was }, patch);
    const rollback = rollbackOf(site, { before: was, patch: reach, scalings, found });
    return changed ? { changed, rollback } : { changed };
}
const isAlready = (site, scene, { change, wanted }) => (0,endpoint_marks/* sameMarks */.Ly)((0,endpoint_marks/* marksOf */.Ok)(scene.object), change.marks) && (0,writing/* sameRouting */.Hm)((0,observe/* readRouting */.bN)(site, scene), wanted);
/** By its version; a write of others that left all of ours alone does not count. */
function refuseChanged(site, scene, { seen }) {
    if (seen.version !== null && seen.version === scene.object.metadata.resourceVersion)
        return;
    const now = (0,observe/* readRouting */.bN)(site, scene);
    const same = (0,endpoint_marks/* sameMarks */.Ly)((0,endpoint_marks/* marksOf */.Ok)(scene.object), seen.marks) &&
        (seen.unfinished ?? false) === (now.unfinished ?? false) &&
        (0,writing/* sameRouting */.Hm)({ ...now, unfinished: false }, routingOf(seen));
    if (!same)
        throw (0,writing/* changedMeanwhile */.Fd)(site, scene.object);
}
const routingOf = ({ traffic, match, mirror }) => ({
    // Raw: only compared, never written.
    weights: traffic,
    match: match ?? null,
    mirror,
});
function writeFor(site, scene, wanted) {
    const write = site.backEnd.write(scene, wanted);
    if (write.ok)
        return write.value;
    const told = write.problems.map(({ where, message }) => `${where}: ${message}`);
    throw (0,errors/* kubernetesError */.j)('KUBERNETES_TRAFFIC_NOT_POSSIBLE', `${(0,lib_object/* renderId */.oF)((0,endpoint_snapshot/* trafficObjectId */.Ud)(site))}: ${told.join('; ')}`);
}
const scalingsOf = ({ scalings }, when) => scalings.filter((one) => one.when === when);
/** What is scaled up from nothing can be proven only after that. */
async function beforeWrite(run, write) {
    const { view, wanted } = run;
    const { site } = view;
    const scene = view.scene();
    const gains = gaining((0,observe/* readRouting */.bN)(site, scene), wanted);
    const first = scalingsOf(write, 'before');
    const isEmpty = (slot) => {
        const deployment = scene.found.find((one) => one.slot === slot)?.deployment ?? null;
        return deployment !== null && (0,slot_health/* wantedReplicas */.hb)(deployment) === 0;
    };
    const late = first.map(({ slot }) => slot).filter(isEmpty);
    await proveSlots(site, scene, gains.filter((slot) => !late.includes(slot)));
    await refuseAutoscaled(site, scene, write.scalings);
    await scaleAll(run, first);
    if (first.length === 0)
        return;
    const scaled = gains.filter((slot) => first.some((one) => one.slot === slot));
    refuseChangedSlots(run, { before: scene, scaled: first.map(({ slot }) => slot) });
    if (scaled.length > 0)
        await proveSlots(site, view.scene(), scaled);
}
/** Pods may take minutes to come up: what they hold, and how many are beside them, was decided on before. */
function refuseChangedSlots({ view, change }, { before, scaled }) {
    const { site } = view;
    const deploymentIn = ({ found }, slot) => found.find((one) => one.slot === slot)?.deployment ?? null;
    for (const slot of site.slots) {
        const [was, now] = [deploymentIn(before, slot), deploymentIn(view.scene(), slot)];
        const held = change.seen.slots.find((one) => one.slot === slot)?.revision ?? null;
        const holds = now === null ? null : (0,endpoint_marks/* revisionMarkOf */.IR)(now, site.sha256);
        const replicas = [was, now].map((one) => (one === null ? 0 : (0,slot_health/* wantedReplicas */.hb)(one)));
        const isResized = !scaled.includes(slot) && replicas[0] !== replicas[1];
        if (holds === held && !isResized)
            continue;
        throw (0,lib_errors/* rolloutError */.I)('ROLLOUT_CHANGED_MEANWHILE', `slot ${slot} was changed by somebody else while pods came up; no request was moved`);
    }
}
async function scaleAll(run, scalings) {
    for (const scaling of scalings)
        await scaleSlot(run.view, scaling, run);
}
const SOURCES = {
    'endpoint-slices': ['slices'],
    status: ['object'],
};
/** Waits for what shows that the data plane follows. */
async function acknowledged({ view, wanted, deadline, signal }) {
    const { site } = view;
    const { backEnd, clock } = site;
    const what = (0,lib_object/* renderId */.oF)((0,endpoint_snapshot/* trafficObjectId */.Ud)(site));
    const late = (awaited) => (0,errors/* kubernetesError */.j)('KUBERNETES_NOT_ACKNOWLEDGED', `${what}: ${awaited}; gave up waiting`);
    const check = (scene) => {
        const refused = backEnd.refused(scene);
        if (refused === null)
            return backEnd.awaiting(scene, wanted);
        throw (0,errors/* kubernetesError */.j)('KUBERNETES_TRAFFIC_REFUSED', `${what}: ${refused}`);
    };
    if (backEnd.acknowledgedBy !== 'time') {
        await view.until({ sources: SOURCES[backEnd.acknowledgedBy], check, deadline, late });
        return;
    }
    await clock.sleep(SETTLE_SECONDS, signal);
    // A controller may have said no by now, and a person may have set something else.
    const object = await (0,writing/* readSettled */.Gn)(site, signal);
    if (object === null)
        throw late('it is gone');
    view.show(object);
    const awaited = check(view.scene());
    if (awaited !== null)
        throw late(awaited);
}

;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/platform.js





/** A look this old is taken again before a write is made from it. */
const KNOWN_FOR_SECONDS = 10;
function createKubernetesPlatform({ site, http, }) {
    const { backEnd, clock, settings, endpoint, slots, api, log } = site;
    let known = null;
    const tellNotices = onceEach(log);
    const isFresh = ({ at }) => clock.now() - at <= KNOWN_FOR_SECONDS * 1000;
    const look = async (signal) => {
        const snapshot = await (0,endpoint_snapshot/* readSnapshot */.RA)(site, signal);
        const scene = (0,endpoint_snapshot/* sceneOf */.cO)(site, snapshot);
        const routing = scene === null ? null : (0,observe/* readRouting */.bN)(site, scene);
        const seen = scene === null || routing === null ? (0,observe/* absent */.Ge)(site) : (0,observe/* observationOf */.KY)(site, scene, routing);
        tellNotices(routing?.notices ?? []);
        return (known = { seen, snapshot, at: clock.now() });
    };
    return {
        capabilities: {
            ...backEnd.capabilities,
            probesSlot: true,
            provesSlot: true,
            compareAndSwap: true,
            countsReady: true,
            scalesToZero: true,
        },
        observe: async (signal) => (await look(signal)).seen,
        setWeights: (change, signal) => {
            const behind = known !== null && known.seen === change.seen && isFresh(known) ? known : null;
            // A write makes what we know old, however it ends.
            known = null;
            return applyWeights({ site, change, known: behind?.snapshot ?? null }, signal);
        },
        // Brings manifests and apply, which moving traffic does not need.
        deploy: async (order, signal) => {
            known = null;
            const { deploySlot } = await Promise.all(/* import() */[__webpack_require__.e(574), __webpack_require__.e(161)]).then(__webpack_require__.bind(__webpack_require__, 3161));
            return deploySlot(site, order, signal);
        },
        retire: async (slot, signal, how = 'delete') => {
            known = null;
            const { retireSlot } = await __webpack_require__.e(/* import() */ 136).then(__webpack_require__.bind(__webpack_require__, 755));
            return retireSlot(site, { slot, how }, signal);
        },
        probe: createSlotProbe({
            settings,
            endpoint,
            slots,
            api,
            http,
            clock,
            log,
            findSlotService: async (slot, signal) => {
                const { snapshot } = known !== null && isFresh(known) ? known : await look(signal);
                return slotServiceIn(site, snapshot, slot);
            },
        }),
    };
}
/** What others wrote beside us is told once, however often it is seen. */
function onceEach(log) {
    const told = new Set();
    return (texts) => {
        for (const text of texts.filter((one) => !told.has(one))) {
            told.add(text);
            log.notice(text);
        }
    };
}

;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/opening.js
// From a target and settings to a platform that works. A chunk of its own.







const WAIT_SECONDS = 600;
/** See `openKubernetes`. */
async function openEndpoint({ target, settings, waitSeconds = WAIT_SECONDS }, ports) {
    const { wanted, server } = checked(target);
    const { endpoint, slots } = wanted;
    const backEnd = backEndOf(wanted.backEnd);
    const api = await connect({ context: settings.context, known: (0,kinds/* knownKinds */.T8)(backEnd) }, ports);
    if (server !== null && server !== api.address) {
        await api.close();
        throw (0,errors/* kubernetesError */.j)('KUBERNETES_OTHER_CLUSTER', `the target is on ${server}; the kubeconfig leads to ${api.address}`);
    }
    const place = {
        server: api.address,
        namespace: wanted.namespace ?? api.namespace,
        backEnd: wanted.backEnd,
        trafficObject: wanted.trafficObject ?? endpoint,
        slots: slots.join(','),
    };
    if (backEnd.notice !== null)
        ports.log.notice(backEnd.notice);
    const { clock, log, sha256, http } = ports;
    const site = {
        api,
        place,
        endpoint,
        slots,
        settings,
        backEnd,
        clock,
        log,
        sha256,
        waitSeconds,
    };
    return {
        platform: createKubernetesPlatform({ site, http }),
        place,
        pendingWrites: async (pending, signal) => {
            const { listPendingWrites } = await Promise.all(/* import() */[__webpack_require__.e(574), __webpack_require__.e(390)]).then(__webpack_require__.bind(__webpack_require__, 7390));
            return listPendingWrites(site, pending, signal);
        },
        close: api.close,
    };
}
function checked(target) {
    const read = 'place' in target ? fromTarget(target) : (0,result/* good */.u)({ wanted: target, server: null });
    const problems = [
        ...(read.ok ? nameProblems(read.value.wanted) : read.problems),
        ...(read.ok ? [] : endpointProblems(target.endpoint)),
    ];
    if (read.ok && problems.length === 0)
        return read.value;
    const told = problems.map(({ where, message }) => `${where}: ${message}`);
    throw (0,errors/* kubernetesError */.j)('KUBERNETES_ENDPOINT_INVALID', told.join('; '));
}
function fromTarget({ place, endpoint }) {
    const parsed = parsePlace(place);
    if (!parsed.ok)
        return (0,result/* bad */.M)(...parsed.problems);
    const { server, namespace, backEnd, trafficObject } = parsed.value;
    const slots = slotsOf(parsed.value);
    return (0,result/* good */.u)({ server, wanted: { endpoint, namespace, backEnd, trafficObject, slots } });
}
/** `<endpoint>-<slot>` is the name of a Service. */
function nameProblems({ endpoint, slots, namespace }) {
    const place = namespace === null || isDnsLabel(namespace) ? [] : [problem('namespace', namespace)];
    const long = slots
        .filter((slot) => !isDnsLabel(slot) || !isDnsLabel(`${endpoint}-${slot}`))
        .map((slot) => problem('slot', `${endpoint}-${slot}`));
    return [...place, ...endpointProblems(endpoint), ...(isDnsLabel(endpoint) ? long : [])];
}
const endpointProblems = (endpoint) => isDnsLabel(endpoint) ? [] : [problem('endpoint', endpoint)];
const problem = (where, found) => ({
    where,
    message: `found ${JSON.stringify(found.slice(0, 100).toWellFormed())}; wanted a DNS label: at most 63 lower-case letters, digits and -`,
});


/***/ }),

/***/ 9122:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   DC: () => (/* binding */ refusedRead),
/* harmony export */   o7: () => (/* binding */ missingRights),
/* harmony export */   yN: () => (/* binding */ refusedWrite)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8743);

/** All missing rights at once; null when none of the refusals is about a right. */
function missingRights(requests) {
    const denied = requests.filter(({ refusal }) => refusal.status === 403);
    const [first] = denied;
    if (first === undefined)
        return null;
    const rights = denied.map((one) => `${verbOf(one)} ${resourceOf(one)} in namespace ${one.namespace}`);
    return (0,_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .kubernetesError */ .j)('KUBERNETES_RIGHT_MISSING', `the account may not ${rights.join(', nor ')}: ${first.refusal.message}`);
}
/** For reads that nothing can go on without. */
function refusedRead(requests) {
    const missing = missingRights(requests);
    if (missing !== null)
        return missing;
    const told = requests.map(({ refusal }) => `${refusal.request}: ${tell(refusal)}`);
    return (0,_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .kubernetesError */ .j)('KUBERNETES_READ_REFUSED', told.join('; '));
}
/** For a write that the server answered with a no: nothing was changed by it. */
function refusedWrite(request) {
    const { refusal } = request;
    return (missingRights([request]) ??
        (0,_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .kubernetesError */ .j)('KUBERNETES_WRITE_REFUSED', `${refusal.request}: ${tell(refusal)}`));
}
const tell = ({ status, reason, message }) => `${status} ${reason}: ${message}`;
/** An apply that would make its object needs two rights, and only the server knows which one is missing. */
const verbOf = ({ verb, refusal }) => verb === 'patch' && /\bcannot create resource\b/.test(refusal.message) ? 'create' : verb;
const resourceOf = ({ resource, subresource }) => `${resource.plural}${subresource === undefined ? '' : `/${subresource}`}${resource.group === '' ? '' : `.${resource.group}`}`;


/***/ }),

/***/ 3794:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  pd: () => (/* binding */ templateDigest)
});

// UNUSED EXPORTS: configurationOf, contentsOf, revisionFor

// EXTERNAL MODULE: ./packages/documents/lib/canonical.js + 1 modules
var canonical = __webpack_require__(1638);
// EXTERNAL MODULE: ./packages/rollout/lib/revision.js
var revision = __webpack_require__(3054);
// EXTERNAL MODULE: ./packages/kubernetes/lib/record.js
var record = __webpack_require__(2229);
// EXTERNAL MODULE: ./packages/kubernetes/lib/apply/field-set.js
var field_set = __webpack_require__(9280);
;// CONCATENATED MODULE: ./packages/kubernetes/lib/apply/extract.js


/** With apiVersion, kind, name and namespace; fields that the object does not have are left out. */
function extractFields(object, { fields, others }) {
    const owned = object.kind === 'Secret' ? withPlainData(fields) : fields;
    const part = mapPart({ node: owned, value: object, path: [], others });
    const { name, namespace } = object.metadata;
    return {
        ...part,
        apiVersion: object.apiVersion,
        kind: object.kind,
        metadata: {
            ...((0,record/* isRecord */.u4)(part['metadata']) ? part['metadata'] : {}),
            ...(name !== undefined && { name }),
            ...(namespace !== undefined && { namespace }),
        },
    };
}
/** What was applied as `stringData` is kept as `data`. */
function withPlainData(fields) {
    const { 'f:stringData': texts, ...rest } = fields;
    if (!(0,record/* isRecord */.u4)(texts))
        return fields;
    const data = (0,field_set/* unionOf */.Z6)((0,field_set/* childOf */.GG)(rest, 'f:data'), texts);
    return data === undefined ? rest : { ...rest, 'f:data': data };
}
function mapPart({ node, value, path, others }) {
    const part = {};
    for (const step of Object.keys(node)) {
        const child = (0,field_set/* childOf */.GG)(node, step);
        const name = step.slice(2);
        if (!step.startsWith('f:') || child === undefined || !Object.hasOwn(value, name))
            continue;
        part[name] = valuePart({ node: child, value: value[name], path: [...path, step], others });
    }
    return part;
}
function valuePart({ node, value, path, others }) {
    if ((0,field_set/* isLeaf */.xe)(node)) {
        if (typeof value !== 'object' || value === null || !(0,field_set/* ownedBelow */.JX)(others, path))
            return value;
        return Array.isArray(value) ? [] : {};
    }
    if (Array.isArray(value))
        return listPart({ node, value, path, others });
    return (0,record/* isRecord */.u4)(value) ? mapPart({ node, value, path, others }) : value;
}
function listPart({ node, value, path, others }) {
    const steps = Object.keys(node).filter((step) => step !== '.');
    const keys = steps.flatMap((step) => (0,field_set/* parseItemKey */.OX)(step) ?? []);
    const plain = new Set(steps.map(field_set/* parseSetValue */.Rs));
    return value.flatMap((item) => {
        if (!(0,record/* isRecord */.u4)(item))
            return plain.has(item) ? [item] : [];
        const key = keys.find(({ keys }) => Object.keys(keys).every((name) => item[name] === keys[name]));
        const child = key === undefined ? undefined : (0,field_set/* childOf */.GG)(node, key.node);
        if (key === undefined || child === undefined)
            return [];
        const step = { node: child, value: item, path: [...path, key.node], others };
        return [
            (0,field_set/* isLeaf */.xe)(child)
                ? { ...key.keys, ...(0,record/* recordOf */.zv)(valuePart(step)) }
                : { ...neededKeys(key.keys, child), ...mapPart(step) },
        ];
    });
}
/**
 * An item needs its keys. One that its owner did not write is the server's default: written now, it
 * would become the owner's, and the next apply would find something to take out.
 */
function neededKeys(keys, child) {
    const written = Object.entries(keys).filter(([name]) => Object.hasOwn(child, `f:${name}`));
    return written.length === 0 ? keys : Object.fromEntries(written);
}

;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/revision.js
// What a slot holds, in two digests: what runs, and how it is configured here. Pure.






const CONTAINER_LISTS = (/* unused pure expression or super */ null && (['initContainers', 'containers']));
/** What the revision digest covers: the pod's spec without what is configuration. */
function contentsOf(deployment) {
    const pod = podOf(deployment);
    const before = pod['initContainers'];
    return {
        ...without(pod, POD_CONFIGURATION),
        ...(before !== undefined && { initContainers: runningIn(before) }),
        containers: runningIn(pod['containers']),
    };
}
/** What the configuration digest covers beside the revision. */
function configurationOf({ deployment, service, }) {
    const pod = podOf(deployment);
    const containers = CONTAINER_LISTS.flatMap((list) => recordsIn(pod[list]).map((one) => [`${list}/${textOf(one['name'])}`, settingsOf(one)]));
    const metadata = recordOf(fieldAt(deployment, ['spec', 'template', 'metadata']));
    return {
        deployment: only(recordOf(withoutNulls(deployment['spec'])), DEPLOYMENT_CONFIGURATION),
        pod: only(pod, POD_CONFIGURATION),
        containers: Object.fromEntries(containers),
        labels: recordOf(withoutNulls(metadata['labels'])),
        annotations: recordOf(withoutNulls(metadata['annotations'])),
        service: only(recordOf(withoutNulls(service['spec'])), SERVICE_CONFIGURATION),
    };
}
const revisionFor = (workload, sha256) => ({
    revisionDigest: digestOf(contentsOf(workload.deployment), sha256),
    configDigest: digestOf(configurationOf(workload), sha256),
});
const podOf = (deployment) => recordOf(withoutNulls(fieldAt(deployment, ['spec', 'template', 'spec'])));
const runningIn = (containers) => recordsIn(containers).map((container) => {
    const { lifecycle, ...rest } = without(container, CONTAINER_CONFIGURATION);
    const started = without(recordOf(lifecycle), LIFECYCLE_CONFIGURATION);
    return {
        ...rest,
        image: textOf(container['image']),
        ...(Object.keys(started).length > 0 && { lifecycle: started }),
    };
});
function settingsOf(container) {
    const ending = only(recordOf(container['lifecycle']), LIFECYCLE_CONFIGURATION);
    return { ...only(container, CONTAINER_CONFIGURATION), ...ending };
}
const only = (value, fields) => Object.fromEntries(Object.entries(value).filter(([name]) => Object.hasOwn(fields, name)));
const without = (value, fields) => Object.fromEntries(Object.entries(value).filter(([name]) => !Object.hasOwn(fields, name)));
/** A restart makes new pods of the same template: what they are is what was tested. */
const RESTARTED = 'kubectl.kubernetes.io/restartedAt';
/**
 * 16 hex over everything in the pod template that somebody set, as the server keeps it. What nobody
 * set is a default of the server and does not count. An edit by anybody changes it, also one that adds
 * a field: from then on a mark on the Deployment is no longer about this template.
 */
function templateDigest(live, sha256) {
    const template = (live.metadata.managedFields ?? [])
        .filter(({ subresource }) => subresource === undefined)
        .map((entry) => {
        const spec = (0,field_set/* childOf */.GG)((0,field_set/* fieldsOf */.Pf)(entry) ?? {}, 'f:spec');
        return spec && (0,field_set/* childOf */.GG)(spec, 'f:template');
    })
        .reduce(field_set/* unionOf */.Z6, undefined);
    const fields = { 'f:spec': { 'f:template': template ?? {} } };
    const set = template === undefined ? {} : extractFields(live, { fields, others: [] });
    return (0,revision/* cut */.Jj)((0,canonical/* digestOf */.o)(withoutRestart((0,record/* fieldAt */.UK)(set, ['spec', 'template']) ?? {}), sha256));
}
function withoutRestart(template) {
    const metadata = (0,record/* recordOf */.zv)((0,record/* recordOf */.zv)(template)['metadata']);
    const { [RESTARTED]: _time, ...annotations } = (0,record/* recordOf */.zv)(metadata['annotations']);
    const { annotations: _all, ...rest } = metadata;
    const left = Object.keys(annotations).length === 0 ? rest : { ...rest, annotations };
    return { ...(0,record/* recordOf */.zv)(template), metadata: left };
}


/***/ }),

/***/ 3714:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Li: () => (/* binding */ SERVICE_NAME_LABEL),
/* harmony export */   Z8: () => (/* binding */ missingPorts),
/* harmony export */   uY: () => (/* binding */ endpointsOf)
/* harmony export */ });
/* harmony import */ var _health_fields_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3728);
/* harmony import */ var _record_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2229);
// EndpointSlices -> what stands behind a Service. Pure.


/** The label by which a slice says whose it is. */
const SERVICE_NAME_LABEL = 'kubernetes.io/service-name';
/** A Service of two address families has two slices of the same pods: each pod counts once. */
function endpointsOf(service, slices) {
    const pods = new Set();
    const bare = new Set();
    const ports = new Map();
    for (const slice of slices) {
        if (slice.metadata.labels?.[SERVICE_NAME_LABEL] !== service)
            continue;
        const ready = (0,_health_fields_js__WEBPACK_IMPORTED_MODULE_0__/* .listAt */ .gT)(slice, 'endpoints').filter(isReady);
        for (const endpoint of ready) {
            const pod = podOf(endpoint);
            if (pod === null)
                bare.add(String((0,_health_fields_js__WEBPACK_IMPORTED_MODULE_0__/* .valueAt */ .fK)(endpoint, 'addresses')));
            else
                pods.add(pod);
        }
        if (ready.length === 0)
            continue;
        for (const port of (0,_record_js__WEBPACK_IMPORTED_MODULE_1__/* .recordsIn */ .Q0)(slice['ports'])) {
            const found = { name: (0,_record_js__WEBPACK_IMPORTED_MODULE_1__/* .textOf */ .b6)(port['name']), port: (0,_health_fields_js__WEBPACK_IMPORTED_MODULE_0__/* .numberAt */ .tk)(port, 'port', 0) };
            ports.set(`${found.name}:${found.port}`, found);
        }
    }
    return { ready: pods.size + bare.size, pods: [...pods].toSorted(), ports: [...ports.values()] };
}
/** Without the condition an endpoint counts as ready, as the API says. */
function isReady(endpoint) {
    const conditions = (0,_health_fields_js__WEBPACK_IMPORTED_MODULE_0__/* .fieldsOf */ .Pf)(endpoint['conditions']);
    return conditions['ready'] !== false && conditions['terminating'] !== true;
}
const podOf = (endpoint) => (0,_health_fields_js__WEBPACK_IMPORTED_MODULE_0__/* .textAt */ .$6)(endpoint, 'targetRef.kind') === 'Pod' ? (0,_health_fields_js__WEBPACK_IMPORTED_MODULE_0__/* .textAt */ .$6)(endpoint, 'targetRef.name') : null;
/** Ports of a Service that no ready endpoint has, by name or number; its pods do not serve them. */
function missingPorts(service, endpoints) {
    const served = new Set(endpoints.ports.map(({ name }) => name));
    return (0,_health_fields_js__WEBPACK_IMPORTED_MODULE_0__/* .listAt */ .gT)(service, 'spec.ports')
        .filter((port) => !served.has((0,_record_js__WEBPACK_IMPORTED_MODULE_1__/* .textOf */ .b6)(port['name'])))
        .map((port) => (0,_record_js__WEBPACK_IMPORTED_MODULE_1__/* .textOf */ .b6)(port['name']) || String(port['port']));
}


/***/ }),

/***/ 3179:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   f9: () => (/* binding */ readyReplicas),
/* harmony export */   hb: () => (/* binding */ wantedReplicas),
/* harmony export */   tX: () => (/* binding */ slotHealth)
/* harmony export */ });
/* harmony import */ var _health_fields_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3728);
/* harmony import */ var _health_status_health_status_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(2055);
/* harmony import */ var _health_status_status_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2217);
/* harmony import */ var _service_endpoints_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(3714);




/** So long what follows ready pods (EndpointSlices) may take to come. */
const SETTLE_SECONDS = 10;
/** Pods of a finished rollout that are not ready for so long are no new ones: it is ill. */
const UNAVAILABLE_SECONDS = 30;
const readyReplicas = (deployment) => (0,_health_fields_js__WEBPACK_IMPORTED_MODULE_0__/* .numberAt */ .tk)(deployment, 'status.readyReplicas', 0);
/** As the API defaults it. */
const wantedReplicas = (deployment) => (0,_health_fields_js__WEBPACK_IMPORTED_MODULE_0__/* .numberAt */ .tk)(deployment, 'spec.replicas', 1);
/** `now` in milliseconds since 1970. */
function slotHealth(slot, now) {
    const { deployment } = slot;
    if (deployment === null)
        return { health: 'unhealthy', detail: 'it is not deployed', replicas: 0 };
    const replicas = readyReplicas(deployment);
    const fault = deploymentFault(deployment, now) ?? serviceFault(slot, now);
    return fault === null ? { health: 'healthy', detail: '', replicas } : { ...fault, replicas };
}
const unhealthy = (detail) => ({ health: 'unhealthy', detail });
function deploymentFault(deployment, now) {
    const { state, message } = (0,_health_status_status_js__WEBPACK_IMPORTED_MODULE_1__/* .statusOf */ .c)(deployment, {
        now,
        since: now,
        written: null,
        lateClasses: new Set(),
        options: _health_status_health_status_js__WEBPACK_IMPORTED_MODULE_2__/* .defaultStatusOptions */ .c8,
    });
    const wanted = wantedReplicas(deployment);
    if (wanted === 0 && state !== 'terminating')
        return unhealthy('scaled to zero');
    if (state === 'ready')
        return null;
    if (state !== 'progressing')
        return unhealthy(message);
    const lasting = lastingFault(deployment, now);
    return lasting === null ? { health: 'changing', detail: message } : unhealthy(lasting);
}
/** Pods that were lost after the rollout was complete: nobody is at work on that. */
function lastingFault(deployment, now) {
    const complete = (0,_health_fields_js__WEBPACK_IMPORTED_MODULE_0__/* .conditionOf */ .rI)(deployment, 'Progressing')?.reason === 'NewReplicaSetAvailable';
    const current = (0,_health_fields_js__WEBPACK_IMPORTED_MODULE_0__/* .numberAt */ .tk)(deployment, 'status.observedGeneration', -1) === deployment.metadata.generation;
    const wanted = wantedReplicas(deployment);
    if (!complete || !current || (0,_health_fields_js__WEBPACK_IMPORTED_MODULE_0__/* .numberAt */ .tk)(deployment, 'status.replicas', 0) < wanted)
        return null;
    const ready = readyReplicas(deployment);
    if (ready === 0)
        return `none of its ${wanted} pods is ready any more`;
    const available = (0,_health_fields_js__WEBPACK_IMPORTED_MODULE_0__/* .conditionOf */ .rI)(deployment, 'Available');
    const since = available?.status === 'False' ? available.changed : null;
    if (since === null || now - since < UNAVAILABLE_SECONDS * 1000)
        return null;
    return `only ${ready} of ${wanted} pods are ready since ${Math.round((now - since) / 1000)} s`;
}
function serviceFault({ deployment, service, endpoints }, now) {
    if (service === null || endpoints === null || deployment === null)
        return null;
    const name = service.metadata.name ?? '';
    const ports = (0,_service_endpoints_js__WEBPACK_IMPORTED_MODULE_3__/* .missingPorts */ .Z8)(service, endpoints);
    const detail = endpoints.ready === 0
        ? `its Service ${name} has no ready endpoint, so its selector fits none of the ready pods`
        : ports.length > 0
            ? `its Service ${name} has no endpoint for port ${ports.join(', ')}: no container port of that name`
            : null;
    if (detail === null)
        return null;
    const changed = ['Available', 'Progressing'].flatMap((type) => (0,_health_fields_js__WEBPACK_IMPORTED_MODULE_0__/* .conditionOf */ .rI)(deployment, type)?.updated ?? []);
    const isFresh = now - Math.max(0, ...changed) < SETTLE_SECONDS * 1000;
    return isFresh ? { health: 'changing', detail } : unhealthy(detail);
}


/***/ }),

/***/ 1531:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Bk: () => (/* binding */ selectorOf),
/* harmony export */   MN: () => (/* binding */ templateLabels),
/* harmony export */   _s: () => (/* binding */ SLOT_LABEL),
/* harmony export */   sp: () => (/* binding */ isSelected),
/* harmony export */   zY: () => (/* binding */ findSlots)
/* harmony export */ });
/* harmony import */ var _health_fields_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3728);
/* harmony import */ var _labels_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6799);


/** The label that we put on pods of a slot when nothing else tells them apart. */
const SLOT_LABEL = 'sluice.dev/slot';
function findSlots(question) {
    const { slots } = question;
    const related = question.deployments.filter((one) => isRelated(one, question));
    const slotLabel = labelKey(related, question);
    const problems = [];
    const deployments = slots.map((slot) => {
        const all = candidates(related, { slot, key: slotLabel }, question);
        if (all.length > 1)
            problems.push(ambiguous(slot, all));
        return all[0] ?? null;
    });
    const found = slots.map((slot, index) => {
        const deployment = deployments[index] ?? null;
        const other = deployments[1 - index] ?? null;
        const labels = labelsOfSlot({ slot, key: slotLabel }, deployment, other);
        const service = serviceOf({ slot, deployment, other, labels }, question);
        return { slot, deployment, service, labels };
    });
    return { found, slotLabel, problems };
}
const templateLabels = (deployment) => (0,_labels_js__WEBPACK_IMPORTED_MODULE_0__/* .labelsIn */ .xS)((0,_health_fields_js__WEBPACK_IMPORTED_MODULE_1__/* .valueAt */ .fK)(deployment, 'spec.template.metadata.labels'));
const selectorOf = (service) => (0,_labels_js__WEBPACK_IMPORTED_MODULE_0__/* .labelsIn */ .xS)((0,_health_fields_js__WEBPACK_IMPORTED_MODULE_1__/* .valueAt */ .fK)(service, 'spec.selector'));
/** A selector without any label selects nothing. */
const isSelected = (selector, labels) => Object.keys(selector).length > 0 && (0,_labels_js__WEBPACK_IMPORTED_MODULE_0__/* .bears */ .oJ)(labels, selector);
const nameOf = ({ metadata }) => metadata.name ?? '';
const slotName = ({ endpoint }, slot) => `${endpoint}-${slot}`;
/**
 * By the labels that a Service of the endpoint wants beside the slot's; by the name where it wants
 * no other. So two applications with versions blue and green in one namespace are not mixed.
 */
function isRelated(deployment, question) {
    const { endpoint, slots, services, ownService } = question;
    const labels = templateLabels(deployment);
    const known = [
        services.get(ownService),
        services.get(endpoint),
        ...slots.map((slot) => services.get(slotName(question, slot))),
    ];
    for (const service of known) {
        if (service === undefined)
            continue;
        const shared = sharedLabels(service, deployment, slots);
        if (shared.length > 0)
            return shared.every(([key, value]) => labels[key] === value);
    }
    return nameOf(deployment).startsWith(`${endpoint}-`) && !isOfOther(deployment, question);
}
/** What a Service selects by beside the slot. */
function sharedLabels(service, deployment, slots) {
    const labels = templateLabels(deployment);
    const isSlot = (value) => value !== undefined && slots.includes(value);
    return Object.entries(selectorOf(service)).filter(([key, value]) => key !== SLOT_LABEL && !isSlot(value) && !isSlot(labels[key]));
}
/** `shop-eu-blue` beside a Service `shop-eu` is no slot of the endpoint `shop`. */
function isOfOther(deployment, question) {
    const { endpoint, slots, services } = question;
    const name = nameOf(deployment);
    const labels = templateLabels(deployment);
    const own = slots.map((slot) => slotName(question, slot));
    return [...services].some(([service, object]) => service.startsWith(`${endpoint}-`) &&
        !own.includes(service) &&
        (name === service || name.startsWith(`${service}-`)) &&
        sharedLabels(object, deployment, slots).every(([key, value]) => labels[key] === value));
}
/** The key that tells most slots apart; among equals ours, then one that selectors use. */
function labelKey(related, question) {
    const { slots, services } = question;
    const found = new Map();
    for (const deployment of related) {
        for (const [key, value] of Object.entries(templateLabels(deployment))) {
            if (slots.includes(value))
                found.set(key, (found.get(key) ?? new Set()).add(value));
        }
    }
    const used = new Set([
        ...[...services.values()].map(selectorOf),
        ...related.map((one) => (0,_labels_js__WEBPACK_IMPORTED_MODULE_0__/* .labelsIn */ .xS)((0,_health_fields_js__WEBPACK_IMPORTED_MODULE_1__/* .valueAt */ .fK)(one, 'spec.selector.matchLabels'))),
    ].flatMap((selector) => Object.keys(selector).filter((key) => slots.includes(selector[key] ?? ''))));
    const rank = (key) => (found.get(key)?.size ?? 0) * 4 + (key === SLOT_LABEL ? 2 : 0) + (used.has(key) ? 1 : 0);
    const [best] = [...found.keys()].toSorted((a, b) => rank(b) - rank(a) || (a < b ? -1 : 1));
    return best ?? SLOT_LABEL;
}
/** One is right, none is an empty slot, more are a problem. What is being deleted gives way. */
function candidates(related, { slot, key }, question) {
    const exact = slotName(question, slot);
    const labelled = related.filter((one) => templateLabels(one)[key] === slot);
    const named = question.deployments.filter((one) => nameOf(one) === exact && !claimedByOther(one, { slot, key }, question));
    const all = labelled.length > 0 ? labelled : named;
    const staying = all.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    return staying.length > 0 ? staying : all.slice(0, 1);
}
/** Its name says one slot, its pods say the other. */
const claimedByOther = (deployment, { slot, key }, { slots }) => {
    const value = templateLabels(deployment)[key];
    return value !== undefined && value !== slot && slots.includes(value);
};
const ambiguous = (slot, all) => ({
    where: `slot ${slot}`,
    message: `the Deployments ${all.map(nameOf).toSorted().join(' and ')} both have pods with the labels of this slot; wanted one`,
});
/** What every pod of the slot has and no pod of the other one; nothing where that is not known. */
function labelsOfSlot({ slot, key }, deployment, other) {
    const others = other === null ? {} : templateLabels(other);
    // Not there: what the other one has tells what it would have.
    if (deployment === null)
        return others[key] === undefined ? {} : { [key]: slot };
    if (templateLabels(deployment)[key] === slot)
        return { [key]: slot };
    // Found by its name: then its own selector must tell it apart.
    const own = Object.entries((0,_labels_js__WEBPACK_IMPORTED_MODULE_0__/* .labelsIn */ .xS)((0,_health_fields_js__WEBPACK_IMPORTED_MODULE_1__/* .valueAt */ .fK)(deployment, 'spec.selector.matchLabels')));
    return Object.fromEntries(own.filter(([label, value]) => others[label] !== value));
}
/** The Service that selects this slot's pods and never the other's; by its name first. */
function serviceOf({ slot, deployment, other, labels }, question) {
    const { services, ownService, endpoint } = question;
    const exact = slotName(question, slot);
    const fits = (service) => {
        const name = nameOf(service);
        const selector = selectorOf(service);
        if (name === ownService || name === endpoint)
            return false;
        if (deployment === null)
            return name === exact;
        return (isSelected(selector, templateLabels(deployment)) &&
            Object.keys(labels).some((key) => selector[key] !== undefined) &&
            (other === null || !isSelected(selector, templateLabels(other))) &&
            (name === exact || !isShared(selector, deployment, question)));
    };
    const fitting = [...services.values()].filter(fits).toSorted(byName);
    return (fitting.find((service) => nameOf(service) === exact) ??
        fitting.find((service) => (0,_health_fields_js__WEBPACK_IMPORTED_MODULE_1__/* .textAt */ .$6)(service, 'spec.type') !== 'LoadBalancer') ??
        fitting[0] ??
        null);
}
/** Whoever asks it wants pods of others, too: it is not ours to change. */
const isShared = (selector, deployment, { deployments }) => deployments.some((one) => one !== deployment && isSelected(selector, templateLabels(one)));
const byName = (one, other) => nameOf(one) < nameOf(other) ? -1 : 1;


/***/ }),

/***/ 8160:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   F$: () => (/* binding */ slicesSelector),
/* harmony export */   L2: () => (/* binding */ ownServiceOf),
/* harmony export */   RA: () => (/* binding */ readSnapshot),
/* harmony export */   Ud: () => (/* binding */ trafficObjectId),
/* harmony export */   cO: () => (/* binding */ sceneOf),
/* harmony export */   du: () => (/* binding */ servicesInUse),
/* harmony export */   nE: () => (/* binding */ typed),
/* harmony export */   ps: () => (/* binding */ slotsIn)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(8743);
/* harmony import */ var _object_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(1287);
/* harmony import */ var _kinds_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6737);
/* harmony import */ var _refused_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9122);
/* harmony import */ var _service_endpoints_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(3714);
/* harmony import */ var _slots_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(1531);






const NOTHING = { items: [], resourceVersion: '' };
const trafficObjectId = ({ backEnd, place }) => {
    const { group, version, kind } = backEnd.resource;
    return { group, version, kind, namespace: place.namespace, name: place.trafficObject };
};
/** The Service that users know, whether it is there or not. */
const ownServiceOf = ({ backEnd, place, endpoint }) => (0,_kinds_js__WEBPACK_IMPORTED_MODULE_0__/* .isService */ .kd)(backEnd) ? place.trafficObject : endpoint;
/** Throws KUBERNETES_RIGHT_MISSING with all rights that these reads lack. */
async function readSnapshot(site, signal) {
    signal.throwIfAborted();
    const { namespace, trafficObject } = site.place;
    const [traffic, deployments, services] = await Promise.all([
        readTraffic(site),
        list(site, _kinds_js__WEBPACK_IMPORTED_MODULE_0__/* .DEPLOYMENT */ .uH),
        list(site, _kinds_js__WEBPACK_IMPORTED_MODULE_0__/* .SERVICE */ .YV),
    ]);
    const refused = [traffic, deployments, services].flatMap(({ refusal }) => refusal ?? []);
    if (refused.length > 0)
        throw (0,_refused_js__WEBPACK_IMPORTED_MODULE_1__/* .refusedRead */ .DC)(refused);
    const all = traffic.value ?? services.value ?? NOTHING;
    const named = all.items.filter(({ metadata }) => metadata.name === trafficObject);
    const seen = {
        object: named[0] === undefined ? null : typed(named[0], site.backEnd.resource),
        siblings: site.backEnd.reads === 'siblings' ? without(all.items, named) : [],
        deployments: deployments.value ?? NOTHING,
        services: services.value ?? NOTHING,
    };
    signal.throwIfAborted();
    if (seen.object === null)
        return { ...seen, slices: NOTHING };
    const wanted = slicesSelector(servicesInUse(site, seen));
    const slices = await site.api.list(_kinds_js__WEBPACK_IMPORTED_MODULE_0__/* .ENDPOINT_SLICE */ .$t, { namespace, labelSelector: wanted });
    if (slices.ok)
        return { ...seen, slices: slices.value };
    const { refusal } = slices;
    throw (0,_refused_js__WEBPACK_IMPORTED_MODULE_1__/* .refusedRead */ .DC)([{ verb: 'list', resource: _kinds_js__WEBPACK_IMPORTED_MODULE_0__/* .ENDPOINT_SLICE */ .$t, namespace, refusal }]);
}
/** `kubernetes.io/service-name in (mon-app,mon-app-blue)` */
const slicesSelector = (names) => `${_service_endpoints_js__WEBPACK_IMPORTED_MODULE_2__/* .SERVICE_NAME_LABEL */ .Li} in (${[...new Set(names)].toSorted().join(',')})`;
/** The endpoint's Service and those of its slots. */
const servicesInUse = (site, seen) => [
    ownServiceOf(site),
    ...slotsIn(site, seen).found.flatMap(({ service }) => service?.metadata.name ?? []),
];
async function list(site, resource) {
    const { namespace } = site.place;
    const answer = await site.api.list(resource, { namespace });
    return answer.ok
        ? { value: answer.value }
        : { value: null, refusal: { verb: 'list', resource, namespace, refusal: answer.refusal } };
}
async function readTraffic(site) {
    const { backEnd, api } = site;
    if ((0,_kinds_js__WEBPACK_IMPORTED_MODULE_0__/* .isService */ .kd)(backEnd))
        return { value: null };
    if (backEnd.reads === 'siblings')
        return noneWhereUnknown(site, await list(site, backEnd.resource));
    return asList(site, await api.get(trafficObjectId(site)));
}
/** A list of a kind that the server does not know is 404; one object of it could not be told apart. */
function noneWhereUnknown({ backEnd }, read) {
    if (read.refusal?.refusal.status !== 404)
        return read;
    const { group, version, kind } = backEnd.resource;
    throw (0,_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .kubernetesError */ .j)('KUBERNETES_ENDPOINT_ABSENT', `the server knows no kind ${kind} in ${(0,_object_js__WEBPACK_IMPORTED_MODULE_4__/* .renderApiVersion */ .Xd)(group, version)}, which back end ${backEnd.kind} needs`, { hint: 'Install what brings this kind, or choose another input `back-end`.' });
}
function asList({ backEnd, place }, answer) {
    const { namespace } = place;
    if (answer.ok) {
        const items = answer.value === null ? [] : [answer.value];
        return { value: { items, resourceVersion: '' } };
    }
    const { refusal } = answer;
    return { value: null, refusal: { verb: 'get', resource: backEnd.resource, namespace, refusal } };
}
const without = (all, some) => all.filter((one) => !some.includes(one));
/** Items of lists do not say what they are. */
const typed = (object, { group, version, kind }) => ({
    ...object,
    apiVersion: (0,_object_js__WEBPACK_IMPORTED_MODULE_4__/* .renderApiVersion */ .Xd)(group, version),
    kind,
});
/** Pure. Slots without their endpoints. */
const slotsIn = (site, { deployments, services }) => (0,_slots_js__WEBPACK_IMPORTED_MODULE_5__/* .findSlots */ .zY)({
    endpoint: site.endpoint,
    slots: site.slots,
    deployments: deployments.items,
    services: byName(services.items),
    ownService: ownServiceOf(site),
});
/**
 * What the snapshot shows, for the back end; null while the traffic object is not there. Pure. Throws
 * KUBERNETES_SLOT_UNCLEAR where more than one Deployment can be meant by a slot.
 */
function sceneOf(site, snapshot) {
    const { object, siblings, slices } = snapshot;
    if (object === null)
        return null;
    const { found, problems } = slotsIn(site, snapshot);
    if (problems.length > 0) {
        const told = problems.map(({ where, message }) => `${where}: ${message}`).join('; ');
        const what = (0,_object_js__WEBPACK_IMPORTED_MODULE_4__/* .renderId */ .oF)((0,_object_js__WEBPACK_IMPORTED_MODULE_4__/* .idOf */ .TH)(object, site.place.namespace));
        throw (0,_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .kubernetesError */ .j)('KUBERNETES_SLOT_UNCLEAR', `${what}: ${told}`);
    }
    const services = byName(snapshot.services.items);
    const own = ownServiceOf(site);
    return {
        endpoint: site.endpoint,
        slots: site.slots,
        object,
        siblings,
        found: found.map((slot) => ({
            ...slot,
            endpoints: slot.service === null ? null : (0,_service_endpoints_js__WEBPACK_IMPORTED_MODULE_2__/* .endpointsOf */ .uY)(slot.service.metadata.name ?? '', slices.items),
        })),
        services,
        endpoints: services.has(own) ? (0,_service_endpoints_js__WEBPACK_IMPORTED_MODULE_2__/* .endpointsOf */ .uY)(own, slices.items) : null,
    };
}
const byName = (objects) => new Map(objects.map((object) => [object.metadata.name ?? '', object]));


/***/ }),

/***/ 1353:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   S: () => (/* binding */ View),
/* harmony export */   t: () => (/* binding */ endpointAbsent)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(8743);
/* harmony import */ var _health_wait_alarm_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1994);
/* harmony import */ var _health_wait_feed_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(2271);
/* harmony import */ var _object_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(1287);
/* harmony import */ var _kinds_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(6737);
/* harmony import */ var _snapshot_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8160);






/** A line for people at least so often. */
const PROGRESS_SECONDS = 30;
/** Time alone changes some answers, and a watch can be silent. */
const LOOK_SECONDS = 5;
class View {
    site;
    snapshot;
    signal;
    constructor(site, snapshot, signal) {
        this.site = site;
        this.snapshot = snapshot;
        this.signal = signal;
    }
    /** Throws KUBERNETES_ENDPOINT_ABSENT when the traffic object is not there. */
    scene() {
        const scene = (0,_snapshot_js__WEBPACK_IMPORTED_MODULE_0__/* .sceneOf */ .cO)(this.site, this.snapshot);
        if (scene !== null)
            return scene;
        throw endpointAbsent(this.site);
    }
    /** As a write or a read has just shown it. */
    show(object) {
        this.snapshot = { ...this.snapshot, ...withObject(this.snapshot, object) };
    }
    /** Watches, or reads again and again where watching is not allowed, until the check is content. */
    async until(wait) {
        if (wait.check(this.scene()) === null)
            return;
        const stop = new AbortController();
        const signal = AbortSignal.any([this.signal, stop.signal]);
        const alarm = (0,_health_wait_alarm_js__WEBPACK_IMPORTED_MODULE_1__/* .createAlarm */ .i)(this.site.clock, signal);
        const lost = [];
        const feeds = wait.sources.map((source) => {
            const feed = this.feed(source, { changed: alarm.ring, signal });
            feed.ended.catch((error) => {
                lost.push(error);
                alarm.ring();
            });
            return { source, feed };
        });
        try {
            await this.follow(wait, { alarm, feeds, lost });
        }
        finally {
            stop.abort(new Error('the wait is over'));
        }
    }
    async follow({ check, deadline, late }, world) {
        const { clock, log } = this.site;
        const began = clock.now();
        let told = began;
        for (;;) {
            for (const { source, feed } of world.feeds)
                this.take(source, feed);
            const awaited = check(this.scene());
            if (awaited === null)
                return;
            if (world.lost.length > 0)
                throw world.lost[0];
            const now = clock.now();
            if (now >= deadline)
                throw late(awaited);
            if (now - told >= PROGRESS_SECONDS * 1000) {
                log.info(`waiting since ${Math.round((now - began) / 1000)} s: ${awaited}`);
                told = now;
            }
            await world.alarm.wait(Math.min(LOOK_SECONDS, secondsUntil(deadline, clock)));
        }
    }
    feed(source, parts) {
        const { site, snapshot } = this;
        const { namespace, trafficObject } = site.place;
        const open = (resource, selection, start) => (0,_health_wait_feed_js__WEBPACK_IMPORTED_MODULE_2__/* .openFeed */ .B)({
            api: site.api,
            ports: site,
            resource: { ...resource, verbs: [...resource.verbs, 'watch'] },
            selection: { namespace, ...selection },
            start: start.resourceVersion === '' ? null : start,
            names: source === 'object' ? () => [trafficObject] : null,
            ...parts,
        });
        switch (source) {
            case 'object': {
                const { object } = snapshot;
                const start = {
                    items: object === null ? [] : [object],
                    resourceVersion: object?.metadata.resourceVersion ?? '',
                };
                const fieldSelector = `metadata.name=${trafficObject}`;
                return open(site.backEnd.resource, { fieldSelector }, start);
            }
            case 'slices': {
                const labelSelector = (0,_snapshot_js__WEBPACK_IMPORTED_MODULE_0__/* .slicesSelector */ .F$)((0,_snapshot_js__WEBPACK_IMPORTED_MODULE_0__/* .servicesInUse */ .du)(site, snapshot));
                return open(_kinds_js__WEBPACK_IMPORTED_MODULE_3__/* .ENDPOINT_SLICE */ .$t, { labelSelector }, snapshot.slices);
            }
            case 'deployments':
                return open(_kinds_js__WEBPACK_IMPORTED_MODULE_3__/* .DEPLOYMENT */ .uH, {}, snapshot.deployments);
        }
    }
    /** What a feed has now takes the place of what was known. */
    take(source, feed) {
        if (!feed.isLoaded())
            return;
        const items = [...feed.objects.values()];
        const { snapshot } = this;
        if (source === 'slices')
            this.snapshot = { ...snapshot, slices: { ...snapshot.slices, items } };
        else if (source === 'deployments') {
            this.snapshot = { ...snapshot, deployments: { ...snapshot.deployments, items } };
        }
        else if (items[0] === undefined)
            this.snapshot = { ...snapshot, object: null };
        else
            this.show(items[0]);
    }
}
const secondsUntil = (deadline, clock) => Math.max(0.01, (deadline - clock.now()) / 1000);
/** A Service that is the traffic object stands in the list of Services too. */
function withObject({ services }, object) {
    const isIt = (one) => one.kind === object.kind && one.metadata.name === object.metadata.name;
    const items = services.items.map((one) => (isIt(one) ? object : one));
    return { object, services: { ...services, items } };
}
function endpointAbsent(site) {
    const what = (0,_object_js__WEBPACK_IMPORTED_MODULE_4__/* .renderId */ .oF)((0,_snapshot_js__WEBPACK_IMPORTED_MODULE_0__/* .trafficObjectId */ .Ud)(site));
    const { kind } = site.backEnd;
    return (0,_errors_js__WEBPACK_IMPORTED_MODULE_5__/* .kubernetesError */ .j)('KUBERNETES_ENDPOINT_ABSENT', `${what}, which back end ${kind} works on, is not there`);
}


/***/ }),

/***/ 7026:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Fd: () => (/* binding */ changedMeanwhile),
/* harmony export */   Gn: () => (/* binding */ readSettled),
/* harmony export */   Hm: () => (/* binding */ sameRouting),
/* harmony export */   Kh: () => (/* binding */ TRAFFIC_MANAGER),
/* harmony export */   P4: () => (/* binding */ isUnsettled),
/* harmony export */   Uz: () => (/* binding */ isNoAnswer),
/* harmony export */   p7: () => (/* binding */ writeObject)
/* harmony export */ });
/* unused harmony export wholePatch */
/* harmony import */ var _sluice_rollout__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(3521);
/* harmony import */ var _sluice_rollout__WEBPACK_IMPORTED_MODULE_10__ = __webpack_require__(836);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(8743);
/* harmony import */ var _object_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(1287);
/* harmony import */ var _record_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2229);
/* harmony import */ var _back_ends_merge_patch_js__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(3410);
/* harmony import */ var _marks_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3564);
/* harmony import */ var _observe_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(2894);
/* harmony import */ var _refused_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(9122);
/* harmony import */ var _snapshot_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(8160);
/* harmony import */ var _view_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(1353);
// The one write of a traffic object: compare-and-swap, and lost answers settled by reading.










const TRAFFIC_MANAGER = 'sluice-traffic';
/** Somebody else can write the object as often as we try; more than a few times is a fight. */
const TRIES = 5;
const PAUSE_SECONDS = 1;
/** So long a server that does not answer is asked what became of a write. */
const SETTLE_SECONDS = 60;
/** What the back end and our marks make of the object, as one merge patch. */
function wholePatch(object, { patch }, { marks }) {
    const metadata = (0,_record_js__WEBPACK_IMPORTED_MODULE_0__/* .isRecord */ .u4)(patch['metadata']) ? patch['metadata'] : {};
    const given = (0,_record_js__WEBPACK_IMPORTED_MODULE_0__/* .isRecord */ .u4)(metadata['annotations']) ? metadata['annotations'] : {};
    const has = object.metadata.annotations ?? {};
    const changed = Object.entries((0,_marks_js__WEBPACK_IMPORTED_MODULE_1__/* .annotationsFor */ .gX)(marks)).filter(([name, value]) => (has[name] ?? null) !== value);
    const annotations = { ...given, ...Object.fromEntries(changed) };
    if (Object.keys(annotations).length === 0)
        return patch;
    return { ...patch, metadata: { ...metadata, annotations } };
}
/** Resolves with the object as it shows what was wanted. */
async function writeObject(writing, write) {
    const { site, scene, change, signal } = writing;
    let base = scene.object;
    let patch = wholePatch(base, write, change);
    if (Object.keys(patch).length === 0)
        return { object: base, patch, before: null };
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
        if (attempt > 1)
            await site.clock.sleep(PAUSE_SECONDS, signal);
        signal.throwIfAborted();
        const sent = await send(site, { base, patch }, signal);
        if (sent?.ok === true) {
            return { object: kept(writing, { object: sent.value, patch }), patch, before: base };
        }
        if (sent !== null)
            refuseFinal(site, sent.refusal);
        const now = await readSettled(site, signal);
        if (now === null)
            throw (0,_view_js__WEBPACK_IMPORTED_MODULE_2__/* .endpointAbsent */ .t)(site);
        if (isLanded(writing, { object: now, patch }))
            return { object: now, patch, before: base };
        if (!isSame(writing, { base, now }))
            throw changedMeanwhile(site, now);
        base = now;
        patch = wholePatch(base, rebuilt(writing, base), change);
    }
    throw (0,_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .kubernetesError */ .j)('KUBERNETES_WRITE_UNSETTLED', `${(0,_object_js__WEBPACK_IMPORTED_MODULE_4__/* .renderId */ .oF)((0,_snapshot_js__WEBPACK_IMPORTED_MODULE_5__/* .trafficObjectId */ .Ud)(site))}: ${TRIES} tries to write it were not answered or came too late; it shows what it showed before`);
}
/** null: no answer came, so only a read can tell. */
async function send(site, { base, patch }, signal) {
    const metadata = (0,_record_js__WEBPACK_IMPORTED_MODULE_0__/* .isRecord */ .u4)(patch['metadata']) ? patch['metadata'] : {};
    const { resourceVersion } = base.metadata;
    const bound = { ...patch, metadata: { ...metadata, resourceVersion } };
    const options = { kind: 'merge', fieldManager: TRAFFIC_MANAGER };
    try {
        return await site.api.patch((0,_snapshot_js__WEBPACK_IMPORTED_MODULE_5__/* .trafficObjectId */ .Ud)(site), bound, options);
    }
    catch (error) {
        if (isNoAnswer(error, signal))
            return null;
        throw error;
    }
}
const isNoAnswer = (error, signal) => !signal.aborted &&
    error instanceof _sluice_rollout__WEBPACK_IMPORTED_MODULE_6__/* .SluiceError */ .a &&
    (error.code === 'HTTP_NO_ANSWER' || error.code === 'HTTP_DEADLINE');
/** Whether it took effect is unknown, or another try can go through. */
const isUnsettled = ({ status }) => status >= 500 || status === 429 || status === 408;
function refuseFinal(site, refusal) {
    if (refusal.status === 409 || isUnsettled(refusal))
        return;
    if (refusal.status === 404)
        throw (0,_view_js__WEBPACK_IMPORTED_MODULE_2__/* .endpointAbsent */ .t)(site);
    const { namespace } = site.place;
    throw (0,_refused_js__WEBPACK_IMPORTED_MODULE_7__/* .refusedWrite */ .yN)({ verb: 'patch', resource: site.backEnd.resource, namespace, refusal });
}
/** The traffic object, from a server that may not answer at once; null: it is not there. */
async function readSettled(site, signal) {
    const end = site.clock.now() + SETTLE_SECONDS * 1000;
    for (;;) {
        const answer = await site.api.get((0,_snapshot_js__WEBPACK_IMPORTED_MODULE_5__/* .trafficObjectId */ .Ud)(site)).catch((error) => {
            if (isNoAnswer(error, signal))
                return null;
            throw error;
        });
        if (answer?.ok === true)
            return answer.value;
        if (answer !== null)
            refuseRead(site, answer.refusal);
        if (site.clock.now() >= end) {
            throw (0,_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .kubernetesError */ .j)('KUBERNETES_WRITE_UNSETTLED', `${(0,_object_js__WEBPACK_IMPORTED_MODULE_4__/* .renderId */ .oF)((0,_snapshot_js__WEBPACK_IMPORTED_MODULE_5__/* .trafficObjectId */ .Ud)(site))}: a write and ${SETTLE_SECONDS} s of reads were not answered`);
        }
        await site.clock.sleep(PAUSE_SECONDS, signal);
    }
}
function refuseRead(site, refusal) {
    const { namespace } = site.place;
    const missing = (0,_refused_js__WEBPACK_IMPORTED_MODULE_7__/* .missingRights */ .o7)([
        { verb: 'get', resource: site.backEnd.resource, namespace, refusal },
    ]);
    if (missing !== null)
        throw missing;
}
/** Marks and weights were one write, so both must be there. */
function isLanded({ site, scene, change, wanted }, { object, patch }) {
    if (!(0,_marks_js__WEBPACK_IMPORTED_MODULE_1__/* .sameMarks */ .Ly)((0,_marks_js__WEBPACK_IMPORTED_MODULE_1__/* .marksOf */ .Ok)(object), change.marks))
        return false;
    return isApplied(object, patch) || sameRouting((0,_observe_js__WEBPACK_IMPORTED_MODULE_8__/* .readRouting */ .bN)(site, { ...scene, object }), wanted);
}
/** What the server answered must show what was sent: a webhook can have changed it. */
function kept(writing, shown) {
    if (isLanded(writing, shown))
        return shown.object;
    throw (0,_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .kubernetesError */ .j)('KUBERNETES_NOT_ACKNOWLEDGED', `${(0,_object_js__WEBPACK_IMPORTED_MODULE_4__/* .renderId */ .oF)((0,_snapshot_js__WEBPACK_IMPORTED_MODULE_5__/* .trafficObjectId */ .Ud)(writing.site))}: the server keeps something else than what was written; an admission webhook may have changed it`);
}
/** Only what is not ours is different: a status, an annotation of a controller. */
function isSame({ site, scene }, { base, now }) {
    const [before, after] = [base, now].map((object) => (0,_observe_js__WEBPACK_IMPORTED_MODULE_8__/* .readRouting */ .bN)(site, { ...scene, object }));
    return ((0,_marks_js__WEBPACK_IMPORTED_MODULE_1__/* .sameMarks */ .Ly)((0,_marks_js__WEBPACK_IMPORTED_MODULE_1__/* .marksOf */ .Ok)(base), (0,_marks_js__WEBPACK_IMPORTED_MODULE_1__/* .marksOf */ .Ok)(now)) &&
        base.metadata.uid === now.metadata.uid &&
        (0,_back_ends_merge_patch_js__WEBPACK_IMPORTED_MODULE_9__/* .sameJson */ .V)(tidy(before), tidy(after)));
}
function rebuilt({ site, scene, wanted }, object) {
    const write = site.backEnd.write({ ...scene, object }, wanted);
    if (write.ok)
        return write.value;
    throw changedMeanwhile(site, object);
}
const changedMeanwhile = (site, object) => (0,_sluice_rollout__WEBPACK_IMPORTED_MODULE_10__/* .rolloutError */ .I)('ROLLOUT_CHANGED_MEANWHILE', `${(0,_object_js__WEBPACK_IMPORTED_MODULE_4__/* .renderId */ .oF)((0,_snapshot_js__WEBPACK_IMPORTED_MODULE_5__/* .trafficObjectId */ .Ud)(site))} was changed by somebody else before our write, to version ${object.metadata.resourceVersion ?? ''}; nothing was written`);
/** Every field that a merge patch names has its value; `null` is absent. */
function isApplied(object, patch) {
    return Object.entries(patch).every(([key, value]) => {
        const has = object[key];
        if (value === null)
            return has === undefined || has === null;
        return (0,_record_js__WEBPACK_IMPORTED_MODULE_0__/* .isRecord */ .u4)(value) ? (0,_record_js__WEBPACK_IMPORTED_MODULE_0__/* .isRecord */ .u4)(has) && isApplied(has, value) : (0,_back_ends_merge_patch_js__WEBPACK_IMPORTED_MODULE_9__/* .sameJson */ .V)(has, value);
    });
}
const sameRouting = (seen, wanted) => seen.unfinished !== true &&
    (0,_back_ends_merge_patch_js__WEBPACK_IMPORTED_MODULE_9__/* .sameJson */ .V)(tidy(seen), tidy({ traffic: wanted.weights, match: wanted.match, mirror: wanted.mirror }));
/** Slots at 0 may be left out. */
function tidy(seen) {
    const positive = (weights = {}) => Object.fromEntries(Object.entries(weights).filter(([, weight]) => weight > 0));
    return {
        traffic: positive(seen?.traffic),
        match: seen?.match ?? null,
        mirror: positive(seen?.mirror),
        unfinished: seen?.unfinished ?? false,
    };
}


/***/ }),

/***/ 8743:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  j: () => (/* binding */ kubernetesError)
});

// UNUSED EXPORTS: errors

// EXTERNAL MODULE: ./packages/rollout/lib/sluice-error.js
var sluice_error = __webpack_require__(3521);
;// CONCATENATED MODULE: ./packages/kubernetes/lib/apply/application-set-errors.js
// Codes of application sets; part of the package's closed table.
const applicationSetErrors = {
    KUBERNETES_SET_INVALID: {
        fault: 'user',
        meaning: 'These manifests cannot be this application: its name, no object at all, or objects that belong to another one.',
        hint: 'Mend what is named, then run again; nothing was written.',
    },
    KUBERNETES_SET_FOREIGN: {
        fault: 'user',
        meaning: 'The ConfigMap named by `application` is no record of ours: another tool keeps it, or it is a plain ConfigMap.',
        hint: 'Choose another `application`, or remove that ConfigMap when nothing uses it.',
    },
    KUBERNETES_SET_DAMAGED: {
        fault: 'user',
        meaning: 'The record of the application was edited by hand, so nobody can say what belongs to it.',
        hint: 'Mend what is named, or delete the ConfigMap: the next run makes it anew; objects that left the folder before that stay.',
    },
    KUBERNETES_SET_NOT_WRITTEN: {
        fault: 'platform',
        meaning: 'The record of the application could not be read or written.',
        hint: 'Allow get, create and patch on configmaps in the namespace, and run one deployment of an application at a time.',
    },
};

;// CONCATENATED MODULE: ./packages/kubernetes/lib/apply/errors.js
// Codes of apply; part of the package's closed table.
const applyErrors = {
    KUBERNETES_READ_FAILED: {
        fault: 'platform',
        meaning: 'What is live on the cluster could not be read, so nothing was changed.',
        hint: 'See the answer of the server, and run again: a re-run goes on from what is there.',
    },
};

;// CONCATENATED MODULE: ./packages/kubernetes/lib/connection/errors.js
// Codes of the connection; part of the package's closed table.
const connectionErrors = {
    KUBERNETES_NO_CONFIG: {
        fault: 'user',
        meaning: 'No kubeconfig was found, or it names no cluster that can be used.',
        hint: 'Set KUBECONFIG in an earlier step (azure/aks-set-context, azure/k8s-set-context), or run inside a cluster.',
    },
    KUBERNETES_BAD_CONFIG: {
        fault: 'user',
        meaning: 'A kubeconfig was found, but it cannot be read or what it says cannot be used.',
        hint: 'Mend the named field, or let azure/aks-set-context or azure/k8s-set-context write the file again.',
    },
    KUBERNETES_CREDENTIALS: {
        fault: 'user',
        meaning: 'The kubeconfig says how to get credentials, and that did not work.',
        hint: 'Install and log in what the kubeconfig names (for AKS: azure/use-kubelogin and `kubelogin convert-kubeconfig`).',
    },
    KUBERNETES_UNAUTHORIZED: {
        fault: 'user',
        meaning: 'The API server does not accept the credentials of the kubeconfig.',
        hint: 'Log in again in an earlier step, so that the kubeconfig holds credentials that have not expired.',
    },
    KUBERNETES_NOT_TRUSTED: {
        fault: 'user',
        meaning: 'The certificate of the API server is not signed by an authority that the kubeconfig trusts.',
        hint: 'Put the authority of this cluster into `certificate-authority-data`, and the name in its certificate into `tls-server-name`.',
    },
    KUBERNETES_BAD_PATH: {
        fault: 'user',
        meaning: 'The path of a request leads out of the service that it is for.',
        hint: 'Write the path that the service itself knows, such as /score: without .., //, blanks and backslashes.',
    },
    KUBERNETES_NO_DISCOVERY: {
        fault: 'platform',
        meaning: 'The API server does not say which kinds it knows.',
        hint: 'Check that the address is that of a Kubernetes API server and that the account may read /api and /apis.',
    },
};

;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/errors.js
// Codes of endpoints; part of the package's closed table. Fault `user`: nothing was written.
const endpointErrors = {
    KUBERNETES_ENDPOINT_INVALID: {
        fault: 'user',
        meaning: 'The target or the inputs name no endpoint that can be on a cluster.',
        hint: 'Use the output `target` of endpoint-deploy as it is, or correct the named inputs.',
    },
    KUBERNETES_OTHER_CLUSTER: {
        fault: 'user',
        meaning: 'The target was made on another cluster than the one that the kubeconfig leads to.',
        hint: 'Set the context of the cluster that endpoint-deploy wrote to, or deploy to this one.',
    },
    KUBERNETES_ENDPOINT_ABSENT: {
        fault: 'user',
        meaning: 'The object that decides where requests go is not there.',
        hint: 'Check namespace, back-end and traffic-object, or let endpoint-deploy create the endpoint.',
    },
    KUBERNETES_TRAFFIC_OBJECT_INVALID: {
        fault: 'user',
        meaning: 'The object that decides where requests go does not have a form that can be followed.',
        hint: 'Change it as the message says; the page docs/strategies.md shows each form.',
    },
    KUBERNETES_SLOT_UNCLEAR: {
        fault: 'user',
        meaning: 'More than one Deployment can be meant by a slot.',
        hint: 'Give each slot of the endpoint one Deployment, and other labels to what is not a slot.',
    },
    KUBERNETES_TRAFFIC_NOT_POSSIBLE: {
        fault: 'user',
        meaning: 'The object that decides where requests go cannot express the wanted traffic.',
        hint: 'Choose steps that this back end has, or another back end; docs/strategies.md compares them.',
    },
    KUBERNETES_SLOT_NOT_READY: {
        fault: 'user',
        meaning: 'A slot that shall get more traffic is not proven to be able to serve it.',
        hint: 'Look at its pods and its Service, deploy the slot again, then run again.',
    },
    KUBERNETES_AUTOSCALED: {
        fault: 'user',
        meaning: 'Replicas give the weights, and an autoscaler sets the replicas of a slot.',
        hint: 'Remove the autoscaler of that slot, or use a back end with weights of its own.',
    },
    KUBERNETES_RIGHT_MISSING: {
        fault: 'user',
        meaning: 'The account may not do what a change of the endpoint needs.',
        hint: 'Grant the named verb; the least rights are in docs/kubernetes-role.yml.',
    },
    KUBERNETES_READ_REFUSED: {
        fault: 'platform',
        meaning: 'The API server refused a read that the endpoint needs.',
        hint: 'See the reason of the server; when it is busy, run again.',
    },
    KUBERNETES_WRITE_REFUSED: {
        fault: 'user',
        meaning: 'The API server, or an admission webhook, refused the change; it was not made.',
        hint: 'Correct what the server names, then run again.',
    },
    KUBERNETES_WRITE_UNSETTLED: {
        fault: 'platform',
        meaning: 'A write got no answer, and reading does not show that it was made.',
        hint: 'Look at the endpoint, then run again: it goes on from what is there.',
    },
    KUBERNETES_NOT_ACKNOWLEDGED: {
        fault: 'platform',
        meaning: 'The traffic was written, but nothing has shown in time that it is in force.',
        hint: 'Look at the controller behind the object; `mode: abort` gives the traffic back.',
    },
    KUBERNETES_TRAFFIC_REFUSED: {
        fault: 'platform',
        meaning: 'The traffic was written, and what routes the requests does not take it.',
        hint: 'See the conditions of the object; `mode: abort` gives the traffic back.',
    },
    KUBERNETES_NOT_SCALED: {
        fault: 'platform',
        meaning: 'A slot did not get the number of ready pods that the weights need.',
        hint: 'Look at the pods of that slot; `mode: abort` gives the traffic back.',
    },
    KUBERNETES_LOCK_ENTRY_MISSING: {
        fault: 'user',
        meaning: 'The revision lock says nothing of this endpoint.',
        hint: 'Merge the promotion pull request of staging first; it writes the lock.',
    },
    KUBERNETES_NOT_VISIBLE: {
        fault: 'platform',
        meaning: 'A slot was deployed, and a later look does not show it healthy with its mark.',
        hint: 'Look at the pods of the slot and at who else writes its Deployment, then run again.',
    },
    KUBERNETES_LOCK_DIFFERS: {
        fault: 'user',
        meaning: 'The manifests do not describe the revision that the lock names.',
        hint: 'Deploy from the commit that the promotion merged, or promote what is here through staging.',
    },
    KUBERNETES_SLOT_HAS_TRAFFIC: {
        fault: 'user',
        meaning: 'A slot that was to be changed or retired gets requests; it was left alone.',
        hint: 'Move its traffic away with traffic-swap first, then run again.',
    },
    KUBERNETES_DEPLOY_REFUSED: {
        fault: 'user',
        meaning: 'The API server, or an admission webhook, refused an object of the slot.',
        hint: 'Mend what the server names, then run again; live traffic was not touched.',
    },
    KUBERNETES_DEPLOY_FAILED: {
        fault: 'user',
        meaning: 'The pods of the slot cannot become ready.',
        hint: 'See the evidence, mend the image or the manifests, then run again; no request gets there.',
    },
    KUBERNETES_DEPLOY_TIMEOUT: {
        fault: 'platform',
        meaning: 'The pods of the slot were not ready in time.',
        hint: 'Run again: it goes on from what is there. A larger `wait-timeout-seconds` helps slow starts.',
    },
    KUBERNETES_RETIRE_FAILED: {
        fault: 'platform',
        meaning: 'A slot could not be scaled to zero or deleted.',
        hint: 'See the reason of the server, then run again: what is gone is not asked for twice.',
    },
};

;// CONCATENATED MODULE: ./packages/kubernetes/lib/health/errors.js
// Codes of health; part of the package's closed table.
const healthErrors = {};

;// CONCATENATED MODULE: ./packages/kubernetes/lib/manifests/errors.js
// Codes of manifests; part of the package's closed table.
const manifestErrors = {
    KUBERNETES_MANIFESTS_UNREADABLE: {
        fault: 'user',
        meaning: 'A manifest file or folder is there and cannot be read.',
        hint: 'Check its rights, and that it is a text in UTF-8.',
    },
    KUBERNETES_MANIFESTS_INVALID: {
        fault: 'user',
        meaning: 'The manifests, or what the inputs want done with them, cannot be used as they are.',
        hint: 'Mend the lines that are named, then run again; nothing was written.',
    },
};

;// CONCATENATED MODULE: ./packages/kubernetes/lib/modes/errors.js
// Codes of the modes other than apply and diff; part of the package's closed table.
const modeErrors = {
    KUBERNETES_TARGET_INVALID: {
        fault: 'user',
        meaning: 'A target names no kind or object that the mode can work on.',
        hint: 'Write `Kind/name`, such as deployment/web, one per line or separated by commas.',
    },
};

;// CONCATENATED MODULE: ./packages/kubernetes/lib/errors.js
// The closed table of this package's codes; `docs/errors.md` is generated from it. One part per room.








const errors = {
    ...connectionErrors,
    ...manifestErrors,
    ...applyErrors,
    ...applicationSetErrors,
    ...healthErrors,
    ...modeErrors,
    ...endpointErrors,
};
const kubernetesError = (0,sluice_error/* errorsOf */.B)(errors);


/***/ }),

/***/ 3728:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $6: () => (/* binding */ textAt),
/* harmony export */   Hn: () => (/* binding */ isTrue),
/* harmony export */   Pf: () => (/* binding */ fieldsOf),
/* harmony export */   eB: () => (/* binding */ conditionsAt),
/* harmony export */   fK: () => (/* binding */ valueAt),
/* harmony export */   gT: () => (/* binding */ listAt),
/* harmony export */   pe: () => (/* binding */ parseTime),
/* harmony export */   rI: () => (/* binding */ conditionOf),
/* harmony export */   tk: () => (/* binding */ numberAt),
/* harmony export */   zo: () => (/* binding */ groupKindOf)
/* harmony export */ });
/* harmony import */ var _record_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2229);

/** The value as an object; an empty one when it is none. */
const fieldsOf = _record_js__WEBPACK_IMPORTED_MODULE_0__/* .recordOf */ .zv;
/** The value at a path such as `spec.strategy.type`; undefined when there is none. */
function valueAt(value, path) {
    let inner = value;
    for (const key of path.split('.'))
        inner = fieldsOf(inner)[key];
    return inner;
}
/** '' when there is no text. */
function textAt(value, path) {
    const inner = valueAt(value, path);
    return typeof inner === 'string' ? inner : '';
}
function numberAt(value, path, fallback) {
    const inner = valueAt(value, path);
    return typeof inner === 'number' ? inner : fallback;
}
function listAt(value, path) {
    const inner = valueAt(value, path);
    return Array.isArray(inner) ? inner.map(fieldsOf) : [];
}
/** Milliseconds since 1970; null for no time. */
function parseTime(text) {
    if (typeof text !== 'string')
        return null;
    const time = Date.parse(text);
    return Number.isNaN(time) ? null : time;
}
const conditionsAt = (value, path) => listAt(value, path).map((fields) => ({
    type: textAt(fields, 'type'),
    status: textAt(fields, 'status'),
    reason: textAt(fields, 'reason'),
    message: textAt(fields, 'message'),
    observedGeneration: typeof fields['observedGeneration'] === 'number' ? fields['observedGeneration'] : null,
    updated: parseTime(fields['lastUpdateTime']) ?? parseTime(fields['lastTransitionTime']),
    changed: parseTime(fields['lastTransitionTime']),
}));
/** null when the object has no such condition. */
const conditionOf = (object, type) => conditionsAt(object, 'status.conditions').find((condition) => condition.type === type) ?? null;
/** `condition` is there and says True. */
const isTrue = (object, type) => conditionOf(object, type)?.status === 'True';
/** `apps/Deployment`, `/Pod`: the same for every version of a kind. */
function groupKindOf(object) {
    const slash = object.apiVersion.indexOf('/');
    return `${slash === -1 ? '' : object.apiVersion.slice(0, slash)}/${object.kind}`;
}


/***/ }),

/***/ 6369:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Fq: () => (/* binding */ inertLine),
/* harmony export */   wi: () => (/* binding */ inertLines)
/* harmony export */ });
/* unused harmony export hideCredentials */
/* harmony import */ var _sluice_documents__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(195);
// Text that programs and people in a cluster wrote, made harmless for a log: one line, no commands of
// the runner, no colours, nothing that looks like a credential.

const LONGEST_LINE = 400;
/** Colours, titles and cursor moves of terminals. */
const TERMINAL = /\u001B(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)?|[@-_])/g;
/** The runner obeys `::command::` and the older `##[command]` at the beginning of a line. */
const COMMAND = /^\s*(?:::|##\[)/;
const HIDDEN = '***';
/** What to hide of a text: the first group stays, the rest becomes `***`. */
const CREDENTIALS = [
    // Authorization: Bearer abc, "authorization": "Basic abc"
    /((?:proxy-)?authorization["']?\s*[:=]\s*["']?(?:(?:bearer|basic|token|digest|negotiate|aws4-hmac-sha256)\s+)?)[^\s"',;]+/gi,
    /(\bbearer\s+)[\w\-.~+/]{8,}=*/gi,
    // https://user:pass@host
    /(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@"']*:[^\s@"']+(?=@)/gi,
    // PASSWORD=abc, "api_key": "a b", --token abc, db-password: abc
    /((?:pass(?:word|wd|phrase)?|pwd|secret(?:[_-]?(?:key|access[_-]?key))?|token|api[_-]?key|access[_-]?key|account[_-]?key|private[_-]?key|client[_-]?secret|credentials?|sig|signature|connection[_-]?string|cookie)["']?\s*(?:=>|[:=])\s*)(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s"',;&)\]}]+)/gi,
    /(--(?:password|token|secret|api-key)\s+)\S+/gi,
    // Three parts of base64url: a JSON web token.
    /()\beyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*/g,
    // Keys whose form tells what they are.
    /()\b(?:gh[pousr]_\w{20,}|github_pat_\w{20,}|AKIA[A-Z0-9]{16}|xox[abprs]-[\w-]{10,}|sk-[\w-]{20,})/g,
];
/** Without what looks like a credential. A masked value never grows back: `***` stays `***`. */
const hideCredentials = (text) => CREDENTIALS.reduce((sum, pattern) => sum.replace(pattern, `$1${HIDDEN}`), text);
/** One line, at most 400 characters. */
function inertLine(text, limit = LONGEST_LINE) {
    // Patterns are tried on a bounded text; what is cut off was never shown.
    const flat = (0,_sluice_documents__WEBPACK_IMPORTED_MODULE_0__/* .oneLine */ .TN)(text.slice(0, limit * 8).replace(TERMINAL, '')).trimEnd();
    const safe = hideCredentials(flat).replace(COMMAND, (found) => found.replace(/[:#]/, '$& '));
    const characters = Array.from(safe);
    return characters.length > limit ? `${characters.slice(0, limit - 1).join('')}…` : safe;
}
/** The last lines of a log, without those of a private key; [] for an empty one. */
function inertLines(text, count) {
    const open = text.replace(/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, HIDDEN);
    const lines = open.split(/\r\n|\n|\r/).map((line) => line.trimEnd());
    while (lines.at(-1) === '')
        lines.pop();
    return lines.slice(-count).map((line) => inertLine(line));
}


/***/ }),

/***/ 2055:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Ft: () => (/* binding */ paused),
/* harmony export */   Gc: () => (/* binding */ ready),
/* harmony export */   OP: () => (/* binding */ progressing),
/* harmony export */   Ts: () => (/* binding */ readyBut),
/* harmony export */   c8: () => (/* binding */ defaultStatusOptions),
/* harmony export */   dI: () => (/* binding */ tooFew),
/* harmony export */   gz: () => (/* binding */ failed)
/* harmony export */ });
const defaultStatusOptions = {
    waitLoadBalancer: false,
    waitIngress: false,
    unschedulableSeconds: null,
    crashLoopFails: false,
};
const ready = { state: 'ready', reason: '', message: '' };
/** Ready, with a remark. */
const readyBut = (reason, message) => ({
    state: 'ready',
    reason,
    message,
});
const progressing = (reason, message) => ({
    state: 'progressing',
    reason,
    message,
});
const failed = (reason, message) => ({
    state: 'failed',
    reason,
    message,
});
const paused = (reason, message) => ({
    state: 'paused',
    reason,
    message,
});
/** `2 of 3 pods ready` while there are too few; null when there are enough. */
const tooFew = (count, reason, what) => count[0] < count[1] ? progressing(reason, `${count[0]} of ${count[1]} ${what}`) : null;


/***/ }),

/***/ 4958:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Rw: () => (/* binding */ endsByItself),
/* harmony export */   WB: () => (/* binding */ jobStatus),
/* harmony export */   al: () => (/* binding */ podStatus),
/* harmony export */   w2: () => (/* binding */ hasDoneItsWork)
/* harmony export */ });
/* harmony import */ var _fields_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3728);
/* harmony import */ var _health_status_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2055);


function podStatus(object, context) {
    const phase = (0,_fields_js__WEBPACK_IMPORTED_MODULE_0__/* .textAt */ .$6)(object, 'status.phase');
    if (phase === 'Succeeded')
        return _health_status_js__WEBPACK_IMPORTED_MODULE_1__/* .ready */ .Gc;
    if (phase === 'Failed') {
        return (0,_health_status_js__WEBPACK_IMPORTED_MODULE_1__/* .failed */ .gz)((0,_fields_js__WEBPACK_IMPORTED_MODULE_0__/* .textAt */ .$6)(object, 'status.reason') || 'PodFailed', (0,_fields_js__WEBPACK_IMPORTED_MODULE_0__/* .textAt */ .$6)(object, 'status.message') || 'the pod ended with a failure');
    }
    if (phase === 'Running')
        return runningPod(object, context);
    const scheduled = (0,_fields_js__WEBPACK_IMPORTED_MODULE_0__/* .conditionOf */ .rI)(object, 'PodScheduled');
    if (phase === 'Pending' && scheduled?.status === 'False') {
        if (scheduled.reason !== 'Unschedulable')
            return (0,_health_status_js__WEBPACK_IMPORTED_MODULE_1__/* .progressing */ .OP)('NotScheduled', scheduled.message);
        const made = (0,_fields_js__WEBPACK_IMPORTED_MODULE_0__/* .parseTime */ .pe)(object.metadata.creationTimestamp) ?? 0;
        const limit = context.options.unschedulableSeconds;
        return (limit !== null && context.now - made >= limit * 1000 ? _health_status_js__WEBPACK_IMPORTED_MODULE_1__/* .failed */ .gz : _health_status_js__WEBPACK_IMPORTED_MODULE_1__/* .progressing */ .OP)('Unschedulable', scheduled.message || 'no node takes the pod');
    }
    return (0,_health_status_js__WEBPACK_IMPORTED_MODULE_1__/* .progressing */ .OP)(phase || 'NotObserved', 'the pod has not started yet');
}
function runningPod(object, { options }) {
    if ((0,_fields_js__WEBPACK_IMPORTED_MODULE_0__/* .isTrue */ .Hn)(object, 'Ready'))
        return _health_status_js__WEBPACK_IMPORTED_MODULE_1__/* .ready */ .Gc;
    const looping = (0,_fields_js__WEBPACK_IMPORTED_MODULE_0__/* .listAt */ .gT)(object, 'status.containerStatuses').filter((container) => (0,_fields_js__WEBPACK_IMPORTED_MODULE_0__/* .textAt */ .$6)(container, 'state.waiting.reason') === 'CrashLoopBackOff');
    if (looping.length > 0) {
        const names = looping.map((container) => (0,_fields_js__WEBPACK_IMPORTED_MODULE_0__/* .textAt */ .$6)(container, 'name')).join(', ');
        return (options.crashLoopFails ? _health_status_js__WEBPACK_IMPORTED_MODULE_1__/* .failed */ .gz : _health_status_js__WEBPACK_IMPORTED_MODULE_1__/* .progressing */ .OP)('CrashLoopBackOff', `container ${names} ends again and again`);
    }
    return (0,_health_status_js__WEBPACK_IMPORTED_MODULE_1__/* .progressing */ .OP)('NotReady', 'the pod runs but is not ready');
}
/** A Job is ready when it is complete: who applies one wants its work done. */
function jobStatus(object) {
    const bad = [(0,_fields_js__WEBPACK_IMPORTED_MODULE_0__/* .conditionOf */ .rI)(object, 'Failed'), (0,_fields_js__WEBPACK_IMPORTED_MODULE_0__/* .conditionOf */ .rI)(object, 'FailureTarget')].find((condition) => condition?.status === 'True');
    if (bad !== undefined && bad !== null) {
        return (0,_health_status_js__WEBPACK_IMPORTED_MODULE_1__/* .failed */ .gz)(bad.reason || 'JobFailed', bad.message || 'the Job failed');
    }
    if ((0,_fields_js__WEBPACK_IMPORTED_MODULE_0__/* .isTrue */ .Hn)(object, 'Complete'))
        return _health_status_js__WEBPACK_IMPORTED_MODULE_1__/* .ready */ .Gc;
    if ((0,_fields_js__WEBPACK_IMPORTED_MODULE_0__/* .valueAt */ .fK)(object, 'spec.suspend') === true) {
        return (0,_health_status_js__WEBPACK_IMPORTED_MODULE_1__/* .paused */ .Ft)('Suspended', 'spec.suspend is true: it starts when it is resumed');
    }
    const wanted = (0,_fields_js__WEBPACK_IMPORTED_MODULE_0__/* .numberAt */ .tk)(object, 'spec.completions', 1);
    const done = (0,_fields_js__WEBPACK_IMPORTED_MODULE_0__/* .numberAt */ .tk)(object, 'status.succeeded', 0);
    if ((0,_fields_js__WEBPACK_IMPORTED_MODULE_0__/* .isTrue */ .Hn)(object, 'SuccessCriteriaMet')) {
        return (0,_health_status_js__WEBPACK_IMPORTED_MODULE_1__/* .progressing */ .OP)('Completing', 'its work is done, its last pods still end');
    }
    if ((0,_fields_js__WEBPACK_IMPORTED_MODULE_0__/* .valueAt */ .fK)(object, 'status.startTime') === undefined) {
        return (0,_health_status_js__WEBPACK_IMPORTED_MODULE_1__/* .progressing */ .OP)('NotObserved', 'the Job has not started yet');
    }
    const lost = (0,_fields_js__WEBPACK_IMPORTED_MODULE_0__/* .numberAt */ .tk)(object, 'status.failed', 0);
    return (0,_health_status_js__WEBPACK_IMPORTED_MODULE_1__/* .progressing */ .OP)('JobRunning', `${done} of ${wanted} completions${lost === 0 ? '' : `, ${lost} pods failed`}`);
}
/** It goes by itself when its work has ended, so going is no trouble yet. */
const endsByItself = (object) => object.kind === 'Job' &&
    (0,_fields_js__WEBPACK_IMPORTED_MODULE_0__/* .valueAt */ .fK)(object, 'spec.ttlSecondsAfterFinished') !== undefined &&
    jobStatus(object).state !== 'failed';
/** Was its work done when it was seen last? What went before nobody knows, and is no success. */
const hasDoneItsWork = (object) => endsByItself(object) &&
    (jobStatus(object).state === 'ready' || (0,_fields_js__WEBPACK_IMPORTED_MODULE_0__/* .isTrue */ .Hn)(object, 'SuccessCriteriaMet'));


/***/ }),

/***/ 2217:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  c: () => (/* binding */ statusOf)
});

// EXTERNAL MODULE: ./packages/kubernetes/lib/health/fields.js
var fields = __webpack_require__(3728);
// EXTERNAL MODULE: ./packages/kubernetes/lib/health/status/health-status.js
var health_status = __webpack_require__(2055);
;// CONCATENATED MODULE: ./packages/kubernetes/lib/health/status/controllers.js


/** Argo Rollouts. */
function rolloutStatus(object) {
    const status = object['status'];
    const message = (0,fields/* textAt */.$6)(status, 'message');
    const generation = object.metadata.annotations?.['rollout.argoproj.io/workload-generation'];
    const observed = (0,fields/* valueAt */.fK)(status, 'workloadObservedGeneration');
    if (generation !== undefined && observed !== undefined && generation !== observed) {
        return (0,health_status/* progressing */.OP)('NotObserved', 'the controller has not seen the new template yet');
    }
    if ((0,fields/* valueAt */.fK)(status, 'abort') === true) {
        return (0,health_status/* failed */.gz)('Aborted', message || 'the roll-out was aborted');
    }
    const waits = (0,fields/* listAt */.gT)(status, 'pauseConditions').map((pause) => (0,fields/* textAt */.$6)(pause, 'reason'));
    switch ((0,fields/* textAt */.$6)(status, 'phase')) {
        case 'Healthy':
            return (0,fields/* textAt */.$6)(status, 'stableRS') === (0,fields/* textAt */.$6)(status, 'currentPodHash')
                ? health_status/* ready */.Gc
                : (0,health_status/* progressing */.OP)('NotPromoted', 'the new pods are not the stable ones yet');
        case 'Degraded':
            return (0,health_status/* failed */.gz)('Degraded', message || 'the controller calls it degraded');
        case 'Paused':
            // The controller goes on by itself when it paused without a condition.
            return waits.length === 0 && (0,fields/* valueAt */.fK)(object, 'spec.paused') !== true
                ? (0,health_status/* progressing */.OP)('Resuming', message || 'the controller is about to go on')
                : (0,health_status/* paused */.Ft)(waits[0] ?? 'Paused', message || 'it waits to be promoted');
        default:
            return (0,health_status/* progressing */.OP)((0,fields/* textAt */.$6)(status, 'phase') || 'NotObserved', message || 'it goes on');
    }
}
const CANARY_BUSY = [
    'Initializing',
    'Waiting',
    'Progressing',
    'WaitingPromotion',
    'Promoting',
    'Finalising',
];
/**
 * Flagger keeps no observedGeneration: its last result looks like that of the new object. So a
 * status that is still as it was at the write counts only after the controller had its turn.
 */
function canaryStatus(object, context) {
    const status = object['status'];
    const phase = (0,fields/* textAt */.$6)(status, 'phase');
    const turn = parseInterval((0,fields/* textAt */.$6)(object, 'spec.analysis.interval')) + 10;
    if (isAsWritten(object, context, turn)) {
        return (0,health_status/* progressing */.OP)('NotObserved', `Flagger looks again within ${turn} s`);
    }
    if (CANARY_BUSY.includes(phase)) {
        return (0,health_status/* progressing */.OP)(phase, `${(0,fields/* numberAt */.tk)(status, 'canaryWeight', 0)}% of the traffic, ${(0,fields/* numberAt */.tk)(status, 'failedChecks', 0)} failed checks`);
    }
    switch (phase) {
        case 'Initialized':
            return (0,health_status/* readyBut */.Ts)('Initialized', 'its first deployment; there was nothing to compare with');
        case 'Succeeded': {
            const promoted = (0,fields/* textAt */.$6)(status, 'lastPromotedSpec');
            return promoted === '' || promoted === (0,fields/* textAt */.$6)(status, 'lastAppliedSpec')
                ? health_status/* ready */.Gc
                : (0,health_status/* progressing */.OP)('NotPromoted', 'the new template is not the promoted one yet');
        }
        case 'Failed':
            return (0,health_status/* failed */.gz)('CanaryFailed', `${(0,fields/* numberAt */.tk)(status, 'failedChecks', 0)} failed checks`);
        case 'Terminating':
        case 'Terminated':
            return { state: 'terminating', reason: phase, message: 'Flagger takes it back' };
        default:
            return (0,health_status/* progressing */.OP)('NotObserved', 'Flagger has not seen it yet');
    }
}
/** `1m30s` to seconds; Flagger's default is a minute, its least 10 s. */
function parseInterval(text) {
    const units = { h: 3600, m: 60, s: 1 };
    const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(h|m|s)/g)];
    const seconds = parts.reduce((sum, [, n, unit]) => sum + Number(n) * (units[unit ?? ''] ?? 0), 0);
    return parts.length === 0 ? 60 : Math.max(10, seconds);
}
/** The status has not moved since the write, and `seconds` have not passed. */
function isAsWritten(object, { written, now, since }, seconds) {
    if (written === null || now - since >= seconds * 1000)
        return false;
    return JSON.stringify(object['status']) === JSON.stringify(written['status']);
}
/** Argo CD. Health is of the revision that was last compared, so the sync must be of this one. */
function applicationStatus(object, context) {
    const status = object['status'];
    if ((0,fields/* valueAt */.fK)(object, 'operation') !== undefined) {
        return (0,health_status/* progressing */.OP)('Syncing', 'an operation is under way');
    }
    if (isAsWritten(object, context, 10)) {
        return (0,health_status/* progressing */.OP)('NotObserved', 'Argo CD has not looked at it since the write');
    }
    const phase = (0,fields/* textAt */.$6)(status, 'operationState.phase');
    if (phase === 'Failed' || phase === 'Error') {
        return (0,health_status/* failed */.gz)(`Sync${phase}`, (0,fields/* textAt */.$6)(status, 'operationState.message') || 'the sync failed');
    }
    if (phase === 'Running' || phase === 'Terminating')
        return (0,health_status/* progressing */.OP)('Syncing', phase);
    const sync = (0,fields/* textAt */.$6)(status, 'sync.status');
    const health = (0,fields/* textAt */.$6)(status, 'health.status');
    const message = (0,fields/* textAt */.$6)(status, 'health.message');
    if (sync !== 'Synced')
        return (0,health_status/* progressing */.OP)(sync || 'NotObserved', message || 'not synced yet');
    switch (health) {
        case 'Healthy':
            return health_status/* ready */.Gc;
        case 'Degraded':
            return (0,health_status/* failed */.gz)('Degraded', message || 'Argo CD calls it degraded');
        case 'Suspended':
            return (0,health_status/* paused */.Ft)('Suspended', message || 'something in it waits to be resumed');
        default:
            return (0,health_status/* progressing */.OP)(health || 'NotObserved', message || 'its health is not known yet');
    }
}
/** Gateway API: every parent must accept it, and find what it points to. */
function routeStatus(object) {
    const wanted = (0,fields/* listAt */.gT)(object, 'spec.parentRefs').length;
    if (wanted === 0)
        return health_status/* ready */.Gc;
    const parents = (0,fields/* listAt */.gT)(object, 'status.parents');
    if (parents.length < wanted) {
        return (0,health_status/* progressing */.OP)('NotAccepted', `${parents.length} of ${wanted} gateways answered`);
    }
    const generation = object.metadata.generation ?? 0;
    for (const parent of parents) {
        const name = (0,fields/* textAt */.$6)(parent, 'parentRef.name');
        for (const type of ['Accepted', 'ResolvedRefs']) {
            const condition = (0,fields/* conditionsAt */.eB)(parent, 'conditions').find((one) => one.type === type);
            const stale = (condition?.observedGeneration ?? generation) < generation;
            if (condition === undefined || stale) {
                return (0,health_status/* progressing */.OP)('NotObserved', `gateway ${name} has not seen it yet`);
            }
            if (condition.status !== 'True') {
                const text = `gateway ${name}: ${condition.message || condition.reason}`;
                return (0,health_status/* progressing */.OP)(condition.reason || `Not${type}`, text);
            }
        }
    }
    return health_status/* ready */.Gc;
}
/** KServe. */
function inferenceServiceStatus(object, context) {
    const model = (0,fields/* fieldsOf */.Pf)((0,fields/* valueAt */.fK)(object, 'status.modelStatus'));
    const transition = (0,fields/* textAt */.$6)(model, 'transitionStatus');
    const unobserved = (0,fields/* valueAt */.fK)(object, 'status.observedGeneration') === undefined;
    if (unobserved && isAsWritten(object, context, 10)) {
        return (0,health_status/* progressing */.OP)('NotObserved', 'KServe has not looked at it since the write');
    }
    if (transition === 'BlockedByFailedLoad' || transition === 'InvalidSpec') {
        const why = (0,fields/* textAt */.$6)(model, 'lastFailureInfo.message') || 'the model cannot be loaded';
        return (0,health_status/* failed */.gz)((0,fields/* textAt */.$6)(model, 'lastFailureInfo.reason') || transition, why);
    }
    const condition = (0,fields/* conditionsAt */.eB)(object, 'status.conditions').find(({ type }) => type === 'Ready');
    if (condition?.status !== 'True') {
        return (0,health_status/* progressing */.OP)(condition?.reason || 'NotReady', condition?.message || 'not ready yet');
    }
    return transition === 'InProgress'
        ? (0,health_status/* progressing */.OP)('InProgress', 'the new model is being loaded')
        : health_status/* ready */.Gc;
}

;// CONCATENATED MODULE: ./packages/kubernetes/lib/health/status/platform-kinds.js


/** Set by the scheduler as soon as a pod wants the claim. */
const CONSUMER = 'volume.kubernetes.io/selected-node';
function claimStatus(object, context) {
    const phase = (0,fields/* textAt */.$6)(object, 'status.phase');
    if (phase === 'Bound')
        return health_status/* ready */.Gc;
    if (phase === 'Lost')
        return (0,health_status/* failed */.gz)('Lost', 'its volume is gone');
    const late = context.lateClasses.has((0,fields/* textAt */.$6)(object, 'spec.storageClassName'));
    if (late && object.metadata.annotations?.[CONSUMER] === undefined) {
        return (0,health_status/* readyBut */.Ts)('WaitForFirstConsumer', 'it is bound when a pod uses it');
    }
    return (0,health_status/* progressing */.OP)('NotBound', `the claim is ${phase || 'not seen yet'}`);
}
function serviceStatus(object, { options }) {
    if ((0,fields/* textAt */.$6)(object, 'spec.type') !== 'LoadBalancer')
        return health_status/* ready */.Gc;
    if ((0,fields/* textAt */.$6)(object, 'spec.clusterIP') === '') {
        return (0,health_status/* progressing */.OP)('NoClusterAddress', 'it has no address in the cluster yet');
    }
    return options.waitLoadBalancer && (0,fields/* listAt */.gT)(object, 'status.loadBalancer.ingress').length === 0
        ? (0,health_status/* progressing */.OP)('NoLoadBalancer', 'the load balancer has no address yet')
        : health_status/* ready */.Gc;
}
const ingressStatus = (object, { options }) => options.waitIngress && (0,fields/* listAt */.gT)(object, 'status.loadBalancer.ingress').length === 0
    ? (0,health_status/* progressing */.OP)('NoAddress', 'no controller gave it an address yet')
    : health_status/* ready */.Gc;
/** Metrics may come later, or never in a small cluster: that is a remark, not a failure. */
function scalerStatus(object) {
    const able = (0,fields/* conditionOf */.rI)(object, 'AbleToScale');
    if (able?.status === 'False')
        return (0,health_status/* progressing */.OP)(able.reason || 'NotAbleToScale', able.message);
    const active = (0,fields/* conditionOf */.rI)(object, 'ScalingActive');
    return active?.status === 'False'
        ? (0,health_status/* readyBut */.Ts)(active.reason || 'ScalingNotActive', active.message)
        : health_status/* ready */.Gc;
}
function definitionStatus(object) {
    const names = (0,fields/* conditionOf */.rI)(object, 'NamesAccepted');
    if (names?.status === 'False')
        return (0,health_status/* failed */.gz)(names.reason || 'NamesNotAccepted', names.message);
    const established = (0,fields/* conditionOf */.rI)(object, 'Established');
    if (established?.status === 'True')
        return health_status/* ready */.Gc;
    if (established?.status === 'False' && established.reason !== 'Installing') {
        return (0,health_status/* failed */.gz)(established.reason || 'NotEstablished', established.message);
    }
    return (0,health_status/* progressing */.OP)('Installing', 'the server does not serve it yet');
}
function apiServiceStatus(object) {
    if ((0,fields/* isTrue */.Hn)(object, 'Available'))
        return health_status/* ready */.Gc;
    const available = (0,fields/* conditionOf */.rI)(object, 'Available');
    return (0,health_status/* progressing */.OP)(available?.reason || 'NotAvailable', available?.message || 'the server has not checked it yet');
}
const namespaceStatus = (object) => (0,fields/* textAt */.$6)(object, 'status.phase') === 'Terminating'
    ? { state: 'terminating', reason: 'Terminating', message: 'it is being deleted' }
    : health_status/* ready */.Gc;

// EXTERNAL MODULE: ./packages/kubernetes/lib/health/status/pods.js
var pods = __webpack_require__(4958);
;// CONCATENATED MODULE: ./packages/kubernetes/lib/health/status/workloads.js


/** What the controller takes as "no deadline". */
const NO_DEADLINE = 2_147_483_647;
function deploymentStatus(object, context) {
    const spec = object['spec'];
    if (isPaused(spec)) {
        return (0,health_status/* paused */.Ft)('Paused', 'spec.paused is true: no new pods are made until it is resumed');
    }
    const deadline = (0,fields/* numberAt */.tk)(spec, 'progressDeadlineSeconds', NO_DEADLINE);
    const progress = (0,fields/* conditionOf */.rI)(object, 'Progressing');
    const exceeded = progress?.reason === 'ProgressDeadlineExceeded';
    if (exceeded && isOfThisRollout(object, deadline, context)) {
        return (0,health_status/* failed */.gz)('ProgressDeadlineExceeded', progress.message || 'no progress in time');
    }
    const refused = (0,fields/* conditionOf */.rI)(object, 'ReplicaFailure');
    return (deploymentCounts(object, refused?.status === 'True' ? refused.message : '') ??
        (deadline !== NO_DEADLINE && progress?.reason !== 'NewReplicaSetAvailable'
            ? (0,health_status/* progressing */.OP)('ReplicaSetNotAvailable', 'the controller has not called it complete yet')
            : null) ??
        ((0,fields/* isTrue */.Hn)(object, 'Available')
            ? health_status/* ready */.Gc
            : (0,health_status/* progressing */.OP)('NotAvailable', 'the controller does not call it available yet')));
}
const isPaused = (spec) => typeof spec === 'object' && spec !== null && 'paused' in spec && spec.paused === true;
/**
 * The condition stays when a new generation brings no new ReplicaSet at once (a rollback, another
 * number of pods), and when nothing was written at all but something else was mended. So it counts
 * only when the controller said it after the write, or when its whole deadline has passed again.
 */
function isOfThisRollout(object, deadline, context) {
    const said = (0,fields/* conditionOf */.rI)(object, 'Progressing')?.updated ?? null;
    if (said === null)
        return true;
    // Server times have whole seconds; both times must come from the same clock where they can.
    const start = serverStart(object, context);
    if (said >= Math.floor(start / 1000) * 1000)
        return true;
    return context.now - context.since >= deadline * 1000;
}
/** The server's time of the last write of anything but the status; else our own time. */
function serverStart(object, { since, written }) {
    return (written === null ? null : writeTime(object)) ?? since;
}
/** By the server's clock; null when nobody is recorded. */
function writeTime(object) {
    const times = (object.metadata.managedFields ?? [])
        .filter(({ subresource }) => subresource === undefined || subresource === '')
        .flatMap(({ time }) => (0,fields/* parseTime */.pe)(time) ?? []);
    return times.length === 0 ? null : Math.max(...times);
}
function deploymentCounts(object, refusal) {
    const wanted = (0,fields/* numberAt */.tk)(object, 'spec.replicas', 1);
    const status = object['status'];
    const all = (0,fields/* numberAt */.tk)(status, 'replicas', 0);
    const updated = (0,fields/* numberAt */.tk)(status, 'updatedReplicas', 0);
    if (refusal !== '' && updated < wanted)
        return (0,health_status/* progressing */.OP)('ReplicaFailure', refusal);
    return ((0,health_status/* tooFew */.dI)([all, wanted], 'LessReplicas', 'pods made') ??
        (0,health_status/* tooFew */.dI)([updated, wanted], 'LessUpdated', 'pods updated') ??
        (all > wanted ? (0,health_status/* progressing */.OP)('ExtraPods', `${all - wanted} old pods still to end`) : null) ??
        (0,health_status/* tooFew */.dI)([(0,fields/* numberAt */.tk)(status, 'availableReplicas', 0), updated], 'LessAvailable', AVAILABLE) ??
        (0,health_status/* tooFew */.dI)([(0,fields/* numberAt */.tk)(status, 'readyReplicas', 0), wanted], 'LessReady', 'updated pods ready'));
}
const AVAILABLE = 'updated pods available';
function statefulSetStatus(object) {
    const spec = object['spec'];
    const status = object['status'];
    if ((0,fields/* textAt */.$6)(spec, 'updateStrategy.type') === 'OnDelete')
        return onDelete;
    const wanted = (0,fields/* numberAt */.tk)(spec, 'replicas', 1);
    const all = (0,fields/* numberAt */.tk)(status, 'replicas', 0);
    const partition = (0,fields/* numberAt */.tk)(spec, 'updateStrategy.rollingUpdate.partition', -1);
    const updated = (0,fields/* numberAt */.tk)(status, 'updatedReplicas', 0);
    const short = (0,health_status/* tooFew */.dI)([all, wanted], 'LessReplicas', 'pods made') ??
        (0,health_status/* tooFew */.dI)([(0,fields/* numberAt */.tk)(status, 'readyReplicas', 0), wanted], 'LessReady', 'pods ready') ??
        (all > wanted ? (0,health_status/* progressing */.OP)('ExtraPods', `${all - wanted} pods still to end`) : null);
    if (short !== null)
        return short;
    if (partition > 0) {
        const due = Math.max(0, wanted - partition);
        return ((0,health_status/* tooFew */.dI)([updated, due], 'LessUpdated', `pods from ordinal ${partition} on updated`) ??
            availableSet(object) ??
            (0,health_status/* readyBut */.Ts)('Partition', `pods below ordinal ${partition} keep their revision on purpose`));
    }
    if (partition === 0) {
        return (0,health_status/* tooFew */.dI)([updated, wanted], 'LessUpdated', 'pods updated') ?? availableSet(object) ?? health_status/* ready */.Gc;
    }
    return ((0,health_status/* tooFew */.dI)([(0,fields/* numberAt */.tk)(status, 'currentReplicas', 0), wanted], 'LessCurrent', 'pods current') ??
        ((0,fields/* textAt */.$6)(status, 'currentRevision') === (0,fields/* textAt */.$6)(status, 'updateRevision')
            ? null
            : (0,health_status/* progressing */.OP)('RevisionMismatch', 'not every pod has the new revision')) ??
        availableSet(object) ??
        health_status/* ready */.Gc);
}
/** With `minReadySeconds` a ready pod counts only after that time. */
function availableSet(object) {
    if ((0,fields/* numberAt */.tk)(object, 'spec.minReadySeconds', 0) === 0)
        return null;
    const wanted = (0,fields/* numberAt */.tk)(object, 'spec.replicas', 1);
    const available = (0,fields/* numberAt */.tk)(object, 'status.availableReplicas', 0);
    return (0,health_status/* tooFew */.dI)([available, wanted], 'LessAvailable', 'pods available (minReadySeconds)');
}
const onDelete = (0,health_status/* readyBut */.Ts)('OnDelete', 'its update strategy is OnDelete: pods change only when somebody deletes them');
function daemonSetStatus(object) {
    const status = object['status'];
    if (object.metadata.generation === undefined || (0,fields/* numberAt */.tk)(status, 'observedGeneration', -1) < 0) {
        return (0,health_status/* progressing */.OP)('NotObserved', 'the controller has not seen it yet');
    }
    const wanted = (0,fields/* numberAt */.tk)(status, 'desiredNumberScheduled', -1);
    if (wanted === -1)
        return (0,health_status/* progressing */.OP)('NotObserved', 'the controller has not counted nodes yet');
    if ((0,fields/* textAt */.$6)(object, 'spec.updateStrategy.type') === 'OnDelete')
        return onDelete;
    if (wanted === 0)
        return (0,health_status/* readyBut */.Ts)('NoNodes', 'no node is meant to run it');
    const count = (field) => [(0,fields/* numberAt */.tk)(status, field, 0), wanted];
    return ((0,health_status/* tooFew */.dI)(count('currentNumberScheduled'), 'LessCurrent', 'nodes have a pod') ??
        (0,health_status/* tooFew */.dI)(count('updatedNumberScheduled'), 'LessUpdated', 'pods updated') ??
        (0,health_status/* tooFew */.dI)(count('numberAvailable'), 'LessAvailable', 'pods available') ??
        (0,health_status/* tooFew */.dI)(count('numberReady'), 'LessReady', 'pods ready') ??
        health_status/* ready */.Gc);
}
function replicaSetStatus(object) {
    const refused = (0,fields/* conditionOf */.rI)(object, 'ReplicaFailure');
    if (refused?.status === 'True') {
        return (0,health_status/* progressing */.OP)('ReplicaFailure', refused.message || 'pods cannot be made');
    }
    const wanted = (0,fields/* numberAt */.tk)(object, 'spec.replicas', 1);
    const all = (0,fields/* numberAt */.tk)(object, 'status.replicas', 0);
    const count = (field) => [
        (0,fields/* numberAt */.tk)(object, `status.${field}`, 0),
        wanted,
    ];
    return ((0,health_status/* tooFew */.dI)(count('fullyLabeledReplicas'), 'LessLabelled', 'pods labelled') ??
        (0,health_status/* tooFew */.dI)(count('availableReplicas'), 'LessAvailable', 'pods available') ??
        (0,health_status/* tooFew */.dI)(count('readyReplicas'), 'LessReady', 'pods ready') ??
        (all > wanted ? (0,health_status/* progressing */.OP)('ExtraPods', `${all - wanted} pods still to end`) : health_status/* ready */.Gc));
}

;// CONCATENATED MODULE: ./packages/kubernetes/lib/health/status/status.js






const alwaysReady = () => health_status/* ready */.Gc;
const RULES = {
    '/ConfigMap': alwaysReady,
    '/Secret': alwaysReady,
    '/Namespace': namespaceStatus,
    '/PersistentVolumeClaim': claimStatus,
    '/Pod': pods/* podStatus */.al,
    '/Service': serviceStatus,
    'apiextensions.k8s.io/CustomResourceDefinition': definitionStatus,
    'apiregistration.k8s.io/APIService': apiServiceStatus,
    'apps/DaemonSet': daemonSetStatus,
    'apps/Deployment': deploymentStatus,
    'apps/ReplicaSet': replicaSetStatus,
    'apps/StatefulSet': statefulSetStatus,
    'argoproj.io/Application': applicationStatus,
    'argoproj.io/Rollout': rolloutStatus,
    'autoscaling/HorizontalPodAutoscaler': scalerStatus,
    'batch/CronJob': alwaysReady,
    'batch/Job': pods/* jobStatus */.WB,
    'flagger.app/Canary': canaryStatus,
    'gateway.networking.k8s.io/GRPCRoute': routeStatus,
    'gateway.networking.k8s.io/HTTPRoute': routeStatus,
    'networking.k8s.io/Ingress': ingressStatus,
    'policy/PodDisruptionBudget': alwaysReady,
    'serving.kserve.io/InferenceService': inferenceServiceStatus,
};
/** How long a status without observedGeneration that has not moved may be of before the write. */
const SETTLE_SECONDS = 10;
/** How the object stands. A status that is of before the write never counts. Pure. */
function statusOf(object, context) {
    if (object.metadata.deletionTimestamp !== undefined) {
        return { state: 'terminating', reason: 'Terminating', message: 'it is being deleted' };
    }
    if (isUnobserved(object)) {
        return (0,health_status/* progressing */.OP)('NotObserved', 'its controller has not seen the new generation yet');
    }
    const reconciling = (0,fields/* conditionOf */.rI)(object, 'Reconciling');
    if (reconciling?.status === 'True') {
        return (0,health_status/* progressing */.OP)(reconciling.reason || 'Reconciling', reconciling.message);
    }
    const stalled = (0,fields/* conditionOf */.rI)(object, 'Stalled');
    if (stalled?.status === 'True')
        return (0,health_status/* failed */.gz)(stalled.reason || 'Stalled', stalled.message);
    return RULES[(0,fields/* groupKindOf */.zo)(object)]?.(object, context) ?? readyCondition(object, context);
}
/** Argo Rollouts writes the number as a text. */
function isUnobserved(object) {
    const observed = (0,fields/* valueAt */.fK)(object, 'status.observedGeneration');
    if (object.metadata.generation === undefined)
        return false;
    if (typeof observed === 'string' && !/^\d+$/.test(observed))
        return false;
    return observed !== undefined && Number(observed) !== object.metadata.generation;
}
function readyCondition(object, context) {
    const condition = (0,fields/* conditionOf */.rI)(object, 'Ready');
    if (condition === null)
        return health_status/* ready */.Gc;
    const generation = object.metadata.generation ?? 0;
    const isOld = condition.observedGeneration === null
        ? (0,fields/* valueAt */.fK)(object, 'status.observedGeneration') === undefined &&
            isAsWritten(object, context, SETTLE_SECONDS)
        : condition.observedGeneration < generation;
    if (isOld)
        return (0,health_status/* progressing */.OP)('NotObserved', 'its status is of before the write');
    return condition.status === 'True'
        ? health_status/* ready */.Gc
        : (0,health_status/* progressing */.OP)(condition.reason || 'NotReady', condition.message || 'it is not ready yet');
}


/***/ }),

/***/ 1994:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   i: () => (/* binding */ createAlarm)
/* harmony export */ });
function createAlarm(clock, signal) {
    let rung = false;
    let stop = null;
    return {
        ring: () => {
            rung = true;
            stop?.();
        },
        wait: async (seconds) => {
            signal.throwIfAborted();
            if (!rung) {
                const early = new AbortController();
                stop = () => early.abort();
                try {
                    await clock.sleep(seconds, AbortSignal.any([signal, early.signal]));
                }
                catch (error) {
                    if (signal.aborted || !early.signal.aborted)
                        throw error;
                }
                finally {
                    stop = null;
                }
            }
            const ended = rung;
            rung = false;
            return ended;
        },
    };
}


/***/ }),

/***/ 2271:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   B: () => (/* binding */ openFeed)
/* harmony export */ });
/* harmony import */ var _sluice_rollout__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3521);
/* harmony import */ var _object_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1287);
// One kind in one place, kept as the server has it: by watch, by list where watching is forbidden,
// by name where even listing is.


const POLL_SECONDS = 5;
const LONGEST_PAUSE_SECONDS = 10;
function openFeed(parts) {
    const state = new FeedState(parts);
    const ended = state.run().catch((error) => {
        if (!parts.signal.aborted)
            throw error;
    });
    return {
        objects: state.objects,
        gone: state.gone,
        revision: () => state.revision,
        isLoaded: () => state.loaded,
        isDenied: () => state.denied,
        trouble: () => state.trouble,
        ended,
    };
}
class FeedState {
    objects = new Map();
    gone = new Map();
    loaded = false;
    revision = 0;
    denied = false;
    trouble = null;
    parts;
    version = null;
    canWatch = true;
    canList = true;
    failures = 0;
    constructor(parts) {
        this.parts = parts;
        this.canWatch = parts.resource.verbs.includes('watch');
        if (parts.start !== null) {
            for (const object of parts.start.items)
                this.put(object);
            this.version = parts.start.resourceVersion;
            this.loaded = true;
        }
    }
    async run() {
        while (!this.parts.signal.aborted && !this.denied) {
            try {
                await this.turn();
            }
            catch (error) {
                if (this.parts.signal.aborted)
                    return;
                // Without credentials nothing can be seen any more; all else may pass.
                if (!(error instanceof _sluice_rollout__WEBPACK_IMPORTED_MODULE_0__/* .SluiceError */ .a) || error.fault !== 'platform')
                    throw error;
                await this.pause(error.message);
            }
        }
    }
    async turn() {
        if (this.canWatch && this.version !== null)
            return this.watch(this.version);
        const isRead = this.canList ? await this.list() : await this.read();
        const mayWatch = this.canWatch && this.version !== null;
        if (isRead && !mayWatch)
            await this.sleep(POLL_SECONDS);
    }
    async watch(resourceVersion) {
        const { api, resource, selection, signal } = this.parts;
        const events = api.watch(resource, { ...selection, resourceVersion, signal });
        for (;;) {
            const step = await events.next();
            if (step.done === true) {
                if (!step.value.ok)
                    await this.refused(step.value.refusal, 'watch');
                else
                    await this.breathe();
                return;
            }
            this.trouble = null;
            this.failures = 0;
            const event = step.value;
            if (event.type === 'BOOKMARK') {
                this.version = event.resourceVersion;
                continue;
            }
            this.version = event.object.metadata.resourceVersion ?? this.version;
            if (event.type === 'DELETED')
                this.dropNewer(event.object);
            else
                this.put(event.object);
            this.parts.changed();
        }
    }
    /** A server that ends each watch at once must not be asked without a pause. */
    async breathe() {
        await this.sleep(0.2);
    }
    async list() {
        const { api, resource, selection } = this.parts;
        const answer = await api.list(resource, selection);
        if (!answer.ok)
            return this.refused(answer.refusal, 'list');
        this.replace(answer.value.items);
        this.version = answer.value.resourceVersion;
        return this.fine();
    }
    async read() {
        const { api, resource, selection, names } = this.parts;
        const found = [];
        for (const name of names?.() ?? []) {
            const { group, version, kind } = resource;
            const answer = await api.get({ group, version, kind, namespace: selection.namespace, name });
            if (!answer.ok)
                return this.refused(answer.refusal, 'get');
            if (answer.value !== null)
                found.push(answer.value);
        }
        this.replace(found);
        return this.fine();
    }
    fine() {
        this.loaded = true;
        this.trouble = null;
        this.failures = 0;
        this.parts.changed();
        return true;
    }
    /** False, always: nothing was read. */
    async refused(refusal, verb) {
        // What is watched next may be too old or unknown: read it whole.
        this.version = null;
        if (refusal.status === 410) {
            await this.breathe();
            return false;
        }
        if (refusal.status !== 403 && refusal.status !== 405) {
            await this.pause(`${refusal.status} ${refusal.reason}: ${refusal.message}`);
            return false;
        }
        this.canWatch = false;
        if (verb === 'watch')
            return false;
        if (verb === 'list' && this.parts.names !== null) {
            this.canList = false;
            return false;
        }
        this.denied = true;
        this.trouble = refusal.message;
        this.parts.changed();
        return false;
    }
    async pause(why) {
        this.trouble = why;
        this.failures += 1;
        await this.sleep(Math.min(LONGEST_PAUSE_SECONDS, 2 ** Math.min(this.failures - 1, 4)));
    }
    async sleep(seconds) {
        await this.parts.ports.clock.sleep(seconds, this.parts.signal);
    }
    replace(items) {
        const missing = new Map(this.objects);
        for (const object of items) {
            missing.delete(this.keyOf(object));
            this.put(object);
        }
        for (const object of missing.values())
            this.drop(object);
    }
    put(object) {
        const key = this.keyOf(object);
        if (this.isOld(key, object))
            return;
        const { group, version, kind } = this.parts.resource;
        // Members of a list come without their type.
        const typed = { ...object, apiVersion: (0,_object_js__WEBPACK_IMPORTED_MODULE_1__/* .renderApiVersion */ .Xd)(group, version), kind };
        this.objects.set(key, typed);
        this.revision += 1;
        this.gone.delete(key);
    }
    /** An earlier object of the same name went, before the one that we wait for was written. */
    dropNewer(object) {
        if (!this.isOld(this.keyOf(object), object))
            this.drop(object);
    }
    /** A watch from the oldest write also tells what the others were before theirs. */
    isOld(key, { metadata }) {
        const [held, found] = [
            this.objects.get(key)?.metadata.resourceVersion,
            metadata.resourceVersion,
        ];
        const isNumber = (text) => /^\d+$/.test(text ?? '');
        return isNumber(held) && isNumber(found) && BigInt(found) < BigInt(held);
    }
    drop(object) {
        const key = this.keyOf(object);
        const last = this.objects.get(key);
        this.objects.delete(key);
        this.revision += 1;
        this.gone.set(key, { ...object, kind: last?.kind ?? this.parts.resource.kind });
    }
    keyOf({ metadata }) {
        const name = metadata.name ?? '';
        const { namespace } = this.parts.selection;
        return namespace === null && metadata.namespace !== undefined
            ? `${metadata.namespace}/${name}`
            : name;
    }
}


/***/ }),

/***/ 1287:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   TH: () => (/* binding */ idOf),
/* harmony export */   TN: () => (/* binding */ keyOf),
/* harmony export */   Xd: () => (/* binding */ renderApiVersion),
/* harmony export */   cX: () => (/* binding */ parseApiVersion),
/* harmony export */   oF: () => (/* binding */ renderId)
/* harmony export */ });
// Kubernetes objects as plain JSON. Nothing is typed away: a field that we do not know stays.
/** `apps/v1` -> apps, v1; `v1` -> '', v1. */
function parseApiVersion(apiVersion) {
    const slash = apiVersion.indexOf('/');
    return slash === -1
        ? { group: '', version: apiVersion }
        : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}
const renderApiVersion = (group, version) => group === '' ? version : `${group}/${version}`;
/** `namespace` is the one that was resolved; null for an object of the whole cluster. */
function idOf(object, namespace) {
    return {
        ...parseApiVersion(object.apiVersion),
        kind: object.kind,
        namespace,
        name: object.metadata.name ?? '',
    };
}
/** The same for every version of the group: two manifests with one key are one object. */
const keyOf = ({ group, kind, namespace, name }) => `${group}/${kind}/${namespace ?? ''}/${name}`;
/** For people: `Deployment shop/web`, `ClusterRole reader`, `Certificate.cert-manager.io shop/web`. */
function renderId({ group, kind, namespace, name }) {
    const known = group === '' || !group.includes('.') || group.endsWith('.k8s.io');
    const what = known ? kind : `${kind}.${group}`;
    // Not made yet: the server finds the name.
    const called = name === '' ? '(generated name)' : name;
    return `${what} ${namespace === null ? '' : `${namespace}/`}${called}`;
}


/***/ }),

/***/ 2229:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Ej: () => (/* binding */ textsIn),
/* harmony export */   Q0: () => (/* binding */ recordsIn),
/* harmony export */   UK: () => (/* binding */ fieldAt),
/* harmony export */   b6: () => (/* binding */ textOf),
/* harmony export */   qF: () => (/* binding */ parseJson),
/* harmony export */   u4: () => (/* binding */ isRecord),
/* harmony export */   zv: () => (/* binding */ recordOf)
/* harmony export */ });
/* unused harmony export withoutNulls */
// Reading JSON of unknown shape.
/** A JSON object. */
const isRecord = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
/** The value as an object; an empty one when it is none. */
const recordOf = (value) => isRecord(value) ? value : {};
/** The texts of a list; nothing else of it. */
const textsIn = (value) => Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
/** The objects of a list; nothing else of it. */
const recordsIn = (value) => Array.isArray(value) ? value.filter(isRecord) : [];
/** A text; empty for anything else. */
const textOf = (value) => (typeof value === 'string' ? value : '');
/** The field at a path; undefined when it or a parent is not there. */
function fieldAt(value, path) {
    let at = value;
    for (const key of path)
        at = isRecord(at) ? at[key] : undefined;
    return at;
}
/** To a server nothing and `null` are the same, at any depth; templates of charts write either. */
function withoutNulls(value) {
    if (Array.isArray(value))
        return value.map(withoutNulls);
    if (!isRecord(value))
        return value;
    const members = Object.entries(value).filter(([, member]) => member !== null && member !== undefined);
    return Object.fromEntries(members.map(([name, member]) => [name, withoutNulls(member)]));
}
/** Null: no JSON. */
function parseJson(text) {
    try {
        return JSON.parse(text);
    }
    catch {
        return null;
    }
}


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
