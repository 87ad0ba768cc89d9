export const id = 125;
export const ids = [125];
export const modules = {

/***/ 5125:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  openKubernetes: () => (/* reexport */ openKubernetes),
  parseKubernetesSettings: () => (/* reexport */ parseKubernetesSettings)
});

// UNUSED EXPORTS: BACK_ENDS, KUBERNETES_PLACE_INPUTS, KUBERNETES_SETTING_INPUTS, NO_CREDENTIALS, ROLLBACK_ANNOTATION, STRATEGY_ANNOTATION, UNDONE, adviceOf, applicationSetOf, applyPlan, applyPrune, connect, createApiServer, dataLostWith, defaultEarlyOptions, defaultStatusOptions, deleteApplication, deleteManifests, diffPlan, errors, findCluster, findMembersElsewhere, findMistakes, findTargets, firstDifference, holds, idOf, invalidManifests, invalidSet, invalidTargets, keyOf, kubernetesError, labelMembers, noRecord, objectsOf, observeApplication, observeHistory, observeLive, observeManifests, observeMembers, observeSmoke, parentOf, parseApiVersion, parseEarlyOptions, parseImageReference, parseKind, parsePathList, parsePlace, parseRecord, parseSmoke, parseSmokeTarget, parseTarget, pause, pinManifests, placeManifests, planApply, planHandBack, planPrune, planRecord, planShrunk, planUndo, readKubernetesPlace, readManifests, readRecord, recordBefore, removalStages, renderApiVersion, renderDiff, renderHistory, renderId, renderImageReference, renderKind, renderSelector, renderSource, replaceImages, repositoryOf, requiredRights, restart, restoreBefore, resume, rightsToUndo, scale, secretValuesOf, setIdOf, setLabels, setOf, setRights, statusOf, undo, waitForReady, writeRecord

;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/open.js
/**
 * The platform of one endpoint; no request is made before it is used. Throws
 * KUBERNETES_ENDPOINT_INVALID for a target that cannot be one, KUBERNETES_OTHER_CLUSTER for one of
 * another cluster, and what `connect` throws.
 */
async function openKubernetes(order, ports) {
    const { openEndpoint } = await __webpack_require__.e(/* import() */ 461).then(__webpack_require__.bind(__webpack_require__, 9461));
    return openEndpoint(order, ports);
}

// EXTERNAL MODULE: ./packages/rollout/lib/result.js
var result = __webpack_require__(8970);
;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/settings.js
// How the runner reaches an endpoint's cluster and its slots, from inputs. No secrets.

/** The inputs that `parseKubernetesSettings` reads. */
const KUBERNETES_SETTING_INPUTS = (/* unused pure expression or super */ null && ([
    'context',
    'slot-address',
    'slot-proof',
    'request-path',
    'port',
]));
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

;// CONCATENATED MODULE: ./packages/kubernetes/lib/endpoint/index.js
// Light on purpose: what talks to a cluster is behind `openKubernetes`, in a chunk of its own.






;// CONCATENATED MODULE: ./packages/kubernetes/lib/index.js











/***/ })

};
