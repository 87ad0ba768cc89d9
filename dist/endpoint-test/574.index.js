export const id = 574;
export const ids = [574];
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

/***/ 5155:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  i: () => (/* binding */ objectsOf),
  _: () => (/* binding */ planApply)
});

// EXTERNAL MODULE: ./packages/kubernetes/lib/object.js
var lib_object = __webpack_require__(1287);
// EXTERNAL MODULE: ./packages/kubernetes/lib/apply/autoscaler.js
var autoscaler = __webpack_require__(7382);
// EXTERNAL MODULE: ./packages/kubernetes/lib/apply/desired.js
var desired = __webpack_require__(683);
// EXTERNAL MODULE: ./packages/kubernetes/lib/apply/field-set.js
var field_set = __webpack_require__(9280);
// EXTERNAL MODULE: ./packages/kubernetes/lib/record.js
var record = __webpack_require__(2229);
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
        builtIn: isBuiltIn((0,lib_object/* parseApiVersion */.cX)(manifest.apiVersion).group),
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

// EXTERNAL MODULE: ./packages/kubernetes/lib/apply/removal-stages.js
var removal_stages = __webpack_require__(1033);
// EXTERNAL MODULE: ./packages/kubernetes/lib/apply/stages.js
var stages = __webpack_require__(4874);
// EXTERNAL MODULE: ./packages/kubernetes/lib/apply/take-over.js
var take_over = __webpack_require__(821);
;// CONCATENATED MODULE: ./packages/kubernetes/lib/apply/plan.js








/** On an object: `true` allows to replace this one. */
const REPLACE_ANNOTATION = 'sluice.dev/replace';
const objectsOf = ({ stages }) => stages.flatMap(({ objects }) => objects);
function planApply(placed, live, rules) {
    const autoscaled = autoscaledKeys(placed, live);
    const planned = placed.map((one) => planObject(one, { live, rules, autoscaled }));
    const byStage = Map.groupBy(planned, ({ stage }) => stage);
    return {
        stages: stages/* stages */._
            .map((stage) => ({ stage, objects: byStage.get(stage) ?? [] }))
            .filter(({ objects }) => objects.length > 0),
        rules,
        notices: [...live.notices, ...noticesOf(planned)],
    };
}
/** Those of the set count as well: they will take over as soon as they are there. */
const autoscaledKeys = (placed, live) => new Set([
    ...live.autoscaled,
    ...placed.flatMap(({ object, id }) => (0,autoscaler/* isAutoscaler */.Qs)(id) ? ((0,autoscaler/* targetOf */.$r)(object, id.namespace) ?? []) : []),
]);
function planObject(placed, scene) {
    const { id, object: written } = placed;
    const resource = scene.live.resources.find(id.group, id.version, id.kind);
    const key = (0,lib_object/* keyOf */.TN)(id);
    const live = id.name === '' ? null : (scene.live.objects.get(key) ?? null);
    const autoscaled = scene.autoscaled.has(key);
    const plain = (0,desired/* desiredObject */.S)(placed, resource);
    const object = autoscaled && live !== null ? (0,autoscaler/* yieldReplicas */.hH)(plain, live, field_set/* APPLIER */.kT) : plain;
    const takeOver = live === null ? null : (0,take_over/* planTakeOver */.f)(live, scene.rules.takeOver);
    const base = {
        placed,
        stage: (0,stages/* stageOf */.g)(id),
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
    const difference = firstDifference({ manifest: object, live, manager: field_set/* APPLIER */.kT });
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
const mayReplace = (id, { metadata }, rules) => (0,removal_stages/* dataLostWith */.r)(id) === null &&
    (rules.replace || metadata.annotations?.[REPLACE_ANNOTATION] === 'true');
function noticesOf(planned) {
    return [
        told(planned.filter(({ intent }) => intent === 'generate'), 'made anew by each run, because it has generateName; it is never compared or pruned'),
        told(planned.filter(({ takeOver }) => takeOver !== null), 'taken over from client-side apply; fields that left the manifest go'),
        told(planned.filter((one) => one.autoscaled && one.live !== null && (0,autoscaler/* hasReplicas */.uH)(one.placed.object)), 'spec.replicas is left to its autoscaler; take it out of the manifest'),
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
    ? (0,lib_object/* renderId */.oF)({ ...id, name: `${object.metadata.generateName ?? ''}*` })
    : (0,lib_object/* renderId */.oF)(id);


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
/* harmony export */   f: () => (/* binding */ planTakeOver)
/* harmony export */ });
/* unused harmony export LAST_APPLIED */
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

/***/ 47:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Hf: () => (/* binding */ pinEndpoint),
/* harmony export */   UD: () => (/* binding */ createEndpoint),
/* harmony export */   jB: () => (/* binding */ planPin),
/* harmony export */   lx: () => (/* binding */ planEndpoint)
/* harmony export */ });
/* harmony import */ var _sluice_rollout__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(9554);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8743);
/* harmony import */ var _health_fields_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(3728);
/* harmony import */ var _manifests_invalid_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(9616);
/* harmony import */ var _object_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1287);
/* harmony import */ var _idle_js__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(842);
/* harmony import */ var _refused_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(9122);
/* harmony import */ var _slot_health_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(3179);
/* harmony import */ var _snapshot_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8160);
/* harmony import */ var _writing_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(7026);
// The traffic object before the first pod of a new slot comes up: it must be there, and send nobody to it.










