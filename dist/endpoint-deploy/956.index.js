export const id = 956;
export const ids = [956];
export const modules = {

/***/ 9956:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  deploySlot: () => (/* binding */ deploySlot)
});

// EXTERNAL MODULE: ./packages/kubernetes/lib/endpoint/endpoint-ready.js
var endpoint_ready = __webpack_require__(47);
// EXTERNAL MODULE: ./packages/kubernetes/lib/errors.js + 7 modules
var errors = __webpack_require__(8743);
// EXTERNAL MODULE: ./packages/kubernetes/lib/endpoint/idle.js
var idle = __webpack_require__(842);
// EXTERNAL MODULE: ./packages/kubernetes/lib/endpoint/other-service.js
var other_service = __webpack_require__(9038);
// EXTERNAL MODULE: ./packages/kubernetes/lib/endpoint/slot-plan.js + 1 modules
var slot_plan = __webpack_require__(2829);
// EXTERNAL MODULE: ./packages/kubernetes/lib/health/early/early-options.js
var early_options = __webpack_require__(921);
// EXTERNAL MODULE: ./packages/kubernetes/lib/health/status/health-status.js
var health_status = __webpack_require__(2055);
// EXTERNAL MODULE: ./packages/kubernetes/lib/health/wait/wait.js + 12 modules
var wait_wait = __webpack_require__(8443);
// EXTERNAL MODULE: ./packages/kubernetes/lib/object.js
var object = __webpack_require__(1287);
// EXTERNAL MODULE: ./packages/kubernetes/lib/endpoint/kinds.js
var kinds = __webpack_require__(6737);
// EXTERNAL MODULE: ./packages/kubernetes/lib/endpoint/refused.js
var endpoint_refused = __webpack_require__(9122);
// EXTERNAL MODULE: ./packages/kubernetes/lib/endpoint/service-endpoints.js
var service_endpoints = __webpack_require__(3714);
// EXTERNAL MODULE: ./packages/kubernetes/lib/endpoint/slot-health.js
var slot_health = __webpack_require__(3179);
// EXTERNAL MODULE: ./packages/kubernetes/lib/endpoint/snapshot.js
var snapshot = __webpack_require__(8160);
;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/slot-wait.js










