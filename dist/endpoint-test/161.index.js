export const id = 161;
export const ids = [161];
export const modules = {

/***/ 3161:
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
;// CONCATENATED MODULE: ./packages/kubernetes/lib/health/early/early-options.js
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
        return good(allOff);
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
                message: `no class ${quote(name)}; ${didYouMean(name, earlyClasses)}`,
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
        return bad(...problems);
    return good({ ...DEFAULTS, ...Object.fromEntries(chosen) });
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

// EXTERNAL MODULE: ./packages/kubernetes/lib/health/status/health-status.js
var health_status = __webpack_require__(2055);
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

// EXTERNAL MODULE: ./packages/kubernetes/lib/object.js
var lib_object = __webpack_require__(1287);
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
    const id = (0,lib_object/* idOf */.TH)(deployment, place.namespace);
    const uid = deployment.metadata.uid ?? '';
    const [verdict] = await waitForReady([{ id, uid, since, object: deployment, written }], {
        api,
        ports: { clock, log, signal },
        options: {
            started: since,
            timeoutSeconds: site.waitSeconds,
            early: site.waiting?.early ?? defaultEarlyOptions,
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
            throw (0,errors/* kubernetesError */.j)('KUBERNETES_DEPLOY_FAILED', `${slot_wait_subject(site, wait)}: ${missing}`);
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
const slot_wait_subject = ({ place, endpoint }, { slot }) => `slot ${slot} of ${place.namespace}/${endpoint}`;
function notReady(site, wait, verdict) {
    const code = verdict.verdict === 'timeout' ? 'KUBERNETES_DEPLOY_TIMEOUT' : 'KUBERNETES_DEPLOY_FAILED';
    const { id, reason, message, evidence } = verdict;
    const head = [slot_wait_subject(site, wait), (0,lib_object/* renderId */.oF)(id), reason, message].filter((part) => part !== '');
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
// EXTERNAL MODULE: ./packages/kubernetes/lib/apply/plan.js + 4 modules
var apply_plan = __webpack_require__(5155);
// EXTERNAL MODULE: ./packages/kubernetes/lib/apply/autoscaler.js
var autoscaler = __webpack_require__(7382);
// EXTERNAL MODULE: ./packages/kubernetes/lib/apply/removal-stages.js
var removal_stages = __webpack_require__(1033);
;// CONCATENATED MODULE: ./packages/kubernetes/lib/apply/refusals.js



/** A server takes a moment until all of its parts know a new kind, namespace or account. */
const FRESH_SECONDS = 10;
const WEBHOOK_SECONDS = 20;
const RACE_SECONDS = 10;
function reactTo(refusal, facts) {
    const conflicts = refusal.causes.filter(({ reason }) => reason === 'FieldManagerConflict');
    if (conflicts.length > 0) {
        if (facts.autoscaled && conflicts.every(({ field }) => field === autoscaler/* REPLICAS_FIELD */.He)) {
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
        message: `others own fields of ${(0,lib_object/* renderId */.oF)(id)}: ${fields.slice(0, MANY).join(', ')}${more}; take them out of the manifest, or set force-conflicts: true to take them over`,
    };
}
function describeImmutable({ message, causes }, id) {
    const fields = [...new Set(causes.map(({ field }) => field).filter((field) => field !== ''))];
    const what = fields.length === 0 ? message : fields.slice(0, MANY).join(', ');
    const lost = (0,removal_stages/* dataLostWith */.r)(id);
    const advice = lost === null
        ? 'set replace: true, or the annotation sluice.dev/replace: "true" on it, to delete it and make it anew'
        : `it is never replaced, because ${lost} would go with it; make a new one under another name`;
    return {
        reason: 'Immutable',
        message: `${(0,lib_object/* renderId */.oF)(id)} cannot be changed in place (${what}); ${advice}`,
    };
}

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
;// CONCATENATED MODULE: ./packages/kubernetes/lib/apply/write-end.js
const refuse = (reason, message) => ({
    action: 'refused',
    object: null,
    reason,
    message,
});
const refuseWith = ({ reason, message }) => refuse(reason, message);

;// CONCATENATED MODULE: ./packages/kubernetes/lib/apply/going.js
// Waiting until an object that is being deleted is gone.




const PAUSES_SECONDS = [0.1, 0.2, 0.4, 0.8];
const going_LONGEST_PAUSE_SECONDS = 1.5;
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
        if (!answer.ok && !isPassing(answer.refusal))
            return refuseWith(answer.refusal);
        if (clock.now() >= deadline) {
            return answer.ok && answer.value !== null
                ? refuse('Terminating', stillThere(id, answer.value))
                : refuse('Terminating', `${(0,lib_object/* renderId */.oF)(id)}: whether it is gone could not be read in time`);
        }
        await clock.sleep(PAUSES_SECONDS[turn] ?? going_LONGEST_PAUSE_SECONDS, signal);
    }
}
/** Asks again while no answer comes at all; at the deadline rejects with why. */
async function untilAnswered({ clock, signal, deadline }, ask) {
    for (;;) {
        try {
            return await ask();
        }
        catch (error) {
            const mayPass = error instanceof sluice_error/* SluiceError */.a && error.fault === 'platform';
            if (signal.aborted || !mayPass || clock.now() >= deadline)
                throw error;
            await clock.sleep(going_LONGEST_PAUSE_SECONDS, signal);
        }
    }
}
function stillThere(id, { metadata }) {
    const finalizers = metadata.finalizers ?? [];
    const why = finalizers.length === 0 ? '' : `, held by finalizers ${finalizers.join(', ')}`;
    return `${(0,lib_object/* renderId */.oF)(id)} is being deleted and was still there when the time was up${why}; run again to make it anew`;
}

;// CONCATENATED MODULE: ./packages/kubernetes/lib/apply/replace.js





/** `make` writes the new object; the old one is gone by then. */
async function replaceObject(parts, planned, make) {
    const { api, log } = parts;
    const { id } = planned.placed;
    const seen = await api.get(id);
    if (!seen.ok)
        return refuseWith(seen.refusal);
    if (seen.value !== null) {
        const held = await whyNotReplaced(parts, { ...planned, live: seen.value });
        if (held !== null)
            return refuse(held.reason, held.message);
        const uid = seen.value.metadata.uid ?? '';
        log.info(`${(0,lib_object/* renderId */.oF)(id)} cannot be changed in place; deleting it to make it anew`);
        const deleted = await api.delete(id, { propagation: 'Foreground', uid });
        if (!deleted.ok && deleted.refusal.status !== 404)
            return refuseWith(deleted.refusal);
        const going = await waitUntilGone(parts, id, seen.value);
        if (going !== null)
            return going;
    }
    const end = await make();
    return end.object === null ? end : { ...end, action: 'replaced' };
}
/** What speaks against deleting the live one: data would go with it, or no new one would come. */
async function whyNotReplaced(parts, { placed: { id }, live, object }) {
    const what = `${(0,lib_object/* renderId */.oF)(id)} cannot be changed in place, and is not deleted to be made anew, because`;
    const lost = (0,removal_stages/* dataLostWith */.r)(id, live);
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
    if (object.kind !== 'Service' || !(0,record/* isRecord */.u4)(spec))
        return object;
    const { clusterIP, clusterIPs: _ips, healthCheckNodePort: _port, ...rest } = spec;
    const ports = (0,record/* recordsIn */.Q0)(spec['ports']).map(({ nodePort: _nodePort, ...port }) => port);
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

// EXTERNAL MODULE: ./packages/kubernetes/lib/apply/take-over.js
var take_over = __webpack_require__(821);
;// CONCATENATED MODULE: ./packages/kubernetes/lib/apply/write.js








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
        if (parts.signal.aborted || !(error instanceof sluice_error/* SluiceError */.a))
            throw error;
        return ended(refuse(error.code, error.message));
    }
}
const named = (id, { metadata }) => id.name === '' ? { ...id, name: metadata.name ?? '' } : id;
async function act(parts, planned, fresh) {
    const { intent, live } = planned;
    switch (intent) {
        case 'unchanged':
            return { action: 'unchanged', object: live };
        case 'refused':
            return refuse(planned.reason, planned.message);
        case 'generate':
            return applyUntilTold(parts, planned, { fresh, send: generate(parts) });
        case 'recreate': {
            const held = live === null ? null : await waitUntilGone(parts, planned.placed.id, live);
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
const applyAs = ({ api, rules }) => (object, force) => api.apply(object, { fieldManager: field_set/* APPLIER */.kT, force: rules.force || force });
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
        const answer = await (mayInsist ? untilAnswered(parts, ask) : ask());
        if (answer.ok)
            return done(planned, answer.value);
        const seconds = (clock.now() - start) / 1000;
        const { id } = planned.placed;
        const facts = { id, seconds, fresh, autoscaled, replace: planned.replace };
        const told = reactTo(answer.refusal, facts);
        const again = mayInsist && told.kind === 'give-up' && isPassing(answer.refusal);
        const reaction = again ? { kind: 'again' } : told;
        if (reaction.kind === 'give-up')
            return refuse(reaction.reason, reaction.message);
        if (reaction.kind === 'replace')
            return replaceObject(parts, planned, () => remake(parts, planned));
        force = false;
        if (reaction.kind === 'without-replicas') {
            object = (0,autoscaler/* withReplicas */.U7)(object, undefined);
            autoscaled = false;
        }
        else if (reaction.kind === 'take-back') {
            // Only at the version at which nobody else was in the way.
            force = object.metadata.resourceVersion !== undefined;
            if (force)
                continue;
            const live = await parts.api.get(id);
            if (!live.ok)
                return refuse(reaction.reason, reaction.message);
            object = atVersion(object, live.value?.metadata.resourceVersion);
        }
        else {
            object = atVersion(object, undefined);
            await clock.sleep(PAUSES_SECONDS[turn] ?? going_LONGEST_PAUSE_SECONDS, signal);
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
        const answer = await parts.api.patch(id, (0,field_set/* ownersPatch */.bx)(live, takeOver.managedFields), {
            kind: 'json',
            fieldManager: field_set/* APPLIER */.kT,
        });
        if (answer.ok)
            return null;
        // Controllers write the status of busy objects all the time: look again.
        if (answer.refusal.status !== 409 || turn >= TAKE_OVER_TRIES)
            return refuseWith(answer.refusal);
        const again = await parts.api.get(id);
        if (!again.ok)
            return refuseWith(again.refusal);
        live = again.value;
        takeOver = live === null ? null : (0,take_over/* planTakeOver */.f)(live, parts.rules.takeOver);
    }
    return null;
}

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
        return writeObject(parts, ready, fresh(ready));
    });
    state.written.push(...now);
    const refused = now.find(({ report }) => report.action === 'refused');
    if (refused !== undefined) {
        state.held = `${(0,lib_object/* renderId */.oF)(refused.report.id)} was refused`;
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
        const at = state.written.findIndex(({ report }) => (0,lib_object/* keyOf */.TN)(report.id) === (0,lib_object/* keyOf */.TN)(id));
        const before = state.written[at];
        if (before === undefined)
            continue;
        const report = { ...before.report, verdict, reason, message, seconds };
        state.written[at] = { ...before, report };
        state.held ??= `${(0,lib_object/* renderId */.oF)(id)} is not ready`;
    }
}
const LEARNING_SECONDS = 15;
/** Discovery follows an established CRD by a moment. */
async function learnKinds(state) {
    const { api, clock, signal } = state.parts;
    const wanted = (0,apply_plan/* objectsOf */.i)(state.plan).filter(({ placed }) => !placed.known);
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
    const needed = new Set(backingOf(stage.objects, (0,apply_plan/* objectsOf */.i)(state.plan)).map(({ placed }) => placed));
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

// EXTERNAL MODULE: ./packages/kubernetes/lib/endpoint/revision.js + 1 modules
var revision = __webpack_require__(3794);
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
const told = ({ placed: { id } }, { reason, message }) => `${(0,lib_object/* renderId */.oF)(id)}: ${reason}: ${message}`;
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
    const first = await write(writing, digest);
    // A webhook, or somebody between the question and the write: the mark is about what is there.
    const kept = (0,revision/* templateDigest */.pd)(first.deployment.object, site.sha256);
    const last = kept === digest ? first : await write(writing, kept);
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
        const end = await takeOverFields({ api, rules: plan.rules }, planned);
        const name = (0,lib_object/* renderId */.oF)(planned.placed.id);
        if (end !== null)
            throw deployRefused([`${name}: ${end.reason}: ${end.message}`]);
        const managers = planned.takeOver.managers.join(', ');
        log.notice(`${name}: the fields of ${managers} are taken over; nobody is sent to this slot`);
    }
}
/** As the server would keep it, and whether that takes force. */
async function rehearse({ api, log }, planned) {
    const name = (0,lib_object/* renderId */.oF)(planned.placed.id);
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
    const owners = conflicts.map((cause) => ({ field: cause.field, manager: managerIn(cause) }));
    const mayGo = ({ manager }) => slot_plan/* KUBECTL */.J0.test(manager) || manager.startsWith('sluice');
    if (owners.length === 0 || !owners.every(mayGo))
        return null;
    return owners.map(({ field, manager }) => `${field.replace(/^\./, '')} of ${manager}`).join(', ');
}
async function write({ site, plan, force, signal }, digest) {
    const { api, clock, log } = site;
    const objects = [plan.workload.service, (0,slot_plan/* withTemplate */.t3)(plan.workload.deployment, digest)];
    const manifests = objects.map((object) => (0,slot_plan/* asManifest */.i6)(site, object));
    const live = await (0,apply_live/* observeLive */.T)(manifests, { api, resources: plan.resources });
    const outcome = await applyPlan((0,apply_plan/* planApply */._)(manifests, live, { force, replace: false, takeOver: [] }), {
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
        throw deployRefused(refused.map(({ id, reason, message }) => `${(0,lib_object/* renderId */.oF)(id)}: ${reason}: ${message}`));
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