/**
 * null: it is there. Throws KUBERNETES_ENDPOINT_ABSENT where it is not and may not be created, or where
 * the slot has pods already: without the object nothing says that nobody is sent to them.
 */
function planEndpoint(site, { scene, slotLabel, slot }, workload) {
    if (scene !== null)
        return null;
    const { place, endpoint, slots, backEnd } = site;
    const { namespace, trafficObject } = place;
    if (!workload.createEndpoint) {
        throw (0,_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .kubernetesError */ .j)('KUBERNETES_ENDPOINT_ABSENT', `${(0,_object_js__WEBPACK_IMPORTED_MODULE_1__/* .renderId */ .oF)((0,_snapshot_js__WEBPACK_IMPORTED_MODULE_2__/* .trafficObjectId */ .Ud)(site))} is not there, and create-endpoint is false`);
    }
    refuseUnknownPods(site, slot.deployment);
    const order = {
        endpoint,
        name: trafficObject,
        namespace,
        slots,
        given: workload.trafficObject,
        service: workload.service,
        slotLabel,
    };
    const created = backEnd.create(order);
    if (!created.ok)
        throw (0,_manifests_invalid_js__WEBPACK_IMPORTED_MODULE_3__/* .invalidManifests */ .e)(created.problems);
    return created.value;
}
/** They may serve by another object: a wrong `back-end` or `traffic-object` must not restart live pods. */
function refuseUnknownPods(site, deployment) {
    if (deployment === null)
        return;
    if ((0,_slot_health_js__WEBPACK_IMPORTED_MODULE_4__/* .wantedReplicas */ .hb)(deployment) + (0,_health_fields_js__WEBPACK_IMPORTED_MODULE_5__/* .numberAt */ .tk)(deployment, 'status.replicas', 0) === 0)
        return;
    const { namespace } = site.place;
    throw (0,_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .kubernetesError */ .j)('KUBERNETES_ENDPOINT_ABSENT', `${(0,_object_js__WEBPACK_IMPORTED_MODULE_1__/* .renderId */ .oF)((0,_snapshot_js__WEBPACK_IMPORTED_MODULE_2__/* .trafficObjectId */ .Ud)(site))} is not there, but Deployment ${namespace}/${deployment.metadata.name ?? ''} is there with pods, and nothing says whether they serve`, {
        hint: 'Check namespace, back-end and traffic-object. When the object is really gone, make it again so that it leads to the slot that serves, or scale the Deployment to zero.',
    });
}
/**
 * With all weights 0, so nothing is reachable before traffic-swap says so. False: somebody made it
 * meanwhile, or we did and the answer was lost. It may send requests by now, so it is looked at anew.
 */
async function createEndpoint(site, object) {
    const { api, place, log, backEnd } = site;
    const { namespace } = place;
    const answer = await api.create(object, { fieldManager: _writing_js__WEBPACK_IMPORTED_MODULE_6__/* .TRAFFIC_MANAGER */ .Kh });
    if (!answer.ok) {
        const { refusal } = answer;
        if (refusal.status === 409 && refusal.reason === 'AlreadyExists')
            return false;
        throw (0,_refused_js__WEBPACK_IMPORTED_MODULE_7__/* .refusedWrite */ .yN)({ verb: 'create', resource: backEnd.resource, namespace, refusal });
    }
    log.info(`${(0,_object_js__WEBPACK_IMPORTED_MODULE_1__/* .renderId */ .oF)((0,_object_js__WEBPACK_IMPORTED_MODULE_1__/* .idOf */ .TH)(object, namespace))} created; it sends nobody to any slot yet`);
    return true;
}
/**
 * The write that pins a Service over both slots to the one that has all requests; null: it is pinned,
 * or the back end has weights of its own. Without it a new pod would get requests as soon as it is up.
 */
function planPin({ backEnd }, { scene, seen }) {
    if (backEnd.kind !== 'replicas' || scene === null || seen === null)
        return null;
    const weights = (0,_sluice_rollout__WEBPACK_IMPORTED_MODULE_8__/* .parseWeights */ .vt)(seen.traffic);
    if (!weights.ok)
        throw (0,_manifests_invalid_js__WEBPACK_IMPORTED_MODULE_3__/* .invalidManifests */ .e)(weights.problems);
    const write = backEnd.write(scene, { weights: weights.value, match: null, mirror: {} });
    if (!write.ok)
        throw (0,_manifests_invalid_js__WEBPACK_IMPORTED_MODULE_3__/* .invalidManifests */ .e)(write.problems);
    return Object.keys(write.value.patch).length === 0 ? null : write.value;
}
/** Others may write the Service at the same time; more often than this is a fight. */
const TRIES = 5;
/**
 * Does what `planPin` says; true when it wrote. Nobody's requests change: the pods that are selected
 * are the same before and after.
 */
