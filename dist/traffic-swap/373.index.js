export const id = 373;
export const ids = [373];
export const modules = {

/***/ 6373:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  pinWorkload: () => (/* binding */ pinWorkload)
});

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./packages/documents/lib/canonical.js + 1 modules
var canonical = __webpack_require__(1638);
// EXTERNAL MODULE: ./packages/documents/lib/yaml.js
var yaml = __webpack_require__(3393);
// EXTERNAL MODULE: ./packages/azureml/lib/arm.js
var lib_arm = __webpack_require__(6990);
// EXTERNAL MODULE: ./packages/azureml/lib/errors.js
var errors = __webpack_require__(2441);
// EXTERNAL MODULE: ./packages/rollout/lib/result.js
var result = __webpack_require__(8970);
// EXTERNAL MODULE: ./packages/azureml/lib/json.js
var json = __webpack_require__(1552);
;// CONCATENATED MODULE: ./packages/azureml/lib/model.js
// Which model, and which version of it. `latest` is resolved once, here, and never travels on.

/** Which commit a model was trained from: CI sets this tag when it registers the model. */
const COMMIT_TAG = 'git_commit';
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,254}$/;
const REGISTRY_ID = /^azureml:\/\/registries\/[^/]+\/(models|environments)\/[^/]+\/versions\/[^/]+$/;
const RESOURCE_ID = /^azureml:(\/subscriptions\/.+\/workspaces\/[^/]+\/(models|environments)\/([^/]+)\/versions\/([^/]+))$/i;
const FORMS = 'azureml:NAME:VERSION, azureml:NAME@latest, azureml://registries/... or azureml:/subscriptions/...';
/**
 * Reads `azureml:NAME:VERSION`, `NAME:VERSION`, `azureml:NAME@latest`, a bare `NAME` (version null: to
 * be chosen), registry ids and resource ids. Environments have the same forms.
 */
function parseAssetReference(text, where) {
    if (REGISTRY_ID.test(text))
        return (0,result/* good */.u)({ kind: 'id', id: text, label: text });
    const [, id, , idName, idVersion] = RESOURCE_ID.exec(text) ?? [];
    if (id !== undefined)
        return (0,result/* good */.u)({ kind: 'id', id, label: `${idName}:${idVersion}` });
    const short = text.replace(/^azureml:/, '');
    const [, name, version] = /^([^:@/]+)(?::([^:@/]+)|@latest)?$/.exec(short) ?? [];
    if (name === undefined || !NAME.test(name) || (version !== undefined && !NAME.test(version))) {
        return (0,result/* bad */.M)({ where, message: `found "${text}"; wanted ${FORMS}` });
    }
    return (0,result/* good */.u)({
        kind: 'name',
        name,
        version: version === undefined || version === 'latest' ? null : version,
    });
}
/**
 * The version that belongs to a CI run: the newest tagged with the commit, else the newest of all,
 * with a notice. null: the model has no version. Newest is by creation time, ties by number.
 */
function chooseModelVersion(name, versions, commit) {
    const tagged = commit === '' ? [] : versions.filter((version) => version.tags[COMMIT_TAG] === commit);
    const own = newest(tagged);
    if (own !== null)
        return { version: own.version, notice: null };
    const last = newest(versions);
    if (last === null)
        return null;
    const reason = commit === '' ? 'no commit is known' : `no version has the tag ${COMMIT_TAG}=${commit}`;
    return {
        version: last.version,
        notice: `Model ${name}: took version ${last.version}, the latest of ${versions.length}, because ${reason}. Name one in \`model-version\` to be exact.`,
    };
}
/** Last created; equal or unknown times are decided by the version, numbers as numbers. */
const newest = (versions) => newestFirst(versions)[0] ?? null;
const newestFirst = (versions) => versions.toSorted((a, b) => (b.createdAt ?? 0) - (a.createdAt ?? 0) || compareVersions(b.version, a.version));
function compareVersions(a, b) {
    const [x, y] = [Number(a), Number(b)];
    if (Number.isFinite(x) && Number.isFinite(y) && x !== y)
        return x - y;
    return a < b ? -1 : a > b ? 1 : 0;
}

