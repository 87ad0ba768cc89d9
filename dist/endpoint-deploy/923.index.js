export const id = 923;
export const ids = [923];
export const modules = {

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

/***/ 3923:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   retireSlot: () => (/* binding */ retireSlot)
/* harmony export */ });
/* harmony import */ var _apply_removal_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(3449);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8743);
/* harmony import */ var _health_fields_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(3728);
/* harmony import */ var _modes_scale_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(2563);
/* harmony import */ var _object_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(1287);
/* harmony import */ var _record_js__WEBPACK_IMPORTED_MODULE_11__ = __webpack_require__(2229);
/* harmony import */ var _back_ends_slot_services_js__WEBPACK_IMPORTED_MODULE_10__ = __webpack_require__(4218);
/* harmony import */ var _idle_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(842);
/* harmony import */ var _kinds_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(6737);
/* harmony import */ var _slot_health_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3179);
/* harmony import */ var _snapshot_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(8160);
/* harmony import */ var _slots_js__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(1531);












const LOOK_AGAIN_SECONDS = 0.5;
/** Throws KUBERNETES_SLOT_HAS_TRAFFIC, KUBERNETES_RETIRE_FAILED. A slot that is not there is done. */
async function retireSlot(site, { slot, how }, signal) {
    const look = await (0,_idle_js__WEBPACK_IMPORTED_MODULE_0__/* .lookAtIdle */ .L)(site, slot, signal);
    refuseLed(site, look);
    const { deployment } = look.slot;
    if (how === 'delete')
        return deleteSlot(site, look, signal);
    if (deployment === null || (0,_slot_health_js__WEBPACK_IMPORTED_MODULE_1__/* .wantedReplicas */ .hb)(deployment) === 0)
        return { changed: false };
    const report = await scaleToZero(site, deployment, signal);
    await awaitNoPods(site, deployment, signal);
    return report;
}
/** A new revision may come to them; without pods they would be answered by nobody. */
function refuseLed(site, { slot, seen }) {
    if (seen?.ledByOthers?.includes(slot.slot) !== true)
        return;
    throw (0,_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .kubernetesError */ .j)('KUBERNETES_SLOT_HAS_TRAFFIC', `slot ${slot.slot} has traffic: a rule in ${(0,_object_js__WEBPACK_IMPORTED_MODULE_3__/* .renderId */ .oF)((0,_snapshot_js__WEBPACK_IMPORTED_MODULE_4__/* .trafficObjectId */ .Ud)(site))}, which is not ours, leads requests to it`);
}
/** Its marks stay: it still says what it holds. An autoscaler leaves what is at zero alone. */
async function scaleToZero({ api, clock, log, place }, deployment, signal) {
    const target = {
        id: (0,_object_js__WEBPACK_IMPORTED_MODULE_3__/* .idOf */ .TH)((0,_snapshot_js__WEBPACK_IMPORTED_MODULE_4__/* .typed */ .nE)(deployment, _kinds_js__WEBPACK_IMPORTED_MODULE_5__/* .DEPLOYMENT */ .uH), place.namespace),
        object: deployment,
    };
    const reports = await (0,_modes_scale_js__WEBPACK_IMPORTED_MODULE_6__/* .scale */ .h)({ api, clock, log, signal }, [target], {
        replicas: 0,
        force: true,
        dryRun: false,
    });
    refuseTrouble(reports);
    return { changed: reports.some(({ action }) => action === 'scaled') };
}
/** Retired is a slot when its pods end; until then a look would still count them. */
async function awaitNoPods(site, deployment, signal) {
    const id = (0,_object_js__WEBPACK_IMPORTED_MODULE_3__/* .idOf */ .TH)((0,_snapshot_js__WEBPACK_IMPORTED_MODULE_4__/* .typed */ .nE)(deployment, _kinds_js__WEBPACK_IMPORTED_MODULE_5__/* .DEPLOYMENT */ .uH), site.place.namespace);
    const deadline = site.clock.now() + site.waitSeconds * 1000;
    for (;;) {
        const answer = await site.api.get(id);
        // Somebody else's right to look, or nothing left: then there is nothing to wait for.
        if (!answer.ok || answer.value === null)
            return;
        const left = (0,_health_fields_js__WEBPACK_IMPORTED_MODULE_7__/* .numberAt */ .tk)(answer.value, 'status.replicas', 0);
        if (left === 0)
            return;
        if (site.clock.now() >= deadline) {
            throw (0,_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .kubernetesError */ .j)('KUBERNETES_RETIRE_FAILED', `${(0,_object_js__WEBPACK_IMPORTED_MODULE_3__/* .renderId */ .oF)(id)} still has ${left} pods`);
        }
        await site.clock.sleep(LOOK_AGAIN_SECONDS, signal);
    }
}
async function deleteSlot(site, look, signal) {
    const { api, clock, log, place } = site;
    const { deployment } = look.slot;
    const service = look.slot.service === null ? null : removableService(site, look);
    const removals = [
        ...(deployment === null ? [] : [(0,_snapshot_js__WEBPACK_IMPORTED_MODULE_4__/* .typed */ .nE)(deployment, _kinds_js__WEBPACK_IMPORTED_MODULE_5__/* .DEPLOYMENT */ .uH)]),
        ...(service === null ? [] : [(0,_snapshot_js__WEBPACK_IMPORTED_MODULE_4__/* .typed */ .nE)(service, _kinds_js__WEBPACK_IMPORTED_MODULE_5__/* .SERVICE */ .YV)]),
    ].map((object) => ({ id: (0,_object_js__WEBPACK_IMPORTED_MODULE_3__/* .idOf */ .TH)(object, place.namespace), uid: object.metadata.uid ?? '' }));
    if (removals.length === 0)
        return { changed: false };
    const reports = await (0,_apply_removal_js__WEBPACK_IMPORTED_MODULE_8__/* .removeObjects */ .$)({ api, clock, log, signal }, removals, {
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
    const isLabelled = service?.metadata.labels?.[_slots_js__WEBPACK_IMPORTED_MODULE_9__/* .SLOT_LABEL */ ._s] === slot.slot;
    const isNamed = slot.deployment !== null && name === (0,_back_ends_slot_services_js__WEBPACK_IMPORTED_MODULE_10__/* .defaultService */ .pi)(endpoint, slot.slot);
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
    const inside = Array.isArray(value) ? value : (0,_record_js__WEBPACK_IMPORTED_MODULE_11__/* .isRecord */ .u4)(value) ? Object.values(value) : [];
    return inside.some((one) => holdsText(one, text));
}
function refuseTrouble(reports) {
    const trouble = reports.filter(({ action, verdict }) => action === 'refused' || action === 'skipped' || verdict === 'failed' || verdict === 'timeout');
    if (trouble.length > 0)
        throw retireFailed(trouble);
}
const retireFailed = (reports) => (0,_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .kubernetesError */ .j)('KUBERNETES_RETIRE_FAILED', reports.map(({ id, reason, message }) => `${(0,_object_js__WEBPACK_IMPORTED_MODULE_3__/* .renderId */ .oF)(id)}: ${reason}: ${message}`).join('; '));


/***/ })

};