async function pinEndpoint(site, first, signal) {
    const { log, backEnd, place } = site;
    const { namespace } = place;
    let look = first;
    for (let turn = 1;; turn += 1) {
        const write = planPin(site, look);
        if (write === null)
            return false;
        const answer = await sendPin(site, look, write);
        if (answer.ok)
            break;
        const { refusal } = answer;
        if (refusal.status !== 409 || turn >= TRIES) {
            throw (0,_refused_js__WEBPACK_IMPORTED_MODULE_7__/* .refusedWrite */ .yN)({ verb: 'patch', resource: backEnd.resource, namespace, refusal });
        }
        look = await (0,_idle_js__WEBPACK_IMPORTED_MODULE_9__/* .lookAtIdle */ .L)(site, look.slot.slot, signal);
    }
    const name = (0,_object_js__WEBPACK_IMPORTED_MODULE_1__/* .renderId */ .oF)((0,_snapshot_js__WEBPACK_IMPORTED_MODULE_2__/* .trafficObjectId */ .Ud)(site));
    log.notice(`${name}: pinned to the slot that has its requests, before new pods come up`);
    return true;
}
/** Refused with 409 when the object is no longer the one that was looked at. */
function sendPin(site, { scene }, { patch }) {
    const metadata = {
        ...patch['metadata'],
        resourceVersion: scene?.object.metadata.resourceVersion,
    };
    return site.api.patch((0,_snapshot_js__WEBPACK_IMPORTED_MODULE_2__/* .trafficObjectId */ .Ud)(site), { ...patch, metadata }, { kind: 'merge', fieldManager: _writing_js__WEBPACK_IMPORTED_MODULE_6__/* .TRAFFIC_MANAGER */ .Kh });
}


/***/ }),

/***/ 842:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   L: () => (/* binding */ lookAtIdle)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8743);
/* harmony import */ var _object_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(1287);
/* harmony import */ var _observe_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2894);
/* harmony import */ var _snapshot_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8160);
// Does a slot get requests? Asked of the traffic object itself, before anything of a slot is written.




/** One look. Throws KUBERNETES_SLOT_HAS_TRAFFIC. */
async function lookAtIdle(site, slot, signal) {
    const snapshot = await (0,_snapshot_js__WEBPACK_IMPORTED_MODULE_0__/* .readSnapshot */ .RA)(site, signal);
    const scene = (0,_snapshot_js__WEBPACK_IMPORTED_MODULE_0__/* .sceneOf */ .cO)(site, snapshot);
    const { found, slotLabel } = (0,_snapshot_js__WEBPACK_IMPORTED_MODULE_0__/* .slotsIn */ .ps)(site, snapshot);
    const seen = scene === null ? null : (0,_observe_js__WEBPACK_IMPORTED_MODULE_1__/* .readRouting */ .bN)(site, scene);
    if (scene !== null && seen !== null)
        refuseTraffic(site, { slot, scene, seen });
    const own = found.find((one) => one.slot === slot);
    const nothing = { slot, deployment: null, service: null, labels: { [slotLabel]: slot } };
    return {
        slot: own ?? nothing,
        other: found.find((one) => one.slot !== slot) ?? null,
        slotLabel,
        scene,
        seen,
        deployments: snapshot.deployments.items,
        services: snapshot.services.items,
    };
}
function refuseTraffic({ place }, { slot, scene, seen }) {
    const requests = requestsOf(slot, seen);
    if (requests === null)
        return;
    throw (0,_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .kubernetesError */ .j)('KUBERNETES_SLOT_HAS_TRAFFIC', `slot ${slot} has traffic: ${(0,_object_js__WEBPACK_IMPORTED_MODULE_3__/* .renderId */ .oF)((0,_object_js__WEBPACK_IMPORTED_MODULE_3__/* .idOf */ .TH)(scene.object, place.namespace))} gives it ${requests}`);
}
/** null: none. A copy is a request, too: its answer is thrown away, its pods are at work. */
function requestsOf(slot, { traffic, match, mirror }) {
    const weight = traffic[slot] ?? 0;
    if (weight > 0)
        return `weight ${weight}`;
    if (match?.slot === slot)
        return `requests with ${match.kind} ${match.name}`;
    const copies = mirror[slot] ?? 0;
    return copies > 0 ? `copies of ${copies} % of the requests` : null;
}


/***/ }),

/***/ 9038:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   q: () => (/* binding */ createOtherService),
/* harmony export */   r: () => (/* binding */ planOtherService)
/* harmony export */ });
/* harmony import */ var _apply_field_set_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(9280);
/* harmony import */ var _manifests_invalid_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9616);
/* harmony import */ var _object_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(1287);
/* harmony import */ var _kinds_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(6737);
/* harmony import */ var _placing_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4078);
/* harmony import */ var _refused_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(9122);
// Routes with weights name the Services of both slots, and a gateway takes none that names a Service
// which is not there. So the first deploy makes the other slot's Service too; no pod is behind it yet.