;// CONCATENATED MODULE: ./packages/azureml/lib/lock.js
// The revision lock: production deploys what it says and nothing else. Pure.





/** The model that the lock names; null when the locked revision has none. */
function lockedModel(entry) {
    if (entry.revision['model'] === null)
        return (0,result/* good */.u)(null);
    const label = (0,json/* textIn */.r7)(entry.revision, 'model');
    const where = 'revision lock, model';
    if (label === null)
        return (0,result/* bad */.M)({ where, message: 'is missing; wanted name:version or a registry id' });
    const reference = parseAssetReference(label, where);
    if (!reference.ok)
        return reference;
    if (reference.value.kind === 'name' && reference.value.version === null) {
        return (0,result/* bad */.M)({ where, message: `found "${label}" without a version; a lock names one` });
    }
    return (0,result/* good */.u)({ reference: reference.value, label });
}
/** The registered environment that the lock names (`name:version`); null when it has none. */
const lockedEnvironment = (entry) => (0,json/* textIn */.r7)((0,json/* objectIn */.D7)(entry.revision, 'environment'), 'asset');
/** null: the files describe exactly the locked revision. */
function lockDifference(entry, found) {
    if (entry.revisionDigest === found.revisionDigest)
        return null;
    const keys = [
        ...new Set([...Object.keys(entry.revision), ...Object.keys(found.contents)]),
    ].toSorted();
    const differing = keys.filter((key) => render(entry.revision[key]) !== render(found.contents[key]));
    const told = differing.map((key) => `${key}: lock ${render(entry.revision[key])}, found ${render(found.contents[key])}`);
    return (0,errors/* azuremlError */.L)('AZUREML_LOCK_DIFFERS', `the lock says revision ${entry.revisionDigest}, the files give ${found.revisionDigest}` +
        (told.length === 0 ? '' : ` (${told.join('; ')})`));
}
const render = (value) => (value === undefined ? 'nothing' : (0,canonical/* canonicalJson */.d)(value));

// EXTERNAL MODULE: ./packages/azureml/lib/place.js
var place = __webpack_require__(387);
;// CONCATENATED MODULE: ./packages/azureml/lib/tested-place.js


/**
 * Throws AZUREML_MODEL_ELSEWHERE for a model that was tested in another workspace: digests of model
 * contents are not known, so a version of the same name there is not shown to be the same.
 * Returns a warning when the lock does not say where it was tested.
 */
function refuseElsewhere(entry, model, here) {
    const label = `${model.name}:${model.version}`;
    if (entry.testedIn === undefined) {
        return `The lock does not say in which workspace ${label} was tested; the version of that name in workspace ${here.workspace} is taken for it. Promote again: the lock then says so.`;
    }
    const tested = (0,place/* parseAzurePlace */.Qk)(entry.testedIn);
    if (!tested.ok) {
        const found = tested.problems.map(({ where, message }) => `${where} ${message}`).join('; ');
        throw (0,errors/* azuremlError */.L)('AZUREML_LOCK_ENTRY_MISSING', `revision lock, testedIn: ${found}`);
    }
    if (isSamePlace(tested.value, here))
        return null;
    throw (0,errors/* azuremlError */.L)('AZUREML_MODEL_ELSEWHERE', `the lock says that ${label} was tested in ${tested_place_render(tested.value)}; found ${tested_place_render(here)}, where ${label} can be another model`, { hint: hintFor(tested.value, model) });
}
/** Azure compares these names without case. */
const isSamePlace = (one, other) => tested_place_render(one).toLowerCase() === tested_place_render(other).toLowerCase();
const tested_place_render = ({ subscription, resourceGroup, workspace }) => `workspace ${workspace} (resource group ${resourceGroup}, subscription ${subscription})`;
function hintFor({ subscription, resourceGroup, workspace }, model) {
    const { name, version } = model;
    const share = [
        'az ml model share',
        `--subscription ${subscription}`,
        `--resource-group ${resourceGroup}`,
        `--workspace-name ${workspace}`,
        `--name ${name}`,
        `--version ${version}`,
        '--registry-name REGISTRY',
        `--share-with-name ${name}`,
        `--share-with-version ${version}`,
    ];
    return (`Share the tested version to a registry: "${share.join(' ')}". ` +
        `Then write "model: azureml://registries/REGISTRY/models/${name}/versions/${version}", and let staging test and promote that.`);
}