/** Without a readiness probe the first moment proves nothing. */
const STEADY_SECONDS = 5;
/** EndpointSlices follow ready pods by a moment: what is not there then will not come. */
const ENDPOINT_SECONDS = 30;
const POLL_SECONDS = [0.05, 0.1, 0.2, 0.5];
/** Throws KUBERNETES_DEPLOY_FAILED or KUBERNETES_DEPLOY_TIMEOUT, with what its pods show for it. */
async function awaitSlot(site, wait, signal) {
    const { api, clock, log, place } = site;
    const { deployment, since, written } = wait;
    const id = (0,object/* idOf */.TH)(deployment, place.namespace);
    const uid = deployment.metadata.uid ?? '';
    const [verdict] = await (0,wait_wait/* waitForReady */.C)([{ id, uid, since, object: deployment, written }], {
        api,
        ports: { clock, log, signal },
        options: {
            started: since,
            timeoutSeconds: site.waitSeconds,
            early: site.waiting?.early ?? early_options/* defaultEarlyOptions */.jb,
            status: health_status/* defaultStatusOptions */.c8,
            steadySeconds: site.waiting?.steadySeconds ?? STEADY_SECONDS,
            stopAtFirstFailure: true,
        },
    });
    if (verdict !== undefined && verdict.verdict !== 'ready')
        throw notReady(site, wait, verdict);
    await awaitEndpoints(site, wait, signal);
}
async function awaitEndpoints(site, wait, signal) {
    const { clock } = site;
    const until = clock.now() + ENDPOINT_SECONDS * 1000;
    for (let turn = 0;; turn += 1) {
        const { ready, missing } = await lookAtEndpoints(site, wait.service);
        if (missing === null && ready >= (0,slot_health/* wantedReplicas */.hb)(wait.deployment))
            return;
        if (clock.now() >= until) {
            // Fewer than wanted can be an autoscaler's choice.
            if (missing === null)
                return;
            throw (0,errors/* kubernetesError */.j)('KUBERNETES_DEPLOY_FAILED', `${subject(site, wait)}: ${missing}`);
        }
        await clock.sleep(POLL_SECONDS[turn] ?? 1, signal);
    }
}
async function lookAtEndpoints({ api, place }, service) {
    const { namespace } = place;
    const name = service.metadata.name ?? '';
    const answer = await api.list(kinds/* ENDPOINT_SLICE */.$t, {
        namespace,
        labelSelector: (0,snapshot/* slicesSelector */.F$)([name]),
    });
    if (!answer.ok) {
        const { refusal } = answer;
        throw (0,endpoint_refused/* refusedRead */.DC)([{ verb: 'list', resource: kinds/* ENDPOINT_SLICE */.$t, namespace, refusal }]);
    }
    const endpoints = (0,service_endpoints/* endpointsOf */.uY)(name, answer.value.items);
    const { ready } = endpoints;
    if (ready === 0)
        return { ready, missing: `its Service ${name} lists none of its ready pods` };
    const ports = (0,service_endpoints/* missingPorts */.Z8)(service, endpoints);
    if (ports.length === 0)
        return { ready, missing: null };
    const missing = `the pods behind its Service ${name} have no container port ${ports.join(', ')}`;
    return { ready, missing };
}
const subject = ({ place, endpoint }, { slot }) => `slot ${slot} of ${place.namespace}/${endpoint}`;
function notReady(site, wait, verdict) {
    const code = verdict.verdict === 'timeout' ? 'KUBERNETES_DEPLOY_TIMEOUT' : 'KUBERNETES_DEPLOY_FAILED';
    const { id, reason, message, evidence } = verdict;
    const head = [subject(site, wait), (0,object/* renderId */.oF)(id), reason, message].filter((part) => part !== '');
    return (0,errors/* kubernetesError */.j)(code, [head.join(': '), ...evidence.flatMap(linesOf)].join('\n'));
}
/** As it is: the wait has made it fit to be shown. */
function linesOf({ about, container, reason, message, exitCode, log, }) {
    const where = container === null ? about : `${about}, container ${container}`;
    const why = exitCode === null ? reason : `${reason} (exit code ${exitCode})`;
    const told = [where, why, message].filter((part) => part !== '').join(': ');
    return [`- ${told}`, ...log.map((line) => `    | ${line}`)];
}

// EXTERNAL MODULE: ./packages/kubernetes/lib/apply/field-set.js
var field_set = __webpack_require__(9280);
// EXTERNAL MODULE: ./packages/kubernetes/lib/apply/live.js
var apply_live = __webpack_require__(2291);
// EXTERNAL MODULE: ./packages/kubernetes/lib/apply/plan.js
var apply_plan = __webpack_require__(6222);
// EXTERNAL MODULE: ./packages/kubernetes/lib/apply/refusals.js
var refusals = __webpack_require__(1480);
// EXTERNAL MODULE: ./packages/kubernetes/lib/apply/run.js + 1 modules
var run = __webpack_require__(7675);
// EXTERNAL MODULE: ./packages/kubernetes/lib/apply/write.js
var write = __webpack_require__(5178);
// EXTERNAL MODULE: ./packages/kubernetes/lib/record.js
var record = __webpack_require__(2229);
// EXTERNAL MODULE: ./packages/kubernetes/lib/endpoint/revision.js + 1 modules
var revision = __webpack_require__(7681);
;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/slot-write.js













