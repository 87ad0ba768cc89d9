export const id = 574;
export const ids = [574];
export const modules = {

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
/* harmony import */ var _placing_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7870);
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

/***/ 7870:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   F: () => (/* binding */ placeInSlot)
/* harmony export */ });
/* harmony import */ var _sluice_rollout__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8970);
/* harmony import */ var _manifests_label_selector_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(2311);
/* harmony import */ var _record_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(2229);
/* harmony import */ var _back_ends_slot_services_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4218);
/* harmony import */ var _marks_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(3564);
/* harmony import */ var _picking_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7317);
/* harmony import */ var _slots_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(1531);
// The manifests, placed in one slot: names, labels, selectors, a preview Service. Pure.
//
// A slot that others made keeps what cannot be changed: its names, its label and its selector.







/** Everything that stops the workload from being in this slot, at once. */
function placeInSlot(workload, place) {
    const names = namesOf(place);
    const labels = { ...(0,_picking_js__WEBPACK_IMPORTED_MODULE_0__/* .podLabelsOf */ .KP)(workload.deployment), ...labelOf(place) };
    const selector = placeSelector(workload.deployment, place, labels);
    const problems = [
        ...nameProblems(names),
        ...(selector.ok ? [] : selector.problems),
        ...serviceProblems(workload.service, { place, labels }),
    ];
    if (!selector.ok || problems.length > 0)
        return (0,_sluice_rollout__WEBPACK_IMPORTED_MODULE_1__/* .bad */ .M)(...problems);
    const replicas = placeReplicas(workload.deployment, place);
    return (0,_sluice_rollout__WEBPACK_IMPORTED_MODULE_1__/* .good */ .u)({
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
    service: service?.metadata.name ?? (0,_back_ends_slot_services_js__WEBPACK_IMPORTED_MODULE_2__/* .defaultService */ .pi)(endpoint, slot),
});
const LONGEST_NAME = 63;
function nameProblems({ deployment, service }) {
    return [...new Set([deployment, service])]
        .filter((name) => name.length > LONGEST_NAME)
        .map((name) => ({
        where: 'endpoint',
        message: `${name} has ${name.length} characters, and a Service's name at most ${LONGEST_NAME}; choose a shorter endpoint or shorter slots`,
    }));
}
/** What is written, with the slot's label; of a Deployment that is there, its own: it never changes. */
function placeSelector(written, place, labels) {
    const own = placeLabels((0,_record_js__WEBPACK_IMPORTED_MODULE_3__/* .fieldAt */ .UK)(written, ['spec', 'selector', 'matchLabels']), place);
    const found = place.deployment === null ? null : (0,_record_js__WEBPACK_IMPORTED_MODULE_3__/* .fieldAt */ .UK)(place.deployment, ['spec', 'selector']);
    const selector = (0,_record_js__WEBPACK_IMPORTED_MODULE_3__/* .recordOf */ .zv)((0,_record_js__WEBPACK_IMPORTED_MODULE_3__/* .fieldAt */ .UK)(written, ['spec', 'selector']));
    if (found === null)
        return (0,_sluice_rollout__WEBPACK_IMPORTED_MODULE_1__/* .good */ .u)({ ...selector, matchLabels: own });
    const { key, value } = place.slotLabel;
    const isOfSlot = (0,_record_js__WEBPACK_IMPORTED_MODULE_3__/* .fieldAt */ .UK)(found, ['matchLabels', key]) === value;
    if (isOfSlot && (0,_manifests_label_selector_js__WEBPACK_IMPORTED_MODULE_4__/* .selects */ .k)(found, labels))
        return (0,_sluice_rollout__WEBPACK_IMPORTED_MODULE_1__/* .good */ .u)(found);
    const name = place.deployment?.metadata.name ?? '';
    const use = isOfSlot ? 'it serves nobody, so delete it' : 'if nobody needs it, delete it';
    const message = `its selector ${JSON.stringify(found)} never changes, and does not fit the pods of slot ${place.slot} (${JSON.stringify(labels)}); ` +
        `${use} and run again: kubectl delete deployment ${name} --namespace ${place.namespace}`;
    return (0,_sluice_rollout__WEBPACK_IMPORTED_MODULE_1__/* .bad */ .M)({ where: `Deployment ${place.namespace}/${name}`, message });
}
const placeLabels = (labels, place) => ({
    ...(0,_record_js__WEBPACK_IMPORTED_MODULE_3__/* .recordOf */ .zv)(labels),
    ...labelOf(place),
});
/** A slot's name that the manifests say is this slot's in it; where they say none, none is added. */
function renamed(labels, { slotLabel: { key, value } }) {
    return labels !== undefined && Object.hasOwn(labels, key) ? { ...labels, [key]: value } : labels;
}
function serviceProblems(service, { place, labels }) {
    const matchLabels = placeLabels((0,_picking_js__WEBPACK_IMPORTED_MODULE_0__/* .selectorOf */ .Bk)(service), place);
    if ((0,_manifests_label_selector_js__WEBPACK_IMPORTED_MODULE_4__/* .selects */ .k)({ matchLabels }, labels))
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
    const replicas = (0,_record_js__WEBPACK_IMPORTED_MODULE_3__/* .fieldAt */ .UK)(deployment, ['spec', 'replicas']);
    return typeof replicas === 'number' ? replicas : null;
};
/** A re-run takes away nothing that an earlier one gave when more pods were ready elsewhere. */
function replicasOfSame({ deployment, mark }) {
    const isSame = deployment?.metadata.annotations?.[_marks_js__WEBPACK_IMPORTED_MODULE_5__/* .REVISION_ANNOTATION */ .wB] === mark;
    return isSame ? (replicasOf(deployment) ?? 0) : 0;
}
function placeDeployment(written, parts) {
    const { place, name, labels } = parts;
    const spec = (0,_record_js__WEBPACK_IMPORTED_MODULE_3__/* .recordOf */ .zv)(written['spec']);
    const template = (0,_record_js__WEBPACK_IMPORTED_MODULE_3__/* .recordOf */ .zv)(spec['template']);
    const { status: _status, ...rest } = written;
    return {
        ...rest,
        metadata: placeMetadata(written, {
            place,
            name,
            annotations: { [_marks_js__WEBPACK_IMPORTED_MODULE_5__/* .REVISION_ANNOTATION */ .wB]: place.mark },
        }),
        spec: {
            ...spec,
            ...parts.spec,
            // One that somebody paused would make no pod of this template.
            ...((0,_record_js__WEBPACK_IMPORTED_MODULE_3__/* .fieldAt */ .UK)(place.deployment, ['spec', 'paused']) === true && { paused: false }),
            template: { ...template, metadata: { ...(0,_record_js__WEBPACK_IMPORTED_MODULE_3__/* .recordOf */ .zv)(template['metadata']), labels } },
        },
    };
}
function placeMetadata({ metadata }, { place, name, annotations }) {
    const { [_marks_js__WEBPACK_IMPORTED_MODULE_5__/* .TEMPLATE_ANNOTATION */ .t0]: _digest, ...written } = metadata.annotations ?? {};
    const all = { ...written, ...annotations };
    return {
        name,
        namespace: place.namespace,
        labels: { ...renamed(metadata.labels, place), [_slots_js__WEBPACK_IMPORTED_MODULE_6__/* .SLOT_LABEL */ ._s]: place.slot },
        ...(Object.keys(all).length > 0 && { annotations: all }),
    };
}
/** The ports of the endpoint's Service, inside the cluster alone. */
function placeService(written, { place, name }) {
    const spec = (0,_record_js__WEBPACK_IMPORTED_MODULE_3__/* .recordOf */ .zv)(written['spec']);
    const ports = Array.isArray(spec['ports']) ? spec['ports'].map(withoutNodePort) : [];
    const type = (0,_record_js__WEBPACK_IMPORTED_MODULE_3__/* .fieldAt */ .UK)(place.service, ['spec', 'type']);
    const { sessionAffinity, sessionAffinityConfig } = spec;
    return {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: {
            name,
            namespace: place.namespace,
            labels: { ...renamed(written.metadata.labels, place), [_slots_js__WEBPACK_IMPORTED_MODULE_6__/* .SLOT_LABEL */ ._s]: place.slot },
        },
        spec: {
            // One that others made stays reachable as it was.
            type: typeof type === 'string' ? type : 'ClusterIP',
            selector: placeLabels((0,_picking_js__WEBPACK_IMPORTED_MODULE_0__/* .selectorOf */ .Bk)(written), place),
            ports,
            ...(sessionAffinity !== undefined && { sessionAffinity }),
            ...(sessionAffinityConfig !== undefined && { sessionAffinityConfig }),
        },
    };
}
function withoutNodePort(port) {
    if (!(0,_record_js__WEBPACK_IMPORTED_MODULE_3__/* .isRecord */ .u4)(port))
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
// EXTERNAL MODULE: ./packages/kubernetes/lib/apply/plan.js
var apply_plan = __webpack_require__(6222);
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

// EXTERNAL MODULE: ./packages/kubernetes/lib/endpoint/placing.js
var placing = __webpack_require__(7870);
// EXTERNAL MODULE: ./packages/kubernetes/lib/endpoint/revision.js + 1 modules
var revision = __webpack_require__(7681);
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


/***/ })

};