const NAMES_BOTH = ['http-route', 'virtual-service', 'openshift-route'];
/** null: it is there, or nothing names it. */
function planOtherService(site, { slot, other, slotLabel }, workload) {
    const { endpoint, place, slots, backEnd } = site;
    if (!NAMES_BOTH.includes(backEnd.kind) || (other !== null && other.service !== null))
        return null;
    const name = slots.find((one) => one !== slot.slot) ?? '';
    const placed = (0,_placing_js__WEBPACK_IMPORTED_MODULE_0__/* .placeInSlot */ .F)(workload, {
        endpoint,
        namespace: place.namespace,
        slot: name,
        slotLabel: { key: slotLabel, value: other?.labels[slotLabel] ?? name },
        deployment: other?.deployment ?? null,
        service: null,
        activeReplicas: 0,
        mark: '',
    });
    if (!placed.ok)
        throw (0,_manifests_invalid_js__WEBPACK_IMPORTED_MODULE_1__/* .invalidManifests */ .e)(placed.problems);
    return placed.value.service;
}
async function createOtherService({ api, place, log }, object) {
    const answer = await api.apply(object, { fieldManager: _apply_field_set_js__WEBPACK_IMPORTED_MODULE_2__/* .APPLIER */ .kT, force: false });
    const { namespace } = place;
    if (!answer.ok) {
        throw (0,_refused_js__WEBPACK_IMPORTED_MODULE_3__/* .refusedWrite */ .yN)({ verb: 'patch', resource: _kinds_js__WEBPACK_IMPORTED_MODULE_4__/* .SERVICE */ .YV, namespace, refusal: answer.refusal });
    }
    log.info(`${(0,_object_js__WEBPACK_IMPORTED_MODULE_5__/* .renderId */ .oF)((0,_object_js__WEBPACK_IMPORTED_MODULE_5__/* .idOf */ .TH)(object, namespace))} created, because routes name both slots`);
}


/***/ }),

/***/ 4078:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  F: () => (/* binding */ placeInSlot)
});

// EXTERNAL MODULE: ./packages/rollout/lib/result.js
var result = __webpack_require__(8970);
// EXTERNAL MODULE: ./packages/kubernetes/lib/record.js
var record = __webpack_require__(2229);
;// CONCATENATED MODULE: ./packages/kubernetes/lib/manifests/json.js

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
        else if (isRecord(here) && Object.hasOwn(here, part))
            here = here[String(part)];
        else
            return undefined;
    }
    return here;
}
function mappingAt(value, path) {
    const found = valueAt(value, path);
    return isRecord(found) ? found : null;
}
const listOf = (value) => (Array.isArray(value) ? value : []);

;// CONCATENATED MODULE: ./packages/kubernetes/lib/manifests/label-selector.js
// Does a label selector of Kubernetes fit these labels?