// EXTERNAL MODULE: ./packages/azureml/lib/typed.js
var typed = __webpack_require__(1448);
;// CONCATENATED MODULE: ./packages/azureml/lib/versions.js
// Registered versions of models and environments, as far as choosing one needs them.



/** All versions that are not archived; none when the name is unknown. */
async function listVersions(arm, { kind, name }, signal) {
    const { place } = arm;
    const client = await arm.client(signal);
    const calls = kind === 'models' ? client.modelVersions : client.environmentVersions;
    return (0,typed/* typed */.n)(`list of ${kind}/${name}`, async () => {
        const found = [];
        try {
            for await (const one of calls.list(place.resourceGroup, place.workspace, name, {
                abortSignal: signal,
            })) {
                found.push({
                    version: one.name ?? '',
                    tags: textsOnly(one.properties.tags),
                    createdAt: one.systemData?.createdAt?.getTime() ?? null,
                });
            }
        }
        catch (error) {
            if ((0,typed/* isMissing */.b)(error))
                return [];
            throw error;
        }
        return found;
    });
}
/** Throws AZUREML_MODEL_NOT_FOUND when this model version is not in the workspace. */
async function requireModel(arm, { name, version }, signal) {
    if (await isRegistered(arm, { kind: 'models', name, version }, signal))
        return;
    throw (0,errors/* azuremlError */.L)('AZUREML_MODEL_NOT_FOUND', `workspace ${arm.place.workspace} has no model ${name} version ${version}; found ${await listFound(arm, name, signal)}`, {
        hint: 'Name an existing version in `model-version`; or register this one there; or share it through a registry and deploy that id: ' +
            `"az ml model share --name ${name} --version ${version} --registry-name REGISTRY --share-with-name ${name} --share-with-version ${version}" in the workspace that has it, ` +
            `then model: azureml://registries/REGISTRY/models/${name}/versions/${version}.`,
    });
}
const MOST_LISTED = 10;
/** What is there instead, oldest of the newest first. A list that fails must not hide the refusal. */
async function listFound(arm, name, signal) {
    try {
        const versions = newestFirst(await listVersions(arm, { kind: 'models', name }, signal));
        if (versions.length === 0)
            return 'no version of it';
        const listed = versions.slice(0, MOST_LISTED).map(({ version }) => version);
        const rest = versions.length > MOST_LISTED ? `${versions.length}, the newest ` : '';
        return `${rest}${listed.toReversed().join(', ')}`;
    }
    catch {
        signal.throwIfAborted();
        return 'nothing: the versions cannot be listed';
    }
}
/** Throws AZUREML_NOT_FOUND when this environment version is not in the workspace. */
async function requireEnvironment(arm, { name, version }, signal) {
    if (await isRegistered(arm, { kind: 'environments', name, version }, signal))
        return;
    throw (0,errors/* azuremlError */.L)('AZUREML_NOT_FOUND', `workspace ${arm.place.workspace} has no environment ${name} version ${version}`);
}
async function isRegistered(arm, { kind, name, version }, signal) {
    const { resourceGroup, workspace } = arm.place;
    const client = await arm.client(signal);
    const calls = kind === 'models' ? client.modelVersions : client.environmentVersions;
    return (0,typed/* typed */.n)(`GET ${kind}/${name}/versions/${version}`, async () => {
        try {
            await calls.get(resourceGroup, workspace, name, version, { abortSignal: signal });
            return true;
        }
        catch (error) {
            if ((0,typed/* isMissing */.b)(error))
                return false;
            throw error;
        }
    });
}
const textsOnly = (tags) => Object.fromEntries(Object.entries(tags ?? {}).filter((entry) => typeof entry[1] === 'string'));