/** The server's own opinion of both objects, before anything is written. KUBERNETES_DEPLOY_REFUSED. */
async function checkSlot({ api, place }, plan) {
    const asked = await Promise.all([plan.deployment, plan.service].map(async (planned) => ({
        planned,
        answer: await api.apply(planned.object, { fieldManager: field_set/* APPLIER */.kT, force: true, dryRun: true }),
    })));
    const refused = asked.flatMap(({ planned, answer }) => answer.ok ? [] : [{ planned, refusal: answer.refusal }]);
    if (refused.length === 0)
        return;
    const rights = refused.map(({ planned, refusal }) => ({
        verb: 'patch',
        resource: planned === plan.service ? kinds/* SERVICE */.YV : kinds/* DEPLOYMENT */.uH,
        namespace: place.namespace,
        refusal,
    }));
    throw (0,endpoint_refused/* missingRights */.o7)(rights) ?? deployRefused(refused.map((one) => told(one.planned, one.refusal)));
}
const told = ({ placed: { id } }, { reason, message }) => `${(0,object/* renderId */.oF)(id)}: ${reason}: ${message}`;
const deployRefused = (lines) => (0,errors/* kubernetesError */.j)('KUBERNETES_DEPLOY_REFUSED', ['the slot was not written:', ...lines.map((line) => `- ${line}`)].join('\n'));
/** Proves right before each thing that it writes that the slot serves nobody. */
async function writeSlot(site, { plan, prove }, signal) {
    if (plan.service.takeOver !== null || plan.deployment.takeOver !== null) {
        await prove();
        await takeOver(site, plan);
    }
    const service = await rehearse(site, plan.service);
    const deployment = await rehearse(site, plan.deployment);
    const digest = (0,revision/* templateDigest */.pd)(deployment.object, site.sha256);
    await prove();
    const force = service.force || deployment.force;
    const writing = { site, plan, force, signal };
    const first = await slot_write_write(writing, digest);
    // A webhook, or somebody between the question and the write: the mark is about what is there.
    const kept = (0,revision/* templateDigest */.pd)(first.deployment.object, site.sha256);
    const last = kept === digest ? first : await slot_write_write(writing, kept);
    noticeOthers(site, last.deployment.object);
    return {
        deployment: last.deployment.object,
        service: last.service.object,
        changed: [first, last].some((one) => one.deployment.changed || one.service.changed),
    };
}
/** What they set stays, and belongs to the mark: a webhook, an operator. */
function noticeOthers({ log }, deployment) {
    const others = (deployment.metadata.managedFields ?? [])
        .filter((entry) => entry.manager !== field_set/* APPLIER */.kT && setsTemplate(entry))
        .map(({ manager }) => manager);
    if (others.length === 0)
        return;
    log.notice(`Deployment ${deployment.metadata.name ?? ''}: ${[...new Set(others)].join(', ')} also set parts of its pod template, which the manifests do not name`);
}
const setsTemplate = ({ fieldsV1 }) => (0,record/* fieldAt */.UK)(fieldsV1, ['f:spec', 'f:template']) !== undefined;
/** What kubectl set in this slot and the manifests do not name goes with the apply that follows. */
async function takeOver({ api, log }, { plan, deployment, service }) {
    for (const planned of [service, deployment]) {
        if (planned.takeOver === null)
            continue;
        const end = await (0,write/* takeOverFields */.V)({ api, rules: plan.rules }, planned);
        const name = (0,object/* renderId */.oF)(planned.placed.id);
        if (end !== null)
            throw deployRefused([`${name}: ${end.reason}: ${end.message}`]);
        const managers = planned.takeOver.managers.join(', ');
        log.notice(`${name}: the fields of ${managers} are taken over; nobody is sent to this slot`);
    }
}
/** As the server would keep it, and whether that takes force. */
async function rehearse({ api, log }, planned) {
    const name = (0,object/* renderId */.oF)(planned.placed.id);
    const ask = (force) => api.apply(planned.object, { fieldManager: field_set/* APPLIER */.kT, force, dryRun: true });
    const answer = await ask(false);
    if (answer.ok)
        return { object: answer.value.object, force: false };
    const owners = ownersInTheWay(answer.refusal);
    if (owners === null)
        throw deployRefused([told(planned, answer.refusal)]);
    const forced = await ask(true);
    if (!forced.ok)
        throw deployRefused([told(planned, forced.refusal)]);
    log.notice(`${name}: ${owners} are taken over; nobody is sent to this slot`);
    return { object: forced.value.object, force: true };
}
/** `spec.replicas of kubectl`; null where others than people and ourselves own the fields. */
function ownersInTheWay({ causes }) {
    const conflicts = causes.filter(({ reason }) => reason === 'FieldManagerConflict');
    const owners = conflicts.map((cause) => ({ field: cause.field, manager: (0,refusals/* managerIn */.vE)(cause) }));
    const mayGo = ({ manager }) => slot_plan/* KUBECTL */.J0.test(manager) || manager.startsWith('sluice');
    if (owners.length === 0 || !owners.every(mayGo))
        return null;
    return owners.map(({ field, manager }) => `${field.replace(/^\./, '')} of ${manager}`).join(', ');
}
async function slot_write_write({ site, plan, force, signal }, digest) {
    const { api, clock, log } = site;
    const objects = [plan.workload.service, (0,slot_plan/* withTemplate */.t3)(plan.workload.deployment, digest)];
    const manifests = objects.map((object) => (0,slot_plan/* asManifest */.i6)(site, object));
    const live = await (0,apply_live/* observeLive */.T)(manifests, { api, resources: plan.resources });
    const outcome = await (0,run/* applyPlan */.g)((0,apply_plan/* planApply */._)(manifests, live, { force, replace: false, takeOver: [] }), {
        api,
        clock,
        log,
        signal,
        deadline: clock.now() + site.waitSeconds * 1000,
        waitForStage: () => Promise.resolve([]),
    });
    return written(outcome);
}
function written({ reports, applied }) {
    const refused = reports.filter(({ action }) => action === 'refused');
    if (refused.length > 0) {
        throw deployRefused(refused.map(({ id, reason, message }) => `${(0,object/* renderId */.oF)(id)}: ${reason}: ${message}`));
    }
    const deployment = applied.find(({ id }) => id.kind === 'Deployment');
    const service = applied.find(({ id }) => id.kind === 'Service');
    if (deployment === undefined || service === undefined)
        throw new Error('an object was skipped');
    return { deployment, service };
}