/** An empty selector fits everything, no selector nothing. */
function label_selector_selects(selector, labels) {
    if (!(0,record/* isRecord */.u4)(selector))
        return false;
    const wanted = (0,record/* isRecord */.u4)(selector['matchLabels']) ? selector['matchLabels'] : {};
    return (Object.entries(wanted).every(([key, value]) => labels[key] === value) &&
        listOf(selector['matchExpressions']).every((expression) => fits(expression, labels)));
}
function fits(expression, labels) {
    if (!(0,record/* isRecord */.u4)(expression))
        return false;
    const key = String(expression['key']);
    const has = Object.hasOwn(labels, key);
    const listed = has && listOf(expression['values']).includes(labels[key]);
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

// EXTERNAL MODULE: ./packages/kubernetes/lib/endpoint/back-ends/slot-services.js
var slot_services = __webpack_require__(4218);
// EXTERNAL MODULE: ./packages/kubernetes/lib/endpoint/marks.js
var marks = __webpack_require__(3564);
;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/picking.js
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
        return bad(...problems);
    return good({
        deployment: deployment.value,
        service: service.value,
        trafficObject,
        shared: manifests.filter((manifest) => !taken.includes(manifest)),
        endpointName,
        namespace: namespaces.namespace,
    });
}
const nameOf = ({ object }) => object.metadata.name ?? '';
const listed = (manifests) => manifests.map((manifest) => `${nameOf(manifest)} (${renderSource(manifest.source)})`).join(', ');
function pickDeployment(manifests) {
    const found = manifests.filter(({ object }) => kindKey(object) === DEPLOYMENT);
    const [first, ...others] = found;
    if (first === undefined) {
        const where = [...new Set(manifests.map(({ source }) => source.file))].slice(0, 5).join(', ');
        return bad({ where, message: 'no Deployment is there; a slot holds exactly one' });
    }
    if (others.length === 0)
        return good(first);
    const message = `${found.length} Deployments: ${listed(found)}; a slot holds exactly one, so name the manifests of one application`;
    return bad({ where: renderSource(first.source), message });
}
/** Labels of the pods that a Deployment makes. */
function podLabelsOf(deployment) {
    const labels = (0,record/* fieldAt */.UK)(deployment, ['spec', 'template', 'metadata', 'labels']);
    return (0,record/* isRecord */.u4)(labels) ? labels : {};
}
/** null: it selects nothing by labels. */
function selectorOf(service) {
    const selector = (0,record/* fieldAt */.UK)(service, ['spec', 'selector']);
    return (0,record/* isRecord */.u4)(selector) && Object.keys(selector).length > 0 ? selector : null;
}
function doesSelect({ object }, deployment) {
    const matchLabels = selectorOf(object);
    return matchLabels !== null && selects({ matchLabels }, podLabelsOf(deployment.object));
}
function pickService(manifests, { name, deployment }) {
    const services = manifests.filter(({ object }) => kindKey(object) === SERVICE);
    if (name !== null)
        return pickNamed(services, { name, deployment });
    const found = services.filter((service) => doesSelect(service, deployment));
    const [first, ...others] = found;
    const where = renderSource(deployment.source, ['spec', 'template', 'metadata', 'labels']);
    if (first === undefined) {
        const there = services.length === 0 ? 'no Service is there' : `there are ${listed(services)}`;
        const message = `no Service selects the pods of Deployment ${nameOf(deployment)}; ${there}`;
        return bad({ where, message });
    }
    if (others.length === 0)
        return good(first);
    const message = `${found.length} Services select the pods of Deployment ${nameOf(deployment)}: ${listed(found)}; name one of them with the input \`service\``;
    return bad({ where, message });
}
function pickNamed(services, { name, deployment }) {
    const service = services.find((one) => nameOf(one) === name);
    if (service === undefined) {
        const rest = services.length === 0 ? 'no Service is there' : didYouMean(name, services.map(nameOf));
        return bad({ where: 'service', message: `the manifests hold no Service ${name}; ${rest}` });
    }
    if (doesSelect(service, deployment))
        return good(service);
    const where = renderSource(service.source, ['spec', 'selector']);
    const message = `Service ${name} selects no pod of Deployment ${nameOf(deployment)} (${renderSource(deployment.source)}); its selector must fit the labels of the pod template`;
    return bad({ where, message });
}
function pickTrafficObject(manifests, { backEnd, trafficObject }, endpointName) {
    const kind = TRAFFIC_KINDS[backEnd];
    if (kind === SERVICE)
        return null;
    const name = trafficObject ?? endpointName;
    return manifests.find((one) => kindKey(one.object) === kind && nameOf(one) === name) ?? null;
}
function nameProblems({ object, source }) {
    if (object.metadata.generateName === undefined)
        return [];
    const message = `metadata.generateName: a ${object.kind} of an endpoint needs a name that stays; wanted metadata.name alone`;
    return [{ where: renderSource(source, ['metadata', 'generateName']), message }];
}
function deploymentProblems({ object, source }) {
    const complain = (path, message) => ({
        where: renderSource(source, path),
        message: `${path.join('.')}: ${message}`,
    });
    const problems = [];
    if (fieldAt(object, ['spec', 'paused']) === true) {
        problems.push(complain(['spec', 'paused'], 'found true; a paused Deployment makes no new pods'));
    }
    const replicas = fieldAt(object, ['spec', 'replicas']) ?? 1;
    if (typeof replicas !== 'number' || !Number.isInteger(replicas) || replicas < 1) {
        const found = typeof replicas === 'number' ? String(replicas) : 'no number';
        problems.push(complain(['spec', 'replicas'], `found ${found}; wanted at least 1, so that there is a pod to test`));
    }
    if (!selects(fieldAt(object, ['spec', 'selector']), podLabelsOf(object))) {
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
        where: renderSource(source, ['metadata', 'namespace']),
        message: `metadata.namespace of ${object.kind} ${object.metadata.name ?? ''}: found ${String(object.metadata.namespace)}, ${because} ${String(namespace)}; an endpoint is in one namespace`,
    }));
    return { namespace, problems };
}

// EXTERNAL MODULE: ./packages/kubernetes/lib/endpoint/slots.js
var slots = __webpack_require__(1531);
;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/placing.js
// The manifests, placed in one slot: names, labels, selectors, a preview Service. Pure.
//
// A slot that others made keeps what cannot be changed: its names, its label and its selector.







