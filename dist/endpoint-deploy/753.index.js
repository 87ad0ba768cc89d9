export const id = 753;
export const ids = [753,96];
export const modules = {

/***/ 4753:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   createClient: () => (/* binding */ createClient)
/* harmony export */ });
/* harmony import */ var _azure_arm_machinelearning__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4789);
/* harmony import */ var _azure_core_rest_pipeline__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(349);
/* harmony import */ var _pipeline_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8096);
// The generated client, for typed calls. Large, so it is loaded when the first one is made.



function createClient(parts) {
    const client = new _azure_arm_machinelearning__WEBPACK_IMPORTED_MODULE_1__/* .AzureMachineLearningWorkspaces */ .FQ(
    // Never asked: the policy that would ask keeps time by itself, so ours stands in its place.
    { getToken: () => Promise.resolve(null) }, parts.subscription, {
        endpoint: parts.resourceManager,
        apiVersion: parts.apiVersion,
        httpClient: (0,_pipeline_js__WEBPACK_IMPORTED_MODULE_2__.httpClientOf)(parts.http),
        retryOptions: { maxRetries: 0 },
        userAgentOptions: _pipeline_js__WEBPACK_IMPORTED_MODULE_2__.USER_AGENT,
    });
    client.pipeline.removePolicy({ name: _azure_core_rest_pipeline__WEBPACK_IMPORTED_MODULE_0__/* .bearerTokenAuthenticationPolicyName */ .uQ });
    // No call has a form, and to look for one makes Node load a second fetch.
    client.pipeline.removePolicy({ name: _azure_core_rest_pipeline__WEBPACK_IMPORTED_MODULE_0__/* .formDataPolicyName */ .sI });
    client.pipeline.addPolicy((0,_pipeline_js__WEBPACK_IMPORTED_MODULE_2__.authorizationPolicy)(parts), { phase: 'Sign' });
    return client;
}


/***/ }),

/***/ 8096:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   USER_AGENT: () => (/* binding */ USER_AGENT),
/* harmony export */   authorizationPolicy: () => (/* binding */ authorizationPolicy),
/* harmony export */   createSendRaw: () => (/* binding */ createSendRaw),
/* harmony export */   httpClientOf: () => (/* binding */ httpClientOf)
/* harmony export */ });
/* harmony import */ var _azure_core_rest_pipeline__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(349);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(2441);
/* harmony import */ var _trust_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2942);
// The SDK's pipeline over our door. Raw JSON goes through it as it is; typed calls have the same parts.



const USER_AGENT = { userAgentPrefix: 'sluice' };
/**
 * What the SDK adds to a request. Its policies for retries, redirects, proxies and compression are
 * not there: the door does that. Nor is the one for forms: it makes Node load a second fetch.
 */
function createSendRaw(parts) {
    const pipeline = (0,_azure_core_rest_pipeline__WEBPACK_IMPORTED_MODULE_0__/* .createEmptyPipeline */ .O8)();
    pipeline.addPolicy((0,_azure_core_rest_pipeline__WEBPACK_IMPORTED_MODULE_0__/* .userAgentPolicy */ .z7)(USER_AGENT));
    pipeline.addPolicy((0,_azure_core_rest_pipeline__WEBPACK_IMPORTED_MODULE_0__/* .setClientRequestIdPolicy */ .q5)());
    pipeline.addPolicy(versionPolicy(parts.apiVersion));
    pipeline.addPolicy(authorizationPolicy(parts), { phase: 'Sign' });
    pipeline.addPolicy((0,_azure_core_rest_pipeline__WEBPACK_IMPORTED_MODULE_0__/* .logPolicy */ .rO)(), { afterPhase: 'Sign' });
    const client = httpClientOf(parts.http);
    return async ({ method, url, signal, body, retry }) => {
        const response = await pipeline.sendRequest(
        // The SDK's requests have no place for it.
        retry === undefined ? client : httpClientOf((request) => parts.http({ ...request, retry })), (0,_azure_core_rest_pipeline__WEBPACK_IMPORTED_MODULE_0__/* .createPipelineRequest */ .G6)({
            url,
            method,
            abortSignal: signal,
            headers: (0,_azure_core_rest_pipeline__WEBPACK_IMPORTED_MODULE_0__/* .createHttpHeaders */ .Nc)({
                accept: 'application/json',
                'content-type': 'application/json',
            }),
            ...(body !== undefined && { body }),
        }));
        const { status, headers, bodyAsText } = response;
        return { status, headers: headers.toJSON(), text: bodyAsText ?? '' };
    };
}
const versionPolicy = (apiVersion) => ({
    name: 'sluiceApiVersion',
    sendRequest(request, next) {
        request.url = request.url.replace(/([?&]api-version=)[^&]*/, `$1${apiVersion}`);
        return next(request);
    },
});
/** Stands in place of the SDK's own, which keeps time by itself. */
const authorizationPolicy = (parts) => ({
    name: 'sluiceAuthorization',
    async sendRequest(request, next) {
        const { resourceManager, credential } = parts;
        (0,_trust_js__WEBPACK_IMPORTED_MODULE_1__/* .trusted */ .I)(request.url, resourceManager);
        const token = await credential(`${resourceManager}/.default`, signalOf(request.abortSignal));
        request.headers.set('authorization', `Bearer ${token}`);
        return next(request);
    },
});
/** The SDK's idea of a network, over our door: deadlines, retries and proxies are the door's. */
const httpClientOf = (http) => ({
    async sendRequest(request) {
        const { body } = request;
        if (body !== undefined && body !== null && typeof body !== 'string') {
            throw (0,_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .azuremlError */ .L)('AZUREML_REFUSED', `${request.method}: a body that is no text cannot be sent`);
        }
        const answer = await http({
            method: request.method,
            url: request.url,
            headers: request.headers.toJSON(),
            ...(typeof body === 'string' && { body }),
            signal: signalOf(request.abortSignal),
        });
        return {
            request,
            status: answer.status,
            headers: (0,_azure_core_rest_pipeline__WEBPACK_IMPORTED_MODULE_0__/* .createHttpHeaders */ .Nc)({ ...answer.headers }),
            bodyAsText: answer.text,
        };
    },
});
const signalOf = (signal) => signal instanceof AbortSignal ? signal : new AbortController().signal;


/***/ })

};