;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/deploy.js







/**
 * Throws KUBERNETES_SLOT_HAS_TRAFFIC, KUBERNETES_ENDPOINT_ABSENT, KUBERNETES_MANIFESTS_INVALID,
 * KUBERNETES_DEPLOY_REFUSED before anything is written; KUBERNETES_DEPLOY_FAILED and
 * KUBERNETES_DEPLOY_TIMEOUT leave the slot as it is, at weight 0.
 */
async function deploySlot(site, order, signal) {
    refuseSeenTraffic(order);
    const since = site.clock.now();
    const look = await (0,idle/* lookAtIdle */.L)(site, order.slot, signal);
    const missing = (0,endpoint_ready/* planEndpoint */.lx)(site, look, order.workload);
    const plan = await (0,slot_plan/* planSlot */.m5)(site, order, look);
    if (!plan.unchanged)
        await checkSlot(site, plan);
    const second = (0,other_service/* planOtherService */.r)(site, look, order.workload);
    if (second !== null)
        await (0,other_service/* createOtherService */.q)(site, second);
    if (missing !== null && !(await (0,endpoint_ready/* createEndpoint */.UD)(site, missing))) {
        return deploySlot(site, order, signal);
    }
    const pinned = await (0,endpoint_ready/* pinEndpoint */.Hf)(site, look, signal);
    const written = plan.unchanged ? asItIs(plan) : await deploy_write(site, { order, plan }, signal);
    await awaitSlot(site, { slot: order.slot, since, written: written.changed, ...written }, signal);
    return { changed: written.changed || missing !== null || second !== null || pinned };
}
/** What the caller decided on is no place to deploy to. */
function refuseSeenTraffic({ slot, seen }) {
    const weight = seen.traffic[slot] ?? 0;
    if (weight === 0)
        return;
    throw (0,errors/* kubernetesError */.j)('KUBERNETES_SLOT_HAS_TRAFFIC', `slot ${slot} has traffic: weight ${weight}`);
}
const asItIs = ({ deployment, service }) => ({
    deployment: deployment.live ?? deployment.object,
    service: service.live ?? service.object,
    changed: false,
});
async function deploy_write(site, { order, plan }, signal) {
    for (const notice of [...plan.workload.notices, ...plan.plan.notices])
        site.log.notice(notice);
    // The traffic may have moved since the first look.
    const prove = () => (0,idle/* lookAtIdle */.L)(site, order.slot, signal);
    return writeSlot(site, { plan, prove }, signal);
}


/***/ })

};