;// CONCATENATED MODULE: ./packages/azureml/lib/pin-model.js






const quietly = (model) => ({ model, notice: null, warning: null });
async function pinModel(order, arm, signal) {
    if (order.lock !== null)
        return pinLocked(order, order.lock, { arm, signal });
    const { model, modelVersion } = order;
    if (model === null)
        return quietly(null);
    if (model.kind === 'id')
        return quietly({ id: model.id, label: model.label });
    if (modelVersion !== null && modelVersion !== 'latest') {
        await requireModel(arm, { name: model.name, version: modelVersion }, signal);
        return quietly(registered(arm, model.name, modelVersion));
    }
    const versions = await listVersions(arm, { kind: 'models', name: model.name }, signal);
    const commit = modelVersion === 'latest' ? '' : order.commit;
    const choice = chooseModelVersion(model.name, versions, commit);
    if (choice === null) {
        throw (0,errors/* azuremlError */.L)('AZUREML_MODEL_NOT_FOUND', `workspace ${arm.place.workspace} has no version of model ${model.name}`);
    }
    // Asked for by name, `latest` needs no notice.
    const notice = modelVersion === 'latest' || choice.notice === null
        ? null
        : choice.notice + aside(model.version, choice);
    return { model: registered(arm, model.name, choice.version), notice, warning: null };
}
/** A version in deployment.yml is what CI writes over, so it does not count; say so when it differs. */
const aside = (written, { version }) => written === null || written === version
    ? ''
    : ` The deployment file says ${written}, which does not count.`;
async function pinLocked(order, entry, { arm, signal }) {
    const locked = lockedModel(entry);
    if (!locked.ok) {
        const told = locked.problems.map(({ where, message }) => `${where}: ${message}`).join('; ');
        throw (0,errors/* azuremlError */.L)('AZUREML_LOCK_ENTRY_MISSING', told);
    }
    refuseOther(order, locked.value?.label ?? null);
    if (locked.value === null)
        return quietly(null);
    const { reference, label } = locked.value;
    // A registry id is the same model wherever it is asked for.
    if (reference.kind === 'id')
        return quietly({ id: reference.id, label });
    const named = { name: reference.name, version: reference.version ?? '' };
    const warning = refuseElsewhere(entry, named, arm.place);
    await requireModel(arm, named, signal);
    return { model: registered(arm, named.name, named.version), notice: null, warning };
}
/** Names and versions in inputs and files must agree with the lock: it is not overridden quietly. */
function refuseOther({ model, modelVersion }, label) {
    const wanted = model === null ? null : model.kind === 'id' ? model.label : model.name;
    const agrees = wanted === null ? label === null : label === wanted || nameIn(label) === wanted;
    const versionAgrees = modelVersion === null || versionIn(label) === modelVersion;
    if (agrees && versionAgrees)
        return;
    throw (0,errors/* azuremlError */.L)('AZUREML_LOCK_DIFFERS', `the lock says model ${label ?? 'none'}; inputs and files say ${wanted ?? 'none'}${modelVersion === null ? '' : `, version ${modelVersion}`}`);
}
/** Of `name:version` or `azureml://registries/R/models/name/versions/version`. */
const nameIn = (label) => /\/models\/([^/]+)\/versions\//.exec(label ?? '')?.[1] ??
    /^([^:/]+):/.exec(label ?? '')?.[1] ??
    null;
const versionIn = (label) => /\/versions\/([^/]+)$/.exec(label ?? '')?.[1] ??
    /^[^:/]+:([^:/]+)$/.exec(label ?? '')?.[1] ??
    null;
const registered = (arm, name, version) => ({
    id: `${(0,lib_arm/* workspacePath */.X)(arm.place)}/models/${name}/versions/${version}`,
    label: `${name}:${version}`,
});

