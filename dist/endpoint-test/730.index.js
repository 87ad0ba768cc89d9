export const id = 730;
export const ids = [730];
export const modules = {

/***/ 1730:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  openAzureMl: () => (/* reexport */ openAzureMl),
  parseAzureSettings: () => (/* reexport */ parseAzureSettings)
});

// UNUSED EXPORTS: ACCESS, AZURE_PLACE_INPUTS, AZURE_SETTING_INPUTS, COMMIT_TAG, azuremlError, chooseModelVersion, errors, isEndpointName, isSlotName, newest, newestFirst, openAzureWorkspace, parseAssetReference, parseAzurePlace, readAzurePlace, readDeploymentFile, readEndpointFile

;// CONCATENATED MODULE: ./packages/azureml/lib/open.js
/** The platform of one endpoint. Throws AZUREML_TARGET_INVALID for a target that cannot be one. */
const openAzureMl = async (parts) => (await openAzureWorkspace(parts)).platform;
/** The same, with what endpoint-deploy needs besides. */
async function openAzureWorkspace(parts) {
    const { connect } = await __webpack_require__.e(/* import() */ 210).then(__webpack_require__.bind(__webpack_require__, 8210));
    return connect(parts);
}

// EXTERNAL MODULE: ./packages/rollout/lib/result.js
var result = __webpack_require__(8970);
;// CONCATENATED MODULE: ./packages/azureml/lib/settings.js
// How to reach Azure and as whom: inputs and variables that are the same for every Azure action.

/** The inputs that `parseAzureSettings` reads. */
const AZURE_SETTING_INPUTS = (/* unused pure expression or super */ null && ([
    'azure-client-id',
    'azure-tenant-id',
    'azure-resource-manager',
    'azure-authority',
]));
const ID = /^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/;
const PUBLIC = {
    resourceManager: 'https://management.azure.com',
    authority: 'https://login.microsoftonline.com',
};
/** Base addresses: input, else AZURE_RESOURCE_MANAGER and AZURE_AUTHORITY, else the public cloud. */
function parseAzureSettings(inputs, env) {
    const problems = [];
    const id = (name) => {
        const value = given(inputs[name]);
        if (value !== '' && !ID.test(value)) {
            problems.push({
                where: name,
                message: `found "${value}"; wanted an id such as 00000000-0000-0000-0000-000000000000`,
            });
        }
        return value;
    };
    const clientId = id('azure-client-id');
    const tenantId = id('azure-tenant-id');
    if (clientId !== '' && tenantId === '') {
        problems.push({
            where: 'azure-tenant-id',
            message: 'is empty, but azure-client-id is set; give the tenant of that application',
        });
    }
    const base = (name, variable, otherwise) => {
        const [where, value] = given(inputs[name]) !== ''
            ? [name, given(inputs[name])]
            : [variable, given(env[variable]) || otherwise];
        const address = baseAddress(value);
        if (address === null)
            problems.push({ where, message: `found "${value}"; wanted an https address without query` });
        return address ?? otherwise;
    };
    const resourceManager = base('azure-resource-manager', 'AZURE_RESOURCE_MANAGER', PUBLIC.resourceManager);
    const authority = base('azure-authority', 'AZURE_AUTHORITY', PUBLIC.authority);
    if (problems.length > 0)
        return (0,result/* bad */.M)(...problems);
    return (0,result/* good */.u)({
        identity: clientId === '' ? null : { clientId, tenantId },
        resourceManager,
        authority,
    });
}
const given = (value) => (value ?? '').trim();
/** Tokens travel to these addresses, so they are https, whole and without credentials. */
function baseAddress(text) {
    if (!URL.canParse(text))
        return null;
    const url = new URL(text);
    const plain = url.protocol === 'https:' && url.username === '' && url.search === '' && url.hash === '';
    return plain ? `${url.origin}${url.pathname.replace(/\/+$/, '')}` : null;
}

;// CONCATENATED MODULE: ./packages/azureml/lib/index.js
// Light on purpose: the Azure SDK is behind `openAzureMl`, in a chunk of its own.










/***/ })

};
