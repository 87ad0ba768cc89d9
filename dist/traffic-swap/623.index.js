export const id = 623;
export const ids = [623];
export const modules = {

/***/ 5623:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  openAzureMl: () => (/* reexport */ openAzureMl),
  parseAzureSettings: () => (/* reexport */ settings/* parseAzureSettings */.u),
  readAzurePlace: () => (/* reexport */ place/* readAzurePlace */.LU)
});

// UNUSED EXPORTS: ACCESS, AZURE_PLACE_INPUTS, AZURE_SETTING_INPUTS, COMMIT_TAG, azuremlError, chooseModelVersion, errors, isEndpointName, isSlotName, newest, newestFirst, openAzureWorkspace, parseAssetReference, parseAzurePlace, readDeploymentFile, readEndpointFile

;// CONCATENATED MODULE: ./packages/azureml/lib/open.js
/** The platform of one endpoint. Throws AZUREML_TARGET_INVALID for a target that cannot be one. */
const openAzureMl = async (parts) => (await openAzureWorkspace(parts)).platform;
/** The same, with what endpoint-deploy needs besides. */
async function openAzureWorkspace(parts) {
    const { connect } = await __webpack_require__.e(/* import() */ 210).then(__webpack_require__.bind(__webpack_require__, 8210));
    return connect(parts);
}

// EXTERNAL MODULE: ./packages/azureml/lib/place.js
var place = __webpack_require__(387);
// EXTERNAL MODULE: ./packages/azureml/lib/settings.js
var settings = __webpack_require__(327);
;// CONCATENATED MODULE: ./packages/azureml/lib/index.js
// Light on purpose: the Azure SDK is behind `openAzureMl`, in a chunk of its own.










/***/ })

};
