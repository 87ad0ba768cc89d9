export const id = 136;
export const ids = [136];
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

/***/ 755:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  retireSlot: () => (/* binding */ retireSlot)
});

// EXTERNAL MODULE: ./packages/kubernetes/lib/health/inert-text.js
var inert_text = __webpack_require__(6369);
// EXTERNAL MODULE: ./packages/kubernetes/lib/health/wait/progress.js
var progress = __webpack_require__(4420);
// EXTERNAL MODULE: ./packages/kubernetes/lib/object.js
var lib_object = __webpack_require__(1287);
// EXTERNAL MODULE: ./packages/kubernetes/lib/apply/lanes.js
var lanes = __webpack_require__(6134);
// EXTERNAL MODULE: ./packages/kubernetes/lib/apply/removal-stages.js
var removal_stages = __webpack_require__(1033);
;// CONCATENATED MODULE: ./packages/kubernetes/lib/apply/removal.js





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
    for (const stage of (0,removal_stages/* removalStages */.K)(removals)) {
        const done = held === undefined
            ? await removeStage(ports, stage, options)
            : stage.map(({ id }) => skipped(id, held));
        for (const report of done)
            reports.set((0,lib_object/* keyOf */.TN)(report.id), report);
        held ??= done.find(({ verdict }) => verdict !== 'gone');
    }
    return removals.flatMap(({ id }) => reports.get((0,lib_object/* keyOf */.TN)(id)) ?? []);
}
const skipped = (id, held) => ({
    id,
    action: 'skipped',
    verdict: 'none',
    reason: 'Waiting',
    message: held === undefined ? '' : `not deleted, because ${(0,lib_object/* renderId */.oF)(held.id)} is still there`,
    seconds: 0,
});
async function removeStage(ports, stage, options) {
    const start = ports.clock.now();
    const seconds = () => (ports.clock.now() - start) / 1000;
    const sent = await (0,lanes/* inLanes */.L)(stage, async (removal) => ({
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
            message: `${(0,lib_object/* renderId */.oF)(id)} was made anew after it was looked at; it was left alone`,
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
        if (clock.now() - told >= progress/* LONGEST_SILENCE_SECONDS */.V * 1000) {
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
    return `${(0,lib_object/* renderId */.oF)(first.removal.id)}${others} is gone`;
}
async function stillLeft(ports, removals) {
    const seen = await (0,lanes/* inLanes */.L)(removals, async (removal) => {
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
        .flatMap(({ message }) => (message === undefined ? [] : (0,inert_text/* inertLine */.Fq)(message)));
}

// EXTERNAL MODULE: ./packages/kubernetes/lib/errors.js + 7 modules
var errors = __webpack_require__(8743);
// EXTERNAL MODULE: ./packages/kubernetes/lib/health/fields.js
var fields = __webpack_require__(3728);
// EXTERNAL MODULE: ./packages/kubernetes/lib/apply/autoscaler.js
var autoscaler = __webpack_require__(7382);
// EXTERNAL MODULE: ./packages/kubernetes/lib/apply/field-set.js
var field_set = __webpack_require__(9280);
;// CONCATENATED MODULE: ./packages/kubernetes/lib/modes/ownership.js

/** Is the field itself in the set, beside what is below it? */
const hasSelf = (node) => node !== undefined && (node['.'] !== undefined || Object.keys(node).length === 0);
/** Applies a rule to every field that the first set has; undefined when nothing is left. */
function pick(rule, a, b) {
    const below = Object.keys(a).flatMap((key) => {
        const child = key === '.' ? undefined : (0,field_set/* childOf */.GG)(a, key);
        const left = child && pick(rule, child, b && (0,field_set/* childOf */.GG)(b, key));
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
const isClientSide = ({ manager, operation, subresource }) => manager === field_set/* CLIENT_SIDE */.U3 && operation === 'Update' && subresource === undefined;
/** The entries to write, or null when there is nothing to hand back. */
function planHandBack({ before, after, manager, fields, }) {
    // Beside what it names, kubectl's entry has the server's defaults from when it made the object. The
    // template is whole either way; a default such as one replica is no wish of the manifests.
    const had = (0,field_set/* entryOf */.Ms)(before, field_set/* APPLIER */.kT) ??
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
        .map((entry) => (fields === 'all' ? (0,field_set/* fieldsOf */.Pf)(entry) : inBoth((0,field_set/* fieldsOf */.Pf)(entry), (0,field_set/* fieldsOf */.Pf)(had))))
        .reduce(field_set/* unionOf */.Z6, undefined);
    if (taken === undefined)
        return null;
    const has = entries.find(isApplier);
    const applied = { ...(has ?? had), fieldsV1: (0,field_set/* unionOf */.Z6)((0,field_set/* fieldsOf */.Pf)(has), taken) ?? {} };
    const others = entries.flatMap((entry) => {
        if (isApplier(entry))
            return [];
        if (!isTaker(entry))
            return [entry];
        const left = without((0,field_set/* fieldsOf */.Pf)(entry), taken);
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
        const patch = (0,field_set/* ownersPatch */.bx)(answer.value, entries);
        const written = await api.patch(id, patch, { kind: 'json', fieldManager: manager });
        if (written.ok || written.refusal.status !== 409)
            return;
    }
}

;// CONCATENATED MODULE: ./packages/kubernetes/lib/modes/change.js


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
    log.info(`${(0,lib_object/* renderId */.oF)(target.id)} ${action}${dryRun ? ' (dry run)' : ''}`);
    if (!dryRun)
        await handBack(api, target, { manager, fields: 'named' });
    return told(target, { action, message });
}

// EXTERNAL MODULE: ./packages/kubernetes/lib/record.js
var record = __webpack_require__(2229);
;// CONCATENATED MODULE: ./packages/kubernetes/lib/modes/scale.js





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
        const now = (0,record/* fieldAt */.UK)(target.object, ['spec', 'replicas']);
        if (now === replicas) {
            return told(target, { action: 'unchanged', message: `it has ${replicas} replicas` });
        }
        const driver = autoscaled.find(({ target: key }) => key === (0,lib_object/* keyOf */.TN)(target.id));
        if (driver !== undefined) {
            return told(target, {
                action: 'refused',
                reason: 'Autoscaled',
                message: `${(0,lib_object/* renderId */.oF)(driver.autoscaler)} sets its replicas and would undo this; change that one, or set \`force-conflicts: true\``,
            });
        }
        return sendChange(ports, target, {
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
    const kinds = new Set(all.filter(autoscaler/* isAutoscaler */.Qs).map(({ group, kind }) => preferred(group, kind)));
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
            target: (0,autoscaler/* targetOf */.$r)(item, namespace),
        }));
    }));
    return lists.flat();
}

// EXTERNAL MODULE: ./packages/kubernetes/lib/endpoint/back-ends/slot-services.js
var slot_services = __webpack_require__(4218);
// EXTERNAL MODULE: ./packages/kubernetes/lib/endpoint/idle.js
var idle = __webpack_require__(842);
// EXTERNAL MODULE: ./packages/kubernetes/lib/endpoint/kinds.js
var kinds = __webpack_require__(6737);
// EXTERNAL MODULE: ./packages/kubernetes/lib/endpoint/slot-health.js
var slot_health = __webpack_require__(3179);
// EXTERNAL MODULE: ./packages/kubernetes/lib/endpoint/snapshot.js
var snapshot = __webpack_require__(8160);
// EXTERNAL MODULE: ./packages/kubernetes/lib/endpoint/slots.js
var slots = __webpack_require__(1531);
;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/retire.js












const LOOK_AGAIN_SECONDS = 0.5;
/** Throws KUBERNETES_SLOT_HAS_TRAFFIC, KUBERNETES_RETIRE_FAILED. A slot that is not there is done. */
async function retireSlot(site, { slot, how }, signal) {
    const look = await (0,idle/* lookAtIdle */.L)(site, slot, signal);
    refuseLed(site, look);
    const { deployment } = look.slot;
    if (how === 'delete')
        return deleteSlot(site, look, signal);
    if (deployment === null || (0,slot_health/* wantedReplicas */.hb)(deployment) === 0)
        return { changed: false };
    const report = await scaleToZero(site, deployment, signal);
    await awaitNoPods(site, deployment, signal);
    return report;
}
/** A new revision may come to them; without pods they would be answered by nobody. */
function refuseLed(site, { slot, seen }) {
    if (seen?.ledByOthers?.includes(slot.slot) !== true)
        return;
    throw (0,errors/* kubernetesError */.j)('KUBERNETES_SLOT_HAS_TRAFFIC', `slot ${slot.slot} has traffic: a rule in ${(0,lib_object/* renderId */.oF)((0,snapshot/* trafficObjectId */.Ud)(site))}, which is not ours, leads requests to it`);
}
/** Its marks stay: it still says what it holds. An autoscaler leaves what is at zero alone. */
async function scaleToZero({ api, clock, log, place }, deployment, signal) {
    const target = {
        id: (0,lib_object/* idOf */.TH)((0,snapshot/* typed */.nE)(deployment, kinds/* DEPLOYMENT */.uH), place.namespace),
        object: deployment,
    };
    const reports = await scale({ api, clock, log, signal }, [target], {
        replicas: 0,
        force: true,
        dryRun: false,
    });
    refuseTrouble(reports);
    return { changed: reports.some(({ action }) => action === 'scaled') };
}
/** Retired is a slot when its pods end; until then a look would still count them. */
async function awaitNoPods(site, deployment, signal) {
    const id = (0,lib_object/* idOf */.TH)((0,snapshot/* typed */.nE)(deployment, kinds/* DEPLOYMENT */.uH), site.place.namespace);
    const deadline = site.clock.now() + site.waitSeconds * 1000;
    for (;;) {
        const answer = await site.api.get(id);
        // Somebody else's right to look, or nothing left: then there is nothing to wait for.
        if (!answer.ok || answer.value === null)
            return;
        const left = (0,fields/* numberAt */.tk)(answer.value, 'status.replicas', 0);
        if (left === 0)
            return;
        if (site.clock.now() >= deadline) {
            throw (0,errors/* kubernetesError */.j)('KUBERNETES_RETIRE_FAILED', `${(0,lib_object/* renderId */.oF)(id)} still has ${left} pods`);
        }
        await site.clock.sleep(LOOK_AGAIN_SECONDS, signal);
    }
}
async function deleteSlot(site, look, signal) {
    const { api, clock, log, place } = site;
    const { deployment } = look.slot;
    const service = look.slot.service === null ? null : removableService(site, look);
    const removals = [
        ...(deployment === null ? [] : [(0,snapshot/* typed */.nE)(deployment, kinds/* DEPLOYMENT */.uH)]),
        ...(service === null ? [] : [(0,snapshot/* typed */.nE)(service, kinds/* SERVICE */.YV)]),
    ].map((object) => ({ id: (0,lib_object/* idOf */.TH)(object, place.namespace), uid: object.metadata.uid ?? '' }));
    if (removals.length === 0)
        return { changed: false };
    const reports = await removeObjects({ api, clock, log, signal }, removals, {
        action: 'deleted',
        propagation: 'Background',
        deadline: clock.now() + site.waitSeconds * 1000,
    });
    refuseTrouble(reports);
    return { changed: true };
}
/**
 * null: it stays. It is not the slot's own by label or name, or the traffic object still names it, at
 * weight 0, and would break without it.
 */
function removableService(site, { slot, scene }) {
    const { log, place, endpoint } = site;
    const { service } = slot;
    const name = service?.metadata.name ?? '';
    const isLabelled = service?.metadata.labels?.[slots/* SLOT_LABEL */._s] === slot.slot;
    const isNamed = slot.deployment !== null && name === (0,slot_services/* defaultService */.pi)(endpoint, slot.slot);
    if (!isLabelled && !isNamed) {
        log.notice(`Service ${place.namespace}/${name} stays, because nothing says that it is the slot's own`);
        return null;
    }
    const holders = scene === null ? [] : [scene.object, ...scene.siblings];
    const holder = holders.find((object) => holdsText(object['spec'], name));
    if (holder === undefined)
        return service;
    log.notice(`Service ${place.namespace}/${name} stays, because ${holder.kind} ${holder.metadata.name ?? ''} names it`);
    return null;
}
function holdsText(value, text) {
    if (typeof value === 'string')
        return value === text;
    const inside = Array.isArray(value) ? value : (0,record/* isRecord */.u4)(value) ? Object.values(value) : [];
    return inside.some((one) => holdsText(one, text));
}
function refuseTrouble(reports) {
    const trouble = reports.filter(({ action, verdict }) => action === 'refused' || action === 'skipped' || verdict === 'failed' || verdict === 'timeout');
    if (trouble.length > 0)
        throw retireFailed(trouble);
}
const retireFailed = (reports) => (0,errors/* kubernetesError */.j)('KUBERNETES_RETIRE_FAILED', reports.map(({ id, reason, message }) => `${(0,lib_object/* renderId */.oF)(id)}: ${reason}: ${message}`).join('; '));


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


/***/ })

};