/** Everything that stops the workload from being in this slot, at once. */
function placeInSlot(workload, place) {
    const names = namesOf(place);
    const labels = { ...podLabelsOf(workload.deployment), ...labelOf(place) };
    const selector = placeSelector(workload.deployment, place, labels);
    const problems = [
        ...placing_nameProblems(names),
        ...(selector.ok ? [] : selector.problems),
        ...serviceProblems(workload.service, { place, labels }),
    ];
    if (!selector.ok || problems.length > 0)
        return (0,result/* bad */.M)(...problems);
    const replicas = placeReplicas(workload.deployment, place);
    return (0,result/* good */.u)({
        deployment: placeDeployment(workload.deployment, {
            place,
            name: names.deployment,
            spec: { selector: selector.value, replicas: replicas.count },
            labels,
        }),
        service: placeService(workload.service, { place, name: names.service }),
        notices: replicas.notices,
    });
}
const labelOf = ({ slotLabel: { key, value } }) => ({ [key]: value });
/** As they are, else as every slot of ours is called. */
const namesOf = ({ endpoint, slot, deployment, service, }) => ({
    deployment: deployment?.metadata.name ?? `${endpoint}-${slot}`,
    service: service?.metadata.name ?? (0,slot_services/* defaultService */.pi)(endpoint, slot),
});
const LONGEST_NAME = 63;
function placing_nameProblems({ deployment, service }) {
    return [...new Set([deployment, service])]
        .filter((name) => name.length > LONGEST_NAME)
        .map((name) => ({
        where: 'endpoint',
        message: `${name} has ${name.length} characters, and a Service's name at most ${LONGEST_NAME}; choose a shorter endpoint or shorter slots`,
    }));
}
/** What is written, with the slot's label; of a Deployment that is there, its own: it never changes. */
function placeSelector(written, place, labels) {
    const own = placeLabels((0,record/* fieldAt */.UK)(written, ['spec', 'selector', 'matchLabels']), place);
    const found = place.deployment === null ? null : (0,record/* fieldAt */.UK)(place.deployment, ['spec', 'selector']);
    const selector = (0,record/* recordOf */.zv)((0,record/* fieldAt */.UK)(written, ['spec', 'selector']));
    if (found === null)
        return (0,result/* good */.u)({ ...selector, matchLabels: own });
    const { key, value } = place.slotLabel;
    const isOfSlot = (0,record/* fieldAt */.UK)(found, ['matchLabels', key]) === value;
    if (isOfSlot && label_selector_selects(found, labels))
        return (0,result/* good */.u)(found);
    const name = place.deployment?.metadata.name ?? '';
    const use = isOfSlot ? 'it serves nobody, so delete it' : 'if nobody needs it, delete it';
    const message = `its selector ${JSON.stringify(found)} never changes, and does not fit the pods of slot ${place.slot} (${JSON.stringify(labels)}); ` +
        `${use} and run again: kubectl delete deployment ${name} --namespace ${place.namespace}`;
    return (0,result/* bad */.M)({ where: `Deployment ${place.namespace}/${name}`, message });
}
const placeLabels = (labels, place) => ({
    ...(0,record/* recordOf */.zv)(labels),
    ...labelOf(place),
});
/** A slot's name that the manifests say is this slot's in it; where they say none, none is added. */
function renamed(labels, { slotLabel: { key, value } }) {
    return labels !== undefined && Object.hasOwn(labels, key) ? { ...labels, [key]: value } : labels;
}
function serviceProblems(service, { place, labels }) {
    const matchLabels = placeLabels(selectorOf(service), place);
    if (label_selector_selects({ matchLabels }, labels))
        return [];
    const message = `selects no pod of slot ${place.slot}: its selector is ${JSON.stringify(matchLabels)}, their labels are ${JSON.stringify(labels)}`;
    return [{ where: `Service ${service.metadata.name ?? ''}`, message }];
}
function placeReplicas(written, place) {
    const { slot, activeReplicas } = place;
    const count = Math.max(replicasOf(written) ?? 1, replicasOfSame(place));
    if (count >= activeReplicas)
        return { count, notices: [] };
    const notice = `slot ${slot} gets ${activeReplicas} replicas instead of the ${count} of the manifests: as many as are ready where the traffic is, so that a switch takes no capacity away`;
    return { count: activeReplicas, notices: [notice] };
}
const replicasOf = (deployment) => {
    const replicas = (0,record/* fieldAt */.UK)(deployment, ['spec', 'replicas']);
    return typeof replicas === 'number' ? replicas : null;
};
/** A re-run takes away nothing that an earlier one gave when more pods were ready elsewhere. */
function replicasOfSame({ deployment, mark }) {
    const isSame = deployment?.metadata.annotations?.[marks/* REVISION_ANNOTATION */.wB] === mark;
    return isSame ? (replicasOf(deployment) ?? 0) : 0;
}
function placeDeployment(written, parts) {
    const { place, name, labels } = parts;
    const spec = (0,record/* recordOf */.zv)(written['spec']);
    const template = (0,record/* recordOf */.zv)(spec['template']);
    const { status: _status, ...rest } = written;
    return {
        ...rest,
        metadata: placeMetadata(written, {
            place,
            name,
            annotations: { [marks/* REVISION_ANNOTATION */.wB]: place.mark },
        }),
        spec: {
            ...spec,
            ...parts.spec,
            // One that somebody paused would make no pod of this template.
            ...((0,record/* fieldAt */.UK)(place.deployment, ['spec', 'paused']) === true && { paused: false }),
            template: { ...template, metadata: { ...(0,record/* recordOf */.zv)(template['metadata']), labels } },
        },
    };
}
function placeMetadata({ metadata }, { place, name, annotations }) {
    const { [marks/* TEMPLATE_ANNOTATION */.t0]: _digest, ...written } = metadata.annotations ?? {};
    const all = { ...written, ...annotations };
    return {
        name,
        namespace: place.namespace,
        labels: { ...renamed(metadata.labels, place), [slots/* SLOT_LABEL */._s]: place.slot },
        ...(Object.keys(all).length > 0 && { annotations: all }),
    };
}
/** The ports of the endpoint's Service, inside the cluster alone. */
function placeService(written, { place, name }) {
    const spec = (0,record/* recordOf */.zv)(written['spec']);
    const ports = Array.isArray(spec['ports']) ? spec['ports'].map(withoutNodePort) : [];
    const type = (0,record/* fieldAt */.UK)(place.service, ['spec', 'type']);
    const { sessionAffinity, sessionAffinityConfig } = spec;
    return {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: {
            name,
            namespace: place.namespace,
            labels: { ...renamed(written.metadata.labels, place), [slots/* SLOT_LABEL */._s]: place.slot },
        },
        spec: {
            // One that others made stays reachable as it was.
            type: typeof type === 'string' ? type : 'ClusterIP',
            selector: placeLabels(selectorOf(written), place),
            ports,
            ...(sessionAffinity !== undefined && { sessionAffinity }),
            ...(sessionAffinityConfig !== undefined && { sessionAffinityConfig }),
        },
    };
}
function withoutNodePort(port) {
    if (!(0,record/* isRecord */.u4)(port))
        return port;
    const { nodePort: _number, ...rest } = port;
    return rest;
}