// EXTERNAL MODULE: ./node_modules/ignore/index.js
var ignore = __webpack_require__(298);
;// CONCATENATED MODULE: ./packages/azureml/lib/snapshot.js
// The code folder as it would be uploaded: which files, and one digest over them all.



const IGNORE_FILES = ['.amlignore', '.gitignore'];
/** Never part of a revision: the lock changes by promotion, and `.env*` may hold secrets. */
const NEVER = ['revision.lock.json', '.git', '.env*'];
async function observeCode(parts) {
    const { folder, files, sha256, sha256Bytes } = parts;
    const rules = await readIgnoreRules(folder, files);
    const kept = selectFiles(await files.list(folder), rules);
    const digests = [];
    for (const path of kept)
        digests.push([path, sha256Bytes(await files.readBytes(external_node_path_.posix.join(folder, path)))]);
    return { folder, files: kept, sha256: sha256((0,canonical/* canonicalJson */.d)(digests)) };
}
/** `rules`: the text of the ignore file, in the language of .gitignore. Pure. */
function selectFiles(paths, rules) {
    const own = ignore({ allowRelativePaths: false, ignorecase: false }).add(rules);
    const never = ignore({ ignorecase: false }).add([...NEVER]);
    return paths.filter((path) => !never.ignores(path) && !own.ignores(path)).toSorted(byCodeUnit);
}
async function readIgnoreRules(folder, files) {
    for (const name of IGNORE_FILES) {
        const path = external_node_path_.posix.join(folder, name);
        if ((await files.kind(path)) === 'file')
            return files.readText(path);
    }
    return '';
}
const byCodeUnit = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

;// CONCATENATED MODULE: ./packages/azureml/lib/workload.js
// What goes on a slot, pinned: every name has its version, every file its digest.

/** What the revision digest covers. No subscription and no workspace: it holds in every environment. */
function contentsOf(workload) {
    const { model, environment, code, deployment } = workload;
    return {
        model: model?.label ?? null,
        modelDigest: null,
        environment: environment === null ? null : environmentContents(environment),
        codeSha256: code?.sha256 ?? null,
        scoringScript: deployment.code?.scoringScript ?? null,
    };
}
/** How it runs: instance type and count, scale, probes, request settings, variables, tags. */
const configOf = (deployment) => ({
    settings: deployment.settings,
    capacity: deployment.capacity,
    tags: deployment.tags,
});
const revisionFor = (contents, deployment, sha256) => ({
    revisionDigest: (0,canonical/* digestOf */.o)(contents, sha256),
    configDigest: (0,canonical/* digestOf */.o)(configOf(deployment), sha256),
});
function environmentContents(environment) {
    if (environment.kind === 'asset')
        return { asset: environment.asset };
    const { image, condaSha256, inferenceConfig } = environment;
    return { image, condaSha256, ...(inferenceConfig !== null && { inferenceConfig }) };
}

;// CONCATENATED MODULE: ./packages/azureml/lib/pin.js
// From files and names to a workload where everything is pinned. Reads only; all problems at once.










