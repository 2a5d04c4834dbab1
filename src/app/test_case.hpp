// The two files of a case of `planish test`: a request as it goes over the wire, and what matters of the answer.
#pragma once

#include <string>
#include <string_view>

namespace planish::app {

// `text` is a whole request where it begins with a request line, else a body that is POSTed to `path`. Lines of a head
// may end in LF; what is missing of Host, X-Request-Id (test-NAME) and Content-Length is added.
[[nodiscard]] std::string request_of_case(std::string_view text, std::string_view path, std::string_view name);

// Of an answer's bytes: the status line, the fields but for those that every answer has, an empty line, the content.
// Ends in a line's end.
[[nodiscard]] std::string expectation_of(std::string_view answer);

// For people to compare: JSON has a line for each member and element.
[[nodiscard]] std::string in_lines(std::string_view expectation);

}  // namespace planish::app
