export const id = 18;
export const ids = [18];
export const modules = {

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
/* harmony import */ var _revision_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7681);
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

/***/ 7637:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  openEndpoint: () => (/* binding */ openEndpoint)
});

// EXTERNAL MODULE: ./packages/rollout/lib/result.js
var result = __webpack_require__(8970);
// EXTERNAL MODULE: ./packages/kubernetes/lib/connection/connect.js + 6 modules
var connect = __webpack_require__(7958);
// EXTERNAL MODULE: ./packages/kubernetes/lib/errors.js + 7 modules
var errors = __webpack_require__(8743);
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

// EXTERNAL MODULE: ./packages/kubernetes/lib/record.js
var record = __webpack_require__(2229);
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
function readRules(scene) {
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
        const rules = readRules(scene);
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
    const rules = readRules(scene);
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

// EXTERNAL MODULE: ./packages/rollout/lib/routing.js
var routing = __webpack_require__(9193);
// EXTERNAL MODULE: ./packages/kubernetes/lib/endpoint/back-ends/canary-pair.js
var canary_pair = __webpack_require__(1822);
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
            (0,routing/* sameMatch */.k)(seen.match, match) &&
            scene.slots.every((slot) => (seen.traffic[slot] ?? 0) === (0,lib_weights/* weightOf */.mm)(weights, slot));
        return shown ? null : `${(0,canary_pair/* ingressName */.t9)(scene.object)} does not show the weights yet`;
    },
    refused: () => null,
    create,
};
function readCanary(scene) {
    const { object } = scene;
    const pair = (0,canary_pair/* readCanaryPair */.FO)(scene);
    const total = wholeNumber(object, 'canary-weight-total', DEFAULT_TOTAL);
    const weight = wholeNumber(object, 'canary-weight', 0);
    const problems = [pair, total, weight].flatMap((one) => (one.ok ? [] : one.problems));
    if (total.ok && weight.ok && (weight.value > total.value || total.value === 0)) {
        const message = `has weight ${weight.value} of a total of ${total.value}; wanted at most the total, and a total above 0`;
        problems.push({ where: (0,canary_pair/* ingressName */.t9)(object), message });
    }
    if (!pair.ok || !total.ok || !weight.ok || problems.length > 0)
        return (0,result/* bad */.M)(...problems);
    const match = ownMatch(object, pair.value.canary);
    return (0,result/* good */.u)({ ...pair.value, object, weight: weight.value, total: total.value, match });
}
function wholeNumber(object, name, without) {
    const text = (0,canary_pair/* nginxAnnotation */.Kv)(object, name);
    if (text === null)
        return (0,result/* good */.u)(without);
    if (/^\d{1,9}$/.test(text))
        return (0,result/* good */.u)(Number(text));
    const message = `${(0,canary_pair/* nginxAnnotationName */.V4)(name)} is ${JSON.stringify(text)}; wanted a whole number`;
    return (0,result/* bad */.M)({ where: (0,canary_pair/* ingressName */.t9)(object), message });
}
/** Our mark counts only while the annotations still say what it says. */
function ownMatch(object, slot) {
    const mark = readMatchMark(object);
    if (mark === null || mark.slot !== slot)
        return null;
    const wanted = matchAnnotations(mark);
    const same = keysOf(mark.kind).every((name) => ((0,canary_pair/* nginxAnnotation */.Kv)(object, name) ?? null) === (wanted[name] ?? null));
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
        .map((kind) => `${(0,canary_pair/* ingressName */.t9)(object)} sends requests to slot ${canary.canary} by ${(0,canary_pair/* nginxAnnotationName */.V4)(`canary-by-${kind}`)}, which is not ours: it stays, whatever the weights say`);
    return {
        traffic,
        match,
        mirror: {},
        ...(notices.length > 0 && { notices, ledByOthers: [canary.canary] }),
    };
}
const hasRule = (object, kind) => (0,canary_pair/* nginxAnnotation */.Kv)(object, `canary-by-${kind}`) !== null;
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
        complain('match', `wants slot ${rule.slot}; annotations can only lead to slot ${canary}, the one behind ${(0,canary_pair/* ingressName */.t9)(object)}`);
    }
    if (rule.kind === 'cookie' && rule.value !== COOKIE_VALUE) {
        complain('match', `wants cookie ${rule.name} of value ${JSON.stringify(rule.value)}; ingress-nginx follows a cookie only when its value is ${COOKIE_VALUE}`);
    }
    const texts = rule.kind === 'header' ? [rule.name, rule.value] : [rule.name];
    for (const text of texts.filter((one) => !ALLOWED.test(one))) {
        complain('match', `${JSON.stringify(text)} has characters that ingress-nginx drops an annotation for; wanted letters, digits and - . _ ~ / :`);
    }
    if (match?.kind !== rule.kind && hasRule(object, rule.kind)) {
        complain('match', `${(0,canary_pair/* ingressName */.t9)(object)} has ${(0,canary_pair/* nginxAnnotationName */.V4)(`canary-by-${rule.kind}`)} already, which is not ours; take it off first`);
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
    if ((0,routing/* sameMatch */.k)(match, wanted))
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
const named = (annotations) => Object.fromEntries(Object.entries(annotations).map(([name, value]) => [(0,canary_pair/* nginxAnnotationName */.V4)(name), value]));
function create({ given, name, namespace }) {
    const where = `Ingress ${name}`;
    if (given === null || !(0,canary_pair/* isCanary */.Zm)(given)) {
        const message = `is not there, and the manifests hold no Ingress with ${(0,canary_pair/* nginxAnnotationName */.V4)('canary')}: "true"; write the canary Ingress, beside a plain main one that leads to the slot that serves`;
        return (0,result/* bad */.M)({ where, message });
    }
    const routed = ['header', 'cookie'].filter((kind) => hasRule(given, kind));
    if (routed.length > 0) {
        const message = `is not there, and the one in the manifests has ${routed.map((kind) => (0,canary_pair/* nginxAnnotationName */.V4)(`canary-by-${kind}`)).join(' and ')}: requests would reach a slot before any test; take it out and use the input \`match\``;
        return (0,result/* bad */.M)({ where, message });
    }
    const annotations = (0,record/* isRecord */.u4)(given.metadata.annotations) ? given.metadata.annotations : {};
    return (0,result/* good */.u)({
        ...given,
        metadata: {
            ...given.metadata,
            name,
            namespace,
            annotations: { ...annotations, [(0,canary_pair/* nginxAnnotationName */.V4)('canary-weight')]: '0' },
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
    if ((0,canary_pair/* isCanary */.Zm)(object)) {
        const message = 'is marked as a canary, so it works only beside a main Ingress; take the annotation off, or use back-end: ingress-nginx';
        return [{ where: nameOf(object), message }];
    }
    const places = (0,canary_pair/* ingressPaths */.i2)(object);
    return siblings
        .filter((other) => other.metadata.name !== object.metadata.name &&
        (0,canary_pair/* isCanary */.Zm)(other) &&
        (0,canary_pair/* ingressClassOf */.Hl)(other) === (0,canary_pair/* ingressClassOf */.Hl)(object))
        .flatMap((other) => {
        const shared = places.find((place) => (0,canary_pair/* ingressPaths */.i2)(other).some((one) => (0,canary_pair/* samePlace */.o0)(one, place)));
        if (shared === undefined)
            return [];
        const message = `is a canary of ${nameOf(object)} at ${(0,canary_pair/* renderPlace */.oL)(shared)} and takes requests from it; delete it, or use back-end: ingress-nginx`;
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
    if ((0,canary_pair/* isCanary */.Zm)(given)) {
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

// EXTERNAL MODULE: ./packages/rollout/lib/replica-share.js
var replica_share = __webpack_require__(269);
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
        [first]: (0,replica_share/* shareOf */.tC)(ready(first), ready(second)),
        [second]: (0,replica_share/* shareOf */.tC)(ready(second), ready(first)),
    };
}
/** Replicas of the candidate beside the active slot as it is now. */
const candidateReplicas = (scene, { active, candidate, weights }) => (0,replica_share/* replicasFor */.tz)((0,lib_weights/* weightOf */.mm)(weights, candidate), wantedPods(scene, active));
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
    const refusal = (0,replica_share/* checkReplicaSteps */.AB)([(0,lib_weights/* weightOf */.mm)(weights, candidate)], { active, replicas, candidate });
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
const headersOf = ({ headers }) => ((0,record/* isRecord */.u4)(headers) ? headers : {});
const hasHeader = (rule, { name }) => waysInto(rule).some((way) => Object.hasOwn(headersOf(way), name.toLowerCase()));
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
            headers: { ...headersOf(way), [match.name.toLowerCase()]: { exact: match.value } },
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
    (0,routing/* sameMatch */.k)(seen.match, match);
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
        ...(!(0,routing/* sameMatch */.k)(seen.match, match) && { [MATCH_ANNOTATION]: mark }),
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
// EXTERNAL MODULE: ./packages/kubernetes/lib/endpoint/place.js
var endpoint_place = __webpack_require__(1205);
// EXTERNAL MODULE: ./packages/kubernetes/lib/endpoint/observe.js
var observe = __webpack_require__(2894);
// EXTERNAL MODULE: ./packages/rollout/lib/sluice-error.js
var sluice_error = __webpack_require__(3521);
// EXTERNAL MODULE: ./packages/kubernetes/lib/connection/refusal.js
var refusal = __webpack_require__(4039);
// EXTERNAL MODULE: ./packages/kubernetes/lib/health/inert-text.js
var inert_text = __webpack_require__(6369);
;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/probe.js




const DEADLINE_SECONDS = 60;
const MOST_BYTES = 1024 * 1024;
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
        deadlineSeconds: DEADLINE_SECONDS,
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
    const own = answer.status === null ? null : (0,refusal/* parseServerStatus */.vr)(answer);
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
            deadlineSeconds: DEADLINE_SECONDS,
            // Every try is a sample: tries and hops inside the door would be missing from the evidence.
            retry: 'never',
            redirects: 'never',
            mostBytes: MOST_BYTES,
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

// EXTERNAL MODULE: ./packages/rollout/lib/errors.js
var lib_errors = __webpack_require__(836);
// EXTERNAL MODULE: ./packages/kubernetes/lib/object.js
var lib_object = __webpack_require__(1287);
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
var refused = __webpack_require__(9122);
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
        throw (0,refused/* refusedRead */.DC)([{ verb: 'list', resource: kinds/* POD */.Sm, namespace, refusal }]);
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
            throw (0,refused/* refusedWrite */.yN)({ ...request, subresource: 'scale' });
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
    throw (0,refused/* refusedRead */.DC)([{ verb: 'get', resource: kinds/* DEPLOYMENT */.uH, namespace, refusal }]);
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
            const { deploySlot } = await Promise.all(/* import() */[__webpack_require__.e(574), __webpack_require__.e(956)]).then(__webpack_require__.bind(__webpack_require__, 9956));
            return deploySlot(site, order, signal);
        },
        retire: async (slot, signal, how = 'delete') => {
            known = null;
            const { retireSlot } = await __webpack_require__.e(/* import() */ 923).then(__webpack_require__.bind(__webpack_require__, 3923));
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
    const api = await (0,connect/* connect */.N)({ context: settings.context, known: (0,kinds/* knownKinds */.T8)(backEnd) }, ports);
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
    const parsed = (0,endpoint_place/* parsePlace */.De)(place);
    if (!parsed.ok)
        return (0,result/* bad */.M)(...parsed.problems);
    const { server, namespace, backEnd, trafficObject } = parsed.value;
    const slots = (0,endpoint_place/* slotsOf */.nK)(parsed.value);
    return (0,result/* good */.u)({ server, wanted: { endpoint, namespace, backEnd, trafficObject, slots } });
}
/** `<endpoint>-<slot>` is the name of a Service. */
function nameProblems({ endpoint, slots, namespace }) {
    const place = namespace === null || (0,endpoint_place/* isDnsLabel */.Cd)(namespace) ? [] : [problem('namespace', namespace)];
    const long = slots
        .filter((slot) => !(0,endpoint_place/* isDnsLabel */.Cd)(slot) || !(0,endpoint_place/* isDnsLabel */.Cd)(`${endpoint}-${slot}`))
        .map((slot) => problem('slot', `${endpoint}-${slot}`));
    return [...place, ...endpointProblems(endpoint), ...((0,endpoint_place/* isDnsLabel */.Cd)(endpoint) ? long : [])];
}
const endpointProblems = (endpoint) => (0,endpoint_place/* isDnsLabel */.Cd)(endpoint) ? [] : [problem('endpoint', endpoint)];
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


/***/ })

};