/** Throws AZUREML_FILE_INVALID with every problem, AZUREML_MODEL_NOT_FOUND, AZUREML_LOCK_DIFFERS. */
async function pinWorkload(order, parts, signal) {
    const problems = [];
    const code = await pinCode(order, parts, problems);
    const local = await readLocalEnvironment(order, parts, problems);
    if (problems.length > 0) {
        const lines = problems.map(({ where, message }) => `- ${where}: ${message}`);
        throw (0,errors/* azuremlError */.L)('AZUREML_FILE_INVALID', `the files cannot be deployed:\n${lines.join('\n')}`);
    }
    const { model, notice, warning } = await pinModel(order, parts.arm, signal);
    const environment = local ?? (await pinAsset(order, parts.arm, signal));
    const { deployment } = order;
    const contents = contentsOf({ deployment, model, environment, code });
    const revision = revisionFor(contents, deployment, parts.sha256);
    const difference = order.lock === null ? null : lockDifference(order.lock, { contents, ...revision });
    if (difference !== null)
        throw difference;
    const workload = {
        endpoint: order.endpoint,
        createEndpoint: order.createEndpoint,
        deployment,
        model,
        environment,
        code,
        provenance: order.commit === '' ? {} : { git_commit: order.commit },
    };
    return { workload, contents, revision, notices: listOf(notice), warnings: listOf(warning) };
}
const listOf = (line) => (line === null ? [] : [line]);
const beside = (order, path) => external_node_path_.posix.join(external_node_path_.posix.dirname(order.deploymentFile), path);
async function pinCode(order, parts, problems) {
    const { code } = order.deployment;
    if (code === null)
        return null;
    const folder = beside(order, code.folder).replace(/\/+$/, '') || '/';
    if ((await parts.files.kind(folder)) !== 'folder') {
        problems.push({
            where: order.deploymentFile,
            message: `code_configuration.code: found no folder ${folder}`,
        });
        return null;
    }
    const { files, sha256, sha256Bytes } = parts;
    const snapshot = await observeCode({ folder, files, sha256, sha256Bytes });
    if (!snapshot.files.includes(external_node_path_.posix.normalize(code.scoringScript))) {
        const message = `code_configuration.scoring_script: found no file ${code.scoringScript} among the ${snapshot.files.length} files of ${folder} that are not ignored`;
        problems.push({ where: order.deploymentFile, message });
    }
    return snapshot;
}
/** null: the environment is a registered one, or none. */
async function readLocalEnvironment(order, parts, problems) {
    const { environment } = order.deployment;
    if (environment === null || environment.kind === 'asset')
        return null;
    const { image, conda: given, inferenceConfig } = environment;
    const conda = typeof given === 'string' ? await readConda(beside(order, given), parts, problems) : given;
    const text = conda === null || typeof conda === 'string' ? conda : (0,canonical/* canonicalJson */.d)(conda);
    return {
        kind: 'inline',
        image,
        conda: text,
        condaSha256: text === null ? null : parts.sha256(text),
        inferenceConfig,
    };
}
async function readConda(path, { files }, problems) {
    if ((await files.kind(path)) !== 'file') {
        problems.push({ where: path, message: 'environment.conda_file: found no such file' });
        return null;
    }
    const text = await files.readText(path);
    const parsed = (0,yaml/* parseYaml */.h)(text, { file: path });
    if (!parsed.ok)
        problems.push(...parsed.problems);
    return text;
}
async function pinAsset(order, arm, signal) {
    const { environment } = order.deployment;
    if (environment === null || environment.kind === 'inline')
        return null;
    const { reference } = environment;
    if (reference.kind === 'id')
        return { kind: 'asset', id: reference.id, asset: reference.label };
    const { name } = reference;
    const named = reference.version ?? lockedVersion(order, name);
    // Looked up before anything is written: Azure would tell it only after all the rest.
    if (named !== null)
        await requireEnvironment(arm, { name, version: named }, signal);
    const version = named ?? (await latestEnvironment(name, arm, signal));
    const id = `${(0,lib_arm/* workspacePath */.X)(arm.place)}/environments/${name}/versions/${version}`;
    return { kind: 'asset', id, asset: `${name}:${version}` };
}
/** `latest` was resolved when the lock was made, and is never resolved again. */
function lockedVersion({ lock }, name) {
    const asset = lock === null ? null : lockedEnvironment(lock);
    return asset !== null && asset.startsWith(`${name}:`) ? asset.slice(name.length + 1) : null;
}
async function latestEnvironment(name, arm, signal) {
    const last = newest(await listVersions(arm, { kind: 'environments', name }, signal));
    if (last !== null)
        return last.version;
    throw (0,errors/* azuremlError */.L)('AZUREML_NOT_FOUND', `workspace ${arm.place.workspace} has no environment ${name}`);
}


/***/ })

};