/***/ }),

/***/ 2829:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  J0: () => (/* binding */ KUBECTL),
  i6: () => (/* binding */ asManifest),
  m5: () => (/* binding */ planSlot),
  t3: () => (/* binding */ withTemplate)
});

// EXTERNAL MODULE: ./packages/kubernetes/lib/apply/live.js
var apply_live = __webpack_require__(2291);
// EXTERNAL MODULE: ./packages/kubernetes/lib/apply/plan.js + 4 modules
var apply_plan = __webpack_require__(5155);
// EXTERNAL MODULE: ./packages/kubernetes/lib/manifests/invalid.js
var invalid = __webpack_require__(9616);
// EXTERNAL MODULE: ./packages/kubernetes/lib/object.js
var lib_object = __webpack_require__(1287);
// EXTERNAL MODULE: ./packages/kubernetes/lib/endpoint/marks.js
var marks = __webpack_require__(3564);
// EXTERNAL MODULE: ./packages/kubernetes/lib/endpoint/kinds.js
var kinds = __webpack_require__(6737);
// EXTERNAL MODULE: ./packages/kubernetes/lib/endpoint/slots.js
var slots = __webpack_require__(1531);
;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/obstacles.js


/** Names that others use, and a live Service that would never select the pods. */
const obstacles = (site, look, placed) => [
    ...deploymentTaken(look, placed),
    ...serviceTaken(look, placed),
    ...((0,kinds/* isService */.kd)(site.backEnd) ? missedByEndpoint(look, placed) : []),
];
const named = (objects, wanted) => objects.find(({ metadata }) => metadata.name === wanted.metadata.name) ?? null;
const where = ({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`;
/** Found by its name, but its pods are of another slot, which may well serve. */
function deploymentTaken(look, { deployment }) {
    const live = named(look.deployments, deployment);
    const { slot } = look.slot;
    if (live === null || live.metadata.uid === look.slot.deployment?.metadata.uid)
        return [];
    const labels = JSON.stringify((0,slots/* templateLabels */.MN)(live));
    const message = `is there, and its pods (${labels}) are not of slot ${slot}; name the slots as its labels do, or give it another name`;
    return [{ where: where(deployment), message }];
}
function serviceTaken(look, { service }) {
    const live = named(look.services, service);
    const { slot } = look.slot;
    if (live === null || live.metadata.labels?.[slots/* SLOT_LABEL */._s] === slot)
        return [];
    const selector = (0,slots/* selectorOf */.Bk)(live);
    const other = look.other?.deployment ?? null;
    const selectsOther = other !== null && (0,slots/* isSelected */.sp)(selector, (0,slots/* templateLabels */.MN)(other));
    const isOwn = live.metadata.uid === look.slot.service?.metadata.uid;
    if (isOwn && !selectsOther)
        return [];
    const message = `is there, and its selector (${JSON.stringify(selector)}) is not for slot ${slot} alone; give it another name, or delete it when nobody needs it`;
    return [{ where: where(service), message }];
}
/** Pinned to this slot, the Service that users know must select these pods. */
function missedByEndpoint({ scene, slotLabel }, { deployment }) {
    if (scene === null)
        return [];
    const labels = (0,slots/* templateLabels */.MN)(deployment);
    // While no slot is there, the Service was made to lead to none: only the key tells.
    const slotKeys = new Set([slotLabel, ...scene.found.flatMap((one) => Object.keys(one.labels))]);
    return Object.entries((0,slots/* selectorOf */.Bk)(scene.object))
        .filter(([key, value]) => !slotKeys.has(key) && labels[key] !== value)
        .map(([key, value]) => ({
        where: `Service ${scene.object.metadata.name ?? ''} spec.selector["${key}"]`,
        message: `found "${value}" on the cluster, and the pods of the manifests bear ${labels[key] === undefined ? 'no such label' : `"${labels[key]}"`}: requests would never get to them`,
    }));
}
/**
 * A Service of the endpoint's name beside the object that routes: who asks it inside the cluster gets
 * the new pods as well. null: there is none. In a mesh it has to be so.
 */
function sideEntrance(site, look, placed) {
    const { backEnd, endpoint, place } = site;
    if ((0,kinds/* isService */.kd)(backEnd) || backEnd.kind === 'virtual-service')
        return null;
    const own = look.services.find(({ metadata }) => metadata.name === endpoint);
    if (own === undefined || !(0,slots/* isSelected */.sp)((0,slots/* selectorOf */.Bk)(own), (0,slots/* templateLabels */.MN)(placed.deployment))) {
        return null;
    }
    return `Service ${place.namespace}/${endpoint} selects the pods of slot ${look.slot.slot}, too: who asks it by its name gets them past ${backEnd.resource.kind} ${place.trafficObject}; give it the label of one slot, or delete it`;
}

// EXTERNAL MODULE: ./packages/kubernetes/lib/endpoint/placing.js + 3 modules
var placing = __webpack_require__(4078);
// EXTERNAL MODULE: ./packages/kubernetes/lib/endpoint/revision.js + 1 modules
var revision = __webpack_require__(3794);
// EXTERNAL MODULE: ./packages/kubernetes/lib/endpoint/slot-health.js
var slot_health = __webpack_require__(3179);
;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/slot-plan.js









/** Throws KUBERNETES_MANIFESTS_INVALID where the workload cannot be in this slot. */
async function planSlot(site, order, look) {
    const placed = (0,placing/* placeInSlot */.F)(order.workload, {
        endpoint: site.endpoint,
        namespace: site.place.namespace,
        slot: order.slot,
        slotLabel: labelOf(look),
        deployment: staying(look.slot.deployment),
        service: staying(look.slot.service),
        // Where replicas give the weights, each step brings the pods that it needs.
        activeReplicas: site.backEnd.kind === 'replicas' ? 0 : activeReplicas(look),
        mark: order.mark,
    });
    const problems = placed.ok ? obstacles(site, look, placed.value) : placed.problems;
    if (!placed.ok || problems.length > 0)
        throw (0,invalid/* invalidManifests */.e)(problems);
    const entrance = sideEntrance(site, look, placed.value);
    const notices = entrance === null ? placed.value.notices : [...placed.value.notices, entrance];
    return planObjects(site, { ...placed.value, notices }, look.slot.deployment);
}
/** What is being deleted decides nothing any more. */
const staying = (object) => object?.metadata.deletionTimestamp === undefined ? object : null;
async function planObjects(site, workload, live) {
    const resources = await site.api.resources();
    // As if the mark were about the live template: then only real differences are left.
    const deployment = withTemplate(workload.deployment, templateOf(live));
    const manifests = [deployment, workload.service].map((one) => asManifest(site, one));
    const seen = await (0,apply_live/* observeLive */.T)(manifests, { api: site.api, resources });
    const takeOver = kubectlManagers([...seen.objects.values()]);
    const plan = (0,apply_plan/* planApply */._)(manifests, seen, { force: false, replace: false, takeOver });
    const [one, other] = pick(plan);
    return {
        workload,
        plan,
        deployment: one,
        service: other,
        resources,
        unchanged: (0,apply_plan/* objectsOf */.i)(plan).every(({ intent }) => intent === 'unchanged') &&
            one.live !== null &&
            templateOf(one.live) === (0,revision/* templateDigest */.pd)(one.live, site.sha256),
    };
}
function pick(plan) {
    const objects = (0,apply_plan/* objectsOf */.i)(plan);
    const deployment = objects.find(({ placed: { id } }) => id.kind === 'Deployment');
    const service = objects.find(({ placed: { id } }) => id.kind === 'Service');
    if (deployment === undefined || service === undefined)
        throw new Error('a plan lost an object');
    return [deployment, service];
}
function labelOf({ slot, slotLabel }) {
    const own = slot.labels[slotLabel];
    if (own !== undefined)
        return { key: slotLabel, value: own };
    const [first] = Object.entries(slot.labels);
    return first === undefined
        ? { key: slotLabel, value: slot.slot }
        : { key: first[0], value: first[1] };
}
/** Ready pods where the requests go now. */
function activeReplicas({ scene, seen }) {
    const serving = (scene?.found ?? []).flatMap(({ slot, deployment }) => deployment !== null && (seen?.traffic[slot] ?? 0) > 0 ? [(0,slot_health/* readyReplicas */.f9)(deployment)] : []);
    return Math.max(0, ...serving);
}
/** They belong to this slot, whoever made it, and are served by nobody: what kubectl set there goes. */
const KUBECTL = /^kubectl(?:-|$)/;
const kubectlManagers = (objects) => [
    ...new Set(objects
        .flatMap(({ metadata }) => metadata.managedFields ?? [])
        .map(({ manager }) => manager)
        .filter((manager) => KUBECTL.test(manager))),
];
const templateOf = (live) => live?.metadata.annotations?.[marks/* TEMPLATE_ANNOTATION */.t0] ?? null;
function withTemplate(deployment, digest) {
    if (digest === null)
        return deployment;
    const annotations = { ...deployment.metadata.annotations, [marks/* TEMPLATE_ANNOTATION */.t0]: digest };
    return { ...deployment, metadata: { ...deployment.metadata, annotations } };
}
/** Made here, so no file has a line for it. */
const asManifest = ({ place }, object) => ({
    object,
    source: { file: `slot of ${place.trafficObject}`, lineOf: () => 1 },
    id: (0,lib_object/* idOf */.TH)(object, place.namespace),
    known: true,
});


/***/ }),

/***/ 9616:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   e: () => (/* binding */ invalidManifests)
/* harmony export */ });
/* unused harmony export renderProblems */
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


/***/ })

};
