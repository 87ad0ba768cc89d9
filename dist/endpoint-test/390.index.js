export const id = 390;
export const ids = [390];
export const modules = {

/***/ 7390:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   listPendingWrites: () => (/* binding */ listPendingWrites)
/* harmony export */ });
/* harmony import */ var _object_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(1287);
/* harmony import */ var _endpoint_ready_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(47);
/* harmony import */ var _idle_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(842);
/* harmony import */ var _other_service_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(9038);
/* harmony import */ var _slot_plan_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(2829);
/* harmony import */ var _snapshot_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(8160);






/** One line per object, in the order of writing: create, patch, or unchanged. */
async function listPendingWrites(site, order, signal) {
    const look = await (0,_idle_js__WEBPACK_IMPORTED_MODULE_0__/* .lookAtIdle */ .L)(site, order.slot, signal);
    const missing = (0,_endpoint_ready_js__WEBPACK_IMPORTED_MODULE_1__/* .planEndpoint */ .lx)(site, look, order.workload);
    const pin = (0,_endpoint_ready_js__WEBPACK_IMPORTED_MODULE_1__/* .planPin */ .jB)(site, look);
    const plan = await (0,_slot_plan_js__WEBPACK_IMPORTED_MODULE_2__/* .planSlot */ .m5)(site, order, look);
    const traffic = missing !== null
        ? `create ${(0,_object_js__WEBPACK_IMPORTED_MODULE_3__/* .renderId */ .oF)((0,_object_js__WEBPACK_IMPORTED_MODULE_3__/* .idOf */ .TH)(missing, site.place.namespace))} (sends nobody to any slot)`
        : pin !== null
            ? `patch ${(0,_object_js__WEBPACK_IMPORTED_MODULE_3__/* .renderId */ .oF)((0,_snapshot_js__WEBPACK_IMPORTED_MODULE_4__/* .trafficObjectId */ .Ud)(site))} (pin it to the slot that has its requests)`
            : `unchanged ${(0,_object_js__WEBPACK_IMPORTED_MODULE_3__/* .renderId */ .oF)((0,_snapshot_js__WEBPACK_IMPORTED_MODULE_4__/* .trafficObjectId */ .Ud)(site))}`;
    const second = (0,_other_service_js__WEBPACK_IMPORTED_MODULE_5__/* .planOtherService */ .r)(site, look, order.workload);
    return [
        ...(second === null ? [] : [`create ${(0,_object_js__WEBPACK_IMPORTED_MODULE_3__/* .renderId */ .oF)((0,_object_js__WEBPACK_IMPORTED_MODULE_3__/* .idOf */ .TH)(second, site.place.namespace))}`]),
        traffic,
        describe(plan.service, plan),
        describe(plan.deployment, plan),
    ];
}
function describe(planned, { unchanged }) {
    const { intent, difference, placed, live } = planned;
    const name = (0,_object_js__WEBPACK_IMPORTED_MODULE_3__/* .renderId */ .oF)(placed.id);
    if (live === null)
        return `create ${name}`;
    if (intent === 'recreate')
        return `create ${name} (when the one that is being deleted is gone)`;
    if (intent === 'unchanged') {
        const stale = placed.id.kind === 'Deployment' && !unchanged;
        return stale ? `patch ${name} (its mark)` : `unchanged ${name}`;
    }
    return `patch ${name}${difference === '' ? '' : ` (${difference})`}`;
}


/***/ })

};
