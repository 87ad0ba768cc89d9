export const id = 353;
export const ids = [353];
export const modules = {

/***/ 7382:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $r: () => (/* binding */ targetOf),
/* harmony export */   He: () => (/* binding */ REPLICAS_FIELD),
/* harmony export */   Qs: () => (/* binding */ isAutoscaler),
/* harmony export */   U7: () => (/* binding */ withReplicas),
/* harmony export */   hH: () => (/* binding */ yieldReplicas),
/* harmony export */   uH: () => (/* binding */ hasReplicas)
/* harmony export */ });
/* harmony import */ var _object_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1287);
/* harmony import */ var _record_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2229);
/* harmony import */ var _field_set_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(9280);
// Workloads whose number of replicas an autoscaler decides: applying ours would take it back.



const autoscalerKinds = new Set(['autoscaling/HorizontalPodAutoscaler', 'keda.sh/ScaledObject']);
const isAutoscaler = ({ group, kind }) => autoscalerKinds.has(`${group}/${kind}`);
/** Key of the workload that an autoscaler drives; null when it names none. */
function targetOf(autoscaler, namespace) {
    const spec = (0,_record_js__WEBPACK_IMPORTED_MODULE_0__/* .isRecord */ .u4)(autoscaler['spec']) ? autoscaler['spec'] : {};
    const target = spec['scaleTargetRef'];
    if (!(0,_record_js__WEBPACK_IMPORTED_MODULE_0__/* .isRecord */ .u4)(target))
        return null;
    const name = (0,_record_js__WEBPACK_IMPORTED_MODULE_0__/* .textOf */ .b6)(target['name']);
    // KEDA takes a Deployment for granted.
    const apiVersion = (0,_record_js__WEBPACK_IMPORTED_MODULE_0__/* .textOf */ .b6)(target['apiVersion']) || 'apps/v1';
    const kind = (0,_record_js__WEBPACK_IMPORTED_MODULE_0__/* .textOf */ .b6)(target['kind']) || 'Deployment';
    return name === '' ? null : (0,_object_js__WEBPACK_IMPORTED_MODULE_1__/* .keyOf */ .TN)({ ...(0,_object_js__WEBPACK_IMPORTED_MODULE_1__/* .parseApiVersion */ .cX)(apiVersion), kind, namespace, name });
}
const hasReplicas = (object) => (0,_record_js__WEBPACK_IMPORTED_MODULE_0__/* .isRecord */ .u4)(object['spec']) && 'replicas' in object['spec'];
/** The path that the server names in a conflict. */
const REPLICAS_FIELD = '.spec.replicas';
function withReplicas(object, replicas) {
    const { replicas: _ours, ...spec } = (0,_record_js__WEBPACK_IMPORTED_MODULE_0__/* .isRecord */ .u4)(object['spec']) ? object['spec'] : {};
    return { ...object, spec: replicas === undefined ? spec : { ...spec, replicas } };
}
/**
 * What to send for a workload that an autoscaler drives and that is there already. While the field is
 * ours, leaving it out would delete it, and the server's default is 1: so the live number is sent,
 * which changes nothing. Once the autoscaler has changed the number the field is its own, and it is
 * left out. When that happens between the read and the write, the server answers with a conflict.
 */
function yieldReplicas(object, live, manager) {
    const spec = (0,_field_set_js__WEBPACK_IMPORTED_MODULE_2__/* .childOf */ .GG)((0,_field_set_js__WEBPACK_IMPORTED_MODULE_2__/* .entryOf */ .Ms)(live, manager)?.fieldsV1 ?? {}, 'f:spec');
    const ours = spec !== undefined && (0,_field_set_js__WEBPACK_IMPORTED_MODULE_2__/* .childOf */ .GG)(spec, 'f:replicas') !== undefined;
    const replicas = (0,_record_js__WEBPACK_IMPORTED_MODULE_0__/* .isRecord */ .u4)(live['spec']) ? live['spec']['replicas'] : undefined;
    return withReplicas(object, ours ? replicas : undefined);
}


/***/ }),

/***/ 683:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   S: () => (/* binding */ desiredObject)
/* harmony export */ });
/* harmony import */ var _record_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2229);

/** Set by the server; in a manifest they come from an exported object, and would be refused or lock it. */
const setByServer = [
    'creationTimestamp',
    'deletionGracePeriodSeconds',
    'deletionTimestamp',
    'generation',
    'managedFields',
    'resourceVersion',
    'selfLink',
    'uid',
];
/** `resource` null: its kind is not known yet. */
function desiredObject({ object, id }, resource) {
    const { namespace: _written, ...named } = object.metadata;
    const metadata = withoutKeys(id.namespace === null ? named : { ...named, namespace: id.namespace }, setByServer);
    const placed = { ...object, metadata };
    const whole = id.group === '' && id.kind === 'Secret' ? withPlainData(placed) : placed;
    // A subresource of its own: an apply leaves it out, and its words are not checked.
    return resource?.subresources.includes('status') === true ? withoutKeys(whole, ['status']) : whole;
}
function withoutKeys(value, keys) {
    if (!keys.some((key) => key in value))
        return value;
    return Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)));
}
/**
 * `stringData` as `data`. The server turns it into data but notes that we own `stringData`: then a
 * key that leaves the manifest would stay in the Secret for ever.
 */
function withPlainData(secret) {
    const { stringData, ...rest } = secret;
    if (!(0,_record_js__WEBPACK_IMPORTED_MODULE_0__/* .isRecord */ .u4)(stringData))
        return secret;
    const texts = Object.entries(stringData);
    // The server says what is wrong with anything else.
    if (!texts.every((pair) => typeof pair[1] === 'string'))
        return secret;
    const data = (0,_record_js__WEBPACK_IMPORTED_MODULE_0__/* .isRecord */ .u4)(rest['data']) ? rest['data'] : {};
    const encoded = texts.map(([key, text]) => [key, Buffer.from(text).toString('base64')]);
    return { ...rest, data: { ...data, ...Object.fromEntries(encoded) } };
}


/***/ }),

/***/ 5968:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   R: () => (/* binding */ extractFields)
/* harmony export */ });
/* harmony import */ var _record_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2229);
/* harmony import */ var _field_set_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9280);


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
            ...((0,_record_js__WEBPACK_IMPORTED_MODULE_0__/* .isRecord */ .u4)(part['metadata']) ? part['metadata'] : {}),
            ...(name !== undefined && { name }),
            ...(namespace !== undefined && { namespace }),
        },
    };
}
/** What was applied as `stringData` is kept as `data`. */
function withPlainData(fields) {
    const { 'f:stringData': texts, ...rest } = fields;
    if (!(0,_record_js__WEBPACK_IMPORTED_MODULE_0__/* .isRecord */ .u4)(texts))
        return fields;
    const data = (0,_field_set_js__WEBPACK_IMPORTED_MODULE_1__/* .unionOf */ .Z6)((0,_field_set_js__WEBPACK_IMPORTED_MODULE_1__/* .childOf */ .GG)(rest, 'f:data'), texts);
    return data === undefined ? rest : { ...rest, 'f:data': data };
}
function mapPart({ node, value, path, others }) {
    const part = {};
    for (const step of Object.keys(node)) {
        const child = (0,_field_set_js__WEBPACK_IMPORTED_MODULE_1__/* .childOf */ .GG)(node, step);
        const name = step.slice(2);
        if (!step.startsWith('f:') || child === undefined || !Object.hasOwn(value, name))
            continue;
        part[name] = valuePart({ node: child, value: value[name], path: [...path, step], others });
    }
    return part;
}
function valuePart({ node, value, path, others }) {
    if ((0,_field_set_js__WEBPACK_IMPORTED_MODULE_1__/* .isLeaf */ .xe)(node)) {
        if (typeof value !== 'object' || value === null || !(0,_field_set_js__WEBPACK_IMPORTED_MODULE_1__/* .ownedBelow */ .JX)(others, path))
            return value;
        return Array.isArray(value) ? [] : {};
    }
    if (Array.isArray(value))
        return listPart({ node, value, path, others });
    return (0,_record_js__WEBPACK_IMPORTED_MODULE_0__/* .isRecord */ .u4)(value) ? mapPart({ node, value, path, others }) : value;
}
function listPart({ node, value, path, others }) {
    const steps = Object.keys(node).filter((step) => step !== '.');
    const keys = steps.flatMap((step) => (0,_field_set_js__WEBPACK_IMPORTED_MODULE_1__/* .parseItemKey */ .OX)(step) ?? []);
    const plain = new Set(steps.map(_field_set_js__WEBPACK_IMPORTED_MODULE_1__/* .parseSetValue */ .Rs));
    return value.flatMap((item) => {
        if (!(0,_record_js__WEBPACK_IMPORTED_MODULE_0__/* .isRecord */ .u4)(item))
            return plain.has(item) ? [item] : [];
        const key = keys.find(({ keys }) => Object.keys(keys).every((name) => item[name] === keys[name]));
        const child = key === undefined ? undefined : (0,_field_set_js__WEBPACK_IMPORTED_MODULE_1__/* .childOf */ .GG)(node, key.node);
        if (key === undefined || child === undefined)
            return [];
        const step = { node: child, value: item, path: [...path, key.node], others };
        return [
            (0,_field_set_js__WEBPACK_IMPORTED_MODULE_1__/* .isLeaf */ .xe)(child)
                ? { ...key.keys, ...(0,_record_js__WEBPACK_IMPORTED_MODULE_0__/* .recordOf */ .zv)(valuePart(step)) }
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


/***/ }),

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

/***/ 1123:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   E5: () => (/* binding */ PAUSES_SECONDS),
/* harmony export */   Ly: () => (/* binding */ waitUntilGone),
/* harmony export */   Yv: () => (/* binding */ untilAnswered),
/* harmony export */   gC: () => (/* binding */ LONGEST_PAUSE_SECONDS)
/* harmony export */ });
/* harmony import */ var _sluice_rollout__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(3521);
/* harmony import */ var _object_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(1287);
/* harmony import */ var _refusals_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1480);
/* harmony import */ var _write_end_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(146);
// Waiting until an object that is being deleted is gone.




const PAUSES_SECONDS = [0.1, 0.2, 0.4, 0.8];
const LONGEST_PAUSE_SECONDS = 1.5;
/**
 * Null: it is gone, or another one took its place. A server that gives no answer is asked until the
 * deadline: what was deleted to be made anew must not stay away because of one lost answer.
 */
async function waitUntilGone(parts, id, { metadata }) {
    const { api, clock, signal, deadline } = parts;
    for (let turn = 0;; turn += 1) {
        const answer = await untilAnswered(parts, () => api.get(id));
        if (answer.ok && answer.value?.metadata.uid !== metadata.uid)
            return null;
        if (!answer.ok && !(0,_refusals_js__WEBPACK_IMPORTED_MODULE_0__/* .isPassing */ .WG)(answer.refusal))
            return (0,_write_end_js__WEBPACK_IMPORTED_MODULE_1__/* .refuseWith */ .z)(answer.refusal);
        if (clock.now() >= deadline) {
            return answer.ok && answer.value !== null
                ? (0,_write_end_js__WEBPACK_IMPORTED_MODULE_1__/* .refuse */ .T)('Terminating', stillThere(id, answer.value))
                : (0,_write_end_js__WEBPACK_IMPORTED_MODULE_1__/* .refuse */ .T)('Terminating', `${(0,_object_js__WEBPACK_IMPORTED_MODULE_2__/* .renderId */ .oF)(id)}: whether it is gone could not be read in time`);
        }
        await clock.sleep(PAUSES_SECONDS[turn] ?? LONGEST_PAUSE_SECONDS, signal);
    }
}
/** Asks again while no answer comes at all; at the deadline rejects with why. */
async function untilAnswered({ clock, signal, deadline }, ask) {
    for (;;) {
        try {
            return await ask();
        }
        catch (error) {
            const mayPass = error instanceof _sluice_rollout__WEBPACK_IMPORTED_MODULE_3__/* .SluiceError */ .a && error.fault === 'platform';
            if (signal.aborted || !mayPass || clock.now() >= deadline)
                throw error;
            await clock.sleep(LONGEST_PAUSE_SECONDS, signal);
        }
    }
}
function stillThere(id, { metadata }) {
    const finalizers = metadata.finalizers ?? [];
    const why = finalizers.length === 0 ? '' : `, held by finalizers ${finalizers.join(', ')}`;
    return `${(0,_object_js__WEBPACK_IMPORTED_MODULE_2__/* .renderId */ .oF)(id)} is being deleted and was still there when the time was up${why}; run again to make it anew`;
}


/***/ }),

/***/ 6134:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   L: () => (/* binding */ inLanes)
/* harmony export */ });
/* harmony import */ var _connection_gate_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8576);
// Work on many things, a few at a time.

/** As many as keep an API server busy: more only wait inside it. */
const LANES = 16;
/** Answers in the order of the items. Rejects only after no work is left running. */
async function inLanes(items, work) {
    const gate = (0,_connection_gate_js__WEBPACK_IMPORTED_MODULE_0__/* .createGate */ .q)(LANES);
    const ends = await Promise.allSettled(items.map((item) => gate(() => work(item))));
    return ends.map((end) => {
        if (end.status === 'rejected')
            throw end.reason;
        return end.value;
    });
}


/***/ }),

/***/ 2291:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   T: () => (/* binding */ observeLive)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8743);
/* harmony import */ var _object_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1287);
/* harmony import */ var _autoscaler_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(7382);
/* harmony import */ var _lanes_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6134);




/**
 * A single read is cheaper than a list of all that a namespace holds. With two of them, and the list
 * of an application's members, a run would cost more than two requests for each kind and namespace.
 */
const FEW = 1;
/** Throws KUBERNETES_READ_FAILED when a read fails for another reason than a missing right. */
async function observeLive(placed, { api, resources }) {
    const groups = groupsOf(placed, resources);
    const [found, scaled] = await Promise.all([
        (0,_lanes_js__WEBPACK_IMPORTED_MODULE_0__/* .inLanes */ .L)(groups, (group) => readGroup(api, group)),
        readAutoscalers({ api, placed, resources }),
    ]);
    const merged = { ...mergeFound(found), resources };
    return { ...merged, ...scaled, notices: [...noticesOf(merged.unreadable), ...scaled.notices] };
}
function groupsOf(placed, resources) {
    const named = placed.filter(({ id, known }) => known && id.name !== '');
    const byPlace = Map.groupBy(named, ({ id }) => `${id.group}/${id.version}/${id.kind}/${id.namespace ?? ''}`);
    return [...byPlace.values()].flatMap((members) => {
        const [first] = members;
        if (first === undefined)
            return [];
        const { group, version, kind, namespace } = first.id;
        const resource = resources.find(group, version, kind);
        return resource === null ? [] : [{ resource, namespace, ids: members.map(({ id }) => id) }];
    });
}
async function readGroup(api, { resource, namespace, ids }) {
    if (ids.length <= FEW || !resource.verbs.includes('list'))
        return readSingly(api, ids);
    const answer = await api.list(resource, { namespace });
    if (!answer.ok) {
        if (answer.refusal.status === 404)
            return { objects: [], unreadable: [] };
        if (answer.refusal.status === 403)
            return readSingly(api, ids);
        throw readFailed(answer.refusal);
    }
    const wanted = new Set(ids.map(_object_js__WEBPACK_IMPORTED_MODULE_1__/* .keyOf */ .TN));
    const { group, version, kind } = resource;
    const objects = answer.value.items.flatMap((item) => {
        const key = (0,_object_js__WEBPACK_IMPORTED_MODULE_1__/* .keyOf */ .TN)({ group, version, kind, namespace, name: item.metadata.name ?? '' });
        return wanted.has(key) ? [[key, item]] : [];
    });
    return { objects, unreadable: [] };
}
async function readSingly(api, ids) {
    const answers = await (0,_lanes_js__WEBPACK_IMPORTED_MODULE_0__/* .inLanes */ .L)(ids, async (id) => ({ key: (0,_object_js__WEBPACK_IMPORTED_MODULE_1__/* .keyOf */ .TN)(id), answer: await api.get(id) }));
    return {
        objects: answers.flatMap(({ key, answer }) => answer.ok && answer.value !== null ? [[key, answer.value]] : []),
        unreadable: answers.flatMap(({ key, answer }) => {
            if (answer.ok)
                return [];
            if (answer.refusal.status !== 403)
                throw readFailed(answer.refusal);
            return [[key, answer.refusal]];
        }),
    };
}
const readFailed = ({ request, status, reason, message }) => (0,_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .kubernetesError */ .j)('KUBERNETES_READ_FAILED', `${request}: ${status} ${reason}: ${message}`);
const mergeFound = (found) => ({
    objects: new Map(found.flatMap(({ objects }) => objects)),
    unreadable: new Map(found.flatMap(({ unreadable }) => unreadable)),
});
function noticesOf(unreadable) {
    const [first] = unreadable.values();
    if (first === undefined)
        return [];
    const more = unreadable.size === 1 ? '' : ` and ${unreadable.size - 1} more`;
    return [
        `${first.request}${more} is not allowed, so it is applied without a look at what is live; grant get and list to save these writes`,
    ];
}
/** Lists autoscalers only where the set has workloads with a number of replicas. */
async function readAutoscalers({ api, placed, resources, }) {
    const namespaces = new Set(placed
        .filter(({ object, id }) => id.namespace !== null && (0,_autoscaler_js__WEBPACK_IMPORTED_MODULE_3__/* .hasReplicas */ .uH)(object) && !(0,_autoscaler_js__WEBPACK_IMPORTED_MODULE_3__/* .isAutoscaler */ .Qs)(id))
        .map(({ id }) => id.namespace));
    const kinds = [
        resources.preferred('autoscaling', 'HorizontalPodAutoscaler'),
        resources.preferred('keda.sh', 'ScaledObject'),
    ].flatMap((resource) => resource ?? []);
    const asked = [...namespaces].flatMap((namespace) => kinds.map((resource) => ({ resource, namespace })));
    const answers = await (0,_lanes_js__WEBPACK_IMPORTED_MODULE_0__/* .inLanes */ .L)(asked, async ({ resource, namespace }) => ({
        namespace,
        answer: await api.list(resource, { namespace }),
    }));
    return {
        autoscaled: new Set(answers.flatMap(({ answer, namespace }) => targetsIn(answer, namespace))),
        notices: answers.some(({ answer }) => !answer.ok && answer.refusal.status === 403)
            ? [
                'autoscalers may not be listed, so spec.replicas is applied as the manifests say; grant list on horizontalpodautoscalers to leave it to them',
            ]
            : [],
    };
}
function targetsIn(answer, namespace) {
    if (answer.ok)
        return answer.value.items.flatMap((item) => (0,_autoscaler_js__WEBPACK_IMPORTED_MODULE_3__/* .targetOf */ .$r)(item, namespace) ?? []);
    if (answer.refusal.status === 403 || answer.refusal.status === 404)
        return [];
    throw readFailed(answer.refusal);
}


/***/ }),

/***/ 6776:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  a: () => (/* binding */ firstDifference),
  v: () => (/* binding */ holds)
});

// EXTERNAL MODULE: ./packages/kubernetes/lib/object.js
var object = __webpack_require__(1287);
// EXTERNAL MODULE: ./packages/kubernetes/lib/record.js
var record = __webpack_require__(2229);
// EXTERNAL MODULE: ./packages/kubernetes/lib/apply/field-set.js
var field_set = __webpack_require__(9280);
;// CONCATENATED MODULE: ./packages/kubernetes/lib/apply/built-in.js
// Kinds of the API server itself, whose values it normalises and fills in.
/** Groups that end like the server's own but come with CRDs or other servers. */
const foreign = /(^|\.)(gateway\.networking|snapshot\.storage|metrics|x-k8s|sigs)\b/;
const isBuiltIn = (group) => !group.includes('.') || (group.endsWith('.k8s.io') && !foreign.test(group));

;// CONCATENATED MODULE: ./packages/kubernetes/lib/apply/quantity.js
// Amounts as the API server writes them back: `1000m` becomes `1`, `0.5` becomes `500m`.
const SHAPE = /^([+-]?)(\d*)(?:\.(\d*))?(?:([numkMGTPE]|[KMGTPE]i)|[eE]([+-]?\d{1,3}))?$/;
const DECIMAL = { n: -9, u: -6, m: -3, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const BINARY = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 };
function parseAmount(value) {
    if (typeof value !== 'string' && typeof value !== 'number')
        return null;
    const found = SHAPE.exec(String(value));
    if (found === null)
        return null;
    const [, sign = '', whole = '', fraction = '', suffix = '', exponent] = found;
    if (whole === '' && fraction === '')
        return null;
    const digits = BigInt(`${sign === '-' ? '-' : ''}${whole}${fraction}`);
    const tens = -fraction.length;
    if (suffix in BINARY) {
        return { digits, tens, twos: BINARY[suffix], family: 'binary' };
    }
    const more = suffix === '' ? Number(exponent ?? 0) : DECIMAL[suffix];
    const family = exponent === undefined ? 'decimal' : 'exponent';
    return { digits, tens: tens + more, twos: 0, family };
}
/** The same amount, in suffixes of the same family, so that the server writes both the same way. */
function sameAmount(a, b) {
    const [left, right] = [parseAmount(a), parseAmount(b)];
    if (left === null || right === null || left.family !== right.family)
        return false;
    // Finer than a nano is rounded up by the server: not decided here.
    if (Math.min(left.tens, right.tens) < -9)
        return false;
    return scaled(left, right) === scaled(right, left);
}
const scaled = (one, other) => one.digits *
    10n ** BigInt(Math.max(one.tens - other.tens, 0)) *
    2n ** BigInt(Math.max(one.twos - other.twos, 0));

;// CONCATENATED MODULE: ./packages/kubernetes/lib/apply/server-values.js
// What the API server itself makes of values of its own kinds: defaults inside values that are owned
// as a whole, amounts, and empty values that it does not keep. Every row says "a write would change
// nothing here"; a row that is missing costs one request that the server finds to be no change.


const server_values_parent = ({ trail }, up = 1) => trail.at(-1 - up) ?? '';
/** `trail` ends with the name of the field itself. */
function isAmountPlace(place) {
    if (!place.builtIn)
        return false;
    const [name, above, higher] = [server_values_parent(place, 0), server_values_parent(place), server_values_parent(place, 2)];
    if (above === 'limits' || above === 'requests')
        return higher === 'resources';
    if (above === 'hard')
        return place.kind === 'ResourceQuota';
    if (above === 'capacity')
        return place.kind === 'PersistentVolume';
    if (above === 'target')
        return name === 'value' || name === 'averageValue';
    if (place.kind === 'LimitRange')
        return limitNames.has(above);
    if (above === 'overhead')
        return true;
    return ((name === 'sizeLimit' && above === 'emptyDir') ||
        (name === 'divisor' && above === 'resourceFieldRef'));
}
const limitNames = new Set(['default', 'defaultRequest', 'max', 'min', 'maxLimitRequestRatio']);
const sameScalar = (wanted, found, place) => {
    // Beyond 2^53 two numbers look the same that are not.
    if (typeof wanted === 'number' && Math.abs(wanted) > Number.MAX_SAFE_INTEGER)
        return false;
    return wanted === found || (isAmountPlace(place) && sameAmount(wanted, found));
};
/** Written by many tools, granular in every built-in kind: an empty one leaves all as it is. */
const granular = new Set([
    'annotations',
    'labels',
    'metadata',
    'resources',
    'securityContext',
    'spec',
    'strategy',
    'template',
    'updateStrategy',
]);
const isGranular = (place) => server_values_parent(place, 0) === 'annotations' || server_values_parent(place, 0) === 'labels'
    ? server_values_parent(place) === 'metadata'
    : place.builtIn && granular.has(server_values_parent(place, 0));
const defaults = [
    { inside: 'fieldRef', name: 'apiVersion', value: 'v1' },
    { inside: 'resourceFieldRef', name: 'divisor', value: '0' },
    { inside: 'ports', name: 'protocol', value: 'TCP' },
    { inside: 'ports', name: 'name', value: '' },
    { inside: 'endpoints', name: 'conditions', value: {} },
    { inside: 'serviceAccountToken', name: 'expirationSeconds', value: 3600 },
    { inside: 'rules', name: 'scope', value: '*' },
    { inside: 'resourceRules', name: 'scope', value: '*' },
    { inside: 'excludeResourceRules', name: 'scope', value: '*' },
    { inside: 'matchConstraints', name: 'matchPolicy', value: 'Equivalent' },
    { inside: 'matchConstraints', name: 'namespaceSelector', value: {} },
    { inside: 'matchConstraints', name: 'objectSelector', value: {} },
    { inside: 'roleRef', name: 'apiGroup', value: 'rbac.authorization.k8s.io' },
    { inside: 'onPodConditions', name: 'status', value: 'True' },
    { inside: 'volumeClaimTemplates', name: 'apiVersion', value: 'v1' },
    { inside: 'volumeClaimTemplates', name: 'kind', value: 'PersistentVolumeClaim' },
    { inside: 'volumeClaimTemplates', name: 'status', value: { phase: 'Pending' } },
];
/** Would the server put this very value there when the manifest does not name it? */
function isDefault(item, name, place) {
    if (!place.builtIn)
        return false;
    const inside = server_values_parent(place, 0);
    const found = item[name];
    if (inside === 'subjects' && name === 'apiGroup') {
        return item['kind'] !== 'ServiceAccount' && found === 'rbac.authorization.k8s.io';
    }
    if (inside === 'limits' && place.kind === 'LimitRange') {
        if (name === 'default')
            return sameJson(found, item['max']);
        return name === 'defaultRequest' && sameJson(found, item['default']);
    }
    if (inside === 'spec' && name === 'volumeMode') {
        return server_values_parent(place) === 'volumeClaimTemplates' && found === 'Filesystem';
    }
    return defaults.some((row) => row.inside === inside && row.name === name && sameJson(row.value, found));
}
/** What a server may leave out when it writes the object: nothing, zero, false, or empty. */
const isEmptyValue = (value) => value === null ||
    value === undefined ||
    value === '' ||
    value === 0 ||
    value === false ||
    (Array.isArray(value) && value.length === 0) ||
    ((0,record/* isRecord */.u4)(value) && Object.keys(value).length === 0);
/**
 * Left out for certain inside a value that is owned as a whole. Another empty value can mean
 * something: `key: ""` of a selector, `tolerationSeconds: 0`, a selector `{}` that takes everything.
 */
const isLeftOut = (value, place) => {
    if (!place.builtIn)
        return false;
    if (value === null || (Array.isArray(value) && value.length === 0))
        return true;
    const [name, above] = [server_values_parent(place, 0), server_values_parent(place)];
    return (0,record/* isRecord */.u4)(value)
        ? Object.keys(value).length === 0 && emptyMaps.has(name)
        : value === '' && above === 'subjects' && name === 'apiGroup';
};
/** Empty, they say no more than absent ones, in every built-in kind. */
const emptyMaps = new Set(['annotations', 'labels', 'resources', 'securityContext', 'status']);
const selectorName = /selector$/i;
/** Nobody owns the field yet. Would an empty value, or none, make no difference to this one? */
function isSameEmpty(wanted, found, place) {
    if (!isEmptyValue(found))
        return false;
    // A resource of a CRD keeps an empty value that is sent, but for those of its metadata.
    if (!place.builtIn && place.trail[0] !== 'metadata')
        return found !== undefined;
    // Without a selector nothing is selected, with an empty one everything.
    return !((0,record/* isRecord */.u4)(wanted) && selectorName.test(server_values_parent(place, 0)) && !(0,record/* isRecord */.u4)(found));
}
const sameJson = (a, b) => (0,record/* isRecord */.u4)(a) && (0,record/* isRecord */.u4)(b)
    ? Object.keys(a).length === Object.keys(b).length &&
        Object.keys(a).every((key) => sameJson(a[key], b[key]))
    : a === b;
/**
 * Two values that are owned as a whole. True only when sending the first again would leave the
 * second as it is; what the server adds counts only when it is a known default.
 */
function sameWhole(wanted, found, place) {
    if (Array.isArray(wanted)) {
        return (Array.isArray(found) &&
            wanted.length === found.length &&
            wanted.every((item, index) => sameWhole(item, found[index], place)));
    }
    if (!(0,record/* isRecord */.u4)(wanted))
        return sameScalar(wanted, found, place);
    if (!(0,record/* isRecord */.u4)(found))
        return false;
    const below = (name) => ({ ...place, trail: [...place.trail, name] });
    const kept = Object.keys(wanted).every((name) => Object.hasOwn(found, name)
        ? sameWhole(wanted[name], found[name], below(name))
        : isLeftOut(wanted[name], below(name)));
    return (kept &&
        Object.keys(found).every((name) => Object.hasOwn(wanted, name) || isDefault(found, name, place)));
}

;// CONCATENATED MODULE: ./packages/kubernetes/lib/apply/managed-fields.js
// Does a live object already hold what a manifest says? Decided from the fields that the server says
// we own, without a request. Conservative: whatever is not certain is a difference, and then one
// server-side apply is sent, which the server itself finds to be no change.
//
// Why ownership is the better half of the answer: a value that somebody else changed or removed is no
// longer ours, and a field that left the manifest still is. Values are compared on top, for a
// manifest that changed and for webhooks that change what we send.





/** True only when applying the manifest would change neither the object nor what we own of it. */
const holds = (comparison) => firstDifference(comparison) === null;
/** Why a write is needed: a path such as `spec.replicas`; null when none is. */
function firstDifference({ manifest, live, manager }) {
    const entry = (0,field_set/* entryOf */.Ms)(live, manager);
    const version = entry?.apiVersion ?? manifest.apiVersion;
    if (version !== manifest.apiVersion || live.apiVersion !== version)
        return 'apiVersion';
    const walk = {
        kind: manifest.kind,
        builtIn: isBuiltIn((0,object/* parseApiVersion */.cX)(manifest.apiVersion).group),
        others: (0,field_set/* othersOf */.bu)(live, manager),
        path: [],
        trail: [],
    };
    const { apiVersion: _version, kind: _kind, metadata, ...rest } = manifest;
    const { name: _name, namespace: _namespace, ...owned } = metadata;
    const wanted = Object.keys(owned).length === 0 ? rest : { ...rest, metadata: owned };
    // A manifest that is only a name makes nothing ours, and the server then notes no entry.
    return mapDiffers(walk, { node: entry?.fieldsV1 ?? {}, wanted, found: live })
        ? (walk.path.map(stepName).join('') || '.').replace(/^\./, '')
        : null;
}
const stepName = (step) => step.startsWith('f:') ? `.${step.slice(2)}` : `[${step.slice(2)}]`;
/** On a difference the path stays where it was found. */
function mapDiffers(walk, { node, wanted, found }) {
    if (!(0,record/* isRecord */.u4)(found))
        return true;
    for (const key in node) {
        if (key !== '.' && (!key.startsWith('f:') || !Object.hasOwn(wanted, key.slice(2)))) {
            walk.path.push(key);
            return true;
        }
    }
    for (const name of Object.keys(wanted)) {
        const step = `f:${name}`;
        const child = (0,field_set/* childOf */.GG)(node, step);
        walk.path.push(step);
        walk.trail.push(name);
        const pair = {
            wanted: wanted[name],
            found: Object.hasOwn(found, name) ? found[name] : undefined,
        };
        if (child === undefined) {
            if (!isNothing(walk, pair))
                return true;
        }
        else if (valueDiffers(walk, { node: child, ...pair }))
            return true;
        walk.path.pop();
        walk.trail.pop();
    }
    return false;
}
/**
 * An empty list of items has no field of its own to own, and an empty map is lost to whoever adds the
 * first entry. Where nothing is, or where more may be, nothing is wanted.
 */
const isNothing = (walk, { wanted, found }) => (wanted === null || (typeof wanted === 'object' && isEmptyValue(wanted))) &&
    (isSameEmpty(wanted, found, placeOf(walk)) || isGranular(placeOf(walk)));
const placeOf = ({ kind, builtIn, trail }) => ({ kind, builtIn, trail });
function valueDiffers(walk, pair) {
    const { node, wanted, found } = pair;
    if ((0,field_set/* isLeaf */.xe)(node))
        return leafDiffers(walk, wanted, found);
    if (Array.isArray(wanted))
        return listDiffers(walk, { node, wanted, found });
    return (0,record/* isRecord */.u4)(wanted) ? mapDiffers(walk, { node, wanted, found }) : true;
}
function leafDiffers(walk, wanted, found) {
    const place = placeOf(walk);
    // Ours and not there: the server keeps no empty values. Had somebody removed it, it were not ours.
    if (found === undefined)
        return !isEmptyValue(wanted);
    // Nothing, written where the server wants a text, is an empty text.
    if (wanted === null)
        return !(found === null || (walk.builtIn && found === ''));
    if (typeof wanted !== 'object')
        return !sameScalar(wanted, found, place);
    if (isEmptyValue(wanted))
        return !isEmptyValue(found) && !isGranular(place);
    // Somebody owns a part of it, so it is no whole: we own an empty map here, and now want more.
    if (isGranular(place) || (0,field_set/* ownedBelow */.JX)(walk.others, walk.path))
        return true;
    return !sameWhole(wanted, found, place);
}
function listDiffers(walk, { node, wanted, found }) {
    if (!Array.isArray(found))
        return true;
    const steps = Object.keys(node).filter((key) => key !== '.');
    if (steps.length !== wanted.length)
        return true;
    const isSet = steps[0]?.startsWith('v:') === true;
    return isSet ? setDiffers(steps, wanted, found) : itemsDiffer(walk, { node, wanted, found });
}
/** Each once, owned, there, and in the order of the manifest. */
function setDiffers(steps, wanted, found) {
    const owned = new Set(steps.map(field_set/* parseSetValue */.Rs));
    let last = -1;
    for (const value of wanted) {
        const at = found.indexOf(value);
        if (!owned.has(value) || at <= last)
            return true;
        last = at;
    }
    return false;
}
/** Pairs each item of the manifest with its node and its live item, in the manifest's order. */
function itemsDiffer(walk, { node, wanted, found }) {
    if (!Array.isArray(found))
        return true;
    const left = Object.keys(node).flatMap((key) => (key === '.' ? [] : ((0,field_set/* parseItemKey */.OX)(key) ?? [])));
    let last = -1;
    for (const item of wanted) {
        const key = (0,record/* isRecord */.u4)(item) ? takeKey(left, item) : null;
        const at = key === null ? -1 : found.findIndex((live) => hasKeys(live, key.keys));
        const child = key === null ? undefined : (0,field_set/* childOf */.GG)(node, key.node);
        if (key === null || child === undefined || at <= last)
            return true;
        walk.path.push(key.node);
        if (valueDiffers(walk, { node: child, wanted: item, found: found[at] }))
            return true;
        walk.path.pop();
        last = at;
    }
    return left.length > 0;
}
const hasKeys = (item, keys) => (0,record/* isRecord */.u4)(item) && Object.keys(keys).every((name) => item[name] === keys[name]);
/**
 * The node of an item, taken off the list. A key that the item does not name was filled in by the
 * server (`protocol: TCP`); when two nodes could be meant, it is not decided here.
 */
function takeKey(left, item) {
    const fits = left.filter(({ keys }) => Object.keys(keys).every((name) => item[name] === keys[name] || !Object.hasOwn(item, name)));
    const [key] = fits;
    if (key === undefined || fits.length > 1)
        return null;
    left.splice(left.indexOf(key), 1);
    return key;
}


/***/ }),

/***/ 6222:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   _: () => (/* binding */ planApply),
/* harmony export */   i: () => (/* binding */ objectsOf)
/* harmony export */ });
/* harmony import */ var _object_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(1287);
/* harmony import */ var _autoscaler_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7382);
/* harmony import */ var _desired_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(683);
/* harmony import */ var _field_set_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(9280);
/* harmony import */ var _managed_fields_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(6776);
/* harmony import */ var _removal_stages_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(1033);
/* harmony import */ var _stages_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4874);
/* harmony import */ var _take_over_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(821);








/** On an object: `true` allows to replace this one. */
const REPLACE_ANNOTATION = 'sluice.dev/replace';
const objectsOf = ({ stages }) => stages.flatMap(({ objects }) => objects);
function planApply(placed, live, rules) {
    const autoscaled = autoscaledKeys(placed, live);
    const planned = placed.map((one) => planObject(one, { live, rules, autoscaled }));
    const byStage = Map.groupBy(planned, ({ stage }) => stage);
    return {
        stages: _stages_js__WEBPACK_IMPORTED_MODULE_0__/* .stages */ ._
            .map((stage) => ({ stage, objects: byStage.get(stage) ?? [] }))
            .filter(({ objects }) => objects.length > 0),
        rules,
        notices: [...live.notices, ...noticesOf(planned)],
    };
}
/** Those of the set count as well: they will take over as soon as they are there. */
const autoscaledKeys = (placed, live) => new Set([
    ...live.autoscaled,
    ...placed.flatMap(({ object, id }) => (0,_autoscaler_js__WEBPACK_IMPORTED_MODULE_1__/* .isAutoscaler */ .Qs)(id) ? ((0,_autoscaler_js__WEBPACK_IMPORTED_MODULE_1__/* .targetOf */ .$r)(object, id.namespace) ?? []) : []),
]);
function planObject(placed, scene) {
    const { id, object: written } = placed;
    const resource = scene.live.resources.find(id.group, id.version, id.kind);
    const key = (0,_object_js__WEBPACK_IMPORTED_MODULE_2__/* .keyOf */ .TN)(id);
    const live = id.name === '' ? null : (scene.live.objects.get(key) ?? null);
    const autoscaled = scene.autoscaled.has(key);
    const plain = (0,_desired_js__WEBPACK_IMPORTED_MODULE_3__/* .desiredObject */ .S)(placed, resource);
    const object = autoscaled && live !== null ? (0,_autoscaler_js__WEBPACK_IMPORTED_MODULE_1__/* .yieldReplicas */ .hH)(plain, live, _field_set_js__WEBPACK_IMPORTED_MODULE_4__/* .APPLIER */ .kT) : plain;
    const takeOver = live === null ? null : (0,_take_over_js__WEBPACK_IMPORTED_MODULE_5__/* .planTakeOver */ .f)(live, scene.rules.takeOver);
    const base = {
        placed,
        stage: (0,_stages_js__WEBPACK_IMPORTED_MODULE_0__/* .stageOf */ .g)(id),
        object,
        live,
        difference: '',
        takeOver,
        replace: mayReplace(id, written, scene.rules),
        autoscaled,
        reason: '',
        message: '',
    };
    if (id.name === '')
        return { ...base, intent: 'generate' };
    if (live === null) {
        return { ...base, intent: scene.live.unreadable.has(key) ? 'configure' : 'create' };
    }
    if (live.metadata.deletionTimestamp !== undefined)
        return planDeleted({ ...base, live });
    const difference = (0,_managed_fields_js__WEBPACK_IMPORTED_MODULE_6__/* .firstDifference */ .a)({ manifest: object, live, manager: _field_set_js__WEBPACK_IMPORTED_MODULE_4__/* .APPLIER */ .kT });
    if (difference === null && takeOver === null)
        return { ...base, intent: 'unchanged' };
    return { ...base, intent: 'configure', difference: difference ?? 'metadata.managedFields' };
}
/** An apply to an object that is going would be lost with it. */
function planDeleted(base) {
    if (base.placed.id.kind !== 'Namespace' || base.placed.id.group !== '') {
        return { ...base, intent: 'recreate' };
    }
    const { name, deletionTimestamp } = base.live.metadata;
    return {
        ...base,
        intent: 'refused',
        reason: 'NamespaceTerminating',
        message: `namespace ${name} is being deleted since ${deletionTimestamp}; wait until it is gone, or find what holds it in its conditions`,
    };
}
const mayReplace = (id, { metadata }, rules) => (0,_removal_stages_js__WEBPACK_IMPORTED_MODULE_7__/* .dataLostWith */ .r)(id) === null &&
    (rules.replace || metadata.annotations?.[REPLACE_ANNOTATION] === 'true');
function noticesOf(planned) {
    return [
        told(planned.filter(({ intent }) => intent === 'generate'), 'made anew by each run, because it has generateName; it is never compared or pruned'),
        told(planned.filter(({ takeOver }) => takeOver !== null), 'taken over from client-side apply; fields that left the manifest go'),
        told(planned.filter((one) => one.autoscaled && one.live !== null && (0,_autoscaler_js__WEBPACK_IMPORTED_MODULE_1__/* .hasReplicas */ .uH)(one.placed.object)), 'spec.replicas is left to its autoscaler; take it out of the manifest'),
        told(planned.filter(({ intent }) => intent === 'recreate'), 'being deleted; it is made anew when it is gone'),
    ].filter((notice) => notice !== '');
}
const MANY = 5;
/** One sentence for all objects that share a cause. */
function told(planned, what) {
    if (planned.length === 0)
        return '';
    const names = planned.slice(0, MANY).map(({ placed }) => nameOf(placed));
    const more = planned.length > MANY ? ` and ${planned.length - MANY} more` : '';
    return `${names.join(', ')}${more}: ${what}`;
}
const nameOf = ({ id, object }) => id.name === ''
    ? (0,_object_js__WEBPACK_IMPORTED_MODULE_2__/* .renderId */ .oF)({ ...id, name: `${object.metadata.generateName ?? ''}*` })
    : (0,_object_js__WEBPACK_IMPORTED_MODULE_2__/* .renderId */ .oF)(id);


/***/ }),

/***/ 1480:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   WG: () => (/* binding */ isPassing),
/* harmony export */   vE: () => (/* binding */ managerIn),
/* harmony export */   xC: () => (/* binding */ reactTo)
/* harmony export */ });
/* unused harmony export isImmutable */
/* harmony import */ var _object_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1287);
/* harmony import */ var _autoscaler_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7382);
/* harmony import */ var _removal_stages_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(1033);



/** A server takes a moment until all of its parts know a new kind, namespace or account. */
const FRESH_SECONDS = 10;
const WEBHOOK_SECONDS = 20;
const RACE_SECONDS = 10;
function reactTo(refusal, facts) {
    const conflicts = refusal.causes.filter(({ reason }) => reason === 'FieldManagerConflict');
    if (conflicts.length > 0) {
        if (facts.autoscaled && conflicts.every(({ field }) => field === _autoscaler_js__WEBPACK_IMPORTED_MODULE_0__/* .REPLICAS_FIELD */ .He)) {
            return { kind: 'without-replicas' };
        }
        const ours = conflicts.every((cause) => modeManagers.has(managerIn(cause)));
        return { kind: ours ? 'take-back' : 'give-up', ...describeConflict(refusal, facts.id) };
    }
    if (isWorthAnotherTry(refusal, facts))
        return { kind: 'again' };
    if (isImmutable(refusal)) {
        return facts.replace
            ? { kind: 'replace' }
            : { kind: 'give-up', ...describeImmutable(refusal, facts.id) };
    }
    return { kind: 'give-up', reason: reasonOf(refusal), message: refusal.message };
}
const modes = {
    restart: true,
    undo: true,
    pause: true,
    resume: true,
    scale: true,
};
/**
 * Field managers of the modes that change a workload by hand. What they change and the manifests name
 * is handed back at once, so an apply decides about it anyway. By their full names: other managers of
 * ours (of a record, of traffic) own what an apply must never take from them.
 */
const modeManagers = new Set(Object.keys(modes).map((mode) => `sluice-${mode}`));
/** `conflict with "kubectl-edit" using apps/v1` -> kubectl-edit */
const managerIn = ({ message }) => /"([^"]{1,200})"/.exec(message)?.[1] ?? 'unknown';
function isWorthAnotherTry(refusal, { seconds, fresh }) {
    const { status, message } = refusal;
    if (isTerminating(refusal))
        return false;
    // Somebody wrote the object between the server's own read and write.
    if (status === 409)
        return seconds < RACE_SECONDS;
    if (status === 404)
        return fresh && seconds < FRESH_SECONDS;
    if (status === 403 && /error looking up service account|status unknown for quota/.test(message)) {
        return seconds < FRESH_SECONDS;
    }
    return isWebhookDown(refusal) && seconds < WEBHOOK_SECONDS;
}
/** A webhook that could not be asked; one that said no is final. */
const isWebhookDown = ({ status, message }) => status >= 500 &&
    /failed calling webhook|no endpoints available|no available endpoint/.test(message);
const isTerminating = ({ status, causes }) => status === 403 && causes.some(({ reason }) => reason === 'NamespaceTerminating');
/** The many ways in which servers say that a field cannot be changed. */
const IMMUTABLE = /immutable|updates to .{1,80} are forbidden|updates to statefulset spec|pod updates may not change|cannot change roleRef|may not change once set|can ?not be (?:changed|unset|updated)|may not be (?:changed|unset|updated)/i;
const isImmutable = ({ status, message, causes }) => status === 422 &&
    (IMMUTABLE.test(message) || causes.some((cause) => IMMUTABLE.test(cause.message)));
/** Right after a delete, what still counts the old object, and a server that is busy: both pass. */
const isPassing = ({ status, message }) => status >= 500 ||
    status === 429 ||
    status === 409 ||
    (status === 403 && /exceeded quota|status unknown for quota/.test(message));
function reasonOf(refusal) {
    if (isTerminating(refusal))
        return 'NamespaceTerminating';
    if (isWebhookDown(refusal))
        return 'WebhookUnavailable';
    if (refusal.status === 403 && /exceeded quota/.test(refusal.message))
        return 'QuotaExceeded';
    return refusal.reason;
}
const MANY = 8;
/** `.spec.replicas (kubectl-edit)` for each; values are not in the server's answer. */
function describeConflict({ causes }, id) {
    const fields = causes
        .filter(({ reason }) => reason === 'FieldManagerConflict')
        .map((cause) => `${cause.field} (${managerIn(cause)})`);
    const more = fields.length > MANY ? ` and ${fields.length - MANY} more` : '';
    return {
        reason: 'Conflict',
        message: `others own fields of ${(0,_object_js__WEBPACK_IMPORTED_MODULE_1__/* .renderId */ .oF)(id)}: ${fields.slice(0, MANY).join(', ')}${more}; take them out of the manifest, or set force-conflicts: true to take them over`,
    };
}
function describeImmutable({ message, causes }, id) {
    const fields = [...new Set(causes.map(({ field }) => field).filter((field) => field !== ''))];
    const what = fields.length === 0 ? message : fields.slice(0, MANY).join(', ');
    const lost = (0,_removal_stages_js__WEBPACK_IMPORTED_MODULE_2__/* .dataLostWith */ .r)(id);
    const advice = lost === null
        ? 'set replace: true, or the annotation sluice.dev/replace: "true" on it, to delete it and make it anew'
        : `it is never replaced, because ${lost} would go with it; make a new one under another name`;
    return {
        reason: 'Immutable',
        message: `${(0,_object_js__WEBPACK_IMPORTED_MODULE_1__/* .renderId */ .oF)(id)} cannot be changed in place (${what}); ${advice}`,
    };
}


/***/ }),

/***/ 1033:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   K: () => (/* binding */ removalStages),
/* harmony export */   r: () => (/* binding */ dataLostWith)
/* harmony export */ });
/* harmony import */ var _record_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2229);
/* harmony import */ var _stages_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4874);


/** Kinds whose deletion takes what others keep in them; deleted only when asked for by name. */
const takesDataAlong = {
    '/Namespace': 'everything in it',
    'apiextensions.k8s.io/CustomResourceDefinition': 'all objects of its kind in every namespace',
    '/PersistentVolumeClaim': 'its volume, when the storage class reclaims it',
    '/PersistentVolume': 'its data, when it is reclaimed',
    'snapshot.storage.k8s.io/VolumeSnapshot': 'the snapshot itself, when its class says so',
};
/**
 * What goes with an object of this kind (`everything in it`), or with this very one; null: nothing but
 * itself and what it controls.
 */
const dataLostWith = ({ group, kind }, object = null) => takesDataAlong[`${group}/${kind}`] ??
    (`${group}/${kind}` === 'apps/StatefulSet' ? claimsLostWith(object) : null);
/** Claims of a StatefulSet outlive it, unless it says otherwise. */
function claimsLostWith(object) {
    const spec = object?.['spec'];
    if (!(0,_record_js__WEBPACK_IMPORTED_MODULE_0__/* .isRecord */ .u4)(spec) || (0,_record_js__WEBPACK_IMPORTED_MODULE_0__/* .recordsIn */ .Q0)(spec['volumeClaimTemplates']).length === 0)
        return null;
    const policy = spec['persistentVolumeClaimRetentionPolicy'];
    return (0,_record_js__WEBPACK_IMPORTED_MODULE_0__/* .isRecord */ .u4)(policy) && policy['whenDeleted'] === 'Delete'
        ? 'its volume claims, because of whenDeleted: Delete,'
        : null;
}
/** Custom objects go while what answers their finalizers still runs. */
const isCustom = ({ group }) => group.includes('.') && !group.endsWith('.k8s.io');
const order = [..._stages_js__WEBPACK_IMPORTED_MODULE_1__/* .stages */ ._].reverse();
/** Lower ranks go first. A webhook whose backend is gone would refuse every later delete. */
const rankOf = (id) => {
    const stage = (0,_stages_js__WEBPACK_IMPORTED_MODULE_1__/* .stageOf */ .g)(id);
    return 2 * order.indexOf(stage) - (stage === 'rest' && isCustom(id) ? 1 : 0);
};
/** Groups in the order in which they go; each must be gone before the next one is touched. */
function removalStages(items) {
    const byRank = Map.groupBy(items, ({ id }) => rankOf(id));
    return [...byRank.entries()].sort(([a], [b]) => a - b).map(([, stage]) => stage);
}


/***/ }),

/***/ 3449:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $: () => (/* binding */ removeObjects)
/* harmony export */ });
/* harmony import */ var _health_inert_text_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(6369);
/* harmony import */ var _health_wait_progress_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(4420);
/* harmony import */ var _object_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1287);
/* harmony import */ var _lanes_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6134);
/* harmony import */ var _removal_stages_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1033);





const PAUSES_SECONDS = [0.1, 0.2, 0.5, 1];
const LONGEST_PAUSE_SECONDS = 2;
/**
 * Deletes in the reverse order of an apply, each stage gone before the next one begins. A stage that
 * does not go within the deadline or is refused leaves the later ones `skipped`: an operator must
 * outlive its objects, a CRD its resources. Reports in the order of `removals`.
 */
async function removeObjects(ports, removals, options) {
    const reports = new Map();
    let held;
    for (const stage of (0,_removal_stages_js__WEBPACK_IMPORTED_MODULE_0__/* .removalStages */ .K)(removals)) {
        const done = held === undefined
            ? await removeStage(ports, stage, options)
            : stage.map(({ id }) => skipped(id, held));
        for (const report of done)
            reports.set((0,_object_js__WEBPACK_IMPORTED_MODULE_1__/* .keyOf */ .TN)(report.id), report);
        held ??= done.find(({ verdict }) => verdict !== 'gone');
    }
    return removals.flatMap(({ id }) => reports.get((0,_object_js__WEBPACK_IMPORTED_MODULE_1__/* .keyOf */ .TN)(id)) ?? []);
}
const skipped = (id, held) => ({
    id,
    action: 'skipped',
    verdict: 'none',
    reason: 'Waiting',
    message: held === undefined ? '' : `not deleted, because ${(0,_object_js__WEBPACK_IMPORTED_MODULE_1__/* .renderId */ .oF)(held.id)} is still there`,
    seconds: 0,
});
async function removeStage(ports, stage, options) {
    const start = ports.clock.now();
    const seconds = () => (ports.clock.now() - start) / 1000;
    const sent = await (0,_lanes_js__WEBPACK_IMPORTED_MODULE_2__/* .inLanes */ .L)(stage, async (removal) => ({
        removal,
        refused: await sendDelete(ports, removal, options),
    }));
    const asked = sent.filter(({ refused }) => refused === null).map(({ removal }) => removal);
    const held = await waitUntilGone(ports, asked, options);
    return sent.map(({ removal: { id, uid }, refused }) => {
        if (refused !== null)
            return { id, ...refused, seconds: seconds() };
        const last = held.get(uid);
        return last === undefined
            ? { id, action: options.action, verdict: 'gone', reason: '', message: '', seconds: seconds() }
            : { id, action: options.action, ...stillThere(last), seconds: seconds() };
    });
}
/** null: the server took it, or there was nothing left to delete. */
async function sendDelete({ api }, { id, uid }, { propagation }) {
    const answer = await api.delete(id, { propagation, uid });
    if (answer.ok || answer.refusal.status === 404)
        return null;
    return describeRefusal(id, answer.refusal);
}
function describeRefusal(id, { status, reason, message }) {
    if (status === 409) {
        return {
            action: 'skipped',
            verdict: 'none',
            reason: 'Changed',
            message: `${(0,_object_js__WEBPACK_IMPORTED_MODULE_1__/* .renderId */ .oF)(id)} was made anew after it was looked at; it was left alone`,
        };
    }
    return { action: 'refused', verdict: 'failed', reason, message: `not deleted: ${message}` };
}
/** Those that are still there at the deadline, by uid, as they were seen last. */
async function waitUntilGone(ports, removals, { deadline }) {
    const { clock, log, signal } = ports;
    let left = await stillLeft(ports, removals);
    let told = clock.now();
    for (let turn = 0; left.length > 0 && clock.now() < deadline; turn += 1) {
        if (clock.now() - told >= _health_wait_progress_js__WEBPACK_IMPORTED_MODULE_3__/* .LONGEST_SILENCE_SECONDS */ .V * 1000) {
            told = clock.now();
            log.info(`waiting until ${describeLeft(left)}`);
        }
        const pause = Math.min(PAUSES_SECONDS[turn] ?? LONGEST_PAUSE_SECONDS, Math.max((deadline - clock.now()) / 1000, 0.01));
        await clock.sleep(pause, signal);
        left = await stillLeft(ports, left.map(({ removal }) => removal));
    }
    return new Map(left.map(({ removal, seen }) => [removal.uid, seen]));
}
function describeLeft(left) {
    const [first] = left;
    if (first === undefined)
        return 'all is gone';
    const others = left.length === 1 ? '' : ` and ${left.length - 1} more`;
    return `${(0,_object_js__WEBPACK_IMPORTED_MODULE_1__/* .renderId */ .oF)(first.removal.id)}${others} is gone`;
}
async function stillLeft(ports, removals) {
    const seen = await (0,_lanes_js__WEBPACK_IMPORTED_MODULE_2__/* .inLanes */ .L)(removals, async (removal) => {
        const answer = await ports.api.get(removal.id);
        if (!answer.ok)
            return answer.refusal.status === 404 ? [] : [{ removal, seen: null }];
        const same = answer.value?.metadata.uid === removal.uid;
        return same ? [{ removal, seen: answer.value }] : [];
    });
    return seen.flat();
}
function stillThere(last) {
    if (last === null) {
        return {
            verdict: 'timeout',
            reason: 'Unreadable',
            message: 'deleted; whether it is gone cannot be read',
        };
    }
    const finalizers = last.metadata.finalizers ?? [];
    const conditions = namespaceConditions(last);
    const why = [
        finalizers.length === 0 ? '' : `held by finalizers ${finalizers.join(', ')}`,
        ...conditions,
    ].filter((part) => part !== '');
    return {
        verdict: 'timeout',
        reason: finalizers.length === 0 ? 'Terminating' : 'Finalizers',
        message: ['still there when the time was up', ...why].join('; '),
    };
}
/** A namespace says in its conditions what is still in it. */
function namespaceConditions(object) {
    if (object.kind !== 'Namespace')
        return [];
    const status = object['status'];
    return (status?.conditions ?? [])
        .filter((condition) => condition.status === 'True')
        .flatMap(({ message }) => (message === undefined ? [] : (0,_health_inert_text_js__WEBPACK_IMPORTED_MODULE_4__/* .inertLine */ .Fq)(message)));
}


/***/ }),

/***/ 2869:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   g: () => (/* binding */ whyNotReplaced),
/* harmony export */   q: () => (/* binding */ replaceObject)
/* harmony export */ });
/* harmony import */ var _object_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1287);
/* harmony import */ var _record_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(2229);
/* harmony import */ var _going_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(1123);
/* harmony import */ var _removal_stages_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(1033);
/* harmony import */ var _write_end_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(146);





/** `make` writes the new object; the old one is gone by then. */
async function replaceObject(parts, planned, make) {
    const { api, log } = parts;
    const { id } = planned.placed;
    const seen = await api.get(id);
    if (!seen.ok)
        return (0,_write_end_js__WEBPACK_IMPORTED_MODULE_0__/* .refuseWith */ .z)(seen.refusal);
    if (seen.value !== null) {
        const held = await whyNotReplaced(parts, { ...planned, live: seen.value });
        if (held !== null)
            return (0,_write_end_js__WEBPACK_IMPORTED_MODULE_0__/* .refuse */ .T)(held.reason, held.message);
        const uid = seen.value.metadata.uid ?? '';
        log.info(`${(0,_object_js__WEBPACK_IMPORTED_MODULE_1__/* .renderId */ .oF)(id)} cannot be changed in place; deleting it to make it anew`);
        const deleted = await api.delete(id, { propagation: 'Foreground', uid });
        if (!deleted.ok && deleted.refusal.status !== 404)
            return (0,_write_end_js__WEBPACK_IMPORTED_MODULE_0__/* .refuseWith */ .z)(deleted.refusal);
        const going = await (0,_going_js__WEBPACK_IMPORTED_MODULE_2__/* .waitUntilGone */ .Ly)(parts, id, seen.value);
        if (going !== null)
            return going;
    }
    const end = await make();
    return end.object === null ? end : { ...end, action: 'replaced' };
}
/** What speaks against deleting the live one: data would go with it, or no new one would come. */
async function whyNotReplaced(parts, { placed: { id }, live, object }) {
    const what = `${(0,_object_js__WEBPACK_IMPORTED_MODULE_1__/* .renderId */ .oF)(id)} cannot be changed in place, and is not deleted to be made anew, because`;
    const lost = (0,_removal_stages_js__WEBPACK_IMPORTED_MODULE_3__/* .dataLostWith */ .r)(id, live);
    if (lost !== null)
        return { reason: 'Immutable', message: `${what} ${lost} would go with it` };
    const against = await tryNew(parts, object);
    if (against === null)
        return null;
    const { reason, message } = against;
    return { reason, message: `${what} the new one would be refused too: ${message}` };
}
async function tryNew({ api }, object) {
    const { name = '', ...metadata } = object.metadata;
    const trial = { ...object, metadata: { ...metadata, generateName: `${name}-` } };
    const answer = await api.create(withoutAddresses(trial), { dryRun: true });
    return answer.ok || cannotTell(answer.refusal) ? null : answer.refusal;
}
/** What the old object holds is free only when it is gone. */
function withoutAddresses(object) {
    const spec = object['spec'];
    if (object.kind !== 'Service' || !(0,_record_js__WEBPACK_IMPORTED_MODULE_4__/* .isRecord */ .u4)(spec))
        return object;
    const { clusterIP, clusterIPs: _ips, healthCheckNodePort: _port, ...rest } = spec;
    const ports = (0,_record_js__WEBPACK_IMPORTED_MODULE_4__/* .recordsIn */ .Q0)(spec['ports']).map(({ nodePort: _nodePort, ...port }) => port);
    return {
        ...object,
        spec: { ...rest, ports, ...(clusterIP === 'None' && { clusterIP }) },
    };
}
/** A quota that counts objects still counts the old one; and some webhooks take no dry runs. */
const cannotTell = ({ status, message }) => {
    const requested = /exceeded quota: [^,]*, requested: (.*?), used:/.exec(message)?.[1];
    return requested === undefined
        ? status === 400 && /does not support dry run/.test(message)
        : requested.split(',').every((one) => /^(?!cpu|memory|requests|limits)[^=]*=1$/.test(one));
};


/***/ }),

/***/ 7675:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  g: () => (/* binding */ applyPlan)
});

// EXTERNAL MODULE: ./packages/kubernetes/lib/object.js
var object = __webpack_require__(1287);
// EXTERNAL MODULE: ./packages/kubernetes/lib/record.js
var record = __webpack_require__(2229);
;// CONCATENATED MODULE: ./packages/kubernetes/lib/apply/backing.js

/** Objects of the set that `gatekeepers` send requests to, through a Service of the set. */
function backingOf(gatekeepers, set) {
    const wanted = new Set(gatekeepers.flatMap(({ object }) => servicesOf(object)));
    const services = set.filter(({ placed: { id } }) => id.group === '' && id.kind === 'Service' && wanted.has(`${id.namespace ?? ''}/${id.name}`));
    return set.filter((one) => services.some((service) => selects(service, one)));
}
/** `namespace/name` of every Service that the object names. */
function servicesOf(object) {
    const configs = (0,record/* recordsIn */.Q0)(object['webhooks']).map(({ clientConfig }) => clientConfig);
    const spec = (0,record/* isRecord */.u4)(object['spec']) ? object['spec'] : {};
    return [...configs, spec].flatMap((config) => {
        const service = (0,record/* isRecord */.u4)(config) ? config['service'] : null;
        return (0,record/* isRecord */.u4)(service) ? [`${(0,record/* textOf */.b6)(service['namespace'])}/${(0,record/* textOf */.b6)(service['name'])}`] : [];
    });
}
function selects(service, { object, placed }) {
    if (placed.id.namespace !== service.placed.id.namespace)
        return false;
    const selector = (0,record/* fieldAt */.UK)(service.object, ['spec', 'selector']);
    const labels = placed.id.kind === 'Pod'
        ? object.metadata.labels
        : (0,record/* fieldAt */.UK)(object, ['spec', 'template', 'metadata', 'labels']);
    if (!(0,record/* isRecord */.u4)(selector) || !(0,record/* isRecord */.u4)(labels))
        return false;
    const pairs = Object.entries(selector);
    return pairs.length > 0 && pairs.every(([name, value]) => labels[name] === value);
}

// EXTERNAL MODULE: ./packages/kubernetes/lib/apply/desired.js
var desired = __webpack_require__(683);
// EXTERNAL MODULE: ./packages/kubernetes/lib/apply/lanes.js
var lanes = __webpack_require__(6134);
// EXTERNAL MODULE: ./packages/kubernetes/lib/apply/plan.js
var plan = __webpack_require__(6222);
// EXTERNAL MODULE: ./packages/kubernetes/lib/apply/write.js
var write = __webpack_require__(5178);
;// CONCATENATED MODULE: ./packages/kubernetes/lib/apply/run.js







async function applyPlan(plan, parts) {
    const state = { plan, parts: { ...parts, rules: plan.rules }, written: [], held: null };
    for (const stage of plan.stages) {
        if (state.held !== null) {
            const because = state.held;
            state.written.push(...stage.objects.map((planned) => skip(planned, because)));
            continue;
        }
        await runStage(state, stage);
    }
    return outcomeOf(state.written);
}
async function runStage(state, stage) {
    const { parts } = state;
    if (stage.stage === 'gatekeepers') {
        await awaitObjects(state, backing(state, stage));
        if (state.held !== null) {
            const because = state.held;
            state.written.push(...stage.objects.map((planned) => skip(planned, because)));
            return;
        }
    }
    const resources = await parts.api.resources();
    const fresh = freshnessOf(state);
    const now = await (0,lanes/* inLanes */.L)(stage.objects, (planned) => {
        const ready = prepareLate(planned, resources);
        return (0,write/* writeObject */.p)(parts, ready, fresh(ready));
    });
    state.written.push(...now);
    const refused = now.find(({ report }) => report.action === 'refused');
    if (refused !== undefined) {
        state.held = `${(0,object/* renderId */.oF)(refused.report.id)} was refused`;
        return;
    }
    await settle(state, stage, now);
}
/** Is the kind or the namespace of an object so new that a server may not know it everywhere? */
function freshnessOf({ written }) {
    const namespaces = new Set(written
        .filter(({ report }) => report.id.kind === 'Namespace' && report.action === 'created')
        .map(({ report }) => report.id.name));
    return ({ placed }) => !placed.known || namespaces.has(placed.id.namespace ?? '');
}
/** What came with a CRD of this run was prepared without knowing its subresources. */
function prepareLate(planned, resources) {
    const { placed } = planned;
    if (placed.known)
        return planned;
    const resource = resources.find(placed.id.group, placed.id.version, placed.id.kind);
    return resource === null ? planned : { ...planned, object: (0,desired/* desiredObject */.S)(placed, resource) };
}
/** Waits for what later stages need of this one. */
async function settle(state, { stage }, written) {
    if (stage === 'definitions') {
        await awaitObjects(state, written.filter((one) => !isEstablished(one.object)));
        if (state.held === null)
            await learnKinds(state);
    }
    if (stage === 'namespaces') {
        await awaitObjects(state, written.filter((one) => !isActive(one.object)));
    }
}
const statusOf = (object) => (0,record/* isRecord */.u4)(object?.['status']) ? object['status'] : {};
const isActive = (object) => statusOf(object)['phase'] === 'Active';
const isEstablished = (object) => ['Established', 'NamesAccepted'].every((type) => (0,record/* recordsIn */.Q0)(statusOf(object)['conditions']).some((condition) => condition['type'] === type && condition['status'] === 'True'));
async function awaitObjects(state, written) {
    if (written.length === 0)
        return;
    const verdicts = await state.parts.waitForStage(written.map(({ report, object, since }) => ({
        id: report.id,
        uid: object?.metadata.uid ?? '',
        since,
        ...(object !== null && { object }),
        written: report.action !== 'unchanged',
    })));
    const bad = verdicts.filter(({ verdict }) => verdict !== 'ready');
    for (const { id, verdict, reason, message, seconds } of bad) {
        const at = state.written.findIndex(({ report }) => (0,object/* keyOf */.TN)(report.id) === (0,object/* keyOf */.TN)(id));
        const before = state.written[at];
        if (before === undefined)
            continue;
        const report = { ...before.report, verdict, reason, message, seconds };
        state.written[at] = { ...before, report };
        state.held ??= `${(0,object/* renderId */.oF)(id)} is not ready`;
    }
}
const LEARNING_SECONDS = 15;
/** Discovery follows an established CRD by a moment. */
async function learnKinds(state) {
    const { api, clock, signal } = state.parts;
    const wanted = (0,plan/* objectsOf */.i)(state.plan).filter(({ placed }) => !placed.known);
    if (wanted.length === 0)
        return;
    const until = clock.now() + LEARNING_SECONDS * 1000;
    for (;;) {
        const resources = await api.rediscover();
        const missing = wanted.find(({ placed: { id } }) => resources.find(id.group, id.version, id.kind) === null);
        // The write itself will say what is still unknown.
        if (missing === undefined || clock.now() >= until)
            return;
        await clock.sleep(0.2, signal);
    }
}
function backing(state, stage) {
    const needed = new Set(backingOf(stage.objects, (0,plan/* objectsOf */.i)(state.plan)).map(({ placed }) => placed));
    return state.written.filter(({ planned }) => needed.has(planned.placed));
}
const skip = (planned, because) => ({
    planned,
    report: {
        id: planned.placed.id,
        action: 'skipped',
        verdict: 'none',
        reason: 'Skipped',
        message: `not tried, because ${because}`,
        seconds: 0,
    },
    object: null,
    since: 0,
});
const outcomeOf = (written) => ({
    reports: written.map(({ report }) => report),
    applied: written.flatMap(({ planned, report, object, since }) => object === null
        ? []
        : [
            {
                planned,
                id: report.id,
                object,
                since,
                changed: report.action !== 'unchanged',
                created: report.action === 'created',
            },
        ]),
    complete: written.every(({ report: { action, verdict } }) => action !== 'refused' && action !== 'skipped' && verdict === 'none'),
});


/***/ }),

/***/ 4874:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   _: () => (/* binding */ stages),
/* harmony export */   g: () => (/* binding */ stageOf)
/* harmony export */ });
const stages = [
    'definitions',
    'namespaces',
    'classes',
    'foundations',
    'rest',
    'gatekeepers',
];
/** What workloads refer to, and what limits them. */
const foundations = new Set([
    '/ConfigMap',
    '/LimitRange',
    '/PersistentVolume',
    '/PersistentVolumeClaim',
    '/ResourceQuota',
    '/Secret',
    '/ServiceAccount',
    'rbac.authorization.k8s.io/ClusterRole',
    'rbac.authorization.k8s.io/ClusterRoleBinding',
    'rbac.authorization.k8s.io/Role',
    'rbac.authorization.k8s.io/RoleBinding',
]);
/** What stands between the server and every later write. */
const gatekeepers = new Set([
    'admissionregistration.k8s.io/MutatingWebhookConfiguration',
    'admissionregistration.k8s.io/ValidatingWebhookConfiguration',
    'admissionregistration.k8s.io/MutatingAdmissionPolicyBinding',
    'admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding',
    'apiregistration.k8s.io/APIService',
]);
function stageOf({ group, kind, namespace }) {
    const what = `${group}/${kind}`;
    if (what === 'apiextensions.k8s.io/CustomResourceDefinition')
        return 'definitions';
    if (what === '/Namespace')
        return 'namespaces';
    if (gatekeepers.has(what))
        return 'gatekeepers';
    if (namespace === null && kind.endsWith('Class'))
        return 'classes';
    return foundations.has(what) ? 'foundations' : 'rest';
}


/***/ }),

/***/ 821:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   f: () => (/* binding */ planTakeOver),
/* harmony export */   j: () => (/* binding */ LAST_APPLIED)
/* harmony export */ });
/* harmony import */ var _field_set_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9280);

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
/** Null when nothing is to be taken over. `wanted`: managers that the user names. */
function planTakeOver(live, wanted) {
    const entries = live.metadata.managedFields ?? [];
    const taken = entries.filter((entry) => isTaken(entry, wanted));
    const [first] = taken;
    if (first === undefined)
        return null;
    const ours = (0,_field_set_js__WEBPACK_IMPORTED_MODULE_0__/* .entryOf */ .Ms)(live, _field_set_js__WEBPACK_IMPORTED_MODULE_0__/* .APPLIER */ .kT);
    const fields = taken.reduce((sum, entry) => (0,_field_set_js__WEBPACK_IMPORTED_MODULE_0__/* .unionOf */ .Z6)(sum, (0,_field_set_js__WEBPACK_IMPORTED_MODULE_0__/* .fieldsOf */ .Pf)(entry)), (0,_field_set_js__WEBPACK_IMPORTED_MODULE_0__/* .fieldsOf */ .Pf)(ours));
    if (fields === undefined)
        return null;
    const { subresource: _none, time: _time, ...entry } = ours ?? first;
    const joined = {
        ...entry,
        manager: _field_set_js__WEBPACK_IMPORTED_MODULE_0__/* .APPLIER */ .kT,
        operation: 'Apply',
        fieldsV1: fields,
    };
    const others = entries.filter((entry) => entry !== ours && !taken.includes(entry));
    return {
        managers: [...new Set(taken.map(({ manager }) => manager))],
        fields,
        managedFields: [joined, ...others],
    };
}
/** The managers of scale, pause and the like are ours, but not what applied the manifests. */
function isTaken(entry, wanted) {
    const { manager, operation, subresource } = entry;
    if (subresource !== undefined)
        return false;
    if (manager === _field_set_js__WEBPACK_IMPORTED_MODULE_0__/* .APPLIER */ .kT && operation === 'Apply')
        return false;
    if (wanted.includes(manager))
        return true;
    // The copy that `kubectl apply --server-side` keeps for a way back.
    if (manager === 'kubectl-last-applied')
        return wanted.includes('kubectl');
    return operation === 'Update' && (manager === _field_set_js__WEBPACK_IMPORTED_MODULE_0__/* .CLIENT_SIDE */ .U3 || ownsLastApplied(entry));
}
/** Whoever wrote the annotation is a client-side apply, whatever it is called. */
function ownsLastApplied({ fieldsV1 }) {
    const metadata = (0,_field_set_js__WEBPACK_IMPORTED_MODULE_0__/* .childOf */ .GG)(fieldsV1 ?? {}, 'f:metadata');
    const annotations = metadata && (0,_field_set_js__WEBPACK_IMPORTED_MODULE_0__/* .childOf */ .GG)(metadata, 'f:annotations');
    return annotations !== undefined && (0,_field_set_js__WEBPACK_IMPORTED_MODULE_0__/* .childOf */ .GG)(annotations, `f:${LAST_APPLIED}`) !== undefined;
}


/***/ }),

/***/ 146:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   T: () => (/* binding */ refuse),
/* harmony export */   z: () => (/* binding */ refuseWith)
/* harmony export */ });
const refuse = (reason, message) => ({
    action: 'refused',
    object: null,
    reason,
    message,
});
const refuseWith = ({ reason, message }) => refuse(reason, message);


/***/ }),

/***/ 5178:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   V: () => (/* binding */ takeOverFields),
/* harmony export */   p: () => (/* binding */ writeObject)
/* harmony export */ });
/* harmony import */ var _sluice_rollout__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3521);
/* harmony import */ var _autoscaler_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(7382);
/* harmony import */ var _field_set_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(9280);
/* harmony import */ var _refusals_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(1480);
/* harmony import */ var _going_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(1123);
/* harmony import */ var _replace_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(2869);
/* harmony import */ var _take_over_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(821);
/* harmony import */ var _write_end_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(146);








/** `fresh`: its kind or its namespace came with this run. */
async function writeObject(parts, planned, fresh) {
    const since = parts.clock.now();
    const ended = (end) => ({
        planned,
        report: {
            id: end.object === null ? planned.placed.id : named(planned.placed.id, end.object),
            action: end.action,
            verdict: end.action === 'refused' ? 'failed' : 'none',
            reason: end.reason ?? '',
            message: end.message ?? '',
            seconds: (parts.clock.now() - since) / 1000,
        },
        object: end.object,
        since,
    });
    try {
        return ended(await act(parts, planned, fresh));
    }
    catch (error) {
        // No answer at all. The others go on; a cancelled run ends.
        if (parts.signal.aborted || !(error instanceof _sluice_rollout__WEBPACK_IMPORTED_MODULE_0__/* .SluiceError */ .a))
            throw error;
        return ended((0,_write_end_js__WEBPACK_IMPORTED_MODULE_1__/* .refuse */ .T)(error.code, error.message));
    }
}
const named = (id, { metadata }) => id.name === '' ? { ...id, name: metadata.name ?? '' } : id;
async function act(parts, planned, fresh) {
    const { intent, live } = planned;
    switch (intent) {
        case 'unchanged':
            return { action: 'unchanged', object: live };
        case 'refused':
            return (0,_write_end_js__WEBPACK_IMPORTED_MODULE_1__/* .refuse */ .T)(planned.reason, planned.message);
        case 'generate':
            return applyUntilTold(parts, planned, { fresh, send: generate(parts) });
        case 'recreate': {
            const held = live === null ? null : await (0,_going_js__WEBPACK_IMPORTED_MODULE_2__/* .waitUntilGone */ .Ly)(parts, planned.placed.id, live);
            if (held !== null)
                return held;
            return applyUntilTold(parts, planned, { fresh, send: applyAs(parts) });
        }
        case 'create':
        case 'configure': {
            const held = await takeOverFields(parts, planned);
            return held ?? applyUntilTold(parts, planned, { fresh, send: applyAs(parts) });
        }
    }
}
const applyAs = ({ api, rules }) => (object, force) => api.apply(object, { fieldManager: _field_set_js__WEBPACK_IMPORTED_MODULE_3__/* .APPLIER */ .kT, force: rules.force || force });
const generate = ({ api }) => async (object) => {
    const answer = await api.create(object, {});
    return answer.ok ? { ok: true, value: { object: answer.value, created: true } } : answer;
};
async function applyUntilTold(parts, planned, { fresh, send, insist = false }) {
    const { clock, signal, deadline } = parts;
    const start = clock.now();
    let { object, autoscaled } = planned;
    let force = false;
    for (let turn = 0;; turn += 1) {
        const mayInsist = insist && clock.now() < deadline;
        const ask = () => send(object, force);
        const answer = await (mayInsist ? (0,_going_js__WEBPACK_IMPORTED_MODULE_2__/* .untilAnswered */ .Yv)(parts, ask) : ask());
        if (answer.ok)
            return done(planned, answer.value);
        const seconds = (clock.now() - start) / 1000;
        const { id } = planned.placed;
        const facts = { id, seconds, fresh, autoscaled, replace: planned.replace };
        const told = (0,_refusals_js__WEBPACK_IMPORTED_MODULE_4__/* .reactTo */ .xC)(answer.refusal, facts);
        const again = mayInsist && told.kind === 'give-up' && (0,_refusals_js__WEBPACK_IMPORTED_MODULE_4__/* .isPassing */ .WG)(answer.refusal);
        const reaction = again ? { kind: 'again' } : told;
        if (reaction.kind === 'give-up')
            return (0,_write_end_js__WEBPACK_IMPORTED_MODULE_1__/* .refuse */ .T)(reaction.reason, reaction.message);
        if (reaction.kind === 'replace')
            return (0,_replace_js__WEBPACK_IMPORTED_MODULE_5__/* .replaceObject */ .q)(parts, planned, () => remake(parts, planned));
        force = false;
        if (reaction.kind === 'without-replicas') {
            object = (0,_autoscaler_js__WEBPACK_IMPORTED_MODULE_6__/* .withReplicas */ .U7)(object, undefined);
            autoscaled = false;
        }
        else if (reaction.kind === 'take-back') {
            // Only at the version at which nobody else was in the way.
            force = object.metadata.resourceVersion !== undefined;
            if (force)
                continue;
            const live = await parts.api.get(id);
            if (!live.ok)
                return (0,_write_end_js__WEBPACK_IMPORTED_MODULE_1__/* .refuse */ .T)(reaction.reason, reaction.message);
            object = atVersion(object, live.value?.metadata.resourceVersion);
        }
        else {
            object = atVersion(object, undefined);
            await clock.sleep(_going_js__WEBPACK_IMPORTED_MODULE_2__/* .PAUSES_SECONDS */ .E5[turn] ?? _going_js__WEBPACK_IMPORTED_MODULE_2__/* .LONGEST_PAUSE_SECONDS */ .gC, signal);
        }
    }
}
/** After the old one has gone. */
const remake = (parts, planned) => applyUntilTold(parts, { ...planned, replace: false }, { fresh: false, send: applyAs(parts), insist: true });
/** Bound to a version: refused with 409 at any other one. */
function atVersion(object, resourceVersion) {
    const { resourceVersion: _before, ...metadata } = object.metadata;
    return {
        ...object,
        metadata: { ...metadata, ...(resourceVersion !== undefined && { resourceVersion }) },
    };
}
function done({ live, intent }, { object, created }) {
    if (created)
        return { action: 'created', object };
    // The server keeps the version of an object that an apply did not change.
    const same = intent === 'configure' && live?.metadata.resourceVersion === object.metadata.resourceVersion;
    return { action: same ? 'unchanged' : 'configured', object };
}
const TAKE_OVER_TRIES = 5;
/** Null: the fields are ours now, or there was nothing to take over. */
async function takeOverFields(parts, planned) {
    const { id } = planned.placed;
    let live = planned.live;
    let takeOver = planned.takeOver;
    for (let turn = 0; live !== null && takeOver !== null; turn += 1) {
        const answer = await parts.api.patch(id, (0,_field_set_js__WEBPACK_IMPORTED_MODULE_3__/* .ownersPatch */ .bx)(live, takeOver.managedFields), {
            kind: 'json',
            fieldManager: _field_set_js__WEBPACK_IMPORTED_MODULE_3__/* .APPLIER */ .kT,
        });
        if (answer.ok)
            return null;
        // Controllers write the status of busy objects all the time: look again.
        if (answer.refusal.status !== 409 || turn >= TAKE_OVER_TRIES)
            return (0,_write_end_js__WEBPACK_IMPORTED_MODULE_1__/* .refuseWith */ .z)(answer.refusal);
        const again = await parts.api.get(id);
        if (!again.ok)
            return (0,_write_end_js__WEBPACK_IMPORTED_MODULE_1__/* .refuseWith */ .z)(again.refusal);
        live = again.value;
        takeOver = live === null ? null : (0,_take_over_js__WEBPACK_IMPORTED_MODULE_7__/* .planTakeOver */ .f)(live, parts.rules.takeOver);
    }
    return null;
}


/***/ }),

/***/ 7958:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  N: () => (/* binding */ connect),
  K: () => (/* binding */ findCluster)
});

// EXTERNAL MODULE: ./packages/kubernetes/lib/errors.js + 7 modules
var errors = __webpack_require__(8743);
// EXTERNAL MODULE: ./packages/kubernetes/lib/connection/create-api-server.js + 13 modules
var create_api_server = __webpack_require__(8005);
// EXTERNAL MODULE: ./packages/kubernetes/lib/record.js
var record = __webpack_require__(2229);
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

const DEADLINE_SECONDS = 60;
const MOST_OUTPUT = 1_000_000;
/** See `RunPlugin`. The deadline is real time. */
async function runPluginProcess({ file, args, env }, signal, seconds = DEADLINE_SECONDS) {
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
    return (0,create_api_server/* createApiServer */.m)({ access, ports, fieldValidation, known });
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


/***/ }),

/***/ 8005:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  m: () => (/* binding */ createApiServer)
});

// EXTERNAL MODULE: ./packages/kubernetes/lib/errors.js + 7 modules
var errors = __webpack_require__(8743);
// EXTERNAL MODULE: ./packages/kubernetes/lib/record.js
var record = __webpack_require__(2229);
// EXTERNAL MODULE: ./packages/kubernetes/lib/connection/paths.js
var paths = __webpack_require__(9439);
// EXTERNAL MODULE: ./packages/kubernetes/lib/connection/refusal.js
var connection_refusal = __webpack_require__(4039);
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
    const refusal = (0,connection_refusal/* parseRefusal */.Ko)(answer, { request: `GET ${path}`, secret: false });
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
    const path = (0,paths/* groupVersionPath */.lV)(asked.group, asked.version);
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
    return refused((0,connection_refusal/* parseRefusal */.Ko)(answer, request));
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
        ['metadata.namespace', id.namespace === null ? null : (0,paths/* segmentFault */.yr)(id.namespace)],
        ['metadata.name', (0,paths/* segmentFault */.yr)(id.name)],
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
    const path = (0,paths/* withQuery */.VL)((0,paths/* collectionPath */.yb)(resource, namespace), {
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
    const path = (0,paths/* objectPath */.du)(placed.resource, placed.id);
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
        path: (0,paths/* withQuery */.VL)((0,paths/* objectPath */.du)(placed.resource, placed.id), {
            fieldManager,
            force,
            fieldValidation: parts.fieldValidation,
            dryRun: dryRun === true ? 'All' : undefined,
        }),
        headers: { 'content-type': 'application/apply-patch+yaml' },
        body: JSON.stringify(object),
        // Applying twice is applying once.
        retry: 'safe',
        isFinal: connection_refusal/* isFinalAnswer */.po,
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
        path: (0,paths/* withQuery */.VL)((0,paths/* collectionPath */.yb)(placed.resource, placed.id.namespace), {
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
        path: (0,paths/* withQuery */.VL)((0,paths/* objectPath */.du)(placed.resource, placed.id, options.subresource), {
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
        path: (0,paths/* objectPath */.du)(placed.resource, placed.id),
        headers: { 'content-type': 'application/json' },
        body,
        // The uid makes a second one harmless.
        retry: 'safe',
    });
    if (answer.status === 404)
        return given(false);
    return answer.status >= 200 && answer.status < 300
        ? given(true)
        : refused((0,connection_refusal/* parseRefusal */.Ko)(answer, request));
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
    const fault = (0,paths/* segmentFault */.yr)(namespace) ?? (0,paths/* segmentFault */.yr)(pod);
    if (fault !== null) {
        const message = `the name ${fault}`;
        return refused({ status: 400, reason: 'BadRequest', message, causes: [], ...request });
    }
    const path = (0,paths/* withQuery */.VL)((0,paths/* objectPath */.du)(PODS, { namespace, name: pod }, 'log'), {
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
    return answer.status === 200 ? given(endOf(answer.text)) : refused((0,connection_refusal/* parseRefusal */.Ko)(answer, request));
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
    if ((0,paths/* leadsOutside */.dr)(path)) {
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
            isUnauthorized: (answer) => (0,connection_refusal/* parseServerStatus */.vr)(answer)?.code === 401,
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
                    log.warning(`the API server warns: ${cut(text)}`);
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
const cut = (text) => text.length <= LONGEST ? text : `${text.slice(0, LONGEST).toWellFormed()}...`;

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
    const path = (0,paths/* withQuery */.VL)((0,paths/* collectionPath */.yb)(resource, from.namespace), {
        watch: 1,
        allowWatchBookmarks: true,
        timeoutSeconds: times.seconds,
        resourceVersion: from.resourceVersion,
        labelSelector: from.labelSelector,
        fieldSelector: from.fieldSelector,
    });
    const answer = await session.follow({ method: 'GET', path }, signal);
    if (answer.kind === 'closed')
        return refused((0,connection_refusal/* parseRefusal */.Ko)(answer, request));
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
        return { refusal: (0,connection_refusal/* refusalOf */.Of)(object, { ...request, code: 500 }) };
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

/***/ 9439:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   VL: () => (/* binding */ withQuery),
/* harmony export */   dr: () => (/* binding */ leadsOutside),
/* harmony export */   du: () => (/* binding */ objectPath),
/* harmony export */   lV: () => (/* binding */ groupVersionPath),
/* harmony export */   yb: () => (/* binding */ collectionPath),
/* harmony export */   yr: () => (/* binding */ segmentFault)
/* harmony export */ });
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


/***/ }),

/***/ 4039:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Ko: () => (/* binding */ parseRefusal),
/* harmony export */   Of: () => (/* binding */ refusalOf),
/* harmony export */   po: () => (/* binding */ isFinalAnswer),
/* harmony export */   vr: () => (/* binding */ parseServerStatus)
/* harmony export */ });
/* unused harmony export reasonOf */
/* harmony import */ var _record_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2229);
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
    const said = (0,_record_js__WEBPACK_IMPORTED_MODULE_0__/* .textOf */ .b6)(status['message']);
    const plain = {
        status: number,
        reason: (0,_record_js__WEBPACK_IMPORTED_MODULE_0__/* .textOf */ .b6)(status['reason']) || reasonOf(number),
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
const isFinalAnswer = ({ status, text }) => status === 500 && isObjectFault(status, (0,_record_js__WEBPACK_IMPORTED_MODULE_0__/* .textOf */ .b6)(parseStatus(text)?.['message']));
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
    const reason = (0,_record_js__WEBPACK_IMPORTED_MODULE_0__/* .textOf */ .b6)(found['reason']) || reasonOf(status);
    return { code: status, reason, message: (0,_record_js__WEBPACK_IMPORTED_MODULE_0__/* .textOf */ .b6)(found['message']) || reason };
}
function parseStatus(text) {
    const value = (0,_record_js__WEBPACK_IMPORTED_MODULE_0__/* .parseJson */ .qF)(text);
    return (0,_record_js__WEBPACK_IMPORTED_MODULE_0__/* .isRecord */ .u4)(value) && value['kind'] === 'Status' ? value : null;
}
function causesOf(details) {
    return (0,_record_js__WEBPACK_IMPORTED_MODULE_0__/* .recordsIn */ .Q0)((0,_record_js__WEBPACK_IMPORTED_MODULE_0__/* .isRecord */ .u4)(details) ? details['causes'] : null).map((cause) => ({
        reason: (0,_record_js__WEBPACK_IMPORTED_MODULE_0__/* .textOf */ .b6)(cause['reason']),
        field: (0,_record_js__WEBPACK_IMPORTED_MODULE_0__/* .textOf */ .b6)(cause['field']),
        message: cut((0,_record_js__WEBPACK_IMPORTED_MODULE_0__/* .textOf */ .b6)(cause['message']), LONGEST_MESSAGE),
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


/***/ }),

/***/ 1822:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   FO: () => (/* binding */ readCanaryPair),
/* harmony export */   Hl: () => (/* binding */ ingressClassOf),
/* harmony export */   Kv: () => (/* binding */ nginxAnnotation),
/* harmony export */   V4: () => (/* binding */ nginxAnnotationName),
/* harmony export */   Zm: () => (/* binding */ isCanary),
/* harmony export */   i2: () => (/* binding */ ingressPaths),
/* harmony export */   o0: () => (/* binding */ samePlace),
/* harmony export */   oL: () => (/* binding */ renderPlace),
/* harmony export */   t9: () => (/* binding */ ingressName)
/* harmony export */ });
/* harmony import */ var _sluice_rollout__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8970);
/* harmony import */ var _record_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2229);
/* harmony import */ var _slot_services_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4218);
// ingress-nginx: the canary Ingress with its main one, found by what both have in common. Pure.



const PREFIX = 'nginx.ingress.kubernetes.io/';
/** An annotation of ingress-nginx by its short name; null: not there. */
function nginxAnnotation(object, name) {
    const value = (0,_record_js__WEBPACK_IMPORTED_MODULE_0__/* .fieldAt */ .UK)(object, ['metadata', 'annotations', `${PREFIX}${name}`]);
    return typeof value === 'string' && value !== '' ? value : null;
}
const nginxAnnotationName = (name) => `${PREFIX}${name}`;
/** The spellings of true that the controller knows. */
const isCanary = (object) => /^(?:1|t|T|true|True|TRUE)$/.test(nginxAnnotation(object, 'canary') ?? '');
const ingressClassOf = (object) => (0,_record_js__WEBPACK_IMPORTED_MODULE_0__/* .textOf */ .b6)((0,_record_js__WEBPACK_IMPORTED_MODULE_0__/* .fieldAt */ .UK)(object, ['spec', 'ingressClassName'])) ||
    (0,_record_js__WEBPACK_IMPORTED_MODULE_0__/* .textOf */ .b6)((0,_record_js__WEBPACK_IMPORTED_MODULE_0__/* .fieldAt */ .UK)(object, ['metadata', 'annotations', 'kubernetes.io/ingress.class']));
const ingressPaths = (object) => (0,_record_js__WEBPACK_IMPORTED_MODULE_0__/* .recordsIn */ .Q0)((0,_record_js__WEBPACK_IMPORTED_MODULE_0__/* .fieldAt */ .UK)(object, ['spec', 'rules'])).flatMap((rule) => (0,_record_js__WEBPACK_IMPORTED_MODULE_0__/* .recordsIn */ .Q0)((0,_record_js__WEBPACK_IMPORTED_MODULE_0__/* .fieldAt */ .UK)(rule, ['http', 'paths'])).map((path) => ({
    host: (0,_record_js__WEBPACK_IMPORTED_MODULE_0__/* .textOf */ .b6)(rule['host']),
    path: (0,_record_js__WEBPACK_IMPORTED_MODULE_0__/* .textOf */ .b6)(path['path']) || '/',
    service: (0,_record_js__WEBPACK_IMPORTED_MODULE_0__/* .textOf */ .b6)((0,_record_js__WEBPACK_IMPORTED_MODULE_0__/* .fieldAt */ .UK)(path, ['backend', 'service', 'name'])),
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
        return (0,_sluice_rollout__WEBPACK_IMPORTED_MODULE_1__/* .bad */ .M)({ where, message });
    }
    const places = ingressPaths(object);
    if (places.length === 0) {
        return (0,_sluice_rollout__WEBPACK_IMPORTED_MODULE_1__/* .bad */ .M)({ where, message: 'has no path; wanted those of the main Ingress' });
    }
    const problems = places.flatMap((place) => problemsAt(scene, place));
    const slots = new Set(places.map(({ service }) => (0,_slot_services_js__WEBPACK_IMPORTED_MODULE_2__/* .slotOfService */ .hv)(scene, service)));
    const [canary] = slots;
    if (slots.size > 1) {
        problems.push({ where, message: 'leads to several Services; wanted the one of one slot' });
    }
    const main = scene.slots.find((slot) => slot !== canary);
    if (problems.length > 0 || canary === undefined || canary === null || main === undefined) {
        return (0,_sluice_rollout__WEBPACK_IMPORTED_MODULE_1__/* .bad */ .M)(...problems);
    }
    return (0,_sluice_rollout__WEBPACK_IMPORTED_MODULE_1__/* .good */ .u)({ main, canary });
}
function problemsAt(scene, place) {
    const where = ingressName(scene.object);
    const problems = [];
    const complain = (message) => void problems.push({ where, message });
    const own = scene.slots.map((slot) => (0,_slot_services_js__WEBPACK_IMPORTED_MODULE_2__/* .serviceOfSlot */ .hQ)(scene, slot));
    const canary = (0,_slot_services_js__WEBPACK_IMPORTED_MODULE_2__/* .slotOfService */ .hv)(scene, place.service);
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
        const slot = (0,_slot_services_js__WEBPACK_IMPORTED_MODULE_2__/* .slotOfService */ .hv)(scene, path.service);
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

/***/ 7317:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Bk: () => (/* binding */ selectorOf),
/* harmony export */   KP: () => (/* binding */ podLabelsOf),
/* harmony export */   h_: () => (/* binding */ pickWorkload)
/* harmony export */ });
/* harmony import */ var _sluice_documents__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(2994);
/* harmony import */ var _sluice_rollout__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8970);
/* harmony import */ var _manifests_manifest_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6550);
/* harmony import */ var _manifests_label_selector_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(2311);
/* harmony import */ var _manifests_pod_template_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6219);
/* harmony import */ var _record_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(2229);
// Which of the manifests go into a slot: one Deployment, its Service, perhaps the traffic object. Pure.






const DEPLOYMENT = 'Deployment.apps';
const SERVICE = 'Service.';
/** Kind and group of what holds the weights; two back ends hold them in the Service itself. */
const TRAFFIC_KINDS = {
    service: SERVICE,
    replicas: SERVICE,
    'http-route': 'HTTPRoute.gateway.networking.k8s.io',
    ingress: 'Ingress.networking.k8s.io',
    'ingress-nginx': 'Ingress.networking.k8s.io',
    'virtual-service': 'VirtualService.networking.istio.io',
    'openshift-route': 'Route.route.openshift.io',
};
/** Every problem with file and line. */
function pickWorkload(manifests, wanted) {
    const deployment = pickDeployment(manifests);
    const service = deployment.ok
        ? pickService(manifests, { name: wanted.service, deployment: deployment.value })
        : null;
    const endpointName = wanted.endpoint ?? (service?.ok ? nameOf(service.value) : '');
    const trafficObject = pickTrafficObject(manifests, wanted, endpointName);
    const taken = [
        ...(deployment.ok ? [deployment.value] : []),
        ...(service?.ok ? [service.value] : []),
        ...(trafficObject === null ? [] : [trafficObject]),
    ];
    const namespaces = findNamespace(taken, wanted.namespace);
    const problems = [
        ...[deployment, service].flatMap((result) => (result?.ok === false ? result.problems : [])),
        ...taken.flatMap(nameProblems),
        ...(deployment.ok ? deploymentProblems(deployment.value) : []),
        ...namespaces.problems,
    ];
    if (!deployment.ok || service?.ok !== true || problems.length > 0)
        return (0,_sluice_rollout__WEBPACK_IMPORTED_MODULE_0__/* .bad */ .M)(...problems);
    return (0,_sluice_rollout__WEBPACK_IMPORTED_MODULE_0__/* .good */ .u)({
        deployment: deployment.value,
        service: service.value,
        trafficObject,
        shared: manifests.filter((manifest) => !taken.includes(manifest)),
        endpointName,
        namespace: namespaces.namespace,
    });
}
const nameOf = ({ object }) => object.metadata.name ?? '';
const listed = (manifests) => manifests.map((manifest) => `${nameOf(manifest)} (${(0,_manifests_manifest_js__WEBPACK_IMPORTED_MODULE_1__/* .renderSource */ .u)(manifest.source)})`).join(', ');
function pickDeployment(manifests) {
    const found = manifests.filter(({ object }) => (0,_manifests_pod_template_js__WEBPACK_IMPORTED_MODULE_2__/* .kindKey */ ._)(object) === DEPLOYMENT);
    const [first, ...others] = found;
    if (first === undefined) {
        const where = [...new Set(manifests.map(({ source }) => source.file))].slice(0, 5).join(', ');
        return (0,_sluice_rollout__WEBPACK_IMPORTED_MODULE_0__/* .bad */ .M)({ where, message: 'no Deployment is there; a slot holds exactly one' });
    }
    if (others.length === 0)
        return (0,_sluice_rollout__WEBPACK_IMPORTED_MODULE_0__/* .good */ .u)(first);
    const message = `${found.length} Deployments: ${listed(found)}; a slot holds exactly one, so name the manifests of one application`;
    return (0,_sluice_rollout__WEBPACK_IMPORTED_MODULE_0__/* .bad */ .M)({ where: (0,_manifests_manifest_js__WEBPACK_IMPORTED_MODULE_1__/* .renderSource */ .u)(first.source), message });
}
/** Labels of the pods that a Deployment makes. */
function podLabelsOf(deployment) {
    const labels = (0,_record_js__WEBPACK_IMPORTED_MODULE_3__/* .fieldAt */ .UK)(deployment, ['spec', 'template', 'metadata', 'labels']);
    return (0,_record_js__WEBPACK_IMPORTED_MODULE_3__/* .isRecord */ .u4)(labels) ? labels : {};
}
/** null: it selects nothing by labels. */
function selectorOf(service) {
    const selector = (0,_record_js__WEBPACK_IMPORTED_MODULE_3__/* .fieldAt */ .UK)(service, ['spec', 'selector']);
    return (0,_record_js__WEBPACK_IMPORTED_MODULE_3__/* .isRecord */ .u4)(selector) && Object.keys(selector).length > 0 ? selector : null;
}
function doesSelect({ object }, deployment) {
    const matchLabels = selectorOf(object);
    return matchLabels !== null && (0,_manifests_label_selector_js__WEBPACK_IMPORTED_MODULE_4__/* .selects */ .k)({ matchLabels }, podLabelsOf(deployment.object));
}
function pickService(manifests, { name, deployment }) {
    const services = manifests.filter(({ object }) => (0,_manifests_pod_template_js__WEBPACK_IMPORTED_MODULE_2__/* .kindKey */ ._)(object) === SERVICE);
    if (name !== null)
        return pickNamed(services, { name, deployment });
    const found = services.filter((service) => doesSelect(service, deployment));
    const [first, ...others] = found;
    const where = (0,_manifests_manifest_js__WEBPACK_IMPORTED_MODULE_1__/* .renderSource */ .u)(deployment.source, ['spec', 'template', 'metadata', 'labels']);
    if (first === undefined) {
        const there = services.length === 0 ? 'no Service is there' : `there are ${listed(services)}`;
        const message = `no Service selects the pods of Deployment ${nameOf(deployment)}; ${there}`;
        return (0,_sluice_rollout__WEBPACK_IMPORTED_MODULE_0__/* .bad */ .M)({ where, message });
    }
    if (others.length === 0)
        return (0,_sluice_rollout__WEBPACK_IMPORTED_MODULE_0__/* .good */ .u)(first);
    const message = `${found.length} Services select the pods of Deployment ${nameOf(deployment)}: ${listed(found)}; name one of them with the input \`service\``;
    return (0,_sluice_rollout__WEBPACK_IMPORTED_MODULE_0__/* .bad */ .M)({ where, message });
}
function pickNamed(services, { name, deployment }) {
    const service = services.find((one) => nameOf(one) === name);
    if (service === undefined) {
        const rest = services.length === 0 ? 'no Service is there' : (0,_sluice_documents__WEBPACK_IMPORTED_MODULE_5__/* .didYouMean */ .a)(name, services.map(nameOf));
        return (0,_sluice_rollout__WEBPACK_IMPORTED_MODULE_0__/* .bad */ .M)({ where: 'service', message: `the manifests hold no Service ${name}; ${rest}` });
    }
    if (doesSelect(service, deployment))
        return (0,_sluice_rollout__WEBPACK_IMPORTED_MODULE_0__/* .good */ .u)(service);
    const where = (0,_manifests_manifest_js__WEBPACK_IMPORTED_MODULE_1__/* .renderSource */ .u)(service.source, ['spec', 'selector']);
    const message = `Service ${name} selects no pod of Deployment ${nameOf(deployment)} (${(0,_manifests_manifest_js__WEBPACK_IMPORTED_MODULE_1__/* .renderSource */ .u)(deployment.source)}); its selector must fit the labels of the pod template`;
    return (0,_sluice_rollout__WEBPACK_IMPORTED_MODULE_0__/* .bad */ .M)({ where, message });
}
function pickTrafficObject(manifests, { backEnd, trafficObject }, endpointName) {
    const kind = TRAFFIC_KINDS[backEnd];
    if (kind === SERVICE)
        return null;
    const name = trafficObject ?? endpointName;
    return manifests.find((one) => (0,_manifests_pod_template_js__WEBPACK_IMPORTED_MODULE_2__/* .kindKey */ ._)(one.object) === kind && nameOf(one) === name) ?? null;
}
function nameProblems({ object, source }) {
    if (object.metadata.generateName === undefined)
        return [];
    const message = `metadata.generateName: a ${object.kind} of an endpoint needs a name that stays; wanted metadata.name alone`;
    return [{ where: (0,_manifests_manifest_js__WEBPACK_IMPORTED_MODULE_1__/* .renderSource */ .u)(source, ['metadata', 'generateName']), message }];
}
function deploymentProblems({ object, source }) {
    const complain = (path, message) => ({
        where: (0,_manifests_manifest_js__WEBPACK_IMPORTED_MODULE_1__/* .renderSource */ .u)(source, path),
        message: `${path.join('.')}: ${message}`,
    });
    const problems = [];
    if ((0,_record_js__WEBPACK_IMPORTED_MODULE_3__/* .fieldAt */ .UK)(object, ['spec', 'paused']) === true) {
        problems.push(complain(['spec', 'paused'], 'found true; a paused Deployment makes no new pods'));
    }
    const replicas = (0,_record_js__WEBPACK_IMPORTED_MODULE_3__/* .fieldAt */ .UK)(object, ['spec', 'replicas']) ?? 1;
    if (typeof replicas !== 'number' || !Number.isInteger(replicas) || replicas < 1) {
        const found = typeof replicas === 'number' ? String(replicas) : 'no number';
        problems.push(complain(['spec', 'replicas'], `found ${found}; wanted at least 1, so that there is a pod to test`));
    }
    if (!(0,_manifests_label_selector_js__WEBPACK_IMPORTED_MODULE_4__/* .selects */ .k)((0,_record_js__WEBPACK_IMPORTED_MODULE_3__/* .fieldAt */ .UK)(object, ['spec', 'selector']), podLabelsOf(object))) {
        problems.push(complain(['spec', 'selector'], 'does not fit the labels of the pod template'));
    }
    return problems;
}
/** What the caller wants, else what the manifests say with one voice. */
function findNamespace(taken, wanted) {
    const named = taken.flatMap((manifest) => (manifest.object.metadata.namespace ?? '') === '' ? [] : [manifest]);
    const namespace = wanted ?? named[0]?.object.metadata.namespace ?? null;
    const because = wanted === null ? `${named[0]?.object.kind ?? ''} says` : 'the input `namespace` says';
    const problems = named
        .filter(({ object }) => object.metadata.namespace !== namespace)
        .map(({ object, source }) => ({
        where: (0,_manifests_manifest_js__WEBPACK_IMPORTED_MODULE_1__/* .renderSource */ .u)(source, ['metadata', 'namespace']),
        message: `metadata.namespace of ${object.kind} ${object.metadata.name ?? ''}: found ${String(object.metadata.namespace)}, ${because} ${String(namespace)}; an endpoint is in one namespace`,
    }));
    return { namespace, problems };
}


/***/ }),

/***/ 1205:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Cd: () => (/* binding */ isDnsLabel),
/* harmony export */   De: () => (/* binding */ parsePlace),
/* harmony export */   Ev: () => (/* binding */ readKubernetesPlace),
/* harmony export */   Lm: () => (/* binding */ KUBERNETES_PLACE_INPUTS),
/* harmony export */   nK: () => (/* binding */ slotsOf),
/* harmony export */   zH: () => (/* binding */ BACK_ENDS)
/* harmony export */ });
/* unused harmony export isDnsName */
/* harmony import */ var _sluice_rollout__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8970);
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
const KUBERNETES_PLACE_INPUTS = ['namespace', 'back-end', 'traffic-object'];
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
    const problems = problemsOf([
        ['namespace', wanted.namespace ?? 'default', isDnsLabel, LABEL_WANTED],
        ['back-end', wanted.backEnd, isBackEnd, BACK_ENDS_WANTED],
        ['traffic-object', wanted.trafficObject ?? 'unnamed', isDnsName, NAME_WANTED],
    ]);
    const { backEnd } = wanted;
    return isBackEnd(backEnd) ? settled({ ...wanted, backEnd }, problems) : (0,_sluice_rollout__WEBPACK_IMPORTED_MODULE_0__/* .bad */ .M)(...problems);
}
/** The place of a target document, checked again: it came from outside. */
function parsePlace(place) {
    const text = (key) => place[key] ?? '';
    const backEnd = text('backEnd');
    const problems = problemsOf([
        ['target.place.server', text('server'), isServer, 'the https address of an API server'],
        ['target.place.namespace', text('namespace'), isDnsLabel, LABEL_WANTED],
        ['target.place.backEnd', backEnd, isBackEnd, BACK_ENDS_WANTED],
        ['target.place.trafficObject', text('trafficObject'), isDnsName, NAME_WANTED],
        ['target.place.slots', text('slots'), isPair, 'two different slots, such as blue,green'],
    ]);
    if (!isBackEnd(backEnd))
        return (0,_sluice_rollout__WEBPACK_IMPORTED_MODULE_0__/* .bad */ .M)(...problems);
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
const problemsOf = (checks) => checks
    .filter(([, found, fits]) => !fits(found))
    .map(([where, found, , wanted]) => ({
    where,
    message: found === '' ? `is empty; wanted ${wanted}` : `found ${quoted(found)}; wanted ${wanted}`,
}));
/** Texts of others, on one line and short. */
const quoted = (text) => JSON.stringify(text.length <= 100 ? text : `${text.slice(0, 100).toWellFormed()}...`);
const settled = (value, problems) => problems.length > 0 ? (0,_sluice_rollout__WEBPACK_IMPORTED_MODULE_0__/* .bad */ .M)(...problems) : (0,_sluice_rollout__WEBPACK_IMPORTED_MODULE_0__/* .good */ .u)(value);
const BACK_ENDS_WANTED = `one of ${BACK_ENDS.join(', ')}`;
const isBackEnd = (text) => BACK_ENDS.includes(text);
const isServer = (text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && new URL(text).origin === text;
function isPair(text) {
    const names = text.split(',');
    return names.length === 2 && names[0] !== names[1] && names.every(isDnsLabel);
}


/***/ }),

/***/ 7681:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  KD: () => (/* binding */ contentsOf),
  HU: () => (/* binding */ revisionFor),
  pd: () => (/* binding */ templateDigest)
});

// UNUSED EXPORTS: configurationOf

// EXTERNAL MODULE: ./packages/documents/lib/canonical.js + 1 modules
var canonical = __webpack_require__(1638);
// EXTERNAL MODULE: ./packages/rollout/lib/revision.js
var revision = __webpack_require__(3054);
// EXTERNAL MODULE: ./packages/kubernetes/lib/apply/extract.js
var extract = __webpack_require__(5968);
// EXTERNAL MODULE: ./packages/kubernetes/lib/apply/field-set.js
var field_set = __webpack_require__(9280);
// EXTERNAL MODULE: ./packages/kubernetes/lib/record.js
var record = __webpack_require__(2229);
;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/configuration-fields.js
// The one list of what is configuration in a pod template. Everything else of the pod is what runs.
//
// The line: two environments that serve the same thing may differ in configuration; what a test in the
// first one said of the revision must still hold in the second.
/** Fields of the pod that staging and production may have differently, and why each is one. */
const POD_CONFIGURATION = {
    activeDeadlineSeconds: 'time: how long, not what',
    affinity: 'placement',
    dnsConfig: 'surroundings: how names of this cluster are found',
    dnsPolicy: 'surroundings',
    enableServiceLinks: 'environment: variables that the cluster adds',
    hostAliases: 'surroundings',
    imagePullSecrets: 'access to the registry from this cluster',
    nodeName: 'placement',
    nodeSelector: 'placement',
    overhead: 'size, set by the runtime class',
    preemptionPolicy: 'placement',
    priority: 'placement',
    priorityClassName: 'placement',
    readinessGates: 'probing: who else is asked',
    resourceClaims: 'size: which devices',
    resources: 'size',
    schedulerName: 'placement',
    schedulingGates: 'placement',
    serviceAccount: 'identity in this cluster, old name',
    serviceAccountName: 'identity in this cluster',
    terminationGracePeriodSeconds: 'time: how it ends',
    tolerations: 'placement',
    topologySpreadConstraints: 'placement',
};
/** The same for a container. */
const CONTAINER_CONFIGURATION = {
    env: 'environment',
    envFrom: 'environment',
    imagePullPolicy: 'how the image gets to the node',
    livenessProbe: 'probing',
    readinessProbe: 'probing',
    resizePolicy: 'size',
    resources: 'size',
    startupProbe: 'probing',
    terminationMessagePath: 'reporting',
    terminationMessagePolicy: 'reporting',
};
/** The same for `lifecycle`: what is run after a start belongs to what runs, how it ends does not. */
const LIFECYCLE_CONFIGURATION = {
    preStop: 'time: how it ends',
    stopSignal: 'time: how it ends',
};
/** Fields of the Deployment's spec beside its template. `selector` is about slots, `paused` is refused. */
const DEPLOYMENT_CONFIGURATION = {
    minReadySeconds: 'time',
    progressDeadlineSeconds: 'time',
    replicas: 'size',
    revisionHistoryLimit: 'housekeeping',
    strategy: 'how pods follow one another',
};
/** Fields of the Service's spec. Addresses belong to the cluster that gave them. */
const SERVICE_CONFIGURATION = {
    ports: 'the address of what runs',
    sessionAffinity: 'routing',
    sessionAffinityConfig: 'routing',
    type: 'who can reach it',
};

;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/revision.js
// What a slot holds, in two digests: what runs, and how it is configured here. Pure.






const CONTAINER_LISTS = ['initContainers', 'containers'];
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
    const containers = CONTAINER_LISTS.flatMap((list) => (0,record/* recordsIn */.Q0)(pod[list]).map((one) => [`${list}/${(0,record/* textOf */.b6)(one['name'])}`, settingsOf(one)]));
    const metadata = (0,record/* recordOf */.zv)((0,record/* fieldAt */.UK)(deployment, ['spec', 'template', 'metadata']));
    return {
        deployment: only((0,record/* recordOf */.zv)((0,record/* withoutNulls */.Le)(deployment['spec'])), DEPLOYMENT_CONFIGURATION),
        pod: only(pod, POD_CONFIGURATION),
        containers: Object.fromEntries(containers),
        labels: (0,record/* recordOf */.zv)((0,record/* withoutNulls */.Le)(metadata['labels'])),
        annotations: (0,record/* recordOf */.zv)((0,record/* withoutNulls */.Le)(metadata['annotations'])),
        service: only((0,record/* recordOf */.zv)((0,record/* withoutNulls */.Le)(service['spec'])), SERVICE_CONFIGURATION),
    };
}
const revisionFor = (workload, sha256) => ({
    revisionDigest: (0,canonical/* digestOf */.o)(contentsOf(workload.deployment), sha256),
    configDigest: (0,canonical/* digestOf */.o)(configurationOf(workload), sha256),
});
const podOf = (deployment) => (0,record/* recordOf */.zv)((0,record/* withoutNulls */.Le)((0,record/* fieldAt */.UK)(deployment, ['spec', 'template', 'spec'])));
const runningIn = (containers) => (0,record/* recordsIn */.Q0)(containers).map((container) => {
    const { lifecycle, ...rest } = without(container, CONTAINER_CONFIGURATION);
    const started = without((0,record/* recordOf */.zv)(lifecycle), LIFECYCLE_CONFIGURATION);
    return {
        ...rest,
        image: (0,record/* textOf */.b6)(container['image']),
        ...(Object.keys(started).length > 0 && { lifecycle: started }),
    };
});
function settingsOf(container) {
    const ending = only((0,record/* recordOf */.zv)(container['lifecycle']), LIFECYCLE_CONFIGURATION);
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
    const set = template === undefined ? {} : (0,extract/* extractFields */.R)(live, { fields, others: [] });
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

/***/ 8743:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  s: () => (/* binding */ errors),
  j: () => (/* binding */ kubernetesError)
});

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

/***/ 921:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   TC: () => (/* binding */ parseEarlyOptions),
/* harmony export */   jb: () => (/* binding */ defaultEarlyOptions)
/* harmony export */ });
/* unused harmony export earlyClasses */
/* harmony import */ var _sluice_documents__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2994);
/* harmony import */ var _sluice_rollout__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8970);
// Classes of failures that end the wait early, and how long each may last before it does.


/** Seconds that each class may last. */
const DEFAULTS = {
    /** The image has no valid name, or must never be pulled and is not there. */
    'invalid-image': 0,
    /** A ConfigMap, Secret or key is missing, or the container cannot be made: order may heal it. */
    'config-error': 10,
    'crash-loop': 60,
    'image-pull': 60,
    'out-of-memory': 60,
    /** Pods are refused: quota, admission. */
    quota: 60,
};
const earlyClasses = Object.keys(DEFAULTS);
const defaultEarlyOptions = DEFAULTS;
const LONGEST_GRACE_SECONDS = 86_400;
/**
 * `crash-loop=120, image-pull=off` over the defaults; `off` alone switches all classes off. Commas
 * and line ends divide. All problems are told at once; `where` is the input that is read.
 */
function parseEarlyOptions(text, where = 'fail-early') {
    const parts = text.split(/[,\n]/).flatMap((part) => part.trim() || []);
    if (parts.length === 1 && parts[0] === 'off')
        return (0,_sluice_rollout__WEBPACK_IMPORTED_MODULE_0__/* .good */ .u)(allOff);
    const problems = [];
    const chosen = new Map();
    for (const part of parts) {
        const [name = '', ...rest] = part.split('=').map((piece) => piece.trim());
        const value = rest.length === 1 ? rest[0] : undefined;
        const known = earlyClasses.find((one) => one === name);
        const grace = value === undefined ? null : parseGrace(value);
        if (known === undefined) {
            problems.push({
                where,
                message: `no class ${quote(name)}; ${(0,_sluice_documents__WEBPACK_IMPORTED_MODULE_1__/* .didYouMean */ .a)(name, earlyClasses)}`,
            });
        }
        else if (grace === null) {
            const wanted = `wanted ${known}=SECONDS (0 to ${LONGEST_GRACE_SECONDS}) or ${known}=off`;
            problems.push({ where, message: `found ${quote(part)}; ${wanted}` });
        }
        else if (chosen.has(known)) {
            problems.push({ where, message: `${known} is given twice` });
        }
        else {
            chosen.set(known, grace);
        }
    }
    if (problems.length > 0)
        return (0,_sluice_rollout__WEBPACK_IMPORTED_MODULE_0__/* .bad */ .M)(...problems);
    return (0,_sluice_rollout__WEBPACK_IMPORTED_MODULE_0__/* .good */ .u)({ ...DEFAULTS, ...Object.fromEntries(chosen) });
}
const allOff = Object.fromEntries(earlyClasses.map((name) => [name, 'off']));
const quote = (text) => JSON.stringify(text.slice(0, 60));
function parseGrace(text) {
    if (text === 'off')
        return 'off';
    if (!/^\d{1,6}$/.test(text))
        return null;
    const seconds = Number(text);
    return seconds <= LONGEST_GRACE_SECONDS ? seconds : null;
}


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

/***/ 4420:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   V: () => (/* binding */ LONGEST_SILENCE_SECONDS),
/* harmony export */   m: () => (/* binding */ createProgress)
/* harmony export */ });
/* harmony import */ var _object_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1287);
/* harmony import */ var _fields_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(3728);
/* harmony import */ var _inert_text_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6369);



/** A run never says nothing for longer: a log that stands still looks like one that hangs. */
const LONGEST_SILENCE_SECONDS = 15;
/** One object is told at most so often, however fast it changes. */
const SHORTEST_PAUSE_SECONDS = 2;
const MOST_LINES = 10;
function createProgress(clock, info, options) {
    const told = new Map();
    let spoke = clock.now();
    const passed = () => `${Math.max(0, Math.round((clock.now() - options.started) / 1000))} s of ${options.timeoutSeconds} s`;
    const say = (line) => {
        spoke = clock.now();
        info(line);
    };
    return {
        silenceLeft: () => LONGEST_SILENCE_SECONDS - (clock.now() - spoke) / 1000,
        tell: (open) => {
            const now = clock.now();
            const silent = now - spoke >= LONGEST_SILENCE_SECONDS * 1000;
            const due = open.filter((item) => {
                const last = told.get(item);
                if (silent || last === undefined)
                    return true;
                return last.text !== textOf(item) && now - last.at >= SHORTEST_PAUSE_SECONDS * 1000;
            });
            for (const item of due.slice(0, MOST_LINES))
                say(`${renderProgress(item, passed())}`);
            if (due.length > MOST_LINES)
                say(`${due.length - MOST_LINES} more are not ready yet, ${passed()}`);
            for (const item of due)
                told.set(item, { text: textOf(item), at: now });
        },
        tellVerdict: (item) => {
            // What was ready at first sight needs no line.
            if (item.verdict === null || (item.verdict.verdict === 'ready' && !told.has(item)))
                return;
            const { verdict, reason, message, seconds } = item.verdict;
            const why = [reason, message].filter((text) => text !== '').join(': ');
            say((0,_inert_text_js__WEBPACK_IMPORTED_MODULE_0__/* .inertLine */ .Fq)(`${(0,_object_js__WEBPACK_IMPORTED_MODULE_1__/* .renderId */ .oF)(item.awaited.id)}: ${verdict} after ${seconds} s${why === '' ? '' : `: ${why}`}`));
        },
    };
}
/** What it waits for, without times, so that a change can be seen. */
function textOf({ status, early }) {
    const doom = early.dooms[0];
    const first = doom === undefined
        ? early.warnings[0]
        : `${doom.pod === null ? '' : `pod ${doom.pod.metadata.name ?? ''}: `}${doom.reason}: ${doom.message}`;
    const more = Math.max(0, early.dooms.length + early.warnings.length - 1);
    const rest = more === 0 ? '' : ` (and ${more} more)`;
    const waits = first === undefined ? '' : `; waiting for ${first}${rest}`;
    return `${status.message || status.reason}|${waits}`;
}
/** `Deployment shop/web: 2 of 3 updated pods ready (maxSurge 25%, ...), 45 s of 600 s; waiting for ...` */
function renderProgress(item, passed) {
    const [what = '', waits = ''] = textOf(item).split('|', 2);
    const how = item.object === null ? '' : strategyOf(item.object);
    return (0,_inert_text_js__WEBPACK_IMPORTED_MODULE_0__/* .inertLine */ .Fq)(`${(0,_object_js__WEBPACK_IMPORTED_MODULE_1__/* .renderId */ .oF)(item.awaited.id)}: ${what}${how}, ${passed}${waits}`);
}
function strategyOf(object) {
    if (object.kind !== 'Deployment' && object.kind !== 'DaemonSet')
        return '';
    const field = object.kind === 'Deployment' ? 'strategy' : 'updateStrategy';
    const strategy = (0,_fields_js__WEBPACK_IMPORTED_MODULE_2__/* .valueAt */ .fK)(object, `spec.${field}`);
    if ((0,_fields_js__WEBPACK_IMPORTED_MODULE_2__/* .textAt */ .$6)(strategy, 'type') === 'Recreate') {
        return ' (Recreate: all old pods end before new ones start)';
    }
    const parts = ['maxSurge', 'maxUnavailable'].flatMap((name) => {
        const value = (0,_fields_js__WEBPACK_IMPORTED_MODULE_2__/* .valueAt */ .fK)(strategy, `rollingUpdate.${name}`);
        return typeof value === 'string' || typeof value === 'number' ? `${name} ${value}` : [];
    });
    return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}


/***/ }),

/***/ 8443:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  C: () => (/* binding */ waitForReady)
});

// EXTERNAL MODULE: ./packages/kubernetes/lib/health/fields.js
var health_fields = __webpack_require__(3728);
;// CONCATENATED MODULE: ./packages/kubernetes/lib/health/event-times.js

/** Milliseconds since 1970; null when it does not tell. */
const firstTime = (event) => (0,health_fields/* parseTime */.pe)(event['firstTimestamp']) ??
    (0,health_fields/* parseTime */.pe)(event['eventTime']) ??
    (0,health_fields/* parseTime */.pe)(event.metadata.creationTimestamp);
const lastTime = (event) => (0,health_fields/* parseTime */.pe)((0,health_fields/* valueAt */.fK)(event, 'series.lastObservedTime')) ??
    (0,health_fields/* parseTime */.pe)(event['lastTimestamp']) ??
    firstTime(event);
const countOf = (event) => Math.max(1, (0,health_fields/* numberAt */.tk)(event, 'count', 0), (0,health_fields/* numberAt */.tk)(event, 'series.count', 0));
/** Oldest first, by when it was last seen. */
const byTime = (a, b) => (lastTime(a) ?? 0) - (lastTime(b) ?? 0);

;// CONCATENATED MODULE: ./packages/kubernetes/lib/health/early/containers.js

/** Init containers and sidecars first, then the others. */
const containersOf = (pod) => [...(0,health_fields/* listAt */.gT)(pod, 'status.initContainerStatuses'), ...(0,health_fields/* listAt */.gT)(pod, 'status.containerStatuses')].map((status) => ({
    name: (0,health_fields/* textAt */.$6)(status, 'name'),
    ready: status['ready'] === true,
    restarts: (0,health_fields/* numberAt */.tk)(status, 'restartCount', 0),
    waiting: (0,health_fields/* valueAt */.fK)(status, 'state.waiting') === undefined
        ? null
        : {
            reason: (0,health_fields/* textAt */.$6)(status, 'state.waiting.reason'),
            message: (0,health_fields/* textAt */.$6)(status, 'state.waiting.message'),
        },
    running: (0,health_fields/* valueAt */.fK)(status, 'state.running') !== undefined,
    terminated: endingOf((0,health_fields/* valueAt */.fK)(status, 'state.terminated')),
    last: endingOf((0,health_fields/* valueAt */.fK)(status, 'lastState.terminated')),
}));
function endingOf(value) {
    if (value === undefined)
        return null;
    const fields = (0,health_fields/* fieldsOf */.Pf)(value);
    return {
        reason: (0,health_fields/* textAt */.$6)(fields, 'reason'),
        message: (0,health_fields/* textAt */.$6)(fields, 'message'),
        exitCode: (0,health_fields/* numberAt */.tk)(fields, 'exitCode', 0),
        started: (0,health_fields/* parseTime */.pe)(fields['startedAt']),
        finished: (0,health_fields/* parseTime */.pe)(fields['finishedAt']),
    };
}
const CLASSES = {
    InvalidImageName: 'invalid-image',
    ErrImageNeverPull: 'invalid-image',
    CreateContainerConfigError: 'config-error',
    CreateContainerError: 'config-error',
    RunContainerError: 'config-error',
    ErrImagePull: 'image-pull',
    ImagePullBackOff: 'image-pull',
    ImageInspectError: 'image-pull',
    RegistryUnavailable: 'image-pull',
    SignatureValidationFailed: 'image-pull',
};
/** What is wrong with a container at this moment; null when nothing that we know to last. */
function faultOf(container) {
    const { waiting, terminated, last } = container;
    const reason = waiting?.reason ?? '';
    if (reason === 'CrashLoopBackOff')
        return crash(container, last ?? terminated);
    const known = CLASSES[reason];
    if (known !== undefined) {
        // Many pods that start at once can make the kubelet late; it comes right by itself.
        if (/failed to sync .* cache/.test(waiting?.message ?? ''))
            return null;
        return {
            class: known,
            reason,
            message: waiting?.message ?? '',
            exitCode: last?.exitCode ?? null,
            ending: null,
        };
    }
    const ended = terminated ?? null;
    // 128 is what a node in trouble gives.
    if (ended?.reason === 'ContainerCannotRun' && ended.exitCode !== 128) {
        return { ...crash(container, ended), class: 'config-error' };
    }
    // Between its end and the next wait: it is the same loop.
    return ended !== null && container.restarts > 0 && ended.exitCode !== 0
        ? crash(container, ended)
        : null;
}
function crash(container, ending) {
    const starved = ending?.reason === 'OOMKilled';
    const times = container.restarts === 1 ? 'once' : `${container.restarts} times`;
    const how = ending === null ? '' : ` with exit code ${ending.exitCode}`;
    return {
        class: starved ? 'out-of-memory' : 'crash-loop',
        reason: starved ? 'OOMKilled' : 'CrashLoopBackOff',
        message: starved
            ? `it used more memory than resources.limits.memory allows; restarted ${times}`
            : `it ends${how}; restarted ${times}${ending?.message ? `: ${ending.message}` : ''}`,
        exitCode: ending?.exitCode ?? null,
        ending,
    };
}

;// CONCATENATED MODULE: ./packages/kubernetes/lib/health/early/newest-pods.js

const REVISION = 'deployment.kubernetes.io/revision';
/** null: cannot be told (yet). */
function newestPods(view) {
    const { workload } = view;
    if (!isObserved(workload))
        return null;
    switch ((0,health_fields/* groupKindOf */.zo)(workload)) {
        case '/Pod':
            return { ...split([workload]), maker: workload, blocking: [] };
        case 'apps/Deployment':
            return podsOfSet(view, ofRevision(workload));
        case 'argoproj.io/Rollout':
            return podsOfSet(view, ofHash((0,health_fields/* textAt */.$6)(workload, 'status.currentPodHash')));
        case 'apps/ReplicaSet':
        case 'batch/Job':
            return { ...split(ownedBy(workload, view.pods)), maker: workload, blocking: [] };
        case 'apps/StatefulSet':
            return podsOfRevision(view, (0,health_fields/* textAt */.$6)(workload, 'status.updateRevision'));
        case 'apps/DaemonSet':
            return podsOfTemplate(view);
        default:
            return null;
    }
}
const isObserved = ({ metadata, ...object }) => {
    const observed = (0,health_fields/* valueAt */.fK)(object, 'status.observedGeneration');
    // Pods and Jobs have none.
    return observed === undefined || Number(observed) === metadata.generation;
};
/** A pod that ended (evicted, preempted, its node lost) is made anew: it proves nothing. */
const isCounted = (pod) => pod.metadata.deletionTimestamp === undefined &&
    !['Succeeded', 'Failed'].includes((0,health_fields/* textAt */.$6)(pod, 'status.phase'));
const split = (pods) => ({
    pods: pods.filter(isCounted),
    ended: pods.filter((pod) => (0,health_fields/* textAt */.$6)(pod, 'status.phase') === 'Failed'),
});
const isOwnedBy = (owner, object) => (object.metadata.ownerReferences ?? []).some(({ uid, controller }) => uid === owner.metadata.uid && controller !== false);
const ownedBy = (owner, pods) => pods.filter((pod) => isOwnedBy(owner, pod));
const ofRevision = (workload) => {
    const revision = workload.metadata.annotations?.[REVISION];
    return ({ metadata }) => revision !== undefined && metadata.annotations?.[REVISION] === revision;
};
const ofHash = (hash) => ({ metadata }) => hash !== '' && metadata.labels?.['rollouts-pod-template-hash'] === hash;
function podsOfSet({ workload, replicaSets, pods }, belongs) {
    const maker = replicaSets?.find((set) => isOwnedBy(workload, set) && belongs(set));
    if (maker === undefined || !isObserved(maker))
        return null;
    return { ...split(ownedBy(maker, pods)), maker, blocking: [] };
}
const HASH = 'controller-revision-hash';
function podsOfRevision({ workload, pods }, revision) {
    if (revision === '' || (0,health_fields/* textAt */.$6)(workload, 'spec.updateStrategy.type') === 'OnDelete')
        return null;
    const own = ownedBy(workload, pods);
    const isNew = (pod) => pod.metadata.labels?.[HASH] === revision;
    // Below the partition an older revision is what is wanted.
    const first = (0,health_fields/* numberAt */.tk)(workload, 'spec.ordinals.start', 0);
    const partition = (0,health_fields/* numberAt */.tk)(workload, 'spec.updateStrategy.rollingUpdate.partition', 0);
    const isDue = (pod) => ordinalOf(pod) >= first + partition;
    return {
        ...split(own.filter(isNew)),
        maker: workload,
        blocking: own.filter((pod) => isCounted(pod) && !isNew(pod) && isDue(pod)),
    };
}
const ordinalOf = ({ metadata }) => Number(/-(\d+)$/.exec(metadata.name ?? '')?.[1] ?? 0);
/** Its status names no revision, but each pod carries the generation of its template. */
function podsOfTemplate({ workload, pods }) {
    if ((0,health_fields/* textAt */.$6)(workload, 'spec.updateStrategy.type') === 'OnDelete')
        return null;
    const template = workload.metadata.annotations?.['deprecated.daemonset.template.generation'];
    if (template === undefined)
        return null;
    const own = ownedBy(workload, pods).filter(({ metadata }) => metadata.labels?.['pod-template-generation'] === template);
    return { ...split(own), maker: workload, blocking: [] };
}

;// CONCATENATED MODULE: ./packages/kubernetes/lib/health/early/pod-warnings.js


const TOLD = [
    'FailedMount',
    'FailedAttachVolume',
    'FailedScheduling',
    'FailedCreatePodSandBox',
    'Unhealthy',
];
/** At most one line of a pod, and none of one that is ready. `events` are warnings, oldest first. */
function podWarning(pod, events) {
    if ((0,health_fields/* conditionOf */.rI)(pod, 'Ready')?.status === 'True')
        return null;
    const name = `pod ${pod.metadata.name ?? ''}`;
    if (pod.metadata.deletionTimestamp !== undefined)
        return null;
    const scheduled = (0,health_fields/* conditionOf */.rI)(pod, 'PodScheduled');
    if (scheduled?.status === 'False')
        return `${name} has no node: ${scheduled.message}`;
    const event = events
        .filter((one) => (0,health_fields/* textAt */.$6)(one, 'involvedObject.uid') === pod.metadata.uid &&
        TOLD.includes((0,health_fields/* textAt */.$6)(one, 'reason')))
        .at(-1);
    if (event !== undefined)
        return `${name}: ${(0,health_fields/* textAt */.$6)(event, 'reason')}: ${(0,health_fields/* textAt */.$6)(event, 'message')}`;
    const container = containersOf(pod).find((one) => !one.ready && one.terminated?.exitCode !== 0);
    if (container === undefined)
        return `${name} has not started yet`;
    const waits = container.waiting?.reason;
    const what = waits === undefined || waits === '' ? 'runs, but is not ready' : waits;
    return `${name}: container ${container.name}: ${what}`;
}

;// CONCATENATED MODULE: ./packages/kubernetes/lib/health/early/early.js





/** So many restarts prove a loop as well as the time does. */
const RESTARTS = 3;
/** A longer grace was chosen because the container needs its restarts. */
const RESTARTS_PROVE_UP_TO_SECONDS = 60;
/** A crashing container runs for a while in between; that is the same loop. */
const SAME_LOOP_MILLISECONDS = 60_000;
/**
 * Fatal only when every new pod that exists is doomed and its grace is over; of a StatefulSet or a
 * DaemonSet one such pod is enough, because all of theirs must become ready.
 */
function decideEarlyFailure(view) {
    const newest = newestPods(view);
    if (newest === null)
        return undecided(view.marks);
    const marks = new Map();
    const byPod = newest.pods.map((pod) => podDooms(pod, view, marks));
    const refused = refusal(newest, view, marks);
    const inPods = byPod.flat().sort(byDue);
    const dooms = refused === null ? inPods : [...inPods, refused].sort(byDue);
    const refusedDue = refused?.due ?? null;
    const first = earliest([refusedDue, podsDue((0,health_fields/* groupKindOf */.zo)(view.workload), byPod)]);
    const cause = first !== null && first === refusedDue ? refused : (inPods[0] ?? null);
    return {
        fatal: first !== null && first <= view.now ? cause : null,
        dooms,
        warnings: [...newest.blocking.flatMap(blocking), ...warningsOf(newest, byPod, view)],
        wakeAt: first !== null && first > view.now ? first : null,
        marks,
        newest,
    };
}
/** Nothing can be told (yet). */
const undecided = (marks) => ({
    fatal: null,
    dooms: [],
    warnings: [],
    wakeAt: null,
    marks,
    newest: null,
});
const byDue = (a, b) => (a.due ?? Infinity) - (b.due ?? Infinity);
const earliest = (times) => {
    const known = times.filter((time) => time !== null);
    return known.length === 0 ? null : Math.min(...known);
};
/** When the pods alone make it hopeless; null when one of them may still come right. */
function podsDue(kind, byPod) {
    const dues = byPod.map((dooms) => earliest(dooms.map(({ due }) => due)));
    if (kind === 'apps/StatefulSet' || kind === 'apps/DaemonSet')
        return earliest(dues);
    const all = dues.filter((due) => due !== null);
    return all.length === 0 || all.length < dues.length ? null : Math.max(...all);
}
function podDooms(pod, view, marks) {
    return containersOf(pod).flatMap((container) => {
        const fault = faultOf(container);
        if (fault === null) {
            keepLoop(`${pod.metadata.uid}/${container.name}`, view, marks);
            return [];
        }
        // The Job itself counts how often its pods may fail.
        const loops = fault.class === 'crash-loop' || fault.class === 'out-of-memory';
        if (loops && (0,health_fields/* groupKindOf */.zo)(view.workload) === 'batch/Job')
            return [];
        const key = `${pod.metadata.uid}/${container.name}/${fault.class}`;
        const mark = { first: view.marks.get(key)?.first ?? view.now, last: view.now };
        marks.set(key, mark);
        const since = Math.min(mark.first, provenSince(pod, container, { fault, view }) ?? Infinity);
        return [
            {
                class: fault.class,
                pod,
                container: container.name,
                reason: fault.reason,
                message: fault.message,
                exitCode: fault.exitCode,
                restarts: container.restarts,
                due: dueOf(fault, container, { since, view }),
            },
        ];
    });
}
function keepLoop(prefix, view, marks) {
    for (const name of ['crash-loop', 'out-of-memory']) {
        const mark = view.marks.get(`${prefix}/${name}`);
        if (mark !== undefined && view.now - mark.last < SAME_LOOP_MILLISECONDS) {
            marks.set(`${prefix}/${name}`, mark);
        }
    }
}
function dueOf(fault, { restarts }, { since, view }) {
    const grace = view.options[fault.class];
    if (grace === 'off')
        return null;
    const loops = fault.class === 'crash-loop' || fault.class === 'out-of-memory';
    const proven = loops && restarts >= RESTARTS && isFresh(fault, view.proofFrom);
    return proven && grace <= RESTARTS_PROVE_UP_TO_SECONDS ? view.now : since + grace * 1000;
}
/** The failed run began after what may have mended it. */
const isFresh = ({ ending }, proofFrom) => (ending?.started ?? ending?.finished ?? -Infinity) >= floorSecond(proofFrom);
/** Times of the server have whole seconds. */
const floorSecond = (time) => Math.floor(time / 1000) * 1000;
/**
 * Since when it has failed, by the server's own records, so that a step that runs again need not
 * wait again. The end of a crashed run is such a record. A container that never ran has none; there
 * the pod's events tell, but only with a try of after our start: the image may have been pushed.
 */
function provenSince(pod, { name }, { fault, view }) {
    if (fault.ending !== null) {
        return isFresh(fault, view.proofFrom) ? fault.ending.finished : null;
    }
    const tries = view.events.filter((event) => (0,health_fields/* textAt */.$6)(event, 'involvedObject.uid') === pod.metadata.uid &&
        ['Failed', 'InspectFailed', 'ErrImageNeverPull'].includes((0,health_fields/* textAt */.$6)(event, 'reason')) &&
        (0,health_fields/* textAt */.$6)(event, 'involvedObject.fieldPath').includes(`{${name}}`));
    const isTried = tries.some((event) => (lastTime(event) ?? 0) >= floorSecond(view.since));
    return isTried ? earliest(tries.map(firstTime)) : null;
}
/** Pods are not even made: quota, admission. */
function refusal({ maker, pods }, view, marks) {
    if ((0,health_fields/* groupKindOf */.zo)(maker) === '/Pod')
        return null;
    const found = refusalCondition(maker) ?? refusalEvent(maker, view);
    if (found === null)
        return null;
    // One more pod is progress, and begins the grace anew.
    const key = `${maker.metadata.uid}/quota/${pods.length}`;
    const mark = { first: view.marks.get(key)?.first ?? view.now, last: view.now };
    marks.set(key, mark);
    const isProven = pods.length === 0 && found.at !== null && found.at >= floorSecond(view.proofFrom);
    const since = isProven ? Math.min(mark.first, found.at) : mark.first;
    const grace = view.options.quota;
    return {
        class: 'quota',
        pod: null,
        container: null,
        reason: 'FailedCreate',
        message: found.message,
        exitCode: null,
        restarts: 0,
        due: grace === 'off' ? null : since + grace * 1000,
    };
}
function refusalCondition(maker) {
    const condition = (0,health_fields/* conditionOf */.rI)(maker, 'ReplicaFailure');
    if (condition?.status !== 'True' || condition.reason !== 'FailedCreate')
        return null;
    return { message: condition.message, at: condition.changed };
}
/** Kinds without such a condition only tell by events; a pod that was made later ends it. */
function refusalEvent(maker, { events, pods, since }) {
    if (!['apps/StatefulSet', 'apps/DaemonSet', 'batch/Job'].includes((0,health_fields/* groupKindOf */.zo)(maker)))
        return null;
    const own = events.filter((event) => (0,health_fields/* textAt */.$6)(event, 'involvedObject.uid') === maker.metadata.uid &&
        (0,health_fields/* textAt */.$6)(event, 'reason') === 'FailedCreate' &&
        (lastTime(event) ?? 0) >= floorSecond(since));
    const last = own.at(-1);
    if (last === undefined)
        return null;
    const at = lastTime(last) ?? 0;
    const madeLater = pods.some(({ metadata }) => (metadata.ownerReferences ?? []).some(({ uid }) => uid === maker.metadata.uid) &&
        Date.parse(metadata.creationTimestamp ?? '') > at);
    return madeLater ? null : { message: (0,health_fields/* textAt */.$6)(last, 'message'), at: earliest(own.map(firstTime)) };
}
const blocking = (pod) => {
    const fault = (0,health_fields/* listAt */.gT)(pod, 'status.containerStatuses').length === 0
        ? null
        : containersOf(pod)
            .map(faultOf)
            .find((one) => one !== null);
    return fault === null || fault === undefined
        ? []
        : [
            `pod ${pod.metadata.name ?? ''} of an earlier revision is broken (${fault.reason}); its controller waits for it: delete that pod`,
        ];
};
function warningsOf({ pods }, byPod, view) {
    return pods.flatMap((pod, index) => byPod[index]?.length === 0 ? (podWarning(pod, view.events) ?? []) : []);
}

// EXTERNAL MODULE: ./packages/kubernetes/lib/health/status/health-status.js
var health_status = __webpack_require__(2055);
// EXTERNAL MODULE: ./packages/kubernetes/lib/health/status/pods.js
var pods = __webpack_require__(4958);
// EXTERNAL MODULE: ./packages/kubernetes/lib/health/status/status.js + 3 modules
var status_status = __webpack_require__(2217);
;// CONCATENATED MODULE: ./packages/kubernetes/lib/health/wait/steady.js


const KINDS = ['/Pod', 'apps/DaemonSet', 'apps/Deployment', 'apps/ReplicaSet', 'apps/StatefulSet'];
/** Nothing but time can tell that its pods work. */
function isUnproven(object) {
    if (!KINDS.includes((0,health_fields/* groupKindOf */.zo)(object)))
        return false;
    if ((0,health_fields/* numberAt */.tk)(object, 'spec.replicas', 1) === 0)
        return false;
    if ((0,health_fields/* numberAt */.tk)(object, 'status.desiredNumberScheduled', 1) === 0)
        return false;
    if ((0,health_fields/* numberAt */.tk)(object, 'spec.minReadySeconds', 0) > 0)
        return false;
    if ((0,health_fields/* textAt */.$6)(object, 'status.phase') === 'Succeeded')
        return false;
    const pods = (0,health_fields/* groupKindOf */.zo)(object) === '/Pod' ? 'spec' : 'spec.template.spec';
    return (0,health_fields/* listAt */.gT)(object, `${pods}.containers`).some((container) => !('readinessProbe' in container) && !('startupProbe' in container));
}
const noStreak = { from: null, broken: false };
/** The streak after one more look. */
function continueStreak(streak, { state }, now) {
    if (state !== 'ready')
        return { from: null, broken: true };
    return { from: streak.from ?? now, broken: streak.broken };
}
/** `status`, or that it must stay ready for longer. `now` by the server's clock. */
function steadyStatus(object, status, { streak, now, seconds, }) {
    if (status.state !== 'ready' || seconds === 0 || !isUnproven(object))
        return status;
    // Its conditions may prove that it was ready long before the first look.
    const from = streak.broken ? streak.from : (readySince(object) ?? streak.from);
    if (now - (from ?? now) >= seconds * 1000)
        return status;
    const why = 'a container has no readiness probe';
    return (0,health_status/* progressing */.OP)('Settling', `ready; it must stay so for ${seconds} s, because ${why}`);
}
/** It says itself that it became ready within the last `seconds`: a loop may have made it so. */
function hasJustTurned(object, now, seconds) {
    const from = readySince(object);
    return from !== null && now >= from && now - from < seconds * 1000;
}
/** null where the kind does not tell. */
function readySince(object) {
    const available = (0,health_fields/* conditionOf */.rI)(object, 'Available')?.changed ?? (0,health_fields/* conditionOf */.rI)(object, 'Ready')?.changed;
    const complete = (0,health_fields/* conditionOf */.rI)(object, 'Progressing')?.updated;
    return available === null || available === undefined ? null : Math.max(available, complete ?? 0);
}

;// CONCATENATED MODULE: ./packages/kubernetes/lib/health/wait/item.js






const createItem = (awaited) => ({
    awaited,
    object: awaited.object ?? null,
    status: (0,health_status/* progressing */.OP)('NotRead', 'not read yet'),
    early: undecided(new Map()),
    streak: noStreak,
    ending: null,
    verdict: null,
});
const WORKLOADS = [
    '/Pod',
    'apps/DaemonSet',
    'apps/Deployment',
    'apps/ReplicaSet',
    'apps/StatefulSet',
    'argoproj.io/Rollout',
    'batch/Job',
];
/** It has pods that can tell why it is not ready. */
const isWorkload = (object) => WORKLOADS.includes((0,health_fields/* groupKindOf */.zo)(object));
/** Takes in what is seen; the ending when there is one. */
function lookAt(item, sight, { times, options }) {
    const { object } = sight;
    if (object === null)
        return endOfGone(sight.gone ?? item.object);
    if (item.awaited.uid !== '' && object.metadata.uid !== item.awaited.uid) {
        return {
            verdict: 'failed',
            reason: 'Replaced',
            message: 'another object of the same name is there now: somebody deleted it and made it anew',
        };
    }
    item.object = object;
    const status = (0,status_status/* statusOf */.c)(object, contextOf(item, sight, { times, options }));
    item.streak = continueStreak(item.streak, status, times.now);
    item.status = status;
    const seconds = options.steadySeconds;
    // A crash loop is ready for a moment, too; a run that changes nothing must not fall for it.
    if (item.awaited.written !== false || hasJustTurned(object, times.now, seconds)) {
        const { streak } = item;
        item.status = steadyStatus(object, status, { streak, now: times.now, seconds });
    }
    return endOfStatus(object, item.status);
}
function contextOf({ awaited }, { lateClasses }, { times, options }) {
    return {
        now: times.now,
        since: awaited.since,
        written: awaited.written === false ? null : (awaited.object ?? null),
        lateClasses,
        options: options.status,
    };
}
function endOfGone(last) {
    if (last !== null && (0,pods/* hasDoneItsWork */.w2)(last)) {
        return {
            verdict: 'ready',
            reason: 'Gone',
            message: 'it is done and was removed by its ttlSecondsAfterFinished',
        };
    }
    const message = last !== null && (0,pods/* endsByItself */.Rw)(last)
        ? 'it was removed before it was seen to complete'
        : 'somebody deleted it during the wait';
    return { verdict: 'gone', reason: 'Deleted', message };
}
function endOfStatus(object, status) {
    const { state, reason, message } = status;
    switch (state) {
        case 'ready':
        case 'paused':
        case 'failed':
            return { verdict: state, reason, message };
        case 'terminating':
            return (0,pods/* endsByItself */.Rw)(object)
                ? null
                : { verdict: 'gone', reason: 'Terminating', message: 'it is being deleted' };
        case 'progressing':
            return null;
    }
}
/** Asks its pods whether it can still become ready; the ending when it cannot. */
function lookAtPods(item, details, { times, options }) {
    const pods = details.pods();
    const own = item.object !== null && (0,health_fields/* groupKindOf */.zo)(item.object) === '/Pod';
    if (item.object === null || (pods === null && !own))
        return null;
    item.early = decideEarlyFailure({
        workload: item.object,
        replicaSets: details.replicaSets(),
        pods: pods ?? [],
        events: details.events(),
        now: times.now,
        since: item.awaited.since,
        proofFrom: times.proofFrom,
        options: options.early,
        marks: item.early.marks,
    });
    const { fatal } = item.early;
    if (fatal === null)
        return null;
    const pod = fatal.pod === null ? '' : `pod ${fatal.pod.metadata.name ?? ''}: `;
    const container = fatal.container === null ? '' : `container ${fatal.container}: `;
    const message = `${pod}${container}${fatal.message || fatal.reason}`;
    return { verdict: 'failed', reason: fatal.reason, message };
}

// EXTERNAL MODULE: ./packages/kubernetes/lib/health/inert-text.js
var inert_text = __webpack_require__(6369);
// EXTERNAL MODULE: ./packages/kubernetes/lib/health/wait/alarm.js
var alarm = __webpack_require__(1994);
// EXTERNAL MODULE: ./packages/kubernetes/lib/health/wait/progress.js
var progress = __webpack_require__(4420);
;// CONCATENATED MODULE: ./packages/kubernetes/lib/health/wait/world.js


function createWorld(items, parts, signal) {
    const { clock, log } = parts.ports;
    const isWritten = items.some(({ awaited }) => awaited.written !== false);
    const first = Math.min(...items.map(({ awaited }) => awaited.since));
    const notices = new Set();
    return {
        ...parts,
        items,
        alarm: (0,alarm/* createAlarm */.i)(clock, signal),
        progress: (0,progress/* createProgress */.m)(clock, log.info, parts.options),
        begun: clock.now(),
        times: () => ({
            now: clock.now(),
            proofFrom: isWritten ? first : -Infinity,
        }),
        notice: (message) => {
            if (notices.has(message))
                return;
            notices.add(message);
            log.notice(message);
        },
        sources: null,
        failedAt: null,
        lost: null,
    };
}
const openItems = ({ items }) => items.filter((item) => item.verdict === null);

;// CONCATENATED MODULE: ./packages/kubernetes/lib/health/wait/look.js



/** Most become ready before it is worth looking at their pods. */
const PODS_AFTER_SECONDS = 1;
/** What is ready or paused by what its write returned; everything else needs the server. */
function lookAtHand(world) {
    const parts = { times: world.times(), options: world.options };
    for (const item of world.items) {
        if (item.object === null)
            continue;
        const sight = { object: item.object, gone: null, lateClasses: new Set() };
        const ending = lookAt(item, sight, parts);
        if (ending?.verdict === 'ready' || ending?.verdict === 'paused')
            item.ending = ending;
    }
}
/** Takes in what the sources hold; what has come to its end gets its ending. */
function look(world) {
    const parts = { times: world.times(), options: world.options };
    const lateClasses = lateClassesOf(world);
    for (const item of openItems(world)) {
        const sight = sightOf(world, item, lateClasses);
        if (sight === null)
            continue;
        item.ending = 'verdict' in sight ? sight : lookAt(item, sight, parts);
        const hasPods = item.ending === null && item.object !== null && isWorkload(item.object);
        if (!hasPods || world.ports.clock.now() - world.begun < PODS_AFTER_SECONDS * 1000)
            continue;
        const details = detailsOf(world, item.object);
        if (details?.isLoaded() === true)
            item.ending = lookAtPods(item, details, parts);
    }
}
/** An ending when it can never be seen; null when it was not read yet. */
function sightOf(world, { awaited }, lateClasses) {
    const feed = world.sources?.feedOf(awaited.id) ?? null;
    if (feed === null) {
        const message = 'the server does not know its kind';
        return { verdict: 'failed', reason: 'UnknownKind', message };
    }
    if (feed.isDenied()) {
        const message = `it cannot be awaited: ${feed.trouble() ?? 'it may not be read'}`;
        return { verdict: 'timeout', reason: 'Forbidden', message };
    }
    if (!feed.isLoaded())
        return null;
    return {
        object: feed.objects.get(awaited.id.name) ?? null,
        gone: feed.gone.get(awaited.id.name) ?? null,
        lateClasses,
    };
}
function lateClassesOf(world) {
    const claims = openItems(world).flatMap(({ object }) => object?.kind === 'PersistentVolumeClaim' ? object : []);
    return claims.length === 0 || world.sources === null
        ? new Set()
        : world.sources.lateClasses(claims);
}
/** Pods, their makers and warnings of the namespace of a workload. */
function detailsOf(world, workload) {
    const namespace = workload?.metadata.namespace;
    if (namespace === undefined || world.sources === null)
        return null;
    const neighbours = () => openItems(world).flatMap(({ object }) => object?.metadata.namespace === namespace && isWorkload(object) ? object : []);
    const details = world.sources.detailsOf(namespace, neighbours);
    const denied = details.denied();
    if (denied.length > 0) {
        world.notice((0,inert_text/* inertLine */.Fq)(`${denied.join(', ')} in namespace ${namespace} may not be read: why something is not ready may stay unknown until the deadline`));
    }
    return details;
}

// EXTERNAL MODULE: ./packages/kubernetes/lib/health/wait/feed.js
var feed = __webpack_require__(2271);
;// CONCATENATED MODULE: ./packages/kubernetes/lib/health/wait/sources.js



const placeOf = ({ group, version, kind, namespace }) => `${group}/${version}/${kind}/${namespace ?? ''}`;
async function createSources(parts) {
    let resources = await parts.api.resources();
    const feeds = new Map();
    const details = new Map();
    let late = null;
    return {
        open: async (awaited, isOpen) => {
            const places = Map.groupBy(awaited, ({ id }) => placeOf(id));
            const isUnknown = awaited.some(({ id }) => find(resources, id) === null);
            if (isUnknown)
                resources = await parts.api.rediscover();
            for (const [place, members] of places) {
                const id = members[0]?.id;
                const resource = id === undefined ? null : find(resources, id);
                if (id === undefined || resource === null)
                    continue;
                const names = () => members.filter(isOpen).map((one) => one.id.name);
                feeds.set(place, openPlace(parts, resource, { members, names, id }));
            }
        },
        feedOf: (id) => feeds.get(placeOf(id)) ?? null,
        detailsOf: (namespace, workloads) => {
            const known = details.get(namespace);
            if (known !== undefined)
                return known;
            const made = openDetails({ parts, resources, namespace }, workloads());
            details.set(namespace, made);
            return made;
        },
        lateClasses: (claims) => {
            late ??= openClasses({ parts, resources }, claims);
            return late();
        },
    };
}
const find = (resources, { group, version, kind }) => resources.find(group, version, kind) ?? resources.preferred(group, kind);
function openPlace(parts, resource, { members, names, id }) {
    const only = members.length === 1 ? { fieldSelector: `metadata.name=${id.name}` } : {};
    const selection = { namespace: id.namespace, ...only };
    return watched((0,feed/* openFeed */.B)({ ...parts, resource, selection, names, start: startOf(members) }), parts);
}
function watched(feed, { lost }) {
    feed.ended.catch(lost);
    return feed;
}
/**
 * The objects as their writes returned them, and the oldest of their versions: a watch from there
 * misses nothing and saves a list. null when one of them is not at hand.
 */
function startOf(members) {
    const items = members.flatMap(({ object }) => object ?? []);
    const versions = items.map(({ metadata }) => metadata.resourceVersion ?? '');
    if (items.length < members.length || !versions.every((one) => /^\d+$/.test(one)))
        return null;
    const oldest = versions.map(BigInt).reduce((a, b) => (a < b ? a : b));
    return { items, resourceVersion: String(oldest) };
}
function openDetails(spot, workloads) {
    const labelSelector = workloads.length === 1 ? selectorOf(workloads[0]) : null;
    const narrow = labelSelector === null ? {} : { labelSelector };
    const pods = openKind(spot, ['', 'v1', 'Pod'], narrow);
    const needsSets = workloads.some(({ kind }) => kind === 'Deployment' || kind === 'Rollout');
    const replicaSets = needsSets ? openKind(spot, ['apps', 'v1', 'ReplicaSet'], narrow) : null;
    const events = openKind(spot, ['', 'v1', 'Event'], { fieldSelector: 'type=Warning' });
    const opened = { pods, replicaSets, events };
    const warnings = listed(events, byTime);
    return {
        isLoaded: () => Object.values(opened).every((feed) => feed === null || isSettled(feed)),
        pods: listed(pods),
        replicaSets: listed(replicaSets),
        events: () => warnings() ?? [],
        denied: () => Object.entries(opened).flatMap(([name, feed]) => feed?.isDenied() === true ? name.toLowerCase() : []),
    };
}
/** Many ask between two changes; the list is made once for all of them. */
function listed(feed, order) {
    let made = { revision: -1, list: [] };
    return () => {
        if (feed === null || feed.isDenied())
            return null;
        if (made.revision !== feed.revision()) {
            const list = [...feed.objects.values()];
            made = { revision: feed.revision(), list: order === undefined ? list : list.sort(order) };
        }
        return made.list;
    };
}
const isSettled = (feed) => feed.isLoaded() || feed.isDenied();
function openKind({ parts, resources, namespace }, [group, version, kind], narrow) {
    const resource = resources.find(group, version, kind);
    if (resource === null)
        return null;
    const selection = { namespace: namespace === '' ? null : namespace, ...narrow };
    return watched((0,feed/* openFeed */.B)({ ...parts, resource, selection, names: null, start: null }), parts);
}
/** null when labels alone do not tell which pods are its. */
function selectorOf(workload) {
    if (workload === undefined || (0,health_fields/* valueAt */.fK)(workload, 'spec.selector.matchExpressions') !== undefined) {
        return null;
    }
    const labels = (0,health_fields/* fieldsOf */.Pf)((0,health_fields/* valueAt */.fK)(workload, 'spec.selector.matchLabels'));
    const pairs = Object.keys(labels).map((key) => `${key}=${String(labels[key])}`);
    return pairs.length === 0 ? null : pairs.join(',');
}
/** Read from the classes, or, without the right to them, from what the controller told the claims. */
function openClasses({ parts, resources }, claims) {
    const spot = { parts, resources, namespace: '' };
    const classes = openKind(spot, ['storage.k8s.io', 'v1', 'StorageClass'], {});
    let told = null;
    const namespaces = [...new Set(claims.map(({ metadata }) => metadata.namespace ?? ''))];
    const openEvents = () => namespaces.flatMap((namespace) => {
        const narrow = { fieldSelector: 'reason=WaitForFirstConsumer' };
        return openKind({ ...spot, namespace }, ['', 'v1', 'Event'], narrow) ?? [];
    });
    return () => {
        if (classes !== null && !classes.isDenied()) {
            const all = [...classes.objects.values()];
            const late = all.filter((one) => one['volumeBindingMode'] === 'WaitForFirstConsumer');
            return new Set(late.map(({ metadata }) => metadata.name ?? ''));
        }
        told ??= openEvents();
        const events = told.flatMap((feed) => [...feed.objects.values()]);
        const waiting = new Set(events.map((event) => (0,health_fields/* textAt */.$6)(event, 'involvedObject.uid')));
        const late = claims.filter(({ metadata }) => waiting.has(metadata.uid ?? ''));
        return new Set(late.map((claim) => (0,health_fields/* textAt */.$6)(claim, 'spec.storageClassName')));
    };
}

// EXTERNAL MODULE: ./packages/rollout/lib/sluice-error.js
var sluice_error = __webpack_require__(3521);
;// CONCATENATED MODULE: ./packages/kubernetes/lib/health/evidence.js
// Why it does not work: containers, logs and warnings of what is failing, fit to be shown.





const LOG_LINES = 20;
const MOST_PODS = 3;
const MOST_EVENTS = 5;
/** At most three pods, five warnings and twenty log lines each. */
async function observeEvidence(parts, view) {
    const shown = [];
    for (const subject of subjectsOf(view)) {
        shown.push({ ...subject.evidence, log: await logOf(parts, subject) });
    }
    const objects = [view.workload, view.maker, ...view.pods];
    return [...shown, ...eventEvidence(view, new Set(objects.map(({ metadata }) => metadata.uid)))];
}
/** The doomed containers first; without one, the first container of each pod that is not ready. */
function subjectsOf({ dooms, pods, workload }) {
    const doomed = dooms.slice(0, MOST_PODS).map((doom) => {
        const container = containerOf(doom.pod, doom.container);
        const about = doom.pod === null ? nameOf(workload) : nameOf(doom.pod);
        const { reason, message, exitCode } = doom;
        return subject({ about, container: doom.container, reason, message, exitCode, log: [] }, doom.pod, container);
    });
    if (doomed.length > 0)
        return doomed;
    return pods.slice(0, MOST_PODS).flatMap((pod) => {
        const container = containersOf(pod).find((one) => !one.ready && !isDone(one));
        return container === undefined ? [] : [subject(stateOf(pod, container), pod, container)];
    });
}
const subject = (evidence, pod, container) => ({
    evidence: {
        ...evidence,
        about: (0,inert_text/* inertLine */.Fq)(evidence.about),
        reason: (0,inert_text/* inertLine */.Fq)(evidence.reason, 100),
        message: (0,inert_text/* inertLine */.Fq)(evidence.message),
    },
    pod,
    container,
});
const isDone = ({ terminated }) => terminated?.exitCode === 0;
const containerOf = (pod, name) => pod === null ? null : (containersOf(pod).find((one) => one.name === name) ?? null);
const nameOf = ({ kind, metadata }) => `${kind === 'Pod' ? 'pod' : kind} ${metadata.name ?? ''}`;
function stateOf(pod, container) {
    const ended = container.terminated ?? container.last;
    return {
        about: nameOf(pod),
        container: container.name,
        reason: container.waiting?.reason || ended?.reason || 'NotReady',
        message: container.waiting?.message || ended?.message || 'it runs, but is not ready',
        exitCode: ended?.exitCode ?? null,
        log: [],
    };
}
async function logOf(parts, { pod, container }) {
    // A container that never ran has no log; asking costs a request and gives an error.
    if (pod === null || container === null || !hasRun(container))
        return [];
    const query = {
        namespace: parts.namespace,
        pod: pod.metadata.name ?? '',
        container: container.name,
        // In a crash loop the present container is the one that waits.
        previous: !container.running && container.terminated === null,
        lines: LOG_LINES,
    };
    const answer = await parts.api.log(query).catch((error) => {
        // A log is a help, not a need; a cancelled run ends at the next wait.
        if (error instanceof sluice_error/* SluiceError */.a)
            return null;
        throw error;
    });
    if (answer === null)
        return [];
    if (answer.ok)
        return (0,inert_text/* inertLines */.wi)(answer.value, LOG_LINES);
    if (answer.refusal.status === 403) {
        const where = `namespace ${parts.namespace}`;
        parts.notice(`logs in ${where} may not be read (pods/log): failures are shown without them`);
    }
    return [];
}
const hasRun = ({ running, terminated, last }) => running || terminated !== null || last !== null;
function eventEvidence({ events, since }, uids) {
    const from = Math.floor(since / 1000) * 1000;
    return events
        .filter((event) => uids.has((0,health_fields/* textAt */.$6)(event, 'involvedObject.uid')) && (lastTime(event) ?? 0) >= from)
        .sort(byTime)
        .slice(-MOST_EVENTS)
        .map((event) => {
        const about = `${(0,health_fields/* textAt */.$6)(event, 'involvedObject.kind')} ${(0,health_fields/* textAt */.$6)(event, 'involvedObject.name')}`;
        const times = countOf(event) > 1 ? ` (${countOf(event)} times)` : '';
        return {
            about: (0,inert_text/* inertLine */.Fq)(`event of ${about}`),
            container: null,
            reason: (0,inert_text/* inertLine */.Fq)((0,health_fields/* textAt */.$6)(event, 'reason'), 100),
            message: (0,inert_text/* inertLine */.Fq)(`${(0,health_fields/* textAt */.$6)(event, 'message')}${times}`),
            exitCode: null,
            log: [],
        };
    });
}

;// CONCATENATED MODULE: ./packages/kubernetes/lib/health/wait/verdicts.js






/** Reading logs takes requests; nobody reads the evidence of more. */
const MOST_WITH_EVIDENCE = 10;
/** The server has so long to tell of the pods before the verdict is given without them. */
const DETAILS_SECONDS = 2;
const LOOK_SECONDS = 0.1;
/** Gives every open item that has an ending its verdict. */
async function concludeEnded(world) {
    const ended = openItems(world).flatMap((item) => item.ending === null ? [] : [{ item, ending: item.ending }]);
    await conclude(world, ended);
}
/** The end of the wait: every open item gets the verdict of how it stands. */
async function concludeOpen(world, why) {
    const first = world.items.find(({ verdict }) => verdict !== null && isBad(verdict.verdict));
    const open = openItems(world).map((item) => ({ item, ending: endingNow(world, item, why) }));
    const blamed = first === undefined ? '' : ` ${first.awaited.id.kind} ${first.awaited.id.name}`;
    const note = `; not awaited further, because${blamed} failed`;
    await conclude(world, open.map(({ item, ending }) => ({
        item,
        ending: why === 'failure' && ending.verdict !== 'ready'
            ? { ...ending, message: `${ending.message}${note}` }
            : ending,
    })));
}
const isBad = (verdict) => verdict === 'failed' || verdict === 'gone';
/** The best reason that is known: what is wrong with its pods, else what it says itself. */
function endingNow(world, item, why) {
    const { status, early } = item;
    // No time is left to see whether it stays so.
    if (status.reason === 'Settling')
        return { verdict: 'ready', reason: '', message: '' };
    const doom = early.dooms[0];
    const pod = doom?.pod === null || doom === undefined ? '' : `pod ${doom.pod.metadata.name ?? ''}: `;
    const cause = doom === undefined ? early.warnings[0] : `${pod}${doom.message || doom.reason}`;
    const trouble = world.sources?.feedOf(item.awaited.id)?.trouble() ?? null;
    const unread = trouble === null ? '' : `the server could not be asked: ${trouble}`;
    const message = [status.message, cause ?? '', unread].filter((text) => text !== '').join('; ');
    const reason = doom?.reason ?? (status.reason || 'NotReady');
    return { verdict: 'timeout', reason: why === 'failure' ? 'NotAwaited' : reason, message };
}
async function conclude(world, ended) {
    const now = world.ports.clock.now();
    const needy = ended.filter(({ item, ending }) => (isBad(ending.verdict) || ending.verdict === 'timeout') &&
        ending.verdict !== 'gone' &&
        item.object !== null &&
        isWorkload(item.object));
    const shown = new Set(needy.slice(0, MOST_WITH_EVIDENCE).map(({ item }) => item));
    await Promise.all(ended.map(async ({ item, ending }) => {
        const evidence = shown.has(item) ? await evidenceOf(world, item) : [];
        item.verdict = {
            id: item.awaited.id,
            verdict: ending.verdict,
            reason: (0,inert_text/* inertLine */.Fq)(ending.reason, 100),
            message: (0,inert_text/* inertLine */.Fq)(ending.message),
            seconds: Math.max(0, Math.round((now - item.awaited.since) / 100) / 10),
            evidence,
        };
        if (isBad(ending.verdict))
            world.failedAt ??= now;
        world.progress.tellVerdict(item);
    }));
}
async function evidenceOf(world, item) {
    const { object, awaited } = item;
    const details = detailsOf(world, object);
    if (object === null || details === null)
        return [];
    await untilLoaded(world, details);
    const times = world.times();
    lookAtPods(item, details, { times, options: world.options });
    const { newest, dooms } = item.early;
    const unready = (newest?.pods ?? []).filter((pod) => (0,health_fields/* conditionOf */.rI)(pod, 'Ready')?.status !== 'True');
    const pods = [...unready, ...(newest?.ended ?? []).toSorted(byName)];
    return observeEvidence({ api: world.api, notice: world.notice, namespace: awaited.id.namespace ?? '' }, {
        workload: object,
        maker: newest?.maker ?? object,
        pods,
        dooms,
        events: details.events(),
        since: awaited.since,
    });
}
const byName = (a, b) => (a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1;
async function untilLoaded({ ports }, details) {
    for (let left = DETAILS_SECONDS; left > 0 && !details.isLoaded(); left -= LOOK_SECONDS) {
        await ports.clock.sleep(LOOK_SECONDS, ports.signal);
    }
}

;// CONCATENATED MODULE: ./packages/kubernetes/lib/health/wait/wait.js





/** After the first failure, so that what fails or ends at the same time is told as it is. */
const LAST_LOOK_SECONDS = 1.5;
/** Time alone changes some answers. */
const LONGEST_PAUSE_SECONDS = 1;
/** Changes come in bursts. */
const BURST_SECONDS = 0.1;
/**
 * A verdict for each object, in the same order. Ends when all have one, at the deadline (`timeout`),
 * or, unless told otherwise, 1.5 s after one has failed: then the others are reported as they stand,
 * those that are not ready as `timeout` with the reason `NotAwaited`. Rejects when the run is
 * cancelled or nothing can be read any more.
 */
async function waitForReady(awaited, parts) {
    const items = awaited.map(createItem);
    const stop = new AbortController();
    const signal = AbortSignal.any([parts.ports.signal, stop.signal]);
    const world = createWorld(items, parts, signal);
    try {
        lookAtHand(world);
        await concludeEnded(world);
        if (openItems(world).length > 0)
            await run(world, signal);
    }
    finally {
        stop.abort(new Error('the wait is over'));
    }
    return items.flatMap(({ verdict }) => verdict ?? []);
}
async function run(world, signal) {
    const { clock } = world.ports;
    await openSources(world, signal);
    for (;;) {
        signal.throwIfAborted();
        if (world.lost !== null)
            throw world.lost.error;
        look(world);
        await concludeEnded(world);
        const open = openItems(world);
        if (open.length === 0)
            return;
        const { at, why } = endOf(world);
        if (clock.now() >= at)
            return concludeOpen(world, why);
        world.progress.tell(open);
        if (await world.alarm.wait(pauseOf(world, at)))
            await clock.sleep(BURST_SECONDS, signal);
    }
}
async function openSources(world, signal) {
    const { api, ports, alarm } = world;
    world.sources = await createSources({
        api,
        ports,
        signal,
        changed: alarm.ring,
        lost: (error) => {
            world.lost ??= { error };
            alarm.ring();
        },
    });
    const items = new Map(openItems(world).map((item) => [item.awaited, item]));
    await world.sources.open([...items.keys()], (one) => items.get(one)?.verdict === null);
}
/** When it is over whatever comes, milliseconds since 1970. */
function endOf({ options, failedAt }) {
    const deadline = options.started + options.timeoutSeconds * 1000;
    if (failedAt === null || !options.stopAtFirstFailure)
        return { at: deadline, why: 'deadline' };
    const soon = failedAt + LAST_LOOK_SECONDS * 1000;
    return soon < deadline ? { at: soon, why: 'failure' } : { at: deadline, why: 'deadline' };
}
/** Seconds until the next look, if nothing changes: exactly when a grace or the time is over. */
function pauseOf(world, end) {
    const now = world.ports.clock.now();
    const grace = openItems(world).flatMap(({ early }) => early.wakeAt ?? []);
    const next = Math.min(end, ...grace);
    const untilPods = world.begun / 1000 + PODS_AFTER_SECONDS - now / 1000;
    const seconds = [
        (next - now) / 1000,
        world.progress.silenceLeft(),
        untilPods > 0 ? untilPods : LONGEST_PAUSE_SECONDS,
    ];
    return Math.max(0.01, Math.min(LONGEST_PAUSE_SECONDS, ...seconds));
}


/***/ }),

/***/ 353:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  BACK_ENDS: () => (/* reexport */ place/* BACK_ENDS */.zH),
  KUBERNETES_PLACE_INPUTS: () => (/* reexport */ place/* KUBERNETES_PLACE_INPUTS */.Lm),
  KUBERNETES_SETTING_INPUTS: () => (/* reexport */ KUBERNETES_SETTING_INPUTS),
  NO_CREDENTIALS: () => (/* reexport */ NO_CREDENTIALS),
  ROLLBACK_ANNOTATION: () => (/* reexport */ ROLLBACK_ANNOTATION),
  STRATEGY_ANNOTATION: () => (/* reexport */ STRATEGY_ANNOTATION),
  UNDONE: () => (/* reexport */ UNDONE),
  adviceOf: () => (/* reexport */ adviceOf),
  applicationSetOf: () => (/* reexport */ applicationSetOf),
  applyPlan: () => (/* reexport */ run/* applyPlan */.g),
  applyPrune: () => (/* reexport */ applyPrune),
  connect: () => (/* reexport */ connect/* connect */.N),
  createApiServer: () => (/* reexport */ create_api_server/* createApiServer */.m),
  dataLostWith: () => (/* reexport */ removal_stages/* dataLostWith */.r),
  defaultEarlyOptions: () => (/* reexport */ early_options/* defaultEarlyOptions */.jb),
  defaultStatusOptions: () => (/* reexport */ health_status/* defaultStatusOptions */.c8),
  deleteApplication: () => (/* reexport */ deleteApplication),
  deleteManifests: () => (/* reexport */ deleteManifests),
  diffPlan: () => (/* reexport */ diffPlan),
  errors: () => (/* reexport */ errors/* errors */.s),
  findCluster: () => (/* reexport */ connect/* findCluster */.K),
  findMembersElsewhere: () => (/* reexport */ findMembersElsewhere),
  findMistakes: () => (/* reexport */ findMistakes),
  findTargets: () => (/* reexport */ targets_findTargets),
  firstDifference: () => (/* reexport */ managed_fields/* firstDifference */.a),
  holds: () => (/* reexport */ managed_fields/* holds */.v),
  idOf: () => (/* reexport */ lib_object/* idOf */.TH),
  invalidManifests: () => (/* reexport */ invalid/* invalidManifests */.e),
  invalidSet: () => (/* reexport */ invalidSet),
  invalidTargets: () => (/* reexport */ invalidTargets),
  keyOf: () => (/* reexport */ lib_object/* keyOf */.TN),
  kubernetesError: () => (/* reexport */ errors/* kubernetesError */.j),
  labelMembers: () => (/* reexport */ labelMembers),
  noRecord: () => (/* reexport */ noRecord),
  objectsOf: () => (/* reexport */ apply_plan/* objectsOf */.i),
  observeApplication: () => (/* reexport */ observeApplication),
  observeHistory: () => (/* reexport */ observeHistory),
  observeLive: () => (/* reexport */ live/* observeLive */.T),
  observeManifests: () => (/* reexport */ observeManifests),
  observeMembers: () => (/* reexport */ observeMembers),
  observeSmoke: () => (/* reexport */ observeSmoke),
  openKubernetes: () => (/* reexport */ openKubernetes),
  parentOf: () => (/* reexport */ parentOf),
  parseApiVersion: () => (/* reexport */ lib_object/* parseApiVersion */.cX),
  parseEarlyOptions: () => (/* reexport */ early_options/* parseEarlyOptions */.TC),
  parseImageReference: () => (/* reexport */ parseImageReference),
  parseKind: () => (/* reexport */ parseKind),
  parseKubernetesSettings: () => (/* reexport */ parseKubernetesSettings),
  parsePathList: () => (/* reexport */ parsePathList),
  parsePlace: () => (/* reexport */ place/* parsePlace */.De),
  parseRecord: () => (/* reexport */ parseRecord),
  parseSmoke: () => (/* reexport */ parseSmoke),
  parseSmokeTarget: () => (/* reexport */ parseSmokeTarget),
  parseTarget: () => (/* reexport */ parseTarget),
  pause: () => (/* reexport */ pause),
  pinManifests: () => (/* reexport */ pinManifests),
  placeManifests: () => (/* reexport */ placeManifests),
  planApply: () => (/* reexport */ apply_plan/* planApply */._),
  planHandBack: () => (/* reexport */ ownership/* planHandBack */.Y),
  planPrune: () => (/* reexport */ planPrune),
  planRecord: () => (/* reexport */ planRecord),
  planShrunk: () => (/* reexport */ planShrunk),
  planUndo: () => (/* reexport */ planUndo),
  readKubernetesPlace: () => (/* reexport */ place/* readKubernetesPlace */.Ev),
  readManifests: () => (/* reexport */ readManifests),
  readRecord: () => (/* reexport */ readRecord),
  recordBefore: () => (/* reexport */ recordBefore),
  removalStages: () => (/* reexport */ removal_stages/* removalStages */.K),
  renderApiVersion: () => (/* reexport */ lib_object/* renderApiVersion */.Xd),
  renderDiff: () => (/* reexport */ renderDiff),
  renderHistory: () => (/* reexport */ renderHistory),
  renderId: () => (/* reexport */ lib_object/* renderId */.oF),
  renderImageReference: () => (/* reexport */ renderImageReference),
  renderKind: () => (/* reexport */ renderKind),
  renderSelector: () => (/* reexport */ renderSelector),
  renderSource: () => (/* reexport */ manifests_manifest/* renderSource */.u),
  replaceImages: () => (/* reexport */ replaceImages),
  repositoryOf: () => (/* reexport */ repositoryOf),
  requiredRights: () => (/* reexport */ requiredRights),
  restart: () => (/* reexport */ restart),
  restoreBefore: () => (/* reexport */ restoreBefore),
  resume: () => (/* reexport */ resume),
  rightsToUndo: () => (/* reexport */ rightsToUndo),
  scale: () => (/* reexport */ scale/* scale */.h),
  secretValuesOf: () => (/* reexport */ secretValuesOf),
  setIdOf: () => (/* reexport */ setIdOf),
  setLabels: () => (/* reexport */ setLabels),
  setOf: () => (/* reexport */ setOf),
  setRights: () => (/* reexport */ setRights),
  statusOf: () => (/* reexport */ status_status/* statusOf */.c),
  undo: () => (/* reexport */ undo),
  waitForReady: () => (/* reexport */ wait/* waitForReady */.C),
  writeRecord: () => (/* reexport */ writeRecord)
});

// EXTERNAL MODULE: ./packages/kubernetes/lib/errors.js + 7 modules
var errors = __webpack_require__(8743);
// EXTERNAL MODULE: ./packages/kubernetes/lib/object.js
var lib_object = __webpack_require__(1287);
;// CONCATENATED MODULE: ./packages/kubernetes/lib/connection/cluster-access.js
// What is needed to reach a cluster, as plain values and two functions; nothing here knows kubeconfig.
const NO_CREDENTIALS = { headers: {}, certificate: null };

// EXTERNAL MODULE: ./packages/kubernetes/lib/connection/connect.js + 6 modules
var connect = __webpack_require__(7958);
// EXTERNAL MODULE: ./packages/kubernetes/lib/connection/create-api-server.js + 13 modules
var create_api_server = __webpack_require__(8005);
;// CONCATENATED MODULE: ./packages/kubernetes/lib/connection/index.js





// EXTERNAL MODULE: ./packages/kubernetes/lib/manifests/manifest.js
var manifests_manifest = __webpack_require__(6550);
// EXTERNAL MODULE: ./packages/kubernetes/lib/manifests/invalid.js
var invalid = __webpack_require__(9616);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./packages/evidence/lib/glob.js
var lib_glob = __webpack_require__(4641);
// EXTERNAL MODULE: ./packages/rollout/lib/result.js
var result = __webpack_require__(8970);
;// CONCATENATED MODULE: ./packages/kubernetes/lib/manifests/finding.js
// Which files the input `manifests` means: files, folders with all below them, globs.




/** What the input `manifests` may hold: one path a line, or many with commas or semicolons between. */
const parsePathList = (text) => text
    .split(/[\n,;]/)
    .map((path) => path.trim())
    .filter((path) => path !== '');
const MANIFEST = /\.(?:ya?ml|json)$/i;
const KUSTOMIZATION = /^kustomization(?:\.ya?ml)?$/i;
const CHART = /^Chart\.ya?ml$/;
/** Each file once, in the order of the entries and by name within a folder or glob; never none. */
async function findManifestFiles(entries, files) {
    const found = new Set();
    const problems = [];
    for (const entry of entries) {
        const result = await findOne(entry, files);
        if (!result.ok)
            problems.push(...result.problems);
        else
            for (const file of result.value)
                found.add(file);
    }
    if (entries.length === 0) {
        const message = 'is empty; wanted files, folders or globs';
        problems.push({ where: 'manifests', message });
    }
    return problems.length > 0 ? (0,result/* bad */.M)(...problems) : (0,result/* good */.u)([...found]);
}
async function findOne(entry, files) {
    if (/^[a-z][a-z0-9+.-]*:\/\//i.test(entry)) {
        const message = 'addresses are not read; wanted a path. Download it in a step before this one';
        return (0,result/* bad */.M)({ where: entry, message });
    }
    const path = normalPath(entry);
    const kind = await kindOf(path, files);
    if (kind === 'file')
        return refuseSources([path]);
    if (kind === 'folder') {
        return notNone(entry, await filesBelow(path, files), 'holds no .yml, .yaml or .json file');
    }
    if (!(0,lib_glob/* isGlob */.fg)(path))
        return (0,result/* bad */.M)({ where: entry, message: 'found no file or folder of this name' });
    const { folder, glob } = (0,lib_glob/* splitGlob */.VK)(path);
    const isFolder = (await kindOf(folder, files)) === 'folder';
    const names = isFolder ? await filesBelow(folder, files) : [];
    const fitting = names.filter((name) => fits(glob, external_node_path_.posix.relative(folder, name)));
    return notNone(entry, fitting, 'fits no .yml, .yaml or .json file');
}
/** In a path, a glob without a slash means its own folder alone. */
const fits = (glob, name) => (glob.includes('/') || !name.includes('/')) && (0,lib_glob/* matchesGlob */.kt)(glob, name);
/** `./a//b/` and `a/b` are one file. */
function normalPath(path) {
    const normal = external_node_path_.posix.normalize(path);
    return normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal;
}
async function kindOf(path, files) {
    return guarded(path, () => files.kind(path));
}
/** The text of a file; KUBERNETES_MANIFESTS_UNREADABLE when the system gives none. */
const readText = (path, files) => guarded(path, () => files.readText(path));
async function guarded(path, read) {
    try {
        return await read();
    }
    catch (cause) {
        const reason = cause?.code;
        const why = typeof reason === 'string' ? ` (${reason})` : '';
        const message = `cannot read \`${path}\`${why}`;
        throw (0,errors/* kubernetesError */.j)('KUBERNETES_MANIFESTS_UNREADABLE', message, { cause });
    }
}
async function filesBelow(folder, files) {
    const names = await guarded(folder, () => files.list(folder));
    return names
        .filter((name) => MANIFEST.test(name) || KUSTOMIZATION.test(external_node_path_.posix.basename(name)))
        .map((name) => external_node_path_.posix.join(folder, name))
        .toSorted();
}
function notNone(entry, found, why) {
    return found.length > 0 ? refuseSources(found) : (0,result/* bad */.M)({ where: entry, message: why });
}
/** What manifests are made from is no manifest. */
function refuseSources(paths) {
    const problems = paths.flatMap((path) => {
        const name = external_node_path_.posix.basename(path);
        const folder = external_node_path_.posix.dirname(path);
        if (KUSTOMIZATION.test(name)) {
            const message = `is a kustomization; set \`render: kustomize\` with \`manifests: ${folder}\`, or name the manifests one by one`;
            return [{ where: path, message }];
        }
        if (!CHART.test(name))
            return [];
        const message = `is a Helm chart; set \`render: helm\` with \`manifests: ${folder}\``;
        return [{ where: path, message }];
    });
    // The files of a chart are templates: nothing that is wrong with them is news.
    return problems.length > 0 ? (0,result/* bad */.M)(...problems) : (0,result/* good */.u)(paths);
}

// EXTERNAL MODULE: ./packages/documents/lib/json.js
var lib_json = __webpack_require__(4256);
;// CONCATENATED MODULE: ./packages/documents/lib/line-tree.js
// Which line each part of a value stands on. Made only when somebody asks.
/** A new branch for a key or an index. */
function lineBelow(tree, part, line) {
    const branch = { line, below: null };
    tree.below ??= new Map();
    tree.below.set(String(part), branch);
    return branch;
}
/** The line of what is at `path`; of its nearest parent when it is not there. */
function lineAt(tree, path) {
    let here = tree;
    for (const part of path) {
        const next = here.below?.get(String(part));
        if (next === undefined)
            return here.line;
        here = next;
    }
    return here.line;
}

;// CONCATENATED MODULE: ./packages/documents/lib/json-lines.js
// Which line each part of a JSON text stands on. The text was read before: it is JSON.

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],\n]|[^\s{}[\],":]+/g;
function readJsonLines(text) {
    const root = { line: 0, below: null };
    const levels = [];
    let line = 0;
    for (const [token] of text.matchAll(TOKEN)) {
        const level = levels.at(-1);
        if (token === '\n')
            line++;
        else if (token === '}' || token === ']')
            levels.pop();
        else if (token === ',') {
            if (level !== undefined)
                level.member = null;
        }
        else if (level !== undefined && !level.isList && level.member === null) {
            level.member = lineBelow(level.tree, JSON.parse(token), line);
        }
        else {
            const tree = beginValue(level ?? null, { root, line });
            if (token === '{' || token === '[') {
                levels.push({ tree, isList: token === '[', count: 0, member: null });
            }
        }
    }
    return root;
}
function beginValue(level, { root, line }) {
    if (level === null) {
        root.line = line;
        return root;
    }
    return level.member ?? lineBelow(level.tree, level.count++, line);
}

;// CONCATENATED MODULE: ./packages/documents/lib/yaml-scalar.js
// Plain YAML scalars as kubectl reads them: YAML 1.1 for words, Go for numbers, dates and times stay text.
const WORDS = new Map([
    ...['true', 'True', 'TRUE'].map((word) => [word, true]),
    ...['false', 'False', 'FALSE'].map((word) => [word, false]),
    ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null]),
]);
/** Booleans in YAML 1.1, texts in 1.2. */
const OLD_WORDS = new Map([
    ...['y', 'Y', 'yes', 'Yes', 'YES', 'on', 'On', 'ON'].map((word) => [word, true]),
    ...['n', 'N', 'no', 'No', 'NO', 'off', 'Off', 'OFF'].map((word) => [word, false]),
]);
const NOT_FINITE = /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
const FLOAT = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;
const POINT_FIRST = /^\.\d+(?:_\d+)*(?:[eE][-+]?\d+)?$/;
const INTEGER = /^[-+]?(?:0[xX](?<hex>[0-9a-fA-F]+)|0[bB](?<two>[01]+)|0[oO]?(?<eight>[0-7]+)|(?<ten>0|[1-9]\d*))$/;
/** The value of a scalar that has no quotes and no tag. */
function readPlain(text) {
    const first = text.charCodeAt(0);
    // Digits, signs and a point; all that can begin a number.
    const numeric = (first >= 48 && first <= 57) || first === 43 || first === 45 || first === 46;
    return numeric ? readNumber(text) : readWord(text);
}
function readWord(text) {
    // The longest word has five letters.
    if (text.length > 5)
        return { value: text };
    const word = WORDS.get(text);
    if (word !== undefined)
        return { value: word };
    const old = OLD_WORDS.get(text);
    return old === undefined ? { value: text } : { value: old, note: renderNote(text, old) };
}
function readNumber(text) {
    if (NOT_FINITE.test(text)) {
        return {
            value: text,
            trouble: `found ${text}, which JSON cannot say; put quotes around a text`,
        };
    }
    if (text.startsWith('.')) {
        const fits = POINT_FIRST.test(text);
        return { value: fits ? finite(text.replaceAll('_', ''), text) : text };
    }
    const plain = text.includes('_') ? text.replaceAll('_', '') : text;
    const groups = INTEGER.exec(plain)?.groups;
    if (groups !== undefined)
        return readInteger(text, plain, groups);
    if (!FLOAT.test(plain))
        return { value: text };
    const value = finite(plain, text);
    return plain === text ? { value } : { value, note: renderNote(text, value) };
}
function readInteger(text, plain, groups) {
    const { hex, two, eight, ten } = groups;
    const digits = hex ?? two ?? eight ?? ten ?? '';
    const prefix = hex === undefined ? (two === undefined ? (eight === undefined ? '' : '0o') : '0b') : '0x';
    const exact = BigInt(`${prefix}${digits}`);
    const value = Number(exact);
    if (!Number.isSafeInteger(value)) {
        const message = `found a whole number beyond 9007199254740991 (2^53 - 1), which cannot be carried exactly; put quotes around a text`;
        return { value: text, trouble: message };
    }
    const signed = plain.startsWith('-') && value !== 0 ? -value : value;
    const clear = plain === text && (eight === undefined || !/^[-+]?0\d/.test(plain));
    return clear ? { value: signed } : { value: signed, note: renderNote(text, signed) };
}
/** Go keeps a number that is too large for it as text. `-0` has no other form in JSON than 0. */
function finite(plain, text) {
    const value = Number(plain);
    return Number.isFinite(value) ? value + 0 : text;
}
const renderNote = (text, value) => `${text} is read as ${String(value)}, as kubectl does; put quotes around it if it is a text`;
/** A key in JSON for what stands as a key in YAML; null: there is none that all readers agree on. */
function keyOfScalar(value) {
    if (typeof value === 'string')
        return value;
    if (typeof value === 'boolean')
        return String(value);
    if (value === null)
        return null;
    if (Number.isInteger(value))
        return Math.abs(value) < 1e21 ? String(value) : null;
    // kubectl rounds such a key to single precision.
    const short = Number(value.toPrecision(6)) === value && Math.abs(value) >= 1e-4;
    return short && Math.abs(value) < 1e6 ? String(value) : null;
}

;// CONCATENATED MODULE: ./packages/documents/lib/yaml-block.js
// A quick reader for what most manifests are made of: block mappings and lists of short scalars, each
// clear in every version of YAML. Whatever else it meets, it gives up, and the full reader is asked.


class Unusual extends Error {
}
/** One for all: its stack is of no use to anybody. */
const unusual = new Unusual('not for the quick reader');
/** The value, or null when the full reader must be asked. Fills `tree` when there is one. */
function readBlockYaml(lines, tree) {
    const scan = { lines, at: 0, depth: 0 };
    try {
        const indent = nextIndent(scan);
        if (indent === -1)
            return { value: null };
        const value = readNode(scan, indent, tree);
        return nextIndent(scan) === -1 ? { value } : null;
    }
    catch (error) {
        if (error instanceof Unusual)
            return null;
        throw error;
    }
}
const DEEPEST = 100;
/** YAML allows 1,024 for a key on one line. */
const LONGEST_KEY = 1000;
const SPACE = 32;
const HASH = 35;
const DASH = 45;
/** Goes on to the next line with content; -1 when there is none. */
function nextIndent(scan) {
    for (; scan.at < scan.lines.length; scan.at++) {
        const line = scan.lines[scan.at];
        const indent = skipSpaces(line, 0);
        if (indent < line.length && line.charCodeAt(indent) !== HASH)
            return indent;
    }
    return -1;
}
function skipSpaces(line, from) {
    let at = from;
    while (line.charCodeAt(at) === SPACE)
        at++;
    return at;
}
const isItem = (line, column) => line.charCodeAt(column) === DASH &&
    (column + 1 === line.length || line.charCodeAt(column + 1) === SPACE);
function readNode(scan, indent, tree) {
    if (++scan.depth > DEEPEST)
        throw unusual;
    const line = scan.lines[scan.at];
    const value = isItem(line, indent)
        ? readSequence(scan, indent, tree)
        : readMapping(scan, indent, tree);
    scan.depth--;
    return value;
}
/** A key that means the same with and without quotes. */
const KEY = /(?:([A-Za-z_][A-Za-z0-9_./-]*)|"([^"\\]*)"|'([^']*)') *:(?= |$)/y;
function readMapping(scan, indent, tree) {
    const value = {};
    for (;;) {
        const line = scan.lines[scan.at];
        KEY.lastIndex = indent;
        const match = KEY.exec(line);
        if (match === null || match[0].length > LONGEST_KEY)
            throw unusual;
        const [, plain, double, single] = match;
        const key = plain ?? double ?? single ?? '';
        if (plain !== undefined && readPlain(plain).value !== plain)
            throw unusual;
        if (key === '__proto__' || Object.hasOwn(value, key))
            throw unusual;
        const below = tree === null ? null : lineBelow(tree, key, scan.at);
        value[key] = readValue(scan, { column: KEY.lastIndex, indent, inMapping: true }, below);
        const next = nextIndent(scan);
        if (next < indent)
            return value;
        if (next > indent)
            throw unusual;
    }
}
function readSequence(scan, indent, tree) {
    const items = [];
    for (;;) {
        const line = scan.lines[scan.at];
        if (!isItem(line, indent))
            return items;
        const below = tree === null ? null : lineBelow(tree, items.length, scan.at);
        const column = skipSpaces(line, indent + 1);
        KEY.lastIndex = column;
        const nested = column < line.length && (isItem(line, column) || KEY.test(line));
        items.push(nested
            ? readNode(scan, column, below)
            : readValue(scan, { column, indent, inMapping: false }, below));
        const next = nextIndent(scan);
        if (next < indent)
            return items;
        if (next > indent)
            throw unusual;
    }
}
/** What stands behind a key or a dash, on its line or on those below; goes on behind it. */
function readValue(scan, spot, tree) {
    const line = scan.lines[scan.at];
    const column = skipSpaces(line, spot.column);
    if (column === line.length || line.charCodeAt(column) === HASH) {
        return readBelow(scan, spot, tree);
    }
    const first = line[column];
    if (first === '|')
        return readLiteral(scan, column, spot.indent);
    const text = line.slice(column);
    const value = first === '"' || first === "'"
        ? readQuoted(text)
        : first === '{' || first === '['
            ? readFlow(text)
            : readPlainText(text);
    scan.at++;
    return value;
}
function readBelow(scan, { indent, inMapping }, tree) {
    scan.at++;
    const next = nextIndent(scan);
    if (next > indent) {
        // An item stands where its content begins, not where its dash is.
        if (tree !== null && !inMapping)
            tree.line = scan.at;
        return readNode(scan, next, tree);
    }
    const line = scan.lines[scan.at];
    const flush = inMapping && next === indent && line !== undefined && isItem(line, indent);
    return flush ? readSequence(scan, indent, tree) : null;
}
const PLAIN_START = /^(?:[A-Za-z0-9_/.$(+^\\~<=;]|-[^ ])/;
const NOT_PLAIN = /\t|:(?: |$)/;
const QUOTED = /^(?:"([^"\\]*)"|'([^']*)'|("(?:[^"\\\t]|\\["\\nrtbf])*")) *(?:$|(?<= )#)/;
function readPlainText(text) {
    const comment = text.indexOf(' #');
    const plain = (comment === -1 ? text : text.slice(0, comment)).replace(/ +$/, '');
    if (!PLAIN_START.test(plain) || NOT_PLAIN.test(plain))
        throw unusual;
    return clear(plain);
}
function clear(plain) {
    const { value, note, trouble } = readPlain(plain);
    if (note !== undefined || trouble !== undefined)
        throw unusual;
    return value;
}
function readQuoted(text) {
    const match = QUOTED.exec(text);
    if (match === null)
        throw unusual;
    const [, double, single, escaped] = match;
    return double ?? single ?? JSON.parse(escaped ?? '""');
}
const LITERAL = /\|(-?) *(?:$|(?<= )#)/y;
function readLiteral(scan, column, parent) {
    LITERAL.lastIndex = column;
    const header = LITERAL.exec(scan.lines[scan.at]);
    if (header === null)
        throw unusual;
    const content = [];
    let indent = -1;
    let end = 0;
    for (scan.at++; scan.at < scan.lines.length; scan.at++) {
        const line = scan.lines[scan.at];
        const blanks = skipSpaces(line, 0);
        const blank = blanks === line.length;
        if (!blank && indent === -1)
            indent = blanks;
        if (!blank && blanks < indent)
            break;
        // Where blanks alone may be text or not, the rules are fine: not for the quick reader.
        if (blank && blanks > Math.max(indent, parent + 1))
            throw unusual;
        if (!blank && indent <= parent)
            break;
        content.push(blank ? '' : line.slice(indent));
        if (!blank)
            end = content.length;
    }
    // Without a line end behind its last line, the text has none either.
    if (end > 0 && scan.at === scan.lines.length && end === content.length)
        throw unusual;
    return end === 0 ? '' : content.slice(0, end).join('\n') + (header[1] === '-' ? '' : '\n');
}
const FLOW = /\s*(?:([{}[\],])|"([^"\\]*)"(?=\s*[,\]}:])|'([^']*)'(?=\s*[,\]}:])|([A-Za-z0-9_./][A-Za-z0-9_./-]*|-[A-Za-z0-9_./-]+)(?=\s*[,\]}]|: )|(: ))/y;
const FLOW_END = /^ *(?:$|(?<= )#)/;
/** A list or mapping that ends on its own line. */
function readFlow(text) {
    const scan = { text, at: 0, depth: 0 };
    const value = readFlowValue(scan, nextToken(scan));
    if (!FLOW_END.test(text.slice(scan.at)))
        throw unusual;
    return value;
}
function nextToken(scan) {
    FLOW.lastIndex = scan.at;
    const match = FLOW.exec(scan.text);
    if (match === null)
        throw unusual;
    scan.at = FLOW.lastIndex;
    const [, bracket, double, single, plain, colon] = match;
    if (bracket !== undefined || colon !== undefined) {
        return { mark: bracket ?? ':', value: null, plain: null };
    }
    if (plain !== undefined)
        return { mark: null, value: clear(plain), plain };
    return { mark: null, value: double ?? single, plain: null };
}
function readFlowValue(scan, first) {
    if (first.mark === null)
        return first.value;
    if (++scan.depth > DEEPEST)
        throw unusual;
    const value = first.mark === '[' ? readFlowItems(scan) : first.mark === '{' ? readFlowMembers(scan) : null;
    if (value === null)
        throw unusual;
    scan.depth--;
    return value;
}
function readFlowItems(scan) {
    const items = [];
    let token = nextToken(scan);
    if (token.mark === ']')
        return items;
    for (;;) {
        items.push(readFlowValue(scan, token));
        const { mark } = nextToken(scan);
        if (mark === ']')
            return items;
        if (mark !== ',')
            throw unusual;
        token = nextToken(scan);
    }
}
function readFlowMembers(scan) {
    const value = {};
    let token = nextToken(scan);
    if (token.mark === '}')
        return value;
    for (;;) {
        const key = token.value;
        if (token.mark !== null || typeof key !== 'string' || key === '__proto__')
            throw unusual;
        if (Object.hasOwn(value, key) || nextToken(scan).mark !== ':')
            throw unusual;
        value[key] = readFlowValue(scan, nextToken(scan));
        const { mark } = nextToken(scan);
        if (mark === '}')
            return value;
        if (mark !== ',')
            throw unusual;
        token = nextToken(scan);
    }
}

// EXTERNAL MODULE: ./node_modules/yaml/dist/index.js
var dist = __webpack_require__(8815);
// EXTERNAL MODULE: ./packages/documents/lib/yaml-message.js
var yaml_message = __webpack_require__(1391);
;// CONCATENATED MODULE: ./packages/documents/lib/yaml-full.js
// The reader for all of YAML, with kubectl's rules: slower, and the only one that knows what is wrong.




/** One document without its `---`. Fills `tree` when there is one. */
function readFullYaml(text, tree) {
    const counter = new dist/* LineCounter */.HN();
    const document = (0,dist/* parseDocument */.Tp)(text, {
        version: '1.1',
        schema: 'failsafe',
        merge: false,
        uniqueKeys: false,
        prettyErrors: false,
        lineCounter: counter,
        customTags: KNOWN_TAGS,
    });
    const lineAt = (offset) => Math.max(0, counter.linePos(offset).line - 1);
    const problems = [...document.errors, ...document.warnings].map(({ pos, message }) => ({
        line: lineAt(pos[0]),
        message: (0,yaml_message/* tidyMessage */.Y)(message),
    }));
    const reading = {
        targets: findTargets(document),
        lineAt,
        open: new Set(),
        problems,
        notes: [],
        key: '',
        expanded: 0,
    };
    const value = problems.length > 0 ? null : yaml_full_readNode(reading, document.contents, tree);
    return { value, problems, notes: reading.notes };
}
/** Tags for which the text decides; every other one is a problem. */
const KNOWN_TAGS = ['int', 'float', 'bool', 'null'].map((name) => ({
    tag: `tag:yaml.org,2002:${name}`,
    resolve: (text) => text,
}));
const MOST_EXPANDED = 100_000;
/** What each alias means: the last anchor of its name before it. */
function findTargets(document) {
    const anchors = new Map();
    const targets = new Map();
    (0,dist/* visit */.YR)(document, {
        Node: (_, node) => {
            if ((0,dist/* isAlias */.Vj)(node))
                targets.set(node, anchors.get(node.source));
            else if (node.anchor !== undefined)
                anchors.set(node.anchor, node);
        },
    });
    return targets;
}
const lineOf = (reading, node) => reading.lineAt((0,dist/* isNode */.Ll)(node) ? (node.range?.[0] ?? 0) : 0);
function complain(reading, node, message) {
    reading.problems.push({ line: lineOf(reading, node), message });
    return null;
}
function yaml_full_readNode(reading, node, tree) {
    if ((0,dist/* isAlias */.Vj)(node))
        return readAlias(reading, node, tree);
    if ((0,dist/* isScalar */.jn)(node))
        return readScalar(reading, node);
    if ((0,dist/* isMap */.jh)(node))
        return readMap(reading, node, tree);
    if (!(0,dist/* isSeq */.oP)(node))
        return null;
    return node.items.map((item, index) => {
        const below = tree === null ? null : lineBelow(tree, index, lineOf(reading, item));
        return yaml_full_readNode(reading, (0,dist/* isPair */.tO)(item) ? null : item, below);
    });
}
function readAlias(reading, alias, tree) {
    const target = reading.targets.get(alias);
    if (target === undefined) {
        // Not its name: a password without quotes can begin with `*`.
        const message = 'an alias names no anchor above it; put quotes around a text that begins with *';
        return complain(reading, alias, message);
    }
    if (reading.open.has(target))
        return complain(reading, alias, `*${alias.source} holds itself`);
    if (reading.expanded > MOST_EXPANDED) {
        const told = reading.problems.length > 0;
        return told
            ? null
            : complain(reading, alias, 'the document grows beyond reason through aliases');
    }
    reading.open.add(target);
    const value = yaml_full_readNode(reading, target, tree);
    reading.open.delete(target);
    return value;
}
function readScalar(reading, node) {
    if (reading.open.size > 0)
        reading.expanded++;
    if (!(0,dist/* isScalar */.jn)(node))
        return null;
    const { value, note, trouble } = valueOfScalar(node);
    if (trouble !== undefined)
        return complain(reading, node, trouble);
    if (note !== undefined && reading.open.size === 0) {
        reading.notes.push({ line: lineOf(reading, node), message: note, key: reading.key });
    }
    return value;
}
function valueOfScalar(node) {
    const text = typeof node.value === 'string' ? node.value : '';
    const tag = /^tag:yaml\.org,2002:(\w+)$/.exec(node.tag ?? '')?.[1];
    if (tag === undefined)
        return node.type === 'PLAIN' ? readPlain(text) : { value: text };
    if (tag === 'str')
        return { value: text };
    const read = readPlain(text);
    const { value } = read;
    const fits = tag === 'null'
        ? value === null
        : tag === 'bool'
            ? typeof value === 'boolean'
            : typeof value === 'number' && (tag === 'float' || Number.isInteger(value));
    const trouble = `found a text that does not fit its tag !!${tag}`;
    return fits ? { value } : { value, trouble: read.trouble ?? trouble };
}
function readMap(reading, map, tree) {
    if (reading.open.size > 0)
        reading.expanded++;
    const value = {};
    const seen = new Map();
    for (const pair of map.items) {
        if (isMergeKey(pair.key)) {
            mergeInto(reading, value, { node: pair.value, key: pair.key, tree });
            continue;
        }
        const key = readKey(reading, pair.key);
        const line = lineOf(reading, pair.key);
        const below = tree === null || key === null ? null : lineBelow(tree, key, line);
        reading.key = key ?? '';
        const member = yaml_full_readNode(reading, pair.value, below);
        if (key === null)
            continue;
        const before = seen.get(key);
        if (before !== undefined) {
            complain(reading, pair.key, `the key ${shorten(key)} stands twice in this mapping`);
        }
        seen.set(key, line);
        setMember(value, key, member);
    }
    return value;
}
/** A key that is called __proto__ is a key and nothing else. */
const setMember = (into, key, value) => void Object.defineProperty(into, key, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
});
const isMergeKey = (key) => (0,dist/* isScalar */.jn)(key) && key.type === 'PLAIN' && key.value === '<<';
function readKey(reading, node) {
    const target = (0,dist/* isAlias */.Vj)(node) ? reading.targets.get(node) : node;
    if ((0,dist/* isMap */.jh)(target) || (0,dist/* isSeq */.oP)(target)) {
        const message = 'a mapping or list stands as a key; put quotes around {{...}}';
        return complain(reading, node, message);
    }
    if (!(0,dist/* isScalar */.jn)(target))
        return complain(reading, node, 'a key is missing');
    const value = readScalar(reading, target);
    const key = keyOfScalar(value);
    if (key !== null || reading.problems.length > 0)
        return key;
    return complain(reading, node, `found ${String(value)} as a key; put quotes around it`);
}
/** As kubectl does it: what is merged in wins over keys above it, and loses to keys below it. */
function mergeInto(reading, into, { node, key, tree }) {
    const target = (0,dist/* isAlias */.Vj)(node) ? reading.targets.get(node) : node;
    const sources = (0,dist/* isSeq */.oP)(target) ? target.items.toReversed() : [node];
    for (const source of sources) {
        const plain = (0,dist/* isAlias */.Vj)(source) ? reading.targets.get(source) : source;
        if (!(0,dist/* isMap */.jh)(plain)) {
            complain(reading, key, 'what << merges in must be a mapping or a list of mappings');
            return;
        }
        const members = yaml_full_readNode(reading, source, tree);
        for (const [name, member] of Object.entries(members ?? {}))
            setMember(into, name, member);
    }
}
const shorten = (key) => (key.length > 60 ? `${key.slice(0, 60)}...` : key);

;// CONCATENATED MODULE: ./packages/documents/lib/yaml-stream.js
// Files of Kubernetes manifests: any number of YAML or JSON documents, read with kubectl's rules.






/**
 * Every document of a file that is not empty. YAML 1.1 as kubectl has it: `yes` is true, 0755 is 493,
 * dates are texts, `<<` merges. Duplicate keys, unknown tags, and numbers that JSON or JavaScript
 * cannot hold are problems. `lineOf` reads the document again when it is first asked.
 */
function parseYamlStream(text, { file }) {
    const body = withPlainLineEnds(text);
    if (body.trimStart().startsWith('{')) {
        const json = readJson(body, file);
        if (json !== null)
            return (0,result/* good */.u)(json);
    }
    const split = splitDocuments(body);
    const documents = [];
    const problems = split.problems.map((problem) => locate(problem, { file, line: 1 }));
    for (const chunk of split.chunks) {
        const place = { file, line: chunk.line + 1 };
        const read = readChunk(chunk.text);
        problems.push(...read.problems.map((problem) => locate(problem, place)));
        if (read.value === null)
            continue;
        const notes = read.notes.map((note) => ({ ...locate(note, place), key: note.key }));
        documents.push(documentOf(chunk.text, { ...place, value: read.value, notes, linesOf: readYamlLines }));
    }
    if (problems.length === 0)
        return (0,result/* good */.u)(documents);
    // What was meant as JSON is told about as JSON.
    const json = /\.json$/i.test(file) ? (0,lib_json/* parseJson */.q)(text, { file }) : null;
    return json === null || json.ok ? (0,result/* bad */.M)(...problems) : json;
}
/** YAML 1.1 knows three line ends; a byte order mark is no text. */
function withPlainLineEnds(text) {
    const body = text.startsWith('\uFEFF') ? text.slice(1) : text;
    return body.includes('\r') ? body.replaceAll(/\r\n?/g, '\n') : body;
}
const MARK = /^---(.*)$/gm;
const BESIDE_MARK = /^\s*(?:#.*)?$/;
function splitDocuments(text) {
    const chunks = [];
    const problems = [];
    let start = 0;
    let line = 0;
    for (const mark of text.matchAll(MARK)) {
        const chunk = text.slice(start, mark.index);
        chunks.push({ text: chunk, line });
        line += countLines(chunk);
        if (!BESIDE_MARK.test(mark[1] ?? '')) {
            problems.push({ line, message: 'only a comment may stand beside --- on its line' });
        }
        start = mark.index + mark[0].length;
    }
    // What begins behind a mark begins with the end of its line.
    chunks.push({ text: text.slice(start), line });
    return { chunks, problems };
}
function countLines(text) {
    let lines = 0;
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1))
        lines++;
    return lines;
}
/** No text of YAML holds these as they are; three of them end a line in YAML 1.1 and nowhere else. */
const CONTROL = /[\0-\x08\x0B-\x1F\x7F-\x9F\u2028\u2029\uFEFF\uFFFE\uFFFF]/;
const DIRECTIVE = /^%YAML[ \t]+(\S+).*$/m;
const END_MARK = /^\.\.\.(?=\s|$).*$/m;
function readChunk(text, tree = null) {
    const control = CONTROL.exec(text);
    if (control !== null)
        return refuse(text, control, renderControl(control[0]));
    const quick = readBlockYaml(text.split('\n'), tree);
    if (quick !== null)
        return { value: quick.value, problems: [], notes: [] };
    const end = END_MARK.exec(text);
    const behind = end === null ? '' : text.slice(end.index + end[0].length);
    if (end !== null && /^\s*[^#\s]/m.test(behind)) {
        return refuse(text, end, 'text follows ..., which kubectl would drop; put --- between documents');
    }
    const directive = DIRECTIVE.exec(text);
    if (directive !== null && directive[1] !== '1.1') {
        return refuse(text, directive, `found %YAML ${directive[1]}; wanted 1.1, whose rules kubectl has`);
    }
    return readFullYaml(text.replace(DIRECTIVE, '').replace(END_MARK, ''), tree);
}
function refuse(text, { index }, message) {
    const line = countLines(text.slice(0, index));
    return { value: null, problems: [{ line, message }], notes: [] };
}
const renderControl = (char) => `found the character U+${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}; write it as an escape in double quotes`;
const locate = ({ line, message }, place) => ({
    where: `${place.file}:${place.line + line}`,
    message,
});
function documentOf(text, { file, line, value, notes, linesOf }) {
    let tree = null;
    return {
        file,
        value,
        text,
        notes,
        lineOf: (path) => line + lineAt((tree ??= linesOf(text)), path),
    };
}
function readYamlLines(text) {
    const before = /^(?:[ \t]*(?:#.*)?\n)*/.exec(text)?.[0] ?? '';
    const tree = { line: countLines(before), below: null };
    readChunk(text, tree);
    return tree;
}
/** Whole numbers of this length may be more than JavaScript can hold; the full reader looks. */
const LONG_NUMBER = /[:[,]\s*-?\d{16,}\s*[,\]}]/;
/** The documents of a JSON stream; null when it is none, or when something is wrong with it. */
function readJson(text, file) {
    const parts = (0,lib_json/* splitJson */.f)(text);
    if (parts === null || LONG_NUMBER.test(text))
        return null;
    return parts.map(({ offset, end }) => {
        const own = text.slice(offset, end);
        const line = countLines(text.slice(0, offset)) + 1;
        return documentOf(own, {
            file,
            line,
            value: JSON.parse(own),
            notes: [],
            linesOf: readJsonLines,
        });
    });
}

// EXTERNAL MODULE: ./packages/kubernetes/lib/record.js
var record = __webpack_require__(2229);
// EXTERNAL MODULE: ./packages/kubernetes/lib/manifests/json.js
var json = __webpack_require__(4813);
// EXTERNAL MODULE: ./packages/kubernetes/lib/manifests/pod-template.js
var pod_template = __webpack_require__(6219);
;// CONCATENATED MODULE: ./packages/kubernetes/lib/manifests/text-fields.js



const NAMES = [
    ['metadata', 'labels'],
    ['metadata', 'annotations'],
];
const DATA = {
    'ConfigMap.': [['data'], ['binaryData']],
    'Secret.': [['data'], ['stringData']],
};
/** Labels, annotations, data and variables that are numbers, booleans or worse. */
function findNoTexts(object) {
    const key = (0,pod_template/* kindKey */._)(object);
    const data = Object.hasOwn(DATA, key) ? (DATA[key] ?? []) : [];
    const own = [...NAMES, ...data].flatMap((path) => notTexts(object, path));
    return [...own, ...(0,pod_template/* findPodTemplates */.M)(object).flatMap((template) => inTemplate(object, template))];
}
function inTemplate(object, { path, specPath, spec }) {
    const names = path === null ? [] : NAMES.map((below) => [...path, ...below]);
    const texts = [...names, [...specPath, 'nodeSelector']].flatMap((at) => notTexts(object, at));
    const variables = ['initContainers', 'containers'].flatMap((list) => (0,json/* listOf */.c3)(spec[list]).flatMap((container, index) => inContainer(container, [...specPath, list, index])));
    return [...texts, ...variables];
}
function inContainer(container, path) {
    const variables = (0,record/* isRecord */.u4)(container) ? (0,json/* listOf */.c3)(container['env']) : [];
    return variables.flatMap((variable, index) => (0,record/* isRecord */.u4)(variable) ? judge(variable['value'], [...path, 'env', index, 'value']) : []);
}
const notTexts = (object, path) => Object.entries((0,json/* mappingAt */.oh)(object, path) ?? {}).flatMap(([key, value]) => judge(value, [...path, key]));
function judge(value, path) {
    // The server takes null for an empty text.
    if (typeof value === 'string' || value === null || value === undefined)
        return [];
    const quotes = typeof value === 'object' ? '' : ': put quotes around it';
    const message = `${path.join('.')}: found ${(0,json/* describeValue */.bp)(value)}; wanted a text${quotes}`;
    return [{ path, message }];
}

;// CONCATENATED MODULE: ./packages/kubernetes/lib/manifests/document-objects.js




/** Lists are opened, nested ones too; an item keeps its line. */
function readObjects(document, source) {
    const into = { source, manifests: [], problems: [] };
    readOne(into, document.value, []);
    return into;
}
const WANTED = 'wanted a Kubernetes object with apiVersion, kind and metadata';
function readOne(into, value, path) {
    const complain = (below, message) => {
        into.problems.push({ where: (0,manifests_manifest/* renderSource */.u)(into.source, [...path, ...below]), message });
    };
    if (!(0,record/* isRecord */.u4)(value))
        return complain([], `found ${(0,json/* describeValue */.bp)(value)}; ${WANTED}`);
    const { apiVersion, kind, metadata } = value;
    if (apiVersion === undefined && kind === undefined) {
        return complain([], `is no Kubernetes object: apiVersion and kind are missing`);
    }
    const before = into.problems.length;
    if (typeof apiVersion !== 'string' || apiVersion === '') {
        complain(['apiVersion'], `apiVersion ${missingOr(apiVersion)}; wanted a text such as apps/v1`);
    }
    if (typeof kind !== 'string' || kind === '') {
        complain(['kind'], `kind ${missingOr(kind)}; wanted a text such as Deployment`);
    }
    if (into.problems.length > before)
        return;
    if (isList(value))
        return readItems(into, value, path);
    for (const { path: below, message } of metadataProblems(metadata))
        complain(below, message);
    for (const { path: below, message } of findNoTexts(value))
        complain(below, message);
    if (into.problems.length > before)
        return;
    into.manifests.push({ object: value, source: sourceBelow(into.source, path) });
}
const isList = ({ kind, items }) => typeof kind === 'string' && kind.endsWith('List') && (Array.isArray(items) || kind === 'List');
function readItems(into, list, path) {
    const items = Array.isArray(list['items']) ? list['items'] : [];
    // As kubectl has it: items of a ConfigMapList need not say that they are ConfigMaps.
    const kind = String(list['kind']).slice(0, -'List'.length);
    const common = kind === '' ? {} : { apiVersion: list['apiVersion'], kind };
    for (const [index, item] of items.entries()) {
        const own = (0,record/* isRecord */.u4)(item) ? { ...common, ...item } : item;
        readOne(into, own, [...path, 'items', index]);
    }
}
const sourceBelow = (source, path) => path.length === 0
    ? source
    : { file: source.file, lineOf: (below) => source.lineOf([...path, ...below]) };
function metadataProblems(metadata) {
    if (metadata === undefined || metadata === null) {
        return [{ path: ['metadata'], message: 'metadata is missing; wanted a mapping with a name' }];
    }
    if (!(0,record/* isRecord */.u4)(metadata)) {
        const message = `metadata: found ${(0,json/* describeValue */.bp)(metadata)}; wanted a mapping with a name`;
        return [{ path: ['metadata'], message }];
    }
    const problems = [];
    for (const field of ['name', 'generateName', 'namespace']) {
        const value = metadata[field];
        if (value === undefined || value === null || typeof value === 'string')
            continue;
        const message = `metadata.${field}: found ${(0,json/* describeValue */.bp)(value)}; wanted a text: put quotes around it`;
        problems.push({ path: ['metadata', field], message });
    }
    if (isNothing(metadata['name']) && isNothing(metadata['generateName'])) {
        problems.push({ path: ['metadata', 'name'], message: 'metadata.name is missing' });
    }
    for (const field of ['name', 'namespace']) {
        const value = metadata[field];
        if (typeof value !== 'string' || !value.includes('{{'))
            continue;
        const message = `metadata.${field} holds {{ }}, which nothing fills in here; for a Helm chart set \`render: helm\` and name its folder`;
        problems.push({ path: ['metadata', field], message });
    }
    return problems;
}
const isNothing = (value) => value === undefined || value === null || value === '';
const missingOr = (value) => isNothing(value) ? 'is missing' : `is ${(0,json/* describeValue */.bp)(value)}`;

;// CONCATENATED MODULE: ./packages/kubernetes/lib/manifests/program.js
const NOT_FOUND = 127;
async function runRenderer({ program, args, hidden }, { exec, signal }) {
    const { code, stdout, stderr } = await exec(program, args, signal);
    if (code === 0)
        return { ok: true, text: stdout };
    if (code === NOT_FOUND)
        return { ok: false, missing: true, message: `${program} is not installed` };
    const said = showErrors(stderr, hidden);
    const ended = `${program} ${args[0] ?? ''} ended with ${code}`;
    return { ok: false, missing: false, message: said === '' ? ended : `${ended}: ${said}` };
}
/** A path that no program can take for an option. */
const asArgument = (path) => (path.startsWith('-') ? `./${path}` : path);
const MOST_LINES = 5;
const LONGEST_LINE = 300;
/** Shorter ones destroy the message and protect nothing. */
const SHORTEST_HIDDEN = 4;
/** Whole documents, which some programs repeat. */
const DOCUMENT = /^\s*(?:kind:\s*Secret|(?:string)?[dD]ata:)\s*$/m;
/** kustomize repeats a literal of a generator without a key, from whichever folder it came. */
const program_LITERAL = /(literal sources? )(?:\[[^\n]*?\]|[^\n]*?(?=, expected))/g;
/** The first lines, on one line, without what may be a secret. */
function showErrors(stderr, hidden) {
    const document = DOCUMENT.exec(stderr);
    const shown = document === null ? stderr : stderr.slice(0, document.index);
    const safe = shown.replace(program_LITERAL, '$1***');
    const masked = hidden
        .filter((text) => text.length >= SHORTEST_HIDDEN)
        .toSorted((a, b) => b.length - a.length)
        .reduce((text, secret) => text.replaceAll(secret, '***'), safe);
    return masked
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '')
        .slice(0, MOST_LINES)
        .map((line) => (line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}...` : line))
        .join(' / ');
}
/** Every text in a value, at any depth; of texts with several lines each line, too. */
function textsBelow(value) {
    if (typeof value === 'string')
        return [value, ...value.split('\n')];
    if (typeof value === 'number')
        return [String(value)];
    if (typeof value !== 'object' || value === null)
        return [];
    return Object.values(value).flatMap(textsBelow);
}

;// CONCATENATED MODULE: ./packages/kubernetes/lib/manifests/helm.js
// `render: helm`: charts, rendered by `helm template`. Nothing is installed and no cluster is asked.





const RELEASE = /^[a-z0-9](?:[-a-z0-9]{0,51}[a-z0-9])?$/;
const INSTALL = 'helm is not installed; install it in a step before this one (azure/setup-helm)';
async function renderCharts(request, ports) {
    const charts = [...new Set(request.manifests.map(normalPath))];
    const problems = await checkInputs(request, { charts, ports });
    if (problems.length > 0)
        return (0,result/* bad */.M)(...problems);
    const own = await ownValues(charts, ports);
    const hidden = await valuesOf([...own, ...request.valuesFiles], ports);
    const texts = [];
    for (const chart of charts) {
        const args = argumentsFor(chart, request);
        const rendered = await runRenderer({ program: 'helm', args, hidden }, ports);
        if (rendered.ok) {
            const text = rendered.text;
            texts.push({ file: `${chart} (rendered)`, text, origin: (doc) => originOf(doc, chart) });
        }
        else {
            const message = rendered.missing ? INSTALL : rendered.message;
            problems.push({ where: chart, message });
        }
    }
    return problems.length > 0 ? (0,result/* bad */.M)(...problems) : (0,result/* good */.u)(texts);
}
async function checkInputs(request, { charts, ports }) {
    const problems = [];
    for (const chart of charts) {
        if (!(await isChart(chart, ports))) {
            const message = 'is no Helm chart; wanted a folder with Chart.yaml, or a packed chart (.tgz)';
            problems.push({ where: chart, message });
        }
        const name = releaseOf(chart, request);
        if (!RELEASE.test(name)) {
            const message = `found the release name "${name}"; wanted at most 53 small letters, digits and hyphens: give \`release-name\``;
            problems.push({ where: chart, message });
        }
    }
    for (const file of request.valuesFiles) {
        if ((await kindOf(file, ports.files)) === 'file')
            continue;
        problems.push({ where: file, message: 'found no such values file' });
    }
    if (request.releaseName !== null && charts.length > 1) {
        const message = `names one release, and there are ${charts.length} charts; render them in a step each`;
        problems.push({ where: 'release-name', message });
    }
    return problems;
}
async function isChart(chart, { files }) {
    const kind = await kindOf(chart, files);
    if (kind !== 'folder')
        return kind === 'file' && /\.(?:tgz|tar\.gz)$/.test(chart);
    return (await kindOf(external_node_path_.posix.join(chart, 'Chart.yaml'), files)) === 'file';
}
const releaseOf = (chart, { releaseName }) => releaseName ?? external_node_path_.posix.basename(chart).replace(/(?:-\d[^/]*)?\.(?:tgz|tar\.gz)$/, '');
function argumentsFor(chart, request) {
    const { namespace, valuesFiles } = request;
    return [
        'template',
        releaseOf(chart, request),
        // Without a dot Helm would look for a repository of that name.
        /^[./]/.test(chart) ? chart : `./${chart}`,
        '--include-crds',
        ...(namespace === null ? [] : ['--namespace', namespace]),
        ...valuesFiles.flatMap((file) => ['--values', asArgument(file)]),
    ];
}
/** The defaults of charts that are folders. */
async function ownValues(charts, { files }) {
    const found = charts.map((chart) => external_node_path_.posix.join(chart, 'values.yaml'));
    const kinds = await Promise.all(found.map((file) => kindOf(file, files)));
    return found.filter((_, index) => kinds[index] === 'file');
}
/** Charts turn values into Secrets, and repeat them when something fails. */
async function valuesOf(paths, ports) {
    const texts = [];
    for (const file of paths) {
        const stream = parseYamlStream(await readText(file, ports.files), { file });
        if (stream.ok)
            texts.push(...stream.value.flatMap(({ value }) => textsBelow(value)));
    }
    return texts;
}
const SOURCE = /^# Source: (\S+)[ \t]*$/m;
/** The template that a document was rendered from; lines count within what it became. */
function originOf(document, chart) {
    const source = SOURCE.exec(document.text);
    if (source === null)
        return document;
    const [, path = ''] = source;
    const inChart = path.includes('/') ? path.slice(path.indexOf('/') + 1) : path;
    return {
        file: `${chart}/${inChart} (rendered)`,
        lineOf: (below) => {
            const behind = document.text.slice(source.index + source[0].length + 1);
            const blank = /^(?:[ \t]*(?:#.*)?\n)*/.exec(behind)?.[0] ?? '';
            return document.lineOf(below) - document.lineOf([]) + blank.split('\n').length;
        },
    };
}

;// CONCATENATED MODULE: ./packages/kubernetes/lib/manifests/kustomize.js
// `render: kustomize`: folders of kustomizations, built by kustomize or by the one inside kubectl.







const FILES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];
async function renderKustomizations({ manifests }, ports) {
    const texts = new Map();
    const problems = [];
    for (const entry of manifests) {
        const file = await findKustomization(normalPath(entry), ports);
        if (file === null) {
            const message = `is no kustomization; wanted a folder with ${FILES[0]}`;
            problems.push({ where: entry, message });
            continue;
        }
        const folder = external_node_path_.posix.dirname(file);
        if (texts.has(folder))
            continue;
        const built = await build(folder, { ports, hidden: await secretsOf(file, ports) });
        if (!built.ok)
            problems.push({ where: entry, message: built.message });
        else
            texts.set(folder, { file: `${folder} (built)`, text: built.text, origin: null });
    }
    return problems.length > 0 ? (0,result/* bad */.M)(...problems) : (0,result/* good */.u)([...texts.values()]);
}
async function findKustomization(path, ports) {
    const kind = await kindOf(path, ports.files);
    if (kind === 'file')
        return FILES.some((name) => name === external_node_path_.posix.basename(path)) ? path : null;
    if (kind === 'absent')
        return null;
    for (const name of FILES) {
        const file = external_node_path_.posix.join(path, name);
        if ((await kindOf(file, ports.files)) === 'file')
            return file;
    }
    return null;
}
const kustomize_INSTALL = 'neither kustomize nor kubectl is installed; install kubectl in a step before this one (azure/setup-kubectl)';
async function build(folder, { ports, hidden }) {
    const place = asArgument(folder);
    const own = await runRenderer({ program: 'kustomize', args: ['build', place], hidden }, ports);
    if (own.ok || !own.missing)
        return own;
    const inside = await runRenderer({ program: 'kubectl', args: ['kustomize', place], hidden }, ports);
    return inside.ok || !inside.missing ? inside : { ...inside, message: kustomize_INSTALL };
}
/** What generators of Secrets have in the kustomization itself. */
async function secretsOf(file, ports) {
    const stream = parseYamlStream(await readText(file, ports.files), { file });
    if (!stream.ok)
        return [];
    return stream.value.flatMap(({ value }) => (0,json/* listOf */.c3)((0,record/* isRecord */.u4)(value) ? value['secretGenerator'] : []).flatMap((generator) => (0,json/* listOf */.c3)((0,record/* isRecord */.u4)(generator) ? generator['literals'] : []).flatMap((literal) => {
        const [, text = ''] = /^[^=]*=(.*)$/s.exec(String(literal)) ?? [];
        return textsBelow(text.replace(/^(['"])(.*)\1$/s, '$2'));
    })));
}

;// CONCATENATED MODULE: ./packages/kubernetes/lib/manifests/twins.js


/** By the namespaces that are written; what has no name yet is never the same. */
function findTwins(manifests) {
    const seen = new Map();
    return manifests.flatMap((manifest) => {
        const { object, source } = manifest;
        if ((object.metadata.name ?? '') === '')
            return [];
        const id = (0,lib_object/* idOf */.TH)(object, object.metadata.namespace ?? null);
        const before = seen.get((0,lib_object/* keyOf */.TN)(id));
        seen.set((0,lib_object/* keyOf */.TN)(id), before ?? manifest);
        return before === undefined ? [] : [twinProblem((0,lib_object/* renderId */.oF)(id), before.source, source)];
    });
}
const twinProblem = (name, first, second) => ({
    where: (0,manifests_manifest/* renderSource */.u)(second),
    message: `${name} is in the set already, at ${(0,manifests_manifest/* renderSource */.u)(first)}; wanted each object once`,
});

;// CONCATENATED MODULE: ./packages/kubernetes/lib/manifests/reading.js
// From the input `manifests` to objects with file and line. All problems of all files at once.










/**
 * The objects of the set, in the order of the files; never none. Scalars that YAML 1.1 reads as
 * something else become one notice each, and so do Helm hooks, which are left out.
 */
async function readManifests(request, ports) {
    const texts = await readTexts(request, ports);
    if (!texts.ok)
        return texts;
    const read = texts.value.map(readManifestText);
    const manifests = read.flatMap((one) => one.manifests);
    const problems = [...read.flatMap((one) => one.problems), ...findTwins(manifests)];
    if (problems.length > 0)
        return (0,result/* bad */.M)(...problems);
    for (const { where, message } of read.flatMap((one) => one.notes)) {
        ports.log.notice(`${where}: ${message}`);
    }
    const wanted = withoutHooks(manifests, ports);
    if (wanted.length > 0)
        return (0,result/* good */.u)(wanted);
    const where = request.manifests.join(', ');
    return (0,result/* bad */.M)({ where, message: 'holds no Kubernetes object; wanted at least one' });
}
async function readTexts(request, ports) {
    if (request.render === 'kustomize')
        return renderKustomizations(request, ports);
    if (request.render === 'helm')
        return renderCharts(request, ports);
    const found = await findManifestFiles(request.manifests, ports.files);
    if (!found.ok)
        return found;
    return (0,result/* good */.u)(await readAll(found.value, ports));
}
/** So many files are open at once. */
const AT_ONCE = 32;
async function readAll(paths, { files }) {
    const texts = [];
    for (let at = 0; at < paths.length; at += AT_ONCE) {
        const some = paths.slice(at, at + AT_ONCE).map(async (file) => {
            return { file, text: await readText(file, files), origin: null };
        });
        texts.push(...(await Promise.all(some)));
    }
    return texts;
}
/** The objects of one text. */
function readManifestText({ file, text, origin }) {
    const stream = parseYamlStream(text, { file });
    if (!stream.ok)
        return { manifests: [], problems: explainTemplates(stream.problems, text), notes: [] };
    const read = stream.value.map((document) => readObjects(document, origin === null ? document : origin(document)));
    return {
        manifests: read.flatMap((one) => one.manifests),
        problems: read.flatMap((one) => one.problems),
        notes: stream.value.flatMap(notesOf),
    };
}
/** A template of Helm is rarely YAML; what is wrong with it as YAML helps nobody. */
function explainTemplates(problems, text) {
    const lines = text.split(/\r\n?|\n/);
    const template = problems.find(({ where }) => {
        const line = Number(/:(\d+)(?::\d+)?$/.exec(where)?.[1] ?? 0);
        return lines.slice(Math.max(0, line - 2), line + 1).some((content) => content.includes('{{'));
    });
    if (template === undefined)
        return problems;
    const message = 'holds {{ }}, which nothing fills in here; for a Helm chart set `render: helm` and name its folder, for plain text put quotes around it';
    return [{ where: template.where, message }];
}
const MODES = new Set(['defaultMode', 'mode']);
const QUIET = 'a value here is read as a number or a boolean, as kubectl does; put quotes around it if it is a text';
/** File modes are meant to be octal. Values of Secrets are not shown. */
function notesOf({ notes, value }) {
    const kind = (0,record/* isRecord */.u4)(value) ? value['kind'] : null;
    const secret = kind === 'Secret' || kind === 'SecretList' || kind === 'List';
    return notes
        .filter(({ key }) => !MODES.has(key))
        .map(({ where, message }) => ({ where, message: secret ? QUIET : message }));
}
const HOOK = 'helm.sh/hook';
/** Helm alone knows when a hook should run; one that is applied like the rest runs at the wrong time. */
function withoutHooks(manifests, { log }) {
    return manifests.filter(({ object, source }) => {
        const hook = object.metadata.annotations?.[HOOK];
        if (typeof hook !== 'string')
            return true;
        const name = (0,lib_object/* renderId */.oF)((0,lib_object/* idOf */.TH)(object, object.metadata.namespace ?? null));
        log.notice(`${(0,manifests_manifest/* renderSource */.u)(source)}: ${name} is a Helm hook (${hook}) and was left out, not run`);
        return false;
    });
}

// EXTERNAL MODULE: ./packages/documents/lib/nearest.js
var nearest = __webpack_require__(2994);
;// CONCATENATED MODULE: ./packages/kubernetes/lib/manifests/placing.js
// Scope and namespace of each manifest, by what the server says of its kind. Pure.







/**
 * Manifests with their scope and namespace: the object's own, else the input's, else the context's,
 * else `default`. It is written into the object, and taken out of one that has no namespace by its
 * kind; no other field changes.
 */
function placeManifests(manifests, placing) {
    const coming = findComingKinds(manifests);
    const problems = [];
    const placed = [];
    const seen = new Map();
    for (const manifest of manifests) {
        const scope = scopeOf(manifest.object, { resources: placing.resources, coming });
        const result = typeof scope === 'string' ? scope : placeOne(manifest, scope, placing);
        if (typeof result === 'string') {
            problems.push({ where: (0,manifests_manifest/* renderSource */.u)(manifest.source, whereOf(scope)), message: result });
            continue;
        }
        const twin = twinOf(result, seen);
        if (twin === null)
            placed.push(result);
        else
            problems.push(twinProblem((0,lib_object/* renderId */.oF)(result.id), twin.source, manifest.source));
    }
    return problems.length > 0 ? (0,result/* bad */.M)(...problems) : (0,result/* good */.u)(placed);
}
const whereOf = (scope) => typeof scope === 'string' ? ['apiVersion'] : ['metadata', 'namespace'];
function placeOne({ object, source }, { namespaced, known }, { namespace: input, contextNamespace }) {
    const own = object.metadata.namespace ?? '';
    if (namespaced && own !== '' && input !== null && own !== input) {
        return `metadata.namespace is ${own}, and the input \`namespace\` is ${input}; take one of them out, or apply ${own} in a step of its own`;
    }
    const namespace = namespaced ? firstOf([own, input ?? '', contextNamespace, 'default']) : null;
    return { object: withNamespace(object, namespace), source, id: (0,lib_object/* idOf */.TH)(object, namespace), known };
}
const firstOf = (names) => names.find((name) => name !== '') ?? '';
function withNamespace(object, namespace) {
    const { namespace: own, ...rest } = object.metadata;
    if (namespace === null)
        return own === undefined ? object : { ...object, metadata: rest };
    if (own === namespace)
        return object;
    return { ...object, metadata: { ...object.metadata, namespace } };
}
/** What is made under a generated name is always a new one. */
function twinOf(manifest, seen) {
    if (manifest.id.name === '')
        return null;
    const key = (0,lib_object/* keyOf */.TN)(manifest.id);
    const before = seen.get(key);
    if (before === undefined)
        seen.set(key, manifest);
    return before ?? null;
}
/** The scope, or why there is none. */
function scopeOf(object, { resources, coming }) {
    const { group, version } = (0,lib_object/* parseApiVersion */.cX)(object.apiVersion);
    const resource = resources.find(group, version, object.kind);
    if (resource !== null) {
        if (resource.verbs.length > 0 && !resource.verbs.includes('patch')) {
            return `${object.kind} cannot be applied: the server keeps no objects of this kind`;
        }
        return { namespaced: resource.namespaced, known: true };
    }
    const namespaced = coming.get(`${group}/${version}/${object.kind}`);
    if (namespaced !== undefined)
        return { namespaced, known: false };
    return `the server knows no ${object.kind} in ${object.apiVersion}; ${hintFor(object, resources)}`;
}
function hintFor({ apiVersion, kind }, { all }) {
    const { group } = (0,lib_object/* parseApiVersion */.cX)(apiVersion);
    const same = all.filter((resource) => resource.kind === kind);
    const inGroup = same.filter((resource) => resource.group === group);
    const versions = (inGroup.length > 0 ? inGroup : same).map(versionOf);
    if (versions.length > 0)
        return `it has ${[...new Set(versions)].join(' and ')}: change apiVersion`;
    const near = (0,nearest/* nearest */.p)(kind, [...new Set(all.map((resource) => resource.kind))]);
    const guess = near === null ? null : all.find((resource) => resource.kind === near);
    if (guess !== null && guess !== undefined)
        return `did you mean ${near} in ${versionOf(guess)}?`;
    return 'if a CustomResourceDefinition brings it, install that first or put it into the set';
}
const versionOf = ({ group, version }) => (0,lib_object/* renderApiVersion */.Xd)(group, version);
/** Kinds that CRDs in the set define, and whether they have namespaces. */
function findComingKinds(manifests) {
    const kinds = new Map();
    for (const { object } of manifests) {
        const { group } = (0,lib_object/* parseApiVersion */.cX)(object.apiVersion);
        if (object.kind !== 'CustomResourceDefinition' || group !== 'apiextensions.k8s.io')
            continue;
        const spec = (0,json/* mappingAt */.oh)(object, ['spec']);
        const kind = (0,json/* mappingAt */.oh)(spec, ['names'])?.['kind'];
        for (const version of (0,json/* listOf */.c3)(spec?.['versions'])) {
            if (!(0,record/* isRecord */.u4)(version) || version['served'] === false)
                continue;
            const key = `${String(spec?.['group'])}/${String(version['name'])}/${String(kind)}`;
            kinds.set(key, spec?.['scope'] !== 'Cluster');
        }
    }
    return kinds;
}

;// CONCATENATED MODULE: ./packages/kubernetes/lib/manifests/image-reference.js
// Image references by the grammar of the container registries, with the short names of Docker Hub.
const LABEL = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const DOMAIN = new RegExp(`^(?:${LABEL}(?:\\.${LABEL})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?$`);
const PART = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const PATH = new RegExp(`^${PART}(?:/${PART})*$`);
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^(?:sha256:[a-f0-9]{64}|sha384:[a-f0-9]{96}|sha512:[a-f0-9]{128})$/;
/** What looks like the id of an image is no name. */
const ID = /^[a-f0-9]{64}$/;
const LONGEST_PATH = 255;
const HUB = 'docker.io';
const OLD_HUB = 'index.docker.io';
/** null: the text is no reference. `nginx` is `docker.io/library/nginx`. */
function parseImageReference(text) {
    if (ID.test(text))
        return null;
    const at = text.indexOf('@');
    const digest = at === -1 ? null : text.slice(at + 1);
    const name = at === -1 ? text : text.slice(0, at);
    const { domain, rest } = splitDomain(name);
    const colon = rest.indexOf(':');
    const tag = colon === -1 ? null : rest.slice(colon + 1);
    const path = colon === -1 ? rest : rest.slice(0, colon);
    const fits = DOMAIN.test(domain) &&
        PATH.test(path) &&
        path.length <= LONGEST_PATH &&
        (tag === null || TAG.test(tag)) &&
        (digest === null || DIGEST.test(digest));
    return fits ? { domain, path, tag, digest } : null;
}
/** Only a point, a port, a capital letter or `localhost` makes the first part a registry. */
function splitDomain(name) {
    const slash = name.indexOf('/');
    if (slash === -1)
        return { domain: HUB, rest: `library/${name}` };
    const first = name.slice(0, slash);
    const isDomain = /[.:]/.test(first) || first === 'localhost' || first.toLowerCase() !== first;
    if (!isDomain)
        return { domain: HUB, rest: name };
    const rest = name.slice(slash + 1);
    if (first !== HUB && first !== OLD_HUB)
        return { domain: first, rest };
    return { domain: HUB, rest: rest.includes('/') ? rest : `library/${rest}` };
}
/** In full, as every registry takes it. */
const renderImageReference = ({ domain, path, tag, digest }) => `${domain}/${path}${tag === null ? '' : `:${tag}`}${digest === null ? '' : `@${digest}`}`;
/** Two references with one repository are versions of one image. */
const repositoryOf = ({ domain, path }) => `${domain.toLowerCase()}/${path}`;

;// CONCATENATED MODULE: ./packages/kubernetes/lib/manifests/image-entries.js
// Entries of the input `images`: what to put in the place of which repository.


const FORMS = 'wanted registry/app:tag, registry/app@sha256:..., or old=new';
/** `app:tag`, `app@digest`, and as in kustomize `old=new`, `old=new:tag`, `old=new@digest`. */
function parseImageEntries(entries) {
    const problems = [];
    const read = [];
    for (const text of entries) {
        const complain = (message) => void problems.push({ where: 'images', message });
        const entry = parseEntry(text.trim());
        if (typeof entry === 'string') {
            complain(`${JSON.stringify(image_entries_shorten(text))} ${entry}`);
            continue;
        }
        const twin = read.find(({ repository }) => repository === entry.repository);
        if (twin === undefined)
            read.push(entry);
        else
            complain(`\`${entry.text}\` and \`${twin.text}\` both stand for ${entry.repository}`);
    }
    return problems.length > 0 ? (0,result/* bad */.M)(...problems) : (0,result/* good */.u)(read);
}
/** The entry, or what is wrong with it. */
function parseEntry(text) {
    const equals = text.indexOf('=');
    const image = text.slice(equals + 1);
    const wanted = parseImageReference(image);
    if (wanted === null)
        return `is no image reference; ${FORMS}`;
    if (equals === -1) {
        if (isBare(wanted))
            return `names no tag and no digest; ${FORMS}`;
        return { text, repository: repositoryOf(wanted), image, keepsVersion: false };
    }
    const old = parseImageReference(text.slice(0, equals));
    if (old === null)
        return `has no image name before =; ${FORMS}`;
    if (!isBare(old))
        return 'has a tag or digest before =; wanted the name alone there';
    return { text, repository: repositoryOf(old), image, keepsVersion: isBare(wanted) };
}
const isBare = ({ tag, digest }) => tag === null && digest === null;
const image_entries_shorten = (text) => (text.length > 120 ? `${text.slice(0, 120)}...` : text);

;// CONCATENATED MODULE: ./packages/kubernetes/lib/manifests/image-places.js




const KIND = /^[A-Z][A-Za-z0-9]*(?:\.[a-z0-9.-]+)?$/;
const MEMBER = /^[A-Za-z_][A-Za-z0-9_-]*(?:\[\])*$/;
function parseImagePaths(texts) {
    const problems = [];
    const paths = texts.flatMap((text) => {
        const [kind = '', place = ''] = text.trim().split(':', 2);
        const members = place.split('.');
        if (!KIND.test(kind) || !members.every((member) => MEMBER.test(member))) {
            const message = `found "${text}"; wanted Kind.group:path, such as Rollout.argoproj.io:spec.template.spec.containers[].image`;
            problems.push({ where: 'image-paths', message });
            return [];
        }
        const parts = members.flatMap((member) => member.replaceAll('[]', '.[]').split('.'));
        return [{ kind: kind.includes('.') ? kind : `${kind}.`, parts }];
    });
    return problems.length > 0 ? (0,result/* bad */.M)(...problems) : (0,result/* good */.u)(paths);
}
const CONTAINERS = ['initContainers', 'containers', 'ephemeralContainers'];
/** Images of the pod that it makes, image volumes too, and those at the listed paths. */
function findImages(object, paths) {
    const own = (0,pod_template/* findPodTemplates */.M)(object).flatMap(({ spec, specPath }) => imagesOf(spec, specPath));
    const listed = paths
        .filter(({ kind }) => kind === (0,pod_template/* kindKey */._)(object))
        .flatMap(({ parts }) => followParts(object, parts));
    const seen = new Set();
    return [...own, ...listed].filter(({ path }) => {
        const key = JSON.stringify(path);
        return seen.has(key) ? false : seen.add(key);
    });
}
function imagesOf(spec, specPath) {
    const containers = CONTAINERS.flatMap((list) => (0,json/* listOf */.c3)(spec[list]).map((_, index) => [list, index, 'image']));
    const volumes = (0,json/* listOf */.c3)(spec['volumes']).map((_, index) => [
        'volumes',
        index,
        'image',
        'reference',
    ]);
    return [...containers, ...volumes].flatMap((below) => {
        const image = (0,json/* valueAt */.fK)(spec, below);
        return typeof image === 'string' ? [{ path: [...specPath, ...below], image }] : [];
    });
}
function followParts(value, parts, path = []) {
    const [part, ...rest] = parts;
    if (part === undefined)
        return typeof value === 'string' ? [{ path, image: value }] : [];
    if (part === '[]') {
        return (0,json/* listOf */.c3)(value).flatMap((item, index) => followParts(item, rest, [...path, index]));
    }
    if (!(0,record/* isRecord */.u4)(value) || !Object.hasOwn(value, part))
        return [];
    return followParts(value[part], rest, [...path, part]);
}

;// CONCATENATED MODULE: ./packages/kubernetes/lib/manifests/images.js
// The input `images`: other versions of images than the manifests have. Pure.






/**
 * Replaces images by their repository (`nginx` is `docker.io/library/nginx`). An entry that fits no
 * image is a problem. Nothing else of an object changes.
 */
function replaceImages(manifests, entries, options = {}) {
    const read = parseImageEntries(entries);
    const paths = parseImagePaths(options.paths ?? []);
    const problems = [read, paths].flatMap((result) => (result.ok ? [] : result.problems));
    if (!read.ok || !paths.ok)
        return (0,result/* bad */.M)(...problems);
    const images = manifests.map(({ object }) => findImages(object, paths.value));
    const unused = findUnused(read.value, images.flat());
    if (unused.length > 0)
        return (0,result/* bad */.M)(...unused);
    const replaced = [];
    const changed = manifests.map((manifest, index) => {
        let { object } = manifest;
        for (const { path, image } of images[index] ?? []) {
            const to = newImage(image, read.value);
            if (to === null || to === image)
                continue;
            object = withValue(object, path, to);
            replaced.push({ where: (0,manifests_manifest/* renderSource */.u)(manifest.source, path), from: image, to });
        }
        return object === manifest.object ? manifest : { ...manifest, object };
    });
    return (0,result/* good */.u)({ manifests: changed, replaced });
}
function newImage(image, entries) {
    const old = parseImageReference(image);
    if (old === null)
        return null;
    const entry = entries.find(({ repository }) => repository === repositoryOf(old));
    if (entry === undefined)
        return null;
    if (!entry.keepsVersion)
        return entry.image;
    const tag = old.tag === null ? '' : `:${old.tag}`;
    return `${entry.image}${tag}${old.digest === null ? '' : `@${old.digest}`}`;
}
function findUnused(entries, images) {
    const known = new Set(images.flatMap(({ image }) => {
        const reference = parseImageReference(image);
        return reference === null ? [] : [repositoryOf(reference)];
    }));
    return entries
        .filter(({ repository }) => !known.has(repository))
        .map(({ text, repository }) => {
        const rest = known.size === 0
            ? 'the manifests hold no image'
            : (0,nearest/* didYouMean */.a)(repository, [...known].toSorted());
        return { where: 'images', message: `\`${text}\` fits no image (${repository}); ${rest}` };
    });
}
/** A copy with one value changed; what is not on the way is shared. */
function withValue(holder, path, value) {
    const [part, ...rest] = path;
    if (part === undefined)
        return value;
    if (Array.isArray(holder)) {
        const items = holder;
        return items.map((item, index) => (index === part ? withValue(item, rest, value) : item));
    }
    const members = holder;
    return { ...members, [part]: withValue(members[part], rest, value) };
}

;// CONCATENATED MODULE: ./packages/kubernetes/lib/manifests/secret-values.js
// What must never be shown: the values of Secrets, so that they are masked before anything is printed.


/** A mask of a shorter text would make the log unreadable and is easily guessed. */
const SHORTEST = 8;
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
/**
 * Decoded values, their base64, and each line of those with several, 8 characters or more, each
 * once. Also those that an annotation of kubectl repeats.
 */
function secretValuesOf(manifests) {
    const found = new Set();
    for (const { object } of manifests) {
        if (object.kind !== 'Secret' || object.apiVersion !== 'v1')
            continue;
        for (const text of textsOf(object)) {
            for (const one of [text, ...text.split(/\r\n?|\n/)]) {
                if (one.trim().length >= SHORTEST)
                    found.add(one);
            }
        }
    }
    return [...found];
}
function textsOf(secret) {
    return [
        ...secret_values_valuesOf(secret['data']).flatMap((text) => [text, decode(text)]),
        ...secret_values_valuesOf(secret['stringData']),
        ...lastApplied(secret['metadata']),
    ];
}
const secret_values_valuesOf = (values) => (0,record/* isRecord */.u4)(values) ? Object.values(values).filter((value) => typeof value === 'string') : [];
const decode = (text) => Buffer.from(text, 'base64').toString('utf8');
function lastApplied(metadata) {
    const annotations = (0,record/* isRecord */.u4)(metadata) ? metadata['annotations'] : null;
    const text = (0,record/* isRecord */.u4)(annotations) ? annotations[LAST_APPLIED] : null;
    if (typeof text !== 'string')
        return [];
    try {
        const before = JSON.parse(text);
        return (0,record/* isRecord */.u4)(before) ? textsOf(before) : [];
    }
    catch {
        return [text];
    }
}

// EXTERNAL MODULE: ./packages/kubernetes/lib/manifests/label-selector.js
var label_selector = __webpack_require__(2311);
;// CONCATENATED MODULE: ./packages/kubernetes/lib/manifests/practices.js








/** How this workload is rolled out: `rolling`, `blue-green`, `canary`, or a note in plain words. */
const STRATEGY_ANNOTATION = 'sluice.dev/strategy';
/** How to get back to the version before: a command, a runbook's address, a note. */
const ROLLBACK_ANNOTATION = 'sluice.dev/rollback';
/** In the order of the manifests. */
function adviceOf(placed) {
    // Found once: each workload looks through them.
    const keepers = {
        budgets: ofKind(placed, 'PodDisruptionBudget.policy'),
        autoscalers: ofKind(placed, 'HorizontalPodAutoscaler.autoscaling'),
    };
    return placed.flatMap((manifest) => {
        const [template] = (0,pod_template/* findPodTemplates */.M)(manifest.object);
        if (template === undefined)
            return [];
        const complain = complainer(manifest);
        const workload = { manifest, object: manifest.object, template, complain };
        const serves = SERVING.has((0,pod_template/* kindKey */._)(manifest.object));
        return [
            ...(serves ? serving(workload, keepers) : []),
            ...adviseImages(workload),
            ...adviseResources(workload),
        ];
    });
}
const ofKind = (placed, kind) => placed.filter(({ object }) => (0,pod_template/* kindKey */._)(object) === kind);
/** Workloads that answer requests; of which there may be several. */
const SERVING = new Set([
    'Deployment.apps',
    'StatefulSet.apps',
    'Rollout.argoproj.io',
]);
function complainer({ id, source }) {
    const name = (0,lib_object/* renderId */.oF)(id);
    return (rule, path, message) => ({
        rule,
        // Only what is shown is looked up: it means reading the file's text again.
        get where() {
            return (0,manifests_manifest/* renderSource */.u)(source, path);
        },
        message: `${name} ${message}`,
    });
}
const serving = (workload, keepers) => [
    ...adviseProbe(workload),
    ...adviseReplicas(workload, keepers),
    ...adviseBudget(workload, keepers),
    ...adviseNotes(workload),
];
function adviseProbe({ template, complain }) {
    const { spec, specPath } = template;
    const containers = (0,json/* listOf */.c3)(spec['containers']);
    if (containers.some((container) => (0,record/* isRecord */.u4)(container) && (0,record/* isRecord */.u4)(container['readinessProbe'])))
        return [];
    const message = 'has no readiness probe: pods get requests before they can answer, and a broken version counts as ready';
    return [complain('readiness-probe', [...specPath, 'containers'], message)];
}
function adviseReplicas({ manifest, object, complain }, { autoscalers }) {
    const replicas = (0,json/* valueAt */.fK)(object, ['spec', 'replicas']) ?? 1;
    if (replicas !== 1 || isScaledUp(manifest, autoscalers))
        return [];
    const message = 'runs one replica: it is away while its node is drained or its pod restarts';
    return [complain('replicas', ['spec', 'replicas'], message)];
}
/** An autoscaler in the set keeps more than one. */
const isScaledUp = ({ id }, autoscalers) => autoscalers.some(({ object, id: other }) => {
    const target = (0,json/* mappingAt */.oh)(object, ['spec', 'scaleTargetRef']);
    const least = (0,json/* valueAt */.fK)(object, ['spec', 'minReplicas']);
    const same = target?.['kind'] === id.kind && target['name'] === id.name;
    return same && other.namespace === id.namespace && typeof least === 'number' && least > 1;
});
function adviseBudget({ manifest, template, complain }, { budgets }) {
    const labels = (0,json/* mappingAt */.oh)(template.template, ['metadata', 'labels']) ?? {};
    const kept = budgets.some(({ object, id }) => id.namespace === manifest.id.namespace &&
        (0,label_selector/* selects */.k)((0,json/* valueAt */.fK)(object, ['spec', 'selector']), labels));
    if (kept)
        return [];
    const message = 'has no PodDisruptionBudget in the set that selects its pods: a drain may take all of them at once';
    return [complain('disruption-budget', [], message)];
}
function adviseNotes({ object, complain }) {
    const path = ['metadata', 'annotations'];
    const notes = (0,json/* mappingAt */.oh)(object, path) ?? {};
    const missing = (name) => (0,record/* textOf */.b6)(notes[name]).trim() === '';
    const advice = [];
    if (missing(STRATEGY_ANNOTATION)) {
        const message = `has no annotation ${STRATEGY_ANNOTATION}: say how it is rolled out (rolling, blue-green, canary)`;
        advice.push(complain('strategy-note', path, message));
    }
    if (missing(ROLLBACK_ANNOTATION)) {
        const message = `has no annotation ${ROLLBACK_ANNOTATION}: say how to get back (a command, a runbook)`;
        advice.push(complain('rollback-note', path, message));
    }
    return advice;
}
const VERSION = /^v?\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:[+_][0-9A-Za-z.-]+)?$/;
const MOVING = new Set([
    'latest',
    'stable',
    'edge',
    'nightly',
    'main',
    'master',
]);
function adviseImages({ manifest, complain }) {
    return findImages(manifest.object, []).flatMap(({ path, image }) => {
        const reference = parseImageReference(image);
        // A digest never moves, whatever the tag beside it says.
        if (reference === null || reference.digest !== null)
            return [];
        const { tag } = reference;
        if (tag === null || MOVING.has(tag)) {
            const found = tag === null ? 'no tag, which means latest' : `the tag ${tag}`;
            const message = `uses ${image} with ${found}: two pods may run different versions, and there is no way back`;
            return [complain('moving-tag', path, message)];
        }
        if (VERSION.test(tag))
            return [];
        const message = `uses ${image}, whose tag is no version such as 1.4.2`;
        return [complain('image-version', path, message)];
    });
}
function adviseResources({ template, complain }) {
    const { spec, specPath } = template;
    const path = [...specPath, 'containers'];
    // A pod may have them for all its containers together.
    if (hasResources(spec))
        return [];
    const without = (0,json/* listOf */.c3)(spec['containers']).filter((container) => (0,record/* isRecord */.u4)(container) && !hasResources(container));
    if (without.length === 0)
        return [];
    const names = without.map((container) => (0,record/* textOf */.b6)((0,json/* valueAt */.fK)(container, ['name']))).join(', ');
    const message = `asks for no resources (${names}): the scheduler packs it anywhere, and it is evicted first`;
    return [complain('resources', path, message)];
}
const hasResources = (holder) => ['requests', 'limits'].some((name) => {
    const amounts = (0,json/* mappingAt */.oh)(holder, ['resources', name]);
    return amounts !== null && Object.keys(amounts).length > 0;
});

;// CONCATENATED MODULE: ./packages/kubernetes/lib/manifests/index.js










;// CONCATENATED MODULE: ./packages/kubernetes/lib/apply/application-set.js
// An application as a public ApplySet (KEP-3659): one parent object, and a label on every member.
// The parent is a ConfigMap, not the Secret that kubectl takes by default: the record holds no
// secrets, and an identity that deploys no Secrets then needs no right on Secrets at all.
// `kubectl apply --prune --applyset=configmaps/NAME` finds the set and leaves it to us by our name.


const setLabels = {
    /** On the parent: makes it one. */
    id: 'applyset.kubernetes.io/id',
    /** On each member: the id of its set. */
    partOf: 'applyset.kubernetes.io/part-of',
};
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
/** The set of that name in that namespace; a problem when no ConfigMap can have this name. */
function applicationSetOf(input) {
    const { application: name, namespace, sha256 } = input;
    if (name.length > 253 || !subdomain.test(name)) {
        return (0,result/* bad */.M)({
            where: 'application',
            message: `found ${JSON.stringify(name)}; wanted a name of lower-case letters, digits, "-" and ".", at most 253 characters`,
        });
    }
    const parent = { group: '', version: 'v1', kind: 'ConfigMap', namespace, name };
    return (0,result/* good */.u)({ name, namespace, parent, id: setIdOf(parent, sha256) });
}
/** The specification binds the id to the parent's own name: a set cannot borrow another one's id. */
function setIdOf(parent, sha256) {
    const { name, namespace, kind, group } = parent;
    const digest = sha256(`${name}.${namespace ?? ''}.${kind}.${group}`);
    return `applyset-${Buffer.from(digest, 'hex').toString('base64url')}-v1`;
}
/** The id of the set that a live object belongs to; null: none. */
const setOf = ({ metadata }) => metadata.labels?.[setLabels.partOf] ?? null;
/** True for the parent of any set. */
const isSetParent = ({ metadata }) => metadata.labels?.[setLabels.id] !== undefined;
/**
 * The manifests with the label of the set, as they are compared and applied. Objects with
 * `generateName` are left as they are: each run makes new ones, so they belong to no set.
 */
function labelMembers(set, placed) {
    const problems = [...emptiness(set, placed), ...placed.flatMap((one) => memberProblems(set, one))];
    if (problems.length > 0)
        return (0,result/* bad */.M)(...problems);
    return (0,result/* good */.u)(placed.map((manifest) => isMember(manifest) ? { ...manifest, object: labelled(manifest.object, set) } : manifest));
}
/** False for objects that are made anew by each run. */
const isMember = ({ object }) => object.metadata.generateName === undefined || object.metadata.name !== undefined;
const labelled = (object, set) => ({
    ...object,
    metadata: {
        ...object.metadata,
        labels: { ...object.metadata.labels, [setLabels.partOf]: set.id },
    },
});
/** An empty folder is far more often a mistake in a path than the wish to remove everything. */
function emptiness(set, placed) {
    if (placed.some(isMember))
        return [];
    return [
        {
            where: 'manifests',
            message: `no object is left in application ${set.name}, so everything of it would be pruned; use mode delete if that is the wish`,
        },
    ];
}
function memberProblems(set, manifest) {
    const { object, id, source } = manifest;
    const problems = [];
    const found = setOf(object);
    if (found !== null && found !== set.id) {
        problems.push({
            where: (0,manifests_manifest/* renderSource */.u)(source, ['metadata', 'labels', setLabels.partOf]),
            message: `label ${setLabels.partOf} names another set (${found}); remove it, it is set for application ${set.name}`,
        });
    }
    if (isParentOf(set, id)) {
        problems.push({
            where: (0,manifests_manifest/* renderSource */.u)(source, ['metadata', 'name']),
            message: `ConfigMap ${set.namespace}/${set.name} holds the record of application ${set.name}; choose another \`application\` or another name`,
        });
    }
    return problems;
}
/** Is this the object that holds the record of the set? */
const isParentOf = ({ parent }, id) => id.group === parent.group &&
    id.kind === parent.kind &&
    id.namespace === parent.namespace &&
    id.name === parent.name;

;// CONCATENATED MODULE: ./packages/kubernetes/lib/apply/application-set-record.js


const setAnnotations = {
    tooling: 'applyset.kubernetes.io/tooling',
    kinds: 'applyset.kubernetes.io/contains-group-kinds',
    namespaces: 'applyset.kubernetes.io/additional-namespaces',
};
const TOOL = 'sluice';
/** Raised when a record is written that an older Sluice would misread. */
const TOOLING = `${TOOL}/v1`;
const SET_FIELD_MANAGER = 'sluice-applyset';
const noRecord = { kinds: [], namespaces: [], resourceVersion: null };
/** `Deployment.apps`; `ConfigMap` for the core. */
const renderKind = ({ group, kind }) => group === '' ? kind : `${kind}.${group}`;
/** `Deployment.apps` -> apps, Deployment. */
function parseKind(text) {
    const dot = text.indexOf('.');
    return dot === -1
        ? { group: '', kind: text }
        : { group: text.slice(dot + 1), kind: text.slice(0, dot) };
}
const sorted = (texts) => [...new Set(texts)].sort();
/** Where these objects are. */
const recordOf = (set, ids) => ({
    kinds: sorted(ids.map(renderKind)),
    namespaces: sorted(ids.flatMap(({ namespace }) => namespace === null || namespace === set.namespace ? [] : [namespace])),
});
const union = (a, b) => ({
    kinds: sorted([...a.kinds, ...b.kinds]),
    namespaces: sorted([...a.namespaces, ...b.namespaces]),
});
/** The record to write before the apply: what was there and what will be there. */
const planRecord = (set, seen, placed) => union(seen, recordOf(set, placed.filter(isMember).map(({ id }) => id)));
/**
 * The record to write after a complete prune: what is in the manifests, what was kept though it left
 * them, and kinds that could not be looked at.
 */
function planShrunk(set, left) {
    const ids = [...left.placed.filter(isMember).map(({ id }) => id), ...left.kept];
    const record = recordOf(set, ids);
    if (left.unseenKinds.length === 0)
        return record;
    // Objects of a kind that is out of sight can be in any namespace that was recorded.
    return union(record, { kinds: left.unseenKinds, namespaces: left.seen.namespaces });
}
/**
 * The record on the server, `noRecord` when there is none. Throws KUBERNETES_SET_FOREIGN for
 * anything that is not ours, KUBERNETES_SET_DAMAGED when it does not fit its own name.
 */
async function readRecord(api, set) {
    const answer = await api.get(set.parent);
    if (!answer.ok)
        throw notWritten(set, 'read', answer.refusal);
    return answer.value === null ? noRecord : parseRecord(set, answer.value);
}
/**
 * Throws KUBERNETES_SET_NOT_WRITTEN when the record is not the one that this run saw last: another run
 * of the application has begun since, and what it made would look as if it had left the manifests.
 */
async function confirmRecord(api, set, seen) {
    const now = await readRecord(api, set);
    if (now.resourceVersion === seen.resourceVersion)
        return;
    throw (0,errors/* kubernetesError */.j)('KUBERNETES_SET_NOT_WRITTEN', `the record of application ${set.name} was written by another run since this one began, so nothing was removed`);
}
/** What a live parent says; throws as `readRecord` does. */
function parseRecord(set, parent) {
    const { annotations = {}, labels = {}, resourceVersion = '' } = parent.metadata;
    refuseForeign(set, annotations[setAnnotations.tooling]);
    const id = labels[setLabels.id];
    if (id !== set.id) {
        throw damaged(set, `label ${setLabels.id} is ${id === undefined ? 'missing' : JSON.stringify(id)}; wanted ${set.id}`);
    }
    const kinds = annotations[setAnnotations.kinds];
    if (kinds === undefined)
        throw damaged(set, `annotation ${setAnnotations.kinds} is missing`);
    return {
        kinds: split(kinds),
        namespaces: split(annotations[setAnnotations.namespaces] ?? '').filter((namespace) => namespace !== set.namespace),
        resourceVersion,
    };
}
const split = (text) => sorted(text.split(',').filter((part) => part !== ''));
function refuseForeign(set, tooling) {
    if (tooling === TOOLING)
        return;
    const place = `ConfigMap ${set.namespace}/${set.name}`;
    if (tooling === undefined) {
        throw (0,errors/* kubernetesError */.j)('KUBERNETES_SET_FOREIGN', `${place} exists and is no record of an application: it has no annotation ${setAnnotations.tooling}`);
    }
    const newer = tooling.startsWith(`${TOOL}/`);
    throw (0,errors/* kubernetesError */.j)('KUBERNETES_SET_FOREIGN', `${place} is kept by ${JSON.stringify(tooling)}; this is ${TOOLING}`, newer ? { hint: 'Use the version of Sluice that wrote it.' } : {});
}
const damaged = (set, what) => (0,errors/* kubernetesError */.j)('KUBERNETES_SET_DAMAGED', `record of application ${set.name} (ConfigMap ${set.namespace}/${set.name}): ${what}`);
const notWritten = (set, verb, refusal) => (0,errors/* kubernetesError */.j)('KUBERNETES_SET_NOT_WRITTEN', `could not ${verb} the record of application ${set.name}: ${refusal.request}: ${refusal.reason} (${refusal.status}): ${refusal.message}`);
/**
 * Writes the record where it differs. Before the apply with `planRecord`. Throws
 * KUBERNETES_SET_NOT_WRITTEN when it is refused or was changed by another run since it was read.
 */
async function writeRecord(api, write) {
    const { set, seen, record, dryRun } = write;
    if (seen.resourceVersion !== null && sameRecord(seen, record))
        return { kind: 'unchanged', seen };
    const parent = parentOf(set, record);
    // Only a create tells that another run was first; an apply would write over its record.
    const answer = seen.resourceVersion === null
        ? await api.create(parent, { dryRun })
        : await applyParent(api, withVersion(parent, seen.resourceVersion), dryRun);
    if (answer.ok) {
        const { resourceVersion = '' } = answer.value.metadata;
        return { kind: 'written', seen: { ...record, resourceVersion } };
    }
    if (answer.refusal.status === 404)
        return { kind: 'no-namespace' };
    const found = answer.refusal.status === 409 ? await readRecord(api, set) : noRecord;
    // Our own write: its first answer was lost, and it was sent again.
    if (found.resourceVersion !== null && sameRecord(found, record)) {
        return { kind: 'written', seen: found };
    }
    throw notWritten(set, 'write', answer.refusal);
}
const sameRecord = (a, b) => a.kinds.join() === b.kinds.join() && a.namespaces.join() === b.namespaces.join();
const withVersion = (object, resourceVersion) => ({
    ...object,
    metadata: { ...object.metadata, resourceVersion },
});
/** Forced: the record is ours by name and was read at this very version. */
async function applyParent(api, parent, dryRun) {
    const answer = await api.apply(parent, {
        fieldManager: SET_FIELD_MANAGER,
        force: true,
        dryRun,
    });
    return answer.ok ? { ok: true, value: answer.value.object } : answer;
}
/** The parent as we write it; other fields of it are left alone. */
const parentOf = (set, record) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
        name: set.name,
        namespace: set.namespace,
        labels: { [setLabels.id]: set.id },
        annotations: {
            [setAnnotations.tooling]: TOOLING,
            [setAnnotations.kinds]: record.kinds.join(','),
            [setAnnotations.namespaces]: record.namespaces.join(','),
        },
    },
});

;// CONCATENATED MODULE: ./packages/kubernetes/lib/apply/application-set-conflict.js


/**
 * One problem per live object that carries the label of another set. An object is in one set at
 * most; taken from a set that still has it in its manifests, the two runs would fight over it, and
 * the first prune of the other would delete it. Objects without a label may be adopted.
 */
async function findMembersElsewhere(api, set, live) {
    const elsewhere = live.flatMap((member) => {
        const other = setOf(member.object);
        return other === null || other === set.id ? [] : [{ member, other }];
    });
    const places = Map.groupBy(elsewhere, ({ other }) => other);
    const names = new Map(await Promise.all([...places].map(async ([id, taken]) => {
        const namespaces = new Set([
            set.namespace,
            ...taken.flatMap(({ member }) => member.id.namespace ?? []),
        ]);
        return [id, await nameOf(api, id, [...namespaces])];
    })));
    return elsewhere.map(({ member, other }) => ({
        where: (0,lib_object/* renderId */.oF)(member.id),
        message: `belongs to ${names.get(other) ?? other}, not to application ${set.name}; to move it, remove its label ${setLabels.partOf} first and then its manifest there`,
    }));
}
/** `application shop/web`; the bare id when no parent of that set can be found. */
async function nameOf(api, id, namespaces) {
    const resources = await api.resources();
    const labelSelector = `${setLabels.id}=${id}`;
    // Secrets are where kubectl keeps its sets. Without the right to list them the id must do.
    for (const kind of ['ConfigMap', 'Secret']) {
        const resource = resources.preferred('', kind);
        if (resource === null)
            continue;
        for (const namespace of namespaces) {
            const answer = await api.list(resource, { namespace, labelSelector });
            const parent = answer.ok ? answer.value.items[0] : undefined;
            if (parent !== undefined) {
                return `set ${parent.metadata.name ?? ''} (${kind} in ${namespace})`;
            }
        }
    }
    return `set ${id}, whose parent was not found`;
}

;// CONCATENATED MODULE: ./packages/kubernetes/lib/apply/application-set-invalid.js


/** KUBERNETES_SET_INVALID: of `applicationSetOf`, `labelMembers` and `findMembersElsewhere`. */
const invalidSet = (problems) => (0,errors/* kubernetesError */.j)('KUBERNETES_SET_INVALID', (0,invalid/* renderProblems */.x)('the application', problems));

;// CONCATENATED MODULE: ./packages/kubernetes/lib/apply/application-set-rights.js

/**
 * Needed: to keep the record and to look for members. Optional: to delete them, which only a run that
 * prunes needs; without it the prune of that run is refused and the record stays.
 */
function setRights(set, question) {
    const { resources, seen, record } = question;
    const configMaps = { group: '', resource: 'configmaps', namespace: set.namespace };
    const parent = (verb) => ({ verb, ...configMaps, names: [set.name] });
    const places = record.kinds.flatMap((text) => {
        const { group, kind } = parseKind(text);
        const resource = resources.preferred(group, kind);
        if (resource === null)
            return [];
        const namespaces = resource.namespaced ? [set.namespace, ...record.namespaces] : [null];
        return namespaces.map((namespace) => ({ group, resource: resource.plural, namespace }));
    });
    return {
        needed: [
            seen.resourceVersion === null ? { verb: 'create', ...configMaps } : parent('get'),
            parent('patch'),
            ...places.map((place) => ({ verb: 'list', ...place })),
        ],
        optional: places.map((place) => ({ verb: 'delete', ...place })),
    };
}

// EXTERNAL MODULE: ./packages/kubernetes/lib/health/inert-text.js
var inert_text = __webpack_require__(6369);
// EXTERNAL MODULE: ./packages/kubernetes/lib/apply/lanes.js
var lanes = __webpack_require__(6134);
// EXTERNAL MODULE: ./packages/kubernetes/lib/apply/removal-stages.js
var removal_stages = __webpack_require__(1033);
;// CONCATENATED MODULE: ./packages/kubernetes/lib/apply/prune.js






/**
 * The members of a set, by one list per recorded kind and namespace; cluster-wide kinds once.
 * Objects of a kind or in a namespace that is not recorded are never looked at.
 */
async function observeMembers(api, set, record) {
    const resources = await api.resources();
    const known = record.kinds.flatMap((text) => {
        const { group, kind } = parseKind(text);
        return resources.preferred(group, kind) ?? [];
    });
    const served = new Set(known.map(renderKind));
    const missing = record.kinds.filter((kind) => !served.has(kind));
    const places = known.flatMap((resource) => (resource.namespaced ? [set.namespace, ...record.namespaces] : [null]).map((namespace) => ({
        resource,
        namespace,
    })));
    const labelSelector = `${setLabels.partOf}=${set.id}`;
    const lists = await (0,lanes/* inLanes */.L)(places, async ({ resource, namespace }) => membersIn(resource, namespace, await api.list(resource, { namespace, labelSelector })));
    return {
        members: lists.flatMap(({ members }) => members),
        unlisted: lists.flatMap(({ unlisted }) => unlisted),
        unseenKinds: (await Promise.all(missing.map((kind) => mayReturn(api, resources, kind)))).flat(),
    };
}
function membersIn(resource, namespace, answer) {
    if (!answer.ok) {
        const { status, reason, message } = answer.refusal;
        // Its CRD went since discovery was read, and all its objects with it.
        if (status === 404)
            return { members: [], unlisted: [] };
        const where = namespace === null ? '' : ` in ${namespace}`;
        const line = (0,inert_text/* inertLine */.Fq)(`${renderKind(resource)}${where}: ${reason}: ${message}`);
        return { members: [], unlisted: [line] };
    }
    const { group, version, kind } = resource;
    return {
        unlisted: [],
        members: answer.value.items.map((object) => ({
            id: {
                group,
                version,
                kind,
                namespace: resource.namespaced ? (object.metadata.namespace ?? namespace) : null,
                name: object.metadata.name ?? '',
            },
            object,
        })),
    };
}
/**
 * A kind that discovery lacks is gone for good when its group serves others or is not there at all.
 * A group that shows nothing is an aggregated server that is down: its objects are still somewhere.
 */
async function mayReturn(api, resources, kind) {
    const { group } = parseKind(kind);
    if (resources.all.some((resource) => resource.group === group))
        return [];
    const { status } = await api.read(`/apis/${encodeURIComponent(group)}`);
    return status === 404 ? [] : [kind];
}
/** Which members go, and which stay and why. */
function planPrune(input) {
    const wanted = new Set(input.placed.map(({ id }) => (0,lib_object/* keyOf */.TN)(id)));
    const left = input.members.filter(({ id, object }) => !wanted.has((0,lib_object/* keyOf */.TN)(id)) && !input.appliedUids.has(object.metadata.uid ?? ''));
    const judged = left.map((member) => ({ member, keep: whyKept(member, input) }));
    return {
        removals: judged.flatMap(({ member, keep }) => (keep === null ? [member] : [])),
        kept: judged.flatMap(({ member, keep }) => (keep === null ? [] : [{ member, ...keep }])),
    };
}
function whyKept({ id, object }, { set, deleteData }) {
    const optOut = optOutOf(object);
    if (optOut !== null)
        return { reason: 'OptOut', message: `kept, because of ${optOut}` };
    if (isSetParent(object)) {
        return { reason: 'SetParent', message: 'kept, because it holds the record of an ApplySet' };
    }
    if (set !== null && isHomeOf(set, id)) {
        return { reason: 'SetParent', message: 'kept, because the record of the application is in it' };
    }
    const [owner] = object.metadata.ownerReferences ?? [];
    if (owner !== undefined) {
        return {
            reason: 'Owned',
            message: (0,inert_text/* inertLine */.Fq)(`kept, because ${owner.kind} ${owner.name} owns it`),
        };
    }
    const lost = deleteData ? null : (0,removal_stages/* dataLostWith */.r)(id, object);
    return lost === null
        ? null
        : {
            reason: 'HoldsData',
            message: `kept, because ${lost} would go with it; \`delete-data: true\` allows it`,
        };
}
/** Is this the namespace that the parent of the set is in? */
const isHomeOf = ({ namespace }, { group, kind, name }) => group === '' && kind === 'Namespace' && name === namespace;
/**
 * Ours, and those of the tools that people come from: an object that Flux, Argo CD or Helm was told
 * to keep is not one to be removed by us.
 */
const optOuts = [
    { key: 'sluice.dev/prune', keeps: (value) => value === 'disabled' },
    { key: 'kustomize.toolkit.fluxcd.io/prune', keeps: (value) => value === 'disabled' },
    {
        key: 'argocd.argoproj.io/sync-options',
        keeps: (value) => value.split(',').some((option) => option.trim() === 'Prune=false'),
    },
    { key: 'helm.sh/resource-policy', keeps: (value) => value.trim() === 'keep' },
];
/** `annotation sluice.dev/prune: disabled`; null: nothing speaks against its removal. */
function optOutOf({ metadata }) {
    const found = optOuts.find(({ key, keeps }) => {
        const value = metadata.annotations?.[key];
        return value !== undefined && keeps(value);
    });
    return found === undefined ? null : `annotation ${found.key}`;
}

// EXTERNAL MODULE: ./packages/kubernetes/lib/apply/removal.js
var removal = __webpack_require__(3449);
;// CONCATENATED MODULE: ./packages/kubernetes/lib/apply/prune-run.js
// The prune of one run: look, plan, delete, shrink the record.




/**
 * To be called after everything was applied and is ready: what left the folder may still serve until
 * then. Throws KUBERNETES_SET_NOT_WRITTEN when another run of the
 * application has begun (then nothing is removed), or when the record cannot be shrunk.
 */
async function applyPrune(ports, order) {
    const seen = await observeMembers(ports.api, order.set, order.seen);
    for (const line of seen.unlisted)
        ports.log.notice(`prune could not look for ${line}`);
    for (const kind of seen.unseenKinds) {
        ports.log.notice((0,inert_text/* inertLine */.Fq)(`prune could not look for ${kind}: the server does not serve it now`));
    }
    const plan = planPrune({ ...order, members: seen.members });
    if (plan.removals.length > 0 && !order.dryRun) {
        await confirmRecord(ports.api, order.set, order.seen);
    }
    const reports = order.dryRun ? plan.removals.map(planned) : await remove(ports, order, plan);
    const complete = seen.unlisted.length === 0 && reports.every(({ verdict }) => verdict === 'gone');
    if (complete && !order.dryRun)
        await shrink(ports, order, { seen, plan });
    return { reports: [...reports, ...plan.kept.map(keptReport)], complete };
}
const planned = ({ id }) => ({
    id,
    action: 'pruned',
    verdict: 'none',
    reason: '',
    message: 'would be deleted: it is no longer in the manifests',
    seconds: 0,
});
/** A member that stays, and why. */
const keptReport = ({ member, reason, message, }) => ({
    id: member.id,
    action: 'unchanged',
    verdict: 'none',
    reason,
    message,
    seconds: 0,
});
const remove = (ports, order, { removals }) => (0,removal/* removeObjects */.$)(ports, removals.map(({ id, object }) => ({ id, uid: object.metadata.uid ?? '' })), { action: 'pruned', propagation: order.propagation, deadline: order.deadline });
/** What was kept stays recorded: without its opt-out it is to be found again. */
async function shrink({ api }, order, { seen, plan }) {
    const record = planShrunk(order.set, {
        seen: order.seen,
        placed: order.placed,
        kept: plan.kept.map(({ member }) => member.id),
        unseenKinds: seen.unseenKinds,
    });
    await writeRecord(api, { set: order.set, seen: order.seen, record, dryRun: false });
}

// EXTERNAL MODULE: ./packages/kubernetes/lib/apply/managed-fields.js + 3 modules
var managed_fields = __webpack_require__(6776);
// EXTERNAL MODULE: ./packages/kubernetes/lib/apply/live.js
var live = __webpack_require__(2291);
// EXTERNAL MODULE: ./packages/kubernetes/lib/apply/plan.js
var apply_plan = __webpack_require__(6222);
// EXTERNAL MODULE: ./packages/kubernetes/lib/apply/run.js + 1 modules
var run = __webpack_require__(7675);
// EXTERNAL MODULE: ./packages/kubernetes/lib/health/status/health-status.js
var health_status = __webpack_require__(2055);
// EXTERNAL MODULE: ./packages/kubernetes/lib/health/status/status.js + 3 modules
var status_status = __webpack_require__(2217);
;// CONCATENATED MODULE: ./packages/kubernetes/lib/apply/rights.js




/** Minimal: only what the plan will really send. Kinds that are not known yet cannot be asked about. */
function requiredRights(plan, question) {
    const placed = placedIn(plan, question.resources);
    const needed = placed.flatMap((one) => rightsOf(one, verbsOf(one.planned)));
    const awaited = placed
        .filter(({ planned }) => question.wait && !isReadyAtOnce(planned, question.status))
        .flatMap((one) => rightsOf(one, ['list', 'watch']));
    return {
        needed: distinct(needed),
        optional: distinct([...awaited, ...evidence(placed, question)]),
    };
}
/** Ready by its very write, as most kinds are: the wait asks nothing of it. */
function isReadyAtOnce({ object, live }, options = health_status/* defaultStatusOptions */.c8) {
    const status = live?.['status'];
    // Its controller has to see the change.
    if (status?.observedGeneration !== undefined)
        return false;
    const written = { ...object, status };
    const context = { now: 0, since: 0, written: null, lateClasses: new Set(), options };
    return (0,status_status/* statusOf */.c)(written, context).state === 'ready';
}
/** Beside those of the writes: without one of these, what a run made could not be taken away again. */
function rightsToUndo(plan, resources) {
    const placed = placedIn(plan, resources);
    // What may not be read cannot be put back.
    const unseen = placed.filter(({ planned: { intent, live } }) => intent === 'configure' && live === null);
    const made = placed.filter(({ planned: { intent, placed } }) => (intent === 'create' || intent === 'generate') && (0,removal_stages/* dataLostWith */.r)(placed.id) === null);
    return distinct([
        ...made.flatMap((one) => rightsOf(one, ['get', 'delete'])),
        ...unseen.flatMap((one) => rightsOf(one, ['get'])),
    ]);
}
const placedIn = (plan, resources) => (0,apply_plan/* objectsOf */.i)(plan).flatMap((planned) => {
    const { group, version, kind } = planned.placed.id;
    const resource = resources.find(group, version, kind);
    return resource === null ? [] : [{ planned, resource }];
});
const rightsOf = ({ planned, resource }, verbs) => verbs.map((verb) => {
    const { name, namespace } = planned.placed.id;
    const named = BY_NAME.has(verb) && name !== '';
    const right = { verb, group: resource.group, resource: resource.plural, namespace };
    return named ? { ...right, names: [name] } : right;
});
/** A Role can give these for named objects; the others have no name in their request. */
const BY_NAME = new Set(['get', 'patch', 'delete']);
function verbsOf({ intent, replace }) {
    switch (intent) {
        case 'unchanged':
        case 'refused':
            return [];
        case 'generate':
            return ['create'];
        // An apply that makes an object asks the server for both.
        case 'create':
            return ['create', 'patch'];
        case 'recreate':
            return ['create', 'get', 'patch'];
        case 'configure':
            return replace ? ['create', 'delete', 'get', 'patch'] : ['patch'];
    }
}
/** What a wait looks at to say why pods fail. */
function evidence(placed, { wait }) {
    const namespaces = new Set(placed
        .filter(({ planned: { placed } }) => ['apps', 'batch'].includes(placed.id.group) || placed.id.kind === 'Pod')
        .map(({ planned: { placed } }) => placed.id.namespace));
    if (!wait)
        return [];
    return [...namespaces].flatMap((namespace) => [
        { verb: 'list', group: '', resource: 'pods', namespace },
        { verb: 'watch', group: '', resource: 'pods', namespace },
        { verb: 'get', group: '', resource: 'pods/log', namespace },
        { verb: 'list', group: '', resource: 'events', namespace },
        { verb: 'list', group: 'apps', resource: 'replicasets', namespace },
    ]);
}
/** Each once, with the names of all its objects. */
function distinct(rights) {
    const alike = Map.groupBy(rights, ({ verb, group, resource, namespace }) => `${verb} ${group}/${resource} ${namespace ?? ''}`);
    return [...alike.values()].flatMap((members) => {
        const [first] = members;
        if (first === undefined)
            return [];
        const { names, ...whole } = first;
        const isNamed = names !== undefined && members.every((one) => one.names !== undefined);
        return [isNamed ? { ...whole, names: members.flatMap((one) => one.names ?? []) } : whole];
    });
}

// EXTERNAL MODULE: ./packages/kubernetes/lib/apply/take-over.js
var take_over = __webpack_require__(821);
;// CONCATENATED MODULE: ./packages/kubernetes/lib/apply/changes.js


/** The server writes these on its own. */
const ignored = new Set([
    'creationTimestamp',
    'generation',
    'managedFields',
    'resourceVersion',
    'selfLink',
    'uid',
]);
const HIDDEN = '***';
/** `null`: no object. In the order of the fields' names. */
function changesBetween(before, after, options) {
    const kind = after?.kind ?? before?.kind ?? '';
    const walk = { changes: [], secret: kind === 'Secret', options };
    compare(walk, [], { before: visible(before), after: visible(after) });
    return walk.changes;
}
const visible = (object) => object === null
    ? undefined
    : {
        ...object,
        metadata: Object.fromEntries(Object.entries(object.metadata).filter(([name]) => !ignored.has(name))),
    };
function compare(walk, path, { before, after }) {
    if (before === after)
        return;
    const maps = (0,record/* isRecord */.u4)(before) || before === undefined ? (0,record/* isRecord */.u4)(after) || after === undefined : false;
    if (maps && !(isEmpty(before) && isEmpty(after))) {
        const [left, right] = [(0,record/* recordOf */.zv)(before), (0,record/* recordOf */.zv)(after)];
        for (const name of [...new Set([...Object.keys(left), ...Object.keys(right)])].sort()) {
            compare(walk, [...path, `.${name}`], { before: left[name], after: right[name] });
        }
        return;
    }
    const keyed = keyedItems(before, after);
    if (keyed !== null) {
        for (const [key, states] of keyed)
            compare(walk, [...path, `[${key}]`], states);
        return;
    }
    const [left, right] = [JSON.stringify(before), JSON.stringify(after)];
    if (left === right)
        return;
    const hide = isHidden(walk, path);
    const shown = (text) => (text === undefined ? null : hide ? HIDDEN : text);
    walk.changes.push({
        path: path.join('').replace(/^\./, ''),
        before: shown(left),
        after: shown(right),
    });
}
const isEmpty = (value) => value === undefined || ((0,record/* isRecord */.u4)(value) && Object.keys(value).length === 0);
function isHidden({ secret, options }, path) {
    const last = path.at(-1) ?? '';
    if (last === `.${take_over/* LAST_APPLIED */.j}`)
        return true;
    if (secret && (path[0] === '.data' || path[0] === '.stringData'))
        return true;
    return options.hideEnv && last === '.value' && path.at(-3) === '.env';
}
const keyNames = ['name', 'containerPort', 'port', 'mountPath', 'key', 'ip', 'type', 'uid'];
/** Items of two lists in pairs, by the first field that names all of them; null: compared as a whole. */
function keyedItems(before, after) {
    const lists = [before ?? [], after ?? []];
    const [left, right] = lists;
    if (!Array.isArray(left) || !Array.isArray(right) || left.length + right.length === 0)
        return null;
    const name = keyNames.find((name) => names(left, name) && names(right, name));
    if (name === undefined)
        return null;
    const items = new Map();
    for (const item of left)
        items.set(`${name}=${String((0,record/* recordOf */.zv)(item)[name])}`, { before: item, after: undefined });
    for (const item of right) {
        const key = `${name}=${String((0,record/* recordOf */.zv)(item)[name])}`;
        items.set(key, { before: items.get(key)?.before, after: item });
    }
    return [...items];
}
const names = (items, name) => {
    const values = items.map((item) => ((0,record/* isRecord */.u4)(item) ? item[name] : undefined));
    return (values.every((value) => typeof value === 'string' || typeof value === 'number') &&
        new Set(values).size === values.length);
};

// EXTERNAL MODULE: ./packages/kubernetes/lib/apply/field-set.js
var field_set = __webpack_require__(9280);
// EXTERNAL MODULE: ./packages/kubernetes/lib/apply/refusals.js
var refusals = __webpack_require__(1480);
// EXTERNAL MODULE: ./packages/kubernetes/lib/apply/replace.js
var replace = __webpack_require__(2869);
;// CONCATENATED MODULE: ./packages/kubernetes/lib/apply/diff.js









/** In the order of the plan. Actions are what an apply would do. */
async function diffPlan(plan, parts) {
    const objects = (0,apply_plan/* objectsOf */.i)(plan);
    const coming = new Set(objects
        .filter(({ placed: { id }, intent }) => isNamespace(id) && intent === 'create')
        .map(({ placed }) => placed.id.name));
    return (0,lanes/* inLanes */.L)(objects, (planned) => diffObject(planned, { plan, parts, coming }));
}
const isNamespace = ({ group, kind }) => group === '' && kind === 'Namespace';
async function diffObject(planned, scene) {
    const { action, reason = '', message = '', changes = [] } = await look(planned, scene);
    return {
        report: {
            id: planned.placed.id,
            action,
            verdict: action === 'refused' ? 'failed' : 'none',
            reason,
            message,
            seconds: 0,
        },
        changes,
    };
}
async function look(planned, scene) {
    const { placed, intent, object, live } = planned;
    const { parts, coming } = scene;
    if (intent === 'unchanged')
        return { action: 'unchanged' };
    if (intent === 'refused') {
        return { action: 'refused', reason: planned.reason, message: planned.message };
    }
    const added = changesBetween(null, object, parts);
    if (!placed.known) {
        return unknown('its kind comes with a CRD of this set, so the server cannot check it yet', added);
    }
    if (coming.has(placed.id.namespace ?? '')) {
        return unknown('its namespace comes with this set, so the server cannot check it yet', added);
    }
    if (intent === 'recreate') {
        return {
            action: 'created',
            reason: 'Terminating',
            message: 'the live one is being deleted',
            changes: added,
        };
    }
    const answer = await dryRun(planned, scene);
    if (!answer.ok)
        return refusedChange(planned, answer.refusal, scene);
    if (live === null)
        return { action: answer.value.created ? 'created' : 'configured', changes: added };
    const left = planned.takeOver === null ? answer.value.object : withoutLeft(planned, answer.value.object);
    const changes = changesBetween(...(await sameMoment(planned, { live, left, parts })), parts);
    // Only who owns what would change.
    if (changes.length === 0)
        return { action: planned.takeOver === null ? 'unchanged' : 'configured' };
    return { action: 'configured', changes };
}
/**
 * The two states to compare. A dry run shows the version that it started from: when a controller has
 * written the object since it was read, it is read again, so that only our own changes are left. The
 * status is nobody's wish.
 */
async function sameMoment({ placed, object }, { live, left, parts }) {
    const stale = live.metadata.resourceVersion !== left.metadata.resourceVersion;
    const answer = stale ? await parts.api.get(placed.id) : null;
    const now = answer?.ok === true && answer.value !== null ? answer.value : live;
    return 'status' in object ? [now, left] : [withoutStatus(now), withoutStatus(left)];
}
const withoutStatus = ({ status: _status, ...object }) => object;
const unknown = (message, changes) => ({
    action: 'unknown',
    reason: 'NotYet',
    message,
    changes,
});
const reactionTo = ({ placed: { id }, autoscaled, replace }, refusal) => (0,refusals/* reactTo */.xC)(refusal, { id, seconds: Infinity, fresh: false, autoscaled, replace });
async function dryRun(planned, { plan, parts: { api } }) {
    const { object, intent, takeOver } = planned;
    if (intent !== 'generate') {
        // Fields that are taken over would be conflicts without it.
        const force = plan.rules.force || takeOver !== null;
        const answer = await api.apply(object, { fieldManager: field_set/* APPLIER */.kT, force, dryRun: true });
        return answer.ok || reactionTo(planned, answer.refusal).kind !== 'take-back'
            ? answer
            : api.apply(object, { fieldManager: field_set/* APPLIER */.kT, force: true, dryRun: true });
    }
    const answer = await api.create(object, { dryRun: true });
    return answer.ok ? { ok: true, value: { object: answer.value, created: true } } : answer;
}
async function refusedChange(planned, refusal, { parts }) {
    const { placed, object, live } = planned;
    if (refusal.status === 400 && /does not support dry run/.test(refusal.message)) {
        return unknown('a webhook that takes no dry runs looks at this kind', changesBetween(live, object, parts));
    }
    const { id } = placed;
    const reaction = reactionTo(planned, refusal);
    if (reaction.kind === 'replace') {
        const held = await (0,replace/* whyNotReplaced */.g)(parts, planned);
        if (held !== null)
            return { action: 'refused', ...held };
        return {
            action: 'replaced',
            reason: 'Immutable',
            message: `${(0,lib_object/* renderId */.oF)(id)} cannot be changed in place; it would be deleted and made anew`,
            changes: changesBetween(null, object, parts),
        };
    }
    if (reaction.kind === 'give-up') {
        return { action: 'refused', reason: reaction.reason, message: reaction.message };
    }
    return { action: 'refused', reason: refusal.reason, message: refusal.message };
}
/**
 * A dry run cannot move fields to us first, so what taking over would remove is not in its answer:
 * what the last client-side apply named and the manifest does not.
 */
function withoutLeft({ live, object }, answer) {
    const last = parsed(live?.metadata.annotations?.[take_over/* LAST_APPLIED */.j]);
    const { [take_over/* LAST_APPLIED */.j]: _copy, ...annotations } = answer.metadata.annotations ?? {};
    const kept = (0,record/* isRecord */.u4)(last) ? without(answer, last, object) : answer;
    const whole = (0,record/* isRecord */.u4)(kept) ? kept : answer;
    return { ...whole, metadata: { ...whole.metadata, annotations } };
}
function parsed(text) {
    try {
        return text === undefined ? null : JSON.parse(text);
    }
    catch {
        return null;
    }
}
/** Only maps: what left a list is told by the apply itself. */
function without(answer, last, wanted) {
    if (!(0,record/* isRecord */.u4)(answer) || !(0,record/* isRecord */.u4)(last) || !(0,record/* isRecord */.u4)(wanted))
        return answer;
    return Object.fromEntries(Object.entries(answer).flatMap(([name, value]) => {
        if (Object.hasOwn(last, name) && !Object.hasOwn(wanted, name))
            return [];
        return [[name, without(value, last[name], wanted[name])]];
    }));
}
const signs = {
    created: '+',
    configured: '~',
    replaced: '±',
    refused: '!',
    unknown: '?',
};
const LONGEST_VALUE = 200;
/** For a log: one block per object that would change; '' when nothing would. */
function renderDiff(diffs, { longest }) {
    const blocks = diffs.filter(({ report }) => report.action !== 'unchanged').map(renderBlock);
    const shown = [];
    let length = 0;
    for (const block of blocks) {
        if (length + block.length + 1 > longest)
            break;
        shown.push(block);
        length += block.length + 1;
    }
    const left = blocks.length - shown.length;
    return [...shown, ...(left === 0 ? [] : [`... and ${left} more objects`])].join('\n');
}
function renderBlock({ report, changes }) {
    const { id, action, reason, message } = report;
    const why = [reason, message].filter((text) => text !== '').join(': ');
    const head = `${signs[action] ?? ' '} ${(0,lib_object/* renderId */.oF)(id)} ${action}${why === '' ? '' : ` (${why})`}`;
    return [head, ...changes.map(renderChange)].join('\n');
}
function renderChange({ path, before, after }) {
    if (before === null)
        return `    + ${path}: ${diff_short(after)}`;
    if (after === null)
        return `    - ${path}: ${diff_short(before)}`;
    return `    ~ ${path}: ${diff_short(before)} -> ${diff_short(after)}`;
}
function diff_short(text) {
    const characters = [...(text ?? '')];
    return characters.length <= LONGEST_VALUE
        ? characters.join('')
        : `${characters.slice(0, LONGEST_VALUE).join('')}... (${characters.length} characters)`;
}
/** Would an apply change, or be refused, anything? */
const differs = (diffs) => diffs.some(({ report }) => report.action !== 'unchanged');

// EXTERNAL MODULE: ./packages/kubernetes/lib/apply/autoscaler.js
var autoscaler = __webpack_require__(7382);
// EXTERNAL MODULE: ./packages/kubernetes/lib/apply/extract.js
var extract = __webpack_require__(5968);
// EXTERNAL MODULE: ./packages/kubernetes/lib/apply/stages.js
var stages = __webpack_require__(4874);
// EXTERNAL MODULE: ./packages/kubernetes/lib/apply/write.js
var write = __webpack_require__(5178);
;// CONCATENATED MODULE: ./packages/kubernetes/lib/apply/restore.js
// Putting back what an apply changed, for `on-failure: undo`: fields that were ours before, or that we
// changed, get their values back; what this run made is deleted again, unless data would go with it.
//
// The record is the live state that was read before the first write, in memory only: it holds
// Secrets. Killed in the middle: every step is an apply or a delete bound to a uid, so the next apply
// of any revision goes on from whatever is there.










const recordBefore = (plan) => new Map((0,apply_plan/* objectsOf */.i)(plan).map(({ placed, live }) => [placed, live]));
/** Reports have the action `restored`, or `refused`, or `skipped` for what was kept on purpose. */
async function restoreBefore(restoring, parts) {
    const changes = await findChanges(restoring, parts);
    // What stands in the way of writes goes first, what others refer to goes last.
    const gates = changes.filter(({ planned }) => planned.stage === 'gatekeepers');
    const gone = await removeMade(gates, parts);
    const back = [];
    for (const stage of stages/* stages */._) {
        const members = changes.filter(({ planned, before }) => planned.stage === stage && before !== null);
        back.push(...(await (0,lanes/* inLanes */.L)(members, (change) => putBack(change, parts))));
    }
    const others = changes.filter(({ planned }) => planned.stage !== 'gatekeepers');
    return [...gone, ...back, ...(await removeMade(others, parts))];
}
/** Of this run: what it wrote, and what a write without an answer may have done. */
async function findChanges({ plan, before, outcome }, parts) {
    const applied = new Map(outcome.applied.map((one) => [one.planned.placed.object, one]));
    const refused = new Set(outcome.reports.filter(({ action }) => action === 'refused').map(({ id }) => (0,lib_object/* keyOf */.TN)(id)));
    const found = await (0,lanes/* inLanes */.L)((0,apply_plan/* objectsOf */.i)(plan), async (planned) => {
        const was = before.get(planned.placed) ?? null;
        // Where it stands can have been learnt during the run; what was read from the file is the same.
        const done = applied.get(planned.placed.object);
        if (done !== undefined) {
            const { planned, object: now, created, changed } = done;
            const made = was === null && (created || isOursAlone(planned, now));
            return changed ? [{ planned, before: was, now, made }] : [];
        }
        const { intent, placed } = planned;
        if (intent === 'refused' || intent === 'generate' || !refused.has((0,lib_object/* keyOf */.TN)(placed.id)))
            return [];
        const answer = await parts.api.get(planned.placed.id);
        if (!answer.ok)
            return [];
        const now = answer.value;
        const made = was === null && now !== null && isOursAlone(planned, now);
        return isTouched(was, now) ? [{ planned, before: was, now, made }] : [];
    });
    return found.flat();
}
/**
 * Did this run make it, though no answer says so? Only where it was looked for before and was not
 * there; and not when somebody else made it between that look and our write.
 */
const isOursAlone = ({ intent, live }, { metadata }) => live === null &&
    intent !== 'configure' &&
    (metadata.managedFields ?? [])
        .filter(({ subresource }) => subresource === undefined)
        .every(({ manager, operation }) => manager === field_set/* APPLIER */.kT && operation === 'Apply');
const isGoing = ({ metadata }) => metadata.deletionTimestamp !== undefined;
/** An object that was not there before counts as ours only when we own fields of it. */
function isTouched(before, now) {
    if (before === null)
        return now !== null && (0,field_set/* entryOf */.Ms)(now, field_set/* APPLIER */.kT) !== undefined;
    if (now === null || (isGoing(now) && !isGoing(before)))
        return true;
    const ours = (object) => JSON.stringify((0,field_set/* entryOf */.Ms)(object, field_set/* APPLIER */.kT)?.fieldsV1);
    return now.metadata.uid !== before.metadata.uid || ours(now) !== ours(before);
}
/** The fields that were ours, were taken over, or are ours now, with their values before. */
function previousObject(before, { now, planned }) {
    const { takeOver } = planned;
    const owned = (0,field_set/* unionOf */.Z6)((0,field_set/* fieldsOf */.Pf)((0,field_set/* entryOf */.Ms)(before, field_set/* APPLIER */.kT)), takeOver?.fields);
    const fields = (0,field_set/* unionOf */.Z6)(owned, now === null ? undefined : (0,field_set/* fieldsOf */.Pf)((0,field_set/* entryOf */.Ms)(now, field_set/* APPLIER */.kT))) ?? {};
    const previous = (0,extract/* extractFields */.R)(before, { fields, others: (0,field_set/* othersOf */.bu)(before, field_set/* APPLIER */.kT) });
    return planned.autoscaled && now !== null ? (0,autoscaler/* yieldReplicas */.hH)(previous, now, field_set/* APPLIER */.kT) : previous;
}
async function putBack(change, parts) {
    const { planned, before, now } = change;
    const object = before === null ? planned.object : previousObject(before, change);
    const target = {
        ...planned,
        // One that was deleted to be made anew can still be on its way.
        intent: now === null ? 'create' : isGoing(now) ? 'recreate' : 'configure',
        object,
        live: now,
        takeOver: null,
        // Made anew once, so the way back is the same.
        replace: now === null || now.metadata.uid !== before?.metadata.uid,
    };
    const rules = { force: true, replace: false, takeOver: [] };
    const written = await (0,write/* writeObject */.p)({ ...parts, rules }, target, false);
    const refused = written.object === null;
    const report = refused
        ? { ...written.report, message: `not restored: ${written.report.message}` }
        : { ...written.report, action: 'restored', message: 'as before this run' };
    return { report, object: written.object, since: written.since };
}
async function removeMade(changes, parts) {
    const fresh = changes.filter(({ before, now }) => before === null && now !== null);
    const kept = fresh.filter(({ made, planned, now }) => !made || (0,removal_stages/* dataLostWith */.r)(planned.placed.id, now) !== null);
    const removals = fresh
        .filter((change) => !kept.includes(change))
        .map(({ planned, now }) => ({
        id: { ...planned.placed.id, name: now?.metadata.name ?? planned.placed.id.name },
        uid: now?.metadata.uid ?? '',
    }));
    const since = parts.clock.now();
    const reports = await (0,removal/* removeObjects */.$)(parts, removals, {
        action: 'deleted',
        propagation: 'Background',
        deadline: parts.deadline,
    });
    return [...reports.map(asRestored), ...kept.map(keep)].map((report) => ({
        report,
        object: null,
        since,
    }));
}
const asRestored = (report) => report.verdict === 'gone'
    ? { ...report, action: 'restored', message: 'made by this run, deleted again' }
    : report;
const keep = ({ made, now, planned: { placed } }) => ({
    id: placed.id,
    action: 'skipped',
    verdict: 'none',
    reason: 'Kept',
    message: made
        ? `${(0,lib_object/* renderId */.oF)(placed.id)} was made by this run and is kept, because ${(0,removal_stages/* dataLostWith */.r)(placed.id, now) ?? 'data'} would go with it`
        : `${(0,lib_object/* renderId */.oF)(placed.id)} was perhaps there before this run, so it stays as this run left it`,
    seconds: 0,
});

;// CONCATENATED MODULE: ./packages/kubernetes/lib/apply/index.js

















// EXTERNAL MODULE: ./packages/kubernetes/lib/health/early/early-options.js
var early_options = __webpack_require__(921);
// EXTERNAL MODULE: ./packages/kubernetes/lib/health/wait/wait.js + 12 modules
var wait = __webpack_require__(8443);
// EXTERNAL MODULE: ./packages/rollout/lib/sluice-error.js
var sluice_error = __webpack_require__(3521);
// EXTERNAL MODULE: ./packages/kubernetes/lib/connection/paths.js
var paths = __webpack_require__(9439);
// EXTERNAL MODULE: ./packages/kubernetes/lib/health/wait/progress.js
var progress = __webpack_require__(4420);
;// CONCATENATED MODULE: ./packages/kubernetes/lib/health/smoke.js




const FIRST_PAUSE_SECONDS = 0.5;
const LONGEST_PAUSE_SECONDS = 5;
const TRY_SECONDS = 10;
/** More of a body is not looked at. */
const BODY_LIMIT = 262_144;
const FORM = 'wanted /path, /path = 200 or /path = 200 "text"';
/**
 * One check a line: `/health`, `/api/version = 200`, `/api/version = 200 "1.4.2"`; status 200 unless
 * told. Empty lines and lines with `#` are left out. All problems are told at once.
 */
function parseSmoke(text, where = 'smoke') {
    const checks = [];
    const problems = [];
    for (const [index, raw] of text.split(/\r?\n/).entries()) {
        const line = raw.trim();
        if (line === '' || line.startsWith('#'))
            continue;
        const match = /^(\/[^\s#\\]*)(?:\s+=\s+(\d{3})(?:\s+"(.+)")?)?$/.exec(line);
        const status = Number(match?.[2] ?? 200);
        if (match?.[1] === undefined || status < 100 || status > 599) {
            const found = JSON.stringify((0,inert_text/* inertLine */.Fq)(line, 100));
            problems.push({ where: `${where}, line ${index + 1}`, message: `found ${found}; ${FORM}` });
        }
        else if ((0,paths/* leadsOutside */.dr)(match[1])) {
            const message = `${match[1]} leads out of the service: no //, no . or .. as a part of the path`;
            problems.push({ where: `${where}, line ${index + 1}`, message });
        }
        else {
            checks.push({ path: match[1], status, contains: match[3] ?? null });
        }
    }
    return problems.length > 0 ? (0,result/* bad */.M)(...problems) : (0,result/* good */.u)(checks);
}
/** An `http(s)` address, or `service/NAME:PORT` in the given namespace. */
function parseSmokeTarget(text, namespace, where = 'smoke-target') {
    const service = /^service\/([a-z]([a-z0-9-]{0,61}[a-z0-9])?):([a-z0-9]([a-z0-9-]{0,13}[a-z0-9])?)$/;
    const [, name, , port] = service.exec(text.trim()) ?? [];
    if (name !== undefined && port !== undefined && isPort(port)) {
        return (0,result/* good */.u)({ kind: 'service', namespace, name, port });
    }
    const url = URL.canParse(text.trim()) ? new URL(text.trim()) : null;
    const isPlain = url !== null && url.username === '' && url.password === '' && url.search === '';
    if (isPlain && /^https?:$/.test(url.protocol) && url.hash === '') {
        return (0,result/* good */.u)({ kind: 'url', base: url.href.replace(/\/+$/, '') });
    }
    const found = JSON.stringify((0,inert_text/* inertLine */.Fq)(text, 100));
    const message = `found ${found}; wanted https://host without credentials or query, or service/NAME:PORT`;
    return (0,result/* bad */.M)({ where, message });
}
const isPort = (text) => /^\d+$/.test(text) ? Number(text) > 0 && Number(text) <= 65_535 : true;
/** A result for each check, in order; never rejects but for a cancelled run. */
async function observeSmoke(checks, parts) {
    const deadline = parts.clock.now() + parts.timeoutSeconds * 1000;
    return Promise.all(checks.map((check) => follow(check, parts, deadline)));
}
async function follow(check, parts, deadline) {
    const { clock, signal } = parts;
    const start = clock.now();
    let pause = FIRST_PAUSE_SECONDS;
    let spoke = start;
    for (let tries = 1;; tries += 1) {
        const seen = await ask(check, parts, deadline);
        signal.throwIfAborted();
        const seconds = Math.round((clock.now() - start) / 100) / 10;
        const left = (deadline - clock.now()) / 1000;
        if (seen.ok || seen.isFinal || left <= 0) {
            const { ok, status, message } = seen;
            return { check, ok, status, message, tries, seconds };
        }
        // The next try may be silent for its whole time.
        if ((clock.now() - spoke) / 1000 + pause + TRY_SECONDS > progress/* LONGEST_SILENCE_SECONDS */.V) {
            spoke = clock.now();
            const found = `${check.path} ${seen.status ?? 'no answer'}, wanted ${check.status}`;
            const passed = `${Math.round(seconds)} s of ${Math.round(parts.timeoutSeconds)} s`;
            parts.log.info(`smoke: ${found}; ${seen.message}, ${passed}`);
        }
        await clock.sleep(Math.min(pause, left), signal);
        pause = Math.min(LONGEST_PAUSE_SECONDS, pause * 2);
    }
}
async function ask(check, parts, deadline) {
    try {
        const { status, text } = await read(check.path, parts, deadline);
        const body = text.slice(0, BODY_LIMIT);
        const line = (0,inert_text/* inertLine */.Fq)(body.trimStart().split(/[\r\n]/, 1)[0] ?? '', 200);
        if (status !== check.status) {
            const isFinal = parts.target.kind === 'service' && status === 403 && isForbidden(body);
            return { ok: false, status, message: line, isFinal };
        }
        const isThere = check.contains === null || body.includes(check.contains);
        const wanted = (0,inert_text/* inertLine */.Fq)(JSON.stringify(check.contains), 100);
        return isThere
            ? { ok: true, status, message: line }
            : { ok: false, status, message: `${wanted} is not in the body: ${line}` };
    }
    catch (error) {
        if (!(error instanceof sluice_error/* SluiceError */.a))
            throw error;
        return { ok: false, status: null, message: (0,inert_text/* inertLine */.Fq)(error.message, 200) };
    }
}
/** It is the API server that says so: the right to services/proxy is missing. */
const isForbidden = (body) => /"kind":\s*"Status"/.test(body) && /"reason":\s*"Forbidden"/.test(body);
async function read(path, parts, deadline) {
    const { target, api, http, clock, signal } = parts;
    const left = (deadline - clock.now()) / 1000;
    const seconds = Math.max(1, Math.min(TRY_SECONDS, left));
    if (target.kind === 'service') {
        const { namespace, name, port } = target;
        const proxy = `/api/v1/namespaces/${namespace}/services/${name}:${port}/proxy`;
        return api.read(`${proxy}${path}`, { retry: 'never', deadlineSeconds: seconds });
    }
    return http({
        method: 'GET',
        url: `${target.base}${path}`,
        headers: { accept: '*/*' },
        // Our own loop tries again, and tells of it.
        retry: 'never',
        deadlineSeconds: seconds,
        signal,
    });
}

;// CONCATENATED MODULE: ./packages/kubernetes/lib/health/index.js







;// CONCATENATED MODULE: ./packages/kubernetes/lib/modes/delete.js
// Taking down what the manifests name, or a whole application.
//
// Kept unless told otherwise: namespaces, CRDs and volume claims, because other people's objects or
// data go with them (`delete-data: true` deletes them too), and what an annotation says to keep.
//
// Why a kill is harmless: what is gone is not found by the next run, and the record of an application
// goes last, so the next run still knows where to look.









/**
 * Deletes what the manifests name, in the reverse order of an apply, and waits until it is gone. What
 * is not there is `unchanged`. Reports in the order of the manifests.
 */
async function deleteManifests(ports, placed, options) {
    const named = placed.filter(({ object }) => object.metadata.name !== undefined);
    const looked = await (0,lanes/* inLanes */.L)(named, ({ id }) => lookAt(ports, id));
    const found = looked.flatMap((one) => ('object' in one ? [one] : []));
    const others = found.filter(({ object }) => isElsewhere(object, options.set ?? null));
    const live = found.filter((member) => !others.includes(member));
    const plan = planPrune({
        set: null,
        members: live,
        placed: [],
        appliedUids: new Set(),
        deleteData: options.deleteData,
    });
    const kept = [...plan.kept, ...others.map(elsewhere)];
    const done = [...(await delete_remove(ports, plan.removals, options)), ...kept.map(keptReport)];
    const reports = new Map(done.map((report) => [(0,lib_object/* keyOf */.TN)(report.id), report]));
    return looked.map((one) => 'object' in one ? (reports.get((0,lib_object/* keyOf */.TN)(one.id)) ?? absent(one.id)) : one);
}
/** An apply would have been refused: one object is in one set at most. */
const isElsewhere = (object, set) => {
    const found = setOf(object);
    return set !== null && found !== null && found !== set.id;
};
const elsewhere = (member) => ({
    member,
    reason: 'OtherSet',
    message: `kept, because it belongs to another application (label ${setLabels.partOf})`,
});
const absent = (id) => ({
    id,
    action: 'unchanged',
    verdict: 'gone',
    reason: 'NotFound',
    message: 'it is not there',
    seconds: 0,
});
async function lookAt({ api }, id) {
    const answer = await api.get(id);
    if (answer.ok)
        return answer.value === null ? absent(id) : { id, object: answer.value };
    const { reason, request, message } = answer.refusal;
    return {
        id,
        action: 'refused',
        verdict: 'failed',
        reason,
        message: `${request}: ${message}`,
        seconds: 0,
    };
}
/** What else goes with these; one line each, for a log before it is done. */
const describeLosses = (members) => members.flatMap(({ id, object }) => {
    const lost = (0,removal_stages/* dataLostWith */.r)(id, object);
    return lost === null ? [] : [`with ${(0,lib_object/* renderId */.oF)(id)} goes ${lost}`];
});
async function delete_remove({ api, clock, log, signal }, members, { dryRun, propagation, deadline }) {
    const ids = members.map(({ id }) => id);
    for (const line of describeLosses(members))
        log.notice(line);
    if (dryRun)
        return ids.map(delete_planned);
    return (0,removal/* removeObjects */.$)({ api, clock, log, signal }, members.map(({ id, object }) => ({ id, uid: object.metadata.uid ?? '' })), { action: 'deleted', propagation, deadline });
}
const delete_planned = (id) => ({
    id,
    action: 'deleted',
    verdict: 'none',
    reason: '',
    message: 'would be deleted',
    seconds: 0,
});
/**
 * Deletes all members of an application, then its record. When members are kept, the record stays
 * and names them. Throws KUBERNETES_SET_FOREIGN or KUBERNETES_SET_DAMAGED for a record that is not ours.
 */
async function deleteApplication(ports, set, options) {
    const { approve = async () => undefined } = options;
    const record = await readRecord(ports.api, set);
    if (record.resourceVersion === null) {
        await approve([]);
        return [absent(set.parent)];
    }
    const seen = await observeMembers(ports.api, set, record);
    for (const line of [...seen.unlisted, ...seen.unseenKinds]) {
        ports.log.notice((0,inert_text/* inertLine */.Fq)(`delete could not look for ${line}`));
    }
    // The set's own namespace takes the record along, so it is the last to go.
    const home = options.deleteData ? seen.members.filter(({ id }) => isHomeOf(set, id)) : [];
    const plan = planPrune({
        set,
        members: seen.members.filter((member) => !home.includes(member)),
        placed: [],
        appliedUids: new Set(),
        deleteData: options.deleteData,
    });
    const staying = [plan.kept, seen.unlisted, seen.unseenKinds].some((some) => some.length > 0);
    const end = staying ? [] : home.length > 0 ? home : [{ id: set.parent }];
    await approve([...plan.removals, ...end].map(({ id }) => id));
    const reports = [...(await delete_remove(ports, plan.removals, options)), ...plan.kept.map(keptReport)];
    const last = await finish(ports, { set, record, seen, home, kept: plan.kept, reports, options });
    return [...reports, ...last];
}
/** The record, or the namespace that it is in, once everything else is gone. */
async function finish(ports, end) {
    const { set, record, seen, home, kept, reports, options } = end;
    const left = reports.some(({ action, verdict }) => action !== 'unchanged' && verdict !== 'gone' && !options.dryRun);
    if (left || seen.unlisted.length > 0) {
        return [parentKept(set, 'Incomplete', 'kept, because members are left; run again')];
    }
    if (kept.length > 0 || seen.unseenKinds.length > 0) {
        const ids = kept.map(({ member }) => member.id);
        const { unseenKinds } = seen;
        const shrunk = planShrunk(set, { seen: record, placed: [], kept: ids, unseenKinds });
        await writeRecord(ports.api, { set, seen: record, record: shrunk, dryRun: options.dryRun });
        return [parentKept(set, 'MembersKept', 'kept, because it names the members that were kept')];
    }
    if (home.length > 0)
        return delete_remove(ports, home, options);
    const parent = await lookAt(ports, set.parent);
    return 'object' in parent ? delete_remove(ports, [parent], options) : [parent];
}
const parentKept = ({ parent }, reason, message) => ({
    id: parent,
    action: 'unchanged',
    verdict: 'none',
    reason,
    message,
    seconds: 0,
});

// EXTERNAL MODULE: ./packages/documents/lib/canonical.js + 1 modules
var canonical = __webpack_require__(1638);
;// CONCATENATED MODULE: ./packages/kubernetes/lib/modes/workload.js
// Workloads: objects that keep pods by a template, and what can be done with each kind of them.

const kubernetes = {
    revisionAnnotation: 'deployment.kubernetes.io/revision',
    hashLabel: 'pod-template-hash',
};
const kinds = {
    'apps/Deployment': {
        modes: ['restart', 'history', 'undo', 'pause', 'resume', 'scale'],
        history: 'ReplicaSet',
        ...kubernetes,
    },
    'apps/StatefulSet': {
        modes: ['restart', 'history', 'undo', 'scale'],
        history: 'ControllerRevision',
        ...kubernetes,
    },
    'apps/DaemonSet': {
        modes: ['restart', 'history', 'undo'],
        history: 'ControllerRevision',
        ...kubernetes,
    },
    'argoproj.io/Rollout': {
        modes: ['restart', 'history', 'undo', 'pause', 'resume', 'scale'],
        history: 'ReplicaSet',
        revisionAnnotation: 'rollout.argoproj.io/revision',
        hashLabel: 'rollouts-pod-template-hash',
    },
};
/** null: no kind with a pod template that we drive. */
const workloadKindOf = ({ group, kind }) => kinds[`${group}/${kind}`] ?? null;
const isRollout = ({ group }) => group === 'argoproj.io';
/** Kinds that know the mode, for messages: `Deployment, StatefulSet`. */
const kindsThatKnow = (mode) => Object.entries(kinds)
    .filter(([, { modes }]) => modes.includes(mode))
    .map(([key]) => key.slice(key.indexOf('/') + 1));
const isPaused = (object) => (0,record/* fieldAt */.UK)(object, ['spec', 'paused']) === true;

;// CONCATENATED MODULE: ./packages/kubernetes/lib/modes/revisions.js
// The templates that a workload had: ReplicaSets of a Deployment or Rollout, ControllerRevisions of
// the others.



const CHANGE_CAUSE = 'kubernetes.io/change-cause';
/** Oldest number first. A refusal when they may not be listed. */
async function observeRevisions(api, { id, object }) {
    const kind = workloadKindOf(id);
    const resource = kind === null ? null : (await api.resources()).preferred('apps', kind.history);
    if (kind === null || resource === null)
        return { ok: true, value: [] };
    const labelSelector = renderSelector((0,record/* fieldAt */.UK)(object, ['spec', 'selector']));
    const listed = await api.list(resource, { namespace: id.namespace, labelSelector });
    if (!listed.ok)
        return listed;
    const now = (0,record/* fieldAt */.UK)(object, ['spec', 'template']);
    const revisions = listed.value.items
        .filter(({ metadata }) => metadata.ownerReferences?.some(({ uid, controller }) => uid === object.metadata.uid && controller === true))
        .flatMap((item) => parseRevision(item, kind))
        .sort((a, b) => a.number - b.number);
    // Of two with the same template the newest is the one in use.
    const current = revisions.findLast(({ template }) => sameTemplate(template, now));
    return { ok: true, value: revisions.map((one) => ({ ...one, current: one === current })) };
}
function parseRevision(item, kind) {
    const annotations = item.metadata.annotations ?? {};
    const recorded = kind.history === 'ReplicaSet';
    const number = recorded ? Number(annotations[kind.revisionAnnotation]) : Number(item['revision']);
    const path = recorded ? ['spec', 'template'] : ['data', 'spec', 'template'];
    const found = (0,record/* fieldAt */.UK)(item, path);
    if (!Number.isInteger(number) || !(0,record/* isRecord */.u4)(found))
        return [];
    const template = withoutAdded(found, kind.hashLabel);
    return [
        {
            number,
            name: item.metadata.name ?? '',
            template,
            changeCause: annotations[CHANGE_CAUSE] ?? '',
            images: revisions_imagesOf(template),
            created: item.metadata.creationTimestamp ?? '',
            current: false,
        },
    ];
}
/** Without what controllers put in: the hash label, and the `$patch` of a ControllerRevision. */
function withoutAdded(recorded, hashLabel) {
    const { $patch: _, metadata, ...rest } = recorded;
    if (!(0,record/* isRecord */.u4)(metadata))
        return metadata === undefined ? rest : { metadata, ...rest };
    const { labels, ...others } = metadata;
    if (!(0,record/* isRecord */.u4)(labels))
        return { metadata, ...rest };
    const { [hashLabel]: __, ...own } = labels;
    return { metadata: { ...others, labels: own }, ...rest };
}
const revisions_imagesOf = (template) => ['initContainers', 'containers']
    .flatMap((list) => {
    const found = (0,record/* fieldAt */.UK)(template, ['spec', list]);
    return Array.isArray(found) ? found.filter(record/* isRecord */.u4) : [];
})
    .flatMap(({ image }) => (typeof image === 'string' ? image : []));
/** Recorded templates carry nulls that live ones lack. */
const sameTemplate = (a, b) => (0,canonical/* canonicalJson */.d)((0,record/* withoutNulls */.Le)(a) ?? null) === (0,canonical/* canonicalJson */.d)((0,record/* withoutNulls */.Le)(b) ?? null);
const OPERATORS = {
    In: (key, values) => `${key} in (${values})`,
    NotIn: (key, values) => `${key} notin (${values})`,
    Exists: (key) => key,
    DoesNotExist: (key) => `!${key}`,
};
/** `{matchLabels, matchExpressions}` as the query of a list. */
function renderSelector(selector) {
    const labels = (0,record/* fieldAt */.UK)(selector, ['matchLabels']);
    const expressions = (0,record/* fieldAt */.UK)(selector, ['matchExpressions']);
    const plain = Object.entries((0,record/* isRecord */.u4)(labels) ? labels : {}).map(([key, value]) => `${key}=${String(value)}`);
    const others = (Array.isArray(expressions) ? expressions.filter(record/* isRecord */.u4) : []).flatMap(({ key, operator, values }) => {
        const list = Array.isArray(values) ? values.join(',') : '';
        return OPERATORS[String(operator)]?.(String(key), list) ?? [];
    });
    return [...plain, ...others].join(',');
}

;// CONCATENATED MODULE: ./packages/kubernetes/lib/modes/history.js
// Which revisions a workload had, as `kubectl rollout history` shows them and a little more.



/** The revisions of each target. Reads only. */
const observeHistory = ({ api }, targets) => Promise.all(targets.map(async (target) => {
    const answer = await observeRevisions(api, target);
    if (!answer.ok) {
        const { reason, message } = answer.refusal;
        return { id: target.id, revisions: [], problem: `${reason}: ${message}` };
    }
    const revisions = answer.value.map(({ template: _template, ...shown }) => shown);
    return { id: target.id, revisions, problem: '' };
}));
const HEADINGS = ['REVISION', 'CREATED', 'IMAGES', 'CHANGE-CAUSE'];
/** Lines of text: a heading per workload, then one line per revision with columns of one width. */
const renderHistory = (histories) => histories.flatMap(({ id, revisions, problem }) => [
    (0,lib_object/* renderId */.oF)(id),
    ...(revisions.length === 0
        ? [`  ${problem === '' ? 'no revision is recorded' : problem}`]
        : renderTable(revisions)),
]);
function renderTable(revisions) {
    const rows = [
        HEADINGS,
        ...revisions.map(({ number, created, images, changeCause, current }) => [
            `${number}${current ? ' (current)' : ''}`,
            created,
            (0,inert_text/* inertLine */.Fq)(images.join(' ')),
            // Anybody who may edit the workload writes it, and kubectl puts whole command lines there.
            changeCause === '' ? '-' : (0,inert_text/* inertLine */.Fq)(changeCause),
        ]),
    ];
    const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
    return rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd());
}

;// CONCATENATED MODULE: ./packages/kubernetes/lib/modes/invalid-targets.js


/** KUBERNETES_TARGET_INVALID: of `findTargets`. */
const invalidTargets = (problems) => (0,errors/* kubernetesError */.j)('KUBERNETES_TARGET_INVALID', (0,invalid/* renderProblems */.x)('the objects to work on', problems));

// EXTERNAL MODULE: ./packages/kubernetes/lib/modes/ownership.js
var ownership = __webpack_require__(6016);
// EXTERNAL MODULE: ./packages/kubernetes/lib/modes/change.js
var change = __webpack_require__(13);
;// CONCATENATED MODULE: ./packages/kubernetes/lib/modes/pause.js



/** Changes of the template no longer reach the pods. Already paused: `unchanged`. */
const pause = (ports, targets, { dryRun }) => Promise.all(targets.map(async (target) => isPaused(target.object)
    ? (0,change/* told */.Ev)(target, { action: 'unchanged', message: 'it is paused already' })
    : (0,change/* sendChange */.Xy)(ports, target, {
        mode: 'pause',
        action: 'paused',
        patch: { spec: { paused: true } },
        dryRun,
    })));
/** Changes of the template reach the pods again. Not paused: `unchanged`. */
const resume = (ports, targets, { dryRun }) => Promise.all(targets.map(async (target) => isPaused(target.object)
    ? (0,change/* sendChange */.Xy)(ports, target, {
        mode: 'resume',
        action: 'resumed',
        patch: { spec: { paused: null } },
        dryRun,
    })
    : (0,change/* told */.Ev)(target, { action: 'unchanged', message: describeGoing(target) })));
/** A Rollout that waits at a step of its canary is not paused in this sense. */
function describeGoing({ id, object }) {
    const waiting = (0,record/* fieldAt */.UK)(object, ['status', 'pauseConditions']);
    return isRollout(id) && Array.isArray(waiting) && waiting.length > 0
        ? 'it is not paused but waits at a step of its strategy; promote it to go on'
        : 'it is not paused';
}

;// CONCATENATED MODULE: ./packages/kubernetes/lib/modes/restart.js



const ANNOTATION = 'kubectl.kubernetes.io/restartedAt';
/**
 * Notes the time in the pod template (in `spec.restartAt` of a Rollout). The manifests do not name
 * that field, so a later apply neither conflicts with it nor removes it. Each call restarts again.
 */
async function restart(ports, targets, options) {
    const time = `${new Date(ports.clock.now()).toISOString().slice(0, 19)}Z`;
    return Promise.all(targets.map((target) => restartOne(ports, target, { ...options, time })));
}
async function restartOne(ports, target, { dryRun, time }) {
    if (isRollout(target.id)) {
        const patch = { spec: { restartAt: time } };
        return (0,change/* sendChange */.Xy)(ports, target, { mode: 'restart', action: 'restarted', patch, dryRun });
    }
    if (isPaused(target.object)) {
        return (0,change/* told */.Ev)(target, {
            action: 'refused',
            reason: 'Paused',
            message: 'it is paused, so its pods would not be replaced; use mode resume first',
        });
    }
    const template = { metadata: { annotations: { [ANNOTATION]: time } } };
    return (0,change/* sendChange */.Xy)(ports, target, {
        mode: 'restart',
        action: 'restarted',
        patch: { spec: { template } },
        dryRun,
        message: describeStrategy(target),
    });
}
const describeStrategy = ({ object }) => (0,record/* fieldAt */.UK)(object, ['spec', 'updateStrategy', 'type']) === 'OnDelete'
    ? 'its update strategy is OnDelete: each pod restarts when somebody deletes it'
    : '';

// EXTERNAL MODULE: ./packages/kubernetes/lib/modes/scale.js
var scale = __webpack_require__(2563);
;// CONCATENATED MODULE: ./packages/kubernetes/lib/modes/status.js









/** What is not ready is looked at for so long, to learn the reasons of its pods. */
const LOOK_SECONDS = 2;
/** How each object of the manifests stands. What is not there is `gone`. */
async function observeManifests(ports, placed) {
    const named = placed.filter(({ object }) => object.metadata.name !== undefined);
    const looked = await (0,lanes/* inLanes */.L)(named, async ({ id }) => {
        const answer = await ports.api.get(id);
        if (!answer.ok) {
            const { reason, message } = answer.refusal;
            return row(id, { verdict: 'none', reason, message: `cannot be read: ${message}` });
        }
        if (answer.value !== null)
            return { id, object: answer.value };
        return row(id, { verdict: 'gone', reason: 'NotFound', message: 'it is not there' });
    });
    const members = looked.flatMap((one) => ('object' in one ? [one] : []));
    const { reports, verdicts } = await status_judge(ports, members);
    const judged = new Map(reports.map((report) => [(0,lib_object/* keyOf */.TN)(report.id), report]));
    return {
        reports: looked.flatMap((one) => ('object' in one ? (judged.get((0,lib_object/* keyOf */.TN)(one.id)) ?? []) : one)),
        verdicts,
    };
}
/** How each member of an application stands; nothing for one without a record. Throws as `readRecord`. */
async function observeApplication(ports, set) {
    const record = await readRecord(ports.api, set);
    const { members, unlisted, unseenKinds } = await observeMembers(ports.api, set, record);
    for (const line of [...unlisted, ...unseenKinds]) {
        ports.log.notice((0,inert_text/* inertLine */.Fq)(`status could not look for ${line}`));
    }
    return status_judge(ports, members);
}
async function status_judge(ports, members) {
    const open = members.filter((member) => !isReady(ports, member));
    const verdicts = open.length === 0 ? [] : await explain(ports, open);
    const found = new Map(verdicts.map((verdict) => [(0,lib_object/* keyOf */.TN)(verdict.id), verdict]));
    return {
        reports: members.map(({ id }) => {
            const verdict = found.get((0,lib_object/* keyOf */.TN)(id));
            if (verdict === undefined)
                return row(id, { verdict: 'ready', reason: '', message: '' });
            const { reason, message } = verdict;
            return row(id, { verdict: verdictOf(verdict), reason, message });
        }),
        verdicts: verdicts.filter(({ verdict }) => verdict !== 'ready'),
    };
}
const isReady = ({ clock }, { object }) => {
    const now = clock.now();
    const context = {
        now,
        since: now,
        // Nothing was written by this run, so no status is too old to count.
        written: null,
        lateClasses: new Set(),
        options: health_status/* defaultStatusOptions */.c8,
    };
    return (0,status_status/* statusOf */.c)(object, context).state === 'ready';
};
/** Only a wait can time out: here it says that something is under way. */
const verdictOf = ({ verdict }) => verdict === 'timeout' ? 'none' : verdict;
const explain = (ports, members) => (0,wait/* waitForReady */.C)(members.map(({ id, object }) => ({
    id,
    uid: object.metadata.uid ?? '',
    since: Date.parse(object.metadata.creationTimestamp ?? '') || ports.clock.now(),
    object,
    written: false,
})), {
    api: ports.api,
    ports,
    options: {
        started: ports.clock.now(),
        timeoutSeconds: LOOK_SECONDS,
        early: early_options/* defaultEarlyOptions */.jb,
        status: health_status/* defaultStatusOptions */.c8,
        steadySeconds: 0,
        stopAtFirstFailure: false,
    },
});
const row = (id, seen) => ({ id, action: 'unchanged', seconds: 0, ...seen });

;// CONCATENATED MODULE: ./packages/kubernetes/lib/modes/targets.js
// Which objects a mode works on: those named as `Kind/name`, else the workloads in the manifests.




/** The live objects to work on, or everything that is wrong with the names; nothing is written. */
async function targets_findTargets(api, order) {
    const resources = await api.resources();
    const ids = order.named.length === 0 ? idsOf(order, resources) : parseNames(order, resources);
    if (!ids.ok)
        return ids;
    const unique = [...new Map(ids.value.map((id) => [(0,lib_object/* keyOf */.TN)(id), id])).values()];
    const found = await Promise.all(unique.map((id) => readTarget(api, id)));
    const problems = found.flatMap((one) => (one.ok ? [] : one.problems));
    return problems.length > 0
        ? (0,result/* bad */.M)(...problems)
        : (0,result/* good */.u)(found.flatMap((one) => (one.ok ? [one.value] : [])));
}
function idsOf({ mode, placed }, resources) {
    const ids = placed
        .filter(({ object }) => object.metadata.name !== undefined)
        .map(({ id }) => id)
        .filter(({ group, kind }) => {
        const resource = resources.preferred(group, kind);
        return resource !== null && knows(resource, mode);
    });
    if (ids.length > 0)
        return (0,result/* good */.u)(ids);
    return (0,result/* bad */.M)({
        where: 'manifests',
        message: `nothing in them can be used with mode ${mode} (wanted ${kindsThatKnow(mode).join(', ')})`,
    });
}
/** Whatever has the subresource can be scaled. */
const knows = (resource, mode) => mode === 'scale'
    ? resource.subresources.includes('scale')
    : workloadKindOf(resource)?.modes.includes(mode) === true;
function parseNames(order, resources) {
    const parsed = order.named.map((text) => parseTarget(text.trim(), order, resources));
    const problems = parsed.flatMap((one) => (one.ok ? [] : one.problems));
    return problems.length > 0
        ? (0,result/* bad */.M)(...problems)
        : (0,result/* good */.u)(parsed.flatMap((one) => (one.ok ? [one.value] : [])));
}
/** `deployments.apps/web` -> its id, or what is wrong with it. */
function parseTarget(text, place, resources) {
    const problem = (message) => (0,result/* bad */.M)({ where: 'objects', message });
    const [kind = '', name = '', ...rest] = text.split('/');
    if (kind === '' || name === '' || rest.length > 0) {
        return problem(`found ${JSON.stringify(text)}; wanted Kind/name, such as deployment/web`);
    }
    const matches = resources.all.filter((resource) => isNamed(resource, kind.toLowerCase()));
    // Several versions and groups can have the kind: one that we know wins, then the first one.
    const resource = matches.find((one) => knows(one, place.mode)) ?? matches[0];
    if (resource === undefined) {
        const known = [...new Set(resources.all.filter((one) => knows(one, place.mode)).map(targets_nameOf))];
        return problem(`${text}: the server knows no kind ${kind}; ${(0,nearest/* didYouMean */.a)(kind, known)}`);
    }
    if (!knows(resource, place.mode)) {
        return problem(`${text}: mode ${place.mode} cannot be used on a ${resource.kind}; wanted ${kindsThatKnow(place.mode).join(', ')}`);
    }
    const { group, version } = resources.preferred(resource.group, resource.kind) ?? resource;
    const namespace = resource.namespaced ? place.namespace : null;
    return (0,result/* good */.u)({ group, version, kind: resource.kind, namespace, name });
}
const targets_nameOf = ({ kind }) => kind;
/** By kind, plural, singular or short form, each also with its group: `deployments.apps`. */
function isNamed(resource, wanted) {
    const names = [resource.kind.toLowerCase(), resource.plural, ...(resource.aliases ?? [])];
    return names.some((name) => name === wanted || `${name}.${resource.group}` === wanted);
}
async function readTarget(api, id) {
    const answer = await api.get(id);
    if (!answer.ok) {
        const { request, reason, message } = answer.refusal;
        return (0,result/* bad */.M)({ where: (0,lib_object/* renderId */.oF)(id), message: `${request}: ${reason}: ${message}` });
    }
    if (answer.value !== null)
        return (0,result/* good */.u)({ id, object: answer.value });
    return (0,result/* bad */.M)(await describeMissing(api, id));
}
async function describeMissing(api, id) {
    const resource = (await api.resources()).preferred(id.group, id.kind);
    const list = resource === null ? null : await api.list(resource, { namespace: id.namespace });
    const names = list?.ok === true ? list.value.items.flatMap(({ metadata }) => metadata.name ?? []) : [];
    const there = names.length === 0 ? 'there is none of this kind' : (0,nearest/* didYouMean */.a)(id.name, names);
    return { where: (0,lib_object/* renderId */.oF)(id), message: `it does not exist; ${there}` };
}

;// CONCATENATED MODULE: ./packages/kubernetes/lib/modes/undo.js







/** `<restored> <left>`: names of their ReplicaSets or ControllerRevisions. */
const UNDONE = 'sluice.dev/undone';
/** Which revision to restore; pure. */
function planUndo(object, revisions, wanted) {
    if (isPaused(object)) {
        return refused('Paused', 'it is paused, so its pods would not be replaced; use mode resume first');
    }
    if ((0,record/* fieldAt */.UK)(object, ['spec', 'workloadRef']) !== undefined) {
        return refused('WorkloadRef', 'its template is in another object; undo that one');
    }
    const current = revisions.find((one) => one.current);
    if (wanted !== null) {
        const to = revisions.find(({ number }) => number === wanted);
        if (to === undefined)
            return refused('NoRevision', undo_describeMissing(wanted, revisions));
        return planRestore(object, to, current);
    }
    const [restored = ''] = (object.metadata.annotations?.[UNDONE] ?? '').split(' ');
    if (current !== undefined && current.name === restored) {
        return unchanged('Undone', `revision ${current.number} is the one that an undo restored; name a revision to go further back`);
    }
    // Without a current one its controller has not recorded the template in use yet.
    const to = revisions.findLast(({ number }) => current === undefined || number < current.number);
    if (to === undefined)
        return unchanged('NoHistory', 'there is no earlier revision to go back to');
    return planRestore(object, to, current);
}
function planRestore(object, to, current) {
    if (sameTemplate(to.template, (0,record/* fieldAt */.UK)(object, ['spec', 'template']))) {
        return unchanged('SameTemplate', `it has the template of revision ${to.number} already`);
    }
    return { kind: 'restore', to, mark: `${to.name} ${current?.name ?? ''}`.trim() };
}
const refused = (reason, message) => ({
    kind: 'refused',
    reason,
    message,
});
const unchanged = (reason, message) => ({
    kind: 'unchanged',
    reason,
    message,
});
const undo_describeMissing = (wanted, revisions) => revisions.length === 0
    ? `it has no revision ${wanted}, and no other one is recorded`
    : `it has no revision ${wanted}; there are ${revisions.map(({ number }) => number).join(', ')}`;
/** Restores an earlier template of each target. */
const undo = (ports, targets, options) => Promise.all(targets.map((target) => undoOne(ports, target, options)));
/** Controllers write the status all the time, and each write makes a new version. */
const TRIES = 5;
async function undoOne(ports, seen, options) {
    let target = seen;
    for (let attempt = 1;; attempt += 1) {
        const report = await tryUndo(ports, target, options);
        if (report.reason !== 'Conflict' || attempt === TRIES)
            return report;
        const fresh = await ports.api.get(seen.id);
        if (!fresh.ok || fresh.value?.metadata.uid !== seen.object.metadata.uid)
            return report;
        target = { id: seen.id, object: fresh.value };
    }
}
async function tryUndo({ api, log }, target, { revision, dryRun }) {
    const revisions = await observeRevisions(api, target);
    if (!revisions.ok)
        return (0,change/* refusedBy */.it)(target, revisions.refusal);
    const plan = planUndo(target.object, revisions.value, revision);
    if (plan.kind !== 'restore') {
        // A run that was killed after its write left the fields with the mode.
        if (plan.kind === 'unchanged' && !dryRun)
            await handBackAll(api, target);
        return (0,change/* told */.Ev)(target, { ...plan, action: plan.kind });
    }
    const manager = (0,change/* managerOf */.dM)('undo');
    const patch = renderPatch(target.object, plan);
    const answer = await api.patch(target.id, patch, { kind: 'json', fieldManager: manager, dryRun });
    if (!answer.ok)
        return (0,change/* refusedBy */.it)(target, answer.refusal);
    log.info(`${(0,lib_object/* renderId */.oF)(target.id)} restored to revision ${plan.to.number}${dryRun ? ' (dry run)' : ''}`);
    if (!dryRun)
        await handBackAll(api, target);
    return (0,change/* told */.Ev)(target, {
        action: 'restored',
        message: (0,inert_text/* inertLine */.Fq)(`to revision ${plan.to.number} (${plan.to.images.join(', ')})`),
    });
}
const handBackAll = (api, target) => (0,ownership/* handBack */.t)(api, target, { manager: (0,change/* managerOf */.dM)('undo'), fields: 'all' });
/** Bound to the version that was looked at: another change meanwhile is a conflict (409). */
function renderPatch(object, { to, mark }) {
    const { resourceVersion, annotations = {} } = object.metadata;
    const { [CHANGE_CAUSE]: _, ...others } = annotations;
    const cause = to.changeCause === '' ? {} : { [CHANGE_CAUSE]: to.changeCause };
    return [
        { op: 'replace', path: '/metadata/resourceVersion', value: resourceVersion },
        { op: 'replace', path: '/spec/template', value: to.template },
        { op: 'add', path: '/metadata/annotations', value: { ...others, ...cause, [UNDONE]: mark } },
    ];
}

;// CONCATENATED MODULE: ./packages/kubernetes/lib/modes/index.js












;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/open.js
/**
 * The platform of one endpoint; no request is made before it is used. Throws
 * KUBERNETES_ENDPOINT_INVALID for a target that cannot be one, KUBERNETES_OTHER_CLUSTER for one of
 * another cluster, and what `connect` throws.
 */
async function openKubernetes(order, ports) {
    const { openEndpoint } = await __webpack_require__.e(/* import() */ 18).then(__webpack_require__.bind(__webpack_require__, 7637));
    return openEndpoint(order, ports);
}

// EXTERNAL MODULE: ./packages/kubernetes/lib/endpoint/place.js
var place = __webpack_require__(1205);
;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/settings.js
// How the runner reaches an endpoint's cluster and its slots, from inputs. No secrets.

/** The inputs that `parseKubernetesSettings` reads. */
const KUBERNETES_SETTING_INPUTS = [
    'context',
    'slot-address',
    'slot-proof',
    'request-path',
    'port',
];
const HEADER = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/;
/** Dotted: `meta.slot`, also with numbers for lists. */
const BODY_PATH = /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/;
const PORT_NAME = /^(?=.*[a-z])[a-z0-9]([a-z0-9-]{0,13}[a-z0-9])?$/;
/** Inputs of these names, to settings; all problems at once. */
function parseKubernetesSettings(inputs) {
    const problems = [];
    const read = (name, otherwise, parse) => {
        const text = (inputs[name] ?? '').trim();
        if (text === '')
            return otherwise;
        const found = parse(text);
        if ('value' in found)
            return found.value;
        problems.push({ where: name, message: `found ${shown(text)}; wanted ${found.wanted}` });
        return otherwise;
    };
    const settings = {
        context: read('context', null, (value) => ({ value })),
        slotAddress: read('slot-address', { kind: 'proxy' }, parseAddress),
        slotProof: read('slot-proof', { kind: 'address' }, parseProof),
        requestPath: read('request-path', '/', parseRequestPath),
        port: read('port', null, parsePort),
    };
    return problems.length > 0 ? (0,result/* bad */.M)(...problems) : (0,result/* good */.u)(settings);
}
function parseAddress(text) {
    if (text === 'proxy' || text === 'service')
        return { value: { kind: text } };
    // With a plain name in its place the template must be an address.
    const example = text.replaceAll('{slot}', 'slot');
    const url = text !== example && URL.canParse(example) ? new URL(example) : null;
    const isPlain = url !== null &&
        /^https?:$/.test(url.protocol) &&
        `${url.username}${url.password}${url.search}${url.hash}` === '';
    return isPlain
        ? { value: { kind: 'url', template: text.replace(/\/+$/, '') } }
        : { wanted: 'proxy, service, or an http(s) address with {slot} in it and nothing secret' };
}
function parseProof(text) {
    if (text === 'address')
        return { value: { kind: 'address' } };
    const [, kind, rest = ''] = /^(header|body):(.+)$/.exec(text) ?? [];
    if (kind === 'header' && HEADER.test(rest))
        return { value: { kind, name: rest.toLowerCase() } };
    if (kind === 'body' && BODY_PATH.test(rest))
        return { value: { kind, path: rest } };
    return { wanted: 'address, header:<name>, or body:<dotted path>' };
}
/** Through the API server's proxy a path that climbs would be one of the server itself. */
function parseRequestPath(text) {
    const [way = ''] = text.split('?', 1);
    const parts = way.split('/').map((part) => part.replace(/%2e/gi, '.'));
    const isFine = /^\/[^\s#\\]*$/.test(text) &&
        !way.startsWith('//') &&
        !/%2f|%5c/i.test(way) &&
        !parts.some((part) => part === '.' || part === '..');
    return isFine ? { value: text } : { wanted: 'a path that begins with one / and does not climb' };
}
function parsePort(text) {
    const isNumber = /^[1-9]\d{0,4}$/.test(text) && Number(text) <= 65_535;
    return isNumber || PORT_NAME.test(text)
        ? { value: text }
        : { wanted: 'a number from 1 to 65535, or the name of a port of the Service' };
}
const shown = (text) => JSON.stringify(text.length <= 100 ? text : `${text.slice(0, 100).toWellFormed()}...`);

;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/lock.js




const CONTAINER_LISTS = ['initContainers', 'containers'];
/** By `containers/web`; volumes that are images by `volumes/model`. */
function lock_imagesOf(pod) {
    const containers = CONTAINER_LISTS.flatMap((list) => (0,record/* recordsIn */.Q0)(pod[list]).map((one) => [`${list}/${(0,record/* textOf */.b6)(one['name'])}`, one['image']]));
    const volumes = (0,record/* recordsIn */.Q0)(pod['volumes']).map((one) => [`volumes/${(0,record/* textOf */.b6)(one['name'])}`, (0,record/* fieldAt */.UK)(one, ['image', 'reference'])]);
    return new Map([...containers, ...volumes].flatMap(([key, image]) => typeof image === 'string' ? [[key, image]] : []));
}
const podOf = (deployment) => {
    const pod = (0,record/* fieldAt */.UK)(deployment, ['spec', 'template', 'spec']);
    return (0,record/* isRecord */.u4)(pod) ? pod : {};
};
/** The Deployment with the lock's images, by the names of containers and volumes. */
function withLockedImages(deployment, { revision }) {
    const locked = lock_imagesOf(revision);
    const pod = podOf(deployment);
    const lists = CONTAINER_LISTS.flatMap((list) => Array.isArray(pod[list])
        ? [
            [
                list,
                withImages(pod[list], (name) => locked.get(`${list}/${name}`), onContainer),
            ],
        ]
        : []);
    const volumes = Array.isArray(pod['volumes'])
        ? { volumes: withImages(pod['volumes'], (name) => locked.get(`volumes/${name}`), onVolume) }
        : {};
    return withPod(deployment, { ...pod, ...Object.fromEntries(lists), ...volumes });
}
const onContainer = (container, image) => ({ ...container, image });
const onVolume = (volume, reference) => (0,record/* isRecord */.u4)(volume['image']) ? { ...volume, image: { ...volume['image'], reference } } : volume;
const withImages = (items, imageOf, put) => items.map((item) => {
    const image = (0,record/* isRecord */.u4)(item) ? imageOf((0,record/* textOf */.b6)(item['name'])) : undefined;
    return (0,record/* isRecord */.u4)(item) && image !== undefined ? put(item, image) : item;
});
function withPod(deployment, pod) {
    const spec = (0,record/* isRecord */.u4)(deployment['spec']) ? deployment['spec'] : {};
    const template = (0,record/* isRecord */.u4)(spec['template']) ? spec['template'] : {};
    return { ...deployment, spec: { ...spec, template: { ...template, spec: pod } } };
}
/** Images that the input `images` asks for and the lock does not say. */
function contradictedImages({ revision }, { before, after }, entries) {
    const locked = lock_imagesOf(revision);
    const now = lock_imagesOf(podOf(after));
    return [...lock_imagesOf(podOf(before))].flatMap(([key, image]) => {
        const reference = parseImageReference(image);
        const asked = entries.find(({ repository }) => reference !== null && repository === repositoryOf(reference));
        const says = locked.get(key);
        if (asked === undefined || says === undefined || says === now.get(key))
            return [];
        const message = `\`${asked.text}\` is not what the lock says of ${key} (${says}); leave the input empty, or let staging test that image first`;
        return [{ where: 'images', message }];
    });
}
const MOST_TOLD = 10;
/** null: the manifests describe exactly the locked revision. */
function lockDifference(entry, found) {
    if (entry.revisionDigest === found.revisionDigest)
        return null;
    const changes = changesBetween(asObject(entry.revision), asObject(found.contents), {
        hideEnv: true,
    });
    const told = changes
        .slice(0, MOST_TOLD)
        .map(({ path, before, after }) => `- ${path}: lock ${before ?? 'nothing'}, found ${after ?? 'nothing'}`);
    const more = changes.length - told.length;
    const lines = more > 0 ? [...told, `- and ${more} more`] : told;
    return (0,errors/* kubernetesError */.j)('KUBERNETES_LOCK_DIFFERS', [
        `the lock says revision ${entry.revisionDigest}, the manifests give ${found.revisionDigest}`,
        ...lines,
    ].join('\n'));
}
/** The comparison of objects tells paths as people know them. */
const asObject = (contents) => ({
    ...contents,
    apiVersion: 'v1',
    kind: 'PodTemplate',
    metadata: {},
});

// EXTERNAL MODULE: ./packages/kubernetes/lib/endpoint/back-ends/canary-pair.js
var canary_pair = __webpack_require__(1822);
// EXTERNAL MODULE: ./packages/kubernetes/lib/endpoint/labels.js
var endpoint_labels = __webpack_require__(6799);
;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/mistakes/traffic-set.js
// A set of manifests as the search for mistakes looks at it: by kind, and by the pods that it makes.





function readTrafficSet(manifests, namespace) {
    const members = manifests.map((manifest) => {
        const { object } = manifest;
        const own = object.metadata.namespace ?? namespace;
        return { manifest, namespace: own ?? '', name: (0,lib_object/* renderId */.oF)((0,lib_object/* idOf */.TH)(object, own)) };
    });
    const kinds = Map.groupBy(members, ({ manifest }) => (0,pod_template/* kindKey */._)(manifest.object));
    const pods = members.flatMap(podsOf);
    const services = kinds.get('Service.') ?? [];
    return {
        ofKind: (kind) => kinds.get(kind) ?? [],
        podsIn: (where) => pods.filter(({ member }) => member.namespace === where),
        serviceIn: (where, name) => services.find((one) => one.namespace === where && one.manifest.object.metadata.name === name) ?? null,
    };
}
/** Operators of stateful sets tell their pods apart by labels that they add (the role of a database). */
const COMPLETE = new Set([
    'Deployment.apps',
    'ReplicaSet.apps',
    'DaemonSet.apps',
]);
function podsOf(member) {
    const { object } = member.manifest;
    return (0,pod_template/* findPodTemplates */.M)(object).map(({ template }) => ({
        member,
        labels: labelsAt(template ?? object, ['metadata', 'labels']),
        complete: COMPLETE.has((0,pod_template/* kindKey */._)(object)),
    }));
}
/** The texts at a path; empty when there is nothing. */
const labelsAt = (value, path) => (0,endpoint_labels/* labelsIn */.xS)((0,record/* fieldAt */.UK)(value, path));
/** What a Service selects; null: it has no selector, so its endpoints come from elsewhere. */
function selectorOf({ manifest }) {
    const selector = labelsAt(manifest.object, ['spec', 'selector']);
    return Object.keys(selector).length === 0 ? null : selector;
}
const mistakeAt = ({ manifest, name }, path, message) => ({ where: (0,manifests_manifest/* renderSource */.u)(manifest.source, path), message: `${name} ${message}` });

;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/mistakes/canary-ingress.js


const canary_ingress_ANNOTATION = ['metadata', 'annotations', (0,canary_pair/* nginxAnnotationName */.V4)('canary')];
/** One problem for each set of Ingresses that meet, however many paths they share. */
function findCanaryMistakes(set) {
    const meetings = new Map();
    for (const meeting of meetingsOf(set.ofKind('Ingress.networking.k8s.io'))) {
        const key = meeting.members.map(({ name }) => name).join();
        if (!meetings.has(key))
            meetings.set(key, meeting);
    }
    return [...meetings.values()].flatMap(mistakesOf);
}
function meetingsOf(ingresses) {
    const places = ingresses.flatMap((member) => (0,canary_pair/* ingressPaths */.i2)(member.manifest.object).map((place) => ({ member, place })));
    const groups = Map.groupBy(places, ({ member, place }) => JSON.stringify([
        member.namespace,
        (0,canary_pair/* ingressClassOf */.Hl)(member.manifest.object),
        place.host,
        place.path,
    ]));
    return [...groups.values()].flatMap((group) => {
        const [first] = group;
        const members = [...new Set(group.map(({ member }) => member))];
        return first === undefined || members.length < 2 ? [] : [{ place: first.place, members }];
    });
}
function mistakesOf({ place, members }) {
    const canaries = members.filter(({ manifest }) => (0,canary_pair/* isCanary */.Zm)(manifest.object));
    const [first, ...others] = canaries;
    if (first === undefined || others.length === 0)
        return [];
    const where = (0,canary_pair/* renderPlace */.oL)(place);
    if (canaries.length < members.length) {
        return others.map((other) => mistakeAt(other, canary_ingress_ANNOTATION, `is a second canary for ${where}, beside ${first.name}: ingress-nginx follows one and ignores the others; put header, cookie and weight on one of them`));
    }
    const names = others.map(({ name }) => name).join(' and ');
    return [
        mistakeAt(first, canary_ingress_ANNOTATION, `and ${names} are all marked canary for ${where}, and no main Ingress is here: without one ingress-nginx ignores them; take the annotation off the one that serves`),
    ];
}

;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/mistakes/flagger.js


const findFlaggerMistakes = (set) => set.ofKind('Canary.flagger.app').flatMap((member) => {
    const { object } = member.manifest;
    const analysis = (0,record/* fieldAt */.UK)(object, ['spec', 'analysis']);
    const unread = (0,record/* fieldAt */.UK)(object, ['spec', 'canaryAnalysis']);
    if (!(0,record/* isRecord */.u4)(analysis) || !(0,record/* isRecord */.u4)(unread))
        return [];
    const message = `has canaryAnalysis beside analysis: Flagger reads analysis alone, which means ${strategyOf(analysis)}, and nothing of canaryAnalysis (${Object.keys(unread).join(', ')}) happens; move what is meant into analysis and take canaryAnalysis out`;
    return [mistakeAt(member, ['spec', 'canaryAnalysis'], message)];
});
/** As Flagger derives it: iterations win over weights. */
function strategyOf(analysis) {
    const { iterations, match, stepWeight, stepWeights, maxWeight } = analysis;
    if (typeof iterations === 'number' && iterations > 0) {
        return Array.isArray(match) && match.length > 0
            ? `an A/B test of ${iterations} iterations for requests that match`
            : `blue/green: ${iterations} checks, then all requests at once, no step between (iterations without match)`;
    }
    if (Array.isArray(stepWeights))
        return `a canary by weights ${stepWeights.join(', ')}`;
    return typeof stepWeight === 'number'
        ? `a canary in steps of ${stepWeight} %${typeof maxWeight === 'number' ? ` up to ${maxWeight} %` : ''}`
        : 'a canary without a step';
}

;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/mistakes/mirror.js



function findMirrorMistakes(set) {
    const routes = ['HTTPRoute.gateway.networking.k8s.io', 'GRPCRoute.gateway.networking.k8s.io'];
    return [
        ...set.ofKind('VirtualService.networking.istio.io').flatMap(istioMirrors),
        ...routes.flatMap((kind) => set.ofKind(kind).flatMap(gatewayMirrors)),
    ].flatMap((mirror) => {
        const message = problemOf(set, mirror);
        return message === null ? [] : [mistakeAt(mirror.member, mirror.path, message)];
    });
}
function istioMirrors(member) {
    const http = (0,record/* recordsIn */.Q0)((0,record/* fieldAt */.UK)(member.manifest.object, ['spec', 'http']));
    return http.flatMap((rule, index) => {
        const path = ['spec', 'http', index];
        const single = rule['mirror'];
        const targets = [
            [[...path, 'mirror'], single],
            ...(0,record/* recordsIn */.Q0)(rule['mirrors']).map(({ destination }, at) => [[...path, 'mirrors', at, 'destination'], destination]),
        ];
        return targets.flatMap(([where, target]) => {
            if (!(0,record/* isRecord */.u4)(target))
                return [];
            const host = hostOf((0,record/* textOf */.b6)(target['host']), member.namespace);
            return host === null
                ? []
                : [{ member, path: where, ...host, subset: (0,record/* textOf */.b6)(target['subset']) }];
        });
    });
}
/** `web`, `web.shop`, `web.shop.svc.cluster.local`; null: no Service of a cluster by its form. */
function hostOf(host, own) {
    const [service = '', namespace = own, svc = 'svc'] = host.split('.');
    return svc === 'svc' ? { service, namespace } : null;
}
function gatewayMirrors(member) {
    const rules = (0,record/* recordsIn */.Q0)((0,record/* fieldAt */.UK)(member.manifest.object, ['spec', 'rules']));
    return rules.flatMap((rule, index) => (0,record/* recordsIn */.Q0)(rule['filters']).flatMap((filter, at) => {
        const target = (0,record/* fieldAt */.UK)(filter, ['requestMirror', 'backendRef']);
        if (!(0,record/* isRecord */.u4)(target) || (target['kind'] ?? 'Service') !== 'Service')
            return [];
        const path = ['spec', 'rules', index, 'filters', at, 'requestMirror', 'backendRef'];
        const namespace = (0,record/* textOf */.b6)(target['namespace']) || member.namespace;
        return [{ member, path, service: (0,record/* textOf */.b6)(target['name']), namespace, subset: '' }];
    }));
}
/** null: all right, or not to be told from here. */
function problemOf(set, mirror) {
    const service = set.serviceIn(mirror.namespace, mirror.service);
    const selector = service === null ? null : selectorOf(service);
    if (mirror.subset === '')
        return selector === null ? null : emptyService(set, mirror, selector);
    const subsets = subsetsOf(set, mirror);
    if (subsets === null)
        return null;
    const subset = subsets.find(({ name }) => name === mirror.subset);
    if (subset === undefined) {
        const names = subsets.map(({ name }) => name).join(', ');
        return `copies requests to subset ${mirror.subset} of ${mirror.service}, which its DestinationRule does not have (${names}): copies go nowhere`;
    }
    return emptySubset(set, mirror, { selector, subset, subsets });
}
function emptyService(set, mirror, selector) {
    const pods = set.podsIn(mirror.namespace);
    if (pods.length === 0 || pods.some(({ labels }) => (0,endpoint_labels/* bears */.oJ)(labels, selector)))
        return null;
    return `copies requests to Service ${mirror.service}, whose selector ${(0,endpoint_labels/* renderLabels */.S3)(selector)} matches no pod of these manifests: copies go nowhere`;
}
/** null: no DestinationRule of the set is for this Service. */
function subsetsOf(set, { service, namespace }) {
    const rules = set.ofKind('DestinationRule.networking.istio.io').filter((rule) => {
        const host = hostOf((0,record/* textOf */.b6)((0,record/* fieldAt */.UK)(rule.manifest.object, ['spec', 'host'])), rule.namespace);
        return host?.service === service && host.namespace === namespace;
    });
    if (rules.length === 0)
        return null;
    return rules.flatMap(({ manifest }) => (0,record/* recordsIn */.Q0)((0,record/* fieldAt */.UK)(manifest.object, ['spec', 'subsets'])).map((subset) => ({
        name: (0,record/* textOf */.b6)(subset['name']),
        labels: labelsAt(subset, ['labels']),
    })));
}
function emptySubset(set, { namespace, service }, { selector, subset, subsets }) {
    const where = `copies requests to subset ${subset.name} of ${service}`;
    const clash = Object.entries(selector ?? {}).find(([key, value]) => subset.labels[key] !== undefined && subset.labels[key] !== value);
    if (clash !== undefined) {
        const [key, value] = clash;
        return `${where}, which is empty: the Service selects ${key}=${value} and the subset wants ${key}=${subset.labels[key]}; take ${key} out of the Service's selector`;
    }
    const pods = set.podsIn(namespace);
    const wanted = (one) => ({ ...selector, ...one.labels });
    if (pods.some(({ labels }) => (0,endpoint_labels/* bears */.oJ)(labels, wanted(subset))))
        return null;
    // Pods that are all somewhere else tell nothing.
    const others = subsets.filter((one) => one !== subset);
    const here = others.some((one) => pods.some(({ labels }) => (0,endpoint_labels/* bears */.oJ)(labels, wanted(one))));
    return here
        ? `${where}, which is empty: no pod of these manifests has ${(0,endpoint_labels/* renderLabels */.S3)(wanted(subset))}, so copies go nowhere`
        : null;
}

;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/mistakes/selector.js


/** Labels that controllers of Kubernetes put on pods themselves. */
const SET_LATER = new Set([
    'pod-template-hash',
    'rollouts-pod-template-hash',
    'controller-revision-hash',
    'statefulset.kubernetes.io/pod-name',
    'apps.kubernetes.io/pod-index',
    'batch.kubernetes.io/job-name',
    'batch.kubernetes.io/controller-uid',
    'batch.kubernetes.io/job-completion-index',
    'job-name',
    'controller-uid',
]);
const findSelectorMistakes = (set) => set.ofKind('Service.').flatMap((service) => {
    const selector = withoutLater(selectorOf(service) ?? {});
    const near = selector_nearest(set.podsIn(service.namespace), selector);
    return near === null ? [] : [mistakeOf(service, selector, near)];
});
const withoutLater = (selector) => Object.fromEntries(Object.entries(selector).filter(([key]) => !SET_LATER.has(key)));
/** The pods that all labels but one fit; null: some fit wholly, or none nearly. */
function selector_nearest(pods, selector) {
    if (pods.some(({ labels }) => (0,endpoint_labels/* bears */.oJ)(labels, selector)))
        return null;
    const near = pods.flatMap((one) => {
        const wrong = Object.keys(selector).filter((key) => one.labels[key] !== selector[key]);
        const [key, ...more] = wrong;
        const fits = Object.keys(selector).length > 1 && more.length === 0;
        return key === undefined || !fits || mayComeLater(one, key) ? [] : [{ pods: one, key }];
    });
    return near[0] ?? null;
}
const mayComeLater = ({ labels, complete }, key) => !complete && labels[key] === undefined;
function mistakeOf(service, selector, { pods, key }) {
    const found = pods.labels[key];
    const has = found === undefined ? `no label ${key}` : `${key}=${found}`;
    const message = `selects ${(0,endpoint_labels/* renderLabels */.S3)(selector)}, which is no pod of these manifests: those of ${pods.member.name} have all of it but ${has}; correct the label, or add what makes such pods`;
    return mistakeAt(service, ['spec', 'selector', key], message);
}

;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/mistakes.js





/**
 * All of them with file and line, in the order of the manifests' kinds: Ingress, Flagger, mirrors,
 * selectors. `namespace` is the one of objects that name none. What other objects of the cluster
 * could make right is not told.
 */
function findMistakes(manifests, namespace) {
    const set = readTrafficSet(manifests, namespace);
    return [
        ...findCanaryMistakes(set),
        ...findFlaggerMistakes(set),
        ...findMirrorMistakes(set),
        ...findSelectorMistakes(set),
    ];
}

// EXTERNAL MODULE: ./packages/kubernetes/lib/endpoint/picking.js
var picking = __webpack_require__(7317);
// EXTERNAL MODULE: ./packages/kubernetes/lib/endpoint/revision.js + 1 modules
var endpoint_revision = __webpack_require__(7681);
;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/pin.js















/** Throws KUBERNETES_MANIFESTS_INVALID with every problem, KUBERNETES_LOCK_DIFFERS. */
async function pinManifests(order, parts, signal) {
    const ports = { ...parts.ports, signal };
    const written = await readWritten(order, ports);
    const imaged = replaceImages(written, parsePathList(order.images));
    const picked = (0,picking/* pickWorkload */.h_)(imaged.ok ? imaged.value.manifests : written, order);
    const contradicted = picked.ok ? findContradicted(order, written, picked.value) : [];
    const mistakes = findMistakes(written, order.namespace);
    const problems = [imaged, picked].flatMap((result) => (result.ok ? [] : result.problems));
    problems.push(...contradicted, ...mistakes);
    if (!imaged.ok || !picked.ok || problems.length > 0)
        throw (0,invalid/* invalidManifests */.e)(problems);
    for (const { from, to, where } of imaged.value.replaced) {
        ports.log.info(`${where}: image ${from} becomes ${to}`);
    }
    return pinned(order, picked.value, parts.sha256);
}
async function readWritten(order, ports) {
    const { render, namespace, releaseName = null } = order;
    const manifests = parsePathList(order.manifests);
    const valuesFiles = parsePathList(order.valuesFiles);
    const read = await readManifests({ manifests, render, valuesFiles, releaseName, namespace }, ports);
    if (!read.ok)
        throw (0,invalid/* invalidManifests */.e)(read.problems);
    // Before anything of them can be printed.
    for (const value of secretValuesOf(read.value))
        ports.log.mask(value);
    return read.value;
}
/** Images that the caller names although a lock says what runs, and names otherwise. */
function findContradicted({ lock, images }, written, { deployment }) {
    const entries = parseImageEntries(parsePathList(images));
    const before = written.find(({ source }) => source === deployment.source);
    if (lock === null || !entries.ok || before === undefined)
        return [];
    return contradictedImages(lock, { before: before.object, after: deployment.object }, entries.value);
}
function pinned(order, picked, sha256) {
    const { lock, createEndpoint } = order;
    const written = picked.deployment.object;
    const deployment = lock === null ? written : withLockedImages(written, lock);
    const workload = {
        deployment,
        service: picked.service.object,
        trafficObject: picked.trafficObject?.object ?? null,
        createEndpoint,
    };
    const contents = (0,endpoint_revision/* contentsOf */.KD)(deployment);
    const revision = (0,endpoint_revision/* revisionFor */.HU)(workload, sha256);
    const difference = lock === null ? null : lockDifference(lock, { contents, ...revision });
    if (difference !== null)
        throw difference;
    const shared = picked.shared.map(({ object }) => (0,lib_object/* idOf */.TH)(object, object.metadata.namespace ?? picked.namespace));
    return {
        workload,
        endpointName: picked.endpointName,
        namespace: picked.namespace,
        contents,
        revision,
        notices: [...sharedNotices(shared), ...autoscalerNotices(picked)],
        warnings: mutableImages({ ...picked.deployment, object: deployment }),
        shared,
    };
}
const MOST_NAMED = 10;
function sharedNotices(shared) {
    if (shared.length === 0)
        return [];
    const names = shared.slice(0, MOST_NAMED).map(lib_object/* renderId */.oF);
    const more = shared.length - names.length;
    return [
        `left alone, because slots share it: ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}; k8s-apply is what applies these`,
    ];
}
/** One that names the Deployment as it is written drives none of the slots. */
function autoscalerNotices({ shared, deployment, endpointName }) {
    const name = deployment.object.metadata.name ?? '';
    const key = (0,lib_object/* keyOf */.TN)((0,lib_object/* idOf */.TH)(deployment.object, null));
    return shared.flatMap(({ object, source }) => {
        const id = (0,lib_object/* idOf */.TH)(object, null);
        if (!(0,autoscaler/* isAutoscaler */.Qs)(id) || (0,autoscaler/* targetOf */.$r)(object, null) !== key)
            return [];
        return `${(0,manifests_manifest/* renderSource */.u)(source)}: ${(0,lib_object/* renderId */.oF)(id)} drives Deployment ${name}, which is ${endpointName}-<slot> in a slot; write one for each slot`;
    });
}
function mutableImages({ object, source }) {
    return findImages(object, []).flatMap(({ path, image }) => {
        const reference = parseImageReference(image);
        if (reference === null || reference.digest !== null)
            return [];
        if (reference.tag !== null && reference.tag !== 'latest')
            return [];
        return `${(0,manifests_manifest/* renderSource */.u)(source, path)}: image ${image} can change under the same revision; name a version or a digest`;
    });
}

;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/index.js
// Light on purpose: what talks to a cluster is behind `openKubernetes`, in a chunk of its own.






;// CONCATENATED MODULE: ./packages/kubernetes/lib/index.js











/***/ }),

/***/ 9616:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   e: () => (/* binding */ invalidManifests),
/* harmony export */   x: () => (/* binding */ renderProblems)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8743);

const MOST_LINES = 50;
/** KUBERNETES_MANIFESTS_INVALID with a line for each problem, the first 50 of them. */
const invalidManifests = (problems) => (0,_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .kubernetesError */ .j)('KUBERNETES_MANIFESTS_INVALID', renderProblems('the manifests', problems));
/** A heading (`2 problems with the manifests:`) and a line for each, the first 50 of them. */
function renderProblems(what, problems) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    const lines = problems
        .slice(0, MOST_LINES)
        .map(({ where, message }) => `- ${where === '' ? '' : `${where}: `}${message}`);
    const more = problems.length - lines.length;
    if (more > 0)
        lines.push(`- ... and ${more} more`);
    return `${count} with ${what}:\n${lines.join('\n')}`;
}


/***/ }),

/***/ 4813:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   bp: () => (/* binding */ describeValue),
/* harmony export */   c3: () => (/* binding */ listOf),
/* harmony export */   fK: () => (/* binding */ valueAt),
/* harmony export */   oh: () => (/* binding */ mappingAt)
/* harmony export */ });
/* harmony import */ var _record_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2229);

/** What it is, without its text: that may be what should not be shown. */
function describeValue(value) {
    if (value === null || value === undefined)
        return 'nothing';
    if (Array.isArray(value))
        return 'a list';
    if (typeof value === 'object')
        return 'a mapping';
    return `a ${typeof value === 'string' ? 'text' : typeof value}`;
}
function valueAt(value, path) {
    let here = value;
    for (const part of path) {
        if (Array.isArray(here) && typeof part === 'number')
            here = here[part];
        else if ((0,_record_js__WEBPACK_IMPORTED_MODULE_0__/* .isRecord */ .u4)(here) && Object.hasOwn(here, part))
            here = here[String(part)];
        else
            return undefined;
    }
    return here;
}
function mappingAt(value, path) {
    const found = valueAt(value, path);
    return (0,_record_js__WEBPACK_IMPORTED_MODULE_0__/* .isRecord */ .u4)(found) ? found : null;
}
const listOf = (value) => (Array.isArray(value) ? value : []);


/***/ }),

/***/ 2311:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   k: () => (/* binding */ selects)
/* harmony export */ });
/* harmony import */ var _record_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2229);
/* harmony import */ var _json_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4813);
// Does a label selector of Kubernetes fit these labels?


/** An empty selector fits everything, no selector nothing. */
function selects(selector, labels) {
    if (!(0,_record_js__WEBPACK_IMPORTED_MODULE_0__/* .isRecord */ .u4)(selector))
        return false;
    const wanted = (0,_record_js__WEBPACK_IMPORTED_MODULE_0__/* .isRecord */ .u4)(selector['matchLabels']) ? selector['matchLabels'] : {};
    return (Object.entries(wanted).every(([key, value]) => labels[key] === value) &&
        (0,_json_js__WEBPACK_IMPORTED_MODULE_1__/* .listOf */ .c3)(selector['matchExpressions']).every((expression) => fits(expression, labels)));
}
function fits(expression, labels) {
    if (!(0,_record_js__WEBPACK_IMPORTED_MODULE_0__/* .isRecord */ .u4)(expression))
        return false;
    const key = String(expression['key']);
    const has = Object.hasOwn(labels, key);
    const listed = has && (0,_json_js__WEBPACK_IMPORTED_MODULE_1__/* .listOf */ .c3)(expression['values']).includes(labels[key]);
    switch (expression['operator']) {
        case 'In':
            return listed;
        case 'NotIn':
            return !listed;
        case 'Exists':
            return has;
        case 'DoesNotExist':
            return !has;
        default:
            return false;
    }
}


/***/ }),

/***/ 6550:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   u: () => (/* binding */ renderSource)
/* harmony export */ });
/** `kubernetes/web.yml:12` */
const renderSource = ({ file, lineOf }, path = []) => `${file}:${lineOf(path)}`;


/***/ }),

/***/ 6219:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   M: () => (/* binding */ findPodTemplates),
/* harmony export */   _: () => (/* binding */ kindKey)
/* harmony export */ });
/* harmony import */ var _record_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2229);
/* harmony import */ var _json_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4813);


const TEMPLATE = ['spec', 'template'];
/** Kinds by `Kind.group`; the core has no group. */
const PLACES = {
    'PodTemplate.': ['template'],
    'ReplicationController.': TEMPLATE,
    'Deployment.apps': TEMPLATE,
    'StatefulSet.apps': TEMPLATE,
    'DaemonSet.apps': TEMPLATE,
    'ReplicaSet.apps': TEMPLATE,
    'Job.batch': TEMPLATE,
    'CronJob.batch': ['spec', 'jobTemplate', 'spec', 'template'],
    'Rollout.argoproj.io': TEMPLATE,
};
/** `Deployment.apps`, `Pod.`. */
function kindKey(object) {
    const apiVersion = String(object['apiVersion']);
    const slash = apiVersion.indexOf('/');
    return `${String(object['kind'])}.${slash === -1 ? '' : apiVersion.slice(0, slash)}`;
}
/** One or none: the pod that an object is, or that its controller makes. */
function findPodTemplates(object) {
    const key = kindKey(object);
    if (key === 'Pod.') {
        const spec = object['spec'];
        return (0,_record_js__WEBPACK_IMPORTED_MODULE_0__/* .isRecord */ .u4)(spec) ? [{ path: null, template: null, specPath: ['spec'], spec }] : [];
    }
    const path = Object.hasOwn(PLACES, key) ? PLACES[key] : undefined;
    const template = path === undefined ? null : (0,_json_js__WEBPACK_IMPORTED_MODULE_1__/* .mappingAt */ .oh)(object, path);
    const spec = template?.['spec'];
    if (path === undefined || template === null || !(0,_record_js__WEBPACK_IMPORTED_MODULE_0__/* .isRecord */ .u4)(spec))
        return [];
    return [{ path, template, specPath: [...path, 'spec'], spec }];
}


/***/ }),

/***/ 13:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Ev: () => (/* binding */ told),
/* harmony export */   Xy: () => (/* binding */ sendChange),
/* harmony export */   dM: () => (/* binding */ managerOf),
/* harmony export */   it: () => (/* binding */ refusedBy)
/* harmony export */ });
/* harmony import */ var _object_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1287);
/* harmony import */ var _ownership_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6016);


const managerOf = (mode) => `sluice-${mode}`;
/** A report of a change that is not awaited here. */
const told = ({ id }, { action, reason = '', message = '' }) => ({
    id,
    action,
    verdict: action === 'refused' ? 'failed' : 'none',
    reason,
    message,
    seconds: 0,
});
const refusedBy = (target, { reason, request, message }) => told(target, { action: 'refused', reason, message: `${request}: ${message}` });
/**
 * Sends a merge patch bound to the object's uid: another one of its name is left alone (409). Fields
 * that we had applied stay ours.
 */
async function sendChange({ api, log }, target, { dryRun, ...change }) {
    const { mode, patch, subresource, action, message = '' } = change;
    const manager = managerOf(mode);
    const bound = { metadata: { uid: target.object.metadata.uid }, ...patch };
    const answer = await api.patch(target.id, bound, {
        kind: 'merge',
        fieldManager: manager,
        dryRun,
        ...(subresource === undefined ? {} : { subresource }),
    });
    if (!answer.ok)
        return refusedBy(target, answer.refusal);
    log.info(`${(0,_object_js__WEBPACK_IMPORTED_MODULE_0__/* .renderId */ .oF)(target.id)} ${action}${dryRun ? ' (dry run)' : ''}`);
    if (!dryRun)
        await (0,_ownership_js__WEBPACK_IMPORTED_MODULE_1__/* .handBack */ .t)(api, target, { manager, fields: 'named' });
    return told(target, { action, message });
}


/***/ }),

/***/ 6016:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Y: () => (/* binding */ planHandBack),
/* harmony export */   t: () => (/* binding */ handBack)
/* harmony export */ });
/* harmony import */ var _apply_field_set_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9280);

/** Is the field itself in the set, beside what is below it? */
const hasSelf = (node) => node !== undefined && (node['.'] !== undefined || Object.keys(node).length === 0);
/** Applies a rule to every field that the first set has; undefined when nothing is left. */
function pick(rule, a, b) {
    const below = Object.keys(a).flatMap((key) => {
        const child = key === '.' ? undefined : (0,_apply_field_set_js__WEBPACK_IMPORTED_MODULE_0__/* .childOf */ .GG)(a, key);
        const left = child && pick(rule, child, b && (0,_apply_field_set_js__WEBPACK_IMPORTED_MODULE_0__/* .childOf */ .GG)(b, key));
        return left === undefined ? [] : [[key, left]];
    });
    const self = rule(hasSelf(a), hasSelf(b));
    if (below.length === 0)
        return self ? {} : undefined;
    return Object.fromEntries(self ? [['.', {}], ...below] : below);
}
const inBoth = (a, b) => a && b && pick((left, right) => left && right, a, b);
const without = (a, b) => a && pick((left, right) => left && !right, a, b);
/** Who applied the manifests: we, or kubectl before us, whose fields an apply of ours takes over. */
const isClientSide = ({ manager, operation, subresource }) => manager === _apply_field_set_js__WEBPACK_IMPORTED_MODULE_0__/* .CLIENT_SIDE */ .U3 && operation === 'Update' && subresource === undefined;
/** The entries to write, or null when there is nothing to hand back. */
function planHandBack({ before, after, manager, fields, }) {
    // Beside what it names, kubectl's entry has the server's defaults from when it made the object. The
    // template is whole either way; a default such as one replica is no wish of the manifests.
    const had = (0,_apply_field_set_js__WEBPACK_IMPORTED_MODULE_0__/* .entryOf */ .Ms)(before, _apply_field_set_js__WEBPACK_IMPORTED_MODULE_0__/* .APPLIER */ .kT) ??
        (fields === 'all' ? before.metadata.managedFields?.find(isClientSide) : undefined);
    if (had === undefined)
        return null;
    const isApplier = (entry) => entry.manager === had.manager &&
        entry.operation === had.operation &&
        entry.subresource === undefined;
    const isTaker = (entry) => entry.manager === manager && entry.operation === 'Update';
    const entries = after.metadata.managedFields ?? [];
    const taken = entries
        .filter(isTaker)
        .map((entry) => (fields === 'all' ? (0,_apply_field_set_js__WEBPACK_IMPORTED_MODULE_0__/* .fieldsOf */ .Pf)(entry) : inBoth((0,_apply_field_set_js__WEBPACK_IMPORTED_MODULE_0__/* .fieldsOf */ .Pf)(entry), (0,_apply_field_set_js__WEBPACK_IMPORTED_MODULE_0__/* .fieldsOf */ .Pf)(had))))
        .reduce(_apply_field_set_js__WEBPACK_IMPORTED_MODULE_0__/* .unionOf */ .Z6, undefined);
    if (taken === undefined)
        return null;
    const has = entries.find(isApplier);
    const applied = { ...(has ?? had), fieldsV1: (0,_apply_field_set_js__WEBPACK_IMPORTED_MODULE_0__/* .unionOf */ .Z6)((0,_apply_field_set_js__WEBPACK_IMPORTED_MODULE_0__/* .fieldsOf */ .Pf)(has), taken) ?? {} };
    const others = entries.flatMap((entry) => {
        if (isApplier(entry))
            return [];
        if (!isTaker(entry))
            return [entry];
        const left = without((0,_apply_field_set_js__WEBPACK_IMPORTED_MODULE_0__/* .fieldsOf */ .Pf)(entry), taken);
        return left === undefined ? [] : [{ ...entry, fieldsV1: left }];
    });
    return [applied, ...others];
}
const TRIES = 5;
/** Hands back what `planHandBack` says. What is refused is left as it is: only owners are wrong then. */
async function handBack(api, { id, object: before }, { manager, fields }) {
    // Controllers write the status all the time, and each write makes a new version.
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
        const answer = await api.get(id);
        if (!answer.ok || answer.value === null)
            return;
        const entries = planHandBack({ before, after: answer.value, manager, fields });
        if (entries === null)
            return;
        const patch = (0,_apply_field_set_js__WEBPACK_IMPORTED_MODULE_0__/* .ownersPatch */ .bx)(answer.value, entries);
        const written = await api.patch(id, patch, { kind: 'json', fieldManager: manager });
        if (written.ok || written.refusal.status !== 409)
            return;
    }
}


/***/ }),

/***/ 2563:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   h: () => (/* binding */ scale)
/* harmony export */ });
/* harmony import */ var _apply_autoscaler_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(7382);
/* harmony import */ var _object_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(1287);
/* harmony import */ var _change_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(13);
/* harmony import */ var _record_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2229);





/**
 * Sets the number of replicas; `unchanged` where it is so. What an autoscaler drives is refused with
 * its name unless forced. Where the manifests name a number, the next apply sets it again.
 */
async function scale(ports, targets, options) {
    const namespaces = [...new Set(targets.flatMap(({ id }) => id.namespace ?? []))];
    const autoscaled = options.force
        ? []
        : (await Promise.all(namespaces.map((namespace) => autoscaledIn(ports, namespace)))).flat();
    return Promise.all(targets.map(async (target) => {
        const { replicas, dryRun } = options;
        const now = (0,_record_js__WEBPACK_IMPORTED_MODULE_0__/* .fieldAt */ .UK)(target.object, ['spec', 'replicas']);
        if (now === replicas) {
            return (0,_change_js__WEBPACK_IMPORTED_MODULE_1__/* .told */ .Ev)(target, { action: 'unchanged', message: `it has ${replicas} replicas` });
        }
        const driver = autoscaled.find(({ target: key }) => key === (0,_object_js__WEBPACK_IMPORTED_MODULE_2__/* .keyOf */ .TN)(target.id));
        if (driver !== undefined) {
            return (0,_change_js__WEBPACK_IMPORTED_MODULE_1__/* .told */ .Ev)(target, {
                action: 'refused',
                reason: 'Autoscaled',
                message: `${(0,_object_js__WEBPACK_IMPORTED_MODULE_2__/* .renderId */ .oF)(driver.autoscaler)} sets its replicas and would undo this; change that one, or set \`force-conflicts: true\``,
            });
        }
        return (0,_change_js__WEBPACK_IMPORTED_MODULE_1__/* .sendChange */ .Xy)(ports, target, {
            mode: 'scale',
            action: 'scaled',
            subresource: 'scale',
            patch: { spec: { replicas } },
            dryRun,
            message: `${typeof now === 'number' ? `${now} -> ` : ''}${replicas} replicas`,
        });
    }));
}
async function autoscaledIn({ api, log }, namespace) {
    const { all, preferred } = await api.resources();
    const kinds = new Set(all.filter(_apply_autoscaler_js__WEBPACK_IMPORTED_MODULE_3__/* .isAutoscaler */ .Qs).map(({ group, kind }) => preferred(group, kind)));
    const lists = await Promise.all([...kinds].map(async (resource) => {
        if (resource === null)
            return [];
        const answer = await api.list(resource, { namespace });
        if (!answer.ok) {
            log.notice(`${resource.plural} in ${namespace} cannot be listed (${answer.refusal.reason}), so nobody looks whether one drives the replicas`);
            return [];
        }
        return answer.value.items.map((item) => ({
            autoscaler: { ...resource, namespace, name: item.metadata.name ?? '' },
            target: (0,_apply_autoscaler_js__WEBPACK_IMPORTED_MODULE_3__/* .targetOf */ .$r)(item, namespace),
        }));
    }));
    return lists.flat();
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
/* harmony export */   Le: () => (/* binding */ withoutNulls),
/* harmony export */   Q0: () => (/* binding */ recordsIn),
/* harmony export */   UK: () => (/* binding */ fieldAt),
/* harmony export */   b6: () => (/* binding */ textOf),
/* harmony export */   qF: () => (/* binding */ parseJson),
/* harmony export */   u4: () => (/* binding */ isRecord),
/* harmony export */   zv: () => (/* binding */ recordOf)
/* harmony export */ });
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


/***/ })

};
