# Makes a source file of the parts of the OpenAPI document: cmake -D IN=FOLDER -D OUT=… -D VERSION=… -P embed_openapi.cmake
foreach(part IN ITEMS openapi openapi_transform openapi_events openapi_upstream)
  file(READ ${IN}/${part}.json ${part})
  string(REGEX REPLACE "\n *" "" ${part} "${${part}}")  # strings of JSON hold no line breaks
endforeach()
string(REGEX REPLACE "\"paths\": +{" "\"paths\":{" openapi "${openapi}")
string(REPLACE "\"0.0.0\"" "\"${VERSION}\"" openapi "${openapi}")
file(CONFIGURE OUTPUT ${OUT} CONTENT [[
// Made from openapi.json and its parts by embed_openapi.cmake.
#include <string_view>

namespace planish::http {
extern const std::string_view kOpenapiDocument;
extern const std::string_view kOpenapiTransform;
extern const std::string_view kOpenapiEvents;
extern const std::string_view kOpenapiUpstream;
const std::string_view kOpenapiDocument = R"openapi(@openapi@)openapi";
const std::string_view kOpenapiTransform = R"openapi(@openapi_transform@)openapi";
const std::string_view kOpenapiEvents = R"openapi(@openapi_events@)openapi";
const std::string_view kOpenapiUpstream = R"openapi(@openapi_upstream@)openapi";
}  // namespace planish::http
]] @ONLY)
