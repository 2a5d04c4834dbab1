# Makes a source file of openapi.json: cmake -D IN=… -D OUT=… -D VERSION=… -P embed_openapi.cmake
file(READ ${IN} document)
string(REGEX REPLACE "\n *" "" document "${document}")     # strings of JSON hold no line breaks
string(REGEX REPLACE "\"paths\": +{" "\"paths\":{" document "${document}")
string(REPLACE "\"0.0.0\"" "\"${VERSION}\"" document "${document}")
file(CONFIGURE OUTPUT ${OUT} CONTENT [[
// Made from openapi.json by embed_openapi.cmake.
#include <string_view>

namespace planish::http {
extern const std::string_view kOpenapiDocument;
const std::string_view kOpenapiDocument = R"openapi(@document@)openapi";
}  // namespace planish::http
]] @ONLY)
